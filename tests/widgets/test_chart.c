/* Charts: the line is where the numbers are, at every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/widgets/screen.h"
#include "widgets/chart.h"

static void paint(struct screen *s, const struct chart *c, int h, int w)
{
    screen_clear(s);
    chart_paint(c, &s->cv, rect_make(0, 0, h, w));
}

static void a_line_goes_from_corner_to_corner(void **state)
{
    static const struct chart_point points[] = {{0, 0, ROLE_TEXT}, {10, 10, ROLE_TEXT}};
    struct screen s;
    (void)state;
    screen_open(&s, 10, 40, true);
    paint(&s, &(struct chart){.points = points, .n = 2}, 3, 10); /* too low for axes */
    assert_string_equal(screen_row(&s, 0), "       ⣀⠤⠊");
    assert_string_equal(screen_row(&s, 1), "   ⢀⡠⠔⠊");
    assert_string_equal(screen_row(&s, 2), "⣀⠤⠒⠁");
    screen_close(&s);
}

static void the_scale_is_round_and_the_limit_is_named(void **state)
{
    static const struct chart_point points[] = {{0, 3, ROLE_TEXT}, {5, 17, ROLE_DANGER}};
    struct screen s;
    (void)state;
    screen_open(&s, 10, 40, true);
    paint(&s, &(struct chart){.points = points, .n = 2, .limit = 12, .limit_name = "RTO"}, 10, 40);
    assert_memory_equal(screen_row(&s, 0), "20", 2);
    assert_memory_equal(screen_row(&s, 7), " 0", 2);
    const char *text = screen_text(&s);
    assert_non_null(strstr(text, "RTO 12"));
    assert_non_null(strstr(screen_row(&s, 9), "0"));
    screen_close(&s);
}

static void nothing_is_said_in_words(void **state)
{
    struct screen s;
    (void)state;
    screen_open(&s, 5, 30, false);
    paint(&s, &(struct chart){.empty = "Nothing yet."}, 5, 30);
    assert_string_equal(screen_row(&s, 0), "Nothing yet.");
    screen_close(&s);
}

static void no_size_and_no_number_breaks_it(void **state)
{
    static const struct chart_point odd[] = {{5, 0, ROLE_TEXT},      {5, 9, ROLE_TEXT},
                                             {5, -4, ROLE_TEXT},     {6, 2000000000, ROLE_OK},
                                             {900000, 1, ROLE_TEXT}};
    struct screen s;
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        screen_open(&s, 70, 600, !ascii);
        for (int h = 0; h <= 70; h += h < 8 ? 1 : 62)
            for (int w = 0; w <= 600; w += w < 20 ? 1 : 580)
                for (size_t n = 0; n <= 5; n++)
                    chart_paint(&(struct chart){.points = odd, .n = n, .limit = (long)n * 7}, &s.cv,
                                rect_make(0, 0, h, w));
        const char *text = screen_text(&s);
        for (; ascii && *text; text++)
            assert_in_range((unsigned char)*text, '\n', '~');
        screen_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_goes_from_corner_to_corner),
        cmocka_unit_test(the_scale_is_round_and_the_limit_is_named),
        cmocka_unit_test(nothing_is_said_in_words),
        cmocka_unit_test(no_size_and_no_number_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
