/*
 * Floating IPs: the lab ties them as Neutron does, and what becomes of them is told
 * before anything is touched.
 */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

/* Its id, from documents of site-a. */
static void document_id(struct stage *s, const char *kind, const char *name, char *dst)
{
    json_t *all = lab_all(&s->lab, "site-a", kind), *v;
    size_t i;
    dst[0] = '\0';
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "name"), name) == 0)
            snprintf(dst, 64, "%s", json_text(v, "id"));
    json_decref(all);
    assert_true(*dst);
}

/* An external network, and one floating IP of it at web-1. */
static void give_floating(struct stage *s, const struct lab_child *n, char *ip)
{
    char port[64], network[64], *body;
    document_id(s, "port", "web-1-net-primary-web", port);
    document_id(s, "network", "net-primary-web", network);
    json_t *o = stage_ask(n, A, "POST", "/network/v2.0/networks", "{\"network\":{\"name\":\"public\",\"router:external\":true}}", 201);
    char *external = xstrdup(json_text(json_map(o, "network"), "id"));
    json_decref(o);
    body = xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":\"203.0.113.0/28\"}}", external);
    json_decref(stage_ask(n, A, "POST", "/network/v2.0/subnets", body, 201));
    free(body);
    body = xasprintf("{\"floatingip\":{\"floating_network_id\":\"%s\",\"port_id\":\"%s\"}}", external, port);
    json_decref(stage_ask(n, A, "POST", "/network/v2.0/floatingips", body, 404)); /* no router leads out */
    char *inside = xasprintf("{\"port\":{\"network_id\":\"%s\",\"device_owner\":\"network:router_interface\"}}",
                             network);
    json_decref(stage_ask(n, A, "POST", "/network/v2.0/ports", inside, 201));
    o = stage_ask(n, A, "POST", "/network/v2.0/floatingips", body, 201);
    snprintf(ip, 64, "%s", json_text(json_map(o, "floatingip"), "floating_ip_address"));
    assert_string_equal(json_text(json_map(o, "floatingip"), "status"), "ACTIVE");
    json_decref(o);
    json_decref(stage_ask(n, A, "POST", "/network/v2.0/floatingips", body, 409)); /* one address has one */
    free(body);
    body = xasprintf("{\"floatingip\":{\"floating_network_id\":\"%s\"}}", network);
    json_decref(stage_ask(n, A, "POST", "/network/v2.0/floatingips", body, 400)); /* not an external one */
    o = stage_ask(n, A, "GET", "/network/v2.0/networks?router:external=true", NULL, 200);
    assert_int_equal(json_array_size(json_list(o, "networks")), 1);
    json_decref(o);
    free(inside);
    free(body);
    free(external);
}

static bool tells(const json_t *list, const char *text)
{
    json_t *v;
    size_t i;
    json_array_foreach(list, i, v)
        if (strstr(json_string_value(v), text))
            return true;
    return false;
}

static void what_becomes_of_it_is_told(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char ip[64];
    give_floating(s, &n, ip);
    assert_int_equal(stage_call(s, "failover", ASK(",\"dry_run\":true")), PC_OK);
    char *told = xasprintf("web-1 nic0: its floating IP %s stays at the other site", ip);
    assert_true(tells(json_list(s->reply, "warnings"), told));
    const json_t *row = stage_check(json_map(s->reply, "readiness"), "R-IP");
    assert_string_equal(json_text(row, "status"), "warning");
    assert_non_null(strstr(json_text(row, "evidence"), ip));
    /* A drill's copies are not to be reached: nothing is missing. */
    assert_int_equal(stage_call(s, "test_failover", "{\"group\":\"" GROUP "\",\"dry_run\":true}"), PC_OK);
    assert_false(tells(json_list(s->reply, "warnings"), "floating"));
    /* Deleted, it is known of no more. */
    json_t *all = stage_ask(&n, A, "GET", "/network/v2.0/floatingips", NULL, 200);
    char *path = xasprintf("/network/v2.0/floatingips/%s",
                           json_text(json_array_get(json_list(all, "floatingips"), 0), "id"));
    json_decref(stage_ask(&n, A, "DELETE", path, NULL, 204));
    assert_int_equal(stage_call(s, "failover", ASK(",\"dry_run\":true")), PC_OK);
    assert_false(tells(json_list(s->reply, "warnings"), "floating"));
    json_decref(all);
    free(path);
    free(told);
}

