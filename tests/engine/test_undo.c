/* Edits that are taken back, what is on record of who asked, and programs of the operator. */
#include "tests/engine/support/stage.h"

#include "backend/base/text.h"

#include <sys/stat.h>
#include <unistd.h>

#define ABOUT "{\"group\":\"prod-web-app\"}"

static void edit(struct stage *s, const char *what)
{
    char args[300];
    snprintf(args, sizeof(args), "{\"group\":\"prod-web-app\",%s}", what);
    assert_int_equal(stage_call(s, "group_update", args), PC_OK);
}

static int64_t rpo(struct stage *s)
{
    assert_int_equal(stage_call(s, "group_show", ABOUT), PC_OK);
    return json_int(s->reply, "rpo_seconds", 0);
}

/* The first change that an undo would make now; NULL: it would make none. */
static const json_t *offered(struct stage *s)
{
    assert_int_equal(stage_call(s, "group_versions", ABOUT), PC_OK);
    return json_array_get(json_list(json_map(s->reply, "undo"), "changes"), 0);
}

static bool has_member(struct stage *s, const char *name)
{
    const json_t *m;
    size_t i;
    assert_int_equal(stage_call(s, "group_show", ABOUT), PC_OK);
    json_array_foreach (json_list(s->reply, "members"), i, m)
        if (text_equal(json_text(m, "name"), name))
            return true;
    return false;
}

static void an_edit_is_taken_back_and_brought_again(void **state)
{
    struct stage *s = *state;
    edit(s, "\"rpo_seconds\":900,\"network_mapping\":{}");
    edit(s, "\"rpo_seconds\":60,\"network_mapping\":{\"net-primary-web\":\"net-secondary-web\"}");
    const json_t *change = offered(s);
    assert_string_equal(json_text(change, "what"), "RPO, seconds");
    assert_string_equal(json_text(change, "now"), "60");
    assert_string_equal(json_text(change, "then"), "900");
    int64_t version = json_int(s->reply, "metadata_version", 0);

    /* Who looked at another version takes nothing back. */
    assert_int_equal(stage_call(s, "group_undo",
                                "{\"group\":\"prod-web-app\",\"metadata_version\":1}"),
                     PC_ERR_CONFLICT);
    assert_int_equal(stage_call(s, "group_undo", ABOUT), PC_OK);
    assert_int_equal(json_int(s->reply, "rpo_seconds", 0), 900);
    assert_int_equal(json_int(s->reply, "metadata_version", 0), version + 1);
    assert_int_equal(json_object_size(json_map(s->reply, "network_mapping")), 0);
    assert_int_equal(stage_call(s, "group_undo", ABOUT), PC_OK); /* the undo itself */
    assert_int_equal(rpo(s), 60);
}

static void it_says_whom_it_would_leave_unprotected(void **state)
{
    struct stage *s = *state;
    edit(s, "\"rpo_seconds\":901");
    offered(s);
    assert_int_equal(json_array_size(json_list(json_map(s->reply, "undo"), "dropped_members")), 0);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"other\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "member_remove",
                                "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"other\",\"servers\":[\"web-1\"]}"),
                     PC_OK);
    assert_int_equal(stage_call(s, "group_versions", "{\"group\":\"other\"}"), PC_OK);
    const json_t *dropped = json_list(json_map(s->reply, "undo"), "dropped_members");
    assert_int_equal(json_array_size(dropped), 1);
    assert_string_equal(json_string_value(json_array_get(dropped, 0)), "web-1");
    /* They are given up by the name of the group, whoever asks. */
    stage_refused(s, "group_undo", "{\"group\":\"other\"}", PC_ERR_FORBIDDEN, "needs its name");
    stage_refused(s, "group_undo", "{\"group\":\"other\",\"confirm\":\"othe\"}", PC_ERR_FORBIDDEN,
                  "is not the name");
    assert_int_equal(stage_call(s, "group_undo", "{\"group\":\"other\",\"confirm\":\"other\"}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "members")), 0);
    edit(s, "\"health_checks\":[\"tcp:22\"]");
    edit(s, "\"health_checks\":[\"tcp:22\",\"tcp:80\"]");
    stage_refused(s, "group_undo", ABOUT, PC_ERR_FORBIDDEN, "needs its name");
}

static void a_group_is_deleted_by_its_name_alone(void **state)
{
    struct stage *s = *state;
    stage_refused(s, "group_delete", ABOUT, PC_ERR_FORBIDDEN, "needs its name");
    stage_refused(s, "group_delete", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-apq\"}",
                  PC_ERR_FORBIDDEN, "is not the name");
    assert_int_equal(stage_call(s, "group_show", ABOUT), PC_OK);
    assert_int_equal(stage_call(s, "group_delete",
                                "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}"),
                     PC_OK);
    assert_int_equal(stage_call(s, "group_show", ABOUT), PC_ERR_NOT_FOUND);
}

static void a_member_comes_back_and_after_a_restart_too(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "member_remove",
                                "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"), PC_OK);
    assert_false(has_member(s, "web-1"));
    stage_close(s);
    stage_open(s, NULL);
    assert_string_equal(json_text(offered(s), "what"), "members");
    assert_int_equal(stage_call(s, "group_undo", ABOUT), PC_OK);
    assert_true(has_member(s, "web-1"));
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
}

