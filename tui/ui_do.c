/* ui_do: what an action does where the screen has no way of its own. */
#include "tui/ui_private.h"

#include "backend/base/text.h"
#include "tui/cmdline.h"
#include "tui/commands.h"
#include "tui/desk.h"
#include "tui/place.h"
#include "tui/save.h"
#include "tui/tabledump.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <string.h>

static void do_operation(struct ui *ui, const struct act_subject *s)
{
    ui_push(ui, watch_open(s->operation->id));
}

static void do_open(struct ui *ui, const struct act_subject *s)
{
    if (s->opens == OPENS_GROUP)
        ui_push(ui, group_open(s->group));
    else if (s->opens == OPENS_SITE)
        ui_push(ui, site_open(s->site));
    else
        do_operation(ui, s);
}

static void do_cancel(struct ui *ui, const struct act_subject *s)
{
    ui_push(ui, confirm_cancel(s->operation, s->group));
}

static void do_cleanup(struct ui *ui, const struct act_subject *s)
{
    ui_push(ui, confirm_cleanup(s->operation, s->group));
}

static void do_sync(struct ui *ui, const struct act_subject *s)
{
    ui_push(ui, confirm_sync(s->group));
}

/* `:` has it on its own screen, too. */
static bool is_there(const struct ui *ui, const char *screen)
{
    return text_equal(ui_top(ui)->ops->name, screen);
}

static void do_history(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (!is_there(ui, "history"))
        ui_push(ui, history_open());
}

static void do_help(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui_push(ui, help_open(ui_top(ui)->ops->context));
}

static void do_palette(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui_push(ui, palette_open(ui));
}

static void do_copy(struct ui *ui, const struct act_subject *s)
{
    struct buf line;
    buf_init(&line, 4096);
    if (cmdline_of(s, &line))
        ui_copy(ui, buf_text(&line));
    buf_release(&line);
}

static void do_messages(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (!is_there(ui, "messages"))
        ui_push(ui, messages_open());
}

static void do_undo(struct ui *ui, const struct act_subject *s)
{
    ui_push(ui, undo_open(s->group));
}

static void run_command(struct ui *ui, const struct action *a, const struct act_subject *s)
{
    json_t *request = command_request(a, s);
    ui_push(ui, command_asks_first(a) ? confirm_command(a, request) : output_open(request));
}

static void do_events(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (!is_there(ui, "events"))
        ui_push(ui, events_open());
}

static void do_audit(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (!is_there(ui, "audit"))
        ui_push(ui, audit_open());
}

static void do_settings(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (!is_there(ui, "settings"))
        ui_push(ui, settings_open());
}

static void do_mouse(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui_set_mouse(ui, !ui->mouse);
    desk_choose(ui, "mouse", json_boolean(ui->mouse));
}

static void write_screen(const struct ui *ui, struct buf *out)
{
    ui->host->screen(ui->host->arg, out);
}

static const struct table *table_of(const struct ui *ui)
{
    const struct screen *top = ui_top(ui);
    return top->ops->table ? top->ops->table(top) : NULL;
}

static void write_csv(const struct ui *ui, struct buf *out)
{
    tabledump_csv(table_of(ui), out);
}

static void write_json(const struct ui *ui, struct buf *out)
{
    tabledump_json(table_of(ui), out);
}

/* The screen as it was when the key was pressed, and all rows of its table. Of one second
 * there is one: a key that is held down, or pasted, has not all rows written for each. */
static void do_dump(struct ui *ui, const struct act_subject *s)
{
    enum { LARGEST = 16 << 20 };
    static const struct {
        const char *ending;
        void (*write)(const struct ui *ui, struct buf *out);
    } FORMS[] = {{"txt", write_screen}, {"csv", write_csv}, {"json", write_json}};
    size_t forms = table_of(ui) ? 3 : 1;
    struct pc_error err = {0};
    char stem[sizeof ui->dumped], path[720];
    (void)s;
    if (!ui->host || !ui->host->screen)
        return;
    enum pc_err rc = save_stem(ui->state_dir, "screens", ui_top(ui)->ops->name, ui->now.wall_ms,
                               stem, sizeof stem, &err);
    bool there = !rc && strcmp(stem, ui->dumped) == 0;
    for (size_t i = 0; !rc && !there && i < forms; i++) {
        struct buf out;
        buf_init(&out, LARGEST);
        FORMS[i].write(ui, &out);
        snprintf(path, sizeof path, "%s.%s", stem, FORMS[i].ending);
        rc = save_text(path, &out, &err);
        buf_release(&out);
    }
    snprintf(ui->dumped, sizeof ui->dumped, "%s", rc ? "" : stem);
    if (rc)
        ui_say_error(ui, &err);
    else
        ui_say(ui, ROLE_OK, "the screen is in %.200s.txt%s", stem,
               forms > 1 ? ", its list in .csv and .json" : "");
}

