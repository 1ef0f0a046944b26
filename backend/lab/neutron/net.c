/* Networks. */
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/page.h"

#include <string.h>

static json_t *network_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:O, s:b, s:i, s:b, s:o, s:o, s:i}", "id", r->id,
        "name", json_text(d, "name"), "description", json_text(d, "desc"), "tenant_id",
        json_text(d, "project"), "project_id", json_text(d, "project"), "admin_state_up",
        (int)json_flag(d, "admin_up", true), "shared", (int)json_flag(d, "shared", false), "status",
        "ACTIVE", "subnets", json_list(d, "subnets"), "router:external",
        (int)json_flag(d, "external", false), "mtu", 1450,
        "port_security_enabled", (int)json_flag(d, "psec", true), "created_at",
        time_of(d, "created", time_z), "updated_at", time_of(d, "updated", time_z),
        "revision_number", (int)json_int(d, "rev", 1));
    json_put(view, "availability_zones", json_array());
    json_put(view, "availability_zone_hints", json_array());
    json_put(view, "ipv4_address_scope", json_null());
    json_put(view, "ipv6_address_scope", json_null());
    json_put(view, "tags", json_deep_copy(json_list(d, "tags")));
    if (c->who.role == ROLE_ADMIN) {
        json_put_text(view, "provider:network_type", "vxlan");
        json_put_int(view, "provider:segmentation_id", r->seq);
        json_put(view, "provider:physical_network", json_null());
    }
    return view;
}

static const struct lister LIST = {
    .kind = K_NETWORK, .key = "networks", .match = neutron_match, .view = network_view};

void neutron_list_networks(struct call *c)
{
    page_reply(c, &LIST);
}

static struct res *the_network(struct call *c)
{
    struct res *r = call_res(c, K_NETWORK, c->args[0]);
    if (!r)
        neutron_not_found(c, "Network", c->args[0]);
    return r;
}

void neutron_show_network(struct call *c)
{
    struct res *r = the_network(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "network", network_view(c, r)));
}

static bool may_share(struct call *c, const json_t *in)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)in, key, value) {
        bool admins = strncmp(key, "provider:", 9) == 0 ||
                      (strcmp(key, "shared") == 0 && json_is_true(value)) ||
                      (strcmp(key, "router:external") == 0 && json_is_true(value));
        if (!admins || c->who.role == ROLE_ADMIN)
            continue;
        reply_fail(c, 403, "PolicyNotAuthorized",
                   "((rule:create_network and rule:create_network:%s) and rule:create_network) is "
                   "disallowed by policy",
                   key);
        return false;
    }
    return true;
}

void neutron_create_network(struct call *c)
{
    const json_t *in = json_map(c->json, "network");
    if (!in) {
        reply_fail(c, 400, "HTTPBadRequest", "Unable to find 'network' in request body");
        return;
    }
    if (!may_share(c, in))
        return;
    int64_t limit = neutron_quota(c, c->who.project, "network");
    if (limit >= 0 && (int64_t)world_count(c->world, c->site, K_NETWORK) >= limit) {
        reply_fail(c, 409, "OverQuota", "Quota exceeded for resources: ['network'].");
        return;
    }
    struct res *r = world_add(
        c->world, c->site, K_NETWORK, NULL,
        json_pack("{s:s, s:s, s:s, s:[], s:[], s:b, s:b, s:b, s:b, s:I, s:I}", "name",
                  json_text(in, "name"), "desc", json_text(in, "description"), "project",
                  c->who.project, "subnets", "tags", "shared", (int)json_flag(in, "shared", false),
                  "external", (int)json_flag(in, "router:external", false), "admin_up", (int)json_flag(in, "admin_state_up", true), "psec",
                  (int)json_flag(in, "port_security_enabled", true), "created", (json_int_t)c->now,
                  "updated", (json_int_t)c->now));
    reply_json(c, 201, json_pack("{s:o}", "network", network_view(c, r)));
}

void neutron_update_network(struct call *c)
{
    struct res *r = the_network(c);
    const json_t *in = json_map(c->json, "network");
    if (!r || !may_share(c, in))
        return;
    if (json_object_get(in, "name"))
        json_put_text(r->doc, "name", json_text(in, "name"));
    if (json_object_get(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    json_put_int(r->doc, "updated", c->now);
    json_put_int(r->doc, "rev", json_int(r->doc, "rev", 1) + 1);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "network", network_view(c, r)));
}

/* The ports that hold the network, as the error lists them. */
static char *ports_on(struct call *c, const struct res *net)
{
    struct buf b;
    buf_init(&b, 2048);
    for (size_t i = 0; i < world_count(c->world, c->site, K_PORT); i++) {
        const struct res *p = world_at(c->world, c->site, K_PORT, i);
        if (strcmp(json_text(p->doc, "network"), net->id) == 0)
            buf_printf(&b, "%s%s", b.len ? ", " : "", p->id);
    }
    char *text = arena_strdup(&c->mem, buf_text(&b));
    buf_release(&b);
    return text;
}

void neutron_delete_network(struct call *c)
{
    struct res *r = the_network(c);
    size_t i;
    json_t *id;
    if (!r)
        return;
    const char *ports = ports_on(c, r);
    if (*ports) {
        reply_fail(c, 409, "NetworkInUse",
                   "Unable to complete operation on network %s. There are one or more ports still "
                   "in use on the network, id for these ports is: %s.",
                   r->id, ports);
        return;
    }
    json_array_foreach(json_list(r->doc, "subnets"), i, id) {
        struct res *subnet = world_get(c->world, c->site, K_SUBNET, json_string_value(id));
        if (subnet)
            world_drop(c->world, subnet);
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}
