/*
 * plan: what an operation will do, as data: a DAG of steps in named phases.
 *
 * It is what a dry run prints, what the executor runs, what the bars add up
 * and what history keeps. Built by the engine's planner, immutable after,
 * shared by reference. Pure data, any thread.
 */
#ifndef PC_MODEL_PLAN_H
#define PC_MODEL_PLAN_H

#include "backend/base/error.h"
#include "backend/base/mem.h"
#include "backend/model/step.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stddef.h>

/* Room for a key: the kind, the name of a server (up to 255 characters of four
 * bytes) and which part of it. A key that were cut could be another's. */
enum { STEP_KEY_SIZE = 1200 };

struct plan_step {
    const char *key;     /* unique in the plan: "create_server:web-1" */
    const char *subject; /* for people: "web-1", "web-1 root", "web-1 tcp:22" */
    enum step_kind kind;
    const int *deps; /* indexes of steps that must be done before; all < own */
    size_t dep_count;
    int timeout_s; /* 0: the configuration's step_timeout */
    json_t *params; /* kind-specific; names other steps by key, never by id */
};

struct plan {
    atomic_int refs;
    struct arena arena;
    struct plan_step *steps;
    size_t count, room;
    int *slots; /* of the keys: index + 1, 0 free; open addressing */
    size_t slot_count; /* a power of two, 0 none yet */
};

struct plan *plan_new(void);
struct plan *plan_ref(const struct plan *p);
void plan_unref(struct plan *p); /* NULL is fine */

/* Only while building, by its one owner. key and subject are copied, params is
 * stolen (NULL: empty object). Returns the index. */
int plan_add(struct plan *p, enum step_kind kind, const char *key, const char *subject,
             json_t *params);
/* `before` < `step`; -1 and repeats are ignored. */
void plan_depend(struct plan *p, int step, int before);
int plan_find(const struct plan *p, const char *key); /* -1: none */

/* For the journal and --dry-run: array of {key, kind, phase, subject, after[],
 * params}. */
json_t *plan_to_json(const struct plan *p);

#endif
