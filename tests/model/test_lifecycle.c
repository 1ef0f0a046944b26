/*
 * The lifecycle against a second writing of it: every transition, every cell
 * of the actions, every state of a member. The tables here are written by
 * name, not copied from the code's.
 */
#include "backend/base/json.h"
#include "backend/model/lifecycle.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum group_state state_named(const char *name)
{
    for (int s = 0; s < GROUP_STATE_COUNT; s++)
        if (strcmp(group_state_name((enum group_state)s), name) == 0)
            return (enum group_state)s;
    fail_msg("no state '%s'", name);
    return GROUP_STATE_COUNT;
}

/* Whether `list` has the word, between blanks. */
static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* ---- outcomes ---------------------------------------------------------------------- */

/* A fact of that type which comes to that outcome; false: there is none. */
static bool fact_of(enum op_type type, enum op_outcome how, struct op_fact *ret)
{
    *ret = (struct op_fact){.type = type};
    switch (how) {
    case OUTCOME_RUNNING:
        ret->status = OP_RUNNING;
        return true;
    case OUTCOME_DONE:
        ret->status = OP_COMPLETED;
        ret->verdict = VERDICT_PASSED;
        return true;
    case OUTCOME_PARTIAL:
        ret->status = OP_COMPLETED;
        ret->verdict = VERDICT_PARTIAL;
        return true;
    case OUTCOME_UNDONE:
        ret->status = OP_FAILED;
        return !op_type_undoes(type); /* of another's ledger nobody knows that it is empty */
    default:
        ret->status = OP_FAILED;
        ret->holds = true;
        return true;
    }
}

static void outcomes_of_every_fact(void **state)
{
    static const char AT_REST[] = "succeeded failed cleaned completed";
    (void)state;
    for (int t = 0; t < OP_TYPE_COUNT; t++)
        for (int s = 0; s < OP_STATUS_COUNT; s++)
            for (int v = 0; v < VERDICT_COUNT; v++)
                for (int bits = 0; bits < 4; bits++) {
                    struct op_fact f = {.type = (enum op_type)t, .status = (enum op_status)s,
                                        .verdict = (enum op_verdict)v, .cleanup_due = bits & 1,
                                        .holds = (bits & 2) != 0};
                    const char *word = op_status_word(f.status);
                    enum op_outcome want;
                    if (!has_word(AT_REST, word))
                        want = OUTCOME_RUNNING;
                    else if (strcmp(word, "failed") != 0)
                        want = v == VERDICT_PARTIAL ? OUTCOME_PARTIAL : OUTCOME_DONE;
                    else if (f.cleanup_due) /* it is about to be taken back */
                        want = OUTCOME_RUNNING;
                    else
                        want = f.holds || has_word("test_cleanup rollback confirm_failback "
                                                   "cancel_failback", op_type_name(f.type))
                                   ? OUTCOME_LEFT
                                   : OUTCOME_UNDONE;
                    assert_int_equal(op_outcome(&f), want);
                }
}

/* ---- transitions ------------------------------------------------------------------- */

/* The state that each outcome leads to; "=" leaves it; "" cannot be. */
static const struct {
    const char *type, *running, *done, *partial, *undone, *left;
} LEADS[] = {
    {"test_failover", "=", "=", "=", "=", "="},
    {"test_cleanup", "=", "=", "=", "", "="},
    {"sync_volumes", "=", "=", "=", "=", "="},
    {"failover", "failing_over", "awaiting_commit", "failed_over_partial", "=", "error"},
    {"failback", "failing_back", "failback_ready", "error", "committed", "error"},
    {"commit", "=", "committed", "=", "=", "="},
    {"rollback", "rolling_back_op", "ready", "error", "", "error"},
    {"confirm_failback", "failing_back", "ready", "failback_ready", "", "failback_ready"},
    {"cancel_failback", "failing_back", "committed", "failback_ready", "", "failback_ready"},
    {"resolve", "=", "ready", "=", "=", "="},
    {"release", "=", "=", "=", "=", "="},
};

