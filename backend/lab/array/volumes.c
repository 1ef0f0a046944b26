/*
 * Volumes over REST: list, clone, rename, destroy, recover, eradicate, tags.
 *
 * An error is a 400 that is told apart by its words, as the real array's are.
 * The names of destroyed volumes stay taken until they are eradicated.
 */
#include "backend/lab/array/array.h"
#include "backend/lab/array/volume.h"
#include "backend/lab/fault/fault.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { TAG_KEY_MOST = 64, TAG_VALUE_MOST = 256 };

bool array_name_valid(const char *name)
{
    size_t n = strlen(name);
    bool letter = false;
    for (size_t i = 0; i < n; i++) {
        bool edge = i == 0 || i + 1 == n;
        if (!isalnum((unsigned char)name[i]) && (name[i] != '-' || edge))
            return false;
        letter = letter || isalpha((unsigned char)name[i]);
    }
    return letter && n <= 63;
}

/* ---- list ------------------------------------------------------------- */

/* By a fault, the volumes of a protection group are in a pod. */
static bool in_pod(struct call *c, const char *cinder_id)
{
    struct fault_state state;
    const json_t *v;
    size_t k;
    for (size_t i = 0; cinder_id && i < world_count(c->world, c->site, K_GROUP); i++) {
        const struct res *g = world_at(c->world, c->site, K_GROUP, i);
        if (!faults_state(c->lab->faults, "pod", c->site, g->id, &state))
            continue;
        json_array_foreach(json_list(g->doc, "volumes"), k, v)
            if (strcmp(json_string_value(v), cinder_id) == 0)
                return true;
    }
    return false;
}

static json_t *view(const char *id, const char *name, int64_t bytes, int64_t created,
                    int64_t serial_of, const struct res *cinder)
{
    char serial[32];
    return json_pack("{s:s, s:s, s:I, s:I, s:s, s:I, s:{s:n}, s:{s:n}}", "id", id, "name", name,
                     "provisioned", (json_int_t)bytes, "created", (json_int_t)created, "serial",
                     array_serial(serial_of, serial), "connection_count",
                     (json_int_t)(cinder ? json_array_size(json_list(cinder->doc, "atts")) : 0),
                     "pod", "name", "volume_group", "name");
}

/* What is left of the day after which a destroyed volume is eradicated. */
static void add_end(json_t *item, const struct res *own, int64_t now)
{
    int64_t destroyed = own ? json_int(own->doc, "destroyed", 0) : 0;
    json_put_flag(item, "destroyed", destroyed != 0);
    json_put(item, "time_remaining",
             destroyed ? json_integer(json_int(own->doc, "due", now) - now) : json_null());
}

static json_t *own_view(struct call *c, const struct res *own)
{
    const json_t *d = own->doc;
    const char *source = json_text(d, "source");
    json_t *item = view(own->id, json_text(d, "name"), json_int(d, "bytes", 0),
                        json_int(d, "created", 0), json_int(d, "serial_of", own->seq),
                        array_volume_cinder(c->world, own));
    json_put(item, "source",
             json_pack("{s:o}", "name", *source ? json_string(source) : json_null()));
    add_end(item, own, c->now);
    return item;
}

static json_t *cinder_view(struct call *c, const struct res *v)
{
    char name[ARRAY_NAME_SIZE];
    json_t *item = view(v->id, array_cinder_name(v->id, name), json_int(v->doc, "size", 1) << 30,
                        json_int(v->doc, "created", 0), v->seq, v);
    json_put(item, "source", json_pack("{s:n}", "name"));
    if (in_pod(c, v->id))
        json_put(item, "pod", json_pack("{s:s}", "name", "cinder-pod"));
    add_end(item, NULL, c->now);
    return item;
}

