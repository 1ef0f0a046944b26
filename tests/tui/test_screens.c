/* What an operator does, key by key, and what is asked of the engine for it. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void answer_all(struct stage *s, bool problem)
{
    fake_door_answer(s->door, "test_propose", world_proposal_json(problem));
    fake_door_answer(s->door, "test_failover", world_operation_json(WORLD_RUNNING));
    fake_door_answer(s->door, "operation_list", world_history_json());
    fake_door_answer(s->door, "operation_show", world_operation_json(WORLD_PASSED));
    fake_door_answer(s->door, "operation_events", world_events_json());
}

static void home_answers_the_first_questions(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_expect(&s, "LAB");
    stage_expect(&s, "engine ●");
    stage_expect(&s, "read now");
    stage_expect(&s, "09:41Z");
    stage_expect(&s, "site-b    secondary active");
    stage_expect(&s, "prod-web-app");
    stage_expect(&s, "9d passed");
    stage_expect(&s, "! late");
    stage_close(&s);
}

static void real_sites_never_look_like_the_lab(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    struct snapshot *real = world_snapshot(WORLD_CALM);
    real->lab = false;
    real->read_only = true;
    fake_door_show(s.door, real);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_refuse(&s, "LAB");
    stage_expect(&s, "REAL");
    stage_expect(&s, "READ-ONLY");
    stage_close(&s);
}

static void old_data_says_so(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_refuse(&s, "STALE");
    stage_pass(&s, 90 * 1000);
    stage_expect(&s, "STALE 1m");
    stage_close(&s);
}

static void a_greyed_key_gives_its_reason(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    stage_expect(&s, "(t drill)");
    stage_keys(&s, "t");
    assert_string_equal(stage_top(&s), "home");
    stage_expect(&s, "drill: One operation a group");
    stage_close(&s);
}

static void an_operation_is_watched_from_home(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    answer_all(&s, false);
    stage_keys(&s, "a");
    assert_string_equal(stage_top(&s), "watch");
    stage_expect(&s, "creating volumes  0:32 of RTO 10m");
    stage_expect(&s, "about 2m07s left");
    stage_expect(&s, "2/5  0:18  usually 0:38");
    stage_expect(&s, "▶ volume          db-3 root");
    stage_expect(&s, "warning: volume service of site-b answered 503");
    assert_int_equal(fake_door_asked(s.door, "operation_show", NULL), 0);
    stage_show(&s, WORLD_VERIFYING);
    stage_expect(&s, "84%");
    stage_expect(&s, "▶ creating");
    stage_show(&s, WORLD_PASSED);
    stage_expect(&s, "✔ passed, cleaned");
    stage_close(&s);
}

static void the_bars_follow_at_once_and_the_steps_at_a_pace(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_120x40);
    stage_keys(&s, "a");
    stage_expect(&s, "▶ volume          db-3 root");
    stage_show(&s, WORLD_VERIFYING); /* after a rest at once */
    stage_refuse(&s, "▶ volume          db-3 root");
    for (int i = 0; i < 6; i++)
        stage_show(&s, i % 2 ? WORLD_VERIFYING : WORLD_RUNNING);
    stage_pass(&s, 5000);
    stage_refuse(&s, "▶ volume          db-3 root");
    stage_pass(&s, 5000);
    for (int i = 0; i < 7; i++)
        stage_show(&s, i % 2 ? WORLD_VERIFYING : WORLD_RUNNING);
    stage_expect(&s, "43%");
    stage_refuse(&s, "▶ volume          db-3 root"); /* too much in no time */
    stage_pass(&s, 2000);
    stage_expect(&s, "▶ volume          db-3 root");
    stage_show(&s, WORLD_PASSED);
    stage_expect(&s, "✔ passed, cleaned");
    stage_refuse(&s, "▶ volume          db-3 root");
    stage_close(&s);
}

