/*
 * test: drills and their cleanups: what is asked for, and how. The way
 * from there to the journal is asking.c's.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/plan/drill.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"
#include "backend/engine/sites.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the effective request -------------------------------------------------------- */

/* Flags override the configuration, which overrides what is built in. */
static json_t *effective_request(const struct engine *e, const struct group *g, const json_t *args,
                                 json_t *warnings)
{
    bool isolated = json_flag(args, "auto_network", false);
    json_t *o = asking_effective(e, g, args, !isolated);
    json_put_flag(o, "auto_network", isolated);
    json_put_flag(o, "no_cleanup", json_flag(args, "no_cleanup", !e->o.config->auto_cleanup));
    if (isolated && g->health_check_count && !json_list(args, "health_checks"))
        json_array_append_new(warnings, json_string("the group's health checks are left out: nothing "
                                                    "reaches the drill's isolated network from here"));
    json_put_text(o, "test_project", json_text(args, "test_project"));
    if (json_flag(args, "allow_production_network", false)) /* goes on the record with it */
        json_put_flag(o, "allow_production_network", true);
    json_put_flag(o, "canary", json_flag(args, "canary", false));
    recreate_put_addresses(o, args, "new"); /* a drill must not stand in production's place */
    json_put_flag(o, "retain_primary", true); /* a drill never touches the primary */
    return o;
}

enum { LAST_MAX = 50 };

/* ---- propose ------------------------------------------------------------------------------ */

/* The newest operation that went the same way; NULL: none. The caller frees. */
static struct operation *last_like(const struct asking *a)
{
    struct op_filter mine = {.group = a->group->id, .type = -1, .headers_only = true, .limit = LAST_MAX};
    struct operation **list = NULL, *found = NULL;
    struct pc_error ignored;
    size_t count = 0;
    if (store_ops(a->e->store, &mine, &list, &count, &ignored))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        bool same = !found && strcmp(list[i]->target_site, a->target->cfg->name) == 0 &&
                    list[i]->type != OP_TEST_CLEANUP && list[i]->request;
        if (same)
            found = list[i];
        else
            operation_free(list[i]);
    }
    free(list);
    return found;
}

/* What a move's time to think is, and what ends it. */
static void put_window(const struct asking *a, json_t *o)
{
    const struct config *cfg = a->e->o.config;
    json_t *w = json_null();
    if (cfg->commit_window_minutes > 0) {
        w = json_object();
        json_put_int(w, "minutes", cfg->commit_window_minutes);
        json_put_text(w, "action", cfg->commit_window_action);
    }
    json_put(o, "commit_window", w);
}

static void then_propose(struct asking *a)
{
    struct recreate_input in = asking_input(a);
    struct pc_error err;
    struct group_slot *slot;
    json_t *o = recreate_mappings(&in), *problem;
    struct operation *last = last_like(a);
    recreate_propose(&in, last ? last->request : NULL, a->how.action == ACTION_TEST_FAILOVER, o);
    operation_free(last);
    put_window(a, o);
    if (a->before.count) /* the others have gone */
        json_put(o, "rest", real_rest(a));
    json_put_text(o, "group", a->group->name);
    json_put_text(o, "source_site", a->source->cfg->name);
    json_put_text(o, "target_site", a->target->cfg->name);
    json_put(o, "health_checks", json_deep_copy(json_object_get(a->effective, "health_checks")));
    json_put(o, "health_check_timeout",
             json_deep_copy(json_object_get(a->effective, "health_check_timeout")));
    json_put_flag(o, "auto_cleanup", !json_flag(a->effective, "no_cleanup", false));
    json_put(o, "warnings", json_deep_copy(a->warnings));
    json_t *point = json_null();
    if (engine_group(a->e, a->group->id, &slot, &err) == PC_OK && slot->view->point_ms) {
        char iso[CLOCK_ISO_SIZE];
        point = json_object();
        json_put_text(point, "name", "latest");
        json_put_text(point, "created_at", clock_iso(iso, slot->view->point_ms));
    }
    json_put(o, "recovery_point", point);
    asking_put_readiness(a, o);
    if (asking_guard(a->e, a->group, a->how.action, a->target, &err)) {
        problem = json_object();
        json_put_text(problem, "text", err.text);
        json_put_text(problem, "remedy", err.remedy);
        json_put_flag(problem, "guard", true); /* nothing of what is mapped is wrong */
        json_array_insert_new(json_list(o, "problems"), 0, problem);
    }
    asking_reply(a, o);
}

static void ask(struct engine *e, struct request *r, bool guarded, void (*then)(struct asking *a))
{
    const struct asking_how how = {
        .action = ACTION_TEST_FAILOVER,
        .guarded = guarded,
        .images = !guarded,
        .effective = effective_request,
        .then = then,
    };
    asking_begin(e, r, &how);
}

