/*
 * release: what stood for a group's members before a failover, and what a move that is over
 * has left, is deleted, because somebody says so: nothing else ever does it.
 *
 *   guard ─┬▶ what the site has where it stands ─┬▶ judge ─▶ plan ─▶ guard again
 *          └▶ the servers where it serves ───────┘        ─▶ insert ─▶ reply
 *
 * Both sites are read before the name is asked: what runs, or is gone, is told first. The
 * steps read each of them once more. Engine thread.
 */
#include "backend/engine/gather.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/left.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/plan/release.h"
#include "backend/engine/record.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"
#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct releasing {
    struct engine *e;
    struct request *r;
    struct group *group;             /* as it was when it was asked for */
    struct group *all;               /* with what the ledgers have; NULL: not read yet */
    struct site *serving, *standing; /* may be the same */
    json_t *claimed;                 /* left_claimed()'s, of `standing` */
    json_t *elsewhere; /* ids of members that a failover in part left at the other site */
    json_t *there;     /* {servers, ports, volumes} of `standing`, {here} the servers of `serving` */
    json_t *remains;   /* left_remains()'s, of `there` */
};

static void releasing_free(struct releasing *v)
{
    group_unref(v->group);
    group_unref(v->all);
    json_decref(v->claimed);
    json_decref(v->elsewhere);
    json_decref(v->there);
    json_decref(v->remains);
    free(v);
}

static void fail(struct releasing *v, const struct pc_error *err)
{
    request_fail(v->r, err);
    releasing_free(v);
}

/* The next that stands at that site, from the *at-th on; NULL: there is no more. */
static const struct predecessor *next_standing(const struct group *g, const char *site, size_t *at)
{
    size_t n = 0;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].predecessor_count; k++, n++) {
            const struct predecessor *p = &g->members[i].predecessors[k];
            if (n < *at || !p->stands || strcmp(p->site, site) != 0)
                continue;
            *at = n + 1;
            return p;
        }
    return NULL;
}

static const struct predecessor *next_of(const struct releasing *v, size_t *at)
{
    return next_standing(v->all ? v->all : v->group, v->standing->cfg->name, at);
}

/* ---- guards ------------------------------------------------------------------------------ */

static enum pc_err check_members(const struct releasing *v, struct pc_error *err)
{
    const struct predecessor *p;
    const char *other;
    size_t at = 0;
    while ((p = next_of(v, &at)) != NULL)
        if (group_protected_elsewhere(v->e, "", p->server.id, &other))
            return pc_error_set(err, PC_ERR_STATE, "Take it out of that group first, if it is "
                                "not needed: protection-group remove-member.",
                                "%s (%s) is a member of %s: it is not released",
                                p->server.name, p->server.id, other);
    return PC_OK;
}

static enum pc_err may_release(const struct releasing *v, struct pc_error *err)
{
    struct group_slot *slot;
    size_t at = 0;
    bool some = next_of(v, &at) || json_array_size(v->all ? v->remains : v->claimed);
    enum pc_err rc = asking_guard(v->e, v->group, ACTION_RELEASE, v->standing, err);
    if (!rc)
        rc = engine_group(v->e, v->group->id, &slot, err);
    if (!rc && slot->view->split_risk)
        rc = pc_error_set(err, PC_ERR_STATE, "See that they are stopped; a console that stays open "
                          "looks at them when their site answers.",
                          "the servers of before were not seen at rest since %s was forced away: "
                          "both sites may run it", v->group->name);
    if (!rc && !some)
        rc = pc_error_set(err, PC_ERR_STATE, "See openstack server list for what else there is.",
                          "nothing that stood for %s before a failover is known to be left",
                          v->group->name);
    return rc ? rc : check_members(v, err);
}

static enum pc_err still_so(struct engine *e, const struct operation *op, const void *arg,
                            struct pc_error *err)
{
    const struct releasing *v = arg;
    (void)op;
    enum pc_err rc = asking_unchanged(e, v->group, err);
    return rc ? rc : may_release(v, err);
}

/* ---- what the sites say --------------------------------------------------------------------- */

