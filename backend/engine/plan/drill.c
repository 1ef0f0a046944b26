/*
 * drill: plans a test failover: copies named test-* that live until they are
 * cleaned up, on mapped networks or on one of their own.
 *
 *   recreate (recreate.h), with [create_network ─▶ create_subnet] before the ports
 *   cleanup: delete_server ─▶ delete_port, delete_volume; ports ─▶ delete_network
 *
 * A cleanup step exists for everything the plan may make.
 */
#include "backend/engine/plan/drill.h"

#include "backend/engine/undo.h"

#include <stdio.h>

/* The drill's own network: private, without a gateway, so that it reaches
 * nobody and nobody reaches it. */
#define AUTO_NETWORK_CIDR "10.254.0.0/20"

static void plan_auto_network(struct recreate *b)
{
    json_t *net = json_object(), *sub = json_object();
    char name[160];
    snprintf(name, sizeof(name), "test-%.100s", b->in->group->name);
    json_put_text(net, "name", name);
    int network = recreate_add(b, STEP_CREATE_NETWORK, RECREATE_AUTO_NETWORK, name, net);
    json_put_text(sub, "name", name);
    json_put_text(sub, "network", b->plan->steps[network].key);
    json_put_text(sub, "cidr", AUTO_NETWORK_CIDR);
    plan_depend(b->plan, network, b->checked);
    b->subnet = recreate_add(b, STEP_CREATE_SUBNET, RECREATE_AUTO_NETWORK, name, sub);
    plan_depend(b->plan, b->subnet, network);
}

enum pc_err drill_plan(const struct recreate_input *in, struct plan **ret, json_t *warnings,
                       struct pc_error *err)
{
    static const struct recreate_manner how = {.prefix = "test-"};
    struct recreate b;
    enum pc_err rc = recreate_check(in, err);
    if (rc)
        return rc;
    recreate_begin(&b, in, &how, warnings, err);
    recreate_sources(&b, recreate_callouts(&b));
    if (recreate_isolated(in))
        plan_auto_network(&b);
    rc = recreate_members(&b);
    if (rc) {
        plan_unref(b.plan);
        return rc;
    }
    recreate_verify(&b);
    undo_makes(b.plan, b.plan);
    *ret = b.plan;
    return PC_OK;
}

struct plan *drill_cleanup_plan(const struct operation *op)
{
    struct plan *p = plan_new();
    undo_makes(p, op->plan);
    return p;
}
