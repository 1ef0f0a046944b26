/* Drills on FlashArray: clones of the replicated snapshot, managed by Cinder. */
#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"
#define NO_CHECKS "\"health_checks\":[]"
#define ON_B "{\"site\":\"site-b\",\"service\":"

/* ---- what the array has ------------------------------------------------------------- */

/* Clones of the operation on site-b's array: those that are live, and all. */
static int clones(struct stage *s, const char *op_id, bool live_only)
{
    json_t *list = lab_all(&s->lab, "site-b", "array-volume"), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o) {
        char *tags = json_compact(json_list(o, "tags"));
        n += strstr(tags, op_id) && (!live_only || json_int(o, "destroyed", 0) == 0);
        free(tags);
    }
    json_decref(list);
    return n;
}

static int live_volumes(struct stage *s)
{
    json_t *list = lab_all(&s->lab, "site-b", "array-volume"), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o)
        n += json_int(o, "destroyed", 0) == 0;
    json_decref(list);
    return n;
}

static const json_t *by_id(const json_t *list, const char *id)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, "id"), id) == 0)
            return o;
    return NULL;
}

static int setup(void **state)
{
    int rc = stage_setup(state);
    if (rc == 0)
        stage_open(*state, FLASHARRAY);
    return rc;
}

/* The array has nothing live left either, whatever happened. */
static int teardown(void **state)
{
    int left = live_volumes(*state), rc = stage_teardown(state);
    if (left)
        print_error("%d volumes are left on the array of site-b\n", left);
    return left ? -1 : rc;
}

static void says(const struct stage *s, const char *why, const char *remedy)
{
    if (!strstr(json_text(s->op, "error_message"), why) ||
        !strstr(json_text(s->op, "remedy"), remedy))
        fail_msg("'%s', '%s': expected '%s' and '%s'", json_text(s->op, "error_message"),
                 json_text(s->op, "remedy"), why, remedy);
}

static void nothing_was_made(struct stage *s)
{
    assert_int_equal(stage_made(s, "volume"), 0);
    assert_int_equal(stage_made(s, "port"), 0);
    assert_int_equal(clones(s, json_text(s->op, "id"), false), 0);
}

/* ---- the whole way --------------------------------------------------------------------- */

static size_t results(const json_t *op, const char *kind)
{
    return json_array_size(json_list(json_map(op, "result_data"), kind));
}

static void a_drill_passes_and_leaves_nothing(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_string_equal(json_text(s->op, "error_message"), "");
    assert_int_equal(results(s->op, "instances"), 3);
    assert_int_equal(results(s->op, "volumes"), 5);
    assert_int_equal(results(s->op, "clones"), 5);
    assert_int_equal(results(s->op, "ports"), 4);
    const char *point = json_text(json_map(s->op, "recovery_point"), "name");
    assert_int_equal(strncmp(point, "array-a:prod-web-app.", 21), 0);
    assert_int_equal(clones(s, json_text(s->op, "id"), false), 5);
    assert_int_equal(clones(s, json_text(s->op, "id"), true), 0);
    char *path = stage_path(s, json_text(s->op, "id"));
    assert_string_equal(path, "creating_snapshots creating_volumes creating_vms verifying succeeded "
                              "cleaning_up cleaned");
    free(path);
    stage_becomes(s, "prod-web-app", GROUP_READY);
}

/* The volume is like its source in all that managing leaves out. */
static void like_its_source(struct stage *s, const json_t *made)
{
    json_t *sources = lab_all(&s->lab, "site-a", "volume");
    json_t *volumes = lab_all(&s->lab, "site-b", "volume");
    json_t *arrays = lab_all(&s->lab, "site-b", "array-volume");
    const json_t *source = by_id(sources, json_text(made, "source_id"));
    const json_t *volume = by_id(volumes, json_text(made, "id"));
    const json_t *array = by_id(arrays, json_text(volume, "array"));
    assert_true(source && volume && array);
    assert_int_equal(json_int(volume, "size", 0), json_int(source, "size", -1));
    assert_int_equal(json_flag(volume, "bootable", false), json_flag(source, "bootable", true));
    assert_true(json_equal(json_map(volume, "image_meta"), json_map(source, "image_meta")));
    char *from = xasprintf("array-a:volume-%s-cinder", json_text(made, "source_id"));
    assert_string_equal(json_text(array, "source"), from);
    assert_string_equal(json_text(array, "cinder"), json_text(made, "id"));
    free(from);
    json_decref(sources);
    json_decref(volumes);
    json_decref(arrays);
}

