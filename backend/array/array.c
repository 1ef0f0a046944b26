#include "backend/array/array.h"

#include "backend/array/kind.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"

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
    return begin(a, &(struct array_call){.points = done, .arg = arg,
                                         .group = name_on_target(source_array, group)});
}

struct array_call *array_status(struct array *a, array_status_done *done, void *arg)
{
    return begin(a, &(struct array_call){.status = done, .arg = arg});
}

/* Takes the call off its array and stops what it has under way. */
static void detach(struct array_call *c)
{
    *(c->prev ? &c->prev->next : &c->array->calls) = c->next;
    if (c->next)
        c->next->prev = c->prev;
    net_timer_cancel(c->timer);
    fa_get_cancel(c->get);
    json_decref(c->first);
    c->array = NULL;
    c->timer = NULL;
    c->get = NULL;
    c->first = NULL;
}

static void discard(struct array_call *c)
{
    free(c->group);
    free(c);
}

void array_cancel(struct array_call *c)
{
    if (!c || c->ending)
        return;
    detach(c);
    discard(c);
}

void array_end_points(struct array_call *c, const struct array_point *points, int count)
{
    struct pc_error ok = {.code = PC_OK};
    detach(c);
    c->ending = true;
    c->points(c->arg, &ok, points, count);
    discard(c);
}

void array_end_status(struct array_call *c)
{
    struct pc_error ok = {.code = PC_OK};
    detach(c);
    c->ending = true;
    c->status(c->arg, &ok, &c->found);
    discard(c);
}

void array_end_error(struct array_call *c, const struct pc_error *err)
{
    struct pc_error copy = *err; /* the original may go with the session */
    detach(c);
    c->ending = true;
    if (c->points)
        c->points(c->arg, &copy, NULL, 0);
    else
        c->status(c->arg, &copy, &c->found);
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
