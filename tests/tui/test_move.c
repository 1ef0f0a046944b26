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

static void a_failover_begins_when_its_name_was_typed(void **state)
{
    struct stage s;
    const json_t *args;
    (void)state;
    stage_open_wizard(&s, "F 6", false);
    stage_expect(&s, "2m10s, written since");
    stage_expect(&s, "are stopped on site-a");
    stage_expect(&s, "Stops 1");
    stage_expect(&s, "Promotes 1");
    stage_expect(&s, "Deletes 1 if it is taken back");
    stage_keys(&s, "S");
    stage_expect(&s, "the group's name is not typed yet");
    stage_type(&s, "prod-web-app");
    stage_refuse(&s, "not typed yet");
    stage_keys(&s, "Enter Enter"); /* to the buttons: the safe one has the focus */
    assert_null(stage_begun(&s, "failover"));
    assert_string_equal(stage_top(&s), "wizard");
    stage_keys(&s, "7 Right Enter");
    args = stage_begun(&s, "failover");
    assert_non_null(args);
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    assert_string_equal(json_text(args, "type"), "planned");
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

/* Whoever types the name sees what is lost, what is stopped, and the field. */
static void what_follows_stands_above_the_field_at_every_size(void **state)
{
    static const char *const KEYS[] = {"F S", "F Down Enter S"};
    static const struct size SIZES[] = {{15, 60}, {24, 80}, {40, 120}, {60, 200}};
    (void)state;
    for (size_t k = 0; k < sizeof KEYS / sizeof KEYS[0]; k++)
        for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
            struct stage s;
            stage_open_wizard(&s, KEYS[k], false);
            stage_resize(&s, SIZES[i].h, SIZES[i].w);
            stage_pass(&s, 1000); /* the plan of an unplanned one comes */
            stage_expect(&s, "data loss");
            stage_expect(&s, "are stopped on site-a");
            stage_expect(&s, "Group's name");
            stage_expect(&s, k ? "Site given up" : "Reason, if any");
            if (SIZES[i].h == 15) {
                stage_expect(&s, "PgDn PgUp: more");
                stage_keys(&s, "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
                stage_expect(&s, "readiness  ready"); /* the last of it */
            }
            stage_close(&s);
        }
}

static void the_end_of_a_plan_is_a_full_page(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "F 6", false);
    stage_resize(&s, 24, 80);
    stage_keys(&s, "End");
    stage_expect(&s, "Promotes 1"); /* far above the last line */
    stage_refuse(&s, "data loss");
    stage_refuse(&s, "\xe2\x86\x93"); /* nothing is below */
    stage_close(&s);
}

/* Look-alikes, blanks, other forms of the same letters, what cannot be seen: typed
 * and pasted. */
