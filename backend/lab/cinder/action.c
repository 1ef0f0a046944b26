/* What is done to volumes: update, delete, actions, metadata. */
#include "backend/lab/array/volume.h"
#include "backend/lab/cinder/cinder.h"

#include <string.h>

enum { DELETE_MS = 500 };

void cinder_update_volume(struct call *c)
{
    struct res *r = cinder_volume(c);
    json_t *in = json_map(c->json, "volume");
    if (!r)
        return;
    if (!in) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute None. 'volume' is a required "
                   "property");
        return;
    }
    if (json_object_get(in, "name"))
        json_put_text(r->doc, "name", json_text(in, "name"));
    if (json_object_get(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    if (json_map(in, "metadata"))
        json_put(r->doc, "meta", json_deep_copy(json_map(in, "metadata")));
    json_put_int(r->doc, "updated", c->now);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "volume", cinder_volume_view(c, r)));
}

static void drop_snapshots(struct call *c, const struct res *volume)
{
    for (size_t i = world_count(c->world, c->site, K_SNAPSHOT); i-- > 0;) {
        struct res *s = world_at(c->world, c->site, K_SNAPSHOT, i);
        if (strcmp(json_text(s->doc, "volume"), volume->id) == 0)
            world_drop(c->world, s);
    }
}

static bool has_snapshots(struct call *c, const struct res *volume)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_SNAPSHOT); i++)
        if (strcmp(json_text(world_at(c->world, c->site, K_SNAPSHOT, i)->doc, "volume"),
                   volume->id) == 0)
            return true;
    return false;
}

void cinder_delete_volume(struct call *c)
{
    struct res *r = cinder_volume(c);
    if (!r)
        return;
    const char *status = json_text(r->doc, "status"), *cascade = call_param(c, "cascade");
    bool deep = cascade && (*cascade == 'T' || *cascade == 't' || *cascade == '1');
    bool idle = strcmp(status, "available") == 0 || strncmp(status, "error", 5) == 0 ||
                strcmp(status, "maintenance") == 0;
    if (!idle || json_array_size(json_list(r->doc, "atts")) || (!deep && has_snapshots(c, r))) {
        reply_fail(c, 400, NULL,
                   "Invalid volume: Volume status must be available or error or error_restoring or "
                   "error_extending or error_managing and must not be migrating, attached, belong "
                   "to a group, have snapshots, awaiting a transfer, or be disassociated from "
                   "snapshots after volume transfer.");
        return;
    }
    drop_snapshots(c, r);
    json_put_text(r->doc, "status", "deleting");
    world_plan(c->world, r, c->now + lab_scaled(c->lab, DELETE_MS), "deleted");
    reply_empty(c, 202);
}

/* ---- actions ---------------------------------------------------------- */

static void act_bootable(struct call *c, struct res *r, json_t *arg)
{
    json_put_flag(r->doc, "bootable", json_flag(arg, "bootable", true));
    reply_empty(c, 200);
}

static void act_set_image(struct call *c, struct res *r, json_t *arg)
{
    json_t *in = json_map(arg, "metadata");
    if (!in) {
        reply_fail(c, 400, NULL, "'metadata' is a required property");
        return;
    }
    json_object_update(json_map(r->doc, "image_meta"), in);
    reply_json(c, 200, json_pack("{s:O}", "metadata", json_map(r->doc, "image_meta")));
}

static void act_unset_image(struct call *c, struct res *r, json_t *arg)
{
    if (json_object_del(json_map(r->doc, "image_meta"), json_text(arg, "key")) != 0)
        reply_fail(c, 404, NULL, "Metadata does not exist.");
    else
        reply_empty(c, 200);
}

static void act_extend(struct call *c, struct res *r, json_t *arg)
{
    int64_t size = json_int(arg, "new_size", 0), old = json_int(r->doc, "size", 0);
    if (size <= old) {
        reply_fail(c, 400, NULL, "Invalid input received: New size for extend must be greater than "
                   "current size. (current: %lld, extended: %lld).", (long long)old,
                   (long long)size);
        return;
    }
    json_put_int(r->doc, "size", size);
    array_volume_extend(c->world, r);
    reply_empty(c, 202);
}