/* All that would keep the others from being deleted is named at once. */
static enum pc_err check_rest(const struct releasing *v, struct pc_error *err)
{
    const struct predecessor *p;
    char names[400] = "", keeps[60];
    size_t at = 0;
    while ((p = next_of(v, &at)) != NULL) {
        const json_t *is = json_find(json_list(v->there, "servers"), "id", p->server.id);
        size_t n = strlen(names);
        if (is && *split_keeps(is, keeps, sizeof(keeps)))
            snprintf(names + n, sizeof(names) - n, "%s%.60s (%.60s) %s", n ? ", " : "",
                     p->server.name, p->server.id, keeps);
    }
    if (!*names)
        return PC_OK;
    return pc_error_set(err, PC_ERR_STATE, RELEASE_REMEDY, "%s on %s: nothing is released", names,
                        v->standing->cfg->name);
}

static bool is_elsewhere(const struct releasing *v, const struct member *m)
{
    return json_has_text(v->elsewhere, m->id);
}

/* Those of before are all that there is of a member that nothing serves for. */
static enum pc_err check_serving(const struct releasing *v, struct pc_error *err)
{
    for (size_t i = 0; i < v->group->member_count; i++) {
        const struct member *m = &v->group->members[i];
        bool left = is_elsewhere(v, m) || v->serving == v->standing;
        if (!json_find(json_list(v->there, left ? "servers" : "here"), "id", m->id))
            return pc_error_set(err, PC_ERR_STATE, "Look for it at that site. What stood before is "
                                "deleted only when everything that serves instead is there.",
                                "%s (%s) is not there on %s: nothing is released", m->name, m->id,
                                (left ? v->standing : v->serving)->cfg->name);
    }
    return PC_OK;
}

/* ---- what it says of itself ------------------------------------------------------------------ */

/* How many of a server's volumes, or ports, another server has by now. */
static size_t taken(const struct releasing *v, const struct member *m)
{
    size_t n = 0, k;
    const json_t *at;
    for (size_t i = 0; i < m->nic_count; i++) {
        const json_t *port = json_find(json_list(v->there, "ports"), "id", m->nics[i].port_id);
        const char *device = json_text(port, "device_id");
        n += *device && strcmp(device, m->id) != 0;
    }
    for (size_t i = 0; i < m->volume_count; i++) {
        const json_t *is = json_find(json_list(v->there, "volumes"), "id", m->volumes[i].id);
        bool other = false;
        json_array_foreach(json_list(is, "attachments"), k, at)
            other |= strcmp(json_text(at, "server_id"), m->id) != 0;
        n += other;
    }
    return n;
}

static void say_server(json_t *list, const struct releasing *v, const struct predecessor *p)
{
    char iso[CLOCK_ISO_SIZE], used[80] = "";
    const struct member *m = &p->server;
    size_t n = taken(v, m);
    const char *gone = *m->id && !json_find(json_list(v->there, "servers"), "id", m->id)
                           ? "; the server is gone already" : "";
    if (n)
        snprintf(used, sizeof(used), "; %zu of them %s another server's by now: left alone", n,
                 n == 1 ? "is" : "are");
    json_add_line(list, "%.100s (%.60s) at %.60s, left there %s, with %zu port%s and %zu volume%s%s%s.",
                  m->name, *m->id ? m->id : "no server", p->site, clock_iso(iso, p->since_ms),
                  m->nic_count, m->nic_count == 1 ? "" : "s", m->volume_count,
                  m->volume_count == 1 ? "" : "s", gone, used);
}

/* Names may point to an address, with or without a server behind it: one is given back only where
 * a move made it, and leads to nothing else; who has another use for one ties it to that before. */
