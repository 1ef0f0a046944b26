/*
 * chart: how numbers went, as lines over two axes.
 *
 *     12m ┤        ⢀⡠⠤⡀
 *      8m ┤⣀⣀⣀⡠⠔⠊⠁   ⠈⠢⣀⣀   ┄┄ RTO 10m
 *      4m ┤
 *         └────────────────
 *          Oct 3      Nov 20
 *
 * Points are drawn in braille, two by four in a cell; where only ASCII may be
 * sent, one mark a cell. The numbers belong to the caller; what they mean is
 * told by its `label`. Painting changes nothing and reads no clock.
 */
#ifndef PC_WIDGETS_CHART_H
#define PC_WIDGETS_CHART_H

#include <stddef.h>

#include "widgets/widget.h"

struct chart_point {
    long x, y;     /* x grows; y >= 0 */
    enum role role; /* ROLE_TEXT: the line's own */
};

struct chart {
    const struct chart_point *points; /* by x, oldest first */
    size_t n;
    long limit;             /* a dashed line at this height; 0: none */
    const char *limit_name; /* "RTO"; may be NULL */
    enum role role;         /* ROLE_TEXT means ROLE_SPARK */
    /* Numbers as people read them, into buf; NULL: plain numbers. Returns buf. */
    const char *(*label_y)(long y, char *buf, size_t size);
    const char *(*label_x)(long x, char *buf, size_t size);
    /* What the upper edge stands for, more than the largest value; NULL: a round number. */
    long (*top_of)(long max);
    const char *empty; /* instead of the lines when there is no point; may be NULL */
};

extern const struct widget_ops chart_ops;

void chart_paint(const struct chart *c, struct canvas *cv, struct rect area);

#endif
