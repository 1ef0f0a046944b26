/* Groups, plans and operations: written, read, added up. */
#include "backend/base/json.h"
#include "backend/model/operation.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void a_group_survives_json(void **state)
{
    (void)state;
    struct group *g = fixture_group(), *again = NULL;
    assert_non_null(g);
    assert_int_equal(g->member_count, 3);
    assert_int_equal(group_volume_count(g), 5);
    assert_string_equal(g->current_primary, "site-a");
    json_t *one = group_to_json(g);
    assert_int_equal(group_from_json(one, &again, NULL), PC_OK);
    json_t *two = group_to_json(again);
    assert_true(json_equal(one, two));
    assert_ptr_equal(group_find_member(again, "db-1"), &again->members[2]);
    assert_ptr_equal(group_find_member(again, "s1"), &again->members[0]);
    assert_null(group_find_member(again, "nobody"));
    json_decref(one);
    json_decref(two);
    group_unref(g);
    group_unref(again);
}

static void a_group_needs_its_names(void **state)
{
    static const char *const keys[] = {"id", "name", "primary", "secondary"};
    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct group *g = NULL;
        struct pc_error err;
        json_t *o = json_loads(FIXTURE_GROUP, 0, NULL);
        json_object_del(o, keys[i]);
        assert_int_equal(group_from_json(o, &g, &err), PC_ERR_INVALID);
        assert_non_null(strstr(err.text, keys[i]));
        assert_null(g);
        json_decref(o);
    }
    assert_true(group_name_valid("prod-web.app_1"));
    static const char *const bad[] = {"", "-x", ".x", "a b", "a/b", "a\x1b", "\xc3\xa9",
                                      "1234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(group_name_valid(bad[i]));
}

static struct plan *small_plan(void)
{
    struct plan *p = plan_new();
    int point = plan_add(p, STEP_PIN_POINT, "pin_point:group", "g", NULL);
    int one = plan_add(p, STEP_CREATE_VOLUME, "create_volume:a/0", "a root", NULL);
    int two = plan_add(p, STEP_CREATE_VOLUME, "create_volume:b/0", "b root", NULL);
    int server = plan_add(p, STEP_CREATE_SERVER, "create_server:a", "a", NULL);
    int boot = plan_add(p, STEP_VERIFY_BOOT, "verify_boot:a", "a", NULL);
    plan_add(p, STEP_DELETE_SERVER, "delete_server:a", "a", NULL);
    plan_depend(p, one, point);
    plan_depend(p, two, point);
    plan_depend(p, server, one);
    plan_depend(p, server, two);
    plan_depend(p, server, two);
    plan_depend(p, boot, server);
    return p;
}

static void a_dependency_counts_once(void **state)
{
    (void)state;
    struct plan *p = small_plan();
    assert_int_equal(p->steps[3].dep_count, 2);
    plan_unref(p);
}

static void progress_keeps_to_the_bands_and_never_falls(void **state)
{
    (void)state;
    struct operation *op = operation_new(OP_TEST_FAILOVER, small_plan());
    static const int least[] = {20, 40, 60, 80, 90, 99};
    int last = 0;
    op->status = OP_RUNNING;
    for (size_t i = 0; i < op->plan->count; i++) {
        op->steps[i].status = STEP_DONE;
        op->progress = operation_progress(op);
        assert_true(op->progress >= last);
        assert_int_equal(op->progress, least[i]);
        last = op->progress;
    }
    op->steps[0].status = STEP_WAITING;
    assert_int_equal(operation_progress(op), last);
    op->steps[0].status = STEP_SKIPPED;
    op->progress = 40;
    op->status = OP_ROLLING_BACK; /* what was skipped was not done */
    assert_int_equal(operation_progress(op), 40);
    op->status = OP_FAILED;
    assert_int_equal(operation_progress(op), 40);
    op->status = OP_CLEANED;
    assert_int_equal(operation_progress(op), 100);
    operation_free(op);
}

