/* The arrays' write side, and Cinder managing what was made there. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define GROUP "prod-web-app"

static struct lab_child lab;
static char session[2][64];
static int clones; /* names given out */

/* The api_token of the n-th site in the configuration that the lab writes. */
static char *array_token(int site)
{
    char *path = xasprintf("%s/protector-console.cfg", lab.dir), line[512], token[64] = "";
    FILE *f = fopen(path, "re");
    int n = 0;
    while (f && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, "api_token = \"");
        if (at && n++ == site)
            sscanf(at, "api_token = \"%63[^\"]", token);
    }
    if (f)
        fclose(f);
    free(path);
    return xstrdup(token);
}

static void log_in(int site)
{
    char *token = array_token(site), *header = xasprintf("api-token: %s", token);
    char *url = xasprintf("%s/array/api/2.26/login", lab.url[site]);
    const char *const headers[] = {header, NULL};
    struct answer a = http("POST", url, "", headers);
    char *id = answer_header(&a, "x-auth-token");
    snprintf(session[site], sizeof(session[site]), "%s", id ? id : "");
    answer_release(&a);
    free(id);
    free(token);
    free(header);
    free(url);
}

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--speed", "10", NULL};
    (void)state;
    lab_up(&lab, options);
    log_in(A);
    log_in(B);
    return session[A][0] && session[B][0] ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

static struct answer ask(int site, const char *verb, const char *path, const char *body)
{
    char *url = xasprintf("%s/array/api/2.26%s", lab.url[site], path);
    char *header = xasprintf("x-auth-token: %s", session[site]);
    const char *const headers[] = {header, "Content-Type: application/json", NULL};
    struct answer a = http(verb, url, body, headers);
    free(url);
    free(header);
    return a;
}

/* The call must be refused with 400 and these words. */
static void refused(int site, const char *verb, const char *path, const char *body,
                    const char *words)
{
    struct answer a = ask(site, verb, path, body);
    const char *said = json_text(json_array_get(json_list(a.json, "errors"), 0), "message");
    if (a.status != 400 || !strstr(said, words))
        fail_msg("%s %s: %d %s", verb, path, a.status, a.text);
    answer_release(&a);
}

/* A volume's snapshot in the newest complete point of GROUP; caller frees. */
static char *a_snapshot(char **ret_volume)
{
    struct answer a = ask(B, "GET",
                          "/protection-group-snapshots/transfer?names=array-a:" GROUP
                          "&filter=progress%3D%221.0%22&sort=started-&limit=1",
                          NULL);
    char *path = xasprintf("/volume-snapshots?filter=name%%3D%%27%s.%%2A%%27&sort=name",
                           json_text(answer_item(&a, 0), "name"));
    answer_release(&a);
    a = ask(B, "GET", path, NULL);
    char *name = xstrdup(json_text(answer_item(&a, 0), "name"));
    if (ret_volume)
        *ret_volume = xstrdup(json_text(json_map(answer_item(&a, 0), "source"), "name"));
    answer_release(&a);
    free(path);
    return name;
}

/* A new clone; caller frees its name. */
static char *a_clone(void)
{
    char *name = xasprintf("ptr-%d", ++clones), *path = xasprintf("/volumes?names=%s", name);
    char *snapshot = a_snapshot(NULL);
    char *body = xasprintf("{\"source\": {\"name\": \"%s\"}}", snapshot);
    struct answer a = ask(B, "POST", path, body);
    assert_int_equal(a.status, 200);
    assert_string_equal(json_text(answer_item(&a, 0), "name"), name);
    answer_release(&a);
    free(snapshot);
    free(path);
    free(body);
    return name;
}

/* The volumes that pass the filter, with `more` of a query. */
static struct answer volumes(const char *field, const char *value, const char *more)
{
    char *path = xasprintf("/volumes?filter=%s%%3D%%27%s%%27%s", field, value, more);
    struct answer a = ask(B, "GET", path, NULL);
    assert_int_equal(a.status, 200);
    free(path);
    return a;
}

/* ---- clones ----------------------------------------------------------- */

