/*
 * Golden screens: every screen from a fixed world at a frozen moment, at every
 * size, in every depth of colour, in UTF-8 and in ASCII. See support/golden.h.
 */
#include "tests/support/golden.h"
#include "tests/tui/support/screens.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "tests/tui/golden"

static const char *paint(struct golden_shot *shot, bool roles)
{
    return roles ? stage_paint_roles(shot->own) : stage_paint(shot->own);
}

static void close_stage(struct golden_shot *shot)
{
    stage_close(shot->own);
    free(shot->own);
}

static void open_screen(const struct golden_show *show, bool utf8, struct golden_shot *shot)
{
    struct stage *s = xcalloc(1, sizeof *s);
    screens_come_to(s, show->what, (struct stage_look){shot->size.h, shot->size.w, TERM_256, utf8});
    shot->screen = s->screen;
    shot->own = s;
    shot->paint = paint;
    shot->close = close_stage;
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCREEN_COUNT; i++)
        golden_check(FOLDER, &(struct golden_show){SCREENS[i].name, open_screen, &SCREENS[i]});
}

static void roles_look_as_they_did(void **state)
{
    (void)state;
    golden_looks(FOLDER);
}

static bool is_screen(const char *name)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++)
        if (strcmp(SCREENS[i].name, name) == 0)
            return true;
    return false;
}

static void no_file_is_left_over(void **state)
{
    (void)state;
    golden_none_left_over(FOLDER, is_screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(roles_look_as_they_did),
        cmocka_unit_test(no_file_is_left_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
