/*
 * resolve: a person says which of two sites serves: after a split brain or an
 * error, and when the one where a committed group serves is lost.
 *
 *   guard ─┬▶ what runs at the other site ──────┬▶ plan ─▶ guard again
 *          ├▶ the members at the serving site ──┤        ─▶ insert ─▶ reply
 *          └▶ whether they run there (a preview) ┘
 *
 * Nothing may run at the other site: what does is named and refused, or, when
 * that was asked for, stopped. Nothing is ever deleted. A site that cannot be
 * read is no site where nothing runs: only with force, and a reason, is a site
 * that is lost not asked, and then the group stays in doubt until it was seen at
 * rest (split.c). With a group that is well a site is lost only when it does not
 * answer: it is asked all the same. The record is turned last, and only when everything else was
 * seen: see STEP_UPDATE_GROUP. Engine thread only.
 */
#include "backend/engine/capture.h"
#include "backend/engine/gather.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct resolving {
    struct engine *e;
    struct request *r;
    struct group *group;        /* as it was when it was asked for */
    struct site *serving, *other;
    json_t *suspects;           /* [{id, name}] that it has at the other site */
    json_t *here;               /* the same of the serving one */
    json_t *there;              /* servers of the other site, as read */
    json_t *runs_here;          /* the same of the serving site, for a preview; NULL: not read */
    json_t *members;            /* at the serving site, as read; NULL: as recorded */
    bool well;                  /* nothing is wrong with the group itself */
    int64_t moved_ms;           /* wall: what is at the first site is of then; 0: of now */
    int awaited;
    struct pc_error err;
};

static void resolving_free(struct resolving *v)
{
    group_unref(v->group);
    json_decref(v->suspects);
    json_decref(v->here);
    json_decref(v->there);
    json_decref(v->runs_here);
    json_decref(v->members);
    free(v);
}

static void fail(struct resolving *v, const struct pc_error *err)
{
    request_fail(v->r, err);
    resolving_free(v);
}

static bool is_forced(const struct resolving *v)
{
    return json_flag(v->r->args, "force", false);
}

/* ---- what runs at the other site ------------------------------------------------------ */

/* [{id, name, status}] of those that are not at rest; the caller decrefs. */
static json_t *running(const struct resolving *v)
{
    json_t *list = json_array();
    const json_t *s;
    size_t i;
    if (is_forced(v))
        return list; /* nobody knows */
    json_array_foreach(v->suspects, i, s) {
        const json_t *server = json_find(v->there, "id", json_text(s, "id"));
        const char *status = server ? json_text(server, "status") : "";
        if (split_liveness(status) != LIVENESS_REST)
            json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", json_text(s, "id"),
                                                  "name", json_text(s, "name"), "status", status));
    }
    return list;
}

static enum pc_err refuse_running(const struct resolving *v, const json_t *list,
                                  struct pc_error *err)
{
    char names[300] = "";
    const json_t *s;
    size_t i;
    if (json_array_size(list) == 0 || json_flag(v->r->args, "stop_other", false))
        return PC_OK;
    json_array_foreach(list, i, s) {
        size_t len = strlen(names);
        snprintf(names + len, sizeof(names) - len, "%s%s (%s)", i ? ", " : "",
                 json_text(s, "name"), json_text(s, "status"));
    }
    return pc_error_set(err, PC_ERR_STATE, "Stop them there, or ask for it: --stop-other.",
                        "%s cannot serve at %s while it runs at %s: %s", v->group->name,
                        v->serving->cfg->name, v->other->cfg->name, names);
}

/* ---- the plan --------------------------------------------------------------------------- */

/* Ids of what it leaves at the other site, as far as anybody knows; the caller decrefs. */
static json_t *left_at_other(const struct resolving *v)
{
    json_t *ids = json_array();
    const json_t *s;
    size_t i;
    json_array_foreach(v->suspects, i, s)
        if (!v->there || json_find(v->there, "id", json_text(s, "id")))
            json_array_append_new(ids, json_string(json_text(s, "id")));
    return ids;
}

static struct plan *plan_of(const struct resolving *v, const json_t *stop)
{
    struct plan *p = plan_new();
    const json_t *s;
    size_t i;
    json_array_foreach(stop, i, s) {
        char *key = xasprintf("stop_server:%s", json_text(s, "id"));
        json_t *params = json_object();
        json_put_text(params, "vm", json_text(s, "name"));
        json_put_text(params, "source_id", json_text(s, "id"));
        json_put_text(params, "name", json_text(s, "name"));
        json_put_text(params, "was", json_text(s, "status"));
        plan_add(p, STEP_STOP_SERVER, key, json_text(s, "name"), params);
        free(key);
    }
    json_t *params = json_object();
    json_put_text(params, "how", "say");
    json_put_text(params, "primary", v->serving->cfg->name);
    json_put(params, "members", v->members ? json_deep_copy(v->members) : json_array());
    json_put(params, "left", left_at_other(v));
    int last = plan_add(p, STEP_UPDATE_GROUP, "update_group", v->group->name, params);
    for (int step = 0; step < last; step++)
        plan_depend(p, last, step);
    return p;
}

