/* A group comes back to its first site, and what is decided after it. */
#include "tests/engine/support/moves.h"

/* It serves at site-b, committed. */
static void is_away(struct stage *s)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
}

/* The copies run at site-a, beside the servers of before the failover. */
static void is_back(struct stage *s)
{
    passes(s, "failback", ASK(""), "site-a", "site-b");
    group_is(s, "failback_ready", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "SHUTOFF", 1);
}

/* Before it is asked for: the way back is the way there, turned round, and what
 * it will take is known from that. */
static void proposes_the_way_back(struct stage *s)
{
    const json_t *row, *predicted;
    size_t i;
    assert_int_equal(stage_call(s, "test_propose", "{\"group\":\"" GROUP "\","
                                                   "\"operation\":\"failback\"}"), PC_OK);
    assert_string_equal(json_text(s->reply, "target_site"), "site-a");
    assert_int_equal(json_array_size(json_list(s->reply, "problems")), 0);
    assert_string_equal(json_text(json_map(s->reply, "readiness"), "operation"), "failback");
    json_array_foreach(json_list(s->reply, "networks"), i, row)
        assert_true(strstr(json_text(row, "from_name"), "secondary") &&
                    strstr(json_text(row, "to_name"), "primary"));
    assert_int_equal(i, 2);
    assert_int_equal(stage_call(s, "failback", ASK(",\"dry_run\":true")), PC_OK);
    predicted = json_map(s->reply, "predicted");
    assert_true(json_int(predicted, "high_s", -1) >= json_int(predicted, "low_s", 0));
    assert_true(json_int(predicted, "high_s", -1) > 0);
    stage_refused(s, "test_propose", "{\"group\":\"" GROUP "\",\"operation\":\"commit\"}",
                  PC_ERR_INVALID, "commit");
}

/* No step of a kind went well at once: how long the way back takes is known all the same. */
static void what_took_two_attempts_is_known_too(void **state)
{
    struct stage *s = *state;
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"POST\","
                       "\"path\":\"/ports\",\"count\":4,\"do\":\"reset-after-apply\"}");
    is_away(s);
    assert_int_equal(lab_struck(&s->lab), 4);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(stage_call(s, "failback", ASK(",\"dry_run\":true")), PC_OK);
        assert_true(json_int(json_map(s->reply, "predicted"), "high_s", -1) > 0);
        stage_open(s, NULL); /* the next engine has it from the history */
    }
}

/* "" or the first check that blocks. */
static const char *blocker_of(const json_t *readiness)
{
    return json_string_value(json_array_get(json_list(readiness, "blockers"), 0));
}

static bool was_watched(const struct snapshot *now, const void *arg)
{
    const struct group_view *g = snapshot_group(now, GROUP);
    (void)arg;
    return g && g->readiness[READY_FOR_FAILBACK] && !g->readiness_drifted &&
           g->readiness[READY_FOR_FAILBACK]->metadata_version == g->group->metadata_version;
}

/* Whoever asks, and whoever only looks in the background, sees the way back as the
 * failback itself does: not the way there, whose networks have no counterpart. */
static void is_ready_for_the_way_back(struct stage *s)
{
    static const char *const operations[] = {"failback", "test_failover"};
    const json_t *check;
    size_t k;
    for (size_t i = 0; i < 2; i++) {
        char *args = xasprintf("{\"group\":\"" GROUP "\",\"operation\":\"%s\"}", operations[i]);
        assert_int_equal(stage_call(s, "readiness", args), PC_OK);
        json_array_foreach(json_list(s->reply, "checks"), k, check)
            if (strcmp(json_text(check, "check"), "R-NET") == 0 ||
                strcmp(json_text(check, "check"), "R-FLV") == 0)
                assert_string_equal(json_text(check, "status"), "ok");
        free(args);
    }
    assert_int_equal(stage_call(s, "readiness", "{\"group\":\"" GROUP "\",\"operation\":\"failback\"}"),
                     PC_OK);
    assert_true(json_flag(s->reply, "ready", false));
    s->options.monitor = true;
    stage_open(s, NULL);
    stage_watch(s, was_watched, NULL);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    const char *blocker = blocker_of(json_map(json_map(s->reply, "readiness"), "failback"));
    if (blocker)
        fail_msg("%s blocks the failback", blocker);
    s->options.monitor = false;
    stage_open(s, NULL);
}

