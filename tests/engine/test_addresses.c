/* Addresses and MACs on the lab: what is kept of a member, that what an operator gives by
 * hand is had, or refused before anything is made, and what is kept where it can be. */
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"
#include "tests/lab/lab_client.h"

/* ---- on the lab ------------------------------------------------------------------------ */

/* An address of the subnet on site-b: its first three bytes and `host`. */
static char *address_on(struct stage *s, const char *subnet, int host)
{
    json_t *all = lab_all(&s->lab, "site-b", "subnet"), *v;
    char *ip = NULL;
    size_t i;
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "name"), subnet) == 0) {
            const char *cidr = json_text(v, "cidr");
            ip = xasprintf("%.*s.%d", (int)(strrchr(cidr, '.') - cidr), cidr, host);
        }
    json_decref(all);
    assert_non_null(ip);
    return ip;
}

static void given_addresses_are_there(void **state)
{
    struct stage *s = *state;
    char *ip = address_on(s, "net-secondary-web-subnet", 77);
    char *args = xasprintf("\"no_cleanup\":true,\"health_checks\":[],\"fixed_ips\":{\"web-1/0\":\"%s\"}",
                           ip);
    assert_string_equal(stage_drill(s, args), "succeeded");
    json_t *ports = lab_all(&s->lab, "site-b", "port"), *servers = lab_all(&s->lab, "site-b", "server");
    json_t *v;
    size_t i;
    bool found = false;
    json_array_foreach(ports, i, v)
        found |= strcmp(json_text(v, "name"), "test-web-1-nic0") == 0 &&
                 strcmp(json_text(json_array_get(json_list(v, "ips"), 0), "ip"), ip) == 0;
    assert_true(found);
    json_array_foreach(servers, i, v)
        if (strcmp(json_text(v, "name"), "test-web-1") == 0) {
            assert_string_equal(json_text(v, "key"), "ops");
            assert_string_equal(json_text(json_map(v, "meta"), "role"), "web");
            assert_true(*json_text(json_map(v, "meta"), "protector:op"));
        }
    json_decref(ports);
    json_decref(servers);

    /* Held by the drill that was kept, it is refused to the next; first clean up. */
    char *clean = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    char *again = xasprintf("{\"group\":\"prod-web-app\",\"dry_run\":true,\"health_checks\":[],"
                            "\"fixed_ips\":{\"web-1/0\":\"%s\"}}", ip);
    stage_refused(s, "test_failover", again, PC_ERR_CONFLICT, "AddressInUse");
    assert_int_equal(stage_call(s, "test_cleanup", clean), PC_OK);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    assert_int_equal(stage_call(s, "test_failover", again), PC_OK);
    free(clean);
    free(again);
    free(args);
    free(ip);
}

#define MAC "fa:16:3e:0a:0b:0c"

/* A MAC by hand is the port's, with whatever address; it is nobody else's meanwhile. */
static void a_given_mac_is_there(void **state)
{
    struct stage *s = *state;
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true,\"health_checks\":[],\"macs\":{\"web-1/0\":\""
                                       MAC "\"}"), "succeeded");
    json_t *ports = lab_all(&s->lab, "site-b", "port"), *v;
    size_t i;
    int found = 0;
    json_array_foreach(ports, i, v)
        found += strcmp(json_text(v, "name"), "test-web-1-nic0") == 0 &&
                 strcmp(json_text(v, "mac"), MAC) == 0;
    json_decref(ports);
    assert_int_equal(found, 1);
    assert_string_equal(json_text(json_map(json_map(s->op, "request"), "macs"), "web-1/0"), MAC);
    char *clean = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    stage_refused(s, "test_failover", "{\"group\":\"prod-web-app\",\"dry_run\":true,\"health_checks\":[],"
                                      "\"macs\":{\"web-1/0\":\"" MAC "\"}}", PC_ERR_CONFLICT,
                  "MacAddressInUse");
    assert_int_equal(stage_call(s, "test_cleanup", clean), PC_OK);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    free(clean);
}

