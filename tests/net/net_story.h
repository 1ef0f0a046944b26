/* What the tests of net share: a loop, a server, and the last reply. */
#ifndef PC_TESTS_NET_STORY_H
#define PC_TESTS_NET_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/mem.h"
#include "backend/net/net.h"
#include "tests/support/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct story {
    struct net *net;
    struct web *web;
};

/* A reply, kept beyond its callback. */
struct kept {
    int count;
    struct pc_error err;
    bool sent;
    int status, os_errno;
    char *body;
    size_t body_len;
    char header[256]; /* of `wanted` */
    const char *wanted;
    char remote_ip[64];
    int64_t elapsed_ms;
};

static inline int story_open(void **state)
{
    struct story *s = xcalloc(1, sizeof(*s));
    s->net = net_new();
    s->web = web_new();
    *state = s;
    return 0;
}

static inline int story_close(void **state)
{
    struct story *s = *state;
    net_free(s->net);
    web_free(s->web);
    free(s);
    return 0;
}

static inline void keep(void *arg, const struct net_reply *r)
{
    struct kept *k = arg;
    k->count++;
    k->err = r->err;
    k->sent = r->sent;
    k->status = r->status;
    k->os_errno = r->os_errno;
    free(k->body);
    k->body = xstrdup(r->body);
    k->body_len = r->body_len;
    k->elapsed_ms = r->elapsed_ms;
    snprintf(k->remote_ip, sizeof(k->remote_ip), "%s", r->remote_ip);
    if (k->wanted)
        snprintf(k->header, sizeof(k->header), "%s", net_reply_header(r, k->wanted));
}

static inline void kept_clear(struct kept *k)
{
    free(k->body);
    memset(k, 0, sizeof(*k));
}

/* Turns until `count` replies came. */
static inline void wait_for(struct net *n, const struct kept *k, int count)
{
    while (k->count < count)
        net_turn(n, -1);
}

static inline struct net_call *ask(struct story *s, const char *method, const char *path,
                                   struct kept *k)
{
    char *url = xasprintf("%s%s", web_base(s->web), path);
    struct net_request q = {.method = method, .url = url};
    if (strcmp(method, "POST") == 0) {
        q.body = "{\"a\":1}";
        q.body_len = strlen(q.body);
    }
    struct net_call *c = net_send(s->net, &q, keep, k);
    free(url);
    return c;
}

/* One exchange from its start to its reply. */
static inline void exchange(struct story *s, const char *method, const char *path, struct kept *k)
{
    int before = k->count;
    ask(s, method, path, k);
    assert_int_equal(k->count, before); /* never from inside net_send */
    wait_for(s->net, k, before + 1);
}

#endif
