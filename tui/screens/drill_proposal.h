/*
 * drill_proposal: what test_propose answered, painted: the mapping with its
 * reasons, and what stands in the way with its remedy. UI thread.
 */
#ifndef PC_TUI_SCREENS_DRILL_PROPOSAL_H
#define PC_TUI_SCREENS_DRILL_PROPOSAL_H

#include "widgets/paint.h"

#include <jansson.h>
#include <stdint.h>

/* Rows wanted, frames included. */
int proposal_mapping_rows(const json_t *proposal);
int proposal_problem_rows(const json_t *proposal, const struct canvas *cv, int width);

/* "site-a -> site-b, recovery point 2m10s old". now_ms: wall. */
void proposal_head_paint(const json_t *proposal, const char *group, int64_t now_ms,
                         struct canvas *cv, struct rect row);
void proposal_mapping_paint(const json_t *proposal, struct canvas *cv, struct rect area);
/* Problems first, then warnings; as much as there is room for. */
void proposal_problems_paint(const json_t *proposal, struct canvas *cv, struct rect area);

#endif
