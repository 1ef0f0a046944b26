/*
 * real: failover and failback: what is asked for, what it will cost, and
 * the plan that follows. The way to the journal is asking.c's.
 */
#include "backend/engine/request/real.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/plan/failover.h"
#include "backend/engine/present.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/request.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what can be refused at once ------------------------------------------------------ */

static bool is_forced(const json_t *args)
{
    return json_flag(args, "force", false) || strcmp(json_text(args, "type"), "unplanned") == 0;
}

static enum pc_err one_of(const json_t *args, const char *key, const char *a, const char *b,
                          struct pc_error *err)
{
    const char *given = json_text(args, key);
    char remedy[80];
    if (!*given || strcmp(given, a) == 0 || strcmp(given, b) == 0)
        return PC_OK;
    snprintf(remedy, sizeof(remedy), "Give %s or %s.", a, b);
    return pc_error_set(err, PC_ERR_INVALID, remedy, "'%s' is no %s", given, key);
}

static enum pc_err members_exist(const struct group *g, const json_t *args, struct pc_error *err)
{
    const json_t *names = json_list(args, "members"), *v;
    size_t i;
    if (names && json_array_size(names) == 0)
        return pc_error_set(err, PC_ERR_INVALID, "Name some, or leave it out for all.",
                            "members is empty: nothing would move");
    json_array_foreach(names, i, v) {
        const char *name = json_is_string(v) ? json_string_value(v) : "";
        if (!group_find_member(g, name))
            return pc_error_set(err, PC_ERR_NOT_FOUND, "See: protection-group show.",
                                "%s has no member '%s'", g->name, name);
    }
    return PC_OK;
}

static enum pc_err check_request(const struct group *g, const json_t *args, struct pc_error *err)
{
    bool dry = json_flag(args, "dry_run", false);
    enum pc_err rc = asking_check_timeout(args, err);
    if (!rc)
        rc = one_of(args, "type", "planned", "unplanned", err);
    if (!rc)
        rc = one_of(args, "on_partial", "rollback", "keep", err);
    if (!rc)
        rc = members_exist(g, args, err);
    if (!rc && json_flag(args, "force", false) && strcmp(json_text(args, "type"), "planned") == 0)
        rc = pc_error_set(err, PC_ERR_INVALID, "Leave one of the two out.",
                          "force and the type planned contradict each other");
    const char *reason = json_text(args, "reason");
    if (!rc && is_forced(args) && !dry && reason[strspn(reason, " \t")] == '\0')
        rc = pc_error_set(err, PC_ERR_INVALID, "Give --reason TEXT: it goes on the record.",
                          "a forced failover of %s needs a reason", g->name);
    return rc;
}

/* ---- the effective request ------------------------------------------------------------- */

static void put_reason(json_t *o, const json_t *args)
{
    if (*json_text(args, "reason"))
        json_put_text(o, "reason", json_text(args, "reason"));
}

/* Names of the chosen members, where they are not all. */
static void put_members(json_t *o, const struct group *g, const json_t *args)
{
    json_t *names = json_array();
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(args, "members"), i, v) {
        const struct member *m = group_find_member(g, json_string_value(v));
        if (m)
            json_array_append_new(names, json_string(m->name));
    }
    if (json_array_size(names) && json_array_size(names) < g->member_count)
        json_put(o, "members", names);
    else
        json_decref(names);
}

static json_t *effective_failover(const struct engine *e, const struct group *g, const json_t *args,
                                  json_t *warnings)
{
    bool forced = is_forced(args);
    const char *partial = json_text(args, "on_partial");
    json_t *o = asking_effective(e, g, args, true);
    char line[200], age[24];
    if (!*json_text(o, "floating_ip") && *g->floating_network)
        json_put_text(o, "floating_ip", g->floating_network);
    json_put_text(o, "type", forced ? "unplanned" : "planned");
    json_put_flag(o, "force", forced);
    json_put_text(o, "on_partial", *partial ? partial : forced ? "keep" : "rollback");
    json_put_flag(o, "canary", json_flag(args, "canary", false));
    recreate_put_addresses(o, args, "keep");
    put_members(o, g, args);
    put_reason(o, args);
    if (forced) {
        clock_age(age, sizeof(age), engine_wall(e) - g->captured_ms);
        snprintf(line, sizeof(line), "%.60s is not asked: facts of %s ago are used, and its "
                 "servers may still run", g->current_primary, age);
        json_array_append_new(warnings, json_string(line));
    }
    return o;
}

