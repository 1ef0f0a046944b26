/*
 * ending: what a pass of a run came to, and what follows from that: the verdict,
 * the pass that takes back, the rest. What is left is counted in the ledger and
 * named; nothing is believed of a step alone.
 */
#include "backend/engine/publish.h"
#include "backend/engine/run.h"

#include <stdio.h>
#include <string.h>

void run_set_status(struct run *r, enum op_status status)
{
    struct operation *op = r->op;
    if (op->status == status)
        return;
    op->status = status;
    r->dirty = true;
    r->e->groups_dirty = true;
    run_changed(r);
    run_event(r, "info", "%s", op_status_word(status));
    if (r->op->type == OP_TEST_CLEANUP && status == OP_RUNNING &&
        r->parent->type == OP_TEST_FAILOVER) {
        r->parent->status = OP_CLEANING_UP;
        publish_ended(r->e, r->parent);
    }
}

bool run_is_swapped(const struct run *r)
{
    for (size_t i = r->op->plan->count; i-- > 0;)
        if (r->op->plan->steps[i].kind == STEP_UPDATE_GROUP)
            return r->op->steps[i].status == STEP_DONE;
    return false;
}

/* Only an operation's own forward steps say how it went. What comes after the
 * group was swapped says nothing more about that. */
static enum op_verdict verdict_of(const struct run *r)
{
    /* In one that is repeated it was swapped before: see request/retry.c. */
    bool swapped = run_is_swapped(r) || json_flag(r->op->request, "swapped", false);
    bool part = r->op->type == OP_FAILOVER && json_list(r->op->request, "members") &&
                !json_flag(r->op->request, "rest", false);
    bool whole = true;
    for (size_t i = 0; i < r->op->plan->count; i++) {
        enum phase p = step_kind_phase(r->op->plan->steps[i].kind);
        /* The record is written again by a repetition, and has to be. */
        bool counts = r->rules->one_pass || p < PHASE_FINALIZE ||
                      r->op->plan->steps[i].kind == STEP_UPDATE_GROUP ||
                      (p == PHASE_FINALIZE && !swapped);
        enum step_status status = r->op->steps[i].status;
        whole = whole && (!counts || status == STEP_DONE ||
                          (status == STEP_SKIPPED && p == PHASE_CLEANUP && !r->steps[i].blocked));
    }
    if (whole)
        return part ? VERDICT_PARTIAL : VERDICT_PASSED;
    /* It serves there: whatever went wrong, that is not taken back any more. */
    return swapped && !r->rules->one_pass ? VERDICT_PARTIAL : VERDICT_FAILED;
}

/* Those that take back, or those that do not. */
static void skip_waiting(struct run *r, bool cleanup, const char *why)
{
    for (size_t i = 0; i < r->op->plan->count; i++)
        if (step_is_cleanup(&r->steps[i]) == cleanup && r->op->steps[i].status == STEP_WAITING)
            step_abort(&r->steps[i], STEP_SKIPPED, why);
}

/* The site with the copies went away while they were taken back: nobody can say
 * that they are gone, so what they stand for was not started. */
static void tell_way_without_target(struct operation *op)
{
    size_t n = strlen(op->remedy);
    snprintf(op->remedy + n, sizeof(op->remedy) - n,
             "%sIf %s is lost: protection-group resolve %s --serving %s --force --reason TEXT, then "
             "start its servers there (openstack server start).", n ? " " : "", op->target_site,
             op->group, op->source_site);
}

/* The source went away in the middle of a planned failover: whether it comes back
 * is a person's to say, and then there is a way without it. */
static void tell_way_without_source(struct operation *op)
{
    size_t n = strlen(op->remedy);
    bool left = operation_holds(op);
    snprintf(op->remedy + n, sizeof(op->remedy) - n, "%sIf %s is lost: ", n ? " " : "",
             op->source_site);
    n = strlen(op->remedy);
    if (left) /* the group is in error: say first where it served */
        snprintf(op->remedy + n, sizeof(op->remedy) - n,
                 "protection-group resolve %s --serving %s, then ", op->group, op->source_site);
    n = strlen(op->remedy);
    snprintf(op->remedy + n, sizeof(op->remedy) - n,
             "failover %s --force; what was written since %s is lost by it.", op->group,
             *op->recovery_point ? op->recovery_point : "the newest recovery point");
}

