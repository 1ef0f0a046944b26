/*
 * The terminal on a real pseudo-terminal: refused when it cannot be used, given
 * back on every way out, and what it is told in other surroundings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/widgets/term_child.h"
#include "widgets/term.h"

static struct pty p;

/* --- ways out --- */

static void quitting_gives_the_terminal_back(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    assert_false(pty_modes_restored(&p));
    pty_write(&p, "q");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    term_child_gave_back(&p, 0);
}

static void exit_without_closing_gives_it_back(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_EXITING);
    pty_write(&p, "X");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    term_child_gave_back(&p, 0);
}

static void crashes_give_it_back_and_keep_their_cause(void **state)
{
    static const struct {
        enum ending ending;
        int signo;
    } crashes[] = {{ENDS_ABORTING, SIGABRT}, {ENDS_FAULTING, SIGSEGV}};
    (void)state;
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
        term_child_start(&p, crashes[i].ending);
        pty_write(&p, "X");
        int status = pty_finish(&p);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == crashes[i].signo);
        term_child_gave_back(&p, 0);
    }
}

static void signals_give_it_back_and_are_seen_by_the_parent(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGBUS, SIGFPE};
    (void)state;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        term_child_start(&p, ENDS_CLOSING);
        kill(p.child, signals[i]);
        int status = pty_finish(&p);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
        term_child_gave_back(&p, 0);
    }
}

static void a_loop_that_hangs_cannot_hold_the_terminal(void **state)
{
    int status = 0;
    (void)state;
    term_child_start(&p, ENDS_HANGING);
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
    term_child_gave_back(&p, 0);
}

static void a_lost_line_ends_the_loop(void **state)
{
    int status = 0;
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    pty_close(&p);
    assert_int_equal(waitpid(p.child, &status, 0), p.child);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGHUP);
}

/* --- suspend and resume --- */

static void a_suspended_program_has_given_the_terminal_back(void **state)
{
    int status = 0;
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
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
    term_child_gave_back(&p, from);
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
    term_child_start(&p, ENDS_CLOSING);
    assert_true(pty_has(&p, 0, "depth 0"));
    assert_false(has_colour());
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
    unsetenv("NO_COLOR");
    term_child_start(&p, ENDS_CLOSING);
    assert_true(has_colour()); /* or the check would say nothing */
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
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
        term_child_start(&p, ENDS_CLOSING);
        bool any = false;
        for (size_t k = 0; k < p.len; k++)
            any = any || ((unsigned char)p.out[k] & 0x80);
        assert_int_equal(any, locales[i].utf8);
        pty_write(&p, "q");
        pty_finish(&p);
        term_child_gave_back(&p, 0);
    }
}

static void refuses(const char *term, const char *says)
{
    static enum ending how = ENDS_CLOSING;
    if (term)
        setenv("TERM", term, 1);
    else
        unsetenv("TERM");
    pty_start(&p, 24, 80, term_child, &how);
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
        term_child_start(&p, ENDS_CLOSING);
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
        cmocka_unit_test_setup(quitting_gives_the_terminal_back, term_child_setup),
        cmocka_unit_test_setup(exit_without_closing_gives_it_back, term_child_setup),
        cmocka_unit_test_setup(crashes_give_it_back_and_keep_their_cause, term_child_setup),
        cmocka_unit_test_setup(signals_give_it_back_and_are_seen_by_the_parent, term_child_setup),
        cmocka_unit_test_setup(a_loop_that_hangs_cannot_hold_the_terminal, term_child_setup),
        cmocka_unit_test_setup(a_lost_line_ends_the_loop, term_child_setup),
        cmocka_unit_test_setup(a_suspended_program_has_given_the_terminal_back, term_child_setup),
        cmocka_unit_test_setup(no_color_means_no_colour, term_child_setup),
        cmocka_unit_test_setup(other_locales_get_what_they_can_show, term_child_setup),
        cmocka_unit_test_setup(terminals_that_cannot_be_used_are_told, term_child_setup),
        cmocka_unit_test_setup(every_usual_terminal_works, term_child_setup),
        cmocka_unit_test_setup(what_is_no_terminal_is_told, term_child_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