static void every_type_and_outcome(void **state)
{
    int cells = 0;
    (void)state;
    assert_int_equal(sizeof(LEADS) / sizeof(LEADS[0]), OP_TYPE_COUNT);
    for (int t = 0; t < OP_TYPE_COUNT; t++) {
        enum op_type type = op_type_parse(LEADS[t].type);
        const char *want[OUTCOME_COUNT] = {
            [OUTCOME_RUNNING] = LEADS[t].running, [OUTCOME_DONE] = LEADS[t].done,
            [OUTCOME_PARTIAL] = LEADS[t].partial, [OUTCOME_UNDONE] = LEADS[t].undone,
            [OUTCOME_LEFT] = LEADS[t].left};
        assert_int_equal(lifecycle_real(type), strcmp(LEADS[t].running, "=") != 0 ||
                                                   strcmp(LEADS[t].done, "=") != 0 ||
                                                   type == OP_RELEASE); /* the record */
        for (int how = 0; how < OUTCOME_COUNT; how++) {
            struct op_fact f;
            bool possible = fact_of(type, (enum op_outcome)how, &f);
            assert_int_equal(possible, *want[how] != '\0');
            for (int s = 0; possible && s < GROUP_STATE_COUNT; s++, cells++) {
                enum group_state before = (enum group_state)s;
                enum group_state after = *want[how] == '=' ? before : state_named(want[how]);
                assert_int_equal(lifecycle_after(before, &f), after);
            }
        }
    }
    assert_int_equal(cells, (OP_TYPE_COUNT * OUTCOME_COUNT - 4) * GROUP_STATE_COUNT);
}

