/* OS_*: openrc files, the choice of a cloud, and what variables may amend. */
#include "backend/base/text.h"
#include "backend/cloud/clouds_yaml.h"
#include "tests/cloud/clouds_scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LOGIN                                                                                    \
    "auth_url: https://k/v3, username: u, user_domain_name: D, password: pass, "                 \
    "project_name: p, project_domain_name: D"

static const char ONE[] = "clouds: {only: {auth: {" LOGIN "}}}";
static const char TWO[] = "clouds: {a: {auth: {" LOGIN "}, region_name: RegionOne}, "
                          "b: {auth: {" LOGIN "}, region_name: RegionTwo, interface: admin}}";

static const char *const OPENRC[][2] = {
    {"OS_AUTH_URL", "https://k.example:5000"}, {"OS_PROJECT_ID", "0123"},
    {"OS_PROJECT_NAME", "web"},                {"OS_USER_DOMAIN_NAME", "Default"},
    {"OS_PROJECT_DOMAIN_ID", "default"},       {"OS_USERNAME", "operator"},
    {"OS_PASSWORD", "open-sesame"},            {"OS_REGION_NAME", "RegionOne"},
    {"OS_INTERFACE", "internal"},              {"OS_IDENTITY_API_VERSION", "3"},
};

static void source_openrc(void)
{
    for (size_t i = 0; i < sizeof(OPENRC) / sizeof(OPENRC[0]); i++)
        setenv(OPENRC[i][0], OPENRC[i][1], 1);
}

static void a_horizon_openrc_is_a_cloud(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    source_openrc();
    setenv("OS_TENANT_NAME", "", 1); /* openrc files empty what they do not use */
    if (cloud_config_load(NULL, NULL, &c, NULL, &err))
        fail_msg("%s: %s", err.source, err.text);
    assert_string_equal(c.name, "envvars");
    assert_string_equal(c.file, "");
    assert_string_equal(c.auth_url, "https://k.example:5000/v3");
    assert_string_equal(c.project_id, "0123");
    assert_string_equal(c.project_domain_id, "default");
    assert_string_equal(c.user_domain_name, "Default");
    assert_string_equal(c.password, "open-sesame");
    assert_string_equal(c.region_name, "RegionOne");
    assert_string_equal(c.interface, "internal");
    cloud_config_release(&c);
}

static void an_application_credential_openrc(void **state)
{
    (void)state;
    struct cloud_config c;
    setenv("OS_AUTH_TYPE", "v3applicationcredential", 1);
    setenv("OS_AUTH_URL", "https://k/v3", 1);
    setenv("OS_APPLICATION_CREDENTIAL_ID", "ident", 1);
    setenv("OS_APPLICATION_CREDENTIAL_SECRET", "se-cr-et", 1);
    setenv("OS_INSECURE", "true", 1);
    setenv("OS_CLOUD_NAME", "mine", 1);
    assert_int_equal(cloud_config_load(NULL, "mine", &c, NULL, NULL), PC_OK);
    assert_string_equal(c.auth_type, "v3applicationcredential");
    assert_string_equal(c.application_credential_secret, "se-cr-et");
    assert_true(c.insecure);
    cloud_config_release(&c);
}

static void errors_name_the_variable(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    source_openrc();
    setenv("OS_AUTH_URL", "k.example", 1);
    assert_int_equal(cloud_config_load(NULL, NULL, &c, NULL, &err), PC_ERR_CONFIG);
    assert_string_equal(err.source, "OS_AUTH_URL");
    assert_int_equal(err.line, 0);
    unsetenv("OS_AUTH_URL");
    assert_int_equal(cloud_config_load(NULL, NULL, &c, NULL, &err), PC_ERR_CONFIG);
    assert_string_equal(err.source, "the environment");
    assert_non_null(strstr(err.text, "no auth_url"));
}

/* The order: name, OS_CLOUD, the OS_* cloud, the only one. */
static void the_choice(void **state)
{
    (void)state;
    static const struct {
        const char *file, *name, *os_cloud;
        bool openrc;
        const char *chosen; /* NULL: AMBIGUOUS */
    } CASES[] = {
        {ONE, NULL, NULL, false, "only"}, {ONE, NULL, NULL, true, "envvars"},
        {ONE, "only", "x", true, "only"}, {TWO, NULL, NULL, false, NULL},
        {TWO, "", "a", false, "a"},       {TWO, NULL, "b", true, "b"},
        {TWO, "a", "b", true, "a"},       {TWO, "envvars", "b", true, "envvars"},
        {TWO, NULL, NULL, true, "envvars"},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct cloud_config c;
        struct pc_error err = {0};
        scratch_clean_env();
        scratch_write("clouds.yaml", CASES[i].file, 0600);
        if (CASES[i].openrc)
            source_openrc();
        unsetenv("OS_REGION_NAME");
        if (CASES[i].os_cloud)
            setenv("OS_CLOUD", CASES[i].os_cloud, 1);
        enum pc_err rc = cloud_config_load(NULL, CASES[i].name, &c, NULL, &err);
        if (CASES[i].chosen ? rc != PC_OK || strcmp(c.name, CASES[i].chosen) != 0
                            : rc != PC_ERR_AMBIGUOUS)
            fail_msg("case %zu: %s %s", i, pc_err_name(rc), rc ? err.text : c.name);
        if (!rc)
            cloud_config_release(&c);
    }
}

