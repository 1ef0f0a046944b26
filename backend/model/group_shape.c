#include "backend/model/group_shape.h"

#include "backend/base/json.h"
#include "backend/base/jsontext.h"
#include "backend/model/group.h"

#include <stdlib.h>
#include <string.h>

/* Rows of a table; `s` is the struct, `m` its member, which is its key. */
#define TEXT(s, m) {.key = #m, .kind = SHAPE_TEXT, .at = offsetof(struct s, m)}
#define SPARE(s, m) {.key = #m, .kind = SHAPE_TEXT, .at = offsetof(struct s, m), .spare = true}
#define INT(s, m) {.key = #m, .kind = SHAPE_INT, .at = offsetof(struct s, m)}
#define FLAG(s, m, absent) \
    {.key = #m, .kind = SHAPE_FLAG, .at = offsetof(struct s, m), .otherwise = (absent)}
#define TEXTS(s, m, count) \
    {.key = #m, .kind = SHAPE_TEXTS, .at = offsetof(struct s, m), .count_at = offsetof(struct s, count)}
#define LIST(s, m, count, shape) \
    {.key = #m, .kind = SHAPE_LIST, .at = offsetof(struct s, m), \
     .count_at = offsetof(struct s, count), .of = &(shape)}
#define ONE(s, m, shape) {.key = #m, .kind = SHAPE_ONE, .at = offsetof(struct s, m), .of = &(shape)}
#define OWN(name, reads, writes) {.key = name, .kind = SHAPE_OWN, .read = reads, .write = writes}
#define SHAPE(s, table) \
    .members = (table), .count = sizeof(table) / sizeof((table)[0]), .size = sizeof(struct s)

/* ---- ports ----------------------------------------------------------------------- */

static bool read_pairs(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct nic *nic = owner;
    (void)in;
    return shape_json(value, JSON_ARRAY, &nic->address_pairs);
}

static json_t *write_pairs(const void *owner)
{
    return json_deep_copy(((const struct nic *)owner)->address_pairs);
}

/* A record from before there were several. */
static void finish_nic(struct shape_reading *in, void *record)
{
    struct nic *nic = record;
    if (nic->ip_count || !*nic->ip)
        return;
    nic->ips = arena_alloc(in->arena, sizeof(*nic->ips));
    nic->ips[nic->ip_count++] = nic->ip;
}

static const struct shape_member NIC[] = {
    TEXT(nic, port_id),
    TEXT(nic, network_id),
    TEXT(nic, network_name),
    SPARE(nic, segment),
    TEXT(nic, ip),
    TEXT(nic, mac),
    TEXTS(nic, ips, ip_count),
    SPARE(nic, floating_ip),
    SPARE(nic, floating_ip_id),
    FLAG(nic, port_security, true),
    OWN("address_pairs", read_pairs, write_pairs),
    TEXTS(nic, security_groups, security_group_count),
};
static const struct shape NIC_SHAPE = {SHAPE(nic, NIC), .finish = finish_nic};

/* ---- volumes --------------------------------------------------------------------- */

static bool read_image(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct volume *v = owner;
    return !value || image_pool_read(in->context, value->at, value->size, &v->image);
}

static json_t *write_image(const void *owner)
{
    return json_deep_copy(image_facts_json(((const struct volume *)owner)->image));
}

static bool read_volume_metadata(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct volume *v = owner;
    (void)in;
    return shape_json(value, JSON_OBJECT, &v->metadata);
}

static json_t *write_volume_metadata(const void *owner)
{
    return json_deep_copy(((const struct volume *)owner)->metadata);
}

static const struct shape_member VOLUME[] = {
    TEXT(volume, id),
    TEXT(volume, name),
    TEXT(volume, type),
    TEXT(volume, device),
    SPARE(volume, description),
    OWN("metadata", read_volume_metadata, write_volume_metadata),
    INT(volume, size_gib),
    FLAG(volume, bootable, false),
    FLAG(volume, delete_on_termination, false),
    TEXT(volume, image_id),
    TEXT(volume, image_name),
    OWN("image_metadata", read_image, write_image),
};
static const struct shape VOLUME_SHAPE = {SHAPE(volume, VOLUME)};

/* ---- members --------------------------------------------------------------------- */

static bool read_metadata(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct member *m = owner;
    (void)in;
    return shape_json(value, JSON_OBJECT, &m->metadata);
}

static json_t *write_metadata(const void *owner)
{
    const struct member *m = owner;
    return m->metadata ? json_deep_copy(m->metadata) : json_object();
}

static const struct shape_member FLAVOR[] = {
    TEXT(flavor, id),
    TEXT(flavor, name),
    INT(flavor, vcpus),
    INT(flavor, ram_mib),
    INT(flavor, disk_gib),
};
static const struct shape FLAVOR_SHAPE = {SHAPE(flavor, FLAVOR)};

/* What a server is. */
#define SERVER_FACTS                           \
    TEXT(member, id),                          \
    TEXT(member, name),                        \
    TEXT(member, status),                      \
    TEXT(member, key_name),                    \
    TEXT(member, availability_zone),           \
    TEXT(member, description),                 \
    TEXT(member, user_data),                   \
    FLAG(member, config_drive, false),         \
    OWN("metadata", read_metadata, write_metadata), \
    TEXTS(member, tags, tag_count),            \
    ONE(member, flavor, FLAVOR_SHAPE),         \
    LIST(member, nics, nic_count, NIC_SHAPE),  \
    LIST(member, volumes, volume_count, VOLUME_SHAPE)

static const struct shape_member SERVER[] = {SERVER_FACTS};
static const struct shape SERVER_SHAPE = {SHAPE(member, SERVER)};

static const struct shape_member PREDECESSOR[] = {
    TEXT(predecessor, site),
    FLAG(predecessor, stands, false),
    INT(predecessor, since_ms),
    ONE(predecessor, server, SERVER_SHAPE),
};
static const struct shape PREDECESSOR_SHAPE = {SHAPE(predecessor, PREDECESSOR)};

static const struct shape_member MEMBER[] = {
    SERVER_FACTS,
    {.key = "predecessors", .kind = SHAPE_LIST, .spare = true,
     .at = offsetof(struct member, predecessors),
     .count_at = offsetof(struct member, predecessor_count), .of = &PREDECESSOR_SHAPE},
};
static const struct shape MEMBER_SHAPE = {SHAPE(member, MEMBER)};

/* ---- the group ------------------------------------------------------------------- */

static const char *read_name(struct arena *a, const struct jsonspan *s)
{
    char *kept = arena_bytes(a, s->size + 1);
    jsonspan_unescape(kept, s);
    return kept;
}

static bool has_name(const struct mapping *list, size_t count, const char *from)
{
    size_t i = 0;
    while (i < count && strcmp(list[i].from, from) != 0)
        i++;
    return i < count;
}

/* An object's texts; false: a key stands there twice. */
static bool read_mapping(struct shape_reading *in, const struct jsonspan *value,
                         struct mapping **ret, size_t *ret_count)
{
    struct mapping *list = NULL;
    size_t count = 0, room = 0;
    struct jsontext j;
    struct jsonspan key, to;
    bool once = true;
    if (!value || *value->at != '{')
        return true;
    jsontext_init(&j, value->at, value->size);
    jsontext_enter(&j, '{');
    while (once && jsontext_more(&j, '{') && jsontext_key(&j, &key)) {
        bool text = jsontext_peek(&j) == '"';
        const char *from = read_name(in->arena, &key);
        once = !has_name(list, count, from) &&
               (text ? jsontext_string(&j, &to) : jsontext_skip(&j, &to));
        list = xgrow(list, &room, count + 1, sizeof(*list));
        list[count++] = (struct mapping){from, text ? read_name(in->arena, &to) : NULL};
    }
    *ret = count ? arena_alloc(in->arena, count * sizeof(*list)) : NULL;
    *ret_count = 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].to)
            (*ret)[(*ret_count)++] = list[i];
    free(list);
    return once;
}

