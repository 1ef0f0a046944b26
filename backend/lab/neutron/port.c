/* Ports. They outlive the servers they are given to. */
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/page.h"

#include <string.h>

static json_t *ips_view(const struct res *r)
{
    json_t *list = json_array(), *ip;
    size_t i;
    json_array_foreach(json_list(r->doc, "ips"), i, ip) {
        json_array_append_new(list, json_pack("{s:s, s:s}", "subnet_id", json_text(ip, "subnet"),
                                              "ip_address", json_text(ip, "ip")));
    }
    return list;
}

static json_t *port_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:O, s:b, s:b, s:o, s:o, s:i}",
        "id", r->id, "name", json_text(d, "name"), "description", json_text(d, "desc"),
        "tenant_id", json_text(d, "project"), "project_id", json_text(d, "project"), "network_id",
        json_text(d, "network"), "mac_address", json_text(d, "mac"), "fixed_ips", ips_view(r),
        "device_id", json_text(d, "device"), "device_owner", json_text(d, "owner"), "status",
        json_text(d, "status"), "security_groups", json_list(d, "sgs"), "admin_state_up",
        (int)json_flag(d, "admin_up", true), "port_security_enabled",
        (int)json_flag(d, "psec", true), "created_at", time_of(d, "created", time_z), "updated_at",
        time_of(d, "updated", time_z), "revision_number", (int)json_int(d, "rev", 1));
    json_put_text(view, "binding:vnic_type", "normal");
    json_put(view, "allowed_address_pairs", json_list(d, "pairs")
                                                ? json_deep_copy(json_list(d, "pairs"))
                                                : json_array());
    json_put(view, "extra_dhcp_opts", json_array());
    json_put(view, "dns_assignment", json_array());
    json_put_text(view, "dns_name", "");
    json_put(view, "qos_policy_id", json_null());
    json_put(view, "tags", json_deep_copy(json_list(d, "tags")));
    if (c->who.role == ROLE_ADMIN)
        json_put_text(view, "binding:host_id",
                      !*json_text(d, "device") ? "" : c->site == SITE_A ? "compute-a" : "compute-b");
    return view;
}

/* fixed_ips=ip_address=1.2.3.4 or fixed_ips=subnet_id=ID */
static bool match_ip(struct call *c, const struct res *r)
{
    const char *want = call_param(c, "fixed_ips");
    size_t i;
    json_t *ip;
    if (!want)
        return true;
    const char *value = strchr(want, '=');
    json_array_foreach(json_list(r->doc, "ips"), i, ip) {
        const char *have = json_text(ip, strncmp(want, "subnet_id", 9) == 0 ? "subnet" : "ip");
        if (value && strcmp(have, value + 1) == 0)
            return true;
    }
    return false;
}

static bool match_port(struct call *c, const struct res *r)
{
    return neutron_match(c, r) && match_ip(c, r) &&
           neutron_param_is(c, "network_id", json_text(r->doc, "network")) &&
           neutron_param_is(c, "device_id", json_text(r->doc, "device")) &&
           neutron_param_is(c, "device_owner", json_text(r->doc, "owner")) &&
           neutron_param_is(c, "mac_address", json_text(r->doc, "mac"));
}

static const struct lister LIST = {
    .kind = K_PORT, .key = "ports", .match = match_port, .view = port_view};

void neutron_list_ports(struct call *c)
{
    page_reply(c, &LIST);
}

static struct res *the_port(struct call *c)
{
    struct res *r = call_res(c, K_PORT, c->args[0]);
    if (!r)
        neutron_not_found(c, "Port", c->args[0]);
    return r;
}

void neutron_show_port(struct call *c)
{
    struct res *r = the_port(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "port", port_view(c, r)));
}

/* ---- making ----------------------------------------------------------- */

/* Ids of security groups from the body; NULL: has replied. */
static json_t *read_groups(struct call *c, json_t *list)
{
    json_t *ids = json_array(), *id;
    size_t i;
    json_array_foreach(list, i, id) {
        const char *text = json_string_value(id);
        if (!text || !call_res(c, K_SECGROUP, text)) {
            reply_fail(c, 404, "SecurityGroupNotFound", "Security group %s does not exist",
                       text ? text : "");
            json_decref(ids);
            return NULL;
        }
        json_array_append_new(ids, json_string(text));
    }
    return ids;
}

