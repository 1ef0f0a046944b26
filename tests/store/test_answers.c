/* What an operator answered is kept with the step that asked. */
#include "fixture.h"

static struct operation *one_operation(void)
{
    struct plan *p = plan_new();
    plan_add(p, STEP_PROMPT, "prompt:db", "db", NULL);
    struct operation *op = operation_new(OP_TEST_FAILOVER, p);
    snprintf(op->group_id, sizeof(op->group_id), "g-1");
    snprintf(op->group, sizeof(op->group), "alpha");
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    op->created_ms = 1;
    return op;
}

static void the_last_answer_counts(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state), *other;
    struct operation *op = one_operation();
    struct store_answer a;
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_ok(store_answer_load(s, op->id, "prompt:db", &a, &err), &err);
    assert_string_equal(a.word, "");
    /* Given by a process that does not hold the lease. */
    assert_ok(store_lease_take(s, clock_wall_ms(), &err), &err);
    other = fixture_open(*state);
    assert_ok(store_answer_save(other, op->id, "prompt:db", &(struct store_answer){"stop", 5}, &err), &err);
    assert_ok(store_answer_save(other, op->id, "prompt:db", &(struct store_answer){"continue", 7}, &err),
              &err);
    store_close(other);
    assert_ok(store_answer_load(s, op->id, "prompt:db", &a, &err), &err);
    assert_string_equal(a.word, "continue");
    assert_int_equal(a.at_ms, 7);
    assert_ok(store_answer_load(s, op->id, "prompt:web", &a, &err), &err);
    assert_string_equal(a.word, "");
    operation_free(op);
    store_close(s);
}

static void only_a_step_can_be_answered(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct operation *op = one_operation();
    assert_ok(store_op_insert(s, op, &err), &err);
    struct store_answer a = {"continue", 1};
    assert_int_not_equal(store_answer_save(s, op->id, "prompt:nobody", &a, &err), PC_OK);
    assert_int_not_equal(store_answer_save(s, "op-x", "prompt:db", &a, &err), PC_OK);
    operation_free(op);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_last_answer_counts, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_a_step_can_be_answered, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
