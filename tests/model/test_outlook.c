/* How long is left: what was seen before, along the plan, under the caps. */
#include "backend/base/json.h"
#include "backend/model/outlook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void learn(struct habits *h, enum step_kind k, int64_t gib, int64_t ms, int times)
{
    while (times--)
        habits_learn(h, k, gib, ms);
}

static void the_newest_runs_count_by_kind_and_size(void **state)
{
    (void)state;
    struct habits *h = xcalloc(1, sizeof(*h));
    assert_int_equal(habits_usual(h, STEP_CREATE_VOLUME, 10).samples, 0);
    for (int i = 1; i <= 20; i++)
        habits_learn(h, STEP_CREATE_VOLUME, 10, i * 100);
    struct usual u = habits_usual(h, STEP_CREATE_VOLUME, 15); /* the same class: 8..15 */
    assert_int_equal(u.samples, 20);
    assert_int_equal(u.p50_ms, 1000);
    assert_int_equal(u.p95_ms, 1900);
    /* Another size has its own; one never seen takes the nearest. */
    learn(h, STEP_CREATE_VOLUME, 500, 90000, 3);
    assert_int_equal(habits_usual(h, STEP_CREATE_VOLUME, 500).p50_ms, 90000);
    assert_int_equal(habits_usual(h, STEP_CREATE_VOLUME, 5).p50_ms, 1000);
    assert_int_equal(habits_usual(h, STEP_CREATE_VOLUME, 0).p50_ms, 1000);
    assert_int_equal(habits_usual(h, STEP_CREATE_SERVER, 0).samples, 0);
    /* What was long ago is forgotten. */
    learn(h, STEP_CREATE_VOLUME, 10, 7, HABIT_SAMPLES);
    assert_int_equal(habits_usual(h, STEP_CREATE_VOLUME, 10).p95_ms, 7);
    learn(h, STEP_CREATE_PORT, 0, -5, 1); /* a clock that went back */
    assert_int_equal(habits_usual(h, STEP_CREATE_PORT, 0).samples, 0);
    free(h);
}

/* volumes -> server -> boot for each of n members, and the deletes. */
static struct operation *drill(int n)
{
    struct plan *p = plan_new();
    for (int i = 0; i < n; i++) {
        char key[64];
        snprintf(key, sizeof(key), "create_volume:%d", i);
        int v = plan_add(p, STEP_CREATE_VOLUME, key, key, NULL);
        snprintf(key, sizeof(key), "create_server:%d", i);
        int s = plan_add(p, STEP_CREATE_SERVER, key, key, NULL);
        snprintf(key, sizeof(key), "delete_server:%d", i);
        plan_add(p, STEP_DELETE_SERVER, key, key, NULL);
        plan_depend(p, s, v);
    }
    struct operation *op = operation_new(OP_TEST_FAILOVER, p);
    op->status = OP_VOLUMES;
    op->started_ms = 1000;
    return op;
}

static struct outlook_caps caps(int cap)
{
    struct outlook_caps c = {.cap = cap};
    memset(c.service, -1, sizeof(c.service));
    c.service[STEP_CREATE_SERVER] = c.service[STEP_DELETE_SERVER] = 1;
    c.service[STEP_CREATE_VOLUME] = 2;
    return c;
}

static struct habits *known(void)
{
    struct habits *h = xcalloc(1, sizeof(*h));
    learn(h, STEP_CREATE_VOLUME, 0, 10000, 19);
    learn(h, STEP_CREATE_VOLUME, 0, 20000, 1);
    learn(h, STEP_CREATE_VOLUME, 0, 20000, 1);
    learn(h, STEP_CREATE_SERVER, 0, 30000, 10);
    learn(h, STEP_DELETE_SERVER, 0, 4000, 10);
    return h;
}

static void it_is_the_longest_way_that_is_left(void **state)
{
    (void)state;
    struct habits *h = known();
    struct operation *op = drill(2);
    struct outlook_caps c = caps(8);
    struct outlook k;
    outlook_of(op, h, &c, 1000, &k);
    assert_true(k.known);
    assert_int_equal(k.low_ms, 40000);
    assert_int_equal(k.high_ms, 50000);
    op->cleanup_due = true;
    outlook_of(op, h, &c, 1000, &k);
    assert_int_equal(k.low_ms, 44000);
    /* One member is through with its volume, the other has begun. */
    op->steps[0].status = STEP_DONE;
    op->steps[3].status = STEP_RUNNING;
    op->steps[3].started_ms = 1000;
    outlook_of(op, h, &c, 7000, &k);
    assert_int_equal(k.low_ms, 4000 + 30000 + 4000);
    assert_int_equal(k.high_ms, 14000 + 30000 + 4000);
    assert_int_equal(k.late_count, 0);
    operation_free(op);
    free(h);
}

static void many_members_go_by_the_caps(void **state)
{
    (void)state;
    struct habits *h = known();
    struct operation *op = drill(80);
    struct outlook_caps c = caps(8);
    struct outlook k;
    outlook_of(op, h, &c, 1000, &k);
    assert_int_equal(k.low_ms, 80 / 8 * 30000);
    operation_free(op);
    free(h);
}

