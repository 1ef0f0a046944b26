/* The tree: what is closed hides what is below, and the selection stays put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"
#include "widgets/tree.h"

/* a( b( c d ) e ) f */
static const int DEPTHS[] = {0, 1, 2, 2, 1, 0};
static const char *const NAMES[] = {"a", "b", "c", "d", "e", "f"};

static int depth_of(const void *ctx, size_t node)
{
    (void)ctx;
    return DEPTHS[node];
}

static uint64_t id_of(const void *ctx, size_t node)
{
    (void)ctx;
    return 100 + node;
}

static void cell_of(const void *ctx, size_t node, size_t col, struct table_cell *ret)
{
    (void)ctx;
    (void)col;
    ret->text = NAMES[node];
}

static const struct tree_source SOURCE = {depth_of, id_of, cell_of};
static const struct table_column COLUMNS[] = {{.title = "NAME", .box = {8, 20, 1, 0}}};
static struct tree tree;

static int setup(void **state)
{
    (void)state;
    tree = (struct tree){.source = &SOURCE, .columns = COLUMNS, .n_columns = 1};
    tree_init(&tree);
    tree_sync(&tree, 6);
    tree_layout(&tree, rect_make(0, 0, 10, 20));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tree_release(&tree);
    return 0;
}

static void check_rows(const char *wanted)
{
    char seen[16] = "";
    for (size_t i = 0; i < tree.n_rows; i++)
        strncat(seen, NAMES[tree.rows[i]], 2);
    assert_string_equal(seen, wanted);
}

static void check_selected(const char *name)
{
    size_t row;
    assert_true(table_selected(&tree.table, &row));
    assert_string_equal(NAMES[tree.rows[row]], name);
}

static void closing_hides_all_that_is_below(void **state)
{
    (void)state;
    check_rows("abcdef");
    tree_close(&tree, 0, true);
    check_rows("af");
    tree_close(&tree, 1, true);
    check_rows("af");
    tree_close(&tree, 0, false);
    check_rows("abef");
    tree_close(&tree, 1, false);
    check_rows("abcdef");
    assert_true(tree_has_children(&tree, 0) && tree_has_children(&tree, 1));
    assert_false(tree_has_children(&tree, 3) || tree_has_children(&tree, 5));
}

static void keys_walk_it(void **state)
{
    (void)state;
    check_selected("a");
    assert_true(tree_key(&tree, UI_KEY_DOWN) & UI_CHANGED);
    tree_key(&tree, UI_KEY_DOWN);
    check_selected("c");
    tree_key(&tree, UI_KEY_LEFT); /* nothing to close: to the parent */
    check_selected("b");
    tree_key(&tree, UI_KEY_LEFT);
    check_rows("abef");
    check_selected("b");
    tree_key(&tree, 'h');
    check_selected("a");
    assert_int_equal(tree_key(&tree, 'l'), UI_HANDLED); /* it is open */
    tree_key(&tree, ' ');
    check_rows("af");
    tree_key(&tree, 'l');
    check_rows("abef");
    tree_key(&tree, UI_KEY_END);
    check_selected("f");
    assert_int_equal(tree_key(&tree, UI_KEY_RIGHT), UI_HANDLED);
    assert_int_equal(tree_key(&tree, 'x'), UI_IGNORED);
}

static void the_selection_stays_on_its_thing(void **state)
{
    (void)state;
    tree_key(&tree, UI_KEY_END);
    check_selected("f");
    tree_close(&tree, 0, true);
    check_selected("f");
    tree_close(&tree, 0, false);
    check_selected("f");
    tree_sync(&tree, 0);
    size_t row;
    assert_false(table_selected(&tree.table, &row));
    assert_int_equal(tree_key(&tree, 'l'), table_key(&tree.table, 'l'));
}

static void it_is_painted_with_its_marks(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 8, 20, true);
    tree_close(&tree, 1, true);
    tree_paint(&tree, &s.cv, s.cv.clip);
    assert_string_equal(screen_row(&s, 1), "▸ - a");
    assert_string_equal(screen_row(&s, 2), "    + b");
    assert_string_equal(screen_row(&s, 3), "      e");
    screen_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(closing_hides_all_that_is_below, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_walk_it, setup, teardown),
        cmocka_unit_test_setup_teardown(the_selection_stays_on_its_thing, setup, teardown),
        cmocka_unit_test_setup_teardown(it_is_painted_with_its_marks, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