static void rest(struct run *r, enum op_status status)
{
    struct operation *op = r->op;
    /* A step that fails, a stop, and what is left have their words already. */
    if ((status == OP_FAILED || op->verdict == VERDICT_FAILED) && !*op->error_message) {
        const char *cause = json_text(op->request, "failed_for"); /* before it was repeated */
        snprintf(op->error_message, sizeof(op->error_message), "%s",
                 *cause ? cause : "a step did not end well");
        if (!*op->remedy)
            snprintf(op->remedy, sizeof(op->remedy), "See which step: operation show %s", op->id);
    }
    if (status == OP_FAILED && op->type == OP_FAILOVER && r->source_away)
        tell_way_without_source(op);
    else if (status == OP_FAILED && r->target_away && run_holds(r) &&
             (op->type == OP_FAILOVER || op->type == OP_ROLLBACK))
        tell_way_without_target(op);
    op->completed_ms = engine_wall(r->e);
    for (size_t b = 1; op->type == OP_RELEASE && b < r->book_count; b++)
        publish_ended(r->e, r->books[b].op); /* of what it made is gone what was released */
    run_set_status(r, status);
    op->progress = operation_progress(op);
    r->finished = true;
    r->dirty = true;
}

/* Whether a step of this run is to remove what that step of the parent made. */
static bool is_to_go(const struct run *r, const char *maker)
{
    for (size_t i = 0; i < r->op->plan->count; i++) {
        const json_t *params = r->op->plan->steps[i].params;
        if (strcmp(json_text(params, "of"), maker) == 0 ||
            strcmp(json_text(params, "also"), maker) == 0)
            return true;
    }
    return false;
}

/* What was stopped and is not to be started again by this run stays as it is;
 * so does what another's ledger has and this one leaves to serve. */
static bool concerns(const struct run *r, const struct operation *owner,
                     const struct ledger_entry *e)
{
    char key[STEP_KEY_SIZE];
    if (strcmp(e->type, "stopped") != 0)
        return r->op->type != OP_CONFIRM_FAILBACK || is_to_go(r, owner->plan->steps[e->step].key);
    snprintf(key, sizeof(key), "%s%s", step_kind_name(STEP_START_SERVER),
             strchr(owner->plan->steps[e->step].key, ':'));
    return plan_find(r->op->plan, key) >= 0;
}

/* The next entry of any of its ledgers that is still there, from the `at`-th on;
 * *at is behind it then. NULL: there is no more. */
static const struct ledger_entry *next_left(const struct run *r, size_t *at)
{
    size_t first = 0;
    for (size_t b = 0; b < r->book_count; b++) {
        const struct operation *owner = r->books[b].op;
        for (; *at < first + owner->ledger_count; ++*at) {
            const struct ledger_entry *e = &owner->ledger[*at - first];
            if (e->state != LEDGER_GONE && concerns(r, owner, e)) {
                ++*at;
                return e;
            }
        }
        first += owner->ledger_count;
    }
    return NULL;
}

/* Names what is still there; returns how many. */
static int survivors(const struct run *r, char *dst, size_t size)
{
    const struct ledger_entry *e;
    size_t at = 0;
    int n = 0;
    dst[0] = '\0';
    while ((e = next_left(r, &at)) != NULL) {
        size_t len = strlen(dst);
        if (len + 1 < size)
            snprintf(dst + len, size - len, "%s%s %s (%s)", n ? ", " : "", e->type, e->name,
                     *e->resource_id ? e->resource_id : "id unknown");
        n++;
    }
    return n;
}

/* Where that is: an undone failover may have left stopped servers at its source. */
static const char *where_left(const struct run *r)
{
    const struct ledger_entry *e;
    const char *site = NULL;
    size_t at = 0;
    while ((e = next_left(r, &at)) != NULL) {
        if (site && strcmp(site, e->site) != 0)
            return "both sites";
        site = e->site;
    }
    return site && *site ? site : r->op->target_site;
}

