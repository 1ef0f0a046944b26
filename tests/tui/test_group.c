/* The screens of one group and of one site: what they ask, when, and what a key does. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void answer_all(struct stage *s)
{
    fake_door_answer(s->door, "group_show", world_group_json());
    fake_door_answer(s->door, "recovery_point_list", world_points_json());
    fake_door_answer(s->door, "readiness", world_readiness_json());
    fake_door_answer(s->door, "test_propose", world_proposal_json(false));
    fake_door_answer(s->door, "operation_list", world_operations_json());
    fake_door_answer(s->door, "site_show", world_site_json());
}

static void open_group(struct stage *s, enum world_stage world, const char *keys)
{
    stage_open(s, world, STAGE_80x24);
    answer_all(s);
    stage_keys(s, keys);
}

static void enter_opens_the_group_and_its_operation_is_one_further(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_RUNNING, "Enter");
    assert_string_equal(stage_top(&s), "group");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "watch");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_keys(&s, "a");
    assert_string_equal(stage_top(&s), "watch");
    stage_keys(&s, "Esc Tab Enter"); /* the running one, by its own panel */
    assert_string_equal(stage_top(&s), "watch");
    stage_close(&s);
}

/* The record alone would be as old as before: the servers are looked at first. */
static void read_now_reads_the_members_at_the_site(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter");
    assert_int_equal(fake_door_asked(s.door, "readiness", NULL), 0);
    stage_keys(&s, "r");
    assert_int_equal(fake_door_asked(s.door, "readiness", &args), 1);
    assert_string_equal(json_text(args, "group"), "pg-1");
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 2);
    fake_door_refuse(s.door, "readiness", PC_ERR_UNREACHABLE, "site-a does not answer", "Wait.");
    stage_keys(&s, "r");
    stage_expect(&s, "site-a does not answer");
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 3);
    stage_close(&s);
}

static void a_tab_asks_when_it_is_first_seen_and_not_again(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter");
    assert_int_equal(fake_door_asked(s.door, "group_show", &args), 1);
    assert_string_equal(json_text(args, "group"), "pg-1");
    assert_int_equal(fake_door_asked(s.door, "readiness", NULL), 0);
    stage_keys(&s, "3");
    assert_int_equal(fake_door_asked(s.door, "readiness", &args), 1);
    assert_string_equal(json_text(args, "operation"), "failover");
    stage_keys(&s, "1 3 ] [");
    stage_pass(&s, 30 * 1000);
    assert_int_equal(fake_door_asked(s.door, "readiness", NULL), 1);
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 1);
    stage_close(&s);
}

static void what_changed_is_asked_for_again_but_not_faster_than_it_can_be_read(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter");
    stage_show(&s, WORLD_RUNNING); /* a drill has begun: the members stand elsewhere */
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 1);
    stage_pass(&s, 1100);
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 2);
    stage_pass(&s, 5000);
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 2);
    stage_close(&s);
}

/* Below another screen it asks nothing, and makes up for it when it is seen again. */
static void what_nobody_sees_is_not_asked_for(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter a");
    assert_string_equal(stage_top(&s), "watch");
    stage_show(&s, WORLD_RUNNING);
    stage_pass(&s, 3000);
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 1);
    stage_keys(&s, "Esc");
    stage_pass(&s, 100);
    assert_int_equal(fake_door_asked(s.door, "group_show", NULL), 2);
    stage_close(&s);
}

