/* Which addresses, MACs, keys, zones and metadata the copies ask for: as planned, without
 * any site. That they are had is test_addresses'. */
#include "backend/engine/recreate/recreate.h"
#include "tests/engine/support/stage.h"

/* Two servers of one network, with all that can be known of them. */
static const char GROUP[] =
    "{\"id\":\"g\",\"name\":\"g\",\"primary\":\"site-a\",\"secondary\":\"site-b\",\"members\":["
    "{\"id\":\"s1\",\"name\":\"web-1\",\"flavor\":{\"id\":\"f\",\"name\":\"f\"},\"key_name\":\"ops\","
    "\"availability_zone\":\"nova\",\"description\":\"the shop\",\"user_data\":\"I2E=\","
    "\"config_drive\":true,\"metadata\":{\"role\":\"web\",\"protector:op\":\"old\"},\"tags\":[\"tier-1\","
    "\"op-00000000-0000-4000-8000-000000000000\"],"
    "\"nics\":[{\"network_id\":\"na\",\"network_name\":\"prod\",\"segment\":\"vlan phys 7\",\"ip\":"
    "\"10.0.0.5\",\"ips\":[\"10.0.0.5\",\"10.0.0.6\"],\"mac\":\"fa:16:3e:00:00:05\",\"address_pairs\":["
    "{\"ip_address\":\"10.0.0.100\"}]},{\"network_id\":\"na\",\"network_name\":\"prod\",\"ip\":"
    "\"10.9.9.9\",\"mac\":\"fa:16:3e:00:00:06\",\"port_security\":false,\"security_groups\":[\"web\"]}],"
    "\"volumes\":[{\"id\":\"v1\",\"size_gib\":1,\"bootable\":true,\"image_id\":\"i\"},{\"id\":\"v3\",\"name\":"
    "\"files\",\"description\":\"of the shop\",\"metadata\":{\"tier\":\"gold\",\"protector:op\":\"old\"},"
    "\"size_gib\":2,\"bootable\":true,\"delete_on_termination\":true,\"image_id\":\"i\"}]},"
    "{\"id\":\"s2\",\"name\":\"web-2\",\"flavor\":{\"id\":\"f\",\"name\":\"f\"},\"key_name\":\"gone\","
    "\"availability_zone\":\"room-2\",\"nics\":[{\"network_id\":\"na\",\"network_name\":\"prod\",\"ip\":"
    "\"10.0.0.7\",\"mac\":\"fa:16:3e:00:00:07\"}],\"volumes\":[{\"id\":\"v2\",\"size_gib\":1,"
    "\"bootable\":true,\"image_id\":\"i\"}]}]}";

static const char FACTS[] =
    "{\"networks\":[{\"id\":\"nb\",\"name\":\"prod\"},{\"id\":\"nc\",\"name\":\"aside\","
    "\"provider:network_type\":\"vlan\",\"provider:physical_network\":\"phys\","
    "\"provider:segmentation_id\":8},{\"id\":\"nd\",\"name\":\"stretched\",\"provider:network_type\":"
    "\"vlan\",\"provider:physical_network\":\"phys\",\"provider:segmentation_id\":7}],"
    "\"subnets\":[{\"id\":\"sb\",\"network_id\":\"nb\",\"cidr\":\"10.0.0.0/24\",\"gateway_ip\":\"10.0.0.1\"},"
    "{\"id\":\"sc\",\"network_id\":\"nc\",\"cidr\":\"10.0.0.0/24\"},"
    "{\"id\":\"sd\",\"network_id\":\"nd\",\"cidr\":\"10.0.0.0/24\"}],"
    "\"ports\":[{\"id\":\"p1\",\"name\":\"other\",\"network_id\":\"nb\",\"mac_address\":"
    "\"FA:16:3E:00:00:07\",\"fixed_ips\":[{\"ip_address\":\"10.0.0.7\"}]}],"
    "\"flavors\":[{\"id\":\"f\",\"name\":\"f\"}],\"security_groups\":[{\"id\":\"sg\",\"name\":\"web\"}],"
    "\"keypairs\":[{\"keypair\":{\"name\":\"ops\"}}],\"zones\":[{\"zoneName\":\"nova\",\"zoneState\":"
    "{\"available\":true}}]}";

struct plan_of {
    struct group *g;
    json_t *facts, *request, *warnings;
    struct recreate b;
    struct recreate_input in;
    struct pc_error err;
};

