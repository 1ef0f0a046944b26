#include "tui/linear/menu.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "tui/format.h"
#include "tui/groupshow.h"
#include "tui/linear/talk.h"
#include "tui/linear/tell.h"
#include "tui/opcells.h"
#include "tui/opshow.h"
#include "tui/words.h"
#include "widgets/match.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_TOLD = 40, HISTORY_TOLD = 20 };

unsigned place_context(enum place_kind kind)
{
    static const unsigned CONTEXTS[PLACE_KINDS] = {CTX_HOME, CTX_GROUP, CTX_SITE, CTX_WATCH,
                                                   CTX_HISTORY};
    return CONTEXTS[kind];
}

void menu_release(struct menu *m)
{
    free(m->rows);
    *m = (struct menu){.rows = NULL};
}

/* ---- what something is done to ----------------------------------------------------- */

/* As it is in the journal now; it may be older than what snapshots hold. */
static void take_operation(struct menu_subject *m, struct talk *t, const char *id)
{
    json_t *op = NULL, *args = json_object();
    json_put_text(args, "operation_id", id);
    if (session_call(&t->s, "operation_show", args, &op, NULL))
        return;
    m->op = xcalloc(1, sizeof(*m->op));
    opshow_json(m->op, op);
    json_decref(op);
    m->act.room = opshow_subject(m->op);
    m->act.operation = m->op->known ? &m->act.room : NULL;
    m->act.group = snapshot_group(m->now, m->op->group ? m->op->group : "");
}

void menu_subject_take(struct menu_subject *m, struct talk *t, enum deed_about about,
                       const char *name)
{
    *m = (struct menu_subject){.now = door_snapshot(t->s.door)};
    m->act.snapshot = m->now;
    if (about == ABOUT_OPERATION) {
        take_operation(m, t, name);
    } else if (about == ABOUT_SITE) {
        m->act.opens = OPENS_SITE;
        m->act.site = snapshot_site(m->now, name);
    } else if (about == ABOUT_GROUP) {
        const struct group_view *g = snapshot_group(m->now, name);
        m->act.opens = OPENS_GROUP;
        if (g)
            groupshow_subject(m->now, g, &m->act);
    }
}

void menu_subject_release(struct menu_subject *m)
{
    if (m->op)
        opshow_release(m->op);
    free(m->op);
    snapshot_unref(m->now);
    *m = (struct menu_subject){.now = NULL};
}

/* ---- rows ---------------------------------------------------------------------------- */

/* Its number, from 1. */
static size_t add_row(struct talk *t, struct menu_row r)
{
    struct menu *m = &t->menu;
    m->rows = xgrow(m->rows, &m->room, m->count + 1, sizeof(*m->rows));
    m->rows[m->count++] = r;
    return m->count;
}

static void go_row(struct talk *t, enum place_kind kind, const char *name, const char *text)
{
    struct menu_row r = {.to = {.kind = kind}};
    snprintf(r.to.name, sizeof(r.to.name), "%s", name);
    fprintf(t->s.out, "%zu. %s\n", add_row(t, r), text);
}

/* "5. commit (M)" */
static void put_name(FILE *out, size_t number, const struct deed *d)
{
    char room[UI_KEY_NAME_MAX];
    const char *key = deed_key(d, room);
    fprintf(out, "%zu. %s%s%s%s", number, deed_name(d), *key ? " (" : "", key, *key ? ")" : "");
}

enum { REASON_SIZE = 200 };

/* What may not be done is told once a reason, under its own number all the same. */
static void refused_rows(FILE *out, const struct menu *m, size_t from,
                         char (*reasons)[REASON_SIZE])
{
    for (size_t i = from; i < m->count; i++) {
        const char *reason = reasons[i - from];
        if (!*reason)
            continue;
        fputs("Not now: ", out);
        put_name(out, i + 1, m->rows[i].deed);
        for (size_t k = i + 1; k < m->count; k++)
            if (strcmp(reasons[k - from], reason) == 0) {
                fputs(", ", out);
                put_name(out, k + 1, m->rows[k].deed);
                reasons[k - from][0] = '\0';
            }
        fprintf(out, ": %s\n", reason);
    }
}

static void deed_rows(struct talk *t, const struct menu_subject *m)
{
    enum { DEEDS_MAX = 32 };
    char reasons[DEEDS_MAX][REASON_SIZE] = {{'\0'}};
    unsigned context = place_context(t->places[t->depth - 1].kind);
    size_t from = t->menu.count;
    for (const struct deed *d = DEEDS; d->words || d->own; d++) {
        if (!(d->contexts & context) || t->menu.count - from == DEEDS_MAX)
            continue;
        size_t number = add_row(t, (struct menu_row){.deed = d});
        if (!deed_enabled(d, &m->act, reasons[number - 1 - from], REASON_SIZE))
            continue;
        reasons[number - 1 - from][0] = '\0';
        put_name(t->s.out, number, d);
        fprintf(t->s.out, ": %s\n", deed_help(d));
    }
    refused_rows(t->s.out, &t->menu, from, reasons);
}

/* ---- home ---------------------------------------------------------------------------- */

static void group_rows(struct talk *t, const struct snapshot *now, const char *filter)
{
    char why[120], text[TELL_SIZE];
    struct match *match = match_new(filter, why, sizeof(why));
    size_t told = 0, fit = 0;
    if (!match)
        fprintf(t->s.out, "That filter is not understood: %s\n", why);
    for (size_t i = 0; i < now->groups->count; i++) {
        const struct group_view *g = now->groups->items[i];
        tell_group(text, now, g, clock_wall_ms());
        if (!match_passes(match, text) || fit++ >= GROUPS_TOLD)
            continue;
        go_row(t, AT_GROUP, g->group->name, text);
        told++;
    }
    if (fit > told)
        fprintf(t->s.out, "And %zu more: /WORD lists those with it, a name goes to one\n",
                fit - told);
    match_free(match);
}

