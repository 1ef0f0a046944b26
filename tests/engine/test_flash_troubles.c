/* Moves on FlashArrays that go wrong in part, are killed, or run beside others. */
#include "tests/engine/support/flash.h"

#include "backend/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a part ---------------------------------------------------------------- */

#define NO_FIRST_CLONE ON_B "\"array\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":1," \
                            "\"count\":1,\"do\":\"policy-403\"}"

static void kept_and_repeated(struct stage *s, const char *fault)
{
    lab_fault(&s->lab, fault);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 2);
    all_are(s, "site-a", "SHUTOFF", 1);
    char *id = xstrdup(json_text(s->op, "id")), *point = xstrdup(flash_point(s));
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}", id);
    passes(s, "operation_retry", args, "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    assert_string_equal(flash_point(s), point);
    all_are(s, "site-b", "ACTIVE", 1);
    flash_clones_are(s, "site-b", id, VOLUMES, 0);
    flash_judge(s);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    flash_clones_are(s, "site-b", id, 0, VOLUMES);
    target_is_empty(s);
    flash_judge(s);
    free(args);
    free(point);
    free(id);
}

static void a_clone_is_refused_and_repeated(void **state)
{
    kept_and_repeated(*state, NO_FIRST_CLONE);
}

/* The first call of each request asks only whether one may. */
static void a_manage_fails_and_is_repeated(void **state)
{
    kept_and_repeated(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                                   "\"nth\":2,\"count\":1,\"do\":\"fail\"}");
}

/* What stayed behind is no reason not to replicate, and bring back, the rest. */
static void a_part_is_replicated_and_brought_back(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, NO_FIRST_CLONE);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    char *failover = xstrdup(json_text(s->op, "id"));
    free(flash_syncs(s, "array-b:" DRIVERS));
    group_is(s, "failed_over_partial", "site-b");
    passes(s, "failback", ASK(",\"reverse_replication\":true"), "site-a", "site-b");
    flash_own_point(s, "array-b:" DRIVERS);
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 2);
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1); /* who never left, too */
    target_is_empty(s);
    assert_int_equal(flash_clones(s, "site-b", failover, "live"), 0);
    flash_judge(s);
    free(failover);
}

/* Without keep all of it is taken back, the error volume included. */
static void a_manage_fails_and_all_is_taken_back(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                            "\"nth\":3,\"count\":1,\"do\":\"fail\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    char *id = xstrdup(json_text(s->op, "id"));
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    assert_int_equal(flash_clones(s, "site-b", id, "live"), 0);
    flash_judge(s);
    free(id);
}

/* ---- kill -9 --------------------------------------------------------------- */

/* A console of its own process that moves the group and waits for it. */
static pid_t start_console(const struct stage *s, const char *verb)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execl(PC_BIN_DIR "/protector-console", "protector-console", "--config", s->config,
          "--state-dir", s->state_dir, "protection-group", verb, GROUP, "--confirm", GROUP, "--wait",
          (char *)NULL);
    _exit(127);
}

/* Killed while the call is not answered; the next engine carries on. */
static void killed(struct stage *s, const char *verb, const char *fault)
{
    int64_t until = clock_mono_ms() + STAGE_MS;
    stage_close(s);
    lab_fault(&s->lab, fault);
    pid_t pid = start_console(s, verb);
    while (!lab_struck(&s->lab) && clock_mono_ms() < until)
        poll(NULL, 0, 20);
    int struck = lab_struck(&s->lab);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    assert_true(struck);
    stage_open(s, FLASHARRAY);
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    char *id = xstrdup(json_text(json_array_get(s->reply, 0), "id"));
    bool back = strcmp(verb, "failover") != 0;
    watch_alone(s, id, back ? "site-a" : "site-b", back ? "site-b" : "site-a");
    came_to(s, "completed", "passed");
    free(id);
}

static void killed_failing_over(struct stage *s, const char *fault)
{
    killed(s, "failover", fault);
    flash_own_point(s, "array-a:prod-web-app");
    flash_clones_are(s, "site-b", json_text(s->op, "id"), VOLUMES, 0);
    assert_int_equal(stage_made(s, "volume"), VOLUMES);
    all_are(s, "site-b", "ACTIVE", 1);
    flash_judge(s);
}

