/* Lists that leave out, or make up, a disk or an interface of a member, for ever: nothing is
 * begun on their word, and it is said which two sources differ. */
#include "backend/engine/agree.h"
#include "tests/engine/support/stage.h"

/* ---- the rule --------------------------------------------------------------------- */

#define SERVER                                                                                  \
    "{\"id\":\"s\",\"name\":\"web-1\",\"status\":\"ACTIVE\",\"addresses\":{\"web\":["             \
    "{\"addr\":\"10.0.0.5\",\"OS-EXT-IPS-MAC:mac_addr\":\"fa:01\"},"                              \
    "{\"addr\":\"192.0.2.7\",\"OS-EXT-IPS-MAC:mac_addr\":\"fa:01\",\"OS-EXT-IPS:type\":"          \
    "\"floating\"}],\"db\":[{\"addr\":\"10.1.0.5\",\"OS-EXT-IPS-MAC:mac_addr\":\"fa:02\"}]},"     \
    "\"os-extended-volumes:volumes_attached\":[{\"id\":\"v1\"},{\"id\":\"v2\"}]}"
#define ATTACHMENTS "[{\"volumeId\":\"v2\"},{\"volumeId\":\"v1\"}]"
#define VOLUME(id) "{\"id\":\"" id "\",\"attachments\":[{\"server_id\":\"s\"}]}"
#define OTHERS ",{\"id\":\"v8\",\"attachments\":[{\"server_id\":\"t\"}]},{\"id\":\"v9\"}]"
#define VOLUMES "[" VOLUME("v1") "," VOLUME("v2") OTHERS
#define PORT(net, mac) "{\"network_id\":\"" net "\",\"mac_address\":\"" mac "\",\"fixed_ips\":[{}]}"
#define BARE "{\"network_id\":\"n3\",\"mac_address\":\"fa:03\",\"fixed_ips\":[]}"
#define PORTS "[" PORT("n2", "fa:02") "," PORT("n1", "fa:01") "," BARE "]"

static const struct {
    const char *server, *attachments, *volumes, *ports, *told; /* told NULL: they agree */
} HEARD[] = {
    {SERVER, ATTACHMENTS, VOLUMES, PORTS, NULL},
    {SERVER, "[{\"volumeId\":\"v1\"}]", VOLUMES, PORTS,
     "volume v2 is in the server's volumes_attached and not in Nova's os-volume_attachments"},
    {SERVER, "[{\"volumeId\":\"v1\"},{\"volumeId\":\"v2\"},{\"volumeId\":\"v3\"}]", VOLUMES, PORTS,
     "volume v3 is in Nova's os-volume_attachments and not in the server's volumes_attached"},
    {SERVER, ATTACHMENTS, "[" VOLUME("v1") OTHERS, PORTS,
     "volume v2 is in Nova's os-volume_attachments and not in Cinder's attachments"},
    {SERVER, ATTACHMENTS, "[" VOLUME("v1") "," VOLUME("v2") "," VOLUME("v3") OTHERS, PORTS,
     "volume v3 is in Cinder's attachments and not in Nova's os-volume_attachments"},
    {SERVER, ATTACHMENTS, VOLUMES, "[" PORT("n2", "fa:02") "]",
     "interface fa:01 is in the server's addresses and not in Neutron's ports"},
    {SERVER, ATTACHMENTS, VOLUMES, "[" PORT("n1", "fa:01") "," PORT("n2", "fa:02") ","
     PORT("n4", "fa:04") "]", "interface fa:04 is in Neutron's ports and not in the server's"},
    {SERVER, ATTACHMENTS, VOLUMES, "[" PORT("n1", "fa:01") "," PORT("n2", "fa:02") ","
     PORT("n2", "fa:02") "]", "Neutron's ports tells of one interface of web-1 on site-a twice"},
    /* One MAC on two networks is no lie. */
    {SERVER, ATTACHMENTS, VOLUMES, "[" PORT("n1", "fa:01") "," PORT("n2", "fa:02") ","
     PORT("n4", "fa:02") "]", NULL},
    /* What is not told is no contradiction, nor is what a server under way does not have yet. */
    {"{\"id\":\"s\",\"name\":\"web-1\",\"status\":\"ACTIVE\"}", ATTACHMENTS, VOLUMES, PORTS, NULL},
    {"{\"id\":\"s\",\"name\":\"web-1\",\"status\":\"BUILD\",\"addresses\":{}}", ATTACHMENTS, VOLUMES,
     PORTS, NULL},
    {"{\"id\":\"s\",\"name\":\"web-1\",\"status\":\"ACTIVE\",\"addresses\":{}}", ATTACHMENTS, VOLUMES,
     PORTS, "not in the server's addresses"},
};

