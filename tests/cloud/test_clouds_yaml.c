/* clouds.yaml as people have it: what is read out of good files. */
#include "backend/base/log.h"
#include "backend/base/text.h"
#include "backend/cloud/cloud.h"
#include "backend/cloud/clouds_yaml.h"
#include "tests/cloud/clouds_scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct clouds_warnings warnings;

static struct cloud_config load(const char *name)
{
    struct cloud_config c;
    struct pc_error err = {0};
    if (cloud_config_load(NULL, name, &c, &warnings, &err))
        fail_msg("%s:%d: %s (%s)", err.source, err.line, err.text, err.remedy);
    return c;
}

static struct cloud_config load_text(const char *text, const char *name)
{
    scratch_write("clouds.yaml", text, 0600);
    return load(name);
}

static bool warned(const char *words)
{
    for (int i = 0; i < warnings.count; i++)
        if (strstr(warnings.text[i], words))
            return true;
    return false;
}

static void same_text(const char *what, const char *got, const char *wanted)
{
    if (!text_equal(got, wanted))
        fail_msg("%s is %s, not %s", what, got ? got : "NULL", wanted ? wanted : "NULL");
}
#define same(a, b) same_text(#a, a, b)

/* ---- the four kinds of file that people have ------------------------------ */

static const char TWO_SITES[] = "clouds:\n"
                                "  site-a:\n"
                                "    auth:\n"
                                "      auth_url: http://site-a-controller:5000/v3\n"
                                "      project_name: your-project\n"
                                "      username: your-user\n"
                                "      password: password-of-a\n"
                                "      user_domain_name: Default\n"
                                "      project_domain_name: Default\n"
                                "    region_name: RegionOne\n"
                                "  site-b:\n"
                                "    auth:\n"
                                "      auth_url: http://site-b-controller:5000/v3\n"
                                "      project_name: your-project\n"
                                "      username: your-user\n"
                                "      password: password-of-b\n"
                                "      user_domain_name: Default\n"
                                "      project_domain_name: Default\n"
                                "    region_name: RegionTwo\n";

static void two_sites(void **state)
{
    (void)state;
    struct cloud_config a = load_text(TWO_SITES, "site-a"), b = load("site-b");
    same(a.name, "site-a");
    same(a.auth_type, "password");
    same(a.auth_url, "http://site-a-controller:5000/v3");
    same(a.username, "your-user");
    same(a.user_domain_name, "Default");
    same(a.password, "password-of-a");
    same(a.project_name, "your-project");
    same(a.project_domain_name, "Default");
    same(a.region_name, "RegionOne");
    same(a.interface, "public");
    same(a.cacert, NULL);
    same(a.token, NULL);
    assert_false(a.insecure);
    assert_int_equal(a.api_timeout, 0);
    assert_non_null(strstr(a.file, "/clouds.yaml"));
    same(b.password, "password-of-b");
    same(b.region_name, "RegionTwo");
    assert_int_equal(warnings.count, 0);
    cloud_config_release(&a);
    cloud_config_release(&b);
}

static const char HORIZON[] = "# This is a clouds.yaml file\n"
                              "clouds:\n"
                              "  openstack:\n"
                              "    auth:\n"
                              "      auth_url: https://cloud.example:5000\n"
                              "      username: \"operator\"\n"
                              "      project_id: 0123456789abcdef0123456789abcdef\n"
                              "      project_name: \"web\"\n"
                              "      user_domain_name: \"Default\"\n"
                              "    regions:\n"
                              "    - RegionOne\n"
                              "    interface: \"public\"\n"
                              "    identity_api_version: 3\n";

static void horizon_download_with_secure_yaml(void **state)
{
    (void)state;
    scratch_write("secure.yaml",
                  "clouds:\n  openstack:\n    auth:\n      password: from-secure\n", 0600);
    struct cloud_config c = load_text(HORIZON, NULL);
    same(c.name, "openstack");
    same(c.auth_url, "https://cloud.example:5000/v3");
    same(c.project_id, "0123456789abcdef0123456789abcdef");
    same(c.password, "from-secure");
    same(c.region_name, "RegionOne");
    cloud_config_release(&c);
}

