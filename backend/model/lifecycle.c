#include "backend/model/lifecycle.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *word, *status;
} STATES[GROUP_STATE_COUNT] = {
#define GROUP_STATE_ROW(symbol, name, word, status) [symbol] = {name, word, status},
    GROUP_STATE_LIST(GROUP_STATE_ROW)
#undef GROUP_STATE_ROW
};

const char *group_state_name(enum group_state s)
{
    return STATES[s].name;
}

const char *group_state_word(enum group_state s)
{
    return STATES[s].word;
}

const char *group_state_status(enum group_state s)
{
    return STATES[s].status;
}

/* ---- transitions -------------------------------------------------------------- */

enum op_outcome op_outcome(const struct op_fact *f)
{
    if (!op_status_over(f->status) || (f->cleanup_due && f->status == OP_FAILED))
        return OUTCOME_RUNNING;
    if (f->status != OP_FAILED)
        return f->verdict == VERDICT_PARTIAL ? OUTCOME_PARTIAL : OUTCOME_DONE;
    /* What undoes another's work has that one's ledger: to fail is to leave. */
    return f->holds || op_type_undoes(f->type) ? OUTCOME_LEFT : OUTCOME_UNDONE;
}

/* SAME: the state before. It is no state of its own. */
enum { SAME = GROUP_STATE_COUNT };
static const struct {
    bool changes;
    unsigned char to[OUTCOME_COUNT];
} TRANSITIONS[OP_TYPE_COUNT] = {
#define TO(running, done, partial, undone, left)                                              \
    {                                                                                         \
        true,                                                                                 \
        {                                                                                     \
            [OUTCOME_RUNNING] = running, [OUTCOME_DONE] = done, [OUTCOME_PARTIAL] = partial, \
            [OUTCOME_UNDONE] = undone, [OUTCOME_LEFT] = left                                  \
        }                                                                                     \
    }
    [OP_FAILOVER] = TO(GROUP_FAILING_OVER, GROUP_AWAITING_COMMIT, GROUP_PARTIAL, SAME, GROUP_ERROR),
    [OP_FAILBACK] = TO(GROUP_FAILING_BACK, GROUP_FAILBACK_READY, GROUP_ERROR, GROUP_COMMITTED,
                       GROUP_ERROR),
    [OP_COMMIT] = TO(SAME, GROUP_COMMITTED, SAME, SAME, SAME),
    [OP_ROLLBACK] = TO(GROUP_ROLLING_BACK, GROUP_READY, GROUP_ERROR, GROUP_ERROR, GROUP_ERROR),
    [OP_CONFIRM_FAILBACK] = TO(GROUP_FAILING_BACK, GROUP_READY, GROUP_FAILBACK_READY,
                               GROUP_FAILBACK_READY, GROUP_FAILBACK_READY),
    [OP_CANCEL_FAILBACK] = TO(GROUP_FAILING_BACK, GROUP_COMMITTED, GROUP_FAILBACK_READY,
                              GROUP_FAILBACK_READY, GROUP_FAILBACK_READY),
    [OP_RESOLVE] = TO(SAME, GROUP_READY, SAME, SAME, SAME),
    [OP_RELEASE] = TO(SAME, SAME, SAME, SAME, SAME), /* the record changes */
#undef TO
};

enum group_state lifecycle_after(enum group_state before, const struct op_fact *f)
{
    enum op_outcome how = op_outcome(f);
    if (!TRANSITIONS[f->type].changes)
        return before;
    if (f->type == OP_RESOLVE && how == OUTCOME_DONE)
        return f->serving ? GROUP_COMMITTED : GROUP_READY;
    int to = TRANSITIONS[f->type].to[how];
    return to == SAME ? before : (enum group_state)to;
}

enum group_state lifecycle_by_members(enum group_state told, bool in_parts, bool whole, int left)
{
    if (told == GROUP_COMMITTED && left)
        return GROUP_COMMITTED_PART;
    if (in_parts && (told == GROUP_AWAITING_COMMIT || told == GROUP_PARTIAL))
        return whole ? GROUP_AWAITING_COMMIT : GROUP_PARTIAL;
    return told;
}

bool lifecycle_real(enum op_type t)
{
    return TRANSITIONS[t].changes;
}

enum group_state lifecycle_drill(const struct op_fact *f)
{
    bool over = op_status_over(f->status);
    if (f->type == OP_TEST_CLEANUP)
        return over ? GROUP_READY : GROUP_TEST_CLEANING;
    if (f->type != OP_TEST_FAILOVER)
        return GROUP_READY;
    if (f->status == OP_CLEANING_UP || (over && f->cleanup_due && f->status != OP_CLEANED))
        return GROUP_TEST_CLEANING;
    if (!over)
        return GROUP_TESTING;
    return f->holds ? GROUP_TEST_ACTIVE : GROUP_READY;
}

/* ---- actions -------------------------------------------------------------------- */

