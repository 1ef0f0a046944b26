/*
 * bars: the phases of an operation as bars, over all of them or in one row.
 *
 * Turns what opshow says into the widget's rows. UI thread.
 */
#ifndef PC_TUI_BARS_H
#define PC_TUI_BARS_H

#include "widgets/paint.h"

#include <stdint.h>

struct opshow;

/* How many rows bars_paint() needs: the phases that this operation has. */
int bars_rows(const struct opshow *o);
/* A row a phase. now_ms: wall. */
void bars_paint(const struct opshow *o, struct canvas *cv, struct rect area, int64_t now_ms);
/* All in one row; in a short one with labels of five letters at most. */
void bars_paint_line(const struct opshow *o, struct canvas *cv, struct rect row, int64_t now_ms);

#endif
