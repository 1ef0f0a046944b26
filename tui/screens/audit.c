/*
 * audit: who asked for what, when and why, and what came of it.
 *
 * The record is read from its end backwards, a page when one comes near what is there,
 * through all its files; what is new is read when the engine tells that something
 * changed. A filter narrows, a search jumps; Enter opens the operation. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/opcells.h"
#include "tui/place.h"
#include "tui/screens/audit_book.h"
#include "tui/screens/find_line.h"
#include "widgets/layout.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DETAIL_ROWS = 4, WORDS_MAX = 8000 };
enum { AGAIN_MS = 1000 }; /* the newest page is not read more often */

struct audit {
    struct screen base;
    struct audit_book book;
    struct sieve sieve;
    struct table table;
    struct find_line find;
    struct match *found; /* of the search; owned, NULL none */
    bool asking, behind; /* a reply is under way; something changed since it was asked for */
    int64_t asked_ms;    /* mono: when for the newest */
    char trouble[256];
    struct rect list_at, detail_at;
    struct ui *ui;
};

static struct audit *of(struct screen *s)
{
    return (struct audit *)s;
}

/* ---- entries -------------------------------------------------------------------------- */

/* What the operator gave as the reason; else what the engine said against it. */
static const char *why(const json_t *e)
{
    const char *reason = json_text(json_map(e, "arguments"), "reason");
    return *reason ? reason : json_text(e, "error");
}

static const char *what_word(const json_t *e, char *dst, size_t size)
{
    snprintf(dst, size, "%s", json_text(e, "action"));
    for (char *p = dst; *p; p++)
        if (*p == '_')
            *p = ' ';
    return dst;
}

static void entry_words(const json_t *e, struct buf *out)
{
    char clean[1200], what[80];
    char *arguments = json_dumps(json_map(e, "arguments"), JSON_COMPACT | JSON_ENCODE_ANY);
    safe_text(clean, sizeof clean, arguments ? arguments : "");
    free(arguments);
    buf_printf(out, "%s %s %s %s %s %s", json_text(e, "at"), json_text(e, "who"),
               what_word(e, what, sizeof what), json_text(e, "action"), json_text(e, "target"),
               json_text(e, "result"));
    buf_printf(out, " %s %s %s", json_text(e, "operation"), json_text(e, "error"), clean);
}

static void words(const void *ctx, size_t item, struct buf *out)
{
    entry_words(((const struct audit *)ctx)->book.entries[item], out);
}

static const json_t *row_at(const struct audit *a, size_t row)
{
    return a->book.entries[sieve_item(&a->sieve, row)];
}

/* ---- the table -------------------------------------------------------------------------- */

enum { WHEN, WHO, WHAT, TARGET, RESULT, WHY, COLUMNS };

static const struct table_column COLS[COLUMNS] = {
    [WHEN] = {"WHEN", {.min = 12, .max = 13}, ALIGN_LEFT, NULL},
    [WHO] = {"WHO", {.min = 9, .max = 28, .weight = 1, .drop = 1}, ALIGN_LEFT, NULL},
    [WHAT] = {"WHAT", {.min = 13, .max = 20, .weight = 1}, ALIGN_LEFT, NULL},
    [TARGET] = {"OF WHAT", {.min = 12, .max = 30, .weight = 2}, ALIGN_LEFT, NULL},
    [RESULT] = {"RESULT", {.min = 11, .max = 16, .weight = 1}, ALIGN_LEFT, NULL},
    [WHY] = {"WHY", {.min = 12, .max = 90, .weight = 4, .drop = 2}, ALIGN_LEFT, NULL},
};

