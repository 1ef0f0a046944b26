/* Moving production from the screen: what is shown, what must be typed, and what
 * is asked of the engine for it. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void answer_all(struct stage *s)
{
    fake_door_answer(s->door, "operation_show", world_operation_json(WORLD_PASSED));
    fake_door_answer(s->door, "operation_events", world_events_json());
}

static void open_failover(struct stage *s, bool blocked)
{
    stage_open(s, WORLD_CALM, (struct stage_look){40, 120, TERM_256, true});
    answer_all(s);
    fake_door_answer(s->door, "failover", world_plan_json(blocked));
    stage_keys(s, "F");
    assert_string_equal(stage_top(s), "decide");
}

/* How often it was asked for in earnest. */
static size_t begun(struct stage *s)
{
    const json_t *args = NULL;
    size_t n = fake_door_asked(s->door, "failover", &args);
    return n && args && !json_flag(args, "dry_run", false) ? n : 0;
}

static void a_failover_begins_when_its_name_was_typed(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_failover(&s, false);
    stage_expect(&s, "2m10s, all written since 2026-11-20T09:38:57Z");
    stage_expect(&s, "are stopped on site-a");
    stage_expect(&s, "smaller on site-b");
    stage_expect(&s, "the group's name is not typed yet");
    stage_keys(&s, "Tab Tab Tab Tab Tab");
    stage_type(&s, "prod-web-app");
    stage_refuse(&s, "not typed yet");
    stage_keys(&s, "Enter Enter"); /* to the buttons: the safe one has the focus */
    assert_int_equal(begun(&s), 0);
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "F Tab Tab Tab Tab Tab");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Tab Right");
    fake_door_answer(s.door, "failover", world_operation_json(WORLD_RUNNING));
    stage_keys(&s, "Enter");
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 3);
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    assert_string_equal(json_text(args, "type"), "planned");
    assert_null(json_object_get(args, "dry_run"));
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void nothing_but_the_exact_name_counts(void **state)
{
    static const char *const TYPED[] = {"", "prod-web-ap", "prod-web-app2", "PROD-WEB-APP", "y"};
    (void)state;
    for (size_t i = 0; i < sizeof TYPED / sizeof TYPED[0]; i++) {
        struct stage s;
        open_failover(&s, false);
        stage_keys(&s, "Tab Tab Tab Tab Tab");
        stage_type(&s, TYPED[i]);
        stage_keys(&s, "Tab Right Enter");
        assert_int_equal(begun(&s), 0);
        assert_string_equal(stage_top(&s), "decide");
        stage_close(&s);
    }
}

static void another_kind_is_another_question(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_failover(&s, false);
    stage_keys(&s, "Right");
    stage_expect(&s, "reading both sites"); /* another question, another answer */
    stage_pass(&s, 400);
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 2);
    assert_string_equal(json_text(args, "type"), "unplanned");
    stage_keys(&s, "Left"); /* and back */
    stage_pass(&s, 400);
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 3);
    assert_string_equal(json_text(args, "type"), "planned");
    stage_refuse(&s, "Site given up");
    stage_close(&s);
}

/* Group, site and reason: each is missed by itself. */
static void an_unplanned_failover_takes_more_than_a_name(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_failover(&s, false);
    stage_keys(&s, "Right");
    stage_pass(&s, 400);
    stage_expect(&s, "an unplanned one needs a reason");
    stage_keys(&s, "Tab Tab Tab Tab");
    stage_type(&s, "   ");
    stage_expect(&s, "an unplanned one needs a reason");
    stage_type(&s, "fire");
    stage_expect(&s, "the site given up is not typed yet");
    stage_keys(&s, "Tab");
    stage_type(&s, "site-b");
    stage_expect(&s, "the site given up differs at character 6: b stands where the name has a");
    stage_keys(&s, "Backspace");
    stage_type(&s, "a");
    stage_expect(&s, "the group's name is not typed yet");
    stage_keys(&s, "Tab");
    stage_type(&s, "prod-web-app");
    stage_refuse(&s, "not typed yet");
    assert_int_equal(begun(&s), 0);
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 3);
    assert_string_equal(json_text(args, "reason"), "   fire");
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    assert_string_equal(json_text(args, "confirm_site"), "site-a");
    stage_close(&s);
}

