/*
 * gauge: how much of something is used; and the sparkline: how it went.
 *
 *     instances  ▇▇▇▇▇▇▌·········  13/32
 *     ▁▂▃▁▂▅▇█
 *
 * Both are functions rather than state: the numbers belong to the caller.
 */
#ifndef PC_WIDGETS_GAUGE_H
#define PC_WIDGETS_GAUGE_H

#include <stddef.h>

#include "widgets/widget.h"

struct gauge {
    const char *label; /* may be NULL */
    int label_width;   /* columns kept for it, so that gauges line up; 0 = its own */
    long used, limit;  /* limit <= 0: no limit is known, an empty bar and "13/-" */
    enum role role;    /* of the used part; ROLE_TEXT means ROLE_BAR_DONE */
    const char *text;  /* instead of "used/limit"; may be NULL */
};

extern const struct widget_ops gauge_ops; /* one row */

void gauge_paint(const struct gauge *g, struct canvas *cv, struct rect area);

/* A value that was not measured: a blank in the line. */
#define SPARK_GAP (-1)

struct sparkline {
    const long *values; /* oldest first; negative = SPARK_GAP */
    size_t n;
    long max;       /* top of the scale; 0 = the largest value shown */
    long limit;     /* values above it are painted in ROLE_WARN; 0 = none */
    enum role role; /* ROLE_TEXT means ROLE_SPARK */
};

extern const struct widget_ops sparkline_ops;

/* The newest values, one a column, at the right end; as many rows as the area has
 * (eight steps each). */
void sparkline_paint(const struct sparkline *s, struct canvas *cv, struct rect area);

#endif
