/* bars: see bars.h. */
#include "tui/bars.h"

#include "tui/bars_row.h"
#include "tui/opshow.h"

static const enum bars_state STATES[] = {
    [SHOW_TODO] = BARS_TODO, [SHOW_RUN] = BARS_RUN,   [SHOW_DONE] = BARS_DONE,
    [SHOW_FAIL] = BARS_FAIL, [SHOW_SKIP] = BARS_SKIP,
};

/* From this width on the whole labels have room beside their bars. */
enum { LABELS_WIDE = 72 };

/* In the order of the phases; a cleanup by itself has the last one only. */
static const char *const BRIEF[PHASE_COUNT] = {
    [PHASE_SNAPSHOTS] = "snap", [PHASE_VOLUMES] = "vols",  [PHASE_VMS] = "inst",
    [PHASE_VERIFY] = "check",   [PHASE_CLEANUP] = "clean",
};

static const char *note(const struct opshow *o, const struct opshow_phase *p, enum phase which)
{
    if (p->state == SHOW_FAIL)
        return "failed";
    if (which == PHASE_CLEANUP && opshow_over(o) && o->status != OP_CLEANED && !p->done)
        return "kept";
    if (p->state == SHOW_SKIP)
        return p->done ? "broken off" : p->total ? "not reached" : "nothing to do";
    if (which == PHASE_CLEANUP && p->state == SHOW_TODO && op_status_over(o->status))
        return "follows";
    return NULL;
}

/* A cleanup by itself has no phases before it: only rows that have a meaning. */
static size_t fill(const struct opshow *o, int64_t now_ms, struct bars_row *rows)
{
    size_t n = 0;
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct opshow_phase *ph = &o->phases[p];
        if (o->type == OP_TEST_CLEANUP && p != PHASE_CLEANUP)
            continue;
        rows[n++] = (struct bars_row){
            .label = phase_label((enum phase)p),
            .state = STATES[ph->state],
            .done = ph->done,
            .total = ph->total,
            .elapsed_ms = opshow_elapsed(o, (enum phase)p, now_ms),
            .usual_ms = ph->usual_ms ? ph->usual_ms : -1,
            .note = note(o, ph, (enum phase)p),
        };
    }
    return n;
}

void bars_paint(const struct opshow *o, struct canvas *cv, struct rect area, int64_t now_ms)
{
    struct bars_row rows[PHASE_COUNT];
    bars_rows_paint(rows, fill(o, now_ms, rows), cv, area);
}

void bars_paint_line(const struct opshow *o, struct canvas *cv, struct rect row, int64_t now_ms)
{
    struct bars_row rows[PHASE_COUNT];
    size_t n = fill(o, now_ms, rows);
    for (size_t i = 0; row.w < LABELS_WIDE && i < n; i++)
        rows[i].label = BRIEF[PHASE_COUNT - n + i];
    bars_rows_paint_line(rows, n, cv, row.y, row.x, row.w);
}
