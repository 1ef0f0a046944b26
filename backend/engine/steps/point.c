/*
 * point: which moment the group is brought back to, and whether the volumes
 * can be made from it. Reads only: nothing is written to any array or site.
 *
 * After a final sync it is exactly the point that was asked for there; else the
 * one that the request names; else the newest that has come over as a whole. It
 * is refused when it is not complete, not there, or lacks a volume. It is never
 * changed after, but for one case: it is gone from the array, nobody named it,
 * and nothing was made from it yet (point_again).
 */
#include "backend/engine/groups/moved.h"
#include "backend/engine/groups/on_array.h"
#include "backend/engine/steps/steps.h"

#include "backend/base/clock.h"
#include "backend/cloud/glance.h"

#include <stdio.h>
#include <string.h>

static void vanished(struct step_run *s, const char *why);

/* The suffix of the operation's own point, "" none: of the last that was asked
 * for before this step. */
static const char *final_suffix(const struct step_run *s)
{
    const struct plan *p = s->run->op->plan;
    const char *suffix = "";
    for (size_t i = 0; i < p->count; i++)
        if (p->steps[i].kind == STEP_REPLICATE_NOW && s->run->op->steps[i].status == STEP_DONE)
            suffix = s->run->op->steps[i].resource_id;
    return suffix;
}

/* What the point must be called, "" the newest: whole or its suffix. */
static const char *wanted(const struct step_run *s)
{
    const char *suffix = final_suffix(s), *asked = json_text(s->run->op->request, "recovery_point");
    return *suffix ? suffix : strcmp(asked, "latest") == 0 ? "" : asked;
}

static bool is_called(const struct array_point *p, const char *want)
{
    const char *dot = strrchr(p->name, '.');
    return strcmp(p->name, want) == 0 || (dot && strcmp(dot + 1, want) == 0);
}

static void refuse(struct step_run *s, const char *want, const struct array_point *found)
{
    struct pc_error err;
    const struct operation *op = s->run->op;
    if (!*want && json_flag(step_plan(s)->params, "optional", false)) {
        step_done(s, "none: volumes are made from images");
        return;
    }
    if (!*want)
        pc_error_set(&err, PC_ERR_STATE, "Wait for the next replication cycle, or force one: "
                     "consistency-group sync.",
                     "there is no complete replicated snapshot of %s on %s", op->group,
                     op->target_site);
    else if (found)
        pc_error_set(&err, PC_ERR_STATE, "Wait until it has come over, or choose one that has: "
                     "recovery-point list.",
                     "recovery point %s is still being transferred to %s (%d %%)", found->name,
                     op->target_site, found->progress);
    else
        pc_error_set(&err, PC_ERR_NOT_FOUND, "Choose one that is there: recovery-point list.",
                     "recovery point %s of %s is not on %s (any more)", want, op->group,
                     op->target_site);
    step_fail(s, &err);
}

/* Which of the points it is; NULL: none, *ret_found is one that is incomplete. */
static const struct array_point *choose(const char *want, const struct array_point *points,
                                        int count, const struct array_point **ret_found)
{
    *ret_found = NULL;
    for (int i = 0; i < count; i++) {
        if (*want && !is_called(&points[i], want))
            continue;
        if (points[i].completed_ms)
            return &points[i];
        *ret_found = &points[i];
    }
    return NULL;
}

/* ---- it holds every volume --------------------------------------------------------- */

static bool holds(const struct array_volume *volumes, int count, const char *cinder_id)
{
    for (int i = 0; i < count; i++)
        if (array_volume_is_of(&volumes[i], cinder_id))
            return true;
    return false;
}

/* The first volume of the plan that is not among them; NULL: all are. */
static const struct plan_step *first_missing(const struct step_run *s,
                                             const struct array_volume *volumes, int count)
{
    const struct plan *p = s->run->op->plan;
    for (size_t i = 0; i < p->count; i++)
        if (p->steps[i].kind == STEP_CHECK_REPLICA &&
            !holds(volumes, count, json_text(p->steps[i].params, "source_id")))
            return &p->steps[i];
    return NULL;
}

static void refuse_skewed(struct step_run *s, const struct array_volume *v)
{
    struct pc_error err;
    char iso[CLOCK_ISO_SIZE], own[CLOCK_ISO_SIZE];
    pc_error_set(&err, PC_ERR_CONFLICT, "Choose another point (recovery-point list), or replicate "
                 "anew: consistency-group sync.",
                 "%s in recovery point %s is of %s, the point of %s: they are not of one moment",
                 v->source, s->run->op->recovery_point, clock_iso(iso, v->created_ms),
                 clock_iso(own, s->run->op->recovery_point_ms));
    step_fail(s, &err);
}

static bool checks_replicas(const struct step_run *s)
{
    const struct plan *p = s->run->op->plan;
    for (size_t i = 0; i < p->count; i++)
        if (p->steps[i].kind == STEP_CHECK_REPLICA)
            return true;
    return false;
}

/* A part of the group that follows later is of a later moment, or another one at
 * least: how far they are apart goes on its record. */
static void tell_apart(const struct step_run *s)
{
    const struct operation *op = s->run->op;
    struct parts earlier = {0};
    struct pc_error ignored;
    if (!*parts_follows(op) || moved_by(s->run->e, parts_follows(op), &earlier, &ignored))
        return;
    for (size_t i = 0; i < earlier.count; i++) {
        const struct operation *of = earlier.ops[i];
        int64_t ms = op->recovery_point_ms - of->recovery_point_ms;
        char age[24], iso[CLOCK_ISO_SIZE], own[CLOCK_ISO_SIZE];
        if (!*parts_point(of))
            continue;
        clock_age(age, sizeof(age), ms < 0 ? -ms : ms);
        run_warn(s->run, "not of one moment: what %s moved is of %s (%s), what this one moves of %s "
                 "(%s), %s %s", of->id, of->recovery_point, clock_iso(iso, of->recovery_point_ms),
                 op->recovery_point, clock_iso(own, op->recovery_point_ms), age,
                 ms < 0 ? "earlier" : "later");
    }
    parts_release(&earlier);
}

