/*
 * notify: tells the webhook of a failover that has happened.
 *
 * The world is as it should be before this step begins, so nothing that goes
 * wrong here is a failure: it is a warning on the operation, and the step is
 * done. Its DONE in the journal is what "delivered once" rests on; a process
 * that died before it delivers again, under the same id. A retry of the operation
 * brings more members over, which is news: it has an id of its own.
 */
#include "backend/engine/steps/steps.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void give_up(struct step_run *s, const struct pc_error *err)
{
    struct run *r = s->run;
    run_warn(r, "the webhook was not told: %s. %s", err->text, err->remedy);
    step_done(s, "not delivered");
}

static void on_told(void *arg, const struct notify_news *news)
{
    struct step_run *s = arg;
    char detail[192], age[24];
    if (news->over)
        s->notify = NULL;
    if (news->over && !news->err.code) {
        snprintf(detail, sizeof(detail), "delivered%s", news->attempt > 1 ? " at last" : "");
        run_event(s->run, "info", "the webhook was told");
        step_done(s, detail);
    } else if (news->over || s->run->halting) {
        /* Somebody asked to stop: nobody waits out the pauses. */
        notify_cancel(s->notify);
        s->notify = NULL;
        give_up(s, &news->err);
    } else {
        clock_age(age, sizeof(age), news->again_ms);
        run_event(s->run, "warn", "%s; trying again in %s", news->err.text, age);
        snprintf(step_state(s)->detail, sizeof(step_state(s)->detail), "%.150s", news->err.text);
        run_changed(s->run);
    }
}

/* A project is asked of the session, which may not have one when the site is
 * down; then it is what clouds.yaml says. */
static struct notify_place place_of(const struct site *site, struct cloud *cloud, const char *name)
{
    const char *project = cloud ? cloud_project_id(cloud) : "";
    if (!*project && site && site->cloud_cfg.project_id)
        project = site->cloud_cfg.project_id;
    return (struct notify_place){.site = name, .project = project};
}

static const char *delivery_id(const struct operation *op, char *dst, size_t size)
{
    long long retries = (long long)json_int(op->request, "retries", 0);
    if (retries)
        snprintf(dst, size, "%s.%lld", op->id, retries);
    else
        snprintf(dst, size, "%s", op->id);
    return dst;
}

void notify_begin(struct step_run *s)
{
    struct run *r = s->run;
    const struct config *cfg = r->e->o.config;
    struct pc_error err;
    char secret[NOTIFY_SECRET_MAX + 1] = "", delivery[OP_ID_SIZE + 24];
    /* Its own tries and time-outs bound it; being late is no failure either. */
    net_timer_cancel(s->deadline);
    s->deadline = NULL;
    if (!*cfg->webhook_url) {
        step_done(s, "no webhook is configured");
        return;
    }
    if (*cfg->webhook_secret_file && notify_secret(cfg->webhook_secret_file, secret, &err)) {
        give_up(s, &err);
        return;
    }
    struct notify_place source = place_of(r->source, r->source ? r->source->cloud : NULL,
                                          r->op->source_site);
    struct notify_place target = place_of(r->target, r->cloud, r->op->target_site);
    json_t *body = notify_body(r->op, &source, &target);
    char *text = json_compact(body);
    s->notify = notify_start(r->e->net, &(struct notify_options){
        .url = cfg->webhook_url,
        .secret = secret,
        .delivery = delivery_id(r->op, delivery, sizeof(delivery)),
        .body = text,
        .timeout_s = cfg->webhook_timeout,
        .attempts = cfg->webhook_attempts,
    }, on_told, s);
    explicit_bzero(secret, sizeof(secret));
    free(text);
    json_decref(body);
}
