/* For whom a health check is, whatever a server is called. */
#include "backend/model/check_scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_scope_ends_where_a_kind_begins(void **state)
{
    static const struct {
        const char *text, *member, *check;
    } ROWS[] = {
        {"tcp:22", "", "tcp:22"},
        {"web-1@tcp:22", "web-1", "tcp:22"},
        {"exec:mail root@tcp:1", "", "exec:mail root@tcp:1"}, /* a command's own */
        {"a@b@http:/x@y", "a@b", "http:/x@y"},
        {"@tcp:22", "", "@tcp:22"},
        {"web-1@ftp:22", "", "web-1@ftp:22"},
        {"web 1:old@exec:true", "web 1:old", "exec:true"},
        {"", "", ""},
    };
    char member[CHECK_MEMBER_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        assert_string_equal(check_scope(ROWS[i].text, member), ROWS[i].check);
        assert_string_equal(member, ROWS[i].member);
    }
    assert_string_equal(check_scope_for("web-1@tcp:22", "web-1"), "tcp:22");
    assert_string_equal(check_scope_for("tcp:22", "web-1"), "tcp:22");
    assert_null(check_scope_for("web-1@tcp:22", "web-10"));
}

/* A name that no server can have is no scope, and overruns nothing. */
static void a_long_name_is_no_scope(void **state)
{
    char text[CHECK_MEMBER_SIZE + 20], member[CHECK_MEMBER_SIZE];
    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text + CHECK_MEMBER_SIZE, "@tcp:22", 8);
    assert_string_equal(check_scope(text, member), text);
    assert_string_equal(member, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scope_ends_where_a_kind_begins),
        cmocka_unit_test(a_long_name_is_no_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
