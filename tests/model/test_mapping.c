/* The settled order of mapping, and every way of naming a counterpart wrongly. */
#include "backend/model/mapping.h"
#include "tests/support/fixture_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct group *g;
    json_t *facts;
    struct target_facts t;
};

static int setup(void **state)
{
    struct world *w = xcalloc(1, sizeof(*w));
    w->g = fixture_group();
    w->facts = json_loads(FIXTURE_TARGET, 0, NULL);
    w->t = (struct target_facts){"site-b", json_object_get(w->facts, "networks"),
                                 json_object_get(w->facts, "flavors")};
    *state = w;
    return w->g == NULL;
}

static int teardown(void **state)
{
    struct world *w = *state;
    group_unref(w->g);
    json_decref(w->facts);
    free(w);
    return 0;
}

static void networks_follow_the_order(void **state)
{
    struct world *w = *state;
    struct mapped m;
    struct pc_error err;
    const struct nic *web = &w->g->members[0].nics[0], *db = &w->g->members[2].nics[0];

    assert_int_equal(mapping_network(w->g, NULL, web, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_NONE);

    assert_int_equal(mapping_network(w->g, NULL, db, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_STORED);
    assert_string_equal(m.name, "net-secondary-db");

    json_t *by_name = json_pack("{s:s}", "net-primary-db", "net-secondary-web");
    assert_int_equal(mapping_network(w->g, by_name, db, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_REQUEST);
    assert_string_equal(m.id, "nb-web");
    json_decref(by_name);

    struct nic same = {.network_id = "nb-db", .network_name = "other"};
    assert_int_equal(mapping_network(w->g, NULL, &same, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_SAME_ID);
    same = (struct nic){.network_id = "x", .network_name = "net-secondary-web"};
    assert_int_equal(mapping_network(w->g, NULL, &same, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_SAME_NAME);
    same.network_name = "double"; /* not unique: no counterpart by itself */
    assert_int_equal(mapping_network(w->g, NULL, &same, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_NONE);
}

static void wrong_targets_are_named(void **state)
{
    struct world *w = *state;
    struct mapped m;
    struct pc_error err;
    const struct nic *web = &w->g->members[0].nics[0];
    json_t *ghost = json_pack("{s:s}", "na-web", "net-ghost");
    json_t *twice = json_pack("{s:s}", "na-web", "double");
    assert_int_equal(mapping_network(w->g, ghost, web, &w->t, &m, &err), PC_ERR_MAPPING);
    assert_non_null(strstr(err.text, "NetworkNotFound"));
    assert_non_null(strstr(err.text, "net-ghost"));
    assert_non_null(strstr(err.text, "site-b"));
    assert_non_null(strstr(err.remedy, "openstack network list"));
    assert_int_equal(mapping_network(w->g, twice, web, &w->t, &m, &err), PC_ERR_AMBIGUOUS);
    json_decref(ghost);
    json_decref(twice);
}

static void flavors_follow_the_order(void **state)
{
    struct world *w = *state;
    struct mapped m;
    struct pc_error err;
    /* same id wins over same name, and a smaller one is told */
    assert_int_equal(mapping_flavor(w->g, NULL, &w->g->members[0].flavor, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_SAME_ID);
    assert_non_null(strstr(m.note, "smaller"));
    assert_int_equal(mapping_flavor(w->g, NULL, &w->g->members[1].flavor, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_SAME_NAME);
    assert_string_equal(m.note, "");
    assert_int_equal(mapping_flavor(w->g, NULL, &w->g->members[2].flavor, &w->t, &m, &err), PC_OK);
    assert_int_equal(m.reason, MAP_NONE);
    json_t *large = json_pack("{s:s}", "13", "m2.large");
    assert_int_equal(mapping_flavor(w->g, large, &w->g->members[2].flavor, &w->t, &m, &err), PC_OK);
    assert_string_equal(m.id, "23");
    json_decref(large);
}

static void an_image_is_the_requests_then_the_groups_then_its_own(void **state)
{
    struct world *w = *state;
    struct volume v = {.image_id = "i1", .image_name = "debian"}, none = {.image_id = "", .image_name = ""};
    struct mapping kept = {.from = "debian", .to = "i2"};
    struct group g = *w->g;
    json_t *asked = json_pack("{s:s}", "i1", "i3"), *any = json_pack("{s:s}", "", "i4");
    enum map_reason why;
    assert_string_equal(mapping_image(&g, NULL, &v, &why), "i1");
    assert_int_equal(why, MAP_SAME_ID);
    g.images = &kept;
    g.image_count = 1;
    assert_string_equal(mapping_image(&g, NULL, &v, &why), "i2");
    assert_int_equal(why, MAP_STORED);
    assert_string_equal(mapping_image(&g, asked, &v, &why), "i3");
    assert_int_equal(why, MAP_REQUEST);
    assert_string_equal(mapping_image(&g, any, &none, NULL), "");
    json_decref(asked);
    json_decref(any);
}

static void keys_that_match_nothing_are_refused(void **state)
{
    struct world *w = *state;
    struct pc_error err;
    json_t *good = json_pack("{s:s,s:s}", "na-web", "x", "net-primary-db", "y");
    json_t *bad = json_pack("{s:s}", "net-typo", "x");
    assert_int_equal(mapping_check_keys(w->g, good, NULL, NULL, &err), PC_OK);
    assert_int_equal(mapping_check_keys(w->g, bad, NULL, NULL, &err), PC_ERR_MAPPING);
    assert_non_null(strstr(err.text, "net-typo"));
    assert_int_equal(mapping_check_keys(w->g, NULL, bad, NULL, &err), PC_ERR_MAPPING);
    json_decref(good);
    json_decref(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(networks_follow_the_order, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_targets_are_named, setup, teardown),
        cmocka_unit_test_setup_teardown(flavors_follow_the_order, setup, teardown),
        cmocka_unit_test_setup_teardown(an_image_is_the_requests_then_the_groups_then_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_that_match_nothing_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
