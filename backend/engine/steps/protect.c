/*
 * protect: the volumes are in one protection group of the source's array, and
 * that replicates to the target's. Where Cinder's driver has seen to it, as it
 * does for a volume type that replicates, there is nothing to do but to learn
 * the group's name, which becomes the step's resource_id.
 *
 *   read members ─▶ read the group that holds most of them
 *   it replicates and holds all ─▶ done;  else protect ─▶ allow on the target
 *
 * A group that only takes local snapshots is somebody's own: it is left alone
 * and one is made under the name of the group.
 */
#include "backend/engine/steps/steps.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { INTERVAL_MS = 300000, ROOM = 4096 };

static void allow(struct step_run *s);

/* Of a site's letters, those that an array's names may have. */
static void own_name(struct step_run *s)
{
    char *dst = step_state(s)->resource_id;
    snprintf(dst, 64, "%.63s", s->run->op->group);
    for (char *p = dst; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '-';
}

static size_t ids_of(const struct step_run *s, const char **ids)
{
    const json_t *list = json_list(step_plan(s)->params, "volumes"), *v;
    size_t i, n = 0;
    json_array_foreach(list, i, v)
        if (n < ROOM && json_is_string(v))
            ids[n++] = json_string_value(v);
    return n;
}

static void on_allowed(void *arg, const struct pc_error *err)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code)
        step_trouble(s, err);
    else
        step_done(s, step_state(s)->resource_id);
}

static void allow(struct step_run *s)
{
    struct run *r = s->run;
    s->array_call = array_allow(r->target->array, r->source->cfg->array_name,
                                step_state(s)->resource_id, r->target->cfg->array_name, on_allowed,
                                s);
}

static void on_protected(void *arg, const struct pc_error *err)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code)
        step_trouble(s, err);
    else
        allow(s);
}

static void protect(struct step_run *s)
{
    static const char *ids[ROOM]; /* one thread, and copied by the call */
    const struct array_protect_spec spec = {
        .group = step_state(s)->resource_id,
        .target_array = s->run->target->cfg->array_name,
        .cinder_ids = ids,
        .count = ids_of(s, ids),
        .interval_ms = json_int(step_plan(s)->params, "interval_ms", INTERVAL_MS),
    };
    s->array_call = array_protect(s->run->source->array, &spec, on_protected, s);
}

static void on_group(void *arg, const struct pc_error *err, const struct array_group *group)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    bool whole = strcmp(s->state, "whole") == 0;
    if (group && group->targeted && whole) {
        step_done(s, step_state(s)->resource_id);
        return;
    }
    if (!group || !group->targeted)
        own_name(s);
    protect(s);
}

static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    struct step_run *s = arg;
    int missing = 0;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    const char *group = array_members_group(rows, count, point_group(s), &missing);
    if (!*group || strlen(group) >= sizeof(step_state(s)->resource_id)) {
        own_name(s);
        protect(s);
        return;
    }
    snprintf(step_state(s)->resource_id, sizeof(step_state(s)->resource_id), "%s", group);
    snprintf(s->state, sizeof(s->state), "%s", missing ? "" : "whole");
    s->array_call = array_group(s->run->source->array, group, on_group, s);
}

void protect_begin(struct step_run *s)
{
    static const char *ids[ROOM];
    size_t count = ids_of(s, ids);
    step_state(s)->resource_id[0] = '\0'; /* of an earlier try: it is read anew */
    s->array_call = array_members(s->run->source->array, ids, count, on_members, s);
}
