#include "backend/cloud/clouds_check.h"

#include "backend/base/text.h"
#include "backend/cloud/clouds_files.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PASSWORD "password"
#define APP_CREDENTIAL "v3applicationcredential"
#define TOKEN "token"

/* ---- kinds of login ------------------------------------------------------ */

static const struct {
    const char *written, *kind; /* kind NULL: refused, because of `why` */
    const char *why;
} LOGINS[] = {
    {"password", PASSWORD, NULL},
    {"v3password", PASSWORD, NULL},
    {"v3applicationcredential", APP_CREDENTIAL, NULL},
    {"token", TOKEN, NULL},
    {"v3token", TOKEN, NULL},
    {"admin_token", NULL, "it has no service catalog"},
    {"token_endpoint", NULL, "it has no service catalog"},
    {"none", NULL, "it has no service catalog"},
    {"http_basic", NULL, "it has no service catalog"},
    {"v2password", NULL, "Identity v2 is gone from OpenStack"},
    {"v2token", NULL, "Identity v2 is gone from OpenStack"},
    {"v3totp", NULL, "it needs a person for every login"},
    {"v3multifactor", NULL, "it needs a person for every login"},
};

/* The node of a login key, or of the whole entry when it is not there. */
static const struct yaml_node *place(const struct yaml_node *cloud, const char *key)
{
    const struct yaml_node *auth = yaml_get(cloud, "auth"), *v = yaml_get(auth, key);
    if (!v)
        v = yaml_get(cloud, key);
    return v ? v : cloud;
}

static enum pc_err missing(const struct yaml_node *cloud, const struct cloud_config *c,
                           const char *what, const char *remedy, struct pc_error *err)
{
    const struct yaml_node *profile = yaml_get(cloud, "profile");
    return yaml_error(err, PC_ERR_CONFIG, cloud, remedy, "cloud %s has no %s%s", c->name, what,
                      profile ? " (profiles are not read)" : "");
}

/* Without auth_type, what is there tells: people leave it out of openrc files. */
static enum pc_err find_kind(const struct yaml_node *cloud, struct cloud_config *c,
                             struct pc_error *err)
{
    const char *kind = c->auth_type, *why = "it is not known";
    if (!kind && c->application_credential_secret && !c->password)
        kind = APP_CREDENTIAL;
    else if (!kind && c->token && !c->password)
        kind = TOKEN;
    else if (!kind)
        kind = PASSWORD;
    for (size_t i = 0; i < sizeof(LOGINS) / sizeof(LOGINS[0]); i++) {
        if (strcmp(kind, LOGINS[i].written) != 0)
            continue;
        why = LOGINS[i].why;
        c->auth_type = LOGINS[i].kind;
        if (c->auth_type)
            return PC_OK;
    }
    return yaml_error(err, PC_ERR_CONFIG, place(cloud, "auth_type"),
                      "Use password, v3applicationcredential or token; an application credential "
                      "can be made for any user (openstack application credential create).",
                      "cloud %s logs in by auth_type %s, which is not supported: %s", c->name, kind,
                      why);
}

static bool user_known(const struct cloud_config *c)
{
    return c->user_id || (c->username && (c->user_domain_id || c->user_domain_name));
}

static enum pc_err check_user(const struct yaml_node *cloud, const struct cloud_config *c,
                              struct pc_error *err)
{
    if (user_known(c))
        return PC_OK;
    if (c->username)
        return missing(cloud, c, "user_domain_name",
                       "Add user_domain_name to its auth; it is often Default.", err);
    return missing(cloud, c, "username", "Add username and user_domain_name to its auth.", err);
}

static enum pc_err check_password(const struct yaml_node *cloud, const struct cloud_config *c,
                                  struct pc_error *err)
{
    enum pc_err rc = check_user(cloud, c, err);
    if (!rc && !c->password)
        rc = missing(cloud, c, "password",
                     "Put it into secure.yaml, below clouds, the cloud's name and auth; or set "
                     "OS_PASSWORD.", err);
    return rc;
}

