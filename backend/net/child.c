#include "backend/net/child.h"

#include "backend/base/buf.h"
#include "backend/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    struct net *net;
    pid_t pid; /* 0: none, or over */
    int pid_fd, out;
    struct net_watch *exit_watch, *out_watch;
    struct net_timer *timer;
    struct buf output;
    bool cut, late;
    int spawn_errno;
    int64_t began;
    void (*done)(void *arg, const struct child_result *r);
    void *arg;
};

static void release(struct child *c)
{
    net_watch_stop(c->exit_watch);
    net_watch_stop(c->out_watch);
    net_timer_cancel(c->timer);
    if (c->pid_fd >= 0)
        close(c->pid_fd);
    if (c->out >= 0)
        close(c->out);
    buf_release(&c->output);
    free(c);
}

/* What is left of its group dies with it, while the id is still ours. */
static int reap(struct child *c)
{
    int status = 0;
    kill(-c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
        ;
    c->pid = 0;
    return status;
}

void child_cancel(struct child *c)
{
    if (!c)
        return;
    if (c->pid > 0)
        reap(c);
    release(c);
}

static void finish(struct child *c, enum child_end end, int code)
{
    const struct child_result r = {
        .end = c->late ? CHILD_TIMEOUT : end,
        .code = code,
        .output = buf_text(&c->output),
        .output_len = c->output.len,
        .cut = c->cut,
        .elapsed_ms = net_now(c->net) - c->began,
    };
    c->done(c->arg, &r);
    release(c);
}

/* ---- its output --------------------------------------------------------------- */

/* A share of what there is: one that never stops talking must not keep the
 * loop. What is past the cap is read and dropped, or it would wait for us.
 * False at the end of the output. */
static bool drain(struct child *c)
{
    char bytes[4096];
    for (int i = 0; i < 16; i++) {
        ssize_t n = read(c->out, bytes, sizeof(bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        size_t room = CHILD_OUTPUT_MAX - c->output.len, take = (size_t)n < room ? (size_t)n : room;
        buf_add(&c->output, bytes, take);
        c->cut |= take < (size_t)n;
    }
    return true;
}

static void on_output(void *arg, int events)
{
    struct child *c = arg;
    (void)events;
    if (!drain(c)) {
        net_watch_stop(c->out_watch);
        c->out_watch = NULL;
    }
}

/* ---- its end --------------------------------------------------------------------- */

static void on_end(void *arg, int events)
{
    struct child *c = arg;
    (void)events;
    int status = reap(c);
    drain(c);
    if (WIFEXITED(status))
        finish(c, CHILD_EXITED, WEXITSTATUS(status));
    else
        finish(c, CHILD_SIGNALLED, WTERMSIG(status));
}

static void on_grace_over(void *arg)
{
    struct child *c = arg;
    c->timer = NULL;
    kill(-c->pid, SIGKILL);
}

static void on_deadline(void *arg)
{
    struct child *c = arg;
    c->late = true;
    kill(-c->pid, SIGTERM);
    c->timer = net_timer_start(c->net, CHILD_GRACE_MS, on_grace_over, c);
}

static void on_not_begun(void *arg)
{
    struct child *c = arg;
    c->timer = NULL;
    finish(c, CHILD_NOT_BEGUN, c->spawn_errno);
}

/* ---- its beginning ------------------------------------------------------------------ */

static int spawn(struct child *c, const struct child_request *q, int out_write)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out_write, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, out_write, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawn_file_actions_addchdir_np(&files, "/");
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    /* posix_spawn takes them without const, and does not change them. */
    int rc = posix_spawn(&c->pid, q->argv[0], &files, &attr, (char *const *)(uintptr_t)q->argv,
                         (char *const *)(uintptr_t)q->env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    if (rc != 0)
        c->pid = 0;
    return rc;
}

static int begin(struct child *c, const struct child_request *q)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    int rc = spawn(c, q, ends[1]);
    close(ends[1]);
    c->out = ends[0];
    if (rc == 0 && fcntl(c->out, F_SETFL, O_NONBLOCK) != 0)
        rc = errno;
    if (rc == 0 && (c->pid_fd = pidfd_open(c->pid, 0)) < 0)
        rc = errno;
    return rc;
}

struct child *child_start(struct net *n, const struct child_request *q,
                          void (*done)(void *arg, const struct child_result *r), void *arg)
{
    struct child *c = xcalloc(1, sizeof(*c));
    c->net = n;
    c->pid_fd = c->out = -1;
    c->began = net_now(n);
    c->done = done;
    c->arg = arg;
    buf_init(&c->output, CHILD_OUTPUT_MAX);
    c->spawn_errno = begin(c, q);
    if (c->spawn_errno) {
        if (c->pid > 0)
            reap(c);
        c->timer = net_timer_start(n, 0, on_not_begun, c);
        return c;
    }
    c->exit_watch = net_watch_start(n, c->pid_fd, NET_READ, on_end, c);
    c->out_watch = net_watch_start(n, c->out, NET_READ, on_output, c);
    c->timer = net_timer_start(n, q->timeout_ms, on_deadline, c);
    return c;
}
