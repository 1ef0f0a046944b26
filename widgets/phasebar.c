#include "widgets/phasebar.h"

#include <inttypes.h>
#include <stdio.h>

#include "widgets/layout.h"

/* What a state looks like. */
static const struct {
    enum glyph mark;
    enum role mark_role, label_role, bar_role;
} LOOKS[] = {
    [PHASEBAR_TODO] = {GLYPH_WAIT, ROLE_BAR_TODO, ROLE_DIM, ROLE_BAR_TODO},
    [PHASEBAR_RUN] = {GLYPH_RUN, ROLE_BAR_RUN, ROLE_STRONG, ROLE_BAR_RUN},
    [PHASEBAR_DONE] = {GLYPH_OK, ROLE_OK, ROLE_TEXT, ROLE_BAR_DONE},
    [PHASEBAR_FAIL] = {GLYPH_FAIL, ROLE_DANGER, ROLE_DANGER, ROLE_BAR_FAIL},
    [PHASEBAR_STOP] = {GLYPH_SKIP, ROLE_WARN, ROLE_TEXT, ROLE_DIM},
    [PHASEBAR_SKIP] = {GLYPH_SKIP, ROLE_DIM, ROLE_DIM, ROLE_BAR_TODO},
};

/* The columns of the bars; LABEL (with the mark before it) and BAR never go. */
enum { LABEL, BAR, COUNT, ELAPSED, USUAL, COLUMNS };

/* The mark and the blank behind it. */
#define MARK_WIDTH 2

/* Slower than usual by this many percent is worth a look. */
#define SLOW_PERCENT 150

