/*
 * capture: reads from a site what must be known of a server to rebuild it
 * elsewhere: flavor, key, metadata, interfaces in order with their addresses,
 * volumes in order with the image each was made from. Reads only. Two rounds: first
 * the site's lists, then each server's details. What two sources tell differently
 * (agree.h) is read once more, for it may have changed between the rounds, and then
 * not believed.
 */
#include "backend/engine/agree.h"
#include "backend/engine/capture.h"
#include "backend/engine/gather.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/glance.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct capture {
    struct engine *e;
    struct site *site;
    json_t *wanted;  /* names or ids */
    json_t *servers; /* found, in the order wanted */
    json_t *lists;   /* of the first round */
    bool again;      /* they are read a second time */
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

/* ---- one member from all that was read ------------------------------------------ */

static json_t *flavor_of(const struct capture *c, const json_t *server)
{
    const json_t *embedded = json_map(server, "flavor");
    const json_t *known = json_find(json_list(c->lists, "flavors"), "name",
                               json_text(embedded, "original_name"));
    if (!known && *json_text(embedded, "id"))
        known = json_find(json_list(c->lists, "flavors"), "id", json_text(embedded, "id"));
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
        const json_t *g = json_is_string(id) ? json_find(json_list(c->lists, "security_groups"), "id",
                                                    json_string_value(id))
                                             : NULL;
        /* One that is not ours to see is no reason to have none. */
        json_array_append_new(names, json_string(g ? json_text(g, "name") : json_string_value(id)));
    }
    return names;
}

/* Nova tells a server's floating IPs among its addresses, by the MAC of their port, but not
 * which they are: it is asked where Neutron does not list them. */
static const char *floating_by_nova(const json_t *server, const json_t *port)
{
    const char *net;
    json_t *addresses, *a;
    size_t i;
    json_object_foreach(json_map(server, "addresses"), net, addresses)
        json_array_foreach(addresses, i, a)
            if (strcmp(json_text(a, "OS-EXT-IPS:type"), "floating") == 0 &&
                strcmp(json_text(a, "OS-EXT-IPS-MAC:mac_addr"), json_text(port, "mac_address")) == 0)
                return json_text(a, "addr");
    return "";
}

static json_t *nic_of(const struct capture *c, const json_t *server, const json_t *port)
{
    const json_t *net = json_find(json_list(c->lists, "networks"), "id", json_text(port, "network_id"));
    const json_t *fixed = json_list(port, "fixed_ips"), *one;
    json_t *o = json_object(), *ips = json_array();
    char segment[160];
    size_t i;
    json_array_foreach(fixed, i, one)
        json_array_append_new(ips, json_string(json_text(one, "ip_address")));
    json_put_text(o, "port_id", json_text(port, "id"));
    json_put_text(o, "network_id", json_text(port, "network_id"));
    json_put_text(o, "network_name", json_text(net, "name"));
    json_put_text(o, "segment", nic_segment(segment, sizeof(segment), net));
    json_put_text(o, "ip", json_text(json_array_get(fixed, 0), "ip_address"));
    json_put_text(o, "mac", json_text(port, "mac_address"));
    json_put(o, "ips", ips);
    const json_t *floating = json_find(json_list(c->lists, "floatingips"), "port_id", json_text(port, "id"));
    json_put_text(o, "floating_ip", json_list(c->lists, "floatingips")
                                        ? json_text(floating, "floating_ip_address")
                                        : floating_by_nova(server, port));
    json_put_text(o, "floating_ip_id", json_text(floating, "id"));
    json_put_flag(o, "port_security", json_flag(port, "port_security_enabled", true));
    json_put(o, "address_pairs", json_deep_copy(json_list(port, "allowed_address_pairs")));
    json_put(o, "security_groups", group_names(c, port));
    return o;
}

/* Neutron lists ports in any order; Nova lists a server's addresses in the order of its
 * interfaces, though all of a network together: what that hides a plan tells (recreate.c). */
static size_t place_of(const json_t *server, const json_t *port)
{
    const char *net, *mac = json_text(port, "mac_address");
    json_t *addresses, *a;
    size_t i, place = 0;
    json_object_foreach(json_map(server, "addresses"), net, addresses)
        json_array_foreach(addresses, i, a) {
            if (strcmp(json_text(a, "OS-EXT-IPS-MAC:mac_addr"), mac) == 0)
                return place;
            place++;
        }
    return place; /* one without an address comes last */
}

