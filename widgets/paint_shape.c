/*
 * Lines, frames, bars and scroll bars, made of glyphs.
 */
#include <limits.h>

#include "widgets/paint_text.h"

void paint_hline(struct canvas *cv, int y, int x, int w, enum role role)
{
    draw_repeat(cv, rect_make(y, x, 1, w), role, glyph_text(cv->glyphs, GLYPH_HLINE));
}

void paint_vline(struct canvas *cv, int y, int x, int h, enum role role)
{
    draw_repeat(cv, rect_make(y, x, h, 1), role, glyph_text(cv->glyphs, GLYPH_VLINE));
}

/* Title and note in the upper edge. The note gives way first; a bit of the line
 * stays on both of its sides. */
static void box_words(struct canvas *cv, struct rect r, enum role title_role, const char *title,
                      const char *note)
{
    int used = 1; /* columns from the left: the corner */
    if (title && *title && r.w > 4) {
        int w = paint_text(cv, r.y, r.x + 2, r.w - 4, title_role, title);
        paint_fill(cv, rect_make(r.y, r.x + 1, 1, 1), title_role);
        paint_fill(cv, rect_make(r.y, r.x + 2 + w, 1, 1), title_role);
        used += w + 2;
    }
    int room = r.w - used - 5; /* a line, blank, note, blank, a line, the corner */
    if (note && *note && room > 0) {
        int w = paint_width(cv, note) < room ? paint_width(cv, note) : room;
        int x = r.x + r.w - 4 - w;
        paint_fill(cv, rect_make(r.y, x, 1, w + 2), ROLE_DIM);
        paint_text(cv, r.y, x + 1, w, ROLE_DIM, note);
    }
}

/* Lines of what shouts in reverse video would be a thick block round the text. */
static enum role line_role(enum role border)
{
    return border == ROLE_DANGER ? ROLE_DANGER_FRAME : border;
}

struct rect paint_box(struct canvas *cv, struct rect r, enum role words, const char *title,
                      const char *note)
{
    const enum role border = line_role(words);
    int bottom = r.y + r.h - 1, right = r.x + r.w - 1;
    if (r.h < 2 || r.w < 2)
        return r;
    paint_hline(cv, r.y, r.x + 1, r.w - 2, border);
    paint_hline(cv, bottom, r.x + 1, r.w - 2, border);
    paint_vline(cv, r.y + 1, r.x, r.h - 2, border);
    paint_vline(cv, r.y + 1, right, r.h - 2, border);
    paint_glyph(cv, r.y, r.x, border, GLYPH_CORNER_TL);
    paint_glyph(cv, r.y, right, border, GLYPH_CORNER_TR);
    paint_glyph(cv, bottom, r.x, border, GLYPH_CORNER_BL);
    paint_glyph(cv, bottom, right, border, GLYPH_CORNER_BR);
    box_words(cv, r, words == ROLE_BORDER ? ROLE_TITLE : words, title, note);
    return rect_inset(r, 1, 1);
}

/* part/whole of w columns, in eighths of one. */
static int bar_eighths(int w, long part, long whole)
{
    if (w <= 0 || whole <= 0 || part <= 0)
        return 0;
    if (part >= whole)
        return w * 8;
    while (whole > LONG_MAX / ((long)w * 8)) {
        whole /= 2;
        part /= 2;
    }
    int n = (int)(part * w * 8 / whole);
    return n > 0 ? n : 1;
}

void paint_bar(struct canvas *cv, int y, int x, int w, long part, long whole, enum role done,
               enum role todo)
{
    int eighths = bar_eighths(w, part, whole), full = eighths / 8, sliver = eighths % 8;
    if (w <= 0)
        return;
    draw_repeat(cv, rect_make(y, x, 1, full), done, glyph_text(cv->glyphs, GLYPH_BAR_FULL));
    if (sliver > 0)
        paint_glyph(cv, y, x + full, done, (enum glyph)(GLYPH_BAR_EMPTY + sliver));
    full += sliver > 0 ? 1 : 0;
    draw_repeat(cv, rect_make(y, x + full, 1, w - full), todo,
                glyph_text(cv->glyphs, GLYPH_BAR_EMPTY));
}

void paint_scrollbar(struct canvas *cv, struct rect r, size_t top, size_t page, size_t total)
{
    if (r.h <= 0 || total <= page || page == 0)
        return;
    size_t rows = (size_t)r.h;
    size_t thumb = rows * page / total;
    if (thumb == 0)
        thumb = 1;
    size_t last = total - page, at = top >= last ? rows - thumb : top * (rows - thumb) / last;
    /* Only the ends say "end": one row in stays one row away from the edge. */
    if (top > 0 && at == 0 && rows > thumb)
        at = 1;
    if (top < last && at == rows - thumb && at > 0)
        at--;
    draw_repeat(cv, rect_make(r.y + (int)at, r.x, (int)thumb, 1), ROLE_SCROLLBAR,
                glyph_text(cv->glyphs, GLYPH_THUMB));
}
