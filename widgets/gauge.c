#include "widgets/gauge.h"

#include <stdio.h>

#include "widgets/layout.h"

static void value_text(const struct gauge *g, char *buf, size_t size)
{
    if (g->text)
        snprintf(buf, size, "%s", g->text);
    else if (g->limit > 0)
        snprintf(buf, size, "%ld/%ld", g->used, g->limit);
    else
        snprintf(buf, size, "%ld/-", g->used);
}

void gauge_paint(const struct gauge *g, struct canvas *cv, struct rect area)
{
    enum { LABEL, BAR, VALUE, PARTS };
    char value[64];
    struct rect at[PARTS];
    enum role role = g->role == ROLE_TEXT ? ROLE_BAR_DONE : g->role;
    if (rect_empty(area))
        return;
    value_text(g, value, sizeof(value));
    int label = g->label ? paint_width(cv, g->label) : 0;
    if (g->label_width > 0)
        label = g->label_width;
    struct layout_box boxes[PARTS] = {
        [LABEL] = {.min = label, .max = label, .drop = 2},
        [BAR] = {.min = 3, .weight = 1, .drop = 1},
        [VALUE] = LAYOUT_FIXED(paint_width(cv, value)),
    };
    layout_solve(LAYOUT_COLS, boxes, PARTS, 2, rect_cut_top(&area, 1), at);
    if (g->label)
        paint_text(cv, at[LABEL].y, at[LABEL].x, at[LABEL].w, ROLE_TEXT, g->label);
    paint_bar(cv, at[BAR].y, at[BAR].x, at[BAR].w, g->used, g->limit, role, ROLE_BAR_TODO);
    paint_cell(cv, at[VALUE].y, at[VALUE].x, at[VALUE].w, ALIGN_RIGHT,
               role == ROLE_BAR_DONE ? ROLE_TEXT : role, value);
}

static struct size gauge_measure(const void *widget, const struct canvas *cv, struct size room)
{
    (void)widget;
    (void)cv;
    return (struct size){room.h < 1 ? room.h : 1, room.w};
}

static void gauge_ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    gauge_paint(widget, cv, area);
}

const struct widget_ops gauge_ops = {
    .name = "gauge",
    .measure = gauge_measure,
    .paint = gauge_ops_paint,
};
