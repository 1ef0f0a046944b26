/* Text view, picker, tabs, toasts, key bar, bars: what they do when told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"
#include "widgets/gauge.h"
#include "widgets/keybar.h"
#include "widgets/phasebar.h"
#include "widgets/picker.h"
#include "widgets/tabs.h"
#include "widgets/textview.h"
#include "widgets/toast.h"

static struct screen s;

static int setup(void **state)
{
    (void)state;
    screen_open(&s, 6, 60, true);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    screen_close(&s);
    return 0;
}

/* --- text view --- */

static void line_of(const void *ctx, uint64_t seq, struct textview_line *ret)
{
    (void)ctx;
    snprintf(ret->buf, sizeof(ret->buf), "line %u%s", (unsigned)seq, seq % 10 == 7 ? " Seven" : "");
    ret->text = ret->buf;
}

static struct textview new_view(void)
{
    struct textview v = {.line = line_of};
    textview_reset(&v);
    textview_layout(&v, rect_make(0, 0, 6, 60));
    textview_sync(&v, 0, 100);
    return v;
}

static void following_shows_the_newest(void **state)
{
    struct textview v = new_view();
    (void)state;
    textview_paint(&v, &s.cv, rect_make(0, 0, 6, 20));
    assert_memory_equal(screen_row(&s, 5), "line 99", 7);
    textview_sync(&v, 0, 150);
    textview_paint(&v, &s.cv, rect_make(0, 0, 6, 20));
    assert_memory_equal(screen_row(&s, 5), "line 149", 8);
}

static void looking_back_pauses_counts_and_loses_nothing(void **state)
{
    struct textview v = new_view();
    (void)state;
    assert_true(textview_key(&v, UI_KEY_UP) & UI_REPAINT);
    assert_false(v.follow);
    uint64_t top = v.top;
    textview_sync(&v, 0, 112);
    assert_int_equal(v.top, top);
    assert_int_equal(textview_behind(&v), 12);
    textview_paint(&v, &s.cv, rect_make(0, 0, 6, 60));
    assert_non_null(strstr(screen_row(&s, 5), "paused ↓ 12 new"));
    textview_key(&v, UI_KEY_END);
    assert_true(v.follow);
    assert_int_equal(textview_behind(&v), 0);
}

static void scrolling_down_to_the_end_follows_again(void **state)
{
    struct textview v = new_view();
    (void)state;
    textview_key(&v, UI_KEY_PGUP);
    assert_false(v.follow);
    textview_key(&v, UI_KEY_PGDN);
    assert_true(v.follow);
    textview_key(&v, UI_KEY_HOME);
    assert_int_equal(v.top, 0);
    assert_int_equal(textview_key(&v, UI_KEY_UP), UI_HANDLED);
}

static void forgotten_lines_do_not_move_the_view(void **state)
{
    struct textview v = new_view();
    (void)state;
    textview_key(&v, 'g');
    for (int i = 0; i < 50; i++)
        textview_key(&v, 'j');
    assert_int_equal(v.top, 50);
    textview_sync(&v, 40, 140);
    assert_int_equal(v.top, 50);
    textview_sync(&v, 60, 160);
    assert_int_equal(v.top, 60);
}

static void search_goes_round(void **state)
{
    struct textview v = new_view();
    (void)state;
    assert_int_equal(textview_key(&v, 'n'), UI_IGNORED);
    v.find = "seven";
    textview_key(&v, 'g');
    assert_true(textview_search(&v, false));
    assert_int_equal(v.found, 7);
    textview_key(&v, 'n');
    assert_int_equal(v.found, 17);
    textview_key(&v, 'N');
    textview_key(&v, 'N');
    assert_int_equal(v.found, 97);
    textview_key(&v, 'n');
    assert_int_equal(v.found, 7);
    v.find = "nowhere";
    assert_false(textview_search(&v, false));
}

/* Sideways no line is lost from sight, and short ones that come later are not either. */
static void to_the_right_there_is_always_something_left(void **state)
{
    struct textview v = new_view();
    (void)state;
    textview_key(&v, 'g');
    textview_key(&v, UI_KEY_DOWN);
    textview_key(&v, UI_KEY_DOWN); /* "line 7 Seven" is the longest that is seen */
    assert_true(textview_key(&v, UI_KEY_RIGHT) & UI_REPAINT);
    assert_int_equal(v.left, 4);
    assert_false(textview_key(&v, UI_KEY_RIGHT) & UI_REPAINT);
    textview_sync(&v, 0, 0);
    textview_layout(&v, rect_make(0, 0, 6, 60));
    assert_int_equal(v.left, 0);
}

static void an_empty_view_is_harmless(void **state)
{
    static const ui_key keys[] = {UI_KEY_UP, UI_KEY_PGDN, 'g', 'G', ' ', 'n', UI_KEY_LEFT};
    struct textview v = {.line = line_of, .empty = "no events yet", .find = "x"};
    (void)state;
    textview_reset(&v);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        textview_key(&v, keys[i]);
    textview_layout(&v, rect_make(0, 0, 6, 60));
    textview_paint(&v, &s.cv, rect_make(0, 0, 6, 60));
    assert_string_equal(screen_row(&s, 0), "no events yet");
}

