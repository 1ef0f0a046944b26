/*
 * run: the life of one operation.
 *
 *   pending ─ a place is free ─▶ working ─ every step over ─▶ verdict (ending.c)
 *   verdict ─ to be taken back ─▶ cleaning up, rolling back ─ nothing left ─▶ at rest
 *           └ not ─▶ at rest, what was made is kept
 *
 * A failed step halts: nothing new begins, creates in flight are waited for
 * until their ids are known, and then the same cleanup follows.
 */
#include "backend/engine/run.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/publish.h"
#include "backend/engine/record.h"
#include "backend/engine/sites.h"

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
    int i = maker_step < 0 ? -1 : r->books[0].entry_of[maker_step];
    return i < 0 ? NULL : &ledger_of(r)->ledger[i];
}

bool run_holds(const struct run *r)
{
    bool holds = false;
    size_t own = r->op->type == OP_RELEASE ? 1 : r->book_count; /* the others are written up only */
    for (size_t i = 0; i < own; i++)
        holds |= operation_holds(r->books[i].op);
    return holds;
}

struct ledger_book *step_book(const struct step_run *s)
{
    struct run *r = s->run;
    const char *id = json_text(step_plan(s)->params, "ledger");
    for (size_t i = 0; i < r->book_count; i++)
        if (strcmp(r->books[i].op->id, id) == 0)
            return &r->books[i];
    return &r->books[0];
}

void run_changed(struct run *r)
{
    r->stale = true;
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
    run_changed(r);
    log_line(strcmp(level, "error") == 0 ? LOG_ERROR : LOG_INFO, "run", "%s %s", r->op->id, e->text);
}

struct run *run_find(const struct engine *e, const char *op_id)
{
    for (struct run *r = e->runs; r; r = r->next)
        if (strcmp(r->op->id, op_id) == 0)
            return r;
    return NULL;
}

/* ---- birth and death -------------------------------------------------------- */

static void open_book(struct run *r, struct ledger_book *b, struct operation *owner)
{
    *b = (struct ledger_book){.op = owner};
    b->entry_of = arena_alloc(&r->arena, (owner->plan->count + 1) * sizeof(*b->entry_of));
    for (size_t i = 0; i <= owner->plan->count; i++)
        b->entry_of[i] = -1;
    for (size_t i = 0; i < owner->ledger_count; i++)
        b->entry_of[owner->ledger[i].step] = (int)i;
}

static void open_books(struct run *r)
{
    r->books = arena_alloc(&r->arena, (1 + r->earlier.count) * sizeof(*r->books));
    open_book(r, &r->books[r->book_count++], ledger_of(r));
    for (size_t i = 0; i < r->earlier.count; i++)
        open_book(r, &r->books[r->book_count++], r->earlier.ops[i]);
}

/* What takes a failover back takes back what that has followed, too; what one that failed has left
 * is its own. */
static enum pc_err load_parent(struct run *r, struct pc_error *err)
{
    struct parts all = {0};
    enum pc_err rc = moved_by(r->e, r->op->parent, &all, err);
    if (rc)
        return rc;
    r->parent = all.ops[0];
    for (size_t i = 1; i < all.count; i++) {
        if (r->op->type == OP_TEST_CLEANUP)
            operation_free(all.ops[i]);
        else
            parts_add_take(&r->earlier, all.ops[i]);
    }
    free(all.ops);
    return PC_OK;
}

static bool made_some(const struct operation *op, const struct plan *release)
{
    for (size_t i = 0; op->status == OP_COMPLETED && i < op->ledger_count; i++)
        for (size_t k = 0; op->ledger[i].state != LEDGER_GONE && k < release->count; k++)
            if (strcmp(json_text(release->steps[k].params, "id"), op->ledger[i].resource_id) == 0)
                return true;
    return false;
}

/* What a release deletes may be in the ledger of the move that made it. */
static enum pc_err load_makers(struct run *r, enum op_type type, struct pc_error *err)
{
    struct op_filter f = {.group = r->op->group_id, .type = (int)type};
    struct operation **ops = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(r->e->store, &f, &ops, &count, err);
    for (size_t i = 0; i < count; i++)
        if (made_some(ops[i], r->op->plan))
            parts_add_take(&r->earlier, ops[i]);
        else
            operation_free(ops[i]);
    free(ops);
    return rc;
}

