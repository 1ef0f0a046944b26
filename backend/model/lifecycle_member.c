/* lifecycle_member: where the members stand, read from the steps of an
 * operation that are about them. */
#include "backend/base/json.h"
#include "backend/model/lifecycle.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *world;
} STATES[MEMBER_STATE_COUNT] = {
#define MEMBER_ROW(symbol, name, world) [symbol] = {name, world},
    MEMBER_STATE_LIST(MEMBER_ROW)
#undef MEMBER_ROW
};

const char *member_state_name(enum member_state s)
{
    return STATES[s].name;
}

const char *member_state_world(enum member_state s)
{
    return STATES[s].world;
}

/* What the steps about one member say together. */
struct tally {
    bool named;                       /* one is about it at all */
    bool blocked, stopped;            /* before anything is made */
    bool begun, building, up, failed; /* making it */
    bool checks_open, checking, check_failed;
    bool deleting, gone, undo_open, undo_failed, started; /* taking it back */
    int64_t read_ms;
};

static void take_undo(struct tally *t, enum step_kind kind, enum step_status status)
{
    bool done = status == STEP_DONE;
    t->undo_open |= !step_status_over(status);
    t->undo_failed |= status == STEP_FAILED;
    if (kind == STEP_START_SERVER) {
        t->started |= done;
    } else if (kind == STEP_DELETE_SERVER) {
        t->gone |= done;
        t->deleting |= status == STEP_RUNNING;
    } else {
        t->deleting |= status == STEP_RUNNING || done;
    }
}

static void take_forward(struct tally *t, enum step_kind kind, enum step_status status)
{
    bool done = status == STEP_DONE, bad = status == STEP_FAILED, runs = status == STEP_RUNNING;
    if (kind == STEP_STOP_SERVER) {
        t->stopped |= done;
        t->blocked |= bad;
    } else if (kind == STEP_CREATE_SERVER) {
        t->building |= runs;
        t->up |= done;
        t->failed |= bad || status == STEP_SKIPPED;
    } else if (step_kind_phase(kind) == PHASE_VERIFY) {
        t->checking |= runs;
        t->checks_open |= !step_status_over(status);
        t->check_failed |= bad;
    } else if (step_kind_phase(kind) == PHASE_PREPARE) {
        t->blocked |= bad; /* nothing is on the target yet */
    } else {
        t->begun |= runs || done;
        t->failed |= bad;
    }
}

/* A step is done once what it did was read back; one that failed need not have been
 * answered at all. */
static int64_t read_back(const struct step_state *st)
{
    return st->status == STEP_DONE && st->ended_ms > st->read_ms ? st->ended_ms : st->read_ms;
}

static void take_step(struct tally *t, enum step_kind kind, const struct step_state *st)
{
    enum step_status status = st->status;
    t->named = true;
    if (read_back(st) > t->read_ms)
        t->read_ms = read_back(st);
    if (step_kind_phase(kind) == PHASE_CLEANUP)
        take_undo(t, kind, status);
    else
        take_forward(t, kind, status);
}

/* ---- what follows ----------------------------------------------------------------- */

/* The data is at the other site, and nothing has been made of it yet. */
static bool data_back(const struct operation *op)
{
    bool waited = false;
    for (size_t i = 0; op->type == OP_FAILBACK && i < op->plan->count; i++)
        if (op->plan->steps[i].kind == STEP_AWAIT_TRANSFER) {
            if (op->steps[i].status != STEP_DONE)
                return false;
            waited = true;
        }
    return waited;
}

static enum member_state undone(const struct operation *op, const struct tally *t)
{
    if (t->started)
        return op->type == OP_CANCEL_FAILBACK ? MEMBER_RECOVERED : MEMBER_PROTECTED;
    return t->gone ? MEMBER_CLEANED : MEMBER_CLEANING;
}

static enum member_state state_of(const struct operation *op, const struct tally *t)
{
    if (t->started || t->gone || t->deleting)
        return undone(op, t);
    if (t->failed || (t->blocked && t->begun))
        return MEMBER_FAILED;
    if (t->blocked)
        return MEMBER_BLOCKED;
    if (t->up && t->check_failed)
        return MEMBER_RECOVERED_UNVERIFIED;
    if (t->up && t->checking)
        return MEMBER_VERIFYING;
    if (t->up && t->checks_open)
        return MEMBER_FINALIZING;
    if (t->up)
        return op->type == OP_TEST_FAILOVER ? MEMBER_RUNNING_TEST : MEMBER_RECOVERED;
    if (t->building)
        return MEMBER_BOOTING;
    if (t->begun)
        return MEMBER_PROVISIONING;
    if (t->stopped)
        return data_back(op) ? MEMBER_READY_FOR_FAILBACK : MEMBER_STOPPED_PRIMARY;
    return MEMBER_PROTECTED;
}

static const char *result_of(const struct operation *op, const struct tally *t)
{
    bool over = op_status_over(op->status);
    if (!t->named)
        return NULL;
    if (op_type_undoes(op->type))
        return t->undo_failed ? "failed" : t->undo_open || !over ? NULL : "succeeded";
    if (t->failed || t->blocked)
        return "failed";
    if (!t->up)
        return over ? "failed" : NULL;
    if (t->check_failed)
        return "partial";
    return t->checks_open ? NULL : "succeeded";
}

static struct member_stand stand_of(const struct operation *op, const struct tally *t)
{
    return (struct member_stand){state_of(op, t), result_of(op, t), t->read_ms};
}

struct member_stand member_stand_by(const struct operation *op, const char *vm)
{
    struct tally t = {0};
    for (size_t i = 0; op->plan && i < op->plan->count; i++)
        if (strcmp(json_text(op->plan->steps[i].params, "vm"), vm) == 0)
            take_step(&t, op->plan->steps[i].kind, &op->steps[i]);
    return stand_of(op, &t);
}

void member_index(const struct plan *p, const struct group *g, int *ret)
{
    json_t *index = json_object();
    for (size_t m = 0; m < g->member_count; m++)
        json_put_int(index, g->members[m].name, (int64_t)m);
    for (size_t i = 0; p && i < p->count; i++)
        *ret++ = (int)json_int(index, json_text(p->steps[i].params, "vm"), -1);
    for (size_t m = 0; m < g->member_count; m++) /* two of one name stand alike */
        *ret++ = (int)json_int(index, g->members[m].name, 0);
    json_decref(index);
}

void member_stands_by_index(const struct operation *op, const struct group *g, const int *index,
                            struct member_stand *ret)
{
    struct tally *all = xcalloc(g->member_count, sizeof(*all));
    size_t steps = op->plan ? op->plan->count : 0;
    for (size_t i = 0; i < steps; i++)
        if (index[i] >= 0)
            take_step(&all[index[i]], op->plan->steps[i].kind, &op->steps[i]);
    for (size_t m = 0; m < g->member_count; m++)
        ret[m] = stand_of(op, &all[index[steps + m]]);
    free(all);
}

void member_stands(const struct operation *op, const struct group *g, struct member_stand *ret)
{
    int *index = xcalloc((op->plan ? op->plan->count : 0) + g->member_count + 1, sizeof(*index));
    member_index(op->plan, g, index);
    member_stands_by_index(op, g, index, ret);
    free(index);
}
