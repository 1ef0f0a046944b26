/* The planners of failover and failback, and of what takes them back: never two
 * that write, whatever the plan. */
#include "backend/base/json.h"
#include "backend/engine/plan/failover.h"
#include "backend/engine/undo.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAPPED                                                              \
    "\"network_mapping\":{\"net-primary-web\":\"net-secondary-web\"},"      \
    "\"flavor_mapping\":{\"m1.large\":\"m2.large\"},\"health_checks\":[\"tcp:22\"]"

struct world {
    struct group *g;
    json_t *facts, *request, *warnings;
    struct plan *plan;
    struct pc_error err;
};

static int setup(void **state)
{
    struct world *w = xcalloc(1, sizeof(*w));
    w->g = fixture_group();
    w->facts = json_loads(FIXTURE_TARGET, 0, NULL);
    w->warnings = json_array();
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    plan_unref(w->plan);
    group_unref(w->g);
    json_decref(w->facts);
    json_decref(w->request);
    json_decref(w->warnings);
    free(w);
    return 0;
}

static void build(struct world *w, enum op_type type, const char *request)
{
    json_decref(w->request);
    plan_unref(w->plan);
    w->plan = NULL;
    w->request = json_loads(request, 0, NULL);
    assert_non_null(w->request);
    struct failover_input in = {.in = {w->g, "site-b", w->request, w->facts}, .type = type};
    if (failover_plan(&in, &w->plan, w->warnings, &w->err))
        fail_msg("%s", w->err.text);
}

static int count(const struct plan *p, enum step_kind k)
{
    int n = 0;
    for (size_t i = 0; i < p->count; i++)
        n += p->steps[i].kind == k;
    return n;
}

/* Whether `before` is over when `step` begins, by any way. */
static bool follows(const struct plan *p, int step, int before)
{
    bool found = false;
    for (size_t d = 0; !found && d < p->steps[step].dep_count; d++)
        found = p->steps[step].deps[d] == before || follows(p, p->steps[step].deps[d], before);
    return found;
}

static void each_follows_each(const struct plan *p, enum step_kind later, enum step_kind sooner)
{
    assert_true(count(p, later) > 0 && count(p, sooner) > 0);
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < p->count; k++)
            if (p->steps[i].kind == later && p->steps[k].kind == sooner &&
                !follows(p, (int)i, (int)k))
                fail_msg("%s does not wait for %s", p->steps[i].key, p->steps[k].key);
}

/* Nothing is made before every source has stopped, none is started again before
 * every copy is gone, and nothing is touched before the target has answered. */
static void one_writes_of(const struct plan *p, enum step_kind made)
{
    each_follows_each(p, made, STEP_STOP_SERVER);
    each_follows_each(p, STEP_CREATE_SERVER, STEP_STOP_SERVER);
    each_follows_each(p, STEP_STOP_SERVER, STEP_VALIDATE_TARGET);
    each_follows_each(p, STEP_START_SERVER, STEP_DELETE_SERVER);
    assert_int_equal(count(p, STEP_START_SERVER), count(p, STEP_STOP_SERVER));
}

/* Nor is the point chosen that it is made of, unless it was asked for by its name. */
static void one_writes(const struct plan *p)
{
    one_writes_of(p, STEP_PIN_POINT);
}

static void planned(void **state)
{
    struct world *w = *state;
    build(w, OP_FAILOVER, "{" MAPPED "}");
    one_writes(w->plan);
    assert_int_equal(count(w->plan, STEP_STOP_SERVER), (int)w->g->member_count);
    each_follows_each(w->plan, STEP_STOP_SERVER, STEP_CHECK_SOURCE);
    each_follows_each(w->plan, STEP_UPDATE_GROUP, STEP_HEALTH_CHECK);
    each_follows_each(w->plan, STEP_NOTIFY, STEP_UPDATE_GROUP);
    /* Copies are called as the members are. */
    int server = plan_find(w->plan, "create_server:web-1");
    assert_true(server >= 0);
    assert_string_equal(json_text(w->plan->steps[server].params, "name"), "web-1");
    assert_string_equal(json_text(json_map(w->plan->steps[server].params, "before"), "name"),
                        "web-1");
}

/* Whatever may still fail, or be answered with a stop, comes before the record
 * says that it serves elsewhere: after that nothing is taken back. */
