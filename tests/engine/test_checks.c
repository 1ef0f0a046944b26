/* Health checks of a drill: on real sockets, within one budget, told truthfully. */
#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"

/* The row of a check in the operation shown last. */
static const json_t *check_of(const struct stage *s, const char *vm, const char *check)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(s->op, "health_checks"), i, v)
        if (strcmp(json_text(v, "vm"), vm) == 0 && strcmp(json_text(v, "check"), check) == 0)
            return v;
    fail_msg("there is no check %s of %s", check, vm);
    return NULL;
}

static void is(const struct stage *s, const char *vm, const char *check, const char *status)
{
    assert_string_equal(json_text(check_of(s, vm, check), "status"), status);
}

static void failed_and_cleaned(struct stage *s, const char *args, const char *why,
                               const char *remedy)
{
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    assert_string_equal(json_text(s->op, "state"), "failed");
    const json_t *failed = json_list(s->op, "steps_failed");
    assert_int_equal(json_array_size(failed), 1);
    assert_string_equal(json_string_value(json_array_get(failed, 0)), "verifying");
    if (!strstr(json_text(s->op, "error_message"), why) ||
        !strstr(json_text(s->op, "remedy"), remedy))
        fail_msg("'%s', '%s': expected '%s' and '%s'", json_text(s->op, "error_message"),
                 json_text(s->op, "remedy"), why, remedy);
}

static void every_check_of_every_server(void **state)
{
    static const char *const servers[] = {"web-1", "web-2", "db-1"};
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"health_checks\":[\"tcp:8080\",\"tcp:8443\",\"http:/healthz\","
                                       "\"tcp:8080\"]"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(json_array_size(json_list(s->op, "health_checks")), 3 * (1 + 3));
    for (size_t i = 0; i < 3; i++) {
        is(s, servers[i], "boot", "done");
        is(s, servers[i], "tcp:8080", "done");
        is(s, servers[i], "tcp:8443", "done");
        is(s, servers[i], "http:/healthz", "done");
        assert_true(json_int(check_of(s, servers[i], "tcp:8080"), "attempts", 0) >= 1);
    }
}

/* One answers nothing, one answers badly, one page is nowhere: each check says
 * its own, and what passed stays passed. */
static void what_does_not_pass_fails_the_drill(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-db-1", "refuse");
    lab_guests(&s->lab, "test-web-2", "503");
    failed_and_cleaned(s, "\"health_checks\":[\"tcp:8443\",\"http:/healthz\",\"http:/nowhere\"],"
                          "\"health_check_timeout\":2", "did not pass within 2 s",
                       "--health-check-timeout");
    is(s, "web-1", "tcp:8443", "done");
    is(s, "web-1", "http:/healthz", "done");
    is(s, "web-1", "http:/nowhere", "failed");
    is(s, "web-2", "http:/healthz", "failed");
    is(s, "db-1", "boot", "done");
    is(s, "db-1", "tcp:8443", "failed");
    assert_non_null(strstr(json_text(check_of(s, "web-1", "http:/nowhere"), "detail"), "404"));
    assert_non_null(strstr(json_text(check_of(s, "web-2", "http:/healthz"), "detail"), "503"));
    assert_non_null(strstr(json_text(check_of(s, "db-1", "tcp:8443"), "detail"), "refused"));
    assert_true(json_int(check_of(s, "db-1", "tcp:8443"), "attempts", 0) > 1);
    /* What answered, and what did not, is named. */
    assert_non_null(strstr(json_text(check_of(s, "web-1", "tcp:8443"), "detail"), "open at 127."));
    assert_non_null(strstr(json_text(check_of(s, "web-2", "http:/healthz"), "detail"), "http 503 at 127."));
}

static const json_t *console_of(const struct stage *s, const char *vm)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(s->op, "consoles"), i, v)
        if (strcmp(json_text(v, "vm"), vm) == 0)
            return v;
    return NULL;
}

/* The copy is gone, what it said is there; of who passed nothing is asked. */
static void what_the_guest_said_outlives_it(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-db-1", "refuse");
    failed_and_cleaned(s, "\"health_checks\":[\"tcp:8443\",\"tcp:8080\"],\"health_check_timeout\":2",
                       "did not pass", "--health-check-timeout");
    assert_int_equal(json_array_size(json_list(s->op, "consoles")), 1);
    assert_non_null(strstr(json_text(console_of(s, "db-1"), "output"), "Linux version"));
    assert_true(*json_text(console_of(s, "db-1"), "at"));
    /* It cannot be read: the check's own words stand, and the drill goes on. */
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers/*/action\",\"do\":\"status=501\"}");
    failed_and_cleaned(s, "\"health_checks\":[\"tcp:8443\"],\"health_check_timeout\":2",
                       "did not pass", "--health-check-timeout");
    assert_int_equal(json_array_size(json_list(s->op, "consoles")), 0);
    assert_true(lab_struck(&s->lab) >= 1);
}

static void who_comes_late_or_flaps_passes_in_time(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-web-1", "slow:30"); /* a twentieth of it here */
    lab_guests(&s->lab, "test-db-1", "flap");
    assert_string_equal(stage_drill(s, "\"health_check_timeout\":40"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_true(json_int(check_of(s, "web-1", "tcp:8443"), "attempts", 0) > 1);
}

/* Six checks that never pass, one second for all of them. */
static void there_is_one_budget(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-*", "refuse");
    char *id = xstrdup(stage_start(s, "\"health_check_timeout\":1"));
    stage_until(s, id, OP_VERIFYING);
    int64_t begun = clock_mono_ms();
    stage_until(s, id, OP_SUCCEEDED);
    assert_in_range(clock_mono_ms() - begun, 0, 5000);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    free(id);
}

static void what_failed_can_be_kept_and_looked_at(void **state)
{
    struct stage *s = *state;
    lab_guests(&s->lab, "test-web-1", "refuse");
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_check_timeout\":1"), "failed");
    assert_int_equal(stage_made(s, "server"), 3);
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    char *id = xstrdup(json_text(s->op, "id"));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    stage_show(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    free(cleanup);
    free(args);
    free(id);
}

static void the_configuration_says_whether_to_clean_up(void **state)
{
    struct stage *s = *state;
    stage_open(s, "test_failover: { auto_cleanup = false; health_check_timeout = 33; };");
    assert_string_equal(stage_drill(s, ""), "succeeded");
    assert_int_equal(json_int(json_map(s->op, "request"), "health_check_timeout", 0), 33);
    assert_int_equal(stage_made(s, "server"), 3);
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(stage_drill(s, "\"no_cleanup\":false"), "cleaned"); /* the flag wins */
    free(cleanup);
    free(args);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(every_check_of_every_server),
        stage_test(what_does_not_pass_fails_the_drill),
        stage_test(what_the_guest_said_outlives_it),
        stage_test(who_comes_late_or_flaps_passes_in_time),
        stage_test(there_is_one_budget),
        stage_test(what_failed_can_be_kept_and_looked_at),
        stage_test(the_configuration_says_whether_to_clean_up),
    };
    return stage_main(tests, argc, argv);
}
