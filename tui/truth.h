/*
 * truth: where what is shown comes from: read from the world, and how long ago;
 * claimed by the history, without the world having been asked since; or unknown.
 *
 * One mark and a few words, the same in every list. Pure, UI thread.
 */
#ifndef PC_TUI_TRUTH_H
#define PC_TUI_TRUTH_H

#include "widgets/table.h"

#include <stdint.h>

enum truth { TRUTH_UNKNOWN, TRUTH_CLAIMED, TRUTH_READ };
enum { TRUTH_COLUMNS = 14 }; /* of its widest words */

/* For limit_ms: what cannot change any more is never stale. */
#define TRUTH_SETTLED INT64_MAX

/* read_ms: wall, when it was read, for TRUTH_READ; 0: unknown all the same. What
 * was read longer ago than limit_ms is STALE. */
void truth_cell(enum truth is, int64_t read_ms, int64_t limit_ms, int64_t now_ms,
                struct table_cell *ret);

#endif
