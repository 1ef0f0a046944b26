/*
 * Failover, failback and what is decided after them, on FlashArrays: production
 * is moved as clones of a point that was replicated, managed by Cinder, and the
 * other way round. After each story both arrays are looked at: whatever is
 * destroyed there was ours, whatever is left is in a ledger, and every operation
 * has made its clones of one point.
 */
#include "tests/engine/support/moves.h"

#include "backend/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"
#define FORCED ",\"force\":true,\"reason\":\"the first site is dark\""
#define NO_CHECKS "\"health_checks\":[]"
#define SYNC "{\"group\":\"" GROUP "\"}"
#define DRIVERS "cinder-group" /* what Cinder's driver calls its own */
#define ON_B "{\"site\":\"site-b\",\"service\":"

enum { VOLUMES = 5 };

/* ---- what an array has --------------------------------------------------------------- */

static const char *tag(const json_t *volume, const char *key)
{
    const json_t *t;
    size_t i;
    json_array_foreach(json_list(volume, "tags"), i, t)
        if (strcmp(json_text(t, "key"), key) == 0)
            return json_text(t, "value");
    return "";
}

static bool is_live(const json_t *volume)
{
    return json_int(volume, "destroyed", 0) == 0;
}

/* Clones of the operation on a site's array; how: "live", "destroyed". */
static int clones(struct stage *s, const char *site, const char *op_id, const char *how)
{
    json_t *list = lab_all(&s->lab, site, "array-volume"), *o;
    int n = 0;
    size_t i;
    json_array_foreach(list, i, o)
        n += strcmp(tag(o, "protector-op"), op_id) == 0 &&
             is_live(o) == (strcmp(how, "live") == 0);
    json_decref(list);
    return n;
}

static void clones_are(struct stage *s, const char *site, const char *op_id, int live, int destroyed)
{
    int is = clones(s, site, op_id, "live"), was = clones(s, site, op_id, "destroyed");
    if (is != live || was != destroyed)
        fail_msg("%s: %d clones of %s live and %d destroyed, not %d and %d", site, is, op_id, was,
                 live, destroyed);
}

static const json_t *by(const json_t *list, const char *key, const char *value)
{
    const json_t *o;
    size_t i;
    json_array_foreach(list, i, o)
        if (strcmp(json_text(o, key), value) == 0)
            return o;
    return NULL;
}

static bool contains(const json_t *list, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (json_is_string(v) && strcmp(json_string_value(v), text) == 0)
            return true;
    return false;
}

static const json_t *made(const struct stage *s, const char *kind)
{
    return json_list(json_map(s->op, "result_data"), kind);
}

static const char *point_of(const struct stage *s)
{
    return json_text(json_map(s->op, "recovery_point"), "name");
}

/* The point that the operation in s->op asked for itself: GROUP of ARRAY. */
static void used_its_own_point(const struct stage *s, const char *of)
{
    char *want = xasprintf("%s.ptr-%.13s-1", of, json_text(s->op, "id") + 3);
    assert_string_equal(point_of(s), want);
    free(want);
}

/* What the operation in s->op has made replicates by the driver's group there. */
static void all_are_protected(struct stage *s, const char *site)
{
    json_t *groups = lab_all(&s->lab, site, "protection-group");
    json_t *volumes = lab_all(&s->lab, site, "volume");
    json_t *types = lab_all(&s->lab, site, "volume-type");
    const json_t *group = by(groups, "name", DRIVERS), *o;
    size_t i;
    assert_int_equal(json_array_size(made(s, "volumes")), VOLUMES);
    json_array_foreach(made(s, "volumes"), i, o) {
        const json_t *volume = by(volumes, "id", json_text(o, "id"));
        const json_t *type = by(types, "id", json_text(volume, "type"));
        assert_string_equal(json_text(json_map(type, "specs"), "replication_enabled"), "<is> True");
        if (!contains(json_list(group, "volumes"), json_text(o, "id")))
            fail_msg("%s is not in %s of %s", json_text(o, "name"), DRIVERS, site);
    }
    json_decref(groups);
    json_decref(volumes);
    json_decref(types);
}

/* ---- the arrays, after a story --------------------------------------------------------- */

/* "SRC:pg.42.volume-..." is of that point. */
static bool is_of(const char *snapshot, const char *point)
{
    size_t n = strlen(point);
    return n && strncmp(snapshot, point, n) == 0 && snapshot[n] == '.';
}

