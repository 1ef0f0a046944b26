/*
 * sync: the pure planner of sync_volumes.
 *
 *   protect_volumes ─▶ replicate_now ─▶ await_transfer ─▶ pin_point
 *
 * From where the group serves to its other site: A to B while it is active,
 * back to A after a failover. With mock storage nothing is replicated, and only
 * the point is read. Planners of real operations add the same steps as their
 * final sync. No I/O, no clock.
 */
#ifndef PC_ENGINE_SYNC_H
#define PC_ENGINE_SYNC_H

#include "backend/model/group.h"
#include "backend/model/plan.h"

/* Adds the three steps of a sync, the `round`th of its operation (from 1), after
 * step `before` (-1: at once); `protect`: first sees that the volumes are in a
 * group that replicates. Returns the index of await_transfer: what the pinning
 * of the point waits for. */
int sync_add(struct plan *p, const struct group *g, int round, int before, bool protect);
/* STATE: the group has no volume. */
enum pc_err sync_plan(const struct group *g, bool mock, struct plan **ret, struct pc_error *err);

#endif
