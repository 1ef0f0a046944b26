/*
 * catalog: which URL each service of the site has.
 *
 * The catalog lists services by type, and endpoints by interface and region;
 * the type has had many names. The URL found is brought into the one form to
 * which the service files append their paths.
 */
#include "backend/cloud/driver.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Types in order of preference, and the version that a usable URL holds. */
static const struct {
    const char *name;
    const char *types[6];
    const char *version; /* appended when the path does not hold it */
} SERVICES[CLOUD_SERVICES] = {
    [CLOUD_IDENTITY] = {"identity", {"identity"}, "/v3"},
    [CLOUD_COMPUTE] = {"compute", {"compute"}, "/v2.1"},
    [CLOUD_VOLUME] = {"volume",
                      {"block-storage", "volumev3", "block-store", "volume", "volumev2"},
                      "/v3"},
    [CLOUD_NETWORK] = {"network", {"network"}, "/v2.0"},
    [CLOUD_IMAGE] = {"image", {"image"}, "/v2"},
};

const char *cloud_service_name(enum cloud_service s)
{
    return (unsigned)s < CLOUD_SERVICES ? SERVICES[s].name : "";
}

/* Says whether some segment of the URL's path is `segment`. */
static bool has_segment(const char *url, const char *segment)
{
    size_t n = strlen(segment);
    const char *p = strstr(url, "://");
    p = p ? strchr(p + 3, '/') : NULL;
    for (; p; p = strchr(p + 1, '/'))
        if (strncmp(p + 1, segment, n) == 0 && (p[1 + n] == '/' || p[1 + n] == '\0'))
            return true;
    return false;
}

char *catalog_fill_in(const char *url, const char *project_id)
{
    static const char *const slots[] = {"%(project_id)s", "%(tenant_id)s", "$(project_id)s",
                                        "$(tenant_id)s"};
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        const char *at = strstr(url, slots[i]);
        if (at)
            return xasprintf("%.*s%s%s", (int)(at - url), url, project_id, at + strlen(slots[i]));
    }
    return xstrdup(url);
}

char *catalog_fix_url(enum cloud_service s, const char *url, const char *project_id)
{
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
        return NULL;
    bool micro = s == CLOUD_COMPUTE || s == CLOUD_VOLUME;
    if (micro && (has_segment(url, "v1") || has_segment(url, "v2")))
        return NULL; /* of long ago, without microversions */
    char *fixed = catalog_fill_in(url, project_id);
    for (size_t n = strlen(fixed); n > 0 && fixed[n - 1] == '/'; n--)
        fixed[n - 1] = '\0';
    if (!has_segment(fixed, SERVICES[s].version + 1)) {
        char *longer = xasprintf("%s%s", fixed, SERVICES[s].version);
        free(fixed);
        fixed = longer;
    }
    return fixed;
}

/* "publicURL" and "public" are the same interface. */
static bool same_interface(const char *have, const char *want)
{
    size_t n = strcspn(want, "U");
    return strncmp(have, want, n) == 0 && (have[n] == '\0' || strcmp(have + n, "URL") == 0);
}

static bool same_region(const json_t *endpoint, const char *want)
{
    return !want || !*want || strcmp(json_text(endpoint, "region_id"), want) == 0 ||
           strcmp(json_text(endpoint, "region"), want) == 0;
}

static const char *region_wanted(const struct cloud *c, enum cloud_service s)
{
    const char *own = c->cfg.region_override[s];
    return own ? own : c->cfg.region_name;
}

static const char *interface_wanted(const struct cloud *c, enum cloud_service s)
{
    const char *own = c->cfg.interface_override[s];
    if (!own)
        own = c->cfg.interface;
    return own && *own ? own : "public";
}

static char *find_of_type(const struct cloud *c, enum cloud_service s, const char *type)
{
    size_t i, k;
    const json_t *entry, *endpoint;
    json_array_foreach(c->session.catalog, i, entry) {
        if (strcmp(json_text(entry, "type"), type) != 0)
            continue;
        json_array_foreach(json_list(entry, "endpoints"), k, endpoint) {
            if (!same_interface(json_text(endpoint, "interface"), interface_wanted(c, s)) ||
                !same_region(endpoint, region_wanted(c, s)))
                continue;
            char *url = catalog_fix_url(s, json_text(endpoint, "url"), c->session.project_id);
            if (url)
                return url;
        }
    }
    return NULL;
}

static char *find(const struct cloud *c, enum cloud_service s)
{
    if (c->cfg.endpoint_override[s])
        return catalog_fix_url(s, c->cfg.endpoint_override[s], c->session.project_id);
    /* The identity service is where we log in: that URL works, the catalog's
     * may be for others. */
    if (s == CLOUD_IDENTITY)
        return catalog_fix_url(s, c->cfg.auth_url ? c->cfg.auth_url : "", "");
    if (c->cfg.service_type[s])
        return find_of_type(c, s, c->cfg.service_type[s]);
    char *url = NULL;
    for (size_t i = 0; !url && i < 6 && SERVICES[s].types[i]; i++)
        url = find_of_type(c, s, SERVICES[s].types[i]);
    return url;
}

void catalog_resolve(struct cloud *c)
{
    for (enum cloud_service s = 0; s < CLOUD_SERVICES; s++) {
        char *url = find(c, s);
        if (!text_equal(url, c->endpoint[s]))
            c->version[s].known = false;
        free(c->endpoint[s]);
        c->endpoint[s] = url;
    }
}

enum pc_err catalog_missing(const struct cloud *c, enum cloud_service s, struct pc_error *err)
{
    const char *region = region_wanted(c, s);
    pc_error_set(err, PC_ERR_CONFIG,
                 "Look at `openstack catalog list`; set region_name or interface in clouds.yaml, "
                 "or name the URL with <service>_endpoint_override.",
                 "%s: the catalog has no %s endpoint of interface %s in %s%s", c->site,
                 cloud_service_name(s), interface_wanted(c, s),
                 *(region ? region : "") ? "region " : "any region", region ? region : "");
    snprintf(err->source, sizeof(err->source), "%s", c->site);
    return PC_ERR_CONFIG;
}
