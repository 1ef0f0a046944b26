/*
 * What follows from a history by itself: windows that end, doubts about the old
 * primary, and the split brain that they may turn out to be.
 */
#include "tests/engine/support/history.h"

#include "backend/base/clock.h"
#include "backend/engine/clock_set.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/run.h"
#include "backend/engine/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- windows -------------------------------------------------------------------------- */

static void set_config(struct world *w, const char *mode, int minutes, const char *action)
{
    w->config.commit_mode = mode;
    w->config.commit_window_minutes = minutes;
    w->config.commit_window_action = action;
}

static void windows_count_from_the_end(void **state)
{
    struct world *w = *state;
    set_config(w, "manual", 30, "rollback");
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_is(w, GROUP_FAILING_OVER);
    assert_int_equal(history_view(w)->window, WINDOW_NONE);
    history_end(w, op, OP_COMPLETED, VERDICT_PARTIAL);
    history_is(w, GROUP_PARTIAL);
    assert_int_equal(history_view(w)->window, WINDOW_NONE); /* a partial one is never decided by itself */
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->window, WINDOW_ROLLBACK);
    assert_int_equal(history_view(w)->window_ends_ms, op->completed_ms + 30 * 60000);
    set_config(w, "manual", 30, "commit");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->window, WINDOW_COMMIT);
    set_config(w, "auto", 30, "rollback");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->window, WINDOW_COMMIT);
    assert_int_equal(history_view(w)->window_ends_ms, op->completed_ms);
    set_config(w, "manual", 0, "commit");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->window, WINDOW_NONE);

    /* Once somebody has tried, and it went wrong, nothing is tried by itself. */
    set_config(w, "auto", 0, "commit");
    struct operation *commit = history_begin(w, OP_COMMIT, "{}");
    history_end(w, commit, OP_FAILED, VERDICT_FAILED);
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(history_view(w)->window, WINDOW_NONE);
    operation_free(commit);
    operation_free(op);

    history_done(w, OP_COMMIT, "{}");
    history_done(w, OP_FAILBACK, "{}");
    history_is(w, GROUP_FAILBACK_READY);
    assert_int_equal(history_view(w)->window, WINDOW_NONE);
    w->config.confirm_mode = "auto";
    history_is(w, GROUP_FAILBACK_READY);
    assert_int_equal(history_view(w)->window, WINDOW_CONFIRM);
}

/* What it asks for is refused here, where there is no site: and told. */
static void a_window_ends_once_and_by_the_owner(void **state)
{
    struct world *w = *state;
    set_config(w, "manual", 1, "commit");
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    history_is(w, GROUP_AWAITING_COMMIT);
    w->e.owner = true;
    w->e.notice[0] = '\0';
    window_turn(&w->e);
    assert_string_equal(w->e.notice, ""); /* a minute is left */
    int64_t due = w->e.window_next_ms - net_now(w->e.net);
    assert_true(due > 50000 && due <= 60000);

    op->completed_ms -= 120000;
    history_save(w, op);
    history_is(w, GROUP_AWAITING_COMMIT);
    w->e.owner = false;
    window_turn(&w->e);
    assert_string_equal(w->e.notice, ""); /* another engine executes */
    w->e.owner = true;
    window_turn(&w->e);
    assert_non_null(strstr(w->e.notice, "prod: the window has ended, but not with commit"));
    w->e.notice[0] = '\0';
    w->e.window_next_ms = 0;
    window_turn(&w->e);
    assert_string_equal(w->e.notice, ""); /* not again at once */
    operation_free(op);
}

/* The window was seen when half a minute was left of it; then the wall clock was
 * set forward by an hour. */
static void a_clock_set_forward_ends_nothing(void **state)
{
    struct world *w = *state;
    set_config(w, "manual", 1, "rollback");
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    op->completed_ms -= 3600000;
    history_save(w, op);
    history_is(w, GROUP_AWAITING_COMMIT);
    struct group_slot *g = world_slot(w, HISTORY_GROUP);
    w->e.owner = true;
    w->e.notice[0] = '\0';
    g->window_of_ms = g->view->window_ends_ms;
    g->window_due_ms = net_now(w->e.net) + 30000;
    window_turn(&w->e);
    assert_string_equal(w->e.notice, "");
    int64_t due = w->e.window_next_ms - net_now(w->e.net);
    assert_true(due > 20000 && due <= 30000);
    operation_free(op);
}

