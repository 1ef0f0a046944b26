/*
 * A group that is claimed by both sites: nothing is done with it until a person
 * has said which one serves, and nothing but what was asked for is stopped.
 *
 * The servers at site-b are those of a kept drill; that they are the group's is
 * written into its record by another process, as an engine that saw them would.
 */
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"

static const char GROUP_NAME[] = "prod-web-app";

/* A drill that is kept; *ret: its servers, as members of those names. */
static char *keep_a_drill(struct stage *s, json_t **ret)
{
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_checks\":[]"), "succeeded");
    char *drill = xstrdup(json_text(s->op, "id"));
    json_t *servers = json_array(), *made;
    size_t i;
    json_array_foreach(json_list(json_map(s->op, "result_data"), "instances"), i, made)
        json_array_append_new(servers, json_pack("{s:s, s:s, s:i}", "id", json_text(made, "id"),
                                                 "name", json_text(made, "name") + strlen("test-"),
                                                 "since_ms", 1700000000));
    assert_int_equal(json_array_size(servers), 3);
    *ret = servers;
    return drill;
}

/* Kept servers of a drill, in the group's record as running at site-b. */
static char *claim(struct stage *s)
{
    struct store *store = NULL;
    struct group **groups = NULL, *changed = NULL;
    struct pc_error err;
    size_t count = 0;
    json_t *servers;
    char *drill = keep_a_drill(s, &servers);
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_groups(store, &groups, &count, &err), PC_OK);
    assert_int_equal(count, 1);
    json_t *o = group_to_json(groups[0]);
    json_put(o, "split_brain", json_pack("{s:s, s:s, s:i, s:o}", "site", "site-b", "reason",
                                         "3 of its servers run at site-b", "since_ms", 1700000000,
                                         "servers", servers));
    json_put_int(o, "metadata_version", groups[0]->metadata_version + 1);
    assert_int_equal(group_from_json(o, &changed, &err), PC_OK);
    assert_int_equal(store_group_save(store, changed, &err), PC_OK);
    json_decref(o);
    group_unref(changed);
    group_unref(groups[0]);
    free(groups);
    store_close(store);
    stage_becomes(s, GROUP_NAME, GROUP_SPLIT_BRAIN);
    return drill;
}

/* How many servers of site-b are in that state. */
static int in_status(struct stage *s, const char *status)
{
    json_t *list = lab_all(&s->lab, "site-b", "server"), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o)
        n += strcmp(json_text(o, "status"), status) == 0;
    json_decref(list);
    return n;
}

static void clean_up(struct stage *s, char *drill_take, enum group_state after)
{
    char *args = xasprintf("{\"operation_id\":\"%s\"}", drill_take);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *id = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    stage_becomes(s, GROUP_NAME, after);
    free(id);
    free(args);
    free(drill_take);
}

#define RESOLVE(members) "{\"group\":\"prod-web-app\"," members "}"
#define CONFIRMED ",\"confirm\":\"prod-web-app\",\"reason\":\"seen by hand\""

static void nothing_is_done_with_a_split_group(void **state)
{
    static const struct {
        const char *verb, *args;
    } refused[] = {
        {"test_failover", "{\"group\":\"prod-web-app\"}"},
        {"group_delete", "{\"group\":\"prod-web-app\"}"},
        {"member_remove", "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"},
    };
    struct stage *s = *state;
    char *drill = claim(s);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        stage_refused(s, refused[i].verb, refused[i].args, PC_ERR_STATE, "split brain");
        assert_non_null(strstr(s->err.remedy, "resolve"));
    }
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    const json_t *split = json_map(s->reply, "split_brain");
    assert_string_equal(json_text(s->reply, "state"), "split_brain");
    assert_string_equal(json_text(split, "site"), "site-b");
    assert_int_equal(json_array_size(json_list(split, "servers")), 3);
    assert_string_equal(json_text(json_map(s->reply, "flags"), "metadata"), "out_of_sync");

    stage_open(s, NULL); /* it is no mood of a process */
    stage_becomes(s, GROUP_NAME, GROUP_SPLIT_BRAIN);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    free(id);
    clean_up(s, drill, GROUP_READY);
}

