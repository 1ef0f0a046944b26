/*
 * home: which sites there are and how they answer, which groups and whether
 * they can be relied upon, and what runs now.
 *
 * UI thread. Reads the snapshot; asks nothing of the door by itself.
 */
#include "tui/screens/screens.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/bars.h"
#include "tui/groupshow.h"
#include "tui/opshow.h"
#include "tui/place.h"
#include "tui/screens/home_groups.h"
#include "tui/screens/home_notes.h"
#include "tui/screens/home_sites.h"
#include "tui/words.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Wide enough for all columns of a group, where it serves among them. */
enum { WIDE = 112, TALL = 32, LOW = 18 };
enum { RUNS_MAX = 8 };
enum panel { PANEL_GROUPS, PANEL_RUNS, PANEL_SITES, PANELS };

struct home {
    struct screen base;
    enum panel panel; /* which has the keys */
    bool moved;       /* the operator chose a row: it is kept when groups come and go */
    struct table groups, runs;
    struct home_groups groups_ctx;
    struct sieve sieve; /* of the groups */
    struct opshow *shows; /* one a running operation */
    size_t show_count;
    int64_t now_ms, marked_ms; /* wall; of the last mark */
    struct home_notes notes;
    size_t site; /* selected, while the sites have the keys */
    struct rect sites_at, notes_at, groups_at, group_at, runs_at;
};

static struct home *of(struct screen *s)
{
    return (struct home *)s;
}

static const struct home *of_const(const struct screen *s)
{
    return (const struct home *)s;
}

/* ---- the running operations -------------------------------------------------- */

enum { RUN_WHAT, RUN_BARS, RUN_PERCENT, RUN_LEFT, RUN_COLUMNS };

static const char LATE[] = "late";

/* What keeps it from being a run like any other; "" nothing. */
static const char *run_warning(const struct opshow *o)
{
    if (o->asks)
        return "waits for you";
    if (o->held)
        return "held";
    if (o->still_since_ms)
        return "stands still";
    for (size_t i = 0; i < o->step_count; i++)
        if (o->steps[i].late_ms && o->steps[i].status == STEP_RUNNING)
            return LATE;
    return "";
}

static void run_cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct home *h = ctx;
    const struct opshow *o = &h->shows[row];
    char left[32];
    ret->text = ret->buf;
    const char *warning = run_warning(o);
    if (col == RUN_WHAT) {
        ret->role = ROLE_STRONG;
        ret->text = o->group;
        if (warning[0])
            ret->role = ROLE_WARN, ret->mark = GLYPH_WARN;
        if (h->groups_ctx.wide) { /* else the bars tell a cleanup from a drill */
            ret->text = ret->buf;
            snprintf(ret->buf, sizeof ret->buf, "%s %.100s", op_type_label(o->type), o->group);
        }
    } else if (col == RUN_PERCENT && !h->groups_ctx.wide && warning == LATE) {
        ret->role = ROLE_WARN; /* no room for both; the bars tell how far it is */
        ret->text = LATE;
    } else if (col == RUN_PERCENT) {
        snprintf(ret->buf, sizeof ret->buf, "%d%%", o->progress);
    } else if (warning[0]) {
        ret->role = ROLE_WARN;
        ret->text = warning;
    } else if (o->status == OP_PENDING) {
        ret->role = ROLE_DIM;
        ret->text = "waiting";
    } else if (opshow_stopping(o)) {
        ret->role = ROLE_WARN;
        ret->text = "stopping";
    } else {
        int64_t ms = opshow_remaining(o, h->now_ms);
        ret->role = ROLE_DIM;
        if (ms < 1000)
            ret->text = words_status(o->status);
        else
            snprintf(ret->buf, sizeof ret->buf, "about %s left", clock_span(left, sizeof left, ms));
    }
}

/* A question takes the place of the bars: nothing goes on before its answer. */
static void run_bars(const void *ctx, size_t row, struct canvas *cv, struct rect cell)
{
    const struct home *h = ctx;
    if (h->shows[row].asks) {
        paint_textf(cv, cell.y, cell.x, cell.w, ROLE_WARN, "asks: %s", h->shows[row].asks);
        return;
    }
    bars_paint_line(&h->shows[row], cv, cell, h->now_ms);
}

