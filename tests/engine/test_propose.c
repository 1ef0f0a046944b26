/* What is proposed to whoever chooses, and what speaks against what was chosen: of
 * facts alone, and by a lab; and a health check that is tried before it counts. */
#include "backend/engine/recreate/recreate.h"
#include "tests/engine/support/stage.h"

static const char GROUP[] =
    "{\"id\":\"g\",\"name\":\"g\",\"primary\":\"site-a\",\"secondary\":\"site-b\",\"members\":[{"
    "\"id\":\"s1\",\"name\":\"web-1\",\"flavor\":{\"id\":\"fa\",\"name\":\"big\",\"vcpus\":4,"
    "\"ram\":8192,\"disk\":40},\"nics\":["
    "{\"network_id\":\"na\",\"network_name\":\"prod\",\"ip\":\"10.0.0.5\",\"segment\":\"vlan phys 7\"},"
    "{\"network_id\":\"nx\",\"network_name\":\"side\",\"ip\":\"10.9.0.5\"}],"
    "\"volumes\":[{\"id\":\"v1\",\"size_gib\":1,\"bootable\":true,\"image_id\":\"i\"}]}]}";

static const char FACTS[] =
    "{\"networks\":[{\"id\":\"n1\",\"name\":\"one\"},{\"id\":\"n2\",\"name\":\"two\"},"
    "{\"id\":\"n3\",\"name\":\"three\",\"provider:network_type\":\"vlan\","
    "\"provider:physical_network\":\"phys\",\"provider:segmentation_id\":7},"
    "{\"id\":\"n4\",\"name\":\"out\",\"router:external\":true}],"
    "\"subnets\":[{\"id\":\"s1\",\"network_id\":\"n1\",\"cidr\":\"10.0.0.0/24\",\"allocation_pools\":["
    "{\"start\":\"10.0.0.10\",\"end\":\"10.0.0.12\"}]},"
    "{\"id\":\"s2\",\"network_id\":\"n2\",\"cidr\":\"10.9.0.0/24\",\"allocation_pools\":["
    "{\"start\":\"10.9.0.10\",\"end\":\"10.9.0.10\"}]}],"
    "\"ports\":[{\"id\":\"p\",\"network_id\":\"n1\",\"fixed_ips\":[{\"subnet_id\":\"s1\",\"ip_address\":"
    "\"10.0.0.10\"}]},{\"id\":\"q\",\"network_id\":\"n2\",\"fixed_ips\":[{\"subnet_id\":\"s2\","
    "\"ip_address\":\"10.9.0.10\"}]}],"
    "\"flavors\":[{\"id\":\"f1\",\"name\":\"small\",\"vcpus\":1,\"ram\":1024,\"disk\":10},"
    "{\"id\":\"f2\",\"name\":\"huge\",\"vcpus\":64,\"ram\":262144,\"disk\":80},"
    "{\"id\":\"f3\",\"name\":\"near\",\"vcpus\":4,\"ram\":8192,\"disk\":60}]}";

/* What is proposed of these, which go with it; the caller owns it. */
static json_t *propose_of(json_t *group_take, json_t *facts_take, const char *request,
                          const char *last, bool drill)
{
    json_t *r = json_loads(request, 0, NULL), *before = json_loads(last, 0, NULL);
    struct group *group = NULL;
    assert_int_equal(group_from_json(group_take, &group, NULL), PC_OK);
    struct recreate_input in = {group, "site-b", r, facts_take};
    json_t *o = recreate_mappings(&in);
    recreate_propose(&in, before, drill, o);
    group_unref(group);
    json_decref(group_take);
    json_decref(facts_take);
    json_decref(r);
    json_decref(before);
    return o;
}

static json_t *propose(const char *request, const char *last, bool drill)
{
    return propose_of(json_loads(GROUP, 0, NULL), json_loads(FACTS, 0, NULL), request, last, drill);
}

static const char IMAGES[] =
    "[{\"id\":\"i1\",\"name\":\"web\",\"status\":\"active\",\"checksum\":\"c2\",\"min_disk\":3},"
    "{\"id\":\"i2\",\"name\":\"other\",\"status\":\"active\",\"checksum\":\"c1\"},"
    "{\"id\":\"i\",\"name\":\"web\",\"status\":\"queued\",\"checksum\":\"c1\"}]";

