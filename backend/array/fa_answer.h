/*
 * fa_answer: reading what a FlashArray's REST 2.x answers.
 *
 * Pure: JSON in, facts or an error out. Bodies are not trusted: what is
 * missing or of a strange type is skipped. Any thread.
 */
#ifndef PC_ARRAY_FA_ANSWER_H
#define PC_ARRAY_FA_ANSWER_H

#include "backend/array/array.h"

#include <jansson.h>

/* The REST versions that this code was written against: 2.4 (Purity 6.1) is
 * the oldest that Cinder's driver supports too. */
enum { FA_MINOR_LEAST = 4, FA_MINOR_MOST = 52 };
/* The highest minor of the "2.x" in {"version": [...]} within those bounds, or
 * -1 when there is none. */
int fa_answer_version(const json_t *body);

/* Joins /protection-group-snapshots/transfer with /protection-group-snapshots
 * by name, newest first. Returns how many of `most` were filled in. */
int fa_answer_points(const json_t *transfers, const json_t *snapshots, struct array_point *points,
                     int most);
/* Non-empty, and of the letters that names of arrays, groups, snapshots and
 * volumes are made of: nothing that could end a quoted filter value. */
bool fa_name_is_plain(const char *name);
/* One of /volumes or /volume-snapshots; false: it is no such thing. */
bool fa_answer_volume(const json_t *item, struct array_volume *v);
/* Adds to v what the /volumes/tags of its name say. */
void fa_answer_tags(const json_t *tags, struct array_volume *v);
/* One of /protection-groups; NULL leaves it empty. `targeted` is not in it. */
void fa_answer_group(const json_t *item, struct array_group *g);
/* The /array-connections, and whether one of them is up. */
void fa_answer_connections(const json_t *connections, struct array_status *status);

/* The tags by which a volume is known as ours, in a namespace of their own:
 * the operation, "operation step", and the snapshot it was made from. */
#define FA_TAG_SPACE "protector"
#define FA_TAG_OP "protector-op"
#define FA_TAG_STEP "protector-step"
#define FA_TAG_SNAPSHOT "protector-snapshot"

/* What an answer with an error status means. site, action ("read recovery
 * points"): for the text. Sets *err with http_status and source. */
enum pc_err fa_answer_error(int status, const json_t *body, const char *site, const char *action,
                            struct pc_error *err);

#endif
