/*
 * point: which moment the group is brought back to, and whether the volumes
 * can be made from it. Reads only: nothing is written to any array or site.
 */
#include "backend/engine/steps/steps.h"

#include "backend/base/clock.h"
#include "backend/cloud/glance.h"

#include <stdio.h>
#include <string.h>

/* The newest fully transferred point is pinned, and never changed after. */
static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct step_run *s = arg;
    struct operation *op = s->run->op;
    struct pc_error none;
    s->array_call = NULL;
    if (err->code) {
        step_trouble(s, err);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (!points[i].completed_ms)
            continue;
        char iso[CLOCK_ISO_SIZE], detail[200];
        snprintf(op->recovery_point, sizeof(op->recovery_point), "%s", points[i].name);
        op->recovery_point_ms = points[i].created_ms;
        s->run->dirty = true;
        snprintf(detail, sizeof(detail), "%s of %s", points[i].name,
                 clock_iso(iso, points[i].created_ms));
        step_done(s, detail);
        return;
    }
    pc_error_set(&none, PC_ERR_STATE, "Wait for the next replication cycle, or force one: "
                 "consistency-group sync.",
                 "there is no complete replicated snapshot of %s on %s", op->group, op->target_site);
    step_fail(s, &none);
}

void point_begin(struct step_run *s)
{
    struct run *r = s->run;
    s->array_call = array_points(r->target->array, r->source->cfg->array_name, r->op->group,
                                 on_points, s);
}

static void on_image(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    const char *id = json_text(step_plan(s)->params, "image_id");
    const char *status = json_text(r->body, "status");
    if (!step_answered(s, r) && r->err.code != PC_ERR_NOT_FOUND) {
        step_trouble(s, &r->err);
    } else if (r->err.code == PC_ERR_NOT_FOUND || strcmp(status, "active") != 0) {
        pc_error_set(&err, PC_ERR_NOT_FOUND, "In mock storage mode the image must be on both "
                     "sites: upload it there with the same UUID (openstack image create --id ...) "
                     "and see it with: openstack image show.",
                     "ImageNotFound: image %s is %s on %s", id,
                     r->err.code ? "not there" : status, s->run->op->target_site);
        snprintf(err.request_id, sizeof(err.request_id), "%s", r->request_id ? r->request_id : "");
        step_fail(s, &err);
    } else {
        step_done(s, "image is active");
    }
}

void source_begin(struct step_run *s)
{
    const char *id = json_text(step_plan(s)->params, "image_id");
    if (*id)
        s->call = glance_image(s->run->cloud, id, on_image, s);
    else
        step_done(s, "blank: made from no image");
}

/* Nothing is made before every source was seen: a missing image costs nothing. */
void checked_begin(struct step_run *s)
{
    step_done(s, "every source can be used");
}
