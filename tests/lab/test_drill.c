/* What a drill does to a recovery site, call by call: volume from an image,
 * port, server, guest, and all of it away again. */
#include "tests/lab/lab_client.h"

#include "backend/base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define IMAGE "c0ffee00-0000-4000-8000-000000000001"
#define MISSING "c0ffee00-0000-4000-8000-000000000002"

static struct lab_child lab;

static int up(void **state)
{
    static const char *const options[] = {"--latency", "none",      "--speed", "10",
                                          "--boot-time", "fixed:3000", NULL};
    (void)state;
    lab_up(&lab, options);
    return 0;
}

static int down(void **state)
{
    (void)state;
    lab_down(&lab);
    return 0;
}

/* Posts body and returns the new resource's id; fails on any other status. */
static char *make(const char *path, const char *version, const char *key, int status,
                  const char *body)
{
    json_t *doc = call_json(&lab, B, "POST", path, version, body, status);
    assert_non_null(doc);
    char *id = xstrdup(json_text(json_map(doc, key), "id"));
    json_decref(doc);
    return id;
}

static char *make_volume(const char *name)
{
    char *body = xasprintf("{\"volume\":{\"size\":10,\"imageRef\":\"" IMAGE "\",\"name\":\"%s\","
                           "\"metadata\":{\"protector:op\":\"op-1\"}}}", name);
    char *id = make("/volume/v3/volumes", "volume 3.59", "volume", 202, body);
    char *path = xasprintf("/volume/v3/volumes/%s", id);
    assert_true(wait_status(&lab, B, path, "volume", "available"));
    free(body);
    free(path);
    return id;
}

static char *make_port(const char *network)
{
    char *net = id_of(&lab, B, "/network/v2.0/networks", "networks", network);
    char *body = xasprintf("{\"port\":{\"network_id\":\"%s\",\"description\":\"protector op=op-1\"}}",
                           net);
    char *id = make("/network/v2.0/ports", NULL, "port", 201, body);
    free(net);
    free(body);
    return id;
}

static char *server_body(const char *name, const char *volume, const char *port)
{
    return xasprintf("{\"server\":{\"name\":\"%s\",\"flavorRef\":\"11\",\"networks\":[{\"port\":"
                     "\"%s\"}],\"block_device_mapping_v2\":[{\"boot_index\":0,\"uuid\":\"%s\","
                     "\"source_type\":\"volume\",\"destination_type\":\"volume\","
                     "\"delete_on_termination\":false}],\"tags\":[\"op-1\"],"
                     "\"metadata\":{\"protector:op\":\"op-1\"}}}",
                     name, port, volume);
}

static char *address_of(const char *port)
{
    char *path = xasprintf("/network/v2.0/ports/%s", port);
    json_t *doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    const json_t *ips = json_list(json_map(doc, "port"), "fixed_ips");
    char *ip = xstrdup(json_text(json_array_get(ips, 0), "ip_address"));
    json_decref(doc);
    free(path);
    return ip;
}

/* False when refused; else, with room for it, waits for what is said first. */
static bool knock(const char *ip, int port, const char *say, char *dst, size_t size)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    ssize_t n = 0;
    inet_pton(AF_INET, ip, &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool open = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
    if (open && say && send(fd, say, strlen(say), MSG_NOSIGNAL) < 0)
        open = false;
    if (open && size > 1)
        n = recv(fd, dst, size - 1, 0);
    dst[n > 0 ? n : 0] = '\0';
    close(fd);
    return open;
}

static bool wait_open(const char *ip, int port, bool want)
{
    char text[1];
    for (int i = 0; i < 250; i++) {
        if (knock(ip, port, NULL, text, sizeof(text)) == want)
            return true;
        nap(20);
    }
    return false;
}

/* ---- the story -------------------------------------------------------- */

