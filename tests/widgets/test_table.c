/* The table: virtual rows, the selection that follows its thing, narrow screens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"
#include "widgets/table.h"

/* A source of n things; thing k is called "row k". order maps rows to things. */
static struct source {
    uint64_t ids[8]; /* used when n_ids > 0 */
    size_t n_ids;
    size_t asked; /* how often a cell was asked for */
} source;

static uint64_t id_of(const void *ctx, size_t row)
{
    const struct source *src = ctx;
    return src->n_ids > 0 ? src->ids[row] : row;
}

static void cell_of(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    source.asked++;
    ret->text = ret->buf;
    if (col == 0)
        snprintf(ret->buf, sizeof(ret->buf), "row %u", (unsigned)id_of(ctx, row));
    else
        snprintf(ret->buf, sizeof(ret->buf), "%u", (unsigned)col);
}

static void long_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    (void)ctx;
    (void)col;
    ret->text = ret->buf;
    snprintf(ret->buf, sizeof(ret->buf), "array-a:prod-web-app.%u", 48 + (unsigned)row);
}

static void brief_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    (void)ctx;
    (void)row;
    (void)col;
    ret->mark = GLYPH_OK;
    ret->text = "open at 10.2.0.11, 3 ms";
    ret->brief = "10.2.0.11";
}

static const struct table_source SOURCE = {.cell = cell_of, .id = id_of};
static const struct table_source NO_IDS = {.cell = cell_of};

static const struct table_column COLUMNS[] = {
    {.title = "NAME", .box = {8, 20, 1, 0}},
    {.title = "ONE", .box = {4, 4, 0, 2}, .align = ALIGN_RIGHT},
    {.title = "TWO", .box = {4, 4, 0, 1}},
};

static struct table table;
static struct screen s;

static int setup(void **state)
{
    (void)state;
    screen_open(&s, 12, 40, true);
    memset(&source, 0, sizeof(source));
    table = (struct table){
        .columns = COLUMNS, .n_columns = 3, .source = &SOURCE, .ctx = &source, .focused = true};
    table_layout(&table, rect_make(0, 0, 11, 40));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    screen_close(&s);
    return 0;
}

static size_t selected(void)
{
    size_t row = 4242;
    table_selected(&table, &row);
    return row;
}

static void an_empty_table_has_no_selection_and_takes_all_keys(void **state)
{
    size_t row = 7;
    (void)state;
    table.empty = "nothing here";
    table_sync(&table, 0);
    assert_false(table_selected(&table, &row));
    assert_int_equal(row, 7);
    assert_int_equal(table_key(&table, UI_KEY_ENTER), UI_HANDLED);
    assert_int_equal(table_key(&table, UI_KEY_DOWN), UI_HANDLED);
    table_paint(&table, &s.cv, rect_make(0, 0, 11, 40));
    assert_string_equal(screen_row(&s, 1), "  nothing here");
}

/* key, where it leads from row 50 of 100 with a page of 10 */
static const struct {
    ui_key key;
    size_t to;
} MOVES[] = {
    {UI_KEY_UP, 49},   {'k', 49}, {UI_KEY_DOWN, 51},      {'j', 51},
    {UI_KEY_PGUP, 40}, {'g', 0},  {UI_KEY_PGDN, 60},      {'G', 99},
    {UI_KEY_HOME, 0},  {'G', 99}, {UI_KEY_CTRL('U'), 45}, {UI_KEY_CTRL('D'), 55},
    {UI_KEY_END, 99},
};

