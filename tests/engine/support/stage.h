/*
 * stage: a door opened on a lab, as a screen or a verb would open it.
 *
 * Each test gets a state directory of its own, the three servers of
 * prod-web-app protected in it, and leaves the sites as it found them: the
 * teardown fails when anything is left on site-b, when a document of site-a
 * differs, or when site-a was asked for anything but reads and log-ins. Every
 * snapshot that passes is looked at: progress that falls fails the test.
 *
 * Nothing sleeps: waiting is waiting on the door's descriptor, to a limit.
 */
#ifndef PC_TESTS_ENGINE_STAGE_H
#define PC_TESTS_ENGINE_STAGE_H

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/door/door.h"
#include "tests/engine/support/lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STAGE_SEEN = 16, STAGE_MS = 60000 };

struct stage {
    struct test_lab lab;
    struct door *door;
    struct door_options options; /* of the next stage_open() */
    bool target_read_only;       /* of the next stage_open(): site-b is */
    const char *as, *as_at; /* of the next stage_open(): "reader" or "admin", and at which site; NULL */
    char state_dir[96], config[112];
    json_t *a, *b; /* the sites as the test found them */
    json_t *reply; /* of the last stage_call(), NULL after an error */
    json_t *op;    /* of the last stage_show(): operation_show's reply */
    struct pc_error err;
    struct {
        char id[OP_ID_SIZE];
        int progress;
    } seen[STAGE_SEEN];
    int seen_count, tests;
};

/* Of a whole program. */
int stage_raise(void **state);
int stage_strike(void **state);
/* Of a test: opened with the defaults, closed and looked after. */
int stage_setup(void **state);
int stage_teardown(void **state);

/* The lab's two sites as another client sees them that logs in as `user` ("demo", "admin"); see
 * tests/lab/lab_client.h. */
struct lab_child stage_client(const struct stage *s, const char *user);
/* What it gets for a call, NULL for no JSON; another HTTP status fails the test. The caller decrefs. */
json_t *stage_ask(const struct lab_child *client, int site, const char *verb, const char *path,
                  const char *body, int status);

/* Opens (again) on the same state directory; `config`: options beside the
 * sites, NULL none. Fails the test when the door does not open. */
void stage_open(struct stage *s, const char *config);
void stage_close(struct stage *s);
/* The groups of the lab that are so named, with their members. */
void stage_protect(struct stage *s, const char *group);

/* args: JSON text, NULL none. */
enum pc_err stage_call(struct stage *s, const char *verb, const char *args);
void stage_refused(struct stage *s, const char *verb, const char *args, enum pc_err rc,
                   const char *text);

/* Starts a drill of prod-web-app; `args`: members of the request, "" none.
 * The id is in s->reply. Fails the test when it is refused. */
const char *stage_start(struct stage *s, const char *args);
/* Waits for the operation to rest and loads it into s->op. */
void stage_rest(struct stage *s, const char *id);
/* start and rest: the status word of what it came to. */
const char *stage_drill(struct stage *s, const char *args);
/* Waits until the operation has come to that status or beyond. */
void stage_until(struct stage *s, const char *id, enum op_status status);
/* Waits until `fits` says so of a snapshot. */
void stage_watch(struct stage *s, bool (*fits)(const struct snapshot *now, const void *arg),
                 const void *arg);
void stage_show(struct stage *s, const char *id);
/* Waits until a snapshot says so of the group. */
void stage_becomes(struct stage *s, const char *group, enum group_state state);

/* What every ended operation in s->op must be: no step open, no contradiction
 * between status, verdict, steps and ledger. Called by stage_rest(). */
void stage_true(const json_t *op);
/* The statuses it went through, by its events: "pending creating_volumes ...". */
char *stage_path(struct stage *s, const char *id);
/* Resources of a kind on site-b that were not there before the test. */
int stage_made(struct stage *s, const char *kind);

#define stage_test(name) cmocka_unit_test_setup_teardown(name, stage_setup, stage_teardown)
/* usage: PROGRAM [GLOB]: only the tests that are so named. */
#define stage_main(tests, argc, argv)                                         \
    ((argc) > 1 ? cmocka_set_test_filter((argv)[1]) : (void)0,                \
     cmocka_run_group_tests(tests, stage_raise, stage_strike))

/* Of a readiness the row of that check (R-...); it is there. Lent. */
const json_t *stage_check(const json_t *readiness, const char *key);

#endif
