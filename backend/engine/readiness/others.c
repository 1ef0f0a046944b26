/* others: see others.h. */
#include "backend/engine/readiness/others.h"
#include "backend/engine/run.h"
#include "backend/engine/sites.h"

#include <stdlib.h>
#include <string.h>

static void one_more(json_t *o, const char *key)
{
    json_put_int(o, key, json_int(o, key, 0) + 1);
}

/* A volume that is managed is as large as what it was cloned from. */
static int64_t size_of(struct engine *e, const struct operation *op, const char *source_id)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (engine_group(e, op->group_id, &slot, &ignored))
        return 1;
    for (size_t i = 0; i < slot->group->member_count; i++)
        for (size_t k = 0; k < slot->group->members[i].volume_count; k++)
            if (strcmp(slot->group->members[i].volumes[k].id, source_id) == 0)
                return slot->group->members[i].volumes[k].size_gib;
    return 1;
}

static void add_server(struct engine *e, const struct operation *op, const struct plan_step *s,
                       json_t *o)
{
    (void)e;
    (void)op;
    one_more(json_map(o, "flavors"), json_text(s->params, "flavor_id"));
}

static void add_volume(struct engine *e, const struct operation *op, const struct plan_step *s,
                       json_t *o)
{
    int64_t gib = json_int(s->params, "size_gib", 0);
    json_t *volume = json_object();
    json_put_text(volume, "type", json_text(s->params, "volume_type"));
    json_put_int(volume, "gib", gib ? gib : size_of(e, op, json_text(s->params, "source_id")));
    json_array_append_new(json_list(o, "volumes"), volume);
}

static void add_port(struct engine *e, const struct operation *op, const struct plan_step *s,
                     json_t *o)
{
    (void)e;
    (void)op;
    (void)s;
    one_more(o, "ports");
}

static void add_floating(struct engine *e, const struct operation *op, const struct plan_step *s,
                         json_t *o)
{
    (void)e;
    (void)op;
    (void)s;
    one_more(o, "floating_ips");
}

static void add_network(struct engine *e, const struct operation *op, const struct plan_step *s,
                        json_t *o)
{
    (void)e;
    (void)op;
    (void)s;
    one_more(o, "networks");
}

/* What a step that is still to come takes of the quotas. */
static void (*const TAKES[STEP_KIND_COUNT])(struct engine *e, const struct operation *op,
                                            const struct plan_step *s, json_t *o) = {
    [STEP_CREATE_SERVER] = add_server,   [STEP_CREATE_VOLUME] = add_volume,
    [STEP_MANAGE_VOLUME] = add_volume,   [STEP_CREATE_PORT] = add_port,
    [STEP_CREATE_NETWORK] = add_network, [STEP_CREATE_FLOATING] = add_floating,
};

/* What takes itself back makes nothing more. */
static void add(struct engine *e, const struct operation *op, json_t *o)
{
    if (op_status_over(op->status) || op->status == OP_ROLLING_BACK ||
        op->status == OP_CLEANING_UP)
        return;
    for (size_t i = 0; i < op->plan->count; i++) {
        const struct step_state *at = &op->steps[i];
        const struct plan_step *s = &op->plan->steps[i];
        bool to_come = at->status == STEP_WAITING || at->status == STEP_RUNNING;
        if (to_come && !*at->resource_id && TAKES[s->kind])
            TAKES[s->kind](e, op, s, o);
    }
}

static bool is_there(const struct operation *op, const struct cloud *project,
                     const struct site *site)
{
    struct cloud *own;
    struct pc_error ignored;
    return strcmp(op->target_site, site->cfg->name) == 0 &&
           site_cloud((struct site *)(uintptr_t)site, json_text(op->request, "test_project"), &own,
                      &ignored) == PC_OK &&
           own == project;
}

/* Those that run here are newer here than in the store; others run elsewhere, or wait to
 * be taken up. */
void others_tell(struct engine *e, const struct cloud *project, const struct site *site,
                 json_t *facts)
{
    struct op_filter open = {.type = -1, .open_only = true, .headers_only = true};
    struct operation **list = NULL;
    struct pc_error ignored;
    size_t count = 0;
    json_t *o = json_pack("{s:{}, s:[], s:i, s:i, s:i}", "flavors", "volumes", "ports", 0, "networks", 0,
                          "floating_ips", 0);
    json_put(facts, "others", o);
    if (store_ops(e->store, &open, &list, &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++) {
        const struct run *live = run_find(e, list[i]->id);
        struct operation *op = NULL;
        if (is_there(list[i], project, site)) {
            if (live && !live->halting)
                add(e, live->op, o);
            else if (!live && store_op_load(e->store, list[i]->id, &op, &ignored) == PC_OK)
                add(e, op, o);
        }
        operation_free(op);
        operation_free(list[i]);
    }
    free(list);
}