static void what_is_kept_is_like_its_source(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *id = xstrdup(json_text(s->op, "id"));
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    const json_t *list = json_list(json_map(s->op, "result_data"), "volumes"), *made;
    size_t i;
    assert_int_equal(json_array_size(list), 5);
    json_array_foreach(list, i, made)
        like_its_source(s, made);
    assert_int_equal(clones(s, id, true), 5);

    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    assert_int_equal(json_int(json_map(s->reply, "counts"), "clones", -1), 5);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_int_equal(clones(s, id, true), 0);
    stage_show(s, id);
    stage_true(s->op);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    free(cleanup);
    free(args);
    free(id);
}

/* ---- what is not there ------------------------------------------------------------------- */

/* The source's array has the group, but no snapshot of it has come over yet. */
static void no_replicated_snapshot_yet(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"do\":\"point-stale=100000\",\"group\":\"prod-web-app\"}");
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"," NO_CHECKS "}", PC_ERR_STATE,
                  "R-SNAP site-b has no complete recovery point of prod-web-app");
    assert_non_null(strstr(s->err.remedy, "replication cycle"));
    assert_int_equal(lab_writes(&s->lab, "site-b"), 1); /* whether one may manage: nothing else */
}

/* The server was added to the group, its volumes not to the array's. */
static void a_volume_is_missing_from_the_point(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"prod-web-app\",\"servers\":"
                                                 "[\"billing-api-1\"]}"), PC_OK);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\",\"auto_network\":true}",
                  PC_ERR_STATE, "R-SNAP 2 of 7 volumes are not in array-a:prod-web-app.");
    assert_non_null(strstr(s->err.remedy, "protection group"));
    assert_int_equal(lab_writes(&s->lab, "site-b"), 1);
}

/* ---- what goes wrong ------------------------------------------------------------------------ */

/* Permitted when it was looked at, and no more when it is done: the first call of each
 * is the question whether it may be. */
static void managing_is_refused_by_policy(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                            "\"nth\":2,\"count\":0,\"do\":\"policy-403\"}");
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    says(s, "VolumeManagePolicy", "policy.yaml");
    assert_non_null(strstr(json_text(s->op, "remedy"), "rule:admin_or_owner"));
    assert_int_equal(clones(s, json_text(s->op, "id"), true), 0);
}

static void cinder_cannot_take_it_over(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                            "\"nth\":3,\"do\":\"fail\"}");
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    says(s, "did not take over array volume ptr-", "cinder-volume's log");
    assert_int_equal(clones(s, json_text(s->op, "id"), true), 0);
}

/* Answers get lost after the call was applied: nothing is made twice. */
static void lost_answers_make_nothing_twice(void **state)
{
    static const char *const faults[] = {
        ON_B "\"array\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":2,"
             "\"do\":\"reset-after-apply\"}",
        ON_B "\"array\",\"verb\":\"PUT\",\"path\":\"/volumes/tags/batch\",\"nth\":3,"
             "\"do\":\"reset-after-apply\"}",
        ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":3,"
             "\"do\":\"reset-after-apply\"}",
        ON_B "\"array\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":4,\"do\":\"status=503\"}",
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        lab_fault(&s->lab, faults[i]);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_true(lab_struck(&s->lab) >= 4);
    assert_int_equal(clones(s, json_text(s->op, "id"), false), 5);
    assert_int_equal(results(s->op, "volumes"), 5);
}

/* A clone that the array has not let go of is named, and goes with the next
 * cleanup. */
static void a_clone_that_stays_is_named(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                            "\"nth\":2,\"count\":0,\"do\":\"policy-403\"}");
    lab_fault(&s->lab, ON_B "\"array\",\"verb\":\"PATCH\",\"do\":\"status=403\"}");
    assert_string_equal(stage_drill(s, NO_CHECKS), "failed");
    char *id = xstrdup(json_text(s->op, "id")), *all = json_compact(s->op);
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    assert_non_null(strstr(all, " on site-b: clone ptr-"));
    assert_true(clones(s, id, true) > 0);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    assert_int_equal(clones(s, id, true), 0);
    free(cleanup);
    free(args);
    free(all);
    free(id);
}

