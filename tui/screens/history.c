/*
 * history: every operation there was, newest first, read page by page.
 *
 * Asks the door for a page when it opens, for the next one when the cursor
 * comes near the end, and anew when the snapshot shows that an operation began
 * or ended. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/words.h"
#include "tui/opshow.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 100, WIDE = 100 };

struct history {
    struct screen base;
    struct table table;
    json_t *rows; /* array of operation, newest first */
    int64_t now_ms;
    bool asked, at_end;
    uint64_t seen; /* a fingerprint of the snapshot's operations */
    char trouble[256];
};

static struct history *of(struct screen *s)
{
    return (struct history *)s;
}

static const json_t *row_at(const void *ctx, size_t row)
{
    return json_array_get(((const struct history *)ctx)->rows, row);
}

/* ---- the table ------------------------------------------------------------------ */

enum { WHEN, WHAT, GROUP, WAY, RESULT, TOOK, ID, COLUMNS };

static const struct table_column COLS[COLUMNS] = {
    [WHEN] = {"STARTED", {.min = 12, .max = 16}, ALIGN_LEFT, NULL},
    [WHAT] = {"WHAT", {.min = 8, .max = 16, .weight = 1, .drop = 3}, ALIGN_LEFT, NULL},
    [GROUP] = {"GROUP", {.min = 12, .max = 40, .weight = 3}, ALIGN_LEFT, NULL},
    [WAY] = {"FROM, TO", {.min = 16, .max = 32, .weight = 2, .drop = 4}, ALIGN_LEFT, NULL},
    [RESULT] = {"RESULT", {.min = 18, .max = 30, .weight = 1}, ALIGN_LEFT, NULL},
    [TOOK] = {"TOOK", {.min = 7, .max = 8}, ALIGN_RIGHT, NULL},
    [ID] = {"OPERATION", {.min = 11, .max = 40, .weight = 1, .drop = 5}, ALIGN_LEFT, NULL},
};

static int64_t when(const json_t *o, const char *key)
{
    int64_t ms = 0;
    clock_parse_iso(json_text(o, key), &ms);
    return ms;
}

static void result_cell(const json_t *o, struct table_cell *ret)
{
    const char *verdict = json_text(o, "verdict"), *status = json_text(o, "status");
    const char *said = words_event(status);
    bool failed = text_equal(verdict, "failed") || text_equal(json_text(o, "state"), "failed");
    bool running = text_equal(json_text(o, "state"), "running");
    ret->role = failed ? ROLE_DANGER : running ? ROLE_INFO : ROLE_OK;
    ret->mark = failed ? GLYPH_FAIL : running ? GLYPH_RUN : GLYPH_OK;
    if (text_equal(verdict, op_verdict_word(VERDICT_PARTIAL)))
        ret->role = ROLE_WARN, ret->mark = GLYPH_WARN;
    if (text_equal(json_text(o, "state"), "pending"))
        ret->role = ROLE_DIM, ret->mark = GLYPH_WAIT;
    if (*verdict && !text_equal(verdict, status))
        snprintf(ret->buf, sizeof ret->buf, "%.40s, %.40s", verdict, said);
    else
        snprintf(ret->buf, sizeof ret->buf, "%.60s", said);
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct history *h = ctx;
    const json_t *o = row_at(ctx, row);
    int64_t started = when(o, "started_at"), ended = when(o, "completed_at");
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    ret->text = ret->buf;
    switch (col) {
    case WHEN:
        format_moment(ret->buf, sizeof ret->buf, h->now_ms,
                      started ? started : when(o, "created_at"));
        break;
    case WHAT:
        ret->text = type == OP_TYPE_COUNT ? json_text(o, "operation_type") : op_type_label(type);
        break;
    case GROUP:
        ret->role = ROLE_STRONG;
        ret->text = json_text(o, "protection_group");
        break;
    case WAY:
        snprintf(ret->buf, sizeof ret->buf, "%.50s to %.50s", json_text(o, "source_site"),
                 json_text(o, "target_site"));
        break;
    case RESULT:
        result_cell(o, ret);
        break;
    case TOOK:
        if (started && ended)
            clock_span(ret->buf, sizeof ret->buf, ended - started);
        break;
    default:
        ret->role = ROLE_DIM;
        ret->text = json_text(o, "id");
        break;
    }
}

static uint64_t id(const void *ctx, size_t row)
{
    uint64_t h = 14695981039346656037u;
    for (const char *p = json_text(row_at(ctx, row), "id"); *p; p++)
        h = (h ^ (unsigned char)*p) * 1099511628211u;
    return h;
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

/* ---- reading -------------------------------------------------------------------- */

static void came(struct history *h, struct ui *ui, const struct pc_error *err)
{
    h->asked = false;
    if (!err) {
        h->trouble[0] = '\0';
        return;
    }
    snprintf(h->trouble, sizeof h->trouble, "%.180s %.70s", err->text, err->remedy);
    if (json_array_size(h->rows))
        ui_say_error(ui, err);
}

static void first_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    struct history *h = of(s);
    came(h, ui, err);
    if (err)
        return;
    json_decref(h->rows);
    h->rows = json_copy((json_t *)(uintptr_t)data);
    h->at_end = json_array_size(data) < PAGE;
    table_sync(&h->table, json_array_size(h->rows));
}

