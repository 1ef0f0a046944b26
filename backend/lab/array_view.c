/*
 * The collections of an array. Site-a's array owns the protection groups; on
 * site-b's the same ones stand as "array-a:NAME", with their snapshots.
 */
#include "backend/lab/array.h"
#include "backend/lab/replication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CYCLES = 1024 };

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
static const char *local_name(struct call *c, const char *name)
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

static size_t group_count(struct call *c)
{
    return world_count(c->world, SITE_A, K_GROUP);
}

static struct res *group_at(struct call *c, size_t i)
{
    return world_at(c->world, SITE_A, K_GROUP, i);
}

void array_groups(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < group_count(c); i++) {
        const struct res *g = group_at(c, i);
        bool local = c->site == SITE_A;
        json_array_append_new(
            items,
            json_pack("{s:s, s:s, s:b, s:{s:s}, s:I, s:i, s:i, s:i, s:b, s:{s:b, s:I, s:n}, "
                      "s:{s:b, s:n}, s:{s:i, s:i, s:i}, s:s}",
                      "id", g->id, "name", local_name(c, g->id), "is_local", (int)local, "source",
                      "name", c->lab->sites[SITE_A].array_name, "volume_count",
                      (json_int_t)json_array_size(json_list(g->doc, "volumes")), "host_count", 0,
                      "host_group_count", 0, "target_count", local ? 1 : 0, "destroyed", 0,
                      "replication_schedule", "enabled", 1, "frequency",
                      (json_int_t)replication_interval(c->lab, g), "at", "snapshot_schedule",
                      "enabled", 0, "frequency", "target_retention", "all_for_sec",
                      (int)REPLICATION_RETENTION_S, "per_day", 0, "days", 0, "retention_lock",
                      "unlocked"));
    }
    array_reply_list(c, items, "Protection group");
}

static char *array_volume(struct call *c, const char *id)
{
    return call_text(c, "volume-%s-cinder", id);
}

void array_group_volumes(struct call *c)
{
    json_t *items = json_array(), *id;
    size_t k;
    for (size_t i = 0; i < group_count(c); i++) {
        const struct res *g = group_at(c, i);
        if (!array_named(c, "group_names", local_name(c, g->id)))
            continue;
        json_array_foreach(json_list(g->doc, "volumes"), k, id) {
            const char *name = local_name(c, array_volume(c, json_string_value(id)));
            if (array_named(c, "member_names", name))
                json_array_append_new(items, json_pack("{s:{s:s}, s:{s:s}}", "group", "name",
                                                       local_name(c, g->id), "member", "name",
                                                       name));
        }
    }
    array_reply_list(c, items, "Protection group");
}

void array_group_targets(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < group_count(c); i++) {
        const char *name = local_name(c, group_at(c, i)->id);
        if (array_named(c, "group_names", name))
            json_array_append_new(items, json_pack("{s:{s:s}, s:{s:s}, s:b}", "group", "name",
                                                   name, "member", "name",
                                                   c->lab->sites[SITE_B].array_name, "allowed",
                                                   1));
    }
    array_reply_list(c, items, "Protection group");
}

/* ---- snapshots -------------------------------------------------------- */

typedef void cycle_fn(struct call *c, json_t *items, const struct res *group,
                      const struct cycle *cycle);

/* A query for one group's snapshots must not make those of a thousand: text
 * that names a group, or none of the parameters, decides which are made. */
static bool group_wanted(struct call *c, const char *name)
{
    static const char *const params[] = {"names", "filter", "source_names"};
    for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
        const char *text = call_param(c, params[i]);
        bool pattern = text && strcmp(params[i], "filter") == 0 && !strstr(text, "name");
        if (text && !pattern && !strchr(text, '*') && !strstr(text, name))
            return false;
    }
    return true;
}

static json_t *each_cycle(struct call *c, cycle_fn *fn)
{
    json_t *items = json_array();
    struct cycle *list = xcalloc(CYCLES, sizeof(*list));
    for (size_t i = 0; i < group_count(c); i++) {
        const struct res *g = group_at(c, i);
        if (!group_wanted(c, g->id))
            continue;
        size_t n = replication_cycles(c->lab, g, c->now, list, CYCLES);
        for (size_t k = 0; k < n; k++)
            fn(c, items, g, &list[k]);
    }
    free(list);
    return items;
}

static char *snapshot_name(struct call *c, const struct res *g, const struct cycle *cycle)
{
    return call_text(c, "%s.%lld", local_name(c, g->id), (long long)cycle->number);
}

static void add_snapshot(struct call *c, json_t *items, const struct res *g,
                         const struct cycle *cycle)
{
    const char *source = local_name(c, g->id);
    if (!array_named(c, "source_names", source))
        return;
    json_array_append_new(items, json_pack("{s:s, s:I, s:{s:s}, s:o, s:b, s:n}", "name",
                                           snapshot_name(c, g, cycle), "created",
                                           (json_int_t)cycle->created, "source", "name", source,
                                           "suffix",
                                           json_sprintf("%lld", (long long)cycle->number),
                                           "destroyed", 0, "time_remaining"));
}

