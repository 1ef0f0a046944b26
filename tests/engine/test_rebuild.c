/* The history is lost: what the sites and groups.json tell of it. */
#include "backend/engine/rebuild/rebuild.h"
#include "tests/engine/support/stage.h"

#include <unistd.h>

/* ---- the story, as a function ---------------------------------------------------- */

struct telling {
    json_t *sites, *file, *story;
};

static json_t *site(const char *name)
{
    return json_pack("{s:s,s:b,s:[],s:[],s:[],s:[]}", "name", name, "read", 1, "servers",
                     "volumes", "ports", "networks");
}

static int begin(void **state)
{
    struct telling *t = xcalloc(1, sizeof(*t));
    t->sites = json_pack("[o,o]", site("a"), site("b"));
    t->file = json_array();
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct telling *t = *state;
    json_decref(t->sites);
    json_decref(t->file);
    json_decref(t->story);
    free(t);
    return 0;
}

static json_t *at(struct telling *t, const char *name, const char *list)
{
    return json_list(json_array_get(t->sites, strcmp(name, "a") ? 1 : 0), list);
}

static void unmarked(struct telling *t, const char *where, const char *id, const char *status)
{
    json_array_append_new(at(t, where, "servers"),
                          json_pack("{s:s,s:s,s:s}", "id", id, "name", "web", "status", status));
}

/* A server that `op`, of that type and begun at that minute, made of `source`. */
static void marked(struct telling *t, const char *where, const char *id, const char *status,
                   const char *op, const char *type, const char *from, const char *source,
                   int minute)
{
    char born[32];
    snprintf(born, sizeof(born), "2026-11-20T10:%02d:00Z", minute);
    json_array_append_new(
        at(t, where, "servers"),
        json_pack("{s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s}}", "id", id, "name", "web",
                  "status", status, "created", born, "metadata", "protector:op", op,
                  "protector:step", "create_server:web", "protector:type", type, "protector:group",
                  "g", "protector:group_id", "gid", "protector:site_from", from,
                  "protector:source", source));
}

/* The file's entry of the group, with one header of an operation ("": none). */
static void remembered(struct telling *t, const char *serves, const char *op, const char *type,
                       const char *verdict)
{
    json_t *g = json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:[{s:s,s:s}],s:[]}", "id", "gid", "name", "g",
                          "primary", "a", "secondary", "b", "current_primary", serves,
                          "metadata_version", 7, "members", "id", "s1", "name", "web", "operations");
    if (*op)
        json_array_append_new(json_list(g, "operations"),
                              json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "id", op, "type", type,
                                        "status", "completed", "verdict", verdict, "source_site",
                                        "a", "target_site", "b", "created_ms", (json_int_t)1000));
    json_array_append_new(t->file, g);
}

static const json_t *tell(struct telling *t)
{
    json_t *marks = rebuild_marks(t->sites), *known = json_object();
    json_decref(t->story);
    t->story = rebuild_story(t->sites, marks, t->file, known);
    json_decref(marks);
    json_decref(known);
    return json_array_get(json_list(t->story, "groups"), 0);
}

static const json_t *op_of(const json_t *g, size_t i)
{
    return json_array_get(json_list(g, "operations"), i);
}

static void conflicts(const json_t *g, const char *one, const char *other)
{
    const json_t *c = json_map(g, "conflict");
    if (!c || !strstr(json_text(c, "one"), one) || !strstr(json_text(c, "other"), other))
        fail_msg("'%s' and '%s'; expected '%s' and '%s'", json_text(c, "one"),
                 json_text(c, "other"), one, other);
}