static void a_server_boots_answers_and_goes(void **state)
{
    char *volume = make_volume("test-web-1-boot"), *port = make_port("net-secondary-web");
    char *body = server_body("test-web-1", volume, port), *ip = address_of(port), text[512];
    char *id = make("/compute/v2.1/servers", "compute 2.90", "server", 202, body);
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    char *volume_path = xasprintf("/volume/v3/volumes/%s", volume);
    char *port_path = xasprintf("/network/v2.0/ports/%s", port);
    (void)state;

    json_t *doc = call_json(&lab, B, "GET", path, NULL, NULL, 200);
    assert_string_equal(json_text(json_map(doc, "server"), "status"), "BUILD");
    json_decref(doc);
    assert_false(knock(ip, 8080, NULL, text, sizeof(text)));
    assert_true(wait_status(&lab, B, path, "server", "ACTIVE"));
    doc = call_json(&lab, B, "GET", volume_path, NULL, NULL, 200);
    assert_string_equal(json_text(json_map(doc, "volume"), "status"), "in-use");
    assert_string_equal(json_text(json_map(json_map(doc, "volume"), "volume_image_metadata"),
                                  "image_id"), IMAGE);
    json_decref(doc);

    assert_true(wait_open(ip, 8443, true));
    assert_true(knock(ip, 8022, NULL, text, sizeof(text)));
    assert_int_equal(strncmp(text, "SSH-2.0-", 8), 0);
    assert_true(knock(ip, 8080, "GET /healthz HTTP/1.1\r\n\r\n", text, sizeof(text)));
    assert_int_equal(strncmp(text, "HTTP/1.1 200", 12), 0);
    assert_true(knock(ip, 8080, "GET /nope HTTP/1.1\r\n\r\n", text, sizeof(text)));
    assert_int_equal(strncmp(text, "HTTP/1.1 404", 12), 0);

    assert_int_equal(call_status(&lab, B, "DELETE", volume_path, NULL, NULL), 400);
    assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 204);
    assert_true(wait_gone(&lab, B, path));
    assert_true(wait_open(ip, 8080, false));
    doc = call_json(&lab, B, "GET", port_path, NULL, NULL, 200);
    assert_string_equal(json_text(json_map(doc, "port"), "device_id"), "");
    assert_string_equal(json_text(json_map(doc, "port"), "status"), "DOWN");
    json_decref(doc);
    assert_int_equal(call_status(&lab, B, "DELETE", port_path, NULL, NULL), 204);
    assert_true(wait_status(&lab, B, volume_path, "volume", "available"));
    assert_int_equal(call_status(&lab, B, "DELETE", volume_path, NULL, NULL), 202);
    assert_true(wait_gone(&lab, B, volume_path));
    free(volume);
    free(port);
    free(body);
    free(ip);
    free(id);
    free(path);
    free(volume_path);
    free(port_path);
}

static void a_port_and_a_volume_serve_one_server(void **state)
{
    char *volume = make_volume("v"), *port = make_port("net-secondary-db");
    char *other = make_port("net-secondary-db");
    char *body = server_body("one", volume, port), *same_port = server_body("two", volume, port);
    char *same_volume = server_body("three", volume, other);
    (void)state;
    char *id = make("/compute/v2.1/servers", "compute 2.90", "server", 202, body);
    assert_int_equal(call_status(&lab, B, "POST", "/compute/v2.1/servers", "compute 2.90",
                                 same_port), 409);
    struct answer a = call(&lab, B, "POST", "/compute/v2.1/servers", "compute 2.90", same_volume);
    assert_int_equal(a.status, 400);
    assert_non_null(strstr(a.text, "status must be available or downloading to reserve"));
    answer_release(&a);
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 204);
    assert_true(wait_gone(&lab, B, path));
    free(volume);
    free(port);
    free(other);
    free(body);
    free(same_port);
    free(same_volume);
    free(id);
    free(path);
}

static void expect_refusal(const char *path, const char *version, const char *body, int status,
                           const char *words)
{
    struct answer a = call(&lab, B, "POST", path, version, body);
    if (a.status != status || !strstr(a.text, words))
        fprintf(stderr, "%s -> %d %s\n", body, a.status, a.text);
    assert_int_equal(a.status, status);
    assert_non_null(strstr(a.text, words));
    answer_release(&a);
}

