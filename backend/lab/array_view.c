/*
 * The collections of an array. Site-a's array owns the protection groups; on
 * site-b's the same ones stand as "array-a:NAME", with their snapshots.
 */
#include "backend/lab/array.h"
#include "backend/lab/array_volume.h"
#include "backend/lab/replication.h"

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

/* "prod-web-app" on its own array, "array-a:prod-web-app" on the other. */
const char *array_local_name(struct call *c, const char *name)
{
    if (c->site == SITE_A)
        return name;
    return call_text(c, "%s:%s", c->lab->sites[SITE_A].array_name, name);
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
    json_t *items = json_pack(
        "[{s:s, s:{s:s}, s:s, s:s, s:s, s:[s]}]", "name", other->array_name, "remote", "name",
        other->array_name, "status", other->outage ? "connecting" : "connected", "type",
        "async-replication", "management_address", "127.0.0.1", "replication_addresses",
        "127.0.0.1");
    array_reply_list(c, items, "Array connection");
}

/* ---- protection groups ------------------------------------------------ */

void array_groups(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        bool local = c->site == SITE_A;
        json_array_append_new(
            items,
            json_pack("{s:s, s:s, s:b, s:{s:s}, s:I, s:i, s:i, s:i, s:b, s:{s:b, s:I, s:n}, "
                      "s:{s:b, s:n}, s:{s:i, s:i, s:i}, s:s}",
                      "id", g->id, "name", array_local_name(c, g->id), "is_local", (int)local,
                      "source", "name", c->lab->sites[SITE_A].array_name, "volume_count",
                      (json_int_t)json_array_size(json_list(g->doc, "volumes")), "host_count", 0,
                      "host_group_count", 0, "target_count",
                      local && !json_flag(g->doc, "untargeted", false) ? 1 : 0, "destroyed", 0,
                      "replication_schedule", "enabled", 1, "frequency",
                      (json_int_t)replication_interval(c->lab, g), "at", "snapshot_schedule",
                      "enabled", 0, "frequency", "target_retention", "all_for_sec",
                      (int)REPLICATION_RETENTION_S, "per_day", 0, "days", 0, "retention_lock",
                      "unlocked"));
    }
    array_reply_list(c, items, "Protection group");
}

void array_group_volumes(struct call *c)
{
    char volume[ARRAY_NAME_SIZE];
    json_t *items = json_array(), *id;
    size_t k;
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        if (!array_named(c, "group_names", array_local_name(c, g->id)))
            continue;
        json_array_foreach(json_list(g->doc, "volumes"), k, id) {
            const char *name =
                array_local_name(c, array_cinder_name(json_string_value(id), volume));
            if (array_named(c, "member_names", name))
                json_array_append_new(items, json_pack("{s:{s:s}, s:{s:s}}", "group", "name",
                                                       array_local_name(c, g->id), "member", "name",
                                                       name));
        }
    }
    array_reply_list(c, items, "Protection group");
}

void array_group_targets(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < array_group_count(c); i++) {
        const char *name = array_local_name(c, array_group_at(c, i)->id);
        if (array_named(c, "group_names", name))
            json_array_append_new(items, json_pack("{s:{s:s}, s:{s:s}, s:b}", "group", "name",
                                                   name, "member", "name",
                                                   c->lab->sites[SITE_B].array_name, "allowed",
                                                   1));
    }
    array_reply_list(c, items, "Protection group");
}
