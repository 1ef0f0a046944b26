/*
 * Floating IPs. Each has a port of its own on the external network, as the real
 * ones do; it is tied to a port that a router leads out of.
 *
 * Document: network, ip, own (its port), port ("" none), fixed, project, desc, tags.
 */
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/page.h"

#include <string.h>

static json_t *text_or_null(const char *text)
{
    return *text ? json_string(text) : json_null();
}

/* A port that is gone, be it with its server, is tied to nothing. */
static const char *tied_to(struct call *c, const struct res *r)
{
    const struct res *port = world_get(c->world, c->site, K_PORT, json_text(r->doc, "port"));
    return port ? port->id : "";
}

static json_t *view_of(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    const char *port = tied_to(c, r);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:i, s:O}", "id",
                     r->id, "description", json_text(d, "desc"), "tenant_id", json_text(d, "project"),
                     "project_id", json_text(d, "project"), "floating_ip_address", json_text(d, "ip"),
                     "floating_network_id", json_text(d, "network"), "port_id",
                     text_or_null(port), "fixed_ip_address",
                     text_or_null(*port ? json_text(d, "fixed") : ""), "status", *port ? "ACTIVE" : "DOWN",
                     "router_id", json_null(), "created_at", time_of(d, "created", time_z),
                     "updated_at", time_of(d, "created", time_z), "revision_number", 1, "tags",
                     json_list(d, "tags"));
}

static bool matches(struct call *c, const struct res *r)
{
    return neutron_match(c, r) && neutron_param_is(c, "port_id", tied_to(c, r)) &&
           neutron_param_is(c, "floating_network_id", json_text(r->doc, "network")) &&
           neutron_param_is(c, "floating_ip_address", json_text(r->doc, "ip"));
}

static const struct lister LIST = {
    .kind = K_FLOATING, .key = "floatingips", .match = matches, .view = view_of};

void neutron_list_floating(struct call *c)
{
    page_reply(c, &LIST);
}

static struct res *the_floating(struct call *c)
{
    struct res *r = call_res(c, K_FLOATING, c->args[0]);
    if (!r)
        reply_fail(c, 404, "FloatingIPNotFound", "Floating IP %s could not be found", c->args[0]);
    return r;
}

void neutron_show_floating(struct call *c)
{
    struct res *r = the_floating(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "floatingip", view_of(c, r)));
}

/* ---- tying ------------------------------------------------------------------------ */

static bool is_led_out(struct call *c, const char *network)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_PORT); i++) {
        const json_t *d = world_at(c->world, c->site, K_PORT, i)->doc;
        if (strcmp(json_text(d, "network"), network) == 0 &&
            strncmp(json_text(d, "owner"), "network:router_interface", 24) == 0)
            return true;
    }
    return false;
}

static bool is_taken(struct call *c, const char *port, const char *but)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_FLOATING); i++) {
        const struct res *r = world_at(c->world, c->site, K_FLOATING, i);
        if (strcmp(json_text(r->doc, "port"), port) == 0 && strcmp(r->id, but) != 0)
            return true;
    }
    return false;
}

/* The port's address to which it may be tied, NULL: has replied. */
static const char *to_tie(struct call *c, const char *port_id, const char *external, const char *but)
{
    const struct res *port = call_res(c, K_PORT, port_id);
    const json_t *first = port ? json_array_get(json_list(port->doc, "ips"), 0) : NULL;
    if (!port) {
        neutron_not_found(c, "Port", port_id);
        return NULL;
    }
    if (!first) {
        reply_fail(c, 400, "BadRequest", "Bad floatingip request: Port %s does not have a fixed IPv4 "
                   "address.", port_id);
        return NULL;
    }
    if (!is_led_out(c, json_text(port->doc, "network"))) {
        reply_fail(c, 404, "ExternalGatewayForFloatingIPNotFound",
                   "External network %s is not reachable from subnet %s.  Therefore, cannot associate "
                   "Port %s with a Floating IP.", external, json_text(first, "subnet"), port_id);
        return NULL;
    }
    if (is_taken(c, port_id, but)) {
        reply_fail(c, 409, "FloatingIPPortAlreadyAssociated",
                   "Cannot associate a floating IP with port %s using fixed IP %s, as that fixed IP "
                   "already has a floating IP on external network %s.", port_id,
                   json_text(first, "ip"), external);
        return NULL;
    }
    return json_text(first, "ip");
}

/* ---- making, changing, deleting ------------------------------------------------------ */

static struct res *external_network(struct call *c, const char *id)
{
    struct res *net = call_res(c, K_NETWORK, id);
    if (!net)
        neutron_not_found(c, "Network", id);
    else if (!json_flag(net->doc, "external", false))
        reply_fail(c, 400, "BadRequest", "Bad floatingip request: Network %s is not a valid external "
                   "network.", id);
    else
        return net;
    return NULL;
}

static bool quota_left(struct call *c)
{
    int64_t limit = neutron_quota(c, c->who.project, "floatingip");
    if (limit < 0 || (int64_t)world_count(c->world, c->site, K_FLOATING) < limit)
        return true;
    reply_fail(c, 409, "OverQuota", "Quota exceeded for resources: ['floatingip'].");
    return false;
}

void neutron_create_floating(struct call *c)
{
    const json_t *in = json_map(c->json, "floatingip");
    const char *wanted = json_text(in, "port_id"), *fixed = "";
    const struct res *subnet = NULL;
    char ip[16];
    struct res *net = external_network(c, json_text(in, "floating_network_id"));
    if (!net || !quota_left(c) || (*wanted && !(fixed = to_tie(c, wanted, net->id, ""))))
        return;
    if (neutron_address(c, net, NULL, NULL, &subnet, ip) != ADDRESS_OK) {
        reply_fail(c, 409, "IpAddressGenerationFailure",
                   "No more IP addresses available on network %s.", net->id);
        return;
    }
    struct res *own = neutron_add_port(c, net, subnet, ip, NULL);
    struct res *r = world_add(
        c->world, c->site, K_FLOATING, NULL,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[], s:I}", "network", net->id, "ip", ip, "own",
                  own->id, "port", wanted, "fixed", fixed, "project", c->who.project, "desc",
                  json_text(in, "description"), "tags", "created", (json_int_t)c->now));
    json_put_text(own->doc, "owner", "network:floatingip");
    json_put_text(own->doc, "device", r->id);
    json_put_text(own->doc, "project", "neutron"); /* seen by administrators alone */
    world_touch(c->world, own);
    reply_json(c, 201, json_pack("{s:o}", "floatingip", view_of(c, r)));
}

void neutron_update_floating(struct call *c)
{
    struct res *r = the_floating(c);
    const json_t *in = json_map(c->json, "floatingip");
    const char *wanted = json_text(in, "port_id"), *fixed = "";
    if (!r || (*wanted && !(fixed = to_tie(c, wanted, json_text(r->doc, "network"), r->id))))
        return;
    if (json_object_get(in, "port_id")) {
        json_put_text(r->doc, "port", wanted);
        json_put_text(r->doc, "fixed", fixed);
    }
    if (json_object_get(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "floatingip", view_of(c, r)));
}

void neutron_delete_floating(struct call *c)
{
    struct res *r = the_floating(c);
    if (!r)
        return;
    struct res *own = world_get(c->world, c->site, K_PORT, json_text(r->doc, "own"));
    if (own)
        world_drop(c->world, own);
    world_drop(c->world, r);
    reply_empty(c, 204);
}
