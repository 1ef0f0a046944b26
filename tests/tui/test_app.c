/*
 * The loop in a real pseudo-terminal: it starts, rests, is resized, and gives
 * the terminal back however it ends.
 */
#include "tests/tui/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "backend/base/buf.h"
#include "backend/base/clock.h"

struct console {
    pid_t pid;
    int fd;
    struct buf out; /* all that it ever sent */
    struct termios before;
};

static void start(struct console *c, const char *stage, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    int go[2];
    char byte;
    buf_init(&c->out, 16 << 20);
    assert_int_equal(pipe(go), 0);
    c->pid = forkpty(&c->fd, NULL, NULL, &size);
    assert_true(c->pid >= 0);
    if (c->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        unsetenv("NO_COLOR");
        close(go[1]);
        if (read(go[0], &byte, 1) != 0) /* not before the terminal was looked at */
            _exit(126);
        execl(PC_BIN_DIR "/tui_demo", "tui_demo", stage, (char *)NULL);
        _exit(127);
    }
    tcgetattr(c->fd, &c->before);
    close(go[0]);
    close(go[1]);
}

/* Takes what comes until `quiet_ms` pass without a byte; returns how much. */
static size_t listen_for(struct console *c, int quiet_ms)
{
    size_t before = c->out.len;
    char bytes[4096];
    struct pollfd fd = {.fd = c->fd, .events = POLLIN};
    while (poll(&fd, 1, quiet_ms) > 0) {
        ssize_t n = read(c->fd, bytes, sizeof bytes);
        if (n <= 0)
            break;
        buf_add(&c->out, bytes, (size_t)n);
    }
    return c->out.len - before;
}

/* Until the text was sent (since the start) and the screen is quiet. */
static void wait_for(struct console *c, const char *text)
{
    int64_t until = clock_mono_ms() + 10000;
    while (!memmem(buf_text(&c->out), c->out.len, text, strlen(text)) && clock_mono_ms() < until)
        listen_for(c, 50);
    listen_for(c, 150);
    assert_non_null(memmem(buf_text(&c->out), c->out.len, text, strlen(text)));
}

static void send_keys(struct console *c, const char *keys)
{
    assert_int_equal(write(c->fd, keys, strlen(keys)), strlen(keys));
}

