/*
 * Keystone v3: versions, projects, users, application credentials. Tokens are
 * in token.c.
 */
#include "backend/lab/keystone/keystone.h"

#include <stdio.h>
#include <string.h>

static json_t *version_doc(const struct call *c)
{
    return json_pack("{s:s, s:s, s:s, s:[{s:s, s:o}], s:[{s:s, s:s}]}", "id", "v3.14", "status",
                     "stable", "updated", "2020-04-07T00:00:00Z", "links", "rel", "self", "href",
                     json_sprintf("%s/identity/v3/", call_site(c)->url), "media-types", "base",
                     "application/json", "type", "application/vnd.openstack.identity-v3+json");
}

static void show_versions(struct call *c)
{
    reply_json(c, 300, json_pack("{s:{s:[o]}}", "versions", "values", version_doc(c)));
}

static void show_version(struct call *c)
{
    reply_json(c, 200, json_pack("{s:o}", "version", version_doc(c)));
}

/* ---- projects and users ----------------------------------------------- */

static json_t *list_links(const struct call *c)
{
    return json_pack("{s:n, s:o, s:n}", "next", "self",
                     json_sprintf("%s/identity/v3%s", call_site(c)->url, c->path), "previous");
}

static json_t *project_view(const struct call *c, const struct res *r)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:[], s:{}, s:{s:o}}", "id", r->id,
                     "name", json_text(r->doc, "name"), "domain_id", "default", "description", "",
                     "enabled", 1, "is_domain", 0, "parent_id", "default", "tags", "options",
                     "links", "self",
                     json_sprintf("%s/identity/v3/projects/%s", call_site(c)->url, r->id));
}

static json_t *user_view(const struct call *c, const struct res *r)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:n, s:{}, s:{s:o}}", "id", r->id, "name",
                     json_text(r->doc, "name"), "domain_id", "default", "enabled", 1,
                     "password_expires_at", "options", "links", "self",
                     json_sprintf("%s/identity/v3/users/%s", call_site(c)->url, r->id));
}

static void list_named(struct call *c, enum kind kind, const char *key,
                       json_t *(*view)(const struct call *, const struct res *), bool own)
{
    const char *name = call_param(c, "name");
    const struct res *user = world_get(c->world, c->site, K_USER, c->who.user);
    json_t *list = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, kind); i++) {
        const struct res *r = world_at(c->world, c->site, kind, i);
        if (name && strcmp(name, json_text(r->doc, "name")) != 0)
            continue;
        if (own && !json_object_get(json_map(user ? user->doc : NULL, "roles"), r->id))
            continue;
        json_array_append_new(list, view(c, r));
    }
    reply_json(c, 200, json_pack("{s:o, s:o}", key, list, "links", list_links(c)));
}

static void list_own_projects(struct call *c)
{
    list_named(c, K_PROJECT, "projects", project_view, true);
}

static void list_projects(struct call *c)
{
    list_named(c, K_PROJECT, "projects", project_view, false);
}

static void list_users(struct call *c)
{
    list_named(c, K_USER, "users", user_view, false);
}

static void show_project(struct call *c)
{
    const struct res *r = world_get(c->world, c->site, K_PROJECT, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Could not find project: %s.", c->args[0]);
    else
        reply_json(c, 200, json_pack("{s:o}", "project", project_view(c, r)));
}

static void show_user(struct call *c)
{
    const struct res *r = world_get(c->world, c->site, K_USER, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Could not find user: %s.", c->args[0]);
    else
        reply_json(c, 200, json_pack("{s:o}", "user", user_view(c, r)));
}

/* ---- application credentials ------------------------------------------ */

static json_t *credential_view(const struct res *r)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:n, s:b, s:[{s:s, s:s}]}", "id", r->id, "name",
                     json_text(r->doc, "name"), "project_id", json_text(r->doc, "project"),
                     "description", json_text(r->doc, "desc"), "expires_at", "unrestricted", 0,
                     "roles", "id", keystone_role_id((enum role)json_int(r->doc, "role", 0)), "name",
                     keystone_role_name((enum role)json_int(r->doc, "role", 0)));
}

static bool is_own(struct call *c)
{
    if (strcmp(c->args[0], c->who.user) == 0 || c->who.role == ROLE_ADMIN)
        return true;
    reply_fail(c, 403, NULL, "You are not authorized to perform the requested action: %s.",
               c->route->policy);
    return false;
}

