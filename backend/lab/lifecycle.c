#include "backend/lab/lifecycle.h"

#include "backend/base/json.h"
#include "backend/lab/array/group.h"
#include "backend/lab/array/volume.h"
#include "backend/lab/late_call.h"

#include <string.h>

/* ---- volumes ---------------------------------------------------------- */

static void set_status(struct world *w, struct res *r, const char *status, int64_t at)
{
    json_put_text(r->doc, "status", status);
    json_put_int(r->doc, "updated", at);
    world_touch(w, r);
}

static void volume_available(struct world *w, struct res *r, int64_t at)
{
    array_group_by_driver(w, r, at);
    set_status(w, r, "available", at);
}

/* A volume whose making failed has nothing behind it, nor has one that Cinder
 * was to take over. */
static void volume_failed(struct world *w, struct res *r, int64_t at)
{
    json_put_flag(r->doc, "void", true);
    set_status(w, r, *json_text(r->doc, "ref") ? "error_managing" : "error", at);
}

static void volume_managed(struct world *w, struct res *r, int64_t at)
{
    if (array_volume_manage(w, r, at))
        volume_available(w, r, at);
    else
        volume_failed(w, r, at);
}

static void volume_unmanaged(struct world *w, struct res *r, int64_t at)
{
    array_volume_unmanage(w, r, at);
    array_group_leave(w, r);
    world_drop(w, r);
}

static void volume_deleted(struct world *w, struct res *r, int64_t at)
{
    array_volume_delete(w, r, at);
    array_group_leave(w, r);
    world_drop(w, r);
}

static void resource_deleted(struct world *w, struct res *r, int64_t at)
{
    (void)at;
    world_drop(w, r);
}

/* The server's record of the disk (its letter, its attachment). */
static json_t *server_disk(const struct res *server, const char *volume)
{
    size_t i;
    json_t *disk;
    json_array_foreach(json_list(server->doc, "vols"), i, disk) {
        if (strcmp(json_text(disk, "id"), volume) == 0)
            return disk;
    }
    return NULL;
}

static void attach(struct world *w, struct res *volume, const struct res *server, int64_t at)
{
    const json_t *disk = server_disk(server, volume->id);
    json_t *list = json_list(volume->doc, "atts");
    if (!disk || !list)
        return;
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "server", server->id, "device",
                                          json_text(disk, "dev"), "att", json_text(disk, "att"),
                                          "at", (json_int_t)at));
    set_status(w, volume, "in-use", at);
}

static void volume_attached(struct world *w, struct res *r, int64_t at)
{
    const struct res *server = world_get(w, r->site, K_SERVER, json_text(r->doc, "for"));
    json_object_del(r->doc, "for");
    if (server)
        attach(w, r, server, at);
    else
        set_status(w, r, "available", at);
}

void lifecycle_detach(struct world *w, struct res *volume, const char *server, int64_t at)
{
    json_t *list = json_list(volume->doc, "atts");
    for (size_t i = json_array_size(list); i-- > 0;)
        if (strcmp(json_text(json_array_get(list, i), "server"), server) == 0)
            json_array_remove(list, i);
    if (json_array_size(list) == 0 && strcmp(json_text(volume->doc, "status"), "deleting") != 0)
        set_status(w, volume, "available", at);
}

static void volume_detached(struct world *w, struct res *r, int64_t at)
{
    const char *id = json_text(r->doc, "for");
    struct res *server = world_get(w, r->site, K_SERVER, id);
    json_t *vols = server ? json_list(server->doc, "vols") : NULL;
    for (size_t i = json_array_size(vols); i-- > 0;)
        if (strcmp(json_text(json_array_get(vols, i), "id"), r->id) == 0)
            json_array_remove(vols, i);
    if (server)
        world_touch(w, server);
    lifecycle_detach(w, r, id, at);
    json_object_del(r->doc, "for");
}

/* ---- servers ---------------------------------------------------------- */

static void set_state(struct world *w, struct res *r, const char *status, int power, int64_t at)
{
    json_put_int(r->doc, "power", power);
    json_object_del(r->doc, "task");
    set_status(w, r, status, at);
}

static void ports_status(struct world *w, const struct res *server, const char *status)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_list(server->doc, "ports"), i, id) {
        struct res *port = world_get(w, server->site, K_PORT, json_string_value(id));
        if (port) {
            json_put_text(port->doc, "status", status);
            world_touch(w, port);
        }
    }
}

static void server_active(struct world *w, struct res *r, int64_t at)
{
    size_t i;
    json_t *disk;
    json_array_foreach(json_list(r->doc, "vols"), i, disk) {
        struct res *volume = world_get(w, r->site, K_VOLUME, json_text(disk, "id"));
        if (volume)
            attach(w, volume, r, at);
    }
    ports_status(w, r, "ACTIVE");
    json_put_int(r->doc, "launched", at);
    json_put_int(r->doc, "guest_up", at + json_int(r->doc, "guest_ms", 0));
    set_state(w, r, "ACTIVE", 1, at);
}