static json_t *nics_of(const struct capture *c, const json_t *server, const json_t *ports)
{
    json_t *nics = json_array(), *places = json_array();
    const json_t *port;
    size_t i;
    json_array_foreach(ports, i, port) {
        size_t place = place_of(server, port), at = json_array_size(places);
        while (at > 0 &&
               (size_t)json_integer_value(json_array_get(places, at - 1)) > place)
            at--;
        json_array_insert_new(places, at, json_integer((json_int_t)place));
        json_array_insert_new(nics, at, nic_of(c, server, port));
    }
    json_decref(places);
    return nics;
}

/* What somebody said of it, not what its storage and Cinder put there. */
static json_t *metadata_of(const json_t *v)
{
    static const char *const put_there[] = {"array_name", "array_volume_name", "attached_mode", "readonly"};
    json_t *o = json_deep_copy(json_map(v, "metadata"));
    for (size_t i = 0; o && i < sizeof(put_there) / sizeof(put_there[0]); i++)
        json_object_del(o, put_there[i]);
    if (json_object_size(o))
        return o;
    json_decref(o);
    return NULL;
}

static json_t *volume_of(const json_t *v, const json_t *attachment)
{
    const json_t *image = json_map(v, "volume_image_metadata");
    json_t *o = json_object();
    json_put_text(o, "id", json_text(attachment, "volumeId"));
    json_put_text(o, "name", json_text(v, "name"));
    json_put_text(o, "type", json_text(v, "volume_type"));
    json_put_text(o, "device", json_text(attachment, "device"));
    json_put_text(o, "description", json_text(v, "description"));
    json_put(o, "metadata", metadata_of(v));
    json_put_int(o, "size_gib", json_int(v, "size", 0));
    json_put_flag(o, "bootable", json_flag(v, "bootable", false));
    json_put_flag(o, "delete_on_termination",
                  json_flag(attachment, "delete_on_termination", false));
    json_put_text(o, "image_id", json_text(image, "image_id"));
    json_put_text(o, "image_name", json_text(image, "image_name"));
    json_put(o, "image_metadata", json_incref((json_t *)(uintptr_t)image));
    return o;
}

/* As people count: vdz before vdaa. */
static int by_device(const void *a, const void *b)
{
    const json_t *const *x = a, *const *y = b;
    const char *dx = json_text(*x, "device"), *dy = json_text(*y, "device");
    size_t lx = strlen(dx), ly = strlen(dy);
    return lx != ly ? (lx < ly ? -1 : 1) : strcmp(dx, dy);
}

/* The one it boots from: what Nova calls the root where it tells, else the
 * first that is bootable. Another bootable disk stays where it is. */
static size_t root_of(const json_t *server, json_t *const *sorted, size_t count)
{
    const char *root = json_text(server, "OS-EXT-SRV-ATTR:root_device_name");
    for (size_t i = 0; *root && i < count; i++)
        if (strcmp(json_text(sorted[i], "device"), root) == 0)
            return i;
    for (size_t i = 0; i < count; i++)
        if (json_flag(sorted[i], "bootable", false))
            return i;
    return 0;
}

/* The root first, then by device: the order in which they are attached again. */
static json_t *volumes_of(const json_t *server, const json_t *attachments, const json_t *volumes)
{
    size_t n = json_array_size(attachments), i, root;
    json_t **sorted = xcalloc(n + 1, sizeof(*sorted)), *list = json_array();
    const json_t *a;
    json_array_foreach(attachments, i, a)
        sorted[i] = volume_of(json_find(volumes, "id", json_text(a, "volumeId")), a);
    if (n)
        qsort(sorted, n, sizeof(*sorted), by_device);
    root = root_of(server, sorted, n);
    if (n)
        json_array_append_new(list, sorted[root]);
    for (i = 0; i < n; i++)
        if (i != root)
            json_array_append_new(list, sorted[i]);
    free(sorted);
    return list;
}

static const json_t *told(const json_t *bodies, const char *what, const char *id)
{
    char key[96];
    snprintf(key, sizeof(key), "%s %s", what, id);
    return json_object_get(bodies, key);
}

static json_t *member_of(const struct capture *c, const json_t *server, const json_t *bodies)
{
    json_t *o = json_object();
    const char *id = json_text(server, "id");
    json_put_text(o, "id", id);
    json_put_text(o, "name", json_text(server, "name"));
    json_put_text(o, "status", json_text(server, "status"));
    json_put_text(o, "key_name", json_text(server, "key_name"));
    json_put_text(o, "availability_zone", json_text(server, "OS-EXT-AZ:availability_zone"));
    json_put_text(o, "description", json_text(server, "description"));
    json_put_text(o, "user_data", json_text(server, "OS-EXT-SRV-ATTR:user_data"));
    if (!json_object_get(server, "OS-EXT-SRV-ATTR:user_data"))
        json_put_flag(o, "user_data_hidden", true);
    if (!json_list(c->lists, "floatingips"))
        json_put_flag(o, "floating_ips_hidden", true);
    json_put_flag(o, "config_drive", strcasecmp(json_text(server, "config_drive"), "true") == 0);
    json_put(o, "metadata", json_deep_copy(json_map(server, "metadata")));
    json_put(o, "tags", json_deep_copy(json_list(server, "tags")));
    json_put(o, "flavor", flavor_of(c, server));
    json_put(o, "nics", nics_of(c, server, told(bodies, "ports", id)));
    json_put(o, "volumes", volumes_of(server, told(bodies, "attachments", id),
                                      json_list(c->lists, "volumes")));
    return o;
}

