/*
 * driver: what the files of cloud share and nobody else sees.
 *
 * The way of a call:
 *
 *   START ─▶ token? ─▶ endpoint? ─▶ version? ─▶ HTTP ─▶ reply ─▶ done
 *             │no         │no          │no        ▲        │
 *         WAIT_TOKEN    error     WAIT_VERSION    └BACKOFF─┘ retry, next page,
 *                                                            401 once
 *
 * One log-in serves all calls that wait for it, one version discovery all that
 * wait for its service (an `early` call goes on meanwhile). Both are calls themselves, `bare` and `discovery`, so
 * that retries, limits and logging exist once. Reads that are the same and leave at the
 * same moment leave as one request (exchange.c).
 */
#ifndef PC_CLOUD_DRIVER_H
#define PC_CLOUD_DRIVER_H

#include "backend/base/buf.h"
#include "backend/cloud/cloud.h"

enum {
    CLOUD_TRIES = 5,
    CLOUD_LOGIN_TRIES_UNREACHED = 2, /* a site that is down must be told soon */
    CLOUD_BACKOFF_MS = 500,
    CLOUD_BACKOFF_MAX_MS = 8 * 1000,
    CLOUD_RETRY_AFTER_MAX_MS = 30 * 1000,
    CLOUD_TOTAL_MS = 60 * 1000,
    CLOUD_CONNECT_MS = 10 * 1000,
    CLOUD_TOKEN_MARGIN_MS = 120 * 1000, /* renewed when less is left */
    CLOUD_TOKEN_LEAST_MS = 10 * 1000,
    CLOUD_PAGES_MAX = 1000,
    CLOUD_ELEMENTS_MAX = 200 * 1000,
    CLOUD_HOLD_MS = 10 * 1000, /* after refused credentials, doubling */
    CLOUD_HOLD_MAX_MS = 600 * 1000,
    CLOUD_REQUEST_ID_SIZE = 64,
    CLOUD_VERSION_SIZE = 16,
};

/* In a path: the project of the token, known when the call is sent. */
#define CLOUD_PROJECT_SLOT "%(project_id)s"

struct exchange;

struct session {
    char *token;         /* NULL: none */
    unsigned generation; /* grows with each log-in */
    int64_t renew_at;    /* monotonic ms: log in anew from then on */
    char project_id[80];
    char user[80], project[80]; /* names of the last log-in, "" not told */
    json_t *catalog;          /* the array of the last log-in */
    json_t *roles;            /* names, of the last log-in; NULL: not told */
    struct cloud_call *login; /* under way, else NULL */
    struct pc_error refused;  /* why credentials were refused... */
    int64_t hold_until, hold; /* ...and how long we do not try them again */
};

struct version {
    struct cloud *cloud;
    enum cloud_service service;
    bool known;
    char min[CLOUD_VERSION_SIZE], max[CLOUD_VERSION_SIZE]; /* "" none */
    struct cloud_call *asking;
    bool at_root; /* the versioned document was not there: asking the root */
};

struct cloud {
    struct net *net;
    char *site;
    struct cloud_config cfg;
    struct session session;
    char *endpoint[CLOUD_SERVICES]; /* fixed up; NULL unknown */
    struct version version[CLOUD_SERVICES];
    struct cloud_call *head, *tail; /* every call that is not done */
    uint64_t ended; /* calls whose callback was called */
    char date[40]; /* the last answer's Date, as it said it, and what that is: */
    int64_t date_s;
    int clock_skew;
    int64_t backoff_ms; /* of the first repeat; tests make it short */
};

enum cloud_call_state {
    CLOUD_CALL_START,
    CLOUD_CALL_WAIT_TOKEN,
    CLOUD_CALL_WAIT_VERSION,
    CLOUD_CALL_BACKOFF,
    CLOUD_CALL_HTTP,
    CLOUD_CALL_DONE, /* in its callback */
};

struct cloud_call {
    struct cloud *cloud;
    struct cloud_call *prev, *next;
    enum cloud_call_state state;

    /* what is asked: copied from the request */
    enum cloud_service service;
    enum cloud_repeat repeat;
    char method[8];
    char *path, *url; /* url: absolute, instead of endpoint + path */
    char *body;
    char microversion[CLOUD_VERSION_SIZE];
    char *unwrap;
    bool list, bare, discovery, once, early;
    unsigned tolerate;
    cloud_keep *keep;
    char *keep_a, *keep_b;
    int64_t total_ms;

