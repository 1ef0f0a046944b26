/* Sites that are gone, from the beginning or in the middle. */
#include "tests/engine/support/stage.h"

#define NO_CHECKS "\"health_checks\":[]"

static void the_primary_is_down(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-a", true);
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    assert_int_equal(json_array_size(json_list(json_map(s->op, "result_data"), "instances")), 3);
    const json_t *warnings = json_list(s->op, "warnings");
    assert_non_null(strstr(json_string_value(json_array_get(warnings, 0)), "facts of"));

    /* A group can be named now; the facts of a server cannot be read. */
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"new\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    stage_refused(s, "member_add", "{\"group\":\"new\",\"servers\":[\"web-1\"]}",
                  PC_ERR_UNREACHABLE, "site-a");
    assert_int_equal(pc_err_exit(s->err.code), 69);
}

static void the_target_is_down(void **state)
{
    struct stage *s = *state;
    lab_outage(&s->lab, "site-b", true);
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_UNREACHABLE, "site-b");
    assert_int_equal(pc_err_exit(s->err.code), 69);
    assert_int_equal(stage_call(s, "operation_list", NULL), PC_OK);
    assert_int_equal(json_array_size(s->reply), 0);
    stage_becomes(s, "prod-web-app", GROUP_READY);
}

/* Nobody can log in there: that is one problem, and not one a service. */
static void a_dead_site_is_one_problem(void **state)
{
    struct stage *s = *state;
    const json_t *finding;
    size_t i, problems = 0;
    lab_outage(&s->lab, "site-b", true);
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "doctor", NULL), PC_OK);
    json_array_foreach(s->reply, i, finding) {
        const char *check = json_text(finding, "check"), *said = json_text(finding, "detail");
        bool problem = strcmp(json_text(finding, "status"), "problem") == 0;
        if (!problem || strncmp(check, "site-b ", 7) != 0 || strcmp(check, "site-b array") == 0)
            continue;
        problems++;
        assert_string_equal(check, "site-b identity");
        assert_non_null(strstr(said, "so nothing is known of compute, "));
        assert_true(*json_text(finding, "remedy"));
    }
    assert_int_equal(problems, 1);
}

/* It goes in the middle of a phase and comes back: nothing is made twice, the
 * drill goes on. */
static void target_goes_and_comes_back(struct stage *s, enum op_status when)
{
    char *id = xstrdup(stage_start(s, NO_CHECKS));
    stage_until(s, id, when);
    lab_outage(&s->lab, "site-b", true);
    /* Until the engine has seen it: a step says so in its events. */
    char *args = xasprintf("{\"operation_id\":\"%s\"}", id);
    for (bool seen = false; !seen;) {
        assert_int_equal(stage_call(s, "operation_events", args), PC_OK);
        char *all = json_compact(s->reply);
        seen = strstr(all, "trying again") != NULL;
        free(all);
    }
    lab_outage(&s->lab, "site-b", false);
    stage_rest(s, id);
    assert_string_equal(json_text(s->op, "status"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    free(args);
    free(id);
}

static void the_target_goes_while_volumes_are_made(void **state)
{
    target_goes_and_comes_back(*state, OP_VOLUMES);
}

static void the_target_goes_in_the_cleanup(void **state)
{
    target_goes_and_comes_back(*state, OP_CLEANING_UP);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(the_primary_is_down),
        stage_test(the_target_is_down),
        stage_test(a_dead_site_is_one_problem),
        stage_test(the_target_goes_while_volumes_are_made),
        stage_test(the_target_goes_in_the_cleanup),
    };
    return stage_main(tests, argc, argv);
}
