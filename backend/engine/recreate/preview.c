/*
 * preview: what a plan would map and make, for the dialog and the dry
 * run. It refuses nothing: what would be refused is listed with its remedy.
 */
#include "backend/engine/recreate/recreate.h"

#include <stdio.h>
#include <string.h>

static void add_problem(json_t *problems, const struct pc_error *err)
{
    json_t *o = json_object();
    json_put_text(o, "text", err->text);
    json_put_text(o, "remedy", err->remedy);
    json_array_append_new(problems, o);
}

static json_t *mapped_row(const char *from, const char *from_name, const struct mapped *to)
{
    json_t *o = json_object();
    json_put_text(o, "from", from);
    json_put_text(o, "from_name", from_name);
    json_put_text(o, "to", to->reason == MAP_NONE ? NULL : to->id);
    json_put_text(o, "to_name", to->reason == MAP_NONE ? NULL : to->name);
    json_put_text(o, "reason", map_reason_word(to->reason));
    json_put_text(o, "note", to->note);
    return o;
}

static bool listed(const json_t *rows, const char *from)
{
    const json_t *v;
    size_t i;
    json_array_foreach(rows, i, v)
        if (strcmp(json_text(v, "from"), from) == 0)
            return true;
    return false;
}

static void list_networks(const struct recreate_input *in, const struct target_facts *t, json_t *rows,
                          json_t *problems)
{
    for (size_t i = 0; i < in->group->member_count; i++)
        for (size_t k = 0; k < in->group->members[i].nic_count; k++) {
            const struct nic *nic = &in->group->members[i].nics[k];
            struct mapped to = {.reason = MAP_NONE};
            struct pc_error err;
            if (listed(rows, nic->network_id))
                continue;
            if (recreate_isolated(in)) {
                to.reason = MAP_AUTO;
                snprintf(to.name, sizeof(to.name), "test-%.100s", in->group->name);
            } else if (mapping_network(in->group, recreate_networks(in), nic, t, &to, &err)) {
                to.reason = MAP_NONE;
                add_problem(problems, &err);
            } else if (to.reason == MAP_NONE) {
                pc_error_set(&err, PC_ERR_MAPPING, "Choose a target network, or an isolated one "
                             "made for the drill.", "network '%s' has no counterpart on %s",
                             nic->network_name, in->target_site);
                add_problem(problems, &err);
            }
            json_array_append_new(rows, mapped_row(nic->network_id, nic->network_name, &to));
        }
}

static void list_flavors(const struct recreate_input *in, const struct target_facts *t, json_t *rows,
                         json_t *problems)
{
    for (size_t i = 0; i < in->group->member_count; i++) {
        const struct flavor *f = &in->group->members[i].flavor;
        struct mapped to = {.reason = MAP_NONE};
        struct pc_error err;
        int users = 0;
        if (listed(rows, f->id))
            continue;
        for (size_t k = 0; k < in->group->member_count; k++)
            users += strcmp(in->group->members[k].flavor.id, f->id) == 0;
        if (mapping_flavor(in->group, recreate_flavors(in), f, t, &to, &err)) {
            to.reason = MAP_NONE;
            add_problem(problems, &err);
        } else if (to.reason == MAP_NONE) {
            pc_error_set(&err, PC_ERR_MAPPING, "Choose a target flavor.",
                         "FlavorNotFound: flavor '%s' is not on %s", f->name, in->target_site);
            add_problem(problems, &err);
        }
        json_t *row = mapped_row(f->id, f->name, &to);
        json_put_int(row, "members", users);
        json_put_int(row, "vcpus", f->vcpus);
        json_put_int(row, "ram", f->ram_mib);
        json_put_int(row, "disk", f->disk_gib);
        json_array_append_new(rows, row);
    }
}

/* The least of the volumes that are made of it, in GiB, and how many those are. */
static int64_t made_of(const struct group *g, const char *image, int *ret_count)
{
    int64_t least = 0;
    *ret_count = 0;
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++) {
            const struct volume *v = &g->members[i].volumes[k];
            if (strcmp(v->image_id, image) != 0)
                continue;
            if (!(*ret_count)++ || v->size_gib < least)
                least = v->size_gib;
        }
    return least;
}

