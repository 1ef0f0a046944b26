/* Two engines on one state directory, and one whose journal cannot be written. */
#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"
#include "backend/store/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_CHECKS "\"health_checks\":[]"

/* ---- two engines ------------------------------------------------------------------ */

static bool is_owner(const struct snapshot *now, const void *arg)
{
    (void)arg;
    return now->owner;
}

static void the_second_engine_looks_on_and_takes_over(void **state)
{
    struct stage *s = *state;
    struct door *first = s->door;
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned"); /* what it takes is known then */
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"delay=700\"}");
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    s->door = NULL;
    stage_open(s, NULL);
    struct snapshot *now = door_snapshot(s->door);
    assert_false(now->owner);
    assert_non_null(strstr(now->engine, "pid "));
    snapshot_unref(now);
    stage_until(s, id, OP_VMS); /* seen through the history */
    now = door_snapshot(s->door); /* as where it is executed, what its phases usually take */
    assert_true(snapshot_operation(now, id)->usual_ms[PHASE_STORAGE] > 0);
    snapshot_unref(now);
    door_close(first);
    stage_watch(s, is_owner, NULL);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(id);
}

/* A stop that is asked for through another door reaches the one that executes,
 * within two looks into the store: the servers take longer. */
static void a_stop_through_another_door(void **state)
{
    struct stage *s = *state;
    struct door *first = s->door;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"delay=3000\"}");
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    s->door = NULL;
    stage_open(s, NULL);
    stage_until(s, id, OP_VOLUMES);
    assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "error_message"), "stopped by the operator");
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    door_close(first);
    free(args);
    free(id);
}

/* ---- what nobody has seen --------------------------------------------------------- */

/* Made, but its answer never read: the engine ended, and the drill was stopped
 * meanwhile. Nobody knows its id; the cleanup finds it by its mark. */
static void what_was_made_unseen_is_cleaned_up(void **state)
{
    static const char *const creates[][2] = {
        {"volume", "/volumes"}, {"network", "/ports"}, {"compute", "/servers"}};
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(creates) / sizeof(creates[0]); i++) {
        char *fault = xasprintf("{\"site\":\"site-b\",\"service\":\"%s\",\"verb\":\"POST\","
                                "\"path\":\"%s\",\"nth\":1,\"do\":\"timeout-after-apply=600\"}",
                                creates[i][0], creates[i][1]);
        lab_fault(&s->lab, fault);
        char *id = xstrdup(stage_start(s, NO_CHECKS));
        char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
        while (!lab_struck(&s->lab))
            assert_int_equal(stage_call(s, "operation_show", args), PC_OK);
        assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
        stage_open(s, NULL);
        stage_rest(s, id);
        assert_string_equal(json_text(s->op, "status"), "cleaned");
        assert_int_equal(stage_made(s, "server") + stage_made(s, "volume") + stage_made(s, "port"),
                         0);
        free(args);
        free(id);
        free(fault);
    }
}

/* ---- the journal ------------------------------------------------------------------- */

static bool cannot_write(const struct snapshot *now, const void *arg)
{
    (void)arg;
    return strstr(now->notice, "nothing new is begun") != NULL;
}

static int ask_journal(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* Every volume was asked for, none is seen to be there yet. */
static bool volumes_have_ids(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    for (size_t i = 0; v && i < v->op->plan->count; i++)
        if (v->op->plan->steps[i].kind == STEP_CREATE_VOLUME && !*v->op->steps[i].resource_id)
            return false;
    return v != NULL;
}

/* The servers are next, and the journal is locked: none is made whose intent
 * is not written down. When it can be written again, the drill goes on. */
static void what_cannot_be_written_down_is_not_done(void **state)
{
    struct stage *s = *state;
    sqlite3 *db = NULL;
    char path[128];
    snprintf(path, sizeof(path), "%s/history.db", s->state_dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"GET\","
                       "\"path\":\"/volumes/*\",\"do\":\"delay=1000\"}");
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    stage_watch(s, volumes_have_ids, id);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    stage_watch(s, cannot_write, NULL);
    for (int turns = 0; turns < 3; turns++) /* what was begun would have come by then */
        assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    int intended = ask_journal(db, "SELECT count(*) FROM ledger");
    assert_int_equal(stage_made(s, "volume") + stage_made(s, "port"), intended);
    assert_int_equal(stage_made(s, "server"), 0);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(id);
}

/* ---- stopped within a transaction ------------------------------------------------------ */

/* As an engine that was stopped (SIGSTOP) while it wrote, a minute ago. */
static pid_t stopped_engine(const struct stage *s)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct store *store;
        struct pc_error err;
        if (store_open(s->state_dir, STORE_READ_WRITE, &store, &err) ||
            store_lease_take(store, clock_wall_ms() - 60000, &err) || store_begin(store, &err))
            _exit(1);
        raise(SIGSTOP);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    return child;
}