/* Networks, flavors and images alike, with the members that are concerned. */
static void what_each_member_is_mapped_to_is_told(void **state)
{
    struct stage s;
    json_t *proposal = world_proposal_json(true);
    (void)state;
    json_array_clear(json_list(proposal, "problems")); /* it stands in the place of the row */
    stage_open(&s, WORLD_CALM, STAGE_120x40);
    answer_all(&s);
    fake_door_answer(s.door, "test_propose", proposal);
    stage_keys(&s, "Enter 4 Down Down Down");
    stage_expect(&s, "image      debian-12");
    stage_expect(&s, "image      web-golden");
    stage_expect(&s, "Image: debian-12 becomes debian-12 (same id)");
    stage_expect(&s, "Used by web-2, db-3");
    stage_keys(&s, "Down");
    stage_expect(&s, "Image: web-golden becomes nothing (none)");
    stage_expect(&s, "Used by web-1");
    stage_keys(&s, "Home");
    stage_expect(&s, "Network: net-primary-web becomes net-secondary-web (stored)");
    stage_expect(&s, "Used by web-1");
    proposal = world_proposal_json(false); /* that no drill may begin now is nothing of the mapping */
    json_array_append_new(json_list(proposal, "problems"),
                          json_pack("{s:s, s:s, s:b}", "text", "no drill is allowed now", "remedy",
                                    "Wait.", "guard", 1));
    fake_door_answer(s.door, "test_propose", proposal);
    stage_keys(&s, "r");
    stage_expect(&s, "4 mapping  ");
    stage_refuse(&s, "no drill is allowed now");
    stage_close(&s);
}

/* What stood for a member before is told below it, and can be looked for. */
static void what_stands_still_is_among_the_members(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_120x40);
    answer_all(&s);
    stage_keys(&s, "Down Down Down Down Enter");
    stage_expect(&s, "at site-a   ");
    stage_expect(&s, "left 09:");
    stage_keys(&s, "/");
    stage_type(&s, "site-a");
    stage_expect(&s, "at site-a   ");
    stage_close(&s);
}

static void its_members_are_narrowed_as_every_list_is(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_PARTIAL, "Enter /");
    stage_expect(&s, "Enter keep");
    stage_expect(&s, "Esc clear");
    stage_refuse(&s, "q quit"); /* which would be a letter of it */
    stage_type(&s, "web");
    stage_expect(&s, "members  2 of 3");
    stage_refuse(&s, "db-3");
    stage_keys(&s, "Ctrl-U");
    stage_type(&s, "!~^web");
    stage_expect(&s, "members  1 of 3");
    stage_expect(&s, "db-3");
    stage_keys(&s, "Ctrl-U");
    stage_type(&s, "~(");
    stage_expect(&s, "Unmatched"); /* a wrong one changes nothing */
    stage_expect(&s, "db-3");
    stage_keys(&s, "Ctrl-U");
    stage_type(&s, "*db3");
    stage_expect(&s, "members  1 of 3");
    stage_keys(&s, "Ctrl-U");
    stage_type(&s, "net-primary !web-2 !db-3"); /* by what it has */
    stage_expect(&s, "members  1 of 3");
    stage_expect(&s, "web-1");
    stage_keys(&s, "Enter");
    stage_expect(&s, "q quit");
    stage_type(&s, "6/"); /* the ledger has one of its own */
    stage_type(&s, "port");
    stage_keys(&s, "Enter 3 /");
    stage_expect(&s, "this list is short, and always whole");
    stage_keys(&s, "1");
    stage_expect(&s, "members  1 of 3");
    stage_keys(&s, "Esc");
    stage_expect(&s, "- web-2");
    assert_string_equal(stage_top(&s), "group"); /* it cleared the filter first */
    stage_close(&s);
}

static void an_old_answer_says_so_and_r_reads_it_again(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter 2");
    stage_expect(&s, "4 of 5 volumes");
    stage_expect(&s, " read now ─┐");
    stage_pass(&s, 90 * 1000);
    stage_expect(&s, " STALE 1m ago ─┐");
    assert_int_equal(fake_door_asked(s.door, "recovery_point_list", NULL), 1);
    stage_keys(&s, "r");
    assert_int_equal(fake_door_asked(s.door, "recovery_point_list", NULL), 2);
    stage_expect(&s, " read now ─┐");
    stage_close(&s);
}

