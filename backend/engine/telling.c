/*
 * telling: the events by which an operation tells how it goes: each phase as it
 * begins and ends, production stopped, every member as it is stopped, runs, is
 * verified, every warning. What fails, and what is tried again, tells itself
 * (executor.c).
 *
 * Their number is bounded: of many steps of one kind each tenth part is told.
 */
#include "backend/engine/run.h"

#include "backend/base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    TOLD_EACH = 40,     /* of one kind; of more than that, */
    TOLD_PARTS = 10,    /* so many */
    TOLD_WARNINGS = 20, /* of those that an operation begins with */
};

static unsigned bit(enum phase p)
{
    return 1u << p;
}

void telling_prepare(struct run *r)
{
    const struct operation *op = r->op;
    unsigned open = 0;
    for (size_t i = 0; i < op->plan->count; i++) {
        enum step_kind k = op->plan->steps[i].kind;
        enum phase p = step_kind_phase(k);
        r->kinds[k].total++;
        r->kinds[k].done += op->steps[i].status == STEP_DONE;
        if (op->steps[i].started_ms)
            r->phases_begun |= bit(p);
        if (!step_status_over(op->steps[i].status))
            open |= bit(p);
    }
    r->phases_ended = r->phases_begun & ~open;
}

void telling_begins(struct run *r)
{
    size_t count = json_array_size(r->op->warnings);
    for (size_t i = 0; i < count && i < TOLD_WARNINGS; i++)
        run_event(r, "warn", "%s", json_string_value(json_array_get(r->op->warnings, i)));
    if (count > TOLD_WARNINGS)
        run_event(r, "warn", "and %zu more warnings: operation show %s", count - TOLD_WARNINGS,
                  r->op->id);
}

void telling_waits(struct run *r, const char *for_what)
{
    if (r->waits_told)
        return;
    r->waits_told = true;
    run_event(r, "info", "waits for %s", for_what);
}

void run_warn(struct run *r, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    operation_warn(r->op, "%s", text);
    run_event(r, "warn", "%s", text);
    r->dirty = true;
}

/* ---- phases ----------------------------------------------------------------------- */

/* A drill's statuses are its phases: that one began is told by them. */
static bool is_told_by_status(const struct run *r, enum phase p, const char *word)
{
    enum op_status status = p == PHASE_CLEANUP ? r->rules->undoing : r->rules->working[p];
    return strcmp(op_status_word(status), word) == 0;
}

/* In a sentence: the words of the API are joined by underscores, and what it calls a VM is an
 * instance everywhere else. */
static const char *spoken(const struct phase_shape *shape, char dst[static 32])
{
    static const char CREATING[] = "creating_";
    bool creating = strncmp(shape->word, CREATING, sizeof(CREATING) - 1) == 0;
    snprintf(dst, 32, "%s%s", creating ? CREATING : "", creating ? shape->label : shape->word);
    for (char *at = dst; (at = strchr(at, '_')) != NULL;)
        *at = ' ';
    return dst;
}

void telling_step_begun(struct step_run *s)
{
    struct run *r = s->run;
    enum phase p = step_kind_phase(step_plan(s)->kind);
    const struct phase_shape *shape = op_phase(r->op->type, p);
    char name[32];
    if (r->phases_begun & bit(p))
        return;
    r->phases_begun |= bit(p);
    if (shape && !is_told_by_status(r, p, shape->word))
        run_event(r, "info", "%s begins", spoken(shape, name));
}

static void tell_phase_over(struct run *r, const struct phase_shape *shape,
                            const struct phase_progress *p)
{
    char failed[32] = "", skipped[32] = "", age[24], name[32];
    if (p->failed)
        snprintf(failed, sizeof(failed), ", %d failed", p->failed);
    if (p->skipped)
        snprintf(skipped, sizeof(skipped), ", %d not done", p->skipped);
    clock_age(age, sizeof(age), engine_wall(r->e) - p->started_ms);
    run_event(r, p->failed ? "warn" : "info", "%s is over after %s: %d done%s%s",
              spoken(shape, name), age, p->done, failed, skipped);
}

void telling_phases_over(struct run *r)
{
    struct phase_progress all[PHASE_COUNT];
    bool counted = false;
    for (int i = 0; i < PHASE_COUNT; i++) {
        enum phase p = op_phase_at(r->op->type, i);
        const struct phase_shape *shape = op_phase(r->op->type, p);
        if (!shape || r->tally[p].open || (r->phases_ended & bit(p)) || !(r->phases_begun & bit(p)))
            continue;
        if (!counted)
            operation_phases(r->op, all);
        counted = true;
        r->phases_ended |= bit(p);
        tell_phase_over(r, shape, &all[p]);
    }
}

/* ---- steps ------------------------------------------------------------------------ */

static bool ends_a_part(int done, int total)
{
    return done == total || done * TOLD_PARTS / total != (done - 1) * TOLD_PARTS / total;
}

void telling_step_done(struct step_run *s)
{
    struct run *r = s->run;
    enum step_kind k = step_plan(s)->kind;
    const struct step_kind_ops *ops = step_ops(k);
    const char *detail = step_state(s)->detail;
    int total = r->kinds[k].total, done = ++r->kinds[k].done;
    if (!ops->told)
        return;
    if (total <= TOLD_EACH)
        run_event(r, "info", "%s: %s%s%s", step_plan(s)->subject, ops->told, *detail ? ", " : "",
                  detail);
    else if (ends_a_part(done, total))
        run_event(r, "info", "%s: %d of %d", ops->told, done, total);
    if (ops->all_told && done == total)
        run_event(r, "info", "%s: %d of %d at %s", ops->all_told, done, total,
                  step_site(s)->cfg->name);
}
