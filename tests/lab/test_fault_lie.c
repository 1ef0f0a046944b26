/* The faults that nobody is told of, seen from a client. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SERVERS "/compute/v2.1/servers"
#define VOLUMES "/volume/v3/volumes"

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--speed", "20", NULL};
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

static int clear(void **state)
{
    struct answer a = control(&lab, "DELETE", "/faults", NULL);
    (void)state;
    answer_release(&a);
    return login(&lab, B, "demo", "lab-secret", lab.token[B]) == 201 ? 0 : -1;
}

static size_t volumes_named(const char *name)
{
    char *path = xasprintf(VOLUMES "?name=%s", name);
    json_t *doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    size_t n = json_array_size(json_list(doc, "volumes"));
    json_decref(doc);
    free(path);
    return n;
}

static char *new_volume(const char *name)
{
    char *body = xasprintf("{\"volume\": {\"name\": \"%s\", \"size\": 1}}", name);
    json_t *v = call_json(&lab, B, "POST", VOLUMES, NULL, body, 202);
    char *path = xasprintf(VOLUMES "/%s", json_text(json_map(v, "volume"), "id"));
    json_decref(v);
    free(body);
    return path;
}

/* A server of site-a by its name; its path, caller frees. */
static char *server(const char *name)
{
    char *id = id_of(&lab, A, SERVERS, "servers", name);
    char *path = xasprintf(SERVERS "/%s", id);
    free(id);
    return path;
}

static void act(const char *server_path, const char *body, int status)
{
    char *path = xasprintf("%s/action", server_path);
    assert_int_equal(call_status(&lab, A, "POST", path, NULL, body), status);
    free(path);
}

static char *read_text(int site, const char *path, const char *key, const char *what)
{
    json_t *o = call_json(&lab, site, "GET", path, NULL, NULL, 200);
    char *text = xstrdup(json_text(json_map(o, key), what));
    json_decref(o);
    return text;
}

static void what_was_refused_is_made_later(void **state)
{
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"verb\":\"POST\",\"count\":1,"
                "\"do\":\"apply-late=1\"}");
    assert_int_equal(call_status(&lab, B, "POST", VOLUMES, NULL,
                                 "{\"volume\": {\"name\": \"late\", \"size\": 1}}"), 504);
    assert_int_equal(volumes_named("late"), 0);
    for (int i = 0; i < 100 && volumes_named("late") == 0; i++)
        nap(50);
    assert_int_equal(volumes_named("late"), 1);
}

static void an_accepted_stop_never_comes(void **state)
{
    char *path = server("web-1"), *status;
    (void)state;
    fault(&lab, "{\"site\":\"site-a\",\"service\":\"compute\",\"body\":\"os-stop\",\"do\":"
                "\"lie\"}");
    act(path, "{\"os-stop\": null}", 202);
    nap(200);
    status = read_text(A, path, "server", "status");
    assert_string_equal(status, "ACTIVE");
    act(path, "{\"reboot\": {\"type\": \"SOFT\"}}", 202); /* only stops are lied about */
    assert_true(wait_status(&lab, A, path, "server", "ACTIVE"));
    free(status);
    free(path);
}

static void a_stop_hangs(void **state)
{
    char *path = server("web-2"), *task;
    (void)state;
    fault(&lab, "{\"site\":\"site-a\",\"service\":\"compute\",\"body\":\"os-stop\",\"do\":"
                "\"hang\"}");
    act(path, "{\"os-stop\": null}", 202);
    nap(300);
    task = read_text(A, path, "server", "OS-EXT-STS:task_state");
    assert_string_equal(task, "powering-off");
    free(task);
    free(path);
}

/* SHUTOFF, and yet somebody answers at its address. */
static void a_guest_outlives_its_server(void **state)
{
    char *path = server("billing-api-1");
    (void)state;
    fault(&lab, "{\"site\":\"site-a\",\"service\":\"compute\",\"body\":\"os-stop\",\"do\":"
                "\"ghost\"}");
    act(path, "{\"os-stop\": null}", 202);
    assert_true(wait_status(&lab, A, path, "server", "SHUTOFF"));
    struct answer a = control(&lab, "GET", "/state?site=site-a&kind=server", NULL);
    const json_t *o;
    size_t i;
    bool up = false;
    json_array_foreach(json_list(a.json, "documents"), i, o)
        if (strcmp(json_text(o, "name"), "billing-api-1") == 0)
            up = json_int(o, "guest_up", 0) > 0;
    assert_true(up);
    answer_release(&a);
    free(path);
}

