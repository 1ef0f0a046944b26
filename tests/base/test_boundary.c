/* What boundaries do when asked: count, write, end the process; and nothing otherwise. */
#include "backend/base/boundary.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t begin(const char *log, const char *kill_at, const char *stop_at)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        unsetenv("PROTECTOR_BOUNDARY_LOG");
        unsetenv("PROTECTOR_BOUNDARY_KILL");
        unsetenv("PROTECTOR_BOUNDARY_STOP");
        if (log)
            setenv("PROTECTOR_BOUNDARY_LOG", log, 1);
        if (kill_at)
            setenv("PROTECTOR_BOUNDARY_KILL", kill_at, 1);
        if (stop_at)
            setenv("PROTECTOR_BOUNDARY_STOP", stop_at, 1);
        boundary_pass("commit.before", "lease");
        boundary_pass("http.before", "GET a/b");
        boundary_pass("http.answer", "GET a/b");
        bool asked = log || stop_at || (kill_at && strtol(kill_at, NULL, 10) > 0);
        _exit(boundary_watched() == asked ? 7 : 8);
    }
    return pid;
}

/* A child that passes three boundaries, then exits with 7; its wait status. */
static int child(const char *log, const char *kill_at)
{
    int status = -1;
    pid_t pid = begin(log, kill_at, NULL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

/* How often it stood still before it ended as it should. */
static int stops(const char *stop_at)
{
    int status = -1, count = 0;
    pid_t pid = begin(NULL, NULL, stop_at);
    while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
        count++;
        kill(pid, SIGCONT);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    return count;
}

static void ends_with(int status, int signal)
{
    if (signal) {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signal);
    } else {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 7);
    }
}

static void does_nothing_unasked(void **state)
{
    (void)state;
    ends_with(child(NULL, NULL), 0);
}

static void kills_at_the_number(void **state)
{
    (void)state;
    ends_with(child(NULL, "1"), SIGKILL);
    ends_with(child(NULL, "3"), SIGKILL);
    ends_with(child(NULL, "4"), 0);
    ends_with(child(NULL, "0"), 0);
    ends_with(child(NULL, "rubbish"), 0);
}

static void kills_at_the_pattern(void **state)
{
    (void)state;
    ends_with(child(NULL, "2@*GET a/b"), SIGKILL);
    ends_with(child(NULL, "3@*GET a/b"), 0);
    ends_with(child(NULL, "1@* http.answer GET*"), SIGKILL);
}

static void stands_still_where_it_is_told(void **state)
{
    (void)state;
    assert_int_equal(stops("1"), 1);
    assert_int_equal(stops("1/1"), 3);
    assert_int_equal(stops("1/2"), 2);
    assert_int_equal(stops("3/7"), 1);
    assert_int_equal(stops("4/1"), 0);
    assert_int_equal(stops("2@*GET a/b"), 1);
    assert_int_equal(stops("1@* commit.before *"), 1);
    assert_int_equal(stops("2@* commit.before *"), 0);
}

static void writes_what_was_passed(void **state)
{
    char path[] = "/tmp/pc-boundary-XXXXXX", text[200];
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    ends_with(child(path, "2"), SIGKILL);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    assert_string_equal(text, "1 commit.before lease\n2 http.before GET a/b\n");
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_nothing_unasked),
        cmocka_unit_test(kills_at_the_number),
        cmocka_unit_test(kills_at_the_pattern),
        cmocka_unit_test(stands_still_where_it_is_told),
        cmocka_unit_test(writes_what_was_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
