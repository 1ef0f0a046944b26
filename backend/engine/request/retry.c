/*
 * retry: what failed in the newest real operation of a group is done
 * once more, in the same operation, so that there stays one ledger.
 *
 *   a partial failover        the members that are not up, or one of them, and the
 *                             swap again
 *   one that left something   what takes it back
 *   one that undoes another   what is not done of it
 *
 * A resource that was made and is in ERROR carries our mark: the step finds it,
 * deletes it and makes it anew (step_adopt).
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/request/asking.h"
#include "backend/engine/request/real.h"
#include "backend/engine/request/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wait_again(struct operation *op, size_t step)
{
    struct step_state *st = &op->steps[step];
    st->status = STEP_WAITING;
    st->resource_id[0] = '\0';
    /* Its time begins anew, and an answer to the first asking is none to this. */
    st->started_ms = st->ended_ms = 0;
    st->detail[0] = '\0';
    /* Who makes something looks for its mark first; a callout simply runs again. */
    if (!step_ops(op->plan->steps[step].kind)->makes)
        st->attempts = 0;
}

/* The record is written again, and the time for checks begins anew. */
static bool repeats(enum step_kind k)
{
    return k == STEP_UPDATE_GROUP || k == STEP_NOTIFY || k == STEP_ALL_BOOTED;
}

/* What the member's steps wait for and is no other member's. ret: a flag a step. */
static void mark_wanted(const struct plan *p, int step, bool *ret)
{
    ret[step] = true;
    for (size_t i = 0; i < p->steps[step].dep_count; i++) {
        int dep = p->steps[step].deps[i];
        if (!ret[dep] && !*json_text(p->steps[dep].params, "vm"))
            mark_wanted(p, dep, ret);
    }
}

/* All, or those that one member needs. The caller frees. */
static bool *wanted_steps(const struct plan *p, const char *member)
{
    bool *wanted = xcalloc(p->count + 1, sizeof(*wanted));
    for (size_t i = 0; i < p->count; i++) {
        const char *vm = json_text(p->steps[i].params, "vm");
        if (!*member)
            wanted[i] = true;
        else if (strcmp(vm, member) == 0 && step_kind_phase(p->steps[i].kind) != PHASE_CLEANUP)
            mark_wanted(p, (int)i, wanted);
    }
    return wanted;
}

/* Of one that kept a part what made the rest; of one that left something what takes it back. */
static bool concerns(const struct operation *op, size_t step)
{
    bool cleanup = step_kind_phase(op->plan->steps[step].kind) == PHASE_CLEANUP;
    return op_type_undoes(op->type) || cleanup != (op->verdict == VERDICT_PARTIAL);
}

/* Which steps, says how it stands. */
static int reopen(struct operation *op, const char *member)
{
    bool partial = op->verdict == VERDICT_PARTIAL, undoes = op_type_undoes(op->type);
    bool *wanted = wanted_steps(op->plan, member);
    int n = 0;
    for (size_t i = 0; i < op->plan->count; i++) {
        enum step_kind kind = op->plan->steps[i].kind;
        bool failed = op->steps[i].status == STEP_FAILED || op->steps[i].status == STEP_SKIPPED;
        if (!concerns(op, i))
            continue;
        if (!(failed && wanted[i]) && !(partial && repeats(kind)))
            continue;
        wait_again(op, i);
        n += failed && wanted[i];
    }
    free(wanted);
    json_put_int(op->request, "retries", json_int(op->request, "retries", 0) + 1);
    op->status = undoes || partial ? OP_RUNNING : OP_ROLLING_BACK;
    op->cleanup_due = !undoes && !partial;
    if (partial) /* what is up stays up: the group serves there by now */
        json_put_flag(op->request, "swapped", true);
    op->completed_ms = 0;
    op->cancel_asked = false; /* that was about the last time */
    if (!partial && *op->error_message) /* why it came to this stays why */
        json_put_text(op->request, "failed_for", op->error_message);
    operation_told_left(op);
    op->error_message[0] = op->remedy[0] = '\0';
    json_decref(op->consoles); /* of guests that may be others now */
    op->consoles = NULL;
    return n;
}

