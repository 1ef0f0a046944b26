/* page_checks: how the copies are asked whether they are well. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/check_scope.h"
#include "tui/keymap.h"
#include "tui/wizard/check_form.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK, WHOM, TRIED, COLUMNS };

struct checks_page {
    struct page base;
    struct table table; /* the checks, then the time for all of them */
    struct check_form form;
    bool editing;
    size_t edited; /* which of the checks; past the last: a new one, or the time */
    json_t *tried; /* {check: rows of health_check_try}; owned */
    char trying[CHECK_TEXT_SIZE]; /* the check that is being tried, "" none */
    char trouble[400];
};

static const struct table_column COLS[COLUMNS] = {
    [CHECK] = {"CHECK", {.min = 18, .weight = 2}, ALIGN_LEFT, NULL},
    [WHOM] = {"OF", {.min = 8, .max = 20, .weight = 1}, ALIGN_LEFT, NULL},
    [TRIED] = {"TRIED NOW", {.min = 24, .max = 44, .weight = 3}, ALIGN_LEFT, NULL},
};

static const struct checks_page *of_const(const void *p)
{
    return p;
}

static bool isolated(const struct wizard *w)
{
    return json_flag(w->answers.given, "auto_network", false);
}

static size_t check_count(const struct checks_page *p)
{
    return json_array_size(wizard_checks(p->base.w));
}

static const char *check_at(const struct checks_page *p, size_t i)
{
    const char *text = json_string_value(json_array_get(wizard_checks(p->base.w), i));
    return text ? text : "";
}

static long long timeout_of(const struct wizard *w)
{
    return (long long)json_int(w->answers.given, "health_check_timeout",
                               json_int(w->proposal.data, "health_check_timeout", 120));
}

/* ---- cells -------------------------------------------------------------------------- */

/* "3 passed", "1 of 3 failed: refused". */
static void tried_cell(const struct checks_page *p, const char *text, struct table_cell *ret)
{
    json_t *rows = json_list(p->tried, text), *row;
    size_t i, failed = 0;
    const char *why = "";
    if (text_equal(p->trying, text)) {
        ret->role = ROLE_STALE, ret->text = "trying";
        return;
    }
    if (!rows) {
        ret->role = ROLE_DIM, ret->text = "not tried";
        return;
    }
    json_array_foreach(rows, i, row)
        if (!text_equal(json_text(row, "status"), "passed")) {
            failed++;
            why = json_text(row, "detail");
        }
    ret->mark = failed ? GLYPH_FAIL : GLYPH_OK;
    ret->role = failed ? ROLE_DANGER : ROLE_OK;
    ret->text = ret->buf;
    if (failed)
        snprintf(ret->buf, sizeof ret->buf, "%zu of %zu failed: %.60s", failed,
                 json_array_size(rows), why);
    else
        snprintf(ret->buf, sizeof ret->buf, "%zu passed", json_array_size(rows));
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct checks_page *p = of_const(ctx);
    char member[CHECK_MEMBER_SIZE];
    ret->text = ret->buf;
    if (row == check_count(p)) {
        if (col == CHECK)
            snprintf(ret->buf, sizeof ret->buf, "all within %lld s", timeout_of(p->base.w));
        ret->role = ROLE_DIM;
        return;
    }
    const char *text = check_at(p, row), *check = check_scope(text, member);
    if (col == CHECK)
        ret->text = check;
    else if (col == TRIED)
        tried_cell(p, text, ret);
    else
        snprintf(ret->buf, sizeof ret->buf, "%.100s", *member ? member : "all");
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- changes ------------------------------------------------------------------------------ */

static json_t *copy_of_checks(const struct checks_page *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < check_count(p); i++)
        json_array_append_new(list, json_string(check_at(p, i)));
    return list;
}

static void drop(struct checks_page *p, struct ui *ui, size_t row)
{
    json_t *list = copy_of_checks(p);
    json_array_remove(list, row);
    answers_put(&p->base.w->answers, "health_checks", list);
    wizard_changed(p->base.w, ui);
}

static void edit(struct checks_page *p, size_t row, bool fresh)
{
    const struct wizard *w = p->base.w;
    char seconds[24];
    p->editing = true;
    p->edited = fresh ? check_count(p) : row;
    if (!fresh && row == check_count(p)) {
        snprintf(seconds, sizeof seconds, "%lld", timeout_of(w));
        check_form_time(&p->form, seconds);
    } else {
        check_form_check(&p->form, w->record, fresh ? "tcp:" : check_at(p, row));
    }
}

/* False: what stands there is no check; the form says why. */
static bool edited(struct checks_page *p, struct ui *ui)
{
    struct answers *a = &p->base.w->answers;
    char text[CHECK_TEXT_SIZE];
    long seconds;
    if (p->form.time) {
        if (!check_form_seconds(&p->form, &seconds))
            return false;
        answers_put(a, "health_check_timeout", json_integer(seconds));
    } else {
        if (!check_form_text(&p->form, text, sizeof text))
            return false;
        json_t *list = copy_of_checks(p);
        if (p->edited < json_array_size(list))
            json_array_set_new(list, p->edited, json_string(text));
        else
            json_array_append_new(list, json_string(text));
        answers_put(a, "health_checks", list);
    }
    wizard_changed(p->base.w, ui);
    return true;
}