/* ---- the reply ---------------------------------------------------------------------------- */

/* A member that does not run where the group is to serve, and what becomes of it. */
static void warn_of(const struct resolving *v, json_t *list, const json_t *member,
                    const json_t *stop)
{
    const char *name = json_text(member, "name"), *here = v->serving->cfg->name;
    const char *id = json_text(member, "id");
    const json_t *server = json_find(v->runs_here, "id", id), *left = json_find(v->there, "id", id);
    bool stays = left && !json_find(stop, "id", id) &&
                 split_liveness(json_text(left, "status")) == LIVENESS_RUNS;
    if (server && split_liveness(json_text(server, "status")) == LIVENESS_RUNS)
        return;
    if (server)
        json_add_line(list, "%s is %s at %s: it is not started by this.", name,
                      json_text(server, "status"), here);
    else if (stays)
        json_add_line(list, "%s has no server at %s: it stays at %s.", name, here,
                      v->other->cfg->name);
    else if (v->there)
        json_add_line(list, "%s has no server at %s: it runs NOWHERE from then on.", name, here);
    else
        json_add_line(list, "%s has no server at %s, and where it runs is not known.", name, here);
}

static json_t *warnings_of(const struct resolving *v, const json_t *stop)
{
    json_t *list = json_array();
    const json_t *member;
    size_t i;
    if (!v->runs_here)
        json_add_line(list, "%s does not tell which of its servers run.", v->serving->cfg->name);
    else
        json_array_foreach(v->here, i, member)
            warn_of(v, list, member, stop);
    return list;
}

static json_t *plan_reply(const struct resolving *v, const struct plan *p, const json_t *stop)
{
    json_t *o = json_object(), *said = json_array();
    struct operation *op = operation_new(OP_RESOLVE, plan_ref(p));
    const char *here = v->serving->cfg->name, *there = v->other->cfg->name;
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, "group", v->group->name);
    json_put_text(o, "source_site", there);
    json_put_text(o, "target_site", here);
    asking_put_plan(v->e, op, p, o);
    operation_free(op);
    json_add_line(said, "%s serves at %s from then on.", v->group->name, here);
    if (json_array_size(stop))
        json_add_line(said, "%zu of its servers at %s are stopped; none is deleted.",
                    json_array_size(stop), there);
    if (v->moved_ms)
        json_add_line(said, "The servers at %s are those of before the failover: what was written at "
                    "%s since %s is not there.", here, there, clock_iso(iso, v->moved_ms));
    else
        json_add_line(said, "What was written at %s and not replicated stays there.", there);
    if (is_forced(v)) {
        json_add_line(said, "%s is not asked: if its servers run, both sites write. It is looked at "
                    "when it answers again.", there);
        json_add_line(said, "Servers at %s that are stopped stay so: openstack server start.", here);
    }
    json_put(o, "consequences", said);
    json_put(o, "warnings", warnings_of(v, stop));
    json_put_text(o, "confirm", v->group->name);
    return o;
}

