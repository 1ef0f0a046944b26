/* What the operation screen says is safe now, when something failed or stands still. */
#include "tests/tui/support/stage.h"

#include "tui/screens/watch_safe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void said_of(enum world_stage stage, struct opshow *o)
{
    struct snapshot *s = world_snapshot(stage);
    *o = (struct opshow){0};
    for (size_t i = 0; i < s->operations->count && !o->known; i++)
        if (strcmp(s->operations->items[i]->op->group, "prod-web-app") == 0)
            opshow_view(o, s->operations->items[i]);
    assert_true(o->known);
    snapshot_unref(s);
}

static void set_all(struct opshow *o, enum step_kind kind, enum step_status status)
{
    for (size_t i = 0; i < o->step_count; i++)
        if (o->steps[i].kind == kind)
            o->steps[i].status = status;
}

static void expect(const struct opshow *o, const char *text, enum role role)
{
    char said[420];
    enum role is = ROLE_TEXT;
    watch_safe(o, said, sizeof said, &is);
    assert_string_equal(said, text);
    assert_int_equal(is, role);
}

static void a_drill_never_touched_production(void **state)
{
    struct opshow o;
    (void)state;
    said_of(WORLD_FAILED, &o);
    expect(&o, "Production at site-a was not touched. Nothing of it is left at site-b.", ROLE_OK);
    set_all(&o, STEP_DELETE_SERVER, STEP_FAILED);
    char said[420];
    enum role role;
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "of what it made are left at site-b."));
    assert_int_equal(role, ROLE_WARN);
    opshow_release(&o);
    said_of(WORLD_KEPT, &o);
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "What it made stands at site-b"));
    opshow_release(&o);
}

/* From the first stopped server to the last one that was seen running again. */
static void a_move_that_is_taken_back(void **state)
{
    struct opshow o;
    (void)state;
    said_of(WORLD_ROLLING, &o);
    char said[420];
    enum role role;
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "site-a does not serve yet: 0 of 3 servers run again"));
    assert_int_equal(role, ROLE_WARN);
    set_all(&o, STEP_START_SERVER, STEP_FAILED);
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "NOT safe: site-a does not serve: 0 of 3 servers run again"));
    assert_int_equal(role, ROLE_DANGER);
    set_all(&o, STEP_START_SERVER, STEP_DONE);
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "site-a serves again: 3 of 3 servers were seen running."));
    set_all(&o, STEP_START_SERVER, STEP_WAITING);
    set_all(&o, STEP_STOP_SERVER, STEP_WAITING);
    watch_safe(&o, said, sizeof said, &role);
    assert_non_null(strstr(said, "Nothing was stopped at site-a: it serves as before."));
    opshow_release(&o);
}

static void a_move_in_part_serves_where_it_went(void **state)
{
    struct opshow o;
    (void)state;
    said_of(WORLD_PARTIAL, &o);
    expect(&o, "prod-web-app serves at site-b.", ROLE_INFO);
    opshow_release(&o);
}

/* Only a part was to be moved, and all of it was. */
static void a_part_that_was_asked_for_is_no_failure(void **state)
{
    struct stage s;
    struct snapshot *part = world_snapshot(WORLD_PARTIAL);
    struct operation *op = part->operations->items[0]->op;
    (void)state;
    op->error_message[0] = op->remedy[0] = '\0';
    for (size_t i = 0; i < op->plan->count; i++)
        op->steps[i].status = op->steps[i].status == STEP_FAILED ? STEP_DONE : op->steps[i].status;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "operation_events", world_events_json());
    fake_door_show(s.door, part);
    ui_dispatch(s.ui);
    stage_keys(&s, "a");
    stage_expect(&s, "In part, as asked");
    stage_expect(&s, "are at site-b, the others stay at site-a");
    stage_expect(&s, "Nothing failed.");
    stage_refuse(&s, "What failed");
    stage_refuse(&s, "no reason was recorded");
    stage_expect(&s, "Legal next:  M commit");
    stage_expect(&s, "protector-console operation show");
    stage_refuse(&s, "try again"); /* nor on the key bar */
    stage_keys(&s, "T");
    stage_refuse(&s, "Type");
    stage_expect(&s, "nothing of it failed");
    stage_close(&s);
}

