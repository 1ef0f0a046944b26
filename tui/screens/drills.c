/*
 * drills: one question for the drills of several marked groups.
 *
 * Of every group a dry run is asked as it opens, with its own stored mapping
 * and checks, as the wizard does: what it makes, and what its readiness says.
 * Only those that may start are started, the others stay in the list with what
 * stands in their way. More than one takes more than a key: the site that they
 * fill is typed. UI thread.
 */
#include "tui/screens/screens.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/confirming.h"
#include "tui/planwords.h"
#include "widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHOWN_MOST = 9, WIDTH = 76 };

struct candidate {
    char id[OP_ID_SIZE], name[NAME_SIZE];
    bool answered, fine;
    char note[200];
};

struct drills {
    struct screen base;
    struct dialog dialog;
    struct dialog_button buttons[2];
    struct confirming confirming;
    struct field fields[CONFIRMING_FIELDS];
    struct form form;
    struct candidate *list; /* owned */
    size_t count;
    char title[60], label[40], price[200];
    json_t *counts; /* of all that may start, added up; owned */
    size_t asked;   /* whose dry run is on its way; they come in order */
    bool begun;
};

static struct drills *of(struct screen *s)
{
    return (struct drills *)s;
}

static size_t fine(const struct drills *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++)
        n += d->list[i].fine;
    return n;
}

static void set_button(struct drills *d, const struct ui *ui)
{
    size_t n = fine(d);
    struct dialog_button *b = &d->buttons[1];
    snprintf(d->label, sizeof d->label, "Start %zu drill%s", n, n == 1 ? "" : "s");
    b->reason = ui->snap->read_only          ? "the console is read-only"
                : d->asked < d->count        ? "both sites are being read"
                : n == 0                     ? "none of them may start"
                                             : confirming_missing(&d->confirming);
    b->disabled = b->reason != NULL;
}

/* ---- the dry runs -------------------------------------------------------------------- */

static void next(struct drills *d, struct ui *ui);

/* The price in what counts most; the wizard tells all of it. */
static void add_up(json_t *to, const json_t *counts)
{
    static const char *const COUNTED[] = {"volumes", "servers", "networks"};
    for (size_t i = 0; i < sizeof COUNTED / sizeof COUNTED[0]; i++)
        json_put_int(to, COUNTED[i], json_int(to, COUNTED[i], 0) + json_int(counts, COUNTED[i], 0));
}

static void add_price(struct drills *d, const json_t *counts)
{
    add_up(d->counts, counts);
    planwords_counts(d->counts, d->price, sizeof d->price);
    d->dialog.note = d->price[0] ? d->price : NULL;
}

/* What stands in its way first of all; else what it makes, and how ready it is. */
static void say(struct candidate *c, const json_t *plan)
{
    struct planwords words = {0};
    json_t *counts = json_object();
    char makes[100], ready[80];
    planwords_take(&words, plan);
    for (size_t i = 0; i < words.count && !c->note[0]; i++)
        if (words.items[i].kind == PLANWORD_BLOCK)
            safe_text(c->note, sizeof c->note, words.items[i].text);
    planwords_release(&words);
    planwords_readiness(json_map(plan, "readiness"), ready, sizeof ready);
    add_up(counts, json_map(plan, "counts"));
    planwords_counts(counts, makes, sizeof makes);
    if (!c->note[0])
        snprintf(c->note, sizeof c->note, "%s%s%s", ready, c->fine && *makes ? "; makes " : "",
                 c->fine ? makes : "");
    json_decref(counts);
}

static void looked(struct screen *s, struct ui *ui, const struct pc_error *err, const json_t *data)
{
    struct drills *d = of(s);
    struct candidate *c = &d->list[d->asked++];
    c->answered = true;
    c->fine = !err && plan_ready(data);
    if (err)
        safe_text(c->note, sizeof c->note, err->text);
    else
        say(c, data);
    if (c->fine)
        add_price(d, json_map(data, "counts"));
    next(d, ui);
}

static void next(struct drills *d, struct ui *ui)
{
    char ignored[200];
    while (d->asked < d->count) {
        struct candidate *c = &d->list[d->asked];
        struct act_subject subject = {.snapshot = ui->snap,
                                      .group = snapshot_group(ui->snap, c->id)};
        if (action_enabled(&ACTIONS[ACT_DRILL], &subject, ignored, sizeof ignored)) {
            json_t *args = json_object();
            json_put_text(args, "group", c->id);
            json_put_flag(args, "dry_run", true);
            ui_ask(ui, &d->base, ACTIONS[ACT_START].verb, args, looked);
            break;
        }
        c->answered = true;
        safe_text(c->note, sizeof c->note, ignored);
        d->asked++;
    }
    set_button(d, ui);
}

static void drills_sync(struct screen *s, struct ui *ui)
{
    struct drills *d = of(s);
    if (!d->begun)
        next(d, ui);
    d->begun = true;
}

/* ---- the start -------------------------------------------------------------------------- */

static void started(struct screen *self, struct ui *ui, const struct pc_error *err,
                    const json_t *data)
{
    (void)self;
    if (err)
        ui_say_error(ui, err);
    else
        ui_say(ui, ROLE_OK, "the drill of %.100s has begun", json_text(data, "protection_group"));
}