static void selectors_make_no_cloud(void **state)
{
    (void)state;
    static const char *const ALONE[] = {
        "OS_REGION_NAME", "OS_INTERFACE", "OS_PASSWORD", "OS_ENDPOINT_TYPE", "OS_TEST_PATH",
        "OS_STDOUT_CAPTURE", "OS_LOG_CAPTURE", "OS_CLOUD_NAME", "OS_SECONDARY_CLOUD",
        "OS_CLIENT_SECURE_FILE",
    };
    scratch_write("clouds.yaml", ONE, 0600);
    for (size_t i = 0; i < sizeof(ALONE) / sizeof(ALONE[0]); i++) {
        struct cloud_config c;
        struct pc_error err = {0};
        scratch_clean_env();
        setenv(ALONE[i], "public", 1);
        if (cloud_config_load(NULL, NULL, &c, NULL, &err))
            fail_msg("%s: %s", ALONE[i], err.text);
        assert_string_equal(c.name, "only");
        assert_string_equal(c.password, "pass");
        cloud_config_release(&c);
    }
}

static void a_cloud_called_envvars_is_refused(void **state)
{
    (void)state;
    struct cloud_config c;
    struct pc_error err = {0};
    scratch_write("clouds.yaml", "clouds:\n  a: {}\n  envvars: {auth: {" LOGIN "}}\n", 0600);
    assert_int_equal(cloud_config_load(NULL, "envvars", &c, NULL, &err), PC_OK);
    cloud_config_release(&c);
    source_openrc();
    assert_int_equal(cloud_config_load(NULL, "a", &c, NULL, &err), PC_ERR_CONFIG);
    assert_int_equal(err.line, 3);
    assert_non_null(strstr(err.text, "\"envvars\""));
}

static void the_region_variable(void **state)
{
    (void)state;
    static const struct {
        const char *regions, *variable, *name, *os_cloud;
        const char *region; /* NULL: refused */
        bool warned;
    } CASES[] = {
        {"x: y", "Any", "c", NULL, "Any", false},
        {"regions: [R1, R2]", "R2", "c", NULL, "R2", false},
        {"regions: [R1, R2]", NULL, "c", NULL, "R1", false},
        {"region_name: R1", "R2", "c", NULL, "R1", true}, /* a site keeps its region */
        {"regions: [R1, R2]", "r2", "c", NULL, "R1", true},
        {"region_name: R1", "R2", NULL, "c", NULL, false},
        {"regions: [R1, {name: R2, values: {region_name: no}}]", "R2", NULL, "c", "R2", false},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct cloud_config c;
        struct clouds_warnings w;
        struct pc_error err = {0};
        char *text = xasprintf("clouds: {c: {%s, auth: {%s}}}", CASES[i].regions, LOGIN);
        scratch_clean_env();
        scratch_write("clouds.yaml", text, 0600);
        free(text);
        if (CASES[i].variable)
            setenv("OS_REGION_NAME", CASES[i].variable, 1);
        if (CASES[i].os_cloud)
            setenv("OS_CLOUD", CASES[i].os_cloud, 1);
        enum pc_err rc = cloud_config_load(NULL, CASES[i].name, &c, &w, &err);
        if (CASES[i].region ? rc || strcmp(c.region_name, CASES[i].region) != 0
                            : rc != PC_ERR_CONFIG || !strstr(err.text, "OS_REGION_NAME is R2"))
            fail_msg("case %zu: %s %s", i, pc_err_name(rc), rc ? err.text : c.region_name);
        assert_int_equal(w.count, CASES[i].warned);
        if (CASES[i].warned)
            assert_non_null(strstr(w.text[0], "is ignored"));
        if (!rc)
            cloud_config_release(&c);
    }
}

/* An openrc of one site is sourced, and both sites are loaded by name. */
static void one_openrc_does_not_move_both_sites(void **state)
{
    (void)state;
    struct cloud_config a, b;
    scratch_write("clouds.yaml", TWO, 0600);
    source_openrc();
    assert_int_equal(cloud_config_load(NULL, "a", &a, NULL, NULL), PC_OK);
    assert_int_equal(cloud_config_load(NULL, "b", &b, NULL, NULL), PC_OK);
    assert_string_equal(a.region_name, "RegionOne");
    assert_string_equal(b.region_name, "RegionTwo");
    assert_string_equal(a.interface, "internal"); /* the file says nothing */
    assert_string_equal(b.interface, "admin");
    assert_string_equal(a.username, "u");
    assert_string_equal(b.password, "pass");
    cloud_config_release(&a);
    cloud_config_release(&b);
}

static void a_password_is_not_lent_to_other_kinds(void **state)
{
    (void)state;
    struct cloud_config c;
    scratch_write("clouds.yaml",
                  "clouds: {c: {auth: {auth_url: https://k, application_credential_id: i, "
                  "application_credential_secret: sss}}}",
                  0600);
    setenv("OS_PASSWORD", "of-someone-else", 1);
    assert_int_equal(cloud_config_load(NULL, "c", &c, NULL, NULL), PC_OK);
    assert_string_equal(c.auth_type, "v3applicationcredential");
    assert_null(c.password);
    cloud_config_release(&c);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_horizon_openrc_is_a_cloud),
        TEST(an_application_credential_openrc),
        TEST(errors_name_the_variable),
        TEST(the_choice),
        TEST(selectors_make_no_cloud),
        TEST(a_cloud_called_envvars_is_refused),
        TEST(the_region_variable),
        TEST(one_openrc_does_not_move_both_sites),
        TEST(a_password_is_not_lent_to_other_kinds),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