/* Address, MAC and port security may be chosen by the network's owner only. */
static bool may_choose(struct call *c, const struct res *net, const json_t *in)
{
    bool owner = strcmp(json_text(net->doc, "project"), c->who.project) == 0;
    const char *what = *json_text(in, "mac_address")             ? "mac_address"
                       : *json_text(json_array_get(json_list(in, "fixed_ips"), 0), "ip_address")
                           ? "fixed_ips:ip_address"
                       : json_object_get(in, "port_security_enabled") ? "port_security_enabled"
                       : json_array_size(json_list(in, "allowed_address_pairs"))
                           ? "allowed_address_pairs"
                           : NULL;
    if (!what || owner || c->who.role == ROLE_ADMIN)
        return true;
    reply_fail(c, 403, "PolicyNotAuthorized",
               "((rule:create_port and rule:create_port:%s) and rule:create_port) is disallowed by "
               "policy",
               what);
    return false;
}

/* Without port security there is nothing that groups or pairs could be part of. */
static bool security_agrees(struct call *c, const struct res *net, const json_t *in)
{
    bool on = json_flag(in, "port_security_enabled", json_flag(net->doc, "psec", true));
    if (!on && json_array_size(json_list(in, "security_groups"))) {
        reply_fail(c, 409, "PortSecurityAndIPRequiredForSecurityGroups",
                   "Port security must be enabled and port must have an IP address in order to use "
                   "security groups.");
        return false;
    }
    if (!on && json_array_size(json_list(in, "allowed_address_pairs"))) {
        reply_fail(c, 409, "AddressPairAndPortSecurityRequired",
                   "Port Security must be enabled in order to have allowed address pairs on a port.");
        return false;
    }
    return true;
}

static bool mac_valid(struct call *c, const char *mac)
{
    size_t n = 0;
    while (mac[n] && (n % 3 == 2 ? mac[n] == ':' : strchr("0123456789abcdefABCDEF", mac[n]) != NULL))
        n++;
    if (!*mac || (n == 17 && !mac[n]))
        return true;
    reply_fail(c, 400, "HTTPBadRequest", "Invalid input for mac_address. Reason: '%s' is not a valid "
               "MAC address.", mac);
    return false;
}

static bool mac_free(struct call *c, const struct res *net, const char *mac)
{
    for (size_t i = 0; *mac && i < world_count(c->world, c->site, K_PORT); i++) {
        const json_t *d = world_at(c->world, c->site, K_PORT, i)->doc;
        if (strcmp(json_text(d, "mac"), mac) == 0 &&
            strcmp(json_text(d, "network"), net->id) == 0) {
            reply_fail(c, 409, "MacAddressInUse",
                       "Unable to complete operation for network %s. The mac address %s is in use.",
                       net->id, mac);
            return false;
        }
    }
    return true;
}

/* One address as it was asked for, or any. */
static bool choose_one(struct call *c, const struct res *net, const json_t *one,
                       const struct res **ret_subnet, char ip[16])
{
    const char *ask = json_text(one, "ip_address"), *subnet = json_text(one, "subnet_id");
    *ret_subnet = NULL;
    switch (neutron_address(c, net, *subnet ? subnet : NULL, *ask ? ask : NULL, ret_subnet, ip)) {
    case ADDRESS_OK:
        return true;
    case ADDRESS_TAKEN:
        reply_fail(c, 409, "IpAddressAlreadyAllocated",
                   "IP address %s already allocated in subnet %s", ip, (*ret_subnet)->id);
        return false;
    case ADDRESS_OUTSIDE:
        reply_fail(c, 400, *subnet ? "InvalidIpForSubnet" : "InvalidIpForNetwork",
                   *subnet ? "IP address %s is not a valid IP for the specified subnet."
                           : "IP address %s is not a valid IP for any of the subnets on the "
                             "specified network.",
                   ask);
        return false;
    case ADDRESS_NONE_LEFT:
        reply_fail(c, 409, "IpAddressGenerationFailure",
                   "No more IP addresses available on network %s.", net->id);
        return false;
    case ADDRESS_NO_SUBNET:
        break;
    }
    reply_fail(c, 400, "InvalidInput",
               "Invalid input for operation: Failed to create port on network %s, because "
               "fixed_ips included invalid subnet %s.",
               net->id, subnet);
    return false;
}

