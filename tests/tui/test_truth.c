/* What is old says so and is never good; what is read-only says so; nothing is
 * done upon what was read long ago. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "tui/news.h"
#include "tui/ready.h"
#include "tui/truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONG_AGO_MS = 5 * 60 * 1000 };

static void open_calm(struct stage *s, int rows, int cols)
{
    stage_open(s, WORLD_CALM, (struct stage_look){rows, cols, TERM_256, true});
    fake_door_answer(s->door, "operation_show", world_operation_json(WORLD_PASSED));
    fake_door_answer(s->door, "operation_events", world_events_json());
    fake_door_answer(s->door, "group_show", world_group_json());
    fake_door_answer(s->door, "site_show", world_site_json());
}

/* The engine hangs: no snapshot comes any more, and nothing stays green. */
static void a_polling_that_stalled_does_not_look_good(void **state)
{
    static const char *const SCREENS[] = {"", "Enter", "Tab Enter", "h", "u", "?"};
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++) {
        struct stage s;
        open_calm(&s, 40, 120);
        stage_keys(&s, SCREENS[i]);
        stage_refuse(&s, "STALE");
        stage_pass(&s, READ_STALE_MS - 4000);
        stage_refuse(&s, "STALE"); /* not before its limit */
        stage_pass(&s, LONG_AGO_MS);
        stage_expect(&s, "STALE 5m"); /* the first line, on every screen */
        stage_close(&s);
    }
    struct stage s;
    open_calm(&s, 40, 120);
    stage_expect(&s, "\xe2\x97\x8f  site-a");
    stage_expect(&s, " active ");
    stage_pass(&s, LONG_AGO_MS);
    stage_expect(&s, "?  site-a");
    stage_expect(&s, "was active");
    stage_refuse(&s, "\xe2\x9c\x94" "12ms");
    stage_refuse(&s, "\xe2\x9c\x94 ready");
    stage_expect(&s, "! STALE");
    stage_keys(&s, "Tab Enter");
    stage_expect(&s, "? was active");
    stage_expect(&s, "? was ok");
    stage_refuse(&s, "\xe2\x9c\x94 ok");
    stage_close(&s);
}

/* One service alone stands still: the site is as old as that. */
static void a_site_is_as_old_as_its_oldest_service(void **state)
{
    struct snapshot *snap = world_snapshot(WORLD_CALM);
    struct site_view *site = &snap->sites->items[0];
    struct stage s;
    (void)state;
    open_calm(&s, 40, 120);
    site->services[2].read_ms = WORLD_FROZEN_MS - LONG_AGO_MS;
    fake_door_show(s.door, snap);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "STALE 5m");
    stage_expect(&s, "was active");
    assert_false(ready_fresh(s.ui->snap, WORLD_FROZEN_MS));
    stage_close(&s);
}

static void the_title_says_read_only_and_stale(void **state)
{
    char title[NEWS_TITLE_SIZE];
    struct snapshot *s = world_snapshot(WORLD_CALM);
    (void)state;
    s->lab = false;
    s->sites->items[0].read_only = true;
    assert_string_equal(news_title(s, WORLD_FROZEN_MS, title),
                        "protector site-a primary read-only, site-b secondary as admin@demo");
    assert_string_equal(news_title(s, WORLD_FROZEN_MS + LONG_AGO_MS, title),
                        "protector site-a primary read-only, site-b secondary as admin@demo STALE");
    s->read_only = true;
    assert_string_equal(news_title(s, WORLD_FROZEN_MS, title),
                        "protector site-a primary, site-b secondary as admin@demo read-only");
    snapshot_unref(s);
}

static void show_read_only(struct stage *s, int site)
{
    struct snapshot *snap = world_snapshot(WORLD_CALM);
    if (site < 0)
        snap->read_only = true;
    else
        snap->sites->items[site].read_only = true;
    fake_door_show(s->door, snap);
    ui_dispatch(s->ui);
    stage_paint(s);
}

/* In the first line of every screen, at every width. */
static void read_only_is_said_on_every_screen(void **state)
{
    static const char *const SCREENS[] = {"", "Enter", "Tab Enter", "h", "u", "?", ",", "F", "t"};
    static const int WIDTHS[] = {60, 80, 120, 200};
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++)
        for (size_t k = 0; k < sizeof WIDTHS / sizeof WIDTHS[0]; k++) {
            struct stage s;
            open_calm(&s, 24, WIDTHS[k]);
            show_read_only(&s, 0);
            stage_keys(&s, SCREENS[i]);
            stage_expect(&s, WIDTHS[k] == 60   ? "site-a pri  R"
                               : WIDTHS[k] == 80 ? "site-a pri  READ-ONLY "
                                                 : "site-a primary  READ-ONLY ");
            show_read_only(&s, -1);
            stage_expect(&s, "LAB");
            stage_expect(&s, WIDTHS[k] == 60 ? " R" : " READ-ONLY ");
            stage_refuse(&s, "site-a pri  READ-ONLY ");
            stage_refuse(&s, "primary  READ-ONLY ");
            stage_close(&s);
        }
}

