/* Each fault of the menu, seen from a client. */
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

#define SERVERS "/compute/v2.1/servers"
#define VOLUMES "/volume/v3/volumes"
#define IMAGE "c0ffee00-0000-4000-8000-000000000001"

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
    return login(&lab, B, "demo", "lab-secret", lab.token[B]) == 201 ? 0 : -1;
}

static size_t volumes_named(const char *name)
{
    char *path = xasprintf(VOLUMES "?name=%s", name);
    json_t *doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    size_t n = json_array_size(json_list(doc, "volumes"));
    json_decref(doc);
    free(path);
    return n;
}

static void the_nth_call_is_struck_and_no_other(void **state)
{
    int seen[5];
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"GET\",\"path\":"
                "\"/servers*\",\"nth\":2,\"count\":2,\"do\":\"status=503\",\"retry-after\":7}");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(call_status(&lab, B, "GET", "/compute/v2.1/flavors", NULL, NULL), 200);
        assert_int_equal(call_status(&lab, A, "GET", SERVERS, NULL, NULL), 200);
        struct answer a = call(&lab, B, "GET", SERVERS, NULL, NULL);
        char *after = answer_header(&a, "Retry-After");
        assert_true((a.status == 503) == (after && strcmp(after, "7") == 0));
        seen[i] = a.status;
        free(after);
        answer_release(&a);
    }
    assert_int_equal(seen[0], 200);
    assert_int_equal(seen[1], 503);
    assert_int_equal(seen[2], 503);
    assert_int_equal(seen[3], 200);
    assert_int_equal(seen[4], 200);
}

/* A delayed call holds back nobody else. */
static void a_delay_is_the_calls_own(void **state)
{
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"path\":\"/servers\",\"do\":\"delay=300\"}");
    int64_t t = clock_mono_ms();
    assert_int_equal(call_status(&lab, B, "GET", SERVERS, NULL, NULL), 200);
    assert_true(clock_mono_ms() - t >= 300);
    t = clock_mono_ms();
    assert_int_equal(call_status(&lab, B, "GET", "/compute/v2.1/flavors", NULL, NULL), 200);
    assert_true(clock_mono_ms() - t < 250);
}

static void create(const char *name, const char *action, int curl, size_t made)
{
    char *rule = xasprintf("{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"POST\","
                           "\"do\":\"%s\"}", action);
    char *body = xasprintf("{\"volume\":{\"name\":\"%s\",\"size\":1}}", name);
    fault(&lab, rule);
    struct answer a = call(&lab, B, "POST", VOLUMES, NULL, body);
    assert_int_equal(a.curl, curl);
    answer_release(&a);
    assert_int_equal(volumes_named(name), made);
    free(rule);
    free(body);
}

static void a_reset_before_applying_makes_nothing(void **state)
{
    (void)state;
    create("r1", "reset", CURLE_RECV_ERROR, 0);
}

static void a_reset_after_applying_has_made_it(void **state)
{
    (void)state;
    create("r2", "reset-after-apply", CURLE_RECV_ERROR, 1);
}

static void a_timeout_before_applying_makes_nothing(void **state)
{
    (void)state;
    create("t1", "timeout=1", CURLE_RECV_ERROR, 0);
}

static void a_timeout_after_applying_has_made_it(void **state)
{
    (void)state;
    create("t2", "timeout-after-apply=1", CURLE_RECV_ERROR, 1);
}

static struct answer struck(const char *action)
{
    char *rule = xasprintf("{\"site\":\"site-b\",\"path\":\"/flavors*\",\"do\":\"%s\"}", action);
    fault(&lab, rule);
    free(rule);
    return call(&lab, B, "GET", "/compute/v2.1/flavors/detail", NULL, NULL);
}

static void a_dripping_body_comes_whole_in_the_end(void **state)
{
    int64_t t = clock_mono_ms();
    struct answer a = struck("drip=2");
    (void)state;
    assert_int_equal(a.curl, CURLE_OK);
    assert_int_equal(json_array_size(json_list(a.json, "flavors")), 4);
    assert_true(clock_mono_ms() - t >= (int64_t)strlen(a.text) / 16 * 2);
    answer_release(&a);
}

static void half_a_body_ends_in_a_reset(void **state)
{
    struct answer a = struck("half-body");
    char *length = answer_header(&a, "Content-Length");
    (void)state;
    assert_true(a.curl == CURLE_RECV_ERROR || a.curl == CURLE_PARTIAL_FILE);
    assert_true(strlen(a.text) > 0 && (long)strlen(a.text) < strtol(length, NULL, 10));
    free(length);
    answer_release(&a);
}

static void garbage_is_no_json(void **state)
{
    struct answer a = struck("garbage");
    char *type = answer_header(&a, "Content-Type");
    (void)state;
    assert_int_equal(a.status, 200);
    assert_null(a.json);
    assert_string_equal(type, "application/json");
    free(type);
    answer_release(&a);
}

static void a_proxys_page_is_html(void **state)
{
    struct answer a = struck("html=504");
    (void)state;
    assert_int_equal(a.status, 504);
    assert_int_equal(strncmp(a.text, "<html>", 6), 0);
    answer_release(&a);
}

