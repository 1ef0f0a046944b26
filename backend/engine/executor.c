/*
 * executor: moves the steps of a run.
 *
 * After choose.c has chosen a step and the journal is flushed, step_launch()
 * begins it. From there every answer of the world comes back
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHECKS_AT_ONCE = 32, /* attempts of health checks under way, over all runs */
    BEGINS_MAX = 4,
    /* What is soon over is seen at once; what takes minutes is asked seldom:
     * the pause is a tenth of what it took so far, within these. How long a step
     * usually takes is known after the first: then little is asked in vain. */
    POLL_FIRST_MS = 100,
    POLL_LAST_MS = 2000,
    READS_UNMOVED = 8, /* of what was asked to go, until it is asked once more */
};

struct site *step_site(const struct step_run *s)
{
    return step_ops(step_plan(s)->kind)->at_source ? s->run->source : s->run->target;
}

struct cloud *step_cloud(const struct step_run *s)
{
    return step_ops(step_plan(s)->kind)->at_source ? s->run->source_cloud : s->run->cloud;
}

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
    snprintf(dst, size, "protector op=%s step=%s", step_book(s)->op->id, key);
    return dst;
}

json_t *step_marks(const struct step_run *s, const char *key)
{
    const struct operation *op = step_book(s)->op;
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
    if (*parts_follows(op))
        json_put_text(o, "protector:follows", parts_follows(op));
    return o;
}

/* ---- acting ----------------------------------------------------------------- */

static void turn_to(struct step_run *s, enum stage stage)
{
    if (s->stage == stage)
        return;
    s->stage = stage;
    s->stage_ms = net_now(s->run->e->net);
    s->looks = 0;
}

