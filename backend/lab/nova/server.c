/* Nova's servers as they are read: lists, filters, views. */
#include "backend/lab/nova/nova.h"
#include "backend/lab/page.h"

#include "backend/base/clock.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const HOST_IDS[SITE_COUNT] = {
    "a1f7c0a4be5e2a7cf3d1b8e0c4a96f3d2e5b7081c6d94fe2a3b5c7d9",
    "b2e8d1b5cf6f3b8da4e2c9f1d5ba7a4e3f6c8192d7ea5af3b4c6d8ea",
};

struct res *nova_server(struct call *c)
{
    struct res *r = call_res(c, K_SERVER, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "Instance %s could not be found.", c->args[0]);
    return r;
}

json_t *nova_links(const struct call *c, const char *collection, const char *id)
{
    const char *url = call_site(c)->url;
    return json_pack("[{s:s, s:o}, {s:s, s:o}]", "rel", "self", "href",
                     json_sprintf("%s/compute/v2.1/%s/%s", url, collection, id), "rel", "bookmark",
                     "href", json_sprintf("%s/compute/%s/%s", url, collection, id));
}

/* ---- the view --------------------------------------------------------- */

static json_t *address_view(const struct res *port, const char *ip, const char *type)
{
    return json_pack("{s:i, s:s, s:s, s:s}", "version", 4, "addr", ip, "OS-EXT-IPS:type", type,
                     "OS-EXT-IPS-MAC:mac_addr", json_text(port->doc, "mac"));
}

static void add_floating(struct call *c, const struct res *port, json_t *list)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_FLOATING); i++) {
        const json_t *d = world_at(c->world, c->site, K_FLOATING, i)->doc;
        if (strcmp(json_text(d, "port"), port->id) == 0)
            json_array_append_new(list, address_view(port, json_text(d, "ip"), "floating"));
    }
}

static json_t *addresses_view(struct call *c, const struct res *r)
{
    json_t *all = json_object();
    size_t i, k;
    json_t *id, *ip;
    json_array_foreach(json_list(r->doc, "ports"), i, id) {
        const struct res *port = world_get(c->world, c->site, K_PORT, json_string_value(id));
        const struct res *net =
            port ? world_get(c->world, c->site, K_NETWORK, json_text(port->doc, "network")) : NULL;
        if (!net)
            continue;
        const char *name = json_text(net->doc, "name");
        json_t *list = json_list(all, name);
        if (!list) {
            list = json_array();
            json_put(all, name, list);
        }
        json_array_foreach(json_list(port->doc, "ips"), k, ip) {
            json_array_append_new(list, address_view(port, json_text(ip, "ip"), "fixed"));
        }
        add_floating(c, port, list);
    }
    return all;
}

static json_t *flavor_view(struct call *c, const struct res *r)
{
    const json_t *f = json_map(r->doc, "flavor");
    if (c->minor < 47)
        return json_pack("{s:s, s:o}", "id", json_text(f, "id"), "links",
                         json_pack("[{s:s, s:o}]", "rel", "bookmark", "href",
                                   json_sprintf("%s/compute/flavors/%s", call_site(c)->url,
                                                json_text(f, "id"))));
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:s, s:{}}", "vcpus", (int)json_int(f, "vcpus", 0),
                     "ram", (int)json_int(f, "ram", 0), "disk", (int)json_int(f, "disk", 0),
                     "ephemeral", 0, "swap", 0, "original_name", json_text(f, "name"),
                     "extra_specs");
}

static json_t *image_view(struct call *c, const struct res *r)
{
    const char *id = json_text(r->doc, "image");
    if (!*id)
        return json_string("");
    return json_pack("{s:s, s:[{s:s, s:o}]}", "id", id, "links", "rel", "bookmark", "href",
                     json_sprintf("%s/compute/images/%s", call_site(c)->url, id));
}

static json_t *volumes_view(struct call *c, const struct res *r)
{
    json_t *list = json_array(), *disk;
    size_t i;
    json_array_foreach(json_list(r->doc, "vols"), i, disk) {
        json_t *one = json_pack("{s:s}", "id", json_text(disk, "id"));
        if (c->minor >= 3)
            json_put_flag(one, "delete_on_termination", json_flag(disk, "dot", false));
        json_array_append_new(list, one);
    }
    return list;
}

