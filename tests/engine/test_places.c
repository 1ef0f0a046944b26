/*
 * Who may move, and what the others do until then: they serve on. Here a service takes one step
 * at a time, so that no more begin while four servers of others are on their way.
 */
#include "backend/base/clock.h"
#include "backend/model/question.h"
#include "tests/engine/support/moves.h"

#define BILLING(members) "{\"group\":\"prod-billing\",\"confirm\":\"prod-billing\"" members "}"
#define WAITS "waits for a place: "

enum { BILLED = 8, MOST = 4 };

static void narrow(struct stage *s)
{
    stage_open(s, "engine: { max_steps_per_service = 1; };");
    stage_protect(s, "prod-billing");
}

static bool tells(struct stage *s, const char *id, const char *text)
{
    char *args = xasprintf("{\"operation_id\":\"%s\",\"limit\":1000}", id);
    const json_t *e;
    size_t i;
    bool found = false;
    assert_int_equal(stage_call(s, "operation_events", args), PC_OK);
    json_array_foreach(s->reply, i, e)
        found |= strstr(json_text(e, "text"), text) != NULL;
    free(args);
    return found;
}

/* How many servers an operation in s->op had made by then. */
static int made_by(struct stage *s, int64_t ms)
{
    const json_t *step;
    size_t i;
    int n = 0;
    json_array_foreach(json_list(s->op, "steps"), i, step) {
        int64_t ended = INT64_MAX;
        clock_parse_iso(json_text(step, "ended_at"), &ended);
        n += strcmp(json_text(step, "kind"), "create_server") == 0 && ended <= ms;
    }
    return n;
}

static void who_waits_serves_on(void **state)
{
    struct stage *s = *state;
    int64_t began = 0;
    narrow(s);
    char *first = xstrdup(begins(s, "failover", BILLING("")));
    char *second = xstrdup(begins(s, "failover", ASK("")));
    watch_alone(s, second, "site-b", "site-a");
    came_to(s, "completed", "passed");
    assert_true(clock_parse_iso(json_text(s->op, "started_at"), &began));
    assert_true(tells(s, second, WAITS "8 servers of other groups are on their way"));
    assert_true(tells(s, second, "what it moves serves on until then"));
    stage_rest(s, first);
    came_to(s, "completed", "passed");
    assert_false(tells(s, first, WAITS));
    /* The moment when it began is a later one than that when the place was free. */
    assert_true(made_by(s, began) > BILLED - MOST);
    free(second);
    free(first);
}

static void who_waits_can_be_stopped(void **state)
{
    struct stage *s = *state;
    narrow(s);
    char *first = xstrdup(begins(s, "failover", BILLING("")));
    char *second = xstrdup(begins(s, "failover", ASK("")));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", second);
    assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
    stage_rest(s, second);
    assert_string_equal(json_text(s->op, "error_message"), "stopped by the operator");
    all_are(s, "site-a", "ACTIVE", 1);
    assert_int_equal(servers_in(s, "site-b", ""), 0);
    group_is(s, "ready", "site-a");
    stage_rest(s, first);
    came_to(s, "completed", "passed");
    free(args);
    free(second);
    free(first);
}

static bool asks(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    return v && operation_question(v->op) >= 0;
}

static void a_question_keeps_nobody_waiting(void **state)
{
    struct stage *s = *state;
    narrow(s);
    char *first = xstrdup(begins(s, "failover", BILLING(",\"canary\":true")));
    stage_watch(s, asks, first);
    passes(s, "failover", ASK(""), "site-b", "site-a");
    char *answer = xasprintf("{\"operation_id\":\"%s\",\"answer\":\"continue\"}", first);
    assert_int_equal(stage_call(s, "operation_answer", answer), PC_OK);
    stage_rest(s, first);
    came_to(s, "completed", "passed");
    free(answer);
    free(first);
}

/* What has begun goes on after a kill, however many others there are. */
static void what_has_begun_needs_no_place(void **state)
{
    struct stage *s = *state;
    narrow(s);
    char *first = xstrdup(begins(s, "failover", BILLING("")));
    stage_until(s, first, OP_VOLUMES);
    char *second = xstrdup(begins(s, "failover", ASK("")));
    stage_close(s);
    stage_open(s, "engine: { max_steps_per_service = 1; };");
    stage_rest(s, second);
    came_to(s, "completed", "passed");
    stage_rest(s, first);
    came_to(s, "completed", "passed");
    assert_false(tells(s, first, WAITS));
    free(second);
    free(first);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(who_waits_serves_on),
        story(who_waits_can_be_stopped),
        story(a_question_keeps_nobody_waiting),
        story(what_has_begun_needs_no_place),
    };
    return moves_main(tests, argc, argv);
}
