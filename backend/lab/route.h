/*
 * route: from a call to its handler.
 *
 * A service is a const table of routes. A route's pattern is a path with {} for
 * one segment each, which arrive in call.args. Before a handler runs, the token,
 * the microversion, the caller's role and the JSON of the body have been
 * checked, with the errors that the real services give.
 */
#ifndef PC_LAB_ROUTE_H
#define PC_LAB_ROUTE_H

#include "backend/lab/call.h"

/* How a service words its errors. */
enum shape { SHAPE_NOVA, SHAPE_NEUTRON, SHAPE_KEYSTONE, SHAPE_GLANCE, SHAPE_ARRAY, SHAPE_CONTROL };

struct route {
    const char *verb, *pattern;
    void (*handle)(struct call *c);
    const char *policy; /* named when the caller's role is too low */
    enum role role;
    int since; /* first microversion that has it */
    bool top;  /* matched outside the versioned path */
};

struct service {
    const char *name;   /* "compute": in faults and counters */
    const char *prefix; /* "/compute" */
    enum shape shape;
    const char *version_word; /* in OpenStack-API-Version; NULL: no microversions */
    int major, max_minor;     /* 2, 93 */
    /* Cuts the version off: sets path and top. `rest` follows the prefix. */
    bool (*strip)(struct call *c, const char *rest);
    bool (*authenticate)(struct call *c); /* false: has replied 401 */
    const struct route *routes;
    size_t route_count;
};

extern const struct service keystone_service, nova_service, cinder_service, neutron_service,
    glance_service, array_service, control_service;

enum { SERVICE_COUNT = 7 };
extern const struct service *const SERVICES[SERVICE_COUNT];

/* Answers the call; the world's lock is held. */
void route_call(struct call *c);
/* Only finds service and path, for the fault table. False: no service. */
bool route_locate(struct call *c);

/* The route of a located call, or NULL; for the fault table. */
const struct route *route_find(struct call *c);
/* 403 in the service's words, naming the route's policy. */
void route_forbid(struct call *c);

/* For strip(): rest = VERSION[/...]. */
bool strip_version(struct call *c, const char *rest, const char *version);
/* The Keystone token check that all of OpenStack shares. */
bool token_check(struct call *c);

#endif
