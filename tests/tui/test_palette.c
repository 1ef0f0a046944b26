/* The : prompt, and the drills of several groups. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/recent.h"
#include "tui/screens/palette_items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

static void open_world(struct stage *s, enum world_stage world)
{
    stage_open(s, world, STAGE_80x24);
    fake_door_answer(s->door, "test_propose", world_proposal_json(false));
    fake_door_answer(s->door, "test_failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(s->door, "operation_list", world_history_json());
}

static void a_few_letters_do_it(void **state)
{
    struct stage s;
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, ":");
    assert_string_equal(stage_top(&s), "palette");
    stage_type(&s, "histo");
    stage_expect(&s, "every operation there was");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "history");
    stage_close(&s);
}

static void an_action_and_a_group(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, ":");
    stage_type(&s, "dri");
    stage_keys(&s, "Tab"); /* completes the name, and goes on to the groups */
    stage_expect(&s, ": drill ");
    stage_type(&s, "bill");
    stage_expect(&s, "drill prod-billing");
    stage_refuse(&s, "drill hr-suite");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "wizard");
    assert_int_equal(fake_door_asked(s.door, "test_propose", &args), 1);
    stage_expect(&s, "prod-billing");
    stage_close(&s);
}

static void what_is_not_allowed_stays_with_its_reason(void **state)
{
    struct stage s;
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, ":");
    stage_type(&s, "drill archive");
    stage_expect(&s, "the group has no members yet");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "palette");
    assert_int_equal(fake_door_asked(s.door, "test_propose", NULL), 0);
    stage_keys(&s, "Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void groups_and_operations_are_gone_to(void **state)
{
    struct stage s;
    struct act_subject subject;
    (void)state;
    open_world(&s, WORLD_RUNNING);
    stage_keys(&s, ": h r s u Enter");
    ui_subject(s.ui, &subject);
    assert_string_equal(subject.group->group->name, "hr-suite");
    stage_keys(&s, ":");
    stage_type(&s, "operation drill 9f3a");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void nothing_is_called_like_that(void **state)
{
    struct stage s;
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, ":");
    stage_type(&s, "zzzz");
    stage_expect(&s, "nothing is called like that");
    stage_keys(&s, "Enter Tab Down PgDn");
    assert_string_equal(stage_top(&s), "palette");
    stage_close(&s);
}

/* What was typed ahead of the first frame may name nothing at all. */
static void nothing_is_made_of_a_line_that_came_first(void **state)
{
    struct stage s;
    struct act_subject nobody = {0};
    struct recent recent = {0};
    struct palette_items list = {.items = NULL};
    (void)state;
    open_world(&s, WORLD_CALM);
    palette_items_make(&list, s.ui, CTX_HOME, &nobody, &recent, "zzzz");
    assert_int_equal(list.count, 0);
    palette_items_release(&list);
    stage_close(&s);
}

static void lines_are_remembered(void **state)
{
    char dir[] = "/tmp/pc-palette-XXXXXX", path[200];
    struct stage s;
    struct recent r;
    (void)state;
    assert_non_null(mkdtemp(dir));
    open_world(&s, WORLD_CALM);
    s.ui->state_dir = dir;
    stage_keys(&s, ":");
    stage_type(&s, "drill bill");
    stage_keys(&s, "Enter Esc");
    stage_keys(&s, ": Up");
    stage_expect(&s, ": drill prod-billing");
    stage_close(&s);
    recent_load(&r, dir);
    assert_int_equal(r.count, 1);
    assert_string_equal(r.line[0], "drill prod-billing");
    for (int i = 0; i < 2 * RECENT_MAX; i++) {
        snprintf(path, sizeof path, "line %d", i);
        recent_add(&r, path);
    }
    assert_int_equal(r.count, RECENT_MAX);
    recent_add(&r, r.line[3]);
    assert_int_equal(r.count, RECENT_MAX);
    assert_string_equal(r.line[0], "line 56");
    assert_string_equal(r.line[1], "line 59");
    snprintf(path, sizeof path, "%s/palette-history", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* ---- several drills ------------------------------------------------------------------- */

static void marked_groups_are_drilled_with_one_question(void **state)
{
    struct stage s;
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, "Space Space G Space t"); /* two that may, and one without members */
    assert_string_equal(stage_top(&s), "drills");
    stage_expect(&s, "Drills of 3 groups");
    stage_expect(&s, "the group has no members yet");
    stage_expect(&s, "Start 2 drills");
    stage_expect(&s, "the site to drill on is not typed yet");
    stage_keys(&s, "Enter Enter"); /* the default changes nothing */
    assert_int_equal(fake_door_asked(s.door, "test_failover", NULL), 2); /* two dry runs */
    assert_null(stage_begun(&s, "test_failover"));
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "t S"); /* no key stands for so many */
    stage_expect(&s, "the site to drill on differs at character 1");
    stage_keys(&s, "Backspace");
    stage_type(&s, "site-b");
    stage_keys(&s, "Enter Enter"); /* nor does it once all is typed */
    assert_null(stage_begun(&s, "test_failover"));
    stage_keys(&s, "t");
    stage_type(&s, "site-b");
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "test_failover", NULL), 2 * 3 + 2);
    assert_non_null(stage_begun(&s, "test_failover"));
    stage_expect(&s, "has begun");
    stage_close(&s);
}

