/*
 * engine: guards, plans, executes and resumes operations; watches the sites.
 *
 * One thread, the engine's, owns the loop, the journal and the clock (one
 * `now` a turn). Other threads talk to it only through engine_post() and get
 * answers through the callbacks given at engine_start(), which run on the
 * engine's thread and must only hand over.
 *
 * Two rooms use it: the door (in this process), and later the API server.
 */
#ifndef PC_ENGINE_ENGINE_H
#define PC_ENGINE_ENGINE_H

#include "backend/base/error.h"
#include "backend/config/config.h"
#include "backend/model/snapshot.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct engine;

struct engine_options {
    const char *state_dir;
    const struct config *config; /* lent for the engine's life; at least two sites,
                                    or none: then only history can be read */
    bool lab;                    /* shown in every snapshot */
    bool read_only, monitor, execute;
    int pace_ms;                 /* between two snapshots while much changes; 0: a hundred */
    void *listener;
    /* A reply to engine_post. data is given away (decref by the listener's side). */
    void (*replied)(void *listener, uint64_t ticket, const struct pc_error *err, json_t *data);
    /* A new snapshot; the reference is given away. */
    void (*published)(void *listener, struct snapshot *s);
};

/* Opens the store, reads clouds.yaml, starts the thread. Errors as theirs.
 * warnings: array that gets strings for the operator. */
enum pc_err engine_start(const struct engine_options *o, json_t *warnings, struct engine **ret,
                         struct pc_error *err);
/* Stops at the next turn: what runs stays journalled. Waits for the thread.
 * NULL is fine. */
void engine_stop(struct engine *e);

/* Any thread. verb is copied, args stolen; replied() follows once. */
void engine_post(struct engine *e, uint64_t ticket, const char *verb, json_t *args);

#endif
