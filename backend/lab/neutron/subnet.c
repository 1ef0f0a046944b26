/* Subnets, and the arithmetic of their addresses. */
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/page.h"

#include <stdio.h>
#include <string.h>

bool neutron_parse_ip(const char *text, uint32_t *ret)
{
    unsigned a, b, c, d;
    char junk;
    if (!text || sscanf(text, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &junk) != 4 || a > 255 ||
        b > 255 || c > 255 || d > 255)
        return false;
    *ret = (uint32_t)(a << 24 | b << 16 | c << 8 | d);
    return true;
}

void neutron_format_ip(char dst[16], uint32_t ip)
{
    snprintf(dst, 16, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

bool neutron_parse_cidr(const char *cidr, uint32_t *ret_base, int *ret_bits)
{
    char ip[16];
    int bits, used = 0;
    uint32_t base;
    if (sscanf(cidr, "%15[0-9.]/%d%n", ip, &bits, &used) != 2 || cidr[used] || bits < 8 ||
        bits > 30 || !neutron_parse_ip(ip, &base))
        return false;
    *ret_base = base & ~(uint32_t)(((uint64_t)1 << (32 - bits)) - 1);
    *ret_bits = bits;
    return true;
}

static json_t *subnet_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    (void)c;
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s?, s:b, s:O, s:o, s:o, s:i}", "id", r->id,
        "name", json_text(d, "name"), "description", json_text(d, "desc"), "tenant_id",
        json_text(d, "project"), "project_id", json_text(d, "project"), "network_id",
        json_text(d, "network"), "ip_version", 4, "cidr", json_text(d, "cidr"), "gateway_ip",
        *json_text(d, "gw") ? json_text(d, "gw") : NULL, "enable_dhcp",
        (int)json_flag(d, "dhcp", true), "allocation_pools", json_list(d, "pools"), "created_at",
        time_of(d, "created", time_z), "updated_at", time_of(d, "updated", time_z),
        "revision_number", 0);
    json_put(view, "dns_nameservers", json_array());
    json_put(view, "host_routes", json_array());
    json_put(view, "service_types", json_array());
    json_put(view, "subnetpool_id", json_null());
    json_put(view, "tags", json_deep_copy(json_list(d, "tags")));
    return view;
}

static bool match_subnet(struct call *c, const struct res *r)
{
    return neutron_match(c, r) &&
           neutron_param_is(c, "network_id", json_text(r->doc, "network")) &&
           neutron_param_is(c, "cidr", json_text(r->doc, "cidr"));
}

static const struct lister LIST = {
    .kind = K_SUBNET, .key = "subnets", .match = match_subnet, .view = subnet_view};

void neutron_list_subnets(struct call *c)
{
    page_reply(c, &LIST);
}

static struct res *the_subnet(struct call *c)
{
    struct res *r = call_res(c, K_SUBNET, c->args[0]);
    if (!r)
        neutron_not_found(c, "Subnet", c->args[0]);
    return r;
}

void neutron_show_subnet(struct call *c)
{
    struct res *r = the_subnet(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "subnet", subnet_view(c, r)));
}

/* All addresses but the gateway's, the network's own and the broadcast. */
static json_t *default_pools(uint32_t base, int bits, uint32_t gateway)
{
    uint32_t first = base + 1, last = base + (uint32_t)(((uint64_t)1 << (32 - bits)) - 2);
    char from[16], to[16];
    if (gateway == first)
        first++;
    neutron_format_ip(from, first);
    neutron_format_ip(to, last);
    return json_pack("[{s:s, s:s}]", "start", from, "end", to);
}

static bool overlaps(struct call *c, const struct res *net, uint32_t base, int bits)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_list(net->doc, "subnets"), i, id) {
        const struct res *s = world_get(c->world, c->site, K_SUBNET, json_string_value(id));
        uint32_t other;
        int other_bits;
        if (!s || !neutron_parse_cidr(json_text(s->doc, "cidr"), &other, &other_bits))
            continue;
        int wide = bits < other_bits ? bits : other_bits;
        if (base >> (32 - wide) == other >> (32 - wide))
            return true;
    }
    return false;
}

