/*
 * wizard: the screen itself: pages, drafts, and the keys that lead about.
 * See wizard.h.
 */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/ready.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After the last change of an answer until it is asked about. */
enum { QUIET_MS = 300 };
/* From these widths on there is a rail on the left, and what is known on the right. */
enum { RAIL_FROM = 76, RAIL = 22, SIDE_FROM = 112, SIDE = 40 };
/* From this height on there is room for the command line. */
enum { TALL = 26 };

static struct wizard *of(struct screen *s)
{
    return (struct wizard *)s;
}

static struct page *here(const struct wizard *w)
{
    return w->pages[w->page];
}

const char *wizard_source(const struct wizard *w)
{
    const json_t *o = w->proposal.data ? w->proposal.data : w->plan.data;
    return json_text(o, "source_site");
}

const char *wizard_target(const struct wizard *w)
{
    const json_t *o = w->proposal.data ? w->proposal.data : w->plan.data;
    return json_text(o, "target_site");
}

const json_t *wizard_checks(const struct wizard *w)
{
    const json_t *own = json_list(w->answers.given, "health_checks");
    return own ? own : json_list(w->proposal.data, "health_checks");
}

void wizard_changed(struct wizard *w, struct ui *ui)
{
    w->touched = true;
    w->dirty = true;
    wizard_hold(w);
    w->refusal[0] = '\0';
    w->ask_at_ms = ui->now.mono_ms + QUIET_MS;
    wizard_weigh(w);
    wizard_take_pages(w);
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* Of a group that is at both sites a failover is about those that are left, seen from
 * where they are. */
void wizard_take_record(struct wizard *w, const struct group *g)
{
    const json_t *rest = json_list(w->proposal.data, "rest");
    const char *from = json_text(w->proposal.data, "source_site");
    struct group *next = rest ? group_seen_at(g, from) : group_ref(g);
    struct group *record = group_only(next, rest);
    group_unref(next);
    group_unref(w->record);
    w->record = record;
}

static void wizard_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct wizard *w = (const struct wizard *)s;
    ret->group = snapshot_group(ui->snap, w->group_id);
    ret->main = w->kind->main;
    if (w->answers.kind == WIZARD_DRILL && w->why_not[0])
        ret->blocked = w->why_not;
    else if (w->page == PAGE_GO && w->answers.kind != WIZARD_MAPPING)
        ret->blocked = w->kind->moves ? "type what is asked for" : "y starts it, n does not";
}

static void wizard_sync(struct screen *s, struct ui *ui)
{
    struct wizard *w = of(s);
    const struct group_view *g = snapshot_group(ui->snap, w->group_id);
    bool first = !w->proposal.data && !w->proposal.asking && !w->proposal.err.code && !w->offering;
    if (g) {
        wizard_take_record(w, g->group);
        w->group_state = g->state;
    }
    if (!first)
        return;
    wizard_ask_points(w, ui);
    wizard_offer_draft(w, ui);
    if (!w->offering)
        wizard_ask(w, ui);
    wizard_take_pages(w);
}

static int side_rows(const struct wizard *w, int h)
{
    if (w->page == PAGE_PLAN || w->page == PAGE_GO)
        return 0;
    if (w->page == PAGE_OPTIONS)
        return h >= 19 ? 5 : 0;
    return h >= 17 ? 8 : h >= 10 ? 4 : 0;
}

/* The last page is a question, and has a frame of its own. */
static bool framed(const struct wizard *w)
{
    return w->page != PAGE_GO;
}

