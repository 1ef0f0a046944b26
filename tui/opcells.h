/*
 * opcells: an operation of the history as a row, from the JSON of
 * docs/requests.md: what it was, how it ended, how long it took.
 *
 * Pure, UI thread.
 */
#ifndef PC_TUI_OPCELLS_H
#define PC_TUI_OPCELLS_H

#include "tui/actions.h"
#include "widgets/table.h"

#include <jansson.h>

/* Wall ms of a time in a reply, 0 none. */
int64_t opcells_time(const json_t *o, const char *key);
/* When it started, or was asked for. */
int64_t opcells_begin(const json_t *op);
/* "drill", or the name itself of a type that is not known. */
const char *opcells_type(const json_t *op);
/* As words_way(). */
char *opcells_way(const json_t *op, char *dst, size_t size);
/* "passed, cleaned", "stopped", "waiting". */
char *opcells_result_words(const json_t *op, char *dst, size_t size);
void opcells_result(const json_t *op, struct table_cell *ret);
/* What counts against the RTO: from its start to the end of the last phase
 * before its cleanup; -1 it is not over. */
int64_t opcells_took(const json_t *op);
/* For the action table; false: this version does not know such an operation. */
bool opcells_subject(const json_t *op, const struct snapshot *s, struct act_operation *ret);

#endif