static void act_reset_status(struct call *c, struct res *r, json_t *arg)
{
    if (c->who.role < ROLE_ADMIN) {
        reply_fail(c, 403, NULL, "Policy doesn't allow volume_extension:volume_admin_actions:"
                   "reset_status to be performed.");
        return;
    }
    json_put_text(r->doc, "status", json_text(arg, "status"));
    reply_empty(c, 202);
}

/* Members manage at both sites; at site-a they give nothing away again. */
static void act_unmanage(struct call *c, struct res *r, json_t *arg)
{
    (void)arg;
    if (c->site == SITE_A && c->who.role < ROLE_ADMIN) {
        reply_fail(c, 403, NULL,
                   "Policy doesn't allow volume_extension:volume_unmanage to be performed.");
        return;
    }
    if (strcmp(json_text(r->doc, "status"), "available") != 0) {
        reply_fail(c, 400, NULL, "Invalid volume: Volume %s status must be available to unmanage.",
                   r->id);
        return;
    }
    json_put_text(r->doc, "status", "deleting");
    world_plan(c->world, r, c->now + lab_scaled(c->lab, DELETE_MS), "unmanaged");
    reply_empty(c, 202);
}

static const struct {
    const char *name;
    void (*act)(struct call *c, struct res *r, json_t *arg);
} ACTIONS[] = {
    {"os-set_bootable", act_bootable},         {"os-set_image_metadata", act_set_image},
    {"os-unset_image_metadata", act_unset_image}, {"os-extend", act_extend},
    {"os-reset_status", act_reset_status},     {"os-unmanage", act_unmanage},
};

void cinder_action(struct call *c)
{
    struct res *r = cinder_volume(c);
    if (!r)
        return;
    void *it = json_object_iter(c->json);
    const char *name = it ? json_object_iter_key(it) : "";
    for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++)
        if (strcmp(ACTIONS[i].name, name) == 0) {
            json_put_int(r->doc, "updated", c->now);
            world_touch(c->world, r);
            ACTIONS[i].act(c, r, json_object_iter_value(it));
            return;
        }
    reply_fail(c, 400, NULL, "There is no such action: %s", name);
}

/* ---- metadata --------------------------------------------------------- */

void cinder_show_metadata(struct call *c)
{
    struct res *r = cinder_volume(c);
    if (r)
        reply_json(c, 200, json_pack("{s:O}", "metadata", json_map(r->doc, "meta")));
}

static void store_metadata(struct call *c, bool replace)
{
    struct res *r = cinder_volume(c);
    json_t *in = json_map(c->json, "metadata");
    const char *key;
    json_t *value;
    if (!r)
        return;
    if (!in) {
        reply_fail(c, 400, NULL, "'metadata' is a required property");
        return;
    }
    json_object_foreach(in, key, value) {
        if (json_is_string(value) && strlen(key) <= 255 && json_string_length(value) <= 255)
            continue;
        reply_fail(c, 400, NULL, "Invalid input for field/attribute metadata.");
        return;
    }
    json_t *meta = json_map(r->doc, "meta");
    if (replace)
        json_object_clear(meta);
    json_object_update(meta, in);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:O}", "metadata", meta));
}

void cinder_merge_metadata(struct call *c)
{
    store_metadata(c, false);
}

void cinder_replace_metadata(struct call *c)
{
    store_metadata(c, true);
}

void cinder_delete_metadata(struct call *c)
{
    struct res *r = cinder_volume(c);
    if (!r)
        return;
    if (json_object_del(json_map(r->doc, "meta"), c->args[1]) != 0) {
        reply_fail(c, 404, NULL, "Volume %s has no metadata with key %s.", r->id, c->args[1]);
        return;
    }
    world_touch(c->world, r);
    reply_empty(c, 200);
}
