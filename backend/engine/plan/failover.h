/*
 * failover: the pure planner of failover and failback: where a group serves
 * changes from one of its sites to the other. No I/O, no clock.
 */
#ifndef PC_ENGINE_FAILOVER_H
#define PC_ENGINE_FAILOVER_H

#include "backend/engine/recreate/recreate.h"
#include "backend/model/operation.h"

struct failover_input {
    struct recreate_input in; /* its group: as failover_seen_from_source() has it, members as
                                 they are where it serves now; the request also: force,
                                 on_partial */
    enum op_type type;        /* FAILOVER or FAILBACK */
};

/* The request was: do not ask the site that serves. */
bool failover_is_forced(const json_t *request);
/* The group with its stored mappings from where it serves to its other site,
 * which is the other way round while it serves at the second. A reference. */
struct group *failover_seen_from_source(const struct group *g);
/* As drill_plan(). */
enum pc_err failover_plan(const struct failover_input *f, struct plan **ret, json_t *warnings,
                          struct pc_error *err);

#endif
