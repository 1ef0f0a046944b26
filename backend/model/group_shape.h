/*
 * group_shape: a Protection Group as a table, for both ways between it and JSON.
 *
 * The keys are those of the Operations API, with `members[]` in full. Its context
 * while it is read is a struct image_pool. Pure data.
 */
#ifndef PC_MODEL_GROUP_SHAPE_H
#define PC_MODEL_GROUP_SHAPE_H

#include "backend/base/shape.h"

extern const struct shape GROUP_SHAPE; /* of struct group */

#endif
