/* asking: see asking.h. Nothing here knows what is asked for. */
#include "backend/engine/request/asking.h"
#include "backend/engine/capture.h"
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/plan/failover.h"
#include "backend/engine/present.h"
#include "backend/engine/probing.h"
#include "backend/engine/publish.h"
#include "backend/engine/readiness/drift.h"
#include "backend/engine/readiness/eval.h"
#include "backend/engine/readiness/others.h"
#include "backend/engine/record.h"
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"
#include "backend/engine/sites.h"

#include "backend/base/clock.h"
#include "backend/config/config.h"
#include "backend/model/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void asking_free(struct asking *a)
{
    group_unref(a->group);
    group_unref(a->chosen);
    parts_release(&a->before);
    json_decref(a->effective);
    json_decref(a->warnings);
    json_decref(a->facts);
    json_decref(a->known);
    readiness_unref(a->ready);
    operation_free(a->beside);
    free(a);
}

void asking_fail(struct asking *a, const struct pc_error *err)
{
    request_fail(a->r, err);
    asking_free(a);
}

void asking_reply(struct asking *a, json_t *data_take)
{
    request_reply(a->r, data_take);
    asking_free(a);
}

/* ---- guards --------------------------------------------------------------------------- */

enum pc_err asking_guard(struct engine *e, const struct group *g, enum group_action action,
                         const struct site *written, struct pc_error *err)
{
    struct group_slot *slot;
    enum pc_err rc = group_refresh(e, g->id, err);
    if (!rc)
        rc = engine_group(e, g->id, &slot, err);
    if (!rc)
        rc = group_not_outrun(slot, err);
    if (!rc)
        rc = group_allows(e, slot, action, err);
    if (!rc && written && written->cfg->read_only)
        rc = pc_error_set(err, PC_ERR_READ_ONLY, "Set read_only = false for the site in the "
                          "configuration, and read_only_role = \"none\".",
                          "%s is read-only: nothing may be made there",
                          written->cfg->name);
    return rc;
}

static enum pc_err guard_both(const struct asking *a, struct pc_error *err)
{
    enum pc_err rc = asking_guard(a->e, a->group, a->how.action,
                                  a->how.target_unasked ? NULL : a->target, err);
    if (!rc && a->how.source_written)
        rc = asking_guard(a->e, a->group, a->how.action, a->source, err);
    return rc || !a->how.holds ? rc : a->how.holds(a, err);
}

enum pc_err asking_typed(const struct group *g, const char *what, const char *given,
                         struct pc_error *err)
{
    static const char REMEDY[] = "Type the name of the group, or give it: --confirm NAME.";
    char why[200];
    enum typed is = typed_compare(given, g->name, why, sizeof(why));
    if (is == TYPED_NOTHING)
        return pc_error_set(err, PC_ERR_FORBIDDEN, REMEDY,
                            "%s of %s needs its name as a confirmation", what, g->name);
    if (is != TYPED_RIGHT)
        return pc_error_set(err, PC_ERR_FORBIDDEN, REMEDY,
                            "the confirmation of %s is not the name of %s: it %s", what, g->name,
                            why);
    return PC_OK;
}

enum pc_err asking_confirmed(const struct group *g, enum group_action action, const json_t *args,
                             struct pc_error *err)
{
    char why[200];
    const char *site = json_text(args, "confirm_site");
    if (!lifecycle_needs_confirmation(action))
        return PC_OK;
    enum pc_err rc = asking_typed(g, group_action_name(action), json_text(args, "confirm"), err);
    if (!rc && *site && typed_compare(site, g->current_primary, why, sizeof(why)) != TYPED_RIGHT)
        rc = pc_error_set(err, PC_ERR_FORBIDDEN, "Look again which site it is that you give up.",
                          "%s is not given up: the site that was typed %s", g->current_primary,
                          why);
    return rc;
}

/* ---- facts ------------------------------------------------------------------------------ */

static bool is_chosen(const struct asking *a, const char *name)
{
    const json_t *names = json_list(a->effective, "members");
    return !names || json_has_text(names, name);
}

/* The group as a plan goes by it: from where it serves, and of its members those
 * that were chosen. */
static struct group *choose_members(const struct asking *a)
{
    struct group *there = group_seen_at(a->group, a->source->cfg->name);
    struct group *seen = failover_seen_from_source(there);
    group_unref(there);
    struct group *chosen = group_only(seen, json_list(a->effective, "members"));
    group_unref(seen);
    return chosen;
}

