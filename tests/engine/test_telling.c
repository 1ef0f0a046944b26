/*
 * What an operation tells while it goes: its phases, production stopped, each member,
 * each check, each warning, what it waits for. As events, in order, and not too many.
 */
#include "backend/base/buf.h"
#include "tests/engine/support/moves.h"

static void events_of(struct stage *s, const char *id)
{
    char *args = xasprintf("{\"operation_id\":\"%s\",\"limit\":1000}", id);
    assert_int_equal(stage_call(s, "operation_events", args), PC_OK);
    free(args);
}

/* Where the first event from `from` on is that has the text; fails when there is none. */
static size_t after(struct stage *s, size_t from, const char *level, const char *text)
{
    for (size_t i = from; i < json_array_size(s->reply); i++) {
        const json_t *e = json_array_get(s->reply, i);
        if (strstr(json_text(e, "text"), text) && strcmp(json_text(e, "level"), level) == 0 &&
            *json_text(e, "at"))
            return i + 1;
    }
    char *all = json_compact(s->reply);
    fail_msg("no %s \"%s\" from event %zu on: %s", level, text, from, all);
    return 0;
}

static int count_of(struct stage *s, const char *text)
{
    const json_t *e;
    size_t i;
    int n = 0;
    json_array_foreach(s->reply, i, e)
        n += strstr(json_text(e, "text"), text) != NULL;
    return n;
}

static void in_order(struct stage *s, const char *const *texts)
{
    size_t at = 0;
    for (; *texts; texts++)
        at = after(s, at, "info", *texts);
}

static void a_move_and_its_way_back(void **state)
{
    static const char *const there[] = {
        "running", "preparation begins", "production is stopped: 3 of 3 at site-a",
        "recovery point", "preparation is over", "storage is over after", "instance runs, ACTIVE",
        "instances is over", "passed", "verifying is over",
        "finalization begins", GROUP " serves at site-b", "finalization is over", "completed", NULL};
    static const char *const back[] = {
        "rolling back begins", "deleted", "started again, ACTIVE",
        "production runs again: 3 of 3 at site-a", GROUP " serves at site-a", "completed", NULL};
    static const char *const members[] = {"web-1", "web-2", "db-1"};
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    json_t *warnings = json_deep_copy(json_list(s->op, "warnings")), *w;
    char *id = xstrdup(json_text(s->op, "id"));
    events_of(s, id);
    in_order(s, there);
    after(s, after(s, 0, "info", "verifying begins"), "info", "booted, ACTIVE");
    for (int i = 0; i < 3; i++) {
        char *stopped = xasprintf("%s: stopped, SHUTOFF", members[i]);
        char *runs = xasprintf("%s: instance runs", members[i]);
        after(s, after(s, 0, "info", stopped), "info", runs);
        free(stopped);
        free(runs);
    }
    size_t i;
    assert_true(json_array_size(warnings) > 0);
    json_array_foreach(warnings, i, w)
        after(s, 0, "warn", json_string_value(w));
    assert_int_equal(count_of(s, " begins"), 5); /* each once */
    assert_int_equal(count_of(s, " is over"), 5);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    events_of(s, json_text(s->op, "id"));
    in_order(s, back);
    after(s, 0, "info", "rolling back is over"); /* volumes may go while the record is written */
    json_decref(warnings);
    free(id);
}

static bool has(const json_t *list, const char *word)
{
    json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (strcmp(json_string_value(v), word) == 0)
            return true;
    return false;
}

/* What goes with a failover is told before it begins. */
static void a_kept_drill_is_named_before(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    char *first = xasprintf("The kept drill %s is cleaned up first.", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "failover", ASK(",\"dry_run\":true")), PC_OK);
    assert_true(has(json_list(s->reply, "consequences"), first));
    passes(s, "failover", ASK(""), "site-b", "site-a");
    free(first);
}

/* The names by which a client of the API knows its steps. */
static void its_steps_have_the_apis_names(void **state)
{
    static const char *const names[] = {"validate_target_site", "stop_primary_instances", "get_latest_snapshot",
                                        "manage_volumes_into_cinder", "recreate_instances",
                                        "update_protection_group_state"};
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"count\":1,\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    const json_t *steps = json_map(s->op, "api_steps");
    assert_true(has(json_list(steps, "failed"), "recreate_instances"));
    assert_false(has(json_list(steps, "completed"), "update_protection_group_state"));
    passes(s, "failover", ASK(""), "site-b", "site-a");
    steps = json_map(s->op, "api_steps");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!has(json_list(steps, "completed"), names[i]))
            fail_msg("%s is not among the completed", names[i]);
    assert_int_equal(json_array_size(json_list(steps, "completed")), 6);
    assert_int_equal(json_array_size(json_list(steps, "failed")), 0);
}

static void what_fails_is_told_with_its_way_back(void **state)
{
    static const char *const way[] = {"storage begins", "rolling_back", "started again", "production runs again", NULL};
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"POST\","
                       "\"path\":\"/volumes\",\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    char *id = xstrdup(json_text(s->op, "id"));
    events_of(s, id);
    in_order(s, way);
    after(s, 0, "warn", "storage is over");
    after(s, 0, "error", "creating volume");
    free(id);
}

/* Of very many steps of one kind every tenth part is told. */
static void there_is_an_end_to_it(void **state)
{
    struct stage *s = *state;
    struct buf args;
    buf_init(&args, 4096);
    buf_printf(&args, ",\"health_checks\":[");
    for (int i = 0; i < 30; i++)
        buf_printf(&args, "%s\"http:/healthz?n=%d\"", i ? "," : "", i);
    buf_printf(&args, "]");
    char *ask = xasprintf("{\"group\":\"" GROUP "\",\"confirm\":\"" GROUP "\"%s}", buf_text(&args));
    passes(s, "failover", ask, "site-b", "site-a");
    char *id = xstrdup(json_text(s->op, "id"));
    assert_int_equal(json_array_size(json_list(s->op, "health_checks")), 3 * (1 + 30)); /* boot, too */
    events_of(s, id);
    assert_int_equal(count_of(s, "passed: "), 10);
    after(s, 0, "info", "passed: 9 of 90");
    after(s, 0, "info", "passed: 90 of 90");
    assert_int_equal(count_of(s, "healthz"), 0);
    buf_release(&args);
    free(ask);
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(a_move_and_its_way_back),
        story(a_kept_drill_is_named_before),
        story(its_steps_have_the_apis_names),
        story(what_fails_is_told_with_its_way_back),
        story(there_is_an_end_to_it),
    };
    return moves_main(tests, argc, argv);
}