static void horizon_download_with_os_password(void **state)
{
    (void)state;
    setenv("OS_PASSWORD", "from-the-shell", 1);
    struct cloud_config c = load_text(HORIZON, NULL);
    same(c.name, "openstack"); /* OS_PASSWORD alone makes no cloud of its own */
    same(c.password, "from-the-shell");
    cloud_config_release(&c);
    /* It is never put over a password that the file has. */
    c = load_text(TWO_SITES, "site-a");
    same(c.password, "password-of-a");
    cloud_config_release(&c);
}

static void application_credential_download(void **state)
{
    (void)state;
    struct cloud_config c =
        load_text("clouds:\n"
                  "  openstack:\n"
                  "    auth:\n"
                  "      auth_url: https://cloud.example/identity\n"
                  "      application_credential_id: \"21dced0fd20347869b93710d2b98aae0\"\n"
                  "      application_credential_secret: \"quite-secret\"\n"
                  "    region_name: \"RegionOne\"\n"
                  "    interface: \"public\"\n"
                  "    identity_api_version: 3\n"
                  "    auth_type: \"v3applicationcredential\"\n",
                  NULL);
    same(c.auth_type, "v3applicationcredential");
    same(c.auth_url, "https://cloud.example/identity/v3");
    same(c.application_credential_id, "21dced0fd20347869b93710d2b98aae0");
    same(c.application_credential_secret, "quite-secret");
    same(c.password, NULL);
    cloud_config_release(&c);
}

static void kolla_ansible_file(void **state)
{
    (void)state;
    struct cloud_config c = load_text("clouds:\n"
                                      "  kolla-admin:\n"
                                      "    auth: &auth\n"
                                      "      auth_url: https://10.0.0.254:5000/v3/\n"
                                      "      project_domain_name: Default\n"
                                      "      user_domain_name: Default\n"
                                      "      project_name: admin\n"
                                      "      username: admin\n"
                                      "      password: 0123456\n"
                                      "    region_name: RegionOne\n"
                                      "  kolla-admin-internal:\n"
                                      "    auth: *auth\n"
                                      "    interface: internal\n"
                                      "    region_name: RegionOne\n",
                                      "kolla-admin-internal");
    same(c.auth_url, "https://10.0.0.254:5000/v3");
    same(c.password, "0123456"); /* as written: no octal, no lost zero */
    same(c.interface, "internal");
    cloud_config_release(&c);
}

/* ---- spellings ------------------------------------------------------------ */

#define LOGIN                                                                                    \
    "auth_url: https://k/v3, username: u, user_domain_name: D, password: pass, "                 \
    "project_name: p, project_domain_name: D"
#define CLOUD(auth, rest) "clouds: {c: {auth: {" auth "}, " rest "}}\n"