static void what_is_not_said_well_is_refused(void **state)
{
    struct stage *s = *state;
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\"" CONFIRMED), PC_ERR_STATE,
                  "resolve is not allowed");
    char *drill = claim(s);
    int writes = lab_writes(&s->lab, "site-b");
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\""), PC_ERR_FORBIDDEN, "confirmation");
    assert_int_equal(pc_err_exit(s->err.code), 77);
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"confirm\":\"prod\""),
                  PC_ERR_FORBIDDEN, "confirmation");
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-x\"" CONFIRMED), PC_ERR_INVALID,
                  "site-x");

    /* They run, and nobody asked that they be stopped. */
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\"" CONFIRMED), PC_ERR_STATE,
                  "web-1 (ACTIVE)");
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-b\"" CONFIRMED), PC_ERR_STATE,
                  "while it runs at site-a");

    /* A site that cannot be read is no site where nothing runs. */
    lab_outage(&s->lab, "site-b", true);
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true" CONFIRMED),
                  PC_ERR_UNREACHABLE, "site-b");
    lab_outage(&s->lab, "site-b", false);
    s->target_read_only = true;
    stage_open(s, NULL);
    stage_becomes(s, GROUP_NAME, GROUP_SPLIT_BRAIN);
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true" CONFIRMED),
                  PC_ERR_READ_ONLY, "site-b");
    s->target_read_only = false;
    stage_open(s, NULL);
    stage_becomes(s, GROUP_NAME, GROUP_SPLIT_BRAIN);
    assert_int_equal(lab_writes(&s->lab, "site-b"), writes);
    assert_int_equal(in_status(s, "ACTIVE"), 3);

    /* What is not asked for to be begun is only told. */
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true,"
                                                      "\"dry_run\":true")), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "steps")), 4);
    assert_string_equal(json_text(s->reply, "confirm"), GROUP_NAME);
    assert_int_equal(lab_writes(&s->lab, "site-b"), writes);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    free(id);
    clean_up(s, drill, GROUP_READY);
}

static void the_other_site_is_stopped_and_nothing_is_deleted(void **state)
{
    struct stage *s = *state;
    char *drill = claim(s);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_string_equal(json_text(json_map(s->op, "request"), "reason"), "seen by hand");
    assert_int_equal(stage_made(s, "server"), 3);
    assert_int_equal(in_status(s, "SHUTOFF"), 3);
    assert_int_equal(in_status(s, "ACTIVE"), 0);
    stage_becomes(s, GROUP_NAME, GROUP_TEST_ACTIVE); /* the drill is still kept */
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_true(json_is_null(json_object_get(s->reply, "split_brain")));
    assert_string_equal(json_text(s->reply, "current_primary_site_id"), "site-a");
    assert_int_equal(json_int(s->reply, "member_count", 0), 3);
    free(id);
    clean_up(s, drill, GROUP_READY);
}

/* ---- an error, after a move ------------------------------------------------------------ */

static void put_operation(struct store *store, const struct group *g, enum op_type type,
                          enum op_status status, const char *parent, struct plan *plan_take,
                          const json_t *made, char id[OP_ID_SIZE])
{
    struct pc_error err;
    struct operation *op = operation_new(type, plan_take);
    snprintf(op->group_id, sizeof(op->group_id), "%s", g->id);
    snprintf(op->group, sizeof(op->group), "%s", g->name);
    snprintf(op->source_site, sizeof(op->source_site), "site-a");
    snprintf(op->target_site, sizeof(op->target_site), "site-b");
    snprintf(op->parent, sizeof(op->parent), "%s", parent);
    op->created_ms = op->started_ms = op->completed_ms = 1700000000000;
    op->status = status;
    op->verdict = status == OP_COMPLETED ? VERDICT_PASSED : VERDICT_FAILED;
    op->request = json_object();
    op->ledger_count = op->ledger_room = json_array_size(made);
    free(op->ledger);
    op->ledger = xcalloc(op->ledger_room, sizeof(*op->ledger));
    for (size_t i = 0; i < op->ledger_count; i++) {
        struct ledger_entry *l = &op->ledger[i];
        l->step = (int)i;
        l->state = LEDGER_MADE;
        snprintf(l->type, sizeof(l->type), "server");
        snprintf(l->site, sizeof(l->site), "site-b");
        snprintf(l->resource_id, sizeof(l->resource_id), "%s",
                 json_text(json_array_get(made, i), "id"));
    }
    assert_int_equal(store_op_insert(store, op, &err), PC_OK);
    snprintf(id, OP_ID_SIZE, "%s", op->id);
    operation_free(op);
}

/* What another engine did: a failover to site-b, where the group serves with
 * these servers, and a rollback of it that went wrong. */