/* A column a state, in the order of GROUP_STATE_LIST:
 *
 *   unprotected ready testing test_active test_cleaning failing_over
 *   awaiting_commit rolling_back committed committed_partial partial failing_back
 *   failback_ready split_brain error
 *
 * + allowed, ! allowed with a warning, - not. `typed`: its confirmation is. */
static const struct {
    const char *name, *in;
    bool typed;
} ACTIONS[ACTION_COUNT] = {
    /*                                              URTACF WBCDPKYSE */
    [ACTION_EDIT]             = {"edit",             "++----" "--!!----!", false},
    [ACTION_SYNC_VOLUMES]     = {"sync_volumes",     "!+!!!-" "+-+++----", false},
    [ACTION_TEST_FAILOVER]    = {"test_failover",    "-+----" "---------", false},
    [ACTION_TEST_CLEANUP]     = {"test_cleanup",     "-+!+--" "+-+++---+", false},
    [ACTION_FAILOVER]         = {"failover",         "-+-!--" "----!----", true},
    [ACTION_FAILOVER_FORCE]   = {"failover_force",   "-!!!!-" "----!----", true},
    [ACTION_COMMIT]           = {"commit",           "------" "+---+----", true},
    [ACTION_ROLLBACK]         = {"rollback",         "---!--" "!---!----", true},
    [ACTION_FAILBACK]         = {"failback",         "------" "!-+++----", true},
    [ACTION_CONFIRM_FAILBACK] = {"confirm_failback", "------" "------+--", true},
    [ACTION_CANCEL_FAILBACK]  = {"cancel_failback",  "------" "-----++--", true},
    [ACTION_RESOLVE]          = {"resolve",          "------" "--!!--!++", true},
    [ACTION_RELEASE]          = {"release",          "-+----" "--!!-----", true},
};

/* Why not, and what to do instead, wherever no row below knows it better. */
static const char *const INSTEAD[GROUP_STATE_COUNT] = {
    [GROUP_UNPROTECTED] = "Add at least one member: protection-group add-member GROUP SERVER.",
    [GROUP_READY] = "The group serves at its primary site: there is nothing to take back.",
    [GROUP_TESTING] = "One operation a group: wait until the drill has ended, or stop it.",
    [GROUP_TEST_ACTIVE] = "Clean up the drill first: test cleanup OPERATION.",
    [GROUP_TEST_CLEANING] = "Wait until the cleanup has ended.",
    [GROUP_FAILING_OVER] = "Wait until the failover has ended, or stop it: operation cancel.",
    [GROUP_AWAITING_COMMIT] = "Decide first: protection-group commit, or protection-group rollback.",
    [GROUP_ROLLING_BACK] = "Wait until the rollback has ended.",
    [GROUP_COMMITTED] = "The failover is committed. The way back is protection-group failback; if the site "
                        "where it serves is lost, protection-group resolve GROUP --serving SITE "
                        "--force.",
    [GROUP_COMMITTED_PART] = "A part of it is committed at the second site. Bring that back first "
                             "(protection-group failback); if the site where it serves is lost, "
                             "protection-group resolve GROUP --serving SITE --force.",
    [GROUP_PARTIAL] = "Decide: protection-group commit, or protection-group rollback. The others can "
                      "follow before that: protection-group failover, or where one failed, operation "
                      "retry.",
    [GROUP_FAILING_BACK] = "Wait until the failback has ended, or stop it: operation cancel.",
    [GROUP_FAILBACK_READY] = "Decide first: protection-group confirm-failback, or protection-group "
                             "cancel-failback.",
    [GROUP_SPLIT_BRAIN] = "Both sites run it. Say which one serves: protection-group resolve GROUP "
                          "--serving SITE.",
    [GROUP_ERROR] = "Look at its last operation, repeat that (operation retry), or say which site "
                    "serves: protection-group resolve GROUP --serving SITE.",
};

