/* gather: several calls, one answer. Engine thread. */
#ifndef PC_ENGINE_GATHER_H
#define PC_ENGINE_GATHER_H

#include "backend/engine/inside.h"

struct gather;
/* done gets every body by its name and the first error; then it is freed.
 * It runs once all slots have answered, never before gather_go(). */
struct gather *gather_new(struct engine *e,
                          void (*done)(void *arg, const struct pc_error *err, json_t *bodies),
                          void *arg);
/* A slot: pass gather_take with the returned argument to a cloud call. With
 * `spare`, an error leaves the body out instead of failing the whole. */
void *gather_slot(struct gather *g, const char *name, bool spare);
void gather_take(void *slot, const struct cloud_reply *r);
void gather_go(struct gather *g);
/* Shutdown: frees what still waits, its `done` gets CANCELLED. */
void gather_drop_all(struct engine *e);

#endif
