/*
 * reply: an HTTP exchange has ended; what becomes of its call.
 *
 * In this order: one log line; the site's clock; a new log-in for a 401, once;
 * a new version discovery for a 406, once; another try if retry.c allows it;
 * an error in words; or the answer, unwrapped, or its next page.
 */
#include "backend/cloud/driver.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/base/uuid.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the many answers of one second only the first one's Date is taken to pieces. */
static int64_t date_of(struct cloud *c, const char *date)
{
    if (!*date)
        return -1;
    if (strcmp(date, c->date) != 0) {
        snprintf(c->date, sizeof(c->date), "%s", date);
        c->date_s = curl_getdate(date, NULL);
    }
    return c->date_s;
}

static void note_clock(struct cloud *c, const struct net_reply *r)
{
    int64_t theirs = date_of(c, net_reply_header(r, "Date"));
    if (theirs < 0)
        return;
    /* The header is cut to the second; the answer left half-way back. */
    int64_t ms = theirs * 1000 + 500 - (clock_wall_ms() - r->elapsed_ms / 2);
    c->clock_skew = (int)((ms + (ms < 0 ? -500 : 500)) / 1000);
}

static void note_ids(struct cloud_call *call, const struct net_reply *r)
{
    const char *id = net_reply_header(r, "x-openstack-request-id");
    if (!*id)
        id = net_reply_header(r, "x-compute-request-id");
    safe_text(call->request_id, sizeof(call->request_id), id);
    log_redact(call->request_id);
    call->status = r->status;
    call->elapsed_ms = r->elapsed_ms;
    if (!call->bare)
        return;
    const char *token = net_reply_header(r, "X-Subject-Token");
    if (*token && !call->subject_token)
        call->subject_token = xstrdup(token);
    call->mfa = *net_reply_header(r, "Openstack-Auth-Receipt") != '\0';
}

static void log_reply(const struct cloud_call *call, const struct net_reply *r)
{
    bool failed = r->err.code != PC_OK || r->status >= 500;
    bool changes = strcmp(call->method, "GET") != 0;
    log_line(failed    ? LOG_WARN
             : changes ? LOG_INFO
                       : LOG_DEBUG,
             "cloud", "%s %s %s %s %d %lldms %s (ours %s)%s%s", call->cloud->site,
             cloud_service_name(call->service), call->method, call->path ? call->path : "",
             r->status, (long long)r->elapsed_ms, *call->request_id ? call->request_id : "-",
             call->global_id, r->err.code != PC_OK ? " " : "",
             r->err.code != PC_OK ? r->err.text : "");
}

static void on_backoff(void *arg)
{
    struct cloud_call *call = arg;
    call->timer = NULL;
    cloud_call_advance(call);
}

static bool try_again_later(struct cloud_call *call, const struct net_reply *r)
{
    struct cloud *c = call->cloud;
    bool unreached = r->err.code == PC_ERR_UNREACHABLE || r->err.code == PC_ERR_TIMEOUT;
    struct retry_facts f = {
        .repeat = call->repeat,
        .reply = r,
        .retry_after = net_reply_header(r, "Retry-After"),
        .tries = call->tries,
        .tries_max = call->bare && unreached ? CLOUD_LOGIN_TRIES_UNREACHED : CLOUD_TRIES,
        .spent_ms = clock_mono_ms() - call->started,
        .budget_ms = 2 * call->total_ms,
        .backoff_ms = c->backoff_ms,
        .wall_ms = clock_wall_ms(),
        .dice = random_u64(),
    };
    int64_t delay = call->once ? -1 : retry_delay(&f);
    if (delay < 0)
        return false;
    log_line(LOG_INFO, "cloud", "%s %s %s: try %d in %lldms", c->site,
             cloud_service_name(call->service), call->method, call->tries + 1, (long long)delay);
    call->state = CLOUD_CALL_BACKOFF;
    call->timer = net_timer_start(c->net, delay, on_backoff, call);
    return true;
}

/* 401: the token died under way. It is dropped unless another call has brought
 * a newer one meanwhile; the request was not executed, so any may be replayed. */
static bool log_in_again(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    if (call->bare || call->relogged)
        return false;
    if (call->token_generation == c->session.generation)
        session_drop(c);
    call->relogged = true;
    cloud_call_advance(call);
    return true;
}

/* 406: the service was changed since we asked what it speaks. */
static bool negotiate_again(struct cloud_call *call)
{
    if (!*call->microversion || call->renegotiated)
        return false;
    call->renegotiated = true;
    call->cloud->version[call->service].known = false;
    cloud_call_advance(call);
    return true;
}