/* What cannot be done without writing there is greyed, and says why. */
static void a_read_only_site_greys_what_writes_to_it(void **state)
{
    struct stage s;
    (void)state;
    open_calm(&s, 24, 80);
    show_read_only(&s, 1); /* where it would go */
    stage_keys(&s, "F");
    assert_string_equal(stage_top(&s), "home");
    stage_expect(&s, "failover: site-b is read-only by the configuration");
    show_read_only(&s, 0); /* where it serves: only a sync writes there for certain */
    stage_keys(&s, "S");
    stage_expect(&s, "sync: site-a is read-only by the configuration");
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_close(&s);
}

/* ---- where it comes from ------------------------------------------------------------------- */

static void a_datum_says_where_it_comes_from(void **state)
{
    static const struct {
        enum truth is;
        int64_t age_ms; /* -1: never read */
        int64_t limit_ms;
        const char *text;
        enum role role;
    } CASES[] = {
        {TRUTH_READ, 0, READ_STALE_MS, "read now", ROLE_DIM},
        {TRUTH_READ, 40000, READ_STALE_MS, "read 40s ago", ROLE_DIM},
        {TRUTH_READ, READ_STALE_MS, READ_STALE_MS, "read 1m ago", ROLE_DIM},
        {TRUTH_READ, LONG_AGO_MS, READ_STALE_MS, "STALE 5m", ROLE_STALE},
        {TRUTH_READ, LONG_AGO_MS, TRUTH_SETTLED, "read 5m ago", ROLE_DIM},
        {TRUTH_READ, -1, READ_STALE_MS, "unknown", ROLE_STALE},
        {TRUTH_CLAIMED, 0, READ_STALE_MS, "claimed", ROLE_TEXT},
        {TRUTH_UNKNOWN, 0, READ_STALE_MS, "unknown", ROLE_STALE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct table_cell cell = {.text = ""};
        int64_t read = CASES[i].age_ms < 0 ? 0 : WORLD_FROZEN_MS - CASES[i].age_ms;
        truth_cell(CASES[i].is, read, CASES[i].limit_ms, WORLD_FROZEN_MS, &cell);
        assert_string_equal(cell.text, CASES[i].text);
        assert_int_equal(cell.role, CASES[i].role);
        assert_true(strlen(cell.text) + 2 <= TRUTH_COLUMNS);
    }
}

/* The history's word is not the world's, and is not shown as such. */
static void members_and_ledger_have_a_column_of_truth(void **state)
{
    static const int WIDTHS[] = {80, 120};
    (void)state;
    for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
        struct stage s;
        open_calm(&s, 24, WIDTHS[i]);
        fake_door_answer(s.door, "operation_list", world_operations_json());
        stage_keys(&s, "Enter");
        stage_expect(&s, "TRUTH");
        stage_expect(&s, "\xe2\x97\x8b claimed");
        stage_expect(&s, "\xe2\x9c\x94 read 40s ago"); /* a site answered for it then */
        stage_expect(&s, "! unverified SHUTOFF");     /* and told otherwise than the record */
        stage_expect(&s, "\xe2\x9c\x94 read now");    /* looked at with its readiness */
        stage_pass(&s, LONG_AGO_MS + 1000);
        stage_expect(&s, "\xe2\x9c\x94 read 5m ago");
        stage_pass(&s, LONG_AGO_MS);
        stage_expect(&s, "! STALE 10m");
        stage_keys(&s, "6");
        stage_expect(&s, "\xe2\x97\x8b claimed");
        stage_expect(&s, "\xe2\x9c\x94 read 9d ago"); /* what was seen gone */
        stage_close(&s);
    }
}

/* ---- reading first ------------------------------------------------------------------------ */

static void what_is_old_is_read_before_it_is_acted_upon(void **state)
{
    struct stage s;
    (void)state;
    open_calm(&s, 24, 80);
    fake_door_answer(s.door, "sync_volumes", json_object());
    stage_pass(&s, LONG_AGO_MS);
    stage_keys(&s, "S y");
    assert_string_equal(stage_top(&s), "confirm"); /* it waits, and is seen to */
    stage_expect(&s, "What is known of the sites is 5m old.");
    stage_expect(&s, "[ Cancel (n) ]");
    stage_refuse(&s, "[ Replicate (y) ]");
    assert_int_equal(fake_door_asked(s.door, "site_list", NULL), 1);
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_keys(&s, "y Space"); /* no second yes; the button that is left is no */
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "S y");
    fake_door_answer(s.door, "site_list", json_array());
    stage_pass(&s, 10);
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 1);
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

/* A site that does not answer is read again although nothing is old, and what was not
 * reached is said before it is agreed to; the answer that Enter gives stays no. */