/* Of the next plan, which takes them; NULL: FACTS. */
static json_t *held_facts;

static enum pc_err plan_about(struct plan_of *p, json_t *o, const char *prefix, const char *request)
{
    static struct recreate_manner how;
    how.prefix = prefix;
    *p = (struct plan_of){.facts = held_facts ? held_facts : json_loads(FACTS, 0, NULL),
                          .request = json_loads(request, 0, NULL),
                          .warnings = json_array()};
    assert_non_null(p->facts);
    assert_non_null(p->request);
    assert_int_equal(group_from_json(o, &p->g, NULL), PC_OK);
    json_decref(o);
    p->in = (struct recreate_input){p->g, "site-b", p->request, p->facts};
    recreate_begin(&p->b, &p->in, &how, p->warnings, &p->err);
    enum pc_err rc = recreate_check(&p->in, &p->err);
    recreate_sources(&p->b, -1);
    return rc ? rc : recreate_members(&p->b);
}

static enum pc_err plan(struct plan_of *p, const char *prefix, const char *request)
{
    return plan_about(p, json_loads(GROUP, 0, NULL), prefix, request);
}

static void drop(struct plan_of *p)
{
    plan_unref(p->b.plan);
    group_unref(p->g);
    json_decref(p->facts);
    json_decref(p->request);
    json_decref(p->warnings);
}

static const json_t *params(const struct plan_of *p, const char *key)
{
    int i = plan_find(p->b.plan, key);
    assert_true(i >= 0);
    return p->b.plan->steps[i].params;
}

static void is(const json_t *o, const char *key, const char *want)
{
    json_t *w = want ? json_loads(want, JSON_DECODE_ANY, NULL) : NULL;
    const json_t *have = json_object_get(o, key);
    if (want ? !json_equal(have, w) : have != NULL) {
        char *all = json_compact(o);
        fail_msg("%s is not %s in %s", key, want ? want : "left out", all);
    }
    json_decref(w);
}

static bool warned(const struct plan_of *p, const char *text)
{
    const json_t *v;
    size_t i;
    json_array_foreach(p->warnings, i, v)
        if (strstr(json_string_value(v), text))
            return true;
    return false;
}

/* ---- the planner ---------------------------------------------------------------------- */

/* web-1 comes back to site-b, where it had all that its copy elsewhere has not. */
static json_t *back_from_elsewhere(void)
{
    json_t *o = json_loads(GROUP, 0, NULL), *m = json_array_get(json_list(o, "members"), 0);
    json_t *was = json_deep_copy(m), *nic;
    json_put_text(was, "id", "old");
    json_put_text(was, "user_data", "I0E=");
    nic = json_array_get(json_list(was, "nics"), 0);
    json_put_text(nic, "port_id", "px");
    json_put_text(nic, "ip", "10.0.0.50");
    json_put(nic, "ips", json_pack("[s]", "10.0.0.50"));
    json_put_text(nic, "mac", "fa:16:3e:00:00:50");
    json_put(nic, "security_groups", json_pack("[s]", "web"));
    nic = json_array_get(json_list(m, "nics"), 0);
    json_put(nic, "security_groups", json_pack("[s, s]", "default", "new"));
    json_put_text(m, "key_name", "");
    json_put_text(m, "user_data", "");
    json_put_text(m, "availability_zone", "room-2");
    member_follows(m, was, "site-b", true, 1);
    json_decref(was);
    return o;
}

static void who_comes_back_gets_what_it_had(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan_about(&p, back_from_elsewhere(), "", "{}"), PC_OK);
    const json_t *port = params(&p, "create_port:web-1/0"), *o;
    is(port, "fixed_ips", "[{\"subnet_id\":\"sb\",\"ip_address\":\"10.0.0.50\"}]");
    is(port, "mac_address", "\"fa:16:3e:00:00:50\"");
    is(port, "security_group_ids", "[\"sg\"]");
    assert_true(warned(&p, "security group 'new' is left out: it was not on the port at site-b"));
    assert_false(warned(&p, "'default'"));
    o = params(&p, "create_server:web-1");
    is(o, "key_name", "\"ops\"");
    is(o, "availability_zone", "\"nova\"");
    is(o, "user_data", "\"I0E=\"");
    assert_false(warned(&p, "room-2' is not on site-b: Nova chooses one for web-1"));
    drop(&p);
    /* A copy of a drill has none of its addresses. */
    assert_int_equal(plan_about(&p, back_from_elsewhere(), "test-", "{\"addresses\":\"keep\"}"),
                     PC_OK);
    is(params(&p, "create_port:web-1/0"), "mac_address", NULL);
    is(params(&p, "create_server:web-1"), "key_name", "\"ops\"");
    drop(&p);
}