/* One line a case: what is written beside a good login, and what it becomes. */
static const struct spelling {
    const char *text;
    size_t offset;
    const char *value;
} SPELLINGS[] = {
#define BECOMES(member) offsetof(struct cloud_config, member)
    {CLOUD(LOGIN, "endpoint_type: internalURL"), BECOMES(interface), "internal"},
    {CLOUD(LOGIN, "interface: [admin, public]"), BECOMES(interface), "admin"},
    {CLOUD(LOGIN, "interface: PublicURL"), BECOMES(interface), "public"},
    {CLOUD(LOGIN, "interface: admin, endpoint_type: internal"), BECOMES(interface), "admin"},
    {CLOUD(LOGIN, "endpoint_type: internal, interface: admin"), BECOMES(interface), "admin"},
    {CLOUD(LOGIN, "region-name: R1"), BECOMES(region_name), "R1"},
    {CLOUD(LOGIN, "region_name: [R2, R3]"), BECOMES(region_name), "R2"},
    {CLOUD(LOGIN, "region_name: 'R4,R5'"), BECOMES(region_name), "R4"},
    {CLOUD(LOGIN, "regions: [{name: R6, values: {interface: internal}}]"), BECOMES(interface),
     "internal"},
    {CLOUD(LOGIN, "regions: [{name: R6, values: {auth: {username: other}}}]"), BECOMES(username),
     "other"},
    {CLOUD(LOGIN, "username: outside"), BECOMES(username), "outside"},
    {CLOUD(LOGIN, "project-name: outside"), BECOMES(project_name), "outside"},
    {CLOUD(LOGIN, "auth_plugin: v3password"), BECOMES(auth_type), "password"},
    {CLOUD(LOGIN, "volume_endpoint_override: 'https://v/'"),
     BECOMES(endpoint_override[CLOUD_VOLUME]), "https://v/"},
    {CLOUD(LOGIN, "volumev3_endpoint: 'https://3/', block-storage-endpoint: 'https://b/'"),
     BECOMES(endpoint_override[CLOUD_VOLUME]), "https://b/"},
    {CLOUD(LOGIN, "compute_endpoint_type: internalURL"), BECOMES(interface_override[CLOUD_COMPUTE]),
     "internal"},
    {CLOUD(LOGIN, "network_region_name: N"), BECOMES(region_override[CLOUD_NETWORK]), "N"},
    {CLOUD(LOGIN, "image_service_type: pictures"), BECOMES(service_type[CLOUD_IMAGE]), "pictures"},
    {CLOUD(LOGIN, "identity_endpoint: 'http://i'"), BECOMES(endpoint_override[CLOUD_IDENTITY]),
     "http://i"},
    {CLOUD("auth_url: 'https://{region_name}.example', username: u, user_domain_id: d, "
           "password: '{region_name}', project_id: i",
           "region_name: west"),
     BECOMES(auth_url), "https://west.example/v3"},
    {CLOUD("auth_url: 'https://k', username: u, user_domain_id: d, password: '{region_name}', "
           "project_id: i",
           "region_name: west"),
     BECOMES(password), "{region_name}"},
    {CLOUD("auth_url: 'https://{what}', username: u, user_domain_id: d, password: x, project_id: i",
           "region_name: west"),
     BECOMES(auth_url), "https://{what}/v3"},
    {CLOUD("auth_url: 'https://v3.example:5000//', username: u, user_domain_id: d, password: x, "
           "project_id: i", ""),
     BECOMES(auth_url), "https://v3.example:5000/v3"},
    {CLOUD("auth_url: https://k, username: u, password: x, tenant_name: p, domain_id: both", ""),
     BECOMES(user_domain_id), "both"},
    {CLOUD("auth_url: https://k, username: u, password: x, tenant_name: p, domain_id: both", ""),
     BECOMES(project_domain_id), "both"},
    {CLOUD("auth_url: https://k, username: u, password: x, project: p, domain_name: both, "
           "user_domain_name: own", ""),
     BECOMES(user_domain_name), "own"},
    {CLOUD("auth_url: https://k, username: u, password: x, project_name: p, "
           "default_domain_name: dd", ""),
     BECOMES(project_domain_name), "dd"},
    {CLOUD("auth_url: https://k, auth-token: tok-tok, project_id: p", ""), BECOMES(auth_type),
     "token"},
    {CLOUD("auth_url: https://k, auth-token: tok-tok, project_id: p", "auth_type: v3token"),
     BECOMES(token), "tok-tok"},
    {CLOUD("auth_url: https://k, application_credential_id: i, application_credential_secret: sss",
           ""),
     BECOMES(auth_type), "v3applicationcredential"},
    {CLOUD(LOGIN, "region_name: ~"), BECOMES(region_name), NULL},
    {CLOUD(LOGIN, "region_name: ''"), BECOMES(region_name), NULL},
    {CLOUD(LOGIN, "region_name: 'null'"), BECOMES(region_name), "null"},
    {CLOUD(LOGIN, "region_name: yes"), BECOMES(region_name), "yes"},
#undef BECOMES
};

static void spellings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(SPELLINGS) / sizeof(SPELLINGS[0]); i++) {
        struct cloud_config c = load_text(SPELLINGS[i].text, "c");
        const char *got =
            *(const char *const *)(const void *)((const char *)&c + SPELLINGS[i].offset);
        if (!text_equal(got, SPELLINGS[i].value))
            fail_msg("%s gives %s, not %s", SPELLINGS[i].text, got ? got : "NULL",
                     SPELLINGS[i].value ? SPELLINGS[i].value : "NULL");
        cloud_config_release(&c);
    }
}

