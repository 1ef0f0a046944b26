/*
 * ui_settings: what the configuration says of the screens, and what of it is
 * the terminal's to do. See ui.h.
 */
#include "tui/ui_private.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
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

void ui_set_mouse(struct ui *ui, bool on)
{
    ui->mouse = on;
    if (ui->host && ui->host->mouse)
        ui->host->mouse(ui->host->arg, on);
    ui_say(ui, ROLE_INFO, on ? "the mouse is taken; F2 gives it back" : "the mouse is the terminal's");
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

static enum ui_bell bell_of(const char *word)
{
    return text_equal(word, "end")       ? UI_BELL_END
           : text_equal(word, "failure") ? UI_BELL_FAILURE
                                         : UI_BELL_NEVER;
}

/* What the configuration says of the screens. */
void ui_take_settings(struct ui *ui)
{
    const json_t *o = door_screen(ui->door);
    struct buf told;
    buf_init(&told, 4096);
    ui->title = json_flag(o, "title", true);
    ui->mouse = json_flag(o, "mouse", false);
    ui->bell = bell_of(json_text(o, "bell"));
    snprintf(ui->theme, sizeof ui->theme, "dark");
    keymap_reset();
    keymap_load(json_list(o, "keys"), &told);
    if (told.len)
        ui_say(ui, ROLE_WARN, "keys: %.200s", buf_text(&told));
    buf_clear(&told);
    if (keymap_check(&told))
        ui_say(ui, ROLE_WARN, "keys: %.180s", buf_text(&told));
    buf_release(&told);
}