static const struct {
    enum group_action action;
    enum group_state state;
    const char *text; /* the reason, or the warning where it is allowed */
} PARTICULAR[] = {
    {ACTION_EDIT, GROUP_COMMITTED, "It is edited for the way back: the members serve at the second "
                                   "site."},
    {ACTION_EDIT, GROUP_ERROR, "Its last operation left something behind: see operation show."},
    {ACTION_EDIT, GROUP_COMMITTED_PART, "It is edited for the way back: a part of the members serves at "
                                        "the second site."},
    {ACTION_SYNC_VOLUMES, GROUP_UNPROTECTED, "Nothing is replicated before the group has a member."},
    {ACTION_SYNC_VOLUMES, GROUP_TESTING, "The running drill keeps its own, older recovery point."},
    {ACTION_SYNC_VOLUMES, GROUP_TEST_ACTIVE, "The kept drill has its own, older recovery point."},
    {ACTION_SYNC_VOLUMES, GROUP_TEST_CLEANING, "The drill that is cleaned up has its own, older "
                                               "recovery point."},
    {ACTION_TEST_CLEANUP, GROUP_TESTING, "It stops the running drill, which then cleans up."},
    {ACTION_FAILOVER, GROUP_TEST_ACTIVE, "The kept drill is cleaned up first."},
    {ACTION_FAILOVER_FORCE, GROUP_READY, "The primary is not asked: what it wrote since the recovery "
                                         "point is lost, and it may still run."},
    {ACTION_FAILOVER_FORCE, GROUP_TESTING, "The running drill is stopped and cleaned up beside it; "
                                           "what the primary wrote since the recovery point is lost."},
    {ACTION_FAILOVER_FORCE, GROUP_TEST_ACTIVE, "The kept drill is cleaned up beside it; what the "
                                               "primary wrote since the recovery point is lost."},
    {ACTION_FAILOVER_FORCE, GROUP_TEST_CLEANING, "The drill's cleanup goes on beside it; what the "
                                                 "primary wrote since the recovery point is lost."},
    {ACTION_FAILOVER_FORCE, GROUP_ERROR, "If the first site is lost, say that it has served: "
                                         "protection-group resolve GROUP --serving FIRST-SITE; "
                                         "after that it is allowed."},
    {ACTION_FAILOVER, GROUP_PARTIAL, "It moves the members that are still at the first site, from a "
                                     "recovery point of their own: the group is not of one moment "
                                     "then."},
    {ACTION_FAILOVER_FORCE, GROUP_PARTIAL, "It moves the members that are still at the first site, "
                                           "which is not asked: what they wrote since the recovery "
                                           "point is lost, and they may still run."},
    {ACTION_ROLLBACK, GROUP_TEST_ACTIVE, "It is the cleanup of the kept drill: production is not touched."},
    {ACTION_ROLLBACK, GROUP_AWAITING_COMMIT, "What was written at the second site since the failover "
                                             "is lost."},
    {ACTION_ROLLBACK, GROUP_PARTIAL, "What was written at the second site since the failover is "
                                     "lost."},
    {ACTION_RESOLVE, GROUP_COMMITTED, "For a site that is lost: what was written at the second site "
                                      "since the failover is not at the first. Failback brings it."},
    {ACTION_RESOLVE, GROUP_COMMITTED_PART, "For a site that is lost: what was written at the second "
                                           "site since the failover is not at the first. Failback "
                                           "brings it."},
    {ACTION_RESOLVE, GROUP_FAILBACK_READY, "For a site that is lost: the failback can be neither "
                                           "confirmed nor cancelled without it."},
    {ACTION_RELEASE, GROUP_COMMITTED, "It frees what a failback then gets back: addresses, MACs. Until "
                                      "that there is nothing to serve instead, should the site where "
                                      "it serves be lost."},
    {ACTION_RELEASE, GROUP_COMMITTED_PART, "It frees what a failback then gets back: addresses, MACs. "
                                           "Until that there is nothing to serve instead, should the "
                                           "site where it serves be lost. Who was left behind is not "
                                           "touched."},
    {ACTION_FAILBACK, GROUP_AWAITING_COMMIT, "It commits the failover: there is no rollback after "
                                             "it."},
};

static const char *particular(enum group_action a, enum group_state s)
{
    for (size_t i = 0; i < sizeof(PARTICULAR) / sizeof(PARTICULAR[0]); i++)
        if (PARTICULAR[i].action == a && PARTICULAR[i].state == s)
            return PARTICULAR[i].text;
    return NULL;
}

const char *group_action_name(enum group_action a)
{
    return ACTIONS[a].name;
}

bool lifecycle_needs_confirmation(enum group_action a)
{
    return ACTIONS[a].typed;
}

const char *lifecycle_warning(enum group_action a, enum group_state s)
{
    return ACTIONS[a].in[s] == '!' ? particular(a, s) : NULL;
}

bool lifecycle_runs(enum group_state s)
{
    return s == GROUP_TESTING || s == GROUP_TEST_CLEANING || s == GROUP_FAILING_OVER ||
           s == GROUP_ROLLING_BACK || s == GROUP_FAILING_BACK;
}

const char *lifecycle_instead(enum group_state s)
{
    return INSTEAD[s];
}

enum pc_err lifecycle_check(enum group_action a, enum group_state s, const char *group,
                            struct pc_error *err)
{
    if (ACTIONS[a].in[s] != '-')
        return PC_OK;
    const char *remedy = particular(a, s);
    char legal[240] = "";
    for (int other = 0; other < ACTION_COUNT; other++)
        if (ACTIONS[other].in[s] != '-')
            snprintf(legal + strlen(legal), sizeof(legal) - strlen(legal), "%s%s",
                     *legal ? ", " : "", ACTIONS[other].name);
    return pc_error_set(err, PC_ERR_STATE, remedy ? remedy : INSTEAD[s],
                        "%s is not allowed while %s is '%s' (allowed: %s)", ACTIONS[a].name, group,
                        STATES[s].word, *legal ? legal : "nothing");
}