static void what_cannot_be_read_is_said_and_the_old_answer_stays(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "Enter");
    stage_expect(&s, "? unknown"); /* how the members stand was not answered yet */
    stage_keys(&s, "2");
    stage_expect(&s, "reading");
    fake_door_refuse(s.door, "recovery_point_list", PC_ERR_UNREACHABLE, "array-b does not answer",
                     "See site list.");
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "array-b does not answer");
    fake_door_answer(s.door, "recovery_point_list", world_points_json());
    stage_keys(&s, "r");
    stage_refuse(&s, "array-b does not answer");
    fake_door_refuse(s.door, "recovery_point_list", PC_ERR_UNREACHABLE, "array-b does not answer",
                     "");
    stage_keys(&s, "r");
    stage_expect(&s, "array-b does not answer");
    stage_expect(&s, "4 of 5 volumes");
    stage_close(&s);
}

/* Committed, and yet at both sites: a failover of chosen members left the others. */
static void who_is_elsewhere_is_told_in_every_state(void **state)
{
    struct stage s;
    struct snapshot *part = world_snapshot(WORLD_MOVED);
    struct group_view *v = part->groups->items[0];
    (void)state;
    v->state = GROUP_COMMITTED;
    v->window = WINDOW_NONE;
    v->split_risk = false;
    v->members = (struct member_tally){.total = 3, .recovered = 1, .elsewhere = 2};
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_show(s.door, part);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "! partly 1/3");
    stage_expect(&s, "! in part");
    v->members = (struct member_tally){.total = 3, .recovered = 2, .failed = 1, .elsewhere = 1};
    stage_paint(&s);
    stage_expect(&s, "✘ partly 2/3");
    stage_expect(&s, "✘ some down"); /* whoever runs nowhere makes no group ready */
    v->members = (struct member_tally){.total = 3, .recovered = 1, .elsewhere = 2};
    stage_keys(&s, "Enter");
    stage_expect(&s, "members: 1 of 3 up, 2 at site-a");
    stage_close(&s);
}

/* The answer to the question before must not be shown under the new one. */
static void turning_the_readiness_drops_the_answer_that_is_under_way(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    stage_keys(&s, "Enter 3 v");
    stage_expect(&s, "for a failback");
    assert_int_equal(fake_door_asked(s.door, "readiness", NULL), 1);
    fake_door_answer(s.door, "readiness", world_readiness_json());
    ui_dispatch(s.ui);
    stage_paint(&s);
    assert_int_equal(fake_door_asked(s.door, "readiness", &args), 2);
    assert_string_equal(json_text(args, "operation"), "failback");
    stage_expect(&s, "R-QUOTA");
    stage_close(&s);
}

static void history_and_ledger_open_the_operation_that_is_selected(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter h");
    stage_expect(&s, "8 drills");
    stage_expect(&s, "RTO 10m");
    assert_int_equal(fake_door_asked(s.door, "operation_list", &args), 1);
    assert_string_equal(json_text(args, "group"), "pg-1");
    stage_keys(&s, "Down Down Enter");
    assert_string_equal(stage_top(&s), "watch");
    fake_door_asked(s.door, "operation_show", &args);
    assert_string_equal(json_text(args, "operation_id"), "op-7d21c0aa-0001");
    stage_keys(&s, "Esc 6");
    stage_expect(&s, "SURVIVES");
    stage_expect(&s, "6 ledger, left 4"); /* what is still there, not all there ever was */
    fake_door_asked(s.door, "operation_list", &args);
    assert_true(json_flag(args, "ledger", false));
    stage_keys(&s, "End Enter");
    fake_door_asked(s.door, "operation_show", &args);
    assert_string_equal(json_text(args, "operation_id"), "op-7d21c0aa-0001");
    stage_close(&s);
}

