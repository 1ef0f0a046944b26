/*
 * executor: moves the steps of a run.
 *
 * steps_choose() marks ready steps as running and writes down what they are
 * about to make; it acts on nothing. After the journal is flushed,
 * step_launch() begins them. From there every answer of the world comes back
 * through step_made, step_again, step_done, step_fail or step_trouble, which
 * are all that a kind may say.
 *
 * Why trouble is apart from failure: a time-out or a reset says nothing about
 * the world. Such a step looks for its own mark before it asks again, waits
 * longer each time, and fails only when the trouble lasts.
 */
#include "backend/engine/run.h"

#include "backend/base/text.h"
#include "backend/base/uuid.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHECKS_AT_ONCE = 32, /* attempts of health checks under way, over all runs */
    TROUBLE_LIMIT_MS = 120000, /* nothing but errors for so long: give up */
    BEGINS_MAX = 4,
    /* What is soon over is seen at once; what takes minutes is asked seldom. */
    POLL_FIRST_MS = 200,
    POLL_MORE_MS = 40,
    POLL_LAST_MS = 2000,
};

const struct plan_step *step_plan(const struct step_run *s)
{
    return &s->run->op->plan->steps[s->index];
}

struct step_state *step_state(const struct step_run *s)
{
    return &s->run->op->steps[s->index];
}

const char *step_resource(const struct step_run *s, const char *key)
{
    int i = plan_find(s->run->op->plan, key);
    return i < 0 ? "" : s->run->op->steps[i].resource_id;
}

const char *step_mark(const struct step_run *s, const char *key, char *dst, size_t size)
{
    snprintf(dst, size, "protector op=%s step=%s", ledger_of(s->run)->id, key);
    return dst;
}

json_t *step_marks(const struct step_run *s, const char *key)
{
    const struct operation *op = ledger_of(s->run);
    const char *source = json_text(step_plan(s)->params, "source_id");
    json_t *o = json_object();
    json_put_text(o, "protector:op", op->id);
    json_put_text(o, "protector:step", key);
    /* Enough to tell the story again when the history is lost: rebuild.h. */
    json_put_text(o, "protector:type", op_type_name(op->type));
    json_put_text(o, "protector:group", op->group);
    json_put_text(o, "protector:group_id", op->group_id);
    json_put_text(o, "protector:site_from", op->source_site);
    if (*source)
        json_put_text(o, "protector:source", source);
    return o;
}

/* ---- preparation ---------------------------------------------------------- */

void steps_prepare(struct run *r)
{
    const struct plan *p = r->op->plan;
    r->steps = arena_alloc(&r->arena, (p->count + 1) * sizeof(*r->steps));
    for (size_t i = 0; i < p->count; i++) {
        r->steps[i] = (struct step_run){.run = r, .index = (int)i};
        for (size_t d = 0; d < p->steps[i].dep_count; d++)
            r->steps[p->steps[i].deps[d]].next_count++;
    }
    for (size_t i = 0; i < p->count; i++) {
        r->steps[i].next = arena_alloc(&r->arena,
                                       ((size_t)r->steps[i].next_count + 1) * sizeof(int));
        r->steps[i].next_count = 0;
    }
    for (size_t i = 0; i < p->count; i++)
        for (size_t d = 0; d < p->steps[i].dep_count; d++) {
            struct step_run *before = &r->steps[p->steps[i].deps[d]];
            before->next[before->next_count++] = (int)i;
            if (!step_status_over(r->op->steps[before->index].status))
                r->steps[i].waits++;
        }
}

static void mark_dirty(struct step_run *s)
{
    s->dirty = true;
    s->run->e->ops_dirty = true;
}

static bool is_cleanup(const struct step_run *s)
{
    return step_kind_phase(step_plan(s)->kind) == PHASE_CLEANUP;
}

/* ---- choosing -------------------------------------------------------------- */

/* Steps in flight of one service on this run's target, over all runs. */
static int in_flight(const struct run *r, enum cloud_service service)
{
    int n = 0;
    for (const struct run *o = r->e->runs; o; o = o->next)
        for (size_t i = 0; o->target == r->target && o->steps && i < o->op->plan->count; i++)
            if ((o->steps[i].stage != STAGE_NONE || o->steps[i].launching) &&
                step_ops(o->op->plan->steps[i].kind)->service == service)
                n++;
    return n;
}

