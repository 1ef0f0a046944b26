/*
 * A copy's disks and interfaces are what its source's were: name, description,
 * metadata, whether it boots, whether it goes with the server, and their order.
 */
#include "tests/engine/support/moves.h"
#include "tests/lab/lab_client.h"

#define CINDER "/volume/v3/%s/volumes/%s"

/* The document of that name, of a list that the caller lets go of. */
static json_t *named(const json_t *list, const char *name)
{
    json_t *v = json_find(list, "name", name);
    if (!v)
        fail_msg("there is no %s", name);
    return v;
}

static bool goes_along(const json_t *servers, const char *server, const char *volume)
{
    const json_t *disk;
    size_t i;
    json_array_foreach(json_list(named(servers, server), "vols"), i, disk)
        if (strcmp(json_text(disk, "id"), volume) == 0)
            return json_flag(disk, "dot", false);
    fail_msg("%s has no such disk", server);
    return false;
}

/* web-2's second disk, as an operator may have made it. */
static void describe(struct stage *s, const struct lab_child *n)
{
    json_t *volumes = lab_all(&s->lab, "site-a", "volume"), *servers = lab_all(&s->lab, "site-a", "server");
    const json_t *data = named(volumes, "web-2-data");
    const char *id = json_text(data, "id"), *server = json_text(named(servers, "web-2"), "id");
    char *path = xasprintf(CINDER, n->project[A], id), *body;
    json_decref(stage_ask(n, A, "PUT", path, "{\"volume\":{\"name\":\"the shop's files\",\"description\":"
                          "\"written by night\",\"metadata\":{\"tier\":\"gold\",\"array_name\":\"array-a\"}}}", 200));
    free(path);
    path = xasprintf("/compute/v2.1/servers/%s/os-volume_attachments/%s", server, id);
    body = xasprintf("{\"volumeAttachment\":{\"volumeId\":\"%s\",\"delete_on_termination\":true}}", id);
    struct answer old = call(n, A, "PUT", path, "compute 2.84", body); /* Nova does not know it yet */
    assert_int_equal(old.status, 400);
    answer_release(&old);
    struct answer now = call(n, A, "PUT", path, "compute 2.90", body);
    assert_int_equal(now.status, 202);
    answer_release(&now);
    free(path);
    free(body);
    json_decref(volumes);
    json_decref(servers);
}

static void is_as_it_was(struct stage *s, const char *site)
{
    json_t *volumes = lab_all(&s->lab, site, "volume"), *servers = lab_all(&s->lab, site, "server");
    const json_t *data = named(volumes, "the shop's files"), *boot = named(volumes, "web-2-boot");
    assert_string_equal(json_text(data, "desc"), "written by night");
    assert_string_equal(json_text(json_map(data, "meta"), "tier"), "gold");
    assert_false(json_flag(data, "bootable", true));
    assert_true(json_flag(boot, "bootable", false));
    assert_true(goes_along(servers, "web-2", json_text(data, "id")));
    assert_false(goes_along(servers, "web-2", json_text(boot, "id")));
    json_decref(volumes);
    json_decref(servers);
}

static void disks_stay_what_they_were(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "demo");
    describe(s, &n);
    passes(s, "failover", ASK(""), "site-b", "site-a");
    is_as_it_was(s, "site-b");
    /* The storage's word of the other site is not taken along. */
    json_t *volumes = lab_all(&s->lab, "site-b", "volume");
    assert_string_not_equal(json_text(json_map(named(volumes, "the shop's files"), "meta"), "array_name"),
                            "array-a");
    json_decref(volumes);
    /* Nova takes one disk along with its server, and the rest is ours to delete. */
    passes(s, "rollback", ASK(""), "site-a", "site-b");
    target_is_empty(s);
    /* A drill's disk is the drill's alone. */
    assert_string_equal(stage_drill(s, "\"no_cleanup\":true"), "succeeded");
    json_t *servers = lab_all(&s->lab, "site-b", "server");
    volumes = lab_all(&s->lab, "site-b", "volume");
    assert_false(goes_along(servers, "test-web-2", json_text(named(volumes, "test-web-2-1"), "id")));
    json_decref(servers);
    json_decref(volumes);
}