static enum pc_err check_writable(struct engine *e, const struct operation *op, struct pc_error *err)
{
    const struct site *source = engine_site(e, op->source_site),
                      *target = engine_site(e, op->target_site), *closed = NULL;
    if (!source || !target)
        return pc_error_set(err, PC_ERR_CONFIG, "Name both of its sites in the configuration.",
                            "%s is of %s and %s, which are not both configured", op->id,
                            op->source_site, op->target_site);
    if (target->cfg->read_only)
        closed = target;
    else if (source->cfg->read_only && !json_flag(op->request, "force", false))
        closed = source;
    if (!closed)
        return PC_OK;
    return pc_error_set(err, PC_ERR_READ_ONLY, "Set read_only = false for the site in the "
                        "configuration.", "%s is read-only: nothing may be made there",
                        closed->cfg->name);
}

/* A later failover has followed it, and all of it can still be taken back. */
static bool is_part_of(const struct engine *e, const struct group_slot *slot,
                       const struct operation *op)
{
    struct parts away = {0};
    struct pc_error ignored;
    bool found = false;
    if (slot->view->state != GROUP_PARTIAL || moved_by(e, slot->away_id, &away, &ignored))
        return false;
    for (size_t i = 0; i < away.count; i++)
        found |= strcmp(away.ops[i]->id, op->id) == 0;
    parts_release(&away);
    return found;
}

static enum pc_err check_member(const struct operation *op, const char *member, struct pc_error *err)
{
    char remedy[120];
    bool known = false;
    if (!*member)
        return PC_OK;
    for (size_t i = 0; i < op->plan->count; i++)
        known |= strcmp(json_text(op->plan->steps[i].params, "vm"), member) == 0;
    snprintf(remedy, sizeof(remedy), "Let it follow: failover %.60s --members NAME.", op->group);
    if (!known)
        return pc_error_set(err, PC_ERR_NOT_FOUND, remedy, "%s did nothing with a member '%s'",
                            op->id, member);
    if (op->type == OP_FAILOVER && op->verdict == VERDICT_PARTIAL)
        return PC_OK;
    return pc_error_set(err, PC_ERR_INVALID, "Leave --member out.",
                        "only a failover that kept a part can be repeated for one member; the rest "
                        "of %s is repeated as a whole", op->id);
}

static enum pc_err check(struct engine *e, const struct operation *op, const struct group_slot *slot,
                         struct pc_error *err)
{
    bool partial = op->verdict == VERDICT_PARTIAL, left = op->status == OP_FAILED;
    enum group_state state = slot->view->state;
    enum pc_err rc = group_not_outrun(slot, err);
    if (rc)
        return rc;
    if (strcmp(slot->view->real_id, op->id) != 0 && !is_part_of(e, slot, op))
        return pc_error_set(err, PC_ERR_STATE, "Only the newest failover, failback or what undoes "
                            "them can be repeated; ask for a new operation. What it left: test "
                            "cleanup OPERATION.",
                            "%s is not the newest of its kind on %s", op->id, op->group);
    if (*slot->view->operation_id)
        return pc_error_set(err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.", "%s runs on %s",
                            slot->view->operation_id, op->group);
    if ((state == GROUP_PARTIAL && partial) || (state == GROUP_ERROR && left))
        return check_writable(e, op, err);
    return pc_error_set(err, PC_ERR_STATE, lifecycle_instead(state),
                        "there is nothing to repeat in %s: it is %s, and %s is '%s'", op->id,
                        op_status_word(op->status), op->group, group_state_word(state));
}

static enum pc_err save(struct engine *e, const struct operation *op, struct pc_error *err)
{
    enum pc_err rc = store_op_save(e->store, op, err);
    for (size_t i = 0; !rc && i < op->plan->count; i++)
        if (op->steps[i].status == STEP_WAITING)
            rc = store_step_save(e->store, op, (int)i, err);
    return rc;
}

static enum pc_err reopen_some(struct operation *op, const char *member, struct pc_error *err)
{
    if (reopen(op, member) > 0)
        return PC_OK;
    return pc_error_set(err, PC_ERR_STATE, NULL, "no step of %s has failed%s%s", op->id,
                        *member ? " for " : "", member);
}

