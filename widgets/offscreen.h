/*
 * offscreen: a screen without a terminal.
 *
 * Paints as on a terminal, into memory, and gives the cells back as text: for
 * golden screens in tests and for a dump of a screen into a file. It is a
 * curses screen of its own on /dev/null; only one of term and offscreen is
 * current at a time, so a program that has a terminal open must not use this.
 * UI thread only.
 */
#ifndef PC_WIDGETS_OFFSCREEN_H
#define PC_WIDGETS_OFFSCREEN_H

#include "backend/base/buf.h"
#include "widgets/paint.h"

struct offscreen;

/* utf8 needs an LC_CTYPE that is UTF-8, which it sets to C.UTF-8 when it is not.
 * NULL when there is no curses for it (no terminfo). */
struct offscreen *offscreen_new(struct size size, enum term_depth depth, bool utf8);
void offscreen_free(struct offscreen *o);

/* Another size; at least 1x1. */
void offscreen_resize(struct offscreen *o, struct size size);

/* An empty canvas over all of it; applies the theme for its depth. */
struct canvas offscreen_begin(struct offscreen *o, struct theme *theme);

/* The same for another depth than it was made for, from now on. */
void offscreen_set_depth(struct offscreen *o, enum term_depth depth);

/* As offscreen_begin(), but what is painted shows roles and no colours: for
 * offscreen_role() alone. */
struct canvas offscreen_begin_roles(struct offscreen *o, struct theme *theme);

/* What a cell means: a role, and the one that it lies on (TEXT: the plain ground). */
struct cell_role {
    enum role role, ground;
};
struct cell_role offscreen_role(const struct offscreen *o, int y, int x);

/* What a cell looks like, its text aside; and that in words, "fg 114 bg -1 bold". */
struct cell_look {
    int fg, bg;     /* -1: the terminal's own colour */
    unsigned attrs; /* as in struct style */
};
struct cell_look offscreen_look(const struct offscreen *o, int y, int x);
enum { CELL_LOOK_SIZE = 64 };
void cell_look_words(struct cell_look look, char ret[CELL_LOOK_SIZE]);

/* The cursor asked for by what was painted. */
struct cursor_place offscreen_cursor(const struct offscreen *o);

/* The rows as text, blanks at the end cut, a newline after each. */
void offscreen_text(const struct offscreen *o, struct buf *out);

/*
 * The looks beside the text: a letter a cell, '.' for the plain one, and below
 * a list of what the letters mean ("a  fg 114 bg -1 bold"). Letters are given
 * in the order in which looks appear; more than 52 share '*'.
 */
void offscreen_looks(const struct offscreen *o, struct buf *out);

#endif
