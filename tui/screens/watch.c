/*
 * watch: one operation, from its start to long after its end.
 *
 * Phase bars, steps, checks and events; when it failed, a panel with the cause
 * and the way on. A running operation comes from the snapshot; one that the
 * snapshot does not hold (in full) is asked for once. The bars follow at once;
 * the two lists of steps, of which a hundred may change in a second, at a pace
 * that can be read. Leaving the screen changes nothing: the operation is the
 * engine's. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/bars.h"
#include "tui/pace.h"
#include "tui/screens/find_line.h"
#include "tui/screens/watch_parts.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>

enum { NARROW = 76, TWO_LINES = 20, SHORT = 11, LOW = 18 };
/* The failure is a panel to be gone through where the screen is low; elsewhere
 * it has a place of its own. */
enum panel { PANEL_FAILURE, PANEL_STEPS, PANEL_CHECKS, PANEL_EVENTS, PANEL_WARNINGS, PANELS };
enum { EVENTS_ASKED = 1000, WARNINGS_SHOWN = 3 };

struct watch {
    struct screen base;
    char id[OP_ID_SIZE];
    struct opshow show;
    struct opshow listed; /* the same as the lists show it: up to a second ago */
    struct pace pace;     /* of those */
    enum panel panel;
    bool moved;        /* the operator chose a row: it is not followed any more */
    bool asked;        /* for the whole operation, and for its events */
    char trouble[256]; /* why it cannot be shown; "" fine */
    struct step_list steps_of, checks_of;
    struct table steps, checks;
    struct event_log log;
    struct textview events;
    struct find_line find; /* in those */
    struct filter filters[PANELS];
    bool one_panel; /* no room for more than the one in focus */
    bool low;       /* nor for the failure beside it */
    char told[480]; /* of the selected step or check; "" nothing */
    int told_rows;
    int warnings_top, warnings_rows; /* those with their frame; 0: there are none */
    struct rect head_at, bars_at, failure_at, warnings_at, at[PANELS];
};

static struct watch *of(struct screen *s)
{
    return (struct watch *)s;
}

static const struct watch *of_const(const struct screen *s)
{
    return (const struct watch *)s;
}

/* ---- what is shown ---------------------------------------------------------- */

static void follow(struct table *t, const struct step_list *l, bool moved)
{
    long row = step_list_interesting(l);
    table_sync(t, l->count);
    if (!moved && row >= 0)
        table_follow(t, (size_t)row);
}

static void show_changed(struct watch *w)
{
    step_list_take(&w->steps_of, &w->listed, false);
    step_list_take(&w->checks_of, &w->listed, true);
    steps_setup(&w->steps, &w->steps_of);
    checks_setup(&w->checks, &w->checks_of);
    follow(&w->steps, &w->steps_of, w->moved);
    follow(&w->checks, &w->checks_of, w->moved);
    textview_sync(&w->events, 0, w->log.line_count);
}

/* The lists take what is shown, when it is time. What has ended is shown at once. */
static bool lists_follow(struct watch *w, int64_t now_ms)
{
    bool first = !w->listed.view;
    if (w->listed.view == w->show.view ||
        (!first && !opshow_over(&w->show) && pace_due(&w->pace) > now_ms))
        return false;
    if (!first) /* what is shown when it is opened is no news */
        pace_spend(&w->pace, now_ms, steps_that_changed(&w->listed, &w->show));
    opshow_view(&w->listed, w->show.view);
    show_changed(w);
    return true;
}

static void show_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct watch *w = of(s);
    (void)ui;
    if (err) {
        snprintf(w->trouble, sizeof w->trouble, "%.180s %.70s", err->text, err->remedy);
        return;
    }
    const struct op_view *v = snapshot_operation(ui->snap, w->id);
    if (v && v->op->plan) /* the snapshot has caught up, and is newer */
        return;
    opshow_json(&w->show, data);
    opshow_json(&w->listed, data);
    if (!w->show.known)
        snprintf(w->trouble, sizeof w->trouble,
                 "this operation was written by a newer program and cannot be shown here");
    show_changed(w);
}