static void pinned(struct step_run *s)
{
    char iso[CLOCK_ISO_SIZE], detail[200];
    const struct operation *op = s->run->op;
    void (*then)(struct step_run *s) = s->repinned;
    snprintf(detail, sizeof(detail), "%s of %s", op->recovery_point,
             clock_iso(iso, op->recovery_point_ms));
    s->run->repinning = NULL;
    s->repinned = NULL;
    tell_apart(s);
    if (!then)
        step_done(s, detail);
    else {
        run_event(s->run, "warn", "another recovery point is used: %s", detail);
        then(s);
    }
}

static bool looks_for_group(struct step_run *s);

static void on_held(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                    int count)
{
    struct step_run *s = arg;
    s->array_call = NULL;
    if (err->code) {
        s->run->repinning = NULL;
        step_trouble(s, err);
        return;
    }
    const struct plan_step *missing = first_missing(s, volumes, count);
    if (missing && !s->repinned && looks_for_group(s))
        return; /* the group that it was in may not be the one that it is in */
    const struct array_volume *skewed = array_volume_skewed(volumes, count, s->run->op->recovery_point_ms);
    if (missing || skewed)
        s->run->repinning = NULL;
    if (missing) {
        replica_missing(s, missing);
    } else if (skewed) {
        refuse_skewed(s, skewed);
    } else {
        pinned(s);
    }
}

static void read_points(struct step_run *s);

/* Whether the array has another name for the group: the points are read again. */
static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    struct step_run *s = arg;
    int missing;
    s->array_call = NULL;
    if (!err->code)
        on_array_keep(s->run->e, s->run->op->group_id, s->run->op->source_site,
                      array_members_group(rows, count, point_group(s), &missing));
    read_points(s);
}

static bool looks_for_group(struct step_run *s)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (strcmp(s->state, "looked") == 0 ||
        engine_group(s->run->e, s->run->op->group_id, &slot, &ignored))
        return false;
    snprintf(s->state, sizeof(s->state), "looked");
    struct group *there = group_seen_at(slot->group, s->run->op->source_site);
    s->array_call = on_array_ask(s->run->e, there, on_members, s);
    group_unref(there);
    return s->array_call != NULL;
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    struct step_run *s = arg;
    struct operation *op = s->run->op;
    const struct array_point *found, *p;
    s->array_call = NULL;
    if ((err->code == PC_ERR_NOT_FOUND || (!err->code && count == 0)) && looks_for_group(s))
        return;
    if (err->code) {
        s->run->repinning = NULL;
        step_trouble(s, err);
        return;
    }
    p = choose(wanted(s), points, count, &found);
    if (!p) {
        s->run->repinning = NULL;
        refuse(s, wanted(s), found);
        return;
    }
    if (s->repinned && p->created_ms <= op->recovery_point_ms) {
        vanished(s, ", and nothing newer has come over");
        return;
    }
    snprintf(op->recovery_point, sizeof(op->recovery_point), "%s", p->name);
    op->recovery_point_ms = p->created_ms;
    s->run->dirty = true;
    if (checks_replicas(s))
        s->array_call = array_volumes_of_point(s->run->target->array, op->recovery_point, NULL,
                                               on_held, s);
    else
        pinned(s);
}

/* ---- asking the array ------------------------------------------------------------- */

static void read_points(struct step_run *s)
{
    struct run *r = s->run;
    s->array_call = array_points(r->target->array, r->source->cfg->array_name, point_group(s),
                                 on_points, s);
}

void point_begin(struct step_run *s)
{
    s->repinned = NULL;
    read_points(s);
}

/* ---- it is gone -------------------------------------------------------------------- */

/* Made, or on its way: nobody knows what an unanswered call will have made. */
static bool any_clone(const struct step_run *s, bool *ret_asked)
{
    const struct run *r = s->run;
    bool made = false;
    *ret_asked = false;
    for (size_t i = 0; i < r->op->plan->count; i++) {
        if (r->op->plan->steps[i].kind != STEP_CLONE_VOLUME || (int)i == s->index)
            continue;
        made |= *r->op->steps[i].resource_id != '\0';
        *ret_asked |= r->steps[i].array_call != NULL;
    }
    return made;
}

static void vanished(struct step_run *s, const char *why)
{
    struct pc_error err;
    s->run->repinning = NULL;
    pc_error_set(&err, PC_ERR_NOT_FOUND, "Run it again: what was made of it is removed first, and "
                 "all volumes are then made of one newer point.",
                 "recovery point %s has vanished from %s%s", s->run->op->recovery_point,
                 s->run->op->target_site, why);
    step_fail(s, &err);
}

void point_again(struct step_run *s, void (*then)(struct step_run *s))
{
    struct run *r = s->run;
    bool asked, made = any_clone(s, &asked);
    if (!made && !*wanted(s) && step_state(s)->attempts == 1 && (asked || r->repinning)) {
        step_again(s, "the recovery point is gone: waiting for who still asks for it");
    } else if (!made && !*wanted(s) && step_state(s)->attempts == 1) {
        r->repinning = s;
        s->repinned = then;
        read_points(s);
    } else {
        vanished(s, made ? " after a part of the volumes was made from it: two points are never "
                           "mixed" : "");
    }
}

/* ---- images, where there is no array ------------------------------------------------ */

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
