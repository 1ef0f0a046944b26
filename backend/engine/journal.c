/*
 * journal: everything that changed in one turn, in one transaction.
 *
 * The loop launches steps only after this succeeded, so an intent is durable
 * before the act. When it fails nothing is launched: what is already under way
 * in the world is finished and remembered, nothing new is begun.
 */
#include "backend/engine/run.h"

static enum pc_err save_run(struct engine *e, struct run *r, struct pc_error *err)
{
    struct operation *owner = ledger_of(r);
    enum pc_err rc = r->dirty ? store_op_save(e->store, r->op, err) : PC_OK;
    if (!rc && r->dirty && r->parent)
        rc = store_op_save(e->store, r->parent, err);
    /* A cleanup that is over has written its steps into the drill's, too. */
    for (size_t i = 0; !rc && r->parent && r->finished && i < r->parent->plan->count; i++)
        if (step_kind_phase(r->parent->plan->steps[i].kind) == PHASE_CLEANUP)
            rc = store_step_save(e->store, r->parent, (int)i, err);
    for (size_t i = 0; !rc && i < r->op->plan->count; i++)
        if (r->steps[i].dirty)
            rc = store_step_save(e->store, r->op, (int)i, err);
    for (size_t i = 0; !rc && i < owner->ledger_count && i < r->ledger_dirty_room; i++)
        if (r->ledger_dirty[i])
            rc = store_ledger_save(e->store, owner, &owner->ledger[i], err);
    for (size_t i = 0; !rc && i < r->unwritten_count; i++)
        rc = store_event_add(e->store, &r->unwritten[i], err);
    return rc;
}

static bool run_is_dirty(const struct run *r)
{
    bool dirty = r->dirty || r->unwritten_count;
    for (size_t i = 0; !dirty && i < r->op->plan->count; i++)
        dirty = r->steps[i].dirty;
    for (size_t i = 0; !dirty && i < r->ledger_dirty_room; i++)
        dirty = r->ledger_dirty[i];
    return dirty;
}

/* The journal has numbered them; the newest are also in the ring that is shown. */
static void number_events(struct run *r)
{
    for (size_t back = 1; back <= r->unwritten_count && back <= r->event_count; back++)
        r->events[r->event_count - back].seq = r->unwritten[r->unwritten_count - back].seq;
}

static void run_is_clean(struct run *r)
{
    r->dirty = false;
    number_events(r);
    r->unwritten_count = 0;
    for (size_t i = 0; i < r->op->plan->count; i++)
        r->steps[i].dirty = false;
    for (size_t i = 0; i < r->ledger_dirty_room; i++)
        r->ledger_dirty[i] = false;
}

enum pc_err journal_flush(struct engine *e, struct pc_error *err)
{
    bool any = false;
    for (struct run *r = e->runs; r && !any; r = r->next)
        any = run_is_dirty(r);
    if (!any)
        return PC_OK;
    enum pc_err rc = store_begin(e->store, err);
    if (rc)
        return rc;
    for (struct run *r = e->runs; r && !rc; r = r->next)
        if (run_is_dirty(r))
            rc = save_run(e, r, err);
    if (!rc)
        rc = store_commit(e->store, err);
    if (rc) {
        store_rollback(e->store);
        return rc;
    }
    for (struct run *r = e->runs; r; r = r->next)
        run_is_clean(r);
    return PC_OK;
}
