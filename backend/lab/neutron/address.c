/* Which addresses are free, and making ports that hold them. */
#include "backend/lab/neutron/neutron.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One bit an address: at most a /8 of them, made and freed in one call. */
struct taken {
    uint32_t base, count;
    unsigned char *bits;
};

static void note_taken(struct taken *t, uint32_t ip)
{
    if (ip >= t->base && ip - t->base < t->count)
        t->bits[(ip - t->base) / 8] |= (unsigned char)(1u << ((ip - t->base) % 8));
}

static bool is_taken(const struct taken *t, uint32_t ip)
{
    return t->bits[(ip - t->base) / 8] >> ((ip - t->base) % 8) & 1;
}

static void find_taken(struct call *c, const struct res *subnet, struct taken *t)
{
    for (size_t i = 0; i < world_count(c->world, c->site, K_PORT); i++) {
        const json_t *ips = json_list(world_at(c->world, c->site, K_PORT, i)->doc, "ips");
        for (size_t k = 0; k < json_array_size(ips); k++) {
            const json_t *one = json_array_get(ips, k);
            uint32_t ip;
            if (strcmp(json_text(one, "subnet"), subnet->id) == 0 &&
                neutron_parse_ip(json_text(one, "ip"), &ip))
                note_taken(t, ip);
        }
    }
}

static enum address pick_free(const struct res *subnet, const struct taken *t, char *dst)
{
    size_t i;
    json_t *pool;
    json_array_foreach(json_list(subnet->doc, "pools"), i, pool) {
        uint32_t from, to;
        if (!neutron_parse_ip(json_text(pool, "start"), &from) ||
            !neutron_parse_ip(json_text(pool, "end"), &to) || from < t->base)
            continue;
        for (uint32_t ip = from; ip <= to && ip - t->base < t->count; ip++)
            if (!is_taken(t, ip)) {
                neutron_format_ip(dst, ip);
                return ADDRESS_OK;
            }
    }
    return ADDRESS_NONE_LEFT;
}

static enum address on_subnet(struct call *c, const struct res *subnet, const char *ask, char *dst)
{
    struct taken t = {0};
    int bits;
    uint32_t ip;
    enum address a;
    if (!neutron_parse_cidr(json_text(subnet->doc, "cidr"), &t.base, &bits))
        return ADDRESS_OUTSIDE;
    t.count = (uint32_t)((uint64_t)1 << (32 - bits));
    if (ask && (!neutron_parse_ip(ask, &ip) || ip < t.base || ip - t.base >= t.count))
        return ADDRESS_OUTSIDE;
    t.bits = xcalloc(t.count / 8 + 1, 1);
    find_taken(c, subnet, &t);
    note_taken(&t, t.base);
    if (!ask) {
        a = pick_free(subnet, &t, dst);
    } else {
        a = is_taken(&t, ip) ? ADDRESS_TAKEN : ADDRESS_OK;
        neutron_format_ip(dst, ip);
    }
    free(t.bits);
    return a;
}

enum address neutron_address(struct call *c, const struct res *net, const char *subnet_id,
                             const char *ask, const struct res **ret_subnet, char *dst)
{
    enum address worst = ADDRESS_NO_SUBNET;
    size_t i;
    json_t *id;
    json_array_foreach(json_list(net->doc, "subnets"), i, id) {
        const struct res *s = world_get(c->world, c->site, K_SUBNET, json_string_value(id));
        if (!s || (subnet_id && strcmp(subnet_id, s->id) != 0))
            continue;
        enum address a = on_subnet(c, s, ask, dst);
        if (a == ADDRESS_OK || a == ADDRESS_TAKEN) {
            *ret_subnet = s;
            return a;
        }
        worst = a;
    }
    return worst;
}

static void make_mac(struct call *c, char dst[18])
{
    uint64_t r = dice_u64(&c->world->dice);
    snprintf(dst, 18, "fa:16:3e:%02x:%02x:%02x", (unsigned)(r & 255), (unsigned)(r >> 8 & 255),
             (unsigned)(r >> 16 & 255));
}

struct res *neutron_add_port(struct call *c, const struct res *net, const struct res *subnet,
                             const char *ip, const char *mac)
{
    char made[18];
    if (!mac || !*mac) {
        make_mac(c, made);
        mac = made;
    }
    json_t *ips = json_array();
    if (subnet && ip)
        json_array_append_new(ips, json_pack("{s:s, s:s}", "subnet", subnet->id, "ip", ip));
    const struct res *group = neutron_group(c, "default");
    json_t *sgs = json_array();
    if (group)
        json_array_append_new(sgs, json_string(group->id));
    return world_add(c->world, c->site, K_PORT, NULL,
                     json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:b, s:b, s:[], "
                               "s:I, s:I}",
                               "name", "", "desc", "", "project", c->who.project, "network",
                               net->id, "mac", mac, "ips", ips, "device", "", "owner", "", "status",
                               "DOWN", "sgs", sgs, "admin_up", 1, "psec",
                               (int)json_flag(net->doc, "psec", true), "tags", "created",
                               (json_int_t)c->now, "updated", (json_int_t)c->now));
}

void neutron_bind(struct call *c, struct res *port, const char *device)
{
    json_put_text(port->doc, "device", device);
    json_put_text(port->doc, "owner", "compute:nova");
    json_put_int(port->doc, "updated", c->now);
    world_touch(c->world, port);
}

bool neutron_port_quota_left(struct call *c)
{
    int64_t limit = neutron_quota(c, c->who.project, "port"), used = 0;
    for (size_t i = 0; limit >= 0 && i < world_count(c->world, c->site, K_PORT); i++)
        used += strcmp(json_text(world_at(c->world, c->site, K_PORT, i)->doc, "project"),
                       c->who.project) == 0;
    return limit < 0 || used < limit;
}
