/* The history is older than the world: it was put back from a backup, or is another's. */
#include "tests/engine/support/moves.h"

#include <unistd.h>

#define DRILL "{\"group\":\"" GROUP "\"}"

static const char *const HISTORY[] = {"history.db", "history.db-wal", "history.db-shm",
                                      "groups.json"};

/* The files of the state directory, or their copies; the last only with `file`. */
static void copy_files(struct stage *s, bool back, bool file)
{
    char from[160], to[160], chunk[4096];
    stage_close(s);
    for (size_t i = 0; i < (file ? 4 : 3); i++) {
        snprintf(from, sizeof(from), "%s/%s%s", s->state_dir, back ? "kept-" : "", HISTORY[i]);
        snprintf(to, sizeof(to), "%s/%s%s", s->state_dir, back ? "" : "kept-", HISTORY[i]);
        FILE *in = fopen(from, "rb"), *out;
        unlink(to);
        if (!in)
            continue;
        assert_non_null(out = fopen(to, "wb"));
        for (size_t n; (n = fread(chunk, 1, sizeof(chunk), in)) > 0;)
            assert_int_equal(fwrite(chunk, 1, n, out), n);
        assert_int_equal(fclose(out), 0);
        fclose(in);
    }
    stage_open(s, NULL);
}

/* Production was moved, and committed, and the history says nothing of it. */
static void older(struct stage *s, bool file_too)
{
    copy_files(s, false, true);
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    copy_files(s, true, file_too);
    group_is(s, "ready", "site-a");
}

static int64_t in_file(struct stage *s, const char **ret_primary)
{
    static char primary[64];
    char path[160];
    snprintf(path, sizeof(path), "%s/groups.json", s->state_dir);
    json_t *o = json_load_file(path, 0, NULL);
    const json_t *g = json_array_get(json_list(o, "groups"), 0);
    int64_t version = json_int(g, "metadata_version", -1);
    snprintf(primary, sizeof(primary), "%s", json_text(g, "current_primary"));
    *ret_primary = primary;
    json_decref(o);
    return version;
}

static const char *problem(struct stage *s, const char *check)
{
    const json_t *o;
    size_t i;
    assert_int_equal(stage_call(s, "doctor", NULL), PC_OK);
    json_array_foreach(s->reply, i, o)
        if (strcmp(json_text(o, "check"), check) == 0)
            return json_text(o, "detail");
    return "";
}

static void rebuilt(struct stage *s, const char *state)
{
    if (stage_call(s, "rebuild", "{\"confirm\":\"rebuild\"}"))
        fail_msg("%s", s->err.text);
    group_is(s, state, "site-b");
    assert_true(json_is_null(json_object_get(s->reply, "history_conflict")));
    all_are(s, "site-b", "ACTIVE", 1);
    all_are(s, "site-a", "SHUTOFF", 1);
}

/* groups.json knows better, is never written over, and tells what was. */
static void the_file_is_newer(void **state)
{
    struct stage *s = *state;
    static const struct {
        const char *verb, *args;
    } held[] = {{"failover", ASK("")},
                {"failover", ASK(",\"force\":true,\"reason\":\"now\"")},
                {"test_failover", DRILL},
                {"sync_volumes", DRILL},
                {"group_update", "{\"group\":\"" GROUP "\",\"description\":\"x\"}"},
                {"group_delete", ASK("")},
                {"resolve", ASK(",\"serving\":\"site-b\"")}};
    const char *primary;
    older(s, false);
    assert_non_null(strstr(json_text(s->reply, "history_conflict"), "2 operations"));
    assert_string_not_equal(problem(s, "history"), "");
    int64_t version = in_file(s, &primary);
    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
        stage_refused(s, held[i].verb, held[i].args, PC_ERR_CONFLICT, "older than groups.json");
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"other\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    stage_open(s, NULL); /* the next one sees it as well */
    stage_refused(s, "failover", ASK(""), PC_ERR_CONFLICT, "older than groups.json");
    assert_int_equal(in_file(s, &primary), version);
    assert_string_equal(primary, "site-b");
    rebuilt(s, "committed");
    assert_string_equal(problem(s, "history"), "");
    passes(s, "failback", ASK(",\"health_checks\":[]"), "site-a", "site-b");
    passes(s, "confirm_failback", ASK(""), "site-a", "site-b");
}

/* All of the state directory was put back: only the marks on the servers are left. */
static void the_marks_are_newer(void **state)
{
    struct stage *s = *state;
    older(s, true);
    assert_true(json_is_null(json_object_get(s->reply, "history_conflict")));
    stage_refused(s, "failover", ASK(""), PC_ERR_STATE, "this history does not know op-");
    stage_refused(s, "test_failover", DRILL, PC_ERR_STATE, "this history does not know op-");
    assert_int_equal(servers_in(s, "site-b", ""), 3);
    all_are(s, "site-b", "ACTIVE", 1);
    rebuilt(s, "awaiting_commit"); /* that it was committed is told by nobody */
    passes(s, "rollback", ASK(""), "site-a", "site-b");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(the_file_is_newer),
        story(the_marks_are_newer),
    };
    return moves_main(tests, argc, argv);
}