/* ---- made at the target ----------------------------------------------------------------- */

/* The id of the resource that a POST to that site's Neutron makes. */
static char *make(const struct lab_child *n, int site, const char *what, const char *one, char *body_take)
{
    char *path = xasprintf("/network/v2.0/%s", what);
    json_t *o = stage_ask(n, site, "POST", path, body_take, 201);
    char *id = xstrdup(json_text(json_map(o, one), "id"));
    json_decref(o);
    free(path);
    free(body_take);
    return id;
}

/* site-b has an external network "outside", and a router between it and the web servers. */
static void lead_out(struct stage *s, const struct lab_child *n)
{
    json_t *all = lab_all(&s->lab, "site-b", "network"), *v;
    const char *inner = "";
    size_t i;
    json_array_foreach(all, i, v)
        if (strcmp(json_text(v, "name"), "net-secondary-web") == 0)
            inner = json_text(v, "id");
    char *outside = make(n, B, "networks", "network",
                         xstrdup("{\"network\":{\"name\":\"outside\",\"router:external\":true}}"));
    free(make(n, B, "subnets", "subnet",
              xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":\"198.51.100.0/28\"}}",
                        outside)));
    free(make(n, B, "ports", "port",
              xasprintf("{\"port\":{\"network_id\":\"%s\",\"device_owner\":\"network:router_interface\"}}",
                        inner)));
    free(outside);
    json_decref(all);
}

static size_t floating_at(struct stage *s, const char *site)
{
    json_t *all = lab_all(&s->lab, site, "floating-ip");
    size_t n = json_array_size(all);
    json_decref(all);
    return n;
}

/* One is there, at the port of that server. */
static void is_at(struct stage *s, const char *server)
{
    json_t *all = lab_all(&s->lab, "site-b", "floating-ip"), *servers = lab_all(&s->lab, "site-b", "server");
    const json_t *v;
    bool found = false;
    size_t i;
    assert_int_equal(json_array_size(all), 1);
    json_array_foreach(servers, i, v)
        found |= strcmp(json_text(v, "name"), server) == 0 &&
                 json_has_text(json_list(v, "ports"), json_text(json_array_get(all, 0), "port"));
    assert_true(found);
    json_decref(all);
    json_decref(servers);
}

static const json_t *in_ledger(const struct stage *s, const char *type)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_list(s->op, "ledger"), i, v)
        if (strcmp(json_text(v, "type"), type) == 0)
            return v;
    return NULL;
}

#define OUTSIDE ",\"floating_ip\":\"outside\""

static void who_was_reached_is_reached_there(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char ip[64];
    give_floating(s, &n, ip);
    lead_out(s, &n);
    assert_int_equal(stage_call(s, "failover", ASK(OUTSIDE ",\"members\":[\"db-1\"],\"dry_run\":true")), PC_OK);
    assert_true(tells(json_list(s->reply, "warnings"), "no interface has a floating IP where it serves"));
    assert_int_equal(stage_call(s, "failover", ASK(OUTSIDE ",\"dry_run\":true")), PC_OK);
    assert_false(tells(json_list(s->reply, "warnings"), "floating"));
    assert_int_equal(json_int(json_map(s->reply, "counts"), "floating_ips", 0), 1);
    passes(s, "failover", ASK(OUTSIDE), "site-b", "site-a");
    is_at(s, "web-1");
    assert_non_null(in_ledger(s, "floating_ip"));
    assert_non_null(strstr(json_text(in_ledger(s, "floating_ip"), "name"), "198.51.100."));
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    assert_int_equal(floating_at(s, "site-b"), 0);
    assert_int_equal(floating_at(s, "site-a"), 1); /* nobody touched production's */
    assert_int_equal(servers_in(s, "site-b", ""), 0);
}

