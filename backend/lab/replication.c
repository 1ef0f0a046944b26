#include "backend/lab/replication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { START_DELAY_MS = 1000 };

int64_t replication_interval(const struct lab *lab, const struct res *group)
{
    return lab_scaled(lab, json_int(group->doc, "interval", 300) * 1000);
}

/* Groups do not all fire at once: each has its own offset. */
static int64_t phase_of(const struct res *group, int64_t interval)
{
    uint32_t h = 2166136261u;
    for (const char *p = group->id; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return (int64_t)(h % (uint64_t)interval);
}

/* A transfer takes its time more or less a fifth, different for each cycle. */
static int64_t transfer_time(const struct lab *lab, const struct res *group, int64_t tick)
{
    int64_t base = lab_scaled(lab, json_int(group->doc, "transfer", 12) * 1000);
    uint64_t z = (uint64_t)tick * 0x9e3779b97f4a7c15u;
    z ^= z >> 29;
    return base * (int64_t)(80 + z % 41) / 100 + 1;
}

static struct cycle cycle_at(const struct lab *lab, const struct res *group, int64_t created,
                             int64_t tick)
{
    int64_t started = created + lab_scaled(lab, START_DELAY_MS);
    return (struct cycle){.created = created,
                          .started = started,
                          .completed = started + transfer_time(lab, group, tick)};
}

/* A new group has been replicated since it has a target. */
static size_t scheduled(const struct lab *lab, const struct res *group, int64_t now,
                        int64_t forgotten, struct cycle *dst, size_t room)
{
    int64_t interval = replication_interval(lab, group), phase = phase_of(group, interval);
    int64_t retention = lab_scaled(lab, (int64_t)REPLICATION_RETENTION_S * 1000);
    int64_t first = (lab->born - retention - phase) / interval;
    int64_t since = json_int(group->doc, "since", 0);
    size_t n = 0;
    if (json_flag(group->doc, "unscheduled", false))
        return 0;
    for (int64_t tick = (now - phase) / interval; tick >= first && n < room; tick--) {
        int64_t created = tick * interval + phase;
        if (created < forgotten || created < since)
            break;
        dst[n] = cycle_at(lab, group, created, tick);
        dst[n].number = tick - first + 1;
        snprintf(dst[n].suffix, sizeof(dst[n].suffix), "%lld", (long long)dst[n].number);
        n++;
    }
    return n;
}

static size_t asked_for(const struct lab *lab, const struct res *group, int64_t forgotten,
                        struct cycle *dst, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < world_count(&lab->world, group->site, K_ARRAY_SNAPSHOT) && n < room; i++) {
        const struct res *r = world_at(&lab->world, group->site, K_ARRAY_SNAPSHOT, i);
        int64_t created = json_int(r->doc, "created", 0);
        if (strcmp(json_text(r->doc, "group"), group->id) != 0 || created < forgotten)
            continue;
        dst[n] = cycle_at(lab, group, created, r->seq);
        dst[n].number = r->seq;
        snprintf(dst[n].suffix, sizeof(dst[n].suffix), "%s", json_text(r->doc, "suffix"));
        n++;
    }
    return n;
}

static int newest_first(const void *a, const void *b)
{
    const struct cycle *x = a, *y = b;
    return x->created != y->created ? (x->created < y->created ? 1 : -1)
                                    : (x->number < y->number) - (x->number > y->number);
}

size_t replication_cycles(const struct lab *lab, const struct res *group, int64_t now,
                          struct cycle *dst, size_t room)
{
    int64_t forgotten = now - lab_scaled(lab, (int64_t)REPLICATION_RETENTION_S * 1000);
    if (json_flag(group->doc, "untargeted", false) || json_flag(group->doc, "refused", false))
        return 0;
    size_t n = scheduled(lab, group, now, forgotten, dst, room);
    size_t more = asked_for(lab, group, forgotten, dst + n, room - n);
    if (more)
        qsort(dst, n + more, sizeof(*dst), newest_first);
    return n + more;
}

bool replication_holds(const struct res *group, const char *volume, int64_t created)
{
    return json_int(json_map(group->doc, "joined"), volume, 0) <= created;
}

double replication_progress(const struct cycle *c, int64_t now)
{
    if (now >= c->completed)
        return 1.0;
    if (now <= c->started)
        return 0.0;
    return (double)(now - c->started) / (double)(c->completed - c->started);
}
