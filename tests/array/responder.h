/*
 * responder: an HTTP server of a few lines on the test's own loop.
 *
 * It answers a script: the nth request must be the nth exchange's, and have
 * its header; anything else is answered 599 and remembered. One request a
 * connection, no threads, loopback only.
 */
#ifndef PC_TESTS_ARRAY_RESPONDER_H
#define PC_TESTS_ARRAY_RESPONDER_H

#include "backend/base/mem.h"
#include "backend/net/net.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct exchange {
    const char *request; /* "GET /api/api_version" */
    const char *header;  /* a line, or a piece of the body, that must be there; NULL any */
    int status;          /* 0: the connection is closed without an answer */
    const char *headers; /* more header lines, each with \r\n; NULL none */
    const char *body;
};

struct responder {
    struct net *net;
    int fd;
    struct net_watch *watch;
    const struct exchange *script;
    int length, at; /* at: requests so far */
    char url[64];
    char unexpected[1024]; /* the first request that was not the script's */
};

struct responder_peer {
    struct responder *r;
    int fd;
    struct net_watch *watch;
    char text[8192];
    size_t len;
};

static inline void responder_answer(struct responder_peer *p)
{
    struct responder *r = p->r;
    const struct exchange *e = r->at < r->length ? &r->script[r->at] : NULL;
    size_t n = e ? strlen(e->request) : 0;
    static const struct exchange wrong = {.status = 599, .body = "{}"};
    if (!e || strncmp(p->text, e->request, n) != 0 || p->text[n] != ' ' ||
        (e->header && !strstr(p->text, e->header))) {
        if (!*r->unexpected)
            snprintf(r->unexpected, sizeof(r->unexpected), "request %d: %.900s", r->at, p->text);
        e = &wrong;
    }
    r->at++;
    if (!e->status)
        return;
    char *reply = xasprintf("HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
                            e->status, strlen(e->body), e->headers ? e->headers : "", e->body);
    ssize_t sent = write(p->fd, reply, strlen(reply));
    if (sent != (ssize_t)strlen(reply))
        abort();
    free(reply);
}

/* All of the head, and as much body as it announces. */
static inline bool responder_has_all(const struct responder_peer *p)
{
    const char *end = strstr(p->text, "\r\n\r\n"), *length = strstr(p->text, "Content-Length: ");
    if (!end)
        return false;
    size_t body = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
    return p->len >= (size_t)(end + 4 - p->text) + body;
}

static inline void responder_read(void *arg, int events)
{
    struct responder_peer *p = arg;
    (void)events;
    ssize_t n = read(p->fd, p->text + p->len, sizeof(p->text) - 1 - p->len);
    if (n > 0) {
        p->len += (size_t)n;
        p->text[p->len] = '\0';
        if (!responder_has_all(p))
            return;
        responder_answer(p);
    }
    net_watch_stop(p->watch);
    close(p->fd);
    free(p);
}

static inline void responder_accept(void *arg, int events)
{
    struct responder *r = arg;
    (void)events;
    struct responder_peer *p = xcalloc(1, sizeof(*p));
    p->r = r;
    p->fd = accept(r->fd, NULL, NULL);
    if (p->fd < 0)
        abort();
    p->watch = net_watch_start(r->net, p->fd, NET_READ, responder_read, p);
}

static inline void responder_open(struct responder *r, struct net *n,
                                  const struct exchange *script, int length)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(a);
    *r = (struct responder){.net = n, .script = script, .length = length};
    r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (r->fd < 0 || bind(r->fd, (struct sockaddr *)&a, size) || listen(r->fd, 8) ||
        getsockname(r->fd, (struct sockaddr *)&a, &size))
        abort();
    snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%d/", ntohs(a.sin_port));
    r->watch = net_watch_start(n, r->fd, NET_READ, responder_accept, r);
}

static inline void responder_close(struct responder *r)
{
    net_watch_stop(r->watch);
    close(r->fd);
}

#endif
