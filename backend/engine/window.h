/* window: the time to think after a failover, and what ends it by itself. Engine thread. */
#ifndef PC_ENGINE_WINDOW_H
#define PC_ENGINE_WINDOW_H

#include "backend/engine/inside.h"

/* Ends what ends by itself; e->window_next_ms says when to call again. */
void window_turn(struct engine *e);
/* Its window was to end with a rollback, and no engine was there then. */
bool window_missed(const struct engine *e, const struct group_slot *slot);

#endif
