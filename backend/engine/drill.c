/*
 * drill: plans a test failover.
 *
 *   pin_point ─▶ check_source (a volume) ─▶ all_checked ─▶ create_volume ──┐
 *   all_checked ─▶ create_network ─▶ create_subnet ─▶ create_port (a NIC) ─┴▶ create_server
 *   create_server ─▶ verify_boot;  all of them ─▶ all_booted ─▶ health_check
 *   cleanup: delete_server ─▶ delete_port, delete_volume; ports ─▶ delete_network
 *
 * With FlashArray storage check_replica stands for check_source, clone_volume ─▶
 * manage_volume for create_volume, and delete_volume is followed by destroy_clone.
 * Ports do not wait for volumes: what does not depend on each other runs at
 * once. A cleanup step exists for everything the plan may make.
 */
#include "backend/engine/drill_parts.h"

#include "backend/base/text.h"
#include "backend/probe/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The drill's own network: private, without a gateway, so that it reaches
 * nobody and nobody reaches it. */
#define AUTO_NETWORK_CIDR "10.254.0.0/20"

struct builder {
    const struct drill_input *in;
    struct plan *plan;
    struct target_facts target;
    json_t *warnings;
    bool auto_network;
    int checked, subnet, booted; /* steps that others wait for; -1: none */
    struct pc_error *err;
};

static void warn(struct builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct builder *b, const char *fmt, ...)
{
    char raw[400], clean[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);
    const json_t *v;
    size_t i;
    json_array_foreach(b->warnings, i, v)
        if (strcmp(json_string_value(v), clean) == 0)
            return;
    json_array_append_new(b->warnings, json_string(clean));
}

static int add(struct builder *b, enum step_kind kind, const char *what, const char *subject,
               json_t *params)
{
    char key[200];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(kind), what);
    return plan_add(b->plan, kind, key, subject, params);
}

/* ---- volumes ------------------------------------------------------------------- */

static bool from_array(const struct builder *b)
{
    return !drill_is_mock(b->in);
}

/* The source's type where the target has it. A type that replicates is not for
 * a drill on an array: Cinder would begin to replicate the clone back. */
static void choose_type(struct builder *b, const char *name, json_t *params)
{
    const json_t *v, *found = NULL;
    size_t i;
    if (!*name)
        return;
    json_array_foreach(json_list(b->in->facts, "volume_types"), i, v)
        if (strcmp(json_text(v, "name"), name) == 0)
            found = v;
    const char *replicates = json_text(json_map(found, "extra_specs"), "replication_enabled");
    if (!found)
        warn(b, "volume type '%s' is not on %s: its default type is used", name,
             b->in->target_site);
    else if (from_array(b) && strstr(replicates, "True"))
        warn(b, "volume type '%s' of %s replicates: its default type is used for a drill", name,
             b->in->target_site);
    else
        json_put_text(params, "volume_type", name);
}

static void volume_words(const struct member *m, size_t index, char *what, char *subject, size_t n)
{
    const char *device = m->volumes[index].device;
    snprintf(what, n, "%.120s/%zu", m->name, index);
    snprintf(subject, n, "%.100s %s", m->name, index == 0 ? "root" : *device ? device : "data");
}

/* The point is pinned and every source looked at before anything is made. */
static void plan_sources(struct builder *b)
{
    const struct group *g = b->in->group;
    char what[160], subject[160];
    enum step_kind kind = from_array(b) ? STEP_CHECK_REPLICA : STEP_CHECK_SOURCE;
    int point = add(b, STEP_PIN_POINT, "group", g->name, NULL);
    size_t first = b->plan->count;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++) {
            json_t *p = json_object();
            volume_words(&g->members[i], k, what, subject, sizeof(what));
            json_put_text(p, "vm", g->members[i].name);
            json_put_text(p, "source_id", g->members[i].volumes[k].id);
            json_put_text(p, "image_id", g->members[i].volumes[k].image_id);
            plan_depend(b->plan, add(b, kind, what, subject, p), point);
        }
    if (from_array(b))
        add(b, STEP_CHECK_BACKEND, "group", b->in->target_site, NULL);
    b->checked = add(b, STEP_ALL_CHECKED, "group", g->name, NULL);
    for (size_t i = first; (int)i < b->checked; i++)
        plan_depend(b->plan, b->checked, (int)i);
}

