/*
 * What replication makes of protection groups: their snapshots, how far those
 * have come over, and the snapshots of volumes in them.
 *
 * The target does not list a snapshot before its transfer has begun.
 */
#include "backend/lab/array/array.h"
#include "backend/lab/array/volume.h"
#include "backend/lab/array/replication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CYCLES = 1024 };

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

static bool is_here(const struct call *c, const struct res *g, const struct cycle *cycle)
{
    return c->site == g->site || cycle->started <= c->now;
}

static json_t *each_cycle(struct call *c, cycle_fn *fn)
{
    json_t *items = json_array();
    struct cycle *list = xcalloc(CYCLES, sizeof(*list));
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        if (!group_wanted(c, g->id))
            continue;
        size_t n = replication_cycles(c->lab, g, c->now, list, CYCLES);
        for (size_t k = 0; k < n; k++)
            if (is_here(c, g, &list[k]))
                fn(c, items, g, &list[k]);
    }
    free(list);
    return items;
}

static char *snapshot_name(struct call *c, const struct res *g, const struct cycle *cycle)
{
    return call_text(c, "%s.%s", array_local_name(c, g->site, g->id), cycle->suffix);
}

static void add_snapshot(struct call *c, json_t *items, const struct res *g,
                         const struct cycle *cycle)
{
    const char *source = array_local_name(c, g->site, g->id);
    if (!array_named(c, "source_names", source))
        return;
    json_array_append_new(items, json_pack("{s:s, s:I, s:{s:s}, s:s, s:b, s:n}", "name",
                                           snapshot_name(c, g, cycle), "created",
                                           (json_int_t)cycle->created, "source", "name", source,
                                           "suffix", cycle->suffix, "destroyed", 0,
                                           "time_remaining"));
}

void array_snapshots(struct call *c)
{
    array_reply_list(c, each_cycle(c, add_snapshot), "Protection group snapshot");
}

/* ---- transfers -------------------------------------------------------- */

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
    for (size_t i = 0; i < array_group_count(c); i++)
        if (strcmp(array_local_name(c, array_group_at(c, i)->site, array_group_at(c, i)->id), name) ==
            0)
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

/* ---- snapshots of volumes --------------------------------------------- */

/* The volume on its own site, if this cycle of the group holds it. */
static const struct res *held(struct call *c, const struct res *g, const struct cycle *cycle,
                              const char *id)
{
    return replication_holds(c->lab, g, id, cycle->created) ? world_get(c->world, g->site, K_VOLUME, id)
                                                    : NULL;
}

static void add_volume_snapshots(struct call *c, json_t *items, const struct res *g,
                                 const struct cycle *cycle)
{
    char number[80], volume[ARRAY_NAME_SIZE];
    size_t i;
    json_t *id;
    const char *want = call_param(c, "filter");
    snprintf(number, sizeof(number), ".%s.", cycle->suffix);
    if (want && strchr(want, '.') && strstr(want, g->id) && !strstr(want, number) &&
        !strstr(want, ".*") && !strstr(want, "source.name"))
        return;
    json_array_foreach(json_list(g->doc, "volumes"), i, id) {
        const struct res *v = held(c, g, cycle, json_string_value(id));
        if (!v)
            continue;
        array_cinder_name(v->id, volume);
        json_array_append_new(
            items,
            json_pack("{s:o, s:I, s:{s:s}, s:s, s:I, s:b, s:n, s:o}", "name",
                      json_sprintf("%s.%s", snapshot_name(c, g, cycle), volume), "created",
                      (json_int_t)(cycle->created - replication_skew(c->lab, g, v->id)), "source", "name", array_local_name(c, g->site, volume),
                      "suffix", cycle->suffix, "provisioned",
                      (json_int_t)(json_int(v->doc, "size", 1) << 30), "destroyed", 0,
                      "time_remaining", "serial",
                      json_sprintf("A1B2C3D4E5F6%08llX%04llX", (unsigned long long)v->seq,
                                   (unsigned long long)(cycle->number & 0xffff))));
    }
}

void array_volume_snapshots(struct call *c)
{
    array_reply_list(c, each_cycle(c, add_volume_snapshots), "Volume snapshot");
}

/* "GROUP.SUFFIX.volume-ID-cinder" -> the cycle of that suffix. */
static bool find_cycle(struct call *c, const struct res *g, const char *rest, struct cycle *ret)
{
    size_t len = strcspn(rest, "."), n;
    bool found = false;
    struct cycle *list = xcalloc(CYCLES, sizeof(*list));
    n = replication_cycles(c->lab, g, c->now, list, CYCLES);
    for (size_t i = 0; i < n && !found; i++)
        if (strlen(list[i].suffix) == len && strncmp(list[i].suffix, rest, len) == 0 &&
            is_here(c, g, &list[i])) {
            *ret = list[i];
            found = true;
        }
    free(list);
    return found;
}

bool array_snapshot_find(struct call *c, const char *name, int64_t *ret_bytes,
                         const char **ret_source, bool *ret_complete)
{
    char volume[ARRAY_NAME_SIZE];
    for (size_t i = 0; i < array_group_count(c); i++) {
        const struct res *g = array_group_at(c, i);
        const char *prefix = call_text(c, "%s.", array_local_name(c, g->site, g->id));
        struct cycle cycle;
        size_t k;
        json_t *id;
        if (strncmp(name, prefix, strlen(prefix)) != 0 ||
            !find_cycle(c, g, name + strlen(prefix), &cycle))
            continue;
        const char *tail = name + strlen(prefix) + strlen(cycle.suffix);
        json_array_foreach(json_list(g->doc, "volumes"), k, id) {
            const struct res *v = held(c, g, &cycle, json_string_value(id));
            if (!v || *tail != '.' || strcmp(tail + 1, array_cinder_name(v->id, volume)) != 0)
                continue;
            *ret_bytes = json_int(v->doc, "size", 1) << 30;
            *ret_source = call_text(c, "%s", array_local_name(c, g->site, volume));
            *ret_complete = c->site == g->site || replication_progress(&cycle, c->now) >= 1.0;
            return true;
        }
    }
    return false;
}