static void place(struct wizard *w, const struct canvas *cv, struct rect body)
{
    int refusal = w->refusal[0] ? paint_wrapped_rows(cv, body.w - 4, w->refusal) : 0;
    w->head_at = rect_cut_top(&body, 1);
    w->rail_at = body.w < RAIL_FROM ? rect_cut_top(&body, 1) : rect_make(0, 0, 0, 0);
    w->said_rows = refusal > 3 ? 3 : refusal;
    /* On the last page the dialog has all that the line of the status says. */
    w->status_at = rect_cut_bottom(&body, (framed(w) ? 1 : 0) + (body.h >= TALL) + w->said_rows);
    if (body.w >= RAIL_FROM) {
        w->rail_at = rect_cut_left(&body, RAIL);
        rect_cut_top(&w->rail_at, 1);
    }
    w->page_at = body;
    w->side_at = w->page == PAGE_GO           ? rect_make(0, 0, 0, 0)
                 : body.w + RAIL >= SIDE_FROM ? rect_cut_right(&w->page_at, SIDE)
                                              : rect_cut_bottom(&w->page_at, side_rows(w, body.h));
}

static void wizard_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                          struct rect body)
{
    struct wizard *w = of(s);
    w->now_ms = ui->now.wall_ms;
    place(w, cv, body);
    wizard_weigh(w);
    here(w)->ops->layout(here(w), ui, cv,
                         framed(w) ? rect_inset(w->page_at, 1, 2) : w->page_at);
    wizard_about_take(w, cv, wizard_about_at(w));
    if (w->offering)
        dialog_layout(&w->offer, body);
}

static void paint_age(const struct wizard *w, struct pen *pen)
{
    char ago[FORMAT_SIZE], text[80];
    bool stale = ready_stale(w->read_ms, w->now_ms);
    if (!w->read_ms || wizard_reading(w))
        return;
    format_ago(ago, sizeof ago, w->now_ms, w->read_ms);
    snprintf(text, sizeof text, "%s %s%s", stale ? "STALE" : "read", ago,
             ago[0] == 'n' || stale ? "" : " ago");
    pen_right(pen, stale ? ROLE_STALE : ROLE_DIM, text);
}

static const char READING[] = "reading both sites";

static void paint_head(const struct wizard *w, struct canvas *cv)
{
    struct pen pen = pen_on(cv, w->head_at.y, w->head_at.x + 1, w->head_at.w - 2);
    paint_age(w, &pen);
    const char *from = wizard_source(w), *to = wizard_target(w);
    pen_textf(&pen, ROLE_TITLE, "%s ", w->kind->title);
    pen_text(&pen, ROLE_STRONG, w->group);
    pen_gap(&pen, 3);
    if (*from && *to) {
        pen_text(&pen, ROLE_TEXT, from);
        pen_text(&pen, ROLE_STRONG, glyphs_arrow(cv->glyphs));
        pen_text(&pen, ROLE_STRONG, to);
        pen_gap(&pen, 3);
    }
    if (answers_unplanned(&w->answers))
        pen_text(&pen, ROLE_DANGER, "unplanned   ");
    if (wizard_reading(w)) { /* below it stands whole */
        if (paint_width(cv, READING) <= pen_room(&pen))
            pen_text(&pen, ROLE_STALE, READING);
    } else if (w->record->metadata_version != w->version)
        pen_textf(&pen, ROLE_WARN, "the group is version %lld now, not %lld: r reads again",
                  (long long)w->record->metadata_version, (long long)w->version);
}