static int plan_volume(struct builder *b, const struct member *m, size_t index)
{
    const struct volume *v = &m->volumes[index];
    char what[160], name[160], subject[160];
    volume_words(m, index, what, subject, sizeof(what));
    snprintf(name, sizeof(name), "test-%.100s-%zu", m->name, index);

    json_t *create = json_object();
    json_put_text(create, "vm", m->name);
    json_put_text(create, "source_id", v->id);
    json_put_text(create, "name", name);
    json_put_int(create, "size_gib", v->size_gib > 0 ? v->size_gib : 1);
    json_put_text(create, "image_id", v->image_id);
    json_put_flag(create, "bootable", index == 0);
    choose_type(b, v->type, create);
    int made = add(b, STEP_CREATE_VOLUME, what, subject, create);
    plan_depend(b->plan, made, b->checked);
    return made;
}

/* What the clone is called on the array follows from op, server_id and index. */
static int plan_managed(struct builder *b, const struct member *m, size_t index)
{
    const struct volume *v = &m->volumes[index];
    char what[160], name[160], subject[160];
    volume_words(m, index, what, subject, sizeof(what));
    snprintf(name, sizeof(name), "test-%.100s-%zu", m->name, index);

    json_t *clone = json_object(), *manage = json_object();
    json_put_text(clone, "vm", m->name);
    json_put_text(clone, "source_id", v->id);
    json_put_text(clone, "name", name);
    json_put_text(clone, "server_id", m->id);
    json_put_int(clone, "index", (int64_t)index);
    int cloned = add(b, STEP_CLONE_VOLUME, what, subject, clone);
    plan_depend(b->plan, cloned, b->checked);

    json_put_text(manage, "vm", m->name);
    json_put_text(manage, "source_id", v->id);
    json_put_text(manage, "name", name);
    json_put_text(manage, "clone", b->plan->steps[cloned].key);
    json_put_flag(manage, "bootable", index == 0);
    if (v->image_metadata)
        json_put(manage, "image_metadata", json_deep_copy(v->image_metadata));
    choose_type(b, v->type, manage);
    int made = add(b, STEP_MANAGE_VOLUME, what, subject, manage);
    plan_depend(b->plan, made, cloned);
    return made;
}

/* ---- networks and ports ----------------------------------------------------------- */

static void plan_auto_network(struct builder *b)
{
    json_t *net = json_object(), *sub = json_object();
    char name[160];
    snprintf(name, sizeof(name), "test-%.100s", b->in->group->name);
    json_put_text(net, "name", name);
    int network = add(b, STEP_CREATE_NETWORK, DRILL_AUTO_NETWORK, name, net);
    json_put_text(sub, "name", name);
    json_put_text(sub, "network", b->plan->steps[network].key);
    json_put_text(sub, "cidr", AUTO_NETWORK_CIDR);
    plan_depend(b->plan, network, b->checked);
    b->subnet = add(b, STEP_CREATE_SUBNET, DRILL_AUTO_NETWORK, name, sub);
    plan_depend(b->plan, b->subnet, network);
}

/* Security groups by name; what the target lacks is left out and told. */
static json_t *security_groups(struct builder *b, const struct nic *nic)
{
    json_t *ids = json_array();
    for (size_t k = 0; k < nic->security_group_count; k++) {
        const json_t *v;
        size_t i;
        bool found = false;
        json_array_foreach(json_list(b->in->facts, "security_groups"), i, v) {
            if (found || strcmp(json_text(v, "name"), nic->security_groups[k]) != 0)
                continue;
            json_array_append_new(ids, json_string(json_text(v, "id")));
            found = true;
        }
        if (!found)
            warn(b, "security group '%s' is not on %s: left out", nic->security_groups[k],
                 b->in->target_site);
    }
    if (json_array_size(ids))
        return ids;
    json_decref(ids);
    return NULL;
}

