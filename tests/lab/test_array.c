/* The arrays: sessions, recovery points, and the query forms of REST 2. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct lab_child lab;
static char session[64];

/* api_token of site-b, from the configuration the lab writes. */
static char *array_token(void)
{
    char *path = xasprintf("%s/protector-console.cfg", lab.dir), line[512], token[64] = "";
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, "api_token = \"");
        if (at)
            sscanf(at, "api_token = \"%63[^\"]", token);
    }
    if (f)
        fclose(f);
    free(path);
    return xstrdup(token);
}

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", NULL};
    (void)state;
    lab_up(&lab, options);
    char *token = array_token(), *header = xasprintf("api-token: %s", token);
    char *url = xasprintf("%s/array/api/2.26/login", lab.url[B]);
    const char *const headers[] = {header, NULL};
    struct answer a = http("POST", url, "", headers);
    char *id = answer_header(&a, "x-auth-token");
    snprintf(session, sizeof(session), "%s", id ? id : "");
    answer_release(&a);
    free(id);
    free(token);
    free(header);
    free(url);
    return session[0] ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

static struct answer ask(const char *path)
{
    char *url = xasprintf("%s/array/api/2.26%s", lab.url[B], path);
    char *header = xasprintf("x-auth-token: %s", session);
    const char *const headers[] = {header, NULL};
    struct answer a = http("GET", url, NULL, headers);
    free(url);
    free(header);
    return a;
}

static void without_a_session_there_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(call_status(&lab, B, "GET", "/array/api/2.26/arrays", NULL, NULL), 401);
    char *url = xasprintf("%s/array/api/2.26/login", lab.url[B]);
    static const char *const headers[] = {"api-token: wrong", NULL};
    struct answer a = http("POST", url, "", headers);
    assert_int_equal(a.status, 401);
    assert_string_equal(json_text(json_array_get(json_list(a.json, "errors"), 0), "message"),
                        "Invalid API token.");
    answer_release(&a);
    free(url);
}

/* The newest snapshot that has come over as a whole, and what is in it. */
static void the_latest_usable_snapshot_is_found(void **state)
{
    struct answer a = ask("/protection-group-snapshots/transfer?names=array-a:prod-web-app&"
                          "destroyed=false&filter=progress%3D%221.0%22&sort=started-&limit=1");
    const json_t *item = json_array_get(json_list(a.json, "items"), 0);
    char *name = xstrdup(json_text(item, "name"));
    (void)state;
    assert_int_equal(json_array_size(json_list(a.json, "items")), 1);
    assert_int_equal(strncmp(name, "array-a:prod-web-app.", 21), 0);
    assert_true(json_int(item, "completed", 0) > json_int(item, "started", 0));
    answer_release(&a);
    char *path = xasprintf("/volume-snapshots?filter=name%%3D%%27%s.%%2A%%27&destroyed=false",
                           name);
    a = ask(path);
    assert_int_equal(json_array_size(json_list(a.json, "items")), 5);
    item = json_map(json_array_get(json_list(a.json, "items"), 0), "source");
    assert_int_equal(strncmp(json_text(item, "name"), "array-a:volume-", 15), 0);
    answer_release(&a);
    free(path);
    path = xasprintf("/protection-group-snapshots?names=%s", name);
    a = ask(path);
    assert_true(json_int(json_array_get(json_list(a.json, "items"), 0), "created", 0) > 0);
    answer_release(&a);
    free(path);
    free(name);
}

static void retention_is_four_hours(void **state)
{
    struct answer a = ask("/protection-group-snapshots?source_names=array-a:prod-web-app&"
                          "sort=created&total_item_count=true");
    size_t n = json_array_size(json_list(a.json, "items"));
    (void)state;
    assert_true(n >= 47 && n <= 49);
    assert_int_equal(json_int(a.json, "total_item_count", 0), n);
    int64_t last = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t at = json_int(json_array_get(json_list(a.json, "items"), i), "created", 0);
        assert_true(at > last);
        last = at;
    }
    answer_release(&a);
}

static void named_objects_must_exist_and_filters_need_not_match(void **state)
{
    struct answer a = ask("/protection-groups?names=array-a:nothing");
    (void)state;
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(a.text, "does not exist"));
    answer_release(&a);
    a = ask("/protection-groups?filter=name%3D%27array-a%3Anothing%27");
    assert_int_equal(a.status, 200);
    assert_int_equal(json_array_size(json_list(a.json, "items")), 0);
    answer_release(&a);
    a = ask("/protection-groups?filter=name%3D%27array-a%3Aprod-%2A%27%20and%20not%20volume_count"
            "%20%3E%2010");
    assert_int_equal(json_array_size(json_list(a.json, "items")), 1);
    answer_release(&a);
    a = ask("/protection-groups?filter=name%20~%20x");
    assert_int_equal(a.status, 400);
    answer_release(&a);
}

static void pages_go_on_by_token(void **state)
{
    struct answer a = ask("/protection-groups?limit=2");
    (void)state;
    assert_true(json_flag(a.json, "more_items_remaining", false));
    char *path = xasprintf("/protection-groups?limit=2&continuation_token=%s",
                           json_text(a.json, "continuation_token"));
    answer_release(&a);
    a = ask(path);
    assert_int_equal(json_array_size(json_list(a.json, "items")), 1);
    assert_false(json_flag(a.json, "more_items_remaining", true));
    answer_release(&a);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_session_there_is_nothing),
        cmocka_unit_test(the_latest_usable_snapshot_is_found),
        cmocka_unit_test(retention_is_four_hours),
        cmocka_unit_test(named_objects_must_exist_and_filters_need_not_match),
        cmocka_unit_test(pages_go_on_by_token),
    };
    return cmocka_run_group_tests(tests, up, down);
}