/* Its server of before still stands there: its port has them, and that is said. */
static void who_stands_there_still_holds_them(void **state)
{
    struct plan_of p;
    json_t *o = back_from_elsewhere(), *facts = json_loads(FACTS, 0, NULL), *m;
    (void)state;
    json_array_append_new(json_list(facts, "ports"),
                          json_pack("{s:s, s:s, s:s, s:s, s:[{s:s}]}", "id", "px", "name", "",
                                    "network_id", "nb", "mac_address", "fa:16:3e:00:00:50",
                                    "fixed_ips", "ip_address", "10.0.0.50"));
    held_facts = facts;
    assert_int_equal(plan_about(&p, o, "", "{}"), PC_OK);
    held_facts = NULL;
    m = json_map(params(&p, "create_port:web-1/0"), "fixed_ips");
    assert_null(m);
    is(params(&p, "create_port:web-1/0"), "mac_address", NULL);
    assert_true(warned(&p, "10.0.0.50 is used by px on prod, by the port of its server of before"));
    drop(&p);
}

static void who_is_to_serve_keeps_what_it_can(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{}"), PC_OK);
    const json_t *port = params(&p, "create_port:web-1/0");
    is(port, "fixed_ips", "[{\"subnet_id\":\"sb\",\"ip_address\":\"10.0.0.5\"},"
                          "{\"subnet_id\":\"sb\",\"ip_address\":\"10.0.0.6\"}]");
    is(port, "mac_address", "\"fa:16:3e:00:00:05\"");
    is(port, "address_pairs", "[{\"ip_address\":\"10.0.0.100\"}]");
    is(port, "addresses", "\"keep\"");
    is(port, "port_security", NULL);
    port = params(&p, "create_port:web-1/1");
    is(port, "fixed_ips", NULL);
    is(port, "port_security", "false");
    is(port, "security_group_ids", NULL); /* without port security there is none */
    assert_true(warned(&p, "web-1 nic1 gets a new address: 10.9.9.9 lies in no subnet of prod"));
    port = params(&p, "create_port:web-2/0");
    is(port, "fixed_ips", NULL);
    is(port, "mac_address", NULL);
    assert_true(warned(&p, "web-2 nic0 gets a new address: 10.0.0.7 is used by other on prod"));
    assert_true(warned(&p, "web-2 nic0 gets a new MAC: fa:16:3e:00:00:07 is in use on site-b"));
    drop(&p);
}

/* Nova lists two of one network together, wherever they stand: told when that may be elsewhere. */
static void what_order_nova_hides_is_told(void **state)
{
    static const struct {
        size_t at; /* where the one of another network is recorded */
        const char *ip;
        const char *told; /* NULL: nothing */
    } ROWS[] = {
        {2, "10.0.0.9", "in which order the interfaces of web-1 stand Nova does not tell; its copy has "
                        "them as prod, prod, aside"},
        {0, "10.0.0.9", NULL}, /* the only one of the network that comes first */
        {0, "", "has them as aside, prod, prod"}, /* without an address it is not listed at all */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct plan_of p;
        json_t *o = json_loads(GROUP, 0, NULL), *m = json_array_get(json_list(o, "members"), 0);
        json_array_insert_new(json_list(m, "nics"), ROWS[i].at,
                              json_pack("{s:s, s:s, s:s}", "network_id", "ax", "network_name", "aside",
                                        "ip", ROWS[i].ip));
        assert_int_equal(plan_about(&p, o, "", "{}"), PC_OK);
        assert_int_equal(warned(&p, "in which order"), ROWS[i].told != NULL);
        assert_true(!ROWS[i].told || warned(&p, ROWS[i].told));
        assert_int_equal(json_array_size(json_list(params(&p, "create_server:web-1"), "ports")), 3);
        drop(&p);
    }
}

