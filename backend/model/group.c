#include "backend/model/group.h"

#include "backend/base/json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *keep(struct arena *a, const json_t *o, const char *key)
{
    return arena_strdup(a, json_text(o, key));
}

static const char **read_names(struct arena *a, const json_t *list, size_t *ret_count)
{
    size_t n = json_array_size(list), i;
    const char **names = arena_alloc(a, (n + 1) * sizeof(*names)); /* and room for one */
    const json_t *v;
    *ret_count = 0;
    json_array_foreach(list, i, v)
        if (json_is_string(v))
            names[(*ret_count)++] = arena_strdup(a, json_string_value(v));
    return names;
}

static void read_nic(struct arena *a, const json_t *o, struct nic *nic)
{
    nic->port_id = keep(a, o, "port_id");
    nic->network_id = keep(a, o, "network_id");
    nic->network_name = keep(a, o, "network_name");
    nic->segment = keep(a, o, "segment");
    nic->ip = keep(a, o, "ip");
    nic->mac = keep(a, o, "mac");
    nic->ips = read_names(a, json_list(o, "ips"), &nic->ip_count);
    if (nic->ip_count == 0 && *nic->ip) /* a record from before there were several */
        nic->ips[nic->ip_count++] = nic->ip;
    nic->port_security = json_flag(o, "port_security", true);
    if (json_array_size(json_list(o, "address_pairs")))
        nic->address_pairs = json_deep_copy(json_list(o, "address_pairs"));
    nic->security_groups = read_names(a, json_list(o, "security_groups"),
                                      &nic->security_group_count);
}

static void read_volume(struct arena *a, const json_t *o, struct volume *v)
{
    v->id = keep(a, o, "id");
    v->name = keep(a, o, "name");
    v->type = keep(a, o, "type");
    v->device = keep(a, o, "device");
    v->size_gib = json_int(o, "size_gib", 0);
    v->bootable = json_flag(o, "bootable", false);
    v->delete_on_termination = json_flag(o, "delete_on_termination", false);
    v->image_id = keep(a, o, "image_id");
    v->image_name = keep(a, o, "image_name");
    v->image = image_facts_new(json_map(o, "image_metadata"));
}

static void read_member(struct arena *a, const json_t *o, struct member *m)
{
    m->id = keep(a, o, "id");
    m->name = keep(a, o, "name");
    m->status = keep(a, o, "status");
    m->key_name = keep(a, o, "key_name");
    m->availability_zone = keep(a, o, "availability_zone");
    m->description = keep(a, o, "description");
    m->user_data = keep(a, o, "user_data");
    m->config_drive = json_flag(o, "config_drive", false);
    if (json_object_size(json_map(o, "metadata")))
        m->metadata = json_deep_copy(json_map(o, "metadata"));
    m->tags = read_names(a, json_list(o, "tags"), &m->tag_count);

    const json_t *f = json_map(o, "flavor");
    m->flavor = (struct flavor){
        .id = keep(a, f, "id"),
        .name = keep(a, f, "name"),
        .vcpus = json_int(f, "vcpus", 0),
        .ram_mib = json_int(f, "ram_mib", 0),
        .disk_gib = json_int(f, "disk_gib", 0),
    };
    const json_t *list = json_list(o, "nics"), *v;
    size_t i;
    m->nic_count = json_array_size(list);
    m->nics = arena_alloc(a, m->nic_count * sizeof(*m->nics));
    json_array_foreach(list, i, v)
        read_nic(a, v, &m->nics[i]);

    list = json_list(o, "volumes");
    m->volume_count = json_array_size(list);
    m->volumes = arena_alloc(a, m->volume_count * sizeof(*m->volumes));
    json_array_foreach(list, i, v)
        read_volume(a, v, &m->volumes[i]);
}

static struct mapping *read_mapping(struct arena *a, const json_t *o, size_t *ret_count)
{
    struct mapping *list = arena_alloc(a, json_object_size(o) * sizeof(*list));
    const char *key;
    json_t *v;
    *ret_count = 0;
    json_object_foreach((json_t *)(uintptr_t)o, key, v)
        if (json_is_string(v))
            list[(*ret_count)++] = (struct mapping){arena_strdup(a, key),
                                                    arena_strdup(a, json_string_value(v))};
    return list;
}

static void read_split(struct arena *a, const json_t *o, struct split_brain *ret)
{
    const json_t *list = json_list(o, "servers"), *v;
    size_t i;
    ret->site = keep(a, o, "site");
    ret->reason = keep(a, o, "reason");
    ret->since_ms = json_int(o, "since_ms", 0);
    ret->server_count = json_array_size(list);
    ret->servers = arena_alloc(a, ret->server_count * sizeof(*ret->servers));
    json_array_foreach(list, i, v)
        ret->servers[i] = (struct stray){keep(a, v, "id"), keep(a, v, "name"),
                                         json_int(v, "since_ms", 0)};
}

