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

/* What can be asked of an array. */
enum array_ask {
    ASK_POINTS,
    ASK_STATUS,
    ASK_MEMBERS,
    ASK_CLONE,
    ASK_FIND,
    ASK_DESTROY,
    ASK_REPLICATE,
    ASK_TRANSFER,
    ASK_MEMBERSHIP,
    ASK_GROUP,
    ASK_PROTECT,
    ASK_ALLOW,
    ASK_SPACE,
    ASK_COUNT
};

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

struct array_call {
    struct array *array;
    struct array_call *prev, *next;
    enum array_ask ask;
    union {
        array_points_done *points;   /* ASK_POINTS, ASK_REPLICATE, ASK_TRANSFER */
        array_status_done *status;   /* ASK_STATUS */
        array_volumes_done *volumes; /* ASK_MEMBERS, ASK_CLONE, ASK_FIND */
        array_done *plain;           /* ASK_DESTROY, ASK_PROTECT, ASK_ALLOW */
        array_members_done *members; /* ASK_MEMBERSHIP */
        array_group_done *group;     /* ASK_GROUP */
        array_space_done *space;     /* ASK_SPACE */
    } done;
    void *arg;
    /* Its arguments, each NULL where it has none. group: as the target names
     * it, "SRC:pg". */
    char *group, *point, *cinder_id, *name, *snapshot, *serial, *op, *step, *target, *suffix;
    char **ids; /* Cinder's, of ASK_MEMBERSHIP and ASK_PROTECT */
    size_t id_count;
    int64_t interval_ms;
    int most; /* points of ASK_POINTS */
    bool ending; /* its callback runs */

    /* What a kind has under way. */
    struct net_timer *timer;
    struct fa_call *call;
    json_t *first; /* of several answers, what is kept */
    struct array_status found;
    bool tagged;         /* a clone's tags, or a member, were written */
    size_t at;           /* of the ids, the next to be asked about */
    struct array_member *rows; /* of ASK_MEMBERSHIP and ASK_PROTECT */
    size_t row_count, row_room;
    void (*members_read)(struct array_call *c);
    struct array_group shown;
    struct pc_error err; /* an answer that another one has to explain */
};

/* Ends the call with its callback, which may do anything, array_free() of this
 * array included: nothing of the call or the array may be touched after. */
void array_end_points(struct array_call *c, const struct array_point *points, int count);
void array_end_status(struct array_call *c);
void array_end_volumes(struct array_call *c, const struct array_volume *volumes, int count);
void array_end_well(struct array_call *c); /* of those that say no more */
void array_end_members(struct array_call *c);
void array_end_group(struct array_call *c, const struct array_group *group);
void array_end_space(struct array_call *c, const struct array_space *space);
void array_end_error(struct array_call *c, const struct pc_error *err);

#endif
