/*
 * state: what the history says of a group.
 *
 * A state is never set: it is the fold of lifecycle_after() over the group's
 * operations in the order they were begun, with drills laid over it while the
 * group is ready, so that it cannot disagree with them. What runs here is taken
 * as it is in memory, a moment ahead of the journal. On an error the view stays
 * as it was: not to know is not to be ready. Engine thread only.
 */
#include "backend/engine/groups/groups.h"
#include "backend/engine/groups/moved.h"
#include "backend/engine/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fold {
    struct engine *e;
    const struct group *g;
    struct group_view *v;
    enum group_state state, drill;
    char drill_id[OP_ID_SIZE];
    struct op_summary real;     /* the newest; id "" none */
    enum op_outcome outcome;    /* of that */
    struct op_summary moved;    /* the newest that made or removed servers; id "" none */
    struct op_summary away;     /* the newest failover that the group serves by; id "" none */
    char forced_id[OP_ID_SIZE]; /* a failover that did not see the primary at rest */
};

/* Of ten thousand groups most have none, and had none. */
static void set_id(char dst[OP_ID_SIZE], const char *id)
{
    if (strcmp(dst, id) != 0)
        snprintf(dst, OP_ID_SIZE, "%s", id);
}

/* The journal is a flush behind what runs here. */
static void take_live(const struct engine *e, struct op_summary *s)
{
    const struct operation *op = NULL;
    for (const struct run *r = e->runs; r && !op; r = r->next)
        if (strcmp(r->op->id, s->id) == 0)
            op = r->op;
    if (!op)
        return;
    s->status = op->status;
    s->verdict = op->verdict;
    s->stopped = operation_stopped(op);
    s->cleanup_due = op->cleanup_due;
    s->started_ms = op->started_ms;
    s->completed_ms = op->completed_ms;
    s->holds = operation_holds(op);
}

static void take_drilled(struct group_view *v, const struct op_summary *s)
{
    /* What counts against the RTO ends where cleanup begins; a kept drill is
     * cleaned up after it was completed. */
    int64_t until = s->undo_ms && s->undo_ms < s->completed_ms ? s->undo_ms : s->completed_ms;
    snprintf(v->last_drill_id, sizeof(v->last_drill_id), "%s", s->id);
    v->last_drill_verdict = s->verdict;
    v->last_drill_stopped = s->stopped;
    v->last_drill_ms = s->completed_ms;
    v->last_drill_duration_ms = until - s->started_ms;
}

/* What runs is told before what is kept, the newer before the older. */
static void take_drill(struct fold *f, const struct op_summary *s, const struct op_fact *fact)
{
    enum group_state now = lifecycle_drill(fact);
    bool kept = now == GROUP_TEST_ACTIVE,
         busy = f->drill == GROUP_TESTING || f->drill == GROUP_TEST_CLEANING;
    if (s->type == OP_TEST_FAILOVER && s->completed_ms)
        take_drilled(f->v, s);
    if (now == GROUP_READY || (kept && busy))
        return;
    f->drill = now;
    snprintf(f->drill_id, sizeof(f->drill_id), "%s", s->id);
}

/* A forced failover did not see the primary at rest, nor a forced resolve the
 * other site. Whatever takes the group elsewhere, and a person's word that was
 * not forced, ends the doubt. */
static void take_risk(struct fold *f, const struct op_summary *s)
{
    if ((s->type == OP_FAILOVER || s->type == OP_RESOLVE) && s->forced &&
        f->outcome != OUTCOME_UNDONE)
        snprintf(f->forced_id, sizeof(f->forced_id), "%s", s->id);
    else if (f->outcome == OUTCOME_DONE && s->type != OP_COMMIT && s->type != OP_FAILOVER &&
             s->type != OP_RELEASE)
        f->forced_id[0] = '\0';
}

/* By which failover the group is where it is; nothing once it is back. */
static void take_away(struct fold *f, const struct op_summary *s, const struct op_fact *fact)
{
    bool done = op_outcome(fact) == OUTCOME_DONE;
    if (s->type == OP_FAILOVER && s->status == OP_COMPLETED)
        f->away = *s;
    else if (done && (s->type == OP_ROLLBACK || s->type == OP_CONFIRM_FAILBACK ||
                      s->type == OP_RESOLVE))
        f->away.id[0] = '\0';
}

/* What a move made at the site where the group does not serve, and nobody has seen gone. */
static void take_left(struct fold *f, const struct op_summary *s)
{
    bool first = strcmp(f->g->current_primary, f->g->primary) == 0;
    f->v->left |= s->left && s->status == OP_COMPLETED &&
                  s->type == (first ? OP_FAILOVER : OP_FAILBACK);
}