static enum pc_err plan_port(struct builder *b, const struct member *m, size_t index, int *ret)
{
    const struct nic *nic = &m->nics[index];
    json_t *p = json_object();
    char what[160], subject[160], name[160];
    struct mapped to = {.reason = MAP_AUTO};
    snprintf(what, sizeof(what), "%.120s/%zu", m->name, index);
    snprintf(name, sizeof(name), "test-%.100s-nic%zu", m->name, index);
    if (!b->auto_network) {
        enum pc_err rc = mapping_network(b->in->group, networks_asked(b->in), nic, &b->target, &to,
                                         b->err);
        if (!rc && to.reason == MAP_NONE)
            rc = pc_error_set(b->err, PC_ERR_MAPPING, "Give --network-mapping SOURCE=TARGET for it, "
                              "store one on the group, or use --auto-network.",
                              "network '%s' of %s has no counterpart on %s", nic->network_name,
                              m->name, b->in->target_site);
        if (rc) {
            json_decref(p);
            return rc;
        }
        json_put_text(p, "network_id", to.id);
        json_put_text(p, "network_name", to.name);
    } else {
        json_put_text(p, "network", "create_network:" DRILL_AUTO_NETWORK);
    }
    json_put_text(p, "vm", m->name);
    json_put_text(p, "name", name);
    json_put_text(p, "source_id", nic->network_id);
    json_put(p, "security_group_ids", security_groups(b, nic));
    snprintf(subject, sizeof(subject), "%.100s nic%zu", m->name, index);
    *ret = add(b, STEP_CREATE_PORT, what, subject, p);
    plan_depend(b->plan, *ret, b->auto_network ? b->subnet : b->checked);
    return PC_OK;
}

/* ---- servers ------------------------------------------------------------------------ */

static enum pc_err plan_flavor(struct builder *b, const struct member *m, json_t *params)
{
    struct mapped to;
    enum pc_err rc = mapping_flavor(b->in->group, flavors_asked(b->in), &m->flavor, &b->target, &to,
                                    b->err);
    if (!rc && to.reason == MAP_NONE)
        rc = pc_error_set(b->err, PC_ERR_MAPPING, "Give --flavor-mapping SOURCE=TARGET (openstack "
                          "flavor list with the target's credentials shows what there is).",
                          "FlavorNotFound: flavor '%s' (%s) of %s is not on %s", m->flavor.name,
                          m->flavor.id, m->name, b->in->target_site);
    if (rc)
        return rc;
    if (*to.note)
        warn(b, "%s: flavor %s is %s", m->name, to.name, to.note);
    json_put_text(params, "flavor_id", to.id);
    json_put_text(params, "flavor_name", to.name);
    return PC_OK;
}

static enum pc_err plan_member(struct builder *b, const struct member *m)
{
    json_t *p = json_object(), *volumes = json_array(), *ports = json_array();
    char name[160];
    enum pc_err rc = PC_OK;
    int *before = xcalloc(m->volume_count + m->nic_count, sizeof(int)), n = 0;

    for (size_t i = 0; i < m->volume_count; i++) {
        before[n] = from_array(b) ? plan_managed(b, m, i) : plan_volume(b, m, i);
        json_array_append_new(volumes, json_string(b->plan->steps[before[n++]].key));
    }
    for (size_t i = 0; !rc && i < m->nic_count; i++) {
        rc = plan_port(b, m, i, &before[n]);
        if (!rc)
            json_array_append_new(ports, json_string(b->plan->steps[before[n++]].key));
    }
    snprintf(name, sizeof(name), "test-%.120s", m->name);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "source_id", m->id);
    json_put_text(p, "name", name);
    json_put(p, "volumes", volumes);
    json_put(p, "ports", ports);
    if (!rc)
        rc = plan_flavor(b, m, p);
    if (rc) {
        json_decref(p);
    } else {
        int server = add(b, STEP_CREATE_SERVER, m->name, m->name, p);
        for (int i = 0; i < n; i++)
            plan_depend(b->plan, server, before[i]);
    }
    free(before);
    return rc;
}

/* ---- verification -------------------------------------------------------------------- */

static json_t *vm_params(const struct member *m, const char *check)
{
    json_t *p = json_object();
    char key[200];
    snprintf(key, sizeof(key), "create_server:%s", m->name);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "server", key);
    if (check)
        json_put_text(p, "check", check);
    return p;
}

/* "Duplicates collapse": only the first of equal checks counts. */
static bool repeated(const json_t *checks, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (json_equal(json_array_get(checks, i), json_array_get(checks, index)))
            return true;
    return false;
}

static void plan_checks(struct builder *b, const struct member *m, const json_t *checks)
{
    const json_t *v;
    size_t i;
    json_array_foreach(checks, i, v) {
        char what[1200], subject[1200];
        const char *check = json_string_value(v);
        if (repeated(checks, i))
            continue;
        snprintf(subject, sizeof(subject), "%s %s", m->name, check);
        snprintf(what, sizeof(what), "%s/%zu", m->name, i);
        int step = add(b, STEP_HEALTH_CHECK, what, subject, vm_params(m, check));
        /* The budget of all checks ends it, not the time that a step may take. */
        b->plan->steps[step].timeout_s =
            (int)json_int(b->in->request, "health_check_timeout", 120) + 60;
        plan_depend(b->plan, step, b->booted);
    }
}