static void a_clone_knows_what_it_was_made_from(void **state)
{
    char *volume, *snapshot = a_snapshot(&volume), *name = a_clone();
    struct answer a = volumes("name", name, "&destroyed=false");
    (void)state;
    assert_int_equal(answer_items(&a), 1);
    assert_string_equal(json_text(json_map(answer_item(&a, 0), "source"), "name"), volume);
    assert_true(json_int(answer_item(&a, 0), "provisioned", 0) >= (int64_t)1 << 30);
    assert_int_equal(strlen(json_text(answer_item(&a, 0), "serial")), 24);
    assert_int_equal(json_int(answer_item(&a, 0), "connection_count", -1), 0);
    answer_release(&a);
    free(volume);
    free(snapshot);
    free(name);
}

static void what_cannot_be_cloned_is_refused_in_the_arrays_words(void **state)
{
    char *name = a_clone(), *path = xasprintf("/volumes?names=%s", name);
    char *snapshot = a_snapshot(NULL);
    char *body = xasprintf("{\"source\": {\"name\": \"%s\"}}", snapshot);
    (void)state;
    refused(B, "POST", path, body, "already exists");
    refused(B, "POST", "/volumes?names=-bad", body, "Invalid volume name");
    refused(B, "POST", "/volumes?names=1234", body, "Invalid volume name");
    refused(B, "POST", "/volumes?names=under_score", body, "Invalid volume name");
    refused(B, "POST",
            "/volumes?names=a123456789012345678901234567890123456789012345678901234567890123", body,
            "Invalid volume name");
    refused(B, "POST", "/volumes?names=new",
            "{\"source\": {\"name\": \"array-a:" GROUP ".1.nothing\"}}",
            "No such volume or snapshot");
    refused(B, "POST", "/volumes?names=new", "{}", "Invalid provisioned size");
    refused(B, "GET", "/volumes?names=nothing", NULL, "does not exist");
    free(snapshot);
    free(name);
    free(path);
    free(body);
}

static void a_destroyed_name_stays_taken_until_eradicated(void **state)
{
    char *name = a_clone(), *path = xasprintf("/volumes?names=%s", name);
    (void)state;
    refused(B, "DELETE", path, NULL, "must be destroyed before");
    struct answer a = ask(B, "PATCH", path, "{\"destroyed\": true}");
    assert_int_equal(a.status, 200);
    assert_true(json_flag(answer_item(&a, 0), "destroyed", false));
    assert_true(json_int(answer_item(&a, 0), "time_remaining", 0) > 0);
    answer_release(&a);
    refused(B, "PATCH", path, "{\"destroyed\": true}", "has been destroyed");
    refused(B, "POST", path, "{\"provisioned\": 1073741824}", "already exists");
    a = volumes("name", name, "&destroyed=false");
    assert_int_equal(answer_items(&a), 0);
    answer_release(&a);
    a = volumes("name", name, "&destroyed=true");
    assert_int_equal(answer_items(&a), 1);
    answer_release(&a);
    a = ask(B, "PATCH", path, "{\"destroyed\": false}");
    assert_false(json_flag(answer_item(&a, 0), "destroyed", true));
    answer_release(&a);
    a = ask(B, "PATCH", path, "{\"destroyed\": true}");
    answer_release(&a);
    a = ask(B, "DELETE", path, NULL);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    a = ask(B, "POST", path, "{\"provisioned\": 1073741824}");
    assert_int_equal(a.status, 200);
    answer_release(&a);
    free(name);
    free(path);
}

