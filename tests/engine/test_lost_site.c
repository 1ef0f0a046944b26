/* A site goes away when it is needed: the way on without it is told, and is one. */
#include "tests/engine/support/moves.h"

#define SOON "engine: { settle_seconds = 1; trouble_seconds = 3; };\n"
#define FORCED ",\"force\":true,\"reason\":\"the first site is lost\""

static void remedy_says(struct stage *s, const char *text)
{
    if (!strstr(json_text(s->op, "remedy"), text))
        fail_msg("no \"%s\" in \"%s\"", text, json_text(s->op, "remedy"));
}

/* Waits until it is known which point the operation goes by; the caller frees. */
static char *pinned(struct stage *s, const char *id)
{
    const char *point = "";
    while (!*point) {
        stage_show(s, id);
        assert_string_not_equal(json_text(s->op, "status"), "failed");
        point = json_text(json_map(s->op, "recovery_point"), "name");
    }
    return xstrdup(point);
}

/* All its servers are stopped and all that they wrote has come over; then the
 * target fails as well, and nothing serves. The forced failover after it goes by
 * the point of the planned one: nothing is lost. */
static void after_the_stops(void **state)
{
    struct stage *s = *state;
    stage_open(s, "storage: { mode = \"flasharray\"; };\n" SOON);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"POST\",\"path\":"
                       "\"/manageable_volumes\",\"do\":\"delay=1500\"}");
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"POST\",\"path\":"
                       "\"/servers\",\"nth\":2,\"count\":1,\"do\":\"no-valid-host\"}");
    char *id = xstrdup(begins(s, "failover", ASK(",\"health_checks\":[]")));
    char *point = pinned(s, id);
    lab_outage(&s->lab, "site-a", true);
    stage_rest(s, id);
    came_to(s, "failed", "failed");
    remedy_says(s, "If site-a is lost: protection-group resolve " GROUP " --serving site-a, then "
                   "failover " GROUP " --force; what was written since ");
    remedy_says(s, point);
    group_is(s, "error", "site-a");
    stage_refused(s, "failover", ASK(FORCED), PC_ERR_STATE, "error");
    assert_non_null(strstr(s->err.remedy, "resolve GROUP --serving FIRST-SITE"));

    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    passes(s, "resolve", ASK(",\"serving\":\"site-a\""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    passes(s, "failover", ASK(FORCED), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "SHUTOFF", 1);
    assert_string_equal(json_text(json_map(s->op, "recovery_point"), "name"), point);
    const json_t *loss = json_map(json_map(s->op, "request"), "expected_data_loss");
    assert_string_equal(json_text(loss, "point"), point);
    assert_true(json_int(loss, "seconds", -1) >= 0);
    free(point);
    free(id);
}

/* Nothing was stopped: the group is as it was, and a forced failover may follow at once. */
static void before_the_stops(void **state)
{
    struct stage *s = *state;
    stage_open(s, SOON);
    lab_fault(&s->lab, "{\"site\":\"site-a\",\"service\":\"compute\",\"verb\":\"POST\",\"path\":"
                       "\"/servers/*/action\",\"do\":\"reset\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    remedy_says(s, "If site-a is lost: failover " GROUP " --force; what was written since the "
                   "newest recovery point is lost by it.");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

/* The second site is lost after a failover that nobody has committed yet. What it
 * had is not started again by itself, for the copies may still run; a person may say
 * that they do not, and is told when they did. */
static void after_the_failover(void **state)
{
    struct stage *s = *state;
    stage_open(s, "engine: { settle_seconds = 1; trouble_seconds = 3; site_poll_seconds = 2; };\n");
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    lab_outage(&s->lab, "site-b", true);
    stage_rest(s, begins(s, "rollback", ASK("")));
    came_to(s, "failed", "failed");
    remedy_says(s, "If site-b is lost: protection-group resolve " GROUP " --serving site-a --force "
                   "--reason TEXT, then start its servers there");
    group_is(s, "error", "site-b");
    stage_refused(s, "resolve", ASK(",\"serving\":\"site-a\""), PC_ERR_UNREACHABLE, "site-b");
    assert_non_null(strstr(s->err.remedy, "If site-b is lost: --force --reason TEXT."));
    stage_refused(s, "resolve", ASK(",\"serving\":\"site-a\",\"force\":true"), PC_ERR_INVALID,
                  "needs a reason");
    stage_refused(s, "resolve", ASK(",\"serving\":\"site-a\",\"force\":true,\"stop_other\":true,"
                                    "\"reason\":\"lost\""), PC_ERR_INVALID, "not asked");
    passes(s, "resolve", ASK(",\"serving\":\"site-a\",\"force\":true,\"reason\":\"lost\""),
           "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    all_are(s, "site-a", "SHUTOFF", 1);

    lab_outage(&s->lab, "site-b", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN); /* it was not lost, and runs on */
    passes(s, "resolve", ASK(",\"serving\":\"site-a\",\"stop_other\":true"), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_false(json_flag(json_map(s->reply, "flags"), "split_brain_risk", true));
    all_are(s, "site-b", "SHUTOFF", 1); /* nothing was deleted */
}

#define WATCHED "engine: { settle_seconds = 1; trouble_seconds = 3; site_poll_seconds = 2; };\n"
#define TO_A ",\"serving\":\"site-a\""
#define TO_B ",\"serving\":\"site-b\""
#define LOST ",\"force\":true,\"reason\":\"lost\""

static bool says(const json_t *list, const char *text)
{
    const json_t *line;
    size_t i;
    json_array_foreach(list, i, line)
        if (strstr(json_string_value(line), text))
            return true;
    return false;
}

/* The failover is committed: there is no rollback, and a failback would have to ask
 * the site that is lost. What stands at the first site since is the way on. */
static void after_the_commit(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    /* A site that answers is not lost, and what runs there is not left behind. */
    stage_refused(s, "resolve", ASK(TO_A LOST), PC_ERR_STATE, "site-b answers");
    stage_refused(s, "resolve", ASK(TO_A), PC_ERR_STATE, "while it runs at site-b");
    group_is(s, "committed", "site-b");

    lab_outage(&s->lab, "site-b", true);
    stage_refused(s, "failback", ASK(""), PC_ERR_UNREACHABLE, "site-b");
    assert_non_null(strstr(s->err.remedy, "If site-b is lost: protection-group resolve " GROUP
                                          " --serving site-a --force --reason TEXT."));
    stage_refused(s, "failover", ASK(FORCED), PC_ERR_STATE, "failed over");
    assert_non_null(strstr(s->err.remedy, "--force"));
    stage_refused(s, "resolve", ASK(TO_A), PC_ERR_UNREACHABLE, "site-b");
    stage_refused(s, "resolve", ASK(TO_A ",\"force\":true"), PC_ERR_INVALID, "needs a reason");
    stage_refused(s, "resolve", "{\"group\":\"" GROUP "\"" TO_A LOST "}", PC_ERR_FORBIDDEN, GROUP);
    assert_int_equal(stage_call(s, "resolve", ASK(TO_A LOST ",\"dry_run\":true")), PC_OK);
    assert_true(says(json_list(s->reply, "consequences"), "those of before the failover"));
    assert_true(says(json_list(s->reply, "consequences"), "if its servers run, both sites write"));
    group_is(s, "committed", "site-b");
    passes(s, "resolve", ASK(TO_A LOST), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    all_are(s, "site-a", "SHUTOFF", 1);

    lab_outage(&s->lab, "site-b", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN); /* it was not lost, and runs on */
    passes(s, "resolve", ASK(TO_A ",\"stop_other\":true"), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-b", "SHUTOFF", 1); /* nothing was deleted */
}

/* Production is back, and what is to be deleted for the confirmation is at a site
 * that is lost: without it the group would wait for ever. */
static void before_the_confirmation(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    group_is(s, "failback_ready", "site-b"); /* its record turns with the confirmation */
    lab_outage(&s->lab, "site-b", true);
    passes(s, "resolve", ASK(TO_A LOST), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
}

/* The other one is lost: the copies of the failover are there still, stopped. */
static void after_a_failback_that_was_lost(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    lab_outage(&s->lab, "site-a", true);
    passes(s, "resolve", ASK(TO_B LOST), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "SHUTOFF", 1);
}

/* The last move made others at the first site, and they are gone: those of before
 * the failover stand for the group. */
static void after_a_failback_was_cancelled(void **state)
{
    struct stage *s = *state;
    stage_open(s, WATCHED);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    lab_outage(&s->lab, "site-b", true);
    passes(s, "resolve", ASK(TO_A LOST), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "SHUTOFF", 1);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    json_t *servers = lab_all(&s->lab, "site-a", "server");
    const json_t *m, *v;
    size_t i, k, found = 0;
    json_array_foreach(json_list(s->reply, "members"), i, m)
        json_array_foreach(servers, k, v)
            found += strcmp(json_text(m, "instance_id"), json_text(v, "id")) == 0;
    assert_int_equal(found, 3);
    json_decref(servers);
}

/* ---- what is left ---------------------------------------------------------------------- */

#define ON_B "{\"site\":\"site-b\",\"service\":"

/* A person has said that the first site serves: what the failed one left can be removed
 * all the same, by its id, and nothing of what serves. */
static void what_is_left_goes_after_a_resolve(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, ON_B "\"compute\",\"verb\":\"POST\",\"path\":\"/servers\",\"nth\":3,"
                            "\"count\":1,\"do\":\"no-valid-host\"}");
    lab_fault(&s->lab, ON_B "\"volume\",\"verb\":\"DELETE\",\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "failover", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id")), *id;
    group_is(s, "error", "site-a");
    assert_int_equal(json_int(s->op, "left", -1), 5);
    passes(s, "resolve", ASK(",\"serving\":\"site-a\""), "site-a", "site-a");
    group_is(s, "ready", "site-a");
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    if (stage_call(s, "test_cleanup", args))
        fail_msg("%s", s->err.text);
    id = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, id);
    came_to(s, "completed", "");
    group_is(s, "ready", "site-a");
    target_is_empty(s);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    assert_string_equal(json_text(s->reply, "status"), "cleaned");
    free(args);
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(after_the_stops),
        story(before_the_stops),
        story(after_the_failover),
        story(after_the_commit),
        story(before_the_confirmation),
        story(after_a_failback_that_was_lost),
        story(after_a_failback_was_cancelled),
        story(what_is_left_goes_after_a_resolve),
    };
    return moves_main(tests, argc, argv);
}
