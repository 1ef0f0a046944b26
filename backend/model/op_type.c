/* op_type: what kinds of operation there are, and how each shows its phases. */
#include "backend/model/operation.h"

#include <string.h>

static const struct {
    const char *name, *label;
    bool undoes, turns, stays;
} TYPES[OP_TYPE_COUNT] = {
#define OP_TYPE_ROW(symbol, ...) [symbol] = {__VA_ARGS__},
    OP_TYPE_LIST(OP_TYPE_ROW)
#undef OP_TYPE_ROW
};

/* A failover and a failback are told alike; what rolls one back by itself
 * leaves the progress where it was. */
#define MOVES                                                               \
    {                                                                       \
        [PHASE_PREPARE] = {"preparation", "prepare", "prep", 0, 20},        \
        [PHASE_STORAGE] = {"storage", "storage", "vols", 20, 60},           \
        [PHASE_INSTANCES] = {"instances", "instances", "inst", 60, 85},     \
        [PHASE_VERIFY] = {"verifying", "verify", "check", 85, 90},          \
        [PHASE_FINALIZE] = {"finalization", "finalize", "final", 90, 100},  \
        [PHASE_CLEANUP] = {"rolling_back", "roll back", "undo", 100, 100},  \
    }
#define UNDOES(word, label, brief)                                          \
    {                                                                       \
        [PHASE_CLEANUP] = {word, label, brief, 0, 90},                      \
        [PHASE_FINALIZE] = {"finalization", "finalize", "final", 90, 100},  \
    }

static const struct phase_shape SHAPES[OP_TYPE_COUNT][PHASE_COUNT] = {
    [OP_TEST_FAILOVER] =
        {
            [PHASE_PREPARE] = {"creating_snapshots", "snapshots", "snap", 0, 20},
            [PHASE_STORAGE] = {"creating_volumes", "volumes", "vols", 20, 60},
            [PHASE_INSTANCES] = {"creating_vms", "instances", "inst", 60, 80},
            [PHASE_VERIFY] = {"verifying", "verify", "check", 80, 90},
            [PHASE_CLEANUP] = {"cleaning_up", "cleanup", "clean", 90, 100},
        },
    [OP_TEST_CLEANUP] = {[PHASE_CLEANUP] = {"cleaning_up", "cleanup", "clean", 0, 100}},
    [OP_FAILOVER] = MOVES,
    [OP_FAILBACK] = MOVES,
    [OP_COMMIT] =
        {
            [PHASE_PREPARE] = {"preparation", "prepare", "prep", 0, 50},
            [PHASE_FINALIZE] = {"finalization", "finalize", "final", 50, 100},
        },
    [OP_ROLLBACK] = UNDOES("rolling_back", "roll back", "undo"),
    [OP_CONFIRM_FAILBACK] = /* what replicates first may last */
        {
            [PHASE_PREPARE] = {"preparation", "prepare", "prep", 0, 50},
            [PHASE_CLEANUP] = {"releasing", "release", "free", 50, 90},
            [PHASE_FINALIZE] = {"finalization", "finalize", "final", 90, 100},
        },
    [OP_CANCEL_FAILBACK] = UNDOES("rolling_back", "roll back", "undo"),
    [OP_SYNC_VOLUMES] =
        {
            [PHASE_PREPARE] = {"replication", "replicate", "sync", 0, 90},
            [PHASE_FINALIZE] = {"finalization", "finalize", "final", 90, 100},
        },
    [OP_RESOLVE] =
        {
            [PHASE_PREPARE] = {"preparation", "prepare", "prep", 0, 80},
            [PHASE_FINALIZE] = {"finalization", "finalize", "final", 80, 100},
        },
    [OP_RELEASE] =
        {
            [PHASE_PREPARE] = {"preparation", "prepare", "prep", 0, 20},
            [PHASE_INSTANCES] = {"releasing", "release", "free", 20, 95},
            [PHASE_FINALIZE] = {"finalization", "finalize", "final", 95, 100},
        },
};

const char *op_type_name(enum op_type t)
{
    return TYPES[t].name;
}

const char *op_type_label(enum op_type t)
{
    return TYPES[t].label;
}

bool op_type_undoes(enum op_type t)
{
    return TYPES[t].undoes;
}

bool op_type_turns(enum op_type t)
{
    return TYPES[t].turns;
}

bool op_type_stays(enum op_type t)
{
    return TYPES[t].stays;
}

enum op_type op_type_parse(const char *name)
{
    for (int t = 0; t < OP_TYPE_COUNT; t++)
        if (strcmp(TYPES[t].name, name) == 0)
            return (enum op_type)t;
    return OP_TYPE_COUNT;
}

const struct phase_shape *op_phase(enum op_type t, enum phase p)
{
    const struct phase_shape *shape = &SHAPES[t][p];
    return shape->word ? shape : NULL;
}

enum phase op_phase_at(enum op_type t, int i)
{
    static const enum phase UNDOING[PHASE_COUNT] = {PHASE_PREPARE, PHASE_STORAGE, PHASE_INSTANCES,
                                                    PHASE_VERIFY,  PHASE_CLEANUP, PHASE_FINALIZE};
    return op_type_undoes(t) ? UNDOING[i] : (enum phase)i;
}
