/* Drills and cleanups on a lab: what they make, what they leave, what they say. */
#include "tests/engine/support/stage.h"

#define NO_CHECKS "\"health_checks\":[]"

/* Documents of a kind on site-b that carry a mark, by the sites themselves. */
static int marked(struct stage *s, const char *kind, const char *op_id)
{
    json_t *list = lab_all(&s->lab, "site-b", kind), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o) {
        char *text = json_compact(o);
        n += strstr(text, op_id) != NULL;
        free(text);
    }
    json_decref(list);
    return n;
}

static int count(const json_t *op, const char *kind)
{
    return (int)json_array_size(json_list(json_map(op, "result_data"), kind));
}

/* ---- the whole way ------------------------------------------------------------------ */

static void a_drill_passes_and_leaves_nothing(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_string_equal(json_text(s->op, "source_site"), "site-a");
    assert_string_equal(json_text(s->op, "target_site"), "site-b");
    assert_string_equal(json_text(s->op, "error_message"), "");
    assert_int_equal(count(s->op, "instances"), 3);
    assert_int_equal(count(s->op, "volumes"), 5);
    assert_int_equal(count(s->op, "ports"), 4);
    assert_int_equal(json_array_size(json_list(s->op, "steps_completed")), 5);
    assert_int_equal(json_array_size(json_list(s->op, "steps_failed")), 0);
    assert_int_equal(json_array_size(json_list(s->op, "health_checks")), 3 + 2 * 3);
    assert_true(*json_text(json_map(s->op, "recovery_point"), "name"));
    char *path = stage_path(s, json_text(s->op, "id"));
    assert_string_equal(path, "creating_snapshots creating_volumes creating_vms verifying succeeded "
                              "cleaning_up cleaned");
    free(path);
    stage_becomes(s, "prod-web-app", GROUP_READY);
}

static void what_is_kept_is_there_until_it_is_cleaned_up(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    char *id = xstrdup(json_text(s->op, "id"));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    assert_int_equal(marked(s, "server", id), 3);
    assert_int_equal(marked(s, "volume", id), 5);
    assert_int_equal(marked(s, "port", id), 4);
    assert_int_equal(stage_made(s, "server"), 3);
    assert_int_equal(stage_made(s, "volume"), 5);
    assert_int_equal(stage_made(s, "port"), 4);
    assert_int_equal(stage_made(s, "network"), 0);
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_STATE, "drill kept");
    stage_refused(s, "group_delete", "{\"group\":\"prod-web-app\"}", PC_ERR_STATE, "drill kept");

    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    const json_t *counts = json_map(s->reply, "counts");
    assert_int_equal(json_int(counts, "instances", -1), 3);
    assert_int_equal(json_int(counts, "volumes", -1), 5);
    assert_int_equal(json_int(counts, "ports", -1), 4);
    assert_int_equal(json_int(counts, "networks", -1), 0);
    assert_string_equal(json_text(s->reply, "status"), "cleaning_up");
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_refused(s, "test_cleanup", args, PC_ERR_BUSY, "cleanup of prod-web-app");
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_string_equal(json_text(s->op, "parent_operation_id"), id);
    stage_show(s, id);
    stage_true(s->op);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    stage_becomes(s, "prod-web-app", GROUP_READY);

    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "instances", -1), 0);
    assert_string_equal(json_text(s->reply, "status"), "cleaned");
    assert_true(json_is_null(json_object_get(s->reply, "cleanup_operation_id")));
    free(cleanup);
    free(args);
    free(id);
}

/* The cleanup alone works on the drill's ledger, whoever looks in meanwhile. */
static void a_cleanup_is_not_joined_by_its_drill(void **state)
{
    struct stage *s = *state;
    struct door *other = NULL;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"DELETE\","
                       "\"do\":\"delay=800\"}");
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_until(s, cleanup, OP_RUNNING);
    /* What another process writes makes this engine look into the history. */
    struct door_options o = s->options;
    o.execute = false;
    assert_int_equal(door_open(&o, &other, &s->err), PC_OK);
    json_t *create = json_loads("{\"name\":\"other\",\"primary\":\"site-a\",\"secondary\":\"site-b\"}",
                                0, NULL);
    assert_int_equal(door_call(other, "group_create", create, STAGE_MS, NULL, &s->err), PC_OK);
    door_close(other);
    stage_rest(s, cleanup);
    stage_show(s, json_text(s->op, "parent_operation_id"));
    char *events = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "operation_events", events), PC_OK);
    char *all = json_compact(s->reply);
    assert_null(strstr(all, "taken up again"));
    free(all);
    free(events);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    free(cleanup);
    free(args);
}

