/* The audit log: who asked for what and what came of it, page by page, filtered, searched. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void open_audit(struct stage *s, json_t *page)
{
    stage_open(s, WORLD_RUNNING, STAGE_120x40);
    fake_door_answer_once(s->door, "audit_list", page);
    stage_keys(s, "l");
    stage_pass(s, 0);
    stage_pass(s, 0);
    assert_string_equal(stage_top(s), "audit");
}

static void who_what_when_why_and_what_came_of_it(void **state)
{
    struct stage s;
    (void)state;
    open_audit(&s, world_audit_json());
    stage_expect(&s, "Audit log  40  1 line not whole");
    stage_expect(&s, "ben as root");
    stage_expect(&s, "agreed in the call");
    stage_expect(&s, "? no answer");
    stage_expect(&s, "\xe2\x9c\x98 state");
    stage_keys(&s, "Down Down Down"); /* all of one entry is told below the list */
    stage_expect(&s, "reason     site-a has no power");
    stage_expect(&s, "refused    prod-web-app: a failover is not allowed while 'testing'");
    stage_expect(&s, "from 10.9.1.7 on ops-1");
    stage_close(&s);
}

static void older_pages_come_when_one_goes_there(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_audit(&s, world_audit_page_json(1900, 100, "7:9000"));
    stage_expect(&s, "Audit log  100 and older ones");
    assert_int_equal(fake_door_asked(s.door, "audit_list", NULL), 1); /* nobody looks there */
    stage_keys(&s, "End");
    stage_pass(&s, 0);
    assert_int_equal(fake_door_asked(s.door, "audit_list", &args), 2);
    assert_string_equal(json_text(args, "before"), "7:9000");
    fake_door_answer_once(s.door, "audit_list", world_audit_page_json(1800, 100, NULL));
    stage_pass(&s, 0);
    stage_pass(&s, 0);
    stage_expect(&s, "Audit log  200  2 lines not whole");
    stage_keys(&s, "End");
    stage_pass(&s, 0);
    assert_int_equal(fake_door_asked(s.door, "audit_list", NULL), 2); /* there is no more */
    stage_close(&s);
}

/* An answer may be on the page that comes first, and its request on the one before. */
static void an_answer_finds_its_request_on_another_page(void **state)
{
    struct stage s;
    json_t *newest = world_audit_page_json(1999, 1, "7:9000"), *older;
    (void)state;
    older = world_audit_page_json(1999, 1, NULL);
    json_array_remove(json_list(newest, "lines"), 0); /* the request */
    json_array_remove(json_list(older, "lines"), 1);  /* the answer */
    stage_open(&s, WORLD_RUNNING, STAGE_120x40);
    fake_door_answer_once(s.door, "audit_list", newest);
    fake_door_answer_once(s.door, "audit_list", older);
    stage_keys(&s, "l");
    for (int i = 0; i < 4; i++)
        stage_pass(&s, 0);
    stage_expect(&s, "\xe2\x9c\x94 ok");
    stage_refuse(&s, "no answer");
    stage_close(&s);
}

static void what_is_new_is_added_and_what_was_there_stays(void **state)
{
    struct stage s;
    (void)state;
    open_audit(&s, world_audit_page_json(1900, 100, NULL));
    stage_keys(&s, "Down Down");
    fake_door_answer_once(s.door, "audit_list", world_audit_page_json(1990, 15, "7:9000"));
    stage_show(&s, WORLD_RUNNING);
    stage_pass(&s, 2000);
    stage_pass(&s, 0);
    stage_expect(&s, "Audit log  105  1 line"); /* to the beginning: it follows on */
    stage_refuse(&s, "older ones");
    fake_door_answer_once(s.door, "audit_list", world_audit_page_json(2500, 3, "7:99000"));
    stage_show(&s, WORLD_RUNNING);
    stage_pass(&s, 2000);
    stage_pass(&s, 0);
    stage_expect(&s, "Audit log  3 and older ones"); /* what lies between is read again */
    stage_close(&s);
}

static void it_is_filtered_searched_and_leads_to_the_operation(void **state)
{
    struct stage s;
    (void)state;
    open_audit(&s, world_audit_json());
    stage_keys(&s, "/");
    stage_type(&s, "ben failover");
    stage_expect(&s, "8 of 40");
    stage_refuse(&s, "group update");
    stage_keys(&s, "Enter Enter");
    stage_expect(&s, "about no operation"); /* it was refused */
    stage_keys(&s, "Esc s");
    stage_type(&s, "commit");
    stage_keys(&s, "Enter n");
    stage_expect(&s, "operation  op-31c9ae77-0003");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "watch");
    stage_keys(&s, "Esc s");
    stage_type(&s, "no such thing");
    stage_keys(&s, "Enter");
    stage_expect(&s, "nowhere in what");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

/* `:` offers here what it offers elsewhere: of the group that the entry is about, or greyed. */
static void any_action_is_found_from_here(void **state)
{
    struct stage s;
    (void)state;
    open_audit(&s, world_audit_json());
    stage_answer_wizard(&s, false);
    stage_keys(&s, ": d r i");
    stage_expect(&s, "prepare a test failover");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "wizard");
    stage_expect(&s, "Drill hr-suite");
    stage_keys(&s, "Esc : a u d i Enter"); /* it is there already */
    assert_string_equal(stage_top(&s), "audit");
    stage_keys(&s, ": s t o p");
    stage_expect(&s, "not now: open its operation first");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "palette");
    stage_keys(&s, "Esc / z z z Enter : f a i l o v e r"); /* no entry, so no group */
    stage_expect(&s, "not now: no group is selected");
    stage_keys(&s, "Space h r -");
    stage_expect(&s, "failover hr-suite");
    stage_keys(&s, "Enter");
    assert_string_equal(stage_top(&s), "wizard");
    stage_close(&s);
}

/* What was asked of an operation is of its group. */
static void an_operation_leads_to_its_group(void **state)
{
    struct stage s;
    struct act_subject subject;
    (void)state;
    open_audit(&s, world_audit_json());
    stage_keys(&s, "s");
    stage_type(&s, "operation cancel");
    stage_keys(&s, "Enter");
    stage_expect(&s, "operation  " WORLD_DRILL_ID);
    ui_subject(s.ui, &subject);
    assert_non_null(subject.group);
    assert_string_equal(subject.group->group->name, "prod-web-app");
    stage_close(&s);
}

static void a_refusal_is_told(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_refuse(s.door, "audit_list", PC_ERR_IO, "audit.jsonl cannot be read", "Look.");
    stage_keys(&s, "l");
    stage_pass(&s, 0);
    stage_pass(&s, 0);
    stage_expect(&s, "audit.jsonl cannot be read");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_what_when_why_and_what_came_of_it),
        cmocka_unit_test(older_pages_come_when_one_goes_there),
        cmocka_unit_test(an_answer_finds_its_request_on_another_page),
        cmocka_unit_test(what_is_new_is_added_and_what_was_there_stays),
        cmocka_unit_test(it_is_filtered_searched_and_leads_to_the_operation),
        cmocka_unit_test(any_action_is_found_from_here),
        cmocka_unit_test(an_operation_leads_to_its_group),
        cmocka_unit_test(a_refusal_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
