/* The driver and the lab's array, which were written apart, agree. */
#include "backend/array/array.h"
#include "backend/base/clock.h"
#include "backend/base/mem.h"
#include "tests/lab/lab_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OP "op-1f0e2d3c-0000-4000-8000-000000000001"
#define STEP "clone_volume:it's web-1/0"
#define SERVER "9a8b7c6d-1111-4111-8111-111111111111"

static struct lab_child lab;
static struct net *net;
static struct array *array, *source; /* of site-b, of site-a */

static struct {
    bool over;
    int count;
    struct pc_error err;
    struct array_volume volumes[16];
    struct array_point point;
    struct array_member rows[16];
    struct array_group group;
} got;

/* The api_token of a site in the configuration that the lab writes. */
static void read_token(int site, char token[64])
{
    char *path = xasprintf("%s/protector-console.cfg", lab.dir), line[512];
    FILE *f = fopen(path, "re");
    int seen = 0;
    while (f && fgets(line, sizeof(line), f)) {
        const char *at = strstr(line, "api_token = \"");
        if (at && seen++ == site)
            sscanf(at, "api_token = \"%63[^\"]", token);
    }
    if (f)
        fclose(f);
    free(path);
}

static struct array *array_of(int site)
{
    char token[64] = "", url[96];
    read_token(site, token);
    snprintf(url, sizeof(url), "%s/array", lab.url[site]);
    struct array_config cfg = {.site = site == A ? "site-a" : "site-b", .url = url,
                               .api_token = token, .verify = true};
    return array_new(net, &cfg);
}

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none", "--speed", "10", NULL};
    (void)state;
    lab_up(&lab, options);
    net = net_new();
    array = array_of(B);
    source = array_of(A);
    return 0;
}

static int down(void **state)
{
    (void)state;
    array_free(array);
    array_free(source);
    net_free(net);
    lab_down(&lab);
    return 0;
}

static void wait_over(void)
{
    int64_t end = clock_mono_ms() + 10000;
    while (!got.over && clock_mono_ms() < end)
        net_turn(net, 100);
    assert_true(got.over);
    got.over = false;
}

static void on_points(void *arg, const struct pc_error *err, const struct array_point *points,
                      int count)
{
    (void)arg;
    got.over = true;
    got.err = *err;
    for (int i = count; i-- > 0;)
        if (points[i].completed_ms)
            got.point = points[i]; /* in the end, the newest complete one */
}

static void on_volumes(void *arg, const struct pc_error *err, const struct array_volume *volumes,
                       int count)
{
    (void)arg;
    got.over = true;
    got.err = *err;
    got.count = count;
    for (int i = 0; i < count && i < 16; i++)
        got.volumes[i] = volumes[i];
}

static void on_destroyed(void *arg, const struct pc_error *err)
{
    (void)arg;
    got.over = true;
    got.err = *err;
}

static void find(const char *serial, const char *name)
{
    const struct array_find_spec spec = {.serial = serial, .name = name, .op = OP, .step = STEP};
    array_find(array, &spec, on_volumes, &got);
    wait_over();
    assert_int_equal(got.err.code, PC_OK);
}

static void clone(const char *name, const char *snapshot)
{
    const struct array_clone_spec spec = {.name = name, .snapshot = snapshot, .op = OP,
                                          .step = STEP};
    array_clone(array, &spec, on_volumes, &got);
    wait_over();
}

