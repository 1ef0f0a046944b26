/*
 * decide: what a person decides after a failover or a failback: commit
 * or rollback, confirm or cancel.
 *
 * All but a commit work on the ledger of the operation that they end. The site
 * that is to serve again must answer before such an operation begins: one that
 * could only fail would leave the group in doubt. Engine thread.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/groups/split.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"
#include "backend/engine/undo.h"

#include "backend/base/clock.h"
#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_err real_newest(const struct engine *e, const struct group *g, enum op_type type,
                        struct operation **ret, struct pc_error *err)
{
    struct op_filter f = {.group = g->id, .type = (int)type};
    struct operation **list = NULL, *found = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &f, &list, &count, err);
    for (size_t i = 0; i < count; i++) {
        if (!found && list[i]->status == OP_COMPLETED)
            found = list[i];
        else
            operation_free(list[i]);
    }
    free(list);
    if (!rc && !found)
        rc = pc_error_set(err, PC_ERR_NOT_FOUND, "`operation list` shows what there is.",
                          "the history holds no %s of %s that has ended well", op_type_label(type),
                          g->name);
    if (!rc)
        *ret = found;
    return rc;
}

/* ---- the four ------------------------------------------------------------------------ */

/* What a decision is about: the failover, and the failback after it. */
struct subject {
    const struct group *group;
    struct parts failovers; /* one at least */
    struct operation *failback;
};

static const char *from_site(const struct subject *s)
{
    return s->failovers.ops[0]->source_site;
}

static const char *to_site(const struct subject *s)
{
    return s->failovers.ops[0]->target_site;
}

/* Names of the members that it did not take along; commit ends the way back, not this. */
static void say_left(json_t *list, const struct subject *s)
{
    char names[300] = "";
    size_t left = 0, used = 0;
    for (size_t i = 0; i < s->group->member_count; i++) {
        const struct member *m = &s->group->members[i];
        if (!parts_left_behind(&s->failovers, m))
            continue;
        if (used < sizeof(names) - 1)
            used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%.60s",
                                     left ? ", " : "", m->name);
        left++;
    }
    if (!left)
        return;
    json_add_line(list, "%zu of %zu members stay%s at %s: %s.", left, s->group->member_count,
             left == 1 ? "s" : "", from_site(s), names);
    json_add_line(list, "After it nothing here moves them to %s: first bring back what moved (failback), "
             "then fail over all of it. Before it they can follow: failover %s.", to_site(s),
             s->group->name);
}

/* A line of each of several parts: which members are of which point. */
static void say_points(json_t *list, const struct subject *s)
{
    char iso[CLOCK_ISO_SIZE];
    for (size_t i = s->failovers.count; s->failovers.count > 1 && i-- > 0;) {
        const struct operation *of = s->failovers.ops[i];
        size_t n = 0;
        for (size_t k = 0; k < of->plan->count; k++)
            n += of->plan->steps[k].kind == STEP_CREATE_SERVER && of->steps[k].status == STEP_DONE;
        json_add_line(list, "Part %zu of %zu: %s, %zu member%s%s%s%s%s.", s->failovers.count - i,
                      s->failovers.count, of->id, n, n == 1 ? "" : "s",
                      *parts_point(of) ? ", of recovery point " : "", parts_point(of),
                      *parts_point(of) ? " of " : "",
                      *parts_point(of) ? clock_iso(iso, of->recovery_point_ms) : "");
    }
}

static void say_commit(json_t *list, const struct subject *s)
{
    json_add_line(list, "%s stays at %s: there is no rollback any more, only a failback.",
             s->group->name, to_site(s));
    json_add_line(list, "The servers at %s are left there as they are; a failback gets their addresses back "
             "if they are released before: protection-group release %s.", from_site(s), s->group->name);
    say_points(list, s);
    say_left(list, s);
}

static void say_rollback(json_t *list, const struct subject *s)
{
    const struct operation *newest = s->failovers.ops[0];
    size_t forced = 0, count = s->failovers.count;
    for (size_t i = 0; i < count; i++)
        forced += json_flag(s->failovers.ops[i]->request, "force", false);
    json_add_line(list, "What was written at %s since the failover is lost.", to_site(s));
    json_add_line(list, "The servers, ports and volumes that the failover made at %s are deleted%s.",
             to_site(s), count > 1 ? ", of all its parts" : "");
    say_points(list, s);
    if (forced)
        json_add_line(list, "%s did not stop the servers at %s: they are not started, either.",
                 forced == count ? "The failover" : "What was forced of it", from_site(s));
    if (forced < count)
        json_add_line(list, "The servers at %s that the failover stopped are started again.",
                 from_site(s));
    if (*newest->recovery_point)
        json_add_line(list, "If it was the recovery point %s that was bad, another one can be chosen then: "
                 "recovery-point list, failover --recovery-point.", newest->recovery_point);
}

