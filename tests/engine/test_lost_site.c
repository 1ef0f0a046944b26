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
    passes(s, "resolve", ASK(",\"serving\":\"site-a\""), "site-b", "site-a");
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
           "site-b", "site-a");
    group_is(s, "ready", "site-a");
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    all_are(s, "site-a", "SHUTOFF", 1);

    lab_outage(&s->lab, "site-b", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN); /* it was not lost, and runs on */
    passes(s, "resolve", ASK(",\"serving\":\"site-a\",\"stop_other\":true"), "site-b", "site-a");
    group_is(s, "ready", "site-a");
    assert_false(json_flag(json_map(s->reply, "flags"), "split_brain_risk", true));
    all_are(s, "site-b", "SHUTOFF", 1); /* nothing was deleted */
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(after_the_stops),
        story(before_the_stops),
        story(after_the_failover),
    };
    return moves_main(tests, argc, argv);
}
