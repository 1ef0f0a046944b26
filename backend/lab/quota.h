/*
 * quota: what a project may have, as Nova and Cinder tell it and let it be
 * set. A project's own limits are a resource "SERVICE/PROJECT"; without one the
 * lab's generous defaults hold. The service counts what is used.
 */
#ifndef PC_LAB_QUOTA_H
#define PC_LAB_QUOTA_H

#include "backend/lab/call.h"

struct quota_kind {
    const char *name;
    int64_t limit; /* -1: none; times the lab's number of servers where `scaled` */
    bool scaled;
};

enum { QUOTA_USED = 3, QUOTA_KINDS_MAX = 8 };

struct quota_set {
    const char *service; /* "compute" */
    const struct quota_kind *kinds;
    size_t count; /* <= QUOTA_KINDS_MAX; the first QUOTA_USED are counted, the others never used */
    void (*usage)(struct call *c, const char *project, int64_t used[QUOTA_USED]);
};

/* Of the nth kind; -1: none. */
int64_t quota_limit(struct call *c, const struct quota_set *q, const char *project, size_t n);

/* Replies to /os-quota-sets/{project}; one's own, or anybody's as admin. */
void quota_show(struct call *c, const struct quota_set *q, bool detail);
void quota_change(struct call *c, const struct quota_set *q);
void quota_reset(struct call *c, const struct quota_set *q, int status);

#endif
