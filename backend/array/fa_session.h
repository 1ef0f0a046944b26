/*
 * fa_session: calls to one FlashArray, with all that stands before an answer.
 *
 * Finds the REST version once, logs in with the API token, sends the session's
 * token, logs in once more when that has expired, and repeats what the array
 * was too busy for: whoever writes through it must bear being applied twice.
 * Loop thread only; no token is ever logged. Private to this room.
 */
#ifndef PC_ARRAY_FA_SESSION_H
#define PC_ARRAY_FA_SESSION_H

#include "backend/array/array.h"

#include <jansson.h>

struct fa_session;
struct fa_call;

struct fa_session *fa_session_new(struct net *n, const struct array_config *cfg); /* copies */
/* Its calls must be over or cancelled. NULL is fine. */
void fa_session_free(struct fa_session *s);

struct fa_request {
    const char *method;
    const char *path; /* after /api/2.x, with its query; copied */
    json_t *body;     /* lent; NULL none */
    int since;        /* from REST 2.`since` on the query goes on with since_query */
    const char *since_query;
    const char *action; /* for errors ("read its name"); both outlive the call */
};
/* items: the answer's list, lent; NULL with an error, and may be so after a
 * write. */
typedef void fa_got(void *arg, const struct pc_error *err, json_t *items, int64_t elapsed_ms);
/* Never calls back before it returns; the handle is gone when it does. */
struct fa_call *fa_send(struct fa_session *s, const struct fa_request *q, fa_got *done, void *arg);
void fa_cancel(struct fa_call *g); /* NULL is fine; no callback */

static inline struct fa_call *fa_get(struct fa_session *s, const char *path, const char *action,
                                     fa_got *done, void *arg)
{
    return fa_send(s, &(struct fa_request){.method = "GET", .path = path, .action = action}, done,
                   arg);
}

#endif