static void keys_move_the_selection_and_the_view_follows(void **state)
{
    (void)state;
    table_sync(&table, 100);
    for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
        table_select(&table, 50);
        assert_int_equal(table_key(&table, MOVES[i].key), UI_HANDLED | UI_REPAINT | UI_CHANGED);
        assert_int_equal(selected(), MOVES[i].to);
        assert_true(table.top <= table.selected && table.selected < table.top + 10);
        assert_true(table.top <= 90);
    }
    assert_int_equal(table_key(&table, UI_KEY_DOWN), UI_HANDLED); /* at the end already */
    assert_int_equal(table_key(&table, UI_KEY_ENTER), UI_HANDLED | UI_DONE);
    assert_int_equal(table_key(&table, 'x'), UI_IGNORED);
    assert_int_equal(table_key(&table, 'j' | UI_KEY_PASTED), UI_IGNORED);
}

static void a_list_that_is_followed_turns_pages(void **state)
{
    size_t turned = 0, was;
    (void)state;
    table_sync(&table, 100);
    table_follow(&table, 0);
    was = table.top;
    assert_int_equal(was, 0);
    for (size_t row = 0; row < 80; row++) {
        table_follow(&table, row);
        assert_int_equal(selected(), row);
        assert_true(table.top <= row && row < table.top + 8); /* what comes next is seen */
        if (table.top != was)
            assert_int_equal(row - table.top, 2); /* and what came before */
        turned += table.top != was;
        was = table.top;
    }
    assert_int_equal(turned, 12); /* not with every row */
    table_follow(&table, 99);
    assert_int_equal(table.top, 90);
    table_follow(&table, 1); /* back again */
    assert_int_equal(table.top, 0);
    table_sync(&table, 3);
    table_follow(&table, 7);
    assert_int_equal(selected(), 2);
}

static void the_selection_follows_its_thing(void **state)
{
    (void)state;
    source = (struct source){.ids = {10, 20, 30, 40, 50}, .n_ids = 5};
    table_sync(&table, 5);
    table_select(&table, 2); /* thing 30 */
    source = (struct source){.ids = {99, 98, 10, 20, 30, 40}, .n_ids = 6};
    table_sync(&table, 6);
    assert_int_equal(selected(), 4);
    source = (struct source){.ids = {99, 98}, .n_ids = 2}; /* it is gone */
    table_sync(&table, 2);
    assert_int_equal(selected(), 1);
}

static void a_list_that_comes_back_finds_its_selection(void **state)
{
    (void)state;
    source = (struct source){.ids = {10, 20, 30}, .n_ids = 3};
    table_sync(&table, 3);
    table_select(&table, 1);
    table_sync(&table, 0);
    source = (struct source){.ids = {30, 10, 20}, .n_ids = 3};
    table_sync(&table, 3);
    assert_int_equal(selected(), 2);
}

static void without_ids_the_row_number_stays(void **state)
{
    (void)state;
    table.source = &NO_IDS;
    table_sync(&table, 5);
    table_select(&table, 4);
    table_sync(&table, 9);
    assert_int_equal(selected(), 4);
    table_sync(&table, 2);
    assert_int_equal(selected(), 1);
}

static void a_frame_costs_what_it_shows(void **state)
{
    (void)state;
    table_sync(&table, 100000);
    table_select(&table, 70000);
    source.asked = 0;
    table_paint(&table, &s.cv, rect_make(0, 0, 11, 40));
    assert_int_equal(source.asked, 10 * 3);
    size_t many = source.asked;
    source.asked = 0;
    table_sync(&table, 100);
    table_paint(&table, &s.cv, rect_make(0, 0, 11, 40));
    assert_int_equal(source.asked, many);
    table_sync(&table, 100000);
    source.asked = 0;
    table_key(&table, UI_KEY_PGDN);
    assert_int_equal(source.asked, 0);
}

