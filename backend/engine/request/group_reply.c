/*
 * reply: a group as it is told to whoever asks: the record, its state
 * with what may be done in it and what not, and where its members stand.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/readiness/watch.h"
#include "backend/engine/request/request.h"
#include "backend/engine/run.h"
#include "backend/engine/window.h"

#include "backend/base/clock.h"
#include "backend/model/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_time(json_t *o, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_SIZE];
    json_put_text(o, key, ms ? clock_iso(iso, ms) : NULL);
}

/* At rest a member is its server where the group serves; while it is moved, what the
 * steps make of it elsewhere. */
static bool is_its_server(enum member_state s)
{
    return s == MEMBER_PROTECTED || s == MEMBER_RECOVERED || s == MEMBER_RECOVERED_UNVERIFIED;
}

/* When somebody was told by a site how the member stands, and what of its server: an
 * operation that asked later than the look around knows it better. */
static void put_read(json_t *o, const struct group_slot *s, const struct member_stand *stand)
{
    int64_t at_ms = 0, read_ms = stand->read_ms;
    const char *server = members_seen(s, json_text(o, "instance_id"), &at_ms);
    if (!server || !is_its_server(stand->state) || at_ms < read_ms)
        server = NULL;
    else
        read_ms = at_ms;
    json_put_text(o, "server", server && !*server ? "absent" : server);
    put_time(o, "read_at", read_ms);
}