static void nothing_is_open_when_it_swaps(void **state)
{
    static const char *const requests[] = {
        "{\"callouts_allowed\":true," MAPPED "}",
        "{\"callouts_allowed\":true,\"canary\":true,\"on_partial\":\"keep\"," MAPPED "}",
    };
    struct world *w = *state;
    json_t *o = group_to_json(w->g);
    json_put(o, "boot_groups",
             json_loads("[{\"name\":\"db\",\"members\":[\"db-1\"]},{\"name\":\"web\",\"members\":"
                        "[\"web-1\",\"web-2\"],\"depends_on\":[\"db\"],\"wait_for\":[{\"check\":"
                        "\"tcp:80\",\"timeout_s\":60}],\"callout\":{\"argv\":[\"/bin/true\"],"
                        "\"timeout_s\":60},\"prompt\":\"does it look well?\"}]", 0, NULL));
    group_unref(w->g);
    assert_int_equal(group_from_json(o, &w->g, NULL), PC_OK);
    json_decref(o);
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        build(w, OP_FAILOVER, requests[i]);
        each_follows_each(w->plan, STEP_UPDATE_GROUP, STEP_WAIT_CHECK);
        each_follows_each(w->plan, STEP_UPDATE_GROUP, STEP_CALLOUT);
        each_follows_each(w->plan, STEP_UPDATE_GROUP, STEP_PROMPT);
        each_follows_each(w->plan, STEP_UPDATE_GROUP, STEP_GROUP_UP);
    }
}

static void from_an_array(void **state)
{
    struct world *w = *state;
    build(w, OP_FAILOVER, "{\"storage_mode\":\"flasharray\"," MAPPED "}");
    one_writes(w->plan);
    each_follows_each(w->plan, STEP_REPLICATE_NOW, STEP_STOP_SERVER);
    each_follows_each(w->plan, STEP_PIN_POINT, STEP_AWAIT_TRANSFER);
    each_follows_each(w->plan, STEP_CLONE_VOLUME, STEP_CHECK_REPLICA);
    each_follows_each(w->plan, STEP_STOP_SERVER, STEP_CHECK_BACKEND);
}

/* It is not followed by another, and nothing is stopped before it is found. */
static void of_a_point_that_was_chosen(void **state)
{
    static const struct {
        const char *request;
        enum step_kind made;
    } cases[] = {
        {"{\"storage_mode\":\"flasharray\",\"recovery_point\":\"p.1\"," MAPPED "}", STEP_CLONE_VOLUME},
        {"{\"recovery_point\":\"p.1\"," MAPPED "}", STEP_CREATE_VOLUME},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        build(w, OP_FAILOVER, cases[i].request);
        one_writes_of(w->plan, cases[i].made);
        each_follows_each(w->plan, STEP_STOP_SERVER, STEP_PIN_POINT);
        assert_int_equal(count(w->plan, STEP_REPLICATE_NOW), 0);
    }
    build(w, OP_FAILOVER, "{\"recovery_point\":\"latest\"," MAPPED "}");
    one_writes(w->plan);
}

static void forced_touches_no_source(void **state)
{
    struct world *w = *state;
    build(w, OP_FAILOVER, "{\"force\":true,\"storage_mode\":\"flasharray\"," MAPPED "}");
    assert_int_equal(count(w->plan, STEP_STOP_SERVER), 0);
    assert_int_equal(count(w->plan, STEP_START_SERVER), 0);
    assert_int_equal(count(w->plan, STEP_REPLICATE_NOW), 0);
    assert_int_equal(count(w->plan, STEP_PROTECT_VOLUMES), 0);
    assert_int_equal(count(w->plan, STEP_CREATE_SERVER), (int)w->g->member_count);
}

static void a_part_may_be_kept(void **state)
{
    struct world *w = *state;
    build(w, OP_FAILOVER, "{\"on_partial\":\"keep\"," MAPPED "}");
    int swap = plan_find(w->plan, "update_group:group");
    assert_string_equal(json_text(w->plan->steps[swap].params, "any"), "create_server");
    for (size_t i = 0; i < w->plan->count; i++) {
        const struct plan_step *s = &w->plan->steps[i];
        if (s->kind != STEP_HEALTH_CHECK)
            continue;
        char *own = xasprintf("verify_boot:%s", json_text(s->params, "vm"));
        assert_true(follows(w->plan, (int)i, plan_find(w->plan, own)));
        free(own);
    }
}

static void a_failback_swaps_only_when_confirmed(void **state)
{
    struct world *w = *state;
    build(w, OP_FAILBACK, "{" MAPPED "}");
    one_writes(w->plan);
    assert_int_equal(count(w->plan, STEP_UPDATE_GROUP), 0);
}

/* ---- what takes back ------------------------------------------------------------------ */

