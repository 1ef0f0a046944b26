/*
 * address: which addresses the port of a copy asks for.
 *
 *   given  an operator said which; it fits and is free, or the plan is refused
 *   keep   those of the source, as far as they fit and nobody has them
 *   new    whatever Neutron chooses
 *
 * A MAC is given by hand beside any of them, and is a given one all the same: it is free and
 * permitted, or nothing is made.
 *
 * What is kept may still be refused by Neutron, which sees more than we do:
 * then the step takes what it gets and says so. A drill keeps nothing on a
 * network that may be one with production's: two machines with one address
 * would both be lost.
 */
#include "backend/engine/recreate/recreate.h"

#include "backend/model/address.h"

#include <stdio.h>
#include <strings.h>

struct asked {
    const struct member *m;
    size_t index;
    const struct nic *nic;
    const struct mapped *to;
    json_t *params;
};

static const json_t *given_all(const struct recreate_input *in)
{
    return json_map(in->request, "fixed_ips");
}

static const json_t *given_macs(const struct recreate_input *in)
{
    return json_map(in->request, "macs");
}

/* What is given by hand for that interface, "" nothing. */
static const char *given_for(const json_t *all, const struct asked *a)
{
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s/%zu", a->m->name, a->index);
    return json_text(all, key);
}

/* ---- the request as a whole ------------------------------------------------------ */

void recreate_put_addresses(json_t *effective, const json_t *args, const char *otherwise)
{
    const json_t *given = json_map(args, "fixed_ips"), *macs = json_map(args, "macs");
    json_put_text(effective, "addresses",
                  *json_text(args, "addresses") ? json_text(args, "addresses") : otherwise);
    if (json_object_size(given))
        json_put(effective, "fixed_ips", json_deep_copy(given));
    if (json_object_size(macs))
        json_put(effective, "macs", json_deep_copy(macs));
}

static bool names_a_nic(const struct group *g, const char *key)
{
    char name[STEP_KEY_SIZE];
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].nic_count; k++) {
            snprintf(name, sizeof(name), "%s/%zu", g->members[i].name, k);
            if (strcmp(name, key) == 0)
                return true;
        }
    return false;
}

static enum pc_err refuse_nic(const struct recreate_input *in, const char *key, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_INVALID, "Name a server and its network interface, counted from 0: "
                        "web-1/0.", "%s has no server and interface '%s'", in->group->name, key);
}

/* Which other interface is given that MAC, too; NULL none. */
static const char *given_twice(const json_t *macs, const char *key, const char *mac)
{
    const char *other;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)macs, other, v)
        if (strcmp(other, key) != 0 && json_is_string(v) && strcasecmp(json_string_value(v), mac) == 0)
            return other;
    return NULL;
}

static enum pc_err check_macs(const struct recreate_input *in, struct pc_error *err)
{
    const char *key, *twice;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)given_macs(in), key, v) {
        const char *mac = json_is_string(v) ? json_string_value(v) : "";
        if (!names_a_nic(in->group, key))
            return refuse_nic(in, key, err);
        if (!address_mac_unicast(mac))
            return pc_error_set(err, PC_ERR_INVALID, "Give six octets of a single interface: "
                                "fa:16:3e:0a:0b:0c; the first one is even.",
                                "'%s' for %s is no MAC that an interface may have", mac, key);
        if ((twice = given_twice(given_macs(in), key, mac)) != NULL)
            return pc_error_set(err, PC_ERR_INVALID, "Give each interface a MAC of its own.",
                                "the MAC %s is given to %s and to %s", mac, key, twice);
    }
    return PC_OK;
}

enum pc_err recreate_check_addresses(const struct recreate_input *in, struct pc_error *err)
{
    const char *policy = json_text(in->request, "addresses"), *key;
    json_t *v;
    if (*policy && strcmp(policy, "keep") != 0 && strcmp(policy, "new") != 0)
        return pc_error_set(err, PC_ERR_INVALID, "Use keep or new; single ones are given by "
                            "fixed_ips.", "addresses cannot be '%s'", policy);
    if (json_object_size(given_all(in)) + json_object_size(given_macs(in)) && recreate_isolated(in))
        return pc_error_set(err, PC_ERR_INVALID, "Leave them out: the isolated network has addresses "
                            "of its own.", "addresses and MACs cannot be given together with an "
                            "isolated network");
    json_object_foreach((json_t *)(uintptr_t)given_all(in), key, v) {
        const char *ip = json_is_string(v) ? json_string_value(v) : "";
        if (!names_a_nic(in->group, key))
            return refuse_nic(in, key, err);
        if (!address_valid(ip))
            return pc_error_set(err, PC_ERR_INVALID, "Give an IPv4 or IPv6 address.",
                                "'%s' for %s is no address", ip, key);
    }
    return check_macs(in, err);
}

/* ---- what the target has ----------------------------------------------------------- */