static void a_failure_names_cause_remedy_and_the_way_on(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_FAILED, STAGE_80x24);
    stage_keys(&s, "a");
    stage_expect(&s, "✘ failed, cleaned");
    stage_expect(&s, "Failed in instances at site-b: instance web-1");
    stage_expect(&s, "No valid host was found");
    stage_expect(&s, "--flavor-mapping");
    stage_expect(&s, "Legal next:  t drill");
    stage_expect(&s, "protector-console operation show " WORLD_DRILL_ID);
    stage_resize(&s, 40, 120);
    stage_expect(&s, "protector-console operation show " WORLD_DRILL_ID);
    stage_resize(&s, 15, 60);
    stage_expect(&s, "✘ failed, cleaned  2:55");
    stage_expect(&s, "No valid host was found");
    stage_expect(&s, "was not touched. Nothing of it is");
    stage_expect(&s, "Legal next:  t drill");
    stage_refuse(&s, "Steps");
    stage_keys(&s, "Tab");
    stage_expect(&s, "Steps");
    stage_close(&s);
}

static void a_stop_is_told_apart_from_a_failure(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_STOPPED, STAGE_80x24);
    stage_keys(&s, "a");
    stage_expect(&s, "┌ Stopped ");
    stage_expect(&s, "Nothing failed");
    stage_expect(&s, "! stopped, cleaning up"); /* no red, and no failure in words */
    stage_refuse(&s, "failed,");
    stage_expect(&s, "2/5  0:13  stopped");
    stage_refuse(&s, "What failed");
    stage_refuse(&s, "safe point"); /* it is there already */
    stage_close(&s);
}

static void changing_the_world_asks_first_and_enter_means_no(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    stage_keys(&s, "a K");
    assert_string_equal(stage_top(&s), "confirm");
    stage_expect(&s, "It stops at the next safe point");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "watch");
    assert_int_equal(fake_door_asked(s.door, "operation_cancel", NULL), 0);
    stage_keys(&s, "K Esc K n");
    assert_int_equal(fake_door_asked(s.door, "operation_cancel", NULL), 0);
    fake_door_answer(s.door, "operation_cancel", json_object());
    stage_keys(&s, "K Right Enter");
    assert_int_equal(fake_door_asked(s.door, "operation_cancel", &args), 1);
    assert_string_equal(json_text(args, "operation_id"), WORLD_DRILL_ID);
    stage_expect(&s, "it stops at the next safe point");
    stage_close(&s);
}

/* What was asked about ends while nobody answers. */
static void a_question_that_is_settled_meanwhile_closes_and_says_so(void **state)
{
    static const struct {
        enum world_stage before, after;
        const char *keys, *says;
    } ROWS[] = {{WORLD_RUNNING, WORLD_PASSED, "a K", "stop: nothing was done, it has ended already"},
                {WORLD_RUNNING, WORLD_STOPPED, "a K", "stop: nothing was done,"},
                {WORLD_KEPT, WORLD_PASSED, "C", "clean up: nothing was done, it is cleaned up"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct stage s;
        stage_open(&s, ROWS[i].before, STAGE_120x40);
        stage_keys(&s, ROWS[i].keys);
        assert_string_equal(stage_top(&s), "confirm");
        stage_show(&s, ROWS[i].before); /* news of something else */
        assert_string_equal(stage_top(&s), "confirm");
        stage_show(&s, ROWS[i].after);
        assert_string_not_equal(stage_top(&s), "confirm");
        stage_expect(&s, ROWS[i].says);
        stage_keys(&s, "y");
        assert_int_equal(fake_door_asked(s.door, "operation_cancel", NULL), 0);
        assert_int_equal(fake_door_asked(s.door, "test_cleanup", NULL), 0);
        stage_close(&s);
    }
}

/* At 60 columns too the reason why something is not allowed is whole. */
static void the_help_wraps_what_is_longer_than_a_row(void **state)
{
    static const struct stage_look LOOKS[] = {{24, 80, TERM_256, true}, {40, 60, TERM_256, true}};
    (void)state;
    for (size_t i = 0; i < sizeof LOOKS / sizeof LOOKS[0]; i++) {
        struct stage s;
        stage_open(&s, WORLD_CALM, LOOKS[i]);
        stage_keys(&s, "?");
        stage_expect(&s, "nothing"); /* the tail of: The group serves at its primary site: … */
        stage_refuse(&s, "…");
        stage_keys(&s, "/");
        stage_type(&s, "moves");
        stage_keys(&s, "Esc PgDn PgDn");
        stage_refuse(&s, "…");
        stage_close(&s);
    }
}

static void a_kept_drill_is_cleaned_up_on_demand(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_KEPT, STAGE_80x24);
    stage_expect(&s, "drill kept");
    stage_keys(&s, "C");
    stage_expect(&s, "Deletes on site-b");
    fake_door_refuse(s.door, "test_cleanup", PC_ERR_UNREACHABLE, "site-b cannot be reached", "");
    stage_keys(&s, "y");
    assert_int_equal(fake_door_asked(s.door, "test_cleanup", &args), 1);
    assert_string_equal(json_text(args, "operation_id"), WORLD_DRILL_ID);
    stage_expect(&s, "site-b cannot be reached");
    stage_close(&s);
}

