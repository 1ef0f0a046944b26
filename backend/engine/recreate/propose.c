/*
 * propose: what a person would choose, and what speaks against what is
 * chosen, beside what preview.c tells. It changes no mapping: a
 * suggestion counts when somebody takes it into the request.
 */
#include "backend/engine/recreate/recreate.h"

#include "backend/model/address.h"

#include <stdio.h>
#include <string.h>

static void suggest(json_t *row, const json_t *target, const char *reason)
{
    json_t *o = json_object();
    json_put_text(o, "to", json_text(target, "id"));
    json_put_text(o, "to_name", json_text(target, "name"));
    json_put_text(o, "reason", reason);
    json_put(row, "suggested", o);
}

/* What the operation before took for it. */
static const json_t *last_target(const json_t *last, const char *key, const json_t *row,
                                 const json_t *targets)
{
    const json_t *map = json_map(last, key);
    const char *to = json_text(map, json_text(row, "from"));
    if (!*to)
        to = json_text(map, json_text(row, "from_name"));
    const json_t *target = json_find(targets, "id", to);
    return target ? target : json_find(targets, "name", to);
}

/* ---- networks -------------------------------------------------------------------- */

static bool nic_fits(const struct nic *nic, const json_t *cidrs)
{
    const json_t *v;
    size_t i;
    json_array_foreach(cidrs, i, v)
        if (json_is_string(v) && address_within(nic->ip, json_string_value(v)))
            return true;
    return false;
}

/* Every address of the group on that network lies in one of the subnets. */
static bool all_fit(const struct group *g, const char *network, const json_t *cidrs)
{
    int seen = 0;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].nic_count; k++) {
            const struct nic *nic = &g->members[i].nics[k];
            if (strcmp(nic->network_id, network) != 0 || !*nic->ip)
                continue;
            if (!nic_fits(nic, cidrs))
                return false;
            seen++;
        }
    return seen > 0;
}

/* The only one with room for the addresses as they are; NULL: none, or several. */
static const json_t *same_subnet(const struct recreate_input *in, const char *network,
                                 const json_t *targets)
{
    const json_t *o, *found = NULL;
    size_t i;
    json_array_foreach(targets, i, o)
        if (all_fit(in->group, network, json_list(o, "cidrs"))) {
            if (found)
                return NULL;
            found = o;
        }
    return found;
}

static int ports_on(const struct group *g, const char *network)
{
    int n = 0;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].nic_count; k++)
            n += strcmp(g->members[i].nics[k].network_id, network) == 0;
    return n;
}

static int64_t used_in(const json_t *ports, const char *subnet)
{
    const json_t *port, *fixed;
    size_t i, k;
    int64_t n = 0;
    json_array_foreach(ports, i, port)
        json_array_foreach(json_list(port, "fixed_ips"), k, fixed)
            n += strcmp(json_text(fixed, "subnet_id"), subnet) == 0;
    return n;
}

/* Addresses of its IPv4 pools that no port we may see has; -1: not known. */
static int64_t free_on(const struct recreate_input *in, const char *network)
{
    const json_t *subnet, *pool, *ports = json_list(in->facts, "ports");
    size_t i, k;
    int64_t n = -1;
    json_array_foreach(json_list(in->facts, "subnets"), i, subnet) {
        if (!ports || strcmp(json_text(subnet, "network_id"), network) != 0)
            continue;
        json_array_foreach(json_list(subnet, "allocation_pools"), k, pool) {
            int64_t span = address_span(json_text(pool, "start"), json_text(pool, "end"));
            if (span > 0)
                n = (n < 0 ? 0 : n) + span;
        }
        if (n >= 0)
            n -= used_in(ports, json_text(subnet, "id"));
    }
    return n < -1 ? 0 : n;
}

/* One layer 2 with production's, where both sites tell the segment. */
static bool same_wire(const struct recreate_input *in, const char *from, const char *to)
{
    char segment[160] = "";
    const json_t *network = json_find(json_list(in->facts, "networks"), "id", to);
    if (network)
        nic_segment(segment, sizeof(segment), network);
    for (size_t i = 0; i < in->group->member_count && *segment; i++)
        for (size_t k = 0; k < in->group->members[i].nic_count; k++) {
            const struct nic *nic = &in->group->members[i].nics[k];
            if (strcmp(nic->network_id, from) == 0 && nic->segment &&
                strcmp(nic->segment, segment) == 0)
                return true;
        }
    return false;
}

