/* titlebar: see titlebar.h. */
#include "tui/titlebar.h"

#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/format.h"
#include "tui/identity.h"
#include "tui/ready.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* From this width on there is room for the words that only explain. */
enum { FULL = 80, WIDE = 100, ROOMY = 150 };

/* What gives way where the line is too short for all, the least first. What is left in
 * the end are the deployment, what is read-only, how many run and how old it is. */
enum given {
    GIVEN_LONG, /* "LAB simulated sites" is LAB */
    GIVEN_YEAR,
    GIVEN_HOST, /* of the engine's process */
    GIVEN_PRODUCT,
    GIVEN_IDLE,
    GIVEN_SECONDS,
    GIVEN_DATE,
    GIVEN_AS,    /* the word before the identity, which is cut in its middle */
    GIVEN_ROLES, /* primary and secondary are pri and sec */
    GIVEN_WHO,   /* which process the engine is; its mark stays */
    GIVEN_AGO,   /* "read 12s ago" is "read 12s" */
    GIVEN_NAMES, /* the sites' are cut in their middle */
    GIVEN_CLOCK,
    GIVEN_ENGINE,
    GIVEN_WORDS, /* READ-ONLY is RO, running is run */
    GIVEN_GAPS,  /* one blank between what stands there */
    GIVEN_IDENTITY,
    GIVEN_MORE, /* of the names */
    GIVEN_ROLE,
    GIVEN_SITES,
    GIVEN_COUNT,
};
enum { NAME_SHORT = 9, NAME_SHORTEST = 6, IDENTITY_SHORT = 11 };

struct line {
    const struct ui *ui;
    char clock[FORMAT_SIZE];
    bool given[GIVEN_COUNT];
};

static bool locked(const struct snapshot *s)
{
    return s->read_only || actions_locked();
}

static void gap(struct pen *pen, const struct line *l)
{
    pen_gap(pen, l->given[GIVEN_GAPS] ? 1 : 2);
}

static void paint_closed(struct pen *pen, const struct line *l)
{
    pen_text(pen, ROLE_SITE_BADGE, l->given[GIVEN_WORDS] ? " RO " : " READ-ONLY ");
}

static void paint_name(struct pen *pen, const struct line *l, enum role role, const char *name)
{
    bool tinted = role != ROLE_STRONG;
    pen_text(pen, role, tinted ? " " : "");
    pen_middle(pen,
               l->given[GIVEN_MORE]    ? NAME_SHORTEST
               : l->given[GIVEN_NAMES] ? NAME_SHORT
                                       : INT_MAX,
               role, name);
    pen_text(pen, role, tinted ? " " : "");
}

/* The sites by name and role, in their own colours where the configuration gives them one:
 * which pair this console works on is seen from across the room. What is read-only says so
 * on every screen. */
static void paint_sites(struct pen *pen, const struct line *l)
{
    const struct site_list *sites = l->ui->snap->sites;
    for (size_t i = 0; i < sites->count; i++) {
        const struct site_view *site = &sites->items[i];
        bool closed = site->read_only && !l->ui->snap->read_only;
        if (!closed && l->given[GIVEN_SITES])
            continue;
        enum role tint = ui_tint(l->ui, site->name, ROLE_STRONG);
        paint_name(pen, l, tint, site->name);
        if (!l->given[GIVEN_ROLE])
            pen_textf(pen, ROLE_DIM, "%s%s", tint == ROLE_STRONG ? " " : "",
                      identity_role(site, l->given[GIVEN_ROLES]));
        if (closed) {
            pen_gap(pen, 1);
            paint_closed(pen, l);
        }
        gap(pen, l);
    }
}

/* As whom: what is not allowed, and what a log of the other side says, goes by that. */
static void paint_identity(struct pen *pen, const struct line *l)
{
    char text[IDENTITY_SIZE];
    identity_of_all(l->ui->snap, text);
    if (!*text || l->given[GIVEN_IDENTITY])
        return;
    pen_text(pen, ROLE_DIM, l->given[GIVEN_AS] ? "" : "as ");
    pen_middle(pen, l->given[GIVEN_AS] ? IDENTITY_SHORT : INT_MAX, ROLE_DIM, text);
    gap(pen, l);
}

static void paint_badge(struct pen *pen, const struct line *l)
{
    const struct snapshot *s = l->ui->snap;
    bool wide = !l->given[GIVEN_LONG];
    if (s->lab)
        pen_text(pen, ROLE_LAB_BADGE, wide ? " LAB simulated sites " : " LAB ");
    else
        pen_text(pen, ROLE_PROD_BADGE, wide ? " REAL SITES " : " REAL ");
    pen_gap(pen, 1);
    if (locked(s)) {
        paint_closed(pen, l);
        pen_gap(pen, 1);
    }
}

