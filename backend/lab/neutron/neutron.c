#include "backend/lab/neutron/neutron.h"

static void show_versions(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[{s:s, s:s, s:[{s:s, s:o}]}]}", "versions", "id", "v2.0",
                                 "status", "CURRENT", "links", "rel", "self", "href",
                                 json_sprintf("%s/network/v2.0/", call_site(c)->url)));
}

static void show_resources(struct call *c)
{
    static const char *const names[] = {"networks", "subnets", "ports", "security-groups", "floatingips"};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:[{s:s, s:o}]}", "name", names[i], "collection", names[i],
                            "links", "rel", "self", "href",
                            json_sprintf("%s/network/v2.0/%s", call_site(c)->url, names[i])));
    reply_json(c, 200, json_pack("{s:o}", "resources", list));
}

static void list_extensions(struct call *c)
{
    static const char *const aliases[] = {"security-group", "quotas", "quota_details",
                                          "standard-attr-tag", "port-security", "pagination",
                                          "standard-attr-description", "binding",
                                          "router", "external-net"};
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:[]}", "alias", aliases[i],
                                              "name", aliases[i], "description", "", "updated",
                                              "2015-01-01T00:00:00-00:00", "links"));
    reply_json(c, 200, json_pack("{s:o}", "extensions", list));
}

static void no_routers(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[]}", "routers"));
}

static void list_zones(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[{s:s, s:s, s:s}]}", "availability_zones", "name", "nova",
                                 "resource", "network", "state", "available"));
}

static const struct route ROUTES[] = {
    {"GET", "/", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/", show_resources, NULL, ROLE_READER, 0, false},
    {"GET", "/extensions", list_extensions, NULL, ROLE_READER, 0, false},
    {"GET", "/networks", neutron_list_networks, NULL, ROLE_READER, 0, false},
    {"POST", "/networks", neutron_create_network, "create_network", ROLE_MEMBER, 0, false},
    {"GET", "/networks/{}", neutron_show_network, NULL, ROLE_READER, 0, false},
    {"PUT", "/networks/{}", neutron_update_network, "update_network", ROLE_MEMBER, 0, false},
    {"DELETE", "/networks/{}", neutron_delete_network, "delete_network", ROLE_MEMBER, 0, false},
    {"GET", "/subnets", neutron_list_subnets, NULL, ROLE_READER, 0, false},
    {"POST", "/subnets", neutron_create_subnet, "create_subnet", ROLE_MEMBER, 0, false},
    {"GET", "/subnets/{}", neutron_show_subnet, NULL, ROLE_READER, 0, false},
    {"PUT", "/subnets/{}", neutron_update_subnet, "update_subnet", ROLE_MEMBER, 0, false},
    {"DELETE", "/subnets/{}", neutron_delete_subnet, "delete_subnet", ROLE_MEMBER, 0, false},
    {"GET", "/ports", neutron_list_ports, NULL, ROLE_READER, 0, false},
    {"POST", "/ports", neutron_create_port, "create_port", ROLE_MEMBER, 0, false},
    {"GET", "/ports/{}", neutron_show_port, NULL, ROLE_READER, 0, false},
    {"PUT", "/ports/{}", neutron_update_port, "update_port", ROLE_MEMBER, 0, false},
    {"DELETE", "/ports/{}", neutron_delete_port, "delete_port", ROLE_MEMBER, 0, false},
    {"GET", "/security-groups", neutron_list_groups, NULL, ROLE_READER, 0, false},
    {"POST", "/security-groups", neutron_create_group, "create_security_group", ROLE_MEMBER, 0,
     false},
    {"GET", "/security-groups/{}", neutron_show_group, NULL, ROLE_READER, 0, false},
    {"DELETE", "/security-groups/{}", neutron_delete_group, "delete_security_group", ROLE_MEMBER,
     0, false},
    {"GET", "/quotas/{}", neutron_show_quota, "get_quota", ROLE_READER, 0, false},
    {"GET", "/quotas/{}/details.json", neutron_quota_detail, "get_quota", ROLE_READER, 0, false},
    {"GET", "/quotas/{}/details", neutron_quota_detail, "get_quota", ROLE_READER, 0, false},
    {"PUT", "/quotas/{}", neutron_set_quota, "update_quota", ROLE_ADMIN, 0, false},
    {"DELETE", "/quotas/{}", neutron_reset_quota, "delete_quota", ROLE_ADMIN, 0, false},
    {"GET", "/{}/{}/tags", neutron_list_tags, NULL, ROLE_READER, 0, false},
    {"PUT", "/{}/{}/tags/{}", neutron_put_tag, "update_tag", ROLE_MEMBER, 0, false},
    {"DELETE", "/{}/{}/tags/{}", neutron_delete_tag, "delete_tag", ROLE_MEMBER, 0, false},
    {"GET", "/availability_zones", list_zones, NULL, ROLE_READER, 0, false},
    {"GET", "/routers", no_routers, NULL, ROLE_READER, 0, false},
    {"GET", "/floatingips", neutron_list_floating, NULL, ROLE_READER, 0, false},
    {"POST", "/floatingips", neutron_create_floating, "create_floatingip", ROLE_MEMBER, 0, false},
    {"GET", "/floatingips/{}", neutron_show_floating, NULL, ROLE_READER, 0, false},
    {"PUT", "/floatingips/{}", neutron_update_floating, "update_floatingip", ROLE_MEMBER, 0, false},
    {"DELETE", "/floatingips/{}", neutron_delete_floating, "delete_floatingip", ROLE_MEMBER, 0, false},
};

static bool neutron_strip(struct call *c, const char *rest)
{
    return strip_version(c, rest, "/v2.0");
}

const struct service neutron_service = {
    .name = "network",
    .prefix = "/network",
    .shape = SHAPE_NEUTRON,
    .strip = neutron_strip,
    .authenticate = token_check,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
