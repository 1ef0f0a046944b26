/*
 * Keystone's tokens and catalogue. Whatever is wrong with credentials, the
 * answer is the same 401, as Keystone's is: it never says which half was wrong.
 */
#include "backend/lab/keystone/keystone.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    enum role role;
    const char *name, *id;
} ROLES[] = {
    {ROLE_READER, "reader", "5f0c3d2a7b1e4c6d8e9fa0b1c2d3e4f5"},
    {ROLE_MEMBER, "member", "6a1d4e3b8c2f4d7e9fa0b1c2d3e4f506"},
    {ROLE_ADMIN, "admin", "7b2e5f4c9d304e8fa0b1c2d3e4f50617"},
};

static const struct {
    const char *type, *name, *path;
    bool with_project;
} CATALOG[] = {
    {"identity", "keystone", "/identity", false},
    {"compute", "nova", "/compute/v2.1", false},
    {"volumev3", "cinderv3", "/volume/v3", true},
    {"network", "neutron", "/network", false},
    {"image", "glance", "/image", false},
};

const char *keystone_role_name(enum role role)
{
    return role > ROLE_NONE ? ROLES[role - 1].name : "";
}

const char *keystone_role_id(enum role role)
{
    return role > ROLE_NONE ? ROLES[role - 1].id : "";
}

static json_t *catalog_view(const struct call *c, const char *project)
{
    static const char *const interfaces[] = {"admin", "internal", "public"};
    const struct site *site = call_site(c);
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof(CATALOG) / sizeof(CATALOG[0]); i++) {
        json_t *endpoints = json_array();
        for (size_t k = 0; k < 3; k++)
            json_array_append_new(
                endpoints,
                json_pack("{s:o, s:s, s:s, s:s, s:o}", "id",
                          json_sprintf("%08zx%08zx%s", i, k, "000000000000000a"), "interface",
                          interfaces[k], "region_id", site->region, "region", site->region, "url",
                          json_sprintf("%s%s%s%s", site->url, CATALOG[i].path,
                                       CATALOG[i].with_project ? "/" : "",
                                       CATALOG[i].with_project ? project : "")));
        json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:s}", "endpoints", endpoints, "id",
                                              json_sprintf("%032zx", i + 1), "type",
                                              CATALOG[i].type, "name", CATALOG[i].name));
    }
    return list;
}

static json_t *roles_view(enum role highest)
{
    json_t *list = json_array();
    for (size_t i = sizeof(ROLES) / sizeof(ROLES[0]); i-- > 0;)
        if (ROLES[i].role <= highest)
            json_array_append_new(
                list, json_pack("{s:s, s:s}", "id", ROLES[i].id, "name", ROLES[i].name));
    return list;
}

static json_t *named(const struct call *c, enum kind kind, const char *id)
{
    const struct res *r = world_get(c->world, c->site, kind, id);
    return json_pack("{s:{s:s, s:s}, s:s, s:s}", "domain", "id", "default", "name", "Default",
                     "id", id, "name", r ? json_text(r->doc, "name") : "");
}

static json_t *token_view(const struct call *c, const struct res *t)
{
    const char *project = json_text(t->doc, "project");
    json_t *user = named(c, K_USER, json_text(t->doc, "user"));
    json_put(user, "password_expires_at", json_null());
    json_t *view =
        json_pack("{s:[s], s:o, s:[s], s:o, s:o, s:o, s:o, s:b, s:o}", "methods",
                  json_text(t->doc, "method"), "user", user, "audit_ids", json_text(t->doc, "audit"),
                  "expires_at", time_of(t->doc, "expires", time_microz), "issued_at",
                  time_of(t->doc, "issued", time_microz), "project", named(c, K_PROJECT, project),
                  "roles", roles_view((enum role)json_int(t->doc, "role", 0)), "is_domain", 0,
                  "catalog", catalog_view(c, project));
    if (call_param(c, "nocatalog"))
        json_object_del(view, "catalog");
    if (*json_text(t->doc, "credential"))
        json_put(view, "application_credential",
                 json_pack("{s:s, s:s, s:b}", "id", json_text(t->doc, "credential"), "name",
                           json_text(t->doc, "credential_name"), "restricted", 1));
    return json_pack("{s:o}", "token", view);
}