static void events_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                        const json_t *data)
{
    struct watch *w = of(s);
    if (err) {
        ui_say_error(ui, err);
        return;
    }
    event_log_history(&w->log, w->id, data);
    textview_sync(&w->events, 0, w->log.line_count);
}

static void ask(struct watch *w, struct ui *ui, bool whole)
{
    json_t *args = json_object();
    w->asked = true;
    json_put_text(args, "operation_id", w->id);
    if (whole)
        ui_ask(ui, &w->base, "operation_show", json_copy(args), show_came);
    json_put_int(args, "limit", EVENTS_ASKED);
    ui_ask(ui, &w->base, "operation_events", args, events_came);
}

static void watch_sync(struct screen *s, struct ui *ui)
{
    struct watch *w = of(s);
    const struct op_view *v = snapshot_operation(ui->snap, w->id);
    bool whole = v && v->op->plan;
    if (whole && v != w->show.view) {
        opshow_view(&w->show, v);
        event_log_add(&w->log, v->events, v->event_count);
        w->trouble[0] = '\0';
    }
    if (!w->asked)
        ask(w, ui, !whole);
    if (!lists_follow(w, ui->now.mono_ms))
        show_changed(w);
}

static void watch_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct watch *w = of_const(s);
    if (!w->show.known)
        return;
    ret->room = opshow_subject(&w->show);
    ret->operation = &ret->room;
    ret->group = snapshot_group(ui->snap, w->show.group);
}

static bool failed(const struct watch *w)
{
    return w->show.known && failure_shown(&w->show);
}

/* The panel that has the keys now. */
static enum panel focus(const struct watch *w)
{
    bool hidden = (w->panel == PANEL_FAILURE && !(w->low && failed(w))) ||
                  (w->panel == PANEL_WARNINGS && !w->warnings_rows);
    return hidden ? PANEL_STEPS : w->panel;
}

/* To the next panel that is there, or back. */
static void turn(struct watch *w, int by)
{
    const enum panel was = focus(w);
    int p = (int)was;
    do {
        p = (p + by + PANELS) % PANELS;
        w->panel = (enum panel)p;
    } while (focus(w) == was && p != (int)was);
}

/* Where there is room for one list, it is that in focus; beside what is told above, the steps. */
static enum panel list_shown(const struct watch *w)
{
    return focus(w) == PANEL_WARNINGS ? PANEL_STEPS : focus(w);
}

/* ---- where it goes ------------------------------------------------------------ */

/* A few of them, until one goes there to read all. */
static int warnings_height(struct watch *w, const struct canvas *cv, int width, int room)
{
    w->warnings_rows = failure_shown(&w->show) ? 0 : warnings_rows(w->show.warnings, cv, width);
    int shown = w->low ? 1 : WARNINGS_SHOWN; /* of a low screen the steps have the rest */
    int most = focus(w) == PANEL_WARNINGS ? room : 2 + shown;
    return w->warnings_rows < most ? w->warnings_rows : most;
}

static void place_panels(struct watch *w, struct rect area)
{
    struct rect rows[2], cols[2];
    struct layout_box split[2] = {{.min = 5, .weight = 3}, {.min = 4, .weight = 2}};
    struct layout_box halves[2] = {{.min = 30, .weight = 5}, {.min = 30, .weight = 4}};
    w->one_panel = area.w < NARROW || area.h < SHORT;
    for (int p = 0; p < PANELS; p++)
        w->at[p] = w->one_panel && p == (int)list_shown(w) ? area : rect_make(0, 0, 0, 0);
    if (w->one_panel)
        return;
    layout_solve(LAYOUT_ROWS, split, 2, 0, area, rows);
    layout_solve(LAYOUT_COLS, halves, 2, 0, rows[0], cols);
    w->at[PANEL_STEPS] = cols[0];
    w->at[PANEL_CHECKS] = cols[1];
    w->at[PANEL_EVENTS] = rows[1];
}