/* --- picker --- */

static const char *const NAMES[] = {"web front", "web back", "data base", "Front desk"};

static const char *name_of(const void *ctx, size_t item)
{
    (void)ctx;
    return NAMES[item];
}

static const struct picker_source NAME_SOURCE = {.text = name_of};

static void typing_narrows_and_keeps_the_choice(void **state)
{
    struct picker p;
    size_t item = 99;
    (void)state;
    picker_init(&p, &NAME_SOURCE, NULL);
    picker_sync(&p, 4);
    picker_key(&p, UI_KEY_DOWN);
    picker_key(&p, UI_KEY_DOWN);
    picker_key(&p, UI_KEY_DOWN);
    assert_true(picker_selected(&p, &item));
    assert_int_equal(item, 3);
    for (const char *c = "front"; *c; c++)
        picker_key(&p, (ui_key)*c);
    assert_int_equal(p.n_hits, 2);
    assert_true(picker_selected(&p, &item));
    assert_int_equal(item, 3); /* still the one that was chosen */
    picker_key(&p, UI_KEY_SPACE);
    picker_key(&p, 'w');
    assert_true(picker_selected(&p, &item));
    assert_int_equal(item, 0);
    assert_true(picker_key(&p, UI_KEY_ENTER) & UI_DONE);
    picker_key(&p, 'z');
    assert_false(picker_selected(&p, &item));
    assert_int_equal(picker_key(&p, UI_KEY_ENTER), UI_HANDLED);
    assert_false(picker_key(&p, UI_KEY_ESC) & UI_CANCEL); /* clears the filter first */
    assert_int_equal(p.n_hits, 4);
    assert_true(picker_key(&p, UI_KEY_ESC) & UI_CANCEL);
    picker_release(&p);
}

static void words_match_in_any_order_and_case(void **state)
{
    (void)state;
    assert_true(picker_words_match("Front desk", "DESK front"));
    assert_true(picker_words_match("x", "   "));
    assert_false(picker_words_match("Front desk", "front x"));
}

/* --- tabs --- */

static void tabs_are_chosen_by_number_and_brackets(void **state)
{
    static const struct tab list[] = {{"A", -1, ROLE_TEXT}, {"B", 3, ROLE_WARN}, {"C", -1, 0}};
    struct tabs t = {list, 3, 0};
    (void)state;
    assert_int_equal(tabs_key(&t, '3'), UI_HANDLED | UI_REPAINT | UI_CHANGED);
    assert_int_equal(t.active, 2);
    assert_int_equal(tabs_key(&t, ']'), UI_HANDLED | UI_REPAINT | UI_CHANGED);
    assert_int_equal(t.active, 0);
    tabs_key(&t, '[');
    assert_int_equal(t.active, 2);
    assert_int_equal(tabs_key(&t, '3'), UI_HANDLED);
    assert_int_equal(tabs_key(&t, '4'), UI_IGNORED);
    tabs_paint(&t, &s.cv, rect_make(0, 0, 1, 60));
    assert_string_equal(screen_row(&s, 0), " 1 A  2 B 3  3 C");
    tabs_paint(&t, &s.cv, rect_make(1, 0, 1, 12)); /* the active one is always seen */
    assert_non_null(strstr(screen_row(&s, 1), "3 C"));
}

/* --- toasts --- */

static void toasts_go_when_their_time_is_up(void **state)
{
    static struct toasts t;
    (void)state;
    assert_int_equal(toasts_next_end(&t), -1);
    toasts_push(&t, ROLE_OK, 1000, 500, "short");
    toasts_push(&t, ROLE_DANGER, 1000, 3000, "long\x1b[0m");
    assert_int_equal(toasts_next_end(&t), 1500);
    assert_int_equal(toasts_tick(&t, 1499), UI_IGNORED);
    assert_int_equal(toasts_tick(&t, 1500), UI_REPAINT);
    assert_int_equal(toasts_next_end(&t), 4000);
    assert_null(strchr(toasts_nth(&t, 0)->text, 0x1b));
    toasts_paint(&t, &s.cv, rect_make(0, 0, 6, 60));
    assert_non_null(strstr(screen_row(&s, 5), "✘ long"));
    assert_null(strstr(screen_text(&s), "short"));
    assert_int_equal(toasts_dismiss(&t), UI_HANDLED | UI_REPAINT);
    assert_int_equal(toasts_dismiss(&t), UI_IGNORED);
    assert_string_equal(toasts_nth(&t, 1)->text, "short"); /* still in the history */
    toasts_push(&t, ROLE_INFO, 5000, 500, "again");
    toasts_push(&t, ROLE_INFO, 5400, 500, "again"); /* stays longer, and is one line */
    assert_int_equal(toasts_next_end(&t), 5900);
    assert_int_equal(t.count, 3);
    for (int i = 0; i < 2 * TOASTS_KEPT; i++)
        toasts_push(&t, ROLE_INFO, 0, 1, i % 2 ? "this" : "that");
    assert_non_null(toasts_nth(&t, TOASTS_KEPT - 1));
    assert_null(toasts_nth(&t, TOASTS_KEPT));
}

