/*
 * palette: the `:` prompt. A few letters find an action, a group or an
 * operation; Tab completes, Up and Down choose, Enter does it.
 *
 * It is made from the one action table: what a key does, a name does, and what
 * is not allowed now stands there with the reason. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/place.h"
#include "tui/screens/palette_items.h"
#include "widgets/input.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = RECENT_LINE_MAX - 1, WIDTH = 92, ROWS_MOST = 16, NAME_LEAST = 12, NAME_MOST = 30 };

struct palette {
    struct screen base;
    struct input line;
    struct palette_items list;
    struct recent recent;
    unsigned below; /* context of the screen below */
    size_t selected, top;
    int page, name_w; /* rows; columns of the names that are seen */
    bool behind; /* the list is not that of the line yet */
    long older; /* which recent line stands there; -1: what was typed */
};

static struct palette *of(struct screen *s)
{
    return (struct palette *)s;
}

/* The screen that was on top before this one. */
static const struct screen *under(const struct palette *p, const struct ui *ui)
{
    for (size_t i = ui->depth; i-- > 1;)
        if (ui->stack[i] == &p->base)
            return ui->stack[i - 1];
    return NULL;
}

static void offer(struct palette *p, const struct ui *ui)
{
    struct act_subject subject = {.snapshot = ui->snap};
    const struct screen *below = under(p, ui);
    if (below && below->ops->subject)
        below->ops->subject(below, ui, &subject);
    if (below)
        p->below = below->ops->context;
    palette_items_make(&p->list, ui, p->below, &subject, &p->recent, input_text(&p->line));
    if (p->selected >= p->list.count)
        p->selected = p->list.count ? p->list.count - 1 : 0;
    p->behind = false;
}

/* Before it is looked at: of many keys that come at once only the last one's list is made. */
static void catch_up(struct palette *p, const struct ui *ui)
{
    if (p->behind)
        offer(p, ui);
}

static void typed(struct palette *p)
{
    p->selected = p->top = 0;
    p->behind = true;
}

static void palette_sync(struct screen *s, struct ui *ui)
{
    (void)ui;
    of(s)->behind = true;
}

/* ---- what is chosen ------------------------------------------------------------------ */

static void go_to_bookmark(struct ui *ui, const char *name)
{
    json_t *b = desk_bookmark(ui, name);
    if (!b || !place_go(ui, json_map(b, "place")))
        ui_say(ui, ROLE_WARN, "%.120s is gone", name);
    json_decref(b);
}

static void go(struct ui *ui, const struct palette_item *i)
{
    struct act_subject subject = {.snapshot = ui->snap, .group = snapshot_group(ui->snap, i->id)};
    if (i->kind == PALETTE_OPERATION)
        ui_push(ui, watch_open(i->id));
    else if (i->kind == PALETTE_GROUP && subject.group)
        ui_open_group(ui, subject.group);
    else if (i->kind == PALETTE_SITE && snapshot_site(ui->snap, i->name))
        ui_push(ui, site_open(snapshot_site(ui->snap, i->name)));
    else if (i->kind == PALETTE_BOOKMARK)
        go_to_bookmark(ui, i->name);
    else if (i->action && i->id[0] && subject.group)
        ui_act_on(ui, i->action, &subject);
    else if (i->action)
        ui_act(ui, i->action);
    else
        ui_say(ui, ROLE_WARN, "%.120s is gone", i->name);
}

static void choose(struct palette *p, struct ui *ui)
{
    catch_up(p, ui);
    if (p->list.count == 0)
        return;
    struct palette_item i = p->list.items[p->selected];
    if (i.kind == PALETTE_RECENT) { /* a line of before: shown once more, then done */
        input_set(&p->line, i.name);
        typed(p);
        return;
    }
    if (i.disabled) {
        ui_say(ui, ROLE_WARN, "%.120s: %.120s", i.name, i.note);
        return;
    }
    recent_add(&p->recent, i.name);
    recent_save(&p->recent, ui->state_dir);
    ui_close(ui, &p->base);
    go(ui, &i);
}

