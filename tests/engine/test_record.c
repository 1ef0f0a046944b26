/* The record of groups: its version, and the file that outlives the database. */
#include "tests/engine/support/stage.h"

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
    assert_int_equal(stage_call(s, "group_delete", "{\"group\":\"other\"}"), PC_OK);
    assert_int_equal(version_in_file(s, "other"), -1);
    assert_true(version_in_file(s, "prod-web-app") > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(every_change_counts_and_nothing_else),
        stage_test(other_facts_are_a_change),
        stage_test(the_file_outlives_the_database),
    };
    return stage_main(tests, argc, argv);
}
