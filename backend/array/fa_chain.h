/*
 * fa_chain: what a question that takes several calls has in common: asking the
 * next, ending on an error, pages. Private to this room.
 */
#ifndef PC_ARRAY_FA_CHAIN_H
#define PC_ARRAY_FA_CHAIN_H

#include "backend/array/kind.h"
#include "backend/base/buf.h"

enum { FA_PAGE = 1000, FA_PATH_CAP = 8192 };

/* Ends the call in a turn of its own: `name` cannot be `what` of an array. */
void fa_refuse_name(struct array_call *c, const char *what, const char *name);
/* Says whether the call may go on after this answer; else it has ended. */
bool fa_went_well(struct array_call *c, const struct pc_error *err);
/* GETs the path; action as in struct fa_request. */
void fa_ask(struct array_call *c, const struct buf *path, const char *action, fa_got *done);
/* Sends a write; body is taken, NULL none. */
void fa_write(struct array_call *c, const char *method, const char *path, json_t *body_take,
              const char *action, fa_got *done);
/* Adds a page to c->first; says whether there may be another one. */
bool fa_keep_page(struct array_call *c, json_t *items);
/* Ends the call: more than ARRAY_VOLUMES objects. */
void fa_too_many(struct array_call *c);
/* Appends "field='value'" in the form of a query; or=true: after an " or ". */
void fa_filter(struct buf *path, const char *field, const char *value, bool or);

#endif
