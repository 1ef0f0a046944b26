/*
 * server: what a copy has of its source beside disks and ports: key,
 * zone, description, metadata, tags and user data. What the target lacks is
 * left out and told: a server without its key is better than none.
 */
#include "backend/engine/recreate/recreate.h"

#include <stdio.h>

/* What an operation of ours marked its servers with is not the server's own. */
static const char MARK_PREFIX[] = "protector:";

static bool has_key(const json_t *keys, const char *name)
{
    const json_t *v;
    size_t i;
    json_array_foreach(keys, i, v)
        if (*name && strcmp(json_text(json_map(v, "keypair"), "name"), name) == 0)
            return true;
    return false;
}

static void put_key(struct recreate *b, const struct member *m, json_t *params)
{
    const json_t *keys = json_list(b->in->facts, "keypairs");
    const struct member *home = predecessor_at(m, b->in->target_site);
    const char *name = home && (has_key(keys, home->key_name) || !*m->key_name) ? home->key_name
                                                                                : m->key_name;
    if (has_key(keys, name))
        json_put_text(params, "key_name", name);
    else if (*name)
        recreate_warn(b, keys ? "key pair '%s' of %s is not on %s: left out"
                              : "key pair '%s' of %s is left out: %s does not show its key pairs",
                      name, m->name, b->in->target_site);
}

static bool has_zone(const json_t *zones, const char *name)
{
    const json_t *v;
    size_t i;
    json_array_foreach(zones, i, v)
        if (*name && strcmp(json_text(v, "zoneName"), name) == 0 &&
            json_flag(json_map(v, "zoneState"), "available", true))
            return true;
    return false;
}

static void put_zone(struct recreate *b, const struct member *m, json_t *params)
{
    const json_t *zones = json_list(b->in->facts, "zones");
    const struct member *home = predecessor_at(m, b->in->target_site);
    const char *name = home && has_zone(zones, home->availability_zone) ? home->availability_zone
                                                                       : m->availability_zone;
    if (has_zone(zones, name))
        json_put_text(params, "availability_zone", name);
    else if (*name && zones)
        recreate_warn(b, "availability zone '%s' is not on %s: Nova chooses one for %s", name,
                      b->in->target_site, m->name);
}

/* What could not be read where it serves may have been readable there. */
static void put_user_data(const struct recreate *b, const struct member *m, json_t *params)
{
    const struct member *home = predecessor_at(m, b->in->target_site);
    const char *text = *m->user_data || !home ? m->user_data : home->user_data;
    if (*text)
        json_put_text(params, "user_data", text);
}

void recreate_metadata(json_t *params, json_t *metadata)
{
    json_t *o = json_object(), *v;
    const char *key;
    json_object_foreach(metadata, key, v)
        if (json_is_string(v) && strncmp(key, MARK_PREFIX, sizeof(MARK_PREFIX) - 1) != 0)
            json_put_text(o, key, json_string_value(v));
    if (json_object_size(o))
        json_put(params, "metadata", o);
    else
        json_decref(o);
}

/* Operation ids are tags of what we made: "op-" and a UUID. */
static bool is_mark(const char *tag)
{
    return strncmp(tag, "op-", 3) == 0 && strlen(tag) == 3 + 36;
}

void recreate_identity(struct recreate *b, const struct member *m, json_t *params)
{
    json_t *tags = json_array();
    if (strcmp(m->status, "SHUTOFF") == 0)
        recreate_warn(b, "%s is SHUTOFF where it serves: its copy on %s is started all the same",
                      m->name, b->in->target_site);
    put_key(b, m, params);
    put_zone(b, m, params);
    for (size_t i = 0; i < m->tag_count; i++)
        if (!is_mark(m->tags[i]))
            json_array_append_new(tags, json_string(m->tags[i]));
    recreate_metadata(params, m->metadata);
    if (json_array_size(tags))
        json_put(params, "tags", tags);
    else
        json_decref(tags);
    if (*m->description)
        json_put_text(params, "description", m->description);
    put_user_data(b, m, params);
    if (m->config_drive)
        json_put_flag(params, "config_drive", true);
}
