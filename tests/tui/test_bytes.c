/*
 * What reaches the terminal: the loop in a real pseudo-terminal, byte by byte,
 * while every text of every screen is a hostile one.
 */
#include "tests/support/judge.h"
#include "tests/tui/support/screens.h"
#include "tests/tui/support/spoil.h"
#include "tests/widgets/glass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void demo(struct glass *g, const char *screen, size_t kind, int rows, int cols)
{
    char number[16];
    const char *argv[] = {PC_BIN_DIR "/tui_demo", screen, number, NULL};
    snprintf(number, sizeof number, "%zu", kind);
    glass_start(g, &(struct glass_way){.argv = argv, .rows = rows, .cols = cols});
    glass_until(g, "LAB");
}

/* Leaves the terminal to be judged to the last byte. */
static void end(struct glass *g, const char *screen)
{
    kill(g->pty->child, SIGTERM);
    while (pty_alive(g->pty))
        pty_take(g->pty, 50);
    const char *found = glass_found(g);
    if (found)
        fail_msg("%s sends %s; the screen is\n%s", screen, found, glass_text(g));
    int status = glass_end(g);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
}

static void no_screen_sends_what_a_name_would_do(void **state)
{
    size_t marked = 0;
    (void)state;
    for (size_t n = 0; n < 2 * SCREEN_COUNT; n++) {
        struct glass g;
        size_t i = n / 2;
        demo(&g, SCREENS[i].name, i + n % 2 * SPOIL_KINDS / 2, n % 2 ? 40 : 24, n % 2 ? 120 : 80);
        glass_keys(&g, SCREENS[i].keys);
        glass_idle(&g);
        marked += strstr(glass_text(&g), "\xef\xbf\xbd") != NULL;
        glass_resize(&g, 15, 60);
        glass_idle(&g);
        end(&g, SCREENS[i].name);
    }
    assert_true(marked > SCREEN_COUNT * 3 / 2); /* or nothing was put to the test */
}

/* The judge itself: what it is there for, it finds. */
static void the_judge_finds_every_kind(void **state)
{
    static struct pty p;
    struct glass g = {.pty = &p};
    (void)state;
    for (size_t kind = 0; kind < SPOIL_KINDS; kind++) {
        const char *text = spoil_text(kind);
        p.len = (size_t)snprintf(p.out, sizeof p.out, "\033[1;2Hok%sok", text);
        bool harmless = judge_text(text, strlen(text)) == NULL;
        if ((glass_found(&g) == NULL) != harmless)
            fail_msg("kind %zu: %s", kind, glass_found(&g) ? glass_found(&g) : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_screen_sends_what_a_name_would_do),
        cmocka_unit_test(the_judge_finds_every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
