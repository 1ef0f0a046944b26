/*
 * What one engine ended, told by another: an operation that is over is in a
 * snapshot, whoever executed it and whenever the lease changed hands.
 *
 * The engines here are two stores of one history: no thread, no site.
 */
#include "tests/engine/support/history.h"

#include "backend/engine/publish.h"
#include "backend/engine/run.h"

#include "backend/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct snapshot *shown; /* the last one that came */

static void take(void *listener, struct snapshot *s)
{
    (void)listener;
    snapshot_unref(shown);
    shown = s;
}

/* An engine that looks on: the other store has the lease. */
static int raise(void **state)
{
    if (history_raise(state))
        return -1;
    struct world *w = *state;
    struct pc_error err;
    w->e.o.execute = true;
    w->e.o.published = take;
    habits_load(&w->e);
    assert_int_equal(store_lease_take(w->other, clock_wall_ms(), &err), PC_OK);
    return 0;
}

static int strike(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < w->e.ended_count; i++)
        op_view_unref(w->e.ended[i]);
    free(w->e.ended);
    free(w->e.habits);
    snapshot_unref(w->e.last);
    snapshot_unref(shown);
    shown = NULL;
    return history_strike(state);
}

static void look(struct world *w)
{
    w->e.ops_dirty = true; /* as store_turn() says of a write */
    publish(&w->e, true);
}

/* In the snapshot, once: is it over? */
static bool told_as_over(const char *id)
{
    const struct operation *found = NULL;
    for (size_t i = 0; i < shown->operations->count; i++) {
        const struct operation *op = shown->operations->items[i]->op;
        if (strcmp(op->id, id) != 0)
            continue;
        assert_null(found);
        found = op;
    }
    return found && op_status_over(found->status) && found->completed_ms;
}

static void ends(struct world *w, struct operation *op)
{
    struct pc_error err;
    op->status = OP_COMPLETED;
    op->verdict = VERDICT_PASSED;
    op->cleanup_due = false;
    op->completed_ms = clock_wall_ms();
    assert_int_equal(store_op_save(w->other, op, &err), PC_OK);
}

static void what_ended_while_the_lease_changed_hands(void **state)
{
    struct world *w = *state;
    lease_turn(&w->e);
    assert_false(w->e.owner);
    struct operation *op = history_begin(w, OP_COMMIT, "{}");
    look(w);
    assert_false(told_as_over(op->id));
    ends(w, op);
    store_lease_release(w->other);
    w->e.lease_next_ms = 0;
    lease_turn(&w->e); /* before the store was looked at again */
    assert_true(w->e.owner);
    publish(&w->e, true);
    assert_true(shown->owner);
    assert_true(told_as_over(op->id));
    operation_free(op);
}

static void what_began_and_ended_between_two_looks(void **state)
{
    struct world *w = *state;
    struct operation *before = history_begin(w, OP_COMMIT, "{}");
    ends(w, before);
    publish_catch_up(&w->e); /* as at a start: it tells nothing old */
    look(w);
    assert_int_equal(shown->operations->count, 0);
    struct operation *brief = history_begin(w, OP_COMMIT, "{}");
    ends(w, brief);
    look(w);
    assert_true(told_as_over(brief->id));
    assert_false(told_as_over(before->id));
    look(w);
    assert_true(told_as_over(brief->id));
    assert_int_equal(shown->operations->count, 1);
    operation_free(before);
    operation_free(brief);
}

/* The same, and nobody looked before this one had to execute. */
static void what_nobody_saw_before_the_lease_changed_hands(void **state)
{
    struct world *w = *state;
    publish_catch_up(&w->e);
    look(w);
    struct operation *brief = history_begin(w, OP_COMMIT, "{}");
    ends(w, brief);
    store_lease_release(w->other);
    lease_turn(&w->e);
    publish(&w->e, true);
    assert_true(told_as_over(brief->id));
    operation_free(brief);
}

/* One that is repeated ends twice, and is told as it ended last. */
static void what_is_repeated_is_told_again(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    publish_catch_up(&w->e);
    look(w);
    struct operation *op = history_begin(w, OP_COMMIT, "{}");
    ends(w, op);
    look(w);
    assert_true(told_as_over(op->id));
    int64_t first = op->completed_ms;
    op->status = OP_RUNNING;
    op->completed_ms = 0;
    assert_int_equal(store_op_save(w->other, op, &err), PC_OK);
    look(w);
    assert_false(told_as_over(op->id));
    ends(w, op);
    op->completed_ms = first + 1000;
    assert_int_equal(store_op_save(w->other, op, &err), PC_OK);
    look(w);
    assert_true(told_as_over(op->id));
    assert_true(shown->operations->items[0]->op->completed_ms == first + 1000);
    operation_free(op);
}

#define handover(name) cmocka_unit_test_setup_teardown(name, raise, strike)

int main(void)
{
    const struct CMUnitTest tests[] = {
        handover(what_ended_while_the_lease_changed_hands),
        handover(what_began_and_ended_between_two_looks),
        handover(what_nobody_saw_before_the_lease_changed_hands),
        handover(what_is_repeated_is_told_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
