/*
 * The history outlives SIGKILL at any moment: what was acknowledged is there,
 * and of what was not, all or nothing.
 */
#include "fixture.h"

#include "backend/base/uuid.h"

enum { ROUNDS = 20 };

/* Commits for ever: each time one event, one step and the header, which must
 * stay together. Tells the number after the commit. */
static void work(const char *dir, const char *op_id, int result)
{
    struct store *s;
    struct operation *op;
    struct pc_error err;
    if (store_open(dir, STORE_READ_WRITE, &s, &err) || store_op_load(s, op_id, &op, &err))
        _exit(1);
    /* Checkpoints so often that many kills fall into one. */
    sqlite3_wal_autocheckpoint(s->db, 8);
    for (;;) {
        struct event e = fixture_event(op_id, "one more");
        int n = ++op->steps[0].attempts;
        op->recovery_point_ms = n;
        if (store_begin(s, &err) || store_event_add(s, &e, &err) ||
            store_step_save(s, op, 0, &err) || store_op_save(s, op, &err) || store_commit(s, &err))
            _exit(2);
        if (write(result, &n, sizeof(n)) != sizeof(n))
            _exit(3);
    }
}

/* Kills after some commits and a moment; returns the last number told. */
static int kill_one(const char *dir, const char *op_id)
{
    int result[2], n = 0, last = 0;
    assert_int_equal(pipe(result), 0);
    pid_t child = fixture_fork();
    if (child == 0) {
        close(result[0]);
        work(dir, op_id, result[1]);
    }
    close(result[1]);
    for (uint64_t i = 0, commits = 1 + random_u64() % 40; i < commits; i++) {
        assert_int_equal(read(result[0], &n, sizeof(n)), sizeof(n));
        last = n;
    }
    struct timespec moment = {0, (long)(random_u64() % 3000000)};
    nanosleep(&moment, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (read(result[0], &n, sizeof(n)) == sizeof(n))
        last = n;
    close(result[0]);
    return last;
}

static void what_was_acknowledged_is_there(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = fixture_op("shop", 3), *back;
    assert_ok(store_op_insert(s, op, &err), &err);
    store_close(s);
    for (int i = 0; i < ROUNDS; i++) {
        int told = kill_one(*state, op->id);
        struct event *events;
        size_t count;
        s = fixture_open(*state);
        assert_ok(store_op_load(s, op->id, &back, &err), &err);
        assert_ok(store_events(s, op->id, 0, 0, &events, &count, &err), &err);
        if ((int)count != told && (int)count != told + 1)
            fail_msg("round %d: %d acknowledged, %zu kept", i, told, count);
        assert_int_equal(back->steps[0].attempts, count);
        assert_int_equal(back->recovery_point_ms, count);
        assert_int_equal(events[count - 1].seq, count);
        int64_t sound = 0;
        assert_ok(store_pragma(s, "SELECT integrity_check = 'ok' FROM pragma_integrity_check", &sound,
                               &err), &err);
        assert_int_equal(sound, 1);
        free(events);
        operation_free(back);
        store_close(s);
    }
    operation_free(op);
}

int main(void)
{
    const struct CMUnitTest tests[] = {FIXTURE_TEST(what_was_acknowledged_is_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