static void take(struct fold *f, struct op_summary s)
{
    take_live(f->e, &s);
    struct op_fact fact = {
        .type = s.type,
        .status = s.status,
        .verdict = s.verdict,
        .cleanup_due = s.cleanup_due,
        .holds = s.holds,
        .serving = *s.serving && strcmp(s.serving, f->g->secondary) == 0,
    };
    if (s.type == OP_SYNC_VOLUMES)
        f->v->syncing |= op_outcome(&fact) == OUTCOME_RUNNING;
    if (!lifecycle_real(s.type)) {
        take_drill(f, &s, &fact);
        return;
    }
    take_away(f, &s, &fact);
    take_left(f, &s);
    if (*f->real.id && f->outcome == OUTCOME_RUNNING && op_outcome(&fact) != OUTCOME_RUNNING)
        return; /* an earlier part of the move is being repeated: that is what runs */
    f->state = lifecycle_after(f->state, &fact);
    f->outcome = op_outcome(&fact);
    f->real = s;
    if (s.type == OP_FAILOVER || s.type == OP_FAILBACK || s.type == OP_ROLLBACK ||
        s.type == OP_CANCEL_FAILBACK)
        f->moved = s;
    take_risk(f, &s);
}

/* ---- what follows ----------------------------------------------------------------- */

static void set_real(struct fold *f)
{
    struct group_view *v = f->v;
    const struct op_summary *real = &f->real;
    bool runs = *real->id && f->outcome == OUTCOME_RUNNING;
    set_id(v->real_id, real->id);
    v->real_type = real->type;
    v->real_status = real->status;
    v->real_verdict = real->verdict;
    v->real_completed_ms = runs ? 0 : real->completed_ms;
    v->state = f->state;
    v->operation_id[0] = '\0';
    v->drill_open = f->drill != GROUP_READY;
    v->split_brain = *f->g->split.site != '\0';
    v->split_risk = *f->forced_id && strcmp(f->forced_id, f->g->reconciled) != 0;
    if (runs) {
        snprintf(v->operation_id, sizeof(v->operation_id), "%s", real->id);
    } else if (v->split_brain) {
        v->state = GROUP_SPLIT_BRAIN;
    } else if (f->state == GROUP_READY && f->drill != GROUP_READY) {
        v->state = f->drill;
        snprintf(v->operation_id, sizeof(v->operation_id), "%s", f->drill_id);
    } else if (f->state == GROUP_READY && f->g->member_count == 0) {
        v->state = GROUP_UNPROTECTED;
    }
}

/* Counted from the end of the operation itself. Once somebody has tried to
 * decide, and it went wrong, the decision is theirs. */
static void set_window(struct fold *f)
{
    const struct config *c = f->e->o.config;
    struct group_view *v = f->v;
    v->window = WINDOW_NONE;
    v->window_ends_ms = 0;
    if (!c || !v->real_completed_ms || (f->outcome != OUTCOME_DONE && v->state != GROUP_AWAITING_COMMIT))
        return;
    int64_t after = 0;
    if (v->state == GROUP_AWAITING_COMMIT && v->real_type == OP_FAILOVER) {
        if (strcmp(c->commit_mode, "auto") == 0) {
            v->window = WINDOW_COMMIT;
        } else if (c->commit_window_minutes) {
            v->window = strcmp(c->commit_window_action, "rollback") == 0 ? WINDOW_ROLLBACK
                                                                         : WINDOW_COMMIT;
            after = (int64_t)c->commit_window_minutes * 60000;
        }
    } else if (v->state == GROUP_FAILBACK_READY && v->real_type == OP_FAILBACK &&
               strcmp(c->confirm_mode, "auto") == 0) {
        v->window = WINDOW_CONFIRM;
    }
    if (v->window == WINDOW_NONE)
        return;
    v->window_ends_ms = v->real_completed_ms + after;
    f->e->window_next_ms = 0; /* it may be the next one to end */
}

/* ---- members ------------------------------------------------------------------------ */

static void count_stands(const struct member_stand *stands, size_t count, struct member_tally *t)
{
    for (size_t i = 0; i < count; i++) {
        t->recovered += stands[i].state == MEMBER_RECOVERED ||
                        stands[i].state == MEMBER_RUNNING_TEST;
        t->unverified += stands[i].state == MEMBER_RECOVERED_UNVERIFIED;
        t->failed += stands[i].state == MEMBER_FAILED || stands[i].state == MEMBER_BLOCKED;
    }
}

void group_tally(const struct group *g, const struct operation *op, const int *index,
                 struct member_tally *ret)
{
    struct member_stand *stands = xcalloc(g->member_count, sizeof(*stands));
    struct member_tally t = {.total = (int)g->member_count};
    if (index)
        member_stands_by_index(op, g, index, stands);
    else
        member_stands(op, g, stands);
    count_stands(stands, g->member_count, &t);
    free(stands);
    *ret = t;
}

static const char *concern(const struct group_view *v, const char *moved_id)
{
    switch (v->state) {
    case GROUP_UNPROTECTED:
    case GROUP_READY:
        return "";
    case GROUP_TESTING:
    case GROUP_TEST_ACTIVE:
    case GROUP_TEST_CLEANING:
        return v->operation_id;
    default:
        return moved_id;
    }
}