static void enter(struct step_run *s, enum stage stage)
{
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    turn_to(s, stage);
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
    const char *late = step_ops(step_plan(s)->kind)->late;
    pc_error_set(&err, PC_ERR_TIMEOUT,
                 late ? late : "Look at the site's own logs for this resource; raise "
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

bool step_halted(struct step_run *s)
{
    const struct run *r = s->run;
    if (!r->halting || r->cleaning)
        return false;
    step_abort(s, STEP_SKIPPED,
               r->op->cancel_asked ? OPERATION_STOPPED : "stopped: another step failed");
    return true;
}

/* Begins, unless the run has been halted since it was chosen. */
void step_launch(struct step_run *s)
{
    if (step_halted(s))
        return;
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

static void probe_over(struct step_run *s)
{
    s->run->e->probes_open -= s->probing;
    s->probing = false;
}

void step_drop_beside(struct step_run *s)
{
    for (size_t i = 0; i < s->beside_count; i++)
        cloud_cancel(s->beside[i].call);
    free(s->beside);
    s->beside = NULL;
    s->beside_count = 0;
}

void step_release(struct step_run *s)
{
    probe_over(s);
    step_drop_beside(s);
    cloud_cancel(s->call);
    array_cancel(s->array_call);
    probe_cancel(s->probe);
    notify_cancel(s->notify);
    child_cancel(s->child);
    net_timer_cancel(s->timer);
    net_timer_cancel(s->deadline);
    free(s->failing);
    s->failing = NULL;
    s->call = NULL;
    s->array_call = NULL;
    s->probe = NULL;
    s->notify = NULL;
    s->child = NULL;
    s->timer = s->deadline = NULL;
}

void step_drop(struct step_run *s)
{
    step_release(s);
    if (s->counted)
        step_site(s)->in_flight[step_ops(step_plan(s)->kind)->service]--;
}

static void over(struct step_run *s, enum step_status status, const char *detail)
{
    struct step_state *st = step_state(s);
    s->stage = STAGE_NONE;
    s->launching = false;
    step_release(s);
    st->status = status;
    st->ended_ms = engine_wall(s->run->e);
    s->run->e->steps_over = true;
    if (detail)
        safe_text(st->detail, sizeof(st->detail), detail);
    if (status == STEP_DONE) {
        habits_take(s);
        telling_step_done(s);
    }
    journal_step(s);
    step_ended(s);
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
    if (step_failure_halts(s))
        r->halting = true;
    if (!s->overdue && !ops->at_source)
        r->target_away |= err->code == PC_ERR_UNREACHABLE || err->code == PC_ERR_TIMEOUT;
    if (!s->overdue && ops->at_source)
        r->source_away |= err->code == PC_ERR_UNREACHABLE || err->code == PC_ERR_TIMEOUT;
    over(s, STEP_FAILED, err->text);
}

static void again(void *arg)
{
    struct step_run *s = arg;
    s->timer = NULL;
    if (s->stage != STAGE_BEGIN || !step_halted(s)) /* to ask once more is to begin */
        enter(s, s->stage);
}

static void wait_ms(struct step_run *s, int64_t ms)
{
    probe_over(s); /* an attempt has ended, if it was one */
    net_timer_cancel(s->timer);
    s->timer = net_timer_start(s->run->e->net, ms, again, s);
}

/* What was never there at once is not looked for at once. */
static void look_first(struct step_run *s)
{
    int64_t ms = habits_pause(s, 0, POLL_LAST_MS);
    if (ms <= POLL_FIRST_MS) {
        enter(s, STAGE_CHECK);
    } else {
        turn_to(s, STAGE_CHECK);
        wait_ms(s, ms);
    }
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
    journal_step(s);
    if (s->overdue)
        fail_late(s);
    else if (step_halted(s))
        return;
    else if (step_ops(step_plan(s)->kind)->check)
        look_first(s);
    else
        step_done(s, NULL);
}

void step_unmade(struct step_run *s)
{
    struct ledger_entry *e = run_ledger(s->run, s->index);
    if (!e || e->state != LEDGER_MADE || !step_ops(step_plan(s)->kind)->makes)
        return;
    e->state = LEDGER_INTENDED;
    e->resource_id[0] = step_state(s)->resource_id[0] = '\0';
    run_ledger_changed(s->run, e);
    journal_step(s);
}

bool step_may_probe(struct step_run *s)
{
    struct engine *e = s->run->e;
    if (e->probes_open < CHECKS_AT_ONCE) {
        e->probes_open++;
        s->probing = true;
        return true;
    }
    wait_ms(s, POLL_FIRST_MS);
    return false;
}

/* ---- waiting ------------------------------------------------------------------ */

void step_again(struct step_run *s, const char *detail)
{
    struct step_state *st = step_state(s);
    s->trouble_ms = 0;
    st->read_ms = engine_wall(s->run->e);
    step_tell(s);
    if (detail && strcmp(st->detail, detail) != 0) {
        safe_text(st->detail, sizeof(st->detail), detail);
        run_changed(s->run);
    }
    if (step_halted(s))
        return;
    int64_t ms = (net_now(s->run->e->net) - s->stage_ms) / 10;
    s->polls++;
    ms = ms < POLL_FIRST_MS ? POLL_FIRST_MS : ms > POLL_LAST_MS ? POLL_LAST_MS : ms;
    wait_ms(s, habits_pause(s, ms, POLL_LAST_MS));
}

bool step_unmoved(struct step_run *s)
{
    return ++s->looks % READS_UNMOVED == 0;
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
    if (step_halted(s))
        return;
    step_unmade(s);
    /* To ask once more is an intent of its own: it waits for this turn's flush. */
    s->stage = STAGE_NONE;
    s->launching = s->asks_again = true;
    step_state(s)->attempts++;
    journal_step(s);
    step_chosen(s);
}

void step_trouble(struct step_run *s, const struct pc_error *err)
{
    const struct step_kind_ops *ops = step_ops(step_plan(s)->kind);
    int64_t now = net_now(s->run->e->net);
    int64_t limit_ms = (int64_t)s->run->e->o.config->trouble_seconds * 1000;
    if (!s->trouble_ms)
        s->trouble_ms = now;
    bool lasting = now - s->trouble_ms > limit_ms || s->overdue ||
                   (ops->makes && s->begins >= BEGINS_MAX);
    /* Durable from here on that nobody knows what was made: see cleanup.c. */
    if (ops->makes && s->stage == STAGE_BEGIN && pc_err_outcome_unknown(err->code))
        step_state(s)->attempts++;
    /* What is made must go: a cleanup also outwaits who holds it, and a Keystone
     * that refuses us for a moment. */
    bool temporary = pc_err_outcome_unknown(err->code) ||
                     (step_is_cleanup(s) && (err->code == PC_ERR_CONFLICT || err->code == PC_ERR_AUTH));
    if (!temporary || lasting) {
        s->refused = !temporary && s->stage == STAGE_BEGIN && s->begins == 1 &&
                     step_state(s)->attempts == 1;
        step_fail(s, err);
        return;
    }
    run_event(s->run, "warn", "%s %s: %s; trying again", ops->verb, step_plan(s)->subject,
              err->text);
    safe_text(step_state(s)->detail, sizeof(step_state(s)->detail), err->text);
    journal_step(s);
    if (s->stage == STAGE_BEGIN && ops->find) {
        s->stage = STAGE_FIND; /* its outcome is unknown: look before asking again */
        s->looks = 0;
        s->stage_ms = now;
    }
    wait_ms(s, 1000 + (int64_t)(random_u64() % 1000));
}