static void result_cell(const json_t *e, struct table_cell *ret)
{
    const char *result = json_text(e, "result");
    bool ok = text_equal(result, "ok"), open = text_equal(result, "-");
    ret->role = ok ? ROLE_OK : open ? ROLE_WARN : ROLE_DANGER;
    ret->mark = ok ? GLYPH_OK : open ? GLYPH_UNKNOWN : GLYPH_FAIL;
    ret->text = open ? "no answer" : result;
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct audit *a = ctx;
    const json_t *e = row_at(a, row);
    const char *target = json_text(e, "target");
    ret->text = ret->buf;
    switch (col) {
    case WHEN:
        ret->role = ROLE_DIM;
        format_moment(ret->buf, sizeof ret->buf, a->ui->now.wall_ms, opcells_time(e, "at"));
        break;
    case WHO:
        safe_text(ret->buf, sizeof ret->buf, json_text(e, "who"));
        if (a->table.gap == 1 && strstr(ret->buf, " from ")) /* from where stands below */
            *strstr(ret->buf, " from ") = '\0';
        break;
    case WHAT:
        ret->role = ROLE_STRONG;
        what_word(e, ret->buf, sizeof ret->buf);
        break;
    case TARGET:
        if (strncmp(target, "op-", 3) == 0)
            format_id(ret->buf, FORMAT_SIZE, target);
        else
            safe_text(ret->buf, sizeof ret->buf, target);
        break;
    case RESULT:
        result_cell(e, ret);
        break;
    default:
        ret->role = ROLE_DIM;
        safe_text(ret->buf, sizeof ret->buf, why(e));
        break;
    }
}

static uint64_t id(const void *ctx, size_t row)
{
    return text_hash(0, json_text(row_at(ctx, row), "id"));
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

static void sift(struct audit *a)
{
    struct sieve_source source = {.ctx = a, .words = words};
    sieve_sync(&a->sieve, a->book.count, &source);
    a->table.match = a->found ? a->found : a->sieve.filter.match;
    a->table.empty = a->trouble[0]    ? a->trouble
                     : a->book.count  ? "nothing on record matches the filter; Esc shows all"
                     : a->book.read   ? "nobody has asked for a change yet"
                                      : "reading the record";
    table_sync(&a->table, a->sieve.count);
}

/* ---- reading ------------------------------------------------------------------------------ */

static void came(struct audit *a, const struct pc_error *err, const json_t *data, bool newest)
{
    a->asking = false;
    a->trouble[0] = '\0';
    if (err)
        snprintf(a->trouble, sizeof a->trouble, "%.180s %.70s", err->text, err->remedy);
    else if (newest)
        audit_book_newest(&a->book, data);
    else
        audit_book_older(&a->book, data);
    if (err && a->book.count)
        ui_say_error(a->ui, err);
    if (err)
        a->book.before[0] = '\0'; /* r begins anew */
    sift(a);
}

static void newest_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                        const json_t *data)
{
    (void)ui;
    came(of(s), err, data, true);
}

static void older_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    (void)ui;
    came(of(s), err, data, false);
}

static void ask(struct audit *a, bool newest)
{
    json_t *args = json_object();
    if (!newest)
        json_put_text(args, "before", a->book.before);
    a->asking = true;
    if (newest)
        a->asked_ms = a->ui->now.mono_ms, a->behind = false;
    ui_ask(a->ui, &a->base, "audit_list", args, newest ? newest_came : older_came);
}

static void audit_sync(struct screen *s, struct ui *ui)
{
    struct audit *a = of(s);
    a->ui = ui;
    a->behind = true;
}

/* What is new first; then what comes below the last row that is seen. */
static int64_t audit_tick(struct screen *s, struct ui *ui)
{
    struct audit *a = of(s);
    size_t page = a->table.page > 0 ? (size_t)a->table.page : 1;
    int64_t again = a->asked_ms + AGAIN_MS;
    if (a->asking)
        return MOMENT_NEVER;
    if (a->behind && (!a->asked_ms || ui->now.mono_ms >= again))
        ask(a, true);
    else if (a->book.before[0] && a->table.top + 2 * page > a->sieve.count)
        ask(a, false);
    return a->behind && !a->asking ? again : MOMENT_NEVER;
}

/* ---- the screen ------------------------------------------------------------------------------ */