void array_volumes(struct call *c)
{
    json_t *items = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, K_VOLUME); i++) {
        const struct res *v = world_at(c->world, c->site, K_VOLUME, i);
        if (array_volume_of(v))
            json_array_append_new(items, cinder_view(c, v));
    }
    for (size_t i = 0; i < world_count(c->world, c->site, K_ARRAY_VOLUME); i++)
        json_array_append_new(items, own_view(c, world_at(c->world, c->site, K_ARRAY_VOLUME, i)));
    array_reply_list(c, items, "Volume");
}

/* ---- changes ---------------------------------------------------------- */

/* The one volume that the parameter names; NULL: has replied. */
static struct res *named_volume(struct call *c, const char *param)
{
    const char *name = call_param(c, param);
    struct res *own = NULL;
    if (!name || strchr(name, ','))
        reply_fail(c, 400, NULL, "Invalid %s: give one volume.", param);
    else if (!(own = array_volume_own(c->world, c->site, name)))
        reply_fail(c, 400, name, "Volume does not exist.");
    return own;
}

static void reply_volume(struct call *c, const struct res *own)
{
    reply_json(c, 200, json_pack("{s:[o]}", "items", own_view(c, own)));
}

static bool name_is_free(struct call *c, const char *name)
{
    const struct res *there = array_volume_own(c->world, c->site, name);
    if (!array_name_valid(name))
        reply_fail(c, 400, name, "Invalid volume name.");
    else if (there)
        reply_fail(c, 400, name, "%s",
                   json_int(there->doc, "destroyed", 0)
                       ? "Volume already exists and is pending eradication."
                       : "Volume already exists.");
    else
        return true;
    return false;
}

/* {"source": {"name": VOLUME or SNAPSHOT}} or {"provisioned": BYTES} */
void array_make_volume(struct call *c)
{
    const char *name = call_param(c, "names");
    const char *from = json_text(json_map(c->json, "source"), "name"), *source = "";
    int64_t bytes = json_int(c->json, "provisioned", 0);
    bool complete = true;
    if (!name || strchr(name, ',')) {
        reply_fail(c, 400, NULL, "Invalid names: give one volume.");
        return;
    }
    if (!name_is_free(c, name))
        return;
    struct res *parent = *from ? array_volume_own(c->world, c->site, from) : NULL;
    if (parent && !json_int(parent->doc, "destroyed", 0)) {
        bytes = json_int(parent->doc, "bytes", 0);
        source = json_text(parent->doc, "name");
    } else if (*from && !array_snapshot_find(c, from, &bytes, &source, &complete)) {
        reply_fail(c, 400, from, "No such volume or snapshot.");
        return;
    }
    if (!complete)
        reply_fail(c, 400, from, "Not supported: the snapshot is still being replicated.");
    else if (bytes < 1 << 20)
        reply_fail(c, 400, name, "Invalid provisioned size.");
    else
        reply_volume(c, array_volume_add(c->world, c->site, name, bytes, source, c->now));
}

static void set_destroyed(struct call *c, struct res *own, bool wanted)
{
    const struct res *cinder = array_volume_cinder(c->world, own);
    const char *name = json_text(own->doc, "name");
    bool is = json_int(own->doc, "destroyed", 0) != 0;
    if (wanted && is) {
        reply_fail(c, 400, name, "Volume has been destroyed.");
    } else if (wanted && cinder && json_array_size(json_list(cinder->doc, "atts"))) {
        reply_fail(c, 400, name, "Volume cannot be deleted due to existing connections.");
    } else if (wanted) {
        array_volume_destroy(c->world, own, c->now);
        reply_volume(c, own);
    } else {
        json_put_int(own->doc, "destroyed", 0);
        world_unplan(c->world, own);
        world_touch(c->world, own);
        reply_volume(c, own);
    }
}

