/*
 * help: what every key does, made from the action table. The keys of the
 * screen one came from stand first. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/mem.h"
#include "widgets/table.h"

#include <stdlib.h>

enum { LINES_MAX = ACT_COUNT * CTX_COUNT + 2 * CTX_COUNT + 16 };

/* A key of a context, a title, or plain text over all columns. */
struct help_line {
    const struct action *action; /* NULL: text */
    const char *text;
    bool title;
};

struct help {
    struct screen base;
    struct table table;
    struct help_line lines[LINES_MAX];
    size_t count;
};

static const char *const WORDS[] = {
    "Lower case looks. Upper case changes the world: it asks first, and Enter",
    "alone means no. A key that is not allowed now stays on the last line, in",
    "brackets; press it to read why. What was not read lately says STALE.",
    "A drill never touches the primary site. Leaving a screen stops nothing.",
};

static void add(struct help *h, struct help_line line)
{
    if (h->count < LINES_MAX)
        h->lines[h->count++] = line;
}

static void add_context(struct help *h, unsigned context)
{
    add(h, (struct help_line){.text = act_context_name(context), .title = true});
    for (size_t i = 0; i < ACT_COUNT; i++)
        if (ACTIONS[i].contexts & context)
            add(h, (struct help_line){.action = &ACTIONS[i]});
    add(h, (struct help_line){.text = ""});
}

/* One column over the whole width: a text must not be cut by the key's. */
static void paint_line(const void *ctx, size_t row, struct canvas *cv, struct rect cell)
{
    const struct help_line *l = &((const struct help *)ctx)->lines[row];
    const struct action *a = l->action;
    char room[UI_KEY_NAME_MAX];
    if (!a) {
        paint_text(cv, cell.y, cell.x, cell.w, l->title ? ROLE_TITLE : ROLE_DIM, l->text);
        return;
    }
    struct rect key = rect_cut_left(&cell, 15), label = rect_cut_left(&cell, 12);
    enum role role = a->flags & ACT_WRITES ? ROLE_DANGER : ROLE_KEY;
    paint_text(cv, key.y, key.x + 2, key.w - 2, role, action_key_text(a, room));
    paint_text(cv, label.y, label.x, label.w, ROLE_STRONG, a->label);
    paint_text(cv, cell.y, cell.x, cell.w, ROLE_TEXT, a->help);
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

static void help_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    struct help *h = (struct help *)s;
    (void)ui;
    (void)cv;
    table_layout(&h->table, rect_inset(body, 1, 1));
}

static void help_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct help *h = (const struct help *)s;
    (void)ui;
    struct rect in = paint_box(cv, body, ROLE_FOCUS, "Help", "Esc: back");
    rect_cut_right(&in, 1);
    table_paint(&h->table, cv, in);
}

static unsigned help_key(struct screen *s, struct ui *ui, ui_key key)
{
    (void)ui;
    return key == UI_KEY_ENTER ? UI_HANDLED : table_key(&((struct help *)s)->table, key);
}

static void help_close(struct screen *s)
{
    free(s);
}

static const struct screen_ops HELP = {
    .name = "help",
    .context = CTX_HELP,
    .layout = help_layout,
    .paint = help_paint,
    .key = help_key,
    .close = help_close,
};

struct screen *help_open(unsigned context)
{
    struct help *h = xcalloc(1, sizeof *h);
    h->base.ops = &HELP;
    add_context(h, context);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        add(h, (struct help_line){.text = WORDS[i]});
    add(h, (struct help_line){.text = ""});
    for (int i = 0; i < CTX_COUNT; i++)
        if ((1u << i) != context)
            add_context(h, 1u << i);
    h->table.columns = &COLUMN;
    h->table.n_columns = 1;
    h->table.source = &SOURCE;
    h->table.ctx = h;
    h->table.no_header = true;
    h->table.focused = true;
    table_sync(&h->table, h->count);
    return &h->base;
}
