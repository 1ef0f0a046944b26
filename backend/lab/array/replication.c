#include "backend/lab/array/replication.h"

#include "backend/lab/fault/fault.h"

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
                          .most = 1,
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

/* ---- faults -------------------------------------------------------------- */

static double natural(const struct cycle *c, int64_t now)
{
    if (now >= c->completed)
        return 1.0;
    if (now <= c->started)
        return 0.0;
    return (double)(now - c->started) / (double)(c->completed - c->started);
}

static bool is_forgotten(const struct res *group, const char *suffix)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(group->doc, "forgotten"), i, v)
        if (strcmp(json_string_value(v), suffix) == 0)
            return true;
    return false;
}

/* What began before the link went down stands where it stood then; what was to
 * begin after it has not. */
static void hold(struct cycle *c, const struct fault_state *down, const struct fault_state *stuck)
{
    if (down && c->completed > down->since) {
        c->most = natural(c, down->since);
        if (c->started > down->since)
            c->started = INT64_MAX;
    }
    if (stuck && c->completed > stuck->since && c->most > (double)stuck->value / 100)
        c->most = (double)stuck->value / 100;
}

/* An array that is dark sends nothing, and takes no more snapshots. */
static const struct fault_state *dark(const struct lab *lab, int site, struct fault_state *ret)
{
    *ret = (struct fault_state){.since = lab->sites[site].outage_since};
    return lab->sites[site].outage ? ret : NULL;
}

/* Leaves out what is not there; returns how many are left. */
static size_t strike(const struct lab *lab, const struct res *group, struct cycle *list, size_t n)
{
    struct fault_state stale, stuck, down, outage;
    const struct fault_state *off = dark(lab, group->site, &outage);
    bool is_stale = faults_state(lab->faults, "point-stale", group->site, group->id, &stale);
    bool is_stuck = faults_state(lab->faults, "transfer-stuck", group->site, group->id, &stuck);
    bool is_down = faults_state(lab->faults, "link-down", group->site, group->id, &down);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool asked = strspn(list[i].suffix, "0123456789") < strlen(list[i].suffix);
        if (is_forgotten(group, list[i].suffix) || (off && list[i].created > off->since) ||
            (is_stale && !asked && list[i].created > stale.since - stale.value * 1000))
            continue;
        list[kept] = list[i];
        hold(&list[kept], off, NULL);
        hold(&list[kept++], is_down ? &down : NULL, is_stuck ? &stuck : NULL);
    }
    return kept;
}

void replication_forget(struct lab *lab, struct res *group, const char *suffix)
{
    if (!json_list(group->doc, "forgotten"))
        json_put(group->doc, "forgotten", json_array());
    json_array_append_new(json_list(group->doc, "forgotten"), json_string(suffix));
    world_touch(&lab->world, group);
}

/* Whether a fault means this volume: the one it names, else the group's last. */
static bool is_meant(const struct res *group, const char *volume, const struct fault_state *state)
{
    const json_t *list = json_list(group->doc, "volumes");
    size_t n = json_array_size(list);
    const char *last = n ? json_string_value(json_array_get(list, n - 1)) : "";
    return strcmp(*state->volume ? state->volume : last, volume) == 0;
}

/* ---- cycles --------------------------------------------------------------- */

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
    return strike(lab, group, dst, n + more);
}

bool replication_holds(const struct lab *lab, const struct res *group, const char *volume,
                       int64_t created)
{
    struct fault_state missing;
    if (faults_state(lab->faults, "volume-missing", group->site, group->id, &missing) &&
        is_meant(group, volume, &missing))
        return false;
    return json_int(json_map(group->doc, "joined"), volume, 0) <= created;
}

int64_t replication_skew(const struct lab *lab, const struct res *group, const char *volume)
{
    struct fault_state skewed;
    bool set = faults_state(lab->faults, "volume-skewed", group->site, group->id, &skewed);
    return set && is_meant(group, volume, &skewed) ? skewed.value * 1000 : 0;
}

double replication_progress(const struct cycle *c, int64_t now)
{
    double part = natural(c, now);
    return part < c->most ? part : c->most;
}
