/*
 * adopt: what FIND does with what carries the step's mark. One that is well is
 * taken over; one that is in ERROR will never be well: it is deleted, looked for
 * until it is gone, and made anew; more than one is somebody's to look at.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/nova.h"

#include <string.h>

enum { WORDS = 2 };

static const struct {
    const char *status[WORDS];
    struct cloud_call *(*drop)(struct cloud *c, const char *id, cloud_done *done, void *arg);
} HOPELESS[STEP_KIND_COUNT] = {
    [STEP_CREATE_SERVER] = {{"ERROR"}, nova_server_delete},
    [STEP_CREATE_VOLUME] = {{"error"}, cinder_volume_delete},
    /* Cinder never had it: it forgets the record and leaves the array alone. */
    [STEP_MANAGE_VOLUME] = {{"error_managing", "error"}, cinder_volume_delete},
};

static void on_dropped(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r) || r->err.http_status == 409) {
        step_unmade(s);
        step_again(s, "deleting what is in ERROR");
    } else {
        step_trouble(s, &r->err);
    }
}

static bool is_hopeless(const struct step_run *s, const json_t *found)
{
    for (size_t i = 0; i < WORDS; i++) {
        const char *status = HOPELESS[step_plan(s)->kind].status[i];
        if (status && strcmp(json_text(found, "status"), status) == 0)
            return true;
    }
    return false;
}

void step_adopt(struct step_run *s, const struct cloud_reply *r)
{
    struct pc_error err;
    size_t n = json_array_size(r->body);
    const json_t *found = json_array_get(r->body, 0);
    if (n == 0) {
        step_absent(s);
    } else if (n > 1) {
        pc_error_set(&err, PC_ERR_AMBIGUOUS, "Delete the superfluous ones by hand, then clean up.",
                     "DuplicateResource: %zu %ss carry the mark of %s", n,
                     step_ops(step_plan(s)->kind)->makes, step_plan(s)->key);
        step_fail(s, &err);
    } else if (is_hopeless(s, found)) {
        run_event(s->run, "warn", "%s is in ERROR: it is deleted and made anew",
                  step_plan(s)->subject);
        s->call = HOPELESS[step_plan(s)->kind].drop(step_cloud(s), json_text(found, "id"),
                                                    on_dropped, s);
    } else {
        run_event(s->run, "info", "adopted %s: it was made before", step_plan(s)->subject);
        step_made(s, json_text(found, "id"));
    }
}

void step_on_found(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_adopt(s, r);
    else
        step_trouble(s, &r->err);
}

void step_on_created(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_made(s, json_text(r->body, "id"));
    else
        step_trouble(s, &r->err);
}