static const ui_key ALTERED[][20] = {
    {'p', 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p'},
    {'P', 'R', 'O', 'D', '-', 'W', 'E', 'B', '-', 'A', 'P', 'P'},
    {'p', 'r', 0x43e, 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', 0x2010, 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', '-', 'w', 'e', 0x301, 'b', '-', 'a', 'p', 'p'},
    {0xff50, 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p', ' '},
    {' ', 'p', 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', 0x200b, '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', 0x202e, '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
    {'p', 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p', 0xfeff},
    {'p', 'r', 'o', 'd', '-', 'w', 'e', 'b', '-', 'a', 'p', 'p', 0xa0},
    {'p', 'r', 'o', 'd', 0xad, '-', 'w', 'e', 'b', '-', 'a', 'p', 'p'},
};

static void nothing_but_the_exact_name_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ALTERED / sizeof ALTERED[0]; i++)
        for (ui_key pasted = 0; pasted <= UI_KEY_PASTED; pasted += UI_KEY_PASTED) {
            struct stage s;
            stage_open_wizard(&s, "F 7", false);
            for (size_t k = 0; ALTERED[i][k]; k++)
                stage_press(&s, ALTERED[i][k] | pasted);
            stage_keys(&s, "Tab Right Enter");
            if (stage_begun(&s, "failover"))
                fail_msg("name %zu was taken for the group's:\n%s", i, buf_text(&s.text));
            assert_string_equal(stage_top(&s), "wizard");
            stage_keys(&s, "S-Tab S-Tab Ctrl-U"); /* cleared, and typed as it is */
            stage_type(&s, "prod-web-app");
            stage_keys(&s, "Tab Right Enter");
            assert_non_null(stage_begun(&s, "failover"));
            stage_close(&s);
        }
}

/* The field says which character it is that differs. */
static void what_only_looks_like_the_name_is_pointed_at(void **state)
{
    static const struct {
        const char *typed, *said;
    } CASES[] = {
        {"prod-web-app ", "has a blank behind it"},
        {"Prod-web-app", "differs at character 1: P stands where the name has p (case"},
        {"pr\xd0\xbe" "d-web-app", "differs at character 3: Cyrillic"},
        {"prod\xe2\x80\x8b-web-app", "differs at character 5: one that cannot be seen"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct stage s;
        stage_open_wizard(&s, "F 7", false);
        stage_type(&s, CASES[i].typed);
        stage_expect(&s, CASES[i].said);
        stage_close(&s);
    }
    struct stage s; /* whole at a narrow screen, too, in as many lines as it takes */
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_answer_wizard(&s, false);
    stage_keys(&s, "F 7 P r o");
    stage_expect(&s, "the group's name differs at character 1: P");
    stage_expect(&s, "stands where the name has p (case counts)");
    stage_close(&s);
    stage_open(&s, WORLD_MOVED, (struct stage_look){15, 60, TERM_256, true});
    fake_door_answer(s.door, "rollback", world_undo_plan_json());
    stage_keys(&s, "R P r o");
    stage_expect(&s, "Roll back: the group's name differs at character 1: P");
    stage_expect(&s, "stands where the name has p (case counts)");
    stage_expect(&s, "[ No, change nothing ]");
    stage_expect(&s, "What was written at site-b");
    stage_close(&s);
}

/* A name from the clipboard, with whatever line ends came along. */
static void a_paste_with_a_newline_begins_nothing(void **state)
{
    struct stage s;
    (void)state;
    stage_open_wizard(&s, "F 7", false);
    for (const char *c = "prod-web-app\n\t\n\n"; *c; c++)
        stage_press(&s, (*c == '\n' ? UI_KEY_ENTER : (ui_key)*c) | UI_KEY_PASTED);
    assert_null(stage_begun(&s, "failover"));
    assert_string_equal(stage_top(&s), "wizard");
    stage_close(&s);
}

/* Group, site and reason: each is missed by itself. */
static void an_unplanned_one_takes_more_than_a_name(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "F 1 Down Enter", false);
    stage_expect(&s, "unplanned");
    stage_pass(&s, 400);
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(args, "operation"), "failover");
    assert_true(json_flag(args, "force", false));
    stage_keys(&s, "S");
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
    assert_null(stage_begun(&s, "failover"));
    stage_keys(&s, "Tab Right Enter");
    args = stage_begun(&s, "failover");
    assert_string_equal(json_text(args, "type"), "unplanned");
    assert_string_equal(json_text(args, "reason"), "   fire");
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    assert_string_equal(json_text(args, "confirm_site"), "site-a");
    stage_close(&s);
}

static void another_kind_is_another_question(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open_wizard(&s, "F 1 Down Enter", false);
    stage_expect(&s, "reading both sites");
    stage_pass(&s, 400);
    stage_keys(&s, "Up Enter"); /* and back */
    stage_pass(&s, 400);
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 3);
    assert_string_equal(json_text(args, "type"), "planned");
    stage_keys(&s, "7");
    stage_refuse(&s, "Site given up");
    stage_close(&s);
}

