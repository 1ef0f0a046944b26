/* lifecycle_member: where one member stands, read from the steps of an
 * operation that are about it. */
#include "backend/base/json.h"
#include "backend/model/lifecycle.h"

#include <string.h>

static const struct {
    const char *name, *world, *result;
} STATES[MEMBER_STATE_COUNT] = {
#define MEMBER_ROW(symbol, name, world) [symbol] = {name, world, NULL},
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

const char *member_result(enum member_state s)
{
    switch (s) {
    case MEMBER_RUNNING_TEST:
    case MEMBER_RECOVERED:
    case MEMBER_CLEANED:
        return "succeeded";
    case MEMBER_RECOVERED_UNVERIFIED:
        return "partial";
    case MEMBER_FAILED:
        return "failed";
    default:
        return NULL;
    }
}

/* What the steps about one member say together. */
struct tally {
    bool stopped, begun, building, up, failed, check_failed, checking, deleting, gone;
};

static void take_step(struct tally *t, enum step_kind kind, enum step_status status)
{
    bool done = status == STEP_DONE, bad = status == STEP_FAILED;
    if (step_kind_phase(kind) == PHASE_CLEANUP) {
        t->deleting |= status == STEP_RUNNING || (kind != STEP_DELETE_SERVER && done);
        t->gone |= kind == STEP_DELETE_SERVER && done;
    } else if (kind == STEP_STOP_SERVER) {
        t->stopped |= done;
    } else if (kind == STEP_CREATE_SERVER) {
        t->building |= status == STEP_RUNNING;
        t->up |= done;
        t->failed |= bad || status == STEP_SKIPPED;
    } else if (step_kind_phase(kind) == PHASE_VERIFY) {
        t->checking |= status == STEP_RUNNING;
        t->check_failed |= bad;
    } else {
        t->begun |= status == STEP_RUNNING || done;
        t->failed |= bad && step_kind_phase(kind) >= PHASE_STORAGE;
    }
}

static bool checks_wait(const struct operation *op, const char *vm)
{
    for (size_t i = 0; i < op->plan->count; i++)
        if (step_kind_phase(op->plan->steps[i].kind) == PHASE_VERIFY &&
            strcmp(json_text(op->plan->steps[i].params, "vm"), vm) == 0 &&
            !step_status_over(op->steps[i].status))
            return true;
    return false;
}

enum member_state member_state_by(const struct operation *op, const char *vm)
{
    struct tally t = {0};
    for (size_t i = 0; op->plan && i < op->plan->count; i++)
        if (strcmp(json_text(op->plan->steps[i].params, "vm"), vm) == 0)
            take_step(&t, op->plan->steps[i].kind, op->steps[i].status);
    if (t.gone)
        return MEMBER_CLEANED;
    if (t.deleting)
        return MEMBER_CLEANING;
    if (t.failed)
        return MEMBER_FAILED;
    if (t.up && t.check_failed)
        return MEMBER_RECOVERED_UNVERIFIED;
    if (t.up && t.checking)
        return MEMBER_VERIFYING;
    if (t.up && checks_wait(op, vm))
        return MEMBER_FINALIZING;
    if (t.up)
        return op->type == OP_TEST_FAILOVER ? MEMBER_RUNNING_TEST : MEMBER_RECOVERED;
    if (t.building)
        return MEMBER_BOOTING;
    if (t.begun)
        return MEMBER_PROVISIONING;
    return t.stopped ? MEMBER_STOPPED_PRIMARY : MEMBER_PROTECTED;
}
