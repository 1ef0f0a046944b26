/*
 * What a history says of its group: the fold of the real operations, drills
 * laid over it, windows, doubts and tallies, and the reply that tells them.
 */
#include "tests/engine/support/history.h"

#include "backend/base/clock.h"
#include "backend/engine/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char G[] = "g-1";

static int raise_world(void **state)
{
    struct world *w = world_new();
    *state = w;
    if (!w)
        return -1;
    world_group(w, G, "prod", 3);
    world_look(w);
    return 0;
}

static int strike_world(void **state)
{
    world_over(*state);
    return 0;
}

/* ---- a history ----------------------------------------------------------------------- */

/* Three servers made at site-b, each of one of the group's at site-a. */
static struct plan *move_plan(void)
{
    struct plan *p = plan_new();
    for (int i = 0; i < 3; i++) {
        char key[32], vm[16], source[16];
        snprintf(vm, sizeof(vm), "vm-%d", i);
        snprintf(source, sizeof(source), "srv-%d", i);
        snprintf(key, sizeof(key), "create_server:%s", vm);
        plan_add(p, STEP_CREATE_SERVER, key, vm,
                 json_pack("{s:s, s:s}", "vm", vm, "source_id", source));
        snprintf(key, sizeof(key), "verify_boot:%s", vm);
        plan_add(p, STEP_VERIFY_BOOT, key, vm, json_pack("{s:s}", "vm", vm));
    }
    return p;
}

static struct operation *begin(struct world *w, enum op_type type, const char *request)
{
    struct pc_error err;
    struct operation *op = operation_new(type, move_plan());
    snprintf(op->group_id, sizeof(op->group_id), "%s", G);
    snprintf(op->group, sizeof(op->group), "prod");
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->created_ms = op->started_ms = 1700000000000;
    op->request = json_loads(request, 0, NULL);
    op->status = OP_RUNNING;
    if (store_op_insert(w->e.store, op, &err))
        fail_msg("%s: %s", op_type_name(type), err.text);
    return op;
}

static void save(struct world *w, struct operation *op)
{
    struct pc_error err;
    assert_int_equal(store_op_save(w->e.store, op, &err), PC_OK);
    for (size_t i = 0; i < op->plan->count; i++)
        assert_int_equal(store_step_save(w->e.store, op, (int)i, &err), PC_OK);
    for (size_t i = 0; i < op->ledger_count; i++)
        assert_int_equal(store_ledger_save(w->e.store, op, &op->ledger[i], &err), PC_OK);
}

/* Its servers exist at site-b as made-0 and up, or are gone again. */
static void holds(struct operation *op, enum ledger_state state)
{
    free(op->ledger);
    op->ledger_count = op->ledger_room = 3;
    op->ledger = xcalloc(3, sizeof(*op->ledger));
    for (int i = 0; i < 3; i++) {
        struct ledger_entry *l = &op->ledger[i];
        l->step = 2 * i;
        l->state = state;
        snprintf(l->type, sizeof(l->type), "server");
        snprintf(l->site, sizeof(l->site), "site-b");
        snprintf(l->resource_id, sizeof(l->resource_id), "made-%d", i);
    }
}

static void end(struct world *w, struct operation *op, enum op_status status,
                enum op_verdict verdict)
{
    op->status = status;
    op->verdict = verdict;
    op->completed_ms = clock_wall_ms();
    for (size_t i = 0; verdict == VERDICT_PASSED && i < op->plan->count; i++)
        op->steps[i].status = STEP_DONE;
    save(w, op);
}

/* A whole one; frees it. */
static void done(struct world *w, enum op_type type, const char *request)
{
    struct operation *op = begin(w, type, request);
    if (type == OP_FAILOVER || type == OP_FAILBACK)
        holds(op, LEDGER_MADE);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    operation_free(op);
}

static void is(struct world *w, enum group_state want)
{
    struct pc_error err;
    assert_int_equal(group_refresh(&w->e, G, &err), PC_OK);
    enum group_state have = world_slot(w, G)->view.state;
    if (have != want)
        fail_msg("it is '%s', not '%s'", group_state_name(have), group_state_name(want));
    groups_refresh(&w->e); /* both ways of asking say the same */
    assert_int_equal(world_slot(w, G)->view.state, want);
}

static const struct group_view *view(struct world *w)
{
    return &world_slot(w, G)->view;
}

/* ---- the fold ------------------------------------------------------------------------- */

