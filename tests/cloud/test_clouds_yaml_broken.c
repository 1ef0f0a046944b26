/* Broken clouds.yaml: each is told with file, line and remedy, and no secret. */
#include "backend/base/text.h"
#include "backend/cloud/clouds_yaml.h"
#include "tests/cloud/clouds_scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LOGIN                                                                                    \
    "auth_url: https://k/v3, username: u, user_domain_name: D, password: hush-hush, "            \
    "project_name: p, project_domain_name: D"
#define CLOUD(auth, rest) "clouds:\n  c:\n    auth: {" auth "}\n    " rest "\n"
#define APP "auth_url: https://k, application_credential_id: i, "

static const struct broken {
    const char *text;
    int line; /* of clouds.yaml; 0: the file as a whole */
    const char *says, *remedy;
} BROKEN[] = {
    /* grammar */
    {"clouds:\n  c:\n\tauth: {}\n", 3, "not YAML", "spaces and not tabs"},
    {"clouds:\n  c:\n    auth: {password: hush-hush\n", 4, "not YAML", "brackets"},
    {"clouds:\n  c:\n    password: \"hush-hush\n", 4, "not YAML", "quotes"},
    {"clouds:\n  c:\n   a: 1\n  b: 2\n    x: 3\n", 5, "not YAML", "Correct it there"},
    {"clouds:\n  c:\n    password: *hush-hush\n", 3, "names nothing above", "in quotes"},
    {"clouds:\n  c:\n    password: !hush-hush x\n", 3, "has a tag", "in quotes"},
    {"clouds:\n  c: !!python/object/apply:os.system [id]\n", 2, "has a tag", "Remove the tag"},
    {"clouds: {}\n---\nclouds: {}\n", 2, "more than one document", "dashes"},
    {"clouds:\n  \xff\xfe: 1\n", 2, "not text", "UTF-8"},
    {"clouds:\n  c:\n    password: \"hush-\\0hush\"\n", 3, "NUL", "Remove"},
    {"clouds:\n  c: &c\n    d: *c\n", 3, "inside what it names", "Remove the alias"},
    {"clouds:\n  c:\n    <<: hush-hush\n", 3, "merge key", "mapping"},
    {"clouds:\n  ? [a]\n  : 1\n", 2, "a key is not plain text", "plain text"},
    /* shape */
    {"- clouds\n", 1, "not a mapping", "clouds:"},
    {"clouds:\n- c\n", 2, "`clouds` is not a mapping", "indented"},
    {"clouds:\n  c: hush-hush\n", 2, "cloud c is not a mapping", "below its name"},
    {"clouds:\n  c:\n    auth: hush-hush\n", 3, "`auth` of cloud c is not", "below auth:"},
    {CLOUD(LOGIN ", user_id: [1]", ""), 3, "user_id of cloud c is not a text", "one text"},
    {CLOUD("auth_url: [], password: {hush-hush: hush-hush}", ""), 3, "is not a text", "one text"},
    {CLOUD(LOGIN, "region_name: \"a\\e[2J\""), 4, "cannot be shown", "by hand"},
    /* login */
    {CLOUD("auth_url: https://k", "auth_type: v3oidcpassword"), 4, "v3oidcpassword",
     "application credential"},
    {CLOUD("auth_url: https://k", "auth_type: v3totp"), 4, "a person for every login",
     "application credential"},
    {CLOUD("auth_url: https://k", "auth_type: admin_token"), 4, "no service catalog", "Use password"},
    {CLOUD("auth_url: https://k", "auth_type: v2password"), 4, "Identity v2", "Use password"},
    {CLOUD("username: u, password: hush-hush", ""), 3, "no auth_url", "Keystone"},
    {CLOUD("username: u", "profile: vexxhost"), 3, "no auth_url (profiles are not read)",
     "Keystone"},
    {CLOUD("auth_url: https://k", ""), 3, "no username", "username"},
    {CLOUD("auth_url: https://k, username: u", ""), 3, "no user_domain_name", "Default"},
    {CLOUD("auth_url: https://k, user_id: u", ""), 3, "no password", "secure.yaml"},
    {CLOUD("auth_url: https://k, user_id: u, password: ''", ""), 3, "no password", "OS_PASSWORD"},
    {CLOUD("auth_url: https://k, user_id: u, password: ~", ""), 3, "no password", "OS_PASSWORD"},
    {CLOUD("auth_url: https://k, user_id: u, password: hush-hush", ""), 3, "no project",
     "project_id"},
    {CLOUD("auth_url: https://k, user_id: u, password: hush-hush, project_name: p", ""), 3,
     "no project_domain_name", "Default"},
    {CLOUD("auth_url: https://k, user_id: u, password: hush-hush, system_scope: all", ""), 3,
     "scoped by system_scope", "project_name"},
    {CLOUD("auth_url: https://k, user_id: u, password: hush-hush, domain_name: d", ""), 3,
     "scoped by domain_name", "project_name"},
    {CLOUD("auth_url: https://k, user_id: u, password: hush-hush, trust_id: t", ""), 3,
     "scoped by trust_id", "project_name"},
    {CLOUD(APP "x: y", "auth_type: v3applicationcredential"), 3,
     "no application_credential_secret", "secure.yaml"},
    {CLOUD(APP "application_credential_secret: hush-hush, project_id: p", ""), 3,
     "project_id beside an application credential", "Remove it"},
    {CLOUD("auth_url: https://k, application_credential_name: n, "
           "application_credential_secret: hush-hush", ""), 3, "no username", "username"},
    {CLOUD("auth_url: https://k, token: \"hush-hush\\r\\nX: y\", project_id: p", ""), 3,
     "no token has", "Copy"},
    {CLOUD("auth_url: https://k, project_id: p", "auth_type: token"), 3, "no token",
     "secure.yaml"},
    /* access */
    {CLOUD("auth_url: k.example/v3, user_id: u, password: hush-hush, project_id: p", ""), 3,
     "not an http address", "https://"},
    {CLOUD("auth_url: 'https://', user_id: u, password: hush-hush, project_id: p", ""), 3,
     "not an http address", "https://"},
    {CLOUD("auth_url: 'https://u:hush-hush@k/v3', user_id: u, password: x, project_id: p", ""), 3,
     "holds a user or a password", "Move"},
    {CLOUD("auth_url: 'http://k:5000/v2.0/', user_id: u, password: hush-hush, project_id: p", ""),
     3, "Identity v2", "/v3"},
    {CLOUD(LOGIN, "volume_endpoint: ftp://v"), 3, "endpoint_override", "https://"},
    {CLOUD(LOGIN, "interface: outside"), 4, "interface of cloud c is \"outside\"", "public"},
    {CLOUD(LOGIN, "compute_interface: outside"), 3, "is \"outside\"", "public"},
    {CLOUD(LOGIN, "insecure: perhaps"), 4, "neither true nor false", "true or false"},
    {CLOUD(LOGIN, "verify: [no]"), 4, "neither true nor false", "true or false"},
    {CLOUD(LOGIN, "cacert: /no/such.pem"), 4, "cacert of cloud c cannot be read", "PEM"},
    {CLOUD(LOGIN, "cert: no-such.pem"), 4, "cert of cloud c cannot be read", "PEM"},
    {CLOUD(LOGIN, "api_timeout: soon"), 4, "api_timeout", "seconds"},
    {CLOUD(LOGIN, "regions: [{values: {}}]"), 4, "has no name", "name"},
    {CLOUD(LOGIN, "regions: {a: b}"), 4, "not a list", "regions: ["},
};

