/* The configuration: what a good file gives, and what each broken one is told. */
#include "backend/base/text.h"
#include "backend/config/config.h"
#include "tests/config/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SITES(a, b) "sites = ( { " a " }, { " b " } );\n"

static void load(const char *text, struct config *ret)
{
    struct pc_error err = {0};
    char *path = scratch_file(text, 0600);
    if (config_load(path, ret, &err))
        fail_msg("%s:%d: %s", err.source, err.line, err.text);
    scratch_remove(path);
}

static void defaults_without_a_file(void **state)
{
    (void)state;
    struct config c;
    assert_int_equal(config_load(NULL, &c, NULL), PC_OK);
    assert_string_equal(c.file, "");
    assert_string_equal(c.clouds_file, "");
    assert_string_equal(c.storage_mode, "mock");
    assert_string_equal(c.theme, "dark");
    assert_string_equal(c.log_level, "info");
    assert_int_equal(c.site_count, 0);
    assert_true(c.auto_cleanup);
    assert_false(c.allow_exec);
    assert_false(c.read_only);
    assert_int_equal(c.health_check_timeout, 120);
    assert_int_equal(c.max_concurrent_tests, 3);
    assert_int_equal(c.http_port, 80);
    assert_int_equal(c.warning_count, 0);
    config_release(&c);
}

static void an_empty_file_is_the_defaults(void **state)
{
    (void)state;
    struct config c;
    load("", &c);
    assert_int_equal(c.max_concurrent_tests, 3);
    assert_true(*c.file != '\0');
    config_release(&c);
}

static void every_kind_of_value_is_read(void **state)
{
    (void)state;
    struct config c;
    load("clouds_file = \"/etc/clouds.yaml\";\n"
         "read_only = true;\n"
         "test_failover: { auto_cleanup = false; max_concurrent_tests = 7; };\n"
         "log: { level = \"debug\"; };\n"
         "health_checks: { ssh_key_file = \"keys/id\"; ssh_user = \"debian\"; };\n",
         &c);
    assert_string_equal(c.clouds_file, "/etc/clouds.yaml");
    assert_true(c.read_only);
    assert_false(c.auto_cleanup);
    assert_int_equal(c.max_concurrent_tests, 7);
    assert_string_equal(c.log_level, "debug");
    assert_string_equal(c.ssh_user, "debian");
    /* Relative to the file, wherever the console is started. */
    assert_true(text_starts(c.ssh_key_file, "/tmp/protector-config-"));
    assert_non_null(strstr(c.ssh_key_file, "/keys/id"));
    config_release(&c);
}

static void queries_and_commands_are_read(void **state)
{
    (void)state;
    struct config c;
    load("queries = ( { name = \"late\"; list = \"history\"; filter = \"!ok\"; order = -2; } );\n"
         "commands = ( { name = \"ticket\"; key = \"F9\"; argv = [ \"/bin/t\", \"{group}\" ];\n"
         "  contexts = [ \"home\" ]; help = \"open one\"; confirm = true; },\n"
         "  { name = \"bare\"; argv = ( \"/bin/true\" ); dangerous = true; } );\n",
         &c);
    assert_int_equal(c.query_count, 1);
    assert_string_equal(c.queries[0].filter, "!ok");
    assert_int_equal(c.queries[0].order, -2);
    assert_int_equal(c.command_count, 2);
    assert_string_equal(c.commands[0].argv[1], "{group}");
    assert_null(c.commands[0].argv[2]);
    assert_string_equal(c.commands[0].contexts[0], "home");
    assert_true(c.commands[0].confirm && !c.commands[0].dangerous);
    assert_int_equal(c.commands[0].line, 2);
    assert_string_equal(c.commands[1].key, "");
    assert_true(c.commands[1].dangerous);
    config_release(&c);
}

static void keys_and_tints_are_read(void **state)
{
    (void)state;
    struct config c;
    load("keys: {\n drill = \"D\";\n failover = \"\"; };"
         SITES("name = \"a\"; tint = \"red\";", "name = \"b\";"), &c);
    assert_int_equal(c.key_count, 2);
    assert_string_equal(c.keys[0].action, "drill");
    assert_string_equal(c.keys[0].key, "D");
    assert_int_equal(c.keys[1].line, 3);
    assert_string_equal(c.sites[0].tint, "red");
    assert_string_equal(c.sites[1].tint, "none");
    config_release(&c);
}