/* 1: go on, 0: wait, -1: never (something before it failed). */
static int ready(const struct step_run *s)
{
    const struct plan_step *p = step_plan(s);
    if (s->waits > 0)
        return 0;
    for (size_t d = 0; d < p->dep_count; d++) {
        const struct step_run *before = &s->run->steps[p->deps[d]];
        enum step_status status = step_state(before)->status;
        bool fine = status == STEP_DONE || (is_cleanup(s) && status == STEP_SKIPPED) ||
                    (status == STEP_FAILED && step_ops(step_plan(before)->kind)->collects);
        if (!fine)
            return -1;
    }
    return 1;
}

/* Writes down what the step is about to make, before it makes it. */
static void intend(struct step_run *s)
{
    struct run *r = s->run;
    const char *type = step_ops(step_plan(s)->kind)->makes;
    if (!type || run_ledger(r, s->index))
        return;
    struct operation *op = r->op;
    op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
    struct ledger_entry *e = &op->ledger[op->ledger_count++];
    memset(e, 0, sizeof(*e));
    e->step = s->index;
    e->state = LEDGER_INTENDED;
    snprintf(e->site, sizeof(e->site), "%s", op->target_site);
    snprintf(e->type, sizeof(e->type), "%s", type);
    snprintf(e->name, sizeof(e->name), "%s", json_text(step_plan(s)->params, "name"));
    snprintf(e->source_id, sizeof(e->source_id), "%s", json_text(step_plan(s)->params, "source_id"));
    run_ledger_changed(r, e);
}

static void choose(struct step_run *s)
{
    struct step_state *st = step_state(s);
    s->launching = true;
    st->status = STEP_RUNNING;
    st->attempts++; /* durable with the intent: a second try knows that it is one */
    if (!st->started_ms)
        st->started_ms = engine_wall(s->run->e);
    mark_dirty(s);
    intend(s);
    s->run->active++;
}

void steps_choose(struct run *r)
{
    int room[CLOUD_SERVICES];
    for (int v = 0; v < CLOUD_SERVICES; v++)
        room[v] = r->e->o.config->max_steps_per_service - in_flight(r, (enum cloud_service)v);
    /* A check that does not pass lasts for the whole budget: it must not keep
     * the others from being tried. Its attempts are bounded, not its step. */
    room[CLOUD_IDENTITY] = INT_MAX;
    for (size_t i = 0; i < r->op->plan->count; i++) {
        struct step_run *s = &r->steps[i];
        if (step_state(s)->status != STEP_WAITING || is_cleanup(s) != r->cleaning ||
            (r->halting && !r->cleaning))
            continue;
        int go = ready(s);
        enum cloud_service service = step_ops(step_plan(s)->kind)->service;
        if (go < 0)
            step_abort(s, STEP_SKIPPED, "a step before it failed");
        else if (go > 0 && room[service] > 0) {
            room[service]--;
            choose(s);
        }
    }
}

/* ---- acting ----------------------------------------------------------------- */

static void enter(struct step_run *s, enum stage stage)
{
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    if (s->stage != stage) {
        s->stage = stage;
        s->stage_ms = net_now(s->run->e->net);
        s->looks = 0;
    }
    if (stage == STAGE_BEGIN)
        s->begins++;
    if (stage == STAGE_FIND)
        ops->find(s);
    else if (stage == STAGE_BEGIN)
        ops->begin(s);
    else
        ops->check(s);
}

static bool asking(const struct step_run *s)
{
    return s->stage == STAGE_BEGIN && (s->call || s->array_call);
}

static void fail_late(struct step_run *s)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_TIMEOUT, "Look at the site's own logs for this resource; raise "
                 "engine.step_timeout if the site is merely slow.",
                 "%s %s did not end in time; last seen: %s", step_ops(step_plan(s)->kind)->verb,
                 step_plan(s)->subject, *step_state(s)->detail ? step_state(s)->detail : "nothing");
    step_fail(s, &err);
}

