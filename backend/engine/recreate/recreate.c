/*
 * recreate: plans the copies of a group's members on a site.
 *
 * Volumes, ports and servers stand here; what is seen before anything is made
 * and what is seen after it stand in checks.c.
 */
#include "backend/engine/recreate/recreate.h"

#include "backend/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void recreate_warn(struct recreate *b, const char *fmt, ...)
{
    char raw[400], clean[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    safe_text(clean, sizeof(clean), raw);
    if (!json_has_text(b->warnings, clean))
        json_array_append_new(b->warnings, json_string(clean));
}

int recreate_add(struct recreate *b, enum step_kind kind, const char *what, const char *subject,
               json_t *params)
{
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(kind), what);
    return plan_add(b->plan, kind, key, subject, params);
}

void recreate_begin(struct recreate *b, const struct recreate_input *in,
                    const struct recreate_manner *how, json_t *warnings, struct pc_error *err)
{
    *b = (struct recreate){
        .in = in,
        .how = how,
        .plan = plan_new(),
        .target = recreate_target(in),
        .warnings = warnings,
        .checked = -1,
        .subnet = -1,
        .booted = -1,
        .err = err,
    };
}

/* ---- volumes ------------------------------------------------------------------- */

static const json_t *type_named(const struct recreate *b, const char *name)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(b->in->facts, "volume_types"), i, v)
        if (strcmp(json_text(v, "name"), name) == 0)
            return v;
    return NULL;
}

/* The type that it had there before, else the source's, where the target has it. A type that replicates is not for
 * a drill on an array: Cinder would begin to replicate the clone back. For what
 * is to serve, just that is wanted. */
static void choose_type(struct recreate *b, const struct member *m, size_t index, json_t *params)
{
    const struct volume *home = predecessor_volume(m, index, b->in->target_site);
    const char *name = m->volumes[index].type;
    const json_t *found = NULL;
    if (home && *home->type && type_named(b, home->type))
        name = home->type;
    if (!*name)
        return;
    found = type_named(b, name);
    const char *replicates = json_text(json_map(found, "extra_specs"), "replication_enabled");
    if (!found)
        recreate_warn(b, "volume type '%s' is not on %s: its default type is used", name,
             b->in->target_site);
    else if (!b->how->keeps_type && !recreate_is_mock(b->in) && strstr(replicates, "True"))
        recreate_warn(b, "volume type '%s' of %s replicates: its default type is used for a drill", name,
             b->in->target_site);
    else
        json_put_text(params, "volume_type", name);
}

void recreate_volume_words(const struct member *m, size_t index, char *what, char *subject, size_t n)
{
    const char *device = m->volumes[index].device;
    snprintf(what, n, "%s/%zu", m->name, index);
    snprintf(subject, n, "%.100s %s", m->name, index == 0 ? "root" : *device ? device : "data");
}

/* What a volume has of its source however it is made. A drill's are called what they are;
 * those that are to serve keep the name that somebody gave the source. */
static json_t *volume_params(const struct recreate *b, const struct member *m, size_t index)
{
    const struct volume *v = &m->volumes[index];
    json_t *p = json_object();
    char name[160];
    snprintf(name, sizeof(name), "%s%.100s-%zu", b->how->prefix, m->name, index);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "source_id", v->id);
    json_put_text(p, "name", *v->name && !*b->how->prefix ? v->name : name);
    if (*v->description)
        json_put_text(p, "description", v->description);
    recreate_metadata(p, v->metadata);
    json_put_flag(p, "bootable", index == 0 || v->bootable);
    return p;
}