static void what_blocks_a_failover_stops_it(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, (struct stage_look){40, 120, TERM_256, true});
    stage_answer_wizard(&s, false);
    fake_door_answer(s.door, "failover dry_run", world_plan_json(true));
    stage_keys(&s, "F 6");
    stage_expect(&s, "net-primary-db has none on site-b");
    stage_expect(&s, "--network-mapping net-primary-db=NETWORK");
    stage_keys(&s, "7");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Tab Right Enter");
    assert_null(stage_begun(&s, "failover"));
    stage_close(&s);
}

static void a_failback_is_proposed_as_one(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_MOVED, (struct stage_look){40, 120, TERM_256, true});
    stage_answer_wizard(&s, false);
    fake_door_answer(s.door, "failback", world_operation_json(WORLD_RUNNING));
    stage_keys(&s, "B");
    assert_string_equal(stage_top(&s), "wizard");
    fake_door_asked(s.door, "test_propose", &args);
    assert_string_equal(json_text(args, "operation"), "failback");
    stage_keys(&s, "5 Down Space");
    stage_expect(&s, "--reverse-replication");
    stage_close(&s);
}

static void a_decision_shows_what_the_state_allows(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    stage_answer_wizard(&s, false);
    fake_door_answer(s.door, "rollback", world_plan_json(false));
    stage_expect(&s, "M commit  R roll back  B failback");
    stage_keys(&s, "F");
    assert_string_equal(stage_top(&s), "home"); /* greyed, with the reason */
    stage_expect(&s, "Decide first");
    stage_keys(&s, "R");
    stage_type(&s, "prod-web-app");
    fake_door_answer(s.door, "rollback", world_operation_json(WORLD_ROLLING));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "rollback", &args), 2);
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    stage_close(&s);
}

/* What it deletes and starts, how long that takes, and whether there is a way back. */
static void a_decision_says_how_much_and_how_long(void **state)
{
    static const char *const SAYS[] = {"3 servers, 3 ports, 3 volumes", "about 1m35s to 2m20s",
                                       "reversible no: what it deletes is gone",
                                       "ready: nothing stands in the way"};
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_120x40);
    fake_door_answer(s.door, "rollback", world_undo_plan_json());
    stage_keys(&s, "R");
    for (size_t i = 0; i < sizeof SAYS / sizeof SAYS[0]; i++)
        stage_expect(&s, SAYS[i]);
    stage_keys(&s, "PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
    stage_expect(&s, "servers  web-1, web-2, db-3");
    stage_close(&s);
}

/* The old primary was not seen at rest: the box and a reason stand for --force --reason. */
static void a_commit_in_doubt_takes_a_tick_and_a_reason(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_120x40);
    fake_door_answer(s.door, "commit", world_undo_plan_json());
    s.ui->snap->groups->items[0]->split_risk = false;
    stage_keys(&s, "M");
    stage_refuse(&s, "In doubt"); /* nothing is */
    stage_keys(&s, "Esc");
    s.ui->snap->groups->items[0]->split_risk = true;
    fake_door_refuse(s.door, "commit", PC_ERR_STATE, "both sites may run it",
                     "If site-a is lost for good: commit --force --reason TEXT.");
    stage_keys(&s, "M");
    stage_expect(&s, "In doubt, on my word");
    stage_expect(&s, "M (commit), its box for what is in doubt ticked");
    fake_door_answer(s.door, "commit", world_undo_plan_json());
    stage_keys(&s, "Space");
    stage_pass(&s, 400);
    assert_int_equal(fake_door_asked(s.door, "commit", &args), 3);
    assert_true(json_flag(args, "force", false));
    stage_keys(&s, "Tab Tab");
    stage_type(&s, "prod-web-app");
    stage_expect(&s, "what is done in doubt needs a reason");
    stage_keys(&s, "Tab Right Enter"); /* the button is not to be pressed */
    assert_int_equal(fake_door_asked(s.door, "commit", NULL), 3);
    stage_keys(&s, "S-Tab S-Tab S-Tab");
    stage_type(&s, "site-a burnt");
    fake_door_answer(s.door, "commit", world_operation_json(WORLD_PASSED));
    stage_keys(&s, "Tab Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "commit", &args), 4);
    assert_string_equal(json_text(args, "reason"), "site-a burnt");
    assert_true(json_flag(args, "force", false));
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
    stage_keys(&s, "Tab Tab Tab");
    stage_type(&s, "archive");
    fake_door_answer(s.door, "resolve", world_operation_json(WORLD_PASSED));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "resolve", &args), 3);
    assert_string_equal(json_text(args, "serving"), "site-b");
    assert_true(json_flag(args, "stop_other", false));
    assert_string_equal(json_text(args, "confirm"), "archive");
    stage_close(&s);
}

