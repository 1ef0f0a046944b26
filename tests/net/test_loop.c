/* Cancelling in every state, timers, descriptors, waking, and sleeping. */
#include "tests/net/net_story.h"

#include "backend/base/clock.h"
#include "backend/base/uuid.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* ---- cancelling calls ---- */

static void never(void *arg, const struct net_reply *r)
{
    (void)arg;
    (void)r;
    fail_msg("a cancelled call was called back");
}

static struct net_call *send_to(struct story *s, const char *path,
                                void (*done)(void *, const struct net_reply *), void *arg)
{
    char *url = xasprintf("%s%s", web_base(s->web), path);
    struct net_request q = {.method = "GET", .url = url};
    struct net_call *c = net_send(s->net, &q, done, arg);
    free(url);
    return c;
}

static void a_call_can_be_cancelled_at_once_and_in_flight(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, NULL, "/hang", 0, (struct web_answer){.fault = WEB_HANG});
    web_rule(s->web, NULL, "/ok", 0, (struct web_answer){.body = "ok"});
    net_cancel(NULL);
    net_cancel(send_to(s, "/hang", never, NULL));
    struct net_call *c = send_to(s, "/hang", never, NULL);
    while (web_count(s->web, "GET", "/hang") == 0)
        net_turn(s->net, 10);
    net_cancel(c);
    net_cancel(net_connect(s->net, "127.0.0.1", web_port(s->web), 0, never, NULL));
    exchange(s, "GET", "/ok", &k);
    assert_int_equal(k.status, 200);
    kept_clear(&k);
}

struct pair {
    struct net_call *own, *other;
    int count;
};

static void cancel_both(void *arg, const struct net_reply *r)
{
    struct pair *p = arg;
    assert_int_equal(r->err.code, PC_ERR_CONFIG);
    p->count++;
    net_cancel(p->own);   /* dies anyway */
    net_cancel(p->other); /* finished too, in the same turn: not called back */
}

static void cancel_own(void *arg, const struct net_reply *r)
{
    (void)r;
    struct pair *p = arg;
    p->count++;
    net_cancel(p->own);
}

static void a_callback_may_cancel_any_call(void **state)
{
    struct story *s = *state;
    struct pair p = {0};
    /* Both fail at once, so both are finished before the first callback. */
    struct net_request q = {.method = "GET", .url = "ftp://127.0.0.1/"};
    p.own = net_send(s->net, &q, cancel_both, &p);
    p.other = net_send(s->net, &q, never, NULL);
    while (p.count == 0)
        net_turn(s->net, -1);
    net_turn(s->net, 0);
    assert_int_equal(p.count, 1);

    struct pair own = {0};
    own.own = net_send(s->net, &q, cancel_own, &own);
    while (own.count == 0)
        net_turn(s->net, -1);
    assert_int_equal(own.count, 1);
}

struct chain {
    struct story *story;
    int left;
};

static void start_next(void *arg, const struct net_reply *r)
{
    struct chain *c = arg;
    assert_int_equal(r->status, 200);
    if (--c->left > 0)
        send_to(c->story, "/ok", start_next, c);
}

static void a_callback_may_start_calls(void **state)
{
    struct story *s = *state;
    struct chain c = {s, 20};
    web_rule(s->web, NULL, "/ok", 0, (struct web_answer){.body = "ok"});
    send_to(s, "/ok", start_next, &c);
    while (c.left > 0)
        net_turn(s->net, -1);
    assert_int_equal(web_count(s->web, "GET", "/ok"), 20);
}

static void never_fire(void *arg)
{
    (void)arg;
    fail_msg("a cancelled timer fired");
}

static void never_ready(void *arg, int events)
{
    (void)arg;
    (void)events;
    fail_msg("a stopped watch was called");
}

static void the_end_cancels_what_is_left(void **state)
{
    struct story *s = *state;
    int ends[2];
    struct net *n = net_new();
    struct net_request bad = {.method = "GET", .url = "ftp://127.0.0.1/"};
    char *url = xasprintf("%s/hang", web_base(s->web));
    struct net_request hang = {.method = "GET", .url = url};
    web_rule(s->web, NULL, "/hang", 0, (struct web_answer){.fault = WEB_HANG});
    assert_int_equal(pipe(ends), 0);
    net_send(n, &hang, never, NULL);
    while (web_count(s->web, "GET", "/hang") == 0)
        net_turn(n, 10);
    net_send(n, &bad, never, NULL);
    net_connect(n, "127.0.0.1", web_port(s->web), 0, never, NULL);
    net_timer_start(n, 0, never_fire, NULL);
    net_watch_start(n, ends[0], NET_READ, never_ready, NULL);
    net_free(n);
    net_free(NULL);
    close(ends[0]);
    close(ends[1]);
    free(url);
}

