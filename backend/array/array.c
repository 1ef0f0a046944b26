#include "backend/array/array.h"

#include "backend/array/kind.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct array *array_new(struct net *n, const struct array_config *cfg)
{
    struct array *a = xcalloc(1, sizeof(*a));
    bool mock = !cfg->url || !*cfg->url;
    a->net = n;
    a->kind = mock ? &ARRAY_MOCK : &ARRAY_FLASHARRAY;
    if (!mock) {
        log_secret(cfg->api_token);
        a->session = fa_session_new(n, cfg);
    }
    return a;
}

const char *array_kind(const struct array *a)
{
    return a->kind->name;
}

static struct array_call *begin(struct array *a, const struct array_call *with)
{
    struct array_call *c = xcalloc(1, sizeof(*c));
    *c = *with;
    c->array = a;
    c->next = a->calls;
    if (a->calls)
        a->calls->prev = c;
    a->calls = c;
    a->kind->begin(c);
    return c;
}

static char *name_on_target(const char *source_array, const char *group)
{
    char name[512];
    return xstrdup(array_point_name(source_array, group, "", name, sizeof(name)));
}

struct array_call *array_points(struct array *a, const char *source_array, const char *group,
                                array_points_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_POINTS, .done.points = done, .arg = arg,
                                         .group = name_on_target(source_array, group),
                                         .most = ARRAY_POINTS});
}

struct array_call *array_newest(struct array *a, const char *source_array, const char *group,
                                array_points_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_POINTS, .done.points = done, .arg = arg,
                                         .group = name_on_target(source_array, group),
                                         .most = ARRAY_NEWEST});
}

struct array_call *array_status(struct array *a, array_status_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_STATUS, .done.status = done, .arg = arg});
}

struct array_call *array_space(struct array *a, array_space_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_SPACE, .done.space = done, .arg = arg});
}

/* ---- replication ------------------------------------------------------- */

struct array_call *array_replicate(struct array *a, const char *group, const char *suffix,
                                   array_points_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_REPLICATE, .done.points = done, .arg = arg,
                                         .group = xstrdup(group), .suffix = xstrdup(suffix)});
}

struct array_call *array_transfer(struct array *a, const char *point, array_points_done *done,
                                  void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_TRANSFER, .done.points = done, .arg = arg,
                                         .point = xstrdup(point)});
}

static char **dup_ids(const char *const *ids, size_t count)
{
    char **list = xcalloc(count ? count : 1, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i] = xstrdup(ids[i]);
    return list;
}

struct array_call *array_members(struct array *a, const char *const *cinder_ids, size_t count,
                                 array_members_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_MEMBERSHIP, .done.members = done, .arg = arg,
                                         .ids = dup_ids(cinder_ids, count), .id_count = count});
}

struct array_call *array_group(struct array *a, const char *name, array_group_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_GROUP, .done.group = done, .arg = arg,
                                         .group = xstrdup(name)});
}

struct array_call *array_protect(struct array *a, const struct array_protect_spec *spec,
                                 array_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_PROTECT, .done.plain = done, .arg = arg,
                                         .group = xstrdup(spec->group),
                                         .target = xstrdup(spec->target_array),
                                         .ids = dup_ids(spec->cinder_ids, spec->count),
                                         .id_count = spec->count,
                                         .interval_ms = spec->interval_ms});
}

struct array_call *array_allow(struct array *a, const char *source_array, const char *group,
                               const char *target_array, array_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_ALLOW, .done.plain = done, .arg = arg,
                                         .group = name_on_target(source_array, group),
                                         .target = xstrdup(target_array)});
}

/* ---- volumes ----------------------------------------------------------- */

static char *dup_or_null(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

struct array_call *array_volumes_of_point(struct array *a, const char *point,
                                          const char *cinder_id, array_volumes_done *done,
                                          void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_MEMBERS, .done.volumes = done, .arg = arg,
                                         .point = xstrdup(point),
                                         .cinder_id = dup_or_null(cinder_id)});
}

struct array_call *array_clone(struct array *a, const struct array_clone_spec *spec,
                               array_volumes_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_CLONE, .done.volumes = done, .arg = arg,
                                         .name = xstrdup(spec->name),
                                         .snapshot = xstrdup(spec->snapshot),
                                         .op = xstrdup(spec->op), .step = xstrdup(spec->step)});
}

struct array_call *array_find(struct array *a, const struct array_find_spec *spec,
                              array_volumes_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_FIND, .done.volumes = done, .arg = arg,
                                         .serial = dup_or_null(spec->serial),
                                         .name = dup_or_null(spec->name),
                                         .op = dup_or_null(spec->op),
                                         .step = dup_or_null(spec->step)});
}

