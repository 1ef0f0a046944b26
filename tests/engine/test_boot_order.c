/* Members in their order, questions that wait, callouts that run once, and a
 * canary before the others. */
#include "backend/model/question.h"
#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"

#include <sys/stat.h>
#include <unistd.h>

#define CALLOUTS "callouts: { allow = true; };\n"
#define NO_CHECKS "\"health_checks\":[]"
#define DB_FIRST                                                                             \
    "{\"name\":\"db\",\"members\":[\"db-1\"]%s},{\"name\":\"web\",\"members\":[\"web-1\",\"web-2\"]," \
    "\"depends_on\":[\"db\"]}"

static enum pc_err set_order(struct stage *s, const char *boot_groups)
{
    char *args = xasprintf("{\"group\":\"prod-web-app\",\"boot_groups\":[%s]}", boot_groups);
    enum pc_err rc = stage_call(s, "group_update", args);
    free(args);
    return rc;
}

/* The order of DB_FIRST with `more` in the first of its groups. */
static void db_first(struct stage *s, const char *more)
{
    char *order = xasprintf(DB_FIRST, more);
    if (set_order(s, order))
        fail_msg("%s: %s", order, s->err.text);
    free(order);
}

static const json_t *step(const struct stage *s, const char *key)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(s->op, "steps"), i, v)
        if (strcmp(json_text(v, "key"), key) == 0)
            return v;
    fail_msg("there is no step %s", key);
    return NULL;
}

static void step_is(const struct stage *s, const char *key, const char *status)
{
    if (strcmp(json_text(step(s, key), "status"), status) != 0)
        fail_msg("%s is %s: %s", key, json_text(step(s, key), "status"),
                 json_text(step(s, key), "detail"));
}

static int64_t when(const struct stage *s, const char *key, const char *what)
{
    int64_t ms = 0;
    assert_true(clock_parse_iso(json_text(step(s, key), what), &ms));
    return ms;
}

/* ---- waiting until it asks ------------------------------------------------------------- */

static bool does_ask(const struct snapshot *now, const void *arg)
{
    const struct op_view *v = snapshot_operation(now, arg);
    for (size_t i = 0; v && i < v->op->plan->count; i++)
        if (operation_asks(v->op, (int)i))
            return true;
    return false;
}

static char *start(struct stage *s, const char *args)
{
    return xstrdup(stage_start(s, args));
}

static void asked(struct stage *s, const char *id, const char *text)
{
    stage_watch(s, does_ask, id);
    stage_show(s, id);
    if (!strstr(json_text(s->op, "question"), text))
        fail_msg("it asks '%s', not '%s'", json_text(s->op, "question"), text);
}

static void answer(struct stage *s, const char *id, const char *word)
{
    char *args = xasprintf("{\"operation_id\":\"%s\",\"answer\":\"%s\"}", id, word);
    if (stage_call(s, "operation_answer", args))
        fail_msg("%s: %s", word, s->err.text);
    free(args);
}

static void ended(struct stage *s, const char *id, const char *verdict)
{
    stage_rest(s, id);
    if (strcmp(json_text(s->op, "verdict"), verdict) != 0)
        fail_msg("%s: %s", json_text(s->op, "verdict"), json_text(s->op, "error_message"));
    assert_string_equal(json_text(s->op, "status"), "cleaned");
}

/* A time in the site's own document of that name, in ms. */
static int64_t lab_time(struct stage *s, const char *kind, const char *name, const char *what)
{
    json_t *all = lab_all(&s->lab, "site-b", kind), *v;
    int64_t ms = 0;
    size_t i;
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "name"), name) == 0)
            ms = json_int(v, what, 0);
    json_decref(all);
    if (ms <= 0)
        fail_msg("there is no %s of %s %s", what, kind, name);
    return ms;
}

/* ---- the order --------------------------------------------------------------------------- */

