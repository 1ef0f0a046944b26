#include "backend/engine/groups/left.h"

#include "backend/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- by the ledgers ------------------------------------------------------------------- */

static bool uses(const struct member *m, const char *id)
{
    bool found = strcmp(m->id, id) == 0;
    for (size_t i = 0; !found && i < m->nic_count; i++)
        found = strcmp(m->nics[i].port_id, id) == 0;
    for (size_t i = 0; !found && i < m->volume_count; i++)
        found = strcmp(m->volumes[i].id, id) == 0;
    return found;
}

static bool is_known(const struct group *g, const char *id)
{
    for (size_t i = 0; i < g->member_count; i++) {
        const struct member *m = &g->members[i];
        bool known = uses(m, id);
        for (size_t k = 0; !known && k < m->predecessor_count; k++)
            known = uses(&m->predecessors[k].server, id);
        if (known)
            return true;
    }
    return false;
}

/* A clone of which Cinder has the volume goes with that. */
static bool is_cinders(const struct operation *op, const struct ledger_entry *l)
{
    const struct plan_step *made = &op->plan->steps[l->step];
    char key[STEP_KEY_SIZE];
    if (made->kind != STEP_CLONE_VOLUME)
        return false;
    snprintf(key, sizeof(key), "%s%s", step_kind_name(STEP_MANAGE_VOLUME), strchr(made->key, ':'));
    int manage = plan_find(op->plan, key);
    return manage >= 0 && op->steps[manage].status == STEP_DONE;
}

static void claim(json_t *list, const struct group *g, const struct operation *op, const char *site)
{
    for (size_t i = 0; i < op->ledger_count; i++) {
        const struct ledger_entry *l = &op->ledger[i];
        const char *vm = json_text(op->plan->steps[l->step].params, "vm");
        if (l->state == LEDGER_GONE || !*l->resource_id || strcmp(l->site, site) != 0 ||
            !group_member_named(g, vm) || is_known(g, l->resource_id) || is_cinders(op, l))
            continue;
        json_t *o = json_object();
        json_put_text(o, "type", l->type);
        json_put_text(o, "id", l->resource_id);
        json_put_text(o, "vm", vm);
        json_put_text(o, "name", l->name);
        json_put_text(o, "op", op->id);
        json_put_text(o, "step", op->plan->steps[l->step].key);
        json_put_text(o, "subject", op->plan->steps[l->step].subject);
        json_put_int(o, "since_ms", op->completed_ms);
        json_array_append_new(list, o);
    }
}

static enum pc_err claim_all(struct engine *e, const struct group *g, enum op_type type,
                             const char *site, json_t *list, struct pc_error *err)
{
    struct op_filter f = {.group = g->id, .type = (int)type};
    struct operation **ops = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &f, &ops, &count, err);
    for (size_t i = 0; i < count; i++) {
        if (ops[i]->status == OP_COMPLETED && strcmp(ops[i]->target_site, site) == 0)
            claim(list, g, ops[i], site);
        operation_free(ops[i]);
    }
    free(ops);
    return rc;
}

enum pc_err left_claimed(struct engine *e, const struct group *g, const char *site, json_t **ret,
                         struct pc_error *err)
{
    json_t *list = json_array();
    enum pc_err rc = PC_OK;
    if (strcmp(site, g->current_primary) != 0) /* there the move's own verbs have it */
        rc = claim_all(e, g, OP_FAILOVER, site, list, err);
    if (!rc && strcmp(site, g->current_primary) != 0)
        rc = claim_all(e, g, OP_FAILBACK, site, list, err);
    if (rc)
        json_decref(list);
    else
        *ret = list;
    return rc;
}

/* ---- by the site ---------------------------------------------------------------------- */

static const struct {
    const char *type, *list, *of; /* of: the list in a server's record; NULL: itself */
    const char *id;               /* its id there */
} TYPES[] = {{"server", "servers", NULL, "id"},
             {"port", "ports", "nics", "port_id"},
             {"volume", "volumes", "volumes", "id"}};
enum { TYPE_COUNT = sizeof(TYPES) / sizeof(TYPES[0]) };

