/* ping: the cheapest authenticated reads, for latency and for doctor. */
#include "backend/cloud/driver.h"

static const struct {
    const char *path, *microversion;
} PINGS[CLOUD_SERVICES] = {
    [CLOUD_IDENTITY] = {"/auth/projects", NULL},
    [CLOUD_COMPUTE] = {"/flavors?limit=1", "2.90"},
    [CLOUD_VOLUME] = {"/volumes?limit=1", "3.59"},
    [CLOUD_NETWORK] = {"/networks?limit=1&fields=id", NULL},
    [CLOUD_IMAGE] = {"/images?limit=1", NULL},
};

struct cloud_call *cloud_ping(struct cloud *c, enum cloud_service s, cloud_done *done, void *arg)
{
    struct cloud_request q = {
        .service = s,
        .repeat = CLOUD_READ,
        .method = "GET",
        .path = PINGS[s].path,
        .microversion = PINGS[s].microversion,
        .once = true,
        .early = true,
    };
    return cloud_send(c, &q, done, arg);
}

/* What a log-in is needed for is that there is a token: a call that needs one
 * and sends nothing. */
struct cloud_call *cloud_login(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = {
        .service = CLOUD_IDENTITY, .repeat = CLOUD_READ, .method = "", .path = "/"};
    return cloud_send(c, &q, done, arg);
}
