/*
 * operation: one run of a plan, as it is journalled and as it is shown.
 *
 * The engine owns the one mutable copy; screens get copies. Times are wall
 * clock ms, 0: not yet. Statuses are the seeds' words. Pure data, any thread.
 */
#ifndef PC_MODEL_OPERATION_H
#define PC_MODEL_OPERATION_H

#include "backend/model/plan.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*     symbol                name                label        undoes its parent? turns? stays? */
#define OP_TYPE_LIST(X)                                                                    \
    X(OP_TEST_FAILOVER,     "test_failover",    "drill",            false, false, false)   \
    X(OP_TEST_CLEANUP,      "test_cleanup",     "cleanup",          true,  false, true)    \
    X(OP_FAILOVER,          "failover",         "failover",         false, false, false)   \
    X(OP_FAILBACK,          "failback",         "failback",         false, false, false)   \
    X(OP_COMMIT,            "commit",           "commit",           false, false, true)    \
    X(OP_ROLLBACK,          "rollback",         "rollback",         true,  true,  false)   \
    X(OP_CONFIRM_FAILBACK,  "confirm_failback", "confirm failback", true,  true,  true)    \
    X(OP_CANCEL_FAILBACK,   "cancel_failback",  "cancel failback",  true,  true,  false)   \
    X(OP_SYNC_VOLUMES,      "sync_volumes",     "sync",             false, false, false)   \
    X(OP_RESOLVE,           "resolve",          "resolve",          false, false, false)   \
    X(OP_RELEASE,           "release",          "release",          false, true,  true)

enum op_type {
#define OP_TYPE_ENUM(symbol, ...) symbol,
    OP_TYPE_LIST(OP_TYPE_ENUM)
#undef OP_TYPE_ENUM
    OP_TYPE_COUNT
};
const char *op_type_name(enum op_type t);  /* "test_failover" */
const char *op_type_label(enum op_type t); /* "drill" */
enum op_type op_type_parse(const char *name); /* OP_TYPE_COUNT: none */
/* It works on the ledger of its parent, and all its steps run in one pass:
 * what is deleted, what is started again, what is written down. */
bool op_type_undoes(enum op_type t);
/* Its record has the sites in the roles of its parent, and production goes to, or
 * stays at, the source of that: see operation_from(). A release's target is where it
 * deletes, and its source where the group serves; they may be the same. */
bool op_type_turns(enum op_type t);
/* No production moves by it: what it is about stays at operation_to(). */
bool op_type_stays(enum op_type t);

/* How an operation of this type shows a phase: the seeds' words and bands. */
struct phase_shape {
    const char *word, *label, *brief; /* status word; for a bar; for a narrow one */
    int from, to;             /* percent */
};
/* NULL: an operation of this type has no such phase. A failover's cleanup is
 * its rollback: there progress stands still (from == to). */
const struct phase_shape *op_phase(enum op_type t, enum phase p);
/* The phase that comes i-th (below PHASE_COUNT) when an operation of this type
 * runs: what undoes another writes down the end only after it has undone. */
enum phase op_phase_at(enum op_type t, int i);

/*     symbol             word                   coarse state   over? (when at rest) */
#define OP_STATUS_LIST(X)                                          \
    X(OP_PENDING,         "pending",            "pending",   0)    \
    X(OP_SNAPSHOTS,       "creating_snapshots", "running",   0)    \
    X(OP_VOLUMES,         "creating_volumes",   "running",   0)    \
    X(OP_VMS,             "creating_vms",       "running",   0)    \
    X(OP_VERIFYING,       "verifying",          "running",   0)    \
    X(OP_RUNNING,         "running",            "running",   0)    \
    X(OP_SUCCEEDED,       "succeeded",          "completed", 1)    \
    X(OP_FAILED,          "failed",             "failed",    1)    \
    X(OP_CLEANING_UP,     "cleaning_up",        "running",   0)    \
    X(OP_ROLLING_BACK,    "rolling_back",       "running",   0)    \
    X(OP_CLEANED,         "cleaned",            "completed", 1)    \
    X(OP_COMPLETED,       "completed",          "completed", 1)

enum op_status {
#define OP_STATUS_ENUM(symbol, word, coarse, over) symbol,
    OP_STATUS_LIST(OP_STATUS_ENUM)
#undef OP_STATUS_ENUM
    OP_STATUS_COUNT
};
const char *op_status_word(enum op_status s);
bool op_status_over(enum op_status s); /* nothing runs in this status */
enum op_status op_status_parse(const char *word); /* OP_STATUS_COUNT: none */

/* PARTIAL: some members are up, others not (a failover that keeps what it has). */
enum op_verdict { VERDICT_NONE, VERDICT_PASSED, VERDICT_FAILED, VERDICT_PARTIAL, VERDICT_COUNT };
const char *op_verdict_word(enum op_verdict v); /* "", "passed", "failed", "partial" */

enum { OP_ID_SIZE = 48, NAME_SIZE = 128, RESOURCE_ID_SIZE = 64 };