static enum pc_err check_app_credential(const struct yaml_node *cloud,
                                        const struct cloud_config *c, struct pc_error *err)
{
    static const char *const SCOPES[] = {"project_id", "project_name", "system_scope", "trust_id",
                                         "domain_id", "domain_name"};
    if (!c->application_credential_secret)
        return missing(cloud, c, "application_credential_secret",
                       "Put it into secure.yaml, below clouds, the cloud's name and auth.", err);
    if (!c->application_credential_id && !c->application_credential_name)
        return missing(cloud, c, "application_credential_id", "Add it to its auth.", err);
    for (size_t i = 0; i < sizeof(SCOPES) / sizeof(SCOPES[0]); i++)
        if (yaml_get(yaml_get(cloud, "auth"), SCOPES[i]))
            return yaml_error(err, PC_ERR_CONFIG, place(cloud, SCOPES[i]),
                              "Remove it: an application credential is bound to its project.",
                              "cloud %s has %s beside an application credential", c->name,
                              SCOPES[i]);
    return c->application_credential_id ? PC_OK : check_user(cloud, c, err);
}

/* We act inside of one project: its id is part of every path. */
static enum pc_err check_scope(const struct yaml_node *cloud, const struct cloud_config *c,
                               struct pc_error *err)
{
    static const char *const OTHERS[] = {"system_scope", "trust_id", "domain_id", "domain_name",
                                         "unscoped"};
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++)
        if (yaml_get(yaml_get(cloud, "auth"), OTHERS[i]))
            return yaml_error(err, PC_ERR_CONFIG, place(cloud, OTHERS[i]),
                              "Name another cloud, or replace it by project_name and "
                              "project_domain_name.",
                              "cloud %s is scoped by %s, but a project is needed", c->name,
                              OTHERS[i]);
    if (c->project_id)
        return PC_OK;
    if (!c->project_name)
        return missing(cloud, c, "project",
                       "Add project_id, or project_name and project_domain_name, to its auth.",
                       err);
    if (!c->project_domain_id && !c->project_domain_name)
        return missing(cloud, c, "project_domain_name",
                       "Add project_domain_name to its auth; it is often Default.", err);
    return PC_OK;
}

enum pc_err clouds_check_login(const struct yaml_node *cloud, struct cloud_config *c,
                               struct pc_error *err)
{
    enum pc_err rc = find_kind(cloud, c, err);
    if (rc)
        return rc;
    if (!c->auth_url)
        return missing(cloud, c, "auth_url",
                       "Add auth_url, the address of its Keystone, to its auth.", err);
    if (strcmp(c->auth_type, APP_CREDENTIAL) == 0)
        return check_app_credential(cloud, c, err);
    if (strcmp(c->auth_type, TOKEN) == 0 && !c->token)
        return missing(cloud, c, "token", "Put it into secure.yaml, below clouds, the cloud's "
                       "name and auth.", err);
    /* It is sent as a header. */
    if (c->token && !text_is_safe(c->token))
        return yaml_error(err, PC_ERR_CONFIG, place(cloud, "token"), "Copy the token anew.",
                          "the token of cloud %s holds characters that no token has", c->name);
    if (strcmp(c->auth_type, PASSWORD) == 0)
        rc = check_password(cloud, c, err);
    return rc ? rc : check_scope(cloud, c, err);
}

/* ---- addresses ----------------------------------------------------------- */

static bool is_http(const char *url)
{
    const char *host = text_starts(url, "https://") ? url + 8
                       : text_starts(url, "http://") ? url + 7
                                                     : "";
    return *host && *host != '/' && !strpbrk(url, " \\\"<>");
}

static bool names_login(const char *url)
{
    const char *host = strstr(url, "://");
    const char *at = host ? strchr(host, '@') : NULL;
    return at && at < host + 3 + strcspn(host + 3, "/?#");
}

/* Keystone's v3 below whatever prefix there is. */
static enum pc_err check_auth_url(const struct yaml_node *cloud, struct cloud_config *c,
                                  struct pc_error *err)
{
    const struct yaml_node *at = place(cloud, "auth_url");
    if (!is_http(c->auth_url))
        return yaml_error(err, PC_ERR_CONFIG, at, "Write it like https://keystone.example:5000/v3.",
                          "auth_url of cloud %s is not an http address", c->name);
    if (names_login(c->auth_url))
        return yaml_error(err, PC_ERR_CONFIG, at, "Move them to username and password.",
                          "auth_url of cloud %s holds a user or a password", c->name);
    char *url = arena_strdup(&c->arena, c->auth_url);
    size_t n = strlen(url);
    while (n > 0 && url[n - 1] == '/')
        url[--n] = '\0';
    const char *path = strchr(strstr(url, "://") + 3, '/');
    const char *last = path ? strrchr(path, '/') + 1 : "";
    if (text_starts(last, "v2"))
        return yaml_error(err, PC_ERR_CONFIG, at, "Write /v3 at its end.",
                          "auth_url of cloud %s is for Identity v2, which is gone from OpenStack",
                          c->name);
    c->auth_url = text_starts(last, "v3") ? url : arena_printf(&c->arena, "%s/v3", url);
    return PC_OK;
}

