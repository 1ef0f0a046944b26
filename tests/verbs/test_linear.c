/* The conversation without a full screen, on a door without an engine. */
#include "tests/verbs/run_line.h"
#include "tui/linear/linear.h"

#define GROUPS "[{\"id\":\"pg-1\",\"name\":\"prod\",\"state\":\"ready\"}]"
#define PLAN(ready)                                                                              \
    "{\"group\":\"prod\",\"source_site\":\"site-a\",\"target_site\":\"site-b\",\"confirm\":"     \
    "\"prod\",\"counts\":{\"servers\":1},\"readiness\":{\"ready\":" ready ",\"blockers\":1,"     \
    "\"checks\":[{\"check\":\"R-X\",\"status\":\"blocked\",\"evidence\":\"no room\"}]},"         \
    "\"steps\":[]}"

/* One group that is ready, with a member. */
static struct group_list *one_group(void)
{
    struct group_list *list = group_list_new(1);
    json_t *record = json_pack("{s:s,s:s,s:s,s:s,s:s,s:[{s:s,s:s}]}", "id", "pg-1", "name", "prod",
                               "primary", "site-a", "secondary", "site-b", "current_primary",
                               "site-a", "members", "id", "srv-1", "name", "web-1");
    struct group *g = NULL;
    assert_int_equal(group_from_json(record, &g, NULL), PC_OK);
    json_decref(record);
    list->items[0] = group_view_new(g);
    list->items[0]->state = GROUP_READY;
    group_unref(g);
    return list;
}

static int setup(void **state)
{
    (void)state;
    run_line_reset();
    group_list_unref(fake.snapshot->groups);
    fake.snapshot->groups = one_group();
    fake_answer("site_list", "[]");
    fake_answer("group_list", GROUPS);
    return 0;
}

/* Runs the console on these lines; what it says is in the_out. */
static int talk(const char *lines)
{
    char *argv[] = {(char *)(uintptr_t)"protector-console", (char *)(uintptr_t)"--linear",
                    (char *)(uintptr_t)"--state-dir", the_dir};
    struct args a;
    struct pc_error err = {0};
    size_t n;
    free(the_out);
    free(the_err);
    FILE *out = open_memstream(&the_out, &n), *errors = open_memstream(&the_err, &n);
    FILE *in = fmemopen((char *)(uintptr_t)lines, strlen(lines), "r");
    assert_int_equal(args_parse(4, argv, &a, &err), PC_OK);
    int code = linear_run(&a, in, out, errors);
    args_release(&a);
    fclose(in);
    fclose(out);
    fclose(errors);
    assert_int_equal(fake.opens, 1); /* one door for all of it */
    assert_int_equal(fake.closes, 1);
    return code;
}

/* How often that request was sent. */
static int asked(const char *verb)
{
    int n = 0;
    size_t length = strlen(verb);
    for (int i = 0; i < fake.asked_count; i++)
        n += strncmp(fake.asked[i], verb, length) == 0 && fake.asked[i][length] == ' ';
    return n;
}

static void test_the_door_executes_and_stays_open(void **state)
{
    (void)state;
    fake_answer("operation_list", "[]");
    assert_int_equal(talk("operation list\noperation list -f json\nq\n"), 0);
    assert_true(fake.opened.execute && fake.opened.sites && fake.opened.monitor);
    assert_has(the_out, "1. prod: active at site-a, 1 server, lag not known");
    assert_has(the_out, "\nhome> operation list\nnone\n");
    assert_has(the_out, "\nhome> operation list -f json\n[]\n");
    assert_string_equal(the_err, "");
}

static void test_what_may_not_be_done_is_refused_before_it_is_asked(void **state)
{
    (void)state;
    assert_int_equal(talk("prod\nrollback\n"), 1);
    assert_has(the_out, "rollback is not possible now: ");
    assert_int_equal(asked("rollback"), 0);
}

static void test_only_the_exact_name_confirms(void **state)
{
    (void)state;
    fake_answer("failover", PLAN("true"));
    assert_int_equal(talk("prod\nfailover\nplanned\nPROD\n"), 1);
    assert_has(the_out, "that is not the name (it ");
    assert_int_equal(asked("failover"), 1); /* the dry run */
    assert_has(fake.asked[fake.asked_count - 2], "\"dry_run\": true");
    assert_has(fake.asked[fake.asked_count - 2], "\"type\": \"planned\"");
}