static void what_nova_refuses(void **state)
{
    static const char servers[] = "/compute/v2.1/servers";
    char *volume = make_volume("bootable");
    char *bdm = xasprintf("\"block_device_mapping_v2\":[{\"boot_index\":0,\"uuid\":\"%s\","
                          "\"source_type\":\"volume\",\"destination_type\":\"volume\"}]", volume);
    static const struct {
        const char *rest, *version;
        int status;
        const char *words;
    } rows[] = {
        {"\"flavorRef\":\"99\",\"networks\":\"none\"", "compute 2.90", 400,
         "Flavor 99 could not be found."},
        {"\"flavorRef\":\"11\",\"networks\":[{\"uuid\":\"gone\"}]", "compute 2.90", 400,
         "Network gone could not be found."},
        {"\"flavorRef\":\"11\",\"networks\":[{\"port\":\"gone\"}]", "compute 2.90", 400,
         "Port id gone could not be found."},
        {"\"flavorRef\":\"11\"", "compute 2.37", 400, "'networks' is a required property"},
        {"\"flavorRef\":\"11\",\"networks\":\"none\",\"tags\":[\"x\"]", "compute 2.51", 400,
         "('tags' was unexpected)"},
        {"\"flavorRef\":\"11\",\"networks\":\"none\",\"colour\":\"red\"", "compute 2.90", 400,
         "('colour' was unexpected)"},
        {"\"flavorRef\":\"11\"", "compute 2.1", 409, "Multiple possible networks found"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *body = xasprintf("{\"server\":{\"name\":\"x\",%s,%s}}", bdm, rows[i].rest);
        expect_refusal(servers, rows[i].version, body, rows[i].status, rows[i].words);
        free(body);
    }
    expect_refusal(servers, "compute 2.90",
                   "{\"server\":{\"name\":\"x\",\"flavorRef\":\"11\",\"networks\":\"none\","
                   "\"imageRef\":\"gone\"}}",
                   400, "Can not find requested image");
    free(volume);
    free(bdm);
}

static void what_cinder_refuses(void **state)
{
    static const char volumes[] = "/volume/v3/volumes";
    (void)state;
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":10,\"imageRef\":\"" MISSING "\"}}", 404,
                   "Image " MISSING " could not be found.");
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":10,\"imageRef\":\"nonsense\"}}", 400,
                   "Invalid image identifier");
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":1,\"imageRef\":\"" IMAGE "\"}}", 400,
                   "cannot be smaller than the image minDisk size");
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":900000}}", 413,
                   "VolumeSizeExceedsAvailableQuota");
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":1,\"volume_type\":\"none\"}}", 404,
                   "Volume type with name none could not be found.");
    expect_refusal(volumes, NULL, "{\"volume\":{\"size\":1,\"colour\":1}}", 400,
                   "('colour' was unexpected)");
    expect_refusal("/volume/v3/manageable_volumes", "volume 3.8", "{\"volume\":{}}", 400,
                   "'ref' is a required property");
    assert_int_equal(call_status(&lab, B, "GET", "/volume/v3/os-services", NULL, NULL), 200);
    assert_int_equal(call_status(&lab, B, "GET", "/volume/v3/scheduler-stats/get_pools", NULL, NULL),
                     403);
}

static void quotas_hold(void **state)
{
    struct lab_child admin = lab;
    char *body = xasprintf("{\"server\":{\"name\":\"x\",\"flavorRef\":\"23\",\"networks\":\"none\","
                           "\"imageRef\":\"" IMAGE "\"}}");
    char *compute = xasprintf("/compute/v2.1/os-quota-sets/%s", lab.project[B]);
    char *network = xasprintf("/network/v2.0/quotas/%s", lab.project[B]);
    (void)state;
    assert_int_equal(login(&admin, B, "admin", "lab-secret", admin.token[B]), 201);
    assert_int_equal(call_status(&admin, B, "PUT", compute, NULL,
                                 "{\"quota_set\":{\"cores\":3}}"), 200);
    expect_refusal("/compute/v2.1/servers", "compute 2.90", body, 403,
                   "Quota exceeded for cores: Requested 4, but already used 0 of 3 cores");
    assert_int_equal(call_status(&admin, B, "DELETE", compute, NULL, NULL), 202);
    assert_int_equal(call_status(&admin, B, "PUT", network, NULL, "{\"quota\":{\"port\":0}}"), 200);
    char *net = id_of(&lab, B, "/network/v2.0/networks", "networks", "net-apps");
    char *port = xasprintf("{\"port\":{\"network_id\":\"%s\"}}", net);
    expect_refusal("/network/v2.0/ports", NULL, port, 409, "OverQuota");
    assert_int_equal(call_status(&admin, B, "DELETE", network, NULL, NULL), 204);
    free(body);
    free(compute);
    free(network);
    free(net);
    free(port);
}

