#include "tests/support/web.h"

#include "backend/base/buf.h"
#include "backend/base/mem.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DRIP_MS = 50, REQUEST_MAX = 16 * 1024 * 1024, CONNECTIONS_MAX = 1024 };

struct rule {
    const char *method, *prefix;
    int times, used;
    struct web_answer answer;
};

struct connection {
    struct web *web;
    pthread_t thread;
    int fd, number;
};

struct web {
    int fd, port;
    char base[64];
    pthread_t thread;
    pthread_mutex_t lock;
    int stop[2]; /* closing stop[1] makes stop[0] readable: the end */
    struct rule *rules;
    size_t rule_count, rule_room;
    struct web_request **requests;
    size_t request_count, request_room;
    struct connection *connections[CONNECTIONS_MAX];
    int connection_count;
};

static bool fits(const char *method, const char *prefix, const struct web_request *r)
{
    return (!method || strcmp(method, r->method) == 0) &&
           strncmp(prefix, r->target, strlen(prefix)) == 0;
}

/* False when the server ends or the time is over. */
static bool wait_readable(struct web *w, int fd, int ms)
{
    struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = w->stop[0], .events = POLLIN}};
    return poll(p, 2, ms) > 0 && p[1].revents == 0;
}

static bool send_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static void add_based(struct web *w, struct buf *b, const char *text)
{
    static const char slot[] = "{base}";
    for (const char *at; text && (at = strstr(text, slot)) != NULL; text = at + sizeof(slot) - 1) {
        buf_add(b, text, (size_t)(at - text));
        buf_puts(b, w->base);
    }
    if (text)
        buf_puts(b, text);
}

static void drip(struct web *w, int fd, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pollfd p = {.fd = w->stop[0], .events = POLLIN};
        if (!send_all(fd, bytes + i, 1) || poll(&p, 1, DRIP_MS) > 0)
            return;
    }
}

static void endless(int fd)
{
    char block[4096];
    memset(block, 'x', sizeof(block));
    while (send_all(fd, block, sizeof(block)))
        ;
}

/* True: the connection may serve another request. */
static bool answer_with(struct web *w, int fd, const struct web_answer *a, bool head_only)
{
    struct buf body, out;
    bool keep = a->fault == WEB_PROPER;
    buf_init(&body, REQUEST_MAX * 2);
    buf_init(&out, REQUEST_MAX * 2);
    add_based(w, &body, a->body);
    if (a->oversize > 0) {
        char *fill = xmalloc(a->oversize);
        memset(fill, 'x', a->oversize);
        buf_add(&body, fill, a->oversize);
        free(fill);
    }
    if (a->fault != WEB_RAW) {
        buf_printf(&out, "HTTP/1.1 %d Scripted\r\n", a->status ? a->status : 200);
        add_based(w, &out, a->headers);
        if (a->fault != WEB_ENDLESS && a->status != 204)
            buf_printf(&out, "Content-Length: %zu\r\n", body.len);
        buf_puts(&out, "\r\n");
    }
    size_t half = a->fault == WEB_HALF ? body.len / 2 : body.len;
    if (!head_only)
        buf_add(&out, buf_text(&body), half);
    if (a->fault == WEB_DRIP)
        drip(w, fd, buf_text(&out), out.len);
    else
        keep = send_all(fd, buf_text(&out), out.len) && keep;
    if (a->fault == WEB_ENDLESS)
        endless(fd);
    buf_release(&out);
    buf_release(&body);
    return keep;
}

static bool act(struct web *w, int fd, const struct web_request *r, const struct web_answer *a)
{
    struct linger hard = {.l_onoff = 1, .l_linger = 0};
    struct pollfd end = {.fd = w->stop[0], .events = POLLIN};
    if (a->delay_ms > 0 && poll(&end, 1, a->delay_ms) > 0)
        return false;
    switch (a->fault) {
    case WEB_RESET:
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        return false;
    case WEB_CLOSE:
        return false;
    case WEB_HANG:
        wait_readable(w, fd, -1); /* until the client gives up, or the end */
        return false;
    default:
        return answer_with(w, fd, a, strcmp(r->method, "HEAD") == 0);
    }
}

static struct web_answer choose(struct web *w, struct web_request *r)
{
    struct web_answer a = {.status = 404, .body = "no rule"};
    pthread_mutex_lock(&w->lock);
    w->requests = xgrow(w->requests, &w->request_room, w->request_count + 1, sizeof(r));
    w->requests[w->request_count++] = r;
    for (size_t i = 0; i < w->rule_count; i++) {
        struct rule *rule = &w->rules[i];
        if (!fits(rule->method, rule->prefix, r) || (rule->times && rule->used >= rule->times))
            continue;
        rule->used++;
        a = rule->answer;
        break;
    }
    pthread_mutex_unlock(&w->lock);
    return a;
}

static void free_request(struct web_request *r)
{
    free(r->head);
    free(r->body);
    free(r);
}

