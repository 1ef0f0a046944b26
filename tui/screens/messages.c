/*
 * messages: what the console said lately above the keys, newest first:
 * nothing that went by is lost. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/mem.h"
#include "tui/format.h"
#include "tui/place.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

struct messages {
    struct screen base;
    struct table table;
    struct sieve sieve;
    const struct ui *ui;
};

enum { AGO, TEXT, COLUMNS };
static const struct table_column COLS[COLUMNS] = {
    [AGO] = {"AGO", {.min = 5, .max = 5}, ALIGN_RIGHT, NULL},
    [TEXT] = {"MESSAGE", {.min = 20, .weight = 1}, ALIGN_LEFT, NULL},
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct messages *m = ctx;
    const struct toast *t = toasts_nth(&m->ui->toasts, sieve_item(&m->sieve, row));
    static const struct {
        enum role role;
        enum glyph mark;
    } MARKS[] = {{ROLE_DANGER, GLYPH_FAIL}, {ROLE_WARN, GLYPH_WARN}, {ROLE_OK, GLYPH_OK}};
    if (!t)
        return;
    ret->text = col == AGO ? ret->buf : t->text;
    if (col == AGO) {
        ret->role = ROLE_DIM;
        format_ago(ret->buf, sizeof ret->buf, m->ui->now.mono_ms, t->from_ms);
        return;
    }
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
        if (t->role == MARKS[i].role)
            ret->role = t->role, ret->mark = MARKS[i].mark;
}

static const struct table_source SOURCE = {.cell = cell};

static void words(const void *ctx, size_t item, struct buf *out)
{
    const struct toast *t = toasts_nth(&((const struct messages *)ctx)->ui->toasts, item);
    buf_puts(out, t ? t->text : "");
}

static void sift(struct messages *m)
{
    struct sieve_source source = {.ctx = m, .words = words};
    sieve_sync(&m->sieve, m->ui->toasts.count, &source);
    m->table.match = m->sieve.filter.match;
    m->table.empty = m->sieve.of ? "no message matches the filter; Esc shows all"
                                 : "nothing was said yet";
    table_sync(&m->table, m->sieve.count);
}

static void messages_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                            struct rect body)
{
    struct messages *m = (struct messages *)s;
    (void)cv;
    m->ui = ui;
    sift(m); /* at most TOASTS_KEPT of them */
    table_layout(&m->table, rect_inset(body, 1, 1));
}

static void messages_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                           struct rect body)
{
    const struct messages *m = (const struct messages *)s;
    char title[80], tally[48];
    (void)ui;
    snprintf(title, sizeof title, "Messages  %s", sieve_tally(&m->sieve, tally, sizeof tally));
    struct rect in = paint_box(cv, body, ROLE_FOCUS, title, NULL);
    filter_paint(&m->sieve.filter, cv, body);
    rect_cut_right(&in, 1);
    table_paint(&m->table, cv, in);
}

static unsigned messages_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct messages *m = (struct messages *)s;
    (void)ui;
    unsigned typed = filter_key(&m->sieve.filter, key);
    if (typed != UI_IGNORED)
        return typed;
    return key == UI_KEY_ENTER ? UI_HANDLED : table_key(&m->table, key);
}

static bool messages_act(struct screen *s, struct ui *ui, const struct action *a)
{
    (void)ui;
    if (a->id != ACT_FILTER)
        return false;
    filter_begin(&((struct messages *)s)->sieve.filter);
    return true;
}

static void messages_keep(const struct screen *s, json_t *place)
{
    const struct messages *m = (const struct messages *)s;
    place_keep_list(place, &m->table, &m->sieve);
}

static void messages_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    struct messages *m = (struct messages *)s;
    (void)ui;
    place_resume_list(place, &m->table, &m->sieve);
}

static void messages_close(struct screen *s)
{
    sieve_release(&((struct messages *)s)->sieve);
    free(s);
}

static const struct table *messages_table(const struct screen *s)
{
    return &((const struct messages *)s)->table;
}

static const struct screen_ops MESSAGES = {
    .name = "messages",
    .context = CTX_VIEW,
    .layout = messages_layout,
    .paint = messages_paint,
    .key = messages_key,
    .act = messages_act,
    .keep = messages_keep,
    .resume = messages_resume,
    .table = messages_table,
    .close = messages_close,
};

struct screen *messages_open(void)
{
    struct messages *m = xcalloc(1, sizeof *m);
    m->base.ops = &MESSAGES;
    sieve_init(&m->sieve);
    m->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = m,
                              .focused = true};
    return &m->base;
}
