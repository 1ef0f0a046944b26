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

/* NULL: allowed. Otherwise the reason, which says what to do instead. */
static const struct {
    const char *name;
    const char *why_not[GROUP_STATE_COUNT];
} ACTIONS[ACTION_COUNT] = {
    [ACTION_EDIT] =
        {
            "edit",
            {[GROUP_TESTING] = "Wait until the drill has ended, or stop it.",
             [GROUP_TEST_ACTIVE] = "Clean up the drill first: test cleanup OPERATION.",
             [GROUP_TEST_CLEANING] = "Wait until the cleanup has ended."},
        },
    [ACTION_TEST_FAILOVER] =
        {
            "test_failover",
            {[GROUP_UNPROTECTED] = "Add at least one member: protection-group add-member GROUP "
                                   "SERVER.",
             [GROUP_TESTING] = "One operation a group: wait until the running drill has ended.",
             [GROUP_TEST_ACTIVE] = "Clean up the earlier drill first: test cleanup OPERATION.",
             [GROUP_TEST_CLEANING] = "Wait until the cleanup has ended."},
        },
    [ACTION_TEST_CLEANUP] =
        {
            "test_cleanup",
            {[GROUP_TESTING] = "Stop the running drill first (operation cancel); it then cleans up "
                               "by itself."},
        },
};

const char *group_action_name(enum group_action a)
{
    return ACTIONS[a].name;
}

enum pc_err lifecycle_check(enum group_action a, enum group_state s, const char *group,
                            struct pc_error *err)
{
    const char *remedy = ACTIONS[a].why_not[s];
    if (!remedy)
        return PC_OK;
    char legal[160] = "";
    for (int other = 0; other < ACTION_COUNT; other++)
        if (!ACTIONS[other].why_not[s])
            snprintf(legal + strlen(legal), sizeof(legal) - strlen(legal), "%s%s",
                     *legal ? ", " : "", ACTIONS[other].name);
    return pc_error_set(err, PC_ERR_STATE, remedy, "%s is not allowed while %s is '%s' (allowed: %s)",
                        ACTIONS[a].name, group, STATES[s].word, *legal ? legal : "nothing");
}
