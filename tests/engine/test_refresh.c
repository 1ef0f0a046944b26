/*
 * What it costs to know how every group stands: statements and rows, not
 * seconds, so that a slow machine does not fail it; the time is printed.
 *
 * The engine here is a store and its groups: no thread, no site.
 */
#include "tests/engine/support/history.h"

#include "backend/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GROUPS = 2000, OPERATIONS = 5 };

#define assert_ok(call, err)                                                  \
    do {                                                                      \
        enum pc_err assert_rc = (call);                                       \
        if (assert_rc)                                                        \
            fail_msg("%s: %s: %s", #call, pc_err_name(assert_rc), (err)->text); \
    } while (0)

static struct plan *drill_of_three(void)
{
    static const enum step_kind kinds[] = {STEP_CREATE_VOLUME, STEP_CREATE_PORT,
                                           STEP_CREATE_SERVER, STEP_VERIFY_BOOT,
                                           STEP_DELETE_SERVER, STEP_DELETE_PORT,
                                           STEP_DELETE_VOLUME};
    struct plan *p = plan_new();
    plan_add(p, STEP_PIN_POINT, "pin_point", "recovery point", NULL);
    for (int vm = 0; vm < 3; vm++)
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            char key[64], subject[16];
            snprintf(subject, sizeof(subject), "vm-%d", vm);
            snprintf(key, sizeof(key), "%s:%s", step_kind_name(kinds[k]), subject);
            plan_add(p, kinds[k], key, subject, json_pack("{s:s}", "vm", subject));
        }
    return p;
}

static void add_ended(struct store *s, const char *group_id, const char *group,
                      struct plan *plan, int n)
{
    struct pc_error err;
    struct operation *op = operation_new(OP_TEST_FAILOVER, plan_ref(plan));
    snprintf(op->group_id, sizeof(op->group_id), "%s", group_id);
    snprintf(op->group, sizeof(op->group), "%s", group);
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->created_ms = op->started_ms = 1700000000000 + n * 100000;
    op->completed_ms = op->created_ms + 60000;
    op->status = OP_CLEANED;
    op->verdict = VERDICT_PASSED;
    op->progress = 100;
    op->request = json_object();
    for (size_t i = 0; i < plan->count; i++) {
        op->steps[i].status = STEP_DONE;
        op->steps[i].attempts = 1;
        op->steps[i].started_ms = op->created_ms + (int64_t)i * 1000;
        op->steps[i].ended_ms = op->steps[i].started_ms + 900;
    }
    op->ledger_room = op->ledger_count = 9;
    free(op->ledger);
    op->ledger = xcalloc(op->ledger_room, sizeof(*op->ledger));
    for (size_t i = 0; i < op->ledger_count; i++) {
        op->ledger[i].step = (int)i + 1;
        op->ledger[i].state = LEDGER_GONE;
        snprintf(op->ledger[i].type, sizeof(op->ledger[i].type), "volume");
        snprintf(op->ledger[i].site, sizeof(op->ledger[i].site), "site-b");
    }
    assert_ok(store_op_insert(s, op, &err), &err);
    operation_free(op);
}

static void fill(struct world *w)
{
    struct pc_error err;
    struct plan *plan = drill_of_three();
    assert_ok(store_begin(w->e.store, &err), &err);
    for (int i = 0; i < GROUPS; i++) {
        char id[32], name[32];
        snprintf(id, sizeof(id), "g-%05d", i);
        snprintf(name, sizeof(name), "group-%05d", i);
        world_group(w, id, name, 1);
        for (int n = 0; n < OPERATIONS; n++)
            add_ended(w->e.store, id, name, plan, n);
    }
    assert_ok(store_commit(w->e.store, &err), &err);
    plan_unref(plan);
}

static int statements; /* counted by the connection itself */

static int count_statement(unsigned type, void *arg, void *p, void *x)
{
    (void)type;
    (void)arg;
    (void)p;
    (void)x;
    statements++;
    return 0;
}

struct cost {
    int statements;
    double ms;
};

static struct cost cost_of(struct engine *e, void (*what)(struct engine *e))
{
    statements = 0;
    sqlite3_trace_v2(e->store->db, SQLITE_TRACE_STMT, count_statement, NULL);
    int64_t from = clock_mono_ms();
    what(e);
    struct cost c = {statements, (double)(clock_mono_ms() - from)};
    sqlite3_trace_v2(e->store->db, 0, NULL, NULL);
    return c;
}

static void look(struct engine *e)
{
    e->seen = store_changes(e->store);
}

/* ---- the tests --------------------------------------------------------------------- */

static int raise_world(void **state)
{
    struct world *w = world_new();
    struct pc_error err;
    *state = w;
    if (!w)
        return -1;
    fill(w);
    look(&w->e);
    return groups_load(&w->e, &err) ? -1 : 0;
}

static int strike_world(void **state)
{
    world_over(*state);
    return 0;
}

