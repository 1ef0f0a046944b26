/*
 * points: the recovery points of a group as a list for people and for plans:
 * how old each is, whether it is complete, and which members it would bring
 * back.
 *
 *   points of the group ─▶ for each volume: its snapshots in all points
 *
 * A volume is asked for by itself: the array's group may hold thousands of
 * others. Where no point has all of them the volumes may have moved to another
 * group of the array: that is looked for, once. Reads only. Engine thread.
 */
#include "backend/engine/groups/points.h"
#include "backend/engine/groups/on_array.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct points_reading {
    struct points_reading *next;
    struct engine *e;
    struct group *group;
    struct site *source, *target;
    struct array_call *call;
    struct array_point *points;
    int count;
    size_t member, volume; /* asked for now */
    bool looked;           /* for the array's own name of the group */
    json_t *list;
    void (*done)(void *arg, const struct pc_error *err, json_t *points);
    void *arg;
};

static void end(struct points_reading *p, const struct pc_error *err)
{
    struct points_reading **at = &p->e->points;
    static const struct pc_error none = {.code = PC_OK};
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    if (err)
        json_decref(p->list);
    /* Given away, not lent: the reply belongs to the thread that asked. */
    p->done(p->arg, err ? err : &none, err ? NULL : p->list);
    group_unref(p->group);
    free(p->points);
    free(p);
}

void points_drop_all(struct engine *e)
{
    while (e->points) {
        struct pc_error err;
        array_cancel(e->points->call);
        pc_error_set(&err, PC_ERR_CANCELLED, NULL, "stopped before the answer came");
        end(e->points, &err);
    }
}

/* ---- one point --------------------------------------------------------------------- */

/* "42" of "SRC:pg.42": what is typed to choose it. */
static const char *short_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

static json_t *point_row(const struct points_reading *p, int i, bool latest)
{
    const struct array_point *point = &p->points[i];
    char iso[CLOCK_ISO_SIZE];
    int64_t age_s = (engine_wall(p->e) - point->created_ms) / 1000;
    json_t *o = json_object();
    json_put_text(o, "name", point->name);
    json_put_text(o, "short_name", short_name(point->name));
    json_put_text(o, "created_at", clock_iso(iso, point->created_ms));
    json_put_int(o, "age", age_s < 0 ? 0 : age_s);
    json_put(o, "within_rpo", p->group->rpo_seconds > 0
                                  ? json_boolean(age_s <= p->group->rpo_seconds)
                                  : json_null());
    json_put_flag(o, "complete", point->completed_ms != 0);
    json_put_int(o, "progress", point->progress);
    json_put_flag(o, "interrupted", array_point_interrupted(p->points, p->count, i));
    json_put_flag(o, "skewed", false);
    json_put_flag(o, "latest", latest);
    json_put_int(o, "volumes_present", 0);
    json_put(o, "volumes_missing", json_array());
    return o;
}

static void make_rows(struct points_reading *p)
{
    bool found = false;
    for (int i = 0; i < p->count; i++) {
        bool latest = !found && p->points[i].completed_ms;
        found = found || latest;
        json_array_append_new(p->list, point_row(p, i, latest));
    }
}

/* ---- volumes ------------------------------------------------------------------------- */

/* NULL: the point was not taken of it. */
static const struct array_volume *find_in(const char *point, const struct array_volume *volumes,
                                          int count)
{
    size_t n = strlen(point);
    for (int i = 0; i < count; i++)
        if (strncmp(volumes[i].name, point, n) == 0 && volumes[i].name[n] == '.')
            return &volumes[i];
    return NULL;
}

static void take_volume(struct points_reading *p, const struct array_volume *volumes, int count)
{
    const struct member *m = &p->group->members[p->member];
    for (int i = 0; i < p->count; i++) {
        json_t *row = json_array_get(p->list, (size_t)i), *missing;
        const struct array_volume *held = find_in(p->points[i].name, volumes, count);
        if (held && !array_volume_skewed(held, 1, p->points[i].created_ms)) {
            json_put_int(row, "volumes_present", json_int(row, "volumes_present", 0) + 1);
            continue;
        }
        missing = json_object();
        json_put_text(missing, "vm", m->name);
        json_put_text(missing, "volume_id", m->volumes[p->volume].id);
        json_put_text(missing, "volume", m->volumes[p->volume].name);
        if (held) { /* of another moment: nothing is ever made of such a mixture */
            char iso[CLOCK_ISO_SIZE];
            json_put_text(missing, "of", clock_iso(iso, held->created_ms));
            json_put_flag(row, "complete", false);
            json_put_flag(row, "skewed", true);
        }
        json_array_append_new(json_list(row, "volumes_missing"), missing);
    }
}