static bool tells_who(const struct snapshot *now, const void *words)
{
    return !now->owner && strstr(now->notice, words) != NULL;
}

static bool executes_quietly(const struct snapshot *now, const void *arg)
{
    (void)arg;
    return now->owner && !*now->notice;
}

/* Everybody is told who it is and what ends it, at once, and whoever waits takes over as
 * soon as that is done. */
static void an_engine_that_is_stopped_while_it_writes_is_told_of(void **state)
{
    struct stage *s = *state;
    char words[64];
    stage_close(s);
    pid_t child = stopped_engine(s);
    snprintf(words, sizeof(words), "pid %d is stopped", (int)child);
    int64_t from = clock_mono_ms();
    stage_open(s, NULL);
    stage_watch(s, tells_who, words);
    assert_true(clock_mono_ms() - from < 4000); /* nobody waits for the lock to tell it */
    assert_int_equal(stage_call(s, "doctor", NULL), PC_OK);
    char *told = json_dumps(s->reply, 0);
    assert_non_null(strstr(told, words));
    assert_non_null(strstr(told, "kill -9 "));
    free(told);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_STORE, words);
    assert_int_equal(kill(child, SIGKILL), 0);
    waitpid(child, NULL, 0);
    stage_watch(s, executes_quietly, NULL);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
}

/* ---- the history is taken away ------------------------------------------------------ */

static bool has_lost_it(const struct snapshot *now, const void *arg)
{
    (void)arg;
    return !now->owner && strstr(now->notice, "moved, deleted or replaced") != NULL;
}

static void move_history(const struct stage *s, const char *from, const char *to)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (int i = 0; i < 3; i++) {
        char *a = xasprintf("%s/%s%s", s->state_dir, from, ends[i]),
             *b = xasprintf("%s/%s%s", s->state_dir, to, ends[i]);
        assert_int_equal(rename(a, b), 0);
        free(a);
        free(b);
    }
}

/* The engine sees that what it writes is found by nobody, and asks the sites for
 * nothing more. Put back, it resumes from there as after a crash. */
static void without_its_history_an_engine_does_nothing(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"GET\","
                       "\"path\":\"/volumes/*\",\"do\":\"delay=1000\"}");
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    stage_watch(s, volumes_have_ids, id);
    move_history(s, "history.db", "taken.db");
    stage_watch(s, has_lost_it, NULL);
    int writes = lab_writes(&s->lab, "site-b");
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    stage_refused(s, "operation_show", args, PC_ERR_STORE, "moved, deleted or replaced");
    stage_refused(s, "test_failover", "{\"group\":\"hr-suite\"}", PC_ERR_STORE, "moved");
    for (int turns = 0; turns < 3; turns++) /* what was next would have come by then */
        stage_refused(s, "group_list", NULL, PC_ERR_STORE, "moved");
    assert_int_equal(lab_writes(&s->lab, "site-b"), writes);
    assert_int_equal(stage_made(s, "server"), 0);
    move_history(s, "taken.db", "history.db");
    stage_watch(s, is_owner, NULL);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(args);
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(the_second_engine_looks_on_and_takes_over),
        stage_test(a_stop_through_another_door),
        stage_test(what_was_made_unseen_is_cleaned_up),
        stage_test(what_cannot_be_written_down_is_not_done),
        stage_test(an_engine_that_is_stopped_while_it_writes_is_told_of),
        stage_test(without_its_history_an_engine_does_nothing),
    };
    return stage_main(tests, argc, argv);
}
