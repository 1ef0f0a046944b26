/*
 * events: everything that happened, of all operations, in order, as it comes.
 *
 * Follows without a gap: after every snapshot it asks for what comes after the
 * last number it has, until there is no more; looking back it reads page by
 * page. A filter narrows it, a search jumps; scrolling up pauses. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/screens/find_line.h"
#include "tui/words.h"
#include "widgets/filter.h"
#include "widgets/textview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 500, NARROW = 76 };
/* The number of the first line that was ever shown: older ones go below it. */
#define ORIGIN (UINT64_C(1) << 40)

struct entry {
    int64_t seq, at_ms;
    char op_id[OP_ID_SIZE], level[8], text[240];
    enum op_type type; /* of its operation; OP_TYPE_COUNT: not known */
    char group[64];
};

struct events {
    struct screen base;
    struct entry *all; /* by seq; owned */
    size_t count, room;
    size_t *lines; /* of `all`, those that pass; owned */
    size_t line_count;
    uint64_t first; /* the number of lines[0] */
    struct textview view;
    struct filter filter;
    struct find_line find;
    bool asked, at_begin, read;
    bool narrow; /* no room for more than the group of an operation */
    char trouble[256];
    struct ui *ui;
};

static struct events *of(struct screen *s)
{
    return (struct events *)s;
}

/* ---- what is shown ------------------------------------------------------------------- */

static const struct operation *op_of(const struct events *a, const struct entry *e)
{
    const struct op_view *v = e->op_id[0] ? snapshot_operation(a->ui->snap, e->op_id) : NULL;
    return v ? v->op : NULL;
}

/* "drill prod-web-app", or what of the id people compare. */
static void whose(const struct entry *e, bool narrow, char *dst, size_t size)
{
    if (e->type != OP_TYPE_COUNT && narrow)
        snprintf(dst, size, "%.60s", e->group);
    else if (e->type != OP_TYPE_COUNT)
        snprintf(dst, size, "%s %.60s", op_type_label(e->type), e->group);
    else
        format_id(dst, size, e->op_id);
}

static void line_text(const struct entry *e, bool narrow, char *dst, size_t size)
{
    char who[100];
    whose(e, narrow, who, sizeof who);
    const char *level = text_equal(e->level, "error")  ? "error: "
                        : text_equal(e->level, "warn") ? "warning: "
                                                       : "";
    snprintf(dst, size, "%s  %s%.150s", who, level, words_event(e->text));
}

static void line(const void *ctx, uint64_t seq, struct textview_line *ret)
{
    const struct events *a = ctx;
    const struct entry *e = &a->all[a->lines[seq - a->first]];
    char time[FORMAT_SIZE], now[FORMAT_SIZE];
    enum { YEAR = 5, DAY = 11 }; /* so long, with what stands behind it */
    format_clock(time, sizeof time, e->at_ms, true);
    format_clock(now, sizeof now, a->ui->now.wall_ms, true);
    snprintf(ret->lead_buf, sizeof ret->lead_buf, "%s ",
             time + (strncmp(time, now, DAY) == 0 ? DAY : YEAR));
    ret->lead = ret->lead_buf;
    ret->text = ret->buf;
    line_text(e, a->narrow, ret->buf, sizeof ret->buf);
    ret->role = text_equal(e->level, "error")  ? ROLE_DANGER
                : text_equal(e->level, "warn") ? ROLE_WARN
                                               : ROLE_TEXT;
}

static bool passes(const struct events *a, const struct entry *e)
{
    char text[300];
    if (match_is_empty(a->filter.match))
        return true;
    line_text(e, false, text, sizeof text);
    return filter_passes(&a->filter, text);
}

