/*
 * help: what every key does, made from the action table. The keys of the
 * screen one came from stand first, with the reason where one is not allowed
 * now; `/` searches all of them. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/mem.h"
#include "tui/keymap.h"
#include "widgets/sieve.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

/* A key of a context, a title, or plain text over all columns. */
struct help_line {
    const struct action *action; /* NULL: text */
    const char *text;            /* of an action: where it counts */
    bool title;
    bool again; /* the same key stands above already */
    bool below; /* of the screen one came from */
};

struct help {
    struct screen base;
    struct table table;
    struct sieve sieve;
    struct help_line *lines; /* owned */
    size_t count, room;
    struct act_subject subject; /* of the screen one came from, for a frame */
};

static const char *const WORDS[] = {
    "Lower case looks. Upper case changes the world: it asks first, and Enter",
    "alone means no. A key that is not allowed now stays on the last line, in",
    "brackets; press it to read why. What was not read lately says STALE.",
    "A drill never touches the primary site. Leaving a screen stops nothing.",
};

static void add(struct help *h, struct help_line line)
{
    for (size_t i = 0; line.action && i < h->count; i++)
        line.again |= h->lines[i].action == line.action;
    h->lines = xgrow(h->lines, &h->room, h->count + 1, sizeof *h->lines);
    h->lines[h->count++] = line;
}

static void add_context(struct help *h, unsigned context, bool below)
{
    const char *name = act_context_name(context);
    add(h, (struct help_line){.text = name, .title = true});
    for (size_t i = 0; i < action_count(); i++)
        if (action_nth(i)->contexts & context)
            add(h, (struct help_line){.action = action_nth(i), .text = name, .below = below});
    add(h, (struct help_line){.text = ""});
}

/* ---- searching ------------------------------------------------------------------------ */

static void words(const void *ctx, size_t item, struct buf *out)
{
    const struct help_line *l = &((const struct help *)ctx)->lines[item];
    char room[UI_KEY_NAME_MAX];
    if (l->action && !l->again)
        buf_printf(out, "%s %s %s %s", action_key_text(l->action, room), l->action->name,
                   l->action->label, l->action->help);
}

static void sift(struct help *h)
{
    struct sieve_source source = {.ctx = h, .words = words};
    sieve_sync(&h->sieve, h->count, &source);
    h->table.match = h->sieve.filter.match;
    table_sync(&h->table, h->sieve.count);
}

/* ---- how it looks ----------------------------------------------------------------------- */

/* One column over the whole width: a text must not be cut by the key's. */
static void paint_line(const void *ctx, size_t row, struct canvas *cv, struct rect cell)
{
    const struct help *h = ctx;
    const struct help_line *l = &h->lines[sieve_item(&h->sieve, row)];
    const struct action *a = l->action;
    char room[UI_KEY_NAME_MAX], why[200] = "";
    if (!a) {
        paint_text(cv, cell.y, cell.x, cell.w, l->title ? ROLE_TITLE : ROLE_DIM, l->text);
        return;
    }
    bool may = !l->below || action_enabled(a, &h->subject, why, sizeof why);
    struct rect key = rect_cut_left(&cell, 15), label = rect_cut_left(&cell, 12);
    enum role role = !may ? ROLE_DISABLED : a->flags & ACT_WRITES ? ROLE_DANGER : ROLE_KEY;
    paint_text(cv, key.y, key.x + 2, key.w - 2, role, action_key_text(a, room));
    paint_text(cv, label.y, label.x, label.w - 1, may ? ROLE_STRONG : ROLE_DISABLED, a->label);
    if (!match_is_empty(h->sieve.filter.match)) {
        struct rect where = rect_cut_right(&cell, cell.w > 60 ? 20 : 0);
        paint_text(cv, where.y, where.x, where.w, ROLE_DIM, l->text);
    }
    if (may)
        paint_text(cv, cell.y, cell.x, cell.w, ROLE_TEXT, a->help);
    else
        paint_textf(cv, cell.y, cell.x, cell.w, ROLE_DISABLED, "not now: %s", why);
}

static void no_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    (void)ctx;
    (void)row;
    (void)col;
    (void)ret;
}

static const struct table_column COLUMN = {"", {.min = 1, .weight = 1}, ALIGN_LEFT, paint_line};
static const struct table_source SOURCE = {.cell = no_cell};

/* What the screen below has selected. */
static void take_subject(struct help *h, const struct ui *ui)
{
    h->subject = (struct act_subject){.snapshot = ui->snap};
    for (size_t i = 1; i < ui->depth; i++)
        if (ui->stack[i] == &h->base && ui->stack[i - 1]->ops->subject)
            ui->stack[i - 1]->ops->subject(ui->stack[i - 1], ui, &h->subject);
    h->subject.ahead = json_array_size(ui->forward);
}

static void help_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    struct help *h = (struct help *)s;
    (void)cv;
    take_subject(h, ui);
    table_layout(&h->table, rect_inset(body, 1, 1));
}

static void help_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct help *h = (const struct help *)s;
    (void)ui;
    const char *note = filter_shown(&h->sieve.filter) ? NULL : "/: search   Esc: back";
    struct rect in = paint_box(cv, body, ROLE_FOCUS, "Help", note);
    filter_paint(&h->sieve.filter, cv, body);
    rect_cut_right(&in, 1);
    table_paint(&h->table, cv, in);
}

static unsigned help_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct help *h = (struct help *)s;
    (void)ui;
    unsigned typed = filter_key(&h->sieve.filter, key);
    if (typed & UI_CHANGED)
        sift(h);
    if (typed != UI_IGNORED)
        return typed;
    return key == UI_KEY_ENTER ? UI_HANDLED : table_key(&h->table, key);
}

static bool help_act(struct screen *s, struct ui *ui, const struct action *a)
{
    (void)ui;
    if (a->id != ACT_FILTER)
        return false;
    filter_begin(&((struct help *)s)->sieve.filter);
    return true;
}

static void help_close(struct screen *s)
{
    struct help *h = (struct help *)s;
    sieve_release(&h->sieve);
    free(h->lines);
    free(h);
}

static const struct screen_ops HELP = {
    .name = "help",
    .context = CTX_HELP,
    .layout = help_layout,
    .paint = help_paint,
    .key = help_key,
    .act = help_act,
    .close = help_close,
};

struct screen *help_open(unsigned context)
{
    struct help *h = xcalloc(1, sizeof *h);
    h->base.ops = &HELP;
    sieve_init(&h->sieve);
    add_context(h, context, true);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        add(h, (struct help_line){.text = WORDS[i]});
    add(h, (struct help_line){.text = ""});
    for (int i = 0; i < CTX_COUNT; i++)
        if ((1u << i) != context)
            add_context(h, 1u << i, false);
    h->table = (struct table){.columns = &COLUMN, .n_columns = 1, .source = &SOURCE, .ctx = h,
                              .no_header = true, .focused = true,
                              .empty = "no key does that; Esc shows all"};
    sift(h);
    return &h->base;
}