/* Guarded and reopened under the write lock, as every beginning is. */
static enum pc_err begin_again(struct engine *e, struct operation *op, const char *member,
                               struct pc_error *err)
{
    struct group_slot *slot;
    enum pc_err rc = store_begin(e->store, err);
    if (!rc)
        rc = group_refresh(e, op->group_id, err);
    if (!rc)
        rc = engine_group(e, op->group_id, &slot, err);
    if (!rc)
        rc = check(e, op, slot, err);
    if (!rc)
        rc = check_member(op, member, err);
    if (!rc)
        rc = reopen_some(op, member, err);
    if (!rc)
        rc = save(e, op, err);
    if (!rc)
        return store_commit(e->store, err);
    store_rollback(e->store);
    return rc;
}

/* ---- what it would do ------------------------------------------------------------------- */

static struct plan *plan_again(const struct operation *op)
{
    struct plan *p = plan_new();
    for (size_t i = 0; i < op->plan->count; i++) {
        const struct plan_step *s = &op->plan->steps[i];
        if (op->steps[i].status == STEP_WAITING && concerns(op, i))
            plan_add(p, s->kind, s->key, s->subject, json_deep_copy(s->params));
    }
    return p;
}

/* Of an operation that was reopened, and is not kept so. */
static json_t *preview(const struct engine *e, const struct operation *op, const char *failed_for)
{
    struct plan *again = plan_again(op);
    json_t *o = json_object(), *said = json_array();
    bool partial = op->verdict == VERDICT_PARTIAL, turns = op_type_turns(op->type);
    json_put_text(o, "group", op->group);
    json_put_text(o, "source_site", turns ? op->target_site : op->source_site);
    json_put_text(o, "target_site", turns ? op->source_site : op->target_site);
    asking_put_plan(e, op, again, o);
    if (partial)
        json_add_line(said, "What failed or was skipped is done again, in the same operation; what is "
                      "up at %s stays.", op->target_site);
    else if (op_type_undoes(op->type))
        json_add_line(said, "What is not done of the %s is done again, in the same operation.",
                      op_type_label(op->type));
    else
        json_add_line(said, "What takes the %s back is done again, in the same operation: what it made "
                      "at %s is deleted, and what it stopped at %s is started.",
                      op_type_label(op->type), op->target_site, op->source_site);
    if (partial)
        json_add_line(said, "What it left in ERROR there is deleted first and made anew.");
    json_put(o, "consequences", said);
    json_t *warnings = json_array();
    if (*failed_for)
        json_add_line(warnings, "it failed by: %s", failed_for);
    json_put(o, "warnings", warnings);
    json_put_text(o, "confirm", op->group);
    plan_unref(again);
    return o;
}

/* Nothing is written; the operation is the caller's copy. */
static enum pc_err look_ahead(struct engine *e, const struct group_slot *slot, struct operation *op,
                              const char *member, json_t **ret, struct pc_error *err)
{
    char failed_for[sizeof(op->error_message)];
    snprintf(failed_for, sizeof(failed_for), "%s", op->error_message);
    enum pc_err rc = check(e, op, slot, err);
    if (!rc)
        rc = check_member(op, member, err);
    if (!rc)
        rc = reopen_some(op, member, err);
    if (rc)
        return rc;
    *ret = preview(e, op, failed_for);
    return PC_OK;
}

void request_operation_retry(struct engine *e, struct request *r)
{
    struct pc_error err;
    struct operation *op = NULL;
    struct group_slot *slot;
    json_t *reply = NULL;
    const char *member = json_text(r->args, "member");
    bool dry = json_flag(r->args, "dry_run", false);
    enum pc_err rc = store_op_load(e->store, json_text(r->args, "operation_id"), &op, &err);
    if (!rc)
        rc = engine_group(e, op->group_id, &slot, &err);
    if (!rc && !dry)
        rc = asking_confirmed(slot->group, ACTION_FAILOVER, r->args, &err);
    if (!rc && run_find(e, op->id))
        rc = pc_error_set(&err, PC_ERR_BUSY, "Watch it: operation watch OPERATION.",
                          "%s is running", op->id);
    if (!rc && *json_text(r->args, "reason"))
        json_put_text(op->request, "retry_reason", json_text(r->args, "reason"));
    if (!rc)
        rc = dry ? look_ahead(e, slot, op, member, &reply, &err) : begin_again(e, op, member, &err);
    if (rc || dry)
        operation_free(op);
    if (rc) {
        request_fail(r, &err);
        return;
    }
    if (!dry) {
        reply = operation_to_json(op);
        asking_adopt(e, op);
    }
    request_reply(r, reply);
}