/* A clone as a drill makes it, twice the same; and its end. */
static void from_point_to_destroyed(void **state)
{
    char name[ARRAY_CLONE_NAME_SIZE], serial[40], snapshot[192];
    (void)state;
    array_points(array, "array-a", "prod-web-app", on_points, &got);
    wait_over();
    assert_int_equal(got.err.code, PC_OK);
    array_volumes_of_point(array, got.point.name, NULL, on_volumes, &got);
    wait_over();
    assert_int_equal(got.count, 5);
    for (int i = 0; i < got.count; i++) {
        char id[37];
        assert_int_equal(sscanf(got.volumes[i].source, "array-a:volume-%36s", id), 1);
        assert_true(array_volume_is_of(&got.volumes[i], id));
        char *path = xasprintf("/volume/v3/volumes/%s", id);
        assert_int_equal(call_status(&lab, A, "GET", path, NULL, NULL), 200);
        free(path);
    }

    snprintf(snapshot, sizeof(snapshot), "%s", got.volumes[0].name);
    array_clone_name(OP, SERVER, 0, name);
    find(NULL, name);
    assert_int_equal(got.count, 0);
    clone(name, snapshot);
    assert_int_equal(got.err.code, PC_OK);
    snprintf(serial, sizeof(serial), "%s", got.volumes[0].serial);
    clone(name, snapshot);
    assert_int_equal(got.err.code, PC_OK);
    assert_string_equal(got.volumes[0].serial, serial);
    find(serial, NULL);
    assert_string_equal(got.volumes[0].op, OP);
    assert_string_equal(got.volumes[0].step, STEP);
    assert_string_equal(got.volumes[0].snapshot, snapshot);
    for (int round = 0; round < 2; round++) {
        array_destroy(array, name, on_destroyed, &got);
        wait_over();
        assert_int_equal(got.err.code, PC_OK);
    }
    find(serial, NULL);
    assert_true(got.volumes[0].destroyed);
    clone(name, snapshot);
    assert_int_equal(got.err.code, PC_ERR_CONFLICT);
}

/* Cinder renames what it manages: serial and marks go with it. */
static void a_managed_clone_is_found_again(void **state)
{
    char name[ARRAY_CLONE_NAME_SIZE], snapshot[192];
    (void)state;
    array_volumes_of_point(array, got.point.name, NULL, on_volumes, &got);
    wait_over();
    snprintf(snapshot, sizeof(snapshot), "%s", got.volumes[1].name);
    array_clone_name(OP, SERVER, 1, name);
    clone(name, snapshot);
    assert_int_equal(got.err.code, PC_OK);
    char *body = xasprintf("{\"volume\": {\"host\": \"storage-b@array-b\", \"ref\": {\"source-name\""
                           ": \"%s\"}}}", name);
    json_t *v = call_json(&lab, B, "POST", "/volume/v3/manageable_volumes", "volume 3.8", body, 202);
    const char *id = json_text(json_map(v, "volume"), "id");
    char *path = xasprintf("/volume/v3/volumes/%s", id);
    assert_true(wait_status(&lab, B, path, "volume", "available"));
    const struct array_find_spec spec = {.serial = got.volumes[0].serial};
    array_find(array, &spec, on_volumes, &got);
    wait_over();
    assert_int_equal(got.count, 1);
    assert_true(array_volume_managed_as(&got.volumes[0], id));
    array_destroy(array, name, on_destroyed, &got);
    wait_over();
    assert_int_equal(got.err.code, PC_OK); /* no such name: nothing is touched */
    find(got.volumes[0].serial, NULL);
    assert_false(got.volumes[0].destroyed);
    json_decref(v);
    free(body);
    free(path);
}

static void on_members(void *arg, const struct pc_error *err, const struct array_member *rows,
                       int count)
{
    (void)arg;
    got.over = true;
    got.err = *err;
    got.count = count;
    for (int i = 0; i < count && i < 16; i++)
        got.rows[i] = rows[i];
}

static void on_group(void *arg, const struct pc_error *err, const struct array_group *group)
{
    (void)arg;
    got.over = true;
    got.err = *err;
    got.count = group != NULL;
    if (group)
        got.group = *group;
}

static void on_transfer(void *arg, const struct pc_error *err, const struct array_point *points,
                        int count)
{
    (void)arg;
    got.over = true;
    got.err = *err;
    got.count = count;
    if (count)
        got.point = points[0];
}

/* Ids of two volumes of prod-web-app, as Cinder on site-a knows them. */
static void two_volumes(char ids[2][40])
{
    array_points(array, "array-a", "prod-web-app", on_points, &got);
    wait_over();
    array_volumes_of_point(array, got.point.name, NULL, on_volumes, &got);
    wait_over();
    for (int i = 0; i < 2; i++)
        assert_int_equal(sscanf(got.volumes[i].source, "array-a:volume-%36s", ids[i]), 1);
}

