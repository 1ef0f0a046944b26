/*
 * split: a forced failover did not ask the old primary, which may be running
 * still, or come back. Until it was seen at rest the group is at risk, and its
 * old servers are read there whenever that site answers, with screens or
 * without, and before somebody commits. A server that runs makes it a split
 * brain, which is kept on the group's record: then nothing is replicated,
 * committed or failed back until a person has said which site serves
 * (request/resolve.c). Nothing here stops or deletes anything.
 */
#include "backend/engine/groups/split.h"
#include "backend/engine/gather.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/record.h"

#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *status;
    enum liveness is;
} LIVENESS[] = {
    {"ACTIVE", LIVENESS_RUNS},          {"REBOOT", LIVENESS_RUNS},
    {"HARD_REBOOT", LIVENESS_RUNS},     {"PASSWORD", LIVENESS_RUNS},
    {"RESCUE", LIVENESS_RUNS},          {"MIGRATING", LIVENESS_RUNS},
    {"VERIFY_RESIZE", LIVENESS_RUNS},   {"PAUSED", LIVENESS_RUNS},
    {"SHUTOFF", LIVENESS_REST},         {"SUSPENDED", LIVENESS_REST},
    {"SHELVED", LIVENESS_REST},         {"SHELVED_OFFLOADED", LIVENESS_REST},
    {"DELETED", LIVENESS_REST},         {"SOFT_DELETED", LIVENESS_REST},
};

enum liveness split_liveness(const char *status)
{
    if (!status || !*status)
        return LIVENESS_REST;
    for (size_t i = 0; i < sizeof(LIVENESS) / sizeof(LIVENESS[0]); i++)
        if (strcmp(LIVENESS[i].status, status) == 0)
            return LIVENESS[i].is;
    return LIVENESS_UNSURE; /* ERROR, BUILD, UNKNOWN: a guest may run behind it */
}

bool split_never_ran(const json_t *server)
{
    return strcmp(json_text(server, "status"), "ERROR") == 0 &&
           !*json_text(server, "OS-EXT-STS:task_state") &&
           json_is_null(json_object_get(server, "OS-SRV-USG:launched_at"));
}

const char *split_keeps(const json_t *server, char *dst, size_t size)
{
    const char *status = json_text(server, "status");
    bool rests = split_liveness(status) == LIVENESS_REST || split_never_ran(server);
    snprintf(dst, size, "%s%.40s", rests ? "" : "is ", rests ? "" : status);
    if (rests && json_flag(server, "locked", false))
        snprintf(dst, size, "is locked");
    return dst;
}

/* ---- which servers ------------------------------------------------------------------ */

static void add_server(json_t *list, const char *id, const char *name)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, "id"), id) == 0)
            return;
    if (*id)
        json_array_append_new(list, json_pack("{s:s, s:s}", "id", id, "name", name));
}

/* A move's plan says which servers it stands for at its source, its ledger which
 * ones it made at its target. */
static void add_of_move(json_t *list, const struct operation *op, const char *site)
{
    for (size_t i = 0; strcmp(site, op->source_site) == 0 && i < op->plan->count; i++) {
        const json_t *params = op->plan->steps[i].params;
        if (op->plan->steps[i].kind == STEP_CREATE_SERVER)
            add_server(list, json_text(params, "source_id"), json_text(params, "vm"));
    }
    for (size_t i = 0; strcmp(site, op->target_site) == 0 && i < op->ledger_count; i++) {
        const struct ledger_entry *l = &op->ledger[i];
        if (strcmp(l->type, "server") == 0 && l->state != LEDGER_GONE)
            add_server(list, l->resource_id,
                       json_text(op->plan->steps[l->step].params, "vm"));
    }
}

static enum pc_err add_move(struct engine *e, json_t *list, const char *id, const char *site,
                            struct pc_error *err)
{
    struct operation *op = NULL;
    struct parts move = {0};
    enum pc_err rc = store_op_load(e->store, id, &op, err);
    if (!rc) /* what undoes worked on what its parent had made */
        rc = moved_by(e, op_type_undoes(op->type) ? op->parent : id, &move, err);
    for (size_t i = 0; i < move.count; i++)
        add_of_move(list, move.ops[i], site);
    parts_release(&move);
    operation_free(op);
    return rc;
}

/* A failback leaves what a failover left before it. */
static enum pc_err add_newest(struct engine *e, json_t *list, const struct group *g,
                              enum op_type type, const char *site, struct pc_error *err)
{
    struct op_filter f = {.group = g->id, .type = (int)type, .headers_only = true, .limit = 1};
    struct operation **ops = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &f, &ops, &count, err);
    for (size_t i = 0; i < count; i++) {
        if (!rc)
            rc = add_move(e, list, ops[i]->id, site, err);
        operation_free(ops[i]);
    }
    free(ops);
    return rc;
}

