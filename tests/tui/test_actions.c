/* The action table: what a key is may be read in it, and nowhere else. */
#include "tests/tui/support/world.h"
#include "tui/actions.h"
#include "tui/planpaint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool upper(ui_key key)
{
    return key >= 'A' && key <= 'Z';
}

static bool looked_up(const struct action *a)
{
    return !(a->flags & ACT_WIDGET);
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        assert_int_equal(a->id, i);
        assert_true(a->name && *a->name);
        assert_true(a->label && *a->label);
        assert_true(a->help && *a->help);
        assert_true(strlen(a->help) <= 48); /* whole at 80 columns */
        assert_true(a->contexts & CTX_ALL);
        assert_int_equal(a->contexts & ~(unsigned)CTX_ALL, 0);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(a->name, ACTIONS[k].name);
    }
}

static void a_key_means_one_thing_in_a_context(void **state)
{
    (void)state;
    for (int i = 0; i < ACT_COUNT; i++)
        for (int k = 0; k < i; k++)
            if (looked_up(&ACTIONS[i]) && looked_up(&ACTIONS[k]) &&
                action_meets(&ACTIONS[i], &ACTIONS[k]))
                assert_int_not_equal(ACTIONS[i].key, ACTIONS[k].key);
}

static void no_key_clashes_with_terminals_and_multiplexers(void **state)
{
    static const ui_key never[] = {UI_KEY_CTRL('A'), UI_KEY_CTRL('B'), UI_KEY_CTRL('S'),
                                   UI_KEY_CTRL('Q'), UI_KEY_CTRL('Z'), UI_KEY_CTRL('\\'),
                                   UI_KEY_CTRL('C')};
    (void)state;
    for (int i = 0; i < ACT_COUNT; i++)
        for (size_t k = 0; k < sizeof never / sizeof never[0]; k++)
            assert_int_not_equal(ACTIONS[i].key, never[k]);
}

static void upper_case_and_only_it_changes_the_world(void **state)
{
    (void)state;
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct action *a = &ACTIONS[i];
        if (!looked_up(a))
            continue;
        assert_int_equal(upper(a->key), (a->flags & ACT_WRITES) != 0);
        if (a->flags & ACT_WRITES)
            assert_non_null(a->verb);
    }
}

/* The engine speaks of commands; a screen has keys. */
static void a_reason_is_said_in_keys(void **state)
{
    char text[200];
    (void)state;
    snprintf(text, sizeof text, "Both sites run it. Say which one serves: protection-group resolve "
             "GROUP --serving SITE.");
    action_in_keys(text, sizeof text);
    assert_string_equal(text, "Both sites run it. Say which one serves: W (who serves).");
    struct planwords plan = {.items = NULL};
    planwords_add(&plan, PLANWORD_EFFECT, "another one: recovery-point list, failover --recovery-point.");
    planwords_add(&plan, PLANWORD_EFFECT, "nothing of it is a command");
    planpaint_in_keys(&plan);
    assert_string_equal(plan.items[0].text, "another one: F (failover), its page 1.");
    assert_string_equal(plan.items[1].text, "nothing of it is a command");
    planwords_release(&plan);
    for (int s = 0; s < GROUP_STATE_COUNT; s++)
        for (int a = 0; a < ACT_COUNT; a++) {
            struct pc_error err = {0};
            if (!(ACTIONS[a].flags & ACT_BY_STATE) ||
                lifecycle_check(ACTIONS[a].by, (enum group_state)s, "web", &err) == PC_OK)
                continue;
            snprintf(text, sizeof text, "%s", err.remedy);
            action_in_keys(text, sizeof text);
            if (s != GROUP_UNPROTECTED) /* a member is added by a command only */
                assert_null(strstr(text, "protection-group"));
        }
}

static void read_only_refuses_every_change_and_says_so(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_KEPT);
    struct act_subject subject = {.snapshot = s, .group = s->groups->items[0]};
    char reason[200];
    (void)state;
    subject.room = (struct act_operation){
        .id = WORLD_DRILL_ID, .type = OP_TEST_FAILOVER, .status = OP_SUCCEEDED};
    subject.operation = &subject.room;
    s->read_only = true;
    for (int i = 0; i < ACT_COUNT; i++) {
        reason[0] = '\0';
        if (!(ACTIONS[i].flags & ACT_WRITES))
            continue;
        assert_false(action_enabled(&ACTIONS[i], &subject, reason, sizeof reason));
        assert_non_null(strstr(reason, "read-only"));
    }
    s->read_only = false;
    assert_true(action_enabled(&ACTIONS[ACT_CLEANUP], &subject, reason, sizeof reason));
    snapshot_unref(s);
}

