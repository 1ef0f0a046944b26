/*
 * undo: for everything that a plan may make, the step that deletes it: servers
 * first, then what they used, then the network. For every server that it stops,
 * the step that starts it again, once no copy is left that could write, too.
 */
#include "backend/engine/undo.h"

#include "backend/base/json.h"
#include "backend/engine/recreate/recreate.h"
#include "backend/engine/plan/sync.h"

#include <stdio.h>
#include <string.h>

static const enum step_kind UNDO[STEP_KIND_COUNT] = {
    [STEP_CREATE_SERVER] = STEP_DELETE_SERVER,
    [STEP_CREATE_PORT] = STEP_DELETE_PORT,
    [STEP_CREATE_VOLUME] = STEP_DELETE_VOLUME,
    [STEP_MANAGE_VOLUME] = STEP_DELETE_VOLUME,
    [STEP_CLONE_VOLUME] = STEP_DESTROY_CLONE,
    [STEP_CREATE_NETWORK] = STEP_DELETE_NETWORK,
    [STEP_CREATE_FLOATING] = STEP_DELETE_FLOATING,
};

/* The server that uses a port or volume: its delete comes first. */
static int delete_of_server(const struct plan *to, const char *vm)
{
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_DELETE_SERVER), vm);
    return plan_find(to, key);
}

/* Cinder deletes what it manages: the clone is looked at after that. */
static void follow_volume(struct plan *to, int step, const struct plan_step *made, json_t *params)
{
    char key[STEP_KEY_SIZE];
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
    char key[STEP_KEY_SIZE];
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

/* Of that member nothing is deleted. */
typedef bool stays_of(const char *vm, const struct operation *const *arg);

/* `stays` NULL: of each member all is. */
static void add_deletes(struct plan *to, const struct plan *from,
                        stays_of *stays, const struct operation *const *arg)
{
    static const enum step_kind order[] = {STEP_CREATE_SERVER, STEP_CREATE_FLOATING, STEP_CREATE_PORT,
                                           STEP_CREATE_VOLUME, STEP_MANAGE_VOLUME,
                                           STEP_CLONE_VOLUME,  STEP_CREATE_NETWORK};
    size_t count = from->count; /* may be the same plan, growing */
    for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
        for (size_t i = 0; i < count; i++)
            if (from->steps[i].kind == order[k]) {
                struct plan_step made = from->steps[i];
                if (!stays || !stays(json_text(made.params, "vm"), arg))
                    add_delete(to, &made);
            }
}

void undo_makes(struct plan *to, const struct plan *from)
{
    add_deletes(to, from, NULL, NULL);
}

int undo_all_gone(struct plan *to, const char *subject)
{
    int gone = plan_add(to, STEP_ALL_GONE, "all_gone:group", subject, NULL);
    for (int i = 0; i < gone; i++)
        if (to->steps[i].kind == STEP_DELETE_SERVER)
            plan_depend(to, gone, i);
    return gone;
}

static void start_again(struct plan *to, const struct plan_step *stopped, int gone)
{
    json_t *p = json_object();
    char key[STEP_KEY_SIZE];
    json_put_text(p, "of", stopped->key);
    json_put_text(p, "vm", json_text(stopped->params, "vm"));
    json_put_text(p, "name", json_text(stopped->params, "name"));
    snprintf(key, sizeof(key), "%s%s", step_kind_name(STEP_START_SERVER),
             strchr(stopped->key, ':'));
    plan_depend(to, plan_add(to, STEP_START_SERVER, key, stopped->subject, p), gone);
}

void undo_stops(struct plan *to, const struct plan *from, int gone)
{
    size_t count = from->count; /* may be the same plan, growing */
    for (size_t i = 0; i < count; i++) {
        const struct plan_step stopped = from->steps[i];
        if (stopped.kind == STEP_STOP_SERVER)
            start_again(to, &stopped, gone);
    }
}

/* ---- as operations of their own ---------------------------------------------------- */

static bool is_copy(const struct operation *op, size_t step)
{
    return op->plan->steps[step].kind == STEP_CREATE_SERVER && op->steps[step].status == STEP_DONE;
}

/* What the copies stand for, which is to serve again. */
static json_t *sources_of(const struct parts *of)
{
    json_t *ids = json_array();
    for (size_t k = 0; k < of->count; k++)
        for (size_t i = 0; i < of->ops[k]->plan->count; i++) {
            const char *id = json_text(of->ops[k]->plan->steps[i].params, "source_id");
            if (is_copy(of->ops[k], i) && *id)
                json_array_append_new(ids, json_string(id));
        }
    return ids;
}

static json_t *copies_of(const struct operation *op)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < op->plan->count; i++)
        if (is_copy(op, i) && *op->steps[i].resource_id)
            json_array_append_new(ids, json_string(op->steps[i].resource_id));
    return ids;
}

