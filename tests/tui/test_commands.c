/* Commands of the configuration, and edits that are taken back. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/commands.h"
#include "tui/keymap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *settings;

/* One command on the screens of a world; argv as JSON. */
static void open_with(struct stage *s, enum world_stage world, const char *more, const char *argv)
{
    char text[600];
    snprintf(text, sizeof text,
             "{\"commands\":[{\"name\":\"ticket\",\"key\":\"F9\",\"help\":\"open a ticket\","
             "\"argv\":%s,\"contexts\":[\"home\",\"group\"]%s,\"line\":3}]}",
             argv, more);
    settings = json_loads(text, 0, NULL);
    assert_non_null(settings);
    stage_open(s, world, STAGE_80x24);
    fake_door_screen(s->door, settings);
    ui_take_settings(s->ui);
    stage_paint(s);
}

static void close_with(struct stage *s)
{
    stage_close(s);
    commands_load(NULL, NULL);
    keymap_reset();
    json_decref(settings);
}

static void answer(struct stage *s)
{
    fake_door_answer(s->door, "command_run",
                     json_pack("{s:s, s:b, s:s, s:[s, s], s:b, s:i}", "name", "ticket", "good", 1,
                               "how", "exit 0", "lines", "INC-4711 is open", "second line", "cut",
                               0, "elapsed_ms", 1200));
}

static void a_command_gets_what_is_selected_word_by_word(void **state)
{
    struct stage s;
    const json_t *args;
    (void)state;
    open_with(&s, WORLD_CALM, "", "[\"/bin/ticket\",\"--about={group} at {site}\",\"$(x)\"]");
    answer(&s);
    stage_keys(&s, "F9");
    assert_string_equal(stage_top(&s), "output");
    stage_expect(&s, "INC-4711 is open");
    stage_expect(&s, "exit 0, 1.2 s");
    assert_int_equal(fake_door_asked(s.door, "command_run", &args), 1);
    const json_t *argv = json_list(args, "argv");
    assert_int_equal(json_array_size(argv), 3);
    assert_string_equal(json_string_value(json_array_get(argv, 1)),
                        "--about=prod-web-app at site-a");
    assert_string_equal(json_string_value(json_array_get(argv, 2)), "$(x)"); /* no shell */
    assert_false(json_flag(args, "dangerous", true));
    close_with(&s);
}

static void it_stands_in_the_help_and_at_the_prompt(void **state)
{
    struct stage s;
    (void)state;
    open_with(&s, WORLD_CALM, "", "[\"/bin/ticket\"]");
    answer(&s);
    stage_keys(&s, "? / t i c k e t Enter");
    stage_expect(&s, "open a ticket");
    stage_keys(&s, "Esc Esc :");
    stage_type(&s, "ticket");
    stage_expect(&s, "open a ticket");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "output");
    close_with(&s);
}

static void what_asks_first_does_nothing_by_enter_alone(void **state)
{
    struct stage s;
    (void)state;
    open_with(&s, WORLD_CALM, ",\"confirm\":true", "[\"/bin/ticket\",\"{group}\"]");
    answer(&s);
    stage_keys(&s, "F9");
    stage_expect(&s, "/bin/ticket prod-web-app");
    stage_keys(&s, "Enter");
    assert_int_equal(fake_door_asked(s.door, "command_run", NULL), 0);
    stage_keys(&s, "F9 y");
    assert_int_equal(fake_door_asked(s.door, "command_run", NULL), 1);
    assert_string_equal(stage_top(&s), "output");
    close_with(&s);
}

static void what_is_dangerous_is_refused_when_read_only(void **state)
{
    struct stage s;
    (void)state;
    open_with(&s, WORLD_CALM, ",\"dangerous\":true", "[\"/bin/ticket\"]");
    s.ui->snap->read_only = true;
    stage_keys(&s, "F9");
    stage_expect(&s, "read-only");
    assert_string_equal(stage_top(&s), "home");
    s.ui->snap->read_only = false;
    stage_keys(&s, "F9");
    stage_expect(&s, "marks it as");
    close_with(&s);
}

static void without_what_it_needs_it_is_greyed(void **state)
{
    struct stage s;
    (void)state;
    open_with(&s, WORLD_EMPTY, "", "[\"/bin/ticket\",\"{operation}\"]");
    stage_keys(&s, "F9");
    stage_expect(&s, "no operation");
    assert_int_equal(fake_door_asked(s.door, "command_run", NULL), 0);
    close_with(&s);
}

static void the_check_knows_commands(void **state)
{
    static const struct {
        const char *name, *key, *context, *told;
    } ROWS[] = {
        {"one", "h", "home", "h is both \"history\" and \"one\""},
        {"two", "Ctrl-B", "home", "belongs to the terminal"},
        {"three", "j", "home", "taken by lists"},
        {"four", "Banana", "home", "is no key"},
        {"five", "F9", "kitchen", "no screen called \"kitchen\""},
        {"drill", "F9", "home", "is there already"},
    };
    struct buf told;
    (void)state;
    buf_init(&told, 4096);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        json_t *list = json_pack("[{s:s, s:s, s:[s], s:[s]}]", "name", ROWS[i].name, "key",
                                 ROWS[i].key, "argv", "/bin/true", "contexts", ROWS[i].context);
        buf_clear(&told);
        keymap_reset();
        commands_load(list, &told);
        keymap_check(&told);
        if (!strstr(buf_text(&told), ROWS[i].told))
            fail_msg("%s: %s", ROWS[i].name, buf_text(&told));
        commands_load(NULL, NULL);
        json_decref(list);
    }
    buf_release(&told);
}