/* ---- before all else ---- */

struct first {
    struct net_call *call;
    struct net_timer *timer;
    int runs;
};

static void drop_all(void *arg)
{
    struct first *f = arg;
    f->runs++;
    net_cancel(f->call);
    net_timer_cancel(f->timer);
    f->call = NULL;
    f->timer = NULL;
}

/* The answer is there, and the time is over, when the loop comes to wait. */
static void what_comes_first_may_drop_all_that_is_due(void **state)
{
    struct story *s = *state;
    struct net_request bad = {.method = "GET", .url = "ftp://127.0.0.1/"};
    struct first f = {.call = net_send(s->net, &bad, never, NULL),
                      .timer = net_timer_start(s->net, 0, never_fire, NULL)};
    struct timespec moment = {0, 5000000};
    net_before(s->net, drop_all, &f);
    nanosleep(&moment, NULL);
    net_turn(s->net, 0);
    assert_int_equal(f.runs, 2); /* before what was to leave, and after the wait */
    net_turn(s->net, 0);
    assert_int_equal(f.runs, 3); /* nothing was to leave */
    net_before(s->net, NULL, NULL);
    net_turn(s->net, 0);
    assert_int_equal(f.runs, 3);
}

/* ---- what is to begin ---- */

struct start {
    struct net *net;
    struct net_timer *own, *other;
    const char *url;
    int begun, answered, again;
    bool tells;
};

static void on_answer(void *arg, const struct net_reply *r)
{
    struct start *t = arg;
    assert_int_equal(r->status, 200);
    t->answered++;
}

static bool begin(void *arg)
{
    struct start *t = arg;
    struct net_request q = {.method = "GET", .url = t->url};
    t->begun++;
    net_timer_cancel(t->own); /* its own: nothing */
    net_timer_cancel(t->other);
    t->other = NULL;
    t->own = t->again-- > 0 ? net_soon(t->net, begin, t) : NULL;
    if (!t->tells && !t->own)
        net_send(t->net, &q, on_answer, t);
    return t->tells;
}

static bool never_begin(void *arg)
{
    (void)arg;
    fail_msg("begun though it was cancelled");
    return false;
}

static void what_is_to_begin_leaves_before_the_wait(void **state)
{
    struct story *s = *state;
    char *url = xasprintf("%s/soon", web_base(s->web));
    struct start t = {.net = s->net, .url = url};
    web_rule(s->web, NULL, "/soon", 0, (struct web_answer){.status = 200, .body = "{}"});
    t.own = net_soon(s->net, begin, &t);
    t.other = net_soon(s->net, never_begin, NULL);
    net_timer_cancel(net_soon(s->net, never_begin, NULL));
    net_turn(s->net, 5000); /* the wait is the request's: its connection, then its answer */
    assert_int_equal(t.begun, 1);
    while (!t.answered)
        net_turn(s->net, 5000);
    free(url);
}

/* A call may find that it needs another one first. */
static void what_lets_another_begin_does_not_wait_for_it(void **state)
{
    struct story *s = *state;
    char *url = xasprintf("%s/soon", web_base(s->web));
    struct start t = {.net = s->net, .url = url, .again = 1};
    web_rule(s->web, NULL, "/soon", 0, (struct web_answer){.body = "{}"});
    t.own = net_soon(s->net, begin, &t);
    int64_t from = clock_mono_ms();
    while (!t.answered)
        net_turn(s->net, 5000);
    assert_int_equal(t.begun, 2);
    assert_in_range(clock_mono_ms() - from, 0, 4000);
    free(url);
}

/* Who was told of something gets the turn at once, and one that begins another none. */
static void what_begins_another_begins_one_a_turn(void **state)
{
    struct story *s = *state;
    struct start t = {.net = s->net, .again = 2, .tells = true};
    t.own = net_soon(s->net, begin, &t);
    for (int turns = 1; turns <= 3; turns++) {
        net_turn(s->net, -1);
        assert_int_equal(t.begun, turns);
    }
    net_turn(s->net, 0);
    assert_int_equal(t.begun, 3);
}

