/* room: what the whole group needs on the target, summed before
 * anything is made, against what its quotas and hosts have left. */
#include "backend/engine/readiness/eval.h"
#include "backend/engine/recreate/recreate.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- what is wanted ------------------------------------------------------------------ */

enum { TYPES = 16 };
struct wants {
    int64_t instances, vcpus, ram_mib, ports, networks, floating, volumes, gigabytes;
    int64_t largest_gib, largest_ram_mib; /* of one volume, of one server */
    struct {
        const char *name;
        int64_t volumes, gigabytes;
    } types[TYPES];
    size_t type_count;
};

static void want_server(int64_t vcpus, int64_t ram, struct wants *w)
{
    w->instances++;
    w->vcpus += vcpus;
    w->ram_mib += ram;
    if (ram > w->largest_ram_mib)
        w->largest_ram_mib = ram;
}

/* As it will be on the target; as it is on the source where it is unmapped. */
static void want_flavor(const struct eval *x, const struct member *m, struct wants *w)
{
    struct mapped to;
    struct pc_error ignored;
    int64_t vcpus = m->flavor.vcpus, ram = m->flavor.ram_mib;
    if (x->there.flavors &&
        mapping_flavor(x->g, json_map(x->request, "flavor_mapping"), &m->flavor, &x->there, &to,
                       &ignored) == PC_OK) {
        const json_t *f = eval_find(x->there.flavors, "id", to.id);
        vcpus = json_int(f, "vcpus", vcpus);
        ram = json_int(f, "ram", ram);
    }
    want_server(vcpus, ram, w);
}

/* A type that the target does not have, and in a drill one that replicates,
 * gives way to the default type, whose own limits cannot be told here. */
static void want_type(const struct eval *x, const char *name, int64_t gib, struct wants *w)
{
    const json_t *types = eval_list(x, FACT_TYPES);
    size_t i = 0;
    if (!*name || !eval_find(types, "name", name) ||
        (!x->mock && x->purpose == READY_FOR_TEST && eval_type_replicates(types, name)))
        return;
    while (i < w->type_count && strcmp(w->types[i].name, name) != 0)
        i++;
    if (i == TYPES)
        return;
    if (i == w->type_count)
        w->types[w->type_count++].name = name;
    w->types[i].volumes++;
    w->types[i].gigabytes += gib;
}

static void want_volume(const struct eval *x, const char *type, int64_t gib, struct wants *w)
{
    w->volumes++;
    w->gigabytes += gib;
    if (gib > w->largest_gib)
        w->largest_gib = gib;
    want_type(x, type, gib, w);
}

static struct wants wants_of(const struct eval *x)
{
    struct wants w = {.instances = 0};
    w.networks = json_flag(x->request, "auto_network", false);
    for (size_t i = 0; i < x->g->member_count; i++) {
        const struct member *m = &x->g->members[i];
        want_flavor(x, m, &w);
        w.ports += (int64_t)m->nic_count;
        for (size_t k = 0; k < m->nic_count && recreate_wants_floating(x->request); k++)
            w.floating += *m->nics[k].floating_ip != '\0';
        for (size_t k = 0; k < m->volume_count; k++) {
            int64_t gib = m->volumes[k].size_gib > 0 ? m->volumes[k].size_gib : 1;
            want_volume(x, m->volumes[k].type, gib, &w);
        }
    }
    return w;
}

/* What others will take of it before we do, and no quota counts yet. */
static struct wants wanted_by_others(const struct eval *x)
{
    struct wants w = {.instances = 0};
    const json_t *others = json_map(x->facts, "others"), *v;
    json_t *many;
    const char *id;
    size_t i;
    w.networks = json_int(others, "networks", 0);
    w.ports = json_int(others, "ports", 0);
    w.floating = json_int(others, "floating_ips", 0);
    json_object_foreach(json_map(others, "flavors"), id, many) {
        const json_t *f = eval_find(x->there.flavors, "id", id);
        for (int64_t n = json_integer_value(many); n > 0; n--)
            want_server(json_int(f, "vcpus", 0), json_int(f, "ram", 0), &w);
    }
    json_array_foreach(json_list(others, "volumes"), i, v)
        want_volume(x, json_text(v, "type"), json_int(v, "gib", 0), &w);
    return w;
}

/* Of a type that we want as well. */
static void others_of_type(const struct wants *others, const char *type, int64_t *ret_volumes,
                           int64_t *ret_gigabytes)
{
    *ret_volumes = *ret_gigabytes = 0;
    for (size_t i = 0; i < others->type_count; i++)
        if (strcmp(others->types[i].name, type) == 0) {
            *ret_volumes = others->types[i].volumes;
            *ret_gigabytes = others->types[i].gigabytes;
        }
}

/* ---- quotas ------------------------------------------------------------------------------ */

struct shortage {
    char text[200];
    int count;
    char service[96]; /* of the first: what to raise */
    bool others;      /* there would be enough of one of them, if nothing else ran */
};

