/* Failover and what follows it: nothing real is asked for that was not confirmed. */
#include "tests/verbs/run_line.h"

#define ID "op-9f3a1b2c-4d5e-4f7a-8b9c-0d1e2f3a4b5c"
#define OP_HEAD                                                                                  \
    "{\"id\":\"" ID "\",\"operation_type\":\"failover\",\"protection_group\":\"prod\","          \
    "\"source_site\":\"site-a\",\"target_site\":\"site-b\","
#define OP_PENDING_JSON OP_HEAD "\"status\":\"pending\",\"progress\":0,\"warnings\":[]}"
#define OP_END(status, verdict)                                                                  \
    OP_HEAD "\"status\":\"" status "\",\"verdict\":\"" verdict "\",\"progress\":100,"            \
            "\"error_message\":null,\"completed_at\":\"2026-11-20T09:41:07Z\"}"
#define PLAN(ready)                                                                              \
    "{\"group\":\"prod\",\"confirm\":\"prod\",\"source_site\":\"site-a\",\"target_site\":"       \
    "\"site-b\",\"counts\":{\"volumes\":5,\"servers\":1,\"ports\":0},\"steps\":["                \
    "{\"key\":\"stop\",\"kind\":\"stop_server\",\"phase\":\"creating_snapshots\",\"subject\":"   \
    "\"web-1\"},{\"key\":\"start\",\"kind\":\"start_server\",\"phase\":\"cleaning_up\"}],\"warnings\":[\"smaller flavor\"],\"consequences\":[\"web-1 is stopped on "     \
    "site-a\"],\"predicted\":{\"low_s\":60,\"high_s\":95,\"runs\":3},"                            \
    "\"expected_data_loss\":{\"seconds\":130,\"point\":\"rp-1\",\"created_at\":"               \
    "\"2026-11-20T09:38:57Z\"},\"readiness\":{\"ready\":" ready ",\"checks\":["                  \
    "{\"check\":\"R-NET\",\"status\":\"blocked\",\"title\":\"networks\",\"evidence\":"           \
    "\"net-a has none\",\"remedy\":\"Map it.\"},{\"check\":\"R-SITE\",\"status\":\"ok\"}]}}"

/* The group after it, and what ends by itself then. */
#define GROUP_JSON(action)                                                                       \
    "{\"name\":\"prod\",\"primary_site\":\"site-a\",\"secondary_site\":\"site-b\","                  \
    "\"flags\":{\"window_action\":" action ",\"commit_window_ends_at\":\"2026-11-20T10:41:07Z\"," \
    "\"window_missed\":false},\"last_operation\":{\"id\":\"" ID "\"}}"

#define CYRILLIC_O "pr\xd0\xbe" "d\n"

static int setup(void **state)
{
    (void)state;
    run_line_reset();
    return 0;
}

static void good_plan(const char *verb)
{
    char *plan = strdup(PLAN("true"));
    char *blocked = strstr(plan, "\"blocked\"");
    memcpy(blocked, "\"ok\"     ", strlen("\"blocked\""));
    fake_answer(verb, plan);
    free(plan);
}

static void lay_failover(void)
{
    good_plan("failover");
    fake_answer("failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("completed", "passed"));
    fake_answer("group_show", GROUP_JSON("null"));
}

/* How often it was asked for in earnest. */
static int asked_for_real(const char *verb)
{
    int n = 0;
    for (int i = 0; i < fake.asked_count; i++)
        n += strncmp(fake.asked[i], verb, strlen(verb)) == 0 &&
             fake.asked[i][strlen(verb)] == ' ' && !strstr(fake.asked[i], "\"dry_run\": true");
    return n;
}

static void test_neither_terminal_nor_flag_is_refused(void **state)
{
    (void)state;
    static const char *const LINES[] = {
        "failover prod",
        "protector protection-group failback prod --reverse-replication",
        "protection-group commit prod", "protection-group rollback prod",
        "protection-group confirm-failback prod", "dr protection-group cancel-failback prod",
        "protection-group resolve prod --serving site-a",
        ("operation retry " ID),
    };
    fake_answer("group_show", GROUP_JSON("null"));
    fake_answer("operation_show", OP_END("failed", "failed"));
    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++) {
        assert_int_equal(run(LINES[i]), 77);
        assert_has(the_err, "typed confirmation");
        assert_has(the_err, "--confirm");
    }
    /* It was looked whether it exists, and nothing else. */
    for (int i = 0; i < fake.asked_count; i++)
        assert_true(strncmp(fake.asked[i], "group_show ", 11) == 0 ||
                    strncmp(fake.asked[i], "operation_show ", 15) == 0);
}

