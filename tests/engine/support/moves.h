/*
 * moves: stories in which a group changes sites. Each has a lab of its own, and
 * leaves it as the story says. Whoever waits looks at the sites all the time: a
 * member that runs at both of them fails the test.
 */
#ifndef PC_TESTS_ENGINE_MOVES_H
#define PC_TESTS_ENGINE_MOVES_H

#include "tests/engine/support/stage.h"

#define GROUP "prod-web-app"
/* A request about it with its name typed; `members`: ",\"key\":value" or "". */
#define ASK(members) "{\"group\":\"" GROUP "\",\"confirm\":\"" GROUP "\"" members "}"

int moves_setup(void **state);
int moves_teardown(void **state);
#define story(name) cmocka_unit_test_setup_teardown(name, moves_setup, moves_teardown)
/* usage: PROGRAM [GLOB] */
#define moves_main(tests, argc, argv)                                         \
    ((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0,                \
     cmocka_run_group_tests(tests, NULL, NULL))

/* The group's servers on a site by their status; "" any. */
int servers_in(struct stage *s, const char *site, const char *status);
/* Each of the group's members has so many servers in that status on the site. */
void all_are(struct stage *s, const char *site, const char *status, int number);
/* Fails when a member runs at both: `later` begins when `sooner` has ended. The
 * same site twice: the other was not asked, and may run. */
void alone(struct stage *s, const char *later, const char *sooner);

/* Begins it; fails the test when it is refused. The id is in s->reply. */
const char *begins(struct stage *s, const char *verb, const char *args);
/* Looks at the world until the operation rests; then it is in s->op. */
void watch_alone(struct stage *s, const char *id, const char *later, const char *sooner);
void came_to(struct stage *s, const char *status, const char *verdict);
void group_is(struct stage *s, const char *state, const char *site);
/* All of it, for a request that must pass: begins, watches, passed. */
void passes(struct stage *s, const char *verb, const char *args, const char *later,
            const char *sooner);
/* After a forced failover: site-a answers again, runs on, and is the one that is chosen. */
void decides_for_the_first(struct stage *s);
/* Nothing of ours is left on site-b. */
void target_is_empty(struct stage *s);

#endif