static void a_member_that_another_group_has_by_now_stays_there(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "member_remove",
                                "{\"group\":\"prod-web-app\",\"servers\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"other\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"other\",\"servers\":[\"web-1\"]}"),
                     PC_OK);
    assert_int_equal(stage_call(s, "group_undo", ABOUT), PC_ERR_EXISTS);
    assert_false(has_member(s, "web-1"));
    assert_int_equal(stage_call(s, "member_remove",
                                "{\"group\":\"other\",\"servers\":[\"web-1\"]}"), PC_OK);
    assert_int_equal(stage_call(s, "group_delete",
                                "{\"group\":\"other\",\"confirm\":\"other\"}"), PC_OK);
    assert_int_equal(stage_call(s, "group_undo", ABOUT), PC_OK);
    assert_true(has_member(s, "web-1"));
}

static void a_new_group_has_nothing_to_take_back(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"fresh\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    assert_int_equal(stage_call(s, "group_versions", "{\"group\":\"fresh\"}"), PC_OK);
    assert_null(json_map(s->reply, "undo"));
    assert_non_null(strstr(json_text(s->reply, "refused"), "not edited"));
    assert_int_equal(stage_call(s, "group_undo", "{\"group\":\"fresh\"}"), PC_ERR_STATE);
    assert_int_equal(stage_call(s, "group_delete",
                                "{\"group\":\"fresh\",\"confirm\":\"fresh\"}"), PC_OK);
}

/* ---- on record ------------------------------------------------------------------------ */

