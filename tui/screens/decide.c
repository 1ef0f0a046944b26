/*
 * decide: the question before it is decided where production stays after it
 * was moved, or before what failed is tried again.
 *
 * Asks the engine for a dry run and shows what it says: what is lost, what is
 * made and stopped, what stands in the way. Nothing begins before the answer
 * on the screen is the answer to the fields on the screen, nothing stands in
 * the way, and what the danger asks for has been typed. Enter alone never gets there:
 * the button that does it is not the one with the focus. The engine checks
 * everything once more. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/planlines.h"
#include "tui/planpaint.h"
#include "tui/ready.h"
#include "tui/screens/decide_form.h"
#include "widgets/dialog.h"
#include "widgets/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUIET_MS = 300 };
/* From these heights on there is room for the command line, and for a word
 * about every field. */
enum { MIDDLE = 26, TALL = 34 };
enum { BUTTON_BACK, BUTTON_GO, BUTTONS };

static const struct decision {
    enum act_id act;
    const char *title, *go; /* of the form, of the button */
    const char *command;    /* the verb for the same */
    unsigned fields;
    const char *undone;     /* whether it can be taken back */
} DECISIONS[] = {
    {ACT_COMMIT, "Commit the failover", "Commit", "protection-group commit", 0,
     "no: there is no rollback from then on, only a failback"},
    {ACT_ROLLBACK, "Take the failover back", "Roll back", "protection-group rollback", 0,
     "no: what it deletes is gone; a new failover can be begun"},
    {ACT_CONFIRM_FAILBACK, "Confirm the failback", "Confirm", "protection-group confirm-failback", 0,
     "no: what it deletes is gone; a new failover can be begun"},
    {ACT_CANCEL_FAILBACK, "Take the failback back", "Take back",
     "protection-group cancel-failback", 0,
     "no: what it deletes is gone; a new failback can be begun"},
    {ACT_RESOLVE, "Which site serves", "It serves there", "protection-group resolve",
     DECIDE_HAS(DECIDE_SITE) | DECIDE_HAS(DECIDE_STOP) | DECIDE_HAS(DECIDE_FORCE),
     "in part: it deletes nothing; a failover or failback leads to the other site"},
    {ACT_RELEASE, "Release what stood before", "Release", "protection-group release", 0,
     "no: what it deletes is gone, and was the last of before the failover"},
    {ACT_RETRY, "Try again", "Try again", "operation retry", 0,
     "as the operation itself: what it makes until that is decided, what it deletes not"},
};

struct decide {
    struct screen base;
    const struct decision *what;
    char group_id[OP_ID_SIZE], group[NAME_SIZE], op_id[OP_ID_SIZE];
    char sites[2][NAME_SIZE], source[NAME_SIZE], target[NAME_SIZE];
    struct decide_form form;
    struct dialog dialog;
    struct dialog_button buttons[BUTTONS];
    struct planwords words;
    size_t top;   /* the first of the words that is shown */
    size_t last;  /* from which on all the rest is seen; 0: they all fit */
    bool answered, ready, asking, dirty, going;
    bool then_go;        /* the plan is read once more, and begins if it is still the same */
    int64_t read_ms;     /* wall: when the plan came */
    json_t *plan;        /* as it is on the screen; owned */
    int64_t ask_at_ms; /* mono: when to ask, while dirty */
    char reason[200];  /* what the button says about why it must wait */
    struct rect head_at, words_at, command_at, dialog_at;
};

static struct decide *of(struct screen *s)
{
    return (struct decide *)s;
}

/* ---- questions and answers ------------------------------------------------------- */

static json_t *target_args(const struct decide *d)
{
    json_t *args = json_object();
    if (d->op_id[0])
        json_put_text(args, "operation_id", d->op_id);
    else
        json_put_text(args, "group", d->group_id);
    return args;
}

static void go(struct decide *d, struct ui *ui);

static void add_fact(struct planwords *w, const char *label, enum role role, const char *text)
{
    struct planword *fact = planwords_add(w, PLANWORD_FACT, "%s", text);
    fact->label = label;
    fact->role = role;
}

/* What is lost and what follows, how much and how long, whether it can be taken back; then
 * all of it by name. */
static void tell_plan(struct decide *d, const json_t *plan)
{
    planwords_take(&d->words, plan);
    planwords_price_first(&d->words);
    planlines_counts(&d->words, plan);
    add_fact(&d->words, "reversible", ROLE_TEXT, d->what->undone);
    if (!json_map(plan, "readiness")) /* it is refused where something stands in the way */
        add_fact(&d->words, "readiness", ROLE_OK, "ready: nothing stands in the way");
    planlines_names(&d->words, plan);
    planpaint_in_keys(&d->words);
}