static json_t *write_mapping(const struct mapping *list, size_t count)
{
    json_t *o = json_object();
    for (size_t i = 0; i < count; i++)
        json_put_text(o, list[i].from, list[i].to);
    return o;
}

static bool read_networks(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct group *g = owner;
    return read_mapping(in, value, &g->networks, &g->network_count);
}

static json_t *write_networks(const void *owner)
{
    const struct group *g = owner;
    return write_mapping(g->networks, g->network_count);
}

static bool read_flavors(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct group *g = owner;
    return read_mapping(in, value, &g->flavors, &g->flavor_count);
}

static json_t *write_flavors(const void *owner)
{
    const struct group *g = owner;
    return write_mapping(g->flavors, g->flavor_count);
}

static bool read_images(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    struct group *g = owner;
    return read_mapping(in, value, &g->images, &g->image_count);
}

static json_t *write_images(const void *owner)
{
    const struct group *g = owner;
    return write_mapping(g->images, g->image_count);
}

static bool read_boot(struct shape_reading *in, void *owner, const struct jsonspan *value)
{
    json_t *list;
    if (!shape_json(value, JSON_ARRAY, &list))
        return false;
    boot_order_read(in->arena, list, &((struct group *)owner)->boot);
    json_decref(list);
    return true;
}