/* The field says which character it is that differs, and nothing begins. */
static void what_only_looks_like_the_name_is_pointed_at(void **state)
{
    static const struct {
        const char *typed, *said;
    } CASES[] = {
        {"prod-web-app ", "has a blank behind it"},
        {"Prod-web-app", "differs at character 1: P stands where the name has p (case counts)"},
        {"pr\xd0\xbe" "d-web-app", "differs at character 3: Cyrillic"},
        {"prod\xe2\x80\x8b-web-app", "differs at character 5: one that cannot be seen"},
        {"prod-web-ap\xcc\xa3p", "differs at character 12: the joining mark U+0323"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct stage s;
        open_failover(&s, false);
        stage_keys(&s, "Tab Tab Tab Tab Tab");
        stage_type(&s, CASES[i].typed);
        stage_expect(&s, CASES[i].said);
        stage_keys(&s, "Tab Right Enter");
        assert_int_equal(begun(&s), 0);
        assert_string_equal(stage_top(&s), "decide");
        stage_close(&s);
    }
}

/* A name from the clipboard, with whatever line ends came along. */
static void a_paste_with_a_newline_begins_nothing(void **state)
{
    struct stage s;
    (void)state;
    open_failover(&s, false);
    stage_keys(&s, "Tab Tab Tab Tab Tab");
    for (const char *c = "prod-web-app\n\t\n\n"; *c; c++)
        stage_press(&s, (*c == '\n' ? UI_KEY_ENTER : (ui_key)*c) | UI_KEY_PASTED);
    assert_int_equal(begun(&s), 0);
    assert_string_equal(stage_top(&s), "decide"); /* not even the safe button was pressed */
    stage_refuse(&s, "not typed yet");
    stage_close(&s);
}

static void what_stands_in_the_way_of_a_failover_stops_it(void **state)
{
    struct stage s;
    (void)state;
    open_failover(&s, true);
    stage_expect(&s, "In the way");
    stage_expect(&s, "net-primary-db has none on site-b");
    stage_expect(&s, "--network-mapping net-primary-db=NETWORK");
    stage_keys(&s, "Tab Tab Tab Tab Tab");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(begun(&s), 0);
    stage_close(&s);
}

static void a_decision_shows_what_the_state_allows(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    answer_all(&s);
    fake_door_answer(s.door, "rollback", world_plan_json(false));
    stage_expect(&s, "M commit  R roll back  B failback");
    stage_keys(&s, "F");
    assert_string_equal(stage_top(&s), "home"); /* greyed, with the reason */
    stage_expect(&s, "Decide first");
    stage_keys(&s, "R Tab");
    stage_type(&s, "prod-web-app");
    fake_door_answer(s.door, "rollback", world_operation_json(WORLD_ROLLING));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "rollback", &args), 2);
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    stage_close(&s);
}

static void a_split_brain_is_resolved_by_naming_a_site(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    fake_door_answer(s.door, "resolve", world_plan_json(false));
    stage_keys(&s, "Down Down Down W Right Tab Space");
    stage_pass(&s, 400);
    assert_int_equal(fake_door_asked(s.door, "resolve", &args), 2);
    stage_keys(&s, "Tab Tab");
    stage_type(&s, "archive");
    fake_door_answer(s.door, "resolve", world_operation_json(WORLD_PASSED));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "resolve", &args), 3);
    assert_string_equal(json_text(args, "serving"), "site-b");
    assert_true(json_flag(args, "stop_other", false));
    assert_string_equal(json_text(args, "confirm"), "archive");
    stage_close(&s);
}

static void what_failed_is_tried_again_from_its_screen(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_PARTIAL, STAGE_80x24);
    answer_all(&s);
    fake_door_answer(s.door, "operation_retry", world_operation_json(WORLD_RUNNING));
    stage_keys(&s, "a");
    stage_expect(&s, "T try again");
    stage_keys(&s, "T Tab");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "operation_retry", &args), 1);
    assert_string_equal(json_text(args, "operation_id"), WORLD_MOVE_ID);
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void a_waiting_operation_is_answered(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_ASKING, STAGE_80x24);
    answer_all(&s);
    fake_door_answer(s.door, "operation_answer", json_object());
    stage_keys(&s, "a");
    stage_expect(&s, "waits for an answer");
    stage_keys(&s, "A");
    stage_expect(&s, "Has the DNS record been changed?");
    stage_keys(&s, "Enter"); /* not now */
    assert_int_equal(fake_door_asked(s.door, "operation_answer", NULL), 0);
    stage_keys(&s, "A g");
    assert_int_equal(fake_door_asked(s.door, "operation_answer", &args), 1);
    assert_string_equal(json_text(args, "answer"), "continue");
    stage_close(&s);
}

static void readiness_says_what_to_do(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "readiness", world_readiness_json());
    fake_door_answer(s.door, "recovery_point_list", world_points_json());
    stage_keys(&s, "v");
    stage_expect(&s, "NOT READY: 2 blocked, 1 warning, 1 unknown");
    stage_expect(&s, "What to do: Raise the quota"); /* what blocks stands first */
    stage_keys(&s, "v");
    assert_int_equal(fake_door_asked(s.door, "readiness", &args), 2);
    assert_string_equal(json_text(args, "operation"), "failback");
    stage_keys(&s, "p");
    stage_expect(&s, "prod-web-app.42");
    stage_expect(&s, "4 of 5 volumes");
    stage_keys(&s, "End");
    stage_expect(&s, "missing: log of db-3");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void a_sync_asks_first(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "sync_volumes", json_object());
    stage_keys(&s, "S Enter");
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_keys(&s, "S y");
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 1);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failover_begins_when_its_name_was_typed),
        cmocka_unit_test(nothing_but_the_exact_name_counts),
        cmocka_unit_test(another_kind_is_another_question),
        cmocka_unit_test(an_unplanned_failover_takes_more_than_a_name),
        cmocka_unit_test(what_only_looks_like_the_name_is_pointed_at),
        cmocka_unit_test(a_paste_with_a_newline_begins_nothing),
        cmocka_unit_test(what_stands_in_the_way_of_a_failover_stops_it),
        cmocka_unit_test(a_decision_shows_what_the_state_allows),
        cmocka_unit_test(a_split_brain_is_resolved_by_naming_a_site),
        cmocka_unit_test(what_failed_is_tried_again_from_its_screen),
        cmocka_unit_test(a_waiting_operation_is_answered),
        cmocka_unit_test(readiness_says_what_to_do),
        cmocka_unit_test(a_sync_asks_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