/* What was stamped before is told by the new clock: nothing took an hour. */
static void a_clock_set_while_it_runs_makes_nothing_late(void **state)
{
    struct world *w = *state;
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    struct run r = {.e = &w->e, .op = op};
    int64_t began = clock_wall_ms() - 5000;
    r.steps = xcalloc(op->plan->count, sizeof(*r.steps));
    for (size_t i = 0; i < op->plan->count; i++)
        r.steps[i] = (struct step_run){.run = &r, .index = (int)i};
    op->started_ms = op->steps[0].started_ms = began;
    op->steps[0].status = STEP_RUNNING;
    w->e.runs = &r;
    clock_set_turn(&w->e);
    assert_int_equal(op->started_ms, began); /* the first look compares with nothing */
    clock_set_turn(&w->e);
    assert_int_equal(op->started_ms, began);

    w->e.wall_ahead_ms -= 3600000; /* a moment ago the clock was an hour behind */
    clock_set_turn(&w->e);
    assert_in_range(op->started_ms, began + 3590000, began + 3610000);
    assert_int_equal(op->steps[0].started_ms, op->started_ms);
    assert_int_equal(op->steps[1].started_ms, 0); /* it has not begun */
    assert_int_equal(r.dirty_step_count, 1);
    w->e.wall_ahead_ms += 7200000; /* and back by two */
    clock_set_turn(&w->e);
    assert_in_range(op->started_ms, began - 3610000, began - 3590000);
    w->e.runs = NULL;
    free(r.steps);
    free(r.dirty_steps);
    free(r.unwritten);
    operation_free(op);
}

/* Nobody executed when the window ended: days later, whoever opens the console
 * loses nothing by it. A little late it is done all the same. */
static void a_rollback_that_was_missed_is_a_persons(void **state)
{
    struct world *w = *state;
    set_config(w, "manual", 1, "rollback");
    struct operation *op = history_begin(w, OP_FAILOVER, "{}");
    history_holds(op, LEDGER_MADE);
    history_end(w, op, OP_COMPLETED, VERDICT_PASSED);
    op->completed_ms -= 86400000;
    history_save(w, op);
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_true(window_missed(&w->e, world_slot(w, HISTORY_GROUP)));
    w->e.owner = true;
    w->e.notice[0] = '\0';
    window_turn(&w->e);
    assert_non_null(strstr(w->e.notice, "no engine ran then"));
    assert_true(history_view(w)->window_missed);
    assert_true(w->e.window_next_ms - net_now(w->e.net) > 50000); /* and not again */

    op->completed_ms += 86400000 - 180000;
    history_save(w, op);
    history_is(w, GROUP_AWAITING_COMMIT);
    w->e.notice[0] = '\0';
    window_turn(&w->e);
    assert_non_null(strstr(w->e.notice, "but not with rollback")); /* it was tried */
    assert_false(history_view(w)->window_missed);

    set_config(w, "manual", 1, "commit"); /* what loses nothing is done however late */
    op->completed_ms -= 86400000;
    history_save(w, op);
    history_is(w, GROUP_AWAITING_COMMIT);
    w->e.notice[0] = '\0';
    world_slot(w, HISTORY_GROUP)->window_retry_ms = 0;
    window_turn(&w->e);
    assert_non_null(strstr(w->e.notice, "but not with commit"));
    operation_free(op);
}

static void a_window_waits_for_the_old_primary(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    set_config(w, "auto", 0, "commit");
    history_done(w, OP_FAILOVER, "{\"force\":true}");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_true(history_view(w)->split_risk);
    w->e.owner = true;
    window_turn(&w->e);
    assert_non_null(strstr(w->e.notice, "not seen at rest"));
    assert_int_equal(store_begin(w->e.store, &err), PC_OK); /* nothing was left open */
    store_rollback(w->e.store);
}

/* ---- both sites ------------------------------------------------------------------------- */

static void a_doubt_lasts_until_it_is_seen(void **state)
{
    struct world *w = *state;
    history_done(w, OP_FAILOVER, "{}");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_false(history_view(w)->split_risk); /* a planned one saw every source stop */
    history_done(w, OP_ROLLBACK, "{}");
    history_done(w, OP_FAILOVER, "{\"force\":true}");
    history_is(w, GROUP_AWAITING_COMMIT);
    assert_true(history_view(w)->split_risk);
    history_done(w, OP_COMMIT, "{}");
    history_is(w, GROUP_COMMITTED);
    assert_true(history_view(w)->split_risk); /* to commit is not to look */
    history_done(w, OP_RESOLVE, "{\"serving\":\"site-b\"}");
    history_is(w, GROUP_COMMITTED);
    assert_false(history_view(w)->split_risk);
}

