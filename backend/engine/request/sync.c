/* sync: replication asked for by hand, and what it has brought over. */
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/points.h"
#include "backend/engine/plan/sync.h"
#include "backend/engine/present.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include <stdio.h>
#include <string.h>

/* ---- sync_volumes ------------------------------------------------------------------- */

struct syncing {
    const struct group *group;
    struct site *source, *target;
};

static enum pc_err guard(struct engine *e, const struct operation *op, const void *arg,
                         struct pc_error *err)
{
    const struct syncing *y = arg;
    (void)op;
    enum pc_err rc = asking_guard(e, y->group, ACTION_SYNC_VOLUMES, y->source, err);
    return rc ? rc : asking_guard(e, y->group, ACTION_SYNC_VOLUMES, y->target, err);
}

static struct operation *new_sync(struct engine *e, const struct syncing *y, bool mock,
                                  struct plan *plan_take)
{
    struct operation *op = operation_new(OP_SYNC_VOLUMES, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", y->group->id);
    snprintf(op->group, sizeof(op->group), "%s", y->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", y->source->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", y->target->cfg->name);
    op->created_ms = engine_wall(e);
    op->request = json_object();
    json_put_text(op->request, "group", y->group->name);
    if (!mock)
        json_put_text(op->request, "storage_mode", e->o.config->storage_mode);
    return op;
}

void request_sync_volumes(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    struct syncing y = {0};
    struct plan *plan = NULL;
    struct operation *op = NULL;
    bool mock = strcmp(e->o.config->storage_mode, "mock") == 0;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        y.group = present_here(e, slot->group);
        rc = group_sites(e, y.group, &y.source, &y.target, &err);
    }
    if (!rc)
        rc = guard(e, NULL, &y, &err);
    if (!rc)
        rc = sync_plan(y.group, mock, &plan, &err);
    if (!rc) {
        op = new_sync(e, &y, mock, plan);
        rc = asking_insert(e, NULL, op, guard, &y, &err);
    }
    if (rc) {
        operation_free(op);
        request_fail(r, &err);
    } else {
        json_t *reply = operation_to_json(op);
        asking_adopt(e, op);
        request_reply(r, reply);
    }
    group_unref((struct group *)(uintptr_t)y.group);
}

/* ---- recovery_point_list ---------------------------------------------------------------- */

static void on_points(void *arg, const struct pc_error *err, json_t *points)
{
    struct request *r = arg;
    if (err->code)
        request_fail(r, err);
    else
        request_reply(r, points);
}

void request_recovery_point_list(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    if (engine_group(e, json_text(r->args, "group"), &slot, &err)) {
        request_fail(r, &err);
        return;
    }
    /* A failover of a group that is at both sites goes on from where the rest is. */
    const struct group *g = slot->group;
    bool on = slot->view->state == GROUP_PARTIAL &&
              strcmp(json_text(r->args, "operation"), "failover") == 0;
    const char *other = strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary;
    struct group *seen = group_seen_at(g, on ? other : g->current_primary);
    points_read(e, seen, on_points, r);
    group_unref(seen);
}
