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
/* Says whether one of the /array-connections is up. */
bool fa_answer_connected(const json_t *connections);

/* What an answer with an error status means. site, action ("read recovery
 * points"): for the text. Sets *err with http_status and source. */
enum pc_err fa_answer_error(int status, const json_t *body, const char *site, const char *action,
                            struct pc_error *err);

#endif
