/* What a list shows while its filter is typed, in what order, and what is marked. */
#include "widgets/offscreen.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const NAMES[] = {"web-1", "db-1", "web-2", "Billing", "db-2"};
enum { NAMES_COUNT = sizeof(NAMES) / sizeof(NAMES[0]) };

static void words(const void *ctx, size_t item, struct buf *out)
{
    buf_puts(out, ((const char *const *)ctx)[item]);
}

/* By the last character, so that many are equal. */
static int by_end(const void *ctx, size_t a, size_t b)
{
    const char *const *names = ctx;
    return names[a][strlen(names[a]) - 1] - names[b][strlen(names[b]) - 1];
}

static const struct sieve_source PLAIN = {.ctx = NAMES, .words = words};
static const struct sieve_source SORTED = {.ctx = NAMES, .words = words, .compare = by_end};

static unsigned type(struct sieve *s, const char *text)
{
    unsigned bits = 0;
    for (; *text; text++)
        bits |= filter_key(&s->filter, (ui_key)(unsigned char)*text);
    sieve_sync(s, NAMES_COUNT, &PLAIN);
    return bits;
}

static void it_narrows_while_it_is_typed(void **state)
{
    struct sieve s;
    char tally[64];
    (void)state;
    sieve_init(&s);
    sieve_sync(&s, NAMES_COUNT, &PLAIN);
    assert_int_equal(s.count, NAMES_COUNT);
    assert_int_equal(filter_key(&s.filter, 'w'), UI_IGNORED); /* not begun: a key of the list */
    filter_begin(&s.filter);
    assert_true(type(&s, "web") & UI_CHANGED);
    assert_int_equal(s.count, 2);
    assert_int_equal(sieve_item(&s, 1), 2);
    assert_string_equal(sieve_tally(&s, tally, sizeof(tally)), "2 of 5");
    assert_int_equal(filter_key(&s.filter, UI_KEY_DOWN), UI_IGNORED); /* the list moves */
    assert_true(filter_key(&s.filter, UI_KEY_ENTER) & UI_HANDLED);
    assert_int_equal(filter_key(&s.filter, 'x'), UI_IGNORED);
    assert_true(filter_shown(&s.filter));
    assert_true(filter_key(&s.filter, UI_KEY_ESC) & UI_CHANGED);
    assert_false(filter_shown(&s.filter));
    assert_int_equal(filter_key(&s.filter, UI_KEY_ESC), UI_IGNORED); /* back, for the screen */
    sieve_release(&s);
}

static void a_wrong_expression_says_why_and_changes_nothing(void **state)
{
    struct sieve s;
    (void)state;
    sieve_init(&s);
    filter_begin(&s.filter);
    type(&s, "~^db");
    assert_int_equal(s.count, 2);
    type(&s, "[");
    assert_int_equal(s.count, 2);
    assert_true(strlen(s.filter.why) > 5);
    type(&s, "-]");
    assert_string_equal(s.filter.why, "");
    assert_int_equal(s.count, 2);
    sieve_release(&s);
}

static void backspace_on_nothing_ends_it(void **state)
{
    struct sieve s;
    (void)state;
    sieve_init(&s);
    filter_begin(&s.filter);
    type(&s, "d");
    filter_key(&s.filter, UI_KEY_BACKSPACE);
    assert_true(s.filter.typing);
    filter_key(&s.filter, UI_KEY_BACKSPACE);
    assert_false(s.filter.typing);
    sieve_release(&s);
}

static void equal_items_keep_their_order(void **state)
{
    static const size_t expected[] = {0, 1, 2, 4, 3};
    struct sieve s;
    (void)state;
    sieve_init(&s);
    sieve_sync(&s, NAMES_COUNT, &SORTED);
    for (size_t i = 0; i < NAMES_COUNT; i++)
        assert_int_equal(sieve_item(&s, i), expected[i]);
    sieve_release(&s);
}

static void marks_belong_to_the_thing(void **state)
{
    struct sieve s;
    char tally[64];
    (void)state;
    sieve_init(&s);
    sieve_mark(&s, 77);
    sieve_mark(&s, 78);
    sieve_mark(&s, 77);
    assert_false(sieve_marked(&s, 77));
    assert_true(sieve_marked(&s, 78));
    sieve_sync(&s, 3, &PLAIN);
    assert_string_equal(sieve_tally(&s, tally, sizeof(tally)), "3, 1 marked");
    sieve_unmark_all(&s);
    assert_false(sieve_marked(&s, 78));
    sieve_release(&s);
}

/* ---- on the screen ------------------------------------------------------------------ */

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    (void)col;
    ret->text = ((const char *const *)ctx)[row];
}

static void what_was_found_is_shown(void **state)
{
    static const struct table_column column = {"NAME", {.min = 20, .max = 20}, ALIGN_LEFT, NULL};
    static const struct table_source source = {.cell = cell};
    struct filter f;
    struct buf out;
    struct theme *theme = theme_new_default();
    struct offscreen *o = offscreen_new((struct size){6, 70}, TERM_256, true);
    struct table t = {.columns = &column, .n_columns = 1, .source = &source, .ctx = NAMES};
    (void)state;
    assert_non_null(o);
    filter_init(&f);
    filter_set(&f, "b-1");
    f.typing = true;
    t.match = f.match;
    table_sync(&t, 2);
    struct canvas cv = offscreen_begin(o, theme);
    struct rect box = rect_make(0, 0, 6, 70);
    struct rect in = paint_box(&cv, box, ROLE_FOCUS, "Groups", NULL);
    filter_paint(&f, &cv, box);
    table_layout(&t, in);
    table_paint(&t, &cv, in);
    buf_init(&out, 1 << 16);
    offscreen_text(o, &out);
    assert_non_null(strstr(buf_text(&out), " /b-1 "));
    assert_true(offscreen_cursor(o).shown);
    assert_int_equal(offscreen_cursor(o).y, 0);
    buf_clear(&out);
    offscreen_looks(o, &out);
    /* Row 2, after the frame, the gutter and "we": three cells of the match. */
    char line[71], hit;
    memcpy(line, buf_text(&out) + 2 * 71, 70);
    line[70] = '\0';
    hit = line[5];
    assert_int_equal(line[6], hit);
    assert_int_equal(line[7], hit);
    assert_int_not_equal(line[4], hit);
    assert_int_not_equal(line[8], hit);
    buf_release(&out);
    filter_release(&f);
    offscreen_free(o);
    theme_free(theme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_narrows_while_it_is_typed),
        cmocka_unit_test(a_wrong_expression_says_why_and_changes_nothing),
        cmocka_unit_test(backspace_on_nothing_ends_it),
        cmocka_unit_test(equal_items_keep_their_order),
        cmocka_unit_test(marks_belong_to_the_thing),
        cmocka_unit_test(what_was_found_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
