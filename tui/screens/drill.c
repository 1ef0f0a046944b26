/*
 * drill: the question before a drill.
 *
 * Asks the engine what a drill would map and why, and again whenever a field
 * was changed and left alone for a moment. Nothing starts before the operator
 * presses Start, which is possible only while the answer on the screen is the
 * answer to the fields on the screen and nothing stands in the way. The engine
 * checks everything once more. Esc keeps nothing. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/screens/drill_form.h"
#include "tui/screens/drill_proposal.h"
#include "widgets/dialog.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>

/* After the last change of a field until it is asked for. */
enum { QUIET_MS = 300 };
/* From this height on there is room for a word about every field. */
enum { TALL = 30 };
enum { BUTTON_START, BUTTON_BACK, BUTTONS };

struct drill {
    struct screen base;
    char group_id[OP_ID_SIZE], group[NAME_SIZE];
    struct drill_form form;
    struct dialog dialog;
    struct dialog_button buttons[BUTTONS];
    json_t *proposal; /* the newest answer; NULL: none yet */
    bool asking;      /* an answer is on its way */
    bool dirty;       /* the fields changed since the last question */
    bool invalid;     /* a field holds what cannot be asked */
    bool starting;
    int64_t ask_at_ms; /* mono: when to ask, while dirty */
    char blocked[160]; /* why Start must wait; "" it need not */
    char reason[200];  /* what the Start button says about it */
    struct rect head_at, mapping_at, problems_at, command_at, dialog_at;
};

static struct drill *of(struct screen *s)
{
    return (struct drill *)s;
}

/* ---- questions and answers -------------------------------------------------------- */

static void weigh(struct drill *d)
{
    size_t problems = json_array_size(json_list(d->proposal, "problems"));
    d->blocked[0] = '\0';
    if (d->starting)
        snprintf(d->blocked, sizeof d->blocked, "it is being started");
    else if (d->invalid)
        snprintf(d->blocked, sizeof d->blocked, "a field is not valid");
    else if (d->asking || d->dirty)
        snprintf(d->blocked, sizeof d->blocked, "reading both sites");
    else if (!d->proposal)
        snprintf(d->blocked, sizeof d->blocked, "there is no answer from the engine");
    else if (problems)
        snprintf(d->blocked, sizeof d->blocked, "%zu thing%s in the way", problems,
                 problems == 1 ? " stands" : "s stand");
}

/* An error in the shape of a proposal's problem, so that there is one place to look. */
static void put_problem(struct drill *d, const struct pc_error *err)
{
    json_t *o = json_object(), *list = json_list(d->proposal, "problems");
    json_put_text(o, "text", err->text);
    json_put_text(o, "remedy", err->remedy);
    if (!d->proposal)
        d->proposal = json_object();
    if (!list)
        json_put(d->proposal, "problems", list = json_array());
    json_array_append_new(list, o);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct drill *d = of(s);
    (void)ui;
    d->asking = false;
    json_decref(d->proposal);
    d->proposal = err ? NULL : json_deep_copy(data);
    if (err)
        put_problem(d, err);
    else
        drill_form_fill(&d->form, data);
    weigh(d);
}

static void propose(struct drill *d, struct ui *ui)
{
    json_t *args = drill_form_args(&d->form, d->group_id);
    d->dirty = false;
    d->invalid = !args;
    if (args) {
        d->asking = true;
        ui_ask(ui, &d->base, "test_propose", args, came);
    }
    weigh(d);
}

static void started(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct drill *d = of(s);
    d->starting = false;
    if (err) {
        put_problem(d, err);
        weigh(d);
        return;
    }
    char id[OP_ID_SIZE];
    safe_text(id, sizeof id, json_text(data, "id"));
    ui_say(ui, ROLE_OK, "the drill of %s has started", d->group);
    ui_close(ui, s);
    if (id[0])
        ui_push(ui, watch_open(id));
}

static void start(struct drill *d, struct ui *ui)
{
    json_t *args = drill_form_args(&d->form, d->group_id);
    if (!args)
        return;
    d->starting = true;
    weigh(d);
    ui_ask(ui, &d->base, ACTIONS[ACT_START].verb, args, started);
}

/* ---- the screen --------------------------------------------------------------------- */

static void drill_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct drill *d = (const struct drill *)s;
    ret->group = snapshot_group(ui->snap, d->group_id);
    ret->blocked = d->blocked[0] ? d->blocked : NULL;
}

static void refresh_button(struct drill *d, const struct ui *ui)
{
    struct act_subject subject = {.snapshot = ui->snap};
    drill_subject(&d->base, ui, &subject);
    bool may = action_enabled(&ACTIONS[ACT_START], &subject, d->reason, sizeof d->reason);
    d->buttons[BUTTON_START].disabled = !may;
    d->buttons[BUTTON_START].reason = may ? "" : d->reason;
}

