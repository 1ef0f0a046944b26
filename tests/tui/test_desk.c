/* The console around the screens: keys by choice, clipboard, bell, title, theme, files. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/keymap.h"
#include "tui/news.h"
#include "tui/filewatch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

/* What a terminal would have been told. */
struct host {
    char copied[4096];
    bool takes_copies, mouse;
    char theme[64], notice[200];
    int how;
    size_t notices;
};

static bool copy(void *arg, const char *text)
{
    struct host *h = arg;
    snprintf(h->copied, sizeof h->copied, "%s", text);
    return h->takes_copies;
}

static void mouse(void *arg, bool on)
{
    ((struct host *)arg)->mouse = on;
}

static enum pc_err theme(void *arg, const char *which, struct pc_error *err)
{
    struct theme *t;
    enum pc_err rc = theme_open(which, &t, err);
    if (rc == PC_OK)
        theme_free(t);
    snprintf(((struct host *)arg)->theme, 64, "%s", which);
    return rc;
}

static void screen(void *arg, struct buf *out)
{
    (void)arg;
    buf_puts(out, "what was on the screen\n");
}

static void notice(void *arg, int how, const char *text)
{
    struct host *h = arg;
    h->how = how;
    h->notices++;
    snprintf(h->notice, sizeof h->notice, "%s", text);
}

static struct host host;
static const struct ui_host HOST = {&host, copy, mouse, theme, screen, notice};

static void open_desk(struct stage *s, enum world_stage world)
{
    host = (struct host){.takes_copies = true};
    stage_open(s, world, STAGE_80x24);
    s->ui->host = &HOST;
}

/* ---- keys ------------------------------------------------------------------------------ */

static json_t *keys_json(const char *action, const char *key)
{
    return json_pack("{s:[{s:s, s:s, s:i}]}", "keys", "action", action, "key", key, "line", 7);
}

/* A console whose configuration has these keys. */
static void open_with(struct stage *s, json_t *settings)
{
    struct door *door;
    stage_open(s, WORLD_CALM, STAGE_80x24);
    door = s->door;
    fake_door_screen(door, settings);
    ui_free(s->ui);
    s->ui = ui_new(door, (struct moment){WORLD_FROZEN_MS, 1000000});
    s->ui->host = &HOST;
    stage_paint(s);
}

static void close_with(struct stage *s, json_t *settings)
{
    stage_close(s);
    json_decref(settings);
    keymap_reset();
}

static void a_key_is_what_the_configuration_says(void **state)
{
    struct stage s;
    json_t *settings = keys_json("history", "F5");
    (void)state;
    open_with(&s, settings);
    stage_expect(&s, "F5 history");
    stage_keys(&s, "h");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "F5");
    assert_string_equal(stage_top(&s), "history");
    close_with(&s, settings);
}

static void what_is_polled_seldom_is_not_stale_before_three_polls(void **state)
{
    struct stage s;
    json_t *settings = json_pack("{s:i}", "poll_seconds", 300);
    (void)state;
    open_with(&s, settings);
    stage_pass(&s, 10 * 60 * 1000);
    stage_refuse(&s, "STALE");
    stage_expect(&s, "read 10m ago");
    stage_pass(&s, 6 * 60 * 1000);
    stage_expect(&s, "STALE 16m");
    close_with(&s, settings);
    stage_open(&s, WORLD_CALM, STAGE_80x24); /* where nothing is said, a minute */
    stage_pass(&s, 90 * 1000);
    stage_expect(&s, "STALE 1m");
    stage_close(&s);
}

static void a_key_that_is_taken_away_leaves_the_name(void **state)
{
    struct stage s;
    json_t *settings = keys_json("history", "");
    (void)state;
    open_with(&s, settings);
    stage_keys(&s, "h");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, ":");
    stage_type(&s, "history");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "history");
    close_with(&s, settings);
}

static void what_is_wrong_with_keys_is_said_at_the_start(void **state)
{
    struct stage s;
    json_t *settings = keys_json("hystory", "F5");
    (void)state;
    open_with(&s, settings);
    stage_expect(&s, "no action called");
    close_with(&s, settings);
}

