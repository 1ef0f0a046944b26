/*
 * bars_row: a phase on its way from the model to the widget.
 *
 * The model's phase (a name in a list) and the widget's (a bar) are both
 * called phase and never meet in one file: bars.c knows the one, bars_row.c
 * the other, and this is what passes between them. Nobody else includes it.
 */
#ifndef PC_TUI_BARS_ROW_H
#define PC_TUI_BARS_ROW_H

#include "widgets/paint.h"

#include <stddef.h>
#include <stdint.h>

enum bars_state { BARS_TODO, BARS_RUN, BARS_DONE, BARS_FAIL, BARS_SKIP };

struct bars_row {
    const char *label;
    enum bars_state state;
    long done, total;
    int64_t elapsed_ms, usual_ms; /* -1: none */
    const char *note;             /* NULL: none */
};

enum { BARS_ROWS_MAX = 16 };

void bars_rows_paint(const struct bars_row *rows, size_t n, struct canvas *cv, struct rect area);
int bars_rows_paint_line(const struct bars_row *rows, size_t n, struct canvas *cv, int y, int x,
                         int w);

#endif
