/* publish: the snapshots that everybody outside the engine sees. Engine thread. */
#ifndef PC_ENGINE_PUBLISH_H
#define PC_ENGINE_PUBLISH_H

#include "backend/engine/inside.h"

void publish(struct engine *e, bool now);
void publish_ended(struct engine *e, const struct operation *op);
/* What ended while another engine executed is told, too: an engine that begins to
 * execute has nobody else's word for it. The first call only looks. */
void publish_catch_up(struct engine *e);
/* ms until the next publication is due, -1: none is. */
int publish_due(const struct engine *e);

#endif
