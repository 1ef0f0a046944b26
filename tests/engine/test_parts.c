/*
 * A group that changes sites in parts: the rest follows what has moved, one member
 * is repeated alone, and what is decided afterwards is about all parts together.
 */
#include "tests/engine/support/flash.h"

#define PART(names) ASK(",\"members\":[" names "]")
#define FAILS(nth) ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":" #nth \
                        ",\"count\":1,\"do\":\"policy-403\"}"

static void moves_part(struct stage *s, const char *args)
{
    watch_alone(s, begins(s, "failover", args), "site-b", "site-a");
    came_to(s, "completed", "partial");
    group_is(s, "failed_over_partial", "site-b");
}

/* Nothing of any operation is in its ledger any more. */
static void ledgers_are_empty(struct stage *s)
{
    json_t *ids = json_array();
    const json_t *o, *e;
    size_t i, k;
    assert_int_equal(stage_call(s, "operation_list", "{}"), PC_OK);
    json_array_foreach(s->reply, i, o)
        json_array_append(ids, json_object_get(o, "id"));
    json_array_foreach(ids, i, o) {
        char *args = xasprintf("{\"operation_id\":\"%s\"}", json_string_value(o));
        assert_int_equal(stage_call(s, "operation_show", args), PC_OK);
        free(args);
        json_array_foreach(json_list(s->reply, "ledger"), k, e)
            assert_string_equal(json_text(e, "status"), "gone");
    }
    json_decref(ids);
}

static void is_refused(struct stage *s, const char *verb, const char *args, const char *why,
                       const char *remedy)
{
    assert_int_not_equal(stage_call(s, verb, args), PC_OK);
    if (!strstr(s->err.text, why) || !strstr(s->err.remedy, remedy))
        fail_msg("refused with '%s' (%s)", s->err.text, s->err.remedy);
}

/* ---- the rest follows ------------------------------------------------------------------- */

static void the_rest_follows(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    assert_string_equal(json_text(s->reply, "elsewhere"), "");
    assert_int_equal(json_int(json_map(s->reply, "member_tally"), "recovered", -1), 3);
    assert_int_equal(json_int(s->reply, "failover_count", -1), 1); /* it is one, in two parts */
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "ACTIVE", 1);
    is_refused(s, "failover", ASK(""), "not allowed while", "");
}

static void begins_with(const char *text, const char *word)
{
    if (strncmp(text, word, strlen(word)) != 0)
        fail_msg("not '%s...': %s", word, text);
}

/* What the watch of readiness made of the group since it is in parts. */
static bool is_looked_at(const struct snapshot *now, const void *arg)
{
    const struct group_view *v = snapshot_group(now, arg);
    const struct readiness *r = v ? v->readiness[READY_FOR_FAILOVER] : NULL;
    return r && r->metadata_version == v->group->metadata_version;
}

/* Whoever is left is to go the same way, from the first site to the second: so it is judged,
 * by the verb and for the screens, while what has moved is judged for its way back. */
static void readiness_of_the_rest_is_about_the_rest(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failover\"}"),
                     PC_OK);
    assert_true(json_flag(s->reply, "ready", false));
    begins_with(json_text(stage_check(s->reply, "R-TIME"), "evidence"), "site-a differs");
    begins_with(json_text(stage_check(s->reply, "R-MEM"), "evidence"), "all 2 members are");
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failback\"}"),
                     PC_OK);
    begins_with(json_text(stage_check(s->reply, "R-TIME"), "evidence"), "site-b differs");
    s->options.monitor = true;
    stage_open(s, NULL);
    stage_watch(s, is_looked_at, GROUP);
    struct snapshot *now = door_snapshot(s->door);
    const struct group_view *v = snapshot_group(now, GROUP);
    begins_with(readiness_evidence(v->readiness[READY_FOR_FAILOVER], R_TIME), "site-a differs");
    begins_with(readiness_evidence(v->readiness[READY_FOR_FAILBACK], R_TIME), "site-b differs");
    snapshot_unref(now);
    s->options.monitor = false;
    stage_open(s, NULL);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
}

