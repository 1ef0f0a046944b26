/*
 * cloud: one OpenStack site as one project member sees it.
 *
 * Owns the Keystone session (log-in, renewal before expiry and once on a 401),
 * the catalog, microversions, retries of what is safe to repeat, paging, and
 * the reading of the services' five error shapes. The per-service calls stand
 * in nova.h, cinder.h, neutron.h, glance.h and are all built on cloud_send().
 * It speaks HTTP and cannot tell a real cloud from a simulated one.
 *
 * Loop thread only. Every call is asynchronous; callbacks run in net_turn().
 * A request id is kept with every answer and written to the log; a token or a
 * password never is.
 */
#ifndef PC_CLOUD_CLOUD_H
#define PC_CLOUD_CLOUD_H

#include "backend/base/error.h"
#include "backend/cloud/clouds_yaml.h"
#include "backend/net/net.h"

#include <jansson.h>

enum cloud_service {
    CLOUD_IDENTITY,
    CLOUD_COMPUTE,
    CLOUD_VOLUME,
    CLOUD_NETWORK,
    CLOUD_IMAGE,
    CLOUD_SERVICES
};
/* "identity", "compute", "volume", "network", "image" */
const char *cloud_service_name(enum cloud_service s);

struct cloud;
struct cloud_call;

/* site: the name used in messages. cfg is copied. No I/O happens here. */
struct cloud *cloud_new(struct net *n, const char *site, const struct cloud_config *cfg);
/* Cancels what runs, without calling back. Not from inside a callback of this
 * cloud. NULL is fine. */
void cloud_free(struct cloud *c);
/* "" until the first log-in. */
const char *cloud_project_id(const struct cloud *c);
/* As whom and in which project: by the token, until there is one by clouds.yaml; an application
 * credential by its own name, an id where no name is given. "" unknown. Lent. */
const char *cloud_user(const struct cloud *c);
const char *cloud_project(const struct cloud *c);
/* The names of the token's roles, lent; NULL until the first log-in, or where Keystone does
 * not tell them. */
const json_t *cloud_roles(const struct cloud *c);
/* The catalog's URL of a service, "" before log-in or when it is not there. */
const char *cloud_endpoint(const struct cloud *c, enum cloud_service s);

struct cloud_reply {
    struct pc_error err; /* PC_OK, or what went wrong, with cause and remedy:
                            source = site, http_status, request_id set.
                            pc_err_outcome_unknown(err.code): for a create, look
                            before asking again. */
    int status;          /* HTTP status, 0 without answer */
    json_t *body;        /* lent: the unwrapped object ("server", "port", ...),
                            or for lists one array of all pages; NULL: none */
    const char *request_id; /* the service's; "" none */
    int64_t elapsed_ms;     /* of the last HTTP exchange */
};
typedef void cloud_done(void *arg, const struct cloud_reply *r);

/* What a repeat may do, and so when one is allowed by the driver itself. */
enum cloud_repeat {
    CLOUD_READ,   /* GET: repeated on 5xx, 429, time-out, reset */
    CLOUD_SAFE,   /* DELETE, PUT, idempotent action: the same */
    CLOUD_CREATE, /* repeated only when certainly not applied: not connected,
                     401 (once, after a new log-in), 429 */
};

/* Statuses that are an answer and no error: the call succeeds without a body. */
enum {
    CLOUD_TOLERATE_ABSENT = 1, /* 404: what is to be deleted is gone */
    CLOUD_TOLERATE_DENIED = 2, /* 403: nice to know, if we may */
};

/* Lists: whether an element belongs to the answer. Services match names by
 * pattern, and some ignore a filter that they do not know: nothing may be
 * adopted or deleted on their word alone. */
typedef bool cloud_keep(const json_t *element, const char *a, const char *b);
/* element[a] is the string b. */
bool cloud_keep_equal(const json_t *element, const char *a, const char *b);

struct cloud_request {
    enum cloud_service service;
    enum cloud_repeat repeat;
    const char *method;
    const char *path;         /* after the service's endpoint, "/servers/..." */
    json_t *body;             /* stolen by cloud_send; NULL none */
    const char *microversion; /* wanted, e.g. "2.90"; min(wanted, server's) is
                                 sent; NULL: none */
    const char *unwrap;       /* member to lend as body ("server", or a way down
                                 as "limits.absolute"), NULL: whole */
    bool list;                /* follow pages, join the arrays under `unwrap` */
    cloud_keep *keep;         /* lists: NULL keeps all */
    const char *keep_a, *keep_b; /* for keep; copied */
    unsigned tolerate;        /* CLOUD_TOLERATE_* */
    bool once;                /* never repeated by the driver: for measuring */
    bool early;               /* not kept waiting while the service is asked what it speaks: sent
                                 without its microversion until then. Only that it was answered is
                                 of use, at the end of both: body NULL. No list */
    int64_t total_ms;         /* of one try; 0: 60 s, or clouds.yaml's api_timeout */
};
/* q and its strings are copied, its body is stolen. A NULL path or one without
 * its id is err INVALID. */
struct cloud_call *cloud_send(struct cloud *c, const struct cloud_request *q, cloud_done *done,
                              void *arg);
void cloud_cancel(struct cloud_call *call); /* NULL is fine; no callback */

/* Logs in if there is no good token; body: NULL. For doctor and the monitor. */
struct cloud_call *cloud_login(struct cloud *c, cloud_done *done, void *arg);
/* One cheap authenticated read of the service (latency: elapsed_ms). The
 * first is preceded by log-in, and what the service speaks is asked beside it. */
struct cloud_call *cloud_ping(struct cloud *c, enum cloud_service s, cloud_done *done, void *arg);
/* The service's highest microversion ("2.93"), "" unknown or none. */
const char *cloud_version(const struct cloud *c, enum cloud_service s);
/* The root document of a service, which lists what it speaks; no log-in is needed for it. NULL,
 * and no callback: its endpoint is not known (yet). */
struct cloud_call *cloud_speaks(struct cloud *c, enum cloud_service s, cloud_done *done, void *arg);
enum { CLOUD_SHOWN_VERSION = 16 };
/* The highest version that such a document names, "3.14"; "" none. Returns dst. */
const char *cloud_newest_version(const json_t *document, char dst[CLOUD_SHOWN_VERSION]);
/* Seconds by which the site's clock is ahead of ours, from Date headers. */
int cloud_clock_skew(const struct cloud *c);

#endif
