/*
 * paint_text: the inside of painting, shared by the paint_*.c files.
 *
 * Here "clean" means: has been through safe_text. Nobody outside of painting
 * includes this; see paint.c for how it works.
 */
#ifndef PC_WIDGETS_PAINT_TEXT_H
#define PC_WIDGETS_PAINT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "widgets/paint.h"

/* The longest text drawn, in bytes; more than any screen can show in a line. */
#define PAINT_TEXT_MAX 4096

/* A character with its marks. */
struct cluster {
    wchar_t chars[5];
    int count;
    int width; /* 1 or 2 */
};

/* Decodes the cluster at s (clean, len bytes); returns its bytes, 0 at the end. */
size_t cluster_next(const struct canvas *cv, const char *s, size_t len, struct cluster *ret);

/* Columns of a clean text; counting ends once it is more than `stop`. */
int clean_width(const struct canvas *cv, const char *s, size_t len, int stop);

/* Where a line of text goes: w columns from (y, x), without its first `skip`
 * columns; `ellipsis`: a text that does not fit says so. */
struct text_place {
    int y, x, w, skip;
    bool ellipsis;
};

/* Draws a clean text; returns the columns used, 0..w. */
int draw_clean(struct canvas *cv, const struct text_place *at, enum role role, const char *s,
               size_t len);

/* A one-column glyph in every cell of r. */
void draw_repeat(struct canvas *cv, struct rect r, enum role role, const char *glyph);

#endif
