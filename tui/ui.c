/* ui: the stack, the requests, and what happens to a key. See ui.h. */
#include "tui/ui_private.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/chrome.h"
#include "tui/desk.h"
#include "tui/news.h"
#include "tui/ready.h"
#include "tui/screens/screens.h"
#include "tui/opshow.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { NEWS_MS = 4000, BAD_NEWS_MS = 9000 };

/* One question under way. It outlives the screen, and even the ui, until the
 * door has called back. */
struct ui_request {
    struct ui_request *next;
    struct ui *ui;   /* NULL: the ui is gone */
    uint64_t screen; /* serial, 0: the console's own */
    ui_reply *done;
};

/* ---- the stack ----------------------------------------------------------- */

struct screen *ui_top(const struct ui *ui)
{
    return ui->depth ? ui->stack[ui->depth - 1] : NULL;
}

void ui_push(struct ui *ui, struct screen *take)
{
    if (ui->depth == UI_SCREENS_MAX) /* who goes on and on has forgotten the first */
        ui_close(ui, ui->stack[1]);
    if (take->ops->keep && !ui->going)
        json_array_clear(ui->forward);
    take->serial = ++ui->next_serial;
    ui->stack[ui->depth++] = take;
    ui->repaint = true;
    if (take->ops->sync)
        take->ops->sync(take, ui);
}

void ui_close(struct ui *ui, struct screen *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < ui->depth; i++)
        if (ui->stack[i] != s)
            ui->stack[kept++] = ui->stack[i];
    ui->depth = kept;
    ui->repaint = true;
    s->ops->close(s);
    if (ui->depth == 0)
        ui->quit = true;
}

static struct screen *by_serial(const struct ui *ui, uint64_t serial)
{
    for (size_t i = 0; i < ui->depth; i++)
        if (ui->stack[i]->serial == serial)
            return ui->stack[i];
    return NULL;
}

/* ---- life ---------------------------------------------------------------- */

struct ui *ui_new(struct door *door, struct moment now)
{
    struct ui *ui = xcalloc(1, sizeof *ui);
    size_t i;
    json_t *line;

    ui->door = door;
    ui->now = now;
    ui->snap = door_snapshot(door);
    ui->repaint = true;
    ui->requests_end = &ui->requests;
    ui->chosen = json_object();
    ui->forward = json_array();
    ready_set_polls(json_int(door_screen(door), "poll_seconds", 0));
    ui_take_settings(ui);
    ui_push(ui, home_open());
    json_array_foreach (door_warnings(door), i, line)
        if (json_is_string(line))
            ui_say(ui, ROLE_WARN, "%s", json_string_value(line));
    return ui;
}

void ui_free(struct ui *ui)
{
    if (!ui)
        return;
    while (ui->depth)
        ui_close(ui, ui_top(ui));
    for (struct ui_request *r = ui->requests; r; r = r->next)
        r->ui = NULL;
    snapshot_unref(ui->snap);
    json_decref(ui->chosen);
    json_decref(ui->forward);
    json_decref(ui->arrive);
    free(ui);
}

/* ---- questions and news -------------------------------------------------- */

static void request_unlink(struct ui_request *r)
{
    struct ui_request **p = &r->ui->requests;
    while (*p != r)
        p = &(*p)->next;
    *p = r->next;
    if (!*p)
        r->ui->requests_end = p;
}

static void request_done(void *arg, const struct pc_error *err, const json_t *data)
{
    struct ui_request *r = arg;
    struct ui *ui = r->ui;
    if (ui) {
        request_unlink(r);
        struct screen *s = r->screen ? by_serial(ui, r->screen) : NULL;
        if (r->done && (s || !r->screen))
            r->done(s, ui, err && err->code != PC_OK ? err : NULL, data);
        ui->repaint = true;
    }
    free(r);
}

void ui_ask(struct ui *ui, struct screen *from, const char *verb, json_t *args, ui_reply *done)
{
    struct ui_request *r = xcalloc(1, sizeof *r);
    *r = (struct ui_request){NULL, ui, from ? from->serial : 0, done};
    *ui->requests_end = r;
    ui->requests_end = &r->next;
    door_ask(ui->door, verb, args, request_done, r);
}