/* ---- logging in ------------------------------------------------------- */

struct login {
    const struct res *user, *project;
    enum role role;
    const char *method, *credential, *credential_name;
};

/* {"id": ...} or {"name": ..., "domain": {"id"|"name": ...}}. */
static struct res *find_subject(struct call *c, enum kind kind, const json_t *ref)
{
    const char *id = json_text(ref, "id"), *name = json_text(ref, "name");
    const json_t *domain = json_map(ref, "domain");
    if (*id)
        return world_get(c->world, c->site, kind, id);
    bool is_default = strcmp(json_text(domain, "id"), "default") == 0 ||
                      strcasecmp(json_text(domain, "name"), "Default") == 0;
    return *name && is_default ? world_named(c->world, c->site, kind, name, NULL) : NULL;
}

static bool enter_project(struct login *in, const struct res *project)
{
    if (!in->user || !project)
        return false;
    in->project = project;
    in->role = (enum role)json_int(json_map(in->user->doc, "roles"), project->id, ROLE_NONE);
    return in->role > ROLE_NONE;
}

static const struct res *scope_project(struct call *c, const struct res *user, const json_t *scope)
{
    const json_t *project = json_map(scope, "project");
    if (project)
        return find_subject(c, K_PROJECT, project);
    return world_get(c->world, c->site, K_PROJECT, json_text(user->doc, "default_project"));
}

static bool by_password(struct call *c, const json_t *identity, const json_t *scope,
                        struct login *in)
{
    const json_t *ref = json_map(json_map(identity, "password"), "user");
    in->user = find_subject(c, K_USER, ref);
    in->method = "password";
    if (!in->user || strcmp(json_text(ref, "password"), json_text(in->user->doc, "password")) != 0)
        return false;
    return enter_project(in, scope_project(c, in->user, scope));
}

static bool by_token(struct call *c, const json_t *identity, const json_t *scope, struct login *in)
{
    const char *id = json_text(json_map(identity, "token"), "id");
    const struct res *t = world_get(c->world, c->site, K_TOKEN, id);
    if (!t || json_int(t->doc, "expires", 0) <= c->now || *json_text(t->doc, "credential"))
        return false;
    in->method = "token";
    in->user = world_get(c->world, c->site, K_USER, json_text(t->doc, "user"));
    return in->user && enter_project(in, scope_project(c, in->user, scope));
}

static bool by_credential(struct call *c, const json_t *identity, const json_t *scope,
                          struct login *in)
{
    const json_t *ref = json_map(identity, "application_credential");
    const struct res *r = NULL;
    const struct res *user = find_subject(c, K_USER, json_map(ref, "user"));
    if (*json_text(ref, "id"))
        r = world_get(c->world, c->site, K_APPCRED, json_text(ref, "id"));
    for (size_t i = 0; !r && user && i < world_count(c->world, c->site, K_APPCRED); i++) {
        const struct res *x = world_at(c->world, c->site, K_APPCRED, i);
        if (strcmp(json_text(x->doc, "user"), user->id) == 0 &&
            strcmp(json_text(x->doc, "name"), json_text(ref, "name")) == 0)
            r = x;
    }
    /* The credential fixes the project: asking for one is refused. */
    if (!r || scope || strcmp(json_text(ref, "secret"), json_text(r->doc, "secret")) != 0)
        return false;
    in->method = "application_credential";
    in->user = world_get(c->world, c->site, K_USER, json_text(r->doc, "user"));
    in->project = world_get(c->world, c->site, K_PROJECT, json_text(r->doc, "project"));
    in->role = (enum role)json_int(r->doc, "role", ROLE_MEMBER);
    in->credential = r->id;
    in->credential_name = json_text(r->doc, "name");
    return in->user && in->project;
}