static void leaving_says_what_goes_on_in_the_background(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    stage_keys(&s, "q");
    stage_expect(&s, "drill prod-web-app  43%");
    stage_expect(&s, "they go on in the background");
    stage_expect(&s, "protector-console operation watch");
    stage_keys(&s, "Enter");
    assert_false(s.ui->quit);
    stage_keys(&s, "q y");
    assert_true(s.ui->quit);
    stage_close(&s);

    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "q");
    assert_true(s.ui->quit);
    stage_close(&s);
}

static void history_opens_what_has_long_ended(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "h");
    stage_expect(&s, "reading the history");
    answer_all(&s, false);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "passed, cleaned");
    stage_expect(&s, "✘ failed, cleaned");
    stage_keys(&s, "Down Enter");
    assert_string_equal(stage_top(&s), "watch");
    assert_int_equal(fake_door_asked(s.door, "operation_show", &args), 1);
    assert_string_equal(json_text(args, "operation_id"), "op-7d21c0aa-0001");
    stage_expect(&s, "✔ snapshots");
    stage_expect(&s, "volume test-web-2-root is made");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void history_reads_on_at_its_end(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    json_t *page = json_array();
    char last[32] = "";
    (void)state;
    for (int i = 0; i < 100; i++) {
        json_t *o = json_object();
        snprintf(last, sizeof last, "op-%08d", i);
        json_put_text(o, "id", last);
        json_put_text(o, "operation_type", "test_failover");
        json_put_text(o, "status", "cleaned");
        json_put_text(o, "protection_group", "web");
        json_array_append_new(page, o);
    }
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_answer(s.door, "operation_list", page);
    stage_keys(&s, "h");
    stage_expect(&s, "History  100 and more");
    fake_door_answer(s.door, "operation_list", json_array());
    stage_keys(&s, "End");
    assert_int_equal(fake_door_asked(s.door, "operation_list", &args), 2);
    assert_string_equal(json_text(args, "before"), last);
    stage_expect(&s, "History  100 ");
    stage_refuse(&s, "and more");
    stage_close(&s);
}

static void help_lists_the_keys_of_the_screen_first(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "?");
    stage_expect(&s, "Home");
    stage_expect(&s, ACTIONS[ACT_DRILL].help);
    stage_expect(&s, "not now: "); /* what is greyed says why */
    stage_keys(&s, "/");
    stage_type(&s, "left behind");
    stage_expect(&s, ACTIONS[ACT_CLEANUP].label);
    stage_refuse(&s, ACTIONS[ACT_DRILL].help);
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void a_small_screen_names_what_it_needs(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, (struct stage_look){5, 20, TERM_256, true});
    stage_expect(&s, "60x15 is needed,");
    stage_expect(&s, "this is 20x5");
    stage_keys(&s, "t Enter K h");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "?");
    stage_expect(&s, "--linear");
    stage_keys(&s, "?");
    stage_refuse(&s, "--linear");
    stage_keys(&s, "q");
    assert_false(s.ui->quit);
    stage_expect(&s, "resumes at the");
    stage_keys(&s, "q");
    assert_true(s.ui->quit);
    stage_close(&s);
}