static void all_groups_cost_one_statement(void **state)
{
    struct world *w = *state;
    struct cost c = cost_of(&w->e, groups_refresh);
    print_message("%d groups with %d operations each: %d statement, %.0f ms\n", GROUPS, OPERATIONS,
                  c.statements, c.ms);
    assert_int_equal(c.statements, 1);
    for (size_t i = 0; i < w->e.group_count; i++) {
        const struct group_view *v = w->e.groups[i].view;
        assert_int_equal(v->state, GROUP_READY);
        assert_int_equal(v->last_drill_verdict, VERDICT_PASSED);
        assert_int_equal(v->last_drill_ms, 1700000000000 + (OPERATIONS - 1) * 100000 + 60000);
        assert_int_equal(v->last_drill_duration_ms, 5000); /* to where its cleanup began */
    }
}

static void refresh_one(struct engine *e)
{
    struct pc_error err;
    assert_int_equal(group_refresh(e, "g-01234", &err), PC_OK);
}

static void one_group_costs_one_statement(void **state)
{
    struct world *w = *state;
    assert_int_equal(cost_of(&w->e, refresh_one).statements, 1);
    assert_int_equal(w->e.groups[1234].view->last_drill_verdict, VERDICT_PASSED);
}

/* Asking costs the number of commits; once they were somebody else's, the
 * counters too, and those say that there is nothing to read. */
static void a_heartbeat_costs_nothing(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    assert_int_equal(store_lease_take(w->other, 1, &err), PC_OK);
    look(&w->e);
    assert_int_equal(cost_of(&w->e, look).statements, 1);
    struct store_changes before = w->e.seen;
    for (int beat = 0; beat < 3; beat++) {
        assert_int_equal(store_lease_renew(w->other, 2 + beat, &err), PC_OK);
        assert_int_equal(cost_of(&w->e, look).statements, 2);
        assert_memory_equal(&w->e.seen, &before, sizeof(before));
    }
    store_lease_release(w->other);
    look(&w->e);
    assert_memory_equal(&w->e.seen, &before, sizeof(before));
}

/* Progress and steps are shown, and no group stands elsewhere for them. */
static void progress_moves_no_state(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    struct op_filter newest = {.type = -1, .limit = 1};
    struct operation **list = NULL;
    size_t count = 0;
    assert_int_equal(store_ops(w->other, &newest, &list, &count, &err), PC_OK);
    struct operation *op = list[0];
    struct store_changes was = store_changes(w->e.store), is;
    op->progress = 99;
    assert_int_equal(store_op_save(w->other, op, &err), PC_OK);
    assert_int_equal(store_step_save(w->other, op, 1, &err), PC_OK);
    assert_int_equal(store_ledger_save(w->other, op, &op->ledger[0], &err), PC_OK);
    is = store_changes(w->e.store);
    assert_true(is.history > was.history);
    assert_int_equal(is.state, was.state);
    assert_int_equal(is.protection, was.protection);

    op->ledger[0].state = LEDGER_SURVIVES; /* it holds something again */
    assert_int_equal(store_ledger_save(w->other, op, &op->ledger[0], &err), PC_OK);
    was = is;
    is = store_changes(w->e.store);
    assert_true(is.state > was.state);
    groups_refresh(&w->e);
    assert_int_equal(w->e.groups[GROUPS - 1].view->state, GROUP_TEST_ACTIVE);
    op->ledger[0].state = LEDGER_GONE;
    assert_int_equal(store_ledger_save(w->other, op, &op->ledger[0], &err), PC_OK);
    groups_refresh(&w->e);
    assert_int_equal(w->e.groups[GROUPS - 1].view->state, GROUP_READY);
    operation_free(op);
    free(list);
}

/* Not to know is not to be ready. */
static void an_error_leaves_the_view(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    w->e.groups[7].view->state = GROUP_COMMITTED;
    sqlite3_exec(w->other->db, "ALTER TABLE ledger RENAME TO elsewhere", NULL, NULL, NULL);
    assert_int_not_equal(group_refresh(&w->e, "g-00007", &err), PC_OK);
    groups_refresh(&w->e);
    assert_int_equal(w->e.groups[7].view->state, GROUP_COMMITTED);
    assert_true(*w->e.notice);
    sqlite3_exec(w->other->db, "ALTER TABLE elsewhere RENAME TO ledger", NULL, NULL, NULL);
    groups_refresh(&w->e);
    assert_int_equal(w->e.groups[7].view->state, GROUP_READY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_groups_cost_one_statement),
        cmocka_unit_test(one_group_costs_one_statement),
        cmocka_unit_test(a_heartbeat_costs_nothing),
        cmocka_unit_test(progress_moves_no_state),
        cmocka_unit_test(an_error_leaves_the_view),
    };
    return cmocka_run_group_tests(tests, raise_world, strike_world);
}