static void a_big_body_is_big(void **state)
{
    struct answer a = struck("big-body=3");
    (void)state;
    assert_int_equal(strlen(a.text), 3 * 1024 * 1024);
    answer_release(&a);
}

static void an_expired_token_stays_expired(void **state)
{
    struct answer a = struck("expired-token");
    (void)state;
    assert_int_equal(a.status, 401);
    answer_release(&a);
    a = control(&lab, "DELETE", "/faults", NULL);
    answer_release(&a);
    assert_int_equal(call_status(&lab, B, "GET", SERVERS, NULL, NULL), 401);
}

static void policy_and_quota_speak_each_services_words(void **state)
{
    static const struct {
        const char *service, *path, *body, *action, *words;
        int status;
    } rows[] = {
        {"compute", SERVERS, "{\"server\":{}}", "policy-403", "os_compute_api:servers:create", 403},
        {"compute", SERVERS, "{\"server\":{}}", "quota", "Quota exceeded for cores", 403},
        {"volume", VOLUMES, "{\"volume\":{}}", "policy-403", "volume:create", 403},
        {"volume", VOLUMES, "{\"volume\":{}}", "quota", "VolumeLimitExceeded", 413},
        {"network", "/network/v2.0/ports", "{}", "policy-403", "create_port", 403},
        {"network", "/network/v2.0/ports", "{}", "quota", "OverQuota", 409},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *rule = xasprintf("{\"service\":\"%s\",\"verb\":\"POST\",\"do\":\"%s\"}",
                               rows[i].service, rows[i].action);
        fault(&lab, rule);
        struct answer a = call(&lab, B, "POST", rows[i].path, NULL, rows[i].body);
        assert_int_equal(a.status, rows[i].status);
        assert_non_null(strstr(a.text, rows[i].words));
        answer_release(&a);
        a = control(&lab, "DELETE", "/faults", NULL);
        answer_release(&a);
        free(rule);
    }
}

static void no_valid_host_shows_after_a_while(void **state)
{
    (void)state;
    fault(&lab, "{\"service\":\"compute\",\"verb\":\"POST\",\"do\":\"no-valid-host\"}");
    json_t *doc = call_json(&lab, B, "POST", SERVERS, "compute 2.90",
                            "{\"server\":{\"name\":\"x\",\"flavorRef\":\"11\",\"networks\":\"none\","
                            "\"imageRef\":\"" IMAGE "\"}}", 202);
    char *path = xasprintf(SERVERS "/%s", json_text(json_map(doc, "server"), "id"));
    json_decref(doc);
    assert_true(wait_status(&lab, B, path, "server", "ERROR"));
    doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    assert_string_equal(json_text(json_map(json_map(doc, "server"), "fault"), "message"),
                        "No valid host was found. ");
    json_decref(doc);
    assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 204);
    assert_true(wait_gone(&lab, B, path));
    free(path);
}

static void a_volume_may_end_in_error(void **state)
{
    (void)state;
    fault(&lab, "{\"service\":\"volume\",\"verb\":\"POST\",\"do\":\"fail\"}");
    json_t *doc = call_json(&lab, B, "POST", VOLUMES, NULL, "{\"volume\":{\"size\":1}}", 202);
    char *path = xasprintf(VOLUMES "/%s", json_text(json_map(doc, "volume"), "id"));
    json_decref(doc);
    assert_true(wait_status(&lab, B, path, "volume", "error"));
    free(path);
}

static void nonsense_is_refused_with_the_remedy(void **state)
{
    static const char *const rules[] = {
        "{\"do\":\"explode\"}", "{\"do\":\"delay=soon\"}", "{\"do\":\"status=99\"}",
        "{\"site\":\"site-c\",\"do\":\"reset\"}", "{\"service\":\"x\",\"do\":\"reset\"}", "{}", "[",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        struct answer a = control(&lab, "POST", "/faults", rules[i]);
        assert_int_equal(a.status, 400);
        answer_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_nth_call_is_struck_and_no_other, clear),
        cmocka_unit_test_teardown(a_delay_is_the_calls_own, clear),
        cmocka_unit_test_teardown(a_reset_before_applying_makes_nothing, clear),
        cmocka_unit_test_teardown(a_reset_after_applying_has_made_it, clear),
        cmocka_unit_test_teardown(a_timeout_before_applying_makes_nothing, clear),
        cmocka_unit_test_teardown(a_timeout_after_applying_has_made_it, clear),
        cmocka_unit_test_teardown(a_dripping_body_comes_whole_in_the_end, clear),
        cmocka_unit_test_teardown(half_a_body_ends_in_a_reset, clear),
        cmocka_unit_test_teardown(garbage_is_no_json, clear),
        cmocka_unit_test_teardown(a_proxys_page_is_html, clear),
        cmocka_unit_test_teardown(a_big_body_is_big, clear),
        cmocka_unit_test_teardown(an_expired_token_stays_expired, clear),
        cmocka_unit_test_teardown(policy_and_quota_speak_each_services_words, clear),
        cmocka_unit_test_teardown(no_valid_host_shows_after_a_while, clear),
        cmocka_unit_test_teardown(a_volume_may_end_in_error, clear),
        cmocka_unit_test_teardown(nonsense_is_refused_with_the_remedy, clear),
    };
    return cmocka_run_group_tests(tests, up, down);
}