static void there_and_back(void **state)
{
    struct world *w = *state;
    is(w, GROUP_READY);
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    is(w, GROUP_FAILING_OVER);
    assert_string_equal(view(w)->operation_id, op->id);
    assert_int_equal(view(w)->real_completed_ms, 0);
    holds(op, LEDGER_MADE);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_AWAITING_COMMIT);
    assert_string_equal(view(w)->real_id, op->id);
    assert_string_equal(view(w)->operation_id, "");
    assert_int_equal(view(w)->real_completed_ms, op->completed_ms);
    assert_int_equal(view(w)->members.recovered, 3);
    operation_free(op);

    op = begin(w, OP_COMMIT, "{}");
    is(w, GROUP_AWAITING_COMMIT);
    end(w, op, OP_FAILED, VERDICT_FAILED);
    is(w, GROUP_AWAITING_COMMIT);
    operation_free(op);
    done(w, OP_COMMIT, "{}");
    is(w, GROUP_COMMITTED);
    assert_int_equal(view(w)->members.recovered, 3);

    op = begin(w, OP_FAILBACK, "{}");
    is(w, GROUP_FAILING_BACK);
    end(w, op, OP_FAILED, VERDICT_FAILED); /* and all of it taken back */
    is(w, GROUP_COMMITTED);
    operation_free(op);
    done(w, OP_FAILBACK, "{}");
    is(w, GROUP_FAILBACK_READY);
    op = begin(w, OP_CANCEL_FAILBACK, "{}");
    is(w, GROUP_FAILING_BACK);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_COMMITTED);
    operation_free(op);
    done(w, OP_FAILBACK, "{}");
    done(w, OP_CONFIRM_FAILBACK, "{}");
    is(w, GROUP_READY);
}

static void what_fails(void **state)
{
    struct world *w = *state;
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    op->cleanup_due = true;
    holds(op, LEDGER_MADE);
    end(w, op, OP_FAILED, VERDICT_FAILED);
    is(w, GROUP_FAILING_OVER); /* it is about to be taken back */
    op->status = OP_ROLLING_BACK;
    save(w, op);
    is(w, GROUP_FAILING_OVER);
    op->cleanup_due = false;
    holds(op, LEDGER_GONE);
    end(w, op, OP_FAILED, VERDICT_FAILED);
    is(w, GROUP_READY);
    op->ledger[1].state = LEDGER_SURVIVES;
    save(w, op);
    is(w, GROUP_ERROR);
    operation_free(op);
    done(w, OP_RESOLVE, "{\"serving\":\"site-b\"}");
    is(w, GROUP_COMMITTED);
    done(w, OP_RESOLVE, "{\"serving\":\"site-a\"}");
    is(w, GROUP_READY);
}

static void a_part_of_it(void **state)
{
    struct world *w = *state;
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    holds(op, LEDGER_MADE);
    for (int i = 0; i < 6; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[2].status = STEP_FAILED; /* vm-1 was not made */
    op->steps[3].status = STEP_SKIPPED;
    op->steps[5].status = STEP_FAILED; /* vm-2 is up, and does not answer */
    end(w, op, OP_COMPLETED, VERDICT_PARTIAL);
    is(w, GROUP_PARTIAL);
    const struct member_tally *t = &view(w)->members;
    assert_int_equal(t->total, 3);
    assert_int_equal(t->recovered, 1);
    assert_int_equal(t->failed, 1);
    assert_int_equal(t->unverified, 1);

    /* A retry is the same operation again. */
    op->status = OP_RUNNING;
    op->completed_ms = 0;
    save(w, op);
    is(w, GROUP_FAILING_OVER);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->members.recovered, 3);
    operation_free(op);
    done(w, OP_ROLLBACK, "{}");
    is(w, GROUP_READY);
    assert_int_equal(view(w)->members.recovered, 0);
}

static void drills_are_seen_only_while_ready(void **state)
{
    struct world *w = *state;
    struct operation *drill = begin(w, OP_TEST_FAILOVER, "{}");
    is(w, GROUP_TESTING);
    assert_true(view(w)->drill_open);
    holds(drill, LEDGER_MADE);
    end(w, drill, OP_SUCCEEDED, VERDICT_PASSED);
    is(w, GROUP_TEST_ACTIVE);
    assert_string_equal(view(w)->operation_id, drill->id);
    assert_string_equal(view(w)->last_drill_id, drill->id);

    /* A forced failover pushes it aside: it is still there, and not the state. */
    struct operation *op = begin(w, OP_FAILOVER, "{\"force\":true}");
    is(w, GROUP_FAILING_OVER);
    assert_true(view(w)->drill_open);
    end(w, op, OP_FAILED, VERDICT_FAILED);
    is(w, GROUP_TEST_ACTIVE);
    operation_free(op);
    struct operation *cleanup = begin(w, OP_TEST_CLEANUP, "{}");
    is(w, GROUP_TEST_CLEANING);
    assert_string_equal(view(w)->operation_id, cleanup->id);
    end(w, cleanup, OP_COMPLETED, VERDICT_NONE);
    holds(drill, LEDGER_GONE);
    end(w, drill, OP_CLEANED, VERDICT_PASSED);
    is(w, GROUP_READY);
    assert_false(view(w)->drill_open);

    /* A sync runs beside all of it. */
    op = begin(w, OP_SYNC_VOLUMES, "{}");
    is(w, GROUP_READY);
    assert_true(view(w)->syncing);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_READY);
    assert_false(view(w)->syncing);
    operation_free(op);
    operation_free(cleanup);
    operation_free(drill);
}

