/* Verbs at work on a door without an engine: what is asked, printed and returned. */
#include "tests/verbs/run_line.h"

#define ID "op-9f3a1b2c-4d5e-4f7a-8b9c-0d1e2f3a4b5c"
#define OP_HEAD                                                                                  \
    "{\"id\":\"" ID "\",\"operation_type\":\"test_failover\",\"protection_group\":\"prod\","     \
    "\"source_site\":\"site-a\",\"target_site\":\"site-b\","
#define OP_PENDING_JSON OP_HEAD "\"status\":\"pending\",\"progress\":0,\"warnings\":[\"slow\"]}"
#define OP_VOLUMES_JSON                                                                          \
    OP_HEAD "\"status\":\"creating_volumes\",\"progress\":36,\"phases\":[{\"phase\":"            \
            "\"creating_volumes\",\"total\":5,\"done\":2,\"failed\":0}]}"
#define OP_END(status, verdict)                                                                  \
    OP_HEAD "\"status\":\"" status "\",\"verdict\":\"" verdict "\",\"progress\":100,"            \
            "\"completed_at\":\"2026-11-20T09:41:07Z\",\"result_data\":{\"instances\":[1,2,3],"  \
            "\"volumes\":[1,2,3,4,5],\"networks\":[]}}"

static int setup(void **state)
{
    (void)state;
    run_line_reset();
    return 0;
}

/* -- one request, one reply -------------------------------------------------------- */

static void test_lists(void **state)
{
    (void)state;
    fake_answer("site_list", "[{\"name\":\"site-a\",\"type\":\"primary\"}]");
    assert_int_equal(run("dr site list -f value -c Name -c Type"), 0);
    assert_string_equal(the_out, "site-a primary\n");
    assert_string_equal(the_err, "");
    assert_string_equal(fake.asked[0], "site_list {}");
    assert_true(fake.opened.sites && !fake.opened.execute && !fake.opened.monitor);
}

static void test_warnings_go_to_stderr(void **state)
{
    (void)state;
    fake.warnings = json_pack("[s]", "clouds.yaml can be read by others: chmod 600 it");
    fake_answer("operation_list", "[]");
    assert_int_equal(run("operation list -f json"), 0);
    assert_string_equal(the_out, "[]\n");
    assert_has(the_err, "warning: clouds.yaml can be read by others");
    assert_false(fake.opened.sites); /* history needs no site */
}

static void test_what_goes_with_a_member_is_said(void **state)
{
    (void)state;
    fake_answer("member_remove", "{\"name\":\"web\",\"warnings\":"
                                 "[\"health check db-1@tcp:1 went with its member\"]}");
    assert_int_equal(run("protection-group remove-member web db-1"), 0);
    assert_has(the_err, "warning: health check db-1@tcp:1 went with its member");
    assert_has(the_out, "web");
}

static void test_a_mapping_that_was_not_looked_at_is_said(void **state)
{
    (void)state;
    fake_answer("group_update", "{\"name\":\"web\"}");
    assert_int_equal(run("protection-group set web --network-mapping a=b -f value -c name"), 0);
    assert_string_equal(the_out, "web\n");
    assert_has(the_err, "was not looked at: protection-group readiness web");
    fake_answer("group_update", "{\"name\":\"web\"}");
    assert_int_equal(run("protection-group set web --description x"), 0);
    assert_string_equal(the_err, "");
}

static void test_error_says_what_to_do_and_sets_the_exit_code(void **state)
{
    (void)state;
    static const struct {
        enum pc_err code;
        int exit_code;
    } cases[] = {{PC_ERR_NOT_FOUND, 2}, {PC_ERR_BUSY, 1}, {PC_ERR_UNREACHABLE, 69},
                 {PC_ERR_READ_ONLY, 77}, {PC_ERR_CONFIG, 2}, {PC_ERR_FORBIDDEN, 77}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_reset();
        fake_refuse("group_show", cases[i].code, "Try another.", "it is \x1b[31mred");
        snprintf(fake.answers[0].error.request_id, 64, "req-1");
        assert_int_equal(run("protection-group show nope"), cases[i].exit_code);
        assert_string_equal(the_out, "");
        assert_has(the_err, "error: it is ");
        assert_has(the_err, "\n  what to do: Try another.\n");
        assert_has(the_err, "request id: req-1");
        assert_null(strchr(the_err, '\x1b'));
    }
}

