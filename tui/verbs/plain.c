/* plain: verbs that are one request and one printed reply. */
#include "tui/verbs/run.h"

#include "tui/verbs/follow.h"
#include "tui/verbs/plan.h"
#include "tui/verbs/session.h"

#include "backend/base/json.h"

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
        rc = session_wait_for_replication(s, &err);
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

static enum pc_err list_and_tell(const struct session *s, const struct column *columns,
                                 const json_t *reply, struct pc_error *err)
{
    tell_standstill(s, s->err, reply);
    return session_list(s, columns, reply, err);
}

int run_operations(struct session *s)
{
    return run_plain(s, list_and_tell);
}

int run_show(struct session *s)
{
    return run_plain(s, session_show);
}

/* And on stderr what went along with what was asked for. */
static enum pc_err show_and_warn(const struct session *s, const struct column *columns,
                                 const json_t *reply, struct pc_error *err)
{
    plan_print_texts(s->err, "warning", json_list(reply, "warnings"));
    return session_show(s, columns, reply, err);
}

int run_remove_member(struct session *s)
{
    return run_plain(s, show_and_warn);
}

/* A group may be changed while its other site is away: a counterpart that is misspelt
 * would be found by the next operation only. */
static enum pc_err show_and_point(const struct session *s, const struct column *columns,
                                  const json_t *reply, struct pc_error *err)
{
    static const char *const flags[] = {"--network-mapping", "--flavor-mapping", "--image-mapping"};
    bool mapped = false;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        mapped |= args_has(s->args, flags[i]);
    if (mapped)
        fprintf(s->err, "whether the other site has what it is mapped to was not looked at: "
                        "protection-group readiness %s\n", json_text(reply, "name"));
    return session_show(s, columns, reply, err);
}

int run_set(struct session *s)
{
    return run_plain(s, show_and_point);
}

int run_quiet(struct session *s)
{
    return run_plain(s, NULL);
}
