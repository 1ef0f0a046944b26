/* Kill, restart, outage: what survives, and what the lab says of itself. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"
#include "backend/base/usage.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define VOLUMES "/volume/v3/volumes"

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", NULL};
    (void)state;
    lab_up(&lab, options);
    return 0;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

/* Killed in the middle of making a volume: the same ports, ids and tokens, and
 * the volume got ready in the meantime. */
static void everything_survives_a_kill(void **state)
{
    static const char *const options[] = {"--latency", "none", NULL};
    struct lab_child before = lab;
    (void)state;
    json_t *doc = call_json(&lab, B, "POST", VOLUMES, NULL,
                            "{\"volume\":{\"name\":\"v\",\"size\":1}}", 202);
    char *path = xasprintf(VOLUMES "/%s", json_text(json_map(doc, "volume"), "id"));
    json_decref(doc);
    char *server = id_of(&lab, A, "/compute/v2.1/servers", "servers", "db-1");
    lab_kill(&lab, SIGKILL);
    nap(2500);
    lab_again(&lab, options);
    assert_string_equal(lab.url[A], before.url[A]);
    assert_string_equal(lab.url[B], before.url[B]);
    assert_string_equal(lab.control, before.control);
    assert_string_equal(lab.project[A], before.project[A]);
    memcpy(lab.token[B], before.token[B], sizeof(lab.token[B]));
    doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    assert_string_equal(json_text(json_map(doc, "volume"), "status"), "available");
    json_decref(doc);
    char *again = id_of(&lab, A, "/compute/v2.1/servers", "servers", "db-1");
    assert_string_equal(again, server);
    free(again);
    free(server);
    free(path);
}