/* What is being created is followed to its answer, whose own time is bounded:
 * cut off now, it would come later and belong to nobody. */
static void on_deadline(void *arg)
{
    struct step_run *s = arg;
    s->deadline = NULL;
    s->overdue = true;
    if (step_ops(step_plan(s)->kind)->makes && asking(s))
        s->run->halting = true;
    else
        fail_late(s);
}

/* Begins, unless the run has been halted since it was chosen. */
void step_launch(struct step_run *s)
{
    if (s->run->halting && !s->run->cleaning) {
        step_abort(s, STEP_SKIPPED, "stopped: another step failed");
        return;
    }
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    int limit = step_plan(s)->timeout_s ? step_plan(s)->timeout_s : s->run->e->o.config->step_timeout;
    bool made = *step_state(s)->resource_id != '\0' && ops->check;
    bool repeat = step_state(s)->attempts > 1;
    s->launching = false;
    if (s->asks_again) {
        s->asks_again = false;
        enter(s, STAGE_BEGIN);
        return;
    }
    s->deadline = net_timer_start(s->run->e->net, (int64_t)limit * 1000, on_deadline, s);
    enter(s, made ? STAGE_CHECK : repeat && ops->find ? STAGE_FIND : STAGE_BEGIN);
}

void step_release(struct step_run *s)
{
    cloud_cancel(s->call);
    array_cancel(s->array_call);
    probe_cancel(s->probe);
    notify_cancel(s->notify);
    net_timer_cancel(s->timer);
    net_timer_cancel(s->deadline);
    s->call = NULL;
    s->array_call = NULL;
    s->probe = NULL;
    s->notify = NULL;
    s->timer = s->deadline = NULL;
}

static void over(struct step_run *s, enum step_status status, const char *detail)
{
    struct run *r = s->run;
    struct step_state *st = step_state(s);
    if (s->stage != STAGE_NONE || s->launching)
        r->active--;
    s->stage = STAGE_NONE;
    s->launching = false;
    step_release(s);
    st->status = status;
    st->ended_ms = engine_wall(r->e);
    if (detail)
        safe_text(st->detail, sizeof(st->detail), detail);
    for (int i = 0; i < s->next_count; i++)
        r->steps[s->next[i]].waits--;
    if (status == STEP_DONE)
        habits_take(s);
    mark_dirty(s);
}

void step_abort(struct step_run *s, enum step_status status, const char *why)
{
    over(s, status, why);
}

void step_done(struct step_run *s, const char *detail)
{
    over(s, STEP_DONE, detail);
}

void step_fail(struct step_run *s, const struct pc_error *err)
{
    struct run *r = s->run;
    struct operation *op = r->op;
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    run_event(r, "error", "%s %s: %s%s%s", ops->verb, step_plan(s)->subject, err->text,
              *err->request_id ? " " : "", err->request_id);
    /* The first cause is the one to tell; what follows from it is in the events. */
    if (!*op->error_message) {
        snprintf(op->error_message, sizeof(op->error_message), "%s %s: %.380s", ops->verb,
                 step_plan(s)->subject, err->text);
        snprintf(op->remedy, sizeof(op->remedy), "%s", err->remedy);
        r->dirty = true;
    }
    if (!ops->collects && !is_cleanup(s))
        r->halting = true;
    over(s, STEP_FAILED, err->text);
}

void step_made(struct step_run *s, const char *resource_id)
{
    struct step_state *st = step_state(s);
    struct ledger_entry *e = run_ledger(s->run, s->index);
    safe_text(st->resource_id, sizeof(st->resource_id), resource_id);
    if (e && step_ops(step_plan(s)->kind)->makes) {
        e->state = LEDGER_MADE;
        e->made_ms = engine_wall(s->run->e);
        snprintf(e->resource_id, sizeof(e->resource_id), "%s", st->resource_id);
        run_ledger_changed(s->run, e);
    }
    s->trouble_ms = 0;
    mark_dirty(s);
    if (s->overdue)
        fail_late(s);
    else if (s->run->halting && !s->run->cleaning)
        step_abort(s, STEP_SKIPPED, "stopped: another step failed");
    else if (step_ops(step_plan(s)->kind)->check)
        enter(s, STAGE_CHECK);
    else
        step_done(s, NULL);
}