/* {"destroyed": true|false} or {"name": NEW} */
void array_change_volume(struct call *c)
{
    struct res *own = named_volume(c, "names");
    const char *name = json_text(c->json, "name");
    if (!own)
        return;
    if (json_object_get(c->json, "destroyed")) {
        set_destroyed(c, own, json_flag(c->json, "destroyed", false));
    } else if (!*name) {
        reply_fail(c, 400, json_text(own->doc, "name"), "Invalid request: nothing to change.");
    } else if (name_is_free(c, name)) {
        json_put_text(own->doc, "name", name);
        world_touch(c->world, own);
        reply_volume(c, own);
    }
}

void array_eradicate_volume(struct call *c)
{
    struct res *own = named_volume(c, "names");
    if (!own)
        return;
    if (!json_int(own->doc, "destroyed", 0)) {
        reply_fail(c, 400, json_text(own->doc, "name"),
                   "Invalid request: a volume must be destroyed before it is eradicated.");
        return;
    }
    world_drop(c->world, own);
    reply_json(c, 200, json_object());
}

/* ---- tags ------------------------------------------------------------- */

/* Without namespaces= only those of the namespace "default" are listed. */
void array_tags(struct call *c)
{
    const char *dead = call_param(c, "resource_destroyed");
    json_t *tag;
    size_t k;
    if (call_param(c, "resource_names") && !named_volume(c, "resource_names"))
        return;
    json_t *items = json_array();
    for (size_t i = 0; i < world_count(c->world, c->site, K_ARRAY_VOLUME); i++) {
        const struct res *own = world_at(c->world, c->site, K_ARRAY_VOLUME, i);
        bool is_dead = json_int(own->doc, "destroyed", 0) != 0;
        if (!array_named(c, "resource_names", json_text(own->doc, "name")) ||
            (dead && (strcasecmp(dead, "true") == 0) != is_dead))
            continue;
        json_array_foreach(json_list(own->doc, "tags"), k, tag) {
            const char *space = json_text(tag, "namespace");
            if (call_param(c, "namespaces") ? !array_named(c, "namespaces", space)
                                            : strcmp(space, "default") != 0)
                continue;
            json_t *item = json_copy(tag);
            json_put(item, "resource",
                     json_pack("{s:s, s:s}", "id", own->id, "name", json_text(own->doc, "name")));
            json_array_append_new(items, item);
        }
    }
    array_reply_list(c, items, "Tag");
}

static void put_tag(json_t *tags, const char *key, const char *value, const char *space,
                    bool copyable)
{
    for (size_t i = json_array_size(tags); i-- > 0;)
        if (strcmp(json_text(json_array_get(tags, i), "key"), key) == 0 &&
            strcmp(json_text(json_array_get(tags, i), "namespace"), space) == 0)
            json_array_remove(tags, i);
    json_array_append_new(tags, json_pack("{s:s, s:s, s:s, s:b}", "key", key, "value", value,
                                          "namespace", space, "copyable", (int)copyable));
}

/* [{"key", "value", "namespace", "copyable"}, ...] */
void array_put_tags(struct call *c)
{
    struct res *own = named_volume(c, "resource_names");
    const json_t *tag;
    size_t i;
    if (!own)
        return;
    if (json_array_size(c->json) == 0) {
        reply_fail(c, 400, NULL, "Invalid request: a list of tags is needed.");
        return;
    }
    json_array_foreach(c->json, i, tag) {
        size_t key = strlen(json_text(tag, "key")), value = strlen(json_text(tag, "value"));
        if (key >= 1 && key <= TAG_KEY_MOST && value <= TAG_VALUE_MOST)
            continue;
        reply_fail(c, 400, json_text(tag, "key"), "Invalid tag.");
        return;
    }
    json_array_foreach(c->json, i, tag) {
        const char *space = json_text(tag, "namespace");
        put_tag(json_list(own->doc, "tags"), json_text(tag, "key"), json_text(tag, "value"),
                *space ? space : "default", json_flag(tag, "copyable", false));
    }
    world_touch(c->world, own);
    reply_json(c, 200, json_pack("{s:O}", "items", c->json));
}
