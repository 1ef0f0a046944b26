/* bars_row: hands the rows to the widget. See bars_row.h. */
#include "tui/bars_row.h"

#include "widgets/phasebar.h"

static const enum phase_state STATES[] = {
    [BARS_TODO] = PHASE_TODO, [BARS_RUN] = PHASE_RUN,   [BARS_DONE] = PHASE_DONE,
    [BARS_FAIL] = PHASE_FAIL, [BARS_SKIP] = PHASE_SKIP,
};

static struct phasebars fill(const struct bars_row *rows, size_t n, struct phase *phases)
{
    if (n > BARS_ROWS_MAX)
        n = BARS_ROWS_MAX;
    for (size_t i = 0; i < n; i++)
        phases[i] = (struct phase){
            .label = rows[i].label,
            .state = STATES[rows[i].state],
            .done = rows[i].done,
            .total = rows[i].total,
            .permille = -1,
            .elapsed_ms = rows[i].elapsed_ms,
            .usual_ms = rows[i].usual_ms,
            .note = rows[i].note,
        };
    return (struct phasebars){phases, n};
}

void bars_rows_paint(const struct bars_row *rows, size_t n, struct canvas *cv, struct rect area)
{
    struct phase phases[BARS_ROWS_MAX];
    struct phasebars bars = fill(rows, n, phases);
    phasebars_paint(&bars, cv, area);
}

int bars_rows_paint_line(const struct bars_row *rows, size_t n, struct canvas *cv, int y, int x,
                         int w)
{
    struct phase phases[BARS_ROWS_MAX];
    struct phasebars bars = fill(rows, n, phases);
    return phasebars_paint_line(&bars, cv, y, x, w);
}
