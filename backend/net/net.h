/*
 * net: one loop for everything that waits: HTTP, timers, descriptors.
 *
 * It owns a curl multi handle. The thread that calls net_turn() owns the loop
 * and runs all callbacks; only net_wake() may be called from another thread.
 * A callback may start and cancel anything, its own call included. Nothing
 * here knows OpenStack: it moves bounded bytes and reports what happened.
 */
#ifndef PC_NET_NET_H
#define PC_NET_NET_H

#include "backend/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net;
struct net_timer;
struct net_call;
struct net_watch;

/* curl_global_init is done by the first, and SIGPIPE is ignored from then on:
 * a peer that hangs up is an error of its call, not the end of the process. */
struct net *net_new(void);
/* Cancels what is left without calling back. Not from inside a callback.
 * NULL is fine. */
void net_free(struct net *n);

/* Waits for sockets, watched descriptors, timers or a wake-up, at most
 * max_wait_ms (-1: as long as it takes), then runs the callbacks due. */
void net_turn(struct net *n, int max_wait_ms);
void net_wake(struct net *n);
/* While nobody sits and waits for an answer: once all requests are out, a turn ends
 * for those that came no sooner than after so many ms, and then twice as many, and
 * so on, up to a second: ten answers are two wake-ups. Descriptors, timers and net_wake() are as
 * ever, and a reply's elapsed_ms is still of when it came. 0: at once. */
void net_patience(struct net *n, int ms);
/* Called in each turn before a byte of any request leaves and before any other callback:
 * once the waiting is over, and before it when something is to be sent then. It may
 * cancel all of them. NULL: nobody. */
void net_before(struct net *n, void (*before)(void *arg), void *arg);
/* Monotonic milliseconds, read once a turn: the same for all it runs. */
int64_t net_now(const struct net *n);

/* Grows by one each time requests leave: what two calls were given in the same
 * round leaves at the same moment. */
uint64_t net_round(const struct net *n);

/* Timers fire once, at or after delay_ms, and never in the turn that started
 * them. The handle dies when `fire` returns; cancelling it there is allowed. */
struct net_timer *net_timer_start(struct net *n, int64_t delay_ms, void (*fire)(void *arg),
                                  void *arg);
void net_timer_cancel(struct net_timer *t); /* NULL is fine */
/* For what only sends: `begin` is called as the next turn begins, and what it sends leaves
 * before the turn waits. It says whether it called somebody back, who may have work for
 * the loop's owner: then this turn does not wait. The handle is a timer's. */
struct net_timer *net_soon(struct net *n, bool (*begin)(void *arg), void *arg);

enum { NET_READ = 1, NET_WRITE = 2 };
/* Calls `ready` in each turn in which fd has one of `events`, until dropped.
 * A hang-up or an error of the descriptor shows as readable. */
struct net_watch *net_watch_start(struct net *n, int fd, int events,
                                  void (*ready)(void *arg, int events), void *arg);
void net_watch_stop(struct net_watch *w); /* NULL is fine */

struct net_tls {
    bool insecure;      /* true: neither peer nor host is verified */
    const char *cacert; /* path or NULL: the system's */
    const char *cert, *key;
};

/* All strings are copied by net_send. Times in ms, sizes in bytes; 0 takes the
 * default: connect 10 s, total 60 s, body 8 MiB. Redirects are answers, never
 * followed: a token must not travel to where a server points. The body of an
 * error (status >= 400) is cut at 64 KiB. A POST always has a connection of
 * its own, so that no part of the stack ever sends it a second time. */
struct net_request {
    const char *method; /* "GET"... */
    const char *url;    /* http or https */
    const char *const *headers; /* "Name: value", NULL-ended; may be NULL */
    const char *body;           /* NULL: none */
    size_t body_len;
    int64_t connect_ms, total_ms;
    size_t max_body;
    bool ignore_proxy;
    struct net_tls tls;
};

struct net_reply {
    struct pc_error err; /* PC_OK: an HTTP answer came, whatever its status.
                            Else UNREACHABLE, TIMEOUT, PROTOCOL, TOO_LARGE, or
                            CONFIG: the URL or a TLS file is not usable */
    bool sent;           /* false: it is certain that nothing was sent */
    int os_errno;        /* of a failed connect (ECONNREFUSED...), else 0 */
    int status;          /* HTTP status, 0 without answer */
    const char *body;    /* NUL-ended, lent for the callback; "" none */
    size_t body_len;
    int64_t elapsed_ms;
    const char *remote_ip; /* "" unknown */
    const struct net_header *headers; /* for net_reply_header */
};

/* Case-blind; "" when absent. Lent for the callback. */
const char *net_reply_header(const struct net_reply *r, const char *name);

/* `done` is called once, never from inside net_send. */
struct net_call *net_send(struct net *n, const struct net_request *q,
                          void (*done)(void *arg, const struct net_reply *r), void *arg);
/* `done` will not be called. The call may already have been applied. */
void net_cancel(struct net_call *c); /* NULL is fine */

/* TCP connect without a byte sent, for health checks: err PC_OK when the
 * connection was made. Never by a proxy. connect_ms 0: 10 s. Cancelled like
 * any call. */
struct net_call *net_connect(struct net *n, const char *host, int port, int64_t connect_ms,
                             void (*done)(void *arg, const struct net_reply *r), void *arg);

#endif