const char *phasebar_time(int64_t ms, char buf[PHASEBAR_TIME_MAX])
{
    int64_t s = ms / 1000;
    if (ms < 0)
        buf[0] = '\0';
    else if (s < 3600)
        snprintf(buf, PHASEBAR_TIME_MAX, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
    else
        snprintf(buf, PHASEBAR_TIME_MAX, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                 s / 60 % 60, s % 60);
    return buf;
}

static void count_text(const struct phasebar *p, char *buf, size_t size)
{
    if (p->total > 0)
        snprintf(buf, size, "%ld/%ld", p->done, p->total);
    else
        buf[0] = '\0';
}

static void usual_text(const struct phasebar *p, char *buf, size_t size)
{
    char time[PHASEBAR_TIME_MAX];
    if (p->note)
        snprintf(buf, size, "%s", p->note);
    else if (p->state == PHASEBAR_STOP)
        snprintf(buf, size, "stopped");
    else if (p->state == PHASEBAR_SKIP)
        snprintf(buf, size, "skipped");
    else if (p->usual_ms >= 0)
        snprintf(buf, size, "usually %s", phasebar_time(p->usual_ms, time));
    else
        buf[0] = '\0';
}

/* The bar of a phase: *part of the returned whole. */
static long bar_part(const struct phasebar *p, long *part)
{
    long whole = p->permille >= 0 ? 1000 : p->total;
    *part = p->permille >= 0 ? p->permille : p->done;
    if (p->state == PHASEBAR_DONE)
        *part = whole = 1;
    if (p->state == PHASEBAR_SKIP || p->state == PHASEBAR_TODO)
        *part = 0;
    /* What runs is seen to run, and what failed is seen even at its start. */
    if (*part == 0 && (p->state == PHASEBAR_RUN || p->state == PHASEBAR_FAIL)) {
        *part = 1;
        whole = whole > 1000 ? whole : 1000;
    }
    return whole;
}

static void widen(struct layout_box *box, int w)
{
    if (w > box->min)
        box->min = box->max = w;
}

static void solve_columns(const struct phasebars *p, const struct canvas *cv, struct rect area,
                          struct rect cols[COLUMNS])
{
    char text[256];
    struct layout_box boxes[COLUMNS] = {
        [LABEL] = {.max = 1},  [BAR] = {.min = 8, .max = 40, .weight = 1},
        [COUNT] = {.drop = 1}, [ELAPSED] = {.drop = 2},
        [USUAL] = {.drop = 3},
    };
    for (size_t i = 0; i < p->n; i++) {
        widen(&boxes[LABEL], MARK_WIDTH + paint_width(cv, p->phases[i].label));
        count_text(&p->phases[i], text, sizeof(text));
        widen(&boxes[COUNT], paint_width(cv, text));
        widen(&boxes[ELAPSED], paint_width(cv, phasebar_time(p->phases[i].elapsed_ms, text)));
        usual_text(&p->phases[i], text, sizeof(text));
        widen(&boxes[USUAL], paint_width(cv, text));
    }
    /* A long note takes what the bars leave, from a third of the width up. */
    if (boxes[USUAL].min > area.w / 3)
        boxes[USUAL] = (struct layout_box){area.w / 3, boxes[USUAL].min, 1, 3};
    layout_solve(LAYOUT_COLS, boxes, COLUMNS, 2, area, cols);
}

static enum role elapsed_role(const struct phasebar *p)
{
    bool slow = p->usual_ms > 0 && p->elapsed_ms > p->usual_ms / 100 * SLOW_PERCENT;
    return slow ? ROLE_WARN : ROLE_TEXT;
}

static void paint_phase(const struct phasebar *p, struct canvas *cv, int y,
                        const struct rect cols[COLUMNS])
{
    char text[256];
    long part = 0, whole = bar_part(p, &part);
    bool failed = p->state == PHASEBAR_FAIL;
    struct pen pen = pen_on(cv, y, cols[LABEL].x, cols[LABEL].w);
    pen_glyph(&pen, LOOKS[p->state].mark_role, LOOKS[p->state].mark);
    pen_gap(&pen, MARK_WIDTH - 1);
    pen_text(&pen, LOOKS[p->state].label_role, p->label);
    paint_bar(cv, y, cols[BAR].x, cols[BAR].w, part, whole, LOOKS[p->state].bar_role,
              ROLE_BAR_TODO);
    count_text(p, text, sizeof(text));
    paint_cell(cv, y, cols[COUNT].x, cols[COUNT].w, ALIGN_RIGHT,
               p->state == PHASEBAR_TODO ? ROLE_DIM : ROLE_TEXT, text);
    paint_cell(cv, y, cols[ELAPSED].x, cols[ELAPSED].w, ALIGN_RIGHT, elapsed_role(p),
               phasebar_time(p->elapsed_ms, text));
    usual_text(p, text, sizeof(text));
    paint_text(cv, y, cols[USUAL].x, cols[USUAL].w, failed ? ROLE_DANGER : ROLE_DIM, text);
}

/* With fewer rows than phases: those around the one that matters now. */
static size_t first_shown(const struct phasebars *p, int rows)
{
    size_t n = rows > 0 ? (size_t)rows : 0, at = 0;
    if (p->n <= n)
        return 0;
    for (size_t i = 0; i < p->n; i++)
        if (p->phases[i].state == PHASEBAR_RUN || p->phases[i].state == PHASEBAR_FAIL ||
            p->phases[i].state == PHASEBAR_DONE)
            at = i;
    at = at > n / 2 ? at - n / 2 : 0;
    return at > p->n - n ? p->n - n : at;
}

void phasebars_paint(const struct phasebars *p, struct canvas *cv, struct rect area)
{
    struct canvas sub = canvas_clip(cv, area);
    struct rect cols[COLUMNS];
    if (rect_empty(area) || p->n == 0)
        return;
    solve_columns(p, cv, area, cols);
    size_t first = first_shown(p, area.h);
    for (int i = 0; i < area.h && first + (size_t)i < p->n; i++)
        paint_phase(&p->phases[first + (size_t)i], &sub, area.y + i, cols);
}

/* How the one-row form shares its width: bar and label columns of a phase. */
struct line_shape {
    int bar, label;
};

static struct line_shape shape_line(const struct phasebars *p, const struct canvas *cv, int w)
{
    static const struct line_shape tries[] = {{8, 99}, {6, 99}, {4, 99}, {4, 6}, {4, 4}, {2, 4}};
    size_t n_tries = sizeof(tries) / sizeof(tries[0]);
    for (size_t t = 0; t < n_tries; t++) {
        int need = -2;
        for (size_t i = 0; i < p->n; i++) {
            int label = paint_width(cv, p->phases[i].label);
            need += 3 + tries[t].bar + (label < tries[t].label ? label : tries[t].label);
        }
        if (need <= w)
            return tries[t];
    }
    int each = p->n > 0 ? w / (int)p->n - 1 : 0;
    return (struct line_shape){each > 1 ? each : 1, 0};
}

int phasebars_paint_line(const struct phasebars *p, struct canvas *cv, int y, int x, int w)
{
    struct line_shape shape = shape_line(p, cv, w);
    struct pen pen = pen_on(cv, y, x, w);
    for (size_t i = 0; i < p->n; i++) {
        const struct phasebar *phase = &p->phases[i];
        int room = pen_room(&pen) < shape.label ? pen_room(&pen) : shape.label;
        long part = 0, whole = bar_part(phase, &part);
        if (i > 0)
            pen_gap(&pen, shape.label > 0 ? 2 : 1);
        if (room > 0) {
            pen.x += paint_text(cv, y, pen.x, room, LOOKS[phase->state].label_role, phase->label);
            pen_gap(&pen, 1);
        }
        pen_bar(&pen, shape.bar, part, whole, LOOKS[phase->state].bar_role, ROLE_BAR_TODO);
    }
    return pen.x - x;
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct phasebars *p = widget;
    (void)cv;
    return (struct size){p->n < (size_t)room.h ? (int)p->n : room.h, room.w};
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    phasebars_paint(widget, cv, area);
}

const struct widget_ops phasebars_ops = {
    .name = "phasebar",
    .measure = ops_measure,
    .paint = ops_paint,
};