static void read_done(struct screen *self, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    (void)self;
    (void)data;
    if (err)
        ui_say_error(ui, err);
    else
        ui_say(ui, ROLE_OK, "both sites were read");
}

static void do_read(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui_ask(ui, NULL, ACTIONS[ACT_READ].verb, json_object(), read_done);
    ui_say(ui, ROLE_INFO, "reading both sites");
}

static void do_back(struct ui *ui, const struct act_subject *s)
{
    json_t *place = place_of(ui_top(ui));
    (void)s;
    ui_close(ui, ui_top(ui));
    if (place)
        json_array_append_new(ui->forward, place);
}

static void do_forward(struct ui *ui, const struct act_subject *s)
{
    size_t last = json_array_size(ui->forward) - 1;
    json_t *place = json_incref(json_array_get(ui->forward, last));
    char name[40];
    (void)s;
    json_array_remove(ui->forward, last);
    ui->going = true;
    if (!place_go(ui, place))
        ui_say(ui, ROLE_WARN, "%s is gone", place_name(ui, place, name, sizeof name));
    ui->going = false;
    json_decref(place);
}

static void do_bookmarks(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui_push(ui, bookmarks_open(NULL));
}

static void do_keep(struct ui *ui, const struct act_subject *s)
{
    json_t *place = place_of(ui_top(ui));
    (void)s;
    if (place)
        ui_push(ui, bookmarks_open(place));
    else
        ui_say(ui, ROLE_WARN, "this is no view that can be come back to");
}

static void do_quit(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    if (ui_running(ui->snap) && ui->snap->owner)
        ui_push(ui, confirm_quit(ui->snap));
    else
        ui->quit = true;
}

static void do_redraw(struct ui *ui, const struct act_subject *s)
{
    (void)s;
    ui->redraw = true;
}

/* What an action means where the screen has no way of its own. */
static void (*const DO[ACT_COUNT])(struct ui *ui, const struct act_subject *s) = {
    [ACT_OPEN] = do_open,       [ACT_CANCEL] = do_cancel,
    [ACT_CLEANUP] = do_cleanup, [ACT_HISTORY] = do_history, [ACT_HELP] = do_help,
    [ACT_READ] = do_read,       [ACT_BACK] = do_back,       [ACT_QUIT] = do_quit,
    [ACT_REDRAW] = do_redraw,   [ACT_SYNC] = do_sync,       [ACT_OPERATION] = do_operation,
    [ACT_PALETTE] = do_palette, [ACT_COPY] = do_copy,       [ACT_MESSAGES] = do_messages,
    [ACT_ALL_EVENTS] = do_events, [ACT_AUDIT] = do_audit,
        [ACT_SETTINGS] = do_settings, [ACT_MOUSE] = do_mouse,   [ACT_DUMP] = do_dump,
    [ACT_FORWARD] = do_forward, [ACT_BOOKMARKS] = do_bookmarks, [ACT_KEEP] = do_keep,
    [ACT_UNDO] = do_undo,
};

/* Those that differ by their row alone: a report, a wizard, or a question that
 * is answered by typing the group's name. */
static void open_for(struct ui *ui, const struct action *a, const struct act_subject *s)
{
    if (a->id == ACT_CHART)
        ui_push(ui, trend_open(s->group));
    else if (a->id == ACT_READINESS || a->id == ACT_POINTS)
        ui_push(ui, report_open(a->id, s->group));
    else if (a->id == ACT_DRILL || a->id == ACT_FAILOVER || a->id == ACT_FAILBACK ||
             a->id == ACT_WIZARD_MAPPING)
        ui_push(ui, wizard_open(a->id, s->group));
    else if (a->id == ACT_RETRY)
        ui_push(ui, decide_open(a->id, s->group, s->operation->id));
    else if (a->flags & ACT_BY_STATE)
        ui_push(ui, decide_open(a->id, s->group, NULL));
}

void ui_perform(struct ui *ui, const struct action *a, const struct act_subject *s)
{
    if (a->id >= ACT_COUNT)
        run_command(ui, a, s);
    else if (DO[a->id])
        DO[a->id](ui, s);
    else
        open_for(ui, a, s);
}
