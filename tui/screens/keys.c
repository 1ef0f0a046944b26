/*
 * keys: which key does what, changed while the console runs.
 *
 * A change holds at once and is kept with the operator's choices; what clashes
 * is told at once too. Keys of lists and fields are fixed. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "tui/commands.h"
#include "tui/desk.h"
#include "tui/keymap.h"
#include "tui/place.h"

#include <stdio.h>
#include <stdlib.h>

struct keys {
    struct screen base;
    const struct action *rows[ACT_COUNT + COMMANDS_MAX];
    size_t count;
    struct sieve sieve;
    struct table table;
    bool waiting; /* the next key is the new one */
};

static struct keys *of(struct screen *s)
{
    return (struct keys *)s;
}

enum { NAME, KEY, WHAT, COLUMNS };
static const struct table_column COLS[COLUMNS] = {
    [NAME] = {"ACTION", {.min = 16, .max = 18}, ALIGN_LEFT, NULL},
    [KEY] = {"KEY", {.min = 11, .max = 18, .weight = 1}, ALIGN_LEFT, NULL},
    [WHAT] = {"WHAT IT DOES", {.min = 20, .max = 60, .weight = 8}, ALIGN_LEFT, NULL},
};

static const struct action *at(const struct keys *k, size_t row)
{
    return k->rows[sieve_item(&k->sieve, row)];
}

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    const struct keys *k = ctx;
    const struct action *a = at(k, row);
    char own[UI_KEY_NAME_MAX];
    ui_key key = keymap_key(a->id);
    ret->text = ret->buf;
    if (col == NAME) {
        ret->role = a->flags & ACT_WRITES ? ROLE_DANGER : ROLE_STRONG;
        ret->text = a->name;
    } else if (col == WHAT) {
        ret->text = a->help;
    } else if (k->waiting && k->table.selected == row) {
        ret->role = ROLE_WARN;
        ret->text = "press a key";
    } else {
        ui_key_name(key, own);
        ret->role = key == a->key ? ROLE_KEY : ROLE_INFO;
        snprintf(ret->buf, sizeof ret->buf, "%s%s", key == UI_KEY_NONE ? "none" : own,
                 key == a->key ? "" : ", changed");
    }
}

static const struct table_source SOURCE = {.cell = cell};

static void words(const void *ctx, size_t item, struct buf *out)
{
    const struct action *a = ((const struct keys *)ctx)->rows[item];
    char own[UI_KEY_NAME_MAX];
    buf_printf(out, "%s %s %s %s", a->name, a->label, a->help,
               ui_key_name(keymap_key(a->id), own));
}

static void sift(struct keys *k)
{
    struct sieve_source source = {.ctx = k, .words = words};
    sieve_sync(&k->sieve, k->count, &source);
    k->table.match = k->sieve.filter.match;
    table_sync(&k->table, k->sieve.count);
}

/* ---- changing -------------------------------------------------------------------------- */

static void tell_clashes(struct ui *ui)
{
    struct buf told;
    buf_init(&told, 1 << 14);
    if (keymap_check(&told))
        ui_say(ui, ROLE_WARN, "%.220s", buf_text(&told));
    buf_release(&told);
}

/* key "": none. */
static void give(struct keys *k, struct ui *ui, const char *key)
{
    struct pc_error err = {0};
    size_t row;
    if (!table_selected(&k->table, &row))
        return;
    const struct action *a = at(k, row), *holder;
    ui_key wanted = UI_KEY_NONE;
    if (*key && ui_key_parse(key, &wanted) && (holder = keymap_holder(a, wanted))) {
        ui_say(ui, ROLE_WARN, "%s stays as it was: %s is \"%s\" there already; take it from that "
               "one first (Del)", a->name, key, holder->name);
        return;
    }
    if (keymap_set(a->name, key, &err)) {
        ui_say_error(ui, &err);
        return;
    }
    json_t *keys = json_map(ui->chosen, "keys");
    if (!keys) {
        keys = json_object();
        desk_choose(ui, "keys", keys);
    }
    json_put_text(keys, a->name, key);
    ui_say(ui, ROLE_OK, "%s is now %s", a->name, *key ? key : "without a key; : knows its name");
    tell_clashes(ui);
}

/* The configuration's, or the one it comes with. */
static void give_back(struct keys *k, struct ui *ui)
{
    size_t row;
    if (!table_selected(&k->table, &row))
        return;
    json_object_del(json_map(ui->chosen, "keys"), at(k, row)->name);
    ui_take_settings(ui);
}

static unsigned keys_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct keys *k = of(s);
    char name[UI_KEY_NAME_MAX];
    if (k->waiting) {
        k->waiting = false;
        if (key != UI_KEY_ESC)
            give(k, ui, ui_key_name(key, name));
        return UI_HANDLED;
    }
    unsigned typed = filter_key(&k->sieve.filter, key);
    if (typed & UI_CHANGED)
        sift(k);
    if (typed != UI_IGNORED)
        return typed;
    if (key == UI_KEY_ENTER)
        k->waiting = k->sieve.count > 0;
    else if (key == UI_KEY_DELETE)
        give(k, ui, "");
    else if (key == UI_KEY_BACKSPACE)
        give_back(k, ui);
    else
        return table_key(&k->table, key);
    return UI_HANDLED;
}

static bool keys_act(struct screen *s, struct ui *ui, const struct action *a)
{
    (void)ui;
    if (a->id != ACT_FILTER)
        return false;
    filter_begin(&of(s)->sieve.filter);
    return true;
}

/* ---- how it looks -------------------------------------------------------------------------- */

static void keys_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    (void)ui;
    (void)cv;
    table_layout(&of(s)->table, rect_inset(body, 1, 1));
}

static void keys_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    const struct keys *k = (const struct keys *)s;
    char title[80], tally[48];
    (void)ui;
    snprintf(title, sizeof title, "Keys  %s", sieve_tally(&k->sieve, tally, sizeof tally));
    const char *note = filter_shown(&k->sieve.filter)
                           ? NULL
                           : "Enter new  Del none  Backspace back";
    struct rect in = paint_box(cv, body, ROLE_FOCUS, title, note);
    filter_paint(&k->sieve.filter, cv, body);
    rect_cut_right(&in, 1);
    table_paint(&k->table, cv, in);
}

static void keys_close(struct screen *s)
{
    sieve_release(&of(s)->sieve);
    free(s);
}

static const struct table *keys_table(const struct screen *s)
{
    return &((const struct keys *)s)->table;
}

static const struct screen_ops KEYS = {
    .name = "keys",
    .context = CTX_VIEW,
    .layout = keys_layout,
    .paint = keys_paint,
    .key = keys_key,
    .act = keys_act,
    .table = keys_table,
    .close = keys_close,
};

struct screen *keys_open(void)
{
    struct keys *k = xcalloc(1, sizeof *k);
    k->base.ops = &KEYS;
    sieve_init(&k->sieve);
    for (size_t i = 0; i < action_count(); i++)
        if (!(action_nth(i)->flags & ACT_WIDGET) && i != ACT_BACK)
            k->rows[k->count++] = action_nth(i);
    k->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = k,
                              .focused = true, .whole_row = true,
                              .empty = "no action matches the filter; Esc shows all"};
    sift(k);
    return &k->base;
}
