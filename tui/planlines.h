/*
 * planlines: all that a plan would do, line by line.
 *
 * What is lost and made, how long it takes and by what that is known, what the
 * quotas say, what stands in the way with its remedy, what follows; then every
 * thing that is created, stopped, started, deleted and promoted by its name, and
 * every readiness check with its evidence. Pure, any thread.
 */
#ifndef PC_TUI_PLANLINES_H
#define PC_TUI_PLANLINES_H

#include "tui/planwords.h"

/* What was there is released. plan and proposal: replies, NULL
 * none; refused: why there is no plan, code OK: nothing. drill: what is made is
 * deleted afterwards, unless `kept`. */
void planlines_take(struct planwords *l, const json_t *plan, const json_t *proposal,
                    const struct pc_error *refused, bool drill, bool kept);

/* For a question, where there is little room: how many it stops, deletes and starts, and how
 * long it takes, as facts; and what it does by name, a line for each kind of thing. */
void planlines_counts(struct planwords *l, const json_t *plan);
void planlines_names(struct planwords *l, const json_t *plan);

#endif