/* A name that was mistyped is not one to be confirmed. */
static void test_what_does_not_exist_needs_no_confirmation(void **state)
{
    (void)state;
    fake_refuse("group_show", PC_ERR_NOT_FOUND, "There are: prod.", "there is no group 'prd'");
    assert_int_equal(run("protection-group failover prd"), 2);
    assert_has(the_err, "there is no group 'prd'");
    assert_has(the_err, "There are: prod.");
    assert_null(strstr(the_err, "confirm"));
    fake_reset();
    fake_answer("group_show", GROUP_JSON("null"));
    assert_int_equal(run("protection-group resolve prod --serving mars"), 2);
    assert_has(the_err, "between site-a and site-b, not at 'mars'");
    assert_null(strstr(the_err, "confirm"));
    fake_refuse("operation_show", PC_ERR_NOT_FOUND, "See operation list.", "there is no such one");
    assert_int_equal(run("operation retry " ID), 2);
    assert_null(strstr(the_err, "confirm"));
}

static void test_the_name_is_asked_for_with_all_that_matters(void **state)
{
    (void)state;
    lay_failover();
    the_typed = "prod\n";
    assert_int_equal(run("failover prod --network-mapping a=b"), 0);
    assert_has(the_err, "failover of prod: site-a -> site-b\n");
    assert_has(the_err, "data loss   2m10s, written since 2026-11-20T09:38:57Z\n");
    assert_has(the_err, "makes       5 volumes, 1 instance\n");
    assert_has(the_err, "readiness   ready: 2 ok\n");
    assert_has(the_err, "warning: smaller flavor\n");
    assert_has(the_err, "- web-1 is stopped on site-a\n");
    assert_string_equal(fake.asked[0],
                        "failover {\"dry_run\": true, \"group\": \"prod\", "
                        "\"network_mapping\": {\"a\": \"b\"}}");
    assert_string_equal(fake.asked[1],
                        "failover {\"confirm\": \"prod\", \"group\": \"prod\", "
                        "\"network_mapping\": {\"a\": \"b\"}}");
    assert_true(fake.opened.execute); /* at a terminal it is followed */
    assert_has(the_out, "completed: verdict passed\n"
                        "to decide now: protection-group commit, or protection-group rollback\n");
    assert_null(strstr(strstr(the_err, "smaller flavor") + 1, "smaller flavor")); /* said once */
}

static void test_anything_but_the_exact_name_means_no(void **state)
{
    (void)state;
    static const char *const TYPED[] = {
        "\n", "", "y\n", "Prod\n", "prod \n", " prod\n", "pro\n", "prod-web\n",
        CYRILLIC_O,
        "prod\xe2\x80\x8b\n",       /* a zero-width space */
        "\x1b[Aprod\n",
    };
    for (size_t i = 0; i < sizeof(TYPED) / sizeof(TYPED[0]); i++) {
        fake_reset();
        lay_failover();
        the_typed = TYPED[i];
        assert_int_equal(run("failover prod"), 1);
        assert_has(the_err, "nothing was changed");
        assert_int_equal(asked_for_real("failover"), 0);
    }
    fake_reset();
    lay_failover();
    the_typed = TYPED[8];
    run("failover prod");
    assert_has(the_err, "differs at character 3: Cyrillic");
}