static const json_t *selected(const struct audit *a)
{
    size_t row;
    return table_selected(&a->table, &row) && row < a->sieve.count ? row_at(a, row) : NULL;
}

/* The operation that it began, or else was about; "" none. */
static const char *operation_of(const json_t *e)
{
    const char *began = json_text(e, "operation"), *target = json_text(e, "target");
    return *began ? began : strncmp(target, "op-", 3) == 0 ? target : "";
}

static void audit_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct audit *a = (const struct audit *)s;
    const json_t *e = a->ui ? selected(a) : NULL;
    const char *op_id = e ? operation_of(e) : "";
    ret->group = e ? snapshot_group(ui->snap, json_text(e, "target")) : NULL;
    if (!*op_id)
        return;
    const struct op_view *v = snapshot_operation(ui->snap, op_id);
    ret->room = (struct act_operation){.id = op_id, .type = OP_TEST_FAILOVER, .status = OP_COMPLETED};
    if (v)
        ret->room = (struct act_operation){
            .id = v->op->id, .type = v->op->type, .status = v->op->status};
    if (v && !ret->group) /* what was asked of an operation is of its group, too */
        ret->group = snapshot_group(ui->snap, v->op->group_id);
    ret->operation = &ret->room;
}

static void audit_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    enum { LIST, DETAIL, BOXES };
    struct audit *a = of(s);
    struct rect at[BOXES];
    const struct layout_box boxes[BOXES] = {
        [LIST] = LAYOUT_FILL(4),
        [DETAIL] = {.min = DETAIL_ROWS, .max = DETAIL_ROWS + 4, .weight = 1, .drop = 1}};
    (void)ui;
    (void)cv;
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 1, rect_inset(body, 1, 1), at);
    a->list_at = at[LIST], a->detail_at = at[DETAIL];
    a->table.gap = body.w >= 100 ? 2 : 1;
    table_layout(&a->table, a->list_at);
}

/* All of one entry, in its own words: label and text, "" none. */
static void paint_fact(struct canvas *cv, struct rect *at, const char *label, const char *text)
{
    enum { LABEL = 11 };
    char clean[2000];
    struct rect in = *at;
    if (!*text || rect_empty(*at))
        return;
    safe_text(clean, sizeof clean, text);
    paint_text(cv, at->y, at->x, LABEL - 1, ROLE_DIM, label);
    rect_cut_left(&in, LABEL);
    rect_cut_top(at, paint_wrapped(cv, in, ROLE_TEXT, clean));
}

static void paint_detail(const struct audit *a, struct canvas *cv)
{
    const json_t *e = selected(a);
    char who[300];
    if (rect_empty(a->detail_at) || !e)
        return;
    char *asked = json_dumps(json_map(e, "arguments"), JSON_COMPACT);
    struct rect at = rect_inset(a->detail_at, 0, 1);
    snprintf(who, sizeof who, "%.150s on %.80s, %.40s", json_text(e, "who"), json_text(e, "host"),
             json_text(e, "at"));
    paint_hline(cv, a->detail_at.y - 1, a->detail_at.x, a->detail_at.w, ROLE_BORDER);
    paint_fact(cv, &at, "reason", json_text(json_map(e, "arguments"), "reason"));
    paint_fact(cv, &at, "refused", json_text(e, "error"));
    paint_fact(cv, &at, "who", who);
    paint_fact(cv, &at, "operation", operation_of(e));
    paint_fact(cv, &at, "asked", asked ? asked : "");
    free(asked);
}

static void audit_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct audit *a = (const struct audit *)s;
    char title[140], tally[48], torn[60] = "";
    (void)ui;
    if (a->book.torn)
        snprintf(torn, sizeof torn, "  %lld line%s not whole", (long long)a->book.torn,
                 a->book.torn == 1 ? "" : "s");
    snprintf(title, sizeof title, "Audit log  %s%s%s", sieve_tally(&a->sieve, tally, sizeof tally),
             a->book.before[0] ? " and older ones" : "", torn);
    paint_box(cv, body, ROLE_FOCUS, title, NULL);
    table_paint(&a->table, cv, a->list_at);
    paint_detail(a, cv);
    filter_paint(&a->sieve.filter, cv, body);
    find_line_paint(&a->find, cv, body);
}

