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

/* "pg" of array SRC is "SRC:pg" on the target; "pod::pg" is "pod:pg". */
static char *name_on_target(const char *source_array, const char *group)
{
    const char *pod = strstr(group, "::");
    if (pod)
        return xasprintf("%.*s:%s", (int)(pod - group), group, pod + 2);
    return xasprintf("%s:%s", source_array, group);
}

struct array_call *array_points(struct array *a, const char *source_array, const char *group,
                                array_points_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_POINTS, .done.points = done, .arg = arg,
                                         .group = name_on_target(source_array, group)});
}

struct array_call *array_status(struct array *a, array_status_done *done, void *arg)
{
    return begin(a, &(struct array_call){.ask = ASK_STATUS, .done.status = done, .arg = arg});
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
    return begin(a, &(struct array_call){.ask = ASK_DESTROY, .done.destroy = done, .arg = arg,
                                         .name = xstrdup(name)});
}

/* "ptr-1f0e2d3c-9a8b7c6d-0": pieces of both ids, in which only letters, digits
 * and - are. */
const char *array_clone_name(const char *op, const char *server, size_t index,
                             char dst[ARRAY_CLONE_NAME_SIZE])
{
    const char *id = strncmp(op, "op-", 3) == 0 ? op + 3 : op;
    snprintf(dst, ARRAY_CLONE_NAME_SIZE, "ptr-%.8s-%.8s-%zu", id, server, index);
    return dst;
}

/* Without array, pod and volume group: "SRC:vgroup/name" -> "name". */
static const char *bare_name(const char *name)
{
    size_t n = strlen(name);
    while (n > 0 && name[n - 1] != ':' && name[n - 1] != '/')
        n--;
    return name + n;
}

static bool is_cinder_name(const char *name, const char *cinder_id)
{
    char want[128];
    snprintf(want, sizeof(want), "volume-%.64s-cinder", cinder_id);
    return strcmp(bare_name(name), want) == 0;
}

bool array_volume_is_of(const struct array_volume *v, const char *cinder_id)
{
    return is_cinder_name(v->source, cinder_id);
}

bool array_volume_managed_as(const struct array_volume *v, const char *cinder_id)
{
    return is_cinder_name(v->name, cinder_id);
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

void array_end_destroyed(struct array_call *c)
{
    c->done.destroy(c->arg, ending(c));
    discard(c);
}

void array_end_error(struct array_call *c, const struct pc_error *err)
{
    struct pc_error copy = *err; /* the original may go with the session */
    ending(c);
    if (c->ask == ASK_POINTS)
        c->done.points(c->arg, &copy, NULL, 0);
    else if (c->ask == ASK_STATUS)
        c->done.status(c->arg, &copy, &c->found);
    else if (c->ask == ASK_DESTROY)
        c->done.destroy(c->arg, &copy);
    else
        c->done.volumes(c->arg, &copy, NULL, 0);
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
