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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(what_becomes_of_it_is_told),
    };
    return moves_main(tests, argc, argv);
}