static const struct table_column RUN_NARROW[RUN_COLUMNS] = {
    [RUN_WHAT] = {"", {.min = 12, .max = 24, .weight = 1}, ALIGN_LEFT, NULL},
    [RUN_BARS] = {"", {.min = 20, .max = 56, .weight = 32}, ALIGN_LEFT, run_bars},
    [RUN_PERCENT] = {"", {.min = 4, .max = 4}, ALIGN_RIGHT, NULL},
    [RUN_LEFT] = {"", {.min = 0, .max = 0, .drop = 1}, ALIGN_LEFT, NULL},
};
static const struct table_column RUN_BROAD[RUN_COLUMNS] = {
    [RUN_WHAT] = {"", {.min = 20, .max = 40, .weight = 1}, ALIGN_LEFT, NULL},
    [RUN_BARS] = {"", {.min = 60, .max = 130, .weight = 12}, ALIGN_LEFT, run_bars},
    [RUN_PERCENT] = {"", {.min = 4, .max = 4}, ALIGN_RIGHT, NULL},
    [RUN_LEFT] = {"", {.min = 17, .max = 20}, ALIGN_LEFT, NULL},
};
static const struct table_source RUN_SOURCE = {.cell = run_cell};

static void drop_shows(struct home *h)
{
    for (size_t i = 0; i < h->show_count; i++)
        opshow_release(&h->shows[i]);
    free(h->shows);
    h->shows = NULL;
    h->show_count = 0;
}

static void take_shows(struct home *h, const struct snapshot *s)
{
    drop_shows(h);
    h->shows = xcalloc(s->operations->count + 1, sizeof *h->shows);
    for (size_t i = 0; i < s->operations->count; i++) {
        const struct operation *op = s->operations->items[i]->op;
        if (opshow_open(op))
            opshow_view(&h->shows[h->show_count++], s->operations->items[i]);
    }
    if (h->show_count == 0 && h->panel == PANEL_RUNS)
        h->panel = PANEL_GROUPS;
}

/* ---- the screen --------------------------------------------------------------- */

static void sift(struct home *h, const struct snapshot *s)
{
    home_groups_sift(&h->sieve, s, h->groups.sorted);
    home_groups_setup(&h->groups, &h->groups_ctx);
    table_sync(&h->groups, h->sieve.count);
    if (!h->moved)
        table_select(&h->groups, 0);
}

/* What was marked for a drill that has begun since is marked no more. */
static void unmark_begun(struct home *h, const struct snapshot *s)
{
    for (size_t i = 0; h->sieve.mark_count && i < s->groups->count; i++) {
        const struct group_view *g = s->groups->items[i];
        const struct op_view *v = groupshow_running(s, g);
        if (v && v->op->type == OP_TEST_FAILOVER && v->op->created_ms >= h->marked_ms &&
            sieve_marked(&h->sieve, home_groups_id(g)))
            sieve_mark(&h->sieve, home_groups_id(g));
    }
}

static void home_sync(struct screen *s, struct ui *ui)
{
    struct home *h = of(s);
    take_shows(h, ui->snap);
    home_notes_take(&h->notes, ui->snap);
    if (h->site >= ui->snap->sites->count)
        h->site = 0;
    if (ui->snap->sites->count == 0 && h->panel == PANEL_SITES)
        h->panel = PANEL_GROUPS;
    h->groups_ctx.snap = ui->snap;
    h->groups_ctx.sieve = &h->sieve;
    unmark_begun(h, ui->snap);
    h->runs.source = &RUN_SOURCE;
    h->runs.ctx = h;
    sift(h, ui->snap);
    table_sync(&h->runs, h->show_count);
}

static const struct group_view *selected_group(const struct home *h, const struct snapshot *s)
{
    size_t row;
    if (!table_selected(&h->groups, &row) || row >= h->sieve.count)
        return NULL;
    return s->groups->items[sieve_item(&h->sieve, row)];
}

static void subject_of_run(const struct home *h, const struct snapshot *s, struct act_subject *ret)
{
    size_t row;
    if (!table_selected(&h->runs, &row) || row >= h->show_count)
        return;
    ret->room = opshow_subject(&h->shows[row]);
    ret->operation = &ret->room;
    ret->group = snapshot_group(s, h->shows[row].group);
}

static void home_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct home *h = of_const(s);
    if (h->panel == PANEL_RUNS) {
        subject_of_run(h, ui->snap, ret);
        return;
    }
    if (h->panel == PANEL_SITES) {
        ret->opens = OPENS_SITE;
        ret->site = h->site < ui->snap->sites->count ? &ui->snap->sites->items[h->site] : NULL;
        return;
    }
    const struct group_view *g = selected_group(h, ui->snap);
    ret->opens = OPENS_GROUP;
    ret->marks = h->sieve.mark_count;
    if (g)
        groupshow_subject(ui->snap, g, ret);
}

