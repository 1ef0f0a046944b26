/*
 * page_go: as hard as it is dangerous. See wizard.h.
 *
 * A drill, or keeping a mapping, is one button, and one key. Before production moves there
 * is something to be typed (confirming.h). Enter alone never gets there: the
 * button that does it is not the one with the focus.
 */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/confirming.h"
#include "tui/planpaint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME = 4 }; /* columns of a dialog's sides */
enum { BUTTON_BACK, BUTTON_GO, BUTTONS };

static const char *const GO_LABELS[WIZARD_KINDS] = {"Start drill", "Fail over", "Fail back",
                                                    "Keep as defaults"};

struct go_page {
    struct page base;
    struct dialog dialog;
    struct dialog_button buttons[BUTTONS];
    struct form form;
    struct field fields[CONFIRMING_FIELDS];
    struct confirming confirming;
    struct planwords words;
    size_t top, last; /* the first of the words that is seen; from which on all the rest is */
    char why[240];
    bool opened;
};

static const struct go_page *of_const(const void *p)
{
    return p;
}

/* ---- what is asked --------------------------------------------------------------------- */

static bool asks(const struct go_page *p)
{
    return p->confirming.danger != DANGER_KEY;
}

static void set_fields(struct go_page *p)
{
    const struct wizard *w = p->base.w;
    enum group_action action = answers_unplanned(&w->answers) ? ACTION_FAILOVER_FORCE
                               : w->kind->moves               ? ACTION_FAILOVER
                                                              : ACTION_TEST_FAILOVER;
    enum danger danger = danger_of(action, 1);
    if (danger == p->confirming.danger && p->opened)
        return;
    p->confirming.danger = danger;
    p->opened = true;
    p->form = (struct form){.fields = p->fields, .n = confirming_fields(&p->confirming, p->fields)};
    form_reset(&p->form);
    p->dialog.form = asks(p) ? &p->form : NULL;
    dialog_open(&p->dialog);
    p->form.focus += asks(p) ? confirming_first(&p->confirming) : 0;
    p->buttons[BUTTON_BACK].key = asks(p) ? UI_KEY_NONE : 'n'; /* letters are typed there */
    p->buttons[BUTTON_GO].key = asks(p) ? UI_KEY_NONE : 'y';
}

/* Whoever comes here anew finds the button in focus that changes nothing. */
void page_go_enter(struct page *base)
{
    struct go_page *p = (struct go_page *)base;
    if (!asks(p))
        dialog_open(&p->dialog);
}

/* Why it may not be begun now; the button says it. */
static void weigh(struct go_page *p, const struct ui *ui)
{
    const struct wizard *w = p->base.w;
    struct act_subject subject = {.snapshot = ui->snap};
    const struct action *a = &ACTIONS[w->kind->moves ? w->kind->act : ACT_START];
    w->base.ops->subject(&w->base, ui, &subject);
    subject.blocked = NULL; /* that is of the key that leads here */
    p->why[0] = '\0';
    if (*wizard_blocked(w))
        snprintf(p->why, sizeof p->why, "%s", wizard_blocked(w));
    else if (wizard_idle(w))
        snprintf(p->why, sizeof p->why, "nothing was changed");
    else if (action_enabled(a, &subject, p->why, sizeof p->why) && asks(p)) {
        const char *missing = confirming_missing(&p->confirming);
        snprintf(p->why, sizeof p->why, "%s", missing ? missing : "");
    }
    p->buttons[BUTTON_GO].disabled = p->why[0] != '\0';
    p->buttons[BUTTON_GO].reason = p->why;
}

/* ---- what stands above it ------------------------------------------------------------------ */

static void paint_said(const void *ctx, struct canvas *cv, struct rect area)
{
    const struct go_page *p = of_const(ctx);
    if (p->words.count == 0)
        paint_text(cv, area.y, area.x, area.w, ROLE_DIM,
                   p->base.w->answers.kind == WIZARD_MAPPING ? "see page 6" : "reading both sites");
    planpaint(&p->words, p->top, cv, area);
}

/* PgDn and PgUp go through what does not fit, also while the fields have the keys. */
static bool scroll(struct go_page *p, ui_key key)
{
    if (key == UI_KEY_PGDN && p->top < p->last)
        p->top++;
    else if (key == UI_KEY_PGUP && p->top > 0)
        p->top--;
    return key == UI_KEY_PGDN || key == UI_KEY_PGUP;
}

/* ---- the page --------------------------------------------------------------------------------- */