static void say_floating(json_t *list, const struct releasing *v)
{
    const json_t *claim, *goes;
    size_t i;
    json_array_foreach(v->claimed, i, claim) {
        if (strcmp(json_text(claim, "type"), "floating_ip") != 0)
            continue;
        goes = json_find(v->remains, "id", json_text(claim, "id"));
        if (goes)
            json_add_line(list, "The floating IP %.60s (%.60s) that a move made for %.100s at %.60s is given back: "
                          "what names point to it leads nowhere then.", json_text(goes, "name"),
                          json_text(claim, "id"), json_text(claim, "vm"), v->standing->cfg->name);
        else if (json_find(json_list(v->there, "floating_ips"), "id", json_text(claim, "id")))
            json_add_line(list, "The floating IP (%.60s) that a move made for %.100s at %.60s stays: it leads to "
                          "something else, or has lost its mark.", json_text(claim, "id"),
                          json_text(claim, "vm"), v->standing->cfg->name);
    }
}

/* What no server has: Cinder never did. */
static void say_clones(json_t *list, const struct releasing *v)
{
    const json_t *one;
    size_t i;
    json_array_foreach(v->remains, i, one)
        if (strcmp(json_text(one, "type"), "clone") == 0)
            json_add_line(list, "The array volume %.100s that a move made for %.100s at %.60s, and Cinder never had, is "
                          "destroyed, not eradicated, if it is there as it was made.", json_text(one, "name"),
                          json_text(one, "vm"), v->standing->cfg->name);
}

/* What the servers that go, n of them, mean for where it serves and does not. */
static void say_servers(json_t *list, const struct releasing *v, size_t n)
{
    const char *serving = v->serving->cfg->name, *standing = v->standing->cfg->name;
    json_add_line(list, "%zu server%s that stood for %s before %s deleted, with ports and volumes: "
                  "there is no way back to them.", n, n == 1 ? "" : "s", v->group->name,
                  n == 1 ? "is" : "are");
    if (v->serving == v->standing || strcmp(serving, v->group->primary) == 0) {
        json_add_line(list, "%s serves at %s by other servers, which are not touched.",
                      v->group->name, serving);
    } else {
        json_add_line(list, "If %s is lost before a failback, nothing at %s can serve instead.",
                      serving, standing);
        json_add_line(list, "Their addresses and MACs are free at %s then: a failback takes them "
                      "back, unless somebody else does first.", standing);
    }
}

static json_t *consequences(const struct releasing *v)
{
    json_t *list = json_array();
    const struct predecessor *p;
    size_t at = 0, n = 0;
    while (next_of(v, &at))
        n++;
    if (n)
        say_servers(list, v, n);
    if (json_array_size(v->elsewhere))
        json_add_line(list, "Those that the failover left at %s serve there, and are not touched.",
                      v->standing->cfg->name);
    if (n)
        json_add_line(list, "If one of them runs, or is a member of a group, nothing at all is deleted.");
    for (at = 0; (p = next_of(v, &at)) != NULL;)
        say_server(list, v, p);
    say_floating(list, v);
    say_clones(list, v);
    return list;
}

static json_t *plan_reply(const struct releasing *v, const struct plan *p)
{
    struct operation *op = operation_new(OP_RELEASE, plan_ref(p));
    json_t *o = json_object(), *step;
    size_t i;
    json_put_text(o, "group", v->group->name);
    json_put_text(o, "source_site", v->standing->cfg->name);
    json_put_text(o, "target_site", v->serving->cfg->name);
    asking_put_plan(v->e, op, p, o);
    json_array_foreach(json_list(o, "steps"), i, step) /* it has no other name that is its own */
        json_put_text(step, "name", json_text(json_map(step, "params"), "id"));
    json_put(o, "consequences", consequences(v));
    json_put(o, "warnings", json_array());
    json_put_text(o, "confirm", v->group->name);
    operation_free(op);
    return o;
}

/* ---- the request ------------------------------------------------------------------------------ */

static struct operation *new_operation(const struct releasing *v, struct plan *plan_take)
{
    const struct request *r = v->r;
    struct operation *op = operation_new(OP_RELEASE, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", v->group->id);
    snprintf(op->group, sizeof(op->group), "%s", v->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", v->serving->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", v->standing->cfg->name);
    op->created_ms = engine_wall(v->e);
    op->request = json_object();
    json_put_text(op->request, "group", v->group->name);
    if (*json_text(r->args, "reason"))
        json_put_text(op->request, "reason", json_text(r->args, "reason"));
    if (r->by)
        json_put_text(op->request, "by", r->by);
    return op;
}

static void begin(struct releasing *v, struct plan *plan_take)
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
    releasing_free(v);
}

