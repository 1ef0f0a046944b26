/*
 * release: the pure planner of what a group leaves behind: the servers that stood
 * for its members before a failover, with their ports and volumes. No I/O, no clock.
 *
 *   validate_target (where it serves: all that serve are there)
 *     ─▶ check_rest (a server) ─▶ all_checked
 *     ─▶ release_server ─▶ release_port … ─▶ release_floating_ip …
 *                       ─▶ release_volume … ─▶ release_clone … ─▶ update_group
 *
 * Nothing is deleted before each of them was seen at rest. What is deleted is what the
 * record names by its id, and nothing else: these are not marked as ours, for we did not
 * make them, or another operation did. A floating IP, and a clone that Cinder never had, go by the
 * ledger and the mark of the move that made them.
 */
#ifndef PC_ENGINE_RELEASE_H
#define PC_ENGINE_RELEASE_H

#include "backend/model/group.h"
#include "backend/model/plan.h"

/* What to do about one that keeps all of them from being deleted. */
#define RELEASE_REMEDY                                                                        \
    "See who needs it. If nobody does: openstack server stop (where it is locked, openstack " \
    "server unlock), and ask again."

/* What stands at that site. `there`: ids of the members' servers that serve at that site, too,
 * where a part of the group was left behind. A predecessor without an id of its own is what is left
 * of a server that was never made. remains: of left_remains(). The caller owns it. */
struct plan *release_plan(const struct group *g, const char *site, const json_t *there,
                          const json_t *remains);

#endif
