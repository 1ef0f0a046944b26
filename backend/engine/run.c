/*
 * run: the life of one operation.
 *
 *   pending ─ a place is free ─▶ working ─ every step over ─▶ verdict
 *   verdict ─ cleanup due ─▶ cleaning up ─ nothing left ─▶ cleaned
 *           └ not due ─▶ at rest (succeeded | failed), resources kept
 *
 * A failed step halts: nothing new begins, creates in flight are waited for
 * until their ids are known, and then the same cleanup follows.
 */
#include "backend/engine/run.h"

#include "backend/base/log.h"
#include "backend/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct operation *ledger_of(const struct run *r)
{
    return r->parent ? r->parent : r->op;
}

struct ledger_entry *run_ledger(struct run *r, int maker_step)
{
    struct operation *owner = ledger_of(r);
    for (size_t i = 0; i < owner->ledger_count; i++)
        if (owner->ledger[i].step == maker_step)
            return &owner->ledger[i];
    return NULL;
}

void run_ledger_changed(struct run *r, const struct ledger_entry *e)
{
    struct operation *owner = ledger_of(r);
    size_t i = (size_t)(e - owner->ledger), had = r->ledger_dirty_room;
    r->ledger_dirty = xgrow(r->ledger_dirty, &r->ledger_dirty_room, i + 1, sizeof(bool));
    if (r->ledger_dirty_room > had)
        memset(r->ledger_dirty + had, 0, r->ledger_dirty_room - had);
    r->ledger_dirty[i] = true;
    r->e->ops_dirty = true;
}

void run_event(struct run *r, const char *level, const char *fmt, ...)
{
    char raw[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    if (r->event_count == EVENT_TAIL) {
        memmove(r->events, r->events + 1, (EVENT_TAIL - 1) * sizeof(r->events[0]));
        r->event_count--;
    }
    struct event *e = &r->events[r->event_count++];
    memset(e, 0, sizeof(*e));
    e->at_ms = engine_wall(r->e);
    snprintf(e->op_id, sizeof(e->op_id), "%s", r->op->id);
    snprintf(e->level, sizeof(e->level), "%s", level);
    log_redact(raw);
    safe_text(e->text, sizeof(e->text), raw);
    r->unwritten = xgrow(r->unwritten, &r->unwritten_room, r->unwritten_count + 1,
                         sizeof(*r->unwritten));
    r->unwritten[r->unwritten_count++] = *e;
    r->e->ops_dirty = true;
    log_line(strcmp(level, "error") == 0 ? LOG_ERROR : LOG_INFO, "run", "%s %s", r->op->id, e->text);
}

struct run *run_find(struct engine *e, const char *op_id)
{
    for (struct run *r = e->runs; r; r = r->next)
        if (strcmp(r->op->id, op_id) == 0)
            return r;
    return NULL;
}

/* ---- birth and death -------------------------------------------------------- */

struct run *run_adopt(struct engine *e, struct operation *op_take, struct pc_error *err)
{
    struct run *r = xcalloc(1, sizeof(*r));
    arena_init(&r->arena);
    r->e = e;
    r->op = op_take;
    r->source = engine_site(e, op_take->source_site);
    r->target = engine_site(e, op_take->target_site);
    enum pc_err rc = PC_OK;
    bool source_needed = !op_type_undoes(op_take->type); /* a cleanup only deletes */
    if (!r->target || (source_needed && !r->source))
        rc = pc_error_set(err, PC_ERR_CONFIG, "Put the site back into the configuration: what was "
                          "made there can only be cleaned up through it.",
                          "operation %s needs site %s, which is not configured", op_take->id,
                          r->target ? op_take->source_site : op_take->target_site);
    if (!rc && *op_take->parent)
        rc = store_op_load(e->store, op_take->parent, &r->parent, err);
    if (!rc)
        rc = site_cloud(r->target, json_text(ledger_of(r)->request, "test_project"), &r->cloud, err);
    if (rc) {
        run_free(r);
        return NULL;
    }
    steps_prepare(r);
    struct pc_error ignored;
    if (store_usual(e->store, op_take->group_id, r->usual_ms, &ignored))
        memset(r->usual_ms, 0, sizeof(r->usual_ms));
    struct run **end = &e->runs;
    while (*end)
        end = &(*end)->next;
    *end = r;
    e->ops_dirty = e->groups_dirty = true;
    return r;
}

void run_free(struct run *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->steps && i < r->op->plan->count; i++)
        step_release(&r->steps[i]);
    operation_free(r->op);
    operation_free(r->parent);
    free(r->ledger_dirty);
    free(r->unwritten);
    arena_release(&r->arena);
    free(r);
}

