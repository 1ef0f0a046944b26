#include "backend/lab/route.h"

#include "backend/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct service *const SERVICES[SERVICE_COUNT] = {
    &keystone_service, &nova_service,  &cinder_service,  &neutron_service,
    &glance_service,   &array_service, &control_service,
};

bool strip_version(struct call *c, const char *rest, const char *version)
{
    size_t n = strlen(version);
    if (strncmp(rest, version, n) == 0 && (rest[n] == '/' || !rest[n])) {
        c->path = rest[n] ? rest + n : "/";
        return true;
    }
    c->top = true;
    c->path = *rest ? rest : "/";
    return true;
}

bool route_locate(struct call *c)
{
    for (int i = 0; i < SERVICE_COUNT; i++) {
        const struct service *s = SERVICES[i];
        size_t n = strlen(s->prefix);
        bool is_control = s == &control_service;
        if (is_control != (c->site < 0) || strncmp(c->url, s->prefix, n) != 0 ||
            (c->url[n] && c->url[n] != '/'))
            continue;
        c->service = s;
        return s->strip(c, c->url + n);
    }
    return false;
}

/* Matches "/servers/{}/tags/{}"; a trailing slash counts for nothing. */
static bool match_path(struct call *c, const char *pattern)
{
    const char *p = c->path;
    size_t args = 0;
    for (;;) {
        if (*pattern == '{') {
            size_t n = strcspn(p, "/");
            if (!n || args == CALL_ARGS)
                return false;
            c->args[args++] = call_text(c, "%.*s", (int)n, p);
            p += n;
            pattern += 2;
        } else if (*pattern && *pattern == *p) {
            pattern++;
            p++;
        } else {
            break;
        }
    }
    while (*p == '/')
        p++;
    return !*p && (!*pattern || strcmp(pattern, "/") == 0);
}

static const struct route *find_route(struct call *c, bool *ret_path_known)
{
    *ret_path_known = false;
    memset(c->args, 0, sizeof(c->args));
    for (size_t i = 0; i < c->service->route_count; i++) {
        const struct route *r = &c->service->routes[i];
        if (r->top != c->top || !match_path(c, r->pattern))
            continue;
        *ret_path_known = true;
        bool head = strcmp(c->verb, "HEAD") == 0 && strcmp(r->verb, "GET") == 0;
        if (head || strcmp(r->verb, c->verb) == 0)
            return r;
    }
    return NULL;
}

const struct route *route_find(struct call *c)
{
    bool path_known;
    return c->service ? find_route(c, &path_known) : NULL;
}

/* ---- microversions ---------------------------------------------------- */

/* "compute 2.90" -> "2.90"; the header may name several services. */
static const char *wanted_version(struct call *c)
{
    const char *header = call_header(c, "OpenStack-API-Version");
    const char *word = c->service->version_word;
    for (const char *p = header; p && *p; p += strcspn(p, ","), p += *p == ',') {
        while (*p == ' ')
            p++;
        size_t n = strlen(word);
        if (strncasecmp(p, word, n) == 0 && p[n] == ' ') {
            p += n + 1;
            return call_text(c, "%.*s", (int)strcspn(p, ", "), p);
        }
    }
    if (c->service->major == 2)
        return call_header(c, "X-OpenStack-Nova-API-Version");
    return NULL;
}

static bool choose_version(struct call *c)
{
    const struct service *s = c->service;
    const int lowest = s->major == 2 ? 1 : 0;
    const char *text = wanted_version(c);
    int major = s->major, minor = lowest, used = 0;
    if (text && strcmp(text, "latest") == 0) {
        minor = s->max_minor;
    } else if (text && (!isdigit((unsigned char)*text) || strlen(text) > 9 ||
                        sscanf(text, "%d.%d%n", &major, &minor, &used) != 2 || text[used])) {
        reply_fail(c, 400, NULL,
                   "API Version String %s is of invalid format. Must be of format MajorNum.MinorNum.",
                   text);
        return false;
    }
    c->minor = minor;
    if (major == s->major && minor >= lowest && minor <= s->max_minor)
        return true;
    c->minor = lowest;
    reply_fail(c, 406, NULL,
               "Version %s is not supported by the API. Minimum is %d.%d and maximum is %d.%d.",
               text, s->major, lowest, s->major, s->max_minor);
    return false;
}

