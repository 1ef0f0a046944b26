/*
 * present: of a group, the members that are where it serves. A failover that was
 * kept in part leaves some of them at the other site: what is about the volumes
 * of the group concerns the others alone. Engine thread.
 */
#ifndef PC_ENGINE_PRESENT_H
#define PC_ENGINE_PRESENT_H

#include "backend/engine/inside.h"
#include "backend/model/parts.h"
#include "backend/model/readiness.h"

/* Names of those that they did not leave at the other site; NULL: of all. */
json_t *present_names(const struct group *g, const struct parts *failovers);
/* The group with those that are where it serves, by its history. A reference. */
struct group *present_here(const struct engine *e, const struct group *g);
/* Those that a failover of a group that is at both sites would take along, seen from
 * where they still are; NULL: it is not at both, or nobody is left. A reference. */
struct group *present_rest(const struct engine *e, const struct group_slot *slot);
/* Its readiness by these facts, seen as the operation itself would see it: away from its
 * primary the stored mappings are turned round, and a failback comes back the way that
 * the failover went. `here`: of present_here(), or of present_rest() for a failover; beside: as readiness_new() has it; same: by the
 * same facts, unforced, for another operation than a failback, NULL none. A new reference. */
struct readiness *present_readiness(const struct engine *e, const struct group *here,
                                    const json_t *facts, enum readiness_for purpose, bool forced,
                                    const struct readiness *beside, const struct readiness *same);

#endif
