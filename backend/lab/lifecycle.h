/*
 * lifecycle: what happens to resources as time passes.
 *
 * One table of (kind, word, function): a word is what world_plan() was given.
 * Everything here is told the moment at which it happened, which may be long
 * ago when the lab was not running. World lock held.
 */
#ifndef PC_LAB_LIFECYCLE_H
#define PC_LAB_LIFECYCLE_H

#include "backend/lab/world.h"

void lifecycle_happen(struct world *w, struct res *r, const char *then, int64_t at);

/* Takes the server off its ports and volumes: Nova's own ports and volumes
 * marked delete_on_termination go, the others are left free. */
void lifecycle_release_server(struct world *w, struct res *server, int64_t at);
/* Takes `server` off the volume. */
void lifecycle_detach(struct world *w, struct res *volume, const char *server, int64_t at);

#endif
