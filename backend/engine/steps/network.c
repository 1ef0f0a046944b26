/*
 * network: the drill's own isolated network, its subnet, and ports. Marked by
 * description, which Neutron filters exactly.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/neutron.h"

#include <stdio.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static void on_found(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_adopt(s, r);
    else
        step_trouble(s, &r->err);
}

static void on_created(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (step_answered(s, r))
        step_made(s, json_text(r->body, "id"));
    else
        step_trouble(s, &r->err);
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
                               sizeof(mark)), on_found, s);
}

void network_begin(struct step_run *s)
{
    char mark[256];
    s->call = neutron_network_create(s->run->cloud, json_text(params(s), "name"),
                                     step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
                                     on_created, s);
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
                                    json_text(params(s), "cidr"), on_created, s);
}

/* ---- port ------------------------------------------------------------------------- */

void port_find(struct step_run *s)
{
    char mark[256];
    s->call = neutron_ports(s->run->cloud, NULL, step_mark(s, step_plan(s)->key, mark,
                            sizeof(mark)), on_found, s);
}

void port_begin(struct step_run *s)
{
    char mark[256];
    struct neutron_port_spec spec = {
        .name = json_text(params(s), "name"),
        .description = step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
        .network_id = network_of(s),
        .security_group_ids = json_list(params(s), "security_group_ids"),
    };
    s->call = neutron_port_create(s->run->cloud, &spec, on_created, s);
}

static void on_port(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const json_t *first = json_array_get(json_list(r->body, "fixed_ips"), 0);
    if (step_answered(s, r))
        step_done(s, json_text(first, "ip_address"));
    else
        step_trouble(s, &r->err);
}

void port_check(struct step_run *s)
{
    s->call = neutron_port(s->run->cloud, step_state(s)->resource_id, on_port, s);
}