void array_snapshots(struct call *c)
{
    array_reply_list(c, each_cycle(c, add_snapshot), "Protection group snapshot");
}

/* Here names may also be those of groups: all transfers of the group. */
static void add_transfer(struct call *c, json_t *items, const struct res *g,
                         const struct cycle *cycle)
{
    double progress = replication_progress(cycle, c->now);
    int64_t bytes = (int64_t)json_array_size(json_list(g->doc, "volumes")) * 48000000 +
                    cycle->number % 7 * 9000000;
    if (cycle->started > c->now)
        return;
    json_array_append_new(
        items, json_pack("{s:s, s:I, s:o, s:f, s:I, s:I, s:b}", "name",
                         snapshot_name(c, g, cycle), "started", (json_int_t)cycle->started,
                         "completed",
                         progress >= 1.0 ? json_integer(cycle->completed) : json_null(), "progress",
                         progress, "data_transferred", (json_int_t)((double)bytes * progress),
                         "physical_bytes_written", (json_int_t)((double)bytes * progress / 3),
                         "destroyed", 0));
}

static bool is_group(struct call *c, const char *name)
{
    for (size_t i = 0; i < group_count(c); i++)
        if (strcmp(local_name(c, group_at(c, i)->id), name) == 0)
            return true;
    return false;
}

/* names=SRC:pg stands for every snapshot of that group. */
static void expand_names(struct call *c, json_t *items)
{
    for (size_t p = 0; p < c->param_count; p++) {
        if (strcmp(c->params[p].name, "names") != 0 || !is_group(c, c->params[p].value))
            continue;
        char *prefix = call_text(c, "%s.", c->params[p].value);
        for (size_t i = json_array_size(items); i-- > 0;)
            if (strncmp(json_text(json_array_get(items, i), "name"), prefix, strlen(prefix)) != 0)
                json_array_remove(items, i);
        c->params[p].name = "group";
    }
}

void array_transfers(struct call *c)
{
    json_t *items = each_cycle(c, add_transfer);
    expand_names(c, items);
    array_reply_list(c, items, "Protection group snapshot");
}

static void add_volume_snapshots(struct call *c, json_t *items, const struct res *g,
                                 const struct cycle *cycle)
{
    char number[32];
    size_t i;
    json_t *id;
    const char *want = call_param(c, "filter");
    snprintf(number, sizeof(number), ".%lld.", (long long)cycle->number);
    if (want && strchr(want, '.') && strstr(want, g->id) && !strstr(want, number) &&
        !strstr(want, ".*") && !strstr(want, "source.name"))
        return;
    json_array_foreach(json_list(g->doc, "volumes"), i, id) {
        const struct res *v = world_get(c->world, SITE_A, K_VOLUME, json_string_value(id));
        if (!v || (c->site == SITE_B && cycle->started > c->now))
            continue;
        const char *volume = array_volume(c, v->id), *snapshot = snapshot_name(c, g, cycle);
        json_array_append_new(
            items, json_pack("{s:o, s:I, s:{s:s}, s:o, s:I, s:b, s:n, s:o}", "name",
                             json_sprintf("%s.%s", snapshot, volume), "created",
                             (json_int_t)cycle->created, "source", "name", local_name(c, volume),
                             "suffix", json_sprintf("%lld", (long long)cycle->number),
                             "provisioned", (json_int_t)(json_int(v->doc, "size", 1) << 30),
                             "destroyed", 0, "time_remaining", "serial",
                             json_sprintf("A1B2C3D4E5F6%08llX%04llX", (unsigned long long)v->seq,
                                          (unsigned long long)(cycle->number & 0xffff))));
    }
}

void array_volume_snapshots(struct call *c)
{
    array_reply_list(c, each_cycle(c, add_volume_snapshots), "Volume snapshot");
}

void array_volumes(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++) {
        const struct res *v = world_at(c->world, c->site, K_VOLUME, i);
        const char *status = json_text(v->doc, "status");
        if (strcmp(status, "creating") == 0 || strcmp(status, "error") == 0)
            continue;
        json_array_append_new(
            items, json_pack("{s:s, s:o, s:I, s:I, s:o, s:b, s:n, s:I}", "id", v->id, "name",
                             json_sprintf("volume-%s-cinder", v->id), "provisioned",
                             (json_int_t)(json_int(v->doc, "size", 1) << 30), "created",
                             (json_int_t)json_int(v->doc, "created", 0), "serial",
                             json_sprintf("A1B2C3D4E5F6%012llX", (unsigned long long)v->seq),
                             "destroyed", 0, "time_remaining", "connection_count",
                             (json_int_t)json_array_size(json_list(v->doc, "atts"))));
    }
    array_reply_list(c, items, "Volume");
}
