/*
 * fa_replicate: what is asked of a FlashArray about replication, each question
 * a short chain of calls. Private to this room.
 */
#ifndef PC_ARRAY_FA_REPLICATE_H
#define PC_ARRAY_FA_REPLICATE_H

#include "backend/array/kind.h"

void fa_replicate_now(struct array_call *c); /* fa_replicate.c */
void fa_transfer(struct array_call *c);
void fa_group(struct array_call *c);
void fa_membership(struct array_call *c); /* fa_membership.c */
void fa_protect(struct array_call *c);    /* fa_protect.c */
void fa_allow(struct array_call *c);

/* Reads where c->ids are into c->rows, then calls `then`; ends c on an error. */
void fa_read_members(struct array_call *c, void (*then)(struct array_call *c));

#endif
