/*
 * sites: the sessions to the configured sites, and the reading of their health.
 *
 * A poll asks every service once and the array; each answer, good or bad, goes
 * into the site's view with the time it was read, so that a screen can say how
 * old it is. A site is active when identity and the four services answer.
 */
#include "backend/engine/sites.h"
#include "backend/engine/readiness/watch.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARRAY_SLOT = 5 };

/* Kept once made: a token serves every drill of that project. */
struct project_cloud {
    struct project_cloud *next;
    char id[NAME_SIZE];
    struct cloud *cloud;
};

/* ---- opening ------------------------------------------------------------------- */

static void keep_warnings(json_t *to, const struct clouds_warnings *w)
{
    for (int i = 0; i < w->count; i++)
        if (!json_has_text(to, w->text[i]))
            json_array_append_new(to, json_string(w->text[i]));
}

/* By clouds.yaml first, by the token once there is one. */
static void set_identity(struct site *s)
{
    safe_text(s->view.user, sizeof(s->view.user), cloud_user(s->cloud));
    safe_text(s->view.project, sizeof(s->view.project), cloud_project(s->cloud));
}

static enum pc_err site_open(struct engine *e, struct site *s, const struct config_site *cfg,
                             json_t *warnings, struct pc_error *err)
{
    struct clouds_warnings found = {.count = 0};
    s->e = e;
    s->cfg = cfg;
    enum pc_err rc = cloud_config_load(e->o.config->clouds_file, cfg->cloud, &s->cloud_cfg, &found,
                                       err);
    keep_warnings(warnings, &found);
    if (rc)
        return rc;
    s->cloud = cloud_new(e->net, cfg->name, &s->cloud_cfg);
    struct array_config array = {
        .site = cfg->name,
        .url = cfg->array_url,
        .api_token = cfg->array_token,
        .verify = cfg->array_verify,
    };
    s->array = array_new(e->net, &array);

    struct site_view *v = &s->view;
    snprintf(v->name, sizeof(v->name), "%s", cfg->name);
    snprintf(v->cloud, sizeof(v->cloud), "%s", cfg->cloud);
    safe_text(v->auth_url, sizeof(v->auth_url), s->cloud_cfg.auth_url);
    safe_text(v->region, sizeof(v->region), s->cloud_cfg.region_name);
    snprintf(v->status, sizeof(v->status), "unknown");
    set_identity(s);
    v->primary = cfg->primary;
    v->read_only = cfg->read_only;
    v->has_array = *cfg->array_url != '\0';
    return PC_OK;
}

enum pc_err sites_open(struct engine *e, json_t *warnings, struct pc_error *err)
{
    const struct config *cfg = e->o.config;
    e->sites = xcalloc(cfg->site_count, sizeof(*e->sites));
    for (size_t i = 0; i < cfg->site_count; i++) {
        enum pc_err rc = site_open(e, &e->sites[i], &cfg->sites[i], warnings, err);
        if (rc)
            return rc;
        e->site_count++;
    }
    e->sites_dirty = true;
    return PC_OK;
}

enum pc_err site_cloud(struct site *s, const char *project, struct cloud **ret,
                       struct pc_error *err)
{
    struct project_cloud *p = s->projects;
    while (p && strcmp(p->id, project) != 0)
        p = p->next;
    if (!*project || p) {
        *ret = p ? p->cloud : s->cloud;
        return PC_OK;
    }
    if (strcmp(s->cloud_cfg.auth_type, "password") != 0 || strlen(project) >= sizeof(p->id))
        return pc_error_set(err, PC_ERR_CONFIG, "Use a password log-in for this site, or leave "
                            "--test-project out.",
                            "credentials of type %s are bound to their own project",
                            s->cloud_cfg.auth_type);
    p = xcalloc(1, sizeof(*p));
    snprintf(p->id, sizeof(p->id), "%s", project);
    struct cloud_config cfg;
    cloud_config_copy(&cfg, &s->cloud_cfg);
    cfg.project_id = p->id;
    cfg.project_name = cfg.project_domain_id = cfg.project_domain_name = NULL;
    p->cloud = cloud_new(s->e->net, s->cfg->name, &cfg);
    cloud_config_release(&cfg);
    p->next = s->projects;
    s->projects = p;
    *ret = p->cloud;
    return PC_OK;
}

static void close_projects(struct site *s)
{
    while (s->projects) {
        struct project_cloud *p = s->projects;
        s->projects = p->next;
        cloud_free(p->cloud);
        free(p);
    }
}

void sites_close(struct engine *e)
{
    for (size_t i = 0; i < e->site_count; i++) {
        struct site *s = &e->sites[i];
        net_timer_cancel(s->timer);
        array_cancel(s->array_ping);
        close_projects(s);
        cloud_free(s->cloud);
        array_free(s->array);
        cloud_config_release(&s->cloud_cfg);
    }
    free(e->sites);
}

/* ---- polling -------------------------------------------------------------------- */

static void set_status(struct site *s)
{
    int ok = 0, refused = 0;
    for (int i = 0; i < CLOUD_SERVICES; i++) {
        ok += s->view.services[i].health == HEALTH_OK;
        refused += s->view.services[i].health == HEALTH_FAILED &&
                   s->view.services[i].latency_ms > 0;
    }
    const char *status = ok == CLOUD_SERVICES                              ? "active"
                         : s->view.services[CLOUD_IDENTITY].health == HEALTH_OK || refused ? "error"
                                                                           : "unreachable";
    bool changed = strcmp(s->view.status, status) != 0 && strcmp(s->view.status, "unknown") != 0;
    snprintf(s->view.status, sizeof(s->view.status), "%s", status);
    if (changed)
        readiness_site_changed(s->e, s->cfg->name);
    s->view.clock_skew_s = cloud_clock_skew(s->cloud);
    set_identity(s);
    s->e->sites_dirty = true;
}