static void tags_are_kept_by_namespace(void **state)
{
    char *name = a_clone();
    char *put = xasprintf("/volumes/tags/batch?resource_names=%s", name);
    char *get = xasprintf("/volumes/tags?resource_names=%s", name);
    char *ours = xasprintf("%s&namespaces=protector&filter=value%%3D%%27op-%%2A%%27", get);
    (void)state;
    for (int i = 0; i < 2; i++) { /* the second replaces the first */
        struct answer a = ask(B, "PUT", put,
                              i ? "[{\"key\": \"protector-op\", \"value\": \"op-2\", "
                                  "\"namespace\": \"protector\"}]"
                                : "[{\"key\": \"protector-op\", \"value\": \"op-1\", "
                                  "\"namespace\": \"protector\"}, {\"key\": \"k\", "
                                  "\"value\": \"v\", \"namespace\": \"protector\"}]");
        assert_int_equal(a.status, 200);
        answer_release(&a);
    }
    struct answer a = ask(B, "GET", get, NULL);
    assert_int_equal(answer_items(&a), 0); /* not of the default namespace */
    answer_release(&a);
    a = ask(B, "GET", ours, NULL);
    assert_int_equal(answer_items(&a), 1);
    assert_string_equal(json_text(answer_item(&a, 0), "value"), "op-2");
    assert_string_equal(json_text(json_map(answer_item(&a, 0), "resource"), "name"), name);
    answer_release(&a);
    refused(B, "PUT", put, "[]", "Invalid request");
    refused(B, "PUT", "/volumes/tags/batch?resource_names=nothing",
            "[{\"key\": \"k\", \"value\": \"v\"}]", "does not exist");
    free(name);
    free(put);
    free(get);
    free(ours);
}

/* ---- replication on demand -------------------------------------------- */

static double progress_of(const char *snapshot)
{
    char *path = xasprintf("/protection-group-snapshots/transfer?filter=name%%3D%%27%s%%27",
                           snapshot);
    struct answer a = ask(B, "GET", path, NULL);
    double part = answer_items(&a) ? json_number_value(json_object_get(answer_item(&a, 0), "progress")) : -1;
    answer_release(&a);
    free(path);
    return part;
}

static void a_snapshot_on_demand_comes_over_in_its_time(void **state)
{
    static const char make[] =
        "/protection-group-snapshots?source_names=" GROUP "&replicate_now=true";
    static const char name[] = "array-a:" GROUP ".ptr-now";
    char *volume, *other = a_snapshot(&volume);
    struct answer a = ask(A, "POST", make, "{\"suffix\": \"ptr-now\"}");
    double part = -1;
    (void)state;
    assert_int_equal(a.status, 200);
    assert_string_equal(json_text(answer_item(&a, 0), "name"), GROUP ".ptr-now");
    answer_release(&a);
    refused(A, "POST", make, "{\"suffix\": \"ptr-now\"}", "already exists");
    refused(A, "POST", make, "{\"suffix\": \"42\"}", "Invalid suffix");
    refused(B, "POST", make, "{\"suffix\": \"x\"}", "does not exist");
    refused(B, "POST",
            "/protection-group-snapshots?source_names=array-a:" GROUP "&replicate_now=true",
            "{\"suffix\": \"x\"}", "Not supported");
    for (int i = 0; i < 200 && (part = progress_of(name)) < 0; i++)
        nap(20);
    assert_true(part >= 0 && part < 1);
    const char *bare = volume + strlen("array-a:");
    char *body = xasprintf("{\"source\": {\"name\": \"%s.%s\"}}", name, bare);
    refused(B, "POST", "/volumes?names=early", body, "still being replicated");
    for (int i = 0; i < 400 && (part = progress_of(name)) < 1; i++)
        nap(20);
    assert_true(part >= 1);
    a = ask(B, "POST", "/volumes?names=early", body);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    free(body);
    free(volume);
    free(other);
}