static bool any_is_whole(const struct points_reading *p)
{
    const json_t *row;
    size_t i;
    json_array_foreach(p->list, i, row)
        if (json_array_size(json_list(row, "volumes_missing")) == 0)
            return true;
    return p->count == 0;
}

static bool looks(struct points_reading *p);
static void next_volume(struct points_reading *p);

static void on_volume(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                      int count)
{
    struct points_reading *p = arg;
    p->call = NULL;
    if (err->code) {
        end(p, err);
        return;
    }
    take_volume(p, volumes, count);
    p->volume++;
    next_volume(p);
}

static void next_volume(struct points_reading *p)
{
    char name[256];
    while (p->member < p->group->member_count &&
           p->volume == p->group->members[p->member].volume_count) {
        p->member++;
        p->volume = 0;
    }
    if (p->count == 0 || p->member == p->group->member_count) {
        if (any_is_whole(p) || !looks(p))
            end(p, NULL);
        return;
    }
    array_point_name(p->source->cfg->array_name, group_on_array(p->group), "", name, sizeof(name));
    p->call = array_volumes_of_point(p->target->array, name,
                                     p->group->members[p->member].volumes[p->volume].id, on_volume,
                                     p);
}

/* Made from images, all of a group is always there. */
static void all_present(struct points_reading *p)
{
    json_t *row;
    size_t i;
    json_array_foreach(p->list, i, row)
        json_put_int(row, "volumes_present", (int64_t)group_volume_count(p->group));
}

static void read_points(struct points_reading *p);

/* Asks once more when the array has another name for it, else tells of none. */
static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    struct points_reading *p = arg;
    struct group_slot *slot;
    struct pc_error ignored;
    int missing;
    p->call = NULL;
    const char *name = array_members_group(rows, count, group_on_array(p->group), &missing);
    if (!err->code && *name) {
        on_array_keep(p->e, p->group->id, p->group->current_primary, name);
        if (engine_group(p->e, p->group->id, &slot, &ignored) == PC_OK) {
            struct group *named = group_seen_at(slot->group, p->group->current_primary);
            group_unref(p->group);
            p->group = named;
        }
    }
    read_points(p);
}

static bool looks(struct points_reading *p)
{
    if (p->looked)
        return false;
    p->looked = true;
    p->call = on_array_ask(p->e, p->group, on_members, p);
    return p->call != NULL;
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct points_reading *p = arg;
    p->call = NULL;
    if ((err->code == PC_ERR_NOT_FOUND || (!err->code && count == 0)) && looks(p))
        return;
    if (err->code) {
        end(p, err);
        return;
    }
    p->points = xcalloc((size_t)count + 1, sizeof(*points));
    if (count)
        memcpy(p->points, points, (size_t)count * sizeof(*points));
    p->count = count;
    make_rows(p);
    if (p->target->view.has_array && strcmp(p->e->o.config->storage_mode, "mock") != 0) {
        next_volume(p);
        return;
    }
    all_present(p);
    end(p, NULL);
}

static void read_points(struct points_reading *p)
{
    json_array_clear(p->list);
    free(p->points);
    p->points = NULL;
    p->count = 0;
    p->member = p->volume = 0;
    p->call = array_points(p->target->array, p->source->cfg->array_name, group_on_array(p->group),
                           on_points, p);
}

void points_read(struct engine *e, const struct group *g,
                 void (*done)(void *arg, const struct pc_error *err, json_t *points), void *arg)
{
    const char *to = strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary;
    struct points_reading *p = xcalloc(1, sizeof(*p));
    struct pc_error err;
    *p = (struct points_reading){.next = e->points, .e = e, .group = group_ref(g), .done = done,
                                 .arg = arg, .list = json_array()};
    e->points = p;
    p->source = engine_site(e, g->current_primary);
    p->target = engine_site(e, to);
    if (!p->source || !p->target) {
        pc_error_set(&err, PC_ERR_CONFIG, "Name both of its sites in the configuration.",
                     "%s is protected from %s to %s, which are not both configured", g->name,
                     g->current_primary, to);
        end(p, &err);
        return;
    }
    read_points(p);
}
