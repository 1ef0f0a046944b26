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

/* Adds the first three steps, after step `before` (-1: at once), from the array
 * of the operation's source to that of its target. volumes: ids as Cinder knows
 * them, NULL: the group's. Returns the index of await_transfer: what waits for
 * all that was written waits for that. */
int sync_add(struct plan *p, const struct group *g, json_t *volumes_take, int before);
/* STATE: the group has no volume. */
enum pc_err sync_plan(const struct group *g, bool mock, struct plan **ret, struct pc_error *err);

#endif
