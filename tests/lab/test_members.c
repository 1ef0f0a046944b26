/* What a recovered server asks of Nova and Neutron, honoured and refused as
 * they do: keys, zones, user data, addresses, MACs, port security. */
#include "tests/lab/lab_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PORTS "/network/v2.0/ports"

struct world {
    struct lab_child lab;
    char *network, *subnet, base[32]; /* "127.232.129" */
};

static int up(void **state)
{
    static const char *const options[] = {"--speed", "50", "--latency", "none", NULL};
    struct world *w = calloc(1, sizeof(*w));
    lab_up(&w->lab, options);
    w->network = id_of(&w->lab, B, "/network/v2.0/networks", "networks", "net-secondary-web");
    w->subnet = id_of(&w->lab, B, "/network/v2.0/subnets", "subnets", "net-secondary-web-subnet");
    char path[128];
    snprintf(path, sizeof(path), "/network/v2.0/subnets/%s", w->subnet);
    json_t *o = call_json(&w->lab, B, "GET", path, NULL, NULL, 200);
    const char *cidr = json_text(json_map(o, "subnet"), "cidr");
    snprintf(w->base, sizeof(w->base), "%.*s", (int)(strrchr(cidr, '.') - cidr), cidr);
    json_decref(o);
    *state = w;
    return 0;
}

static int down(void **state)
{
    struct world *w = *state;
    lab_down(&w->lab);
    free(w->network);
    free(w->subnet);
    free(w);
    return 0;
}

/* POST /ports with that beside the network; the answer, which is released. */
static json_t *port(struct world *w, const char *more, int status, const char *type)
{
    char body[600];
    snprintf(body, sizeof(body), "{\"port\":{\"network_id\":\"%s\"%s}}", w->network, more);
    struct answer a = call(&w->lab, B, "POST", PORTS, NULL, body);
    if (a.status != status || (type && !strstr(a.text, type)))
        fail_msg("%s: HTTP %d: %s", body, a.status, a.text);
    json_t *o = json_incref(a.json);
    answer_release(&a);
    return o;
}

static void addresses_are_had_once(void **state)
{
    struct world *w = *state;
    char more[300];
    snprintf(more, sizeof(more), ",\"mac_address\":\"fa:16:3e:aa:bb:cc\",\"fixed_ips\":[{\"subnet_id\":"
             "\"%s\",\"ip_address\":\"%s.50\"},{\"ip_address\":\"%s.51\"}]", w->subnet, w->base, w->base);
    json_t *o = port(w, more, 201, NULL);
    const json_t *made = json_map(o, "port");
    assert_string_equal(json_text(made, "mac_address"), "fa:16:3e:aa:bb:cc");
    assert_int_equal(json_array_size(json_list(made, "fixed_ips")), 2);
    json_decref(o);
    snprintf(more, sizeof(more), ",\"fixed_ips\":[{\"ip_address\":\"%s.51\"}]", w->base);
    json_decref(port(w, more, 409, "IpAddressAlreadyAllocated"));
    json_decref(port(w, ",\"mac_address\":\"fa:16:3e:aa:bb:cc\"", 409, "MacAddressInUse"));
    json_decref(port(w, ",\"fixed_ips\":[{\"ip_address\":\"10.1.2.3\"}]", 400, "InvalidIpForNetwork"));
    snprintf(more, sizeof(more), ",\"fixed_ips\":[{\"subnet_id\":\"%s\",\"ip_address\":\"10.1.2.3\"}]",
             w->subnet);
    json_decref(port(w, more, 400, "InvalidIpForSubnet"));
    json_decref(port(w, ",\"mac_address\":\"here\"", 400, "not a valid MAC"));
}

static void port_security_is_all_or_nothing(void **state)
{
    struct world *w = *state;
    json_t *o = port(w, ",\"port_security_enabled\":false,\"security_groups\":[]", 201, NULL);
    assert_false(json_flag(json_map(o, "port"), "port_security_enabled", true));
    assert_int_equal(json_array_size(json_list(json_map(o, "port"), "security_groups")), 0);
    json_decref(o);
    o = port(w, ",\"allowed_address_pairs\":[{\"ip_address\":\"10.0.0.9\"}]", 201, NULL);
    const json_t *pairs = json_list(json_map(o, "port"), "allowed_address_pairs");
    assert_string_equal(json_text(json_array_get(pairs, 0), "ip_address"), "10.0.0.9");
    json_decref(o);
    json_decref(port(w, ",\"port_security_enabled\":false,\"allowed_address_pairs\":[{\"ip_address\":"
                        "\"10.0.0.9\"}]", 409, "AddressPairAndPortSecurityRequired"));
}

