/* The command line: what is understood, what is sent, what is refused. */
#include "tui/verbs/args.h"

#include "backend/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARGV_MAX = 24 };

/* Cuts a line at its blanks, as a shell would without any quoting. */
struct line {
    char text[512];
    char *argv[ARGV_MAX];
    int argc;
};

static void line_init(struct line *l, const char *text)
{
    char *rest = l->text;
    snprintf(l->text, sizeof(l->text), "protector-console %s", text);
    for (l->argc = 0; rest && l->argc < ARGV_MAX; l->argc++) {
        l->argv[l->argc] = rest;
        rest = strchr(rest, ' ');
        if (rest)
            *rest++ = '\0';
    }
}

/* -- understood ------------------------------------------------------------------ */

static const struct {
    const char *line, *verb, *request;
} UNDERSTOOD[] = {
    {"site list", "site list", "{}"},
    {"dr site list", "site list", "{}"},
    {"protector operation list --limit 5", "operation list", "{\"limit\": 5}"},
    {"--state-dir /x site show site-b", "site show", "{\"site\": \"site-b\"}"},
    {"site --read-only show site-b -f json", "site show", "{\"site\": \"site-b\"}"},
    {"site show -- --odd", "site show", "{\"site\": \"--odd\"}"},
    {"dr protection-group test-failover prod-web-app --network-mapping a=b "
     "--network-mapping=c=d --network-mapping a=b --flavor-mapping x=y=z",
     "protection-group test-failover",
     "{\"flavor_mapping\": {\"x\": \"y=z\"}, \"group\": \"prod-web-app\", "
     "\"network_mapping\": {\"a\": \"b\", \"c\": \"d\"}}"},
    {"test-failover pg --auto-network --no-cleanup --dry-run",
     "protection-group test-failover",
     "{\"auto_network\": true, \"dry_run\": true, \"group\": \"pg\", \"no_cleanup\": true}"},
    {"protection-group test-failover pg --health-check tcp:22 --health-check http:/healthz "
     "--health-check-timeout 180 --test-project p1 --wait",
     "protection-group test-failover",
     "{\"group\": \"pg\", \"health_check_timeout\": 180, "
     "\"health_checks\": [\"tcp:22\", \"http:/healthz\"], \"test_project\": \"p1\"}"},
    {"protection-group test-failover pg --retain-primary", "protection-group test-failover",
     "{\"group\": \"pg\"}"},
    {"protection-group create web --primary site-a --secondary site-b --description d",
     "protection-group create",
     "{\"description\": \"d\", \"name\": \"web\", \"primary\": \"site-a\", "
     "\"secondary\": \"site-b\"}"},
    {"protection-group add-member web s1 s2 s3", "protection-group add-member",
     "{\"group\": \"web\", \"servers\": [\"s1\", \"s2\", \"s3\"]}"},
    {"member remove web s1", "protection-group remove-member",
     "{\"group\": \"web\", \"servers\": [\"s1\"]}"},
    {"test cleanup op-1 --wait", "test cleanup", "{\"operation_id\": \"op-1\"}"},
    {"engine --until-idle", "engine", "{}"},
};

static void test_understands_and_sends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(UNDERSTOOD) / sizeof(UNDERSTOOD[0]); i++) {
        struct line l;
        struct args a;
        struct pc_error err = {0};
        json_t *request = NULL;
        print_message("%s\n", UNDERSTOOD[i].line);
        line_init(&l, UNDERSTOOD[i].line);
        assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
        assert_non_null(a.verb);
        assert_string_equal(a.verb->words, UNDERSTOOD[i].verb);
        assert_int_equal(args_request(&a, &request, &err), PC_OK);
        char *sent = json_dumps(request, JSON_SORT_KEYS);
        assert_string_equal(sent, UNDERSTOOD[i].request);
        free(sent);
        json_decref(request);
        args_release(&a);
    }
}

/* -- refused ----------------------------------------------------------------------- */

static const struct {
    const char *line, *text, *remedy;
} REFUSED[] = {
    {"site lst", "there is no verb site lst", "Did you mean site list?"},
    {"site", "site what?", "list, show."},
    {"protection-group", "protection-group what?", "test-failover"},
    {"frobnicate", "there is no verb frobnicate", "protector-console --help"},
    {"operation list --wiat", "the flag --wiat", "operation list --help"},
    {"test cleanup op-1 --wiat", "the flag --wiat", "Did you mean --wait?"},
    {"--wait site list", "the flag --wait", "after the verb it belongs to"},
    {"site show", "site show needs SITE", "site show --help"},
    {"site show a b", "does not know what to do with b", ""},
    {"site list --format", "--format needs a value", "--format FORMAT"},
    {"site list --column --read-only", "--column needs a value", "--column=COLUMN"},
    {"site list -f yaml", "there is no format yaml", "table, lines, json, csv and value"},
    {"site list --read-only=yes", "--read-only takes no value", ""},
    {"protection-group create web --primary a", "needs --secondary SITE", "--help"},
    {"protection-group add-member web", "needs SERVER", "--help"},
    {"test-failover pg --health-check-timeout 0", "--health-check-timeout: 0", "1 to 86400"},
    {"test-failover pg --health-check-timeout soon", "soon is not usable", "whole number"},
    {"test-failover pg --test-project=", "--test-project needs a value", ""},
    {"engine", "engine needs --until-idle", "engine --help"},
};