/* A failover that was stopped and is wholly taken back: there is nothing to try again. */
static void after_a_stop_the_failover_can_be_begun_anew(void **state)
{
    struct stage s;
    struct snapshot *stopped = world_snapshot(WORLD_ROLLING);
    struct operation *op = stopped->operations->items[0]->op;
    int taken_back = 0;
    char bar[40];
    (void)state;
    op->status = OP_FAILED;
    op->verdict = VERDICT_FAILED;
    op->cleanup_due = false;
    op->completed_ms = op->started_ms + 60000;
    snprintf(op->error_message, sizeof op->error_message, "stopped by the operator");
    for (size_t i = 0; i < op->plan->count; i++) {
        bool back = step_kind_phase(op->plan->steps[i].kind) == PHASE_CLEANUP;
        if (back)
            op->steps[i].status = taken_back < 3 ? STEP_DONE : STEP_SKIPPED;
        else if (op->steps[i].status != STEP_DONE)
            op->steps[i].status = STEP_SKIPPED;
        taken_back += back && op->steps[i].status == STEP_DONE;
    }
    for (size_t i = 0; i < stopped->groups->count; i++)
        if (strcmp(stopped->groups->items[i]->group->id, op->group_id) == 0)
            stopped->groups->items[i]->state = GROUP_READY;
    snprintf(bar, sizeof bar, "%d/%d", taken_back, taken_back);
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "operation_events", world_events_json());
    fake_door_show(s.door, stopped);
    ui_dispatch(s.ui);
    stage_keys(&s, "a");
    stage_expect(&s, "Stopped");
    stage_expect(&s, "Legal next:  F failover  t drill");
    stage_refuse(&s, "T try again");
    stage_expect(&s, bar);
    stage_close(&s);
}

/* However much the API had to say. */
static void what_is_safe_is_never_what_is_cut(void **state)
{
    struct stage s;
    struct snapshot *failed = world_snapshot(WORLD_FAILED);
    struct operation *op = failed->operations->items[0]->op;
    (void)state;
    for (size_t n = 0; n + 20 < sizeof op->error_message;)
        n += (size_t)snprintf(op->error_message + n, sizeof op->error_message - n, "reason %zu, ", n);
    stage_open(&s, WORLD_CALM, (struct stage_look){15, 60, TERM_MONO, false});
    fake_door_answer(s.door, "operation_events", world_events_json());
    fake_door_show(s.door, failed);
    ui_dispatch(s.ui);
    stage_keys(&s, "a");
    stage_expect(&s, "Failed in instances at site-b: instance web-1");
    stage_expect(&s, "was not touched. Nothing of it is");
    stage_expect(&s, "left at site-b.");
    stage_expect(&s, "reason 0");
    stage_expect(&s, "Legal next:");
    stage_close(&s);
}

/* Fifteen minutes without a step: when, what is safe, and what to do about it. */
static void what_stands_still_has_its_panel(void **state)
{
    static const struct stage_look LOOKS[] = {
        {24, 80, TERM_256, true}, {40, 120, TERM_256, true}, {15, 60, TERM_MONO, false}};
    (void)state;
    for (size_t i = 0; i < sizeof LOOKS / sizeof LOOKS[0]; i++) {
        struct stage s;
        struct snapshot *still = world_snapshot(WORLD_RUNNING);
        still->operations->items[0]->outlook.stuck = true;
        still->operations->items[0]->outlook.quiet_since_ms = world_now_ms - 20 * 60 * 1000;
        stage_open(&s, WORLD_CALM, LOOKS[i]);
        fake_door_answer(s.door, "operation_events", world_events_json());
        fake_door_show(s.door, still);
        ui_dispatch(s.ui);
        stage_keys(&s, "a");
        stage_expect(&s, "Stands still");
        stage_expect(&s, "No step began or ended for 20m");
        stage_expect(&s, "Production at site-a was not touched.");
        stage_expect(&s, "Legal next:  K stop");
        stage_expect(&s, "See who executes with");
        if (LOOKS[i].rows > 15) /* the row of a command that would be cut is the advice's */
            stage_expect(&s, "protector-console operation show op-9f3a1b2c");
        stage_close(&s);
    }
}

static void the_head_counts_against_the_rto(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    fake_door_answer(s.door, "operation_events", world_events_json());
    stage_keys(&s, "a");
    stage_expect(&s, " of RTO 10m");
    stage_pass(&s, 20 * 60 * 1000);
    stage_expect(&s, " over RTO 10m");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drill_never_touched_production),
        cmocka_unit_test(a_move_that_is_taken_back),
        cmocka_unit_test(a_move_in_part_serves_where_it_went),
        cmocka_unit_test(a_part_that_was_asked_for_is_no_failure),
        cmocka_unit_test(after_a_stop_the_failover_can_be_begun_anew),
        cmocka_unit_test(what_is_safe_is_never_what_is_cut),
        cmocka_unit_test(what_stands_still_has_its_panel),
        cmocka_unit_test(the_head_counts_against_the_rto),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