/* --- key bar --- */

static void the_way_out_stays_when_it_gets_narrow(void **state)
{
    static const struct keybar_item items[] = {
        {"Enter", "open", false, false, 1, UI_KEY_NONE},
        {"F", "fail", true, true, 2, UI_KEY_NONE},
        {"?", "help", false, false, 0, UI_KEY_NONE},
        {"q", "quit", false, false, 0, UI_KEY_NONE},
    };
    struct keybar k = {items, 4};
    (void)state;
    keybar_paint(&k, &s.cv, rect_make(0, 0, 1, 60));
    assert_string_equal(screen_row(&s, 0), "Enter open  (F fail)  ? help  q quit");
    keybar_paint(&k, &s.cv, rect_make(1, 0, 1, 30));
    assert_string_equal(screen_row(&s, 1), "Enter open  ? help  q quit");
    keybar_paint(&k, &s.cv, rect_make(2, 0, 1, 15));
    assert_string_equal(screen_row(&s, 2), "? help  q quit");
    keybar_paint(&k, &s.cv, rect_make(3, 0, 2, 24));
    assert_string_equal(screen_row(&s, 3), "Enter open  (F fail)");
    assert_string_equal(screen_row(&s, 4), "? help  q quit");
}

/* --- bars --- */

static void phases_line_up_and_give_way(void **state)
{
    static const struct phasebar list[] = {
        {"first", PHASEBAR_DONE, 5, 5, -1, 21000, 24000, NULL},
        {"second one", PHASEBAR_RUN, 0, 50, -1, 3723000, -1, NULL},
        {"third", PHASEBAR_TODO, 0, 0, -1, -1, -1, NULL},
    };
    struct phasebars p = {list, 3};
    (void)state;
    phasebars_paint(&p, &s.cv, rect_make(0, 0, 3, 60));
    assert_string_equal(screen_row(&s, 0),
                        "✔ first       ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇   5/5     0:21  usually 0:24");
    assert_string_equal(screen_row(&s, 1), "▶ second one  ▏················  0/50  1:02:03");
    assert_string_equal(screen_row(&s, 2), "· third       ·················");
    screen_clear(&s);
    phasebars_paint(&p, &s.cv, rect_make(0, 0, 1, 24)); /* one row: the running one */
    assert_string_equal(screen_row(&s, 0), "▶ second one  ▏·········");
}

static void times_are_short(void **state)
{
    char buf[PHASEBAR_TIME_MAX];
    (void)state;
    assert_string_equal(phasebar_time(-1, buf), "");
    assert_string_equal(phasebar_time(0, buf), "0:00");
    assert_string_equal(phasebar_time(59999, buf), "0:59");
    assert_string_equal(phasebar_time(3599000, buf), "59:59");
    assert_string_equal(phasebar_time(360000000, buf), "100:00:00");
}

static void sparklines_show_the_newest(void **state)
{
    static const long values[] = {9, 9, 0, 4, 8, SPARK_GAP, 8};
    struct sparkline line = {.values = values, .n = 7, .max = 8};
    struct gauge gauge = {.label = "disk", .used = 5, .limit = 10};
    (void)state;
    sparkline_paint(&line, &s.cv, rect_make(0, 0, 1, 5));
    assert_string_equal(screen_row(&s, 0), "▁▄█ █");
    sparkline_paint(&line, &s.cv, rect_make(1, 0, 1, 10));
    assert_string_equal(screen_row(&s, 1), "   ██▁▄█ █");
    gauge_paint(&gauge, &s.cv, rect_make(2, 0, 1, 20));
    assert_string_equal(screen_row(&s, 2), "disk  ▇▇▇▇····  5/10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(following_shows_the_newest, setup, teardown),
        cmocka_unit_test_setup_teardown(looking_back_pauses_counts_and_loses_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(scrolling_down_to_the_end_follows_again, setup, teardown),
        cmocka_unit_test_setup_teardown(forgotten_lines_do_not_move_the_view, setup, teardown),
        cmocka_unit_test_setup_teardown(search_goes_round, setup, teardown),
        cmocka_unit_test_setup_teardown(to_the_right_there_is_always_something_left, setup, teardown),
        cmocka_unit_test_setup_teardown(an_empty_view_is_harmless, setup, teardown),
        cmocka_unit_test_setup_teardown(typing_narrows_and_keeps_the_choice, setup, teardown),
        cmocka_unit_test_setup_teardown(words_match_in_any_order_and_case, setup, teardown),
        cmocka_unit_test_setup_teardown(tabs_are_chosen_by_number_and_brackets, setup, teardown),
        cmocka_unit_test_setup_teardown(toasts_go_when_their_time_is_up, setup, teardown),
        cmocka_unit_test_setup_teardown(the_way_out_stays_when_it_gets_narrow, setup, teardown),
        cmocka_unit_test_setup_teardown(phases_line_up_and_give_way, setup, teardown),
        cmocka_unit_test_setup_teardown(times_are_short, setup, teardown),
        cmocka_unit_test_setup_teardown(sparklines_show_the_newest, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
