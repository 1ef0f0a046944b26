/*
 * settings: how the console looks and listens, changed while it runs, and what
 * cannot be changed from inside: read-only and the files.
 *
 * A change is kept with the operator's choices, which beat the configuration
 * until that says something else; the row says where. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/desk.h"
#include "tui/keymap.h"
#include "widgets/table.h"
#include "widgets/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum row {
    ROW_THEME,
    ROW_MOUSE,
    ROW_BELL,
    ROW_NOTICE,
    ROW_TITLE,
    ROW_KEYS,
    ROW_READ_ONLY,
    ROW_STATE,
    ROW_CONFIG,
    ROWS
};

struct settings {
    struct screen base;
    struct table table;
    const struct ui *ui;
    size_t clashes;
};

static const struct {
    const char *name, *lasts;
    bool fixed;
} TEXTS[ROWS] = {
    [ROW_THEME] = {"Theme", "screen.theme", false},
    [ROW_MOUSE] = {"Mouse", "screen.mouse", false},
    [ROW_BELL] = {"Bell", "screen.bell", false},
    [ROW_NOTICE] = {"Desktop notice", "screen.notice", false},
    [ROW_TITLE] = {"Terminal title", "screen.title", false},
    [ROW_KEYS] = {"Keys", "keys: { ... };", false},
    [ROW_READ_ONLY] = {"Writing", "read_only, or --read-only", false},
    [ROW_STATE] = {"State directory", "--state-dir", true},
    [ROW_CONFIG] = {"Configuration", "--config", true},
};

static const char *const NOTICES[] = {"never", "by OSC 9", "by OSC 777"};
static const char *const BELLS[] = {"never", "when an operation failed", "when one ended"};

static void value(const struct settings *c, size_t row, struct table_cell *ret)
{
    const struct ui *ui = c->ui;
    ret->text = ret->buf;
    switch ((enum row)row) {
    case ROW_THEME:
        snprintf(ret->buf, sizeof ret->buf, "%.60s", ui->theme);
        break;
    case ROW_MOUSE:
        ret->text = ui->mouse ? "taken" : "left to the terminal";
        break;
    case ROW_BELL:
        ret->text = BELLS[ui->bell];
        break;
    case ROW_NOTICE:
        ret->text = NOTICES[ui->notice];
        break;
    case ROW_TITLE:
        ret->text = ui->title ? "names what runs" : "left alone";
        break;
    case ROW_READ_ONLY:
        ret->role = ui->snap->read_only || actions_locked() ? ROLE_WARN : ROLE_TEXT;
        ret->text = ui->snap->read_only ? "read-only: nothing is written"
                    : actions_locked()  ? "closed by you: nothing is begun"
                                        : "possible";
        break;
    case ROW_STATE:
        snprintf(ret->buf, sizeof ret->buf, "%.120s", ui->state_dir ? ui->state_dir : "none");
        break;
    case ROW_CONFIG:
        ret->text = json_text(door_screen(ui->door), "file");
        if (!*ret->text)
            ret->text = "none: what is built in";
        break;
    default:
        ret->role = c->clashes ? ROLE_WARN : ROLE_OK;
        if (c->clashes)
            snprintf(ret->buf, sizeof ret->buf, "%zu clash: see --check-keys", c->clashes);
        else
            ret->text = "no clash; Enter lists them";
        break;
    }
}

enum { NAME, VALUE, LASTS, COLUMNS };
static const struct table_column COLS[COLUMNS] = {
    [NAME] = {"SETTING", {.min = 16, .max = 20}, ALIGN_LEFT, NULL},
    [VALUE] = {"NOW", {.min = 24, .max = 80, .weight = 2}, ALIGN_LEFT, NULL},
    [LASTS] = {"IN THE CONFIGURATION", {.min = 25, .max = 30, .drop = 1}, ALIGN_LEFT, NULL},
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    if (col == VALUE) {
        value(ctx, row, ret);
        return;
    }
    ret->role = col == NAME && !TEXTS[row].fixed ? ROLE_STRONG : ROLE_DIM;
    ret->text = col == NAME ? TEXTS[row].name : TEXTS[row].lasts;
}

static const struct table_source SOURCE = {.cell = cell};

/* ---- changing ---------------------------------------------------------------------- */

