/*
 * power: stops the servers of the site that serves, and starts again those that
 * we stopped.
 *
 * A stop reads first: what is SHUTOFF already, and was before, is not ours to
 * start later. It has succeeded when a read says SHUTOFF, not when Nova accepted
 * it, and when none of the operation's checks is answered at its addresses: a
 * guest that goes on behind a server that is SHUTOFF is shown by no interface, and
 * would write beside its copy. Silence proves nothing (it may not be reached from
 * here), an answer does. Nova gives a guest its time (60 s by default) and then cuts
 * it off; which of the two happened cannot be seen from outside, so the time is told.
 *
 * A start touches only what the ledger says that we stopped.
 */
#include "backend/engine/groups/split.h"
#include "backend/engine/steps/steps.h"

#include "backend/engine/probing.h"

#include "backend/base/clock.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <string.h>

static const char *server_of(const struct step_run *s)
{
    return json_text(step_plan(s)->params, "source_id");
}

/* Nova refuses because something goes on with it, maybe what an earlier try of
 * ours began: a read says what it comes to. Not so where somebody locked it: that
 * lasts, and has a remedy. */
static bool is_changing(const struct cloud_reply *r)
{
    return r->err.http_status == 409 && !strstr(r->err.text, "is locked");
}

/* ---- stopping -------------------------------------------------------------------- */

/* It did not run when the plan was made, or somebody else has just stopped it. */
static bool is_not_ours(const struct step_run *s)
{
    return strcmp(json_text(step_plan(s)->params, "was"), "SHUTOFF") == 0 ||
           (s->stage == STAGE_BEGIN && step_state(s)->attempts == 1 && s->begins == 1);
}

static void is_off(struct step_run *s)
{
    struct ledger_entry *e = run_ledger(s->run, s->index);
    char detail[96], age[24];
    if (is_not_ours(s)) {
        if (e) {
            e->state = LEDGER_GONE;
            run_ledger_changed(s->run, e);
        }
        step_done(s, "was off already");
        return;
    }
    if (e && e->state != LEDGER_MADE) {
        e->state = LEDGER_MADE;
        run_ledger_changed(s->run, e);
    }
    clock_age(age, sizeof(age), engine_wall(s->run->e) - step_state(s)->started_ms);
    snprintf(detail, sizeof(detail), "SHUTOFF after %s", age);
    step_done(s, detail);
}

/* ---- whether it is silent --------------------------------------------------------- */

enum { SILENCE_MS = 2000 }; /* who is gone does not refuse, either */

static void ask_next(struct step_run *s);

static void goes_on(struct step_run *s, const json_t *asked)
{
    struct pc_error err;
    char detail[200];
    snprintf(detail, sizeof(detail), "SHUTOFF, and yet %.60s is answered at %.60s: its guest goes on",
             json_text(asked, "check"), json_text(asked, "at"));
    int64_t now = net_now(s->run->e->net);
    s->probe_next = 0;
    s->seen_ms = s->seen_ms ? s->seen_ms : now;
    bool lasts = now - s->seen_ms > (int64_t)s->run->e->o.config->settle_seconds * 1000;
    if (!lasts && !is_not_ours(s)) {
        step_again(s, detail);
        return;
    }
    pc_error_set(&err, PC_ERR_STATE, "End it on the source's hypervisor (virsh list), or fail over "
                 "without asking the source: --force.", "%s", detail);
    step_fail(s, &err);
}

static void on_silence(void *arg, const struct probe_result *r)
{
    struct step_run *s = arg;
    const json_t *asked = json_array_get(json_list(step_plan(s)->params, "silent"),
                                         (size_t)s->probe_next);
    s->probe = NULL;
    if (r->outcome == PROBE_PASS || strncmp(r->detail, "http ", 5) == 0) {
        goes_on(s, asked);
    } else {
        s->probe_next++;
        ask_next(s);
    }
}

static void ask_next(struct step_run *s)
{
    const json_t *asked = json_array_get(json_list(step_plan(s)->params, "silent"),
                                         (size_t)s->probe_next);
    struct probe_options o = probing_options(s->run->e);
    struct probe_check check;
    if (!asked || probe_parse(json_text(asked, "check"), &check, NULL)) {
        is_off(s);
        return;
    }
    if (!s->probing && !step_may_probe(s))
        return;
    o.total_ms = SILENCE_MS;
    s->probe = probe_start(s->run->e->net, &check, json_text(asked, "at"), &o, on_silence, s);
}

static void is_shutoff(struct step_run *s)
{
    s->probe_next = 0;
    ask_next(s);
}

