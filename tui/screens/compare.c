/*
 * compare: two operations beside each other, phase by phase and step by step:
 * what each took, and the difference.
 *
 * Asks for both when it opens. Steps are matched by their keys, which two runs
 * of one group share; what only one of them has stands there with a dash. Of runs of
 * two kinds only what both do is compared, and that is said.
 * UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/screens/history_table.h"
#include "tui/words.h"
#include "widgets/filter.h"

#include <stdio.h>
#include <stdlib.h>

enum { OLDER, NEWER, SIDES };
/* Less is no difference worth a colour: a second, of what is short a part of it. */
enum { DIFFERS_MS = 1000, SHORT_MS = 10000, SHORT_DIFFERS_MS = 200 };

struct line {
    int depth; /* 0 all of it, 1 a phase, 2 a step */
    char name[120];
    int64_t ms[SIDES]; /* -1: there is none */
    bool failed[SIDES];
};

struct compare {
    struct screen base;
    char id[SIDES][OP_ID_SIZE];
    json_t *op[SIDES]; /* owned; NULL: not there yet */
    enum op_type type[SIDES];
    bool mixed; /* of two kinds */
    struct line *lines; /* owned */
    size_t count, room;
    size_t *shown; /* those that pass the filter; owned */
    size_t shown_count;
    struct filter filter;
    struct table table;
    char trouble[256];
    int64_t now_ms;
};

static struct compare *of(struct screen *s)
{
    return (struct compare *)s;
}

/* ---- the lines ---------------------------------------------------------------------- */

/* To the millisecond where that is told. */
static int64_t span_of(const json_t *o, const char *from, const char *to)
{
    int64_t took = json_int(o, "took_ms", -1);
    if (took >= 0)
        return took;
    int64_t a = history_time(o, from), b = history_time(o, to);
    return a && b ? b - a : -1;
}

static struct line *add(struct compare *c, int depth, const char *name)
{
    c->lines = xgrow(c->lines, &c->room, c->count + 1, sizeof *c->lines);
    struct line *l = &c->lines[c->count++];
    *l = (struct line){.depth = depth, .ms = {-1, -1}};
    safe_text(l->name, sizeof l->name, name);
    return l;
}

static void add_step(struct compare *c, const char *key)
{
    char name[160];
    const json_t *any = NULL, *e[SIDES];
    for (int k = 0; k < SIDES; k++) {
        e[k] = json_find(json_list(c->op[k], "steps"), "key", key);
        any = e[k] ? e[k] : any;
    }
    enum step_kind kind = step_kind_parse(json_text(any, "kind"));
    snprintf(name, sizeof name, "%.40s %.100s",
             kind == STEP_KIND_COUNT ? json_text(any, "kind") : words_step(kind),
             json_text(any, "subject"));
    struct line *l = add(c, 2, name);
    for (int k = 0; k < SIDES; k++) {
        l->ms[k] = span_of(e[k], "started_at", "ended_at");
        l->failed[k] = text_equal(json_text(e[k], "status"), step_status_word(STEP_FAILED));
    }
}

/* What a run calls a phase; NULL: it has none such. */
static const char *word_of(const struct compare *c, int side, enum phase p)
{
    const struct phase_shape *shape = op_phase(c->type[side], p);
    return shape ? shape->word : NULL;
}

static const json_t *phase_of(const struct compare *c, int side, enum phase p)
{
    const char *word = word_of(c, side, p);
    return word ? json_find(json_list(c->op[side], "phases"), "phase", word) : NULL;
}

/* The newer one's steps in their order, then what only the older one had. */
static void add_steps(struct compare *c, enum phase p)
{
    for (int k = NEWER; k >= OLDER; k--) {
        const char *word = word_of(c, k, p);
        size_t i;
        json_t *e;
        json_array_foreach (json_list(c->op[k], "steps"), i, e) {
            const char *key = json_text(e, "key");
            bool other = json_find(json_list(c->op[k == NEWER ? OLDER : NEWER], "steps"), "key", key);
            if (text_equal(json_text(e, "phase"), word) && (c->mixed ? other && k == NEWER
                                                                     : !other || k == NEWER))
                add_step(c, key);
        }
    }
}

static void add_phase(struct compare *c, enum phase p)
{
    const json_t *e[SIDES] = {phase_of(c, OLDER, p), phase_of(c, NEWER, p)};
    if (c->mixed ? !e[OLDER] || !e[NEWER] : !e[OLDER] && !e[NEWER])
        return;
    struct line *l = add(c, 1, words_event(word_of(c, e[NEWER] ? NEWER : OLDER, p)));
    for (int k = 0; k < SIDES; k++) {
        l->ms[k] = span_of(e[k], "started_at", "ended_at");
        l->failed[k] = json_int(e[k], "failed", 0) > 0;
    }
    add_steps(c, p);
}

