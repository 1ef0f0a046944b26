/* The faults of the arrays, seen from a client. */
#include "tests/lab/lab_client.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define GROUP "prod-web-app"
#define TRANSFERS "/protection-group-snapshots/transfer?names=array-a:" GROUP "&sort=started-"
#define NEWEST "&filter=progress%3D%221.0%22&limit=1"

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--speed", "20", NULL};
    (void)state;
    lab_up(&lab, options);
    return 0;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

static int clear(void **state)
{
    struct answer a = control(&lab, "DELETE", "/faults", NULL);
    (void)state;
    answer_release(&a);
    return 0;
}

/* The newest complete point of GROUP on site-b's array; caller frees. */
static char *newest(void)
{
    struct answer a = array_ask(&lab, B, "GET", TRANSFERS NEWEST, NULL);
    char *name = xstrdup(json_text(answer_item(&a, 0), "name"));
    answer_release(&a);
    assert_true(*name);
    return name;
}

static struct answer volumes_of(const char *point)
{
    char *path = xasprintf("/volume-snapshots?filter=name%%3D%%27%s.%%2A%%27", point);
    struct answer a = array_ask(&lab, B, "GET", path, NULL);
    free(path);
    return a;
}

static void an_array_that_is_down_answers_nobody(void **state)
{
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"do\":\"array-down\"}");
    struct answer a = array_call_to(&lab, B, "GET", "/arrays", NULL);
    assert_int_equal(a.status, 0);
    answer_release(&a);
    assert_int_equal(call_status(&lab, B, "GET", "/compute/v2.1/servers", NULL, NULL), 200);
    a = array_ask(&lab, A, "GET", "/arrays", NULL);
    answer_release(&a);
}

static void a_revoked_token_logs_nobody_in(void **state)
{
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"do\":\"login-revoked\"}");
    struct answer a = array_call_to(&lab, B, "GET", "/arrays", NULL);
    assert_int_equal(a.status, 401);
    answer_release(&a);
}

static void a_point_vanishes_when_it_is_asked_about(void **state)
{
    char *point = newest();
    (void)state;
    struct answer a = volumes_of(point);
    assert_int_equal(answer_items(&a), 5);
    answer_release(&a);
    fault(&lab, "{\"site\":\"site-b\",\"path\":\"/volume-snapshots\",\"count\":1,\"do\":"
                "\"point-vanishes\"}");
    a = volumes_of(point);
    assert_int_equal(answer_items(&a), 0);
    answer_release(&a);
    char *path = xasprintf("/protection-group-snapshots?filter=name%%3D%%27%s%%27", point);
    a = array_ask(&lab, B, "GET", path, NULL);
    assert_int_equal(answer_items(&a), 0);
    answer_release(&a);
    free(path);
    free(point);
}

static void points_grow_stale(void **state)
{
    (void)state;
    fault(&lab, "{\"do\":\"point-stale=100\",\"group\":\"" GROUP "\"}");
    struct answer a = array_ask(&lab, B, "GET", "/protection-group-snapshots?source_names=array-a:" GROUP
                                    "&sort=created-&limit=1", NULL);
    assert_true(json_int(answer_item(&a, 0), "created", 0) <= clock_wall_ms() - 100000);
    answer_release(&a);
    a = array_ask(&lab, B, "GET", "/protection-group-snapshots?source_names=array-a:prod-billing&sort=created-"
                      "&limit=1", NULL);
    assert_true(json_int(answer_item(&a, 0), "created", 0) > clock_wall_ms() - 100000);
    answer_release(&a);
}

/* A point asked for on site-a; how far it has come after a while, 0..1; -1: the
 * target does not have it. */