/* For a drill, or for the move that `operation` names: the same question, seen
 * the way that one would see it. Nothing is refused for a site that is away. */
void request_test_propose(struct engine *e, struct request *r)
{
    const char *operation = json_text(r->args, "operation");
    const struct asking_how *real = real_how(operation, json_flag(r->args, "force", false));
    struct pc_error err;
    if (real) {
        struct asking_how how = *real;
        how.guarded = how.source_needed = false;
        how.images = true;
        how.then = then_propose;
        asking_begin(e, r, &how);
    } else if (!*operation || strcmp(operation, "test_failover") == 0) {
        ask(e, r, false, then_propose);
    } else {
        pc_error_set(&err, PC_ERR_INVALID, "Use test_failover, failover or failback.",
                     "'%s' is nothing that is proposed for", operation);
        request_fail(r, &err);
    }
}

/* ---- dry run, start ---------------------------------------------------------------------------- */

static void then_start(struct asking *a)
{
    struct recreate_input in = asking_input(a);
    struct pc_error err;
    struct plan *plan = NULL;
    if (drill_plan(&in, &plan, a->warnings, &err)) {
        asking_fail(a, &err);
    } else if (json_flag(a->r->args, "dry_run", false)) {
        json_t *o = asking_plan_json(a, OP_TEST_FAILOVER, plan);
        plan_unref(plan);
        asking_reply(a, o);
    } else {
        struct operation *op = asking_operation(a, OP_TEST_FAILOVER, plan);
        op->cleanup_due = !json_flag(a->effective, "no_cleanup", false);
        asking_start(a, op);
    }
}

void request_test_failover(struct engine *e, struct request *r)
{
    struct pc_error err;
    if (asking_check_timeout(r->args, &err))
        request_fail(r, &err);
    else
        ask(e, r, !json_flag(r->args, "dry_run", false), then_start);
}

/* ---- cleanup --------------------------------------------------------------------------------------- */

