#include "backend/lab/http.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"
#include "backend/base/uuid.h"
#include "backend/lab/fault/fault.h"
#include "backend/lab/late.h"
#include "backend/lab/route.h"
#include "backend/lab/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 511, IDLE_SECONDS = 600, CONNECTIONS = 2000 };

struct http {
    struct lab *lab;
    int site;
    int fd; /* ours: keeps the port while the daemon is down */
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock; /* guards the list below */
    int *fds;             /* open connections, to be reset in an outage */
    size_t fd_count, fd_room;
};

/* ---- one call --------------------------------------------------------- */

/* As sent when it is UTF-8, else its clean form: JSON takes nothing else. */
static const char *keep_text(struct arena *mem, const char *text)
{
    size_t room = strlen(text) * 3 + 1;
    json_t *probe = json_string(text);
    json_decref(probe);
    if (probe)
        return arena_strdup(mem, text);
    char *clean = arena_alloc(mem, room);
    safe_text(clean, room, text);
    return clean;
}

static enum MHD_Result take_param(void *cls, enum MHD_ValueKind kind, const char *key,
                                  const char *value)
{
    struct call *c = cls;
    (void)kind;
    if (c->param_count < CALL_PARAMS)
        c->params[c->param_count++] =
            (struct param){keep_text(&c->mem, key), keep_text(&c->mem, value ? value : "")};
    return MHD_YES;
}

static struct call *call_new(struct http *h, struct MHD_Connection *conn, const char *url,
                             const char *verb)
{
    struct call *c = xcalloc(1, sizeof(*c));
    char id[UUID_SIZE];
    arena_init(&c->mem);
    buf_init(&c->body, CALL_BODY_CAP);
    c->lab = h->lab;
    c->world = &h->lab->world;
    c->site = h->site;
    c->conn = conn;
    c->url = keep_text(&c->mem, url);
    c->path = c->url;
    snprintf(c->verb, sizeof(c->verb), "%s", verb);
    snprintf(c->request_id, sizeof(c->request_id), "req-%s", uuid_make(id));
    MHD_get_connection_values(conn, MHD_GET_ARGUMENT_KIND, take_param, c);
    return c;
}

static void call_free(struct call *c)
{
    json_decref(c->json);
    json_decref(c->reply.json);
    free(c->reply.text);
    buf_release(&c->body);
    arena_release(&c->mem);
    free(c);
}

static void count_call(const struct call *c)
{
    static const char *const verbs[COUNTER_VERBS] = {"GET", "HEAD", "POST", "PUT", "PATCH",
                                                     "DELETE"};
    if (c->site < 0)
        return;
    struct site *site = &c->lab->sites[c->site];
    for (int s = 0; s < SERVICE_COUNT; s++)
        for (int v = 0; v < COUNTER_VERBS && SERVICES[s] == c->service; v++)
            if (strcmp(verbs[v], c->verb) == 0)
                site->counters[s][v]++;
}

/* Applies the call to the world and leaves the reply in it. */
static void call_run(struct call *c)
{
    struct world *w = c->world;
    struct pc_error err = {0};
    struct fault_hit hit;
    world_lock(w);
    c->now = clock_wall_ms();
    world_advance(w, c->now);
    route_locate(c);
    count_call(c);
    if (c->site >= 0)
        c->reply.late_ms = dist_sample(&c->lab->opt.latency, &w->dice);
    faults_match(c->lab->faults, c, &hit);
    if (!fault_before(c, &hit)) {
        route_call(c);
        fault_after(c, &hit);
    }
    if (world_commit(w, &err) != PC_OK) {
        reply_clear(c);
        reply_fail(c, 500, NULL, "%s", err.text);
    }
    reply_settle(c);
    world_unlock(w);
}

static enum MHD_Result on_call(void *cls, struct MHD_Connection *conn, const char *url,
                               const char *verb, const char *version, const char *upload,
                               size_t *upload_size, void **con_cls)
{
    struct http *h = cls;
    struct call *c = *con_cls;
    (void)version;
    if (!c) {
        *con_cls = call_new(h, conn, url, verb);
        return MHD_YES;
    }
    if (*upload_size) {
        buf_add(&c->body, upload, *upload_size); /* past the cap: answered with 413 */
        *upload_size = 0;
        return MHD_YES;
    }
    if (!c->reply.status && c->reply.damage == DAMAGE_NONE) {
        call_run(c);
        if (c->reply.late_ms > 0 && late_hold(h->lab->late, conn, h->site, c->reply.late_ms))
            return MHD_YES;
    }
    return wire_send(c);
}