static void a_failover_that_nobody_wrote_down(void **state)
{
    struct telling *t = *state;
    unmarked(t, "a", "s1", "SHUTOFF");
    marked(t, "b", "c1", "ACTIVE", "op-1", "failover", "a", "s1", 1);
    const json_t *g = tell(t);
    assert_true(json_is_null(json_object_get(g, "conflict")));
    assert_string_equal(json_text(g, "primary"), "a");
    assert_string_equal(json_text(g, "serves"), "b");
    assert_string_equal(json_text(op_of(g, 0), "status"), "completed");
    assert_string_equal(json_text(op_of(g, 0), "verdict"), "passed");
    struct operation *op = rebuild_operation(g, op_of(g, 0), NULL);
    assert_int_equal(op->type, OP_FAILOVER);
    assert_int_equal(op->ledger_count, 2); /* the server, and the one that was stopped */
    assert_string_equal(op->ledger[0].type, "stopped");
    assert_string_equal(op->ledger[0].site, "a");
    assert_string_equal(op->ledger[1].resource_id, "c1");
    int made = plan_find(op->plan, "create_server:web");
    assert_string_equal(json_text(json_map(op->plan->steps[made].params, "before"), "id"), "s1");
    operation_free(op);
    /* A second copy of it, of a create whose answer was lost: it was stopped once. */
    marked(t, "b", "c2", "ACTIVE", "op-1", "failover", "a", "s1", 1);
    g = tell(t);
    op = rebuild_operation(g, op_of(g, 0), NULL);
    assert_int_equal(op->ledger_count, 2); /* cleanup looks for others of its mark */
    assert_int_equal(op->steps[plan_find(op->plan, "create_server:web")].attempts, 2);
    assert_int_equal(json_array_size(json_list(op_of(g, 0), "stopped")), 1);
    operation_free(op);
    /* The source site does not answer: no contradiction, and it is said. */
    json_object_set_new(json_array_get(t->sites, 0), "read", json_false());
    json_array_clear(at(t, "a", "servers"));
    g = tell(t);
    assert_string_equal(json_text(g, "serves"), "b");
    assert_int_equal(json_array_size(json_list(g, "warnings")), 2);
}

static void what_failed_serves_where_it_did(void **state)
{
    struct telling *t = *state;
    unmarked(t, "a", "s1", "ACTIVE");
    marked(t, "b", "c1", "ERROR", "op-1", "failover", "a", "s1", 1);
    const json_t *g = tell(t);
    assert_true(json_is_null(json_object_get(g, "conflict")));
    assert_string_equal(json_text(g, "serves"), "a");
    assert_string_equal(json_text(op_of(g, 0), "status"), "failed");
}

static void both_sides_run(void **state)
{
    struct telling *t = *state;
    unmarked(t, "a", "s1", "ACTIVE");
    marked(t, "b", "c1", "ACTIVE", "op-1", "failover", "a", "s1", 1);
    conflicts(tell(t), "runs at b", "run at a");
}

static void neither_side_runs(void **state)
{
    struct telling *t = *state;
    unmarked(t, "a", "s1", "SHUTOFF");
    marked(t, "b", "c1", "SHUTOFF", "op-1", "failover", "a", "s1", 1);
    conflicts(tell(t), "do not run", "at a either");
}

static void the_file_and_the_sites_disagree(void **state)
{
    struct telling *t = *state;
    /* Rolled back, says the file; but the copies run. */
    unmarked(t, "a", "s1", "SHUTOFF");
    marked(t, "b", "c1", "ACTIVE", "op-1", "failover", "a", "s1", 1);
    remembered(t, "a", "op-1", "failover", "passed");
    conflicts(tell(t), "serves at a", "runs at b");
    /* Failed over, says the file; but the originals run. */
    json_array_clear(t->file);
    json_array_clear(at(t, "a", "servers"));
    json_array_clear(at(t, "b", "servers"));
    unmarked(t, "a", "s1", "ACTIVE");
    marked(t, "b", "c1", "SHUTOFF", "op-1", "failover", "a", "s1", 1);
    remembered(t, "b", "op-1", "failover", "passed");
    conflicts(tell(t), "serves at b", "run at a");
}

