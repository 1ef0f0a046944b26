/*
 * question: what an operator must type before something real is done.
 *
 * Asked on the error stream, answered on the input. A name counts only when it
 * is typed exactly, byte by byte: a letter of another alphabet that looks the
 * same is another letter. An empty line, the end of the input and a signal all
 * mean no. Main thread.
 */
#ifndef PC_TUI_VERBS_QUESTION_H
#define PC_TUI_VERBS_QUESTION_H

#include "tui/verbs/session.h"

/* PC_OK: `name` was typed. CANCELLED: it was not; what was typed is said to
 * differ where it does. what: words that follow the name in the question, "" none. */
enum pc_err question_name(const struct session *s, const char *name, const char *what,
                          struct pc_error *err);

/* A line for the record, without its blanks at both ends. *ret: caller frees.
 * CANCELLED: it was left empty. */
enum pc_err question_reason(const struct session *s, char **ret, struct pc_error *err);

#endif