static void note_network(const struct recreate_input *in, json_t *row, const json_t *target,
                         bool drill)
{
    int64_t wanted = json_int(row, "wanted", 0), left = json_int(target, "free", -1);
    const char *from = json_text(row, "from"), *to = json_text(target, "id");
    char note[160] = "";
    if (drill && strcmp(from, to) == 0)
        snprintf(note, sizeof(note), "production's own network: a drill would reach it");
    else if (drill && same_wire(in, from, to))
        snprintf(note, sizeof(note), "the same wire as production's: a drill would reach it");
    else if (left >= 0 && left < wanted)
        snprintf(note, sizeof(note), "%lld of %lld addresses are free", (long long)left,
                 (long long)wanted);
    else if (drill && json_flag(target, "external", false))
        snprintf(note, sizeof(note), "an external network: a drill would be seen outside");
    if (*note && !*json_text(row, "note"))
        json_put_text(row, "note", note);
}

static void propose_networks(const struct recreate_input *in, const json_t *last, bool drill,
                             json_t *o)
{
    json_t *targets = json_list(o, "target_networks"), *row;
    size_t i;
    json_array_foreach(targets, i, row) {
        int64_t left = free_on(in, json_text(row, "id"));
        json_put(row, "free", left < 0 ? json_null() : json_integer(left));
    }
    json_array_foreach(json_list(o, "networks"), i, row) {
        const char *from = json_text(row, "from");
        const json_t *target = json_find(targets, "id", json_text(row, "to")), *found;
        json_put_int(row, "wanted", ports_on(in->group, from));
        json_put(row, "suggested", json_null());
        if (target)
            note_network(in, row, target, drill);
        else if (recreate_isolated(in))
            continue;
        else if ((found = last_target(last, "network_mapping", row, targets)))
            suggest(row, found, "last time");
        else if ((found = same_subnet(in, from, targets)))
            suggest(row, found, "same subnet");
    }
}

/* ---- flavors --------------------------------------------------------------------------- */

/* How much more it is than what is wanted, in vCPUs and GiB alike; -1: it is less. */
static int64_t more_than(const json_t *row, const json_t *target)
{
    int64_t cpus = json_int(target, "vcpus", 0) - json_int(row, "vcpus", 0);
    int64_t ram = json_int(target, "ram", 0) - json_int(row, "ram", 0);
    int64_t disk = json_int(target, "disk", 0) - json_int(row, "disk", 0);
    return cpus < 0 || ram < 0 || disk < 0 ? -1 : cpus * 1024 + ram + disk;
}

static const json_t *nearest(const json_t *row, const json_t *targets)
{
    const json_t *o, *found = NULL;
    int64_t least = 0;
    size_t i;
    json_array_foreach(targets, i, o) {
        int64_t more = more_than(row, o);
        if (more >= 0 && (!found || more < least)) {
            found = o;
            least = more;
        }
    }
    return found;
}

static void propose_flavors(const json_t *last, json_t *o)
{
    json_t *targets = json_list(o, "target_flavors"), *row;
    size_t i;
    json_array_foreach(json_list(o, "flavors"), i, row) {
        const json_t *found;
        json_put(row, "suggested", json_null());
        if (*json_text(row, "to"))
            continue;
        if ((found = last_target(last, "flavor_mapping", row, targets)))
            suggest(row, found, "last time");
        else if ((found = nearest(row, targets)))
            suggest(row, found, "nearest");
    }
}

/* ---- images ---------------------------------------------------------------------------- */

/* Of the same contents, or of the same name where only one has it; `why` says which. */
static const json_t *like(const json_t *row, const json_t *targets, const char **why)
{
    static const struct {
        const char *key, *of_row, *why;
    } alike[] = {{"checksum", "checksum", "same contents"}, {"name", "from_name", "same name"}};
    for (size_t a = 0; a < sizeof(alike) / sizeof(alike[0]); a++) {
        const char *want = json_text(row, alike[a].of_row);
        const json_t *o, *found = NULL;
        size_t i, n = 0;
        json_array_foreach(targets, i, o)
            if (*want && strcmp(json_text(o, alike[a].key), want) == 0) {
                found = found ? found : o;
                n++;
            }
        *why = alike[a].why;
        if (n == 1 || (n && a == 0)) /* of the same contents one is as good as the other */
            return found;
    }
    return NULL;
}

static void propose_images(const json_t *last, json_t *o)
{
    json_t *targets = json_list(o, "target_images"), *row;
    size_t i;
    json_array_foreach(json_list(o, "images"), i, row) {
        const json_t *found;
        const char *why;
        json_put(row, "suggested", json_null());
        if (*json_text(row, "to"))
            continue;
        if ((found = last_target(last, "image_mapping", row, targets)))
            suggest(row, found, "last time");
        else if ((found = like(row, targets, &why)))
            suggest(row, found, why);
    }
}

void recreate_propose(const struct recreate_input *in, const json_t *last, bool drill,
                      json_t *mappings)
{
    propose_networks(in, last, drill, mappings);
    propose_flavors(last, mappings);
    propose_images(last, mappings);
}
