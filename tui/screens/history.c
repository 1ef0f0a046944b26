/*
 * history: every operation there was, newest first, read page by page.
 *
 * Asks the door for a page when it opens, for the next one when the cursor
 * comes near the end, and anew when the snapshot shows that an operation began
 * or ended. While a filter or an order looks at all of them, the pages that
 * are missing are read one after the other. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/opshow.h"
#include "tui/opcells.h"
#include "tui/place.h"
#include "tui/screens/history_table.h"
#include "widgets/sieve.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 100, WIDE = 100, READ_MOST = 20000 };

struct history {
    struct screen base;
    struct table table;
    struct sieve sieve;
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

/* ---- what is listed ---------------------------------------------------------------- */

static const json_t *row_at(const void *ctx, size_t row)
{
    const struct history *h = ctx;
    return json_array_get(h->rows, sieve_item(&h->sieve, row));
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    history_cell(row_at(ctx, row), col, ((const struct history *)ctx)->now_ms, ret);
}

static uint64_t id(const void *ctx, size_t row)
{
    return history_id(row_at(ctx, row));
}

static bool marked(const void *ctx, size_t row)
{
    return sieve_marked(&((const struct history *)ctx)->sieve, id(ctx, row));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};
static const struct table_source MARKED = {.cell = cell, .id = id, .marked = marked};

static void words(const void *ctx, size_t item, struct buf *out)
{
    history_words(json_array_get(((const struct history *)ctx)->rows, item), out);
}

static int compare(const void *ctx, size_t a, size_t b)
{
    const struct history *h = ctx;
    int sorted = h->table.sorted, sign = sorted < 0 ? -1 : 1;
    return sign * history_compare(json_array_get(h->rows, a), json_array_get(h->rows, b),
                                  (size_t)(sorted * sign) - 1);
}

static void sift(struct history *h)
{
    struct sieve_source source = {
        .ctx = h, .words = words, .compare = h->table.sorted ? compare : NULL};
    sieve_sync(&h->sieve, json_array_size(h->rows), &source);
    h->table.source = h->sieve.mark_count ? &MARKED : &SOURCE;
    h->table.match = h->sieve.filter.match;
    table_sync(&h->table, h->sieve.count);
}

/* ---- reading -------------------------------------------------------------------- */

static void first_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data);
static void more_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data);

static void ask(struct history *h, struct ui *ui, bool more)
{
    size_t n = json_array_size(h->rows);
    if (h->asked)
        return;
    json_t *args = json_object();
    json_put_int(args, "limit", PAGE);
    if (more && n)
        json_put_text(args, "before", json_text(json_array_get(h->rows, n - 1), "id"));
    h->asked = true;
    ui_ask(ui, &h->base, "operation_list", args, more && n ? more_came : first_came);
}

/* Whoever filters or sorts means all of them. */
static void ask_rest(struct history *h, struct ui *ui)
{
    bool all = h->table.sorted || !match_is_empty(h->sieve.filter.match);
    if (all && h->rows && !h->at_end && json_array_size(h->rows) < READ_MOST)
        ask(h, ui, true);
}

static bool came(struct history *h, struct ui *ui, const struct pc_error *err)
{
    h->asked = false;
    h->trouble[0] = '\0';
    if (!err)
        return true;
    snprintf(h->trouble, sizeof h->trouble, "%.180s %.70s", err->text, err->remedy);
    if (json_array_size(h->rows))
        ui_say_error(ui, err);
    return false;
}

/* The index after the operation of this id; 0: it is not there. */
static size_t after(const json_t *rows, const char *op_id)
{
    size_t i;
    const json_t *o;
    json_array_foreach (rows, i, o)
        if (text_equal(json_text(o, "id"), op_id))
            return i + 1;
    return 0;
}

/* The first page anew: what was read below it stays, if it follows on. */
static void first_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    struct history *h = of(s);
    if (!came(h, ui, err))
        return;
    size_t n = json_array_size(data);
    json_t *rows = json_copy((json_t *)(uintptr_t)data);
    size_t kept = n == PAGE ? after(h->rows, json_text(json_array_get(data, n - 1), "id")) : 0;
    for (size_t i = kept; kept && i < json_array_size(h->rows); i++)
        json_array_append(rows, json_array_get(h->rows, i));
    if (!kept)
        h->at_end = n < PAGE;
    json_decref(h->rows);
    h->rows = rows;
    sift(h);
    ask_rest(h, ui);
}

static void more_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct history *h = of(s);
    if (!came(h, ui, err))
        return;
    h->at_end = json_array_size(data) < PAGE;
    json_array_extend(h->rows, (json_t *)(uintptr_t)data);
    sift(h);
    ask_rest(h, ui);
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
    ret->marks = h->sieve.mark_count;
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
    h->table.empty = h->trouble[0]                 ? h->trouble
                     : json_array_size(h->rows)    ? "no operation matches the filter; Esc shows all"
                     : h->rows ? "nothing was ever run: t on the home screen starts a drill"
                               : "reading the history";
    table_layout(&h->table, rect_inset(body, 1, 1));
}

