#include "backend/lab/replication.h"

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

size_t replication_cycles(const struct lab *lab, const struct res *group, int64_t now,
                          struct cycle *dst, size_t room)
{
    int64_t interval = replication_interval(lab, group), phase = phase_of(group, interval);
    int64_t retention = lab_scaled(lab, (int64_t)REPLICATION_RETENTION_S * 1000);
    int64_t first = (lab->born - retention - phase) / interval;
    size_t n = 0;
    for (int64_t tick = (now - phase) / interval; tick >= first && n < room; tick--) {
        int64_t created = tick * interval + phase;
        if (created < now - retention)
            break;
        dst[n++] = (struct cycle){
            .number = tick - first + 1,
            .created = created,
            .started = created + lab_scaled(lab, START_DELAY_MS),
            .completed = created + lab_scaled(lab, START_DELAY_MS) +
                         transfer_time(lab, group, tick),
        };
    }
    return n;
}

double replication_progress(const struct cycle *c, int64_t now)
{
    if (now >= c->completed)
        return 1.0;
    if (now <= c->started)
        return 0.0;
    return (double)(now - c->started) / (double)(c->completed - c->started);
}
