/* The pure parts: when to try again, which URL, which version, which path. */
#include "tests/cloud/cloud_story.h"

/* ---- retry_delay ---- */

static struct net_reply answered(int status)
{
    return (struct net_reply){.status = status, .sent = true};
}

static struct net_reply failed(enum pc_err code, bool sent)
{
    return (struct net_reply){.err = {.code = code}, .sent = sent};
}

static int64_t delay(enum cloud_repeat repeat, struct net_reply r, const char *after)
{
    struct retry_facts f = {.repeat = repeat,
                            .reply = &r,
                            .retry_after = after,
                            .tries = 1,
                            .tries_max = 5,
                            .budget_ms = 120000,
                            .backoff_ms = 500,
                            .wall_ms = 1700000000000,
                            .dice = 0};
    return retry_delay(&f);
}

static void who_may_try_again(void **state)
{
    (void)state;
    static const struct {
        struct net_reply reply;
        const char *after;
        bool read, create;
    } rows[] = {
        {{.err = {.code = PC_ERR_UNREACHABLE}, .sent = false}, "", true, true},
        {{.err = {.code = PC_ERR_TIMEOUT}, .sent = false}, "", true, true},
        {{.err = {.code = PC_ERR_UNREACHABLE}, .sent = true}, "", true, false},
        {{.err = {.code = PC_ERR_TIMEOUT}, .sent = true}, "", true, false},
        {{.err = {.code = PC_ERR_PROTOCOL}, .sent = true}, "", false, false},
        {{.err = {.code = PC_ERR_TOO_LARGE}, .sent = true}, "", false, false},
        {{.err = {.code = PC_ERR_CONFIG}, .sent = false}, "", false, false},
        {{.status = 500}, "", true, false},
        {{.status = 502}, "", true, false},
        {{.status = 503}, "", true, false},
        {{.status = 503}, "1", true, false},
        {{.status = 504}, "", true, false},
        {{.status = 408}, "", true, false},
        {{.status = 501}, "", false, false},
        {{.status = 429}, "", true, true},
        {{.status = 413}, "", false, false},
        {{.status = 413}, "0", false, false},
        {{.status = 413}, "7", true, true},
        {{.status = 400}, "", false, false},
        {{.status = 401}, "", false, false},
        {{.status = 404}, "", false, false},
        {{.status = 409}, "1", false, false},
        {{.status = 302}, "", false, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(delay(CLOUD_READ, rows[i].reply, rows[i].after) >= 0, rows[i].read);
        assert_int_equal(delay(CLOUD_SAFE, rows[i].reply, rows[i].after) >= 0, rows[i].read);
        assert_int_equal(delay(CLOUD_CREATE, rows[i].reply, rows[i].after) >= 0, rows[i].create);
    }
}

static void pauses_grow_and_vary_within_bounds(void **state)
{
    (void)state;
    struct net_reply r = answered(503);
    static const int64_t full[] = {500, 1000, 2000, 4000, 8000, 8000, 8000};
    for (int tries = 1; tries <= 7; tries++)
        for (uint64_t dice = 0; dice < 5000; dice += 7) {
            struct retry_facts f = {.repeat = CLOUD_READ,
                                    .reply = &r,
                                    .retry_after = "",
                                    .tries = tries,
                                    .tries_max = 10,
                                    .budget_ms = 1000000,
                                    .backoff_ms = 500,
                                    .dice = dice};
            assert_in_range(retry_delay(&f), full[tries - 1] / 2, full[tries - 1]);
        }
}

static void tries_and_time_end(void **state)
{
    (void)state;
    struct net_reply r = failed(PC_ERR_UNREACHABLE, false);
    struct retry_facts f = {.repeat = CLOUD_READ,
                            .reply = &r,
                            .retry_after = "",
                            .tries = 4,
                            .tries_max = 5,
                            .budget_ms = 10000,
                            .backoff_ms = 10};
    assert_true(retry_delay(&f) >= 0);
    f.tries = 5;
    assert_int_equal(retry_delay(&f), -1);
    f.tries = 1;
    f.spent_ms = 9999;
    assert_int_equal(retry_delay(&f), -1);
}

static void retry_after_is_read_and_capped(void **state)
{
    (void)state;
    assert_int_equal(delay(CLOUD_READ, answered(503), "3"), 3000);
    assert_int_equal(delay(CLOUD_READ, answered(503), "3600"), CLOUD_RETRY_AFTER_MAX_MS);
    assert_int_equal(delay(CLOUD_READ, answered(503), "0"), 250);
    assert_int_equal(delay(CLOUD_READ, answered(503), "-5"), 250);
    assert_int_equal(delay(CLOUD_READ, answered(503), "soon"), 250);
    assert_int_equal(delay(CLOUD_READ, answered(503), "99999999999999999999"), 250);
    /* 1700000000 is Tue, 14 Nov 2023 22:13:20 */
    assert_int_equal(delay(CLOUD_READ, answered(503), "Tue, 14 Nov 2023 22:13:24 GMT"), 4000);
    assert_int_equal(delay(CLOUD_READ, answered(503), "Tue, 14 Nov 2023 22:13:00 GMT"), 250);
}

/* ---- catalog ---- */

static void urls_get_one_form(void **state)
{
    (void)state;
    static const struct {
        enum cloud_service service;
        const char *url, *fixed;
    } rows[] = {
        {CLOUD_IDENTITY, "http://h:5000", "http://h:5000/v3"},
        {CLOUD_IDENTITY, "http://h:5000/v3/", "http://h:5000/v3"},
        {CLOUD_IDENTITY, "https://h/identity", "https://h/identity/v3"},
        {CLOUD_COMPUTE, "http://h:8774/v2.1/", "http://h:8774/v2.1"},
        {CLOUD_COMPUTE, "http://h/compute", "http://h/compute/v2.1"},
        {CLOUD_COMPUTE, "http://h:8774/v2.1/p1", "http://h:8774/v2.1/p1"},
        {CLOUD_COMPUTE, "http://h:8774/v2/p1", NULL},
        {CLOUD_VOLUME, "http://h:8776/v3/p1", "http://h:8776/v3/p1"},
        {CLOUD_VOLUME, "http://h:8776/v3/%(project_id)s", "http://h:8776/v3/PID"},
        {CLOUD_VOLUME, "http://h:8776/v3/$(tenant_id)s/", "http://h:8776/v3/PID"},
        {CLOUD_VOLUME, "http://h:8776/v2/p1", NULL},
        {CLOUD_VOLUME, "http://h/volume", "http://h/volume/v3"},
        {CLOUD_NETWORK, "http://h:9696", "http://h:9696/v2.0"},
        {CLOUD_NETWORK, "http://h:9696/v2.0/", "http://h:9696/v2.0"},
        {CLOUD_IMAGE, "http://h:9292///", "http://h:9292/v2"},
        {CLOUD_IMAGE, "http://v2.test/image", "http://v2.test/image/v2"},
        {CLOUD_IMAGE, "file:///etc/passwd", NULL},
        {CLOUD_IMAGE, "", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *fixed = catalog_fix_url(rows[i].service, rows[i].url, "PID");
        if (rows[i].fixed)
            assert_string_equal(fixed, rows[i].fixed);
        else
            assert_null(fixed);
        free(fixed);
    }
}

/* One catalog with every habit that catalogs have. */
static const char HABITS[] =
    "[7,{\"type\":\"volumev2\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"R1\",\"url\":"
    "\"http://old/v2/p\"}]},"
    "{\"type\":\"volume\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"R1\",\"url\":"
    "\"http://vol/v3/p\"}]},"
    "{\"type\":\"block-storage\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"R2\",\"url\""
    ":\"http://other/v3\"}]},"
    "{\"type\":\"compute\",\"endpoints\":[{\"interface\":\"internalURL\",\"region_id\":\"R1\","
    "\"url\":\"http://int/v2.1\"},{\"interface\":\"publicURL\",\"region_id\":\"R1\",\"url\":"
    "\"http://pub/v2.1\"},{\"interface\":\"public\",\"region_id\":\"R2\",\"url\":"
    "\"http://pub2/v2.1\"}]},"
    "{\"type\":\"dns\",\"endpoints\":null},{\"type\":\"image\"},{\"type\":\"image\",\"endpoints\":"
    "[{\"interface\":\"public\",\"url\":\"http://im\"}]}]";

static void resolve_with(struct story *s, struct cloud_config *cfg)
{
    use_config(s, cfg);
    s->cloud->session.catalog = json_loads(HABITS, 0, NULL);
    assert_non_null(s->cloud->session.catalog);
    catalog_resolve(s->cloud);
}

static void the_catalog_is_searched(void **state)
{
    struct story *s = *state;
    struct cloud_config cfg = s->cfg;
    resolve_with(s, &cfg);
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_COMPUTE), "http://pub/v2.1");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_VOLUME), "http://vol/v3/p");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_IMAGE), "");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_NETWORK), "");

    cfg.region_name = NULL;
    cfg.interface = "internal";
    resolve_with(s, &cfg);
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_COMPUTE), "http://int/v2.1");

    cfg = s->cfg;
    cfg.region_override[CLOUD_COMPUTE] = "R2";
    cfg.interface_override[CLOUD_VOLUME] = "admin";
    cfg.endpoint_override[CLOUD_NETWORK] = "https://n.test/%(project_id)s";
    cfg.service_type[CLOUD_IMAGE] = "dns";
    resolve_with(s, &cfg);
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_COMPUTE), "http://pub2/v2.1");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_VOLUME), "");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_NETWORK), "https://n.test/v2.0");

    cfg = s->cfg;
    cfg.region_name = NULL;
    resolve_with(s, &cfg);
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_VOLUME), "http://other/v3");
    assert_string_equal(cloud_endpoint(s->cloud, CLOUD_IMAGE), "http://im/v2");
}

