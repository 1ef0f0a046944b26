/*
 * child: a program that runs beside the loop and is watched by it.
 *
 * It gets an argument vector, never a shell; an environment that the caller
 * gives, and nothing of ours; no descriptor but its own three; a session of
 * its own, so that it can neither ask at our terminal nor outlive its time:
 * at the end of it its whole process group gets SIGTERM, and SIGKILL a little
 * later. The loop never waits for it. Loop thread only.
 */
#ifndef PC_NET_CHILD_H
#define PC_NET_CHILD_H

#include "backend/net/net.h"

enum { CHILD_OUTPUT_MAX = 64 * 1024, CHILD_GRACE_MS = 5000 };

struct child;

enum child_end {
    CHILD_EXITED,    /* code: its exit status */
    CHILD_SIGNALLED, /* code: the signal */
    CHILD_TIMEOUT,   /* it was ended because its time was over */
    CHILD_NOT_BEGUN, /* code: errno; nothing ran */
};

struct child_result {
    enum child_end end;
    int code;
    const char *output; /* both streams as they came, NUL-ended, lent; at most
                           CHILD_OUTPUT_MAX, what came after it is lost */
    size_t output_len;
    bool cut;
    int64_t elapsed_ms;
};

struct child_request {
    const char *const *argv; /* NULL-ended; [0] an absolute path */
    const char *const *env;  /* "NAME=value", NULL-ended */
    int64_t timeout_ms;
};

/* `done` is called once, never from inside child_start. All is copied. */
struct child *child_start(struct net *n, const struct child_request *q,
                          void (*done)(void *arg, const struct child_result *r), void *arg);
/* Kills it and its group; `done` will not be called. NULL is fine. */
void child_cancel(struct child *c);

#endif
