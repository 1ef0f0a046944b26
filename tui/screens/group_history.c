/*
 * group_history: the operations of a group, newest first, and how long its drills
 * took, against the time that is allowed. See group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/opcells.h"
#include "widgets/chart.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHEN, WHAT, WAY, RESULT, TOOK, ID, COLUMNS };
enum { LISTED = 100, TREND_LATE = 3, CHART_ROWS = 6 };

struct history_pane {
    struct pane base;
    struct table table;
    struct chart_point points[LISTED];
    size_t drills; /* points that are there */
    struct rect list_at, chart_at;
};

static const struct table_column COLS[COLUMNS] = {
    [WHEN] = {"STARTED", {.min = 12, .max = 16}, ALIGN_LEFT, NULL},
    [WHAT] = {"WHAT", {.min = 8, .max = 18, .weight = 1}, ALIGN_LEFT, NULL},
    [WAY] = {"FROM, TO", {.min = 16, .max = 32, .weight = 2, .drop = 4}, ALIGN_LEFT, NULL},
    [RESULT] = {"RESULT", {.min = 18, .max = 30, .weight = 1}, ALIGN_LEFT, NULL},
    [TOOK] = {"TOOK", {.min = 7, .max = 8}, ALIGN_RIGHT, NULL},
    [ID] = {"OPERATION", {.min = 11, .max = 40, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

static const json_t *row_at(const void *ctx, size_t row)
{
    return json_array_get(((const struct history_pane *)ctx)->base.reply, row);
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct history_pane *h = ctx;
    const json_t *o = row_at(ctx, row);
    ret->text = ret->buf;
    switch (col) {
    case WHEN:
        format_moment(ret->buf, sizeof ret->buf, h->base.now_ms, opcells_begin(o));
        break;
    case WHAT:
        ret->role = ROLE_STRONG;
        ret->text = opcells_type(o);
        break;
    case WAY:
        opcells_way(o, ret->buf, sizeof ret->buf);
        break;
    case RESULT:
        opcells_result(o, ret);
        break;
    case TOOK:
        if (opcells_took(o) >= 0)
            clock_span(ret->buf, sizeof ret->buf, opcells_took(o));
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = json_text(o, "id");
        break;
    }
}

static uint64_t id(const void *ctx, size_t row)
{
    return text_hash(0, json_text(row_at(ctx, row), "id"));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

/* ---- the drills ------------------------------------------------------------------ */

/* Oldest first, as a chart has them; x in seconds, y in seconds. */
static void take_drills(struct history_pane *h)
{
    size_t n = json_array_size(h->base.reply);
    h->drills = 0;
    for (size_t i = n < LISTED ? n : LISTED; i-- > 0;) {
        const json_t *o = row_at(h, i);
        int64_t took = opcells_took(o);
        if (!text_equal(json_text(o, "operation_type"), "test_failover") || took < 0)
            continue;
        bool failed = text_equal(json_text(o, "verdict"), "failed");
        h->points[h->drills++] = (struct chart_point){.x = (long)(opcells_begin(o) / 1000),
                                                      .y = (long)(took / 1000),
                                                      .role = failed ? ROLE_DANGER : ROLE_TEXT};
    }
}

static long mean_of(const struct chart_point *points, size_t n)
{
    long sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += points[i].y;
    return n ? sum / (long)n : 0;
}

/* The newest three against all before them. */
static void trend(const struct history_pane *h, char *dst, size_t size)
{
    size_t late = h->drills < 2 * TREND_LATE ? h->drills / 2 : TREND_LATE, early = h->drills - late;
    long was = mean_of(h->points, early), is = mean_of(h->points + early, late);
    if (late == 0 || was == 0)
        snprintf(dst, size, "too few for a trend");
    else if (labs(is - was) * 10 < was)
        snprintf(dst, size, "steady");
    else
        snprintf(dst, size, "%s by %ld%%", is > was ? "slower" : "faster",
                 labs(is - was) * 100 / was);
}

static const char *label_took(long y, char *buf, size_t size)
{
    return format_short(buf, size, y);
}

static const char *label_day(long x, char *buf, size_t size)
{
    char clock[FORMAT_SIZE];
    format_clock(clock, sizeof clock, (int64_t)x * 1000, false);
    snprintf(buf, size, "%.5s", clock + 5);
    return buf;
}

static void paint_drills(const struct history_pane *h, struct canvas *cv)
{
    struct rect in = h->chart_at;
    long rto = (long)h->base.view->group->rto_seconds;
    char text[64], limit[FORMAT_SIZE];
    paint_hline(cv, rect_cut_top(&in, 1).y, in.x, in.w, ROLE_BORDER);
    struct rect head = rect_cut_top(&in, 1);
    struct pen pen = pen_on(cv, head.y, head.x, head.w);
    pen_textf(&pen, ROLE_STRONG, "%zu drill%s  ", h->drills, h->drills == 1 ? "" : "s");
    if (h->drills) {
        long last = h->points[h->drills - 1].y;
        pen_textf(&pen, rto && last > rto ? ROLE_WARN : ROLE_TEXT, "the last took %s  ",
                  format_short(text, sizeof text, last));
        trend(h, text, sizeof text);
        pen_textf(&pen, ROLE_DIM, "%s  ", text);
    }
    if (rto)
        pen_textf(&pen, ROLE_DIM, "RTO %s", format_short(limit, sizeof limit, rto));
    else
        pen_text(&pen, ROLE_DIM, "no RTO is set");
    const struct chart c = {.points = h->points,
                            .n = h->drills,
                            .limit = rto,
                            .limit_name = "RTO",
                            .label_y = label_took,
                            .label_x = label_day,
                            .empty = "no drill has ended yet"};
    chart_paint(&c, cv, in);
}

/* ---- the pane ----------------------------------------------------------------------- */

static void args(const struct pane *p, json_t *o)
{
    (void)p;
    json_put_int(o, "limit", LISTED);
}

/* An operation of the group began, ended or changed its status. */
static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    uint64_t h = (uint64_t)g->state + 1;
    for (size_t i = 0; i < s->operations->count; i++) {
        const struct operation *op = s->operations->items[i]->op;
        if (text_equal(op->group_id, g->group->id))
            h = text_hash(h * 31 + (uint64_t)op->status, op->id);
    }
    return h;
}

static void history_take(struct pane *p)
{
    struct history_pane *h = (struct history_pane *)p;
    table_sync(&h->table, json_array_size(p->reply));
    take_drills(h);
}

static void history_layout(struct pane *p, struct rect area)
{
    enum { LIST, CHART, BOXES };
    struct history_pane *h = (struct history_pane *)p;
    struct rect at[BOXES];
    const struct layout_box boxes[BOXES] = {
        [LIST] = {.min = 4, .weight = 1},
        [CHART] = {.min = CHART_ROWS, .max = CHART_ROWS + 8, .weight = 1, .drop = 1},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, area, at);
    h->list_at = at[LIST], h->chart_at = at[CHART];
    h->table.gap = area.w >= 100 ? 2 : 1;
    h->table.empty = pane_empty(p, "nothing was ever run: t starts a drill");
    table_layout(&h->table, h->list_at);
}

static void history_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    const struct history_pane *h = (const struct history_pane *)p;
    (void)area;
    table_paint(&h->table, cv, h->list_at);
    if (!rect_empty(h->chart_at))
        paint_drills(h, cv);
}

static unsigned history_key(struct pane *p, ui_key key)
{
    return table_key(&((struct history_pane *)p)->table, key);
}

static const json_t *history_operation(const struct pane *p)
{
    size_t row;
    return table_selected(&((const struct history_pane *)p)->table, &row) ? row_at(p, row) : NULL;
}

static void history_close(struct pane *p)
{
    free(p);
}

static const struct table *history_rows(const struct pane *p)
{
    return &((const struct history_pane *)p)->table;
}

static const struct pane_ops HISTORY = {
    .label = "history",
    .verb = "operation_list",
    .stale_ms = PANE_FRESH_MS,
    .args = args,
    .stamp = stamp,
    .take = history_take,
    .layout = history_layout,
    .paint = history_paint,
    .key = history_key,
    .operation = history_operation,
    .rows = history_rows,
    .close = history_close,
};

struct pane *pane_history(void)
{
    struct history_pane *h = xcalloc(1, sizeof *h);
    h->base.ops = &HISTORY;
    h->table = (struct table){
        .columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = h, .focused = true};
    return &h->base;
}
