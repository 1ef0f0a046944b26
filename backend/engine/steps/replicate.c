/*
 * replicate: a recovery point that is asked for, and its way over to the target.
 *
 * The point is asked for on the source's array and followed on the target's.
 * Its suffix follows from the operation, so that whoever asks again after an
 * interruption gets the same point; the step's resource_id is that suffix. A
 * transfer may take hours: not its length fails it, but that it does not move.
 */
#include "backend/engine/steps/steps.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

const char *point_group(const struct step_run *s)
{
    const struct plan *p = s->run->op->plan;
    const char *asked = json_text(s->run->op->request, "array_group");
    struct group_slot *slot;
    struct pc_error ignored;
    for (size_t i = 0; i < p->count; i++)
        if (p->steps[i].kind == STEP_PROTECT_VOLUMES && *s->run->op->steps[i].resource_id)
            return s->run->op->steps[i].resource_id;
    if (*asked)
        return asked;
    if (engine_group(s->run->e, s->run->op->group_id, &slot, &ignored) == PC_OK)
        return group_on_array_of(slot->group, s->run->op->source_site);
    return s->run->op->group;
}

/* ---- asking for it --------------------------------------------------------------- */

static void on_replicated(void *arg, const struct pc_error *err, const struct array_point *points,
                          int count)
{
    struct step_run *s = arg;
    char iso[CLOCK_ISO_SIZE], detail[192];
    (void)count; /* one, or an error */
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    array_suffix(s->run->op->id, 1, step_state(s)->resource_id);
    snprintf(detail, sizeof(detail), "%.128s of %s", points[0].name,
             clock_iso(iso, points[0].created_ms));
    step_done(s, detail);
}

void replicate_begin(struct step_run *s)
{
    char suffix[ARRAY_SUFFIX_SIZE];
    array_suffix(s->run->op->id, 1, suffix);
    s->array_call = array_replicate(s->run->source->array, point_group(s), suffix, on_replicated,
                                    s);
}

/* ---- following it ------------------------------------------------------------------ */

static void words(char *dst, size_t size, const struct array_point *p)
{
    int64_t all = p->progress > 0 ? p->bytes / p->progress * 100 : 0;
    if (p->completed_ms)
        all = p->bytes;
    double gib = (double)all / (1024.0 * 1024.0 * 1024.0);
    if (p->completed_ms && all <= 0)
        snprintf(dst, size, "all of it");
    else if (p->completed_ms)
        snprintf(dst, size, "%.1f GiB", gib);
    else if (all <= 0)
        snprintf(dst, size, "%d %%", p->progress);
    else
        snprintf(dst, size, "%d %% of %.1f GiB", p->progress, gib);
}

static void stands_still(struct step_run *s, const char *detail)
{
    struct run *r = s->run;
    struct pc_error err;
    int64_t limit = (int64_t)r->e->o.config->step_timeout * 1000;
    if (net_now(r->e->net) - s->seen_ms < limit) {
        step_again(s, detail);
        return;
    }
    pc_error_set(&err, PC_ERR_TIMEOUT, "Look at the connection between the two arrays (purearray "
                 "list --connect) and at what else it carries; then repeat.",
                 "the transfer to %s has not moved for %lld s (%s)", r->op->target_site,
                 (long long)(limit / 1000), detail);
    step_fail(s, &err);
}

static void gone(struct step_run *s, const char *suffix)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_NOT_FOUND, "Look at the target's array for who removed it, and "
                 "replicate again.",
                 "the recovery point %s has vanished from %s during its transfer", suffix,
                 s->run->op->target_site);
    step_fail(s, &err);
}

static void on_transfer(void *arg, const struct pc_error *err, const struct array_point *points,
                        int count)
{
    struct step_run *s = arg;
    char detail[64];
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    if (count == 0 && s->seen_bytes > 0) {
        gone(s, step_state(s)->resource_id);
        return;
    }
    if (count == 0) {
        stands_still(s, "the transfer has not begun");
        return;
    }
    words(detail, sizeof(detail), &points[0]);
    if (points[0].completed_ms) {
        step_done(s, detail);
        return;
    }
    int64_t seen = points[0].bytes + points[0].progress + 1;
    if (seen != s->seen_bytes) {
        s->seen_ms = net_now(s->run->e->net);
        step_state(s)->moved_ms = engine_wall(s->run->e);
    }
    s->seen_bytes = seen;
    step_state(s)->percent = points[0].progress;
    stands_still(s, detail);
}

void transfer_check(struct step_run *s)
{
    char point[256];
    if (!s->seen_ms)
        s->seen_ms = net_now(s->run->e->net);
    array_point_name(s->run->source->cfg->array_name, point_group(s), step_state(s)->resource_id,
                     point, sizeof(point));
    s->array_call = array_transfer(s->run->target->array, point, on_transfer, s);
}

void transfer_begin(struct step_run *s)
{
    const char *suffix = step_resource(s, json_text(step_plan(s)->params, "of"));
    step_made(s, suffix);
}