/* What the command line says is a key here, or a box of this form. */
static void tell_refusal(struct decide *d, const struct pc_error *err)
{
    struct pc_error here = *err;
    action_in_keys(here.text, sizeof here.text);
    action_in_keys(here.remedy, sizeof here.remedy);
    planwords_refused(&d->words, &here);
}

static void came(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct decide *d = of(s);
    bool then_go = d->then_go;
    d->asking = d->then_go = false;
    d->answered = true;
    d->top = 0;
    d->ready = !err && plan_ready(data);
    if (err) {
        tell_refusal(d, err);
        return;
    }
    tell_plan(d, data);
    d->read_ms = ui->now.wall_ms;
    bool same = plan_agrees(data, d->plan);
    json_decref(d->plan);
    d->plan = json_deep_copy(data);
    safe_text(d->source, sizeof d->source, json_text(data, "source_site"));
    safe_text(d->target, sizeof d->target, json_text(data, "target_site"));
    if (then_go && same && d->ready)
        go(d, ui);
    else if (then_go)
        ui_say(ui, ROLE_WARN, "nothing was begun: the plan is not what it was; look again");
}

static void ask(struct decide *d, struct ui *ui)
{
    json_t *args = target_args(d);
    d->dirty = false;
    decide_form_args(&d->form, args);
    d->asking = true;
    json_put_flag(args, "dry_run", true);
    ui_ask(ui, &d->base, ACTIONS[d->what->act].verb, args, came);
}

static void began(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct decide *d = of(s);
    char id[OP_ID_SIZE];
    d->going = false;
    if (err) {
        tell_refusal(d, err);
        d->top = 0;
        return;
    }
    safe_text(id, sizeof id, json_text(data, "id"));
    ui_say(ui, ROLE_OK, "%s of %s has begun", ACTIONS[d->what->act].name, d->group);
    struct screen *below = ui->depth > 1 ? ui->stack[ui->depth - 2] : NULL;
    bool watched = below && text_equal(below->ops->name, "watch") && d->op_id[0];
    ui_close(ui, s);
    if (id[0] && !watched) /* what is tried again is the operation below */
        ui_push(ui, watch_open(id));
}

/* On a plan of long ago nothing begins: it is read once more, and waited for. */
static void go(struct decide *d, struct ui *ui)
{
    if (ready_stale(d->read_ms, ui->now.wall_ms)) {
        d->then_go = true;
        ask(d, ui);
        return;
    }
    json_t *args = target_args(d);
    decide_form_args(&d->form, args);
    confirming_args(&d->form.confirming, args);
    d->going = true;
    ui_ask(ui, &d->base, ACTIONS[d->what->act].verb, args, began);
}

/* Why it cannot be begun now; "" it can. */
static void weigh(struct decide *d, const struct ui *ui)
{
    struct act_subject subject = {.snapshot = ui->snap};
    const char *missing = confirming_missing(&d->form.confirming);
    d->base.ops->subject(&d->base, ui, &subject);
    d->reason[0] = '\0';
    if (d->going)
        snprintf(d->reason, sizeof d->reason, "it is being begun");
    else if (d->then_go)
        snprintf(d->reason, sizeof d->reason, "both sites are read again first; Esc cancels");
    else if (d->asking || d->dirty)
        snprintf(d->reason, sizeof d->reason, "reading both sites");
    else if (!d->answered)
        snprintf(d->reason, sizeof d->reason, "there is no answer from the engine");
    else if (!d->ready)
        snprintf(d->reason, sizeof d->reason, "see what stands in the way");
    else if (!action_enabled(&ACTIONS[d->what->act], &subject, d->reason, sizeof d->reason))
        ; /* it says why */
    else if (missing)
        snprintf(d->reason, sizeof d->reason, "%s", missing);
    d->buttons[BUTTON_GO].disabled = d->reason[0] != '\0';
    d->buttons[BUTTON_GO].reason = d->reason;
}

/* ---- the screen ---------------------------------------------------------------------- */

