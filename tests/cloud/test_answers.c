/* Pages, shapes, versions, and what travels with a call. */
#include "tests/cloud/cloud_story.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/glance.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#include <time.h>

#define X "/compute/v2.1/x"
static const struct web_answer OK_BODY = {.body = "{\"ok\":true}"};
static const struct web_answer BUSY = {.status = 503, .headers = "Retry-After: 0\r\n"};

/* ---- pages ---- */

static void pages_are_joined_whatever_their_links_say(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char token[64];
    web_rule(s->web, "GET", "/compute/v2.1/servers/detail?limit=2&marker=b", 0,
             (struct web_answer){.body = "{\"servers\":[{\"name\":\"c\"},{\"name\":\"d\"}],"
                                         "\"servers_links\":[{\"rel\":\"next\",\"href\":\"http://"
                                         "internal.invalid:8774/v2.1/servers/detail?limit=2&marker="
                                         "d\"}]}"});
    web_rule(s->web, "GET", "/compute/v2.1/servers/detail?limit=2&marker=d", 0,
             (struct web_answer){.body = "{\"servers\":[{\"name\":\"e\"}]}"});
    web_rule(s->web, "GET", "/compute/v2.1/servers/detail?limit=500", 0,
             (struct web_answer){.body = "{\"servers\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
                                         "\"servers_links\":[{\"rel\":\"previous\",\"href\":\"x?y\""
                                         "},{\"rel\":\"next\",\"href\":\"https://other.invalid/"
                                         "prefix/servers/detail?limit=2&marker=b\"}]}"});
    site_is_up(s);
    nova_servers(s->cloud, NULL, NULL, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(json_array_size(k.body), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(json_text(json_array_get(k.body, i), "name")[0], "abcde"[i]);
    const struct web_request *last = web_nth(s->web, "GET", "/compute/v2.1/servers", 3);
    assert_string_equal(web_header(last, "X-Auth-Token", token, sizeof(token)), "tok-secret-1");
    kept_clear(&k);
}

static void a_page_may_fail_and_be_repeated(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/image/v2/images?marker=1", 2, BUSY);
    web_rule(s->web, "GET", "/image/v2/images?marker=1", 1, (struct web_answer){.status = 401});
    web_rule(s->web, "GET", "/image/v2/images?marker=1", 0,
             (struct web_answer){.body = "{\"images\":[],\"next\":\"/v2/images?marker=1\"}"});
    web_rule(s->web, "GET", "/image/v2/images", 0,
             (struct web_answer){.body = "{\"images\":[{\"id\":\"1\",\"name\":\"tiny\"}],"
                                         "\"next\":\"/v2/images?marker=1\"}"});
    site_is_up(s);
    glance_images(s->cloud, NULL, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(json_array_size(k.body), 1);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
    kept_clear(&k);
}

static void pages_that_lead_in_a_circle_are_an_error(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/network/v2.0/ports", 0,
             (struct web_answer){.body = "{\"ports\":[{\"id\":\"1\"}],\"ports_links\":[{\"rel\":"
                                         "\"next\",\"href\":\"http://h/ports?marker=1\"}]}"});
    site_is_up(s);
    neutron_ports(s->cloud, NULL, NULL, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
    assert_int_equal(web_count(s->web, "GET", "/network/v2.0/ports"), 2);
    kept_clear(&k);
}

/* ---- shapes ---- */

static void an_answer_of_another_shape_is_an_error(void **state)
{
    struct story *s = *state;
    static const char *const bodies[] = {
        "",
        "not json",
        "{\"server\":",
        "[]",
        "7",
        "{\"other\":{}}",
        "{\"server\":null}",
        "<html><body>login</body></html>",
        "{\"server\":{\"name\":\"\\u0000\"}}",
        "{\"server\":{\"name\":\"\xff\xfe\"}}",
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", "/compute/v2.1/servers/a", 0,
                 (struct web_answer){.body = bodies[i]});
        site_is_up(s);
        nova_server(s->cloud, "a", keep, &k);
        wait_for(s, &k, 1);
        assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
        assert_int_equal(k.err.http_status, 200);
        assert_null(k.body);
        kept_clear(&k);
    }
}

static void a_list_of_another_shape_is_an_error(void **state)
{
    struct story *s = *state;
    static const char *const bodies[] = {"[]", "{}", "{\"servers\":{}}", "{\"servers\":7}"};
    for (size_t i = 0; i < 4; i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", "/compute/v2.1/servers/detail", 0,
                 (struct web_answer){.body = bodies[i]});
        site_is_up(s);
        nova_servers(s->cloud, NULL, NULL, keep, &k);
        wait_for(s, &k, 1);
        assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
        kept_clear(&k);
    }
}

static void what_lies_deeper_is_unwrapped(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/compute/v2.1/limits", 0,
             (struct web_answer){.body = "{\"limits\":{\"absolute\":{\"maxTotalCores\":20}}}"});
    site_is_up(s);
    nova_limits(s->cloud, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(json_int(k.body, "maxTotalCores", 0), 20);
    kept_clear(&k);
}

/* ---- versions ---- */

static const char *version_sent(struct story *s, const char *prefix, char *dst, size_t size)
{
    const struct web_request *r = web_nth(s->web, NULL, prefix, 1);
    assert_non_null(r);
    return web_header(r, "OpenStack-API-Version", dst, size);
}

static void the_lesser_version_is_sent(void **state)
{
    struct story *s = *state;
    static const struct {
        const char *nova, *cinder, *compute, *volume;
    } rows[] = {
        {"2.104", "3.71", "compute 2.90", "volume 3.59"},
        {"2.90", "3.59", "compute 2.90", "volume 3.59"},
        {"2.79", "3.50", "compute 2.79", "volume 3.50"},
        {"2.52", "3.38", "compute 2.52", "volume 3.38"},
    };
    char sent[64];
    for (size_t i = 0; i < 4; i++) {
        struct kept k = {0};
        web_clear(s->web);
        use_config(s, &s->cfg);
        web_rule(s->web, "GET", "/compute/v2.1/servers/a", 0,
                 (struct web_answer){.body = "{\"server\":{}}"});
        web_rule(s->web, "GET", "/volume/v3/" PROJECT "/volumes/a", 0,
                 (struct web_answer){.body = "{\"volume\":{}}"});
        site_logs_in(s);
        site_has_versions(s, rows[i].nova, rows[i].cinder);
        nova_server(s->cloud, "a", keep, &k);
        nova_server(s->cloud, "a2", keep, &k);
        cinder_volume(s->cloud, "a", keep, &k);
        wait_for(s, &k, 3);
        assert_int_equal(k.err.code, PC_OK);
        assert_string_equal(version_sent(s, "/compute/v2.1/servers/a", sent, sizeof(sent)),
                            rows[i].compute);
        assert_string_equal(version_sent(s, "/volume/v3/" PROJECT "/volumes/a", sent, sizeof(sent)),
                            rows[i].volume);
        assert_string_equal(cloud_version(s->cloud, CLOUD_COMPUTE), rows[i].nova);
        assert_string_equal(cloud_version(s->cloud, CLOUD_NETWORK), "");
        /* two servers, and one document for both */
        assert_int_equal(web_count(s->web, "GET", "/compute/v2.1/"), 3);
        kept_clear(&k);
    }
}

static void a_site_that_is_too_old_is_told(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    site_logs_in(s);
    site_has_versions(s, "2.38", "3.70");
    nova_server(s->cloud, "a", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
    assert_holds(k.err.text, "2.38");
    assert_holds(k.err.text, "2.52");
    assert_holds(k.err.text, "Pike");
    kept_clear(&k);
}

/* Where the versioned document cannot be had, the root tells, with a 300. */
static void the_root_tells_versions_too(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/volume/v3/" PROJECT "/volumes/a", 0,
             (struct web_answer){.body = "{\"volume\":{\"id\":\"a\"}}"});
    web_rule(s->web, "GET", "/volume/v3/", 0, (struct web_answer){.status = 404});
    web_rule(s->web, "GET", "/volume/", 0,
             (struct web_answer){.status = 300,
                                 .headers = "Location: {base}/nowhere\r\n",
                                 .body = "{\"versions\":{\"values\":[{\"id\":\"v2.0\",\"version\":"
                                         "\"\"},{\"id\":\"v3.0\",\"min_version\":\"3.0\","
                                         "\"max_version\":\"3.66\"}]}}"});
    site_logs_in(s);
    cinder_volume(s->cloud, "a", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(cloud_version(s->cloud, CLOUD_VOLUME), "3.66");
    assert_int_equal(web_count(s->web, "GET", "/nowhere"), 0);
    kept_clear(&k);
}

static void versions_that_are_not_told_are_an_error(void **state)
{
    struct story *s = *state;
    static const struct web_answer answers[] = {
        {.body = "{}"},
        {.body = "{\"version\":{\"id\":\"v2.1\",\"version\":\"\"}}"},
        {.body = "{\"version\":{\"version\":\"2.90; rm\"}}"},
        {.body = "{\"version\":{\"version\":\"99999999999999999999.1\"}}"},
        {.body = "<html>"},
        {.status = 404},
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        use_config(s, &s->cfg);
        web_rule(s->web, "GET", "/compute/", 0, answers[i]);
        site_logs_in(s);
        nova_server(s->cloud, "a", keep, &k);
        nova_server(s->cloud, "b", keep, &k);
        wait_for(s, &k, 2);
        assert_true(k.err.code == PC_ERR_PROTOCOL || k.err.code == PC_ERR_NOT_FOUND);
        assert_string_equal(cloud_version(s->cloud, CLOUD_COMPUTE), "");
        kept_clear(&k);
    }
}

static void a_406_asks_for_the_versions_again_once(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char sent[64];
    static const struct web_answer no = {
        .status = 406,
        .body = "{\"computeFault\":{\"code\":406,\"message\":\"Version 2.90 is not "
                "supported by the API. Minimum is 2.1 and maximum is 2.79.\"}}"};
    web_rule(s->web, "GET", "/compute/v2.1/servers/a", 1, no);
    web_rule(s->web, "GET", "/compute/v2.1/servers/a", 1,
             (struct web_answer){.body = "{\"server\":{}}"});
    web_rule(s->web, "GET", "/compute/v2.1/servers/b", 0, no);
    web_rule(s->web, "GET", "/compute/v2.1/", 1,
             (struct web_answer){.body = "{\"version\":{\"version\":\"2.93\"}}"});
    site_logs_in(s);
    site_has_versions(s, "2.79", "3.70");
    nova_server(s->cloud, "a", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    const struct web_request *again = web_nth(s->web, "GET", "/compute/v2.1/servers/a", 2);
    assert_string_equal(web_header(again, "OpenStack-API-Version", sent, sizeof(sent)),
                        "compute 2.79");
    nova_server(s->cloud, "b", keep, &k);
    wait_for(s, &k, 2);
    assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
    assert_int_equal(web_count(s->web, "GET", "/compute/v2.1/servers/b"), 2);
    kept_clear(&k);
}

/* ---- what travels with a call ---- */

static void request_ids_go_out_and_come_back(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char id[80];
    web_rule(
        s->web, "GET", X, 1,
        (struct web_answer){.headers = "X-Openstack-Request-Id: req-theirs\r\n", .body = "{}"});
    web_rule(s->web, "GET", X, 0,
             (struct web_answer){.status = 404, .headers = "x-compute-request-id: req-no\r\n"});
    site_is_up(s);
    GET(s, "/x", &k);
    assert_string_equal(k.request_id, "req-theirs");
    GET(s, "/x", &k);
    assert_string_equal(k.request_id, "req-no");
    assert_string_equal(k.err.request_id, "req-no");
    web_header(web_nth(s->web, "GET", X, 1), "X-Openstack-Request-Id", id, sizeof(id));
    assert_int_equal(strlen(id), 40);
    assert_int_equal(strncmp(id, "req-", 4), 0);
    assert_int_equal(strspn(id + 4, "0123456789abcdef-"), 36);
    kept_clear(&k);
}

/* An answer whose Date is `ago` seconds old, so many times (0: from then on). */
static void answers_dated(struct story *s, int ago, int times)
{
    char date[64];
    time_t then = (time_t)(clock_wall_ms() / 1000) - ago;
    struct tm tm;
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &tm));
    web_rule(s->web, "GET", X, times,
             (struct web_answer){.headers = arena_printf(&s->arena, "Date: %s\r\n", date),
                                 .body = "{}"});
}

static void the_sites_clock_is_compared(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    answers_dated(s, 600, 2); /* the same to the letter */
    answers_dated(s, 60, 0);
    site_is_up(s);
    for (int i = 0; i < 2; i++) {
        GET(s, "/x", &k);
        assert_in_range(-cloud_clock_skew(s->cloud), 598, 603);
    }
    GET(s, "/x", &k);
    assert_in_range(-cloud_clock_skew(s->cloud), 58, 63);
    kept_clear(&k);
}

static void a_service_that_is_not_there_is_named(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    s->cfg.region_name = "R9";
    use_config(s, &s->cfg);
    site_is_up(s);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_CONFIG);
    assert_holds(k.err.text, "compute");
    assert_holds(k.err.text, "R9");
    assert_holds(k.err.remedy, "catalog");
    kept_clear(&k);
}

