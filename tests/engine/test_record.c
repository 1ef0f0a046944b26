/* The record of groups: its version, and the file that outlives the database. */
#include "tests/engine/support/moves.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t version(struct stage *s)
{
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"prod-web-app\"}"), PC_OK);
    return json_int(s->reply, "metadata_version", -1);
}

static json_t *file_groups(struct stage *s)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof(path), "%s/groups.json", s->state_dir);
    json_t *o = json_load_file(path, 0, NULL);
    json_t *groups = json_incref(json_list(o, "groups"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_non_null(groups);
    json_decref(o);
    return groups;
}

static int64_t version_in_file(struct stage *s, const char *name)
{
    json_t *groups = file_groups(s);
    const json_t *g;
    size_t i;
    int64_t found = -1;
    json_array_foreach(groups, i, g)
        if (strcmp(json_text(g, "name"), name) == 0)
            found = json_int(g, "metadata_version", 0);
    json_decref(groups);
    return found;
}

#define WEB_1 "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"

static void every_change_counts_and_nothing_else(void **state)
{
    struct stage *s = *state;
    int64_t v = version(s);
    assert_int_equal(version_in_file(s, "prod-web-app"), v);

    assert_int_equal(stage_call(s, "member_remove", WEB_1), PC_OK);
    assert_int_equal(version(s), v + 1);
    assert_int_equal(version_in_file(s, "prod-web-app"), v + 1);
    assert_int_equal(stage_call(s, "member_add", WEB_1), PC_OK);
    assert_int_equal(version(s), v + 2);
    assert_int_equal(version_in_file(s, "prod-web-app"), v + 2);

    /* The same facts once more, a refusal, and a drill: nothing has changed. */
    assert_int_equal(stage_call(s, "member_add", WEB_1), PC_OK);
    assert_int_equal(stage_call(s, "member_remove",
                                "{\"group\":\"prod-web-app\",\"servers\":[\"ghost\"]}"),
                     PC_ERR_NOT_FOUND);
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
    assert_int_equal(version(s), v + 2);
}

/* The facts that a drill reads anew are a change, when they are others. */
static void other_facts_are_a_change(void **state)
{
    struct stage *s = *state;
    char path[128];
    int64_t v = version(s);
    stage_close(s);
    /* What the group believes of a server is made wrong behind its back. */
    snprintf(path, sizeof(path), "%s/history.db", s->state_dir);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE protection_groups SET body = "
                                  "replace(body, '\"ip\":\"', '\"ip\":\"1')", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    stage_open(s, NULL);
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
    assert_int_equal(version(s), v + 1);
    assert_int_equal(version_in_file(s, "prod-web-app"), v + 1);
}

static void the_file_outlives_the_database(void **state)
{
    struct stage *s = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[128];
    stage_close(s);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/history.db%s", s->state_dir, ends[i]);
        unlink(path);
    }
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"other\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(version_in_file(s, "other"), 1);
    assert_true(version_in_file(s, "prod-web-app") > 0);
    assert_int_equal(stage_call(s, "group_delete",
                                "{\"group\":\"other\",\"confirm\":\"other\"}"), PC_OK);
    assert_int_equal(version_in_file(s, "other"), -1);
    assert_true(version_in_file(s, "prod-web-app") > 0);
}

/* ---- killed between the history and the file ------------------------------------- */

static char *path_to(const struct stage *s, const char *name)
{
    return xasprintf("%s/%s", s->state_dir, name);
}

/* The file as it was, as if its writer had died before he wrote it again. */
static void keep_file(const struct stage *s, bool back)
{
    char *file = path_to(s, "groups.json"), *kept = path_to(s, "kept.json");
    json_t *o = json_load_file(back ? kept : file, 0, NULL);
    assert_int_equal(json_dump_file(o, back ? file : kept, JSON_COMPACT), 0);
    json_decref(o);
    free(file);
    free(kept);
}

static size_t operations_in_file(struct stage *s, const char **ret_last)
{
    json_t *groups = file_groups(s);
    const json_t *ops = json_list(json_array_get(groups, 0), "operations");
    size_t n = json_array_size(ops);
    static char last[32];
    snprintf(last, sizeof(last), "%s", n ? json_text(json_array_get(ops, n - 1), "type") : "");
    *ret_last = last;
    json_decref(groups);
    return n;
}

/* A commit changes nothing of the group's record and leaves no mark on a site: only
 * the file tells of it when the history is lost. */
static void an_end_that_the_file_has_not_heard_of(void **state)
{
    struct stage *s = *state;
    const char *last;
    passes(s, "failover", ASK(",\"health_checks\":[]"), "site-b", "site-a");
    assert_int_equal(operations_in_file(s, &last), 1);
    keep_file(s, false);
    passes(s, "commit", ASK(""), "site-b", "site-a");
    stage_close(s);
    assert_int_equal(operations_in_file(s, &last), 2);
    keep_file(s, true);
    assert_int_equal(operations_in_file(s, &last), 1);
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(operations_in_file(s, &last), 2);
    assert_string_equal(last, "commit");
}

/* The file forgets a group before the history does. Whoever dies between the two
 * has deleted nothing. */
static void a_deletion_that_came_half_way(void **state)
{
    struct stage *s = *state;
    sqlite3 *db = NULL;
    char *path = path_to(s, "history.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TRIGGER no BEFORE DELETE ON protection_groups BEGIN "
                                  "SELECT raise(ABORT, 'no'); END;", NULL, NULL, NULL), SQLITE_OK);
    assert_int_not_equal(stage_call(s, "group_delete",
                                "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}"),
                         PC_OK);
    assert_int_equal(version_in_file(s, "prod-web-app"), -1);
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK);
    assert_int_equal(version_in_file(s, "prod-web-app"), version(s));
    sqlite3_close(db);
    free(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(every_change_counts_and_nothing_else),
        stage_test(other_facts_are_a_change),
        stage_test(the_file_outlives_the_database),
        stage_test(a_deletion_that_came_half_way),
        story(an_end_that_the_file_has_not_heard_of),
    };
    return stage_main(tests, argc, argv);
}