/* The sites and sessions that it works with. */
static enum pc_err connect_run(struct run *r, struct pc_error *err)
{
    struct engine *e = r->e;
    bool source_needed = r->op->type != OP_TEST_CLEANUP; /* that only deletes */
    r->source = engine_site(e, r->op->source_site);
    r->target = engine_site(e, r->op->target_site);
    if (!r->target || (source_needed && !r->source))
        return pc_error_set(err, PC_ERR_CONFIG, "Put the site back into the configuration: what was "
                            "made there can only be cleaned up through it.",
                            "operation %s needs site %s, which is not configured", r->op->id,
                            r->target ? r->op->source_site : r->op->target_site);
    enum pc_err rc = PC_OK;
    if (*r->op->parent)
        rc = load_parent(r, err);
    if (!rc && r->op->type == OP_RELEASE)
        rc = load_makers(r, OP_FAILOVER, err);
    if (!rc && r->op->type == OP_RELEASE)
        rc = load_makers(r, OP_FAILBACK, err);
    if (!rc)
        rc = site_cloud(r->target, json_text(ledger_of(r)->request, "test_project"), &r->cloud, err);
    if (!rc && r->source)
        rc = site_cloud(r->source, "", &r->source_cloud, err);
    return rc;
}

struct run *run_adopt(struct engine *e, struct operation *op_take, struct pc_error *err)
{
    struct run *r = xcalloc(1, sizeof(*r));
    arena_init(&r->arena);
    r->e = e;
    r->op = op_take;
    r->rules = op_rules(op_take->type);
    r->keeps = strcmp(json_text(op_take->request, "on_partial"), "keep") == 0;
    if (connect_run(r, err)) {
        run_free(r);
        return NULL;
    }
    open_books(r);
    steps_prepare(r);
    telling_prepare(r);
    struct pc_error ignored;
    if (store_usual(e->store, op_take->group_id, r->usual_ms, &ignored))
        memset(r->usual_ms, 0, sizeof(r->usual_ms));
    struct run **end = &e->runs;
    while (*end)
        end = &(*end)->next;
    *end = r;
    r->stirred = true;
    e->ops_dirty = e->groups_dirty = true;
    return r;
}

void run_free(struct run *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->steps && i < r->op->plan->count; i++)
        step_drop(&r->steps[i]);
    op_view_unref(r->view);
    free(r->member_index);
    operation_free(r->op);
    operation_free(r->parent);
    parts_release(&r->earlier);
    for (size_t i = 0; i < r->book_count; i++) {
        free(r->books[i].dirty);
        free(r->books[i].changed);
    }
    free(r->dirty_steps);
    group_unref(r->group_next);
    free(r->unwritten);
    arena_release(&r->arena);
    free(r);
}

/* A drill that a failover pushes aside leaves nothing in its way, whatever was
 * asked of it. */
static bool makes_way(const struct run *r)
{
    for (const struct run *o = r->e->runs; o && r->op->type == OP_TEST_FAILOVER; o = o->next)
        if (o->op->type == OP_FAILOVER && !o->finished &&
            strcmp(o->op->group_id, r->op->group_id) == 0)
            return true;
    return false;
}

void run_cancel(struct run *r)
{
    if (r->op->cancel_asked || r->cleaning)
        return;
    if (run_is_swapped(r)) {
        run_event(r, "warn", "stop asked: too late, the group has changed sites");
        return;
    }
    r->op->cancel_asked = true;
    r->op->cleanup_due |= makes_way(r);
    r->halting = r->stirred = true;
    r->dirty = true;
    run_hold(r);
    run_event(r, "warn", "stop asked: nothing new begins, then %s",
              !r->op->cleanup_due      ? "what was made is kept"
              : r->rules->undo_always ? "it is cleaned up"
                                      : "what was done is taken back");
}

/* ---- the pump ------------------------------------------------------------------- */

/* Its cleanup has ended: was it a good end? What a drill left would be mistaken
 * for the failover's own, or hold what that needs. */
