/* What snapshots have in common of a group: nobody sees it change. */
#include "backend/model/snapshot.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int refs(atomic_int *count)
{
    return atomic_load(count);
}

static void a_view_of_ones_own_is_changed_in_place(void **state)
{
    struct group *g = fixture_group();
    struct group_view *v = group_view_new(g), *was = v;
    (void)state;
    assert_int_equal(refs(&g->refs), 2);
    assert_ptr_equal(group_view_edit(&v), was);
    assert_ptr_equal(v, was);
    group_view_unref(v);
    assert_int_equal(refs(&g->refs), 1);
    group_unref(g);
}

static void a_view_that_others_have_is_copied_first(void **state)
{
    struct group *g = fixture_group();
    struct group_view *v = group_view_new(g), *shown = group_view_ref(v);
    (void)state;
    shown->readiness[READY_FOR_TEST] = readiness_new(NULL);
    group_view_edit(&v)->progress = 40;
    assert_ptr_not_equal(v, shown);
    assert_int_equal(shown->progress, 0);
    assert_ptr_equal(v->group, g);
    assert_int_equal(refs(&g->refs), 3);
    assert_int_equal(refs(&v->readiness[READY_FOR_TEST]->refs), 2);
    assert_int_equal(refs(&shown->refs), 1);
    assert_int_equal(refs(&v->refs), 1);
    group_view_unref(shown);
    group_view_unref(v);
    assert_int_equal(refs(&g->refs), 1);
    group_unref(g);
}

static void what_says_the_same_is_the_same(void **state)
{
    struct group *g = fixture_group();
    struct group_view *v = group_view_new(g), *shown = group_view_ref(v), next;
    (void)state;
    group_view_read(v, &next);
    next.progress = 0;
    group_view_write(&v, &next);
    assert_ptr_equal(v, shown);
    next.state = GROUP_TESTING;
    group_view_write(&v, &next);
    assert_ptr_not_equal(v, shown);
    assert_int_equal(v->state, GROUP_TESTING);
    assert_int_not_equal(shown->state, GROUP_TESTING);
    group_view_unref(shown);
    group_view_unref(v);
    assert_int_equal(refs(&g->refs), 1);
    group_unref(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_of_ones_own_is_changed_in_place),
        cmocka_unit_test(a_view_that_others_have_is_copied_first),
        cmocka_unit_test(what_says_the_same_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
