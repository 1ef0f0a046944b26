/*
 * checkshow: a readiness check and a recovery point as the rows of a list and
 * as all that is known of one, from the JSON of docs/requests.md.
 *
 * Pure, UI thread. Times come as arguments.
 */
#ifndef PC_TUI_CHECKSHOW_H
#define PC_TUI_CHECKSHOW_H

#include "backend/base/buf.h"
#include "widgets/table.h"

#include <jansson.h>

/* ---- a check of a readiness -------------------------------------------------- */

enum check_column { CHECK_KEY, CHECK_STATUS, CHECK_TITLE, CHECK_EVIDENCE, CHECK_COLUMNS };
extern const struct table_column CHECK_COLUMN[CHECK_COLUMNS];

/* The lowest is the gravest: blocked, warning, unknown, ok, does not apply. */
enum { CHECK_RANKS = 6 };
int check_rank(const json_t *check);
void check_cell(const json_t *check, size_t col, struct table_cell *ret);
/* What it found, since when that is known, and what to do about it. */
void check_detail(const json_t *check, int64_t now_ms, struct buf *out);
/* The rows of a list by rank, those of the same rank as they came. Caller frees. */
const json_t **check_order(const json_t *checks, size_t *ret_count);

/* ---- a recovery point ---------------------------------------------------------- */

enum point_column { POINT_NAME, POINT_AGE, POINT_STATE, POINT_VOLUMES, POINT_COLUMNS };
extern const struct table_column POINT_COLUMN[POINT_COLUMNS];

void point_cell(const json_t *point, size_t col, struct table_cell *ret);
/* Its moment, and which volumes of whom are missing from it. */
void point_detail(const json_t *point, struct buf *out);

#endif