/* ---- undo ------------------------------------------------------------------------------- */

static json_t *versions(bool something)
{
    json_t *none = json_pack("{s:s, s:i, s:n, s:s}", "group", "prod-web-app", "metadata_version", 1,
                             "undo", "refused", "prod-web-app was not edited since");
    if (!something)
        return none;
    json_decref(none);
    return json_pack("{s:s, s:i, s:{s:i, s:s, s:[{s:s, s:s, s:s}]}}", "group", "prod-web-app",
                     "metadata_version", 7, "undo", "version", 6, "until", "2026-11-20T09:00:00Z",
                     "changes", "what", "RPO, seconds", "now", "60", "then", "900");
}

static void an_edit_is_shown_before_it_is_taken_back(void **state)
{
    struct stage s;
    const json_t *args;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "group_versions", versions(true));
    fake_door_answer(s.door, "group_undo",
                     json_pack("{s:s, s:i}", "name", "prod-web-app", "metadata_version", 8));
    stage_keys(&s, "z");
    stage_expect(&s, "RPO, seconds");
    stage_expect(&s, "becomes  900");
    stage_keys(&s, "Enter"); /* no is what Enter means */
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 0);
    stage_keys(&s, "z y");
    assert_int_equal(fake_door_asked(s.door, "group_undo", &args), 1);
    assert_int_equal(json_int(args, "metadata_version", 0), 7); /* what was looked at */
    stage_expect(&s, "is as it was, in version 8");
    s.ui->snap->read_only = true;
    stage_keys(&s, "z y");
    stage_expect(&s, "the console is read-only");
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 1);
    s.ui->snap->read_only = false;
    stage_close(&s);
}

/* What gives up members or checks says which, and takes the name. */
static void an_undo_that_gives_something_up_takes_the_name(void **state)
{
    struct stage s;
    json_t *found = versions(true), *undo = json_map(found, "undo");
    const json_t *args;
    (void)state;
    json_put(undo, "dropped_members", json_pack("[s, s]", "app-1", "db-1"));
    json_put(undo, "dropped_checks", json_pack("[s]", "db-1@tcp:5432"));
    stage_open(&s, WORLD_CALM, (struct stage_look){15, 60, TERM_256, true});
    fake_door_answer(s.door, "group_versions", found);
    fake_door_answer(s.door, "group_undo",
                     json_pack("{s:s, s:i}", "name", "prod-web-app", "metadata_version", 8));
    stage_keys(&s, "z");
    stage_expect(&s, "No longer protected: app-1, db-1");
    stage_expect(&s, "No longer checked: db-1@tcp:5432");
    stage_expect(&s, "Group's name");
    stage_type(&s, "y");
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 0);
    stage_keys(&s, "Backspace");
    stage_type(&s, "prod-web-ap");
    stage_keys(&s, "Enter Right Enter");
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 0);
    stage_keys(&s, "Esc z");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Enter Enter"); /* to the buttons: no has the focus */
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 0);
    stage_keys(&s, "z");
    stage_type(&s, "prod-web-app");
    stage_keys(&s, "Enter Right Enter");
    assert_int_equal(fake_door_asked(s.door, "group_undo", &args), 1);
    assert_string_equal(json_text(args, "confirm"), "prod-web-app"); /* the engine asks for it, too */
    stage_close(&s);
}

static void where_there_is_nothing_to_undo_it_says_the_way_back(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "group_versions", versions(false));
    stage_keys(&s, "z");
    stage_expect(&s, "was not edited since");
    stage_expect(&s, "failback is the");
    stage_keys(&s, "y");
    assert_int_equal(fake_door_asked(s.door, "group_undo", NULL), 0);
    stage_close(&s);
}

static void a_move_has_another_way_back(void **state)
{
    struct stage s;
    bool seen = false;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    for (size_t i = 0; i < s.ui->snap->groups->count; i++) {
        struct act_subject subject = {.snapshot = s.ui->snap,
                                      .group = s.ui->snap->groups->items[i]};
        char reason[200] = "";
        if (subject.group->state != GROUP_AWAITING_COMMIT)
            continue;
        seen = true;
        assert_false(action_enabled(&ACTIONS[ACT_UNDO], &subject, reason, sizeof reason));
        assert_non_null(strstr(reason, "rollback (R)"));
    }
    assert_true(seen);
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_gets_what_is_selected_word_by_word),
        cmocka_unit_test(it_stands_in_the_help_and_at_the_prompt),
        cmocka_unit_test(what_asks_first_does_nothing_by_enter_alone),
        cmocka_unit_test(what_is_dangerous_is_refused_when_read_only),
        cmocka_unit_test(without_what_it_needs_it_is_greyed),
        cmocka_unit_test(the_check_knows_commands),
        cmocka_unit_test(an_edit_is_shown_before_it_is_taken_back),
        cmocka_unit_test(an_undo_that_gives_something_up_takes_the_name),
        cmocka_unit_test(where_there_is_nothing_to_undo_it_says_the_way_back),
        cmocka_unit_test(a_move_has_another_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
