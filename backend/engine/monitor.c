/*
 * monitor: keeps what the screens show fresh: the sites' health and how far
 * replication lags behind. It only reads.
 */
#include "backend/engine/inside.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct group_slot *g = arg;
    struct group_view *v = group_view_edit(&g->view);
    g->points = NULL;
    if (err->code == PC_ERR_NOT_FOUND || (!err->code && count == 0))
        on_array_look(g->e, g);
    v->point_read_ms = clock_wall_ms();
    g->e->groups_dirty = true;
    v->replication_error[0] = '\0';
    if (err->code)
        snprintf(v->replication_error, sizeof(v->replication_error), "%.159s", err->text);
    for (int i = 0; i < count; i++) {
        if (!points[i].completed_ms)
            continue;
        v->point_ms = points[i].created_ms;
        int64_t lag = (v->point_read_ms - v->point_ms) / 1000;
        if (v->lag_count == LAG_HISTORY)
            memmove(v->lag_s, v->lag_s + 1, (LAG_HISTORY - 1) * sizeof(v->lag_s[0]));
        else
            v->lag_count++;
        v->lag_s[v->lag_count - 1] = (uint16_t)(lag < 0 ? 0 : lag > 65535 ? 65535 : lag);
        break;
    }
}

/* A mock array has no replication that could lag. */
static void ask_points(struct engine *e, struct group_slot *g)
{
    const char *at = g->group->current_primary;
    const char *other = strcmp(at, g->group->primary) == 0 ? g->group->secondary
                                                            : g->group->primary;
    struct site *source = engine_site(e, at), *target = engine_site(e, other);
    if (g->points || !source || !target || !target->view.has_array)
        return;
    g->e = e;
    if (g->looked != g->group->metadata_version)
        on_array_look(e, g);
    g->points = array_points(target->array, source->cfg->array_name, group_on_array(g->group),
                             on_points, g);
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
    for (size_t i = 0; i < e->group_count; i++)
        ask_points(e, &e->groups[i]);
}
