/*
 * arrays: what a reading asks of the arrays: whether they let us in,
 * their links, the recovery points and what the one that would be used holds,
 * where the members' volumes are, and how much room there is.
 */
#include "backend/engine/groups/on_array.h"
#include "backend/engine/readiness/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool facts_point_is(const json_t *point, const char *wanted)
{
    const char *name = json_text(point, "name"), *dot = strrchr(name, '.');
    return strcmp(name, wanted) == 0 || (dot && strcmp(dot + 1, wanted) == 0);
}

static void on_status(void *arg, const struct pc_error *err, const struct array_status *status)
{
    struct question *q = arg;
    json_t *o = err->code ? NULL : json_object();
    q->array_call = NULL;
    if (o) {
        json_put_text(o, "name", status->name);
        json_put_flag(o, "connected", status->connected);
        json_t *links = json_array();
        for (int i = 0; i < status->connection_count; i++)
            json_array_append_new(links, json_pack("{s:s, s:s}", "name",
                                                   status->connections[i].name, "status",
                                                   status->connections[i].status));
        json_put(o, "links", links);
    }
    question_answered(q, err, o);
}

static void on_held(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                    int count)
{
    struct question *q = arg;
    json_t *o = json_object(), *sources = json_array();
    q->array_call = NULL;
    for (int i = 0; i < count; i++)
        json_array_append_new(sources, json_string(volumes[i].source));
    const struct array_volume *skewed = array_volume_skewed(volumes, count, q->f->point_ms);
    if (skewed) {
        json_put_text(o, "skewed", skewed->source);
        json_put_int(o, "skewed_ms", skewed->created_ms);
    }
    json_put_text(o, "point", q->f->point);
    json_put(o, "sources", sources);
    question_answered(q, err, o);
}

/* The point that would be used: the one asked for, else the newest complete. */
static void points_known(struct facts_reading *f, const json_t *points)
{
    const json_t *p;
    size_t i;
    json_array_foreach(points, i, p) {
        if (*f->point ? !facts_point_is(p, f->point) : !json_int(p, "completed", 0))
            continue;
        snprintf(f->point, sizeof(f->point), "%s", json_text(p, "name"));
        f->point_ms = json_int(p, "created", 0);
        struct question *q = question_put(f, FACT_HELD);
        q->array_call = array_volumes_of_point(f->q.target->array, f->point, NULL, on_held, q);
        return;
    }
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct question *q = arg;
    json_t *list = json_array();
    q->array_call = NULL;
    for (int i = 0; i < count; i++) {
        json_t *o = json_object();
        json_put_text(o, "name", points[i].name);
        json_put_int(o, "created", points[i].created_ms);
        json_put_int(o, "completed", points[i].completed_ms);
        json_put_int(o, "progress", points[i].progress);
        json_put_flag(o, "interrupted", array_point_interrupted(points, count, i));
        json_array_append_new(list, o);
    }
    question_answered(q, err, list);
}

static void on_group(void *arg, const struct pc_error *err, const struct array_group *group)
{
    struct question *q = arg;
    json_t *o = json_object();
    q->array_call = NULL;
    if (group) {
        json_put_text(o, "name", group->name);
        json_put_int(o, "interval_ms", group->interval_ms);
        json_put_flag(o, "ratcheted", group->ratcheted);
        json_put_flag(o, "targeted", group->targeted);
    }
    question_answered(q, err, o);
}

static void ask_points(struct facts_reading *f, const char *group)
{
    struct question *q = question_put(f, FACT_POINTS);
    if (reading_has_arrays(f))
        q->then = points_known;
    q->array_call = array_points(f->q.target->array, f->q.source->cfg->array_name, group, on_points,
                                 q);
}

/* Where the members' volumes are on the source's array, and of which group: it
 * may have another name than the one that was kept. */
static void on_places(void *arg, const struct pc_error *err, const struct array_member *rows,
                      int count)
{
    struct question *q = arg, *next = NULL;
    json_t *list = json_array();
    int ignored;
    q->array_call = NULL;
    for (int i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "id", rows[i].cinder_id,
                                              "volume", rows[i].volume, "group", rows[i].group,
                                              "pod", rows[i].pod));
    const char *group = array_members_group(rows, count, group_on_array(q->f->group), &ignored);
    ask_points(q->f, !err->code && *group ? group : group_on_array(q->f->group));
    if (!err->code && *group) {
        on_array_keep(q->f->e, q->f->group->id, q->f->group->current_primary, group);
        next = question_put(q->f, FACT_SOURCE_GROUP);
        next->array_call = array_group(q->f->q.source->array, group, on_group, next);
    } else if (!err->code) {
        question_skip(q->f, FACT_SOURCE_GROUP, json_object());
    }
    question_answered(q, err, list);
}

static bool ask_places(struct facts_reading *f)
{
    const struct group *g = f->group;
    size_t count = 0;
    const char **ids = xcalloc(group_volume_count(g), sizeof(*ids));
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++)
            ids[count++] = g->members[i].volumes[k].id;
    if (count) {
        struct question *q = question_put(f, FACT_SOURCE_PLACES);
        q->array_call = array_members(f->q.source->array, ids, count, on_places, q);
    }
    free(ids);
    return count > 0;
}

static void on_space(void *arg, const struct pc_error *err, const struct array_space *space)
{
    struct question *q = arg;
    json_t *o = json_object();
    q->array_call = NULL;
    if (space) {
        json_put_int(o, "capacity", space->capacity_bytes);
        json_put_int(o, "used", space->used_bytes);
    }
    question_answered(q, err, o);
}

static void ask_status(struct facts_reading *f, const char *key, const struct site *site)
{
    if (question_known(f, key))
        return;
    struct question *q = question_put(f, key);
    q->array_call = array_status(site->array, on_status, q);
}

void ask_arrays(struct facts_reading *f)
{
    bool places = false;
    ask_status(f, FACT_ARRAY, f->q.target);
    if (!f->q.source_unasked) {
        ask_status(f, FACT_SOURCE_ARRAY, f->q.source);
        places = ask_places(f);
    }
    if (!question_known(f, FACT_SPACE)) {
        struct question *q = question_put(f, FACT_SPACE);
        q->array_call = array_space(f->q.target->array, on_space, q);
    }
    if (f->group->member_count > 0 && !places) /* else the sites alone are asked for */
        ask_points(f, group_on_array(f->group));
}

void ask_named_point(struct facts_reading *f)
{
    bool look = *f->point && !f->q.source_unasked && f->q.source->view.has_array;
    if (*f->point && !(look && ask_places(f)))
        ask_points(f, group_on_array(f->group));
}