static struct operation *operation_of(struct world *w, enum op_type type)
{
    build(w, type, "{" MAPPED "}");
    struct operation *op = operation_new(type, plan_ref(w->plan));
    snprintf(op->group, sizeof(op->group), "%s", w->g->name);
    snprintf(op->source_site, sizeof(op->source_site), "%s", type == OP_FAILOVER ? "site-a" : "site-b");
    snprintf(op->target_site, sizeof(op->target_site), "%s", type == OP_FAILOVER ? "site-b" : "site-a");
    return op;
}

/* It has made all, and what the next one takes is what it made. */
static struct operation *whole_of(struct world *w, enum op_type type)
{
    struct operation *op = operation_of(w, type);
    for (size_t i = 0; i < op->plan->count; i++) {
        if (op->plan->steps[i].kind != STEP_CREATE_SERVER)
            continue;
        op->steps[i].status = STEP_DONE;
        snprintf(op->steps[i].resource_id, sizeof(op->steps[i].resource_id), "%s",
                 json_text(op->plan->steps[i].params, "source_id"));
    }
    return op;
}

static void undone_is_all_that_was_made(void **state)
{
    struct world *w = *state;
    struct operation *failover = whole_of(w, OP_FAILOVER);
    struct operation *failback = whole_of(w, OP_FAILBACK);
    struct plan *plans[] = {undo_rollback(&(struct parts){&failover, 1}), undo_cancel(failback),
                            undo_confirm(w->g, &(struct parts){&failover, 1}, failback)};
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        const struct plan *p = plans[i];
        assert_int_equal(count(p, STEP_DELETE_SERVER), count(w->plan, STEP_CREATE_SERVER));
        assert_int_equal(count(p, STEP_DELETE_PORT), count(w->plan, STEP_CREATE_PORT));
        assert_int_equal(count(p, STEP_DELETE_VOLUME), count(w->plan, STEP_CREATE_VOLUME));
        each_follows_each(p, STEP_DELETE_SERVER, STEP_VALIDATE_TARGET);
        each_follows_each(p, STEP_DELETE_VOLUME, STEP_VALIDATE_TARGET);
        if (count(p, STEP_START_SERVER))
            each_follows_each(p, STEP_START_SERVER, STEP_DELETE_SERVER);
    }
    each_follows_each(plans[0], STEP_UPDATE_GROUP, STEP_START_SERVER);
    each_follows_each(plans[2], STEP_UPDATE_GROUP, STEP_DELETE_VOLUME);
    assert_int_equal(count(plans[1], STEP_UPDATE_GROUP), 0);
    assert_int_equal(count(plans[2], STEP_START_SERVER), 0);
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
        plan_unref(plans[i]);
    operation_free(failover);
    operation_free(failback);
}

static void has_made(struct operation *op, const char *vm, const char *id)
{
    char key[64];
    snprintf(key, sizeof(key), "create_server:%s", vm);
    int step = plan_find(op->plan, key);
    assert_true(step >= 0);
    op->steps[step].status = STEP_DONE;
    snprintf(op->steps[step].resource_id, sizeof(op->steps[step].resource_id), "%s", id);
}

static bool names(const struct plan *p, const char *server)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(p->steps[0].params, "servers"), i, v)
        if (strcmp(json_string_value(v), server) == 0)
            return true;
    return false;
}

/* What was not brought back is not deleted: who was taken out of the group while
 * it was away serves there. What half a member left goes. */
static void who_is_left_there_stays(void **state)
{
    struct world *w = *state;
    struct operation *failover = operation_of(w, OP_FAILOVER);
    has_made(failover, "web-1", "s1");
    has_made(failover, "web-2", "there-2"); /* in the failback's plan it stands for another */
    struct operation *failback = operation_of(w, OP_FAILBACK);
    has_made(failback, "web-1", "back-1");
    struct plan *p = undo_confirm(w->g, &(struct parts){&failover, 1}, failback);
    assert_true(plan_find(p, "delete_server:web-1") >= 0);
    assert_true(plan_find(p, "delete_volume:web-1/0") >= 0);
    assert_int_equal(plan_find(p, "delete_server:web-2"), -1);
    assert_int_equal(plan_find(p, "delete_port:web-2/0"), -1);
    assert_int_equal(plan_find(p, "delete_volume:web-2/0"), -1);
    assert_true(plan_find(p, "delete_volume:db-1/0") >= 0);
    plan_unref(p);
    operation_free(failover);
    operation_free(failback);
}