/* Its exit status; the terminal must be as it was found. */
static int finish(struct console *c)
{
    int status = 0;
    struct termios after;
    int64_t until = clock_mono_ms() + 10000;
    while (waitpid(c->pid, &status, WNOHANG) == 0) {
        if (clock_mono_ms() > until) {
            kill(c->pid, SIGKILL);
            fail_msg("it does not end");
        }
        listen_for(c, 20);
    }
    if (tcgetattr(c->fd, &after) == 0)
        assert_int_equal(c->before.c_lflag, after.c_lflag);
    close(c->fd);
    buf_release(&c->out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void it_starts_and_q_ends_it(void **state)
{
    struct console c;
    (void)state;
    start(&c, "calm", 24, 80);
    wait_for(&c, "Protection groups");
    send_keys(&c, "?");
    wait_for(&c, "prepare a test failover");
    buf_clear(&c.out);
    send_keys(&c, "\033");
    wait_for(&c, "Protection"); /* or Esc and q would be read as one */
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

static void title_and_clipboard_reach_the_terminal(void **state)
{
    struct console c;
    (void)state;
    start(&c, "calm", 24, 80);
    wait_for(&c, "\033]2;protector LAB site-a primary, site-b secondary as admin@demo\a");
    send_keys(&c, "/billing\r");
    wait_for(&c, "1 of 4");
    buf_clear(&c.out);
    send_keys(&c, "y");
    wait_for(&c, "\033]52;c;cHJvdGVjdG9yLWNvbnNvbGUg"); /* "protector-console " */
    send_keys(&c, ":hist\r");
    wait_for(&c, "History");
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

/* Press and release in one piece, as a line delivers them; twice, as people do. */
static void a_click_reaches_the_list(void **state)
{
    struct console c;
    (void)state;
    start(&c, "calm", 24, 80);
    wait_for(&c, "Protection groups");
    send_keys(&c, "\033OQ"); /* F2 */
    wait_for(&c, "\033[?1006;1000h");
    buf_clear(&c.out);
    send_keys(&c, "\033[<0;6;11M\033[<0;6;11m\033[<0;6;11M\033[<0;6;11m");
    wait_for(&c, "6 ledger");
    assert_non_null(memmem(c.out.data, c.out.len, "hr-suite", 8));
    buf_clear(&c.out);
    send_keys(&c, "\033OQ");
    wait_for(&c, "\033[?1006;1000l");
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

static void a_screen_at_rest_sends_nothing(void **state)
{
    struct console c;
    (void)state;
    start(&c, "calm", 24, 80);
    wait_for(&c, "Protection groups");
    /* At the most the minute of the clock turns within these seconds. */
    assert_true(listen_for(&c, 3000) <= 64);
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

static void a_burst_of_keys_is_not_a_burst_of_frames(void **state)
{
    struct console c;
    char keys[2001];
    (void)state;
    memset(keys, 'j', 2000);
    keys[2000] = '\0';
    start(&c, "calm", 24, 80);
    wait_for(&c, "Protection groups");
    send_keys(&c, keys);
    assert_true(listen_for(&c, 300) < 20000);
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

static void resize_storms_are_survived(void **state)
{
    struct console c;
    (void)state;
    start(&c, "running", 24, 80);
    wait_for(&c, "Running");
    for (int i = 0; i < 60; i++) {
        struct winsize size = {.ws_row = (unsigned short)(1 + i * 37 % 70),
                               .ws_col = (unsigned short)(1 + i * 53 % 250)};
        ioctl(c.fd, TIOCSWINSZ, &size);
        listen_for(&c, 3);
    }
    struct winsize small = {.ws_row = 5, .ws_col = 20}, back = {.ws_row = 24, .ws_col = 80};
    ioctl(c.fd, TIOCSWINSZ, &small);
    wait_for(&c, "this is 20x5");
    ioctl(c.fd, TIOCSWINSZ, &back);
    listen_for(&c, 300);
    buf_clear(&c.out);
    send_keys(&c, "\f"); /* Ctrl-L sends all of it again */
    wait_for(&c, "Protection groups");
    send_keys(&c, "qy");
    assert_int_equal(finish(&c), 0);
}

static void signals_give_the_terminal_back(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct console c;
        start(&c, "running", 24, 80);
        wait_for(&c, "Running");
        kill(c.pid, signals[i]);
        assert_int_equal(finish(&c), 128 + signals[i]);
    }
}

static void a_dropped_line_ends_an_idle_console(void **state)
{
    struct console c;
    (void)state;
    start(&c, "calm", 24, 80);
    wait_for(&c, "Protection groups");
    kill(c.pid, SIGHUP);
    assert_int_equal(finish(&c), 128 + SIGHUP);
}

static void a_dropped_line_does_not_end_what_runs(void **state)
{
    struct console c;
    int status;
    (void)state;
    start(&c, "running", 24, 80);
    wait_for(&c, "Running");
    buf_clear(&c.out);
    kill(c.pid, SIGHUP);
    wait_for(&c, "\033[?1049l"); /* the screen is given back */
    listen_for(&c, 300);
    assert_int_equal(waitpid(c.pid, &status, WNOHANG), 0); /* the operation goes on */
    kill(c.pid, SIGTERM);
    assert_int_equal(finish(&c), 1000 + SIGTERM);
}

static void no_hostile_byte_reaches_the_terminal(void **state)
{
    static const char *const bad[] = {"\033]0;owned", "\xc2\x9b",     "\xe2\x80\xae",
                                      "\xe2\x80\x8b", "\xef\xbb\xbf", "\033[2J\xe2"};
    struct console c;
    (void)state;
    start(&c, "hostile", 24, 80);
    wait_for(&c, "Protection groups");
    send_keys(&c, "\n123456");
    wait_for(&c, "6 ledger");
    send_keys(&c, "a");
    wait_for(&c, "What failed");
    send_keys(&c, "e\t\t");
    listen_for(&c, 200);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(memmem(c.out.data, c.out.len, bad[i], strlen(bad[i])));
    send_keys(&c, "q");
    assert_int_equal(finish(&c), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_and_q_ends_it),
        cmocka_unit_test(title_and_clipboard_reach_the_terminal),
        cmocka_unit_test(a_click_reaches_the_list),
        cmocka_unit_test(a_screen_at_rest_sends_nothing),
        cmocka_unit_test(a_burst_of_keys_is_not_a_burst_of_frames),
        cmocka_unit_test(resize_storms_are_survived),
        cmocka_unit_test(signals_give_the_terminal_back),
        cmocka_unit_test(a_dropped_line_ends_an_idle_console),
        cmocka_unit_test(a_dropped_line_does_not_end_what_runs),
        cmocka_unit_test(no_hostile_byte_reaches_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
