#include "backend/lab/seed.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/lab/call.h"
#include "backend/lab/seed_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 86400000 };

struct seeder {
    struct lab *lab;
    struct world *w;
    struct dice dice;
    int64_t at;                /* creation time given out next, wall ms */
    char project[SITE_COUNT][33], user[33];
    char type[SITE_COUNT][2][37]; /* replicated, plain */
    char group[SITE_COUNT][2][37]; /* security groups default, web */
    int next_host[SEED_NETS];  /* host part given out next, by network row */
    const struct res *nets[SEED_NETS], *subnets[SEED_NETS];
    long bulk; /* plain servers made */
};

static int64_t next_time(struct seeder *s)
{
    return s->at += 61000 + (int64_t)(dice_u64(&s->dice) % 240000);
}

static struct res *add(struct seeder *s, int site, enum kind kind, const char *id, json_t *doc)
{
    char made[37];
    return world_add(s->w, site, kind, id ? id : dice_uuid(&s->dice, made), doc);
}

/* ---- identity --------------------------------------------------------- */

static void seed_key(struct seeder *s, int site, const char *name)
{
    char id[80];
    snprintf(id, sizeof(id), "%s:%s", s->user, name);
    add(s, site, K_KEYPAIR, id,
        json_pack("{s:s, s:s, s:s}", "name", name, "user", s->user, "public",
                  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIlab"));
}

static void seed_identity(struct seeder *s, int site)
{
    static const char *const projects[] = {"demo", "admin", "dr-test"};
    static const struct {
        const char *name;
        enum role role;
        bool in_admin;
    } users[] = {{"demo", ROLE_MEMBER, false}, {"demo-reader", ROLE_READER, false},
                 {"admin", ROLE_ADMIN, true}};
    char ids[3][33], user[33];
    for (size_t i = 0; i < 3; i++)
        add(s, site, K_PROJECT, dice_hex(&s->dice, ids[i]),
            json_pack("{s:s}", "name", projects[i]));
    memcpy(s->project[site], ids[0], sizeof(ids[0]));
    for (size_t i = 0; i < 3; i++) {
        json_t *roles = json_object();
        json_put_int(roles, ids[0], users[i].role);
        json_put_int(roles, ids[2], users[i].role);
        if (users[i].in_admin)
            json_put_int(roles, ids[1], users[i].role);
        dice_hex(&s->dice, user);
        if (i == 0) {
            memcpy(s->user, user, sizeof(user));
            seed_key(s, site, SEED_KEY);
            if (site == SITE_A)
                seed_key(s, site, SEED_KEY_A);
        }
        add(s, site, K_USER, user,
            json_pack("{s:s, s:s, s:s, s:o}", "name", users[i].name, "password", LAB_SECRET,
                      "default_project", ids[0], "roles", roles));
    }
    add(s, site, K_APPCRED, site == SITE_A ? SEED_CREDENTIAL_A : SEED_CREDENTIAL_B,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "name", "console", "desc", "", "user", s->user,
                  "project", s->project[site], "secret", LAB_SECRET, "role", (int)ROLE_MEMBER));
}

/* ---- what clouds offer ------------------------------------------------ */

static void seed_catalog(struct seeder *s, int site)
{
    for (size_t i = 0; i < SEED_FLAVOR_COUNT; i++) {
        const struct seed_flavor *f = &SEED_FLAVORS[i];
        if (f->site == site)
            add(s, site, K_FLAVOR, f->id,
                json_pack("{s:s, s:i, s:i, s:i}", "name", f->name, "vcpus", f->vcpus, "ram", f->ram,
                          "disk", f->disk));
    }
    for (size_t i = 0; i < SEED_IMAGE_COUNT; i++) {
        const struct seed_image *m = &SEED_IMAGES[i];
        if (!(m->sites & 1 << site))
            continue;
        int64_t at = next_time(s);
        add(s, site, K_IMAGE, m->id,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:i, s:i, s:I, s:s, s:{s:s, s:s}, s:I, s:I}",
                      "name", m->name, "status", "active", "disk_format", "qcow2", "visibility",
                      "public", "project", s->project[site], "shared", 1, "min_disk", m->min_disk,
                      "min_ram", 512, "size", (json_int_t)m->size, "checksum", m->checksum, "props",
                      "hw_disk_bus", "virtio", "os_type", "linux", "created", (json_int_t)at,
                      "updated", (json_int_t)at));
    }
    for (size_t i = 0; i < 2; i++) {
        json_t *specs = json_pack("{s:s}", "volume_backend_name", s->lab->sites[site].array_name);
        if (i == 0) {
            json_put_text(specs, "replication_enabled", "<is> True");
            json_put_text(specs, "replication_type", "<in> async");
        }
        add(s, site, K_VOLTYPE, dice_uuid(&s->dice, s->type[site][i]),
            json_pack("{s:s, s:o}", "name", i == 0 ? "replicated" : "plain", "specs", specs));
    }
}