int undo_site_answers(struct plan *p, const char *site, json_t *servers_take)
{
    json_t *params = json_object();
    json_put_flag(params, "source", true);
    json_put(params, "servers", servers_take);
    return plan_add(p, STEP_VALIDATE_TARGET, "validate_target_site:serving", site, params);
}

/* From `first` on the steps work on the ledger of that one, which is not the one
 * that is taken back by name, but one that it followed. */
static void on_ledger_of(struct plan *p, size_t first, const struct operation *of)
{
    for (size_t i = first; i < p->count; i++)
        json_put_text(p->steps[i].params, "ledger", of->id);
}

/* Each deletion waits for `gate` itself: what comes after a deletion that was
 * passed over is tried all the same. */
static void delete_after(struct plan *p, const struct parts *of, int gate, stays_of *stays,
                         const struct operation *failback)
{
    for (size_t k = 0; k < of->count; k++) {
        const struct operation *const both[] = {of->ops[k], failback};
        size_t first = p->count;
        add_deletes(p, of->ops[k]->plan, stays, both);
        for (size_t i = first; i < p->count; i++)
            plan_depend(p, (int)i, gate);
        if (k > 0)
            on_ledger_of(p, first, of->ops[k]);
    }
}

static struct plan *begin(const struct parts *of)
{
    struct plan *p = plan_new();
    delete_after(p, of, undo_site_answers(p, of->ops[0]->source_site, sources_of(of)), NULL, NULL);
    return p;
}

/* After every step of that kind, and `gone`. */
static void update(struct plan *p, const char *group, json_t *params_take, const enum step_kind *after,
                   size_t n)
{
    int step = plan_add(p, STEP_UPDATE_GROUP, "update_group:group", group, params_take);
    for (int i = 0; i < step; i++)
        for (size_t k = 0; k < n; k++)
            if (p->steps[i].kind == after[k])
                plan_depend(p, step, i);
}

struct plan *undo_rollback(const struct parts *failovers)
{
    static const enum step_kind after[] = {STEP_ALL_GONE, STEP_START_SERVER};
    const struct operation *newest = failovers->ops[0];
    struct plan *p = begin(failovers);
    json_t *params = json_object();
    int gone = undo_all_gone(p, newest->group);
    for (size_t k = 0; k < failovers->count; k++) {
        size_t first = p->count;
        undo_stops(p, failovers->ops[k]->plan, gone);
        if (k > 0)
            on_ledger_of(p, first, failovers->ops[k]);
    }
    json_put_text(params, "how", "restore");
    json_put_text(params, "primary", newest->source_site);
    update(p, newest->group, params, after, sizeof(after) / sizeof(after[0]));
    return p;
}

/* It serves where the failover made it, and the failback did not bring it back:
 * somebody took it out of the group meanwhile, to leave it there. [0] is the
 * failover, [1] the failback. */
