/*
 * loop: the turn. One wait for everything, then the callbacks, in one order.
 *
 *   send ── what is to begin leaves (net_soon()), before the wait: to wait for nothing
 *           first would be a turn more for every request
 *   wait ── curl's sockets, watched descriptors, the wake-up, the first timer
 *   now  ── the clock is read once
 *   before ── whoever must know before anything leaves or any callback runs, here and
 *           before anything begins
 *   curl ── moves the bytes of the sockets that are ready; transfers that ended
 *           go to `finished`. It is told which ones: asked to look at all of its
 *           transfers it would ask the kernel about each, in every turn
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

/* ---- what curl waits for -------------------------------------------------------- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *ignored)
{
    struct net *n = arg;
    size_t i = 0;
    (void)easy;
    (void)ignored;
    while (i < n->socket_count && n->sockets[i].fd != fd)
        i++;
    if (what == CURL_POLL_REMOVE) {
        if (i < n->socket_count)
            n->sockets[i] = n->sockets[--n->socket_count];
        return 0;
    }
    if (i == n->socket_count) {
        n->sockets = xgrow(n->sockets, &n->socket_room, i + 1, sizeof(*n->sockets));
        n->socket_count++;
    }
    n->sockets[i] = (struct pollfd){
        .fd = fd,
        .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0)),
    };
    return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct net *n = arg;
    (void)multi;
    n->curl_due_ms = ms < 0 ? -1 : clock_mono_ms() + ms;
    return 0;
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
    n->curl_due_ms = -1;
    curl_multi_setopt(n->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(n->multi, CURLMOPT_SOCKETDATA, n);
    curl_multi_setopt(n->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(n->multi, CURLMOPT_TIMERDATA, n);
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
    curl_multi_cleanup(n->multi); /* tells of its sockets for the last time */
    free(n->polls);
    free(n->sockets);
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

/* While answers can wait: the longest time for which curl's sockets are not looked
 * at, -1: they are. */
static int patience(struct net *n, int wait_ms)
{
    if (!n->patience_ms || wait_ms == 0 || !all_are_out(n)) {
        n->patient_ms = 0;
        return -1;
    }
    n->patient_ms = n->patient_ms ? 2 * n->patient_ms : n->patience_ms;
    if (n->patient_ms > PATIENCE_MAX_MS)
        n->patient_ms = PATIENCE_MAX_MS;
    return wait_ms < 0 || n->patient_ms < wait_ms ? n->patient_ms : wait_ms;
}

static int until_curl(const struct net *n, int wait_ms)
{
    int64_t left = n->curl_due_ms - clock_mono_ms();
    if (n->curl_due_ms < 0)
        return wait_ms;
    left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
    return wait_ms < 0 || left < wait_ms ? (int)left : wait_ms;
}

/* The first `own` are of the watches and the wake-up, the others curl's. Returns
 * how many there are. */
static size_t list_polls(struct net *n, size_t watched)
{
    size_t own = watched + 1, all = own + n->socket_count;
    n->polls = xgrow(n->polls, &n->poll_room, all, sizeof(*n->polls));
    for (size_t i = 0; i < watched; i++) {
        const struct net_watch *w = n->watches[i];
        n->polls[i] = (struct pollfd){
            .fd = w->fd,
            .events = (short)((w->events & NET_READ ? POLLIN : 0) |
                              (w->events & NET_WRITE ? POLLOUT : 0))};
    }
    n->polls[watched] = (struct pollfd){.fd = n->wake_fd, .events = POLLIN};
    if (n->socket_count)
        memcpy(n->polls + own, n->sockets, n->socket_count * sizeof(*n->polls));
    return all;
}

/* Returns how many of the polls are curl's. */
static size_t wait_for_work(struct net *n, int wait_ms, size_t watched)
{
    uint64_t woken;
    size_t own = watched + 1, all = list_polls(n, watched);
    int patient = patience(n, wait_ms);
    if (patient >= 0)
        poll(n->polls, own, patient);
    else if (poll(n->polls, all, until_curl(n, wait_ms)) < 0)
        all = own; /* a signal: nothing is known of any */
    if (patient >= 0 && all > own && poll(n->polls + own, all - own, 0) < 0)
        all = own;
    if (n->polls[watched].revents && read(n->wake_fd, &woken, sizeof(woken)) < 0)
        return all - own;
    return all - own;
}

static void run_watches(struct net *n, size_t watched)
{
    for (size_t i = 0; i < watched; i++) {
        struct net_watch *w = n->watches[i];
        int events = 0;
        if (n->polls[i].revents & ~POLLOUT) /* what is broken is told by a read */
            events |= NET_READ;
        if (n->polls[i].revents & POLLOUT)
            events |= NET_WRITE;
        if (events && !w->stopped)
            w->ready(w->arg, events);
    }
}

/* What curl wanted a turn of its own for: requests to begin, times that are up. */
static void move_due(struct net *n)
{
    int running = 0;
    if (n->curl_due_ms < 0 || n->now < n->curl_due_ms)
        return;
    n->curl_due_ms = -1; /* it says anew when */
    curl_multi_socket_action(n->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

/* Curl may take sockets up and let them go meanwhile: the list of what is ready is
 * the turn's own, and of one that is not its any more curl only sees that it is
 * not. */
static void move_bytes(struct net *n, const struct pollfd *ready, size_t count)
{
    int running = 0;
    for (size_t i = 0; i < count; i++) {
        short is = ready[i].revents;
        int bits = (is & POLLIN ? CURL_CSELECT_IN : 0) | (is & POLLOUT ? CURL_CSELECT_OUT : 0) |
                   (is & (POLLERR | POLLHUP | POLLNVAL) ? CURL_CSELECT_ERR | CURL_CSELECT_IN : 0);
        if (bits)
            curl_multi_socket_action(n->multi, ready[i].fd, bits, &running);
    }
    move_due(n);
}

static void collect_finished(struct net *n)
{
    int left = 0;
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

/* The clock is read, and whoever must know before any byte leaves is told. */
static void wake_up(struct net *n)
{
    n->now = clock_mono_ms();
    if (n->before)
        n->before(n->before_arg);
}

/* Whether somebody was called back. */
static bool send_begun(struct net *n)
{
    if (!n->timers.first && (n->curl_due_ms < 0 || clock_mono_ms() < n->curl_due_ms))
        return false;
    wake_up(n);
    bool told = net_timers_begin(n);
    n->round++; /* what is asked from here on is asked after these */
    move_due(n);
    collect_finished(n);
    return told;
}

void net_turn(struct net *n, int max_wait_ms)
{
    bool told = send_begun(n);
    sweep_watches(n);
    bool more = told || n->finished.head || n->timers.first; /* what begins may let begin */
    int wait_ms = more ? 0 : net_timers_wait(&n->timers, clock_mono_ms(), max_wait_ms);
    size_t watched = n->watch_count;
    size_t sockets = wait_for_work(n, wait_ms, watched);
    wake_up(n);
    n->round++;
    move_bytes(n, n->polls + watched + 1, sockets);
    collect_finished(n);
    for (size_t left = n->finished.count; left > 0 && n->finished.head; left--) {
        struct net_call *c = n->finished.head;
        net_list_remove(&n->finished, c);
        net_call_deliver(c);
    }
    run_watches(n, watched);
    net_timers_run(n);
    sweep_watches(n);
}