/* What a cleanup did is told by the drill as well: its own cleanup steps have
 * the same keys, and nobody else will ever take them. */
static void tell_drill(struct run *r, bool clean)
{
    for (size_t i = 0; i < r->op->plan->count; i++) {
        int own = plan_find(r->parent->plan, r->op->plan->steps[i].key);
        if (own >= 0)
            r->parent->steps[own] = r->op->steps[i];
    }
    if (r->parent->type == OP_TEST_FAILOVER) /* a move that failed stays one */
        r->parent->status = clean ? OP_CLEANED : OP_FAILED;
    else if (clean)
        operation_told_left(r->parent);
    if (!clean && !*r->parent->error_message) { /* a drill that passed has no cause of its own */
        memcpy(r->parent->error_message, r->op->error_message, sizeof(r->op->error_message));
        memcpy(r->parent->remedy, r->op->remedy, sizeof(r->op->remedy));
    }
    r->parent->progress = operation_progress(r->parent);
}

static void tell_what_is_left(struct run *r, int left, const char *list)
{
    struct operation *op = r->op;
    const char *where = where_left(r);
    run_event(r, "error", "%d left on %s: %s", left, where, list);
    /* What failed has told its cause already; this is told beside it. */
    if (!*op->error_message) {
        snprintf(op->error_message, sizeof(op->error_message), "%d left on %s: %s", left,
                 where, list);
        snprintf(op->remedy, sizeof(op->remedy), "%s %s", r->rules->advice,
                 r->rules->undo_again == AGAIN_OWNER   ? ledger_of(r)->id
                 : r->rules->undo_again == AGAIN_GROUP ? op->group
                                                       : op->id);
    }
    operation_told_left(op);
    operation_warn(op, "%s left %d on %s: %s",
                   op->type == OP_TEST_FAILOVER ? "cleanup" : op_type_label(op->type), left,
                   where, list);
}

void run_end_cleanup(struct run *r)
{
    struct operation *op = r->op, *owner = ledger_of(r);
    char list[400];
    int left = survivors(r, list, sizeof(list));
    bool clean = left == 0;
    owner->cleanup_due = op->cleanup_due = false; /* what is left waits for somebody to ask */
    if (left)
        tell_what_is_left(r, left, list);
    if (r->rules->one_pass && op->type != OP_TEST_CLEANUP) {
        op->verdict = verdict_of(r);
        clean = clean && op->verdict == VERDICT_PASSED;
    }
    if (op->type == OP_TEST_CLEANUP)
        tell_drill(r, clean);
    for (size_t b = 0; r->parent && b < r->book_count; b++)
        publish_ended(r->e, r->books[b].op);
    rest(r, clean ? r->rules->undone : OP_FAILED);
}

void run_open_cleanup(struct run *r)
{
    r->cleaning = r->stirred = true;
    r->opened = false;
    run_set_status(r, r->rules->undoing);
}

void run_end_forward(struct run *r)
{
    struct operation *op = r->op;
    skip_waiting(r, false, "not begun");
    op->verdict = verdict_of(r);
    bool failed = op->verdict == VERDICT_FAILED;
    bool undo = op->cleanup_due && (failed || r->rules->undo_always);
    if (failed && op->cancel_asked && !*op->error_message)
        snprintf(op->error_message, sizeof(op->error_message), OPERATION_STOPPED);
    if (r->rules->undo_always)
        run_set_status(r, failed ? OP_FAILED : r->rules->passed);
    if (r->rules->undo_always && !undo && failed && !*op->remedy)
        snprintf(op->remedy, sizeof(op->remedy), "Look at what was kept, then remove it: test "
                 "cleanup %s", op->id);
    if (undo) {
        run_open_cleanup(r);
        return;
    }
    op->cleanup_due = false;
    if (!r->rules->undo_always)
        skip_waiting(r, true, "not needed"); /* a kept drill's cleanup may still be asked for */
    rest(r, failed ? OP_FAILED : r->rules->passed);
}
