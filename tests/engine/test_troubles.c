/* Every trouble an operator is told of: its cause, its remedy, and nothing left behind. */
#include "tests/engine/support/stage.h"

#define ON_B "{\"site\":\"site-b\",\"service\":"
#define HR "c0ffee00-0000-4000-8000-000000000002"     /* at site-a only */
#define DEBIAN "c0ffee00-0000-4000-8000-000000000001" /* at both */
#define NO_CHECKS "\"health_checks\":[]"

static void says(const struct stage *s, const char *why, const char *remedy)
{
    if (!strstr(json_text(s->op, "error_message"), why) ||
        !strstr(json_text(s->op, "remedy"), remedy))
        fail_msg("'%s', '%s': expected '%s' and '%s'", json_text(s->op, "error_message"),
                 json_text(s->op, "remedy"), why, remedy);
}

static void in_phase(const struct stage *s, const char *phase)
{
    const json_t *failed = json_list(s->op, "steps_failed");
    assert_int_equal(json_array_size(failed), 1);
    assert_string_equal(json_string_value(json_array_get(failed, 0)), phase);
}

/* One symptom: what the site does, and what the operator reads. */
struct symptom {
    const char *fault, *request, *phase, *why, *remedy;
};

static const struct symptom SYMPTOMS[] = {
    {ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/volumes\",\"do\":\"status=403\",\"message\":"
          "\"Policy doesn't allow volume_extension:volume_manage to be performed.\"}",
     NO_CHECKS, "creating_volumes", "VolumeManagePolicy", "policy.yaml"},
    {ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":3,\"do\":\"quota\"}",
     NO_CHECKS, "creating_volumes", "QuotaExceeded", "quota"},
    {ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":2,\"do\":\"fail\"}",
     NO_CHECKS, "creating_volumes", "error on site-b", "Cinder"},
    {ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/volumes\",\"do\":\"status=401\"}",
     NO_CHECKS, "creating_volumes", "(site-b volume, HTTP 401", "Keystone"},
    {ON_B "\"network\",\"verb\":\"POST\",\"path\":\"/ports\",\"do\":\"status=404\",\"message\":"
          "\"Network f00 could not be found.\"}",
     NO_CHECKS, "creating_vms", "NetworkNotFound", "openstack network list"},
    {ON_B "\"network\",\"verb\":\"POST\",\"path\":\"/ports\",\"nth\":2,\"do\":\"quota\"}",
     NO_CHECKS, "creating_vms", "QuotaExceeded", "quota"},
    {ON_B "\"network\",\"verb\":\"POST\",\"path\":\"/networks\",\"do\":\"policy-403\"}",
     "\"auto_network\":true," NO_CHECKS, "creating_vms", "create_network", "--network-mapping"},
    {ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":2,\"do\":\"no-valid-host\"}",
     NO_CHECKS, "creating_vms", "NoValidHost", "compute capacity"},
    {ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"do\":\"quota\"}",
     NO_CHECKS, "creating_vms", "QuotaExceeded", "quota"},
    {ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":3,\"do\":\"fail\"}",
     NO_CHECKS, "creating_vms", "went into ERROR on site-b", "nova-compute"},
    {ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"do\":\"status=404\",\"message\":"
          "\"Flavor m2.large could not be found.\"}",
     NO_CHECKS, "creating_vms", "FlavorNotFound", "--flavor-mapping"},
    {ON_B "\"image\",\"verb\":\"GET\",\"path\":\"/images/*\",\"nth\":2,"
          "\"do\":\"status=404\"}", /* the first is readiness's */
     NO_CHECKS, "creating_snapshots", "ImageNotFound", "openstack image"},
    {ON_B "\"array\",\"verb\":\"GET\",\"do\":\"status=403\"}",
     NO_CHECKS, "creating_snapshots", "site-b", ""},
};

static void every_symptom_has_a_cause_and_a_remedy(void **state)
{
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(SYMPTOMS) / sizeof(SYMPTOMS[0]); i++) {
        const struct symptom *x = &SYMPTOMS[i];
        lab_fault(&s->lab, x->fault);
        char *id = xstrdup(stage_start(s, x->request));
        stage_rest(s, id);
        if (strcmp(json_text(s->op, "status"), "cleaned") != 0 || !lab_struck(&s->lab))
            fail_msg("%s: %s", x->fault, json_text(s->op, "status"));
        in_phase(s, x->phase);
        says(s, x->why, x->remedy);
        assert_true(*json_text(s->op, "remedy"));
        /* A refusal halts: no instance is begun beside the volumes that were made. */
        if (strcmp(x->phase, "creating_volumes") == 0 && !strstr(x->fault, "\"fail\""))
            assert_int_equal(json_array_size(json_list(json_map(s->op, "result_data"),
                                                       "instances")), 0);
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
        free(id);
    }
}

/* "Not there" may come from whoever stands between: what is still there is asked to go again. */
static void a_delete_that_reached_nobody_is_asked_again(void **state)
{
    static const char *const faults[] = {
        ON_B "\"compute\",\"verb\":\"DELETE\",\"path\":\"/servers/*\",\"nth\":2,\"count\":1,\"do\":\"status=404\"}",
        ON_B "\"network\",\"verb\":\"DELETE\",\"path\":\"/ports/*\",\"count\":1,\"do\":\"status=404\"}",
        ON_B "\"volume\",\"verb\":\"DELETE\",\"path\":\"/volumes/*\",\"count\":1,\"do\":\"status=404\"}",
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        lab_fault(&s->lab, faults[i]);
        char *id = xstrdup(stage_start(s, NO_CHECKS));
        stage_rest(s, id);
        if (strcmp(json_text(s->op, "status"), "cleaned") != 0 || lab_struck(&s->lab) != 1)
            fail_msg("%s: %s", faults[i], json_text(s->op, "status"));
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
        free(id);
    }
}