/* Neutron refuses what was free when it was planned: given is given. */
static void a_given_address_that_is_lost_fails_the_drill(void **state)
{
    struct stage *s = *state;
    char *ip = address_on(s, "net-secondary-web-subnet", 78);
    char *args = xasprintf("\"health_checks\":[],\"fixed_ips\":{\"web-1/0\":\"%s\"}", ip);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"POST\",\"path\":"
                       "\"/ports\",\"do\":\"status=409\",\"count\":20}");
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "creating port"));
    free(args);
    free(ip);
}

/* ---- what is kept of a member ---------------------------------------------------------- */

/* The group as the store has it. */
static struct group *kept(struct stage *s)
{
    struct store *store = NULL;
    struct group **list = NULL, *g;
    size_t count = 0;
    stage_close(s);
    assert_int_equal(store_open(s->state_dir, STORE_READ_WRITE, &store, &s->err), PC_OK);
    assert_int_equal(store_groups(store, &list, &count, &s->err), PC_OK);
    assert_int_equal(count, 1);
    g = list[0];
    free(list);
    store_close(store);
    return g;
}

static void facts_are_kept_in_full_and_in_order(void **state)
{
    struct stage *s = *state;
    struct group *g = kept(s);
    const struct member *m = group_find_member(g, "web-2");
    assert_string_equal(m->key_name, "ops");
    assert_string_equal(m->availability_zone, "nova");
    assert_string_equal(json_text(m->metadata, "role"), "web");
    assert_string_equal(m->flavor.name, "m1.medium");
    assert_int_equal(m->nic_count, 2); /* as Nova attached them */
    assert_string_equal(m->nics[0].network_name, "net-primary-web");
    assert_string_equal(m->nics[1].network_name, "net-primary-db");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(m->nics[i].ip_count, 1);
        assert_string_equal(m->nics[i].ips[0], m->nics[i].ip);
        assert_true(*m->nics[i].ip && *m->nics[i].mac && m->nics[i].port_security);
        assert_string_equal(m->nics[i].security_groups[0], "web");
        assert_string_equal(m->nics[i].segment, ""); /* only administrators are told */
    }
    assert_int_equal(m->volume_count, 2);
    assert_string_equal(m->volumes[0].name, "web-2-boot");
    assert_string_equal(m->volumes[1].device, "/dev/vdb");
    assert_string_equal(json_text(image_facts_json(m->volumes[0].image), "hw_disk_bus"), "virtio");
    group_unref(g);
}

/* ---- kept on the lab: a network with the source's range, known to be apart --------------- */

struct neutron {
    struct lab_child site; /* as its own user: who runs the drill administers both sites */
    char network[64];
};

static void make_network(struct stage *s, struct neutron *n)
{
    n->site = stage_client(s, "demo");
    json_t *net = stage_ask(&n->site, B, "POST", "/network/v2.0/networks", "{\"network\":{\"name\":\"aside\"}}", 201);
    snprintf(n->network, sizeof(n->network), "%s", json_text(json_map(net, "network"), "id"));
    json_decref(net);
    json_t *subnets = lab_all(&s->lab, "site-a", "subnet"), *v;
    size_t i;
    json_array_foreach(subnets, i, v)
        if (strcmp(json_text(v, "name"), "net-primary-web-subnet") == 0) {
            char *body = xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":\"%s\","
                                   "\"gateway_ip\":null}}", n->network, json_text(v, "cidr"));
            json_decref(stage_ask(&n->site, B, "POST", "/network/v2.0/subnets", body, 201));
            free(body);
        }
    json_decref(subnets);
}

static void drop_network(const struct neutron *n)
{
    char path[160];
    snprintf(path, sizeof(path), "/network/v2.0/networks/%s", n->network);
    json_decref(stage_ask(&n->site, B, "DELETE", path, NULL, 204));
}

static const char KEEP[] = "\"addresses\":\"keep\",\"health_checks\":[],\"network_mapping\":{"
                           "\"net-primary-web\":\"aside\"}";