static int copy_volume(struct recreate *b, const struct member *m, size_t index)
{
    const struct volume *v = &m->volumes[index];
    char what[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
    recreate_volume_words(m, index, what, subject, sizeof(what));

    json_t *create = volume_params(b, m, index);
    json_put_int(create, "size_gib", v->size_gib > 0 ? v->size_gib : 1);
    json_put_text(create, "image_id", mapping_image(b->in->group, recreate_images(b->in), v, NULL));
    choose_type(b, m, index, create);
    int made = recreate_add(b, STEP_CREATE_VOLUME, what, subject, create);
    plan_depend(b->plan, made, b->checked);
    return made;
}

/* What the clone is called on the array follows from op, server_id and index. */
static int copy_managed(struct recreate *b, const struct member *m, size_t index)
{
    const struct volume *v = &m->volumes[index];
    char what[STEP_KEY_SIZE], subject[STEP_KEY_SIZE];
    recreate_volume_words(m, index, what, subject, sizeof(what));

    json_t *clone = json_object(), *manage = volume_params(b, m, index);
    json_put_text(clone, "vm", m->name);
    json_put_text(clone, "source_id", v->id);
    json_put_text(clone, "name", json_text(manage, "name"));
    json_put_text(clone, "server_id", m->id);
    json_put_int(clone, "index", (int64_t)index);
    int cloned = recreate_add(b, STEP_CLONE_VOLUME, what, subject, clone);
    plan_depend(b->plan, cloned, b->checked);

    json_put_text(manage, "clone", b->plan->steps[cloned].key);
    const struct volume *home = predecessor_volume(m, index, b->in->target_site);
    const struct image_facts *image = v->image || !home ? v->image : home->image;
    if (image)
        json_put(manage, "image_metadata", json_deep_copy(image_facts_json(image)));
    choose_type(b, m, index, manage);
    int made = recreate_add(b, STEP_MANAGE_VOLUME, what, subject, manage);
    plan_depend(b->plan, made, cloned);
    return made;
}

/* ---- ports ---------------------------------------------------------------------- */

/* What came to it since it left the target is told, not taken along: who may reach it there
 * is for those to say who said it before. */
static void warn_new_groups(struct recreate *b, const struct nic *nic, const struct nic *home)
{
    for (size_t k = 0; k < nic->security_group_count; k++) {
        const char *name = nic->security_groups[k];
        size_t i = 0;
        while (i < home->security_group_count && strcmp(home->security_groups[i], name) != 0)
            i++;
        if (i == home->security_group_count && strcmp(name, "default") != 0)
            recreate_warn(b, "security group '%s' is left out: it was not on the port at %s before",
                          name, b->in->target_site);
    }
}

/* Security groups by name; what the target lacks is left out and told. */
static json_t *security_groups(struct recreate *b, const struct nic *nic)
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
            recreate_warn(b, "security group '%s' is not on %s: left out", nic->security_groups[k],
                 b->in->target_site);
    }
    /* None is what it has; where it has some, and the target none of them, Neutron's default
     * guards it. */
    if (json_array_size(ids) || nic->security_group_count == 0)
        return ids;
    json_decref(ids);
    return NULL;
}

static enum pc_err copy_port(struct recreate *b, const struct member *m, size_t index, int *ret)
{
    const struct nic *nic = &m->nics[index];
    json_t *p = json_object();
    char what[STEP_KEY_SIZE], subject[160], name[160];
    struct mapped to = {.reason = MAP_AUTO};
    enum pc_err rc;
    snprintf(what, sizeof(what), "%s/%zu", m->name, index);
    snprintf(name, sizeof(name), "%s%.100s-nic%zu", b->how->prefix, m->name, index);
    if (!recreate_isolated(b->in)) {
        rc = mapping_network(b->in->group, recreate_networks(b->in), nic, &b->target, &to, b->err);
        if (!rc && to.reason == MAP_NONE)
            rc = pc_error_set(b->err, PC_ERR_MAPPING, "Give --network-mapping SOURCE=TARGET for it, or "
                              "store one on the group; a drill may use --auto-network.",
                              "network '%s' of %s has no counterpart on %s", nic->network_name,
                              m->name, b->in->target_site);
        if (rc) {
            json_decref(p);
            return rc;
        }
        json_put_text(p, "network_id", to.id);
        json_put_text(p, "network_name", to.name);
    } else {
        json_put_text(p, "network", "create_network:" RECREATE_AUTO_NETWORK);
    }
    /* A drill's copy is meant to be reached by nobody. */
    if (*nic->floating_ip && !*b->how->prefix && !recreate_wants_floating(b->in->request))
        recreate_warn(b, "%s nic%zu: its floating IP %s stays at the other site; its copy on %s gets none: "
                      "who comes from outside does not reach it", m->name, index, nic->floating_ip,
                      b->in->target_site);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "name", name);
    json_put_text(p, "source_id", nic->network_id);
    json_put_text(p, "source_network_name", nic->network_name);
    json_put_text(p, "source_port_id", nic->port_id);
    const struct nic *home = predecessor_nic(m, index, b->in->target_site);
    if (home && nic->port_security)
        warn_new_groups(b, nic, home);
    if (nic->port_security)
        json_put(p, "security_group_ids", security_groups(b, home ? home : nic));
    rc = recreate_addresses(b, m, index, &to, p);
    if (rc) {
        json_decref(p);
        return rc;
    }
    snprintf(subject, sizeof(subject), "%.100s nic%zu", m->name, index);
    *ret = recreate_add(b, STEP_CREATE_PORT, what, subject, p);
    plan_depend(b->plan, *ret, recreate_isolated(b->in) ? b->subnet : b->checked);
    return PC_OK;
}

static const char *network_of(const struct nic *nic)
{
    return *nic->network_name ? nic->network_name : nic->network_id;
}