/* The same of a site with these images, where web-1's disk was made of one named `web`. */
static json_t *propose_image(const char *request, const char *last, const char *checksum)
{
    json_t *g = json_loads(GROUP, 0, NULL), *facts = json_loads(FACTS, 0, NULL);
    json_t *disk = json_array_get(json_list(json_array_get(json_list(g, "members"), 0), "volumes"), 0);
    json_put_text(disk, "image_name", "web");
    json_put(disk, "image_metadata", json_pack("{s:s}", "checksum", checksum));
    json_put(facts, "images", json_loads(IMAGES, 0, NULL));
    return propose_of(g, facts, request, last, true);
}

static void suggests(const json_t *o, const char *list, size_t row, const char *to,
                     const char *reason)
{
    const json_t *s = json_map(json_array_get(json_list(o, list), row), "suggested");
    assert_string_equal(json_text(s, "to"), to);
    assert_string_equal(json_text(s, "reason"), reason);
}

static void notes(const char *target, bool drill, const char *note)
{
    char *request = xasprintf("{\"network_mapping\":{\"na\":\"%s\",\"nx\":\"n2\"}}", target);
    json_t *o = propose(request, "{}", drill);
    const char *said = json_text(json_array_get(json_list(o, "networks"), 0), "note");
    if (*note ? strstr(said, note) == NULL : *said != '\0')
        fail_msg("%s: '%s', not '%s'", target, said, note);
    json_decref(o);
    free(request);
}

static void what_fits_is_suggested_and_why(void **state)
{
    (void)state;
    json_t *o = propose("{}", "{}", true);
    suggests(o, "networks", 0, "n1", "same subnet");
    suggests(o, "networks", 1, "n2", "same subnet");
    suggests(o, "flavors", 0, "f3", "nearest");
    json_decref(o);
    o = propose("{}", "{\"network_mapping\":{\"prod\":\"two\"},\"flavor_mapping\":{\"fa\":\"f2\"}}",
                true);
    suggests(o, "networks", 0, "n2", "last time");
    suggests(o, "flavors", 0, "f2", "last time");
    json_decref(o);
    /* Of what has a counterpart, or goes to a network of its own, nothing is. */
    o = propose("{\"network_mapping\":{\"na\":\"n1\"}}", "{}", true);
    suggests(o, "networks", 0, "", "");
    json_decref(o);
    o = propose("{\"auto_network\":true}", "{}", true);
    suggests(o, "networks", 0, "", "");
    json_decref(o);
}

static void an_image_is_suggested_by_what_it_is(void **state)
{
    (void)state;
    json_t *o = propose_image("{}", "{}", "c1");
    suggests(o, "images", 0, "i2", "same contents");
    assert_int_equal(json_array_size(json_list(o, "target_images")), 2); /* what can be used */
    const json_t *row = json_array_get(json_list(o, "images"), 0);
    assert_string_equal(json_text(row, "reason"), "none");
    assert_int_equal(json_int(row, "volumes", 0), 1);
    json_decref(o);
    o = propose_image("{}", "{}", "c9");
    suggests(o, "images", 0, "i1", "same name");
    json_decref(o);
    o = propose_image("{}", "{\"image_mapping\":{\"i\":\"i1\"}}", "c1");
    suggests(o, "images", 0, "i1", "last time");
    json_decref(o);
    /* Asked for, it is told what speaks against it. */
    o = propose_image("{\"image_mapping\":{\"web\":\"i1\"}}", "{}", "c1");
    suggests(o, "images", 0, "", "");
    row = json_array_get(json_list(o, "images"), 0);
    assert_string_equal(json_text(row, "to_name"), "web");
    assert_string_equal(json_text(row, "reason"), "requested");
    assert_string_equal(json_text(row, "note"), "needs 3 GiB, and a volume has 1");
    json_decref(o);
    /* Where they were not asked for, there is nothing to map. */
    o = propose("{}", "{}", true);
    assert_int_equal(json_array_size(json_list(o, "images")), 0);
    json_decref(o);
}

