#include "backend/engine/plan/sync.h"

#include "backend/base/json.h"

#include <stdio.h>

enum {
    INTERVAL_LEAST_MS = 300000, /* what an array replicates at most by a schedule */
    DAY_S = 86400               /* a transfer that moves may take so long */
};

static int add(struct plan *p, enum step_kind kind, const struct group *g, json_t *params,
               int before)
{
    char key[64];
    snprintf(key, sizeof(key), "%s:group", step_kind_name(kind));
    int step = plan_add(p, kind, key, g->name, params);
    plan_depend(p, step, before);
    return step;
}

/* A third of what may be lost, so that a late cycle does not break it. */
static int64_t interval_of(const struct group *g)
{
    int64_t ms = g->rpo_seconds * 1000 / 3;
    return ms < INTERVAL_LEAST_MS ? INTERVAL_LEAST_MS : ms;
}

static json_t *volumes_of(const struct group *g)
{
    json_t *list = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++)
            json_array_append_new(list, json_string(g->members[i].volumes[k].id));
    return list;
}

int sync_add(struct plan *p, const struct group *g, json_t *volumes_take, int before)
{
    json_t *protect = json_object(), *await = json_object();
    json_put(protect, "volumes", volumes_take ? volumes_take : volumes_of(g));
    json_put_int(protect, "interval_ms", interval_of(g));
    int step = add(p, STEP_PROTECT_VOLUMES, g, protect, before);
    int asked = add(p, STEP_REPLICATE_NOW, g, NULL, step);
    json_put_text(await, "of", p->steps[asked].key);
    int here = add(p, STEP_AWAIT_TRANSFER, g, await, asked);
    p->steps[here].timeout_s = DAY_S;
    return here;
}

enum pc_err sync_plan(const struct group *g, bool mock, struct plan **ret, struct pc_error *err)
{
    if (group_volume_count(g) == 0)
        return pc_error_set(err, PC_ERR_STATE, "Add a member: protection-group add-member GROUP "
                            "SERVER.", "%s has no volume that could be replicated", g->name);
    struct plan *p = plan_new();
    int here = mock ? -1 : sync_add(p, g, NULL, -1);
    plan_depend(p, plan_add(p, STEP_PIN_POINT, "pin_point:group", g->name, NULL), here);
    *ret = p;
    return PC_OK;
}
