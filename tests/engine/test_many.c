/* Many at once, and many times over: what one does must not hide or hinder
 * what another did. */
#include "tests/engine/support/stage.h"

#include "backend/base/clock.h"

#include <poll.h>

static void count_answer(void *arg, const struct pc_error *err, const json_t *data)
{
    int *good = arg;
    (void)data;
    *good += err->code == PC_OK;
}

/* Both captures run at once; the second edit must see what the first has made. */
static void edits_at_once_lose_nothing(void **state)
{
    struct stage *s = *state;
    int good = 0;
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"both\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    door_ask(s->door, "member_add", json_pack("{s:s,s:[s]}", "group", "both", "servers", "hr-app-1"),
             count_answer, &good);
    door_ask(s->door, "member_add", json_pack("{s:s,s:[s]}", "group", "both", "servers", "hr-db-1"),
             count_answer, &good);
    int64_t until = clock_mono_ms() + STAGE_MS;
    while (good < 2 && clock_mono_ms() < until) {
        struct pollfd fd = {.fd = door_fd(s->door), .events = POLLIN};
        poll(&fd, 1, 1000);
        door_dispatch(s->door);
    }
    assert_int_equal(good, 2);
    assert_int_equal(stage_call(s, "group_show", "{\"group\":\"both\"}"), PC_OK);
    assert_int_equal(json_array_size(json_list(s->reply, "members")), 2);
    assert_int_equal(json_int(s->reply, "metadata_version", 0), 3);
}

/* Nine checks that never pass hold their steps for the whole budget. */
static void slow_checks_do_not_starve_the_others(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"health_checks\":[\"tcp:1\",\"tcp:2\",\"tcp:3\","
                                       "\"tcp:8080\"],\"health_check_timeout\":4"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    const json_t *v;
    size_t i;
    int passed = 0, tried = 0;
    json_array_foreach(json_list(s->op, "health_checks"), i, v) {
        passed += strcmp(json_text(v, "check"), "tcp:8080") == 0 &&
                  strcmp(json_text(v, "status"), "done") == 0;
        tried += json_int(v, "attempts", 0) > 0;
    }
    assert_int_equal(passed, 3);
    assert_int_equal(tried, 3 * 5);
}

/* However often a cleanup fails, what is kept stays known and blocks a drill. */
static void failed_cleanups_hide_nothing(void **state)
{
    struct stage *s = *state;
    char args[96];
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    snprintf(args, sizeof(args), "{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    lab_fault(&s->lab, "{\"do\":\"status=403\",\"site\":\"site-b\",\"service\":\"volume\","
                       "\"verb\":\"DELETE\",\"path\":\"*/volumes/*\",\"count\":1000}");
    for (int i = 0; i < 12; i++) {
        assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
        stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
        assert_string_equal(json_text(s->op, "status"), "failed");
        stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
        stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\"}", PC_ERR_STATE, "drill kept");
    }
    /* A failed cleanup is over: the next start does not take it up again. */
    lab_mend(&s->lab);
    stage_close(s);
    stage_open(s, NULL);
    stage_becomes(s, "prod-web-app", GROUP_TEST_ACTIVE);
    assert_int_equal(lab_writes(&s->lab, "site-b"), 0);
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    assert_string_equal(json_text(s->op, "status"), "completed");
    stage_becomes(s, "prod-web-app", GROUP_READY);
}

static bool shows_events(const struct snapshot *now, const void *id)
{
    const struct op_view *v = snapshot_operation(now, id);
    int numbered = 0;
    for (size_t i = 0; v && i < v->event_count; i++)
        numbered += v->events[i].seq > (i ? v->events[i - 1].seq : 0);
    return v && v->op->status == OP_VERIFYING && numbered >= 3 &&
           (size_t)numbered == v->event_count;
}

/* A screen tells events apart by their numbers while the drill still runs. */
static void events_of_what_runs_are_numbered(void **state)
{
    struct stage *s = *state;
    char *id = xstrdup(stage_start(s, "\"health_checks\":[\"tcp:1\"],\"health_check_timeout\":2"));
    stage_watch(s, shows_events, id);
    stage_rest(s, id);
    free(id);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(edits_at_once_lose_nothing),
        stage_test(slow_checks_do_not_starve_the_others),
        stage_test(failed_cleanups_hide_nothing),
        stage_test(events_of_what_runs_are_numbered),
    };
    return stage_main(tests, argc, argv);
}
