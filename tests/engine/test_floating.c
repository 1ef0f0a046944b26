/*
 * Floating IPs: the lab ties them as Neutron does, and what becomes of them is told
 * before anything is touched.
 */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

struct site_a {
    char url[128], token[256];
};

static json_t *ask(const struct site_a *n, const char *verb, const char *path, const char *body, int status)
{
    char url[320], auth[300];
    snprintf(url, sizeof(url), "%s/network/v2.0%s", n->url, path);
    snprintf(auth, sizeof(auth), "X-Auth-Token: %s", n->token);
    const char *const headers[] = {"Content-Type: application/json", auth, NULL};
    struct answer a = http(verb, url, body, headers);
    if (a.status != status)
        fail_msg("%s %s: HTTP %d: %s", verb, path, a.status, a.text);
    json_t *o = json_incref(a.json);
    answer_release(&a);
    return o;
}

static void log_in(struct stage *s, struct site_a *n)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/lab/lab.json", s->lab.dir);
    json_t *told = json_load_file(path, 0, NULL), *site;
    size_t i;
    json_array_foreach(json_list(told, "sites"), i, site)
        if (strcmp(json_text(site, "name"), "site-a") == 0)
            snprintf(n->url, sizeof(n->url), "%s", json_text(site, "url"));
    json_decref(told);
    char *url = xasprintf("%s/identity/v3/auth/tokens", n->url);
    const char *const headers[] = {"Content-Type: application/json", NULL};
    struct answer a = http("POST", url, "{\"auth\":{\"identity\":{\"methods\":[\"password\"],"
                           "\"password\":{\"user\":{\"name\":\"admin\",\"domain\":{\"name\":\"Default\"},"
                           "\"password\":\"lab-secret\"}}},\"scope\":{\"project\":{\"name\":\"demo\","
                           "\"domain\":{\"name\":\"Default\"}}}}}", headers);
    char *token = answer_header(&a, "X-Subject-Token");
    assert_non_null(token);
    snprintf(n->token, sizeof(n->token), "%s", token);
    free(token);
    free(url);
    answer_release(&a);
}

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
static void give_floating(struct stage *s, struct site_a *n, char *ip)
{
    char port[64], network[64], *body;
    log_in(s, n);
    document_id(s, "port", "web-1-net-primary-web", port);
    document_id(s, "network", "net-primary-web", network);
    json_t *o = ask(n, "POST", "/networks", "{\"network\":{\"name\":\"public\",\"router:external\":true}}", 201);
    char *external = xstrdup(json_text(json_map(o, "network"), "id"));
    json_decref(o);
    body = xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":\"203.0.113.0/28\"}}", external);
    json_decref(ask(n, "POST", "/subnets", body, 201));
    free(body);
    body = xasprintf("{\"floatingip\":{\"floating_network_id\":\"%s\",\"port_id\":\"%s\"}}", external, port);
    json_decref(ask(n, "POST", "/floatingips", body, 404)); /* no router leads out */
    char *inside = xasprintf("{\"port\":{\"network_id\":\"%s\",\"device_owner\":\"network:router_interface\"}}",
                             network);
    json_decref(ask(n, "POST", "/ports", inside, 201));
    o = ask(n, "POST", "/floatingips", body, 201);
    snprintf(ip, 64, "%s", json_text(json_map(o, "floatingip"), "floating_ip_address"));
    assert_string_equal(json_text(json_map(o, "floatingip"), "status"), "ACTIVE");
    json_decref(o);
    json_decref(ask(n, "POST", "/floatingips", body, 409)); /* one address has one */
    free(body);
    body = xasprintf("{\"floatingip\":{\"floating_network_id\":\"%s\"}}", network);
    json_decref(ask(n, "POST", "/floatingips", body, 400)); /* not an external one */
    o = ask(n, "GET", "/networks?router:external=true", NULL, 200);
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
    struct site_a n = {.url = ""};
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
    json_t *all = ask(&n, "GET", "/floatingips", NULL, 200);
    char *path = xasprintf("/floatingips/%s",
                           json_text(json_array_get(json_list(all, "floatingips"), 0), "id"));
    json_decref(ask(&n, "DELETE", path, NULL, 204));
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