/* Seen before there is an operation: it costs the target nothing. */
static void a_missing_image_is_seen_first(void **state)
{
    struct stage *s = *state;
    stage_protect(s, "hr-suite");
    stage_refused(s, "test_failover", "{\"group\":\"hr-suite\"}", PC_ERR_STATE, "ImageNotFound");
    assert_non_null(strstr(s->err.remedy, "openstack image"));
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
}

/* By another one that is there it passes: asked for once, and kept with the group. */
static void another_image_may_stand_for_it(void **state)
{
    static const char *const ways[] = {
        "{\"group\":\"hr-suite\"," NO_CHECKS ",\"image_mapping\":{\"" HR "\":\"" DEBIAN "\"}}",
        "{\"group\":\"hr-suite\"," NO_CHECKS "}",
    };
    struct stage *s = *state;
    stage_protect(s, "hr-suite");
    stage_refused(s, "test_failover", "{\"group\":\"hr-suite\",\"image_mapping\":{\"" HR "\":\"no-such\"}}",
                  PC_ERR_STATE, "ImageNotFound");
    stage_refused(s, "test_failover", "{\"group\":\"hr-suite\",\"image_mapping\":{\"typo\":\"" DEBIAN "\"}}",
                  PC_ERR_MAPPING, "made from an image 'typo'");
    for (int i = 0; i < 2; i++) {
        if (i) /* by the image's id, as well as by its name */
            assert_int_equal(stage_call(s, "group_update", "{\"group\":\"hr-suite\",\"image_mapping\":{\""
                                        HR "\":\"" DEBIAN "\"}}"), PC_OK);
        if (stage_call(s, "test_failover", ways[i]))
            fail_msg("%d: %s", i, s->err.text);
        char *id = xstrdup(json_text(s->reply, "id"));
        stage_rest(s, id);
        assert_string_equal(json_text(s->op, "status"), "cleaned");
        assert_string_equal(json_text(s->op, "verdict"), "passed");
        free(id);
    }
}

/* ---- pending ------------------------------------------------------------------------------ */

static void without_an_engine_it_waits_and_says_so(void **state)
{
    struct stage *s = *state;
    s->options.execute = false;
    stage_open(s, NULL);
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    struct snapshot *now = door_snapshot(s->door);
    assert_string_equal(now->engine, "nobody");
    assert_int_equal(snapshot_operation(now, id)->op->status, OP_PENDING);
    snapshot_unref(now);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
    /* Whoever asks for more is not told to wait for it. */
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"prod-web-app\",\"description\":\"x\"}"),
                     PC_ERR_STATE);
    assert_non_null(strstr(s->err.remedy, "engine --until-idle"));
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    const json_t *refused = json_array_get(json_list(s->reply, "refused_actions"), 0);
    assert_non_null(strstr(json_text(refused, "reason"), "engine --until-idle"));
    s->options.execute = true;
    stage_open(s, NULL);
    if (stage_call(s, "group_update", "{\"group\":\"prod-web-app\",\"description\":\"x\"}"))
        assert_null(strstr(s->err.remedy, "engine --until-idle"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(id);
}

/* ---- cleanup ------------------------------------------------------------------------------ */

/* What cannot be deleted is named, and goes when the cause is gone. */
static void what_survives_is_named(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"DELETE\",\"do\":\"policy-403\"}");
    assert_string_equal(stage_drill(s, NO_CHECKS), "failed");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(stage_made(s, "volume"), 5);
    assert_int_equal(stage_made(s, "server"), 0);
    char *warnings = json_compact(json_list(s->op, "warnings"));
    assert_non_null(strstr(warnings, "test-db-1-1"));
    free(warnings);
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    char *id = xstrdup(json_text(s->op, "id"));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);

    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "failed");
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    free(cleanup);

    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "volumes", 0), 5);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "instances", -1), 0);
    cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    stage_show(s, id);
    stage_true(s->op);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    stage_becomes(s, "prod-web-app", GROUP_READY);
    free(cleanup);
    free(args);
    free(id);
}

/* The same names, another mark: another console's drill is left alone. */
static void a_strangers_drill_is_left_alone(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    char first[sizeof(s->state_dir)];
    memcpy(first, s->state_dir, sizeof(first));
    json_t *theirs = lab_site(&s->lab, "site-b");

    snprintf(s->state_dir, sizeof(s->state_dir), "%s-other", first);
    stage_open(s, NULL);
    stage_protect(s, "prod-web-app");
    /* The answers of its first creates are lost: it must not adopt the others. */
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"nth\":1,\"do\":\"reset\"}");
    lab_fault(&s->lab, ON_B "\"compute\",\"verb\":\"POST\",\"nth\":1,\"do\":\"reset\"}");
    lab_fault(&s->lab, ON_B "\"network\",\"verb\":\"POST\",\"nth\":1,\"do\":\"reset\"}");
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    json_t *now = lab_site(&s->lab, "site-b");
    assert_true(json_equal(theirs, now));

    memcpy(s->state_dir, first, sizeof(first));
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    json_decref(theirs);
    json_decref(now);
    free(cleanup);
    free(args);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(every_symptom_has_a_cause_and_a_remedy),
        stage_test(a_delete_that_reached_nobody_is_asked_again),
        stage_test(a_missing_image_is_seen_first),
        stage_test(another_image_may_stand_for_it),
        stage_test(without_an_engine_it_waits_and_says_so),
        stage_test(what_survives_is_named),
        stage_test(a_strangers_drill_is_left_alone),
    };
    return stage_main(tests, argc, argv);
}
