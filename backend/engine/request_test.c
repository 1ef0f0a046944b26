/*
 * request_test: a drill from the asking to the journal.
 *
 *   guard ─┬▶ fresh facts of the members ─┬▶ plan ─▶ guard again
 *          └▶ what the target offers ─────┘        ─▶ insert as pending ─▶ reply
 *
 * When the primary cannot be reached the facts kept at protection time are
 * used, and the operation says so. An engine that executes finds the pending
 * operation in its next turn, whichever process asked for it.
 */
#include "backend/engine/drill.h"
#include "backend/engine/run.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct engine *e;
    struct request *r;
    struct group *group; /* with fresh members where they could be read */
    struct site *source, *target;
    struct cloud *cloud; /* of the target, in the project of the drill */
    json_t *effective, *warnings;
    int awaited; /* readings under way: the members, the target */
    json_t *facts;
    struct pc_error err; /* of a reading that there is no way around */
    void (*then)(struct asking *a, const json_t *facts);
};

static void asking_free(struct asking *a)
{
    group_unref(a->group);
    json_decref(a->effective);
    json_decref(a->warnings);
    json_decref(a->facts);
    free(a);
}

static void asking_fail(struct asking *a, const struct pc_error *err)
{
    request_fail(a->r, err);
    asking_free(a);
}

/* ---- the effective request -------------------------------------------------------- */

/* Flags override the configuration, which overrides what is built in. */
static json_t *effective_request(const struct engine *e, const struct group *g, const json_t *args,
                                 json_t *warnings)
{
    const struct config *cfg = e->o.config;
    json_t *o = json_object(), *checks = json_array();
    json_put(o, "network_mapping", json_map(args, "network_mapping")
                                       ? json_deep_copy(json_map(args, "network_mapping"))
                                       : json_object());
    json_put(o, "flavor_mapping", json_map(args, "flavor_mapping")
                                      ? json_deep_copy(json_map(args, "flavor_mapping"))
                                      : json_object());
    json_put_flag(o, "auto_network", json_flag(args, "auto_network", false));
    json_put_flag(o, "no_cleanup", json_flag(args, "no_cleanup", !cfg->auto_cleanup));
    bool isolated = json_flag(args, "auto_network", false);
    for (size_t i = 0; i < g->health_check_count && !isolated; i++)
        json_array_append_new(checks, json_string(g->health_checks[i]));
    if (isolated && g->health_check_count && !json_list(args, "health_checks"))
        json_array_append_new(warnings, json_string("the group's health checks are left out: nothing "
                                                    "reaches the drill's isolated network from here"));
    json_put(o, "health_checks", json_list(args, "health_checks")
                                     ? json_deep_copy(json_list(args, "health_checks"))
                                     : json_incref(checks));
    json_decref(checks);
    json_put_int(o, "health_check_timeout",
                 json_int(args, "health_check_timeout", cfg->health_check_timeout));
    json_put_text(o, "test_project", json_text(args, "test_project"));
    if (strcmp(cfg->storage_mode, "mock") != 0)
        json_put_text(o, "storage_mode", cfg->storage_mode);
    json_put_flag(o, "retain_primary", true); /* a drill never touches the primary */
    return o;
}

/* ---- guards --------------------------------------------------------------------------- */

static enum pc_err target_of(struct engine *e, const struct group *g, struct site **source,
                             struct site **target, struct pc_error *err)
{
    const char *to = strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary;
    *source = engine_site(e, g->current_primary);
    *target = engine_site(e, to);
    if (*source && *target)
        return PC_OK;
    return pc_error_set(err, PC_ERR_CONFIG, "Name both of its sites in the configuration.",
                        "%s is protected from %s to %s, which are not both configured", g->name,
                        g->current_primary, to);
}

static enum pc_err guard(struct engine *e, const struct group *g, const struct site *target,
                         struct pc_error *err)
{
    struct group_slot *slot;
    enum pc_err rc = group_refresh(e, g->id, err);
    if (!rc)
        rc = engine_group(e, g->id, &slot, err);
    if (!rc)
        rc = lifecycle_check(ACTION_TEST_FAILOVER, slot->view.state, g->name, err);
    if (!rc && target->cfg->read_only)
        rc = pc_error_set(err, PC_ERR_READ_ONLY, "Set read_only = false for the site in the "
                          "configuration.", "%s is read-only: nothing may be made there",
                          target->cfg->name);
    return rc;
}

static enum pc_err guard_cleanup(struct engine *e, const char *group_id, const char *name,
                                 struct pc_error *err)
{
    struct group_slot *g;
    struct pc_error ignored;
    enum pc_err rc = group_refresh(e, group_id, err);
    if (rc)
        return rc;
    if (engine_group(e, group_id, &g, &ignored) == PC_OK && g->view.state == GROUP_TEST_CLEANING)
        return pc_error_set(err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.",
                            "a cleanup of %s is running already", name);
    return PC_OK;
}