static void a_mark_goes_when_its_drill_begins(void **state)
{
    struct stage s;
    struct snapshot *later = world_snapshot(WORLD_RUNNING);
    (void)state;
    open_world(&s, WORLD_CALM);
    stage_keys(&s, "Space Space");
    stage_expect(&s, "2 marked");
    for (size_t i = 0; i < later->operations->count; i++)
        later->operations->items[i]->op->created_ms = WORLD_FROZEN_MS + 1;
    fake_door_show(s.door, later);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "1 marked");
    stage_close(&s);
}

static void a_problem_keeps_one_back(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_world(&s, WORLD_CALM);
    fake_door_answer(s.door, "test_failover", world_drill_plan_json());
    fake_door_answer_about(s.door, "test_failover", "group", "pg-1", world_plan_json(true));
    stage_keys(&s, "Space Space t");
    stage_expect(&s, "✘ "); /* what blocks it, before anything is typed or begun */
    stage_expect(&s, "R-");
    stage_expect(&s, "3 instances"); /* and what the other one makes */
    stage_expect(&s, "Start 1 drill");
    stage_type(&s, "site-b");
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "test_failover", &args), 3);
    assert_string_not_equal(json_text(args, "group"), "pg-1");
    stage_close(&s);
}

static void read_only_starts_none(void **state)
{
    struct stage s;
    (void)state;
    open_world(&s, WORLD_CALM);
    struct snapshot *only = world_snapshot(WORLD_CALM);
    only->read_only = true;
    fake_door_show(s.door, only);
    ui_dispatch(s.ui);
    stage_keys(&s, "Space Space t");
    stage_type(&s, "site-b");
    stage_keys(&s, "Tab Right Enter");
    stage_expect(&s, "the console is read-only");
    assert_null(stage_begun(&s, "test_failover"));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_letters_do_it),
        cmocka_unit_test(an_action_and_a_group),
        cmocka_unit_test(what_is_not_allowed_stays_with_its_reason),
        cmocka_unit_test(groups_and_operations_are_gone_to),
        cmocka_unit_test(nothing_is_called_like_that),
        cmocka_unit_test(nothing_is_made_of_a_line_that_came_first),
        cmocka_unit_test(lines_are_remembered),
        cmocka_unit_test(marked_groups_are_drilled_with_one_question),
        cmocka_unit_test(a_mark_goes_when_its_drill_begins),
        cmocka_unit_test(a_problem_keeps_one_back),
        cmocka_unit_test(read_only_starts_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