static void test_error_of_the_configuration_names_the_line(void **state)
{
    (void)state;
    pc_error_set(&fake.open_error, PC_ERR_CONFIG, "Write a number.", "rpo is no number");
    snprintf(fake.open_error.source, sizeof(fake.open_error.source), "pc.cfg");
    fake.open_error.line = 12;
    assert_int_equal(run("site list"), 2);
    assert_has(the_err, "where: pc.cfg:12");
    assert_int_equal(run("doctor"), 2);
    assert_has(the_out, "pc.cfg:12: rpo is no number");
}

static void test_what_cannot_be_sent_opens_no_door(void **state)
{
    (void)state;
    assert_int_equal(run("test-failover prod --network-mapping net-a"), 2);
    assert_int_equal(run("test-failover prod -c Colour"), 2);
    assert_int_equal(run("test-failover prod --wait -c Colour"), 2);
    assert_int_equal(run("test-failover prod --dry-run -c status"), 2);
    assert_int_equal(run("test cleanup op-1 -c Colour"), 2);
    assert_int_equal(run("site list -c Colour"), 2);
    assert_has(the_err, "Colour");
    assert_int_equal(fake.opens, 0);
}

static void test_state_directory(void **state)
{
    (void)state;
    char line[200];
    struct stat st;
    fake_answer("operation_list", "[]");
    snprintf(line, sizeof(line), "operation list --state-dir %s/a/b", the_dir);
    assert_int_equal(run(line), 0);
    snprintf(line, sizeof(line), "%s/a/b/console.log", the_dir);
    assert_int_equal(stat(line, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(run("operation list --state-dir /proc/none/such"), 77);
    assert_has(the_err, "/proc/none/such");
    assert_has(the_err, "--state-dir");
    assert_int_equal(run("operation list --state-dir /dev/null"), 77);
    assert_has(the_err, "/dev/null is not a directory");
}

/* -- a drill -------------------------------------------------------------------------- */

static void test_failover_returns_at_once_and_starts_an_engine(void **state)
{
    (void)state;
    fake_answer("test_failover", OP_PENDING_JSON);
    assert_int_equal(run("test-failover prod --os-cloud east"), 0);
    assert_has(the_out, "| operation_id     | " ID " |\n");
    assert_has(the_out, "| status           | pending ");
    assert_has(the_out, "| target_site      | site-b ");
    assert_has(the_err, "warning: slow");
    assert_has(the_err, "to follow it: operation watch " ID "\n");
    assert_false(fake.opened.execute);
    char *words = spawned();
    assert_has(words, the_dir);
    assert_has(words, " --os-cloud east engine --until-idle");
    free(words);
}

static void test_failover_waits_and_tells_each_change(void **state)
{
    (void)state;
    fake_answer("test_failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_PENDING_JSON);
    fake_answer("operation_show", OP_VOLUMES_JSON);
    fake_answer("operation_show", OP_VOLUMES_JSON);
    fake_answer("operation_show", OP_END("cleaned", "passed"));
    assert_int_equal(run("test-failover prod --wait"), 0);
    assert_true(fake.opened.execute);
    assert_has(the_out, "prod  creating_volumes    2 of 5 steps       36%");
    assert_has(the_out, "prod  succeeded           verdict passed");
    assert_has(the_out, "prod  cleaned             verdict passed    100%");
    assert_has(the_out, "cleaned: 3 instances, 5 volumes, verdict passed\n");
    const char *line = strstr(the_out, "36%");
    assert_null(strstr(line + 1, "36%")); /* what did not change is not said again */
}

static void test_failover_json_keeps_lines_out_of_the_result(void **state)
{
    (void)state;
    fake_answer("test_failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("cleaned", "passed"));
    assert_int_equal(run("test-failover prod --wait -f json"), 0);
    json_t *result = json_loads(the_out, 0, NULL);
    assert_non_null(result);
    assert_string_equal(json_text(result, "status"), "cleaned");
    assert_int_equal(json_int(result, "volumes", 0), 5);
    json_decref(result);
    assert_has(the_err, "cleaned");
}

static void test_failover_prints_the_wanted_columns(void **state)
{
    (void)state;
    fake_answer("test_failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("cleaned", "passed"));
    assert_int_equal(run("test-failover prod --wait -f value -c status -c verdict"), 0);
    assert_string_equal(the_out, "cleaned\npassed\n");
}

static void test_failover_exit_code_is_the_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *end;
        int code;
    } cases[] = {
        {OP_END("cleaned", "passed"), 0}, {OP_END("succeeded", "passed"), 0},
        {OP_END("cleaned", "failed"), 1}, {OP_END("failed", "failed"), 1},
        {OP_END("failed", "passed"), 1}, /* passed, but its cleanup left something */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_reset();
        fake_answer("test_failover", OP_PENDING_JSON);
        fake_answer("operation_show", cases[i].end);
        assert_int_equal(run("test-failover prod --wait"), cases[i].code);
        fake_reset();
        fake_answer("operation_show", cases[i].end);
        fake_answer("operation_events", "[]");
        assert_int_equal(run("operation watch " ID), cases[i].code);
        assert_false(fake.opened.execute);
    }
}

static void test_dry_run_prints_the_plan(void **state)
{
    (void)state;
    fake_answer("test_failover",
                "{\"group\":\"prod\",\"counts\":{\"volumes\":5,\"servers\":3,\"ports\":4,"
                "\"networks\":0,\"checks\":6},\"warnings\":[\"smaller flavor\"],\"steps\":["
                "{\"key\":\"create_volume:v1\",\"kind\":\"create_volume\",\"phase\":"
                "\"creating_volumes\",\"subject\":\"web-1 root\",\"after\":[]}]}");
    assert_int_equal(run("test-failover prod --dry-run --wait"), 0);
    assert_has(the_out, "| creating_volumes | create_volume | web-1 root |");
    assert_has(the_out, "5 volumes, 4 ports, 3 instances, 6 health checks");
    assert_has(the_out, "warning: smaller flavor");
    assert_false(fake.opened.execute);
    assert_int_equal(run("test-failover prod --dry-run -f json"), 0);
    assert_has(the_out, "\"steps\": [");
    assert_int_equal(fake.asked_count, 2);
}

static void test_cleanup_says_what_goes(void **state)
{
    (void)state;
    fake_answer("test_cleanup", "{\"operation_id\":\"" ID "\",\"cleanup_operation_id\":\"op-c\","
                                "\"status\":\"cleaning_up\",\"counts\":{\"instances\":3,"
                                "\"volumes\":5,\"ports\":4,\"networks\":0}}");
    assert_int_equal(run("dr test cleanup " ID), 0);
    assert_string_equal(the_out,
                        "Cleanup initiated for operation " ID "\n"
                        "Status: cleaning_up\n"
                        "Resources to be deleted:\n"
                        "  Instances : 3\n"
                        "  Volumes   : 5\n"
                        "  Networks  : 0 (user-supplied, not auto-created)\n"
                        "Monitor with: protector-console operation show " ID "\n");
    free(spawned());
    fake_answer("operation_show",
                "{\"id\":\"op-c\",\"operation_type\":\"test_cleanup\",\"status\":\"completed\","
                "\"completed_at\":\"2026-11-20T09:41:07Z\"}");
    assert_int_equal(run("test cleanup --wait " ID), 0);
    assert_true(fake.opened.execute);
}

static void test_cleanup_of_nothing_starts_nothing(void **state)
{
    (void)state;
    fake_answer("test_cleanup", "{\"operation_id\":\"" ID "\",\"cleanup_operation_id\":null,"
                                "\"status\":\"cleaned\",\"counts\":{}}");
    assert_int_equal(run("test cleanup --wait " ID), 0);
    assert_has(the_out, "Status: cleaned");
    assert_int_equal(fake.asked_count, 1);
}

/* -- the engine and the doctor ------------------------------------------------------------ */

static struct operation *open_operation(enum op_status status, int64_t completed_ms)
{
    struct operation *op = operation_new(OP_TEST_FAILOVER, NULL);
    snprintf(op->group, sizeof(op->group), "prod");
    op->status = status;
    op->completed_ms = completed_ms;
    return op;
}

static void show_operation(struct operation *take)
{
    op_list_unref(fake.snapshot->operations);
    fake.snapshot->operations = op_list_new(1);
    fake.snapshot->operations->items[0] = op_view_new(take, NULL, 0);
    operation_free(take);
}

static void test_engine_ends_when_idle(void **state)
{
    (void)state;
    fake_answer("operation_list", "[]");
    fake.snapshot->owner = true;
    show_operation(open_operation(OP_CLEANED, 1));
    assert_int_equal(run("engine --until-idle"), 0);
    assert_string_equal(the_out, ""); /* history is not told */
    assert_true(fake.opened.execute && fake.opened.sites);
}

static void test_engine_believes_the_journal(void **state)
{
    (void)state;
    /* The snapshot shows nothing yet; the journal knows of a pending drill. */
    fake_answer("operation_list", "[" OP_PENDING_JSON "]");
    fake_answer("operation_list", "[" OP_END("cleaned", "passed") "]");
    assert_int_equal(run("engine --until-idle"), 0);
    assert_int_equal(fake.asked_count, 2);
    assert_string_equal(fake.asked[1], "operation_list {\"open\": true}"); /* not all of history */
}

static void test_doctor_exit_code_is_the_worst(void **state)
{
    (void)state;
    static const struct {
        const char *findings;
        int code;
    } cases[] = {
        {"[{\"check\":\"a\",\"status\":\"ok\"},{\"check\":\"b\",\"status\":\"warning\"}]", 0},
        {"[{\"check\":\"site-a compute\",\"status\":\"problem\"}]", 69},
        {"[{\"check\":\"sites\",\"status\":\"problem\"}]", 2},
        {"[{\"check\":\"site-a identity\",\"status\":\"problem\",\"error\":\"auth\"}]", 77},
        {"[{\"status\":\"problem\",\"error\":\"unreachable\"},{\"status\":\"ok\"}]", 69},
        {"[{\"status\":\"problem\",\"error\":\"unreachable\"},"
         "{\"status\":\"problem\",\"error\":\"forbidden\"}]", 77},
        {"[{\"status\":\"problem\",\"error\":\"forbidden\"},"
         "{\"status\":\"problem\",\"error\":\"config\"}]", 2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_reset();
        fake_answer("doctor", cases[i].findings);
        assert_int_equal(run("doctor"), cases[i].code);
    }
}

static void test_doctor_tells_of_keys_and_theme(void **state)
{
    (void)state;
    fake_answer("doctor", "[]");
    fake.screen = json_pack("{s:s, s:[{s:s, s:s, s:i}]}", "theme", "no-such", "keys", "action",
                            "no-action", "key", "D", "line", 3);
    assert_int_equal(run("doctor -f lines"), 2);
    assert_has(the_out, "there is no theme 'no-such'");
    assert_has(the_out, "no action called \"no-action\"");
    json_decref(fake.screen);
    fake.screen = json_pack("{s:s}", "theme", "light");
    fake_answer("doctor", "[]");
    assert_int_equal(run("doctor -f lines"), 0);
}

static void test_status_without_a_verb(void **state)
{
    (void)state;
    fake_answer("site_list", "[{\"name\":\"site-a\",\"status\":\"active\"}]");
    fake_answer("group_list", "[{\"name\":\"prod-web-app\"}]");
    fake_answer("operation_list", "[]");
    assert_int_equal(run("--read-only"), 0);
    assert_true(fake.opened.read_only);
    assert_has(the_out, "LAB");
    assert_has(the_out, "| site-a ");
    assert_has(the_out, "| prod-web-app ");
    assert_has(the_out, "protector-console --help");
}

static void test_status_tells_what_stands_still(void **state)
{
    (void)state;
    fake_answer("site_list", "[{\"name\":\"site-a\",\"status\":\"active\"}]");
    fake_answer("group_list", "[{\"name\":\"prod\"}]");
    fake_answer("operation_list", "[" OP_VOLUMES_JSON "," OP_END("cleaned", "passed") "]");
    snprintf(fake.snapshot->engine, sizeof(fake.snapshot->engine), "pid 7 on host");
    assert_int_equal(run("--once"), 0);
    assert_null(strstr(the_out, "no engine"));
    snprintf(fake.snapshot->engine, sizeof(fake.snapshot->engine), "nobody");
    assert_int_equal(run("--once"), 0);
    assert_has(the_out, "1 of them is not over, and no engine is running");
    /* The list as well, beside what programs read. */
    assert_int_equal(run("operation list -f value -c status"), 0);
    assert_null(strstr(the_out, "no engine"));
    assert_has(the_err, "1 of them is not over, and no engine is running");
    fake_answer("operation_list", "[" OP_END("cleaned", "passed") "]");
    assert_int_equal(run("operation list"), 0);
    assert_string_equal(the_err, "");
}

/* A site that does not answer is in the snapshot, and in the exit code. */
static void test_snapshot_for_programs(void **state)
{
    (void)state;
    fake_answer("site_list", "[{\"name\":\"site-a\",\"status\":\"active\"},"
                             "{\"name\":\"site-b\",\"status\":\"unreachable\"}]");
    fake_answer("group_list", "[{\"id\":\"pg-1\",\"name\":\"prod\"}]");
    fake_answer("operation_list", "[" OP_VOLUMES_JSON "," OP_END("cleaned", "passed") "]");
    assert_int_equal(run("--once -f json"), 69);
    json_t *now = json_loads(the_out, 0, NULL);
    assert_non_null(now);
    assert_int_equal(json_int(now, "schema_version", 0), 1);
    assert_false(json_flag(now, "sites_read", true));
    assert_int_equal(json_array_size(json_list(now, "sites")), 2);
    assert_int_equal(json_array_size(json_list(now, "running")), 1);
    const json_t *op = json_array_get(json_list(now, "running"), 0), *cancel = NULL;
    size_t i;
    json_t *action;
    json_array_foreach(json_list(op, "actions"), i, action)
        if (strcmp(json_text(action, "name"), "cancel") == 0)
            cancel = action;
    assert_non_null(cancel);
    assert_true(json_flag(cancel, "allowed", false) && json_flag(cancel, "changes", false));
    assert_string_equal(json_text(cancel, "request"), "operation_cancel");
    json_decref(now);
    assert_false(fake.opened.execute);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lists, setup),
        cmocka_unit_test_setup(test_warnings_go_to_stderr, setup),
        cmocka_unit_test_setup(test_what_goes_with_a_member_is_said, setup),
        cmocka_unit_test_setup(test_a_mapping_that_was_not_looked_at_is_said, setup),
        cmocka_unit_test_setup(test_error_says_what_to_do_and_sets_the_exit_code, setup),
        cmocka_unit_test_setup(test_error_of_the_configuration_names_the_line, setup),
        cmocka_unit_test_setup(test_what_cannot_be_sent_opens_no_door, setup),
        cmocka_unit_test_setup(test_state_directory, setup),
        cmocka_unit_test_setup(test_failover_returns_at_once_and_starts_an_engine, setup),
        cmocka_unit_test_setup(test_failover_waits_and_tells_each_change, setup),
        cmocka_unit_test_setup(test_failover_json_keeps_lines_out_of_the_result, setup),
        cmocka_unit_test_setup(test_failover_prints_the_wanted_columns, setup),
        cmocka_unit_test_setup(test_failover_exit_code_is_the_verdict, setup),
        cmocka_unit_test_setup(test_dry_run_prints_the_plan, setup),
        cmocka_unit_test_setup(test_cleanup_says_what_goes, setup),
        cmocka_unit_test_setup(test_cleanup_of_nothing_starts_nothing, setup),
        cmocka_unit_test_setup(test_engine_ends_when_idle, setup),
        cmocka_unit_test_setup(test_engine_believes_the_journal, setup),
        cmocka_unit_test_setup(test_doctor_exit_code_is_the_worst, setup),
        cmocka_unit_test_setup(test_doctor_tells_of_keys_and_theme, setup),
        cmocka_unit_test_setup(test_status_without_a_verb, setup),
        cmocka_unit_test_setup(test_status_tells_what_stands_still, setup),
        cmocka_unit_test_setup(test_snapshot_for_programs, setup),
    };
    return RUN_LINE_MAIN(argc, argv, tests);
}
