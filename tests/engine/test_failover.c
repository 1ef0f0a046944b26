/* A group goes to its other site, and what is decided after it. */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

#include "backend/base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define ON_B "{\"site\":\"site-b\",\"service\":"
#define FORCED ",\"force\":true,\"reason\":\"the first site is dark\""

static void fails_over(struct stage *s)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "ACTIVE", 1);
}

static void planned_and_committed(void **state)
{
    struct stage *s = *state;
    fails_over(s);
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 1);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    stage_refused(s, "rollback", ASK(""), PC_ERR_STATE, "rollback");
}

static void planned_and_rolled_back(void **state)
{
    struct stage *s = *state;
    fails_over(s);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 1);
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    /* It knows its members again as they are at the first site. */
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
}

/* ---- without the source ------------------------------------------------------------ */

static void forced_while_the_source_is_dark(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-a", true);
    stage_refused(s, "failover", ASK(",\"force\":true"), PC_ERR_INVALID, "reason");
    stage_refused(s, "failover", ASK(",\"members\":[]"), PC_ERR_INVALID, "empty");
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    /* Nobody can say that nothing was lost. */
    assert_int_not_equal(json_int(json_map(json_map(s->op, "request"), "expected_data_loss"),
                                  "seconds", -1), 0);
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    /* Nobody saw its servers stop: to commit is a person's word then. */
    stage_refused(s, "commit", ASK(""), PC_ERR_STATE, "not seen at rest");
    stage_refused(s, "commit", ASK(",\"dry_run\":true"), PC_ERR_STATE, "not seen at rest");
    stage_refused(s, "commit", ASK(",\"force\":true"), PC_ERR_INVALID, "reason");
    passes(s, "commit", ASK(",\"force\":true,\"reason\":\"the first site is lost\""), "site-b", "site-b");
    assert_true(json_flag(json_map(s->op, "request"), "force", false));
    assert_int_equal(json_array_size(json_list(s->op, "warnings")), 1);
    group_is(s, "committed", "site-b");
}

/* It comes back, and no console looks: whoever commits does. */
static void the_first_site_is_back_when_it_is_committed(void **state)
{
    struct stage *s = *state;
    stage_open(s, "engine: { settle_seconds = 3; site_poll_seconds = 600; };");
    lab_outage(&s->lab, "site-a", true);
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    lab_outage(&s->lab, "site-a", false);
    stage_refused(s, "commit", ASK(",\"force\":true,\"reason\":\"it is lost\""), PC_ERR_STATE,
                  "split brain");
    group_is(s, "split_brain", "site-b");
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    passes(s, "resolve", ASK(",\"serving\":\"site-b\",\"stop_other\":true,\"reason\":\"forced\""),
           "site-b", "site-b");
    group_is(s, "committed", "site-b");
}

static void whoever_reads_both_sites_sees_the_split(void **state)
{
    struct stage *s = *state;
    stage_open(s, "engine: { settle_seconds = 3; site_poll_seconds = 600; };");
    lab_outage(&s->lab, "site-a", true);
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    lab_outage(&s->lab, "site-a", false);
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failback\"}"),
                     PC_OK);
    group_is(s, "split_brain", "site-b");
    passes(s, "resolve", ASK(",\"serving\":\"site-b\",\"stop_other\":true,\"reason\":\"forced\""),
           "site-b", "site-b");
}

static void a_planned_one_needs_the_source(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-a", true);
    assert_int_not_equal(stage_call(s, "failover", ASK("")), PC_OK);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
    lab_outage(&s->lab, "site-a", false);
    group_is(s, "ready", "site-a");
}

/* ---- one that fails -------------------------------------------------------------------- */

#define NO_ROOM ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":1,"         \
                     "\"count\":1,\"do\":\"policy-403\"}"

static void one_create_fails_and_all_is_taken_back(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, NO_ROOM);
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    char *path = stage_path(s, json_text(s->op, "id"));
    assert_string_equal(path, "running rolling_back failed");
    free(path);
    assert_true(json_int(s->op, "progress", 100) < 90); /* it came so far, and no further */
    group_is(s, "ready", "site-a");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 0);
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

