/* Reads that are the same leave as one request; nothing else is ever shared. */
#include "tests/cloud/cloud_story.h"

#define X "/compute/v2.1/x"

static struct cloud_call *start(struct story *s, const char *method, const char *path,
                                const char *microversion, cloud_done *done, void *arg)
{
    struct cloud_request q = {.service = CLOUD_COMPUTE,
                              .repeat = strcmp(method, "GET") == 0 ? CLOUD_READ : CLOUD_SAFE,
                              .method = method,
                              .path = path,
                              .microversion = microversion};
    return cloud_send(s->cloud, &q, done, arg);
}

static struct cloud_call *look(struct story *s, struct kept *k)
{
    return start(s, "GET", "/x", NULL, keep, k);
}

/* Logged in and versions known, so that what is counted is what the test asks. */
static void site_is_known(struct story *s)
{
    struct kept k = {0};
    site_is_up(s);
    start(s, "GET", "/known", "2.1", keep, &k);
    wait_for(s, &k, 1);
    kept_clear(&k);
}

static void never(void *arg, const struct cloud_reply *r)
{
    (void)arg;
    (void)r;
    fail_msg("a cancelled call was called back");
}

static void each_of_three_gets_the_one_answer(void **state)
{
    struct story *s = *state;
    struct kept k[3] = {{0}};
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{\"a\":1}"});
    site_is_known(s);
    for (int i = 0; i < 3; i++)
        look(s, &k[i]);
    for (int i = 0; i < 3; i++) {
        wait_for(s, &k[i], 1);
        assert_int_equal(k[i].err.code, PC_OK);
        assert_int_equal(json_int(k[i].body, "a", 0), 1);
        kept_clear(&k[i]);
    }
    assert_int_equal(web_count(s->web, "GET", X), 1);
}

static void what_differs_leaves_apart(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, NULL, X, 0, (struct web_answer){.body = "{}"});
    site_is_known(s);
    start(s, "GET", "/x", NULL, keep, &k);
    start(s, "GET", "/x?limit=1", NULL, keep, &k);
    start(s, "GET", "/x", "2.90", keep, &k);
    start(s, "PUT", "/x", NULL, keep, &k);
    start(s, "PUT", "/x", NULL, keep, &k);
    start(s, "DELETE", "/x", NULL, keep, &k);
    start(s, "DELETE", "/x", NULL, keep, &k);
    wait_for(s, &k, 7);
    assert_int_equal(web_count(s->web, NULL, X), 7);
    kept_clear(&k);
}

/* The world may have changed between the two: the second must see it. */
static void a_read_that_has_left_is_not_joined(void **state)
{
    struct story *s = *state;
    struct kept first = {0}, second = {0};
    web_rule(s->web, "GET", X, 1, (struct web_answer){.body = "{\"a\":1}", .delay_ms = 200});
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{\"a\":2}"});
    site_is_known(s);
    struct cloud_call *call = look(s, &first);
    net_turn(s->net, 0); /* now it leaves */
    assert_int_equal(call->state, CLOUD_CALL_HTTP);
    for (int i = 0; i < 500 && web_count(s->web, "GET", X) == 0; i++)
        net_turn(s->net, 10); /* and is the first to arrive */
    look(s, &second);
    wait_for(s, &second, 1);
    wait_for(s, &first, 1);
    assert_int_equal(json_int(first.body, "a", 0), 1);
    assert_int_equal(json_int(second.body, "a", 0), 2);
    kept_clear(&first);
    kept_clear(&second);
}

static void whoever_leaves_takes_nobody_along(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    struct cloud_call *calls[3];
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{}", .delay_ms = 50});
    site_is_known(s);
    for (int gone = 0; gone < 3; gone++) {
        for (int i = 0; i < 3; i++)
            calls[i] = start(s, "GET", "/x", NULL, i == gone ? never : keep, &k);
        net_turn(s->net, 0);
        assert_int_equal(calls[2]->state, CLOUD_CALL_HTTP);
        cloud_cancel(calls[gone]);
        wait_for(s, &k, 2 * (gone + 1));
        assert_int_equal(k.err.code, PC_OK);
    }
    for (int i = 0; i < 3; i++)
        calls[i] = start(s, "GET", "/x", NULL, never, NULL);
    net_turn(s->net, 0);
    assert_int_equal(calls[2]->state, CLOUD_CALL_HTTP);
    for (int i = 0; i < 3; i++)
        cloud_cancel(calls[i]);
    for (int turns = 0; turns < 3; turns++)
        net_turn(s->net, 1);
    kept_clear(&k);
}

struct group {
    struct cloud_call *calls[4];
    int called;
};

static void cancel_all(void *arg, const struct cloud_reply *r)
{
    struct group *g = arg;
    assert_int_equal(r->err.code, PC_OK);
    g->called++;
    for (int i = 0; i < 4; i++)
        cloud_cancel(g->calls[i]); /* its own among them */
}

static void the_first_to_hear_may_cancel_the_others(void **state)
{
    struct story *s = *state;
    struct group g = {.called = 0};
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{}"});
    site_is_known(s);
    for (int i = 0; i < 4; i++)
        g.calls[i] = start(s, "GET", "/x", NULL, cancel_all, &g);
    while (g.called == 0)
        net_turn(s->net, -1);
    for (int turns = 0; turns < 3; turns++)
        net_turn(s->net, 1);
    assert_int_equal(g.called, 1);
}

/* Each goes its own way from a common failure: tries again, logs in anew. */
static void a_failure_is_each_ones_own(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "GET", X, 1, (struct web_answer){.status = 401});
    web_rule(s->web, "GET", X, 1, (struct web_answer){.status = 503});
    web_rule(s->web, "GET", X, 0, (struct web_answer){.body = "{}"});
    site_is_known(s);
    look(s, &k);
    look(s, &k);
    wait_for(s, &k, 2);
    assert_int_equal(k.err.code, PC_OK);
    assert_int_equal(web_count(s->web, "POST", LOGIN), 2); /* one for both */
    kept_clear(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(each_of_three_gets_the_one_answer),
        STORY(what_differs_leaves_apart),
        STORY(a_read_that_has_left_is_not_joined),
        STORY(whoever_leaves_takes_nobody_along),
        STORY(the_first_to_hear_may_cancel_the_others),
        STORY(a_failure_is_each_ones_own),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
