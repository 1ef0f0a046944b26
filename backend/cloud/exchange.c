/*
 * exchange: one request on its way, and every call that it answers.
 *
 * A screen that asks for a plan makes several readers read the same lists. Reads
 * that are the same to the letter and have not left yet leave as one request, and
 * each call takes the answer as if it were its own. One that has left is never
 * joined: what was asked later must not be answered from before.
 */
#include "backend/cloud/driver.h"

#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct exchange {
    struct cloud *cloud;
    struct net_call *http; /* NULL: answered */
    uint64_t round;        /* of the loop, in which it was made */
    size_t calls;
};

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool may_share(const struct cloud_call *call)
{
    return strcmp(call->method, "GET") == 0 && call->repeat == CLOUD_READ && !call->body &&
           !call->bare && !call->discovery && !call->once;
}

static bool asks_the_same(const struct cloud_call *a, const struct cloud_call *b)
{
    return a->service == b->service && a->total_ms == b->total_ms && same(a->path, b->path) &&
           same(a->url, b->url) && same(a->query, b->query) &&
           strcmp(a->microversion, b->microversion) == 0;
}

bool exchange_join(struct cloud_call *call)
{
    struct cloud *c = call->cloud;
    if (!may_share(call))
        return false;
    for (struct cloud_call *other = c->head; other; other = other->next) {
        if (other == call || !other->exchange || !other->exchange->http ||
            other->exchange->round != net_round(c->net) || !may_share(other) ||
            !asks_the_same(call, other))
            continue;
        call->exchange = other->exchange;
        call->exchange->calls++;
        return true;
    }
    return false;
}

static void on_reply(void *arg, const struct net_reply *r)
{
    struct exchange *x = arg;
    x->http = NULL;
    /* From the head each time: what one of them does may cancel any other. */
    while (x->calls > 0) {
        struct cloud_call *call = x->cloud->head;
        while (call->exchange != x)
            call = call->next;
        call->exchange = NULL;
        x->calls--;
        cloud_call_on_reply(call, r);
    }
    free(x);
}

void exchange_send(struct cloud_call *call, const struct net_request *q)
{
    struct cloud *c = call->cloud;
    struct exchange *x = xcalloc(1, sizeof(*x));
    *x = (struct exchange){.cloud = c, .round = net_round(c->net), .calls = 1};
    x->http = net_send(c->net, q, on_reply, x);
    call->exchange = x;
}

void exchange_leave(struct cloud_call *call)
{
    struct exchange *x = call->exchange;
    call->exchange = NULL;
    if (!x || --x->calls > 0 || !x->http)
        return; /* others wait for it, or on_reply is at work and frees it */
    net_cancel(x->http);
    free(x);
}
