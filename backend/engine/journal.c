/*
 * journal: everything that changed in one turn, in one transaction.
 *
 * The loop launches steps only after this succeeded, so an intent is durable
 * before the act. When it fails nothing is launched: what is already under way
 * in the world is finished and remembered, nothing new is begun.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/record.h"
#include "backend/engine/run.h"

#include <stdio.h>
#include <string.h>

void journal_step(struct step_run *s)
{
    struct run *r = s->run;
    run_changed(r);
    if (s->dirty)
        return;
    s->dirty = true;
    r->dirty_steps = xgrow(r->dirty_steps, &r->dirty_step_room, r->dirty_step_count + 1,
                           sizeof(*r->dirty_steps));
    r->dirty_steps[r->dirty_step_count++] = s->index;
}

static struct ledger_book *book_of(struct run *r, const struct ledger_entry *e)
{
    size_t i = r->book_count - 1;
    while (i > 0 && (e < r->books[i].op->ledger ||
                     e >= r->books[i].op->ledger + r->books[i].op->ledger_count))
        i--;
    return &r->books[i];
}

void run_ledger_changed(struct run *r, const struct ledger_entry *e)
{
    struct ledger_book *b = book_of(r, e);
    size_t i = (size_t)(e - b->op->ledger), had = b->dirty_room;
    b->dirty = xgrow(b->dirty, &b->dirty_room, i + 1, sizeof(bool));
    if (b->dirty_room > had)
        memset(b->dirty + had, 0, b->dirty_room - had);
    run_changed(r);
    if (b->dirty[i])
        return;
    b->dirty[i] = true;
    b->changed = xgrow(b->changed, &b->changed_room, b->changed_count + 1, sizeof(*b->changed));
    b->changed[b->changed_count++] = (int)i;
}

void run_write_group(struct run *r, struct group *g_take)
{
    group_unref(r->group_next);
    r->group_next = g_take;
    r->dirty = true;
}

/* The parent's header, and of a drill the cleanup steps that it is told of. */
static enum pc_err save_parent(struct engine *e, struct run *r, struct pc_error *err)
{
    enum pc_err rc = r->dirty ? store_op_save(e->store, r->parent, err) : PC_OK;
    if (!r->finished || r->op->type != OP_TEST_CLEANUP)
        return rc;
    for (size_t i = 0; !rc && i < r->parent->plan->count; i++)
        if (step_kind_phase(r->parent->plan->steps[i].kind) == PHASE_CLEANUP)
            rc = store_step_save(e->store, r->parent, (int)i, err);
    return rc;
}

static enum pc_err save_book(struct engine *e, const struct ledger_book *b, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    for (size_t i = 0; !rc && i < b->changed_count; i++)
        rc = store_ledger_save(e->store, b->op, &b->op->ledger[b->changed[i]], err);
    return rc;
}

static enum pc_err save_run(struct engine *e, struct run *r, struct pc_error *err)
{
    enum pc_err rc = r->dirty ? store_op_save(e->store, r->op, err) : PC_OK;
    if (!rc && r->parent)
        rc = save_parent(e, r, err);
    for (size_t i = 0; !rc && i < r->dirty_step_count; i++)
        rc = store_step_save(e->store, r->op, r->dirty_steps[i], err);
    for (size_t i = 0; !rc && i < r->book_count; i++)
        rc = save_book(e, &r->books[i], err);
    if (!rc && r->group_next)
        rc = group_write(e, r->group_next, err);
    for (size_t i = 0; !rc && i < r->unwritten_count; i++)
        rc = store_event_add(e->store, &r->unwritten[i], err);
    return rc;
}

static bool run_is_dirty(const struct run *r)
{
    bool entries = false;
    for (size_t i = 0; i < r->book_count; i++)
        entries |= r->books[i].changed_count > 0;
    return r->dirty || r->unwritten_count || r->dirty_step_count || entries;
}

/* The journal has numbered them; the newest are also in the ring that is shown. */
static void number_events(struct run *r)
{
    for (size_t back = 1; back <= r->unwritten_count && back <= r->event_count; back++)
        r->events[r->event_count - back].seq = r->unwritten[r->unwritten_count - back].seq;
}

static void run_is_clean(struct run *r)
{
    run_changed(r);
    r->dirty = false;
    number_events(r);
    r->unwritten_count = 0;
    while (r->dirty_step_count)
        r->steps[r->dirty_steps[--r->dirty_step_count]].dirty = false;
    for (size_t i = 0; i < r->book_count; i++)
        while (r->books[i].changed_count)
            r->books[i].dirty[r->books[i].changed[--r->books[i].changed_count]] = false;
    group_unref(r->group_next);
    r->group_next = NULL;
}

enum pc_err journal_flush(struct engine *e, struct pc_error *err)
{
    bool any = false, groups = false;
    for (struct run *r = e->runs; r; r = r->next) {
        any |= run_is_dirty(r);
        groups |= r->group_next != NULL;
    }
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
        if (run_is_dirty(r))
            run_is_clean(r);
    if (groups && groups_load(e, err)) /* it is written: this is only the engine's own copy */
        snprintf(e->notice, sizeof(e->notice), "%.190s", err->text);
    return PC_OK;
}
