/* audit list: requests with their answers, what of them is wanted, and what is not whole. */
#include "tests/verbs/run_line.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(const char *line)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/audit.jsonl", the_dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fputs(line, f);
    fclose(f);
}

static void asked(const char *id, int64_t ago_s, const char *user, const char *action,
                  const char *target)
{
    char line[600], at[CLOCK_ISO_SIZE];
    snprintf(line, sizeof(line),
             "{\"at\":\"%s\",\"what\":\"asked\",\"id\":\"%s\",\"action\":\"%s\","
             "\"target\":\"%s\",\"by\":\"person\",\"user\":\"root\",\"uid\":0%s%s%s,\"host\":\"h\","
             "\"pid\":1,"
             "\"arguments\":{\"group\":\"%s\"}}\n",
             clock_iso(at, clock_wall_ms() - ago_s * 1000), id, action, target,
             *user ? ",\"sudo_user\":\"" : "", user, *user ? "\",\"from\":\"192.0.2.7\"" : "",
             target);
    put(line);
}

static void answered(const char *id, const char *result)
{
    char line[300];
    snprintf(line, sizeof(line),
             "{\"at\":\"2026-11-20T09:41:00Z\",\"what\":\"answered\",\"id\":\"%s\","
             "\"action\":\"x\",\"result\":\"%s\",\"operation\":\"op-1\"}\n",
             id, result);
    put(line);
}

static int fresh(void **state)
{
    char path[300];
    (void)state;
    run_line_reset();
    snprintf(path, sizeof(path), "%s/audit.jsonl", the_dir);
    remove(path);
    asked("1", 3 * 24 * 3600, "", "group_update", "hr");
    answered("1", "ok");
    asked("2", 7200, "alice", "failover", "web");
    asked("3", 60, "", "test_failover", "hr");
    answered("3", "busy");
    answered("2", "ok");                 /* lines of two processes are between each other */
    asked("4", 30, "", "commit", "web"); /* and its process died */
    return 0;
}

static void a_request_stands_with_its_answer(void **state)
{
    (void)state;
    assert_int_equal(run("audit list -f csv -c who -c action -c target -c result -c operation"), 0);
    assert_has(the_out, "\"root\",\"group_update\",\"hr\",\"ok\"");
    assert_has(the_out, "\"alice as root from 192.0.2.7\",\"failover\",\"web\",\"ok\",\"op-1\"");
    assert_has(the_out, "\"root\",\"test_failover\",\"hr\",\"busy\"");
    assert_has(the_out, "\"root\",\"commit\",\"web\",\"-\"");
    assert_string_equal(the_err, "");
    assert_int_equal(fake.opens, 0); /* no engine is needed for it */
}

static void what_is_wanted_is_listed(void **state)
{
    static const struct {
        const char *flags, *actions;
    } ROWS[] = {
        {"--since 1d", "failover\ntest_failover\ncommit\n"},
        {"--since 10m", "test_failover\ncommit\n"},
        {"--since 2020-01-01T00:00:00Z --limit 2", "test_failover\ncommit\n"},
        {"--target web", "failover\ncommit\n"},
        {"--user alice", "failover\n"},
        {"--action commit", "commit\n"},
        {"--failed", "test_failover\ncommit\n"},
        {"--failed --target hr", "test_failover\n"},
        {"--user nobody", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        char line[200];
        snprintf(line, sizeof(line), "audit list -f value -c action %s", ROWS[i].flags);
        assert_int_equal(run(line), 0);
        assert_string_equal(the_out, ROWS[i].actions);
    }
}

static void a_time_that_is_none_is_said(void **state)
{
    static const char *const WRONG[] = {"yesterday", "5", "m", "-5m", "0h", "99999999d", "5y"};
    (void)state;
    for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++) {
        char line[100];
        snprintf(line, sizeof(line), "audit list --since %s", WRONG[i]);
        assert_int_equal(run(line), 2);
        assert_has(the_err, WRONG[i]);
    }
    assert_int_equal(run("audit list --limit 0"), 2);
}

static void a_name_that_is_none_is_no_empty_answer(void **state)
{
    static const struct {
        const char *flags, *text, *remedy;
        int code;
    } ROWS[] = {
        {"--action bogus", "there is no action 'bogus'", "The column action", 2},
        {"--action failovr", "there is no action 'failovr'", "Did you mean failover?", 2},
        {"--target nope", "'nope' is no group", "There is no group yet.", 2},
        {"--target nope --action commit", "'nope' is no group", "", 2},
        {"--action rollback", "", "", 0},           /* a kind of request that nobody made yet */
        {"--target hr --since 10s", "", "", 0}, /* on record, only not lately */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        char line[200];
        snprintf(line, sizeof(line), "audit list -f value -c action %s", ROWS[i].flags);
        assert_int_equal(run(line), ROWS[i].code);
        assert_has(the_err, ROWS[i].text);
        assert_has(the_err, ROWS[i].remedy);
        assert_string_equal(the_out, "");
    }
}

static void what_is_not_whole_is_left_out_with_a_warning(void **state)
{
    (void)state;
    put("{\"at\":\"2026-11-20T09:4");
    assert_int_equal(run("audit list -f value -c action"), 0);
    assert_string_equal(the_out, "group_update\nfailover\ntest_failover\ncommit\n");
    assert_has(the_err, "warning: 1 line of the record is not whole");
    put("\n[]\nno json \033[2J\n");
    assert_int_equal(run("audit list -f json"), 0);
    assert_has(the_err, "3 lines");
    assert_null(strchr(the_out, 0x1b));
}

static void names_are_of_what_is_there(void **state)
{
    (void)state;
    assert_int_equal(run("names groups"), 0); /* of a history that is empty */
    assert_string_equal(the_out, "");
    assert_int_equal(run("names flowers"), 2);
    assert_has(the_err, "groups, operations and sites");
    assert_int_equal(fake.opens, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_request_stands_with_its_answer, fresh),
        cmocka_unit_test_setup(what_is_wanted_is_listed, fresh),
        cmocka_unit_test_setup(a_time_that_is_none_is_said, fresh),
        cmocka_unit_test_setup(a_name_that_is_none_is_no_empty_answer, fresh),
        cmocka_unit_test_setup(what_is_not_whole_is_left_out_with_a_warning, fresh),
        cmocka_unit_test_setup(names_are_of_what_is_there, fresh),
    };
    return RUN_LINE_MAIN(argc, argv, tests);
}