void ui_say(struct ui *ui, enum role role, const char *fmt, ...)
{
    char text[TOAST_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    bool bad = role == ROLE_DANGER || role == ROLE_WARN;
    toasts_push(&ui->toasts, role, ui->now.mono_ms, bad ? BAD_NEWS_MS : NEWS_MS, text);
    ui->repaint = true;
}

void ui_say_error(struct ui *ui, const struct pc_error *err)
{
    ui_say_error_of(ui, "", err);
}

/* What stands in a file is told with its place. */
void ui_say_error_of(struct ui *ui, const char *what, const struct pc_error *err)
{
    char place[160] = "";
    if (err->line > 0 && err->source[0])
        snprintf(place, sizeof place, "%s:%d: ", err->source, err->line);
    ui_say(ui, ROLE_DANGER, "%s%s%s%s%s", what, place, err->text, err->remedy[0] ? " - " : "",
           err->remedy);
}

size_t ui_running(const struct snapshot *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->operations->count; i++) {
        const struct operation *op = s->operations->items[i]->op;
        n += opshow_open(op);
    }
    return n;
}

/* ---- turns of the loop ---------------------------------------------------- */

void ui_dispatch(struct ui *ui)
{
    if (!door_dispatch(ui->door))
        return;
    struct snapshot *newer = door_snapshot(ui->door);
    news_of(ui, ui->snap, newer);
    snapshot_unref(ui->snap);
    ui->snap = newer;
    for (size_t i = 0; i < ui->depth; i++)
        if (ui->stack[i]->ops->sync)
            ui->stack[i]->ops->sync(ui->stack[i], ui);
    desk_arrive(ui);
    ui->repaint = true;
}

int64_t ui_tick(struct ui *ui)
{
    if (toasts_tick(&ui->toasts, ui->now.mono_ms) & UI_REPAINT)
        ui->repaint = true;
    int64_t next = toasts_next_end(&ui->toasts);
    if (next < 0)
        next = MOMENT_NEVER;
    for (size_t i = 0; i < ui->depth; i++) {
        struct screen *s = ui->stack[i];
        int64_t due = s->ops->tick ? s->ops->tick(s, ui) : MOMENT_NEVER;
        if (due < next)
            next = due;
    }
    news_tell(ui);
    if (news_tell_due(ui) < next)
        next = news_tell_due(ui);
    int64_t chrome = chrome_next(ui);
    return chrome < next ? chrome : next;
}

/* ---- keys ---------------------------------------------------------------- */

void ui_subject(const struct ui *ui, struct act_subject *ret)
{
    const struct screen *s = ui_top(ui);
    *ret = (struct act_subject){.snapshot = ui->snap};
    if (s && s->ops->subject)
        s->ops->subject(s, ui, ret);
    ret->ahead = json_array_size(ui->forward);
}

static bool permitted(struct ui *ui, const struct action *a, const struct act_subject *s)
{
    char reason[200];
    ui->repaint = true;
    if (action_enabled(a, s, reason, sizeof reason))
        return true;
    action_in_keys(reason, sizeof reason);
    ui_say(ui, ROLE_WARN, "%s: %s", a->label, reason);
    return false;
}

void ui_act_on(struct ui *ui, const struct action *a, const struct act_subject *s)
{
    if (permitted(ui, a, s))
        ui_perform(ui, a, s);
}

void ui_act(struct ui *ui, const struct action *a)
{
    struct act_subject subject;
    struct screen *top = ui_top(ui);

    ui_subject(ui, &subject);
    if (!permitted(ui, a, &subject))
        return;
    if (!top->ops->act || !top->ops->act(top, ui, a))
        ui_perform(ui, a, &subject);
}

void ui_open_group(struct ui *ui, const struct group_view *group)
{
    ui_push(ui, group_open(group));
}

static bool too_small(const struct ui *ui)
{
    return ui->size.h < UI_MIN_ROWS || ui->size.w < UI_MIN_COLS;
}

