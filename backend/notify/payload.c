/*
 * payload: the body of the webhook, from what an operation has in its ledger.
 *
 * The ledger names what was made and what it stands for; the networks were
 * made by nobody: they are read from the ports' steps, each pair once.
 */
#include "backend/notify/notify.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Order is the order of the example that the receivers know. */
static const struct {
    const char *made, *type, *service;
} TYPES[] = {
    {"server", "VirtualMachine", "compute"},
    {"volume", "Disk", "volume"},
    {"port", "NetworkInterface", "network"},
    {"floating_ip", "PublicIPAddress", "network"}, /* called by its address, after the networks */
};
enum { TYPE_FLOATING = sizeof(TYPES) / sizeof(TYPES[0]) - 1 };

static char *uri(const struct notify_place *at, const char *service, const char *id)
{
    return xasprintf("openstack://%s/%s/%s/%s", at->site, *at->project ? at->project : "-",
                     service, id);
}

struct row {
    const char *type, *service, *name, *from, *to;
};

static void add(json_t *list, const struct notify_place *source, const struct notify_place *target,
                const struct row *r)
{
    char *from = uri(source, r->service, r->from), *to = uri(target, r->service, r->to);
    json_t *o = json_object();
    /* A source that is not known stays unsaid: an id must be one. */
    json_put_text(o, "ResourceId", *r->from ? from : NULL);
    json_put_text(o, "ResourceType", r->type);
    json_put_text(o, "ResourceName", r->name);
    json_put_text(o, "TargetResourceId", to);
    json_array_append_new(list, o);
    free(from);
    free(to);
}

static const struct plan_step *maker(const struct operation *op, const struct ledger_entry *e)
{
    bool planned = op->plan && e->step >= 0 && (size_t)e->step < op->plan->count;
    return planned ? &op->plan->steps[e->step] : NULL;
}

/* Made, and as it was wanted: an instance in ERROR is nowhere to send users. */
static bool lives(const struct operation *op, const struct ledger_entry *e)
{
    return e->state == LEDGER_MADE && *e->resource_id && maker(op, e) &&
           op->steps[e->step].status == STEP_DONE;
}

/* The port's own id on the source, where the plan knows it; its source_id is
 * the network's, which the mapping goes by. */
static const char *source_of(const struct operation *op, const struct ledger_entry *e)
{
    return strcmp(e->type, "port") == 0 ? json_text(maker(op, e)->params, "source_port_id")
                                        : e->source_id;
}

static bool repeated(json_t *seen, const struct row *r)
{
    char *pair = xasprintf("%s %s", r->from, r->to);
    bool had = json_object_get(seen, pair) != NULL;
    json_put_flag(seen, pair, true);
    free(pair);
    return had;
}

/* A network of the target that a drill made for itself has no counterpart. */
static void add_networks(json_t *list, const struct operation *op,
                         const struct notify_place *source, const struct notify_place *target)
{
    json_t *seen = json_object();
    for (size_t i = 0; i < op->ledger_count; i++) {
        const struct ledger_entry *e = &op->ledger[i];
        if (strcmp(e->type, "port") != 0 || !lives(op, e))
            continue;
        const json_t *p = maker(op, e)->params;
        const char *named = json_text(p, "source_network_name");
        struct row r = {
            .type = "VirtualNetwork",
            .service = "network",
            .name = *named ? named : json_text(p, "network_name"),
            .from = json_text(p, "source_id"),
            .to = json_text(p, "network_id"),
        };
        if (*r.to && !repeated(seen, &r))
            add(list, source, target, &r);
    }
    json_decref(seen);
}

static void add_made(json_t *list, size_t type, const struct operation *op,
                     const struct notify_place *source, const struct notify_place *target)
{
    for (size_t i = 0; i < op->ledger_count; i++) {
        const struct ledger_entry *e = &op->ledger[i];
        if (strcmp(e->type, TYPES[type].made) != 0 || !lives(op, e))
            continue;
        struct row r = {TYPES[type].type, TYPES[type].service, e->name, source_of(op, e),
                        e->resource_id};
        add(list, source, target, &r);
    }
}

json_t *notify_body(const struct operation *op, const struct notify_place *source,
                    const struct notify_place *target)
{
    json_t *body = json_object(), *list = json_array();
    for (size_t t = 0; t < TYPE_FLOATING; t++)
        add_made(list, t, op, source, target);
    add_networks(list, op, source, target);
    add_made(list, TYPE_FLOATING, op, source, target);
    json_put_text(body, "PolicyName", op->group);
    json_put(body, "ResourceMapping", list);
    return body;
}
