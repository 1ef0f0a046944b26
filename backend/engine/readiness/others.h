/*
 * others: what the operations that are open still have to make at a site, which none of
 * its quotas counts yet. Engine thread.
 */
#ifndef PC_ENGINE_READINESS_OTHERS_H
#define PC_ENGINE_READINESS_OTHERS_H

#include "backend/engine/inside.h"

/* Puts "others" into the facts, anew: {flavors{ID: how many}, volumes[{type, gib}], ports,
 * networks}, of what is made in that project of the site and has no id yet. */
void others_tell(struct engine *e, const struct cloud *project, const struct site *site,
                 json_t *facts);

#endif
