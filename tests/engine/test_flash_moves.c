/*
 * Failover, failback and what is decided after them, on FlashArrays: production
 * is moved as clones of a point that was replicated, managed by Cinder, and the
 * other way round.
 */
#include "tests/engine/support/flash.h"

#include "backend/base/clock.h"

#define FORCED ",\"force\":true,\"reason\":\"the first site is dark\""

static const char *step_is(const struct stage *s, const char *key)
{
    return json_text(flash_step(s, key), "status");
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

/* ---- planned --------------------------------------------------------------- */

static void moved_with_all_that_was_written(void **state)
{
    struct stage *s = *state;
    free(flash_fails_over(s));
    flash_own_point(s, "array-a:prod-web-app");
    flash_clones_are(s, "site-b", json_text(s->op, "id"), VOLUMES, 0);
    flash_protects(s, "site-b");
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "ACTIVE", 1);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    /* From now on it is B that replicates, to A. */
    free(flash_syncs(s, "array-b:" DRIVERS));
    assert_int_equal(strncmp(json_text(newest_point(s, 0), "name"), "array-b:", 8), 0);
    flash_judge(s);
}

static void rolled_back(void **state)
{
    struct stage *s = *state;
    char *failover = flash_fails_over(s);
    char *point = xstrdup(json_text(json_map(s->op, "recovery_point"), "name"));
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    assert_string_equal(json_text(json_map(s->op, "request"), "undone_point"), point);
    free(point);
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    flash_clones_are(s, "site-b", failover, 0, VOLUMES);
    free(flash_syncs(s, "array-a:prod-web-app"));
    flash_judge(s);
    free(failover);
}

/* Who is to serve again does not answer: whoever serves keeps all that it has. */
static void a_rollback_that_cannot_lets_nothing_go(void **state)
{
    struct stage *s = *state;
    char *failover = flash_fails_over(s);
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"identity\",\"path\":\"*/auth/projects\","
                       "\"do\":\"policy-403\"}");
    char *id = xstrdup(begins(s, "rollback", ASK("")));
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    all_are(s, "site-b", "ACTIVE", 1);
    flash_clones_are(s, "site-b", failover, VOLUMES, 0);
    assert_int_equal(stage_made(s, "port"), 4);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    group_is(s, "error", "site-b");
    char *args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}", id);
    passes(s, "operation_retry", args, "site-a", "site-b");
    group_is(s, "ready", "site-a");
    flash_clones_are(s, "site-b", failover, 0, VOLUMES);
    flash_judge(s);
    free(args);
    free(id);
    free(failover);
}