static int run_second(const char *const *options, char *said, size_t size)
{
    int pipes[2], status;
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        dup2(pipes[1], STDERR_FILENO);
        execl(PC_BIN_DIR "/protector-lab", "protector-lab", "--state-dir", lab.dir, options[0],
              (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    size_t n = 0;
    ssize_t got;
    while (n + 1 < size && (got = read(pipes[0], said + n, size - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(pipes[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_second_lab_leaves_the_first_alone(void **state)
{
    static const char *const options[] = {"--if-running"};
    char said[1024], pid[32];
    (void)state;
    assert_int_equal(run_second(options, said, sizeof(said)), 0);
    snprintf(pid, sizeof(pid), "process %d", (int)lab.pid);
    assert_non_null(strstr(said, "already serves"));
    assert_non_null(strstr(said, pid));
    assert_non_null(strstr(said, "running\n"));
    assert_int_equal(call_status(&lab, A, "GET", "/compute/v2.1/servers", NULL, NULL), 200);
}

static void the_files_are_private(void **state)
{
    static const char *const files[] = {"clouds.yaml", "protector-console.cfg", "lab.json",
                                        "groups.json", "lab.db", "lock"};
    struct stat st;
    (void)state;
    assert_int_equal(stat(lab.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *path = xasprintf("%s/%s", lab.dir, files[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0077, 0);
        free(path);
    }
}

static void outage(bool on, const char *mode)
{
    char *body = xasprintf("{\"site\":\"site-b\",\"on\":%s,\"mode\":\"%s\"}",
                           on ? "true" : "false", mode);
    struct answer a = control(&lab, "POST", "/outage", body);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    free(body);
}

static void an_outage_is_one_sites_alone_and_ends(void **state)
{
    (void)state;
    outage(true, "refuse");
    struct answer a = call(&lab, B, "GET", "/compute/", NULL, NULL);
    assert_int_equal(a.curl, CURLE_COULDNT_CONNECT);
    answer_release(&a);
    assert_int_equal(call_status(&lab, A, "GET", "/compute/", NULL, NULL), 200);
    outage(false, "");
    assert_int_equal(call_status(&lab, B, "GET", "/compute/", NULL, NULL), 200);
    outage(true, "hang");
    a = call(&lab, B, "GET", "/compute/", NULL, NULL);
    assert_int_equal(a.curl, CURLE_OPERATION_TIMEDOUT);
    answer_release(&a);
    outage(false, "");
    assert_int_equal(call_status(&lab, B, "GET", "/compute/", NULL, NULL), 200);
}

static int64_t calls(const char *service, const char *verb)
{
    struct answer a = control(&lab, "GET", "/state", NULL);
    const json_t *site = json_array_get(json_list(a.json, "sites"), A);
    int64_t n = json_int(json_map(json_map(site, "calls"), service), verb, 0);
    answer_release(&a);
    return n;
}

static void calls_are_counted(void **state)
{
    (void)state;
    struct answer a = control(&lab, "DELETE", "/counters", NULL);
    assert_int_equal(a.status, 204);
    answer_release(&a);
    call_status(&lab, A, "GET", "/compute/v2.1/servers", NULL, NULL);
    call_status(&lab, A, "GET", "/compute/v2.1/flavors", NULL, NULL);
    call_status(&lab, A, "DELETE", "/compute/v2.1/servers/none", NULL, NULL);
    assert_int_equal(calls("compute", "GET"), 2);
    assert_int_equal(calls("compute", "DELETE"), 1);
    assert_int_equal(calls("volume", "GET"), 0);
}

/* All documents of some kinds, one a line, for whoever looks often. */
static void documents_come_in_lines(void **state)
{
    (void)state;
    struct answer a = control(&lab, "GET", "/documents?kinds=server,flavor", NULL);
    size_t lines = 0, servers = 0;
    assert_int_equal(a.status, 200);
    for (char *rest = NULL, *l = strtok_r(a.text, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
        json_t *line = json_loads(l, 0, NULL);
        assert_int_equal(json_array_size(line), 4);
        const char *kind = json_string_value(json_array_get(line, 1));
        servers += strcmp(kind, "server") == 0;
        lines++;
        json_decref(line);
    }
    answer_release(&a);
    a = control(&lab, "GET", "/state?site=site-a&kind=server", NULL);
    struct answer b = control(&lab, "GET", "/state?site=site-b&kind=server", NULL);
    assert_int_equal(servers, json_array_size(json_list(a.json, "documents")) +
                                  json_array_size(json_list(b.json, "documents")));
    assert_true(lines > servers);
    answer_release(&a);
    answer_release(&b);
    a = control(&lab, "GET", "/documents?kinds=server,nonsense", NULL);
    assert_int_equal(a.status, 400);
    answer_release(&a);
}

/* The child of a child that ends is told, and ends too. */
static void it_dies_with_its_parent(void **state)
{
    int pipes[2];
    char dir[] = "/tmp/lab-test-XXXXXX", word[8] = "";
    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(pipe(pipes), 0);
    pid_t middle = fork();
    if (middle == 0) {
        if (fork() == 0) {
            dup2(pipes[1], STDOUT_FILENO);
            close(pipes[1]);
            execl(PC_BIN_DIR "/protector-lab", "protector-lab", "--state-dir", dir,
                  "--die-with-parent", (char *)NULL);
            _exit(127);
        }
        pause();
        _exit(0);
    }
    close(pipes[1]);
    assert_int_equal(read(pipes[0], word, 6), 6);
    kill(middle, SIGKILL);
    waitpid(middle, NULL, 0);
    /* The pipe's other end closes when the lab has ended. */
    assert_int_equal(read(pipes[0], word, 1), 0);
    close(pipes[0]);
    struct lab_child gone = {0};
    snprintf(gone.dir, sizeof(gone.dir), "%s", dir);
    char *announced = xasprintf("%s/lab.json", dir);
    assert_int_equal(access(announced, F_OK), -1);
    free(announced);
    lab_down(&gone);
}

/* Two use it; it lives until both do not, and is gone when a third can enter. */
static void it_lives_while_it_is_used(void **state)
{
    int pipes[2];
    char dir[] = "/tmp/lab-test-XXXXXX", word[8] = "";
    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(pipe(pipes), 0);
    char *path = xasprintf("%s/users", dir), *announced = xasprintf("%s/lab.json", dir);
    int first = usage_open(path), second = usage_open(path), third = usage_open(path);
    assert_true(first >= 0 && second >= 0 && third >= 0);
    assert_true(usage_enter(first, 0) && usage_enter(second, 0));
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        execl(PC_BIN_DIR "/protector-lab", "protector-lab", "--state-dir", dir, "--while-used",
              (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    assert_int_equal(read(pipes[0], word, 6), 6);
    assert_false(usage_shut(first));
    close(first);
    nap(200);
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    assert_int_equal(access(announced, F_OK), 0);
    close(second);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(usage_enter(third, 0));
    assert_int_equal(access(announced, F_OK), -1);
    close(third);
    close(pipes[0]);
    free(announced);
    free(path);
    struct lab_child gone = {0};
    snprintf(gone.dir, sizeof(gone.dir), "%s", dir);
    lab_down(&gone);
}

static void tokens_end_in_time(void **state)
{
    static const char *const options[] = {"--latency", "none", "--token-life", "1", NULL};
    struct lab_child brief;
    (void)state;
    lab_up(&brief, options);
    assert_int_equal(call_status(&brief, A, "GET", "/compute/v2.1/servers", NULL, NULL), 200);
    nap(1100);
    assert_int_equal(call_status(&brief, A, "GET", "/compute/v2.1/servers", NULL, NULL), 401);
    lab_down(&brief);
}

static void ten_thousand_servers_are_served_in_pages(void **state)
{
    static const char *const options[] = {"--servers", "10000", "--groups",    "500",
                                          "--latency", "none",  "--page-size", "1000", NULL};
    struct lab_child large;
    (void)state;
    lab_up(&large, options);
    json_t *doc = call_json(&large, A, "GET", "/compute/v2.1/servers/detail", NULL, NULL, 200);
    assert_int_equal(json_array_size(json_list(doc, "servers")), 1000);
    assert_int_equal(json_array_size(json_list(doc, "servers_links")), 1);
    json_decref(doc);
    doc = call_json(&large, A, "GET", "/compute/v2.1/limits", NULL, NULL, 200);
    assert_int_equal(json_int(json_map(json_map(doc, "limits"), "absolute"), "totalInstancesUsed",
                              0), 10000);
    json_decref(doc);
    lab_kill(&large, SIGKILL);
    lab_again(&large, options);
    doc = call_json(&large, A, "GET", "/compute/v2.1/servers?name=vm-09000", NULL, NULL, 200);
    assert_int_equal(json_array_size(json_list(doc, "servers")), 1);
    json_decref(doc);
    lab_down(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_are_private),
        cmocka_unit_test(everything_survives_a_kill),
        cmocka_unit_test(a_second_lab_leaves_the_first_alone),
        cmocka_unit_test(an_outage_is_one_sites_alone_and_ends),
        cmocka_unit_test(calls_are_counted),
        cmocka_unit_test(documents_come_in_lines),
        cmocka_unit_test(it_dies_with_its_parent),
        cmocka_unit_test(it_lives_while_it_is_used),
        cmocka_unit_test(tokens_end_in_time),
        cmocka_unit_test(ten_thousand_servers_are_served_in_pages),
    };
    return cmocka_run_group_tests(tests, up, down);
}
