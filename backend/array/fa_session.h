/*
 * fa_session: GETs to one FlashArray, with all that stands before an answer.
 *
 * Finds the REST version once, logs in with the API token, sends the session's
 * token, logs in once more when that has expired, and repeats what the array
 * was too busy for. It only reads. Loop thread only; no token is ever logged.
 * Private to this room.
 */
#ifndef PC_ARRAY_FA_SESSION_H
#define PC_ARRAY_FA_SESSION_H

#include "backend/array/array.h"

#include <jansson.h>

struct fa_session;
struct fa_get;

struct fa_session *fa_session_new(struct net *n, const struct array_config *cfg); /* copies */
/* Its gets must be over or cancelled. NULL is fine. */
void fa_session_free(struct fa_session *s);

/* items: the answer's list, lent; NULL with an error. */
typedef void fa_got(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms);
/* path: after /api/2.x, with its query. action: for errors ("read its name").
 * Never calls back before it returns; the handle is gone when it does. */
struct fa_get *fa_get(struct fa_session *s, const char *path, const char *action, fa_got *done,
                      void *arg);
void fa_get_cancel(struct fa_get *g); /* NULL is fine; no callback */

#endif