static struct readiness *evaluate(const struct asking *a)
{
    return readiness_eval(&(struct eval_asked){
        .group = a->chosen,
        .facts = a->known,
        .request = a->effective,
        .purpose = readiness_purpose(a->how.action),
        .forced = a->how.action == ACTION_FAILOVER_FORCE,
    });
}

/* Both sites are read at once; this is for whichever answers last. */
static void read_ended(struct asking *a)
{
    if (--a->awaited > 0)
        return;
    a->chosen = choose_members(a);
    if (a->known)
        a->ready = evaluate(a);
    /* A member that is gone is told as readiness tells it. */
    if (a->err.code == PC_ERR_NOT_FOUND && a->ready &&
        readiness_word(a->ready, R_MEM) == READINESS_BLOCK)
        readiness_verdict(a->ready, a->group->name, &a->err);
    if (a->err.code)
        asking_fail(a, &a->err);
    else
        a->how.then(a);
}

static void on_known(void *arg, json_t *facts)
{
    struct asking *a = arg;
    if (facts)
        a->known = json_incref(facts);
    else
        pc_error_set(&a->err, PC_ERR_CANCELLED, NULL, "stopped before the answer came");
    read_ended(a);
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

static void replace_member(json_t *members, const json_t *fresh)
{
    json_t *old;
    size_t i;
    json_array_foreach(members, i, old)
        if (strcmp(json_text(old, "id"), json_text(fresh, "id")) == 0) {
            json_array_set_new(members, i, json_deep_copy(fresh));
            return;
        }
}

/* What Nova shows to administrators only, nobody can give to a copy, unless it was seen at
 * the site to which it comes back. */
static void warn_hidden(struct asking *a, const json_t *members)
{
    size_t hidden = 0, i;
    const json_t *m;
    char line[300];
    json_array_foreach(members, i, m) {
        const struct member *is = group_find_member(a->group, json_text(m, "id"));
        const struct member *was = is ? predecessor_at(is, a->target->cfg->name) : NULL;
        hidden += json_flag(m, "user_data_hidden", false) && !(was && *was->user_data);
    }
    if (!hidden)
        return;
    snprintf(line, sizeof(line), "%.60s does not show us user data: if %zu member%s %s any, the "
             "cop%s made without it (Nova's policy os-extended-server-attributes)",
             a->source->cfg->name, hidden, hidden == 1 ? "" : "s", hidden == 1 ? "has" : "have",
             hidden == 1 ? "y is" : "ies are");
    json_array_append_new(a->warnings, json_string(line));
}

/* Which they are at that site is not known then. */
static void warn_unlisted(struct asking *a, const json_t *members)
{
    char line[200];
    if (!json_flag(json_array_get(members, 0), "floating_ips_hidden", false))
        return;
    snprintf(line, sizeof(line), "%.60s does not list its floating IPs: what Nova tells of them is taken",
             a->source->cfg->name);
    json_array_append_new(a->warnings, json_string(line));
}

static void use_members(struct asking *a, const json_t *members)
{
    json_t *o = group_to_json(a->group);
    struct group *fresh = NULL;
    struct pc_error ignored;
    const json_t *m;
    size_t i;
    json_array_foreach(members, i, m)
        replace_member(json_list(o, "members"), m);
    group_keep_predecessors(json_list(o, "members"), a->group);
    drift_follow_names(o, a->group);
    json_put_int(o, "captured_ms", engine_wall(a->e));
    if (group_from_json(o, &fresh, &ignored) == PC_OK) {
        drift_list(a->group, fresh, a->warnings);
        group_unref(a->group);
        a->group = fresh;
        warn_hidden(a, members);
        warn_unlisted(a, members);
    }
    json_decref(o);
}

/* Facts kept from earlier, and how old they are. */
static void warn_kept(struct asking *a, const char *why)
{
    char age[24], line[400];
    clock_age(age, sizeof(age), engine_wall(a->e) - a->group->captured_ms);
    snprintf(line, sizeof(line), "the members were not read again (%.200s): facts of %s ago "
             "are used", why, age);
    json_array_append_new(a->warnings, json_string(line));
}

static void on_members(void *arg, const struct pc_error *err, json_t *members)
{
    struct asking *a = arg;
    if (err->code == PC_OK)
        use_members(a, members);
    else if (err->code == PC_ERR_CANCELLED || a->how.source_needed)
        real_needs_source(a, err);
    else
        warn_kept(a, err->text);
    read_ended(a);
}

/* What the sites are asked about: where a part has moved already, the rest. */
static struct group *asked_about(const struct asking *a)
{
    struct group *there = group_seen_at(a->group, a->source->cfg->name);
    struct group *rest = group_only(there, a->before.count ? json_list(a->effective, "members")
                                                           : NULL);
    group_unref(there);
    return rest;
}

static void read_sites(struct asking *a)
{
    json_t *ids = json_array();
    struct group *about = asked_about(a);
    for (size_t i = 0; i < a->group->member_count; i++)
        if (is_chosen(a, a->group->members[i].name))
            json_array_append_new(ids, json_string(a->group->members[i].id));
    a->awaited = 1 + !a->how.source_unasked + !a->how.target_unasked;
    if (!a->how.source_unasked)
        capture_members(a->e, a->source, ids, on_members, a);
    if (!a->how.target_unasked)
        inventory_read(a->e, a->cloud,
                       a->how.images && strcmp(json_text(a->effective, "storage_mode"), "flasharray") != 0,
                       on_facts, a);
    if (readiness_purpose(a->how.action) != READY_FOR_COUNT) {
        a->awaited++;
        facts_read(a->e, &(struct facts_asked){
            .source = a->source,
            .target = a->target,
            .cloud = a->cloud,
            .group = about,
            .point = json_text(a->effective, "recovery_point"),
            .image_mapping = json_map(a->effective, "image_mapping"),
            .source_unasked = a->how.source_unasked,
        }, on_known, a);
    }
    group_unref(about);
    json_decref(ids);
    read_ended(a); /* when nobody was asked, or had answered at once */
}

void asking_begin(struct engine *e, struct request *r, const struct asking_how *how)
{
    struct pc_error err;
    struct group_slot *slot;
    struct asking *a = xcalloc(1, sizeof(*a));
    struct group *seen = NULL; /* from the site that it is taken from */
    a->e = e;
    a->r = r;
    a->how = *how;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc) {
        a->group = group_ref(slot->group);
        if (how->goes_on && slot->view->state == GROUP_PARTIAL)
            rc = moved_newest(e, a->group, &a->before, &err);
        seen = group_seen_at(a->group, a->before.count ? a->before.ops[0]->source_site
                                                  : a->group->current_primary);
        if (!rc)
            rc = group_sites(e, seen, &a->source, &a->target, &err);
    }
    if (!rc)
        rc = site_cloud(a->target, json_text(r->args, "test_project"), &a->cloud, &err);
    if (!rc && how->guarded)
        rc = guard_both(a, &err);
    if (!rc) {
        a->warnings = json_array();
        a->effective = how->effective(e, seen, r->args, a->warnings);
        rc = a->before.count ? real_go_on(a, &err) : PC_OK;
    }
    group_unref(seen);
    if (rc) {
        asking_fail(a, &err);
        return;
    }
    probing_allowed(e, a->effective);
    read_sites(a);
}

