/*
 * group_ledger: everything that the operations of a group made or stopped at the
 * sites, and what became of it. See group_pane.h.
 */
#include "tui/screens/group_pane.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/opcells.h"
#include "tui/ready.h"
#include "tui/truth.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { FATE, TRUTH, TYPE, NAME, SITE, MADE, GONE, BY, ID, COLUMNS };
enum { LISTED = 30 };

struct entry {
    const json_t *op, *entry; /* of the reply */
};

struct ledger_pane {
    struct pane base;
    struct table table;
    struct entry *entries;
    size_t count, room, left; /* left: not seen gone */
};

static const struct table_column COLS[COLUMNS] = {
    [FATE] = {"FATE", {.min = 12, .max = 12}, ALIGN_LEFT, NULL},
    [TRUTH] = {"TRUTH", {.min = TRUTH_COLUMNS, .max = TRUTH_COLUMNS + 2, .drop = 1}, ALIGN_LEFT,
               NULL},
    [TYPE] = {"WHAT", {.min = 8, .max = 9}, ALIGN_LEFT, NULL},
    [NAME] = {"NAME", {.min = 14, .max = 48, .weight = 4}, ALIGN_ENDS, NULL},
    [SITE] = {"AT", {.min = 7, .max = 16, .weight = 1, .drop = 4}, ALIGN_LEFT, NULL},
    [MADE] = {"SINCE", {.min = 12, .max = 12, .drop = 3}, ALIGN_LEFT, NULL},
    [GONE] = {"UNTIL", {.min = 12, .max = 12, .drop = 5}, ALIGN_LEFT, NULL},
    [BY] = {"BY", {.min = 17, .max = 26, .weight = 1, .drop = 2}, ALIGN_LEFT, NULL},
    [ID] = {"ID", {.min = 36, .max = 36, .drop = 6}, ALIGN_LEFT, NULL},
};

static const struct {
    const char *status, *word;
    enum glyph mark;
    enum role role;
} FATES[] = {
    {"intended", "intended", GLYPH_WAIT, ROLE_WARN},
    {"made", "there", GLYPH_UP, ROLE_INFO},
    {"gone", "gone", GLYPH_OK, ROLE_DIM},
    {"survives", "SURVIVES", GLYPH_FAIL, ROLE_DANGER},
};

/* What was stopped is the ledger's, too: it is "there" while it stands still. */
static void fate_cell(const json_t *e, struct table_cell *ret)
{
    const char *status = json_text(e, "status");
    bool stopped = text_equal(json_text(e, "type"), "stopped");
    ret->text = status;
    for (size_t i = 0; i < sizeof FATES / sizeof FATES[0]; i++)
        if (text_equal(status, FATES[i].status)) {
            ret->mark = FATES[i].mark;
            ret->role = FATES[i].role;
            ret->text = FATES[i].word;
        }
    if (stopped && text_equal(status, "made"))
        ret->mark = GLYPH_DOWN, ret->role = ROLE_WARN, ret->text = "stopped";
    if (stopped && text_equal(status, "gone"))
        ret->text = "runs again";
}

/* What was seen gone stays gone; what was seen running need not run any more. What was made was seen then; whether it is still
 * there is what the history claims, until somebody asks. */
static void entry_truth(const struct ledger_pane *l, const json_t *e, struct table_cell *ret)
{
    const char *status = json_text(e, "status");
    int64_t made = opcells_time(e, "made_at"), gone = opcells_time(e, "gone_at");
    if (text_equal(status, "gone"))
        truth_cell(TRUTH_READ, gone,
                   text_equal(json_text(e, "type"), "stopped") ? ready_stale_ms() : TRUTH_SETTLED,
                   l->base.now_ms, ret);
    else if (text_equal(status, "intended"))
        truth_cell(TRUTH_UNKNOWN, 0, 0, l->base.now_ms, ret);
    else if (made && !ready_stale(made, l->base.now_ms))
        truth_cell(TRUTH_READ, made, ready_stale_ms(), l->base.now_ms, ret);
    else
        truth_cell(TRUTH_CLAIMED, 0, 0, l->base.now_ms, ret);
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct ledger_pane *l = ctx;
    const struct entry *at = &l->entries[row];
    char short_id[FORMAT_SIZE];
    ret->text = ret->buf;
    switch (col) {
    case FATE:
        fate_cell(at->entry, ret);
        break;
    case TRUTH:
        entry_truth(l, at->entry, ret);
        break;
    case TYPE:
        ret->text = text_equal(json_text(at->entry, "type"), "stopped")
                        ? "server"
                        : json_text(at->entry, "type");
        break;
    case NAME:
        ret->role = ROLE_STRONG;
        ret->text = json_text(at->entry, "name");
        break;
    case SITE:
        ret->text = json_text(at->entry, "site");
        break;
    case MADE:
    case GONE:
        ret->role = ROLE_DIM;
        format_moment(ret->buf, sizeof ret->buf, l->base.now_ms,
                      opcells_time(at->entry, col == MADE ? "made_at" : "gone_at"));
        break;
    case BY:
        format_id(short_id, sizeof short_id, json_text(at->op, "id"));
        snprintf(ret->buf, sizeof ret->buf, "%.24s %.12s", opcells_type(at->op), short_id + 3);
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = json_text(at->entry, "id");
        break;
    }
}

