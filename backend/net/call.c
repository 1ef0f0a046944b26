/*
 * call: one HTTP exchange or one TCP connect, from its options to its reply.
 *
 * The limits are set here and nowhere else: HTTP and HTTPS only, no redirect,
 * bounded body, bounded time, peers verified unless the caller says otherwise,
 * and no request of unknown effect repeated behind our back.
 */
#include "backend/net/loop.h"

#include "backend/base/boundary.h"
#include "backend/base/mem.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void net_list_add(struct call_list *l, struct net_call *c)
{
    c->prev = l->tail;
    c->next = NULL;
    *(l->tail ? &l->tail->next : &l->head) = c;
    l->tail = c;
    l->count++;
}

void net_list_remove(struct call_list *l, struct net_call *c)
{
    *(c->prev ? &c->prev->next : &l->head) = c->next;
    *(c->next ? &c->next->prev : &l->tail) = c->prev;
    c->prev = c->next = NULL;
    l->count--;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct net_call *c = arg;
    size_t n = size * count;
    long status = 0;
    curl_easy_getinfo(c->header.easy, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 400 && c->body.cap > NET_ERROR_BODY_MAX)
        c->body.cap = NET_ERROR_BODY_MAX;
    size_t room = c->body.cap - c->body.len;
    if (status >= 400 && n > room) {
        buf_add(&c->body, bytes, room);
        c->cut = true;
        return 0; /* the rest is not worth the wait: ends the transfer */
    }
    return buf_add(&c->body, bytes, n) ? n : 0;
}

/* Taken to pieces once, for curl and for messages: "host:port", without what may be
 * secret in it. What is no URL is left to curl, which says what is wrong. */
static void set_url(struct net_call *c, const char *url)
{
    char *host = NULL, *port = NULL;
    c->url = curl_url();
    if (c->url && curl_url_set(c->url, CURLUPART_URL, url,
                               CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS) == CURLUE_OK) {
        curl_url_get(c->url, CURLUPART_HOST, &host, 0);
        curl_url_get(c->url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        curl_easy_setopt(c->header.easy, CURLOPT_CURLU, c->url);
    } else {
        curl_easy_setopt(c->header.easy, CURLOPT_PATH_AS_IS, 1L);
        curl_easy_setopt(c->header.easy, CURLOPT_URL, url);
    }
    snprintf(c->where, sizeof(c->where), "%s%s%s", host ? host : "(no host)", port ? ":" : "",
             port ? port : "");
    curl_free(host);
    curl_free(port);
}

static struct net_call *call_new(struct net *n, const char *url,
                                 void (*done)(void *arg, const struct net_reply *r), void *arg)
{
    struct net_call *c = xcalloc(1, sizeof(*c));
    c->net = n;
    c->done = done;
    c->arg = arg;
    c->header.easy = curl_easy_init();
    if (!c->header.easy)
        abort(); /* out of memory, see mem.h */
    set_url(c, url);
    return c;
}

static void set_common(struct net_call *c, int64_t connect_ms, int64_t total_ms)
{
    CURL *e = c->header.easy;
    curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)c);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->detail);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* a cancel must not wait for DNS */
    curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(connect_ms ? connect_ms : NET_CONNECT_MS));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)(total_ms ? total_ms : NET_TOTAL_MS));
}

static void set_tls(CURL *e, const struct net_tls *t)
{
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, t->insecure ? 0L : 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, t->insecure ? 0L : 2L);
    if (t->cacert)
        curl_easy_setopt(e, CURLOPT_CAINFO, t->cacert);
    if (t->cert)
        curl_easy_setopt(e, CURLOPT_SSLCERT, t->cert);
    if (t->cert || t->key)
        curl_easy_setopt(e, CURLOPT_SSLKEY, t->key ? t->key : t->cert);
}

static bool is_one_of(const char *method, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(method, *names) == 0)
            return true;
    return false;
}

static void set_method(CURL *e, const struct net_request *q)
{
    static const char *const repeatable[] = {"GET", "HEAD", "PUT", "DELETE", NULL};
    const char *method = q->method ? q->method : "GET";
    if (q->body || strcmp(method, "POST") == 0) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(q->body ? q->body_len : 0));
        curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, q->body ? q->body : "");
    } else if (strcmp(method, "HEAD") == 0) {
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, method);
    /* On a kept connection that dies without a byte of answer curl sends the
     * request again, a POST too, though the server may have applied it. A new
     * connection is the one case that it never repeats. Nor is it kept: every
     * call looks through what is. */
    if (!is_one_of(method, repeatable)) {
        curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
    }
}

static void set_headers(struct net_call *c, const char *const *headers)
{
    /* curl would wait a second for "100 Continue" before a large body. */
    c->headers = curl_slist_append(NULL, "Expect:");
    for (; headers && *headers; headers++) {
        struct curl_slist *longer = curl_slist_append(c->headers, *headers);
        if (!longer)
            abort(); /* out of memory, see mem.h */
        c->headers = longer;
    }
    curl_easy_setopt(c->header.easy, CURLOPT_HTTPHEADER, c->headers);
}