/* An isolated network of a drill's own: made, used up, refused, removed. */
static void a_network_goes_when_its_ports_have_gone(void **state)
{
    char *net = make("/network/v2.0/networks", NULL, "network", 201,
                     "{\"network\":{\"name\":\"test-net\",\"description\":\"protector op=x\"}}");
    char *sub = xasprintf("{\"subnet\":{\"network_id\":\"%s\",\"ip_version\":4,\"cidr\":"
                          "\"10.99.0.0/30\",\"gateway_ip\":null}}", net);
    char *subnet = make("/network/v2.0/subnets", NULL, "subnet", 201, sub);
    char *body = xasprintf("{\"port\":{\"network_id\":\"%s\"}}", net);
    char *path = xasprintf("/network/v2.0/networks/%s", net), *ports[2];
    (void)state;
    for (int i = 0; i < 2; i++)
        ports[i] = make("/network/v2.0/ports", NULL, "port", 201, body);
    expect_refusal("/network/v2.0/ports", NULL, body, 409, "IpAddressGenerationFailure");
    struct answer a = call(&lab, B, "DELETE", path, NULL, NULL);
    assert_int_equal(a.status, 409);
    assert_non_null(strstr(a.text, ports[1]));
    answer_release(&a);
    for (int i = 0; i < 2; i++) {
        char *port = xasprintf("/network/v2.0/ports/%s", ports[i]);
        assert_int_equal(call_status(&lab, B, "DELETE", port, NULL, NULL), 204);
        free(port);
        free(ports[i]);
    }
    assert_int_equal(call_status(&lab, B, "DELETE", path, NULL, NULL), 204);
    assert_int_equal(call_status(&lab, B, "GET", path, NULL, NULL), 404);
    free(net);
    free(sub);
    free(subnet);
    free(body);
    free(path);
}

static void only_admins_share_networks(void **state)
{
    (void)state;
    expect_refusal("/network/v2.0/networks", NULL,
                   "{\"network\":{\"name\":\"x\",\"shared\":true}}", 403, "PolicyNotAuthorized");
}

static void scenario(const char *behaviour)
{
    char *body = xasprintf("{\"site\":\"site-a\",\"name\":\"web-1\",\"guest\":\"%s\"}", behaviour);
    struct answer a = control(&lab, "POST", "/scenarios", body);
    assert_int_equal(a.status, 200);
    answer_release(&a);
    free(body);
}

static void guests_misbehave_on_demand(void **state)
{
    char text[512], *ip;
    static const char get[] = "GET /healthz HTTP/1.1\r\n\r\n";
    json_t *doc = call_json(&lab, A, "GET", "/compute/v2.1/servers/detail?name=%5Eweb-1%24", NULL,
                            NULL, 200);
    (void)state;
    const json_t *server = json_array_get(json_list(doc, "servers"), 0);
    ip = xstrdup(json_text(json_array_get(json_list(json_map(server, "addresses"),
                                                    "net-primary-web"), 0), "addr"));
    json_decref(doc);
    assert_true(wait_open(ip, 8080, true));
    scenario("refuse");
    assert_true(wait_open(ip, 8080, false));
    scenario("503");
    assert_true(wait_open(ip, 8443, true));
    knock(ip, 8080, get, text, sizeof(text));
    assert_int_equal(strncmp(text, "HTTP/1.1 503", 12), 0);
    scenario("flap");
    nap(100);
    int good = 0;
    for (int i = 0; i < 6; i++) {
        knock(ip, 8080, get, text, sizeof(text));
        good += strncmp(text, "HTTP/1.1 200", 12) == 0;
    }
    assert_int_equal(good, 3);
    scenario("ok");
    free(ip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_boots_answers_and_goes),
        cmocka_unit_test(a_port_and_a_volume_serve_one_server),
        cmocka_unit_test(what_nova_refuses),
        cmocka_unit_test(what_cinder_refuses),
        cmocka_unit_test(quotas_hold),
        cmocka_unit_test(a_network_goes_when_its_ports_have_gone),
        cmocka_unit_test(only_admins_share_networks),
        cmocka_unit_test(guests_misbehave_on_demand),
    };
    return cmocka_run_group_tests(tests, up, down);
}
