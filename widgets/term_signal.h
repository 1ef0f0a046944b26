/*
 * term_signal: the signals that concern a terminal, turned into bits.
 *
 * Owns the handlers and a pipe to itself. A handler writes one byte; the loop
 * reads it when it has time. The crash signals restore the terminal and then
 * go to whoever had them before (the default action, a sanitizer). Inside of
 * term only; one at a time.
 */
#ifndef PC_WIDGETS_TERM_SIGNAL_H
#define PC_WIDGETS_TERM_SIGNAL_H

#include <stdbool.h>

enum term_signal_bits {
    TERM_SIG_WINCH = 1u << 0,
    TERM_SIG_STOP = 1u << 1, /* SIGTSTP: please stop */
    TERM_SIG_CONT = 1u << 2,
    TERM_SIG_QUIT = 1u << 3,
};

/* False, with errno, when no pipe can be had. */
bool term_signal_install(void);
void term_signal_remove(void);

int term_signal_pipe(void); /* readable when something came */

/* What came since the last call; *ret_quit is set with TERM_SIG_QUIT. */
unsigned term_signal_take(int *ret_quit);

/* Stop this process as SIGTSTP would have; returns when it goes on. */
void term_signal_stop_here(void);

#endif
