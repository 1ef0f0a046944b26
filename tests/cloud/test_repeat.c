/* What is repeated and what never is. */
#include "tests/cloud/cloud_story.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#define X "/compute/v2.1/x"
static const struct web_answer OK_BODY = {.body = "{\"ok\":true}"};
static const struct web_answer BUSY = {.status = 503, .headers = "Retry-After: 0\r\n"};

/* ---- repeating ---- */

static void a_read_is_repeated_until_it_is_answered(void **state)
{
    struct story *s = *state;
    static const struct web_answer faults[] = {
        {.status = 500},      {.status = 502, .body = "<html>bad</html>"},
        {.status = 503},      {.status = 504},
        {.status = 429},      {.fault = WEB_RESET},
        {.fault = WEB_CLOSE}, {.fault = WEB_HALF, .body = "{\"ok\":true}"},
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", X, 2, faults[i]);
        web_rule(s->web, "GET", X, 0, OK_BODY);
        site_is_up(s);
        GET(s, "/x", &k);
        assert_int_equal(k.err.code, PC_OK);
        assert_true(json_flag(k.body, "ok", false));
        kept_clear(&k);
    }
}

static void retry_after_is_honoured(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", X, 1,
             (struct web_answer){.status = 503, .headers = "Retry-After: 1\r\n"});
    web_rule(s->web, "GET", X, 0, OK_BODY);
    site_is_up(s);
    int64_t from = clock_mono_ms();
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_true(clock_mono_ms() - from >= 1000);
    kept_clear(&k);
}

static void a_read_gives_up_after_five_tries(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", X, 0, BUSY);
    site_is_up(s);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_SERVER);
    assert_int_equal(k.err.http_status, 503);
    assert_int_equal(web_count(s->web, "GET", X), CLOUD_TRIES);
    kept_clear(&k);
}

static void a_create_of_unknown_outcome_is_not_repeated(void **state)
{
    struct story *s = *state;
    static const struct {
        struct web_answer answer;
        enum pc_err code;
    } rows[] = {
        {{.fault = WEB_RESET}, PC_ERR_UNREACHABLE},
        {{.fault = WEB_CLOSE}, PC_ERR_UNREACHABLE},
        {{.fault = WEB_HALF, .body = "{\"server\":{}}"}, PC_ERR_UNREACHABLE},
        {{.fault = WEB_RAW, .body = "garbage\r\n\r\n"}, PC_ERR_PROTOCOL},
        {{.status = 500}, PC_ERR_SERVER},
        {{.status = 502}, PC_ERR_SERVER},
        {{.status = 503, .headers = "Retry-After: 0\r\n"}, PC_ERR_SERVER},
        {{.status = 504}, PC_ERR_SERVER},
        {{.oversize = 9 * 1024 * 1024}, PC_ERR_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "POST", X, 0, rows[i].answer);
        site_is_up(s);
        CREATE(s, "/x", &k);
        assert_int_equal(k.err.code, rows[i].code);
        assert_true(pc_err_outcome_unknown(k.err.code));
        assert_int_equal(web_count(s->web, "POST", X), 1);
        kept_clear(&k);
    }
}

static void a_create_is_repeated_when_it_was_not_applied(void **state)
{
    struct story *s = *state;
    static const struct web_answer answers[] = {
        {.status = 429, .headers = "Retry-After: 0\r\n"},
        {.status = 401},
    };
    for (size_t i = 0; i < 2; i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "POST", X, 1, answers[i]);
        web_rule(s->web, "POST", X, 0, (struct web_answer){.status = 202, .body = "{}"});
        site_is_up(s);
        CREATE(s, "/x", &k);
        assert_int_equal(k.err.code, PC_OK);
        assert_int_equal(k.status, 202);
        assert_int_equal(web_count(s->web, "POST", X), 2);
        kept_clear(&k);
    }
}

static void a_used_up_quota_is_not_asked_again(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", X, 0,
             (struct web_answer){.status = 413,
                                 .headers = "Retry-After: 0\r\n",
                                 .body = "{\"overLimit\":{\"code\":413,\"message\":\"Volume"
                                         "LimitExceeded: Maximum number of volumes allowed (3) "
                                         "exceeded for quota 'volumes'.\",\"retryAfter\":\"0\"}}"});
    site_is_up(s);
    GET(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_QUOTA);
    assert_int_equal(web_count(s->web, "GET", X), 1);
    kept_clear(&k);
}

static void refusals_are_final(void **state)
{
    struct story *s = *state;
    static const int statuses[] = {400, 403, 404, 405, 409, 410, 415, 501, 302};
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", X, 0, (struct web_answer){.status = statuses[i]});
        site_is_up(s);
        GET(s, "/x", &k);
        assert_true(k.err.code != PC_OK);
        assert_int_equal(k.err.http_status, statuses[i]);
        assert_true(k.err.remedy[0] != '\0');
        assert_int_equal(web_count(s->web, "GET", X), 1);
        kept_clear(&k);
    }
}