static void what_does_not_answer_is_read_and_said_first(void **state)
{
    struct stage s;
    (void)state;
    open_calm(&s, 24, 80);
    fake_door_answer(s.door, "sync_volumes", json_object());
    s.ui->snap->sites->items[1].services[1].health = HEALTH_FAILED;
    stage_keys(&s, "S");
    stage_expect(&s, "DOES NOT ANSWER: site-b compute.");
    stage_keys(&s, "y");
    assert_int_equal(fake_door_asked(s.door, "site_list", NULL), 1);
    fake_door_answer(s.door, "site_list", json_array());
    stage_pass(&s, 10);
    assert_string_equal(stage_top(&s), "confirm"); /* it asks once more */
    stage_expect(&s, "It was read again just now.");
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "S y y");
    assert_int_equal(fake_door_asked(s.door, "site_list", NULL), 2);
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 1);
    stage_close(&s);
}

static void esc_cancels_the_reading_and_what_was_to_follow(void **state)
{
    struct stage s;
    (void)state;
    open_calm(&s, 24, 80);
    fake_door_answer(s.door, "sync_volumes", json_object());
    stage_pass(&s, LONG_AGO_MS);
    stage_keys(&s, "S y Esc");
    assert_string_equal(stage_top(&s), "home");
    fake_door_answer(s.door, "site_list", json_array()); /* it comes too late */
    stage_pass(&s, 10);
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_close(&s);
}

static void sites_that_cannot_be_read_are_not_acted_upon(void **state)
{
    struct stage s;
    (void)state;
    open_calm(&s, 24, 80);
    fake_door_answer(s.door, "sync_volumes", json_object());
    fake_door_refuse(s.door, "site_list", PC_ERR_CANCELLED, "the engine has ended", "");
    stage_pass(&s, LONG_AGO_MS);
    stage_keys(&s, "S y");
    stage_expect(&s, "nothing was done");
    assert_int_equal(fake_door_asked(s.door, "sync_volumes", NULL), 0);
    stage_close(&s);
}

static void type_failover(struct stage *s)
{
    open_calm(s, 40, 120);
    fake_door_answer(s->door, "test_propose", world_proposal_json(false));
    fake_door_answer(s->door, "failover", world_plan_json(false));
    stage_keys(s, "F S");
    stage_expect(s, "read now");
    stage_type(s, "prod-web-app");
    stage_pass(s, LONG_AGO_MS);
    stage_expect(s, "STALE 5m");
    stage_keys(s, "Tab Right");
}

/* The dialog stood open over a coffee: the plan is made anew, and begins only
 * when it is still the one that was agreed to. */
static void a_plan_of_long_ago_is_made_anew(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    type_failover(&s);
    fake_door_answer_once(s.door, "failover", world_plan_json(false));
    fake_door_answer(s.door, "failover", world_operation_json(WORLD_RUNNING));
    stage_keys(&s, "Enter");
    stage_pass(&s, 10);
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 3); /* first, again, in earnest */
    assert_string_equal(json_text(args, "confirm"), "prod-web-app");
    assert_false(json_flag(args, "dry_run", false));
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

static void a_plan_that_changed_meanwhile_does_not_begin(void **state)
{
    (void)state;
    for (int blocked = 0; blocked < 2; blocked++) {
        struct stage s;
        const json_t *args = NULL;
        json_t *plan = world_plan_json(blocked);
        type_failover(&s);
        json_array_append_new(json_list(plan, "consequences"), json_string("Something else."));
        fake_door_answer(s.door, "failover", plan);
        stage_keys(&s, "Enter");
        stage_pass(&s, 10);
        assert_int_equal(fake_door_asked(s.door, "failover", &args), 2);
        assert_true(json_flag(args, "dry_run", false));
        assert_string_equal(stage_top(&s), "wizard");
        stage_expect(&s, "nothing was begun");
        stage_close(&s);
    }
}

static void esc_while_the_plan_is_made_anew_begins_nothing(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    type_failover(&s);
    fake_door_hold(s.door, "failover");
    stage_keys(&s, "Enter");
    stage_expect(&s, "both sites are read again first; Esc cancels");
    stage_keys(&s, "Enter Esc");
    assert_string_equal(stage_top(&s), "home");
    fake_door_answer(s.door, "failover", world_plan_json(false));
    stage_pass(&s, 10);
    assert_int_equal(fake_door_asked(s.door, "failover", &args), 2);
    assert_true(json_flag(args, "dry_run", false));
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polling_that_stalled_does_not_look_good),
        cmocka_unit_test(a_site_is_as_old_as_its_oldest_service),
        cmocka_unit_test(the_title_says_read_only_and_stale),
        cmocka_unit_test(read_only_is_said_on_every_screen),
        cmocka_unit_test(a_read_only_site_greys_what_writes_to_it),
        cmocka_unit_test(a_datum_says_where_it_comes_from),
        cmocka_unit_test(members_and_ledger_have_a_column_of_truth),
        cmocka_unit_test(what_is_old_is_read_before_it_is_acted_upon),
        cmocka_unit_test(what_does_not_answer_is_read_and_said_first),
        cmocka_unit_test(esc_cancels_the_reading_and_what_was_to_follow),
        cmocka_unit_test(sites_that_cannot_be_read_are_not_acted_upon),
        cmocka_unit_test(a_plan_of_long_ago_is_made_anew),
        cmocka_unit_test(a_plan_that_changed_meanwhile_does_not_begin),
        cmocka_unit_test(esc_while_the_plan_is_made_anew_begins_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
