/* What a member had at a site before is kept with it, and known when it comes back. */
#include "backend/base/json.h"
#include "backend/model/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A server as a site tells it, with a key that only the first site has. */
static json_t *server(const char *id, const char *key)
{
    return json_pack("{s:s, s:s, s:s, s:{s:s}, s:[{s:s, s:s, s:s}], s:[{s:s, s:s}]}", "id", id,
                     "name", "web-1", "key_name", key, "flavor", "id", "f", "nics", "port_id", "p",
                     "ip", "10.0.0.5", "mac", "fa:16:3e:00:00:05", "volumes", "id", "v", "type",
                     "fast");
}

/* It takes the place of the other, which is consumed. */
static json_t *after(json_t *before_take, const char *id, const char *site, bool stands)
{
    json_t *m = server(id, "");
    member_follows(m, before_take, site, stands, 7000);
    json_decref(before_take);
    return m;
}

static struct group *group_of(json_t *member_take)
{
    struct group *g = NULL;
    struct pc_error err;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:[o]}", "id", "g", "name", "g", "primary", "site-a",
                          "secondary", "site-b", "members", member_take);
    if (group_from_json(o, &g, &err))
        fail_msg("%s", err.text);
    json_decref(o);
    return g;
}

static void goes_and_comes_back(void **state)
{
    (void)state;
    json_t *a1 = server("a1", "ops");
    json_t *b1 = after(a1, "b1", "site-a", true);
    struct group *g = group_of(json_incref(b1));
    const struct member *m = &g->members[0];
    assert_int_equal(m->predecessor_count, 1);
    assert_true(m->predecessors[0].stands);
    assert_int_equal(m->predecessors[0].since_ms, 7000);
    assert_string_equal(predecessor_at(m, "site-a")->key_name, "ops");
    assert_string_equal(predecessor_nic(m, 0, "site-a")->mac, "fa:16:3e:00:00:05");
    assert_string_equal(predecessor_volume(m, 0, "site-a")->type, "fast");
    assert_null(predecessor_at(m, "site-b"));
    group_unref(g);
    /* Back, and out again: whom it left at the first site stands there twice, and of what
     * was deleted at the second the last is known. */
    json_t *a2 = after(b1, "a2", "site-b", false);
    json_t *b2 = after(a2, "b2", "site-a", true);
    json_t *a3 = after(b2, "a3", "site-b", false);
    g = group_of(a3);
    m = &g->members[0];
    assert_int_equal(m->predecessor_count, 3);
    assert_string_equal(predecessor_at(m, "site-a")->id, "a2");
    assert_string_equal(predecessor_at(m, "site-b")->id, "b2");
    assert_string_equal(m->predecessors[0].server.id, "a1");
    assert_true(m->predecessors[0].stands);
    group_unref(g);
}

/* It is told as it was read, and a record of a member that never moved has no word of it. */
static void is_kept_with_the_group(void **state)
{
    (void)state;
    struct group *g = group_of(after(server("a1", "ops"), "b1", "site-a", true)), *again = NULL;
    json_t *o = group_to_json(g), *twice;
    assert_int_equal(group_from_json(o, &again, NULL), PC_OK);
    twice = group_to_json(again);
    assert_true(json_equal(o, twice));
    const json_t *p = json_array_get(
        json_list(json_array_get(json_list(o, "members"), 0), "predecessors"), 0);
    assert_null(json_object_get(json_map(p, "server"), "predecessors"));
    json_decref(twice);
    json_decref(o);
    group_unref(again);
    group_unref(g);
    g = group_of(server("a1", "ops"));
    o = group_to_json(g);
    assert_null(json_object_get(json_array_get(json_list(o, "members"), 0), "predecessors"));
    json_decref(o);
    group_unref(g);
}

/* Who serves again is no predecessor of itself; who is read again keeps what is known. */
static void is_not_its_own(void **state)
{
    (void)state;
    json_t *b1 = after(server("a1", "ops"), "b1", "site-a", true);
    json_t *back = after(json_incref(b1), "a1", "site-b", false);
    struct group *g = group_of(back);
    assert_int_equal(g->members[0].predecessor_count, 1);
    assert_null(predecessor_at(&g->members[0], "site-a"));
    group_unref(g);
    g = group_of(b1);
    json_t *fresh = json_pack("[o, o]", server("b1", ""), server("other", ""));
    group_keep_predecessors(fresh, g);
    assert_non_null(json_list(json_array_get(fresh, 0), "predecessors"));
    assert_null(json_list(json_array_get(fresh, 1), "predecessors"));
    json_decref(fresh);
    group_unref(g);
}

/* With another number of interfaces nobody knows which was which. */
static void counts_as_they_were_attached(void **state)
{
    (void)state;
    json_t *m = after(server("a1", "ops"), "b1", "site-a", true);
    json_array_append_new(json_list(m, "nics"), json_pack("{s:s}", "port_id", "q"));
    struct group *g = group_of(m);
    assert_null(predecessor_nic(&g->members[0], 0, "site-a"));
    assert_non_null(predecessor_volume(&g->members[0], 0, "site-a"));
    group_unref(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_and_comes_back),
        cmocka_unit_test(is_kept_with_the_group),
        cmocka_unit_test(is_not_its_own),
        cmocka_unit_test(counts_as_they_were_attached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
