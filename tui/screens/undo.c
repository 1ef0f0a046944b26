/*
 * undo: what the last edit of a group changed, and whether to take it back.
 *
 * Asks the engine what an undo would make of the group; taking it back is a
 * request like any edit, refused when the group has another version by then. What
 * gives up members or health checks is listed, and takes the group's name.
 * UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/confirming.h"
#include "widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct undo {
    struct screen base;
    struct dialog dialog;
    struct dialog_button buttons[2];
    char id[OP_ID_SIZE], name[NAME_SIZE], body[4000];
    struct confirming confirming; /* where something is given up */
    struct form form;
    struct field fields[CONFIRMING_FIELDS];
    char why[240];
    int64_t version; /* what was looked at */
    bool asked;
};

static struct undo *of(struct screen *s)
{
    return (struct undo *)s;
}

/* Names of a site stand in it: nothing of them may end a line or command a terminal. */
static size_t add(struct undo *u, size_t len, const char *label, const char *text)
{
    char clean[400];
    safe_text(clean, sizeof clean, text);
    if (len < sizeof u->body)
        len += (size_t)snprintf(u->body + len, sizeof u->body - len, "%s%s\n", label, clean);
    return len < sizeof u->body ? len : sizeof u->body - 1;
}

/* "web-1, db-1" of an array of texts, behind its label. */
static size_t add_lost(struct undo *u, size_t len, const char *label, const json_t *names)
{
    char all[400] = "";
    size_t used = 0, i;
    json_t *name;
    json_array_foreach (names, i, name)
        if (used < sizeof all && json_is_string(name))
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? ", " : "",
                                     json_string_value(name));
    return *all ? add(u, len, label, all) : len;
}

/* The last button waits until the name stands there. */
static void weigh(struct undo *u)
{
    const char *missing = u->dialog.form ? confirming_missing(&u->confirming) : NULL;
    if (!u->dialog.form)
        return;
    snprintf(u->why, sizeof u->why, "%s", missing ? missing : "");
    u->buttons[1].reason = u->why;
    u->buttons[1].disabled = missing != NULL;
}

static void ask_for_name(struct undo *u)
{
    u->form = (struct form){.fields = u->fields, .n = confirming_fields(&u->confirming, u->fields)};
    u->dialog.form = &u->form;
    u->dialog.role = ROLE_DANGER;
    u->buttons[1].key = UI_KEY_NONE; /* a letter is text now */
    dialog_open(&u->dialog);
    weigh(u);
}

static void tell(struct undo *u, const json_t *data, bool read_only)
{
    const json_t *back = json_map(data, "undo"), *c;
    size_t i, len;
    if (!back) {
        len = add(u, 0, "", json_text(data, "refused"));
        snprintf(u->body + len, sizeof u->body - len,
                 "\nAn undo takes back edits: descriptions, objectives, mappings, checks, boot "
                 "order and members. A drill is cleaned up (C), a failover rolled back until it is "
                 "committed (R); a commit cannot be undone: a failback is the way back (B).");
        return;
    }
    u->version = json_int(data, "metadata_version", 0);
    len = (size_t)snprintf(u->body, sizeof u->body,
                           "%.60s becomes as it was until %s (version %lld):\n\n", u->name,
                           json_text(back, "until"), (long long)json_int(back, "version", 0));
    const json_t *members = json_list(back, "dropped_members"), *checks = json_list(back, "dropped_checks");
    len = add_lost(u, len, "No longer protected: ", members);
    len = add_lost(u, len, "No longer checked: ", checks);
    json_array_foreach (json_list(back, "changes"), i, c) {
        len = add(u, len, "", json_text(c, "what"));
        len = add(u, len, "  now      ", json_text(c, "now"));
        len = add(u, len, "  becomes  ", json_text(c, "then"));
    }
    snprintf(u->body + len, sizeof u->body - len,
             "\nNothing is done at the sites. Another undo brings this edit again.");
    u->buttons[1].reason = "the console is read-only";
    u->buttons[1].disabled = read_only;
    if (!read_only && json_array_size(members) + json_array_size(checks) > 0)
        ask_for_name(u);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct undo *u = of(s);
    if (err)
        snprintf(u->body, sizeof u->body, "%.300s\n%.300s", err->text, err->remedy);
    else
        tell(u, data, ui->snap->read_only || actions_locked());
}

static void undone(struct screen *self, struct ui *ui, const struct pc_error *err,
                   const json_t *data)
{
    (void)self;
    if (err)
        ui_say_error(ui, err);
    else
        ui_say(ui, ROLE_OK, "%.80s is as it was, in version %lld", json_text(data, "name"),
               (long long)json_int(data, "metadata_version", 0));
}

static json_t *args_of(const struct undo *u)
{
    json_t *args = json_object();
    json_put_text(args, "group", u->id);
    return args;
}

static void undo_sync(struct screen *s, struct ui *ui)
{
    struct undo *u = of(s);
    if (u->asked)
        return;
    u->asked = true;
    ui_ask(ui, s, "group_versions", args_of(u), came);
}

static unsigned undo_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct undo *u = of(s);
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    weigh(u);
    unsigned bits = dialog_key(&u->dialog, key);
    if (bits & UI_CHANGED)
        weigh(u);
    if (bits & UI_DONE) {
        json_t *args = args_of(u);
        json_put_int(args, "metadata_version", u->version);
        if (u->dialog.form)
            confirming_args(&u->confirming, args);
        ui_ask(ui, NULL, "group_undo", args, undone);
    }
    if (bits & (UI_DONE | UI_CANCEL))
        ui_close(ui, s);
    return UI_HANDLED;
}

static void undo_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                        struct rect body)
{
    (void)ui;
    (void)cv;
    dialog_layout(&of(s)->dialog, body);
}

static void undo_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                       struct rect body)
{
    (void)ui;
    dialog_paint(&((const struct undo *)s)->dialog, cv, body);
}

static void undo_close(struct screen *s)
{
    confirming_release(&of(s)->confirming);
    free(s);
}

static const struct screen_ops UNDO = {
    .name = "undo",
    .context = CTX_DIALOG,
    .overlay = true,
    .sync = undo_sync,
    .layout = undo_layout,
    .paint = undo_paint,
    .key = undo_key,
    .close = undo_close,
};

struct screen *undo_open(const struct group_view *group)
{
    struct undo *u = xcalloc(1, sizeof *u);
    u->base.ops = &UNDO;
    snprintf(u->id, sizeof u->id, "%s", group->group->id);
    safe_text(u->name, sizeof u->name, group->group->name);
    confirming_init(&u->confirming, DANGER_NAME, NULL, group->group->name, NULL);
    u->confirming.no_reason = true;
    snprintf(u->body, sizeof u->body, "reading what %.60s was before", u->name);
    u->buttons[0] = (struct dialog_button){.label = "No, leave it", .key = 'n', .safe = true};
    u->buttons[1] = (struct dialog_button){.label = "Take it back", .key = 'y', .danger = true,
                                           .disabled = true,
                                           .reason = "there is nothing to take back"};
    u->dialog = (struct dialog){.title = "Undo the last edit", .role = ROLE_WARN, .body = u->body,
                                .buttons = u->buttons, .n_buttons = 2};
    dialog_open(&u->dialog);
    return &u->base;
}