static void home_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    enum { SITES, NOTES, GROUPS, GROUP, RUNS, BOXES };
    struct home *h = of(s);
    struct rect at[BOXES];
    const struct group_view *g = selected_group(h, ui->snap);
    int runs = h->show_count < RUNS_MAX ? (int)h->show_count : RUNS_MAX;
    int sites = home_sites_rows(ui->snap, body.h >= LOW);
    int group = body.h >= TALL && g ? HOME_GROUP_ROWS : 0;
    struct layout_box boxes[BOXES] = {
        [SITES] = LAYOUT_FIXED(sites),
        [NOTES] = LAYOUT_FIXED(home_notes_rows(&h->notes)),
        [GROUPS] = LAYOUT_FILL(5),
        [GROUP] = {.min = group, .max = group, .drop = 2},
        [RUNS] = {.min = runs ? 3 : 0, .max = runs + 2, .weight = runs ? 1 : 0, .drop = 1},
    };
    (void)cv;
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, body, at);
    h->sites_at = at[SITES], h->notes_at = at[NOTES], h->groups_at = at[GROUPS];
    h->group_at = at[GROUP], h->runs_at = at[RUNS];
    h->now_ms = ui->now.wall_ms;
    h->groups_ctx = (struct home_groups){ui->snap, ui->now.wall_ms, body.w >= WIDE, &h->sieve};
    home_groups_setup(&h->groups, &h->groups_ctx);
    h->groups.focused = h->panel == PANEL_GROUPS;
    h->runs.columns = body.w >= WIDE ? RUN_BROAD : RUN_NARROW;
    h->runs.n_columns = RUN_COLUMNS;
    h->runs.gap = body.w >= WIDE ? 2 : 1;
    h->runs.no_header = true;
    h->groups.hotkey = '2';
    h->runs.hotkey = '3';
    h->runs.focused = h->panel == PANEL_RUNS;
    table_layout(&h->groups, rect_inset(h->groups_at, 1, 1));
    table_layout(&h->runs, rect_inset(h->runs_at, 1, 1));
}

static void paint_table(const struct table *t, struct canvas *cv, struct rect at, const char *title,
                        const char *tally, const char *note)
{
    char text[120];
    snprintf(text, sizeof text, "%s  %s", title, tally);
    struct rect in = paint_box(cv, at, t->focused ? ROLE_FOCUS : ROLE_BORDER, text, note);
    rect_cut_right(&in, 1);
    table_paint(t, cv, in);
}

/* Of the selected group, where its column may have no room for it and no panel tells it. */
static const char *whole_name(const struct home *h, const struct group_view *g,
                              const struct canvas *cv, char *dst, size_t size)
{
    enum { COLUMN = 14 };
    if (!g || !rect_empty(h->group_at) || paint_width(cv, g->group->name) <= COLUMN ||
        !match_is_empty(h->sieve.filter.match))
        return NULL;
    safe_text(dst, size, g->group->name);
    return dst;
}

static void home_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct home *h = of_const(s);
    const struct group_view *g = selected_group(h, ui->snap);
    char tally[64], title[64], name[48];
    if (!rect_empty(h->sites_at))
        home_sites_paint(ui->snap, ui->now, cv, h->sites_at, body.h >= LOW,
                         h->panel == PANEL_SITES ? (long)h->site : -1);
    home_notes_paint(&h->notes, cv, h->notes_at);
    if (!rect_empty(h->groups_at)) {
        paint_table(&h->groups, cv, h->groups_at,
                    home_groups_title(&h->groups, title, sizeof title),
                    sieve_tally(&h->sieve, tally, sizeof tally),
                    whole_name(h, g, cv, name, sizeof name));
        filter_paint(&h->sieve.filter, cv, h->groups_at);
    }
    if (!rect_empty(h->group_at) && g)
        home_group_paint(ui->snap, g, ui->now.wall_ms, cv, h->group_at);
    snprintf(tally, sizeof tally, "%zu", h->show_count);
    if (!rect_empty(h->runs_at))
        paint_table(&h->runs, cv, h->runs_at, "3 Running", tally, NULL);
}

/* Something to select is there. */
static bool offers(const struct home *h, const struct ui *ui, int panel)
{
    const size_t rows[PANELS] = {[PANEL_GROUPS] = 1, /* also while it is empty */
                                 [PANEL_RUNS] = h->show_count,
                                 [PANEL_SITES] = ui->snap->sites->count};
    return rows[panel] > 0;
}

static void turn_panel(struct home *h, const struct ui *ui, int step)
{
    int p = (int)h->panel;
    do
        p = (p + PANELS + step) % PANELS;
    while (!offers(h, ui, p));
    h->panel = (enum panel)p;
}

/* By the number in its title, from the top of the screen. */
static unsigned panel_key(struct home *h, const struct ui *ui, ui_key key)
{
    static const enum panel OF[PANELS] = {PANEL_SITES, PANEL_GROUPS, PANEL_RUNS};
    enum panel p = OF[key - '1'];
    if (offers(h, ui, (int)p))
        h->panel = p;
    return UI_HANDLED;
}

