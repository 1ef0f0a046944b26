/* Logging in: what is sent, when, how often, and what a refusal says. */
#include "tests/cloud/cloud_story.h"

#include <time.h>

static const struct web_answer OK_BODY = {.body = "{\"ok\":true}"};
static const struct web_answer NO = {
    .status = 401,
    .body = "{\"error\":{\"code\":401,\"title\":\"Unauthorized\",\"message\":"
            "\"The request you have made requires authentication.\"}}"};

static void assert_login_body(struct story *s, const char *expected)
{
    struct kept k = {0};
    site_logs_in(s);
    cloud_login(s->cloud, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    json_t *sent = json_loads(web_nth(s->web, "POST", LOGIN, 1)->body, 0, NULL);
    json_t *want = json_loads(expected, 0, NULL);
    assert_non_null(sent);
    assert_non_null(want);
    if (!json_equal(sent, want))
        fail_msg("sent %s", web_nth(s->web, "POST", LOGIN, 1)->body);
    json_decref(sent);
    json_decref(want);
    kept_clear(&k);
}

static void a_password_is_sent_as_keystone_wants_it(void **state)
{
    struct story *s = *state;
    assert_login_body(s, "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{"
                         "\"user\":{\"name\":\"demo\",\"domain\":{\"name\":\"Default\"},"
                         "\"password\":\"" PASSWORD "\"}}},\"scope\":{\"project\":{\"name\":"
                         "\"demo\",\"domain\":{\"id\":\"default\"}}}}}");
    assert_string_equal(cloud_project_id(s->cloud), PROJECT);
}

static void ids_win_over_names(void **state)
{
    struct story *s = *state;
    s->cfg.user_id = "u1";
    s->cfg.project_id = "p1";
    use_config(s, &s->cfg);
    assert_login_body(s, "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{"
                         "\"user\":{\"id\":\"u1\",\"password\":\"" PASSWORD "\"}}},"
                         "\"scope\":{\"project\":{\"id\":\"p1\"}}}}");
}

static void an_application_credential_has_no_scope(void **state)
{
    struct story *s = *state;
    s->cfg.auth_type = "v3applicationcredential";
    s->cfg.application_credential_id = "ac1";
    s->cfg.application_credential_secret = "ac-secret";
    use_config(s, &s->cfg);
    assert_login_body(s, "{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],"
                         "\"application_credential\":{\"id\":\"ac1\",\"secret\":\"ac-secret\"}}}}");
}

static void an_application_credential_by_name_needs_its_user(void **state)
{
    struct story *s = *state;
    s->cfg.auth_type = "v3applicationcredential";
    s->cfg.application_credential_name = "drill";
    s->cfg.application_credential_secret = "ac-secret";
    use_config(s, &s->cfg);
    assert_login_body(s, "{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],"
                         "\"application_credential\":{\"name\":\"drill\",\"secret\":\"ac-secret\","
                         "\"user\":{\"name\":\"demo\",\"domain\":{\"name\":\"Default\"}}}}}}");
}

static void a_token_is_exchanged(void **state)
{
    struct story *s = *state;
    s->cfg.auth_type = "v3token";
    s->cfg.token = "given-token";
    use_config(s, &s->cfg);
    assert_login_body(s, "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":"
                         "\"given-token\"}},\"scope\":{\"project\":{\"name\":\"demo\",\"domain\":{"
                         "\"id\":\"default\"}}}}}");
}

static void the_catalog_is_read(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char url[128];
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_COMPUTE), "");
    assert_string_equal(cloud_project_id(s->cloud), "");
    site_logs_in(s);
    cloud_login(s->cloud, keep, &k);
    wait_for(s, &k, 1);
    static const char *const paths[CLOUD_SERVICES] = {
        "/v3", "/compute/v2.1", ("/volume/v3/" PROJECT), "/network/v2.0", "/image/v2"};
    for (enum cloud_service i = 0; i < CLOUD_SERVICES; i++) {
        snprintf(url, sizeof(url), "%s%s", web_base(s->web), paths[i]);
        assert_string_equal(cloud_endpoint(s->cloud, i), url);
    }
    kept_clear(&k);
}

/* clouds.yaml may know only ids, or an application credential: the token has the names. */
static void as_whom_is_told_by_the_token(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    assert_string_equal(cloud_user(s->cloud), "demo");
    assert_string_equal(cloud_project(s->cloud), "demo");
    s->cfg.username = s->cfg.project_name = NULL;
    s->cfg.user_id = "u1";
    use_config(s, &s->cfg);
    assert_string_equal(cloud_user(s->cloud), "u1");
    assert_string_equal(cloud_project(s->cloud), "");
    site_logs_in(s);
    cloud_login(s->cloud, keep, &k);
    wait_for(s, &k, 1);
    assert_string_equal(cloud_user(s->cloud), "operator");
    assert_string_equal(cloud_project(s->cloud), "demo");
    kept_clear(&k);
}

static void one_log_in_serves_all_who_wait(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    struct cloud_request q = {
        .service = CLOUD_COMPUTE, .repeat = CLOUD_READ, .method = "GET", .path = "/x"};
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    site_logs_in(s);
    for (int i = 0; i < 10; i++)
        cloud_send(s->cloud, &q, keep, &k);
    wait_for(s, &k, 10);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);
    kept_clear(&k);
}