static void the_selection_stays_with_its_group(void **state)
{
    struct stage s;
    struct act_subject subject;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "Down Down");
    stage_show(&s, WORLD_RUNNING);
    ui_subject(s.ui, &subject);
    assert_string_equal(subject.group->group->name, "hr-suite");
    stage_close(&s);
}

static void a_screen_at_rest_wants_no_attention(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    assert_true(ui_tick(s.ui) - s.ui->now.mono_ms >= 1000);
    char *before = xstrdup(stage_paint(&s));
    stage_pass(&s, 4000);
    assert_string_equal(before, buf_text(&s.text));
    free(before);
    stage_close(&s);
}

static void a_paste_presses_nothing(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    ui_press(s.ui, 'q' | UI_KEY_PASTED);
    ui_press(s.ui, 'h' | UI_KEY_PASTED);
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void expect_first(struct stage *s, const char *text)
{
    char line[1024];
    const char *all = buf_text(&s->text);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(all, "\n"), all);
    if (!strstr(line, text))
        fail_msg("'%s' is not in the first line of %d columns: %s", text, s->size.w, line);
}

struct first_line {
    bool real, tints, long_names, running, all_closed, one_closed;
};

static void open_with(struct stage *s, const struct first_line *f, json_t **ret_settings)
{
    static const char *const NAMES[][2] = {{"site-a", "site-b"},
                                           {"frankfurt-primary", "amsterdam-secondary"}};
    const char *const *names = NAMES[f->long_names];
    *ret_settings = f->tints ? json_pack("{s:{s:s, s:s}}", "tints", names[0], "red", names[1], "green")
                             : json_object();
    stage_open(s, f->running ? WORLD_RUNNING : WORLD_CALM, STAGE_80x24);
    fake_door_screen(s->door, *ret_settings);
    ui_take_settings(s->ui);
    struct snapshot *snap = s->ui->snap;
    snap->lab = !f->real;
    snap->read_only = f->all_closed;
    snap->owner = false;
    snprintf(snap->engine, sizeof snap->engine, "pid 2147483 on a-longer-host-name");
    for (size_t i = 0; i < 2; i++)
        snprintf(snap->sites->items[i].name, NAME_SIZE, "%s", names[i]);
    snap->sites->items[0].read_only = f->one_closed;
}

static void look_at_every_width(struct stage *s, const struct first_line *f, const char *age)
{
    static const int WIDTHS[] = {60, 64, 72, 80, 90, 100, 120, 130, 200};
    for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++) {
        bool room = WIDTHS[w] >= 80 && !f->long_names;
        stage_resize(s, WIDTHS[w] == 60 ? 15 : 24, WIDTHS[w]);
        expect_first(s, age);
        expect_first(s, f->real ? " REAL" : " LAB");
        if (f->all_closed || f->one_closed)
            expect_first(s, room ? " READ-ONLY " : " R");
        if (f->running)
            expect_first(s, room ? "1 running" : "1 run");
        if (!f->long_names)
            expect_first(s, WIDTHS[w] < 130 ? "site-b sec" : "site-b secondary");
        if (!f->long_names && WIDTHS[w] >= 80)
            expect_first(s, "admin@demo");
        if (f->tints && WIDTHS[w] >= 80)
            expect_first(s, f->long_names ? "amst" : "site-b");
    }
}

/* Badges, tints, long names, what runs, another engine's name: how old it is stays whole
 * at every width, on the lab as on real sites, read lately or long ago. */
static void the_age_is_never_cut(void **state)
{
    (void)state;
    for (int bits = 0; bits < 64; bits++) {
        const struct first_line f = {bits & 1, bits & 2, bits & 4, bits & 8, bits & 16, bits & 32};
        struct stage s;
        json_t *settings;
        open_with(&s, &f, &settings);
        look_at_every_width(&s, &f, "read now");
        s.ui->now.wall_ms += 90 * 1000;
        look_at_every_width(&s, &f, "STALE 1m");
        stage_close(&s);
        json_decref(settings);
    }
}