static void seed_groups_security(struct seeder *s, int site)
{
    static const int web[] = {22, 80, 443, 8022, 8080, 8443};
    for (size_t i = 0; i < 2; i++) {
        json_t *rules = json_pack("[{s:s, s:i}]", "direction", "egress", "port", 0);
        for (size_t k = 0; i == 1 && k < sizeof(web) / sizeof(web[0]); k++)
            json_array_append_new(rules,
                                  json_pack("{s:s, s:i}", "direction", "ingress", "port", web[k]));
        add(s, site, K_SECGROUP, dice_uuid(&s->dice, s->group[site][i]),
            json_pack("{s:s, s:s, s:s, s:o}", "name", i == 0 ? "default" : "web", "desc",
                      i == 0 ? "Default security group" : "Web servers", "project",
                      s->project[site], "rules", rules));
    }
}

static void seed_net(struct seeder *s, size_t row)
{
    const struct seed_net *n = &SEED_NETWORKS[row];
    char cidr[32], gw[16], first[16], last[16], id[37];
    int64_t at = next_time(s);
    int top = n->third + (1 << (24 - n->bits)) - 1;
    snprintf(cidr, sizeof(cidr), "127.%d.%d.0/%d", s->lab->net, n->third, n->bits);
    snprintf(gw, sizeof(gw), "127.%d.%d.1", s->lab->net, n->third);
    snprintf(first, sizeof(first), "127.%d.%d.2", s->lab->net, n->third);
    snprintf(last, sizeof(last), "127.%d.%d.254", s->lab->net, top);
    dice_uuid(&s->dice, id);
    s->nets[row] = add(s, n->site, K_NETWORK, NULL,
                       json_pack("{s:s, s:s, s:s, s:[s], s:[], s:b, s:b, s:b, s:I, s:I}", "name",
                                 n->name, "desc", "", "project", s->project[n->site], "subnets", id,
                                 "tags", "shared", 0, "admin_up", 1, "psec", 1, "created",
                                 (json_int_t)at, "updated", (json_int_t)at));
    json_t *name = json_sprintf("%s-subnet", n->name);
    s->subnets[row] =
        add(s, n->site, K_SUBNET, id,
            json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:b, s:[{s:s, s:s}], s:[], s:I, s:I}", "name",
                      name, "desc", "", "project", s->project[n->site], "network", s->nets[row]->id,
                      "cidr", cidr, "gw", gw, "dhcp", 1, "pools", "start", first, "end", last,
                      "tags", "created", (json_int_t)at, "updated", (json_int_t)at));
    s->next_host[row] = 11;
}

/* ---- machines --------------------------------------------------------- */

static const struct seed_flavor *flavor_named(const char *name)
{
    for (size_t i = 0; i < SEED_FLAVOR_COUNT; i++)
        if (SEED_FLAVORS[i].site == SITE_A && strcmp(SEED_FLAVORS[i].name, name) == 0)
            return &SEED_FLAVORS[i];
    return &SEED_FLAVORS[0];
}

static json_t *image_meta(const char *id)
{
    for (size_t i = 0; i < SEED_IMAGE_COUNT; i++)
        if (strcmp(SEED_IMAGES[i].id, id) == 0)
            return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "image_id", id, "image_name",
                             SEED_IMAGES[i].name, "disk_format", "qcow2", "container_format",
                             "bare", "checksum", SEED_IMAGES[i].checksum, "hw_disk_bus", "virtio",
                             "os_type", "linux");
    return json_object();
}

static void seed_port(struct seeder *s, size_t row, const char *server, const char *name,
                      json_t *ids)
{
    const struct seed_net *n = &SEED_NETWORKS[row];
    char ip[16], mac[18];
    int host = s->next_host[row]++;
    uint64_t r = dice_u64(&s->dice);
    snprintf(ip, sizeof(ip), "127.%d.%d.%d", s->lab->net, n->third + host / 256, host % 256);
    snprintf(mac, sizeof(mac), "fa:16:3e:%02x:%02x:%02x", (unsigned)(r & 255),
             (unsigned)(r >> 8 & 255), (unsigned)(r >> 16 & 255));
    json_t *label = json_sprintf("%s-%s", name, n->name);
    const struct res *port =
        add(s, n->site, K_PORT, NULL,
            json_pack("{s:o, s:s, s:s, s:s, s:s, s:[{s:s, s:s}], s:s, s:s, s:s, s:[s], s:b, s:b, "
                      "s:[], s:I, s:I}",
                      "name", label, "desc", "", "project", s->project[n->site], "network",
                      s->nets[row]->id, "mac", mac, "ips", "subnet", s->subnets[row]->id, "ip", ip,
                      "device", server, "owner", "compute:nova", "status", "ACTIVE", "sgs",
                      s->group[n->site][1], "admin_up", 1, "psec", 1, "tags", "created",
                      (json_int_t)s->at, "updated", (json_int_t)s->at));
    json_array_append_new(ids, json_string(port->id));
}