/* The last of what was written does not come over: production runs on where it was. */
static void the_final_transfer_hangs(void **state)
{
    struct stage *s = *state;
    stage_open(s, FLASHARRAY "engine: { settle_seconds = 3; step_timeout = 10; };\n");
    lab_fault(&s->lab, "{\"do\":\"transfer-stuck=62\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "has not moved for 10 s (62 % of "));
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    flash_clones_are(s, "site-b", json_text(s->op, "id"), 0, 0);
    flash_judge(s);
}

/* ---- back ------------------------------------------------------------------ */

static char *fails_back(struct stage *s, const char *args)
{
    passes(s, "failback", args, "site-a", "site-b");
    group_is(s, "failback_ready", "site-b");
    flash_own_point(s, "array-b:" DRIVERS);
    flash_protects(s, "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    all_are(s, "site-b", "SHUTOFF", 1);
    return xstrdup(json_text(s->op, "id"));
}

/* B's array has a point of A's new volumes before B's own are let go. */
static void back_and_protected_again(void **state)
{
    struct stage *s = *state;
    char *failover = flash_away(s);
    char *failback = fails_back(s, ASK(",\"reverse_replication\":true"));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    assert_string_equal(step_is(s, "protect_volumes:group"), "done");
    assert_string_equal(step_is(s, "await_transfer:group"), "done");
    assert_string_equal(json_text(flash_step(s, "protect_volumes:group"), "resource_id"), DRIVERS);
    group_is(s, "ready", "site-a");
    target_is_empty(s);
    flash_clones_are(s, "site-b", failover, 0, VOLUMES);
    flash_clones_are(s, "site-a", failback, VOLUMES, 0);
    char *point = flash_syncs(s, "array-a:" DRIVERS);
    assert_string_equal(stage_drill(s, NO_CHECKS), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    flash_judge(s);
    free(point);
    free(failback);
    free(failover);
}

static void back_and_away_again(void **state)
{
    struct stage *s = *state;
    free(flash_away(s));
    free(fails_back(s, ASK("")));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    assert_null(flash_step(s, "protect_volumes:group"));
    group_is(s, "ready", "site-a");
    target_is_empty(s);
    free(flash_syncs(s, "array-a:" DRIVERS));
    free(flash_fails_over(s));
    flash_own_point(s, "array-a:" DRIVERS);
    flash_protects(s, "site-b");
    flash_judge(s);
}

static void back_and_cancelled(void **state)
{
    struct stage *s = *state;
    char *failover = flash_away(s), *failback = fails_back(s, ASK(""));
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "ACTIVE", 0);
    flash_clones_are(s, "site-a", failback, 0, VOLUMES);
    flash_clones_are(s, "site-b", failover, VOLUMES, 0);
    free(flash_syncs(s, "array-b:" DRIVERS));
    flash_judge(s);
    free(failback);
    free(failover);
}

/* What the monitor knows of the group, once it has read its points again. */
struct lagging {
    int64_t since_ms, least_ms; /* wall: it was read after that, and nothing older is known; 0 none at all */
};

static bool is_read(const struct snapshot *now, const void *arg)
{
    const struct lagging *k = arg;
    for (size_t i = 0; i < now->groups->count; i++) {
        const struct group_view *v = now->groups->items[i];
        if (strcmp(v->group->name, GROUP) == 0 && v->point_read_ms > k->since_ms &&
            strcmp(v->group->array_group, DRIVERS) == 0 && !v->replication_error[0])
            return k->least_ms ? v->point_ms >= k->least_ms && v->lag_count > 0
                               : v->point_ms == 0 && v->lag_count == 0;
    }
    return false;
}

/* Back in the driver's own group of the array, of which nothing has come over: the points of
 * the group it was in before are no points of its volumes, and no lag is told by them. */
static void back_and_no_point_yet(void **state)
{
    struct stage *s = *state;
    struct lagging k = {0};
    s->options.monitor = true;
    stage_open(s, FLASHARRAY "engine: { settle_seconds = 3; site_poll_seconds = 2; };\n");
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"group\":\"" DRIVERS "\",\"do\":\"point-stale=3600\"}");
    free(flash_away(s));
    free(fails_back(s, ASK("")));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    k.since_ms = clock_wall_ms();
    stage_watch(s, is_read, &k);
    group_is(s, "ready", "site-a");
    assert_true(json_is_null(json_object_get(s->reply, "replication_lag")));
    assert_true(json_is_null(json_object_get(s->reply, "last_replication_at")));
    assert_int_equal(stage_call(s, "recovery_point_list", SYNC), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    lab_mend(&s->lab);
    free(flash_syncs(s, "array-a:" DRIVERS));
    assert_true(clock_parse_iso(json_text(newest_point(s, 0), "created_at"), &k.least_ms));
    stage_watch(s, is_read, &k);
    s->options.monitor = false;
}

/* A's array must have all of it before anything of B's is let go. */
static void without_the_link_nothing_is_let_go(void **state)
{
    struct stage *s = *state;
    char *failover = flash_away(s);
    free(fails_back(s, ASK(",\"reverse_replication\":true")));
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"array\",\"verb\":\"POST\",\"path\":"
                       "\"/protection-group-snapshots\",\"do\":\"policy-403\"}");
    char *id = xstrdup(begins(s, "confirm_failback", ASK("")));
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    group_is(s, "failback_ready", "site-b");
    flash_clones_are(s, "site-b", failover, VOLUMES, 0);
    all_are(s, "site-b", "SHUTOFF", 1);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    flash_clones_are(s, "site-b", failover, 0, VOLUMES);
    flash_judge(s);
    free(id);
    free(failover);
}

/* ---- without the source ---------------------------------------------------- */

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
    assert_string_equal(flash_point(s), point);
    group_is(s, "awaiting_commit", "site-b");
    flash_protects(s, "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    assert_int_equal(lab_writes(&s->lab, "site-a"), before);
    flash_judge(s);
    free(point);
}

/* ---- a chosen point -------------------------------------------------------- */

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
    assert_string_equal(flash_point(s), point);
    assert_null(flash_step(s, "replicate_now:group")); /* nothing newer is wanted */
    flash_judge(s);
    free(dry);
    free(asked);
    free(args);
    free(point);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        flash_story(moved_with_all_that_was_written),
        flash_story(rolled_back),
        flash_story(a_rollback_that_cannot_lets_nothing_go),
        flash_story(the_final_transfer_hangs),
        flash_story(back_and_protected_again),
        flash_story(back_and_away_again),
        flash_story(back_and_cancelled),
        flash_story(back_and_no_point_yet),
        flash_story(without_the_link_nothing_is_let_go),
        flash_story(forced_of_the_newest_point),
        flash_story(planned_of_a_chosen_point),
    };
    return moves_main(tests, argc, argv);
}
