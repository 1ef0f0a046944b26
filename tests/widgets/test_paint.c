/* Painting: widths, cuts, clips, wrapping, and that nothing unclean gets through. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"

static struct screen s;

static int utf8_screen(void **state)
{
    (void)state;
    screen_open(&s, 8, 20, true);
    return 0;
}

static int ascii_screen(void **state)
{
    (void)state;
    screen_open(&s, 8, 20, false);
    return 0;
}

static int close_screen(void **state)
{
    (void)state;
    screen_close(&s);
    return 0;
}

/* text, room, what is seen, columns used */
static const struct {
    const char *text;
    int w;
    const char *seen;
    int used;
} CUTS[] = {
    {"plain", 5, "plain", 5},
    {"plain", 4, "pla…", 4},
    {"plain", 1, "…", 1},
    {"plain", 0, "", 0},
    {"", 5, "", 0},
    {NULL, 5, "", 0},
    {"日本語", 6, "日本語", 6},
    {"日本語", 5, "日本…", 5},
    {"日本語", 4, "日…", 3}, /* half a character is no character */
    {"日本語", 2, "…", 1},
    {"日", 1, "…", 1},
    {"e\xcc\x81t\xc3\xa9", 3, "e\xcc\x81t\xc3\xa9", 3}, /* marks take no column */
    {"e\xcc\x81t\xc3\xa9s", 3, "e\xcc\x81t…", 3},
    {"\xcc\x81x", 5, "\xef\xbf\xbdx", 2}, /* a mark on nothing */
    {"a\xe2\x80\x8b"
     "b",
     5,
     "a\xef\xbf\xbd"
     "b",
     3}, /* zero width space */
    {"a\xe2\x80\xae"
     "b",
     5,
     "a\xef\xbf\xbd"
     "b",
     3}, /* right-to-left override */
    {"a\x1b[31mb", 9, "a\xef\xbf\xbd[31mb", 7},
    {"a\nb\tc", 9, "a b c", 5},
    {"bad\xff\xc3", 9, "bad\xef\xbf\xbd\xef\xbf\xbd", 5},
};

static void texts_are_cut_by_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CUTS) / sizeof(CUTS[0]); i++) {
        screen_clear(&s);
        assert_int_equal(paint_text(&s.cv, 0, 0, CUTS[i].w, ROLE_TEXT, CUTS[i].text), CUTS[i].used);
        assert_string_equal(screen_row(&s, 0), CUTS[i].seen);
    }
}

static void width_is_what_would_be_painted(void **state)
{
    (void)state;
    assert_int_equal(paint_width(&s.cv, "日本語x"), 7);
    assert_int_equal(paint_width(&s.cv, "e\xcc\x81"), 1);
    assert_int_equal(paint_width(&s.cv, "a\x1b"
                                        "b"),
                     3);
    assert_int_equal(paint_width(&s.cv, NULL), 0);
}

static void many_marks_do_not_leave_their_cell(void **state)
{
    char text[64] = "a";
    (void)state;
    for (int i = 0; i < 20; i++)
        strncat(text, "\xcc\x81", sizeof(text) - strlen(text) - 1);
    strncat(text, "b", sizeof(text) - strlen(text) - 1);
    assert_int_equal(paint_text(&s.cv, 0, 0, 10, ROLE_TEXT, text), 3); /* the heap is marked */
    assert_non_null(strstr(screen_row(&s, 0), "b"));
}

static void clip_cuts_on_all_sides(void **state)
{
    (void)state;
    struct canvas sub = canvas_clip(&s.cv, rect_make(1, 3, 1, 4));
    paint_text(&sub, 0, 0, 20, ROLE_TEXT, "above");
    paint_text(&sub, 1, 0, 20, ROLE_TEXT, "0123456789");
    paint_text(&sub, 2, 0, 20, ROLE_TEXT, "below");
    assert_string_equal(screen_text(&s), "\n   3456\n\n\n\n\n\n\n");
}

static void half_a_wide_character_is_a_blank(void **state)
{
    (void)state;
    struct canvas sub = canvas_clip(&s.cv, rect_make(0, 1, 1, 4));
    paint_text(&sub, 0, 0, 20, ROLE_TEXT, "日本語x");
    assert_string_equal(screen_row(&s, 0), "  本");
    paint_text_from(&s.cv, 1, 0, 4, 1, ROLE_TEXT, "日本語x");
    assert_string_equal(screen_row(&s, 1), " 本");
    paint_text_from(&s.cv, 2, 0, 3, 2, ROLE_TEXT, "日本語x");
    assert_string_equal(screen_row(&s, 2), "本");
}