static void on_read(void *arg, const struct pc_error *why, json_t *bodies)
{
    struct releasing *v = arg;
    struct pc_error err = *why;
    enum pc_err rc = err.code;
    if (!rc) {
        v->there = json_incref(bodies);
        v->all = left_standing(v->group, v->standing->cfg->name, v->claimed, bodies);
        v->remains = left_remains(v->all, v->standing->cfg->name, v->claimed, bodies);
        rc = may_release(v, &err);
    }
    if (!rc)
        rc = check_serving(v, &err);
    if (!rc)
        rc = check_rest(v, &err);
    if (rc) {
        fail(v, &err);
        return;
    }
    struct plan *plan = release_plan(v->all, v->standing->cfg->name, v->elsewhere, v->remains);
    if (!json_flag(v->r->args, "dry_run", false)) {
        begin(v, plan);
        return;
    }
    request_reply(v->r, plan_reply(v, plan));
    plan_unref(plan);
    releasing_free(v);
}

static void read_sites(struct releasing *v)
{
    struct gather *g = gather_new(v->e, on_read, v);
    struct cloud *there = v->standing->cloud;
    nova_servers(there, NULL, NULL, gather_take, gather_slot(g, "servers", false));
    neutron_ports(there, NULL, NULL, gather_take, gather_slot(g, "ports", false));
    cinder_volumes(there, NULL, NULL, NULL, gather_take, gather_slot(g, "volumes", false));
    if (json_find(v->claimed, "type", "floating_ip")) /* few ever have one */
        neutron_floating_ips(there, NULL, gather_take, gather_slot(g, "floating_ips", false));
    if (v->serving != v->standing)
        nova_servers(v->serving->cloud, NULL, NULL, gather_take, gather_slot(g, "here", false));
    gather_go(g);
}

/* Of a group that a failover in part took away, those that it left. */
static enum pc_err find_elsewhere(struct releasing *v, struct pc_error *err)
{
    struct parts failovers = {0};
    struct group_slot *slot;
    enum pc_err rc = group_refresh(v->e, v->group->id, err);
    v->elsewhere = json_array();
    if (!rc)
        rc = engine_group(v->e, v->group->id, &slot, err);
    if (rc || slot->view->state != GROUP_COMMITTED_PART)
        return rc;
    rc = moved_newest(v->e, v->group, &failovers, err);
    for (size_t i = 0; !rc && i < v->group->member_count; i++)
        if (parts_left_behind(&failovers, &v->group->members[i]))
            json_array_append_new(v->elsewhere, json_string(v->group->members[i].id));
    parts_release(&failovers);
    return rc;
}

/* Where it serves, and where something stands: by the record, else by what was made at the
 * other site; where nothing does, a guard says so. */
static enum pc_err find_sites(struct releasing *v, struct pc_error *err)
{
    const char *site;
    struct site *other;
    enum pc_err rc = group_sites(v->e, v->group, &v->serving, &other, err);
    if (rc)
        return rc;
    predecessors_standing(v->group, &site);
    v->standing = strcmp(site, v->serving->cfg->name) == 0 ? v->serving : other;
    rc = left_claimed(v->e, v->group, v->standing->cfg->name, &v->claimed, err);
    return rc ? rc : find_elsewhere(v, err);
}

void request_release(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct group_slot *slot;
    struct releasing *v = xcalloc(1, sizeof(*v));
    v->e = e;
    v->r = r;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        v->group = group_ref(slot->group);
        rc = json_flag(r->args, "dry_run", false)
                 ? PC_OK
                 : asking_confirmed(v->group, ACTION_RELEASE, r->args, &err);
    }
    if (!rc)
        rc = find_sites(v, &err);
    if (!rc)
        rc = may_release(v, &err);
    if (rc)
        fail(v, &err);
    else
        read_sites(v);
}