static void fail_http(struct cloud_call *call, const struct net_reply *r)
{
    struct pc_error err;
    errors_read(call->cloud->site, call->service, r, call->request_id, &err);
    if (r->status == 401 && !call->bare)
        snprintf(err.remedy, sizeof(err.remedy), "%s",
                 "A new token was refused too: look whether this service reaches Keystone, and "
                 "whether the clocks of that site agree.");
    cloud_call_finish(call, &err, NULL);
}

static void fail_transfer(struct cloud_call *call, const struct net_reply *r)
{
    struct pc_error err;
    pc_error_set(&err, r->err.code, r->err.remedy, "%s %s: %.400s", call->cloud->site,
                 cloud_service_name(call->service), r->err.text);
    err.http_status = r->status;
    snprintf(err.source, sizeof(err.source), "%s", call->cloud->site);
    snprintf(err.request_id, sizeof(err.request_id), "%s", call->request_id);
    cloud_call_finish(call, &err, NULL);
}

static void fail_shape(struct cloud_call *call, const char *what)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_PROTOCOL,
                 "Check that the catalog's URL is the service's and not another page's.",
                 "%s: the %s service's answer %s (HTTP %d)", call->cloud->site,
                 cloud_service_name(call->service), what, call->status);
    err.http_status = call->status;
    snprintf(err.source, sizeof(err.source), "%s", call->cloud->site);
    snprintf(err.request_id, sizeof(err.request_id), "%s", call->request_id);
    cloud_call_finish(call, &err, NULL);
}

/* Follows "limits.absolute" down. */
static json_t *unwrap(json_t *body, const char *way)
{
    char key[64];
    while (body && way && *way) {
        size_t n = strcspn(way, ".");
        snprintf(key, sizeof(key), "%.*s", (int)n, way);
        body = json_object_get(body, key);
        way += n + (way[n] == '.');
    }
    return json_is_null(body) ? NULL : body;
}

static void take_page(struct cloud_call *call, const json_t *page)
{
    struct pc_error err;
    bool more = false;
    if (paging_add(call, page, &more, &err) != PC_OK) {
        snprintf(err.source, sizeof(err.source), "%s", call->cloud->site);
        cloud_call_finish(call, &err, NULL);
    } else if (more) {
        call->tries = 0;
        call->relogged = false;
        call->started = clock_mono_ms();
        cloud_call_advance(call);
    } else {
        cloud_call_finish(call, NULL, call->items);
    }
}

static void succeed(struct cloud_call *call, const struct net_reply *r)
{
    json_t *body = NULL;
    if (r->body_len > 0)
        body = json_read(r->body, r->body_len);
    /* What is wanted decides: an action may answer with nothing, or with a
     * page for people, and be done all the same. */
    bool wanted = call->list || call->unwrap || call->bare || strcmp(call->method, "GET") == 0;
    json_t *inner = call->list ? body : unwrap(body, call->unwrap);
    if (wanted && !body) {
        fail_shape(call, r->body_len > 0 ? "is not JSON" : "is empty");
    } else if (wanted && !inner) {
        fail_shape(call, "lacks what was asked for");
    } else if (call->list) {
        take_page(call, body);
    } else if (call->early) {
        call->answered = true;
        cloud_call_advance(call);
    } else {
        /* Shown once by Nova, and of no use to us: it must not travel on. */
        json_object_del(inner, "adminPass");
        cloud_call_finish(call, NULL, inner);
    }
    json_decref(body);
}

static bool is_tolerated(const struct cloud_call *call, int status)
{
    return (status == 404 && (call->tolerate & CLOUD_TOLERATE_ABSENT)) ||
           (status == 403 && (call->tolerate & CLOUD_TOLERATE_DENIED));
}

void cloud_call_on_reply(struct cloud_call *call, const struct net_reply *r)
{
    note_ids(call, r);
    log_reply(call, r);
    if (r->err.code == PC_OK)
        note_clock(call->cloud, r);

    if (r->err.code != PC_OK) {
        if (!try_again_later(call, r))
            fail_transfer(call, r);
        return;
    }
    bool good = (r->status >= 200 && r->status < 300) || (r->status == 300 && call->discovery);
    if (good)
        succeed(call, r);
    else if (is_tolerated(call, r->status))
        cloud_call_finish(call, NULL, NULL);
    else if (r->status == 401 && log_in_again(call))
        return;
    else if (r->status == 406 && negotiate_again(call))
        return;
    else if (!try_again_later(call, r))
        fail_http(call, r);
}