static void what_differs_at_its_end_is_cut_in_the_middle(void **state)
{
    (void)state;
    assert_int_equal(paint_middle(&s.cv, 0, 0, 9, ROLE_TEXT, "billing-web-12"), 9);
    assert_string_equal(screen_row(&s, 0), "bill…b-12");
    assert_int_equal(paint_middle(&s.cv, 1, 0, 20, ROLE_TEXT, "billing-web-12"), 14);
    assert_string_equal(screen_row(&s, 1), "billing-web-12");
    assert_int_equal(paint_middle(&s.cv, 2, 0, 2, ROLE_TEXT, "billing-web-12"), 2);
    assert_string_equal(screen_row(&s, 2), "b…");
    paint_middle(&s.cv, 3, 0, 6, ROLE_TEXT, "日本語日本語");
    assert_string_equal(screen_row(&s, 3), "日 …語");
}

/* Whatever covers one half of a wide character takes the other half away. */
static void painting_over_a_half_leaves_no_other_half(void **state)
{
    (void)state;
    paint_text(&s.cv, 0, 0, 20, ROLE_TEXT, "日本語");
    paint_text(&s.cv, 0, 3, 1, ROLE_TEXT, "|");
    assert_string_equal(screen_row(&s, 0), "日 |語");
    paint_text(&s.cv, 1, 0, 20, ROLE_TEXT, "日本語");
    paint_text(&s.cv, 1, 2, 1, ROLE_TEXT, "|");
    assert_string_equal(screen_row(&s, 1), "日| 語");
    paint_text(&s.cv, 2, 0, 20, ROLE_TEXT, "日本語x");
    paint_fill(&s.cv, rect_make(2, 1, 1, 4), ROLE_TEXT);
    assert_string_equal(screen_row(&s, 2), "      x");
}

static void cells_are_aligned_and_filled(void **state)
{
    (void)state;
    paint_fill(&s.cv, rect_make(0, 0, 4, 20), ROLE_TEXT);
    paint_text(&s.cv, 0, 0, 9, ROLE_TEXT, "#########");
    paint_cell(&s.cv, 0, 1, 7, ALIGN_RIGHT, ROLE_TEXT, "日x");
    assert_string_equal(screen_row(&s, 0), "#    日x#");
    paint_text(&s.cv, 1, 0, 9, ROLE_TEXT, "#########");
    paint_cell(&s.cv, 1, 1, 7, ALIGN_CENTER, ROLE_TEXT, "abc");
    assert_string_equal(screen_row(&s, 1), "#  abc  #");
    paint_text(&s.cv, 2, 0, 9, ROLE_TEXT, "#########");
    paint_cell(&s.cv, 2, 1, 7, ALIGN_LEFT, ROLE_TEXT, "日本語日本");
    assert_string_equal(screen_row(&s, 2), "#日本語…#");
}

static void text_wraps_at_blanks_newlines_and_in_long_words(void **state)
{
    (void)state;
    struct rect r = {0, 0, 8, 10};
    const char *text = "one two three\n\nfour incomprehensible x";
    assert_int_equal(paint_wrapped(&s.cv, r, ROLE_TEXT, text), 6);
    assert_string_equal(screen_text(&s), "one two\nthree\n\nfour\nincomprehe\nnsible x\n\n\n");
    assert_int_equal(paint_wrapped_rows(&s.cv, 10, text), 6);
    assert_int_equal(paint_wrapped_rows(&s.cv, 10, ""), 0);
    assert_true(paint_wrapped_rows(&s.cv, 1, "日本") >= 2);
}

static void what_does_not_fit_below_says_so(void **state)
{
    (void)state;
    paint_wrapped(&s.cv, rect_make(0, 0, 2, 10), ROLE_TEXT, "one two three fourteen");
    assert_string_equal(screen_text(&s), "one two\nthree fou…\n\n\n\n\n\n\n");
    screen_clear(&s);
    paint_wrapped(&s.cv, rect_make(0, 0, 2, 10), ROLE_TEXT, "one\ntwo\nthree");
    assert_string_equal(screen_text(&s), "one\ntwo…\n\n\n\n\n\n\n");
}

static void bars_are_never_full_too_early_nor_empty_too_late(void **state)
{
    (void)state;
    paint_bar(&s.cv, 0, 0, 8, 0, 100, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 1, 0, 8, 1, 1000000, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 2, 0, 8, 999999, 1000000, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 3, 0, 8, 100, 100, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 4, 0, 8, LONG_MAX / 2, LONG_MAX, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 5, 0, 8, 5, 0, ROLE_BAR_DONE, ROLE_BAR_TODO);
    paint_bar(&s.cv, 6, 0, 8, 51, 64, ROLE_BAR_DONE, ROLE_BAR_TODO);
    assert_string_equal(screen_text(&s),
                        "········\n▏·······\n▇▇▇▇▇▇▇▉\n▇▇▇▇▇▇▇▇\n▇▇▇▉····\n········\n"
                        "▇▇▇▇▇▇▍·\n\n");
}