/* ---- asking it to stop ------------------------------------------------------------- */

static void cannot_be_stopped(struct step_run *s, const char *status)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_STATE, "Bring it to ACTIVE or SHUTOFF first (openstack server resume, "
                 "unpause, unrescue or set --state active with the source's credentials), or fail "
                 "over without asking the source: --force.",
                 "%s is %s on %s: only what is ACTIVE can be stopped", step_plan(s)->subject, status,
                 s->run->op->source_site);
    step_fail(s, &err);
}

static void on_asked_to_stop(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r) || is_changing(r))
        step_made(s, server_of(s));
    else
        step_trouble(s, &r->err);
}

static void on_running(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    if (!step_answered(s, r))
        step_trouble(s, &r->err);
    else if (strcmp(status, "SHUTOFF") == 0)
        is_shutoff(s);
    else if (split_never_ran(r->body))
        is_off(s);
    else if (step_halted(s))
        return; /* while it was read */
    else if (strcmp(status, "ACTIVE") == 0 || strcmp(status, "ERROR") == 0)
        s->call = nova_server_action(step_cloud(s), server_of(s), "os-stop", on_asked_to_stop, s);
    else
        cannot_be_stopped(s, status);
}

void stop_begin(struct step_run *s)
{
    s->call = nova_server(step_cloud(s), server_of(s), on_running, s);
}

static void on_stopping(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    if (!step_answered(s, r))
        step_trouble(s, &r->err);
    else if (strcmp(status, "SHUTOFF") == 0)
        is_shutoff(s);
    else if (split_never_ran(r->body))
        is_off(s);
    else
        step_again(s, status);
}

void stop_check(struct step_run *s)
{
    s->call = nova_server(step_cloud(s), server_of(s), on_stopping, s);
}

/* ---- starting again ---------------------------------------------------------------- */

static void runs_again(struct step_run *s)
{
    struct ledger_entry *e = cleanup_entry(s, cleanup_maker(s));
    if (e && e->state != LEDGER_GONE) {
        e->state = LEDGER_GONE;
        e->gone_ms = engine_wall(s->run->e);
        run_ledger_changed(s->run, e);
    }
    step_done(s, "ACTIVE");
}

/* A stop that was asked for and never seen may still come. */
static bool stop_may_come(const struct step_run *s, const json_t *server)
{
    const struct operation *owner = step_book(s)->op;
    int maker = plan_find(owner->plan, cleanup_maker(s));
    bool seen_off = maker >= 0 && owner->steps[maker].status == STEP_DONE;
    bool changing = *json_text(server, "OS-EXT-STS:task_state") != '\0';
    return changing || (!seen_off && !cleanup_settled(s));
}

static void on_asked_to_start(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r) || is_changing(r))
        step_again(s, "starting");
    else
        cleanup_trouble(s, &r->err);
}

static void on_stopped(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    struct pc_error err;
    if (!step_answered(s, r)) {
        cleanup_trouble(s, &r->err);
    } else if (strcmp(status, "ACTIVE") == 0) {
        if (stop_may_come(s, r->body))
            step_again(s, "ACTIVE; the stop that was asked for may still come");
        else
            runs_again(s);
    } else if (strcmp(status, "ERROR") == 0) {
        pc_error_set(&err, PC_ERR_FAILED, "See openstack server show with the source's credentials; "
                     "start it by hand (openstack server start), then repeat.",
                     "%s went into ERROR on %s: %s", step_plan(s)->subject,
                     s->run->source->cfg->name, json_text(json_map(r->body, "fault"), "message"));
        cleanup_survives(s, &err);
    } else if (strcmp(status, "SHUTOFF") == 0 &&
               !*json_text(r->body, "OS-EXT-STS:task_state")) {
        s->call = nova_server_action(step_cloud(s), step_state(s)->resource_id, "os-start",
                                     on_asked_to_start, s);
    } else {
        step_again(s, status);
    }
}

void start_check(struct step_run *s)
{
    s->call = nova_server(step_cloud(s), step_state(s)->resource_id, on_stopped, s);
}

void start_begin(struct step_run *s)
{
    const struct ledger_entry *e = cleanup_entry(s, cleanup_maker(s));
    if (!e || e->state == LEDGER_GONE) {
        step_abort(s, STEP_SKIPPED, e ? "runs already, or was not stopped by us" : "was never stopped");
        return;
    }
    snprintf(step_state(s)->resource_id, RESOURCE_ID_SIZE, "%s", e->source_id);
    s->stage = STAGE_CHECK;
    start_check(s);
}
