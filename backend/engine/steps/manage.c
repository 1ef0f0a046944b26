/*
 * manage: lets the target's Cinder manage a clone, which makes it a volume that
 * a server can be built on. Marked by metadata, like every volume; what managing
 * leaves out is copied: that it boots, and what its image said of the guest.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/cinder.h"

#include <stdio.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static void on_managed(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_made(s, json_text(r->body, "id"));
    else
        step_trouble(s, &r->err);
}

static void manage(struct step_run *s)
{
    char name[ARRAY_CLONE_NAME_SIZE];
    const char *type = json_text(params(s), "volume_type");
    const char *description = json_text(params(s), "description");
    json_t *marks = step_marks(s, step_plan(s)->key);
    json_object_update_missing(marks, json_map(params(s), "metadata"));
    const struct cinder_manage_spec spec = {
        .host = s->run->volume_host,
        .array_volume = clone_name(s, json_text(params(s), "clone"), name),
        .name = json_text(params(s), "name"),
        .volume_type = *type ? type : NULL,
        .description = *description ? description : NULL,
        .bootable = json_flag(params(s), "bootable", false),
        .metadata = marks,
    };
    s->call = cinder_volume_manage(s->run->cloud, &spec, on_managed, s);
    json_decref(marks);
}

void manage_begin(struct step_run *s)
{
    replica_host(s, manage);
}

/* ---- available, and as the source was ---------------------------------------- */

static void on_changed(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_again(s, "given its properties");
    else
        step_trouble(s, &r->err);
}

/* Told once it is answered: what was refused is tried again. */
static void on_described(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (r->err.code == PC_OK)
        snprintf(s->state, sizeof(s->state), "told");
    on_changed(arg, r);
}

static void fail_unmanaged(struct step_run *s)
{
    struct pc_error err;
    char name[ARRAY_CLONE_NAME_SIZE];
    pc_error_set(&err, PC_ERR_FAILED, "See cinder-volume's log on the target site: the array "
                 "volume must be on the back end of volume_host, not connected to a host, and the "
                 "project's quota must have room for it.",
                 "Cinder on %s did not take over array volume %s: volume %s went into error",
                 s->run->op->target_site, clone_name(s, json_text(params(s), "clone"), name),
                 json_text(params(s), "name"));
    step_fail(s, &err);
}

static bool has_all(const json_t *have, const json_t *wanted)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)wanted, key, value)
        if (!json_equal(json_object_get(have, key), value))
            return false;
    return true;
}

static void on_volume(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status"), *id = step_state(s)->resource_id;
    const json_t *wanted = json_map(params(s), "image_metadata");
    bool told = strcmp(s->state, "told") == 0; /* a site may drop a key: once is enough */
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
    } else if (strncmp(status, "error", 5) == 0) {
        fail_unmanaged(s);
    } else if (strcmp(status, "available") != 0 && strcmp(status, "in-use") != 0) {
        step_again(s, status);
    } else if (json_flag(params(s), "bootable", false) && !json_flag(r->body, "bootable", false)) {
        s->call = cinder_set_bootable(s->run->cloud, id, true, on_changed, s);
    } else if (!told && !has_all(json_map(r->body, "volume_image_metadata"), wanted)) {
        s->call = cinder_set_image_metadata(s->run->cloud, id, wanted, on_described, s);
    } else {
        step_done(s, status);
    }
}

void manage_check(struct step_run *s)
{
    s->call = cinder_volume(s->run->cloud, step_state(s)->resource_id, on_volume, s);
}