/* limit < 0: no limit; others: what is not used yet, and will be. */
static void compare(struct shortage *s, const char *option, const char *what, int64_t wanted,
                    int64_t others, int64_t limit, int64_t used)
{
    int64_t left = limit - used - others > 0 ? limit - used - others : 0;
    if (limit < 0 || wanted <= left)
        return;
    s->others |= others > 0;
    if (s->count++ == 0)
        snprintf(s->service, sizeof(s->service), "%s", option);
    size_t len = strlen(s->text);
    if (len + 60 < sizeof(s->text))
        snprintf(s->text + len, sizeof(s->text) - len, "%swants %lld %.60s, left %lld of %lld",
                 len ? "; " : "", (long long)wanted, what, (long long)left, (long long)limit);
}

static const struct {
    struct room_limit limit;
    size_t wanted; /* offset in struct wants */
} LIMITS[] = {
#define OF(member) offsetof(struct wants, member)
    {{FACT_COMPUTE_LIMITS, "maxTotalInstances", "totalInstancesUsed", "instances", "--instances"},
     OF(instances)},
    {{FACT_COMPUTE_LIMITS, "maxTotalCores", "totalCoresUsed", "vCPU", "--cores"}, OF(vcpus)},
    {{FACT_COMPUTE_LIMITS, "maxTotalRAMSize", "totalRAMUsed", "MiB of RAM", "--ram"}, OF(ram_mib)},
    {{FACT_VOLUME_LIMITS, "maxTotalVolumes", "totalVolumesUsed", "volumes", "--volumes"},
     OF(volumes)},
    {{FACT_VOLUME_LIMITS, "maxTotalVolumeGigabytes", "totalGigabytesUsed", "GiB of volumes",
      "--gigabytes"},
     OF(gigabytes)},
#undef OF
};

const struct room_limit *room_limit(size_t i)
{
    return i < sizeof(LIMITS) / sizeof(LIMITS[0]) ? &LIMITS[i].limit : NULL;
}

static int64_t wanted(const struct wants *w, size_t offset)
{
    int64_t v;
    memcpy(&v, (const char *)w + offset, sizeof(v));
    return v;
}

static void compare_limits(const struct eval *x, const struct wants *w,
                           const struct wants *others, struct shortage *s)
{
    for (size_t i = 0; i < sizeof(LIMITS) / sizeof(LIMITS[0]); i++) {
        const struct room_limit *l = &LIMITS[i].limit;
        const json_t *o = eval_map(x, l->fact);
        compare(s, l->option, l->what, wanted(w, LIMITS[i].wanted),
                wanted(others, LIMITS[i].wanted), json_int(o, l->max, -1), json_int(o, l->used, 0));
    }
}

/* {limit, in_use | used, reserved} */
static void compare_set(const json_t *set, const char *name, const char *option, const char *what,
                        int64_t want, int64_t others, struct shortage *s)
{
    const json_t *o = json_map(set, name);
    compare(s, option, what, want, others, json_int(o, "limit", -1),
            json_int(o, "in_use", json_int(o, "used", 0)) + json_int(o, "reserved", 0));
}

static void compare_types(const json_t *volume, const struct wants *w, const struct wants *others,
                          struct shortage *s)
{
    for (size_t i = 0; i < w->type_count; i++) {
        char name[160], what[160], option[160];
        int64_t volumes, gigabytes;
        others_of_type(others, w->types[i].name, &volumes, &gigabytes);
        snprintf(name, sizeof(name), "volumes_%.100s", w->types[i].name);
        snprintf(what, sizeof(what), "volumes of type %.40s", w->types[i].name);
        snprintf(option, sizeof(option), "--volume-type %.60s --volumes", w->types[i].name);
        compare_set(volume, name, option, what, w->types[i].volumes, volumes, s);
        snprintf(name, sizeof(name), "gigabytes_%.100s", w->types[i].name);
        snprintf(what, sizeof(what), "GiB of type %.40s", w->types[i].name);
        snprintf(option, sizeof(option), "--volume-type %.60s --gigabytes", w->types[i].name);
        compare_set(volume, name, option, what, w->types[i].gigabytes, gigabytes, s);
    }
}

static void compare_sets(const struct eval *x, const struct wants *w, const struct wants *others,
                         struct shortage *s)
{
    const json_t *network = eval_map(x, FACT_NETWORK_QUOTA), *volume = eval_map(x, FACT_VOLUME_QUOTA);
    compare_set(network, "port", "--ports", "ports", w->ports, others->ports, s);
    compare_set(network, "network", "--networks", "networks", w->networks, others->networks, s);
    compare_set(network, "subnet", "--subnets", "subnets", w->networks, others->networks, s);
    compare_set(network, "floatingip", "--floating-ips", "floating IPs", w->floating, others->floating, s);
    int64_t one = json_int(json_map(volume, "per_volume_gigabytes"), "limit", -1);
    compare(s, "--per-volume-gigabytes", "GiB in one volume", w->largest_gib, 0, one, 0);
    compare_types(volume, w, others, s);
}