static void complete(struct palette *p, const struct ui *ui)
{
    catch_up(p, ui);
    if (p->list.count == 0)
        return;
    const struct palette_item *i = &p->list.items[p->selected];
    char line[RECENT_LINE_MAX];
    bool more = i->action && !i->id[0] && (i->action->flags & ACT_NEEDS_GROUP);
    snprintf(line, sizeof line, "%.150s%s", i->name, more ? " " : "");
    input_set(&p->line, line);
    typed(p);
}

/* Up beyond the first row: the lines of before, as in a shell. */
static void older(struct palette *p, int by)
{
    long at = p->older + by;
    if (at < -1 || at >= (long)p->recent.count)
        return;
    p->older = at;
    input_set(&p->line, at < 0 ? "" : p->recent.line[at]);
    typed(p);
}

static void move(struct palette *p, const struct ui *ui, long by)
{
    catch_up(p, ui);
    size_t last = p->list.count ? p->list.count - 1 : 0;
    if (by == -1 && p->selected == 0)
        older(p, 1);
    else if (by == 1 && p->older >= 0)
        older(p, -1);
    else if (by < 0)
        p->selected = p->selected > (size_t)-by ? p->selected - (size_t)-by : 0;
    else
        p->selected = last - p->selected > (size_t)by ? p->selected + (size_t)by : last;
}

static unsigned palette_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct palette *p = of(s);
    int page = p->page > 1 ? p->page : 1;
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    if (key == UI_KEY_ESC || (key == UI_KEY_BACKSPACE && !*input_text(&p->line)))
        ui_close(ui, s);
    else if (key == UI_KEY_ENTER)
        choose(p, ui);
    else if (key == UI_KEY_TAB)
        complete(p, ui);
    else if (key == UI_KEY_UP || key == UI_KEY_DOWN)
        move(p, ui, key == UI_KEY_UP ? -1 : 1);
    else if (key == UI_KEY_PGUP || key == UI_KEY_PGDN)
        move(p, ui, key == UI_KEY_PGUP ? -page : page);
    else if (input_key(&p->line, key) & UI_CHANGED) {
        p->older = -1;
        typed(p);
    }
    return UI_HANDLED;
}

/* ---- how it looks --------------------------------------------------------------------- */

static struct rect place(const struct palette *p, struct rect body)
{
    int rows = (int)(p->list.count < ROWS_MOST ? p->list.count : ROWS_MOST);
    int w = body.w - 4 < WIDTH ? body.w - 4 : WIDTH;
    /* As high as it may be from the start: it does not jump while one types. */
    int h = 4 + (rows > ROWS_MOST ? rows : ROWS_MOST);
    h = h < body.h - 2 ? h : body.h - 2;
    return rect_make(body.y + 1, body.x + (body.w - w) / 2, h, w);
}

static void palette_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                           struct rect body)
{
    struct palette *p = of(s);
    catch_up(p, ui);
    p->page = place(p, body).h - 4;
    if (p->selected < p->top)
        p->top = p->selected;
    if (p->page > 0 && p->selected >= p->top + (size_t)p->page)
        p->top = p->selected - (size_t)p->page + 1;
    p->name_w = NAME_LEAST;
    for (int i = 0; i < p->page && p->top + (size_t)i < p->list.count; i++) {
        int w = paint_width(cv, p->list.items[p->top + (size_t)i].name) + 2;
        p->name_w = w > p->name_w ? w : p->name_w;
    }
    p->name_w = p->name_w < NAME_MOST ? p->name_w : NAME_MOST;
}

static const char *kind_word(const struct palette_item *i)
{
    static const char *const WORDS[] = {[PALETTE_ACTION] = "",
                                        [PALETTE_GROUP] = "group",
                                        [PALETTE_SITE] = "site",
                                        [PALETTE_OPERATION] = "operation",
                                        [PALETTE_BOOKMARK] = "view",
                                        [PALETTE_RECENT] = "typed before"};
    return WORDS[i->kind];
}

