/*
 * network: the drill's own isolated network, its subnet, and ports. Marked by
 * description, which Neutron filters exactly.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/neutron.h"
#include "backend/model/address.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

/* A network id given in the plan, or that of a network that another step made. */
static const char *network_of(const struct step_run *s)
{
    const char *key = json_text(params(s), "network");
    return *key ? step_resource(s, key) : json_text(params(s), "network_id");
}

/* ---- network ------------------------------------------------------------------ */

void network_find(struct step_run *s)
{
    char mark[256];
    s->call = neutron_networks(s->run->cloud, NULL, step_mark(s, step_plan(s)->key, mark,
                               sizeof(mark)), step_on_found, s);
}

void network_begin(struct step_run *s)
{
    char mark[256];
    s->call = neutron_network_create(s->run->cloud, json_text(params(s), "name"),
                                     step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
                                     step_on_created, s);
}

static void on_read(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_done(s, json_text(r->body, "status"));
    else
        step_trouble(s, &r->err);
}

void network_check(struct step_run *s)
{
    s->call = neutron_network(s->run->cloud, step_state(s)->resource_id, on_read, s);
}

/* ---- subnet --------------------------------------------------------------------- */

static void on_subnets(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (!step_answered(s, r))
        step_trouble(s, &r->err);
    else if (json_array_size(r->body) == 0)
        step_absent(s);
    else /* the network is the drill's own, so its subnet is this one */
        step_made(s, json_text(json_array_get(r->body, 0), "id"));
}

void subnet_find(struct step_run *s)
{
    s->call = neutron_subnets(s->run->cloud, network_of(s), on_subnets, s);
}

void subnet_begin(struct step_run *s)
{
    char mark[256];
    s->call = neutron_subnet_create(s->run->cloud, network_of(s), json_text(params(s), "name"),
                                    step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
                                    json_text(params(s), "cidr"), step_on_created, s);
}

/* ---- port ------------------------------------------------------------------------- */

void port_find(struct step_run *s)
{
    char mark[256];
    s->call = neutron_ports(s->run->cloud, NULL, step_mark(s, step_plan(s)->key, mark,
                            sizeof(mark)), step_on_found, s);
}

/* What Neutron refuses of what was only to be kept, a letter each, in s->state:
 * it is left out of the next asking. Nothing was made by a refusal. */
enum { LEAVE_IPS = 'i', LEAVE_MAC = 'm', LEAVE_PAIRS = 'p' };

static bool left_out(const struct step_run *s, char what)
{
    return strchr(s->state, what) != NULL;
}

static bool is_kept(const struct step_run *s)
{
    return strcmp(json_text(params(s), "addresses"), "keep") == 0;
}

/* A MAC that somebody gave is had, or the port is not. */
static bool is_given_mac(const struct step_run *s)
{
    return json_flag(params(s), "mac_given", false);
}

static void on_port_created(void *arg, const struct cloud_reply *r);

static void ask_port(struct step_run *s)
{
    char mark[256];
    const char *mac = json_text(params(s), "mac_address");
    struct neutron_port_spec spec = {
        .name = json_text(params(s), "name"),
        .description = step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
        .network_id = network_of(s),
        .fixed_ips = left_out(s, LEAVE_IPS) ? NULL : json_list(params(s), "fixed_ips"),
        .mac_address = *mac && !left_out(s, LEAVE_MAC) ? mac : NULL,
        .security_group_ids = json_list(params(s), "security_group_ids"),
        .port_security_off = !json_flag(params(s), "port_security", true),
        .address_pairs = left_out(s, LEAVE_PAIRS) || left_out(s, LEAVE_IPS)
                             ? NULL
                             : json_list(params(s), "address_pairs"),
    };
    s->call = neutron_port_create(s->run->cloud, &spec, on_port_created, s);
}

