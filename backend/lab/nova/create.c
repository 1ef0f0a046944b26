/*
 * POST /servers: everything Nova checks before it answers 202, in its order:
 * the body's shape (body.c), the flavor, the boot disk, the networks, the
 * quota, the disks' states. Nothing is made before all checks have passed.
 */
#include "backend/lab/cinder/cinder.h"
#include "backend/lab/neutron/neutron.h"
#include "backend/lab/nova/nova.h"

#include "backend/base/uuid.h"

#include <stdlib.h>
#include <string.h>

#define LAB_ZONE "nova"

enum { NICS = 16, DISKS = 26 };

struct nic {
    struct res *port, *net;    /* one of them */
    const char *ask;           /* of a network: the address wanted, or NULL */
};

struct disk_plan {
    struct res *volume;          /* one that is there, or */
    const struct res *image, *snapshot; /* what it is made from (both NULL: blank) */
    int64_t size;
    long boot;
    bool dot, local;
    const char *device;
};

struct build {
    const json_t *in;
    const struct res *flavor, *image;
    struct nic nics[NICS];
    size_t nic_count;
    struct disk_plan disks[DISKS];
    size_t disk_count;
};

/* ---- disks ------------------------------------------------------------ */

static bool find_disk(struct call *c, const json_t *d, struct disk_plan *p)
{
    const char *type = json_text(d, "source_type");
    const char *id = *json_text(d, "uuid") ? json_text(d, "uuid") : json_text(d, "volume_id");
    if (strcmp(type, "volume") == 0) {
        p->volume = call_res(c, K_VOLUME, id);
        if (!p->volume)
            reply_fail(c, 400, NULL, "Block Device Mapping is Invalid: failed to get volume %s.",
                       id);
        return p->volume != NULL;
    }
    if (strcmp(type, "snapshot") == 0) {
        p->snapshot = call_res(c, K_SNAPSHOT, id);
        if (!p->snapshot)
            reply_fail(c, 400, NULL, "Block Device Mapping is Invalid: failed to get snapshot %s.",
                       id);
        return p->snapshot != NULL;
    }
    if (strcmp(type, "image") == 0) {
        p->image = call_res(c, K_IMAGE, id);
        if (!p->image)
            reply_fail(c, 400, NULL, "Can not find requested image");
        return p->image != NULL;
    }
    if (strcmp(type, "blank") == 0)
        return true;
    reply_fail(c, 400, NULL,
               "Invalid input for field/attribute source_type. Value: %s. '%s' is not one of "
               "['volume', 'image', 'snapshot', 'blank']",
               type, type);
    return false;
}

static bool read_disks(struct call *c, struct build *b)
{
    size_t i;
    json_t *d, *list = json_list(b->in, "block_device_mapping_v2");
    if (json_array_size(list) > DISKS) {
        reply_fail(c, 400, NULL, "Block Device Mapping is Invalid: too many devices.");
        return false;
    }
    json_array_foreach(list, i, d) {
        struct disk_plan *p = &b->disks[b->disk_count++];
        const json_t *boot = json_object_get(d, "boot_index");
        p->boot = boot && !json_is_null(boot) ? (long)json_int(d, "boot_index", -1) : -1;
        p->dot = json_flag(d, "delete_on_termination", false);
        p->device = json_text(d, "device_name");
        p->local = strcmp(json_text(d, "destination_type"), "local") == 0;
        if (!find_disk(c, d, p))
            return false;
        p->size = json_int(d, "volume_size", p->snapshot ? json_int(p->snapshot->doc, "size", 1) : 0);
        if (!p->volume && !p->local && p->size <= 0) {
            reply_fail(c, 400, NULL, "Block Device Mapping is Invalid: Images with destination_type "
                       "'volume' need to have a non-zero size specified");
            return false;
        }
    }
    return true;
}

