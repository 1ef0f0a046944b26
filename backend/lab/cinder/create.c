/* POST /volumes: from nothing, an image, a snapshot or another volume. */
#include "backend/lab/cinder/cinder.h"

#include <string.h>

static const char *const KEYS[] = {
    "name", "description", "display_name", "display_description", "volume_type", "metadata",
    "snapshot_id", "source_volid", "consistencygroup_id", "size", "availability_zone",
    "multiattach", "image_id", "imageRef", "backup_id", "group_id", "scheduler_hints",
    "OS-SCH-HNT:scheduler_hints"};

/* The image's properties that a volume made from it keeps. */
static json_t *image_metadata(const struct res *image)
{
    static const char *const copied[] = {"os_type", "hw_firmware_type", "hw_disk_bus",
                                         "hw_qemu_guest_agent"};
    const json_t *d = image->doc;
    json_t *m = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "image_id", image->id,
                          "image_name", json_text(d, "name"), "disk_format",
                          json_text(d, "disk_format"), "container_format", "bare", "min_disk",
                          json_sprintf("%lld", (long long)json_int(d, "min_disk", 0)), "min_ram",
                          json_sprintf("%lld", (long long)json_int(d, "min_ram", 0)), "size",
                          json_sprintf("%lld", (long long)json_int(d, "size", 0)), "checksum",
                          json_text(d, "checksum"));
    for (size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
        if (*json_text(json_map(d, "props"), copied[i]))
            json_put_text(m, copied[i], json_text(json_map(d, "props"), copied[i]));
    return m;
}

struct res *cinder_add_volume(struct call *c, const struct volume_spec *spec)
{
    const struct res *parent = spec->snapshot ? spec->snapshot : spec->source;
    const struct res *type = spec->type ? spec->type : cinder_type(c, "plain");
    json_t *image_meta = spec->image ? image_metadata(spec->image) : json_object();
    if (parent && json_map(parent->doc, "image_meta"))
        json_object_update(image_meta, json_map(parent->doc, "image_meta"));
    bool bootable = spec->image || (parent && json_flag(parent->doc, "bootable", false));
    json_t *doc = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:b, s:o, s:o, s:s, s:s, s:[], s:I, s:I}", "name",
        spec->name, "desc", spec->desc ? spec->desc : "", "project", c->who.project, "user",
        c->who.user, "size", (json_int_t)spec->size, "status", "creating", "type", type ? type->id : "", "bootable",
        (int)bootable, "meta", spec->meta ? json_deep_copy(spec->meta) : json_object(),
        "image_meta", image_meta, "snapshot", spec->snapshot ? spec->snapshot->id : "", "source",
        spec->source ? spec->source->id : "", "atts", "created", (json_int_t)c->now, "updated",
        (json_int_t)c->now);
    json_put_flag(doc, "download", spec->image != NULL);
    struct res *v = world_add(c->world, c->site, K_VOLUME, NULL, doc);
    world_plan(c->world, v, c->now + lab_span(c->lab, &c->lab->opt.volume) + 1,
               c->fail_late ? "error" : "available");
    return v;
}

/* ---- checks ----------------------------------------------------------- */

static bool check_keys(struct call *c, const json_t *in)
{
    const char *key;
    json_t *value;
    if (!in) {
        reply_fail(c, 400, NULL, "Invalid input for field/attribute None. Value: {}. 'volume' is a "
                   "required property");
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)in, key, value) {
        size_t i = 0, n = sizeof(KEYS) / sizeof(KEYS[0]);
        while (i < n && strcmp(KEYS[i], key) != 0)
            i++;
        if (i == n) {
            reply_fail(c, 400, NULL, "Invalid input for field/attribute volume. Value: {}. "
                       "Additional properties are not allowed ('%s' was unexpected)", key);
            return false;
        }
    }
    json_object_foreach(json_map(in, "metadata"), key, value) {
        if (json_is_string(value) && strlen(key) <= 255 && json_string_length(value) <= 255)
            continue;
        reply_fail(c, 400, NULL, "Invalid input for field/attribute metadata. Value: {}. "
                   "%s is not a string of at most 255 characters", key);
        return false;
    }
    return true;
}