static void a_drill_keeps_nothing_beside_production(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "test-", "{}"), PC_OK); /* new is what a drill does */
    is(params(&p, "create_port:web-1/0"), "fixed_ips", NULL);
    is(params(&p, "create_port:web-1/0"), "mac_address", NULL);
    assert_false(warned(&p, "address"));
    drop(&p);
    /* Asked to keep: not where it cannot be seen that the wire is another... */
    assert_int_equal(plan(&p, "test-", "{\"addresses\":\"keep\"}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "fixed_ips", NULL);
    assert_true(warned(&p, "web-1 nic0 gets a new address: it cannot be seen"));
    drop(&p);
    /* ...nor on the very same wire... */
    assert_int_equal(plan(&p, "test-", "{\"addresses\":\"keep\",\"network_mapping\":{\"prod\":\"nd\"}}"),
                     PC_OK);
    is(params(&p, "create_port:web-1/0"), "fixed_ips", NULL);
    is(params(&p, "create_port:web-1/0"), "mac_address", NULL);
    drop(&p);
    /* ...but on one that is known to be apart. */
    assert_int_equal(plan(&p, "test-", "{\"addresses\":\"keep\",\"network_mapping\":{\"prod\":\"nc\"}}"),
                     PC_OK);
    assert_int_equal(json_array_size(json_list(params(&p, "create_port:web-1/0"), "fixed_ips")), 2);
    is(params(&p, "create_port:web-1/0"), "mac_address", "\"fa:16:3e:00:00:05\"");
    drop(&p);
}

static void new_is_new_for_all(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{\"addresses\":\"new\"}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "fixed_ips", NULL);
    is(params(&p, "create_port:web-1/0"), "mac_address", NULL);
    is(params(&p, "create_port:web-1/0"), "address_pairs", NULL);
    drop(&p);
}

static void two_copies_never_ask_for_one_address(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{\"fixed_ips\":{\"web-1/0\":\"10.0.0.20\",\"web-2/0\":"
                                  "\"10.0.0.20\"}}"), PC_ERR_CONFLICT);
    assert_non_null(strstr(p.err.text, "10.0.0.20"));
    assert_non_null(strstr(p.err.text, "web-1 nic0"));
    drop(&p);
}

static void what_is_given_by_hand_is_had_or_refused(void **state)
{
    static const struct {
        const char *request, *text;
        enum pc_err rc;
    } bad[] = {
        {"{\"fixed_ips\":{\"web-1/2\":\"10.0.0.9\"}}", "no server and interface 'web-1/2'",
         PC_ERR_INVALID},
        {"{\"fixed_ips\":{\"web-1/0\":\"10.0.0\"}}", "'10.0.0' for web-1/0 is no address",
         PC_ERR_INVALID},
        {"{\"fixed_ips\":{\"web-1/0\":7}}", "is no address", PC_ERR_INVALID},
        {"{\"fixed_ips\":{\"web-1/0\":\"10.1.0.9\"}}", "lies in no subnet of prod", PC_ERR_MAPPING},
        {"{\"fixed_ips\":{\"web-1/0\":\"10.0.0.7\"}}", "used by other", PC_ERR_CONFLICT},
        {"{\"fixed_ips\":{\"web-1/0\":\"10.0.0.1\"}}", "the gateway", PC_ERR_CONFLICT},
        {"{\"addresses\":\"both\"}", "addresses cannot be 'both'", PC_ERR_INVALID},
        {"{\"auto_network\":true,\"fixed_ips\":{\"web-1/0\":\"10.0.0.9\"}}", "isolated",
         PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/2\":\"fa:16:3e:00:00:09\"}}", "no server and interface 'web-1/2'",
         PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/0\":\"fa:16:3e:00:09\"}}", "no MAC that an interface may have",
         PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/0\":\"01:00:5e:00:00:09\"}}", "no MAC that an interface may have",
         PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/0\":7}}", "no MAC that an interface may have", PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:09\",\"web-2/0\":\"FA:16:3E:00:00:09\"}}",
         "is given to web-1/0 and to web-2/0", PC_ERR_INVALID},
        {"{\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:07\"}}", "used by other on prod", PC_ERR_CONFLICT},
        {"{\"auto_network\":true,\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:09\"}}", "isolated",
         PC_ERR_INVALID},
    };
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "test-", "{\"fixed_ips\":{\"web-1/0\":\"10.0.0.9\"}}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "fixed_ips",
       "[{\"subnet_id\":\"sb\",\"ip_address\":\"10.0.0.9\"}]");
    is(params(&p, "create_port:web-1/0"), "addresses", "\"given\"");
    is(params(&p, "create_port:web-2/0"), "fixed_ips", NULL);
    drop(&p);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        enum pc_err rc = plan(&p, "test-", bad[i].request);
        if (rc != bad[i].rc || !strstr(p.err.text, bad[i].text) || !*p.err.remedy)
            fail_msg("%s: %s '%s'", bad[i].request, pc_err_name(rc), p.err.text);
        drop(&p);
    }
}

