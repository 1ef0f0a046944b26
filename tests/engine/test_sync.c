/* Replication asked for by hand, and recovery points: listed and chosen. */
#include "tests/engine/support/stage.h"

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"
#define GROUP "{\"group\":\"prod-web-app\"}"
#define NO_CHECKS "\"health_checks\":[]"

static int setup(void **state)
{
    int rc = stage_setup(state);
    if (rc == 0)
        stage_open(*state, FLASHARRAY);
    return rc;
}

static void sync(struct stage *s)
{
    assert_int_equal(stage_call(s, "sync_volumes", GROUP), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    free(id);
}

static const json_t *step(const struct stage *s, const char *key)
{
    const json_t *o;
    size_t i;
    json_array_foreach(json_list(s->op, "steps"), i, o)
        if (strcmp(json_text(o, "key"), key) == 0)
            return o;
    return NULL;
}

static const char *point_of(const struct stage *s)
{
    return json_text(json_map(s->op, "recovery_point"), "name");
}

static const json_t *listed(const struct stage *s, size_t i)
{
    return json_array_get(s->reply, i);
}

/* The nth newest that is complete. */
static const json_t *complete(const struct stage *s, size_t n)
{
    const json_t *o;
    size_t i;
    json_array_foreach(s->reply, i, o)
        if (json_flag(o, "complete", false) && n-- == 0)
            return o;
    return NULL;
}

static void failed_with(const struct stage *s, const char *why, const char *remedy)
{
    if (!strstr(json_text(s->op, "error_message"), why) ||
        !strstr(json_text(s->op, "remedy"), remedy))
        fail_msg("'%s', '%s': expected '%s' and '%s'", json_text(s->op, "error_message"),
                 json_text(s->op, "remedy"), why, remedy);
}

/* ---- sync ------------------------------------------------------------------------------ */

static void a_sync_brings_a_new_point_over(void **state)
{
    struct stage *s = *state;
    sync(s);
    assert_string_equal(json_text(s->op, "error_message"), "");
    assert_string_equal(json_text(s->op, "state"), "completed");
    assert_int_equal(json_int(s->op, "progress", 0), 100);
    assert_string_equal(json_text(step(s, "protect_volumes:group"), "resource_id"),
                        "prod-web-app");
    assert_string_equal(json_text(step(s, "await_transfer:group"), "status"), "done");
    char *want = xasprintf("array-a:prod-web-app.ptr-%.13s-1", json_text(s->op, "id") + 3);
    assert_string_equal(point_of(s), want);
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    assert_string_equal(json_text(complete(s, 0), "name"), want);
    assert_true(json_flag(complete(s, 0), "latest", false));
    stage_becomes(s, "prod-web-app", GROUP_READY);
    free(want);
}

static void in_mock_storage_a_sync_has_nothing_to_bring(void **state)
{
    struct stage *s = *state;
    sync(s);
    assert_string_equal(json_text(s->op, "state"), "completed");
    assert_int_equal(json_array_size(json_list(s->op, "steps")), 1);
    assert_true(*point_of(s));
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    assert_int_equal(json_int(listed(s, 0), "volumes_present", 0), 5);
    assert_int_equal(json_array_size(json_list(listed(s, 0), "volumes_missing")), 0);
}

static void a_sync_is_refused_when_nothing_may_be_written(void **state)
{
    struct stage *s = *state;
    s->target_read_only = true;
    stage_open(s, FLASHARRAY);
    stage_refused(s, "sync_volumes", GROUP, PC_ERR_READ_ONLY, "site-b is read-only");
    stage_refused(s, "sync_volumes", "{\"group\":\"nothing\"}", PC_ERR_NOT_FOUND, "nothing");
}

/* The array of the source is asked; the sync says so when it does not answer. */
static void a_sync_from_an_array_that_refuses_fails(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\",\"path\":"
                       "\"/protection-group-snapshots\",\"do\":\"policy-403\"}");
    sync(s);
    assert_string_equal(json_text(s->op, "state"), "failed");
    failed_with(s, "replicate the protection group now", "storage_admin");
}

/* The first answer is lost: the second try finds what the first has made. */
static void a_lost_answer_makes_no_second_point(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\",\"path\":"
                       "\"/protection-group-snapshots\",\"count\":1,\"do\":\"reset-after-apply\"}");
    json_t *before = lab_all(&s->lab, "site-a", "array-snapshot");
    sync(s);
    json_t *after = lab_all(&s->lab, "site-a", "array-snapshot");
    assert_string_equal(json_text(s->op, "state"), "completed");
    assert_int_equal(lab_struck(&s->lab), 1);
    assert_int_equal(json_array_size(after), json_array_size(before) + 1);
    json_decref(before);
    json_decref(after);
}

/* ---- points -------------------------------------------------------------------------------- */

/* Volumes of one that is on its way come one by one, and the oldest may be
 * forgotten while it is read: what those two hold is of a moment. */
static void points_say_what_they_hold(void **state)
{
    struct stage *s = *state;
    int latest = 0;
    const json_t *o;
    size_t i;
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"prod-web-app\",\"servers\":"
                                                 "[\"billing-api-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    assert_true(json_array_size(s->reply) > 10);
    json_array_foreach(s->reply, i, o) {
        const json_t *missing = json_array_get(json_list(o, "volumes_missing"), 0);
        latest += json_flag(o, "latest", false);
        if (!json_flag(o, "complete", false) || i + 1 == json_array_size(s->reply))
            continue;
        assert_int_equal(json_int(o, "volumes_present", 0), 5);
        assert_string_equal(json_text(missing, "vm"), "billing-api-1");
        assert_int_equal(strncmp(json_text(o, "name"), "array-a:prod-web-app.", 21), 0);
        assert_true(json_int(o, "age", -1) >= 0);
    }
    assert_int_equal(latest, 1);
    assert_true(json_is_boolean(json_object_get(listed(s, 0), "within_rpo")));
}

static void a_drill_of_a_chosen_point_uses_that(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    char *whole = xstrdup(json_text(complete(s, 3), "name"));
    char *brief = xstrdup(json_text(complete(s, 3), "short_name"));
    char *args = xasprintf("\"recovery_point\":\"%s\"," NO_CHECKS, whole);
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_string_equal(point_of(s), whole);
    free(args);
    args = xasprintf("\"recovery_point\":\"%s\"," NO_CHECKS, brief);
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_string_equal(point_of(s), whole);
    free(args);
    free(whole);
    free(brief);
}

static void a_point_that_is_not_there_is_refused(void **state)
{
    struct stage *s = *state;
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\",\"recovery_point\":"
                  "\"array-a:prod-web-app.999999\"," NO_CHECKS "}", PC_ERR_STATE,
                  "no complete recovery point array-a:prod-web-app.999999 of prod-web-app");
}

#define array_test(name) cmocka_unit_test_setup_teardown(name, setup, stage_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        array_test(a_sync_brings_a_new_point_over),
        stage_test(in_mock_storage_a_sync_has_nothing_to_bring),
        array_test(a_sync_is_refused_when_nothing_may_be_written),
        array_test(a_sync_from_an_array_that_refuses_fails),
        array_test(a_lost_answer_makes_no_second_point),
        array_test(points_say_what_they_hold),
        array_test(a_drill_of_a_chosen_point_uses_that),
        array_test(a_point_that_is_not_there_is_refused),
    };
    return stage_main(tests, argc, argv);
}
