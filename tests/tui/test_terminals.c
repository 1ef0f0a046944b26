/*
 * Where the console is started, and how it is left: kinds of terminals, locales,
 * inside tmux and screen, stopped and resumed, the flow control of old, no
 * colour, no keyboard.
 */
#include "tests/support/venue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const DEMO[] = {PC_BIN_DIR "/tui_demo", "running", NULL};

/* A sequence "ESC [ ... m" that sets a colour. */
static bool has_colour(const struct glass *g)
{
    for (const char *at = g->pty->out; (at = strstr(at, "\033[")) != NULL;) {
        at += 2;
        size_t len = strspn(at, "0123456789;");
        for (const char *n = at; at[len] == 'm' && n < at + len; n += strcspn(n, ";m") + 1) {
            long code = strtol(n, NULL, 10);
            if ((code >= 30 && code < 50 && code != 39) || code >= 90)
                return true;
        }
    }
    return false;
}

/* Starts it so, has it show help and go back, and quit; all of the modes must be back. */
static void works_with(const char *const *env, bool utf8, bool colours)
{
    struct glass g;
    bool beyond_ascii = false;
    glass_start(&g, &(struct glass_way){.argv = DEMO, .env = env});
    glass_until(&g, "prod-web-app");
    glass_keys(&g, "Down ?");
    glass_until(&g, "Enter");
    glass_keys(&g, "Esc");
    glass_until(&g, "Sites");
    for (size_t i = 0; i < g.pty->len; i++)
        beyond_ascii = beyond_ascii || (unsigned char)g.pty->out[i] >= 0x80;
    if (beyond_ascii != utf8)
        fail_msg("%s: UTF-8 is %d", env[0], beyond_ascii);
    if (has_colour(&g) != colours)
        fail_msg("%s: colours are %d", env[0], !colours);
    glass_keys(&g, "q");
    glass_keys(&g, "y");
    int status = glass_end(&g);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void every_terminal_and_locale_is_served(void **state)
{
    static const struct {
        const char *term, *locale, *no_color;
        bool utf8, colours;
    } places[] = {
        {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR", true, true},
        {"TERM=tmux-256color", "LC_ALL=C.UTF-8", "NO_COLOR", true, true},
        {"TERM=screen", "LC_ALL=C", "NO_COLOR", false, true},
        {"TERM=screen-256color", "LC_ALL=POSIX", "NO_COLOR", false, true},
        {"TERM=linux", "LC_ALL=C.UTF-8", "NO_COLOR", true, true},
        {"TERM=linux", "LC_ALL=no_SUCH", "NO_COLOR", false, true},
        {"TERM=vt100", "LC_ALL=C", "NO_COLOR", false, false},
        {"TERM=vt100", "LC_ALL=C.UTF-8", "NO_COLOR", true, false},
        {"TERM=tmux-256color", "LC_ALL=C.UTF-8", "NO_COLOR=1", true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const char *env[] = {places[i].term, places[i].locale, places[i].no_color, NULL};
        works_with(env, places[i].utf8, places[i].colours);
    }
}

/* A letter that the locale does not have is not left out of a name: with it in, the
 * name is another one, and confirms nothing. */
static void a_letter_of_another_locale_spoils_a_name(void **state)
{
    static const char *const calm[] = {PC_BIN_DIR "/tui_demo", "calm", NULL};
    static const char *const LOCALES[] = {"LC_ALL=C", "LC_ALL=POSIX", "LC_ALL=C.UTF-8"};
    (void)state;
    for (size_t i = 0; i < sizeof LOCALES / sizeof LOCALES[0]; i++) {
        struct glass g;
        glass_start(&g, &(struct glass_way){.argv = calm,
                                            .env = (const char *const[]){LOCALES[i], NULL}});
        glass_until(&g, "prod-web-app");
        glass_keys(&g, "F");
        glass_until(&g, "S: to the last page");
        glass_keys(&g, "7");
        glass_until(&g, "the group's name is not typed yet");
        glass_type(&g, "prod-web\xc3\xa9-app");
        glass_until(&g, "the group's name differs at character 9");
        glass_type(&g, "\025prod-web-app"); /* all of it taken back, and typed as it is */
        glass_until_gone(&g, "the group's name");
        glass_keys(&g, "Esc Esc q");
        int status = glass_end(&g);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

/* The last frame is still there, keys go on, and not one was lost. */
static void flow_control_of_old_freezes_nothing(void **state)
{
    struct glass g;
    (void)state;
    glass_start(&g, &(struct glass_way){.argv = DEMO});
    glass_until(&g, "prod-web-app");
    glass_keys(&g, "Ctrl-S ?");
    glass_until(&g, "Esc"); /* it paints although nobody sent Ctrl-Q */
    glass_keys(&g, "Esc");
    glass_until(&g, "Sites");
    kill(g.pty->child, SIGTERM);
    int status = glass_end(&g);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
}

/* Whatever ends it, the terminal is given back, and who started it sees the cause. */
static void every_way_out_gives_the_terminal_back(void **state)
{
    static const char *const calm[] = {PC_BIN_DIR "/tui_demo", "calm", NULL};
    /* A sanitizer would take the crashes for its own, and end in its own way. */
    static const char *const own_crashes[] = {
        "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0",
        "UBSAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0",
        "TSAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0", NULL};
    static const struct {
        int signo;
        bool crash;
    } ways[] = {{SIGTERM, false}, {SIGINT, false}, {SIGHUP, false}, {SIGQUIT, true},
                {SIGSEGV, true},  {SIGABRT, true}, {SIGBUS, true},  {SIGFPE, true}};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct glass g;
        glass_start(&g, &(struct glass_way){.argv = calm, .env = own_crashes});
        glass_until(&g, "prod-web-app");
        kill(g.pty->child, ways[i].signo);
        while (pty_alive(g.pty))
            pty_take(g.pty, 50);
        while (pty_take(g.pty, 0))
            continue;
        if (!pty_has(g.pty, 0, "\033[?1049l"))
            fail_msg("after signal %d the screen is not given back", ways[i].signo);
        int status = glass_end(&g); /* looks at the modes */
        assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                         ways[i].crash ? ways[i].signo : 128 + ways[i].signo);
    }
}

static void a_dropped_line_ends_it(void **state)
{
    static const char *const calm[] = {PC_BIN_DIR "/tui_demo", "calm", NULL};
    struct glass g;
    int status = 0;
    (void)state;
    glass_start(&g, &(struct glass_way){.argv = calm});
    glass_until(&g, "prod-web-app");
    close(g.pty->slave);
    close(g.pty->fd); /* as when sshd goes */
    assert_int_equal(waitpid(g.pty->child, &status, 0), g.pty->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGHUP);
    glass_free(&g);
}

/* A shell with job control between: only so can a program be stopped at all. */
static void it_is_stopped_and_resumed_by_a_shell(void **state)
{
    static const char *const argv[] = {"/bin/sh", "-c",
                                       "set -m; " PC_BIN_DIR "/tui_demo running; "
                                       "echo the shell has it; stty -a | tr ';' '\\n' | grep lflags;"
                                       "read go; fg >/dev/null; echo ended with $?", NULL};
    struct glass g;
    (void)state;
    glass_start(&g, &(struct glass_way){.argv = argv});
    glass_until(&g, "prod-web-app");
    glass_type(&g, "\032");
    glass_until(&g, "the shell has it");
    assert_true(pty_modes_restored(g.pty));
    size_t from = g.pty->len;
    glass_type(&g, "\n");
    glass_until(&g, "prod-web-app");
    assert_true(pty_has(g.pty, from, "Protection groups")); /* all of it, painted anew */
    glass_keys(&g, "q y");
    glass_until(&g, "ended with 0");
    glass_end(&g);
}

/* The program inside of another terminal: what its screen shows is what ours shows. */
static void inside(const char *const *argv, const char *const *env)
{
    struct glass g;
    glass_start(&g, &(struct glass_way){.argv = argv, .env = env});
    glass_until(&g, "prod-web-app");
    glass_keys(&g, "? ");
    glass_until(&g, "Esc");
    glass_resize(&g, 16, 60); /* tmux has a line for itself */
    glass_until(&g, "Esc");
    glass_type(&g, "\033");
    glass_until(&g, "Sites");
    glass_keys(&g, "q y");
    int status = glass_end(&g);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void it_runs_inside_tmux_and_screen(void **state)
{
    static const char *const in_tmux[] = {"/usr/bin/tmux", "-f", "/dev/null", "-L", NULL,
                                          "new-session", PC_BIN_DIR "/tui_demo running", NULL};
    static const char *const in_screen[] = {"/usr/bin/screen", "-U", "-c", "/dev/null",
                                            PC_BIN_DIR "/tui_demo", "running", NULL};
    char name[32], screens[] = "/tmp/pc-screen-XXXXXX", folder[64];
    const char *tmux[8];
    (void)state;
    snprintf(name, sizeof name, "pc-test-%d", (int)getpid());
    memcpy(tmux, in_tmux, sizeof in_tmux);
    tmux[4] = name;
    inside(tmux, (const char *const[]){"TMUX", "TERM=tmux-256color", NULL});
    assert_non_null(mkdtemp(screens));
    snprintf(folder, sizeof folder, "SCREENDIR=%s", screens);
    inside(in_screen, (const char *const[]){"STY", folder, "TERM=tmux-256color", NULL});
    rmdir(screens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_terminal_and_locale_is_served),
        cmocka_unit_test(a_letter_of_another_locale_spoils_a_name),
        cmocka_unit_test(flow_control_of_old_freezes_nothing),
        cmocka_unit_test(every_way_out_gives_the_terminal_back),
        cmocka_unit_test(a_dropped_line_ends_it),
        cmocka_unit_test(it_is_stopped_and_resumed_by_a_shell),
        cmocka_unit_test(it_runs_inside_tmux_and_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
