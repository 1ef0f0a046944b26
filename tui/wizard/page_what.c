/* page_what: planned or not, which members, and from which recovery point. See
 * wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/checkshow.h"
#include "tui/wizard/members.h"
#include "widgets/layout.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHOSEN, WHAT, AGE, STATE, VOLUMES, COLUMNS };
enum row_kind { ROW_PLANNED, ROW_UNPLANNED, ROW_MEMBERS, ROW_NEWEST, ROW_POINT };

struct row {
    enum row_kind kind;
    const json_t *point; /* of ROW_POINT, lent by the answer */
};

struct what_page {
    struct page base;
    struct table table;
    struct row *rows;
    size_t count, room;
    struct members members;
    char how_many[60]; /* of them */
};

static const struct table_column COLS[COLUMNS] = {
    [CHOSEN] = {"", {.min = 3, .max = 3}, ALIGN_LEFT, NULL},
    [WHAT] = {"WHAT", {.min = 20, .weight = 2}, ALIGN_LEFT, NULL},
    [AGE] = {"AGE", {.min = 7, .max = 7}, ALIGN_RIGHT, NULL},
    [STATE] = {"STATE", {.min = 16, .max = 16}, ALIGN_LEFT, NULL},
    [VOLUMES] = {"VOLUMES", {.min = 14, .max = 20, .weight = 1, .drop = 1}, ALIGN_LEFT, NULL},
};

static const struct what_page *of_const(const void *p)
{
    return p;
}

static const char *wanted_point(const struct wizard *w)
{
    return json_text(w->answers.given, "recovery_point");
}

static bool chosen(const struct wizard *w, const struct row *r)
{
    const char *point = wanted_point(w);
    switch (r->kind) {
    case ROW_PLANNED:
        return !answers_unplanned(&w->answers);
    case ROW_UNPLANNED:
        return answers_unplanned(&w->answers);
    case ROW_MEMBERS:
        return true;
    case ROW_NEWEST:
        return !*point;
    default:
        return text_equal(point, json_text(r->point, "name"));
    }
}

/* ---- cells -------------------------------------------------------------------------- */

static const char *newest_words(const struct wizard *w)
{
    bool moves = w->kind->moves && !answers_unplanned(&w->answers);
    return moves ? "a new one, at rest" : "the newest complete";
}