static void sift(struct compare *c)
{
    free(c->shown);
    c->shown = xcalloc(c->count + 1, sizeof *c->shown);
    c->shown_count = 0;
    for (size_t i = 0; i < c->count; i++)
        if (filter_passes(&c->filter, c->lines[i].name))
            c->shown[c->shown_count++] = i;
    c->table.match = c->filter.match;
    c->table.empty = c->count ? "nothing matches the filter; Esc shows all"
                             : "these two did nothing alike";
    table_sync(&c->table, c->shown_count);
}

static void make_lines(struct compare *c)
{
    c->count = 0;
    for (int k = 0; k < SIDES; k++)
        c->type[k] = op_type_parse(json_text(c->op[k], "operation_type"));
    if (c->type[OLDER] == OP_TYPE_COUNT || c->type[NEWER] == OP_TYPE_COUNT) {
        snprintf(c->trouble, sizeof c->trouble, "this version does not know such an operation");
        return;
    }
    c->mixed = c->type[OLDER] != c->type[NEWER];
    struct line *all = c->mixed ? NULL : add(c, 0, "from start to end");
    for (int k = 0; all && k < SIDES; k++) {
        all->ms[k] = span_of(c->op[k], "started_at", "completed_at");
        all->failed[k] = text_equal(json_text(c->op[k], "verdict"), "failed");
    }
    for (int i = 0; i < PHASE_COUNT; i++)
        add_phase(c, op_phase_at(c->type[NEWER], i));
    sift(c);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct compare *c = of(s);
    (void)ui;
    if (err) {
        snprintf(c->trouble, sizeof c->trouble, "%.180s %.70s", err->text, err->remedy);
        return;
    }
    int k = !c->op[OLDER] && text_equal(json_text(data, "id"), c->id[OLDER]) ? OLDER : NEWER;
    json_decref(c->op[k]);
    c->op[k] = json_deep_copy(data);
    if (c->op[OLDER] && c->op[NEWER])
        make_lines(c);
}

/* ---- the table ------------------------------------------------------------------------ */

enum { WHAT, FIRST, SECOND, DIFFERENCE, COLUMNS };

static const struct table_column COLS[COLUMNS] = {
    [WHAT] = {"WHAT", {.min = 16, .max = 70, .weight = 1}, ALIGN_LEFT, NULL},
    [FIRST] = {"FIRST", {.min = 7, .max = 10}, ALIGN_RIGHT, NULL},
    [SECOND] = {"SECOND", {.min = 7, .max = 10}, ALIGN_RIGHT, NULL},
    [DIFFERENCE] = {"DIFFERENCE", {.min = 20, .max = 24}, ALIGN_LEFT, NULL},
};