static void the_next_begin_when_the_first_are_up(void **state)
{
    struct stage *s = *state;
    db_first(s, ",\"wait_for\":[{\"check\":\"tcp:8080\",\"timeout_s\":60}]");
    assert_string_equal(stage_drill(s, NO_CHECKS ",\"no_cleanup\":true"), "succeeded");
    step_is(s, "wait_check:db/0/db-1", "done");
    step_is(s, "group_up:db", "done");
    step_is(s, "group_up:web", "done");
    /* The site itself saw the one run before it was asked for the others, whose
     * volumes and ports it had made before. */
    const char *const parts[][2] = {{"volume", "test-web-1-0"}, {"port", "test-web-2-nic0"}};
    int64_t db_up = lab_time(s, "server", "test-db-1", "launched");
    for (size_t i = 0; i < 2; i++)
        assert_true(lab_time(s, parts[i][0], parts[i][1], "created") < db_up);
    assert_true(lab_time(s, "server", "test-web-1", "created") >= db_up);
    assert_true(lab_time(s, "server", "test-web-2", "created") >= db_up);
    char *clean = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", clean), PC_OK);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    free(clean);
}

static void within_a_group_one_after_the_other(void **state)
{
    struct stage *s = *state;
    assert_int_equal(set_order(s, "{\"name\":\"all\",\"members\":[\"web-2\",\"web-1\",\"db-1\"],\"after\":["
                                  "{\"member\":\"web-2\",\"after\":\"web-1\"}]}"), PC_OK);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_true(when(s, "create_server:web-2", "started_at") >=
                when(s, "create_server:web-1", "ended_at"));
    /* Who has no order waits for no other. */
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-web-app\",\"dry_run\":true,"
                                NO_CHECKS "}"), PC_OK);
    const json_t *v, *one = NULL, *two = NULL;
    size_t i;
    json_array_foreach(json_list(s->reply, "steps"), i, v) {
        one = strcmp(json_text(v, "key"), "create_server:db-1") == 0 ? v : one;
        two = strcmp(json_text(v, "key"), "create_server:web-2") == 0 ? v : two;
    }
    assert_non_null(json_list(one, "after"));
    char *free_one = json_compact(json_list(one, "after")), *bound = json_compact(json_list(two, "after"));
    assert_null(strstr(free_one, "create_server"));
    assert_non_null(strstr(bound, "create_server:web-1"));
    free(free_one);
    free(bound);
}

/* What the others wait for does not come: they are never begun. */
static void a_wait_that_fails_stops_the_rest(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-db-1", "refuse");
    db_first(s, ",\"wait_for\":[{\"check\":\"tcp:8080\",\"timeout_s\":3}]");
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "did not pass within 3 s"));
    assert_non_null(strstr(json_text(s->op, "remedy"), "wait_for"));
    step_is(s, "create_server:web-1", "skipped");
    step_is(s, "create_server:web-2", "skipped");
}

static void an_order_is_checked_before_it_is_kept(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    int64_t version = json_int(s->reply, "metadata_version", 0);
    stage_refused(s, "group_update", "{\"group\":\"prod-web-app\",\"boot_groups\":[{\"name\":\"a\","
                  "\"members\":[\"nobody\"]}]}", PC_ERR_INVALID, "no member 'nobody'");
    stage_refused(s, "group_update", "{\"group\":\"prod-web-app\",\"boot_groups\":[{\"name\":\"a\","
                  "\"members\":[\"web-1\"],\"wait_for\":[{\"check\":\"smoke:7\"}]}]}", PC_ERR_INVALID,
                  "smoke:7");
    stage_refused(s, "group_update", "{\"group\":\"prod-web-app\",\"rpo_seconds\":0}", PC_ERR_INVALID,
                  "RPO");
    db_first(s, "");
    assert_int_equal(json_array_size(json_list(s->reply, "boot_groups")), 2);
    assert_int_equal(json_int(s->reply, "metadata_version", 0), version + 1);
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"prod-web-app\",\"description\":\"The "
                                "shop\",\"rpo_seconds\":120,\"health_checks\":[\"tcp:22\"]}"), PC_OK);
    assert_string_equal(json_text(s->reply, "description"), "The shop");
    assert_int_equal(json_int(s->reply, "rpo_seconds", 0), 120);
    assert_int_equal(json_array_size(json_list(s->reply, "boot_groups")), 2); /* not named: kept */
    /* A member that is removed takes its name out of the order. */
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\",\"servers\":["
                                "\"web-2\"]}"), PC_OK);
    char *text = json_compact(json_list(s->reply, "boot_groups"));
    assert_null(strstr(text, "web-2"));
    free(text);
}