/* The first byte of an answer is a boundary of its own: the site has done it. */
static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
    struct net_call *c = arg;
    (void)bytes;
    if (!c->answered)
        boundary_pass("http.answer", c->about);
    c->answered = true;
    return size * count;
}

static void watch_boundaries(struct net_call *c, const char *method, const char *url)
{
    if (!boundary_watched())
        return;
    const char *slash = strstr(url, "://");
    slash = slash ? strchr(slash + 3, '/') : NULL;
    c->about = xasprintf("%s %s%.*s", method, c->where, slash ? (int)strcspn(slash, "?#") : 0,
                         slash ? slash : "");
    curl_easy_setopt(c->header.easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c->header.easy, CURLOPT_HEADERDATA, c);
    boundary_pass("http.before", c->about);
}

static struct net_call *call_start(struct net_call *c)
{
    struct net *n = c->net;
    if (curl_multi_add_handle(n->multi, c->header.easy) == CURLM_OK) {
        c->state = CALL_ACTIVE;
        net_list_add(&n->active, c);
    } else {
        c->state = CALL_FINISHED;
        c->result = CURLE_FAILED_INIT;
        net_list_add(&n->finished, c);
    }
    return c;
}

struct net_call *net_send(struct net *n, const struct net_request *q,
                          void (*done)(void *arg, const struct net_reply *r), void *arg)
{
    struct net_call *c = call_new(n, q->url, done, arg);
    CURL *e = c->header.easy;
    size_t max_body = q->max_body ? q->max_body : NET_BODY_MAX;
    buf_init(&c->body, max_body);
    set_common(c, q->connect_ms, q->total_ms);
    set_tls(e, &q->tls);
    set_method(e, q);
    set_headers(c, q->headers);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
    if (q->ignore_proxy)
        curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
    watch_boundaries(c, q->method ? q->method : "GET", q->url);
    return call_start(c);
}

struct net_call *net_connect(struct net *n, const char *host, int port, int64_t connect_ms,
                             void (*done)(void *arg, const struct net_reply *r), void *arg)
{
    bool v6 = strchr(host, ':') && host[0] != '[';
    char *url = xasprintf("http://%s%s%s:%d", v6 ? "[" : "", host, v6 ? "]" : "", port);
    struct net_call *c = call_new(n, url, done, arg);
    c->connect = true;
    set_common(c, connect_ms, connect_ms);
    curl_easy_setopt(c->header.easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(c->header.easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(c->header.easy, CURLOPT_NOPROXY, "*");
    watch_boundaries(c, "CONNECT", url);
    free(url);
    return call_start(c);
}

void net_call_destroy(struct net_call *c)
{
    curl_easy_cleanup(c->header.easy);
    curl_url_cleanup(c->url);
    curl_slist_free_all(c->headers);
    buf_release(&c->body);
    free(c->about);
    free(c);
}

void net_cancel(struct net_call *c)
{
    if (!c || c->state == CALL_RUNNING)
        return; /* its own callback: it dies when that returns */
    if (c->state == CALL_ACTIVE) {
        net_list_remove(&c->net->active, c);
        curl_multi_remove_handle(c->net->multi, c->header.easy);
    } else {
        net_list_remove(&c->net->finished, c);
    }
    net_call_destroy(c);
}

/* How long ago the kernel had the last of the answer, in ms (steps of its tick). */
static int64_t lain_ms(const struct net_call *c)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    if (curl_easy_getinfo(c->header.easy, CURLINFO_ACTIVESOCKET, &fd) || fd == CURL_SOCKET_BAD ||
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return 0;
    return info.tcpi_last_data_recv;
}

void net_call_finish(struct net_call *c, CURLcode result)
{
    if (c->net->patient_ms && result == CURLE_OK)
        c->late_ms = lain_ms(c);
    net_list_remove(&c->net->active, c);
    curl_multi_remove_handle(c->net->multi, c->header.easy);
    c->result = result;
    c->state = CALL_FINISHED;
    net_list_add(&c->net->finished, c);
}

void net_call_deliver(struct net_call *c)
{
    long status = 0;
    char *ip = NULL;
    curl_off_t elapsed_us = 0;
    curl_easy_getinfo(c->header.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c->header.easy, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(c->header.easy, CURLINFO_TOTAL_TIME_T, &elapsed_us);
    struct net_reply r = {
        .sent = !c->connect,
        .status = (int)status,
        .body = buf_text(&c->body),
        .body_len = c->body.len,
        .elapsed_ms = elapsed_us / 1000 > c->late_ms ? elapsed_us / 1000 - c->late_ms : 0,
        .remote_ip = ip ? ip : "",
        .headers = &c->header,
    };
    if (c->result != CURLE_OK && !(c->cut && c->result == CURLE_WRITE_ERROR))
        net_explain(c, &r);
    if (c->about)
        boundary_pass("http.after", c->about);
    c->state = CALL_RUNNING;
    c->done(c->arg, &r);
    net_call_destroy(c);
}

const char *net_reply_header(const struct net_reply *r, const char *name)
{
    struct curl_header *h = NULL;
    if (!r->headers ||
        curl_easy_header(r->headers->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
        return "";
    return h->value;
}