/* ---- searching --------------------------------------------------------------------------------- */

static void find_is(void *arg, const char *text)
{
    struct audit *a = arg;
    char why_not[120]; /* an expression that is wrong finds nothing, while it is typed */
    match_free(a->found);
    a->found = *text ? match_new(text, why_not, sizeof why_not) : NULL;
    sift(a);
}

/* The newest stands first: back is down. False: nowhere in what was read. */
static bool jump(void *arg, bool back)
{
    struct audit *a = arg;
    struct buf b;
    size_t n = a->sieve.count, at = a->table.selected;
    bool hit = false;
    buf_init(&b, WORDS_MAX);
    for (size_t k = 1; a->found && k <= n && !hit; k++) {
        size_t row = back ? (at + k) % n : (at + n - k % n) % n;
        buf_clear(&b);
        entry_words(row_at(a, row), &b);
        hit = match_passes(a->found, buf_text(&b));
        if (hit)
            table_select(&a->table, row);
    }
    buf_release(&b);
    return hit;
}

static const struct find_ops FIND = {jump, find_is};

static unsigned audit_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct audit *a = of(s);
    unsigned typed = find_line_key(&a->find, ui, key);
    if (typed != UI_IGNORED)
        return typed;
    if (a->found && (key == 'n' || key == 'N')) {
        find_line_go(&a->find, ui, key == 'n');
        return UI_HANDLED;
    }
    typed = filter_key(&a->sieve.filter, key);
    if (typed & UI_CHANGED)
        sift(a);
    if (typed != UI_IGNORED)
        return typed;
    if (key != UI_KEY_ENTER)
        return table_key(&a->table, key);
    if (!selected(a) || *operation_of(selected(a)))
        return UI_IGNORED; /* the action table opens it */
    ui_say(ui, ROLE_INFO, "this request was about no operation");
    return UI_HANDLED;
}

static bool audit_act(struct screen *s, struct ui *ui, const struct action *act)
{
    struct audit *a = of(s);
    (void)ui;
    if (act->id == ACT_FILTER)
        filter_begin(&a->sieve.filter);
    else if (act->id == ACT_SEARCH)
        find_line_begin(&a->find);
    else if (act->id == ACT_READ && !a->asking)
        ask(a, true);
    else
        return act->id == ACT_READ;
    return true;
}

/* ---- places --------------------------------------------------------------------------------------- */

static void audit_keep(const struct screen *s, json_t *place)
{
    const struct audit *a = (const struct audit *)s;
    place_keep_list(place, &a->table, &a->sieve);
}

static void audit_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    struct audit *a = of(s);
    a->ui = ui;
    place_resume_list(place, &a->table, &a->sieve);
    sift(a);
}

static const struct table *audit_table(const struct screen *s)
{
    return &((const struct audit *)s)->table;
}

static void audit_close(struct screen *s)
{
    struct audit *a = of(s);
    audit_book_release(&a->book);
    sieve_release(&a->sieve);
    find_line_release(&a->find);
    match_free(a->found);
    free(a);
}

static const struct screen_ops AUDIT = {
    .name = "audit",
    .context = CTX_AUDIT,
    .sync = audit_sync,
    .subject = audit_subject,
    .layout = audit_layout,
    .paint = audit_paint,
    .key = audit_key,
    .act = audit_act,
    .tick = audit_tick,
    .table = audit_table,
    .keep = audit_keep,
    .resume = audit_resume,
    .close = audit_close,
};

struct screen *audit_open(void)
{
    struct audit *a = xcalloc(1, sizeof *a);
    a->base.ops = &AUDIT;
    audit_book_init(&a->book);
    sieve_init(&a->sieve);
    a->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = a,
                              .focused = true, .empty = "reading the record"};
    find_line_init(&a->find, &FIND, a);
    return &a->base;
}
