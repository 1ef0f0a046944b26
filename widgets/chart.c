/* chart: see chart.h. */
#include "widgets/chart.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Dots of a braille cell: two columns, four rows from the top. */
enum { DOTS_X = 2, DOTS_Y = 4, LABEL_MAX = 24 };

/* The plot is at most this many cells; what is wider is drawn at its right end. */
enum { PLOT_W = 512, PLOT_H = 64 };

struct plot {
    struct rect area; /* of the lines */
    long x0, x1, top; /* what the left and right edge and the upper one stand for */
    uint8_t dots[PLOT_H][PLOT_W];
    uint8_t role[PLOT_H][PLOT_W]; /* of the newest dot in the cell */
};

static const char *label(const char *(*how)(long, char *, size_t), long v, char buf[LABEL_MAX])
{
    if (how)
        return how(v, buf, LABEL_MAX);
    snprintf(buf, LABEL_MAX, "%ld", v);
    return buf;
}

/* ---- where a point lies -------------------------------------------------------- */

static void set_dot(struct plot *p, int dx, int dy, enum role role)
{
    static const uint8_t bits[DOTS_Y][DOTS_X] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20},
                                                 {0x40, 0x80}};
    int x = dx / DOTS_X, y = dy / DOTS_Y;
    if (dx < 0 || dy < 0 || x >= p->area.w || y >= p->area.h)
        return;
    p->dots[y][x] |= bits[dy % DOTS_Y][dx % DOTS_X];
    p->role[y][x] = (uint8_t)role;
}

static int dot_x(const struct plot *p, long x)
{
    int last = p->area.w * DOTS_X - 1;
    if (p->x1 <= p->x0)
        return last;
    return (int)((double)(x - p->x0) / (double)(p->x1 - p->x0) * last);
}

static int dot_y(const struct plot *p, long y)
{
    int last = p->area.h * DOTS_Y - 1;
    double part = (double)(y < 0 ? 0 : y) / (double)p->top;
    return last - (int)(part * last);
}

/* Every column of dots between two points gets its dot, and steep parts the
 * rows between, so that the line has no holes. */
static void draw_line(struct plot *p, const struct chart_point *a, const struct chart_point *b,
                      enum role role)
{
    int ax = dot_x(p, a->x), at = dot_y(p, a->y), bx = dot_x(p, b->x);
    int rise = dot_y(p, b->y) - at, from = at;
    for (int x = ax; x <= bx; x++) {
        int y = bx == ax ? from + rise : from + (int)((double)rise * (x - ax) / (bx - ax));
        int step = y > at ? 1 : -1;
        while (at != y && at != y - step) {
            at += step;
            set_dot(p, x, at, role);
        }
        at = y;
        set_dot(p, x, at, role);
    }
}

static void draw_points(struct plot *p, const struct chart *c, enum role role)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct chart_point *at = &c->points[i];
        enum role own = at->role == ROLE_TEXT ? role : at->role;
        draw_line(p, i > 0 ? &c->points[i - 1] : at, at, role);
        set_dot(p, dot_x(p, at->x), dot_y(p, at->y), own);
    }
}

/* ---- painting ----------------------------------------------------------------------- */

static void paint_cell_dots(struct canvas *cv, int y, int x, uint8_t dots, enum role role)
{
    char text[4] = {(char)0xE2, (char)(0xA0 | dots >> 6), (char)(0x80 | (dots & 0x3F)), '\0'};
    if (glyphs_are_ascii(cv->glyphs))
        snprintf(text, sizeof(text), "%c", dots & 0x1B ? (dots & 0xE4 ? ':' : '\'') : '.');
    paint_text(cv, y, x, 1, role, text);
}

static void paint_limit_line(struct canvas *cv, const struct plot *p, const struct chart *c)
{
    int y = p->area.y + dot_y(p, c->limit) / DOTS_Y;
    for (int x = 0; c->limit > 0 && x < p->area.w; x += 2)
        paint_glyph(cv, y, p->area.x + x, ROLE_WARN, GLYPH_HLINE);
}