static void on_done(void *cls, struct MHD_Connection *conn, void **con_cls,
                    enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)conn;
    (void)how;
    if (*con_cls)
        call_free(*con_cls);
    *con_cls = NULL;
}

/* ---- the server ------------------------------------------------------- */

static void on_connection(void *cls, struct MHD_Connection *conn, void **socket_cls,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *h = cls;
    (void)socket_cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info)
        return;
    pthread_mutex_lock(&h->lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        h->fds = xgrow(h->fds, &h->fd_room, h->fd_count + 1, sizeof(int));
        h->fds[h->fd_count++] = info->connect_fd;
    } else {
        for (size_t i = 0; i < h->fd_count; i++)
            if (h->fds[i] == info->connect_fd) {
                h->fds[i] = h->fds[--h->fd_count];
                break;
            }
    }
    pthread_mutex_unlock(&h->lock);
}

/* Whether somebody else who says so, too, may bind the port while we do not
 * listen: after our own death yes, in an outage no. */
static void share_port(int fd, int yes)
{
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

static int bind_port(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    share_port(fd, true);
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Two may bind one port with SO_REUSEADDR until one listens: so listen. */
static int listen_on(int port)
{
    int fd = port ? bind_port(port) : -1;
    if (fd < 0 || listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static int free_port(void)
{
    struct sockaddr_in at = {0};
    socklen_t len = sizeof(at);
    int fd = bind_port(0);
    if (fd < 0)
        return 0;
    getsockname(fd, (struct sockaddr *)&at, &len);
    close(fd);
    return ntohs(at.sin_port);
}

enum pc_err http_open(struct lab *lab, int site, int *port, struct http **ret,
                      struct pc_error *err)
{
    /* Always bound by number: only such a port stays ours while an outage has
     * shut its listener down. */
    int fd = listen_on(*port);
    for (int i = 0; fd < 0 && i < 20; i++) {
        *port = free_port();
        fd = listen_on(*port);
    }
    if (fd < 0)
        return pc_error_set(err, PC_ERR_IO, "Let the lab listen on 127.0.0.1.",
                            "no port can be had on 127.0.0.1: %s", strerror(errno));
    struct http *h = xcalloc(1, sizeof(*h));
    *h = (struct http){.lab = lab, .site = site, .fd = fd};
    pthread_mutex_init(&h->lock, NULL);
    *ret = h;
    return PC_OK;
}

enum pc_err http_start(struct http *h, struct pc_error *err)
{
    int fd = dup(h->fd);
    late_admit(h->lab->late, h->site);
    /* TURBO: no half-closing before close, which would spoil a real reset. */
    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0, NULL, NULL,
        on_call, h, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, on_done, h,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned int)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
        MHD_OPTION_END);
    if (h->daemon)
        return PC_OK;
    close(fd);
    return pc_error_set(err, PC_ERR_IO, "Raise the limit of open files (ulimit -n).",
                        "a server cannot be started");
}

static void stop_daemon(struct http *h)
{
    if (!h->daemon)
        return;
    /* Close the gate first, so that nothing new is held while we flush. */
    MHD_socket fd = MHD_quiesce_daemon(h->daemon);
    pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < h->fd_count; i++)
        wire_reset(h->fds[i]);
    pthread_mutex_unlock(&h->lock);
    late_flush(h->lab->late, h->site);
    MHD_stop_daemon(h->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    h->daemon = NULL;
    h->fd_count = 0;
}

void http_close(struct http *h)
{
    if (!h)
        return;
    stop_daemon(h);
    close(h->fd);
    pthread_mutex_destroy(&h->lock);
    free(h->fds);
    free(h);
}

enum pc_err http_outage(struct http *h, enum outage mode, struct pc_error *err)
{
    stop_daemon(h);
    /* A listener that is shut down refuses, but stays bound to its port. */
    if (mode == OUTAGE_REFUSE) {
        share_port(h->fd, false);
        shutdown(h->fd, SHUT_RDWR);
    }
    if (mode != OUTAGE_NONE)
        return PC_OK;
    share_port(h->fd, true);
    if (listen(h->fd, BACKLOG) != 0)
        return pc_error_set(err, PC_ERR_IO, "Restart the lab.", "the port was lost: %s",
                            strerror(errno));
    return http_start(h, err);
}
