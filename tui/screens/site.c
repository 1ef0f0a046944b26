/*
 * site: one site: its endpoints and how they answered over the last polls, what
 * its project may still use, its array and links, and the groups that serve
 * there or would come there.
 *
 * UI thread. Health is the snapshot's; quotas and the array are asked for when
 * the screen is opened and by `r`, and say how old they are.
 */
#include "tui/screens/site_parts.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/identity.h"
#include "tui/groupshow.h"
#include "tui/ready.h"
#include "tui/screens/home_sites.h"
#include "tui/screens/screens.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>

/* Wide and tall terminals show all panels at once, others one of them below the
 * endpoints, in turns. */
enum { WIDE = 110, TALL = 30 };
enum { ENDPOINT_ROWS = SITE_SERVICES + 3 };

struct site_screen {
    struct screen base;
    char name[NAME_SIZE];
    enum site_panel panel; /* has the keys */
    enum site_panel below; /* the one that is seen below, when only one is */
    bool all;              /* all panels are seen */
    struct site_parts parts;
    bool asking;
    struct rect head_at, at[SITE_PANELS];
};

static struct site_screen *of(struct screen *s)
{
    return (struct site_screen *)s;
}

static const struct site_screen *of_const(const struct screen *s)
{
    return (const struct site_screen *)s;
}

/* ---- reading --------------------------------------------------------------------- */

static void room_came(struct screen *s, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct site_screen *st = of(s);
    struct site_parts *p = &st->parts;
    st->asking = false;
    p->trouble[0] = '\0';
    if (err) {
        snprintf(p->trouble, sizeof p->trouble, "%.200s  %.190s", err->text, err->remedy);
        return;
    }
    json_decref(p->room);
    p->room = json_deep_copy(data);
    p->room_ms = ui->now.wall_ms;
}

static void ask(struct site_screen *st, struct ui *ui)
{
    json_t *args = json_object();
    json_put_text(args, "site", st->name);
    json_put_flag(args, "room", true);
    st->asking = true;
    ui_ask(ui, &st->base, "site_show", args, room_came);
}

/* ---- the screen -------------------------------------------------------------------- */

static void lend(struct site_screen *st, const struct ui *ui)
{
    st->parts.snap = ui->snap;
    st->parts.site = snapshot_site(ui->snap, st->name);
    st->parts.now_ms = ui->now.wall_ms;
    st->parts.asking = st->asking;
}

static void site_sync(struct screen *s, struct ui *ui)
{
    struct site_screen *st = of(s);
    lend(st, ui);
    site_groups_take(&st->parts);
    if (!st->asking && !st->parts.room && !st->parts.trouble[0])
        ask(st, ui);
}

static void site_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct site_screen *st = of_const(s);
    size_t row;
    ret->opens = OPENS_GROUP;
    if (st->panel != SITE_GROUPS || !table_selected(&st->parts.groups, &row) ||
        row >= st->parts.group_count)
        return;
    const struct group_view *g = snapshot_group(ui->snap, st->parts.group_ids[row]);
    if (g)
        groupshow_subject(ui->snap, g, ret);
}

/*  head | endpoints         head | endpoints        | latency
 *       | one of the rest        | quotas | array   | groups    */
static void place(struct site_screen *st, struct rect body)
{
    struct rect rest = body;
    st->head_at = rect_cut_top(&rest, body.h >= 18 ? 2 : 1);
    for (int i = 0; i < SITE_PANELS; i++)
        st->at[i] = (struct rect){0};
    st->all = body.w >= WIDE && body.h >= TALL;
    if (!st->all) {
        int rows = rest.h >= ENDPOINT_ROWS + 6 ? ENDPOINT_ROWS : rest.h / 2;
        st->at[SITE_ENDPOINTS] = rect_cut_top(&rest, rows);
        st->at[st->below] = rest;
        return;
    }
    struct rect top = rect_cut_top(&rest, rest.h * 2 / 5 > ENDPOINT_ROWS ? rest.h * 2 / 5
                                                                        : ENDPOINT_ROWS);
    st->at[SITE_ENDPOINTS] = rect_cut_left(&top, top.w * 3 / 5);
    st->at[SITE_LATENCY] = top;
    st->at[SITE_QUOTAS] = rect_cut_left(&rest, rest.w * 2 / 5);
    st->at[SITE_ARRAY] = rect_cut_top(&rest, 8);
    st->at[SITE_GROUPS] = rest;
}

static void site_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    struct site_screen *st = of(s);
    (void)cv;
    lend(st, ui);
    place(st, body);
    st->parts.endpoints.focused = st->panel == SITE_ENDPOINTS;
    st->parts.groups.focused = st->panel == SITE_GROUPS;
    site_parts_layout(&st->parts, rect_inset(st->at[SITE_ENDPOINTS], 1, 1),
                      rect_inset(st->at[SITE_GROUPS], 1, 1));
}

