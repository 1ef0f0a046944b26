/*
 * array: the replication storage of a site, behind one interface.
 *
 * Two kinds: "flasharray" speaks a FlashArray's REST 2.x; "mock" has no array
 * behind it and answers with one recovery point, now, because its volumes are
 * made from Glance images: whatever is about volumes it refuses (CONFIG). The
 * engine asks for recovery points, their volumes, clones, replication and
 * status; it does not know which kind answers. Nothing is ever eradicated, no
 * volume changed that array_clone() did not make, and of protection groups only
 * what array_protect() and array_allow() say. Loop thread only; asynchronous.
 */
#ifndef PC_ARRAY_ARRAY_H
#define PC_ARRAY_ARRAY_H

#include "backend/net/net.h"

#include <stdint.h>

struct array;
struct array_call;

struct array_config {
    const char *site;            /* for messages */
    const char *url, *api_token; /* "" url: the mock kind */
    bool verify;                 /* TLS */
};
struct array *array_new(struct net *n, const struct array_config *cfg); /* copies */
/* Cancels what runs, without calling back. NULL is fine. */
void array_free(struct array *a);
const char *array_kind(const struct array *a); /* "flasharray" | "mock" */

/* One moment that a group can be brought back to. */
struct array_point {
    char name[128];       /* "SRC:pg.42", or "mock" */
    int64_t created_ms;   /* wall clock at the source: what RPO counts from */
    int64_t completed_ms; /* 0: still in transfer */
    int progress;         /* 0..100 */
    int64_t bytes;        /* that have come over so far; 0 not known */
};
/* points: newest first, lent for the callback; err in PC_OK or why not. No
 * point is no error: count is 0 then. At most the newest ARRAY_POINTS. */
enum { ARRAY_POINTS = 500 };
typedef void array_points_done(void *arg, const struct pc_error *err,
                               const struct array_point *points, int count);
/* Recovery points of protection group `group` of array `source_array`, as this
 * (the target's) array holds them. */
struct array_call *array_points(struct array *a, const char *source_array, const char *group,
                                array_points_done *done, void *arg);
/* The same of the newest few alone, at most ARRAY_NEWEST: for who asks often. */
enum { ARRAY_NEWEST = 32 };
struct array_call *array_newest(struct array *a, const char *source_array, const char *group,
                                array_points_done *done, void *arg);
/* Newest first as array_points() lends them: point i is incomplete although a
 * newer one is complete, so its transfer was cut off or given up. */
bool array_point_interrupted(const struct array_point *points, int count, int i);
/* "SRC:pg.SUFFIX": what the target calls a point of `group` of that array. */
const char *array_point_name(const char *source_array, const char *group, const char *suffix,
                             char *dst, size_t size);
/* NULL is fine; no callback. A call ends with its callback: within that its
 * own cancel does nothing, after it the handle is gone. */
void array_cancel(struct array_call *c);

/* A volume of this array, or a volume's snapshot in a recovery point. */
struct array_volume {
    char name[192];   /* a snapshot's: "SRC:pg.42.volume-...-cinder" */
    char source[128]; /* the volume it was made from, "SRC:volume-...-cinder" */
    char serial[40];  /* survives the renaming by Cinder's manage */
    int64_t size_bytes;
    int64_t created_ms; /* wall clock; a snapshot's is that of its point. 0: not known */
    bool destroyed; /* pending eradication; its name is still taken */
    bool connected; /* to a host */
    /* array_find() and array_clone(): our tags, "" none */
    char op[64], step[256], snapshot[192];
};
enum { ARRAY_CLONE_NAME_SIZE = 64 };
/* The clone's name on the array: the same for the same volume of an operation.
 * op "op-<uuid>", server: its uuid, index: of the volume. Returns dst. */
const char *array_clone_name(const char *op, const char *server, size_t index,
                             char dst[ARRAY_CLONE_NAME_SIZE]);
/* Whether v was taken of the volume that Cinder knows by this id. */
bool array_volume_is_of(const struct array_volume *v, const char *cinder_id);
/* Whether Cinder, with that id of its own, has v by managing it. */
bool array_volume_managed_as(const struct array_volume *v, const char *cinder_id);

/* All of a point is of one moment: the first that is not, NULL none. One of which the time is
 * not known counts as of it. */
const struct array_volume *array_volume_skewed(const struct array_volume *volumes, int count,
                                               int64_t point_ms);

/* volumes: lent for the callback; err is PC_OK or why not. */
typedef void array_volumes_done(void *arg, const struct pc_error *err,
                                const struct array_volume *volumes, int count);
/* What the recovery point `point` ("SRC:pg.42") holds, by name; at most
 * ARRAY_VOLUMES, more is TOO_LARGE. cinder_id: only the volume that Cinder knows
 * by it, NULL: all. */
enum { ARRAY_VOLUMES = 10000 };
struct array_call *array_volumes_of_point(struct array *a, const char *point,
                                          const char *cinder_id, array_volumes_done *done,
                                          void *arg);

struct array_clone_spec { /* all copied */
    const char *name;     /* array_clone_name() */
    const char *snapshot; /* struct array_volume's name, of a point */
    const char *op, *step; /* the marks: kept as tags, which survive a renaming */
};
/* A writable volume from a snapshot: one volume in the callback. Adopts what an
 * earlier try has made: the same name, source and marks. EXISTS: the name is
 * another's. CONFLICT: it is taken by a volume that was destroyed. NOT_FOUND:
 * no such snapshot (it may have expired). */
