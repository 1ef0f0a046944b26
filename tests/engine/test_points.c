/* Recovery points that change while they are used: incomplete, skewed, gone. */
#include "tests/engine/support/stage.h"
#include "backend/store/store.h"
#include "tests/lab/lab_client.h"

#include <unistd.h>

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"
#define STUCK "storage: { mode = \"flasharray\"; };\nengine: { settle_seconds = 3; step_timeout = 10; };\n"
#define GROUP "{\"group\":\"prod-web-app\"}"
#define NO_CHECKS "\"health_checks\":[]"
#define SNAPSHOTS "{\"site\":\"site-b\",\"service\":\"array\",\"verb\":\"GET\"," \
                  "\"path\":\"/volume-snapshots\","

static int setup(void **state)
{
    int rc = stage_setup(state);
    if (rc == 0)
        stage_open(*state, FLASHARRAY);
    return rc;
}

static void failed_with(const struct stage *s, const char *why, const char *remedy)
{
    if (!strstr(json_text(s->op, "error_message"), why) ||
        !strstr(json_text(s->op, "remedy"), remedy))
        fail_msg("'%s', '%s': expected '%s' and '%s'", json_text(s->op, "error_message"),
                 json_text(s->op, "remedy"), why, remedy);
}

static const char *point_of(const struct stage *s)
{
    return json_text(json_map(s->op, "recovery_point"), "name");
}

static const char *start_sync(struct stage *s)
{
    assert_int_equal(stage_call(s, "sync_volumes", GROUP), PC_OK);
    return json_text(s->reply, "id");
}

/* A point of the suffix, asked for on the source's array by somebody else. */
static void replicate(struct stage *s, const char *suffix)
{
    struct lab_child lab = stage_client(s, "demo");
    char *body = xasprintf("{\"suffix\": \"%s\"}", suffix);
    struct answer a = array_call_to(&lab, A, "POST", "/protection-group-snapshots?source_names="
                                                     "prod-web-app&replicate_now=true", body);
    if (a.status != 200)
        fail_msg("%d %s", a.status, a.text);
    answer_release(&a);
    free(body);
}

/* ---- transfers ------------------------------------------------------------------------- */

static void a_transfer_that_does_not_move_fails_and_says_where(void **state)
{
    struct stage *s = *state;
    stage_open(s, STUCK);
    lab_fault(&s->lab, "{\"do\":\"transfer-stuck=62\"}");
    char *id = xstrdup(start_sync(s));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "state"), "failed");
    failed_with(s, "has not moved for 10 s (62 % of ", "connection between the two arrays");
    assert_true(json_int(s->op, "progress", 0) > 40);
    free(id);
}

static void nothing_begins_over_a_link_that_is_down(void **state)
{
    struct stage *s = *state;
    stage_open(s, STUCK);
    lab_fault(&s->lab, "{\"do\":\"link-down\"}");
    char *id = xstrdup(start_sync(s));
    stage_rest(s, id);
    failed_with(s, "the transfer has not begun", "connection between the two arrays");
    free(id);
}

static void a_chosen_point_that_is_incomplete_is_refused(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"do\":\"transfer-stuck=62\"}");
    replicate(s, "ptr-unfinished");
    usleep(1500000); /* until it is stuck */
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\",\"recovery_point\":"
                  "\"ptr-unfinished\"," NO_CHECKS "}", PC_ERR_STATE,
                  "R-SNAP site-b has no complete recovery point ptr-unfinished of prod-web-app");
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    const json_t *first = json_array_get(s->reply, 0);
    assert_false(json_flag(first, "complete", true) || json_flag(first, "latest", true));
}

static size_t asked_for(struct stage *s)
{
    json_t *list = lab_all(&s->lab, "site-a", "array-snapshot");
    size_t n = json_array_size(list);
    json_decref(list);
    return n;
}

static bool is_moving(const struct snapshot *now, const void *arg)
{
    (void)arg;
    for (size_t i = 0; i < now->operations->count; i++) {
        const struct operation *op = now->operations->items[i]->op;
        for (size_t k = 0; op->type == OP_SYNC_VOLUMES && op->plan && k < op->plan->count; k++)
            if (op->plan->steps[k].kind == STEP_AWAIT_TRANSFER && op->steps[k].percent > 0)
                return true;
    }
    return false;
}

