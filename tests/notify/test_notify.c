/* The webhook against a receiver that also misbehaves, and its body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/clock.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/notify/notify.h"
#include "tests/support/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct story {
    struct net *net;
    struct web *web;
    char url[200];
    struct notify_options o;
    int told, again; /* tries told, and how many of them said: once more */
    struct notify_news last;
};

static int story_open(void **state)
{
    struct story *s = xcalloc(1, sizeof(*s));
    s->net = net_new();
    s->web = web_new();
    snprintf(s->url, sizeof(s->url), "%s/hooks/T0-secret-path", web_base(s->web));
    s->o = (struct notify_options){
        .url = s->url,
        .secret = "key",
        .delivery = "op-1234",
        .body = "The quick brown fox jumps over the lazy dog",
        .timeout_s = 1,
        .attempts = 3,
        .pause_ms = 20,
    };
    *state = s;
    return 0;
}

static int story_close(void **state)
{
    struct story *s = *state;
    net_free(s->net);
    web_free(s->web);
    free(s);
    return 0;
}

static void on_told(void *arg, const struct notify_news *news)
{
    struct story *s = arg;
    s->told++;
    s->again += !news->over;
    s->last = *news;
}

static void deliver(struct story *s)
{
    int64_t until = clock_mono_ms() + 20000;
    s->told = s->again = 0;
    s->last.over = false;
    notify_start(s->net, &s->o, on_told, s);
    assert_int_equal(s->told, 0);
    while (!s->last.over && clock_mono_ms() < until)
        net_turn(s->net, 1000);
    assert_true(s->last.over);
}