/* ---- statuses ----------------------------------------------------------------- */

static const enum op_status PHASE_STATUS[PHASE_COUNT] = {
    [PHASE_PREPARE] = OP_SNAPSHOTS, [PHASE_STORAGE] = OP_VOLUMES, [PHASE_INSTANCES] = OP_VMS,
    [PHASE_VERIFY] = OP_VERIFYING,   [PHASE_CLEANUP] = OP_CLEANING_UP,
};

static void set_status(struct run *r, enum op_status status)
{
    struct operation *op = r->op;
    if (op->status == status)
        return;
    op->status = status;
    r->dirty = true;
    r->e->ops_dirty = r->e->groups_dirty = true;
    run_event(r, "info", "%s", op_status_word(status));
    if (r->parent && (status == OP_RUNNING || status == OP_CLEANING_UP)) {
        r->parent->status = OP_CLEANING_UP;
        publish_ended(r->e, r->parent);
    }
}

int run_steps_open(const struct run *r)
{
    int open = 0;
    for (size_t i = 0; i < r->op->plan->count; i++) {
        bool cleanup = step_kind_phase(r->op->plan->steps[i].kind) == PHASE_CLEANUP;
        open += cleanup == r->cleaning && !step_status_over(r->op->steps[i].status);
    }
    return open;
}

/* Only a drill's own forward steps say whether it passed. */
static bool forward_failed(const struct run *r)
{
    for (size_t i = 0; i < r->op->plan->count; i++)
        if (step_kind_phase(r->op->plan->steps[i].kind) != PHASE_CLEANUP &&
            r->op->steps[i].status != STEP_DONE)
            return true;
    return false;
}

static void skip_waiting_forward(struct run *r)
{
    for (size_t i = 0; i < r->op->plan->count; i++)
        if (step_kind_phase(r->op->plan->steps[i].kind) != PHASE_CLEANUP &&
            r->op->steps[i].status == STEP_WAITING)
            step_abort(&r->steps[i], STEP_SKIPPED, "not begun");
}

static void rest(struct run *r, enum op_status status)
{
    r->op->completed_ms = engine_wall(r->e);
    set_status(r, status);
    r->op->progress = operation_progress(r->op);
    r->finished = true;
    r->dirty = true;
}

/* Names what is still there; returns how many. */
static int survivors(const struct run *r, char *dst, size_t size)
{
    const struct operation *owner = ledger_of(r);
    int n = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < owner->ledger_count; i++) {
        const struct ledger_entry *e = &owner->ledger[i];
        if (e->state == LEDGER_GONE)
            continue;
        size_t len = strlen(dst);
        if (len + 1 < size)
            snprintf(dst + len, size - len, "%s%s %s (%s)", n ? ", " : "", e->type, e->name,
                     *e->resource_id ? e->resource_id : "id unknown");
        n++;
    }
    return n;
}

/* What a cleanup did is told by the drill as well: its own cleanup steps have
 * the same keys, and nobody else will ever take them. */
static void tell_drill(struct run *r)
{
    for (size_t i = 0; i < r->op->plan->count; i++) {
        int own = plan_find(r->parent->plan, r->op->plan->steps[i].key);
        if (own >= 0)
            r->parent->steps[own] = r->op->steps[i];
    }
}

