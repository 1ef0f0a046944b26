/* Replication the other way: what site-b serves comes back to site-a. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

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

/* A volume of that type on site-b's Cinder; its id, caller frees. */
static char *volume(const char *type)
{
    char *body = xasprintf("{\"volume\": {\"name\": \"v\", \"size\": 1, \"volume_type\": "
                           "\"%s\"}}", type);
    json_t *v = call_json(&lab, B, "POST", "/volume/v3/volumes", NULL, body, 202);
    char *id = xstrdup(json_text(json_map(v, "volume"), "id"));
    char *path = xasprintf("/volume/v3/volumes/%s", id);
    assert_true(wait_status(&lab, B, path, "volume", "available"));
    json_decref(v);
    free(path);
    free(body);
    return id;
}

static size_t groups_of(int site, const char *id)
{
    char *path = xasprintf("/volumes/protection-groups?filter=member.name%%3D%%27%%2Avolume-%s-cinder"
                           "%%27", id);
    struct answer a = array_ask(&lab, site, "GET", path, NULL);
    size_t n = answer_items(&a);
    if (n)
        assert_string_equal(json_text(json_map(answer_item(&a, 0), "group"), "name"),
                            site == B ? "cinder-group" : "array-b:cinder-group");
    answer_release(&a);
    free(path);
    return n;
}

/* The newest point of site-b's group that has come to site-a; caller frees. */
static char *arrived(void)
{
    struct answer a = array_ask(&lab, B, "POST",
                          "/protection-group-snapshots?source_names=cinder-group&replicate_now=true"
                          "&apply_retention=true", "{\"suffix\": \"ptr-back\"}");
    char *name = xasprintf("array-b:%s", json_text(answer_item(&a, 0), "name"));
    char *path = xasprintf("/protection-group-snapshots/transfer?filter=name%%3D%%27%s%%27%%20and"
                           "%%20progress%%3D%%271.0%%27", name);
    size_t n = 0;
    answer_release(&a);
    for (int i = 0; i < 400 && !n; i++) {
        a = array_ask(&lab, A, "GET", path, NULL);
        n = answer_items(&a);
        answer_release(&a);
        if (!n)
            nap(25);
    }
    assert_int_equal(n, 1);
    free(path);
    return name;
}

static void a_volume_that_replicates_joins_the_drivers_group(void **state)
{
    char *plain = volume("plain"), *id = volume("replicated");
    (void)state;
    assert_int_equal(groups_of(B, plain), 0);
    assert_int_equal(groups_of(B, id), 1);
    assert_int_equal(groups_of(A, id), 1);

    char *point = arrived();
    char *path = xasprintf("/volume-snapshots?filter=name%%3D%%27%s.%%2A%%27", point);
    struct answer a = array_ask(&lab, A, "GET", path, NULL);
    assert_int_equal(answer_items(&a), 1);
    char *source = xasprintf("array-b:volume-%s-cinder", id);
    assert_string_equal(json_text(json_map(answer_item(&a, 0), "source"), "name"), source);
    char *body = xasprintf("{\"source\": {\"name\": \"%s\"}}", json_text(answer_item(&a, 0), "name"));
    answer_release(&a);
    a = array_ask(&lab, A, "POST", "/volumes?names=ptr-back-again", body);
    assert_string_equal(json_text(json_map(answer_item(&a, 0), "source"), "name"), source);
    answer_release(&a);
    free(body);
    free(source);
    free(path);

    path = xasprintf("/volume/v3/volumes/%s", id);
    assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 202);
    assert_true(wait_gone(&lab, B, path));
    assert_int_equal(groups_of(B, id), 0);
    free(path);
    free(point);
    free(plain);
    free(id);
}

static bool allowed(void)
{
    struct answer a = array_ask(&lab, B, "GET", "/protection-groups/targets?filter=group.name%3D%27mine%27",
                          NULL);
    bool yes = json_flag(answer_item(&a, 0), "allowed", false);
    answer_release(&a);
    return yes;
}

/* By hand: a group, its target, the target's consent, its schedule. */
static void a_group_of_site_b_is_made_step_by_step(void **state)
{
    static const char ALLOW[] = "/protection-groups/targets?group_names=array-b:mine&member_names="
                                "array-a";
    struct answer a = array_ask(&lab, B, "POST", "/protection-groups?names=mine", NULL);
    (void)state;
    answer_release(&a);
    a = array_call_to(&lab, A, "PATCH", ALLOW, "{\"allowed\": true}");
    assert_int_equal(a.status, 400);
    answer_release(&a);
    a = array_ask(&lab, B, "POST", "/protection-groups/targets?group_names=mine&member_names=array-a", NULL);
    answer_release(&a);
    assert_false(allowed());
    a = array_ask(&lab, A, "PATCH", ALLOW, "{\"allowed\": true}");
    answer_release(&a);
    assert_true(allowed());
    a = array_call_to(&lab, A, "PATCH", ALLOW, "{\"allowed\": true}");
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(a.text, "already allowed on"));
    answer_release(&a);

    a = array_ask(&lab, B, "GET", "/protection-groups?names=mine", NULL);
    assert_false(json_flag(json_map(answer_item(&a, 0), "replication_schedule"), "enabled", true));
    answer_release(&a);
    a = array_ask(&lab, B, "PATCH", "/protection-groups?names=mine",
            "{\"replication_schedule\": {\"enabled\": true, \"frequency\": 600000}}");
    answer_release(&a);
    a = array_ask(&lab, A, "GET", "/protection-groups?names=array-b:mine", NULL);
    const json_t *schedule = json_map(answer_item(&a, 0), "replication_schedule");
    assert_true(json_flag(schedule, "enabled", false));
    assert_int_equal(json_int(schedule, "frequency", 0), 600000 / 20);
    answer_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_volume_that_replicates_joins_the_drivers_group),
        cmocka_unit_test(a_group_of_site_b_is_made_step_by_step),
    };
    return cmocka_run_group_tests(tests, up, down);
}