/* Where a step stands. Parallel to plan->steps. */
struct step_state {
    enum step_status status;
    int attempts;
    int64_t started_ms, ended_ms;
    char resource_id[RESOURCE_ID_SIZE]; /* what it made or deleted, "" none */
    char detail[192];                   /* last word: "ACTIVE", "refused", error text */
    int percent; /* 0..100 of a running step that can tell; not journalled */
    int64_t moved_ms; /* wall: when that was seen to grow last, 0 not known; not journalled */
    int64_t read_ms;  /* wall: when a site answered it last, 0 not by this process; not journalled */
};

/* What an operation made in the world, until it is seen gone. */
enum ledger_state { LEDGER_INTENDED, LEDGER_MADE, LEDGER_GONE, LEDGER_SURVIVES, LEDGER_STATES };
const char *ledger_state_word(enum ledger_state s);
struct ledger_entry {
    int step; /* index in the plan of the operation that made it */
    char site[NAME_SIZE], type[16]; /* "server" "volume" "port" "network" "subnet" */
    char name[NAME_SIZE], resource_id[RESOURCE_ID_SIZE];
    char source_id[RESOURCE_ID_SIZE]; /* what it stands for on the source site */
    enum ledger_state state;
    int64_t made_ms, gone_ms;
};

struct operation {
    char id[OP_ID_SIZE]; /* "op-<uuid>" */
    enum op_type type;
    enum op_status status;
    enum op_verdict verdict;
    int progress; /* 0..100, never falls */
    char group_id[OP_ID_SIZE], group[NAME_SIZE];
    char source_site[NAME_SIZE], target_site[NAME_SIZE];
    char parent[OP_ID_SIZE]; /* whose ledger it undoes: the drill, failover, failback */
    char recovery_point[NAME_SIZE];
    int64_t recovery_point_ms;
    int64_t created_ms, started_ms, completed_ms;
    bool cleanup_due;       /* what it made is removed by itself: a drill's always,
                               a failover's when it fails and does not keep a part */
    bool cancel_asked;
    char error_message[512]; /* what failed, in the API's own words */
    char remedy[512];        /* what to do about it */
    json_t *request;         /* effective parameters; owned, NULL none */
    json_t *warnings;        /* array of strings; owned */
    json_t *consoles;        /* array of {vm, at, output}: what guests had said whose checks
                                failed; owned, NULL none */
    struct plan *plan;       /* owned reference */
    struct step_state *steps;
    struct ledger_entry *ledger; /* made by this operation */
    size_t ledger_count, ledger_room;
};

/* Zeroed, with id, warnings and step states for the plan (reference taken over). */
struct operation *operation_new(enum op_type type, struct plan *plan_take);
struct operation *operation_copy(const struct operation *op);
void operation_free(struct operation *op); /* NULL is fine */
void operation_warn(struct operation *op, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What the console of a member's copy said last, as lines of clean text: of each member
 * once, of a few members. False: it has that, or has enough. `output` NULL: only asks. */
bool operation_console(struct operation *op, const char *vm, int64_t at_ms, const char *output);

/* What its ledger has made and not seen gone; servers that it stopped are none of it. */
int operation_left(const struct operation *op);
/* Takes back its warning that something was left: that is not so any more. */
void operation_told_left(struct operation *op);
/* Something that it made is not known to be gone. */
bool operation_holds(const struct operation *op);
/* It did not come to its end, and nothing but a person's word was why: no failure, though
 * its verdict is none that anything passed. Once it was taken back badly it is one. */
#define OPERATION_STOPPED "stopped by the operator" /* its error_message then */
bool operation_stopped(const struct operation *op);
/* From where to where production moves by it, or where it stays; its JSON has the same.
 * The record has the sites as the plan's steps name them: what takes a move back goes
 * from that move's target to its source. Lent. */
const char *operation_from(const struct operation *op);
const char *operation_to(const struct operation *op);

/* How far a phase is. */
struct phase_progress {
    int total, done, failed, skipped, running;
    int weight_total, weight_done; /* in hundredths of a step's weight */
    int64_t started_ms, ended_ms; /* 0: not yet */
};
/* All of them in one pass over the steps. */
void operation_phases(const struct operation *op, struct phase_progress ret[PHASE_COUNT]);
/* 0..100 by the seeds' bands; at least op->progress. */
int operation_progress(const struct operation *op);
/* The same for whoever keeps count of the phases' weights (those of
 * phase_progress). */
int operation_progress_by(const struct operation *op, const int done[PHASE_COUNT],
                          const int total[PHASE_COUNT]);

/* The Operations API's object, with ours beside it (state, phase, verdict,
 * request, warnings, health_checks, result_data from the ledger). */
json_t *operation_to_json(const struct operation *op);
/* Of it what a line tells: no request, warnings, checks or results, whose number
 * grows with the plan. */
json_t *operation_head_json(const struct operation *op);
/* {completed[], failed[]}: of a failover or failback its steps by the names of the Operations
 * API ("recreate_instances"); of others none. Caller decrefs. (op_steps.c) */
json_t *operation_api_steps(const struct operation *op);
/* Parts of it, for the journal and for `operation show`. */
json_t *operation_steps_json(const struct operation *op);
json_t *operation_ledger_json(const struct operation *op);

#endif