static void a_token_is_renewed_before_it_ends(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char token[64];
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    site_logs_in(s);
    GET(s, "/x", &k);
    GET(s, "/x", &k);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);
    int64_t left = s->cloud->session.renew_at - clock_mono_ms();
    assert_true(left > (3600 - 120 - 30) * 1000 && left <= (3600 - 120 + 2) * 1000);

    s->cloud->session.renew_at = clock_mono_ms(); /* an hour later */
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
    const struct web_request *third = web_nth(s->web, "GET", "/compute/v2.1/x", 3);
    assert_string_equal(web_header(third, "X-Auth-Token", token, sizeof(token)), "tok-secret-2");
    kept_clear(&k);
}

/* The site's clock is three hours ahead of ours, and says so. */
static void expiry_is_by_the_sites_clock(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    int64_t theirs = clock_wall_ms() + 3 * 3600 * 1000;
    time_t seconds = (time_t)(theirs / 1000);
    struct tm tm;
    char date[64];
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &tm));
    struct web_answer a = token_answer(s, "tok-secret-1", theirs, 3600);
    a.headers = arena_printf(&s->arena, "%sDate: %s\r\n", a.headers, date);
    web_rule(s->web, "POST", LOGIN, 0, a);
    cloud_login(s->cloud, keep, &k);
    wait_for(s, &k, 1);
    int64_t left = s->cloud->session.renew_at - clock_mono_ms();
    assert_true(left > 3400 * 1000 && left < 3500 * 1000);
    assert_in_range(cloud_clock_skew(s->cloud), 3 * 3600 - 2, 3 * 3600 + 2);
    kept_clear(&k);
}

/* Should the clocks disagree without a word, a new token is used once all the
 * same, and the loop does not log in for ever. */
static void a_token_born_dead_is_tried(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    web_rule(s->web, "POST", LOGIN, 0, token_answer(s, "tok-old", clock_wall_ms(), -3600));
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);
    kept_clear(&k);
}

static void a_401_is_answered_by_one_new_log_in(void **state)
{
    struct story *s = *state;
    static const struct {
        const char *method;
        enum cloud_repeat repeat;
    } rows[] = {{"GET", CLOUD_READ}, {"DELETE", CLOUD_SAFE}, {"POST", CLOUD_CREATE}};
    char token[64];
    for (size_t i = 0; i < 3; i++) {
        struct kept k = {0};
        web_clear(s->web);
        use_config(s, &s->cfg);
        web_rule(s->web, rows[i].method, "/compute/v2.1/x", 1, NO);
        web_rule(s->web, rows[i].method, "/compute/v2.1/x", 0, OK_BODY);
        site_logs_in(s);
        ask(s, rows[i].repeat, rows[i].method, "/x", &k);
        assert_int_equal(k.err.code, PC_OK);
        assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
        assert_int_equal(web_count(s->web, rows[i].method, "/compute/v2.1/x"), 2);
        const struct web_request *again = web_nth(s->web, rows[i].method, "/compute/v2.1/x", 2);
        assert_string_equal(web_header(again, "X-Auth-Token", token, sizeof(token)),
                            "tok-secret-2");
        kept_clear(&k);
    }
}

static void a_401_for_ever_is_told(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "POST", "/compute/v2.1/x", 0, NO);
    site_logs_in(s);
    CREATE(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_int_equal(k.err.http_status, 401);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
    assert_int_equal(web_count(s->web, "POST", "/compute/v2.1/x"), 2);
    assert_holds(k.err.remedy, "Keystone");
    assert_string_equal(k.err.source, "site-b");
    kept_clear(&k);
}

static void calls_that_fall_together_log_in_once(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    struct cloud_request q = {.service = CLOUD_COMPUTE, .repeat = CLOUD_READ, .method = "GET"};
    char path[16];
    web_rule(s->web, "GET", "/compute/v2.1/x", 8, NO);
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    site_logs_in(s);
    for (int i = 0; i < 8; i++) {
        snprintf(path, sizeof(path), "/x/%d", i); /* the same would be one request */
        q.path = path;
        cloud_send(s->cloud, &q, keep, &k);
    }
    wait_for(s, &k, 8);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
    kept_clear(&k);
}

/* Its 401 is of the token before: the one that a neighbour has brought
 * meanwhile is not dropped. */
static void a_late_401_does_not_drop_the_new_token(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    struct web_answer late = NO;
    late.delay_ms = 200;
    struct cloud_request q = {
        .service = CLOUD_COMPUTE, .repeat = CLOUD_READ, .method = "GET", .path = "/late"};
    web_rule(s->web, "GET", "/compute/v2.1/late", 1, late);
    web_rule(s->web, "GET", "/compute/v2.1/x", 1, NO);
    web_rule(s->web, "GET", "/compute/v2.1/", 0, OK_BODY);
    site_logs_in(s);
    cloud_send(s->cloud, &q, keep, &k);
    q.path = "/x";
    cloud_send(s->cloud, &q, keep, &k);
    wait_for(s, &k, 2);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2);
    kept_clear(&k);
}