/* All parts are taken back by one rollback, from the ledger of each. */
static void a_rollback_takes_back_all_parts(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    moves_part(s, PART("\"db-1\""));
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    ledgers_are_empty(s);
    /* The record is as before: it can go again, as a whole. */
    passes(s, "failover", ASK(""), "site-b", "site-a");
    passes(s, "rollback", ASK(""), "site-a", "site-b");
}

/* A rollback in the middle is about what has moved until then. */
static void a_rollback_of_some_parts_leaves_the_rest_alone(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    moves_part(s, PART("\"web-2\""));
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 1);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    ledgers_are_empty(s);
}

static void all_parts_come_back(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\",\"web-2\""));
    passes(s, "failover", ASK(""), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    assert_null(json_list(json_map(s->op, "request"), "members"));
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 3);
    target_is_empty(s);
}

/* What follows and fails is taken back; what has moved before stays. */
static void one_that_fails_leaves_the_parts_before(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    lab_fault(&s->lab, FAILS(1));
    watch_alone(s, begins(s, "failover", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    group_is(s, "failed_over_partial", "site-b");
    assert_string_equal(json_text(s->reply, "elsewhere"), "2 of 3 members are at site-a");
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 2);
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 1);
    lab_mend(&s->lab);
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
}

/* A cleanup is about what that one operation has left: who has moved before serves on. */
static void what_one_that_failed_left_goes_alone(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    lab_fault(&s->lab, FAILS(1));
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"DELETE\",\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    lab_mend(&s->lab);
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    came_to(s, "completed", "");
    free(cleanup);
    free(args);
    json_t *volumes = lab_all(&s->lab, "site-b", "volume");
    assert_int_equal(json_array_size(volumes), 1); /* web-1's */
    json_decref(volumes);
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 1);
}

/* The site that they are still at is lost: it is not asked. */
static void the_rest_follows_unplanned(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    lab_outage(&s->lab, "site-a", true);
    int before = lab_writes(&s->lab, "site-a");
    is_refused(s, "failover", ASK(""), "site-a", "");
    watch_alone(s, begins(s, "failover", ASK(",\"force\":true,\"reason\":\"site-a is dark\"")),
                "site-b", "site-b");
    came_to(s, "completed", "passed");
    group_is(s, "awaiting_commit", "site-b");
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    assert_int_equal(lab_writes(&s->lab, "site-a"), before);
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 3);
}

