/*
 * call: one HTTP request on its way through the lab, and the reply it gets.
 *
 * Made by http.c, routed by route.c, answered by a handler of a service. The
 * handler runs with the world's lock held, reads the arguments here and sets
 * the reply by one of the reply_ functions. All texts of a call live as long
 * as the call. Text from clients is bounded (body 1 MiB, 64 parameters) and
 * only ever goes back inside JSON.
 */
#ifndef PC_LAB_CALL_H
#define PC_LAB_CALL_H

#include "backend/base/buf.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/lab/lab.h"

struct MHD_Connection;
struct route;
struct service;

enum { CALL_BODY_CAP = 1024 * 1024, CALL_PARAMS = 64, CALL_ARGS = 4, CALL_HEADERS = 12 };

enum role { ROLE_NONE, ROLE_READER, ROLE_MEMBER, ROLE_ADMIN };

struct who {
    char user[40], project[40], token[256];
    enum role role;
};

struct param {
    const char *name, *value;
};

/* What a fault does to the reply on the wire. */
enum damage {
    DAMAGE_NONE,
    DAMAGE_RESET, /* a real TCP reset instead of a reply */
    DAMAGE_HOLD,  /* never answered */
    DAMAGE_DRIP,  /* a few bytes at a time */
    DAMAGE_HALF,  /* half of the announced body, then a reset */
    DAMAGE_BIG,   /* a body without end */
};

struct reply {
    int status;
    json_t *json; /* owned; or */
    char *text;   /* owned */
    size_t text_len;
    const char *type;
    struct param headers[CALL_HEADERS];
    size_t header_count;
    int64_t late_ms; /* wait before sending */
    enum damage damage;
    int64_t drip_ms; /* pause between two pieces */
    int64_t big_bytes;
};

struct call {
    struct lab *lab;
    struct world *world;
    int site; /* -1: the control interface */
    const struct service *service;
    const struct route *route;
    struct MHD_Connection *conn; /* NULL: a call that was kept, see late_call */
    json_t *kept_headers;        /* its headers; NULL: the connection has them */
    struct arena mem;
    char verb[16];
    const char *url;  /* decoded path as sent */
    const char *path; /* within the service: "/servers/ID" */
    bool top;         /* the service's root: version documents */
    struct param params[CALL_PARAMS];
    size_t param_count;
    struct buf body;
    json_t *json; /* parsed body; NULL when there is none */
    const char *args[CALL_ARGS];
    int minor; /* microversion in force, N of 2.N or 3.N */
    struct who who;
    char request_id[48];
    int64_t now;    /* wall ms, one for the whole call */
    void *scratch;  /* of the handler, for a list's filter */
    bool fail_host; /* faults: the server created here finds no host, */
    bool fail_late; /* or what is created here ends in error */
    struct reply reply;
};

const char *call_param(const struct call *c, const char *name); /* NULL: not given */
const char *call_header(const struct call *c, const char *name); /* NULL: not sent */
const struct site *call_site(const struct call *c);
/* The resource of the call's site that the caller may see, else NULL. */
struct res *call_res(const struct call *c, enum kind kind, const char *id);
/* Says whether the caller may see r: its own project's, public, or as admin. */
bool call_may_see(const struct call *c, const struct res *r);
char *call_text(struct call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Replies. reply_json takes doc. */
void reply_json(struct call *c, int status, json_t *doc);
void reply_empty(struct call *c, int status);
void reply_text(struct call *c, int status, const char *type, const char *text);
void reply_header(struct call *c, const char *name, const char *value); /* both copied */
/* An error in the words and the shape of the call's service. `type` is the
 * exception's name for Neutron and the context for the array, else unused. */
void reply_fail(struct call *c, int status, const char *type, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The web framework's own shape, for paths that no service knows. */
void reply_web(struct call *c, int status, const char *text);
void reply_clear(struct call *c);
/* Turns the document into text. Under the world's lock: parts of it may be the
 * world's own, whose counts are not made for two threads. */
void reply_settle(struct call *c);

/* Times as the services write them; new references. */
json_t *time_z(int64_t ms);      /* 2026-11-20T11:06:49Z */
json_t *time_micro(int64_t ms);  /* 2026-11-20T11:06:49.000000 */
json_t *time_microz(int64_t ms); /* 2026-11-20T11:06:49.000000Z */
json_t *time_of(const json_t *doc, const char *key, json_t *(*form)(int64_t)); /* absent: null */

#endif
