/*
 * choose: which steps of a run may begin, and how many at once.
 *
 * A step is looked at once, when the last of those that it waits for is over:
 * then it is queued, or will never begin. Queues are served a step at a time,
 * run by run, so that under the caps of a site none is starved. A chosen step is
 * marked as running and writes down what it is about to make; it acts on
 * nothing before the journal was flushed.
 */
#include "backend/engine/run.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

bool step_is_cleanup(const struct step_run *s)
{
    return step_kind_phase(step_plan(s)->kind) == PHASE_CLEANUP;
}

static bool in_pass(const struct step_run *s)
{
    return s->run->rules->one_pass || step_is_cleanup(s) == s->run->cleaning;
}

bool step_failure_halts(const struct step_run *s)
{
    const struct plan_step *p = step_plan(s);
    if (step_is_cleanup(s) || s->run->rules->one_pass || step_ops(p->kind)->collects)
        return false;
    return !s->run->keeps || step_kind_phase(p->kind) < PHASE_STORAGE ||
           !*json_text(p->params, "vm");
}

int run_steps_open(const struct run *r)
{
    int open = 0;
    for (int p = 0; p < PHASE_COUNT; p++)
        if (r->rules->one_pass || (p == PHASE_CLEANUP) == r->cleaning)
            open += r->tally[p].open;
    return open;
}

/* ---- queues ------------------------------------------------------------------- */

static void push(struct step_queue *q, struct step_run *s)
{
    s->queue_next = NULL;
    if (q->tail)
        q->tail->queue_next = s;
    else
        q->head = s;
    q->tail = s;
}

static struct step_run *pop(struct step_queue *q)
{
    struct step_run *s = q->head;
    if (s) {
        q->head = s->queue_next;
        if (!q->head)
            q->tail = NULL;
    }
    return s;
}

static bool fits(const struct step_run *s, const struct step_run *before)
{
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    enum step_status status = step_state(before)->status;
    if (status == STEP_FAILED)
        return !ops->strict && step_ops(step_plan(before)->kind)->collects;
    if (status == STEP_SKIPPED)
        return step_is_cleanup(before) && !(ops->strict && before->blocked);
    return status == STEP_DONE;
}

/* What it waits for is over: may it begin, or never? */
static bool may_begin(const struct step_run *s)
{
    const struct plan_step *p = step_plan(s);
    const char *any = json_text(p->params, "any");
    bool fine = true, one = false;
    for (size_t d = 0; d < p->dep_count; d++) {
        const struct step_run *before = &s->run->steps[p->deps[d]];
        fine = fine && fits(s, before);
        one |= *any && step_state(before)->status == STEP_DONE &&
               strcmp(step_kind_name(step_plan(before)->kind), any) == 0;
    }
    return *any ? one : fine;
}

/* A halted run leaves its waiting steps: none of them begins any more. */
static void settle(struct step_run *s)
{
    struct run *r = s->run;
    if (step_state(s)->status != STEP_WAITING || s->waits > 0 || !in_pass(s) ||
        (r->halting && !r->cleaning))
        return;
    if (may_begin(s)) {
        const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
        push(&r->ready[ops->at_source][ops->service], s);
    } else {
        s->blocked = true;
        step_abort(s, STEP_SKIPPED, "a step before it failed");
    }
}

void steps_open(struct run *r)
{
    memset(r->ready, 0, sizeof(r->ready));
    for (size_t i = 0; i < r->op->plan->count; i++)
        settle(&r->steps[i]);
}

/* ---- preparation ---------------------------------------------------------------- */

