/* A group goes to its other site, and what is decided after it. */
#include "tests/engine/support/moves.h"

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
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    /* Nobody can say that nothing was lost. */
    assert_int_not_equal(json_int(json_map(json_map(s->op, "request"), "expected_data_loss"),
                                  "seconds", -1), 0);
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0);
    passes(s, "commit", ASK(""), "site-b", "site-b");
    group_is(s, "committed", "site-b");
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
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

static void kept_and_repeated(struct stage *s, const char *fault)
{
    lab_fault(&s->lab, fault);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 2);
    all_are(s, "site-a", "SHUTOFF", 1);

    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}",
                           json_text(s->op, "id"));
    passes(s, "operation_retry", args, "site-b", "site-a");
    free(args);
    group_is(s, "awaiting_commit", "site-b");
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

static void a_running_drill_makes_way_for_a_forced_one(void **state)
{
    struct stage *s = *state;
    char *drill = xstrdup(stage_start(s, ""));
    stage_until(s, drill, OP_VOLUMES);
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(stage_made(s, "server"), 3);
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
        story(a_planned_one_needs_the_source),
        story(one_create_fails_and_all_is_taken_back),
        story(what_is_up_is_kept_and_the_rest_repeated),
        story(what_is_left_is_taken_back_later),
        story(what_is_in_error_is_made_anew),
        story(the_name_is_typed),
        story(a_dry_run_tells_the_price),
        story(a_kept_drill_is_cleaned_up_first),
        story(a_running_drill_makes_way_for_a_forced_one),
        story(taken_up_again),
        story(killed),
    };
    return moves_main(tests, argc, argv);
}