static const json_t *entry_of(const struct stage *s, const char *serial)
{
    return by(made(s, "clones"), "id", serial);
}

static void judge(struct stage *s, const char *site, const json_t *v)
{
    const char *op = tag(v, "protector-op"), *name = json_text(v, "name");
    char serial[32];
    if (!*op && !is_live(v))
        fail_msg("%s: %s was destroyed, and is not ours", site, name);
    if (!*op && !*json_text(v, "cinder"))
        fail_msg("%s: %s is nobody's", site, name);
    if (!*op)
        return;
    stage_show(s, op);
    snprintf(serial, sizeof(serial), "A1B2C3D4E5F6%012llX",
             (unsigned long long)json_int(v, "serial_of", 0));
    const json_t *e = entry_of(s, serial);
    if (!e)
        fail_msg("%s: %s (%s) is not in the ledger of %s", site, name, serial, op);
    if ((strcmp(json_text(e, "status"), "gone") == 0) == is_live(v))
        fail_msg("%s: the ledger says %s of %s, which is %s", site, json_text(e, "status"), name,
                 is_live(v) ? "live" : "destroyed");
    if (!is_of(tag(v, "protector-snapshot"), point_of(s)))
        fail_msg("%s: %s is of %s, not of %s", site, name, tag(v, "protector-snapshot"),
                 point_of(s));
}

static void originals_are_there(struct stage *s, const char *site, const json_t *before)
{
    json_t *now = lab_all(&s->lab, site, "volume");
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(before, "volume"), i, v)
        if (!by(now, "id", json_text(v, "id")))
            fail_msg("%s: volume %s is gone, and was not ours", site, json_text(v, "name"));
    json_decref(now);
}

static void arrays_are_right(struct stage *s)
{
    static const char *const sites[] = {"site-a", "site-b"};
    for (size_t k = 0; k < 2; k++) {
        json_t *list = lab_all(&s->lab, sites[k], "array-volume");
        const json_t *v;
        size_t i;
        json_array_foreach(list, i, v)
            judge(s, sites[k], v);
        json_decref(list);
        originals_are_there(s, sites[k], k == 0 ? s->a : s->b);
    }
}

static int setup(void **state)
{
    int rc = moves_setup(state);
    if (rc == 0)
        stage_open(*state, FLASHARRAY);
    return rc;
}

#define flash_story(name) cmocka_unit_test_setup_teardown(name, setup, moves_teardown)

/* ---- parts of stories ------------------------------------------------------------------- */

/* Runs a sync and returns the point that it brought over; the caller frees. */
static char *syncs(struct stage *s, const char *of)
{
    char *id = xstrdup(begins(s, "sync_volumes", SYNC));
    stage_rest(s, id);
    came_to(s, "completed", "passed");
    used_its_own_point(s, of);
    free(id);
    return xstrdup(point_of(s));
}

static char *fails_over(struct stage *s)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    return xstrdup(json_text(s->op, "id"));
}

/* A failback needs a point that has come over: its own is then a small one. */
static char *is_away(struct stage *s)
{
    char *failover = fails_over(s);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    free(syncs(s, "array-b:" DRIVERS));
    return failover;
}

static char *fails_back(struct stage *s, const char *args)
{
    passes(s, "failback", args, "site-a", "site-b");
    group_is(s, "failback_ready", "site-b");
    used_its_own_point(s, "array-b:" DRIVERS);
    all_are_protected(s, "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    all_are(s, "site-b", "SHUTOFF", 1);
    return xstrdup(json_text(s->op, "id"));
}

static const json_t *step(const struct stage *s, const char *key)
{
    return by(json_list(s->op, "steps"), "key", key);
}

static const char *step_is(const struct stage *s, const char *key)
{
    return json_text(step(s, key), "status");
}

/* The newest that has come over as a whole. */
static const json_t *newest_point(struct stage *s, size_t older)
{
    const json_t *o;
    size_t i;
    assert_int_equal(stage_call(s, "recovery_point_list", SYNC), PC_OK);
    json_array_foreach(s->reply, i, o)
        if (json_flag(o, "complete", false) && older-- == 0)
            return o;
    fail_msg("there is no such point");
    return NULL;
}

/* ---- planned -------------------------------------------------------------------------------- */

static void moved_with_all_that_was_written(void **state)
{
    struct stage *s = *state;
    free(fails_over(s));
    used_its_own_point(s, "array-a:prod-web-app");
    clones_are(s, "site-b", json_text(s->op, "id"), VOLUMES, 0);
    all_are_protected(s, "site-b");
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "ACTIVE", 1);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    /* From now on it is B that replicates, to A. */
    free(syncs(s, "array-b:" DRIVERS));
    assert_int_equal(strncmp(json_text(newest_point(s, 0), "name"), "array-b:", 8), 0);
    arrays_are_right(s);
}