/* Blind keys must not act: only leaving, repainting and the help on that work. A question could
 * not be read here, so a second q is the answer to it. */
static void small_key(struct ui *ui, ui_key key)
{
    if (key == UI_KEY_CTRL('L')) {
        ui->redraw = true;
    } else if (key == '?') {
        ui->small_help = !ui->small_help;
        ui->repaint = true;
    } else if (key == 'q') {
        if (ui->warned_small || !ui_running(ui->snap) || !ui->snap->owner)
            ui->quit = true;
        ui->warned_small = true;
        ui->repaint = true;
    }
}

/* Where it is silent, a word typed for a filter that is not there goes unnoticed. */
static void say_no_key(struct ui *ui, ui_key key)
{
    char name[UI_KEY_NAME_MAX];
    ui_say(ui, ROLE_INFO, "%s does nothing here; ? tells what does", ui_key_name(key, name));
}

void ui_press(struct ui *ui, ui_key key)
{
    struct screen *top = ui_top(ui);
    if (!top)
        return;
    json_decref(ui->arrive); /* who is at work is not led away */
    ui->arrive = NULL;
    if (too_small(ui)) {
        small_key(ui, key);
        return;
    }
    /* An error stands long: the first Esc is for it, wherever one is. */
    if (key == UI_KEY_ESC && toasts_alarming(&ui->toasts)) {
        toasts_dismiss(&ui->toasts);
        ui->repaint = true;
        return;
    }
    unsigned bits = top->ops->key ? top->ops->key(top, ui, key) : UI_IGNORED;
    if (bits != UI_IGNORED) {
        ui->repaint = true;
        return;
    }
    const struct action *a = action_of_key(top->ops->context, key);
    if (a)
        ui_act(ui, a);
    else if (key == UI_KEY_ESC && (toasts_dismiss(&ui->toasts) & UI_HANDLED))
        ui->repaint = true;
    else if (ui_key_is_text(key) && key != ' ' && !(key & UI_KEY_PASTED))
        say_no_key(ui, key);
}

void ui_click(struct ui *ui, int y, int x, int wheel)
{
    enum { WHEEL_ROWS = 3 };
    const struct hit *there = hits_at(&ui->hits, y, x);
    struct hit hit = {.key = UI_KEY_NONE};
    if (there)
        hit = *there; /* the keys may lead to another frame */
    if (wheel) {
        hit.key = wheel < 0 ? UI_KEY_UP : UI_KEY_DOWN;
        hit.times = WHEEL_ROWS;
    }
    if (ui->typing && ui_key_is_text(hit.first))
        return;
    if (hit.first != UI_KEY_NONE)
        ui_press(ui, hit.first);
    if (ui->typing && ui_key_is_text(hit.key))
        return; /* a letter would land in the text */
    for (int i = 0; hit.key != UI_KEY_NONE && i < hit.times; i++)
        ui_press(ui, hit.key);
}

/* ---- painting ------------------------------------------------------------- */

void ui_paint(struct ui *ui, struct canvas *cv, struct rect screen)
{
    ui->size = (struct size){screen.h, screen.w};
    ui->hits.count = 0;
    cv->hits = &ui->hits;
    if (too_small(ui)) {
        chrome_paint_small(ui, cv, screen);
        return;
    }
    ui->warned_small = ui->small_help = false;
    struct rect body = chrome_paint(ui, cv, screen);
    struct rect news = rect_cut_bottom(&body, toasts_rows(&ui->toasts, cv, body));
    size_t first = ui->depth, bar = ui->hits.count;
    while (first > 0 && ui->stack[--first]->ops->overlay)
        ;
    for (size_t i = first; i < ui->depth; i++) {
        struct screen *s = ui->stack[i];
        ui->hits.count = bar; /* what lies below is not clicked */
        if (s->ops->layout)
            s->ops->layout(s, ui, cv, body);
        s->ops->paint(s, ui, cv, body);
    }
    ui->typing = cv->cursor && cv->cursor->shown;
    chrome_paint_keys(ui, cv, screen);
    toasts_paint(&ui->toasts, cv, news);
}