static void it_is_signed_and_numbered(void **state)
{
    struct story *s = *state;
    char value[200];
    web_rule(s->web, "POST", "/hooks/", 0, (struct web_answer){.status = 204});
    deliver(s);
    assert_int_equal(s->last.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", "/"), 1);
    const struct web_request *r = web_nth(s->web, "POST", "/", 1);
    assert_string_equal(r->body, s->o.body);
    assert_string_equal(web_header(r, "X-Protector-Delivery", value, sizeof(value)), "op-1234");
    assert_string_equal(web_header(r, "Content-Type", value, sizeof(value)), "application/json");
    /* The well-known example of HMAC-SHA256 under "key". */
    assert_string_equal(web_header(r, "X-Protector-Signature", value, sizeof(value)),
                        "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

static void without_a_secret_it_is_not_signed(void **state)
{
    struct story *s = *state;
    char value[200];
    s->o.secret = "";
    web_rule(s->web, "POST", "/", 0, (struct web_answer){.status = 200});
    deliver(s);
    assert_string_equal(web_header(web_nth(s->web, "POST", "/", 1), "X-Protector-Signature", value,
                                   sizeof(value)), "");
}

/* Everything that may pass is tried again, and each try is the same. */
static void what_may_pass_is_tried_again(void **state)
{
    static const struct web_answer faults[] = {
        {.status = 500}, {.status = 503}, {.status = 429}, {.status = 408},
        {.fault = WEB_RESET}, {.fault = WEB_CLOSE}, {.fault = WEB_RAW, .body = "no HTTP\r\n\r\n"},
        {.fault = WEB_HANG}, /* until the time-out: the outcome is unknown */
    };
    struct story *s = *state;
    char first[200], second[200];
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        web_clear(s->web);
        web_rule(s->web, "POST", "/", 1, faults[i]);
        web_rule(s->web, "POST", "/", 1, (struct web_answer){.status = 200});
        deliver(s);
        if (s->last.err.code || s->told != 2 || web_count(s->web, "POST", "/") != 2)
            fail_msg("fault %zu: %d told, %s", i, s->told, s->last.err.text);
        const struct web_request *a = web_nth(s->web, "POST", "/", 1);
        const struct web_request *b = web_nth(s->web, "POST", "/", 2);
        assert_string_equal(a->body, b->body);
        assert_string_equal(web_header(a, "X-Protector-Delivery", first, sizeof(first)),
                            web_header(b, "X-Protector-Delivery", second, sizeof(second)));
        assert_string_equal(web_header(a, "X-Protector-Signature", first, sizeof(first)),
                            web_header(b, "X-Protector-Signature", second, sizeof(second)));
    }
}

static void a_refusal_is_not_repeated(void **state)
{
    static const int answers[] = {400, 401, 403, 404, 410, 422, 301, 302, 307};
    struct story *s = *state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        web_clear(s->web);
        web_rule(s->web, "POST", "/", 0, (struct web_answer){.status = answers[i],
                                                              .headers = "Location: {base}/\r\n"});
        deliver(s);
        assert_int_equal(web_count(s->web, NULL, "/"), 1);
        assert_int_equal(s->last.err.http_status, answers[i]);
        assert_true(*s->last.err.remedy);
    }
}

static void it_is_given_up(void **state)
{
    struct story *s = *state;
    web_rule(s->web, "POST", "/", 0, (struct web_answer){.status = 502});
    deliver(s);
    assert_int_equal(s->told, 3);
    assert_int_equal(s->again, 2);
    assert_int_equal(s->last.attempt, 3);
    assert_int_equal(s->last.err.code, PC_ERR_SERVER);
    assert_int_equal(web_count(s->web, "POST", "/"), 3);
}

/* A hook's path often is its password. */
static void neither_secret_nor_path_is_told(void **state)
{
    struct story *s = *state;
    web_rule(s->web, "POST", "/", 1, (struct web_answer){.fault = WEB_RESET});
    web_rule(s->web, "POST", "/", 0, (struct web_answer){.status = 400});
    deliver(s);
    assert_null(strstr(s->last.err.text, "T0-secret"));
    assert_non_null(strstr(s->last.err.text, "127.0.0.1"));
    assert_null(strstr(s->last.err.remedy, "T0-secret"));
    snprintf(s->url, sizeof(s->url), "http://user:password@127.0.0.1:1/x?token=T0-secret");
    s->o.url = s->url;
    s->o.attempts = 1;
    deliver(s);
    assert_null(strstr(s->last.err.text, "password"));
    assert_null(strstr(s->last.err.text, "T0-secret"));
}

static void it_can_be_cancelled_at_any_time(void **state)
{
    struct story *s = *state;
    web_rule(s->web, "POST", "/", 0, (struct web_answer){.status = 500});
    notify_cancel(NULL);
    struct notify *d = notify_start(s->net, &s->o, on_told, s);
    notify_cancel(d); /* the call is under way */
    s->o.pause_ms = 60000;
    d = notify_start(s->net, &s->o, on_told, s);
    while (s->told == 0)
        net_turn(s->net, 1000);
    notify_cancel(d); /* it pauses */
    assert_int_equal(s->told, 1);
}

static void the_secret_is_one_line_of_a_file(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        enum pc_err rc;
    } cases[] = {{"s3cret-word\n", 12, PC_OK}, {"s3cret-word", 11, PC_OK},
                 {"", 0, PC_ERR_CONFIG}, {"\n \n", 3, PC_ERR_CONFIG},
                 {"a\0b", 3, PC_ERR_CONFIG}};
    (void)state;
    char path[] = "/tmp/protector-notify-XXXXXX", secret[NOTIFY_SECRET_MAX + 1], line[64];
    struct pc_error err;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, cases[i].text, cases[i].len, 0), cases[i].len);
        assert_int_equal(notify_secret(path, secret, &err), cases[i].rc);
        if (cases[i].rc == PC_OK)
            assert_string_equal(secret, "s3cret-word");
    }
    snprintf(line, sizeof(line), "it was s3cret-word");
    log_redact(line);
    assert_string_equal(line, "it was ***");
    close(fd);
    unlink(path);
    assert_int_equal(notify_secret(path, secret, &err), PC_ERR_CONFIG);
    assert_true(*err.remedy);
}

/* ---- the body ------------------------------------------------------------------ */

static int add_made(struct plan *p, struct operation *op, enum step_kind kind, const char *key,
                    json_t *params, const char *const ledger[4])
{
    int step = op ? plan_find(p, key) : plan_add(p, kind, key, key, params);
    if (!op)
        return step;
    op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
    struct ledger_entry *e = &op->ledger[op->ledger_count++];
    memset(e, 0, sizeof(*e));
    e->step = step;
    e->state = LEDGER_MADE;
    snprintf(e->type, sizeof(e->type), "%s", ledger[0]);
    snprintf(e->name, sizeof(e->name), "%s", ledger[1]);
    snprintf(e->source_id, sizeof(e->source_id), "%s", ledger[2]);
    snprintf(e->resource_id, sizeof(e->resource_id), "%s", ledger[3]);
    op->steps[step].status = STEP_DONE;
    return step;
}

