/*
 * The terminal on a real pseudo-terminal: what comes in as keys, and how sparing
 * it is with the bytes that go out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/widgets/term_child.h"

static struct pty p;

/* --- sizes and keys --- */

static void a_resize_is_painted(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
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
    term_child_gave_back(&p, 0);
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
    term_child_start(&p, ENDS_CLOSING);
    hears("a", "<a>");
    hears("\xc3\xa9", "<é>");
    hears("\033OA", "<Up>"); /* in keypad mode */
    hears("\r", "<Enter>");
    hears("\x7f", "<Backspace>");
    hears("\b", "<Backspace>");
    hears("\033", "<Esc>");
    hears("\x13", "<Ctrl-S>"); /* which would have frozen the line */
    hears("\x11", "<Ctrl-Q>");
    pty_write(&p, "\xe6\x97");
    pty_settle(&p, 50);
    hears("\xa5", "<日>"); /* a character in two packets is a character */
    hears("\033[Z", "<S-Tab>");
    hears("\033[200~q\nX\033[201~c", "<p:q><p:Enter><p:X><c>");
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
}

/* A name typed with bytes that are no letter here is not the name without them. */
static void bytes_of_no_letter_here_are_not_lost(void **state)
{
    static const char *const LOCALES[] = {"C", "POSIX"};
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    hears("\xff\xc3"
          "bc",
          "<\xef\xbf\xbd><\xef\xbf\xbd><b><c>");
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
    for (size_t i = 0; i < sizeof(LOCALES) / sizeof(LOCALES[0]); i++) {
        setenv("LC_ALL", LOCALES[i], 1);
        term_child_start(&p, ENDS_CLOSING);
        hears("a", "<a>");
        hears("\xc3\xa9", "<?><?>");
        hears("b", "<b>");
        hears("\033OA", "<Up>");
        pty_write(&p, "q");
        pty_finish(&p);
        term_child_gave_back(&p, 0);
    }
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void esc_ends_a_paste_whose_end_was_lost(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    hears("\033[200~q", "<p:q>");
    pty_write(&p, "\033");
    pty_settle(&p, 100);
    pty_write(&p, "q");
    int status = pty_finish(&p);
    assert_true(WIFEXITED(status));
    term_child_gave_back(&p, 0);
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
    term_child_start(&p, ENDS_CLOSING);
    bytes_of("=");
    assert_int_equal(bytes_of("="), 0);
    assert_int_equal(bytes_of("====="), 0);
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
}

static void a_changed_cell_sends_a_few_bytes(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
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
    term_child_gave_back(&p, 0);
}

static size_t count_of(const char *text)
{
    size_t n = 0;
    for (const char *at = p.out; (at = memmem(at, p.len - (size_t)(at - p.out), text, strlen(text)));
         at++)
        n++;
    return n;
}

static void the_terminal_is_told_its_title_once_and_gets_its_own_back(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    size_t from = p.len;
    pty_write(&p, "TT");
    pty_settle(&p, 100);
    assert_true(pty_has(&p, from, "\033[22;2t\033]2;site-b "));
    assert_true(pty_has(&p, from, " failing over\a"));
    assert_false(pty_has(&p, from, "\033]0;")); /* what stands in it is cleaned */
    assert_int_equal(count_of("\033]2;"), 1);
    assert_int_equal(count_of("\033[23;2t"), 0);
    pty_write(&p, "q");
    pty_finish(&p);
    assert_int_equal(count_of("\033[23;2t"), 1);
    term_child_gave_back(&p, 0);
}

static void a_crash_gives_the_title_back_too(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_ABORTING);
    pty_write(&p, "T");
    pty_settle(&p, 100);
    pty_resize(&p, 20, 70); /* what is made ready for a crash is made anew */
    pty_settle(&p, 200);
    pty_write(&p, "X");
    pty_finish(&p);
    assert_int_equal(count_of("\033[23;2t"), 1);
}

static void a_text_goes_to_the_clipboard(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    size_t from = p.len;
    pty_write(&p, "YG");
    pty_settle(&p, 100);
    assert_true(pty_has(&p, from, "\033]52;c;cHJvdGVjdG9yLWNvbnNvbGUgb3BlcmF0aW9uIHNob3cgb3AtMQ==\a"));
    assert_true(pty_has(&p, from, "==\a\a"));
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
}

static void a_notice_goes_to_the_desktop_cleaned_and_through_tmux(void **state)
{
    (void)state;
    term_child_start(&p, ENDS_CLOSING);
    size_t from = p.len;
    pty_write(&p, "NM");
    pty_settle(&p, 100);
    assert_true(pty_has(&p, from, "\033]9;protector: failed, of "));
    assert_true(pty_has(&p, from, "\033]777;notify;protector;failed, of "));
    assert_false(pty_has(&p, from, "\033]0;"));
    from = p.len;
    pty_write(&p, "UNY");
    pty_settle(&p, 100);
    assert_true(pty_has(&p, from, "\033Ptmux;\033\033]9;protector: failed, of "));
    assert_true(pty_has(&p, from, "\033Ptmux;\033\033]52;c;cHJv"));
    assert_true(pty_has(&p, from, "==\a\033\\"));
    pty_write(&p, "q");
    pty_finish(&p);
    term_child_gave_back(&p, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_resize_is_painted, term_child_setup),
        cmocka_unit_test_setup(keys_come_in_as_what_they_are, term_child_setup),
        cmocka_unit_test_setup(bytes_of_no_letter_here_are_not_lost, term_child_setup),
        cmocka_unit_test_setup(esc_ends_a_paste_whose_end_was_lost, term_child_setup),
        cmocka_unit_test_setup(nothing_new_sends_nothing, term_child_setup),
        cmocka_unit_test_setup(a_changed_cell_sends_a_few_bytes, term_child_setup),
        cmocka_unit_test_setup(the_terminal_is_told_its_title_once_and_gets_its_own_back,
                               term_child_setup),
        cmocka_unit_test_setup(a_crash_gives_the_title_back_too, term_child_setup),
        cmocka_unit_test_setup(a_text_goes_to_the_clipboard, term_child_setup),
        cmocka_unit_test_setup(a_notice_goes_to_the_desktop_cleaned_and_through_tmux,
                               term_child_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
