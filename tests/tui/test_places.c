/* Where one is and was: forward, views with names, and the next start. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/desk.h"
#include "tui/keymap.h"
#include "tui/news.h"
#include "tui/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

static char dir[40];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/pc-places-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    static const char *const FILES[] = {"session.json", "bookmarks.json", "palette-history"};
    char path[100];
    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
        unlink(path);
    }
    keymap_reset();
    actions_lock(false);
    return rmdir(dir);
}

static void open_at(struct stage *s, enum world_stage world)
{
    stage_open(s, world, STAGE_80x24);
    fake_door_answer(s->door, "operation_list", world_history_json());
    s->ui->state_dir = dir;
    desk_open(s->ui);
    stage_paint(s);
}

static void leave(struct stage *s)
{
    desk_save(s->ui);
    stage_close(s);
}

static void write_file(const char *name, const char *text)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void forward_goes_to_what_esc_left(void **state)
{
    struct stage s;
    struct act_subject was, is;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, "f");
    stage_expect(&s, "nothing to go forward to");
    stage_keys(&s, "Down Enter 4"); /* the mapping of prod-billing */
    stage_keys(&s, "Esc h o Down Down");
    assert_string_equal(stage_top(&s), "history");
    ui_subject(s.ui, &was);
    stage_keys(&s, "Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "f");
    assert_string_equal(stage_top(&s), "history");
    ui_subject(s.ui, &is); /* as it was */
    assert_string_equal(is.group->group->id, was.group->group->id);
    stage_expect(&s, "STARTED ▴");
    stage_keys(&s, "f");
    stage_expect(&s, "nothing to go forward to"); /* the history was a new way */
    stage_close(&s);
}

static void a_view_gets_a_name_and_is_gone_to_by_it(void **state)
{
    struct stage s;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, "/ p r o d Enter o b");
    stage_type(&s, "production");
    stage_keys(&s, "Enter");
    stage_expect(&s, "kept as \"production\"");
    stage_keys(&s, "Esc h");
    stage_keys(&s, "' Enter");
    assert_string_equal(stage_top(&s), "home");
    stage_expect(&s, "2 of 4");
    stage_expect(&s, "/prod");
    stage_keys(&s, "Esc :");
    stage_type(&s, "production");
    stage_keys(&s, "Enter");
    stage_expect(&s, "2 of 4");
    stage_keys(&s, "' d");
    stage_expect(&s, "no view has a name yet");
    stage_close(&s);
}

static void queries_of_the_configuration_stand_with_them(void **state)
{
    struct stage s;
    json_t *settings = json_pack("{s:[{s:s, s:{s:s, s:s, s:i}}]}", "queries", "name", "what failed",
                                 "place", "screen", "history", "filter", "hr-suite", "sorted", 2);
    (void)state;
    open_at(&s, WORLD_CALM);
    fake_door_screen(s.door, settings);
    stage_keys(&s, "'");
    stage_expect(&s, "what failed");
    stage_expect(&s, "config");
    stage_keys(&s, "d");
    stage_expect(&s, "it stands in the configuration");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "history");
    stage_expect(&s, "/hr-suite");
    stage_close(&s);
    json_decref(settings);
}

static void the_next_start_opens_where_one_was(void **state)
{
    struct stage s;
    struct act_subject subject;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, "/ p r o d Enter o Down Enter 3");
    leave(&s);
    open_at(&s, WORLD_CALM);
    assert_string_equal(stage_top(&s), "group");
    stage_expect(&s, "as you left it");
    stage_keys(&s, "Esc");
    stage_expect(&s, "2 of 4");
    ui_subject(s.ui, &subject);
    assert_string_equal(subject.group->group->name, "prod-web-app");
    leave(&s);
}

/* The first snapshot may come before anything is known; the operator, too. */
static void it_waits_for_the_sites_but_not_once_a_key_was_pressed(void **state)
{
    struct stage s;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, "h");
    leave(&s);
    open_at(&s, WORLD_EMPTY);
    assert_string_equal(stage_top(&s), "home");
    stage_show(&s, WORLD_CALM);
    assert_string_equal(stage_top(&s), "history");
    leave(&s);
    open_at(&s, WORLD_EMPTY);
    stage_keys(&s, "Down");
    stage_show(&s, WORLD_CALM);
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void what_is_gone_is_left_out(void **state)
{
    static const char *const FILES[] = {
        "{\"version\":1,\"chosen\":{},\"places\":[{\"screen\":\"home\",\"sorted\":99,"
        "\"filter\":\"~(\",\"selected\":\"zz\"},{\"screen\":\"group\",\"group\":\"none\"},"
        "{\"screen\":\"elsewhere\"},{\"screen\":\"history\",\"sorted\":-400}, 7]}",
        "{\"version\":2}", "[]", "{", ""};
    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        struct stage s;
        write_file("session.json", FILES[i]);
        open_at(&s, WORLD_CALM);
        assert_string_equal(stage_top(&s), i == 0 ? "history" : "home");
        stage_keys(&s, "Esc Esc Esc");
        stage_expect(&s, "hr-suite");
        stage_close(&s);
    }
}