/* A group of our own, from nothing to a point on the other array; twice. */
static void volumes_are_protected_and_replicated(void **state)
{
    char ids[2][40];
    int missing;
    (void)state;
    two_volumes(ids);
    const char *const list[] = {ids[0], ids[1]};
    const struct array_protect_spec spec = {.group = "our-own", .target_array = "array-b",
                                            .cinder_ids = list, .count = 2,
                                            .interval_ms = 600000};
    for (int round = 0; round < 2; round++) {
        array_protect(source, &spec, on_destroyed, &got);
        wait_over();
        assert_int_equal(got.err.code, PC_OK);
        array_allow(array, "array-a", "our-own", "array-b", on_destroyed, &got);
        wait_over();
        assert_int_equal(got.err.code, PC_OK);
    }
    array_group(source, "our-own", on_group, &got);
    wait_over();
    assert_true(got.group.targeted && got.group.interval_ms > 0);
    assert_int_equal(got.group.volumes, 2);
    array_members(source, list, 2, on_members, &got);
    wait_over();
    assert_int_equal(got.count, 4); /* each is in prod-web-app as well */
    assert_string_equal(array_members_group(got.rows, 4, "our-own", &missing), "our-own");
    assert_int_equal(missing, 0);

    for (int round = 0; round < 2; round++) {
        array_replicate(source, "our-own", "ptr-one", on_transfer, &got);
        wait_over();
        assert_int_equal(got.err.code, PC_OK);
    }
    int64_t created = got.point.created_ms, end = clock_mono_ms() + 10000;
    do {
        array_transfer(array, "array-a:our-own.ptr-one", on_transfer, &got);
        wait_over();
        assert_int_equal(got.err.code, PC_OK);
    } while (!(got.count && got.point.completed_ms) && clock_mono_ms() < end);
    assert_int_equal(got.point.created_ms, created);
    assert_int_equal(got.point.progress, 100);
    assert_true(got.point.bytes > 0);
}

/* A clone that Cinder on site-b manages as a type that replicates comes back. */
static void what_site_b_serves_comes_back(void **state)
{
    char ids[2][40], name[ARRAY_CLONE_NAME_SIZE];
    int missing;
    (void)state;
    two_volumes(ids);
    array_clone_name(OP, SERVER, 2, name);
    char *snapshot = xstrdup(got.volumes[0].name);
    clone(name, snapshot);
    assert_int_equal(got.err.code, PC_OK);
    char *body = xasprintf("{\"volume\": {\"host\": \"storage-b@array-b\", \"ref\": {\"source-name\""
                           ": \"%s\"}, \"volume_type\": \"replicated\"}}", name);
    json_t *v = call_json(&lab, B, "POST", "/volume/v3/manageable_volumes", "volume 3.8", body, 202);
    const char *id = json_text(json_map(v, "volume"), "id");
    char *path = xasprintf("/volume/v3/volumes/%s", id);
    assert_true(wait_status(&lab, B, path, "volume", "available"));

    array_members(array, &id, 1, on_members, &got);
    wait_over();
    assert_string_equal(array_members_group(got.rows, got.count, "prod-web-app", &missing),
                        "cinder-group");
    array_replicate(array, "cinder-group", "ptr-back", on_transfer, &got);
    wait_over();
    assert_int_equal(got.err.code, PC_OK);
    int64_t end = clock_mono_ms() + 10000;
    do {
        array_transfer(source, "array-b:cinder-group.ptr-back", on_transfer, &got);
        wait_over();
    } while (!(got.count && got.point.completed_ms) && clock_mono_ms() < end);
    array_volumes_of_point(source, "array-b:cinder-group.ptr-back", id, on_volumes, &got);
    wait_over();
    assert_int_equal(got.count, 1);
    assert_true(array_volume_is_of(&got.volumes[0], id));
    json_decref(v);
    free(body);
    free(path);
    free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_point_to_destroyed),
        cmocka_unit_test(a_managed_clone_is_found_again),
        cmocka_unit_test(volumes_are_protected_and_replicated),
        cmocka_unit_test(what_site_b_serves_comes_back),
    };
    return cmocka_run_group_tests(tests, up, down);
}