/* ---- timers ---- */

struct tick {
    struct net *net;
    struct net_timer *own, *other;
    int64_t due;
    int *order, number, fired, again;
};

static void note_order(void *arg)
{
    struct tick *t = arg;
    t->fired++;
    assert_true(clock_mono_ms() >= t->due);
    t->number = (*t->order)++;
}

static void timers_fire_in_order_and_not_early(void **state)
{
    struct story *s = *state;
    enum { COUNT = 300 };
    static struct tick ticks[COUNT];
    int order = 0, cancelled = 0;
    memset(ticks, 0, sizeof(ticks));
    for (int i = 0; i < COUNT; i++) {
        int64_t delay = (int64_t)(random_u64() % 40);
        ticks[i] = (struct tick){.order = &order, .due = clock_mono_ms() + delay, .number = -1};
        ticks[i].own = net_timer_start(s->net, delay, note_order, &ticks[i]);
    }
    for (int i = 0; i < COUNT; i += 3, cancelled++)
        net_timer_cancel(ticks[i].own);
    while (order < COUNT - cancelled)
        net_turn(s->net, -1);
    for (int i = 0; i < COUNT; i++)
        assert_int_equal(ticks[i].fired, i % 3 != 0);
    for (int i = 0; i < COUNT; i++)
        for (int k = 0; k < COUNT; k++)
            if (i % 3 && k % 3 && ticks[i].due + 1 < ticks[k].due)
                assert_true(ticks[i].number < ticks[k].number);
}

static void cancel_and_restart(void *arg)
{
    struct tick *t = arg;
    t->fired++;
    net_timer_cancel(t->own);
    net_timer_cancel(t->other);
    t->own = t->again-- > 0 ? net_timer_start(t->net, 0, cancel_and_restart, t) : NULL;
    t->other = NULL;
}

static void a_timer_may_cancel_and_start_timers(void **state)
{
    struct story *s = *state;
    struct tick t = {.net = s->net, .again = 3};
    t.own = net_timer_start(s->net, 0, cancel_and_restart, &t);
    t.other = net_timer_start(s->net, 0, never_fire, NULL);
    for (int turns = 1; turns <= 4; turns++) {
        while (t.fired < turns)
            net_turn(s->net, -1);
        assert_int_equal(t.fired, turns); /* one a turn: it cannot starve the loop */
    }
    net_turn(s->net, 0);
    assert_int_equal(t.fired, 4);
    net_timer_cancel(NULL);
}

/* ---- descriptors ---- */

struct pipe_reader {
    struct net_watch *own, *other;
    int fd, calls, bytes;
    bool ended;
};

static void read_some(void *arg, int events)
{
    struct pipe_reader *r = arg;
    char bytes[16];
    assert_true(events & NET_READ);
    r->calls++;
    ssize_t n = read(r->fd, bytes, sizeof(bytes));
    if (n > 0)
        r->bytes += (int)n;
    if (n == 0) {
        r->ended = true;
        net_watch_stop(r->own);
        net_watch_stop(r->other);
    }
}

static void a_descriptor_is_told_and_its_end_too(void **state)
{
    struct story *s = *state;
    int ends[2], other[2];
    struct pipe_reader r = {0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe(other), 0);
    r.fd = ends[0];
    r.own = net_watch_start(s->net, ends[0], NET_READ, read_some, &r);
    net_turn(s->net, 0);
    assert_int_equal(r.calls, 0);
    assert_int_equal(write(ends[1], "abc", 3), 3);
    while (r.bytes < 3)
        net_turn(s->net, -1);
    r.other = net_watch_start(s->net, other[0], NET_READ, never_ready, NULL);
    assert_int_equal(close(other[1]), 0); /* ready as well, but stopped by the first */
    assert_int_equal(close(ends[1]), 0);
    while (!r.ended)
        net_turn(s->net, -1);
    net_turn(s->net, 0);
    assert_int_equal(r.calls, 2);
    net_watch_stop(NULL);
    close(ends[0]);
    close(other[0]);
}

static void note_writable(void *arg, int events)
{
    *(int *)arg = events;
}