/* ---- facts ------------------------------------------------------------------------------ */

/* Both sites are read at once; this is for whichever answers last. */
static void read_ended(struct asking *a)
{
    if (--a->awaited > 0)
        return;
    if (a->err.code)
        asking_fail(a, &a->err);
    else
        a->then(a, a->facts);
}

static void on_facts(void *arg, const struct pc_error *err, json_t *facts)
{
    struct asking *a = arg;
    if (err->code)
        a->err = *err;
    else
        a->facts = json_incref(facts);
    read_ended(a);
}

static void use_members(struct asking *a, const json_t *members)
{
    json_t *o = group_to_json(a->group);
    struct group *fresh = NULL;
    struct pc_error ignored;
    json_put(o, "members", json_deep_copy(members));
    json_put_int(o, "captured_ms", engine_wall(a->e));
    if (group_from_json(o, &fresh, &ignored) == PC_OK) {
        group_unref(a->group);
        a->group = fresh;
    }
    json_decref(o);
}

static void on_members(void *arg, const struct pc_error *err, json_t *members)
{
    struct asking *a = arg;
    char age[24], line[400];
    if (err->code == PC_OK) {
        use_members(a, members);
    } else if (err->code == PC_ERR_CANCELLED) {
        a->err = *err;
    } else {
        clock_age(age, sizeof(age), engine_wall(a->e) - a->group->captured_ms);
        snprintf(line, sizeof(line), "the members were not read again (%.200s): facts of %s ago "
                 "are used", err->text, age);
        json_array_append_new(a->warnings, json_string(line));
    }
    read_ended(a);
}

/* Common to propose, dry run and start. */
static void ask(struct engine *e, struct request *r, bool guarded,
                void (*then)(struct asking *a, const json_t *facts))
{
    struct pc_error err;
    struct group_slot *slot;
    struct asking *a = xcalloc(1, sizeof(*a));
    a->e = e;
    a->r = r;
    a->then = then;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        a->group = group_ref(slot->group);
        rc = target_of(e, slot->group, &a->source, &a->target, &err);
    }
    if (!rc)
        rc = site_cloud(a->target, json_text(r->args, "test_project"), &a->cloud, &err);
    if (!rc && guarded)
        rc = guard(e, a->group, a->target, &err);
    if (rc) {
        asking_fail(a, &err);
        return;
    }
    a->warnings = json_array();
    a->effective = effective_request(e, a->group, r->args, a->warnings);
    json_t *ids = json_array();
    for (size_t i = 0; i < a->group->member_count; i++)
        json_array_append_new(ids, json_string(a->group->members[i].id));
    a->awaited = 2;
    capture_members(e, a->source, ids, on_members, a);
    inventory_read(e, a->cloud, on_facts, a);
    json_decref(ids);
}

static struct drill_input input_of(const struct asking *a, const json_t *facts)
{
    return (struct drill_input){
        .group = a->group,
        .target_site = a->target->cfg->name,
        .request = a->effective,
        .facts = facts,
    };
}

/* ---- propose ------------------------------------------------------------------------------ */

static void then_propose(struct asking *a, const json_t *facts)
{
    struct drill_input in = input_of(a, facts);
    struct pc_error err;
    struct group_slot *slot;
    json_t *o = drill_mappings(&in), *problem;
    json_put_text(o, "group", a->group->name);
    json_put_text(o, "source_site", a->source->cfg->name);
    json_put_text(o, "target_site", a->target->cfg->name);
    json_put(o, "health_checks", json_deep_copy(json_object_get(a->effective, "health_checks")));
    json_put(o, "health_check_timeout",
             json_deep_copy(json_object_get(a->effective, "health_check_timeout")));
    json_put_flag(o, "auto_cleanup", !json_flag(a->effective, "no_cleanup", false));
    json_put(o, "warnings", json_deep_copy(a->warnings));
    json_t *point = json_null();
    if (engine_group(a->e, a->group->id, &slot, &err) == PC_OK && slot->view.point_ms) {
        char iso[CLOCK_ISO_SIZE];
        point = json_object();
        json_put_text(point, "name", "latest");
        json_put_text(point, "created_at", clock_iso(iso, slot->view.point_ms));
    }
    json_put(o, "recovery_point", point);
    if (guard(a->e, a->group, a->target, &err)) {
        problem = json_object();
        json_put_text(problem, "text", err.text);
        json_put_text(problem, "remedy", err.remedy);
        json_array_insert_new(json_list(o, "problems"), 0, problem);
    }
    request_reply(a->r, o);
    asking_free(a);
}

void request_test_propose(struct engine *e, struct request *r)
{
    ask(e, r, false, then_propose);
}

