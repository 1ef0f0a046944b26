/*
 * clouds_files: which clouds.yaml and secure.yaml are read, and their reading.
 *
 * Searches where openstacksdk does, takes the first file of each kind, warns
 * of what people should know (readable by others, a cloud defined twice), and
 * registers every secret in it with the log's redaction. Any thread.
 */
#ifndef PC_CLOUD_CLOUDS_FILES_H
#define PC_CLOUD_CLOUDS_FILES_H

#include "backend/base/buf.h"
#include "backend/cloud/clouds_yaml.h"
#include "backend/cloud/yaml_tree.h"

struct clouds_files {
    const char *file;        /* the clouds.yaml read; "" none */
    const char *secure;      /* the secure.yaml read; "" none */
    struct yaml_node *clouds; /* secure over clouds: name to map; never NULL */
    struct buf searched;     /* places looked at for clouds.yaml, for messages */
};

/* explicit_file: "" or NULL searches; a named one must be there, and its
 * secure.yaml is looked for beside it only, so that the user's own secrets
 * never mix with another program's clouds. The tree lives in `a`. */
enum pc_err clouds_files_read(struct arena *a, const char *explicit_file,
                              struct clouds_files *ret, struct clouds_warnings *w,
                              struct pc_error *err);
void clouds_files_release(struct clouds_files *f);

/* Adds a line unless it is there already or there is no room. w may be NULL. */
void clouds_warn(struct clouds_warnings *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Says whether a key's value must never be shown ("password", "token"...);
 * `-` counts as `_`. */
bool clouds_secret_key(const char *key);
/* ~ and ~/... with HOME; other names as they are. */
const char *clouds_expand_home(struct arena *a, const char *path);

#endif
