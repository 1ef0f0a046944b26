#include "backend/lab/wire.h"

#include "backend/lab/late.h"
#include "backend/lab/route.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DRIP_BYTES = 16, BLOCK = 16384 };

void wire_reset(int fd)
{
    /* Dissolving the association of a stream socket sends RST at once. Another
     * thread may be reading from it, which the kernel orders; as a bare system
     * call, for the thread sanitizer takes connect() for a new descriptor. */
    const struct sockaddr none = {.sa_family = AF_UNSPEC};
    long ignored = syscall(SYS_connect, fd, &none, sizeof(none));
    (void)ignored;
}

static void reset_connection(struct MHD_Connection *conn)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info)
        wire_reset(info->connect_fd);
}

/* A body that is read piece by piece; lives as long as its response. */
struct body {
    struct lab *lab;
    struct MHD_Connection *conn;
    int site;
    enum damage damage;
    int64_t drip_ms;
    bool waited;
    char *text;
    size_t len;
};

static ssize_t read_drip(struct body *b, uint64_t pos, char *dst, size_t max)
{
    if (!b->waited) {
        b->waited = true;
        if (late_hold(b->lab->late, b->conn, b->site, b->drip_ms))
            return 0;
    }
    b->waited = false;
    size_t n = b->len - (size_t)pos;
    n = n < DRIP_BYTES ? n : DRIP_BYTES;
    n = n < max ? n : max;
    memcpy(dst, b->text + pos, n);
    return (ssize_t)n;
}

static ssize_t read_half(struct body *b, uint64_t pos, char *dst, size_t max)
{
    size_t half = b->len / 2;
    if (pos >= half) {
        reset_connection(b->conn);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t n = half - (size_t)pos < max ? half - (size_t)pos : max;
    memcpy(dst, b->text + pos, n);
    return (ssize_t)n;
}

static ssize_t read_big(struct body *b, uint64_t pos, char *dst, size_t max)
{
    static const char head[] = "{\"padding\": \"";
    (void)b;
    memset(dst, 'x', max);
    for (size_t i = (size_t)pos; pos < sizeof(head) - 1 && i < sizeof(head) - 1; i++)
        if (i - pos < max)
            dst[i - pos] = head[i];
    return (ssize_t)max;
}

static ssize_t read_body(void *cls, uint64_t pos, char *dst, size_t max)
{
    struct body *b = cls;
    switch (b->damage) {
    case DAMAGE_DRIP:
        return read_drip(b, pos, dst, max);
    case DAMAGE_HALF:
        return read_half(b, pos, dst, max);
    default:
        return read_big(b, pos, dst, max);
    }
}

static void free_body(void *cls)
{
    struct body *b = cls;
    free(b->text);
    free(b);
}

static struct MHD_Response *damaged_response(struct call *c, char *text, size_t len)
{
    struct body *b = xcalloc(1, sizeof(*b));
    *b = (struct body){.lab = c->lab,
                       .conn = c->conn,
                       .site = c->site,
                       .damage = c->reply.damage,
                       .drip_ms = c->reply.drip_ms,
                       .text = text,
                       .len = len};
    uint64_t announced = c->reply.damage == DAMAGE_BIG ? (uint64_t)c->reply.big_bytes : len;
    return MHD_create_response_from_callback(announced, BLOCK, read_body, b, free_body);
}

static char *take_text(struct call *c, size_t *ret_len)
{
    char *text = c->reply.text ? c->reply.text : xstrdup("");
    *ret_len = c->reply.text ? c->reply.text_len : 0;
    c->reply.text = NULL;
    return text;
}

static void add_headers(struct call *c, struct MHD_Response *r)
{
    const struct reply *p = &c->reply;
    if (p->type)
        MHD_add_response_header(r, "Content-Type", p->type);
    if (c->service && c->service->shape == SHAPE_ARRAY) {
        const char *id = call_header(c, "X-Request-ID");
        MHD_add_response_header(r, "X-Request-ID", id ? id : c->request_id);
    } else {
        MHD_add_response_header(r, "x-openstack-request-id", c->request_id);
        if (c->service == &nova_service)
            MHD_add_response_header(r, "x-compute-request-id", c->request_id);
    }
    for (size_t i = 0; i < p->header_count; i++)
        MHD_add_response_header(r, p->headers[i].name, p->headers[i].value);
}

enum MHD_Result wire_send(struct call *c)
{
    enum damage damage = c->reply.damage;
    if (damage == DAMAGE_RESET || damage == DAMAGE_HOLD) {
        reset_connection(c->conn);
        return MHD_NO;
    }
    size_t len;
    char *text = take_text(c, &len);
    bool whole = damage == DAMAGE_NONE || (damage != DAMAGE_BIG && !len);
    struct MHD_Response *r =
        whole ? MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE)
              : damaged_response(c, text, len);
    if (!r)
        return MHD_NO;
    add_headers(c, r);
    unsigned status = c->reply.status ? (unsigned)c->reply.status : 500;
    enum MHD_Result rc = MHD_queue_response(c->conn, status, r);
    MHD_destroy_response(r);
    return rc;
}
