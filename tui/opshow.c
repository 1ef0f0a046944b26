/* opshow: see opshow.h. */
#include "tui/opshow.h"

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/base/text.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void opshow_release(struct opshow *o)
{
    free(o->steps);
    json_decref(o->json);
    op_view_unref(o->view);
    *o = (struct opshow){0};
}

bool opshow_cleanup_due(const struct operation *op)
{
    return op->cleanup_due && !op->completed_ms;
}

bool opshow_open(const struct operation *op)
{
    return !op->completed_ms && (!op_status_over(op->status) || op->cleanup_due);
}

bool opshow_has_phase(const struct opshow *o, enum phase p)
{
    const struct phase_shape *shape = op_phase(o->type, p);
    return shape && (shape->from != shape->to || o->phases[p].started_ms ||
                     o->status == OP_ROLLING_BACK);
}

const char *opshow_made_at(const struct opshow *o)
{
    return op_type_turns(o->type) ? o->source : o->target;
}

bool opshow_over(const struct opshow *o)
{
    return op_status_over(o->status) && !o->cleanup_due;
}

bool opshow_stopping(const struct opshow *o)
{
    return o->cancel_asked && o->verdict == VERDICT_NONE && !op_status_over(o->status);
}

static enum opshow_state phase_state(const struct opshow *o, enum phase which)
{
    const struct opshow_phase *p = &o->phases[which];
    bool whole = p->total && p->done + p->skipped == p->total;
    if (p->failed)
        return SHOW_FAIL;
    if (whole && !p->done)
        return SHOW_SKIP;
    /* A cleanup skips what was never made. Everywhere else a step is skipped
     * only because one before it failed, or because the operator said stop. */
    if (whole)
        return p->skipped && which != PHASE_CLEANUP ? SHOW_STOP : SHOW_DONE;
    if (p->started_ms && !opshow_over(o))
        return SHOW_RUN;
    if (opshow_over(o))
        return p->done ? SHOW_STOP : SHOW_SKIP;
    return SHOW_TODO;
}

/* The question of the first step that waits for an answer. */
static const char *question_of(const struct opshow *o)
{
    for (size_t i = 0; i < o->step_count; i++) {
        const struct opshow_step *s = &o->steps[i];
        const char *text = question_of_step(s->kind, s->status, s->detail);
        if (text)
            return text;
    }
    return NULL;
}

static void judge_phases(struct opshow *o)
{
    o->asks = question_of(o);
    for (int p = 0; p < PHASE_COUNT; p++)
        o->phases[p].state = phase_state(o, (enum phase)p);
}

/* ---- from a snapshot ------------------------------------------------------- */

static void view_steps(struct opshow *o, const struct operation *op)
{
    size_t n = op->plan ? op->plan->count : 0;
    o->steps = xcalloc(n ? n : 1, sizeof *o->steps);
    o->step_count = n;
    for (size_t i = 0; i < n; i++) {
        const struct plan_step *ps = &op->plan->steps[i];
        const struct step_state *st = &op->steps[i];
        o->steps[i] = (struct opshow_step){
            .subject = ps->subject,
            .kind = ps->kind,
            .detail = st->detail,
            .resource_id = st->resource_id,
            .phase = step_kind_phase(ps->kind),
            .status = st->status,
            .attempts = st->attempts,
            .started_ms = st->started_ms,
            .ended_ms = st->ended_ms,
        };
    }
}

static void view_outlook(struct opshow *o, const struct outlook *k)
{
    if (k->known) {
        o->left_low_ms = k->low_ms;
        o->left_high_ms = k->high_ms;
    }
    if (*k->held)
        o->held = k->held;
    if (k->stuck || *k->held)
        o->still_since_ms = k->quiet_since_ms ? k->quiet_since_ms
                            : o->started_ms   ? o->started_ms
                                              : o->created_ms;
    for (int i = 0; i < k->late_count; i++)
        if (k->late[i].step >= 0 && (size_t)k->late[i].step < o->step_count)
            o->steps[k->late[i].step].late_ms = k->late[i].usual_ms;
}