static json_t *read_json(const char *text)
{
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    return o;
}

static void two_sources_must_tell_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(HEARD) / sizeof(HEARD[0]); i++) {
        json_t *server = read_json(HEARD[i].server), *attachments = read_json(HEARD[i].attachments),
               *volumes = read_json(HEARD[i].volumes), *ports = read_json(HEARD[i].ports);
        const struct heard h = {"site-a", server, attachments, volumes, ports};
        struct pc_error err = {.code = PC_OK};
        enum pc_err rc = heard_agree(&h, &err);
        assert_int_equal(rc, HEARD[i].told ? PC_ERR_PROTOCOL : PC_OK);
        if (HEARD[i].told && !strstr(err.text, HEARD[i].told))
            fail_msg("%s: %s", HEARD[i].told, err.text);
        assert_true(!HEARD[i].told || *err.remedy);
        json_decref(server);
        json_decref(attachments);
        json_decref(volumes);
        json_decref(ports);
    }
}

/* ---- on a site ------------------------------------------------------------------------ */

static const struct {
    const char *path, *lie, *told;
} LIES[] = {
    {"/servers/*/os-volume_attachments", "left-out", "not in Nova's os-volume_attachments"},
    {"/servers/*/os-volume_attachments", "phantom", "not in the server's volumes_attached"},
    {"/ports*", "left-out", "not in Neutron's ports"},
    {"/ports*", "phantom", "twice"},
};

static void lied_to(struct stage *s, size_t i, const char *more)
{
    char *fault = xasprintf("{\"site\":\"site-a\",\"verb\":\"GET\",\"path\":\"%s\",\"do\":\"%s\"%s}",
                            LIES[i].path, LIES[i].lie, more);
    lab_fault(&s->lab, fault);
    free(fault);
}

/* Nothing was stopped, nothing made: the site is as it was, which the teardown sees. */
static void nothing_is_begun_on_the_word_of_one(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_call(s, "group_create", "{\"name\":\"new\",\"primary\":\"site-a\","
                                                   "\"secondary\":\"site-b\"}"), PC_OK);
    for (size_t i = 0; i < sizeof(LIES) / sizeof(LIES[0]); i++) {
        lied_to(s, i, "");
        stage_refused(s, "failover", "{\"group\":\"prod-web-app\",\"confirm\":\"prod-web-app\"}",
                      PC_ERR_PROTOCOL, LIES[i].told);
        stage_refused(s, "member_add", "{\"group\":\"new\",\"servers\":[\"billing-api-1\"]}",
                      PC_ERR_PROTOCOL, LIES[i].told);
        assert_true(lab_struck(&s->lab) > 0);
        json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    }
    assert_int_equal(stage_call(s, "member_add", "{\"group\":\"new\",\"servers\":[\"billing-api-1\"]}"),
                     PC_OK); /* now that they agree */
    assert_int_equal(stage_call(s, "group_delete", "{\"group\":\"new\",\"confirm\":\"new\"}"), PC_OK);
}

/* A drill goes by what was known of the members before, as when their site is away, and says
 * why; a list that was behind for a moment is read a second time. */
static void a_drill_goes_by_what_was_known(void **state)
{
    struct stage *s = *state;
    lied_to(s, 0, "");
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
    char *warnings = json_dumps(json_list(s->op, "warnings"), 0);
    assert_non_null(strstr(warnings, "two sources differ about web-1 on site-a"));
    free(warnings);
    json_decref(lab_ask(&s->lab, "DELETE", "/faults", NULL));
    lied_to(s, 2, ",\"count\":1");
    assert_string_equal(stage_drill(s, "\"health_checks\":[]"), "cleaned");
    assert_int_equal(lab_struck(&s->lab), 1);
    warnings = json_dumps(json_list(s->op, "warnings"), 0);
    assert_null(strstr(warnings, "two sources differ"));
    free(warnings);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sources_must_tell_the_same),
        stage_test(nothing_is_begun_on_the_word_of_one),
        stage_test(a_drill_goes_by_what_was_known),
    };
    return stage_main(tests, argc, argv);
}
