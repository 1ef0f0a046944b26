/*
 * report: a list that was made for a group just now: its readiness, or its
 * recovery points. Above, what it comes to; below, all that is known of the
 * selected line.
 *
 * Asked for when opened and again by `r`; `v` asks about the readiness for the
 * next kind of operation. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/checkshow.h"
#include "tui/planwords.h"
#include "widgets/filter.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { DETAIL_ROWS = 8, COLUMNS = 4 };
_Static_assert((int)CHECK_COLUMNS == (int)COLUMNS && (int)POINT_COLUMNS == (int)COLUMNS, "columns");

static const char *const PURPOSES[] = {"test_failover", "failover", "failback"};
static const char *const PURPOSE_WORDS[] = {"drill", "failover", "failback"};
enum { PURPOSE_DRILL, PURPOSE_FAILOVER, PURPOSE_FAILBACK, PURPOSE_COUNT };

struct report;
/* What is listed: which part of the reply, and how a row of it looks. */
struct report_kind {
    enum act_id act;
    const char *empty;
    const struct table_column *columns;
    const json_t *(*rows)(const struct report *r);
    void (*cell)(const struct report *r, const json_t *row, size_t col, struct table_cell *ret);
    void (*detail)(const struct report *r, const json_t *row, struct buf *out);
    int (*rank)(const json_t *row); /* the lowest stand first; NULL: as they come */
    void (*head)(const struct report *r, struct pen *pen);
};

struct report {
    struct screen base;
    const struct report_kind *kind;
    char group_id[OP_ID_SIZE], group[NAME_SIZE];
    int purpose; /* of a readiness */
    struct table table;
    json_t *reply;        /* owned; NULL: none yet */
    const json_t **order; /* its rows as shown; owned */
    size_t count;
    struct filter filter;
    bool asking;
    char trouble[400];
    int64_t now_ms;
    struct rect head_at, list_at, detail_at;
};

static struct report *of(struct screen *s)
{
    return (struct report *)s;
}

/* ---- readiness ------------------------------------------------------------------- */

static const json_t *check_rows(const struct report *r)
{
    return json_list(r->reply, "checks");
}

static void ready_cell(const struct report *r, const json_t *row, size_t col,
                       struct table_cell *ret)
{
    (void)r;
    check_cell(row, col, ret);
}

static void ready_detail(const struct report *r, const json_t *row, struct buf *out)
{
    check_detail(row, r->now_ms, out);
}

static void check_head(const struct report *r, struct pen *pen)
{
    char line[120];
    pen_textf(pen, ROLE_TITLE, "%s readiness ", PURPOSE_WORDS[r->purpose]);
    pen_textf(pen, ROLE_STRONG, "%s   ", r->group);
    if (!r->reply)
        return;
    planwords_readiness(r->reply, line, sizeof line);
    pen_text(pen, json_flag(r->reply, "ready", true) ? ROLE_OK : ROLE_DANGER, line);
}

/* ---- recovery points ---------------------------------------------------------------- */

static const json_t *point_rows(const struct report *r)
{
    return r->reply;
}

static void moment_cell(const struct report *r, const json_t *row, size_t col,
                        struct table_cell *ret)
{
    (void)r;
    point_cell(row, col, ret);
}

static void moment_detail(const struct report *r, const json_t *row, struct buf *out)
{
    (void)r;
    point_detail(row, out);
}

static void point_head(const struct report *r, struct pen *pen)
{
    pen_text(pen, ROLE_TITLE, "recovery points ");
    pen_textf(pen, ROLE_STRONG, "%s   ", r->group);
    if (r->reply)
        pen_textf(pen, ROLE_DIM, "%zu, newest first", r->count);
}

static const struct report_kind KINDS[] = {
    {ACT_READINESS, "no check applies", CHECK_COLUMN, check_rows, ready_cell, ready_detail,
     check_rank, check_head},
    {ACT_POINTS, "there is no recovery point yet", POINT_COLUMN, point_rows, moment_cell,
     moment_detail, NULL, point_head},
};

/* ---- the reply -------------------------------------------------------------------------- */

/* By all that is told of a row, its detail included. */
static bool passes(const struct report *r, const json_t *row)
{
    struct buf b;
    if (match_is_empty(r->filter.match))
        return true;
    buf_init(&b, 4000);
    r->kind->detail(r, row, &b);
    bool yes = filter_passes(&r->filter, buf_text(&b));
    buf_release(&b);
    return yes;
}

static void take_rows(struct report *r)
{
    const json_t *rows = r->kind->rows(r);
    size_t n = json_array_size(rows), i = 0;
    free(r->order);
    r->order = xcalloc(n + 1, sizeof *r->order);
    r->count = 0;
    for (int rank = 0; rank <= (r->kind->rank ? CHECK_RANKS - 1 : 0); rank++) {
        json_t *row;
        json_array_foreach (rows, i, row)
            if ((!r->kind->rank || r->kind->rank(row) == rank) && passes(r, row))
                r->order[r->count++] = row;
    }
    r->table.match = r->filter.match;
    r->table.empty = i ? "nothing matches the filter; Esc shows all" : r->kind->empty;
    table_sync(&r->table, r->count);
    table_select(&r->table, 0);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct report *r = of(s);
    (void)ui;
    r->asking = false;
    r->trouble[0] = '\0';
    if (err) {
        snprintf(r->trouble, sizeof r->trouble, "%.200s\n%.190s", err->text, err->remedy);
        return;
    }
    json_decref(r->reply);
    r->reply = json_deep_copy(data);
    take_rows(r);
}