enum pc_err split_servers(struct engine *e, const struct group_slot *g, const char *site,
                          bool earlier, json_t **ret, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    json_t *list = json_array();
    const struct group *group = g->group;
    if (strcmp(site, group->current_primary) == 0)
        for (size_t i = 0; i < group->member_count; i++)
            add_server(list, group->members[i].id, group->members[i].name);
    else if (*g->moved_id)
        rc = add_move(e, list, g->moved_id, site, err);
    if (strcmp(site, group->split.site) == 0)
        for (size_t i = 0; i < group->split.server_count; i++)
            add_server(list, group->split.servers[i].id, group->split.servers[i].name);
    bool moved = *g->moved_id != '\0'; /* else it never was anywhere else */
    if (earlier && moved && !rc)
        rc = add_newest(e, list, group, OP_FAILOVER, site, err);
    if (earlier && moved && !rc)
        rc = add_newest(e, list, group, OP_FAILBACK, site, err);
    if (rc)
        json_decref(list);
    else
        *ret = list;
    return rc;
}

/* ---- writing down --------------------------------------------------------------------- */

/* What is changed of a group's record: "split_brain", or "reconciled". */
typedef void change_of(json_t *o, const struct group *g, const void *arg);

/* Read and written under one write lock, so that nobody's edit is lost. */
static enum pc_err change(struct engine *e, const char *id, change_of *apply, const void *arg,
                          struct pc_error *err)
{
    struct group_slot *slot;
    struct group *g = NULL;
    enum pc_err rc = store_begin(e->store, err);
    if (rc)
        return rc;
    rc = groups_load(e, err);
    if (!rc)
        rc = engine_group(e, id, &slot, err);
    if (!rc) {
        json_t *o = group_to_json(slot->group);
        apply(o, slot->group, arg);
        rc = group_from_json(o, &g, err);
        json_decref(o);
    }
    if (!rc)
        rc = group_write(e, g, err);
    if (!rc)
        rc = store_commit(e->store, err);
    else
        store_rollback(e->store);
    group_unref(g);
    if (rc)
        return rc;
    groups_file_keep(e);
    rc = groups_load(e, err);
    return rc ? rc : group_refresh(e, id, err);
}

struct sighting {
    const char *site, *reason;
    const json_t *servers;
    int64_t now;
};

static void apply_split(json_t *o, const struct group *g, const void *arg)
{
    const struct sighting *seen = arg;
    json_t *split = json_object(), *list = json_array();
    const json_t *s;
    size_t i;
    json_array_foreach(seen->servers, i, s) {
        json_t *one = json_object();
        int64_t since = seen->now;
        for (size_t k = 0; k < g->split.server_count; k++)
            if (strcmp(g->split.servers[k].id, json_text(s, "id")) == 0)
                since = g->split.servers[k].since_ms;
        json_put_text(one, "id", json_text(s, "id"));
        json_put_text(one, "name", json_text(s, "name"));
        json_put_int(one, "since_ms", since);
        json_array_append_new(list, one);
    }
    json_put_text(split, "site", seen->site);
    json_put_text(split, "reason", seen->reason);
    json_put_int(split, "since_ms", *g->split.site ? g->split.since_ms : seen->now);
    json_put(split, "servers", list);
    json_put(o, "split_brain", split);
}

enum pc_err split_record(struct engine *e, const char *group_id, const char *site,
                         const char *reason, const json_t *servers, struct pc_error *err)
{
    struct sighting seen = {site, reason, servers, engine_wall(e)};
    return change(e, group_id, apply_split, &seen, err);
}

/* The doubt is over: what was forced is told as reconciled from now on. */
static void apply_rest(json_t *o, const struct group *g, const void *arg)
{
    (void)g;
    json_put_text(o, "reconciled", arg);
}

/* ---- looking ---------------------------------------------------------------------------- */

static const char *old_site(const struct group *g)
{
    return strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary;
}

/* While an operation runs the group belongs to that. */
bool split_doubtful(const struct group_slot *g)
{
    return g->view->split_risk && !g->view->split_brain && g->view->real_completed_ms &&
           *g->moved_id;
}

static const char *status_in(const json_t *servers, const char *id)
{
    const json_t *s;
    size_t i;
    json_array_foreach(servers, i, s)
        if (strcmp(json_text(s, "id"), id) == 0)
            return json_text(s, "status");
    return NULL;
}

