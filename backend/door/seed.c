#include "backend/door/seed.h"

#include "backend/base/json.h"

#include <string.h>

static enum pc_err create(struct door *d, const json_t *suggested, struct pc_error *err)
{
    static const char *const keys[] = {"name",        "description",     "primary",
                                       "secondary",   "network_mapping", "flavor_mapping",
                                       "rpo_seconds", "health_checks"};
    json_t *args = json_object();
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        json_put(args, keys[i], json_deep_copy(json_object_get(suggested, keys[i])));
    return door_call(d, "group_create", args, 30000, NULL, err);
}

static enum pc_err fill(struct door *d, const json_t *suggested, struct pc_error *err)
{
    json_t *args = json_object();
    json_put_text(args, "group", json_text(suggested, "name"));
    json_put(args, "servers", json_deep_copy(json_object_get(suggested, "members")));
    return door_call(d, "member_add", args, 60000, NULL, err);
}

/* A group that somebody deleted is not made again: only a first start makes. */
static bool due(const json_t *there, const json_t *suggested)
{
    const json_t *known = json_find(there, "name", json_text(suggested, "name"));
    return json_array_size(there) == 0 || (known && json_int(known, "member_count", 0) == 0);
}

static enum pc_err seed_group(struct door *d, const json_t *there, const json_t *suggested,
                              struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    if (!due(there, suggested))
        return PC_OK;
    if (!json_find(there, "name", json_text(suggested, "name")))
        rc = create(d, suggested, err);
    return rc ? rc : fill(d, suggested, err);
}

static bool any_due(const json_t *there)
{
    const json_t *g;
    size_t i;
    json_array_foreach(there, i, g)
        if (json_int(g, "member_count", 0) == 0)
            return true;
    return json_array_size(there) == 0;
}

enum pc_err seed_lab(struct door *d, struct lab *lab, const char *program, struct pc_error *err)
{
    json_t *there = NULL, *list = NULL;
    const json_t *g;
    size_t i;
    enum pc_err rc = door_call(d, "group_list", NULL, 30000, &there, err);
    if (rc || !any_due(there))
        goto out;
    if (!lab->pid && (rc = lab_start(lab, program, err)))
        goto out;
    list = json_load_file(lab->groups, 0, NULL);
    json_array_foreach(list, i, g)
        if (!rc)
            rc = seed_group(d, there, g, err);
    if (rc == PC_ERR_READ_ONLY)
        rc = PC_OK; /* looked at, not changed: then there are none */
out:
    json_decref(list);
    json_decref(there);
    return rc;
}
