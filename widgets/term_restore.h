/*
 * term_restore: gives the terminal back when nothing else can.
 *
 * Owns a copy of the terminal's modes as they were found and the bytes that
 * leave the full screen, made ready while all was well. term_restore_now()
 * uses write(2), tcsetattr(3) and getpid(2) only: it may run in a signal
 * handler, on any thread, and does its work once. Inside of term only.
 */
#ifndef PC_WIDGETS_TERM_RESTORE_H
#define PC_WIDGETS_TERM_RESTORE_H

#include <stdbool.h>

/* Remember the modes of `fd`; before curses changes them. False: no terminal. */
bool term_restore_save(int fd);

/* Make the bytes ready from the terminal's description, for out_fd; curses must
 * run. `rows` places the cursor on terminals without a screen to go back to. */
void term_restore_arm(int out_fd, int rows);

/* More bytes that give back what was taken since; lent for ever, NULL: no more
 * from the next arming on. */
void term_restore_also(const char *bytes);

/* No bytes are called for while the screen is left (closed, or suspended). The
 * modes are, always: curses changes them from the first moment to the last. */
void term_restore_disarm(void);

/* The terminal is as it was found, and stays so. */
void term_restore_done(void);

void term_restore_now(void);

/* Just the modes, as after a suspend that curses did not do quite. */
void term_restore_modes(void);

#endif