/* A volume is in the snapshots that are taken after it became a member. */
static void a_new_group_starts_empty(void **state)
{
    json_t *list = call_json(&lab, A, "GET", "/volume/v3/volumes", NULL, NULL, 200);
    char *id = xstrdup(json_text(json_array_get(json_list(list, "volumes"), 0), "id"));
    char *join = xasprintf(
        "/protection-groups/volumes?group_names=new-group&member_names=volume-%s-cinder", id);
    char *held = xasprintf("/volume-snapshots?filter=name%%3D%%27array-a%%3Anew-group.one.volume-"
                           "%s-cinder%%27", id);
    struct answer a = ask(A, "POST", "/protection-groups?names=new-group", NULL);
    (void)state;
    assert_int_equal(a.status, 200);
    answer_release(&a);
    a = ask(A, "POST",
            "/protection-groups/targets?group_names=new-group&member_names=array-b", NULL);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    a = ask(B, "PATCH", "/protection-groups/targets?group_names=array-a:new-group&member_names=array-b",
            "{\"allowed\": true}");
    assert_int_equal(a.status, 200);
    answer_release(&a);
    a = ask(B, "GET", "/protection-group-snapshots/transfer?names=array-a:new-group", NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(answer_items(&a), 0);
    answer_release(&a);
    a = ask(A, "POST", "/protection-group-snapshots?source_names=new-group&replicate_now=true",
            "{\"suffix\": \"zero\"}");
    answer_release(&a);
    nap(5);
    a = ask(A, "POST", join, NULL);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    refused(A, "POST", join, NULL, "already belongs to");
    a = ask(A, "POST", "/protection-group-snapshots?source_names=new-group&replicate_now=true",
            "{\"suffix\": \"one\"}");
    answer_release(&a);
    for (int i = 0; i < 400 && progress_of("array-a:new-group.one") < 1; i++)
        nap(20);
    a = ask(B, "GET", held, NULL);
    assert_int_equal(answer_items(&a), 1);
    answer_release(&a);
    a = ask(B, "GET", "/volume-snapshots?filter=name%3D%27array-a%3Anew-group.zero.%2A%27", NULL);
    assert_int_equal(answer_items(&a), 0);
    answer_release(&a);
    json_decref(list);
    free(id);
    free(join);
    free(held);
}

/* ---- manage ----------------------------------------------------------- */

/* POST of an import by `key`; the new volume's id, caller frees. */
static char *manage(const char *path, const char *version, const char *key, const char *name)
{
    char *body = xasprintf("{\"volume\": {\"host\": \"storage-b@array-b#array-b\", \"ref\": "
                           "{\"%s\": \"%s\"}, \"name\": \"imported\", \"bootable\": true, "
                           "\"metadata\": {\"k\": \"v\"}}}", key, name);
    json_t *v = call_json(&lab, B, "POST", path, version, body, 202);
    char *id = xstrdup(json_text(json_map(v, "volume"), "id"));
    assert_string_equal(json_text(json_map(v, "volume"), "status"), "creating");
    json_decref(v);
    free(body);
    return id;
}

static void a_managed_clone_is_cinders_until_deleted(void **state)
{
    static const char *const ways[][3] = {
        {"/volume/v3/manageable_volumes", "volume 3.8", "source-name"},
        {"/volume/v3/os-volume-manage", NULL, "name"},
    };
    (void)state;
    for (int i = 0; i < 2; i++) {
        char *name = a_clone(), *id = manage(ways[i][0], ways[i][1], ways[i][2], name);
        char *path = xasprintf("/volume/v3/volumes/%s", id);
        char *new_name = xasprintf("volume-%s-cinder", id);
        struct answer a = volumes("name", name, "");
        char *serial = xstrdup(json_text(answer_item(&a, 0), "serial"));
        int64_t bytes = json_int(answer_item(&a, 0), "provisioned", 0);
        answer_release(&a);
        assert_true(wait_status(&lab, B, path, "volume", "available"));
        json_t *v = call_json(&lab, B, "GET", path, NULL, NULL, 200), *d = json_map(v, "volume");
        assert_int_equal(json_int(d, "size", 0), bytes >> 30);
        assert_true(json_flag(d, "bootable", false));
        assert_string_equal(json_text(json_map(d, "metadata"), "array_volume_name"), new_name);
        assert_string_equal(json_text(json_map(d, "metadata"), "array_name"), "array-b");
        assert_string_equal(json_text(json_map(d, "metadata"), "k"), "v");
        json_decref(v);
        a = volumes("serial", serial, "&destroyed=false"); /* renamed, but the same */
        assert_int_equal(answer_items(&a), 1);
        assert_string_equal(json_text(answer_item(&a, 0), "name"), new_name);
        answer_release(&a);
        assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 202);
        assert_true(wait_gone(&lab, B, path));
        a = volumes("serial", serial, "&destroyed=true");
        assert_int_equal(answer_items(&a), 1);
        answer_release(&a);
        free(name);
        free(new_name);
        free(id);
        free(path);
        free(serial);
    }
}