void neutron_create_subnet(struct call *c)
{
    const json_t *in = json_map(c->json, "subnet"), *gw = json_object_get(in, "gateway_ip");
    const char *cidr = json_text(in, "cidr");
    struct res *net = call_res(c, K_NETWORK, json_text(in, "network_id"));
    uint32_t base, gateway = 0;
    int bits;
    char gw_text[16] = "";
    if (!net) {
        neutron_not_found(c, "Network", json_text(in, "network_id"));
        return;
    }
    if (!neutron_parse_cidr(cidr, &base, &bits)) {
        reply_fail(c, 400, "HTTPBadRequest",
                   "Invalid input for cidr. Reason: '%s' is not a valid IP subnet.", cidr);
        return;
    }
    if (overlaps(c, net, base, bits)) {
        reply_fail(c, 400, "InvalidInput",
                   "Invalid input for operation: Requested subnet with cidr: %s for network: %s "
                   "overlaps with another subnet.",
                   cidr, net->id);
        return;
    }
    if (!gw)
        gateway = base + 1;
    else if (json_is_string(gw) && !neutron_parse_ip(json_string_value(gw), &gateway)) {
        reply_fail(c, 400, "HTTPBadRequest", "Invalid input for gateway_ip.");
        return;
    }
    if (gateway)
        neutron_format_ip(gw_text, gateway);
    json_t *pools = json_list(in, "allocation_pools");
    struct res *r = world_add(
        c->world, c->site, K_SUBNET, NULL,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:[], s:I, s:I}", "name",
                  json_text(in, "name"), "desc", json_text(in, "description"), "project",
                  c->who.project, "network", net->id, "cidr", cidr, "gw", gw_text, "dhcp",
                  (int)json_flag(in, "enable_dhcp", true), "pools",
                  json_array_size(pools) ? json_deep_copy(pools)
                                         : default_pools(base, bits, gateway),
                  "tags", "created", (json_int_t)c->now, "updated", (json_int_t)c->now));
    json_array_append_new(json_list(net->doc, "subnets"), json_string(r->id));
    world_touch(c->world, net);
    reply_json(c, 201, json_pack("{s:o}", "subnet", subnet_view(c, r)));
}

void neutron_update_subnet(struct call *c)
{
    struct res *r = the_subnet(c);
    const json_t *in = json_map(c->json, "subnet");
    if (!r)
        return;
    if (json_object_get(in, "name"))
        json_put_text(r->doc, "name", json_text(in, "name"));
    if (json_object_get(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    json_put_int(r->doc, "updated", c->now);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "subnet", subnet_view(c, r)));
}

static bool subnet_in_use(struct call *c, const struct res *subnet)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_PORT); i++) {
        const json_t *ips = json_list(world_at(c->world, c->site, K_PORT, i)->doc, "ips");
        for (size_t k = 0; k < json_array_size(ips); k++)
            if (strcmp(json_text(json_array_get(ips, k), "subnet"), subnet->id) == 0)
                return true;
    }
    return false;
}

void neutron_delete_subnet(struct call *c)
{
    struct res *r = the_subnet(c);
    if (!r)
        return;
    if (subnet_in_use(c, r)) {
        reply_fail(c, 409, "SubnetInUse",
                   "Unable to complete operation on subnet %s: One or more ports have an IP "
                   "allocation from this subnet.",
                   r->id);
        return;
    }
    struct res *net = world_get(c->world, c->site, K_NETWORK, json_text(r->doc, "network"));
    json_t *list = net ? json_list(net->doc, "subnets") : NULL;
    for (size_t i = json_array_size(list); i-- > 0;)
        if (strcmp(json_string_value(json_array_get(list, i)), r->id) == 0)
            json_array_remove(list, i);
    if (net)
        world_touch(c->world, net);
    world_drop(c->world, r);
    reply_empty(c, 204);
}
