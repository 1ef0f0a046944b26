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
#include <string.h>

enum { KEY_W = 15, LABEL_W = 12, WHERE_W = 20, EDGES = 7, WIDE_TEXT = 60, TEXT_SIZE = 240,
       ROWS_MAX = TEXT_SIZE };

/* A key of a context, a title, or plain text over all columns. */
struct help_line {
    const struct action *action; /* NULL: text */
    const char *text;            /* of an action: where it counts */
    bool title;
    bool again; /* the same key stands above already */
    bool below; /* of the screen one came from */
    int part;   /* which row of its text, where that is longer than a row */
};

struct help {
    struct screen base;
    struct table table;
    struct sieve sieve;
    unsigned context; /* of the screen one came from */
    int text_w;       /* columns for what a key does */
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

static void append(struct help *h, struct help_line line)
{
    h->lines = xgrow(h->lines, &h->room, h->count + 1, sizeof *h->lines);
    h->lines[h->count++] = line;
}

/* What it does or, at the screen that one came from, why it may not be done now. */
static bool line_text(const struct help *h, const struct help_line *l, char *dst, size_t size)
{
    char why[200];
    bool may = !l->below || action_enabled(l->action, &h->subject, why, sizeof why);
    if (!may)
        action_in_keys(why, sizeof why);
    snprintf(dst, size, may ? "%s" : "not now: %s", may ? l->action->help : why);
    return may;
}

/* A longer name takes of the room for the text. */
static int label_w(const struct help_line *l)
{
    int w = (int)strlen(l->action->label) + 1;
    return w > LABEL_W ? w : LABEL_W;
}

static int text_w(const struct help *h, const struct help_line *l)
{
    int w = h->text_w - (label_w(l) - LABEL_W);
    return w > 1 ? w : 1;
}

/* In as many rows as its text takes. */
static void add(struct help *h, const struct canvas *cv, struct help_line line)
{
    char text[TEXT_SIZE];
    for (size_t i = 0; line.action && i < h->count; i++)
        line.again |= h->lines[i].action == line.action && line.part == 0;
    append(h, line);
    if (!line.action)
        return;
    line_text(h, &line, text, sizeof text);
    for (int rows = paint_wrapped_rows(cv, text_w(h, &line), text); ++line.part < rows;)
        append(h, line);
}

static void add_context(struct help *h, const struct canvas *cv, unsigned context, bool below)
{
    const char *name = act_context_name(context);
    append(h, (struct help_line){.text = name, .title = true});
    for (size_t i = 0; i < action_count(); i++)
        if (action_nth(i)->contexts & context)
            add(h, cv, (struct help_line){.action = action_nth(i), .text = name, .below = below});
    append(h, (struct help_line){.text = ""});
}

static void list_all(struct help *h, const struct canvas *cv)
{
    h->count = 0;
    add_context(h, cv, h->context, true);
    for (int i = 0; h->context == CTX_WIZARD && i < CTX_COUNT; i++)
        if (CTX_PAGES & 1u << i)
            add_context(h, cv, 1u << i, false);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        append(h, (struct help_line){.text = WORDS[i]});
    append(h, (struct help_line){.text = ""});
    for (int i = 0; i < CTX_COUNT; i++)
        if ((1u << i) != h->context && !(h->context == CTX_WIZARD && (CTX_PAGES & 1u << i)))
            add_context(h, cv, 1u << i, false);
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
    char room[UI_KEY_NAME_MAX], text[TEXT_SIZE];
    if (!a) {
        paint_text(cv, cell.y, cell.x, cell.w, l->title ? ROLE_TITLE : ROLE_DIM, l->text);
        return;
    }
    bool may = line_text(h, l, text, sizeof text);
    struct rect key = rect_cut_left(&cell, KEY_W), label = rect_cut_left(&cell, label_w(l));
    enum role role = !may ? ROLE_DISABLED : a->flags & ACT_WRITES ? ROLE_DANGER : ROLE_KEY;
    if (l->part == 0) {
        paint_text(cv, key.y, key.x + 2, key.w - 2, role, action_key_text(a, room));
        paint_text(cv, label.y, label.x, label.w - 1, may ? ROLE_STRONG : ROLE_DISABLED, a->label);
        if (!match_is_empty(h->sieve.filter.match) && cell.w > text_w(h, l))
            paint_text(cv, cell.y, cell.x + text_w(h, l) + 1, WHERE_W - 1, ROLE_DIM, l->text);
    }
    struct canvas sub = canvas_clip(cv, cell); /* of the whole text, this row alone */
    paint_wrapped(&sub, rect_make(cell.y - l->part, cell.x, ROWS_MAX, text_w(h, l)),
                  may ? ROLE_TEXT : ROLE_DISABLED, text);
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
    int room = body.w - EDGES - KEY_W - LABEL_W;
    take_subject(h, ui);
    if (!match_is_empty(h->sieve.filter.match) && room > WIDE_TEXT) /* where it counts, too */
        room -= WHERE_W;
    h->text_w = room > 1 ? room : 1;
    list_all(h, cv);
    sift(h);
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
    h->context = context;
    sieve_init(&h->sieve);
    h->table = (struct table){.columns = &COLUMN, .n_columns = 1, .source = &SOURCE, .ctx = h,
                              .no_header = true, .focused = true,
                              .empty = "no key does that; Esc shows all"};
    return &h->base;
}