static void without_members(void **state)
{
    struct world *w = *state;
    world_group(w, "g-2", "empty", 0);
    world_look(w);
    assert_int_equal(world_slot(w, "g-2")->view.state, GROUP_UNPROTECTED);
    assert_int_equal(world_slot(w, G)->view.state, GROUP_READY);
}

/* ---- two at once ------------------------------------------------------------------------ */

static enum pc_err second(struct world *w, enum op_type type)
{
    struct pc_error err;
    struct operation *op = operation_new(type, plan_new());
    snprintf(op->group_id, sizeof(op->group_id), "%s", G);
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
        struct operation *op = begin(w, rows[i].runs, "{}");
        for (int t = 0; t < OP_TYPE_COUNT; t++) {
            bool may = false;
            for (int k = 0; k < 3; k++)
                may |= rows[i].beside[k] == (enum op_type)t;
            if ((second(w, (enum op_type)t) == PC_OK) != may)
                fail_msg("%s beside %s", op_type_name((enum op_type)t),
                         op_type_name(rows[i].runs));
        }
        end(w, op, OP_COMPLETED, VERDICT_PASSED);
        operation_free(op);
    }
    struct operation *sync = begin(w, OP_SYNC_VOLUMES, "{}");
    assert_int_equal(second(w, OP_SYNC_VOLUMES), PC_ERR_BUSY);
    assert_int_equal(second(w, OP_TEST_FAILOVER), PC_OK);
    operation_free(sync);
}

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
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    is(w, GROUP_FAILING_OVER);
    assert_int_equal(view(w)->window, WINDOW_NONE);
    end(w, op, OP_COMPLETED, VERDICT_PARTIAL);
    is(w, GROUP_PARTIAL);
    assert_int_equal(view(w)->window, WINDOW_NONE); /* a partial one is never decided by itself */
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->window, WINDOW_ROLLBACK);
    assert_int_equal(view(w)->window_ends_ms, op->completed_ms + 30 * 60000);
    set_config(w, "manual", 30, "commit");
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->window, WINDOW_COMMIT);
    set_config(w, "auto", 30, "rollback");
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->window, WINDOW_COMMIT);
    assert_int_equal(view(w)->window_ends_ms, op->completed_ms);
    set_config(w, "manual", 0, "commit");
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->window, WINDOW_NONE);

    /* Once somebody has tried, and it went wrong, nothing is tried by itself. */
    set_config(w, "auto", 0, "commit");
    struct operation *commit = begin(w, OP_COMMIT, "{}");
    end(w, commit, OP_FAILED, VERDICT_FAILED);
    is(w, GROUP_AWAITING_COMMIT);
    assert_int_equal(view(w)->window, WINDOW_NONE);
    operation_free(commit);
    operation_free(op);

    done(w, OP_COMMIT, "{}");
    done(w, OP_FAILBACK, "{}");
    is(w, GROUP_FAILBACK_READY);
    assert_int_equal(view(w)->window, WINDOW_NONE);
    w->config.confirm_mode = "auto";
    is(w, GROUP_FAILBACK_READY);
    assert_int_equal(view(w)->window, WINDOW_CONFIRM);
}

