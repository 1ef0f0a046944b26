/* chrome: see chrome.h. */
#include "tui/chrome.h"

#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/format.h"
#include "tui/ready.h"

#include <stdio.h>
#include <string.h>

/* From this width on there is room for the words that only explain. */
enum { WIDE = 100, ROOMY = 130 };

/* The sites by name, in their own colours where the configuration gives them
 * one: which pair this console works on is seen from across the room. What is
 * read-only says so on every screen; the role where there is room. */
static void paint_sites(struct pen *pen, const struct ui *ui, bool roomy)
{
    const struct site_list *sites = ui->snap->sites;
    for (size_t i = 0; i < sites->count; i++) {
        const struct site_view *site = &sites->items[i];
        bool closed = site->read_only && !ui->snap->read_only;
        enum role tint = ui_tint(ui, site->name, ROLE_TEXT);
        if (tint == ROLE_TEXT && !roomy && !closed)
            continue;
        if (tint == ROLE_TEXT)
            pen_text(pen, ROLE_STRONG, site->name);
        else
            pen_textf(pen, tint, " %s ", site->name);
        if (roomy)
            pen_textf(pen, ROLE_DIM, " %s", site->primary ? "primary" : "secondary");
        if (closed) {
            pen_gap(pen, 1);
            pen_text(pen, ROLE_SITE_BADGE, " READ-ONLY ");
        }
        pen_gap(pen, roomy ? 2 : 1);
    }
}

static void paint_badge(struct pen *pen, const struct snapshot *s, bool wide)
{
    if (s->lab)
        pen_text(pen, ROLE_LAB_BADGE, wide ? " LAB simulated sites " : " LAB ");
    else
        pen_text(pen, ROLE_PROD_BADGE, wide ? " REAL SITES " : " REAL ");
    pen_gap(pen, 1);
    if (s->read_only || actions_locked()) {
        pen_text(pen, ROLE_SITE_BADGE, " READ-ONLY ");
        pen_gap(pen, 1);
    }
}

static void paint_engine(struct pen *pen, const struct snapshot *s, bool tight)
{
    bool somebody = s->engine[0] && !text_equal(s->engine, "nobody");
    pen_text(pen, ROLE_DIM, "engine ");
    pen_glyph(pen,
              s->owner   ? ROLE_OK
              : somebody ? ROLE_INFO
                         : ROLE_WARN,
              s->owner || somebody ? GLYPH_UP : GLYPH_DOWN);
    pen_gap(pen, 1);
    const char *who = s->engine[0] ? s->engine : "nobody", *host = strstr(who, " on ");
    pen_textf(pen, ROLE_TEXT, "%.*s", tight && host ? (int)(host - who) : (int)strlen(who), who);
    pen_gap(pen, 2);
}

static void paint_read(struct pen *pen, const struct snapshot *s, int64_t now_ms)
{
    char ago[FORMAT_SIZE];
    int64_t read = ready_read_ms(s);
    format_ago(ago, sizeof ago, now_ms, read);
    if (read == 0)
        pen_text(pen, ROLE_STALE, "not all read yet");
    else if (ready_stale(read, now_ms))
        pen_textf(pen, ROLE_STALE, "STALE %s", ago);
    else
        pen_textf(pen, ROLE_DIM, ago[0] == 'n' ? "read %s" : "read %s ago", ago);
}

/* How one came here, where that is no longer than the room that is left. */
static void paint_crumbs(struct pen *pen, const struct ui *ui, int end)
{
    char between[12], text[160];
    snprintf(between, sizeof between, " %s ", glyph_text(pen->cv->glyphs, GLYPH_MORE_RIGHT));
    desk_crumbs(ui, between, text, sizeof text);
    if (pen->x + 3 + paint_width(pen->cv, text) > end)
        return;
    pen_gap(pen, 3);
    pen_text(pen, ROLE_DIM, text);
}

static void paint_title(const struct ui *ui, struct canvas *cv, struct rect row)
{
    char clock[FORMAT_SIZE];
    const struct snapshot *s = ui->snap;
    struct canvas bar = canvas_on(cv, ROLE_STATUS);
    size_t running = ui_running(s);
    bool wide = row.w >= WIDE;
    bool tight = (s->read_only || actions_locked()) && !wide; /* how old it is must not be what is cut */

    paint_fill(&bar, row, ROLE_STATUS);
    struct pen pen = pen_on(&bar, row.y, row.x + 1, row.w - 2);
    format_clock(clock, sizeof clock, ui->now.wall_ms, running > 0);
    pen_right(&pen, ROLE_TEXT, wide ? clock : clock + 5);
    pen_text(&pen, ROLE_STRONG, row.w >= 80 ? "protector " : "");
    paint_badge(&pen, s, wide);
    paint_sites(&pen, ui, row.w >= ROOMY);
    pen_gap(&pen, 1);
    paint_engine(&pen, s, tight);
    if (running)
        pen_textf(&pen, ROLE_INFO, "%zu running", running);
    else
        pen_text(&pen, ROLE_DIM, tight ? "" : "idle");
    pen_gap(&pen, running || !tight ? 2 : 0);
    paint_read(&pen, s, ui->now.wall_ms);
    if (wide && ui->depth > 1)
        paint_crumbs(&pen, ui, row.x + row.w - 2 - paint_width(&bar, clock));
}

/* While keys go into a text, those of the list would land in it. */
static unsigned typing_context(const struct screen *top)
{
    if (top->ops->typing)
        return top->ops->typing(top);
    return ACTIONS[ACT_FILTER].contexts & top->ops->context ? (unsigned)CTX_FILTER
                                                            : top->ops->context;
}

void chrome_paint_keys(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    struct act_subject subject;
    struct action_names names;
    struct keybar_item items[ACT_COUNT];
    struct rect row = rect_cut_bottom(&screen, 1);
    rect_cut_left(&row, 1);
    const struct screen *top = ui_top(ui);
    unsigned context = ui->typing ? typing_context(top) : top->ops->context;
    ui_subject(ui, &subject);
    size_t n = action_keybar(context, &subject, &names, items);
    keybar_paint(&(struct keybar){items, n}, cv, row);
}

struct rect chrome_paint(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    struct rect body = screen;
    paint_title(ui, cv, rect_cut_top(&body, 1));
    if (ui->snap->notice[0]) {
        struct rect row = rect_cut_top(&body, 1);
        struct pen pen = pen_on(cv, row.y, row.x + 1, row.w - 2);
        pen_glyph(&pen, ROLE_WARN, GLYPH_WARN);
        pen_gap(&pen, 1);
        pen_text(&pen, ROLE_WARN, ui->snap->notice);
    }
    rect_cut_bottom(&body, 1); /* the keys', once it is known where they go */
    return body;
}

void chrome_paint_small(const struct ui *ui, struct canvas *cv, struct rect screen)
{
    char text[200];
    const char *leave = ui->warned_small ? "what runs stops with it and resumes at the next start. "
                                           "q again: leave"
                                         : "q quits";
    snprintf(text, sizeof text, "%dx%d is needed, this is %dx%d. %s", UI_MIN_COLS, UI_MIN_ROWS,
             screen.w, screen.h, leave);
    paint_wrapped(cv, screen, ROLE_TEXT, text);
}

int64_t chrome_next(const struct ui *ui)
{
    /* Seconds are shown while something runs; at rest the ages step by ten. */
    int64_t step = ui_running(ui->snap) ? 1000 : 10000;
    return ui->now.mono_ms + step - ui->now.wall_ms % step;
}
