/*
 * lifecycle: the states of a Protection Group and of its members, how the one
 * follows from the other and from the history, and what may be done in each.
 *
 * Three const tables: the transitions (a state, an operation and how it ended
 * give the next state), the actions (an action is a row, a state a column),
 * and the states of a member. The engine asks them before every act; help,
 * greyed keys, error texts and docs/lifecycle.md come from them as well. Pure.
 */
#ifndef PC_MODEL_LIFECYCLE_H
#define PC_MODEL_LIFECYCLE_H

#include "backend/base/error.h"
#include "backend/model/group.h"
#include "backend/model/operation.h"

/*     symbol                  name                 word for people       API's status */
#define GROUP_STATE_LIST(X)                                                              \
    X(GROUP_UNPROTECTED,     "unprotected",         "unprotected",        "error")       \
    X(GROUP_READY,           "ready",               "active",             "active")      \
    X(GROUP_TESTING,         "testing",             "drill",              "active")      \
    X(GROUP_TEST_ACTIVE,     "test_active",         "drill kept",         "active")      \
    X(GROUP_TEST_CLEANING,   "test_cleaning",       "cleaning up",        "active")      \
    X(GROUP_FAILING_OVER,    "failing_over",        "failing over",       "failing_over") \
    X(GROUP_AWAITING_COMMIT, "awaiting_commit",     "awaiting commit",    "failed_over") \
    X(GROUP_ROLLING_BACK,    "rolling_back_op",     "rolling back",       "failing_over") \
    X(GROUP_COMMITTED,       "committed",           "failed over",        "failed_over") \
    X(GROUP_COMMITTED_PART,  "committed_partial",   "failed over in part", "failed_over_partial") \
    X(GROUP_PARTIAL,         "failed_over_partial", "partly failed over", "failed_over_partial") \
    X(GROUP_FAILING_BACK,    "failing_back",        "failing back",       "failing_back") \
    X(GROUP_FAILBACK_READY,  "failback_ready",      "failback ready",     "failed_over") \
    X(GROUP_SPLIT_BRAIN,     "split_brain",         "split brain",        "error")       \
    X(GROUP_ERROR,           "error",               "error",              "error")

enum group_state {
#define GROUP_STATE_ENUM(symbol, name, word, status) symbol,
    GROUP_STATE_LIST(GROUP_STATE_ENUM)
#undef GROUP_STATE_ENUM
    GROUP_STATE_COUNT
};
const char *group_state_name(enum group_state s);
const char *group_state_word(enum group_state s);
const char *group_state_status(enum group_state s); /* the API's `status` */

/* ---- how one state follows another -------------------------------------------- */

/* How an operation stands, as far as the group's state depends on it. */
enum op_outcome {
    OUTCOME_RUNNING,
    OUTCOME_DONE,
    OUTCOME_PARTIAL, /* some members are up, others not, and what is up was kept */
    OUTCOME_UNDONE,  /* it failed, and all that it had done was taken back */
    OUTCOME_LEFT,    /* it failed, and something is left or unknown */
    OUTCOME_COUNT
};
/* What one operation says; the narrow part of it that the history reads for a
 * whole group at once. */
struct op_fact {
    enum op_type type;
    enum op_status status;
    enum op_verdict verdict;
    bool cleanup_due;
    bool holds;   /* its ledger has an entry that is not seen gone */
    bool serving; /* RESOLVE: the group serves at its second site */
};
enum op_outcome op_outcome(const struct op_fact *f);
/* The state after an operation of that type stands so; `before` where the type
 * changes nothing (a drill, a sync). */
enum group_state lifecycle_after(enum group_state before, const struct op_fact *f);
/* What the members make of the state that the operations tell. in_parts: several
 * failovers brought the group where it is; whole: all of them ended well and nobody
 * is behind; left: members that are still at the other site. A part that was committed
 * is not all of the group, and a move in parts is over when nobody is behind. */
enum group_state lifecycle_by_members(enum group_state told, bool in_parts, bool whole, int left);
/* Operations of that type change the state, or the group's record: all but drills, their
 * cleanups and syncs. */
bool lifecycle_real(enum op_type t);
/* What a drill or its cleanup shows of a group that is ready otherwise; READY:
 * nothing, it is over. */
enum group_state lifecycle_drill(const struct op_fact *f);

/* What others call the state. */
enum vendor { VENDOR_SENDENSE, VENDOR_ACRONIS, VENDOR_AVEPOINT, VENDOR_COUNT };
const char *vendor_name(enum vendor v);
const char *lifecycle_called(enum group_state s, enum vendor v); /* "-": nothing */

/* ---- what may be done ----------------------------------------------------------- */