static void what_cell(const struct what_page *p, const struct row *r, struct table_cell *ret)
{
    const struct wizard *w = p->base.w;
    ret->role = chosen(w, r) ? ROLE_STRONG : ROLE_TEXT;
    switch (r->kind) {
    case ROW_PLANNED:
        ret->text = "planned";
        break;
    case ROW_UNPLANNED:
        ret->text = "unplanned";
        ret->role = chosen(w, r) ? ROLE_DANGER : ROLE_TEXT;
        break;
    case ROW_MEMBERS:
        ret->text = p->how_many;
        break;
    case ROW_NEWEST:
        ret->text = newest_words(w);
        break;
    default:
        ret->text = json_text(r->point, "short_name");
        break;
    }
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    static const size_t POINT_CELLS[COLUMNS] = {
        [AGE] = POINT_AGE, [STATE] = POINT_STATE, [VOLUMES] = POINT_VOLUMES};
    const struct what_page *p = of_const(ctx);
    const struct row *r = &p->rows[row];
    ret->text = "";
    if (col == CHOSEN && r->kind == ROW_MEMBERS)
        ret->text = "[x]";
    else if (col == CHOSEN)
        ret->text = chosen(p->base.w, r) ? "(x)" : "( )";
    else if (col == WHAT)
        what_cell(p, r, ret);
    else if (r->kind == ROW_POINT)
        point_cell(r->point, POINT_CELLS[col], ret);
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- the page ------------------------------------------------------------------------- */

static void add(struct what_page *p, enum row_kind kind, const json_t *point)
{
    p->rows = xgrow(p->rows, &p->room, p->count + 1, sizeof *p->rows);
    p->rows[p->count++] = (struct row){kind, point};
}

static void what_take(struct page *base)
{
    struct what_page *p = (struct what_page *)base;
    const struct wizard *w = base->w;
    const json_t *o;
    size_t i;
    p->count = 0;
    if (w->answers.kind == WIZARD_FAILOVER) {
        add(p, ROW_PLANNED, NULL);
        add(p, ROW_UNPLANNED, NULL);
        add(p, ROW_MEMBERS, NULL);
        members_words(w, p->how_many, sizeof p->how_many);
        members_take(&p->members);
    }
    if (w->answers.kind != WIZARD_MAPPING) {
        add(p, ROW_NEWEST, NULL);
        json_array_foreach(w->points.data, i, o)
            add(p, ROW_POINT, o);
    }
    table_sync(&p->table, p->count);
}

static const json_t *point_of(const struct wizard *w)
{
    const json_t *o;
    size_t i;
    json_array_foreach(w->points.data, i, o)
        if (text_equal(wanted_point(w), json_text(o, "name")))
            return o;
    return NULL;
}

/* One that was chosen, in a draft of some time ago, and is not among them now. */
static bool is_gone(const struct wizard *w)
{
    return *wanted_point(w) && w->points.data && !point_of(w);
}

static void what_state(const struct page *base, struct page_state *ret)
{
    const struct wizard *w = base->w;
    const json_t *point = point_of(w);
    struct table_cell state = {.role = ROLE_OK};
    if (w->answers.kind == WIZARD_MAPPING) {
        snprintf(ret->note, sizeof ret->note, "what is kept");
        return;
    }
    if (is_gone(w)) {
        ret->mark = PAGE_BLOCKED;
        snprintf(ret->note, sizeof ret->note, "point is gone");
        return;
    }
    if (point)
        point_cell(point, POINT_STATE, &state);
    if (state.role == ROLE_WARN || state.role == ROLE_INFO)
        ret->mark = PAGE_WARNED;
    else if (state.role == ROLE_DANGER)
        ret->mark = PAGE_BLOCKED;
    if (json_list(w->answers.given, "members")) {
        snprintf(ret->note, sizeof ret->note, "%.39s", of_const(base)->how_many);
        return;
    }
    bool unplanned = answers_unplanned(&w->answers);
    const char *from = point ? json_text(point, "short_name") : unplanned ? "" : "newest";
    snprintf(ret->note, sizeof ret->note, "%s%s%.24s",
             w->answers.kind != WIZARD_FAILOVER ? "" : unplanned ? "unplanned" : "planned",
             w->answers.kind == WIZARD_FAILOVER && *from ? ", " : "", from);
}

static void what_detail(const struct page *base, struct buf *out)
{
    static const char *const WORDS[] = {
        [ROW_PLANNED] = "Planned: the servers are stopped where they run, what they wrote is "
                        "brought over, and only then the copies are made. Nothing is lost.",
        [ROW_UNPLANNED] = "Unplanned: the site that serves is not asked. What it wrote since the "
                          "recovery point is lost; if its servers still run, both write.",
        [ROW_MEMBERS] = "Enter opens the list of them. Who is left out stays where it runs: the group "
                        "is then at both sites, until the rest follows (failover again, before the "
                        "commit) or what moved is brought back.",
        [ROW_NEWEST] = "Chosen when it begins: a planned move makes a new point once all is stopped; "
                       "else it is the newest that is complete by then."};
    const struct what_page *p = of_const(base);
    size_t row;
    if (base->w->points.err.code && base->w->answers.kind != WIZARD_MAPPING)
        buf_printf(out, "The recovery points cannot be listed: %s\n", base->w->points.err.text);
    if (is_gone(base->w))
        buf_printf(out, "Recovery point %s was chosen and is not there (any more): choose another, "
                   "or the newest.\n", wanted_point(base->w));
    if (!table_selected(&p->table, &row))
        return;
    const struct row *r = &p->rows[row];
    if (r->kind == ROW_POINT)
        point_detail(r->point, out);
    else
        buf_printf(out, "%s\n", WORDS[r->kind]);
}

static void what_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                        struct rect area)
{
    struct what_page *p = (struct what_page *)base;
    (void)ui;
    (void)cv;
    base->keys = p->members.open ? "Space ticks  {all-members}  Enter done" : NULL;
    members_layout(&p->members, area);
    p->table.empty = base->w->answers.kind == WIZARD_MAPPING
                         ? "Networks, flavors and checks, kept for every operation."
                         : "reading";
    table_layout(&p->table, area);
}

static void what_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    const struct what_page *p = of_const(base);
    if (p->members.open)
        members_paint(&p->members, cv, area);
    else
        table_paint(&p->table, cv, area);
}

static void choose(struct what_page *p, struct ui *ui, const struct row *r)
{
    struct answers *a = &p->base.w->answers;
    if (r->kind == ROW_MEMBERS) {
        p->members.open = true;
        return;
    }
    if (r->kind == ROW_PLANNED || r->kind == ROW_UNPLANNED)
        answers_put_text(a, "type", r->kind == ROW_PLANNED ? "planned" : "unplanned");
    else
        answers_put_text(a, "recovery_point",
                         r->kind == ROW_POINT ? json_text(r->point, "name") : "");
    wizard_changed(p->base.w, ui);
}

static unsigned what_key(struct page *base, struct ui *ui, ui_key key)
{
    struct what_page *p = (struct what_page *)base;
    size_t row;
    if (p->members.open)
        return members_key(&p->members, ui, key);
    if ((key == UI_KEY_ENTER || key == UI_KEY_SPACE) && table_selected(&p->table, &row)) {
        choose(p, ui, &p->rows[row]);
        return UI_HANDLED;
    }
    return table_key(&p->table, key);
}

static void what_close(struct page *base)
{
    free(((struct what_page *)base)->rows);
    free(base);
}

static const struct page_ops WHAT_PAGE = {
    .title = "What",
    .about = "How it is done, and from which moment the data comes. A point that is older than the "
             "RPO loses more than was agreed; one that is not complete cannot be used.",
    .keys = "Enter chooses",
    .take = what_take,
    .state = what_state,
    .detail = what_detail,
    .layout = what_layout,
    .paint = what_paint,
    .key = what_key,
    .close = what_close,
};

struct page *page_what(struct wizard *w)
{
    struct what_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = &WHAT_PAGE, .w = w};
    members_init(&p->members, w);
    p->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = p,
                              .focused = true, .gap = 1};
    return &p->base;
}
