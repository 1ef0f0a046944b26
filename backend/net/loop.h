/*
 * loop: what the files of net share and nobody else sees.
 *
 * Calls live in one of two lists: `active` while curl works on them,
 * `finished` between their end and their callback. A callback may cancel any
 * call of either list, so each is taken out before its callback runs.
 */
#ifndef PC_NET_LOOP_H
#define PC_NET_LOOP_H

#include "backend/base/buf.h"
#include "backend/net/net.h"

#include <curl/curl.h>
#include <poll.h>

/* Milliseconds and bytes that a request gets when it names none. */
enum {
    NET_CONNECT_MS = 10 * 1000,
    NET_TOTAL_MS = 60 * 1000,
    NET_BODY_MAX = 8 * 1024 * 1024,
    NET_ERROR_BODY_MAX = 64 * 1024,
};

struct call_list {
    struct net_call *head, *tail;
    size_t count;
};

/* A binary heap ordered by (due, seq): equal times fire in order of start. */
struct timer_heap {
    struct net_timer *first, *last; /* net_soon() */
    struct net_timer **at;
    size_t count, room;
    uint64_t seq; /* of the timer started last */
};

struct net {
    CURLM *multi;
    int64_t now;
    uint64_t round;
    struct call_list active, finished;
    struct timer_heap timers;
    int wake_fd;       /* an eventfd */
    int patience_ms;   /* net_patience() */
    int patient_ms;    /* the next such wait; 0: answers are awaited */
    struct net_watch **watches;
    size_t watch_count, watch_room;
    struct pollfd *polls; /* of one turn: the watches, the wake-up, curl's sockets */
    size_t poll_room;
    struct pollfd *sockets; /* that curl wants to be told of */
    size_t socket_count, socket_room;
    int64_t curl_due_ms; /* mono: when curl wants a turn of its own, -1: it does not */
    void (*before)(void *arg); /* NULL: nobody */
    void *before_arg;
};

struct net_header {
    CURL *easy; /* curl keeps the headers; net_reply_header asks it */
};

enum call_state { CALL_ACTIVE, CALL_FINISHED, CALL_RUNNING };

struct net_call {
    struct net *net;
    struct net_call *prev, *next;
    enum call_state state;
    struct net_header header;
    CURLU *url; /* curl reads it as long as the call lives */
    struct curl_slist *headers;
    struct buf body;
    bool cut;     /* the body of an error status passed its cap: kept short */
    bool connect; /* net_connect: success is the connection itself */
    CURLcode result;
    char where[300]; /* "host:port", for messages */
    char *about;     /* "POST host:port/path" while boundaries are watched, else NULL */
    bool answered;   /* its first byte has come */
    int64_t late_ms; /* it lay there when it was looked for */
    char detail[CURL_ERROR_SIZE];
    void (*done)(void *arg, const struct net_reply *r);
    void *arg;
};

void net_list_add(struct call_list *l, struct net_call *c);
void net_list_remove(struct call_list *l, struct net_call *c);
/* curl has finished with it: into the list of those to be called back. */
void net_call_finish(struct net_call *c, CURLcode result);
/* Runs the callback and frees the call, which is in no list. */
void net_call_deliver(struct net_call *c);
void net_call_destroy(struct net_call *c);

/* Milliseconds until the first timer is due, at most `max_ms` (-1: none). */
int net_timers_wait(const struct timer_heap *h, int64_t now, int max_ms);
void net_timers_run(struct net *n);
/* What net_soon() was given before this; whether somebody was called back. */
bool net_timers_begin(struct net *n);
void net_timers_drop_all(struct timer_heap *h);

/* Fills r->err, r->sent and r->os_errno from a transfer that failed. */
void net_explain(const struct net_call *c, struct net_reply *r);

#endif