static void rolled_back(void **state)
{
    struct stage *s = *state;
    char *failover = fails_over(s);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    clones_are(s, "site-b", failover, 0, VOLUMES);
    free(syncs(s, "array-a:prod-web-app"));
    arrays_are_right(s);
    free(failover);
}

/* Who is to serve again does not answer: whoever serves keeps all that it has. */
static void a_rollback_that_cannot_lets_nothing_go(void **state)
{
    struct stage *s = *state;
    char *failover = fails_over(s);
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"identity\",\"path\":\"*/auth/projects\","
                       "\"do\":\"policy-403\"}");
    char *id = xstrdup(begins(s, "rollback", ASK("")));
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    all_are(s, "site-b", "ACTIVE", 1);
    clones_are(s, "site-b", failover, VOLUMES, 0);
    assert_int_equal(stage_made(s, "port"), 4);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    group_is(s, "error", "site-b");
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}", id);
    passes(s, "operation_retry", args, "site-a", "site-b");
    group_is(s, "ready", "site-a");
    clones_are(s, "site-b", failover, 0, VOLUMES);
    arrays_are_right(s);
    free(args);
    free(id);
    free(failover);
}

/* ---- back ----------------------------------------------------------------------------------- */

/* B's array has a point of A's new volumes before B's own are let go. */
static void back_and_protected_again(void **state)
{
    struct stage *s = *state;
    char *failover = is_away(s);
    char *failback = fails_back(s, ASK(",\"reverse_replication\":true"));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    assert_string_equal(step_is(s, "protect_volumes:group"), "done");
    assert_string_equal(step_is(s, "await_transfer:group"), "done");
    assert_string_equal(json_text(step(s, "protect_volumes:group"), "resource_id"), DRIVERS);
    group_is(s, "ready", "site-a");
    target_is_empty(s);
    clones_are(s, "site-b", failover, 0, VOLUMES);
    clones_are(s, "site-a", failback, VOLUMES, 0);
    char *point = syncs(s, "array-a:" DRIVERS);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    arrays_are_right(s);
    free(point);
    free(failback);
    free(failover);
}

static void back_and_away_again(void **state)
{
    struct stage *s = *state;
    free(is_away(s));
    free(fails_back(s, ASK("")));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    assert_null(step(s, "protect_volumes:group"));
    group_is(s, "ready", "site-a");
    target_is_empty(s);
    free(syncs(s, "array-a:" DRIVERS));
    free(fails_over(s));
    used_its_own_point(s, "array-a:" DRIVERS);
    all_are_protected(s, "site-b");
    arrays_are_right(s);
}

static void back_and_cancelled(void **state)
{
    struct stage *s = *state;
    char *failover = is_away(s), *failback = fails_back(s, ASK(""));
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "ACTIVE", 0);
    clones_are(s, "site-a", failback, 0, VOLUMES);
    clones_are(s, "site-b", failover, VOLUMES, 0);
    free(syncs(s, "array-b:" DRIVERS));
    arrays_are_right(s);
    free(failback);
    free(failover);
}

/* A's array must have all of it before anything of B's is let go. */
static void without_the_link_nothing_is_let_go(void **state)
{
    struct stage *s = *state;
    char *failover = is_away(s);
    free(fails_back(s, ASK(",\"reverse_replication\":true")));
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\",\"path\":"
                       "\"/protection-group-snapshots\",\"do\":\"policy-403\"}");
    char *id = xstrdup(begins(s, "confirm_failback", ASK("")));
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    group_is(s, "failback_ready", "site-b");
    clones_are(s, "site-b", failover, VOLUMES, 0);
    all_are(s, "site-b", "SHUTOFF", 1);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    clones_are(s, "site-b", failover, 0, VOLUMES);
    arrays_are_right(s);
    free(id);
    free(failover);
}

