/*
 * volume: a volume of the target site, in mock storage mode from the image
 * that the source volume was made from. Marked by metadata.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"

#include <stdio.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void on_found(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    /* The filter names the step; the operation is compared here. */
    json_t *ours = json_array();
    struct cloud_reply found = *r;
    json_t *v;
    size_t i;
    json_array_foreach(r->body, i, v)
        if (strcmp(json_text(json_map(v, "metadata"), "protector:op"), step_book(s)->op->id) == 0)
            json_array_append(ours, v);
    found.body = ours;
    step_adopt(s, &found);
    json_decref(ours);
}

void volume_find(struct step_run *s)
{
    s->call = cinder_volumes(s->run->cloud, json_text(params(s), "name"), "protector:step",
                             step_plan(s)->key, on_found, s);
}

void volume_begin(struct step_run *s)
{
    json_t *marks = step_marks(s, step_plan(s)->key);
    json_object_update_missing(marks, json_map(params(s), "metadata"));
    struct cinder_volume_spec spec = {
        .name = json_text(params(s), "name"),
        .size_gib = json_int(params(s), "size_gib", 1),
        .image_id = or_null(json_text(params(s), "image_id")),
        .volume_type = or_null(json_text(params(s), "volume_type")),
        .description = or_null(json_text(params(s), "description")),
        .metadata = marks,
    };
    s->call = cinder_volume_create(s->run->cloud, &spec, step_on_created, s);
    json_decref(marks);
}

/* ---- available, and bootable where it must be ------------------------------ */

static void on_bootable(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_again(s, "made bootable");
    else
        step_trouble(s, &r->err);
}

/* An image makes a disk bootable of which nothing ever booted. Nothing hangs on it: once is
 * enough, and a refusal is none. */
static void on_unset(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (!step_answered(s, r) && r->err.code != PC_ERR_FORBIDDEN && r->err.code != PC_ERR_INVALID) {
        step_trouble(s, &r->err);
        return;
    }
    snprintf(s->state, sizeof(s->state), "told");
    step_again(s, "made a data volume");
}

static void on_messages(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    bool heard = step_answered(s, r);
    const char *why = heard ? json_text(json_array_get(r->body, 0), "user_message") : "";
    pc_error_set(&err, PC_ERR_FAILED, "See the reason in Cinder's log on the target site; check "
                 "that the volume type has a backend with free space (openstack volume type list).",
                 "volume %s went into error on %s%s%s", json_text(params(s), "name"),
                 s->run->op->target_site, *why ? ": " : "", why);
    step_fail(s, &err);
}

static void on_volume(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    const char *id = step_state(s)->resource_id;
    bool wanted = json_flag(params(s), "bootable", false), boots = json_flag(r->body, "bootable", false);
    if (!step_answered(s, r))
        step_trouble(s, &r->err);
    else if (strncmp(status, "error", 5) == 0)
        s->call = cinder_messages(s->run->cloud, id, on_messages, s);
    else if (strcmp(status, "available") != 0 && strcmp(status, "in-use") != 0)
        step_again(s, status);
    else if (wanted && !boots)
        s->call = cinder_set_bootable(s->run->cloud, id, true, on_bootable, s);
    else if (!wanted && boots && !*s->state)
        s->call = cinder_set_bootable(s->run->cloud, id, false, on_unset, s);
    else
        step_done(s, status);
}

void volume_check(struct step_run *s)
{
    s->call = cinder_volume(s->run->cloud, step_state(s)->resource_id, on_volume, s);
}