static void say_confirm(json_t *list, const struct subject *s)
{
    if (undo_protects(s->failback))
        json_add_line(list, "The new volumes are replicated to %s first: nothing is deleted before all "
                 "of them are there.", to_site(s));
    json_add_line(list, "The servers, ports and volumes at %s are deleted: there is no way back to them.",
             to_site(s));
    json_add_line(list, "%s serves at %s.", s->group->name, s->failback->target_site);
    json_add_line(list, "The servers that stood at %s before the failover are left there, stopped, until "
             "they are released: protection-group release %s.", from_site(s), s->group->name);
    if (undo_has_left_behind(s->group, &s->failovers))
        json_add_line(list, "Those of them that the failover did not bring to %s are started again.",
                 to_site(s));
}

static void say_cancel(json_t *list, const struct subject *s)
{
    json_add_line(list, "What was written at %s since the failback is lost.", s->failback->target_site);
    json_add_line(list, "The servers, ports and volumes that the failback made at %s are deleted, and "
             "those at %s are started again.", s->failback->target_site, s->failback->source_site);
}

static struct plan *plan_commit(const struct subject *s)
{
    return undo_none(s->failovers.ops[0]);
}
static struct plan *plan_rollback(const struct subject *s)
{
    return undo_rollback(&s->failovers);
}
static struct plan *plan_confirm(const struct subject *s)
{
    return undo_confirm(s->group, &s->failovers, s->failback);
}
static struct plan *plan_cancel(const struct subject *s)
{
    return undo_cancel(s->failback);
}

struct decision {
    enum group_action action;
    enum op_type type;
    bool needs_failback;  /* it is about a failback */
    bool undoes_failback; /* whose ledger it works on: the failback's, else the failover's */
    struct plan *(*plan)(const struct subject *s);
    void (*say)(json_t *list, const struct subject *s);
    enum pc_err (*holds)(const struct asking *a, struct pc_error *err);
};

static enum pc_err may_commit(const struct asking *a, struct pc_error *err);
static enum pc_err may_confirm(const struct asking *a, struct pc_error *err);
static enum pc_err may_cancel(const struct asking *a, struct pc_error *err);

static const struct decision COMMIT = {ACTION_COMMIT, OP_COMMIT, false, false, plan_commit,
                                       say_commit, may_commit};
static const struct decision ROLLBACK = {ACTION_ROLLBACK, OP_ROLLBACK, false, false, plan_rollback,
                                         say_rollback, NULL};
static const struct decision CONFIRM = {ACTION_CONFIRM_FAILBACK, OP_CONFIRM_FAILBACK, true, false,
                                        plan_confirm, say_confirm, may_confirm};
static const struct decision CANCEL = {ACTION_CANCEL_FAILBACK, OP_CANCEL_FAILBACK, true, true,
                                       plan_cancel, say_cancel, may_cancel};

static enum pc_err read_subject(struct engine *e, const struct group *g, const struct decision *d,
                                struct subject *s, struct pc_error *err)
{
    enum pc_err rc = moved_newest(e, g, &s->failovers, err);
    return rc || !d->needs_failback ? rc : real_newest(e, g, OP_FAILBACK, &s->failback, err);
}

static void release(struct subject *s)
{
    parts_release(&s->failovers);
    operation_free(s->failback);
}

/* ---- one way or the other ----------------------------------------------------------------- */

/* It has deleted, or tried to: what it was about is not whole any more. */
static bool has_deleted(const struct operation *op)
{
    for (size_t i = 0; i < op->plan->count; i++)
        if (op->plan->steps[i].kind == STEP_DELETE_SERVER &&
            op->steps[i].status != STEP_WAITING && op->steps[i].status != STEP_SKIPPED)
            return true;
    return false;
}

/* A confirmation deletes what serves at the one site, a cancel what serves at the
 * other. One that ended half-way is repeated: the other way would lose both. */
static enum pc_err not_the_other_way(struct engine *e, const struct group *g, enum op_type other,
                                     const struct operation *of, struct pc_error *err)
{
    struct op_filter f = {.group = g->id, .type = (int)other};
    struct operation **list = NULL;
    size_t count = 0;
    enum pc_err rc = store_ops(e->store, &f, &list, &count, err);
    for (size_t i = 0; i < count; i++) {
        if (!rc && strcmp(list[i]->parent, of->id) == 0 && has_deleted(list[i]))
            rc = pc_error_set(err, PC_ERR_STATE, "Remove what stood in its way, and repeat "
                              "that one.",
                              "the %s of %s has deleted a part already: the other way would lose "
                              "both", op_type_label(other), g->name);
        operation_free(list[i]);
    }
    free(list);
    return rc;
}

