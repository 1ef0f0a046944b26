/* lifecycle_words: what other products call the states of a group. */
#include "backend/model/lifecycle.h"

static const char *const VENDORS[VENDOR_COUNT] = {
    [VENDOR_SENDENSE] = "Sendense", [VENDOR_ACRONIS] = "Acronis", [VENDOR_AVEPOINT] = "AvePoint"};

static const char *const CALLED[GROUP_STATE_COUNT][VENDOR_COUNT] = {
    [GROUP_UNPROTECTED] = {"Not ready", "-", "-"},
    [GROUP_READY] = {"Replication Ready", "Standby", "policy active"},
    [GROUP_TESTING] = {"Test failover running", "Testing failover", "test job running"},
    [GROUP_TEST_ACTIVE] = {"Test Failover Active", "Testing failover", "test resources present"},
    [GROUP_TEST_CLEANING] = {"Rolling back", "Stop testing", "reset"},
    [GROUP_FAILING_OVER] = {"Failover running", "Finalization", "failover job running"},
    [GROUP_AWAITING_COMMIT] = {"Awaiting Commit", "Failover", "failed over"},
    [GROUP_ROLLING_BACK] = {"Rolling back", "Cancel failover", "-"},
    [GROUP_COMMITTED] = {"Committed", "Failover", "failed over (final)"},
    [GROUP_COMMITTED_PART] = {"Committed", "Failover", "failed over with exceptions (final)"},
    [GROUP_PARTIAL] = {"Awaiting Commit, remediation partial", "Failover",
                       "failed over with exceptions"},
    [GROUP_FAILING_BACK] = {"Failback (new protection)", "-", "new policy"},
    [GROUP_FAILBACK_READY] = {"-", "Ready for failback", "-"},
    [GROUP_SPLIT_BRAIN] = {"error", "error", "failed"},
    [GROUP_ERROR] = {"error", "error", "failed"},
};

const char *vendor_name(enum vendor v)
{
    return VENDORS[v];
}

const char *lifecycle_called(enum group_state s, enum vendor v)
{
    return CALLED[s][v];
}
