/* What the calls of the four services send, byte for byte where it matters. */
#include "tests/cloud/cloud_story.h"

#include "backend/cloud/cinder.h"
#include "backend/cloud/glance.h"
#include "backend/cloud/neutron.h"
#include "backend/cloud/nova.h"

#define NOVA "/compute/v2.1"
#define CINDER "/volume/v3/" PROJECT
#define NEUTRON "/network/v2.0"
#define GLANCE "/image/v2"

static int open_site(void **state)
{
    story_open(state);
    struct story *s = *state;
    web_rule(s->web, "DELETE", "/", 0, (struct web_answer){.status = 204});
    return 0;
}

static void answer(struct story *s, const char *method, const char *prefix, const char *body)
{
    web_rule(s->web, method, prefix, 0, (struct web_answer){.body = body});
}

/* The one request of that method whose target starts so, and its JSON. */
static void assert_sent(struct story *s, const char *method, const char *target, const char *body)
{
    const struct web_request *r = web_nth(s->web, method, target, 1);
    if (!r)
        fail_msg("%s %s was not sent", method, target);
    assert_string_equal(r->target, target);
    json_t *sent = json_loads(r->body, 0, NULL), *want = body ? json_loads(body, 0, NULL) : NULL;
    assert_true(!body || want);
    if (body && !json_equal(sent, want))
        fail_msg("%s %s sent %s", method, target, r->body);
    if (!body)
        assert_string_equal(r->body, "");
    json_decref(sent);
    json_decref(want);
}

static void reads_go_where_they_belong(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    int sent = 0;
    answer(s, "GET", NOVA "/servers/detail", "{\"servers\":[]}");
    answer(s, "GET", NOVA "/servers/i/os-volume_attachments", "{\"volumeAttachments\":[{}]}");
    answer(s, "GET", NOVA "/servers/i/os-interface", "{\"interfaceAttachments\":[{}]}");
    answer(s, "GET", NOVA "/servers/i", "{\"server\":{}}");
    answer(s, "GET", NOVA "/flavors/detail", "{\"flavors\":[]}");
    answer(s, "GET", NOVA "/os-keypairs", "{\"keypairs\":[{\"keypair\":{\"name\":\"k\"}}]}");
    answer(s, "GET", NOVA "/os-availability-zone", "{\"availabilityZoneInfo\":[]}");
    answer(s, "GET", NOVA "/limits", "{\"limits\":{\"absolute\":{}}}");
    answer(s, "GET", CINDER "/volumes/detail", "{\"volumes\":[]}");
    answer(s, "GET", CINDER "/volumes/i", "{\"volume\":{}}");
    answer(s, "GET", CINDER "/messages", "{\"messages\":[]}");
    answer(s, "GET", CINDER "/types", "{\"volume_types\":[]}");
    answer(s, "GET", CINDER "/limits", "{\"limits\":{\"absolute\":{}}}");
    answer(s, "GET", NEUTRON "/networks/i", "{\"network\":{}}");
    answer(s, "GET", NEUTRON "/networks", "{\"networks\":[]}");
    answer(s, "GET", NEUTRON "/subnets", "{\"subnets\":[]}");
    answer(s, "GET", NEUTRON "/ports/i", "{\"port\":{}}");
    answer(s, "GET", NEUTRON "/ports", "{\"ports\":[]}");
    answer(s, "GET", NEUTRON "/security-groups", "{\"security_groups\":[]}");
    answer(s, "GET", NEUTRON "/quotas/" PROJECT, "{\"quota\":{}}");
    answer(s, "GET", GLANCE "/images/i", "{\"id\":\"i\"}");
    answer(s, "GET", GLANCE "/images", "{\"images\":[]}");
    site_is_up(s);
    struct cloud *c = s->cloud;
#define CALL(expr) (expr, sent++)
    CALL(nova_servers(c, NULL, NULL, keep, &k));
    CALL(nova_server(c, "i", keep, &k));
    CALL(nova_attachments(c, "i", keep, &k));
    CALL(nova_interfaces(c, "i", keep, &k));
    CALL(nova_flavors(c, keep, &k));
    CALL(nova_keypairs(c, keep, &k));
    CALL(nova_zones(c, keep, &k));
    CALL(nova_limits(c, keep, &k));
    CALL(cinder_volumes(c, NULL, NULL, NULL, keep, &k));
    CALL(cinder_volume(c, "i", keep, &k));
    CALL(cinder_messages(c, "i", keep, &k));
    CALL(cinder_types(c, keep, &k));
    CALL(cinder_limits(c, keep, &k));
    CALL(neutron_networks(c, NULL, NULL, keep, &k));
    CALL(neutron_network(c, "i", keep, &k));
    CALL(neutron_subnets(c, "n", keep, &k));
    CALL(neutron_ports(c, "d", NULL, keep, &k));
    CALL(neutron_port(c, "i", keep, &k));
    CALL(neutron_security_groups(c, keep, &k));
    CALL(neutron_quota(c, keep, &k));
    CALL(glance_image(c, "i", keep, &k));
    CALL(glance_images(c, NULL, keep, &k));
    for (int i = 1; i <= sent; i++) {
        wait_for(s, &k, i);
        assert_int_equal(k.err.code, PC_OK);
        assert_non_null(k.body);
    }
    assert_sent(s, "GET", NEUTRON "/subnets?limit=500&network_id=n", NULL);
    assert_sent(s, "GET", NEUTRON "/ports?limit=500&device_id=d", NULL);
    assert_sent(s, "GET", NEUTRON "/security-groups?limit=500", NULL);
    assert_sent(s, "GET", NEUTRON "/quotas/" PROJECT "/details.json", NULL);
    assert_sent(s, "GET", CINDER "/messages?resource_uuid=i", NULL);
    kept_clear(&k);
}

