/*
 * groups: the groups as the engine holds them, and the state of each.
 *
 * A state is never set: it is derived from the operations of the group and
 * from what their ledgers still hold, so it cannot disagree with them.
 */
#include "backend/engine/record.h"
#include "backend/engine/run.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_err engine_group(struct engine *e, const char *name_or_id, struct group_slot **ret,
                         struct pc_error *err)
{
    char known[300] = "";
    for (size_t i = 0; i < e->group_count; i++) {
        const struct group *g = e->groups[i].group;
        if (strcmp(g->name, name_or_id) == 0 || strcmp(g->id, name_or_id) == 0) {
            *ret = &e->groups[i];
            return PC_OK;
        }
        size_t len = strlen(known);
        if (len + 70 < sizeof(known))
            snprintf(known + len, sizeof(known) - len, "%s%s", len ? ", " : "", g->name);
    }
    char remedy[400];
    snprintf(remedy, sizeof(remedy), "%s%s.", *known ? "There are: " : "Make one: protection-group "
             "create", known);
    return pc_error_set(err, PC_ERR_NOT_FOUND, remedy, "there is no protection group '%s'",
                        name_or_id);
}

static bool same_groups(const struct engine *e, struct group *const *list, size_t count)
{
    bool same = count == e->group_count;
    for (size_t i = 0; same && i < count; i++) {
        const struct group *a = e->groups[i].group, *b = list[i];
        same = strcmp(a->id, b->id) == 0 && a->metadata_version == b->metadata_version &&
               a->captured_ms == b->captured_ms;
    }
    return same;
}

enum pc_err groups_load(struct engine *e, struct pc_error *err)
{
    struct group **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_groups(e->store, &list, &count, err);
    if (rc)
        return rc;
    if (same_groups(e, list, count)) {
        for (size_t i = 0; i < count; i++)
            group_unref(list[i]);
        free(list);
        return PC_OK;
    }
    struct group_slot *slots = xcalloc(count, sizeof(*slots));
    for (size_t i = 0; i < count; i++) {
        slots[i].group = list[i];
        for (size_t k = 0; k < e->group_count; k++)
            if (strcmp(e->groups[k].group->id, list[i]->id) == 0)
                slots[i].view = e->groups[k].view;
    }
    for (size_t k = 0; k < e->group_count; k++) {
        array_cancel(e->groups[k].points); /* its slot moves */
        group_unref(e->groups[k].group);
    }
    free(e->groups);
    free(list);
    e->groups = slots;
    e->group_count = count;
    e->groups_dirty = true;
    e->monitor_next_ms = 0; /* what was being asked of the arrays is asked anew */
    if (!store_writing(e->store))
        groups_file_keep(e);
    return PC_OK;
}

static bool holds_resources(const struct operation *op)
{
    for (size_t i = 0; i < op->ledger_count; i++)
        if (op->ledger[i].state != LEDGER_GONE)
            return true;
    return false;
}

/* What an operation says of its group; higher wins. */
static enum group_state state_by(const struct operation *op)
{
    if (op->type == OP_TEST_CLEANUP)
        return op_status_over(op->status) ? GROUP_READY : GROUP_TEST_CLEANING;
    if (op->status == OP_CLEANING_UP)
        return GROUP_TEST_CLEANING;
    if (!op_status_over(op->status))
        return GROUP_TESTING;
    return holds_resources(op) ? GROUP_TEST_ACTIVE : GROUP_READY;
}

static void last_drill(struct group_view *v, const struct operation *op)
{
    if (op->type != OP_TEST_FAILOVER || !op->completed_ms || v->last_drill_ms)
        return;
    struct phase_progress cleanup;
    operation_phase(op, PHASE_CLEANUP, &cleanup);
    /* What counts against the RTO ends where cleanup begins. */
    int64_t until = cleanup.started_ms && cleanup.started_ms < op->completed_ms
                        ? cleanup.started_ms
                        : op->completed_ms; /* a kept drill is cleaned up later */
    snprintf(v->last_drill_id, sizeof(v->last_drill_id), "%s", op->id);
    v->last_drill_verdict = op->verdict;
    v->last_drill_ms = op->completed_ms;
    v->last_drill_duration_ms = until - op->started_ms;
}

static void take_in(struct engine *e, struct group_view *v, const struct operation *stored)
{
    const struct run *live = run_find(e, stored->id);
    const struct operation *op = live ? live->op : stored;
    enum group_state s = state_by(op);
    if (s != GROUP_READY && (v->state == GROUP_READY || v->state == GROUP_UNPROTECTED ||
                             v->state == GROUP_TEST_ACTIVE)) {
        v->state = s;
        snprintf(v->operation_id, sizeof(v->operation_id), "%s", op->id);
    }
    last_drill(v, op);
}

static enum pc_err take_in_all(struct engine *e, struct group_view *v, const struct op_filter *f,
                               struct pc_error *err)
{
    struct operation **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, f, &list, &count, err);
    for (size_t i = 0; i < count; i++) {
        take_in(e, v, list[i]);
        operation_free(list[i]);
    }
    free(list);
    return rc;
}

