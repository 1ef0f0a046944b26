/* rules: how each type of operation runs, in one table. A new type is a row. */
#include "backend/engine/run.h"

#define DRILL_WORKS                                                                         \
    {                                                                                       \
        [PHASE_PREPARE] = OP_SNAPSHOTS, [PHASE_STORAGE] = OP_VOLUMES,                       \
        [PHASE_INSTANCES] = OP_VMS, [PHASE_VERIFY] = OP_VERIFYING,                          \
        [PHASE_FINALIZE] = OP_VERIFYING, [PHASE_CLEANUP] = OP_CLEANING_UP                   \
    }
#define RUNS                                                                                \
    {                                                                                       \
        [PHASE_PREPARE] = OP_RUNNING, [PHASE_STORAGE] = OP_RUNNING,                         \
        [PHASE_INSTANCES] = OP_RUNNING, [PHASE_VERIFY] = OP_RUNNING,                        \
        [PHASE_FINALIZE] = OP_RUNNING, [PHASE_CLEANUP] = OP_RUNNING                         \
    }

/* What takes itself back when it fails, and is at rest when it is done. */
#define MOVES                                                                               \
    {                                                                                       \
        .working = RUNS, .passed = OP_COMPLETED, .undoing = OP_ROLLING_BACK,                \
        .undone = OP_FAILED, .advice = "Remove what blocks them, then: operation retry"  \
    }
#define UNDOES(text, again)                                                                        \
    {                                                                                       \
        .one_pass = true, .working = RUNS, .passed = OP_COMPLETED, .undoing = OP_RUNNING,   \
        .undone = OP_COMPLETED, .advice = text,  \
        .undo_again = again                                              \
    }

static const struct op_rules RULES[OP_TYPE_COUNT] = {
    [OP_TEST_FAILOVER] =
        {
            .undo_always = true,
            .working = DRILL_WORKS,
            .passed = OP_SUCCEEDED,
            .undoing = OP_CLEANING_UP,
            .undone = OP_CLEANED,
            .advice = "Remove what blocks them, then repeat: test cleanup",
            .undo_again = AGAIN_OWNER,
        },
    [OP_TEST_CLEANUP] = UNDOES("Remove what blocks them, then repeat: test cleanup", AGAIN_OWNER),
    [OP_FAILOVER] = MOVES,
    [OP_FAILBACK] = MOVES,
    [OP_COMMIT] = MOVES,
    [OP_SYNC_VOLUMES] = MOVES,
    [OP_RESOLVE] = MOVES,
    [OP_RELEASE] = MOVES,
    [OP_ROLLBACK] = UNDOES("Remove what blocks them, then repeat this one: operation retry", AGAIN_SAME),
    [OP_CONFIRM_FAILBACK] = UNDOES("Remove what blocks them, then repeat: protection-group "
                                   "confirm-failback", AGAIN_GROUP),
    [OP_CANCEL_FAILBACK] = UNDOES("Remove what blocks them, then repeat: protection-group "
                                  "cancel-failback", AGAIN_GROUP),
};

const struct op_rules *op_rules(enum op_type t)
{
    return &RULES[t];
}