static void test_confirm_stands_for_the_answer(void **state)
{
    (void)state;
    fake_answer("rollback", OP_PENDING_JSON);
    assert_int_equal(run("protection-group rollback prod --confirm prod --reason why"), 0);
    assert_int_equal(fake.asked_count, 1);
    assert_string_equal(fake.asked[0],
                        "rollback {\"confirm\": \"prod\", \"group\": \"prod\", "
                        "\"reason\": \"why\"}");
    assert_false(fake.opened.execute); /* no terminal: it is left to an engine */
    free(spawned());
}

static void test_a_rollback_offers_another_point(void **state)
{
    (void)state;
    fake_answer("rollback", OP_PENDING_JSON);
    fake_answer("operation_show",
                "{\"id\":\"" ID "\",\"operation_type\":\"rollback\",\"protection_group\":\"prod\","
                "\"request\":{\"undone_point\":\"fa:pg.42\"},\"status\":\"completed\",\"verdict\":"
                "\"passed\",\"completed_at\":\"2026-11-20T09:41:07Z\"}");
    assert_int_equal(run("protection-group rollback prod --confirm prod --wait"), 0);
    assert_has(the_out, "from another point than fa:pg.42: recovery-point list prod, then failover "
                        "prod --recovery-point NAME\n");
}

static void test_what_is_not_ready_is_not_asked_about(void **state)
{
    (void)state;
    fake_answer("failover", PLAN("false"));
    the_typed = "prod\n";
    assert_int_equal(run("failover prod"), 1);
    assert_has(the_err, "NOT READY: 1 blocked");
    assert_has(the_err, "blocked: R-NET net-a has none\n  what to do: Map it.\n");
    assert_int_equal(asked_for_real("failover"), 0);
    assert_null(strstr(the_err, "Type prod"));
}

static void test_unplanned_needs_a_reason(void **state)
{
    (void)state;
    assert_int_equal(run("failover prod --type unplanned --confirm prod"), 2);
    assert_has(the_err, "--reason");
    assert_int_equal(run("failover prod --force --type planned --confirm prod"), 2);
    assert_int_equal(fake.opens, 0);
    lay_failover();
    the_typed = "  the site burns \nsite-a\nprod\n";
    assert_int_equal(run("failover prod --force"), 0);
    assert_has(the_err, "Type site-a, the site that is given up, to go on");
    assert_has(fake.asked[1], "\"confirm_site\": \"site-a\"");
    assert_has(fake.asked[1], "\"reason\": \"the site burns\"");
    assert_has(fake.asked[1], "\"force\": true");
    fake_reset();
    lay_failover();
    the_typed = "\nsite-a\nprod\n";
    assert_int_equal(run("failover prod --type unplanned"), 1);
    assert_int_equal(asked_for_real("failover"), 0);
    fake_reset();
    lay_failover();
    the_typed = "fire\nsite-b\nprod\n"; /* that one is not lost */
    assert_int_equal(run("failover prod --type unplanned"), 1);
    assert_has(the_err, "differs at character 6: b stands where the name has a");
    assert_int_equal(asked_for_real("failover"), 0);
}

static void test_retain_primary_is_never_a_failover(void **state)
{
    (void)state;
    fake_answer("test_failover", OP_PENDING_JSON);
    assert_int_equal(run("failover prod --retain-primary --type planned --confirm prod"
                         " --network-mapping a=b"), 0);
    assert_string_equal(fake.asked[0],
                        "test_failover {\"group\": \"prod\", \"network_mapping\": "
                        "{\"a\": \"b\"}}");
    assert_has(the_err, "this is a drill");
    free(spawned());
    assert_int_equal(run("failover prod --retain-primary --force --reason x"), 2);
    assert_int_equal(run("failover prod --type unplanned --retain-primary"), 2);
    assert_int_equal(run("failover prod --retain-primary --members web-1"), 2);
    assert_int_equal(asked_for_real("failover"), 0);
    assert_int_equal(fake.asked_count, 1);
}

