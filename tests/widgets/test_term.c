/*
 * The terminal on a real pseudo-terminal: refused when it cannot be used, given
 * back on every way out, and sparing with bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/widgets/pty.h"
#include "widgets/term.h"

/* What an xterm is told when the screen is left. */
#define LEAVE "\033[?1049l"
#define SHOW_CURSOR "\033[?25h"
#define PASTE_OFF "\033[?2004l"

static struct pty p;

static int setup(void **state)
{
    (void)state;
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("ESCDELAY");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    return 0;
}

/* --- the child: a screen that says what it got --- */

enum ending {
    ENDS_CLOSING,
    ENDS_EXITING, /* exit() without term_close() */
    ENDS_ABORTING,
    ENDS_FAULTING,
    ENDS_HANGING, /* does not look at its signals any more */
};

struct child {
    struct term *term;
    struct theme *theme;
    enum ending ending;
    char said[64];
    int said_row; /* a full row is left for an empty one: then all of it is sent */
    int counter, other;
};

static void paint(struct child *c)
{
    struct canvas cv = term_begin(c->term, c->theme);
    struct size size = term_size(c->term);
    paint_box(&cv, cv.clip, ROLE_BORDER, "child", NULL);
    paint_textf(&cv, 1, 2, 70, ROLE_STRONG, "size %dx%d depth %d", size.w, size.h,
                (int)term_colour_depth(c->term));
    paint_textf(&cv, 2, 2, 70, ROLE_TEXT, "counter %d", c->counter);
    paint_text(&cv, 3 + c->said_row, 2, 70, ROLE_TEXT, c->said);
    paint_textf(&cv, 21, 60, 10, ROLE_WARN, "other %d", c->other);
    term_end(c->term);
}

static void end_badly(const struct child *c)
{
    static int *volatile nowhere;
    if (c->ending == ENDS_EXITING)
        exit(7);
    if (c->ending == ENDS_ABORTING)
        abort();
    if (c->ending == ENDS_FAULTING)
        *nowhere = 1;
    while (c->ending == ENDS_HANGING)
        pause();
}

/* Appends the name of a key to what the child says. */
static void hear(struct child *c, ui_key key)
{
    char name[UI_KEY_NAME_MAX];
    size_t len = strlen(c->said);
    if (len > 30) {
        c->said_row++;
        len = 0;
    }
    snprintf(c->said + len, sizeof(c->said) - len, "<%s%s>", key & UI_KEY_PASTED ? "p:" : "",
             ui_key_name(key, name));
}

static int child_loop(struct child *c)
{
    bool changed = true, done = false;
    unsigned events = 0;
    while (!done && !(events & (TERM_EV_QUIT | TERM_EV_EOF))) {
        if (changed)
            paint(c);
        struct pollfd fds[] = {{.fd = term_input_fd(c->term), .events = POLLIN},
                               {.fd = term_signal_fd(c->term), .events = POLLIN}};
        poll(fds, 2, -1);
        events = term_take_events(c->term);
        changed = (events & TERM_EV_REPAINT) != 0;
        for (ui_key key; (key = term_read_key(c->term)) != UI_KEY_NONE;) {
            changed = true;
            if (key == 'X')
                end_badly(c);
            else if (key == '+')
                c->counter++;
            else if (key == '-')
                c->other++;
            else if (key == UI_KEY_CTRL('L'))
                term_redraw(c->term);
            else if (key == 'q')
                done = true;
            else if (key != '=') /* '=' paints the same again */
                hear(c, key);
        }
    }
    return term_quit_signal(c->term);
}

static int child_main(void *arg)
{
    struct child c = {.ending = *(enum ending *)arg};
    struct pc_error err = {0};
    if (term_open(NULL, &c.term, &err)) {
        printf("refused: %s\n", err.text);
        return 2;
    }
    c.theme = theme_new_default();
    theme_apply(c.theme, term_colour_depth(c.term));
    int signo = child_loop(&c);
    term_close(c.term);
    theme_free(c.theme);
    if (signo)
        term_die_by(signo);
    return 0;
}

static void start(enum ending ending)
{
    static enum ending how;
    how = ending;
    pty_start(&p, 24, 80, child_main, &how);
    assert_true(pty_until(&p, 0, "counter 0"));
    pty_settle(&p, 50);
}

static void check_given_back(size_t from)
{
    assert_true(pty_modes_restored(&p));
    assert_true(pty_has(&p, from, LEAVE));
    assert_true(pty_has(&p, from, SHOW_CURSOR));
    assert_true(pty_has(&p, from, PASTE_OFF));
    pty_close(&p);
}

/* --- ways out --- */

static void quitting_gives_the_terminal_back(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    assert_false(pty_modes_restored(&p));
    pty_write(&p, "q");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    check_given_back(0);
}

static void exit_without_closing_gives_it_back(void **state)
{
    (void)state;
    start(ENDS_EXITING);
    pty_write(&p, "X");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    check_given_back(0);
}