/* Nova lists a server's addresses network by network, and no interface without one. So it is not
 * told where the second of a network stands among those of the networks that come after it. */
static bool order_told(const struct member *m)
{
    bool told = true;
    for (size_t i = 0; i < m->nic_count && m->nic_count > 1; i++) {
        size_t alike = 0, others = 0;
        for (size_t k = i + 1; k < m->nic_count; k++) {
            bool same = strcmp(network_of(&m->nics[i]), network_of(&m->nics[k])) == 0;
            alike += same;
            others += !same;
        }
        told &= *m->nics[i].ip && !(alike && others);
    }
    return told;
}

static void warn_order(struct recreate *b, const struct member *m)
{
    enum { NAMES_MAX = 220 };
    char names[NAMES_MAX] = "";
    size_t used = 0;
    if (order_told(m))
        return;
    for (size_t i = 0; i < m->nic_count && used < sizeof(names) - 1; i++) {
        snprintf(names + used, sizeof(names) - used, "%s%.60s", i ? ", " : "", network_of(&m->nics[i]));
        used = strlen(names);
    }
    recreate_warn(b, "in which order the interfaces of %.60s stand Nova does not tell; its copy has them "
                  "as %s", m->name, names);
}

/* ---- servers ------------------------------------------------------------------------ */

static enum pc_err choose_flavor(struct recreate *b, const struct member *m, json_t *params)
{
    struct mapped to;
    enum pc_err rc = mapping_flavor(b->in->group, recreate_flavors(b->in), &m->flavor, &b->target, &to,
                                    b->err);
    if (!rc && to.reason == MAP_NONE)
        rc = pc_error_set(b->err, PC_ERR_MAPPING, "Give --flavor-mapping SOURCE=TARGET (openstack "
                          "flavor list with the target's credentials shows what there is).",
                          "FlavorNotFound: flavor '%s' (%s) of %s is not on %s", m->flavor.name,
                          m->flavor.id, m->name, b->in->target_site);
    if (rc)
        return rc;
    if (*to.note)
        recreate_warn(b, "%s: flavor %s is %s", m->name, to.name, to.note);
    json_put_text(params, "flavor_id", to.id);
    json_put_text(params, "flavor_name", to.name);
    return PC_OK;
}

/* Which of the disks go with the server; a drill's are all taken away by the drill. */
static json_t *goes_along(const struct recreate *b, const struct member *m)
{
    json_t *flags = json_array();
    bool any = false;
    for (size_t i = 0; i < m->volume_count && !*b->how->prefix; i++) {
        any |= m->volumes[i].delete_on_termination;
        json_array_append_new(flags, json_boolean(m->volumes[i].delete_on_termination));
    }
    if (any)
        return flags;
    json_decref(flags);
    return NULL;
}

enum pc_err recreate_parts(struct recreate *b, const struct member *m, struct recreate_parts *ret)
{
    json_t *p = json_object(), *volumes = json_array(), *ports = json_array();
    char name[160];
    enum pc_err rc = PC_OK;
    int *before = xcalloc(m->volume_count + m->nic_count + 1, sizeof(int)), n = 0;

    for (size_t i = 0; i < m->volume_count; i++) {
        before[n] = recreate_is_mock(b->in) ? copy_volume(b, m, i) : copy_managed(b, m, i);
        json_array_append_new(volumes, json_string(b->plan->steps[before[n++]].key));
    }
    warn_order(b, m);
    for (size_t i = 0; !rc && i < m->nic_count; i++) {
        rc = copy_port(b, m, i, &before[n]);
        if (!rc)
            json_array_append_new(ports, json_string(b->plan->steps[before[n++]].key));
    }
    snprintf(name, sizeof(name), "%s%.120s", b->how->prefix, m->name);
    json_put_text(p, "vm", m->name);
    json_put_text(p, "source_id", m->id);
    json_put_text(p, "name", name);
    json_put(p, "volumes", volumes);
    json_put(p, "delete_on_termination", goes_along(b, m));
    json_put(p, "ports", ports);
    recreate_identity(b, m, p);
    if (!rc)
        rc = choose_flavor(b, m, p);
    *ret = (struct recreate_parts){.params = p, .before = before, .count = n, .server = -1};
    return rc;
}

int recreate_server(struct recreate *b, struct recreate_parts *parts)
{
    char vm[STEP_KEY_SIZE]; /* the parameters are given away with it */
    snprintf(vm, sizeof(vm), "%s", json_text(parts->params, "vm"));
    parts->server = recreate_add(b, STEP_CREATE_SERVER, vm, vm, parts->params);
    parts->params = NULL;
    for (int i = 0; i < parts->count; i++)
        plan_depend(b->plan, parts->server, parts->before[i]);
    return parts->server;
}