/* Beside an action its key, where that key does it. */
static const char *right_word(const struct palette *p, const struct palette_item *i,
                              char room[UI_KEY_NAME_MAX])
{
    if (i->kind != PALETTE_ACTION)
        return kind_word(i);
    return i->action->contexts & p->below ? action_key_text(i->action, room) : "";
}

static void paint_item(const struct palette *p, const struct palette_item *i, struct canvas *cv,
                       struct rect row, bool selected)
{
    struct canvas on = canvas_on(cv, selected ? ROLE_SELECTED : cv->ground);
    char room[UI_KEY_NAME_MAX];
    if (selected) {
        paint_fill(&on, row, ROLE_SELECTED);
        paint_glyph(&on, row.y, row.x, ROLE_SELECTED, GLYPH_CURSOR);
    }
    rect_cut_left(&row, 2);
    const char *right = right_word(p, i, room);
    struct rect tail = rect_cut_right(&row, paint_width(cv, right) + 1);
    paint_text(&on, tail.y, tail.x, tail.w - 1, i->kind == PALETTE_ACTION ? ROLE_KEY : ROLE_DIM,
               right);
    struct rect name = rect_cut_left(&row, p->name_w < row.w / 2 ? p->name_w : row.w / 2);
    bool danger = i->action && (i->action->flags & ACT_WRITES);
    paint_text(&on, name.y, name.x, name.w - 1,
               i->disabled ? ROLE_DISABLED
               : danger    ? ROLE_DANGER
                           : ROLE_STRONG,
               i->name);
    paint_textf(&on, row.y, row.x, row.w - 1, i->disabled ? ROLE_DISABLED : ROLE_TEXT, "%s%s",
                i->disabled ? "not now: " : "", i->note);
}

static void palette_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                          struct rect body)
{
    const struct palette *p = (const struct palette *)s;
    struct rect box = place(p, body);
    struct canvas on = canvas_on(cv, ROLE_DIALOG);
    char note[48];
    (void)ui;
    paint_fill(&on, box, ROLE_DIALOG);
    snprintf(note, sizeof note, "%zu", p->list.count);
    struct rect in = rect_inset(paint_box(&on, box, ROLE_FOCUS, "Command", note), 0, 1);
    struct rect line = rect_cut_top(&in, 1), keys = rect_cut_bottom(&in, 1);
    paint_text(&on, line.y, line.x, 2, ROLE_KEY, ":");
    input_paint(&p->line, &on, line.y, line.x + 2, line.w - 2, true,
                "an action, a group, an operation; a few letters are enough");
    paint_text(&on, keys.y, keys.x, keys.w, ROLE_DIM,
               "Enter does it  Tab completes  Up: earlier  Esc back");
    if (p->list.count == 0)
        paint_text(&on, in.y, in.x + 2, in.w - 2, ROLE_DIM, "nothing is called like that");
    for (int i = 0; i < in.h && p->top + (size_t)i < p->list.count; i++)
        paint_item(p, &p->list.items[p->top + (size_t)i], &on, rect_make(in.y + i, in.x, 1, in.w),
                   p->top + (size_t)i == p->selected);
}

static void palette_close(struct screen *s)
{
    struct palette *p = of(s);
    palette_items_release(&p->list);
    input_release(&p->line);
    free(p);
}

static unsigned palette_typing(const struct screen *s)
{
    (void)s;
    return CTX_PICK;
}

static const struct screen_ops PALETTE = {
    .name = "palette",
    .context = CTX_DIALOG,
    .typing = palette_typing,
    .overlay = true,
    .sync = palette_sync,
    .layout = palette_layout,
    .paint = palette_paint,
    .key = palette_key,
    .close = palette_close,
};

struct screen *palette_open(const struct ui *ui)
{
    struct palette *p = xcalloc(1, sizeof *p);
    p->base.ops = &PALETTE;
    p->older = -1;
    input_init(&p->line, LINE_MAX_BYTES);
    recent_load(&p->recent, ui->state_dir);
    return &p->base;
}