void check_quota(const struct eval *x, struct readiness_result *r)
{
    static const char *const facts[] = {FACT_COMPUTE_LIMITS, FACT_VOLUME_LIMITS,
                                        FACT_NETWORK_QUOTA};
    struct wants w = wants_of(x), others = wanted_by_others(x);
    struct shortage s = {.count = 0};
    char remedy[320];
    compare_limits(x, &w, &others, &s);
    compare_sets(x, &w, &others, &s);
    if (s.count) {
        snprintf(remedy, sizeof(remedy), "%sHave it raised on %.60s (openstack quota set %s NUMBER "
                 "PROJECT), or clean up what is not needed; see openstack limits show --absolute.",
                 s.others ? "Wait for the operations that run (operation list). " : "", x->target,
                 s.service);
        eval_bad(r, remedy, "%s%s", s.text, s.others ? ", after what other operations will make"
                                                     : "");
        return;
    }
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        const char *why;
        if (eval_read(x, facts[i]))
            continue;
        eval_unknown(r, "See with the target's credentials: openstack quota show --usage.",
                     "%s%.200s", eval_error(x, facts[i], &why) ? "" : "not told: ",
                     eval_error(x, facts[i], &why) ? why : facts[i] + strlen("target."));
        return;
    }
    eval_pass(r, "%lld instance%s, %lld vCPU, %lld GiB RAM, %lld volume%s of %lld GiB, %lld port%s fit",
              (long long)w.instances, w.instances == 1 ? "" : "s", (long long)w.vcpus,
              (long long)(w.ram_mib + 1023) / 1024, (long long)w.volumes,
              w.volumes == 1 ? "" : "s", (long long)w.gigabytes, (long long)w.ports,
              w.ports == 1 ? "" : "s");
}

/* ---- hosts and pools ------------------------------------------------------------------------ */

/* Free memory of the hosts that are up: of all, and the most of one. */
static void free_memory(const struct eval *x, int64_t *ret_all, int64_t *ret_one)
{
    const json_t *h;
    size_t i;
    *ret_all = *ret_one = 0;
    const json_t *hosts = eval_list(x, FACT_HYPERVISORS);
    json_array_foreach(hosts, i, h) {
        int64_t left = json_int(h, "memory_mb", 0) - json_int(h, "memory_mb_used", 0);
        if (strcmp(json_text(h, "state"), "up") != 0 ||
            strcmp(json_text(h, "status"), "enabled") != 0 || left <= 0)
            continue;
        *ret_all += left;
        if (left > *ret_one)
            *ret_one = left;
    }
}

/* In GiB; false: nobody gave a number. A pool may say "infinite" or "unknown";
 * of pools that of the target's array counts, where that is known. */
static bool free_space(const struct eval *x, int64_t *ret_gib)
{
    const char *host = json_text(x->facts, "volume_host");
    const json_t *space = eval_map(x, FACT_SPACE), *p;
    size_t i;
    bool told = false;
    *ret_gib = 0;
    const json_t *pools = eval_list(x, FACT_POOLS);
    json_array_foreach(pools, i, p) {
        const json_t *free_gb = json_object_get(json_map(p, "capabilities"), "free_capacity_gb");
        if (*host && strncmp(json_text(p, "name"), host, strlen(host)) != 0)
            continue;
        if (!json_is_number(free_gb))
            return false;
        told = true;
        *ret_gib += (int64_t)json_number_value(free_gb);
    }
    if (!told && json_int(space, "capacity", 0) > 0) {
        *ret_gib = (json_int(space, "capacity", 0) - json_int(space, "used", 0)) >> 30;
        return true;
    }
    return told;
}

void check_capacity(const struct eval *x, struct readiness_result *r)
{
    struct wants w = wants_of(x), others = wanted_by_others(x);
    int64_t all, one, gib;
    free_memory(x, &all, &one);
    bool hosts = eval_list(x, FACT_HYPERVISORS) != NULL, pools = free_space(x, &gib);
    all -= others.ram_mib;
    gib -= others.gigabytes;
    const char *why;
    if (hosts && (w.ram_mib > all || w.largest_ram_mib > one))
        eval_bad(r, "Add compute hosts, map smaller flavors (--flavor-mapping), or free memory.",
                 "wants %lld MiB of RAM, %lld in one server; free %lld, %lld on one host",
                 (long long)w.ram_mib, (long long)w.largest_ram_mib, (long long)all, (long long)one);
    else if (pools && w.gigabytes > gib)
        eval_bad(r, "Free space on the target's storage. Clones of an array need little at first.",
                 "wants %lld GiB of volumes, the storage has %lld", (long long)w.gigabytes,
                 (long long)gib);
    else if (hosts || pools)
        eval_pass(r, "%s%s%s", hosts ? "the hosts have the memory" : "", hosts && pools ? ", " : "",
                  pools ? "the storage has the space" : "");
    else if (eval_error(x, FACT_HYPERVISORS, &why) == PC_ERR_FORBIDDEN)
        eval_unknown(r, "Ask the site's administrator for room: openstack hypervisor stats show.",
                     "only an administrator of %s sees what its hosts have left", x->target);
    else
        eval_unknown(r, "", "%.220s",
                     eval_error(x, FACT_HYPERVISORS, &why) ? why : "the hosts were not asked");
}
