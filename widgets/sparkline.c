/*
 * The sparkline, declared beside the gauge: how a number went.
 */
#include "widgets/gauge.h"

/* The top of the scale for the values that are seen. */
static long scale_of(const struct sparkline *s, size_t first)
{
    long max = s->max;
    for (size_t i = first; i < s->n && s->max <= 0; i++)
        if (s->values[i] > max)
            max = s->values[i];
    return max > 0 ? max : 1;
}

/* One value as a column of the area, from the bottom up. */
static void paint_value(struct canvas *cv, struct rect column, long value, long max, enum role role)
{
    long steps = (long)column.h * 8;
    /* Zero still shows a line: it was measured. */
    long n = value >= max ? steps : (long)((double)value / (double)max * (double)steps);
    if (n < 1)
        n = 1;
    for (int y = column.y + column.h - 1; y >= column.y && n > 0; y--, n -= 8) {
        int eighths = n >= 8 ? 8 : (int)n;
        paint_glyph(cv, y, column.x, role, (enum glyph)(GLYPH_SPARK_1 + eighths - 1));
    }
}

void sparkline_paint(const struct sparkline *s, struct canvas *cv, struct rect area)
{
    enum role role = s->role == ROLE_TEXT ? ROLE_SPARK : s->role;
    if (rect_empty(area))
        return;
    size_t shown = s->n < (size_t)area.w ? s->n : (size_t)area.w, first = s->n - shown;
    long max = scale_of(s, first);
    int x = area.x + area.w - (int)shown;
    for (size_t i = first; i < s->n; i++, x++) {
        bool over = s->limit > 0 && s->values[i] > s->limit;
        if (s->values[i] >= 0)
            paint_value(cv, rect_make(area.y, x, area.h, 1), s->values[i], max,
                        over ? ROLE_WARN : role);
    }
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct sparkline *s = widget;
    (void)cv;
    int w = s->n < (size_t)room.w ? (int)s->n : room.w;
    return (struct size){room.h < 1 ? room.h : 1, w};
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    sparkline_paint(widget, cv, area);
}

const struct widget_ops sparkline_ops = {
    .name = "sparkline",
    .measure = ops_measure,
    .paint = ops_paint,
};
