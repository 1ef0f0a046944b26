/*
 * glass: a program on a terminal whose screen can be read.
 *
 * The terminal is a pseudo-terminal with libvterm behind it: keys go in by
 * their names, and what is waited for is what stands on the screen, never a
 * time. The bytes themselves are judged, too: all that came is kept and is
 * checked against what a painted screen needs.
 */
#ifndef TESTS_WIDGETS_GLASS_H
#define TESTS_WIDGETS_GLASS_H

#include "tests/widgets/pty.h"

#include "backend/base/buf.h"

struct glass {
    struct pty *pty;
    struct VTerm *vt;
    struct VTermScreen *screen;
    int rows, cols;
    size_t seen; /* bytes of the pty that the screen has */
    struct buf text;
};

struct glass_way {
    const char *const *argv; /* the program and its arguments, NULL at the end */
    const char *const *env;  /* "NAME=value", or "NAME" to have it unset; NULL at the end */
    int rows, cols;          /* 0: 24x80 */
    bool plain; /* by itself the terminal neither echoes nor throws output away: what
                   is typed after the end is nothing that the program sent */
};

/* TERM is tmux-256color and LC_ALL is C.UTF-8 unless env says otherwise. */
void glass_start(struct glass *g, const struct glass_way *way);

/* Keys by their names, as key.h has them, blanks between: "t Tab C-l x Enter". An Esc
 * is followed by a wait until it was taken for one. */
void glass_keys(struct glass *g, const char *names);
void glass_type(struct glass *g, const char *text);
void glass_resize(struct glass *g, int rows, int cols);

/* Waits until the text stands in a row of the screen, or no more does; fails the
 * test, and shows the screen, after 60 s and when the program ends. */
void glass_until(struct glass *g, const char *text);
void glass_until_gone(struct glass *g, const char *text);

/* Waits until the program has read all keys, rests, and has nothing more to say. */
void glass_idle(struct glass *g);

/* The screen, a line a row, blanks at their ends cut; lent until the next call. */
const char *glass_text(struct glass *g);

/* What came so far and a painted screen does not need (sequences that command,
 * ask, name or print; controls; bytes that are no UTF-8): NULL, or what. */
const char *glass_found(const struct glass *g);

/* Waits for the end; the status of waitpid(). The modes of the terminal must be
 * those from before. */
int glass_end(struct glass *g);

/* Only the screen, when the terminal was closed and the child waited for. */
void glass_free(struct glass *g);

#endif