/* A copy that cannot be deleted may still write: nothing is started before it is
 * gone, and the same operation ends it when it is asked again. */
static void what_is_left_is_taken_back_later(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":3,"
                            "\"count\":1,\"do\":\"no-valid-host\"}");
    lab_fault(&s->lab, ON_B "\"compute\",\"verb\":\"DELETE\",\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    group_is(s, "error", "site-a");
    all_are(s, "site-a", "SHUTOFF", 1);
    assert_true(stage_made(s, "server") > 0);

    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}",
                           json_text(s->op, "id"));
    watch_alone(s, begins(s, "operation_retry", args), "site-a", "site-b");
    free(args);
    came_to(s, "failed", "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "NoValidHost")); /* as it was */
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

/* It is told before what is repeated, and nothing is begun by that. */
static void says_what_is_repeated(struct stage *s)
{
    char *args = xasprintf("{\"operation_id\":\"%s\",\"dry_run\":true}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "operation_retry", args), PC_OK);
    free(args);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "servers", -1), 1);
    group_is(s, "failed_over_partial", "site-b");
}

static void kept_and_repeated(struct stage *s, const char *fault)
{
    lab_fault(&s->lab, fault);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 2);
    all_are(s, "site-a", "SHUTOFF", 1);

    says_what_is_repeated(s);
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}",
                           json_text(s->op, "id"));
    passes(s, "operation_retry", args, "site-b", "site-a");
    assert_int_equal(json_int(json_map(s->op, "request"), "retries", 0), 1);
    free(args);
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 1);
    all_are(s, "site-b", "ACTIVE", 1);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

static void what_is_up_is_kept_and_the_rest_repeated(void **state)
{
    kept_and_repeated(*state, NO_ROOM);
}

/* What stands there in ERROR is deleted, and made anew. */
static void what_is_in_error_is_made_anew(void **state)
{
    struct stage *s = *state;
    kept_and_repeated(s, ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":1,"
                              "\"count\":1,\"do\":\"no-valid-host\"}");
}

/* All are up, but the group does not say so: that is not all that was asked for. */
static void a_record_that_is_not_written_is_repeated(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, NO_ROOM);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    lab_mend(&s->lab);
    lab_fault(&s->lab, ON_B "\"network\",\"verb\":\"GET\",\"path\":\"*/security-groups\","
                            "\"do\":\"status=404\"}");
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}",
                           json_text(s->op, "id"));
    watch_alone(s, begins(s, "operation_retry", args), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 3);
    lab_mend(&s->lab);
    passes(s, "operation_retry", args, "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    free(args);
}

/* As somebody would with the first site's own client. */
static void start_by_hand(struct stage *s, const char *vm)
{
    struct lab_child lab = stage_client(s, "demo");
    char *action = NULL;
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    size_t i;
    json_array_foreach(all, i, v)
        if (!action && strcmp(json_text(v, "name"), vm) == 0)
            action = xasprintf("/compute/v2.1/servers/%s/action", json_text(v, "id"));
    json_decref(all);
    assert_int_equal(call_status(&lab, A, "POST", action, NULL, "{\"os-start\":null}"), 202);
    free(action);
}

static bool runs_at(struct stage *s, const char *site, const char *vm)
{
    json_t *all = lab_all(&s->lab, site, "server");
    const json_t *v;
    size_t i;
    bool runs = false;
    json_array_foreach(all, i, v)
        runs |= strcmp(json_text(v, "name"), vm) == 0 && strcmp(json_text(v, "status"), "ACTIVE") == 0;
    json_decref(all);
    return runs;
}

/* Its copy failed, so somebody lets the member run where it stood: to repeat the
 * failover would make it run at both sites. */