/* Both sites by their administrators' entries of clouds.yaml, or by the users'. */
static void as_admin(struct stage *s, bool admin)
{
    char text[8192] = "", *at;
    FILE *f = fopen(s->lab.config, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 64, f)] = '\0';
    fclose(f);
    for (int i = 0; i < 2; i++) {
        const char *site = i ? "cloud = \"site-b" : "cloud = \"site-a";
        assert_non_null(at = strstr(text, site));
        at += strlen(site);
        char *end = strchr(at, '"');
        size_t n = admin ? strlen("-admin") : 0;
        memmove(at + n, end, strlen(end) + 1);
        memcpy(at, "-admin", n);
    }
    assert_non_null(f = fopen(s->lab.config, "w"));
    fputs(text, f);
    fclose(f);
    stage_open(s, NULL);
}

/* The port of that name in documents of a site. */
static json_t *port_of(const json_t *ports, const char *name)
{
    json_t *v = json_find(ports, "name", name);
    if (!v)
        fail_msg("there is no port %s", name);
    return v;
}

static const char *ip_of(const json_t *port)
{
    return json_text(json_array_get(json_list(port, "ips"), 0), "ip");
}

static void clean_up(struct stage *s)
{
    char *clean = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", clean), PC_OK);
    stage_rest(s, json_text(s->reply, "cleanup_operation_id"));
    assert_string_equal(json_text(s->op, "status"), "completed");
    free(clean);
}

static void what_is_apart_keeps_address_and_mac(void **state)
{
    struct stage *s = *state;
    struct neutron n;
    make_network(s, &n);
    as_admin(s, true);
    char *args = xasprintf("%s,\"no_cleanup\":true", KEEP);
    assert_string_equal(stage_drill(s, args), "succeeded");
    json_t *a = lab_all(&s->lab, "site-a", "port"), *b = lab_all(&s->lab, "site-b", "port");
    const json_t *was = port_of(a, "web-1-net-primary-web"), *is_now = port_of(b, "test-web-1-nic0");
    assert_string_equal(ip_of(is_now), ip_of(was));
    assert_string_equal(json_text(is_now, "mac"), json_text(was, "mac"));
    /* db-1's own network has another range over there. */
    was = port_of(a, "db-1-net-primary-db");
    is_now = port_of(b, "test-db-1-nic0");
    assert_string_not_equal(ip_of(is_now), ip_of(was));
    assert_string_equal(json_text(is_now, "mac"), json_text(was, "mac"));
    json_decref(a);
    json_decref(b);
    clean_up(s);
    drop_network(&n);
    as_admin(s, false);
    free(args);
}

static const json_t *check_of(const struct stage *s, const char *vm)
{
    json_t *v;
    size_t i;
    json_array_foreach(json_list(s->op, "health_checks"), i, v)
        if (strcmp(json_text(v, "vm"), vm) == 0 && strcmp(json_text(v, "check"), "tcp:8443") == 0)
            return v;
    fail_msg("there is no check of %s", vm);
    return NULL;
}

/* The copy keeps production's address and is dead: what answers there is production. */
static void the_wrong_guest_proves_nothing(void **state)
{
    struct stage *s = *state;
    struct neutron n;
    make_network(s, &n);
    as_admin(s, true);
    lab_guests(&s->lab, "test-web-*", "refuse");
    assert_string_equal(stage_drill(s, "\"addresses\":\"keep\",\"health_checks\":[\"tcp:8443\"],"
                                       "\"health_check_timeout\":3,\"network_mapping\":{"
                                       "\"net-primary-web\":\"aside\"}"), "cleaned");
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    json_t *a = lab_all(&s->lab, "site-a", "port");
    const char *shared = ip_of(port_of(a, "web-1-net-primary-web"));
    const char *detail = json_text(check_of(s, "web-1"), "detail");
    assert_string_equal(json_text(check_of(s, "web-1"), "status"), "failed");
    if (!strstr(detail, shared) || !strstr(detail, "web-1, which runs at site-a, has that address too"))
        fail_msg("'%s' does not name %s", detail, shared);
    /* web-2 has an address of its own besides, and there nobody answers. */
    assert_non_null(strstr(json_text(check_of(s, "web-2"), "detail"), "refused at "));
    assert_null(strstr(json_text(check_of(s, "web-2"), "detail"), "has that address too"));
    /* db-1's is its own: it answers, and says from where. */
    assert_string_equal(json_text(check_of(s, "db-1"), "status"), "done");
    assert_non_null(strstr(json_text(check_of(s, "db-1"), "detail"), "open at 127."));
    json_decref(a);
    drop_network(&n);
    as_admin(s, false);
}