/* All addresses of a new port: {subnet, ip} each. NULL: has replied. */
static json_t *choose_addresses(struct call *c, const struct res *net, const json_t *in)
{
    const json_t *fixed = json_list(in, "fixed_ips"), *one;
    const struct res *subnet;
    json_t *ips = json_array();
    char ip[16];
    size_t i;
    if ((fixed && !json_array_size(fixed)) ||
        (!fixed && !json_array_size(json_list(net->doc, "subnets"))))
        return ips; /* a port without address was asked for, or is all there can be */
    bool ok = fixed || choose_one(c, net, NULL, &subnet, ip);
    if (ok && !fixed)
        json_array_append_new(ips, json_pack("{s:s, s:s}", "subnet", subnet->id, "ip", ip));
    json_array_foreach(fixed, i, one) {
        ok = ok && choose_one(c, net, one, &subnet, ip);
        if (ok)
            json_array_append_new(ips, json_pack("{s:s, s:s}", "subnet", subnet->id, "ip", ip));
    }
    if (ok)
        return ips;
    json_decref(ips);
    return NULL;
}

static void keep_port(struct call *c, const struct res *net, const json_t *in, json_t *ips_take,
                      json_t *groups_take)
{
    struct res *r = neutron_add_port(c, net, NULL, NULL, json_text(in, "mac_address"));
    bool psec = json_flag(in, "port_security_enabled", json_flag(net->doc, "psec", true));
    json_put_text(r->doc, "name", json_text(in, "name"));
    json_put_text(r->doc, "desc", json_text(in, "description"));
    json_put_text(r->doc, "device", json_text(in, "device_id"));
    json_put_text(r->doc, "owner", json_text(in, "device_owner"));
    json_put_flag(r->doc, "admin_up", json_flag(in, "admin_state_up", true));
    json_put(r->doc, "ips", ips_take);
    json_put_flag(r->doc, "psec", psec);
    if (json_array_size(json_list(in, "allowed_address_pairs")))
        json_put(r->doc, "pairs", json_deep_copy(json_list(in, "allowed_address_pairs")));
    json_put(r->doc, "sgs", psec ? groups_take : json_array());
    if (!psec)
        json_decref(groups_take);
    reply_json(c, 201, json_pack("{s:o}", "port", port_view(c, r)));
}

void neutron_create_port(struct call *c)
{
    const json_t *in = json_map(c->json, "port");
    const struct res *net = call_res(c, K_NETWORK, json_text(in, "network_id"));
    json_t *groups = NULL, *ips;
    if (!net) {
        neutron_not_found(c, "Network", json_text(in, "network_id"));
        return;
    }
    if (!may_choose(c, net, in) || !mac_valid(c, json_text(in, "mac_address")) ||
        !security_agrees(c, net, in))
        return;
    if (!neutron_port_quota_left(c)) {
        reply_fail(c, 409, "OverQuota", "Quota exceeded for resources: ['port'].");
        return;
    }
    if (!mac_free(c, net, json_text(in, "mac_address")) || !(ips = choose_addresses(c, net, in)))
        return;
    if (json_list(in, "security_groups") &&
        !(groups = read_groups(c, json_list(in, "security_groups")))) {
        json_decref(ips);
        return;
    }
    keep_port(c, net, in, ips, groups);
}

void neutron_update_port(struct call *c)
{
    struct res *r = the_port(c);
    const json_t *in = json_map(c->json, "port");
    json_t *groups = NULL;
    if (!r)
        return;
    if (json_list(in, "security_groups") &&
        !(groups = read_groups(c, json_list(in, "security_groups"))))
        return;
    json_put(r->doc, "sgs", groups);
    if (json_object_get(in, "name"))
        json_put_text(r->doc, "name", json_text(in, "name"));
    if (json_object_get(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    if (json_object_get(in, "admin_state_up"))
        json_put_flag(r->doc, "admin_up", json_flag(in, "admin_state_up", true));
    json_put_int(r->doc, "updated", c->now);
    json_put_int(r->doc, "rev", json_int(r->doc, "rev", 1) + 1);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "port", port_view(c, r)));
}

/* Deleting a server's port is allowed: the server loses its interface. */
static void take_from_server(struct call *c, const struct res *port)
{
    struct res *server = world_get(c->world, c->site, K_SERVER, json_text(port->doc, "device"));
    json_t *list = server ? json_list(server->doc, "ports") : NULL;
    for (size_t i = json_array_size(list); i-- > 0;)
        if (strcmp(json_string_value(json_array_get(list, i)), port->id) == 0)
            json_array_remove(list, i);
    if (server)
        world_touch(c->world, server);
}

void neutron_delete_port(struct call *c)
{
    struct res *r = the_port(c);
    if (!r)
        return;
    if (strncmp(json_text(r->doc, "owner"), "network:", 8) == 0) {
        reply_fail(c, 409, "ServicePortInUse",
                   "Port %s cannot be deleted directly via the port API: has device owner %s.",
                   r->id, json_text(r->doc, "owner"));
        return;
    }
    take_from_server(c, r);
    world_drop(c->world, r);
    reply_empty(c, 204);
}