static unsigned site_key(struct home *h, const struct ui *ui, ui_key key)
{
    size_t last = ui->snap->sites->count - 1;
    if ((key == UI_KEY_UP || key == 'k') && h->site > 0)
        h->site--;
    else if ((key == UI_KEY_DOWN || key == 'j') && h->site < last)
        h->site++;
    else if (key == UI_KEY_HOME || key == 'g')
        h->site = 0;
    else if (key == UI_KEY_END || key == 'G')
        h->site = last;
    else
        return UI_IGNORED;
    return UI_HANDLED;
}

static unsigned home_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct home *h = of(s);
    unsigned typed = filter_key(&h->sieve.filter, key);
    if (typed & UI_CHANGED)
        sift(h, ui->snap);
    if (typed != UI_IGNORED)
        return typed;
    if (key == UI_KEY_ENTER) /* the action table opens */
        return UI_IGNORED;
    if (key == UI_KEY_TAB || key == UI_KEY_BACKTAB) {
        turn_panel(h, ui, key == UI_KEY_TAB ? 1 : -1);
        return UI_HANDLED;
    }
    if (key >= '1' && key < '1' + PANELS)
        return panel_key(h, ui, key);
    if (h->panel == PANEL_SITES)
        return site_key(h, ui, key);
    unsigned bits = table_key(h->panel == PANEL_RUNS ? &h->runs : &h->groups, key);
    h->moved |= (bits & UI_CHANGED) != 0;
    return bits;
}

/* Of all that are marked, listed now or not. */
static void open_drills(struct home *h, struct ui *ui)
{
    const struct snapshot *s = ui->snap;
    const struct group_view **list = xcalloc(s->groups->count + 1, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < s->groups->count; i++)
        if (sieve_marked(&h->sieve, home_groups_id(s->groups->items[i])))
            list[n++] = s->groups->items[i];
    if (n == 1)
        ui_push(ui, wizard_open(ACT_DRILL, list[0]));
    else if (n)
        ui_push(ui, drills_open(list, n));
    else
        sieve_unmark_all(&h->sieve);
    free(list);
}

static bool home_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct home *h = of(s);
    if (a->id == ACT_MARK)
        h->panel = PANEL_GROUPS; /* whose keys are meant from now on */
    const struct group_view *g = selected_group(h, ui->snap);
    if (a->id == ACT_DRILL && h->sieve.mark_count) {
        open_drills(h, ui);
        return true;
    }
    if (a->id == ACT_FILTER) {
        h->panel = PANEL_GROUPS;
        filter_begin(&h->sieve.filter);
    } else if (a->id == ACT_MARK && g) {
        sieve_mark(&h->sieve, home_groups_id(g));
        h->marked_ms = ui->now.wall_ms;
        h->moved = true;
        table_key(&h->groups, UI_KEY_DOWN);
    } else if (a->id == ACT_SORT) {
        h->groups.sorted = home_groups_next_order(h->groups.sorted);
    } else if (a->id == ACT_REVERSE) {
        h->groups.sorted = -h->groups.sorted;
    } else {
        return false;
    }
    sift(h, ui->snap);
    return true;
}

static void home_keep(const struct screen *s, json_t *place)
{
    const struct home *h = of_const(s);
    place_keep_list(place, &h->groups, &h->sieve);
    if (!h->moved) /* the first row, whichever group that is */
        json_object_del(place, "selected");
}

static void home_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    struct home *h = of(s);
    place_resume_list(place, &h->groups, &h->sieve);
    h->moved = json_object_get(place, "selected") != NULL;
    h->panel = PANEL_GROUPS;
    sift(h, ui->snap);
}

static void home_close(struct screen *s)
{
    sieve_release(&of(s)->sieve);
    drop_shows(of(s));
    free(s);
}

static const struct table *home_table(const struct screen *s)
{
    return of_const(s)->panel == PANEL_RUNS ? &of_const(s)->runs : &of_const(s)->groups;
}

static const struct screen_ops HOME = {
    .name = "home",
    .context = CTX_HOME,
    .sync = home_sync,
    .subject = home_subject,
    .layout = home_layout,
    .paint = home_paint,
    .key = home_key,
    .act = home_act,
    .keep = home_keep,
    .resume = home_resume,
    .table = home_table,
    .close = home_close,
};

struct screen *home_open(void)
{
    struct home *h = xcalloc(1, sizeof *h);
    h->base.ops = &HOME;
    h->runs.source = &RUN_SOURCE;
    sieve_init(&h->sieve);
    return &h->base;
}
