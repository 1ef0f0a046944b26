/*
 * capture: reads from a site what must be known of a server to rebuild it
 * elsewhere: flavor, interfaces, volumes with the image each was made from.
 * Reads only. Two rounds: first the site's lists, then each server's details.
 */
#include "backend/engine/inside.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct capture {
    struct engine *e;
    struct site *site;
    json_t *wanted;  /* names or ids */
    json_t *servers; /* found, in the order wanted */
    json_t *lists;   /* of the first round */
    void (*done)(void *arg, const struct pc_error *err, json_t *members);
    void *arg;
};

static void capture_end(struct capture *c, const struct pc_error *err, json_t *members)
{
    c->done(c->arg, err, members);
    json_decref(members);
    json_decref(c->wanted);
    json_decref(c->servers);
    json_decref(c->lists);
    free(c);
}

static const json_t *find(const json_t *list, const char *key, const char *value)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

/* ---- one member from all that was read ------------------------------------------ */

static json_t *flavor_of(const struct capture *c, const json_t *server)
{
    const json_t *embedded = json_map(server, "flavor");
    const json_t *known = find(json_list(c->lists, "flavors"), "name",
                               json_text(embedded, "original_name"));
    if (!known && *json_text(embedded, "id"))
        known = find(json_list(c->lists, "flavors"), "id", json_text(embedded, "id"));
    const json_t *from = known ? known : embedded;
    json_t *o = json_object();
    json_put_text(o, "id", json_text(from, "id"));
    json_put_text(o, "name", known ? json_text(known, "name")
                                   : json_text(embedded, "original_name"));
    json_put_int(o, "vcpus", json_int(from, "vcpus", 0));
    json_put_int(o, "ram_mib", json_int(from, "ram", 0));
    json_put_int(o, "disk_gib", json_int(from, "disk", 0));
    return o;
}

static json_t *group_names(const struct capture *c, const json_t *port)
{
    json_t *names = json_array();
    const json_t *id;
    size_t i;
    json_array_foreach(json_list(port, "security_groups"), i, id) {
        const json_t *g = json_is_string(id) ? find(json_list(c->lists, "security_groups"), "id",
                                                    json_string_value(id))
                                             : NULL;
        if (g)
            json_array_append_new(names, json_string(json_text(g, "name")));
    }
    return names;
}

static json_t *nics_of(const struct capture *c, const json_t *ports)
{
    json_t *nics = json_array();
    const json_t *port;
    size_t i;
    json_array_foreach(ports, i, port) {
        const json_t *net = find(json_list(c->lists, "networks"), "id",
                                 json_text(port, "network_id"));
        const json_t *ip = json_array_get(json_list(port, "fixed_ips"), 0);
        json_t *o = json_object();
        json_put_text(o, "network_id", json_text(port, "network_id"));
        json_put_text(o, "network_name", json_text(net, "name"));
        json_put_text(o, "ip", json_text(ip, "ip_address"));
        json_put_text(o, "mac", json_text(port, "mac_address"));
        json_put(o, "security_groups", group_names(c, port));
        json_array_append_new(nics, o);
    }
    return nics;
}

static json_t *volume_of(const json_t *v, const json_t *attachment)
{
    const json_t *image = json_map(v, "volume_image_metadata");
    json_t *o = json_object();
    json_put_text(o, "id", json_text(v, "id"));
    json_put_text(o, "name", json_text(v, "name"));
    json_put_text(o, "type", json_text(v, "volume_type"));
    json_put_text(o, "device", json_text(attachment, "device"));
    json_put_int(o, "size_gib", json_int(v, "size", 0));
    json_put_flag(o, "bootable", json_flag(v, "bootable", false));
    json_put_text(o, "image_id", json_text(image, "image_id"));
    json_put_text(o, "image_name", json_text(image, "image_name"));
    json_put(o, "image_metadata", json_incref((json_t *)(uintptr_t)image));
    return o;
}

/* The bootable one first, then by device as people count: vdz before vdaa. */
static int by_device(const void *a, const void *b)
{
    const json_t *const *x = a, *const *y = b;
    int boot = json_flag(*y, "bootable", false) - json_flag(*x, "bootable", false);
    const char *dx = json_text(*x, "device"), *dy = json_text(*y, "device");
    size_t lx = strlen(dx), ly = strlen(dy);
    return boot ? boot : lx != ly ? (lx < ly ? -1 : 1) : strcmp(dx, dy);
}

static json_t *volumes_of(const json_t *attachments, const json_t *volumes)
{
    size_t n = json_array_size(attachments), count = 0, i;
    json_t **sorted = xcalloc(n, sizeof(*sorted)), *list = json_array();
    const json_t *a;
    json_array_foreach(attachments, i, a) {
        const json_t *v = find(volumes, "id", json_text(a, "volumeId"));
        if (v)
            sorted[count++] = volume_of(v, a);
    }
    if (count)
        qsort(sorted, count, sizeof(*sorted), by_device);
    for (i = 0; i < count; i++)
        json_array_append_new(list, sorted[i]);
    free(sorted);
    return list;
}