static void the_api_object_tells_phases_and_verdict(void **state)
{
    (void)state;
    struct operation *op = operation_new(OP_TEST_FAILOVER, small_plan());
    for (size_t i = 0; i < op->plan->count; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[4].status = STEP_FAILED;
    op->status = OP_CLEANED;
    op->verdict = VERDICT_FAILED;
    operation_warn(op, "mind the %s", "gap");
    json_t *o = operation_to_json(op);
    assert_string_equal(json_text(o, "status"), "cleaned");
    assert_string_equal(json_text(o, "state"), "failed");
    assert_string_equal(json_text(o, "verdict"), "failed");
    assert_true(json_is_null(json_object_get(o, "phase")));
    assert_int_equal(json_array_size(json_list(o, "steps_failed")), 1);
    assert_string_equal(json_string_value(json_array_get(json_list(o, "steps_failed"), 0)),
                        "verifying");
    assert_int_equal(json_array_size(json_list(o, "steps_completed")), 4);
    assert_int_equal(json_array_size(json_list(o, "warnings")), 1);
    json_decref(o);
    struct operation *copy = operation_copy(op);
    copy->steps[0].attempts = 9;
    assert_int_equal(op->steps[0].attempts, 0);
    operation_free(copy);
    operation_free(op);
}

/* NULL: in none. */
static void is_in(const struct operation *op, const char *phase)
{
    json_t *o = operation_to_json(op), *said = json_object_get(o, "phase");
    if (phase)
        assert_string_equal(json_string_value(said), phase);
    else
        assert_true(json_is_null(said));
    json_decref(o);
}

/* A failover that has only to end well does not look like one that is taken back. */
static void nothing_is_taken_back_before_that_begins(void **state)
{
    (void)state;
    struct operation *op = operation_new(OP_FAILOVER, small_plan());
    is_in(op, NULL); /* it waits for its turn */
    op->status = OP_RUNNING;
    is_in(op, "preparation");
    for (size_t i = 0; i + 1 < op->plan->count; i++)
        op->steps[i].status = STEP_DONE;
    is_in(op, NULL);
    op->status = OP_ROLLING_BACK; /* and perhaps may not write there yet */
    is_in(op, "rolling_back");
    op->steps[5].started_ms = 1;
    is_in(op, "rolling_back");
    op->status = OP_FAILED;
    is_in(op, NULL);
    operation_free(op);
}

/* Who waits is in no phase that is over, nor in one that nobody has begun. */
static void what_waits_is_in_the_phase_that_is_open(void **state)
{
    (void)state;
    struct plan *p = small_plan();
    int asks = plan_add(p, STEP_PROMPT, "prompt:one", "after a", NULL);
    struct operation *op = operation_new(OP_TEST_FAILOVER, p);
    op->status = OP_VMS;
    for (int i = 0; i < 4; i++)
        op->steps[i].status = STEP_DONE;
    op->steps[asks].status = STEP_RUNNING;
    snprintf(op->steps[asks].detail, sizeof(op->steps[asks].detail), "go on?");
    is_in(op, "creating_vms");
    op->steps[asks].status = STEP_DONE;
    op->status = OP_VERIFYING;
    is_in(op, "verifying");
    op->steps[4].status = STEP_DONE;
    op->status = OP_SUCCEEDED; /* and is kept until somebody cleans it up */
    is_in(op, NULL);
    op->status = OP_CLEANING_UP;
    is_in(op, "cleaning_up");
    operation_free(op);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_survives_json),
        cmocka_unit_test(a_group_needs_its_names),
        cmocka_unit_test(a_dependency_counts_once),
        cmocka_unit_test(progress_keeps_to_the_bands_and_never_falls),
        cmocka_unit_test(nothing_is_taken_back_before_that_begins),
        cmocka_unit_test(what_waits_is_in_the_phase_that_is_open),
        cmocka_unit_test(the_api_object_tells_phases_and_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
