/*
 * A row that is not understood is an error that names it; it is never cut,
 * guessed or left out.
 */
#include "fixture.h"

static const struct {
    const char *column, *row; /* what the error must name */
    const char *sql;
} CASES[] = {
    {"status", "operation op-1", "UPDATE operations SET status = 'melting'"},
    {"type", "operation op-1", "UPDATE operations SET type = 'dance'"},
    {"verdict", "operation op-1", "UPDATE operations SET verdict = 'maybe'"},
    {"created_ms", "operation op-1", "UPDATE operations SET created_ms = -1"},
    {"cleanup_due", "operation op-1", "UPDATE operations SET cleanup_due = 7"},
    {"group_name", "operation op-1", "UPDATE operations SET group_name = printf('%.128c', 'x')"},
    {"group_name", "operation op-1", "UPDATE operations SET group_name = 'a' || char(0) || 'b'"},
    {"request", "operation op-1", "UPDATE operations SET request = '[1]'"},
    {"request", "operation op-1", "UPDATE operations SET request = '{\"a\":'"},
    {"request", "operation op-1", "UPDATE operations SET request = '{\"a\":1,\"a\":2}'"},
    {"request", "operation op-1", "UPDATE operations SET request = printf('%.5000c', '[')"},
    {"request", "operation op-1",
     "UPDATE operations SET request = '{\"a\":\"' || printf('%.1048576c', 'x') || '\"}'"},
    {"warnings", "operation op-1", "UPDATE operations SET warnings = '{}'"},
    {"id", "an operation", "PRAGMA foreign_keys = OFF; UPDATE operations SET id = 'op-1' || "
                           "printf('%.60c', 'x')"},
    {"kind", "step 1 of op-1", "UPDATE plan_steps SET kind = 'create_magic' WHERE idx = 1"},
    {"phase", "step 1 of op-1", "UPDATE plan_steps SET phase = 'verifying' WHERE idx = 1"},
    {"after_steps", "step 1 of op-1", "UPDATE plan_steps SET after_steps = '[1]' WHERE idx = 1"},
    {"after_steps", "step 1 of op-1", "UPDATE plan_steps SET after_steps = '[-1]' WHERE idx = 1"},
    {"after_steps", "step 1 of op-1", "UPDATE plan_steps SET after_steps = '[\"0\"]' WHERE idx = 1"},
    {"after_steps", "step 1 of op-1", "UPDATE plan_steps SET after_steps = '{}' WHERE idx = 1"},
    {"params", "step 1 of op-1", "UPDATE plan_steps SET params = 'null' WHERE idx = 1"},
    {"status", "step 2 of op-1", "UPDATE plan_steps SET status = '' WHERE idx = 2"},
    {"attempts", "step 2 of op-1", "UPDATE plan_steps SET attempts = 9999999999 WHERE idx = 2"},
    {"timeout_s", "step 2 of op-1", "UPDATE plan_steps SET timeout_s = -1 WHERE idx = 2"},
    {"key", "step 2 of op-1", "UPDATE plan_steps SET key = printf('%.600c', 'x') WHERE idx = 2"},
    {"idx", "step 0 of op-1", "DELETE FROM plan_steps WHERE idx = 0"},
    {"state", "ledger of op-1, step 1", "UPDATE ledger SET state = 'lost'"},
    {"type", "ledger of op-1, step 1", "UPDATE ledger SET type = 'a type too long'||'!'"},
    {"step", "ledger of op-1, step 2", "DELETE FROM plan_steps WHERE idx = 2; UPDATE ledger SET "
                                       "step = 2"},
    {"body", "protection group g-1", "UPDATE protection_groups SET body = '{}'"},
    {"body", "protection group g-1", "UPDATE protection_groups SET body = '['"},
    {"body", "protection group g-1", "UPDATE protection_groups SET name = 'other'"},
    {"at_ms", "event 2", "INSERT INTO events VALUES (2, -5, '', 'info', '')"},
    {"text", "event 2", "INSERT INTO events VALUES (2, 5, '', 'info', printf('%.240c', 'x'))"},
    {"holder", "lease", "UPDATE lease SET holder = printf('%.128c', 'x')"},
    {"fencing", "lease", "DROP TRIGGER lease_grows; UPDATE lease SET fencing = -1"},
};

