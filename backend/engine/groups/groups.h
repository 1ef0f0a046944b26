/*
 * groups: the groups that the engine holds: read from the store, and what their
 * history makes of them (state.c). Engine thread, where nothing else is said.
 */
#ifndef PC_ENGINE_GROUPS_H
#define PC_ENGINE_GROUPS_H

#include "backend/engine/inside.h"

enum pc_err groups_load(struct engine *e, struct pc_error *err);
/* The same before the engine's thread runs: a thread of its own reads the store,
 * which nobody else may use meanwhile, and what the sites answer is heard. */
enum pc_err groups_load_first(struct engine *e, struct pc_error *err);
/* Where that group is held, as it is now; NULL: it is not any more. */
struct group_slot *groups_slot(struct engine *e, const struct group *g);
/* Its view goes on with the group as it is now. */
void group_show_as(struct group_slot *slot, const struct group *g);
/* Derives every state from the history, with one query. */
void groups_refresh(struct engine *e);
/* The same for one group; on an error its state stays as it was. */
enum pc_err group_refresh(struct engine *e, const char *id, struct pc_error *err);

/* The view from the facts of this group; on an error it stays. */
enum pc_err group_derive(struct engine *e, struct group_slot *slot, const struct op_summary *list,
                         size_t count, struct pc_error *err);
/* The operation whose steps say where the members stand, "" none. Lent. */
const char *group_concern(const struct group_slot *slot);
/* index: member_index()'s of its plan and g; NULL: it is made for this once. */
void group_tally(const struct group *g, const struct operation *op, const int *index,
                 struct member_tally *ret);

/* CONFLICT: groups.json knows more of it than this history, which was put back from
 * before: nothing is begun that goes by it. */
enum pc_err group_not_outrun(const struct group_slot *slot, struct pc_error *err);

/* lifecycle_check() of it, which says to wait for what runs only where somebody executes that. */
enum pc_err group_allows(struct engine *e, const struct group_slot *slot, enum group_action a,
                         struct pc_error *err);

/* "in_sync" "out_of_sync" "unreachable": what the other site knows of the group. */
const char *group_metadata(struct engine *e, const struct group_slot *s);
/* Where the group serves, and the other of its sites. CONFIG. */
enum pc_err group_sites(struct engine *e, const struct group *g, struct site **source,
                        struct site **target, struct pc_error *err);

/* The members' servers, as the site where the group serves told of them last, whoever
 * asked (seen.c). servers: its list; at_ms: wall. */
void members_saw(struct group_slot *slot, const json_t *servers, int64_t at_ms);
/* "ACTIVE", "" when it was not among them; NULL: nobody looked. */
const char *members_seen(const struct group_slot *slot, const char *server_id, int64_t *ret_at_ms);

#endif
