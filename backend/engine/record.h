/*
 * record: what is protected, as it is written: in the database by one
 * function, and beside it in groups.json. Engine thread.
 */
#ifndef PC_ENGINE_RECORD_H
#define PC_ENGINE_RECORD_H

#include "backend/engine/inside.h"

/* ---- groups/write.c ----------------------------------------------------------- */
/* The one way a group is written, in the caller's transaction or in one of its
 * own. Its metadata_version becomes that of the stored one, plus one if
 * anything differs that a failover would go by, or what `g` says of it when that is
 * higher: an operation that changes the group and nothing of its record counts, too. When it was last looked at, whether its servers ran then, and what
 * the array calls it, are no such things. A group that is not stored yet keeps the version it has. */
enum pc_err group_write(struct engine *e, const struct group *g, struct pc_error *err);

/* ---- request/group.c ------------------------------------------------------------ */
/* An edit reads, changes and writes under one write lock: of two that come at
 * once, the second sees what the first has made. */
enum pc_err group_edit_begin(struct engine *e, struct pc_error *err);
/* Saves `o` if rc is PC_OK so far; ends the edit either way. */
enum pc_err group_edit_end(struct engine *e, const json_t *o, enum pc_err rc,
                           struct pc_error *err);
/* The group that args name, freshly judged, if its state permits an edit. */
enum pc_err group_may_edit(struct engine *e, const json_t *args, struct group_slot **ret,
                           struct pc_error *err);
/* Its `metadata_version`, if args have one, is what the group has now. */
enum pc_err group_same_version(const json_t *args, const struct group *g, struct pc_error *err);
/* Another group has the server; *ret is its name. */
bool group_protected_elsewhere(struct engine *e, const char *group, const char *server,
                               const char **ret);
/* Answers with the group as it is now, or with the error. */
void group_reply_with(struct request *r, const char *name, enum pc_err rc,
                      const struct pc_error *err);

/* ---- groups/file.c ------------------------------------------------------------ */
/* After a change was committed: the file has what the database has, at once or,
 * while operations run, within a second: of two hundred groups that move at once
 * not each writes all. A failure is a notice, for the change itself was made. */
void groups_file_keep(struct engine *e);
/* The same, of which nothing may be due: then no group is read. */
void groups_file_check(struct engine *e);
/* Writes what is due; at the end, whatever is not written yet. */
void groups_file_turn(struct engine *e);
void groups_file_end(struct engine *e);
/* Whoever executes looks once, when it begins to: its predecessor may have died
 * between the end of an operation and the file. */
void groups_file_catch_up(struct engine *e);
/* Before a deletion is committed: one that stays in the file would come back. */
void groups_file_forget(struct engine *e, const char *id);
/* Array of group_to_json() with `recorded_ms` and `operations[]`, the headers of
 * its real operations, oldest first; empty without the file. Caller decrefs. */
enum pc_err groups_file_read(const struct engine *e, json_t **ret, struct pc_error *err);

/* At the start: an empty history beside a file with groups was lost. */
void groups_file_hint(struct engine *e);

#endif