static enum pc_err may_confirm(const struct asking *a, struct pc_error *err)
{
    struct subject s = {0};
    enum pc_err rc = read_subject(a->e, a->group, &CONFIRM, &s, err);
    if (!rc)
        rc = not_the_other_way(a->e, a->group, OP_CANCEL_FAILBACK, s.failback, err);
    release(&s);
    return rc;
}

/* The old primary of a forced failover may run: to commit then is a person's word, and
 * is written down as one. */
static enum pc_err may_commit(const struct asking *a, struct pc_error *err)
{
    struct group_slot *slot;
    const json_t *args = a->r->args;
    const char *old = a->target->cfg->name;
    char remedy[300];
    enum pc_err rc = engine_group(a->e, a->group->id, &slot, err);
    if (rc || !slot->view->split_risk)
        return rc;
    snprintf(remedy, sizeof(remedy), "Stop them, and ask again: then it is looked at. If %.60s is lost "
             "for good: commit --force --reason TEXT.", old);
    if (!json_flag(args, "force", false))
        return pc_error_set(err, PC_ERR_STATE, remedy,
                            "its servers at %s were not seen at rest since %s was forced away: both "
                            "sites may run it", old, a->group->name);
    if (!*json_text(args, "reason") && !json_flag(args, "dry_run", false))
        return pc_error_set(err, PC_ERR_INVALID, "Give --reason TEXT: it goes on the record.",
                            "a commit of %s in doubt needs a reason", a->group->name);
    return PC_OK;
}

/* While it runs it is stopped instead: request_cancel_failback(). */
static enum pc_err may_cancel(const struct asking *a, struct pc_error *err)
{
    struct group_slot *slot;
    struct subject s = {0};
    enum pc_err rc = engine_group(a->e, a->group->id, &slot, err);
    if (!rc && slot->view->state != GROUP_FAILBACK_READY)
        rc = pc_error_set(err, PC_ERR_BUSY, "Ask again: it is stopped then.",
                          "a failback of %s has begun meanwhile", a->group->name);
    if (!rc)
        rc = read_subject(a->e, a->group, &CANCEL, &s, err);
    if (!rc)
        rc = not_the_other_way(a->e, a->group, OP_CONFIRM_FAILBACK, s.failovers.ops[0], err);
    release(&s);
    return rc;
}

/* ---- from the asking to the journal ----------------------------------------------------- */

static void decide(struct asking *a, const struct decision *d)
{
    struct subject s = {.group = a->group};
    struct pc_error err;
    if (read_subject(a->e, a->group, d, &s, &err)) {
        release(&s);
        asking_fail(a, &err);
        return;
    }
    const struct operation *of = d->undoes_failback ? s.failback : s.failovers.ops[0];
    struct plan *plan = d->plan(&s);
    json_t *list = json_array();
    d->say(list, &s);
    if (json_flag(a->r->args, "dry_run", false)) {
        json_t *o = asking_plan_json(a, d->type, plan);
        json_put(o, "consequences", list);
        bool turns = op_type_turns(d->type);
        json_put_text(o, "source_site", turns ? of->target_site : of->source_site);
        json_put_text(o, "target_site", turns ? of->source_site : of->target_site);
        json_put_text(o, "confirm", a->group->name);
        plan_unref(plan);
        asking_reply(a, o);
    } else {
        struct operation *op = asking_operation(a, d->type, plan);
        json_decref(list);
        snprintf(op->source_site, sizeof(op->source_site), "%s", of->source_site);
        snprintf(op->target_site, sizeof(op->target_site), "%s", of->target_site);
        if (d->type == OP_ROLLBACK && *of->recovery_point) /* so that another can be offered */
            json_put_text(op->request, "undone_point", of->recovery_point);
        if (op_type_undoes(d->type))
            snprintf(op->parent, sizeof(op->parent), "%s", of->id);
        asking_start(a, op);
    }
    release(&s);
}

static void then_commit(struct asking *a)
{
    struct group_slot *slot;
    struct pc_error ignored;
    /* Let through in doubt: see may_commit(). */
    if (engine_group(a->e, a->group->id, &slot, &ignored) == PC_OK && slot->view->split_risk) {
        json_put_flag(a->effective, "force", true);
        json_add_line(a->warnings, "the servers at %s were not seen at rest since the forced failover: "
                      "that was acknowledged", a->target->cfg->name);
    }
    decide(a, &COMMIT);
}
static void then_rollback(struct asking *a)
{
    decide(a, &ROLLBACK);
}
static void then_confirm(struct asking *a)
{
    decide(a, &CONFIRM);
}
static void then_cancel(struct asking *a)
{
    decide(a, &CANCEL);
}

