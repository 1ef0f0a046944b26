/* address: which addresses can be kept, and whether a drill could be
 * taken for production. */
#include "backend/engine/readiness/eval.h"

#include "backend/model/address.h"

#include <string.h>

/* ---- addresses --------------------------------------------------------------------- */

static bool in_network(const struct eval *x, const char *network, const char *ip)
{
    const json_t *s;
    size_t i;
    json_array_foreach(eval_list(x, FACT_SUBNETS), i, s)
        if (strcmp(json_text(s, "network_id"), network) == 0 && address_within(ip, json_text(s, "cidr")))
            return true;
    return false;
}

static bool in_use(const struct eval *x, const char *network, const char *ip)
{
    const json_t *port, *fixed;
    size_t i, k;
    json_array_foreach(eval_list(x, FACT_PORTS), i, port) {
        if (strcmp(json_text(port, "network_id"), network) != 0)
            continue;
        json_array_foreach(json_list(port, "fixed_ips"), k, fixed)
            if (address_same(json_text(fixed, "ip_address"), ip))
                return true;
    }
    return false;
}

/* False: it has no counterpart, which is another check's to say. */
static bool goes_to(const struct eval *x, const struct nic *nic, struct mapped *to)
{
    struct pc_error ignored;
    return mapping_network(x->g, json_map(x->request, "network_mapping"), nic, &x->there, to,
                           &ignored) == PC_OK &&
           to->reason != MAP_NONE;
}

/* A drill asks for new addresses, if nobody says otherwise. */
static bool keeps_addresses(const struct eval *x)
{
    const char *policy = json_text(x->request, "addresses");
    return *policy ? strcmp(policy, "keep") == 0 : x->purpose != READY_FOR_TEST;
}

void check_addresses(const struct eval *x, struct readiness_result *r)
{
    struct eval_names taken = {.count = 0};
    int count = 0, outside = 0;
    if (json_flag(x->request, "auto_network", false)) {
        eval_skip(r, "the drill makes a network for itself: its addresses are new");
        return;
    }
    if (!keeps_addresses(x)) {
        eval_skip(r, "new addresses are asked for");
        return;
    }
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct nic *nic = &x->g->members[i].nics[k];
            struct mapped to;
            if (!*nic->ip || !goes_to(x, nic, &to))
                continue;
            count++;
            if (!in_network(x, to.id, nic->ip))
                outside++;
            else if (in_use(x, to.id, nic->ip))
                eval_name(&taken, nic->ip);
        }
    if (taken.count)
        eval_bad(r, "Those get a new address. Find the owner: openstack port list --fixed-ip "
                    "ip-address=...",
                 "%d of %d addresses are taken on %s: %s%s", taken.count, count, x->target,
                 eval_names_text(&taken), outside ? "; others are in no subnet there" : "");
    else if (outside)
        eval_bad(r, "They get a new address: see that names and firewalls follow, or map a network "
                    "with the same subnet.",
                 "%d of %d addresses are in no subnet of the mapped networks", outside, count);
    else
        eval_pass(r, "%d address%s free on %s", count, count == 1 ? " is" : "es are", x->target);
}

/* ---- production ----------------------------------------------------------------------- */

static bool is_routed(const struct eval *x, const char *network)
{
    const json_t *port;
    size_t i;
    json_array_foreach(eval_list(x, FACT_PORTS), i, port)
        if (strcmp(json_text(port, "network_id"), network) == 0 &&
            strncmp(json_text(port, "device_owner"), "network:router_interface", 24) == 0)
            return true;
    return false;
}

void check_production(const struct eval *x, struct readiness_result *r)
{
    struct eval_names same = {.count = 0}, routed = {.count = 0};
    if (json_flag(x->request, "auto_network", false)) {
        eval_pass(r, "the drill's own network reaches nobody");
        return;
    }
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct nic *nic = &x->g->members[i].nics[k];
            struct mapped to;
            if (!goes_to(x, nic, &to))
                continue;
            if (strcmp(nic->network_id, to.id) == 0)
                eval_name(&same, x->g->members[i].name);
            else if (keeps_addresses(x) && *nic->ip && in_network(x, to.id, nic->ip) &&
                     is_routed(x, to.id))
                eval_name(&routed, x->g->members[i].name);
        }
    if (same.count)
        eval_bad(r, "Map another network for the drill, or use --auto-network.",
                 "%d port%s would be on production's own network: %s", same.count,
                 same.count == 1 ? "" : "s", eval_names_text(&same));
    else if (routed.count)
        eval_bad(r, "Map a network without a router for the drill, or use --auto-network.",
                 "%d port%s could have production's address where a router leads out: %s",
                 routed.count, routed.count == 1 ? "" : "s", eval_names_text(&routed));
    else
        eval_pass(r, "no port is on production's network or could have its address beside it");
}