static void an_isolated_network_comes_and_goes(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"auto_network\":true,\"no_cleanup\":true," NO_CHECKS),
                        "succeeded");
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_made(s, "network"), 1);
    assert_int_equal(stage_made(s, "subnet"), 1);
    assert_int_equal(stage_made(s, "port"), 4);
    json_t *nets = lab_all(&s->lab, "site-b", "network");
    const json_t *made = json_array_get(nets, json_array_size(nets) - 1);
    assert_non_null(strstr(json_text(made, "desc"), json_text(s->op, "id")));
    json_t *ports = lab_all(&s->lab, "site-b", "port"), *p;
    size_t i;
    json_array_foreach(ports, i, p)
        assert_string_equal(json_text(p, "network"), json_text(made, "id"));
    json_decref(ports);
    json_decref(nets);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "networks", -1), 1);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    free(cleanup);
    free(args);
}

static void another_project_gets_it_all(void **state)
{
    struct stage *s = *state;
    json_t *projects = lab_all(&s->lab, "site-b", "project"), *p;
    char *project = NULL;
    size_t i;
    json_array_foreach(projects, i, p)
        if (strcmp(json_text(p, "name"), "dr-test") == 0)
            project = xstrdup(json_text(p, "id"));
    json_decref(projects);
    char *args = xasprintf("\"auto_network\":true,\"no_cleanup\":true,\"test_project\":\"%s\","
                           NO_CHECKS, project);
    assert_string_equal(stage_drill(s, args), "succeeded");
    static const char *const kinds[] = {"server", "volume", "port", "network"};
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        json_t *all = lab_all(&s->lab, "site-b", kinds[k]), *o;
        int mine = 0;
        json_array_foreach(all, i, o)
            mine += strcmp(json_text(o, "project"), project) == 0;
        assert_int_equal(mine, stage_made(s, kinds[k]));
        assert_true(mine > 0);
        json_decref(all);
    }
    free(args);
    args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    free(cleanup);
    free(args);
    free(project);
}

/* ---- stopping, waiting ------------------------------------------------------------------ */

static void a_stop_cleans_up(void **state)
{
    static const enum op_status when[] = {OP_PENDING, OP_VOLUMES, OP_VMS};
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"delay=400\"}");
    for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
        char *id = xstrdup(stage_start(s, ""));
        char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
        stage_until(s, id, when[i]);
        assert_int_equal(stage_call(s, "operation_cancel", args), PC_OK);
        stage_rest(s, id);
        assert_string_equal(json_text(s->op, "status"), "cleaned");
        assert_string_equal(json_text(s->op, "verdict"), "failed");
        assert_string_equal(json_text(s->op, "error_message"), "stopped by the operator");
        assert_true(json_flag(s->op, "stopped", false));
        stage_refused(s, "operation_cancel", args, PC_ERR_STATE, "has ended");
        free(args);
        free(id);
    }
    struct snapshot *now = door_snapshot(s->door); /* and of the group, that nothing failed */
    assert_true(snapshot_group(now, "prod-web-app")->last_drill_stopped);
    snapshot_unref(now);
    stage_open(s, NULL); /* as the history has it */
    now = door_snapshot(s->door);
    assert_true(snapshot_group(now, "prod-web-app")->last_drill_stopped);
    snapshot_unref(now);
}

/* How many operation_list tells with these arguments. */
static size_t listed(struct stage *s, const char *args)
{
    assert_int_equal(stage_call(s, "operation_list", args), PC_OK);
    return json_array_size(s->reply);
}

static void only_so_many_drills_at_once(void **state)
{
    struct stage *s = *state;
    stage_protect(s, "prod-billing");
    stage_open(s, "test_failover: { max_concurrent_tests = 1; };");
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"delay=300\"}");
    char *first = xstrdup(stage_start(s, NO_CHECKS));
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-billing\"," NO_CHECKS "}"),
                     PC_OK);
    char *second = xstrdup(json_text(s->reply, "id"));
    stage_until(s, first, OP_VMS);
    struct snapshot *now = door_snapshot(s->door);
    assert_int_equal(snapshot_operation(now, second)->op->status, OP_PENDING);
    assert_int_equal(snapshot_operation(now, second)->op->progress, 0);
    snapshot_unref(now);
    assert_int_equal(listed(s, "{\"open\":true}"), 2);
    assert_int_equal(listed(s, "{\"open\":true,\"group\":\"prod-billing\"}"), 1);
    char *events = xasprintf("{\"operation_id\":\"%s\"}", second);
    assert_int_equal(stage_call(s, "operation_events", events), PC_OK);
    assert_int_equal(json_array_size(s->reply), 1); /* once, however often it looked */
    assert_non_null(strstr(json_text(json_array_get(s->reply, 0), "text"), "waits for a place: 1 drill"));
    free(events);
    assert_int_equal(listed(s, "{\"status\":\"pending\",\"operation_type\":\"test_failover\"}"), 1);
    assert_int_equal(listed(s, "{\"status\":\"running\"}"), 1); /* the state, not the word */
    assert_int_equal(listed(s, "{\"operation_type\":\"failover\"}"), 0);
    stage_refused(s, "operation_list", "{\"status\":\"gone\"}", PC_ERR_INVALID, "no status 'gone'");
    stage_refused(s, "operation_list", "{\"operation_type\":\"drill\"}", PC_ERR_INVALID, "no type 'drill'");
    stage_rest(s, first);
    assert_int_equal(listed(s, "{\"open\":true}"), 1);
    char *ended = xstrdup(json_text(s->op, "completed_at"));
    stage_until(s, second, OP_SNAPSHOTS); /* its turn has come */
    stage_rest(s, second);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_true(strcmp(json_text(s->op, "started_at"), ended) >= 0);
    assert_int_equal(count(s->op, "instances"), 8);
    assert_int_equal(listed(s, "{\"open\":true}"), 0);
    assert_int_equal(listed(s, NULL), 2);
    free(ended);
    free(first);
    free(second);
}