static void what_is_not_allowed_stands_there_with_its_reason(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_MOVED, (struct stage_look){40, 120, TERM_256, true});
    answer_all(&s);
    stage_keys(&s, "Enter");
    stage_expect(&s, "may now  M commit   R roll back");
    stage_close(&s);
    stage_open(&s, WORLD_MOVED, (struct stage_look){40, 120, TERM_256, true});
    answer_all(&s);
    stage_keys(&s, "Down Down Down Enter");
    stage_expect(&s, "both sites run it: files-1, files-2 on site-a");
    stage_expect(&s, "may now  W who serves");
    stage_expect(&s, "Both sites run it. Say which one serves");
    stage_keys(&s, "M");
    stage_expect(&s, "commit: Both sites run it");
    stage_close(&s);
}

/* Time alone changes nothing but ages, which the title's own step tells. */
static void at_rest_nothing_is_painted_or_asked(void **state)
{
    static const char *const ways[] = {"Enter", "Enter 2", "Enter 3", "Enter 4", "Enter 5",
                                       "Enter 6", "Tab Enter"};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct stage s;
        open_group(&s, WORLD_CALM, ways[i]);
        int64_t due = ui_tick(s.ui);
        assert_false(s.ui->repaint);
        assert_true(due > s.ui->now.mono_ms + 1000); /* nobody wants to be woken sooner */
        char *before = xstrdup(stage_paint(&s));
        stage_pass(&s, 7000);
        assert_string_equal(before, buf_text(&s.text));
        free(before);
        stage_close(&s);
    }
}

static void a_group_that_was_deleted_says_so(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter");
    stage_show(&s, WORLD_EMPTY);
    stage_expect(&s, "prod-web-app is no longer there");
    stage_keys(&s, "Down 2 r v Enter Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void the_tree_opens_and_closes(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_CALM, "Enter"); /* a small one is open at first */
    stage_expect(&s, "boots from it");
    stage_keys(&s, "Esc Down Enter");
    stage_refuse(&s, "boots from it");
    stage_keys(&s, "Right");
    stage_expect(&s, "boots from it");
    stage_show(&s, WORLD_RUNNING); /* another snapshot of the same group: it stays open */
    stage_expect(&s, "boots from it");
    stage_keys(&s, "Left");
    stage_refuse(&s, "boots from it");
    stage_close(&s);
}

/* ---- home and site ---------------------------------------------------------------- */

static void home_says_what_must_not_wait(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_MOVED, STAGE_80x24);
    stage_expect(&s, "SPLIT BRAIN archive: files-1, files-2 on site-a since 11-20 09:21Z");
    stage_expect(&s, "undo 40m");
    stage_expect(&s, "partly 2/3");
    stage_close(&s);
    stage_open(&s, WORLD_ASKING, STAGE_80x24);
    stage_expect(&s, "prod-web-app asks: Has the DNS record been changed?");
    stage_expect(&s, "! asks you");
    stage_close(&s);
}

static void what_is_late_or_stands_still_is_marked(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    stage_expect(&s, "43% │");
    struct snapshot *late = world_snapshot(WORLD_RUNNING);
    struct op_view *v = late->operations->items[0];
    v->outlook.late[0] = (struct outlook_late){.step = 4, .spent_ms = 90000, .usual_ms = 20000};
    v->outlook.late_count = 1;
    fake_door_show(s.door, late);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "! prod-web-app");
    stage_expect(&s, "late │");
    struct snapshot *still = world_snapshot(WORLD_RUNNING);
    still->operations->items[0]->outlook.stuck = true;
    still->operations->items[0]->outlook.quiet_since_ms = world_now_ms - 1000 * 60 * 20;
    fake_door_show(s.door, still);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "drill prod-web-app stands still since 09:21Z");
    stage_close(&s);
}