static void check_drill_is_gone(struct run *r)
{
    struct operation *drill = NULL;
    struct pc_error err;
    int left = 0;
    enum pc_err rc = store_op_load(r->e->store, place_awaited_drill(r), &drill, &err);
    for (size_t i = 0; !rc && i < drill->ledger_count; i++)
        left += drill->ledger[i].state != LEDGER_GONE;
    operation_free(drill);
    if (!rc && !left)
        return;
    if (!rc)
        pc_error_set(&err, PC_ERR_STATE, "Clean it up first: test cleanup OPERATION.",
                     "the cleanup of the kept drill left %d resources", left);
    snprintf(r->op->error_message, sizeof(r->op->error_message), "%s", err.text);
    snprintf(r->op->remedy, sizeof(r->op->remedy), "%s", err.remedy);
    run_event(r, "error", "%s", err.text);
    r->halting = true;
}

static void start(struct run *r)
{
    r->started = r->stirred = true;
    place_take(r);
    if (!r->op->started_ms) {
        r->op->started_ms = engine_wall(r->e);
        telling_begins(r);
    }
    r->dirty = true;
    if (r->op->cancel_asked)
        r->halting = true;
    else if (*place_awaited_drill(r))
        check_drill_is_gone(r);
    if (r->rules->one_pass)
        run_open_cleanup(r);
}

/* While working, the status is the first phase that is not over. */
static void show_phase(struct run *r)
{
    for (int p = 0; !r->cleaning && p < PHASE_CLEANUP; p++)
        if (r->tally[p].open) {
            run_set_status(r, r->rules->working[p]);
            return;
        }
}

static void show_progress(struct run *r)
{
    int done[PHASE_COUNT], total[PHASE_COUNT];
    if (r->halting && !r->cleaning)
        return; /* what is skipped now was not done */
    for (int p = 0; p < PHASE_COUNT; p++) {
        done[p] = r->tally[p].over;
        total[p] = r->tally[p].total;
    }
    int progress = operation_progress_by(r->op, done, total);
    if (progress != r->op->progress) {
        r->op->progress = progress;
        r->dirty = true;
    }
}

/* A pass that is over leads to the next, or to the end. */
static void pump(struct run *r)
{
    if (r->held)
        return;
    if (!r->started && place_free(r))
        start(r);
    else if (!r->started)
        place_wait(r);
    while (r->started && !r->finished && r->stirred) {
        r->stirred = false;
        telling_phases_over(r); /* before what follows from it */
        if (r->active == 0 && !r->cleaning && (r->halting || run_steps_open(r) == 0))
            run_end_forward(r);
        else if (r->active == 0 && r->cleaning && run_steps_open(r) == 0)
            run_end_cleanup(r);
        if (!r->finished && !r->opened) {
            r->opened = true;
            steps_open(r);
        }
        telling_phases_over(r);
        if (!r->finished)
            show_phase(r);
        show_progress(r);
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
        bool real = lifecycle_real(r->op->type);
        publish_ended(e, r->op);
        run_free(r);
        if (real)
            groups_file_keep(e);
        if (group_refresh(e, group, &ignored))
            snprintf(e->notice, sizeof(e->notice), "%.190s", ignored.text);
        e->ops_dirty = e->groups_dirty = true;
    }
}

/* Each run a step of a queue at a time, and each turn another one first. */
static void choose_in_turn(struct engine *e)
{
    unsigned count = 0;
    for (const struct run *r = e->runs; r; r = r->next)
        count++;
    unsigned first = count ? e->pumped++ % count : 0;
    for (bool any = count > 0; any;) {
        unsigned i = 0;
        any = false;
        for (struct run *r = e->runs; r; r = r->next, i++)
            any |= i >= first && r->opened && !r->finished && steps_choose(r);
        for (struct run *r = e->runs; r && first > 0; r = r->next, first--)
            any |= r->opened && !r->finished && steps_choose(r);
    }
}

void runs_pump(struct engine *e)
{
    retire_finished(e);
    places_count(e);
    for (struct run *r = e->runs; r; r = r->next)
        pump(r);
    choose_in_turn(e);
}

void runs_launch(struct engine *e)
{
    for (struct run *r = e->runs; r; r = r->next)
        for (struct step_run *s; (s = steps_take_chosen(r)) != NULL;)
            if (s->launching)
                step_launch(s);
}