static void after_cleanup(struct run *r)
{
    struct operation *op = r->op, *owner = ledger_of(r);
    char list[400];
    int left = survivors(r, list, sizeof(list));
    owner->cleanup_due = op->cleanup_due = false; /* what is left waits for somebody to ask */
    if (left) {
        run_event(r, "error", "%d left on %s: %s", left, op->target_site, list);
        /* A drill that failed has told its cause already; this is told beside it. */
        if (!*op->error_message) {
            snprintf(op->error_message, sizeof(op->error_message), "%d left on %s: %s", left,
                     op->target_site, list);
            snprintf(op->remedy, sizeof(op->remedy), "Remove what blocks them, then repeat: "
                     "test cleanup %s", owner->id);
        }
        operation_warn(op, "cleanup left %d on %s: %s", left, op->target_site, list);
    }
    if (r->parent) {
        tell_drill(r);
        r->parent->status = left ? OP_FAILED : OP_CLEANED;
        r->parent->progress = operation_progress(r->parent);
        publish_ended(r->e, r->parent);
        rest(r, left ? OP_FAILED : OP_COMPLETED);
    } else {
        rest(r, left ? OP_FAILED : OP_CLEANED);
    }
}

static void open_cleanup(struct run *r)
{
    r->cleaning = true;
    set_status(r, r->parent ? OP_RUNNING : OP_CLEANING_UP);
}

static void after_forward(struct run *r)
{
    struct operation *op = r->op;
    bool failed = forward_failed(r);
    skip_waiting_forward(r);
    op->verdict = failed ? VERDICT_FAILED : VERDICT_PASSED;
    if (failed && !*op->error_message)
        snprintf(op->error_message, sizeof(op->error_message), "%s",
                 op->cancel_asked ? "stopped by the operator" : "a step did not end well");
    set_status(r, failed ? OP_FAILED : OP_SUCCEEDED);
    if (!op->cleanup_due && failed && !*op->remedy)
        snprintf(op->remedy, sizeof(op->remedy), "Look at what was kept, then remove it: test "
                 "cleanup %s", op->id);
    if (op->cleanup_due)
        open_cleanup(r);
    else
        rest(r, op->status);
}

void run_cancel(struct run *r)
{
    if (r->op->cancel_asked || r->cleaning)
        return;
    r->op->cancel_asked = true;
    r->halting = true;
    r->dirty = true;
    run_event(r, "warn", "stop asked: nothing new begins, then %s",
              r->op->cleanup_due ? "it is cleaned up" : "what was made is kept");
}

/* ---- the pump ------------------------------------------------------------------- */

static int drills_started(const struct engine *e)
{
    int n = 0;
    for (const struct run *r = e->runs; r; r = r->next)
        n += r->started && !r->finished && r->op->type == OP_TEST_FAILOVER;
    return n;
}

static void start(struct run *r)
{
    r->started = true;
    if (!r->op->started_ms)
        r->op->started_ms = engine_wall(r->e);
    r->dirty = true;
    if (r->op->type == OP_TEST_CLEANUP)
        open_cleanup(r);
}

/* While working, the status is the first phase that is not over. */
static void show_phase(struct run *r)
{
    if (r->cleaning || r->finished)
        return;
    for (int p = 0; p < PHASE_CLEANUP; p++) {
        struct phase_progress ph;
        operation_phase(r->op, (enum phase)p, &ph);
        if (ph.done + ph.failed + ph.skipped < ph.total) {
            set_status(r, PHASE_STATUS[p]);
            return;
        }
    }
}