/* ---- dry run, start ---------------------------------------------------------------------------- */

static void reply_plan(struct asking *a, struct plan *plan)
{
    json_t *o = json_object();
    json_put_text(o, "group", a->group->name);
    json_put_text(o, "source_site", a->source->cfg->name);
    json_put_text(o, "target_site", a->target->cfg->name);
    json_put(o, "counts", drill_counts(plan));
    json_t *steps = plan_to_json(plan), *step, *own;
    size_t i;
    json_array_foreach(steps, i, step)
        json_put_text(step, "name", json_text(json_map(step, "params"), "name"));
    /* Deep: the plan's own values stay with this thread. */
    own = json_deep_copy(steps);
    json_decref(steps);
    json_put(o, "steps", own);
    json_put(o, "warnings", json_deep_copy(a->warnings));
    request_reply(a->r, o);
    plan_unref(plan);
}

static struct operation *new_drill(struct asking *a, struct plan *plan_take)
{
    struct operation *op = operation_new(OP_TEST_FAILOVER, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", a->group->id);
    snprintf(op->group, sizeof(op->group), "%s", a->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", a->source->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", a->target->cfg->name);
    op->created_ms = engine_wall(a->e);
    op->cleanup_due = !json_flag(a->effective, "no_cleanup", false);
    op->request = json_incref(a->effective);
    json_decref(op->warnings);
    op->warnings = json_incref(a->warnings);
    return op;
}

/* The plan was made of facts that somebody may have edited meanwhile. */
static enum pc_err unchanged(struct engine *e, const struct group *g, struct pc_error *err)
{
    struct group_slot *now;
    enum pc_err rc = groups_load(e, err);
    if (!rc)
        rc = engine_group(e, g->id, &now, err);
    if (!rc && now->group->metadata_version != g->metadata_version)
        rc = pc_error_set(err, PC_ERR_BUSY, "Look at it once more, and ask again.",
                          "%s was changed while the drill was being prepared", g->name);
    return rc;
}

/* Guarded once more under the write lock: of two processes that ask at once,
 * the second finds the operation of the first. A drill's fresh facts and the
 * operation become durable together. */
static enum pc_err insert(struct engine *e, const struct group *g, const struct operation *op,
                          struct pc_error *err)
{
    enum pc_err rc = store_begin(e->store, err);
    if (!rc && g)
        rc = unchanged(e, g, err);
    if (!rc)
        rc = g ? guard(e, g, engine_site(e, op->target_site), err)
               : guard_cleanup(e, op->group_id, op->group, err);
    if (!rc && g)
        rc = store_group_save(e->store, g, err);
    if (!rc)
        rc = store_op_insert(e->store, op, err);
    if (!rc)
        return store_commit(e->store, err);
    store_rollback(e->store);
    return rc;
}

static void adopt(struct engine *e, struct operation *op_take)
{
    struct pc_error err;
    char group[OP_ID_SIZE];
    snprintf(group, sizeof(group), "%s", op_take->group_id);
    if (!e->owner)
        operation_free(op_take); /* the engine that executes finds it */
    else if (!run_adopt(e, op_take, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    e->ops_dirty = true;
    if (groups_load(e, &err) || group_refresh(e, group, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    publish(e, true); /* whoever gets the reply finds it in the newest snapshot */
}

static void then_start(struct asking *a, const json_t *facts)
{
    struct drill_input in = input_of(a, facts);
    struct pc_error err;
    struct plan *plan = NULL;
    enum pc_err rc = drill_plan(&in, &plan, a->warnings, &err);
    bool dry = json_flag(a->r->args, "dry_run", false);
    if (rc) {
        plan_unref(plan);
        asking_fail(a, &err);
    } else if (dry) {
        reply_plan(a, plan);
        asking_free(a);
    } else {
        struct operation *op = new_drill(a, plan);
        rc = insert(a->e, a->group, op, &err);
        if (rc) {
            operation_free(op);
            asking_fail(a, &err);
            return;
        }
        json_t *reply = operation_to_json(op);
        adopt(a->e, op);
        request_reply(a->r, reply);
        asking_free(a);
    }
}

static enum pc_err check_timeout(const json_t *args, struct pc_error *err)
{
    int64_t s = json_int(args, "health_check_timeout", 1);
    if (s >= 1 && s <= 86400)
        return PC_OK;
    return pc_error_set(err, PC_ERR_INVALID, "Give seconds from 1 to 86400.",
                        "a health check time-out of %lld s is not possible", (long long)s);
}

void request_test_failover(struct engine *e, struct request *r)
{
    struct pc_error err;
    if (check_timeout(r->args, &err))
        request_fail(r, &err);
    else
        ask(e, r, !json_flag(r->args, "dry_run", false), then_start);
}

/* ---- cleanup --------------------------------------------------------------------------------------- */

static json_t *left_counts(const struct operation *op, int *ret_total)
{
    static const char *const types[][2] = {
        {"server", "instances"}, {"volume", "volumes"}, {"port", "ports"}, {"network", "networks"},
        {"clone", "clones"}};
    json_t *o = json_object();
    *ret_total = 0;
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        int n = 0;
        for (size_t i = 0; i < op->ledger_count; i++)
            n += op->ledger[i].state != LEDGER_GONE && strcmp(op->ledger[i].type, types[t][0]) == 0;
        if (n || strcmp(types[t][0], "clone") != 0) /* only drills from an array have clones */
            json_put_int(o, types[t][1], n);
        *ret_total += n;
    }
    return o;
}

static void reply_cleanup(struct request *r, const struct operation *drill, const char *cleanup_id,
                          json_t *counts_take)
{
    json_t *o = json_object();
    json_put_text(o, "operation_id", drill->id);
    json_put_text(o, "cleanup_operation_id", cleanup_id);
    json_put_text(o, "status", cleanup_id ? "cleaning_up" : "cleaned");
    json_put(o, "counts", counts_take);
    json_put_text(o, "message", cleanup_id ? "Cleanup initiated"
                                           : "Nothing is left of it: there is nothing to do");
    request_reply(r, o);
}

static enum pc_err cleanup_guard(struct engine *e, const struct operation *op, struct pc_error *err)
{
    if (op->type != OP_TEST_FAILOVER)
        return pc_error_set(err, PC_ERR_INVALID, "Give the id of the drill itself.",
                            "%s is no drill", op->id);
    struct site *target = engine_site(e, op->target_site);
    struct cloud *ignored;
    if (!target)
        return pc_error_set(err, PC_ERR_CONFIG, "Put the site back into the configuration: what was "
                            "made there can only be cleaned up through it.",
                            "site %s of the drill is not configured", op->target_site);
    if (target->cfg->read_only)
        return pc_error_set(err, PC_ERR_READ_ONLY, "Set read_only = false for the site in the "
                            "configuration.", "%s is read-only: nothing may be deleted there",
                            op->target_site);
    enum pc_err rc = site_cloud(target, json_text(op->request, "test_project"), &ignored, err);
    if (!rc)
        rc = guard_cleanup(e, op->group_id, op->group, err);
    if (rc)
        return rc;
    if (!op_status_over(op->status) || (op->cleanup_due && !op->completed_ms))
        return pc_error_set(err, PC_ERR_STATE, "Wait until it has ended, or stop it: it then cleans "
                            "up by itself.", "drill %s is still running (%s)", op->id,
                            op_status_word(op->status));
    return PC_OK;
}

static enum pc_err nothing_left(struct engine *e, struct operation *op, struct pc_error *err)
{
    if (op->status == OP_CLEANED)
        return PC_OK;
    op->status = OP_CLEANED;
    op->cleanup_due = false;
    enum pc_err rc = store_begin(e->store, err);
    if (!rc && (rc = store_op_save(e->store, op, err)) == PC_OK)
        return store_commit(e->store, err);
    store_rollback(e->store);
    return rc;
}

static struct operation *new_cleanup(struct engine *e, const struct operation *drill)
{
    struct operation *op = operation_new(OP_TEST_CLEANUP, drill_cleanup_plan(drill));
    snprintf(op->parent, sizeof(op->parent), "%s", drill->id);
    snprintf(op->group_id, sizeof(op->group_id), "%s", drill->group_id);
    snprintf(op->group, sizeof(op->group), "%s", drill->group);
    snprintf(op->source_site, sizeof(op->source_site), "%s", drill->source_site);
    snprintf(op->target_site, sizeof(op->target_site), "%s", drill->target_site);
    op->created_ms = engine_wall(e);
    op->cleanup_due = true;
    op->request = json_object();
    json_put_text(op->request, "operation_id", drill->id);
    return op;
}

void request_test_cleanup(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation *drill = NULL, *op = NULL;
    int total = 0;
    enum pc_err rc = store_op_load(e->store, json_text(r->args, "operation_id"), &drill, &err);
    if (!rc)
        rc = cleanup_guard(e, drill, &err);
    json_t *counts = rc ? NULL : left_counts(drill, &total);
    if (!rc && total == 0)
        rc = nothing_left(e, drill, &err);
    else if (!rc) {
        op = new_cleanup(e, drill);
        rc = insert(e, NULL, op, &err);
    }
    if (rc) {
        json_decref(counts);
        operation_free(op);
        request_fail(r, &err);
    } else {
        char id[OP_ID_SIZE] = "";
        if (op) {
            snprintf(id, sizeof(id), "%s", op->id);
            adopt(e, op);
        }
        reply_cleanup(r, drill, *id ? id : NULL, counts);
    }
    operation_free(drill);
}
