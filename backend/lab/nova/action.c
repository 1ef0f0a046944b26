/* What is done to servers: delete, start, stop, reboot, lock, console. */
#include "backend/lab/nova/nova.h"

#include <string.h>

enum { STOP_MS = 900, START_MS = 900, DELETE_MS = 600 };

void nova_record(struct call *c, struct res *server, const char *action)
{
    json_t *list = json_list(server->doc, "actions");
    if (!list) {
        list = json_array();
        json_put(server->doc, "actions", list);
    }
    json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "action", action, "request",
                                          c->request_id, "at", (json_int_t)c->now));
    world_touch(c->world, server);
}

static json_t *action_view(struct call *c, const struct res *server, const json_t *a)
{
    (void)c;
    return json_pack("{s:s, s:s, s:s, s:n, s:s, s:s, s:o, s:o}", "action", json_text(a, "action"),
                     "instance_uuid", server->id, "request_id", json_text(a, "request"), "message",
                     "project_id", json_text(server->doc, "project"), "user_id",
                     json_text(server->doc, "user"), "start_time", time_of(a, "at", time_micro),
                     "updated_at", time_of(a, "at", time_micro));
}

void nova_list_actions(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    json_t *list = json_array(), *a;
    size_t i;
    json_array_foreach(json_list(r->doc, "actions"), i, a) {
        json_array_insert_new(list, 0, action_view(c, r, a));
    }
    reply_json(c, 200, json_pack("{s:o}", "instanceActions", list));
}

void nova_delete_server(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    if (json_flag(r->doc, "locked", false) && c->who.role < ROLE_ADMIN) {
        reply_fail(c, 409, NULL, "Instance %s is locked", r->id);
        return;
    }
    if (strcmp(json_text(r->doc, "task"), "deleting") != 0) {
        nova_record(c, r, "delete");
        json_put_text(r->doc, "task", "deleting");
        json_object_del(r->doc, "guest_up");
        world_plan(c->world, r, c->now + lab_scaled(c->lab, DELETE_MS), "deleted");
    }
    reply_empty(c, 204);
}

/* ---- actions: one key in the body names one --------------------------- */

static bool require_state(struct call *c, struct res *r, const char *action, const char *status,
                          const char *vm_state)
{
    if (json_flag(r->doc, "locked", false) && c->who.role < ROLE_ADMIN) {
        reply_fail(c, 409, NULL, "Instance %s is locked", r->id);
        return false;
    }
    if (*json_text(r->doc, "task")) {
        reply_fail(c, 409, NULL, "Cannot '%s' instance %s while it is in task_state %s", action,
                   r->id, json_text(r->doc, "task"));
        return false;
    }
    if (strcmp(json_text(r->doc, "status"), status) == 0)
        return true;
    reply_fail(c, 409, NULL, "Cannot '%s' instance %s while it is in vm_state %s", action, r->id,
               strcmp(json_text(r->doc, "status"), "BUILD") == 0 ? "building" : vm_state);
    return false;
}

static void act_stop(struct call *c, struct res *r, const json_t *arg)
{
    (void)arg;
    if (!require_state(c, r, "stop", "ACTIVE", "stopped"))
        return;
    nova_record(c, r, "stop");
    json_put_text(r->doc, "task", "powering-off");
    world_plan(c->world, r, c->now + lab_scaled(c->lab, STOP_MS), "stopped");
    reply_empty(c, 202);
}

static void act_start(struct call *c, struct res *r, const json_t *arg)
{
    (void)arg;
    if (!require_state(c, r, "start", "SHUTOFF", "active"))
        return;
    nova_record(c, r, "start");
    json_put_text(r->doc, "task", "powering-on");
    json_put_int(r->doc, "guest_ms", lab_span(c->lab, &c->lab->opt.guest));
    world_plan(c->world, r, c->now + lab_scaled(c->lab, START_MS), "started");
    reply_empty(c, 202);
}