static json_t *effective(const struct engine *e, const struct group *g, const json_t *args,
                         json_t *warnings)
{
    json_t *o = json_object();
    (void)e;
    (void)warnings;
    json_put_text(o, "group", g->name);
    if (*json_text(args, "reason"))
        json_put_text(o, "reason", json_text(args, "reason"));
    return o;
}

static void ask(struct engine *e, struct request *r, const struct decision *d,
                void (*then)(struct asking *a))
{
    struct pc_error err;
    struct group_slot *slot;
    const struct asking_how how = {
        .action = d->action,
        .guarded = true,
        .source_unasked = true,
        .target_unasked = d->type == OP_COMMIT, /* the other site may be lost for good */
        .source_written = d->type != OP_COMMIT,
        .effective = effective,
        .holds = d->holds,
        .then = then,
    };
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc && !json_flag(r->args, "dry_run", false))
        rc = asking_confirmed(slot->group, d->action, r->args, &err);
    if (rc)
        request_fail(r, &err);
    else
        asking_begin(e, r, &how);
}

/* Whatever it came to: the guards know it. */
static void on_looked(void *arg, const struct pc_error *err)
{
    struct request *r = arg;
    if (err->code == PC_ERR_CANCELLED)
        request_fail(r, err);
    else
        ask(r->e, r, &COMMIT, then_commit);
}

void request_commit(struct engine *e, struct request *r)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (engine_group(e, json_text(r->args, "group"), &slot, &ignored) == PC_OK &&
        split_doubtful(slot))
        split_look(e, slot->group->id, on_looked, r);
    else
        ask(e, r, &COMMIT, then_commit);
}

void request_rollback(struct engine *e, struct request *r)
{
    struct group_slot *slot;
    struct pc_error ignored;
    if (engine_group(e, json_text(r->args, "group"), &slot, &ignored) == PC_OK &&
        slot->view->state == GROUP_TEST_ACTIVE)
        test_rolled_back(e, slot, r);
    else
        ask(e, r, &ROLLBACK, then_rollback);
}

void request_confirm_failback(struct engine *e, struct request *r)
{
    ask(e, r, &CONFIRM, then_confirm);
}

/* ---- a failback that still runs is stopped, and takes itself back -------------------------- */

static void reply_stop_plan(struct request *r, const struct operation *op)
{
    json_t *o = json_object(), *list = json_array();
    json_add_line(list, "The running failback is stopped, and what it has done is taken back: %s serves "
             "at %s again.", op->group, op->source_site);
    json_put_text(o, "group", op->group);
    json_put_text(o, "source_site", op->target_site); /* as production goes: back */
    json_put_text(o, "target_site", op->source_site);
    json_put(o, "steps", json_array());
    json_put(o, "warnings", json_array());
    json_put(o, "consequences", list);
    json_put_text(o, "confirm", op->group);
    request_reply(r, o);
}

static void stop_failback(struct engine *e, struct request *r, const struct group_slot *slot)
{
    struct pc_error err;
    struct operation *op = NULL;
    bool dry = json_flag(r->args, "dry_run", false);
    enum pc_err rc = PC_OK;
    if (!dry)
        rc = asking_confirmed(slot->group, ACTION_CANCEL_FAILBACK, r->args, &err);
    if (!rc)
        rc = store_op_load(e->store, slot->view->operation_id, &op, &err);
    if (!rc && op->type != OP_FAILBACK)
        rc = pc_error_set(&err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.",
                          "a %s of %s is running", op_type_label(op->type), op->group);
    struct run *live = rc ? NULL : run_find(e, op->id);
    if (!rc && !dry && live)
        run_cancel(live);
    else if (!rc && !dry)
        rc = store_op_ask_cancel(e->store, op->id, &err);
    if (rc)
        request_fail(r, &err);
    else if (dry)
        reply_stop_plan(r, op);
    else
        request_reply(r, operation_to_json(live ? live->op : op));
    operation_free(op);
}

void request_cancel_failback(struct engine *e, struct request *r)
{
    struct group_slot *slot;
    struct pc_error err;
    enum pc_err rc = engine_group(e, json_text(r->args, "group"), &slot, &err);
    if (!rc)
        rc = group_refresh(e, slot->group->id, &err); /* it may run in another process */
    if (!rc && slot->view->state == GROUP_FAILING_BACK)
        stop_failback(e, r, slot);
    else
        ask(e, r, &CANCEL, then_cancel);
}
