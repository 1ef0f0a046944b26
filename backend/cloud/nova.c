/*
 * nova: requests of the Compute service.
 *
 * Microversion 2.90. From 2.47 on a server's flavor is embedded without its id:
 * it is mapped by original_name. From 2.37 on `networks` must be sent.
 */
#include "backend/cloud/nova.h"

#include "backend/base/json.h"
#include "backend/cloud/driver.h"

#include <string.h>

static const char MICRO[] = "2.90";
enum { QUERY_MAX = 8 * 1024, TAGS_MAX = 50, TAG_MAX = 60 };

static struct cloud_request request(enum cloud_repeat repeat, const char *method,
                                    const char *unwrap)
{
    return (struct cloud_request){.service = CLOUD_COMPUTE,
                                  .repeat = repeat,
                                  .method = method,
                                  .microversion = MICRO,
                                  .unwrap = unwrap};
}

/* The name filter is a regular expression: what it may mean is taken away. */
static void add_name_pattern(struct buf *b, const char *name)
{
    struct buf pattern;
    buf_init(&pattern, QUERY_MAX);
    buf_puts(&pattern, "^");
    for (; *name; name++) {
        if (strchr("\\.^$*+?()[]{}|", *name))
            buf_puts(&pattern, "\\");
        buf_add(&pattern, name, 1);
    }
    buf_puts(&pattern, "$");
    buf_puts(b, "&name=");
    buf_url(b, buf_text(&pattern));
    buf_release(&pattern);
}

static bool has_tag(const json_t *server, const char *tag)
{
    return json_has_text(json_object_get(server, "tags"), tag);
}

/* name or tag, "" any. */
static bool is_asked_for(const json_t *server, const char *name, const char *tag)
{
    return (!*name || strcmp(json_text(server, "name"), name) == 0) &&
           (!*tag || has_tag(server, tag));
}

struct cloud_call *nova_servers(struct cloud *c, const char *name, const char *tag,
                                cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "servers");
    struct buf b;
    buf_init(&b, QUERY_MAX);
    buf_puts(&b, "/servers/detail?limit=500");
    if (name)
        add_name_pattern(&b, name);
    if (tag) {
        buf_puts(&b, "&tags=");
        buf_url(&b, tag);
    }
    q.list = true;
    q.keep = is_asked_for;
    q.keep_a = name ? name : "";
    q.keep_b = tag ? tag : "";
    return cloud_send_path(c, &q, buf_take(&b), done, arg);
}

struct cloud_call *nova_server(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "server");
    return cloud_send_path(c, &q, cloud_path("/servers/%s", id), done, arg);
}

struct cloud_call *nova_attachments(struct cloud *c, const char *server_id, cloud_done *done,
                                    void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "volumeAttachments");
    q.list = true;
    return cloud_send_path(c, &q, cloud_path("/servers/%s/os-volume_attachments", server_id), done,
                           arg);
}

struct cloud_call *nova_attachment_keep(struct cloud *c, const char *server_id, const char *volume_id,
                                        bool delete_on_termination, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "PUT", NULL);
    q.body = json_pack("{s:{s:s, s:b}}", "volumeAttachment", "volumeId", volume_id,
                       "delete_on_termination", (int)delete_on_termination);
    return cloud_send_path(c, &q, cloud_path("/servers/%s/os-volume_attachments/%s", server_id, volume_id),
                           done, arg);
}

struct cloud_call *nova_interfaces(struct cloud *c, const char *server_id, cloud_done *done,
                                   void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "interfaceAttachments");
    q.list = true;
    return cloud_send_path(c, &q, cloud_path("/servers/%s/os-interface", server_id), done, arg);
}

static json_t *devices_of(const struct nova_server_spec *s)
{
    json_t *devices = json_array();
    for (int i = 0; i < s->volume_count; i++) {
        json_t *d = json_object();
        json_put_int(d, "boot_index", i == 0 ? 0 : -1);
        json_put_text(d, "uuid", s->volumes[i]);
        json_put_text(d, "source_type", "volume");
        json_put_text(d, "destination_type", "volume");
        /* Our ledger deletes volumes, by name and mark; Nova must not. */
        json_put_flag(d, "delete_on_termination", false);
        json_array_append_new(devices, d);
    }
    return devices;
}