static void rollback_went_wrong(struct stage *s, const json_t *servers)
{
    struct store *store = NULL;
    struct group **groups = NULL, *moved = NULL;
    struct pc_error err;
    char failover[OP_ID_SIZE], rollback[OP_ID_SIZE];
    size_t count = 0, i;
    struct plan *plan = plan_new();
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_groups(store, &groups, &count, &err), PC_OK);
    const struct group *g = groups[0];
    json_t *o = group_to_json(g), *made;
    json_array_foreach(servers, i, made) {
        const struct member *m = group_find_member(g, json_text(made, "name"));
        char *key = xasprintf("create_server:%s", m->name);
        plan_add(plan, STEP_CREATE_SERVER, key, m->name,
                 json_pack("{s:s, s:s}", "vm", m->name, "source_id", m->id));
        free(key);
        json_put_text(json_array_get(json_list(o, "members"), (size_t)(m - g->members)), "id",
                      json_text(made, "id"));
    }
    put_operation(store, g, OP_FAILOVER, OP_COMPLETED, "", plan, servers, failover);
    put_operation(store, g, OP_ROLLBACK, OP_FAILED, failover, plan_new(), NULL, rollback);
    json_put_text(o, "current_primary", "site-b");
    json_put_int(o, "metadata_version", g->metadata_version + 1);
    assert_int_equal(group_from_json(o, &moved, &err), PC_OK);
    assert_int_equal(store_group_save(store, moved, &err), PC_OK);
    json_decref(o);
    group_unref(moved);
    group_unref(groups[0]);
    free(groups);
    store_close(store);
    stage_becomes(s, GROUP_NAME, GROUP_ERROR);
}

/* The record turns back to the servers that the failover had left. */
static void the_record_turns_to_the_site_that_serves(void **state)
{
    struct stage *s = *state;
    json_t *servers, *before;
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    before = json_incref(s->reply);
    char *drill = keep_a_drill(s, &servers);
    rollback_went_wrong(s, servers);
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-a\"" CONFIRMED), PC_ERR_STATE,
                  "while it runs at site-b: ");
    stage_refused(s, "resolve", RESOLVE("\"serving\":\"site-b\"" CONFIRMED), PC_ERR_STATE,
                  "while it runs at site-a: ");
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_int_equal(in_status(s, "SHUTOFF"), 3);
    stage_becomes(s, GROUP_NAME, GROUP_TEST_ACTIVE);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_string_equal(json_text(s->reply, "current_primary_site_id"), "site-a");
    const json_t *was = json_list(before, "members"), *is = json_list(s->reply, "members"), *m;
    size_t i;
    assert_int_equal(json_array_size(is), json_array_size(was));
    json_array_foreach(is, i, m) {
        assert_string_equal(json_text(m, "instance_id"),
                            json_text(json_array_get(was, i), "instance_id"));
        assert_true(json_equal(json_object_get(m, "volumes"),
                               json_object_get(json_array_get(was, i), "volumes")));
    }
    free(id);
    json_decref(before);
    json_decref(servers);
    clean_up(s, drill, GROUP_READY);
}

/* A member that was never made there, or is gone: who runs nowhere is named before
 * anybody agrees to it. */
static void who_would_run_nowhere_is_named(void **state)
{
    struct stage *s = *state;
    json_t *servers, *lost;
    char *drill = keep_a_drill(s, &servers);
    lost = json_deep_copy(servers);
    json_put_text(json_array_get(lost, 0), "id", "00000000-0000-4000-8000-000000000000");
    rollback_went_wrong(s, lost);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-b\",\"stop_other\":true,"
                                                      "\"dry_run\":true")), PC_OK);
    const json_t *warned = json_list(s->reply, "warnings");
    char *line = xasprintf("%s has no server at site-b: it runs NOWHERE from then on.",
                           json_text(json_array_get(lost, 0), "name"));
    assert_int_equal(json_array_size(warned), 1);
    assert_string_equal(json_string_value(json_array_get(warned, 0)), line);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true,"
                                                      "\"dry_run\":true")), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "warnings")), 0);
    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    stage_becomes(s, GROUP_NAME, GROUP_TEST_ACTIVE);
    free(id);
    free(line);
    json_decref(lost);
    json_decref(servers);
    clean_up(s, drill, GROUP_READY);
}

/* ---- the watch over old primaries ------------------------------------------------------ */

/* What another engine did: a forced failover from site-b, where these servers
 * stood, to site-a, where the group serves. */
