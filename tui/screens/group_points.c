/*
 * group_points: the recovery points of a group: how old each is against the RPO,
 * and whether it holds every volume. Above them how the lag went; below, all
 * that is known of the selected one. See group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/checkshow.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/ready.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME, AGE, BAR, STATE, VOLUMES, COLUMNS };
enum { LAG_ROWS = 2, DETAIL_ROWS = 4 };

struct points {
    struct pane base;
    struct table table;
    struct rect lag_at, list_at, detail_at;
};

static const json_t *row_at(const void *ctx, size_t row)
{
    return json_array_get(((const struct points *)ctx)->base.reply, row);
}

/* The age as a part of the RPO: full is one RPO; beyond it how many they are, for
 * rows of full bars would only be a block. */
static void paint_age(const void *ctx, size_t row, struct canvas *cv, struct rect c)
{
    const struct points *p = ctx;
    long rpo = (long)p->base.view->group->rpo_seconds;
    long age = (long)json_int(row_at(ctx, row), "age", 0);
    long tenths = rpo > 0 ? (age * 10 + rpo - 1) / rpo : 0; /* what is just beyond is 1.1 */
    if (rpo <= 0)
        paint_text(cv, c.y, c.x, c.w, ROLE_DIM, "no RPO");
    else if (age > rpo)
        paint_textf(cv, c.y, c.x, c.w, ROLE_WARN, "%ld.%ld RPOs", tenths / 10, tenths % 10);
    else
        paint_bar(cv, c.y, c.x, c.w, age, rpo, ROLE_BAR_DONE, ROLE_BAR_TODO);
}

static const struct table_column COLS[COLUMNS] = {
    [NAME] = {"POINT", {.min = 16, .max = 60, .weight = 3}, ALIGN_ENDS, NULL},
    [AGE] = {"AGE", {.min = 7, .max = 9}, ALIGN_RIGHT, NULL},
    [BAR] = {"OF THE RPO", {.min = 10, .max = 20, .weight = 1, .drop = 2}, ALIGN_LEFT, paint_age},
    [STATE] = {"STATE", {.min = 16, .max = 18}, ALIGN_LEFT, NULL},
    [VOLUMES] = {"VOLUMES", {.min = 14, .max = 24, .weight = 1, .drop = 1}, ALIGN_LEFT, NULL},
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    static const size_t AS[COLUMNS] = {
        [NAME] = POINT_NAME, [AGE] = POINT_AGE, [STATE] = POINT_STATE, [VOLUMES] = POINT_VOLUMES};
    const json_t *o = row_at(ctx, row);
    const json_t *within = json_object_get(o, "within_rpo");
    point_cell(o, AS[col], ret);
    if (col == AGE && json_is_false(within))
        ret->role = ROLE_WARN;
}

static uint64_t id(const void *ctx, size_t row)
{
    return text_hash(0, json_text(row_at(ctx, row), "name"));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

/* ---- the pane ----------------------------------------------------------------------- */

static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    (void)s;
    return (uint64_t)g->point_ms * 31 + (uint64_t)g->group->metadata_version;
}

static void points_take(struct pane *p)
{
    table_sync(&((struct points *)p)->table, json_array_size(p->reply));
}

static void points_tab(const struct pane *p, struct tab *ret)
{
    if (!p->reply)
        return;
    ret->count = (long)json_array_size(p->reply);
    ret->role = groupshow_lag_role(p->view, p->now_ms);
}

static void points_layout(struct pane *p, struct rect area)
{
    enum { LAG, LIST, DETAIL, BOXES };
    struct points *pt = (struct points *)p;
    struct rect at[BOXES];
    const struct layout_box boxes[BOXES] = {
        [LAG] = {.min = LAG_ROWS, .max = LAG_ROWS + 2, .weight = 1, .drop = 1},
        [LIST] = LAYOUT_FILL(4),
        [DETAIL] = {.min = DETAIL_ROWS, .max = DETAIL_ROWS + 3, .weight = 1, .drop = 2},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 1, area, at);
    pt->lag_at = at[LAG], pt->list_at = at[LIST], pt->detail_at = at[DETAIL];
    pt->table.gap = area.w >= 100 ? 2 : 1;
    pt->table.empty = pane_empty(p, "there is no recovery point yet: S replicates now");
    table_layout(&pt->table, pt->list_at);
}

static void paint_lag(const struct points *p, struct canvas *cv)
{
    char lag[64], ago[FORMAT_SIZE];
    const struct group_view *g = p->base.view;
    struct rect at = p->lag_at, left = rect_cut_left(&at, 34);
    groupshow_lag(g, p->base.now_ms, lag, sizeof lag);
    struct pen pen = pen_on(cv, left.y, left.x, left.w - 1);
    pen_text(&pen, ROLE_DIM, "lag / RPO  ");
    pen_text(&pen, g->lag_count ? groupshow_lag_role(g, p->base.now_ms) : ROLE_STALE,
             g->lag_count ? lag : "unknown");
    format_ago(ago, sizeof ago, p->base.now_ms, g->point_read_ms);
    bool old = ready_stale(g->point_read_ms, p->base.now_ms);
    paint_textf(cv, left.y + 1, left.x, left.w - 1,
                g->replication_error[0] ? ROLE_DANGER
                : old                   ? ROLE_STALE
                                        : ROLE_DIM,
                "%s%s %s", g->replication_error[0] ? g->replication_error : old ? "STALE " : "",
                g->replication_error[0] ? "" : "read", g->replication_error[0] ? "" : ago);
    groupshow_spark(g, cv, at);
}

static void points_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    const struct points *pt = (const struct points *)p;
    size_t row;
    struct buf b;
    (void)area;
    if (!rect_empty(pt->lag_at))
        paint_lag(pt, cv);
    table_paint(&pt->table, cv, pt->list_at);
    if (rect_empty(pt->detail_at) || !table_selected(&pt->table, &row))
        return;
    buf_init(&b, 4000);
    point_detail(row_at(pt, row), &b);
    paint_hline(cv, pt->detail_at.y - 1, pt->detail_at.x, pt->detail_at.w, ROLE_BORDER);
    paint_wrapped(cv, pt->detail_at, ROLE_TEXT, buf_text(&b));
    buf_release(&b);
}

static unsigned points_key(struct pane *p, ui_key key)
{
    return table_key(&((struct points *)p)->table, key);
}

static void points_close(struct pane *p)
{
    free(p);
}

static const struct table *points_rows(const struct pane *p)
{
    return &((const struct points *)p)->table;
}

static const struct pane_ops POINTS = {
    .label = "points",
    .verb = "recovery_point_list",
    .stale_ms = PANE_FRESH_MS,
    .stamp = stamp,
    .take = points_take,
    .tab = points_tab,
    .layout = points_layout,
    .paint = points_paint,
    .key = points_key,
    .rows = points_rows,
    .close = points_close,
};

struct pane *pane_points(void)
{
    struct points *p = xcalloc(1, sizeof *p);
    p->base.ops = &POINTS;
    p->table = (struct table){
        .columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = p, .focused = true};
    return &p->base;
}
