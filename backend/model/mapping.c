#include "backend/model/mapping.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *map_reason_word(enum map_reason r)
{
    static const char *const words[] = {"requested", "stored",          "same id",
                                        "same name", "made for the drill", "none"};
    return words[r];
}

/* What differs between mapping a network and mapping a flavor. */
struct domain {
    const char *what, *error, *flag, *list_command;
};
static const struct domain NETWORKS = {"network", "NetworkNotFound", "--network-mapping",
                                       "openstack network list"};
static const struct domain FLAVORS = {"flavor", "FlavorNotFound", "--flavor-mapping",
                                      "openstack flavor list"};

/* The only one of that name; *ret_count tells how many there are. */
static const json_t *by_name(const json_t *list, const char *name, int *ret_count)
{
    const json_t *o, *found = NULL;
    size_t i;
    *ret_count = 0;
    json_array_foreach(list, i, o)
        if (*name && strcmp(json_text(o, "name"), name) == 0 && (*ret_count)++ == 0)
            found = o;
    return *ret_count == 1 ? found : NULL;
}

static void answer(struct mapped *ret, enum map_reason reason, const json_t *target)
{
    memset(ret, 0, sizeof(*ret));
    ret->reason = reason;
    safe_text(ret->id, sizeof(ret->id), json_text(target, "id"));
    safe_text(ret->name, sizeof(ret->name), json_text(target, "name"));
}

/* The target that somebody named, by id or by unique name. */
static enum pc_err named(const struct domain *d, const json_t *list, const char *site,
                         const char *to, enum map_reason reason, struct mapped *ret,
                         struct pc_error *err)
{
    int count = 0;
    const json_t *o = json_find(list, "id", to);
    if (!o)
        o = by_name(list, to, &count);
    if (o) {
        answer(ret, reason, o);
        return PC_OK;
    }
    char remedy[240];
    snprintf(remedy, sizeof(remedy), "See what %s has (%s with its credentials) and correct %s.",
             site, d->list_command, d->flag);
    if (count > 1)
        return pc_error_set(err, PC_ERR_AMBIGUOUS, "Name it by its id.",
                            "%d %ss on %s are named '%s'", count, d->what, site, to);
    return pc_error_set(err, PC_ERR_MAPPING, remedy, "%s: there is no %s '%s' on %s", d->error,
                        d->what, to, site);
}

static const char *requested(const json_t *request, const char *id, const char *name)
{
    const char *to = json_text(request, id);
    return *to ? to : json_text(request, name);
}

static const char *stored(const struct mapping *list, size_t count, const char *id,
                          const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].from, id) == 0)
            return list[i].to;
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].from, name) == 0)
            return list[i].to;
    return "";
}

static enum pc_err map_one(const struct domain *d, const json_t *list, const char *site,
                           const json_t *request, const char *kept, const char *id,
                           const char *name, struct mapped *ret, struct pc_error *err)
{
    int count;
    const json_t *o;
    const char *to = requested(request, id, name);
    if (*to)
        return named(d, list, site, to, MAP_REQUEST, ret, err);
    if (*kept)
        return named(d, list, site, kept, MAP_STORED, ret, err);
    if ((o = json_find(list, "id", id)))
        answer(ret, MAP_SAME_ID, o);
    else if ((o = by_name(list, name, &count)))
        answer(ret, MAP_SAME_NAME, o);
    else
        answer(ret, MAP_NONE, NULL);
    return PC_OK;
}

enum pc_err mapping_network(const struct group *g, const json_t *request, const struct nic *nic,
                            const struct target_facts *t, struct mapped *ret,
                            struct pc_error *err)
{
    const char *kept = stored(g->networks, g->network_count, nic->network_id, nic->network_name);
    return map_one(&NETWORKS, t->networks, t->site, request, kept, nic->network_id,
                   nic->network_name, ret, err);
}

enum pc_err mapping_flavor(const struct group *g, const json_t *request, const struct flavor *f,
                           const struct target_facts *t, struct mapped *ret, struct pc_error *err)
{
    const char *kept = stored(g->flavors, g->flavor_count, f->id, f->name);
    enum pc_err rc = map_one(&FLAVORS, t->flavors, t->site, request, kept, f->id, f->name, ret,
                             err);
    const json_t *o = rc || ret->reason == MAP_NONE ? NULL : json_find(t->flavors, "id", ret->id);
    if (o && (json_int(o, "vcpus", 0) < f->vcpus || json_int(o, "ram", 0) < f->ram_mib))
        snprintf(ret->note, sizeof(ret->note),
                 "smaller than %s: %lld of %lld vCPU, %lld of %lld MiB", f->name,
                 (long long)json_int(o, "vcpus", 0), (long long)f->vcpus,
                 (long long)json_int(o, "ram", 0), (long long)f->ram_mib);
    return rc;
}

const char *mapping_image(const struct group *g, const json_t *request, const struct volume *v,
                          enum map_reason *ret_why)
{
    const char *asked = *v->image_id ? requested(request, v->image_id, v->image_name) : "";
    const char *kept = *v->image_id ? stored(g->images, g->image_count, v->image_id, v->image_name) : "";
    if (ret_why)
        *ret_why = *asked ? MAP_REQUEST : *kept ? MAP_STORED : MAP_SAME_ID;
    return *asked ? asked : *kept ? kept : v->image_id;
}

static bool uses_image(const struct group *g, const char *key)
{
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++)
            if (strcmp(g->members[i].volumes[k].image_id, key) == 0 ||
                strcmp(g->members[i].volumes[k].image_name, key) == 0)
                return true;
    return false;
}

static bool uses_network(const struct group *g, const char *key)
{
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].nic_count; k++)
            if (strcmp(g->members[i].nics[k].network_id, key) == 0 ||
                strcmp(g->members[i].nics[k].network_name, key) == 0)
                return true;
    return false;
}

static bool uses_flavor(const struct group *g, const char *key)
{
    for (size_t i = 0; i < g->member_count; i++)
        if (strcmp(g->members[i].flavor.id, key) == 0 ||
            strcmp(g->members[i].flavor.name, key) == 0)
            return true;
    return false;
}

enum pc_err mapping_check_keys(const struct group *g, const json_t *networks,
                               const json_t *flavors, const json_t *images, struct pc_error *err)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)networks, key, v)
        if (!uses_network(g, key))
            return pc_error_set(err, PC_ERR_MAPPING, "See protection-group show for its networks.",
                                "NetworkNotFound: no member of %s is on a network '%s'", g->name,
                                key);
    json_object_foreach((json_t *)(uintptr_t)flavors, key, v)
        if (!uses_flavor(g, key))
            return pc_error_set(err, PC_ERR_MAPPING, "See protection-group show for its flavors.",
                                "FlavorNotFound: no member of %s has the flavor '%s'", g->name,
                                key);
    json_object_foreach((json_t *)(uintptr_t)images, key, v)
        if (!uses_image(g, key))
            return pc_error_set(err, PC_ERR_MAPPING, "See openstack volume show for the image of a "
                                "volume.", "ImageNotFound: no volume of %s was made from an image '%s'",
                                g->name, key);
    return PC_OK;
}