static void ask(struct report *r, struct ui *ui)
{
    json_t *args = json_object();
    json_put_text(args, "group", r->group_id);
    if (r->kind->act == ACT_READINESS)
        json_put_text(args, "operation", PURPOSES[r->purpose]);
    r->asking = true;
    ui_ask(ui, &r->base, ACTIONS[r->kind->act].verb, args, came);
}

/* ---- the screen ---------------------------------------------------------------------------- */

static void report_sync(struct screen *s, struct ui *ui)
{
    struct report *r = of(s);
    if (!r->reply && !r->asking && !r->trouble[0])
        ask(r, ui);
}

static void report_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    ret->group = snapshot_group(ui->snap, ((const struct report *)s)->group_id);
}

static void report_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct report *r = ctx;
    r->kind->cell(r, r->order[row], col, ret);
}

static const struct table_source SOURCE = {.cell = report_cell};

static void report_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                          struct rect body)
{
    struct report *r = of(s);
    struct rect at[3];
    const struct layout_box boxes[3] = {
        LAYOUT_FIXED(1), LAYOUT_FILL(5), {.min = DETAIL_ROWS, .max = DETAIL_ROWS, .drop = 1}};
    (void)cv;
    layout_solve(LAYOUT_ROWS, boxes, 3, 0, body, at);
    r->head_at = at[0], r->list_at = at[1], r->detail_at = at[2];
    r->now_ms = ui->now.wall_ms;
    table_layout(&r->table, rect_inset(r->list_at, 1, 1));
}

static void paint_detail(const struct report *r, struct canvas *cv)
{
    size_t row;
    struct buf b;
    struct rect in = rect_inset(paint_box(cv, r->detail_at, ROLE_BORDER, "Selected", NULL), 0, 1);
    if (!r->count || !table_selected(&r->table, &row) || row >= r->count)
        return;
    buf_init(&b, 4000);
    r->kind->detail(r, r->order[row], &b);
    paint_wrapped(cv, in, ROLE_TEXT, buf_text(&b));
    buf_release(&b);
}

static void report_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                         struct rect body)
{
    const struct report *r = (const struct report *)s;
    struct pen pen = pen_on(cv, r->head_at.y, r->head_at.x + 1, r->head_at.w - 2);
    (void)ui;
    (void)body;
    r->kind->head(r, &pen);
    if (r->asking)
        pen_text(&pen, ROLE_DIM, "   reading");
    struct rect in = paint_box(cv, r->list_at, ROLE_FOCUS, "", NULL);
    filter_paint(&r->filter, cv, r->list_at);
    if (r->trouble[0])
        paint_wrapped(cv, rect_inset(in, 0, 1), ROLE_DANGER, r->trouble);
    else if (r->reply)
        table_paint(&r->table, cv, in);
    if (!rect_empty(r->detail_at))
        paint_detail(r, cv);
}

static unsigned report_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct report *r = of(s);
    (void)ui;
    unsigned typed = filter_key(&r->filter, key);
    if (typed & UI_CHANGED)
        take_rows(r);
    if (typed != UI_IGNORED)
        return typed;
    return key == UI_KEY_ENTER ? UI_HANDLED : table_key(&r->table, key);
}

/* `r` reads again, `v` turns to the next kind of operation. */
static bool report_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct report *r = of(s);
    if (a->id == ACT_FILTER) {
        filter_begin(&r->filter);
        return true;
    }
    bool again = a->id == ACT_READ || (a->id == ACT_POINTS && r->kind->act == ACT_POINTS);
    bool turn = a->id == ACT_READINESS && r->kind->act == ACT_READINESS;
    if (!again && !turn)
        return false;
    if (turn)
        r->purpose = (r->purpose + 1) % PURPOSE_COUNT;
    if (!r->asking)
        ask(r, ui);
    return true;
}

static void report_close(struct screen *s)
{
    struct report *r = of(s);
    json_decref(r->reply);
    filter_release(&r->filter);
    free(r->order);
    free(r);
}

static const struct table *report_table(const struct screen *s)
{
    return &((const struct report *)s)->table;
}

static const struct screen_ops REPORT = {
    .name = "report",
    .context = CTX_REPORT,
    .sync = report_sync,
    .subject = report_subject,
    .layout = report_layout,
    .paint = report_paint,
    .key = report_key,
    .act = report_act,
    .table = report_table,
    .close = report_close,
};

struct screen *report_open(enum act_id act, const struct group_view *g)
{
    struct report *r = xcalloc(1, sizeof *r);
    struct pc_error ignored;
    r->base.ops = &REPORT;
    filter_init(&r->filter);
    r->kind = &KINDS[act == ACT_POINTS];
    safe_text(r->group_id, sizeof r->group_id, g->group->id);
    safe_text(r->group, sizeof r->group, g->group->name);
    r->purpose = lifecycle_check(ACTION_FAILBACK, g->state, r->group, &ignored) == PC_OK
                     ? PURPOSE_FAILBACK
                     : PURPOSE_FAILOVER;
    r->table = (struct table){.columns = r->kind->columns,
                              .n_columns = COLUMNS,
                              .source = &SOURCE,
                              .ctx = r,
                              .empty = r->kind->empty,
                              .focused = true};
    return &r->base;
}
