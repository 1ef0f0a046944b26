/*
 * on_array: which protection group of an array holds a group's volumes.
 *
 * Cinder's driver calls it after its own back end, and a failover gives the
 * volumes a new one on the other array: so it is looked for wherever the usual
 * name holds nothing, and kept with the group. Reads the array of the site
 * where the group serves; writes only our own record. Engine thread.
 */
#include "backend/engine/groups/on_array.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/record.h"

#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The group's record with the other name; what cannot be kept is found again. */
static void keep(struct engine *e, struct group_slot *slot, const char *site, const char *name)
{
    const struct group *g = slot->group;
    bool first = strcmp(site, g->primary) == 0;
    json_t *o = group_to_json(g);
    struct group *changed = NULL;
    struct pc_error err;
    json_put_text(o, first ? "array_group" : "array_group_secondary", name);
    enum pc_err rc = group_from_json(o, &changed, &err);
    json_decref(o);
    if (!rc)
        rc = store_begin(e->store, &err);
    if (!rc && (rc = group_write(e, changed, &err)) != PC_OK)
        store_rollback(e->store);
    else if (!rc)
        rc = store_commit(e->store, &err);
    if (rc) {
        log_line(LOG_WARN, "array", "%s: the name of its group on the array is not kept: %s",
                 g->name, err.text);
    } else {
        log_line(LOG_INFO, "array", "%s: its volumes are in %s of the array", g->name, name);
        groups_file_keep(e);
        group_unref(slot->group);
        slot->group = changed;
        group_show_as(slot, changed);
        e->groups_dirty = true;
        e->points_due = true;
        return;
    }
    group_unref(changed);
}

void on_array_keep(struct engine *e, const char *group_id, const char *site, const char *name)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (engine_group(e, group_id, &slot, &ignored) == PC_OK && *name &&
        strcmp(name, group_on_array_of(slot->group, site)) != 0)
        keep(e, slot, site, name);
}

struct array_call *on_array_ask(struct engine *e, const struct group *g, array_members_done *done,
                                void *arg)
{
    struct site *at = engine_site(e, g->current_primary);
    size_t room = group_volume_count(g), n = 0;
    if (!at || !at->view.has_array || room == 0 || room > ARRAY_VOLUMES)
        return NULL;
    const char **ids = xcalloc(room, sizeof(*ids));
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++)
            ids[n++] = g->members[i].volumes[k].id;
    struct array_call *call = array_members(at->array, ids, n, done, arg);
    free(ids);
    return call;
}

static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    struct group_slot *slot = arg;
    int missing;
    slot->members = NULL;
    if (err->code)
        return; /* the monitor asks again */
    const char *name = array_members_group(rows, count, group_on_array(slot->group), &missing);
    on_array_keep(slot->e, slot->group->id, slot->group->current_primary, name);
}

void on_array_look(struct engine *e, struct group_slot *slot)
{
    if (slot->members || !e->owner)
        return;
    slot->e = e;
    slot->looked = slot->group->metadata_version;
    slot->members = on_array_ask(e, slot->group, on_members, slot);
}