static void broken_files(void **state)
{
    (void)state;
    char *path = xasprintf("%s/clouds.yaml", scratch);
    for (size_t i = 0; i < sizeof(BROKEN) / sizeof(BROKEN[0]); i++) {
        const struct broken *b = &BROKEN[i];
        struct cloud_config c = {.name = "untouched"};
        struct clouds_warnings w;
        struct pc_error err = {0};
        scratch_write("clouds.yaml", b->text, 0600);
        enum pc_err rc = cloud_config_load(NULL, "c", &c, &w, &err);
        if (rc != PC_ERR_CONFIG || err.code != rc || err.line != b->line ||
            strcmp(err.source, path) != 0 || !strstr(err.text, b->says) ||
            !strstr(err.remedy, b->remedy))
            fail_msg("%s\nwanted %d: %s / %s\ngot %s %s:%d: %s / %s", b->text, b->line, b->says,
                     b->remedy, pc_err_name(rc), err.source, err.line, err.text, err.remedy);
        if (strstr(err.text, "hush") || strstr(err.remedy, "hush"))
            fail_msg("%s\ntells its secret: %s / %s", b->text, err.text, err.remedy);
        for (int k = 0; k < w.count; k++)
            assert_null(strstr(w.text[k], "hush"));
        assert_string_equal(c.name, "untouched");
    }
    free(path);
}

