/* The history is lost after a group has moved: it comes back in the same state,
 * and what is decided then works as if nothing had been lost. */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

#include <unistd.h>

static void lose(struct stage *s, bool file_too)
{
    static const char *const files[] = {"history.db", "history.db-wal", "history.db-shm",
                                        "groups.json"};
    char path[160];
    stage_close(s);
    for (size_t i = 0; i < (file_too ? 4 : 3); i++) {
        snprintf(path, sizeof(path), "%s/%s", s->state_dir, files[i]);
        unlink(path);
    }
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
}

static void rebuild(struct stage *s)
{
    if (stage_call(s, "rebuild", "{\"confirm\":\"rebuild\"}"))
        fail_msg("%s", s->err.text);
    assert_true(json_flag(s->reply, "rebuilt", false));
}

/* Its definition, without what the moment says. */
static json_t *definition(struct stage *s)
{
    static const char *const moment[] = {"last_replication_at", "replication_lag", "captured_at",
                                         "replication_status", "readiness", "warnings"};
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"" GROUP "\"}"), PC_OK);
    json_t *o = json_deep_copy(s->reply), *member;
    size_t k;
    for (size_t i = 0; i < sizeof(moment) / sizeof(moment[0]); i++)
        json_object_del(o, moment[i]);
    json_array_foreach(json_object_get(o, "members"), k, member)
        json_object_del(member, "read_at");
    return o;
}

static void same(struct stage *s, const json_t *was, const char *const *keys)
{
    json_t *is = definition(s);
    for (; *keys; keys++) {
        const json_t *a = json_object_get(was, *keys), *b = json_object_get(is, *keys);
        if (json_equal(a, b))
            continue;
        print_error("was: %s\n", a ? json_dumps(a, JSON_ENCODE_ANY) : "nothing");
        fail_msg("%s is: %s", *keys, b ? json_dumps(b, JSON_ENCODE_ANY) : "nothing");
    }
    json_decref(is);
}

static const char *const BY_FILE[] = {
    "id", "name", "state", "status", "primary_site", "secondary_site", "current_primary_site_id",
    "failover_count", "network_mapping", "flavor_mapping", "health_checks", "members", NULL};
/* In which order its members stood, no mark says. */
static const char *const BY_MARKS[] = {
    "id", "name", "state", "status", "primary_site", "secondary_site", "current_primary_site_id",
    "failover_count", "member_count", "volume_count", NULL};

static void fails_over(struct stage *s, bool file_too)
{
    passes(s, "failover", ASK(""), "site-b", "site-a");
    group_is(s, "awaiting_commit", "site-b");
    json_t *was = definition(s);
    lose(s, file_too);
    rebuild(s);
    group_is(s, "awaiting_commit", "site-b");
    same(s, was, file_too ? BY_MARKS : BY_FILE);
    json_decref(was);
}

/* ---- failed over ------------------------------------------------------------------- */

static void then_rolled_back(struct stage *s, bool file_too)
{
    fails_over(s, file_too);
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    all_are(s, "site-a", "ACTIVE", 1);
    target_is_empty(s);
}

static void a_rollback_by_file_and_marks(void **state)
{
    then_rolled_back(*state, false);
    /* It knows its members again as they are at the first site. */
    assert_string_equal(stage_drill(*state, ""), "cleaned");
}

static void a_rollback_by_marks_alone(void **state)
{
    then_rolled_back(*state, true);
}

static void a_commit_after_it(void **state)
{
    struct stage *s = *state;
    fails_over(s, false);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    group_is(s, "committed", "site-b");
}

/* A commit leaves no mark: the file knows of it. */
static void it_was_committed(void **state)
{
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    json_t *was = definition(s);
    lose(s, false);
    rebuild(s);
    group_is(s, "committed", "site-b");
    same(s, was, BY_FILE);
    json_decref(was);
    stage_refused(s, "rollback", ASK(""), PC_ERR_STATE, "rollback");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    group_is(s, "failback_ready", "site-b");
    /* And once more, in the middle of the way back. */
    lose(s, false);
    rebuild(s);
    group_is(s, "failback_ready", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
    group_is(s, "ready", "site-a");
    target_is_empty(s);
}

/* ---- two stories ----------------------------------------------------------------------- */

/* By the site's own API: it is nobody's operation. */
static void start_again(struct stage *s, const char *server)
{
    struct lab_child lab = stage_client(s, "demo");
    char path[96];
    json_t *all = lab_all(&s->lab, "site-a", "server"), *o;
    size_t i;
    json_array_foreach(all, i, o) {
        if (strcmp(json_text(o, "name"), server) != 0)
            continue;
        snprintf(path, sizeof(path), "/compute/v2.1/servers/%s/action", json_text(o, "id"));
        assert_int_equal(call_status(&lab, A, "POST", path, NULL, "{\"os-start\":null}"), 202);
        *strrchr(path, '/') = '\0';
        assert_true(wait_status(&lab, A, path, "server", "ACTIVE"));
    }
    json_decref(all);
}

/* While nobody looked, somebody has started the originals again. */
static void both_sites_run_it(void **state)
{
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    lose(s, false);
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    assert_true(json_is_null(json_object_get(json_array_get(json_list(s->reply, "groups"), 0),
                                             "conflict")));
    start_again(s, "web-1");
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    const json_t *g = json_array_get(json_list(s->reply, "groups"), 0);
    assert_non_null(strstr(json_text(json_map(g, "conflict"), "one"), "site-b"));
    assert_non_null(strstr(json_text(json_map(g, "conflict"), "other"), "site-a"));
    stage_refused(s, "rebuild", "{\"confirm\":\"rebuild\"}", PC_ERR_CONFLICT, "site-b");
    assert_non_null(strstr(s->err.text, "run at site-a"));
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
}

/* What cannot be read now would be missing for ever: an operation that is known is not told again. */
static void a_site_that_is_read_in_part(void **state)
{
    struct stage *s = *state;
    passes(s, "failover", ASK(""), "site-b", "site-a");
    json_t *was = definition(s);
    lose(s, false);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\","
                       "\"path\":\"*/servers/detail\",\"do\":\"status=409\"}");
    stage_refused(s, "rebuild", "{\"confirm\":\"rebuild\"}", PC_ERR_UNREACHABLE,
                  "site-b could not be read whole");
    assert_int_equal(stage_call(s, "rebuild", "{\"dry_run\":true}"), PC_OK);
    assert_string_equal(json_text(s->reply, "unread"), "site-b");
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    lab_mend(&s->lab);
    rebuild(s);
    same(s, was, BY_FILE);
    json_decref(was);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(a_rollback_by_file_and_marks),
        story(a_rollback_by_marks_alone),
        story(a_commit_after_it),
        story(it_was_committed),
        story(both_sites_run_it),
        story(a_site_that_is_read_in_part),
    };
    return moves_main(tests, argc, argv);
}