static void test_refuses_with_a_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
        struct line l;
        struct args a;
        struct pc_error err = {0};
        print_message("%s\n", REFUSED[i].line);
        line_init(&l, REFUSED[i].line);
        assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_ERR_USAGE);
        assert_int_equal(pc_err_exit(err.code), 2);
        assert_non_null(strstr(err.text, REFUSED[i].text));
        assert_null(strstr(err.text, "(null)"));
        assert_non_null(strstr(err.remedy, REFUSED[i].remedy));
        assert_true(err.remedy[0] != '\0');
    }
}

static void test_refuses_bad_mappings(void **state)
{
    (void)state;
    static const struct {
        const char *line, *text, *remedy;
    } cases[] = {
        {"test-failover pg --network-mapping net-a", "--network-mapping must be SOURCE=TARGET",
         "a network and its counterpart"},
        {"test-failover pg --network-mapping =b", "not '=b'", "SOURCE=TARGET"},
        {"test-failover pg --network-mapping =", "not '='", "SOURCE=TARGET"},
        {"test-failover pg --flavor-mapping m1=", "--flavor-mapping must be", "a flavor"},
        {"failover pg --fixed-ip foo", "--fixed-ip must be VM/NIC=IP, not 'foo'", "address"},
        {"test-failover pg --network-mapping a=b --network-mapping a=c", "'a' twice: 'b' and 'c'",
         "once"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct line l;
        struct args a;
        struct pc_error err = {0};
        json_t *request = NULL;
        line_init(&l, cases[i].line);
        assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
        enum pc_err rc = args_request(&a, &request, &err);
        assert_int_not_equal(rc, PC_OK);
        assert_int_equal(pc_err_exit(rc), 2);
        assert_non_null(strstr(err.text, cases[i].text));
        assert_non_null(strstr(err.remedy, cases[i].remedy));
        args_release(&a);
    }
}

/* -- flags everywhere ---------------------------------------------------------------- */

static void test_global_flags_stand_anywhere(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "-f json -c Name --column Status --os-cloud a --config c.cfg site list",
        "site -fjson -cName list -cStatus --os-cloud=a --config=c.cfg",
        "site list -f json -c Name -c Status --os-cloud a --config c.cfg",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct line l;
        struct args a;
        struct pc_error err = {0};
        line_init(&l, lines[i]);
        assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
        assert_int_equal(a.format, FORMAT_JSON);
        assert_int_equal(a.column_count, 2);
        assert_string_equal(a.columns[0], "Name");
        assert_string_equal(a.columns[1], "Status");
        assert_string_equal(args_value(&a, "--os-cloud"), "a");
        assert_string_equal(args_value(&a, "--config"), "c.cfg");
        assert_false(args_has(&a, "--read-only"));
        args_release(&a);
    }
}

static void test_last_value_counts(void **state)
{
    (void)state;
    struct line l;
    struct args a;
    struct pc_error err = {0};
    line_init(&l, "--state-dir /one operation list --state-dir /two");
    assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
    assert_string_equal(args_value(&a, "--state-dir"), "/two");
    args_release(&a);
}

/* The file's name stands on the command line; what is in it is sent. */
static void test_sends_what_is_in_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/pc-args-XXXXXX", text[128];
    struct line l;
    struct args a;
    struct pc_error err = {0};
    json_t *request = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    fputs("[{\"name\": \"db\"}]", f);
    fclose(f);
    snprintf(text, sizeof(text), "protection-group set pg --boot-order %s --rpo-seconds 60", path);
    line_init(&l, text);
    assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
    assert_int_equal(args_request(&a, &request, &err), PC_OK);
    assert_string_equal(json_text(json_array_get(json_list(request, "boot_groups"), 0), "name"), "db");
    assert_int_equal(json_int(request, "rpo_seconds", 0), 60);
    json_decref(request);
    args_release(&a);

    f = fopen(path, "w");
    fputs("[{\n", f);
    fclose(f);
    line_init(&l, text);
    assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
    assert_int_equal(args_request(&a, &request, &err), PC_ERR_INVALID);
    assert_non_null(strstr(err.text, path));
    args_release(&a);
    remove(path);
    line_init(&l, text);
    assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
    assert_int_equal(args_request(&a, &request, &err), PC_ERR_INVALID);
    assert_true(*err.remedy);
    args_release(&a);
}

static void test_help_needs_nothing_else(void **state)
{
    (void)state;
    static const char *const lines[] = {"--help", "site --help", "site show --help", "-h",
                                        "engine -h", "--version", "help", "dr help site list"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct line l;
        struct args a;
        struct pc_error err = {0};
        line_init(&l, lines[i]);
        assert_int_equal(args_parse(l.argc, l.argv, &a, &err), PC_OK);
        assert_true(args_has(&a, "--help") != args_has(&a, "--version"));
        args_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_understands_and_sends),
        cmocka_unit_test(test_refuses_with_a_remedy),
        cmocka_unit_test(test_refuses_bad_mappings),
        cmocka_unit_test(test_global_flags_stand_anywhere),
        cmocka_unit_test(test_last_value_counts),
        cmocka_unit_test(test_sends_what_is_in_a_file),
        cmocka_unit_test(test_help_needs_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