/* Free when it was planned, refused when it was asked for: it takes what it
 * gets, keeps the rest, and says so. */
static void what_neutron_refuses_is_done_without(void **state)
{
    static const struct {
        const char *fault, *told;
        bool ip_kept, mac_kept;
    } cases[] = {
        {"\"status=409\",\"message\":\"IP address 127.0.0.9 already allocated in subnet x\"",
         "the address of the source could not be kept", false, true},
        {"\"status=409\",\"message\":\"Unable to complete operation for network x. The mac address y "
         "is in use.\"", "the MAC of the source could not be kept", true, false},
        {"\"status=403\",\"message\":\"(rule:create_port and rule:create_port:fixed_ips:ip_address) is "
         "disallowed by policy\"", "the address of the source could not be kept", false, true},
    };
    struct stage *s = *state;
    struct neutron n;
    make_network(s, &n);
    as_admin(s, true);
    char *args = xasprintf("%s,\"no_cleanup\":true", KEEP);
    json_t *a = lab_all(&s->lab, "site-a", "port");
    const json_t *was = port_of(a, "web-1-net-primary-web");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *fault = xasprintf("{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"POST\","
                                "\"path\":\"/ports\",\"body\":\"test-web-1-nic0\",\"nth\":1,\"do\":%s}", cases[i].fault);
        lab_mend(&s->lab);
        lab_fault(&s->lab, fault);
        assert_string_equal(stage_drill(s, args), "succeeded");
        assert_int_equal(lab_struck(&s->lab), 1);
        json_t *b = lab_all(&s->lab, "site-b", "port");
        const json_t *is_now = port_of(b, "test-web-1-nic0");
        char *warnings = json_compact(json_list(s->op, "warnings"));
        if (!strstr(warnings, cases[i].told) ||
            (strcmp(ip_of(is_now), ip_of(was)) == 0) != cases[i].ip_kept ||
            (strcmp(json_text(is_now, "mac"), json_text(was, "mac")) == 0) != cases[i].mac_kept)
            fail_msg("%s: %s, %s, %s", fault, ip_of(is_now), json_text(is_now, "mac"), warnings);
        free(warnings);
        json_decref(b);
        clean_up(s);
        free(fault);
    }
    json_decref(a);
    drop_network(&n);
    as_admin(s, false);
    free(args);
}

/* Beside an address that is only to be kept, the MAC was given: without it there is no port. */
static void a_given_mac_that_is_refused_fails_the_drill(void **state)
{
    struct stage *s = *state;
    struct neutron n;
    make_network(s, &n);
    as_admin(s, true);
    lab_mend(&s->lab);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"POST\",\"path\":\"/ports\","
                       "\"body\":\"test-web-1-nic0\",\"nth\":1,\"do\":\"status=403\",\"message\":\"(rule:create_port and "
                       "rule:create_port:mac_address) is disallowed by policy\"}");
    char *args = xasprintf("%s,\"macs\":{\"web-1/0\":\"" MAC "\"}", KEEP);
    assert_string_equal(stage_drill(s, args), "cleaned");
    assert_int_equal(lab_struck(&s->lab), 1);
    assert_string_equal(json_text(s->op, "verdict"), "failed");
    assert_non_null(strstr(json_text(s->op, "error_message"), "create_port:mac_address"));
    assert_non_null(strstr(json_text(s->op, "remedy"), "give none by hand (--mac"));
    lab_mend(&s->lab);
    drop_network(&n);
    as_admin(s, false);
    free(args);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        stage_test(facts_are_kept_in_full_and_in_order),
        stage_test(given_addresses_are_there),
        stage_test(a_given_address_that_is_lost_fails_the_drill),
        stage_test(a_given_mac_is_there),
        stage_test(a_given_mac_that_is_refused_fails_the_drill),
        stage_test(what_is_apart_keeps_address_and_mac),
        stage_test(the_wrong_guest_proves_nothing),
        stage_test(what_neutron_refuses_is_done_without),
    };
    return stage_main(tests, argc, argv);
}
