/*
 * version: what a service speaks, asked once, and the microversion to send.
 *
 * The document stands at the versioned URL ("/v2.1/") or, where that is not to
 * be had, at the root, which answers 300 Multiple Choices. We send
 * min(wanted, the server's maximum), never "latest": a newer server must not
 * change what an answer looks like.
 */
#include "backend/cloud/driver.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without a header it has no microversions, and its document is only read to be shown. */
static const struct {
    const char *segment; /* in the endpoint's path; ids start with it */
    const char *header;  /* the service's word in OpenStack-API-Version */
    const char *floor;   /* without it the calls we make do not exist */
    const char *release;
} MICRO[CLOUD_SERVICES] = {
    [CLOUD_IDENTITY] = {.segment = "v3"},
    [CLOUD_NETWORK] = {.segment = "v2.0"},
    [CLOUD_IMAGE] = {.segment = "v2"},
    [CLOUD_COMPUTE] = {"v2.1", "compute", "2.52", "Pike"},
    [CLOUD_VOLUME] = {"v3", "volume", "3.38", "Queens"},
};

bool version_needed(enum cloud_service s)
{
    return MICRO[s].header != NULL;
}

int version_compare(const char *a, const char *b)
{
    char *after_a = NULL, *after_b = NULL;
    long major_a = strtol(a, &after_a, 10), major_b = strtol(b, &after_b, 10);
    if (major_a != major_b)
        return major_a < major_b ? -1 : 1;
    long minor_a = *after_a == '.' ? strtol(after_a + 1, NULL, 10) : 0;
    long minor_b = *after_b == '.' ? strtol(after_b + 1, NULL, 10) : 0;
    return minor_a < minor_b ? -1 : minor_a > minor_b;
}

/* "2.93": digits, a dot, digits. */
static bool is_version(const char *s)
{
    size_t major = strspn(s, "0123456789");
    size_t minor = s[major] == '.' ? strspn(s + major + 1, "0123456789") : 0;
    return major > 0 && major < 6 && minor > 0 && minor < 6 && s[major + 1 + minor] == '\0';
}

static bool read_one(struct version *v, const json_t *o)
{
    const char *max = json_text(o, "version"), *min = json_text(o, "min_version");
    if (!*max)
        max = json_text(o, "max_version");
    if (!is_version(max))
        return false;
    snprintf(v->max, sizeof(v->max), "%s", max);
    snprintf(v->min, sizeof(v->min), "%s", is_version(min) ? min : max);
    return true;
}

/* {"version": {}}, {"versions": []} or {"versions": {"values": []}} */
static bool read_document(struct version *v, const json_t *body, const char *segment)
{
    if (read_one(v, json_map(body, "version")))
        return true;
    const json_t *all = json_object_get(body, "versions"), *one;
    if (json_is_object(all))
        all = json_object_get(all, "values");
    size_t i;
    json_array_foreach(all, i, one) if (text_starts(json_text(one, "id"), segment) &&
                                        read_one(v, one)) return true;
    return false;
}

/* The endpoint up to its version segment: with it, or (root) before it. */
static char *document_url(const struct cloud *c, enum cloud_service s, bool root)
{
    const char *url = c->endpoint[s];
    char *mark = xasprintf("/%s", MICRO[s].segment);
    const char *at = NULL;
    for (const char *p = url; (p = strstr(p, mark)) != NULL; p++)
        if (p[strlen(mark)] == '/' || p[strlen(mark)] == '\0')
            at = p;
    size_t keep = strlen(url);
    if (at)
        keep = (size_t)(at - url) + (root ? 0 : strlen(mark));
    else if (root)
        keep = strcspn(strstr(url, "://") + 3, "/") + (size_t)(strstr(url, "://") + 3 - url);
    free(mark);
    return xasprintf("%.*s/", (int)keep, url);
}

static void ask(struct cloud *c, enum cloud_service s);

static void on_document(void *arg, const struct cloud_reply *r)
{
    struct version *v = arg;
    struct cloud *c = v->cloud;
    enum cloud_service s = v->service;
    v->asking = NULL;
    v->known = r->err.code == PC_OK && read_document(v, r->body, MICRO[s].segment);
    struct pc_error err = r->err;
    bool absent = r->err.code == PC_OK || r->status == 404 || r->status == 403;
    if (!v->known && !v->at_root && absent) {
        v->at_root = true;
        ask(c, s);
        return;
    }
    if (!v->known && err.code == PC_OK) {
        pc_error_set(&err, PC_ERR_PROTOCOL,
                     "Check the service's URL in the catalog, and what answers there.",
                     "%s: the %s service does not tell its versions", c->site,
                     cloud_service_name(s));
        snprintf(err.source, sizeof(err.source), "%s", c->site);
    }
    cloud_call_release_waiting(c, CLOUD_CALL_WAIT_VERSION, s, v->known ? NULL : &err);
}

static void ask(struct cloud *c, enum cloud_service s)
{
    struct cloud_request q = {.service = s, .repeat = CLOUD_READ, .method = "GET", .path = "/"};
    struct cloud_call *call = cloud_call_new(c, &q, on_document, &c->version[s]);
    call->url = document_url(c, s, c->version[s].at_root);
    call->discovery = true;
    c->version[s].asking = call;
    cloud_call_start(call);
}

void version_ask(struct cloud *c, enum cloud_service s)
{
    if (c->version[s].asking)
        return;
    c->version[s].at_root = false;
    ask(c, s);
}

/* ---- what is shown ------------------------------------------------------------------- */

struct cloud_call *cloud_speaks(struct cloud *c, enum cloud_service s, cloud_done *done, void *arg)
{
    struct cloud_request q = {.service = s, .repeat = CLOUD_READ, .method = "GET", .path = "/"};
    if (!c->endpoint[s])
        return NULL;
    struct cloud_call *call = cloud_call_new(c, &q, done, arg);
    call->url = document_url(c, s, true);
    call->discovery = true;
    cloud_call_start(call);
    return call;
}

const char *cloud_newest_version(const json_t *document, char dst[CLOUD_SHOWN_VERSION])
{
    const json_t *all = json_object_get(document, "versions"), *one;
    size_t i;
    dst[0] = '\0';
    if (json_is_object(all)) /* Keystone */
        all = json_object_get(all, "values");
    json_array_foreach(all, i, one) {
        const char *id = json_text(one, "id");
        if (*id == 'v' && is_version(id + 1) && version_compare(id + 1, dst) > 0)
            snprintf(dst, CLOUD_SHOWN_VERSION, "%s", id + 1);
    }
    return dst;
}

bool version_pick(const struct cloud *c, enum cloud_service s, const char *wanted,
                  char ret[CLOUD_VERSION_SIZE], struct pc_error *err)
{
    const struct version *v = &c->version[s];
    if (version_compare(v->max, MICRO[s].floor) < 0) {
        pc_error_set(err, PC_ERR_PROTOCOL,
                     "Upgrade the site: nothing older has what a drill needs.",
                     "%s: %s speaks up to %s, %s (%s) is the least that works", c->site,
                     cloud_service_name(s), v->max, MICRO[s].floor, MICRO[s].release);
        snprintf(err->source, sizeof(err->source), "%s", c->site);
        return false;
    }
    snprintf(ret, CLOUD_VERSION_SIZE, "%s", version_compare(wanted, v->max) < 0 ? wanted : v->max);
    return true;
}

const char *cloud_version(const struct cloud *c, enum cloud_service s)
{
    return (unsigned)s < CLOUD_SERVICES && c->version[s].known ? c->version[s].max : "";
}
