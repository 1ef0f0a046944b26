/* points: the recovery points of a group, read from an array. Engine thread. */
#ifndef PC_ENGINE_POINTS_H
#define PC_ENGINE_POINTS_H

#include "backend/engine/inside.h"

/* The recovery points of a group, as the array of the site where it does not
 * serve has them: the list of docs/requests.md, newest first; they are done's
 * own, NULL with an error. It runs from a later turn; at shutdown with CANCELLED. */
void points_read(struct engine *e, const struct group *g,
                 void (*done)(void *arg, const struct pc_error *err, json_t *points_take),
                 void *arg);
void points_drop_all(struct engine *e);

#endif
