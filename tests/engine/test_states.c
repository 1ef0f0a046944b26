/*
 * What a history says of its group: the fold of the real operations, drills
 * laid over it, tallies, and the reply that tells them.
 */
#include "backend/engine/request/request.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/request/real.h"
#include "tests/engine/support/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the fold ------------------------------------------------------------------------- */

static void there_and_back(void **state)
{
    struct world *w = *state;
    history_is(w, GROUP_READY);
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_is(w, GROUP_FAILING_OVER);
    assert_string_equal(history_view(w)->operation_id, op->id);
    assert_int_equal(history_view(w)->real_completed_ms, 0);
    history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_string_equal(history_view(w)->real_id, op->id);
    assert_string_equal(history_view(w)->operation_id, "");
    assert_int_equal(history_view(w)->real_completed_ms, op->completed_ms);
    assert_int_equal(history_view(w)->members.recovered, 3);
    operation_free(op);

    op = history_begin(w, OP_COMMIT, "{}");
    history_is(w, GROUP_AWAITING_COMMIT);
    history_end(w, op, OP_FAILED, VERDICT_FAILED);
    history_is(w, GROUP_AWAITING_COMMIT);
    operation_free(op);
    history_done(w, OP_COMMIT, "{}");
    history_is(w, GROUP_COMMITTED);
    assert_int_equal(history_view(w)->members.recovered, 3);

    op = history_begin(w, OP_FAILBACK, "{}");
    history_is(w, GROUP_FAILING_BACK);
    history_end(w, op, OP_FAILED, VERDICT_FAILED); /* and all of it taken back */
    history_is(w, GROUP_COMMITTED);
    operation_free(op);
    history_done(w, OP_FAILBACK, "{}");
    history_is(w, GROUP_FAILBACK_READY);
    op = history_begin(w, OP_CANCEL_FAILBACK, "{}");
    history_is(w, GROUP_FAILING_BACK);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_COMMITTED);
    operation_free(op);
    history_done(w, OP_FAILBACK, "{}");
    history_done(w, OP_CONFIRM_FAILBACK, "{}");
    history_is(w, GROUP_READY);
}

static void what_fails(void **state)
{
    struct world *w = *state;
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    op->cleanup_due = true;
    history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_FAILED, VERDICT_FAILED);
    history_is(w, GROUP_FAILING_OVER); /* it is about to be taken back */
    op->status = OP_ROLLING_BACK;
    history_save(w, op);
    history_is(w, GROUP_FAILING_OVER);
    op->cleanup_due = false;
    history_holds(op, LEDGER_GONE);
    history_end(w, op, OP_FAILED, VERDICT_FAILED);
    history_is(w, GROUP_READY);
    op->ledger[1].state = LEDGER_SURVIVES;
    history_save(w, op);
    history_is(w, GROUP_ERROR);
    operation_free(op);
    history_done(w, OP_RESOLVE, "{\"serving\":\"site-b\"}");
    history_is(w, GROUP_COMMITTED);
    history_done(w, OP_RESOLVE, "{\"serving\":\"site-a\"}");
    history_is(w, GROUP_READY);
}

static void a_part_of_it(void **state)
{
    struct world *w = *state;
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_holds(op, LEDGER_MADE);
    for (int i = 0; i < 6; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[2].status = STEP_FAILED; /* vm-1 was not made */
    op->steps[3].status = STEP_SKIPPED;
    op->steps[5].status = STEP_FAILED; /* vm-2 is up, and does not answer */
    history_end(w, op, OP_COMPLETED, VERDICT_PARTIAL);
    history_is(w, GROUP_PARTIAL);
    const struct member_tally *t = &history_view(w)->members;
    assert_int_equal(t->total, 3);
    assert_int_equal(t->recovered, 1);
    assert_int_equal(t->failed, 1);
    assert_int_equal(t->unverified, 1);

    /* A retry is the same operation again. */
    op->status = OP_RUNNING;
    op->completed_ms = 0;
    history_save(w, op);
    history_is(w, GROUP_FAILING_OVER);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->members.recovered, 3);
    operation_free(op);
    history_done(w, OP_ROLLBACK, "{}");
    history_is(w, GROUP_READY);
    assert_int_equal(history_view(w)->members.recovered, 0);
}

