/*
 * So many groups that a second thread reads a part of them, and more than are
 * read at a time: they come whole and in order, and what is wrong is named.
 */
#include "fixture.h"

enum { MANY = 300, BIG = 400000 };

static void save_many(struct store *s)
{
    struct pc_error err;
    assert_ok(store_begin(s, &err), &err);
    for (int i = MANY; i-- > 0;) {
        char id[32], name[32];
        snprintf(id, sizeof(id), "g-%d", i);
        snprintf(name, sizeof(name), "group-%03d", i);
        struct group *g = fixture_group(id, name);
        assert_ok(store_group_save(s, g, &err), &err);
        group_unref(g);
    }
    assert_ok(store_commit(s, &err), &err);
}

static void expect_many(struct store *s)
{
    struct pc_error err;
    struct group **list;
    size_t count;
    assert_ok(store_groups(s, &list, &count, &err), &err);
    assert_int_equal(count, MANY);
    for (int i = 0; i < MANY; i++) {
        char id[32], name[32];
        snprintf(id, sizeof(id), "g-%d", i);
        snprintf(name, sizeof(name), "group-%03d", i);
        struct group *g = fixture_group(id, name);
        json_t *want = group_to_json(g), *is = group_to_json(list[i]);
        assert_true(json_equal(want, is));
        json_decref(want);
        json_decref(is);
        group_unref(g);
        group_unref(list[i]);
    }
    free(list);
}

static void many_come_back_whole_and_in_order(void **state)
{
    struct store *s = fixture_open(*state);
    save_many(s);
    expect_many(s);
    store_close(s);
}

/* What they take at a time is bounded: a batch ends early with them. */
static void long_texts_are_read_too(void **state)
{
    struct store *s = fixture_open(*state);
    char sql[200];
    save_many(s);
    snprintf(sql, sizeof(sql), "UPDATE protection_groups SET body = body || "
             "replace(hex(zeroblob(%d)), '0', ' ') WHERE id IN ('g-3', 'g-4', 'g-5', 'g-6')", BIG);
    assert_int_equal(fixture_sql(*state, sql), SQLITE_OK);
    expect_many(s);
    store_close(s);
}

static void of_two_that_are_damaged_the_first_is_named(void **state)
{
    static const char *const pairs[][2] = {
        {"g-140", "g-151"}, {"g-141", "g-150"}, {"g-140", "g-150"}, {"g-140", "g-141"}, {"g-7", "g-280"}};
    struct store *s = fixture_open(*state);
    struct pc_error err;
    struct group **list;
    size_t count;
    save_many(s);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char sql[300], first[32];
        snprintf(sql, sizeof(sql), "CREATE TABLE kept AS SELECT id, body FROM protection_groups;"
                 "UPDATE protection_groups SET body = '{\"odd\"' WHERE id IN ('%s', '%s');",
                 pairs[i][0], pairs[i][1]);
        assert_int_equal(fixture_sql(*state, sql), SQLITE_OK);
        assert_int_equal(store_groups(s, &list, &count, &err), PC_ERR_STORE);
        snprintf(first, sizeof(first), "group %s:", pairs[i][0]);
        assert_non_null(strstr(err.text, first));
        assert_non_null(strstr(err.text, "column 'body' holds '{\"odd\"'"));
        assert_int_equal(fixture_sql(*state, "UPDATE protection_groups SET body = (SELECT body FROM "
                                     "kept WHERE kept.id = protection_groups.id); DROP TABLE kept"),
                         SQLITE_OK);
    }
    expect_many(s);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(many_come_back_whole_and_in_order),
        FIXTURE_TEST(long_texts_are_read_too),
        FIXTURE_TEST(of_two_that_are_damaged_the_first_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
