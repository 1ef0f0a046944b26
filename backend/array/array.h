/*
 * array: the replication storage of a site, behind one interface.
 *
 * Two kinds: "flasharray" reads a FlashArray by REST 2.x; "mock" has no array
 * behind it and answers with one recovery point, now, because its volumes are
 * made from Glance images. The engine asks for recovery points and status; it
 * does not know which kind answers. Loop thread only; asynchronous.
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
/* NULL is fine; no callback. A call ends with its callback: within that its
 * own cancel does nothing, after it the handle is gone. */
void array_cancel(struct array_call *c);

struct array_status {
    char name[64], version[32];
    int64_t latency_ms;
    bool connected; /* a replication link to another array is up */
};
typedef void array_status_done(void *arg, const struct pc_error *err,
                               const struct array_status *status);
struct array_call *array_status(struct array *a, array_status_done *done, void *arg);

#endif
