#include "backend/lab/cinder/cinder.h"

#include <string.h>

static json_t *version_doc(const struct call *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:o}], s:[{s:s, s:s}]}", "id", "v3.0",
                     "status", "CURRENT", "version", "3.70", "min_version", "3.0", "updated",
                     "2022-10-05T00:00:00Z", "links", "rel", "self", "href",
                     json_sprintf("%s/volume/v3/", call_site(c)->url), "media-types", "base",
                     "application/json", "type", "application/vnd.openstack.volume+json;version=3");
}

static void show_versions(struct call *c)
{
    reply_json(c, 300, json_pack("{s:[o]}", "versions", version_doc(c)));
}

static void show_version(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[o]}", "versions", version_doc(c)));
}

#define P(name) "volume_extension:" name
#define NOT_ADMIN "!User does not have admin privileges"

static const struct route ROUTES[] = {
    {"GET", "/", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/", show_version, NULL, ROLE_READER, 0, false},
    {"GET", "/volumes", cinder_list_volumes, NULL, ROLE_READER, 0, false},
    {"GET", "/volumes/detail", cinder_list_volumes_detail, NULL, ROLE_READER, 0, false},
    {"POST", "/volumes", cinder_create_volume, "volume:create", ROLE_MEMBER, 0, false},
    {"GET", "/volumes/{}", cinder_show_volume, NULL, ROLE_READER, 0, false},
    {"PUT", "/volumes/{}", cinder_update_volume, "volume:update", ROLE_MEMBER, 0, false},
    {"DELETE", "/volumes/{}", cinder_delete_volume, "volume:delete", ROLE_MEMBER, 0, false},
    {"POST", "/volumes/{}/action", cinder_action, P("volume_actions"), ROLE_MEMBER, 0, false},
    {"GET", "/volumes/{}/metadata", cinder_show_metadata, NULL, ROLE_READER, 0, false},
    {"POST", "/volumes/{}/metadata", cinder_merge_metadata, "volume:create_volume_metadata",
     ROLE_MEMBER, 0, false},
    {"PUT", "/volumes/{}/metadata", cinder_replace_metadata, "volume:update_volume_metadata",
     ROLE_MEMBER, 0, false},
    {"DELETE", "/volumes/{}/metadata/{}", cinder_delete_metadata,
     "volume:delete_volume_metadata", ROLE_MEMBER, 0, false},
    {"GET", "/snapshots", cinder_list_snapshots, NULL, ROLE_READER, 0, false},
    {"GET", "/snapshots/detail", cinder_list_snapshots_detail, NULL, ROLE_READER, 0, false},
    {"POST", "/snapshots", cinder_create_snapshot, "volume:create_snapshot", ROLE_MEMBER, 0,
     false},
    {"GET", "/snapshots/{}", cinder_show_snapshot, NULL, ROLE_READER, 0, false},
    {"DELETE", "/snapshots/{}", cinder_delete_snapshot, "volume:delete_snapshot", ROLE_MEMBER, 0,
     false},
    {"GET", "/types", cinder_list_types, NULL, ROLE_READER, 0, false},
    {"GET", "/types/{}", cinder_show_type, NULL, ROLE_READER, 0, false},
    {"GET", "/types/{}/extra_specs", cinder_type_specs, NULL, ROLE_READER, 0, false},
    {"GET", "/limits", cinder_limits, NULL, ROLE_READER, 0, false},
    {"GET", "/os-quota-sets/{}", cinder_show_quota, P("quotas:show"), ROLE_READER, 0, false},
    {"PUT", "/os-quota-sets/{}", cinder_set_quota, P("quotas:update"), ROLE_ADMIN, 0, false},
    {"DELETE", "/os-quota-sets/{}", cinder_reset_quota, P("quotas:delete"), ROLE_ADMIN, 0, false},
    {"GET", "/os-services", cinder_services, P("services:index"), ROLE_MEMBER, 0, false},
    {"GET", "/scheduler-stats/get_pools", cinder_pools, NOT_ADMIN, ROLE_ADMIN, 0, false},
    {"GET", "/os-availability-zone", cinder_zones, NULL, ROLE_READER, 0, false},
    {"GET", "/messages", cinder_messages, NULL, ROLE_READER, 3, false},
    {"GET", "/manageable_volumes", cinder_list_manageable, NOT_ADMIN, ROLE_ADMIN, 8, false},
    {"GET", "/manageable_volumes/detail", cinder_list_manageable, NOT_ADMIN, ROLE_ADMIN, 8, false},
    {"POST", "/manageable_volumes", cinder_manage, P("volume_manage"), ROLE_MEMBER, 8, false},
    {"POST", "/os-volume-manage", cinder_manage, P("volume_manage"), ROLE_MEMBER, 0, false},
};

/* The project's id may stand in the path: 32 hexadecimal digits. */
static bool cinder_strip(struct call *c, const char *rest)
{
    strip_version(c, rest, "/v3");
    if (c->top)
        return true;
    const char *segment = c->path + 1;
    size_t n = strcspn(segment, "/");
    if (n == 32 && strspn(segment, "0123456789abcdef") == n)
        c->path = segment[n] ? segment + n : "/";
    return true;
}

/* A project in the path that is not the token's is refused. */
static bool cinder_authenticate(struct call *c)
{
    if (!token_check(c))
        return false;
    const char *segment = c->url + strlen("/volume/v3");
    size_t n = *segment == '/' ? strcspn(segment + 1, "/") : 0;
    bool named = n == 32 && strspn(segment + 1, "0123456789abcdef") >= n;
    if (!named || strncmp(segment + 1, c->who.project, n) == 0)
        return true;
    reply_fail(c, 400, NULL, "Malformed request url");
    return false;
}

const struct service cinder_service = {
    .name = "volume",
    .prefix = "/volume",
    .shape = SHAPE_NOVA,
    .version_word = "volume",
    .major = 3,
    .max_minor = 70,
    .strip = cinder_strip,
    .authenticate = cinder_authenticate,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