static void the_check_finds_every_kind_of_clash(void **state)
{
    static const struct {
        const char *action, *key, *told;
    } rows[] = {
        {"history", "t", "both \"drill\" and \"history\""},
        {"failover", "f", "small letter"},
        {"sort", "j", "taken by lists"},
        {"help", "x", "both \"help\" and \"unmap\""}, /* a page's of the wizard */
    };
    struct pc_error err = {0};
    struct buf told;
    (void)state;
    buf_init(&told, 4096);
    keymap_reset();
    assert_int_equal(keymap_check(&told), 0); /* our own are free of it */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        keymap_reset();
        buf_clear(&told);
        assert_int_equal(keymap_set(rows[i].action, rows[i].key, &err), PC_OK);
        assert_true(keymap_check(&told) >= 1);
        assert_non_null(strstr(buf_text(&told), rows[i].told));
    }
    keymap_reset();
    assert_int_equal(keymap_set("drill", "Ctrl-B", &err), PC_ERR_CONFIG);
    assert_int_equal(keymap_set("drill", "Banana", &err), PC_ERR_CONFIG);
    assert_int_equal(keymap_set("back", "x", &err), PC_ERR_CONFIG);
    assert_int_equal(keymap_key(ACT_DRILL), 't');
    buf_release(&told);
}

/* The keys of a page are rows of the one table: bound anew, told, and listed. */
static void the_keys_of_a_page_are_bound_as_others(void **state)
{
    struct stage s;
    struct pc_error err = {0};
    (void)state;
    stage_open_wizard(&s, "t 4", false);
    assert_int_equal(keymap_set("try-check", "F6", &err), PC_OK);
    assert_int_equal(keymap_set("drop-check", "", &err), PC_OK);
    stage_paint(&s);
    stage_expect(&s, "a add  Enter change  F6 try now");
    stage_keys(&s, "n d");
    assert_int_equal(fake_door_asked(s.door, "health_check_try", NULL), 0);
    stage_expect(&s, "tcp:22");
    stage_keys(&s, "F6");
    assert_int_equal(fake_door_asked(s.door, "health_check_try", NULL), 1);
    stage_keys(&s, "?");
    stage_keys(&s, "/ i s o l a t e d Enter");
    stage_expect(&s, "a network of the drill's own");
    stage_close(&s);
    keymap_reset();
}

/* ---- the terminal ------------------------------------------------------------------------- */

static void y_copies_the_command_line(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_RUNNING);
    stage_keys(&s, "y");
    assert_string_equal(host.copied, "protector-console operation show " WORLD_DRILL_ID);
    stage_expect(&s, "copied: protector-console");
    host.takes_copies = false;
    stage_keys(&s, "y");
    stage_expect(&s, "takes no copy");
    stage_close(&s);
}

static void a_hostile_name_is_copied_as_one_word(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_HOSTILE);
    stage_keys(&s, "y");
    assert_true(strncmp(host.copied, "protector-console ", 18) == 0);
    assert_null(strchr(host.copied, '\n'));
    stage_close(&s);
}

static void the_bell_rings_by_choice(void **state)
{
    static const struct {
        enum ui_bell bell;
        enum world_stage end;
        bool rings;
    } rows[] = {
        {UI_BELL_NEVER, WORLD_FAILED, false},   {UI_BELL_FAILURE, WORLD_FAILED, true},
        {UI_BELL_FAILURE, WORLD_PASSED, false}, {UI_BELL_END, WORLD_PASSED, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage s;
        open_desk(&s, WORLD_RUNNING);
        s.ui->bell = rows[i].bell;
        stage_show(&s, rows[i].end);
        assert_int_equal(s.ui->ring, rows[i].rings);
        stage_expect(&s, rows[i].end == WORLD_FAILED ? "drill prod-web-app failed"
                                                     : "drill prod-web-app ended");
        s.ui->ring = false;
        stage_show(&s, rows[i].end); /* the same end is no news */
        assert_false(s.ui->ring);
        stage_close(&s);
    }
}

/* By a person, who is there: neither told as a failure nor rung for as one. */
static void a_stop_is_no_failure(void **state)
{
    struct stage s;
    struct snapshot *ended = world_snapshot(WORLD_STOPPED);
    struct operation *op = ended->operations->items[0]->op;
    (void)state;
    op->status = OP_CLEANED;
    op->cleanup_due = false;
    op->completed_ms = WORLD_FROZEN_MS;
    open_desk(&s, WORLD_RUNNING);
    s.ui->bell = UI_BELL_FAILURE;
    fake_door_show(s.door, ended);
    ui_dispatch(s.ui);
    stage_paint(&s);
    assert_false(s.ui->ring);
    stage_expect(&s, "drill prod-web-app was stopped");
    stage_close(&s);
}

/* At most one in ten seconds; what came meanwhile is counted, not lost. */
static void the_desktop_is_told_and_not_flooded(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_RUNNING);
    stage_show(&s, WORLD_FAILED);
    assert_int_equal(host.notices, 0); /* nobody asked for it */
    stage_show(&s, WORLD_RUNNING);
    s.ui->notice = UI_NOTICE_OSC777;
    stage_show(&s, WORLD_PASSED);
    assert_int_equal(host.notices, 1);
    assert_int_equal(host.how, UI_NOTICE_OSC777);
    assert_string_equal(host.notice, "drill prod-web-app ended");
    for (int i = 0; i < 3; i++) {
        stage_show(&s, WORLD_RUNNING);
        stage_show(&s, WORLD_FAILED);
    }
    assert_int_equal(host.notices, 1);
    stage_pass(&s, 9000);
    assert_int_equal(host.notices, 1);
    stage_pass(&s, 1500);
    assert_int_equal(host.notices, 2);
    assert_string_equal(host.notice, "drill prod-web-app failed, and 2 more");
    stage_pass(&s, 60000);
    assert_int_equal(host.notices, 2);
    stage_close(&s);
}