/*     symbol                   name                  the operation that it begins */
#define GROUP_ACTION_LIST(X)                                              \
    X(ACTION_EDIT,              "edit")                                   \
    X(ACTION_SYNC_VOLUMES,      "sync_volumes")                           \
    X(ACTION_TEST_FAILOVER,     "test_failover")                          \
    X(ACTION_TEST_CLEANUP,      "test_cleanup")                           \
    X(ACTION_FAILOVER,          "failover")                               \
    X(ACTION_FAILOVER_FORCE,    "failover_force")                         \
    X(ACTION_COMMIT,            "commit")                                 \
    X(ACTION_ROLLBACK,          "rollback")                               \
    X(ACTION_FAILBACK,          "failback")                               \
    X(ACTION_CONFIRM_FAILBACK,  "confirm_failback")                       \
    X(ACTION_CANCEL_FAILBACK,   "cancel_failback")                        \
    X(ACTION_RESOLVE,           "resolve")                                \
    X(ACTION_RELEASE,           "release")

enum group_action {
#define GROUP_ACTION_ENUM(symbol, name) symbol,
    GROUP_ACTION_LIST(GROUP_ACTION_ENUM)
#undef GROUP_ACTION_ENUM
    ACTION_COUNT
};
const char *group_action_name(enum group_action a);
/* PC_OK, or STATE with the state, the reason and what is legal instead. */
enum pc_err lifecycle_check(enum group_action a, enum group_state s, const char *group,
                            struct pc_error *err);
/* An operation is under way in it, and waited for; all else waits for a person. */
bool lifecycle_runs(enum group_state s);
/* What a person does in this state, where something is not allowed in it. */
const char *lifecycle_instead(enum group_state s);
/* Allowed, but with this warning in the confirmation; NULL: without. */
const char *lifecycle_warning(enum group_action a, enum group_state s);
/* Its confirmation is typed: the request must carry the group's name. */
bool lifecycle_needs_confirmation(enum group_action a);

/* ---- members ---------------------------------------------------------------------- */

/*     symbol                     name                     in the world */
#define MEMBER_STATE_LIST(X)                                                            \
    X(MEMBER_PROTECTED,          "protected",              "nothing on the target")     \
    X(MEMBER_BLOCKED,            "blocked",                "nothing; a check blocks")   \
    X(MEMBER_PROVISIONING,       "provisioning",           "volumes and ports are made") \
    X(MEMBER_BOOTING,            "booting",                "BUILD")                     \
    X(MEMBER_FINALIZING,         "finalizing",             "ACTIVE, not yet checked")   \
    X(MEMBER_VERIFYING,          "verifying",              "ACTIVE, checks run")        \
    X(MEMBER_RUNNING_TEST,       "running_test",           "ACTIVE as test-*")          \
    X(MEMBER_RECOVERED,          "recovered",              "ACTIVE")                    \
    X(MEMBER_RECOVERED_UNVERIFIED, "recovered_unverified", "ACTIVE, a check failed")    \
    X(MEMBER_FAILED,             "failed",                 "ERROR, or absent")          \
    X(MEMBER_CLEANING,           "cleaning",               "being deleted")             \
    X(MEMBER_CLEANED,            "cleaned",                "gone")                      \
    X(MEMBER_STOPPED_PRIMARY,    "stopped_primary",        "the source is SHUTOFF")     \
    X(MEMBER_READY_FOR_FAILBACK, "ready_for_failback",     "the target is SHUTOFF, the data back")

enum member_state {
#define MEMBER_STATE_ENUM(symbol, name, world) symbol,
    MEMBER_STATE_LIST(MEMBER_STATE_ENUM)
#undef MEMBER_STATE_ENUM
    MEMBER_STATE_COUNT
};
const char *member_state_name(enum member_state s);
const char *member_state_world(enum member_state s);
/* Where a member (its name, as in the steps' `vm`) stands by what `op` did
 * with it, and how that ended for it: "succeeded", "partial" (up, and a check
 * failed) or "failed"; NULL while it is not decided. What was deleted since
 * does not change how it ended. */
struct member_stand {
    enum member_state state;
    const char *result;
    int64_t read_ms; /* wall: when a step about it was answered last (what is done was
                        read back), 0: none was */
};
struct member_stand member_stand_by(const struct operation *op, const char *vm);
/* The same of all members of g in one pass over the steps; ret has room for
 * g->member_count, in their order. */
void member_stands(const struct operation *op, const struct group *g, struct member_stand *ret);
/* Whoever asks often keeps which member each step is about: ret has room for an int
 * a step of the plan and one a member of g, and holds as long as neither changes. */
void member_index(const struct plan *p, const struct group *g, int *ret);
void member_stands_by_index(const struct operation *op, const struct group *g, const int *index,
                            struct member_stand *ret);

#endif