static void a_conflict_is_told_beside_its_network(void **state)
{
    (void)state;
    notes("n1", true, "");
    notes("n2", true, "0 of 1 addresses are free");
    notes("n3", true, "the same wire as production's");
    notes("n3", false, ""); /* a failover is meant to serve there */
    notes("n4", true, "an external network");
    json_t *o = propose("{}", "{}", true);
    const json_t *first = json_array_get(json_list(o, "target_networks"), 0);
    assert_int_equal(json_int(first, "free", -1), 2);
    assert_true(json_is_null(json_object_get(json_array_get(json_list(o, "target_networks"), 2), "free")));
    assert_int_equal(json_int(json_array_get(json_list(o, "networks"), 0), "wanted", 0), 1);
    json_decref(o);
}

/* ---- on a lab ------------------------------------------------------------------------ */

static const json_t *tried(const struct stage *s, const char *vm)
{
    const json_t *row;
    size_t i;
    json_array_foreach(s->reply, i, row)
        if (strcmp(json_text(row, "vm"), vm) == 0)
            return row;
    return NULL;
}

static void a_check_is_tried_at_what_serves(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "health_check_try",
                                "{\"group\":\"prod-web-app\",\"check\":\"http:/healthz\"}"), PC_OK);
    assert_int_equal(json_array_size(s->reply), 3);
    assert_string_equal(json_text(tried(s, "web-1"), "status"), "passed");
    assert_true(*json_text(tried(s, "web-1"), "address") != '\0');
    assert_int_equal(stage_call(s, "health_check_try",
                                "{\"group\":\"prod-web-app\",\"check\":\"http:/nowhere\"}"), PC_OK);
    assert_string_equal(json_text(tried(s, "db-1"), "status"), "failed");
    assert_non_null(strstr(json_text(tried(s, "db-1"), "detail"), "404"));
    assert_int_equal(stage_call(s, "health_check_try",
                                "{\"group\":\"prod-web-app\",\"check\":\"web-2@tcp:8443\"}"), PC_OK);
    assert_int_equal(json_array_size(s->reply), 1);
    assert_string_equal(json_text(tried(s, "web-2"), "check"), "tcp:8443");
    assert_int_equal(stage_call(s, "health_check_try",
                                "{\"group\":\"prod-web-app\",\"check\":\"web-1@exec:true\"}"), PC_OK);
    assert_string_equal(json_text(tried(s, "web-1"), "status"), "unsupported");
    stage_refused(s, "health_check_try", "{\"group\":\"prod-web-app\",\"check\":\"tcp:99999\"}",
                  PC_ERR_INVALID, "99999");
    stage_refused(s, "health_check_try", "{\"group\":\"prod-web-app\",\"check\":\"nobody@tcp:1\"}",
                  PC_ERR_NOT_FOUND, "nobody");
}

static void a_check_of_one_is_asked_of_it_alone(void **state)
{
    struct stage *s = *state;
    size_t of_web = 0, i;
    const json_t *v;
    assert_string_equal(stage_drill(s, "\"health_checks\":[\"web-1@http:/healthz\"]"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "passed");
    json_array_foreach(json_list(s->op, "health_checks"), i, v) {
        if (strcmp(json_text(v, "check"), "boot") == 0)
            continue;
        assert_string_equal(json_text(v, "check"), "http:/healthz");
        assert_string_equal(json_text(v, "vm"), "web-1");
        of_web++;
    }
    assert_int_equal(of_web, 1);
    stage_refused(s, "test_failover",
                  "{\"group\":\"prod-web-app\",\"health_checks\":[\"nobody@tcp:1\"]}",
                  PC_ERR_INVALID, "nobody");
}

static void a_plan_says_by_how_many_runs_it_knows(void **state)
{
    struct stage *s = *state;
    const char *args = "{\"group\":\"prod-web-app\",\"dry_run\":true}";
    assert_int_equal(stage_call(s, "test_failover", args), PC_OK);
    assert_null(json_map(s->reply, "predicted"));
    assert_string_equal(stage_drill(s, ""), "cleaned");
    assert_int_equal(stage_call(s, "test_failover", args), PC_OK);
    assert_true(json_int(json_map(s->reply, "predicted"), "runs", 0) >= 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_is_suggested_and_why),
        cmocka_unit_test(an_image_is_suggested_by_what_it_is),
        cmocka_unit_test(a_conflict_is_told_beside_its_network),
        stage_test(a_check_is_tried_at_what_serves),
        stage_test(a_check_of_one_is_asked_of_it_alone),
        stage_test(a_plan_says_by_how_many_runs_it_knows),
    };
    return stage_main(tests, argc, argv);
}