/* What is planned: the dry run's step of that key, and whether it waits for another. */
static bool planned_after(const struct stage *s, const char *key, const char *before)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(s->reply, "steps"), i, v)
        if (strcmp(json_text(v, "key"), key) == 0) {
            char *after = json_compact(json_list(v, "after"));
            bool waits = strstr(after, before) != NULL;
            free(after);
            return waits;
        }
    fail_msg("%s is not planned", key);
    return false;
}

/* The middle one has lost its only member: the last does not overtake the first. */
static void an_empty_group_holds_its_place(void **state)
{
    struct stage *s = *state;
    assert_int_equal(set_order(s, "{\"name\":\"one\",\"members\":[\"db-1\"]},{\"name\":\"two\","
                                  "\"members\":[\"web-1\"],\"depends_on\":[\"one\"]},{\"name\":\"three\","
                                  "\"members\":[\"web-2\"],\"depends_on\":[\"two\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"prod-web-app\",\"servers\":["
                                "\"web-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-web-app\",\"dry_run\":true}"),
                     PC_OK);
    assert_true(planned_after(s, "create_server:web-2", "group_up:two"));
    assert_true(planned_after(s, "group_up:two", "group_up:one"));
    assert_true(planned_after(s, "group_up:one", "create_server:db-1"));
    assert_false(planned_after(s, "create_volume:web-2/0", "group_up"));
}

/* ---- questions ----------------------------------------------------------------------------- */

static void a_question_waits_for_its_answer(void **state)
{
    struct stage *s = *state;
    db_first(s, ",\"prompt\":\"Is the database well?\"");
    char *id = start(s, NO_CHECKS);
    asked(s, id, "Is the database well?");
    step_is(s, "create_server:web-1", "waiting");
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_non_null(strstr(json_text(s->reply, "question"), "Is the database well?"));
    stage_refused(s, "group_update", "{\"group\":\"prod-web-app\",\"description\":\"x\"}", PC_ERR_STATE,
                  "");
    char *bad = xasprintf("{\"operation_id\":\"%s\",\"answer\":\"perhaps\"}", id);
    stage_refused(s, "operation_answer", bad, PC_ERR_INVALID, "'perhaps' is no answer");
    answer(s, id, "continue");
    ended(s, id, "passed");
    assert_true(json_is_null(json_object_get(s->op, "question")));
    stage_refused(s, "operation_answer", bad, PC_ERR_INVALID, "no answer");
    char *late = xasprintf("{\"operation_id\":\"%s\",\"answer\":\"stop\"}", id);
    stage_refused(s, "operation_answer", late, PC_ERR_STATE, "asks nothing now");
    free(bad);
    free(late);
    free(id);
}

static void stop_ends_it_as_a_cancel_does(void **state)
{
    struct stage *s = *state;
    db_first(s, ",\"prompt\":\"Is the database well?\"");
    char *id = start(s, NO_CHECKS);
    asked(s, id, "well?");
    answer(s, id, "stop");
    ended(s, id, "failed");
    step_is(s, "prompt:db", "skipped");
    step_is(s, "create_server:web-1", "skipped");
    assert_non_null(strstr(json_text(s->op, "error_message"), "stopped by the operator"));
    free(id);
}

static void a_cancel_ends_a_question_too(void **state)
{
    struct stage *s = *state;
    db_first(s, ",\"prompt\":\"Is the database well?\"");
    char *id = start(s, NO_CHECKS), *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    asked(s, id, "well?");
    assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
    ended(s, id, "failed");
    free(args);
    free(id);
}

/* The engine goes away while it waits, and comes back: the question stands. An
 * answer that is given meanwhile by another process counts. */