/* The group says it for its failovers, and no drill takes it from there. */
static void the_group_says_it_and_a_confirmed_failback_releases_it(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char ip[64];
    give_floating(s, &n, ip);
    lead_out(s, &n);
    assert_int_equal(stage_call(s, "group_update", "{\"group\":\"" GROUP "\",\"floating_network\":\"outside\"}"),
                     PC_OK);
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    assert_int_equal(floating_at(s, "site-b"), 0);
    char *args = xasprintf("{\"operation_id\":\"%s\"}", json_text(s->op, "id"));
    assert_int_equal(stage_call(s, "test_cleanup", args), PC_OK);
    char *cleanup = xstrdup(json_text(s->reply, "cleanup_operation_id"));
    stage_rest(s, cleanup);
    free(cleanup);
    free(args);
    passes(s, "failover", ASK(""), "site-b", "site-a");
    is_at(s, "web-1");
    passes(s, "commit", ASK(""), "site-b", "site-a");
    is_at(s, "web-1");
    passes(s, "failback", ASK(""), "site-a", "site-b");
    is_at(s, "web-1"); /* until it is confirmed */
    passes(s, "confirm_failback", ASK(""), "site-a", "site-a");
    assert_int_equal(floating_at(s, "site-b"), 0);
}

/* A drill makes one when it is asked to, and takes it away. */
static void a_drill_makes_one_when_it_is_asked(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char ip[64];
    give_floating(s, &n, ip);
    lead_out(s, &n);
    assert_string_equal(stage_drill(s, "\"floating_ip\":\"outside\""), "cleaned");
    assert_non_null(in_ledger(s, "floating_ip"));
    assert_string_equal(json_text(in_ledger(s, "floating_ip"), "status"), "gone");
    assert_int_equal(floating_at(s, "site-b"), 0);
}

static void what_cannot_be_had_is_refused_before(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char ip[64];
    give_floating(s, &n, ip);
    stage_refused(s, "failover", ASK(OUTSIDE), PC_ERR_MAPPING, "outside");
    assert_int_equal(stage_call(s, "failover", ASK(",\"floating_ip\":\"none\",\"dry_run\":true")), PC_OK);
    assert_true(tells(json_list(s->reply, "warnings"), "its floating IP"));
    lead_out(s, &n);
    stage_refused(s, "failover", ASK(",\"floating_ip\":\"net-secondary-web\""), PC_ERR_MAPPING,
                  "net-secondary-web");
    stage_refused(s, "test_failover", "{\"group\":\"" GROUP "\",\"auto_network\":true,\"health_checks\":[]"
                  OUTSIDE "}", PC_ERR_INVALID, "isolated");
    char *path = xasprintf("/network/v2.0/quotas/%s", n.project[B]);
    json_decref(stage_ask(&n, B, "PUT", path, "{\"quota\":{\"floatingip\":0}}", 200));
    free(path);
    assert_int_equal(stage_call(s, "failover", ASK(OUTSIDE ",\"dry_run\":true")), PC_OK);
    const json_t *row = stage_check(json_map(s->reply, "readiness"), "R-QUOTA");
    assert_string_equal(json_text(row, "status"), "blocked");
    assert_non_null(strstr(json_text(row, "evidence"), "wants 1 floating IPs, left 0 of 0"));
}

/* ---- nobody takes the failover back any more ---------------------------------------------- */

#define WATCHED "engine: { settle_seconds = 1; trouble_seconds = 3; site_poll_seconds = 2; };\n"

/* It serves at site-a, by a person's word; the copies that a committed failover made stand, stopped,
 * and one has a floating IP. Its id; the caller frees. */
static char *is_left(struct stage *s, const struct lab_child *n)
{
    char ip[64];
    stage_open(s, WATCHED);
    give_floating(s, n, ip);
    lead_out(s, n);
    passes(s, "failover", ASK(OUTSIDE ",\"health_checks\":[]"), "site-b", "site-a");
    char *made = xstrdup(json_text(in_ledger(s, "floating_ip"), "id"));
    passes(s, "commit", ASK(""), "site-b", "site-a");
    lab_outage(&s->lab, "site-b", true);
    passes(s, "resolve", ASK(",\"serving\":\"site-a\",\"force\":true,\"reason\":\"lost\""), "site-a",
           "site-b");
    lab_outage(&s->lab, "site-b", false);
    stage_becomes(s, GROUP, GROUP_SPLIT_BRAIN);
    passes(s, "resolve", ASK(",\"serving\":\"site-a\",\"stop_other\":true"), "site-a", "site-b");
    return made;
}

/* A floating IP of the external network of site-b, as a person makes one; its id. */
static char *by_hand(struct stage *s, const struct lab_child *n, const char *description)
{
    json_t *all = lab_all(&s->lab, "site-b", "network");
    char *id = make(n, B, "floatingips", "floatingip",
                    xasprintf("{\"floatingip\":{\"floating_network_id\":\"%s\",\"description\":\"%s\"}}",
                              json_text(json_find(all, "name", "outside"), "id"), description));
    json_decref(all);
    return id;
}