/* What is tried again was chosen when the screen was opened. */
static void decide_subject(const struct screen *s, const struct ui *ui, struct act_subject *ret)
{
    const struct decide *d = (const struct decide *)s;
    const struct op_view *v = d->op_id[0] ? snapshot_operation(ui->snap, d->op_id) : NULL;
    ret->group = snapshot_group(ui->snap, d->group_id);
    if (!d->op_id[0])
        return;
    ret->room = (struct act_operation){.id = d->op_id, .type = OP_FAILOVER, .status = OP_FAILED};
    if (v) {
        ret->room.type = v->op->type;
        ret->room.status = v->op->status;
        ret->room.verdict = v->op->verdict;
    }
    ret->operation = &ret->room;
}

static void decide_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                          struct rect body)
{
    enum { HEAD, WORDS, COMMAND, DIALOG, BOXES };
    struct decide *d = of(s);
    struct rect at[BOXES];
    d->dialog.width = body.w;
    decide_form_explain(&d->form, body.h >= TALL);
    weigh(d, ui);
    int rows = planpaint_rows(&d->words, 0, cv, body.w - 4);
    int words = 2 + (rows ? rows : 1);
    int dialog = dialog_place(&d->dialog, cv, rect_make(0, 0, 999, body.w)).h;
    int longer = dialog_reason_rows(&d->dialog, cv, body.w - 4) - 1; /* than a row: what is wrong */
    longer = longer > 0 ? longer : 0;
    struct layout_box boxes[BOXES] = {
        [HEAD] = LAYOUT_FIXED(1),
        [WORDS] = {.min = words < 6 - longer ? words : 6 - longer, .max = words, .weight = 1},
        [COMMAND] = {.min = body.h >= MIDDLE, .max = body.h >= MIDDLE, .drop = 1},
        [DIALOG] = {.min = 7 + longer, .max = dialog, .weight = 8},
    };
    layout_solve(LAYOUT_ROWS, boxes, BOXES, 0, body, at);
    d->head_at = at[HEAD], d->words_at = at[WORDS];
    d->command_at = at[COMMAND], d->dialog_at = at[DIALOG];
    d->last = at[WORDS].h < words
                  ? planpaint_last(&d->words, cv, body.w - 4, at[WORDS].h - 2) : 0;
    if (d->top > d->last)
        d->top = d->last;
    dialog_layout(&d->dialog, d->dialog_at);
}

static void paint_age(const struct decide *d, int64_t now_ms, struct pen *pen)
{
    char text[80], ago[FORMAT_SIZE];
    bool stale = ready_stale(d->read_ms, now_ms);
    if (!d->read_ms)
        return;
    format_ago(ago, sizeof ago, now_ms, d->read_ms);
    snprintf(text, sizeof text, "%s %s%s", d->asking ? "reading;" : stale ? "STALE" : "read", ago,
             ago[0] == 'n' || stale ? "" : " ago");
    pen_right(pen, stale ? ROLE_STALE : ROLE_DIM, text);
}

static void paint_head(const struct decide *d, int64_t now_ms, struct canvas *cv)
{
    struct pen pen = pen_on(cv, d->head_at.y, d->head_at.x + 1, d->head_at.w - 2);
    paint_age(d, now_ms, &pen);
    pen_textf(&pen, ROLE_TITLE, "%s ", ACTIONS[d->what->act].name);
    pen_text(&pen, ROLE_STRONG, d->group);
    pen_gap(&pen, 2);
    if (!d->source[0] || !d->target[0])
        return;
    if (d->what->act == ACT_COMMIT || d->what->act == ACT_CONFIRM_FAILBACK) {
        pen_textf(&pen, ROLE_TEXT, "at %s", d->target); /* it stays where it is */
        return;
    }
    if (d->what->act == ACT_RELEASE) {
        pen_textf(&pen, ROLE_TEXT, "at %s", d->source); /* and so does this, if it is elsewhere */
        return;
    }
    pen_text(&pen, ROLE_TEXT, d->source);
    pen_text(&pen, ROLE_STRONG, glyphs_arrow(cv->glyphs));
    pen_text(&pen, ROLE_STRONG, d->target);
}

static void paint_words(const struct decide *d, struct canvas *cv)
{
    bool stop = d->words.blocks > 0;
    struct rect in = rect_inset(
        paint_box(cv, d->words_at, stop ? ROLE_DANGER : ROLE_BORDER,
                  stop ? "In the way" : "What it does", d->last ? "PgDn PgUp: more" : NULL),
        0, 1);
    struct canvas sub = canvas_clip(cv, in);
    if (d->words.count == 0)
        paint_text(&sub, in.y, in.x, in.w, ROLE_DIM, "reading both sites");
    planpaint(&d->words, d->top, &sub, in);
}