static void every_service_can_be_pinged(void **state)
{
    struct story *s = *state;
    static const char *const paths[CLOUD_SERVICES] = {"/v3/auth/projects", "/compute/v2.1/flavors",
                                                      "/volume/v3/" PROJECT "/volumes",
                                                      "/network/v2.0/networks", "/image/v2/images"};
    for (int i = 0; i < CLOUD_SERVICES; i++)
        web_rule(s->web, "GET", paths[i], 0, OK_BODY);
    site_is_up(s);
    for (enum cloud_service i = 0; i < CLOUD_SERVICES; i++) {
        struct kept k = {0};
        cloud_ping(s->cloud, i, keep, &k);
        wait_for(s, &k, 1);
        assert_int_equal(k.err.code, PC_OK);
        assert_true(k.elapsed_ms >= 0 && k.elapsed_ms < 5000);
        assert_int_equal(web_count(s->web, "GET", paths[i]), 1);
        kept_clear(&k);
    }
}

/* The service's version is not waited for before the ping is sent, but before it is good. */
static void a_ping_goes_along_with_the_question_for_the_version(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char sent[64];
    web_rule(s->web, "GET", "/compute/v2.1/flavors", 0, OK_BODY);
    site_is_up(s);
    cloud_ping(s->cloud, CLOUD_COMPUTE, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(cloud_version(s->cloud, CLOUD_COMPUTE), "2.93");
    assert_string_equal(version_sent(s, "/compute/v2.1/flavors", sent, sizeof(sent)), "");
    cloud_ping(s->cloud, CLOUD_COMPUTE, keep, &k);
    wait_for(s, &k, 2);
    const struct web_request *second = web_nth(s->web, "GET", "/compute/v2.1/flavors", 2);
    assert_string_equal(web_header(second, "OpenStack-API-Version", sent, sizeof(sent)),
                        "compute 2.90");
    assert_int_equal(web_count(s->web, "GET", "/compute/v2.1/"), 3); /* one of them the document */
    kept_clear(&k);
}

static void a_service_that_is_too_old_is_told_by_its_ping(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/compute/v2.1/flavors", 0, OK_BODY);
    site_logs_in(s);
    site_has_versions(s, "2.38", "3.70");
    cloud_ping(s->cloud, CLOUD_COMPUTE, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
    assert_holds(k.err.text, "2.38");
    kept_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(pages_are_joined_whatever_their_links_say),
        STORY(a_page_may_fail_and_be_repeated),
        STORY(pages_that_lead_in_a_circle_are_an_error),
        STORY(an_answer_of_another_shape_is_an_error),
        STORY(a_list_of_another_shape_is_an_error),
        STORY(what_lies_deeper_is_unwrapped),
        STORY(the_lesser_version_is_sent),
        STORY(a_site_that_is_too_old_is_told),
        STORY(the_root_tells_versions_too),
        STORY(versions_that_are_not_told_are_an_error),
        STORY(a_406_asks_for_the_versions_again_once),
        STORY(request_ids_go_out_and_come_back),
        STORY(the_sites_clock_is_compared),
        STORY(a_service_that_is_not_there_is_named),
        STORY(every_service_can_be_pinged),
        STORY(a_ping_goes_along_with_the_question_for_the_version),
        STORY(a_service_that_is_too_old_is_told_by_its_ping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