/* How the failover went there is how the failback comes back, unless told. */
static void turn_mapping(json_t *effective, const char *key, const json_t *there)
{
    json_t *o = json_map(effective, key), *to;
    const char *from;
    json_object_foreach(json_map(there, key), from, to)
        if (!json_object_get(o, json_string_value(to)))
            json_put_text(o, json_string_value(to), from);
}

static json_t *effective_failback(const struct engine *e, const struct group *g, const json_t *args,
                                  json_t *warnings)
{
    struct parts failovers = {0};
    struct pc_error ignored;
    json_t *o = asking_effective(e, g, args, true);
    (void)warnings;
    json_put_flag(o, "reverse_replication", json_flag(args, "reverse_replication", false));
    json_put_text(o, "on_partial", "rollback");
    json_put_flag(o, "canary", json_flag(args, "canary", false));
    recreate_put_addresses(o, args, "keep");
    put_reason(o, args);
    if (moved_newest(e, g, &failovers, &ignored) == PC_OK) {
        for (size_t i = 0; i < failovers.count; i++) {
            turn_mapping(o, "network_mapping", failovers.ops[i]->request);
            turn_mapping(o, "flavor_mapping", failovers.ops[i]->request);
            turn_mapping(o, "image_mapping", failovers.ops[i]->request);
        }
        json_t *names = present_names(g, &failovers); /* they alone can come back */
        if (names)
            json_put(o, "members", names);
    }
    parts_release(&failovers);
    return o;
}

/* ---- what it will cost ---------------------------------------------------------------------- */

/* Nothing, where the guests are stopped and what they wrote comes over first. */
static json_t *expected_loss(const struct asking *a)
{
    const char *named = json_text(a->effective, "recovery_point");
    bool whole = !failover_is_forced(a->effective) && !*named;
    const json_t *point = whole ? NULL : readiness_point(a->known, a->effective);
    int64_t at = json_int(point, "created", 0);
    struct group_slot *slot;
    struct pc_error ignored;
    char iso[CLOCK_ISO_SIZE];
    json_t *o = json_object();
    if (!at && !whole && !*named && !a->before.count && engine_group(a->e, a->group->id, &slot, &ignored) == PC_OK)
        at = slot->view->point_ms; /* as the monitor has seen it last, 0 never */
    json_put(o, "seconds", whole ? json_integer(0)
                           : at  ? json_integer((engine_wall(a->e) - at) / 1000)
                                 : json_null());
    json_put_text(o, "point", whole ? NULL : point ? json_text(point, "name") : named);
    json_put_text(o, "created_at", at ? clock_iso(iso, at) : NULL);
    return o;
}

/* How many members are at the first site once it is done. */
static size_t left_after(const struct asking *a)
{
    size_t left = a->group->member_count;
    for (size_t i = 0; a->before.count && i < a->group->member_count; i++)
        left -= !parts_left_behind(&a->before, &a->group->members[i]);
    return left - a->chosen->member_count;
}

/* Each earlier part has its own moment, which is told with the difference. */
static void say_apart(json_t *list, const struct asking *a)
{
    const json_t *point = readiness_point(a->known, a->effective);
    bool synced = !failover_is_forced(a->effective) && !*json_text(a->effective, "recovery_point");
    int64_t at = synced ? engine_wall(a->e) : json_int(point, "created", 0);
    for (size_t i = 0; i < a->before.count; i++) {
        const struct operation *of = a->before.ops[i];
        int64_t ms = at - of->recovery_point_ms;
        char age[24];
        if (!*parts_point(of) || !at)
            continue;
        clock_age(age, sizeof(age), ms < 0 ? -ms : ms);
        json_add_line(list, "Two points in one group: these are %s%s %s than what %s moved.",
                      synced ? "at least " : "", age, ms < 0 ? "older" : "newer", of->id);
    }
    if (a->before.count)
        json_add_line(list, "It goes on from %s: a commit, a rollback and a failback are of both.",
                      a->before.ops[0]->id);
}

/* Whether the way back has its addresses is decided before it, or not at all. */
static void say_predecessors(json_t *list, const struct group *g, const char *to)
{
    const char *site;
    if (!predecessors_standing(g, &site) || strcmp(site, to) != 0)
        return;
    json_add_line(list, "The servers that stood at %s before the failover are left there, stopped. Their "
                  "ports keep their addresses and MACs: the copies get new ones, unless they are "
                  "released before (protection-group release %s).", to, g->name);
}

