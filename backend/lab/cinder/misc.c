/* Volume types, services and pools. */
#include "backend/lab/cinder/cinder.h"

#include <string.h>

/* ---- types ------------------------------------------------------------ */

const struct res *cinder_type(struct call *c, const char *name_or_id)
{
    const struct res *r = world_get(c->world, c->site, K_VOLTYPE, name_or_id);
    return r ? r : world_named(c->world, c->site, K_VOLTYPE, name_or_id, NULL);
}

/* Members see of the extra specs only what the policy calls user-visible. */
static json_t *specs_view(struct call *c, const struct res *r)
{
    static const char *const visible[] = {"replication_enabled", "multiattach",
                                          "RESKEY:availability_zones"};
    json_t *all = json_map(r->doc, "specs");
    if (c->who.role == ROLE_ADMIN)
        return json_deep_copy(all);
    json_t *some = json_object();
    for (size_t i = 0; i < sizeof(visible) / sizeof(visible[0]); i++)
        if (json_object_get(all, visible[i]))
            json_object_set(some, visible[i], json_object_get(all, visible[i]));
    return some;
}

static json_t *type_view(struct call *c, const struct res *r)
{
    return json_pack("{s:s, s:s, s:b, s:s, s:b, s:n, s:o}", "id", r->id, "name",
                     json_text(r->doc, "name"), "is_public", 1, "description", "",
                     "os-volume-type-access:is_public", 1, "qos_specs_id", "extra_specs",
                     specs_view(c, r));
}

void cinder_list_types(struct call *c)
{
    json_t *list = json_array();
    for (size_t i = world_count(c->world, c->site, K_VOLTYPE); i-- > 0;)
        json_array_append_new(list, type_view(c, world_at(c->world, c->site, K_VOLTYPE, i)));
    reply_json(c, 200, json_pack("{s:o}", "volume_types", list));
}

void cinder_show_type(struct call *c)
{
    const struct res *r = strcmp(c->args[0], "default") == 0
                              ? cinder_type(c, "plain")
                              : world_get(c->world, c->site, K_VOLTYPE, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Volume type %s could not be found.", c->args[0]);
    else
        reply_json(c, 200, json_pack("{s:o}", "volume_type", type_view(c, r)));
}

void cinder_type_specs(struct call *c)
{
    const struct res *r = world_get(c->world, c->site, K_VOLTYPE, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Volume type %s could not be found.", c->args[0]);
    else
        reply_json(c, 200, json_pack("{s:o}", "extra_specs", specs_view(c, r)));
}

/* ---- services --------------------------------------------------------- */

void cinder_services(struct call *c)
{
    const char *binary = call_param(c, "binary");
    json_t *list = json_array();
    if (!binary || strcmp(binary, "cinder-volume") == 0)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:n, s:s, s:n, s:b}", "binary",
                            "cinder-volume", "host", call_site(c)->host, "zone", "nova", "status",
                            "enabled", "state", "up", "updated_at", time_micro(c->now),
                            "disabled_reason", "replication_status", "enabled",
                            "active_backend_id", "frozen", 0));
    if (!binary || strcmp(binary, "cinder-scheduler") == 0)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:n}", "binary",
                                        "cinder-scheduler", "host", "controller", "zone", "nova",
                                        "status", "enabled", "state", "up", "updated_at",
                                        time_micro(c->now), "disabled_reason"));
    reply_json(c, 200, json_pack("{s:o}", "services", list));
}

void cinder_pools(struct call *c)
{
    const struct site *s = call_site(c);
    reply_json(c, 200, json_pack("{s:[{s:o, s:{s:s, s:s, s:b, s:i, s:i}}]}", "pools", "name",
                                 json_sprintf("%s#%s", s->host, s->pool), "capabilities",
                                 "volume_backend_name", s->array_name, "vendor_name",
                                 "Pure Storage", "replication_enabled", 1, "total_capacity_gb",
                                 102400, "free_capacity_gb", 81920));
}

void cinder_zones(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[{s:s, s:{s:b}}]}", "availabilityZoneInfo", "zoneName", "nova",
                                 "zoneState", "available", 1));
}

void cinder_messages(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[]}", "messages"));
}