static json_t *left_counts(const struct operation *op, int *ret_total)
{
    static const char *const types[][2] = {
        {"server", "instances"}, {"volume", "volumes"}, {"port", "ports"}, {"network", "networks"},
        {"clone", "clones"}, {"floating_ip", "floating_ips"}};
    enum { USUAL = 4 };
    json_t *o = json_object();
    *ret_total = 0;
    for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
        int n = 0;
        for (size_t i = 0; i < op->ledger_count; i++)
            n += op->ledger[i].state != LEDGER_GONE && strcmp(op->ledger[i].type, types[t][0]) == 0;
        if (n || t < USUAL) /* only drills from an array have clones, and few have a floating IP */
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

static enum pc_err guard_cleanup(struct engine *e, const char *group_id, const char *name,
                                 struct pc_error *err)
{
    struct group_slot *g;
    struct pc_error ignored;
    enum pc_err rc = group_refresh(e, group_id, err);
    if (rc)
        return rc;
    if (engine_group(e, group_id, &g, &ignored) == PC_OK && g->view->state == GROUP_TEST_CLEANING)
        return pc_error_set(err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.",
                            "a cleanup of %s is running already", name);
    return PC_OK;
}

/* A server or volume of that id is a member's: somebody said that it serves. */
static bool is_of_a_member(const struct engine *e, const char *id)
{
    for (size_t i = 0; i < e->group_count; i++)
        for (size_t k = 0; k < e->groups[i].group->member_count; k++) {
            const struct member *m = &e->groups[i].group->members[k];
            if (strcmp(m->id, id) == 0)
                return true;
            for (size_t v = 0; v < m->volume_count; v++)
                if (strcmp(m->volumes[v].id, id) == 0)
                    return true;
        }
    return false;
}

/* Of a move that failed, whatever was said of its group since: what it made and is in the
 * ledger goes, and the servers that it stopped stay as they are. */
static enum pc_err guard_of_move(struct engine *e, const struct operation *op, struct pc_error *err)
{
    struct op_filter open = {.group = op->group_id, .type = -1, .open_only = true,
                             .headers_only = true, .limit = 1};
    struct operation **list = NULL;
    struct group_slot *g;
    size_t count = 0;
    enum pc_err rc = group_refresh(e, op->group_id, err);
    if (!rc)
        rc = engine_group(e, op->group_id, &g, err);
    if (!rc)
        rc = group_not_outrun(g, err);
    if (!rc)
        rc = group_allows(e, g, ACTION_TEST_CLEANUP, err);
    if (!rc)
        rc = store_ops(e->store, &open, &list, &count, err);
    if (!rc && count)
        rc = pc_error_set(err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.", "%s runs on %s",
                          list[0]->id, op->group);
    for (size_t i = 0; i < count; i++)
        operation_free(list[i]);
    free(list);
    for (size_t i = 0; !rc && i < op->ledger_count; i++)
        if (op->ledger[i].state != LEDGER_GONE && strcmp(op->ledger[i].type, "stopped") != 0 &&
            is_of_a_member(e, op->ledger[i].resource_id))
            rc = pc_error_set(err, PC_ERR_STATE, "Look at who serves where: protection-group show.",
                              "%s of %s serves: nothing of it is deleted", op->ledger[i].name,
                              op->id);
    return rc;
}

static bool is_failed_move(const struct operation *op)
{
    return (op->type == OP_FAILOVER || op->type == OP_FAILBACK) && op->status == OP_FAILED &&
           op->completed_ms;
}

static enum pc_err cleanup_guard(struct engine *e, const struct operation *op, struct pc_error *err)
{
    if (op->type != OP_TEST_FAILOVER && !is_failed_move(op))
        return pc_error_set(err, PC_ERR_INVALID, "Give the id of the drill itself, or of a failover or "
                            "failback that failed.", "%s is no drill, and no move that failed", op->id);
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
        rc = is_failed_move(op) ? guard_of_move(e, op, err)
                                : guard_cleanup(e, op->group_id, op->group, err);
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
    if (op->status == OP_CLEANED || op->type != OP_TEST_FAILOVER)
        return PC_OK;
    op->status = OP_CLEANED;
    op->cleanup_due = false;
    enum pc_err rc = store_begin(e->store, err);
    if (!rc && (rc = store_op_save(e->store, op, err)) == PC_OK)
        return store_commit(e->store, err);
    store_rollback(e->store);
    return rc;
}

struct operation *test_cleanup_new(struct engine *e, const struct operation *drill)
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

static enum pc_err still_cleanable(struct engine *e, const struct operation *op, const void *arg,
                                   struct pc_error *err)
{
    const struct operation *of = arg;
    return is_failed_move(of) ? guard_of_move(e, of, err)
                              : guard_cleanup(e, op->group_id, op->group, err);
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
        op = test_cleanup_new(e, drill);
        rc = asking_insert(e, NULL, op, still_cleanable, drill, &err);
    }
    if (rc) {
        json_decref(counts);
        operation_free(op);
        request_fail(r, &err);
    } else {
        char id[OP_ID_SIZE] = "";
        if (op) {
            snprintf(id, sizeof(id), "%s", op->id);
            asking_adopt(e, op);
        }
        reply_cleanup(r, drill, *id ? id : NULL, counts);
    }
    operation_free(drill);
}

/* ---- as a rollback ------------------------------------------------------------------------ */

static json_t *rollback_preview(const struct engine *e, const struct operation *drill)
{
    struct plan *plan = drill_cleanup_plan(drill);
    json_t *o = json_object(), *said = json_array();
    json_put_text(o, "group", drill->group);
    json_put_text(o, "source_site", drill->source_site);
    json_put_text(o, "target_site", drill->target_site);
    asking_put_plan(e, drill, plan, o);
    json_add_line(said, "It is the cleanup of the kept drill %s: its servers, ports and volumes at %s are deleted.",
                  drill->id, drill->target_site);
    json_add_line(said, "%s serves at %s all the time.", drill->group, drill->source_site);
    json_put(o, "consequences", said);
    json_put(o, "warnings", json_array());
    json_put_text(o, "confirm", drill->group);
    plan_unref(plan);
    return o;
}

void test_rolled_back(struct engine *e, const struct group_slot *slot, struct request *r)
{
    struct pc_error err;
    struct operation *drill = NULL, *op = NULL;
    json_t *reply = NULL;
    bool dry = json_flag(r->args, "dry_run", false);
    enum pc_err rc = dry ? PC_OK : asking_confirmed(slot->group, ACTION_ROLLBACK, r->args, &err);
    if (!rc)
        rc = store_op_load(e->store, slot->view->operation_id, &drill, &err);
    if (!rc)
        rc = cleanup_guard(e, drill, &err);
    if (!rc && dry) {
        reply = rollback_preview(e, drill);
    } else if (!rc) {
        op = test_cleanup_new(e, drill);
        rc = asking_insert(e, NULL, op, still_cleanable, drill, &err);
    }
    if (rc) {
        operation_free(op);
        request_fail(r, &err);
    } else {
        if (op) {
            reply = operation_to_json(op);
            asking_adopt(e, op);
        }
        request_reply(r, reply);
    }
    operation_free(drill);
}
