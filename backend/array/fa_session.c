#include "backend/array/fa_session.h"

#include "backend/array/fa_answer.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/base/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOTAL_MS = 20000,
    /* Tries of one call that is answered by 429 or 5xx, with the pause doubled
     * in between; the array counts its rate by the second. */
    TRIES = 3,
    PAUSE_MS = 1000
};

struct fa_session {
    struct net *net;
    char *site, *url, *api_token;
    bool verify;
    int minor;             /* of REST 2.x; -1 not known yet */
    char *token;           /* x-auth-token; NULL logged out */
    int logins;            /* counts them, so that a 401 drops its own token only */
    struct net_call *call; /* version or log-in under way */
    struct fa_call *calls;
};

struct fa_call {
    struct fa_session *session;
    struct fa_call *prev, *next;
    const char *method;
    char *path, *body; /* body: NULL none */
    int since;         /* `since_query` is added from this REST 2.x on */
    const char *since_query, *action;
    fa_got *done;
    void *arg;
    struct net_call *call;   /* under way */
    struct net_timer *timer; /* a pause, or a failure about to be told */
    struct pc_error err;     /* that failure */
    int login;               /* the log-in whose token it was sent with */
    bool relogged;           /* it had its one new log-in */
    int tries;
    char request_id[UUID_SIZE];
};

static void go_on(struct fa_session *s);

/* ---- a call's life ------------------------------------------------------- */

static void detach(struct fa_call *g)
{
    *(g->prev ? &g->prev->next : &g->session->calls) = g->next;
    if (g->next)
        g->next->prev = g->prev;
    net_cancel(g->call);
    net_timer_cancel(g->timer);
    free(g->path);
    free(g->body);
    free(g);
}

void fa_cancel(struct fa_call *g)
{
    if (g)
        detach(g);
}

/* The callback is the last that is done here: it may free the session. */
static void finish(struct fa_call *g, const struct pc_error *err, json_t *items, int64_t elapsed_ms)
{
    fa_got *done = g->done;
    void *arg = g->arg;
    g->call = NULL; /* it is the one that runs, or none */
    g->timer = NULL;
    detach(g);
    done(arg, err, items, elapsed_ms);
}

static void tell_failure(void *arg)
{
    struct fa_call *g = arg;
    struct pc_error err = g->err;
    finish(g, &err, NULL, 0);
}

/* Fails every call that waits for the session, each in a turn of its own, so
 * that no callback runs while the list is walked. */
static void fail_waiting(struct fa_session *s, const struct pc_error *err)
{
    for (struct fa_call *g = s->calls; g; g = g->next) {
        if (g->call || g->timer)
            continue;
        g->err = *err;
        g->timer = net_timer_start(s->net, 0, tell_failure, g);
    }
}

static void pause_over(void *arg)
{
    struct fa_call *g = arg;
    g->timer = NULL;
    go_on(g->session);
}

/* ---- requests ------------------------------------------------------------ */

static struct net_call *send(struct fa_session *s, const char *method, const char *url,
                             const char *const *headers, const char *body,
                             void (*done)(void *arg, const struct net_reply *r), void *arg)
{
    struct net_request q = {.method = method, .url = url, .headers = headers, .body = body,
                            .body_len = body ? strlen(body) : 0,
                            .total_ms = TOTAL_MS, .tls = {.insecure = !s->verify}};
    return net_send(s->net, &q, done, arg);
}

static json_t *body_of(const struct net_reply *r)
{
    return json_read(r->body, r->body_len);
}

/* An error of the way there, in this room's words. */
static void not_reached(const struct fa_session *s, const struct net_reply *r,
                        struct pc_error *err)
{
    *err = r->err;
    snprintf(err->source, sizeof(err->source), "%s", s->site);
    if (!*err->remedy)
        snprintf(err->remedy, sizeof(err->remedy),
                 "Check array.url of site %s, and the way to it.", s->site);
}

static enum pc_err not_understood(const struct fa_session *s, const char *what,
                                  struct pc_error *err)
{
    pc_error_set(err, PC_ERR_PROTOCOL,
                 "Check that array.url is the management address of a FlashArray.",
                 "the array of site %s answered %s", s->site, what);
    snprintf(err->source, sizeof(err->source), "%s", s->site);
    return PC_ERR_PROTOCOL;
}

static void on_reply(void *arg, const struct net_reply *r);

static void send_call(struct fa_call *g)
{
    struct fa_session *s = g->session;
    char *url = xasprintf("%s/api/2.%d%s%s", s->url, s->minor, g->path,
                          g->since_query && s->minor >= g->since ? g->since_query : "");
    char *token = xasprintf("x-auth-token: %s", s->token);
    char *id = xasprintf("X-Request-ID: %s", uuid_make(g->request_id));
    const char *headers[] = {token, id, "Accept: application/json",
                             g->body ? "Content-Type: application/json" : NULL, NULL};
    g->login = s->logins;
    g->tries++;
    g->call = send(s, g->method, url, headers, g->body, on_reply, g);
    free(id);
    free(token);
    free(url);
}

/* Says whether the call waits for another try instead of ending. */
static bool try_again(struct fa_call *g, int status)
{
    struct fa_session *s = g->session;
    if (status == 401 && !g->relogged) {
        g->relogged = true;
        if (g->login == s->logins) {
            free(s->token);
            s->token = NULL;
        }
        go_on(s);
        return true;
    }
    if ((status == 429 || status >= 500) && g->tries < TRIES) {
        g->timer = net_timer_start(s->net, (int64_t)PAUSE_MS << (g->tries - 1), pause_over, g);
        return true;
    }
    return false;
}

