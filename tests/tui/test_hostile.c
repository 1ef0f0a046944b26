/*
 * Hostile names: every screen with every text spoilt that a site, an array or
 * another engine gives. None of it may stand in a cell, and no row may be
 * wider than the screen.
 */
#include "tests/tui/support/screens.h"

#include "tests/support/judge.h"
#include "tests/tui/support/spoil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

static int columns_of(const char *line, size_t len)
{
    wchar_t wide[1024];
    char copy[4096];
    snprintf(copy, sizeof copy, "%.*s", (int)len, line);
    size_t n = mbstowcs(wide, copy, sizeof wide / sizeof wide[0]);
    return n == (size_t)-1 ? -1 : wcswidth(wide, n);
}

static void judge(struct stage *s, const char *name, size_t first)
{
    const char *text = buf_text(&s->text), *found = judge_text(text, s->text.len);
    if (found)
        fail_msg("%s (from %zu) at %dx%d shows %s:\n%s", name, first, s->size.w, s->size.h, found,
                 text);
    for (const char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        int wide = columns_of(line, (size_t)(end - line));
        if (wide < 0 || wide > s->size.w)
            fail_msg("%s (from %zu) at %dx%d: a row of %d columns:\n%s", name, first, s->size.w,
                     s->size.h, wide, text);
    }
}

static void walk(size_t first, bool keep, struct stage_look look)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        struct stage s;
        screens_come_to_spoilt(&s, &SCREENS[i], look, first + i, keep);
        judge(&s, SCREENS[i].name, first);
        stage_resize(&s, 15, 60);
        judge(&s, SCREENS[i].name, first);
        stage_resize(&s, 7, 33);
        judge(&s, SCREENS[i].name, first);
        stage_close(&s);
    }
}

static void no_screen_shows_what_a_name_would_do(void **state)
{
    (void)state;
    for (size_t first = 0; first < SPOIL_KINDS; first += 6) {
        walk(first, true, STAGE_80x24);
        walk(first, false, (struct stage_look){40, 120, TERM_256, true});
    }
}

static void nor_does_one_in_ascii(void **state)
{
    (void)state;
    walk(0, true, (struct stage_look){24, 80, TERM_MONO, false});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_screen_shows_what_a_name_would_do),
        cmocka_unit_test(nor_does_one_in_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
