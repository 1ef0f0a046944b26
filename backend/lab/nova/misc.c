/* Flavors, hypervisors and availability zones. */
#include "backend/lab/nova/nova.h"
#include "backend/lab/page.h"

#include <stdlib.h>
#include <string.h>

static json_t *brief_view(struct call *c, struct res *r)
{
    json_t *view = json_pack("{s:s, s:s, s:o}", "id", r->id, "name", json_text(r->doc, "name"),
                             "links", nova_links(c, "flavors", r->id));
    if (c->minor >= 55)
        json_put(view, "description", json_null());
    return view;
}

json_t *nova_flavor_view(struct call *c, const struct res *r)
{
    const json_t *d = r->doc;
    json_t *view = json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:b, s:b, s:f, s:o}", "id", r->id,
                             "name", json_text(d, "name"), "ram", (int)json_int(d, "ram", 0),
                             "disk", (int)json_int(d, "disk", 0), "vcpus",
                             (int)json_int(d, "vcpus", 0), "OS-FLV-EXT-DATA:ephemeral", 0,
                             "OS-FLV-DISABLED:disabled", 0, "os-flavor-access:is_public", 1,
                             "rxtx_factor", 1.0, "links", nova_links(c, "flavors", r->id));
    if (c->minor >= 75)
        json_put_int(view, "swap", 0);
    else
        json_put_text(view, "swap", "");
    if (c->minor >= 55)
        json_put(view, "description", json_null());
    if (c->minor >= 61)
        json_put(view, "extra_specs", json_object());
    return view;
}

static json_t *detail_view(struct call *c, struct res *r)
{
    return nova_flavor_view(c, r);
}

static bool match_flavor(struct call *c, const struct res *r)
{
    const char *ram = call_param(c, "minRam"), *disk = call_param(c, "minDisk");
    return (!ram || json_int(r->doc, "ram", 0) >= strtol(ram, NULL, 10)) &&
           (!disk || json_int(r->doc, "disk", 0) >= strtol(disk, NULL, 10));
}

static const struct lister BRIEF = {.kind = K_FLAVOR, .key = "flavors", .strict_marker = true,
                                    .match = match_flavor, .view = brief_view};
static const struct lister DETAIL = {.kind = K_FLAVOR, .key = "flavors", .strict_marker = true,
                                     .match = match_flavor, .view = detail_view};

void nova_list_flavors(struct call *c)
{
    page_reply(c, &BRIEF);
}

void nova_list_flavors_detail(struct call *c)
{
    page_reply(c, &DETAIL);
}

static struct res *the_flavor(struct call *c)
{
    struct res *r = world_get(c->world, c->site, K_FLAVOR, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Flavor %s could not be found.", c->args[0]);
    return r;
}

void nova_show_flavor(struct call *c)
{
    const struct res *r = the_flavor(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "flavor", nova_flavor_view(c, r)));
}

void nova_flavor_specs(struct call *c)
{
    if (the_flavor(c))
        reply_json(c, 200, json_pack("{s:{}}", "extra_specs"));
}

void nova_create_flavor(struct call *c)
{
    const json_t *in = json_map(c->json, "flavor");
    const char *name = json_text(in, "name"), *id = json_text(in, "id");
    if (!*name || json_int(in, "vcpus", 0) < 1 || json_int(in, "ram", 0) < 1) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute flavor. 'name', 'ram' and "
                   "'vcpus' are required properties");
        return;
    }
    bool has_id = *id && strcmp(id, "auto") != 0;
    if (world_named(c->world, c->site, K_FLAVOR, name, NULL) ||
        (has_id && world_get(c->world, c->site, K_FLAVOR, id))) {
        reply_fail(c, 409, NULL, "Flavor with name %s already exists.", name);
        return;
    }
    struct res *r = world_add(c->world, c->site, K_FLAVOR, has_id ? id : NULL,
                              json_pack("{s:s, s:I, s:I, s:I}", "name", name, "vcpus",
                                        (json_int_t)json_int(in, "vcpus", 1), "ram",
                                        (json_int_t)json_int(in, "ram", 1), "disk",
                                        (json_int_t)json_int(in, "disk", 0)));
    reply_json(c, 200, json_pack("{s:o}", "flavor", nova_flavor_view(c, r)));
}

void nova_delete_flavor(struct call *c)
{
    struct res *r = the_flavor(c);
    if (!r)
        return;
    world_drop(c->world, r);
    reply_empty(c, 202);
}

void nova_hypervisors(struct call *c)
{
    const char *host = c->site == SITE_A ? "compute-a" : "compute-b";
    json_t *one = json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:{s:i, s:s, s:n}}", "id", 1,
                            "hypervisor_hostname", host, "state", "up", "status", "enabled",
                            "hypervisor_type", "QEMU", "hypervisor_version", 7002000, "service",
                            "id", 5, "host", host, "disabled_reason");
    /* From 2.88 the numbers are placement's business. */
    if (c->minor < 88) {
        json_put_int(one, "vcpus", c->lab->capacity);
        json_put_int(one, "vcpus_used", nova_vcpus_used(c));
        json_put_int(one, "memory_mb", c->lab->capacity * 4096);
        json_put_int(one, "running_vms", (int64_t)world_count(c->world, c->site, K_SERVER));
    }
    reply_json(c, 200, json_pack("{s:[o]}", "hypervisors", one));
}

void nova_zones(struct call *c)
{
    reply_json(c, 200, json_pack("{s:[{s:s, s:{s:b}, s:n}]}", "availabilityZoneInfo", "zoneName",
                                 "nova", "zoneState", "available", 1, "hosts"));
}
