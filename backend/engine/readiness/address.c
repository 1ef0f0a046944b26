/* address: which addresses can be kept, and whether a drill could be
 * taken for production. */
#include "backend/engine/readiness/eval.h"
#include "backend/engine/recreate/recreate.h"

#include "backend/model/address.h"

#include <stdio.h>
#include <string.h>

/* ---- addresses --------------------------------------------------------------------- */

static bool in_network(const struct eval *x, const char *network, const char *ip)
{
    const json_t *s;
    size_t i;
    const json_t *subnets = eval_list(x, FACT_SUBNETS);
    json_array_foreach(subnets, i, s)
        if (strcmp(json_text(s, "network_id"), network) == 0 && address_within(ip, json_text(s, "cidr")))
            return true;
    return false;
}

/* The port that has it on that network, NULL none. */
static const json_t *user_of(const struct eval *x, const char *network, const char *ip)
{
    const json_t *port, *fixed;
    size_t i, k;
    const json_t *ports = eval_list(x, FACT_PORTS);
    json_array_foreach(ports, i, port) {
        if (strcmp(json_text(port, "network_id"), network) != 0)
            continue;
        json_array_foreach(json_list(port, "fixed_ips"), k, fixed)
            if (address_same(json_text(fixed, "ip_address"), ip))
                return port;
    }
    return NULL;
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

/* The addresses that it had there before, where it comes back to it (recreate/address.c). */
static const struct nic *asks_for(const struct eval *x, const struct member *m, size_t index)
{
    const struct nic *was = predecessor_nic(m, index, x->target);
    return was && x->purpose != READY_FOR_TEST ? was : &m->nics[index];
}

#define FLOATING_REMEDY                                                                            \
    "Have floating IPs there, and give them to the copies afterwards (openstack floating ip create, " \
    "openstack server add floating ip); names that point to the old ones must follow."

/* They belong to the other site's external network, and no failover takes them along; a
 * drill is not to be reached. "": there is none to tell of. */
static void leaves_floating(const struct eval *x, char *dst, size_t size)
{
    struct eval_names names = {.count = 0};
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct nic *nic = &x->g->members[i].nics[k];
            if (*nic->floating_ip)
                eval_name(&names, nic->floating_ip);
        }
    dst[0] = '\0';
    if (names.count && x->purpose != READY_FOR_TEST && !recreate_wants_floating(x->request))
        snprintf(dst, size, "%d floating IP%s not taken along: %s", names.count,
                 names.count == 1 ? " is" : "s are", eval_names_text(&names));
}

struct kept {
    struct eval_names taken;
    int count, outside, held; /* held: by what stood for the member there before */
};

static void look_for_addresses(const struct eval *x, struct kept *c)
{
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            const struct nic *nic = &x->g->members[i].nics[k];
            const json_t *by;
            struct mapped to;
            if (!goes_to(x, nic, &to))
                continue;
            nic = asks_for(x, &x->g->members[i], k);
            if (!*nic->ip)
                continue;
            c->count++;
            if (!in_network(x, to.id, nic->ip))
                c->outside++;
            else if ((by = user_of(x, to.id, nic->ip)) != NULL) {
                eval_name(&c->taken, nic->ip);
                c->held += strcmp(json_text(by, "id"), nic->port_id) == 0;
            }
        }
}

/* `more`: what goes with it, "" nothing. */
static void tell_kept(const struct eval *x, struct kept *c, const char *more, struct readiness_result *r)
{
    const char *and = *more ? "; " : "";
    if (c->taken.count)
        eval_bad(r, c->held == c->taken.count
                        ? "The servers of before the failover hold them: those get a new address, "
                          "unless they are released before (protection-group release GROUP)."
                        : "Those get a new address. Find the owner: openstack port list --fixed-ip "
                          "ip-address=...",
                 "%d of %d addresses are taken on %s: %s%s%s%s", c->taken.count, c->count, x->target,
                 eval_names_text(&c->taken), c->outside ? "; others are in no subnet there" : "", and, more);
    else if (c->outside)
        eval_bad(r, "They get a new address: see that names and firewalls follow, or map a network "
                    "with the same subnet.",
                 "%d of %d addresses are in no subnet of the mapped networks%s%s", c->outside, c->count,
                 and, more);
    else if (*more)
        eval_bad(r, FLOATING_REMEDY, "%s", more);
    else
        eval_pass(r, "%d address%s free on %s", c->count, c->count == 1 ? " is" : "es are", x->target);
}

