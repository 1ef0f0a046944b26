/*
 * What happens after a move without anybody asking: windows that end, a failback
 * that is confirmed, an old primary that comes back.
 */
#include "backend/base/clock.h"
#include "backend/store/store.h"
#include "tests/engine/support/moves.h"

/* The newest operation of the group, once it is of that type: its id, owned. */
struct wanted {
    enum op_type type;
    char id[OP_ID_SIZE];
};

static bool has_come(const struct snapshot *now, const void *arg)
{
    const struct wanted *want = arg;
    const struct group_view *g = snapshot_group(now, GROUP);
    return g && *g->real_id && g->real_type == want->type;
}

/* Waits until an operation of that type has begun by itself, and ended well. */
static void comes_by_itself(struct stage *s, enum op_type type)
{
    struct wanted want = {.type = type};
    stage_watch(s, has_come, &want);
    struct snapshot *now = door_snapshot(s->door);
    snprintf(want.id, sizeof(want.id), "%s", snapshot_group(now, GROUP)->real_id);
    snapshot_unref(now);
    stage_rest(s, want.id);
    came_to(s, "completed", "passed");
    const json_t *request = json_map(s->op, "request");
    assert_string_equal(json_text(request, "by"), "commit window");
    assert_non_null(strstr(json_text(request, "reason"), "has ended"));
}

static int64_t window_of(struct stage *s, char word[32])
{
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    const json_t *flags = json_map(s->reply, "flags");
    int64_t at = 0;
    snprintf(word, 32, "%s", json_text(flags, "window_action"));
    clock_parse_iso(json_text(flags, "commit_window_ends_at"), &at);
    return at;
}

/* As if so much time had gone by since the operation ended. */
static void time_passes(struct stage *s, const char *op_id, int64_t ms)
{
    struct store *store = NULL;
    struct operation *op = NULL;
    struct pc_error err;
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &err), PC_OK);
    assert_int_equal(store_op_load(store, op_id, &op, &err), PC_OK);
    op->completed_ms -= ms;
    assert_int_equal(store_op_save(store, op, &err), PC_OK);
    operation_free(op);
    store_close(store);
}

/* The countdown is the history's: whoever opens it goes on with it. */
static void a_window_rolls_back(void **state)
{
    struct stage *s = *state;
    char word[32];
    stage_open(s, "failover: { commit_window_minutes = 2; commit_window_action = \"rollback\"; };");
    passes(s, "failover", ASK(""), "site-b", "site-a");
    char *id = xstrdup(json_text(s->op, "id"));
    group_is(s, "awaiting_commit", "site-b");
    int64_t ends = window_of(s, word);
    assert_string_equal(word, "rollback");
    assert_true(ends > clock_wall_ms() + 60000 && ends <= clock_wall_ms() + 121000);

    stage_open(s, "failover: { commit_window_minutes = 2; commit_window_action = \"rollback\"; };");
    assert_int_equal(window_of(s, word), ends);
    group_is(s, "awaiting_commit", "site-b");
    time_passes(s, id, 180000);
    comes_by_itself(s, OP_ROLLBACK);
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
    assert_int_equal(window_of(s, word), 0);
    free(id);
}

static void there_and_back_without_a_word(void **state)
{
    struct stage *s = *state;
    stage_open(s, "failover: { commit_mode = \"auto\"; }; failback: { confirm_mode = \"auto\"; };");
    passes(s, "failover", ASK(""), "site-b", "site-a");
    comes_by_itself(s, OP_COMMIT);
    group_is(s, "committed", "site-b");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    comes_by_itself(s, OP_CONFIRM_FAILBACK);
    group_is(s, "ready", "site-a");
    target_is_empty(s);
}

/* The first site was dark, and comes back with its servers running: nothing is
 * committed by itself, and everything waits for a person. */
static void the_old_primary_comes_back(void **state)
{
    struct stage *s = *state;
    stage_open(s, "failover: { commit_mode = \"auto\"; };"
                  "engine: { settle_seconds = 3; site_poll_seconds = 2; };");
    lab_outage(&s->lab, "site-a", true);
    passes(s, "failover", ASK(",\"force\":true,\"reason\":\"the first site is dark\""), "site-b",
           "site-b");
    group_is(s, "awaiting_commit", "site-b");
    assert_true(json_flag(json_map(s->reply, "flags"), "split_brain_risk", false));
    lab_outage(&s->lab, "site-a", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN);
    assert_int_equal(lab_writes(&s->lab, "site-a"), 0); /* nobody stopped anything */
    static const char *const never[] = {"commit", "rollback", "failback"};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        stage_refused(s, never[i], ASK(""), PC_ERR_STATE, "split brain");
    stage_refused(s, "sync_volumes", "{\"group\":\"" GROUP "\"}", PC_ERR_STATE, "split brain");
    stage_refused(s, "resolve", ASK(",\"serving\":\"site-b\""), PC_ERR_STATE, "web-1 (ACTIVE)");

    watch_alone(s, begins(s, "resolve", ASK(",\"serving\":\"site-b\",\"stop_other\":true,"
                                            "\"reason\":\"it was forced\"")), "site-b", "site-b");
    came_to(s, "completed", "passed");
    group_is(s, "committed", "site-b");
    assert_false(json_flag(json_map(s->reply, "flags"), "split_brain_risk", true));
    all_are(s, "site-a", "SHUTOFF", 1);
    all_are(s, "site-b", "ACTIVE", 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(a_window_rolls_back),
        story(there_and_back_without_a_word),
        story(the_old_primary_comes_back),
    };
    return moves_main(tests, argc, argv);
}