static void history_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                          struct rect body)
{
    const struct history *h = (const struct history *)s;
    char title[120], tally[64];
    (void)ui;
    snprintf(title, sizeof title, "History  %s%s", sieve_tally(&h->sieve, tally, sizeof tally),
             h->rows && !h->at_end ? " and more" : "");
    struct rect in = paint_box(cv, body, ROLE_FOCUS, title, NULL);
    filter_paint(&h->sieve.filter, cv, body);
    rect_cut_right(&in, 1);
    table_paint(&h->table, cv, in);
}

static unsigned history_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct history *h = of(s);
    unsigned typed = filter_key(&h->sieve.filter, key);
    if (typed & UI_CHANGED) {
        sift(h);
        ask_rest(h, ui);
    }
    if (typed != UI_IGNORED)
        return typed;
    if (key == UI_KEY_ENTER)
        return UI_IGNORED;
    unsigned bits = table_key(&h->table, key);
    if ((bits & UI_CHANGED) && !h->at_end && h->table.selected + PAGE / 2 > h->table.rows)
        ask(h, ui, true);
    return bits;
}

/* ---- what can be done to it --------------------------------------------------------- */

static void mark(struct history *h)
{
    size_t row;
    if (!table_selected(&h->table, &row))
        return;
    sieve_mark(&h->sieve, id(h, row));
    table_key(&h->table, UI_KEY_DOWN);
}

/* The two that are marked, the older one first. */
/* What makes copies of members has phases and steps that others of them have, too. */
static bool makes_copies(enum op_type t)
{
    return t == OP_TEST_FAILOVER || t == OP_FAILOVER || t == OP_FAILBACK;
}

/* A picture of what has nothing in common would be a wrong one. */
static bool comparable(const json_t *a, const json_t *b, struct ui *ui)
{
    enum op_type x = op_type_parse(json_text(a, "operation_type"));
    enum op_type y = op_type_parse(json_text(b, "operation_type"));
    if (x == y || (makes_copies(x) && makes_copies(y)))
        return true;
    ui_say(ui, ROLE_WARN, "%s and %s have no step alike: mark two of a kind, or a drill and a move",
           opcells_type(a), opcells_type(b));
    return false;
}

static void open_compare(const struct history *h, struct ui *ui)
{
    const json_t *two[2] = {NULL, NULL};
    size_t i, n = 0;
    const json_t *o;
    json_array_foreach (h->rows, i, o)
        if (n < 2 && sieve_marked(&h->sieve, history_id(o)))
            two[n++] = o;
    if (n == 2 && !comparable(two[1], two[0], ui))
        return;
    if (n == 2)
        ui_push(ui, compare_open(json_text(two[1], "id"), json_text(two[0], "id")));
    else
        ui_say(ui, ROLE_WARN, "what was marked is not in the list any more");
}

static void export_rows(const struct history *h, struct ui *ui)
{
    const json_t **rows = xcalloc(h->sieve.count + 1, sizeof *rows);
    struct pc_error err = {0};
    char stem[700];
    for (size_t i = 0; i < h->sieve.count; i++)
        rows[i] = row_at(h, i);
    if (history_export(ui->state_dir, rows, h->sieve.count, ui->now.wall_ms, stem, sizeof stem,
                       &err))
        ui_say_error(ui, &err);
    else
        ui_say(ui, ROLE_OK, "%zu written: %.180s .csv .json .txt", h->sieve.count, stem);
    free(rows);
}

static bool history_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct history *h = of(s);
    switch (a->id) {
    case ACT_READ:
        ask(h, ui, false);
        return true;
    case ACT_FILTER:
        filter_begin(&h->sieve.filter);
        return true;
    case ACT_MARK:
        mark(h);
        break;
    case ACT_SORT:
        h->table.sorted = (abs(h->table.sorted) + 1) % (HISTORY_COLUMNS + 1);
        break;
    case ACT_REVERSE:
        h->table.sorted = h->table.sorted ? -h->table.sorted : HISTORY_WHEN + 1;
        break;
    case ACT_COMPARE:
        open_compare(h, ui);
        return true;
    case ACT_EXPORT:
        export_rows(h, ui);
        return true;
    default:
        return false;
    }
    sift(h);
    ask_rest(h, ui);
    return true;
}

static void history_keep(const struct screen *s, json_t *place)
{
    const struct history *h = (const struct history *)s;
    place_keep_list(place, &h->table, &h->sieve);
}

static void history_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    struct history *h = of(s);
    place_resume_list(place, &h->table, &h->sieve);
    sift(h);
    ask_rest(h, ui);
}

static void history_close(struct screen *s)
{
    json_decref(of(s)->rows);
    sieve_release(&of(s)->sieve);
    free(s);
}

static const struct table *history_table(const struct screen *s)
{
    return &((const struct history *)s)->table;
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
    .keep = history_keep,
    .resume = history_resume,
    .table = history_table,
    .close = history_close,
};

struct screen *history_open(void)
{
    struct history *h = xcalloc(1, sizeof *h);
    h->base.ops = &HISTORY;
    sieve_init(&h->sieve);
    h->table.columns = HISTORY_COLS;
    h->table.n_columns = HISTORY_COLUMNS;
    h->table.source = &SOURCE;
    h->table.ctx = h;
    h->table.focused = true;
    h->table.whole_row = true;
    return &h->base;
}