/* The subnet of the network that an address lies in, NULL none. */
static const json_t *subnet_for(const struct recreate *b, const char *network, const char *ip)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(b->in->facts, "subnets"), i, v)
        if (strcmp(json_text(v, "network_id"), network) == 0 &&
            address_within(ip, json_text(v, "cidr")))
            return v;
    return NULL;
}

static bool has_address(const json_t *fixed_ips, const char *ip)
{
    const json_t *v;
    size_t i;
    json_array_foreach(fixed_ips, i, v)
        if (address_same(json_text(v, "ip_address"), ip))
            return true;
    return false;
}

/* Who has it on that network: a port we can see, the gateway, or another copy
 * of this plan; NULL nobody. */
static const char *holder(const struct recreate *b, const struct asked *a, const char *ip)
{
    const json_t *v, *subnet = subnet_for(b, a->to->id, ip);
    size_t i;
    if (address_same(json_text(subnet, "gateway_ip"), ip))
        return "the gateway";
    json_array_foreach(json_list(b->in->facts, "ports"), i, v)
        if (strcmp(json_text(v, "network_id"), a->to->id) == 0 &&
            has_address(json_list(v, "fixed_ips"), ip))
            return *json_text(v, "name") ? json_text(v, "name") : json_text(v, "id");
    for (i = 0; i < b->plan->count; i++) {
        const struct plan_step *s = &b->plan->steps[i];
        if (s->kind == STEP_CREATE_PORT &&
            strcmp(json_text(s->params, "network_id"), a->to->id) == 0 &&
            has_address(json_list(s->params, "fixed_ips"), ip))
            return s->subject;
    }
    return NULL;
}

/* Who has that MAC: a port that we can see, on `network` (NULL: on any), or another copy of this
 * plan; NULL nobody. */
static const char *mac_holder(const struct recreate *b, const char *network, const char *mac)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(b->in->facts, "ports"), i, v)
        if (strcasecmp(json_text(v, "mac_address"), mac) == 0 &&
            (!network || strcmp(json_text(v, "network_id"), network) == 0))
            return *json_text(v, "name") ? json_text(v, "name") : json_text(v, "id");
    for (i = 0; i < b->plan->count; i++)
        if (b->plan->steps[i].kind == STEP_CREATE_PORT &&
            strcasecmp(json_text(b->plan->steps[i].params, "mac_address"), mac) == 0)
            return b->plan->steps[i].subject;
    return NULL;
}

/* To be kept; one that is given to another interface by hand is that one's. */
static bool mac_free(const struct recreate *b, const char *mac)
{
    return json_list(b->in->facts, "ports") != NULL && address_mac_valid(mac) &&
           !given_twice(given_macs(b->in), "", mac) && !mac_holder(b, NULL, mac);
}

/* Certain that the two are different wires: both sites tell where theirs lies,
 * and not at the same place. */
static bool apart(const struct recreate *b, const struct asked *a)
{
    char segment[160] = "";
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(b->in->facts, "networks"), i, v)
        if (strcmp(json_text(v, "id"), a->to->id) == 0)
            nic_segment(segment, sizeof(segment), v);
    return strcmp(a->nic->network_id, a->to->id) != 0 && *segment && *a->nic->segment &&
           strcmp(segment, a->nic->segment) != 0;
}

/* The port of the server that stood there before is still there, and has them. */
static bool held_by_predecessor(const struct recreate *b, const struct asked *a)
{
    const struct nic *home = predecessor_nic(a->m, a->index, b->in->target_site);
    const json_t *v;
    size_t i;
    if (home)
        json_array_foreach(json_list(b->in->facts, "ports"), i, v)
            if (strcmp(json_text(v, "id"), home->port_id) == 0)
                return true;
    return false;
}

static const char HELD[] = ", by the port of its server of before the failover";

/* ---- the three ways --------------------------------------------------------------------- */

static void put_address(json_t *list, const json_t *subnet, const char *ip)
{
    json_t *o = json_object();
    json_put_text(o, "subnet_id", json_text(subnet, "id"));
    json_put_text(o, "ip_address", ip);
    json_array_append_new(list, o);
}

static enum pc_err give(struct recreate *b, const struct asked *a, const char *ip)
{
    const json_t *subnet = subnet_for(b, a->to->id, ip);
    json_t *list;
    if (!json_list(b->in->facts, "subnets"))
        return pc_error_set(b->err, PC_ERR_FORBIDDEN, "Leave the address to Neutron.",
                            "%s does not show its subnets: %s cannot be given to %s nic%zu",
                            b->in->target_site, ip, a->m->name, a->index);
    if (!subnet)
        return pc_error_set(b->err, PC_ERR_MAPPING, "Give an address of one of its subnets "
                            "(openstack subnet list --network with the target's credentials).",
                            "InvalidAddress: %s for %s nic%zu lies in no subnet of %s on %s", ip,
                            a->m->name, a->index, a->to->name, b->in->target_site);
    const char *by = holder(b, a, ip);
    if (by)
        return pc_error_set(b->err, PC_ERR_CONFLICT, "Give one that is free, or leave it to Neutron.",
                            "AddressInUse: %s for %s nic%zu is used by %s on %s", ip, a->m->name,
                            a->index, by, a->to->name);
    list = json_array();
    put_address(list, subnet, ip);
    json_put(a->params, "fixed_ips", list);
    json_put_text(a->params, "addresses", "given");
    return PC_OK;
}