static void fill(const char *dir)
{
    struct pc_error err;
    struct store *s = fixture_open(dir);
    struct group *g = fixture_group("g-1", "shop");
    struct operation *op = fixture_op("shop", 1);
    struct event e = fixture_event("op-1", "began");
    struct ledger_entry entry = {.step = 1, .type = "volume", .state = LEDGER_MADE};
    snprintf(op->id, sizeof(op->id), "op-1");
    assert_ok(store_group_save(s, g, &err), &err);
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_ok(store_ledger_save(s, op, &entry, &err), &err);
    assert_ok(store_event_add(s, &e, &err), &err);
    group_unref(g);
    operation_free(op);
    store_close(s);
}

/* Reads everything; the first error. */
static enum pc_err read_all(struct store *s, struct pc_error *err)
{
    struct op_filter all = {.type = -1};
    struct operation **ops;
    struct group **groups;
    struct event *events;
    struct lease lease;
    size_t n;
    enum pc_err rc = store_ops(s, &all, &ops, &n, err);
    if (rc)
        return rc;
    while (n)
        operation_free(ops[--n]);
    free(ops);
    rc = store_groups(s, &groups, &n, err);
    if (rc)
        return rc;
    while (n)
        group_unref(groups[--n]);
    free(groups);
    rc = store_events(s, NULL, 0, 0, &events, &n, err);
    if (rc)
        return rc;
    free(events);
    return store_lease_read(s, 1700000000000, &lease, err);
}

static void a_strange_row_is_named(void **state)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct pc_error err = {0};
        char dir[256];
        snprintf(dir, sizeof(dir), "%s/%zu", (const char *)*state, i);
        fill(dir);
        struct store *s = fixture_open(dir);
        assert_ok(read_all(s, &err), &err);
        if (fixture_sql(dir, CASES[i].sql) != SQLITE_OK)
            fail_msg("cannot prepare: %s", CASES[i].sql);
        enum pc_err rc = read_all(s, &err);
        char column[64];
        snprintf(column, sizeof(column), "column '%s'", CASES[i].column);
        if (rc != PC_ERR_STORE || !strstr(err.text, column) || !strstr(err.text, CASES[i].row) ||
            !strstr(err.text, dir) || !*err.remedy)
            fail_msg("%s: %s: %s", CASES[i].sql, pc_err_name(rc), err.text);
        store_close(s);
    }
}

static void what_could_not_be_read_again_is_not_written(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = fixture_op("shop", 1), *back;
    op->progress = 101;
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_INVALID);
    op->progress = 100;
    op->status = OP_STATUS_COUNT;
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_INVALID);
    op->status = OP_PENDING;
    memset(op->remedy, 'x', sizeof(op->remedy)); /* no end */
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_INVALID);
    op->remedy[0] = '\0';
    char *big = xcalloc(1, (1 << 20) + 1);
    memset(big, 'x', 1 << 20);
    json_object_set_new(op->request, "big", json_string(big));
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_TOO_LARGE);
    json_object_del(op->request, "big");
    plan_add(op->plan, STEP_PIN_POINT, big, "", NULL);
    op->steps = xrealloc(op->steps, op->plan->count * sizeof(*op->steps));
    memset(&op->steps[op->plan->count - 1], 0, sizeof(*op->steps));
    assert_int_equal(store_op_insert(s, op, &err), PC_ERR_INVALID);
    assert_int_equal(store_op_load(s, op->id, &back, &err), PC_ERR_NOT_FOUND);
    json_decref(op->plan->steps[--op->plan->count].params);
    assert_ok(store_op_insert(s, op, &err), &err);
    free(big);
    operation_free(op);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_strange_row_is_named),
        FIXTURE_TEST(what_could_not_be_read_again_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