static void a_question_is_told_to_the_desktop(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_ROLLING); /* the same operation, asking nothing */
    s.ui->notice = UI_NOTICE_OSC9;
    stage_show(&s, WORLD_ASKING);
    assert_int_equal(host.notices, 1);
    assert_string_equal(host.notice, "failover prod-web-app asks you");
    stage_close(&s);
}

static void the_title_names_deployment_and_what_runs(void **state)
{
    char title[NEWS_TITLE_SIZE];
    struct snapshot *s = world_snapshot(WORLD_RUNNING);
    (void)state;
    assert_non_null(strstr(news_title(s, WORLD_FROZEN_MS, title), "protector LAB site-a primary, site-b secondary as admin@demo: drill prod-web-app "));
    assert_non_null(strstr(title, "0%")); /* by tens: what changes is sent */
    snapshot_unref(s);
    s = world_snapshot(WORLD_CALM);
    s->lab = false;
    assert_string_equal(news_title(s, WORLD_FROZEN_MS, title), "protector site-a primary, site-b secondary as admin@demo");
    snapshot_unref(s);
}

static void settings_change_while_it_runs(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_CALM);
    stage_keys(&s, ", Enter");
    assert_string_equal(host.theme, theme_shipped(1));
    stage_expect(&s, theme_shipped(1));
    stage_keys(&s, "Down Enter");
    assert_true(host.mouse);
    stage_expect(&s, "taken");
    stage_keys(&s, "Down Enter Enter");
    assert_int_equal(s.ui->bell, UI_BELL_END);
    stage_keys(&s, "Down Enter");
    assert_int_equal(s.ui->notice, UI_NOTICE_OSC9);
    stage_keys(&s, "Down Space");
    assert_false(s.ui->title);
    stage_keys(&s, ", m Esc"); /* once more opens nothing; the messages, and back */
    stage_expect(&s, "Settings");
    stage_keys(&s, "Down Enter");
    assert_string_equal(stage_top(&s), "keys");
    stage_keys(&s, "Esc Down Enter");
    assert_true(actions_locked());
    stage_expect(&s, " READ-ONLY ");
    stage_keys(&s, "Enter");
    assert_false(actions_locked());
    stage_refuse(&s, " READ-ONLY ");
    stage_keys(&s, "Down Enter"); /* what is set from outside says so, and from where */
    stage_expect(&s, "is set from outside: --state-dir");
    stage_keys(&s, "Esc Esc");
    stage_keys(&s, "Esc F2");
    assert_string_equal(stage_top(&s), "home");
    assert_false(host.mouse);
    stage_close(&s);
}

static void what_was_said_can_be_read_again(void **state)
{
    struct stage s;
    (void)state;
    open_desk(&s, WORLD_CALM);
    ui_say(s.ui, ROLE_WARN, "something of a while ago");
    stage_pass(&s, 60 * 1000);
    stage_refuse(&s, "something of a while ago");
    stage_keys(&s, "m");
    stage_expect(&s, "something of a while ago");
    stage_expect(&s, "1m");
    stage_close(&s);
}