static void go_take(struct page *base)
{
    struct go_page *p = (struct go_page *)base;
    const struct wizard *w = base->w;
    planwords_release(&p->words);
    if (w->plan.data)
        planwords_take(&p->words, w->plan.data);
    else if (w->plan.err.code)
        planwords_refused(&p->words, &w->plan.err);
    planwords_price_first(&p->words);
    planpaint_in_keys(&p->words);
    set_fields(p);
}

static void go_state(const struct page *base, struct page_state *ret)
{
    const struct wizard *w = base->w;
    bool ready = !*wizard_blocked(w);
    ret->mark = ready ? PAGE_FINE : PAGE_TO_DO;
    snprintf(ret->note, sizeof ret->note, "%s", !ready || wizard_idle(w) ? "not yet"
             : w->kind->moves                         ? "type its name"
                                                      : "one key: y");
}

static void go_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                      struct rect area)
{
    struct go_page *p = (struct go_page *)base;
    weigh(p, ui);
    int fixed = 3 + dialog_reason_rows(&p->dialog, cv, area.w - FRAME) + /* frame and buttons */
                (p->dialog.form ? form_rows(&p->form, area.w - FRAME) : 0);
    int said = planpaint_rows(&p->words, 0, cv, area.w - FRAME), room = area.h - fixed;
    p->last = said > room ? planpaint_last(&p->words, cv, area.w - FRAME, room) : 0;
    p->top = p->top > p->last ? p->last : p->top;
    p->dialog.note = p->last ? "PgDn PgUp: more" : NULL;
    p->dialog.width = area.w;
    p->dialog.extra_rows = said < 1 ? 1 : said < room ? said : room > 1 ? room : 1;
    dialog_layout(&p->dialog, area);
}

static void go_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    dialog_paint(&of_const(base)->dialog, cv, area);
}

static bool go_typing(const struct page *base)
{
    const struct go_page *p = of_const(base);
    return p->dialog.form && !p->dialog.on_buttons;
}

static json_t *confirmation(const struct go_page *p)
{
    json_t *o = json_object();
    confirming_args(&p->confirming, o);
    return o;
}

void page_go_command(const struct page *p, struct buf *out)
{
    confirming_command(&of_const(p)->confirming, out);
}

static unsigned go_key(struct page *base, struct ui *ui, ui_key key)
{
    struct go_page *p = (struct go_page *)base;
    bool at_start = go_typing(base) ? p->form.focus == 0 : !p->dialog.form;
    if (key == UI_KEY_ESC || (key == UI_KEY_BACKTAB && at_start))
        return UI_IGNORED; /* the wizard's: back */
    if (!go_typing(base) && (key == '[' || (key >= '1' && key < '1' + PAGES) || 
                             action_of_key(CTX_WIZARD, key)))
        return UI_IGNORED;
    if (scroll(p, key))
        return UI_HANDLED;
    weigh(p, ui); /* a key is judged by what is so now */
    unsigned bits = dialog_key(&p->dialog, key);
    if (bits & UI_CHANGED)
        weigh(p, ui);
    if (bits & UI_CANCEL)
        base->w->page = PAGE_PLAN;
    if (bits & UI_DONE)
        wizard_go(base->w, ui, confirmation(p));
    return UI_HANDLED;
}

static void go_close(struct page *base)
{
    struct go_page *p = (struct go_page *)base;
    confirming_release(&p->confirming);
    planwords_release(&p->words);
    free(p);
}

static const struct page_ops GO_PAGE = {
    .title = "Go",
    .about = "As hard as it is dangerous: a drill is one key; what moves production asks for the "
             "group's name, and, when the site is not asked, for that site and a reason.",
    .keys = "",
    .take = go_take,
    .state = go_state,
    .layout = go_layout,
    .paint = go_paint,
    .key = go_key,
    .typing = go_typing,
    .close = go_close,
};

struct page *page_go(struct wizard *w)
{
    struct go_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = &GO_PAGE, .w = w};
    confirming_init(&p->confirming, DANGER_KEY, NULL, w->group, w->record->current_primary);
    p->buttons[BUTTON_BACK] = (struct dialog_button){
        .label = w->kind->moves ? "No, change nothing" : "Back to the plan", .safe = true};
    p->buttons[BUTTON_GO] =
        (struct dialog_button){.label = GO_LABELS[w->answers.kind], .danger = w->kind->moves};
    p->dialog = (struct dialog){.title = w->kind->title,
                                .role = w->kind->moves ? ROLE_DANGER : ROLE_FOCUS,
                                .buttons = p->buttons,
                                .n_buttons = BUTTONS,
                                .extra = paint_said,
                                .ctx = p};
    dialog_open(&p->dialog);
    set_fields(p);
    return &p->base;
}