static void paint_engine(struct pen *pen, const struct line *l)
{
    const struct snapshot *s = l->ui->snap;
    bool somebody = s->engine[0] && !text_equal(s->engine, "nobody");
    if (l->given[GIVEN_ENGINE])
        return;
    pen_text(pen, ROLE_DIM, "engine ");
    pen_glyph(pen,
              s->owner   ? ROLE_OK
              : somebody ? ROLE_INFO
                         : ROLE_WARN,
              s->owner || somebody ? GLYPH_UP : GLYPH_DOWN);
    if (!l->given[GIVEN_WHO]) {
        const char *who = s->engine[0] ? s->engine : "nobody", *host = strstr(who, " on ");
        bool alone = l->given[GIVEN_HOST] && host;
        pen_gap(pen, 1);
        pen_textf(pen, ROLE_TEXT, "%.*s", alone ? (int)(host - who) : (int)strlen(who), who);
    }
    gap(pen, l);
}

static void paint_running(struct pen *pen, const struct line *l)
{
    size_t running = ui_running(l->ui->snap);
    if (running)
        pen_textf(pen, ROLE_INFO, "%zu %s", running, l->given[GIVEN_WORDS] ? "run" : "running");
    else if (!l->given[GIVEN_IDLE])
        pen_text(pen, ROLE_DIM, "idle");
    else
        return;
    gap(pen, l);
}

static void paint_read(struct pen *pen, const struct line *l)
{
    char ago[FORMAT_SIZE];
    int64_t now_ms = l->ui->now.wall_ms, read = ready_read_ms(l->ui->snap);
    format_ago(ago, sizeof ago, now_ms, read);
    if (read == 0)
        pen_text(pen, ROLE_STALE, "not all read yet");
    else if (ready_stale(read, now_ms))
        pen_textf(pen, ROLE_STALE, "STALE %s", ago);
    else
        pen_textf(pen, ROLE_DIM, "read %s%s", ago,
                  ago[0] == 'n' || l->given[GIVEN_AGO] ? "" : " ago");
}

/* All that stands at the left. */
static void paint_left(struct pen *pen, const struct line *l)
{
    pen_text(pen, ROLE_STRONG, l->given[GIVEN_PRODUCT] ? "" : "protector ");
    paint_badge(pen, l);
    paint_sites(pen, l);
    paint_identity(pen, l);
    paint_engine(pen, l);
    paint_running(pen, l);
    paint_read(pen, l);
}

static const char *set_clock(struct line *l)
{
    bool seconds = ui_running(l->ui->snap) > 0 && !l->given[GIVEN_SECONDS];
    format_clock(l->clock, sizeof l->clock, l->ui->now.wall_ms, seconds);
    return l->given[GIVEN_CLOCK]  ? ""
           : l->given[GIVEN_DATE] ? l->clock + strlen("2026-11-20 ")
           : l->given[GIVEN_YEAR] ? l->clock + strlen("2026-")
                                  : l->clock;
}

static void give(struct line *l, int count)
{
    for (int i = 0; i < count; i++)
        l->given[i] = true;
}

/* Does all of it stand in so many columns? Painted where nothing is seen. */
static bool fits(struct line l, const struct canvas *cv, int columns, int given)
{
    struct canvas nowhere = canvas_clip(cv, rect_make(0, 0, 0, 0));
    struct pen pen = pen_on(&nowhere, 0, 0, INT_MAX / 2);
    give(&l, given);
    int clock = paint_width(cv, set_clock(&l));
    paint_left(&pen, &l);
    return pen.x + (clock ? 1 + clock : 0) <= columns;
}

/* Gives up no more than it must. Less given up is never shorter, so half of what is left is
 * tried, and half of that; most frames need what the one before needed, which is tried first. */
static void give_way(struct line *l, const struct canvas *cv, int columns)
{
    static int before; /* of this thread; a guess, which changes no cell */
    int low = 0, high = GIVEN_COUNT;
    if (fits(*l, cv, columns, before)) {
        high = before;
        low = high > 0 && !fits(*l, cv, columns, high - 1) ? high : 0;
    } else {
        low = before + 1;
    }
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (fits(*l, cv, columns, middle))
            high = middle;
        else
            low = middle + 1;
    }
    before = high;
    give(l, high);
}

/* How one came here, where that is no longer than the room that is left. */
static void paint_crumbs(struct pen *pen, const struct ui *ui)
{
    char between[12], text[160];
    snprintf(between, sizeof between, " %s ", glyph_text(pen->cv->glyphs, GLYPH_MORE_RIGHT));
    desk_crumbs(ui, between, text, sizeof text);
    if (3 + paint_width(pen->cv, text) > pen_room(pen))
        return;
    pen_gap(pen, 3);
    pen_text(pen, ROLE_DIM, text);
}

void titlebar_paint(const struct ui *ui, struct canvas *cv, struct rect row)
{
    struct canvas bar = canvas_on(cv, ROLE_STATUS);
    bool wide = row.w >= WIDE;
    struct line l = {.ui = ui,
                     .given = {[GIVEN_LONG] = row.w < ROOMY,
                               [GIVEN_YEAR] = !wide,
                               [GIVEN_PRODUCT] = row.w < FULL}};

    give_way(&l, &bar, row.w - 2);
    paint_fill(&bar, row, ROLE_STATUS);
    struct pen pen = pen_on(&bar, row.y, row.x + 1, row.w - 2);
    if (*set_clock(&l))
        pen_right(&pen, ROLE_TEXT, set_clock(&l));
    paint_left(&pen, &l);
    if (wide && ui->depth > 1)
        paint_crumbs(&pen, ui);
}