static void a_question_outlives_the_engine(void **state)
{
    struct stage *s = *state;
    db_first(s, ",\"prompt\":\"Is the database well?\"");
    char *id = start(s, NO_CHECKS);
    asked(s, id, "well?");
    stage_close(s);
    stage_open(s, NULL);
    asked(s, id, "well?");
    stage_close(s);
    s->options.execute = false; /* as a verb that does not wait */
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_non_null(strstr(json_text(s->reply, "question"), "Is the database well?"));
    answer(s, id, "continue");
    stage_close(s);
    s->options.execute = true;
    stage_open(s, NULL);
    ended(s, id, "passed");
    free(id);
}

/* ---- callouts --------------------------------------------------------------------------------- */

/* A script of the test's own; `log` gets a line each time it runs. */
static char *script(struct stage *s, const char *body, char **ret_log)
{
    char *path = xasprintf("%s/callout.sh", s->state_dir), *log = xasprintf("%s/callout.log", s->state_dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\necho run >> '%s'\n%s\n", log, body);
    fclose(f);
    assert_int_equal(chmod(path, 0700), 0);
    *ret_log = log;
    return path;
}

static int runs(const char *log)
{
    char line[64];
    int n = 0;
    FILE *f = fopen(log, "r");
    while (f && fgets(line, sizeof(line), f))
        n += strcmp(line, "run\n") == 0;
    if (f)
        fclose(f);
    return n;
}

static char *with_callout(struct stage *s, const char *body, const char *rest, char **ret_log)
{
    char *path = script(s, body, ret_log);
    char *more = xasprintf(",\"callout\":{\"argv\":[\"%s\",\"one two\"]%s}", path, rest);
    stage_open(s, CALLOUTS);
    db_first(s, more);
    free(more);
    return path;
}

static bool told(struct stage *s, const char *id, const char *text)
{
    char args[128];
    const json_t *v;
    size_t i;
    snprintf(args, sizeof(args), "{\"operation_id\":\"%s\",\"limit\":1000}", id);
    assert_int_equal(stage_call(s, "operation_events", args), PC_OK);
    json_array_foreach(s->reply, i, v)
        if (strstr(json_text(v, "text"), text))
            return true;
    return false;
}

static void a_callout_runs_when_its_group_is_up(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "echo \"$PROTECTOR_GROUP $PROTECTOR_SITE $PROTECTOR_PHASE "
                                       "$PROTECTOR_TYPE $PROTECTOR_BOOT_GROUP [$1] [$HOME]\"; "
                                       "printf 'red \\033[31m\\n'; test -n \"$PROTECTOR_OPERATION\"",
                                    "", &log);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_string_equal(json_text(step(s, "callout:db"), "detail"), "exit 0");
    assert_true(when(s, "callout:db", "started_at") >= when(s, "create_server:db-1", "ended_at"));
    assert_true(when(s, "create_server:web-1", "started_at") >= when(s, "callout:db", "ended_at"));
    char *id = xstrdup(json_text(s->op, "id"));
    assert_true(told(s, id, "prod-web-app site-b creating_vms test_failover db [one two] []"));
    assert_false(told(s, id, "\033"));
    assert_int_equal(runs(log), 1);
    free(id);
    free(log);
    free(path);
}

static void a_callout_that_fails_does_what_it_is_told(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "echo no >&2; exit 7", "", &log);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned"); /* stop, unless told otherwise */
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "callout of db: exit 7"));
    step_is(s, "create_server:web-1", "skipped");
    free(path);
    free(log);
    path = with_callout(s, "exit 7", ",\"on_failure\":\"continue\"", &log);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    char *warnings = json_compact(json_list(s->op, "warnings"));
    assert_non_null(strstr(warnings, "exit 7"));
    free(warnings);
    free(path);
    free(log);
    path = with_callout(s, "exit 7", ",\"on_failure\":\"ask\"", &log);
    char *id = start(s, NO_CHECKS);
    asked(s, id, "exit 7; go on all the same?");
    answer(s, id, "continue");
    ended(s, id, "passed");
    free(id);
    free(path);
    free(log);
}