static void pump(struct run *r)
{
    if (!r->started) {
        if (r->op->cancel_asked)
            r->halting = true;
        else if (r->op->type == OP_TEST_FAILOVER &&
                 drills_started(r->e) >= r->e->o.config->max_concurrent_tests)
            return; /* waits in pending */
        start(r);
    }
    if (r->finished)
        return;
    if (!r->cleaning && r->active == 0 && (r->halting || run_steps_open(r) == 0))
        after_forward(r);
    if (!r->finished && r->cleaning && r->active == 0 && run_steps_open(r) == 0)
        after_cleanup(r);
    if (!r->finished) {
        show_phase(r);
        steps_choose(r);
    }
    int progress = operation_progress(r->op);
    if (progress != r->op->progress) {
        r->op->progress = progress;
        r->dirty = true;
    }
}

static void retire_finished(struct engine *e)
{
    for (struct run **at = &e->runs; *at;) {
        struct run *r = *at;
        if (!r->finished || r->dirty || r->unwritten_count) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        char group[OP_ID_SIZE];
        struct pc_error ignored;
        snprintf(group, sizeof(group), "%s", r->op->group_id);
        publish_ended(e, r->op);
        run_free(r);
        if (group_refresh(e, group, &ignored))
            snprintf(e->notice, sizeof(e->notice), "%.190s", ignored.text);
        e->ops_dirty = e->groups_dirty = true;
    }
}

void runs_pump(struct engine *e)
{
    retire_finished(e);
    for (struct run *r = e->runs; r; r = r->next)
        pump(r);
}

void runs_launch(struct engine *e)
{
    for (struct run *r = e->runs; r; r = r->next)
        for (size_t i = 0; i < r->op->plan->count; i++)
            if (r->steps[i].launching)
                step_launch(&r->steps[i]);
}

/* ---- resume ----------------------------------------------------------------------- */

/* A step that was running when the process died is waiting again; what it made
 * is in the ledger, and its attempt count makes it look before it asks. */
static void wake_up(struct run *r)
{
    struct operation *op = r->op;
    bool cleanup_begun = false;
    for (size_t i = 0; i < op->plan->count; i++) {
        struct step_state *st = &op->steps[i];
        bool cleanup = step_kind_phase(op->plan->steps[i].kind) == PHASE_CLEANUP;
        if (st->status == STEP_RUNNING)
            st->status = STEP_WAITING;
        cleanup_begun |= cleanup && (st->attempts > 0 || step_status_over(st->status));
        if (!cleanup && st->status == STEP_FAILED && !step_ops(op->plan->steps[i].kind)->collects)
            r->halting = true;
    }
    if (op->cancel_asked)
        r->halting = true;
    r->started = op->started_ms != 0;
    r->cleaning = op->type == OP_TEST_CLEANUP ? r->started
                                              : cleanup_begun || op->status == OP_CLEANING_UP;
    if (r->started)
        run_event(r, "warn", "taken up again after an interruption");
}

/* A kept drill that is being cleaned up is open too, but its cleanup is an
 * operation of its own, newer and so nearer to the head of the list: two must
 * not delete the same things. */
static bool has_cleanup(struct operation *const *list, size_t newer, const struct operation *op)
{
    for (size_t i = 0; i < newer; i++)
        if (strcmp(list[i]->parent, op->id) == 0)
            return true;
    return false;
}

enum pc_err runs_resume(struct engine *e, struct pc_error *err)
{
    struct op_filter open = {.type = -1, .open_only = true};
    struct operation **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &open, &list, &count, err);
    for (size_t i = count; !rc && i-- > 0;) {
        struct operation *op = list[i];
        list[i] = NULL;
        if (run_find(e, op->id) || has_cleanup(list, i, op)) {
            operation_free(op);
            continue;
        }
        struct pc_error why;
        struct run *r = run_adopt(e, op, &why);
        if (r)
            wake_up(r);
        else
            snprintf(e->notice, sizeof(e->notice), "%.190s", why.text);
    }
    for (size_t i = 0; list && i < count; i++)
        operation_free(list[i]);
    free(list);
    return rc;
}