static void flags_are_yaml_1_1(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool insecure;
    } CASES[] = {
        {CLOUD(LOGIN, "insecure: true"), true},   {CLOUD(LOGIN, "insecure: 'True'"), true},
        {CLOUD(LOGIN, "insecure: Yes"), true},    {CLOUD(LOGIN, "insecure: off"), false},
        {CLOUD(LOGIN, "verify: no"), true},       {CLOUD(LOGIN, "verify: 'false'"), true},
        {CLOUD(LOGIN, "verify: ON"), false},      {CLOUD(LOGIN, "verify: null"), false},
        {CLOUD(LOGIN, "verify: true, insecure: true"), true},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct cloud_config c = load_text(CASES[i].text, "c");
        if (c.insecure != CASES[i].insecure)
            fail_msg("%s: insecure is %d", CASES[i].text, c.insecure);
        assert_int_equal(warned("not verified"), c.insecure);
        cloud_config_release(&c);
    }
}

static void tls_files(void **state)
{
    (void)state;
    scratch_write("ca.pem", "x", 0600);
    struct cloud_config c =
        load_text(CLOUD(LOGIN, "cacert: ~/ca.pem, cert: ca.pem, api_timeout: 45"), "c");
    char *expected = xasprintf("%s/ca.pem", scratch);
    same(c.cacert, expected);
    same(c.cert, "ca.pem");
    assert_int_equal(c.api_timeout, 45);
    cloud_config_release(&c);
    free(expected);
    /* Off beats cacert, and says so; the file need not even be there. */
    c = load_text(CLOUD(LOGIN, "cacert: /none, verify: false"), "c");
    same(c.cacert, NULL);
    assert_true(warned("cacert is ignored"));
    cloud_config_release(&c);
}

static void merge_keys(void **state)
{
    (void)state;
    struct cloud_config c = load_text("base: &base\n"
                                      "  region_name: R-base\n"
                                      "  interface: internal\n"
                                      "login: &login\n"
                                      "  auth_url: https://k\n"
                                      "  username: u\n"
                                      "  user_domain_name: D\n"
                                      "  password: \"two\n"
                                      "    words\"\n"
                                      "  project_id: base\n"
                                      "clouds:\n"
                                      "  c:\n"
                                      "    <<: [{region_name: R-first}, *base]\n"
                                      "    auth:\n"
                                      "      project_id: own\n"
                                      "      <<: *login\n",
                                      "c");
    same(c.region_name, "R-first"); /* the first of a list wins */
    same(c.interface, "internal");
    same(c.project_id, "own"); /* a key of one's own wins */
    same(c.username, "u");
    same(c.password, "two words");
    cloud_config_release(&c);
}

/* ---- files ---------------------------------------------------------------- */

static void secure_lies_over_clouds(void **state)
{
    (void)state;
    scratch_write("secure.yaml",
                  "clouds:\n  c:\n    region_name: R-secure\n    auth: {password: secret-one}\n"
                  "  only-here:\n    auth: {" LOGIN "}\n  empty:\n",
                  0600);
    struct cloud_config c = load_text(CLOUD(LOGIN, "region_name: R"), "c");
    same(c.password, "secret-one");
    same(c.region_name, "R-secure");
    same(c.username, "u");
    cloud_config_release(&c);
    c = load("only-here");
    same(c.username, "u");
    cloud_config_release(&c);
}

static void files_are_searched_in_order(void **state)
{
    (void)state;
    static const char *const PLACES[] = {".config/openstack/clouds.yaml", "xdg/openstack/clouds.yml",
                                         "xdg/openstack/clouds.yaml", "clouds.json", "clouds.yml",
                                         "clouds.yaml", "named.yaml"};
    char *xdg = xasprintf("%s/xdg", scratch), *named = xasprintf("%s/named.yaml", scratch);
    setenv("XDG_CONFIG_HOME", xdg, 1);
    setenv("OS_CLIENT_CONFIG_FILE", named, 1); /* falls back while it is not there */
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
        char *text = xasprintf("{\"clouds\": {\"c\": {\"region_name\": \"%zu\",\n\"auth\": {%s}}}}",
                               i, "\"auth_url\": \"https://k\", \"user_id\": \"u\", "
                                  "\"password\": \"x\", \"project_id\": \"p\"");
        char number[24];
        snprintf(number, sizeof(number), "%zu", i);
        scratch_write(PLACES[i], text, 0600);
        struct cloud_config c = load(NULL);
        if (!text_equal(c.region_name, number))
            fail_msg("%s is not read, but number %s", PLACES[i], c.region_name);
        assert_non_null(strstr(c.file, PLACES[i]));
        cloud_config_release(&c);
        free(text);
    }
    free(xdg);
    free(named);
}