/* ---- documents made to hurt ---------------------------------------------- */

static enum pc_err load_bytes(char *text, struct pc_error *err)
{
    struct cloud_config c;
    scratch_write("clouds.yaml", text, 0600);
    free(text);
    return cloud_config_load(NULL, "c", &c, NULL, err);
}

/* n times `part`, between two texts. */
static char *repeat(const char *before, const char *part, size_t n, const char *after)
{
    size_t head = strlen(before), one = strlen(part);
    char *s = xmalloc(head + n * one + strlen(after) + 1);
    memcpy(s, before, head);
    for (size_t i = 0; i < n; i++)
        memcpy(s + head + i * one, part, one);
    memcpy(s + head + n * one, after, strlen(after) + 1);
    return s;
}

static void aliases_that_multiply(void **state)
{
    (void)state;
    struct pc_error err = {0};
    char *text = xstrdup("a0: &a0 {x: y}\n");
    for (int i = 1; i < 20; i++) {
        char *more = xasprintf("%sa%d: &a%d {p: *a%d, q: *a%d, r: *a%d}\n", text, i, i, i - 1,
                               i - 1, i - 1);
        free(text);
        text = more;
    }
    assert_int_equal(load_bytes(text, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "aliases multiply"));
    assert_in_range(err.line, 9, 11); /* 3^10 > 100000 / 2 */

    text = xstrdup("a0: &a0 {k0: v}\n");
    for (int i = 1; i < 30; i++) {
        char *more = xasprintf("%sa%d: &a%d\n  <<: [*a%d, *a%d, *a%d]\n", text, i, i, i - 1, i - 1,
                               i - 1);
        free(text);
        text = more;
    }
    assert_int_equal(load_bytes(text, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "aliases multiply"));
}

static void documents_out_of_all_measure(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part;
        size_t n;
        const char *says;
    } CASES[] = {
        {"clouds: ", "[", 33, "nested too deeply"},
        {"clouds: ", "[", 100000, "nested too deeply"},
        {"clouds:\n", " # a long comment\n", 70000, "larger than 1 MiB"},
        {"clouds: [", "x, ", 5000, "holds too much"},
        {"clouds:\n", "- &a x\n", 1500, "holds too much"},
        {"clouds:\n", "- [x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x]\n", 4000,
         "holds too much"},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct pc_error err = {0};
        enum pc_err rc = load_bytes(repeat(CASES[i].before, CASES[i].part, CASES[i].n, "\n"), &err);
        if (rc != PC_ERR_CONFIG || !strstr(err.text, CASES[i].says))
            fail_msg("case %zu: %s: %s", i, pc_err_name(rc), err.text);
    }
}

