/*
 * loop: the turn. One wait for everything, then the callbacks, in one order.
 *
 *   wait ── curl's sockets, watched descriptors, the wake-up, the first timer
 *   now  ── the clock is read once
 *   curl ── moves bytes; transfers that ended go to `finished`
 *   before ── whoever must know before any callback runs
 *   run  ── callbacks of finished calls, then of watches, then of timers
 *
 * No callback runs inside curl, so each may start and cancel what it likes.
 * What a callback starts is looked at in the next turn: a callback that always
 * starts another can delay the loop's owner by one turn only.
 */
#include "backend/net/loop.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { HOST_CONNECTIONS = 16, IDLE_CONNECTIONS = 64, PATIENCE_MAX_MS = 1000 };

struct net_watch {
    struct net *net;
    int fd, events;
    bool stopped;
    void (*ready)(void *arg, int events);
    void *arg;
};

static void start_once(void)
{
    struct sigaction now;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) {
        now.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &now, NULL);
    }
}

struct net *net_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_once);
    struct net *n = xcalloc(1, sizeof(*n));
    n->multi = curl_multi_init();
    if (!n->multi)
        abort(); /* out of memory, see mem.h */
    curl_multi_setopt(n->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(n->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
    curl_multi_setopt(n->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
    n->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (n->wake_fd < 0)
        abort(); /* no descriptor is left: nothing could be done here */
    n->now = clock_mono_ms();
    return n;
}

void net_free(struct net *n)
{
    if (!n)
        return;
    while (n->active.head)
        net_cancel(n->active.head);
    while (n->finished.head)
        net_cancel(n->finished.head);
    net_timers_drop_all(&n->timers);
    for (size_t i = 0; i < n->watch_count; i++)
        free(n->watches[i]);
    free(n->watches);
    free(n->waits);
    curl_multi_cleanup(n->multi);
    close(n->wake_fd);
    free(n);
}

void net_wake(struct net *n)
{
    static const uint64_t one = 1;
    ssize_t written = write(n->wake_fd, &one, sizeof(one));
    (void)written; /* it is awake already */
}

int64_t net_now(const struct net *n)
{
    return n->now;
}

uint64_t net_round(const struct net *n)
{
    return n->round;
}

struct net_watch *net_watch_start(struct net *n, int fd, int events,
                                  void (*ready)(void *arg, int events), void *arg)
{
    struct net_watch *w = xcalloc(1, sizeof(*w));
    *w = (struct net_watch){.net = n, .fd = fd, .events = events, .ready = ready, .arg = arg};
    n->watches = xgrow(n->watches, &n->watch_room, n->watch_count + 1, sizeof(struct net_watch *));
    n->watches[n->watch_count++] = w;
    return w;
}

/* The turn may be walking the array: it is marked here and swept there. */
void net_watch_stop(struct net_watch *w)
{
    if (w)
        w->stopped = true;
}

static void sweep_watches(struct net *n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->watch_count; i++) {
        if (n->watches[i]->stopped)
            free(n->watches[i]);
        else
            n->watches[kept++] = n->watches[i];
    }
    n->watch_count = kept;
}

void net_patience(struct net *n, int ms)
{
    n->patience_ms = ms;
    if (!ms)
        n->patient_ms = 0;
}

/* Every request is on its way, so that only answers can come. */
static bool all_are_out(const struct net *n)
{
    for (const struct net_call *c = n->active.head; c; c = c->next) {
        curl_off_t sent = 0;
        if (c->connect || curl_easy_getinfo(c->header.easy, CURLINFO_PRETRANSFER_TIME_T, &sent) ||
            !sent)
            return false;
    }
    return n->active.head != NULL;
}

/* Waits for everything but curl's sockets. True: that was enough. */
static bool wait_patiently(struct net *n, int wait_ms, size_t watched)
{
    if (!n->patience_ms || wait_ms == 0 || !all_are_out(n)) {
        n->patient_ms = 0;
        return false;
    }
    n->patient_ms = n->patient_ms ? 2 * n->patient_ms : n->patience_ms;
    if (n->patient_ms > PATIENCE_MAX_MS)
        n->patient_ms = PATIENCE_MAX_MS;
    if (wait_ms < 0 || n->patient_ms < wait_ms)
        wait_ms = n->patient_ms;
    struct pollfd *fds = xcalloc(watched + 1, sizeof(*fds));
    for (size_t i = 0; i <= watched; i++)
        fds[i] = (struct pollfd){
            .fd = n->waits[i].fd,
            .events = (short)((n->waits[i].events & CURL_WAIT_POLLIN ? POLLIN : 0) |
                              (n->waits[i].events & CURL_WAIT_POLLOUT ? POLLOUT : 0))};
    poll(fds, watched + 1, wait_ms);
    for (size_t i = 0; i <= watched; i++)
        n->waits[i].revents =
            (short)((fds[i].revents & ~POLLOUT ? CURL_WAIT_POLLIN : 0) |
                    (fds[i].revents & POLLOUT ? CURL_WAIT_POLLOUT : 0));
    free(fds);
    return true;
}

static void wait_for_work(struct net *n, int wait_ms, size_t watched)
{
    uint64_t woken;
    n->waits = xgrow(n->waits, &n->wait_room, watched + 1, sizeof(struct curl_waitfd));
    for (size_t i = 0; i < watched; i++) {
        const struct net_watch *w = n->watches[i];
        short events = 0;
        if (w->events & NET_READ)
            events |= CURL_WAIT_POLLIN;
        if (w->events & NET_WRITE)
            events |= CURL_WAIT_POLLOUT;
        n->waits[i] = (struct curl_waitfd){.fd = w->fd, .events = events};
    }
    n->waits[watched] = (struct curl_waitfd){.fd = n->wake_fd, .events = CURL_WAIT_POLLIN};
    if (!wait_patiently(n, wait_ms, watched))
        curl_multi_poll(n->multi, n->waits, (unsigned)watched + 1, wait_ms, NULL);
    if (n->waits[watched].revents && read(n->wake_fd, &woken, sizeof(woken)) < 0)
        return;
}

static void run_watches(struct net *n, size_t watched)
{
    for (size_t i = 0; i < watched; i++) {
        struct net_watch *w = n->watches[i];
        int events = 0;
        if (n->waits[i].revents & CURL_WAIT_POLLIN)
            events |= NET_READ;
        if (n->waits[i].revents & CURL_WAIT_POLLOUT)
            events |= NET_WRITE;
        if (events && !w->stopped)
            w->ready(w->arg, events);
    }
}

static void collect_finished(struct net *n)
{
    int running = 0, left = 0;
    n->round++;
    curl_multi_perform(n->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(n->multi, &left)) != NULL;) {
        struct net_call *c = NULL;
        CURLcode result = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
        net_call_finish(c, result);
    }
}

void net_before(struct net *n, void (*before)(void *arg), void *arg)
{
    n->before = before;
    n->before_arg = arg;
}

void net_turn(struct net *n, int max_wait_ms)
{
    sweep_watches(n);
    int wait_ms = n->finished.head ? 0 : net_timers_wait(&n->timers, clock_mono_ms(), max_wait_ms);
    size_t watched = n->watch_count;
    wait_for_work(n, wait_ms, watched);
    n->now = clock_mono_ms();

    collect_finished(n);
    if (n->before)
        n->before(n->before_arg);
    for (size_t left = n->finished.count; left > 0 && n->finished.head; left--) {
        struct net_call *c = n->finished.head;
        net_list_remove(&n->finished, c);
        net_call_deliver(c);
    }
    run_watches(n, watched);
    net_timers_run(n);
    sweep_watches(n);
}
