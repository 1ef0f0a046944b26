/*
 * confirm: the question before something is changed or left.
 *
 * Says what will happen and to what; "no" has the focus, so Enter alone
 * changes nothing. What was answered yes is asked of the door, and its outcome
 * comes as news, wherever the operator is by then. What rests on how the sites
 * stand reads them first when that is old, and waits for it; Esc cancels. A question
 * about what can no longer be done, as the operation has ended meanwhile, closes
 * and says so. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/commands.h"
#include "tui/format.h"
#include "tui/opshow.h"
#include "tui/ready.h"
#include "widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>

struct confirm {
    struct screen base;
    struct dialog dialog;
    struct dialog_button buttons[3];
    char body[1200];
    const char *no;   /* of the first button */
    const char *verb; /* NULL: leave the console */
    enum act_id about; /* what yes does, to an operation of the snapshot */
    char operation[OP_ID_SIZE]; /* "" to something else */
    json_t *args;     /* of the request; owned */
    const char *answers[3]; /* what a button sends as `answer`; NULL: nothing */
    ui_reply *done;
    bool reads_first; /* what is on the screen must be fresh when it is done */
    bool reading;
    bool agreed;      /* to what was not reached, after the reading */
    char asked[800];  /* the question itself, while the body says more */
    char sites[2][NAME_SIZE]; /* that must answer; "" none */
    size_t pressed; /* the button that said yes */
    bool runs; /* a program of the operator: its output is shown */
};

static void cancel_done(struct screen *self, struct ui *ui, const struct pc_error *err,
                        const json_t *data)
{
    (void)self;
    (void)data;
    if (err)
        ui_say_error(ui, err);
    else
        ui_say(ui, ROLE_OK, "asked: it stops at the next safe point");
}

static void cleanup_done(struct screen *self, struct ui *ui, const struct pc_error *err,
                         const json_t *data)
{
    (void)self;
    if (err) {
        ui_say_error(ui, err);
        return;
    }
    const char *message = json_text(data, "message");
    ui_say(ui, ROLE_OK, "%s", *message ? message : "the cleanup has started");
}

static void sync_done(struct screen *self, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    char id[OP_ID_SIZE];
    (void)self;
    if (err) {
        ui_say_error(ui, err);
        return;
    }
    safe_text(id, sizeof id, json_text(data, "id"));
    ui_say(ui, ROLE_OK, "the replication has begun");
    if (id[0])
        ui_push(ui, watch_open(id));
}

static void reply_done(struct screen *self, struct ui *ui, const struct pc_error *err,
                       const json_t *data)
{
    (void)self;
    (void)data;
    if (err)
        ui_say_error(ui, err);
    else
        ui_say(ui, ROLE_OK, "answered");
}

static void answer_yes(struct confirm *c, struct ui *ui)
{
    if (c->runs) {
        ui_push(ui, output_open(json_incref(c->args)));
        return;
    }
    if (!c->verb) {
        ui->quit = true;
        return;
    }
    json_t *args = json_copy(c->args);
    if (c->answers[c->pressed])
        json_put_text(args, "answer", c->answers[c->pressed]);
    ui_ask(ui, NULL, c->verb, args, c->done);
}

/* Of the sites that it is about; false: they answer. */
static bool unreached(const struct confirm *c, const struct ui *ui, char *dst, size_t size)
{
    const char *const sites[2] = {c->sites[0], c->sites[1]};
    return ready_unreached(ui->snap, sites, dst, size);
}

/* What does not answer is said with the question, before it is agreed to. */
static void say_unreached(struct confirm *c, const struct ui *ui)
{
    char what[300];
    if (!c->reads_first || c->reading)
        return;
    bool some = unreached(c, ui, what, sizeof what);
    snprintf(c->body, sizeof c->body, some ? "%s\n\nDOES NOT ANSWER: %s. %s" : "%s", c->asked, what,
             c->agreed ? "It was read again just now." : "It is read again first.");
}

static void ask_again(struct confirm *c, const struct ui *ui)
{
    c->reading = false;
    c->agreed = true;
    c->buttons[0].label = c->no;
    c->dialog.n_buttons = 2;
    c->dialog.role = ROLE_DANGER;
    say_unreached(c, ui);
}

static void read_came(struct screen *self, struct ui *ui, const struct pc_error *err,
                      const json_t *data)
{
    struct confirm *c = (struct confirm *)self;
    char what[300];
    (void)data;
    if (err) {
        ui_say_error(ui, err);
        ui_say(ui, ROLE_WARN, "nothing was done: the sites could not be read first");
    } else if (unreached(c, ui, what, sizeof what)) {
        ask_again(c, ui);
        return;
    } else {
        answer_yes(c, ui);
    }
    ui_close(ui, self);
}