static void who_runs_again_is_not_made(void **state)
{
    static const char *const members[] = {"web-1", "web-2", "db-1"};
    struct stage *s = *state;
    size_t i = 0;
    lab_fault(&s->lab, NO_ROOM);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    while (i < 2 && runs_at(s, "site-b", members[i]))
        i++;
    start_by_hand(s, members[i]);
    while (!runs_at(s, "site-a", members[i]))
        ;
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}",
                           json_text(s->op, "id"));
    watch_alone(s, begins(s, "operation_retry", args), "site-b", "site-a");
    free(args);
    came_to(s, "completed", "partial");
    assert_non_null(strstr(json_text(s->op, "error_message"), members[i]));
    assert_non_null(strstr(json_text(s->op, "error_message"), "ACTIVE on site-a"));
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", ""), 2);
}

/* ---- what stands in the way ---------------------------------------------------------------- */

static void the_name_is_typed(void **state)
{
    static const char *const verbs[] = {"failover", "failback", "commit", "rollback",
                                        "confirm_failback", "cancel_failback"};
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        stage_refused(s, verbs[i], "{\"group\":\"" GROUP "\"}", PC_ERR_FORBIDDEN, GROUP);
        stage_refused(s, verbs[i], "{\"group\":\"" GROUP "\",\"confirm\":\"yes\"}",
                      PC_ERR_FORBIDDEN, GROUP);
    }
    stage_refused(s, "rollback", ASK(""), PC_ERR_STATE, "rollback");
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

/* Whatever a screen let through: the engine compares by itself, and says where. */
static void what_only_looks_like_the_name_is_refused(void **state)
{
    static const struct {
        const char *args, *said;
    } CASES[] = {
        {"\"confirm\":\"prod-web-app \"", "it has a blank behind it"},
        {"\"confirm\":\"Prod-web-app\"", "character 1: P stands where the name has p"},
        {"\"confirm\":\"pr\\u043ed-web-app\"", "character 3: Cyrillic"},
        {"\"confirm\":\"prod\\u200b-web-app\"", "one that cannot be seen (U+200B)"},
        {"\"confirm\":\"prod-web-app\",\"confirm_site\":\"site-b\"",
         "site-a is not given up: the site that was typed differs at character 6"},
        {"\"confirm\":\"prod-web-app\",\"confirm_site\":\"site-a \"", "a blank behind it"},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char *args = xasprintf("{\"group\":\"" GROUP "\",\"type\":\"unplanned\","
                               "\"reason\":\"fire\",%s}", CASES[i].args);
        stage_refused(s, "failover", args, PC_ERR_FORBIDDEN, CASES[i].said);
        free(args);
    }
    stage_refused(s, "failover", "{\"group\":\"" GROUP "\",\"type\":\"unplanned\","
                  "\"confirm\":\"" GROUP "\",\"reason\":\" \\t\"}", PC_ERR_INVALID, "reason");
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

static void a_dry_run_tells_the_price(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_string_equal(json_text(s->reply, "confirm"), GROUP);
    assert_int_equal(json_int(json_map(s->reply, "expected_data_loss"), "seconds", -1), 0);
    assert_true(json_array_size(json_list(s->reply, "consequences")) > 0);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "servers", -1), 3);
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

/* A recovery point that is not there stops nothing, planned or forced, and whoever
 * looks is told the same; one that is there is what the price is of. */
static void a_point_that_is_gone_stops_nothing(void **state)
{
    struct stage *s = *state;
    const char *why = "R-SNAP site-b has no complete recovery point nope of " GROUP;
    int writes = lab_writes(&s->lab, "site-a");
    stage_refused(s, "failover", ASK(",\"recovery_point\":\"nope\""), PC_ERR_STATE, why);
    assert_non_null(strstr(s->err.remedy, "recovery-point list"));
    stage_refused(s, "failover", ASK(",\"recovery_point\":\"nope\"" FORCED), PC_ERR_STATE, why);
    stage_refused(s, "test_failover", "{\"group\":\"" GROUP "\",\"recovery_point\":\"nope\"}",
                  PC_ERR_STATE, why);
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true,"
                                "\"recovery_point\":\"nope\"}"), PC_OK);
    assert_false(json_flag(json_map(s->reply, "readiness"), "ready", true));
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    all_are(s, "site-a", "ACTIVE", 1);
    assert_int_equal(lab_writes(&s->lab, "site-a"), writes);

    assert_int_equal(stage_call(s, "recovery_point_list", "{\"group\":\"" GROUP "\"}"), PC_OK);
    char *args = xasprintf("{\"group\":\"" GROUP "\",\"dry_run\":true,\"recovery_point\":\"%s\"}",
                           json_text(json_array_get(s->reply, 0), "short_name"));
    assert_int_equal(stage_call(s, "failover", args), PC_OK);
    assert_true(json_flag(json_map(s->reply, "readiness"), "ready", false));
    assert_true(json_int(json_map(s->reply, "expected_data_loss"), "seconds", -1) >= 0);
    free(args);
}

