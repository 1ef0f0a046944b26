/*
 * clouds_env: the OS_* variables, as a cloud of their own and as additions.
 *
 * What an openrc file exports makes a pseudo cloud ("envvars", or what
 * OS_CLOUD_NAME says). Variables that only select or amend (OS_CLOUD,
 * OS_REGION_NAME, OS_INTERFACE, OS_PASSWORD...) make none when they stand
 * alone. Any thread, as far as getenv allows.
 */
#ifndef PC_CLOUD_CLOUDS_ENV_H
#define PC_CLOUD_CLOUDS_ENV_H

#include "backend/cloud/yaml_tree.h"

/* The pseudo cloud, NULL when there is none. Its nodes' source is the name of
 * the variable; its secrets are registered with the log's redaction. */
struct yaml_node *clouds_env_read(struct arena *a);
/* What the pseudo cloud is called. Lent from the environment. */
const char *clouds_env_name(void);
/* The variable's value, NULL when unset or empty. */
const char *clouds_env(const char *variable);

#endif
