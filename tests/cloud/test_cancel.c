/* A call can be cancelled in every state it may be in, and so can the site. */
#include "tests/cloud/cloud_story.h"

#include "backend/cloud/nova.h"

#define X "/compute/v2.1/x"

static void never(void *arg, const struct cloud_reply *r)
{
    (void)arg;
    (void)r;
    fail_msg("a cancelled call was called back");
}

static struct cloud_call *start(struct story *s, const char *microversion, cloud_done *done,
                                void *arg)
{
    struct cloud_request q = {.service = CLOUD_COMPUTE,
                              .repeat = CLOUD_READ,
                              .method = "GET",
                              .path = "/x",
                              .microversion = microversion};
    return cloud_send(s->cloud, &q, done, arg);
}

/* Brings a call into `state` and returns it there. */
static struct cloud_call *in_state(struct story *s, enum cloud_call_state wanted)
{
    static const struct web_answer hang = {.fault = WEB_HANG}, busy = {.status = 503};
    struct kept k = {0};
    web_clear(s->web);
    use_config(s, &s->cfg);
    s->cloud->backoff_ms = 60 * 1000;
    if (wanted == CLOUD_CALL_WAIT_TOKEN)
        web_rule(s->web, "POST", LOGIN, 0, hang);
    if (wanted == CLOUD_CALL_HTTP)
        web_rule(s->web, "GET", X, 0, hang);
    if (wanted == CLOUD_CALL_BACKOFF)
        web_rule(s->web, "GET", X, 0, busy);
    if (wanted == CLOUD_CALL_WAIT_VERSION)
        web_rule(s->web, "GET", "/compute/v2.1/", 0, hang);
    site_is_up(s);
    struct cloud_call *call =
        start(s, wanted == CLOUD_CALL_WAIT_VERSION ? "2.90" : NULL, never, NULL);
    while (call->state != wanted)
        net_turn(s->net, -1);
    /* And until the request that it waits for is really under way. */
    const char *path = wanted == CLOUD_CALL_WAIT_TOKEN     ? LOGIN
                       : wanted == CLOUD_CALL_WAIT_VERSION ? "/compute/v2.1/"
                                                           : X;
    while (wanted != CLOUD_CALL_START && web_count(s->web, NULL, path) == 0)
        net_turn(s->net, 5);
    assert_int_equal(call->state, wanted);
    kept_clear(&k);
    return call;
}

static const enum cloud_call_state STATES[] = {CLOUD_CALL_START, CLOUD_CALL_WAIT_TOKEN,
                                               CLOUD_CALL_WAIT_VERSION, CLOUD_CALL_BACKOFF,
                                               CLOUD_CALL_HTTP};

static void a_call_is_cancelled_in_any_state(void **state)
{
    struct story *s = *state;
    cloud_cancel(NULL);
    for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
        cloud_cancel(in_state(s, STATES[i]));
        for (int turns = 0; turns < 3; turns++)
            net_turn(s->net, 0);
    }
}

static void a_site_is_freed_in_any_state(void **state)
{
    struct story *s = *state;
    for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
        in_state(s, STATES[i]);
        cloud_free(s->cloud);
        s->cloud = NULL;
        for (int turns = 0; turns < 3; turns++)
            net_turn(s->net, 0);
    }
    cloud_free(NULL);
}

/* The others that wait for the same log-in do not notice. */
static void cancelling_one_leaves_the_others(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{}"});
    site_is_up(s);
    start(s, "2.90", keep, &k);
    struct cloud_call *gone = start(s, "2.90", never, NULL);
    start(s, "2.90", keep, &k);
    while (gone->state != CLOUD_CALL_WAIT_TOKEN)
        net_turn(s->net, -1);
    cloud_cancel(gone);
    wait_for(s, &k, 2);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "GET", X), 1); /* the two left are one request */
    kept_clear(&k);
}

struct group {
    struct story *story;
    struct cloud_call *calls[6];
    int index, called;
};

static void cancel_all(void *arg, const struct cloud_reply *r)
{
    struct group *g = arg;
    assert_int_equal(r->err.code, PC_ERR_AUTH);
    g->called++;
    for (int i = 0; i < 6; i++)
        cloud_cancel(g->calls[i]); /* its own among them */
    memset(g->calls, 0, sizeof(g->calls));
}

/* Six wait for a log-in that is refused; the first to hear cancels them all. */
static void a_callback_may_cancel_all_who_wait_with_it(void **state)
{
    struct story *s = *state;
    struct group g = {.story = s};
    web_rule(s->web, "POST", LOGIN, 0, (struct web_answer){.status = 401});
    for (int i = 0; i < 6; i++)
        g.calls[i] = start(s, NULL, cancel_all, &g);
    while (g.called == 0)
        net_turn(s->net, -1);
    net_turn(s->net, 0);
    assert_int_equal(g.called, 1);
}

static void ask_once_more(void *arg, const struct cloud_reply *r)
{
    struct group *g = arg;
    assert_true(r->err.code != PC_OK);
    if (++g->called < 12)
        start(g->story, NULL, ask_once_more, g);
}

static void a_callback_may_start_calls(void **state)
{
    struct story *s = *state;
    struct group g = {.story = s};
    web_rule(s->web, "POST", LOGIN, 0, (struct web_answer){.status = 401});
    for (int i = 0; i < 4; i++)
        start(s, NULL, ask_once_more, &g);
    while (g.called < 12)
        net_turn(s->net, -1);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_call_is_cancelled_in_any_state), STORY(a_site_is_freed_in_any_state),
        STORY(cancelling_one_leaves_the_others), STORY(a_callback_may_cancel_all_who_wait_with_it),
        STORY(a_callback_may_start_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
