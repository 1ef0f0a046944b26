/*
 * notify: tells somebody else's system that a group now runs elsewhere.
 *
 * A webhook: one POST of a JSON body, signed, repeated with growing pauses
 * until the receiver says 2xx or the attempts are used up. Every try of one
 * delivery carries the same X-Protector-Delivery, so that a receiver can drop
 * what it has had already. It knows no plan and keeps nothing: that a delivery
 * is owed, and was made, stands in the journal of whoever starts it.
 *
 * Loop thread only. Neither the secret nor the path of the URL, which often
 * is one, ever appears in a message.
 */
#ifndef PC_NOTIFY_NOTIFY_H
#define PC_NOTIFY_NOTIFY_H

#include "backend/model/operation.h"
#include "backend/net/net.h"

struct notify_options {
    const char *url;
    const char *secret;   /* "" : the body is not signed */
    const char *delivery; /* the same for every try, also after a restart */
    const char *body;     /* JSON text */
    int timeout_s;        /* of one try */
    int attempts;         /* at least 1 */
    int64_t pause_ms;     /* before the second try, doubled for each next; 0: 1 s */
};

/* What a try came to. */
struct notify_news {
    bool over;         /* delivered, or given up */
    int attempt;       /* from 1 */
    int64_t again_ms;  /* when not over: the pause before the next */
    struct pc_error err; /* PC_OK: delivered */
};

struct notify;
/* All options are copied. `told` is called after each try, never from inside
 * notify_start; when it says `over`, the handle is dead. A refusal (any other
 * 4xx than 408, 425 and 429, and a redirect) is not repeated. */
struct notify *notify_start(struct net *n, const struct notify_options *o,
                            void (*told)(void *arg, const struct notify_news *news), void *arg);
void notify_cancel(struct notify *d); /* NULL is fine; no callback */

enum { NOTIFY_SIGNATURE_SIZE = 80 };
/* "sha256=<64 hex digits>": HMAC-SHA256 of the body under the secret. */
const char *notify_sign(char dst[NOTIFY_SIGNATURE_SIZE], const char *secret, const char *body);

enum { NOTIFY_SECRET_MAX = 1024 };
/* The secret of a file, without white space at its end; registered with the
 * log's redaction. CONFIG: it cannot be read, is empty or too long. */
enum pc_err notify_secret(const char *path, char dst[NOTIFY_SECRET_MAX + 1], struct pc_error *err);

/* Where an id is valid: openstack://<site>/<project>/<service>/<id>. */
struct notify_place {
    const char *site, *project; /* project "" not known: "-" */
};
/* {PolicyName, ResourceMapping[{ResourceId, ResourceType, ResourceName,
 * TargetResourceId}]}: what stands in the operation's ledger as made, and the
 * networks that its ports were mapped to. Pure; the caller decrefs. */
json_t *notify_body(const struct operation *op, const struct notify_place *source,
                    const struct notify_place *target);

#endif
