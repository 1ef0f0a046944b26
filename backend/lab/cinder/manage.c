/*
 * Managing existing array volumes: what the array holds and Cinder does not
 * know. A reference is accepted whatever it names; what the driver makes of it
 * shows later, as "available" with the size, or as "error_managing" with size 0.
 */
#include "backend/lab/array/volume.h"
#include "backend/lab/cinder/cinder.h"

#include <string.h>

enum { MANAGE_MS = 900 };

static void list_managed(json_t *list, const struct res *r)
{
    char name[ARRAY_NAME_SIZE];
    json_array_append_new(
        list, json_pack("{s:{s:s}, s:I, s:b, s:s, s:s, s:n}", "reference", "name",
                        array_cinder_name(r->id, name), "size",
                        (json_int_t)json_int(r->doc, "size", 0), "safe_to_manage", 0,
                        "reason_not_safe", "already managed", "cinder_id", r->id, "extra_info"));
}

static void list_free(json_t *list, const struct res *own)
{
    const json_t *d = own->doc;
    if (*json_text(d, "cinder") || json_int(d, "destroyed", 0))
        return;
    json_array_append_new(
        list, json_pack("{s:{s:s}, s:I, s:b, s:n, s:n, s:n}", "reference", "name",
                        json_text(d, "name"), "size",
                        (json_int_t)(json_int(d, "bytes", 0) >> 30), "safe_to_manage", 1,
                        "reason_not_safe", "cinder_id", "extra_info"));
}

void cinder_list_manageable(struct call *c)
{
    const char *host = call_param(c, "host");
    char *known = call_text(c, "%s#%s", call_site(c)->host, call_site(c)->pool);
    json_t *list = json_array();
    if (!host || strcmp(host, known) != 0) {
        json_decref(list);
        reply_fail(c, 400, NULL, "Host '%s' not found", host ? host : "");
        return;
    }
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++)
        list_managed(list, world_at(c->world, c->site, K_VOLUME, i));
    for (size_t i = 0; i < world_count(c->world, c->site, K_ARRAY_VOLUME); i++)
        list_free(list, world_at(c->world, c->site, K_ARRAY_VOLUME, i));
    reply_json(c, 200, json_pack("{s:o}", "manageable-volumes", list));
}

static bool check_host(struct call *c, const json_t *in)
{
    const char *host = json_text(in, "host"), *known = call_site(c)->host;
    size_t n = strlen(known);
    if (strncmp(host, known, n) == 0 && (!host[n] || host[n] == '#'))
        return true;
    reply_fail(c, 400, NULL, "Host '%s' not found", host);
    return false;
}

/* volume-<id>-cinder of a volume that Cinder has. */
static bool is_managed(struct call *c, const char *name)
{
    return strlen(name) >= 43 && strncmp(name, "volume-", 7) == 0 &&
           world_get(c->world, c->site, K_VOLUME, call_text(c, "%.36s", name + 7));
}

void cinder_manage(struct call *c)
{
    const json_t *in = json_map(c->json, "volume");
    const json_t *ref = json_map(in, "ref");
    const char *name =
        *json_text(ref, "source-name") ? json_text(ref, "source-name") : json_text(ref, "name");
    const char *type = json_text(in, "volume_type");
    if (!ref) {
        reply_fail(c, 400, NULL, "'ref' is a required property");
        return;
    }
    if (!check_host(c, in))
        return;
    if (is_managed(c, name)) {
        reply_fail(c, 400, NULL,
                   "Unable to manage existing volume. The volume is already managed");
        return;
    }
    if (*type && !cinder_type(c, type)) {
        reply_fail(c, 404, NULL, "Volume type with name %s could not be found.", type);
        return;
    }
    struct volume_spec spec = {.name = json_text(in, "name"),
                               .desc = json_text(in, "description"),
                               .type = *type ? cinder_type(c, type) : NULL,
                               .meta = json_map(in, "metadata")};
    struct res *v = cinder_add_volume(c, &spec);
    json_put_flag(v->doc, "bootable", json_flag(in, "bootable", false));
    json_put_text(v->doc, "ref", name);
    json_put_text(v->doc, "ref_array", call_site(c)->array_name);
    world_plan(c->world, v, c->now + lab_scaled(c->lab, MANAGE_MS),
               c->fail_late ? "error" : "managed");
    reply_json(c, 202, json_pack("{s:o}", "volume", cinder_volume_view(c, v)));
}
