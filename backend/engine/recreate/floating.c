/*
 * floating: floating IPs of the copies. Those of the sources belong to the other site's external
 * network and stay there; where a network of the target is named, each interface that had one
 * gets one of that network.
 */
#include "backend/engine/recreate/recreate.h"

#include <stdio.h>
#include <string.h>

bool recreate_wants_floating(const json_t *request)
{
    const char *name = json_text(request, "floating_ip");
    return *name && strcmp(name, "none") != 0;
}

enum pc_err recreate_floating_network(const struct recreate_input *in, const json_t **ret,
                                      struct pc_error *err)
{
    const char *wanted = json_text(in->request, "floating_ip");
    const json_t *v;
    size_t i, n = 0;
    *ret = NULL;
    if (!recreate_wants_floating(in->request))
        return PC_OK;
    if (recreate_isolated(in))
        return pc_error_set(err, PC_ERR_INVALID, "Map the networks, or leave --floating-ip out.",
                            "nothing outside reaches the isolated network of a drill");
    if (!json_list(in->facts, "networks")) /* nobody knows, and nothing is planned */
        return PC_OK;
    json_array_foreach(json_list(in->facts, "networks"), i, v) {
        if (strcmp(json_text(v, "id"), wanted) != 0 && strcmp(json_text(v, "name"), wanted) != 0)
            continue;
        *ret = v;
        n++;
    }
    if (n == 1 && json_flag(*ret, "router:external", false))
        return PC_OK;
    return pc_error_set(err, n > 1 ? PC_ERR_AMBIGUOUS : PC_ERR_MAPPING,
                        "Name one by its id: openstack network list --external with the target's "
                        "credentials; or ask for none: --floating-ip none.",
                        n > 1 ? "%zu networks of %s are named '%s'" : "%zu external networks of %s are named '%s'",
                        n > 1 ? n : (size_t)0, in->target_site, wanted);
}

static void plan_one(struct recreate *b, const struct member *m, size_t index, const json_t *network,
                     int server)
{
    const struct nic *nic = &m->nics[index];
    char what[STEP_KEY_SIZE], subject[200], port[STEP_KEY_SIZE];
    json_t *p = json_object();
    snprintf(what, sizeof(what), "%s/%zu", m->name, index);
    snprintf(subject, sizeof(subject), "floating IP of %.100s nic%zu", m->name, index);
    snprintf(port, sizeof(port), "%s:%.1100s", step_kind_name(STEP_CREATE_PORT), what);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "name", "");
    json_put_text(p, "source_id", nic->floating_ip_id);
    json_put_text(p, "source_address", nic->floating_ip);
    json_put_text(p, "network_id", json_text(network, "id"));
    json_put_text(p, "network_name", json_text(network, "name"));
    json_put_text(p, "port", port);
    plan_depend(b->plan, recreate_add(b, STEP_CREATE_FLOATING, what, subject, p), server);
}

void recreate_floating_none(struct recreate *b)
{
    const struct group *g = b->in->group;
    for (size_t m = 0; m < g->member_count; m++)
        for (size_t i = 0; i < g->members[m].nic_count; i++)
            if (*g->members[m].nics[i].floating_ip)
                return;
    if (recreate_wants_floating(b->in->request))
        recreate_warn(b, "no interface has a floating IP where it serves: none is made of %s",
                      json_text(b->in->request, "floating_ip"));
}

void recreate_floating(struct recreate *b, const struct member *m, int server)
{
    const json_t *network;
    struct pc_error ignored;
    if (recreate_floating_network(b->in, &network, &ignored) || !network)
        return;
    for (size_t i = 0; i < m->nic_count; i++)
        if (*m->nics[i].floating_ip)
            plan_one(b, m, i, network, server);
}
