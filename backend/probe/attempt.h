/* attempt: what the three kinds of probe share and nobody else sees. */
#ifndef PC_PROBE_ATTEMPT_H
#define PC_PROBE_ATTEMPT_H

#include "backend/base/buf.h"
#include "backend/probe/probe.h"

#include <sys/types.h>

enum {
    PROBE_CONNECT_MS = 5 * 1000,
    PROBE_TOTAL_MS = 10 * 1000,
    PROBE_OUTPUT_MAX = 64 * 1024,
};

struct probe {
    struct net *net;
    struct probe_check check;
    char *address;
    int http_port;
    int64_t connect_ms, total_ms;
    int64_t started;
    void (*done)(void *arg, const struct probe_result *r);
    void *arg;
    bool finished; /* in its callback */

    struct net_call *call;     /* tcp, http */
    struct net_timer *timer;   /* exec: its deadline; or the answer of this turn */
    struct probe_result early; /* known without asking: told in the next turn */

    /* exec */
    pid_t child;       /* 0: none */
    int child_fd, out; /* pidfd and the pipe of its output; -1 none */
    struct net_watch *exit_watch, *out_watch;
    struct buf output;
};

/* Tells the result and frees p. */
void probe_finish(struct probe *p, enum probe_outcome outcome, const char *detail);
/* The same in the next turn: for what is known when the probe starts. */
void probe_finish_soon(struct probe *p, enum probe_outcome outcome, const char *detail);

void probe_exec_start(struct probe *p, const struct probe_options *o);
/* Kills the child's group and waits for it; nothing when there is none. */
void probe_exec_stop(struct probe *p);

#endif
