#include "backend/lab/talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void say(int fd, const char *text, size_t n)
{
    /* Short enough for any socket buffer; who does not read it loses it. */
    ssize_t ignored = send(fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)ignored;
}

void talk_begin(struct talk *t)
{
    static const char banner[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";
    if (t->kind == TALK_SSH)
        say(t->fd, banner, sizeof(banner) - 1);
}

static void answer_http(struct talk *t)
{
    char method[8] = "", path[256] = "", body[160], head[512];
    int status = 404;
    const char *reason = "Not Found";
    int parts = sscanf(t->in, "%7s %255s", method, path);
    path[strcspn(path, "?")] = '\0'; /* a query asks for the same page */
    if (parts != 2) {
        status = 400;
        reason = "Bad Request";
    } else if (t->out_of_service) {
        status = 503;
        reason = "Service Unavailable";
    } else if (strcmp(path, "/") == 0 || strcmp(path, "/healthz") == 0) {
        status = 200;
        reason = "OK";
    }
    int n = snprintf(body, sizeof(body), "%s: %s\n", t->name, status == 200 ? "ok" : reason);
    int h = snprintf(head, sizeof(head),
                     "HTTP/1.1 %d %s\r\nServer: nginx\r\nContent-Type: text/plain\r\n"
                     "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
                     status, reason, n, strcmp(method, "HEAD") == 0 ? "" : body);
    say(t->fd, head, (size_t)h);
    shutdown(t->fd, SHUT_WR);
}

bool talk_read(struct talk *t)
{
    char waste[1024];
    bool keep = t->kind == TALK_HTTP && t->len + 1 < sizeof(t->in);
    char *dst = keep ? t->in + t->len : waste;
    ssize_t n = recv(t->fd, dst, keep ? sizeof(t->in) - 1 - t->len : sizeof(waste), MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0)
        return false;
    if (t->kind != TALK_HTTP)
        return t->kind == TALK_SSH;
    if (!keep)
        return false;
    t->len += (size_t)n;
    t->in[t->len] = '\0';
    if (!strstr(t->in, "\r\n\r\n"))
        return true;
    answer_http(t);
    return false;
}