enum pc_err group_from_json(const json_t *o, struct group **ret, struct pc_error *err)
{
    static const char *const required[] = {"id", "name", "primary", "secondary"};
    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++)
        if (!*json_text(o, required[i]))
            return pc_error_set(err, PC_ERR_INVALID, NULL, "a protection group without %s",
                                required[i]);

    struct group *g = xcalloc(1, sizeof(*g));
    struct arena *a = &g->arena;
    atomic_init(&g->refs, 1);
    arena_init(a);
    g->id = keep(a, o, "id");
    g->name = keep(a, o, "name");
    g->description = keep(a, o, "description");
    g->primary = keep(a, o, "primary");
    g->secondary = keep(a, o, "secondary");
    g->current_primary = *json_text(o, "current_primary") ? keep(a, o, "current_primary")
                                                           : g->primary;
    g->array_group = keep(a, o, "array_group");
    g->array_group_secondary = keep(a, o, "array_group_secondary");
    g->rpo_seconds = json_int(o, "rpo_seconds", 0);
    g->rto_seconds = json_int(o, "rto_seconds", 0);
    g->failover_count = json_int(o, "failover_count", 0);
    g->metadata_version = json_int(o, "metadata_version", 1);
    g->created_ms = json_int(o, "created_ms", 0);
    g->captured_ms = json_int(o, "captured_ms", 0);

    const json_t *list = json_list(o, "members"), *v;
    size_t i;
    g->member_count = json_array_size(list);
    g->members = arena_alloc(a, g->member_count * sizeof(*g->members));
    json_array_foreach(list, i, v)
        read_member(a, v, &g->members[i]);
    g->networks = read_mapping(a, json_map(o, "network_mapping"), &g->network_count);
    g->flavors = read_mapping(a, json_map(o, "flavor_mapping"), &g->flavor_count);
    g->health_checks = read_names(a, json_list(o, "health_checks"), &g->health_check_count);
    boot_order_read(a, json_list(o, "boot_groups"), &g->boot);
    read_split(a, json_map(o, "split_brain"), &g->split);
    g->reconciled = keep(a, o, "reconciled");
    *ret = g;
    return PC_OK;
}

static json_t *write_split(const struct split_brain *split)
{
    if (!*split->site)
        return json_null();
    json_t *o = json_object(), *servers = json_array();
    json_put_text(o, "site", split->site);
    json_put_text(o, "reason", split->reason);
    json_put_int(o, "since_ms", split->since_ms);
    for (size_t i = 0; i < split->server_count; i++) {
        json_t *one = json_object();
        json_put_text(one, "id", split->servers[i].id);
        json_put_text(one, "name", split->servers[i].name);
        json_put_int(one, "since_ms", split->servers[i].since_ms);
        json_array_append_new(servers, one);
    }
    json_put(o, "servers", servers);
    return o;
}

static json_t *write_names(const char *const *names, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(names[i]));
    return list;
}

static json_t *write_nic(const struct nic *nic)
{
    json_t *o = json_object();
    json_put_text(o, "port_id", nic->port_id);
    json_put_text(o, "network_id", nic->network_id);
    json_put_text(o, "network_name", nic->network_name);
    if (*nic->segment)
        json_put_text(o, "segment", nic->segment);
    json_put_text(o, "ip", nic->ip);
    json_put_text(o, "mac", nic->mac);
    json_put(o, "ips", write_names(nic->ips, nic->ip_count));
    json_put_flag(o, "port_security", nic->port_security);
    if (nic->address_pairs)
        json_put(o, "address_pairs", json_deep_copy(nic->address_pairs));
    json_put(o, "security_groups", write_names(nic->security_groups, nic->security_group_count));
    return o;
}

static json_t *write_volume(const struct volume *v)
{
    json_t *o = json_object();
    json_put_text(o, "id", v->id);
    json_put_text(o, "name", v->name);
    json_put_text(o, "type", v->type);
    json_put_text(o, "device", v->device);
    json_put_int(o, "size_gib", v->size_gib);
    json_put_flag(o, "bootable", v->bootable);
    json_put_flag(o, "delete_on_termination", v->delete_on_termination);
    json_put_text(o, "image_id", v->image_id);
    json_put_text(o, "image_name", v->image_name);
    json_put(o, "image_metadata", json_deep_copy(image_facts_json(v->image)));
    return o;
}