static void act_reboot(struct call *c, struct res *r, const json_t *arg)
{
    bool hard = strcmp(json_text(arg, "type"), "HARD") == 0;
    if (!require_state(c, r, "reboot", "ACTIVE", "stopped"))
        return;
    nova_record(c, r, "reboot");
    json_put_text(r->doc, "status", hard ? "HARD_REBOOT" : "REBOOT");
    json_put_text(r->doc, "task", hard ? "rebooting_hard" : "rebooting");
    json_object_del(r->doc, "guest_up");
    world_plan(c->world, r, c->now + lab_scaled(c->lab, START_MS), "started");
    reply_empty(c, 202);
}

static void act_lock(struct call *c, struct res *r, const json_t *arg)
{
    (void)arg;
    json_put_flag(r->doc, "locked", true);
    world_touch(c->world, r);
    reply_empty(c, 202);
}

static void act_unlock(struct call *c, struct res *r, const json_t *arg)
{
    (void)arg;
    json_put_flag(r->doc, "locked", false);
    world_touch(c->world, r);
    reply_empty(c, 202);
}

static const char *const CONSOLE[] = {
    "[    0.000000] Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n",
    "[    0.412077] virtio_blk virtio1: [vda] 20971520 512-byte logical blocks\n",
    "[    0.918202] EXT4-fs (vda1): mounted filesystem with ordered data mode\n",
    "[    1.377190] systemd[1]: Reached target Multi-User System.\n",
    "[    1.902311] cloud-init[412]: Cloud-init v. 22.4.2 finished. Datasource DataSourceConfigDrive\n",
};

static void act_console(struct call *c, struct res *r, const json_t *arg)
{
    const size_t lines = sizeof(CONSOLE) / sizeof(CONSOLE[0]);
    int64_t up = json_int(r->doc, "guest_up", 0), span = json_int(r->doc, "guest_ms", 1);
    if (strcmp(json_text(r->doc, "status"), "BUILD") == 0 ||
        strcmp(json_text(r->doc, "status"), "ERROR") == 0) {
        reply_fail(c, 409, NULL, "Instance %s is not ready", r->id);
        return;
    }
    bool booted = up && c->now >= up;
    size_t shown = booted || !up || span <= 0
                       ? lines
                       : (size_t)((span - (up - c->now)) * (int64_t)lines / span);
    size_t want = (size_t)json_int(arg, "length", (int64_t)lines + 2);
    struct buf b;
    buf_init(&b, 65536);
    for (size_t i = 0; i < shown && i < lines; i++)
        buf_puts(&b, CONSOLE[i]);
    if (booted)
        buf_printf(&b, "\nDebian GNU/Linux 12 %s ttyS0\n\n%s login: ", json_text(r->doc, "hostname"),
                   json_text(r->doc, "hostname"));
    const char *text = buf_text(&b), *from = text + b.len;
    for (size_t seen = 0; from > text; from--)
        if (from[-1] == '\n' && ++seen > want)
            break;
    reply_json(c, 200, json_pack("{s:s}", "output", from));
    buf_release(&b);
}

static const struct {
    const char *name;
    void (*act)(struct call *c, struct res *r, const json_t *arg);
} ACTIONS[] = {
    {"os-start", act_start}, {"os-stop", act_stop},     {"reboot", act_reboot},
    {"lock", act_lock},      {"unlock", act_unlock},    {"os-getConsoleOutput", act_console},
};

void nova_action(struct call *c)
{
    struct res *r = nova_server(c);
    if (!r)
        return;
    void *it = json_object_iter(c->json);
    const char *name = it ? json_object_iter_key(it) : "";
    for (size_t i = 0; i < sizeof(ACTIONS) / sizeof(ACTIONS[0]); i++)
        if (strcmp(ACTIONS[i].name, name) == 0 && json_object_size(c->json) == 1) {
            ACTIONS[i].act(c, r, json_object_iter_value(it));
            return;
        }
    reply_fail(c, 400, NULL, "There is no such action: %s", name);
}
