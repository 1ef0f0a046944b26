/*
 * clouds_yaml: clouds.yaml, secure.yaml and OS_* as openstacksdk reads them.
 *
 * The result is plain data with every merge done. Secrets are registered with
 * the log's redaction as they are read. Any thread; reads files and getenv.
 */
#ifndef PC_CLOUD_CLOUDS_YAML_H
#define PC_CLOUD_CLOUDS_YAML_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <stdbool.h>

struct cloud_config {
    struct arena arena; /* owns every string */
    const char *name;   /* in clouds.yaml */
    const char *file;   /* where it was found, "" for OS_* */
    const char *auth_type; /* "password", "v3applicationcredential", "token" */
    const char *auth_url;  /* ends in /v3 */
    const char *username, *user_id, *user_domain_id, *user_domain_name, *password;
    const char *project_id, *project_name, *project_domain_id, *project_domain_name;
    const char *application_credential_id, *application_credential_name;
    const char *application_credential_secret;
    const char *token;
    const char *region_name; /* NULL: any */
    const char *interface;   /* "public", "internal", "admin" */
    bool insecure;
    const char *cacert, *cert, *key; /* NULL none; ~ expanded */
    int api_timeout;                 /* seconds, 0: default */
    /* per service, indexed like enum cloud_service; NULL: from the catalog */
    const char *endpoint_override[5];
    const char *region_override[5], *interface_override[5], *service_type[5];
};

/* Lines for people: "clouds.yaml can be read by others: chmod 600 ...". */
struct clouds_warnings {
    char text[8][256];
    int count;
};

/* explicit_file: the configuration's clouds_file, "" or NULL: the usual search.
 * name: "" or NULL picks as the SDK does (OS_CLOUD, envvars, the only one).
 * Errors (CONFIG, NOT_FOUND, AMBIGUOUS, INVALID) name file and line. */
enum pc_err cloud_config_load(const char *explicit_file, const char *name,
                              struct cloud_config *ret, struct clouds_warnings *warnings,
                              struct pc_error *err);
void cloud_config_release(struct cloud_config *c);
/* Deep copy; release both. */
void cloud_config_copy(struct cloud_config *ret, const struct cloud_config *from);

#endif