struct array_call *array_clone(struct array *a, const struct array_clone_spec *spec,
                               array_volumes_done *done, void *arg);

/* Which volume is looked for; all copied. By `serial`; else by `name`, and
 * when none has it, by the marks `op` and `step`. NULL: not so. */
struct array_find_spec {
    const char *serial, *name, *op, *step;
};
/* None is no error: count is 0 then. Destroyed ones are found too. */
struct array_call *array_find(struct array *a, const struct array_find_spec *spec,
                              array_volumes_done *done, void *arg);

/* Destroys (never eradicates) the volume; ends well when a read says that it is
 * destroyed or not there. CONFLICT: it is connected to a host. */
typedef void array_destroy_done(void *arg, const struct pc_error *err);
struct array_call *array_destroy(struct array *a, const char *name, array_destroy_done *done,
                                 void *arg);

/* ---- replication ---------------------------------------------------------- */

enum { ARRAY_SUFFIX_SIZE = 40, ARRAY_GROUP_SIZE = 128 };
/* The suffix of the `round`th point that an operation asks for: the same for
 * the same, so that asking twice makes one. Returns dst. */
const char *array_suffix(const char *op, int round, char dst[ARRAY_SUFFIX_SIZE]);
/* On the source: a snapshot of `group` that is replicated at once. One point in
 * the callback, named as the source names it ("pg.SUFFIX"); what is there
 * already by that suffix is adopted. */
struct array_call *array_replicate(struct array *a, const char *group, const char *suffix,
                                   array_points_done *done, void *arg);
/* On the target: the one point of that name ("SRC:pg.SUFFIX"), how far it has
 * come included; count 0: nothing of it has come yet, or it is gone. */
struct array_call *array_transfer(struct array *a, const char *point, array_points_done *done,
                                  void *arg);

/* Where a volume is on its array: one row for each group that holds it, and one
 * with group "" for a volume that is in none. */
struct array_member {
    char cinder_id[40];
    char volume[192];             /* its name here, "" the array has no such volume */
    char group[ARRAY_GROUP_SIZE]; /* "" none */
    char pod[64];                 /* "" none: replicated synchronously, or a container */
};
/* rows: lent for the callback, in the order of the ids. */
typedef void array_members_done(void *arg, const struct pc_error *err,
                                const struct array_member *rows, int count);
/* cinder_ids: as Cinder knows the volumes; copied. At most ARRAY_VOLUMES. */
struct array_call *array_members(struct array *a, const char *const *cinder_ids, size_t count,
                                 array_members_done *done, void *arg);
/* The group that holds most of the volumes, of equals the one called `prefer`;
 * "" none holds any. *ret_missing: how many volumes it does not hold. Pure. */
const char *array_members_group(const struct array_member *rows, int count, const char *prefer,
                                int *ret_missing);

/* A protection group: on its own array "pg", on its target "SRC:pg". */
struct array_group {
    char name[ARRAY_GROUP_SIZE];
    int64_t interval_ms; /* of scheduled replication; 0: no schedule */
    int volumes;
    bool ratcheted; /* SafeMode: what is in it can be neither destroyed nor managed */
    bool targeted;  /* it is replicated to some array that allows it */
};
/* group: NULL: there is no such group. */
typedef void array_group_done(void *arg, const struct pc_error *err,
                              const struct array_group *group);
struct array_call *array_group(struct array *a, const char *name, array_group_done *done,
                               void *arg);

struct array_protect_spec { /* all copied */
    const char *group, *target_array;
    const char *const *cinder_ids;
    size_t count;
    int64_t interval_ms; /* of the schedule that a group without one is given */
};
typedef void array_done(void *arg, const struct pc_error *err);
/* On the source: there is a group of that name, it replicates to the target by a
 * schedule, and holds these volumes. What is so already is left as it is; it
 * ends well when a read says that all is so. NOT_FOUND names a volume that the
 * array does not have, CONFLICT one that is in a pod. */
struct array_call *array_protect(struct array *a, const struct array_protect_spec *spec,
                                 array_done *done, void *arg);
/* On the target: it accepts what that group of the source array sends. */
struct array_call *array_allow(struct array *a, const char *source_array, const char *group,
                               const char *target_array, array_done *done, void *arg);

/* ---- the array itself ------------------------------------------------------- */

struct array_space {
    int64_t capacity_bytes, used_bytes; /* 0 0: not known */
};
typedef void array_space_done(void *arg, const struct pc_error *err,
                              const struct array_space *space);
struct array_call *array_space(struct array *a, array_space_done *done, void *arg);

enum { ARRAY_CONNECTIONS = 8 };
struct array_status {
    char name[64], version[32];
    int64_t latency_ms;
    bool connected; /* a replication link to another array is up */
    /* Of its links; status "connected" is the only good one. */
    struct {
        char name[64], status[32];
    } connections[ARRAY_CONNECTIONS];
    int connection_count;
};
typedef void array_status_done(void *arg, const struct pc_error *err,
                               const struct array_status *status);
struct array_call *array_status(struct array *a, array_status_done *done, void *arg);

#endif
