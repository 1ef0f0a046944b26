/*
 * group_readiness: every check before an operation, the gravest first, and of
 * the selected one the evidence, its age and the remedy.
 *
 * Before the first answer it shows what the engine found in the background, as
 * old as that is. See group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/readiness.h"
#include "tui/checkshow.h"
#include "tui/planwords.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { DETAIL_ROWS = 5 };
static const char *const PURPOSE_WORDS[READY_FOR_COUNT] = {
    [READY_FOR_TEST] = "drill", [READY_FOR_FAILOVER] = "failover", [READY_FOR_FAILBACK] = "failback"};

struct readiness_pane {
    struct pane base;
    enum readiness_for purpose;
    struct table table;
    const json_t **order; /* of the reply; owned */
    size_t count;
    struct rect head_at, list_at, detail_at;
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    check_cell(((const struct readiness_pane *)ctx)->order[row], col, ret);
}

static uint64_t id(const void *ctx, size_t row)
{
    return text_hash(0, json_text(((const struct readiness_pane *)ctx)->order[row], "check"));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

static void args(const struct pane *p, json_t *o)
{
    json_put_text(o, "operation",
                  readiness_for_name(((const struct readiness_pane *)p)->purpose));
}

/* It decays by time and with an edit; reading it anew costs both sites a look,
 * and is asked for by the operator (r) or by turning to another operation (v). */
static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    (void)s;
    return (uint64_t)g->group->metadata_version;
}

static void readiness_take(struct pane *p)
{
    struct readiness_pane *r = (struct readiness_pane *)p;
    const struct readiness *known = p->view->readiness[r->purpose];
    if (!p->reply && known) {
        p->reply = readiness_to_json(known, p->view->group->name);
        p->read_ms = known->at_ms;
    }
    free(r->order);
    r->order = check_order(json_list(p->reply, "checks"), &r->count);
    table_sync(&r->table, r->count);
}

static void readiness_tab(const struct pane *p, struct tab *ret)
{
    const struct readiness_pane *r = (const struct readiness_pane *)p;
    long bad = 0, worst = CHECK_RANKS;
    for (size_t i = 0; i < r->count; i++) {
        int rank = check_rank(r->order[i]);
        bad += rank < 2;
        worst = rank < worst ? rank : worst;
    }
    if (bad) {
        ret->count = bad;
        ret->role = worst == 0 ? ROLE_DANGER : ROLE_WARN;
    }
}

static void readiness_layout(struct pane *p, struct rect area)
{
    enum { HEAD, LIST, DETAIL, BOXES };
    struct readiness_pane *r = (struct readiness_pane *)p;
    struct rect at[BOXES];
    const struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(1),
        [LIST] = {.min = 3, .weight = 3},
        [DETAIL] = {.min = DETAIL_ROWS, .max = DETAIL_ROWS + 4, .weight = 1, .drop = 1},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, area, at);
    r->head_at = at[HEAD], r->list_at = at[LIST], r->detail_at = at[DETAIL];
    r->table.gap = area.w >= 100 ? 2 : 1;
    r->table.empty = pane_empty(p, "no check applies");
    table_layout(&r->table, r->list_at);
}

static const char TURN[] = "   v: another operation";

static void readiness_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    const struct readiness_pane *r = (const struct readiness_pane *)p;
    char line[120];
    size_t row;
    struct buf b;
    (void)area;
    struct pen pen = pen_on(cv, r->head_at.y, r->head_at.x, r->head_at.w);
    pen_textf(&pen, ROLE_STRONG, "for a %s  ", PURPOSE_WORDS[r->purpose]);
    if (p->reply) {
        planwords_readiness(p->reply, line, sizeof line);
        pen_text(&pen, json_flag(p->reply, "ready", true) ? ROLE_OK : ROLE_DANGER, line);
    }
    if (paint_width(cv, TURN) <= pen_room(&pen))
        pen_text(&pen, ROLE_DIM, TURN);
    table_paint(&r->table, cv, r->list_at);
    if (rect_empty(r->detail_at) || !table_selected(&r->table, &row))
        return;
    struct rect in = r->detail_at;
    paint_hline(cv, rect_cut_top(&in, 1).y, in.x, in.w, ROLE_BORDER);
    buf_init(&b, 4000);
    check_detail(r->order[row], p->now_ms, &b);
    paint_wrapped(cv, in, ROLE_TEXT, buf_text(&b));
    buf_release(&b);
}

static unsigned checks_key(struct pane *p, ui_key key)
{
    return table_key(&((struct readiness_pane *)p)->table, key);
}

static void readiness_close(struct pane *p)
{
    free(((struct readiness_pane *)p)->order);
    free(p);
}

static const struct table *readiness_rows(const struct pane *p)
{
    return &((const struct readiness_pane *)p)->table;
}

static const struct pane_ops READINESS = {
    .label = "readiness",
    .verb = "readiness",
    .stale_ms = READINESS_VALID_MS,
    .args = args,
    .stamp = stamp,
    .take = readiness_take,
    .tab = readiness_tab,
    .layout = readiness_layout,
    .paint = readiness_paint,
    .key = checks_key,
    .rows = readiness_rows,
    .close = readiness_close,
};

void pane_readiness_turn(struct pane *p)
{
    struct readiness_pane *r = (struct readiness_pane *)p;
    r->purpose = (enum readiness_for)((r->purpose + 1) % READY_FOR_COUNT);
    json_decref(p->reply);
    p->reply = NULL;
    p->read_ms = 0;
    readiness_take(p);
    table_select(&r->table, 0);
}

struct pane *pane_readiness(enum group_state state)
{
    struct readiness_pane *r = xcalloc(1, sizeof *r);
    struct pc_error ignored;
    r->base.ops = &READINESS;
    r->purpose = lifecycle_check(ACTION_FAILBACK, state, "", &ignored) == PC_OK
                     ? READY_FOR_FAILBACK
                     : READY_FOR_FAILOVER;
    r->table = (struct table){.columns = CHECK_COLUMN,
                              .n_columns = CHECK_COLUMNS,
                              .source = &SOURCE,
                              .ctx = r,
                              .focused = true};
    return &r->base;
}
