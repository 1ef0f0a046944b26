/*
 * undo: plans what takes back what a plan may have made or stopped, within that
 * plan, or as an operation of its own that works on the other's ledger. Pure.
 */
#ifndef PC_ENGINE_UNDO_H
#define PC_ENGINE_UNDO_H

#include "backend/model/group.h"
#include "backend/model/operation.h"
#include "backend/model/parts.h"

/* Adds to `to` the steps that delete what `from` makes; they may be the same. */
void undo_makes(struct plan *to, const struct plan *from);
/* A step that every deletion of a server comes before. */
int undo_all_gone(struct plan *to, const char *subject);
/* Adds the steps that start again what `from` stops, after step `gone`. */
void undo_stops(struct plan *to, const struct plan *from, int gone);

/* The site that serves, or is to serve, answers and has these servers (ids): the step that
 * everything comes after which deletes what could serve instead. */
int undo_site_answers(struct plan *p, const char *site, json_t *servers_take);

/* The failover is taken back, in all its parts: its copies are deleted, then what
 * it stopped runs again, then the group's record is as it was. There is one part
 * at least; the operation works on the ledger of the newest, and steps about an
 * earlier one name it in their params (`ledger`). */
struct plan *undo_rollback(const struct parts *failovers);
/* The failback stays: what the failover had made is deleted, but for members that
 * the failback did not bring back; members that it stopped and did not make are
 * started again; the group's record names the servers of the failback. If that
 * was asked for with reverse replication, the other site's array has a point of
 * the new volumes before any of its old ones is let go. */
struct plan *undo_confirm(const struct group *g, const struct parts *failovers,
                          const struct operation *failback);
/* Whether the failover stopped members and did not make them: a part was kept. */
bool undo_has_left_behind(const struct group *g, const struct parts *failovers);
/* Whether a confirmation replicates first. */
bool undo_protects(const struct operation *failback);
/* The failback is taken back: its copies are deleted, and what it stopped runs
 * again. */
struct plan *undo_cancel(struct operation *failback);
/* The failover stays: only the group's state changes. */
struct plan *undo_none(const struct operation *failover);

#endif
