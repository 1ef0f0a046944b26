/*
 * watch: every group's readiness is looked at anew when it is due, while nobody
 * asks. Engine thread.
 */
#ifndef PC_ENGINE_WATCH_H
#define PC_ENGINE_WATCH_H

#include "backend/engine/inside.h"

/* Looks at one group, if one is due. */
void readiness_turn(struct engine *e);
/* The newest result, shown until the next; a forced one is nobody else's. */
void readiness_keep(struct engine *e, const struct group *g, struct readiness *r_take);
/* What was read for several is let go. */
void readiness_unshare(struct engine *e);
/* Older than it is worth, or made of what is not so any more. */
bool readiness_is_stale(const struct engine *e, const struct group_slot *slot,
                        enum readiness_for f);
/* The site's health is not what it was. */
void readiness_site_changed(struct engine *e, const char *site);
/* {test_failover, failover, failback: {ready, blockers[], warnings[], at, stale} | null} */
json_t *readiness_reply(const struct engine *e, const struct group_slot *slot);

#endif