    /* how far it is */
    struct exchange *exchange; /* state HTTP: the request that will answer it */
    struct net_timer *timer;
    unsigned token_generation;
    bool relogged, renegotiated;
    bool answered; /* early: it was, and at most the version is still to come */
    int tries;
    int64_t started;
    json_t *items; /* of the pages so far */
    int pages;
    char *query; /* of the next page; NULL: the path's own */

    /* what came */
    char global_id[CLOUD_REQUEST_ID_SIZE], request_id[CLOUD_REQUEST_ID_SIZE];
    int status;
    int64_t elapsed_ms;
    char *subject_token; /* bare: header X-Subject-Token */
    bool mfa;            /* bare: header Openstack-Auth-Receipt */

    cloud_done *done;
    void *arg;
};

/* call.c, reply.c */
struct cloud_call *cloud_call_new(struct cloud *c, const struct cloud_request *q, cloud_done *done,
                                  void *arg);
void cloud_call_start(struct cloud_call *call);   /* in the next turn */
void cloud_call_advance(struct cloud_call *call); /* out of WAIT_*; may call back and free it */
/* body: lent. err NULL: success. Calls back and frees the call. */
void cloud_call_finish(struct cloud_call *call, const struct pc_error *err, json_t *body);
/* Lets all calls that wait so go (service CLOUD_SERVICES: any): on, or out
 * with err. */
void cloud_call_release_waiting(struct cloud *c, enum cloud_call_state state,
                                enum cloud_service service, const struct pc_error *err);

/* session.c */
bool session_good(const struct cloud *c);
/* Starts a log-in unless one runs. False: credentials were refused a moment
 * ago, *err says so. */
bool session_ask(struct cloud *c, struct pc_error *err);
void session_drop(struct cloud *c); /* the token is no longer good */
void session_release(struct cloud *c);

/* exchange.c */
/* True: a read that is the same to the letter has not left yet, and answers this
 * call too. */
bool exchange_join(struct cloud_call *call);
void exchange_send(struct cloud_call *call, const struct net_request *q);
void exchange_leave(struct cloud_call *call); /* its answer is not wanted any more */

/* reply.c: the HTTP exchange of a call has ended. */
void cloud_call_on_reply(struct cloud_call *call, const struct net_reply *r);

/* catalog.c: sets c->endpoint[] from the session's catalog and the overrides. */
void catalog_resolve(struct cloud *c);
enum pc_err catalog_missing(const struct cloud *c, enum cloud_service s, struct pc_error *err);
/* The entry's usable form, or NULL when the service cannot use it. Caller frees. */
char *catalog_fill_in(const char *text, const char *project_id);
char *catalog_fix_url(enum cloud_service s, const char *url, const char *project_id);

/* version.c */
bool version_needed(enum cloud_service s);
void version_ask(struct cloud *c, enum cloud_service s);
/* min(wanted, the server's); false with *err when the server's is below our floor. */
bool version_pick(const struct cloud *c, enum cloud_service s, const char *wanted,
                  char ret[CLOUD_VERSION_SIZE], struct pc_error *err);
int version_compare(const char *a, const char *b);

/* retry.c: milliseconds to wait before the next try, -1: no other try. */
struct retry_facts {
    enum cloud_repeat repeat;
    const struct net_reply *reply;
    const char *retry_after; /* header, "" none */
    int tries;               /* made so far, >= 1 */
    int tries_max;
    int64_t spent_ms, budget_ms, backoff_ms;
    int64_t wall_ms;
    uint64_t dice; /* random */
};
int64_t retry_delay(const struct retry_facts *f);

/* errors.c: a reply with an error status, in words. Returns err->code. */
enum pc_err errors_read(const char *site, enum cloud_service s, const struct net_reply *r,
                        const char *request_id, struct pc_error *err);
/* The message of an error body in any of the five shapes, cut at its first
 * line end; "" none. type: Neutron's exception name, else "". */
void errors_message(const char *body, size_t len, char *ret, size_t ret_size, char *ret_type,
                    size_t type_size);

/* paging.c: adds the elements under `unwrap` to call->items. *ret_more: there
 * is another page, call->query asks for it. */
enum pc_err paging_add(struct cloud_call *call, const json_t *page, bool *ret_more,
                       struct pc_error *err);

/* path.c: "/servers/%s/action" with each %s percent-encoded; NULL when one is
 * empty, NULL or starts with a dot, which cloud_send refuses: "DELETE
 * /servers/" must never be sent for want of an id. Caller frees. */
char *cloud_path(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Sends with the path and frees it. */
struct cloud_call *cloud_send_path(struct cloud *c, struct cloud_request *q, char *path_take,
                                   cloud_done *done, void *arg);

#endif
