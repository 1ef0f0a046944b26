/*
 * monitor: keeps what the screens show fresh: the sites' health and how far
 * replication lags behind. It only reads.
 *
 * An array is asked once for each protection group of its own: Cinder's driver
 * may keep the volumes of a thousand of our groups in one. What it answers, an
 * error too, is of those groups and of no others.
 */
#include "backend/engine/monitor.h"
#include "backend/engine/groups/on_array.h"
#include "backend/engine/sites.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a group's recovery points are looked for. */
struct points_at {
    const struct site *source, *target;
    const char *group; /* of the array; lent */
    size_t slot;
};

/* One question, and the groups that its answer is about. */
struct array_poll {
    struct array_poll *next;
    struct engine *e;
    struct points_at at; /* its group is owned */
    size_t *slots, count;
    struct array_call *call;
    bool all; /* the newest few did not tell */
};

static void poll_free(struct array_poll *p)
{
    for (size_t i = 0; i < p->count; i++)
        p->e->groups[p->slots[i]].points_asked = false;
    free((char *)(uintptr_t)p->at.group);
    free(p->slots);
    free(p);
}

void monitor_drop_all(struct engine *e)
{
    while (e->polls) {
        struct array_poll *p = e->polls;
        e->polls = p->next;
        array_cancel(p->call);
        poll_free(p);
    }
}

static void unlink_poll(struct array_poll *p)
{
    struct array_poll **at = &p->e->polls;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
}

/* ---- where a group's points are --------------------------------------------------- */

/* A mock array has no replication that could lag. */
static bool points_of(struct engine *e, size_t slot, struct points_at *ret)
{
    const struct group *g = e->groups[slot].group;
    const char *at = g->current_primary;
    const char *other = strcmp(at, g->primary) == 0 ? g->secondary : g->primary;
    struct site *source = engine_site(e, at), *target = engine_site(e, other);
    if (!source || !target || !target->view.has_array)
        return false;
    *ret = (struct points_at){source, target, group_on_array(g), slot};
    return true;
}

static int compare_places(const void *a, const void *b)
{
    const struct points_at *p = a, *q = b;
    if (p->target != q->target)
        return p->target < q->target ? -1 : 1;
    if (p->source != q->source)
        return p->source < q->source ? -1 : 1;
    return strcmp(p->group, q->group);
}

/* ---- what it answers ------------------------------------------------------------- */

static const struct array_point *newest_complete(const struct array_point *points, int count)
{
    for (int i = 0; i < count; i++)
        if (points[i].completed_ms)
            return &points[i];
    return NULL;
}

static void take_points(struct group_slot *g, int64_t now_ms, const struct pc_error *err,
                        const struct array_point *newest)
{
    struct group_view *v = group_view_edit(&g->view);
    v->replication_error[0] = '\0';
    if (err->code)
        snprintf(v->replication_error, sizeof(v->replication_error), "%.159s", err->text);
    if (err->code && err->code != PC_ERR_NOT_FOUND) /* what is known stays as old as it is */
        return;
    v->point_read_ms = now_ms;
    if (!newest) {
        if (!err->code) { /* there is none, whatever there was */
            v->point_ms = 0;
            v->lag_count = 0;
        }
        return;
    }
    v->point_ms = newest->created_ms;
    int64_t lag = (v->point_read_ms - v->point_ms) / 1000;
    if (v->lag_count == LAG_HISTORY)
        memmove(v->lag_s, v->lag_s + 1, (LAG_HISTORY - 1) * sizeof(v->lag_s[0]));
    else
        v->lag_count++;
    v->lag_s[v->lag_count - 1] = (uint16_t)(lag < 0 ? 0 : lag > 65535 ? 65535 : lag);
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct array_poll *p = arg;
    struct engine *e = p->e;
    const struct array_point *newest = err->code ? NULL : newest_complete(points, count);
    if (!err->code && count > 0 && !newest && !p->all) {
        p->all = true;
        p->call = array_points(p->at.target->array, p->at.source->cfg->array_name, p->at.group,
                               on_points, p);
        return;
    }
    int64_t now_ms = clock_wall_ms();
    bool none = err->code == PC_ERR_NOT_FOUND || (!err->code && count == 0);
    for (size_t i = 0; i < p->count; i++) {
        struct group_slot *g = &e->groups[p->slots[i]];
        struct points_at now;
        if (!points_of(e, p->slots[i], &now) || compare_places(&now, &p->at) != 0) {
            e->points_due = true; /* it has turned round, or was found elsewhere, since it was asked */
            continue;
        }
        if (none)
            on_array_look(e, g);
        take_points(g, now_ms, err, newest);
    }
    e->points_dirty = true;
    unlink_poll(p);
    poll_free(p);
}

/* ---- who is asked about what -------------------------------------------------------- */

static bool wants_points(struct engine *e, size_t slot, struct points_at *ret)
{
    struct group_slot *g = &e->groups[slot];
    if (g->points_asked || !points_of(e, slot, ret))
        return false;
    g->e = e;
    if (g->looked != g->group->metadata_version)
        on_array_look(e, g);
    return true;
}

/* list: all of one place. */
static void poll_start(struct engine *e, const struct points_at *list, size_t count)
{
    struct array_poll *p = xcalloc(1, sizeof(*p));
    *p = (struct array_poll){.next = e->polls, .e = e, .at = list[0], .count = count};
    p->at.group = xstrdup(list[0].group);
    p->slots = xcalloc(count, sizeof(*p->slots));
    for (size_t i = 0; i < count; i++) {
        p->slots[i] = list[i].slot;
        e->groups[list[i].slot].points_asked = true;
    }
    e->polls = p;
    p->call = array_newest(p->at.target->array, p->at.source->cfg->array_name, p->at.group,
                           on_points, p);
}

static void ask_points(struct engine *e)
{
    struct points_at *list = xcalloc(e->group_count + 1, sizeof(*list));
    size_t n = 0;
    for (size_t i = 0; i < e->group_count; i++)
        n += wants_points(e, i, &list[n]);
    qsort(list, n, sizeof(*list), compare_places);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && compare_places(&list[from], &list[to]) == 0; to++)
            ;
        poll_start(e, &list[from], to - from);
    }
    free(list);
}

void monitor_turn(struct engine *e)
{
    int64_t now = net_now(e->net);
    if (now >= e->monitor_next_ms) {
        e->monitor_next_ms = now + (int64_t)e->o.config->site_poll_seconds * 1000;
        e->points_due = true;
        for (size_t i = 0; i < e->site_count; i++)
            site_poll(&e->sites[i]);
    }
    if (!e->points_due)
        return;
    e->points_due = false;
    ask_points(e);
}
