/*
 * real: what the handlers of real operations share (request/real.c,
 * request/decide.c, request/retry.c). Engine thread.
 */
#ifndef PC_ENGINE_REAL_H
#define PC_ENGINE_REAL_H

#include "backend/engine/request/asking.h"

/* The group's newest operation of that type that has ended well, or in part.
 * NOT_FOUND. The caller frees. */
enum pc_err real_newest(const struct engine *e, const struct group *g, enum op_type type,
                        struct operation **ret, struct pc_error *err);

/* How a failover or a failback is asked for, by readiness' name of it; NULL:
 * `operation` is neither. */
const struct asking_how *real_how(const char *operation, bool forced);

/* A failover of a group that is at both sites: of `a` the effective request is made
 * to take along those that nobody has tried to move yet, or of them those that were
 * asked for. STATE, INVALID. */
enum pc_err real_go_on(struct asking *a, struct pc_error *err);
/* Names of all that it could take along. The caller decrefs. */
json_t *real_rest(const struct asking *a);

/* The source cannot be read, and is needed: that is the asking's error, with the
 * way on without it where there is one. */
void real_needs_source(struct asking *a, const struct pc_error *err);

#endif