static bool check_boot_disk(struct call *c, struct build *b)
{
    const char *image = json_text(b->in, "imageRef");
    const struct disk_plan *boot = NULL;
    for (size_t i = 0; i < b->disk_count; i++)
        if (b->disks[i].boot == 0)
            boot = &b->disks[i];
    if (*image) {
        b->image = call_res(c, K_IMAGE, image);
        if (!b->image || strcmp(json_text(b->image->doc, "status"), "active") != 0) {
            reply_fail(c, 400, NULL, b->image ? "Image %s is not active." :
                       "Can not find requested image", image);
            return false;
        }
        return true;
    }
    if (!boot) {
        reply_fail(c, 400, NULL, "Block Device Mapping is Invalid: Boot sequence for the instance "
                   "and image/block device mapping combination is not valid.");
        return false;
    }
    if (boot->volume && !json_flag(boot->volume->doc, "bootable", false)) {
        reply_fail(c, 400, NULL, "Block Device %s is not bootable.", boot->volume->id);
        return false;
    }
    return true;
}

static bool check_disk_states(struct call *c, const struct build *b)
{
    for (size_t i = 0; i < b->disk_count; i++) {
        const struct res *v = b->disks[i].volume;
        if (!v)
            continue;
        const char *status = json_text(v->doc, "status");
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || b->disks[k].volume == v;
        if (strcmp(status, "available") == 0 && !twice)
            continue;
        reply_fail(c, 400, NULL,
                   "Invalid volume: Invalid volume: Volume %s status must be available or "
                   "downloading to reserve, but the current status is %s. (HTTP 400) "
                   "(Request-ID: %s)",
                   v->id, twice ? "reserved" : status, c->request_id);
        return false;
    }
    return true;
}

/* ---- networks --------------------------------------------------------- */

static bool nic_port(struct call *c, struct nic *nic, const char *id)
{
    nic->port = call_res(c, K_PORT, id);
    if (!nic->port) {
        reply_fail(c, 400, NULL, "Port id %s could not be found.", id);
        return false;
    }
    if (*json_text(nic->port->doc, "device")) {
        reply_fail(c, 409, NULL, "Port %s is still in use.", id);
        return false;
    }
    if (!json_array_size(json_list(nic->port->doc, "ips"))) {
        reply_fail(c, 400, NULL, "Port %s requires a FixedIP in order to be used.", id);
        return false;
    }
    return true;
}

static bool nic_network(struct call *c, struct nic *nic, const char *id, const char *ip)
{
    nic->net = call_res(c, K_NETWORK, id);
    if (!nic->net) {
        reply_fail(c, 400, NULL, "Network %s could not be found.", id);
        return false;
    }
    if (!json_array_size(json_list(nic->net->doc, "subnets"))) {
        reply_fail(c, 400, NULL, "Network %s requires a subnet in order to boot instances on.", id);
        return false;
    }
    if (!neutron_port_quota_left(c)) {
        reply_fail(c, 403, NULL, "Maximum number of ports exceeded");
        return false;
    }
    const struct res *subnet;
    char free_ip[16];
    nic->ask = *ip ? ip : NULL;
    enum address a = neutron_address(c, nic->net, NULL, nic->ask, &subnet, free_ip);
    if (a == ADDRESS_OK)
        return true;
    if (a == ADDRESS_NONE_LEFT)
        reply_fail(c, 400, NULL, "No fixed IP addresses available for network: %s", id);
    else if (a == ADDRESS_TAKEN)
        reply_fail(c, 400, NULL, "Fixed IP address %s is already in use on instance.", ip);
    else
        reply_fail(c, 400, NULL, "Fixed IP address %s is not a valid ip address for network %s.",
                   ip, id);
    return false;
}

/* "auto", or no networks asked for: the only one there is, or none. */
static bool nic_auto(struct call *c, struct build *b)
{
    struct res *only = NULL;
    size_t usable = 0;
    for (size_t i = 0; i < world_count(c->world, c->site, K_NETWORK); i++) {
        struct res *net = world_at(c->world, c->site, K_NETWORK, i);
        if (strcmp(json_text(net->doc, "project"), c->who.project) != 0 ||
            !json_array_size(json_list(net->doc, "subnets")))
            continue;
        only = net;
        usable++;
    }
    if (usable > 1) {
        reply_fail(c, 409, NULL,
                   "Multiple possible networks found, use a Network ID to be more specific.");
        return false;
    }
    return !only || nic_network(c, &b->nics[b->nic_count++], only->id, "");
}