static uint64_t id(const void *ctx, size_t row)
{
    const struct entry *at = &((const struct ledger_pane *)ctx)->entries[row];
    return text_hash(text_hash(text_hash(0, json_text(at->op, "id")), json_text(at->entry, "id")),
                     json_text(at->entry, "name"));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

/* ---- the pane ----------------------------------------------------------------------- */

static void args(const struct pane *p, json_t *o)
{
    (void)p;
    json_put_int(o, "limit", LISTED);
    json_put_flag(o, "ledger", true);
}

static uint64_t stamp(const struct snapshot *s, const struct group_view *g)
{
    /* Thirty operations are read for it: a tenth of the way is often enough. */
    uint64_t h =
        text_hash((uint64_t)g->state * 1000 + (uint64_t)g->progress / 10, g->operation_id);
    (void)s;
    return text_hash(h + (uint64_t)g->last_drill_ms + (uint64_t)g->real_completed_ms, g->real_id);
}

static bool is_gone(const json_t *e)
{
    return text_equal(json_text(e, "status"), "gone");
}

static bool passes(const struct ledger_pane *l, const json_t *op, const json_t *e)
{
    char words[1200];
    if (!pane_narrowed(&l->base))
        return true;
    snprintf(words, sizeof words, "%.300s %.60s %.60s %.60s %.200s %.60s %.60s", json_text(e, "name"),
             json_text(e, "type"), json_text(e, "site"), json_text(e, "status"),
             json_text(e, "id"), json_text(op, "id"), opcells_type(op));
    return filter_passes(&l->base.filter, words);
}

/* What is still there stands first: it is what somebody has to know of. */
static void ledger_take(struct pane *p)
{
    struct ledger_pane *l = (struct ledger_pane *)p;
    size_t i, k;
    json_t *op, *e;
    l->count = l->left = p->of = 0;
    for (int gone = 0; gone < 2; gone++)
        json_array_foreach (p->reply, i, op)
            json_array_foreach (json_list(op, "ledger"), k, e) {
                if (is_gone(e) != (gone == 1))
                    continue;
                l->left += gone == 0;
                p->of++;
                if (!passes(l, op, e))
                    continue;
                l->entries = xgrow(l->entries, &l->room, l->count + 1, sizeof *l->entries);
                l->entries[l->count++] = (struct entry){op, e};
            }
    p->shown = l->count;
    table_sync(&l->table, l->count);
}

static void ledger_tab(const struct pane *p, struct tab *ret)
{
    const struct ledger_pane *l = (const struct ledger_pane *)p;
    if (!p->reply)
        return;
    ret->label = "ledger, left"; /* what is gone is no matter for alarm */
    ret->count = (long)l->left;
    ret->role = l->left ? ROLE_INFO : ROLE_TEXT;
}

static void ledger_layout(struct pane *p, struct rect area)
{
    struct ledger_pane *l = (struct ledger_pane *)p;
    l->table.gap = area.w >= 100 ? 2 : 1;
    l->table.match = p->filter.match;
    l->table.empty = pane_empty(p, "nothing was ever made for this group");
    table_layout(&l->table, area);
}

static void ledger_paint(const struct pane *p, struct canvas *cv, struct rect area)
{
    table_paint(&((const struct ledger_pane *)p)->table, cv, area);
}

static unsigned ledger_key(struct pane *p, ui_key key)
{
    return table_key(&((struct ledger_pane *)p)->table, key);
}

static const json_t *ledger_operation(const struct pane *p)
{
    const struct ledger_pane *l = (const struct ledger_pane *)p;
    size_t row;
    return table_selected(&l->table, &row) && row < l->count ? l->entries[row].op : NULL;
}

static void ledger_close(struct pane *p)
{
    free(((struct ledger_pane *)p)->entries);
    free(p);
}

static const struct table *ledger_rows(const struct pane *p)
{
    return &((const struct ledger_pane *)p)->table;
}

static const struct pane_ops LEDGER = {
    .label = "ledger",
    .verb = "operation_list",
    .stale_ms = PANE_FRESH_MS,
    .args = args,
    .stamp = stamp,
    .narrows = true,
    .take = ledger_take,
    .tab = ledger_tab,
    .layout = ledger_layout,
    .paint = ledger_paint,
    .key = ledger_key,
    .operation = ledger_operation,
    .rows = ledger_rows,
    .close = ledger_close,
};

struct pane *pane_ledger(void)
{
    struct ledger_pane *l = xcalloc(1, sizeof *l);
    l->base.ops = &LEDGER;
    l->table = (struct table){
        .columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = l, .focused = true};
    return &l->base;
}
