/*
 * drill: the pure planner of test_failover and of its cleanup.
 *
 * plan = f(group, request, what the target offers). No I/O, no clock. The same
 * plan is previewed, printed by --dry-run, executed and kept.
 */
#ifndef PC_ENGINE_DRILL_H
#define PC_ENGINE_DRILL_H

#include "backend/model/group.h"
#include "backend/model/operation.h"

struct drill_input {
    const struct group *group;
    const char *target_site;
    const json_t *request; /* effective: network_mapping, flavor_mapping, auto_network,
                              health_checks[], health_check_timeout */
    const json_t *facts;   /* inventory_read()'s */
};

/* On PC_OK *ret is the plan and strings are added to `warnings`. MAPPING and
 * INVALID tell the first problem. */
enum pc_err drill_plan(const struct drill_input *in, struct plan **ret, json_t *warnings,
                       struct pc_error *err);
/* {networks[], flavors[], problems[]} of docs/requests.md; never fails. */
json_t *drill_mappings(const struct drill_input *in);
/* {volumes, ports, servers, networks, checks} that a plan creates. */
json_t *drill_counts(const struct plan *p);
/* The delete steps for what `op` may have left: its plan's cleanup part. */
struct plan *drill_cleanup_plan(const struct operation *op);

#endif
