/* command: programs of the operator that run now. Engine thread. */
#ifndef PC_ENGINE_COMMAND_H
#define PC_ENGINE_COMMAND_H

#include "backend/engine/inside.h"

/* At the end: they are killed; nobody is answered any more. */
void commands_drop_all(struct engine *e);

#endif
