/*
 * phasebar: the phases of a job, a bar each.
 *
 *     snapshots  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  5/5   0:21  usually 0:24
 *     volumes    ▇▇▇▇▇▇▇▇▇▇▇▇▇▌······  3/5   0:48  usually 1:10
 *     instances  ····················  0/3         usually 2:40
 *
 * Columns line up over all bars and give way from the right when it is narrow:
 * "usually", elapsed, the count; label and bar stay. Counts come with the
 * caller; nothing here reads a clock. Beside the colour of a failed, stopped
 * (begun, and not gone on with) or skipped phase stands its mark and word.
 */
#ifndef PC_WIDGETS_PHASEBAR_H
#define PC_WIDGETS_PHASEBAR_H

#include <stddef.h>
#include <stdint.h>

#include "widgets/widget.h"

enum phasebar_state {
    PHASEBAR_TODO,
    PHASEBAR_RUN,
    PHASEBAR_DONE,
    PHASEBAR_FAIL,
    PHASEBAR_STOP,
    PHASEBAR_SKIP
};

struct phasebar {
    const char *label;
    enum phasebar_state state;
    long done, total;   /* things; total 0 = not known yet, no count shown */
    int permille;       /* 0..1000 of the bar, or -1: from done/total */
    int64_t elapsed_ms; /* -1: not started */
    int64_t usual_ms;   /* -1: no history */
    const char *note;   /* replaces "usually ..." when set, e.g. why it failed; may be NULL */
};

struct phasebars {
    const struct phasebar *phases;
    size_t n;
};

extern const struct widget_ops phasebars_ops;

void phasebars_paint(const struct phasebars *p, struct canvas *cv, struct rect area);

/* All phases in one row, label and short bar each, as on an overview:
 *     snapshots ▇▇▇▇ volumes ▇▇▇▌ instances ···· verify ····
 * Where the row is short the labels lose their ends, then go. Returns the columns used. */
int phasebars_paint_line(const struct phasebars *p, struct canvas *cv, int y, int x, int w);

/* "0:21", "12:05", "1:02:03"; "" for a negative time. Returns buf. */
#define PHASEBAR_TIME_MAX 24
const char *phasebar_time(int64_t ms, char buf[PHASEBAR_TIME_MAX]);

#endif