static void seed_disk(struct seeder *s, const char *server, const char *name, int gib,
                      const char *image, json_t *disks, json_t *all)
{
    char id[37], att[37], device[12];
    size_t index = json_array_size(disks);
    snprintf(device, sizeof(device), "/dev/vd%c", (char)('a' + index));
    dice_uuid(&s->dice, id);
    dice_uuid(&s->dice, att);
    json_t *array_name = json_sprintf("volume-%s-cinder", id);
    add(s, SITE_A, K_VOLUME, id,
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:b, s:{s:s, s:o}, s:o, s:s, s:s, "
                  "s:[{s:s, s:s, s:s, s:I}], s:I, s:I}",
                  "name", name, "desc", "", "project", s->project[SITE_A], "user", s->user, "size",
                  gib, "status", "in-use", "type", s->type[SITE_A][0], "bootable", image != NULL,
                  "meta", "array_name", s->lab->sites[SITE_A].array_name, "array_volume_name",
                  array_name, "image_meta", image ? image_meta(image) : json_object(), "snapshot",
                  "", "source", "", "atts", "server", server, "device", device, "att", att, "at",
                  (json_int_t)s->at, "created", (json_int_t)s->at, "updated", (json_int_t)s->at));
    json_array_append_new(disks, json_pack("{s:s, s:s, s:s, s:i, s:b}", "id", id, "dev", device,
                                           "att", att, "boot", image ? 0 : -1, "dot", 0));
    if (all)
        json_array_append_new(all, json_string(id));
}

/* "db-1-data:50,db-1-log:20" */
static void seed_data_disks(struct seeder *s, const char *server, const char *spec, json_t *disks,
                            json_t *all)
{
    char name[64];
    int gib, used;
    while (spec && sscanf(spec, "%63[^:]:%d%n", name, &gib, &used) == 2) {
        seed_disk(s, server, name, gib, NULL, disks, all);
        spec += used + (spec[used] == ',');
    }
}

static void seed_server(struct seeder *s, const struct seed_vm *vm, const char *key,
                        json_t *volumes)
{
    char id[37], boot[80];
    const struct seed_flavor *f = flavor_named(vm->flavor);
    json_t *ports = json_array(), *disks = json_array();
    int64_t at = next_time(s);
    dice_uuid(&s->dice, id);
    for (size_t i = 0; i < 2; i++)
        if (vm->nets[i])
            for (size_t row = 0; row < SEED_NETS; row++)
                if (SEED_NETWORKS[row].site == SITE_A &&
                    strcmp(SEED_NETWORKS[row].name, vm->nets[i]) == 0)
                    seed_port(s, row, id, vm->name, ports);
    snprintf(boot, sizeof(boot), "%s-boot", vm->name);
    seed_disk(s, id, boot, vm->boot_gib, vm->image, disks, volumes);
    seed_data_disks(s, id, vm->data, disks, volumes);
    json_t *meta = vm->role ? json_pack("{s:s}", "role", vm->role) : json_object();
    add(s, SITE_A, K_SERVER, id,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:i, s:i, s:i}, s:s, s:o, s:[], s:[s], "
                  "s:I, s:I, s:I, s:I, s:i, s:s, s:s, s:s, s:b, s:[], s:i, s:o, s:o}",
                  "name", vm->name, "desc", "", "project", s->project[SITE_A], "user", s->user,
                  "status", "ACTIVE", "flavor", "id", f->id, "name", f->name, "vcpus", f->vcpus,
                  "ram", f->ram, "disk", f->disk, "image", "", "meta", meta, "tags", "sgs", "web",
                  "created", (json_int_t)at, "updated", (json_int_t)(at + 41000), "launched",
                  (json_int_t)(at + 41000), "guest_up", (json_int_t)(at + 60000), "guest_ms", 1000,
                  "key", key, "hostname", vm->name, "host", "compute-a", "config_drive", 0,
                  "actions", "power", 1, "ports", ports, "vols", disks));
}

