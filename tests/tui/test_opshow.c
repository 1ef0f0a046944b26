/* One operation looks the same from a snapshot and from the history. */
#include "tests/tui/support/world.h"
#include "tui/opshow.h"
#include "tui/ready.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend/base/json.h"

static void show_both(enum world_stage stage, struct opshow *live, struct opshow *past)
{
    struct snapshot *s = world_snapshot(stage);
    json_t *json = world_operation_json(stage);
    *live = *past = (struct opshow){0};
    opshow_view(live, s->operations->items[0]);
    opshow_json(past, json);
    /* Both hold what they show: the makers may go. */
    snapshot_unref(s);
    json_decref(json);
}

static void snapshot_and_history_agree(void **state)
{
    static const enum world_stage stages[] = {WORLD_RUNNING, WORLD_VERIFYING, WORLD_FAILED,
                                              WORLD_STOPPED, WORLD_KEPT,      WORLD_PASSED};
    (void)state;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        struct opshow a, b;
        show_both(stages[i], &a, &b);
        assert_true(a.known && b.known);
        assert_string_equal(a.id, b.id);
        assert_int_equal(a.type, b.type);
        assert_int_equal(a.status, b.status);
        assert_int_equal(a.verdict, b.verdict);
        assert_int_equal(a.progress, b.progress);
        assert_string_equal(a.group, b.group);
        assert_string_equal(a.source, b.source);
        assert_string_equal(a.target, b.target);
        assert_string_equal(a.error, b.error);
        assert_string_equal(a.remedy, b.remedy);
        assert_int_equal(a.started_ms / 1000, b.started_ms / 1000);
        assert_int_equal(a.step_count, b.step_count);
        for (size_t k = 0; k < a.step_count; k++) {
            assert_string_equal(a.steps[k].subject, b.steps[k].subject);
            assert_int_equal(a.steps[k].kind, b.steps[k].kind);
            assert_string_equal(a.steps[k].detail, b.steps[k].detail);
            assert_int_equal(a.steps[k].status, b.steps[k].status);
            assert_int_equal(a.steps[k].phase, b.steps[k].phase);
        }
        for (int p = 0; p < PHASE_COUNT; p++) {
            assert_int_equal(a.phases[p].total, b.phases[p].total);
            assert_int_equal(a.phases[p].done, b.phases[p].done);
            assert_int_equal(a.phases[p].failed, b.phases[p].failed);
            assert_int_equal(a.phases[p].skipped, b.phases[p].skipped);
            if (!a.cleanup_due) /* only a snapshot knows what follows by itself */
                assert_int_equal(a.phases[p].state, b.phases[p].state);
        }
        opshow_release(&a);
        opshow_release(&b);
    }
}

