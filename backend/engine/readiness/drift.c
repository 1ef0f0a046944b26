#include "backend/engine/readiness/drift.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct volume *volume_of(const struct member *m, const char *id)
{
    for (size_t i = 0; i < m->volume_count; i++)
        if (strcmp(m->volumes[i].id, id) == 0)
            return &m->volumes[i];
    return NULL;
}

static const char *label(const struct volume *v)
{
    return *v->name ? v->name : v->id;
}

/* A record without a number (0) says nothing of it. */
static bool differs(int64_t kept, int64_t now)
{
    return kept > 0 && now > 0 && kept != now;
}

static void list_flavor(const struct member *kept, const struct member *now, json_t *lines)
{
    const struct flavor *a = &kept->flavor, *b = &now->flavor;
    if (strcmp(a->name, b->name) != 0 || differs(a->vcpus, b->vcpus) ||
        differs(a->ram_mib, b->ram_mib))
        json_add_line(lines, "%s was resized: %s (%lld vCPU, %lld MiB) is now %s (%lld vCPU, %lld MiB)",
             now->name, a->name, (long long)a->vcpus, (long long)a->ram_mib, b->name,
             (long long)b->vcpus, (long long)b->ram_mib);
}

/* A recovery point from before has only the disks of then. */
static void list_disks(const struct member *kept, const struct member *now, json_t *lines)
{
    size_t known = 0;
    for (size_t i = 0; i < now->volume_count; i++) {
        const struct volume *v = &now->volumes[i], *was = volume_of(kept, v->id);
        known += was != NULL;
        if (!was)
            json_add_line(lines, "%s has a new disk: %s (%lld GiB, %s)", now->name, label(v),
                 (long long)v->size_gib, *v->device ? v->device : "no device");
        else if (differs(was->size_gib, v->size_gib))
            json_add_line(lines, "disk %s of %s was extended: %lld GiB is now %lld GiB", label(v), now->name,
                 (long long)was->size_gib, (long long)v->size_gib);
    }
    if (known < now->volume_count)
        json_add_line(lines, "of %s %zu of %zu disks can be in a recovery point from before", now->name, known,
             now->volume_count);
    for (size_t i = 0; i < kept->volume_count; i++)
        if (!volume_of(now, kept->volumes[i].id))
            json_add_line(lines, "%s has lost a disk: %s (%lld GiB)", now->name, label(&kept->volumes[i]),
                 (long long)kept->volumes[i].size_gib);
}

static void list_networks(const struct member *kept, const struct member *now, json_t *lines)
{
    bool same = kept->nic_count == now->nic_count;
    for (size_t i = 0; same && i < now->nic_count; i++)
        same = strcmp(kept->nics[i].network_id, now->nics[i].network_id) == 0;
    if (!same)
        json_add_line(lines, "%s has other network interfaces: there were %zu, there are %zu", now->name,
             kept->nic_count, now->nic_count);
}

void drift_list(const struct group *kept, const struct group *now, json_t *lines)
{
    for (size_t i = 0; i < now->member_count; i++) {
        const struct member *m = &now->members[i], *was = group_find_member(kept, m->id);
        if (!was || kept->captured_ms == 0)
            continue;
        if (strcmp(was->name, m->name) != 0)
            json_add_line(lines, "%s was renamed: it is %s now", was->name, m->name);
        list_flavor(was, m, lines);
        list_disks(was, m, lines);
        list_networks(was, m, lines);
    }
}

void drift_follow_names(json_t *record, const struct group *kept)
{
    const json_t *m;
    size_t i;
    json_array_foreach(json_list(record, "members"), i, m) {
        const struct member *was = group_find_member(kept, json_text(m, "id"));
        if (was && strcmp(was->name, json_text(m, "name")) != 0)
            boot_order_rename(json_list(record, "boot_groups"), was->name, json_text(m, "name"));
    }
}