static void a_descriptor_can_be_watched_for_writing(void **state)
{
    struct story *s = *state;
    int ends[2], events = 0;
    assert_int_equal(pipe(ends), 0);
    struct net_watch *w = net_watch_start(s->net, ends[1], NET_WRITE, note_writable, &events);
    net_turn(s->net, -1);
    assert_int_equal(events, NET_WRITE);
    net_watch_stop(w);
    close(ends[0]);
    close(ends[1]);
}

/* ---- waking and sleeping ---- */

static void *wake_it(void *arg)
{
    net_wake(arg);
    return NULL;
}

static void another_thread_can_wake_the_loop(void **state)
{
    struct story *s = *state;
    pthread_t thread;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(pthread_create(&thread, NULL, wake_it, s->net), 0);
        net_turn(s->net, -1); /* would never return */
        pthread_join(thread, NULL);
    }
}

static void set_flag(void *arg)
{
    *(bool *)arg = true;
}

static void an_idle_loop_sleeps(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    bool fired = false;
    int turns = 0;
    /* With a kept connection, a hanging call and a quiet pipe to look after. */
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    web_rule(s->web, NULL, "/ok", 0, (struct web_answer){.body = "ok"});
    web_rule(s->web, NULL, "/hang", 0, (struct web_answer){.fault = WEB_HANG});
    exchange(s, "GET", "/ok", &k);
    send_to(s, "/hang", never, NULL);
    while (web_count(s->web, "GET", "/hang") == 0)
        net_turn(s->net, 10);
    net_turn(s->net, 0);
    net_watch_start(s->net, ends[0], NET_READ, never_ready, NULL);
    net_timer_start(s->net, 300, set_flag, &fired);
    int64_t from = clock_mono_ms();
    while (!fired) {
        net_turn(s->net, -1);
        turns++;
    }
    assert_true(clock_mono_ms() - from >= 300);
    assert_true(turns <= 5);
    close(ends[0]);
    close(ends[1]);
    kept_clear(&k);
}

/* Ten answers within a moment are not ten turns, each of them a wake-up; and what a
 * person asked for while nobody had waited does not come later for it. */
static void who_is_patient_is_woken_less(void **state)
{
    struct story *s = *state;
    struct kept k[10] = {{0}};
    int turns = 0, done = 0;
    bool fired = false;
    for (int i = 0; i < 10; i++) {
        static const char *const paths[] = {"/after-0", "/after-1", "/after-2", "/after-3", "/after-4",
                                            "/after-5", "/after-6", "/after-7", "/after-8", "/after-9"};
        web_rule(s->web, NULL, paths[i], 0,
                 (struct web_answer){.body = "ok", .delay_ms = 100 + 10 * i});
        ask(s, "GET", paths[i], &k[i]);
    }
    while (web_count(s->web, "GET", "/after-") < 10)
        net_turn(s->net, 5);
    net_patience(s->net, 150);
    while (done < 10) {
        net_turn(s->net, -1);
        for (int i = done = 0; i < 10; i++)
            done += k[i].count;
        turns++;
    }
    assert_true(turns <= 3);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(k[i].status, 200);
        kept_clear(&k[i]);
    }
    struct net_call *hangs = ask(s, "GET", "/hang", &k[0]);
    net_timer_start(s->net, 50, set_flag, &fired);
    net_wake(s->net);
    while (!fired) /* a timer is as ever */
        net_turn(s->net, -1);
    if (k[0].count == 0)
        net_cancel(hangs);
    kept_clear(&k[0]);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
    const struct CMUnitTest tests[] = {
        STORY(a_call_can_be_cancelled_at_once_and_in_flight),
        STORY(a_callback_may_cancel_any_call),
        STORY(a_callback_may_start_calls),
        STORY(the_end_cancels_what_is_left),
        STORY(what_comes_first_may_drop_all_that_is_due),
        STORY(what_is_to_begin_leaves_before_the_wait),
        STORY(what_lets_another_begin_does_not_wait_for_it),
        STORY(what_begins_another_begins_one_a_turn),
        STORY(timers_fire_in_order_and_not_early),
        STORY(a_timer_may_cancel_and_start_timers),
        STORY(a_descriptor_is_told_and_its_end_too),
        STORY(a_descriptor_can_be_watched_for_writing),
        STORY(another_thread_can_wake_the_loop),
        STORY(an_idle_loop_sleeps),
        STORY(who_is_patient_is_woken_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