/* What it asks for is refused here, where there is no site: and told. */
static void a_window_ends_once_and_by_the_owner(void **state)
{
    struct world *w = *state;
    set_config(w, "manual", 1, "commit");
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    holds(op, LEDGER_MADE);
    end(w, op, OP_COMPLETED, VERDICT_PASSED);
    is(w, GROUP_AWAITING_COMMIT);
    w->e.owner = true;
    w->e.notice[0] = '\0';
    window_turn(&w->e);
    assert_string_equal(w->e.notice, ""); /* a minute is left */
    int64_t due = w->e.window_next_ms - net_now(w->e.net);
    assert_true(due > 50000 && due <= 60000);

    op->completed_ms -= 120000;
    save(w, op);
    is(w, GROUP_AWAITING_COMMIT);
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

static void a_window_waits_for_the_old_primary(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    set_config(w, "auto", 0, "commit");
    done(w, OP_FAILOVER, "{\"force\":true}");
    is(w, GROUP_AWAITING_COMMIT);
    assert_true(view(w)->split_risk);
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
    done(w, OP_FAILOVER, "{}");
    is(w, GROUP_AWAITING_COMMIT);
    assert_false(view(w)->split_risk); /* a planned one saw every source stop */
    done(w, OP_ROLLBACK, "{}");
    done(w, OP_FAILOVER, "{\"force\":true}");
    is(w, GROUP_AWAITING_COMMIT);
    assert_true(view(w)->split_risk);
    done(w, OP_COMMIT, "{}");
    is(w, GROUP_COMMITTED);
    assert_true(view(w)->split_risk); /* to commit is not to look */
    done(w, OP_RESOLVE, "{\"serving\":\"site-b\"}");
    is(w, GROUP_COMMITTED);
    assert_false(view(w)->split_risk);
}

static void a_split_is_a_state_of_its_own(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    json_t *servers = NULL, *seen = json_pack("[{s:s, s:s}]", "id", "srv-1", "name", "vm-1");
    done(w, OP_FAILOVER, "{\"force\":true}");
    done(w, OP_COMMIT, "{}");
    is(w, GROUP_COMMITTED);

    /* Whose servers are where, by the move itself. */
    assert_int_equal(split_servers(&w->e, world_slot(w, G), "site-b", false, &servers, &err),
                     PC_OK);
    assert_int_equal(json_array_size(servers), 3);
    assert_string_equal(json_text(json_array_get(servers, 2), "id"), "made-2");
    json_decref(servers);
    done(w, OP_FAILBACK, "{}"); /* its plan says it came from site-a: so did the failover's */
    is(w, GROUP_FAILBACK_READY);
    assert_int_equal(split_servers(&w->e, world_slot(w, G), "site-b", true, &servers, &err), PC_OK);
    assert_int_equal(json_array_size(servers), 3); /* each once */
    json_decref(servers);
    done(w, OP_CANCEL_FAILBACK, "{}");
    is(w, GROUP_COMMITTED);

    int64_t version = world_slot(w, G)->group->metadata_version;
    assert_int_equal(split_record(&w->e, G, "site-a", "1 of its servers runs at site-a", seen, &err),
                     PC_OK);
    is(w, GROUP_SPLIT_BRAIN);
    const struct group *g = world_slot(w, G)->group;
    assert_true(g->metadata_version > version);
    assert_string_equal(g->split.site, "site-a");
    assert_int_equal(g->split.server_count, 1);
    int64_t since = g->split.servers[0].since_ms;
    assert_true(since > 0);

    /* Seen once more with another: the first keeps its time. */
    json_array_append_new(seen, json_pack("{s:s, s:s}", "id", "srv-2", "name", "vm-2"));
    assert_int_equal(split_record(&w->e, G, "site-a", "2 of them", seen, &err), PC_OK);
    g = world_slot(w, G)->group;
    assert_int_equal(g->split.server_count, 2);
    assert_int_equal(g->split.servers[0].since_ms, since);

    static const enum group_action never[] = {
        ACTION_EDIT, ACTION_SYNC_VOLUMES, ACTION_TEST_FAILOVER, ACTION_FAILOVER,
        ACTION_FAILOVER_FORCE, ACTION_COMMIT, ACTION_ROLLBACK, ACTION_FAILBACK,
        ACTION_CONFIRM_FAILBACK, ACTION_CANCEL_FAILBACK};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        assert_int_equal(lifecycle_check(never[i], view(w)->state, "prod", &err), PC_ERR_STATE);
    assert_int_equal(lifecycle_check(ACTION_RESOLVE, view(w)->state, "prod", &err), PC_OK);

    /* It outlives the process. */
    world_look(w);
    groups_refresh(&w->e);
    is(w, GROUP_SPLIT_BRAIN);
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
    set_config(w, "manual", 30, "commit");
    struct operation *op = begin(w, OP_FAILOVER, "{}");
    holds(op, LEDGER_MADE);
    for (int i = 0; i < 6; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[5].status = STEP_FAILED;
    end(w, op, OP_COMPLETED, VERDICT_NONE);
    is(w, GROUP_AWAITING_COMMIT);
    json_t *o = group_reply(&w->e, world_slot(w, G), true);
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

int main(void)
{
#define story(name) cmocka_unit_test_setup_teardown(name, raise_world, strike_world)
    const struct CMUnitTest tests[] = {
        story(there_and_back),
        story(what_fails),
        story(a_part_of_it),
        story(drills_are_seen_only_while_ready),
        story(without_members),
        story(what_may_run_beside_what),
        story(windows_count_from_the_end),
        story(a_window_ends_once_and_by_the_owner),
        story(a_window_waits_for_the_old_primary),
        story(a_doubt_lasts_until_it_is_seen),
        story(a_split_is_a_state_of_its_own),
        story(statuses_of_servers),
        story(the_reply_tells_why_not),
    };
#undef story
    return cmocka_run_group_tests(tests, NULL, NULL);
}