static bool read_networks(struct call *c, struct build *b)
{
    const json_t *asked = json_object_get(b->in, "networks");
    const char *word = json_string_value(asked);
    size_t i;
    json_t *n;
    if (word && c->minor >= 37 && strcmp(word, "none") == 0)
        return true;
    if (!asked || (word && c->minor >= 37 && strcmp(word, "auto") == 0) ||
        (json_is_array(asked) && !json_array_size(asked)))
        return nic_auto(c, b);
    if (!json_is_array(asked) || json_array_size(asked) > NICS) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute networks.");
        return false;
    }
    json_array_foreach(asked, i, n) {
        struct nic *nic = &b->nics[b->nic_count++];
        bool ok = *json_text(n, "port")
                      ? nic_port(c, nic, json_text(n, "port"))
                      : nic_network(c, nic, json_text(n, "uuid"), json_text(n, "fixed_ip"));
        if (!ok)
            return false;
    }
    return true;
}

/* ---- making it -------------------------------------------------------- */

static json_t *make_ports(struct call *c, struct build *b, const char *server)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < b->nic_count; i++) {
        struct nic *nic = &b->nics[i];
        if (!nic->port) {
            const struct res *subnet = NULL;
            char ip[16];
            /* Chosen only now: an earlier NIC may have taken the next free one. */
            if (neutron_address(c, nic->net, NULL, nic->ask, &subnet, ip) != ADDRESS_OK)
                continue;
            nic->port = neutron_add_port(c, nic->net, subnet, ip, NULL);
            json_put_flag(nic->port->doc, "nova_made", true);
        }
        neutron_bind(c, nic->port, server);
        json_array_append_new(ids, json_string(nic->port->id));
    }
    return ids;
}

static json_t *make_disks(struct call *c, struct build *b)
{
    json_t *list = json_array();
    char att[UUID_SIZE];
    for (size_t i = 0; i < b->disk_count; i++) {
        struct disk_plan *p = &b->disks[i];
        if (p->local)
            continue;
        if (!p->volume) {
            struct volume_spec spec = {.name = "", .size = p->size, .image = p->image,
                                       .snapshot = p->snapshot};
            p->volume = cinder_add_volume(c, &spec);
        }
        world_unplan(c->world, p->volume);
        json_put_text(p->volume->doc, "status", "reserved");
        const char *device = *p->device ? p->device : nova_next_device(c, list);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i, s:b}", "id", p->volume->id,
                                              "dev", device, "att", uuid_make(att), "boot",
                                              (int)p->boot, "dot", (int)p->dot));
    }
    return list;
}

static json_t *group_names(struct call *c, const struct build *b)
{
    json_t *names = json_array(), *g;
    size_t i;
    json_array_foreach(json_list(b->in, "security_groups"), i, g) {
        json_array_append_new(names, json_string(json_text(g, "name")));
    }
    for (size_t k = 0; k < b->nic_count; k++)
        json_array_foreach(json_list(b->nics[k].port ? b->nics[k].port->doc : NULL, "sgs"), i, g) {
            const struct res *r = world_get(c->world, c->site, K_SECGROUP, json_string_value(g));
            if (r)
                json_array_append_new(names, json_string(json_text(r->doc, "name")));
        }
    if (!json_array_size(names) && b->nic_count)
        json_array_append_new(names, json_string("default"));
    return names;
}

static json_t *server_doc(struct call *c, const struct build *b)
{
    const json_t *f = b->flavor->doc, *in = b->in;
    json_t *meta = json_map(in, "metadata"), *tags = json_list(in, "tags");
    const char *host = *json_text(in, "hostname") ? json_text(in, "hostname") : json_text(in, "name");
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:i, s:i, s:i}, s:s, s:o, s:o, s:o, s:I, s:I, s:I, "
        "s:s, s:s, s:b, s:[], s:i, s:s, s:s}",
        "name", json_text(in, "name"), "desc", json_text(in, "description"), "project",
        c->who.project, "user", c->who.user, "status", "BUILD", "flavor", "id", b->flavor->id,
        "name", json_text(f, "name"), "vcpus", (int)json_int(f, "vcpus", 1), "ram",
        (int)json_int(f, "ram", 0), "disk", (int)json_int(f, "disk", 0), "image",
        b->image ? b->image->id : "", "meta", meta ? json_deep_copy(meta) : json_object(), "tags",
        tags ? json_deep_copy(tags) : json_array(), "sgs", group_names(c, b), "created",
        (json_int_t)c->now, "updated", (json_int_t)c->now, "guest_ms",
        (json_int_t)lab_span(c->lab, &c->lab->opt.guest), "key", json_text(in, "key_name"),
        "hostname", host, "config_drive", (int)json_flag(in, "config_drive", false), "actions",
        "power", 0, "az", *json_text(in, "availability_zone") ? json_text(in, "availability_zone")
                                                              : LAB_ZONE,
        "user_data", json_text(in, "user_data"));
}