static void marks_newer_than_the_file_win(void **state)
{
    struct telling *t = *state;
    unmarked(t, "a", "s1", "SHUTOFF");
    marked(t, "b", "c1", "ACTIVE", "op-9", "failover", "a", "s1", 1);
    remembered(t, "a", "", "", "");
    const json_t *g = tell(t);
    assert_true(json_is_null(json_object_get(g, "conflict")));
    assert_string_equal(json_text(g, "serves"), "b");
    assert_int_equal(json_array_size(json_list(g, "from")), 2);
}

static void a_failback_waits_for_its_confirmation_or_is_past_it(void **state)
{
    struct telling *t = *state;
    marked(t, "b", "c1", "SHUTOFF", "op-1", "failover", "a", "s1", 1);
    marked(t, "a", "d1", "ACTIVE", "op-2", "failback", "b", "c1", 5);
    const json_t *g = tell(t);
    assert_true(json_is_null(json_object_get(g, "conflict")));
    assert_string_equal(json_text(g, "serves"), "b"); /* until it is confirmed */
    assert_int_equal(json_array_size(json_list(g, "operations")), 2);
    assert_string_equal(json_text(op_of(g, 0), "verdict"), "passed");
    assert_string_equal(json_text(op_of(g, 1), "type"), "failback");
    assert_int_equal(json_array_size(json_list(op_of(g, 1), "stopped")), 1);
    /* Confirmed: nothing of it is left at b. */
    json_array_clear(at(t, "b", "servers"));
    g = tell(t);
    assert_string_equal(json_text(g, "serves"), "a");
    assert_string_equal(json_text(g, "primary"), "a");
    assert_int_equal(json_array_size(json_list(g, "operations")), 0);
}

static void what_tells_of_no_group_is_a_leftover(void **state)
{
    struct telling *t = *state;
    json_array_append_new(at(t, "b", "ports"),
                          json_pack("{s:s,s:s,s:s}", "id", "p1", "name", "test-web-nic0",
                                    "description", "protector op=op-7 step=create_port:web/0"));
    json_array_append_new(at(t, "b", "ports"),
                          json_pack("{s:s,s:s,s:s}", "id", "p2", "name", "theirs", "description",
                                    "protector op=nothing of ours"));
    tell(t);
    const json_t *left = json_list(t->story, "leftovers");
    assert_int_equal(json_array_size(left), 1);
    assert_string_equal(json_text(json_array_get(left, 0), "id"), "p1");
    assert_int_equal(json_array_size(json_list(t->story, "groups")), 0);
}

/* ---- on a lab ---------------------------------------------------------------------- */

static void lose(struct stage *s, bool file_too)
{
    static const char *const files[] = {"history.db", "history.db-wal", "history.db-shm",
                                        "groups.json"};
    char path[160];
    stage_close(s);
    for (size_t i = 0; i < (file_too ? 4 : 3); i++) {
        snprintf(path, sizeof(path), "%s/%s", s->state_dir, files[i]);
        unlink(path);
    }
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
}

static void rebuild(struct stage *s)
{
    stage_refused(s, "rebuild", NULL, PC_ERR_FORBIDDEN, "rebuild");
    stage_refused(s, "rebuild", "{\"confirm\":\"yes\"}", PC_ERR_FORBIDDEN, "rebuild");
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    assert_false(json_flag(s->reply, "rebuilt", true));
    assert_true(json_array_size(json_list(s->reply, "story")) > 0);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    if (stage_call(s, "rebuild", "{\"confirm\":\"rebuild\"}"))
        fail_msg("%s", s->err.text);
    assert_true(json_flag(s->reply, "rebuilt", false));
}

static void clean_up(struct stage *s, const char *id)
{
    char args[96];
    snprintf(args, sizeof(args), "{\"operation_id\":\"%s\"}", id);
    if (stage_call(s, "test_cleanup", args))
        fail_msg("%s", s->err.text);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    assert_string_equal(json_text(s->op, "status"), "completed");
    stage_becomes(s, "prod-web-app", GROUP_READY);
}