/* Somebody who waits until every site has been read anew. */
struct reading {
    struct reading *next;
    void (*done)(void *arg);
    void *arg;
};

bool sites_polled(const struct engine *e)
{
    for (size_t i = 0; i < e->site_count; i++)
        if (e->sites[i].polls_open > 0)
            return true;
    return false;
}

void readings_end(struct engine *e)
{
    while (e->readings) {
        struct reading *r = e->readings;
        e->readings = r->next;
        r->done(r->arg);
        free(r);
    }
}

static void remember(struct service_view *v, bool ok, int64_t latency_ms)
{
    if (v->latency_count == LATENCY_HISTORY)
        memmove(v->latencies, v->latencies + 1,
                (LATENCY_HISTORY - 1) * sizeof(v->latencies[0]));
    else
        v->latency_count++;
    v->latencies[v->latency_count - 1] =
        !ok                          ? LATENCY_NONE
        : latency_ms >= LATENCY_NONE ? LATENCY_NONE - 1
                                     : (uint16_t)latency_ms;
}

/* told: it answered, if only to refuse. What did not answer is as old as it was. */
static void answered(struct site *s, int service, const struct pc_error *err, bool told,
                     int64_t latency_ms)
{
    struct service_view *v = &s->view.services[service];
    remember(v, err->code == PC_OK, latency_ms);
    v->health = err->code == PC_OK ? HEALTH_OK : HEALTH_FAILED;
    v->code = err->code;
    v->latency_ms = (int)latency_ms;
    v->tried_ms = clock_wall_ms();
    if (told)
        v->read_ms = v->tried_ms;
    snprintf(v->error, sizeof(v->error), "%.159s", err->code ? err->text : "");
    s->polls_open--;
    s->e->sites_dirty = true;
    if (s->polls_open > 0)
        return;
    set_status(s);
    if (!sites_polled(s->e))
        readings_end(s->e);
}

static void on_ping(void *arg, const struct cloud_reply *r)
{
    const struct ping *p = arg;
    struct site *s = p->site;
    int service = p->service;
    snprintf(s->view.services[service].version, sizeof(s->view.services[service].version), "%s",
             cloud_version(s->cloud, (enum cloud_service)service));
    /* Without an HTTP answer the time says nothing about the service. */
    answered(s, service, &r->err, r->status != 0, r->status ? r->elapsed_ms : 0);
}

static void on_array(void *arg, const struct pc_error *err, const struct array_status *status)
{
    struct site *s = arg;
    s->array_ping = NULL;
    if (err->code == PC_OK)
        snprintf(s->view.services[ARRAY_SLOT].version, sizeof(s->view.services[0].version), "%.15s",
                 status->version);
    answered(s, ARRAY_SLOT, err, err->code == PC_OK, err->code ? 0 : status->latency_ms);
}

void site_poll(struct site *s)
{
    if (s->polls_open > 0)
        return;
    s->polls_open = CLOUD_SERVICES + (s->view.has_array ? 1 : 0);
    s->e->polled_ms = net_now(s->e->net);
    for (int i = 0; i < CLOUD_SERVICES; i++) {
        s->pings[i] = (struct ping){s, i};
        cloud_ping(s->cloud, (enum cloud_service)i, on_ping, &s->pings[i]);
    }
    if (s->view.has_array)
        s->array_ping = array_status(s->array, on_array, s);
}

void sites_poll_all(struct engine *e, void (*done)(void *arg), void *arg)
{
    struct reading *r = xcalloc(1, sizeof(*r));
    *r = (struct reading){e->readings, done, arg};
    e->readings = r;
    for (size_t i = 0; i < e->site_count; i++)
        site_poll(&e->sites[i]);
    if (!sites_polled(e))
        readings_end(e);
}

/* ---- as a reply -------------------------------------------------------------------- */

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

json_t *site_reply(const struct site *s)
{
    static const char *const words[] = {"unknown", "ok", "failed"};
    const struct site_view *v = &s->view;
    json_t *o = json_object(), *services = json_object();
    const char *error = NULL;
    for (int i = 0; i < SITE_SERVICES; i++) {
        const struct service_view *sv = &v->services[i];
        json_t *one = json_object();
        if (i == ARRAY_SLOT && !v->has_array) {
            json_decref(one);
            continue;
        }
        json_put_text(one, "status", words[sv->health]);
        json_put(one, "latency_ms", sv->latency_ms ? json_integer(sv->latency_ms) : json_null());
        json_put_text(one, "version", sv->version);
        json_put_text(one, "error", *sv->error ? sv->error : NULL);
        put_time(one, "read_at", sv->read_ms);
        json_put(services, SITE_SERVICE_NAMES[i], one);
        if (!error && sv->health == HEALTH_FAILED)
            error = sv->error;
    }
    json_put_text(o, "name", v->name);
    json_put_text(o, "type", v->primary ? "primary" : "secondary");
    json_put_text(o, "status", v->status);
    json_put_text(o, "auth_url", v->auth_url);
    json_put_text(o, "cloud", v->cloud);
    json_put_text(o, "region", v->region);
    json_put_text(o, "user", v->user);
    json_put_text(o, "project", v->project);
    json_put_flag(o, "read_only", v->read_only);
    json_put_int(o, "clock_skew", v->clock_skew_s);
    json_put_text(o, "error", error);
    json_put(o, "services", services);
    return o;
}
