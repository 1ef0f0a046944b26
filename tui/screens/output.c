/*
 * output: what a program of the operator printed, and how it ended.
 *
 * Asks the door to run it when it opens; leaving the screen does not stop it.
 * UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/commands.h"
#include "widgets/textview.h"

#include <stdio.h>
#include <stdlib.h>

struct output {
    struct screen base;
    char line[400];   /* as it would be typed */
    json_t *request;  /* until it is asked; owned */
    json_t *reply;    /* owned; NULL: not yet */
    char trouble[300];
    struct textview view;
};

static struct output *of(struct screen *s)
{
    return (struct output *)s;
}

static void line(const void *ctx, uint64_t seq, struct textview_line *ret)
{
    const struct output *o = ctx;
    const char *text = json_string_value(json_array_get(json_list(o->reply, "lines"), seq));
    ret->text = text ? text : "";
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct output *o = of(s);
    (void)ui;
    if (err)
        snprintf(o->trouble, sizeof o->trouble, "%.200s  %.90s", err->text, err->remedy);
    else
        o->reply = json_deep_copy(data);
    textview_sync(&o->view, 0, json_array_size(json_list(o->reply, "lines")));
    o->view.follow = o->view.end <= (uint64_t)o->view.page; /* else from its beginning */
    o->view.top = 0;
}

static void output_sync(struct screen *s, struct ui *ui)
{
    struct output *o = of(s);
    if (!o->request)
        return;
    json_t *request = o->request;
    o->request = NULL;
    ui_ask(ui, s, "command_run", request, came);
}

static void output_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                          struct rect body)
{
    struct output *o = of(s);
    (void)ui;
    (void)cv;
    o->view.empty = o->trouble[0] ? o->trouble
                    : o->reply    ? "it printed nothing"
                                  : "it runs; Esc leaves it running";
    textview_layout(&o->view, rect_inset(body, 2, 2));
}

static void output_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                         struct rect body)
{
    const struct output *o = (const struct output *)s;
    struct rect in = rect_inset(paint_box(cv, body, ROLE_FOCUS, "Command", NULL), 0, 1);
    struct rect head = rect_cut_top(&in, 1);
    struct pen pen = pen_on(cv, head.y, head.x, head.w);
    bool good = json_flag(o->reply, "good", false);
    (void)ui;
    if (o->trouble[0])
        pen_glyph(&pen, ROLE_DANGER, GLYPH_FAIL);
    else
        pen_glyph(&pen, !o->reply ? ROLE_INFO : good ? ROLE_OK : ROLE_DANGER,
                  !o->reply ? GLYPH_RUN : good ? GLYPH_OK : GLYPH_FAIL);
    if (o->reply)
        pen_textf(&pen, good ? ROLE_OK : ROLE_DANGER, " %s, %.1f s", json_text(o->reply, "how"),
                  (double)json_int(o->reply, "elapsed_ms", 0) / 1000);
    if (json_flag(o->reply, "cut", false))
        pen_text(&pen, ROLE_WARN, "  cut: it printed more");
    pen_textf(&pen, ROLE_DIM, "  %s", o->line);
    textview_paint(&o->view, cv, in);
}

static unsigned output_key(struct screen *s, struct ui *ui, ui_key key)
{
    (void)ui;
    return key == UI_KEY_ENTER ? UI_HANDLED : textview_key(&of(s)->view, key);
}

static void output_close(struct screen *s)
{
    json_decref(of(s)->request);
    json_decref(of(s)->reply);
    free(s);
}

static const struct screen_ops OUTPUT = {
    .name = "output",
    .context = CTX_PICTURE,
    .sync = output_sync,
    .layout = output_layout,
    .paint = output_paint,
    .key = output_key,
    .close = output_close,
};

struct screen *output_open(json_t *request)
{
    struct output *o = xcalloc(1, sizeof *o);
    struct buf words;
    o->base.ops = &OUTPUT;
    o->request = request;
    buf_init(&words, 8192);
    command_line(request, &words);
    safe_text(o->line, sizeof o->line, buf_text(&words));
    buf_release(&words);
    textview_reset(&o->view);
    o->view.line = line;
    o->view.ctx = o;
    o->view.focused = true;
    return &o->base;
}