static void phases_say_where_they_stand(void **state)
{
    static const struct {
        enum world_stage stage;
        enum opshow_state is[PHASE_COUNT];
    } cases[] = {
        {WORLD_RUNNING, {SHOW_DONE, SHOW_RUN, SHOW_TODO, SHOW_TODO, SHOW_TODO, SHOW_TODO}},
        {WORLD_VERIFYING, {SHOW_DONE, SHOW_DONE, SHOW_DONE, SHOW_RUN, SHOW_TODO, SHOW_TODO}},
        {WORLD_FAILED, {SHOW_DONE, SHOW_DONE, SHOW_FAIL, SHOW_SKIP, SHOW_TODO, SHOW_DONE}},
        {WORLD_STOPPED, {SHOW_DONE, SHOW_STOP, SHOW_SKIP, SHOW_SKIP, SHOW_TODO, SHOW_RUN}},
        {WORLD_KEPT, {SHOW_DONE, SHOW_DONE, SHOW_DONE, SHOW_DONE, SHOW_TODO, SHOW_SKIP}},
        {WORLD_PASSED, {SHOW_DONE, SHOW_DONE, SHOW_DONE, SHOW_DONE, SHOW_TODO, SHOW_DONE}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct opshow a, b;
        show_both(cases[i].stage, &a, &b);
        for (int p = 0; p < PHASE_COUNT; p++)
            if (op_phase(OP_TEST_FAILOVER, (enum phase)p) && a.phases[p].state != cases[i].is[p])
                fail_msg("stage %zu, phase %s: %d", i, phase_word((enum phase)p),
                         a.phases[p].state);
        opshow_release(&a);
        opshow_release(&b);
    }
}

static void what_is_at_rest_is_not_open(void **state)
{
    struct operation *op = operation_new(OP_TEST_CLEANUP, plan_new());
    (void)state;
    op->cleanup_due = true; /* stays so on a cleanup that has ended */
    op->status = OP_CLEANING_UP;
    assert_true(opshow_open(op));
    op->status = OP_FAILED; /* a drill whose cleanup is about to begin */
    assert_true(opshow_open(op));
    op->status = OP_COMPLETED;
    op->completed_ms = WORLD_FROZEN_MS;
    assert_false(opshow_open(op));
    assert_false(opshow_cleanup_due(op));
    op->status = OP_CLEANING_UP; /* a kept drill, by another operation */
    assert_false(opshow_open(op));
    operation_free(op);
}

static void times_run_only_while_it_runs(void **state)
{
    struct opshow running, past;
    (void)state;
    show_both(WORLD_RUNNING, &running, &past);
    opshow_release(&past);
    int64_t now = WORLD_FROZEN_MS;
    assert_int_equal(opshow_total(&running, now + 5000), opshow_total(&running, now) + 5000);
    assert_int_equal(opshow_elapsed(&running, PHASE_STORAGE, now + 5000),
                     opshow_elapsed(&running, PHASE_STORAGE, now) + 5000);
    assert_int_equal(opshow_elapsed(&running, PHASE_PREPARE, now + 5000),
                     opshow_elapsed(&running, PHASE_PREPARE, now));
    assert_int_equal(opshow_elapsed(&running, PHASE_VERIFY, now), -1);
    assert_true(opshow_remaining(&running, now) > 0);
    assert_int_equal(opshow_remaining(&running, now + 5000),
                     opshow_remaining(&running, now) - 5000);
    running.phases[PHASE_VERIFY].usual_ms = 0; /* no history: no promise */
    assert_int_equal(opshow_remaining(&running, now), -1);
    opshow_release(&running);

    show_both(WORLD_PASSED, &running, &past);
    assert_int_equal(opshow_total(&running, now + 99999), opshow_total(&running, now));
    assert_int_equal(opshow_remaining(&running, now), -1);
    opshow_release(&running);
    opshow_release(&past);
}

static void what_a_newer_program_wrote_is_not_guessed_at(void **state)
{
    json_t *json = world_operation_json(WORLD_PASSED);
    struct opshow o = {0};
    (void)state;
    json_put_text(json, "operation_type", "teleport");
    opshow_json(&o, json);
    assert_false(o.known);
    opshow_json(&o, json_null());
    assert_false(o.known);
    json_decref(json);
    opshow_release(&o);
}

static void readiness_names_the_first_thing_in_the_way(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_CALM);
    struct group_view *g = s->groups->items[0];
    int64_t now = WORLD_FROZEN_MS;
    (void)state;
    assert_string_equal(ready_of_group(g, now).text, "ready");
    /* Its readiness is worth nothing any more, and the array was read just now. */
    g->point_read_ms = now + READINESS_VALID_MS;
    assert_string_equal(ready_of_group(g, now + READINESS_VALID_MS).text, "unchecked");
    g->point_read_ms = now - 3000;
    g->readiness_drifted = true;
    assert_string_equal(ready_of_group(g, now).text, "unchecked");
    g->readiness_drifted = false;
    assert_string_equal(ready_of_group(g, now + READ_STALE_MS + 10000).text, "STALE");
    assert_string_equal(ready_of_group(s->groups->items[1], now).text, "late");
    assert_string_equal(ready_of_group(s->groups->items[2], now).text, "bad drill");
    assert_string_equal(ready_of_group(s->groups->items[3], now).text, "empty");
    g->last_drill_ms = 0;
    assert_string_equal(ready_of_group(g, now).text, "no drill");
    g->point_ms = 0;
    assert_string_equal(ready_of_group(g, now).text, "no point");
    snprintf(g->replication_error, sizeof g->replication_error, "link down");
    assert_string_equal(ready_of_group(g, now).text, "repl. err");
    snapshot_unref(s);
}

/* What the array does not tell any more goes on: nothing newer is known to be there. */
static void lag_grows_while_nobody_tells_it(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_CALM);
    struct group_view *g = s->groups->items[0];
    int64_t now = WORLD_FROZEN_MS, lag_s = ready_lag_s(g, now), hour_ms = 3600 * 1000;
    (void)state;
    assert_true(lag_s > 0 && lag_s < g->group->rpo_seconds);
    assert_int_equal(ready_lag_s(g, now + 1000), lag_s);
    assert_int_equal(ready_lag_s(g, now + hour_ms), lag_s + 3600);
    snprintf(g->replication_error, sizeof g->replication_error, "it does not answer");
    assert_int_equal(ready_lag_s(g, now + 10000), lag_s + 10);
    g->lag_count = 0;
    assert_int_equal(ready_lag_s(g, now), -1);
    snapshot_unref(s);
}

static void the_age_of_the_sites_is_that_of_the_oldest_answer(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_CALM);
    (void)state;
    assert_int_equal(ready_read_ms(s), WORLD_FROZEN_MS - 3000);
    s->sites->items[1].services[2].read_ms = WORLD_FROZEN_MS - 70000;
    assert_int_equal(ready_read_ms(s), WORLD_FROZEN_MS - 70000);
    s->sites->items[1].services[5].read_ms = 0; /* the array counts where there is one */
    assert_int_equal(ready_read_ms(s), 0);
    s->sites->items[1].has_array = false;
    assert_int_equal(ready_read_ms(s), WORLD_FROZEN_MS - 70000);
    snapshot_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot_and_history_agree),
        cmocka_unit_test(phases_say_where_they_stand),
        cmocka_unit_test(what_is_at_rest_is_not_open),
        cmocka_unit_test(times_run_only_while_it_runs),
        cmocka_unit_test(what_a_newer_program_wrote_is_not_guessed_at),
        cmocka_unit_test(readiness_names_the_first_thing_in_the_way),
        cmocka_unit_test(lag_grows_while_nobody_tells_it),
        cmocka_unit_test(the_age_of_the_sites_is_that_of_the_oldest_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
