/* drift: what has changed at the source since its facts were last kept. Pure. */
#ifndef PC_ENGINE_DRIFT_H
#define PC_ENGINE_DRIFT_H

#include "backend/model/group.h"

/* Adds a line to `lines` (array of strings) for every member that is another
 * now than it was: resized, with other disks, other networks, another name. A
 * copy is made as the members are now. */
void drift_list(const struct group *kept, const struct group *now, json_t *lines);

/* Lets the boot order of a record with fresh members name them as they are now;
 * it was written with the names of `kept`. */
void drift_follow_names(json_t *record, const struct group *kept);

#endif