static json_t *write_boot(const void *owner)
{
    const struct group *g = owner;
    return g->boot.count ? boot_order_write(&g->boot) : NULL;
}

static const struct shape_member STRAY[] = {
    TEXT(stray, id),
    TEXT(stray, name),
    INT(stray, since_ms),
};
static const struct shape STRAY_SHAPE = {SHAPE(stray, STRAY)};

static const struct shape_member SPLIT[] = {
    TEXT(split_brain, site),
    TEXT(split_brain, reason),
    INT(split_brain, since_ms),
    LIST(split_brain, servers, server_count, STRAY_SHAPE),
};
static const struct shape SPLIT_SHAPE = {SHAPE(split_brain, SPLIT)};

static const struct shape_member GROUP[] = {
    TEXT(group, id),
    TEXT(group, name),
    TEXT(group, description),
    TEXT(group, primary),
    TEXT(group, secondary),
    TEXT(group, current_primary),
    TEXT(group, array_group),
    TEXT(group, array_group_secondary),
    SPARE(group, floating_network),
    INT(group, rpo_seconds),
    {.key = "rto_seconds", .kind = SHAPE_INT, .at = offsetof(struct group, rto_seconds), .spare = true},
    INT(group, failover_count),
    {.key = "metadata_version", .kind = SHAPE_INT, .at = offsetof(struct group, metadata_version),
     .otherwise = 1},
    INT(group, created_ms),
    INT(group, captured_ms),
    LIST(group, members, member_count, MEMBER_SHAPE),
    OWN("network_mapping", read_networks, write_networks),
    OWN("flavor_mapping", read_flavors, write_flavors),
    OWN("image_mapping", read_images, write_images),
    TEXTS(group, health_checks, health_check_count),
    OWN("boot_groups", read_boot, write_boot),
    {.key = "split_brain", .kind = SHAPE_ONE, .at = offsetof(struct group, split), .of = &SPLIT_SHAPE,
     .spare = true},
    TEXT(group, reconciled),
};

static void finish_group(struct shape_reading *in, void *record)
{
    struct group *g = record;
    (void)in;
    if (!*g->current_primary)
        g->current_primary = g->primary;
}

const struct shape GROUP_SHAPE = {SHAPE(group, GROUP), .finish = finish_group};