/* Which deployment, which sites in which roles, and as whom: on every screen, at every size. */
static void where_and_as_whom_is_said_everywhere(void **state)
{
    static const char *const SCREENS[] = {"", "Enter", "h", "u", ",", "m", "?", "F", "l"};
    static const char *const SAYS[] = {"LAB", "site-a pri", "site-b sec", "admin@demo", "read now"};
    static const struct size SIZES[] = {{15, 60}, {24, 80}, {40, 120}};
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++)
        for (size_t k = 0; k < sizeof SIZES / sizeof SIZES[0]; k++) {
            struct stage s;
            stage_open(&s, WORLD_RUNNING, (struct stage_look){SIZES[k].h, SIZES[k].w, TERM_256, true});
            stage_keys(&s, SCREENS[i]);
            for (size_t w = 0; w < sizeof SAYS / sizeof SAYS[0]; w++)
                expect_first(&s, SAYS[w]);
            stage_close(&s);
        }
}

/* Sites that are asked as different people say so, in the order of the sites. */
static void who_asks_is_told_of_each_site_where_they_differ(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    expect_first(&s, "as admin@demo");
    snprintf(s.ui->snap->sites->items[1].user, NAME_SIZE, "dr-ops");
    stage_paint(&s);
    expect_first(&s, "as admin@demo, dr-ops@demo");
    s.ui->snap->sites->items[1].user[0] = s.ui->snap->sites->items[1].project[0] = '\0';
    stage_paint(&s);
    expect_first(&s, "as admin@demo, ?");
    stage_close(&s);
}

/* Names with a common beginning are told apart, and the selected one is told whole. */
static void a_long_name_is_told_whole_where_it_is_selected(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    s.ui->snap->groups->items[0]->group->name = "team-10-a-rather-long-name";
    s.ui->snap->groups->items[1]->group->name = "team-10-a-rather-long-game";
    stage_paint(&s);
    stage_expect(&s, "team-10-a-rather-long-name");
    stage_refuse(&s, "team-10-a-rather-long-game");
    stage_expect(&s, "g-game"); /* its end is in the list */
    stage_keys(&s, "Down");
    stage_refuse(&s, "team-10-a-rather-long-name");
    stage_expect(&s, "team-10-a-rather-long-game");
    stage_keys(&s, "Down");
    stage_refuse(&s, "team-10-a-rather-long-game");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_age_is_never_cut),
        cmocka_unit_test(where_and_as_whom_is_said_everywhere),
        cmocka_unit_test(a_long_name_is_told_whole_where_it_is_selected),
        cmocka_unit_test(who_asks_is_told_of_each_site_where_they_differ),
        cmocka_unit_test(home_answers_the_first_questions),
        cmocka_unit_test(real_sites_never_look_like_the_lab),
        cmocka_unit_test(old_data_says_so),
        cmocka_unit_test(a_greyed_key_gives_its_reason),
        cmocka_unit_test(an_operation_is_watched_from_home),
        cmocka_unit_test(the_bars_follow_at_once_and_the_steps_at_a_pace),
        cmocka_unit_test(a_failure_names_cause_remedy_and_the_way_on),
        cmocka_unit_test(a_stop_is_told_apart_from_a_failure),
        cmocka_unit_test(a_question_that_is_settled_meanwhile_closes_and_says_so),
        cmocka_unit_test(the_help_wraps_what_is_longer_than_a_row),
        cmocka_unit_test(changing_the_world_asks_first_and_enter_means_no),
        cmocka_unit_test(a_kept_drill_is_cleaned_up_on_demand),
        cmocka_unit_test(leaving_says_what_goes_on_in_the_background),
        cmocka_unit_test(history_opens_what_has_long_ended),
        cmocka_unit_test(history_reads_on_at_its_end),
        cmocka_unit_test(help_lists_the_keys_of_the_screen_first),
        cmocka_unit_test(a_small_screen_names_what_it_needs),
        cmocka_unit_test(the_selection_stays_with_its_group),
        cmocka_unit_test(a_screen_at_rest_wants_no_attention),
        cmocka_unit_test(a_paste_presses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