/* What is kept of a drill goes first, or beside. */
static void say_drill(json_t *list, const struct asking *a, enum op_type type)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (type == OP_FAILOVER && engine_group(a->e, a->group->id, &slot, &ignored) == PC_OK &&
        slot->view->state == GROUP_TEST_ACTIVE)
        json_add_line(list, "The kept drill %s is cleaned up first.", slot->view->operation_id);
}

static json_t *consequences(const struct asking *a, enum op_type type)
{
    json_t *list = json_array();
    const char *from = a->source->cfg->name, *to = a->target->cfg->name;
    size_t n = a->chosen->member_count, left = left_after(a);
    if (failover_is_forced(a->effective)) {
        json_add_line(list, "%s is not asked: if its servers still run, both sites write.", from);
        json_add_line(list, "What was written since the recovery point is lost.");
    } else {
        json_add_line(list, "%zu server%s of %s %s stopped at %s and stay%s there, SHUTOFF.", n,
                 n == 1 ? "" : "s", a->group->name, n == 1 ? "is" : "are", from, n == 1 ? "s" : "");
    }
    if (left && type == OP_FAILOVER)
        json_add_line(list, "%zu of its members %s where %s, at %s: the group is at both sites then.", left,
                 left == 1 ? "stays" : "stay", left == 1 ? "it runs" : "they run", from);
    if (type == OP_FAILBACK) {
        json_add_line(list, "%s serves at %s again; until that is confirmed, cancel-failback goes back to "
                 "%s.", a->group->name, to, from);
        if (json_flag(a->effective, "reverse_replication", false) &&
            *json_text(a->effective, "storage_mode"))
            json_add_line(list, "With the confirmation the new volumes at %s are replicated to %s.", to,
                     from);
        json_add_line(list, "The failover before it is committed: there is no rollback of it any more.");
        say_predecessors(list, a->group, to);
    } else {
        json_add_line(list, "%s serves at %s; until that is committed, rollback goes back to %s, and what "
                 "was written at %s since is lost then.", a->group->name, to, from, to);
    }
    say_apart(list, a);
    say_drill(list, a, type);
    if (strcmp(json_text(a->effective, "on_partial"), "keep") == 0)
        json_add_line(list, "If a member fails, the others are kept where they run.");
    else
        json_add_line(list, "If a member fails, %s is taken back.",
                      a->before.count ? "this part" : "all");
    return list;
}

/* ---- the plan ----------------------------------------------------------------------------------- */

/* Whether an operation has begun. */
static bool finish(struct asking *a, enum op_type type, const char *drill)
{
    struct failover_input in = {.in = asking_input(a), .type = type};
    struct pc_error err;
    struct plan *plan = NULL;
    if (failover_plan(&in, &plan, a->warnings, &err)) {
        asking_fail(a, &err);
        return false;
    }
    if (json_flag(a->r->args, "dry_run", false)) {
        json_t *o = asking_plan_json(a, type, plan);
        json_put(o, "expected_data_loss", expected_loss(a));
        json_put(o, "consequences", consequences(a, type));
        json_put_text(o, "confirm", a->group->name);
        plan_unref(plan);
        asking_reply(a, o);
        return false;
    }
    json_put(a->effective, "expected_data_loss", expected_loss(a));
    if (*drill)
        json_put_text(a->effective, "after_cleanup_of", drill);
    struct operation *op = asking_operation(a, type, plan);
    op->cleanup_due = true;
    return asking_start(a, op);
}

/* A kept drill is cleaned up, in an operation that begins with the failover. */
static enum pc_err clean_drill(struct asking *a, char drill_id[OP_ID_SIZE], struct pc_error *err)
{
    struct group_slot *slot;
    struct operation *drill = NULL;
    enum pc_err rc = engine_group(a->e, a->group->id, &slot, err);
    if (rc || slot->view->state != GROUP_TEST_ACTIVE || json_flag(a->r->args, "dry_run", false))
        return rc;
    rc = store_op_load(a->e->store, slot->view->operation_id, &drill, err);
    if (!rc) {
        snprintf(drill_id, OP_ID_SIZE, "%s", drill->id);
        a->beside = test_cleanup_new(a->e, drill);
    }
    operation_free(drill);
    return rc;
}