static void drill_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                         struct rect body)
{
    enum { HEAD, MAPPING, PROBLEMS, COMMAND, DIALOG, BOXES };
    struct drill *d = of(s);
    struct rect at[BOXES];
    d->dialog.width = body.w;
    drill_form_explain(&d->form, body.h >= TALL);
    refresh_button(d, ui);
    int mapping = proposal_mapping_rows(d->proposal);
    int problems = proposal_problem_rows(d->proposal, cv, body.w);
    int dialog = dialog_place(&d->dialog, cv, rect_make(0, 0, 999, body.w)).h;
    struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(1),
        [MAPPING] = {.min = 3, .max = mapping, .weight = 4},
        [PROBLEMS] = {.min = problems < 4 ? problems : 4,
                      .max = problems,
                      .weight = problems ? 8 : 0},
        [COMMAND] = {.min = 1, .max = 1, .drop = 1},
        [DIALOG] = {.min = problems ? 8 : 9, .max = dialog, .weight = 3},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, body, at);
    d->head_at = at[HEAD], d->mapping_at = at[MAPPING], d->problems_at = at[PROBLEMS];
    d->command_at = at[COMMAND], d->dialog_at = at[DIALOG];
    dialog_layout(&d->dialog, d->dialog_at);
}

static void drill_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                        struct rect body)
{
    const struct drill *d = (const struct drill *)s;
    struct buf command;
    (void)body;
    proposal_head_paint(d->proposal, d->group, ui->now.wall_ms, cv, d->head_at);
    proposal_mapping_paint(d->proposal, cv, d->mapping_at);
    if (!rect_empty(d->problems_at))
        proposal_problems_paint(d->proposal, cv, d->problems_at);
    if (!rect_empty(d->command_at)) {
        buf_init(&command, 4000);
        drill_form_command(&d->form, d->group, &command);
        paint_text(cv, d->command_at.y, d->command_at.x + 2, d->command_at.w - 3, ROLE_DIM,
                   buf_text(&command));
        buf_release(&command);
    }
    dialog_paint(&d->dialog, cv, d->dialog_at);
}

static unsigned drill_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct drill *d = of(s);
    if (key == UI_KEY_CTRL('L') || (key == '?' && d->dialog.on_buttons))
        return UI_IGNORED;
    refresh_button(d, ui); /* a key is judged by what is so now */
    unsigned bits = dialog_key(&d->dialog, key);
    if (bits & UI_CHANGED) {
        d->dirty = true;
        d->ask_at_ms = ui->now.mono_ms + QUIET_MS;
        weigh(d);
    }
    if (bits & UI_DONE)
        start(d, ui);
    if (bits & UI_CANCEL)
        ui_close(ui, s);
    return UI_HANDLED;
}

static int64_t drill_tick(struct screen *s, struct ui *ui)
{
    struct drill *d = of(s);
    if (!d->dirty || d->asking)
        return MOMENT_NEVER;
    if (ui->now.mono_ms < d->ask_at_ms)
        return d->ask_at_ms;
    propose(d, ui);
    ui->repaint = true;
    return MOMENT_NEVER;
}

/* Called once when opened: the first question. Later snapshots change what the
 * button may do, which every layout asks anew. */
static void drill_sync(struct screen *s, struct ui *ui)
{
    struct drill *d = of(s);
    if (!d->proposal && !d->asking)
        propose(d, ui);
}

static void drill_close(struct screen *s)
{
    struct drill *d = of(s);
    drill_form_release(&d->form);
    json_decref(d->proposal);
    free(d);
}

static const struct screen_ops DRILL = {
    .name = "drill",
    .context = CTX_DRILL,
    .sync = drill_sync,
    .subject = drill_subject,
    .layout = drill_layout,
    .paint = drill_paint,
    .key = drill_key,
    .tick = drill_tick,
    .close = drill_close,
};

struct screen *drill_open(const struct group_view *group)
{
    struct drill *d = xcalloc(1, sizeof *d);
    d->base.ops = &DRILL;
    safe_text(d->group_id, sizeof d->group_id, group->group->id);
    safe_text(d->group, sizeof d->group, group->group->name);
    drill_form_init(&d->form);
    d->buttons[BUTTON_START] =
        (struct dialog_button){.label = "Start drill", .key = ACTIONS[ACT_START].key};
    d->buttons[BUTTON_BACK] = (struct dialog_button){.label = "Back", .safe = true};
    d->dialog = (struct dialog){.title = "Options",
                                .role = ROLE_FOCUS,
                                .form = &d->form.form,
                                .buttons = d->buttons,
                                .n_buttons = BUTTONS};
    dialog_open(&d->dialog);
    /* A drill harms nothing: Start has the focus, one key from here. */
    d->dialog.on_buttons = true;
    d->dialog.button = BUTTON_START;
    d->form.form.focused = false;
    weigh(d);
    return &d->base;
}
