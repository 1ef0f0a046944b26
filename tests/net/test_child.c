/* Programs beside the loop: how they end, what they get, and that they go. */
#include "backend/net/child.h"

#include "backend/base/clock.h"
#include "backend/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
    int calls;
    struct child_result r;
    char *output;
};

static void keep(void *arg, const struct child_result *r)
{
    struct seen *s = arg;
    s->calls++;
    s->r = *r;
    free(s->output);
    s->output = xstrndup(r->output, r->output_len);
}

static struct child *start(struct net *n, const char *script, int64_t ms, struct seen *s)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    const char *const env[] = {"PATH=/usr/bin:/bin", "GREETING=a b", NULL};
    return child_start(n, &(struct child_request){argv, env, ms}, keep, s);
}

/* Runs it to its end; the loop must turn all the while. */
static void run(const char *script, int64_t ms, struct seen *s)
{
    struct net *n = net_new();
    int64_t until = clock_mono_ms() + 20000;
    memset(s, 0, sizeof(*s));
    start(n, script, ms, s);
    assert_int_equal(s->calls, 0);
    while (!s->calls && clock_mono_ms() < until)
        net_turn(n, 100);
    assert_int_equal(s->calls, 1);
    net_free(n);
}

static void how_it_ends_is_told(void **state)
{
    struct seen s;
    (void)state;
    run("echo out; echo err >&2; exit 3", 5000, &s);
    assert_int_equal(s.r.end, CHILD_EXITED);
    assert_int_equal(s.r.code, 3);
    assert_non_null(strstr(s.output, "out\n"));
    assert_non_null(strstr(s.output, "err\n"));
    assert_false(s.r.cut);
    free(s.output);
    run("kill -USR1 $$", 5000, &s);
    assert_int_equal(s.r.end, CHILD_SIGNALLED);
    assert_int_equal(s.r.code, SIGUSR1);
    free(s.output);
}

static void what_is_not_there_is_told(void **state)
{
    const char *const argv[] = {"/no/such/program", NULL}, *const env[] = {NULL};
    struct net *n = net_new();
    struct seen s = {0};
    (void)state;
    child_start(n, &(struct child_request){argv, env, 1000}, keep, &s);
    assert_int_equal(s.calls, 0); /* never from inside */
    while (!s.calls)
        net_turn(n, 100);
    assert_int_equal(s.r.end, CHILD_NOT_BEGUN);
    assert_int_equal(s.r.code, ENOENT);
    free(s.output);
    net_free(n);
}

/* Nothing of ours: neither variables nor descriptors, be they marked or not. */
static void it_gets_what_it_is_given(void **state)
{
    struct seen s;
    (void)state;
    int fd = open("/dev/null", O_RDONLY);
    setenv("PC_SECRET", "s3cret", 1);
    run("echo \"[$GREETING][$PC_SECRET][$HOME]\"; ls /proc/self/fd | tr '\\n' ' '; pwd", 5000, &s);
    assert_non_null(strstr(s.output, "[a b][][]"));
    assert_non_null(strstr(s.output, "0 1 2 3 /")); /* 3 is ls's own */
    unsetenv("PC_SECRET");
    close(fd);
    free(s.output);
}

static void the_shell_is_not_asked(void **state)
{
    const char *const argv[] = {"/bin/echo", "$HOME; id", NULL}, *const env[] = {NULL};
    struct net *n = net_new();
    struct seen s = {0};
    (void)state;
    child_start(n, &(struct child_request){argv, env, 5000}, keep, &s);
    while (!s.calls)
        net_turn(n, 100);
    assert_string_equal(s.output, "$HOME; id\n");
    free(s.output);
    net_free(n);
}

static void its_time_is_bounded(void **state)
{
    struct seen s;
    (void)state;
    int64_t began = clock_mono_ms();
    run("echo begun; sleep 60", 300, &s);
    assert_int_equal(s.r.end, CHILD_TIMEOUT);
    assert_string_equal(s.output, "begun\n");
    assert_true(clock_mono_ms() - began < 4000); /* SIGTERM was enough */
    free(s.output);
    /* Who will not hear is ended all the same, with whom it has begun. */
    began = clock_mono_ms();
    run("trap '' TERM; sleep 60 & echo $!; wait; sleep 60", 300, &s);
    assert_int_equal(s.r.end, CHILD_TIMEOUT);
    assert_true(clock_mono_ms() - began >= CHILD_GRACE_MS);
    pid_t left = (pid_t)strtol(s.output, NULL, 10);
    assert_true(left > 1);
    for (int i = 0; i < 100 && kill(left, 0) == 0; i++)
        usleep(20000); /* its new parent reaps it in its own time */
    assert_int_equal(kill(left, 0), -1);
    free(s.output);
}

static void a_flood_is_cut_and_does_not_stop_it(void **state)
{
    struct seen s;
    (void)state;
    run("yes 0123456789 | head -c 3000000; exit 4", 20000, &s);
    assert_int_equal(s.r.end, CHILD_EXITED);
    assert_int_equal(s.r.code, 4);
    assert_int_equal(s.r.output_len, CHILD_OUTPUT_MAX);
    assert_true(s.r.cut);
    free(s.output);
}

/* One that talks without an end must not keep the loop from its other work. */
static void ticked(void *arg)
{
    ++*(int *)arg;
}

static void the_loop_turns_on(void **state)
{
    struct net *n = net_new();
    struct seen s = {0};
    int ticks = 0;
    (void)state;
    struct child *c = start(n, "exec yes", 60000, &s);
    int64_t until = clock_mono_ms() + 1000;
    while (clock_mono_ms() < until) {
        int had = ticks;
        net_timer_start(n, 5, ticked, &ticks);
        while (ticks == had)
            net_turn(n, 50);
    }
    assert_true(ticks > 20);
    child_cancel(c);
    net_turn(n, 0);
    assert_int_equal(s.calls, 0); /* a cancelled one is not told of */
    child_cancel(NULL);
    net_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_ends_is_told),
        cmocka_unit_test(what_is_not_there_is_told),
        cmocka_unit_test(it_gets_what_it_is_given),
        cmocka_unit_test(the_shell_is_not_asked),
        cmocka_unit_test(its_time_is_bounded),
        cmocka_unit_test(a_flood_is_cut_and_does_not_stop_it),
        cmocka_unit_test(the_loop_turns_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
