/*
 * session: the Keystone token of one cloud.
 *
 * One log-in at a time, shared by every call that waits. A token is renewed
 * when less than two minutes of it are left, measured by the site's own clock
 * (the answer's Date), so that a wrong clock here does not matter. Credentials
 * that were refused are not tried again at once: a console that asks every few
 * seconds would lock the account.
 *
 * The token and the password are registered with the log's redaction and stand
 * in no message.
 */
#include "backend/cloud/driver.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool session_good(const struct cloud *c)
{
    return c->session.token && clock_mono_ms() < c->session.renew_at;
}

static void wipe(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

void session_drop(struct cloud *c)
{
    wipe(c->session.token);
    c->session.token = NULL;
}

void session_release(struct cloud *c)
{
    session_drop(c);
    json_decref(c->session.catalog);
    c->session.catalog = NULL;
    json_decref(c->session.roles);
    c->session.roles = NULL;
}

static void put_if(json_t *o, const char *key, const char *value)
{
    if (value && *value)
        json_put_text(o, key, value);
}

/* {"id"} or {"name", "domain": {...}}, as Keystone names users and projects. */
static json_t *identity(const char *id, const char *name, const char *domain_id,
                        const char *domain_name)
{
    json_t *o = json_object();
    if (id && *id) {
        json_put_text(o, "id", id);
        return o;
    }
    put_if(o, "name", name);
    json_t *domain = json_object();
    put_if(domain, "id", domain_id);
    if (json_object_size(domain) == 0)
        put_if(domain, "name", domain_name);
    if (json_object_size(domain) > 0)
        json_put(o, "domain", domain);
    else
        json_decref(domain);
    return o;
}

static json_t *user_of(const struct cloud_config *f)
{
    return identity(f->user_id, f->username, f->user_domain_id, f->user_domain_name);
}

static json_t *password_method(const struct cloud_config *f)
{
    json_t *user = user_of(f);
    json_put_text(user, "password", f->password ? f->password : "");
    return json_pack("{s:o}", "user", user);
}

static json_t *credential_method(const struct cloud_config *f)
{
    json_t *o = json_object();
    put_if(o, "id", f->application_credential_id);
    if (json_object_size(o) == 0) {
        put_if(o, "name", f->application_credential_name);
        json_put(o, "user", user_of(f));
    }
    json_put_text(o, "secret",
                  f->application_credential_secret ? f->application_credential_secret : "");
    return o;
}

static json_t *token_method(const struct cloud_config *f)
{
    json_t *o = json_object();
    json_put_text(o, "id", f->token ? f->token : "");
    return o;
}

/* An application credential carries its project and must not name one. */
static const struct auth_type {
    const char *name, *method;
    json_t *(*make)(const struct cloud_config *f);
    bool scoped;
    const char *remedy; /* when it is refused */
} AUTH_TYPES[] = {
    {"password", "password", password_method, true,
     "Check username, password, project and their domains in clouds.yaml (or secure.yaml)."},
    {"v3applicationcredential", "application_credential", credential_method, false,
     "Check the application credential's id and secret in clouds.yaml, and that it was neither "
     "deleted nor has expired (`openstack application credential list`)."},
    {"token", "token", token_method, true,
     "The token has expired or was revoked: put a new one (`openstack token issue`), or better a "
     "password or an application credential, into clouds.yaml."},
};

static const struct auth_type *auth_type(const struct cloud_config *f)
{
    const char *name = f->auth_type ? f->auth_type : "password";
    if (strncmp(name, "v3", 2) == 0 && strcmp(name, "v3applicationcredential") != 0)
        name += 2;
    for (size_t i = 0; i < sizeof(AUTH_TYPES) / sizeof(AUTH_TYPES[0]); i++)
        if (strcmp(AUTH_TYPES[i].name, name) == 0)
            return &AUTH_TYPES[i];
    return &AUTH_TYPES[0];
}

static json_t *login_body(const struct cloud_config *f)
{
    const struct auth_type *t = auth_type(f);
    json_t *auth =
        json_pack("{s:{s:[s],s:o}}", "identity", "methods", t->method, t->method, t->make(f));
    if (t->scoped)
        json_put(auth, "scope",
                 json_pack("{s:o}", "project",
                           identity(f->project_id, f->project_name, f->project_domain_id,
                                    f->project_domain_name)));
    return json_pack("{s:o}", "auth", auth);
}

/* How long the token is good, by the site's clock. */
static int64_t lifetime_ms(const struct cloud *c, const json_t *token)
{
    int64_t expires = 0, now = clock_wall_ms() + (int64_t)c->clock_skew * 1000;
    if (!clock_parse_iso(json_text(token, "expires_at"), &expires))
        return 3600 * 1000;
    /* One that was just issued is used, whatever the clocks say: should it be
     * dead, the 401 will tell. */
    return expires > now + CLOUD_TOKEN_LEAST_MS ? expires - now : CLOUD_TOKEN_LEAST_MS;
}

static void keep_roles(struct session *s, const json_t *roles)
{
    const json_t *role;
    size_t i;
    json_decref(s->roles);
    s->roles = roles ? json_array() : NULL;
    json_array_foreach(roles, i, role)
        json_array_append_new(s->roles, json_string(json_text(role, "name")));
}

static void keep(struct cloud *c, char *token_take, const json_t *token)
{
    struct session *s = &c->session;
    int64_t life = lifetime_ms(c, token);
    /* A token that lives no longer than twice the margin is used for half. */
    int64_t margin = life / 2 < CLOUD_TOKEN_MARGIN_MS ? life / 2 : CLOUD_TOKEN_MARGIN_MS;
    session_drop(c);
    s->token = token_take;
    s->generation++;
    s->renew_at = clock_mono_ms() + life - margin;
    s->hold = 0;
    snprintf(s->project_id, sizeof(s->project_id), "%s",
             json_text(json_map(token, "project"), "id"));
    snprintf(s->user, sizeof(s->user), "%s", json_text(json_map(token, "user"), "name"));
    snprintf(s->project, sizeof(s->project), "%s", json_text(json_map(token, "project"), "name"));
    json_t *catalog = json_list(token, "catalog");
    if (catalog) {
        json_decref(s->catalog);
        s->catalog = json_incref(catalog);
    }
    keep_roles(s, json_list(token, "roles"));
    catalog_resolve(c);
}

/* Keystone's own sentence says nothing ("requires authentication"). */
static void explain_refusal(struct cloud *c, struct pc_error *err)
{
    const struct cloud_config *f = &c->cfg;
    const struct pc_error was = *err;
    const char *who = f->username ? f->username : f->user_id;
    if (auth_type(f)->make == credential_method)
        who = f->application_credential_name ? f->application_credential_name
                                             : f->application_credential_id;
    bool mfa = c->session.login && c->session.login->mfa;
    pc_error_set(
        err, PC_ERR_AUTH,
        mfa ? "Use an application credential: it needs no second factor." : auth_type(f)->remedy,
        "%s: Keystone %s %s%s%s", c->site,
        mfa ? "asks for a second factor (MFA) of" : "refuses the credentials of",
        who ? who : "this cloud", f->name && *f->name ? ", cloud " : "", f->name ? f->name : "");
    snprintf(err->source, sizeof(err->source), "%s", c->site);
    snprintf(err->request_id, sizeof(err->request_id), "%s", was.request_id);
    err->http_status = was.http_status;
}

static void refuse(struct cloud *c, struct pc_error *err)
{
    struct session *s = &c->session;
    explain_refusal(c, err);
    s->refused = *err;
    s->hold = s->hold ? s->hold * 2 : CLOUD_HOLD_MS;
    if (s->hold > CLOUD_HOLD_MAX_MS)
        s->hold = CLOUD_HOLD_MAX_MS;
    s->hold_until = clock_mono_ms() + s->hold;
}

static void on_login(void *arg, const struct cloud_reply *r)
{
    struct cloud *c = arg;
    struct cloud_call *login = c->session.login;
    struct pc_error err = r->err;
    const json_t *token = json_map(r->body, "token");
    if (err.code == PC_OK && login->subject_token && token) {
        log_secret(login->subject_token);
        keep(c, login->subject_token, token);
        login->subject_token = NULL;
        log_line(LOG_INFO, "cloud", "%s: logged in, project %s", c->site, c->session.project_id);
    } else if (err.code == PC_ERR_AUTH) {
        refuse(c, &err);
    } else if (err.code == PC_OK || r->status == 404 || (r->status >= 300 && r->status < 400)) {
        pc_error_set(&err, r->status == 404 ? PC_ERR_CONFIG : PC_ERR_PROTOCOL,
                     "Check auth_url in clouds.yaml: it is Keystone's URL and ends in /v3.",
                     "%s: what answers at auth_url is not Keystone v3 (HTTP %d)", c->site,
                     r->status);
        err.http_status = r->status;
        snprintf(err.source, sizeof(err.source), "%s", c->site);
    }
    c->session.login = NULL;
    cloud_call_release_waiting(c, CLOUD_CALL_WAIT_TOKEN, CLOUD_SERVICES,
                               err.code == PC_OK ? NULL : &err);
}

bool session_ask(struct cloud *c, struct pc_error *err)
{
    struct session *s = &c->session;
    if (s->login)
        return true;
    if (s->hold && clock_mono_ms() < s->hold_until) {
        *err = s->refused;
        return false;
    }
    struct cloud_request q = {
        .service = CLOUD_IDENTITY,
        .repeat = CLOUD_SAFE, /* a second token does no harm */
        .method = "POST",
        .path = "/auth/tokens",
        .body = login_body(&c->cfg),
    };
    s->login = cloud_call_new(c, &q, on_login, c);
    s->login->bare = true;
    char *url = catalog_fix_url(CLOUD_IDENTITY, c->cfg.auth_url ? c->cfg.auth_url : "", "");
    s->login->url = xasprintf("%s/auth/tokens", url ? url : "");
    free(url);
    cloud_call_start(s->login);
    return true;
}