static void more_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct history *h = of(s);
    came(h, ui, err);
    if (err)
        return;
    h->at_end = json_array_size(data) < PAGE;
    json_array_extend(h->rows, (json_t *)(uintptr_t)data);
    table_sync(&h->table, json_array_size(h->rows));
}

static void ask(struct history *h, struct ui *ui, bool more)
{
    size_t n = json_array_size(h->rows);
    json_t *args = json_object();
    if (h->asked) {
        json_decref(args);
        return;
    }
    json_put_int(args, "limit", PAGE);
    if (more && n)
        json_put_text(args, "before", json_text(json_array_get(h->rows, n - 1), "id"));
    h->asked = true;
    ui_ask(ui, &h->base, "operation_list", args, more && n ? more_came : first_came);
}

/* Changes when an operation begins, ends or changes its status. */
static uint64_t fingerprint(const struct snapshot *s)
{
    uint64_t h = s->operations->count;
    for (size_t i = 0; i < s->operations->count; i++) {
        const struct operation *op = s->operations->items[i]->op;
        h = h * 31 + (uint64_t)op->status * 7 + (uint64_t)op->created_ms;
    }
    return h;
}

/* ---- the screen ------------------------------------------------------------------ */

static void history_sync(struct screen *s, struct ui *ui)
{
    struct history *h = of(s);
    uint64_t now = fingerprint(ui->snap);
    if (now == h->seen && h->rows)
        return;
    h->seen = now;
    ask(h, ui, false);
}

/* What a row says about its operation, for the action table. */
static void history_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct history *h = (const struct history *)s;
    size_t row;
    if (!table_selected(&h->table, &row))
        return;
    const json_t *o = row_at(h, row);
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    enum op_status status = op_status_parse(json_text(o, "status"));
    ret->group = snapshot_group(ui->snap, json_text(o, "protection_group_id"));
    if (type == OP_TYPE_COUNT || status == OP_STATUS_COUNT)
        return;
    ret->room = (struct act_operation){.id = json_text(o, "id"), .type = type, .status = status};
    const struct op_view *v = snapshot_operation(ui->snap, ret->room.id);
    if (v) {
        ret->room.cleanup_due = opshow_cleanup_due(v->op);
        ret->room.cancel_asked = v->op->cancel_asked;
    }
    ret->operation = &ret->room;
}

static void history_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                           struct rect body)
{
    struct history *h = of(s);
    (void)cv;
    h->now_ms = ui->now.wall_ms;
    h->table.gap = body.w >= WIDE ? 2 : 1;
    h->table.empty = h->trouble[0] ? h->trouble
                     : h->rows     ? "nothing was ever run: t on the home screen starts a drill"
                                   : "reading the history";
    table_layout(&h->table, rect_inset(body, 1, 1));
}

static void history_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                          struct rect body)
{
    const struct history *h = (const struct history *)s;
    char title[64];
    (void)ui;
    snprintf(title, sizeof title, "History  %zu%s", json_array_size(h->rows),
             h->rows && !h->at_end ? " and more" : "");
    struct rect in = paint_box(cv, body, ROLE_FOCUS, title, NULL);
    rect_cut_right(&in, 1);
    table_paint(&h->table, cv, in);
}

static unsigned history_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct history *h = of(s);
    if (key == UI_KEY_ENTER)
        return UI_IGNORED;
    unsigned bits = table_key(&h->table, key);
    if ((bits & UI_CHANGED) && !h->at_end && h->table.selected + PAGE / 2 > h->table.rows)
        ask(h, ui, true);
    return bits;
}

static bool history_act(struct screen *s, struct ui *ui, const struct action *a)
{
    if (a->id != ACT_READ)
        return false;
    ask(of(s), ui, false);
    return true;
}

static void history_close(struct screen *s)
{
    json_decref(of(s)->rows);
    free(s);
}

static const struct screen_ops HISTORY = {
    .name = "history",
    .context = CTX_HISTORY,
    .sync = history_sync,
    .subject = history_subject,
    .layout = history_layout,
    .paint = history_paint,
    .key = history_key,
    .act = history_act,
    .close = history_close,
};

struct screen *history_open(void)
{
    struct history *h = xcalloc(1, sizeof *h);
    h->base.ops = &HISTORY;
    h->table.columns = COLS;
    h->table.n_columns = COLUMNS;
    h->table.source = &SOURCE;
    h->table.ctx = h;
    h->table.focused = true;
    h->table.whole_row = true;
    return &h->base;
}