const char *group_concern(const struct group_slot *slot)
{
    return concern(slot->view, slot->moved_id);
}

/* The group is where it is by a failover in one part that took all along. */
static bool went_whole(const struct op_summary *away)
{
    return !*away->id || (away->verdict == VERDICT_PASSED && !*away->follows);
}

/* By all parts of the move that took it there: who is left behind, and where the
 * others stand if nothing has moved them since. */
static enum pc_err tally_parts(struct fold *f, struct member_tally *t, struct pc_error *err)
{
    struct parts away = {0};
    const struct group *g = f->g;
    enum pc_err rc = moved_by(f->e, f->away.id, &away, err);
    if (rc)
        return rc;
    for (size_t i = 0; i < g->member_count; i++)
        t->elsewhere += parts_left_behind(&away, &g->members[i]);
    if (strcmp(f->moved.id, f->away.id) == 0) {
        struct member_stand *stands = xcalloc(g->member_count, sizeof(*stands));
        parts_stands(&away, g, stands);
        count_stands(stands, g->member_count, t);
        free(stands);
    }
    f->v->state = lifecycle_by_members(f->v->state, away.count > 1, parts_whole(&away, g),
                                       t->elsewhere);
    parts_release(&away);
    return PC_OK;
}

static enum pc_err tally_one(struct fold *f, const char *id, struct member_tally *t,
                             struct pc_error *err)
{
    struct operation *op = NULL;
    int elsewhere = t->elsewhere;
    enum pc_err rc = store_op_load(f->e->store, id, &op, err);
    if (rc)
        return rc;
    group_tally(f->g, op, NULL, t);
    t->elsewhere = elsewhere;
    operation_free(op);
    return PC_OK;
}

/* A move that passed left every member as it should be; only of the others the
 * steps have to be read, once for each state that they come to. */
static enum pc_err set_tally(struct fold *f, struct group_slot *slot, struct pc_error *err)
{
    struct member_tally t = {.total = (int)f->g->member_count};
    const char *id = concern(f->v, slot->moved_id);
    bool move = *id && strcmp(id, f->moved.id) == 0, parts = !went_whole(&f->away);
    char key[sizeof(slot->tallied)];
    enum pc_err rc = PC_OK;
    if (!*id) { /* most, and nothing is to be read for them */
        f->v->members = t;
        slot->tallied[0] = '\0';
        return PC_OK;
    }
    snprintf(key, sizeof(key), "%s %d %d %d %lld", id, (int)f->v->state,
             move ? (int)f->moved.status : 0, (int)f->real.status,
             (long long)f->g->metadata_version);
    if (strcmp(key, slot->tallied) == 0) {
        f->v->state = slot->judged;
        return PC_OK;
    }
    if (parts)
        rc = tally_parts(f, &t, err);
    if (!parts && move && f->moved.completed_ms && f->moved.verdict == VERDICT_PASSED)
        t.recovered = t.total;
    else if (!rc && !(parts && strcmp(f->moved.id, f->away.id) == 0) &&
             !run_find(f->e, id)) /* what runs is counted when it is published */
        rc = tally_one(f, id, &t, err);
    if (rc)
        return rc;
    f->v->members = t;
    slot->judged = f->v->state;
    snprintf(slot->tallied, sizeof(slot->tallied), "%s", key);
    return PC_OK;
}

enum pc_err group_derive(struct engine *e, struct group_slot *slot, const struct op_summary *list,
                         size_t count, struct pc_error *err)
{
    struct group_slot was = *slot;
    struct group_view next;
    struct fold f = {
        .e = e, .g = slot->group, .v = &next, .state = GROUP_READY, .drill = GROUP_READY};
    group_view_read(slot->view, &next);
    next.syncing = next.left = false;
    next.last_drill_ms = 0;
    for (size_t i = 0; i < count; i++)
        take(&f, list[i]);
    set_real(&f);
    set_id(slot->moved_id, f.moved.id);
    set_id(slot->forced_id, f.forced_id);
    set_id(slot->away_id, f.away.id);
    enum pc_err rc = set_tally(&f, slot, err);
    set_window(&f);
    if (rc)
        *slot = was;
    else
        group_view_write(&slot->view, &next);
    return rc;
}

enum pc_err group_sites(struct engine *e, const struct group *g, struct site **source,
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

const char *group_metadata(struct engine *e, const struct group_slot *s)
{
    const struct group *g = s->group;
    const struct site *other = engine_site(
        e, strcmp(g->current_primary, g->primary) == 0 ? g->secondary : g->primary);
    bool silent = !other || strcmp(other->view.status, "unreachable") == 0 ||
                  strcmp(other->view.status, "error") == 0;
    if (silent)
        return "unreachable";
    return s->view->split_risk || s->view->split_brain ? "out_of_sync" : "in_sync";
}