/* The proposal and the price of a part are of that part alone, and say who stays. */
static bool consequences_say(struct stage *s, const char *text)
{
    const json_t *line;
    size_t i;
    bool said = false;
    json_array_foreach(json_list(s->reply, "consequences"), i, line)
        said |= strstr(json_string_value(line), text) != NULL;
    return said;
}

/* Who is where is told before a commit and after it, until all are together again. */
static void a_part_that_is_committed_still_says_who_is_where(void **state)
{
    struct stage *s = *state;
    watch_alone(s, begins(s, "failover", ASK(",\"members\":[\"web-1\"]")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_string_equal(json_text(s->reply, "elsewhere"), "2 of 3 members are at site-a");
    assert_int_equal(stage_call(s, "commit", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_true(consequences_say(s, "2 of 3 members stay at site-a: "));
    assert_true(consequences_say(s, "web-2"));
    assert_true(consequences_say(s, "db-1"));
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed_partial", "site-b");
    assert_string_equal(json_text(s->reply, "elsewhere"), "2 of 3 members are at site-a");
    assert_string_equal(json_text(s->reply, "serves_at"), "site-b (1 of 3)");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_string_equal(json_text(s->reply, "elsewhere"), "");
    assert_string_equal(json_text(s->reply, "serves_at"), "site-a");
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 3);
}

static void a_part_of_the_members_has_its_own_price(void **state)
{
    struct stage *s = *state;
    bool said = false;
    const json_t *line;
    size_t i;
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true,"
                                "\"members\":[\"web-1\",\"db-1\"]}"), PC_OK);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "servers", -1), 2);
    json_array_foreach(json_list(s->reply, "consequences"), i, line)
        said |= strstr(json_string_value(line), "1 of its members stays where it runs, at site-a") != NULL;
    assert_true(said);
    assert_int_equal(stage_call(s, "test_propose", "{\"group\":\"" GROUP "\",\"operation\":\"failover\","
                                "\"members\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "flavors")), 1);
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

/* ---- a drill before it ------------------------------------------------------------------------ */

static void a_kept_drill_is_cleaned_up_first(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    char *drill = xstrdup(json_text(s->op, "id"));
    fails_over(s);
    stage_show(s, drill);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_int_equal(stage_made(s, "server"), 3);
    free(drill);
}

static void makes_way(struct stage *s, const char *drill_args)
{
    char *drill = xstrdup(stage_start(s, drill_args));
    stage_until(s, drill, OP_VOLUMES);
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(stage_made(s, "server"), 3);
    free(drill);
}

static void a_running_drill_makes_way_for_a_forced_one(void **state)
{
    makes_way(*state, "");
}

/* What was to be kept for a look is in the way like any other. */
static void one_that_was_to_be_kept_does_too(void **state)
{
    makes_way(*state, "\"no_cleanup\":true");
}

static void a_kept_drill_is_cleaned_up_beside_a_forced_one(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    char *drill = xstrdup(json_text(s->op, "id"));
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(stage_made(s, "server"), 3);
    free(drill);
}

/* Nothing makes way for what is not begun. */
static void a_refused_one_stops_no_drill(void **state)
{
    struct stage *s = *state;
    char *drill = xstrdup(stage_start(s, ""));
    stage_until(s, drill, OP_VOLUMES);
    stage_refused(s, "failover", ASK(FORCED ",\"network_mapping\":{\"no-such\":\"net\"}"),
                  PC_ERR_MAPPING, "no-such");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(drill);
}

/* ---- an engine that dies ------------------------------------------------------------------------ */

static void taken_up_again(void **state)
{
    struct stage *s = *state;
    char *id = xstrdup(begins(s, "failover", ASK("")));
    while (servers_in(s, "site-a", "SHUTOFF") == 0)
        alone(s, "site-b", "site-a");
    stage_close(s);
    stage_open(s, NULL);
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "completed", "passed");
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 1);
    all_are(s, "site-b", "ACTIVE", 1);
    free(id);
}

