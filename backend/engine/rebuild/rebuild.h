/*
 * rebuild: the story of what was, told anew from what the sites carry.
 *
 * When the history is lost, three things remain: the marks on everything that
 * operations made (step_marks), the servers of both sites as they are, and
 * groups.json. From these come the groups, where each serves, and operations
 * with a ledger, so that cleanup, rollback and confirmation work on them; the
 * state follows from those as always.
 *
 *   read both sites ─▶ marks ─▶ story ─▶ [facts of members] ─▶ one transaction
 *
 * Marks win over the file where they are newer. Where both sites run the same
 * servers, or the file says otherwise than the sites, nothing is decided: both
 * stories are told, and a person has to end one of them. The story is JSON from
 * here to the reply. All but request/rebuild.c is pure.
 */
#ifndef PC_ENGINE_REBUILD_H
#define PC_ENGINE_REBUILD_H

#include "backend/engine/record.h"

/* One site as it was read: {name, read, error, servers[], volumes[], ports[],
 * networks[]}, the services' own documents. */

/* PROTOCOL, naming both: Nova, Cinder and Neutron tell differently of what carries our mark. What
 * one of them leaves out would be missing from the story, and nobody would look for it again. */
enum pc_err rebuild_lists_agree(const json_t *sites, struct pc_error *err);

/* Everything that carries our mark, by operation: {<op id>: {id, type, group,
 * group_id, source_site, target_site, at_ms, made[{type, id, name, step, source,
 * status}]}}. What cannot be told is missing in it: type, group. */
json_t *rebuild_marks(const json_t *sites);

/* {groups[{id, name, from[], serves, primary, secondary, record, operations[],
 * conflict, warnings[]}], leftovers[{operation_id, site, type, id, name}],
 * warnings[]}. record: of the file, null. An operation: as in the marks, with
 * status, verdict, parent and stopped[{id, name}]. conflict: {one, other} or
 * null. What `known` has is left out: {<operation id>: true, <group id>: its record,
 * <group name>: its id} of the history; marks of its groups' operations that it does
 * not have are told on top of the record. file: groups_file_read()'s. */
json_t *rebuild_story(const json_t *sites, const json_t *marks, const json_t *file,
                      const json_t *known);
/* Where a real operation of the story has its group serve, "" nowhere new. */
const char *rebuild_target(const json_t *op);
/* What a group's story says, for people. The caller decrefs: array of strings. */
json_t *rebuild_told(const json_t *group);

/* The operation itself, with plan, step states and ledger. `before`: members as
 * they were on the source, by name; NULL unknown. */
struct operation *rebuild_operation(const json_t *group, const json_t *op, const json_t *before);

#endif
