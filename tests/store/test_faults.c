/*
 * The disk fails at every single write, sync and truncation of a history's
 * life, once or for good: what was acknowledged stays, the rest is all or
 * nothing, the error says what to do, and the file opens again.
 */
#include "fixture.h"

#include "faulty_vfs.h"

enum { COMMITS = 6 };

static const struct faulty_kind KINDS[] = {
    {"full once", SQLITE_FULL, SQLITE_IOERR_FSYNC, false},
    {"full for good", SQLITE_FULL, SQLITE_FULL, true},
    {"failing once", SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, false},
    {"failing for good", SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, true},
};

struct outcome {
    int acknowledged; /* commits */
    int unclear;      /* commits that failed: they may be there or not */
    int failures;
};

static void expect_advice(const struct faulty_kind *kind, int at, enum pc_err rc,
                          const struct pc_error *err)
{
    if ((rc != PC_ERR_STORE && rc != PC_ERR_FORBIDDEN) || !strstr(err->text, "history.db") ||
        !*err->remedy)
        fail_msg("%s at %d: %s: '%s' '%s'", kind->name, at, pc_err_name(rc), err->text,
                 err->remedy);
}

/* The step's attempts and the number of events grow together. */
static enum pc_err commit_one(struct store *s, struct operation *op, struct outcome *o,
                              struct pc_error *err)
{
    struct event e = fixture_event(op->id, "one more");
    enum pc_err rc = store_begin(s, err);
    if (rc)
        return rc;
    op->steps[0].attempts = o->acknowledged + 1;
    rc = store_event_add(s, &e, err);
    if (!rc)
        rc = store_step_save(s, op, 0, err);
    if (rc) {
        store_rollback(s);
        return rc;
    }
    rc = store_commit(s, err);
    if (rc)
        o->unclear = 1;
    return rc;
}

/* A life: open, one operation, some commits, close. After a failure it tries
 * again with the same store, as an engine would. */
static struct outcome live(const char *dir, const char *id, const struct faulty_kind *kind, int at)
{
    struct outcome o = {0};
    struct pc_error err = {0};
    struct store *s;
    struct operation *op = fixture_op("shop", 1);
    snprintf(op->id, sizeof(op->id), "%s", id);
    faulty.points = 0;
    faulty.kind = kind;
    faulty.fail_at = at;
    enum pc_err rc = store_open(dir, STORE_READ_WRITE, &s, &err);
    if (rc) {
        expect_advice(kind, at, rc, &err);
        o.failures++;
        operation_free(op);
        return o;
    }
    sqlite3_wal_autocheckpoint(s->db, 6);
    bool inserted = false;
    for (int i = 0; i < 3 * COMMITS && o.acknowledged < COMMITS; i++) {
        if (rc) {
            expect_advice(kind, at, rc, &err);
            o.failures++;
        }
        if (!inserted) {
            rc = store_op_insert(s, op, &err);
            inserted = rc == PC_OK || rc == PC_ERR_EXISTS; /* it may be there all the same */
        }
        if (inserted)
            rc = commit_one(s, op, &o, &err);
        if (rc == PC_OK) {
            assert_false(faulty.log_unsynced); /* durable before it is said */
            o.acknowledged++;
            o.unclear = 0;
        }
    }
    store_close(s);
    operation_free(op);
    faulty.fail_at = 0;
    return o;
}

static void check(const char *dir, const char *id, const struct faulty_kind *kind, int at,
                  struct outcome o)
{
    struct pc_error err;
    struct store *s = fixture_open(dir);
    struct operation *back = NULL;
    struct event *events;
    size_t count;
    int64_t sound = 0;
    assert_ok(store_events(s, NULL, 0, 0, &events, &count, &err), &err);
    free(events);
    if ((int)count < o.acknowledged || (int)count > o.acknowledged + o.unclear)
        fail_msg("%s at %d: %d acknowledged, %zu kept", kind->name, at, o.acknowledged, count);
    enum pc_err rc = store_op_load(s, id, &back, &err);
    if (o.acknowledged)
        assert_int_equal(rc, PC_OK);
    if (rc == PC_OK && back->steps[0].attempts != (int)count)
        fail_msg("%s at %d: torn: %zu events, step at %d", kind->name, at, count,
                 back->steps[0].attempts);
    assert_ok(store_pragma(s, "SELECT integrity_check = 'ok' FROM pragma_integrity_check", &sound,
                           &err), &err);
    assert_int_equal(sound, 1);
    operation_free(back);
    store_close(s);
}

static void at_every_point(void **state)
{
    char dir[256];
    snprintf(dir, sizeof(dir), "%s/whole", (const char *)*state);
    struct outcome o = live(dir, "op-1", &KINDS[0], 0);
    int points = faulty.points, felt = 0;
    assert_int_equal(o.acknowledged, COMMITS);
    assert_true(points > 20);
    for (size_t k = 0; k < sizeof(KINDS) / sizeof(KINDS[0]); k++)
        for (int at = 1; at <= points; at++) {
            snprintf(dir, sizeof(dir), "%s/%zu-%d", (const char *)*state, k, at);
            o = live(dir, "op-1", &KINDS[k], at);
            faulty.fail_at = 0;
            felt += o.failures > 0;
            if (!KINDS[k].lasting && o.acknowledged > 0)
                assert_int_equal(o.acknowledged, COMMITS); /* it recovered */
            check(dir, "op-1", &KINDS[k], at, o);
        }
    print_message("%d points, %zu kinds, %d felt\n", points, sizeof(KINDS) / sizeof(KINDS[0]), felt);
    assert_true(felt > points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {FIXTURE_TEST(at_every_point)};
    faulty_install();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
