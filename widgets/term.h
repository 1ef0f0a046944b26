/*
 * term: the life of the terminal.
 *
 * Owns: the curses screen, the terminal's modes, the handlers of SIGWINCH,
 * SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP and of the crash signals
 * (SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT).
 * Thread: the UI thread only, one terminal a process. Other threads should
 * block the signals above but for the crash ones.
 * Never: loops, sleeps, or knows what is on the screen.
 *
 * However the process ends, the terminal is given back as it was found: by
 * term_close(); or, in a crash, by the handler, which does nothing but
 * write(2) and tcsetattr(3) with what was prepared at the start, and then
 * lets the signal take its course, so that the exit status is the true one.
 *
 * A loop looks like this:
 *
 *     poll({ term_input_fd, term_signal_fd, the engine's eventfd }, timeout)
 *     unsigned ev = term_take_events(t);
 *     if (ev & TERM_EV_QUIT)    leave the loop
 *     while ((key = term_read_key(t)) != UI_KEY_NONE)  hand it to the screen
 *     if (something changed || ev & TERM_EV_REPAINT)
 *         struct canvas cv = term_begin(t, theme);  paint all of it;  term_end(t);
 */
#ifndef PC_WIDGETS_TERM_H
#define PC_WIDGETS_TERM_H

#include <stdbool.h>

#include "backend/base/buf.h"
#include "backend/base/error.h"
#include "widgets/key.h"
#include "widgets/paint.h"
#include "widgets/rect.h"
#include "widgets/theme.h"

struct term;

enum term_charset {
    TERM_CHARSET_AUTO, /* UTF-8 when the locale says so, else ASCII */
    TERM_CHARSET_UTF8,
    TERM_CHARSET_ASCII,
};

/* All zero is the ordinary case. */
struct term_options {
    const char *term_name; /* NULL: the environment's TERM */
    enum term_charset charset;
    bool no_color; /* as if NO_COLOR were set */
    bool mouse;    /* ask for mouse reports from the start */
};

/*
 * Would term_open() work? PC_OK, or the reason in *err: standard input or
 * output is no terminal; TERM unset, unknown, or unable to place the cursor.
 * Touches nothing, so a program can choose plain lines instead.
 */
enum pc_err term_check(const struct term_options *opt, struct pc_error *err);

/*
 * Take the terminal (standard input and output). Sets LC_CTYPE from the
 * environment, and only that. Errors as term_check(); then nothing was
 * written. ESCDELAY (ms) is honoured, 25 without it.
 */
enum pc_err term_open(const struct term_options *opt, struct term **ret_term, struct pc_error *err)
    __attribute__((warn_unused_result));

/* Give it back. NULL is allowed. */
void term_close(struct term *term);

/* End the process the way the signal would have, after term_close(): the
 * parent sees the true cause. Does not return. */
void term_die_by(int signo) __attribute__((noreturn));

/* Poll both for reading. The signal descriptor wakes the loop on a resize,
 * a resume and a request to end. */
int term_input_fd(const struct term *term);
int term_signal_fd(const struct term *term);

enum term_event {
    TERM_EV_RESIZE = 1u << 0,  /* term_size() changed */
    TERM_EV_REPAINT = 1u << 1, /* paint again: after a resize or a resume */
    TERM_EV_QUIT = 1u << 2,    /* asked to end: see term_quit_signal() */
    TERM_EV_EOF = 1u << 3,     /* the keyboard is gone for good */
};

/*
 * Deal with the signals that came in: resizes, suspends (this call returns
 * after the resume). Returns the bits of enum term_event. Cheap when nothing
 * happened. A SIGTERM or SIGINT that finds an older one still unread after two
 * seconds ends the process at once: a loop that hangs cannot hold the terminal.
 */
unsigned term_take_events(struct term *term);

/* SIGTERM, SIGHUP or SIGINT once TERM_EV_QUIT was seen, else 0. */
int term_quit_signal(const struct term *term);

/* The next key, or UI_KEY_NONE when none waits. Never blocks (beyond ESCDELAY
 * after an Esc) and never paints. Pasted characters carry UI_KEY_PASTED. */
ui_key term_read_key(struct term *term);

/* Where the last UI_KEY_MOUSE was. */
struct term_mouse {
    int y, x;
    bool press, wheel_up, wheel_down;
};
struct term_mouse term_mouse(const struct term *term);
void term_set_mouse(struct term *term, bool on);

struct size term_size(const struct term *term);
enum term_depth term_colour_depth(const struct term *term);

/*
 * A frame: begin gives an empty canvas over the whole screen, end sends what
 * differs from the last frame, and nothing when nothing differs. Nobody else
 * refreshes.
 */
struct canvas term_begin(struct term *term, const struct theme *theme);
void term_end(struct term *term);

/* Between the two: how many cells differ from what the terminal shows, which is about
 * what the frame costs the line; 0: term_end() will send nothing but a cursor. */
int term_changed(const struct term *term);

/* Send the whole screen anew with the next term_end() (Ctrl-L). */
void term_redraw(struct term *term);

/* ---- said to the terminal itself, between two frames (term_tell.c) ---------------- */

/* The window's title, cleaned and cut; the one before comes back in the end, a
 * crash included. The same again sends nothing. Nothing on other terminals than
 * xterm and its kin. */
enum { TERM_TITLE_MAX = 256 };
void term_title(struct term *term, const char *title);

/* Puts a text into the clipboard of whoever sits before the terminal (OSC 52),
 * also over SSH. False, and nothing sent: longer than TERM_COPY_MAX bytes, or a
 * terminal that does not know it. Whether the terminal permits it is its
 * owner's choice, and is not answered. */
enum { TERM_COPY_MAX = 32 * 1024 };
bool term_copy(struct term *term, const char *text);

void term_bell(struct term *term);

/* A notice on the desktop of whoever sits there, cleaned and cut: OSC 9, or the
 * notify of OSC 777; within tmux as its passthrough. Nothing on other terminals
 * than xterm's kin. */
enum { TERM_NOTICE_MAX = 200 };
void term_notice(struct term *term, bool osc777, const char *text);

/* What is on the screen now, as plain lines. */
void term_text(const struct term *term, struct buf *out);

#endif