static void tell_version(struct call *c)
{
    const struct service *s = c->service;
    const char *version = call_text(c, "%d.%d", s->major, c->minor);
    reply_header(c, "OpenStack-API-Version", call_text(c, "%s %s", s->version_word, version));
    if (s->major == 2) {
        reply_header(c, "X-OpenStack-Nova-API-Version", version);
        reply_header(c, "Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
    } else {
        reply_header(c, "Vary", "OpenStack-API-Version");
    }
}

/* ---- who, and what they sent ------------------------------------------ */

bool token_check(struct call *c)
{
    const char *token = call_header(c, "X-Auth-Token");
    struct res *r = token ? world_get(c->world, c->site, K_TOKEN, token) : NULL;
    if (r && json_int(r->doc, "expires", 0) <= c->now) {
        world_drop(c->world, r);
        r = NULL;
    }
    if (!r) {
        reply_fail(c, 401, NULL, "%s",
                   c->service->shape == SHAPE_GLANCE
                       ? "This server could not verify that you are authorized to access the "
                         "document you requested."
                       : "The request you have made requires authentication.");
        return false;
    }
    snprintf(c->who.user, sizeof(c->who.user), "%s", json_text(r->doc, "user"));
    snprintf(c->who.project, sizeof(c->who.project), "%s", json_text(r->doc, "project"));
    snprintf(c->who.token, sizeof(c->who.token), "%s", r->id);
    c->who.role = (enum role)json_int(r->doc, "role", ROLE_READER);
    return true;
}

/* What nobody is refused by role has no name in the tables. */
static const char *policy_name(struct call *c)
{
    if (c->route && c->route->policy)
        return c->route->policy;
    const char *first = c->path + strspn(c->path, "/");
    int n = (int)strcspn(first, "/");
    if (c->service == &nova_service)
        return call_text(c, "os_compute_api:%.*s:index", n, first);
    if (c->service == &cinder_service)
        return call_text(c, "volume_extension:%.*s:index", n, first);
    return call_text(c, "get_%.*s", n, first);
}

void route_forbid(struct call *c)
{
    const char *policy = policy_name(c);
    if (policy[0] == '!') /* not a rule's name but the service's own words */
        reply_fail(c, 403, NULL, "%s", policy + 1);
    else if (c->service->shape == SHAPE_NEUTRON)
        reply_fail(c, 403, "PolicyNotAuthorized", "rule:%s is disallowed by policy", policy);
    else if (c->service->shape == SHAPE_GLANCE)
        reply_fail(c, 403, NULL, "You are not authorized to complete %s action.", policy);
    else if (c->service->shape == SHAPE_KEYSTONE)
        reply_fail(c, 403, NULL,
                   "You are not authorized to perform the requested action: %s.", policy);
    else
        reply_fail(c, 403, NULL, "Policy doesn't allow %s to be performed.", policy);
}

static bool read_body(struct call *c)
{
    const char *type = call_header(c, "Content-Type");
    bool sends = strcmp(c->verb, "POST") == 0 || strcmp(c->verb, "PUT") == 0 ||
                 strcmp(c->verb, "PATCH") == 0;
    if (!sends || !c->body.len || (type && strstr(type, "octet-stream")))
        return true;
    if (c->service->shape == SHAPE_NOVA && c->service->major == 2 &&
        (!type || !strstr(type, "json"))) {
        reply_fail(c, 415, NULL, "Unsupported Content-Type");
        return false;
    }
    c->json = json_loadb(c->body.data, c->body.len, JSON_REJECT_DUPLICATES, NULL);
    if (c->json)
        return true;
    reply_fail(c, 400, "HTTPBadRequest", "%s",
               c->service->shape == SHAPE_NOVA ? "Malformed request body" : "Body is not valid JSON");
    return false;
}

static void no_route(struct call *c, bool path_known)
{
    if (c->service->authenticate && !c->top && !c->service->authenticate(c))
        return;
    if (path_known)
        reply_web(c, 405, "The method specified is not allowed for this resource.");
    else
        reply_web(c, 404, "The resource could not be found.");
}

static void answer(struct call *c)
{
    bool path_known;
    c->route = find_route(c, &path_known);
    if (!c->route) {
        no_route(c, path_known);
        return;
    }
    if (c->route->role > ROLE_NONE && c->service->authenticate && !c->service->authenticate(c))
        return;
    if (c->service->version_word && !c->top && !choose_version(c))
        return;
    if (c->route->since > c->minor && c->service->version_word)
        reply_web(c, 404, "The resource could not be found.");
    else if (c->who.role < c->route->role)
        route_forbid(c);
    else if (read_body(c))
        c->route->handle(c);
}

void route_call(struct call *c)
{
    if (!c->service) {
        reply_web(c, 404, "The resource could not be found.");
        return;
    }
    if (c->body.overflowed) {
        reply_web(c, 413, "Request is too large.");
        return;
    }
    answer(c);
    if (c->service->version_word && !c->top)
        tell_version(c);
}