/* ---- without the source ----------------------------------------------------------------------- */

/* The price names the point, and how old it is. */
static void loses(const json_t *price, const char *point, int64_t created_ms)
{
    int64_t age = (clock_wall_ms() - created_ms) / 1000, told = json_int(price, "seconds", -1);
    assert_string_equal(json_text(price, "point"), point);
    if (told < age - 15 || told > age + 1)
        fail_msg("a loss of %lld s is told, and the point is %lld s old", (long long)told,
                 (long long)age);
}

static int64_t created_of(const json_t *point)
{
    int64_t ms = 0;
    assert_true(clock_parse_iso(json_text(point, "created_at"), &ms));
    return ms;
}

static void forced_of_the_newest_point(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-a", true);
    const json_t *newest = newest_point(s, 0);
    char *point = xstrdup(json_text(newest, "name"));
    int64_t created = created_of(newest);
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true" FORCED
                                               "}"), PC_OK);
    loses(json_map(s->reply, "expected_data_loss"), point, created);
    int before = lab_writes(&s->lab, "site-a");
    passes(s, "failover", ASK(FORCED), "site-b", "site-b");
    loses(json_map(json_map(s->op, "request"), "expected_data_loss"), point, created);
    assert_string_equal(point_of(s), point);
    group_is(s, "awaiting_commit", "site-b");
    all_are_protected(s, "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    assert_int_equal(lab_writes(&s->lab, "site-a"), before);
    arrays_are_right(s);
    free(point);
}

/* ---- a chosen point ---------------------------------------------------------------------------- */

static void planned_of_a_chosen_point(void **state)
{
    struct stage *s = *state;
    const json_t *chosen = newest_point(s, 4);
    char *point = xstrdup(json_text(chosen, "name"));
    int64_t created = created_of(chosen);
    char *args = xasprintf(",\"recovery_point\":\"%s\"", point);
    char *asked = xasprintf("{\"group\":\"" GROUP "\",\"confirm\":\"" GROUP "\"%s}", args);
    char *dry = xasprintf("{\"group\":\"" GROUP "\",\"dry_run\":true%s}", args);
    assert_int_equal(stage_call(s, "failover", dry), PC_OK);
    loses(json_map(s->reply, "expected_data_loss"), point, created);
    passes(s, "failover", asked, "site-b", "site-a");
    assert_string_equal(point_of(s), point);
    assert_null(step(s, "replicate_now:group")); /* nothing newer is wanted */
    arrays_are_right(s);
    free(dry);
    free(asked);
    free(args);
    free(point);
}

/* ---- a part ---------------------------------------------------------------------------------------- */

static void kept_and_repeated(struct stage *s, const char *fault)
{
    lab_fault(&s->lab, fault);
    watch_alone(s, begins(s, "failover", ASK(",\"on_partial\":\"keep\"")), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 2);
    all_are(s, "site-a", "SHUTOFF", 1);
    char *id = xstrdup(json_text(s->op, "id")), *point = xstrdup(point_of(s));
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}", id);
    passes(s, "operation_retry", args, "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    assert_string_equal(point_of(s), point);
    all_are(s, "site-b", "ACTIVE", 1);
    clones_are(s, "site-b", id, VOLUMES, 0);
    arrays_are_right(s);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    clones_are(s, "site-b", id, 0, VOLUMES);
    target_is_empty(s);
    arrays_are_right(s);
    free(args);
    free(point);
    free(id);
}

static void a_clone_is_refused_and_repeated(void **state)
{
    kept_and_repeated(*state, ON_B "\"array\",\"verb\":\"POST\",\"path\":\"/volumes\",\"nth\":1,"
                                   "\"count\":1,\"do\":\"policy-403\"}");
}

static void a_manage_fails_and_is_repeated(void **state)
{
    kept_and_repeated(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                                   "\"nth\":1,\"count\":1,\"do\":\"fail\"}");
}

/* Without keep all of it is taken back, the error volume included. */
static void a_manage_fails_and_all_is_taken_back(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\","
                            "\"nth\":2,\"count\":1,\"do\":\"fail\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    char *id = xstrdup(json_text(s->op, "id"));
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    assert_int_equal(clones(s, "site-b", id, "live"), 0);
    arrays_are_right(s);
    free(id);
}