static struct operation *new_operation(const struct resolving *v, struct plan *plan_take)
{
    const json_t *args = v->r->args;
    struct operation *op = operation_new(OP_RESOLVE, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", v->group->id);
    snprintf(op->group, sizeof(op->group), "%s", v->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", v->other->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", v->serving->cfg->name);
    op->created_ms = engine_wall(v->e);
    op->request = json_object();
    json_put_text(op->request, "serving", v->serving->cfg->name);
    json_put_flag(op->request, "stop_other", json_flag(args, "stop_other", false));
    json_put_flag(op->request, "force", is_forced(v));
    json_put_text(op->request, "reason", json_text(args, "reason"));
    if (v->r->by)
        json_put_text(op->request, "by", v->r->by);
    return op;
}

/* The servers were looked at by a record that somebody may have changed. */
static enum pc_err still_so(struct engine *e, const struct operation *op, const void *arg,
                            struct pc_error *err)
{
    const struct resolving *v = arg;
    (void)op;
    enum pc_err rc = asking_unchanged(e, v->group, err);
    return rc ? rc : asking_guard(e, v->group, ACTION_RESOLVE, NULL, err);
}

static void begin(struct resolving *v, struct plan *plan_take)
{
    struct pc_error err;
    struct operation *op = new_operation(v, plan_take);
    if (asking_insert(v->e, NULL, op, still_so, v, &err)) {
        operation_free(op);
        fail(v, &err);
        return;
    }
    json_t *reply = operation_to_json(op);
    asking_adopt(v->e, op);
    request_reply(v->r, reply);
    resolving_free(v);
}

/* ---- reading both sites ---------------------------------------------------------------------- */

static void read_ended(struct resolving *v)
{
    struct pc_error err = v->err;
    if (--v->awaited > 0)
        return;
    json_t *stop = running(v);
    if (!err.code && refuse_running(v, stop, &err) == PC_OK) {
        struct plan *p = plan_of(v, stop);
        if (json_flag(v->r->args, "dry_run", false)) {
            request_reply(v->r, plan_reply(v, p, stop));
            plan_unref(p);
            resolving_free(v);
        } else {
            begin(v, p);
        }
    } else {
        fail(v, &err);
    }
    json_decref(stop);
}

/* What answers, if only with a refusal, is not lost. */
static void judge_lost(struct resolving *v, const struct pc_error *err)
{
    if (err->code == PC_ERR_CANCELLED)
        v->err = *err;
    else if (err->code != PC_ERR_UNREACHABLE && err->code != PC_ERR_TIMEOUT)
        pc_error_set(&v->err, PC_ERR_STATE, "Leave --force out, then its servers are looked at "
                     "first; or go the usual way: protection-group show.",
                     "%s answers: it is not lost", v->other->cfg->name);
}

static void on_there(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct resolving *v = arg;
    if (is_forced(v)) {
        judge_lost(v, err);
    } else if (err->code) {
        size_t n = strlen(err->remedy);
        v->err = *err;
        snprintf(v->err.remedy + n, sizeof(v->err.remedy) - n, "%sIf %s is lost: --force --reason TEXT.",
                 n ? " " : "", v->other->cfg->name);
    } else {
        v->there = json_incref(json_list(bodies, "servers"));
    }
    read_ended(v);
}

/* That it cannot be told is told. */
static void on_here(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct resolving *v = arg;
    if (err->code == PC_ERR_CANCELLED)
        v->err = *err;
    else if (!err->code)
        v->runs_here = json_incref(json_object_get(bodies, "servers"));
    read_ended(v);
}

/* The record knows its members by their names: a server that was renamed there
 * stands for the same one. */
static void on_members(void *arg, const struct pc_error *err, json_t *members)
{
    struct resolving *v = arg;
    json_t *m;
    size_t i;
    if (err->code)
        v->err = *err;
    else
        v->members = json_deep_copy(members);
    json_array_foreach(v->members, i, m)
        json_put_text(m, "name", json_text(json_array_get(v->here, i), "name"));
    read_ended(v);
}

static void read_sites(struct resolving *v)
{
    bool turns = strcmp(v->serving->cfg->name, v->group->current_primary) != 0;
    json_t *ids = json_array();
    const json_t *s;
    size_t i;
    json_array_foreach(v->here, i, s)
        json_array_append_new(ids, json_string(json_text(s, "id")));
    bool asks = !is_forced(v) || v->well, previews = json_flag(v->r->args, "dry_run", false);
    v->awaited = 1 + asks + turns + previews;
    if (asks) {
        struct gather *g = gather_new(v->e, on_there, v);
        nova_servers(v->other->cloud, NULL, NULL, gather_take, gather_slot(g, "servers", false));
        gather_go(g);
    }
    if (previews) {
        struct gather *g = gather_new(v->e, on_here, v);
        nova_servers(v->serving->cloud, NULL, NULL, gather_take, gather_slot(g, "servers", false));
        gather_go(g);
    }
    if (turns)
        capture_members(v->e, v->serving, ids, on_members, v);
    json_decref(ids);
    read_ended(v); /* this one's own share: with neither it is over already */
}

/* ---- the asking --------------------------------------------------------------------------------- */

static enum pc_err check_force(const struct resolving *v, struct pc_error *err)
{
    const json_t *args = v->r->args;
    if (!is_forced(v))
        return PC_OK;
    if (json_flag(args, "stop_other", false))
        return pc_error_set(err, PC_ERR_INVALID, "Leave one of the two out.",
                            "nothing can be stopped at a site that is not asked");
    if (!*json_text(args, "reason") && !json_flag(args, "dry_run", false))
        return pc_error_set(err, PC_ERR_INVALID, "Give --reason TEXT: it goes on the record.",
                            "a forced resolve of %s needs a reason", v->group->name);
    return PC_OK;
}

static enum pc_err choose_sites(struct resolving *v, struct pc_error *err)
{
    const struct group *g = v->group;
    const char *serving = json_text(v->r->args, "serving");
    bool first = strcmp(serving, g->primary) == 0;
    if (!first && strcmp(serving, g->secondary) != 0)
        return pc_error_set(err, PC_ERR_INVALID, "Name one of its two sites.",
                            "%s is protected between %s and %s, not at '%s'", g->name, g->primary,
                            g->secondary, serving);
    v->serving = engine_site(v->e, serving);
    v->other = engine_site(v->e, first ? g->secondary : g->primary);
    if (!v->serving || !v->other)
        return pc_error_set(err, PC_ERR_CONFIG, "Name both of its sites in the configuration.",
                            "%s is protected between %s and %s, which are not both configured",
                            g->name, g->primary, g->secondary);
    if (json_flag(v->r->args, "stop_other", false) && v->other->cfg->read_only)
        return pc_error_set(err, PC_ERR_READ_ONLY, "Set read_only = false for the site in the "
                            "configuration, or stop them there.",
                            "%s is read-only: nothing may be stopped there", v->other->cfg->name);
    return PC_OK;
}

static bool has_name(const json_t *list, const char *name)
{
    const json_t *s;
    size_t i;
    json_array_foreach(list, i, s)
        if (strcmp(json_text(s, "name"), name) == 0)
            return true;
    return false;
}

/* The last move does not know all that stands at the first site: a failback that
 * was cancelled made others there, and a part of the group may never have left. */
static enum pc_err add_at_first(struct resolving *v, const struct group_slot *slot,
                                struct pc_error *err)
{
    const struct group *g = v->group;
    const char *site = v->serving->cfg->name;
    json_t *earlier = NULL;
    const json_t *s;
    size_t i;
    if (strcmp(site, g->primary) != 0 || strcmp(site, g->current_primary) == 0)
        return PC_OK;
    enum pc_err rc = split_servers(v->e, slot, site, true, &earlier, err);
    json_array_foreach(earlier, i, s)
        if (!has_name(v->here, json_text(s, "name")))
            json_array_append(v->here, (json_t *)(uintptr_t)s);
    json_decref(earlier);
    for (i = 0; !rc && i < g->member_count; i++)
        if (!has_name(v->here, g->members[i].name))
            json_array_append_new(v->here, json_pack("{s:s, s:s}", "id", g->members[i].id, "name",
                                                     g->members[i].name));
    return rc;
}

/* Until when what is at the first site is as it was where the group serves. */
static void look_back(struct resolving *v, enum group_state state)
{
    struct parts failovers = {0};
    struct pc_error ignored;
    bool committed = state == GROUP_COMMITTED || state == GROUP_COMMITTED_PART;
    v->well = committed || state == GROUP_FAILBACK_READY;
    if (!committed || strcmp(v->serving->cfg->name, v->group->primary) != 0 ||
        moved_newest(v->e, v->group, &failovers, &ignored))
        return;
    v->moved_ms = failovers.ops[failovers.count - 1]->started_ms;
    parts_release(&failovers);
}

/* A record must not lose members because some of them are not there. */
static enum pc_err check_complete(const struct resolving *v, struct pc_error *err)
{
    const char *site = v->serving->cfg->name;
    size_t have = json_array_size(v->here), want = v->group->member_count;
    if (have >= want || strcmp(site, v->group->current_primary) == 0)
        return PC_OK;
    return pc_error_set(err, PC_ERR_STATE, "Say the other site, or repeat its last operation: "
                        "operation retry OPERATION.",
                        "%s has %zu of the %zu servers of %s: it cannot serve there", site, have,
                        want, v->group->name);
}

void request_resolve(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot = NULL;
    struct resolving *v = xcalloc(1, sizeof(*v));
    v->e = e;
    v->r = r;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        v->group = group_ref(slot->group);
        rc = asking_guard(e, v->group, ACTION_RESOLVE, NULL, &err);
    }
    if (!rc)
        rc = check_force(v, &err);
    if (!rc)
        rc = choose_sites(v, &err);
    if (!rc && !json_flag(r->args, "dry_run", false))
        rc = asking_confirmed(v->group, ACTION_RESOLVE, r->args, &err);
    if (!rc)
        rc = split_servers(e, slot, v->other->cfg->name, true, &v->suspects, &err);
    if (!rc)
        rc = split_servers(e, slot, v->serving->cfg->name, false, &v->here, &err);
    if (!rc)
        rc = add_at_first(v, slot, &err);
    if (!rc)
        rc = check_complete(v, &err);
    if (rc) {
        fail(v, &err);
        return;
    }
    look_back(v, slot->view->state);
    read_sites(v);
}
