#include "backend/lab/nova/nova.h"

static json_t *version_doc(const struct call *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:o}]}", "id", "v2.1", "status", "CURRENT",
                     "version", "2.93", "min_version", "2.1", "updated", "2013-07-23T11:33:21Z",
                     "links", "rel", "self", "href",
                     json_sprintf("%s/compute/v2.1/", call_site(c)->url));
}

static void show_versions(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[o]}", "versions", version_doc(c)));
}

static void show_version(struct call *c)
{
    json_t *doc = version_doc(c);
    json_put(doc, "media-types", json_pack("[{s:s, s:s}]", "base", "application/json", "type",
                                           "application/vnd.openstack.compute+json;version=2.1"));
    reply_json(c, 200, json_pack("{s:o}", "version", doc));
}

#define P(name) "os_compute_api:" name

static const struct route ROUTES[] = {
    {"GET", "/", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/", show_version, NULL, ROLE_NONE, 0, false},
    {"GET", "/servers", nova_list_servers, NULL, ROLE_READER, 0, false},
    {"GET", "/servers/detail", nova_list_servers_detail, NULL, ROLE_READER, 0, false},
    {"POST", "/servers", nova_create_server, P("servers:create"), ROLE_MEMBER, 0, false},
    {"GET", "/servers/{}", nova_show_server, NULL, ROLE_READER, 0, false},
    {"PUT", "/servers/{}", nova_rename_server, P("servers:update"), ROLE_MEMBER, 0, false},
    {"DELETE", "/servers/{}", nova_delete_server, P("servers:delete"), ROLE_MEMBER, 0, false},
    {"POST", "/servers/{}/action", nova_action, P("servers:start"), ROLE_MEMBER, 0, false},
    {"GET", "/servers/{}/ips", nova_server_addresses, NULL, ROLE_READER, 0, false},
    {"GET", "/servers/{}/os-instance-actions", nova_list_actions, NULL, ROLE_READER, 0, false},
    {"GET", "/servers/{}/metadata", nova_show_metadata, NULL, ROLE_READER, 0, false},
    {"POST", "/servers/{}/metadata", nova_merge_metadata, P("server-metadata:create"), ROLE_MEMBER,
     0, false},
    {"PUT", "/servers/{}/metadata", nova_replace_metadata, P("server-metadata:update_all"),
     ROLE_MEMBER, 0, false},
    {"DELETE", "/servers/{}/metadata/{}", nova_delete_metadata, P("server-metadata:delete"),
     ROLE_MEMBER, 0, false},
    {"GET", "/servers/{}/tags", nova_list_tags, NULL, ROLE_READER, 26, false},
    {"PUT", "/servers/{}/tags", nova_replace_tags, P("os-server-tags:update_all"), ROLE_MEMBER, 26,
     false},
    {"DELETE", "/servers/{}/tags", nova_delete_tags, P("os-server-tags:delete_all"), ROLE_MEMBER,
     26, false},
    {"GET", "/servers/{}/tags/{}", nova_check_tag, NULL, ROLE_READER, 26, false},
    {"PUT", "/servers/{}/tags/{}", nova_put_tag, P("os-server-tags:update"), ROLE_MEMBER, 26,
     false},
    {"DELETE", "/servers/{}/tags/{}", nova_delete_tag, P("os-server-tags:delete"), ROLE_MEMBER, 26,
     false},
    {"GET", "/servers/{}/os-volume_attachments", nova_list_attachments, NULL, ROLE_READER, 0,
     false},
    {"POST", "/servers/{}/os-volume_attachments", nova_attach_volume,
     P("os-volumes-attachments:create"), ROLE_MEMBER, 0, false},
    {"GET", "/servers/{}/os-volume_attachments/{}", nova_show_attachment, NULL, ROLE_READER, 0,
     false},
    {"PUT", "/servers/{}/os-volume_attachments/{}", nova_update_attachment,
     P("os-volumes-attachments:update"), ROLE_MEMBER, 0, false},
    {"DELETE", "/servers/{}/os-volume_attachments/{}", nova_detach_volume,
     P("os-volumes-attachments:delete"), ROLE_MEMBER, 0, false},
    {"GET", "/servers/{}/os-interface", nova_list_interfaces, NULL, ROLE_READER, 0, false},
    {"GET", "/servers/{}/os-interface/{}", nova_show_interface, NULL, ROLE_READER, 0, false},
    {"GET", "/flavors", nova_list_flavors, NULL, ROLE_READER, 0, false},
    {"GET", "/flavors/detail", nova_list_flavors_detail, NULL, ROLE_READER, 0, false},
    {"POST", "/flavors", nova_create_flavor, P("os-flavor-manage:create"), ROLE_ADMIN, 0, false},
    {"GET", "/flavors/{}", nova_show_flavor, NULL, ROLE_READER, 0, false},
    {"DELETE", "/flavors/{}", nova_delete_flavor, P("os-flavor-manage:delete"), ROLE_ADMIN, 0,
     false},
    {"GET", "/flavors/{}/os-extra_specs", nova_flavor_specs, NULL, ROLE_READER, 0, false},
    {"GET", "/limits", nova_limits, NULL, ROLE_READER, 0, false},
    {"GET", "/os-quota-sets/{}", nova_show_quota, P("os-quota-sets:show"), ROLE_READER, 0, false},
    {"GET", "/os-quota-sets/{}/detail", nova_show_quota_detail, P("os-quota-sets:detail"),
     ROLE_READER, 0, false},
    {"PUT", "/os-quota-sets/{}", nova_set_quota, P("os-quota-sets:update"), ROLE_ADMIN, 0, false},
    {"DELETE", "/os-quota-sets/{}", nova_reset_quota, P("os-quota-sets:delete"), ROLE_ADMIN, 0,
     false},
    {"GET", "/os-hypervisors/detail", nova_hypervisors, P("os-hypervisors:list-detail"),
     ROLE_ADMIN, 0, false},
    {"GET", "/os-hypervisors", nova_hypervisors, P("os-hypervisors:list"), ROLE_ADMIN, 0, false},
    {"GET", "/os-availability-zone", nova_zones, NULL, ROLE_READER, 0, false},
    {"GET", "/os-keypairs", nova_list_keys, NULL, ROLE_READER, 0, false},
    {"POST", "/os-keypairs", nova_create_key, P("os-keypairs:create"), ROLE_MEMBER, 0, false},
    {"DELETE", "/os-keypairs/{}", nova_delete_key, P("os-keypairs:delete"), ROLE_MEMBER, 0, false},
};

static bool nova_strip(struct call *c, const char *rest)
{
    return strip_version(c, rest, "/v2.1");
}

const struct service nova_service = {
    .name = "compute",
    .prefix = "/compute",
    .shape = SHAPE_NOVA,
    .version_word = "compute",
    .major = 2,
    .max_minor = 93,
    .strip = nova_strip,
    .authenticate = token_check,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
