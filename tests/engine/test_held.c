/*
 * A site is made read-only while an operation is half-way: whoever resumes it may
 * neither go on nor take it back there, and does nothing at all until it may.
 */
#include "tests/engine/support/moves.h"

#define SLOW_SERVERS                                                             \
    "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","           \
    "\"path\":\"/servers\",\"do\":\"delay=3000\"}"
#define NO_CHECKS ",\"health_checks\":[]"

static json_t *held(struct stage *s, const char *id)
{
    stage_show(s, id);
    return json_map(s->op, "held");
}

static int writes(struct stage *s)
{
    return lab_writes(&s->lab, "site-a") + lab_writes(&s->lab, "site-b");
}

static bool is_making_servers(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    for (size_t i = 0; v && i < v->op->plan->count; i++)
        if (v->op->plan->steps[i].kind == STEP_CREATE_SERVER && v->op->steps[i].attempts)
            return true;
    return false;
}

/* Sources stopped, volumes made, servers asked for: then its engine ends. */
static char *half_way(struct stage *s, const char *verb, const char *args)
{
    lab_fault(&s->lab, SLOW_SERVERS);
    char *id = xstrdup(begins(s, verb, args));
    stage_watch(s, is_making_servers, id);
    stage_close(s);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    return id;
}

static bool is_held(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    return v && *v->outlook.held;
}

/* It says that it is held, by which site and what to do, and does nothing. */
static void stands_still(struct stage *s, const char *id, const char *site)
{
    int before = writes(s);
    stage_watch(s, is_held, id);
    for (int turns = 0; turns < 3; turns++) /* what was next would have come by then */
        assert_string_equal(json_text(held(s, id), "site"), site);
    assert_non_null(strstr(json_text(held(s, id), "advice"), "read_only = false"));
    assert_string_equal(json_text(s->op, "status"), "running");
    assert_int_equal(writes(s), before);
}

static void it_goes_on_when_it_may_again(void **state)
{
    struct stage *s = *state;
    char *id = half_way(s, "failover", ASK(NO_CHECKS));
    s->target_read_only = true;
    stage_open(s, NULL);
    stands_still(s, id, "site-b");
    group_is(s, "failing_over", "site-a");
    stage_refused(s, "failover", ASK(NO_CHECKS), PC_ERR_STATE, "failing over");
    stage_open(s, NULL); /* another start is no other answer */
    stands_still(s, id, "site-b");
    s->target_read_only = false;
    stage_open(s, NULL);
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "completed", "passed");
    assert_null(held(s, id));
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    free(id);
}

/* A stop is remembered, and what was done is taken back when that may be done. */
static void it_is_stopped_meanwhile(void **state)
{
    struct stage *s = *state;
    char *id = half_way(s, "failover", ASK(NO_CHECKS));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    s->target_read_only = true;
    stage_open(s, NULL);
    stands_still(s, id, "site-b");
    assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
    stands_still(s, id, "site-b");
    s->target_read_only = false;
    stage_open(s, NULL);
    watch_alone(s, id, "site-a", "site-b");
    came_to(s, "failed", "failed");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    free(args);
    free(id);
}

/* The site that it left is the one that it would have to start again. */
static void the_source_is_closed(void **state)
{
    struct stage *s = *state;
    char *id = half_way(s, "failover", ASK(NO_CHECKS));
    stage_open(s, "read_only_role = \"primary\";\n");
    stands_still(s, id, "site-a");
    stage_open(s, NULL);
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "completed", "passed");
    free(id);
}

/* While it is taken back already, the copies cannot go. */
static void the_way_back_is_closed(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"no-valid-host\"}");
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"verb\":\"DELETE\",\"do\":\"delay=3000\"}");
    char *id = xstrdup(begins(s, "failover", ASK(NO_CHECKS)));
    stage_until(s, id, OP_ROLLING_BACK);
    stage_close(s);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    s->target_read_only = true;
    stage_open(s, NULL);
    int before = writes(s);
    stage_watch(s, is_held, id);
    assert_string_equal(json_text(held(s, id), "site"), "site-b");
    assert_string_equal(json_text(s->op, "status"), "rolling_back");
    assert_int_equal(writes(s), before);
    s->target_read_only = false;
    stage_open(s, NULL);
    watch_alone(s, id, "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    free(id);
}

/* Neither of these changes anything at the site that is closed. */
static void what_does_not_write_there_goes_on(void **state)
{
    struct stage *s = *state;
    char *id = half_way(s, "test_failover", "{\"group\":\"" GROUP "\"" NO_CHECKS "}");
    stage_open(s, "read_only_role = \"primary\";\n");
    stage_rest(s, id);
    came_to(s, "cleaned", "passed");
    free(id);
    id = half_way(s, "failover", ASK(NO_CHECKS ",\"force\":true,\"reason\":\"lost\""));
    stage_open(s, "read_only_role = \"primary\";\n");
    stage_rest(s, id);
    came_to(s, "completed", "passed");
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(it_goes_on_when_it_may_again),
        story(it_is_stopped_meanwhile),
        story(the_source_is_closed),
        story(the_way_back_is_closed),
        story(what_does_not_write_there_goes_on),
    };
    return moves_main(tests, argc, argv);
}
