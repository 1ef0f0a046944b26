/* plain: verbs that are one request and one printed reply. */
#include "tui/verbs/run.h"

#include "tui/verbs/session.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"

#include <string.h>

enum { REPLICATION_MS = 3000 }; /* what is not read by then is shown as unknown */

/* Has the array that holds the copies of this group been asked, if there is one? */
static bool point_read(const struct snapshot *now, const struct group_view *v)
{
    const struct group *g = v->group;
    bool away = strcmp(g->current_primary, g->secondary) == 0;
    const struct site_view *copies = snapshot_site(now, away ? g->primary : g->secondary);
    return !copies || !copies->has_array || v->point_read_ms || *v->replication_error;
}

/* Recovery points are read by the monitor, after the door has opened. */
static bool replication_read(struct session *s)
{
    struct snapshot *now = door_snapshot(s->door);
    bool read = now->number > 0; /* before the first there is nothing in it */
    for (size_t i = 0; read && i < now->groups->count; i++)
        read = point_read(now, &now->groups->items[i]);
    snapshot_unref(now);
    return read;
}

static enum pc_err wait_for_replication(struct session *s, struct pc_error *err)
{
    int64_t until = clock_mono_ms() + REPLICATION_MS, left;
    enum pc_err rc = PC_OK;
    while (rc == PC_OK && !replication_read(s) && (left = until - clock_mono_ms()) > 0)
        rc = session_wait(s, (int)left, err);
    return rc;
}

static int run_plain(struct session *s,
                     enum pc_err (*print)(const struct session *, const struct column *,
                                          const json_t *, struct pc_error *))
{
    const struct verb *v = s->args->verb;
    struct pc_error err = {0};
    json_t *reply = NULL, *request = NULL;
    /* What cannot be sent is said before anything is started. */
    enum pc_err rc = args_request(s->args, &request, &err);
    if (rc == PC_OK)
        rc = session_open(s, v->needs, &err);
    if (rc == PC_OK && v->needs & NEED_REPLICATION)
        rc = wait_for_replication(s, &err);
    if (rc)
        json_decref(request);
    else
        rc = session_call(s, v->request, request, &reply, &err);
    if (rc == PC_OK && print)
        rc = print(s, v->columns, reply, &err);
    else if (rc == PC_OK && v->done)
        fprintf(s->out, "%s\n", v->done);
    json_decref(reply);
    return session_end(s, rc, &err);
}

int run_list(struct session *s)
{
    return run_plain(s, session_list);
}

int run_show(struct session *s)
{
    return run_plain(s, session_show);
}

int run_quiet(struct session *s)
{
    return run_plain(s, NULL);
}