static void tell_home(struct talk *t, const struct menu_subject *m, const char *filter)
{
    const struct snapshot *now = m->now;
    char text[TELL_SIZE];
    tell_head(t->s.out, now, clock_wall_ms());
    fprintf(t->s.out, "Protection groups: %zu%s%s\n", now->groups->count,
            *filter ? ", those with " : "", filter);
    group_rows(t, now, filter);
    fprintf(t->s.out, "Sites: %zu\n", now->sites->count);
    for (size_t i = 0; i < now->sites->count; i++) {
        tell_site(text, &now->sites->items[i]);
        go_row(t, AT_SITE, now->sites->items[i].name, text);
    }
    size_t running = 0;
    for (size_t i = 0; i < now->operations->count; i++)
        running += opshow_open(now->operations->items[i]->op);
    fprintf(t->s.out, "Running: %zu\n", running);
    for (size_t i = 0; i < now->operations->count; i++) {
        const struct op_view *v = now->operations->items[i];
        if (!opshow_open(v->op))
            continue;
        tell_operation(text, v);
        go_row(t, AT_OPERATION, v->op->id, text);
    }
}

/* ---- one thing ------------------------------------------------------------------------ */

static void tell_one_group(struct talk *t, const struct menu_subject *m, const char *name)
{
    char text[TELL_SIZE];
    if (!m->act.group) {
        fprintf(t->s.out, "There is no group of that name: %s\n", name);
        return;
    }
    tell_group(text, m->now, m->act.group, clock_wall_ms());
    fprintf(t->s.out, "%s\n", text);
    groupshow_strays(m->act.group, text, sizeof(text));
    if (*text)
        fprintf(t->s.out, "Runs where the group does not serve: %s\n", text);
}

static void tell_one_site(struct talk *t, const struct menu_subject *m, const char *name)
{
    char text[TELL_SIZE];
    if (!m->act.site) {
        fprintf(t->s.out, "There is no site of that name: %s\n", name);
        return;
    }
    tell_site(text, m->act.site);
    fprintf(t->s.out, "%s\n", text);
}

static void tell_fact(struct talk *t, const char *what, const char *value)
{
    char clean[TELL_SIZE];
    safe_text(clean, sizeof(clean), value);
    if (*clean)
        fprintf(t->s.out, "%s: %s\n", what, clean);
}

static void tell_one_operation(struct talk *t, const struct menu_subject *m, const char *id)
{
    const struct opshow *o = m->op;
    char text[TELL_SIZE], way[120];
    if (!o || !o->known) {
        fprintf(t->s.out, "There is no such operation: %s\n", id);
        return;
    }
    snprintf(text, sizeof(text), "%s %s, %s, %s: %s%s%s, %d%%", op_type_label(o->type),
             o->group, words_way(way, sizeof(way), o->type, o->source, o->target), o->id,
             words_status(o->status),
             o->verdict != VERDICT_NONE ? ", verdict " : "", words_verdict(o->verdict, o->stopped), o->progress);
    tell_fact(t, "Operation", text);
    tell_fact(t, "Failed", o->error);
    tell_fact(t, "What to do", o->remedy);
    tell_fact(t, "Asks", o->asks);
}

static void tell_history(struct talk *t, const char *group)
{
    struct pc_error err = {0};
    json_t *ops = NULL, *op, *args = json_object();
    size_t i;
    json_put_int(args, "limit", HISTORY_TOLD);
    if (*group)
        json_put_text(args, "group", group);
    if (session_call(&t->s, "operation_list", args, &ops, &err)) {
        report_error(t->s.out, &err);
        return;
    }
    fprintf(t->s.out, "History%s%s: the newest %zu (operation list has all)\n", *group ? " of " : "",
            group, json_array_size(ops));
    json_array_foreach(ops, i, op) {
        char text[TELL_SIZE], id[FORMAT_SIZE], began[FORMAT_SIZE], clean[TELL_SIZE];
        struct table_cell result = {.text = ""};
        opcells_result(op, &result);
        format_clock(began, sizeof(began), opcells_begin(op), false);
        snprintf(text, sizeof(text), "%s %s %s, %s: %s", opcells_type(op),
                 json_text(op, "protection_group"), format_id(id, sizeof(id), json_text(op, "id")),
                 began, result.text);
        safe_text(clean, sizeof(clean), text);
        go_row(t, AT_OPERATION, json_text(op, "id"), clean);
    }
    json_decref(ops);
}

void menu_tell(struct talk *t, const char *filter)
{
    static const enum deed_about ABOUT[PLACE_KINDS] = {
        [AT_GROUP] = ABOUT_GROUP, [AT_SITE] = ABOUT_SITE, [AT_OPERATION] = ABOUT_OPERATION};
    const struct place *at = &t->places[t->depth - 1];
    struct menu_subject m;
    t->menu.count = 0;
    talk_changes(t, NULL); /* what is told now needs not be told as a change */
    menu_subject_take(&m, t, ABOUT[at->kind], at->name);
    if (at->kind == AT_HOME)
        tell_home(t, &m, filter);
    else if (at->kind == AT_GROUP)
        tell_one_group(t, &m, at->name);
    else if (at->kind == AT_SITE)
        tell_one_site(t, &m, at->name);
    else if (at->kind == AT_OPERATION)
        tell_one_operation(t, &m, at->name);
    else
        tell_history(t, at->name);
    fputs("Actions\n", t->s.out);
    deed_rows(t, &m);
    menu_subject_release(&m);
}