static bool is_uuid(const char *s)
{
    return strlen(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' &&
           strspn(s, "0123456789abcdefABCDEF-") == 36;
}

static bool find_image(struct call *c, const json_t *in, struct volume_spec *spec)
{
    const char *id = *json_text(in, "imageRef") ? json_text(in, "imageRef")
                                                : json_text(in, "image_id");
    if (!*id)
        return true;
    spec->image = call_res(c, K_IMAGE, id);
    if (!spec->image && is_uuid(id))
        reply_fail(c, 404, NULL, "Image %s could not be found.", id);
    else if (!spec->image)
        reply_fail(c, 400, NULL, "Invalid image identifier or unable to access requested image.");
    else if (strcmp(json_text(spec->image->doc, "status"), "active") != 0)
        reply_fail(c, 400, NULL, "Invalid input received: Image %s is not active.", id);
    else
        return true;
    return false;
}

static bool find_parents(struct call *c, const json_t *in, struct volume_spec *spec)
{
    const char *snapshot = json_text(in, "snapshot_id"), *source = json_text(in, "source_volid");
    const char *type = json_text(in, "volume_type");
    if (*snapshot && !(spec->snapshot = call_res(c, K_SNAPSHOT, snapshot))) {
        reply_fail(c, 404, NULL, "Snapshot %s could not be found.", snapshot);
        return false;
    }
    if (spec->snapshot && strcmp(json_text(spec->snapshot->doc, "status"), "available") != 0) {
        reply_fail(c, 400, NULL, "Invalid snapshot: Originating snapshot status must be one of "
                   "'available' values");
        return false;
    }
    if (*source && !(spec->source = call_res(c, K_VOLUME, source))) {
        reply_fail(c, 404, NULL, "Volume %s could not be found.", source);
        return false;
    }
    if (*type && !(spec->type = cinder_type(c, type))) {
        reply_fail(c, 404, NULL, "Volume type with name %s could not be found.", type);
        return false;
    }
    if (!spec->type && (spec->snapshot || spec->source)) {
        const struct res *parent = spec->snapshot ? spec->snapshot : spec->source;
        spec->type = cinder_type(c, json_text(parent->doc, "type"));
    }
    return find_image(c, in, spec);
}

static bool check_size(struct call *c, struct volume_spec *spec)
{
    const struct res *parent = spec->snapshot ? spec->snapshot : spec->source;
    int64_t least = parent ? json_int(parent->doc, "size", 1) : 1;
    if (!spec->size && parent)
        spec->size = least;
    if (spec->size <= 0) {
        reply_fail(c, 400, NULL, "Invalid input received: Volume size must be an integer greater "
                   "than 0");
        return false;
    }
    if (spec->size < least) {
        reply_fail(c, 400, NULL, "Invalid input received: Volume size '%lld'GB cannot be smaller "
                   "than the %s size %lldGB. They must be >= original %s size.",
                   (long long)spec->size, spec->snapshot ? "snapshot" : "source volume",
                   (long long)least, spec->snapshot ? "snapshot" : "volume");
        return false;
    }
    int64_t min_disk = spec->image ? json_int(spec->image->doc, "min_disk", 0) : 0;
    if (spec->size < min_disk) {
        reply_fail(c, 400, NULL, "Invalid input received: Volume size %lldGB cannot be smaller "
                   "than the image minDisk size %lldGB.", (long long)spec->size,
                   (long long)min_disk);
        return false;
    }
    return true;
}

void cinder_create_volume(struct call *c)
{
    const json_t *in = json_map(c->json, "volume");
    if (!check_keys(c, in))
        return;
    struct volume_spec spec = {.name = json_text(in, "name"),
                               .desc = json_text(in, "description"),
                               .size = json_int(in, "size", 0),
                               .meta = json_map(in, "metadata")};
    if (!find_parents(c, in, &spec) || !check_size(c, &spec) || !cinder_quota(c, 1, spec.size))
        return;
    struct res *v = cinder_add_volume(c, &spec);
    json_t *view = cinder_volume_view(c, v);
    /* The first answer always says creating; what it copies shows on reading. */
    json_put_text(view, "status", "creating");
    json_put_text(view, "bootable", "false");
    json_object_del(view, "volume_image_metadata");
    reply_json(c, 202, json_pack("{s:o}", "volume", view));
}
