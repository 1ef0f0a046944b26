/* Volume snapshots. */
#include "backend/lab/cinder/cinder.h"
#include "backend/lab/page.h"

#include <string.h>

enum { SNAPSHOT_MS = 600, DELETE_MS = 400 };

static json_t *snapshot_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    bool done = strcmp(json_text(d, "status"), "creating") != 0;
    json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:O, s:o, s:o, s:s, s:s}", "id", r->id,
                             "name", json_text(d, "name"), "description", json_text(d, "desc"),
                             "status", json_text(d, "status"), "volume_id", json_text(d, "volume"),
                             "size", (json_int_t)json_int(d, "size", 0), "metadata",
                             json_map(d, "meta"), "created_at", time_of(d, "created", time_micro),
                             "updated_at", time_of(d, "updated", time_micro),
                             "os-extended-snapshot-attributes:progress", done ? "100%" : "0%",
                             "os-extended-snapshot-attributes:project_id", json_text(d, "project"));
    if (c->minor >= 14)
        json_put(view, "group_snapshot_id", json_null());
    return view;
}

static bool match_snapshot(struct call *c, const struct res *r)
{
    const char *volume = call_param(c, "volume_id"), *name = call_param(c, "name");
    const char *status = call_param(c, "status");
    return strcmp(json_text(r->doc, "project"), c->who.project) == 0 &&
           (!volume || strcmp(volume, json_text(r->doc, "volume")) == 0) &&
           (!name || strcmp(name, json_text(r->doc, "name")) == 0) &&
           (!status || strcmp(status, json_text(r->doc, "status")) == 0);
}

static const struct lister LIST = {
    .kind = K_SNAPSHOT, .key = "snapshots", .newest_first = true, .strict_marker = true,
    .match = match_snapshot, .view = snapshot_view};

void cinder_list_snapshots(struct call *c)
{
    page_reply(c, &LIST);
}

void cinder_list_snapshots_detail(struct call *c)
{
    page_reply(c, &LIST);
}

static struct res *the_snapshot(struct call *c)
{
    struct res *r = call_res(c, K_SNAPSHOT, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Snapshot %s could not be found.", c->args[0]);
    return r;
}

void cinder_show_snapshot(struct call *c)
{
    struct res *r = the_snapshot(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "snapshot", snapshot_view(c, r)));
}

/* In-use volumes need force=true up to 3.65; from 3.66 force=false is an error. */
static bool check_force(struct call *c, const json_t *in, const struct res *volume)
{
    bool force = json_flag(in, "force", false);
    bool in_use = strcmp(json_text(volume->doc, "status"), "in-use") == 0;
    if (c->minor >= 66 && json_object_get(in, "force") && !force) {
        reply_fail(c, 400, NULL, "Invalid value 'False' for 'force'. The 'force' flag is silently "
                   "ignored and 'False' is not accepted since microversion 3.66.");
        return false;
    }
    if ((in_use && (force || c->minor >= 66)) ||
        strcmp(json_text(volume->doc, "status"), "available") == 0)
        return true;
    reply_fail(c, 400, NULL, "Invalid volume: Volume %s status must be available, but current "
               "status is: %s.", volume->id, json_text(volume->doc, "status"));
    return false;
}

void cinder_create_snapshot(struct call *c)
{
    const json_t *in = json_map(c->json, "snapshot");
    json_t *meta = json_map(in, "metadata");
    const struct res *v = call_res(c, K_VOLUME, json_text(in, "volume_id"));
    if (!v) {
        reply_fail(c, 404, NULL, "Volume %s could not be found.", json_text(in, "volume_id"));
        return;
    }
    if (!check_force(c, in, v))
        return;
    struct res *s = world_add(
        c->world, c->site, K_SNAPSHOT, NULL,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:o, s:o, s:s, s:I, s:I}", "name",
                  json_text(in, "name"), "desc", json_text(in, "description"), "project",
                  c->who.project, "user", c->who.user, "volume", v->id, "size",
                  (json_int_t)json_int(v->doc, "size", 1), "status", "creating", "bootable",
                  (int)json_flag(v->doc, "bootable", false), "meta",
                  meta ? json_deep_copy(meta) : json_object(), "image_meta",
                  json_deep_copy(json_map(v->doc, "image_meta")), "type",
                  json_text(v->doc, "type"), "created", (json_int_t)c->now, "updated",
                  (json_int_t)c->now));
    world_plan(c->world, s, c->now + lab_scaled(c->lab, SNAPSHOT_MS), "available");
    reply_json(c, 202, json_pack("{s:o}", "snapshot", snapshot_view(c, s)));
}

void cinder_delete_snapshot(struct call *c)
{
    struct res *r = the_snapshot(c);
    if (!r)
        return;
    json_put_text(r->doc, "status", "deleting");
    world_plan(c->world, r, c->now + lab_scaled(c->lab, DELETE_MS), "deleted");
    reply_empty(c, 202);
}