void check_addresses(const struct eval *x, struct readiness_result *r)
{
    struct kept c = {.count = 0};
    char floating[260];
    leaves_floating(x, floating, sizeof(floating));
    if (json_flag(x->request, "auto_network", false)) {
        eval_skip(r, "the drill makes a network for itself: its addresses are new");
    } else if (keeps_addresses(x)) {
        look_for_addresses(x, &c);
        tell_kept(x, &c, floating, r);
    } else if (*floating) {
        eval_bad(r, FLOATING_REMEDY, "%s", floating);
    } else {
        eval_skip(r, "new addresses are asked for");
    }
}

/* ---- production ----------------------------------------------------------------------- */

static bool is_routed(const struct eval *x, const char *network)
{
    const json_t *port;
    size_t i;
    const json_t *ports = eval_list(x, FACT_PORTS);
    json_array_foreach(ports, i, port)
        if (strcmp(json_text(port, "network_id"), network) == 0 &&
            strncmp(json_text(port, "device_owner"), "network:router_interface", 24) == 0)
            return true;
    return false;
}

/* Whether both are one wire: tagged or flat networks of one name and number. What is laid
 * over others counts in each cloud by itself. */
static bool same_wire(const struct eval *x, const struct nic *nic, const struct mapped *to)
{
    char segment[160];
    nic_segment(segment, sizeof(segment), eval_find(x->there.networks, "id", to->id));
    return (strncmp(segment, "vlan ", 5) == 0 || strncmp(segment, "flat ", 5) == 0) &&
           strcmp(segment, nic->segment) == 0;
}

/* The ways in which a drill's ports can meet production. */
enum meeting { APART, LED_OUT, ROUTED_TOGETHER, ONE_WIRE, ONE_NETWORK, MEETINGS };

static enum meeting meets(const struct eval *x, const struct nic *nic)
{
    struct mapped to;
    if (!goes_to(x, nic, &to))
        return APART;
    if (strcmp(nic->network_id, to.id) == 0)
        return ONE_NETWORK;
    if (same_wire(x, nic, &to))
        return ONE_WIRE;
    if (!is_routed(x, to.id))
        return APART;
    return *nic->ip && in_network(x, to.id, nic->ip) ? ROUTED_TOGETHER : LED_OUT;
}

void check_production(const struct eval *x, struct readiness_result *r)
{
    static const char *const words[MEETINGS] = {
        [LED_OUT] = "where a router leads out, it is not seen to where",
        [ROUTED_TOGETHER] = "in production's own subnet, where a router leads out",
        [ONE_WIRE] = "on production's own segment",
        [ONE_NETWORK] = "on production's own network",
    };
    struct eval_names found[MEETINGS] = {{.count = 0}};
    enum meeting worst = APART;
    if (json_flag(x->request, "auto_network", false)) {
        eval_pass(r, "the drill's own network reaches nobody");
        return;
    }
    for (size_t i = 0; i < x->g->member_count; i++)
        for (size_t k = 0; k < x->g->members[i].nic_count; k++) {
            enum meeting m = meets(x, &x->g->members[i].nics[k]);
            eval_name(&found[m], x->g->members[i].name);
            worst = m > worst ? m : worst;
        }
    if (worst == APART) {
        eval_pass(r, "no port is seen to be on production's network, or where a router leads out");
        return;
    }
    if (worst == LED_OUT || json_flag(x->request, "allow_production_network", false))
        r->weight = READINESS_MILD;
    eval_bad(r, "Map a network without a router for the drill, or use --auto-network; where they may "
                "meet, say so: --allow-production-network.",
             "%d port%s would be %s: %s", found[worst].count, found[worst].count == 1 ? "" : "s",
             words[worst], eval_names_text(&found[worst]));
}
