/*
 * glance: the image service, v2. Images have no bytes here; uploading some
 * makes an image active.
 */
#include "backend/lab/page.h"

#include <string.h>

static json_t *version_row(const struct call *c, const char *id, const char *status)
{
    return json_pack("{s:s, s:s, s:[{s:s, s:o}]}", "id", id, "status", status, "links", "rel",
                     "self", "href", json_sprintf("%s/image/v2/", call_site(c)->url));
}

static void show_versions(struct call *c)
{
    reply_json(c, 300, json_pack("{s:[o, o, o]}", "versions", version_row(c, "v2.15", "CURRENT"),
                                 version_row(c, "v2.9", "SUPPORTED"),
                                 version_row(c, "v2.0", "SUPPORTED")));
}

static json_t *image_view(struct call *c, struct res *r)
{
    const json_t *d = r->doc;
    bool active = strcmp(json_text(d, "status"), "active") == 0;
    (void)c;
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:o, s:o, s:s, s:s, s:o, s:o, s:[]}",
        "id", r->id, "name", json_text(d, "name"), "status", json_text(d, "status"),
        "disk_format", json_text(d, "disk_format"), "container_format", "bare", "visibility",
        json_text(d, "visibility"), "protected", 0, "os_hidden", 0, "min_disk",
        (json_int_t)json_int(d, "min_disk", 0), "min_ram", (json_int_t)json_int(d, "min_ram", 0),
        "size", active ? json_integer(json_int(d, "size", 0)) : json_null(), "virtual_size",
        active ? json_integer(json_int(d, "size", 0)) : json_null(), "owner",
        json_text(d, "project"), "os_hash_algo", "sha512", "created_at",
        time_of(d, "created", time_z), "updated_at", time_of(d, "updated", time_z), "tags");
    json_put_text(view, "checksum", active ? json_text(d, "checksum") : NULL);
    json_put_text(view, "os_hash_value", active ? json_text(d, "checksum") : NULL);
    json_put(view, "self", json_sprintf("/v2/images/%s", r->id));
    json_put(view, "file", json_sprintf("/v2/images/%s/file", r->id));
    json_put_text(view, "schema", "/v2/schemas/image");
    json_object_update_missing(view, json_map(d, "props"));
    return view;
}

static bool match_image(struct call *c, const struct res *r)
{
    static const char *const keys[] = {"name", "status", "visibility", "disk_format"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *want = call_param(c, keys[i]);
        if (want && strcmp(want, json_text(r->doc, keys[i])) != 0)
            return false;
    }
    return true;
}

static const struct lister LIST = {.kind = K_IMAGE, .key = "images", .newest_first = true,
                                   .strict_marker = true, .default_limit = 25,
                                   .match = match_image, .view = image_view};

static void list_images(struct call *c)
{
    struct page p;
    if (!page_collect(c, &LIST, &p))
        return;
    json_t *doc = json_pack("{s:o, s:s, s:s}", "images", p.list, "first", "/v2/images", "schema",
                            "/v2/schemas/images");
    if (*p.next)
        json_put_text(doc, "next", page_url(c, p.next, false));
    reply_json(c, 200, doc);
}

/* Public images have an owner and are seen by all. */
static struct res *the_image(struct call *c)
{
    struct res *r = call_res(c, K_IMAGE, c->args[0]);
    if (!r)
        reply_fail(c, 404, NULL, "No image found with ID %s", c->args[0]);
    return r;
}

static void show_image(struct call *c)
{
    struct res *r = the_image(c);
    if (r)
        reply_json(c, 200, image_view(c, r));
}

static void create_image(struct call *c)
{
    const char *id = json_text(c->json, "id"), *name = json_text(c->json, "name");
    if (*id && world_get(c->world, c->site, K_IMAGE, id)) {
        reply_fail(c, 409, NULL, "Image ID %s already exists!", id);
        return;
    }
    bool is_public = strcmp(json_text(c->json, "visibility"), "public") == 0;
    struct res *r = world_add(
        c->world, c->site, K_IMAGE, *id ? id : NULL,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:s, s:{}, s:I, s:I}", "name",
                  name, "status", "queued", "disk_format", json_text(c->json, "disk_format"),
                  "visibility", is_public ? "public" : "shared", "project", c->who.project,
                  "shared", (int)is_public, "min_disk", (json_int_t)json_int(c->json, "min_disk", 0),
                  "min_ram", (json_int_t)json_int(c->json, "min_ram", 0), "size", (json_int_t)0,
                  "checksum", "", "props", "created", (json_int_t)c->now, "updated",
                  (json_int_t)c->now));
    reply_header(c, "Location", call_text(c, "%s/image/v2/images/%s", call_site(c)->url, r->id));
    reply_json(c, 201, image_view(c, r));
}

static void upload_image(struct call *c)
{
    struct res *r = the_image(c);
    if (!r)
        return;
    json_put_text(r->doc, "status", "active");
    json_put_int(r->doc, "size", (int64_t)c->body.len);
    json_put(r->doc, "checksum", json_sprintf("%032zx", c->body.len));
    json_put_int(r->doc, "updated", c->now);
    world_touch(c->world, r);
    reply_empty(c, 204);
}

static void delete_image(struct call *c)
{
    struct res *r = the_image(c);
    if (!r)
        return;
    if (c->who.role < ROLE_ADMIN && strcmp(json_text(r->doc, "project"), c->who.project) != 0) {
        route_forbid(c);
        return;
    }
    world_drop(c->world, r);
    reply_empty(c, 204);
}

static const struct route ROUTES[] = {
    {"GET", "/", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/versions", show_versions, NULL, ROLE_NONE, 0, true},
    {"GET", "/images", list_images, NULL, ROLE_READER, 0, false},
    {"POST", "/images", create_image, "add_image", ROLE_MEMBER, 0, false},
    {"GET", "/images/{}", show_image, NULL, ROLE_READER, 0, false},
    {"PUT", "/images/{}/file", upload_image, "upload_image", ROLE_MEMBER, 0, false},
    {"DELETE", "/images/{}", delete_image, "delete_image", ROLE_MEMBER, 0, false},
};

static bool glance_strip(struct call *c, const char *rest)
{
    return strip_version(c, rest, "/v2");
}

const struct service glance_service = {
    .name = "image",
    .prefix = "/image",
    .shape = SHAPE_GLANCE,
    .strip = glance_strip,
    .authenticate = token_check,
    .routes = ROUTES,
    .route_count = sizeof(ROUTES) / sizeof(ROUTES[0]),
};
