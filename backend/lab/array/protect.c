/*
 * What changes protection groups: making one, its members, its schedule and its
 * target, and snapshots that are asked for. Only the array that owns a group
 * does any of it, but for one thing: the target has to allow it. A new group has
 * no schedule.
 */
#include "backend/lab/array/array.h"
#include "backend/lab/array/group.h"
#include "backend/lab/array/volume.h"
#include "backend/lab/array/replication.h"

#include <string.h>
#include <strings.h>

/* The group that the parameter names, on its own array; NULL: has replied. */
static struct res *own_group(struct call *c, const char *param)
{
    const char *name = call_param(c, param);
    struct res *g = name ? world_get(c->world, c->site, K_GROUP, name) : NULL;
    if (name && strchr(name, ':'))
        reply_fail(c, 400, name, "Not supported on a replicated protection group.");
    else if (!g)
        reply_fail(c, 400, name, "Protection group does not exist.");
    return g;
}

void array_make_group(struct call *c)
{
    const char *name = call_param(c, "names");
    if (!name || !array_name_valid(name)) {
        reply_fail(c, 400, name, "Invalid protection group name.");
        return;
    }
    if (world_get(c->world, c->site, K_GROUP, name)) {
        reply_fail(c, 400, name, "Protection group already exists.");
        return;
    }
    array_group_add(c->world, c->site, name);
    reply_json(c, 200, json_pack("{s:[{s:s}]}", "items", "name", name));
}

void array_add_target(struct call *c)
{
    struct res *g = own_group(c, "group_names");
    const char *target = call_param(c, "member_names");
    if (!g)
        return;
    if (!target || strcmp(target, c->lab->sites[!c->site].array_name) != 0) {
        reply_fail(c, 400, target, "Array could not be found.");
        return;
    }
    if (!json_flag(g->doc, "untargeted", false)) {
        reply_fail(c, 400, target, "Target already exists.");
        return;
    }
    json_put_flag(g->doc, "untargeted", false);
    json_put_flag(g->doc, "refused", true); /* until the target allows it */
    json_put_int(g->doc, "since", c->now);
    world_touch(c->world, g);
    reply_json(c, 200, json_pack("{s:[{s:{s:s}, s:{s:s}}]}", "items", "group", "name", g->id,
                                 "member", "name", target));
}

/* ?group_names=SRC:pg&member_names=SELF {"allowed": true}, on the target. */
void array_allow_target(struct call *c)
{
    const char *name = call_param(c, "group_names"), *target = call_param(c, "member_names");
    const char *source = call_text(c, "%s:", c->lab->sites[!c->site].array_name);
    size_t n = strlen(source);
    struct res *g = name && strncmp(name, source, n) == 0
                        ? world_get(c->world, !c->site, K_GROUP, name + n)
                        : NULL;
    if (!g || json_flag(g->doc, "untargeted", false)) {
        reply_fail(c, 400, name, "Protection group does not exist.");
        return;
    }
    if (!target || strcmp(target, call_site(c)->array_name) != 0) {
        reply_fail(c, 400, target, "Target could not be found.");
        return;
    }
    bool allowed = json_flag(c->json, "allowed", false);
    if (allowed && !json_flag(g->doc, "refused", false)) {
        reply_fail(c, 400, name, "Protection group is already allowed on %s.", target);
        return;
    }
    json_put_flag(g->doc, "refused", !allowed);
    json_put_int(g->doc, "since", c->now);
    world_touch(c->world, g);
    reply_json(c, 200, json_pack("{s:[{s:{s:s}, s:{s:s}, s:b}]}", "items", "group", "name", name,
                                 "member", "name", target, "allowed", (int)allowed));
}

/* {"replication_schedule": {"enabled": true, "frequency": MS}} */
void array_change_group(struct call *c)
{
    struct res *g = own_group(c, "names");
    const json_t *schedule = json_map(c->json, "replication_schedule");
    if (!g)
        return;
    if (!schedule) {
        reply_fail(c, 400, g->id, "Invalid request: nothing to change.");
        return;
    }
    if (json_int(schedule, "frequency", 300000) < 300000) {
        reply_fail(c, 400, g->id, "Invalid replication frequency.");
        return;
    }
    json_put_flag(g->doc, "unscheduled", !json_flag(schedule, "enabled", true));
    json_put_int(g->doc, "interval", json_int(schedule, "frequency", 300000) / 1000);
    json_put_int(g->doc, "since", c->now);
    world_touch(c->world, g);
    reply_json(c, 200, json_pack("{s:[{s:s}]}", "items", "name", g->id));
}

void array_add_member(struct call *c)
{
    struct res *g = own_group(c, "group_names");
    const char *name = call_param(c, "member_names");
    json_t *id;
    size_t i;
    if (!g)
        return;
    struct res *own = name ? array_volume_own(c->world, c->site, name) : NULL;
    const struct res *cinder = own ? array_volume_cinder(c->world, own) : NULL;
    if (!cinder) {
        reply_fail(c, 400, name, "Volume does not exist.");
        return;
    }
    json_array_foreach(json_list(g->doc, "volumes"), i, id)
        if (strcmp(json_string_value(id), cinder->id) == 0) {
            reply_fail(c, 400, name, "Volume already belongs to the protection group.");
            return;
        }
    array_group_join(c->world, g, cinder->id, c->now);
    reply_json(c, 200, json_pack("{s:[{s:{s:s}, s:{s:s}}]}", "items", "group", "name", g->id,
                                 "member", "name", name));
}

/* ?source_names=pg&replicate_now=true {"suffix": "..."}. One that is not to be
 * replicated has no reader here, so it is refused instead of pretended. */
void array_make_snapshot(struct call *c)
{
    const struct res *g = own_group(c, "source_names");
    const char *suffix = json_text(c->json, "suffix"), *now = call_param(c, "replicate_now");
    if (!g)
        return;
    if (!now || strcasecmp(now, "true") != 0) {
        reply_fail(c, 400, g->id, "Not supported: only replicate_now=true is.");
        return;
    }
    if (json_flag(g->doc, "untargeted", false)) {
        reply_fail(c, 400, g->id, "Invalid request: the protection group has no target.");
        return;
    }
    if (!array_name_valid(suffix)) {
        reply_fail(c, 400, g->id, "Invalid suffix.");
        return;
    }
    for (size_t i = 0; i < world_count(c->world, c->site, K_ARRAY_SNAPSHOT); i++) {
        const json_t *d = world_at(c->world, c->site, K_ARRAY_SNAPSHOT, i)->doc;
        if (strcmp(json_text(d, "group"), g->id) != 0 ||
            strcasecmp(json_text(d, "suffix"), suffix) != 0)
            continue;
        reply_fail(c, 400, g->id, "Protection group snapshot already exists.");
        return;
    }
    struct res *r = world_add(c->world, c->site, K_ARRAY_SNAPSHOT, NULL,
                              json_pack("{s:s, s:s, s:I}", "group", g->id, "suffix", suffix,
                                        "created", (json_int_t)c->now));
    world_plan(c->world, r,
               c->now + lab_scaled(c->lab, (int64_t)REPLICATION_RETENTION_S * 1000), "expired");
    reply_json(c, 200, json_pack("{s:[{s:o, s:s, s:I, s:{s:s}}]}", "items", "name",
                                 json_sprintf("%s.%s", g->id, suffix), "suffix", suffix, "created",
                                 (json_int_t)c->now, "source", "name", g->id));
}