static void home_is_expanded(void **state)
{
    (void)state;
    struct config c;
    char *before = getenv("HOME") ? xstrdup(getenv("HOME")) : NULL;
    setenv("HOME", "/home/operator", 1);
    load("clouds_file = \"~/clouds.yaml\";", &c);
    assert_string_equal(c.clouds_file, "/home/operator/clouds.yaml");
    config_release(&c);
    if (before)
        setenv("HOME", before, 1);
    free(before);
}

static void sites_take_their_defaults(void **state)
{
    (void)state;
    struct config c;
    load(SITES("name = \"a\";", "name = \"b\"; cloud = \"other\"; read_only = true;"), &c);
    assert_int_equal(c.site_count, 2);
    assert_true(c.sites[0].primary);
    assert_false(c.sites[1].primary);
    assert_string_equal(c.sites[0].cloud, "a");
    assert_string_equal(c.sites[1].cloud, "other");
    assert_false(c.sites[0].read_only);
    assert_true(c.sites[1].read_only);
    assert_string_equal(c.sites[0].array_url, "");
    assert_true(c.sites[0].array_verify);
    assert_ptr_equal(config_site(&c, "b"), &c.sites[1]);
    config_release(&c);
    load("read_only_role = \"primary\";\n"
         SITES("name = \"a\";", "name = \"b\"; type = \"primary\"; read_only = false;"), &c);
    assert_false(c.sites[0].read_only);
    assert_true(c.sites[1].read_only); /* by its type, whatever it says of itself */
    assert_null(config_site(&c, "c"));
    config_release(&c);
}

static void one_type_given_decides_the_other(void **state)
{
    (void)state;
    struct config c;
    load(SITES("name = \"a\"; type = \"secondary\";", "name = \"b\";"), &c);
    assert_false(c.sites[0].primary);
    assert_true(c.sites[1].primary);
    config_release(&c);
    load(SITES("name = \"a\";", "name = \"b\"; type = \"primary\";"), &c);
    assert_false(c.sites[0].primary);
    assert_true(c.sites[1].primary);
    config_release(&c);
}

#define ARRAY "array: { url = \"https://fa\"; api_token = \"token-of-the-array\"; };"

static void a_readable_token_is_warned_of(void **state)
{
    (void)state;
    struct config c;
    struct pc_error err = {0};
    char *path = scratch_file(SITES("name = \"a\"; " ARRAY, "name = \"b\";"), 0644);
    assert_int_equal(config_load(path, &c, &err), PC_OK);
    assert_int_equal(c.warning_count, 1);
    assert_true(text_starts(c.warnings[0], "chmod 600 "));
    assert_null(strstr(c.warnings[0], "token-of-the-array"));
    config_release(&c);

    chmod(path, 0600);
    assert_int_equal(config_load(path, &c, &err), PC_OK);
    assert_int_equal(c.warning_count, 0);
    assert_string_equal(c.sites[0].array_token, "token-of-the-array");
    config_release(&c);
    scratch_remove(path);
}

static void an_unverified_array_is_warned_of(void **state)
{
    (void)state;
    struct config c;
    load(SITES("name = \"a\"; array: { url = \"https://fa\"; api_token = \"t\"; verify = false; };",
               "name = \"b\";"),
         &c);
    assert_int_equal(c.warning_count, 1);
    assert_non_null(strstr(c.warnings[0], "not verified"));
    config_release(&c);
}