static void nothing_is_promised_of_what_was_never_seen(void **state)
{
    (void)state;
    struct habits *h = xcalloc(1, sizeof(*h));
    struct operation *op = drill(1);
    struct outlook_caps c = caps(8);
    struct outlook k;
    learn(h, STEP_CREATE_VOLUME, 0, 10, 10);
    outlook_of(op, h, &c, 1000, &k);
    assert_false(k.known);
    json_t *o = json_object();
    outlook_put(o, op, &k, 1000);
    assert_true(json_is_null(json_object_get(o, "remaining")));
    json_t *least = outlook_predicted(&k); /* of a plan: the least that it takes */
    assert_int_equal(json_int(least, "unseen", 0), k.unseen);
    assert_true(k.unseen > 0 && json_int(least, "low_s", 0) == (k.low_ms + 999) / 1000);
    assert_true(json_is_null(json_object_get(least, "high_s")));
    json_decref(least);
    /* The server is there; its delete is not due. */
    op->steps[1].status = STEP_DONE;
    outlook_of(op, h, &c, 1000, &k);
    assert_true(k.known);
    op->status = OP_SUCCEEDED;
    op->completed_ms = 5000;
    outlook_of(op, h, &c, 1000, &k);
    assert_false(k.known);
    json_decref(o);
    operation_free(op);
    free(h);
}

static void what_is_past_its_time_is_late(void **state)
{
    (void)state;
    struct habits *h = known();
    struct operation *op = drill(1);
    struct outlook_caps c = caps(8);
    struct outlook k;
    op->steps[0].status = STEP_RUNNING;
    op->steps[0].started_ms = 1000;
    outlook_of(op, h, &c, 1000 + 20000 + 1000, &k); /* a little over is nothing */
    assert_int_equal(k.late_count, 0);
    outlook_of(op, h, &c, 1000 + 60000, &k);
    assert_int_equal(k.late_count, 1);
    assert_int_equal(k.late[0].step, 0);
    assert_int_equal(k.late[0].spent_ms, 60000);
    assert_int_equal(k.late[0].usual_ms, 20000);
    assert_int_equal(k.low_ms, 30000);
    assert_int_equal(k.high_ms, 15000 + 30000);
    assert_false(k.stuck);
    operation_free(op);
    free(h);
}

static void a_transfer_that_moves_does_not_stand_still(void **state)
{
    (void)state;
    struct habits *h = known();
    struct plan *p = plan_new();
    struct outlook_caps c = caps(8);
    struct outlook k;
    plan_add(p, STEP_AWAIT_TRANSFER, "await_transfer:group", "prod", NULL);
    struct operation *op = operation_new(OP_SYNC_VOLUMES, p);
    int64_t begun = 50000, later = begun + 3 * OUTLOOK_STUCK_MS;
    op->status = OP_RUNNING;
    op->started_ms = op->steps[0].started_ms = begun;
    op->steps[0].status = STEP_RUNNING;
    op->steps[0].moved_ms = later - 1000;
    outlook_of(op, h, &c, later, &k);
    assert_false(k.stuck);
    assert_int_equal(k.quiet_since_ms, later - 1000);
    outlook_of(op, h, &c, later - 1000 + OUTLOOK_STUCK_MS, &k);
    assert_true(k.stuck);
    op->steps[0].moved_ms = 0; /* another process's: it cannot be seen from here */
    outlook_of(op, h, &c, later, &k);
    assert_false(k.stuck);
    operation_free(op);
    free(h);
}

static void a_standstill_of_a_quarter_of_an_hour_is_told(void **state)
{
    (void)state;
    struct habits *h = known();
    struct operation *op = drill(1);
    struct outlook_caps c = caps(8);
    struct outlook k;
    op->steps[0].status = STEP_RUNNING;
    op->steps[0].started_ms = 50000;
    outlook_of(op, h, &c, 50000 + OUTLOOK_STUCK_MS - 1, &k);
    assert_false(k.stuck);
    outlook_of(op, h, &c, 50000 + OUTLOOK_STUCK_MS, &k);
    assert_true(k.stuck);
    json_t *o = json_object();
    outlook_put(o, op, &k, 50000 + OUTLOOK_STUCK_MS);
    assert_int_equal(json_int(json_map(o, "stuck"), "since_s", 0), 900);
    assert_non_null(strstr(json_text(json_map(o, "stuck"), "advice"), "steps_completed"));
    assert_string_equal(json_text(json_array_get(json_list(o, "late"), 0), "key"),
                        "create_volume:0");
    json_decref(o);
    op->started_ms = op->steps[0].started_ms = 0; /* it waits for its turn: that is no standstill */
    op->status = OP_PENDING;
    outlook_of(op, h, &c, 50000 + OUTLOOK_STUCK_MS, &k);
    assert_false(k.stuck);
    operation_free(op);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_runs_count_by_kind_and_size),
        cmocka_unit_test(it_is_the_longest_way_that_is_left),
        cmocka_unit_test(many_members_go_by_the_caps),
        cmocka_unit_test(nothing_is_promised_of_what_was_never_seen),
        cmocka_unit_test(what_is_past_its_time_is_late),
        cmocka_unit_test(a_transfer_that_moves_does_not_stand_still),
        cmocka_unit_test(a_standstill_of_a_quarter_of_an_hour_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
