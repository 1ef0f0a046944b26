/* cloud: a site's making and end, and the questions answered without I/O. */
#include "backend/cloud/driver.h"

#include "backend/base/log.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct cloud *cloud_new(struct net *n, const char *site, const struct cloud_config *cfg)
{
    struct cloud *c = xcalloc(1, sizeof(*c));
    c->net = n;
    c->site = xstrdup(site);
    c->backoff_ms = CLOUD_BACKOFF_MS;
    cloud_config_copy(&c->cfg, cfg);
    for (enum cloud_service s = 0; s < CLOUD_SERVICES; s++) {
        c->version[s].cloud = c;
        c->version[s].service = s;
    }
    log_secret(cfg->password);
    log_secret(cfg->application_credential_secret);
    log_secret(cfg->token);
    return c;
}

void cloud_free(struct cloud *c)
{
    if (!c)
        return;
    while (c->head)
        cloud_cancel(c->head);
    session_release(c);
    for (enum cloud_service s = 0; s < CLOUD_SERVICES; s++)
        free(c->endpoint[s]);
    cloud_config_release(&c->cfg);
    free(c->site);
    free(c);
}

const char *cloud_project_id(const struct cloud *c)
{
    return c->session.project_id;
}

static const char *first_of(const char *const texts[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (texts[i] && *texts[i])
            return texts[i];
    return "";
}

const char *cloud_user(const struct cloud *c)
{
    const struct cloud_config *f = &c->cfg;
    const char *const names[] = {c->session.user, f->application_credential_name, f->username,
                                 f->application_credential_id, f->user_id};
    return first_of(names, sizeof(names) / sizeof(names[0]));
}

const char *cloud_project(const struct cloud *c)
{
    const char *const names[] = {c->session.project, c->cfg.project_name, c->cfg.project_id};
    return first_of(names, sizeof(names) / sizeof(names[0]));
}

const json_t *cloud_roles(const struct cloud *c)
{
    return c->session.roles;
}

const char *cloud_endpoint(const struct cloud *c, enum cloud_service s)
{
    return (unsigned)s < CLOUD_SERVICES && c->endpoint[s] ? c->endpoint[s] : "";
}

int cloud_clock_skew(const struct cloud *c)
{
    return c->clock_skew;
}