static void then_planned(struct asking *a)
{
    char drill[OP_ID_SIZE] = "";
    struct pc_error err;
    if (clean_drill(a, drill, &err))
        asking_fail(a, &err);
    else
        finish(a, OP_FAILOVER, drill);
}

/* A drill that runs is stopped; what it made goes beside. */
static void stop_drills(struct engine *e, const char *group_id)
{
    struct op_filter open = {.group = group_id, .type = OP_TEST_FAILOVER, .open_only = true,
                             .headers_only = true};
    struct operation **list = NULL;
    struct pc_error err;
    size_t count = 0;
    if (store_ops(e->store, &open, &list, &count, &err))
        snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
    for (size_t i = 0; i < count; i++) {
        struct run *live = run_find(e, list[i]->id);
        if (live)
            run_cancel(live);
        else if (!op_status_over(list[i]->status) && store_op_ask_cancel(e->store, list[i]->id, &err))
            snprintf(e->notice, sizeof(e->notice), "%.190s", err.text);
        operation_free(list[i]);
    }
    free(list);
}

/* It waits for no drill, and is refused for the sake of none. */
static void then_forced(struct asking *a)
{
    struct engine *e = a->e;
    struct pc_error ignored;
    char group[OP_ID_SIZE], drill[OP_ID_SIZE];
    snprintf(group, sizeof(group), "%s", a->group->id);
    if (clean_drill(a, drill, &ignored))
        snprintf(e->notice, sizeof(e->notice), "%.190s", ignored.text);
    if (finish(a, OP_FAILOVER, ""))
        stop_drills(e, group);
}

static void then_failback(struct asking *a)
{
    finish(a, OP_FAILBACK, "");
}

static const char *other_site(const struct group *g)
{
    return strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary;
}

static void ask(struct engine *e, struct request *r, const struct asking_how *how)
{
    struct pc_error err;
    struct group_slot *slot;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc && how->goes_on) /* from which site it goes is the history's to say */
        rc = group_refresh(e, slot->group->id, &err);
    if (!rc)
        rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc && !json_flag(r->args, "dry_run", false)) {
        bool on = how->goes_on && slot->view->state == GROUP_PARTIAL;
        struct group *from = on ? group_seen_at(slot->group, other_site(slot->group))
                                : group_ref(slot->group);
        rc = asking_confirmed(from, how->action, r->args, &err);
        group_unref(from);
    }
    if (!rc)
        rc = check_request(slot->group, r->args, &err);
    if (rc)
        request_fail(r, &err);
    else
        asking_begin(e, r, how);
}

void real_needs_source(struct asking *a, const struct pc_error *err)
{
    size_t n = strlen(err->remedy);
    a->err = *err;
    if (a->how.action == ACTION_FAILBACK && err->code == PC_ERR_UNREACHABLE)
        snprintf(a->err.remedy + n, sizeof(a->err.remedy) - n, "%sIf %s is lost: protection-group "
                 "resolve %s --serving %s --force --reason TEXT.", n ? " " : "",
                 a->source->cfg->name, a->group->name, a->target->cfg->name);
}

static const struct asking_how PLANNED = {.action = ACTION_FAILOVER,
                                          .guarded = true,
                                          .source_needed = true,
                                          .source_written = true,
                                          .goes_on = true,
                                          .effective = effective_failover,
                                          .then = then_planned};
static const struct asking_how FORCED = {.action = ACTION_FAILOVER_FORCE,
                                         .guarded = true,
                                         .source_unasked = true,
                                         .goes_on = true,
                                         .effective = effective_failover,
                                         .then = then_forced};
static const struct asking_how BACK = {.action = ACTION_FAILBACK,
                                       .guarded = true,
                                       .source_needed = true,
                                       .source_written = true,
                                       .effective = effective_failback,
                                       .then = then_failback};

const struct asking_how *real_how(const char *operation, bool forced)
{
    if (strcmp(operation, "failover") == 0)
        return forced ? &FORCED : &PLANNED;
    return strcmp(operation, "failback") == 0 ? &BACK : NULL;
}

void request_failover(struct engine *e, struct request *r)
{
    ask(e, r, is_forced(r->args) ? &FORCED : &PLANNED);
}

void request_failback(struct engine *e, struct request *r)
{
    ask(e, r, &BACK);
}