static void killed_between_clone_and_manage(void **state)
{
    killed_failing_over(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":"
                                "\"/manageable_volumes\",\"nth\":2,\"do\":\"timeout=600\"}");
}

static void killed_while_cinder_takes_one_over(void **state)
{
    killed_failing_over(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":"
                                "\"/manageable_volumes\",\"nth\":4,"
                                "\"do\":\"timeout-after-apply=600\"}");
}

static void killed_after_the_point_was_asked_for(void **state)
{
    killed_failing_over(*state, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\","
                                "\"path\":\"/protection-group-snapshots\",\"nth\":1,"
                                "\"do\":\"timeout-after-apply=600\"}");
}

static void killed_on_the_way_back(void **state)
{
    struct stage *s = *state;
    char *failover = flash_away(s);
    killed(s, "failback", "{\"site\":\"site-a\",\"service\":\"volume\",\"verb\":\"POST\",\"path\":"
                          "\"/manageable_volumes\",\"nth\":3,\"do\":\"timeout-after-apply=600\"}");
    flash_own_point(s, "array-b:" DRIVERS);
    flash_clones_are(s, "site-a", json_text(s->op, "id"), VOLUMES, 0);
    flash_protects(s, "site-a");
    killed(s, "confirm-failback", ON_B "\"volume\",\"verb\":\"DELETE\",\"nth\":2,"
                                       "\"do\":\"timeout-after-apply=600\"}");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    flash_clones_are(s, "site-b", failover, 0, VOLUMES);
    target_is_empty(s);
    flash_judge(s);
    free(failover);
}

/* ---- drills and syncs beside ----------------------------------------------- */

static void a_kept_drill_goes_first_and_a_sync_beside_it(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *drill = xstrdup(json_text(s->op, "id")), *old = xstrdup(flash_point(s));
    flash_clones_are(s, "site-b", drill, VOLUMES, 0);
    /* Drills do not replicate back, and keep their own point. */
    char *newer = flash_syncs(s, "array-a:prod-web-app");
    group_is(s, "test_active", "site-a");
    stage_show(s, drill);
    assert_string_equal(flash_point(s), old);
    flash_clones_are(s, "site-b", drill, VOLUMES, 0);

    char *failover = flash_fails_over(s);
    flash_clones_are(s, "site-b", drill, 0, VOLUMES);
    flash_clones_are(s, "site-b", failover, VOLUMES, 0);
    assert_int_equal(stage_made(s, "volume"), VOLUMES);
    flash_judge(s);
    free(failover);
    free(newer);
    free(old);
    free(drill);
}

static void a_sync_beside_what_runs(void **state)
{
    struct stage *s = *state;
    char *drill = xstrdup(stage_start(s, NO_CHECKS));
    char *sync = xstrdup(begins(s, "sync_volumes", SYNC)); /* allowed, with a warning */
    stage_refused(s, "sync_volumes", SYNC, PC_ERR_BUSY, sync);
    stage_rest(s, sync);
    came_to(s, "completed", "passed");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "verdict"), "passed");

    char *failover = xstrdup(begins(s, "failover", ASK("")));
    stage_refused(s, "sync_volumes", SYNC, PC_ERR_STATE, "failing over");
    assert_non_null(strstr(s->err.remedy, "Wait until the failover has ended"));
    watch_alone(s, failover, "site-b", "site-a");
    came_to(s, "completed", "passed");
    flash_judge(s);
    free(failover);
    free(sync);
    free(drill);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        flash_story(a_clone_is_refused_and_repeated),
        flash_story(a_manage_fails_and_is_repeated),
        flash_story(a_part_is_replicated_and_brought_back),
        flash_story(a_manage_fails_and_all_is_taken_back),
        flash_story(killed_between_clone_and_manage),
        flash_story(killed_while_cinder_takes_one_over),
        flash_story(killed_after_the_point_was_asked_for),
        flash_story(killed_on_the_way_back),
        flash_story(a_kept_drill_goes_first_and_a_sync_beside_it),
        flash_story(a_sync_beside_what_runs),
    };
    return moves_main(tests, argc, argv);
}