static bool is_there(struct stage *s, const char *id)
{
    json_t *all = lab_all(&s->lab, "site-b", "floating-ip");
    bool found = json_find(all, "id", id) != NULL;
    json_decref(all);
    return found;
}

static void changes(const struct lab_child *n, const char *id, char *fields_take)
{
    char *path = xasprintf("/network/v2.0/floatingips/%s", id);
    char *body = xasprintf("{\"floatingip\":{%s}}", fields_take);
    json_decref(stage_ask(n, B, "PUT", path, body, 200));
    free(body);
    free(path);
    free(fields_take);
}

/* Whoever releases the copies is told of it, and a person's own stays, whatever it says of itself. */
static void a_release_gives_it_back(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char *made = is_left(s, &n), *own = by_hand(s, &n, ""), *alike = by_hand(s, &n, "protector op=op-1 step=x");
    assert_int_equal(stage_call(s, "release", ASK(",\"dry_run\":true")), PC_OK);
    char *told = xasprintf("(%s) that a move made for web-1 at site-b is given back", made);
    assert_true(tells(json_list(s->reply, "consequences"), told));
    assert_false(tells(json_list(s->reply, "consequences"), own));
    passes(s, "release", ASK(""), "site-a", "site-b");
    assert_int_equal(servers_in(s, "site-b", ""), 0);
    assert_false(is_there(s, made));
    assert_true(is_there(s, own) && is_there(s, alike));
    assert_int_equal(floating_at(s, "site-a"), 1); /* production's own */
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    free(told);
    free(alike);
    free(own);
    free(made);
}

/* Somebody has another use for the address by then; once they have not, it is all that is left. */
static void a_release_leaves_what_leads_elsewhere(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char *made = is_left(s, &n);
    json_t *all = lab_all(&s->lab, "site-b", "network");
    char *inner = xstrdup(json_text(json_find(all, "name", "net-secondary-web"), "id"));
    char *port = make(&n, B, "ports", "port", xasprintf("{\"port\":{\"network_id\":\"%s\"}}", inner));
    changes(&n, made, xasprintf("\"port_id\":\"%s\"", port));
    assert_int_equal(stage_call(s, "release", ASK(",\"dry_run\":true")), PC_OK);
    assert_true(tells(json_list(s->reply, "consequences"), "stays: it leads to something else"));
    passes(s, "release", ASK(""), "site-a", "site-b");
    assert_int_equal(servers_in(s, "site-b", ""), 0);
    assert_true(is_there(s, made));
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    changes(&n, made, xstrdup("\"port_id\":null"));
    passes(s, "release", ASK(""), "site-a", "site-b");
    assert_false(is_there(s, made));
    stage_refused(s, "release", ASK(""), PC_ERR_STATE, "nothing that stood for");
    free(port);
    free(inner);
    json_decref(all);
    free(made);
}

/* A person takes it over while the release is under way: the last look finds no mark of ours. */
static void a_release_leaves_what_was_taken_over(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    char *made = is_left(s, &n);
    stage_open(s, "engine: { trouble_seconds = 120; };\n"); /* it waits for the server, however slow this is */
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"DELETE\",\"path\":"
                       "\"/servers/*\",\"count\":0,\"do\":\"reset\"}"); /* the servers are first */
    char *id = xstrdup(begins(s, "release", ASK("")));
    changes(&n, made, xstrdup("\"description\":\"shop.example.org\""));
    lab_mend(&s->lab);
    stage_rest(s, id);
    came_to(s, "completed", "passed");
    assert_true(tells(json_list(s->op, "warnings"), "has lost its mark on site-b by now: it is left alone"));
    assert_true(is_there(s, made));
    assert_int_equal(servers_in(s, "site-b", ""), 0);
    free(id);
    free(made);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(what_becomes_of_it_is_told),
        story(who_was_reached_is_reached_there),
        story(the_group_says_it_and_a_confirmed_failback_releases_it),
        story(a_drill_makes_one_when_it_is_asked),
        story(a_release_gives_it_back),
        story(a_release_leaves_what_leads_elsewhere),
        story(a_release_leaves_what_was_taken_over),
        story(what_cannot_be_had_is_refused_before),
    };
    return moves_main(tests, argc, argv);
}