static void nova_does_not_list_what_it_attached(void **state)
{
    char *path = server("db-1"), *list = xasprintf("%s/os-volume_attachments", path);
    json_t *before = call_json(&lab, A, "GET", list, NULL, NULL, 200);
    json_t *v = call_json(&lab, A, "POST", VOLUMES, NULL, "{\"volume\": {\"name\": \"more\", "
                                                          "\"size\": 1}}", 202);
    char *volume = xasprintf(VOLUMES "/%s", json_text(json_map(v, "volume"), "id"));
    char *body = xasprintf("{\"volumeAttachment\": {\"volumeId\": \"%s\"}}",
                           json_text(json_map(v, "volume"), "id"));
    (void)state;
    assert_true(wait_status(&lab, A, volume, "volume", "available"));
    fault(&lab, "{\"site\":\"site-a\",\"path\":\"*os-volume_attachments\",\"verb\":\"POST\","
                "\"do\":\"unlisted\"}");
    assert_int_equal(call_status(&lab, A, "POST", list, NULL, body), 200);
    json_t *after = call_json(&lab, A, "GET", list, NULL, NULL, 200);
    assert_int_equal(json_array_size(json_list(after, "volumeAttachments")),
                     json_array_size(json_list(before, "volumeAttachments")));
    json_decref(before);
    json_decref(after);
    json_decref(v);
    free(volume);
    free(body);
    free(list);
    free(path);
}

static size_t volumes_listed(void)
{
    json_t *o = call_json(&lab, B, "GET", VOLUMES "/detail", NULL, NULL, 200);
    size_t n = json_array_size(json_list(o, "volumes"));
    json_decref(o);
    return n;
}

static void a_list_is_behind_the_world(void **state)
{
    char *path = new_volume("newest");
    (void)state;
    size_t n = volumes_listed();
    fault(&lab, "{\"site\":\"site-b\",\"path\":\"/volumes/detail\",\"count\":1,\"do\":\"left-out\"}");
    assert_int_equal(volumes_listed(), n - 1);
    assert_int_equal(call_status(&lab, B, "GET", path, NULL, NULL), 200);
    assert_int_equal(volumes_listed(), n);
    fault(&lab, "{\"site\":\"site-b\",\"path\":\"/volumes/detail\",\"count\":1,\"do\":\"phantom\"}");
    json_t *o = call_json(&lab, B, "GET", VOLUMES "/detail", NULL, NULL, 200), *list;
    list = json_list(o, "volumes");
    assert_int_equal(json_array_size(list), n + 1);
    char *twin = xasprintf(VOLUMES "/%s", json_text(json_array_get(list, n), "id"));
    assert_string_equal(json_text(json_array_get(list, n), "name"), "newest");
    assert_int_equal(call_status(&lab, B, "GET", twin, NULL, NULL), 404);
    json_decref(o);
    free(twin);
    free(path);
}

static void a_volume_is_there_once_and_then_not(void **state)
{
    char *path = new_volume("once");
    (void)state;
    assert_true(wait_status(&lab, B, path, "volume", "available"));
    fault(&lab, "{\"site\":\"site-b\",\"service\":\"volume\",\"path\":\"/volumes/*\",\"verb\":"
                "\"GET\",\"count\":1,\"do\":\"gone\"}");
    char *status = read_text(B, path, "volume", "status");
    assert_string_equal(status, "available");
    assert_int_equal(call_status(&lab, B, "GET", path, NULL, NULL), 404);
    free(status);
    free(path);
}

static void a_token_lives_for_a_second(void **state)
{
    char token[256];
    (void)state;
    fault(&lab, "{\"site\":\"site-b\",\"path\":\"/auth/tokens\",\"do\":\"token-life=1\"}");
    assert_int_equal(login(&lab, B, "demo", "lab-secret", token), 201);
    memcpy(lab.token[B], token, sizeof(token));
    assert_int_equal(call_status(&lab, B, "GET", SERVERS, NULL, NULL), 200);
    nap(1100);
    assert_int_equal(call_status(&lab, B, "GET", SERVERS, NULL, NULL), 401);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        T(what_was_refused_is_made_later),
        T(an_accepted_stop_never_comes),
        T(a_stop_hangs),
        T(a_guest_outlives_its_server),
        T(nova_does_not_list_what_it_attached),
        T(a_list_is_behind_the_world),
        T(a_volume_is_there_once_and_then_not),
        T(a_token_lives_for_a_second),
    };
    return cmocka_run_group_tests(tests, up, down);
}