/* What it would do says from where to where, before it is begun. */
static void goes(struct stage *s, const char *verb, const char *from, const char *to)
{
    assert_int_equal(stage_call(s, verb, ASK(",\"dry_run\":true")), PC_OK);
    assert_string_equal(json_text(s->reply, "source_site"), from);
    assert_string_equal(json_text(s->reply, "target_site"), to);
}

/* What web-1 at site-a has of one kind, of those in that status; the caller frees. */
static char *has_at_home(struct stage *s, const char *status, const char *key)
{
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    char *text = NULL;
    size_t i;
    json_array_foreach(all, i, v)
        if (!text && strcmp(json_text(v, "name"), "web-1") == 0 &&
            strcmp(json_text(v, "status"), status) == 0)
            text = xstrdup(json_text(v, key));
    json_decref(all);
    return text;
}

/* site-b has no key pair of that name, so the copy there has none; at home it has again. */
static void gets_its_key_back(struct stage *s)
{
    char *was = has_at_home(s, "SHUTOFF", "key"), *is = has_at_home(s, "ACTIVE", "key");
    assert_non_null(is);
    assert_string_equal(was, "ops");
    assert_string_equal(is, was);
    free(was);
    free(is);
}

static void confirmed(void **state)
{
    struct stage *s = *state;
    is_away(s);
    is_ready_for_the_way_back(s);
    proposes_the_way_back(s);
    is_back(s);
    gets_its_key_back(s);
    goes(s, "cancel_failback", "site-a", "site-b");
    goes(s, "confirm_failback", "site-b", "site-a");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    /* It goes by the servers that the failback has made: a second one passes. */
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    assert_int_equal(json_int(s->reply, "failover_count", -1), 2);
    all_are(s, "site-a", "ACTIVE", 0);
    all_are(s, "site-b", "ACTIVE", 1);
}

static void cancelled(void **state)
{
    struct stage *s = *state;
    is_away(s);
    is_back(s);
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-a", "ACTIVE", 0);
}

static void stopped_while_it_runs(void **state)
{
    struct stage *s = *state;
    is_away(s);
    char *id = xstrdup(begins(s, "failback", ASK("")));
    while (servers_in(s, "site-b", "SHUTOFF") == 0)
        alone(s, "site-a", "site-b");
    goes(s, "cancel_failback", "site-a", "site-b");
    assert_int_equal(stage_call(s, "cancel_failback", ASK("")), PC_OK);
    assert_string_equal(json_text(s->reply, "id"), id);
    watch_alone(s, id, "site-b", "site-a");
    came_to(s, "failed", "failed");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "ACTIVE", 0);
    free(id);
}

/* Before a commit, a failback is one. */
static void without_a_commit(void **state)
{
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    is_back(s);
    stage_refused(s, "rollback", ASK(""), PC_ERR_STATE, "rollback");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    target_is_empty(s);
}

/* ---- with storage of its own ------------------------------------------------------- */

#define FLASHARRAY "storage: { mode = \"flasharray\"; };\n"

static void on_arrays(void **state)
{
    struct stage *s = *state;
    stage_open(s, FLASHARRAY);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    /* It may be that nothing has been replicated from there yet. */
    watch_alone(s, begins(s, "sync_volumes", "{\"group\":\"" GROUP "\"}"), "site-b", "site-a");
    assert_string_equal(json_text(s->op, "status"), "completed");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    group_is(s, "failback_ready", "site-b");
    all_are(s, "site-a", "ACTIVE", 1);
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    target_is_empty(s);
}