static json_t *member_of(const struct capture *c, const json_t *server, const json_t *bodies)
{
    char key[96];
    json_t *o = json_object();
    const char *id = json_text(server, "id");
    json_put_text(o, "id", id);
    json_put_text(o, "name", json_text(server, "name"));
    json_put_text(o, "status", json_text(server, "status"));
    json_put_text(o, "key_name", json_text(server, "key_name"));
    json_put_text(o, "availability_zone", json_text(server, "OS-EXT-AZ:availability_zone"));
    json_put(o, "flavor", flavor_of(c, server));
    snprintf(key, sizeof(key), "ports %s", id);
    json_put(o, "nics", nics_of(c, json_list(bodies, key)));
    snprintf(key, sizeof(key), "attachments %s", id);
    json_put(o, "volumes", volumes_of(json_list(bodies, key), json_list(c->lists, "volumes")));
    return o;
}

/* ---- the rounds -------------------------------------------------------------------- */

static void on_details(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct capture *c = arg;
    json_t *members = json_array();
    const json_t *server;
    size_t i;
    if (err->code == PC_OK)
        json_array_foreach(c->servers, i, server)
            json_array_append_new(members, member_of(c, server, bodies));
    capture_end(c, err, members);
}

static void ask_details(struct capture *c)
{
    struct gather *g = gather_new(c->e, on_details, c);
    const json_t *server;
    size_t i;
    json_array_foreach(c->servers, i, server) {
        const char *id = json_text(server, "id");
        char name[96];
        snprintf(name, sizeof(name), "attachments %s", id);
        nova_attachments(c->site->cloud, id, gather_take, gather_slot(g, name, false));
        snprintf(name, sizeof(name), "ports %s", id);
        neutron_ports(c->site->cloud, id, NULL, gather_take, gather_slot(g, name, false));
    }
    gather_go(g);
}

static enum pc_err choose_servers(struct capture *c, struct pc_error *err)
{
    const json_t *wanted, *server;
    size_t i, k;
    json_array_foreach(c->wanted, i, wanted) {
        const char *name = json_string_value(wanted) ? json_string_value(wanted) : "";
        const json_t *found = find(json_list(c->lists, "servers"), "id", name);
        int named = 0;
        if (!found)
            json_array_foreach(json_list(c->lists, "servers"), k, server)
                if (strcmp(json_text(server, "name"), name) == 0 && named++ == 0)
                    found = server;
        if (!found)
            return pc_error_set(err, PC_ERR_NOT_FOUND, "See openstack server list with that site's "
                                "credentials.", "there is no server '%s' on %s", name,
                                c->site->cfg->name);
        if (named > 1)
            return pc_error_set(err, PC_ERR_AMBIGUOUS, "Name it by its id.",
                                "%d servers on %s are named '%s'", named, c->site->cfg->name, name);
        json_array_append(c->servers, (json_t *)(uintptr_t)found);
    }
    return PC_OK;
}

static void on_lists(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct capture *c = arg;
    struct pc_error own = *err;
    c->lists = json_incref(bodies);
    if (own.code == PC_OK)
        choose_servers(c, &own);
    if (own.code)
        capture_end(c, &own, NULL);
    else
        ask_details(c);
}

void capture_members(struct engine *e, struct site *site, const json_t *servers,
                     void (*done)(void *arg, const struct pc_error *err, json_t *members),
                     void *arg)
{
    struct capture *c = xcalloc(1, sizeof(*c));
    struct gather *g = gather_new(e, on_lists, c);
    c->e = e;
    c->site = site;
    c->wanted = json_deep_copy(servers);
    c->servers = json_array();
    c->done = done;
    c->arg = arg;
    nova_servers(site->cloud, NULL, NULL, gather_take, gather_slot(g, "servers", false));
    nova_flavors(site->cloud, gather_take, gather_slot(g, "flavors", false));
    cinder_volumes(site->cloud, NULL, NULL, NULL, gather_take, gather_slot(g, "volumes", false));
    neutron_networks(site->cloud, NULL, NULL, gather_take, gather_slot(g, "networks", false));
    neutron_security_groups(site->cloud, gather_take, gather_slot(g, "security_groups", true));
    gather_go(g);
}

/* ---- what a target offers ------------------------------------------------------------ */

struct inventory {
    void (*done)(void *arg, const struct pc_error *err, json_t *facts);
    void *arg;
};

static void on_inventory(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct inventory *i = arg;
    i->done(i->arg, err, bodies);
    free(i);
}

void inventory_read(struct engine *e, struct cloud *cloud,
                    void (*done)(void *arg, const struct pc_error *err, json_t *facts), void *arg)
{
    struct inventory *i = xcalloc(1, sizeof(*i));
    struct gather *g = gather_new(e, on_inventory, i);
    i->done = done;
    i->arg = arg;
    nova_flavors(cloud, gather_take, gather_slot(g, "flavors", false));
    neutron_networks(cloud, NULL, NULL, gather_take, gather_slot(g, "networks", false));
    neutron_security_groups(cloud, gather_take, gather_slot(g, "security_groups", true));
    cinder_types(cloud, gather_take, gather_slot(g, "volume_types", true));
    gather_go(g);
}
