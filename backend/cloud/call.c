/*
 * call: the life of one call, up to the moment its request is sent.
 *
 * A call waits for what it lacks (a token, the service's version), is sent,
 * and may be sent again: after a pause, for its next page, with a new token.
 * reply.c decides which. Its end is one callback, and then it is freed; inside
 * that callback it is in no list, so cancelling it there does nothing.
 */
#include "backend/cloud/driver.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/uuid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *dup_or_null(const char *s)
{
    return s ? xstrdup(s) : NULL;
}

struct cloud_call *cloud_call_new(struct cloud *c, const struct cloud_request *q, cloud_done *done,
                                  void *arg)
{
    char uuid[UUID_SIZE];
    struct cloud_call *call = xcalloc(1, sizeof(*call));
    *call = (struct cloud_call){
        .cloud = c,
        .service = q->service,
        .repeat = q->repeat,
        .path = dup_or_null(q->path),
        .unwrap = dup_or_null(q->unwrap),
        .list = q->list,
        .once = q->once,
        .early = q->early,
        .tolerate = q->tolerate,
        .keep = q->keep,
        .keep_a = dup_or_null(q->keep_a),
        .keep_b = dup_or_null(q->keep_b),
        .total_ms = q->total_ms,
        .started = clock_mono_ms(),
        .done = done,
        .arg = arg,
    };
    snprintf(call->method, sizeof(call->method), "%s", q->method);
    snprintf(call->microversion, sizeof(call->microversion), "%s",
             q->microversion ? q->microversion : "");
    snprintf(call->global_id, sizeof(call->global_id), "req-%s", uuid_make(uuid));
    if (q->body) {
        call->body = json_dumps(q->body, JSON_COMPACT);
        json_decref(q->body);
    }
    call->prev = c->tail;
    *(c->tail ? &c->tail->next : &c->head) = call;
    c->tail = call;
    return call;
}

static void unlink_call(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    *(call->prev ? &call->prev->next : &c->head) = call->next;
    *(call->next ? &call->next->prev : &c->tail) = call->prev;
    call->prev = call->next = NULL;
}

static void free_call(struct cloud_call *call)
{
    exchange_leave(call);
    net_timer_cancel(call->timer);
    if (call->body)
        explicit_bzero(call->body, strlen(call->body));
    if (call->subject_token)
        explicit_bzero(call->subject_token, strlen(call->subject_token));
    free(call->body);
    free(call->subject_token);
    free(call->path);
    free(call->url);
    free(call->unwrap);
    free(call->keep_a);
    free(call->keep_b);
    free(call->query);
    json_decref(call->items);
    free(call);
}

void cloud_cancel(struct cloud_call *call)
{
    if (!call || call->state == CLOUD_CALL_DONE)
        return;
    unlink_call(call);
    free_call(call);
}

void cloud_call_finish(struct cloud_call *call, const struct pc_error *err, json_t *body)
{
    struct cloud_reply r = {
        .status = call->status,
        .body = err ? NULL : body,
        .request_id = call->request_id,
        .elapsed_ms = call->elapsed_ms,
    };
    if (err) {
        /* The one door out: a service may throw our own secrets back at us. */
        r.err = *err;
        log_redact(r.err.text);
        log_redact(r.err.remedy);
    }
    unlink_call(call);
    call->cloud->ended++;
    call->state = CLOUD_CALL_DONE;
    call->done(call->arg, &r);
    free_call(call);
}

void cloud_call_release_waiting(struct cloud *c, enum cloud_call_state state,
                                enum cloud_service service, const struct pc_error *err)
{
    /* From the head each time: what goes on may cancel or add any other. */
    for (struct cloud_call *call = c->head; call;) {
        if (call->state != state || (service != CLOUD_SERVICES && call->service != service)) {
            call = call->next;
            continue;
        }
        if (err)
            cloud_call_finish(call, err, NULL);
        else
            cloud_call_advance(call);
        call = c->head;
    }
}

static void fail(struct cloud_call *call, enum pc_err code, const char *remedy, const char *text)
{
    struct pc_error err;
    pc_error_set(&err, code, remedy, "%s: %s", call->cloud->site, text);
    snprintf(err.source, sizeof(err.source), "%s", call->cloud->site);
    cloud_call_finish(call, &err, NULL);
}