/* ---- kill -9 -------------------------------------------------------------------------------------------- */

/* A console of its own process that fails over and waits for it. */
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
          "--state-dir", s->state_dir, "protection-group", "failover", GROUP, "--confirm", GROUP,
          "--wait", (char *)NULL);
    _exit(127);
}

/* Killed while the call is not answered; the next engine carries on. */
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
    char *id = xstrdup(json_text(json_array_get(s->reply, 0), "id"));
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "completed", "passed");
    used_its_own_point(s, "array-a:prod-web-app");
    clones_are(s, "site-b", id, VOLUMES, 0);
    assert_int_equal(stage_made(s, "volume"), VOLUMES);
    all_are(s, "site-b", "ACTIVE", 1);
    arrays_are_right(s);
    free(id);
}

static void killed_between_clone_and_manage(void **state)
{
    killed(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":1,"
                        "\"do\":\"timeout=600\"}");
}

static void killed_while_cinder_takes_one_over(void **state)
{
    killed(*state, ON_B "\"volume\",\"verb\":\"POST\",\"path\":\"/manageable_volumes\",\"nth\":3,"
                        "\"do\":\"timeout-after-apply=600\"}");
}

static void killed_after_the_point_was_asked_for(void **state)
{
    killed(*state, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\",\"path\":"
                   "\"/protection-group-snapshots\",\"nth\":1,\"do\":\"timeout-after-apply=600\"}");
}

/* ---- drills and syncs beside -------------------------------------------------------------------------- */

static void a_kept_drill_goes_first_and_a_sync_beside_it(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true," NO_CHECKS), "succeeded");
    char *drill = xstrdup(json_text(s->op, "id")), *old = xstrdup(point_of(s));
    clones_are(s, "site-b", drill, VOLUMES, 0);
    /* Drills do not replicate back, and keep their own point. */
    char *newer = syncs(s, "array-a:prod-web-app");
    group_is(s, "test_active", "site-a");
    stage_show(s, drill);
    assert_string_equal(point_of(s), old);
    clones_are(s, "site-b", drill, VOLUMES, 0);

    char *failover = fails_over(s);
    clones_are(s, "site-b", drill, 0, VOLUMES);
    clones_are(s, "site-b", failover, VOLUMES, 0);
    assert_int_equal(stage_made(s, "volume"), VOLUMES);
    arrays_are_right(s);
    free(failover);
    free(newer);
    free(old);
    free(drill);
}

static void a_sync_beside_what_runs(void **state)
{
    struct stage *s = *state;
    char *drill = xstrdup(stage_start(s, NO_CHECKS));
    char *sync = xstrdup(begins(s, "sync_volumes", SYNC)); /* allowed, with a warning */
    stage_refused(s, "sync_volumes", SYNC, PC_ERR_BUSY, sync);
    stage_rest(s, sync);
    came_to(s, "completed", "passed");
    stage_rest(s, drill);
    assert_string_equal(json_text(s->op, "verdict"), "passed");

    char *failover = xstrdup(begins(s, "failover", ASK("")));
    stage_refused(s, "sync_volumes", SYNC, PC_ERR_STATE, "failing over");
    assert_non_null(strstr(s->err.remedy, "Wait until the failover has ended"));
    watch_alone(s, failover, "site-b", "site-a");
    came_to(s, "completed", "passed");
    arrays_are_right(s);
    free(failover);
    free(sync);
    free(drill);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        flash_story(moved_with_all_that_was_written),
        flash_story(rolled_back),
        flash_story(a_rollback_that_cannot_lets_nothing_go),
        flash_story(back_and_protected_again),
        flash_story(back_and_away_again),
        flash_story(back_and_cancelled),
        flash_story(without_the_link_nothing_is_let_go),
        flash_story(forced_of_the_newest_point),
        flash_story(planned_of_a_chosen_point),
        flash_story(a_clone_is_refused_and_repeated),
        flash_story(a_manage_fails_and_is_repeated),
        flash_story(a_manage_fails_and_all_is_taken_back),
        flash_story(killed_between_clone_and_manage),
        flash_story(killed_while_cinder_takes_one_over),
        flash_story(killed_after_the_point_was_asked_for),
        flash_story(a_kept_drill_goes_first_and_a_sync_beside_it),
        flash_story(a_sync_beside_what_runs),
    };
    return moves_main(tests, argc, argv);
}
