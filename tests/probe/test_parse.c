/* Health checks as they are written, and what is said when they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/probe/probe.h"

#include <string.h>

static void what_is_right_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        enum probe_kind kind;
        int port;
        const char *text;
    } rows[] = {
        {"tcp:22", PROBE_TCP, 22, ""},
        {"tcp:1", PROBE_TCP, 1, ""},
        {"tcp:65535", PROBE_TCP, 65535, ""},
        {"http:/", PROBE_HTTP, 0, "/"},
        {"http:/healthz?a=b:c&d=%20", PROBE_HTTP, 0, "/healthz?a=b:c&d=%20"},
        {"exec:true", PROBE_EXEC, 0, "true"},
        {"exec:test -f /a:b && echo \"x\" | grep -q 'y'", PROBE_EXEC, 0,
         "test -f /a:b && echo \"x\" | grep -q 'y'"},
        {"exec: leading blank", PROBE_EXEC, 0, " leading blank"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_check c;
        assert_int_equal(probe_parse(rows[i].spec, &c, NULL), PC_OK);
        assert_int_equal(c.kind, rows[i].kind);
        assert_int_equal(c.port, rows[i].port);
        assert_string_equal(c.text, rows[i].text);
        assert_string_equal(c.spec, rows[i].spec);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *text, *remedy;
    } rows[] = {
        {"tcp:99999", "99999", "65535"},
        {"tcp:0", "not a TCP port", "1 to 65535"},
        {"tcp:", "not a TCP port", "tcp:443"},
        {"tcp:-1", "not a TCP port", "tcp:443"},
        {"tcp:+80", "not a TCP port", "tcp:443"},
        {"tcp:80 ", "not a TCP port", "tcp:443"},
        {"tcp:0x50", "not a TCP port", "tcp:443"},
        {"tcp:https", "not a TCP port", "tcp:443"},
        {"tcp:18446744073709551617", "not a TCP port", "tcp:443"},
        {"http:nopath", "not a path", "http:/healthz"},
        {"http:", "not a path", "http:/healthz"},
        {"http:8080/x", "not a path", "http_port"},
        {"http://10.0.0.1/x", "whole URL", "http:/healthz"},
        {"http:/a b", "character", "%20"},
        {"http:/a\nHost: x", "character", "encode"},
        {"http:/a#b", "character", "%23"},
        {"https:/x", "https", "tcp:443"},
        {"exec:", "no command", "exec:"},
        {"exec:  \t", "no command", "exec:"},
        {"exec:a\nb", "one line", "script"},
        {"exec:a\r", "one line", "script"},
        {"ping", "no known kind", "tcp:PORT"},
        {"", "no known kind", "tcp:PORT"},
        {"TCP:22", "no known kind", "tcp:PORT"},
        {" tcp:22", "no known kind", "tcp:PORT"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct probe_check c = {.port = 4711};
        struct pc_error err;
        assert_int_equal(probe_parse(rows[i].spec, &c, &err), PC_ERR_INVALID);
        assert_int_equal(c.port, 4711); /* untouched */
        if (!strstr(err.text, rows[i].text) || !strstr(err.remedy, rows[i].remedy))
            fail_msg("%s: \"%s\" \"%s\"", rows[i].spec, err.text, err.remedy);
        assert_null(strchr(err.text, '\n'));
    }
}

static void length_is_bounded(void **state)
{
    (void)state;
    struct probe_check c;
    struct pc_error err;
    char spec[3000] = "exec:";
    memset(spec + 5, 'x', sizeof(spec) - 6);
    assert_int_equal(probe_parse(spec, &c, &err), PC_ERR_INVALID);
    spec[1023] = '\0';
    assert_int_equal(probe_parse(spec, &c, &err), PC_OK);
    assert_int_equal(strlen(c.text), 1018);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_taken),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(length_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
