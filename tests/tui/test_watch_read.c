/* The operation screen: what does not fit at 80x24 can be gone to and read. */
#include "tests/tui/support/stage.h"

#include "tests/tui/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void show(struct stage *s, struct snapshot *snap, struct stage_look look)
{
    stage_open(s, WORLD_CALM, look);
    fake_door_answer(s->door, "operation_events", world_events_json());
    fake_door_show(s->door, snap);
    ui_dispatch(s->ui);
    stage_keys(s, "a");
}

static void the_remedy_is_whole(void **state)
{
    struct stage s;
    struct snapshot *failed = world_snapshot(WORLD_FAILED);
    struct operation *op = failed->operations->items[0]->op;
    (void)state;
    snprintf(op->remedy, sizeof op->remedy,
             "Check that the flavor exists there (`openstack flavor list`), map a smaller one with "
             "--flavor-mapping web-1=m1.small, or free as much memory on the hypervisors of that "
             "site as the plan asks for and then try it again (LAST)");
    show(&s, failed, STAGE_80x24);
    stage_expect(&s, "--flavor-mapping web-1=m1.small");
    stage_expect(&s, "(LAST)");
    stage_expect(&s, "Legal next:");
    stage_close(&s);
}

static void every_warning_can_be_gone_to(void **state)
{
    struct stage s;
    struct snapshot *running = world_snapshot(WORLD_RUNNING);
    struct operation *op = running->operations->items[0]->op;
    char text[120];
    (void)state;
    json_decref(op->warnings);
    op->warnings = json_array();
    for (int i = 1; i <= 12; i++) {
        snprintf(text, sizeof text,
                 "warning %d of the plan: a security group of web-%d is not at the other site, "
                 "tail %d", i, i, i);
        json_array_append_new(op->warnings, json_string(text));
    }
    show(&s, running, STAGE_80x24);
    stage_expect(&s, "12, Tab: all of them");
    stage_refuse(&s, "tail 12");
    stage_keys(&s, "S-Tab");
    stage_expect(&s, "tail 1");
    stage_keys(&s, "End");
    stage_expect(&s, "tail 12");
    stage_keys(&s, "Home");
    stage_expect(&s, "warning 1 of the plan");
    stage_refuse(&s, "tail 12");
    stage_keys(&s, "Tab"); /* back to the steps */
    stage_expect(&s, "12, Tab: all of them");
    stage_close(&s);
}

static void the_events_are_searched(void **state)
{
    struct stage s;
    (void)state;
    show(&s, world_snapshot(WORLD_RUNNING), STAGE_80x24);
    stage_keys(&s, "s");
    stage_expect(&s, " search ");
    stage_type(&s, "no such text");
    stage_keys(&s, "Enter");
    stage_expect(&s, "nowhere in what");
    stage_keys(&s, "Esc s");
    stage_type(&s, "volume");
    stage_keys(&s, "Enter");
    stage_expect(&s, "paused"); /* at the hit */
    stage_keys(&s, "Esc");
    stage_refuse(&s, " search ");
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void the_selected_step_is_told_whole(void **state)
{
    struct stage s;
    struct snapshot *failed = world_snapshot(WORLD_FAILED);
    struct operation *op = failed->operations->items[0]->op;
    (void)state;
    for (size_t i = 0; i < op->plan->count; i++)
        if (op->steps[i].status == STEP_FAILED)
            snprintf(op->steps[i].detail, sizeof op->steps[i].detail,
                     "NoValidHost: No valid host was found. There are not enough hosts available, "
                     "asked for 16 vCPU and 64 GiB in zone nova (LAST)");
    snprintf(op->error_message, sizeof op->error_message, "short");
    snprintf(op->remedy, sizeof op->remedy, "short");
    show(&s, failed, STAGE_120x40);
    stage_expect(&s, "(LAST)");
    stage_close(&s);
}

static void Esc_sends_an_error_away_first(void **state)
{
    struct stage s;
    (void)state;
    show(&s, world_snapshot(WORLD_RUNNING), STAGE_80x24);
    ui_say(s.ui, ROLE_DANGER, "the site does not answer");
    stage_paint(&s);
    stage_expect(&s, "the site does not answer");
    stage_keys(&s, "Esc");
    stage_refuse(&s, "the site does not answer");
    assert_string_equal(stage_top(&s), "watch");
    stage_keys(&s, "Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

/* What is said has rows of its own: the last row of what one reads is still there. */
static void what_is_said_covers_nothing(void **state)
{
    struct stage s;
    (void)state;
    show(&s, world_snapshot(WORLD_RUNNING), STAGE_80x24);
    stage_keys(&s, "Esc");
    ui_say(s.ui, ROLE_DANGER, "hr-suite is not ready: an image that its servers were made of is "
                              "not at site-b, and nothing can be made there without it");
    stage_paint(&s);
    stage_expect(&s, "made there without it");
    stage_expect(&s, "3 Running");
    stage_expect(&s, "snap \xe2\x96\x87");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_remedy_is_whole),
        cmocka_unit_test(every_warning_can_be_gone_to),
        cmocka_unit_test(the_events_are_searched),
        cmocka_unit_test(the_selected_step_is_told_whole),
        cmocka_unit_test(Esc_sends_an_error_away_first),
        cmocka_unit_test(what_is_said_covers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
