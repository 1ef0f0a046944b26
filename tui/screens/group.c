/*
 * group: one protection group: how it stands and what may be done with it now,
 * and behind tabs its members, recovery points, readiness, mapping, history and
 * ledger.
 *
 * UI thread. Each tab is a pane (group_pane.h); this screen asks for what the
 * one that is seen shows: when it is first seen, when the group or one of its
 * operations changed, and when the operator wants it read again. It never asks
 * by the clock alone: an old answer says that it is old.
 */
#include "tui/screens/group_pane.h"
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/opcells.h"
#include "tui/screens/group_head.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS, POINTS, READINESS, MAPPING, HISTORY, LEDGER, PANES };
/* What changes all the time is not asked for more often than this. */
enum { PACE_MS = 1000 };

struct group_screen {
    struct screen base;
    char id[OP_ID_SIZE], name[NAME_SIZE];
    struct pane *panes[PANES];
    struct tabs tabs;
    struct tab labels[PANES];
    int64_t now_ms;
    struct rect head_at, tabs_at, body_at;
};

static struct group_screen *of(struct screen *s)
{
    return (struct group_screen *)s;
}

static const struct group_screen *of_const(const struct screen *s)
{
    return (const struct group_screen *)s;
}

static struct pane *active(const struct group_screen *g)
{
    return g->panes[g->tabs.active];
}

/* ---- what panes share ---------------------------------------------------------------- */

const char *pane_empty(const struct pane *p, const char *when_read)
{
    return p->trouble[0] ? p->trouble : !p->reply ? "reading"
           : pane_narrowed(p) ? "nothing passes the filter: Esc clears it" : when_read;
}

bool pane_narrowed(const struct pane *p)
{
    return !match_is_empty(p->filter.match);
}

/* ---- asking -------------------------------------------------------------------------- */

static void ask(struct group_screen *g, struct ui *ui, struct pane *p);

static void came(struct group_screen *g, struct ui *ui, int which, const struct pc_error *err,
                 const json_t *data)
{
    struct pane *p = g->panes[which];
    p->asking = false;
    p->view = snapshot_group(ui->snap, g->id);
    if (!p->view)
        return;
    if (p->again) { /* it answers another question than the one that stands now */
        p->again = false;
        ask(g, ui, p);
        return;
    }
    p->trouble[0] = '\0';
    if (err) {
        snprintf(p->trouble, sizeof p->trouble, "%.200s  %.190s", err->text, err->remedy);
        return;
    }
    json_decref(p->reply);
    p->reply = json_deep_copy(data);
    p->read_ms = ui->now.wall_ms;
    p->ops->take(p);
}

#define CAME(pane)                                                                    \
    static void came_##pane(struct screen *s, struct ui *ui, const struct pc_error *err, \
                            const json_t *data)                                       \
    {                                                                                 \
        came(of(s), ui, pane, err, data);                                             \
    }
CAME(MEMBERS)
CAME(POINTS)
CAME(READINESS)
CAME(MAPPING)
CAME(HISTORY)
CAME(LEDGER)
#undef CAME

static ui_reply *const CAME_OF[PANES] = {
    [MEMBERS] = came_MEMBERS, [POINTS] = came_POINTS,   [READINESS] = came_READINESS,
    [MAPPING] = came_MAPPING, [HISTORY] = came_HISTORY, [LEDGER] = came_LEDGER,
};

static void ask(struct group_screen *g, struct ui *ui, struct pane *p)
{
    int which = 0;
    while (g->panes[which] != p)
        which++;
    json_t *args = json_object();
    json_put_text(args, "group", g->id);
    if (p->ops->args)
        p->ops->args(p, args);
    p->asking = true;
    p->asked_ms = ui->now.mono_ms;
    p->stamp = p->ops->stamp(ui->snap, p->view);
    ui_ask(ui, &g->base, p->ops->verb, args, CAME_OF[which]);
}

/* Whatever came of the look: what is known now is told. */
static void looked(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct group_screen *g = of(s);
    struct pane *p = g->panes[MEMBERS];
    (void)data;
    if (err)
        ui_say_error(ui, err);
    p->asking = false;
    p->view = snapshot_group(ui->snap, g->id);
    if (p->view)
        ask(g, ui, p);
}

/* "Read now": from the sites, not from the record. */
static void read_anew(struct group_screen *g, struct ui *ui, struct pane *p)
{
    if (p->asking)
        return;
    if (!p->ops->look) {
        ask(g, ui, p);
        return;
    }
    json_t *args = json_object();
    json_put_text(args, "group", g->id);
    json_put_text(args, "operation", readiness_for_name(READY_FOR_TEST));
    p->asking = true;
    ui_ask(ui, &g->base, p->ops->look, args, looked);
}

/* Asks if the one that is seen was never asked for, or is not what it was;
 * returns when to come back for it (mono ms). */