static void a_kept_drill_comes_back_and_goes(void **state, bool file_too)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_checks\":[]"), "succeeded");
    char *id = xstrdup(json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    json_t *was = json_incref(s->reply);
    lose(s, file_too);
    rebuild(s);
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_string_equal(json_text(s->reply, "id"), json_text(was, "id"));
    assert_string_equal(json_text(s->reply, "primary_site"), "site-a");
    assert_string_equal(json_text(s->reply, "secondary_site"), "site-b");
    assert_true(json_int(s->reply, "member_count", 0) == json_int(was, "member_count", -1));
    assert_int_equal(json_int(s->reply, "volume_count", 0), json_int(was, "volume_count", -1));
    if (!file_too)
        assert_true(json_equal(json_object_get(s->reply, "network_mapping"),
                               json_object_get(was, "network_mapping")));
    stage_show(s, id);
    const json_t *made = json_map(s->op, "result_data");
    assert_int_equal(json_array_size(json_list(made, "instances")), 3);
    assert_int_equal(json_array_size(json_list(made, "volumes")), 5);
    assert_int_equal(json_array_size(json_list(made, "ports")), 4);
    /* Once more: everything is known. */
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "groups")), 0);
    clean_up(s, id);
    json_decref(was);
    free(id);
}

/* What one list leaves out, or has too much, another tells: nothing is written down then, except
 * for who says that he knows. */
static void lists_that_differ_are_no_story(void **state)
{
    static const char *const lies[] = {
        "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\",\"path\":\"/servers/detail*\",\"do\":\"left-out\"}",
        "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\",\"path\":\"/servers/detail*\",\"do\":\"phantom\"}",
        "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"GET\",\"path\":\"/volumes/detail*\",\"do\":\"left-out\"}",
        "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"GET\",\"path\":\"/ports*\",\"do\":\"left-out\"}",
    };
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_checks\":[]"), "succeeded");
    char *id = xstrdup(json_text(s->op, "id"));
    lose(s, true);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        lab_fault(&s->lab, lies[i]);
        stage_refused(s, "rebuild", "{\"confirm\":\"rebuild\"}", PC_ERR_PROTOCOL, "two sources differ");
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    }
    lab_fault(&s->lab, lies[1]); /* too much harms nobody: what is not there is gone already */
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    assert_non_null(strstr(json_text(s->reply, "differ"), "two sources differ"));
    assert_int_equal(stage_call(s, "rebuild", "{\"confirm\":\"rebuild\",\"force\":true}"), PC_OK);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    clean_up(s, id);
    free(id);
}

static void a_kept_drill_from_file_and_marks(void **state)
{
    a_kept_drill_comes_back_and_goes(state, false);
}

static void a_kept_drill_from_marks_alone(void **state)
{
    a_kept_drill_comes_back_and_goes(state, true);
}

/* It never ran an operation: the sites know nothing of it. */
static void a_group_that_left_no_mark(void **state)
{
    struct stage *s = *state;
    lose(s, false);
    struct snapshot *now = door_snapshot(s->door);
    assert_non_null(strstr(now->notice, "rebuild"));
    snapshot_unref(now);
    rebuild(s);
    stage_becomes(s, "prod-web-app", GROUP_READY);
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TOLD(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TOLD(a_failover_that_nobody_wrote_down),
        TOLD(what_failed_serves_where_it_did),
        TOLD(both_sides_run),
        TOLD(neither_side_runs),
        TOLD(the_file_and_the_sites_disagree),
        TOLD(marks_newer_than_the_file_win),
        TOLD(a_failback_waits_for_its_confirmation_or_is_past_it),
        TOLD(what_tells_of_no_group_is_a_leftover),
        stage_test(lists_that_differ_are_no_story),
        stage_test(a_kept_drill_from_file_and_marks),
        stage_test(a_kept_drill_from_marks_alone),
        stage_test(a_group_that_left_no_mark),
    };
    return stage_main(tests, argc, argv);
}