static void crashes_give_it_back_and_keep_their_cause(void **state)
{
    static const struct {
        enum ending ending;
        int signo;
    } crashes[] = {{ENDS_ABORTING, SIGABRT}, {ENDS_FAULTING, SIGSEGV}};
    (void)state;
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
        start(crashes[i].ending);
        pty_write(&p, "X");
        int status = pty_finish(&p);
#ifndef __SANITIZE_ADDRESS__ /* which ends the process its own way */
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == crashes[i].signo);
#else
        (void)status;
#endif
        check_given_back(0);
    }
}

static void signals_give_it_back_and_are_seen_by_the_parent(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGBUS, SIGFPE};
    (void)state;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        start(ENDS_CLOSING);
        kill(p.child, signals[i]);
        int status = pty_finish(&p);
#ifndef __SANITIZE_ADDRESS__
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
#else
        (void)status;
#endif
        check_given_back(0);
    }
}

static void a_loop_that_hangs_cannot_hold_the_terminal(void **state)
{
    int status = 0;
    (void)state;
    start(ENDS_HANGING);
    pty_write(&p, "X");
    pty_settle(&p, 50);
    kill(p.child, SIGTERM);
    kill(p.child, SIGTERM); /* at once: may be one and the same wish */
    pty_settle(&p, 100);
    assert_int_equal(waitpid(p.child, &status, WNOHANG), 0);
    kill(p.child, SIGHUP);
    kill(p.child, SIGHUP); /* a hangup never ends it the hard way */
    pty_settle(&p, 2200);  /* its patience is two seconds of the real clock */
    assert_int_equal(waitpid(p.child, &status, WNOHANG), 0);
    kill(p.child, SIGTERM);
    status = pty_finish(&p);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    check_given_back(0);
}

static void a_lost_line_ends_the_loop(void **state)
{
    int status = 0;
    (void)state;
    start(ENDS_CLOSING);
    pty_close(&p);
    assert_int_equal(waitpid(p.child, &status, 0), p.child);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGHUP);
}

/* --- suspend and resume --- */

static void a_suspended_program_has_given_the_terminal_back(void **state)
{
    int status = 0;
    (void)state;
    start(ENDS_CLOSING);
    /* Its own session leader without a parent in it cannot be stopped by
     * SIGTSTP, as POSIX wants; what is tested is that it comes back whole. */
    size_t from = p.len;
    kill(p.child, SIGTSTP);
    assert_true(pty_until(&p, from, LEAVE));
    kill(p.child, SIGCONT);
    assert_true(pty_until(&p, from, "counter 0")); /* painted anew, all of it */
    pty_write(&p, "q");
    status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    check_given_back(from);
}

/* --- sizes and keys --- */

static void a_resize_is_painted(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    size_t from = p.len;
    pty_resize(&p, 30, 100);
    assert_true(pty_until(&p, from, "100x30"));
    pty_resize(&p, 1, 1);
    pty_settle(&p, 100);
    from = p.len;
    pty_resize(&p, 24, 80);
    assert_true(pty_until(&p, from, "80x24"));
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
}

static void hears(const char *bytes, const char *names)
{
    size_t from = p.len;
    pty_write(&p, bytes);
    if (!pty_until(&p, from, names))
        fail_msg("%s was not heard: %s", names, p.out + from);
    pty_settle(&p, 20);
}

static void keys_come_in_as_what_they_are(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    hears("a", "<a>");
    hears("\xc3\xa9", "<é>");
    hears("\033OA", "<Up>"); /* in keypad mode */
    hears("\r", "<Enter>");
    hears("\x7f", "<Backspace>");
    hears("\b", "<Backspace>");
    hears("\033", "<Esc>");
    hears("\x13", "<Ctrl-S>"); /* which would have frozen the line */
    hears("\x11", "<Ctrl-Q>");
    hears("\xff\xc3"
          "bc",
          "<b><c>"); /* bytes that are no character are passed over */
    pty_write(&p, "\xe6\x97");
    pty_settle(&p, 50);
    hears("\xa5", "<日>"); /* a character in two packets is a character */
    hears("\033[Z", "<S-Tab>");
    hears("\033[200~q\nX\033[201~c", "<p:q><p:Enter><p:X><c>");
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
}

static void esc_ends_a_paste_whose_end_was_lost(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    hears("\033[200~q", "<p:q>");
    pty_write(&p, "\033");
    pty_settle(&p, 100);
    pty_write(&p, "q");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status));
    check_given_back(0);
}

/* --- bytes --- */

static size_t bytes_of(const char *keys)
{
    size_t from = p.len;
    pty_write(&p, keys);
    pty_settle(&p, 100);
    return p.len - from;
}

static void nothing_new_sends_nothing(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    bytes_of("=");
    assert_int_equal(bytes_of("="), 0);
    assert_int_equal(bytes_of("====="), 0);
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
}

