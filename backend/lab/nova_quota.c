/*
 * Nova's limits and quotas. A project's own limits are a resource "compute/ID";
 * without one the lab's generous defaults hold.
 */
#include "backend/lab/nova.h"

#include <string.h>

static const struct {
    const char *name;
    int64_t limit; /* times the lab's size where `scaled` */
    bool scaled;
} QUOTAS[] = {
    {"instances", 2, true},           {"cores", 8, true},
    {"ram", 16384, true},             {"metadata_items", 128, false},
    {"key_pairs", 100, false},        {"server_groups", 10, false},
    {"server_group_members", 10, false},
};
enum { QUOTA_COUNT = sizeof(QUOTAS) / sizeof(QUOTAS[0]), SMALLEST_LAB = 50 };

static struct res *own_limits(struct call *c, const char *project)
{
    return world_get(c->world, c->site, K_QUOTA, call_text(c, "compute/%s", project));
}

static int64_t limit_of(struct call *c, const char *project, size_t i)
{
    const struct res *r = own_limits(c, project);
    int64_t size = c->lab->opt.servers > SMALLEST_LAB ? c->lab->opt.servers : SMALLEST_LAB;
    int64_t otherwise = QUOTAS[i].scaled ? QUOTAS[i].limit * size : QUOTAS[i].limit;
    return r ? json_int(r->doc, QUOTAS[i].name, otherwise) : otherwise;
}

void nova_usage(struct call *c, const char *project, int64_t *ret_servers, int64_t *ret_cores,
                int64_t *ret_ram)
{
    *ret_servers = *ret_cores = *ret_ram = 0;
    for (size_t i = 0; i < world_count(c->world, c->site, K_SERVER); i++) {
        const struct res *r = world_at(c->world, c->site, K_SERVER, i);
        if (strcmp(json_text(r->doc, "project"), project) != 0)
            continue;
        const json_t *f = json_map(r->doc, "flavor");
        ++*ret_servers;
        *ret_cores += json_int(f, "vcpus", 0);
        *ret_ram += json_int(f, "ram", 0);
    }
}

int64_t nova_vcpus_used(struct call *c)
{
    int64_t sum = 0;
    for (size_t i = 0; i < world_count(c->world, c->site, K_SERVER); i++) {
        const struct res *r = world_at(c->world, c->site, K_SERVER, i);
        if (strcmp(json_text(r->doc, "status"), "ERROR") != 0)
            sum += json_int(json_map(r->doc, "flavor"), "vcpus", 0);
    }
    return sum;
}

bool nova_quota(struct call *c, int64_t servers, int64_t cores, int64_t ram)
{
    int64_t used[3], add[3] = {servers, cores, ram};
    nova_usage(c, c->who.project, &used[0], &used[1], &used[2]);
    for (size_t i = 0; i < 3; i++) {
        int64_t limit = limit_of(c, c->who.project, i);
        if (limit < 0 || used[i] + add[i] <= limit)
            continue;
        reply_fail(c, 403, NULL,
                   "Quota exceeded for %s: Requested %lld, but already used %lld of %lld %s",
                   QUOTAS[i].name, (long long)add[i], (long long)used[i], (long long)limit,
                   QUOTAS[i].name);
        return false;
    }
    return true;
}

void nova_limits(struct call *c)
{
    int64_t servers, cores, ram;
    nova_usage(c, c->who.project, &servers, &cores, &ram);
    json_t *abs = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i}", "maxTotalInstances",
        (json_int_t)limit_of(c, c->who.project, 0), "totalInstancesUsed", (json_int_t)servers,
        "maxTotalCores", (json_int_t)limit_of(c, c->who.project, 1), "totalCoresUsed",
        (json_int_t)cores, "maxTotalRAMSize", (json_int_t)limit_of(c, c->who.project, 2),
        "totalRAMUsed", (json_int_t)ram, "maxServerMeta", 128, "maxTotalKeypairs", 100,
        "maxServerGroups", 10);
    reply_json(c, 200, json_pack("{s:{s:[], s:o}}", "limits", "rate", "absolute", abs));
}

static json_t *quota_view(struct call *c, bool detail)
{
    int64_t used[QUOTA_COUNT] = {0};
    nova_usage(c, c->args[0], &used[0], &used[1], &used[2]);
    json_t *set = json_pack("{s:s}", "id", c->args[0]);
    for (size_t i = 0; i < QUOTA_COUNT; i++) {
        int64_t limit = limit_of(c, c->args[0], i);
        json_put(set, QUOTAS[i].name,
                 detail ? json_pack("{s:I, s:I, s:i}", "limit", (json_int_t)limit, "in_use",
                                    (json_int_t)used[i], "reserved", 0)
                        : json_integer(limit));
    }
    return json_pack("{s:o}", "quota_set", set);
}

/* One's own quota, or anybody's as admin. */
static bool may_look(struct call *c)
{
    if (c->who.role == ROLE_ADMIN || strcmp(c->args[0], c->who.project) == 0)
        return true;
    route_forbid(c);
    return false;
}

void nova_show_quota(struct call *c)
{
    if (may_look(c))
        reply_json(c, 200, quota_view(c, false));
}

void nova_show_quota_detail(struct call *c)
{
    if (may_look(c))
        reply_json(c, 200, quota_view(c, true));
}

void nova_set_quota(struct call *c)
{
    const json_t *in = json_map(c->json, "quota_set");
    struct res *r = own_limits(c, c->args[0]);
    if (!in) {
        reply_fail(c, 400, NULL, "'quota_set' is a required property");
        return;
    }
    if (!r)
        r = world_add(c->world, c->site, K_QUOTA, call_text(c, "compute/%s", c->args[0]),
                      json_object());
    for (size_t i = 0; i < QUOTA_COUNT; i++)
        if (json_object_get(in, QUOTAS[i].name))
            json_put_int(r->doc, QUOTAS[i].name, json_int(in, QUOTAS[i].name, -1));
    world_touch(c->world, r);
    reply_json(c, 200, quota_view(c, false));
}

void nova_reset_quota(struct call *c)
{
    struct res *r = own_limits(c, c->args[0]);
    if (r)
        world_drop(c->world, r);
    reply_empty(c, 202);
}
