/*
 * notify: one delivery and its tries.
 *
 * A POST is never repeated by what lies below (net.h), so the count of tries
 * here is the count on the wire. After a try whose outcome is unknown the next
 * one is the same again, delivery id included: twice told is better than never.
 */
#include "backend/notify/notify.h"

#include "backend/base/buf.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_FIRST_MS = 1000, PAUSE_MOST_MS = 60000, ANSWER_MAX = 64 * 1024 };

struct notify {
    struct net *net;
    char *url, *body;
    char host[200]; /* all of the URL that may be told */
    char delivery[160], signature[128]; /* header lines; signature "" none */
    int timeout_s, attempts, attempt;
    int64_t pause_ms;
    struct net_call *call;
    struct net_timer *timer;
    void (*told)(void *arg, const struct notify_news *news);
    void *arg;
};

static void free_notify(struct notify *d)
{
    free(d->url);
    free(d->body);
    free(d);
}

void notify_cancel(struct notify *d)
{
    if (!d)
        return;
    net_cancel(d->call);
    net_timer_cancel(d->timer);
    free_notify(d);
}

/* "https://hooks.example" of "https://user:word@hooks.example/services/T0/B0". */
static void name_host(struct notify *d)
{
    const char *at = strstr(d->url, "://");
    at = at ? at + 3 : d->url;
    size_t n = strcspn(at, "/?#");
    const char *user = memchr(at, '@', n);
    if (user) {
        n -= (size_t)(user + 1 - at);
        at = user + 1;
    }
    snprintf(d->host, sizeof(d->host), "%.*s", (int)n, at);
}

/* ---- one try ------------------------------------------------------------------ */

static void judge(const struct notify *d, const struct net_reply *r, struct pc_error *ret)
{
    static const char refused[] = "Check webhook.url, and what the receiver expects; its own log "
                                  "tells why it refused.";
    memset(ret, 0, sizeof(*ret));
    if (r->err.code) {
        pc_error_set(ret, r->err.code, "Check webhook.url, and that the receiver can be reached "
                     "from here.", "the webhook's receiver %s", r->err.text);
    } else if (r->status >= 300 && r->status < 400) {
        pc_error_set(ret, PC_ERR_PROTOCOL, "Give the address that it leads to as webhook.url.",
                     "the webhook at %s answered with a redirect (%d), which is not followed",
                     d->host, r->status);
    } else if (r->status < 200 || r->status >= 300) {
        bool denied = r->status == 401 || r->status == 403;
        enum pc_err code = r->status >= 500 ? PC_ERR_SERVER
                           : denied         ? PC_ERR_FORBIDDEN
                                            : PC_ERR_INVALID;
        pc_error_set(ret, code, refused, "the webhook at %s answered %d", d->host, r->status);
    }
    ret->http_status = r->status;
}

/* Whether it may be otherwise a little later. */
static bool passing(const struct net_reply *r)
{
    if (r->err.code)
        return r->err.code != PC_ERR_CONFIG;
    return r->status >= 500 || r->status == 408 || r->status == 425 || r->status == 429;
}

static void send_it(void *arg);

static void on_answer(void *arg, const struct net_reply *r)
{
    struct notify *d = arg;
    struct notify_news news = {.attempt = d->attempt};
    d->call = NULL;
    judge(d, r, &news.err);
    news.over = news.err.code == PC_OK || !passing(r) || d->attempt >= d->attempts;
    if (!news.over) {
        news.again_ms = d->pause_ms;
        d->pause_ms = d->pause_ms * 2 < PAUSE_MOST_MS ? d->pause_ms * 2 : PAUSE_MOST_MS;
        d->timer = net_timer_start(d->net, news.again_ms, send_it, d);
    }
    log_line(news.err.code ? LOG_WARN : LOG_INFO, "notify", "%s to %s, try %d: %s", d->delivery,
             d->host, d->attempt, news.err.code ? news.err.text : "delivered");
    void (*told)(void *, const struct notify_news *) = d->told;
    void *whom = d->arg;
    if (news.over)
        free_notify(d);
    told(whom, &news);
}

static void send_it(void *arg)
{
    struct notify *d = arg;
    const char *headers[] = {"Content-Type: application/json", d->delivery,
                             *d->signature ? d->signature : NULL, NULL};
    d->timer = NULL;
    d->attempt++;
    d->call = net_send(d->net, &(struct net_request){
        .method = "POST",
        .url = d->url,
        .headers = headers,
        .body = d->body,
        .body_len = strlen(d->body),
        .total_ms = (int64_t)d->timeout_s * 1000,
        .connect_ms = (int64_t)d->timeout_s * 1000,
        .max_body = ANSWER_MAX,
    }, on_answer, d);
}

struct notify *notify_start(struct net *n, const struct notify_options *o,
                            void (*told)(void *arg, const struct notify_news *news), void *arg)
{
    struct notify *d = xcalloc(1, sizeof(*d));
    char mac[NOTIFY_SIGNATURE_SIZE];
    d->net = n;
    d->url = xstrdup(o->url);
    d->body = xstrdup(o->body);
    d->timeout_s = o->timeout_s;
    d->attempts = o->attempts;
    d->pause_ms = o->pause_ms ? o->pause_ms : PAUSE_FIRST_MS;
    d->told = told;
    d->arg = arg;
    name_host(d);
    snprintf(d->delivery, sizeof(d->delivery), "X-Protector-Delivery: %s", o->delivery);
    if (*o->secret)
        snprintf(d->signature, sizeof(d->signature), "X-Protector-Signature: %s",
                 notify_sign(mac, o->secret, o->body));
    send_it(d);
    return d;
}
