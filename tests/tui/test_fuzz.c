/*
 * Fuzz: keys, bytes and sizes that nobody would choose, the same ones in every
 * run. Nothing may fall over, hang, or show what must not be shown.
 *
 * FUZZ_SEED=N another beginning; FUZZ_ROUNDS=N that many times as much (10 MB of
 * bytes are 100 rounds).
 */
#include "tests/support/judge.h"
#include "tests/tui/support/screens.h"
#include "tests/tui/support/spoil.h"
#include "tests/widgets/glass.h"

#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "backend/base/clock.h"

enum { KEYS = 4000, SIZES = 400, BYTES = 100 * 1000 };

static long number_of(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

/* xorshift: the same on every machine. */
static uint64_t state_of_chance = 0x9e3779b97f4a7c15;

static void seed(uint64_t story)
{
    state_of_chance = 0x9e3779b97f4a7c15 * (story + 1 + (uint64_t)number_of("FUZZ_SEED", 0) * 1000);
}

static unsigned chance(unsigned below)
{
    state_of_chance ^= state_of_chance << 13;
    state_of_chance ^= state_of_chance >> 7;
    state_of_chance ^= state_of_chance << 17;
    return (unsigned)(state_of_chance >> 32) % below;
}

/* ---- keys and sizes, without a terminal -------------------------------------------- */

static ui_key any_key(void)
{
    static const ui_key often[] = {UI_KEY_ENTER, UI_KEY_ESC, UI_KEY_TAB, UI_KEY_BACKTAB, UI_KEY_UP,
                                   UI_KEY_DOWN, UI_KEY_LEFT, UI_KEY_RIGHT, UI_KEY_SPACE};
    switch (chance(8)) {
    case 0:
        return often[chance(sizeof often / sizeof often[0])];
    case 1:
        return UI_KEY_SPECIAL + chance(UI_KEY_SPECIAL_END - UI_KEY_SPECIAL);
    case 2:
        return chance(0x20); /* controls, NUL among them */
    case 3:
        return 0xa0 + chance(0x3000);
    case 4:
        return (' ' + chance(95)) | UI_KEY_PASTED;
    default:
        return ' ' + chance(95);
    }
}

static void open_somewhere(struct stage *s, size_t *way)
{
    *way = chance((unsigned)SCREEN_COUNT);
    screens_come_to_spoilt(s, &SCREENS[*way], STAGE_80x24, chance(100), chance(2));
}

static void judge(struct stage *s, size_t way)
{
    const char *found = judge_text(buf_text(&s->text), s->text.len);
    struct cursor_place cursor = offscreen_cursor(s->screen);
    if (found)
        fail_msg("from %s: %s at %dx%d", SCREENS[way].name, found, s->size.w, s->size.h);
    if (cursor.shown)
        assert_true(cursor.y >= 0 && cursor.y < s->size.h && cursor.x >= 0 &&
                    cursor.x < s->size.w);
}

static void keys_at_random_break_nothing(void **state)
{
    struct stage s;
    size_t way;
    (void)state;
    seed(1);
    open_somewhere(&s, &way);
    for (long i = 0; i < KEYS * number_of("FUZZ_ROUNDS", 1); i++) {
        unsigned what = chance(200);
        if (what == 0)
            stage_show(&s, (enum world_stage)chance(WORLD_STAGES));
        else if (what == 1)
            stage_pass(&s, (int64_t)chance(100000));
        else if (what == 2)
            stage_resize(&s, 1 + (int)chance(60), 1 + (int)chance(200));
        else
            ui_press(s.ui, any_key());
        ui_dispatch(s.ui);
        if (s.ui->quit || what == 3) { /* and from another screen on */
            stage_close(&s);
            open_somewhere(&s, &way);
        }
        stage_paint(&s);
        judge(&s, way);
    }
    stage_close(&s);
}

static void sizes_at_random_break_nothing(void **state)
{
    struct stage s;
    size_t way;
    (void)state;
    seed(2);
    open_somewhere(&s, &way);
    for (long i = 0; i < SIZES * number_of("FUZZ_ROUNDS", 1); i++) {
        bool large = chance(20) == 0;
        stage_resize(&s, 1 + (int)chance(large ? 200 : 40), 1 + (int)chance(large ? 500 : 130));
        judge(&s, way);
        if (chance(30) == 0) {
            stage_close(&s);
            open_somewhere(&s, &way);
        }
    }
    stage_resize(&s, 200, 500);
    judge(&s, way);
    stage_resize(&s, 1, 1);
    judge(&s, way);
    stage_close(&s);
}

/* ---- bytes, on a terminal ------------------------------------------------------------ */

/* What a broken line or a mad terminal would send. */
static size_t any_bytes(char *out)
{
    static const char *const parts[] = {"\033[", "\033O", "\033[200~", "\033[201~", "\033[<0;5;7M",
                                        "\033]", "\033P", "\033[1;5A", "\033\033", "\345\220",
                                        "\033[M !!", "\033[?1;2c", "\r\r\r", "\t\t", "\033[15~"};
    if (chance(3) == 0)
        return (size_t)snprintf(out, 16, "%s", parts[chance(sizeof parts / sizeof parts[0])]);
    out[0] = (char)(chance(4) == 0 ? chance(256) : ' ' + chance(95));
    if (out[0] == '\034')
        out[0] = '\0'; /* Ctrl-\ is the terminal's way to end a program, and may */
    return 1;
}

static void start_demo(struct glass *g)
{
    static const char *const argv[] = {PC_BIN_DIR "/tui_demo", "operation-running", NULL};
    glass_start(g, &(struct glass_way){.argv = argv, .plain = true});
    glass_until(g, "LAB");
}

/* It may have been told to quit; it must not have been broken. What it sent is
 * judged when all of it has come: before, a character may be cut in two. */
static void end_demo(struct glass *g)
{
    while (pty_alive(g->pty))
        pty_take(g->pty, 50);
    while (pty_take(g->pty, 0))
        continue;
    const char *found = glass_found(g);
    if (found)
        fail_msg("the terminal gets %s", found);
    int status = glass_end(g), signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    /* Who is told to end once more while it ends, and has tidied up, just goes. */
    if (signo && signo != SIGINT && signo != SIGTERM)
        fail_msg("signal %d", signo);
    assert_true(signo || WEXITSTATUS(status) == 0 || WEXITSTATUS(status) >= 128);
}

static void bytes_at_random_break_nothing(void **state)
{
    struct glass g;
    char bytes[1024];
    long whole = BYTES * number_of("FUZZ_ROUNDS", 1), left = whole, lives = 1;
    (void)state;
    seed(3);
    start_demo(&g);
    while (left > 0) {
        size_t n = 0;
        while (n < 500)
            n += any_bytes(bytes + n);
        if (pty_send(g.pty, bytes, n))
            left -= (long)n; /* what an end cut short is not counted */
        if (chance(4) == 0)
            glass_resize(&g, 1 + (int)chance(60), 1 + (int)chance(200));
        glass_idle(&g); /* or it hangs, or spins */
        if (g.pty->len > sizeof g.pty->out / 2)
            kill(g.pty->child, SIGTERM); /* there is room for so much in one life */
        if (!pty_alive(g.pty) || g.pty->len > sizeof g.pty->out / 2) {
            end_demo(&g);
            start_demo(&g);
            lives++;
        }
    }
    kill(g.pty->child, SIGTERM);
    end_demo(&g);
    print_message("%ld bytes were taken, in %ld lives\n", whole - left, lives);
}

/* Ctrl-Z and Ctrl-C among what is typed: whoever ends at any moment of a stop gives back what he
 * took. */
static void stops_and_ends_at_random_leave_the_terminal_as_it_was(void **state)
{
    (void)state;
    seed(4);
    for (int life = 0; life < 20; life++) {
        struct glass g;
        char bytes[64];
        start_demo(&g);
        do {
            size_t n = 1 + chance(sizeof bytes);
            for (size_t i = 0; i < n; i++)
                bytes[i] = (char)(chance(3) ? '\032' : chance(9) ? 'j' : '\003');
            if (chance(4) == 0)
                glass_resize(&g, 1 + (int)chance(60), 1 + (int)chance(200));
            pty_send(g.pty, bytes, n);
        } while (pty_alive(g.pty));
        end_demo(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_at_random_break_nothing),
        cmocka_unit_test(sizes_at_random_break_nothing),
        cmocka_unit_test(bytes_at_random_break_nothing),
        cmocka_unit_test(stops_and_ends_at_random_leave_the_terminal_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
