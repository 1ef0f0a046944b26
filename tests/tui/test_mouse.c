/* The mouse: a click is the keys that would have done the same, and no others. */
#include "tests/tui/support/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The selected row of the groups, by its name. */
static void expect_selected(struct stage *s, const char *name)
{
    struct act_subject subject;
    ui_subject(s->ui, &subject);
    assert_non_null(subject.group);
    assert_string_equal(subject.group->group->name, name);
}

static void a_click_selects_and_another_one_opens(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_click(&s, "hr-suite");
    assert_string_equal(stage_top(&s), "home");
    expect_selected(&s, "hr-suite");
    stage_click(&s, "prod-billing");
    expect_selected(&s, "prod-billing");
    stage_click(&s, "hr-suite");
    expect_selected(&s, "hr-suite");
    stage_click(&s, "hr-suite");
    assert_string_equal(stage_top(&s), "group");
    stage_close(&s);
}

static void the_key_bar_is_pressed_where_it_stands(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_click(&s, "h history");
    assert_string_equal(stage_top(&s), "history");
    stage_click(&s, "Esc back");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void what_is_greyed_says_why_and_does_nothing(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_EMPTY, (struct stage_look){24, 160, TERM_256, true});
    stage_click(&s, "(t drill)");
    assert_string_equal(stage_top(&s), "home");
    stage_expect(&s, "no group is selected");
    stage_close(&s);
}

static void tabs_and_panels_are_clicked_by_their_numbers(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, (struct stage_look){40, 140, TERM_256, true});
    stage_click(&s, "secondary  active");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "site");
    stage_click(&s, "5 Groups");
    stage_keys(&s, "Esc 2 Enter");
    stage_click(&s, "4 mapping");
    stage_expect(&s, "┌ mapping ─");
    stage_close(&s);
}

static void the_wheel_moves_where_it_is_turned(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "Home 1"); /* the sites have the keys */
    stage_wheel(&s, "hr-suite", 1);
    expect_selected(&s, "archive"); /* three rows on */
    stage_wheel(&s, "hr-suite", -1);
    expect_selected(&s, "prod-web-app"); /* the first of four */
    stage_close(&s);
}

/* A click may have meant the window: it does not answer such a question. */
static void no_click_presses_what_is_dangerous(void **state)
{
    struct stage s;
    const json_t *args;
    (void)state;
    stage_open(&s, WORLD_KEPT, STAGE_80x24);
    stage_keys(&s, "C");
    assert_string_equal(stage_top(&s), "confirm");
    stage_click(&s, "[ Clean up");
    stage_click(&s, "[ Clean up");
    stage_click(&s, "[ Clean up");
    assert_int_equal(fake_door_asked(s.door, "test_cleanup", &args), 0);
    stage_close(&s);
}

static void what_lies_below_a_question_is_not_clicked(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, (struct stage_look){40, 120, TERM_256, true});
    stage_keys(&s, "Down");
    expect_selected(&s, "prod-billing");
    stage_keys(&s, ":");
    ui_click(s.ui, 6, 3, 0);
    ui_click(s.ui, 9, 3, 0);
    stage_keys(&s, "Esc");
    expect_selected(&s, "prod-billing");
    stage_close(&s);
}

static void a_click_writes_no_letter_into_a_filter(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "/ p r");
    stage_refuse(&s, "h history"); /* the key bar has the filter's keys */
    stage_click(&s, "site-a"); /* another panel, by its number */
    stage_expect(&s, "/pr ");
    stage_click(&s, "prod-billing");
    stage_expect(&s, "/pr ");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_selects_and_another_one_opens),
        cmocka_unit_test(the_key_bar_is_pressed_where_it_stands),
        cmocka_unit_test(what_is_greyed_says_why_and_does_nothing),
        cmocka_unit_test(tabs_and_panels_are_clicked_by_their_numbers),
        cmocka_unit_test(the_wheel_moves_where_it_is_turned),
        cmocka_unit_test(no_click_presses_what_is_dangerous),
        cmocka_unit_test(what_lies_below_a_question_is_not_clicked),
        cmocka_unit_test(a_click_writes_no_letter_into_a_filter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
