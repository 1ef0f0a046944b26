/*
 * What lets ten thousand groups cost nothing while nothing happens to them.
 */
#include "fixture.h"

#include <poll.h>

static bool told(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) == 1;
}

/* Whoever looks on need not ask every half second. */
static void a_write_is_told_of(void **state)
{
    struct pc_error err;
    struct store *engine = fixture_open(*state), *other = fixture_open(*state);
    struct group *g = fixture_group("g-1", "shop");
    int fd = store_notice_fd(engine);
    assert_true(fd >= 0);
    assert_int_equal(store_notice_fd(engine), fd);
    assert_false(told(fd, 0));
    assert_ok(store_group_save(other, g, &err), &err);
    assert_true(told(fd, 1000));
    store_notice_take(engine);
    assert_false(told(fd, 0));
    assert_ok(store_lease_take(other, 1000, &err), &err);
    assert_ok(store_lease_renew(other, 2000, &err), &err);
    assert_true(told(fd, 1000)); /* a heartbeat, too: it is no change */
    group_unref(g);
    store_close(other);
    store_close(engine);
}

static void the_stamp_is_of_the_groups_alone(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct group *g = fixture_group("g-1", "shop");
    struct operation *op = fixture_op("shop", 1);
    char was[STORE_STAMP_SIZE], is[STORE_STAMP_SIZE];
    assert_true(*store_protection_stamp(s, was));
    assert_ok(store_op_insert(s, op, &err), &err);
    assert_string_equal(store_protection_stamp(s, is), was);
    assert_ok(store_group_save(s, g, &err), &err);
    assert_string_not_equal(store_protection_stamp(s, is), was);
    group_unref(g);
    operation_free(op);
    store_close(s);
}

/* What is known of an image is kept once, however many volumes are made of it. */
static void groups_share_what_is_known_of_images(void **state)
{
    struct pc_error err;
    struct store *s = fixture_open(*state);
    struct group **list = NULL;
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        char id[16];
        struct group *g = NULL;
        snprintf(id, sizeof(id), "g-%d", i);
        json_t *o = json_pack(
            "{s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:[{s:s, s:{s:s}}]}]}", "id", id, "name", id,
            "primary", "a", "secondary", "b", "members", "id", "m", "name", "m", "volumes", "id", "v",
            "image_metadata", "os_type", i < 2 ? "linux" : "windows");
        assert_ok(group_from_json(o, &g, &err), &err);
        assert_ok(store_group_save(s, g, &err), &err);
        group_unref(g);
        json_decref(o);
    }
    assert_ok(store_groups(s, &list, &count, &err), &err);
    assert_int_equal(count, 3);
    assert_ptr_equal(list[0]->members[0].volumes[0].image,
                     list[1]->members[0].volumes[0].image);
    assert_ptr_not_equal(list[0]->members[0].volumes[0].image,
                         list[2]->members[0].volumes[0].image);
    while (count)
        group_unref(list[--count]);
    free(list);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_write_is_told_of),
        FIXTURE_TEST(the_stamp_is_of_the_groups_alone),
        FIXTURE_TEST(groups_share_what_is_known_of_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