static void a_callout_that_hangs_is_ended(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "sleep 600", ",\"timeout_s\":1", &log);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_non_null(strstr(json_text(s->op, "error_message"), "did not end within 1 s"));
    free(path);
    free(log);
}

static void a_callout_may_say_much(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "yes 'much to tell' | head -n 300000", "", &log);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    char *id = xstrdup(json_text(s->op, "id"));
    assert_true(told(s, id, "much to tell"));
    assert_true(told(s, id, "it said more, which is not kept"));
    free(id);
    free(path);
    free(log);
}

static bool callout_runs(const struct snapshot *now, const void *arg)
{
    const struct op_view *v = snapshot_operation(now, arg);
    int i = v ? plan_find(v->op->plan, "callout:db") : -1;
    return i >= 0 && v->op->steps[i].status == STEP_RUNNING;
}

/* It ran when the engine went away: nobody runs it again without being told. */
static void a_callout_never_runs_twice_by_itself(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "sleep 600", "", &log);
    char *id = start(s, NO_CHECKS);
    stage_watch(s, callout_runs, id);
    for (int i = 0; i < 200 && runs(log) == 0; i++)
        usleep(20000); /* the intent is durable before the program runs */
    stage_close(s);
    stage_open(s, CALLOUTS);
    asked(s, id, "how it ended is not known");
    answer(s, id, "continue");
    ended(s, id, "passed");
    assert_int_equal(runs(log), 1);
    free(id);
    free(path);
    free(log);
}

static void callouts_are_allowed_by_the_configuration_alone(void **state)
{
    struct stage *s = *state;
    char *log, *path = with_callout(s, "exit 0", "", &log);
    stage_open(s, NULL);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_FORBIDDEN,
                  "callouts are not allowed here");
    assert_int_equal(runs(log), 0);
    free(path);
    free(log);
}

/* ---- canary --------------------------------------------------------------------------------------- */

static void a_canary_goes_first_and_alone(void **state)
{
    struct stage *s = *state;
    db_first(s, "");
    char *id = start(s, "\"canary\":true,\"health_checks\":[\"tcp:8080\"]");
    asked(s, id, "db-1 is up and passes its checks: begin with the other 2?");
    step_is(s, "wait_check:canary/0/db-1", "done");
    assert_int_equal(stage_made(s, "server"), 1);
    step_is(s, "create_server:web-1", "waiting");
    answer(s, id, "continue");
    ended(s, id, "passed");
    free(id);
}

static void a_canary_that_dies_ends_it(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-web-1", "refuse");
    assert_string_equal(stage_drill(s, "\"canary\":true,\"health_checks\":[\"tcp:8080\"],"
                                       "\"health_check_timeout\":3"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    step_is(s, "create_server:web-1", "done"); /* without an order the first of all */
    step_is(s, "create_server:web-2", "skipped");
    step_is(s, "create_server:db-1", "skipped");
    step_is(s, "prompt:canary", "skipped");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(the_next_begin_when_the_first_are_up),
        stage_test(within_a_group_one_after_the_other),
        stage_test(a_wait_that_fails_stops_the_rest),
        stage_test(an_order_is_checked_before_it_is_kept),
        stage_test(an_empty_group_holds_its_place),
        stage_test(a_question_waits_for_its_answer),
        stage_test(stop_ends_it_as_a_cancel_does),
        stage_test(a_cancel_ends_a_question_too),
        stage_test(a_question_outlives_the_engine),
        stage_test(a_callout_runs_when_its_group_is_up),
        stage_test(a_callout_that_fails_does_what_it_is_told),
        stage_test(a_callout_that_hangs_is_ended),
        stage_test(a_callout_may_say_much),
        stage_test(a_callout_never_runs_twice_by_itself),
        stage_test(callouts_are_allowed_by_the_configuration_alone),
        stage_test(a_canary_goes_first_and_alone),
        stage_test(a_canary_that_dies_ends_it),
    };
    return stage_main(tests, argc, argv);
}