static void time_is_bounded(void **state)
{
    struct story *s = *state;
    static const enum web_fault faults[] = {WEB_HANG, WEB_DRIP};
    site_is_up(s);
    for (size_t i = 0; i < 2; i++) {
        struct kept k = {0};
        struct cloud_request q = {.service = CLOUD_COMPUTE,
                                  .repeat = CLOUD_CREATE,
                                  .method = "POST",
                                  .path = "/x",
                                  .total_ms = 150};
        web_clear(s->web);
        web_rule(s->web, NULL, X, 0, (struct web_answer){.fault = faults[i], .body = "{}"});
        site_is_up(s);
        cloud_send(s->cloud, &q, keep, &k);
        wait_for(s, &k, 1);
        assert_int_equal(k.err.code, PC_ERR_TIMEOUT);
        assert_int_equal(web_count(s->web, "POST", X), 1);
        /* A read is tried once more; together they may take twice the time. */
        q.repeat = CLOUD_READ;
        q.method = "GET";
        cloud_send(s->cloud, &q, keep, &k);
        wait_for(s, &k, 2);
        assert_int_equal(k.err.code, PC_ERR_TIMEOUT);
        assert_in_range(web_count(s->web, "GET", X), 1, 2);
        kept_clear(&k);
    }
}

static void measuring_is_done_once(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/network/v2.0/networks", 0, BUSY);
    site_is_up(s);
    cloud_ping(s->cloud, CLOUD_NETWORK, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_SERVER);
    assert_int_equal(web_count(s->web, "GET", "/network/v2.0/networks"), 1);
    kept_clear(&k);
}

/* ---- deleting ---- */

static void what_is_gone_counts_as_deleted(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    static const struct web_answer gone = {.status = 404};
    web_rule(s->web, "DELETE", "/", 0, gone);
    site_is_up(s);
    nova_server_delete(s->cloud, "a", keep, &k);
    cinder_volume_delete(s->cloud, "a", keep, &k);
    neutron_port_delete(s->cloud, "a", keep, &k);
    neutron_network_delete(s->cloud, "a", keep, &k);
    for (int i = 1; i <= 4; i++) {
        wait_for(s, &k, i);
        assert_int_equal(k.err.code, PC_OK);
        assert_null(k.body);
    }
    web_clear(s->web);
    web_rule(s->web, "DELETE", "/", 2, (struct web_answer){.fault = WEB_RESET});
    web_rule(s->web, "DELETE", "/", 0, (struct web_answer){.status = 204});
    nova_server_delete(s->cloud, "a", keep, &k);
    wait_for(s, &k, 5);
    assert_int_equal(k.err.code, PC_OK);
    kept_clear(&k);
}

static void a_network_in_use_is_a_conflict(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "DELETE", "/network/v2.0/networks/n", 0,
             (struct web_answer){.status = 409,
                                 .body = "{\"NeutronError\":{\"type\":\"NetworkInUse\",\"message\":"
                                         "\"Unable to complete operation on network n. There are "
                                         "one or more ports still in use on the network.\","
                                         "\"detail\":\"\"}}"});
    site_is_up(s);
    neutron_network_delete(s->cloud, "n", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_CONFLICT);
    assert_holds(k.err.text, "NetworkInUse");
    assert_int_equal(web_count(s->web, "DELETE", "/"), 1);
    kept_clear(&k);
}

/* "DELETE /servers/" must not go out, whatever the caller lost. */
static void without_an_id_nothing_is_sent(void **state)
{
    struct story *s = *state;
    static const char *const ids[] = {"", ".", "..", NULL};
    site_is_up(s);
    for (size_t i = 0; i < 4; i++) {
        struct kept k = {0};
        nova_server_delete(s->cloud, ids[i], keep, &k);
        wait_for(s, &k, 1);
        assert_int_equal(k.err.code, PC_ERR_INVALID);
        kept_clear(&k);
    }
    assert_int_equal(web_count(s->web, NULL, "/"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_read_is_repeated_until_it_is_answered),
        STORY(retry_after_is_honoured),
        STORY(a_read_gives_up_after_five_tries),
        STORY(a_create_of_unknown_outcome_is_not_repeated),
        STORY(a_create_is_repeated_when_it_was_not_applied),
        STORY(a_used_up_quota_is_not_asked_again),
        STORY(refusals_are_final),
        STORY(time_is_bounded),
        STORY(measuring_is_done_once),
        STORY(what_is_gone_counts_as_deleted),
        STORY(a_network_in_use_is_a_conflict),
        STORY(without_an_id_nothing_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