static void who_never_left_is_started_again(void **state)
{
    struct world *w = *state;
    struct operation *failover = whole_of(w, OP_FAILOVER);
    struct operation *failback = whole_of(w, OP_FAILBACK);
    char *key = xasprintf("create_server:%s", w->g->members[0].name);
    failover->steps[plan_find(failover->plan, key)].status = STEP_FAILED;
    struct plan *p = undo_confirm(w->g, &(struct parts){&failover, 1}, failback);
    assert_int_equal(count(p, STEP_START_SERVER), 1);
    free(key);
    key = xasprintf("start_server:%s", w->g->members[0].name);
    assert_true(plan_find(p, key) >= 0);
    each_follows_each(p, STEP_START_SERVER, STEP_DELETE_SERVER);
    each_follows_each(p, STEP_UPDATE_GROUP, STEP_START_SERVER);
    free(key);
    plan_unref(p);
    operation_free(failover);
    operation_free(failback);
}

/* Before it deletes anything it sees what is to serve instead. */
static void what_serves_instead_is_seen_first(void **state)
{
    struct world *w = *state;
    struct operation *failover = operation_of(w, OP_FAILOVER);
    struct operation *failback = operation_of(w, OP_FAILBACK);
    has_made(failover, "web-1", "there-1");
    has_made(failback, "web-1", "back-1");
    struct plan *rollback = undo_rollback(&(struct parts){&failover, 1}), *cancel = undo_cancel(failback),
                *confirm = undo_confirm(w->g, &(struct parts){&failover, 1}, failback);
    assert_true(names(rollback, "s1") && !names(rollback, "s2")); /* no copy of s2 was made */
    assert_true(names(cancel, "s1"));
    assert_true(names(confirm, "back-1") && !names(confirm, "there-1"));
    plan_unref(rollback);
    plan_unref(cancel);
    plan_unref(confirm);
    operation_free(failover);
    operation_free(failback);
}

/* Of the new volumes a point comes over before any of the old is let go. */
static void a_confirmation_replicates_first(void **state)
{
    struct world *w = *state;
    struct operation *failover, *failback;
    build(w, OP_FAILOVER, "{\"storage_mode\":\"flasharray\"," MAPPED "}");
    failover = operation_new(OP_FAILOVER, plan_ref(w->plan));
    build(w, OP_FAILBACK,
          "{\"storage_mode\":\"flasharray\",\"reverse_replication\":true," MAPPED "}");
    failback = operation_new(OP_FAILBACK, plan_ref(w->plan));
    failback->request = json_loads("{\"storage_mode\":\"flasharray\",\"reverse_replication\":true}",
                                   0, NULL);
    struct plan *p = undo_confirm(w->g, &(struct parts){&failover, 1}, failback);
    assert_int_equal(count(p, STEP_AWAIT_TRANSFER), 1);
    each_follows_each(p, STEP_PROTECT_VOLUMES, STEP_VALIDATE_TARGET);
    each_follows_each(p, STEP_AWAIT_TRANSFER, STEP_REPLICATE_NOW);
    each_follows_each(p, STEP_DELETE_SERVER, STEP_AWAIT_TRANSFER);
    each_follows_each(p, STEP_DELETE_PORT, STEP_AWAIT_TRANSFER);
    each_follows_each(p, STEP_DELETE_VOLUME, STEP_AWAIT_TRANSFER);
    each_follows_each(p, STEP_DESTROY_CLONE, STEP_AWAIT_TRANSFER);
    plan_unref(p);
    operation_free(failover);
    operation_free(failback);
}

static void the_way_back_turns_the_mappings(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    struct group *there = NULL, *seen;
    json_t *o = group_to_json(w->g);
    json_put(o, "network_mapping", json_loads("{\"a\":\"b\",\"c\":\"b\"}", 0, NULL));
    json_put_text(o, "current_primary", w->g->secondary);
    assert_int_equal(group_from_json(o, &there, &err), PC_OK);
    seen = failover_seen_from_source(there);
    assert_int_equal(seen->network_count, 1); /* two that lead to one cannot both come back */
    assert_string_equal(seen->networks[0].from, "b");
    assert_string_equal(seen->networks[0].to, "a");
    group_unref(seen);
    group_unref(there);
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(planned, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_open_when_it_swaps, setup, teardown),
        cmocka_unit_test_setup_teardown(from_an_array, setup, teardown),
        cmocka_unit_test_setup_teardown(of_a_point_that_was_chosen, setup, teardown),
        cmocka_unit_test_setup_teardown(forced_touches_no_source, setup, teardown),
        cmocka_unit_test_setup_teardown(a_part_may_be_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failback_swaps_only_when_confirmed, setup, teardown),
        cmocka_unit_test_setup_teardown(undone_is_all_that_was_made, setup, teardown),
        cmocka_unit_test_setup_teardown(who_is_left_there_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(what_serves_instead_is_seen_first, setup, teardown),
        cmocka_unit_test_setup_teardown(who_never_left_is_started_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_confirmation_replicates_first, setup, teardown),
        cmocka_unit_test_setup_teardown(the_way_back_turns_the_mappings, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