/* The whole of what the selected row says, of which the list has the beginning: as soon
 * as one looks around in it, and once it is over. */
static void place_told(struct watch *w, const struct canvas *cv)
{
    const enum panel p = focus(w);
    const struct rect in = p == PANEL_STEPS || p == PANEL_CHECKS ? rect_inset(w->at[p], 1, 1)
                                                                 : rect_make(0, 0, 0, 0);
    w->told_rows = 0;
    w->told[0] = '\0';
    if (in.h < 4 || !(w->moved || opshow_over(&w->listed)))
        return;
    const struct table *t = p == PANEL_STEPS ? &w->steps : &w->checks;
    step_list_told(p == PANEL_STEPS ? &w->steps_of : &w->checks_of, t, w->told, sizeof w->told);
    int rows = *w->told ? paint_wrapped_rows(cv, in.w, w->told) : 0;
    w->told_rows = rows < in.h / 2 ? rows : in.h / 2;
}

static struct rect list_inside(const struct watch *w, enum panel p, struct rect in)
{
    if (focus(w) == p)
        rect_cut_bottom(&in, w->told_rows);
    return in;
}

static void watch_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    enum { HEAD, BARS, FAILURE, WARNINGS, REST, BOXES };
    struct watch *w = of(s);
    struct rect at[BOXES];
    struct act_subject subject = {.snapshot = ui->snap};
    watch_subject(s, ui, &subject);
    int bars = bars_rows(&w->show);
    w->low = body.h < LOW;
    if (focus(w) == PANEL_FAILURE) /* what to do matters more than all of the bars */
        bars = bars > (w->low ? 1 : 3) ? (w->low ? 1 : 3) : bars;
    int failure = failed(w) && !w->low ? failure_rows(&w->show, &subject, ui->now.wall_ms, cv, body.w) : 0;
    const int head = body.h >= TWO_LINES ? 2 : 1, rest = 4;
    int room = body.h - head - (bars < 2 ? bars : 2) - rest; /* what to do is not cut for a list */
    int warnings = warnings_height(w, cv, body.w, room);
    struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(head),
        [BARS] = {.min = bars < 2 ? bars : 2, .max = bars, .weight = 8},
        [FAILURE] = LAYOUT_FIXED(failure < room ? failure : room),
        [WARNINGS] = {.min = warnings, .max = warnings, .drop = 1},
        [REST] = LAYOUT_FILL(rest),
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, body, at);
    w->head_at = at[HEAD], w->bars_at = at[BARS];
    w->warnings_at = at[WARNINGS];
    place_panels(w, at[REST]);
    w->failure_at = w->low ? w->at[PANEL_FAILURE] : at[FAILURE];
    w->steps_of.now_ms = w->checks_of.now_ms = ui->now.wall_ms;
    place_told(w, cv);
    w->steps.focused = focus(w) == PANEL_STEPS;
    w->checks.focused = focus(w) == PANEL_CHECKS;
    w->events.focused = focus(w) == PANEL_EVENTS;
    table_layout(&w->steps, list_inside(w, PANEL_STEPS, rect_inset(w->at[PANEL_STEPS], 1, 1)));
    table_layout(&w->checks, list_inside(w, PANEL_CHECKS, rect_inset(w->at[PANEL_CHECKS], 1, 1)));
    textview_layout(&w->events, rect_inset(w->at[PANEL_EVENTS], 1, 2));
}

/* ---- painting ------------------------------------------------------------------ */