static void a_screen_is_written_to_a_file(void **state)
{
    char dir[] = "/tmp/pc-desk-XXXXXX", path[300], text[300] = "";
    FILE *f;
    struct stage s;
    (void)state;
    assert_non_null(mkdtemp(dir));
    open_desk(&s, WORLD_CALM);
    s.ui->state_dir = dir;
    stage_keys(&s, "Ctrl-P");
    assert_non_null(strstr(toasts_nth(&s.ui->toasts, 0)->text, "the screen is in /tmp/"));
    snprintf(path, sizeof path, "%s/screens/home-20261120T094107Z.csv", dir);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    assert_true(strncmp(text, "\"GROUP\",\"STATE\",", 16) == 0);
    assert_non_null(fgets(text, sizeof text, f));
    assert_true(strncmp(text, "\"prod-web-app\"", 14) == 0);
    fclose(f);
    unlink(path);
    stage_keys(&s, "Ctrl-P Ctrl-P"); /* the key is held: of one second there is one */
    assert_int_equal(access(path, F_OK), -1);
    snprintf(path, sizeof path, "%s/screens/home-20261120T094107Z.json", dir);
    json_t *rows = json_load_file(path, 0, NULL);
    assert_int_equal(json_array_size(rows), s.ui->snap->groups->count);
    assert_string_equal(json_text(json_array_get(rows, 0), "GROUP"), "prod-web-app");
    json_decref(rows);
    unlink(path);
    snprintf(path, sizeof path, "%s/screens/home-20261120T094107Z.txt", dir);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "what was on the screen\n");
    unlink(path);
    snprintf(path, sizeof path, "%s/screens", dir);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
    stage_close(&s);
}

static void tints_tell_the_sites_apart(void **state)
{
    struct stage s;
    json_t *settings = json_pack("{s:{s:s, s:s}}", "tints", "site-a", "red", "site-b", "none");
    (void)state;
    open_with(&s, settings);
    assert_int_equal(ui_tint(s.ui, "site-a", ROLE_TEXT), ROLE_TINT_RED);
    assert_int_equal(ui_tint(s.ui, "site-b", ROLE_TEXT), ROLE_TEXT);
    assert_non_null(strstr(buf_text(&s.text), "LAB   site-a "));
    close_with(&s, settings);
}

/* ---- the theme's file ------------------------------------------------------------------------ */

static bool changes(struct filewatch *w)
{
    struct pollfd fd = {.fd = w->fd, .events = POLLIN};
    return poll(&fd, 1, 2000) == 1 && filewatch_changed(w);
}

static void write_file(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("name = \"mine\";\n", f);
    fclose(f);
}

static void an_edited_theme_is_noticed(void **state)
{
    char dir[] = "/tmp/pc-desk-XXXXXX", path[200], other[200];
    struct filewatch w;
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/mine.theme", dir);
    snprintf(other, sizeof other, "%s/other", dir);
    write_file(path);
    assert_false(theme_is_file("dark"));
    assert_true(theme_is_file(path));
    filewatch_open(&w, NULL);
    assert_int_equal(w.fd, -1);
    filewatch_open(&w, path);
    assert_true(w.fd >= 0);
    write_file(other);
    assert_false(changes(&w));
    write_file(path);
    assert_true(changes(&w));
    write_file(other);
    assert_int_equal(rename(other, path), 0); /* as editors do it */
    assert_true(changes(&w));
    filewatch_close(&w);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_what_the_configuration_says),
        cmocka_unit_test(what_is_polled_seldom_is_not_stale_before_three_polls),
        cmocka_unit_test(a_key_that_is_taken_away_leaves_the_name),
        cmocka_unit_test(what_is_wrong_with_keys_is_said_at_the_start),
        cmocka_unit_test(the_check_finds_every_kind_of_clash),
        cmocka_unit_test(the_keys_of_a_page_are_bound_as_others),
        cmocka_unit_test(y_copies_the_command_line),
        cmocka_unit_test(a_hostile_name_is_copied_as_one_word),
        cmocka_unit_test(the_bell_rings_by_choice),
        cmocka_unit_test(a_stop_is_no_failure),
        cmocka_unit_test(the_desktop_is_told_and_not_flooded),
        cmocka_unit_test(a_question_is_told_to_the_desktop),
        cmocka_unit_test(the_title_names_deployment_and_what_runs),
        cmocka_unit_test(settings_change_while_it_runs),
        cmocka_unit_test(what_was_said_can_be_read_again),
        cmocka_unit_test(a_screen_is_written_to_a_file),
        cmocka_unit_test(tints_tell_the_sites_apart),
        cmocka_unit_test(an_edited_theme_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