static void on_reply(void *arg, const struct net_reply *r)
{
    struct fa_call *g = arg;
    struct fa_session *s = g->session;
    struct pc_error err = {.code = PC_OK};
    g->call = NULL;
    log_line(LOG_DEBUG, "array", "%s: %s %s: %d in %lld ms, request %s", s->site, g->method,
             g->path, r->status, (long long)r->elapsed_ms, g->request_id);
    if (!r->err.code && try_again(g, r->status))
        return;
    json_t *body = r->err.code ? NULL : body_of(r);
    json_t *items = json_list(body, "items");
    if (r->err.code)
        not_reached(s, r, &err);
    else if (r->status != 200 && r->status != 207)
        fa_answer_error(r->status, body, s->site, g->action, &err);
    else if (!items && strcmp(g->method, "GET") == 0)
        not_understood(s, "with something else than a list", &err);
    if (err.code)
        snprintf(err.request_id, sizeof(err.request_id), "%s", g->request_id);
    finish(g, &err, err.code ? NULL : items, r->elapsed_ms);
    json_decref(body);
}

/* ---- version and log-in -------------------------------------------------- */

static void on_version(void *arg, const struct net_reply *r)
{
    struct fa_session *s = arg;
    struct pc_error err = {.code = PC_OK};
    json_t *body = r->err.code ? NULL : body_of(r);
    s->call = NULL;
    if (r->err.code)
        not_reached(s, r, &err);
    else if (r->status != 200)
        fa_answer_error(r->status, body, s->site, "tell its REST versions", &err);
    else if (!json_list(body, "version"))
        not_understood(s, "with something else than its REST versions", &err);
    else if ((s->minor = fa_answer_version(body)) < 0)
        not_understood(s, "that it has no REST version from 2.4 on: it needs Purity 6.1", &err);
    json_decref(body);
    if (err.code)
        fail_waiting(s, &err);
    else
        go_on(s);
}

/* The array answers a token that it does not know with 400. */
static void refused(const struct fa_session *s, const struct net_reply *r, struct pc_error *err)
{
    json_t *body = body_of(r);
    int status = r->status == 400 ? 401 : r->status;
    fa_answer_error(status, body, s->site, "accept the API token", err);
    err->http_status = r->status;
    json_decref(body);
}

static void on_login(void *arg, const struct net_reply *r)
{
    struct fa_session *s = arg;
    struct pc_error err = {.code = PC_OK};
    const char *token = net_reply_header(r, "x-auth-token");
    s->call = NULL;
    if (r->err.code)
        not_reached(s, r, &err);
    else if (r->status != 200)
        refused(s, r, &err);
    else if (!*token || !text_is_safe(token))
        not_understood(s, "the log-in without a session token", &err);
    if (err.code) {
        s->minor = -1; /* an array may be upgraded meanwhile: ask anew */
        fail_waiting(s, &err);
        return;
    }
    log_secret(token);
    s->token = xstrdup(token);
    s->logins++;
    log_line(LOG_INFO, "array", "%s: logged in to the array, REST 2.%d", s->site, s->minor);
    go_on(s);
}

/* Does what comes next: version, log-in, or the calls that wait. */
static void go_on(struct fa_session *s)
{
    if (s->call)
        return;
    if (s->minor < 0) {
        char *url = xasprintf("%s/api/api_version", s->url);
        s->call = send(s, "GET", url, NULL, NULL, on_version, s);
        free(url);
    } else if (!s->token) {
        char *url = xasprintf("%s/api/2.%d/login", s->url, s->minor);
        char *token = xasprintf("api-token: %s", s->api_token);
        const char *headers[] = {token, "Content-Type: application/json", NULL};
        s->call = send(s, "POST", url, headers, NULL, on_login, s);
        free(token);
        free(url);
    } else {
        for (struct fa_call *g = s->calls; g; g = g->next)
            if (!g->call && !g->timer)
                send_call(g);
    }
}

/* ---- for the room -------------------------------------------------------- */

struct fa_call *fa_send(struct fa_session *s, const struct fa_request *q, fa_got *done, void *arg)
{
    struct fa_call *g = xcalloc(1, sizeof(*g));
    g->session = s;
    g->method = q->method;
    g->path = xstrdup(q->path);
    g->body = q->body ? json_compact(q->body) : NULL;
    g->since = q->since;
    g->since_query = q->since_query;
    g->action = q->action;
    g->done = done;
    g->arg = arg;
    g->next = s->calls;
    if (s->calls)
        s->calls->prev = g;
    s->calls = g;
    go_on(s);
    return g;
}

struct fa_session *fa_session_new(struct net *n, const struct array_config *cfg)
{
    struct fa_session *s = xcalloc(1, sizeof(*s));
    s->net = n;
    s->site = xstrdup(cfg->site ? cfg->site : "");
    s->url = xstrdup(cfg->url);
    for (size_t len = strlen(s->url); len > 0 && s->url[len - 1] == '/';)
        s->url[--len] = '\0';
    s->api_token = xstrdup(cfg->api_token ? cfg->api_token : "");
    s->verify = cfg->verify;
    s->minor = -1;
    return s;
}

void fa_session_free(struct fa_session *s)
{
    if (!s)
        return;
    net_cancel(s->call);
    while (s->calls)
        detach(s->calls);
    free(s->token);
    free(s->api_token);
    free(s->url);
    free(s->site);
    free(s);
}