static void start(const struct drills *d, struct ui *ui)
{
    for (size_t i = 0; i < d->count; i++) {
        if (!d->list[i].fine)
            continue;
        json_t *args = json_object();
        json_put_text(args, "group", d->list[i].id);
        ui_ask(ui, NULL, ACTIONS[ACT_START].verb, args, started);
    }
}

static unsigned drills_key(struct screen *s, struct ui *ui, ui_key key)
{
    struct drills *d = of(s);
    if (key == UI_KEY_CTRL('L'))
        return UI_IGNORED;
    set_button(d, ui); /* a key is judged by what is so now */
    unsigned bits = dialog_key(&d->dialog, key);
    set_button(d, ui);
    if (bits & UI_DONE)
        start(d, ui);
    if (bits & (UI_DONE | UI_CANCEL))
        ui_close(ui, s);
    return UI_HANDLED;
}

/* ---- how it looks ------------------------------------------------------------------------- */

static void paint_list(const void *ctx, struct canvas *cv, struct rect area)
{
    const struct drills *d = ctx;
    for (size_t i = 0; i < d->count; i++) {
        const struct candidate *c = &d->list[i];
        struct rect row = rect_cut_top(&area, 1);
        enum role role = !c->answered ? ROLE_DIM : c->fine ? ROLE_OK : ROLE_DANGER;
        struct pen pen = pen_on(cv, row.y, row.x, row.w);
        if (rect_empty(area) && i + 1 < d->count) {
            pen_textf(&pen, ROLE_DIM, "and %zu more", d->count - i);
            return;
        }
        pen_glyph(&pen, role, !c->answered ? GLYPH_WAIT : c->fine ? GLYPH_OK : GLYPH_FAIL);
        pen_textf(&pen, ROLE_STRONG, " %s  ", c->name);
        pen_text(&pen, role, c->answered ? c->note : "reading");
    }
}

static void drills_layout(struct screen *s, const struct ui *ui, const struct canvas *cv,
                          struct rect body)
{
    (void)ui;
    (void)cv;
    dialog_layout(&of(s)->dialog, body);
}

static void drills_paint(const struct screen *s, const struct ui *ui, struct canvas *cv,
                         struct rect body)
{
    (void)ui;
    dialog_paint(&((const struct drills *)s)->dialog, cv, body);
}

static void drills_close(struct screen *s)
{
    confirming_release(&of(s)->confirming);
    json_decref(of(s)->counts);
    free(of(s)->list);
    free(s);
}

static const struct screen_ops DRILLS = {
    .name = "drills",
    .context = CTX_DIALOG,
    .overlay = true,
    .sync = drills_sync,
    .layout = drills_layout,
    .paint = drills_paint,
    .key = drills_key,
    .close = drills_close,
};

/* The site where all of them are made; NULL: they are not made at the same one. */
static const char *common_target(const struct group_view *const *groups, size_t count)
{
    const char *site = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct group *g = groups[i]->group;
        const char *to = text_equal(g->current_primary, g->primary) ? g->secondary : g->primary;
        if (site && !text_equal(site, to))
            return NULL;
        site = to;
    }
    return site;
}

static void ask_to_confirm(struct drills *d, const char *site)
{
    char count[40];
    snprintf(count, sizeof count, "%zu drills", d->count);
    confirming_init(&d->confirming, danger_of(ACTION_TEST_FAILOVER, d->count),
                    site ? "Site to drill on" : "Count of drills", site ? site : count, NULL);
    d->confirming.no_reason = d->confirming.explained = true;
    d->form = (struct form){.fields = d->fields,
                            .n = confirming_fields(&d->confirming, d->fields)};
    form_reset(&d->form);
}

struct screen *drills_open(const struct group_view *const *groups, size_t count)
{
    struct drills *d = xcalloc(1, sizeof *d);
    d->base.ops = &DRILLS;
    d->list = xcalloc(count + 1, sizeof *d->list);
    d->count = count;
    d->counts = json_object();
    for (size_t i = 0; i < count; i++) {
        safe_text(d->list[i].id, sizeof d->list[i].id, groups[i]->group->id);
        safe_text(d->list[i].name, sizeof d->list[i].name, groups[i]->group->name);
    }
    snprintf(d->title, sizeof d->title, "Drills of %zu groups", count);
    d->buttons[0] = (struct dialog_button){.label = "Not now", .key = 'n', .safe = true};
    d->buttons[1] = (struct dialog_button){
        .label = d->label, .disabled = true, .reason = "both sites are being read"};
    snprintf(d->label, sizeof d->label, "Start");
    ask_to_confirm(d, common_target(groups, count));
    d->dialog = (struct dialog){
        .title = d->title,
        .body = "Each with its stored mapping and checks. They run beside each other, as many at a "
                "time as the configuration permits; the primary site is not touched.",
        .form = d->form.n ? &d->form : NULL,
        .buttons = d->buttons,
        .n_buttons = 2,
        .width = WIDTH,
        .extra = paint_list,
        .ctx = d,
        .extra_rows = (int)(count < SHOWN_MOST ? count : SHOWN_MOST),
    };
    dialog_open(&d->dialog);
    return &d->base;
}
