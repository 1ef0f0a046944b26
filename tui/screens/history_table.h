/*
 * history_table: how an operation of the history is listed, ordered, searched
 * and written to a file. `o` is an operation as operation_list replies it.
 * Pure; UI thread.
 */
#ifndef PC_TUI_SCREENS_HISTORY_TABLE_H
#define PC_TUI_SCREENS_HISTORY_TABLE_H

#include "backend/base/buf.h"
#include "backend/base/error.h"
#include "widgets/table.h"

#include <jansson.h>

enum history_column {
    HISTORY_WHEN,
    HISTORY_WHAT,
    HISTORY_GROUP,
    HISTORY_WAY,
    HISTORY_RESULT,
    HISTORY_TOOK,
    HISTORY_ID,
    HISTORY_COLUMNS
};
extern const struct table_column HISTORY_COLS[HISTORY_COLUMNS];

void history_cell(const json_t *o, size_t col, int64_t now_ms, struct table_cell *ret);
/* All that a filter looks at. */
void history_words(const json_t *o, struct buf *out);
/* <0, 0, >0 by a column. */
int history_compare(const json_t *a, const json_t *b, size_t col);
/* Stays with the operation. */
uint64_t history_id(const json_t *o);

/* Wall ms of a time in it; 0 none. */
int64_t history_time(const json_t *o, const char *key);
/* From the beginning to the end of all but the cleanup, in ms: how long the
 * service was on its way; -1 when it did not get there. */
int64_t history_recovery_ms(const json_t *o);
/* How old the recovery point was when it began: what would have been lost, in
 * ms; -1 not known. */
int64_t history_loss_ms(const json_t *o);

/*
 * Writes the rows as STEM.csv, STEM.json and STEM.txt under dir/exports, each
 * whole or not at all, readable by their owner alone. ret_stem: the path
 * without its ending. Errors: PC_ERR_IO.
 */
enum pc_err history_export(const char *dir, const json_t *const *rows, size_t count,
                           int64_t now_ms, char *ret_stem, size_t size, struct pc_error *err);

#endif
