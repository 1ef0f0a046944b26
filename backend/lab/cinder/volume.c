/* Cinder's volumes as they are read. */
#include "backend/lab/cinder/cinder.h"
#include "backend/lab/page.h"

#include <string.h>
#include <strings.h>

struct res *cinder_volume(struct call *c)
{
    struct res *r = call_res(c, K_VOLUME, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Volume %s could not be found.", c->args[0]);
    return r;
}

static json_t *links(struct call *c, const char *id)
{
    const char *url = call_site(c)->url;
    return json_pack("[{s:s, s:o}, {s:s, s:o}]", "rel", "self", "href",
                     json_sprintf("%s/volume/v3/%s/volumes/%s", url, c->who.project, id), "rel",
                     "bookmark", "href",
                     json_sprintf("%s/volume/%s/volumes/%s", url, c->who.project, id));
}

static json_t *attachments_view(struct call *c, const struct res *r)
{
    json_t *list = json_array(), *a;
    size_t i;
    json_array_foreach(json_list(r->doc, "atts"), i, a) {
        json_t *host = c->who.role == ROLE_ADMIN
                           ? json_string(c->site == SITE_A ? "compute-a" : "compute-b")
                           : json_null();
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o}", "id", r->id, "attachment_id",
                            json_text(a, "att"), "volume_id", r->id, "server_id",
                            json_text(a, "server"), "host_name", host, "device",
                            json_text(a, "device"), "attached_at", time_of(a, "at", time_micro)));
    }
    return list;
}

static const char *text_or_null(const json_t *doc, const char *key)
{
    const char *s = json_text(doc, key);
    return *s ? s : NULL;
}

static bool is_replicated(const struct res *type)
{
    return type && strcmp(json_text(json_map(type->doc, "specs"), "replication_enabled"),
                          "<is> True") == 0;
}

/* A volume made from an image is "downloading" for most of its creation. */
static const char *status_of(struct call *c, const struct res *r)
{
    const char *status = json_text(r->doc, "status");
    int64_t from = json_int(r->doc, "created", 0), to = json_int(r->doc, "due", from);
    bool copying = strcmp(status, "creating") == 0 && json_flag(r->doc, "download", false) &&
                   (c->now - from) * 4 > to - from;
    return copying ? "downloading" : status;
}

/* The array's own name of the volume is the tenant's to see, from Zed on. */
static json_t *metadata_view(const struct res *r)
{
    json_t *meta = json_deep_copy(json_map(r->doc, "meta"));
    return meta ? meta : json_object();
}

json_t *cinder_volume_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    const struct res *type = world_get(c->world, c->site, K_VOLTYPE, json_text(d, "type"));
    bool ready = strcmp(json_text(d, "status"), "creating") != 0;
    json_t *view = json_pack(
        "{s:s, s:s, s:s?, s:s, s:i, s:s, s:o, s:o, s:s, s:b, s:s, s:o, s:s?, s:s?, s:o, s:s?}", "id",
        r->id, "name", json_text(d, "name"), "description", text_or_null(d, "desc"), "status",
        status_of(c, r), "size", (int)json_int(d, "size", 0), "bootable",
        json_flag(d, "bootable", false) ? "true" : "false", "created_at",
        time_of(d, "created", time_micro), "updated_at", time_of(d, "updated", time_micro),
        "user_id", json_text(d, "user"), "encrypted", 0, "availability_zone", "nova", "metadata",
        metadata_view(r), "snapshot_id", text_or_null(d, "snapshot"), "source_volid",
        text_or_null(d, "source"), "attachments", attachments_view(c, r), "volume_type",
        type ? json_text(type->doc, "name") : NULL);
    json_put(view, "links", links(c, r->id));
    json_put_flag(view, "multiattach", false);
    json_put(view, "consistencygroup_id", json_null());
    json_put(view, "migration_status", json_null());
    json_put_text(view, "replication_status", is_replicated(type) && ready ? "enabled" : NULL);
    json_put_text(view, "os-vol-tenant-attr:tenant_id", json_text(d, "project"));
    if (json_object_size(json_map(d, "image_meta")))
        json_put(view, "volume_image_metadata", json_deep_copy(json_map(d, "image_meta")));
    if (c->minor >= 13)
        json_put(view, "group_id", json_null());
    if (c->minor >= 48) {
        json_put(view, "service_uuid", json_null());
        json_put_flag(view, "shared_targets", false);
    }
    if (c->minor >= 61)
        json_put(view, "cluster_name", json_null());
    if (c->minor >= 63)
        json_put_text(view, "volume_type_id", text_or_null(d, "type"));
    if (c->minor >= 65)
        json_put_flag(view, "consumes_quota", true);
    /* Site-b's policy is open to members, as a recovery site's has to be. */
    if (c->who.role == ROLE_ADMIN || c->site == SITE_B)
        json_put(view, "os-vol-host-attr:host",
                 ready ? json_sprintf("%s#%s", call_site(c)->host, call_site(c)->pool)
                       : json_null());
    if (c->who.role == ROLE_ADMIN) {
        json_put(view, "os-vol-mig-status-attr:migstat", json_null());
        if (c->minor >= 21)
            json_put(view, "provider_id", json_null());
    }
    return view;
}

