/*
 * ui_settings: what the configuration and the operator say of the screens, and
 * what of it is the terminal's to do. See ui.h.
 */
#include "tui/ui_private.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/commands.h"
#include "tui/desk.h"
#include "tui/keymap.h"

#include <stdio.h>

void ui_copy(struct ui *ui, const char *text)
{
    bool done = ui->host && ui->host->copy && ui->host->copy(ui->host->arg, text);
    if (done)
        ui_say(ui, ROLE_OK, "copied: %.200s", text);
    else
        ui_say(ui, ROLE_WARN, "this terminal takes no copy: %.180s", text);
}

static void give_mouse(struct ui *ui, bool on)
{
    if (on == ui->mouse)
        return;
    ui->mouse = on;
    if (ui->host && ui->host->mouse)
        ui->host->mouse(ui->host->arg, on);
}

void ui_set_mouse(struct ui *ui, bool on)
{
    char key[UI_KEY_NAME_MAX];
    give_mouse(ui, on);
    ui_say(ui, ROLE_INFO, on ? "the mouse is taken: a click goes, another one opens; %s gives it back"
                             : "the mouse is the terminal's; %s takes it",
           action_key_text(&ACTIONS[ACT_MOUSE], key));
}

void ui_set_theme(struct ui *ui, const char *which, struct pc_error *err)
{
    if (ui->host && ui->host->theme && ui->host->theme(ui->host->arg, which, err))
        return;
    snprintf(ui->theme, sizeof ui->theme, "%s", which && *which ? which : "dark");
    ui->repaint = true;
}

enum role ui_tint(const struct ui *ui, const char *site, enum role otherwise)
{
    static const struct {
        const char *word;
        enum role role;
    } TINTS[] = {{"red", ROLE_TINT_RED},   {"yellow", ROLE_TINT_YELLOW},
                 {"green", ROLE_TINT_GREEN}, {"blue", ROLE_TINT_BLUE},
                 {"magenta", ROLE_TINT_MAGENTA}, {"cyan", ROLE_TINT_CYAN}};
    const char *word = json_text(json_map(door_screen(ui->door), "tints"), site);
    for (size_t i = 0; i < sizeof TINTS / sizeof TINTS[0]; i++)
        if (text_equal(word, TINTS[i].word))
            return TINTS[i].role;
    return otherwise;
}

/* ---- what is said of them ------------------------------------------------------------- */

const char *const UI_BELL_WORDS[UI_BELL_COUNT] = {"never", "failure", "end"};
const char *const UI_NOTICE_WORDS[UI_NOTICE_COUNT] = {"never", "osc9", "osc777"};

/* The index of a word; 0: it is none of them. */
static int index_of(const char *word, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (text_equal(words[i], word))
            return i;
    return 0;
}

/* The operator's choice, or else what the configuration says. */
static const json_t *said(const struct ui *ui, const char *name)
{
    return json_object_get(ui->chosen, name) ? ui->chosen : door_screen(ui->door);
}

static void take_keys(struct ui *ui)
{
    struct buf told;
    const char *action;
    json_t *key;
    struct pc_error ignored;
    buf_init(&told, 4096);
    keymap_reset();
    commands_load(json_list(door_screen(ui->door), "commands"), &told);
    keymap_load(json_list(door_screen(ui->door), "keys"), &told);
    json_object_foreach (json_map(ui->chosen, "keys"), action, key)
        if (json_is_string(key)) /* an action of another version is no news */
            (void)keymap_set(action, json_string_value(key), &ignored);
    if (told.len)
        ui_say(ui, ROLE_WARN, "keys and commands: %.200s", buf_text(&told));
    buf_clear(&told);
    if (keymap_check(&told))
        ui_say(ui, ROLE_WARN, "keys: %.180s", buf_text(&told));
    buf_release(&told);
}

static void take_theme(struct ui *ui)
{
    struct pc_error err = {0};
    const char *which = json_text(said(ui, "theme"), "theme");
    if (!*which)
        which = "dark";
    if (ui->theme_fixed || !ui->host || text_equal(ui->theme, which))
        return;
    ui_set_theme(ui, which, &err);
    if (err.code)
        ui_say_error(ui, &err);
}

void ui_take_settings(struct ui *ui)
{
    ui->title = json_flag(said(ui, "title"), "title", true);
    ui->bell = (enum ui_bell)index_of(json_text(said(ui, "bell"), "bell"), UI_BELL_WORDS,
                                      UI_BELL_COUNT);
    ui->notice = (enum ui_notice)index_of(json_text(said(ui, "notice"), "notice"), UI_NOTICE_WORDS,
                                          UI_NOTICE_COUNT);
    if (!*ui->theme)
        snprintf(ui->theme, sizeof ui->theme, "dark");
    give_mouse(ui, json_flag(said(ui, "mouse"), "mouse", false));
    actions_lock(json_flag(ui->chosen, "locked", false));
    take_theme(ui);
    take_keys(ui);
    ui->repaint = true;
}

void ui_reload(struct ui *ui)
{
    struct pc_error err = {0};
    json_t *before = json_deep_copy(door_screen(ui->door));
    const char *name;
    json_t *value;
    void *next;
    if (door_reload_screen(ui->door, &err)) {
        ui_say_error_of(ui, "the configuration stays as it was: ", &err);
    } else {
        /* What was edited just now is meant, whatever was chosen before. */
        json_object_foreach_safe (ui->chosen, next, name, value)
            if (!json_equal(json_object_get(before, name),
                            json_object_get(door_screen(ui->door), name)))
                json_object_del(ui->chosen, name);
        ui_say(ui, ROLE_INFO, "the screens' part of the configuration was read again");
        ui_take_settings(ui);
    }
    json_decref(before);
}
