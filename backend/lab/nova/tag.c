/* Servers' metadata and tags: what a client leaves to know its own again. */
#include "backend/lab/nova/nova.h"

#include <string.h>

enum { TAGS_MAX = 50, TAG_MAX = 60, META_MAX = 128, META_TEXT = 255 };

static bool meta_valid(struct call *c, const json_t *meta)
{
    const char *key;
    json_t *value;
    if (!meta) {
        reply_fail(c, 400, NULL, "'metadata' is a required property");
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)meta, key, value) {
        if (json_is_string(value) && *key && strlen(key) <= META_TEXT &&
            json_string_length(value) <= META_TEXT)
            continue;
        reply_fail(c, 400, NULL, "Invalid input for field/attribute %s. It must be a string of at "
                   "most 255 characters", key);
        return false;
    }
    return true;
}

void nova_show_metadata(struct call *c)
{
    struct res *r = nova_server(c);
    if (r)
        reply_json(c, 200, json_pack("{s:O}", "metadata", json_map(r->doc, "meta")));
}

static void store_metadata(struct call *c, bool replace)
{
    struct res *r = nova_server(c);
    json_t *in = json_map(c->json, "metadata");
    if (!r || !meta_valid(c, in))
        return;
    json_t *meta = json_map(r->doc, "meta");
    if (replace)
        json_object_clear(meta);
    json_object_update(meta, in);
    if (json_object_size(meta) > META_MAX) {
        reply_fail(c, 403, NULL, "Maximum number of metadata items exceeds %d", META_MAX);
        return;
    }
    json_put_int(r->doc, "updated", c->now);
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:O}", "metadata", meta));
}

void nova_merge_metadata(struct call *c)
{
    store_metadata(c, false);
}

void nova_replace_metadata(struct call *c)
{
    store_metadata(c, true);
}

void nova_delete_metadata(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    if (json_object_del(json_map(r->doc, "meta"), c->args[1]) != 0) {
        reply_fail(c, 404, NULL, "Metadata item was not found");
        return;
    }
    world_touch(c->world, r);
    reply_empty(c, 204);
}

/* ---- tags ------------------------------------------------------------- */

static size_t find_tag(const json_t *tags, const char *tag)
{
    size_t i, n = json_array_size(tags);
    for (i = 0; i < n; i++)
        if (strcmp(json_string_value(json_array_get(tags, i)), tag) == 0)
            return i;
    return n;
}

static bool tag_valid(struct call *c, const char *tag)
{
    if (tag && *tag && strlen(tag) <= TAG_MAX && !strpbrk(tag, ",/"))
        return true;
    reply_fail(c, 400, NULL, "Tag '%s' is invalid. It must be a string without characters '/' and "
               "','. Validation error message: too long or not allowed", tag ? tag : "");
    return false;
}

void nova_list_tags(struct call *c)
{
    struct res *r = nova_server(c);
    if (r)
        reply_json(c, 200, json_pack("{s:O}", "tags", json_list(r->doc, "tags")));
}

void nova_put_tag(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r || !tag_valid(c, c->args[1]))
        return;
    json_t *tags = json_list(r->doc, "tags");
    if (find_tag(tags, c->args[1]) < json_array_size(tags)) {
        reply_empty(c, 204);
        return;
    }
    if (json_array_size(tags) >= TAGS_MAX) {
        reply_fail(c, 400, NULL, "The number of tags exceeded the per-server limit 50");
        return;
    }
    json_array_append_new(tags, json_string(c->args[1]));
    world_touch(c->world, r);
    reply_header(c, "Location", call_text(c, "%s%s", call_site(c)->url, c->url));
    reply_empty(c, 201);
}

void nova_replace_tags(struct call *c)
{
    struct res *r = nova_server(c);
    json_t *in = json_list(c->json, "tags"), *tag;
    size_t i;
    if (!r)
        return;
    if (!in || json_array_size(in) > TAGS_MAX) {
        reply_fail(c, 400, NULL, "'tags' is a required property");
        return;
    }
    json_array_foreach(in, i, tag) {
        if (!tag_valid(c, json_string_value(tag)))
            return;
    }
    json_put(r->doc, "tags", json_deep_copy(in));
    world_touch(c->world, r);
    reply_json(c, 200, json_pack("{s:O}", "tags", in));
}

void nova_check_tag(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_t *tags = json_list(r->doc, "tags");
    if (find_tag(tags, c->args[1]) < json_array_size(tags))
        reply_empty(c, 204);
    else
        reply_fail(c, 404, NULL, "Server %s has no tag '%s'", r->id, c->args[1]);
}

void nova_delete_tag(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_t *tags = json_list(r->doc, "tags");
    size_t at = find_tag(tags, c->args[1]);
    if (at == json_array_size(tags)) {
        reply_fail(c, 404, NULL, "Server %s has no tag '%s'", r->id, c->args[1]);
        return;
    }
    json_array_remove(tags, at);
    world_touch(c->world, r);
    reply_empty(c, 204);
}

void nova_delete_tags(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_array_clear(json_list(r->doc, "tags"));
    world_touch(c->world, r);
    reply_empty(c, 204);
}