static void again(void *arg)
{
    struct step_run *s = arg;
    s->timer = NULL;
    enter(s, s->stage);
}

static void wait_ms(struct step_run *s, int64_t ms)
{
    net_timer_cancel(s->timer);
    s->timer = net_timer_start(s->run->e->net, ms, again, s);
}

bool step_may_probe(struct step_run *s)
{
    int n = 0;
    for (const struct run *o = s->run->e->runs; o; o = o->next)
        for (size_t i = 0; o->steps && i < o->op->plan->count; i++)
            n += o->op->plan->steps[i].kind == STEP_HEALTH_CHECK &&
                 (o->steps[i].call || o->steps[i].probe);
    if (n < CHECKS_AT_ONCE)
        return true;
    wait_ms(s, POLL_FIRST_MS);
    return false;
}

/* ---- waiting ------------------------------------------------------------------ */

void step_again(struct step_run *s, const char *detail)
{
    struct step_state *st = step_state(s);
    s->trouble_ms = 0;
    if (detail && strcmp(st->detail, detail) != 0) {
        safe_text(st->detail, sizeof(st->detail), detail);
        s->run->e->ops_dirty = true;
    }
    if (s->run->halting && !s->run->cleaning) {
        step_abort(s, STEP_SKIPPED, "stopped: another step failed");
        return;
    }
    int64_t ms = POLL_FIRST_MS + (int64_t)POLL_MORE_MS * s->polls++;
    wait_ms(s, ms < POLL_LAST_MS ? ms : POLL_LAST_MS);
}

void step_absent(struct step_run *s)
{
    struct run *r = s->run;
    int64_t looked = net_now(r->e->net) - s->stage_ms;
    s->trouble_ms = 0;
    s->looks++;
    /* An answer that was lost may belong to a call that is still on its way. */
    if (s->looks == 1 || looked < (int64_t)r->e->o.config->settle_seconds * 1000) {
        wait_ms(s, 800);
        return;
    }
    if (r->halting && !r->cleaning) {
        step_abort(s, STEP_SKIPPED, "stopped: another step failed");
        return;
    }
    /* To ask once more is an intent of its own: it waits for this turn's flush. */
    s->stage = STAGE_NONE;
    s->launching = s->asks_again = true;
    step_state(s)->attempts++;
    mark_dirty(s);
}

void step_trouble(struct step_run *s, const struct pc_error *err)
{
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    int64_t now = net_now(s->run->e->net);
    if (!s->trouble_ms)
        s->trouble_ms = now;
    bool lasting = now - s->trouble_ms > TROUBLE_LIMIT_MS || s->overdue ||
                   (ops->makes && s->begins >= BEGINS_MAX);
    /* Durable from here on that nobody knows what was made: see cleanup.c. */
    if (ops->makes && s->stage == STAGE_BEGIN && pc_err_outcome_unknown(err->code))
        step_state(s)->attempts++;
    /* What is made must go: a cleanup also outwaits who holds it, and a Keystone
     * that refuses us for a moment. */
    bool temporary = pc_err_outcome_unknown(err->code) ||
                     (is_cleanup(s) && (err->code == PC_ERR_CONFLICT || err->code == PC_ERR_AUTH));
    if (!temporary || lasting) {
        s->refused = !temporary && s->stage == STAGE_BEGIN && s->begins == 1 &&
                     step_state(s)->attempts == 1;
        step_fail(s, err);
        return;
    }
    run_event(s->run, "warn", "%s %s: %s; trying again", ops->verb, step_plan(s)->subject,
              err->text);
    safe_text(step_state(s)->detail, sizeof(step_state(s)->detail), err->text);
    mark_dirty(s);
    if (s->stage == STAGE_BEGIN && ops->find) {
        s->stage = STAGE_FIND; /* its outcome is unknown: look before asking again */
        s->looks = 0;
        s->stage_ms = now;
    }
    wait_ms(s, 1000 + (int64_t)(random_u64() % 1000));
}