static void server_failed(struct world *w, struct res *r, int64_t at, const char *message)
{
    json_put(r->doc, "fault", json_pack("{s:i, s:I, s:s}", "code", 500, "created", (json_int_t)at,
                                        "message", message));
    set_state(w, r, "ERROR", 0, at);
}

/* Nobody ever bound its ports: they are as before. */
static void server_no_host(struct world *w, struct res *r, int64_t at)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_list(r->doc, "ports"), i, id) {
        struct res *port = world_get(w, r->site, K_PORT, json_string_value(id));
        if (!port)
            continue;
        json_put_text(port->doc, "device", "");
        json_put_text(port->doc, "owner", "");
        world_touch(w, port);
        if (json_flag(port->doc, "nova_made", false))
            world_drop(w, port);
    }
    json_array_clear(json_list(r->doc, "ports"));
    server_failed(w, r, at, "No valid host was found. ");
}

static void server_spawn_failed(struct world *w, struct res *r, int64_t at)
{
    json_t *text = json_sprintf("Exceeded maximum number of retries. Exhausted all hosts available "
                                "for retrying build failures for instance %s.",
                                r->id);
    server_failed(w, r, at, json_string_value(text));
    json_decref(text);
}

static void release_ports(struct world *w, struct res *server)
{
    size_t i;
    json_t *id;
    json_array_foreach(json_list(server->doc, "ports"), i, id) {
        struct res *port = world_get(w, server->site, K_PORT, json_string_value(id));
        if (!port)
            continue;
        if (json_flag(port->doc, "nova_made", false)) {
            world_drop(w, port);
            continue;
        }
        json_put_text(port->doc, "device", "");
        json_put_text(port->doc, "owner", "");
        json_put_text(port->doc, "status", "DOWN");
        world_touch(w, port);
    }
}

void lifecycle_release_server(struct world *w, struct res *server, int64_t at)
{
    size_t i;
    json_t *disk;
    release_ports(w, server);
    json_array_foreach(json_list(server->doc, "vols"), i, disk) {
        struct res *volume = world_get(w, server->site, K_VOLUME, json_text(disk, "id"));
        if (!volume)
            continue;
        lifecycle_detach(w, volume, server->id, at);
        if (json_flag(disk, "dot", false))
            volume_deleted(w, volume, at);
    }
}

static void server_deleted(struct world *w, struct res *r, int64_t at)
{
    lifecycle_release_server(w, r, at);
    world_drop(w, r);
}

static void server_stopped(struct world *w, struct res *r, int64_t at)
{
    if (!json_flag(r->doc, "ghost", false)) /* by a fault its guest goes on */
        json_object_del(r->doc, "guest_up");
    set_state(w, r, "SHUTOFF", 4, at);
}

static void server_started(struct world *w, struct res *r, int64_t at)
{
    json_put_int(r->doc, "guest_up", at + json_int(r->doc, "guest_ms", 0));
    set_state(w, r, "ACTIVE", 1, at);
}

static const struct {
    enum kind kind;
    const char *word;
    void (*happen)(struct world *w, struct res *r, int64_t at);
} HAPPENINGS[] = {
    {K_SERVER, "active", server_active},
    {K_SERVER, "no-host", server_no_host},
    {K_SERVER, "spawn-failed", server_spawn_failed},
    {K_SERVER, "stopped", server_stopped},
    {K_SERVER, "started", server_started},
    {K_SERVER, "deleted", server_deleted},
    {K_VOLUME, "available", volume_available},
    {K_VOLUME, "error", volume_failed},
    {K_VOLUME, "managed", volume_managed},
    {K_VOLUME, "unmanaged", volume_unmanaged},
    {K_VOLUME, "in-use", volume_attached},
    {K_VOLUME, "detached", volume_detached},
    {K_VOLUME, "deleted", volume_deleted},
    {K_ARRAY_VOLUME, "eradicated", resource_deleted},
    {K_ARRAY_SNAPSHOT, "expired", resource_deleted},
    {K_LATE_CALL, "applied", late_call_apply},
    {K_SNAPSHOT, "available", volume_available},
    {K_SNAPSHOT, "deleted", resource_deleted},
};

void lifecycle_happen(struct world *w, struct res *r, const char *then, int64_t at)
{
    for (size_t i = 0; i < sizeof(HAPPENINGS) / sizeof(HAPPENINGS[0]); i++)
        if (HAPPENINGS[i].kind == r->kind && strcmp(HAPPENINGS[i].word, then) == 0) {
            HAPPENINGS[i].happen(w, r, at);
            return;
        }
}
