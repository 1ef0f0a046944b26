/*
 * drill: the pure planner of test_failover and of its cleanup.
 *
 * plan = f(group, request, what the target offers). No I/O, no clock. The same
 * plan is previewed, printed by --dry-run, executed and kept.
 */
#ifndef PC_ENGINE_DRILL_H
#define PC_ENGINE_DRILL_H

#include "backend/engine/recreate/recreate.h"
#include "backend/model/operation.h"

/* On PC_OK *ret is the plan and strings are added to `warnings`. MAPPING and
 * INVALID tell the first problem. */
enum pc_err drill_plan(const struct recreate_input *in, struct plan **ret, json_t *warnings,
                       struct pc_error *err);
/* The delete steps for what `op` may have left: its plan's cleanup part. */
struct plan *drill_cleanup_plan(const struct operation *op);

#endif
