/*
 * help: what every key does, made from the action table. The keys of the
 * screen one came from stand first. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/mem.h"
#include "widgets/textview.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MAX = ACT_COUNT * CTX_COUNT + 4 * CTX_COUNT + 16 };

/* A line is a key of a context, a title, or plain text. */
struct help_line {
    const struct action *action; /* NULL: text */
    const char *text;
    bool title;
};

struct help {
    struct screen base;
    struct textview view;
    struct help_line lines[LINES_MAX];
    size_t count;
};

static const char *const WORDS[] = {
    "Lower case looks. Upper case changes the world: it asks first, and Enter alone means no.",
    "A key that is not allowed now stays below, greyed; press it to read why.",
    "Marks: + done, > running, x failed, ! look at this, . waiting, - skipped; on UTF-8",
    "terminals as ticks and dots. What was not read lately says STALE.",
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

static void line(const void *ctx, uint64_t seq, struct textview_line *ret)
{
    const struct help *h = ctx;
    const struct help_line *l = &h->lines[seq];
    char room[UI_KEY_NAME_MAX];
    if (!l->action) {
        ret->text = l->text;
        ret->role = l->title ? ROLE_TITLE : ROLE_DIM;
        return;
    }
    snprintf(ret->lead_buf, sizeof ret->lead_buf, "  %-13s ", action_key_text(l->action, room));
    snprintf(ret->buf, sizeof ret->buf, "%-11s %s", l->action->label, l->action->help);
    ret->lead = ret->lead_buf;
    ret->text = ret->buf;
    ret->role = l->action->flags & ACT_WRITES ? ROLE_WARN : ROLE_TEXT;
}

static void help_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    struct help *h = (struct help *)s;
    (void)ui;
    (void)cv;
    textview_layout(&h->view, rect_inset(body, 1, 2));
}

static void help_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct help *h = (const struct help *)s;
    (void)ui;
    struct rect in = paint_box(cv, body, ROLE_FOCUS, "Help", "Esc: back");
    textview_paint(&h->view, cv, rect_inset(in, 0, 1));
}

static unsigned help_key(struct screen *s, struct ui *ui, ui_key key)
{
    (void)ui;
    return textview_key(&((struct help *)s)->view, key);
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
    textview_reset(&h->view);
    h->view.line = line;
    h->view.ctx = h;
    h->view.focused = true;
    textview_sync(&h->view, 0, h->count);
    h->view.follow = false; /* begins at the top */
    h->view.top = 0;
    return &h->base;
}