static int64_t keep_up(struct group_screen *g, struct ui *ui)
{
    struct pane *p = active(g);
    if (!p->view || p->asking || ui_top(ui) != &g->base) /* what nobody sees may grow old */
        return MOMENT_NEVER;
    if (p->asked_ms && p->stamp == p->ops->stamp(ui->snap, p->view))
        return MOMENT_NEVER;
    if (p->asked_ms && ui->now.mono_ms < p->asked_ms + PACE_MS)
        return p->asked_ms + PACE_MS;
    ask(g, ui, p);
    return MOMENT_NEVER;
}

/* ---- the screen ------------------------------------------------------------------------ */

static void lend_view(struct group_screen *g, const struct snapshot *s)
{
    const struct group_view *v = snapshot_group(s, g->id);
    for (int i = 0; i < PANES; i++)
        g->panes[i]->view = v;
}

static void group_sync(struct screen *s, struct ui *ui)
{
    struct group_screen *g = of(s);
    lend_view(g, ui->snap);
    if (!active(g)->view)
        return;
    for (int i = 0; i < PANES; i++)
        g->panes[i]->ops->take(g->panes[i]);
    keep_up(g, ui);
}

static void group_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct group_screen *g = of_const(s);
    const struct group_view *v = snapshot_group(ui->snap, g->id);
    const struct pane *p = active(g);
    if (!v)
        return;
    groupshow_subject(ui->snap, v, ret);
    ret->whole = !p->ops->narrows;
    const json_t *op = p->ops->operation ? p->ops->operation(p) : NULL;
    if (op && opcells_subject(op, ui->snap, &ret->room))
        ret->operation = &ret->room;
}

static void group_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    enum { HEAD, TABS, BODY, BOXES };
    struct group_screen *g = of(s);
    struct rect at[BOXES];
    struct act_subject subject = {.snapshot = ui->snap};
    struct pane *p = active(g);
    lend_view(g, ui->snap);
    group_subject(s, ui, &subject);
    int head = p->view ? group_head_rows(ui->snap, p->view, body.h) : 1;
    const struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(head), [TABS] = LAYOUT_FIXED(1), [BODY] = LAYOUT_FILL(5)};
    (void)cv;
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, body, at);
    g->head_at = at[HEAD], g->tabs_at = at[TABS], g->body_at = at[BODY];
    for (int i = 0; i < PANES; i++) {
        g->labels[i] = (struct tab){.label = g->panes[i]->ops->label, .count = -1};
        g->panes[i]->now_ms = ui->now.wall_ms;
        if (p->view && g->panes[i]->ops->tab)
            g->panes[i]->ops->tab(g->panes[i], &g->labels[i]);
    }
    if (p->view)
        p->ops->layout(p, rect_inset(g->body_at, 1, 2));
}

/* "read 40s ago" on the frame of what was read. */
static void paint_age(const struct pane *p, struct canvas *cv, struct rect box)
{
    char ago[FORMAT_SIZE], text[64];
    bool stale = p->read_ms && p->now_ms - p->read_ms > p->ops->stale_ms;
    format_ago(ago, sizeof ago, p->now_ms, p->read_ms);
    const char *tail = ago[0] == 'n' ? "" : " ago";
    if (p->asking && !p->reply)
        snprintf(text, sizeof text, " reading ");
    else if (!p->read_ms)
        snprintf(text, sizeof text, " not read ");
    else
        snprintf(text, sizeof text, " %s%s%s%s ", stale ? "STALE " : "read ", ago, tail,
                 p->asking ? ", reading" : "");
    int w = paint_width(cv, text);
    if (box.h >= 2 && box.w > w + 4)
        paint_text(cv, box.y, box.x + box.w - w - 2, w,
                   stale || !p->read_ms ? ROLE_STALE : ROLE_DIM, text);
}

static void group_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct group_screen *g = of_const(s);
    const struct pane *p = active(g);
    if (!p->view) {
        paint_textf(cv, body.y + 1, body.x + 2, body.w - 4, ROLE_DANGER,
                    "%s is no longer there: it was deleted. Esc goes back.", g->name);
        return;
    }
    struct act_subject subject = {.snapshot = ui->snap};
    group_subject(s, ui, &subject);
    group_head_paint(ui->snap, &subject, ui->now.wall_ms, cv, g->head_at);
    tabs_paint(&g->tabs, cv, rect_inset(g->tabs_at, 0, 1));
    char title[60];
    snprintf(title, sizeof title, pane_narrowed(p) ? "%s  %zu of %zu" : "%s", p->ops->label, p->shown,
             p->of);
    struct rect in = paint_box(cv, g->body_at, ROLE_FOCUS, title, NULL);
    if (filter_shown(&p->filter))
        filter_paint(&p->filter, cv, g->body_at);
    else
        paint_age(p, cv, g->body_at);
    if (p->trouble[0] && p->reply)
        paint_textf(cv, g->body_at.y + g->body_at.h - 1, g->body_at.x + 2, g->body_at.w - 4,
                    ROLE_DANGER, " %s ", p->trouble);
    p->ops->paint(p, cv, rect_inset(in, 0, 1));
}