/* "1:14"; what is short in tenths of a second: a step of a small group is over in one. */
static void span_text(char *dst, size_t size, int64_t ms)
{
    if (ms < SHORT_MS)
        snprintf(dst, size, "%lld.%llds", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
    else
        clock_span(dst, size, ms);
}

static void difference(const struct line *l, struct table_cell *ret)
{
    char span[24];
    int64_t a = l->ms[OLDER], b = l->ms[NEWER], ms = b > a ? b - a : a - b;
    ret->role = ROLE_DIM;
    if (a < 0 && b < 0)
        return;
    if (a < 0 || b < 0) {
        ret->text = a < 0 ? "only in the second" : "only in the first";
        return;
    }
    if (ms < (a < SHORT_MS ? SHORT_DIFFERS_MS : DIFFERS_MS)) {
        ret->text = "same";
        return;
    }
    ret->role = b > a ? ROLE_WARN : ROLE_OK;
    span_text(span, sizeof span, ms);
    if (a >= SHORT_DIFFERS_MS)
        snprintf(ret->buf, sizeof ret->buf, "%c%s  %lld%% %s", b > a ? '+' : '-', span,
                 (long long)(ms * 100 / a), b > a ? "slower" : "faster");
    else
        snprintf(ret->buf, sizeof ret->buf, "%c%s", b > a ? '+' : '-', span);
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct compare *c = ctx;
    const struct line *l = &c->lines[c->shown[row]];
    int side = col == FIRST ? OLDER : NEWER;
    ret->text = ret->buf;
    ret->role = l->depth < 2 ? ROLE_STRONG : ROLE_TEXT;
    if (col == WHAT) {
        snprintf(ret->buf, sizeof ret->buf, "%s%s", l->depth == 2 ? "  " : "", l->name);
    } else if (col == DIFFERENCE) {
        difference(l, ret);
    } else {
        ret->role = l->failed[side] ? ROLE_DANGER : ret->role;
        if (l->ms[side] >= 0)
            span_text(ret->buf, sizeof ret->buf, l->ms[side]);
        else
            ret->text = l->failed[side] ? "failed" : "-";
    }
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- the screen --------------------------------------------------------------------------- */

static void compare_sync(struct screen *s, struct ui *ui)
{
    struct compare *c = of(s);
    if (c->op[OLDER] || c->now_ms)
        return;
    c->now_ms = ui->now.wall_ms;
    for (int k = 0; k < SIDES; k++) {
        json_t *args = json_object();
        json_put_text(args, "operation_id", c->id[k]);
        ui_ask(ui, s, "operation_show", args, came);
    }
}

enum { HEAD_ROWS = 2 };

static void compare_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                           struct rect body)
{
    struct compare *c = of(s);
    (void)cv;
    c->now_ms = ui->now.wall_ms;
    rect_cut_top(&body, HEAD_ROWS);
    table_layout(&c->table, rect_inset(body, 1, 1));
}

static void paint_head(const struct compare *c, int side, struct canvas *cv, struct rect row)
{
    static const char *const NAMES[SIDES] = {"first", "second"};
    struct table_cell t = {.text = NULL};
    const json_t *o = c->op[side];
    char id[FORMAT_SIZE], at[FORMAT_SIZE];
    struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
    pen_textf(&pen, ROLE_DIM, "%-7s ", NAMES[side]);
    if (!o)
        return;
    history_cell(o, HISTORY_RESULT, c->now_ms, &t);
    enum op_type type = op_type_parse(json_text(o, "operation_type"));
    pen_textf(&pen, ROLE_TITLE, "%s ",
              type == OP_TYPE_COUNT ? json_text(o, "operation_type") : op_type_label(type));
    pen_textf(&pen, ROLE_STRONG, "%s  ", json_text(o, "protection_group"));
    pen_textf(&pen, ROLE_TEXT, "%s  ", format_clock(at, sizeof at, history_time(o, "started_at"),
                                                   false));
    pen_glyph(&pen, t.role, t.mark);
    pen_textf(&pen, t.role, " %s  ", t.text);
    pen_text(&pen, ROLE_DIM, format_id(id, sizeof id, json_text(o, "id")));
}

static void compare_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                          struct rect body)
{
    const struct compare *c = (const struct compare *)s;
    (void)ui;
    paint_head(c, OLDER, cv, rect_cut_top(&body, 1));
    paint_head(c, NEWER, cv, rect_cut_top(&body, 1));
    struct rect in = paint_box(cv, body, ROLE_FOCUS,
                               c->mixed ? "Of two kinds: what both do" : "Two runs compared", NULL);
    filter_paint(&c->filter, cv, body);
    rect_cut_right(&in, 1);
    if (c->trouble[0])
        paint_wrapped(cv, rect_inset(in, 0, 1), ROLE_DANGER, c->trouble);
    else if (!c->op[OLDER] || !c->op[NEWER])
        paint_wrapped(cv, rect_inset(in, 0, 1), ROLE_DIM, "reading both operations");
    else
        table_paint(&c->table, cv, in);
}

static unsigned compare_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct compare *c = of(s);
    (void)ui;
    unsigned typed = filter_key(&c->filter, key);
    if (typed & UI_CHANGED)
        sift(c);
    if (typed != UI_IGNORED)
        return typed;
    return key == UI_KEY_ENTER ? UI_HANDLED : table_key(&c->table, key);
}

static bool compare_act(struct screen *s, struct ui *ui, const struct action *a)
{
    (void)ui;
    if (a->id != ACT_FILTER)
        return false;
    filter_begin(&of(s)->filter);
    return true;
}

static void compare_close(struct screen *s)
{
    struct compare *c = of(s);
    filter_release(&c->filter);
    json_decref(c->op[OLDER]);
    json_decref(c->op[NEWER]);
    free(c->lines);
    free(c->shown);
    free(c);
}

static const struct screen_ops COMPARE = {
    .name = "compare",
    .context = CTX_VIEW,
    .sync = compare_sync,
    .layout = compare_layout,
    .paint = compare_paint,
    .key = compare_key,
    .act = compare_act,
    .close = compare_close,
};

struct screen *compare_open(const char *older_id, const char *newer_id)
{
    struct compare *c = xcalloc(1, sizeof *c);
    c->base.ops = &COMPARE;
    safe_text(c->id[OLDER], sizeof c->id[OLDER], older_id);
    safe_text(c->id[NEWER], sizeof c->id[NEWER], newer_id);
    filter_init(&c->filter);
    c->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = c,
                              .focused = true, .whole_row = true};
    return &c->base;
}