static struct res *own_credential(struct call *c)
{
    if (!is_own(c))
        return NULL;
    struct res *r = world_get(c->world, c->site, K_APPCRED, c->args[1]);
    if (r && strcmp(json_text(r->doc, "user"), c->args[0]) == 0)
        return r;
    reply_fail(c, 404, NULL, "Could not find Application Credential: %s.", c->args[1]);
    return NULL;
}

static void list_credentials(struct call *c)
{
    if (!is_own(c))
        return;
    const char *name = call_param(c, "name");
    json_t *list = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, K_APPCRED); i++) {
        const struct res *r = world_at(c->world, c->site, K_APPCRED, i);
        if (strcmp(json_text(r->doc, "user"), c->args[0]) == 0 &&
            (!name || strcmp(name, json_text(r->doc, "name")) == 0))
            json_array_append_new(list, credential_view(r));
    }
    reply_json(c, 200, json_pack("{s:o, s:o}", "application_credentials", list, "links",
                                 list_links(c)));
}

static void show_credential(struct call *c)
{
    const struct res *r = own_credential(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "application_credential", credential_view(r)));
}

static void create_credential(struct call *c)
{
    const json_t *in = json_map(c->json, "application_credential");
    const char *name = json_text(in, "name");
    char id[33], secret[33];
    if (!is_own(c))
        return;
    if (!*name) {
        reply_fail(c, 400, NULL, "'name' is a required property");
        return;
    }
    dice_hex(&c->world->dice, id);
    if (*json_text(in, "secret"))
        snprintf(secret, sizeof(secret), "%s", json_text(in, "secret"));
    else
        dice_hex(&c->world->dice, secret);
    struct res *r = world_add(
        c->world, c->site, K_APPCRED, id,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "name", name, "desc",
                  json_text(in, "description"), "user", c->args[0], "project", c->who.project,
                  "secret", secret, "role", (int)c->who.role));
    json_t *view = credential_view(r);
    json_put_text(view, "secret", secret);
    reply_json(c, 201, json_pack("{s:o}", "application_credential", view));
}

static void delete_credential(struct call *c)
{
    struct res *r = own_credential(c);
    if (!r)
        return;
    for (size_t i = world_count(c->world, c->site, K_TOKEN); i-- > 0;) {
        struct res *token = world_at(c->world, c->site, K_TOKEN, i);
        if (strcmp(json_text(token->doc, "credential"), r->id) == 0)
            world_drop(c->world, token);
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}

static bool keystone_strip(struct call *c, const char *rest)
{
    return strip_version(c, rest, "/v3");
}

#define CREDENTIALS "/users/{}/application_credentials"

static const struct route ROUTES[] = {
    {"GET", "/", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/", show_version, NULL, ROLE_NONE, 0, false},
    {"POST", "/auth/tokens", keystone_issue_token, NULL, ROLE_NONE, 0, false},
    {"GET", "/auth/tokens", keystone_show_token, NULL, ROLE_READER, 0, false},
    {"DELETE", "/auth/tokens", keystone_revoke_token, NULL, ROLE_READER, 0, false},
    {"GET", "/auth/catalog", keystone_show_catalog, NULL, ROLE_READER, 0, false},
    {"GET", "/auth/projects", list_own_projects, NULL, ROLE_READER, 0, false},
    {"GET", "/users/{}/projects", list_own_projects, NULL, ROLE_READER, 0, false},
    {"GET", "/projects", list_projects, "identity:list_projects", ROLE_ADMIN, 0, false},
    {"GET", "/projects/{}", show_project, "identity:get_project", ROLE_READER, 0, false},
    {"GET", "/users", list_users, "identity:list_users", ROLE_ADMIN, 0, false},
    {"GET", "/users/{}", show_user, "identity:get_user", ROLE_READER, 0, false},
    {"GET", CREDENTIALS, list_credentials, "identity:list_application_credentials", ROLE_READER, 0,
     false},
    {"POST", CREDENTIALS, create_credential, "identity:create_application_credential", ROLE_READER,
     0, false},
    {"GET", CREDENTIALS "/{}", show_credential, "identity:get_application_credential", ROLE_READER,
     0, false},
    {"DELETE", CREDENTIALS "/{}", delete_credential, "identity:delete_application_credential",
     ROLE_READER, 0, false},
};

const struct service keystone_service = {
    .name = "identity",
    .prefix = "/identity",
    .shape = SHAPE_KEYSTONE,
    .strip = keystone_strip,
    .authenticate = token_check,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