static void refused_credentials_say_what_to_check(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "POST", LOGIN, 0, NO);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_int_equal(k.err.http_status, 401);
    assert_holds(k.err.text, "site-b");
    assert_holds(k.err.text, "demo");
    assert_holds(k.err.remedy, "password");
    assert_holds(k.err.remedy, "clouds.yaml");
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);

    /* Asked again at once, they are not tried again: accounts get locked. */
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);

    /* After a while they are. */
    web_clear(s->web);
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    site_logs_in(s);
    s->cloud->session.hold_until = clock_mono_ms();
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_OK);
    kept_clear(&k);
}

static void a_refused_application_credential_is_named(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    s->cfg.auth_type = "v3applicationcredential";
    s->cfg.application_credential_id = "ac1";
    s->cfg.application_credential_secret = "ac-secret";
    use_config(s, &s->cfg);
    web_rule(s->web, "POST", LOGIN, 0, NO);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_holds(k.err.text, "ac1");
    assert_holds(k.err.remedy, "application credential");
    assert_null(strstr(k.err.text, "ac-secret"));
    kept_clear(&k);
}

static void a_second_factor_is_explained(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    struct web_answer a = NO;
    a.headers = "Openstack-Auth-Receipt: abc\r\n";
    web_rule(s->web, "POST", LOGIN, 0, a);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_holds(k.err.text, "MFA");
    assert_holds(k.err.remedy, "application credential");
    kept_clear(&k);
}

static void what_is_not_keystone_is_told(void **state)
{
    struct story *s = *state;
    static const struct {
        struct web_answer answer;
        enum pc_err code;
    } rows[] = {
        {{.status = 404, .body = "<html><title>404 Not Found</title></html>"}, PC_ERR_CONFIG},
        {{.status = 301, .headers = "Location: https://other.test/v3/auth/tokens\r\n"},
         PC_ERR_PROTOCOL},
        {{.status = 200, .body = "<html>welcome</html>"}, PC_ERR_PROTOCOL},
        {{.status = 201, .body = "{\"token\":{}}"}, PC_ERR_PROTOCOL},
        {{.status = 201, .body = ""}, PC_ERR_PROTOCOL},
        {{.status = 201, .headers = "X-Subject-Token: abcdef\r\n", .body = "[1,2"},
         PC_ERR_PROTOCOL},
        {{.status = 201, .headers = "X-Subject-Token: abcdef\r\n", .body = "{\"token\":7}"},
         PC_ERR_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        use_config(s, &s->cfg);
        web_rule(s->web, "POST", LOGIN, 0, rows[i].answer);
        GET(s, "/x", &k);
        assert_int_equal(k.err.code, rows[i].code);
        assert_true(k.err.text[0] && k.err.remedy[0]);
        assert_string_equal(k.err.source, "site-b");
        kept_clear(&k);
    }
}

static void a_keystone_in_trouble_is_asked_again(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "POST", LOGIN, 3, (struct web_answer){.status = 503});
    web_rule(s->web, "GET", "/compute/v2.1/x", 0, OK_BODY);
    site_logs_in(s);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 4);

    web_clear(s->web);
    use_config(s, &s->cfg);
    web_rule(s->web, "POST", LOGIN, 0, (struct web_answer){.status = 503});
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_SERVER);
    assert_int_equal(web_count(s->web, "POST", LOGIN), CLOUD_TRIES);
    kept_clear(&k);
}

static void a_keystone_that_cannot_be_reached_is_told_soon(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "POST", LOGIN, 0, (struct web_answer){.fault = WEB_RESET});
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_int_equal(web_count(s->web, "POST", LOGIN), CLOUD_LOGIN_TRIES_UNREACHED);

    s->cfg.auth_url = "http://127.0.0.1:1/v3";
    use_config(s, &s->cfg);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_holds(k.err.text, "connection refused");
    assert_holds(k.err.text, "site-b");
    kept_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_password_is_sent_as_keystone_wants_it),
        STORY(ids_win_over_names),
        STORY(an_application_credential_has_no_scope),
        STORY(an_application_credential_by_name_needs_its_user),
        STORY(as_whom_is_told_by_the_token),
        STORY(a_token_is_exchanged),
        STORY(the_catalog_is_read),
        STORY(one_log_in_serves_all_who_wait),
        STORY(a_token_is_renewed_before_it_ends),
        STORY(expiry_is_by_the_sites_clock),
        STORY(a_token_born_dead_is_tried),
        STORY(a_401_is_answered_by_one_new_log_in),
        STORY(a_401_for_ever_is_told),
        STORY(calls_that_fall_together_log_in_once),
        STORY(a_late_401_does_not_drop_the_new_token),
        STORY(refused_credentials_say_what_to_check),
        STORY(a_refused_application_credential_is_named),
        STORY(a_second_factor_is_explained),
        STORY(what_is_not_keystone_is_told),
        STORY(a_keystone_in_trouble_is_asked_again),
        STORY(a_keystone_that_cannot_be_reached_is_told_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
