/*
 * resume: takes up what the journal says is not over: operations that another
 * process asked for, and those that ran when their engine died.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which sites what is left of it may still change. */
static unsigned still_writes(const struct run *r)
{
    unsigned sites = 0;
    bool stops = r->halting && !r->cleaning;
    if (stops && !run_holds(r))
        return 0; /* there is nothing to take back */
    for (size_t i = 0; i < r->op->plan->count; i++) {
        bool undoes = !r->rules->one_pass && step_is_cleanup(&r->steps[i]);
        bool comes = r->rules->one_pass || r->cleaning || stops ? r->rules->one_pass || undoes
                                                                 : !undoes || r->op->cleanup_due;
        if (comes && !step_status_over(r->op->steps[i].status))
            sites |= step_ops(r->op->plan->steps[i].kind)->writes;
    }
    return sites;
}

void run_hold(struct run *r)
{
    const struct site *was = r->held;
    unsigned sites = still_writes(r);
    r->held = NULL;
    if ((sites & WRITES_TARGET) && r->target->cfg->read_only)
        r->held = r->target;
    else if ((sites & WRITES_SOURCE) && r->source && r->source->cfg->read_only)
        r->held = r->source;
    if (r->held == was)
        return;
    snprintf(r->outlook.held, sizeof(r->outlook.held), "%s", r->held ? r->held->cfg->name : "");
    if (r->held)
        run_event(r, "warn", "held: %s is read-only; nothing is done at either site",
                  r->held->cfg->name);
    else
        r->stirred = true;
    run_changed(r);
}

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
        if (st->status == STEP_FAILED && step_failure_halts(&r->steps[i]))
            r->halting = true;
    }
    if (op->cancel_asked && !run_is_swapped(r))
        r->halting = true;
    r->started = op->started_ms != 0;
    /* What takes itself back says so by its status. A drill's cleanup may have
     * begun before its status told. */
    r->cleaning = r->rules->one_pass ? r->started
                                     : op->status == r->rules->undoing ||
                                           (r->rules->undo_always && cleanup_begun);
    run_hold(r);
    if (r->started && !r->held)
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

/* What an older history says of it was ended since, one way or the other. */
static bool is_outrun(struct engine *e, const struct operation *op, struct pc_error *why)
{
    struct group_slot *slot;
    struct pc_error gone;
    return engine_group(e, op->group_id, &slot, &gone) == PC_OK && group_not_outrun(slot, why);
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
        bool held = is_outrun(e, op, &why);
        struct run *r = held ? NULL : run_adopt(e, op, &why);
        if (held)
            operation_free(op);
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
