/*
 * term_child: a program on a terminal of its own that says what it got.
 *
 * What the tests of the terminal have in common: the child, how it is started,
 * and what must be true of its terminal when it has ended.
 */
#ifndef TESTS_WIDGETS_TERM_CHILD_H
#define TESTS_WIDGETS_TERM_CHILD_H

#include "tests/widgets/pty.h"

/* What an xterm is told when the screen is left. */
#define LEAVE "\033[?1049l"
#define SHOW_CURSOR "\033[?25h"
#define PASTE_OFF "\033[?2004l"

/* What the child does on the key X. */
enum ending {
    ENDS_CLOSING,
    ENDS_EXITING, /* exit() without term_close() */
    ENDS_ABORTING,
    ENDS_FAULTING,
    ENDS_HANGING, /* does not look at its signals any more */
};

/* cmocka's setup: an xterm of 256 colours, UTF-8, nothing else said. */
int term_child_setup(void **state);

/* Runs as the body of pty_start(); arg is an enum ending *. */
int term_child(void *arg);

/* Starts it on 80x24 and waits until it has painted. */
void term_child_start(struct pty *p, enum ending ending);

/* Since byte `from` the screen was left, and the modes are as before. Closes p. */
void term_child_gave_back(struct pty *p, size_t from);

#endif