static void an_unmanaged_volume_stays_on_the_array(void **state)
{
    char *name = a_clone(), *id = manage("/volume/v3/os-volume-manage", NULL, "name", name);
    char *path = xasprintf("/volume/v3/volumes/%s", id);
    char *action = xasprintf("%s/action", path);
    char *kept = xasprintf("volume-%s-cinder-unmanaged", id);
    (void)state;
    assert_true(wait_status(&lab, B, path, "volume", "available"));
    assert_int_equal(call_status(&lab, B, "POST", action, NULL, "{\"os-unmanage\": null}"), 202);
    assert_true(wait_gone(&lab, B, path));
    struct answer a = volumes("name", kept, "&destroyed=false");
    assert_int_equal(answer_items(&a), 1);
    answer_release(&a);
    free(name);
    free(id);
    free(path);
    free(action);
    free(kept);
}

static void what_is_not_on_the_array_ends_in_error(void **state)
{
    char *name = a_clone(), *destroy = xasprintf("/volumes?names=%s", name);
    const char *names[] = {"nothing-of-that-name", name};
    struct answer a = ask(B, "PATCH", destroy, "{\"destroyed\": true}");
    (void)state;
    answer_release(&a);
    for (int i = 0; i < 2; i++) {
        char *id = manage("/volume/v3/os-volume-manage", NULL, "name", names[i]);
        char *path = xasprintf("/volume/v3/volumes/%s", id);
        assert_true(wait_status(&lab, B, path, "volume", "error_managing"));
        json_t *v = call_json(&lab, B, "GET", path, NULL, NULL, 200);
        assert_int_equal(json_int(json_map(v, "volume"), "size", -1), 0);
        json_decref(v);
        assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 202);
        assert_true(wait_gone(&lab, B, path));
        free(id);
        free(path);
    }
    a = volumes("name", name, "");
    assert_int_equal(answer_items(&a), 1);
    answer_release(&a);
    free(name);
    free(destroy);
}

static void managing_is_a_matter_of_policy(void **state)
{
    static const char body[] = "{\"volume\": {\"host\": \"storage-b@array-b\", \"ref\": {\"name\": "
                               "\"x\"}}}";
    (void)state;
    /* Both sites let a member do it, as both may be failed over to. */
    assert_int_equal(call_status(&lab, A, "POST", "/volume/v3/os-volume-manage", NULL, body), 400);
    fault(&lab, "{\"site\": \"site-b\", \"service\": \"volume\", \"verb\": \"POST\", \"path\": "
                "\"/os-volume-manage\", \"count\": 1, \"do\": \"policy-403\"}");
    json_t *v = call_json(&lab, B, "POST", "/volume/v3/os-volume-manage", NULL, body, 403);
    assert_non_null(strstr(json_text(json_map(v, "forbidden"), "message"),
                           "volume_extension:volume_manage"));
    json_decref(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clone_knows_what_it_was_made_from),
        cmocka_unit_test(what_cannot_be_cloned_is_refused_in_the_arrays_words),
        cmocka_unit_test(a_destroyed_name_stays_taken_until_eradicated),
        cmocka_unit_test(tags_are_kept_by_namespace),
        cmocka_unit_test(a_snapshot_on_demand_comes_over_in_its_time),
        cmocka_unit_test(a_new_group_starts_empty),
        cmocka_unit_test(a_managed_clone_is_cinders_until_deleted),
        cmocka_unit_test(an_unmanaged_volume_stays_on_the_array),
        cmocka_unit_test(what_is_not_on_the_array_ends_in_error),
        cmocka_unit_test(managing_is_a_matter_of_policy),
    };
    return cmocka_run_group_tests(tests, up, down);
}