struct recreate_input asking_input(const struct asking *a)
{
    return (struct recreate_input){
        .group = a->chosen,
        .target_site = a->target->cfg->name,
        .request = a->effective,
        .facts = a->facts,
    };
}

/* ---- readiness ---------------------------------------------------------------------------- */

void asking_put_readiness(const struct asking *a, json_t *o)
{
    if (a->ready)
        json_put(o, "readiness", readiness_to_json(a->ready, a->group->name));
}

/* ---- the effective request -------------------------------------------------------------------- */

static json_t *object_or_empty(const json_t *args, const char *key)
{
    return json_map(args, key) ? json_deep_copy(json_map(args, key)) : json_object();
}

json_t *asking_effective(const struct engine *e, const struct group *g, const json_t *args,
                         bool own_checks)
{
    const struct config *cfg = e->o.config;
    json_t *o = json_object(), *checks = json_list(args, "health_checks");
    checks = checks ? json_deep_copy(checks) : json_array();
    if (own_checks && !json_list(args, "health_checks"))
        for (size_t i = 0; i < g->health_check_count; i++)
            json_array_append_new(checks, json_string(g->health_checks[i]));
    json_put(o, "network_mapping", object_or_empty(args, "network_mapping"));
    json_put(o, "flavor_mapping", object_or_empty(args, "flavor_mapping"));
    json_put(o, "image_mapping", object_or_empty(args, "image_mapping"));
    json_put(o, "health_checks", checks);
    json_put_int(o, "health_check_timeout",
                 json_int(args, "health_check_timeout", cfg->health_check_timeout));
    if (*json_text(args, "floating_ip"))
        json_put_text(o, "floating_ip", json_text(args, "floating_ip"));
    if (*json_text(args, "recovery_point"))
        json_put_text(o, "recovery_point", json_text(args, "recovery_point"));
    if (strcmp(cfg->storage_mode, "mock") != 0)
        json_put_text(o, "storage_mode", cfg->storage_mode);
    return o;
}

