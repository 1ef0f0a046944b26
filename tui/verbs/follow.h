/*
 * follow: an operation from now until it rests, told in lines.
 *
 * Whoever executes it, this process or another: what is shown is always read
 * through the door. Main thread.
 */
#ifndef PC_TUI_VERBS_FOLLOW_H
#define PC_TUI_VERBS_FOLLOW_H

#include "tui/verbs/session.h"

/* *ret: the operation as it rests, caller decrefs. CANCELLED by a signal; the
 * operation is then still journalled. */
enum pc_err follow(struct session *s, const char *id, json_t **ret, struct pc_error *err);
/* The same, and its events between the lines, those of before, too. */
enum pc_err follow_events(struct session *s, const char *id, json_t **ret, struct pc_error *err);

/* Nothing more will happen to it by itself: its status is over and it has an
 * end (a drill that succeeded has none while its cleanup is still to come). */
bool operation_rests(const json_t *op);
/* It waits until a site may be written to again: READ_ONLY, with what to do. */
bool operation_held(const json_t *op, struct pc_error *err);
/* No engine executes, neither here nor in another process. */
bool nobody_executes(const struct session *s);
/* Of a list: how many were begun and stand still, where it alone would say "running". */
void tell_standstill(const struct session *s, FILE *to, const json_t *operations);
/* It did what it was to do: a drill passed and was cleaned (or kept, as
 * asked), everything else completed for every member that it was asked for. */
bool operation_good(const json_t *op);

/* Only some members were asked for, and nothing of those failed. */
bool operation_as_asked(const json_t *op);

/* For an operation that did not end well: the cause and the remedy, on the
 * error stream, whatever the format of the output is. */
void follow_tell_failure(const struct session *s, const json_t *op);

#endif