/* What it left behind goes when its name is typed; a group that left nothing has none. */
static void what_stood_before_is_released(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "X");
    stage_expect(&s, "nothing of before a failover is left of it");
    stage_close(&s);
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    fake_door_answer(s.door, "release", world_plan_json(false));
    stage_keys(&s, "Down Down Down Down X");
    stage_expect(&s, "Release what stood before");
    stage_type(&s, "mail");
    stage_keys(&s, "Tab Enter"); /* the button that has the focus is the safe one */
    assert_int_equal(fake_door_asked(s.door, "release", &args), 1);
    stage_keys(&s, "X");
    stage_type(&s, "mail");
    fake_door_answer(s.door, "release", world_operation_json(WORLD_PASSED));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "release", &args), 3);
    assert_string_equal(json_text(args, "confirm"), "mail");
    stage_close(&s);
}

static void what_failed_is_tried_again_from_its_screen(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_PARTIAL, STAGE_80x24);
    stage_answer_wizard(&s, false);
    fake_door_answer(s.door, "operation_retry", world_retry_plan_json());
    stage_keys(&s, "a");
    stage_expect(&s, "T try again");
    stage_keys(&s, "T");
    assert_int_equal(fake_door_asked(s.door, "operation_retry", &args), 1);
    assert_true(json_flag(args, "dry_run", false));
    stage_expect(&s, "1 instance");
    stage_expect(&s, "at least 40s; 1 of its steps is of a kind that never ran here");
    stage_keys(&s, "PgDn PgDn PgDn PgDn PgDn PgDn");
    stage_expect(&s, "server  web-2");
    stage_type(&s, "prod-web-app");
    fake_door_answer(s.door, "operation_retry", world_operation_json(WORLD_RUNNING));
    stage_keys(&s, "Tab Right Enter");
    assert_int_equal(fake_door_asked(s.door, "operation_retry", &args), 2);
    assert_false(json_flag(args, "dry_run", false));
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
    stage_answer_wizard(&s, false);
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
        cmocka_unit_test(what_follows_stands_above_the_field_at_every_size),
        cmocka_unit_test(the_end_of_a_plan_is_a_full_page),
        cmocka_unit_test(a_failover_begins_when_its_name_was_typed),
        cmocka_unit_test(nothing_but_the_exact_name_counts),
        cmocka_unit_test(what_only_looks_like_the_name_is_pointed_at),
        cmocka_unit_test(a_paste_with_a_newline_begins_nothing),
        cmocka_unit_test(an_unplanned_one_takes_more_than_a_name),
        cmocka_unit_test(another_kind_is_another_question),
        cmocka_unit_test(what_blocks_a_failover_stops_it),
        cmocka_unit_test(a_failback_is_proposed_as_one),
        cmocka_unit_test(a_decision_shows_what_the_state_allows),
        cmocka_unit_test(a_decision_says_how_much_and_how_long),
        cmocka_unit_test(a_commit_in_doubt_takes_a_tick_and_a_reason),
        cmocka_unit_test(a_split_brain_is_resolved_by_naming_a_site),
        cmocka_unit_test(what_stood_before_is_released),
        cmocka_unit_test(what_failed_is_tried_again_from_its_screen),
        cmocka_unit_test(a_waiting_operation_is_answered),
        cmocka_unit_test(readiness_says_what_to_do),
        cmocka_unit_test(a_sync_asks_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