/* Servers and volumes have it in their metadata, ports in the description. */
static bool is_marked(const json_t *o, const char *op)
{
    return strcmp(json_text(json_map(o, "metadata"), "protector:op"), op) == 0 ||
           strstr(json_text(o, "description"), op) != NULL;
}

/* Of one move and one member all is one server's. */
static json_t *server_for(json_t *member, const json_t *claim, const char *site)
{
    json_t *list = json_list(member, "predecessors"), *p, *server;
    size_t i;
    json_array_foreach(list, i, p)
        if (strcmp(json_text(p, "by"), json_text(claim, "op")) == 0)
            return json_map(p, "server");
    if (!list) {
        list = json_array();
        json_put(member, "predecessors", list);
    }
    server = json_object();
    json_put_text(server, "id", "");
    json_put_text(server, "name", json_text(claim, "vm"));
    p = json_object();
    json_put_text(p, "by", json_text(claim, "op"));
    json_put_text(p, "site", site);
    json_put_flag(p, "stands", true);
    json_put_int(p, "since_ms", json_int(claim, "since_ms", 0));
    json_put(p, "server", server);
    json_array_append_new(list, p);
    return server;
}

static void add(json_t *member, const json_t *claim, const char *site, size_t type)
{
    json_t *server = server_for(member, claim, site), *one = json_object();
    const char *of = TYPES[type].of;
    if (!of) {
        json_put_text(server, "id", json_text(claim, "id"));
        json_decref(one);
        return;
    }
    json_put_text(one, TYPES[type].id, json_text(claim, "id"));
    if (!json_list(server, of))
        json_put(server, of, json_array());
    json_array_append_new(json_list(server, of), one);
}

static bool is_there(const json_t *claim, const json_t *there, size_t type)
{
    const json_t *is = json_find(json_list(there, TYPES[type].list), "id", json_text(claim, "id"));
    return strcmp(TYPES[type].type, json_text(claim, "type")) == 0 && is &&
           is_marked(is, json_text(claim, "op"));
}

/* It leads to nothing, or to a port that stands there for one of the members. */
static bool goes_with_them(const json_t *floating, const struct group *all, const char *site)
{
    const char *port = json_text(floating, "port_id");
    bool known = !*port;
    for (size_t i = 0; !known && i < all->member_count; i++)
        for (size_t k = 0; k < all->members[i].predecessor_count; k++) {
            const struct predecessor *p = &all->members[i].predecessors[k];
            for (size_t n = 0; p->stands && strcmp(p->site, site) == 0 && n < p->server.nic_count; n++)
                known |= strcmp(p->server.nics[n].port_id, port) == 0;
        }
    return known;
}

/* Of a clone nobody has looked yet: the step does, on the array. */
static bool is_remains(const json_t *claim, const struct group *all, const char *site,
                       const json_t *floating)
{
    if (strcmp(json_text(claim, "type"), "clone") == 0)
        return true;
    return strcmp(json_text(claim, "type"), "floating_ip") == 0 && floating &&
           is_marked(floating, json_text(claim, "op")) && goes_with_them(floating, all, site);
}

json_t *left_remains(const struct group *all, const char *site, const json_t *claimed,
                     const json_t *there)
{
    json_t *list = json_array(), *claim;
    size_t i;
    json_array_foreach(claimed, i, claim) {
        const json_t *is = json_find(json_list(there, "floating_ips"), "id", json_text(claim, "id"));
        if (!is_remains(claim, all, site, is))
            continue;
        json_t *one = json_deep_copy(claim);
        if (is)
            json_put_text(one, "name", json_text(is, "floating_ip_address"));
        json_array_append_new(list, one);
    }
    return list;
}

struct group *left_standing(const struct group *g, const char *site, const json_t *claimed,
                            const json_t *there)
{
    json_t *o = group_to_json(g);
    const json_t *claim;
    struct group *all = NULL;
    struct pc_error ignored;
    size_t i;
    json_array_foreach(claimed, i, claim)
        for (size_t t = 0; t < TYPE_COUNT; t++)
            if (is_there(claim, there, t))
                add(json_find(json_list(o, "members"), "name", json_text(claim, "vm")), claim, site, t);
    if (group_from_json(o, &all, &ignored))
        all = group_ref(g);
    json_decref(o);
    return all;
}