static void view_phases(struct opshow *o, const struct op_view *v)
{
    struct phase_progress phases[PHASE_COUNT];
    operation_phases(v->op, phases);
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_progress pp = phases[p];
        o->phases[p] = (struct opshow_phase){
            .total = pp.total,
            .done = pp.done,
            .failed = pp.failed,
            .skipped = pp.skipped,
            .started_ms = pp.started_ms,
            .ended_ms = pp.ended_ms,
            .usual_ms = v->usual_ms[p],
        };
    }
}

void opshow_view(struct opshow *o, const struct op_view *v)
{
    struct op_view *held = op_view_ref((struct op_view *)(uintptr_t)v);
    const struct operation *op = held->op;

    opshow_release(o);
    *o = (struct opshow){
        .known = true,
        .type = op->type,
        .status = op->status,
        .verdict = op->verdict,
        .stopped = operation_stopped(op),
        .progress = op->progress,
        .group = op->group,
        .source = operation_from(op),
        .target = operation_to(op),
        .parent = op->parent,
        .error = op->error_message,
        .remedy = op->remedy,
        .point = op->recovery_point,
        .point_ms = op->recovery_point_ms,
        .created_ms = op->created_ms,
        .started_ms = op->started_ms,
        .completed_ms = op->completed_ms,
        .cleanup_due = opshow_cleanup_due(op),
        .cancel_asked = op->cancel_asked,
        .warnings = op->warnings,
        .consoles = op->consoles,
        .view = held,
    };
    safe_text(o->id, sizeof o->id, op->id);
    view_steps(o, op);
    view_outlook(o, &held->outlook);
    view_phases(o, held);
    judge_phases(o);
}

/* ---- from the history ------------------------------------------------------ */

static int64_t json_time(const json_t *o, const char *key)
{
    int64_t ms = 0;
    clock_parse_iso(json_text(o, key), &ms);
    return ms;
}

static void json_steps(struct opshow *o, const json_t *list)
{
    size_t i;
    json_t *s;
    o->steps = xcalloc(json_array_size(list) + 1, sizeof *o->steps);
    json_array_foreach (list, i, s) {
        enum step_kind kind = step_kind_parse(json_text(s, "kind"));
        enum step_status status = step_status_parse(json_text(s, "status"));
        if (kind == STEP_KIND_COUNT || status == STEP_STATUS_COUNT)
            continue;
        o->steps[o->step_count++] = (struct opshow_step){
            .subject = json_text(s, "subject"),
            .kind = kind,
            .detail = json_text(s, "detail"),
            .resource_id = json_text(s, "resource_id"),
            .phase = step_kind_phase(kind),
            .status = status,
            .attempts = (int)json_int(s, "attempts", 0),
            .started_ms = json_time(s, "started_at"),
            .ended_ms = json_time(s, "ended_at"),
        };
    }
}

static enum phase phase_parse(enum op_type type, const char *name)
{
    for (int p = 0; type < OP_TYPE_COUNT && p < PHASE_COUNT; p++) {
        const struct phase_shape *shape = op_phase(type, (enum phase)p);
        if (shape && text_equal(name, shape->word))
            return (enum phase)p;
    }
    return PHASE_COUNT;
}

static void json_phases(struct opshow *o, const json_t *list)
{
    size_t i;
    json_t *s;
    json_array_foreach (list, i, s) {
        enum phase p = phase_parse(o->type, json_text(s, "phase"));
        if (p == PHASE_COUNT)
            continue;
        o->phases[p] = (struct opshow_phase){
            .total = (int)json_int(s, "total", 0),
            .done = (int)json_int(s, "done", 0),
            .failed = (int)json_int(s, "failed", 0),
            .started_ms = json_time(s, "started_at"),
            .ended_ms = json_time(s, "ended_at"),
        };
    }
    for (i = 0; i < o->step_count; i++)
        o->phases[o->steps[i].phase].skipped += o->steps[i].status == STEP_SKIPPED;
}