/* The rows of the reference that an operation causes, by their numbers. */
static void every_transition_by_its_number(void **state)
{
    static const struct {
        const char *row, *from, *type, *status;
        enum op_verdict verdict;
        bool due, holds, serving;
        const char *to;
    } rows[] = {
        {"T2", "ready", "sync_volumes", "running", VERDICT_NONE, 0, 0, 0, "ready"},
        {"T7", "ready", "failover", "pending", VERDICT_NONE, 0, 0, 0, "failing_over"},
        {"T7", "test_active", "failover", "running", VERDICT_NONE, 1, 0, 0, "failing_over"},
        {"T8", "testing", "failover", "running", VERDICT_NONE, 0, 1, 0, "failing_over"},
        {"T9", "failing_over", "failover", "completed", VERDICT_PASSED, 0, 1, 0, "awaiting_commit"},
        {"T10", "failing_over", "failover", "completed", VERDICT_PARTIAL, 0, 1, 0,
         "failed_over_partial"},
        {"T11", "ready", "failover", "rolling_back", VERDICT_FAILED, 1, 1, 0, "failing_over"},
        {"T11", "ready", "failover", "failed", VERDICT_FAILED, 0, 0, 0, "ready"},
        {"T12", "ready", "failover", "failed", VERDICT_FAILED, 0, 1, 0, "error"},
        {"T13", "awaiting_commit", "commit", "running", VERDICT_NONE, 0, 0, 0, "awaiting_commit"},
        {"T13", "awaiting_commit", "commit", "completed", VERDICT_PASSED, 0, 0, 0, "committed"},
        {"T13", "failed_over_partial", "commit", "completed", VERDICT_PASSED, 0, 0, 0, "committed"},
        {"T13", "awaiting_commit", "commit", "failed", VERDICT_FAILED, 0, 0, 0, "awaiting_commit"},
        {"T14", "awaiting_commit", "rollback", "running", VERDICT_NONE, 1, 0, 0, "rolling_back_op"},
        {"T14", "awaiting_commit", "rollback", "completed", VERDICT_PASSED, 0, 0, 0, "ready"},
        {"T14", "awaiting_commit", "rollback", "failed", VERDICT_FAILED, 0, 0, 0, "error"},
        {"T15", "committed", "failback", "running", VERDICT_NONE, 0, 0, 0, "failing_back"},
        {"T15", "failed_over_partial", "failback", "pending", VERDICT_NONE, 0, 0, 0,
         "failing_back"},
        {"T16", "committed", "failback", "completed", VERDICT_PASSED, 0, 1, 0, "failback_ready"},
        {"T17", "failback_ready", "confirm_failback", "completed", VERDICT_PASSED, 0, 0, 0,
         "ready"},
        {"T17", "failback_ready", "confirm_failback", "failed", VERDICT_FAILED, 0, 0, 0,
         "failback_ready"},
        {"T18", "failback_ready", "cancel_failback", "completed", VERDICT_PASSED, 0, 0, 0,
         "committed"},
        {"T19", "awaiting_commit", "failback", "failed", VERDICT_FAILED, 0, 0, 0, "committed"},
        {"T19", "committed", "failback", "failed", VERDICT_FAILED, 0, 1, 0, "error"},
        {"T20", "error", "resolve", "completed", VERDICT_PASSED, 0, 0, 0, "ready"},
        {"T20", "error", "resolve", "completed", VERDICT_PASSED, 0, 0, 1, "committed"},
        {"T20", "committed", "resolve", "completed", VERDICT_PASSED, 0, 0, 0, "ready"},
        {"T20", "committed", "resolve", "failed", VERDICT_FAILED, 0, 1, 0, "committed"},
        {"T20", "failback_ready", "resolve", "completed", VERDICT_PASSED, 0, 0, 0, "ready"},
        {"T20", "failback_ready", "resolve", "completed", VERDICT_PASSED, 0, 0, 1, "committed"},
        {"T20", "error", "resolve", "failed", VERDICT_FAILED, 0, 1, 1, "error"},
        {"T20", "split_brain", "resolve", "running", VERDICT_NONE, 0, 0, 1, "split_brain"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct op_fact f = {.type = op_type_parse(rows[i].type),
                            .status = op_status_parse(rows[i].status), .verdict = rows[i].verdict,
                            .cleanup_due = rows[i].due, .holds = rows[i].holds,
                            .serving = rows[i].serving};
        enum group_state to = lifecycle_after(state_named(rows[i].from), &f);
        if (strcmp(group_state_name(to), rows[i].to) != 0)
            fail_msg("%s: %s -> %s, not %s", rows[i].row, rows[i].from, group_state_name(to),
                     rows[i].to);
    }
}

/* T3 to T6: what a drill shows of a group that is ready otherwise. */
static void a_drill_is_laid_over(void **state)
{
    static const struct {
        const char *type, *status;
        bool due, holds;
        const char *shown;
    } rows[] = {
        {"test_failover", "pending", 1, 0, "testing"},
        {"test_failover", "creating_snapshots", 1, 0, "testing"},
        {"test_failover", "creating_volumes", 0, 1, "testing"},
        {"test_failover", "creating_vms", 1, 1, "testing"},
        {"test_failover", "verifying", 1, 1, "testing"},
        {"test_failover", "succeeded", 0, 1, "test_active"},
        {"test_failover", "failed", 0, 1, "test_active"},
        {"test_failover", "succeeded", 1, 1, "test_cleaning"},
        {"test_failover", "failed", 1, 1, "test_cleaning"},
        {"test_failover", "cleaning_up", 1, 1, "test_cleaning"},
        {"test_failover", "cleaned", 0, 0, "ready"},
        {"test_failover", "failed", 0, 0, "ready"},
        {"test_cleanup", "pending", 1, 0, "test_cleaning"},
        {"test_cleanup", "running", 1, 0, "test_cleaning"},
        {"test_cleanup", "completed", 0, 0, "ready"},
        {"test_cleanup", "failed", 0, 0, "ready"}, /* the drill itself says what is left */
        {"failover", "running", 0, 1, "ready"},
        {"sync_volumes", "running", 0, 0, "ready"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct op_fact f = {.type = op_type_parse(rows[i].type),
                            .status = op_status_parse(rows[i].status),
                            .cleanup_due = rows[i].due, .holds = rows[i].holds};
        assert_string_equal(group_state_name(lifecycle_drill(&f)), rows[i].shown);
    }
}

/* The members have the last word: a part that was committed is not all of the group,
 * and a move in several parts is over when nobody is behind. */
static void members_have_the_last_word(void **state)
{
    static const struct {
        const char *told;
        bool in_parts, whole;
        int left;
        const char *is;
    } rows[] = {
        {"committed", false, true, 0, "committed"},
        {"committed", false, false, 2, "committed_partial"},
        {"committed", true, true, 0, "committed"},
        {"committed", true, false, 0, "committed"}, /* all are there, a check failed */
        {"committed", true, false, 1, "committed_partial"},
        {"awaiting_commit", false, true, 0, "awaiting_commit"},
        {"awaiting_commit", true, true, 0, "awaiting_commit"},
        {"awaiting_commit", true, false, 1, "failed_over_partial"},
        {"failed_over_partial", false, false, 1, "failed_over_partial"},
        {"failed_over_partial", true, true, 0, "awaiting_commit"},
        {"failing_over", true, false, 1, "failing_over"},
        {"failback_ready", true, false, 1, "failback_ready"},
        {"error", true, false, 1, "error"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(group_state_name(lifecycle_by_members(state_named(rows[i].told),
                                                                  rows[i].in_parts, rows[i].whole,
                                                                  rows[i].left)),
                            rows[i].is);
}

/* ---- actions ----------------------------------------------------------------------- */

static const struct {
    const char *action, *allowed, *warned;
    bool typed;
} MAY[] = {
    {"edit", "unprotected ready", "committed committed_partial error", false},
    {"sync_volumes", "ready awaiting_commit committed committed_partial failed_over_partial",
     "unprotected testing test_active test_cleaning", false},
    {"test_failover", "ready", "", false},
    {"test_cleanup", "ready test_active awaiting_commit committed committed_partial failed_over_partial error",
     "testing", false},
    {"failover", "ready", "test_active failed_over_partial", true},
    {"failover_force", "", "ready testing test_active test_cleaning failed_over_partial", true},
    {"commit", "awaiting_commit failed_over_partial", "", true},
    {"rollback", "", "test_active awaiting_commit failed_over_partial", true},
    {"failback", "committed committed_partial failed_over_partial", "awaiting_commit", true},
    {"confirm_failback", "failback_ready", "", true},
    {"cancel_failback", "failing_back failback_ready", "", true},
    {"resolve", "split_brain error", "committed committed_partial failback_ready", true},
    {"release", "ready", "committed committed_partial", true},
};

static void every_action_in_every_state(void **state)
{
    int cells = 0;
    (void)state;
    assert_int_equal(sizeof(MAY) / sizeof(MAY[0]), ACTION_COUNT);
    for (int a = 0; a < ACTION_COUNT; a++) {
        enum group_action action = (enum group_action)a;
        assert_string_equal(group_action_name(action), MAY[a].action);
        assert_int_equal(lifecycle_needs_confirmation(action), MAY[a].typed);
        for (int s = 0; s < GROUP_STATE_COUNT; s++, cells++) {
            const char *in = group_state_name((enum group_state)s);
            bool warned = has_word(MAY[a].warned, in);
            bool allowed = warned || has_word(MAY[a].allowed, in);
            struct pc_error err = {.code = PC_OK};
            enum pc_err rc = lifecycle_check(action, (enum group_state)s, "prod", &err);
            if (allowed != (rc == PC_OK))
                fail_msg("%s in %s: %s", MAY[a].action, in, pc_err_name(rc));
            assert_int_equal(lifecycle_warning(action, (enum group_state)s) != NULL, warned);
            if (allowed)
                continue;
            assert_int_equal(rc, PC_ERR_STATE);
            assert_non_null(strstr(err.text, MAY[a].action));
            assert_non_null(strstr(err.text, "prod"));
            assert_non_null(strstr(err.text, group_state_word((enum group_state)s)));
            assert_true(strlen(err.remedy) > 0);
        }
    }
    assert_int_equal(cells, 13 * 15);
}

/* The refusal names all that is legal instead, and nothing that is not. */
static void a_refusal_names_what_is_legal(void **state)
{
    (void)state;
    for (int s = 0; s < GROUP_STATE_COUNT; s++)
        for (int a = 0; a < ACTION_COUNT; a++) {
            struct pc_error err;
            if (lifecycle_check((enum group_action)a, (enum group_state)s, "g", &err) == PC_OK)
                continue;
            char list[240];
            const char *from = strstr(err.text, "(allowed: ");
            assert_non_null(from);
            snprintf(list, sizeof(list), "%s", from + 10);
            for (char *p = list; *p; p++)
                if (*p == ',' || *p == ')')
                    *p = ' ';
            for (int other = 0; other < ACTION_COUNT; other++) {
                struct pc_error ignored;
                bool legal = lifecycle_check((enum group_action)other, (enum group_state)s, "g",
                                             &ignored) == PC_OK;
                assert_int_equal(has_word(list, group_action_name((enum group_action)other)),
                                 legal);
            }
        }
}

static void states_have_their_words(void **state)
{
    static const char *const words[][2] = {
        {"unprotected", "error"}, {"ready", "active"}, {"testing", "active"},
        {"test_active", "active"}, {"test_cleaning", "active"}, {"failing_over", "failing_over"},
        {"awaiting_commit", "failed_over"}, {"rolling_back_op", "failing_over"},
        {"committed", "failed_over"}, {"committed_partial", "failed_over_partial"},
        {"failed_over_partial", "failed_over_partial"},
        {"failing_back", "failing_back"}, {"failback_ready", "failed_over"},
        {"split_brain", "error"}, {"error", "error"},
    };
    (void)state;
    assert_int_equal(sizeof(words) / sizeof(words[0]), GROUP_STATE_COUNT);
    for (size_t i = 0; i < GROUP_STATE_COUNT; i++) {
        enum group_state s = state_named(words[i][0]);
        assert_string_equal(group_state_status(s), words[i][1]);
        for (int v = 0; v < VENDOR_COUNT; v++)
            assert_true(*lifecycle_called(s, (enum vendor)v));
    }
    assert_string_equal(lifecycle_called(GROUP_READY, VENDOR_ACRONIS), "Standby");
    assert_string_equal(lifecycle_called(GROUP_AWAITING_COMMIT, VENDOR_SENDENSE),
                        "Awaiting Commit");
    assert_string_equal(lifecycle_called(GROUP_FAILBACK_READY, VENDOR_ACRONIS),
                        "Ready for failback");
    assert_string_equal(lifecycle_called(GROUP_TESTING, VENDOR_AVEPOINT), "test job running");
}

/* ---- members ----------------------------------------------------------------------- */

/* "kind=status kind=status ...": a plan about web-1 in that state. A kind with
 * a star is about the group. */
static struct operation *operation_of(const char *type, const char *status, const char *steps)
{
    struct plan *p = plan_new();
    char words[512], *save = NULL;
    enum step_status states[32];
    size_t n = 0;
    snprintf(words, sizeof(words), "%s", steps);
    for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        char *eq = strchr(w, '=');
        bool group = *w == '*';
        *eq = '\0';
        enum step_kind kind = step_kind_parse(w + group);
        assert_int_not_equal(kind, STEP_KIND_COUNT);
        states[n] = step_status_parse(eq + 1);
        assert_int_not_equal(states[n], STEP_STATUS_COUNT);
        char key[64];
        snprintf(key, sizeof(key), "%s:%zu", w + group, n++);
        plan_add(p, kind, key, "web-1", json_pack("{s:s}", "vm", group ? "" : "web-1"));
    }
    /* Another member's ill luck is its own. */
    plan_add(p, STEP_CREATE_VOLUME, "create_volume:db", "db-1", json_pack("{s:s}", "vm", "db-1"));
    struct operation *op = operation_new(op_type_parse(type), p);
    op->status = op_status_parse(status);
    for (size_t i = 0; i < n; i++)
        op->steps[i].status = states[i];
    op->steps[n].status = STEP_FAILED;
    return op;
}

static const struct {
    const char *type, *status, *steps, *state, *result;
} STANDS[] = {
    {"failover", "pending", "stop_server=waiting create_server=waiting", "protected", NULL},
    {"failover", "running", "stop_server=running create_server=waiting", "protected", NULL},
    {"failover", "running", "stop_server=done create_server=waiting", "stopped_primary", NULL},
    {"failover", "running", "stop_server=failed create_server=waiting", "blocked", "failed"},
    {"test_failover", "creating_snapshots", "check_replica=failed create_server=waiting",
     "blocked", "failed"},
    {"failover", "running", "stop_server=done clone_volume=running create_server=waiting",
     "provisioning", NULL},
    {"failover", "running", "create_volume=done create_port=waiting create_server=waiting",
     "provisioning", NULL},
    {"failover", "running", "create_volume=failed create_server=waiting", "failed", "failed"},
    {"failover", "completed", "create_volume=failed create_server=skipped", "failed", "failed"},
    {"failover", "running", "create_volume=done create_server=running", "booting", NULL},
    {"failover", "running", "create_server=failed", "failed", "failed"},
    {"failover", "running", "create_server=done verify_boot=waiting", "finalizing", NULL},
    {"failover", "running", "create_server=done verify_boot=running", "verifying", NULL},
    {"failover", "running", "create_server=done verify_boot=done health_check=waiting",
     "finalizing", NULL},
    {"failover", "running", "create_server=done verify_boot=done", "recovered", "succeeded"},
    {"failover", "completed", "create_server=done verify_boot=done health_check=failed",
     "recovered_unverified", "partial"},
    {"test_failover", "succeeded", "create_server=done health_check=done", "running_test",
     "succeeded"},
    {"test_failover", "cleaning_up",
     "create_server=done health_check=done delete_server=running delete_volume=waiting",
     "cleaning", "succeeded"},
    {"test_failover", "cleaned", "create_server=done health_check=failed delete_server=done "
                                 "delete_volume=done", "cleaned", "partial"},
    {"test_failover", "cleaned", "create_volume=done create_server=failed delete_server=done "
                                 "delete_volume=done", "cleaned", "failed"},
    {"failover", "rolling_back", "stop_server=done create_volume=done create_server=skipped "
                                 "delete_volume=done start_server=waiting", "cleaning", "failed"},
    {"failover", "failed", "stop_server=done create_volume=done create_server=skipped "
                           "delete_volume=done start_server=done", "protected", "failed"},
    {"rollback", "running", "delete_server=running start_server=waiting", "cleaning", NULL},
    {"rollback", "running", "delete_server=done start_server=running", "cleaned", NULL},
    {"rollback", "completed", "delete_server=done start_server=done", "protected", "succeeded"},
    {"rollback", "failed", "delete_server=done start_server=failed", "cleaned", "failed"},
    {"cancel_failback", "completed", "delete_server=done start_server=done", "recovered",
     "succeeded"},
    {"failback", "running", "stop_server=done *await_transfer=running create_server=waiting",
     "stopped_primary", NULL},
    {"failback", "running", "stop_server=done *await_transfer=done create_server=waiting",
     "ready_for_failback", NULL},
    {"failback", "completed", "stop_server=done *await_transfer=done create_server=done",
     "recovered", "succeeded"},
};

static void every_member_state(void **state)
{
    bool seen[MEMBER_STATE_COUNT] = {false};
    struct group *g = fixture_group();
    struct member_stand all[3];
    (void)state;
    for (size_t i = 0; i < sizeof(STANDS) / sizeof(STANDS[0]); i++) {
        struct operation *op = operation_of(STANDS[i].type, STANDS[i].status, STANDS[i].steps);
        struct member_stand is = member_stand_by(op, "web-1");
        if (strcmp(member_state_name(is.state), STANDS[i].state) != 0)
            fail_msg("%s %s: %s, not %s", STANDS[i].type, STANDS[i].steps,
                     member_state_name(is.state), STANDS[i].state);
        if ((is.result == NULL) != (STANDS[i].result == NULL) ||
            (is.result && strcmp(is.result, STANDS[i].result) != 0))
            fail_msg("%s %s: result %s", STANDS[i].type, STANDS[i].steps,
                     is.result ? is.result : "none");
        seen[is.state] = true;
        member_stands(op, g, all);
        assert_int_equal(all[0].state, is.state);
        assert_true(all[0].result == is.result);
        assert_int_equal(all[1].state, MEMBER_PROTECTED); /* nothing is about it */
        assert_null(all[1].result);
        if (!op_type_undoes(op->type)) {
            assert_int_equal(all[2].state, MEMBER_FAILED);
            assert_string_equal(all[2].result, "failed");
        }
        operation_free(op);
    }
    for (int s = 0; s < MEMBER_STATE_COUNT; s++)
        if (!seen[s])
            fail_msg("no story comes to '%s'", member_state_name((enum member_state)s));
    group_unref(g);
}

/* What was read of a member: what is done was read back, what failed maybe not. */
static void when_a_member_was_read(void **state)
{
    struct group *g = fixture_group();
    struct member_stand all[3];
    (void)state;
    struct operation *op = operation_of("failover", "running", "stop_server=done "
                                        "create_server=running");
    member_stands(op, g, all);
    assert_int_equal(all[0].read_ms, 0); /* nobody says when */
    op->steps[0].ended_ms = 5000;
    member_stands(op, g, all);
    assert_int_equal(all[0].read_ms, 5000);
    op->steps[1].started_ms = 6000; /* to ask is not to be answered */
    member_stands(op, g, all);
    assert_int_equal(all[0].read_ms, 5000);
    op->steps[1].read_ms = 7000;
    member_stands(op, g, all);
    assert_int_equal(all[0].read_ms, 7000);
    op->steps[1].status = STEP_FAILED;
    op->steps[1].ended_ms = 9000; /* its time was over */
    member_stands(op, g, all);
    assert_int_equal(all[0].read_ms, 7000);
    assert_int_equal(all[1].read_ms, 0);
    operation_free(op);
    group_unref(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_of_every_fact),
        cmocka_unit_test(every_type_and_outcome),
        cmocka_unit_test(every_transition_by_its_number),
        cmocka_unit_test(a_drill_is_laid_over),
        cmocka_unit_test(members_have_the_last_word),
        cmocka_unit_test(every_action_in_every_state),
        cmocka_unit_test(a_refusal_names_what_is_legal),
        cmocka_unit_test(states_have_their_words),
        cmocka_unit_test(every_member_state),
        cmocka_unit_test(when_a_member_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