static void a_refusal_always_has_a_reason(void **state)
{
    char reason[200];
    (void)state;
    for (int stage = 0; stage < WORLD_STAGES; stage++) {
        struct snapshot *s = world_snapshot((enum world_stage)stage);
        for (int with = 0; with < 4; with++) {
            struct act_subject subject = {.snapshot = s};
            if ((with & 1) && s->groups->count)
                subject.group = s->groups->items[with & 2 ? 3 : 0];
            if (with & 2) {
                subject.room = (struct act_operation){.id = "op-x",
                                                      .type = OP_TEST_FAILOVER,
                                                      .status = OP_VOLUMES,
                                                      .cleanup_due = true,
                                                      .cancel_asked = true};
                subject.operation = &subject.room;
            }
            for (int i = 0; i < ACT_COUNT; i++) {
                reason[0] = '\0';
                if (!action_enabled(&ACTIONS[i], &subject, reason, sizeof reason))
                    assert_true(strlen(reason) > 5);
            }
        }
        snapshot_unref(s);
    }
}

struct verdict {
    enum act_id action;
    enum op_type type;
    enum op_status status;
    bool cleanup_due, cancel_asked;
    bool allowed;
};

static void operations_allow_what_is_safe(void **state)
{
    static const struct verdict cases[] = {
        {ACT_CANCEL, OP_TEST_FAILOVER, OP_PENDING, true, false, true},
        {ACT_CANCEL, OP_TEST_FAILOVER, OP_VMS, true, false, true},
        {ACT_CANCEL, OP_TEST_FAILOVER, OP_VMS, true, true, false},
        {ACT_CANCEL, OP_TEST_FAILOVER, OP_CLEANING_UP, true, false, false},
        {ACT_CANCEL, OP_TEST_CLEANUP, OP_RUNNING, false, false, false},
        {ACT_CANCEL, OP_TEST_FAILOVER, OP_CLEANED, false, false, false},
        {ACT_CLEANUP, OP_TEST_FAILOVER, OP_SUCCEEDED, false, false, true},
        {ACT_CLEANUP, OP_TEST_FAILOVER, OP_FAILED, false, false, true},
        {ACT_CLEANUP, OP_TEST_FAILOVER, OP_SUCCEEDED, true, false, false},
        {ACT_CLEANUP, OP_TEST_FAILOVER, OP_VERIFYING, true, false, false},
        {ACT_CLEANUP, OP_TEST_FAILOVER, OP_CLEANED, false, false, false},
        {ACT_CLEANUP, OP_TEST_CLEANUP, OP_COMPLETED, false, false, false},
    };
    struct snapshot *s = world_snapshot(WORLD_CALM);
    char reason[200];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct verdict *c = &cases[i];
        struct act_subject subject = {.snapshot = s};
        subject.room =
            (struct act_operation){.id = "op-x",
                                   .type = c->type,
                                   .status = c->status,
                                   .cleanup_due = c->cleanup_due,
                                   .cancel_asked = c->cancel_asked};
        subject.operation = &subject.room;
        if (action_enabled(&ACTIONS[c->action], &subject, reason, sizeof reason) != c->allowed)
            fail_msg("case %zu: %s at %s", i, ACTIONS[c->action].name, op_status_word(c->status));
    }
    snapshot_unref(s);
}

/* Not only where servers of before stand: a move may have left what no server has. */
static void what_is_left_may_be_released(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_CALM);
    struct act_subject subject = {.snapshot = s, .group = s->groups->items[0]};
    char reason[200] = "";
    (void)state;
    assert_false(action_enabled(&ACTIONS[ACT_RELEASE], &subject, reason, sizeof reason));
    assert_string_equal(reason, "nothing of before a failover is left of it");
    s->groups->items[0]->left = true;
    assert_true(action_enabled(&ACTIONS[ACT_RELEASE], &subject, reason, sizeof reason));
    snapshot_unref(s);
}

static void the_key_bar_keeps_what_is_greyed(void **state)
{
    struct snapshot *s = world_snapshot(WORLD_EMPTY);
    struct act_subject subject = {.snapshot = s};
    struct action_names names;
    struct keybar_item items[ACT_COUNT];
    size_t greyed = 0, stays = 0;
    (void)state;
    size_t n = action_keybar(CTX_HOME, &subject, &names, items);
    for (size_t i = 0; i < n; i++) {
        assert_true(*items[i].key && *items[i].label);
        greyed += items[i].disabled;
        stays += items[i].drop == 0;
    }
    assert_int_equal(greyed, 16); /* all that needs a group or an operation: none is selected */
    assert_int_equal(stays, 2);  /* help and quit */
    snapshot_unref(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(a_key_means_one_thing_in_a_context),
        cmocka_unit_test(no_key_clashes_with_terminals_and_multiplexers),
        cmocka_unit_test(upper_case_and_only_it_changes_the_world),
        cmocka_unit_test(a_reason_is_said_in_keys),
        cmocka_unit_test(read_only_refuses_every_change_and_says_so),
        cmocka_unit_test(what_is_left_may_be_released),
        cmocka_unit_test(a_refusal_always_has_a_reason),
        cmocka_unit_test(operations_allow_what_is_safe),
        cmocka_unit_test(the_key_bar_keeps_what_is_greyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
