/*
 * left: what moves that are over have made at the site where the group does not serve, and
 * the group's record does not know: the copy that never came up, the volumes and ports of
 * one that could not be made, the servers of a move that a person decided against by
 * saying which site serves. No verb of the move itself removes them any more. Engine thread.
 */
#ifndef PC_ENGINE_LEFT_H
#define PC_ENGINE_LEFT_H

#include "backend/engine/inside.h"

/* [{type, id, vm, name, op, step, subject, since_ms}] by the ledgers of moves to that site that have
 * ended well or in part, without what members and their predecessors have. It may be gone: nobody
 * has looked. The caller decrefs. */
enum pc_err left_claimed(struct engine *e, const struct group *g, const char *site, json_t **ret,
                         struct pc_error *err);
/* The group with those of them that are there and carry their operation's mark, as predecessors
 * of their members; one without an id has no server. there: {servers[], ports[], volumes[]} as
 * the site lists them. A reference. */
struct group *left_standing(const struct group *g, const char *site, const json_t *claimed,
                            const json_t *there);
/* Of the claims what is no server's own: floating IPs that are there (`there`: {floating_ips[]}), carry
 * the mark, and lead to nothing, or to what stands at the site, their `name` the address; and clones
 * that Cinder never had, wherever they are by now. all: of left_standing(). The caller decrefs. */
json_t *left_remains(const struct group *all, const char *site, const json_t *claimed,
                     const json_t *there);

#endif
