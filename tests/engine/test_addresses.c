/* Which addresses, MACs, keys, zones and metadata the copies ask for; and that
 * what an operator gives by hand is had, or refused before anything is made. */
#include "backend/engine/recreate/recreate.h"
#include "backend/store/store.h"
#include "tests/engine/support/stage.h"
#include "tests/lab/lab_client.h"

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
    "\"volumes\":[{\"id\":\"v1\",\"size_gib\":1,\"bootable\":true,\"image_id\":\"i\"}]},"
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

static enum pc_err plan(struct plan_of *p, const char *prefix, const char *request)
{
    static struct recreate_manner how;
    how.prefix = prefix;
    json_t *o = json_loads(GROUP, 0, NULL);
    *p = (struct plan_of){.facts = json_loads(FACTS, 0, NULL),
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
    char url[128], token[256], network[64];
};

static json_t *ask(const struct neutron *n, const char *verb, const char *path, const char *body,
                   int status)
{
    char url[320], auth[300];
    snprintf(url, sizeof(url), "%s%s", n->url, path);
    snprintf(auth, sizeof(auth), "X-Auth-Token: %s", n->token);
    const char *const headers[] = {"Content-Type: application/json", auth, NULL};
    struct answer a = http(verb, url, body, headers);
    if (a.status != status)
        fail_msg("%s %s: HTTP %d: %s", verb, path, a.status, a.text);
    json_t *o = json_incref(a.json);
    answer_release(&a);
    return o;
}

/* The site's own user makes it; who runs the drill administers both sites. */
static void make_network(struct stage *s, struct neutron *n)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/lab/lab.json", s->lab.dir);
    json_t *told = json_load_file(path, 0, NULL), *site;
    size_t i;
    json_array_foreach(json_list(told, "sites"), i, site)
        if (strcmp(json_text(site, "name"), "site-b") == 0)
            snprintf(n->url, sizeof(n->url), "%s", json_text(site, "url"));
    json_decref(told);
    char *url = xasprintf("%s/identity/v3/auth/tokens", n->url);
    const char *const headers[] = {"Content-Type: application/json", NULL};
    struct answer a = http("POST", url, "{\"auth\":{\"identity\":{\"methods\":[\"password\"],"
                           "\"password\":{\"user\":{\"name\":\"demo\",\"domain\":{\"name\":\"Default\"},"
                           "\"password\":\"lab-secret\"}}},\"scope\":{\"project\":{\"name\":\"demo\","
                           "\"domain\":{\"name\":\"Default\"}}}}}", headers);
    char *token = answer_header(&a, "X-Subject-Token");
    assert_non_null(token);
    snprintf(n->token, sizeof(n->token), "%s", token);
    free(token);
    free(url);
    answer_release(&a);
    json_t *net = ask(n, "POST", "/network/v2.0/networks", "{\"network\":{\"name\":\"aside\"}}", 201);
    snprintf(n->network, sizeof(n->network), "%s", json_text(json_map(net, "network"), "id"));
    json_decref(net);
    json_t *subnets = lab_all(&s->lab, "site-a", "subnet"), *v;
    json_array_foreach(subnets, i, v)
        if (strcmp(json_text(v, "name"), "net-primary-web-subnet") == 0) {
            char *body = xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":\"%s\","
                                   "\"gateway_ip\":null}}", n->network, json_text(v, "cidr"));
            json_decref(ask(n, "POST", "/network/v2.0/subnets", body, 201));
            free(body);
        }
    json_decref(subnets);
}

static void drop_network(const struct neutron *n)
{
    char path[160];
    snprintf(path, sizeof(path), "/network/v2.0/networks/%s", n->network);
    json_decref(ask(n, "DELETE", path, NULL, 204));
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
    json_t *v;
    size_t i;
    json_array_foreach(ports, i, v)
        if (strcmp(json_text(v, "name"), name) == 0)
            return v;
    fail_msg("there is no port %s", name);
    return NULL;
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
    struct neutron n = {.url = ""};
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
    struct neutron n = {.url = ""};
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
    struct neutron n = {.url = ""};
    make_network(s, &n);
    as_admin(s, true);
    char *args = xasprintf("%s,\"no_cleanup\":true", KEEP);
    json_t *a = lab_all(&s->lab, "site-a", "port");
    const json_t *was = port_of(a, "web-1-net-primary-web");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *fault = xasprintf("{\"site\":\"site-b\",\"service\":\"network\",\"verb\":\"POST\","
                                "\"path\":\"/ports\",\"nth\":1,\"do\":%s}", cases[i].fault);
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_to_serve_keeps_what_it_can),
        cmocka_unit_test(a_drill_keeps_nothing_beside_production),
        cmocka_unit_test(new_is_new_for_all),
        cmocka_unit_test(two_copies_never_ask_for_one_address),
        cmocka_unit_test(what_is_given_by_hand_is_had_or_refused),
        cmocka_unit_test(a_copy_is_what_its_source_is),
        stage_test(facts_are_kept_in_full_and_in_order),
        stage_test(given_addresses_are_there),
        stage_test(a_given_address_that_is_lost_fails_the_drill),
        stage_test(what_is_apart_keeps_address_and_mac),
        stage_test(the_wrong_guest_proves_nothing),
        stage_test(what_neutron_refuses_is_done_without),
    };
    return stage_main(tests, argc, argv);
}