static void link_steps(struct run *r)
{
    const struct plan *p = r->op->plan;
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

void steps_prepare(struct run *r)
{
    const struct plan *p = r->op->plan;
    r->steps = arena_alloc(&r->arena, (p->count + 1) * sizeof(*r->steps));
    link_steps(r);
    for (size_t i = 0; i < p->count; i++) {
        enum phase phase = step_kind_phase(p->steps[i].kind);
        bool over = step_status_over(r->op->steps[i].status);
        int weight = step_kind_weight(p->steps[i].kind) * 100;
        r->tally[phase].total += weight;
        r->tally[phase].over += over ? weight : 0;
        r->tally[phase].open += !over;
        /* Those that it needs have smaller indexes: they are decided already. */
        r->steps[i].blocked = r->op->steps[i].status == STEP_SKIPPED && !may_begin(&r->steps[i]);
    }
}

/* ---- choosing --------------------------------------------------------------------- */

/* Writes down what the step is about to make, or to do, before it does. */
static void intend(struct step_run *s)
{
    struct run *r = s->run;
    const char *type = step_ops(step_plan(s)->kind)->makes;
    if (!type || run_ledger(r, s->index))
        return;
    struct operation *op = r->op;
    op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
    r->books[0].entry_of[s->index] = (int)op->ledger_count;
    struct ledger_entry *e = &op->ledger[op->ledger_count++];
    memset(e, 0, sizeof(*e));
    e->step = s->index;
    e->state = LEDGER_INTENDED;
    snprintf(e->site, sizeof(e->site), "%s", step_site(s)->cfg->name);
    snprintf(e->type, sizeof(e->type), "%s", type);
    snprintf(e->name, sizeof(e->name), "%s", json_text(step_plan(s)->params, "name"));
    snprintf(e->source_id, sizeof(e->source_id), "%s", json_text(step_plan(s)->params, "source_id"));
    run_ledger_changed(r, e);
}

void step_chosen(struct step_run *s)
{
    push(&s->run->chosen, s);
}

struct step_run *steps_take_chosen(struct run *r)
{
    return pop(&r->chosen);
}

static void choose(struct step_run *s)
{
    struct step_state *st = step_state(s);
    s->launching = s->counted = true;
    step_site(s)->in_flight[step_ops(step_plan(s)->kind)->service]++;
    s->run->active++;
    st->status = STEP_RUNNING;
    st->attempts++; /* durable with the intent: a second try knows that it is one */
    if (!st->started_ms)
        st->started_ms = engine_wall(s->run->e);
    journal_step(s);
    telling_step_begun(s);
    intend(s);
    step_chosen(s);
}

/* How many more steps may be under way there. A health check that does not pass
 * lasts for the whole budget and must not keep the others from being tried: its
 * attempts are bounded, not its step. */
static int room(const struct run *r, bool at_source, enum cloud_service service)
{
    const struct site *site = at_source ? r->source : r->target;
    if (service == CLOUD_IDENTITY)
        return INT_MAX;
    return r->e->o.config->max_steps_per_service - site->in_flight[service];
}

bool steps_choose(struct run *r)
{
    bool any = false;
    if (r->halting && !r->cleaning)
        return false;
    for (int side = 0; side < 2; side++)
        for (int v = 0; v < CLOUD_SERVICES; v++) {
            struct step_queue *q = &r->ready[side][v];
            if (!q->head || room(r, side, (enum cloud_service)v) <= 0)
                continue;
            struct step_run *s = pop(q);
            any = true;
            if (step_state(s)->status == STEP_WAITING)
                choose(s);
        }
    return any;
}

void step_tell(struct step_run *s)
{
    enum phase phase = step_kind_phase(step_plan(s)->kind);
    int weight = step_kind_weight(step_plan(s)->kind), more = step_state(s)->percent - s->percent_told;
    s->run->tally[phase].over += weight * more;
    s->run->stirred |= more != 0;
    s->percent_told += more;
}

void step_ended(struct step_run *s)
{
    struct run *r = s->run;
    enum phase phase = step_kind_phase(step_plan(s)->kind);
    int weight = step_kind_weight(step_plan(s)->kind);
    r->tally[phase].open--;
    r->tally[phase].over += weight * (100 - s->percent_told);
    s->percent_told = 0;
    if (s->counted) {
        s->counted = false;
        r->active--;
        step_site(s)->in_flight[step_ops(step_plan(s)->kind)->service]--;
    }
    r->stirred = true;
    for (int i = 0; i < s->next_count; i++) {
        struct step_run *next = &r->steps[s->next[i]];
        if (--next->waits == 0)
            settle(next);
    }
}