static struct rect panel_box(const struct watch *w, struct canvas *cv, enum panel p,
                             const char *title, size_t count, size_t of)
{
    char text[64], note[48] = "";
    bool filtered = filter_shown(&w->filters[p]);
    snprintf(text, sizeof text, count < of ? "%s  %zu of %zu" : "%s  %zu", title, count, of);
    if (w->one_panel && !filtered)
        snprintf(note, sizeof note, "%d of %d, Tab: next", (int)p,
                 (int)PANEL_EVENTS + (w->warnings_rows > 0));
    struct rect in = paint_box(cv, w->at[p], focus(w) == p ? ROLE_FOCUS : ROLE_BORDER, text,
                               note[0] ? note : NULL);
    filter_paint(&w->filters[p], cv, w->at[p]);
    return in;
}

static void paint_list(const struct watch *w, struct canvas *cv, enum panel p, const char *title)
{
    const bool steps = p == PANEL_STEPS;
    const struct step_list *l = steps ? &w->steps_of : &w->checks_of;
    if (rect_empty(w->at[p]))
        return;
    struct rect in = panel_box(w, cv, p, title, l->count, l->of);
    struct rect list = list_inside(w, p, in);
    table_paint(steps ? &w->steps : &w->checks, cv, list);
    rect_cut_top(&in, list.h);
    paint_wrapped(cv, in, ROLE_DIM, focus(w) == p ? w->told : "");
}

static void paint_panels(const struct watch *w, struct canvas *cv)
{
    paint_list(w, cv, PANEL_STEPS, "Steps");
    paint_list(w, cv, PANEL_CHECKS, "Checks");
    if (!rect_empty(w->at[PANEL_EVENTS])) {
        struct rect in = panel_box(w, cv, PANEL_EVENTS, "Events", w->log.line_count, w->log.count);
        textview_paint(&w->events, cv, rect_inset(in, 0, 1));
        find_line_paint(&w->find, cv, w->at[PANEL_EVENTS]);
    }
}

/* What the group may be gone for: of what moves it, and of the drills that try that. */
static int64_t rto_ms(const struct watch *w, const struct ui *ui)
{
    static const enum op_type HELD_TO_IT[] = {OP_TEST_FAILOVER, OP_FAILOVER, OP_FAILBACK};
    const struct group_view *g = snapshot_group(ui->snap, w->show.group);
    for (size_t i = 0; g && i < sizeof HELD_TO_IT / sizeof HELD_TO_IT[0]; i++)
        if (w->show.type == HELD_TO_IT[i])
            return (int64_t)g->group->rto_seconds * 1000;
    return 0;
}

static void watch_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct watch *w = of_const(s);
    if (!w->show.known) {
        struct rect at = rect_inset(body, 1, 2);
        paint_wrapped(cv, at, w->trouble[0] ? ROLE_DANGER : ROLE_DIM,
                      w->trouble[0] ? w->trouble : "reading the operation");
        return;
    }
    watch_head_paint(&w->show, rto_ms(w, ui), ui->now.wall_ms, cv, w->head_at);
    bars_paint(&w->show, cv, rect_inset(w->bars_at, 0, 1), ui->now.wall_ms);
    if (!rect_empty(w->failure_at)) {
        struct act_subject subject = {.snapshot = ui->snap};
        watch_subject(s, ui, &subject);
        failure_paint(&w->show, &subject, ui->now.wall_ms, cv, w->failure_at);
    }
    warnings_paint(w->show.warnings, focus(w) == PANEL_WARNINGS, w->warnings_top, cv,
                   w->warnings_at);
    paint_panels(w, cv);
}

/* ---- keys and time ------------------------------------------------------------- */

static void filtered(struct watch *w)
{
    event_log_filter(&w->log);
    w->events.match = w->filters[PANEL_EVENTS].match;
    show_changed(w);
}

static unsigned warnings_turn(struct watch *w, ui_key key)
{
    int top = warnings_scrolled(w->warnings_top, key, w->warnings_rows, w->warnings_at.h);
    if (top == w->warnings_top)
        return UI_IGNORED;
    w->warnings_top = top;
    return UI_HANDLED;
}

