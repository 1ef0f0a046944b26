/* Attempts against real sockets, and against a stand-in for ssh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/mem.h"
#include "backend/probe/probe.h"
#include "tests/support/web.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct story {
    struct net *net;
    struct web *web;
    char dir[64];
    char *old_path;
    struct probe_options options;
};

struct kept {
    int count;
    struct probe_result r;
};

/* It writes its arguments down and does what its last one says. */
static const char FAKE_SSH[] =
    "#!/bin/sh\n"
    "printf '%s\\n' \"$@\" > \"${0%/*}/args\"\n"
    "for last; do :; done\n"
    "case $last in\n"
    "ok) echo fine; exit 0;;\n"
    "refused) echo 'ssh: connect to host 10.0.0.1 port 22: Connection refused' >&2; exit 255;;\n"
    "silent) exit 255;;\n"
    "flood) head -c 3000000 /dev/zero; echo; exit 4;;\n"
    "red) printf '\\033[31mred\\n' >&2; exit 255;;\n"
    "tty) if ( : < /dev/tty ) 2> /dev/null; then exit 9; fi; exit 0;;\n"
    "signal) kill -KILL $$;;\n"
    "hang) sleep 600 & echo $! > \"${0%/*}/pid\"; wait;;\n"
    "leave) sleep 600 > /dev/null 2>&1 & echo $! > \"${0%/*}/pid\"; exit 0;;\n"
    "*) exit 2;;\n"
    "esac\n";

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static char *read_file(const struct story *s, const char *name)
{
    static char text[8192];
    char *path = xasprintf("%s/%s", s->dir, name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
    free(path);
    return text;
}

static int story_open(void **state)
{
    struct story *s = xcalloc(1, sizeof(*s));
    s->net = net_new();
    s->web = web_new();
    snprintf(s->dir, sizeof(s->dir), "/tmp/protector-probe-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    char *ssh = xasprintf("%s/ssh", s->dir);
    write_file(ssh, FAKE_SSH, 0755);
    free(ssh);
    s->old_path = xstrdup(getenv("PATH"));
    char *path = xasprintf("%s:%s", s->dir, s->old_path);
    setenv("PATH", path, 1);
    free(path);
    s->options = (struct probe_options){.http_port = web_port(s->web),
                                        .allow_exec = true,
                                        .ssh_user = "drill",
                                        .ssh_key_file = "/keys/id",
                                        .known_hosts = "/state/known hosts 100%"};
    *state = s;
    return 0;
}

static int story_close(void **state)
{
    static const char *const names[] = {"ssh", "args", "pid"};
    struct story *s = *state;
    net_free(s->net);
    web_free(s->web);
    for (size_t i = 0; i < 3; i++) {
        char *path = xasprintf("%s/%s", s->dir, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(s->dir);
    setenv("PATH", s->old_path, 1);
    free(s->old_path);
    free(s);
    return 0;
}

static void keep(void *arg, const struct probe_result *r)
{
    struct kept *k = arg;
    k->count++;
    k->r = *r;
}

static struct kept attempt(struct story *s, const char *spec, const char *address)
{
    struct probe_check check;
    struct kept k = {0};
    assert_int_equal(probe_parse(spec, &check, NULL), PC_OK);
    assert_non_null(probe_start(s->net, &check, address, &s->options, keep, &k));
    assert_int_equal(k.count, 0); /* never from inside */
    while (k.count == 0)
        net_turn(s->net, -1);
    net_turn(s->net, 0);
    assert_int_equal(k.count, 1);
    return k;
}

static void assert_result(struct story *s, const char *spec, enum probe_outcome outcome,
                          const char *detail)
{
    struct kept k = attempt(s, spec, "127.0.0.1");
    assert_string_equal(k.r.detail, detail);
    assert_int_equal(k.r.outcome, outcome);
    assert_true(k.r.elapsed_ms >= 0 && k.r.elapsed_ms < 5000);
}

static void a_port_is_open_or_refused(void **state)
{
    struct story *s = *state;
    char spec[32];
    snprintf(spec, sizeof(spec), "tcp:%d", web_port(s->web));
    assert_result(s, spec, PROBE_PASS, "open");
    assert_result(s, "tcp:1", PROBE_FAIL, "refused");
    assert_int_equal(web_count(s->web, NULL, ""), 0);
}

static void only_2xx_passes(void **state)
{
    struct story *s = *state;
    static const struct {
        int status;
        enum probe_outcome outcome;
        const char *detail;
    } rows[] = {
        {200, PROBE_PASS, "200"},      {204, PROBE_PASS, "204"},      {299, PROBE_PASS, "299"},
        {301, PROBE_FAIL, "http 301"}, {302, PROBE_FAIL, "http 302"}, {404, PROBE_FAIL, "http 404"},
        {500, PROBE_FAIL, "http 500"}, {503, PROBE_FAIL, "http 503"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        web_clear(s->web);
        web_rule(s->web, "GET", "/healthz?x=1", 0,
                 (struct web_answer){.status = rows[i].status,
                                     .headers = "Location: {base}/elsewhere\r\n"});
        assert_result(s, "http:/healthz?x=1", rows[i].outcome, rows[i].detail);
        assert_int_equal(web_count(s->web, NULL, ""), 1);
    }
}

static void a_page_that_fails_is_named(void **state)
{
    struct story *s = *state;
    static const struct {
        struct web_answer answer;
        enum probe_outcome outcome;
        const char *detail;
    } rows[] = {
        {{.fault = WEB_RESET}, PROBE_FAIL, "broken"},
        {{.fault = WEB_CLOSE}, PROBE_FAIL, "broken"},
        {{.fault = WEB_RAW, .body = "SSH-2.0-x\r\n"}, PROBE_FAIL, "not-http"},
        {{.fault = WEB_HANG}, PROBE_FAIL, "timeout"},
        {{.fault = WEB_DRIP}, PROBE_FAIL, "timeout"},
        {{.oversize = 2000000}, PROBE_PASS, "200"},
        {{.fault = WEB_ENDLESS}, PROBE_PASS, "200"},
        {{.status = 500, .oversize = 2000000}, PROBE_FAIL, "http 500"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        web_clear(s->web);
        web_rule(s->web, "GET", "/", 0, rows[i].answer);
        s->options.total_ms = strcmp(rows[i].detail, "timeout") == 0 ? 300 : 0;
        assert_result(s, "http:/", rows[i].outcome, rows[i].detail);
    }
    s->options.http_port = 1;
    assert_result(s, "http:/", PROBE_FAIL, "refused");
}

/* The proxy of the environment is for the internet, not for test networks. */
static void no_proxy_is_asked(void **state)
{
    struct story *s = *state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    web_rule(s->web, "GET", "/", 0, (struct web_answer){.status = 200});
    assert_result(s, "http:/", PROBE_PASS, "200");
    unsetenv("http_proxy");
}

static void a_command_passes_by_its_exit(void **state)
{
    struct story *s = *state;
    assert_result(s, "exec:ok", PROBE_PASS, "exit 0");
    assert_result(s, "exec:something", PROBE_FAIL, "exit 2");
    assert_result(s, "exec:signal", PROBE_FAIL, "ssh ended by signal 9");
    assert_result(s, "exec:refused", PROBE_FAIL,
                  "ssh: ssh: connect to host 10.0.0.1 port 22: Connection refused");
    assert_result(s, "exec:silent", PROBE_FAIL, "ssh: no connection");
    assert_result(s, "exec:red", PROBE_FAIL, "ssh: \xef\xbf\xbd[31mred");
    assert_result(s, "exec:flood", PROBE_FAIL, "exit 4");
    assert_result(s, "exec:tty", PROBE_PASS, "exit 0");
}

/* An argument vector: what is in the command is for the guest's shell alone. */
static void ssh_gets_its_arguments(void **state)
{
    struct story *s = *state;
    assert_result(s, "exec:a; b \"$(touch /tmp/no)\" 'c' | d", PROBE_FAIL, "exit 2");
    assert_string_equal(read_file(s, "args"),
                        "-T\n-o\nBatchMode=yes\n-o\nConnectTimeout=5\n-o\nLogLevel=ERROR\n-o\n"
                        "StrictHostKeyChecking=accept-new\n-o\n"
                        "UserKnownHostsFile=\"/state/known hosts 100%%\"\n-i\n/keys/id\n--\n"
                        "drill@127.0.0.1\na; b \"$(touch /tmp/no)\" 'c' | d\n");
    s->options.ssh_key_file = "";
    assert_result(s, "exec:ok", PROBE_PASS, "exit 0");
    assert_null(strstr(read_file(s, "args"), "-i\n"));
}

/* Gone, or a zombie that only its new parent can bury. */
static bool is_dead(const struct story *s)
{
    char path[64], state_of = 'Z';
    long pid = strtol(read_file(s, "pid"), NULL, 10);
    assert_true(pid > 1);
    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "%*d (%*[^)]) %c", &state_of) != 1)
        state_of = 'Z';
    if (f)
        fclose(f);
    return state_of == 'Z';
}

static void assert_dies(struct story *s)
{
    for (int i = 0; i < 500 && !is_dead(s); i++)
        net_turn(s->net, 10);
    assert_true(is_dead(s));
}

static void the_deadline_ends_all_that_ssh_started(void **state)
{
    struct story *s = *state;
    s->options.total_ms = 500;
    assert_result(s, "exec:hang", PROBE_FAIL, "timeout");
    assert_dies(s);
}

static void the_end_of_ssh_ends_what_it_left(void **state)
{
    struct story *s = *state;
    assert_result(s, "exec:leave", PROBE_PASS, "exit 0");
    assert_dies(s);
}

static void never(void *arg, const struct probe_result *r)
{
    (void)arg;
    (void)r;
    fail_msg("a cancelled probe was called back");
}

static void a_probe_is_cancelled_at_any_time(void **state)
{
    struct story *s = *state;
    static const char *const specs[] = {"tcp:1", "http:/hang", "exec:hang", "exec:ok"};
    web_rule(s->web, NULL, "/hang", 0, (struct web_answer){.fault = WEB_HANG});
    probe_cancel(NULL);
    for (size_t i = 0; i < 4; i++) {
        struct probe_check check;
        assert_int_equal(probe_parse(specs[i], &check, NULL), PC_OK);
        probe_cancel(probe_start(s->net, &check, "127.0.0.1", &s->options, never, NULL));
        net_turn(s->net, 0);
    }
    struct probe_check check;
    assert_int_equal(probe_parse("exec:hang", &check, NULL), PC_OK);
    struct probe *p = probe_start(s->net, &check, "127.0.0.1", &s->options, never, NULL);
    while (*read_file(s, "pid") == '\0')
        net_turn(s->net, 5);
    probe_cancel(p);
    assert_dies(s);
}

static void exec_is_off_unless_it_is_configured(void **state)
{
    struct story *s = *state;
    s->options.allow_exec = false;
    struct kept k = attempt(s, "exec:ok", "127.0.0.1");
    assert_int_equal(k.r.outcome, PROBE_UNSUPPORTED);
    assert_non_null(strstr(k.r.detail, "allow_exec"));
    s->options.allow_exec = true;
    s->options.ssh_user = "";
    k = attempt(s, "exec:ok", "127.0.0.1");
    assert_int_equal(k.r.outcome, PROBE_UNSUPPORTED);
    assert_non_null(strstr(k.r.detail, "ssh_user"));
    s->options.ssh_user = "drill";
    k = attempt(s, "exec:ok", "-oProxyCommand=x");
    assert_int_equal(k.r.outcome, PROBE_UNSUPPORTED);
    assert_string_equal(read_file(s, "args"), ""); /* nothing ran */
    setenv("PATH", "/nonexistent", 1);
    k = attempt(s, "exec:ok", "127.0.0.1");
    assert_int_equal(k.r.outcome, PROBE_UNSUPPORTED);
    assert_non_null(strstr(k.r.detail, "openssh-client"));
}

static int count_descriptors(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void nothing_is_left_open(void **state)
{
    struct story *s = *state;
    assert_result(s, "exec:ok", PROBE_PASS, "exit 0");
    int before = count_descriptors();
    for (int i = 0; i < 10; i++) {
        assert_result(s, "exec:ok", PROBE_PASS, "exit 0");
        assert_result(s, "tcp:1", PROBE_FAIL, "refused");
    }
    assert_int_equal(count_descriptors(), before);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, story_open, story_close)
    const struct CMUnitTest tests[] = {
        STORY(a_port_is_open_or_refused),
        STORY(only_2xx_passes),
        STORY(a_page_that_fails_is_named),
        STORY(no_proxy_is_asked),
        STORY(a_command_passes_by_its_exit),
        STORY(ssh_gets_its_arguments),
        STORY(the_deadline_ends_all_that_ssh_started),
        STORY(the_end_of_ssh_ends_what_it_left),
        STORY(a_probe_is_cancelled_at_any_time),
        STORY(exec_is_off_unless_it_is_configured),
        STORY(nothing_is_left_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
