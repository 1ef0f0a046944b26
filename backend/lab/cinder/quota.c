/* Cinder's limits and quotas. */
#include "backend/lab/cinder/cinder.h"
#include "backend/lab/quota.h"

#include <string.h>

enum { VOLUMES, GIGABYTES, SNAPSHOTS };

static const struct quota_kind KINDS[] = {
    [VOLUMES] = {"volumes", 6, true},
    [GIGABYTES] = {"gigabytes", 400, true},
    [SNAPSHOTS] = {"snapshots", 6, true},
    {"backups", 10, false},
    {"backup_gigabytes", 1000, false},
    {"groups", 10, false},
    {"per_volume_gigabytes", -1, false},
};

static void count(struct call *c, const char *project, int64_t used[QUOTA_USED])
{
    memset(used, 0, QUOTA_USED * sizeof(used[0]));
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++) {
        const struct res *r = world_at(c->world, c->site, K_VOLUME, i);
        if (strcmp(json_text(r->doc, "project"), project) != 0)
            continue;
        used[VOLUMES]++;
        used[GIGABYTES] += json_int(r->doc, "size", 0);
    }
    for (size_t i = 0; i < world_count(c->world, c->site, K_SNAPSHOT); i++)
        used[SNAPSHOTS] += strcmp(json_text(world_at(c->world, c->site, K_SNAPSHOT, i)->doc,
                                            "project"), project) == 0;
}

static const struct quota_set QUOTAS = {
    .service = "volume",
    .kinds = KINDS,
    .count = sizeof(KINDS) / sizeof(KINDS[0]),
    .usage = count,
};

bool cinder_quota(struct call *c, int64_t volumes, int64_t gigabytes)
{
    int64_t used[QUOTA_USED], most = quota_limit(c, &QUOTAS, c->who.project, VOLUMES),
                              size = quota_limit(c, &QUOTAS, c->who.project, GIGABYTES);
    count(c, c->who.project, used);
    if (size >= 0 && used[GIGABYTES] + gigabytes > size) {
        reply_fail(c, 413, NULL,
                   "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed "
                   "gigabytes quota. Requested %lldG, quota is %lldG and %lldG has been consumed.",
                   (long long)gigabytes, (long long)size, (long long)used[GIGABYTES]);
        return false;
    }
    if (most >= 0 && used[VOLUMES] + volumes > most) {
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
    const char *project = c->who.project;
    int64_t used[QUOTA_USED];
    count(c, project, used);
    json_t *abs = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:i}", "maxTotalVolumes",
        (json_int_t)quota_limit(c, &QUOTAS, project, VOLUMES), "totalVolumesUsed",
        (json_int_t)used[VOLUMES], "maxTotalVolumeGigabytes",
        (json_int_t)quota_limit(c, &QUOTAS, project, GIGABYTES), "totalGigabytesUsed",
        (json_int_t)used[GIGABYTES], "maxTotalSnapshots",
        (json_int_t)quota_limit(c, &QUOTAS, project, SNAPSHOTS), "totalSnapshotsUsed",
        (json_int_t)used[SNAPSHOTS], "maxTotalBackups", 10, "totalBackupsUsed", 0,
        "maxTotalBackupGigabytes", 1000, "totalBackupGigabytesUsed", 0);
    reply_json(c, 200, json_pack("{s:{s:[], s:o}}", "limits", "rate", "absolute", abs));
}

void cinder_show_quota(struct call *c)
{
    const char *usage = call_param(c, "usage");
    quota_show(c, &QUOTAS, usage && (*usage == 't' || *usage == 'T'));
}

void cinder_set_quota(struct call *c)
{
    quota_change(c, &QUOTAS);
}

void cinder_reset_quota(struct call *c)
{
    quota_reset(c, &QUOTAS, 200);
}
