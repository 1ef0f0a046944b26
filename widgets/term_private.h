/*
 * term_private: the terminal's inside, shared by term.c and term_input.c.
 */
#ifndef PC_WIDGETS_TERM_PRIVATE_H
#define PC_WIDGETS_TERM_PRIVATE_H

#include <curses.h>

#include "widgets/term.h"

struct term {
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading from it never refreshes anything */
    int in_fd, out_fd;
    enum term_depth depth;
    const struct glyphs *glyphs;
    bool utf8, xterm_kin;
    struct size size;
    struct cursor_place cursor;
    bool cursor_shown; /* as the terminal has it now */
    bool redraw;
    int quit_signal;
    bool pasting;
    char part[4]; /* the bytes so far of a character that is not whole */
    size_t n_part;
    bool mouse_on;
    struct term_mouse mouse;
    struct term_mouse clicks[8]; /* that came at once, the newest first */
    size_t n_clicks;
    char title[TERM_TITLE_MAX]; /* as it was set; "" never */
};

/* Pastes are announced by the terminal; on or off. */
void term_input_set_paste(struct term *term, bool on);
/* The title that was there before; term_close() and a suspend do it. */
void term_title_restore(struct term *term);
/* Keypad, no waiting, names for the paste marks. */
void term_input_setup(struct term *term);

#endif
