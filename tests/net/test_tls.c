/* Peers are verified unless the caller says otherwise. */
#include "tests/net/net_story.h"

#include <microhttpd.h>
#include <stdio.h>
#include <unistd.h>

/* Self-signed for IP 127.0.0.1, for these tests alone. */
static const char CERT[] = "-----BEGIN CERTIFICATE-----\n"
                           "MIIBqjCCAVCgAwIBAgIUZT1gQGxihnQpMJpiNp1HWZboOX8wCgYIKoZIzj0EAwIw\n"
                           "ITEfMB0GA1UEAwwWcHJvdGVjdG9yLWNvbnNvbGUgdGVzdDAgFw0yNjExMjEwMTM1\n"
                           "NDdaGA8yMTI2MTAyODAxMzU0N1owITEfMB0GA1UEAwwWcHJvdGVjdG9yLWNvbnNv\n"
                           "bGUgdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABF48b2IFcCtUcPK35N10\n"
                           "3hb14z99sd1k+fFAJrASPVuycl34ATGi11iKbNAgyk/GTdNyfeA0u6k5eE0nKr6s\n"
                           "w8ijZDBiMB0GA1UdDgQWBBTClJcm5vZGwx5mQrRQVP0YIb/fpjAfBgNVHSMEGDAW\n"
                           "gBTClJcm5vZGwx5mQrRQVP0YIb/fpjAPBgNVHREECDAGhwR/AAABMA8GA1UdEwEB\n"
                           "/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMzgXAlFn0zlwIeeBUVjY86YgLDH\n"
                           "pUzkW5nV+czp+WnJAiAAmL/F/y0WE9DKSY3n1KBEP5XN6g2m0QhC5zt7ZZNrUw==\n"
                           "-----END CERTIFICATE-----\n";
static const char KEY[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgF+i7zgLj6Qsmu+9W\n"
                          "iP0GdxH/7GZwLmBLup27qoIRKPKhRANCAARePG9iBXArVHDyt+TddN4W9eM/fbHd\n"
                          "ZPnxQCawEj1bsnJd+AExotdYimzQIMpPxk3Tcn3gNLupOXhNJyq+rMPI\n"
                          "-----END PRIVATE KEY-----\n";

struct tls_story {
    struct net *net;
    struct MHD_Daemon *server;
    int port;
    char cert[64];
};

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    static char body[] = "safe";
    (void)cls, (void)url, (void)method, (void)version, (void)data, (void)size, (void)state;
    struct MHD_Response *r =
        MHD_create_response_from_buffer(sizeof(body) - 1, body, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result ok = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return ok;
}

static int open_story(void **state)
{
    struct tls_story *s = xcalloc(1, sizeof(*s));
    s->net = net_new();
    s->server = MHD_start_daemon(MHD_USE_TLS | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
                                 on_request, NULL, MHD_OPTION_HTTPS_MEM_KEY, KEY,
                                 MHD_OPTION_HTTPS_MEM_CERT, CERT, MHD_OPTION_END);
    assert_non_null(s->server);
    s->port = MHD_get_daemon_info(s->server, MHD_DAEMON_INFO_BIND_PORT)->port;
    snprintf(s->cert, sizeof(s->cert), "/tmp/protector-tls-XXXXXX");
    int fd = mkstemp(s->cert);
    assert_int_equal(write(fd, CERT, sizeof(CERT) - 1), (ssize_t)sizeof(CERT) - 1);
    close(fd);
    *state = s;
    return 0;
}

static int close_story(void **state)
{
    struct tls_story *s = *state;
    net_free(s->net);
    MHD_stop_daemon(s->server);
    unlink(s->cert);
    free(s);
    return 0;
}

static void ask_host(struct tls_story *s, const char *host, struct net_tls tls, struct kept *k)
{
    char *url = xasprintf("https://%s:%d/", host, s->port);
    struct net_request q = {.method = "GET", .url = url, .tls = tls};
    net_send(s->net, &q, keep, k);
    wait_for(s->net, k, k->count + 1);
    free(url);
}

static void an_unknown_certificate_is_refused(void **state)
{
    struct kept k = {0};
    ask_host(*state, "127.0.0.1", (struct net_tls){0}, &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_false(k.sent);
    assert_non_null(strstr(k.err.text, "not trusted"));
    assert_non_null(strstr(k.err.remedy, "cacert"));
    assert_non_null(strstr(k.err.remedy, "insecure"));
    kept_clear(&k);
}

static void its_authority_makes_it_good(void **state)
{
    struct tls_story *s = *state;
    struct kept k = {0};
    ask_host(s, "127.0.0.1", (struct net_tls){.cacert = s->cert}, &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(k.body, "safe");
    kept_clear(&k);
}

static void another_host_name_is_refused(void **state)
{
    struct tls_story *s = *state;
    struct kept k = {0};
    ask_host(s, "localhost", (struct net_tls){.cacert = s->cert}, &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_false(k.sent);
    kept_clear(&k);
}

/* A connection made without verification must not serve one that wants it. */
static void insecure_is_for_who_asks(void **state)
{
    struct tls_story *s = *state;
    struct kept k = {0};
    ask_host(s, "127.0.0.1", (struct net_tls){.insecure = true}, &k);
    assert_int_equal(k.err.code, PC_OK);
    ask_host(s, "127.0.0.1", (struct net_tls){0}, &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    kept_clear(&k);
}

static void unusable_files_are_a_matter_of_configuration(void **state)
{
    struct tls_story *s = *state;
    struct kept k = {0};
    ask_host(s, "127.0.0.1", (struct net_tls){.cacert = "/nonexistent/ca.pem"}, &k);
    assert_int_equal(k.err.code, PC_ERR_CONFIG);
    assert_non_null(strstr(k.err.text, "cacert"));
    assert_false(k.sent);
    ask_host(s, "127.0.0.1", (struct net_tls){.cacert = s->cert, .cert = "/nonexistent/c.pem"}, &k);
    assert_int_equal(k.err.code, PC_ERR_CONFIG);
    kept_clear(&k);
}

/* https to a port that speaks plain HTTP. */
static void a_wrong_scheme_is_explained(void **state)
{
    struct tls_story *s = *state;
    struct web *web = web_new();
    struct kept k = {0};
    char *url = xasprintf("https://127.0.0.1:%d/", web_port(web));
    struct net_request q = {.method = "GET", .url = url, .total_ms = 300};
    web_rule(web, NULL, "", 0, (struct web_answer){.status = 400});
    net_send(s->net, &q, keep, &k);
    while (k.count == 0)
        net_turn(s->net, -1);
    assert_true(k.err.code == PC_ERR_UNREACHABLE || k.err.code == PC_ERR_TIMEOUT);
    assert_false(k.sent);
    free(url);
    web_free(web);
    kept_clear(&k);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, open_story, close_story)
    const struct CMUnitTest tests[] = {
        STORY(an_unknown_certificate_is_refused),
        STORY(its_authority_makes_it_good),
        STORY(another_host_name_is_refused),
        STORY(insecure_is_for_who_asks),
        STORY(unusable_files_are_a_matter_of_configuration),
        STORY(a_wrong_scheme_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
