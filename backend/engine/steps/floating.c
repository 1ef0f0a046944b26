/*
 * floating: a floating IP of an external network of the target, tied to a member's port, so
 * that who comes from outside finds the copy, too. Marked by description, like all of Neutron's.
 */
#include "backend/engine/steps/steps.h"

#include "backend/cloud/neutron.h"

#include <stdio.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static const char *port_of(const struct step_run *s)
{
    return step_resource(s, json_text(params(s), "port"));
}

void floating_find(struct step_run *s)
{
    char mark[256];
    s->call = neutron_floating_ips(s->run->cloud, step_mark(s, step_plan(s)->key, mark, sizeof(mark)),
                                   step_on_found, s);
}

void floating_begin(struct step_run *s)
{
    char mark[256];
    s->call = neutron_floating_ip_create(s->run->cloud, json_text(params(s), "network_id"), port_of(s),
                                         step_mark(s, step_plan(s)->key, mark, sizeof(mark)), step_on_created,
                                         s);
}

/* The ledger calls it by its address, which nobody knew before. */
static void take_name(struct step_run *s, const char *address)
{
    struct ledger_entry *e = run_ledger(s->run, s->index);
    if (!e || strcmp(e->name, address) == 0)
        return;
    snprintf(e->name, sizeof(e->name), "%s", address);
    run_ledger_changed(s->run, e);
}

static void on_read(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    const char *address = json_text(r->body, "floating_ip_address");
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
    } else if (strcmp(json_text(r->body, "port_id"), port_of(s)) != 0) {
        pc_error_set(&err, PC_ERR_FAILED, "See openstack floating ip show with the target's credentials.",
                     "%s was made, and is not tied to the port", address);
        step_fail(s, &err);
    } else {
        take_name(s, address);
        step_done(s, address);
    }
}

void floating_check(struct step_run *s)
{
    s->call = neutron_floating_ip(s->run->cloud, step_state(s)->resource_id, on_read, s);
}
