/*
 * clouds_shape: one cloud's entry, brought into one spelling.
 *
 * Many spellings of the same thing are in people's files: dashes, old names,
 * login keys beside `auth` instead of in it. The result has underscores, new
 * names, every login key in `auth`, domains filled in, {region_name} replaced,
 * and no key that is null. Pure; any thread.
 */
#ifndef PC_CLOUD_CLOUDS_SHAPE_H
#define PC_CLOUD_CLOUDS_SHAPE_H

#include "backend/cloud/clouds_yaml.h"
#include "backend/cloud/yaml_tree.h"

/* name: for messages. PC_ERR_CONFIG when `auth` is no mapping. */
enum pc_err clouds_shape(struct arena *a, const char *name, const struct yaml_node *cloud,
                         struct yaml_node **ret, struct clouds_warnings *w, struct pc_error *err);
/* Replaces {key} in the texts of a shaped cloud; after the region is known. */
void clouds_format(struct arena *a, struct yaml_node *cloud);

#endif