/* ---- versions and paths ---- */

static void versions_compare_by_number(void **state)
{
    (void)state;
    assert_true(version_compare("2.9", "2.10") < 0);
    assert_true(version_compare("2.90", "2.9") > 0);
    assert_true(version_compare("3.0", "2.99") > 0);
    assert_int_equal(version_compare("2.1", "2.1"), 0);
    assert_true(version_compare("", "2.1") < 0);
}

static void ids_cannot_leave_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *id, *path;
    } rows[] = {
        {"3f2a-9", "/s/3f2a-9/action"},
        {"a/../b", "/s/a%2F..%2Fb/action"},
        {"a?x=1&y#z", "/s/a%3Fx%3D1%26y%23z/action"},
        {"a b\r\nX: y", "/s/a%20b%0D%0AX%3A%20y/action"},
        {"%2e", "/s/%252e/action"},
        {"", NULL},
        {"..", NULL},
        {NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *path = cloud_path("/s/%s/action", rows[i].id);
        if (rows[i].path)
            assert_string_equal(path, rows[i].path);
        else
            assert_null(path);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_try_again),
        cmocka_unit_test(pauses_grow_and_vary_within_bounds),
        cmocka_unit_test(tries_and_time_end),
        cmocka_unit_test(retry_after_is_read_and_capped),
        cmocka_unit_test(urls_get_one_form),
        STORY(the_catalog_is_searched),
        cmocka_unit_test(versions_compare_by_number),
        cmocka_unit_test(ids_cannot_leave_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
