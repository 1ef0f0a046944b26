/* spoil: see spoil.h. */
#include "tests/tui/support/spoil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a kind begins with; it goes on with `more`, again and again, to `size` bytes. */
static const struct {
    const char *begin, *more;
    size_t size;
} KINDS[] = {
    {"\033[31m\033]0;owned\a\033[2J", "A", 10000},              /* sequences, and very long */
    {"x\302\2332J\302\2350;owned\302\234", "\302\205", 200},     /* C1 in UTF-8 */
    {"\2332J\2350;owned\234\220\237", "\377\376", 300},          /* C1 as bytes, no UTF-8 */
    {"\342\200\256gpj.evil\342\201\246", "\342\200\217", 90},    /* bidirectional */
    {"we\342\200\213b-\342\201\2401\357\273\277", "\342\200\215", 900}, /* zero width */
    {"Z\314\201a\314\202l", "\314\210", 4000},                  /* marks without end */
    {"\345\220\215\345\211\215", "\346\227\245", 600},           /* two columns each */
    {"a\r\b\b\bz\tq\n\vx\f\016", "\n", 400},                     /* what moves the cursor */
    {"\033P1;1|17/ab\033\\\033[6n\033[c\005", "\033[5i", 100},   /* what makes it answer, print */
    {"%s%n%p%1000000d", "%s", 700},                              /* formats */
    {"\364\217\277\277\355\240\200\300\257\360\237", "\342\202", 99}, /* bad UTF-8 */
    {"\360\237\221\250\342\200\215\360\237\221\251", "\357\270\217", 120}, /* joined pictures */
    {"\342\200\250\342\200\251\302\255\363\240\201\201", "\343\205\244", 150}, /* unseen */
    {"\033]8;;http://evil/\a\033]52;c;ZXZpbA==\a", "\033[?1049l", 250}, /* links, clipboard */
    {"", "", 1},                                                 /* no name at all */
    {"   ", " ", 64},
    {"--force -rf /*;$(reboot)`reboot`'\"", "\\", 80},           /* for a shell that it is pasted into */
};
const size_t SPOIL_KINDS = sizeof KINDS / sizeof KINDS[0];

const char *spoil_text(size_t kind)
{
    static char *texts[sizeof KINDS / sizeof KINDS[0]];
    kind %= SPOIL_KINDS;
    if (!texts[kind]) {
        size_t at = strlen(KINDS[kind].begin), n = strlen(KINDS[kind].more);
        char *text = xcalloc(1, KINDS[kind].size + at + n + 1);
        memcpy(text, KINDS[kind].begin, at);
        for (; n > 0 && at < KINDS[kind].size; at += n)
            memcpy(text + at, KINDS[kind].more, n);
        texts[kind] = text; /* for as long as the program runs */
    }
    return texts[kind];
}

/* ---- snapshots ------------------------------------------------------------------ */

/* Cut wherever the room ends, even within a character. */
static void put(char *dst, size_t size, size_t *kind)
{
    snprintf(dst, size, "%s", spoil_text((*kind)++));
}

static void set(struct arena *a, const char **text, size_t *kind)
{
    *text = arena_strdup(a, spoil_text((*kind)++));
}

static void spoil_sites(struct site_list *l, size_t *kind)
{
    for (size_t i = 0; i < l->count; i++) {
        struct site_view *s = &l->items[i];
        put(s->name, sizeof s->name, kind);
        put(s->cloud, sizeof s->cloud, kind);
        put(s->auth_url, sizeof s->auth_url, kind);
        put(s->region, sizeof s->region, kind);
        put(s->user, sizeof s->user, kind);
        put(s->project, sizeof s->project, kind);
        for (size_t k = 0; k < SITE_SERVICES; k++) {
            put(s->services[k].version, sizeof s->services[k].version, kind);
            put(s->services[k].error, sizeof s->services[k].error, kind);
        }
    }
}

