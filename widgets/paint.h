/*
 * paint: putting things on the screen.
 *
 * Everything that is drawn goes through here, and every text that is drawn is
 * cleaned here, in one place (paint.c, through base/text.h): a caller hands
 * over whatever a server sent and cannot forget it.
 *
 * All drawing is clipped to the canvas, measured in display columns (a wide
 * character is two, a combining one none) and never wraps by itself. What
 * does not fit ends in an ellipsis. No I/O, no clock, no allocation.
 * UI thread only.
 */
#ifndef PC_WIDGETS_PAINT_H
#define PC_WIDGETS_PAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/glyphs.h"
#include "widgets/hits.h"
#include "widgets/rect.h"
#include "widgets/role.h"
#include "widgets/theme.h"

/* Where the terminal's cursor shall stand after the frame. */
struct cursor_place {
    bool shown;
    int y, x;
};

/*
 * Where and how to draw. A value: copy it and change clip or ground freely.
 * Coordinates are those of the window, not of the clip.
 */
struct canvas {
    void *window; /* a curses WINDOW; only paint.c and term.c look inside */
    const struct theme *theme;
    const struct glyphs *glyphs;
    struct cursor_place *cursor; /* may be NULL */
    struct hits *hits;           /* where clicks are answered; may be NULL */
    struct rect clip;
    enum role ground; /* roles without a background of their own lie on this */
};

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTER, ALIGN_ENDS };

/* cv with its clip cut down to r / with another ground. */
struct canvas canvas_clip(const struct canvas *cv, struct rect r);
struct canvas canvas_on(const struct canvas *cv, enum role ground);

/* Display columns of a text once it is cleaned, as paint_text() counts them. */
int paint_width(const struct canvas *cv, const char *text);

/*
 * One line of text from (y, x), at most w columns, cut with an ellipsis.
 * Returns the columns used, 0..w. A newline ends up cleaned, not obeyed.
 */
int paint_text(struct canvas *cv, int y, int x, int w, enum role role, const char *text);

/* The same through printf; the result is cut at 511 bytes. */
int paint_textf(struct canvas *cv, int y, int x, int w, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* Exactly w columns: the text aligned, the rest blank in the same role. */
void paint_cell(struct canvas *cv, int y, int x, int w, enum align align, enum role role,
                const char *text);

/* As paint_text(), but the first `skip` columns are left out (sideways
 * scrolling); no ellipsis. Returns the columns used. */
int paint_text_from(struct canvas *cv, int y, int x, int w, int skip, enum role role,
                    const char *text);

/* Text broken at spaces (and, if a word is longer, anywhere) and at newlines.
 * Returns the rows used; what is below the rect is cut with an ellipsis. */
int paint_wrapped(struct canvas *cv, struct rect r, enum role role, const char *text);

/* paint_wrapped() without its first `skip` rows (a body that is scrolled). */
int paint_wrapped_from(struct canvas *cv, struct rect r, int skip, enum role role,
                       const char *text);

/* How many rows paint_wrapped() would use with w columns and room enough. */
int paint_wrapped_rows(const struct canvas *cv, int w, const char *text);

/* As paint_text(), but what does not fit is cut in the middle: names that differ at
 * their end are told apart. */
int paint_middle(struct canvas *cv, int y, int x, int w, enum role role, const char *text);

/* One glyph; returns 1, or 0 for GLYPH_NONE. */
int paint_glyph(struct canvas *cv, int y, int x, enum role role, enum glyph glyph);

void paint_fill(struct canvas *cv, struct rect r, enum role role);
void paint_hline(struct canvas *cv, int y, int x, int w, enum role role);
void paint_vline(struct canvas *cv, int y, int x, int h, enum role role);

/*
 * A frame along the edge of r, with a title on the top left and a note on the
 * top right (either may be NULL). Returns the inside. Below 2x2 nothing is
 * drawn and r itself is returned: no room is wasted on lines.
 */
struct rect paint_box(struct canvas *cv, struct rect r, enum role border, const char *title,
                      const char *note);

/*
 * A horizontal bar of w columns: `part` of `whole` in role done (eighths in
 * UTF-8), the rest in role todo. A part > 0 shows at least a sliver, and only
 * part >= whole is full.
 */
void paint_bar(struct canvas *cv, int y, int x, int w, long part, long whole, enum role done,
               enum role todo);

/* A scroll bar of r.h rows in the column r.x: `page` of `total` seen from
 * `top`. Draws nothing when all is seen. */
void paint_scrollbar(struct canvas *cv, struct rect r, size_t top, size_t page, size_t total);

/* Ask for the terminal's cursor at this cell (the focused field does). */
void paint_cursor(struct canvas *cv, int y, int x);

/*
 * A pen writes a line of differently coloured pieces from left to right and
 * stops at its end; nothing is measured by hand.
 *
 *     struct pen pen = pen_on(cv, y, x, w);
 *     pen_text(&pen, ROLE_LAB_BADGE, " LAB ");
 *     pen_gap(&pen, 2);
 *     pen_textf(&pen, ROLE_OK, "%d running", n);
 */
struct pen {
    struct canvas *cv;
    int y, x, end; /* next column; first column that is not ours */
};

struct pen pen_on(struct canvas *cv, int y, int x, int w);
void pen_text(struct pen *pen, enum role role, const char *text);
void pen_textf(struct pen *pen, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* At most so many columns, cut in the middle. */
void pen_middle(struct pen *pen, int columns, enum role role, const char *text);
void pen_glyph(struct pen *pen, enum role role, enum glyph glyph);
void pen_bar(struct pen *pen, int w, long part, long whole, enum role done, enum role todo);
void pen_gap(struct pen *pen, int columns);
/* Write at the right edge and shorten the pen by it and one blank. */
void pen_right(struct pen *pen, enum role role, const char *text);
int pen_room(const struct pen *pen);

#endif
