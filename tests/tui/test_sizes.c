/* Every screen at every size: nothing is drawn beside it, nothing breaks. */
#include "tests/tui/support/screens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE_ROWS = 32, LARGE_COLS = 121 };

/* All small ones; then in steps without a common divisor, to the largest, and of those
 * that are large both ways every third. */
static void every_size_can_be_painted(void **state)
{
    static const int ROWS[] = {1, 2, 3, 4, 9, 14, 15, 16, 19, 24, 26, 31, 38, 47, 60, 113, 200};
    static const int COLS[] = {1,  2,  3,  4,   5,   19,  37,  59,  60,  61,
                               76, 80, 97, 112, 120, 149, 200, 311, 500};
    (void)state;
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        struct stage s;
        screens_come_to(&s, &SCREENS[i], STAGE_80x24);
        for (size_t r = 0; r < sizeof ROWS / sizeof ROWS[0]; r++)
            for (size_t c = 0; c < sizeof COLS / sizeof COLS[0]; c++) {
                if (ROWS[r] >= LARGE_ROWS && COLS[c] >= LARGE_COLS && (r + c + i) % 3)
                    continue;
                stage_resize(&s, ROWS[r], COLS[c]);
                if (ROWS[r] < UI_MIN_ROWS || COLS[c] < UI_MIN_COLS)
                    continue;
                if (!strstr(buf_text(&s.text), "LAB"))
                    fail_msg("%s at %dx%d has no title", SCREENS[i].name, COLS[c], ROWS[r]);
            }
        stage_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_size_can_be_painted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
