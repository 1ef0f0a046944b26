/* Volume types, limits and quotas, services and pools. */
#include "backend/lab/cinder.h"

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

/* ---- quotas ----------------------------------------------------------- */

static const struct {
    const char *name;
    int64_t limit; /* times the number of servers where `scaled` */
    bool scaled;
} QUOTAS[] = {
    {"volumes", 6, true},   {"gigabytes", 400, true}, {"snapshots", 6, true},
    {"backups", 10, false}, {"backup_gigabytes", 1000, false}, {"groups", 10, false},
    {"per_volume_gigabytes", -1, false},
};
enum { QUOTA_COUNT = sizeof(QUOTAS) / sizeof(QUOTAS[0]), SMALLEST_LAB = 50 };

static struct res *own_limits(struct call *c, const char *project)
{
    return world_get(c->world, c->site, K_QUOTA, call_text(c, "volume/%s", project));
}

static int64_t limit_of(struct call *c, const char *project, size_t i)
{
    const struct res *r = own_limits(c, project);
    int64_t size = c->lab->opt.servers > SMALLEST_LAB ? c->lab->opt.servers : SMALLEST_LAB;
    int64_t otherwise = QUOTAS[i].scaled ? QUOTAS[i].limit * size : QUOTAS[i].limit;
    return r ? json_int(r->doc, QUOTAS[i].name, otherwise) : otherwise;
}

void cinder_usage(struct call *c, const char *project, int64_t *ret_volumes,
                  int64_t *ret_gigabytes, int64_t *ret_snapshots)
{
    *ret_volumes = *ret_gigabytes = *ret_snapshots = 0;
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++) {
        const struct res *r = world_at(c->world, c->site, K_VOLUME, i);
        if (strcmp(json_text(r->doc, "project"), project) != 0)
            continue;
        ++*ret_volumes;
        *ret_gigabytes += json_int(r->doc, "size", 0);
    }
    for (size_t i = 0; i < world_count(c->world, c->site, K_SNAPSHOT); i++)
        *ret_snapshots += strcmp(json_text(world_at(c->world, c->site, K_SNAPSHOT, i)->doc,
                                           "project"), project) == 0;
}

bool cinder_quota(struct call *c, int64_t volumes, int64_t gigabytes)
{
    int64_t have_volumes, have_gigabytes, snapshots;
    cinder_usage(c, c->who.project, &have_volumes, &have_gigabytes, &snapshots);
    int64_t most = limit_of(c, c->who.project, 0), size = limit_of(c, c->who.project, 1);
    if (size >= 0 && have_gigabytes + gigabytes > size) {
        reply_fail(c, 413, NULL,
                   "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed "
                   "gigabytes quota. Requested %lldG, quota is %lldG and %lldG has been consumed.",
                   (long long)gigabytes, (long long)size, (long long)have_gigabytes);
        return false;
    }
    if (most >= 0 && have_volumes + volumes > most) {
        reply_fail(c, 413, NULL,
                   "VolumeLimitExceeded: Maximum number of volumes allowed (%lld) exceeded for "
                   "quota 'volumes'.",
                   (long long)most);
        return false;
    }
    return true;
}

void cinder_limits(struct call *c)
{
    int64_t volumes, gigabytes, snapshots;
    cinder_usage(c, c->who.project, &volumes, &gigabytes, &snapshots);
    json_t *abs = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:i}", "maxTotalVolumes",
        (json_int_t)limit_of(c, c->who.project, 0), "totalVolumesUsed", (json_int_t)volumes,
        "maxTotalVolumeGigabytes", (json_int_t)limit_of(c, c->who.project, 1),
        "totalGigabytesUsed", (json_int_t)gigabytes, "maxTotalSnapshots",
        (json_int_t)limit_of(c, c->who.project, 2), "totalSnapshotsUsed", (json_int_t)snapshots,
        "maxTotalBackups", 10, "totalBackupsUsed", 0, "maxTotalBackupGigabytes", 1000,
        "totalBackupGigabytesUsed", 0);
    reply_json(c, 200, json_pack("{s:{s:[], s:o}}", "limits", "rate", "absolute", abs));
}

static json_t *quota_view(struct call *c, bool usage)
{
    int64_t used[QUOTA_COUNT] = {0};
    cinder_usage(c, c->args[0], &used[0], &used[1], &used[2]);
    json_t *set = json_pack("{s:s}", "id", c->args[0]);
    for (size_t i = 0; i < QUOTA_COUNT; i++) {
        int64_t limit = limit_of(c, c->args[0], i);
        json_put(set, QUOTAS[i].name,
                 usage ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "in_use",
                                   (json_int_t)used[i], "reserved", 0)
                       : json_integer(limit));
    }
    return json_pack("{s:o}", "quota_set", set);
}

void cinder_show_quota(struct call *c)
{
    const char *usage = call_param(c, "usage");
    if (c->who.role < ROLE_ADMIN && strcmp(c->args[0], c->who.project) != 0)
        route_forbid(c);
    else
        reply_json(c, 200, quota_view(c, usage && (*usage == 't' || *usage == 'T')));
}

void cinder_set_quota(struct call *c)
{
    const json_t *in = json_map(c->json, "quota_set");
    struct res *r = own_limits(c, c->args[0]);
    if (!in) {
        reply_fail(c, 400, NULL, "'quota_set' is a required property");
        return;
    }
    if (!r)
        r = world_add(c->world, c->site, K_QUOTA, call_text(c, "volume/%s", c->args[0]),
                      json_object());
    for (size_t i = 0; i < QUOTA_COUNT; i++)
        if (json_object_get(in, QUOTAS[i].name))
            json_put_int(r->doc, QUOTAS[i].name, json_int(in, QUOTAS[i].name, -1));
    world_touch(c->world, r);
    reply_json(c, 200, quota_view(c, false));
}

void cinder_reset_quota(struct call *c)
{
    struct res *r = own_limits(c, c->args[0]);
    if (r)
        world_drop(c->world, r);
    reply_empty(c, 200);
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