static void two_groups_drill_side_by_side(void **state)
{
    struct stage *s = *state;
    stage_protect(s, "prod-billing");
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\","
                       "\"path\":\"/servers\",\"do\":\"delay=400\"}");
    char *first = xstrdup(stage_start(s, NO_CHECKS));
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-billing\"," NO_CHECKS "}"),
                     PC_OK);
    char *second = xstrdup(json_text(s->reply, "id"));
    stage_until(s, second, OP_SNAPSHOTS);
    struct snapshot *now = door_snapshot(s->door);
    assert_false(op_status_over(snapshot_operation(now, first)->op->status));
    snapshot_unref(now);
    stage_rest(s, first);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    stage_rest(s, second);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(first);
    free(second);
}

static void a_drill_outlives_its_door(void **state)
{
    struct stage *s = *state;
    char *id = xstrdup(stage_start(s, ""));
    stage_until(s, id, OP_VOLUMES);
    stage_open(s, NULL); /* closes it in the middle */
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(id);
}

static bool has_range(const struct snapshot *now, const void *arg)
{
    const struct op_view *v = snapshot_operation(now, arg);
    return v && v->outlook.known && v->outlook.high_ms > 0 &&
           v->outlook.high_ms >= v->outlook.low_ms;
}

/* The first drill has nothing to go by; the second, in another process, has
 * the history of the first. */
static void what_is_left_is_known_by_the_second_drill(void **state)
{
    struct stage *s = *state;
    char *first = xstrdup(stage_start(s, "\"health_checks\":[]"));
    stage_show(s, first);
    assert_true(json_is_null(json_object_get(s->op, "remaining")));
    stage_rest(s, first);
    assert_true(json_is_null(json_object_get(s->op, "remaining")));
    assert_true(json_is_null(json_object_get(s->op, "stuck")));
    assert_int_equal(json_array_size(json_list(s->op, "late")), 0);
    stage_open(s, NULL);
    char *second = xstrdup(stage_start(s, "\"health_checks\":[]"));
    stage_watch(s, has_range, second);
    stage_rest(s, second);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    free(first);
    free(second);
}

/* What the drill made is what there is to take back, and a rollback's confirmation is typed. */
static void a_kept_drill_is_rolled_back_by_its_cleanup(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    stage_refused(s, "rollback", "{\"group\":\"prod-web-app\"}", PC_ERR_FORBIDDEN, "");
    assert_int_equal(stage_call(s, "rollback", "{\"group\":\"prod-web-app\",\"dry_run\":true}"), PC_OK);
    assert_string_equal(json_text(s->reply, "confirm"), "prod-web-app");
    assert_int_equal(stage_made(s, "server"), 3); /* it was asked what it would do */
    assert_int_equal(stage_call(s, "rollback", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}"),
                     PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_string_equal(json_text(s->op, "operation_type"), "test_cleanup");
    assert_int_equal(stage_made(s, "server"), 0);
    stage_becomes(s, "prod-web-app", GROUP_READY);
    stage_refused(s, "rollback", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}", PC_ERR_STATE,
                  "rollback");
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(a_drill_passes_and_leaves_nothing),
        stage_test(what_is_kept_is_there_until_it_is_cleaned_up),
        stage_test(a_cleanup_is_not_joined_by_its_drill),
        stage_test(an_isolated_network_comes_and_goes),
        stage_test(another_project_gets_it_all),
        stage_test(a_stop_cleans_up),
        stage_test(only_so_many_drills_at_once),
        stage_test(two_groups_drill_side_by_side),
        stage_test(a_drill_outlives_its_door),
        stage_test(what_is_left_is_known_by_the_second_drill),
        stage_test(a_kept_drill_is_rolled_back_by_its_cleanup),
    };
    return stage_main(tests, argc, argv);
}