void opshow_json(struct opshow *o, const json_t *operation)
{
    json_t *held = json_incref((json_t *)(uintptr_t)operation);
    json_t *point = json_map(held, "recovery_point");
    const char *verdict = json_text(held, "verdict");

    opshow_release(o);
    *o = (struct opshow){
        .known = true,
        .type = op_type_parse(json_text(held, "operation_type")),
        .status = op_status_parse(json_text(held, "status")),
        .progress = (int)json_int(held, "progress", 0),
        .group = json_text(held, "protection_group"),
        .source = json_text(held, "source_site"),
        .target = json_text(held, "target_site"),
        .parent = json_text(held, "parent_operation_id"),
        .error = json_text(held, "error_message"),
        .remedy = json_text(held, "remedy"),
        .point = point ? json_text(point, "name") : "",
        .point_ms = point ? json_time(point, "created_at") : 0,
        .created_ms = json_time(held, "created_at"),
        .started_ms = json_time(held, "started_at"),
        .completed_ms = json_time(held, "completed_at"),
        .stopped = json_flag(held, "stopped", false),
        .warnings = json_list(held, "warnings"),
        .consoles = json_list(held, "consoles"),
        .json = held,
    };
    safe_text(o->id, sizeof o->id, json_text(held, "id"));
    if (o->type == OP_TYPE_COUNT || o->status == OP_STATUS_COUNT) {
        opshow_release(o); /* written by a newer program: nothing we could show truly */
        return;
    }
    for (int v = VERDICT_NONE; v < VERDICT_COUNT; v++)
        if (text_equal(verdict, op_verdict_word((enum op_verdict)v)))
            o->verdict = (enum op_verdict)v;
    json_steps(o, json_list(held, "steps"));
    json_phases(o, json_list(held, "phases"));
    judge_phases(o);
}

/* ---- times ----------------------------------------------------------------- */

int64_t opshow_since(int64_t started_ms, int64_t now_ms)
{
    int64_t s = now_ms / 1000 - (started_ms + 999) / 1000;
    return s > 0 ? s * 1000 : 0;
}

int64_t opshow_elapsed(const struct opshow *o, enum phase p, int64_t now_ms)
{
    const struct opshow_phase *ph = &o->phases[p];
    if (!ph->started_ms)
        return -1;
    if (ph->ended_ms)
        return ph->ended_ms - ph->started_ms;
    if (opshow_over(o) && o->completed_ms)
        return o->completed_ms - ph->started_ms;
    return opshow_since(ph->started_ms, now_ms);
}

int64_t opshow_total(const struct opshow *o, int64_t now_ms)
{
    if (!o->started_ms)
        return -1;
    if (opshow_over(o) && o->completed_ms)
        return o->completed_ms - o->started_ms;
    return opshow_since(o->started_ms, now_ms);
}

int64_t opshow_remaining(const struct opshow *o, int64_t now_ms)
{
    int64_t left = 0;
    if (opshow_over(o) || o->asks || o->held) /* how long a person takes is nobody's history */
        return -1;
    if (o->left_high_ms) /* what the engine knows of each step beats a phase's median */
        return (o->left_low_ms + o->left_high_ms) / 2;
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct opshow_phase *ph = &o->phases[p];
        if ((ph->state != SHOW_TODO && ph->state != SHOW_RUN) ||
            !opshow_has_phase(o, (enum phase)p))
            continue;
        if (ph->total && !ph->usual_ms)
            return -1;
        int64_t spent = opshow_elapsed(o, (enum phase)p, now_ms);
        if (ph->usual_ms > spent)
            left += ph->usual_ms - (spent > 0 ? spent : 0);
    }
    return left;
}

bool opshow_as_asked(const struct opshow *o)
{
    bool failed = o->error && o->error[0];
    for (size_t i = 0; i < o->step_count; i++)
        failed |= o->steps[i].status == STEP_FAILED;
    return o->verdict == VERDICT_PARTIAL && op_status_over(o->status) && !failed;
}

bool opshow_moved_as_asked(const struct operation *op)
{
    bool failed = op->error_message[0] != '\0';
    for (size_t i = 0; op->plan && i < op->plan->count; i++)
        failed |= op->steps[i].status == STEP_FAILED;
    return op->verdict == VERDICT_PARTIAL && op_status_over(op->status) && !failed;
}

struct act_operation opshow_subject(const struct opshow *o)
{
    return (struct act_operation){.id = o->id,
                                  .type = o->type,
                                  .status = o->status,
                                  .cleanup_due = o->cleanup_due,
                                  .cancel_asked = o->cancel_asked,
                                  .verdict = o->verdict,
                                  .asks = o->asks != NULL,
                                  .as_asked = opshow_as_asked(o)};
}