static void drills_are_seen_only_while_ready(void **state)
{
    struct world *w = *state;
    struct operation *drill = history_begin(w, OP_TEST_FAILOVER, "{}");
    history_is(w, GROUP_TESTING);
    assert_true(history_view(w)->drill_open);
    history_holds(drill, LEDGER_MADE);
    history_end(w, drill, OP_SUCCEEDED, VERDICT_PASSED);
    history_is(w, GROUP_TEST_ACTIVE);
    assert_string_equal(history_view(w)->operation_id, drill->id);
    assert_string_equal(history_view(w)->last_drill_id, drill->id);

    /* A forced failover pushes it aside: it is still there, and not the state. */
    struct operation *op = history_begin(w, OP_FAILOVER, "{\"force\":true}");
    history_is(w, GROUP_FAILING_OVER);
    assert_true(history_view(w)->drill_open);
    history_end(w, op, OP_FAILED, VERDICT_FAILED);
    history_is(w, GROUP_TEST_ACTIVE);
    operation_free(op);
    struct operation *cleanup = history_begin(w, OP_TEST_CLEANUP, "{}");
    history_is(w, GROUP_TEST_CLEANING);
    assert_string_equal(history_view(w)->operation_id, cleanup->id);
    history_end(w, cleanup, OP_COMPLETED, VERDICT_NONE);
    history_holds(drill, LEDGER_GONE);
    history_end(w, drill, OP_CLEANED, VERDICT_PASSED);
    history_is(w, GROUP_READY);
    assert_false(history_view(w)->drill_open);

    /* A sync runs beside all of it. */
    op = history_begin(w, OP_SYNC_VOLUMES, "{}");
    history_is(w, GROUP_READY);
    assert_true(history_view(w)->syncing);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_READY);
    assert_false(history_view(w)->syncing);
    operation_free(op);
    operation_free(cleanup);
    operation_free(drill);
}

static void without_members(void **state)
{
    struct world *w = *state;
    world_group(w, "g-2", "empty", 0);
    world_look(w);
    assert_int_equal(world_slot(w, "g-2")->view->state, GROUP_UNPROTECTED);
    assert_int_equal(world_slot(w, HISTORY_GROUP)->view->state, GROUP_READY);
}

/* ---- two at once ------------------------------------------------------------------------ */

static enum pc_err second(struct world *w, enum op_type type)
{
    struct pc_error err;
    struct operation *op = operation_new(type, plan_new());
    snprintf(op->group_id, sizeof(op->group_id), "%s", HISTORY_GROUP);
    op->created_ms = 1;
    op->request = json_object();
    enum pc_err rc = store_op_insert(w->e.store, op, &err);
    if (!rc) {
        op->status = OP_COMPLETED;
        assert_int_equal(store_op_save(w->e.store, op, &err), PC_OK);
    }
    operation_free(op);
    return rc;
}

/* The last line of defence, behind every guard. */
static void what_may_run_beside_what(void **state)
{
    static const struct {
        enum op_type runs;
        enum op_type beside[3]; /* OP_TYPE_COUNT: none */
    } rows[] = {
        {OP_FAILOVER, {OP_SYNC_VOLUMES, OP_TEST_CLEANUP, OP_TYPE_COUNT}},
        {OP_FAILBACK, {OP_SYNC_VOLUMES, OP_TYPE_COUNT, OP_TYPE_COUNT}},
        {OP_COMMIT, {OP_SYNC_VOLUMES, OP_TYPE_COUNT, OP_TYPE_COUNT}},
        {OP_TEST_FAILOVER, {OP_SYNC_VOLUMES, OP_FAILOVER, OP_TYPE_COUNT}},
        {OP_TEST_CLEANUP, {OP_SYNC_VOLUMES, OP_FAILOVER, OP_TYPE_COUNT}},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct operation *op = history_begin(w, rows[i].runs, "{}");
        for (int t = 0; t < OP_TYPE_COUNT; t++) {
            bool may = false;
            for (int k = 0; k < 3; k++)
                may |= rows[i].beside[k] == (enum op_type)t;
            if ((second(w, (enum op_type)t) == PC_OK) != may)
                fail_msg("%s beside %s", op_type_name((enum op_type)t),
                         op_type_name(rows[i].runs));
        }
        history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
        operation_free(op);
    }
    struct operation *sync = history_begin(w, OP_SYNC_VOLUMES, "{}");
    assert_int_equal(second(w, OP_SYNC_VOLUMES), PC_ERR_BUSY);
    assert_int_equal(second(w, OP_TEST_FAILOVER), PC_OK);
    operation_free(sync);
}

