/*
 * Managing existing array volumes. What may be managed is what the array holds
 * and Cinder does not know; the lab's arrays hold nothing else, so a reference
 * is accepted and ends in "error" with size 0, as a real one does that names no
 * volume.
 */
#include "backend/lab/cinder.h"

#include <string.h>

enum { MANAGE_MS = 900 };

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
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++) {
        const struct res *r = world_at(c->world, c->site, K_VOLUME, i);
        json_array_append_new(
            list, json_pack("{s:{s:o}, s:I, s:b, s:s, s:s, s:n}", "reference", "name",
                            json_sprintf("volume-%s-cinder", r->id), "size",
                            (json_int_t)json_int(r->doc, "size", 0), "safe_to_manage", 0,
                            "reason_not_safe", "already managed", "cinder_id", r->id,
                            "extra_info"));
    }
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
    if (c->site == SITE_A && c->who.role < ROLE_ADMIN) {
        route_forbid(c);
        return;
    }
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
    world_plan(c->world, v, c->now + lab_scaled(c->lab, MANAGE_MS), "error");
    reply_json(c, 202, json_pack("{s:o}", "volume", cinder_volume_view(c, v)));
}