static json_t *member_reply(const json_t *m, const struct group_slot *s,
                            const struct member_stand *stand)
{
    json_t *o = json_object(), *volumes = json_array(), *networks = json_array();
    const json_t *v;
    size_t i;
    json_put_text(o, "instance_id", json_text(m, "id"));
    json_put_text(o, "name", json_text(m, "name"));
    json_put_text(o, "status", member_state_name(stand->state));
    json_put_text(o, "state", member_state_name(stand->state));
    json_put_text(o, "in_the_world", member_state_world(stand->state));
    json_put_text(o, "result", stand->result);
    put_read(o, s, stand);
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

/* ---- members, by the operation that concerns them -------------------------------- */

/* Once a group is ready again its members are protected, and how the last drill
 * ended for each stays told. */
static void stand_at_rest(const struct group_view *v, struct member_stand *stands, size_t count)
{
    for (size_t i = 0; v->state == GROUP_READY && i < count; i++)
        if (stands[i].state == MEMBER_CLEANED || stands[i].state == MEMBER_FAILED ||
            stands[i].state == MEMBER_BLOCKED)
            stands[i].state = MEMBER_PROTECTED;
}

/* Zeroed results where nothing is known; on an error of the journal, too: the
 * record itself is still worth telling. The caller frees. */
static struct member_stand *read_stands(struct engine *e, const struct group_slot *s)
{
    const struct group_view *v = s->view;
    const char *id = *group_concern(s) ? group_concern(s) : v->last_drill_id;
    struct member_stand *stands = xcalloc(s->group->member_count, sizeof(*stands));
    struct parts parts = {0};
    struct pc_error ignored;
    if (!*id || moved_by(e, id, &parts, &ignored))
        return stands;
    parts_stands(&parts, s->group, stands);
    stand_at_rest(v, stands, s->group->member_count);
    parts_release(&parts);
    return stands;
}

static json_t *members_reply(struct engine *e, const struct group_slot *s, const json_t *members)
{
    json_t *list = json_array();
    struct member_stand *stands = read_stands(e, s);
    const json_t *m;
    size_t i;
    json_array_foreach(members, i, m)
        json_array_append_new(list, member_reply(m, s, &stands[i]));
    free(stands);
    return list;
}

/* What stood for a member before, and where, until somebody releases it. */
static json_t *predecessors_reply(const struct group *g)
{
    json_t *list = json_array();
    for (size_t i = 0; i < g->member_count; i++)
        for (size_t k = 0; k < g->members[i].predecessor_count; k++) {
            const struct predecessor *p = &g->members[i].predecessors[k];
            json_t *one = json_object();
            json_put_text(one, "name", g->members[i].name);
            json_put_text(one, "instance_id", p->server.id);
            json_put_text(one, "site", p->site);
            json_put_flag(one, "stands", p->stands);
            put_time(one, "since", p->since_ms);
            json_put_int(one, "ports", (int64_t)p->server.nic_count);
            json_put_int(one, "volumes", (int64_t)p->server.volume_count);
            json_array_append_new(list, one);
        }
    return list;
}

static json_t *tally_reply(const struct member_tally *t)
{
    json_t *o = json_object();
    json_put_int(o, "total", t->total);
    json_put_int(o, "recovered", t->recovered);
    json_put_int(o, "unverified", t->unverified);
    json_put_int(o, "failed", t->failed);
    json_put_int(o, "elsewhere", t->elsewhere);
    return o;
}

/* "2 of 3 members are at site-a"; null where the group is at one site. */
static void put_elsewhere(json_t *o, const struct group *g, const struct member_tally *t)
{
    char text[NAME_SIZE + 60];
    bool first = strcmp(g->current_primary, g->primary) == 0;
    snprintf(text, sizeof(text), "%d of %d members %s at %s", t->elsewhere, t->total,
             t->elsewhere == 1 ? "is" : "are", first ? g->secondary : g->primary);
    json_put_text(o, "elsewhere", t->elsewhere ? text : NULL);
    snprintf(text, sizeof(text), "%s (%d of %d)", g->current_primary, t->total - t->elsewhere,
             t->total);
    json_put_text(o, "serves_at", t->elsewhere ? text : g->current_primary);
}

/* ---- what may be done ---------------------------------------------------------------- */

/* What the state alone does not know: nobody saw the old primary stop. */
static const char *warning_of(enum group_action a, const struct group_view *v)
{
    const char *known = lifecycle_warning(a, v->state);
    if (!known && a == ACTION_COMMIT && v->split_risk)
        return "The old primary was not seen at rest since the forced failover: it may still run.";
    return known;
}

static void put_actions(struct engine *e, json_t *o, const struct group_slot *s)
{
    const struct group_view *v = s->view;
    json_t *allowed = json_array(), *warned = json_array(), *refused = json_array();
    for (int i = 0; i < ACTION_COUNT; i++) {
        enum group_action a = (enum group_action)i;
        struct pc_error err;
        const char *warning = warning_of(a, v);
        json_t *one = json_object();
        json_put_text(one, "action", group_action_name(a));
        if (group_allows(e, s, a, &err)) {
            json_put_text(one, "reason", err.remedy);
            json_array_append(refused, one);
        } else {
            json_array_append_new(allowed, json_string(group_action_name(a)));
            json_put_text(one, "warning", warning);
            json_put_flag(one, "confirmation", lifecycle_needs_confirmation(a));
            if (warning || lifecycle_needs_confirmation(a))
                json_array_append(warned, one);
        }
        json_decref(one);
    }
    json_put(o, "allowed_actions", allowed);
    json_put(o, "action_warnings", warned);
    json_put(o, "refused_actions", refused);
}

/* ---- beside the state ------------------------------------------------------------------ */

static json_t *flags_reply(struct engine *e, const struct group_slot *s)
{
    const struct group_view *v = s->view;
    json_t *o = json_object();
    json_put_flag(o, "syncing", v->syncing);
    json_put_flag(o, "split_brain_risk", v->split_risk);
    json_put_text(o, "metadata", group_metadata(e, s));
    json_put_flag(o, "drill_open", v->drill_open);
    json_put_text(o, "window_action", *window_end_word(v->window) ? window_end_word(v->window)
                                                                  : NULL);
    put_time(o, "commit_window_ends_at", v->window_ends_ms);
    json_put_flag(o, "window_missed", window_missed(e, s));
    return o;
}

static json_t *split_reply(const struct split_brain *split)
{
    if (!*split->site)
        return json_null();
    json_t *o = json_object(), *servers = json_array();
    json_put_text(o, "site", split->site);
    json_put_text(o, "reason", split->reason);
    put_time(o, "since", split->since_ms);
    for (size_t i = 0; i < split->server_count; i++) {
        json_t *one = json_object();
        json_put_text(one, "id", split->servers[i].id);
        json_put_text(one, "name", split->servers[i].name);
        put_time(one, "since", split->servers[i].since_ms);
        json_array_append_new(servers, one);
    }
    json_put(o, "servers", servers);
    return o;
}

/* The newest of any kind; null: none, or the journal cannot be read. */
static json_t *last_operation(struct engine *e, const struct group *g)
{
    struct op_filter newest = {.group = g->id, .type = -1, .headers_only = true, .limit = 1};
    struct operation **list = NULL;
    struct pc_error ignored;
    size_t count = 0;
    if (store_ops(e->store, &newest, &list, &count, &ignored) || count == 0) {
        free(list);
        return json_null();
    }
    const struct run *live = run_find(e, list[0]->id);
    const struct operation *op = live ? live->op : list[0];
    json_t *o = json_object();
    json_put_text(o, "id", op->id);
    json_put_text(o, "operation_type", op_type_name(op->type));
    json_put_text(o, "status", op_status_word(op->status));
    json_put_text(o, "verdict", *op_verdict_word(op->verdict) ? op_verdict_word(op->verdict)
                                                              : NULL);
    json_put_int(o, "progress", op->progress);
    put_time(o, "created_at", op->created_ms);
    put_time(o, "completed_at", op->completed_ms);
    json_put_text(o, "error_message", *op->error_message ? op->error_message : NULL);
    operation_free(list[0]);
    free(list);
    return o;
}

/* What the operation that runs on it asks its operator. Another process's is
 * read where one group is shown, not for a list of them. */
static void put_question(struct engine *e, json_t *o, const char *op_id, bool read)
{
    const struct run *r = run_find(e, op_id);
    struct operation *op = NULL;
    struct pc_error ignored;
    if (!r && read && *op_id && store_op_load(e->store, op_id, &op, &ignored))
        op = NULL;
    const char *text = r ? operation_question_text(r->op) : op ? operation_question_text(op) : "";
    json_put_text(o, "question", *text ? text : NULL);
    operation_free(op);
}

json_t *group_reply(struct engine *e, const struct group_slot *s, bool members)
{
    const struct group *g = s->group;
    const struct group_view *v = s->view;
    json_t *all = group_to_json(g), *o = json_object();
    json_put_text(o, "id", g->id);
    json_put_text(o, "name", g->name);
    json_put_text(o, "description", g->description);
    json_put_text(o, "status", group_state_status(v->state));
    json_put_text(o, "state", group_state_name(v->state));
    json_put_text(o, "word", group_state_word(v->state));
    json_put_text(o, "primary_site", g->primary);
    json_put_text(o, "secondary_site", g->secondary);
    json_put_text(o, "current_primary_site_id", g->current_primary);
    json_put_int(o, "member_count", (int64_t)g->member_count);
    json_put_int(o, "volume_count", (int64_t)group_volume_count(g));
    json_put_int(o, "rpo_seconds", g->rpo_seconds);
    json_put(o, "rto_seconds", g->rto_seconds ? json_integer(g->rto_seconds) : json_null());
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
    json_put(o, "image_mapping", json_incref(json_object_get(all, "image_mapping")));
    json_put_text(o, "floating_network", *g->floating_network ? g->floating_network : NULL);
    json_put(o, "health_checks", json_incref(json_object_get(all, "health_checks")));
    json_put(o, "boot_groups", boot_order_write(&g->boot));
    put_question(e, o, v->operation_id, members);
    json_put(o, "readiness", readiness_reply(e, s));
    put_time(o, "captured_at", g->captured_ms);
    put_time(o, "created_at", g->created_ms);
    json_put(o, "flags", flags_reply(e, s));
    json_put(o, "member_tally", tally_reply(&v->members));
    put_elsewhere(o, g, &v->members);
    put_actions(e, o, s);
    json_put(o, "split_brain", split_reply(&g->split));
    json_put_text(o, "history_conflict", s->outrun);
    if (members) {
        json_put(o, "members", members_reply(e, s, json_list(all, "members")));
        json_put(o, "predecessors", predecessors_reply(g));
        json_put(o, "last_operation", last_operation(e, g));
    }
    json_decref(all);
    return o;
}
