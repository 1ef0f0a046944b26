/*
 * kind: what every kind of array provides, and the calls they have in common.
 *
 * array.c owns the list of calls and their ends; a kind starts its work in
 * `begin` and reports by array_end_*(). Loop thread only. Private to this room.
 */
#ifndef PC_ARRAY_KIND_H
#define PC_ARRAY_KIND_H

#include "backend/array/array.h"
#include "backend/array/fa_session.h"

struct array_kind {
    const char *name;
    /* Starts the call; must not end it before it returns. */
    void (*begin)(struct array_call *c);
};
extern const struct array_kind ARRAY_MOCK, ARRAY_FLASHARRAY;

struct array {
    const struct array_kind *kind;
    struct net *net;
    struct fa_session *session; /* NULL for the mock */
    struct array_call *calls;
};

/* One of the two questions: `points` or `status` says which. */
struct array_call {
    struct array *array;
    struct array_call *prev, *next;
    array_points_done *points;
    array_status_done *status;
    void *arg;
    char *group; /* as the target names it, "SRC:pg"; NULL for status */
    bool ending; /* its callback runs */

    /* What a kind has under way. */
    struct net_timer *timer;
    struct fa_get *get;
    json_t *first; /* the first of two answers */
    struct array_status found;
};

/* Ends the call with its callback, which may do anything, array_free() of this
 * array included: nothing of the call or the array may be touched after. */
void array_end_points(struct array_call *c, const struct array_point *points, int count);
void array_end_status(struct array_call *c);
void array_end_error(struct array_call *c, const struct pc_error *err);

#endif