static void narrow_tables_lose_the_least_important_columns(void **state)
{
    (void)state;
    table_sync(&table, 2);
    table_paint(&table, &s.cv, rect_make(0, 0, 3, 40));
    assert_string_equal(screen_row(&s, 0), "  NAME                   ONE  TWO");
    assert_string_equal(screen_row(&s, 1), "▸ row 0                    1  2");
    screen_clear(&s);
    table_paint(&table, &s.cv, rect_make(0, 0, 3, 20));
    assert_string_equal(screen_row(&s, 0), "  NAME          TWO");
    screen_clear(&s);
    table_paint(&table, &s.cv, rect_make(0, 0, 3, 9));
    assert_string_equal(screen_row(&s, 1), "▸ row 0");
    screen_clear(&s);
    table_sync(&table, 1);
    table_paint(&table, &s.cv, rect_make(0, 0, 1, 9)); /* the row, not the header */
    assert_string_equal(screen_row(&s, 0), "▸ row 0");
}

static void every_size_can_be_painted(void **state)
{
    (void)state;
    table_sync(&table, 1000);
    for (int h = 0; h <= 12; h++) {
        for (int w = 0; w <= 40; w++) {
            table_select(&table, 999);
            table_layout(&table, rect_make(0, 0, h, w));
            table_paint(&table, &s.cv, rect_make(0, 0, h, w));
            table_key(&table, UI_KEY_PGUP);
        }
    }
    assert_true(selected() < 999);
}

static void painting_changes_nothing(void **state)
{
    (void)state;
    table_sync(&table, 1000);
    table_select(&table, 500);
    struct table before = table;
    table_paint(&table, &s.cv, rect_make(0, 0, 3, 30));
    assert_memory_equal(&before, &table, sizeof(table));
}

/* In a box of that size, with nothing of before it. */
static void paint_anew(int h, int w)
{
    screen_clear(&s);
    table_layout(&table, rect_make(0, 0, h, w));
    table_paint(&table, &s.cv, rect_make(0, 0, h, w));
}

static void shows_one(const struct table_column *column, const struct table_source *rows_of,
                      size_t rows)
{
    table.columns = column;
    table.n_columns = 1;
    table.source = rows_of;
    table_sync(&table, rows);
}

static void what_does_not_fit_has_a_short_form(void **state)
{
    static const struct table_column COLUMN[] = {{.title = "RESULT", .box = {4, 40, 1, 0}}};
    static const struct table_source BRIEF = {.cell = brief_cell};
    (void)state;
    shows_one(COLUMN, &BRIEF, 1);
    paint_anew(3, 40);
    assert_string_equal(screen_row(&s, 1), "▸ ✔ open at 10.2.0.11, 3 ms");
    paint_anew(3, 20);
    assert_string_equal(screen_row(&s, 1), "▸ ✔ 10.2.0.11");
}

/* Names that differ at their ends alone are told apart, wherever the room ends. */
static void what_differs_at_its_end_keeps_it(void **state)
{
    static const struct table_column ENDS[] = {
        {.title = "POINT", .box = {4, 40, 1, 0}, .align = ALIGN_ENDS}};
    static const struct table_source LONG = {.cell = long_cell};
    (void)state;
    shows_one(ENDS, &LONG, 2);
    paint_anew(11, 18);
    assert_string_equal(screen_row(&s, 1), "▸ array-a:…-app.48");
    assert_string_equal(screen_row(&s, 2), "  array-a:…-app.49");
    paint_anew(11, 40);
    assert_string_equal(screen_row(&s, 1), "▸ array-a:prod-web-app.48");
    paint_anew(11, 6);
    assert_string_equal(screen_row(&s, 1), "▸ ar…8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_table_has_no_selection_and_takes_all_keys, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(keys_move_the_selection_and_the_view_follows, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_list_that_is_followed_turns_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(the_selection_follows_its_thing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_list_that_comes_back_finds_its_selection, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(without_ids_the_row_number_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_frame_costs_what_it_shows, setup, teardown),
        cmocka_unit_test_setup_teardown(narrow_tables_lose_the_least_important_columns, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_has_a_short_form, setup, teardown),
        cmocka_unit_test_setup_teardown(what_differs_at_its_end_keeps_it, setup, teardown),
        cmocka_unit_test_setup_teardown(every_size_can_be_painted, setup, teardown),
        cmocka_unit_test_setup_teardown(painting_changes_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
