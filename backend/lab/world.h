/*
 * world: everything that exists on the two sites, and what is about to happen.
 *
 * A resource is a small JSON document of facts (never an API body: the
 * services make those from it). Times are wall-clock milliseconds, so that a
 * lab that was not running meanwhile finds itself consistent when it comes
 * back. A resource has at most one thing ahead of it ("then" at "due");
 * world_advance() lets all that is due happen, in order of time. Nothing
 * happens by timers of its own.
 *
 * One lock guards it all: every function here is called with it held. Changes
 * are collected and written through by world_commit() before a reply leaves.
 */
#ifndef PC_LAB_WORLD_H
#define PC_LAB_WORLD_H

#include "backend/base/error.h"
#include "backend/lab/dist.h"

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_A, SITE_B, SITE_COUNT };

/* One line a kind: symbol, name on disk and in the control interface. */
#define KIND_LIST(X)             \
    X(K_PROJECT, "project")      \
    X(K_USER, "user")            \
    X(K_APPCRED, "credential")   \
    X(K_TOKEN, "token")          \
    X(K_FLAVOR, "flavor")        \
    X(K_IMAGE, "image")          \
    X(K_SERVER, "server")        \
    X(K_VOLUME, "volume")        \
    X(K_SNAPSHOT, "snapshot")    \
    X(K_VOLTYPE, "volume-type")  \
    X(K_NETWORK, "network")      \
    X(K_SUBNET, "subnet")        \
    X(K_PORT, "port")            \
    X(K_FLOATING, "floating-ip") \
    X(K_SECGROUP, "security-group") \
    X(K_QUOTA, "quota")          \
    X(K_GROUP, "protection-group")  \
    X(K_SESSION, "array-session")   \
    X(K_ARRAY_VOLUME, "array-volume") \
    X(K_ARRAY_SNAPSHOT, "array-snapshot") \
    X(K_LATE_CALL, "late-call") \
    X(K_SCENARIO, "scenario")       \
    X(K_KEYPAIR, "keypair")

enum kind {
#define KIND_ENUM(symbol, name) symbol,
    KIND_LIST(KIND_ENUM)
#undef KIND_ENUM
    KIND_COUNT
};

struct res {
    enum kind kind;
    int site;
    int64_t seq; /* order of creation, from 1, over both sites */
    char *id;
    json_t *doc;
    struct res *chain; /* of the hash table */
    bool dirty, gone;
    char told[20]; /* its status in the chronicle, "": not in it yet */
};

struct shelf { /* one kind on one site, in order of creation */
    struct res **items;
    size_t count, room;
    struct res **buckets;
    size_t bucket_count;
};

struct due {
    int64_t at;
    struct res *res; /* may be stale: compared with the document when it is due */
};

struct disk;
struct world;
typedef void world_happen_fn(struct world *w, struct res *r, const char *then, int64_t at);
typedef void world_changed_fn(void *arg, struct res *r);

struct world {
    pthread_mutex_t lock;
    struct shelf shelves[SITE_COUNT][KIND_COUNT];
    struct due *heap;
    size_t heap_count, heap_room;
    struct res **dirty;
    size_t dirty_count, dirty_room;
    struct disk *disk; /* lent; NULL: nothing is kept */
    int64_t last_seq;
    struct dice dice;
    world_happen_fn *happen;   /* what is due is told here */
    world_changed_fn *changed; /* every changed resource, at commit; may be NULL */
    void *changed_arg;
};

void world_init(struct world *w, struct disk *disk, world_happen_fn *happen);
void world_release(struct world *w);
void world_lock(struct world *w);
void world_unlock(struct world *w);

const char *kind_name(enum kind kind);
bool kind_by_name(const char *name, enum kind *ret);

/* Lent, valid until the next commit after its removal. NULL: no such. */
struct res *world_get(const struct world *w, int site, enum kind kind, const char *id);
/* The first whose "name" is `name`; *ret_count (may be NULL) tells how many. */
struct res *world_named(const struct world *w, int site, enum kind kind, const char *name,
                        size_t *ret_count);
size_t world_count(const struct world *w, int site, enum kind kind);
struct res *world_at(const struct world *w, int site, enum kind kind, size_t i);

/* Takes doc. id is copied; NULL makes a random UUID. */
struct res *world_add(struct world *w, int site, enum kind kind, const char *id, json_t *doc);
/* Puts back what the disk has; takes doc. Nothing is written. */
void world_restore(struct world *w, int site, enum kind kind, const char *id, int64_t seq,
                   json_t *doc);
void world_touch(struct world *w, struct res *r); /* doc was changed */
void world_drop(struct world *w, struct res *r);

/* Lets `then` happen to r at wall-clock ms `at`; replaces what was ahead. */
void world_plan(struct world *w, struct res *r, int64_t at, const char *then);
void world_unplan(struct world *w, struct res *r);
void world_advance(struct world *w, int64_t now);
int64_t world_next_due(struct world *w); /* INT64_MAX: nothing ahead */

/* Writes through what changed, in one transaction. */
enum pc_err world_commit(struct world *w, struct pc_error *err);

#endif
