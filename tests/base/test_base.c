/* Errors, buffers, clocks, JSON readers and the log's redaction. */
#include "backend/base/buf.h"
#include "backend/base/clock.h"
#include "backend/base/error.h"
#include "backend/base/json.h"
#include "backend/base/log.h"
#include "backend/base/mem.h"
#include "backend/base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void every_error_is_complete(void **state)
{
    static const int exits[] = {0, 1, 2, 69, 77};
    (void)state;
    assert_string_equal(pc_err_name(PC_OK), "ok");
    assert_string_equal(pc_err_name(PC_ERR_NOT_FOUND), "not-found");
    for (int c = 0; c < PC_ERR_COUNT; c++) {
        bool documented = false;
        for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++)
            documented |= pc_err_exit((enum pc_err)c) == exits[i];
        assert_true(documented);
        assert_true(pc_err_http((enum pc_err)c) >= 200);
        assert_true(strlen(pc_err_message((enum pc_err)c)) > 0);
        for (int d = 0; d < c; d++)
            assert_string_not_equal(pc_err_name((enum pc_err)c), pc_err_name((enum pc_err)d));
    }
}

static void error_text_is_clean(void **state)
{
    struct pc_error err;
    (void)state;
    assert_int_equal(pc_error_set(&err, PC_ERR_INVALID, "do \x1b[1m", "bad '%s'", "\x1b[2J"),
                     PC_ERR_INVALID);
    assert_null(strchr(err.text, 0x1b));
    assert_null(strchr(err.remedy, 0x1b));
    assert_int_equal(pc_error_set(NULL, PC_ERR_IO, NULL, "x"), PC_ERR_IO);
    /* An error may quote itself. */
    pc_error_set(&err, PC_ERR_IO, err.remedy, "again: %s", err.text);
    assert_non_null(strstr(err.text, "again: bad"));
}

static void buffers_end_at_their_cap(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 8);
    assert_true(buf_puts(&b, "1234"));
    assert_true(buf_printf(&b, "%d", 5678));
    assert_false(buf_puts(&b, "9"));
    assert_true(b.overflowed);
    assert_string_equal(buf_text(&b), "12345678");
    buf_clear(&b);
    assert_true(buf_url(&b, "a b"));
    assert_string_equal(buf_text(&b), "a%20b");
    buf_release(&b);
}

static void times_are_read_as_services_write_them(void **state)
{
    int64_t ms = 0;
    char iso[CLOCK_ISO_SIZE], span[24];
    (void)state;
    assert_true(clock_parse_iso("2026-11-20T11:06:49Z", &ms));
    assert_string_equal(clock_iso(iso, ms), "2026-11-20T11:06:49Z");
    int64_t first = ms;
    assert_true(clock_parse_iso("2026-11-20T11:06:49.250000", &ms));
    assert_int_equal(ms - first, 250);
    assert_true(clock_parse_iso("2026-11-20T11:06:49.000000Z", &ms));
    assert_false(clock_parse_iso("2026-11-20", &ms));
    assert_false(clock_parse_iso("2026-11-20T11:06:49 CET", &ms));
    assert_string_equal(clock_span(span, sizeof(span), 134000), "2:14");
    assert_string_equal(clock_span(span, sizeof(span), 3723000), "1:02:03");
    assert_string_equal(clock_age(span, sizeof(span), 130000), "2m10s");
    assert_string_equal(clock_age(span, sizeof(span), 9 * 86400000LL), "9d");
    assert_string_equal(clock_age(span, sizeof(span), -1), "-");
}

static void json_reads_strange_shapes_as_defaults(void **state)
{
    (void)state;
    json_t *o = json_loads("{\"s\":\"x\",\"n\":\"42\",\"b\":\"true\",\"a\":[1],\"z\":null}", 0, NULL);
    assert_string_equal(json_text(o, "s"), "x");
    assert_string_equal(json_text(o, "n2"), "");
    assert_string_equal(json_text(NULL, "s"), "");
    assert_int_equal(json_int(o, "n", 0), 42);
    assert_int_equal(json_int(o, "s", -1), -1);
    assert_true(json_flag(o, "b", false));
    assert_null(json_map(o, "a"));
    assert_null(json_list(o, "z"));
    json_put_text(o, "bad", "\xff\xfe");
    assert_non_null(json_string_value(json_object_get(o, "bad")));
    json_decref(o);
    o = json_loads("[3,{\"name\":\"a\"},{\"id\":\"y\"},{\"id\":\"y\",\"name\":\"b\"}]", 0, NULL);
    assert_ptr_equal(json_find(o, "id", "y"), json_array_get(o, 2));
    assert_ptr_equal(json_find(o, "name", "b"), json_array_get(o, 3));
    assert_null(json_find(o, "id", "z"));
    assert_null(json_find(o, "id", "")); /* the first has no id, and is not meant */
    assert_null(json_find(NULL, "id", "y"));
    json_decref(o);
}

static void secrets_never_reach_the_log(void **state)
{
    char path[] = "/tmp/pc-log-XXXXXX", text[4096] = "", copy[64] = "pw=hunter2-hunter2!";
    struct pc_error err;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(log_open(path, LOG_DEBUG, &err), PC_OK);
    log_secret("hunter2");
    log_secret("hunter2");
    log_line(LOG_ERROR, "test", "password is hunter2, twice hunter2 \x1b[31m");
    log_close();
    assert_true(read(fd, text, sizeof(text) - 1) > 0);
    assert_null(strstr(text, "hunter2"));
    assert_null(strchr(text, 0x1b));
    assert_non_null(strstr(text, "password is ***, twice ***"));
    log_redact(copy);
    assert_string_equal(copy, "pw=***-***!");
    close(fd);
    unlink(path);
}

static void arenas_and_ids(void **state)
{
    struct arena a;
    char one[UUID_SIZE], two[UUID_SIZE];
    (void)state;
    arena_init(&a);
    for (int i = 0; i < 1000; i++) {
        char *p = arena_printf(&a, "item %d", i);
        int64_t *n = arena_alloc(&a, sizeof(*n)); /* after a text, which may end anywhere */
        assert_int_equal((uintptr_t)n % _Alignof(max_align_t), 0);
        assert_int_equal(*n, 0);
        *n = -1;
        assert_string_equal(p + 5, arena_printf(&a, "%d", i));
    }
    assert_ptr_equal(arena_strdup(&a, ""), arena_strdup(&a, ""));
    char *big = arena_alloc(&a, 100000);
    assert_int_equal(big[99999], 0);
    assert_null(arena_strdup(&a, NULL));
    arena_release(&a);
    assert_int_equal(strlen(uuid_make(one)), 36);
    assert_int_equal(one[14], '4');
    assert_string_not_equal(one, uuid_make(two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_is_complete),
        cmocka_unit_test(error_text_is_clean),
        cmocka_unit_test(buffers_end_at_their_cap),
        cmocka_unit_test(times_are_read_as_services_write_them),
        cmocka_unit_test(json_reads_strange_shapes_as_defaults),
        cmocka_unit_test(secrets_never_reach_the_log),
        cmocka_unit_test(arenas_and_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