/* While a drill holds something no newer one can begin: the newest two tell
 * whether one does, and which was the last that ended. What runs is asked for
 * apart, because any number of cleanups may have come after. On an error the
 * view stays as it is: not to know is not to be ready. */
static enum pc_err refresh(struct engine *e, struct group_slot *g, struct pc_error *err)
{
    struct group_view v = g->view;
    struct op_filter drills = {.group = g->group->id, .type = OP_TEST_FAILOVER, .limit = 2};
    struct op_filter open = {.group = g->group->id, .type = -1, .open_only = true};
    v.state = g->group->member_count ? GROUP_READY : GROUP_UNPROTECTED;
    v.operation_id[0] = '\0';
    v.last_drill_ms = 0;
    enum pc_err rc = take_in_all(e, &v, &open, err);
    if (!rc)
        rc = take_in_all(e, &v, &drills, err);
    if (!rc)
        g->view = v;
    return rc;
}

enum pc_err group_refresh(struct engine *e, const char *id, struct pc_error *err)
{
    for (size_t i = 0; i < e->group_count; i++)
        if (strcmp(e->groups[i].group->id, id) == 0) {
            e->groups_dirty = true;
            return refresh(e, &e->groups[i], err);
        }
    return PC_OK;
}

void groups_refresh(struct engine *e)
{
    struct pc_error err;
    for (size_t i = 0; i < e->group_count; i++)
        if (refresh(e, &e->groups[i], &err))
            snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    e->groups_dirty = true;
}

/* ---- as a reply ------------------------------------------------------------------ */

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

static json_t *member_reply(const json_t *m)
{
    json_t *o = json_object(), *volumes = json_array(), *networks = json_array();
    const json_t *v;
    size_t i;
    json_put_text(o, "instance_id", json_text(m, "id"));
    json_put_text(o, "name", json_text(m, "name"));
    json_put_text(o, "status", "protected");
    json_put_text(o, "flavor", json_text(json_map(m, "flavor"), "name"));
    json_array_foreach(json_list(m, "volumes"), i, v) {
        json_t *one = json_object();
        static const char *const keys[] = {"id", "name", "size_gib", "bootable", "device"};
        for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
            json_put(one, keys[k], json_incref(json_object_get(v, keys[k])));
        json_array_append_new(volumes, one);
    }
    json_array_foreach(json_list(m, "nics"), i, v) {
        json_t *one = json_object();
        json_put_text(one, "name", json_text(v, "network_name"));
        json_put_text(one, "ip", json_text(v, "ip"));
        json_put_text(one, "mac", json_text(v, "mac"));
        json_array_append_new(networks, one);
    }
    json_put(o, "volumes", volumes);
    json_put(o, "networks", networks);
    return o;
}

static json_t *allowed(const struct group_view *v, const char *name)
{
    json_t *list = json_array();
    struct pc_error ignored;
    for (int a = 0; a < ACTION_COUNT; a++)
        if (lifecycle_check((enum group_action)a, v->state, name, &ignored) == PC_OK)
            json_array_append_new(list, json_string(group_action_name((enum group_action)a)));
    return list;
}

json_t *group_reply(struct engine *e, const struct group_slot *s, bool members)
{
    const struct group *g = s->group;
    const struct group_view *v = &s->view;
    json_t *all = group_to_json(g), *o = json_object(), *list = json_array();
    const json_t *m;
    size_t i;
    json_put_text(o, "id", g->id);
    json_put_text(o, "name", g->name);
    json_put_text(o, "description", g->description);
    json_put_text(o, "status", group_state_status(v->state));
    json_put_text(o, "state", group_state_name(v->state));
    json_put_text(o, "primary_site", g->primary);
    json_put_text(o, "secondary_site", g->secondary);
    json_put_text(o, "current_primary_site_id", g->current_primary);
    json_put_int(o, "member_count", (int64_t)g->member_count);
    json_put_int(o, "volume_count", (int64_t)group_volume_count(g));
    json_put_int(o, "rpo_seconds", g->rpo_seconds);
    json_put_int(o, "failover_count", g->failover_count);
    json_put_int(o, "metadata_version", g->metadata_version);
    put_time(o, "last_replication_at", v->point_ms);
    json_put(o, "replication_lag", v->point_ms
                                       ? json_integer((engine_wall(e) - v->point_ms) / 1000)
                                       : json_null());
    json_put_text(o, "replication_status", *v->replication_error ? "error"
                                           : v->point_ms         ? "ok"
                                                                 : NULL);
    json_put(o, "network_mapping", json_incref(json_object_get(all, "network_mapping")));
    json_put(o, "flavor_mapping", json_incref(json_object_get(all, "flavor_mapping")));
    json_put(o, "health_checks", json_incref(json_object_get(all, "health_checks")));
    put_time(o, "captured_at", g->captured_ms);
    put_time(o, "created_at", g->created_ms);
    json_put(o, "allowed_actions", allowed(v, g->name));
    if (members) {
        json_array_foreach(json_list(all, "members"), i, m)
            json_array_append_new(list, member_reply(m));
        json_put(o, "members", list);
    } else {
        json_decref(list);
    }
    json_decref(all);
    return o;
}
