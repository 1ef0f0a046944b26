/* The volumes and the network interfaces of a server. */
#include "backend/lab/cinder/cinder.h"
#include "backend/lab/nova/nova.h"

#include "backend/base/uuid.h"

#include <string.h>

enum { ATTACH_MS = 700 };

char *nova_next_device(struct call *c, const json_t *vols)
{
    for (char letter = 'a'; letter <= 'z'; letter++) {
        char *name = call_text(c, "/dev/vd%c", letter);
        size_t i, n = json_array_size(vols);
        for (i = 0; i < n; i++)
            if (strcmp(json_text(json_array_get(vols, i), "dev"), name) == 0)
                break;
        if (i == n)
            return name;
    }
    return call_text(c, "/dev/vdaa");
}

static json_t *attachment_view(struct call *c, const struct res *server, const json_t *disk)
{
    json_t *view = json_pack("{s:s, s:s, s:s}", "serverId", server->id, "volumeId",
                             json_text(disk, "id"), "device", json_text(disk, "dev"));
    if (c->minor < 89)
        json_put_text(view, "id", json_text(disk, "id"));
    if (c->minor >= 70)
        json_put(view, "tag", json_null());
    if (c->minor >= 79)
        json_put_flag(view, "delete_on_termination", json_flag(disk, "dot", false));
    if (c->minor >= 89) {
        json_put_text(view, "attachment_id", json_text(disk, "att"));
        json_put_text(view, "bdm_uuid", json_text(disk, "att"));
    }
    return view;
}

static json_t *find_disk(const struct res *server, const char *volume)
{
    size_t i;
    json_t *disk;
    json_array_foreach(json_list(server->doc, "vols"), i, disk) {
        if (strcmp(json_text(disk, "id"), volume) == 0)
            return disk;
    }
    return NULL;
}

void nova_list_attachments(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_t *list = json_array(), *disk;
    size_t i;
    json_array_foreach(json_list(r->doc, "vols"), i, disk) {
        json_array_append_new(list, attachment_view(c, r, disk));
    }
    reply_json(c, 200, json_pack("{s:o}", "volumeAttachments", list));
}

void nova_show_attachment(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    const json_t *disk = find_disk(r, c->args[1]);
    if (!disk)
        reply_fail(c, 404, NULL, "volume_id not found: %s", c->args[1]);
    else
        reply_json(c, 200, json_pack("{s:o}", "volumeAttachment", attachment_view(c, r, disk)));
}

void nova_attach_volume(struct call *c)
{
    struct res *r = nova_server(c);
    const json_t *in = json_map(c->json, "volumeAttachment");
    const char *id = json_text(in, "volumeId");
    char att[UUID_SIZE];
    if (!r)
        return;
    struct res *v = call_res(c, K_VOLUME, id);
    const char *status = json_text(r->doc, "status");
    if (strcmp(status, "ACTIVE") != 0 && strcmp(status, "SHUTOFF") != 0) {
        reply_fail(c, 409, NULL, "Cannot 'attach_volume' instance %s while it is in vm_state %s",
                   r->id, "building");
        return;
    }
    if (!v) {
        reply_fail(c, 404, NULL, "Volume %s could not be found.", id);
        return;
    }
    if (strcmp(json_text(v->doc, "status"), "available") != 0) {
        reply_fail(c, 400, NULL,
                   "Invalid volume: volume %s status must be available or downloading to reserve, "
                   "but the current status is %s.",
                   id, json_text(v->doc, "status"));
        return;
    }
    json_t *vols = json_list(r->doc, "vols");
    json_t *disk = json_pack("{s:s, s:s, s:s, s:i, s:b}", "id", v->id, "dev",
                             nova_next_device(c, vols), "att", uuid_make(att), "boot", -1, "dot",
                             (int)json_flag(in, "delete_on_termination", false));
    json_array_append_new(vols, disk);
    nova_record(c, r, "attach_volume");
    json_put_text(v->doc, "status", "attaching");
    json_put_text(v->doc, "for", r->id);
    world_plan(c->world, v, c->now + lab_scaled(c->lab, ATTACH_MS), "in-use");
    reply_json(c, 200, json_pack("{s:o}", "volumeAttachment", attachment_view(c, r, disk)));
}

/* Another volume in its place is for administrators, and for none of ours. */
void nova_update_attachment(struct call *c)
{
    struct res *r = nova_server(c);
    const json_t *in = json_map(c->json, "volumeAttachment"), *flag = json_object_get(in, "delete_on_termination");
    if (!r)
        return;
    json_t *disk = find_disk(r, c->args[1]);
    if (c->minor < 85 && flag)
        reply_fail(c, 400, NULL, "Additional properties are not allowed ('delete_on_termination' was "
                   "unexpected)");
    else if (!disk)
        reply_fail(c, 404, NULL, "Volume attachment %s could not be found.", c->args[1]);
    else if (strcmp(json_text(in, "volumeId"), c->args[1]) != 0)
        route_forbid(c);
    else if (!json_is_boolean(flag))
        reply_fail(c, 400, NULL, "Invalid input for field/attribute delete_on_termination.");
    else {
        json_put_flag(disk, "dot", json_is_true(flag));
        world_touch(c->world, r);
        reply_empty(c, 202);
    }
}

void nova_detach_volume(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    const json_t *disk = find_disk(r, c->args[1]);
    struct res *v = disk ? world_get(c->world, c->site, K_VOLUME, c->args[1]) : NULL;
    if (!v) {
        reply_fail(c, 404, NULL, "volume_id not found: %s", c->args[1]);
        return;
    }
    if (json_int(disk, "boot", -1) == 0) {
        reply_fail(c, 400, NULL, "Cannot detach a root device volume");
        return;
    }
    if (strcmp(json_text(v->doc, "status"), "in-use") != 0) {
        reply_fail(c, 400, NULL, "Invalid volume: Volume must be attached in order to detach.");
        return;
    }
    nova_record(c, r, "detach_volume");
    json_put_text(v->doc, "status", "detaching");
    json_put_text(v->doc, "for", r->id);
    world_plan(c->world, v, c->now + lab_scaled(c->lab, ATTACH_MS), "detached");
    reply_empty(c, 202);
}

/* ---- interfaces ------------------------------------------------------- */

static json_t *interface_view(const struct res *port)
{
    json_t *ips = json_array(), *ip;
    size_t i;
    json_array_foreach(json_list(port->doc, "ips"), i, ip) {
        json_array_append_new(ips, json_pack("{s:s, s:s}", "subnet_id", json_text(ip, "subnet"),
                                             "ip_address", json_text(ip, "ip")));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "port_id", port->id, "net_id",
                     json_text(port->doc, "network"), "mac_addr", json_text(port->doc, "mac"),
                     "port_state", json_text(port->doc, "status"), "fixed_ips", ips);
}

void nova_list_interfaces(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_t *list = json_array(), *id;
    size_t i;
    json_array_foreach(json_list(r->doc, "ports"), i, id) {
        const struct res *port = world_get(c->world, c->site, K_PORT, json_string_value(id));
        if (port)
            json_array_append_new(list, interface_view(port));
    }
    reply_json(c, 200, json_pack("{s:o}", "interfaceAttachments", list));
}

void nova_show_interface(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    const struct res *port = world_get(c->world, c->site, K_PORT, c->args[1]);
    if (!port || strcmp(json_text(port->doc, "device"), r->id) != 0)
        reply_fail(c, 404, NULL, "Port id %s could not be found.", c->args[1]);
    else
        reply_json(c, 200, json_pack("{s:o}", "interfaceAttachment", interface_view(port)));
}