/* older: how many of the first ones are new; they get numbers below the others'. */
static void sift(struct events *a, size_t older)
{
    size_t above = 0;
    a->lines = xrealloc(a->lines, (a->count + 1) * sizeof *a->lines);
    a->line_count = 0;
    for (size_t i = 0; i < a->count; i++)
        if (passes(a, &a->all[i])) {
            above += i < older;
            a->lines[a->line_count++] = i;
        }
    a->first -= above;
    a->view.match = a->filter.match;
    a->view.empty = a->trouble[0] ? a->trouble
                    : a->count    ? "no event matches the filter; Esc shows all"
                    : a->read     ? "nothing happened yet"
                                  : "reading the events";
    textview_sync(&a->view, a->first, a->first + a->line_count);
}

/* ---- reading ---------------------------------------------------------------------------- */

static void take(struct entry *e, const json_t *o)
{
    *e = (struct entry){.seq = json_int(o, "seq", 0)};
    clock_parse_iso(json_text(o, "at"), &e->at_ms);
    safe_text(e->op_id, sizeof e->op_id, json_text(o, "operation_id"));
    safe_text(e->level, sizeof e->level, json_text(o, "level"));
    safe_text(e->text, sizeof e->text, json_text(o, "text"));
    e->type = op_type_parse(json_text(o, "operation_type"));
    safe_text(e->group, sizeof e->group, json_text(o, "protection_group"));
}

static void ask_newer(struct events *a);

static bool came(struct events *a, const struct pc_error *err)
{
    a->asked = false;
    a->read = true;
    a->trouble[0] = '\0';
    if (err)
        snprintf(a->trouble, sizeof a->trouble, "%.180s %.70s", err->text, err->remedy);
    return !err;
}

static void newer_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    struct events *a = of(s);
    size_t i;
    json_t *o;
    bool first = a->count == 0;
    (void)ui;
    if (came(a, err)) {
        int64_t last = a->count ? a->all[a->count - 1].seq : 0;
        json_array_foreach (data, i, o) {
            if (json_int(o, "seq", 0) <= last)
                continue;
            a->all = xgrow(a->all, &a->room, a->count + 1, sizeof *a->all);
            take(&a->all[a->count++], o);
        }
    }
    a->at_begin = a->at_begin || (first && json_array_size(data) < PAGE);
    sift(a, 0);
    if (!first && !err && json_array_size(data) == PAGE)
        ask_newer(a); /* there is more than one page of them */
}

static void older_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    struct events *a = of(s);
    size_t n = json_array_size(data);
    (void)ui;
    if (!came(a, err)) {
        sift(a, 0);
        return;
    }
    a->at_begin = n < PAGE;
    a->all = xgrow(a->all, &a->room, a->count + n + 1, sizeof *a->all);
    memmove(a->all + n, a->all, a->count * sizeof *a->all);
    for (size_t i = 0; i < n; i++)
        take(&a->all[i], json_array_get(data, i));
    a->count += n;
    sift(a, n);
}

static void ask(struct events *a, const char *key, int64_t seq, ui_reply *done)
{
    json_t *args = json_object();
    json_put_int(args, "limit", PAGE);
    if (key)
        json_put_int(args, key, seq);
    a->asked = true;
    ui_ask(a->ui, &a->base, "event_list", args, done);
}

static void ask_newer(struct events *a)
{
    if (a->count)
        ask(a, "since", a->all[a->count - 1].seq, newer_came);
    else
        ask(a, NULL, 0, newer_came);
}

/* Near the beginning of what is there, or nearly all filtered out. */
static void ask_older(struct events *a)
{
    uint64_t page = a->view.page > 0 ? (uint64_t)a->view.page : 1;
    bool near = (!a->view.follow && a->view.top < a->first + page) || a->line_count < page;
    if (near && !a->asked && !a->at_begin && a->count)
        ask(a, "before", a->all[0].seq, older_came);
}

static void events_sync(struct screen *s, struct ui *ui)
{
    struct events *a = of(s);
    a->ui = ui;
    if (!a->asked)
        ask_newer(a);
}

static int64_t events_tick(struct screen *s, struct ui *ui)
{
    (void)ui;
    ask_older(of(s));
    return MOMENT_NEVER;
}