static enum pc_err check_overrides(const struct yaml_node *cloud, const struct cloud_config *c,
                                   struct pc_error *err)
{
    for (size_t s = 0; s < sizeof(c->endpoint_override) / sizeof(c->endpoint_override[0]); s++)
        if (c->endpoint_override[s] &&
            (!is_http(c->endpoint_override[s]) || names_login(c->endpoint_override[s])))
            return yaml_error(err, PC_ERR_CONFIG, cloud,
                              "Write it like https://service.example:1234/, without a login.",
                              "an endpoint_override of cloud %s is not an http address", c->name);
    return PC_OK;
}

static enum pc_err check_interface(const struct yaml_node *at, const char *cloud,
                                   const char **interface, struct pc_error *err)
{
    static const char *const WORDS[] = {"public", "internal", "admin"};
    if (!*interface)
        return PC_OK;
    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        size_t n = strlen(WORDS[i]);
        if (strncasecmp(*interface, WORDS[i], n) == 0 &&
            (!(*interface)[n] || strcasecmp(*interface + n, "url") == 0)) {
            *interface = WORDS[i];
            return PC_OK;
        }
    }
    return yaml_error(err, PC_ERR_CONFIG, at, "Write public, internal or admin.",
                      "interface of cloud %s is \"%s\"", cloud, *interface);
}

/* ---- TLS ----------------------------------------------------------------- */

static enum pc_err check_file(const struct yaml_node *cloud, struct cloud_config *c,
                              const char *key, const char **file, struct pc_error *err)
{
    if (!*file)
        return PC_OK;
    *file = arena_strdup(&c->arena, clouds_expand_home(&c->arena, *file));
    if (access(*file, R_OK) == 0)
        return PC_OK;
    return yaml_error(err, PC_ERR_CONFIG, place(cloud, key),
                      "Name a PEM file that is there and can be read.",
                      "%s of cloud %s cannot be read: %s", key, c->name, *file);
}

static enum pc_err check_tls(const struct yaml_node *cloud, struct cloud_config *c,
                             struct clouds_warnings *w, struct pc_error *err)
{
    static const char *const FLAGS[] = {"insecure", "verify"};
    bool flag[2] = {false, true};
    for (size_t i = 0; i < 2; i++) {
        const struct yaml_node *v = yaml_get(cloud, FLAGS[i]);
        if (v && !yaml_to_flag(v, &flag[i]))
            return yaml_error(err, PC_ERR_CONFIG, v, "Write true or false.",
                              "%s of cloud %s is neither true nor false", FLAGS[i], c->name);
    }
    c->insecure = flag[0] || !flag[1];
    if (c->insecure && c->cacert)
        clouds_warn(w, "cloud %s: its cacert is ignored, because TLS verification is off",
                    c->name);
    if (c->insecure) {
        c->cacert = NULL;
        clouds_warn(w, "cloud %s: TLS certificates are not verified; give a cacert instead of "
                       "insecure or verify: false", c->name);
    }
    enum pc_err rc = check_file(cloud, c, "cacert", &c->cacert, err);
    if (!rc)
        rc = check_file(cloud, c, "cert", &c->cert, err);
    if (!rc)
        rc = check_file(cloud, c, "key", &c->key, err);
    return rc;
}

enum pc_err clouds_check_access(const struct yaml_node *cloud, struct cloud_config *c,
                                struct clouds_warnings *w, struct pc_error *err)
{
    enum pc_err rc = check_auth_url(cloud, c, err);
    if (!rc)
        rc = check_overrides(cloud, c, err);
    if (!c->interface)
        c->interface = "public";
    if (!rc)
        rc = check_interface(place(cloud, "interface"), c->name, &c->interface, err);
    for (size_t s = 0; !rc && s < sizeof(c->interface_override) / sizeof(c->interface_override[0]);
         s++)
        rc = check_interface(cloud, c->name, &c->interface_override[s], err);
    return rc ? rc : check_tls(cloud, c, w, err);
}