/* ---- trying one ------------------------------------------------------------------------------ */

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct checks_page *p = (struct checks_page *)((struct wizard *)s)->pages[PAGE_CHECKS];
    (void)ui;
    p->trouble[0] = '\0';
    if (err)
        snprintf(p->trouble, sizeof p->trouble, "%.200s %.180s", err->text, err->remedy);
    else
        json_put(p->tried, p->trying, json_deep_copy(data));
    p->trying[0] = '\0';
}

static void try_now(struct checks_page *p, struct ui *ui, size_t row)
{
    json_t *args = json_object();
    snprintf(p->trying, sizeof p->trying, "%s", check_at(p, row));
    json_put_text(args, "group", p->base.w->group_id);
    json_put_text(args, "check", p->trying);
    ui_ask(ui, &p->base.w->base, "health_check_try", args, came);
}

/* ---- the page ---------------------------------------------------------------------------------- */

static void checks_take(struct page *base)
{
    struct checks_page *p = (struct checks_page *)base;
    table_sync(&p->table, check_count(p) + 1);
}

static void checks_state(const struct page *base, struct page_state *ret)
{
    const struct checks_page *p = of_const(base);
    size_t n = check_count(p);
    if (!wizard_checks(base->w)) {
        ret->mark = PAGE_READING;
        return;
    }
    ret->mark = n || isolated(base->w) ? PAGE_FINE : PAGE_WARNED;
    if (isolated(base->w) && n)
        ret->mark = PAGE_BLOCKED;
    snprintf(ret->note, sizeof ret->note, n ? "%zu, within %lld s" : "boot alone", n,
             timeout_of(base->w));
}

static void checks_detail(const struct page *base, struct buf *out)
{
    const struct checks_page *p = of_const(base);
    json_t *row;
    size_t i, at;
    if (p->trouble[0])
        buf_printf(out, "%s\n", p->trouble);
    if (isolated(base->w) && check_count(p))
        buf_printf(out, "Nothing reaches an isolated network from here: delete the checks (d), or "
                        "map networks.\n");
    if (!table_selected(&p->table, &at) || at >= check_count(p))
        return;
    json_array_foreach(json_list(p->tried, check_at(p, at)), i, row)
        buf_printf(out, "%s at %s: %s, %s\n", json_text(row, "vm"), json_text(row, "address"),
                   json_text(row, "status"), json_text(row, "detail"));
}

static void checks_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                          struct rect area)
{
    struct checks_page *p = (struct checks_page *)base;
    (void)ui;
    (void)cv;
    if (p->editing)
        form_layout(&p->form.form, area);
    else
        table_layout(&p->table, area);
}

static void checks_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    const struct checks_page *p = of_const(base);
    if (p->editing)
        form_paint(&p->form.form, cv, area);
    else
        table_paint(&p->table, cv, area);
}

static bool checks_typing(const struct page *base)
{
    return of_const(base)->editing;
}

static unsigned edit_key(struct checks_page *p, struct ui *ui, ui_key key)
{
    if (key == UI_KEY_ESC) {
        p->editing = false;
        return UI_HANDLED;
    }
    if (key == UI_KEY_ENTER) {
        p->editing = !edited(p, ui);
        return UI_HANDLED;
    }
    unsigned bits = form_key(&p->form.form, key);
    return bits == UI_IGNORED ? UI_HANDLED : bits; /* Tab stays in the form */
}

static unsigned checks_key(struct page *base, struct ui *ui, ui_key key)
{
    struct checks_page *p = (struct checks_page *)base;
    size_t row, n = check_count(p);
    if (p->editing)
        return edit_key(p, ui, key);
    if (!wizard_checks(base->w) || !table_selected(&p->table, &row))
        return UI_IGNORED;
    if (keymap_is(key, ACT_ADD_CHECK))
        edit(p, row, true);
    else if (key == UI_KEY_ENTER)
        edit(p, row, false);
    else if ((keymap_is(key, ACT_DROP_CHECK) || key == UI_KEY_DELETE) && row < n)
        drop(p, ui, row);
    else if (keymap_is(key, ACT_TRY_CHECK) && row < n && !p->trying[0])
        try_now(p, ui, row);
    else
        return table_key(&p->table, key);
    return UI_HANDLED;
}

static void checks_close(struct page *base)
{
    struct checks_page *p = (struct checks_page *)base;
    check_form_release(&p->form);
    json_decref(p->tried);
    free(p);
}

static const struct page_ops CHECKS_PAGE = {
    .title = "Health checks",
    .about = "What says that a copy is well, beside that it booted. To try one asks the servers that "
             "serve now: so one sees whether its port and its path are right.",
    .keys = "{add-check}  Enter change  {drop-check}  {try-check}",
    .take = checks_take,
    .state = checks_state,
    .detail = checks_detail,
    .layout = checks_layout,
    .paint = checks_paint,
    .key = checks_key,
    .typing = checks_typing,
    .close = checks_close,
};

struct page *page_checks(struct wizard *w)
{
    struct checks_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = &CHECKS_PAGE, .w = w};
    p->tried = json_object();
    check_form_init(&p->form);
    p->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = p,
                              .focused = true, .gap = 1};
    return &p->base;
}
