/*
 * moved: by which failovers a group came to be where it serves (model/parts.h),
 * as the history has them. Engine thread.
 */
#ifndef PC_ENGINE_MOVED_H
#define PC_ENGINE_MOVED_H

#include "backend/engine/inside.h"
#include "backend/model/parts.h"

/* That failover and those that it followed; what runs here as it is in memory. The
 * caller releases. NOT_FOUND: one of them is not in the history. STORE: more
 * than PARTS_MAX. */
enum pc_err moved_by(const struct engine *e, const char *op_id, struct parts *ret,
                     struct pc_error *err);
/* The same of the group's newest failover that has ended well, or in part. */
enum pc_err moved_newest(const struct engine *e, const struct group *g, struct parts *ret,
                         struct pc_error *err);

#endif
