/* The planner: what a drill makes, in what order, and what it refuses. */
#include "backend/base/json.h"
#include "backend/engine/plan/drill.h"
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
    json_t *facts, *request, *warnings;
    struct recreate_input in;
    struct plan *plan;
    struct pc_error err;
};

static int setup(void **state)
{
    struct world *w = xcalloc(1, sizeof(*w));
    w->g = fixture_group();
    w->facts = json_loads(FIXTURE_TARGET, 0, NULL);
    w->request = json_loads("{\"network_mapping\":{\"net-primary-web\":\"net-secondary-web\"},"
                            "\"flavor_mapping\":{\"m1.large\":\"m2.large\"},"
                            "\"health_checks\":[\"tcp:22\",\"http:/healthz\",\"tcp:22\"]}", 0, NULL);
    w->warnings = json_array();
    w->in = (struct recreate_input){w->g, "site-b", w->request, w->facts};
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    plan_unref(w->plan);
    group_unref(w->g);
    json_decref(w->facts);
    json_decref(w->request);
    json_decref(w->warnings);
    free(w);
    return 0;
}

static enum pc_err build(struct world *w)
{
    return drill_plan(&w->in, &w->plan, w->warnings, &w->err);
}

static bool waits_for(const struct plan *p, const char *step, const char *before)
{
    const struct plan_step *s = &p->steps[plan_find(p, step)];
    for (size_t i = 0; i < s->dep_count; i++)
        if (strcmp(p->steps[s->deps[i]].key, before) == 0)
            return true;
    return false;
}

static void three_servers_five_volumes(void **state)
{
    struct world *w = *state;
    assert_int_equal(build(w), PC_OK);
    json_t *counts = recreate_counts(w->plan);
    assert_int_equal(json_int(counts, "servers", 0), 3);
    assert_int_equal(json_int(counts, "volumes", 0), 5);
    assert_int_equal(json_int(counts, "ports", 0), 3);
    assert_int_equal(json_int(counts, "networks", -1), 0);
    assert_int_equal(json_int(counts, "checks", 0), 6); /* the repeat collapses */
    json_decref(counts);

    const struct plan *p = w->plan;
    assert_true(waits_for(p, "create_volume:web-2/1", "all_checked:group"));
    assert_true(waits_for(p, "create_port:web-2/0", "all_checked:group"));
    assert_true(waits_for(p, "all_checked:group", "check_source:web-2/1"));
    assert_true(waits_for(p, "create_server:web-2", "create_volume:web-2/0"));
    assert_true(waits_for(p, "create_server:web-2", "create_volume:web-2/1"));
    assert_true(waits_for(p, "create_server:web-2", "create_port:web-2/0"));
    assert_false(waits_for(p, "create_port:web-2/0", "create_volume:web-2/0"));
    assert_true(waits_for(p, "health_check:db-1/0", "all_booted:group"));
    assert_true(waits_for(p, "delete_volume:web-2/1", "delete_server:web-2"));
    const json_t *server = p->steps[plan_find(p, "create_server:db-1")].params;
    assert_string_equal(json_text(server, "flavor_id"), "23");
    assert_string_equal(json_text(server, "name"), "test-db-1");
}

/* The same servers, their volumes cloned on the array and managed by Cinder. */
static void from_the_array(void **state)
{
    struct world *w = *state;
    json_object_set_new(w->request, "storage_mode", json_string("flasharray"));
    assert_int_equal(build(w), PC_OK);
    const struct plan *p = w->plan;
    json_t *counts = recreate_counts(p);
    assert_int_equal(json_int(counts, "volumes", 0), 5);
    assert_int_equal(json_int(counts, "servers", 0), 3);
    json_decref(counts);
    assert_int_equal(plan_find(p, "create_volume:web-2/1"), -1);
    assert_int_equal(plan_find(p, "check_source:web-2/1"), -1);
    assert_true(waits_for(p, "check_replica:web-2/1", "pin_point:group"));
    assert_true(waits_for(p, "all_checked:group", "check_replica:web-2/1"));
    assert_true(waits_for(p, "all_checked:group", "check_backend:group"));
    assert_true(waits_for(p, "clone_volume:web-2/1", "all_checked:group"));
    assert_true(waits_for(p, "manage_volume:web-2/1", "clone_volume:web-2/1"));
    assert_true(waits_for(p, "create_server:web-2", "manage_volume:web-2/0"));
    assert_true(waits_for(p, "create_server:web-2", "manage_volume:web-2/1"));
    assert_true(waits_for(p, "delete_volume:web-2/1", "delete_server:web-2"));
    assert_true(waits_for(p, "destroy_clone:web-2/1", "delete_volume:web-2/1"));
    const json_t *end = p->steps[plan_find(p, "destroy_clone:web-2/1")].params;
    assert_string_equal(json_text(end, "of"), "clone_volume:web-2/1");
    assert_string_equal(json_text(end, "managed"), "manage_volume:web-2/1");
    const json_t *clone = p->steps[plan_find(p, "clone_volume:web-2/1")].params;
    assert_string_equal(json_text(clone, "server_id"), w->g->members[1].id);
    assert_int_equal(json_int(clone, "index", -1), 1);
}

