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

#define WORLD_MOVE_ID "op-4c1d7e90-2b6a-4f3e-8a51-7d90b2c3e4f5"

enum world_stage {
    WORLD_CALM,      /* nothing runs */
    WORLD_RUNNING,   /* the drill of prod-web-app makes its volumes */
    WORLD_VERIFYING, /* its servers are being checked */
    WORLD_FAILED,    /* a server could not be made; cleaned up */
    WORLD_SILENT,    /* a check had no answer; what the guest's console said was kept */
    WORLD_STOPPED,   /* stopped by the operator among its volumes; is cleaned up */
    WORLD_KEPT,      /* passed, and kept: cleanup is the operator's */
    WORLD_PASSED,    /* passed and cleaned */
    WORLD_DOWN,      /* calm, but site-b does not answer and data is old */
    WORLD_MOVED,     /* a group in every state that a failover leads to */
    WORLD_ROLLING,   /* the failover of prod-web-app failed and is taken back */
    WORLD_PARTIAL,   /* it ended with a member missing, and what is up was kept */
    WORLD_ASKING,    /* it waits for an answer */
    WORLD_EMPTY,     /* the first start: nothing known */
    WORLD_HOSTILE,   /* names and texts that would command a terminal */
    WORLD_STAGES,
};

/* A new snapshot; the caller's reference. */
struct snapshot *world_snapshot(enum world_stage stage);

/* The drill of a stage as the history would give it (operation_show). */
json_t *world_operation_json(enum world_stage stage);
json_t *world_history_json(void);
/* Two drills of prod-web-app that passed, the newer one slower: 0 and 1. */
#define WORLD_RUN_IDS {"op-5e00b1fd-0002", "op-7d21c0aa-0001"}
json_t *world_run_json(int which);
json_t *world_proposal_json(bool with_problem);
json_t *world_events_json(void);
/* event_list: the events first..last of two operations, every seventh a warning. */
json_t *world_all_events_json(int first, int last);
/* What a dry run of a failover answers; blocked: two checks stand in the way. */
json_t *world_plan_json(bool blocked);
/* What a dry run of a rollback, and of what the like decides, answers; and of a retry. */
json_t *world_undo_plan_json(void);
json_t *world_commit_plan_json(void);
json_t *world_retry_plan_json(void);
/* The same of a drill. */
json_t *world_drill_plan_json(void);
json_t *world_readiness_json(void);
json_t *world_points_json(void);
/* How the members of prod-web-app stand after a failover in part (group_show). */
json_t *world_group_json(void);
/* A page of the audit record: what was refused, never answered, and answered; `first` of
 * its numbers, `count` requests, and where the page before it ends (NULL: nowhere). */
json_t *world_audit_page_json(int first, int count, const char *before);
json_t *world_audit_json(void);
/* What an undo would take back (group_versions). */
json_t *world_versions_json(void);
/* A site with its quotas and its array (site_show). */
json_t *world_site_json(void);
/* The operations of prod-web-app with their ledgers (operation_list). */
json_t *world_operations_json(void);

/* For world.c alone: the failover of prod-web-app in one of its three stages. */
struct operation *world_move(enum world_stage stage);
/* The same: a server could not be made; the last check had no answer in time, and what the
 * guest said meanwhile was kept. */
void world_no_room(struct operation *op);
void world_no_answer(struct operation *op);
/* The same: the sites of a stage, and parts of a group's record. */
struct site_list *world_sites(enum world_stage stage);
json_t *world_split_json(void);
json_t *world_boot_json(void);

/* A name with ESC sequences, C1, bidirectional and zero-width characters; long. */
const char *world_hostile_name(void);

#endif