static void every_cut_of_a_good_file_is_survived(void **state)
{
    (void)state;
    static const char GOOD[] = "base: &b {region_name: R}\nclouds:\n  c:\n    <<: *b\n"
                               "    auth: {" LOGIN "}\n    regions: [R, {name: S}]\n";
    for (size_t n = 0; n < sizeof(GOOD); n++) {
        struct cloud_config c = {0};
        struct pc_error err = {0};
        char *part = xstrndup(GOOD, n);
        scratch_write("clouds.yaml", part, 0600);
        enum pc_err rc = cloud_config_load(NULL, "c", &c, NULL, &err);
        if (rc == PC_OK)
            cloud_config_release(&c);
        else
            assert_true(*err.text && *err.remedy && !strstr(err.text, "hush"));
        free(part);
    }
}

/* ---- names and files ------------------------------------------------------ */

static void unknown_cloud_lists_the_known(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", "clouds: {site-a: , site-b: {}}", 0600);
    assert_int_equal(cloud_config_load(NULL, "site-c", &c, NULL, &err), PC_ERR_NOT_FOUND);
    assert_string_equal(err.text, "cloud site-c not found; clouds there: site-a, site-b");
    assert_non_null(strstr(err.source, "clouds.yaml"));
    assert_int_equal(cloud_config_load(NULL, NULL, &c, NULL, &err), PC_ERR_AMBIGUOUS);
    assert_string_equal(err.text, "which cloud? There are: site-a, site-b");
    assert_non_null(strstr(err.remedy, "--os-cloud"));
}

static void no_file_lists_the_places(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    if (access("/etc/openstack", F_OK) == 0)
        skip(); /* this machine has clouds of its own */
    assert_int_equal(cloud_config_load("", "x", &c, NULL, &err), PC_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "cloud x not found"));
    assert_non_null(strstr(err.text, "/.config/openstack/clouds.yaml"));
    assert_non_null(strstr(err.text, "/etc/openstack/clouds.yaml"));
    assert_int_equal(cloud_config_load(NULL, NULL, &c, NULL, &err), PC_ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "no cloud is configured"));
}

static void a_named_file_must_be_there(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", "clouds: {c: {}}", 0600);
    assert_int_equal(cloud_config_load("other.yaml", "c", &c, NULL, &err), PC_ERR_NOT_FOUND);
    assert_string_equal(err.source, "other.yaml");
    assert_non_null(strstr(err.remedy, "clouds_file"));
    assert_int_equal(cloud_config_load("/tmp", "c", &c, NULL, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "Is a directory"));
}

static void a_file_without_clouds_is_warned_of(void **state)
{
    (void)state;
    struct cloud_config c;
    struct clouds_warnings w;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", "cloud: {c: {}}", 0600);
    assert_int_equal(cloud_config_load(NULL, "c", &c, &w, &err), PC_ERR_NOT_FOUND);
    assert_int_equal(w.count, 1);
    assert_non_null(strstr(w.text[0], "names no clouds"));
    assert_non_null(strstr(err.text, "clouds there: none"));
}

static void a_broken_secure_yaml_is_named(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", CLOUD(LOGIN, ""), 0600);
    scratch_write("secure.yaml", "clouds:\n  c:\n    auth:\n     password: [hush-hush\n", 0600);
    assert_int_equal(cloud_config_load(NULL, "c", &c, NULL, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.source, "/secure.yaml"));
    assert_int_equal(err.line, 5);
}

/* What is missing is looked for in the overlay too: its lines are its own. */
static void a_wrong_value_from_secure_names_secure(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", CLOUD(LOGIN, ""), 0600);
    scratch_write("secure.yaml", "clouds:\n  c:\n\n    interface: none-such\n", 0600);
    assert_int_equal(cloud_config_load(NULL, "c", &c, NULL, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.source, "/secure.yaml"));
    assert_int_equal(err.line, 4);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(broken_files),
        TEST(aliases_that_multiply),
        TEST(documents_out_of_all_measure),
        TEST(every_cut_of_a_good_file_is_survived),
        TEST(unknown_cloud_lists_the_known),
        TEST(no_file_lists_the_places),
        TEST(a_named_file_must_be_there),
        TEST(a_file_without_clouds_is_warned_of),
        TEST(a_broken_secure_yaml_is_named),
        TEST(a_wrong_value_from_secure_names_secure),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