static void plan_verify(struct builder *b)
{
    const struct group *g = b->in->group;
    const json_t *checks = json_list(b->in->request, "health_checks");
    for (size_t i = 0; i < g->member_count; i++) {
        json_t *p = vm_params(&g->members[i], NULL);
        int server = plan_find(b->plan, json_text(p, "server"));
        plan_depend(b->plan, add(b, STEP_VERIFY_BOOT, g->members[i].name, g->members[i].name, p),
                    server);
    }
    if (json_array_size(checks) == 0)
        return;
    b->booted = add(b, STEP_ALL_BOOTED, "group", g->name, NULL);
    for (size_t i = 0; i < b->plan->count; i++)
        if (b->plan->steps[i].kind == STEP_VERIFY_BOOT)
            plan_depend(b->plan, b->booted, (int)i);
    for (size_t i = 0; i < g->member_count; i++)
        plan_checks(b, &g->members[i], checks);
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* What cannot be rebuilt as it was is refused before anything is made. */
static enum pc_err check_member(const struct drill_input *in, size_t index, struct pc_error *err)
{
    const struct member *m = &in->group->members[index];
    if (m->volume_count == 0)
        return pc_error_set(err, PC_ERR_STATE, "Protect servers that boot from a volume, or "
                            "remove it: protection-group remove-member.",
                            "%s has no volume: nothing of it is replicated", m->name);
    if (m->volume_count > DRILL_DEVICES_MAX || m->nic_count > DRILL_DEVICES_MAX)
        return pc_error_set(err, PC_ERR_STATE, "Remove it: protection-group remove-member.",
                            "%s has more than %d volumes or ports", m->name, DRILL_DEVICES_MAX);
    for (size_t i = 0; i < index; i++)
        if (strcmp(in->group->members[i].name, m->name) == 0)
            return pc_error_set(err, PC_ERR_AMBIGUOUS, "Rename one of them: their copies would have "
                                "the same names.", "two members are named '%s'", m->name);
    if (drill_is_mock(in) && !*m->volumes[0].image_id)
        return pc_error_set(err, PC_ERR_STATE, "In mock storage mode protect servers whose boot "
                            "volume was made from an image; or use storage mode flasharray.",
                            "the boot volume of %s was made from no image: its copy would be empty",
                            m->name);
    return PC_OK;
}

enum pc_err drill_check(const struct drill_input *in, struct pc_error *err)
{
    const struct group *g = in->group;
    const json_t *v;
    size_t i;
    struct probe_check check;
    enum pc_err rc = PC_OK;
    if (g->member_count == 0)
        return pc_error_set(err, PC_ERR_STATE, "Add one: protection-group add-member GROUP SERVER.",
                            "%s has no member", g->name);
    json_array_foreach(json_list(in->request, "health_checks"), i, v)
        if ((rc = probe_parse(json_string_value(v) ? json_string_value(v) : "", &check, err)))
            return rc;
    /* Its addresses may belong to somebody else where the engine runs: a check
     * that passed there would be a lie. */
    if (json_flag(in->request, "auto_network", false) &&
        json_array_size(json_list(in->request, "health_checks")))
        return pc_error_set(err, PC_ERR_INVALID, "Map the networks (--network-mapping) to check the "
                            "servers, or leave the health checks out: boot is verified all the same.",
                            "health checks cannot reach the isolated network of --auto-network");
    for (size_t m = 0; m < g->member_count; m++)
        if ((rc = check_member(in, m, err)))
            return rc;
    return mapping_check_keys(g, networks_asked(in), flavors_asked(in), err);
}

enum pc_err drill_plan(const struct drill_input *in, struct plan **ret, json_t *warnings,
                       struct pc_error *err)
{
    enum pc_err rc = drill_check(in, err);
    if (rc)
        return rc;
    struct builder b = {
        .in = in,
        .plan = plan_new(),
        .target = facts_of(in),
        .warnings = warnings,
        .auto_network = json_flag(in->request, "auto_network", false),
        .checked = -1,
        .subnet = -1,
        .booted = -1,
        .err = err,
    };
    plan_sources(&b);
    if (b.auto_network)
        plan_auto_network(&b);
    for (size_t i = 0; !rc && i < in->group->member_count; i++)
        rc = plan_member(&b, &in->group->members[i]);
    if (rc) {
        plan_unref(b.plan);
        return rc;
    }
    plan_verify(&b);
    drill_add_cleanup(b.plan, b.plan);
    *ret = b.plan;
    return PC_OK;
}