static void show(struct group_screen *g, struct ui *ui, size_t tab)
{
    g->tabs.active = tab;
    lend_view(g, ui->snap);
    keep_up(g, ui);
}

/* The line of the filter comes before everything else. */
static unsigned narrow(struct pane *p, ui_key key)
{
    unsigned bits = p->view && p->ops->narrows ? filter_key(&p->filter, key) : UI_IGNORED;
    if (bits & UI_CHANGED)
        p->ops->take(p);
    return bits;
}

static unsigned group_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct group_screen *g = of(s);
    struct pane *p = active(g);
    lend_view(g, ui->snap);
    unsigned typed = narrow(p, key);
    if (typed != UI_IGNORED)
        return typed;
    if (key == UI_KEY_ENTER) /* the action table opens */
        return UI_IGNORED;
    if (key == UI_KEY_TAB || key == UI_KEY_BACKTAB) {
        show(g, ui, (g->tabs.active + (key == UI_KEY_TAB ? 1 : PANES - 1)) % PANES);
        return UI_HANDLED;
    }
    unsigned bits = tabs_key(&g->tabs, key);
    if (bits & UI_CHANGED)
        show(g, ui, g->tabs.active);
    if (bits != UI_IGNORED)
        return bits;
    return p->view ? p->ops->key(p, key) : UI_IGNORED;
}

/* What opens a report or the history elsewhere is a tab here. */
static bool group_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct group_screen *g = of(s);
    struct pane *p = active(g);
    lend_view(g, ui->snap);
    if (!p->view)
        return false;
    if (a->id == ACT_READ) {
        read_anew(g, ui, p);
    } else if (a->id == ACT_FILTER) {
        filter_begin(&p->filter);
    } else if (a->id == ACT_READINESS && g->tabs.active == READINESS) {
        pane_readiness_turn(p);
        if (p->asking)
            p->again = true;
        else
            ask(g, ui, p);
    } else if (a->id == ACT_READINESS) {
        show(g, ui, READINESS);
    } else if (a->id == ACT_POINTS) {
        show(g, ui, POINTS);
    } else if (a->id == ACT_HISTORY) {
        show(g, ui, HISTORY);
    } else {
        return false;
    }
    return true;
}

static int64_t group_tick(struct screen *s, struct ui *ui)
{
    struct group_screen *g = of(s);
    lend_view(g, ui->snap);
    return keep_up(g, ui);
}

static void group_keep(const struct screen *s, json_t *place)
{
    json_put_text(place, "group", of_const(s)->id);
    json_put_int(place, "tab", (json_int_t)of_const(s)->tabs.active);
    if (pane_narrowed(active(of_const(s))))
        json_put_text(place, "filter", input_text(&active(of_const(s))->filter.line));
}

static void group_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    int64_t tab = json_int(place, "tab", 0);
    if (tab < 0 || tab >= PANES)
        return;
    show(of(s), ui, (size_t)tab);
    struct pane *p = active(of(s));
    if (!p->view || !p->ops->narrows || !*json_text(place, "filter"))
        return;
    filter_set(&p->filter, json_text(place, "filter"));
    p->ops->take(p);
}

static void group_close(struct screen *s)
{
    struct group_screen *g = of(s);
    for (int i = 0; i < PANES; i++) {
        json_decref(g->panes[i]->reply);
        g->panes[i]->reply = NULL;
        filter_release(&g->panes[i]->filter);
        g->panes[i]->ops->close(g->panes[i]);
    }
    free(g);
}

static const struct table *group_table(const struct screen *s)
{
    const struct pane *p = active(of_const(s));
    return p->view && p->ops->rows ? p->ops->rows(p) : NULL;
}

static const struct screen_ops GROUP = {
    .name = "group",
    .context = CTX_GROUP,
    .sync = group_sync,
    .subject = group_subject,
    .layout = group_layout,
    .paint = group_paint,
    .key = group_key,
    .act = group_act,
    .tick = group_tick,
    .table = group_table,
    .keep = group_keep,
    .resume = group_resume,
    .close = group_close,
};

struct screen *group_open(const struct group_view *v)
{
    struct group_screen *g = xcalloc(1, sizeof *g);
    g->base.ops = &GROUP;
    snprintf(g->id, sizeof g->id, "%s", v->group->id);
    safe_text(g->name, sizeof g->name, v->group->name);
    g->panes[MEMBERS] = pane_members();
    g->panes[POINTS] = pane_points();
    g->panes[READINESS] = pane_readiness(v->state);
    g->panes[MAPPING] = pane_mapping();
    g->panes[HISTORY] = pane_history();
    g->panes[LEDGER] = pane_ledger();
    for (int i = 0; i < PANES; i++)
        filter_init(&g->panes[i]->filter);
    g->tabs = (struct tabs){.tabs = g->labels, .n = PANES};
    return &g->base;
}