static json_t *networks_of(const struct nova_server_spec *s)
{
    if (s->port_count == 0)
        return json_string("none");
    json_t *networks = json_array();
    for (int i = 0; i < s->port_count; i++)
        json_array_append_new(networks, json_pack("{s:s}", "port", s->ports[i]));
    return networks;
}

/* Our mark first. A tag that Nova would refuse would refuse the server. */
static json_t *tags_of(const struct nova_server_spec *s)
{
    json_t *tags = json_array();
    const json_t *v;
    size_t i;
    if (s->tag)
        json_array_append_new(tags, json_string(s->tag));
    json_array_foreach(s->tags, i, v) {
        const char *tag = json_string_value(v);
        if (tag && *tag && strlen(tag) <= TAG_MAX && !strpbrk(tag, ",/") &&
            json_array_size(tags) < TAGS_MAX && (!s->tag || strcmp(tag, s->tag) != 0))
            json_array_append_new(tags, json_string(tag));
    }
    return tags;
}

struct cloud_call *nova_server_create(struct cloud *c, const struct nova_server_spec *s,
                                      cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_CREATE, "POST", "server");
    json_t *server = json_object();
    json_put_text(server, "name", s->name);
    json_put_text(server, "flavorRef", s->flavor_id);
    json_put(server, "networks", networks_of(s));
    json_put(server, "block_device_mapping_v2", devices_of(s));
    if (s->availability_zone)
        json_put_text(server, "availability_zone", s->availability_zone);
    if (s->key_name)
        json_put_text(server, "key_name", s->key_name);
    if (s->user_data)
        json_put_text(server, "user_data", s->user_data);
    if (s->metadata)
        json_put(server, "metadata", json_deep_copy(s->metadata));
    if (s->tag || s->tags)
        json_put(server, "tags", tags_of(s));
    if (s->description)
        json_put_text(server, "description", s->description);
    if (s->config_drive)
        json_put_flag(server, "config_drive", true);
    q.path = "/servers";
    q.body = json_pack("{s:o}", "server", server);
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *nova_server_delete(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "DELETE", NULL);
    q.tolerate = CLOUD_TOLERATE_ABSENT;
    return cloud_send_path(c, &q, cloud_path("/servers/%s", id), done, arg);
}

struct cloud_call *nova_server_action(struct cloud *c, const char *id, const char *action,
                                      cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "POST", NULL);
    q.body = json_object();
    json_put(q.body, action, json_null()); /* the null must be written out */
    return cloud_send_path(c, &q, cloud_path("/servers/%s/action", id), done, arg);
}

struct cloud_call *nova_console_output(struct cloud *c, const char *id, int lines, cloud_done *done,
                                       void *arg)
{
    struct cloud_request q = request(CLOUD_SAFE, "POST", NULL);
    q.body = json_pack("{s:{s:i}}", "os-getConsoleOutput", "length", lines);
    return cloud_send_path(c, &q, cloud_path("/servers/%s/action", id), done, arg);
}

struct cloud_call *nova_flavors(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "flavors");
    q.path = "/flavors/detail?limit=500";
    q.list = true;
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *nova_keypairs(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "keypairs");
    q.path = "/os-keypairs?limit=500";
    q.list = true;
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *nova_zones(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "availabilityZoneInfo");
    q.path = "/os-availability-zone";
    q.list = true;
    return cloud_send(c, &q, done, arg);
}

struct cloud_call *nova_limits(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "limits.absolute");
    q.path = "/limits";
    return cloud_send(c, &q, done, arg);
}

/* The last version in which the answer has numbers. */
struct cloud_call *nova_hypervisors(struct cloud *c, cloud_done *done, void *arg)
{
    struct cloud_request q = request(CLOUD_READ, "GET", "hypervisors");
    q.path = "/os-hypervisors/detail";
    q.microversion = "2.87";
    return cloud_send(c, &q, done, arg);
}
