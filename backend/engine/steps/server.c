/*
 * server: an instance of the target site, booted from its volume, on ports
 * made before. Marked by metadata and a tag. It counts as created when Nova
 * says ACTIVE and lists every volume and every port as attached.
 */
#include "backend/engine/groups/split.h"
#include "backend/engine/steps/steps.h"

#include "backend/cloud/nova.h"
#include "backend/model/remedy.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_t *params(const struct step_run *s)
{
    return step_plan(s)->params;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void on_found(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    json_t *ours = json_array(), *v;
    struct cloud_reply found = *r;
    size_t i;
    json_array_foreach(r->body, i, v)
        if (strcmp(json_text(json_map(v, "metadata"), "protector:step"), step_plan(s)->key) == 0)
            json_array_append(ours, v);
    found.body = ours;
    step_adopt(s, &found);
    json_decref(ours);
}

void server_find(struct step_run *s)
{
    s->call = nova_servers(s->run->cloud, json_text(params(s), "name"), step_book(s)->op->id,
                           on_found, s);
}

static int resources(const struct step_run *s, const char *list, const char **ids)
{
    int n = 0;
    const json_t *key;
    size_t i;
    json_array_foreach(json_list(params(s), list), i, key)
        if (n < NOVA_DEVICES_MAX)
            ids[n++] = step_resource(s, json_string_value(key));
    return n;
}

static void create(struct step_run *s)
{
    json_t *marks = step_marks(s, step_plan(s)->key);
    json_object_update_missing(marks, json_map(params(s), "metadata"));
    struct nova_server_spec spec = {
        .name = json_text(params(s), "name"),
        .flavor_id = json_text(params(s), "flavor_id"),
        .key_name = or_null(json_text(params(s), "key_name")),
        .availability_zone = or_null(json_text(params(s), "availability_zone")),
        .description = or_null(json_text(params(s), "description")),
        .user_data = or_null(json_text(params(s), "user_data")),
        .config_drive = json_flag(params(s), "config_drive", false),
        .metadata = marks,
        .tag = step_book(s)->op->id,
        .tags = json_list(params(s), "tags"),
    };
    spec.volume_count = resources(s, "volumes", spec.volumes);
    spec.port_count = resources(s, "ports", spec.ports);
    s->call = nova_server_create(s->run->cloud, &spec, step_on_created, s);
    json_decref(marks);
}

/* ---- when a failover is repeated --------------------------------------------------------- */

static void on_source(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    struct pc_error err;
    const char *status = json_text(r->body, "status");
    bool answered = step_answered(s, r);
    if (!answered && r->err.code != PC_ERR_NOT_FOUND) {
        step_trouble(s, &r->err);
    } else if (s->run->halting) { /* meanwhile */
        step_abort(s, STEP_SKIPPED, "stopped: another step failed");
    } else if (answered && split_liveness(status) != LIVENESS_REST) {
        pc_error_set(&err, PC_ERR_STATE, "Stop it there and repeat; what it wrote since it was "
                     "stopped for the failover is not in the copy.",
                     "%s is %s on %s again: it is not made a second time", step_plan(s)->subject,
                     status, s->run->op->source_site);
        step_fail(s, &err);
    } else {
        create(s);
    }
}

/* Hours may have gone by since the source was stopped, and somebody may have
 * started it again because its copy had failed. */
static bool source_was_stopped_before(const struct step_run *s)
{
    const struct operation *op = s->run->op;
    char key[STEP_KEY_SIZE];
    snprintf(key, sizeof(key), "%s:%s", step_kind_name(STEP_STOP_SERVER), json_text(params(s), "vm"));
    return json_flag(op->request, "swapped", false) && plan_find(op->plan, key) >= 0;
}

void server_begin(struct step_run *s)
{
    if (source_was_stopped_before(s))
        s->call = nova_server(s->run->source_cloud, json_text(params(s), "source_id"), on_source, s);
    else
        create(s);
}

/* ---- ACTIVE, with every volume and port attached --------------------------------------- */

static void fail_from_fault(struct step_run *s, const json_t *server)
{
    struct pc_error err;
    const char *message = json_text(json_map(server, "fault"), "message");
    const struct remedy *known = remedy_match("compute", 0, message);
    char advice[400];
    size_t len = strlen(message); /* "No valid host was found. " */
    while (len && message[len - 1] == ' ')
        len--;
    pc_error_set(&err, PC_ERR_FAILED,
                 known ? remedy_text(known, advice, sizeof(advice))
                       : "See openstack server show with the target's credentials.",
                 "%s%s%.*s (instance %s went into ERROR on %s)",
                 known ? known->name : "", known ? ": " : "", len ? (int)len : INT_MAX,
                 len ? message : "no reason given", json_text(params(s), "name"),
                 s->run->op->target_site);
    step_fail(s, &err);
}

/* How many of the step's own are in Nova's list. */
static int attached(const struct step_run *s, const char *what, const json_t *list,
                    const char *key, int *ret_wanted)
{
    const char *ids[NOVA_DEVICES_MAX];
    int n = 0;
    const json_t *a;
    size_t i;
    *ret_wanted = resources(s, what, ids);
    for (int k = 0; k < *ret_wanted; k++) {
        bool there = false;
        json_array_foreach(list, i, a)
            there |= strcmp(json_text(a, key), ids[k]) == 0;
        n += there;
    }
    return n;
}

static void on_interfaces(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    char detail[80];
    int wanted, volumes = (int)json_array_size(json_list(params(s), "volumes"));
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    int there = attached(s, "ports", r->body, "port_id", &wanted);
    snprintf(detail, sizeof(detail), "ACTIVE, %d volume%s, %d of %d port%s", volumes,
             volumes == 1 ? "" : "s", there, wanted, wanted == 1 ? "" : "s");
    if (there == wanted)
        step_done(s, detail);
    else
        step_again(s, detail);
}

/* ---- which disks go with it ------------------------------------------------------------- */

static void on_told(void *arg, const struct cloud_reply *r);

static bool goes_along(const struct step_run *s, const json_t *list, size_t index)
{
    const char *id = step_resource(s, json_string_value(json_array_get(json_list(params(s), "volumes"), index)));
    const json_t *a;
    size_t i;
    json_array_foreach(list, i, a)
        if (strcmp(json_text(a, "volumeId"), id) == 0)
            return json_flag(a, "delete_on_termination", false);
    return false;
}

/* Told only now: a server that went into ERROR is deleted and made anew of the same disks.
 * s->state counts how many volumes were looked at; each is asked about once. False: no
 * more to tell. */
static bool tell_next(struct step_run *s, const json_t *list)
{
    const json_t *wanted = json_list(params(s), "delete_on_termination");
    size_t i = strtoul(s->state, NULL, 10);
    while (i < json_array_size(wanted) &&
           (!json_is_true(json_array_get(wanted, i)) || goes_along(s, list, i)))
        i++;
    if (i >= json_array_size(wanted))
        return false;
    const char *key = json_string_value(json_array_get(json_list(params(s), "volumes"), i));
    snprintf(s->state, sizeof(s->state), "%zu", i + 1);
    s->call = nova_attachment_keep(s->run->cloud, step_state(s)->resource_id, step_resource(s, key), true,
                                   on_told, s);
    return true;
}

static void on_attachments(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    char detail[64];
    int wanted;
    if (!step_answered(s, r)) {
        step_trouble(s, &r->err);
        return;
    }
    int there = attached(s, "volumes", r->body, "volumeId", &wanted);
    snprintf(detail, sizeof(detail), "ACTIVE, %d of %d volumes", there, wanted);
    if (there < wanted)
        step_again(s, detail);
    else if (!tell_next(s, r->body))
        s->call = nova_interfaces(s->run->cloud, step_state(s)->resource_id, on_interfaces, s);
}

/* A site that will not have it keeps the disk, which is the safer of the two. */
static void on_told(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    bool told = step_answered(s, r);
    if (!told && pc_err_outcome_unknown(r->err.code)) {
        s->state[0] = '\0'; /* from the first again */
        step_trouble(s, &r->err);
        return;
    }
    if (!told)
        run_warn(s->run, "%s: a volume that was deleted with its source is kept when it is deleted: %s",
                 step_plan(s)->subject, r->err.text);
    s->call = nova_attachments(s->run->cloud, step_state(s)->resource_id, on_attachments, s);
}

static void on_server(void *arg, const struct cloud_reply *r)
{
    struct step_run *s = arg;
    const char *status = json_text(r->body, "status");
    if (!step_answered(s, r)) {
        /* Right after the create a cell may not know it yet. */
        if (r->err.code == PC_ERR_NOT_FOUND && s->polls < 20)
            step_again(s, "accepted");
        else
            step_trouble(s, &r->err);
    } else if (strcmp(status, "ERROR") == 0) {
        fail_from_fault(s, r->body);
    } else if (strcmp(status, "ACTIVE") == 0) {
        s->call = nova_attachments(s->run->cloud, step_state(s)->resource_id, on_attachments, s);
    } else {
        step_again(s, status);
    }
}

void server_check(struct step_run *s)
{
    s->call = nova_server(s->run->cloud, step_state(s)->resource_id, on_server, s);
}
