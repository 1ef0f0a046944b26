/*
 * The pen: a line of differently coloured pieces.
 */
#include <stdarg.h>
#include <stdio.h>

#include "widgets/paint.h"

struct pen pen_on(struct canvas *cv, int y, int x, int w)
{
    return (struct pen){.cv = cv, .y = y, .x = x, .end = x + (w > 0 ? w : 0)};
}

int pen_room(const struct pen *pen)
{
    return pen->end - pen->x;
}

void pen_text(struct pen *pen, enum role role, const char *text)
{
    pen->x += paint_text(pen->cv, pen->y, pen->x, pen_room(pen), role, text);
}

void pen_textf(struct pen *pen, enum role role, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    pen_text(pen, role, text);
}

void pen_middle(struct pen *pen, int columns, enum role role, const char *text)
{
    int w = columns < pen_room(pen) ? columns : pen_room(pen);
    pen->x += paint_middle(pen->cv, pen->y, pen->x, w, role, text);
}

void pen_glyph(struct pen *pen, enum role role, enum glyph glyph)
{
    if (pen_room(pen) > 0)
        pen->x += paint_glyph(pen->cv, pen->y, pen->x, role, glyph);
}

void pen_bar(struct pen *pen, int w, long part, long whole, enum role done, enum role todo)
{
    if (w > pen_room(pen))
        w = pen_room(pen);
    if (w <= 0)
        return;
    paint_bar(pen->cv, pen->y, pen->x, w, part, whole, done, todo);
    pen->x += w;
}

void pen_gap(struct pen *pen, int columns)
{
    pen->x += columns < pen_room(pen) ? columns : pen_room(pen);
}

void pen_right(struct pen *pen, enum role role, const char *text)
{
    int w = paint_width(pen->cv, text);
    if (w > pen_room(pen))
        w = pen_room(pen);
    paint_text(pen->cv, pen->y, pen->end - w, w, role, text);
    pen->end -= w < pen_room(pen) ? w + 1 : w; /* nothing comes to touch it */
}
