/* on_array: which protection group of the array holds a group's volumes. Engine thread. */
#ifndef PC_ENGINE_ON_ARRAY_H
#define PC_ENGINE_ON_ARRAY_H

#include "backend/engine/inside.h"

/* In which of the array's groups the volumes are; NULL: nobody can be asked. */
struct array_call *on_array_ask(struct engine *e, const struct group *g, array_members_done *done,
                                void *arg);
/* Keeps the name on that site's array with the group where it is another one. */
void on_array_keep(struct engine *e, const char *group_id, const char *site, const char *name);
/* Looks which protection group of the array holds the group's volumes, and
 * keeps its name with the group. Nothing while it is being looked for. */
void on_array_look(struct engine *e, struct group_slot *slot);

#endif
