/*
 * doctor: what is wrong with the set-up, and what to do about it. Reads only.
 * Every finding is a check, a word, the evidence and the remedy.
 */
#include "backend/engine/run.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/nova.h"
#include "backend/model/remedy.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *find(json_t *list, const char *check, const char *status, const char *remedy,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static json_t *find(json_t *list, const char *check, const char *status, const char *remedy,
                    const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    json_t *o = json_object();
    json_put_text(o, "check", check);
    json_put_text(o, "status", status);
    json_put_text(o, "detail", text);
    json_put_text(o, "remedy", remedy);
    json_put_text(o, "error", NULL);
    json_array_append_new(list, o);
    return o;
}

static void look_at_configuration(struct engine *e, json_t *list)
{
    const struct config *cfg = e->o.config;
    find(list, "configuration", "ok", "", "%s",
         *cfg->file ? cfg->file : "built-in defaults");
    if (e->o.lab)
        find(list, "deployment", "ok", "", "the built-in lab: two simulated sites");
    if (cfg->site_count < 2)
        find(list, "sites", "problem", "Name two sites in protector-console.cfg.",
             "no site is configured");
    for (size_t i = 0; i < e->site_count; i++) {
        const struct site *s = &e->sites[i];
        char check[200];
        snprintf(check, sizeof(check), "%s credentials", s->cfg->name);
        find(list, check, s->cloud_cfg.insecure ? "warning" : "ok",
             s->cloud_cfg.insecure ? "Set cacert instead of insecure." : "",
             "cloud '%s' of %s%s", s->cloud_cfg.name,
             *s->cloud_cfg.file ? s->cloud_cfg.file : "the environment",
             s->cloud_cfg.insecure ? "; its certificate is not verified" : "");
    }
}

static void look_at_site(const struct site *s, json_t *list)
{
    for (int i = 0; i < SITE_SERVICES; i++) {
        const struct service_view *v = &s->view.services[i];
        char check[200], advice[400] = "";
        if (v->health == HEALTH_UNKNOWN)
            continue;
        snprintf(check, sizeof(check), "%s %s", s->cfg->name, SITE_SERVICE_NAMES[i]);
        if (v->health == HEALTH_OK) {
            find(list, check, "ok", "", "answers in %d ms%s%s", v->latency_ms,
                 *v->version ? ", version " : "", v->version);
            continue;
        }
        remedy_text(remedy_match(SITE_SERVICE_NAMES[i], 0, v->error), advice, sizeof(advice));
        json_t *o = find(list, check, "problem", *advice ? advice : "Check the address and the "
                         "credentials in clouds.yaml, and that the service runs.", "%s", v->error);
        json_put_text(o, "error", pc_err_name(v->code));
    }
    int skew = s->view.clock_skew_s;
    char check[200];
    snprintf(check, sizeof(check), "%s clock", s->cfg->name);
    if (skew > 60 || skew < -60)
        find(list, check, "warning", "Synchronise the clocks (NTP).",
             "its clock differs by %d s from this one", skew);
}

struct examination {
    struct engine *e;
    struct request *r;
    json_t *list;
};

/* Limits say what the credentials may use; asking proves that they may read. */
static void on_limits(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct examination *x = arg;
    (void)err;
    for (size_t i = 0; i < x->e->site_count; i++) {
        const char *site = x->e->sites[i].cfg->name;
        char key[200];
        snprintf(key, sizeof(key), "%.100s instances", site);
        const json_t *compute = json_map(bodies, key);
        int64_t max = json_int(compute, "maxTotalInstances", -1);
        int64_t used = json_int(compute, "totalInstancesUsed", 0);
        if (compute)
            find(x->list, key, max >= 0 && used >= max ? "warning" : "ok",
                 max >= 0 && used >= max ? "Raise the quota (openstack quota set --instances)." : "",
                 "%lld used of %lld", (long long)used, (long long)max);
        snprintf(key, sizeof(key), "%.100s volumes", site);
        const json_t *volume = json_map(bodies, key);
        max = json_int(volume, "maxTotalVolumes", -1);
        used = json_int(volume, "totalVolumesUsed", 0);
        if (volume)
            find(x->list, key, max >= 0 && used >= max ? "warning" : "ok",
                 max >= 0 && used >= max ? "Raise the quota (openstack quota set --volumes)." : "",
                 "%lld used of %lld", (long long)used, (long long)max);
    }
    request_reply(x->r, x->list);
    free(x);
}

static void on_polled(void *arg)
{
    struct examination *x = arg;
    struct gather *g = gather_new(x->e, on_limits, x);
    for (size_t i = 0; i < x->e->site_count; i++) {
        const struct site *s = &x->e->sites[i];
        char key[200];
        look_at_site(s, x->list);
        if (s->view.services[CLOUD_COMPUTE].health == HEALTH_OK) {
            snprintf(key, sizeof(key), "%.100s instances", s->cfg->name);
            nova_limits(s->cloud, gather_take, gather_slot(g, key, true));
        }
        if (s->view.services[CLOUD_VOLUME].health == HEALTH_OK) {
            snprintf(key, sizeof(key), "%.100s volumes", s->cfg->name);
            cinder_limits(s->cloud, gather_take, gather_slot(g, key, true));
        }
    }
    gather_go(g);
}

void request_doctor(struct engine *e, struct request *r)
{
    struct examination *x = xcalloc(1, sizeof(*x));
    x->e = e;
    x->r = r;
    x->list = json_array();
    look_at_configuration(e, x->list);
    sites_poll_all(e, on_polled, x);
}