static void a_split_is_a_state_of_its_own(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    json_t *servers = NULL, *seen = json_pack("[{s:s, s:s}]", "id", "srv-1", "name", "vm-1");
    history_done(w, OP_FAILOVER, "{\"force\":true}");
    history_done(w, OP_COMMIT, "{}");
    history_is(w, GROUP_COMMITTED);

    /* Whose servers are where, by the move itself. */
    assert_int_equal(split_servers(&w->e, world_slot(w, HISTORY_GROUP), "site-b", false, &servers, &err),
                     PC_OK);
    assert_int_equal(json_array_size(servers), 3);
    assert_string_equal(json_text(json_array_get(servers, 2), "id"), "made-2");
    json_decref(servers);
    history_done(w, OP_FAILBACK, "{}"); /* its plan says it came from site-a: so did the failover's */
    history_is(w, GROUP_FAILBACK_READY);
    assert_int_equal(split_servers(&w->e, world_slot(w, HISTORY_GROUP), "site-b", true, &servers, &err), PC_OK);
    assert_int_equal(json_array_size(servers), 3); /* each once */
    json_decref(servers);
    history_done(w, OP_CANCEL_FAILBACK, "{}");
    history_is(w, GROUP_COMMITTED);

    int64_t version = world_slot(w, HISTORY_GROUP)->group->metadata_version;
    assert_int_equal(split_record(&w->e, HISTORY_GROUP, "site-a", "1 of its servers runs at site-a", seen, &err),
                     PC_OK);
    history_is(w, GROUP_SPLIT_BRAIN);
    const struct group *g = world_slot(w, HISTORY_GROUP)->group;
    assert_true(g->metadata_version > version);
    assert_string_equal(g->split.site, "site-a");
    assert_int_equal(g->split.server_count, 1);
    int64_t since = g->split.servers[0].since_ms;
    assert_true(since > 0);

    /* Seen once more with another: the first keeps its time. */
    json_array_append_new(seen, json_pack("{s:s, s:s}", "id", "srv-2", "name", "vm-2"));
    assert_int_equal(split_record(&w->e, HISTORY_GROUP, "site-a", "2 of them", seen, &err), PC_OK);
    g = world_slot(w, HISTORY_GROUP)->group;
    assert_int_equal(g->split.server_count, 2);
    assert_int_equal(g->split.servers[0].since_ms, since);

    static const enum group_action never[] = {
        ACTION_EDIT, ACTION_SYNC_VOLUMES, ACTION_TEST_FAILOVER, ACTION_FAILOVER,
        ACTION_FAILOVER_FORCE, ACTION_COMMIT, ACTION_ROLLBACK, ACTION_FAILBACK,
        ACTION_CONFIRM_FAILBACK, ACTION_CANCEL_FAILBACK};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        assert_int_equal(lifecycle_check(never[i], history_view(w)->state, "prod", &err), PC_ERR_STATE);
    assert_int_equal(lifecycle_check(ACTION_RESOLVE, history_view(w)->state, "prod", &err), PC_OK);

    /* It outlives the process. */
    world_look(w);
    groups_refresh(&w->e);
    history_is(w, GROUP_SPLIT_BRAIN);
    json_decref(seen);
}

static void statuses_of_servers(void **state)
{
    static const struct {
        const char *status;
        enum liveness is;
    } rows[] = {
        {NULL, LIVENESS_REST}, {"", LIVENESS_REST}, {"SHUTOFF", LIVENESS_REST},
        {"SHELVED_OFFLOADED", LIVENESS_REST}, {"DELETED", LIVENESS_REST},
        {"ACTIVE", LIVENESS_RUNS}, {"PAUSED", LIVENESS_RUNS}, {"REBOOT", LIVENESS_RUNS},
        {"ERROR", LIVENESS_UNSURE}, {"BUILD", LIVENESS_UNSURE}, {"NEW_WORD", LIVENESS_UNSURE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(split_liveness(rows[i].status), rows[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        history_test(windows_count_from_the_end),
        history_test(a_window_ends_once_and_by_the_owner),
        history_test(a_clock_set_forward_ends_nothing),
        history_test(a_clock_set_while_it_runs_makes_nothing_late),
        history_test(a_rollback_that_was_missed_is_a_persons),
        history_test(a_window_waits_for_the_old_primary),
        history_test(a_doubt_lasts_until_it_is_seen),
        history_test(a_split_is_a_state_of_its_own),
        history_test(statuses_of_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