/* ---- what Cinder calls the array --------------------------------------------------------------- */

/* Opens without volume_host: taken out of what stage_open() wrote. */
static void open_without_host(struct stage *s)
{
    char *text = NULL;
    size_t len = 0;
    stage_close(s);
    FILE *f = fopen(s->config, "r+e");
    assert_true(f && getdelim(&text, &len, '\0', f) > 0);
    for (char *at; (at = strstr(text, "volume_host = ")) != NULL;) {
        char *end = strchr(at, ';');
        memmove(at, end + 1, strlen(end + 1) + 1);
    }
    rewind(f);
    assert_int_equal(ftruncate(fileno(f), 0), 0);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    free(text);
    if (door_open(&s->options, &s->door, &s->err))
        fail_msg("the door does not open: %s", s->err.text);
}

static void the_host_is_read_from_a_volume(void **state)
{
    struct stage *s = *state;
    stage_protect(s, "hr-suite");
    open_without_host(s);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    says(s, "what Cinder calls the array", "volume_host");
    nothing_was_made(s);

    stage_open(s, FLASHARRAY);
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *kept = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    open_without_host(s);
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"hr-suite\"}"), PC_OK);
    char *id = xstrdup(json_text(s->reply, "id"));
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(stage_call(s, "test_cleanup", kept), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    assert_string_equal(json_text(s->op, "status"), "completed");
    free(cleanup);
    free(kept);
    free(id);
}

/* ---- kill -9 -------------------------------------------------------------------------------------- */

/* A console of its own process that starts a drill and waits for it. */
static pid_t start_console(const struct stage *s)
{
    pid_t pid = fork();
    if (pid)
        return pid;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execl(PC_BIN_DIR "/protector-console", "protector-console", "--config", s->config,
          "--state-dir", s->state_dir, "protection-group", "test-failover", "prod-web-app",
          "--wait", (char *)NULL);
    _exit(127);
}

/* Killed while the call is not answered, once applied and once not; the next
 * engine ends the drill as if nothing had been. */
static void killed(struct stage *s, const char *fault)
{
    int64_t until = clock_mono_ms() + STAGE_MS;
    stage_close(s);
    lab_fault(&s->lab, fault);
    pid_t pid = start_console(s);
    while (!lab_struck(&s->lab) && clock_mono_ms() < until)
        poll(NULL, 0, 20);
    int struck = lab_struck(&s->lab);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    assert_true(struck);
    stage_open(s, FLASHARRAY);
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    const json_t *list = json_is_array(s->reply) ? s->reply : json_list(s->reply, "operations");
    char *id = xstrdup(json_text(json_array_get(list, 0), "id"));
    stage_rest(s, id);
    if (strcmp(json_text(s->op, "status"), "cleaned") != 0 ||
        strcmp(json_text(s->op, "verdict"), "passed") != 0)
        fail_msg("%s: %s, %s", fault, json_text(s->op, "status"), json_text(s->op, "error_message"));
    assert_int_equal(clones(s, id, false), 5);
    assert_int_equal(clones(s, id, true), 0);
    assert_int_equal(results(s->op, "volumes"), 5);
    free(id);
}

static void killed_between_clone_and_manage(void **state)
{
    static const char *const faults[] = {
        ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":2,"
             "\"do\":\"timeout=600\"}",
        ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":4,"
             "\"do\":\"timeout-after-apply=600\"}",
        ON_B "\"array\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":3,"
             "\"do\":\"timeout-after-apply=600\"}",
    };
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        killed(s, faults[i]);
}

#define replica_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        replica_test(a_drill_passes_and_leaves_nothing),
        replica_test(what_is_kept_is_like_its_source),
        replica_test(no_replicated_snapshot_yet),
        replica_test(a_volume_is_missing_from_the_point),
        replica_test(managing_is_refused_by_policy),
        replica_test(cinder_cannot_take_it_over),
        replica_test(lost_answers_make_nothing_twice),
        replica_test(a_clone_that_stays_is_named),
        replica_test(the_host_is_read_from_a_volume),
        replica_test(killed_between_clone_and_manage),
    };
    return stage_main(tests, argc, argv);
}