/* ---- groups ----------------------------------------------------------- */

static void add_group(struct seeder *s, const char *name, const char *description, int rpo,
                      int interval, int transfer, const char *mapping, json_t *members,
                      json_t *volumes)
{
    json_t *maps = json_loads(mapping, 0, NULL);
    add(s, SITE_A, K_GROUP, name,
        json_pack("{s:s, s:s, s:i, s:i, s:i, s:o, s:o, s:o}", "name", name, "desc", description,
                  "rpo", rpo, "interval", interval, "transfer", transfer, "members", members,
                  "volumes", volumes, "extra", maps ? maps : json_object()));
}

static void seed_group(struct seeder *s, const struct seed_group *g)
{
    json_t *members = json_array(), *volumes = json_array();
    for (size_t i = 0; i < SEED_VM_COUNT; i++)
        if (strcmp(SEED_VMS[i].group, g->name) == 0) {
            seed_server(s, &SEED_VMS[i], g->key, volumes);
            json_array_append_new(members, json_string(SEED_VMS[i].name));
        }
    add_group(s, g->name, g->description, g->rpo, g->interval, g->transfer, g->mapping, members,
              volumes);
}

static void seed_plain_server(struct seeder *s, json_t *members, json_t *volumes)
{
    static const char *const flavors[] = {"m1.small", "m1.small", "m1.medium", "m1.large"};
    char name[32], data[48];
    long n = ++s->bulk;
    snprintf(name, sizeof(name), "vm-%05ld", n);
    snprintf(data, sizeof(data), "%s-data:%ld", name, 20 + n % 5 * 20);
    const struct seed_vm vm = {.name = name,
                               .flavor = flavors[n % 4],
                               .nets = {"net-apps", NULL},
                               .image = SEED_IMAGE,
                               .boot_gib = 10,
                               .data = n % 3 == 0 ? data : NULL};
    seed_server(s, &vm, "", volumes);
    if (members)
        json_array_append_new(members, json_string(name));
}

static void seed_plain(struct seeder *s, long groups, long servers)
{
    for (long i = 0; i < groups; i++) {
        char name[32];
        long size = servers / groups + (i < servers % groups ? 1 : 0);
        json_t *members = json_array(), *volumes = json_array();
        snprintf(name, sizeof(name), "app-%04ld", i + 1);
        for (long k = 0; k < size; k++)
            seed_plain_server(s, members, volumes);
        add_group(s, name, "A plain application", 900, 300, 20 + (int)(i % 7) * 5,
                  "{\"network_mapping\": {}, \"flavor_mapping\": {\"m1.large\": \"m2.large\"},"
                  " \"health_checks\": []}",
                  members, volumes);
    }
    /* Without a group to be in, they are there and unprotected. */
    for (long k = 0; !groups && k < servers; k++)
        seed_plain_server(s, NULL, NULL);
}

static long by_hand(long groups, long *ret_servers)
{
    long n = 0;
    *ret_servers = 0;
    for (size_t g = 0; g < SEED_GROUP_COUNT && n < groups; g++, n++)
        for (size_t i = 0; i < SEED_VM_COUNT; i++)
            *ret_servers += strcmp(SEED_VMS[i].group, SEED_GROUPS[g].name) == 0;
    return n;
}

enum pc_err seed_plan(struct options *o, struct pc_error *err)
{
    long servers, groups = by_hand(o->groups, &servers);
    long plain = o->groups - groups, least = servers + plain;
    if (!o->servers)
        o->servers = servers + plain * 3 < 10000 ? servers + plain * 3 : 10000;
    if (o->servers >= least)
        return PC_OK;
    return pc_error_set(err, PC_ERR_USAGE, "Ask for more servers or fewer groups.",
                        "%ld groups need at least %ld servers", o->groups, least);
}

void seed_world(struct lab *lab)
{
    struct seeder s = {.lab = lab, .w = &lab->world, .at = lab->born - 40 * (int64_t)DAY_MS};
    long servers, groups = by_hand(lab->opt.groups, &servers);
    dice_init(&s.dice, (uint64_t)lab->opt.seed);
    for (int site = 0; site < SITE_COUNT; site++) {
        seed_identity(&s, site);
        seed_catalog(&s, site);
        seed_groups_security(&s, site);
    }
    for (size_t row = 0; row < SEED_NETS; row++)
        seed_net(&s, row);
    /* The user's id in documents of site-a is of no use on site-b, nor shown. */
    for (long i = 0; i < groups; i++)
        seed_group(&s, &SEED_GROUPS[i]);
    seed_plain(&s, lab->opt.groups - groups, lab->opt.servers - servers);
}