/* ---- the reply ---------------------------------------------------------------------------- */

static const json_t *named(const json_t *list, const char *key, const char *value)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

static void the_reply_tells_why_not(void **state)
{
    struct world *w = *state;
    w->config.commit_window_minutes = 30;
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_holds(op, LEDGER_MADE);
    for (int i = 0; i < 6; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[5].status = STEP_FAILED;
    history_end(w, op, OP_COMPLETED, VERDICT_NONE);
    history_is(w, GROUP_AWAITING_COMMIT);
    json_t *o = group_reply(&w->e, world_slot(w, HISTORY_GROUP), true);
    assert_string_equal(json_text(o, "state"), "awaiting_commit");
    assert_string_equal(json_text(o, "status"), "failed_over");
    assert_string_equal(json_text(o, "word"), "awaiting commit");
    for (int a = 0; a < ACTION_COUNT; a++) {
        const char *name = group_action_name((enum group_action)a);
        bool allowed = false;
        const json_t *v;
        size_t i;
        json_array_foreach(json_list(o, "allowed_actions"), i, v)
            allowed |= strcmp(json_string_value(v), name) == 0;
        const json_t *refused = named(json_list(o, "refused_actions"), "action", name);
        assert_true(allowed == (refused == NULL));
        assert_true(!refused || *json_text(refused, "reason"));
    }
    const json_t *warned = named(json_list(o, "action_warnings"), "action", "rollback");
    assert_non_null(strstr(json_text(warned, "warning"), "is lost"));
    assert_true(json_flag(warned, "confirmation", false));
    const json_t *flags = json_map(o, "flags");
    assert_false(json_flag(flags, "syncing", true));
    assert_string_equal(json_text(flags, "window_action"), "commit");
    assert_true(*json_text(flags, "commit_window_ends_at"));
    const json_t *m = named(json_list(o, "members"), "name", "vm-0");
    assert_string_equal(json_text(m, "state"), "recovered");
    assert_string_equal(json_text(m, "result"), "succeeded");
    m = named(json_list(o, "members"), "name", "vm-2");
    assert_string_equal(json_text(m, "state"), "recovered_unverified");
    assert_string_equal(json_text(m, "result"), "partial");
    assert_string_equal(json_text(json_map(o, "last_operation"), "id"), op->id);
    json_decref(o);
    operation_free(op);
}

/* ---- a move of many parts ---------------------------------------------------------------- */

/* As many as there can be are all found; one more is not left out silently: a rollback would
 * leave its copies running. Nothing more follows, either. */
static void more_parts_than_can_be_are_refused(void **state)
{
    struct world *w = *state;
    struct parts parts = {0};
    struct pc_error err;
    char last[OP_ID_SIZE] = "";
    for (int i = 0; i <= PARTS_MAX; i++) {
        char *request = *last ? xasprintf("{\"members\":[\"vm-0\"],\"follows\":\"%s\"}", last)
                              : xstrdup("{\"members\":[\"vm-0\"]}");
        struct operation *op = history_begin(w, OP_FAILOVER, request);
        snprintf(last, sizeof(last), "%s", op->id);
        history_end(w, op, OP_COMPLETED, VERDICT_PARTIAL);
        operation_free(op);
        free(request);
        if (i != PARTS_MAX - 1)
            continue;
        assert_int_equal(moved_by(&w->e, last, &parts, &err), PC_OK);
        assert_int_equal(parts.count, PARTS_MAX);
        struct asking a = {.e = &w->e, .group = world_slot(w, HISTORY_GROUP)->group, .before = parts};
        assert_int_equal(real_go_on(&a, &err), PC_ERR_STATE);
        assert_non_null(strstr(err.text, "64"));
        assert_true(*err.remedy);
        parts_release(&parts);
    }
    assert_int_equal(moved_by(&w->e, last, &parts, &err), PC_ERR_STORE);
    assert_non_null(strstr(err.text, "follows more failovers than the 64 that can be"));
    assert_int_equal(parts.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        history_test(there_and_back),
        history_test(what_fails),
        history_test(a_part_of_it),
        history_test(drills_are_seen_only_while_ready),
        history_test(without_members),
        history_test(what_may_run_beside_what),
        history_test(more_parts_than_can_be_are_refused),
        history_test(the_reply_tells_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