/* endpoint + path, with the query of the page it is at. */
static char *url_of(const struct cloud_call *call)
{
    if (call->url)
        return xstrdup(call->url);
    const char *base = call->cloud->endpoint[call->service];
    char *path = catalog_fill_in(call->path, call->cloud->session.project_id);
    char *url = call->query
                    ? xasprintf("%s%.*s?%s", base, (int)strcspn(path, "?"), path, call->query)
                    : xasprintf("%s%s", base, path);
    free(path);
    return url;
}

static void request_send(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    char version[CLOUD_VERSION_SIZE], line[64], global[96];
    struct pc_error err;
    const char *headers[6];
    int n = 0;
    char *token = NULL;
    headers[n++] = "Accept: application/json";
    snprintf(global, sizeof(global), "X-Openstack-Request-Id: %s", call->global_id);
    headers[n++] = global;
    if (call->body)
        headers[n++] = "Content-Type: application/json";
    if (*call->microversion && c->version[call->service].known) {
        if (!version_pick(c, call->service, call->microversion, version, &err)) {
            cloud_call_finish(call, &err, NULL);
            return;
        }
        snprintf(line, sizeof(line), "OpenStack-API-Version: %s %s",
                 cloud_service_name(call->service), version);
        headers[n++] = line;
    }
    if (!call->bare)
        headers[n++] = token = xasprintf("X-Auth-Token: %s", c->session.token);
    headers[n] = NULL;

    char *url = url_of(call);
    struct net_request q = {
        .method = call->method,
        .url = url,
        .headers = headers,
        .body = call->body,
        .body_len = call->body ? strlen(call->body) : 0,
        .connect_ms = CLOUD_CONNECT_MS,
        .total_ms = call->total_ms,
        .tls = {.insecure = c->cfg.insecure,
                .cacert = c->cfg.cacert,
                .cert = c->cfg.cert,
                .key = c->cfg.key},
    };
    exchange_send(call, &q);
    if (token)
        explicit_bzero(token, strlen(token));
    free(token);
    free(url);
}

static void send_now(struct cloud_call *call)
{
    call->token_generation = call->cloud->session.generation;
    call->tries++;
    call->state = CLOUD_CALL_HTTP;
    if (!exchange_join(call))
        request_send(call);
}

/* What was asked early was answered; it is good if the service speaks what we do. */
static void end_early(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    char version[CLOUD_VERSION_SIZE];
    struct pc_error err;
    bool fine = !*call->microversion ||
                version_pick(c, call->service, call->microversion, version, &err);
    cloud_call_finish(call, fine ? NULL : &err, NULL);
}

void cloud_call_advance(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    struct pc_error err;
    if (!call->path && !call->url) {
        fail(call, PC_ERR_INVALID, "Report it: the console asked for something without its id.",
             "an id is missing");
        return;
    }
    if (!call->bare && !session_good(c)) {
        call->state = CLOUD_CALL_WAIT_TOKEN;
        if (!session_ask(c, &err))
            cloud_call_finish(call, &err, NULL);
        return;
    }
    if (!*call->method) {
        cloud_call_finish(call, NULL, NULL); /* cloud_login: the token was all */
        return;
    }
    if (!call->url && !c->endpoint[call->service]) {
        catalog_missing(c, call->service, &err);
        cloud_call_finish(call, &err, NULL);
        return;
    }
    if (*call->microversion && !c->version[call->service].known) {
        version_ask(c, call->service);
        if (!call->early || call->answered) {
            call->state = CLOUD_CALL_WAIT_VERSION;
            return;
        }
    }
    if (call->answered)
        end_early(call);
    else
        send_now(call);
}

static bool on_start(void *arg)
{
    struct cloud_call *call = arg;
    struct cloud *c = call->cloud;
    uint64_t before = c->ended;
    call->timer = NULL;
    cloud_call_advance(call);
    return c->ended != before;
}

void cloud_call_start(struct cloud_call *call)
{
    if (call->total_ms == 0)
        call->total_ms = call->cloud->cfg.api_timeout > 0
                             ? (int64_t)call->cloud->cfg.api_timeout * 1000
                             : CLOUD_TOTAL_MS;
    call->state = CLOUD_CALL_START;
    call->timer = net_soon(call->cloud->net, on_start, call);
}

struct cloud_call *cloud_send(struct cloud *c, const struct cloud_request *q, cloud_done *done,
                              void *arg)
{
    struct cloud_call *call = cloud_call_new(c, q, done, arg);
    cloud_call_start(call);
    return call;
}
