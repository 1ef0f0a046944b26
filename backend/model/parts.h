/*
 * parts: a group may change sites in several failovers, each of some of its
 * members: the first leaves the others where they run, and those that come after
 * say in their request (`follows`) which one they go on from.
 *
 * What is decided then is about all of them: a commit, a rollback, the way back.
 * Pure data, any thread.
 */
#ifndef PC_MODEL_PARTS_H
#define PC_MODEL_PARTS_H

#include "backend/model/group.h"
#include "backend/model/lifecycle.h"
#include "backend/model/operation.h"

/* Most failovers of which one move is made up: each takes a member at least, and
 * what a request names is bounded long before. */
enum { PARTS_MAX = 64 };

/* Newest first, each whole with plan and steps; owned. Zeroed it has none. */
struct parts {
    struct operation **ops;
    size_t count;
};
void parts_add_take(struct parts *p, struct operation *op_take);
void parts_release(struct parts *p);

/* Which one it goes on from, "" none. Lent. */
const char *parts_follows(const struct operation *failover);
/* Of which recovery point its copies are made, "" of none: images have none. Lent. */
const char *parts_point(const struct operation *failover);
/* Whether the member is still where it was to be taken from: not one of those
 * that were chosen, or not made. One that no plan knows has come into the group
 * since, at the site where that serves. */
bool parts_left_behind(const struct parts *p, const struct member *m);
/* Nobody was left behind, and nothing of what any of them was to do has failed. */
bool parts_whole(const struct parts *p, const struct group *g);
/* The newest of them whose plan has steps about a member of that name; NULL none. */
const struct operation *parts_of(const struct parts *p, const char *vm);
/* member_stands() of each member by the one that is about it; who is in none of
 * them stands by the newest. ret has room for g->member_count. */
void parts_stands(const struct parts *p, const struct group *g, struct member_stand *ret);

#endif