/* More run than there are rows: the others are a key away, and the title counts. */
static void many_operations_run_and_none_is_lost(void **state)
{
    enum { MANY = 12 };
    struct stage s;
    char name[32];
    (void)state;
    stage_open(&s, WORLD_RUNNING, STAGE_80x24);
    struct snapshot *many = world_snapshot(WORLD_RUNNING);
    struct op_list *list = op_list_new(MANY);
    for (int i = 0; i < MANY; i++) {
        struct operation *op = operation_copy(many->operations->items[0]->op);
        snprintf(op->group, sizeof op->group, "run-%d", i);
        snprintf(op->id, sizeof op->id, "op-%d", i);
        list->items[i] = op_view_new(op, NULL, 0);
        operation_free(op);
    }
    op_list_unref(many->operations);
    many->operations = list;
    fake_door_show(s.door, many);
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "Running  12");
    stage_keys(&s, "Tab");
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "▸ run-%d ", i);
        stage_expect(&s, name);
        stage_keys(&s, "Down");
    }
    stage_close(&s);
}

static void a_site_is_opened_from_its_panel(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_group(&s, WORLD_CALM, "Tab Down Enter");
    assert_string_equal(stage_top(&s), "site");
    assert_int_equal(fake_door_asked(s.door, "site_show", &args), 1);
    assert_string_equal(json_text(args, "site"), "site-b");
    assert_true(json_flag(args, "room", false));
    stage_keys(&s, "Tab Tab");
    stage_expect(&s, "13/32");
    stage_expect(&s, "31, no limit");
    stage_expect(&s, "? network quota: only administrators may see it");
    stage_keys(&s, "Tab");
    stage_expect(&s, "link to array-c  partially_connected");
    stage_keys(&s, "Tab Enter");
    assert_string_equal(stage_top(&s), "group");
    stage_close(&s);
}

static void a_site_tells_its_errors_in_full_and_what_is_old(void **state)
{
    struct stage s;
    (void)state;
    open_group(&s, WORLD_DOWN, "S-Tab Down Enter");
    stage_expect(&s, "10.0.0.2:5000: connection refused");
    stage_expect(&s, "18 not answered");
    stage_expect(&s, "STALE 3m");
    stage_expect(&s, "its clock is not known now");
    stage_keys(&s, "Tab Tab");
    stage_pass(&s, 90 * 1000);
    stage_expect(&s, "─ STALE 1m ago ");
    stage_keys(&s, "r");
    assert_int_equal(fake_door_asked(s.door, "site_show", NULL), 2);
    stage_refuse(&s, "─ STALE 1m ago ");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_elsewhere_is_told_in_every_state),
        cmocka_unit_test(enter_opens_the_group_and_its_operation_is_one_further),
        cmocka_unit_test(read_now_reads_the_members_at_the_site),
        cmocka_unit_test(a_tab_asks_when_it_is_first_seen_and_not_again),
        cmocka_unit_test(what_changed_is_asked_for_again_but_not_faster_than_it_can_be_read),
        cmocka_unit_test(what_nobody_sees_is_not_asked_for),
        cmocka_unit_test(what_each_member_is_mapped_to_is_told),
        cmocka_unit_test(what_stands_still_is_among_the_members),
        cmocka_unit_test(its_members_are_narrowed_as_every_list_is),
        cmocka_unit_test(an_old_answer_says_so_and_r_reads_it_again),
        cmocka_unit_test(what_cannot_be_read_is_said_and_the_old_answer_stays),
        cmocka_unit_test(turning_the_readiness_drops_the_answer_that_is_under_way),
        cmocka_unit_test(history_and_ledger_open_the_operation_that_is_selected),
        cmocka_unit_test(what_is_not_allowed_stands_there_with_its_reason),
        cmocka_unit_test(at_rest_nothing_is_painted_or_asked),
        cmocka_unit_test(a_group_that_was_deleted_says_so),
        cmocka_unit_test(the_tree_opens_and_closes),
        cmocka_unit_test(home_says_what_must_not_wait),
        cmocka_unit_test(what_is_late_or_stands_still_is_marked),
        cmocka_unit_test(many_operations_run_and_none_is_lost),
        cmocka_unit_test(a_site_is_opened_from_its_panel),
        cmocka_unit_test(a_site_tells_its_errors_in_full_and_what_is_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
