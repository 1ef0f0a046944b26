/*
 * group_reply: a group as it is told to whoever asks: the record, its state
 * with what may be done in it and what not, and where its members stand.
 */
#include "backend/engine/run.h"

#include "backend/base/clock.h"

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

static json_t *member_reply(const json_t *m)
{
    json_t *o = json_object(), *volumes = json_array(), *networks = json_array();
    const json_t *v;
    size_t i;
    json_put_text(o, "instance_id", json_text(m, "id"));
    json_put_text(o, "name", json_text(m, "name"));
    json_put_text(o, "status", "protected");
    json_put_text(o, "flavor", json_text(json_map(m, "flavor"), "name"));
    json_array_foreach(json_list(m, "volumes"), i, v) {
        json_t *one = json_object();
        static const char *const keys[] = {"id", "name", "size_gib", "bootable", "device"};
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
            json_put(one, keys[k], json_incref(json_object_get(v, keys[k])));
        json_array_append_new(volumes, one);
    }
    json_array_foreach(json_list(m, "nics"), i, v) {
        json_t *one = json_object();
        json_put_text(one, "name", json_text(v, "network_name"));
        json_put_text(one, "ip", json_text(v, "ip"));
        json_put_text(one, "mac", json_text(v, "mac"));
        json_array_append_new(networks, one);
    }
    json_put(o, "volumes", volumes);
    json_put(o, "networks", networks);
    return o;
}

static json_t *allowed(const struct group_view *v, const char *name)
{
    json_t *list = json_array();
    struct pc_error ignored;
    for (int a = 0; a < ACTION_COUNT; a++)
        if (lifecycle_check((enum group_action)a, v->state, name, &ignored) == PC_OK)
            json_array_append_new(list, json_string(group_action_name((enum group_action)a)));
    return list;
}

json_t *group_reply(struct engine *e, const struct group_slot *s, bool members)
{
    const struct group *g = s->group;
    const struct group_view *v = &s->view;
    json_t *all = group_to_json(g), *o = json_object(), *list = json_array();
    const json_t *m;
    size_t i;
    json_put_text(o, "id", g->id);
    json_put_text(o, "name", g->name);
    json_put_text(o, "description", g->description);
    json_put_text(o, "status", group_state_status(v->state));
    json_put_text(o, "state", group_state_name(v->state));
    json_put_text(o, "primary_site", g->primary);
    json_put_text(o, "secondary_site", g->secondary);
    json_put_text(o, "current_primary_site_id", g->current_primary);
    json_put_int(o, "member_count", (int64_t)g->member_count);
    json_put_int(o, "volume_count", (int64_t)group_volume_count(g));
    json_put_int(o, "rpo_seconds", g->rpo_seconds);
    json_put_int(o, "failover_count", g->failover_count);
    json_put_int(o, "metadata_version", g->metadata_version);
    put_time(o, "last_replication_at", v->point_ms);
    json_put(o, "replication_lag", v->point_ms
                                       ? json_integer((engine_wall(e) - v->point_ms) / 1000)
                                       : json_null());
    json_put_text(o, "replication_status", *v->replication_error ? "error"
                                           : v->point_ms         ? "ok"
                                                                 : NULL);
    json_put(o, "network_mapping", json_incref(json_object_get(all, "network_mapping")));
    json_put(o, "flavor_mapping", json_incref(json_object_get(all, "flavor_mapping")));
    json_put(o, "health_checks", json_incref(json_object_get(all, "health_checks")));
    put_time(o, "captured_at", g->captured_ms);
    put_time(o, "created_at", g->created_ms);
    json_put(o, "allowed_actions", allowed(v, g->name));
    if (members) {
        json_array_foreach(json_list(all, "members"), i, m)
            json_array_append_new(list, member_reply(m));
        json_put(o, "members", list);
    } else {
        json_decref(list);
    }
    json_decref(all);
    return o;
}