/* The answer stays the same; only what it is about is looked at again. */
static void read_first(struct confirm *c, struct ui *ui)
{
    char ago[FORMAT_SIZE], what[300];
    int64_t read = ready_read_ms(ui->snap);
    format_ago(ago, sizeof ago, ui->now.wall_ms, read);
    snprintf(c->body, sizeof c->body,
             read ? "What is known of the sites is %s old. Both are read again first, then it is "
                    "done."
                  : "Not all of the sites was ever read. Both are read first, then it is done.",
             ago);
    if (unreached(c, ui, what, sizeof what))
        snprintf(c->body, sizeof c->body, "Does not answer: %s. Both sites are read again first.",
                 what);
    c->reading = true;
    c->buttons[0].label = "Cancel";
    c->dialog.n_buttons = 1;
    c->dialog.button = 0;
    ui_ask(ui, &c->base, ACTIONS[ACT_READ].verb, json_object(), read_came);
}

static void close_if_over(struct screen *s, struct ui *ui)
{
    struct confirm *c = (struct confirm *)s;
    const struct op_view *v = *c->operation ? snapshot_operation(ui->snap, c->operation) : NULL;
    struct act_subject subject = {.snapshot = ui->snap};
    struct opshow o = {0};
    char reason[200];
    say_unreached(c, ui);
    if (!v)
        return;
    opshow_view(&o, v);
    subject.room = opshow_subject(&o);
    subject.operation = &subject.room;
    subject.group = snapshot_group(ui->snap, o.group);
    if (!action_enabled(&ACTIONS[c->about], &subject, reason, sizeof reason)) {
        ui_say(ui, ROLE_INFO, "%s: nothing was done, %s", ACTIONS[c->about].label, reason);
        ui_close(ui, s);
    }
    opshow_release(&o);
}

static unsigned confirm_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct confirm *c = (struct confirm *)s;
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    unsigned bits = dialog_key(&c->dialog, key);
    if (bits & UI_CANCEL) {
        ui_close(ui, s);
        return UI_HANDLED;
    }
    if (!(bits & UI_DONE) || c->reading)
        return UI_HANDLED;
    c->pressed = c->dialog.button;
    char what[300];
    if (c->reads_first && !c->agreed &&
        (!ready_fresh(ui->snap, ui->now.wall_ms) || unreached(c, ui, what, sizeof what))) {
        read_first(c, ui);
        return UI_HANDLED;
    }
    answer_yes(c, ui);
    ui_close(ui, s);
    return UI_HANDLED;
}

static void confirm_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                           struct rect body)
{
    (void)ui;
    (void)cv;
    dialog_layout(&((struct confirm *)s)->dialog, body);
}

static void confirm_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                          struct rect body)
{
    (void)ui;
    dialog_paint(&((const struct confirm *)s)->dialog, cv, body);
}

static void confirm_close(struct screen *s)
{
    json_decref(((struct confirm *)s)->args);
    free(s);
}

static const struct screen_ops CONFIRM = {
    .name = "confirm",
    .context = CTX_DIALOG,
    .overlay = true,
    .sync = close_if_over,
    .layout = confirm_layout,
    .paint = confirm_paint,
    .key = confirm_key,
    .close = confirm_close,
};

/* It rests on how both sites of the group stand: all of the question is written by now. */
static void rests_on(struct confirm *c, const struct group *g)
{
    c->reads_first = true;
    safe_text_lines(c->asked, sizeof c->asked, c->body);
    if (g) {
        safe_text(c->sites[0], sizeof c->sites[0], g->primary);
        safe_text(c->sites[1], sizeof c->sites[1], g->secondary);
    }
}

static struct confirm *confirm_new(const char *title, const char *no, const char *yes)
{
    struct confirm *c = xcalloc(1, sizeof *c);
    c->base.ops = &CONFIRM;
    c->no = no;
    c->buttons[0] = (struct dialog_button){.label = no, .key = 'n', .safe = true};
    c->buttons[1] = (struct dialog_button){.label = yes, .key = 'y', .danger = true};
    c->dialog = (struct dialog){
        .title = title, .role = ROLE_WARN, .body = c->body, .buttons = c->buttons, .n_buttons = 2};
    dialog_open(&c->dialog);
    return c;
}

struct screen *confirm_quit(const struct snapshot *s)
{
    struct confirm *c = confirm_new("Leave the console", "Stay", "Leave");
    size_t n = ui_running(s), len;
    len = (size_t)snprintf(c->body, sizeof c->body, "%zu operation%s in this process:\n", n,
                           n == 1 ? " runs" : "s run");
    for (size_t i = 0; i < s->operations->count && len < sizeof c->body / 2; i++) {
        const struct operation *op = s->operations->items[i]->op;
        if (opshow_open(op))
            len += (size_t)snprintf(c->body + len, sizeof c->body - len, "  %s %.60s  %d%%\n",
                                    op_type_label(op->type), op->group, op->progress);
    }
    snprintf(c->body + len, sizeof c->body - len,
             "\nWhen you leave they go on in the background, in an engine of their own, which ends "
             "when they have. The console, started again, shows them; so do:\n"
             "  protector-console operation list\n  protector-console operation watch OPERATION");
    return &c->base;
}

