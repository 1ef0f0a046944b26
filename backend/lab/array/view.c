/*
 * The collections of an array. Each array owns protection groups; those that
 * the other one replicates to it stand beside them as "array-a:NAME".
 */
#include "backend/lab/array/array.h"
#include "backend/lab/array/volume.h"
#include "backend/lab/fault/fault.h"
#include "backend/lab/array/replication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *array_id(int site)
{
    return site == SITE_A ? "a1a1a1a1-0000-4000-8000-00000000000a"
                          : "b2b2b2b2-0000-4000-8000-00000000000b";
}

static const struct site *other_site(const struct call *c)
{
    return &c->lab->sites[c->site == SITE_A ? SITE_B : SITE_A];
}

const char *array_local_name(struct call *c, int owner, const char *name)
{
    if (c->site == owner)
        return name;
    return call_text(c, "%s:%s", c->lab->sites[owner].array_name, name);
}

void array_arrays(struct call *c)
{
    json_t *items = json_pack("[{s:s, s:s, s:s, s:s, s:i}]", "id", array_id(c->site), "name",
                              call_site(c)->array_name, "os", "Purity//FA", "version", "6.4.10",
                              "idle_timeout", 1800000);
    array_reply_list(c, items, "Array");
}

void array_space(struct call *c)
{
    int64_t used = 0;
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++)
        used += json_int(world_at(c->world, c->site, K_VOLUME, i)->doc, "size", 0) << 30;
    json_t *items = json_pack("[{s:s, s:s, s:I, s:{s:I, s:I}}]", "id", array_id(c->site), "name",
                              call_site(c)->array_name, "capacity", (json_int_t)100 << 40, "space",
                              "total_physical", (json_int_t)(used / 4), "total_used",
                              (json_int_t)(used / 4));
    array_reply_list(c, items, "Array");
}

void array_connections(struct call *c)
{
    const struct site *other = other_site(c);
    struct fault_state state;
    bool down = faults_state(c->lab->faults, "link-down", SITE_A, NULL, &state) ||
                faults_state(c->lab->faults, "link-down", SITE_B, NULL, &state);
    json_t *items = json_pack(
        "[{s:s, s:{s:s}, s:s, s:s, s:s, s:[s]}]", "name", other->array_name, "remote", "name",
        other->array_name, "status", other->outage || down ? "connecting" : "connected", "type",
        "async-replication", "management_address", "127.0.0.1", "replication_addresses",
        "127.0.0.1");
    array_reply_list(c, items, "Array connection");
}

/* ---- protection groups ------------------------------------------------ */

static json_t *schedule_view(struct call *c, const struct res *g)
{
    return json_pack("{s:b, s:I, s:n}", "enabled", (int)!json_flag(g->doc, "unscheduled", false),
                     "frequency", (json_int_t)replication_interval(c->lab, g), "at");
}

static json_t *group_view(struct call *c, const struct res *g)
{
    struct fault_state state;
    bool locked = faults_state(c->lab->faults, "ratcheted", g->site, g->id, &state);
    bool local = g->site == c->site, targeted = !json_flag(g->doc, "untargeted", false);
    return json_pack(
        "{s:s, s:s, s:b, s:{s:s}, s:I, s:i, s:i, s:i, s:b, s:o, s:{s:b, s:n}, s:{s:i, s:i, s:i}, "
        "s:s}",
        "id", g->id, "name", array_local_name(c, g->site, g->id), "is_local", (int)local, "source",
        "name", c->lab->sites[g->site].array_name, "volume_count",
        (json_int_t)json_array_size(json_list(g->doc, "volumes")), "host_count", 0,
        "host_group_count", 0, "target_count", local && targeted ? 1 : 0, "destroyed", 0,
        "replication_schedule", schedule_view(c, g), "snapshot_schedule", "enabled", 0, "frequency",
        "target_retention", "all_for_sec", (int)REPLICATION_RETENTION_S, "per_day", 0, "days", 0,
        "retention_lock", locked ? "ratcheted" : "unlocked");
}

void array_groups(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < array_group_count(c); i++)
        if (array_group_here(c, array_group_at(c, i)))
            json_array_append_new(items, group_view(c, array_group_at(c, i)));
    array_reply_list(c, items, "Protection group");
}

static void add_members(struct call *c, const struct res *g, json_t *items)
{
    char volume[ARRAY_NAME_SIZE];
    const char *group = array_local_name(c, g->site, g->id);
    json_t *id;
    size_t k;
    json_array_foreach(json_list(g->doc, "volumes"), k, id) {
        const char *name =
            array_local_name(c, g->site, array_cinder_name(json_string_value(id), volume));
        if (array_named(c, "member_names", name))
            json_array_append_new(
                items, json_pack("{s:{s:s}, s:{s:s}}", "group", "name", group, "member", "name",
                                 name));
    }
}

void array_group_volumes(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        if (array_group_here(c, g) &&
            array_named(c, "group_names", array_local_name(c, g->site, g->id)))
            add_members(c, g, items);
    }
    array_reply_list(c, items, "Protection group");
}

void array_group_targets(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        const char *name = array_local_name(c, g->site, g->id);
        if (!json_flag(g->doc, "untargeted", false) && array_named(c, "group_names", name))
            json_array_append_new(
                items, json_pack("{s:{s:s}, s:{s:s}, s:b}", "group", "name", name, "member", "name",
                                 c->lab->sites[!g->site].array_name, "allowed",
                                 (int)!json_flag(g->doc, "refused", false)));
    }
    array_reply_list(c, items, "Protection group");
}
