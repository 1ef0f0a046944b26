/* Discovery, logging in, and the ways in which services say no. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--token-life", "3600", NULL};
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

/* Status of the version documents, without a token, as real services give. */
static void versions_are_found_without_a_token(void **state)
{
    static const struct {
        const char *path;
        int status;
    } rows[] = {{"/identity", 300},       {"/identity/v3", 200}, {"/compute/", 200},
                {"/compute/v2.1/", 200},  {"/volume/", 300},     {"/volume/v3/", 401},
                {"/network/", 200},       {"/image/", 300},      {"/array/api/api_version", 200}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *url = xasprintf("%s%s", lab.url[A], rows[i].path);
        struct answer a = http("GET", url, NULL, NULL);
        assert_int_equal(a.status, rows[i].status);
        assert_non_null(a.json);
        answer_release(&a);
        free(url);
    }
}

static void the_catalog_names_five_services_thrice(void **state)
{
    struct answer a = call(&lab, B, "GET", "/identity/v3/auth/catalog", NULL, NULL);
    size_t i, k;
    json_t *service, *endpoint;
    (void)state;
    assert_int_equal(json_array_size(json_list(a.json, "catalog")), 5);
    json_array_foreach(json_list(a.json, "catalog"), i, service) {
        assert_int_equal(json_array_size(json_list(service, "endpoints")), 3);
        json_array_foreach(json_list(service, "endpoints"), k, endpoint) {
            assert_string_equal(json_text(endpoint, "region"), "RegionB");
            assert_int_equal(strncmp(json_text(endpoint, "url"), lab.url[B], strlen(lab.url[B])),
                             0);
        }
    }
    answer_release(&a);
}

static void wrong_credentials_are_all_answered_alike(void **state)
{
    char token[256];
    (void)state;
    assert_int_equal(login(&lab, A, "demo", "wrong", token), 401);
    assert_int_equal(login(&lab, A, "nobody", "lab-secret", token), 401);
    assert_int_equal(login(&lab, A, "demo", "lab-secret", lab.token[A]), 201);
}

static void an_application_credential_fixes_its_project(void **state)
{
    static const char body[] =
        "{\"auth\":{\"identity\":{\"methods\":[\"application_credential\"],"
        "\"application_credential\":{\"id\":\"a0c0ffee00000000000000000000000a\","
        "\"secret\":\"lab-secret\"}}%s}}";
    char *plain = xasprintf("%.*s}}", (int)(strlen(body) - 4), body);
    char *scoped = xasprintf("%.*s,\"scope\":{\"project\":{\"name\":\"demo\",\"domain\":{\"id\":"
                             "\"default\"}}}}}",
                             (int)(strlen(body) - 4), body);
    char *url = xasprintf("%s/identity/v3/auth/tokens", lab.url[A]);
    (void)state;
    struct answer a = http("POST", url, plain, NULL);
    assert_int_equal(a.status, 201);
    assert_non_null(json_map(json_map(a.json, "token"), "application_credential"));
    answer_release(&a);
    a = http("POST", url, scoped, NULL);
    assert_int_equal(a.status, 401);
    answer_release(&a);
    free(plain);
    free(scoped);
    free(url);
}

/* A token of one site is nothing to the other; the body is Keystone's for all
 * but Glance. */
static void each_site_knows_its_own_tokens_only(void **state)
{
    static const char *const paths[] = {"/compute/v2.1/servers", "/volume/v3/volumes",
                                        "/network/v2.0/networks"};
    struct lab_child mixed = lab;
    (void)state;
    memcpy(mixed.token[A], lab.token[B], sizeof(mixed.token[A]));
    for (size_t i = 0; i < 3; i++) {
        struct answer a = call(&mixed, A, "GET", paths[i], NULL, NULL);
        char *challenge = answer_header(&a, "WWW-Authenticate");
        assert_int_equal(a.status, 401);
        assert_string_equal(json_text(json_map(a.json, "error"), "title"), "Unauthorized");
        assert_non_null(challenge);
        free(challenge);
        answer_release(&a);
    }
    struct answer a = call(&mixed, A, "GET", "/image/v2/images", NULL, NULL);
    assert_string_equal(json_text(a.json, "code"), "401 Unauthorized");
    answer_release(&a);
}

