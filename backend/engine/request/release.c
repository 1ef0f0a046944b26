/*
 * release: what stood for a group's members before a failover is deleted, because somebody
 * says so: nothing else ever does it. Engine thread.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/plan/release.h"
#include "backend/engine/record.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

struct releasing {
    struct group *group;
    struct site *serving, *standing; /* may be the same */
    size_t servers;
};

/* ---- guards ------------------------------------------------------------------------------ */

static enum pc_err check_members(struct engine *e, const struct group *g, struct pc_error *err)
{
    const char *other;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].predecessor_count; k++) {
            const struct predecessor *p = &g->members[i].predecessors[k];
            if (p->stands && group_protected_elsewhere(e, "", p->server.id, &other))
                return pc_error_set(err, PC_ERR_STATE, "Take it out of that group first, if it is "
                                    "not needed: protection-group remove-member.",
                                    "%s (%s) is a member of %s: it is not released",
                                    p->server.name, p->server.id, other);
        }
    return PC_OK;
}

static enum pc_err may_release(struct engine *e, const struct releasing *v, struct pc_error *err)
{
    struct group_slot *slot;
    enum pc_err rc = asking_guard(e, v->group, ACTION_RELEASE, v->standing, err);
    if (!rc)
        rc = engine_group(e, v->group->id, &slot, err);
    if (!rc && slot->view->split_risk)
        rc = pc_error_set(err, PC_ERR_STATE, "See that they are stopped; a console that stays open "
                          "looks at them when their site answers.",
                          "the servers of before were not seen at rest since %s was forced away: "
                          "both sites may run it", v->group->name);
    if (!rc && !v->servers)
        rc = pc_error_set(err, PC_ERR_STATE, "See openstack server list for what else there is.",
                          "nothing that stood for %s before a failover is known to be left",
                          v->group->name);
    return rc ? rc : check_members(e, v->group, err);
}

static enum pc_err still_so(struct engine *e, const struct operation *op, const void *arg,
                            struct pc_error *err)
{
    const struct releasing *v = arg;
    (void)op;
    enum pc_err rc = asking_unchanged(e, v->group, err);
    return rc ? rc : may_release(e, v, err);
}

/* ---- what it says of itself ------------------------------------------------------------------ */

static void say_server(json_t *list, const struct predecessor *p)
{
    char iso[CLOCK_ISO_SIZE];
    const struct member *m = &p->server;
    json_add_line(list, "%.100s (%.60s) at %.60s, left there %s, with %zu port%s and %zu volume%s.",
                  m->name, m->id, p->site, clock_iso(iso, p->since_ms), m->nic_count,
                  m->nic_count == 1 ? "" : "s", m->volume_count, m->volume_count == 1 ? "" : "s");
}

static json_t *consequences(const struct releasing *v)
{
    json_t *list = json_array();
    const char *serving = v->serving->cfg->name, *standing = v->standing->cfg->name;
    json_add_line(list, "%zu server%s that stood for %s before a failover %s deleted, with ports and "
                  "volumes: there is no way back to them.", v->servers, v->servers == 1 ? "" : "s",
                  v->group->name, v->servers == 1 ? "is" : "are");
    if (v->serving == v->standing) {
        json_add_line(list, "%s serves at %s by other servers, which are not touched.",
                      v->group->name, serving);
    } else {
        json_add_line(list, "If %s is lost before a failback, nothing at %s can serve instead.",
                      serving, standing);
        json_add_line(list, "Their addresses and MACs are free at %s then: a failback takes them "
                      "back, unless somebody else does first.", standing);
    }
    json_add_line(list, "If one of them runs, or is a member of a group, nothing at all is deleted.");
    for (size_t i = 0; i < v->group->member_count; i++)
        for (size_t k = 0; k < v->group->members[i].predecessor_count; k++) {
            const struct predecessor *p = &v->group->members[i].predecessors[k];
            if (p->stands && strcmp(p->site, standing) == 0)
                say_server(list, p);
        }
    return list;
}

static json_t *plan_reply(const struct engine *e, const struct releasing *v, const struct plan *p)
{
    struct operation *op = operation_new(OP_RELEASE, plan_ref(p));
    json_t *o = json_object(), *step;
    size_t i;
    json_put_text(o, "group", v->group->name);
    json_put_text(o, "source_site", v->standing->cfg->name);
    json_put_text(o, "target_site", v->serving->cfg->name);
    asking_put_plan(e, op, p, o);
    json_array_foreach(json_list(o, "steps"), i, step) /* it has no other name that is its own */
        json_put_text(step, "name", json_text(json_map(step, "params"), "id"));
    json_put(o, "consequences", consequences(v));
    json_put(o, "warnings", json_array());
    json_put_text(o, "confirm", v->group->name);
    operation_free(op);
    return o;
}

/* ---- the request ------------------------------------------------------------------------------ */

static struct operation *new_operation(struct engine *e, const struct request *r,
                                       const struct releasing *v, struct plan *plan_take)
{
    struct operation *op = operation_new(OP_RELEASE, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", v->group->id);
    snprintf(op->group, sizeof(op->group), "%s", v->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", v->serving->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", v->standing->cfg->name);
    op->created_ms = engine_wall(e);
    op->request = json_object();
    json_put_text(op->request, "group", v->group->name);
    if (*json_text(r->args, "reason"))
        json_put_text(op->request, "reason", json_text(r->args, "reason"));
    if (r->by)
        json_put_text(op->request, "by", r->by);
    return op;
}

/* Where it serves, and where something stands; where nothing does, a guard says so. */
static enum pc_err find_sites(struct engine *e, struct releasing *v, struct pc_error *err)
{
    const char *site;
    struct site *other;
    v->servers = predecessors_standing(v->group, &site);
    enum pc_err rc = group_sites(e, v->group, &v->serving, &other, err);
    if (!rc)
        v->standing = strcmp(site, other->cfg->name) == 0 ? other : v->serving;
    return rc;
}

void request_release(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    struct releasing v = {0};
    struct plan *plan = NULL;
    bool dry = json_flag(r->args, "dry_run", false);
    json_t *reply = NULL;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        v.group = group_ref(slot->group);
        rc = dry ? PC_OK : asking_confirmed(v.group, ACTION_RELEASE, r->args, &err);
    }
    if (!rc)
        rc = find_sites(e, &v, &err);
    if (!rc)
        rc = may_release(e, &v, &err);
    if (!rc)
        plan = release_plan(v.group, v.standing->cfg->name);
    if (!rc && dry) {
        reply = plan_reply(e, &v, plan);
        plan_unref(plan);
    } else if (!rc) {
        struct operation *op = new_operation(e, r, &v, plan);
        rc = asking_insert(e, NULL, op, still_so, &v, &err);
        reply = rc ? NULL : operation_to_json(op);
        if (rc)
            operation_free(op);
        else
            asking_adopt(e, op);
    }
    if (rc)
        request_fail(r, &err);
    else
        request_reply(r, reply);
    group_unref(v.group);
}