static void next_theme(struct ui *ui)
{
    size_t at = 0, n = 0;
    struct pc_error err = {0};
    for (; theme_shipped(n); n++)
        if (text_equal(theme_shipped(n), ui->theme))
            at = n + 1;
    ui_set_theme(ui, theme_shipped(at % n), &err);
    if (err.code)
        ui_say_error(ui, &err);
    else
        desk_choose(ui, "theme", json_string(ui->theme));
}

/* Only ever stricter than what the console was started with. */
static void turn_lock(struct ui *ui)
{
    if (ui->snap->read_only) {
        ui_say(ui, ROLE_INFO, "it was started read-only: that is not changed from inside");
        return;
    }
    actions_lock(!actions_locked());
    desk_choose(ui, "locked", json_boolean(actions_locked()));
    ui_say(ui, actions_locked() ? ROLE_WARN : ROLE_INFO,
           actions_locked() ? "nothing that changes a site is begun at this console now; what runs goes on"
                            : "what changes a site may be begun here again");
}

static void change(struct ui *ui, size_t row)
{
    switch ((enum row)row) {
    case ROW_THEME:
        next_theme(ui);
        break;
    case ROW_MOUSE:
        ui_set_mouse(ui, !ui->mouse);
        desk_choose(ui, "mouse", json_boolean(ui->mouse));
        break;
    case ROW_BELL:
        ui->bell = (enum ui_bell)((ui->bell + 1) % UI_BELL_COUNT);
        desk_choose(ui, "bell", json_string(UI_BELL_WORDS[ui->bell]));
        break;
    case ROW_TITLE:
        ui->title = !ui->title;
        desk_choose(ui, "title", json_boolean(ui->title));
        break;
    case ROW_NOTICE:
        ui->notice = (enum ui_notice)((ui->notice + 1) % UI_NOTICE_COUNT);
        desk_choose(ui, "notice", json_string(UI_NOTICE_WORDS[ui->notice]));
        break;
    case ROW_READ_ONLY:
        turn_lock(ui);
        break;
    case ROW_KEYS:
        ui_push(ui, keys_open());
        break;
    default:
        ui_say(ui, ROLE_INFO, "%s is set from outside: %s", TEXTS[row].name, TEXTS[row].lasts);
        break;
    }
}

static unsigned settings_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct settings *c = (struct settings *)s;
    size_t row;
    if (key != UI_KEY_ENTER && key != UI_KEY_SPACE)
        return table_key(&c->table, key);
    if (table_selected(&c->table, &row))
        change(ui, row);
    return UI_HANDLED;
}

static void settings_sync(struct screen *s, struct ui *ui)
{
    struct settings *c = (struct settings *)s;
    struct buf told;
    buf_init(&told, 1 << 16);
    c->ui = ui;
    c->clashes = keymap_check(&told);
    buf_release(&told);
}

static void settings_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                            struct rect body)
{
    (void)ui;
    (void)cv;
    table_layout(&((struct settings *)s)->table, rect_inset(body, 1, 1));
}

static void settings_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                           struct rect body)
{
    (void)ui;
    struct rect in = paint_box(cv, body, ROLE_FOCUS, "Settings", "Enter: change, kept for the next time");
    rect_cut_right(&in, 1);
    table_paint(&((const struct settings *)s)->table, cv, in);
}

static void settings_close(struct screen *s)
{
    free(s);
}

static const struct table *settings_table(const struct screen *s)
{
    return &((const struct settings *)s)->table;
}

static const struct screen_ops SETTINGS = {
    .name = "settings",
    .context = CTX_PICTURE,
    .sync = settings_sync,
    .layout = settings_layout,
    .paint = settings_paint,
    .key = settings_key,
    .table = settings_table,
    .close = settings_close,
};

struct screen *settings_open(void)
{
    struct settings *c = xcalloc(1, sizeof *c);
    c->base.ops = &SETTINGS;
    c->table = (struct table){.columns = COLS, .n_columns = COLUMNS, .source = &SOURCE, .ctx = c,
                              .focused = true, .whole_row = true};
    table_sync(&c->table, ROWS);
    return &c->base;
}