static void choices_are_kept_until_the_configuration_says_something_else(void **state)
{
    struct stage s;
    json_t *was = json_pack("{s:s, s:s}", "bell", "never", "notice", "never");
    json_t *is = json_pack("{s:s, s:s}", "bell", "end", "notice", "never");
    (void)state;
    open_at(&s, WORLD_CALM);
    fake_door_screen(s.door, was);
    stage_keys(&s, ", Down Down Enter Down Enter Enter"); /* bell and notice */
    assert_int_equal(s.ui->bell, UI_BELL_FAILURE);
    assert_int_equal(s.ui->notice, UI_NOTICE_OSC777);
    leave(&s);
    open_at(&s, WORLD_CALM);
    fake_door_screen(s.door, was);
    assert_int_equal(s.ui->bell, UI_BELL_FAILURE);
    fake_door_written(s.door, is);
    ui_reload(s.ui);
    assert_int_equal(s.ui->bell, UI_BELL_END);
    assert_int_equal(s.ui->notice, UI_NOTICE_OSC777); /* nobody spoke of that one */
    fake_door_written(s.door, NULL);
    ui_reload(s.ui);
    stage_paint(&s);
    stage_expect(&s, "the configuration stays as it was");
    stage_expect(&s, "/etc/pc.cfg:7:");
    assert_int_equal(s.ui->bell, UI_BELL_END);
    stage_close(&s);
    json_decref(was);
    json_decref(is);
}

/* Stricter than the engine, by the operator's own word; the next time too. */
static void a_console_that_was_closed_begins_nothing(void **state)
{
    struct stage s;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, ", End Up Up Enter");
    stage_expect(&s, "closed by you");
    leave(&s);
    open_at(&s, WORLD_CALM);
    stage_expect(&s, "READ-ONLY");
    stage_keys(&s, "Esc F");
    assert_string_equal(stage_top(&s), "home");
    stage_expect(&s, "you made this console read-only");
    stage_keys(&s, ", End Up Up Enter Esc");
    stage_refuse(&s, "READ-ONLY");
    stage_keys(&s, "F");
    assert_string_equal(stage_top(&s), "wizard");
    stage_keys(&s, "Esc ,");
    s.ui->snap->read_only = true;
    stage_keys(&s, "End Up Up Enter");
    stage_expect(&s, "not changed from inside");
    s.ui->snap->read_only = false;
    stage_close(&s);
}

static void a_key_that_was_chosen_is_there_the_next_time(void **state)
{
    struct stage s;
    (void)state;
    open_at(&s, WORLD_CALM);
    stage_keys(&s, ", End Up Up Up Enter"); /* the keys */
    assert_string_equal(stage_top(&s), "keys");
    stage_keys(&s, "/ h i s t o r y Enter Enter");
    stage_expect(&s, "press a key");
    stage_keys(&s, "F7");
    stage_expect(&s, "history is now F7");
    stage_keys(&s, "Enter t"); /* the drill's */
    stage_expect(&s, "t is \"drill\" there already"); /* it stays that one's */
    assert_int_equal(keymap_key(ACT_HISTORY), UI_KEY_F7);
    stage_keys(&s, "Esc Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    leave(&s);
    keymap_reset();
    open_at(&s, WORLD_CALM);
    stage_keys(&s, "F7");
    assert_string_equal(stage_top(&s), "history");
    stage_close(&s);
}

static void the_way_one_came_stands_in_the_head(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, (struct stage_look){40, 140, TERM_256, true});
    stage_keys(&s, "Down Enter");
    stage_expect(&s, "home › prod-billing");
    stage_close(&s);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)
    const struct CMUnitTest tests[] = {
        CASE(forward_goes_to_what_esc_left),
        CASE(a_view_gets_a_name_and_is_gone_to_by_it),
        CASE(queries_of_the_configuration_stand_with_them),
        CASE(the_next_start_opens_where_one_was),
        CASE(it_waits_for_the_sites_but_not_once_a_key_was_pressed),
        CASE(what_is_gone_is_left_out),
        CASE(choices_are_kept_until_the_configuration_says_something_else),
        CASE(a_console_that_was_closed_begins_nothing),
        CASE(a_key_that_was_chosen_is_there_the_next_time),
        CASE(the_way_one_came_stands_in_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