/* Cinder would replicate back at once what has a type that replicates. */
static void no_drill_replicates_back(void **state)
{
    struct world *w = *state;
    const char *type = w->g->members[0].volumes[0].type;
    assert_true(*type);
    json_object_set_new(w->request, "storage_mode", json_string("flasharray"));
    json_object_set_new(w->facts, "volume_types",
                        json_pack("[{s:s, s:{s:s}}]", "name", type, "extra_specs",
                                  "replication_enabled", "<is> True"));
    assert_int_equal(build(w), PC_OK);
    for (size_t i = 0; i < w->plan->count; i++)
        assert_string_equal(json_text(w->plan->steps[i].params, "volume_type"), "");
    char *told = json_compact(w->warnings);
    assert_non_null(strstr(told, "replicates"));
    free(told);
}

/* What the journal relies on: a plan can be built again in the same order. */
static void the_same_input_gives_the_same_plan(void **state)
{
    struct world *w = *state;
    assert_int_equal(build(w), PC_OK);
    json_t *one = plan_to_json(w->plan);
    plan_unref(w->plan);
    assert_int_equal(build(w), PC_OK);
    json_t *two = plan_to_json(w->plan);
    assert_true(json_equal(one, two));
    json_decref(one);
    json_decref(two);
}

static void everything_made_can_be_deleted(void **state)
{
    struct world *w = *state;
    json_put_flag(w->request, "auto_network", true);
    json_object_del(w->request, "health_checks");
    assert_int_equal(build(w), PC_OK);
    for (size_t i = 0; i < w->plan->count; i++) {
        const struct plan_step *s = &w->plan->steps[i];
        bool makes = strncmp(s->key, "create_", 7) == 0, deleted = false;
        for (size_t k = 0; k < w->plan->count; k++) {
            const json_t *params = w->plan->steps[k].params;
            deleted |= strcmp(json_text(params, "of"), s->key) == 0 ||
                       strcmp(json_text(params, "also"), s->key) == 0;
        }
        assert_int_equal(makes, deleted);
    }
    assert_true(waits_for(w->plan, "create_port:db-1/0", "create_subnet:auto"));
    assert_true(waits_for(w->plan, "delete_network:auto", "delete_port:db-1/0"));
}

static void what_the_target_lacks_is_told(void **state)
{
    struct world *w = *state;
    assert_int_equal(build(w), PC_OK);
    char *all = json_compact(w->warnings);
    assert_non_null(strstr(all, "'ghost'"));      /* a security group */
    assert_non_null(strstr(all, "'replicated'")); /* a volume type */
    assert_non_null(strstr(all, "smaller"));      /* a flavor */
    free(all);
    const struct plan *p = w->plan;
    const json_t *port = p->steps[plan_find(p, "create_port:web-1/0")].params;
    assert_int_equal(json_array_size(json_list(port, "security_group_ids")), 1);
    const json_t *typed = p->steps[plan_find(p, "create_volume:db-1/1")].params;
    assert_string_equal(json_text(typed, "volume_type"), "plain");
}

static void bad_requests_make_no_plan(void **state)
{
    static const struct {
        const char *request;
        enum pc_err rc;
        const char *text;
    } cases[] = {
        {"{}", PC_ERR_MAPPING, "net-primary-web"},
        {"{\"auto_network\":true}", PC_ERR_MAPPING, "FlavorNotFound"},
        {"{\"network_mapping\":{\"net-primary-web\":\"nowhere\"}}", PC_ERR_MAPPING,
         "NetworkNotFound"},
        {"{\"network_mapping\":{\"typo\":\"nb-web\"}}", PC_ERR_MAPPING, "typo"},
        {"{\"flavor_mapping\":{\"m9\":\"m2.large\"}}", PC_ERR_MAPPING, "m9"},
        {"{\"health_checks\":[\"tcp:99999\"]}", PC_ERR_INVALID, "99999"},
        {"{\"health_checks\":[\"http:nopath\"]}", PC_ERR_INVALID, "nopath"},
        {"{\"health_checks\":[7]}", PC_ERR_INVALID, ""},
        {"{\"auto_network\":true,\"health_checks\":[\"tcp:22\"]}", PC_ERR_INVALID, "isolated"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        void *own = NULL;
        setup(&own);
        struct world *w = own;
        json_decref(w->request);
        w->in.request = w->request = json_loads(cases[i].request, 0, NULL);
        assert_int_equal(build(w), cases[i].rc);
        assert_null(w->plan);
        assert_non_null(strstr(w->err.text, cases[i].text));
        assert_true(strlen(w->err.remedy) > 0);
        teardown(&own);
    }
}

static void a_preview_lists_problems_instead(void **state)
{
    struct world *w = *state;
    json_object_clear(w->request);
    json_t *o = recreate_mappings(&w->in);
    assert_int_equal(json_array_size(json_list(o, "networks")), 2);
    assert_int_equal(json_array_size(json_list(o, "flavors")), 3);
    assert_int_equal(json_array_size(json_list(o, "problems")), 2);
    const json_t *web = json_array_get(json_list(o, "networks"), 0);
    assert_string_equal(json_text(web, "reason"), "none");
    assert_true(json_is_null(json_object_get(web, "to")));
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(three_servers_five_volumes, setup, teardown),
        cmocka_unit_test_setup_teardown(from_the_array, setup, teardown),
        cmocka_unit_test_setup_teardown(no_drill_replicates_back, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_input_gives_the_same_plan, setup, teardown),
        cmocka_unit_test_setup_teardown(everything_made_can_be_deleted, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_target_lacks_is_told, setup, teardown),
        cmocka_unit_test(bad_requests_make_no_plan),
        cmocka_unit_test_setup_teardown(a_preview_lists_problems_instead, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