static void a_server_is_made_of_volumes_and_ports(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    json_t *mark = json_pack("{s:s}", "protector:op", "op-1");
    json_t *tags = json_pack("[s,s,s]", "op-1", "tier-1", "of/two,parts");
    struct nova_server_spec spec = {.name = "test-web-1",
                                    .flavor_id = "11",
                                    .volumes = {"v0", "v1"},
                                    .volume_count = 2,
                                    .ports = {"p0", "p1"},
                                    .port_count = 2,
                                    .availability_zone = "nova",
                                    .key_name = "k",
                                    .user_data = "I2Nsb3Vk",
                                    .metadata = mark,
                                    .description = "web",
                                    .tag = "op-1",
                                    .tags = tags,
                                    .config_drive = true};
    web_rule(s->web, "POST", NOVA "/servers", 0,
             (struct web_answer){.status = 202,
                                 .body = "{\"server\":{\"id\":\"s1\",\"adminPass\":\"geheim\"}}"});
    site_is_up(s);
    nova_server_create(s->cloud, &spec, keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(json_text(k.body, "id"), "s1");
    assert_null(json_object_get(k.body, "adminPass"));
    assert_sent(s, "POST", NOVA "/servers",
                "{\"server\":{\"name\":\"test-web-1\",\"flavorRef\":\"11\",\"networks\":[{\"port\":"
                "\"p0\"},{\"port\":\"p1\"}],\"block_device_mapping_v2\":[{\"boot_index\":0,"
                "\"uuid\":\"v0\",\"source_type\":\"volume\",\"destination_type\":\"volume\","
                "\"delete_on_termination\":false},{\"boot_index\":-1,\"uuid\":\"v1\","
                "\"source_type\":\"volume\",\"destination_type\":\"volume\","
                "\"delete_on_termination\":false}],\"availability_zone\":\"nova\",\"key_name\":"
                "\"k\",\"user_data\":\"I2Nsb3Vk\",\"metadata\":{\"protector:op\":\"op-1\"},"
                "\"tags\":[\"op-1\",\"tier-1\"],\"description\":\"web\",\"config_drive\":true}}");
    json_decref(tags);

    /* And the least of it: no ports is said, not left out. */
    web_clear(s->web);
    web_rule(s->web, "POST", NOVA "/servers", 0,
             (struct web_answer){.status = 202, .body = "{\"server\":{\"id\":\"s2\"}}"});
    struct nova_server_spec least = {
        .name = "n", .flavor_id = "f", .volumes = {"v"}, .volume_count = 1};
    nova_server_create(s->cloud, &least, keep, &k);
    wait_for(s, &k, 2);
    assert_sent(s, "POST", NOVA "/servers",
                "{\"server\":{\"name\":\"n\",\"flavorRef\":\"f\",\"networks\":\"none\","
                "\"block_device_mapping_v2\":[{\"boot_index\":0,\"uuid\":\"v\",\"source_type\":"
                "\"volume\",\"destination_type\":\"volume\",\"delete_on_termination\":false}]}}");
    json_decref(mark);
    kept_clear(&k);
}

static void volumes_are_made_and_marked(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    json_t *mark = json_pack("{s:s}", "protector:op", "op-1");
    struct cinder_volume_spec spec = {.name = "v",
                                      .size_gib = 10,
                                      .image_id = "im",
                                      .volume_type = "fast",
                                      .availability_zone = "az",
                                      .metadata = mark};
    web_rule(s->web, "POST", CINDER "/volumes/v1/action", 0, (struct web_answer){.status = 200});
    web_rule(s->web, "POST", CINDER "/volumes", 0,
             (struct web_answer){.status = 202,
                                 .body = "{\"volume\":{\"id\":\"v1\",\"status\":\"creating\"}}"});
    site_is_up(s);
    cinder_volume_create(s->cloud, &spec, keep, &k);
    wait_for(s, &k, 1);
    assert_string_equal(json_text(k.body, "status"), "creating");
    assert_sent(s, "POST", CINDER "/volumes",
                "{\"volume\":{\"name\":\"v\",\"size\":10,\"imageRef\":\"im\",\"volume_type\":"
                "\"fast\",\"availability_zone\":\"az\",\"metadata\":{\"protector:op\":\"op-1\"}}}");
    cinder_set_bootable(s->cloud, "v1", true, keep, &k);
    wait_for(s, &k, 2);
    assert_int_equal(k.err.code, PC_OK);
    assert_sent(s, "POST", CINDER "/volumes/v1/action",
                "{\"os-set_bootable\":{\"bootable\":true}}");
    cinder_set_image_metadata(s->cloud, "v1", mark, keep, &k);
    wait_for(s, &k, 3);
    assert_string_equal(web_nth(s->web, "POST", CINDER "/volumes/v1/action", 2)->body,
                        "{\"os-set_image_metadata\":{\"metadata\":{\"protector:op\":\"op-1\"}}}");
    json_decref(mark);
    kept_clear(&k);
}

static void an_action_spells_out_its_null(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    web_rule(s->web, "POST", NOVA "/servers/i/action", 0, (struct web_answer){.status = 202});
    site_is_up(s);
    nova_server_action(s->cloud, "i", "os-stop", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(web_nth(s->web, "POST", NOVA "/servers/i/action", 1)->body,
                        "{\"os-stop\":null}");
    kept_clear(&k);
}

static void networks_subnets_and_ports_are_made(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    json_t *groups = json_pack("[s,s]", "g1", "g2");
    json_t *fixed = json_pack("[{s:s, s:s}]", "subnet_id", "sn", "ip_address", "10.9.0.7");
    json_t *pairs = json_pack("[{s:s}]", "ip_address", "10.9.0.100");
    web_rule(s->web, "POST", NEUTRON "/networks", 0,
             (struct web_answer){.status = 201, .body = "{\"network\":{\"id\":\"n\"}}"});
    web_rule(s->web, "POST", NEUTRON "/subnets", 0,
             (struct web_answer){.status = 201, .body = "{\"subnet\":{\"id\":\"sn\"}}"});
    web_rule(s->web, "POST", NEUTRON "/ports", 0,
             (struct web_answer){.status = 201, .body = "{\"port\":{\"id\":\"p\"}}"});
    site_is_up(s);
    neutron_network_create(s->cloud, "net", "d1", keep, &k);
    wait_for(s, &k, 1);
    neutron_subnet_create(s->cloud, "n", "sub", "d2", "10.9.0.0/24", keep, &k);
    wait_for(s, &k, 2);
    struct neutron_port_spec full = {.name = "p",
                                     .description = "d3",
                                     .network_id = "n",
                                     .fixed_ips = fixed,
                                     .mac_address = "fa:16:3e:00:00:01",
                                     .security_group_ids = groups,
                                     .address_pairs = pairs};
    neutron_port_create(s->cloud, &full, keep, &k);
    wait_for(s, &k, 3);
    struct neutron_port_spec least = {.network_id = "n"};
    neutron_port_create(s->cloud, &least, keep, &k);
    wait_for(s, &k, 4);
    /* Without port security there is no group and no pair to be had. */
    full.port_security_off = true;
    neutron_port_create(s->cloud, &full, keep, &k);
    wait_for(s, &k, 5);
    assert_int_equal(k.err.code, PC_OK);
    assert_string_equal(json_text(k.body, "id"), "p");
    assert_sent(s, "POST", NEUTRON "/networks",
                "{\"network\":{\"name\":\"net\",\"description\":\"d1\",\"admin_state_up\":true}}");
    assert_sent(s, "POST", NEUTRON "/subnets",
                "{\"subnet\":{\"network_id\":\"n\",\"name\":\"sub\",\"description\":\"d2\","
                "\"cidr\":\"10.9.0.0/24\",\"ip_version\":4,\"enable_dhcp\":true,\"gateway_ip\":"
                "null}}");
    assert_sent(s, "POST", NEUTRON "/ports",
                "{\"port\":{\"network_id\":\"n\",\"name\":\"p\",\"description\":\"d3\","
                "\"mac_address\":\"fa:16:3e:00:00:01\",\"security_groups\":[\"g1\",\"g2\"],"
                "\"fixed_ips\":[{\"subnet_id\":\"sn\",\"ip_address\":\"10.9.0.7\"}],"
                "\"allowed_address_pairs\":[{\"ip_address\":\"10.9.0.100\"}]}}");
    assert_string_equal(web_nth(s->web, "POST", NEUTRON "/ports", 3)->body,
                        "{\"port\":{\"network_id\":\"n\",\"name\":\"p\",\"description\":\"d3\","
                        "\"mac_address\":\"fa:16:3e:00:00:01\",\"port_security_enabled\":false,"
                        "\"security_groups\":[],\"fixed_ips\":[{\"subnet_id\":\"sn\","
                        "\"ip_address\":\"10.9.0.7\"}]}}");
    assert_string_equal(web_nth(s->web, "POST", NEUTRON "/ports", 2)->body,
                        "{\"port\":{\"network_id\":\"n\",\"name\":\"\",\"description\":\"\"}}");
    json_decref(groups);
    json_decref(fixed);
    json_decref(pairs);
    kept_clear(&k);
}

/* Servers that ignore a filter, or match it loosely, must not make us adopt or
 * delete what is not ours. */
static void filters_are_checked_again(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    answer(s, "GET", NOVA "/servers/detail",
           "{\"servers\":[{\"name\":\"web.1\",\"tags\":[\"op-1\"]},{\"name\":\"webx1\",\"tags\":["
           "\"op-1\"]},{\"name\":\"web.1\",\"tags\":[\"op-11\",7]},{\"name\":7},7,{\"name\":"
           "\"web.1\"}]}");
    answer(s, "GET", CINDER "/volumes/detail",
           "{\"volumes\":[{\"name\":\"v\",\"metadata\":{\"k\":\"a b=c\"}},{\"name\":\"v\","
           "\"metadata\":{\"k\":\"a b\"}},{\"name\":\"w\",\"metadata\":{\"k\":\"a b=c\"}},{\"name\""
           ":\"v\"}]}");
    answer(s, "GET", NEUTRON "/ports",
           "{\"ports\":[{\"id\":\"1\",\"description\":\"mark 1\"},{\"id\":\"2\",\"description\":"
           "\"mark 11\"},{\"id\":\"3\",\"description\":\"\"},{\"id\":\"4\"}]}");
    answer(s, "GET", GLANCE "/images",
           "{\"images\":[{\"name\":\"tiny\"},{\"name\":\"Tiny\"},{\"name\":null}]}");
    site_is_up(s);
    nova_servers(s->cloud, "web.1", "op-1", keep, &k);
    wait_for(s, &k, 1);
    assert_int_equal(json_array_size(k.body), 1);
    assert_sent(s, "GET", NOVA "/servers/detail?limit=500&name=%5Eweb%5C.1%24&tags=op-1", NULL);
    nova_servers(s->cloud, "web.1", NULL, keep, &k);
    wait_for(s, &k, 2);
    assert_int_equal(json_array_size(k.body), 3);
    cinder_volumes(s->cloud, "v", "k", "a b=c", keep, &k);
    wait_for(s, &k, 3);
    assert_int_equal(json_array_size(k.body), 1);
    assert_sent(s, "GET",
                CINDER "/volumes/detail?limit=500&name=v&metadata=%7B%22k%22%3A%22a%20b%3Dc%22%7D",
                NULL);
    neutron_ports(s->cloud, NULL, "mark 1", keep, &k);
    wait_for(s, &k, 4);
    assert_int_equal(json_array_size(k.body), 1);
    assert_string_equal(json_text(json_array_get(k.body, 0), "id"), "1");
    glance_images(s->cloud, "tiny", keep, &k);
    wait_for(s, &k, 5);
    assert_int_equal(json_array_size(k.body), 1);
    kept_clear(&k);
}

static void a_quota_that_may_not_be_read_is_no_error(void **state)
{
    struct story *s = *state;
    struct kept k = {0};
    static const int statuses[] = {403, 404};
    for (size_t i = 0; i < 2; i++) {
        web_clear(s->web);
        web_rule(s->web, "GET", NEUTRON "/quotas", 0, (struct web_answer){.status = statuses[i]});
        site_is_up(s);
        neutron_quota(s->cloud, keep, &k);
        wait_for(s, &k, (int)i + 1);
        assert_int_equal(k.err.code, PC_OK);
        assert_null(k.body);
        assert_int_equal(k.status, statuses[i]);
    }
    kept_clear(&k);
}

int main(void)
{
#undef STORY
#define STORY(name) cmocka_unit_test_setup_teardown(name, open_site, story_close)
    const struct CMUnitTest tests[] = {
        STORY(reads_go_where_they_belong),
        STORY(a_server_is_made_of_volumes_and_ports),
        STORY(volumes_are_made_and_marked),
        STORY(an_action_spells_out_its_null),
        STORY(networks_subnets_and_ports_are_made),
        STORY(filters_are_checked_again),
        STORY(a_quota_that_may_not_be_read_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
