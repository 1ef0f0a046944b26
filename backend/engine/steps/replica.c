/*
 * replica: whether a drill on FlashArray can be made at all, before anything
 * is: the pinned recovery point holds every volume, and it is known what
 * Cinder calls the array. Reads only.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"
#include "backend/engine/recreate/volume_host.h"

#include <stdio.h>
#include <string.h>

/* ---- the point holds it ------------------------------------------------------ */

void replica_missing(struct step_run *s, const struct plan_step *of)
{
    struct pc_error err;
    pc_error_set(&err, PC_ERR_NOT_FOUND, "See on the source's array that the volume is in the "
                 "protection group, and wait for the replication cycle after it was added.",
                 "volume %s of %s is not in recovery point %s",
                 json_text(of->params, "source_id"), json_text(of->params, "vm"),
                 s->run->op->recovery_point);
    step_fail(s, &err);
}

/* Not there: is the volume missing from the point, or is all of the point gone? */
static void on_point(void *arg, const struct pc_error *err, const struct array_point *points,
                     int count)
{
    struct step_run *s = arg;
    (void)points;
    s->array_call = NULL;
    if (err->code)
        step_trouble(s, err);
    else if (count)
        replica_missing(s, step_plan(s));
    else
        point_again(s, step_ops(step_plan(s)->kind)->begin);
}

void replica_absent(struct step_run *s)
{
    s->array_call = array_transfer(s->run->target->array, s->run->op->recovery_point, on_point, s);
}

static void on_held(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                    int count)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code)
        step_trouble(s, err);
    else if (count == 0)
        replica_absent(s);
    else
        step_done(s, volumes[0].name);
}

void replica_begin(struct step_run *s)
{
    s->array_call = array_volumes_of_point(s->run->target->array, s->run->op->recovery_point,
                                           json_text(step_plan(s)->params, "source_id"), on_held,
                                           s);
}

/* ---- what Cinder calls the array ----------------------------------------------- */

static void on_volumes(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
    } else if (volume_host_choose(r->body, s->run->target->cfg->array_name, s->run->volume_host,
                                  sizeof(s->run->volume_host))) {
        s->host_known(s);
    } else {
        pc_error_set(&err, PC_ERR_CONFIG, "Give the site its volume_host = \"node@backend#pool\"; "
                     "in the configuration: openstack volume service list shows it to an "
                     "administrator.",
                     "it cannot be read from the volumes of %s what Cinder calls the array",
                     s->run->op->target_site);
        step_fail(s, &err);
    }
}

void replica_host(struct step_run *s, void (*then)(struct step_run *s))
{
    struct run *r = s->run;
    if (!*r->volume_host && *r->target->cfg->volume_host)
        snprintf(r->volume_host, sizeof(r->volume_host), "%s", r->target->cfg->volume_host);
    s->host_known = then;
    if (*r->volume_host)
        then(s);
    else
        s->call = cinder_volumes(r->cloud, NULL, NULL, NULL, on_volumes, s);
}

static void host_found(struct step_run *s)
{
    step_done(s, s->run->volume_host);
}

void backend_begin(struct step_run *s)
{
    replica_host(s, host_found);
}
