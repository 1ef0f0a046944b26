/* bars: see bars.h. */
#include "tui/bars.h"

#include "tui/opshow.h"
#include "widgets/phasebar.h"

static const enum phasebar_state STATES[] = {
    [SHOW_TODO] = PHASEBAR_TODO, [SHOW_RUN] = PHASEBAR_RUN,   [SHOW_DONE] = PHASEBAR_DONE,
    [SHOW_FAIL] = PHASEBAR_FAIL, [SHOW_STOP] = PHASEBAR_STOP, [SHOW_SKIP] = PHASEBAR_SKIP,
};

/* From this width on the whole labels have room beside their bars. */
enum { LABELS_WIDE = 72 };

static const char *note(const struct opshow *o, const struct opshow_phase *p, enum phase which)
{
    if (p->state == SHOW_FAIL)
        return "failed";
    if (p->state == SHOW_STOP)
        return "stopped";
    if (which == PHASE_CLEANUP && opshow_over(o) && o->status != OP_CLEANED && !p->done)
        return "kept";
    if (p->state == SHOW_SKIP)
        return p->total && which != PHASE_CLEANUP ? "not reached" : "nothing to do";
    if (which == PHASE_CLEANUP && p->state == SHOW_TODO && op_status_over(o->status))
        return "follows";
    return NULL;
}

int bars_rows(const struct opshow *o)
{
    int n = 0;
    for (int p = 0; p < PHASE_COUNT; p++)
        n += opshow_has_phase(o, (enum phase)p);
    return n;
}

static struct phasebars fill(const struct opshow *o, bool brief, int64_t now_ms,
                             struct phasebar *bars)
{
    size_t n = 0;
    for (int i = 0; i < PHASE_COUNT; i++) {
        enum phase p = op_phase_at(o->type, i);
        const struct opshow_phase *ph = &o->phases[p];
        const struct phase_shape *shape = op_phase(o->type, p);
        if (!opshow_has_phase(o, p))
            continue;
        bars[n++] = (struct phasebar){
            .label = brief ? shape->brief : shape->label,
            .state = STATES[ph->state],
            .done = ph->done,
            /* What takes back skips what was never made: that is not left to do. */
            .total = ph->state == SHOW_DONE ? ph->done : ph->total,
            .permille = -1,
            .elapsed_ms = opshow_elapsed(o, p, now_ms),
            .usual_ms = ph->usual_ms ? ph->usual_ms : -1,
            .note = note(o, ph, p),
        };
    }
    return (struct phasebars){bars, n};
}

void bars_paint(const struct opshow *o, struct canvas *cv, struct rect area, int64_t now_ms)
{
    struct phasebar list[PHASE_COUNT];
    struct phasebars bars = fill(o, false, now_ms, list);
    phasebars_paint(&bars, cv, area);
}

void bars_paint_line(const struct opshow *o, struct canvas *cv, struct rect row, int64_t now_ms)
{
    struct phasebar list[PHASE_COUNT];
    struct phasebars bars = fill(o, row.w < LABELS_WIDE, now_ms, list);
    phasebars_paint_line(&bars, cv, row.y, row.x, row.w);
}
