/*
 * clouds_check: whether a cloud's entry, as a whole, can be used.
 *
 * The second half of clouds_fields: kinds of login, what each needs, scope,
 * addresses, interfaces and TLS. It also brings values into the form that
 * struct cloud_config promises. Any thread.
 */
#ifndef PC_CLOUD_CLOUDS_CHECK_H
#define PC_CLOUD_CLOUDS_CHECK_H

#include "backend/cloud/clouds_yaml.h"
#include "backend/cloud/yaml_tree.h"

/* Kind of login, its needs, and a project as its scope. PC_ERR_CONFIG. */
enum pc_err clouds_check_login(const struct yaml_node *cloud, struct cloud_config *c,
                               struct pc_error *err);
/* Addresses, interfaces and TLS. PC_ERR_CONFIG, and warnings. */
enum pc_err clouds_check_access(const struct yaml_node *cloud, struct cloud_config *c,
                                struct clouds_warnings *w, struct pc_error *err);

#endif