/* ---- the rounds -------------------------------------------------------------------- */

static void ask_lists(struct capture *c);

static enum pc_err all_agree(const struct capture *c, const json_t *bodies, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    const json_t *server;
    size_t i;
    json_array_foreach(c->servers, i, server) {
        const char *id = json_text(server, "id");
        const struct heard h = {c->site->cfg->name, server, told(bodies, "attachments", id),
                                json_object_get(c->lists, "volumes"), told(bodies, "ports", id)};
        if ((rc = heard_agree(&h, err)))
            break;
    }
    return rc;
}

static void on_details(void *arg, const struct pc_error *err, json_t *bodies)
{
    struct capture *c = arg;
    struct pc_error own = *err;
    json_t *members = json_array();
    const json_t *server;
    size_t i;
    if (own.code == PC_OK && all_agree(c, bodies, &own) && !c->again) {
        c->again = true;
        json_decref(members);
        ask_lists(c);
        return;
    }
    if (own.code == PC_OK)
        json_array_foreach(c->servers, i, server)
            json_array_append_new(members, member_of(c, server, bodies));
    capture_end(c, &own, members);
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
        const json_t *found = json_find(json_list(c->lists, "servers"), "id", name);
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
    json_decref(c->lists);
    c->lists = json_incref(bodies);
    json_array_clear(c->servers);
    if (own.code == PC_OK)
        choose_servers(c, &own);
    if (own.code)
        capture_end(c, &own, NULL);
    else
        ask_details(c);
}

static void ask_lists(struct capture *c)
{
    const struct site *site = c->site;
    struct gather *g = gather_new(c->e, on_lists, c);
    nova_servers(site->cloud, NULL, NULL, gather_take, gather_slot(g, "servers", false));
    nova_flavors(site->cloud, gather_take, gather_slot(g, "flavors", false));
    cinder_volumes(site->cloud, NULL, NULL, NULL, gather_take, gather_slot(g, "volumes", false));
    neutron_networks(site->cloud, NULL, NULL, gather_take, gather_slot(g, "networks", false));
    neutron_security_groups(site->cloud, gather_take, gather_slot(g, "security_groups", false));
    neutron_floating_ips(site->cloud, NULL, gather_take, gather_slot(g, "floatingips", true));
    gather_go(g);
}

void capture_members(struct engine *e, struct site *site, const json_t *servers,
                     void (*done)(void *arg, const struct pc_error *err, json_t *members),
                     void *arg)
{
    struct capture *c = xcalloc(1, sizeof(*c));
    c->e = e;
    c->site = site;
    c->wanted = json_deep_copy(servers);
    c->servers = json_array();
    c->done = done;
    c->arg = arg;
    ask_lists(c);
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

void inventory_read(struct engine *e, struct cloud *cloud, bool images,
                    void (*done)(void *arg, const struct pc_error *err, json_t *facts), void *arg)
{
    struct inventory *i = xcalloc(1, sizeof(*i));
    struct gather *g = gather_new(e, on_inventory, i);
    i->done = done;
    i->arg = arg;
    nova_flavors(cloud, gather_take, gather_slot(g, "flavors", false));
    neutron_networks(cloud, NULL, NULL, gather_take, gather_slot(g, "networks", false));
    neutron_subnets(cloud, NULL, gather_take, gather_slot(g, "subnets", true));
    neutron_ports(cloud, NULL, NULL, gather_take, gather_slot(g, "ports", true));
    /* Not spare: taken for missing, they would be left out of what is to serve. */
    neutron_security_groups(cloud, gather_take, gather_slot(g, "security_groups", false));
    nova_keypairs(cloud, gather_take, gather_slot(g, "keypairs", true));
    nova_zones(cloud, gather_take, gather_slot(g, "zones", true));
    cinder_types(cloud, gather_take, gather_slot(g, "volume_types", false));
    if (images)
        glance_images(cloud, NULL, gather_take, gather_slot(g, "images", true));
    gather_go(g);
}