static void spoil_member(struct group *g, struct member *m, size_t *kind)
{
    const char **texts[] = {&m->id, &m->name, &m->status, &m->flavor.id, &m->flavor.name,
                            &m->key_name, &m->availability_zone, &m->description};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        set(&g->arena, texts[i], kind);
    for (size_t i = 0; i < m->nic_count; i++) {
        struct nic *n = &m->nics[i];
        const char **of_nic[] = {&n->port_id, &n->network_id, &n->network_name,
                                 &n->segment, &n->ip, &n->mac};
        for (size_t k = 0; k < sizeof of_nic / sizeof of_nic[0]; k++)
            set(&g->arena, of_nic[k], kind);
    }
    for (size_t i = 0; i < m->volume_count; i++) {
        struct volume *v = &m->volumes[i];
        const char **of_volume[] = {&v->id, &v->name, &v->type, &v->device, &v->image_id,
                                    &v->image_name};
        for (size_t k = 0; k < sizeof of_volume / sizeof of_volume[0]; k++)
            set(&g->arena, of_volume[k], kind);
    }
}

static void spoil_group(struct group *g, size_t *kind)
{
    const char **texts[] = {&g->name, &g->description, &g->primary, &g->secondary,
                            &g->current_primary, &g->array_group, &g->array_group_secondary,
                            &g->split.reason};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        set(&g->arena, texts[i], kind);
    for (size_t i = 0; i < g->member_count; i++)
        spoil_member(g, &g->members[i], kind);
    for (size_t i = 0; i < g->health_check_count; i++)
        set(&g->arena, &g->health_checks[i], kind);
    for (size_t i = 0; i < g->split.server_count; i++) {
        set(&g->arena, &g->split.servers[i].id, kind);
        set(&g->arena, &g->split.servers[i].name, kind);
    }
}

static void spoil_operation(struct op_view *v, size_t *kind)
{
    struct operation *op = v->op;
    put(op->group, sizeof op->group, kind);
    put(op->source_site, sizeof op->source_site, kind);
    put(op->target_site, sizeof op->target_site, kind);
    put(op->recovery_point, sizeof op->recovery_point, kind);
    if (op->error_message[0])
        put(op->error_message, sizeof op->error_message, kind);
    put(op->remedy, sizeof op->remedy, kind);
    for (size_t i = 0; i < op->plan->count; i++) {
        set(&op->plan->arena, &op->plan->steps[i].subject, kind);
        put(op->steps[i].detail, sizeof op->steps[i].detail, kind);
        put(op->steps[i].resource_id, sizeof op->steps[i].resource_id, kind);
    }
    for (size_t i = 0; i < v->event_count; i++)
        put(v->events[i].text, sizeof v->events[i].text, kind);
}

void spoil_snapshot(struct snapshot *s, size_t first)
{
    size_t kind = first;
    put(s->engine, sizeof s->engine, &kind);
    put(s->notice, sizeof s->notice, &kind);
    spoil_sites(s->sites, &kind);
    for (size_t i = 0; i < s->groups->count; i++) {
        spoil_group(s->groups->items[i]->group, &kind);
        put(s->groups->items[i]->replication_error, sizeof s->groups->items[i]->replication_error,
            &kind);
    }
    for (size_t i = 0; i < s->operations->count; i++)
        spoil_operation(s->operations->items[i], &kind);
}

/* ---- replies -------------------------------------------------------------------- */

/* Says what a thing is, and not how it is called. */
static bool tells_what(const char *key)
{
    static const char *const keys[] = {"id", "operation_id", "protection_group_id", "status",
                                       "state", "verdict", "operation_type", "level", "phase",
                                       "kind", "key", "check", "severity", "type", "result",
                                       "instance_id"};
    size_t len = strlen(key);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return len > 3 && strcmp(key + len - 3, "_at") == 0;
}

static void spoil_value(const char *key, json_t *v, size_t *kind, bool keep)
{
    const char *name;
    json_t *inner;
    size_t i;
    json_object_foreach (v, name, inner)
        spoil_value(name, inner, kind, keep);
    json_array_foreach (v, i, inner)
        spoil_value(key, inner, kind, keep);
    if (!json_is_string(v) || (keep && tells_what(key)))
        return;
    while (json_string_set(v, spoil_text((*kind)++)) != 0)
        continue; /* no JSON can bring bytes that are not UTF-8 */
}

json_t *spoil_json(json_t *o, size_t first, bool keep)
{
    size_t kind = first;
    spoil_value("", o, &kind, keep);
    return o;
}
