#include "backend/lab/array/array.h"

#include "backend/base/uuid.h"

#include <string.h>

enum { SESSION_MS = 1800000, MINOR_MIN = 4, MINOR_MAX = 26 };

static void show_versions(struct call *c)
{
    json_t *list = json_array();
    json_array_append_new(list, json_string("1.19"));
    for (int minor = 0; minor <= MINOR_MAX; minor++)
        if (minor == 0 || minor >= MINOR_MIN)
            json_array_append_new(list, json_sprintf("2.%d", minor));
    reply_json(c, 200, json_pack("{s:o}", "version", list));
}

/* Sessions end when they have been idle for half an hour. */
static bool session_check(struct call *c)
{
    const char *id = call_header(c, "x-auth-token");
    struct res *r = id ? world_get(c->world, c->site, K_SESSION, id) : NULL;
    if (r && json_int(r->doc, "until", 0) > c->now) {
        int64_t until = c->now + SESSION_MS;
        /* Not for every call a write: a minute's accuracy is enough. */
        if (until - json_int(r->doc, "until", 0) > 60000) {
            json_put_int(r->doc, "until", until);
            world_touch(c->world, r);
        }
        c->who.role = ROLE_MEMBER;
        return true;
    }
    if (r)
        world_drop(c->world, r);
    reply_fail(c, 401, NULL, "Unauthorized");
    return false;
}

static void login(struct call *c)
{
    const char *token = call_header(c, "api-token");
    char id[UUID_SIZE];
    if (!token || strcmp(token, call_site(c)->array_token) != 0) {
        reply_fail(c, 401, NULL, "Invalid API token.");
        return;
    }
    uuid_make(id);
    world_add(c->world, c->site, K_SESSION, id,
              json_pack("{s:I}", "until", (json_int_t)(c->now + SESSION_MS)));
    reply_header(c, "x-auth-token", id);
    reply_json(c, 200, json_pack("{s:[{s:s}]}", "items", "username", "protector"));
}

static void logout(struct call *c)
{
    struct res *r = world_get(c->world, c->site, K_SESSION, call_header(c, "x-auth-token"));
    if (r)
        world_drop(c->world, r);
    reply_json(c, 200, json_object());
}

static const struct route ROUTES[] = {
    {"GET", "/api/api_version", show_versions, NULL, ROLE_NONE, 0, true},
    {"POST", "/login", login, NULL, ROLE_NONE, 0, false},
    {"POST", "/logout", logout, NULL, ROLE_READER, 0, false},
    {"GET", "/arrays", array_arrays, NULL, ROLE_READER, 0, false},
    {"GET", "/arrays/space", array_space, NULL, ROLE_READER, 0, false},
    {"GET", "/array-connections", array_connections, NULL, ROLE_READER, 0, false},
    {"GET", "/protection-groups", array_groups, NULL, ROLE_READER, 0, false},
    {"GET", "/protection-groups/volumes", array_group_volumes, NULL, ROLE_READER, 0, false},
    {"GET", "/volumes/protection-groups", array_group_volumes, NULL, ROLE_READER, 0, false},
    {"GET", "/protection-groups/targets", array_group_targets, NULL, ROLE_READER, 0, false},
    {"GET", "/protection-group-snapshots", array_snapshots, NULL, ROLE_READER, 0, false},
    {"GET", "/protection-group-snapshots/transfer", array_transfers, NULL, ROLE_READER, 0, false},
    {"GET", "/volume-snapshots", array_volume_snapshots, NULL, ROLE_READER, 0, false},
    {"GET", "/volumes", array_volumes, NULL, ROLE_READER, 0, false},
    {"POST", "/volumes", array_make_volume, NULL, ROLE_MEMBER, 0, false},
    {"PATCH", "/volumes", array_change_volume, NULL, ROLE_MEMBER, 0, false},
    {"DELETE", "/volumes", array_eradicate_volume, NULL, ROLE_MEMBER, 0, false},
    {"GET", "/volumes/tags", array_tags, NULL, ROLE_READER, 0, false},
    {"PUT", "/volumes/tags/batch", array_put_tags, NULL, ROLE_MEMBER, 0, false},
    {"POST", "/protection-groups", array_make_group, NULL, ROLE_MEMBER, 0, false},
    {"PATCH", "/protection-groups", array_change_group, NULL, ROLE_MEMBER, 0, false},
    {"PATCH", "/protection-groups/targets", array_allow_target, NULL, ROLE_MEMBER, 0, false},
    {"POST", "/protection-groups/volumes", array_add_member, NULL, ROLE_MEMBER, 0, false},
    {"POST", "/protection-groups/targets", array_add_target, NULL, ROLE_MEMBER, 0, false},
    {"POST", "/protection-group-snapshots", array_make_snapshot, NULL, ROLE_MEMBER, 0, false},
};

/* /api/2.N/... for every N that show_versions() names. */
static bool array_strip(struct call *c, const char *rest)
{
    for (int minor = 0; minor <= MINOR_MAX; minor++)
        if (minor == 0 || minor >= MINOR_MIN) {
            strip_version(c, rest, call_text(c, "/api/2.%d", minor));
            if (!c->top)
                return true;
            c->top = false;
        }
    c->top = true;
    c->path = rest;
    return true;
}

const struct service array_service = {
    .name = "array",
    .prefix = "/array",
    .shape = SHAPE_ARRAY,
    .strip = array_strip,
    .authenticate = session_check,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
