/*
 * begin: an operation from what was asked to its end, for every verb that
 * begins one.
 *
 * Opens a door that executes when the verb waits for the end; otherwise has an
 * engine started for it. Whatever cannot be sent or printed is said before
 * anything is begun. Main thread.
 */
#ifndef PC_TUI_VERBS_BEGIN_H
#define PC_TUI_VERBS_BEGIN_H

#include "tui/verbs/session.h"

/* Does this verb stay until the end? By --wait or --no-wait, else a verb that
 * is followed does so where somebody watches. Never a dry run. */
bool begin_waits(const struct session *s);

/* Opens the door. at_once: the columns of what is printed when it does not
 * wait. *ret_request: the verb's arguments, caller decrefs. */
enum pc_err begin_open(struct session *s, const struct column *at_once, json_t **ret_request,
                       struct pc_error *err);

/* op: the operation as the request answered it. Prints it, and follows it to
 * the end or leaves it to an engine; *ret_good: it ended as asked. */
enum pc_err begin_through(struct session *s, const json_t *op, bool *ret_good,
                          struct pc_error *err);

/* The operation as it ended, in full; in a conversation that goes on, where it can
 * be asked for, not. */
enum pc_err begin_show_end(const struct session *s, const json_t *op, struct pc_error *err);

/* The request of this verb, answered: *ret as of session_call(). Interrupted
 * meanwhile, what it may have begun is handed over. */
enum pc_err begin_ask(struct session *s, const char *verb, json_t *args, json_t **ret,
                      struct pc_error *err);
/* A signal ended the following (follow() gave CANCELLED), not the operation: Ctrl-C
 * hands that over to an engine in the background, and says how to follow and to
 * stop it. id NULL: it is not known whether it was begun. */
void begin_detach(struct session *s, const char *id);

/* Nobody waits for it here: closes the door, so that the lease is free, and
 * has an engine started. */
enum pc_err begin_leave(struct session *s, struct pc_error *err);

#endif
