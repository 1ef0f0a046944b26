/* Nova's limits and quotas. */
#include "backend/lab/nova/nova.h"
#include "backend/lab/quota.h"

#include <string.h>

enum { INSTANCES, CORES, RAM };

static const struct quota_kind KINDS[] = {
    [INSTANCES] = {"instances", 2, true},
    [CORES] = {"cores", 8, true},
    [RAM] = {"ram", 16384, true},
    {"metadata_items", 128, false},
    {"key_pairs", 100, false},
    {"server_groups", 10, false},
    {"server_group_members", 10, false},
};

static void count(struct call *c, const char *project, int64_t used[QUOTA_USED])
{
    memset(used, 0, QUOTA_USED * sizeof(used[0]));
    for (size_t i = 0; i < world_count(c->world, c->site, K_SERVER); i++) {
        const struct res *r = world_at(c->world, c->site, K_SERVER, i);
        if (strcmp(json_text(r->doc, "project"), project) != 0)
            continue;
        const json_t *f = json_map(r->doc, "flavor");
        used[INSTANCES]++;
        used[CORES] += json_int(f, "vcpus", 0);
        used[RAM] += json_int(f, "ram", 0);
    }
}

static const struct quota_set QUOTAS = {
    .service = "compute",
    .kinds = KINDS,
    .count = sizeof(KINDS) / sizeof(KINDS[0]),
    .usage = count,
};

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
    const int64_t add[QUOTA_USED] = {[INSTANCES] = servers, [CORES] = cores, [RAM] = ram};
    int64_t used[QUOTA_USED];
    count(c, c->who.project, used);
    for (size_t i = 0; i < QUOTA_USED; i++) {
        int64_t limit = quota_limit(c, &QUOTAS, c->who.project, i);
        if (limit < 0 || used[i] + add[i] <= limit)
            continue;
        reply_fail(c, 403, NULL,
                   "Quota exceeded for %s: Requested %lld, but already used %lld of %lld %s",
                   KINDS[i].name, (long long)add[i], (long long)used[i], (long long)limit,
                   KINDS[i].name);
        return false;
    }
    return true;
}

void nova_limits(struct call *c)
{
    const char *project = c->who.project;
    int64_t used[QUOTA_USED];
    count(c, project, used);
    json_t *abs = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i}", "maxTotalInstances",
        (json_int_t)quota_limit(c, &QUOTAS, project, INSTANCES), "totalInstancesUsed",
        (json_int_t)used[INSTANCES], "maxTotalCores",
        (json_int_t)quota_limit(c, &QUOTAS, project, CORES), "totalCoresUsed",
        (json_int_t)used[CORES], "maxTotalRAMSize",
        (json_int_t)quota_limit(c, &QUOTAS, project, RAM), "totalRAMUsed", (json_int_t)used[RAM],
        "maxServerMeta", 128, "maxTotalKeypairs", 100, "maxServerGroups", 10);
    reply_json(c, 200, json_pack("{s:{s:[], s:o}}", "limits", "rate", "absolute", abs));
}

void nova_show_quota(struct call *c)
{
    quota_show(c, &QUOTAS, false);
}

void nova_show_quota_detail(struct call *c)
{
    quota_show(c, &QUOTAS, true);
}

void nova_set_quota(struct call *c)
{
    quota_change(c, &QUOTAS);
}

void nova_reset_quota(struct call *c)
{
    quota_reset(c, &QUOTAS, 202);
}