static enum pc_err judge(struct engine *e, const struct group_slot *g, const char *site,
                         const json_t *there, struct pc_error *err)
{
    char id[OP_ID_SIZE], forced[OP_ID_SIZE]; /* writing reads the groups anew */
    json_t *old = NULL, *running = json_array();
    snprintf(id, sizeof(id), "%s", g->group->id);
    snprintf(forced, sizeof(forced), "%s", g->forced_id);
    const json_t *s;
    size_t i, at_rest = 0;
    enum pc_err rc = split_servers(e, g, site, false, &old, err);
    json_array_foreach(old, i, s) {
        enum liveness is = split_liveness(status_in(there, json_text(s, "id")));
        at_rest += is == LIVENESS_REST;
        if (is == LIVENESS_RUNS)
            json_array_append(running, (json_t *)(uintptr_t)s);
    }
    if (!rc && json_array_size(running)) {
        char reason[200];
        snprintf(reason, sizeof(reason), "%zu of its servers run at %.60s while it serves at %.60s",
                 json_array_size(running), site, g->group->current_primary);
        rc = split_record(e, id, site, reason, running, err);
    } else if (!rc && json_array_size(old) && at_rest == json_array_size(old)) {
        rc = change(e, id, apply_rest, forced, err);
    }
    json_decref(running);
    json_decref(old);
    return rc;
}

void split_saw(struct engine *e, const char *group_id, const char *site, const json_t *servers)
{
    struct group_slot *g;
    struct pc_error err;
    if (e->o.read_only || engine_group(e, group_id, &g, &err) || !split_doubtful(g) ||
        strcmp(old_site(g->group), site) != 0)
        return;
    if (judge(e, g, site, servers, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
}

struct look {
    struct engine *e;
    char group_id[OP_ID_SIZE], site[NAME_SIZE];
    void (*done)(void *arg, const struct pc_error *err);
    void *arg;
};

static void on_look(void *arg, const struct pc_error *why, json_t *bodies)
{
    struct look *l = arg;
    const json_t *there = json_list(bodies, "servers");
    struct pc_error err = *why;
    if (!err.code && !there)
        pc_error_set(&err, PC_ERR_UNREACHABLE, "Look at the site's health: site list.",
                     "%s did not say which servers it has", l->site);
    if (!err.code)
        split_saw(l->e, l->group_id, l->site, there);
    l->done(l->arg, &err);
    free(l);
}

void split_look(struct engine *e, const char *group_id,
                void (*done)(void *arg, const struct pc_error *err), void *arg)
{
    struct group_slot *g;
    struct look *l = xcalloc(1, sizeof(*l));
    struct pc_error ignored;
    *l = (struct look){.e = e, .done = done, .arg = arg};
    snprintf(l->group_id, sizeof(l->group_id), "%s", group_id);
    struct gather *all = gather_new(e, on_look, l);
    if (engine_group(e, group_id, &g, &ignored) == PC_OK) {
        const struct site *site = engine_site(e, old_site(g->group));
        snprintf(l->site, sizeof(l->site), "%s", old_site(g->group));
        if (site && site->cloud)
            nova_servers(site->cloud, NULL, NULL, gather_take, gather_slot(all, "servers", false));
    }
    gather_go(all);
}

/* One list of the site serves all groups in doubt. They are gone through by
 * their ids, for the slots move. */
static void on_servers(void *arg, const struct pc_error *why, json_t *bodies)
{
    struct site *site = arg;
    struct engine *e = site->e;
    const json_t *there = json_list(bodies, "servers");
    site->split_asked = false;
    if (why->code || !there || !e->owner)
        return;
    json_t *ids = json_array();
    const json_t *id;
    size_t i;
    for (size_t k = 0; k < e->group_count; k++)
        if (split_doubtful(&e->groups[k]) && strcmp(old_site(e->groups[k].group), site->cfg->name) == 0)
            json_array_append_new(ids, json_string(e->groups[k].group->id));
    json_array_foreach(ids, i, id) {
        struct group_slot *g;
        struct pc_error err;
        if (engine_group(e, json_string_value(id), &g, &err) ||
            judge(e, g, site->cfg->name, there, &err))
            snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    }
    json_decref(ids);
}

void split_turn(struct engine *e)
{
    int64_t now = net_now(e->net);
    if (now < e->split_next_ms)
        return;
    e->split_next_ms = now + (int64_t)e->o.config->site_poll_seconds * 1000;
    for (size_t k = 0; e->owner && k < e->group_count; k++) {
        if (!split_doubtful(&e->groups[k]))
            continue;
        struct site *site = engine_site(e, old_site(e->groups[k].group));
        if (!site || !site->cloud || site->split_asked)
            continue;
        struct gather *g = gather_new(e, on_servers, site);
        site->split_asked = true;
        nova_servers(site->cloud, NULL, NULL, gather_take, gather_slot(g, "servers", false));
        gather_go(g);
    }
}
