/*
 * places: which operations may start, and what the others wait for.
 *
 * Drills are as many as the configuration allows. Moves are as many as are taken up: two hundred
 * groups that are all stopped at once wait at the target for each other, and production stands
 * still for as long as all of them take together. Who waits for a place serves on until its turn.
 */
#include "backend/engine/run.h"

#include "backend/model/lifecycle.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <string.h>

/* From its stop until it is made anew a server passes through the services of both sites; with so
 * many for each step that a service takes at once, none of them runs dry. */
enum { MOVING_A_STEP = 4 };

static int moving_most(const struct engine *e)
{
    return MOVING_A_STEP * e->o.config->max_steps_per_service;
}

static bool moves(const struct run *r)
{
    return r->op->type == OP_FAILOVER || r->op->type == OP_FAILBACK;
}

static int to_make(const struct run *r)
{
    return r->kinds[STEP_CREATE_SERVER].total - r->kinds[STEP_CREATE_SERVER].done;
}

/* One that stands still for a person, or for a site that may not be written, keeps nobody else
 * from moving. */
static bool is_moving(const struct run *r)
{
    return r->started && !r->finished && !r->cleaning && !r->halting && !r->held && moves(r) &&
           to_make(r) > 0 && operation_question(r->op) < 0;
}

void places_count(struct engine *e)
{
    bool asked = false;
    e->moving = 0;
    for (const struct run *r = e->runs; r && !asked; r = r->next)
        asked = !r->started && moves(r);
    for (const struct run *r = e->runs; r && asked; r = r->next)
        e->moving += is_moving(r) ? to_make(r) : 0;
}

void place_take(struct run *r)
{
    r->e->moving += is_moving(r) ? to_make(r) : 0;
}

static int drills_started(const struct engine *e)
{
    int n = 0;
    for (const struct run *r = e->runs; r; r = r->next)
        n += r->started && !r->finished && r->op->type == OP_TEST_FAILOVER;
    return n;
}

const char *place_awaited_drill(const struct run *r)
{
    return r->op->type == OP_FAILOVER ? json_text(r->op->request, "after_cleanup_of") : "";
}

static bool drill_runs(const struct run *r)
{
    for (const struct run *o = r->e->runs; o; o = o->next)
        if (!o->finished && o != r && strcmp(ledger_of(o)->id, place_awaited_drill(r)) == 0)
            return true;
    return false;
}

/* What has begun, here or in an engine before, goes on. */
static bool too_many_move(const struct run *r)
{
    return moves(r) && !r->op->started_ms && r->e->moving >= moving_most(r->e);
}

bool place_free(const struct run *r)
{
    if (r->op->cancel_asked)
        return true;
    if (r->op->type == OP_TEST_FAILOVER)
        return drills_started(r->e) < r->e->o.config->max_concurrent_tests;
    return !too_many_move(r) && (!*place_awaited_drill(r) || !drill_runs(r));
}

void place_wait(struct run *r)
{
    char text[160];
    if (r->op->type == OP_TEST_FAILOVER)
        snprintf(text, sizeof(text), "a place: %d drill%s under way, and no more run at "
                 "once (max_concurrent_tests)", drills_started(r->e),
                 drills_started(r->e) == 1 ? " is" : "s are");
    else if (too_many_move(r))
        snprintf(text, sizeof(text), "a place: %d servers of other groups are on their way, and no "
                 "more begin at once%s", r->e->moving,
                 r->kinds[STEP_STOP_SERVER].total ? "; what it moves serves on until then" : "");
    else
        snprintf(text, sizeof(text), "the cleanup of the kept drill %s", place_awaited_drill(r));
    telling_waits(r, text);
}