static void rolled_back_on_arrays(void **state)
{
    struct stage *s = *state;
    stage_open(s, FLASHARRAY);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

/* ---- what cannot be taken back is not taken twice ------------------------------------- */

#define ON(site, service) "{\"site\":\"" site "\",\"service\":\"" service "\","

/* A confirmation that stopped half-way has deleted copies: a cancel would delete
 * the others. It is repeated, and nothing else. */
static void half_confirmed_is_not_cancelled(void **state)
{
    struct stage *s = *state;
    is_away(s);
    is_back(s);
    lab_fault(&s->lab, ON("site-b", "volume") "\"verb\":\"DELETE\",\"path\":\"/volumes/*\","
                       "\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "confirm_failback", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    group_is(s, "failback_ready", "site-b");
    assert_int_equal(servers_in(s, "site-b", ""), 0);
    stage_refused(s, "cancel_failback", ASK(""), PC_ERR_STATE, "would lose both");
    lab_mend(&s->lab);
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

static void half_cancelled_is_not_confirmed(void **state)
{
    struct stage *s = *state;
    is_away(s);
    is_back(s);
    lab_fault(&s->lab, ON("site-a", "volume") "\"verb\":\"DELETE\",\"path\":\"/volumes/*\","
                       "\"do\":\"policy-403\"}");
    watch_alone(s, begins(s, "cancel_failback", ASK("")), "site-b", "site-a");
    came_to(s, "failed", "failed");
    group_is(s, "failback_ready", "site-b");
    stage_refused(s, "confirm_failback", ASK(""), PC_ERR_STATE, "would lose both");
    lab_mend(&s->lab);
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
    all_are(s, "site-b", "ACTIVE", 1);
}

/* Of the servers that are to serve one is not there: those that run now stay. */
static void nothing_goes_for_what_is_lost(void **state)
{
    struct stage *s = *state;
    is_away(s);
    is_back(s);
    char *made = xstrdup("");
    json_t *all = lab_all(&s->lab, "site-a", "server");
    const json_t *v;
    size_t i;
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "name"), "db-1") == 0 && strcmp(json_text(v, "status"), "ACTIVE") == 0) {
            free(made);
            made = xstrdup(json_text(v, "id"));
        }
    json_decref(all);
    char *fault = xasprintf(ON("site-a", "compute") "\"verb\":\"GET\",\"path\":\"/servers/%s\","
                            "\"do\":\"status=404\"}", made);
    lab_fault(&s->lab, fault);
    watch_alone(s, begins(s, "confirm_failback", ASK("")), "site-a", "site-b");
    came_to(s, "failed", "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), made));
    all_are(s, "site-b", "SHUTOFF", 1);
    group_is(s, "failback_ready", "site-b");
    lab_mend(&s->lab);
    /* It deleted nothing, so both ways are open. */
    passes(s, "cancel_failback", ASK(""), "site-b", "site-a");
    all_are(s, "site-b", "ACTIVE", 1);
    free(fault);
    free(made);
}

/* Taken out of the group while it was away, it stays where it serves. */
static void who_was_taken_out_stays_there(void **state)
{
    struct stage *s = *state;
    is_away(s);
    assert_int_equal(stage_call(s, "member_remove", "{\"group\":\"" GROUP "\",\"servers\":"
                                                    "[\"web-2\"]}"), PC_OK);
    passes(s, "failback", ASK(""), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    assert_int_equal(servers_in(s, "site-b", "ACTIVE"), 1);
    assert_int_equal(servers_in(s, "site-b", ""), 1);
    assert_int_equal(servers_in(s, "site-a", "ACTIVE"), 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(confirmed),
        story(what_took_two_attempts_is_known_too),
        story(cancelled),
        story(stopped_while_it_runs),
        story(without_a_commit),
        story(half_confirmed_is_not_cancelled),
        story(half_cancelled_is_not_confirmed),
        story(nothing_goes_for_what_is_lost),
        story(who_was_taken_out_stays_there),
        story(on_arrays),
        story(rolled_back_on_arrays),
    };
    return moves_main(tests, argc, argv);
}