/* The process ends during the transfer; the next one follows the same point. */
static void a_sync_goes_on_after_an_interruption(void **state)
{
    struct stage *s = *state;
    size_t before = asked_for(s);
    lab_fault(&s->lab, "{\"do\":\"transfer-stuck=62\"}");
    char *id = xstrdup(start_sync(s));
    stage_watch(s, is_moving, NULL);
    stage_close(s);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    stage_open(s, FLASHARRAY);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "state"), "completed");
    assert_int_equal(asked_for(s), before + 1);
    char *want = xasprintf("array-a:prod-web-app.ptr-%.13s-1", id + 3);
    assert_string_equal(point_of(s), want);
    free(want);
    free(id);
}

/* ---- points that are not whole ------------------------------------------------------------ */

static void a_point_without_a_volume_is_refused(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"do\":\"volume-missing\",\"group\":\"prod-web-app\"}");
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"," NO_CHECKS "}", PC_ERR_STATE,
                  "R-SNAP 1 of 5 volumes are not in array-a:prod-web-app.");
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    const json_t *first = json_array_get(s->reply, 0);
    assert_int_equal(json_int(first, "volumes_present", 0), 4);
    assert_string_equal(json_text(json_array_get(json_list(first, "volumes_missing"), 0), "vm"),
                        "db-1");
}

static void volumes_of_two_moments_are_never_used(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"do\":\"volume-skewed=600\",\"group\":\"prod-web-app\"}");
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"," NO_CHECKS "}", PC_ERR_STATE,
                  "they are not of one moment");
    assert_non_null(strstr(s->err.remedy, "consistency-group sync"));
    assert_int_equal(stage_made(s, "volume"), 0);
}

/* ---- points that go ------------------------------------------------------------------------- */

/* With the nth clone that is asked for. */
static void vanish_at_clone(struct stage *s, int nth)
{
    char fault[256];
    snprintf(fault, sizeof(fault), "{\"site\":\"site-b\",\"service\":\"array\",\"verb\":\"POST\","
             "\"path\":\"/volumes\",\"nth\":%d,\"count\":1,\"do\":\"point-vanishes\"}", nth);
    lab_fault(&s->lab, fault);
}

static bool has_come(struct stage *s, const char *suffix)
{
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    const json_t *o;
    size_t i;
    json_array_foreach(s->reply, i, o)
        if (strcmp(json_text(o, "short_name"), suffix) == 0)
            return json_flag(o, "complete", false);
    return false;
}

/* Before anything was made of it, a newer one takes its place: for all volumes.
 * It is the one asked for here, or one that the array's own schedule has made
 * in the meantime. */
static void a_point_that_goes_in_time_is_replaced(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    char *gone = xstrdup(json_text(json_array_get(s->reply, 0), "name"));
    lab_fault(&s->lab, SNAPSHOTS "\"nth\":2,\"count\":3,\"do\":\"delay=2500\"}");
    vanish_at_clone(s, 1);
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    replicate(s, "ptr-newer");
    stage_rest(s, id);
    free(id);
    if (strcmp(json_text(s->op, "verdict"), "passed") != 0)
        fail_msg("%s", json_text(s->op, "error_message"));
    char *used = xasprintf(".%s.", strrchr(point_of(s), '.') + 1);
    assert_string_not_equal(point_of(s), gone);
    assert_true(has_come(s, strrchr(point_of(s), '.') + 1));
    json_t *list = lab_all(&s->lab, "site-b", "array-volume"), *o;
    size_t i;
    json_array_foreach(list, i, o) {
        char *tags = json_compact(json_list(o, "tags"));
        assert_true(!strstr(tags, json_text(s->op, "id")) || strstr(tags, used));
        free(tags);
    }
    json_decref(list);
    free(used);
    free(gone);
}

