/* page_options: how it is done beside what is mapped; and what will happen on
 * the way: boot order, callouts, the time to think. See wizard.h. */
#include "tui/wizard/wizard.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "widgets/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 6, NOTES_MAX = 10, TEXT_MAX = 128 };
#define FOR(kind) (1u << (kind))
#define MOVES (FOR(WIZARD_FAILOVER) | FOR(WIZARD_FAILBACK))

static const char *const NEW_FIRST[] = {"new", "keep"};
static const char *const KEEP_FIRST[] = {"keep", "new"};
static const char *const PARTIAL[] = {"rollback", "keep"};

/* The first choice, and an empty box or text, are what stands unless answered. */
static const struct option {
    const char *key;
    unsigned kinds;
    enum field_kind kind;
    const char *label, *hint;
    const char *const *choices;
} OPTIONS[] = {
    {"no_cleanup", FOR(WIZARD_DRILL), FIELD_CHECK, "Clean up afterwards",
     "otherwise the copies stay until you clean up (C)", NULL},
    {"canary", FOR(WIZARD_DRILL) | MOVES, FIELD_CHECK, "A canary first",
     "one server is made alone, and you are asked before the others begin", NULL},
    {"reverse_replication", FOR(WIZARD_FAILBACK), FIELD_CHECK, "Then replicate the other way again",
     "the confirmation waits until the other site has all of it", NULL},
    {"addresses", FOR(WIZARD_DRILL), FIELD_CHOICE, "Addresses",
     "new ones; keep only where the network is apart from production's", NEW_FIRST},
    {"addresses", MOVES, FIELD_CHOICE, "Addresses", "those of the servers where they fit, or new ones",
     KEEP_FIRST},
    {"on_partial", FOR(WIZARD_FAILOVER), FIELD_CHOICE, "If a member fails",
     "all is taken back, or what is up is kept", PARTIAL},
    {"floating_ip", MOVES, FIELD_TEXT, "Floating IPs of",
     "an external network there: each interface that has one gets one of it; empty: as the group has it", NULL},
    {"test_project", FOR(WIZARD_DRILL), FIELD_TEXT, "Test project",
     "the id of another project there; empty: the cloud's own", NULL},
};

struct options_page {
    struct page base;
    struct form form;
    struct field fields[OPTIONS_MAX + NOTES_MAX];
    const struct option *what[OPTIONS_MAX]; /* of the fields that ask */
    size_t asks;
    struct input text; /* of the one field that is typed */
    struct rect form_at, hint_at; /* the latter empty where hints stand elsewhere */
    bool notes_cut; /* not all of them is seen */
    char notes[NOTES_MAX][200];
};

static const struct options_page *of_const(const void *p)
{
    return p;
}

/* ---- what stands, and what was answered ------------------------------------------------- */

static bool stands_checked(const struct wizard *w, const struct option *o)
{
    return text_equal(o->key, "no_cleanup") && json_flag(w->proposal.data, "auto_cleanup", true);
}

/* What stands for a choice: an unplanned failover keeps what is up. */
static const char *stands_chosen(const struct wizard *w, const struct option *o)
{
    bool keeps = text_equal(o->key, "on_partial") && answers_unplanned(&w->answers);
    return keeps ? "keep" : o->choices[0];
}

static void show(const struct wizard *w, const struct option *o, struct field *f)
{
    const char *text = json_text(w->answers.given, o->key);
    if (o->kind == FIELD_CHECK) {
        bool turned = text_equal(o->key, "no_cleanup");
        f->checked = json_object_get(w->answers.given, o->key)
                         ? json_flag(w->answers.given, o->key, false) != turned
                         : stands_checked(w, o);
    } else if (o->kind == FIELD_CHOICE) {
        text = *text ? text : stands_chosen(w, o);
        f->chosen = !text_equal(text, o->choices[0]);
    } else if (!text_equal(text, input_text(f->input))) {
        input_set(f->input, text);
    }
}