static json_t *write_member(const struct member *m)
{
    json_t *o = json_object(), *f = json_object(), *nics = json_array(), *volumes = json_array();
    json_put_text(o, "id", m->id);
    json_put_text(o, "name", m->name);
    json_put_text(o, "status", m->status);
    json_put_text(o, "key_name", m->key_name);
    json_put_text(o, "availability_zone", m->availability_zone);
    json_put_text(o, "description", m->description);
    json_put_text(o, "user_data", m->user_data);
    json_put_flag(o, "config_drive", m->config_drive);
    json_put(o, "metadata", m->metadata ? json_deep_copy(m->metadata) : json_object());
    json_put(o, "tags", write_names(m->tags, m->tag_count));
    json_put_text(f, "id", m->flavor.id);
    json_put_text(f, "name", m->flavor.name);
    json_put_int(f, "vcpus", m->flavor.vcpus);
    json_put_int(f, "ram_mib", m->flavor.ram_mib);
    json_put_int(f, "disk_gib", m->flavor.disk_gib);
    json_put(o, "flavor", f);
    for (size_t i = 0; i < m->nic_count; i++)
        json_array_append_new(nics, write_nic(&m->nics[i]));
    for (size_t i = 0; i < m->volume_count; i++)
        json_array_append_new(volumes, write_volume(&m->volumes[i]));
    json_put(o, "nics", nics);
    json_put(o, "volumes", volumes);
    return o;
}

static json_t *write_mapping(const struct mapping *list, size_t count)
{
    json_t *o = json_object();
    for (size_t i = 0; i < count; i++)
        json_put_text(o, list[i].from, list[i].to);
    return o;
}

json_t *group_to_json(const struct group *g)
{
    json_t *o = json_object(), *members = json_array();
    json_put_text(o, "id", g->id);
    json_put_text(o, "name", g->name);
    json_put_text(o, "description", g->description);
    json_put_text(o, "primary", g->primary);
    json_put_text(o, "secondary", g->secondary);
    json_put_text(o, "current_primary", g->current_primary);
    json_put_text(o, "array_group", g->array_group);
    json_put_text(o, "array_group_secondary", g->array_group_secondary);
    json_put_int(o, "rpo_seconds", g->rpo_seconds);
    if (g->rto_seconds)
        json_put_int(o, "rto_seconds", g->rto_seconds);
    json_put_int(o, "failover_count", g->failover_count);
    json_put_int(o, "metadata_version", g->metadata_version);
    json_put_int(o, "created_ms", g->created_ms);
    json_put_int(o, "captured_ms", g->captured_ms);
    for (size_t i = 0; i < g->member_count; i++)
        json_array_append_new(members, write_member(&g->members[i]));
    json_put(o, "members", members);
    json_put(o, "network_mapping", write_mapping(g->networks, g->network_count));
    json_put(o, "flavor_mapping", write_mapping(g->flavors, g->flavor_count));
    json_put(o, "health_checks", write_names(g->health_checks, g->health_check_count));
    if (g->boot.count)
        json_put(o, "boot_groups", boot_order_write(&g->boot));
    json_put(o, "split_brain", write_split(&g->split));
    json_put_text(o, "reconciled", g->reconciled);
    return o;
}

void group_share_images(struct group *g, struct image_pool *pool)
{
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].volume_count; k++) {
            struct volume *v = &g->members[i].volumes[k];
            v->image = image_pool_take(pool, v->image);
        }
}

struct group *group_ref(const struct group *g)
{
    struct group *shared = (struct group *)(uintptr_t)g; /* only the count changes */
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

void group_unref(struct group *g)
{
    if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < g->member_count; i++) {
        const struct member *m = &g->members[i];
        json_decref(m->metadata);
        for (size_t k = 0; k < m->nic_count; k++)
            json_decref(m->nics[k].address_pairs);
        for (size_t k = 0; k < m->volume_count; k++)
            image_facts_unref(m->volumes[k].image);
    }
    arena_release(&g->arena);
    free(g);
}

const char *nic_segment(char *dst, size_t size, const json_t *network)
{
    const char *type = json_text(network, "provider:network_type");
    if (!*type)
        *dst = '\0';
    else
        snprintf(dst, size, "%.40s %.60s %lld", type,
                 json_text(network, "provider:physical_network"),
                 (long long)json_int(network, "provider:segmentation_id", 0));
    return dst;
}

size_t group_volume_count(const struct group *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->member_count; i++)
        n += g->members[i].volume_count;
    return n;
}

const char *group_on_array(const struct group *g)
{
    const char *name = strcmp(g->current_primary, g->primary) == 0 ? g->array_group
                                                                   : g->array_group_secondary;
    return *name ? name : g->name;
}

const struct member *group_find_member(const struct group *g, const char *name_or_id)
{
    for (size_t i = 0; i < g->member_count; i++)
        if (strcmp(g->members[i].id, name_or_id) == 0 ||
            strcmp(g->members[i].name, name_or_id) == 0)
            return &g->members[i];
    return NULL;
}

bool group_name_valid(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > 63 || name[0] == '-' || name[0] == '.')
        return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return false;
    return true;
}