/* The last two lines of the record. */
static void last_lines(struct stage *s, json_t *ret[2])
{
    char path[128], line[8192];
    struct stat st;
    snprintf(path, sizeof(path), "%s/audit.jsonl", s->state_dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    ret[0] = ret[1] = NULL;
    while (fgets(line, sizeof(line), f)) {
        json_decref(ret[0]);
        ret[0] = ret[1];
        ret[1] = json_loads(line, 0, NULL);
        assert_non_null(ret[1]);
    }
    fclose(f);
    assert_non_null(ret[0]);
}

static void who_asked_for_what_is_on_record(void **state)
{
    struct stage *s = *state;
    json_t *lines[2];
    edit(s, "\"rpo_seconds\":1200");
    assert_int_equal(stage_call(s, "group_list", NULL), PC_OK); /* looking is not */
    last_lines(s, lines);
    assert_string_equal(json_text(lines[0], "what"), "asked");
    assert_string_equal(json_text(lines[0], "action"), "group_update");
    assert_string_equal(json_text(lines[0], "by"), "person");
    assert_string_equal(json_text(lines[0], "target"), "prod-web-app");
    assert_int_equal(json_int(lines[0], "uid", -1), (int64_t)getuid());
    assert_int_equal(json_int(json_map(lines[0], "arguments"), "rpo_seconds", 0), 1200);
    assert_string_equal(json_text(lines[1], "what"), "answered");
    assert_string_equal(json_text(lines[1], "result"), "ok");
    assert_string_equal(json_text(lines[0], "id"), json_text(lines[1], "id"));
    json_decref(lines[0]);
    json_decref(lines[1]);

    assert_int_not_equal(stage_call(s, "member_remove",
                                    "{\"group\":\"prod-web-app\",\"servers\":[\"ghost\"]}"), PC_OK);
    last_lines(s, lines);
    assert_string_equal(json_text(lines[1], "result"), "not-found");
    json_decref(lines[0]);
    json_decref(lines[1]);

    stage_drill(s, "\"health_checks\":[]");
    last_lines(s, lines);
    assert_string_equal(json_text(lines[0], "action"), "test_failover");
    assert_true(text_starts(json_text(lines[1], "operation"), "op-"));
    json_decref(lines[0]);
    json_decref(lines[1]);
}

/* The same by the door, for the screen: the newest page, and places in the record. */
static void the_record_is_read_by_pages(void **state)
{
    struct stage *s = *state;
    edit(s, "\"rpo_seconds\":1200");
    assert_int_equal(stage_call(s, "audit_list", NULL), PC_OK);
    const json_t *lines = json_list(s->reply, "lines");
    size_t n = json_array_size(lines);
    assert_true(n >= 2);
    assert_string_equal(json_text(json_array_get(lines, n - 2), "what"), "asked");
    assert_string_equal(json_text(json_array_get(lines, n - 1), "what"), "answered");
    assert_true(json_is_null(json_object_get(s->reply, "before")));
    assert_int_equal(json_int(s->reply, "torn", -1), 0);
    assert_int_equal(stage_call(s, "audit_list", "{\"before\":\"7:12\"}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "lines")), 0);
    assert_int_equal(stage_call(s, "audit_list", "{\"before\":\"yesterday\"}"), PC_ERR_INVALID);
}

/* What cannot be put on record is not done. */
static void without_a_record_nothing_is_changed(void **state)
{
    struct stage *s = *state;
    char path[128];
    snprintf(path, sizeof(path), "%s/audit.jsonl", s->state_dir);
    int64_t before = rpo(s);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(stage_call(s, "group_update",
                                "{\"group\":\"prod-web-app\",\"rpo_seconds\":7}"), PC_ERR_IO);
    assert_int_equal(rpo(s), before);
    rmdir(path);
}

/* ---- programs --------------------------------------------------------------------------- */

static const char *first_line(struct stage *s)
{
    return json_string_value(json_array_get(json_list(s->reply, "lines"), 0));
}

static void a_program_runs_without_a_shell_and_without_our_secrets(void **state)
{
    struct stage *s = *state;
    setenv("OS_PASSWORD", "not for others", 1);
    assert_int_equal(stage_call(s, "command_run", "{\"name\":\"e\",\"argv\":[\"/usr/bin/env\"]}"),
                     PC_OK);
    unsetenv("OS_PASSWORD");
    char *all = json_dumps(s->reply, 0);
    assert_null(strstr(all, "not for others"));
    assert_non_null(strstr(all, "TERM=dumb"));
    free(all);
    assert_int_equal(stage_call(s, "command_run",
                                "{\"name\":\"e\",\"argv\":[\"/bin/echo\",\"$HOME; *\"]}"), PC_OK);
    assert_string_equal(first_line(s), "$HOME; *");
    assert_true(json_flag(s->reply, "good", false));
    assert_int_equal(stage_call(s, "command_run",
                                "{\"name\":\"e\",\"argv\":[\"/usr/bin/printf\",\"a\\\\033]0;x\"]}"),
                     PC_OK);
    assert_null(strchr(first_line(s), 0x1b));
}

static void how_a_program_ends_is_told(void **state)
{
    static const struct {
        const char *argv, *how;
    } ROWS[] = {{"[\"/bin/false\"]", "exit 1"},
                {"[\"/no/such/program\"]", "it cannot be run"},
                {"[\"/bin/sh\",\"-c\",\"kill -9 $$\"]", "signal 9"}};
    struct stage *s = *state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        char args[200];
        snprintf(args, sizeof(args), "{\"name\":\"x\",\"argv\":%s}", ROWS[i].argv);
        assert_int_equal(stage_call(s, "command_run", args), PC_OK);
        assert_false(json_flag(s->reply, "good", true));
        assert_non_null(strstr(json_text(s->reply, "how"), ROWS[i].how));
    }
    assert_int_equal(stage_call(s, "command_run", "{\"name\":\"x\",\"argv\":[\"ls\"]}"),
                     PC_ERR_USAGE);
    assert_int_equal(stage_call(s, "command_run", "{\"name\":\"x\",\"argv\":[]}"), PC_ERR_USAGE);
}

static void is_given_up(void *arg, const struct pc_error *err, const json_t *data)
{
    (void)arg;
    assert_int_equal(err->code, PC_ERR_CANCELLED);
    assert_null(data);
}

/* Engine and console end while it still runs: nobody waits for it. */
static void a_program_that_runs_on_holds_nobody_up(void **state)
{
    struct stage *s = *state;
    door_ask(s->door, "command_run",
             json_pack("{s:s, s:[s, s]}", "name", "slow", "argv", "/bin/sleep", "50"),
             is_given_up, NULL);
    stage_close(s);
    stage_open(s, NULL);
    assert_true(rpo(s) > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(an_edit_is_taken_back_and_brought_again),
        stage_test(it_says_whom_it_would_leave_unprotected),
        stage_test(a_group_is_deleted_by_its_name_alone),
        stage_test(a_member_comes_back_and_after_a_restart_too),
        stage_test(a_member_that_another_group_has_by_now_stays_there),
        stage_test(a_new_group_has_nothing_to_take_back),
        stage_test(who_asked_for_what_is_on_record),
        stage_test(the_record_is_read_by_pages),
        stage_test(without_a_record_nothing_is_changed),
        stage_test(a_program_runs_without_a_shell_and_without_our_secrets),
        stage_test(how_a_program_ends_is_told),
        stage_test(a_program_that_runs_on_holds_nobody_up),
    };
    return stage_main(tests, argc, argv);
}