/* A console of its own process that fails over and waits. */
static pid_t start_console(const struct stage *s)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execl(PC_BIN_DIR "/protector-console", "protector-console", "--config", s->config,
          "--state-dir", s->state_dir, "protection-group", "failover", GROUP, "--confirm", GROUP,
          "--wait", (char *)NULL);
    _exit(127);
}

/* Killed while a call is not answered, applied or not: who was asked to stop is
 * known to have been, and what was made is made once. */
static void killed(void **state)
{
    static const char *const faults[] = {
        "{\"site\":\"site-a\",\"service\":\"compute\",\"verb\":\"POST\",\"path\":\"/servers/*/action\","
        "\"nth\":2,\"do\":\"timeout-after-apply\"}",
        ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":2,\"do\":\"timeout-after-apply\"}",
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        stage_close(s);
        lab_mend(&s->lab);
        lab_fault(&s->lab, faults[i]);
        pid_t pid = start_console(s);
        int64_t until = clock_mono_ms() + STAGE_MS;
        while (!lab_struck(&s->lab) && clock_mono_ms() < until)
            alone(s, "site-b", "site-a");
        int struck = lab_struck(&s->lab);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
        assert_true(struck);
        stage_open(s, NULL);
        assert_int_equal(stage_call(s, "operation_list", "{\"group\":\"" GROUP "\",\"limit\":1}"), PC_OK);
        char *id = xstrdup(json_text(json_array_get(s->reply, 0), "id"));
        watch_alone(s, id, "site-b", "site-a");
        came_to(s, "completed", "passed");
        all_are(s, "site-b", "ACTIVE", 1);
        assert_int_equal(stage_made(s, "server"), 3);
        assert_int_equal(stage_made(s, "volume"), 5);
        passes(s, "rollback", ASK(""), "site-a", "site-b");
        all_are(s, "site-a", "ACTIVE", 1);
        target_is_empty(s);
        free(id);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(planned_and_committed),
        story(planned_and_rolled_back),
        story(forced_while_the_source_is_dark),
        story(the_first_site_is_back_when_it_is_committed),
        story(whoever_reads_both_sites_sees_the_split),
        story(a_planned_one_needs_the_source),
        story(one_create_fails_and_all_is_taken_back),
        story(what_is_up_is_kept_and_the_rest_repeated),
        story(what_is_left_is_taken_back_later),
        story(what_is_in_error_is_made_anew),
        story(a_record_that_is_not_written_is_repeated),
        story(who_runs_again_is_not_made),
        story(the_name_is_typed),
        story(what_only_looks_like_the_name_is_refused),
        story(a_dry_run_tells_the_price),
        story(a_point_that_is_gone_stops_nothing),
        story(a_part_that_is_committed_still_says_who_is_where),
        story(a_part_of_the_members_has_its_own_price),
        story(a_kept_drill_is_cleaned_up_first),
        story(a_running_drill_makes_way_for_a_forced_one),
        story(one_that_was_to_be_kept_does_too),
        story(a_kept_drill_is_cleaned_up_beside_a_forced_one),
        story(a_refused_one_stops_no_drill),
        story(taken_up_again),
        story(killed),
    };
    return moves_main(tests, argc, argv);
}
