/* All events: none is lost while they are followed, read back, filtered and searched. */
#include "tests/tui/support/stage.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void open_events(struct stage *s, int first, int last)
{
    stage_open(s, WORLD_RUNNING, STAGE_80x24);
    fake_door_answer_once(s->door, "event_list", world_all_events_json(first, last));
    stage_keys(s, "u");
    assert_string_equal(stage_top(s), "events");
}

static void it_shows_the_newest_and_whose_they_are(void **state)
{
    struct stage s;
    (void)state;
    open_events(&s, 1, 100);
    stage_expect(&s, "Events  100");
    stage_expect(&s, "drill prod-web-app  event number 97");
    /* What it is of is told of one that the snapshot does not hold, too. */
    stage_expect(&s, "failover hr-suite  warning: event number 98");
    stage_expect(&s, "op-31c9ae77  event number 96");
    stage_close(&s);
}

static void what_comes_is_added_without_a_gap(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_events(&s, 1, 100);
    stage_show(&s, WORLD_RUNNING);
    assert_int_equal(fake_door_asked(s.door, "event_list", &args), 2);
    assert_int_equal(json_int(args, "since", 0), 100);
    /* More than a page came in between: it asks on until it has them all. */
    fake_door_answer_once(s.door, "event_list", world_all_events_json(101, 600));
    ui_dispatch(s.ui);
    assert_int_equal(fake_door_asked(s.door, "event_list", &args), 3);
    assert_int_equal(json_int(args, "since", 0), 600);
    fake_door_answer_once(s.door, "event_list", world_all_events_json(601, 612));
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "Events  612");
    stage_expect(&s, "event number 612");
    stage_close(&s);
}

static void scrolling_up_pauses_and_End_follows(void **state)
{
    struct stage s;
    (void)state;
    open_events(&s, 1, 100);
    stage_keys(&s, "Up Up");
    stage_show(&s, WORLD_RUNNING);
    fake_door_answer_once(s.door, "event_list", world_all_events_json(101, 105));
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "5 new");
    stage_refuse(&s, "event number 105");
    stage_keys(&s, "End");
    stage_expect(&s, "event number 105");
    stage_close(&s);
}

static void older_pages_are_read_when_one_looks_back(void **state)
{
    struct stage s;
    const json_t *args = NULL;
    (void)state;
    open_events(&s, 501, 1000);
    stage_expect(&s, "and older ones");
    stage_keys(&s, "Home");
    assert_int_equal(fake_door_asked(s.door, "event_list", &args), 2);
    assert_int_equal(json_int(args, "before", 0), 501);
    stage_expect(&s, "event number 501");
    fake_door_answer_once(s.door, "event_list", world_all_events_json(401, 500));
    ui_dispatch(s.ui);
    stage_paint(&s);
    stage_expect(&s, "event number 501"); /* the eye's place stays */
    stage_expect(&s, "Events  600");
    stage_refuse(&s, "older ones");
    stage_keys(&s, "Home");
    stage_expect(&s, "event number 401");
    stage_close(&s);
}

static void it_is_filtered_and_searched(void **state)
{
    struct stage s;
    (void)state;
    open_events(&s, 1, 100);
    stage_keys(&s, "/");
    stage_type(&s, "warning");
    stage_expect(&s, "14 of 100");
    stage_keys(&s, "Esc s");
    stage_type(&s, "number 42");
    stage_keys(&s, "Enter");
    stage_expect(&s, "number 42");
    stage_keys(&s, "Esc");
    stage_refuse(&s, "search number");
    stage_keys(&s, "s");
    stage_type(&s, "no such text");
    stage_keys(&s, "Enter");
    stage_expect(&s, "nowhere in what");
    stage_keys(&s, "Esc Esc");
    assert_string_equal(stage_top(&s), "home");
    stage_close(&s);
}

static void a_refusal_is_told(void **state)
{
    struct stage s;
    (void)state;
    stage_open(&s, WORLD_CALM, STAGE_80x24);
    fake_door_refuse(s.door, "event_list", PC_ERR_STORE, "the history cannot be read", "Look.");
    stage_keys(&s, "u");
    stage_expect(&s, "the history cannot be read");
    stage_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shows_the_newest_and_whose_they_are),
        cmocka_unit_test(what_comes_is_added_without_a_gap),
        cmocka_unit_test(scrolling_up_pauses_and_End_follows),
        cmocka_unit_test(older_pages_are_read_when_one_looks_back),
        cmocka_unit_test(it_is_filtered_and_searched),
        cmocka_unit_test(a_refusal_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
