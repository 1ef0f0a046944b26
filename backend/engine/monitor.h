/* monitor: looks at the sites and at replication, by the clock. Engine thread. */
#ifndef PC_ENGINE_MONITOR_H
#define PC_ENGINE_MONITOR_H

#include "backend/engine/inside.h"

void monitor_turn(struct engine *e);
/* What is being asked of the arrays; before the groups move, too. */
void monitor_drop_all(struct engine *e);

#endif