static void a_changed_cell_sends_a_few_bytes(void **state)
{
    (void)state;
    start(ENDS_CLOSING);
    bytes_of("+");
    bytes_of("-");
    size_t cell = bytes_of("+"), coloured = bytes_of("-"), all = bytes_of("\x0c");
    print_message("[ bytes    ] a changed cell: %zu, a coloured one: %zu, all of 80x24 anew: %zu\n",
                  cell, coloured, all);
    assert_true(cell > 0 && cell <= 10);
    assert_true(coloured <= 40); /* curses sets the colour and takes it back */
    assert_true(all > 150);
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
}

/* --- surroundings --- */

/* A sequence "ESC [ ... m" that sets a colour. */
static bool has_colour(void)
{
    for (const char *at = p.out; (at = strstr(at, "\033[")) != NULL;) {
        at += 2;
        size_t len = strspn(at, "0123456789;");
        for (const char *n = at; at[len] == 'm' && n < at + len; n += strcspn(n, ";m") + 1) {
            long code = strtol(n, NULL, 10);
            if ((code >= 30 && code < 50) || code >= 90)
                return true;
        }
    }
    return false;
}

static void no_color_means_no_colour(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    start(ENDS_CLOSING);
    assert_true(pty_has(&p, 0, "depth 0"));
    assert_false(has_colour());
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
    unsetenv("NO_COLOR");
    start(ENDS_CLOSING);
    assert_true(has_colour()); /* or the check would say nothing */
    pty_write(&p, "q");
    pty_finish(&p);
    check_given_back(0);
}

static void other_locales_get_what_they_can_show(void **state)
{
    static const struct {
        const char *locale;
        bool utf8;
    } locales[] = {{"C", false}, {"POSIX", false}, {"C.UTF-8", true}, {"xx_YY.UTF-8", true}};
    (void)state;
    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        setenv("LC_ALL", locales[i].locale, 1);
        start(ENDS_CLOSING);
        bool any = false;
        for (size_t k = 0; k < p.len; k++)
            any = any || ((unsigned char)p.out[k] & 0x80);
        assert_int_equal(any, locales[i].utf8);
        pty_write(&p, "q");
        pty_finish(&p);
        check_given_back(0);
    }
}

static void refuses(const char *term, const char *says)
{
    static enum ending how = ENDS_CLOSING;
    if (term)
        setenv("TERM", term, 1);
    else
        unsetenv("TERM");
    pty_start(&p, 24, 80, child_main, &how);
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_true(pty_has(&p, 0, says));
    assert_false(pty_has(&p, 0, "\033")); /* words, no garbage */
    assert_true(pty_modes_restored(&p));
    pty_close(&p);
}

static void terminals_that_cannot_be_used_are_told(void **state)
{
    (void)state;
    refuses("no-such-terminal", "'no-such-terminal' is not known");
    refuses("dumb", "'dumb' cannot place the cursor");
    refuses(NULL, "TERM is not set");
    refuses("", "TERM is not set");
}

static void every_usual_terminal_works(void **state)
{
    static const char *const terms[] = {"vt100", "linux", "screen", "tmux-256color", "xterm"};
    (void)state;
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        setenv("TERM", terms[i], 1);
        start(ENDS_CLOSING);
        pty_write(&p, "q");
        int status = pty_finish(&p);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_true(pty_modes_restored(&p));
        pty_close(&p);
    }
}

static void what_is_no_terminal_is_told(void **state)
{
    struct pc_error err = {0};
    int saved = dup(STDIN_FILENO), ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(term_check(NULL, &err), PC_ERR_USAGE);
    assert_string_equal(err.text, "standard input is not a terminal");
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(quitting_gives_the_terminal_back, setup),
        cmocka_unit_test_setup(exit_without_closing_gives_it_back, setup),
        cmocka_unit_test_setup(crashes_give_it_back_and_keep_their_cause, setup),
        cmocka_unit_test_setup(signals_give_it_back_and_are_seen_by_the_parent, setup),
        cmocka_unit_test_setup(a_loop_that_hangs_cannot_hold_the_terminal, setup),
        cmocka_unit_test_setup(a_lost_line_ends_the_loop, setup),
        cmocka_unit_test_setup(a_suspended_program_has_given_the_terminal_back, setup),
        cmocka_unit_test_setup(a_resize_is_painted, setup),
        cmocka_unit_test_setup(keys_come_in_as_what_they_are, setup),
        cmocka_unit_test_setup(esc_ends_a_paste_whose_end_was_lost, setup),
        cmocka_unit_test_setup(nothing_new_sends_nothing, setup),
        cmocka_unit_test_setup(a_changed_cell_sends_a_few_bytes, setup),
        cmocka_unit_test_setup(no_color_means_no_colour, setup),
        cmocka_unit_test_setup(other_locales_get_what_they_can_show, setup),
        cmocka_unit_test_setup(terminals_that_cannot_be_used_are_told, setup),
        cmocka_unit_test_setup(every_usual_terminal_works, setup),
        cmocka_unit_test_setup(what_is_no_terminal_is_told, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
