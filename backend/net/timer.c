/*
 * timer: a binary heap of one-shot timers, owned by the loop, and beside it a list of
 * what is to begin in the next turn.
 *
 * Each timer knows its place in the heap, so cancelling one of ten thousand
 * costs a walk of the tree's height.
 */
#include "backend/net/loop.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <limits.h>
#include <stdlib.h>

struct net_timer {
    struct net *net;
    int64_t due;
    uint64_t seq;
    size_t place; /* in the heap; NOWHERE while it fires */
    struct net_timer *next, *prev; /* in the list, if it has `begin` */
    void (*fire)(void *arg);
    bool (*begin)(void *arg);
    void *arg;
};

static const size_t NOWHERE = SIZE_MAX;

static bool before(const struct net_timer *a, const struct net_timer *b)
{
    return a->due < b->due || (a->due == b->due && a->seq < b->seq);
}

static void put(struct timer_heap *h, size_t place, struct net_timer *t)
{
    h->at[place] = t;
    t->place = place;
}

static void sift_up(struct timer_heap *h, struct net_timer *t)
{
    size_t i = t->place;
    for (; i > 0 && before(t, h->at[(i - 1) / 2]); i = (i - 1) / 2)
        put(h, i, h->at[(i - 1) / 2]);
    put(h, i, t);
}

static void sift_down(struct timer_heap *h, struct net_timer *t)
{
    size_t i = t->place;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < h->count && before(h->at[child + 1], h->at[child]))
            child++;
        if (child >= h->count || !before(h->at[child], t))
            break;
        put(h, i, h->at[child]);
        i = child;
    }
    put(h, i, t);
}

static void take_out(struct timer_heap *h, struct net_timer *t)
{
    struct net_timer *last = h->at[--h->count];
    size_t hole = t->place;
    t->place = NOWHERE;
    if (last == t)
        return;
    put(h, hole, last);
    sift_up(h, last);
    sift_down(h, last);
}

struct net_timer *net_timer_start(struct net *n, int64_t delay_ms, void (*fire)(void *arg),
                                  void *arg)
{
    struct timer_heap *h = &n->timers;
    struct net_timer *t = xcalloc(1, sizeof(*t));
    if (delay_ms < 0)
        delay_ms = 0;
    *t = (struct net_timer){.net = n, .seq = ++h->seq, .fire = fire, .arg = arg};
    /* Not the turn's `now`: who starts it between turns would get it early. */
    int64_t now = clock_mono_ms();
    t->due = delay_ms > INT64_MAX - now ? INT64_MAX : now + delay_ms;
    h->at = xgrow(h->at, &h->room, h->count + 1, sizeof(struct net_timer *));
    put(h, h->count++, t);
    sift_up(h, t);
    return t;
}

struct net_timer *net_soon(struct net *n, bool (*begin)(void *arg), void *arg)
{
    struct timer_heap *h = &n->timers;
    struct net_timer *t = xcalloc(1, sizeof(*t));
    *t = (struct net_timer){.net = n, .seq = ++h->seq, .prev = h->last, .begin = begin, .arg = arg};
    *(h->last ? &h->last->next : &h->first) = t;
    h->last = t;
    return t;
}

static void take_off(struct timer_heap *h, struct net_timer *t)
{
    *(t->prev ? &t->prev->next : &h->first) = t->next;
    *(t->next ? &t->next->prev : &h->last) = t->prev;
    t->place = NOWHERE;
}

void net_timer_cancel(struct net_timer *t)
{
    if (!t || t->place == NOWHERE)
        return; /* it fires at this moment, and dies when that returns */
    if (t->begin)
        take_off(&t->net->timers, t);
    else
        take_out(&t->net->timers, t);
    free(t);
}

bool net_timers_begin(struct net *n)
{
    struct timer_heap *h = &n->timers;
    uint64_t last = h->seq;
    bool told = false;
    while (h->first && h->first->seq <= last) {
        struct net_timer *t = h->first;
        take_off(h, t);
        told = t->begin(t->arg) || told;
        free(t);
    }
    return told;
}

int net_timers_wait(const struct timer_heap *h, int64_t now, int max_ms)
{
    int64_t wait = max_ms < 0 ? INT_MAX : max_ms;
    if (h->count > 0 && h->at[0]->due - now < wait)
        wait = h->at[0]->due > now ? h->at[0]->due - now : 0;
    return (int)wait;
}

void net_timers_run(struct net *n)
{
    struct timer_heap *h = &n->timers;
    uint64_t last = h->seq; /* those started by what fires wait for the next turn */
    while (h->count > 0 && h->at[0]->due <= n->now && h->at[0]->seq <= last) {
        struct net_timer *t = h->at[0];
        take_out(h, t);
        t->fire(t->arg);
        free(t);
    }
}

void net_timers_drop_all(struct timer_heap *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->at[i]);
    for (struct net_timer *t = h->first, *next; t; t = next) {
        next = t->next;
        free(t);
    }
    h->first = h->last = NULL;
    free(h->at);
    h->at = NULL;
    h->count = h->room = 0;
}
