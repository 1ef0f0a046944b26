/*
 * Tokens and passwords stand nowhere but in the requests that need them: not
 * in the log at its most talkative, not in an error, not in a remedy, even
 * when the service throws them back at us.
 */
#include "tests/cloud/cloud_story.h"

#include "backend/base/log.h"
#include "backend/cloud/nova.h"

#include <unistd.h>

#define X "/compute/v2.1/x"
#define APP_SECRET "app-cred-secret-value"

static const char *const SECRETS[] = {PASSWORD, "tok-secret-1", "tok-secret-2", APP_SECRET,
                                      "given-token-value"};

static void assert_no_secret(const char *text, const char *where)
{
    for (size_t i = 0; i < sizeof(SECRETS) / sizeof(SECRETS[0]); i++)
        if (strstr(text, SECRETS[i]))
            fail_msg("%s is in the %s: %s", SECRETS[i], where, text);
}

static char *read_log(const char *path)
{
    struct buf b;
    char bytes[4096];
    size_t n;
    buf_init(&b, 4 * 1024 * 1024);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
        buf_add(&b, bytes, n);
    fclose(f);
    char *text = buf_take(&b);
    buf_release(&b);
    return text;
}

/* Answers that hold the secrets themselves, so far as the site knows them. */
static void echoing_rules(struct story *s, const char *secret)
{
    const char *echo = arena_printf(
        &s->arena, "{\"badRequest\":{\"message\":\"who is %s with tok-secret-1?\"}}", secret);
    const char *page =
        arena_printf(&s->arena, "<html><title>%s tok-secret-1</title></html>", secret);
    const char *id = arena_printf(&s->arena, "X-Openstack-Request-Id: req-%s\r\n", secret);
    const char *raw = arena_printf(&s->arena, "%s tok-secret-1\r\n\r\n", secret);
    const struct web_answer answers[] = {
        {.status = 400, .body = echo},
        {.status = 401, .body = echo},
        {.status = 403, .body = page},
        {.status = 500, .body = echo},
        {.status = 302, .headers = "Location: http://h/tok-secret-1/x\r\n"},
        {.status = 404, .headers = id},
        {.status = 200, .body = echo},
        {.fault = WEB_RESET},
        {.fault = WEB_RAW, .body = raw},
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        web_rule(s->web, "POST", X, 1, answers[i]);
}

static void nothing_leaks(struct story *s, const char *secret)
{
    struct pc_error err;
    char path[] = "/tmp/protector-secrets-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(log_open(path, LOG_DEBUG, &err), PC_OK);
    web_clear(s->web);
    use_config(s, &s->cfg);
    echoing_rules(s, secret);
    site_is_up(s);
    for (int i = 0; i < 9; i++) {
        struct kept k = {0};
        CREATE(s, "/x", &k);
        assert_no_secret(k.err.text, "error");
        assert_no_secret(k.err.remedy, "remedy");
        assert_no_secret(k.err.request_id, "request id");
        kept_clear(&k);
    }
    /* And a log-in that is refused, with an echo. */
    web_clear(s->web);
    use_config(s, &s->cfg);
    web_rule(s->web, "POST", LOGIN, 0,
             (struct web_answer){
                 .status = 401,
                 .body = arena_printf(&s->arena, "{\"error\":{\"message\":\"%s\"}}", secret)});
    struct kept k = {0};
    CREATE(s, "/x", &k);
    assert_int_equal(k.err.code, PC_ERR_AUTH);
    assert_no_secret(k.err.text, "error");
    log_close();
    char *text = read_log(path);
    unlink(path);
    assert_holds(text, "site-b compute POST /x");
    assert_holds(text, "logged in");
    assert_no_secret(text, "log");
    free(text);
    kept_clear(&k);
}

static void with_a_password(void **state)
{
    nothing_leaks(*state, PASSWORD);
}

static void with_an_application_credential(void **state)
{
    struct story *s = *state;
    s->cfg.auth_type = "v3applicationcredential";
    s->cfg.application_credential_id = "ac1";
    s->cfg.application_credential_secret = APP_SECRET;
    nothing_leaks(s, APP_SECRET);
}

static void with_a_token(void **state)
{
    struct story *s = *state;
    s->cfg.auth_type = "token";
    s->cfg.token = "given-token-value";
    nothing_leaks(s, "given-token-value");
}

/* A token must not follow a redirect, nor go to where a link points. */
static void a_token_goes_only_to_the_catalogs_endpoints(void **state)
{
    struct story *s = *state;
    struct web *other = web_new();
    struct kept k = {0};
    web_rule(s->web, "GET", "/compute/v2.1/servers/detail?limit=500", 0,
             (struct web_answer){.body = arena_printf(&s->arena,
                                                      "{\"servers\":[{\"name\":\"a\"}],"
                                                      "\"servers_links\":[{\"rel\":\"next\","
                                                      "\"href\":\"%s/servers?marker=a\"}]}",
                                                      web_base(other))});
    web_rule(s->web, "GET", "/compute/v2.1/servers/detail?marker=a", 0,
             (struct web_answer){
                 .status = 302,
                 .headers = arena_printf(&s->arena, "Location: %s/x\r\n", web_base(other))});
    site_is_up(s);
    nova_servers(s->cloud, NULL, NULL, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_ERR_PROTOCOL);
    assert_holds(k.err.text, "redirected");
    assert_int_equal(web_connections(other), 0);
    web_free(other);
    kept_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(with_a_password),
        STORY(with_an_application_credential),
        STORY(with_a_token),
        STORY(a_token_goes_only_to_the_catalogs_endpoints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
