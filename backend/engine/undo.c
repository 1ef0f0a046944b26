/*
 * undo: for everything that a plan may make, the step that deletes it: servers
 * first, then what they used, then the network.
 */
#include "backend/engine/undo.h"

#include "backend/base/json.h"
#include "backend/engine/recreate.h"

#include <stdio.h>
#include <string.h>

static const enum step_kind UNDO[STEP_KIND_COUNT] = {
    [STEP_CREATE_SERVER] = STEP_DELETE_SERVER,
    [STEP_CREATE_PORT] = STEP_DELETE_PORT,
    [STEP_CREATE_VOLUME] = STEP_DELETE_VOLUME,
    [STEP_MANAGE_VOLUME] = STEP_DELETE_VOLUME,
    [STEP_CLONE_VOLUME] = STEP_DESTROY_CLONE,
    [STEP_CREATE_NETWORK] = STEP_DELETE_NETWORK,
};

/* The server that uses a port or volume: its delete comes first. */
static int delete_of_server(const struct plan *to, const char *vm)
{
    char key[200];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_DELETE_SERVER), vm);
    return plan_find(to, key);
}

/* Cinder deletes what it manages: the clone is looked at after that. */
static void follow_volume(struct plan *to, int step, const struct plan_step *made, json_t *params)
{
    char key[200];
    const char *what = strchr(made->key, ':');
    snprintf(key, sizeof(key), "%s%s", step_kind_name(STEP_DELETE_VOLUME), what);
    plan_depend(to, step, plan_find(to, key));
    snprintf(key, sizeof(key), "%s%s", step_kind_name(STEP_MANAGE_VOLUME), what);
    json_put_text(params, "managed", key);
}

static void add_delete(struct plan *to, const struct plan_step *made)
{
    enum step_kind kind = UNDO[made->kind];
    json_t *p = json_object();
    char key[200];
    json_put_text(p, "of", made->key);
    json_put_text(p, "vm", json_text(made->params, "vm"));
    json_put_text(p, "name", json_text(made->params, "name"));
    if (kind == STEP_DELETE_NETWORK)
        json_put_text(p, "also", "create_subnet:" RECREATE_AUTO_NETWORK); /* Neutron drops it along */
    snprintf(key, sizeof(key), "%s%s", step_kind_name(kind), strchr(made->key, ':'));
    int step = plan_add(to, kind, key, made->subject, p);
    if (kind == STEP_DELETE_PORT || kind == STEP_DELETE_VOLUME)
        plan_depend(to, step, delete_of_server(to, json_text(made->params, "vm")));
    if (kind == STEP_DESTROY_CLONE)
        follow_volume(to, step, made, p);
    if (kind == STEP_DELETE_NETWORK)
        for (int i = 0; i < step; i++)
            if (to->steps[i].kind == STEP_DELETE_PORT || to->steps[i].kind == STEP_DELETE_SERVER)
                plan_depend(to, step, i);
}

void undo_makes(struct plan *to, const struct plan *from)
{
    static const enum step_kind order[] = {STEP_CREATE_SERVER, STEP_CREATE_PORT,
                                           STEP_CREATE_VOLUME, STEP_MANAGE_VOLUME,
                                           STEP_CLONE_VOLUME,  STEP_CREATE_NETWORK};
    size_t count = from->count; /* may be the same plan, growing */
    for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
        for (size_t i = 0; i < count; i++)
            if (from->steps[i].kind == order[k]) {
                struct plan_step made = from->steps[i];
                add_delete(to, &made);
            }
}
