/* Exchanges that go well, and every way in which they do not. */
#include "tests/net/net_story.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void an_answer_is_told_whole(void **state)
{
    struct story *s = *state;
    struct kept k = {.wanted = "x-request-ID"};
    web_rule(s->web, "GET", "/hello", 0,
             (struct web_answer){.headers = "X-Request-Id: req-7\r\n", .body = "good day"});
    exchange(s, "GET", "/hello", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_true(k.sent);
    assert_int_equal(k.status, 200);
    assert_string_equal(k.body, "good day");
    assert_int_equal(k.body_len, 8);
    assert_string_equal(k.header, "req-7");
    assert_string_equal(k.remote_ip, "127.0.0.1");
    assert_true(k.elapsed_ms >= 0 && k.elapsed_ms < 5000);
    k.wanted = "x-absent";
    exchange(s, "GET", "/hello", &k);
    assert_string_equal(k.header, "");
    assert_int_equal(k.count, 2);
    kept_clear(&k);
}

static void methods_and_bodies_arrive(void **state)
{
    struct story *s = *state;
    static const char *const methods[] = {"GET", "PUT", "DELETE", "HEAD", "PATCH", "POST"};
    char value[64];
    web_rule(s->web, NULL, "/m", 0, (struct web_answer){.status = 204});
    for (size_t i = 0; i < 6; i++) {
        struct kept k = {0};
        exchange(s, methods[i], "/m", &k);
        assert_int_equal(k.status, 204);
        assert_string_equal(k.body, "");
        assert_int_equal(web_count(s->web, methods[i], "/m"), 1);
        kept_clear(&k);
    }
    const struct web_request *post = web_nth(s->web, "POST", "/m", 1);
    assert_string_equal(post->body, "{\"a\":1}");
    assert_string_equal(web_header(post, "Expect", value, sizeof(value)), "");
}

static void a_status_is_an_answer_and_redirects_are_not_followed(void **state)
{
    struct story *s = *state;
    struct kept k = {.wanted = "Location"};
    web_rule(s->web, "GET", "/away", 0,
             (struct web_answer){.status = 302, .headers = "Location: {base}/elsewhere\r\n"});
    exchange(s, "GET", "/away", &k);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(k.status, 302);
    assert_non_null(strstr(k.header, "/elsewhere"));
    assert_int_equal(web_count(s->web, "GET", "/elsewhere"), 0);
    kept_clear(&k);
}

static void connections_are_kept_but_a_post_has_its_own(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, NULL, "/", 0, (struct web_answer){.body = "ok"});
    exchange(s, "GET", "/1", &k);
    exchange(s, "GET", "/2", &k);
    exchange(s, "DELETE", "/3", &k);
    assert_int_equal(web_connections(s->web), 1);
    exchange(s, "POST", "/4", &k);
    assert_int_equal(web_connections(s->web), 2);
    exchange(s, "GET", "/5", &k);
    assert_int_equal(web_connections(s->web), 2);
    kept_clear(&k);
}

/* The server takes the request from a kept connection and dies. curl would
 * send it again; for a POST that could make a second machine. */
static void a_post_is_sent_once(void **state)
{
    struct story *s = *state;
    static const enum web_fault faults[] = {WEB_CLOSE, WEB_RESET};
    for (size_t i = 0; i < 2; i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", "/warm", 0, (struct web_answer){.body = "ok"});
        web_rule(s->web, "POST", "/make", 0, (struct web_answer){.fault = faults[i]});
        exchange(s, "GET", "/warm", &k);
        exchange(s, "POST", "/make", &k);
        assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
        assert_true(k.sent);
        assert_int_equal(web_count(s->web, "POST", "/make"), 1);
        kept_clear(&k);
    }
}

static void faults_are_named(void **state)
{
    struct story *s = *state;
    static const struct {
        struct web_answer answer;
        enum pc_err code;
        const char *text;
    } rows[] = {
        {{.fault = WEB_RESET}, PC_ERR_UNREACHABLE, "broke off"},
        {{.fault = WEB_CLOSE}, PC_ERR_UNREACHABLE, "without an answer"},
        {{.fault = WEB_HALF, .body = "0123456789"}, PC_ERR_UNREACHABLE, "half-way"},
        {{.fault = WEB_RAW, .body = "\x01\x02 what is this\r\n\r\n"}, PC_ERR_PROTOCOL, "not HTTP"},
        {{.fault = WEB_RAW, .body = "SSH-2.0-OpenSSH_9.2\r\n"}, PC_ERR_PROTOCOL, "not HTTP"},
        {{.oversize = 9 * 1024 * 1024}, PC_ERR_TOO_LARGE, "larger than the limit"},
        {{.fault = WEB_ENDLESS}, PC_ERR_TOO_LARGE, "larger than the limit"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", "/f", 0, rows[i].answer);
        exchange(s, "GET", "/f", &k);
        assert_int_equal(k.err.code, rows[i].code);
        assert_non_null(strstr(k.err.text, rows[i].text));
        assert_non_null(strstr(k.err.text, "127.0.0.1:"));
        assert_true(k.err.remedy[0] != '\0');
        assert_true(k.sent);
        kept_clear(&k);
    }
}

static void an_error_body_is_cut_and_its_status_kept(void **state)
{
    struct story *s = *state;
    static const struct web_answer answers[] = {
        {.status = 500, .oversize = 9 * 1024 * 1024},
        {.status = 502, .oversize = 70 * 1024},
        {.status = 503, .fault = WEB_ENDLESS},
    };
    for (size_t i = 0; i < 3; i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "GET", "/big", 0, answers[i]);
        exchange(s, "GET", "/big", &k);
        assert_int_equal(k.err.code, PC_OK);
        assert_int_equal(k.status, answers[i].status);
        assert_int_equal(k.body_len, 64 * 1024);
        kept_clear(&k);
    }
}

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static void send_url(struct net *n, const char *url, int64_t connect_ms, int64_t total_ms,
                     struct kept *k)
{
    struct net_request q = {
        .method = "POST", .url = url, .connect_ms = connect_ms, .total_ms = total_ms};
    net_send(n, &q, keep, k);
    wait_for(n, k, 1);
}