static const struct {
    const char *name;
    bool (*check)(struct call *c, const json_t *identity, const json_t *scope, struct login *in);
} METHODS[] = {
    {"password", by_password},
    {"token", by_token},
    {"application_credential", by_credential},
};

/* As long, and as opaque, as a Fernet token. */
static void make_token_id(struct call *c, char dst[184])
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    memcpy(dst, "gAAAAAB", 7);
    for (size_t i = 7; i < 183; i++)
        dst[i] = set[dice_u64(&c->world->dice) & 63];
    dst[183] = '\0';
}

static void issue(struct call *c, const struct login *in)
{
    char id[184], audit[23];
    make_token_id(c, id);
    memcpy(audit, id + 10, 22);
    audit[22] = '\0';
    json_t *doc = json_pack("{s:s, s:s, s:i, s:s, s:s, s:I, s:I}", "user", in->user->id, "project",
                            in->project->id, "role", (int)in->role, "method", in->method, "audit",
                            audit, "issued", (json_int_t)c->now, "expires",
                            (json_int_t)(c->now + c->lab->opt.token_life * 1000));
    if (in->credential) {
        json_put_text(doc, "credential", in->credential);
        json_put_text(doc, "credential_name", in->credential_name);
    }
    struct res *t = world_add(c->world, c->site, K_TOKEN, id, doc);
    reply_header(c, "X-Subject-Token", id);
    reply_header(c, "Vary", "X-Auth-Token");
    reply_json(c, 201, token_view(c, t));
}

/* Tokens nobody can use any more would otherwise stay for ever. */
static void purge_tokens(struct call *c)
{
    for (size_t i = world_count(c->world, c->site, K_TOKEN); i-- > 0;) {
        struct res *t = world_at(c->world, c->site, K_TOKEN, i);
        if (json_int(t->doc, "expires", 0) <= c->now)
            world_drop(c->world, t);
    }
}

void keystone_issue_token(struct call *c)
{
    const json_t *auth = json_map(c->json, "auth");
    const json_t *identity = json_map(auth, "identity");
    const char *method = json_string_value(json_array_get(json_list(identity, "methods"), 0));
    struct login in = {0};
    if (!auth || !identity || !method) {
        reply_fail(c, 400, NULL, "'%s' is a required property",
                   !auth ? "auth" : !identity ? "identity" : "methods");
        return;
    }
    purge_tokens(c);
    for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++)
        if (strcmp(METHODS[i].name, method) == 0 &&
            METHODS[i].check(c, identity, json_map(auth, "scope"), &in)) {
            issue(c, &in);
            return;
        }
    reply_fail(c, 401, NULL, "The request you have made requires authentication.");
}

/* ---- looking at tokens ------------------------------------------------ */

static struct res *subject_token(struct call *c)
{
    const char *id = call_header(c, "X-Subject-Token");
    struct res *t = id ? world_get(c->world, c->site, K_TOKEN, id) : NULL;
    if (t && json_int(t->doc, "expires", 0) > c->now)
        return t;
    reply_fail(c, 404, NULL, "Could not find token: %s.", id ? "********" : "none");
    return NULL;
}

void keystone_show_token(struct call *c)
{
    struct res *t = subject_token(c);
    if (!t)
        return;
    reply_header(c, "X-Subject-Token", t->id);
    reply_header(c, "Vary", "X-Auth-Token");
    reply_json(c, 200, token_view(c, t));
}

void keystone_revoke_token(struct call *c)
{
    struct res *t = subject_token(c);
    if (!t)
        return;
    world_drop(c->world, t);
    reply_empty(c, 204);
}

void keystone_show_catalog(struct call *c)
{
    reply_json(c, 200, json_pack("{s:o, s:{s:n, s:n, s:o}}", "catalog",
                                 catalog_view(c, c->who.project), "links", "next", "previous",
                                 "self", json_sprintf("%s/identity/v3/auth/catalog",
                                                      call_site(c)->url)));
}