/* scheduling, networking, block_device_mapping, spawning: by how far it is. */
static const char *task_of(struct call *c, const struct res *r)
{
    static const char *const building[] = {"scheduling", "networking", "block_device_mapping",
                                           "spawning"};
    if (strcmp(json_text(r->doc, "status"), "BUILD") != 0)
        return *json_text(r->doc, "task") ? json_text(r->doc, "task") : NULL;
    int64_t from = json_int(r->doc, "created", 0), to = json_int(r->doc, "due", from + 1);
    int64_t share = to > from ? (c->now - from) * 4 / (to - from) : 3;
    return building[share < 0 ? 0 : share > 3 ? 3 : share];
}

static const char *vm_state_of(const struct res *r)
{
    static const struct {
        const char *status, *state;
    } rows[] = {{"ACTIVE", "active"}, {"BUILD", "building"}, {"ERROR", "error"},
                {"SHUTOFF", "stopped"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].status, json_text(r->doc, "status")) == 0)
            return rows[i].state;
    return "active";
}

static json_t *groups_view(const struct res *r)
{
    json_t *list = json_array(), *name;
    size_t i;
    json_array_foreach(json_list(r->doc, "sgs"), i, name) {
        json_array_append_new(list, json_pack("{s:O}", "name", name));
    }
    return list;
}

static void add_fault(struct call *c, const struct res *r, json_t *view)
{
    const json_t *fault = json_map(r->doc, "fault");
    if (!fault)
        return;
    json_t *f = json_pack("{s:i, s:o, s:s}", "code", (int)json_int(fault, "code", 500), "created",
                          time_of(fault, "created", time_z), "message",
                          json_text(fault, "message"));
    if (c->who.role == ROLE_ADMIN)
        json_put_text(f, "details", "Traceback (most recent call last):\n");
    json_put(view, "fault", f);
}

/* What came with later microversions, and what only admins see. */
static void add_versioned(struct call *c, const struct res *r, json_t *view)
{
    if (c->minor >= 9)
        json_put_flag(view, "locked", json_flag(r->doc, "locked", false));
    if (c->minor >= 19)
        json_put_text(view, "description",
                      *json_text(r->doc, "desc") ? json_text(r->doc, "desc") : NULL);
    if (c->minor >= 26)
        json_put(view, "tags", json_deep_copy(json_list(r->doc, "tags")));
    if (c->minor >= 63)
        json_put(view, "trusted_image_certificates", json_null());
    if (c->minor >= 71)
        json_put(view, "server_groups", json_array());
    if (c->minor >= 73)
        json_put(view, "locked_reason", json_null());
    if (c->minor >= 90)
        json_put_text(view, "OS-EXT-SRV-ATTR:hostname", json_text(r->doc, "hostname"));
    if (c->who.role < ROLE_ADMIN)
        return;
    const char *host = c->site == SITE_A ? "compute-a" : "compute-b";
    if (c->minor >= 3) {
        const char *data = json_text(r->doc, "user_data");
        const json_t *root = json_array_get(json_list(r->doc, "vols"), 0);
        json_put_text(view, "OS-EXT-SRV-ATTR:user_data", *data ? data : NULL);
        json_put_text(view, "OS-EXT-SRV-ATTR:root_device_name",
                      root ? json_text(root, "dev") : "/dev/vda");
    }
    json_put_text(view, "OS-EXT-SRV-ATTR:host", host);
    json_put_text(view, "OS-EXT-SRV-ATTR:hypervisor_hostname", host);
    json_put(view, "OS-EXT-SRV-ATTR:instance_name", json_sprintf("instance-%08x", (int)r->seq));
    if (c->minor >= 16)
        json_put_text(view, "host_status", "UP");
}

json_t *nova_server_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    const char *task = task_of(c, r);
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:O, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:s}", "id",
        r->id, "name", json_text(d, "name"), "status", json_text(d, "status"), "tenant_id",
        json_text(d, "project"), "user_id", json_text(d, "user"), "metadata", json_map(d, "meta"),
        "hostId", *json_text(d, "host") ? HOST_IDS[c->site] : "",
        "image", image_view(c, r), "flavor", flavor_view(c, r), "created",
        time_of(d, "created", time_z), "updated", time_of(d, "updated", time_z), "addresses",
        addresses_view(c, r), "accessIPv4", "", "accessIPv6", "", "links",
        nova_links(c, "servers", r->id), "OS-DCF:diskConfig", "MANUAL");
    json_t *more = json_pack(
        "{s:s, s:s, s:o?, s:o, s:n, s:o, s:s, s:s?, s:i, s:o}", "OS-EXT-AZ:availability_zone",
        *json_text(d, "az") ? json_text(d, "az") : "nova", "config_drive", json_flag(d, "config_drive", false) ? "True" : "", "key_name",
        *json_text(d, "key") ? json_string(json_text(d, "key")) : NULL, "OS-SRV-USG:launched_at",
        time_of(d, "launched", time_micro), "OS-SRV-USG:terminated_at", "security_groups",
        groups_view(r), "OS-EXT-STS:vm_state", vm_state_of(r), "OS-EXT-STS:task_state", task,
        "OS-EXT-STS:power_state", (int)json_int(d, "power", 0),
        "os-extended-volumes:volumes_attached", volumes_view(c, r));
    json_object_update(view, more);
    json_decref(more);
    if (!task || strcmp(json_text(d, "status"), "BUILD") == 0)
        json_put_int(view, "progress", 0);
    add_versioned(c, r, view);
    add_fault(c, r, view);
    return view;
}