static void decide_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                         struct rect body)
{
    const struct decide *d = (const struct decide *)s;
    (void)body;
    paint_head(d, ui->now.wall_ms, cv);
    paint_words(d, cv);
    if (!rect_empty(d->command_at)) {
        struct buf b;
        buf_init(&b, 4000);
        buf_printf(&b, "protector-console %s", d->what->command);
        format_word(&b, d->op_id[0] ? d->op_id : d->group);
        decide_form_command(&d->form, &b);
        paint_text(cv, d->command_at.y, d->command_at.x + 2, d->command_at.w - 3, ROLE_DIM,
                   buf_text(&b));
        buf_release(&b);
    }
    dialog_paint(&d->dialog, cv, d->dialog_at);
}

static unsigned decide_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct decide *d = of(s);
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    if (key == UI_KEY_PGDN || key == UI_KEY_PGUP) {
        if (key == UI_KEY_PGDN && d->top < d->last)
            d->top++;
        else if (key == UI_KEY_PGUP && d->top > 0)
            d->top--;
        return UI_HANDLED;
    }
    weigh(d, ui); /* a key is judged by what is so now */
    unsigned bits = dialog_key(&d->dialog, key);
    if (bits & UI_CHANGED)
        decide_form_changed(&d->form);
    if ((bits & UI_CHANGED) && decide_form_of_plan(&d->form)) {
        d->dirty = true;
        d->ask_at_ms = ui->now.mono_ms + QUIET_MS;
    }
    if (bits & UI_DONE)
        go(d, ui);
    if (bits & UI_CANCEL)
        ui_close(ui, s);
    return UI_HANDLED;
}

static int64_t decide_tick(struct screen *s, struct ui *ui)
{
    struct decide *d = of(s);
    if (!d->dirty || d->asking)
        return MOMENT_NEVER;
    if (ui->now.mono_ms < d->ask_at_ms)
        return d->ask_at_ms;
    ask(d, ui);
    ui->repaint = true;
    return MOMENT_NEVER;
}

/* Called once when opened: the first question. */
static void decide_sync(struct screen *s, struct ui *ui)
{
    struct decide *d = of(s);
    if (!d->answered && !d->asking && !d->dirty)
        ask(d, ui);
}

static void decide_close(struct screen *s)
{
    struct decide *d = of(s);
    decide_form_release(&d->form);
    planwords_release(&d->words);
    json_decref(d->plan);
    free(d);
}

static const struct screen_ops DECIDE = {
    .name = "decide",
    .context = CTX_DIALOG,
    .sync = decide_sync,
    .subject = decide_subject,
    .layout = decide_layout,
    .paint = decide_paint,
    .key = decide_key,
    .tick = decide_tick,
    .close = decide_close,
};

/* ---- opening ---------------------------------------------------------------------------- */

static void setup(struct decide *d, const struct group_view *g)
{
    const char *sites[2] = {d->sites[0], d->sites[1]};
    unsigned fields = d->what->fields;
    if (d->what->act == ACT_COMMIT && g->split_risk)
        fields |= DECIDE_HAS(DECIDE_FORCE);
    decide_form_init(&d->form, fields, g->group->name, sites, g->group->current_primary);
    d->buttons[BUTTON_BACK] = (struct dialog_button){.label = "No, change nothing", .safe = true};
    d->buttons[BUTTON_GO] = (struct dialog_button){.label = d->what->go, .danger = true};
    d->dialog = (struct dialog){.title = d->what->title,
                                .role = ROLE_DANGER,
                                .form = &d->form.form,
                                .buttons = d->buttons,
                                .n_buttons = BUTTONS};
    dialog_open(&d->dialog);
    if (d->form.own == 0)
        d->form.form.focus += confirming_first(&d->form.confirming);
}

struct screen *decide_open(enum act_id act, const struct group_view *g, const char *operation_id)
{
    struct decide *d = xcalloc(1, sizeof *d);
    d->base.ops = &DECIDE;
    d->what = &DECISIONS[0];
    for (size_t i = 0; i < sizeof DECISIONS / sizeof DECISIONS[0]; i++)
        if (DECISIONS[i].act == act)
            d->what = &DECISIONS[i];
    safe_text(d->group_id, sizeof d->group_id, g->group->id);
    safe_text(d->group, sizeof d->group, g->group->name);
    safe_text(d->op_id, sizeof d->op_id, operation_id);
    safe_text(d->sites[0], sizeof d->sites[0], g->group->primary);
    safe_text(d->sites[1], sizeof d->sites[1], g->group->secondary);
    setup(d, g);
    return &d->base;
}