/* Over the lines: a name that cannot be read is none. */
static void paint_limit_name(struct canvas *cv, const struct plot *p, const struct chart *c)
{
    char buf[LABEL_MAX], text[64];
    if (c->limit <= 0)
        return;
    int y = dot_y(p, c->limit) / DOTS_Y;
    snprintf(text, sizeof(text), " %s %s ", c->limit_name ? c->limit_name : "limit",
             label(c->label_y, c->limit, buf));
    int w = paint_width(cv, text);
    if (w < p->area.w)
        paint_text(cv, p->area.y + y, p->area.x + p->area.w - w, w, ROLE_WARN, text);
}

static void paint_dots(struct canvas *cv, const struct plot *p)
{
    for (int y = 0; y < p->area.h; y++)
        for (int x = 0; x < p->area.w; x++)
            if (p->dots[y][x])
                paint_cell_dots(cv, p->area.y + y, p->area.x + x, p->dots[y][x],
                                (enum role)p->role[y][x]);
}

/* Upper and lower end of the y axis, first and last x below it. */
static void paint_axes(struct canvas *cv, const struct plot *p, const struct chart *c,
                       struct rect all, int label_w)
{
    char buf[LABEL_MAX];
    int bottom = p->area.y + p->area.h, right = p->area.x + p->area.w;
    paint_cell(cv, p->area.y, all.x, label_w, ALIGN_RIGHT, ROLE_DIM, label(c->label_y, p->top, buf));
    paint_cell(cv, bottom - 1, all.x, label_w, ALIGN_RIGHT, ROLE_DIM, label(c->label_y, 0, buf));
    paint_vline(cv, p->area.y, p->area.x - 1, p->area.h, ROLE_BORDER);
    paint_glyph(cv, bottom, p->area.x - 1, ROLE_BORDER, GLYPH_CORNER_BL);
    paint_hline(cv, bottom, p->area.x, p->area.w, ROLE_BORDER);
    if (all.h < p->area.h + 2)
        return;
    const char *last = label(c->label_x, p->x1, buf);
    int w = paint_width(cv, last);
    paint_text(cv, bottom + 1, right - w, w, ROLE_DIM, last);
    if (p->x1 > p->x0) /* of a single one there is one place */
        paint_text(cv, bottom + 1, p->area.x, p->area.w - w - 1, ROLE_DIM,
                   label(c->label_x, p->x0, buf));
}

/* A round number not below the largest value, so that the scale stays put
 * while values come and go. */
static long scale_top(const struct chart *c)
{
    static const int steps[] = {1, 2, 3, 5, 10};
    long max = c->limit, unit = 1;
    for (size_t i = 0; i < c->n; i++)
        max = c->points[i].y > max ? c->points[i].y : max;
    if (c->top_of)
        return c->top_of(max);
    while (max / unit >= 10)
        unit *= 10;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (unit * steps[i] >= max)
            return unit * steps[i] > 0 ? unit * steps[i] : 1;
    return max;
}

void chart_paint(const struct chart *c, struct canvas *cv, struct rect area)
{
    struct plot p = {.top = scale_top(c)};
    char top[LABEL_MAX], zero[LABEL_MAX];
    if (rect_empty(area))
        return;
    if (c->n == 0) {
        paint_wrapped(cv, area, ROLE_DIM, c->empty ? c->empty : "");
        return;
    }
    int w = paint_width(cv, label(c->label_y, p.top, top));
    int wz = paint_width(cv, label(c->label_y, 0, zero));
    w = wz > w ? wz : w;
    bool axes = area.h >= 4 && area.w >= w + 12;
    p.area = area;
    if (axes)
        p.area = rect_make(area.y, area.x + w + 1, area.h - (area.h >= 6 ? 2 : 1), area.w - w - 1);
    p.area.h = p.area.h < PLOT_H ? p.area.h : PLOT_H;
    p.area.w = p.area.w < PLOT_W ? p.area.w : PLOT_W;
    p.x0 = c->points[0].x;
    p.x1 = c->points[c->n - 1].x;
    draw_points(&p, c, c->role == ROLE_TEXT ? ROLE_SPARK : c->role);
    paint_limit_line(cv, &p, c);
    paint_dots(cv, &p);
    paint_limit_name(cv, &p, c);
    if (axes)
        paint_axes(cv, &p, c, area, w);
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    (void)widget;
    (void)cv;
    return (struct size){room.h < 12 ? room.h : 12, room.w};
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    chart_paint(widget, cv, area);
}

const struct widget_ops chart_ops = {
    .name = "chart",
    .measure = ops_measure,
    .paint = ops_paint,
};
