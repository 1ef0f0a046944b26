/*
 * confirm: the question before something is changed or left.
 *
 * Says what will happen and to what; "no" has the focus, so Enter alone
 * changes nothing. What was answered yes is asked of the door, and its outcome
 * comes as news, wherever the operator is by then. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/opshow.h"
#include "widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>

struct confirm {
    struct screen base;
    struct dialog dialog;
    struct dialog_button buttons[2];
    char body[1200];
    const char *verb; /* NULL: leave the console */
    char op_id[OP_ID_SIZE];
    ui_reply *done;
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

static void answer_yes(struct confirm *c, struct ui *ui)
{
    if (!c->verb) {
        ui->quit = true;
        return;
    }
    json_t *args = json_object();
    json_put_text(args, "operation_id", c->op_id);
    ui_ask(ui, NULL, c->verb, args, c->done);
}

static unsigned confirm_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct confirm *c = (struct confirm *)s;
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    unsigned bits = dialog_key(&c->dialog, key);
    if (bits & UI_DONE)
        answer_yes(c, ui);
    if (bits & (UI_DONE | UI_CANCEL))
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
    free(s);
}

static const struct screen_ops CONFIRM = {
    .name = "confirm",
    .context = CTX_DIALOG,
    .overlay = true,
    .layout = confirm_layout,
    .paint = confirm_paint,
    .key = confirm_key,
    .close = confirm_close,
};

static struct confirm *confirm_new(const char *title, const char *no, const char *yes)
{
    struct confirm *c = xcalloc(1, sizeof *c);
    c->base.ops = &CONFIRM;
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
             "\nNothing is lost: every step is journalled. But this process runs the engine, so "
             "they stand still when you leave, with whatever they have made on the target site, "
             "and resume at the next start of the console, or with:\n"
             "  protector-console engine --until-idle");
    return &c->base;
}

/* The operation and its group as the first line of a question. */
static int about(struct confirm *c, const struct act_operation *op, const struct group_view *group)
{
    char id[FORMAT_SIZE];
    safe_text(c->op_id, sizeof c->op_id, op->id);
    return snprintf(c->body, sizeof c->body, "%s of %.100s (%s)\n\n", op_type_label(op->type),
                    group ? group->group->name : "a group that is gone",
                    format_id(id, sizeof id, op->id));
}

struct screen *confirm_cancel(const struct act_operation *op, const struct group_view *group)
{
    struct confirm *c = confirm_new("Stop the operation", "No, let it run", "Stop it");
    int len = about(c, op, group);
    c->verb = ACTIONS[ACT_CANCEL].verb;
    c->done = cancel_done;
    snprintf(c->body + len, sizeof c->body - (size_t)len,
             "It stops at the next safe point; a step that has begun is finished first. What it "
             "made on the target site is then cleaned up, unless the drill was started without "
             "cleanup. The primary site is not touched.");
    return &c->base;
}

struct screen *confirm_cleanup(const struct act_operation *op, const struct group_view *group)
{
    struct confirm *c = confirm_new("Clean up the drill", "No, keep it", "Clean up");
    int len = about(c, op, group);
    c->verb = ACTIONS[ACT_CLEANUP].verb;
    c->done = cleanup_done;
    snprintf(c->body + len, sizeof c->body - (size_t)len,
             "Deletes on %.60s the servers, ports, volumes and networks that this drill made and "
             "nothing else: each must be in its ledger and carry its tag. Networks that were "
             "given to it stay. This cannot be undone; the drill can be run again.",
             group ? group->group->secondary : "the target site");
    return &c->base;
}