/* Before anything begins it is told whose data is of which moment. */
static void two_points_in_one_group_are_told(void **state)
{
    struct stage *s = *state;
    bool told = false;
    const json_t *line;
    size_t i;
    moves_part(s, PART("\"web-1\""));
    char *first = xstrdup(json_text(json_map(s->op, "recovery_point"), "name"));
    assert_int_equal(stage_call(s, "failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    json_array_foreach(json_list(s->reply, "consequences"), i, line)
        told |= strstr(json_string_value(line), "Two points in one group: these are at least ") != NULL;
    assert_true(told);
    passes(s, "failover", ASK(""), "site-b", "site-a");
    assert_string_not_equal(json_text(json_map(s->op, "recovery_point"), "name"), first);
    told = false;
    json_array_foreach(json_list(s->op, "warnings"), i, line)
        told |= strstr(json_string_value(line), "not of one moment: ") != NULL &&
                strstr(json_string_value(line), first) != NULL;
    assert_true(told);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    ledgers_are_empty(s);
    flash_judge(s);
    free(first);
}

/* ---- what cannot follow ------------------------------------------------------------------- */

static void only_who_was_left_can_follow(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    int before = lab_writes(&s->lab, "site-a");
    is_refused(s, "failover", PART("\"web-1\""), "web-1 is at site-b already", "still at");
    is_refused(s, "failover", PART("\"web-2\",\"web-1\""), "web-1 is at site-b already", "still at");
    is_refused(s, "failover", PART("\"nobody\""), "no member 'nobody'", "");
    is_refused(s, "failover", "{\"group\":\"" GROUP "\"}", "needs its name", "--confirm");
    /* Whose site is given up is the one that they are taken from. */
    is_refused(s, "failover",
               ASK(",\"confirm_site\":\"site-b\",\"force\":true,\"reason\":\"a test\""),
               "site-a is not given up", "");
    assert_int_equal(lab_writes(&s->lab, "site-a"), before);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed_partial", "site-b");
    assert_string_equal(json_text(s->reply, "status"), "failed_over_partial");
    is_refused(s, "failover", ASK(""), "not allowed while", "protection-group failback");
}

/* ---- one member again ----------------------------------------------------------------------- */

static char *retry_of(const char *id, const char *member)
{
    return xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\",\"member\":\"%s\"}", id,
                     member);
}

/* Of the steps of s->op the server that failed; "" none. Lent. */
static const char *failed_member(const struct stage *s)
{
    const json_t *o;
    size_t i;
    json_array_foreach(json_list(s->op, "steps"), i, o)
        if (strcmp(json_text(o, "kind"), "create_server") == 0 &&
            strcmp(json_text(o, "status"), "failed") == 0)
            return json_text(o, "subject");
    return "";
}

static void one_member_is_repeated_alone(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, FAILS(1));
    lab_fault(&s->lab, FAILS(2));
    moves_part(s, ASK(",\"on_partial\":\"keep\""));
    int up = servers_in(s, "site-b", "ACTIVE");
    char *id = xstrdup(json_text(s->op, "id")), *one = xstrdup(failed_member(s));
    assert_true(*one && up < 3);
    lab_mend(&s->lab);
    char *args = retry_of(id, "nobody");
    is_refused(s, "operation_retry", args, "nothing with a member 'nobody'", "failover");
    free(args);
    args = retry_of(id, one);
    watch_alone(s, begins(s, "operation_retry", args), "site-b", "site-a");
    came_to(s, "completed", up == 2 ? "passed" : "partial");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), up + 1);
    if (up < 2) {
        is_refused(s, "operation_retry", args, "no step of ", "");
        free(args);
        args = xasprintf("{\"operation_id\":\"%s\",\"confirm\":\"" GROUP "\"}", id);
        passes(s, "operation_retry", args, "site-b", "site-a");
    }
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    free(args);
    free(one);
    free(id);
}

/* It failed in the first part, others followed meanwhile, and it still can. */
static void an_earlier_part_is_repeated_after_others_followed(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, FAILS(1));
    moves_part(s, ASK(",\"members\":[\"web-1\",\"web-2\"],\"on_partial\":\"keep\""));
    char *id = xstrdup(json_text(s->op, "id")), *one = xstrdup(failed_member(s));
    char *args = retry_of(id, one), *again = xasprintf("{\"group\":\"" GROUP "\",\"confirm\":\"" GROUP "\",\"members\":[\"%s\"]}", one);
    lab_mend(&s->lab);
    is_refused(s, "failover", again, "and failed", "operation retry op-");
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "failed_over_partial", "site-b"); /* one is still missing */
    is_refused(s, "failover", ASK(""), "and failed", "operation retry op-");
    watch_alone(s, begins(s, "operation_retry", args), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    ledgers_are_empty(s);
    free(again);
    free(args);
    free(one);
    free(id);
}

static void who_did_not_fail_is_not_repeated(void **state)
{
    struct stage *s = *state;
    moves_part(s, PART("\"web-1\""));
    char *args = retry_of(json_text(s->op, "id"), "web-1");
    is_refused(s, "operation_retry", args, "no step of ", "");
    free(args);
    args = retry_of(json_text(s->op, "id"), "web-2"); /* it was never part of it */
    is_refused(s, "operation_retry", args, "nothing with a member 'web-2'", "--members");
    free(args);
    group_is(s, "failed_over_partial", "site-b");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(the_rest_follows),
        story(readiness_of_the_rest_is_about_the_rest),
        story(a_rollback_takes_back_all_parts),
        story(a_rollback_of_some_parts_leaves_the_rest_alone),
        story(all_parts_come_back),
        story(one_that_fails_leaves_the_parts_before),
        story(what_one_that_failed_left_goes_alone),
        story(the_rest_follows_unplanned),
        flash_story(two_points_in_one_group_are_told),
        story(only_who_was_left_can_follow),
        story(one_member_is_repeated_alone),
        story(an_earlier_part_is_repeated_after_others_followed),
        story(who_did_not_fail_is_not_repeated),
    };
    return moves_main(tests, argc, argv);
}
