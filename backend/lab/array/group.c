#include "backend/lab/array/group.h"

#include "backend/base/json.h"

#include <string.h>

struct res *array_group_add(struct world *w, int site, const char *name)
{
    return world_add(w, site, K_GROUP, name,
                     json_pack("{s:s, s:s, s:i, s:i, s:i, s:[], s:[], s:{}, s:{}, s:b, s:b}",
                               "name", name, "desc", "", "rpo", 900, "interval", 300, "transfer",
                               12, "members", "volumes", "extra", "joined", "untargeted", 1,
                               "unscheduled", 1));
}

static bool is_member(const struct res *group, const char *cinder_id)
{
    json_t *id;
    size_t i;
    json_array_foreach(json_list(group->doc, "volumes"), i, id)
        if (strcmp(json_string_value(id), cinder_id) == 0)
            return true;
    return false;
}

bool array_group_join(struct world *w, struct res *group, const char *cinder_id, int64_t at)
{
    if (is_member(group, cinder_id))
        return false;
    if (!json_map(group->doc, "joined"))
        json_put(group->doc, "joined", json_object());
    json_array_append_new(json_list(group->doc, "volumes"), json_string(cinder_id));
    json_put_int(json_map(group->doc, "joined"), cinder_id, at);
    world_touch(w, group);
    return true;
}

static bool replicates(const struct world *w, const struct res *cinder)
{
    const struct res *type = world_get(w, cinder->site, K_VOLTYPE, json_text(cinder->doc, "type"));
    return type && strcmp(json_text(json_map(type->doc, "specs"), "replication_enabled"),
                          "<is> True") == 0;
}

static bool in_any(const struct world *w, const struct res *cinder)
{
    for (size_t i = 0; i < world_count(w, cinder->site, K_GROUP); i++)
        if (is_member(world_at(w, cinder->site, K_GROUP, i), cinder->id))
            return true;
    return false;
}

void array_group_by_driver(struct world *w, const struct res *cinder, int64_t at)
{
    if (!replicates(w, cinder) || in_any(w, cinder))
        return;
    struct res *g = world_get(w, cinder->site, K_GROUP, ARRAY_CINDER_GROUP);
    if (!g) {
        g = array_group_add(w, cinder->site, ARRAY_CINDER_GROUP);
        json_put_flag(g->doc, "untargeted", false);
        json_put_flag(g->doc, "unscheduled", false);
        json_put_int(g->doc, "since", at);
    }
    array_group_join(w, g, cinder->id, at);
}

void array_group_leave(struct world *w, const struct res *cinder)
{
    for (size_t i = 0; i < world_count(w, cinder->site, K_GROUP); i++) {
        struct res *g = world_at(w, cinder->site, K_GROUP, i);
        json_t *list = json_list(g->doc, "volumes");
        if (!is_member(g, cinder->id))
            continue;
        for (size_t k = json_array_size(list); k-- > 0;)
            if (strcmp(json_string_value(json_array_get(list, k)), cinder->id) == 0)
                json_array_remove(list, k);
        json_object_del(json_map(g->doc, "joined"), cinder->id);
        world_touch(w, g);
    }
}
