/*
 * probe: the life of one attempt, and the two kinds that need only the network.
 */
#include "backend/probe/attempt.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void release(struct probe *p)
{
    net_cancel(p->call);
    net_timer_cancel(p->timer);
    probe_exec_stop(p);
    buf_release(&p->output);
    free(p->address);
    free(p);
}

void probe_cancel(struct probe *p)
{
    if (p && !p->finished)
        release(p);
}

void probe_finish(struct probe *p, enum probe_outcome outcome, const char *detail)
{
    struct probe_result r = {.outcome = outcome, .elapsed_ms = clock_mono_ms() - p->started};
    safe_text(r.detail, sizeof(r.detail), detail);
    p->finished = true;
    p->done(p->arg, &r);
    release(p);
}

static void on_soon(void *arg)
{
    struct probe *p = arg;
    p->timer = NULL;
    probe_finish(p, p->early.outcome, p->early.detail);
}

void probe_finish_soon(struct probe *p, enum probe_outcome outcome, const char *detail)
{
    p->early.outcome = outcome;
    snprintf(p->early.detail, sizeof(p->early.detail), "%s", detail);
    net_timer_cancel(p->timer);
    p->timer = net_timer_start(p->net, 0, on_soon, p);
}

/* One word for a connection or an exchange that failed. */
static const char *word_for(const struct net_reply *r)
{
    static const struct {
        int number;
        const char *word;
    } words[] = {
        {ECONNREFUSED, "refused"}, {EHOSTUNREACH, "no-route"}, {ENETUNREACH, "no-route"},
        {ETIMEDOUT, "timeout"},    {EACCES, "not-permitted"},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (r->os_errno == words[i].number)
            return words[i].word;
    switch (r->err.code) {
    case PC_ERR_TIMEOUT:
        return "timeout";
    case PC_ERR_PROTOCOL:
        return "not-http";
    case PC_ERR_CONFIG:
        return "bad-address";
    default:
        return r->sent || r->os_errno ? "broken" : "unreachable";
    }
}

static void on_connected(void *arg, const struct net_reply *r)
{
    struct probe *p = arg;
    p->call = NULL;
    bool open = r->err.code == PC_OK;
    probe_finish(p, open ? PROBE_PASS : PROBE_FAIL, open ? "open" : word_for(r));
}

static void on_answer(void *arg, const struct net_reply *r)
{
    struct probe *p = arg;
    char detail[32];
    p->call = NULL;
    /* A body over the limit is cut off, but its status line said enough. */
    if (r->err.code != PC_OK && r->err.code != PC_ERR_TOO_LARGE) {
        probe_finish(p, PROBE_FAIL, word_for(r));
        return;
    }
    bool good = r->status >= 200 && r->status < 300;
    snprintf(detail, sizeof(detail), good ? "%d" : "http %d", r->status);
    probe_finish(p, good ? PROBE_PASS : PROBE_FAIL, detail);
}

static void start_http(struct probe *p)
{
    static const char *const headers[] = {"Accept: */*", "User-Agent: protector-console", NULL};
    bool v6 = strchr(p->address, ':') != NULL;
    char *url = xasprintf("http://%s%s%s:%d%s", v6 ? "[" : "", p->address, v6 ? "]" : "",
                          p->http_port, p->check.text);
    struct net_request q = {
        .method = "GET",
        .url = url,
        .headers = headers,
        .connect_ms = p->connect_ms,
        .total_ms = p->total_ms,
        .max_body = PROBE_OUTPUT_MAX,
        .ignore_proxy = true,
    };
    p->call = net_send(p->net, &q, on_answer, p);
    free(url);
}

struct probe *probe_start(struct net *n, const struct probe_check *check, const char *address,
                          const struct probe_options *o,
                          void (*done)(void *arg, const struct probe_result *r), void *arg)
{
    struct probe *p = xcalloc(1, sizeof(*p));
    *p = (struct probe){
        .net = n, .check = *check, .done = done, .arg = arg, .child_fd = -1, .out = -1};
    p->address = xstrdup(address);
    bool shorter = o->total_ms > 0 && o->total_ms < PROBE_TOTAL_MS;
    p->total_ms = shorter ? o->total_ms : PROBE_TOTAL_MS;
    p->connect_ms = p->total_ms < PROBE_CONNECT_MS ? p->total_ms : PROBE_CONNECT_MS;
    p->http_port = o->http_port > 0 ? o->http_port : 80;
    p->started = clock_mono_ms();
    buf_init(&p->output, PROBE_OUTPUT_MAX);
    switch (check->kind) {
    case PROBE_TCP:
        p->call = net_connect(n, address, check->port, p->connect_ms, on_connected, p);
        break;
    case PROBE_HTTP:
        start_http(p);
        break;
    case PROBE_EXEC:
        probe_exec_start(p, o);
        break;
    }
    return p;
}