static void test_dry_run_asks_nothing_of_anybody(void **state)
{
    (void)state;
    fake_answer("failover", PLAN("false"));
    assert_int_equal(run("failover prod --dry-run"), 1); /* it is not ready */
    assert_has(the_out, "| preparation | stop_server | web-1");
    assert_has(the_out, "blocked: R-NET net-a has none");
    assert_has(the_out, "failover of prod: site-a -> site-b\n");
    assert_has(the_out, "takes       about 1m00s to 1m35s, as 3 earlier runs");
    assert_has(the_out, "Nothing was changed.");
    assert_null(strstr(the_out, "start_server")); /* only done when it fails */
    fake_reset();
    good_plan("failover");
    assert_int_equal(run("failover prod --dry-run -f json"), 0);
    assert_has(the_out, "\"expected_data_loss\": {");
    assert_has(the_out, "\"predicted\": {");
    assert_int_equal(asked_for_real("failover"), 0);
}

static void test_partial_is_no_success(void **state)
{
    (void)state;
    fake_answer("failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("completed", "partial"));
    fake_answer("group_show", GROUP_JSON("null"));
    assert_int_equal(run("failover prod --confirm prod --wait"), 1);
    assert_has(the_err, "operation retry");
    assert_has(the_out, "to decide now: operation retry for the rest");
}

static void test_what_ends_by_itself_keeps_an_engine(void **state)
{
    (void)state;
    fake_answer("failover", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("completed", "passed"));
    fake_answer("group_show", GROUP_JSON("\"rollback\""));
    assert_int_equal(run("failover prod --confirm prod --wait"), 0);
    assert_has(the_out, "by itself: rollback at 2026-11-20T10:41:07Z\n");
    char *words = spawned();
    assert_has(words, " engine --until-idle");
    free(words);
}

static void test_lines_of_a_failover_that_rolls_back(void **state)
{
    (void)state;
    fake_answer("failover", OP_PENDING_JSON);
    fake_answer("operation_show",
                OP_HEAD "\"status\":\"running\",\"phase\":\"storage\",\"progress\":36,\"phases\":["
                        "{\"phase\":\"preparation\",\"total\":4,\"done\":4,\"failed\":0},"
                        "{\"phase\":\"storage\",\"total\":5,\"done\":2,\"failed\":0}]}");
    fake_answer("operation_show",
                OP_HEAD "\"status\":\"rolling_back\",\"phase\":\"rolling_back\",\"progress\":36,"
                        "\"error_message\":\"quota\",\"phases\":["
                        "{\"phase\":\"storage\",\"total\":5,\"done\":2,\"failed\":1},"
                        "{\"phase\":\"rolling_back\",\"total\":3,\"done\":1,\"failed\":0}]}");
    fake_answer("operation_show", OP_END("failed", "failed"));
    assert_int_equal(run("failover prod --confirm prod --wait"), 1);
    assert_has(the_out, "prod  preparation         4 of 4 steps");
    assert_has(the_out, "prod  storage             2 of 5 steps       36%");
    assert_has(the_out, "prod  error: quota\n");
    assert_has(the_out, "prod  rolling_back        1 of 3 steps       36%");
    assert_has(the_out, "prod  failed              verdict failed");
}

static void test_a_prompt_is_told_with_its_answer(void **state)
{
    (void)state;
    fake_answer("operation_show",
                OP_HEAD "\"status\":\"running\",\"phase\":\"instances\",\"progress\":70,"
                        "\"late\":[{\"key\":\"create_server:db\",\"spent_s\":130,\"usual_s\":20}],"
                        "\"stuck\":{\"since_s\":900,\"advice\":\"look at the log\"},"
                        "\"steps\":[{\"key\":\"prompt:1\",\"kind\":\"prompt\",\"status\":"
                        "\"running\",\"subject\":\"dns\",\"detail\":\"is DNS changed?\"}]}");
    fake_answer("operation_show", OP_END("completed", "passed"));
    fake_answer("operation_events",
                "[{\"seq\":7,\"at\":\"2026-11-20T09:41:07Z\",\"level\":\"info\",\"text\":\"running\"},"
                "{\"seq\":8,\"at\":\"2026-11-20T09:41:08Z\",\"level\":\"info\",\"text\":"
                "\"web-1: stopped, SHUTOFF\"},{\"seq\":9,\"at\":\"2026-11-20T09:41:09Z\","
                "\"level\":\"warn\",\"text\":\"a smaller flavor\"}]");
    fake_answer("operation_events", "[]");
    assert_int_equal(run("operation watch " ID), 0);
    assert_has(the_out, "09:41:08Z  prod    web-1: stopped, SHUTOFF\n"
                        "09:41:09Z  prod    warn: a smaller flavor\n");
    assert_null(strstr(the_out, "prod    running")); /* its status has a line already */
    assert_has(fake.asked[3], "\"since\": 9");
    assert_has(the_out, "waits for an answer: is DNS changed? (protector-console operation answer "
                        ID " continue|stop)");
    assert_has(the_out, "late: create_server:db for 2m10s, usually 20s\n");
    assert_has(the_out, "stands still for 15m00s: look at the log\n");
    fake_answer("operation_answer", "{}");
    assert_int_equal(run("operation answer " ID " continue"), 0);
    assert_has(fake.asked[fake.asked_count - 1], "\"answer\": \"continue\"");
}

static void test_resolve_and_retry_say_what_they_are_about(void **state)
{
    (void)state;
    good_plan("resolve");
    fake_answer("resolve", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("completed", "passed"));
    fake_answer("group_show", GROUP_JSON("null"));
    the_typed = "prod\n";
    assert_int_equal(run("protection-group resolve prod --serving site-a --stop-other"), 0);
    assert_has(the_err, "- web-1 is stopped on site-a");
    assert_has(fake.asked[1], "\"confirm\": \"prod\", \"group\": \"prod\", \"serving\": "
                              "\"site-a\", \"stop_other\": true");
    fake_reset();
    good_plan("operation_retry");
    fake_answer("operation_retry", OP_PENDING_JSON);
    fake_answer("operation_show", OP_END("completed", "passed"));
    fake_answer("group_show", GROUP_JSON("null"));
    assert_int_equal(run("operation retry " ID), 0);
    assert_has(the_err, "5 volumes, 1 instance");
    assert_has(the_err, "about 1m");
    assert_has(fake.asked[0], "\"dry_run\": true");
    assert_has(fake.asked[1], "operation_retry {\"confirm\": \"prod\"");
}

static void test_readiness_is_a_list_and_an_exit_code(void **state)
{
    (void)state;
    fake_answer("readiness",
                "{\"ready\":false,\"checks\":[{\"check\":\"R-NET\",\"status\":\"blocked\","
                "\"title\":\"every network has a counterpart\",\"evidence\":\"net-a has none\","
                "\"remedy\":\"Map it.\"},{\"check\":\"R-RPO\",\"status\":\"warning\"}]}");
    assert_int_equal(run("protection-group readiness prod --operation failback"), 1);
    assert_has(fake.asked[0], "\"operation\": \"failback\"");
    assert_has(the_out, "| R-NET | blocked | every network has a counterpart | net-a has none |");
    assert_has(the_out, "R-NET: Map it.\n");
    assert_has(the_out, "NOT READY: 1 blocked, 1 warning\n");
    assert_int_equal(run("protection-group readiness prod --operation nonsense"), 2);
    /* For a program it is the whole, with what the list cannot say. */
    assert_int_equal(run("protection-group readiness prod -f json"), 1);
    json_t *whole = json_loads(the_out, 0, NULL);
    assert_false(json_flag(whole, "ready", true));
    assert_int_equal(json_array_size(json_list(whole, "checks")), 2);
    json_decref(whole);
}

#define STORY(conflict)                                                                          \
    "{\"confirm\":\"rebuild\",\"story\":[\"prod serves at site-b\"],\"groups\":[{\"name\":\"prod\"," \
    "\"from\":[\"marks\"],\"serves\":\"site-b\",\"operations\":[1,2],\"warnings\":[],\"conflict\":" \
    conflict "}]}"

static void test_rebuild_tells_first_and_is_typed(void **state)
{
    (void)state;
    assert_int_equal(run("rebuild"), 77);
    assert_int_equal(fake.opens, 0);
    fake_answer("rebuild", STORY("null"));
    the_typed = "prod\n";
    assert_int_equal(run("rebuild"), 1);
    assert_has(the_err, "- prod serves at site-b\n");
    assert_int_equal(asked_for_real("rebuild"), 0);
    the_typed = "rebuild\n";
    assert_int_equal(run("rebuild"), 0);
    assert_string_equal(fake.asked[2], "rebuild {\"confirm\": \"rebuild\"}");
    assert_has(the_out, "| prod  | marks |         |           | site-b |          2 |");
    fake_reset();
    fake_answer("rebuild", STORY("{\"one\":{},\"other\":{}}"));
    assert_int_equal(run("rebuild"), 1);
    assert_has(the_err, "contradict");
    assert_int_equal(asked_for_real("rebuild"), 0);
    assert_int_equal(run("rebuild --dry-run"), 1);
}

static void test_cleanup_by_group_finds_its_drill(void **state)
{
    (void)state;
    fake_answer("operation_list",
                "[{\"id\":\"op-f\",\"operation_type\":\"failover\",\"status\":\"completed\"},"
                "{\"id\":\"op-new\",\"operation_type\":\"test_failover\",\"status\":\"succeeded\"},"
                "{\"id\":\"op-old\",\"operation_type\":\"test_failover\",\"status\":\"cleaned\"}]");
    fake_answer("test_cleanup", "{\"operation_id\":\"op-new\",\"status\":\"cleaned\",\"counts\":{}}");
    assert_int_equal(run("test-cleanup prod"), 0);
    assert_string_equal(fake.asked[0], "operation_list {\"group\": \"prod\"}");
    assert_string_equal(fake.asked[1], "test_cleanup {\"operation_id\": \"op-new\"}");
    fake_reset();
    fake_answer("operation_list", "[]");
    assert_int_equal(run("test-cleanup prod"), 0);
    assert_has(the_out, "Nothing is left to clean up.");
}

static void test_a_group_is_deleted_when_its_name_is_typed(void **state)
{
    (void)state;
    fake_answer("group_show", "{\"name\":\"prod\",\"members\":[{\"name\":\"web-1\"}]}");
    fake_answer("group_delete", "{}");
    the_typed = "\n";
    assert_int_equal(run("protection-group delete prod"), 1);
    assert_has(the_err, "delete of prod\n  server   web-1\n- These servers are protected no longer");
    assert_int_equal(asked_for_real("group_delete"), 0);
    the_typed = "prod\n";
    assert_int_equal(run("protection-group delete prod"), 0);
    assert_string_equal(fake.asked[fake.asked_count - 1],
                        "group_delete {\"confirm\": \"prod\", \"group\": \"prod\"}");
    the_typed = NULL; /* nobody to ask: what the engine says to that is printed */
    fake_reset();
    fake_refuse("group_delete", PC_ERR_FORBIDDEN, "Give it: --confirm NAME.", "needs its name");
    assert_int_equal(run("protection-group delete prod"), 77);
    assert_has(the_err, "--confirm NAME");
    fake_reset();
    fake_answer("group_delete", "{}");
    assert_int_equal(run("protection-group delete prod --confirm prod"), 0);
    assert_string_equal(the_out, "Deleted.\n");
}

#define UNDO(dropped)                                                                            \
    "{\"group\":\"prod\",\"metadata_version\":7,\"undo\":{\"version\":6,\"until\":"               \
    "\"2026-11-20T09:00:00Z\",\"changes\":[{\"what\":\"members\",\"now\":\"web-1, web-2\","        \
    "\"then\":\"web-1\"}],\"dropped_members\":[" dropped "]}}"

static void test_an_undo_says_what_it_takes_back(void **state)
{
    (void)state;
    fake_answer("group_versions", UNDO(""));
    fake_answer("group_undo", "{\"name\":\"prod\"}");
    assert_int_equal(run("protection-group undo prod"), 0);
    assert_has(the_err, "prod becomes as it was until 2026-11-20T09:00:00Z (version 6)\n");
    assert_has(the_err, "  now      web-1, web-2\n  becomes  web-1\n");
    assert_string_equal(fake.asked[1],
                        "group_undo {\"group\": \"prod\", \"metadata_version\": 7}");
}

static void test_an_undo_that_drops_members_is_confirmed(void **state)
{
    (void)state;
    fake_answer("group_versions", UNDO("\"web-2\""));
    fake_answer("group_undo", "{\"name\":\"prod\"}");
    assert_int_equal(run("protection-group undo prod"), 77);
    assert_has(the_err, "protected no longer; nothing is done to them.\n  server   web-2\n");
    assert_has(the_err, "--confirm");
    assert_int_equal(run("protection-group undo prod --confirm prof"), 77);
    the_typed = "no\n";
    assert_int_equal(run("protection-group undo prod"), 1);
    assert_int_equal(asked_for_real("group_undo"), 0);
    the_typed = "prod\n";
    assert_int_equal(run("protection-group undo prod"), 0);
    the_typed = NULL;
    assert_int_equal(run("protection-group undo prod --confirm prod"), 0);
    assert_int_equal(asked_for_real("group_undo"), 2);
    assert_string_equal(fake.asked[fake.asked_count - 1],
                        "group_undo {\"confirm\": \"prod\", \"group\": \"prod\", "
                        "\"metadata_version\": 7}");
}

static void test_an_undo_of_nothing_says_why(void **state)
{
    (void)state;
    fake_answer("group_versions", "{\"group\":\"prod\",\"undo\":null,\"refused\":\"not edited\"}");
    fake_refuse("group_undo", PC_ERR_STATE, "See docs/lifecycle.md.", "prod was not edited");
    assert_int_equal(run("protection-group undo prod"), 1);
    assert_has(the_err, "prod was not edited");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_neither_terminal_nor_flag_is_refused, setup),
        cmocka_unit_test_setup(test_what_does_not_exist_needs_no_confirmation, setup),
        cmocka_unit_test_setup(test_the_name_is_asked_for_with_all_that_matters, setup),
        cmocka_unit_test_setup(test_anything_but_the_exact_name_means_no, setup),
        cmocka_unit_test_setup(test_confirm_stands_for_the_answer, setup),
        cmocka_unit_test_setup(test_a_rollback_offers_another_point, setup),
        cmocka_unit_test_setup(test_what_is_not_ready_is_not_asked_about, setup),
        cmocka_unit_test_setup(test_unplanned_needs_a_reason, setup),
        cmocka_unit_test_setup(test_what_ends_by_itself_keeps_an_engine, setup),
        cmocka_unit_test_setup(test_retain_primary_is_never_a_failover, setup),
        cmocka_unit_test_setup(test_dry_run_asks_nothing_of_anybody, setup),
        cmocka_unit_test_setup(test_partial_is_no_success, setup),
        cmocka_unit_test_setup(test_lines_of_a_failover_that_rolls_back, setup),
        cmocka_unit_test_setup(test_a_prompt_is_told_with_its_answer, setup),
        cmocka_unit_test_setup(test_resolve_and_retry_say_what_they_are_about, setup),
        cmocka_unit_test_setup(test_readiness_is_a_list_and_an_exit_code, setup),
        cmocka_unit_test_setup(test_rebuild_tells_first_and_is_typed, setup),
        cmocka_unit_test_setup(test_cleanup_by_group_finds_its_drill, setup),
        cmocka_unit_test_setup(test_a_group_is_deleted_when_its_name_is_typed, setup),
        cmocka_unit_test_setup(test_an_undo_says_what_it_takes_back, setup),
        cmocka_unit_test_setup(test_an_undo_that_drops_members_is_confirmed, setup),
        cmocka_unit_test_setup(test_an_undo_of_nothing_says_why, setup),
    };
    return RUN_LINE_MAIN(argc, argv, tests);
}
