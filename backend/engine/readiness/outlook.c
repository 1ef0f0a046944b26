/*
 * outlook: how long is left, by what steps took lately (model/outlook.h).
 *
 * Habits are read from the history once and then learned from what this
 * engine does. What differs between a look and the next is published, but no
 * oftener than once a second, of thousands of steps less often: it is a guess, not an
 * event, and every look goes over all of them.
 */
#include "backend/engine/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 4000, LOOK_MS = 1000, STEPS_A_MS = 2, LOOK_CLOSE_MS = 100 };

/* What took a second attempt is no habit, but it is better than to know nothing. */
static void take(struct habits *h, const struct step_sample *s)
{
    if (s->attempts == 1 || habits_usual(h, s->kind, s->size_gib).samples == 0)
        habits_learn(h, s->kind, s->size_gib, s->ms);
}

void habits_load(struct engine *e)
{
    struct step_sample *list = NULL;
    size_t count = 0;
    struct pc_error ignored;
    e->habits = xcalloc(1, sizeof(*e->habits));
    if (store_step_samples(e->store, SAMPLES_MAX, &list, &count, &ignored))
        return;
    for (size_t i = count; i-- > 0;) /* oldest first: the rings keep the newest */
        if (list[i].attempts == 1)
            take(e->habits, &list[i]);
    for (size_t i = 0; i < count; i++)
        if (list[i].attempts != 1)
            take(e->habits, &list[i]);
    free(list);
}

void habits_take(const struct step_run *s)
{
    const struct step_state *st = step_state(s);
    const struct step_sample one = {step_plan(s)->kind, habits_size(step_plan(s)),
                                    st->ended_ms - st->started_ms, st->attempts};
    if (st->started_ms)
        take(s->run->e->habits, &one);
}

/* Nothing is looked for before it can be there, and from a little before the shortest
 * that was seen to the longest usual often. What a look comes late makes the sample
 * long, so it begins early enough to find a shorter one. */
int64_t habits_pause(const struct step_run *s, int64_t otherwise, int64_t most)
{
    const struct step_state *st = step_state(s);
    struct usual u = habits_usual(s->run->e->habits, step_plan(s)->kind, habits_size(step_plan(s)));
    int64_t spent = engine_wall(s->run->e) - st->started_ms, early = u.least_ms * 85 / 100;
    int64_t close = u.least_ms / 20 > LOOK_CLOSE_MS ? u.least_ms / 20 : LOOK_CLOSE_MS;
    if (u.samples == 0 || st->attempts != 1 || spent < 0 || spent > u.p95_ms)
        return otherwise;
    if (spent >= early)
        return close < otherwise ? close : otherwise;
    int64_t ms = early - spent < most ? early - spent : most;
    return ms < LOOK_CLOSE_MS ? LOOK_CLOSE_MS : ms;
}

static void caps_of(const struct engine *e, struct outlook_caps *ret)
{
    ret->cap = e->o.config->max_steps_per_service;
    for (int k = 0; k < STEP_KIND_COUNT; k++) {
        enum cloud_service v = step_ops((enum step_kind)k)->service;
        ret->service[k] = v == CLOUD_IDENTITY ? -1 : (signed char)v; /* see steps_choose() */
    }
}

void engine_outlook(const struct engine *e, const struct operation *op, struct outlook *ret)
{
    struct outlook_caps caps;
    caps_of(e, &caps);
    outlook_of(op, e->habits, &caps, engine_wall(e), ret);
    const struct run *r = run_find(e, op->id);
    if (r && r->held) {
        snprintf(ret->held, sizeof(ret->held), "%s", r->held->cfg->name);
        ret->known = ret->stuck = false; /* it has its own word */
    }
}

/* Whether somebody who looks would see it. */
static bool differs(const struct outlook *a, const struct outlook *b)
{
    return a->known != b->known || a->stuck != b->stuck || strcmp(a->held, b->held) != 0 || a->late_count != b->late_count ||
           a->low_ms / 1000 != b->low_ms / 1000 || a->high_ms / 1000 != b->high_ms / 1000;
}

void outlooks_turn(struct engine *e)
{
    int64_t now = net_now(e->net);
    for (struct run *r = e->runs; r; r = r->next) {
        struct outlook k;
        if (now < r->outlook_next_ms)
            continue;
        r->outlook_next_ms = now + LOOK_MS + (int64_t)r->op->plan->count / STEPS_A_MS;
        engine_outlook(e, r->op, &k);
        if (differs(&k, &r->outlook)) {
            r->outlook = k;
            run_changed(r);
        }
    }
}