static unsigned watch_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct watch *w = of(s);
    bool in_events = focus(w) == PANEL_EVENTS;
    unsigned typed = in_events ? find_line_key(&w->find, ui, key) : UI_IGNORED;
    if (typed != UI_IGNORED)
        return typed;
    typed = filter_key(&w->filters[focus(w)], key);
    if (typed & UI_CHANGED)
        filtered(w);
    if (typed != UI_IGNORED)
        return typed;
    if (key == UI_KEY_TAB || key == UI_KEY_BACKTAB)
        turn(w, key == UI_KEY_TAB ? 1 : -1);
    else if (in_events)
        return textview_key(&w->events, key);
    else if (focus(w) == PANEL_FAILURE)
        return UI_IGNORED;
    else if (focus(w) == PANEL_WARNINGS)
        return warnings_turn(w, key);
    else {
        unsigned bits = table_key(focus(w) == PANEL_STEPS ? &w->steps : &w->checks, key);
        w->moved |= (bits & UI_CHANGED) != 0;
        return bits;
    }
    return UI_HANDLED;
}

static bool watch_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct watch *w = of(s);
    if (a->id == ACT_EVENTS || a->id == ACT_SEARCH) {
        w->panel = PANEL_EVENTS;
        if (a->id == ACT_SEARCH) /* the lists of steps are filtered */
            find_line_begin(&w->find);
        return true;
    }
    if (a->id == ACT_FILTER) {
        w->panel = focus(w) == PANEL_FAILURE ? PANEL_STEPS : list_shown(w);
        filter_begin(&w->filters[w->panel]);
        return true;
    }
    if (a->id != ACT_REPLY)
        return false;
    struct act_operation op = opshow_subject(&w->show);
    ui_push(ui, confirm_reply(&op, snapshot_group(ui->snap, w->show.group), w->show.asks));
    return true;
}

static int64_t watch_tick(struct screen *s, struct ui *ui)
{
    struct watch *w = of(s);
    if (lists_follow(w, ui->now.mono_ms))
        ui->repaint = true;
    if (!w->show.known || opshow_over(&w->show))
        return MOMENT_NEVER;
    int64_t second = ui->now.mono_ms + 1000 - ui->now.wall_ms % 1000, lists = pace_due(&w->pace);
    return w->listed.view != w->show.view && lists < second ? lists : second;
}

static void watch_keep(const struct screen *s, json_t *place)
{
    json_put_text(place, "operation", of_const(s)->id);
}

static void watch_close(struct screen *s)
{
    struct watch *w = of(s);
    step_list_release(&w->steps_of);
    step_list_release(&w->checks_of);
    event_log_release(&w->log);
    find_line_release(&w->find);
    for (int p = 0; p < PANELS; p++)
        filter_release(&w->filters[p]);
    opshow_release(&w->show);
    opshow_release(&w->listed);
    free(w);
}

static const struct screen_ops WATCH = {
    .name = "watch",
    .context = CTX_WATCH,
    .sync = watch_sync,
    .subject = watch_subject,
    .layout = watch_layout,
    .paint = watch_paint,
    .key = watch_key,
    .act = watch_act,
    .tick = watch_tick,
    .keep = watch_keep,
    .close = watch_close,
};

struct screen *watch_open(const char *operation_id)
{
    struct watch *w = xcalloc(1, sizeof *w);
    w->base.ops = &WATCH;
    w->pace = PACE_STEPS;
    safe_text(w->id, sizeof w->id, operation_id);
    for (int p = 0; p < PANELS; p++)
        filter_init(&w->filters[p]);
    w->steps_of.filter = &w->filters[PANEL_STEPS];
    w->checks_of.filter = &w->filters[PANEL_CHECKS];
    w->log.filter = &w->filters[PANEL_EVENTS];
    textview_reset(&w->events);
    find_line_in_view(&w->find, &w->events);
    w->events.line = event_log_line;
    w->events.ctx = &w->log;
    w->events.empty = "no event yet";
    return &w->base;
}
