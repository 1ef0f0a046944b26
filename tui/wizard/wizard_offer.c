/* wizard_offer: what the wizard offers over its page: to go on with a draft, and to
 * keep answers as the group's own. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/wizard/draft.h"

#include <stdio.h>

/* ---- drafts --------------------------------------------------------------------------- */

void wizard_keep_draft(struct wizard *w, const struct ui *ui)
{
    struct pc_error err;
    if (!w->touched)
        return;
    if (answers_count(&w->answers) == 0)
        draft_drop(ui->state_dir, w->group_id, w->answers.kind);
    else if (draft_save(ui->state_dir, w->group_id, &w->answers, w->page, w->version,
                        ui->now.wall_ms, &err))
        snprintf(w->refusal, sizeof w->refusal, "the draft is not kept: %.400s", err.text);
}

static void open_offer(struct wizard *w, const char *title, const char *safe, const char *other)
{
    w->offer_buttons[0] = (struct dialog_button){.label = safe, .safe = true};
    w->offer_buttons[1] = (struct dialog_button){.label = other, .key = 'y'};
    w->offer = (struct dialog){.title = title,
                               .role = ROLE_FOCUS,
                               .body = w->offer_text,
                               .buttons = w->offer_buttons,
                               .n_buttons = 2,
                               .width = 70};
    dialog_open(&w->offer);
}

void wizard_offer_draft(struct wizard *w, struct ui *ui)
{
    struct draft d;
    char ago[FORMAT_SIZE];
    if (!draft_load(ui->state_dir, w->group_id, w->answers.kind, &d)) {
        if (d.aside)
            ui_say(ui, ROLE_WARN, "what was kept of an unfinished %s cannot be used: it was put "
                   "aside in drafts/", w->kind->word);
        return;
    }
    w->draft = json_incref(d.given);
    w->draft_page = d.page < PAGES ? d.page : 0;
    struct answers kept = {.kind = w->answers.kind, .given = d.given};
    size_t n = answers_count(&kept);
    format_ago(ago, sizeof ago, ui->now.wall_ms, d.saved_ms);
    bool now = text_equal(ago, "now");
    snprintf(w->offer_text, sizeof w->offer_text,
             "A %s of %.100s was left unfinished %s%s%s, with %zu answer%s.%s", w->kind->word,
             w->group, now ? "just " : "", ago, now ? "" : " ago", n, n == 1 ? "" : "s",
             d.version == w->version ? ""
                                     : "\nThe group was changed since: look at each page again.");
    open_offer(w, "Go on where it was left?", "Go on with it", "Begin anew");
    w->offering = OFFER_DRAFT;
    draft_release(&d);
}

static void end_draft(struct wizard *w, struct ui *ui, bool anew)
{
    if (anew) {
        draft_drop(ui->state_dir, w->group_id, w->answers.kind);
    } else {
        json_decref(w->answers.given);
        w->answers.given = json_deep_copy(w->draft);
        w->page = w->draft_page;
        w->landed = w->touched = true;
    }
    json_decref(w->draft);
    w->draft = NULL;
}

/* ---- defaults ---------------------------------------------------------------------------- */

static void put_map(struct buf *out, const char *what, const json_t *map)
{
    const char *from;
    json_t *to;
    json_object_foreach ((json_t *)(uintptr_t)map, from, to)
        buf_printf(out, "%s %s = %s\n", what, from,
                   json_is_string(to) ? json_string_value(to) : "");
}

void wizard_offer_defaults(struct wizard *w, struct ui *ui)
{
    json_t *args = wizard_defaults(w), *v;
    struct buf b;
    size_t i;
    if (!args) {
        ui_say(ui, ROLE_WARN, "nothing was changed that the group could keep");
        return;
    }
    buf_init(&b, sizeof w->offer_text);
    buf_printf(&b, "From now on, for every drill, failover and failback of %s:\n", w->group);
    put_map(&b, "network", json_map(args, "network_mapping"));
    put_map(&b, "flavor", json_map(args, "flavor_mapping"));
    json_array_foreach (json_list(args, "health_checks"), i, v)
        buf_printf(&b, "check %s\n", json_is_string(v) ? json_string_value(v) : "");
    buf_printf(&b, "You saw version %lld of the group; a newer one is not overwritten.",
               (long long)w->version);
    snprintf(w->offer_text, sizeof w->offer_text, "%s", buf_text(&b));
    buf_release(&b);
    json_decref(args);
    open_offer(w, "Keep as the group's defaults", "No, only this time", "Keep them");
    w->offering = OFFER_DEFAULTS;
}

void wizard_offer_key(struct wizard *w, struct ui *ui, ui_key key)
{
    unsigned bits = dialog_key(&w->offer, key);
    if (!(bits & (UI_DONE | UI_CANCEL)))
        return;
    bool draft = w->offering == OFFER_DRAFT;
    w->offering = OFFER_NONE;
    if (draft) {
        end_draft(w, ui, (bits & UI_DONE) != 0);
        wizard_ask(w, ui);
    } else if (bits & UI_DONE) {
        wizard_keep(w, ui);
    }
}
