/* What changed at the source since it was looked at last is told, not hidden. */
#include "backend/engine/readiness/drift.h"
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"
#include "tests/support/fixture_group.h"

static bool said(const json_t *lines, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(lines, i, v)
        if (strstr(json_string_value(v), text))
            return true;
    return false;
}

static struct group *group_of(const json_t *o)
{
    struct group *g = NULL;
    assert_int_equal(group_from_json(o, &g, NULL), PC_OK);
    return g;
}

static json_t *member(json_t *group, size_t i)
{
    return json_array_get(json_list(group, "members"), i);
}

static void every_change_has_its_line(void **state)
{
    (void)state;
    json_t *was = json_loads(FIXTURE_GROUP, 0, NULL), *lines = json_array();
    json_put_int(was, "captured_ms", 1);
    json_t *now = json_deep_copy(was);
    struct group *a = group_of(was), *b = group_of(now);
    drift_list(a, b, lines);
    assert_int_equal(json_array_size(lines), 0);
    group_unref(b);

    json_t *web = member(now, 0), *two = member(now, 1), *db = member(now, 2);
    json_object_set_new(web, "flavor", json_loads("{\"id\":\"x\",\"name\":\"m1.huge\",\"vcpus\":16,"
                                                  "\"ram_mib\":65536}", 0, NULL));
    json_array_append_new(json_list(web, "volumes"),
                          json_loads("{\"id\":\"v9\",\"name\":\"more\",\"size_gib\":5,\"device\":"
                                     "\"/dev/vdb\"}", 0, NULL));
    json_array_remove(json_list(two, "volumes"), 1);
    json_put_int(json_array_get(json_list(db, "volumes"), 1), "size_gib", 80);
    json_put_text(db, "name", "db-main");
    json_array_clear(json_list(db, "nics"));
    b = group_of(now);
    drift_list(a, b, lines);
    assert_true(said(lines, "web-1 was resized: m1.small (1 vCPU, 2048 MiB) is now m1.huge (16 vCPU"));
    assert_true(said(lines, "web-1 has a new disk: more (5 GiB, /dev/vdb)"));
    assert_true(said(lines, "of web-1 1 of 2 disks can be in a recovery point from before"));
    assert_true(said(lines, "web-2 has lost a disk: v3 (20 GiB)"));
    assert_true(said(lines, "disk v5 of db-main was extended: 50 GiB is now 80 GiB"));
    assert_true(said(lines, "db-1 was renamed: it is db-main now"));
    assert_true(said(lines, "db-main has other network interfaces: there were 1, there are 0"));
    assert_int_equal(json_array_size(lines), 7);
    group_unref(a);
    group_unref(b);
    json_decref(was);
    json_decref(now);
    json_decref(lines);
}

/* The record of the group, changed behind the engine's back. */
static void rewrite(struct stage *s, void (*change)(json_t *group))
{
    struct store *store = NULL;
    struct group **list = NULL, *g;
    size_t count = 0;
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &s->err), PC_OK);
    assert_int_equal(store_groups(store, &list, &count, &s->err), PC_OK);
    assert_int_equal(count, 1);
    json_t *o = group_to_json(list[0]);
    change(o);
    g = group_of(o);
    assert_int_equal(store_group_save(store, g, &s->err), PC_OK);
    group_unref(g);
    group_unref(list[0]);
    free(list);
    json_decref(o);
    store_close(store);
}

static void as_it_was_before(json_t *group)
{
    json_t *web = member(group, 1);
    json_put_text(json_map(web, "flavor"), "name", "m1.tiny");
    json_array_remove(json_list(web, "volumes"), 1);
    json_put_text(member(group, 2), "name", "database");
    json_put(group, "boot_groups", json_loads("[{\"name\":\"first\",\"members\":[\"database\"],\"after\":[],"
                                              "\"wait_for\":[{\"check\":\"tcp:1\",\"members\":"
                                              "[\"database\"]}]}]", 0, NULL));
}

static void a_drill_tells_what_has_changed(void **state)
{
    struct stage *s = *state;
    stage_close(s);
    rewrite(s, as_it_was_before);
    stage_open(s, NULL);
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"prod-web-app\",\"dry_run\":true}"),
                     PC_OK);
    const json_t *warnings = json_list(s->reply, "warnings"), *steps = json_list(s->reply, "steps"), *v;
    assert_true(said(warnings, "web-2 was resized: m1.tiny"));
    assert_true(said(warnings, "web-2 has a new disk: web-2-data (20 GiB, /dev/vdb)"));
    assert_true(said(warnings, "of web-2 1 of 2 disks can be in a recovery point from before"));
    assert_true(said(warnings, "database was renamed: it is db-1 now"));
    /* The boot order goes by names: it follows. */
    bool waits = false, disk = false;
    size_t i;
    json_array_foreach(steps, i, v) {
        waits |= strcmp(json_text(v, "key"), "wait_check:first/0/db-1") == 0;
        disk |= strcmp(json_text(v, "key"), "create_volume:web-2/1") == 0;
    }
    assert_true(waits);
    assert_true(disk);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_has_its_line),
        stage_test(a_drill_tells_what_has_changed),
    };
    return stage_main(tests, argc, argv);
}
