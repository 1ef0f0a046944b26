#include "backend/model/group.h"

#include "backend/base/json.h"
#include "backend/model/group_shape.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_err group_read(const char *text, size_t size, struct image_pool *pool, struct group **ret,
                       struct pc_error *err)
{
    struct group *g = xcalloc(1, sizeof(*g));
    struct image_pool own = {.count = 0};
    atomic_init(&g->refs, 1);
    arena_init(&g->arena);
    arena_expect(&g->arena, size / 8 * 5); /* what the text of most comes to */
    enum pc_err rc =
        shape_read(&GROUP_SHAPE, g, text, size, &g->arena, pool ? pool : &own, err);
    const struct {
        const char *key, *value;
    } required[] = {
        {"id", g->id}, {"name", g->name}, {"primary", g->primary}, {"secondary", g->secondary}};
    for (size_t i = 0; !rc && i < sizeof(required) / sizeof(required[0]); i++)
        if (!*required[i].value)
            rc = pc_error_set(err, PC_ERR_INVALID, NULL, "a protection group without %s",
                              required[i].key);
    image_pool_release(&own);
    if (rc)
        group_unref(g);
    else
        *ret = g;
    return rc;
}

enum pc_err group_from_json(const json_t *o, struct group **ret, struct pc_error *err)
{
    char *text = json_compact(o);
    enum pc_err rc = group_read(text, strlen(text), NULL, ret, err);
    free(text);
    return rc;
}

json_t *group_to_json(const struct group *g)
{
    return shape_write(&GROUP_SHAPE, g);
}

struct group *group_ref(const struct group *g)
{
    struct group *shared = (struct group *)(uintptr_t)g; /* only the count changes */
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

/* What the arena does not own. */
static void release_server(const struct member *m)
{
    json_decref(m->metadata);
    for (size_t k = 0; k < m->nic_count; k++)
        json_decref(m->nics[k].address_pairs);
    for (size_t k = 0; k < m->volume_count; k++) {
        json_decref(m->volumes[k].metadata);
        image_facts_unref(m->volumes[k].image);
    }
}

void group_unref(struct group *g)
{
    if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < g->member_count; i++) {
        release_server(&g->members[i]);
        for (size_t k = 0; k < g->members[i].predecessor_count; k++)
            release_server(&g->members[i].predecessors[k].server);
    }
    arena_release(&g->arena);
    free(g);
}

const char *nic_segment(char *dst, size_t size, const json_t *network)
{
    const char *type = json_text(network, "provider:network_type");
    if (!*type)
        *dst = '\0';
    else
        snprintf(dst, size, "%.40s %.60s %lld", type,
                 json_text(network, "provider:physical_network"),
                 (long long)json_int(network, "provider:segmentation_id", 0));
    return dst;
}

size_t group_volume_count(const struct group *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->member_count; i++)
        n += g->members[i].volume_count;
    return n;
}

const char *group_on_array_of(const struct group *g, const char *site)
{
    const char *name = strcmp(site, g->primary) == 0 ? g->array_group : g->array_group_secondary;
    return *name ? name : g->name;
}

const char *group_on_array(const struct group *g)
{
    return group_on_array_of(g, g->current_primary);
}

struct group *group_seen_at(const struct group *g, const char *site)
{
    struct group *there = NULL;
    struct pc_error ignored;
    if (strcmp(g->current_primary, site) == 0)
        return group_ref(g);
    json_t *o = group_to_json(g);
    json_put_text(o, "current_primary", site);
    if (group_from_json(o, &there, &ignored))
        there = group_ref(g);
    json_decref(o);
    return there;
}

struct group *group_only(const struct group *g, const json_t *names)
{
    struct group *chosen = NULL;
    struct pc_error ignored;
    if (!names)
        return group_ref(g);
    json_t *o = group_to_json(g), *members = json_list(o, "members");
    for (size_t i = json_array_size(members); i-- > 0;)
        if (!json_has_text(names, json_text(json_array_get(members, i), "name")))
            json_array_remove(members, i);
    if (group_from_json(o, &chosen, &ignored))
        chosen = group_ref(g);
    json_decref(o);
    return chosen;
}

const struct member *group_find_member(const struct group *g, const char *name_or_id)
{
    for (size_t i = 0; i < g->member_count; i++)
        if (strcmp(g->members[i].id, name_or_id) == 0 ||
            strcmp(g->members[i].name, name_or_id) == 0)
            return &g->members[i];
    return NULL;
}

const struct member *group_member_named(const struct group *g, const char *name)
{
    for (size_t i = 0; i < g->member_count; i++)
        if (strcmp(g->members[i].name, name) == 0)
            return &g->members[i];
    return NULL;
}

bool group_name_valid(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > 63 || name[0] == '-' || name[0] == '.')
        return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return false;
    return true;
}