static void paint_status(const struct wizard *w, struct canvas *cv)
{
    struct rect at = w->status_at;
    if (w->said_rows) {
        struct rect r = rect_cut_top(&at, w->said_rows);
        paint_wrapped(cv, rect_inset(r, 0, 2), ROLE_DANGER, w->refusal);
    }
    if (at.h > (framed(w) ? 1 : 0)) {
        struct buf b;
        struct rect row = rect_cut_top(&at, 1);
        buf_init(&b, 4000);
        answers_command(&w->answers, w->group, &b);
        page_go_command(w->pages[PAGE_GO], &b);
        if (w->answers.kind != WIZARD_MAPPING)
            paint_text(cv, row.y, row.x + 2, row.w - 3, ROLE_DIM, buf_text(&b));
        buf_release(&b);
    }
    if (rect_empty(at))
        return;
    struct pen pen = pen_on(cv, at.y, at.x + 1, at.w - 2);
    char keys[160];
    action_hints(here(w)->keys ? here(w)->keys : here(w)->ops->keys, keys, sizeof keys);
    if (!w->about && (at.w >= RAIL_FROM || !w->why_not[0]))
        pen_right(&pen, ROLE_DIM, keys);
    if (w->why_not[0]) {
        pen_glyph(&pen, wizard_reading(w) ? ROLE_STALE : ROLE_DANGER,
                  wizard_reading(w) ? GLYPH_UNKNOWN : GLYPH_FAIL);
        pen_textf(&pen, wizard_reading(w) ? ROLE_STALE : ROLE_DANGER, " %s", w->why_not);
    } else if (wizard_idle(w)) {
        pen_text(&pen, ROLE_DIM, "nothing is changed yet");
    } else if (w->page != PAGE_GO || !w->kind->moves) { /* there its dialog says what is missing */
        if (paint_width(cv, w->kind->end) + 2 > pen_room(&pen)) /* the key bar has it, too */
            return;
        pen_glyph(&pen, ROLE_OK, GLYPH_OK);
        pen_textf(&pen, ROLE_OK, " %s", w->kind->end);
    }
}

static void wizard_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                         struct rect body)
{
    const struct wizard *w = (const struct wizard *)s;
    (void)ui;
    paint_head(w, cv);
    wizard_rail_paint(w, cv, w->rail_at);
    struct rect in = w->page_at;
    if (w->about) {
        wizard_about_paint(w, cv, wizard_about_at(w));
        paint_status(w, cv);
        return;
    }
    if (framed(w))
        in = rect_inset(paint_box(cv, in, ROLE_FOCUS, here(w)->ops->title, NULL), 0, 1);
    struct canvas sub = canvas_clip(cv, in);
    here(w)->ops->paint(here(w), &sub, in);
    if (!rect_empty(w->side_at))
        wizard_side_paint(w, cv, w->side_at);
    paint_status(w, cv);
    if (w->offering)
        dialog_paint(&w->offer, cv, body);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void go_to(struct wizard *w, size_t page)
{
    w->page = page < PAGES ? page : PAGES - 1;
    w->landed = true;
    if (w->page == PAGE_GO)
        page_go_enter(w->pages[PAGE_GO]);
}

static bool typing(const struct wizard *w)
{
    return w->offering || (here(w)->ops->typing && here(w)->ops->typing(here(w)));
}

static unsigned wizard_typing(const struct screen *s)
{
    const struct wizard *w = (const struct wizard *)s;
    return !w->offering && here(w)->ops->picks && here(w)->ops->picks(here(w)) ? CTX_PICK
                                                                               : CTX_DIALOG;
}

static unsigned wizard_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct wizard *w = of(s);
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    if (w->offering) {
        wizard_offer_key(w, ui, key);
        return UI_HANDLED;
    }
    if (w->about)
        return wizard_about_key(w, key);
    unsigned bits = here(w)->ops->key(here(w), ui, key);
    if (bits != UI_IGNORED)
        return UI_HANDLED;
    if (key == UI_KEY_TAB)
        go_to(w, (w->page + 1) % PAGES);
    else if (key == UI_KEY_BACKTAB)
        go_to(w, (w->page + PAGES - 1) % PAGES);
    else if (typing(w))
        return key == UI_KEY_ESC ? UI_IGNORED : UI_HANDLED;
    else if (key >= '1' && key < '1' + PAGES)
        go_to(w, key - '1');
    else if (key == ']' && w->page + 1 < PAGES)
        go_to(w, w->page + 1);
    else if (key == '[' && w->page > 0)
        go_to(w, w->page - 1);
    else
        return UI_IGNORED;
    return UI_HANDLED;
}

