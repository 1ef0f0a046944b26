/* The pages of long texts, of the picker, and of all roles and glyphs. */
#include "tests/widgets/gallery_private.h"

#include <stdio.h>
#include <string.h>

#include "widgets/layout.h"

/* --- text, tabs, toasts --- */

static void log_line(const void *ctx, uint64_t seq, struct textview_line *ret)
{
    static const struct {
        enum role role;
        const char *text;
    } lines[] = {
        {ROLE_TEXT, "spindle at 1200 turns a minute"},
        {ROLE_OK, "piece finished and measured: within 5 µm"},
        {ROLE_WARN, "oil is low; this line goes on for a good while so that it does not fit into "
                    "the view and has to be cut or scrolled sideways"},
        {ROLE_DANGER, "spindle stopped: the door is open"},
    };
    (void)ctx;
    snprintf(ret->lead_buf, sizeof(ret->lead_buf), "09:%02u:%02u", (unsigned)(seq / 60 % 60),
             (unsigned)(seq % 60));
    ret->lead = ret->lead_buf;
    ret->role = lines[seq % COUNT(lines)].role;
    ret->text = lines[seq % COUNT(lines)].text;
}

static void make_texts(struct gallery *g)
{
    static const struct tab tabs[] = {{"Steps", 31, ROLE_TEXT},
                                      {"Checks", 2, ROLE_WARN},
                                      {"Events", -1, ROLE_TEXT},
                                      {"Parts", 120, ROLE_TEXT}};
    g->follow.line = g->paused.line = log_line;
    g->paused.find = "spindle";
    textview_reset(&g->follow);
    textview_reset(&g->paused);
    textview_sync(&g->follow, 0, 500);
    g->follow.focused = true;
    g->paused.page = 5;
    textview_sync(&g->paused, 0, 100);
    textview_key(&g->paused, UI_KEY_PGUP);
    textview_sync(&g->paused, 0, 112);
    g->tabs = (struct tabs){tabs, COUNT(tabs), 1};
    toasts_push(&g->toasts, ROLE_OK, 0, 5000, "lathe-front is ready");
    toasts_push(&g->toasts, ROLE_DANGER, 0, 5000,
                "The press has stopped because its door is open; close it, then press Enter to go "
                "on where it was");
}

void gallery_paint_texts(struct gallery *g, struct canvas *cv, struct rect r)
{
    struct rect at[2];
    const struct layout_box boxes[] = {LAYOUT_FILL(3), {4, 0, 1, 1}};
    tabs_paint(&g->tabs, cv, rect_cut_top(&r, 1));
    layout_solve(LAYOUT_ROWS, boxes, 2, 0, r, at);
    struct rect in = paint_box(cv, at[0], ROLE_FOCUS, "Following", "500 lines");
    textview_layout(&g->follow, in);
    textview_paint(&g->follow, cv, in);
    if (!rect_empty(at[1])) {
        in = paint_box(cv, at[1], ROLE_BORDER, "Paused, searching", "spindle");
        textview_layout(&g->paused, in);
        textview_paint(&g->paused, cv, in);
    }
    toasts_paint(&g->toasts, cv, r);
}

unsigned gallery_key_texts(struct gallery *g, ui_key key)
{
    unsigned bits = tabs_key(&g->tabs, key);
    return bits != UI_IGNORED ? bits : textview_key(&g->follow, key);
}

/* --- a picker --- */

static const char *const TOOLS[] = {"hammer",        "pliers",        "small file", "large file",
                                    "thread cutter", "drill 3 mm",    "drill 4 mm", "drill 5 mm",
                                    "vernier gauge", "soldering iron"};

static const char *tool_text(const void *ctx, size_t item)
{
    (void)ctx;
    return TOOLS[item % COUNT(TOOLS)];
}

static const char *tool_note(const void *ctx, size_t item)
{
    (void)ctx;
    return item % 3 == 0 ? "in use" : NULL;
}

static const struct picker_source TOOL_SOURCE = {tool_text, tool_note, NULL};

void gallery_paint_picker(struct gallery *g, struct canvas *cv, struct rect r)
{
    struct rect in =
        paint_box(cv, rect_center(r, (struct size){14, 50}), ROLE_FOCUS, "Tools", NULL);
    picker_layout(&g->picker, in);
    picker_paint(&g->picker, cv, in);
}

unsigned gallery_key_picker(struct gallery *g, ui_key key)
{
    return picker_key(&g->picker, key);
}

/* --- all roles and all glyphs --- */

void gallery_paint_roles(struct gallery *g, struct canvas *cv, struct rect r)
{
    static const enum role grounds[] = {ROLE_TEXT, ROLE_STATUS, ROLE_DIALOG, ROLE_SELECTED,
                                        ROLE_SELECTED_IDLE};
    (void)g;
    struct rect bottom = rect_cut_bottom(&r, 2);
    int half = (ROLE_COUNT + 1) / 2;
    for (int role = 0; role < ROLE_COUNT; role++) {
        int y = r.y + role % half, x = r.x + role / half * 40;
        if (y >= r.y + r.h)
            continue;
        struct pen pen = pen_on(cv, y, x, r.x + r.w - x < 39 ? r.x + r.w - x : 39);
        for (size_t i = 0; i < COUNT(grounds); i++) {
            struct canvas on = canvas_on(cv, grounds[i]);
            pen.cv = &on;
            pen_textf(&pen, (enum role)role, i == 0 ? "%-14s" : " %.4s ",
                      role_name((enum role)role));
        }
    }
    struct pen pen = pen_on(cv, bottom.y, bottom.x, bottom.w);
    for (int glyph = GLYPH_NONE + 1; glyph < GLYPH_COUNT; glyph++) {
        if (pen_room(&pen) < 2)
            pen = pen_on(cv, ++bottom.y, bottom.x, bottom.w);
        pen_glyph(&pen, ROLE_TEXT, (enum glyph)glyph);
        pen_gap(&pen, 1);
    }
}

void gallery_make_lists(struct gallery *g)
{
    make_texts(g);
    picker_init(&g->picker, &TOOL_SOURCE, NULL);
    g->picker.focused = true;
    picker_sync(&g->picker, 30);
}