static void a_named_file_stands_alone(void **state)
{
    (void)state;
    scratch_write("clouds.yaml", CLOUD(LOGIN, "region_name: here"), 0600);
    scratch_write("secure.yaml", CLOUD("password: of-the-user", ""), 0600);
    scratch_write("lab/clouds.yaml", CLOUD(LOGIN, "region_name: lab"), 0600);
    struct cloud_config c;
    struct pc_error err = {0};
    assert_int_equal(cloud_config_load("lab/clouds.yaml", "c", &c, NULL, &err), PC_OK);
    same(c.region_name, "lab");
    same(c.password, "pass");
    cloud_config_release(&c);
    scratch_write("lab/secure.yaml", CLOUD("password: of-the-lab", ""), 0600);
    assert_int_equal(cloud_config_load("~/lab/clouds.yaml", "c", &c, NULL, &err), PC_OK);
    same(c.password, "of-the-lab");
    cloud_config_release(&c);
}

static void files_for_all_to_read_are_warned_of(void **state)
{
    (void)state;
    scratch_write("clouds.yaml", TWO_SITES, 0644);
    struct cloud_config c = load("site-a");
    assert_int_equal(warnings.count, 1);
    assert_true(text_starts(warnings.text[0], "chmod 600 "));
    assert_true(warned("/clouds.yaml"));
    assert_false(warned("password-of"));
    cloud_config_release(&c);
    /* Without a secret in it there is nothing to hide. */
    scratch_write("secure.yaml",
                  "clouds:\n  openstack:\n    auth:\n      password: from-secure\n", 0640);
    scratch_write("clouds.yaml", HORIZON, 0644);
    c = load(NULL);
    assert_int_equal(warnings.count, 1);
    assert_true(warned("/secure.yaml"));
    cloud_config_release(&c);
}

static void a_cloud_written_twice_is_warned_of(void **state)
{
    (void)state;
    struct cloud_config c = load_text("clouds:\n  openstack:\n    auth: {" LOGIN "}\n"
                                      "  openstack:\n    auth: {" LOGIN "}\n    region_name: two\n",
                                      NULL);
    same(c.region_name, "two");
    assert_true(warned("clouds.yaml:4: \"openstack\" is already on line 2"));
    cloud_config_release(&c);
}

static void a_profile_is_warned_of(void **state)
{
    (void)state;
    struct cloud_config c = load_text(CLOUD(LOGIN, "profile: vexxhost"), NULL);
    assert_true(warned("its profile vexxhost is not read"));
    cloud_config_release(&c);
}

static void copies_are_deep(void **state)
{
    (void)state;
    struct cloud_config c = load_text(CLOUD(LOGIN, "region_name: R, image_endpoint: 'http://i'"),
                                      NULL);
    struct cloud_config copy;
    cloud_config_copy(&copy, &c);
    cloud_config_release(&c);
    same(copy.name, "c");
    same(copy.password, "pass");
    same(copy.region_name, "R");
    same(copy.endpoint_override[CLOUD_IMAGE], "http://i");
    same(copy.token, NULL);
    cloud_config_release(&copy);
}

static void secrets_are_redacted_from_then_on(void **state)
{
    (void)state;
    char line[] = "sent hunter2-hunter2 and tok-en-tok-en";
    setenv("OS_TOKEN", "tok-en-tok-en", 1);
    setenv("OS_AUTH_URL", "https://k", 1);
    struct cloud_config c =
        load_text("clouds: {c: {auth: {" LOGIN "}}, d: {auth: {password: hunter2-hunter2}}}", "c");
    log_redact(line);
    assert_string_equal(line, "sent *** and ***");
    cloud_config_release(&c);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(two_sites),
        TEST(horizon_download_with_secure_yaml),
        TEST(horizon_download_with_os_password),
        TEST(application_credential_download),
        TEST(kolla_ansible_file),
        TEST(spellings),
        TEST(flags_are_yaml_1_1),
        TEST(tls_files),
        TEST(merge_keys),
        TEST(secure_lies_over_clouds),
        TEST(files_are_searched_in_order),
        TEST(a_named_file_stands_alone),
        TEST(files_for_all_to_read_are_warned_of),
        TEST(a_cloud_written_twice_is_warned_of),
        TEST(a_profile_is_warned_of),
        TEST(copies_are_deep),
        TEST(secrets_are_redacted_from_then_on),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