static void paint_head(const struct site_screen *st, struct canvas *cv)
{
    const struct site_view *v = st->parts.site;
    const struct site_look *look = site_look(v, st->parts.now_ms);
    struct rect at = st->head_at;
    struct pen pen = pen_on(cv, at.y, at.x + 1, at.w - 2);
    pen_text(&pen, ROLE_TITLE, v->name);
    pen_gap(&pen, 2);
    pen_glyph(&pen, look->role, look->mark);
    pen_gap(&pen, 1);
    pen_text(&pen, look->role, look->status);
    pen_textf(&pen, ROLE_TEXT, "  %s", v->primary ? "primary" : "secondary");
    if (v->read_only)
        pen_text(&pen, ROLE_SITE_BADGE, " READ-ONLY ");
    pen_gap(&pen, 2);
    int skew = v->clock_skew_s;
    if (v->services[0].health != HEALTH_OK)
        pen_text(&pen, ROLE_STALE, "its clock is not known now");
    else if (skew == 0)
        pen_text(&pen, ROLE_DIM, "its clock agrees with ours");
    else
        pen_textf(&pen, abs(skew) >= SITE_SKEW_WARN_S ? ROLE_WARN : ROLE_DIM,
                  "its clock is %d s %s", abs(skew), skew > 0 ? "ahead" : "behind");
    if (at.h < 2)
        return;
    pen = pen_on(cv, at.y + 1, at.x + 1, at.w - 2);
    pen_textf(&pen, ROLE_DIM, "cloud %s", v->cloud);
    char who[IDENTITY_SIZE];
    if (*identity_of(v, who, sizeof who))
        pen_textf(&pen, ROLE_DIM, "  as %s", who);
    if (v->region[0])
        pen_textf(&pen, ROLE_DIM, "  region %s", v->region);
    pen_textf(&pen, ROLE_DIM, "  %s", v->auth_url);
}

static void site_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct site_screen *st = of_const(s);
    (void)ui;
    if (!st->parts.site) {
        paint_textf(cv, body.y + 1, body.x + 2, body.w - 4, ROLE_DANGER,
                    "%s is no longer configured. Esc goes back.", st->name);
        return;
    }
    paint_head(st, cv);
    for (int i = 0; i < SITE_PANELS; i++) {
        enum site_panel p = (enum site_panel)i;
        char note[40] = "";
        if (rect_empty(st->at[p]))
            continue;
        if (!st->all && p != SITE_ENDPOINTS)
            snprintf(note, sizeof note, "%d of %d, Tab: next", i, SITE_PANELS - 1);
        site_panel_paint(&st->parts, p, st->panel == p, note[0] ? note : NULL, cv, st->at[p]);
    }
}

static void give_keys(struct site_screen *st, enum site_panel p)
{
    st->panel = p;
    if (p != SITE_ENDPOINTS)
        st->below = p;
}

/* What has no rows to go through is stepped over where all is seen; elsewhere it
 * is turned to by giving it the keys. */
static void turn(struct site_screen *st, int step)
{
    int p = (int)st->panel;
    do
        p = (p + SITE_PANELS + step) % SITE_PANELS;
    while (st->all && p != SITE_ENDPOINTS && p != SITE_GROUPS);
    give_keys(st, (enum site_panel)p);
}

static unsigned site_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct site_screen *st = of(s);
    (void)ui;
    if (key == UI_KEY_ENTER)
        return UI_IGNORED;
    if (key == UI_KEY_TAB || key == UI_KEY_BACKTAB) {
        turn(st, key == UI_KEY_TAB ? 1 : -1);
        return UI_HANDLED;
    }
    if (key >= '1' && key < '1' + SITE_PANELS) {
        give_keys(st, (enum site_panel)(key - '1'));
        return UI_HANDLED;
    }
    if (st->panel == SITE_GROUPS)
        return table_key(&st->parts.groups, key);
    return table_key(&st->parts.endpoints, key); /* also while its latency is looked at */
}

static bool site_act(struct screen *s, struct ui *ui, const struct action *a)
{
    struct site_screen *st = of(s);
    if (a->id != ACT_READ)
        return false;
    if (!st->asking)
        ask(st, ui);
    return true;
}

static void site_keep(const struct screen *s, json_t *place)
{
    json_put_text(place, "site", of_const(s)->name);
    json_put_int(place, "panel", of_const(s)->panel);
}

static void site_resume(struct screen *s, struct ui *ui, const json_t *place)
{
    int64_t panel = json_int(place, "panel", 0);
    (void)ui;
    if (panel >= 0 && panel < SITE_PANELS)
        give_keys(of(s), (enum site_panel)panel);
}

static void site_close(struct screen *s)
{
    site_parts_release(&of(s)->parts);
    free(s);
}

static const struct table *site_table(const struct screen *s)
{
    return of_const(s)->panel == SITE_GROUPS ? &of_const(s)->parts.groups : &of_const(s)->parts.endpoints;
}

static const struct screen_ops SITE = {
    .name = "site",
    .context = CTX_SITE,
    .sync = site_sync,
    .subject = site_subject,
    .layout = site_layout,
    .paint = site_paint,
    .key = site_key,
    .act = site_act,
    .keep = site_keep,
    .resume = site_resume,
    .table = site_table,
    .close = site_close,
};

struct screen *site_open(const struct site_view *v)
{
    struct site_screen *st = xcalloc(1, sizeof *st);
    st->base.ops = &SITE;
    snprintf(st->name, sizeof st->name, "%s", v->name); /* cleaned where it is painted */
    st->below = SITE_LATENCY;
    site_parts_init(&st->parts);
    return &st->base;
}
