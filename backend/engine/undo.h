/* undo: plans what takes back what a plan may have made. Pure. */
#ifndef PC_ENGINE_UNDO_H
#define PC_ENGINE_UNDO_H

#include "backend/model/plan.h"

/* Adds to `to` the steps that delete what `from` makes; they may be the same. */
void undo_makes(struct plan *to, const struct plan *from);

#endif