/* Beside an address that is given, kept or new; what another interface has is not kept. */
static void a_mac_is_given_beside_any_address(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:09\"}}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "mac_address", "\"fa:16:3e:00:00:09\"");
    is(params(&p, "create_port:web-1/0"), "addresses", "\"keep\"");
    assert_true(json_flag(params(&p, "create_port:web-1/0"), "mac_given", false));
    assert_false(json_flag(params(&p, "create_port:web-2/0"), "mac_given", false));
    drop(&p);
    assert_int_equal(plan(&p, "", "{\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:09\"},\"fixed_ips\":"
                                  "{\"web-1/0\":\"10.0.0.9\"}}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "mac_address", "\"fa:16:3e:00:00:09\"");
    is(params(&p, "create_port:web-1/0"), "addresses", "\"given\"");
    drop(&p);
    assert_int_equal(plan(&p, "test-", "{\"macs\":{\"web-1/0\":\"fa:16:3e:00:00:09\"}}"), PC_OK);
    is(params(&p, "create_port:web-1/0"), "mac_address", "\"fa:16:3e:00:00:09\"");
    is(params(&p, "create_port:web-1/0"), "fixed_ips", NULL);
    drop(&p);
}

static void a_copy_is_what_its_source_is(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{}"), PC_OK);
    const json_t *server = params(&p, "create_server:web-1");
    is(server, "key_name", "\"ops\"");
    is(server, "availability_zone", "\"nova\"");
    is(server, "description", "\"the shop\"");
    is(server, "user_data", "\"I2E=\"");
    is(server, "config_drive", "true");
    is(server, "metadata", "{\"role\":\"web\"}"); /* an earlier operation's marks are not its own */
    is(server, "tags", "[\"tier-1\"]");
    server = params(&p, "create_server:web-2");
    is(server, "key_name", NULL);
    is(server, "availability_zone", NULL);
    assert_true(warned(&p, "key pair 'gone' of web-2 is not on site-b"));
    assert_true(warned(&p, "availability zone 'room-2' is not on site-b"));
    drop(&p);
}

/* A drill's are called what they are, and the drill takes them all away itself. */
static void a_copy_of_a_disk_is_what_its_source_is(void **state)
{
    struct plan_of p;
    (void)state;
    assert_int_equal(plan(&p, "", "{}"), PC_OK);
    const json_t *disk = params(&p, "create_volume:web-1/1");
    is(disk, "name", "\"files\"");
    is(disk, "description", "\"of the shop\"");
    is(disk, "metadata", "{\"tier\":\"gold\"}");
    is(disk, "bootable", "true");
    is(params(&p, "create_volume:web-1/0"), "name", "\"web-1-0\""); /* it has none */
    is(params(&p, "create_volume:web-1/0"), "metadata", NULL);
    is(params(&p, "create_server:web-1"), "delete_on_termination", "[false, true]");
    is(params(&p, "create_server:web-2"), "delete_on_termination", NULL);
    drop(&p);
    assert_int_equal(plan(&p, "test-", "{}"), PC_OK);
    is(params(&p, "create_volume:web-1/1"), "name", "\"test-web-1-1\"");
    is(params(&p, "create_volume:web-1/1"), "metadata", "{\"tier\":\"gold\"}");
    is(params(&p, "create_server:web-1"), "delete_on_termination", NULL);
    drop(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_to_serve_keeps_what_it_can),
        cmocka_unit_test(who_comes_back_gets_what_it_had),
        cmocka_unit_test(who_stands_there_still_holds_them),
        cmocka_unit_test(what_order_nova_hides_is_told),
        cmocka_unit_test(a_drill_keeps_nothing_beside_production),
        cmocka_unit_test(new_is_new_for_all),
        cmocka_unit_test(two_copies_never_ask_for_one_address),
        cmocka_unit_test(what_is_given_by_hand_is_had_or_refused),
        cmocka_unit_test(a_mac_is_given_beside_any_address),
        cmocka_unit_test(a_copy_is_what_its_source_is),
        cmocka_unit_test(a_copy_of_a_disk_is_what_its_source_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
