/*
 * split: the watch over a group that may run at both of its sites, and which
 * servers it has at each. Engine thread only.
 */
#ifndef PC_ENGINE_SPLIT_H
#define PC_ENGINE_SPLIT_H

#include "backend/engine/inside.h"

/* What a server's status says of it. */
enum liveness { LIVENESS_REST, LIVENESS_RUNS, LIVENESS_UNSURE };
/* Nova's word; NULL or "": the site has no such server, which is at rest. */
enum liveness split_liveness(const char *status);
/* A server, as Nova tells it, that is in ERROR because no host was ever found for it. */
bool split_never_ran(const json_t *server);
/* What keeps a server from being deleted as one that stands by: "is ACTIVE", "is locked"; ""
 * nothing. Written to dst, which is returned. */
const char *split_keeps(const json_t *server, char *dst, size_t size);

/* Looks, every site_poll_seconds, at the old primaries of forced failovers; only
 * the engine that executes does, for it writes down what it sees. */
void split_turn(struct engine *e);

/* A forced failover that rests, and whose old primary was neither seen at rest nor running. */
bool split_doubtful(const struct group_slot *g);
/* The same look at once, for one group, by whichever engine; done is called from a later
 * turn: PC_OK: the site was read, and what it told is written down, if the doubt is over or
 * not. Otherwise why it was not. A group that is in no doubt is looked at all the same. */
void split_look(struct engine *e, const char *group_id,
                void (*done)(void *arg, const struct pc_error *err), void *arg);
/* The same by a list of the site's servers that was read for something else. The
 * slots of the groups may have moved after it. */
void split_saw(struct engine *e, const char *group_id, const char *site, const json_t *servers);

/* [{id, name}] of the group's servers at a site: the members where it serves;
 * at the other one those that its last move left, or made, and those that were
 * seen running there. With `earlier` those of the newest failover and the newest
 * failback as well, whichever was the last. Each once. The caller decrefs. */
enum pc_err split_servers(struct engine *e, const struct group_slot *g, const char *site,
                          bool earlier, json_t **ret, struct pc_error *err);

/* Writes down that the group runs, or is claimed, at a site where it does not
 * serve. servers: [{id, name}], lent. One that is written already keeps its
 * time. */
enum pc_err split_record(struct engine *e, const char *group_id, const char *site,
                         const char *reason, const json_t *servers, struct pc_error *err);

#endif