static void test_the_end_of_the_input_confirms_nothing(void **state)
{
    (void)state;
    fake_answer("failover", PLAN("true"));
    assert_int_equal(talk("prod\nfailover\nplanned\n"), 1);
    assert_int_equal(asked("failover"), 1);
    setup(state);
    assert_int_equal(talk("prod\nfailover\n"), 0); /* not even which kind */
    assert_int_equal(asked("failover"), 0);
    assert_has(the_out, "nothing was changed");
}

static void test_what_is_not_ready_is_not_asked(void **state)
{
    (void)state;
    fake_answer("failover", PLAN("false"));
    assert_int_equal(talk("failover prod --type planned\n"), 1);
    assert_has(the_out, "blocked: ");
    assert_null(strstr(the_out, "to go on"));
    setup(state);
    fake_answer("test_failover", PLAN("false"));
    assert_int_equal(talk("drill prod\n\n\n"), 1);
    assert_null(strstr(the_out, "Start it?"));
    assert_int_equal(asked("test_failover"), 1);
}

static void test_a_drill_is_begun_as_asked_and_followed(void **state)
{
    (void)state;
    static const char end[] =
        "{\"id\":\"op-1\",\"operation_type\":\"test_failover\",\"protection_group\":\"prod\","
        "\"status\":\"cleaned\",\"verdict\":\"passed\",\"progress\":100,"
        "\"completed_at\":\"2026-11-20T09:41:07Z\"}";
    fake_answer("test_failover", PLAN("true"));
    fake_answer("test_failover", "{\"id\":\"op-1\",\"status\":\"pending\"}");
    fake_answer("operation_show", end);
    assert_int_equal(talk("prod\nt --canary\ntcp:22\nyes\nyes\n"), 0);
    assert_has(the_out, "begun: op-1\n");
    assert_has(the_out, "prod  cleaned             verdict passed    100%");
    bool sent = false;
    for (int i = 0; i < fake.asked_count; i++)
        sent = sent || strcmp(fake.asked[i], "test_failover {\"canary\": true, \"group\": \"prod\", "
                                             "\"health_checks\": [\"tcp:22\"], "
                                             "\"no_cleanup\": true}") == 0;
    assert_true(sent);
}

static void test_what_belongs_to_the_start_is_refused(void **state)
{
    (void)state;
    assert_int_equal(talk("operation list --state-dir /elsewhere\n"), 2);
    assert_has(the_out, "--state-dir belongs to the start");
    assert_int_equal(asked("operation_list"), 0);
}

static void test_what_does_not_open_is_an_error(void **state)
{
    (void)state;
    pc_error_set(&fake.open_error, PC_ERR_CONFIG, "Write a number.", "rpo is no number");
    char *argv[] = {(char *)(uintptr_t)"protector-console", (char *)(uintptr_t)"--state-dir", the_dir};
    struct args a;
    size_t n;
    free(the_out);
    free(the_err);
    FILE *out = open_memstream(&the_out, &n), *errors = open_memstream(&the_err, &n);
    FILE *in = fmemopen((char *)(uintptr_t)"q\n", 2, "r");
    assert_int_equal(args_parse(3, argv, &a, &fake.open_error), PC_OK);
    assert_int_equal(linear_run(&a, in, out, errors), 2);
    args_release(&a);
    fclose(in);
    fclose(out);
    fclose(errors);
    assert_string_equal(the_out, "");
    assert_has(the_err, "rpo is no number");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_door_executes_and_stays_open, setup),
        cmocka_unit_test_setup(test_what_may_not_be_done_is_refused_before_it_is_asked, setup),
        cmocka_unit_test_setup(test_only_the_exact_name_confirms, setup),
        cmocka_unit_test_setup(test_the_end_of_the_input_confirms_nothing, setup),
        cmocka_unit_test_setup(test_what_is_not_ready_is_not_asked, setup),
        cmocka_unit_test_setup(test_a_drill_is_begun_as_asked_and_followed, setup),
        cmocka_unit_test_setup(test_what_belongs_to_the_start_is_refused, setup),
        cmocka_unit_test_setup(test_what_does_not_open_is_an_error, setup),
    };
    return RUN_LINE_MAIN(argc, argv, tests);
}