static void a_point_that_goes_without_a_newer_one_ends_the_drill(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"do\":\"link-down\"}"); /* nothing newer can come */
    vanish_at_clone(s, 1);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    failed_with(s, "has vanished from site-b, and nothing newer has come over", "Run it again");
    assert_int_equal(stage_made(s, "volume"), 0);
}

static void a_point_that_goes_half_way_is_not_mixed_with_another(void **state)
{
    struct stage *s = *state;
    stage_open(s, "storage: { mode = \"flasharray\"; };\nengine: { settle_seconds = 3; "
                  "max_steps_per_service = 1; };\n"); /* one clone after the other */
    vanish_at_clone(s, 2);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    failed_with(s, "two points are never mixed", "Run it again");
    assert_int_equal(stage_made(s, "volume"), 0);
}

static void a_chosen_point_that_goes_is_not_replaced(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    char *args = xasprintf("\"recovery_point\":\"%s\"," NO_CHECKS,
                           json_text(json_array_get(s->reply, 4), "name"));
    vanish_at_clone(s, 1);
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    failed_with(s, "has vanished from site-b", "Run it again");
    free(args);
}

/* ---- the array's own name of a group ----------------------------------------------------------- */

/* A group that has another name here than on the array is found by its volumes. */
static void the_groups_name_on_the_array_is_found(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"shop\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"shop\",\"servers\":"
                                                 "[\"billing-api-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"shop\"," NO_CHECKS "}"), PC_OK);
    char *drill = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(drill);
    assert_int_equal(stage_call(s, "recovery_point_list", "{\"group\":\"shop\"}"), PC_OK);
    assert_int_equal(strncmp(json_text(json_array_get(s->reply, 0), "name"),
                             "array-a:prod-billing.", 21), 0);
    assert_int_equal(stage_call(s, "sync_volumes", "{\"group\":\"shop\"}"), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "state"), "completed");
    assert_int_equal(strncmp(point_of(s), "array-a:prod-billing.ptr-", 25), 0);
    free(id);
}

/* A failback has put the volumes into another group of the array, and nobody has
 * looked for them since: the list is not of points that have none of them. */
static void volumes_that_have_moved_are_found(void **state)
{
    struct stage *s = *state;
    struct store *store = NULL;
    struct group *g = NULL, *changed = NULL;
    struct pc_error err;
    assert_int_equal(stage_call(s, "group_show", GROUP), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_close(s);
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_group_load(store, id, &g, &err), PC_OK);
    json_t *o = group_to_json(g);
    json_put_text(o, "array_group", "prod-billing");
    assert_int_equal(group_from_json(o, &changed, &err), PC_OK);
    assert_int_equal(store_group_save(store, changed, &err), PC_OK);
    store_close(store);
    json_decref(o);
    group_unref(changed);
    group_unref(g);
    s->options.execute = false; /* as a verb that looks */
    stage_open(s, FLASHARRAY);
    assert_int_equal(stage_call(s, "recovery_point_list", GROUP), PC_OK);
    const json_t *newest = json_array_get(s->reply, 0);
    assert_int_equal(strncmp(json_text(newest, "name"), "array-a:prod-web-app.", 21), 0);
    assert_int_equal(json_int(newest, "volumes_present", 0), 5);
    s->options.execute = true;
    free(id);
}

#define array_test(name) cmocka_unit_test_setup_teardown(name, setup, stage_teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        array_test(a_transfer_that_does_not_move_fails_and_says_where),
        array_test(nothing_begins_over_a_link_that_is_down),
        array_test(a_sync_goes_on_after_an_interruption),
        array_test(a_chosen_point_that_is_incomplete_is_refused),
        array_test(a_point_without_a_volume_is_refused),
        array_test(volumes_of_two_moments_are_never_used),
        array_test(a_point_that_goes_in_time_is_replaced),
        array_test(a_point_that_goes_without_a_newer_one_ends_the_drill),
        array_test(a_point_that_goes_half_way_is_not_mixed_with_another),
        array_test(a_chosen_point_that_goes_is_not_replaced),
        array_test(the_groups_name_on_the_array_is_found),
        array_test(volumes_that_have_moved_are_found),
    };
    return stage_main(tests, argc, argv);
}
