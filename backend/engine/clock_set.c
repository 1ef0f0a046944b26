#include "backend/engine/clock_set.h"
#include "backend/engine/run.h"

#include "backend/base/clock.h"
#include "backend/base/log.h"

static void move(int64_t *stamp, int64_t ms)
{
    if (*stamp)
        *stamp += ms;
}

static void move_steps(struct operation *op, int64_t ms)
{
    for (size_t i = 0; i < op->plan->count; i++) {
        move(&op->steps[i].started_ms, ms);
        move(&op->steps[i].ended_ms, ms);
        move(&op->steps[i].moved_ms, ms);
    }
}

/* When it was asked for stays: operations are in order by that. */
static void move_run(struct run *r, int64_t ms)
{
    move(&r->op->started_ms, ms);
    move_steps(r->op, ms);
    if (r->parent)
        move_steps(r->parent, ms);
    for (size_t i = 0; i < r->op->plan->count; i++)
        if (r->op->steps[i].started_ms)
            journal_step(&r->steps[i]);
    r->dirty = true;
    run_event(r, "warn", "the clock was set %s by %lld s: times of before are told by the new one",
              ms > 0 ? "forward" : "back", (long long)(ms > 0 ? ms : -ms) / 1000);
}

static void clock_set_by(struct engine *e, int64_t ms)
{
    log_line(LOG_ERROR, "engine", "the clock was set by %lld ms", (long long)ms);
    for (struct run *r = e->runs; r; r = r->next)
        if (!r->finished)
            move_run(r, ms);
}

void clock_set_turn(struct engine *e)
{
    int64_t before = clock_mono_ms(), ahead = engine_wall(e) - before, by = ahead - e->wall_ahead_ms;
    bool first = e->wall_ahead_ms == 0;
    if (clock_mono_ms() - before > CLOCK_SET_MS / 2)
        return; /* this process was stopped between the two */
    e->wall_ahead_ms = ahead;
    if (!first && (by >= CLOCK_SET_MS || by <= -CLOCK_SET_MS))
        clock_set_by(e, by);
}
