/*
 * facts: what both sites say, read at once and for a bounded time.
 *
 * One reading of everything that a readiness check looks at. A question that is
 * refused leaves its error instead of its answer and never holds up the others;
 * so do those that are open when nothing was answered for READINESS_QUIET_MS, or
 * after READINESS_READ_MS. Reads only. Engine thread.
 *
 * The facts are one JSON object, so that the checks are pure functions of it:
 *
 *   at, source, target     wall ms; names of the sites
 *   storage_mode           "mock" | "flasharray"
 *   volume_host            Cinder's name of the target's array, "" not known
 *   state                  enum group_state of the group
 *   ended_ms               wall: when its newest real operation ended, 0 none
 *   open[{id, group_id, drill}]   operations that are, of any group
 *   holder                 id of the operation that runs on it, "" none
 *   drills, drills_max     drills that run over all groups, and how many may
 *   callouts_allowed, exec_allowed   what the configuration lets a plan run
 *   others{...}            what other operations still have to make there (others.h)
 *   source_roles, target_roles   names of what our tokens may there; left out: not told
 *   source_skew, target_skew   seconds by which the sites' clocks are ahead
 *   away[{id, name}]       the group's servers at the target, by the history
 *   members[id]            all of the group's, whichever are asked about
 *   marked                 how many servers, volumes and ports carry a mark of ours
 *   astray                 a health check of the group that is for no member of it, "" none
 *   operations{ID: {group_id, type, over, failed}}   behind the marks that were found
 *   read{KEY: {at, body} | {at, error, remedy, code}}   one of each FACT_*
 *
 * A key that is not in `read` was not asked for.
 */
#ifndef PC_ENGINE_READINESS_FACTS_H
#define PC_ENGINE_READINESS_FACTS_H

#include "backend/engine/inside.h"

/* A control plane in trouble answers slowly, but it answers. */
enum { READINESS_QUIET_MS = 10000, READINESS_READ_MS = 60000 };

/* Bodies are as the services' lists are (cloud/nova.h ...), where nothing else
 * is said. */
#define FACT_SOURCE_SERVERS "source.servers"
#define FACT_SOURCE_VOLUMES "source.volumes"
#define FACT_SOURCE_PORTS "source.ports"
#define FACT_SOURCE_TYPES "source.types"
#define FACT_SOURCE_ARRAY "source.array" /* {name, connected, links[{name, status}]} */
#define FACT_SOURCE_PLACES "source.places" /* [{id, volume, group, pod}]: of members' volumes */
#define FACT_SOURCE_GROUP "source.group" /* {name, interval_ms, ratcheted, targeted}; {}: none */
#define FACT_SERVERS "target.servers"
#define FACT_VOLUMES "target.volumes"
#define FACT_PORTS "target.ports"
#define FACT_NETWORKS "target.networks"
#define FACT_SUBNETS "target.subnets"
#define FACT_FLAVORS "target.flavors"
#define FACT_SECURITY_GROUPS "target.security_groups"
#define FACT_TYPES "target.types"
#define FACT_COMPUTE_LIMITS "target.compute_limits"
#define FACT_VOLUME_LIMITS "target.volume_limits"
#define FACT_VOLUME_QUOTA "target.volume_quota"
#define FACT_NETWORK_QUOTA "target.network_quota"
#define FACT_HYPERVISORS "target.hypervisors"
#define FACT_POOLS "target.pools"
#define FACT_SERVICES "target.services"
#define FACT_MAY_MANAGE "target.may_manage" /* always an error: FORBIDDEN, or of what was asked
                                              for, which no site has: cinder_may_manage() */
#define FACT_IMAGES "target.image "         /* and the id: {id, status, ...} */
#define FACT_ARRAY "target.array"           /* as FACT_SOURCE_ARRAY */
#define FACT_POINTS "points"   /* newest first: [{name, created, completed, progress}] */
#define FACT_HELD "held"       /* {point, sources[], skewed}: of the point that would be used, the
                                  volumes that it was taken of, as the array names them; one
                                  that is of another moment, and which: skewed, skewed_ms */
#define FACT_SPACE "target.space" /* {capacity, used} bytes of the target's array */

struct facts_asked {
    struct site *source, *target;
    struct cloud *cloud;       /* of the target, in the wanted project */
    const struct group *group; /* its members' ids are looked for in a point */
    const char *point;         /* the recovery point asked for, "" or "latest" the newest
                                  complete */
    const json_t *image_mapping; /* the request's; lent while it lasts, NULL none */
    bool source_unasked;       /* the source is not contacted at all */
    json_t *known;             /* facts of a moment ago for another group of the same sites: what
                                  does not follow from the group is not asked again; NULL none */
};
struct facts_reading;
/* done is called once, from a later turn; facts NULL: the engine stops. `facts`
 * is lent. The group is referenced as long as the reading lasts. */
void facts_read(struct engine *e, const struct facts_asked *q,
                void (*done)(void *arg, json_t *facts), void *arg);
/* Whether one of FACT_POINTS is called so, by its whole name or its suffix; pure. */
bool facts_point_is(const json_t *point, const char *wanted);
/* The operation whose mark a server, volume or port carries, "" none; pure. */
const char *facts_mark(const json_t *o, char dst[OP_ID_SIZE]);
/* Shutdown: whoever waits gets NULL. */
void facts_drop_all(struct engine *e);
/* No person waits for one of them. */
bool facts_for_watch_only(const struct engine *e);

#endif
