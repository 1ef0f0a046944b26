/*
 * world: fixed snapshots for tests of the screens.
 *
 * Two sites and a handful of groups in every condition, at one frozen moment;
 * the same operation in every stage of its life.
 */
#ifndef PC_TESTS_TUI_WORLD_H
#define PC_TESTS_TUI_WORLD_H

#include "backend/model/snapshot.h"

/* The moment of the world: 2026-11-20T09:41:07Z unless a program sets another. */
#define WORLD_FROZEN_MS INT64_C(1795167667000)
extern int64_t world_now_ms;

#define WORLD_DRILL_ID "op-9f3a1b2c-52d0-4c0e-9d6b-0a4f5c1e7a10"

enum world_stage {
    WORLD_CALM,      /* nothing runs */
    WORLD_RUNNING,   /* the drill of prod-web-app makes its volumes */
    WORLD_VERIFYING, /* its servers are being checked */
    WORLD_FAILED,    /* a server could not be made; cleaned up */
    WORLD_STOPPED,   /* stopped by the operator among its volumes; is cleaned up */
    WORLD_KEPT,      /* passed, and kept: cleanup is the operator's */
    WORLD_PASSED,    /* passed and cleaned */
    WORLD_DOWN,      /* calm, but site-b does not answer and data is old */
    WORLD_EMPTY,     /* the first start: nothing known */
    WORLD_HOSTILE,   /* names and texts that would command a terminal */
    WORLD_STAGES,
};

/* A new snapshot; the caller's reference. */
struct snapshot *world_snapshot(enum world_stage stage);

/* The drill of a stage as the history would give it (operation_show). */
json_t *world_operation_json(enum world_stage stage);
json_t *world_history_json(void);
json_t *world_proposal_json(bool with_problem);
json_t *world_events_json(void);

/* A name with ESC sequences, C1, bidirectional and zero-width characters; long. */
const char *world_hostile_name(void);

#endif