/* The operation and its group as the first line of a question. */
static int about(struct confirm *c, enum act_id act, const struct act_operation *op,
                 const struct group_view *group)
{
    char id[FORMAT_SIZE];
    safe_text(c->operation, sizeof c->operation, op->id);
    c->about = act;
    c->verb = ACTIONS[act].verb;
    c->args = json_object();
    json_put_text(c->args, "operation_id", c->operation);
    return snprintf(c->body, sizeof c->body, "%s of %.100s (%s)\n\n", op_type_label(op->type),
                    group ? group->group->name : "a group that is gone",
                    format_id(id, sizeof id, op->id));
}

struct screen *confirm_cancel(const struct act_operation *op, const struct group_view *group)
{
    struct confirm *c = confirm_new("Stop the operation", "No, let it run", "Stop it");
    int len = about(c, ACT_CANCEL, op, group);
    c->done = cancel_done;
    snprintf(c->body + len, sizeof c->body - (size_t)len,
             op->type == OP_TEST_FAILOVER
                 ? "It stops at the next safe point; a step that has begun is finished first. What "
                   "it made on the target site is then cleaned up, unless the drill was started "
                   "without cleanup. The primary site is not touched."
                 : "It stops at the next safe point; a step that has begun is finished first. What "
                   "it did is then taken back: what it made is removed, what it stopped is started "
                   "again. What was chosen to be kept stays, and the group then says so.");
    return &c->base;
}

struct screen *confirm_cleanup(const struct act_operation *op, const struct group_view *group)
{
    struct confirm *c = confirm_new("Clean up the drill", "No, keep it", "Clean up");
    int len = about(c, ACT_CLEANUP, op, group);
    c->done = cleanup_done;
    snprintf(c->body + len, sizeof c->body - (size_t)len,
             "Deletes on %.60s the servers, ports, volumes and networks that this drill made and "
             "nothing else: each must be in its ledger and carry its tag. Networks that were "
             "given to it stay. This cannot be undone; the drill can be run again.",
             group ? group->group->secondary : "the target site");
    rests_on(c, group ? group->group : NULL);
    return &c->base;
}

struct screen *confirm_sync(const struct group_view *group)
{
    struct confirm *c = confirm_new("Replicate now", "No", "Replicate");
    const struct group *g = group->group;
    bool away = text_equal(g->current_primary, g->secondary);
    c->verb = ACTIONS[ACT_SYNC].verb;
    c->done = sync_done;
    c->args = json_object();
    json_put_text(c->args, "group", g->id);
    snprintf(c->body, sizeof c->body,
             "%.100s: a new recovery point of all its volumes is made on %.60s now and sent to "
             "%.60s. Nothing is stopped.",
             g->name, g->current_primary, away ? g->primary : g->secondary);
    rests_on(c, g);
    return &c->base;
}

struct screen *confirm_reply(const struct act_operation *op, const struct group_view *group,
                             const char *asks)
{
    struct confirm *c = confirm_new("It waits for an answer", "Not now", "Go on");
    int len = about(c, ACT_REPLY, op, group);
    c->done = reply_done;
    c->buttons[0].key = 'n';
    c->buttons[1] = (struct dialog_button){.label = "Go on", .key = 'g'};
    c->buttons[2] = (struct dialog_button){.label = "Stop it", .key = 's', .danger = true};
    c->dialog.n_buttons = 3;
    c->answers[1] = "continue";
    c->answers[2] = "stop";
    snprintf(c->body + len, sizeof c->body - (size_t)len, "%.600s", asks);
    return &c->base;
}

struct screen *confirm_command(const struct action *a, json_t *request)
{
    bool dangerous = (a->flags & ACT_WRITES) != 0;
    struct confirm *c = confirm_new("Run a command", "No", "Run it");
    struct buf words;
    char clean[700];
    buf_init(&words, 8192);
    command_line(request, &words);
    safe_text(clean, sizeof clean, buf_text(&words));
    buf_release(&words);
    c->runs = true;
    c->args = request;
    c->buttons[1].danger = dangerous;
    snprintf(c->body, sizeof c->body, "%s\n\n  %s\n\nIt runs on this machine as you, without a "
                                      "shell, for a minute at most.%s",
             a->help, clean,
             dangerous ? " The configuration marks it as dangerous: it changes something." : "");
    return &c->base;
}
