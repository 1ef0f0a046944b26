/* The target is looked at before the primary is stopped: all of it, and at once. */
#include "tests/engine/support/moves.h"

#include "backend/base/clock.h"

enum { SLOW_MS = 1000 };

static const json_t *validation(struct stage *s)
{
    json_t *step;
    size_t i;
    json_array_foreach(json_list(s->op, "steps"), i, step)
        if (strcmp(json_text(step, "kind"), "validate_target_site") == 0)
            return step;
    fail_msg("no step validates the target");
    return NULL;
}

static int64_t at(const json_t *step, const char *key)
{
    int64_t ms = 0;
    assert_true(clock_parse_iso(json_text(step, key), &ms));
    return ms;
}

static void slow(struct stage *s, const char *service, const char *path)
{
    char *fault = xasprintf("{\"site\":\"site-b\",\"service\":\"%s\",\"verb\":\"GET\","
                            "\"path\":\"%s\",\"do\":\"delay=%d\"}", service, path, SLOW_MS);
    lab_fault(&s->lab, fault);
    free(fault);
}

/* Four that take a second each take little more together. */
static void services_are_asked_at_once(void **state)
{
    struct stage *s = *state;
    slow(s, "compute", "/flavors");
    slow(s, "volume", "/volumes");
    slow(s, "network", "/networks");
    slow(s, "identity", "/auth/projects");
    passes(s, "failover", ASK(""), "site-b", "site-a");
    int64_t took = at(validation(s), "ended_at") - at(validation(s), "started_at");
    assert_in_range(took, SLOW_MS - 100, 3 * SLOW_MS);
}

/* What the others answer does not make up for it: no primary is stopped. */
static void one_that_refuses_stops_it(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\","
                       "\"path\":\"/flavors\",\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    assert_string_equal(json_text(validation(s), "status"), "failed");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(services_are_asked_at_once),
        story(one_that_refuses_stops_it),
    };
    return moves_main(tests, argc, argv);
}