static void every_reply_has_a_request_id(void **state)
{
    struct answer a = call(&lab, A, "GET", "/network/v2.0/networks/none", NULL, NULL);
    char *id = answer_header(&a, "x-openstack-request-id");
    (void)state;
    assert_non_null(id);
    assert_int_equal(strncmp(id, "req-", 4), 0);
    assert_int_equal(strlen(id), 40);
    free(id);
    answer_release(&a);
}

static void not_found_has_each_services_own_shape(void **state)
{
    struct answer a = call(&lab, A, "GET", "/compute/v2.1/servers/none", NULL, NULL);
    (void)state;
    assert_int_equal(json_int(json_map(a.json, "itemNotFound"), "code", 0), 404);
    answer_release(&a);
    a = call(&lab, A, "GET", "/network/v2.0/ports/none", NULL, NULL);
    assert_string_equal(json_text(json_map(a.json, "NeutronError"), "type"), "PortNotFound");
    answer_release(&a);
    a = call(&lab, A, "GET", "/image/v2/images/none", NULL, NULL);
    assert_string_equal(json_text(a.json, "title"), "Not Found");
    answer_release(&a);
    a = call(&lab, A, "GET", "/compute/v2.1/no-such-thing", NULL, NULL);
    assert_string_equal(json_text(a.json, "code"), "404 Not Found");
    answer_release(&a);
    a = call(&lab, A, "PUT", "/compute/v2.1/limits", NULL, "{}");
    assert_int_equal(a.status, 405);
    answer_release(&a);
}

static void a_reader_may_look_and_not_touch(void **state)
{
    struct lab_child reader = lab;
    (void)state;
    assert_int_equal(login(&reader, B, "demo-reader", "lab-secret", reader.token[B]), 201);
    assert_int_equal(call_status(&reader, B, "GET", "/network/v2.0/networks", NULL, NULL), 200);
    struct answer a = call(&reader, B, "POST", "/compute/v2.1/servers", NULL, "{}");
    assert_string_equal(json_text(json_map(a.json, "forbidden"), "message"),
                        "Policy doesn't allow os_compute_api:servers:create to be performed.");
    answer_release(&a);
    a = call(&reader, B, "POST", "/network/v2.0/networks", NULL, "{\"network\":{}}");
    assert_string_equal(json_text(json_map(a.json, "NeutronError"), "type"),
                        "PolicyNotAuthorized");
    answer_release(&a);
}

static void microversions_are_negotiated(void **state)
{
    struct answer a = call(&lab, A, "GET", "/compute/v2.1/servers", "compute 2.999", NULL);
    (void)state;
    assert_int_equal(a.status, 406);
    assert_string_equal(json_text(json_map(a.json, "computeFault"), "message"),
                        "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is "
                        "2.93.");
    answer_release(&a);
    a = call(&lab, A, "GET", "/compute/v2.1/servers", "volume 3.59, compute 2.52", NULL);
    char *version = answer_header(&a, "OpenStack-API-Version");
    assert_string_equal(version, "compute 2.52");
    free(version);
    answer_release(&a);
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers", "compute x", NULL), 400);
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers", "block-storage 9.9",
                                 NULL), 200);
}

static void huge_and_broken_bodies_are_refused(void **state)
{
    size_t n = 1500000;
    char *big = xmalloc(n + 1);
    (void)state;
    memset(big, ' ', n);
    big[n] = '\0';
    assert_int_equal(call_status(&lab, B, "POST", "/volume/v3/volumes", NULL, big), 413);
    free(big);
    assert_int_equal(call_status(&lab, B, "POST", "/volume/v3/volumes", NULL, "{\"volume\":"), 400);
    assert_int_equal(call_status(&lab, B, "POST", "/volume/v3/volumes", NULL, "[]"), 400);
    assert_int_equal(call_status(&lab, B, "GET", "/network/v2.0/networks?name=%ff%00%1b", NULL,
                                 NULL), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_found_without_a_token),
        cmocka_unit_test(the_catalog_names_five_services_thrice),
        cmocka_unit_test(wrong_credentials_are_all_answered_alike),
        cmocka_unit_test(an_application_credential_fixes_its_project),
        cmocka_unit_test(each_site_knows_its_own_tokens_only),
        cmocka_unit_test(every_reply_has_a_request_id),
        cmocka_unit_test(not_found_has_each_services_own_shape),
        cmocka_unit_test(a_reader_may_look_and_not_touch),
        cmocka_unit_test(microversions_are_negotiated),
        cmocka_unit_test(huge_and_broken_bodies_are_refused),
    };
    return cmocka_run_group_tests(tests, up, down);
}
