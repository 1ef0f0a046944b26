/*
 * validate: does the site where members are to be made answer, now?
 *
 * Every service is read freshly, all at once, and the array where storage comes from
 * one. A primary is stopped only after this; a session there is opened meanwhile. What
 * deletes copies names the servers that are to serve instead: each of them is there, or
 * nothing is deleted.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void ask_next(struct step_run *s);

static void on_array(void *arg, const struct pc_error *err, const struct array_status *status)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    char detail[160];
    snprintf(detail, sizeof(detail), "every service and array %s answer", status->name);
    step_done(s, detail);
}

/* What undoes gives back to the source: then that is the site to ask. */
static struct cloud *cloud_of(const struct step_run *s)
{
    return json_flag(step_plan(s)->params, "source", false) ? s->run->source_cloud : s->run->cloud;
}

static const struct site *site_of(const struct step_run *s)
{
    return json_flag(step_plan(s)->params, "source", false) ? s->run->source : s->run->target;
}

/* The next of the servers that are to serve there, NULL: all were seen. */
static const char *next_server(const struct step_run *s)
{
    const json_t *servers = json_list(step_plan(s)->params, "servers");
    return json_string_value(json_array_get(servers, (size_t)(s->looks - CLOUD_SERVICES)));
}

static void on_server(void *arg, const struct cloud_reply *r)
{
    static const char *const lost[] = {"ERROR", "DELETED", "SOFT_DELETED"};
    struct step_run *s = arg;
    struct pc_error err;
    const char *status = json_text(r->body, "status");
    bool answered = step_answered(s, r), there = answered;
    for (size_t i = 0; answered && i < sizeof(lost) / sizeof(lost[0]); i++)
        there = there && strcmp(status, lost[i]) != 0;
    if (!answered && r->err.code != PC_ERR_NOT_FOUND) {
        s->looks = 0;
        step_trouble(s, &r->err);
    } else if (!there) {
        pc_error_set(&err, PC_ERR_STATE, "Look for it at that site. What runs now is deleted only "
                     "when everything that is to serve instead is there.",
                     "server %s is %s on %s: nothing was deleted", next_server(s),
                     answered ? status : "not there", site_of(s)->cfg->name);
        step_fail(s, &err);
    } else {
        s->looks++;
        ask_next(s);
    }
}

/* One after the other: s->looks counts the services and those that have answered. */
static void ask_next(struct step_run *s)
{
    struct run *r = s->run;
    if (next_server(s))
        s->call = nova_server(cloud_of(s), next_server(s), on_server, s);
    else if (json_flag(step_plan(s)->params, "array", false))
        s->array_call = array_status(r->target->array, on_array, s);
    else
        step_done(s, "every service answers");
}

/* A site is seen as a whole: when one service does not answer, all are asked again. */
static void on_service(void *arg, const struct cloud_reply *r)
{
    struct step_call *one = arg;
    struct step_run *s = one->step;
    one->call = NULL;
    if (r->err.code) {
        step_drop_beside(s);
        step_trouble(s, &r->err);
    } else if (++s->looks == CLOUD_SERVICES) {
        step_drop_beside(s);
        ask_next(s);
    }
}

static void on_source(void *arg, const struct cloud_reply *r)
{
    (void)arg;
    (void)r; /* whoever asks it next is told the same, and says so */
}

static bool asks_source(const struct run *r)
{
    for (size_t i = 0; i < r->op->plan->count; i++)
        if (step_ops(r->op->plan->steps[i].kind)->at_source)
            return true;
    return false;
}

void validate_begin(struct step_run *s)
{
    s->looks = 0;
    s->beside = xcalloc(CLOUD_SERVICES, sizeof(*s->beside));
    s->beside_count = CLOUD_SERVICES;
    for (size_t i = 0; i < s->beside_count; i++) {
        s->beside[i].step = s;
        s->beside[i].call = cloud_ping(cloud_of(s), (enum cloud_service)i, on_service, &s->beside[i]);
    }
    if (cloud_of(s) != s->run->source_cloud && asks_source(s->run))
        cloud_ping(s->run->source_cloud, CLOUD_COMPUTE, on_source, NULL);
}