/* Reads one request; NULL at the end of the connection. */
static struct web_request *read_request(struct connection *c)
{
    struct buf b;
    const char *end = NULL;
    char bytes[8192], length[32];
    size_t want = 0;
    buf_init(&b, REQUEST_MAX);
    while (!end || b.len < want) {
        ssize_t n = wait_readable(c->web, c->fd, -1) ? recv(c->fd, bytes, sizeof(bytes), 0) : 0;
        if (n <= 0 || !buf_add(&b, bytes, (size_t)n))
            break;
        end = strstr(buf_text(&b), "\r\n\r\n");
        if (end) {
            struct web_request probe = {.head = b.data};
            web_header(&probe, "Content-Length", length, sizeof(length));
            want = (size_t)(end - b.data) + 4 + (size_t)strtoul(length, NULL, 10);
        }
    }
    struct web_request *r = NULL;
    if (end && b.len >= want) {
        size_t head = (size_t)(end - b.data) + 4;
        r = xcalloc(1, sizeof(*r));
        r->head = xstrndup(b.data, head);
        r->body = xstrndup(b.data + head, want - head);
        r->connection = c->number;
        if (sscanf(r->head, "%15s %2047s", r->method, r->target) != 2)
            r->target[0] = '\0';
    }
    buf_release(&b);
    return r;
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    for (struct web_request *r; (r = read_request(c)) != NULL;) {
        struct web_answer a = choose(c->web, r);
        if (!act(c->web, c->fd, r, &a))
            break;
    }
    pthread_mutex_lock(&c->web->lock);
    close(c->fd);
    c->fd = -1;
    pthread_mutex_unlock(&c->web->lock);
    return NULL;
}

static void *listen_on(void *arg)
{
    struct web *w = arg;
    while (wait_readable(w, w->fd, -1)) {
        int fd = accept(w->fd, NULL, NULL);
        if (fd < 0)
            continue;
        pthread_mutex_lock(&w->lock);
        if (w->connection_count == CONNECTIONS_MAX)
            abort();
        struct connection *c = xcalloc(1, sizeof(*c));
        w->connections[w->connection_count++] = c;
        *c = (struct connection){.web = w, .fd = fd, .number = w->connection_count};
        pthread_create(&c->thread, NULL, serve, c);
        pthread_mutex_unlock(&w->lock);
    }
    return NULL;
}

struct web *web_new(void)
{
    struct web *w = xcalloc(1, sizeof(*w));
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    pthread_mutex_init(&w->lock, NULL);
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0 || bind(w->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(w->fd, 64) != 0 || getsockname(w->fd, (struct sockaddr *)&at, &size) != 0 ||
        pipe(w->stop) != 0)
        abort();
    w->port = ntohs(at.sin_port);
    snprintf(w->base, sizeof(w->base), "http://127.0.0.1:%d", w->port);
    pthread_create(&w->thread, NULL, listen_on, w);
    return w;
}

void web_clear(struct web *w)
{
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->request_count; i++)
        free_request(w->requests[i]);
    w->request_count = w->rule_count = 0;
    pthread_mutex_unlock(&w->lock);
}

void web_free(struct web *w)
{
    if (!w)
        return;
    close(w->stop[1]);
    pthread_join(w->thread, NULL);
    for (int i = 0; i < w->connection_count; i++) {
        pthread_mutex_lock(&w->lock);
        if (w->connections[i]->fd >= 0)
            shutdown(w->connections[i]->fd, SHUT_RDWR);
        pthread_mutex_unlock(&w->lock);
        pthread_join(w->connections[i]->thread, NULL);
        free(w->connections[i]);
    }
    web_clear(w);
    close(w->stop[0]);
    close(w->fd);
    pthread_mutex_destroy(&w->lock);
    free(w->requests);
    free(w->rules);
    free(w);
}

const char *web_base(const struct web *w)
{
    return w->base;
}

int web_port(const struct web *w)
{
    return w->port;
}

void web_rule(struct web *w, const char *method, const char *prefix, int times,
              struct web_answer answer)
{
    pthread_mutex_lock(&w->lock);
    w->rules = xgrow(w->rules, &w->rule_room, w->rule_count + 1, sizeof(struct rule));
    w->rules[w->rule_count++] =
        (struct rule){.method = method, .prefix = prefix, .times = times, .answer = answer};
    pthread_mutex_unlock(&w->lock);
}

const struct web_request *web_nth(struct web *w, const char *method, const char *prefix, int nth)
{
    const struct web_request *found = NULL;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->request_count && !found; i++)
        if (fits(method, prefix, w->requests[i]) && --nth == 0)
            found = w->requests[i];
    pthread_mutex_unlock(&w->lock);
    return found;
}

int web_count(struct web *w, const char *method, const char *prefix)
{
    int count = 0;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->request_count; i++)
        count += fits(method, prefix, w->requests[i]);
    pthread_mutex_unlock(&w->lock);
    return count;
}

int web_connections(struct web *w)
{
    pthread_mutex_lock(&w->lock);
    int count = w->connection_count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

const char *web_header(const struct web_request *r, const char *name, char *dst, size_t size)
{
    size_t n = strlen(name);
    dst[0] = '\0';
    for (const char *line = strstr(r->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
            continue;
        const char *value = line + 3 + n + strspn(line + 3 + n, " ");
        snprintf(dst, size, "%.*s", (int)strcspn(value, "\r"), value);
        break;
    }
    return dst;
}