static bool was_left_there(const char *vm, const struct operation *const *arg)
{
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_CREATE_SERVER), vm);
    int made = plan_find(arg[0]->plan, key);
    if (made < 0 || !is_copy(arg[0], (size_t)made))
        return false;
    for (size_t i = 0; i < arg[1]->plan->count; i++)
        if (is_copy(arg[1], i) && strcmp(json_text(arg[1]->plan->steps[i].params, "source_id"),
                                         arg[0]->steps[made].resource_id) == 0)
            return false;
    return true;
}

/* The volumes that the failback has made are the group's from now on. */
static json_t *volumes_made(const struct operation *failback)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < failback->plan->count; i++)
        if (failback->plan->steps[i].kind == STEP_MANAGE_VOLUME &&
            failback->steps[i].status == STEP_DONE)
            json_array_append_new(ids, json_string(failback->steps[i].resource_id));
    return ids;
}

/* The step stopped a member that nothing at the other site stands for: it serves
 * where the group does again. */
static bool left_behind(const struct group *g, const struct operation *failover, size_t step)
{
    const struct plan_step *stopped = &failover->plan->steps[step];
    const char *vm = json_text(stopped->params, "vm");
    char key[STEP_KEY_SIZE];
    if (stopped->kind != STEP_STOP_SERVER || !group_find_member(g, vm))
        return false;
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_CREATE_SERVER), vm);
    int copy = plan_find(failover->plan, key);
    return copy < 0 || !is_copy(failover, (size_t)copy);
}

bool undo_has_left_behind(const struct group *g, const struct parts *failovers)
{
    for (size_t k = 0; k < failovers->count; k++)
        for (size_t i = 0; i < failovers->ops[k]->plan->count; i++)
            if (left_behind(g, failovers->ops[k], i))
                return true;
    return false;
}

static void start_left_behind(struct plan *to, const struct group *g, const struct parts *failovers)
{
    if (!undo_has_left_behind(g, failovers))
        return;
    int gone = undo_all_gone(to, failovers->ops[0]->group);
    for (size_t k = 0; k < failovers->count; k++) {
        const struct operation *of = failovers->ops[k];
        size_t first = to->count;
        for (size_t i = 0; i < of->plan->count; i++)
            if (left_behind(g, of, i))
                start_again(to, &of->plan->steps[i], gone);
        if (k > 0)
            on_ledger_of(to, first, of);
    }
}

bool undo_protects(const struct operation *failback)
{
    return json_flag(failback->request, "reverse_replication", false) &&
           strcmp(json_text(failback->request, "storage_mode"), "flasharray") == 0;
}

struct plan *undo_confirm(const struct group *g, const struct parts *failovers,
                          const struct operation *failback)
{
    static const enum step_kind after[] = {STEP_DELETE_SERVER, STEP_DELETE_PORT,
                                           STEP_DELETE_VOLUME, STEP_DESTROY_CLONE,
                                           STEP_DELETE_FLOATING, STEP_START_SERVER};
    struct plan *p = plan_new();
    json_t *params = json_object();
    int gate = undo_site_answers(p, failback->target_site, copies_of(failback));
    if (undo_protects(failback))
        gate = sync_add(p, g, volumes_made(failback), gate);
    delete_after(p, failovers, gate, was_left_there, failback);
    start_left_behind(p, g, failovers);
    json_put_text(params, "how", "take");
    json_put_text(params, "from", failback->id);
    json_put_text(params, "primary", failback->target_site);
    update(p, failback->group, params, after, sizeof(after) / sizeof(after[0]));
    return p;
}

struct plan *undo_cancel(struct operation *failback)
{
    const struct parts alone = {&failback, 1};
    struct plan *p = begin(&alone);
    undo_stops(p, failback->plan, undo_all_gone(p, failback->group));
    return p;
}

struct plan *undo_none(const struct operation *failover)
{
    struct plan *p = plan_new();
    json_t *params = json_object();
    json_put_text(params, "how", "none");
    update(p, failover->group, params, NULL, 0);
    return p;
}