/* Each broken file, the line it is blamed on, and words of text and remedy. */
static const struct broken {
    const char *text;
    int line;
    const char *says, *remedy;
} BROKEN[] = {
    {"read_only = true\nclouds_file = = 1;", 2, "syntax error", "ends with ;"},
    {"\n\nlog: { level = \"info\";\n", 4, "syntax error", "ends with ;"},
    {"# hello\nread_onyl = true;", 2, "unknown option \"read_onyl\"",
     "Did you mean \"read_only\"?"},
    {"test_failover: {\n  auto_clean = true;\n};", 2, "unknown option \"test_failover.auto_clean\"",
     "Did you mean \"test_failover.auto_cleanup\"?"},
    {"max_concurrent_tests = 4;", 1, "unknown option \"max_concurrent_tests\"",
     "Did you mean \"test_failover.max_concurrent_tests\"?"},
    {"what_is_this_then = 4;", 1, "unknown option", "lists every option"},
    {"storage = \"mock\";", 1, "storage is a section, not text", "Write storage: { ... };"},
    {"read_only = \"yes\";", 1, "read_only is text", "true or false"},
    {"read_only = { a = 1; };", 1, "read_only is a section", "true or false"},
    {"test_failover: {\nmax_concurrent_tests = \"3\";\n};", 2,
     "test_failover.max_concurrent_tests is text", "a whole number from 1 to 100"},
    {"test_failover: { max_concurrent_tests = 0; };", 1, "is 0, which is out of range",
     "from 1 to 100"},
    {"health_checks: {\n\n http_port = 99999;\n};", 3, "is 99999, which is out of range",
     "from 1 to 65535"},
    {"health_checks: { http_port = 99999999999L; };", 1, "is out of range", "65535"},
    {"failover: {\n commit_window_minutes = 4294967301; };", 2, "a number is out of range",
     "smaller"},
    {"failover: { commit_window_minutes = -4294967291 };", 1, "a number is out of range", ""},
    {"failover: { commit_window_minutes = 0x100000005; };", 1, "a number is out of range", ""},
    {"x1 = 99999999999999999999", 1, "a number is out of range", "smaller"},
    {"# 4294967301 /* \n/* 4294967301\n */ // 4294967301\nread_onyl = true;", 4,
     "unknown option", ""},
    {"a4294967301 = \"4294967301\\\"4294967301\";", 1, "unknown option \"a4294967301\"", ""},
    {"a = 1.4294967301;", 1, "unknown option \"a\"", ""},
    {"health_checks: { http_port = 8.5; };", 1, "is a fraction", "a whole number"},
    {"log: { level = \"loud\"; };", 1, "log.level is \"loud\"",
     "\"error\", \"warn\", \"info\", \"debug\""},
    {"storage: { mode = \"floppy\"; };", 1, "is \"floppy\", which it cannot be", "\"mock\""},
    {"storage: {\n mode = \"flasharray\"; };\nsites = ( { name = \"a\"; }, { name = \"b\"; } );", 2,
     "site a has no array.url", "storage.mode = \"mock\""},
    {"storage: { mode = \"flasharray\"; };\nsites = ( { name = \"a\"; array: { url = \"https://a\"; "
     "api_token = \"hush-hush\"; name = \"a\"; }; },\n{ name = \"b\"; array: { url = "
     "\"https://b\"; api_token = \"hush-hush\"; }; } );", 1,
     "site b has no array.name", "storage.mode = \"mock\""},
    {"clouds_file = \"a\\x1b[2Jb\";", 1, "characters that cannot be shown", "text in double"},
    {"read_only = true;\nread_only = false;", 2, "duplicate setting name", ""},
    {"sites = \"two\";", 1, "sites is text, not a list", "Write sites = ("},
    {"sites = ( { name = \"a\"; } );", 1, "1 site is configured", "two sites, or none"},
    {"\nsites = ( {name=\"a\";}, {name=\"b\";}, {name=\"c\";} );", 2, "3 sites are configured",
     "two sites, or none"},
    {"sites = (\n{ name = \"a\"; },\n{ cloud = \"b\"; }\n);", 3, "a site without a usable name",
     "Give the site a name"},
    {"sites = (\n{ name = \"a\"; },\n{ name = \"\"; }\n);", 3, "a site without a usable name",
     "name"},
    {"sites = (\n{ name = \"a\"; },\n\"b\" );", 3, "a site is text", "Write { name"},
    {"sites = (\n{ name = \"a\"; },\n{ name = \"a\"; }\n);", 3, "two sites are called \"a\"",
     "name of its own"},
    {"sites = (\n{ name = \"a\"; cloud = \"openstack\"; },\n"
     "{ name = \"b\"; cloud = \"openstack\"; }\n);",
     3, "are the same cloud \"openstack\"", "own entry in clouds.yaml"},
    {"sites = (\n{ name = \"a\"; type = \"primary\"; },\n"
     "{ name = \"b\"; type = \"primary\"; }\n);",
     3, "both primary", "secondary"},
    {"sites = (\n{ name = \"a\";\ntype = \"main\"; },\n{ name = \"b\"; }\n);", 3,
     "neither primary nor secondary", "type = \"primary\""},
    {"sites = (\n{ name = \"a\"; colud = \"x\"; },\n{ name = \"b\"; }\n);", 2,
     "unknown option \"colud\"", "Did you mean \"cloud\"?"},
    {"sites = (\n{ name = \"a\"; array: { url = \"fa\"; api_token = \"hush-hush\"; }; },\n"
     "{ name = \"b\"; }\n);",
     2, "not an http address", "https://"},
    {"sites = (\n{ name = \"a\"; array: { url = \"https://fa\"; }; },\n{ name = \"b\"; }\n);", 2,
     "no array.api_token", "API token"},
    {"sites = (\n{ name = \"a\"; array: { api_token = \"hush-hush\"; }; },\n{ name = \"b\"; }\n);",
     2, "no array.url", "array.url"},
    {"sites = (\n{ name = \"a\"; array: {\napi_token = [ \"hush-hush\" ]; }; },\n"
     "{ name = \"b\"; }\n);",
     3, "array.api_token is an array", "text in double quotes"},
    {"queries = (\n{ name = \"a\"; list = \"kitchen\"; filter = \"\"; } );", 2,
     "no list called \"kitchen\"", "groups, history or events"},
    {"queries = (\n{ name = \"a\"; list = \"groups\"; } );", 2, "has no filter", "example"},
    {"queries = { };", 1, "no list in ( )", "Write it as"},
    {"commands = (\n{ name = \"a\"; argv = [ \"ls\" ]; } );", 2, "does not begin with a path",
     "whole path"},
    {"commands = (\n{ name = \"a b\"; argv = [ \"/bin/ls\" ]; } );", 2, "no name for a command",
     "small letters"},
    {"commands = (\n{ name = \"a\"; argv = \"/bin/ls; rm x\"; } );", 2, "argv is no list",
     "[ \"one\", \"two\" ]"},
    {"commands = (\n{ name = \"a\";\nshell = true; argv = [ \"/bin/ls\" ]; } );", 3,
     "unknown option \"shell\"", "what there is"},
    {"commands = (\n{ name = \"a\"; argv = [ \"/bin/ls\" ]; },\n{ name = \"a\"; argv = [ "
     "\"/bin/ls\" ]; } );", 3, "two commands are called a", "a name of its own"},
    {"read_only = true;\n  @include \"/tmp\"\n", 2, "@include is not supported", "Copy"},
};