static void keys_belong_to_a_user(void **state)
{
    struct world *w = *state;
    json_t *o = call_json(&w->lab, B, "GET", "/compute/v2.1/os-keypairs", NULL, NULL, 200);
    assert_int_equal(json_array_size(json_list(o, "keypairs")), 1);
    json_decref(o);
    const char *body = "{\"keypair\":{\"name\":\"k\",\"public_key\":\"ssh-ed25519 A\"}}";
    assert_int_equal(call_status(&w->lab, B, "POST", "/compute/v2.1/os-keypairs", NULL, body), 201);
    assert_int_equal(call_status(&w->lab, B, "POST", "/compute/v2.1/os-keypairs", NULL, body), 409);
    assert_int_equal(call_status(&w->lab, B, "DELETE", "/compute/v2.1/os-keypairs/k", NULL, NULL), 204);
    assert_int_equal(call_status(&w->lab, B, "DELETE", "/compute/v2.1/os-keypairs/k", NULL, NULL), 404);
}

/* POST /servers from an image, with that beside. */
static void server(struct world *w, const char *more, int status, const char *text)
{
    char body[900];
    snprintf(body, sizeof(body), "{\"server\":{\"name\":\"m\",\"flavorRef\":\"11\",\"networks\":\"none\","
             "\"block_device_mapping_v2\":[{\"boot_index\":0,\"source_type\":\"image\",\"uuid\":\"%s\","
             "\"destination_type\":\"volume\",\"volume_size\":10}]%s}}",
             "c0ffee00-0000-4000-8000-000000000001", more);
    struct answer a = call(&w->lab, B, "POST", "/compute/v2.1/servers", "compute 2.90", body);
    if (a.status != status || (text && !strstr(a.text, text)))
        fail_msg("%s: HTTP %d: %s", more, a.status, a.text);
    answer_release(&a);
}

static void a_server_is_refused_what_there_is_not(void **state)
{
    struct world *w = *state;
    server(w, ",\"key_name\":\"ghost\"", 400, "Invalid key_name");
    server(w, ",\"availability_zone\":\"room-2\"", 400, "availability zone is not available");
    server(w, ",\"user_data\":\"not base64!\"", 400, "base64");
    server(w, ",\"key_name\":\"ops\",\"availability_zone\":\"nova\",\"user_data\":\"I2E=\",\"description\":"
              "\"d\"", 202, NULL);
    json_t *o = call_json(&w->lab, B, "GET", "/compute/v2.1/servers/detail?name=%5Em%24", "compute 2.90",
                          NULL, 200);
    const json_t *made = json_array_get(json_list(o, "servers"), 0);
    assert_string_equal(json_text(made, "key_name"), "ops");
    assert_string_equal(json_text(made, "description"), "d");
    assert_null(json_object_get(made, "OS-EXT-SRV-ATTR:user_data")); /* administrators' */
    json_decref(o);
    char token[256];
    assert_int_equal(login(&w->lab, B, "admin", "lab-secret", token), 201);
    memcpy(w->lab.token[B], token, sizeof(token));
    o = call_json(&w->lab, B, "GET", "/compute/v2.1/servers/detail?name=%5Em%24", "compute 2.90", NULL,
                  200);
    made = json_array_get(json_list(o, "servers"), 0);
    assert_string_equal(json_text(made, "OS-EXT-SRV-ATTR:user_data"), "I2E=");
    assert_string_equal(json_text(made, "OS-EXT-SRV-ATTR:root_device_name"), "/dev/vda");
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_had_once),
        cmocka_unit_test(port_security_is_all_or_nothing),
        cmocka_unit_test(keys_belong_to_a_user),
        cmocka_unit_test(a_server_is_refused_what_there_is_not),
    };
    return cmocka_run_group_tests(tests, up, down);
}