static void forced_before(struct stage *s, const json_t *servers)
{
    struct store *store = NULL;
    struct group **groups = NULL;
    struct pc_error err;
    size_t count = 0, i;
    const json_t *old;
    struct plan *plan = plan_new();
    json_array_foreach(servers, i, old) {
        char *key = xasprintf("create_server:%s", json_text(old, "name"));
        plan_add(plan, STEP_CREATE_SERVER, key, json_text(old, "name"),
                 json_pack("{s:s, s:s}", "vm", json_text(old, "name"), "source_id",
                           json_text(old, "id")));
        free(key);
    }
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_groups(store, &groups, &count, &err), PC_OK);
    struct operation *op = operation_new(OP_FAILOVER, plan);
    snprintf(op->group_id, sizeof(op->group_id), "%s", groups[0]->id);
    snprintf(op->group, sizeof(op->group), "%s", groups[0]->name);
    snprintf(op->source_site, sizeof(op->source_site), "site-b");
    snprintf(op->target_site, sizeof(op->target_site), "site-a");
    op->created_ms = op->started_ms = op->completed_ms = 1700000000000;
    op->status = OP_COMPLETED;
    op->verdict = VERDICT_PASSED;
    op->request = json_pack("{s:b}", "force", 1);
    assert_int_equal(store_op_insert(store, op, &err), PC_OK);
    operation_free(op);
    group_unref(groups[0]);
    free(groups);
    store_close(store);
    stage_becomes(s, GROUP_NAME, GROUP_AWAITING_COMMIT);
}

static const char OFTEN[] = "engine: { settle_seconds = 3; site_poll_seconds = 2; };";

static void an_old_primary_that_runs_is_seen(void **state)
{
    struct stage *s = *state;
    json_t *servers;
    stage_open(s, OFTEN);
    char *drill = keep_a_drill(s, &servers);
    lab_outage(&s->lab, "site-b", true);
    forced_before(s, servers);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    assert_string_equal(json_text(s->reply, "state"), "awaiting_commit"); /* nobody can know yet */
    lab_outage(&s->lab, "site-b", false);
    stage_becomes(s, GROUP_NAME, GROUP_SPLIT_BRAIN);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    const json_t *split = json_map(s->reply, "split_brain"), *stray;
    size_t i;
    assert_string_equal(json_text(split, "site"), "site-b");
    assert_int_equal(json_array_size(json_list(split, "servers")), 3);
    json_array_foreach(json_list(split, "servers"), i, stray)
        assert_true(*json_text(stray, "since") && *json_text(stray, "name"));
    assert_int_equal(in_status(s, "ACTIVE"), 3); /* looking stops nothing */

    assert_int_equal(stage_call(s, "resolve", RESOLVE("\"serving\":\"site-a\",\"stop_other\":true"
                                                      CONFIRMED)), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    stage_becomes(s, GROUP_NAME, GROUP_TEST_ACTIVE);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_false(json_flag(json_map(s->reply, "flags"), "split_brain_risk", true));
    free(id);
    json_decref(servers);
    clean_up(s, drill, GROUP_READY);
}

static bool risk_is_over(const struct snapshot *now, const void *arg)
{
    const struct group_view *g = snapshot_group(now, arg);
    return g && !g->split_risk;
}

static void an_old_primary_at_rest_ends_the_doubt(void **state)
{
    struct stage *s = *state;
    json_t *gone = json_pack("[{s:s, s:s}]", "id", "11111111-2222-3333-4444-555555555555", "name",
                             "web-1");
    lab_outage(&s->lab, "site-b", true);
    stage_open(s, OFTEN);
    forced_before(s, gone);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    lab_outage(&s->lab, "site-b", false);
    stage_watch(s, risk_is_over, GROUP_NAME);
    stage_becomes(s, GROUP_NAME, GROUP_AWAITING_COMMIT);
    stage_open(s, NULL); /* for good: it is on the record */
    stage_watch(s, risk_is_over, GROUP_NAME);
    json_decref(gone);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(nothing_is_done_with_a_split_group),
        stage_test(what_is_not_said_well_is_refused),
        stage_test(the_other_site_is_stopped_and_nothing_is_deleted),
        stage_test(the_record_turns_to_the_site_that_serves),
        stage_test(who_would_run_nowhere_is_named),
        stage_test(an_old_primary_that_runs_is_seen),
        stage_test(an_old_primary_at_rest_ends_the_doubt),
    };
    return stage_main(tests, argc, argv);
}
