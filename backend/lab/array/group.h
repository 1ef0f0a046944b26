/*
 * array_group: protection groups as documents, and what Cinder's driver does
 * with them.
 *
 * K_GROUP, by name, on the site whose array owns it: members[] (servers, for
 * people), volumes[] (Cinder's ids), joined{id: wall ms}, interval and transfer
 * (seconds), since (wall ms: nothing is replicated of before), untargeted,
 * refused (by the target) and unscheduled. World lock held.
 */
#ifndef PC_LAB_ARRAY_GROUP_H
#define PC_LAB_ARRAY_GROUP_H

#include "backend/lab/world.h"

/* What the driver calls the one group of its back end, unless told otherwise. */
#define ARRAY_CINDER_GROUP "cinder-group"

/* Empty, without a target and a schedule. */
struct res *array_group_add(struct world *w, int site, const char *name);
/* False: it is a member already. */
bool array_group_join(struct world *w, struct res *group, const char *cinder_id, int64_t at);
/* A volume of a type that replicates joins the driver's group, which is made
 * with the other site's array as its target when it is not there. A volume that
 * is in a group already stays there. */
void array_group_by_driver(struct world *w, const struct res *cinder, int64_t at);
/* The volume leaves every group: it is being deleted. */
void array_group_leave(struct world *w, const struct res *cinder);

#endif
