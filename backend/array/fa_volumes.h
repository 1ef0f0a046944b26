/*
 * fa_volumes: what is asked of a FlashArray about volumes, each question a
 * short chain of calls. Private to this room.
 */
#ifndef PC_ARRAY_FA_VOLUMES_H
#define PC_ARRAY_FA_VOLUMES_H

#include "backend/array/kind.h"

void fa_members_of(struct array_call *c); /* ASK_MEMBERS */
void fa_clone(struct array_call *c);
void fa_find(struct array_call *c);
void fa_destroy(struct array_call *c);

#endif