static void refused_means_not_sent(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char *url = xasprintf("http://127.0.0.1:%d/", free_port());
    send_url(s->net, url, 0, 0, &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_false(k.sent);
    assert_int_equal(k.os_errno, ECONNREFUSED);
    assert_non_null(strstr(k.err.text, "connection refused"));
    free(url);
    kept_clear(&k);
}

static void what_cannot_be_sent_is_not_sent(void **state)
{
    struct story *s = *state;
    /* A label of 64 letters is no name: it fails before any server is asked. */
    static const struct {
        const char *url;
        enum pc_err code;
        const char *text;
    } rows[] = {
        {"http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test/",
         PC_ERR_UNREACHABLE, "cannot be resolved"},
        {"file:///etc/passwd", PC_ERR_CONFIG, "not an http"},
        {"ftp://127.0.0.1/", PC_ERR_CONFIG, "not an http"},
        {"http://127.0.0.1:99999/", PC_ERR_CONFIG, "not valid"},
        {"", PC_ERR_CONFIG, "not valid"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct kept k = {0};
        send_url(s->net, rows[i].url, 0, 20000, &k);
        assert_int_equal(k.err.code, rows[i].code);
        assert_non_null(strstr(k.err.text, rows[i].text));
        assert_false(k.sent);
        kept_clear(&k);
    }
}

static void a_password_in_a_url_is_not_repeated(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    char *url = xasprintf("http://user:geheim@127.0.0.1:%d/?t=geheim", free_port());
    send_url(s->net, url, 0, 0, &k);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_null(strstr(k.err.text, "geheim"));
    free(url);
    kept_clear(&k);
}

/* A listener whose queue is full drops what comes: the connect waits. */
static void no_connection_in_time_means_not_sent(void **state)
{
    struct story *s = *state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int filler[8], fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    for (int i = 0; i < 8; i++) {
        filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        int rc = connect(filler[i], (struct sockaddr *)&at, sizeof(at));
        assert_true(rc == 0 || errno == EINPROGRESS);
    }
    struct kept k = {0};
    char *url = xasprintf("http://127.0.0.1:%d/", ntohs(at.sin_port));
    send_url(s->net, url, 150, 5000, &k);
    assert_int_equal(k.err.code, PC_ERR_TIMEOUT);
    assert_false(k.sent);
    assert_non_null(strstr(k.err.text, "no connection in time"));
    kept_clear(&k);
    net_connect(s->net, "127.0.0.1", ntohs(at.sin_port), 100, keep, &k);
    wait_for(s->net, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_TIMEOUT);
    for (int i = 0; i < 8; i++)
        close(filler[i]);
    close(fd);
    free(url);
    kept_clear(&k);
}

static void no_answer_in_time_means_sent(void **state)
{
    struct story *s = *state;
    static const enum web_fault faults[] = {WEB_HANG, WEB_DRIP};
    for (size_t i = 0; i < 2; i++) {
        struct kept k = {0};
        web_clear(s->web);
        web_rule(s->web, "POST", "/slow", 0,
                 (struct web_answer){.fault = faults[i], .body = "0123456789"});
        char *url = xasprintf("%s/slow", web_base(s->web));
        send_url(s->net, url, 0, 200, &k);
        assert_int_equal(k.err.code, PC_ERR_TIMEOUT);
        assert_true(k.sent);
        assert_true(k.elapsed_ms >= 190 && k.elapsed_ms < 3000);
        free(url);
        kept_clear(&k);
    }
}

static void a_connect_says_open_or_refused(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    net_connect(s->net, "127.0.0.1", web_port(s->web), 0, keep, &k);
    assert_int_equal(k.count, 0);
    wait_for(s->net, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_false(k.sent);
    net_connect(s->net, "127.0.0.1", free_port(), 0, keep, &k);
    wait_for(s->net, &k, 2);
    assert_int_equal(k.err.code, PC_ERR_UNREACHABLE);
    assert_int_equal(k.os_errno, ECONNREFUSED);
    assert_int_equal(web_count(s->web, NULL, ""), 0); /* not a byte was sent */
    kept_clear(&k);
}

static void many_at_once_all_answer(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", "/n", 0, (struct web_answer){.body = "ok"});
    for (int i = 0; i < 200; i++)
        ask(s, "GET", "/n", &k);
    wait_for(s->net, &k, 200);
    assert_int_equal(web_count(s->web, "GET", "/n"), 200);
    assert_true(web_connections(s->web) <= 16);
    kept_clear(&k);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
    const struct CMUnitTest tests[] = {
        STORY(an_answer_is_told_whole),
        STORY(methods_and_bodies_arrive),
        STORY(a_status_is_an_answer_and_redirects_are_not_followed),
        STORY(connections_are_kept_but_a_post_has_its_own),
        STORY(a_post_is_sent_once),
        STORY(faults_are_named),
        STORY(an_error_body_is_cut_and_its_status_kept),
        STORY(refused_means_not_sent),
        STORY(what_cannot_be_sent_is_not_sent),
        STORY(a_password_in_a_url_is_not_repeated),
        STORY(no_connection_in_time_means_not_sent),
        STORY(no_answer_in_time_means_sent),
        STORY(a_connect_says_open_or_refused),
        STORY(many_at_once_all_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