enum pc_err asking_check_timeout(const json_t *args, struct pc_error *err)
{
    int64_t s = json_int(args, "health_check_timeout", 1);
    if (s >= 1 && s <= 86400)
        return PC_OK;
    return pc_error_set(err, PC_ERR_INVALID, "Give seconds from 1 to 86400.",
                        "a health check time-out of %lld s is not possible", (long long)s);
}

/* ---- into the journal ------------------------------------------------------------------------- */

struct operation *asking_operation(const struct asking *a, enum op_type type,
                                   struct plan *plan_take)
{
    struct operation *op = operation_new(type, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", a->group->id);
    snprintf(op->group, sizeof(op->group), "%s", a->group->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", a->source->cfg->name);
    snprintf(op->target_site, sizeof(op->target_site), "%s", a->target->cfg->name);
    op->created_ms = engine_wall(a->e);
    if (a->r->by) /* the engine itself asked */
        json_put_text(a->effective, "by", a->r->by);
    op->request = json_incref(a->effective);
    json_decref(op->warnings);
    op->warnings = json_incref(a->warnings);
    return op;
}

enum pc_err asking_unchanged(struct engine *e, const struct group *g, struct pc_error *err)
{
    struct group_slot *now;
    enum pc_err rc = groups_load(e, err);
    if (!rc)
        rc = engine_group(e, g->id, &now, err);
    if (!rc && now->group->metadata_version != g->metadata_version)
        rc = pc_error_set(err, PC_ERR_BUSY, "Look at it once more, and ask again.",
                          "%s was changed while the operation was being prepared", g->name);
    return rc;
}

/* `beside`: another one that begins with it, NULL none. */
static enum pc_err insert(struct engine *e, const struct group *g, const struct operation *op,
                          const struct operation *beside,
                          enum pc_err (*guard)(struct engine *e, const struct operation *op,
                                               const void *arg, struct pc_error *err),
                          const void *arg, struct pc_error *err)
{
    struct pc_error changed;
    enum pc_err rc = store_begin(e->store, err);
    enum pc_err same = rc || !g ? PC_OK : asking_unchanged(e, g, &changed);
    /* Where the change is one that forbids it, that is the reason to tell. */
    if (!rc && (!same || same == PC_ERR_BUSY))
        rc = guard(e, op, arg, err);
    if (!rc && same) {
        *err = changed;
        rc = same;
    }
    if (!rc && g)
        rc = group_write(e, g, err);
    if (!rc)
        rc = store_op_insert(e->store, op, err);
    if (!rc && beside)
        rc = store_op_insert(e->store, beside, err);
    if (!rc)
        return store_commit(e->store, err);
    store_rollback(e->store);
    return rc;
}

enum pc_err asking_insert(struct engine *e, const struct group *g, const struct operation *op,
                          enum pc_err (*guard)(struct engine *e, const struct operation *op,
                                               const void *arg, struct pc_error *err),
                          const void *arg, struct pc_error *err)
{
    return insert(e, g, op, NULL, guard, arg, err);
}

void asking_adopt(struct engine *e, struct operation *op_take)
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

static enum pc_err still_allowed(struct engine *e, const struct operation *op, const void *arg,
                                 struct pc_error *err)
{
    const struct asking *a = arg;
    enum pc_err rc = guard_both(a, err);
    (void)op;
    if (rc || !a->known)
        return rc;
    /* Others may have begun since the sites were read, and want of the same room. */
    others_tell(e, a->cloud, a->target, a->known);
    struct readiness *now = evaluate(a);
    rc = readiness_verdict(now, a->group->name, err);
    readiness_unref(now);
    return rc;
}

bool asking_start(struct asking *a, struct operation *op_take)
{
    struct pc_error err;
    enum pc_err rc = a->ready ? readiness_verdict(a->ready, a->group->name, &err) : PC_OK;
    if (!rc && a->ready)
        readiness_record(a->ready, op_take);
    if (!rc)
        rc = insert(a->e, a->group, op_take, a->beside, still_allowed, a, &err);
    if (rc) {
        operation_free(op_take);
        asking_fail(a, &err);
        return false;
    }
    json_t *reply = operation_to_json(op_take);
    asking_adopt(a->e, op_take);
    if (a->beside)
        asking_adopt(a->e, a->beside);
    a->beside = NULL;
    asking_reply(a, reply);
    return true;
}