static void leave(struct wizard *w, struct ui *ui)
{
    wizard_keep_draft(w, ui);
    if (w->touched && answers_count(&w->answers) && ui->state_dir)
        ui_say(ui, ROLE_INFO, "what was answered is kept as a draft");
}

static bool wizard_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct wizard *w = of(s);
    if (a->id == ACT_BACK) {
        leave(w, ui);
        return false;
    }
    if (a->id == ACT_READ) {
        w->version = w->record->metadata_version;
        if (!w->going)
            wizard_ask(w, ui);
    } else if (a->id == ACT_DEFAULTS || (a->id == ACT_START && w->answers.kind == WIZARD_MAPPING)) {
        wizard_offer_defaults(w, ui);
    } else if (a->id == ACT_ABOUT) {
        w->about = true;
        w->about_top = 0;
    } else if (a->id == ACT_START) {
        go_to(w, PAGE_GO); /* a question, in which nothing is agreed to yet */
    } else {
        return false;
    }
    return true;
}

static int64_t wizard_tick(struct screen *s, struct ui *ui)
{
    struct wizard *w = of(s);
    if (!w->dirty || w->proposal.asking || w->plan.asking || w->offering)
        return MOMENT_NEVER;
    if (ui->now.mono_ms < w->ask_at_ms)
        return w->ask_at_ms;
    wizard_keep_draft(w, ui);
    wizard_ask(w, ui);
    ui->repaint = true;
    return MOMENT_NEVER;
}

static void wizard_close(struct screen *s)
{
    struct wizard *w = of(s);
    for (size_t i = 0; i < PAGES; i++)
        w->pages[i]->ops->close(w->pages[i]);
    planwords_release(&w->known);
    answers_release(&w->answers);
    json_decref(w->proposal.data);
    json_decref(w->plan.data);
    json_decref(w->points.data);
    json_decref(w->draft);
    wizard_hold(w);
    group_unref(w->record);
    free(w);
}

static const struct screen_ops WIZARD = {
    .name = "wizard",
    .context = CTX_WIZARD,
    .typing = wizard_typing,
    .sync = wizard_sync,
    .subject = wizard_subject,
    .layout = wizard_layout,
    .paint = wizard_paint,
    .key = wizard_key,
    .act = wizard_act,
    .tick = wizard_tick,
    .close = wizard_close,
};

/* Where only an unplanned one is legal, that is what is asked for. */
static void begin_as(struct wizard *w, const struct group_view *g)
{
    struct pc_error ignored;
    if (w->answers.kind != WIZARD_FAILOVER)
        return;
    bool forced = lifecycle_check(ACTION_FAILOVER, g->state, w->group, &ignored) != PC_OK;
    answers_put_text(&w->answers, "type", forced ? "unplanned" : "planned");
}

struct screen *wizard_open(enum act_id act, const struct group_view *g)
{
    static struct page *(*const MAKE[PAGES])(struct wizard *w) = {
        page_what, page_networks, page_flavors, page_checks, page_options, page_plan, page_go};
    struct wizard *w = xcalloc(1, sizeof *w);
    int kind = WIZARD_DRILL;
    for (int i = 0; i < WIZARD_KINDS; i++)
        if (WIZARD_KIND[i].act == act)
            kind = i;
    w->base.ops = &WIZARD;
    w->kind = &WIZARD_KIND[kind];
    answers_init(&w->answers, (enum wizard_for)kind);
    safe_text(w->group_id, sizeof w->group_id, g->group->id);
    snprintf(w->group, sizeof w->group, "%s", g->group->name);
    w->record = group_ref(g->group);
    w->version = g->group->metadata_version;
    w->group_state = g->state;
    begin_as(w, g);
    for (int i = 0; i < PAGES; i++)
        w->pages[i] = MAKE[i](w);
    wizard_weigh(w);
    return &w->base;
}