/* ---- the screen ---------------------------------------------------------------------------- */

/* The operation of the line at the top of the view: Enter opens it, y copies it. */
static const struct entry *pointed(const struct events *a)
{
    if (a->line_count == 0)
        return NULL;
    uint64_t at = a->view.has_found ? a->view.found
                  : a->view.follow  ? a->first + a->line_count - 1
                                    : a->view.top;
    return at >= a->first && at < a->first + a->line_count ? &a->all[a->lines[at - a->first]] : NULL;
}

static void events_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct events *a = (const struct events *)s;
    const struct entry *e = a->ui ? pointed(a) : NULL;
    const struct operation *op = e ? op_of(a, e) : NULL;
    if (!op)
        return;
    ret->room = (struct act_operation){.id = op->id, .type = op->type, .status = op->status};
    ret->operation = &ret->room;
    ret->group = snapshot_group(ui->snap, op->group_id);
}

static void events_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    struct events *a = of(s);
    (void)ui;
    (void)cv;
    a->narrow = body.w < NARROW;
    textview_layout(&a->view, rect_inset(body, 1, 2));
}

static void events_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct events *a = (const struct events *)s;
    char title[100];
    (void)ui;
    const char *older = a->at_begin || !a->read ? "" : " and older ones";
    if (a->line_count < a->count)
        snprintf(title, sizeof title, "Events  %zu of %zu%s", a->line_count, a->count, older);
    else
        snprintf(title, sizeof title, "Events  %zu%s", a->count, older);
    textview_paint(&a->view, cv, rect_inset(paint_box(cv, body, ROLE_FOCUS, title, NULL), 0, 1));
    filter_paint(&a->filter, cv, body);
    find_line_paint(&a->find, cv, body);
}

static unsigned events_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct events *a = of(s);
    unsigned typed = find_line_key(&a->find, ui, key);
    if (typed != UI_IGNORED)
        return typed;
    typed = filter_key(&a->filter, key);
    if (typed & UI_CHANGED)
        sift(a, 0);
    if (typed != UI_IGNORED)
        return typed;
    return key == UI_KEY_ENTER ? UI_IGNORED : textview_key(&a->view, key);
}

static bool events_act(struct screen *s, struct ui *ui, const struct action *act)
{
    struct events *a = of(s);
    (void)ui;
    if (act->id == ACT_FILTER)
        filter_begin(&a->filter);
    else if (act->id == ACT_SEARCH)
        find_line_begin(&a->find);
    else
        return false;
    return true;
}

static void events_keep(const struct screen *s, json_t *place)
{
    const struct events *a = (const struct events *)s;
    if (!match_is_empty(a->filter.match))
        json_put_text(place, "filter", input_text(&a->filter.line));
}

static void events_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    struct events *a = of(s);
    (void)ui;
    filter_set(&a->filter, json_text(place, "filter"));
    sift(a, 0);
}

static void events_close(struct screen *s)
{
    struct events *a = of(s);
    filter_release(&a->filter);
    find_line_release(&a->find);
    free(a->all);
    free(a->lines);
    free(a);
}

static const struct screen_ops EVENTS = {
    .name = "events",
    .context = CTX_EVENTS,
    .sync = events_sync,
    .subject = events_subject,
    .layout = events_layout,
    .paint = events_paint,
    .key = events_key,
    .act = events_act,
    .tick = events_tick,
    .keep = events_keep,
    .resume = events_resume,
    .close = events_close,
};

struct screen *events_open(void)
{
    struct events *a = xcalloc(1, sizeof *a);
    a->base.ops = &EVENTS;
    a->first = ORIGIN;
    filter_init(&a->filter);
    textview_reset(&a->view);
    a->view.line = line;
    a->view.ctx = a;
    find_line_in_view(&a->find, &a->view);
    a->view.empty = "reading the events";
    a->view.focused = true;
    return &a->base;
}