static void answer(struct wizard *w, const struct option *o, const struct field *f)
{
    if (o->kind == FIELD_CHECK) {
        bool value = f->checked != text_equal(o->key, "no_cleanup");
        answers_put(&w->answers, o->key,
                    f->checked == stands_checked(w, o) ? NULL : json_boolean(value));
    } else if (o->kind == FIELD_CHOICE) {
        const char *text = o->choices[f->chosen];
        answers_put_text(&w->answers, o->key, text_equal(text, stands_chosen(w, o)) ? "" : text);
    } else {
        answers_put_text(&w->answers, o->key, input_text(f->input));
    }
}

/* ---- what will happen on the way ------------------------------------------------------------ */

static void note(struct options_page *p, enum role role, const char *text)
{
    size_t n = p->form.n - p->asks;
    if (n >= NOTES_MAX)
        return;
    safe_text(p->notes[n], sizeof p->notes[n], text);
    p->fields[p->form.n++] =
        (struct field){.kind = FIELD_NOTE, .label = p->notes[n], .role = role};
}

static void note_boot(struct options_page *p, const struct boot_group *g, size_t number)
{
    char text[400];
    size_t used = (size_t)snprintf(text, sizeof text, "  boot %zu  %.60s: ", number, g->name);
    for (size_t i = 0; i < g->member_count && used + 70 < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.48s", i ? ", " : "",
                                 g->members[i]);
    if (g->wait_count && used + 70 < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, "; waits for %.40s",
                                 g->wait_for[0].check);
    if (g->callout_before.argc && used + 70 < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, "; first runs %.40s",
                                 g->callout_before.argv[0]);
    if (g->callout.argc && used + 70 < sizeof text)
        used += (size_t)snprintf(text + used, sizeof text - used, "; runs %.40s",
                                 g->callout.argv[0]);
    if (g->prompt && *g->prompt && used + 10 < sizeof text)
        snprintf(text + used, sizeof text - used, "; asks");
    note(p, ROLE_TEXT, text);
}

static void note_all(struct options_page *p)
{
    const struct wizard *w = p->base.w;
    const struct group *g = w->record;
    const json_t *window = json_map(w->proposal.data, "commit_window");
    char text[200];
    p->form.n = p->asks;
    note(p, ROLE_DIM, g->boot.count ? "Boot order, as the group has it:"
                                    : "No boot order: all servers begin at once.");
    for (size_t i = 0; i < g->boot.count && i < NOTES_MAX - 3; i++)
        note_boot(p, &g->boot.groups[i], i + 1);
    if (!w->kind->moves)
        return;
    if (window)
        snprintf(text, sizeof text, "%lld minute%s after its end it is settled by itself: %s.",
                 (long long)json_int(window, "minutes", 0),
                 json_int(window, "minutes", 0) == 1 ? "" : "s",
                 w->answers.kind == WIZARD_FAILBACK ? "confirm" : json_text(window, "action"));
    else
        snprintf(text, sizeof text, "Then a person decides: %s.",
                 w->answers.kind == WIZARD_FAILBACK ? "confirm or take back (Y, N)"
                                                    : "commit or roll back (M, R)");
    note(p, ROLE_DIM, text);
}

/* ---- the page ---------------------------------------------------------------------------------- */

static void options_take(struct page *base)
{
    struct options_page *p = (struct options_page *)base;
    for (size_t i = 0; i < p->asks; i++)
        show(base->w, p->what[i], &p->fields[i]);
    note_all(p);
}

static void options_state(const struct page *base, struct page_state *ret)
{
    const struct options_page *p = of_const(base);
    size_t answered = 0;
    if (p->asks == 0) {
        ret->mark = PAGE_OFF;
        return;
    }
    for (size_t i = 0; i < p->asks; i++)
        answered += json_object_get(base->w->answers.given, p->what[i]->key) != NULL;
    if (answered)
        snprintf(ret->note, sizeof ret->note, "%zu changed", answered);
    else
        snprintf(ret->note, sizeof ret->note, "as they stand");
}