/* ---- lists ------------------------------------------------------------ */

static json_t *brief_view(struct call *c, struct res *r)
{
    return json_pack("{s:s, s:s, s:o}", "id", r->id, "name", json_text(r->doc, "name"), "links",
                     nova_links(c, "servers", r->id));
}

static bool has_tag(const struct res *r, const char *tag, size_t n)
{
    size_t i;
    json_t *t;
    json_array_foreach(json_list(r->doc, "tags"), i, t) {
        const char *s = json_string_value(t);
        if (s && strlen(s) == n && strncmp(s, tag, n) == 0)
            return true;
    }
    return false;
}

static bool match_tags(const struct res *r, const char *tags)
{
    while (*tags) {
        size_t n = strcspn(tags, ",");
        if (!has_tag(r, tags, n))
            return false;
        tags += n + (tags[n] == ',');
    }
    return true;
}

static bool changed_since(const struct res *r, const char *since)
{
    int64_t ms;
    return !clock_parse_iso(since, &ms) || json_int(r->doc, "updated", 0) >= ms;
}

static bool match_server(struct call *c, const struct res *r)
{
    const char *status = call_param(c, "status");
    const char *tags = call_param(c, "tags"), *all = call_param(c, "all_tenants");
    const char *since = call_param(c, "changes-since");
    bool everyone = all && strcmp(all, "0") != 0 && strcasecmp(all, "false") != 0 &&
                    c->who.role == ROLE_ADMIN;
    return (everyone || strcmp(json_text(r->doc, "project"), c->who.project) == 0) &&
           (!status || strcasecmp(json_text(r->doc, "status"), status) == 0) &&
           (!tags || c->minor < 26 || match_tags(r, tags)) &&
           (!c->scratch || regexec(c->scratch, json_text(r->doc, "name"), 0, NULL, 0) == 0) &&
           (!since || changed_since(r, since));
}

static const struct lister BRIEF = {
    .kind = K_SERVER, .key = "servers", .newest_first = true, .strict_marker = true,
    .match = match_server, .view = brief_view};

static const struct lister DETAIL = {
    .kind = K_SERVER, .key = "servers", .newest_first = true, .strict_marker = true,
    .match = match_server, .view = nova_server_view};

/* The name filter is a regular expression, as in Nova's data base. */
static void list_servers(struct call *c, const struct lister *l)
{
    regex_t re;
    const char *name = call_param(c, "name");
    if (!name) {
        page_reply(c, l);
        return;
    }
    if (regcomp(&re, name, REG_EXTENDED | REG_NOSUB | REG_ICASE) != 0) {
        reply_fail(c, 400, NULL,
                   "Invalid input for query parameters name. Value: %s. '%s' is not a 'regex'",
                   name, name);
        return;
    }
    c->scratch = &re;
    page_reply(c, l);
    c->scratch = NULL;
    regfree(&re);
}

void nova_list_servers(struct call *c)
{
    list_servers(c, &BRIEF);
}

void nova_list_servers_detail(struct call *c)
{
    list_servers(c, &DETAIL);
}

void nova_show_server(struct call *c)
{
    struct res *r = nova_server(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "server", nova_server_view(c, r)));
}

void nova_rename_server(struct call *c)
{
    struct res *r = nova_server(c);
    const json_t *in = json_map(c->json, "server");
    if (!r)
        return;
    if (*json_text(in, "name"))
        json_put_text(r->doc, "name", json_text(in, "name"));
    if (*json_text(in, "description"))
        json_put_text(r->doc, "desc", json_text(in, "description"));
    json_put_int(r->doc, "updated", c->now);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:o}", "server", nova_server_view(c, r)));
}

void nova_server_addresses(struct call *c)
{
    struct res *r = nova_server(c);
    if (r)
        reply_json(c, 200, json_pack("{s:o}", "addresses", addresses_view(c, r)));
}