/* What Nova will not have is told, and the server is none the worse. */
static void who_may_not_say_it_keeps_the_disk(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "demo");
    describe(s, &n);
    lab_fault(&s->lab, "{\"site\":\"site-b\",\"service\":\"compute\",\"verb\":\"PUT\",\"path\":"
                       "\"*/os-volume_attachments/*\",\"do\":\"status=403\"}");
    passes(s, "failover", ASK(""), "site-b", "site-a");
    const json_t *w;
    size_t i;
    bool told = false;
    json_array_foreach(json_list(s->op, "warnings"), i, w)
        told |= strstr(json_string_value(w), "a volume that was deleted with its source is kept") != NULL;
    assert_true(told);
}

/* ---- interfaces ------------------------------------------------------------------------- */

static char *make(const struct lab_child *n, const char *path, char *body_take, const char *key, int status)
{
    json_t *o = stage_ask(n, A, "POST", path, body_take, status);
    char *id = xstrdup(json_text(json_map(o, key), "id"));
    json_decref(o);
    free(body_take);
    return id;
}

/* A server "twin" with two ports of one network: the guarded one was made last, and is first. */
static void make_twin(struct stage *s, const struct lab_child *n)
{
    json_t *networks = lab_all(&s->lab, "site-a", "network"), *images = lab_all(&s->lab, "site-a", "volume");
    const char *net = json_text(named(networks, "net-primary-web"), "id");
    const char *image = json_text(json_map(named(images, "web-1-boot"), "image_meta"), "image_id");
    char *second = make(n, "/network/v2.0/ports", xasprintf("{\"port\":{\"network_id\":\"%s\","
                        "\"port_security_enabled\":false}}", net), "port", 201);
    char *first = make(n, "/network/v2.0/ports", xasprintf("{\"port\":{\"network_id\":\"%s\"}}", net),
                       "port", 201);
    char *id = make(n, "/compute/v2.1/servers",
                    xasprintf("{\"server\":{\"name\":\"twin\",\"flavorRef\":\"11\",\"networks\":["
                              "{\"port\":\"%s\"},{\"port\":\"%s\"}],\"block_device_mapping_v2\":[{"
                              "\"boot_index\":0,\"source_type\":\"image\",\"destination_type\":\"volume\","
                              "\"uuid\":\"%s\",\"volume_size\":10}]}}", first, second, image),
                    "server", 202);
    char *path = xasprintf("/compute/v2.1/servers/%s", id);
    assert_true(wait_status(n, A, path, "server", "ACTIVE"));
    free(path);
    free(id);
    free(first);
    free(second);
    json_decref(networks);
    json_decref(images);
}

static bool is_guarded(const json_t *ports, const json_t *id)
{
    const json_t *v;
    size_t i;
    json_array_foreach(ports, i, v)
        if (strcmp(json_text(v, "id"), json_string_value(id)) == 0)
            return json_flag(v, "psec", true);
    fail_msg("there is no such port");
    return false;
}

static void two_ports_of_one_network_keep_their_order(void **state)
{
    struct stage *s = *state;
    struct lab_child n = stage_client(s, "admin");
    make_twin(s, &n);
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"" GROUP "\",\"servers\":[\"twin\"]}"), PC_OK);
    watch_alone(s, begins(s, "failover", ASK(",\"members\":[\"twin\"],\"health_checks\":[]")), "site-b",
                "site-a");
    came_to(s, "completed", "partial"); /* the others were not asked for */
    json_t *servers = lab_all(&s->lab, "site-b", "server"), *ports = lab_all(&s->lab, "site-b", "port");
    const json_t *of = json_list(named(servers, "twin"), "ports");
    assert_int_equal(json_array_size(of), 2);
    assert_true(is_guarded(ports, json_array_get(of, 0)));
    assert_false(is_guarded(ports, json_array_get(of, 1)));
    json_decref(servers);
    json_decref(ports);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        story(disks_stay_what_they_were),
        story(who_may_not_say_it_keeps_the_disk),
        story(two_ports_of_one_network_keep_their_order),
    };
    return moves_main(tests, argc, argv);
}
