/*
 * validate: does the site where members are to be made answer, now?
 *
 * Every service is read freshly, and the array where storage comes from one. A
 * primary is stopped only after this.
 */
#include "backend/engine/steps/steps.h"

#include <stdio.h>

static void ask_next(struct step_run *s);

static void on_array(void *arg, const struct pc_error *err, const struct array_status *status)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    char detail[160];
    snprintf(detail, sizeof(detail), "every service and array %s answer", status->name);
    step_done(s, detail);
}

static void on_service(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (!step_answered(s, r)) {
        s->looks = 0; /* a site is seen as a whole: from the first service again */
        step_trouble(s, &r->err);
        return;
    }
    s->looks++;
    ask_next(s);
}

/* What undoes gives back to the source: then that is the site to ask. */
static struct cloud *cloud_of(const struct step_run *s)
{
    return json_flag(step_plan(s)->params, "source", false) ? s->run->source_cloud : s->run->cloud;
}

/* One after the other: s->looks counts those that have answered. */
static void ask_next(struct step_run *s)
{
    struct run *r = s->run;
    if (s->looks < CLOUD_SERVICES)
        s->call = cloud_ping(cloud_of(s), (enum cloud_service)s->looks, on_service, s);
    else if (json_flag(step_plan(s)->params, "array", false))
        s->array_call = array_status(r->target->array, on_array, s);
    else
        step_done(s, "every service answers");
}

void validate_begin(struct step_run *s)
{
    s->looks = 0;
    ask_next(s);
}