static json_t *port_params(const char *port, const char *from, const char *to)
{
    json_t *o = json_object();
    json_put_text(o, "source_port_id", port);
    json_put_text(o, "source_id", from);
    json_put_text(o, "network_id", to);
    json_put_text(o, "network_name", "net-b");
    return o;
}

static void the_body_tells_what_is_where(void **state)
{
    static const char *const rows[][4] = {{"server", "web-1", "s1", "t1"},
                                          {"volume", "root", "v1", "w1"},
                                          {"port", "web-1-nic0", "n1", "q1"},
                                          {"port", "web-1-nic1", "n1", "q2"},
                                          {"server", "web-2", "s2", "t2"},
                                          {"floating_ip", "198.51.100.5", "f1", "g1"}};
    static const char *const keys[] = {"create_server:a", "create_volume:a", "create_port:a",
                                       "create_port:b", "create_server:b", "create_floating_ip:a"};
    (void)state;
    struct plan *p = plan_new();
    json_t *params[] = {NULL, NULL, port_params("p1", "n1", "m1"), port_params("", "n1", "m1"),
                        NULL, NULL};
    for (size_t i = 0; i < 6; i++)
        add_made(p, NULL, STEP_CREATE_SERVER, keys[i], params[i], NULL);
    struct operation *op = operation_new(OP_FAILOVER, p);
    snprintf(op->group, sizeof(op->group), "prod");
    for (size_t i = 0; i < 6; i++)
        add_made(p, op, STEP_CREATE_SERVER, keys[i], NULL, rows[i]);
    op->steps[4].status = STEP_FAILED; /* it is there, in ERROR */

    json_t *body = notify_body(op, &(struct notify_place){"a", "pa"},
                               &(struct notify_place){"b", ""});
    json_t *want = json_pack(
        "{s:s, s:[{s:s,s:s,s:s,s:s}, {s:s,s:s,s:s,s:s}, {s:s,s:s,s:s,s:s}, {s:n,s:s,s:s,s:s},"
        " {s:s,s:s,s:s,s:s}, {s:s,s:s,s:s,s:s}]}", "PolicyName", "prod", "ResourceMapping",
        "ResourceId", "openstack://a/pa/compute/s1", "ResourceType", "VirtualMachine",
        "ResourceName", "web-1", "TargetResourceId", "openstack://b/-/compute/t1",
        "ResourceId", "openstack://a/pa/volume/v1", "ResourceType", "Disk",
        "ResourceName", "root", "TargetResourceId", "openstack://b/-/volume/w1",
        "ResourceId", "openstack://a/pa/network/p1", "ResourceType", "NetworkInterface",
        "ResourceName", "web-1-nic0", "TargetResourceId", "openstack://b/-/network/q1",
        "ResourceId", "ResourceType", "NetworkInterface",
        "ResourceName", "web-1-nic1", "TargetResourceId", "openstack://b/-/network/q2",
        "ResourceId", "openstack://a/pa/network/n1", "ResourceType", "VirtualNetwork",
        "ResourceName", "net-b", "TargetResourceId", "openstack://b/-/network/m1",
        "ResourceId", "openstack://a/pa/network/f1", "ResourceType", "PublicIPAddress",
        "ResourceName", "198.51.100.5", "TargetResourceId", "openstack://b/-/network/g1");
    if (!json_equal(body, want))
        fail_msg("%s", json_compact(body));
    json_decref(body);
    json_decref(want);
    operation_free(op);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
        STORY(it_is_signed_and_numbered),
        STORY(without_a_secret_it_is_not_signed),
        STORY(what_may_pass_is_tried_again),
        STORY(a_refusal_is_not_repeated),
        STORY(it_is_given_up),
        STORY(neither_secret_nor_path_is_told),
        STORY(it_can_be_cancelled_at_any_time),
        cmocka_unit_test(the_secret_is_one_line_of_a_file),
        cmocka_unit_test(the_body_tells_what_is_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
