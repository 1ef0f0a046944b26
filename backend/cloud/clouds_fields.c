#include "backend/cloud/clouds_fields.h"

#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/cloud/clouds_check.h"
#include "backend/cloud/cloud.h"
#include "backend/cloud/clouds_files.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(((struct cloud_config *)0)->endpoint_override) ==
                   CLOUD_SERVICES * sizeof(char *),
               "struct cloud_config has one slot a service");

static const struct field {
    const char *key; /* in `auth`, or beside it */
    bool login;
    size_t offset;
} FIELDS[] = {
#define FIELD(in_auth, member) {#member, in_auth, offsetof(struct cloud_config, member)}
    FIELD(false, auth_type),
    FIELD(true, auth_url),
    FIELD(true, username),
    FIELD(true, user_id),
    FIELD(true, user_domain_id),
    FIELD(true, user_domain_name),
    FIELD(true, password),
    FIELD(true, project_id),
    FIELD(true, project_name),
    FIELD(true, project_domain_id),
    FIELD(true, project_domain_name),
    FIELD(true, application_credential_id),
    FIELD(true, application_credential_name),
    FIELD(true, application_credential_secret),
    FIELD(true, token),
    FIELD(false, region_name),
    FIELD(false, interface),
    FIELD(false, cacert),
    FIELD(false, cert),
    FIELD(false, key),
#undef FIELD
};

/* Names that a service's options begin with, the official one first. */
static const struct {
    enum cloud_service service;
    const char *name;
} PREFIXES[] = {
    {CLOUD_IDENTITY, "identity"}, {CLOUD_COMPUTE, "compute"},  {CLOUD_NETWORK, "network"},
    {CLOUD_IMAGE, "image"},       {CLOUD_VOLUME, "block_storage"}, {CLOUD_VOLUME, "volume"},
    {CLOUD_VOLUME, "volumev3"},   {CLOUD_VOLUME, "volumev2"},  {CLOUD_VOLUME, "block_store"},
};

static const struct {
    const char *suffix;
    size_t offset; /* of an array by service */
} SUFFIXES[] = {
    {"endpoint_override", offsetof(struct cloud_config, endpoint_override)},
    {"endpoint", offsetof(struct cloud_config, endpoint_override)},
    {"region_name", offsetof(struct cloud_config, region_override)},
    {"interface", offsetof(struct cloud_config, interface_override)},
    {"service_type", offsetof(struct cloud_config, service_type)},
};

static const char **member(struct cloud_config *c, size_t offset)
{
    return (const char **)(void *)((char *)c + offset);
}

void clouds_fields_each(struct cloud_config *c, void (*each)(void *arg, const char **member),
                        void *arg)
{
    each(arg, &c->name);
    each(arg, &c->file);
    for (size_t i = 0; i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++)
        each(arg, member(c, FIELDS[i].offset));
    for (size_t s = 0; s < CLOUD_SERVICES; s++) {
        each(arg, &c->endpoint_override[s]);
        each(arg, &c->region_override[s]);
        each(arg, &c->interface_override[s]);
        each(arg, &c->service_type[s]);
    }
}

/* Reads a text into *at; an empty one is as good as none. */
static enum pc_err read_text(struct cloud_config *c, const struct yaml_node *v, const char *key,
                             const char **at, struct pc_error *err)
{
    if (!v)
        return PC_OK;
    /* A list of interfaces is in order of preference. */
    if (v->kind == YAML_LIST && v->count > 0 && strcmp(key, "interface") == 0)
        v = v->entries[0].value;
    if (v->kind != YAML_SCALAR)
        return yaml_error(err, PC_ERR_CONFIG, v, "Give it one text.",
                          "%s of cloud %s is not a text", key, c->name);
    bool secret = clouds_secret_key(key);
    if (!secret && !text_is_safe(v->text))
        return yaml_error(err, PC_ERR_CONFIG, v, "Write it anew, by hand.",
                          "%s of cloud %s holds characters that cannot be shown", key, c->name);
    if (secret)
        log_secret(v->text);
    if (*v->text)
        *at = arena_strdup(&c->arena, v->text);
    log_line(LOG_DEBUG, "clouds", "%s: %s from %s:%d", c->name, key, v->source, v->line);
    return PC_OK;
}

static enum pc_err read_services(const struct yaml_node *cloud, struct cloud_config *c,
                                 struct pc_error *err)
{
    char key[64];
    for (size_t p = 0; p < sizeof(PREFIXES) / sizeof(PREFIXES[0]); p++) {
        for (size_t s = 0; s < sizeof(SUFFIXES) / sizeof(SUFFIXES[0]); s++) {
            const char **at = member(c, SUFFIXES[s].offset) + PREFIXES[p].service;
            snprintf(key, sizeof(key), "%s_%s", PREFIXES[p].name, SUFFIXES[s].suffix);
            enum pc_err rc = *at ? PC_OK : read_text(c, yaml_get(cloud, key), key, at, err);
            if (rc)
                return rc;
        }
    }
    return PC_OK;
}

static enum pc_err read_timeout(const struct yaml_node *cloud, struct cloud_config *c,
                                struct pc_error *err)
{
    const struct yaml_node *v = yaml_get(cloud, "api_timeout");
    long seconds = 0;
    if (!v)
        return PC_OK;
    if (v->kind != YAML_SCALAR || !text_to_long(v->text, 0, 3600, &seconds))
        return yaml_error(err, PC_ERR_CONFIG, v, "Give whole seconds, at most 3600.",
                          "api_timeout of cloud %s is not a number of seconds", c->name);
    c->api_timeout = (int)seconds;
    return PC_OK;
}

enum pc_err clouds_fields_read(const struct yaml_node *cloud, struct cloud_config *c,
                               struct clouds_warnings *w, struct pc_error *err)
{
    const struct yaml_node *auth = yaml_get(cloud, "auth");
    enum pc_err rc = PC_OK;
    for (size_t i = 0; !rc && i < sizeof(FIELDS) / sizeof(FIELDS[0]); i++) {
        const struct field *f = &FIELDS[i];
        rc = read_text(c, yaml_get(f->login ? auth : cloud, f->key), f->key,
                       member(c, f->offset), err);
    }
    if (!rc)
        rc = read_services(cloud, c, err);
    if (!rc)
        rc = read_timeout(cloud, c, err);
    if (!rc)
        rc = clouds_check_login(cloud, c, err);
    if (!rc)
        rc = clouds_check_access(cloud, c, w, err);
    return rc;
}
