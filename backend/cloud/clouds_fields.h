/*
 * clouds_fields: from a shaped cloud entry to struct cloud_config.
 *
 * One table says which key fills which member. Then what is there is checked
 * as a whole: a kind of login that we can do, all that it needs, one project,
 * TLS that can work. Whatever is wrong is told with file, line and remedy, and
 * never with a secret. Any thread; reads no file but looks whether the TLS
 * files are there.
 */
#ifndef PC_CLOUD_CLOUDS_FIELDS_H
#define PC_CLOUD_CLOUDS_FIELDS_H

#include "backend/cloud/clouds_yaml.h"
#include "backend/cloud/yaml_tree.h"

/* Fills c (all but arena, name and file; its arena takes the strings) from a
 * cloud that clouds_shape() made. */
enum pc_err clouds_fields_read(const struct yaml_node *cloud, struct cloud_config *c,
                               struct clouds_warnings *w, struct pc_error *err);
/* Calls each(arg, member) for every string member of c. */
void clouds_fields_each(struct cloud_config *c, void (*each)(void *arg, const char **member),
                        void *arg);

#endif