static void a_box_has_its_words_in_the_edge(void **state)
{
    (void)state;
    struct rect in = paint_box(&s.cv, rect_make(0, 0, 3, 20), ROLE_BORDER, "Title", "12");
    assert_string_equal(screen_text(&s), "┌ Title ────── 12 ─┐\n"
                                         "│                  │\n"
                                         "└──────────────────┘\n\n\n\n\n\n");
    assert_int_equal(in.h, 1);
    assert_int_equal(in.w, 18);
    in = paint_box(&s.cv, rect_make(5, 0, 1, 20), ROLE_BORDER, "Title", NULL);
    assert_int_equal(in.h, 1);
    paint_box(&s.cv, rect_make(3, 0, 2, 12), ROLE_BORDER, "A long title", "note");
    assert_string_equal(screen_row(&s, 3), "┌ A long … ┐");
}

static void ascii_screens_get_ascii_only(void **state)
{
    (void)state;
    paint_text(&s.cv, 0, 0, 20, ROLE_TEXT, "né 日 e\xcc\x81");
    paint_text(&s.cv, 1, 0, 4, ROLE_TEXT, "a long one");
    paint_box(&s.cv, rect_make(2, 0, 2, 6), ROLE_BORDER, NULL, NULL);
    paint_bar(&s.cv, 4, 0, 8, 51, 64, ROLE_BAR_DONE, ROLE_BAR_TODO);
    for (enum glyph g = GLYPH_NONE; g < GLYPH_COUNT; g++)
        paint_glyph(&s.cv, 5 + (int)g / 20, (int)g % 20, ROLE_TEXT, g);
    for (const char *p = screen_text(&s); *p; p++)
        assert_true(*p == '\n' || (*p >= ' ' && *p < 0x7f));
    assert_string_equal(screen_row(&s, 0), "n? ? e?");
    assert_string_equal(screen_row(&s, 1), "a l~");
    assert_string_equal(screen_row(&s, 4), "######-.");
}

static void every_glyph_is_one_column(void **state)
{
    (void)state;
    for (enum glyph g = (enum glyph)(GLYPH_NONE + 1); g < GLYPH_COUNT; g++) {
        assert_int_equal(paint_width(&s.cv, glyph_text(glyphs_utf8(), g)), 1);
        assert_int_equal(strlen(glyph_text(glyphs_ascii(), g)), 1);
    }
}

static void a_pen_stops_at_its_end(void **state)
{
    (void)state;
    struct pen pen = pen_on(&s.cv, 0, 2, 12);
    pen_text(&pen, ROLE_OK, "left");
    pen_right(&pen, ROLE_DIM, "end");
    pen_gap(&pen, 1);
    pen_text(&pen, ROLE_TEXT, "much too long");
    assert_int_equal(pen_room(&pen), 0);
    pen_glyph(&pen, ROLE_TEXT, GLYPH_OK);
    assert_string_equal(screen_row(&s, 0), "  left mu… end");
}

static void a_line_of_10_kb_is_harmless(void **state)
{
    static char text[10241];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    assert_int_equal(paint_text(&s.cv, 0, 0, 20, ROLE_TEXT, text), 20);
    assert_string_equal(screen_row(&s, 0), "xxxxxxxxxxxxxxxxxxx…");
    assert_true(paint_wrapped(&s.cv, rect_make(0, 0, 8, 20), ROLE_TEXT, text) == 8);
}

int main(void)
{
    const struct CMUnitTest utf8[] = {
        cmocka_unit_test_setup_teardown(texts_are_cut_by_columns, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(width_is_what_would_be_painted, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(many_marks_do_not_leave_their_cell, utf8_screen,
                                        close_screen),
        cmocka_unit_test_setup_teardown(clip_cuts_on_all_sides, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(half_a_wide_character_is_a_blank, utf8_screen,
                                        close_screen),
        cmocka_unit_test_setup_teardown(what_differs_at_its_end_is_cut_in_the_middle, utf8_screen,
                                        close_screen),
        cmocka_unit_test_setup_teardown(painting_over_a_half_leaves_no_other_half, utf8_screen,
                                        close_screen),
        cmocka_unit_test_setup_teardown(cells_are_aligned_and_filled, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(text_wraps_at_blanks_newlines_and_in_long_words,
                                        utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(what_does_not_fit_below_says_so, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(bars_are_never_full_too_early_nor_empty_too_late,
                                        utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(a_box_has_its_words_in_the_edge, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(every_glyph_is_one_column, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(a_pen_stops_at_its_end, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(a_line_of_10_kb_is_harmless, utf8_screen, close_screen),
        cmocka_unit_test_setup_teardown(ascii_screens_get_ascii_only, ascii_screen, close_screen),
    };
    return cmocka_run_group_tests(utf8, NULL, NULL);
}