/* Which part a refusal is about; '\0': none that could be left out. */
static char refused_part(const struct step_run *s, const struct pc_error *err)
{
    static const struct {
        const char *text, *param;
        char part;
    } rows[] = {
        {"create_port:mac_address", "mac_address", LEAVE_MAC},
        {"MacAddressInUse", "mac_address", LEAVE_MAC},
        {"allowed_address_pairs", "address_pairs", LEAVE_PAIRS},
        {"create_port:fixed_ips", "fixed_ips", LEAVE_IPS},
        {"AddressInUse", "fixed_ips", LEAVE_IPS},
        {"InvalidAddress", "fixed_ips", LEAVE_IPS},
    };
    bool refusal = err->code == PC_ERR_CONFLICT || err->code == PC_ERR_FORBIDDEN ||
                   err->code == PC_ERR_MAPPING || err->code == PC_ERR_INVALID;
    for (size_t i = 0; refusal && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strstr(err->text, rows[i].text) && !(rows[i].part == LEAVE_MAC && is_given_mac(s)) &&
            !left_out(s, rows[i].part) &&
            json_object_get(params(s), rows[i].param))
            return rows[i].part;
    return '\0';
}

static void on_port_created(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r)) {
        step_made(s, json_text(r->body, "id"));
        return;
    }
    char part = is_kept(s) ? refused_part(s, &r->err) : '\0';
    size_t n = strlen(s->state);
    if (!part || n + 1 >= sizeof(s->state) || (s->run->halting && !s->run->cleaning)) {
        step_trouble(s, &r->err);
        return;
    }
    s->state[n] = part;
    s->state[n + 1] = '\0';
    run_event(s->run, "warn", "%s: %s; asked again without it", step_plan(s)->subject, r->err.text);
    ask_port(s);
}

void port_begin(struct step_run *s)
{
    s->state[0] = '\0';
    ask_port(s);
}

/* ---- the port as it is --------------------------------------------------------------- */

static bool has_all_ips(const json_t *have, const json_t *wanted)
{
    const json_t *w, *h;
    size_t i, k;
    json_array_foreach(wanted, i, w) {
        bool there = false;
        json_array_foreach(have, k, h)
            there |= address_same(json_text(h, "ip_address"), json_text(w, "ip_address"));
        if (!there)
            return false;
    }
    return true;
}

static bool has_all_groups(const json_t *have, const json_t *wanted)
{
    const json_t *w, *h;
    size_t i, k;
    json_array_foreach(wanted, i, w) {
        bool there = false;
        json_array_foreach(have, k, h)
            there |= json_equal(w, h) == 1;
        if (!there)
            return false;
    }
    return true;
}

/* What it has not got of what was asked for, "" nothing. */
static const char *lacking(const struct step_run *s, const json_t *port)
{
    const char *mac = json_text(params(s), "mac_address");
    if (strcmp(json_text(port, "network_id"), network_of(s)) != 0)
        return "the network";
    if (!has_all_groups(json_list(port, "security_groups"),
                        json_list(params(s), "security_group_ids")))
        return "the security groups";
    if (!has_all_ips(json_list(port, "fixed_ips"), json_list(params(s), "fixed_ips")))
        return "the address";
    if (*mac && strcasecmp(json_text(port, "mac_address"), mac) != 0)
        return "the MAC";
    return "";
}

/* Addresses that were only to be kept are told; everything else fails. */
static void on_port(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const json_t *port = r->body;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    const char *ip = json_text(json_array_get(json_list(port, "fixed_ips"), 0), "ip_address");
    const char *lacks = lacking(s, port);
    bool identity = strcmp(lacks, "the address") == 0 ||
                    (strcmp(lacks, "the MAC") == 0 && !is_given_mac(s));
    if (*lacks && identity && is_kept(s)) {
        run_warn(s->run, "%s: %s of the source could not be kept: it has %s, %s",
                 step_plan(s)->subject, lacks, ip, json_text(port, "mac_address"));
    } else if (*lacks) {
        struct pc_error err;
        pc_error_set(&err, PC_ERR_FAILED, "See openstack port show with the target's credentials.",
                     "the port was made without %s that was asked for", lacks);
        step_fail(s, &err);
        return;
    }
    step_done(s, ip);
}

void port_check(struct step_run *s)
{
    s->call = neutron_port(s->run->cloud, step_state(s)->resource_id, on_port, s);
}