static json_t *image_row(const struct recreate_input *in, const struct volume *v, json_t *problems)
{
    struct mapped to = {.reason = MAP_NONE};
    struct pc_error err;
    int count;
    const char *id = mapping_image(in->group, recreate_images(in), v, &to.reason);
    const json_t *there = recreate_image(in, id);
    int64_t least = made_of(in->group, v->image_id, &count), needs = json_int(there, "min_disk", 0);
    snprintf(to.id, sizeof(to.id), "%.127s", json_text(there, "id"));
    snprintf(to.name, sizeof(to.name), "%.127s", json_text(there, "name"));
    if (needs > least)
        snprintf(to.note, sizeof(to.note), "needs %lld GiB, and a volume has %lld", (long long)needs,
                 (long long)least);
    if (!there) {
        to.reason = MAP_NONE;
        pc_error_set(&err, PC_ERR_MAPPING, "Choose a target image, or upload it with the same id.",
                     "ImageNotFound: image '%s' is not on %s", *id && strcmp(id, v->image_id) != 0 ? id
                     : *v->image_name ? v->image_name : v->image_id, in->target_site);
        add_problem(problems, &err);
    }
    json_t *row = mapped_row(v->image_id, v->image_name, &to);
    json_put_int(row, "volumes", count);
    json_put_int(row, "size_gib", least);
    json_put_text(row, "checksum", json_text(image_facts_json(v->image), "checksum"));
    return row;
}

/* Where volumes are made of images at all, and Glance tells which there are. */
static void list_images(const struct recreate_input *in, json_t *rows, json_t *problems)
{
    if (!json_list(in->facts, "images"))
        return;
    for (size_t i = 0; i < in->group->member_count; i++)
        for (size_t k = 0; k < in->group->members[i].volume_count; k++) {
            const struct volume *v = &in->group->members[i].volumes[k];
            if (*v->image_id && !listed(rows, v->image_id))
                json_array_append_new(rows, image_row(in, v, problems));
        }
}

/* ---- what there is to choose from ------------------------------------------------ */

static json_t *cidrs_of(const struct recreate_input *in, const char *network)
{
    json_t *list = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(in->facts, "subnets"), i, v)
        if (strcmp(json_text(v, "network_id"), network) == 0)
            json_array_append_new(list, json_string(json_text(v, "cidr")));
    return list;
}

static json_t *target_networks(const struct recreate_input *in)
{
    json_t *list = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(in->facts, "networks"), i, v) {
        json_t *o = json_object();
        json_put_text(o, "id", json_text(v, "id"));
        json_put_text(o, "name", json_text(v, "name"));
        json_put_flag(o, "shared", json_flag(v, "shared", false));
        json_put_flag(o, "external", json_flag(v, "router:external", false));
        json_put(o, "cidrs", cidrs_of(in, json_text(v, "id")));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *target_flavors(const struct recreate_input *in)
{
    static const char *const sizes[] = {"vcpus", "ram", "disk"};
    json_t *list = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(in->facts, "flavors"), i, v) {
        json_t *o = json_object();
        json_put_text(o, "id", json_text(v, "id"));
        json_put_text(o, "name", json_text(v, "name"));
        for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
            json_put_int(o, sizes[k], json_int(v, sizes[k], 0));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *target_images(const struct recreate_input *in)
{
    json_t *list = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(in->facts, "images"), i, v) {
        json_t *o;
        if (strcmp(json_text(v, "status"), "active") != 0)
            continue;
        o = json_object();
        json_put_text(o, "id", json_text(v, "id"));
        json_put_text(o, "name", json_text(v, "name"));
        json_put_text(o, "checksum", json_text(v, "checksum"));
        json_put_int(o, "min_disk", json_int(v, "min_disk", 0));
        json_put_int(o, "size_mib", json_int(v, "size", 0) / (1024 * 1024));
        json_array_append_new(list, o);
    }
    return list;
}

json_t *recreate_mappings(const struct recreate_input *in)
{
    struct target_facts t = recreate_target(in);
    struct pc_error err;
    json_t *o = json_object(), *networks = json_array(), *flavors = json_array(), *images = json_array();
    json_t *problems = json_array();
    if (recreate_check(in, &err))
        add_problem(problems, &err);
    list_networks(in, &t, networks, problems);
    list_flavors(in, &t, flavors, problems);
    list_images(in, images, problems);
    json_put(o, "networks", networks);
    json_put(o, "flavors", flavors);
    json_put(o, "images", images);
    json_put(o, "target_networks", target_networks(in));
    json_put(o, "target_flavors", target_flavors(in));
    json_put(o, "target_images", target_images(in));
    json_put(o, "problems", problems);
    return o;
}

json_t *recreate_counts(const struct plan *p)
{
    static const struct {
        enum step_kind kind;
        const char *name;
    } rows[] = {{STEP_CREATE_VOLUME, "volumes"},   {STEP_MANAGE_VOLUME, "volumes"},
                {STEP_CREATE_PORT, "ports"},       {STEP_CREATE_SERVER, "servers"},
                {STEP_CREATE_FLOATING, "floating_ips"},
                {STEP_CREATE_NETWORK, "networks"}, {STEP_CREATE_SUBNET, "subnets"},
                {STEP_HEALTH_CHECK, "checks"}};
    json_t *o = json_object();
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        int64_t n = json_int(o, rows[r].name, 0);
        for (size_t i = 0; i < p->count; i++)
            n += p->steps[i].kind == rows[r].kind;
        json_put_int(o, rows[r].name, n);
    }
    return o;
}