static void explain(struct options_page *p, bool on)
{
    for (size_t i = 0; i < p->asks; i++)
        p->fields[i].hint = on ? p->what[i]->hint : NULL;
}

/* What the longest of the hints takes: the form keeps its place while one goes about in it. */
static int hint_rows(const struct options_page *p, const struct canvas *cv, int w)
{
    int most = 0;
    for (size_t i = 0; i < p->asks; i++) {
        int rows = paint_wrapped_rows(cv, w, p->what[i]->hint);
        most = rows > most ? rows : most;
    }
    return most;
}

/* Each hint under its field where all of that fits; else that of the field in focus: in the
 * panel beside or below the page, and without one below the form. */
static void options_layout(struct page *base, const struct ui *ui, const struct canvas *cv,
                           struct rect area)
{
    struct options_page *p = (struct options_page *)base;
    (void)ui;
    explain(p, true);
    bool below = form_rows(&p->form, area.w) > area.h;
    explain(p, !below);
    below &= rect_empty(base->w->side_at);
    p->hint_at = rect_cut_bottom(&area, below ? hint_rows(p, cv, area.w) : 0);
    p->form_at = area;
    p->notes_cut = form_rows(&p->form, area.w) > area.h;
    p->form.focused = p->asks > 0;
    form_layout(&p->form, area);
}

static void options_paint(const struct page *base, struct canvas *cv, struct rect area)
{
    const struct options_page *p = of_const(base);
    (void)area;
    form_paint(&p->form, cv, p->form_at);
    if (!rect_empty(p->hint_at))
        paint_wrapped(cv, p->hint_at, ROLE_DIM, p->what[p->form.focus]->hint);
}

static bool options_typing(const struct page *base)
{
    const struct options_page *p = of_const(base);
    return p->asks && p->fields[p->form.focus].kind == FIELD_TEXT;
}

static void options_detail(const struct page *base, struct buf *out)
{
    const struct options_page *p = of_const(base);
    if (p->asks)
        buf_printf(out, "%s: %s\n", p->what[p->form.focus]->label, p->what[p->form.focus]->hint);
    for (size_t i = p->asks; p->notes_cut && i < p->form.n; i++)
        buf_printf(out, "%s\n", p->fields[i].label);
}

static unsigned options_key(struct page *base, struct ui *ui, ui_key key)
{
    struct options_page *p = (struct options_page *)base;
    unsigned bits = p->asks ? form_key(&p->form, key) : UI_IGNORED;
    if (bits & UI_CHANGED) {
        answer(base->w, p->what[p->form.focus], &p->fields[p->form.focus]);
        wizard_changed(base->w, ui);
    }
    return bits;
}

static void options_close(struct page *base)
{
    input_release(&((struct options_page *)base)->text);
    free(base);
}

static const struct page_ops OPTIONS_PAGE = {
    .title = "Options",
    .about = "What is left alone stands as the group has it.",
    .keys = "Space ticks  Left Right choose",
    .take = options_take,
    .state = options_state,
    .detail = options_detail,
    .layout = options_layout,
    .paint = options_paint,
    .key = options_key,
    .typing = options_typing,
    .close = options_close,
};

struct page *page_options(struct wizard *w)
{
    struct options_page *p = xcalloc(1, sizeof *p);
    p->base = (struct page){.ops = &OPTIONS_PAGE, .w = w};
    input_init(&p->text, TEXT_MAX);
    for (size_t i = 0; i < sizeof OPTIONS / sizeof OPTIONS[0]; i++) {
        const struct option *o = &OPTIONS[i];
        if (!(o->kinds & FOR(w->answers.kind)))
            continue;
        p->what[p->asks] = o;
        p->fields[p->asks++] = (struct field){.kind = o->kind,
                                              .label = o->label,
                                              .choices = o->choices,
                                              .n_choices = o->choices ? 2 : 0,
                                              .input = o->kind == FIELD_TEXT ? &p->text : NULL};
    }
    p->form = (struct form){.fields = p->fields, .n = p->asks};
    if (p->asks)
        form_reset(&p->form);
    return &p->base;
}