/* ---- lists ------------------------------------------------------------ */

static json_t *brief_view(struct call *c, struct res *r)
{
    return json_pack("{s:s, s:s, s:o}", "id", r->id, "name", json_text(r->doc, "name"), "links",
                     links(c, r->id));
}

/* metadata={"key": "value"}: all of them, exactly. */
static bool match_metadata(const struct res *r, const json_t *want)
{
    const char *key;
    json_t *value;
    const json_t *meta = json_map(r->doc, "meta");
    json_object_foreach((json_t *)(uintptr_t)want, key, value) {
        const json_t *have = json_object_get(meta, key);
        if (!have || !json_is_string(value) || !json_equal(have, value))
            return false;
    }
    return true;
}

static bool is_param(struct call *c, const char *param, const char *value)
{
    const char *want = call_param(c, param);
    return !want || strcmp(want, value) == 0;
}

static bool match_volume(struct call *c, const struct res *r)
{
    const char *all = call_param(c, "all_tenants");
    const char *bootable = call_param(c, "bootable");
    bool everyone = all && strcmp(all, "0") != 0 && strcasecmp(all, "false") != 0 &&
                    c->who.role == ROLE_ADMIN;
    return (everyone || strcmp(json_text(r->doc, "project"), c->who.project) == 0) &&
           is_param(c, "name", json_text(r->doc, "name")) &&
           is_param(c, "status", json_text(r->doc, "status")) && is_param(c, "id", r->id) &&
           (!bootable || (strcasecmp(bootable, "true") == 0) ==
                             json_flag(r->doc, "bootable", false)) &&
           (!c->scratch || match_metadata(r, c->scratch));
}

static const struct lister BRIEF = {
    .kind = K_VOLUME, .key = "volumes", .newest_first = true, .strict_marker = true,
    .match = match_volume, .view = brief_view};
static const struct lister DETAIL = {
    .kind = K_VOLUME, .key = "volumes", .newest_first = true, .strict_marker = true,
    .match = match_volume, .view = cinder_volume_view};

/* Unknown filters are refused to those who are not admins, from 3.31 on. */
static bool filters_known(struct call *c)
{
    static const char *const known[] = {
        "name", "status", "metadata", "bootable", "id", "limit", "marker", "offset", "sort",
        "sort_key", "sort_dir", "all_tenants", "with_count", "migration_status",
        "availability_zone", "group_id", "created_at", "updated_at", "project_id"};
    for (size_t i = 0; i < c->param_count && c->minor >= 31 && c->who.role < ROLE_ADMIN; i++) {
        size_t k = 0, n = sizeof(known) / sizeof(known[0]);
        while (k < n && strcmp(known[k], c->params[i].name) != 0)
            k++;
        if (k == n) {
            reply_fail(c, 400, NULL, "Invalid filters %s are found in query options.",
                       c->params[i].name);
            return false;
        }
    }
    return true;
}

static void list_volumes(struct call *c, const struct lister *l)
{
    const char *text = call_param(c, "metadata");
    json_t *want = NULL;
    if (!filters_known(c))
        return;
    if (text) {
        /* The client library writes Python's quotes, others JSON's: both count. */
        char *copy = arena_strdup(&c->mem, text);
        want = json_loads(copy, 0, NULL);
        for (char *p = copy; !want && *p; p++)
            if (*p == '\'')
                *p = '"';
        want = want ? want : json_loads(copy, 0, NULL);
        if (!json_is_object(want)) {
            json_decref(want);
            reply_fail(c, 400, NULL, "Invalid filter metadata: it is no dictionary");
            return;
        }
    }
    c->scratch = want;
    page_reply(c, l);
    c->scratch = NULL;
    json_decref(want);
}

void cinder_list_volumes(struct call *c)
{
    list_volumes(c, &BRIEF);
}

void cinder_list_volumes_detail(struct call *c)
{
    list_volumes(c, &DETAIL);
}

void cinder_show_volume(struct call *c)
{
    struct res *r = cinder_volume(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "volume", cinder_volume_view(c, r)));
}
