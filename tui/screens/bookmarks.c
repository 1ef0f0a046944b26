/*
 * bookmarks: the views that have a name: the configuration's queries and what
 * the operator kept; and the line in which a new one gets its name.
 *
 * UI thread. Reads and writes through desk.h.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/keymap.h"
#include "tui/place.h"
#include "widgets/input.h"
#include "widgets/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 76, HEIGHT = 18 };

struct bookmarks {
    struct screen base;
    const struct ui *ui;
    json_t *list;  /* as desk_bookmarks() has it; owned */
    json_t *place; /* that is to get a name; owned, NULL none */
    struct input name;
    struct table table;
};

static struct bookmarks *of(struct screen *s)
{
    return (struct bookmarks *)s;
}

enum { NAME, WHERE, WHAT, FROM, COLUMNS };
static const struct table_column COLS[COLUMNS] = {
    [NAME] = {"NAME", {.min = 14, .max = 30, .weight = 1}, ALIGN_LEFT, NULL},
    [WHERE] = {"LIST", {.min = 9, .max = 16}, ALIGN_LEFT, NULL},
    [WHAT] = {"FILTER", {.min = 10, .max = 40, .weight = 1}, ALIGN_LEFT, NULL},
    [FROM] = {"FROM", {.min = 6, .max = 6, .drop = 1}, ALIGN_LEFT, NULL},
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct bookmarks *b = ctx;
    const json_t *item = json_array_get(b->list, row), *place = json_map(item, "place");
    ret->text = ret->buf;
    ret->role = col == NAME ? ROLE_STRONG : col == FROM ? ROLE_DIM : ROLE_TEXT;
    if (col == NAME)
        ret->text = json_text(item, "name");
    else if (col == WHERE)
        place_name(b->ui, place, ret->buf, sizeof ret->buf);
    else if (col == WHAT)
        ret->text = json_text(place, "filter");
    else
        ret->text = json_flag(item, "own", false) ? "you" : "config";
}

static const struct table_source SOURCE = {.cell = cell};

static void read_list(struct bookmarks *b, const struct ui *ui)
{
    b->ui = ui;
    json_decref(b->list);
    b->list = desk_bookmarks(ui);
    table_sync(&b->table, json_array_size(b->list));
}

static void bookmarks_sync(struct screen *s, struct ui *ui)
{
    read_list(of(s), ui);
}

/* ---- doing ------------------------------------------------------------------------ */

static void go(struct bookmarks *b, struct ui *ui)
{
    size_t row;
    if (!table_selected(&b->table, &row))
        return;
    json_t *place = json_incref(json_map(json_array_get(b->list, row), "place"));
    ui_close(ui, &b->base);
    if (!place_go(ui, place))
        ui_say(ui, ROLE_WARN, "what this view is about is gone");
    json_decref(place);
}

static void forget(struct bookmarks *b, struct ui *ui)
{
    struct pc_error err = {0};
    size_t row;
    if (!table_selected(&b->table, &row))
        return;
    const json_t *item = json_array_get(b->list, row);
    if (!json_flag(item, "own", false))
        ui_say(ui, ROLE_WARN, "it stands in the configuration: queries");
    else if (desk_forget(ui, json_text(item, "name"), &err))
        ui_say_error(ui, &err);
    read_list(b, ui);
}

static void keep(struct bookmarks *b, struct ui *ui)
{
    struct pc_error err = {0};
    const char *name = input_text(&b->name);
    if (!*name) {
        ui_say(ui, ROLE_WARN, "it has no name yet");
        return;
    }
    if (desk_keep(ui, name, b->place, &err))
        ui_say_error(ui, &err);
    else
        ui_say(ui, ROLE_OK, "kept as \"%.40s\": : and its name lead back here", name);
    b->place = NULL;
    ui_close(ui, &b->base);
}

static unsigned bookmarks_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct bookmarks *b = of(s);
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    if (key == UI_KEY_ESC) {
        ui_close(ui, s);
        return UI_HANDLED;
    }
    if (b->place) {
        if (key == UI_KEY_ENTER)
            keep(b, ui);
        else
            input_key(&b->name, key);
        return UI_HANDLED;
    }
    if (key == UI_KEY_ENTER)
        go(b, ui);
    else if (key == UI_KEY_DELETE || keymap_is(key, ACT_FORGET))
        forget(b, ui);
    else
        table_key(&b->table, key);
    return UI_HANDLED;
}

/* ---- how it looks -------------------------------------------------------------------- */

static struct rect box_of(struct rect body)
{
    return rect_center(body, (struct size){body.h - 2 < HEIGHT ? body.h - 2 : HEIGHT,
                                           body.w - 2 < WIDTH ? body.w - 2 : WIDTH});
}

static struct rect list_of(const struct bookmarks *b, struct rect body)
{
    struct rect in = rect_inset(box_of(body), 1, 2);
    if (b->place)
        rect_cut_top(&in, 2);
    rect_cut_bottom(&in, 1);
    return in;
}

static void bookmarks_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                             struct rect body)
{
    struct bookmarks *b = of(s);
    (void)cv;
    b->ui = ui;
    b->table.focused = !b->place;
    table_layout(&b->table, list_of(b, body));
}

static void bookmarks_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                            struct rect body)
{
    const struct bookmarks *b = (const struct bookmarks *)s;
    struct canvas on = canvas_on(cv, ROLE_DIALOG);
    struct rect box = box_of(body);
    (void)ui;
    paint_fill(&on, box, ROLE_DIALOG);
    struct rect in =
        rect_inset(paint_box(&on, box, ROLE_FOCUS, b->place ? "Keep this view" : "Bookmarks", NULL),
                   0, 1);
    struct rect keys = rect_cut_bottom(&in, 1);
    char hints[120];
    paint_text(&on, keys.y, keys.x, keys.w, ROLE_DIM,
               b->place ? "Enter keeps it, instead of one of that name   Esc back"
                        : action_hints("Enter goes there   {forget}   {keep}   Esc", hints,
                                       sizeof hints));
    if (b->place) {
        struct rect line = rect_cut_top(&in, 2);
        line.x += paint_text(&on, line.y, line.x, line.w, ROLE_KEY, "its name ");
        input_paint(&b->name, &on, line.y, line.x, line.w - 10, true, "(a word or two)");
    }
    table_paint(&b->table, &on, in);
}

static void bookmarks_close(struct screen *s)
{
    struct bookmarks *b = of(s);
    json_decref(b->list);
    json_decref(b->place);
    input_release(&b->name);
    free(b);
}

static const struct screen_ops BOOKMARKS = {
    .name = "bookmarks",
    .context = CTX_DIALOG,
    .overlay = true,
    .sync = bookmarks_sync,
    .layout = bookmarks_layout,
    .paint = bookmarks_paint,
    .key = bookmarks_key,
    .close = bookmarks_close,
};

struct screen *bookmarks_open(json_t *place)
{
    struct bookmarks *b = xcalloc(1, sizeof *b);
    b->base.ops = &BOOKMARKS;
    b->place = place;
    input_init(&b->name, DESK_NAME_MAX - 1);
    b->table = (struct table){
        .columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = b, .whole_row = true,
        .empty = "no view has a name yet: b at a list keeps its filter and order; queries in the "
                 "configuration stand here too"};
    return &b->base;
}