static void broken_files_name_the_place_and_the_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(BROKEN) / sizeof(BROKEN[0]); i++) {
        const struct broken *b = &BROKEN[i];
        struct config c = {.file = "untouched"};
        struct pc_error err = {0};
        char *path = scratch_file(b->text, 0600);
        enum pc_err rc = config_load(path, &c, &err);
        if (rc != PC_ERR_CONFIG || err.code != rc || err.line != b->line ||
            strcmp(err.source, path) != 0 || !strstr(err.text, b->says) ||
            !strstr(err.remedy, b->remedy) || !*err.remedy)
            fail_msg("case %zu, wanted line %d \"%s\" / \"%s\", got %d %s:%d: %s / %s", i, b->line,
                     b->says, b->remedy, rc, err.source, err.line, err.text, err.remedy);
        assert_null(strstr(err.text, "hush-hush"));
        assert_null(strstr(err.remedy, "hush-hush"));
        assert_string_equal(c.file, "untouched");
        scratch_remove(path);
    }
}

static void files_that_are_none(void **state)
{
    (void)state;
    struct config c;
    struct pc_error err = {0};
    assert_int_equal(config_load("/tmp/protector-no-such/console.cfg", &c, &err), PC_ERR_CONFIG);
    assert_string_equal(err.source, "/tmp/protector-no-such/console.cfg");
    assert_non_null(strstr(err.text, "No such file"));
    assert_non_null(strstr(err.remedy, "--config"));
    assert_int_equal(config_load("/tmp", &c, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "Is a directory"));
    assert_int_equal(config_load("/dev/zero", &c, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "larger than 1 MiB"));

    char *path = scratch_file("", 0600);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite("a = 1;\n\0b", 1, 9, f);
    fclose(f);
    assert_int_equal(config_load(path, &c, &err), PC_ERR_CONFIG);
    assert_non_null(strstr(err.text, "NUL"));
    assert_int_equal(err.line, 2);
    scratch_remove(path);
}

static void a_long_path_keeps_its_end(void **state)
{
    (void)state;
    struct config c;
    struct pc_error err = {0};
    char path[300];
    memset(path, 'd', sizeof(path));
    path[0] = '/';
    snprintf(path + 250, sizeof(path) - 250, "/console.cfg");
    assert_int_equal(config_load(path, &c, &err), PC_ERR_CONFIG);
    assert_true(text_starts(err.source, "..."));
    assert_non_null(strstr(err.source, "/console.cfg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_without_a_file),
        cmocka_unit_test(an_empty_file_is_the_defaults),
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(keys_and_tints_are_read),
        cmocka_unit_test(queries_and_commands_are_read),
        cmocka_unit_test(home_is_expanded),
        cmocka_unit_test(sites_take_their_defaults),
        cmocka_unit_test(one_type_given_decides_the_other),
        cmocka_unit_test(a_readable_token_is_warned_of),
        cmocka_unit_test(an_unverified_array_is_warned_of),
        cmocka_unit_test(broken_files_name_the_place_and_the_remedy),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(a_long_path_keeps_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