static double asked_for(const char *suffix)
{
    char *body = xasprintf("{\"suffix\": \"%s\"}", suffix);
    struct answer a = array_ask(&lab, A, "POST", "/protection-group-snapshots?source_names=" GROUP
                                     "&replicate_now=true", body);
    char *path = xasprintf("/protection-group-snapshots/transfer?filter=name%%3D%%27array-a:" GROUP
                           ".%s%%27", suffix);
    double part = -1;
    answer_release(&a);
    nap(1200); /* all of a transfer's time, here */
    a = array_ask(&lab, B, "GET", path, NULL);
    if (answer_items(&a))
        part = json_number_value(json_object_get(answer_item(&a, 0), "progress"));
    answer_release(&a);
    free(path);
    free(body);
    return part;
}

static void transfers_get_stuck(void **state)
{
    (void)state;
    fault(&lab, "{\"do\":\"transfer-stuck=62\"}");
    double part = asked_for("ptr-stuck");
    assert_true(part > 0.61 && part < 0.63);
    clear(NULL);
    struct answer a = array_ask(&lab, B, "GET", "/protection-group-snapshots/transfer?names=array-a:" GROUP
                                    ".ptr-stuck", NULL);
    assert_true(json_int(answer_item(&a, 0), "completed", 0) > 0);
    answer_release(&a);
}

static void nothing_comes_over_a_link_that_is_down(void **state)
{
    (void)state;
    fault(&lab, "{\"do\":\"link-down\"}");
    assert_true(asked_for("ptr-down") < 0);
    for (int site = A; site <= B; site++) {
        struct answer a = array_ask(&lab, site, "GET", "/array-connections", NULL);
        assert_string_equal(json_text(answer_item(&a, 0), "status"), "connecting");
        answer_release(&a);
    }
    clear(NULL);
    struct answer a = array_ask(&lab, B, "GET", "/array-connections", NULL);
    assert_string_equal(json_text(answer_item(&a, 0), "status"), "connected");
    answer_release(&a);
}

static void a_volume_is_missing_or_of_another_moment(void **state)
{
    char *point = newest(), *path;
    (void)state;
    path = xasprintf("/protection-group-snapshots?names=%s", point);
    struct answer a = array_ask(&lab, B, "GET", path, NULL);
    int64_t created = json_int(answer_item(&a, 0), "created", 0);
    int apart = 0;
    answer_release(&a);
    fault(&lab, "{\"do\":\"volume-skewed=60\",\"group\":\"" GROUP "\"}");
    a = volumes_of(point);
    for (size_t i = 0; i < answer_items(&a); i++)
        apart += json_int(answer_item(&a, i), "created", 0) == created - 60000;
    assert_int_equal(answer_items(&a), 5);
    assert_int_equal(apart, 1);
    answer_release(&a);
    fault(&lab, "{\"do\":\"volume-missing\",\"group\":\"" GROUP "\"}");
    a = volumes_of(point);
    assert_int_equal(answer_items(&a), 4);
    answer_release(&a);
    free(path);
    free(point);
}

static void groups_are_locked_and_volumes_in_pods(void **state)
{
    (void)state;
    fault(&lab, "{\"do\":\"ratcheted\",\"group\":\"" GROUP "\"}");
    fault(&lab, "{\"do\":\"pod\",\"group\":\"" GROUP "\"}");
    struct answer a = array_ask(&lab, A, "GET", "/protection-groups?names=" GROUP, NULL);
    assert_string_equal(json_text(answer_item(&a, 0), "retention_lock"), "ratcheted");
    answer_release(&a);
    a = array_ask(&lab, A, "GET", "/volumes?filter=pod.name%3D%27cinder-pod%27", NULL);
    assert_int_equal(answer_items(&a), 5);
    answer_release(&a);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        T(an_array_that_is_down_answers_nobody),
        T(a_revoked_token_logs_nobody_in),
        T(a_point_vanishes_when_it_is_asked_about),
        T(points_grow_stale),
        T(transfers_get_stuck),
        T(nothing_comes_over_a_link_that_is_down),
        T(a_volume_is_missing_or_of_another_moment),
        T(groups_are_locked_and_volumes_in_pods),
    };
    return cmocka_run_group_tests(tests, up, down);
}