static enum pc_err give_mac(struct recreate *b, const struct asked *a, const char *mac)
{
    const char *by = mac_holder(b, a->to->id, mac);
    if (by)
        return pc_error_set(b->err, PC_ERR_CONFLICT, "Give one that is free, or leave it to Neutron.",
                            "MacAddressInUse: %s for %s nic%zu is used by %s on %s", mac, a->m->name,
                            a->index, by, a->to->name);
    if (*b->how->prefix && strcasecmp(mac, a->nic->mac) == 0 && !apart(b, a))
        recreate_warn(b, "%s nic%zu gets production's own MAC in the drill: it cannot be seen that %s "
                      "on %s is apart from %s", a->m->name, a->index, a->to->name, b->in->target_site,
                      a->nic->network_name);
    json_put_text(a->params, "mac_address", mac);
    json_put_flag(a->params, "mac_given", true);
    return PC_OK;
}

static void keep_mac(struct recreate *b, const struct asked *a, const struct nic *own)
{
    if (mac_free(b, own->mac))
        json_put_text(a->params, "mac_address", own->mac);
    else if (*own->mac)
        recreate_warn(b, "%s nic%zu gets a new MAC: %s is in use on %s%s", a->m->name, a->index,
                      own->mac, b->in->target_site, held_by_predecessor(b, a) ? HELD : "");
}

/* Those that it had at the target before, where it comes back to it: not those of the
 * copy, which it got elsewhere. */
static void keep(struct recreate *b, const struct asked *a)
{
    const struct nic *home = predecessor_nic(a->m, a->index, b->in->target_site);
    const struct nic *own = home && !*b->how->prefix ? home : a->nic;
    json_t *list = json_array();
    for (size_t i = 0; i < own->ip_count; i++) {
        const char *ip = own->ips[i];
        const json_t *subnet = subnet_for(b, a->to->id, ip);
        const char *by = subnet ? holder(b, a, ip) : NULL;
        if (subnet && !by)
            put_address(list, subnet, ip);
        else if (by)
            recreate_warn(b, "%s nic%zu gets a new address: %s is used by %s on %s%s", a->m->name,
                          a->index, ip, by, a->to->name, held_by_predecessor(b, a) ? HELD : "");
        else
            recreate_warn(b, "%s nic%zu gets a new address: %s lies in no subnet of %s", a->m->name,
                          a->index, ip, a->to->name);
    }
    bool all = json_array_size(list) == own->ip_count && own->ip_count > 0;
    if (json_array_size(list))
        json_put(a->params, "fixed_ips", list);
    else
        json_decref(list);
    json_put_text(a->params, "addresses", "keep");
    if (!*given_for(given_macs(b->in), a))
        keep_mac(b, a, own);
    if (own->address_pairs && all)
        json_put(a->params, "address_pairs", json_deep_copy(own->address_pairs));
    else if (own->address_pairs)
        recreate_warn(b, "the allowed address pairs of %s nic%zu are left out: its addresses are "
                      "not the same", a->m->name, a->index);
}

static bool keeps(struct recreate *b, const struct asked *a)
{
    const char *policy = json_text(b->in->request, "addresses");
    bool drill = *b->how->prefix != '\0';
    if (*policy ? strcmp(policy, "keep") != 0 : drill)
        return false;
    if (!drill || apart(b, a))
        return true;
    recreate_warn(b, "%s nic%zu gets a new address: it cannot be seen that %s on %s is apart from "
                  "production's %s", a->m->name, a->index, a->to->name, b->in->target_site,
                  a->nic->network_name);
    return false;
}

enum pc_err recreate_addresses(struct recreate *b, const struct member *m, size_t index,
                               const struct mapped *to, json_t *params)
{
    const struct asked a = {m, index, &m->nics[index], to, params};
    enum pc_err rc = PC_OK;
    if (!a.nic->port_security)
        json_put_flag(params, "port_security", false);
    const char *ip = given_for(given_all(b->in), &a), *mac = given_for(given_macs(b->in), &a);
    if (to->reason == MAP_AUTO)
        return PC_OK; /* a network of its own: whatever Neutron gives */
    if (*ip)
        rc = give(b, &a, ip);
    else if (keeps(b, &a))
        keep(b, &a);
    if (!rc && *mac)
        rc = give_mac(b, &a, mac);
    return rc;
}
