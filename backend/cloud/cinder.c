/* cinder: requests of the Block Storage service, microversion 3.59. */
#include "backend/cloud/cinder.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"
#include "backend/cloud/driver.h"

#include <stdlib.h>
#include <string.h>

static const char MICRO[] = "3.59";
enum { QUERY_MAX = 8 * 1024 };

static struct cloud_request request(enum cloud_repeat repeat, const char *method,
                                    const char *unwrap)
{
    return (struct cloud_request){.service = CLOUD_VOLUME,
                                  .repeat = repeat,
                                  .method = method,
                                  .microversion = MICRO,
                                  .unwrap = unwrap};
}

/* b is "KEY=VALUE" of the metadata; keys hold no "=". */
static bool has_metadata(const json_t *volume, const char *name, const char *pair)
{
    if (*name && strcmp(json_text(volume, "name"), name) != 0)
        return false;
    const char *equals = strchr(pair, '=');
    if (!equals)
        return true;
    char *key = xstrndup(pair, (size_t)(equals - pair));
    bool same = strcmp(json_text(json_map(volume, "metadata"), key), equals + 1) == 0;
    free(key);
    return same;
}

struct cloud_call *cinder_volumes(struct cloud *c, const char *name, const char *key,
                                  const char *value, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "volumes");
    struct buf b;
    buf_init(&b, QUERY_MAX);
    buf_puts(&b, "/volumes/detail?limit=500");
    if (name) {
        buf_puts(&b, "&name=");
        buf_url(&b, name);
    }
    char *pair = xstrdup("");
    if (key) {
        json_t *wanted = json_object();
        json_put_text(wanted, key, value);
        char *text = json_compact(wanted);
        buf_puts(&b, "&metadata=");
        buf_url(&b, text);
        free(text);
        json_decref(wanted);
        free(pair);
        pair = xasprintf("%s=%s", key, value);
    }
    q.list = true;
    q.keep = has_metadata;
    q.keep_a = name ? name : "";
    q.keep_b = pair;
    struct cloud_call *call = cloud_send_path(c, &q, buf_take(&b), done, arg);
    free(pair);
    return call;
}

struct cloud_call *cinder_volume(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "volume");
    return cloud_send_path(c, &q, cloud_path("/volumes/%s", id), done, arg);
}

struct cloud_call *cinder_volume_create(struct cloud *c, const struct cinder_volume_spec *s,
                                        cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_CREATE, "POST", "volume");
    json_t *volume = json_object();
    json_put_text(volume, "name", s->name);
    json_put_int(volume, "size", s->size_gib);
    if (s->image_id)
        json_put_text(volume, "imageRef", s->image_id);
    if (s->snapshot_id)
        json_put_text(volume, "snapshot_id", s->snapshot_id);
    if (s->volume_type)
        json_put_text(volume, "volume_type", s->volume_type);
    if (s->availability_zone)
        json_put_text(volume, "availability_zone", s->availability_zone);
    if (s->description)
        json_put_text(volume, "description", s->description);
    if (s->metadata)
        json_put(volume, "metadata", json_deep_copy(s->metadata));
    q.path = "/volumes";
    q.body = json_pack("{s:o}", "volume", volume);
    return cloud_send(c, &q, done, arg);
}

/* Both keys: drivers up to 2024 read "name", later ones "source-name". */
struct cloud_call *cinder_volume_manage(struct cloud *c, const struct cinder_manage_spec *s,
                                        cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_CREATE, "POST", "volume");
    json_t *volume = json_object(), *ref = json_object();
    json_put_text(ref, "source-name", s->array_volume);
    json_put_text(ref, "name", s->array_volume);
    json_put(volume, "ref", ref);
    json_put_text(volume, "host", s->host);
    json_put_text(volume, "name", s->name);
    json_put_flag(volume, "bootable", s->bootable);
    if (s->description)
        json_put_text(volume, "description", s->description);
    if (s->volume_type)
        json_put_text(volume, "volume_type", s->volume_type);
    if (s->metadata)
        json_put(volume, "metadata", json_deep_copy(s->metadata));
    q.path = "/manageable_volumes";
    q.body = json_pack("{s:o}", "volume", volume);
    return cloud_send(c, &q, done, arg);
}

static struct cloud_call *action(struct cloud *c, const char *id, json_t *body_take,
                                 cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "POST", NULL);
    q.body = body_take;
    return cloud_send_path(c, &q, cloud_path("/volumes/%s/action", id), done, arg);
}

struct cloud_call *cinder_set_bootable(struct cloud *c, const char *id, bool bootable,
                                       cloud_done *done, void *arg)
{
    return action(c, id, json_pack("{s:{s:b}}", "os-set_bootable", "bootable", (int)bootable), done,
                  arg);
}

struct cloud_call *cinder_set_image_metadata(struct cloud *c, const char *id,
                                             const json_t *metadata, cloud_done *done, void *arg)
{
    return action(
        c, id,
        json_pack("{s:{s:o}}", "os-set_image_metadata", "metadata", json_deep_copy(metadata)), done,
        arg);
}

struct cloud_call *cinder_volume_delete(struct cloud *c, const char *id, cloud_done *done,
                                        void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "DELETE", NULL);
    q.tolerate = CLOUD_TOLERATE_ABSENT;
    return cloud_send_path(c, &q, cloud_path("/volumes/%s", id), done, arg);
}

struct cloud_call *cinder_messages(struct cloud *c, const char *resource_id, cloud_done *done,
                                   void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "messages");
    q.list = true;
    return cloud_send_path(c, &q, cloud_path("/messages?resource_uuid=%s", resource_id), done, arg);
}

struct cloud_call *cinder_types(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "volume_types");
    q.path = "/types?is_public=None&limit=500";
    q.list = true;
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *cinder_limits(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "limits.absolute");
    q.path = "/limits";
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *cinder_quota(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "quota_set");
    q.path = "/os-quota-sets/" CLOUD_PROJECT_SLOT "?usage=true";
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *cinder_services(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "services");
    q.path = "/os-services?binary=cinder-volume";
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *cinder_may_manage(struct cloud *c, cloud_done *done, void *arg)
{
    return cinder_volume_manage(c, &(struct cinder_manage_spec){
        .host = "protector-may-we@nowhere#nothing",
        .array_volume = "nothing",
        .name = "protector-may-we",
    }, done, arg);
}

struct cloud_call *cinder_pools(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "pools");
    q.path = "/scheduler-stats/get_pools?detail=true";
    return cloud_send(c, &q, done, arg);
}