static void plan_boot(struct call *c, struct res *server, const struct build *b)
{
    int64_t span = lab_span(c->lab, &c->lab->opt.boot);
    bool full = nova_vcpus_used(c) > c->lab->capacity;
    if (c->fail_host || full) {
        world_plan(c->world, server, c->now + span / 3 + 1, "no-host");
        return;
    }
    /* Volumes that Nova makes itself are made before the guest is spawned. */
    for (size_t i = 0; i < b->disk_count; i++)
        if (b->disks[i].image || b->disks[i].snapshot)
            span += lab_span(c->lab, &c->lab->opt.volume);
    json_put_text(server->doc, "host", c->site == SITE_A ? "compute-a" : "compute-b");
    world_plan(c->world, server, c->now + span + 1, c->fail_late ? "spawn-failed" : "active");
}

static void reply_created(struct call *c, const struct res *server)
{
    static const char set[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    char pass[13];
    for (size_t i = 0; i < 12; i++)
        pass[i] = set[dice_u64(&c->world->dice) % (sizeof(set) - 1)];
    pass[12] = '\0';
    reply_header(c, "Location",
                 call_text(c, "%s/compute/v2.1/servers/%s", call_site(c)->url, server->id));
    reply_json(c, 202, json_pack("{s:{s:s, s:o, s:s, s:[{s:s}], s:s}}", "server", "id", server->id,
                                 "links", nova_links(c, "servers", server->id),
                                 "OS-DCF:diskConfig", "MANUAL", "security_groups", "name",
                                 "default", "adminPass", pass));
}

/* The key is looked up with the flavor, the zone with the networks. */
static bool check_key(struct call *c, const json_t *in)
{
    const char *key = json_text(in, "key_name");
    if (!*key || nova_key_known(c, key))
        return true;
    reply_fail(c, 400, NULL, "Invalid key_name provided.");
    return false;
}

static bool check_zone(struct call *c, const json_t *in)
{
    const char *zone = json_text(in, "availability_zone");
    if (!*zone || strcmp(zone, LAB_ZONE) == 0)
        return true;
    reply_fail(c, 400, NULL, "The requested availability zone is not available");
    return false;
}

void nova_create_server(struct call *c)
{
    struct build b = {.in = json_map(c->json, "server")};
    if (!nova_body_valid(c))
        return;
    const char *flavor = json_text(b.in, "flavorRef");
    const char *slash = strrchr(flavor, '/');
    b.flavor = world_get(c->world, c->site, K_FLAVOR, slash ? slash + 1 : flavor);
    if (!b.flavor) {
        reply_fail(c, 400, NULL, "Flavor %s could not be found.", flavor);
        return;
    }
    if (!check_key(c, b.in) || !check_zone(c, b.in) || !read_disks(c, &b) || !check_boot_disk(c, &b) || !read_networks(c, &b) ||
        !nova_quota(c, 1, json_int(b.flavor->doc, "vcpus", 1), json_int(b.flavor->doc, "ram", 0)) ||
        !check_disk_states(c, &b))
        return;
    struct res *server = world_add(c->world, c->site, K_SERVER, NULL, server_doc(c, &b));
    json_put(server->doc, "ports", make_ports(c, &b, server->id));
    json_put(server->doc, "vols", make_disks(c, &b));
    nova_record(c, server, "create");
    plan_boot(c, server, &b);
    reply_created(c, server);
}
