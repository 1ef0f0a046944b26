/* Paces: what comes after a rest is shown at once, and what goes on and on at a price. */
#include "tui/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* How many are shown within a second when changes never end, and how many of those in its
 * first hundred milliseconds. */
static int shown_in_a_second(struct pace *p, int64_t from_ms, int changes, int *ret_at_once)
{
    int n = 0, at_once = 0;
    for (int64_t now = from_ms; now < from_ms + 1000; now++)
        if (now >= pace_due(p)) {
            pace_spend(p, now, changes);
            n++;
            at_once += now < from_ms + 100;
        }
    if (ret_at_once)
        *ret_at_once = at_once;
    return n;
}

static void after_a_rest_the_first_come_at_once(void **state)
{
    struct pace p = PACE_WORLD;
    int at_once;
    (void)state;
    shown_in_a_second(&p, 5000, 10, &at_once);
    assert_true(at_once >= 10);
    shown_in_a_second(&p, 6000, 10, &at_once);
    assert_true(at_once <= 2);
    shown_in_a_second(&p, 60000, 10, &at_once);
    assert_true(at_once >= 10);
}

static void in_the_long_run_ten_frames_a_second(void **state)
{
    struct pace p = PACE_WORLD;
    int n = 0;
    (void)state;
    for (int s = 0; s < 30; s++)
        n += shown_in_a_second(&p, 5000 + s * 1000, 10, NULL);
    assert_true(n >= 290 && n <= 320);
}

static void what_changes_much_is_shown_less_often(void **state)
{
    struct pace p = PACE_WORLD;
    (void)state;
    shown_in_a_second(&p, 5000, 5000, NULL);
    assert_true(shown_in_a_second(&p, 6000, 5000, NULL) <= 3);
}

static void a_frame_that_sends_nothing_costs_nothing(void **state)
{
    struct pace p = PACE_WORLD;
    (void)state;
    for (int64_t now = 1000; now < 2000; now += 10)
        pace_spend(&p, now, 0);
    assert_int_equal(pace_due(&p), 1990 + p.gap_ms);
}

static void a_key_is_answered_at_once_and_a_held_one_fifteen_times_a_second(void **state)
{
    struct pace p = PACE_KEYS;
    int n = 0;
    (void)state;
    for (int64_t now = 1000; now < 11000; now += 100) { /* ten a second */
        assert_true(pace_due(&p) <= now);
        pace_spend(&p, now, 120);
    }
    for (int s = 0; s < 10; s++)
        n += shown_in_a_second(&p, 20000 + s * 1000, 120, NULL);
    assert_true(n >= 150 && n <= 155);
}

static void a_list_of_steps_is_followed_one_by_one_until_there_are_too_many(void **state)
{
    struct pace p = PACE_STEPS;
    (void)state;
    for (int64_t now = 1000; now < 11000; now += 100) { /* twenty a second */
        assert_true(pace_due(&p) <= now);
        pace_spend(&p, now, 2);
    }
    p = PACE_STEPS;
    shown_in_a_second(&p, 20000, 80, NULL);
    assert_int_equal(shown_in_a_second(&p, 21000, 80, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_rest_the_first_come_at_once),
        cmocka_unit_test(in_the_long_run_ten_frames_a_second),
        cmocka_unit_test(what_changes_much_is_shown_less_often),
        cmocka_unit_test(a_frame_that_sends_nothing_costs_nothing),
        cmocka_unit_test(a_key_is_answered_at_once_and_a_held_one_fifteen_times_a_second),
        cmocka_unit_test(a_list_of_steps_is_followed_one_by_one_until_there_are_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
