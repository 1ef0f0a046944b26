/*
 * plan: what a dry run answers, printed.
 *
 * The words are those of tui/planwords.h, so that a prompt says of a plan what
 * the screens say. Main thread.
 */
#ifndef PC_TUI_VERBS_PLAN_H
#define PC_TUI_VERBS_PLAN_H

#include "tui/verbs/session.h"

/* Steps and words as a table, or the whole as JSON; to the session's output.
 * What is only done when it fails is in the JSON alone. */
enum pc_err plan_print(const struct session *s, const json_t *plan, struct pc_error *err);
/* The words alone, before a question. `what` is "failover". */
void plan_tell(FILE *out, const char *what, const json_t *plan);
/* "label: text" for every text. */
void plan_print_texts(FILE *out, const char *label, const json_t *texts);

#endif