struct array_call *array_destroy(struct array *a, const char *name, array_destroy_done *done,
                                 void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_DESTROY, .done.plain = done, .arg = arg,
                                         .name = xstrdup(name)});
}

/* ---- ends -------------------------------------------------------------- */

/* Takes the call off its array and stops what it has under way. */
static void detach(struct array_call *c)
{
    *(c->prev ? &c->prev->next : &c->array->calls) = c->next;
    if (c->next)
        c->next->prev = c->prev;
    net_timer_cancel(c->timer);
    fa_cancel(c->call);
    json_decref(c->first);
    c->array = NULL;
    c->timer = NULL;
    c->call = NULL;
    c->first = NULL;
}

static void discard(struct array_call *c)
{
    free(c->group);
    free(c->point);
    free(c->name);
    free(c->snapshot);
    free(c->serial);
    free(c->cinder_id);
    free(c->op);
    free(c->step);
    free(c->target);
    free(c->suffix);
    for (size_t i = 0; i < c->id_count; i++)
        free(c->ids[i]);
    free(c->ids);
    free(c->rows);
    free(c);
}

void array_cancel(struct array_call *c)
{
    if (!c || c->ending)
        return;
    detach(c);
    discard(c);
}

static const struct pc_error *ending(struct array_call *c)
{
    static const struct pc_error ok = {.code = PC_OK};
    detach(c);
    c->ending = true;
    return &ok;
}

void array_end_points(struct array_call *c, const struct array_point *points, int count)
{
    c->done.points(c->arg, ending(c), points, count);
    discard(c);
}

void array_end_status(struct array_call *c)
{
    c->done.status(c->arg, ending(c), &c->found);
    discard(c);
}

void array_end_volumes(struct array_call *c, const struct array_volume *volumes, int count)
{
    c->done.volumes(c->arg, ending(c), volumes, count);
    discard(c);
}

void array_end_well(struct array_call *c)
{
    c->done.plain(c->arg, ending(c));
    discard(c);
}

void array_end_members(struct array_call *c)
{
    c->done.members(c->arg, ending(c), c->rows, (int)c->row_count);
    discard(c);
}

void array_end_group(struct array_call *c, const struct array_group *group)
{
    c->done.group(c->arg, ending(c), group);
    discard(c);
}

void array_end_space(struct array_call *c, const struct array_space *space)
{
    c->done.space(c->arg, ending(c), space);
    discard(c);
}

static void tell_points(struct array_call *c, const struct pc_error *err)
{
    c->done.points(c->arg, err, NULL, 0);
}

static void tell_status(struct array_call *c, const struct pc_error *err)
{
    c->done.status(c->arg, err, &c->found);
}

static void tell_volumes(struct array_call *c, const struct pc_error *err)
{
    c->done.volumes(c->arg, err, NULL, 0);
}

static void tell_plain(struct array_call *c, const struct pc_error *err)
{
    c->done.plain(c->arg, err);
}

static void tell_members(struct array_call *c, const struct pc_error *err)
{
    c->done.members(c->arg, err, NULL, 0);
}

static void tell_group(struct array_call *c, const struct pc_error *err)
{
    c->done.group(c->arg, err, NULL);
}

static void tell_space(struct array_call *c, const struct pc_error *err)
{
    static const struct array_space unknown;
    c->done.space(c->arg, err, &unknown);
}

void array_end_error(struct array_call *c, const struct pc_error *err)
{
    static void (*const tells[ASK_COUNT])(struct array_call *c, const struct pc_error *err) = {
        [ASK_POINTS] = tell_points,         [ASK_REPLICATE] = tell_points,
        [ASK_TRANSFER] = tell_points,       [ASK_STATUS] = tell_status,
        [ASK_MEMBERS] = tell_volumes,       [ASK_CLONE] = tell_volumes,
        [ASK_FIND] = tell_volumes,          [ASK_DESTROY] = tell_plain,
        [ASK_PROTECT] = tell_plain,         [ASK_ALLOW] = tell_plain,
        [ASK_MEMBERSHIP] = tell_members,    [ASK_GROUP] = tell_group,
        [ASK_SPACE] = tell_space,
    };
    struct pc_error copy = *err; /* the original may go with the session */
    ending(c);
    tells[c->ask](c, &copy);
    discard(c);
}

void array_free(struct array *a)
{
    if (!a)
        return;
    while (a->calls)
        array_cancel(a->calls);
    fa_session_free(a->session);
    free(a);
}
