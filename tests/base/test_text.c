/* Outside text: what a terminal would obey never comes through. */
#include "backend/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MARK "\xef\xbf\xbd"
#define ACUTE "\xcc\x81"

static void hostile_text_is_marked(void **state)
{
    static const struct {
        const char *raw, *clean;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac", "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac"},
        {"a\x1b[2Jb", "a" MARK "[2Jb"},
        {"bell\a", "bell" MARK},
        {"c1\xc2\x9b" "31m", "c1" MARK "31m"},                /* CSI as one character */
        {"\xe2\x80\xae" "gnp.exe", MARK "gnp.exe"},            /* right-to-left override */
        {"zero\xe2\x80\x8bwidth", "zero" MARK "width"},
        {"\xef\xbb\xbf" "bom", MARK "bom"},
        {"soft\xc2\xadhyphen", "soft" MARK "hyphen"},
        {"tag\xf3\xa0\x81\x81", "tag" MARK},                   /* invisible tag letter */
        {"overlong \xc0\xaf", "overlong " MARK MARK},
        {"surrogate \xed\xa0\x80", "surrogate " MARK MARK MARK},
        {"cut \xe6\x97", "cut " MARK MARK},
        {"line\nbreak\ttab\r", "line break tab "},
        {"del\x7f", "del" MARK},
        {"a" ACUTE ACUTE ACUTE ACUTE "b", "a" ACUTE ACUTE ACUTE ACUTE "b"},
        {"a" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "b" ACUTE,
         "a" ACUTE ACUTE ACUTE ACUTE MARK "b" ACUTE},          /* a heap of marks */
        {"\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb9\x88", "\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb9\x88"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char dst[128];
        size_t n = safe_text(dst, sizeof(dst), cases[i].raw);
        assert_string_equal(dst, cases[i].clean);
        assert_int_equal(n, strlen(dst));
        assert_true(text_is_safe(dst));
        assert_int_equal(text_is_safe(cases[i].raw), strcmp(cases[i].raw, cases[i].clean) == 0);
    }
}

static void every_byte_pair_is_safe_after(void **state)
{
    (void)state;
    for (int a = 1; a < 256; a++)
        for (int b = 1; b < 256; b++) {
            char raw[3] = {(char)a, (char)b, 0}, dst[16];
            safe_text(dst, sizeof(dst), raw);
            assert_true(text_is_safe(dst));
            for (const char *p = dst; *p; p++)
                assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
        }
}

static void cuts_at_whole_characters(void **state)
{
    char dst[6];
    (void)state;
    assert_int_equal(safe_text(dst, sizeof(dst), "ab\xe6\x97\xa5\xe6\x9c\xac"), 5);
    assert_string_equal(dst, "ab\xe6\x97\xa5");
    assert_int_equal(safe_text(dst, 1, "x"), 0);
    assert_string_equal(dst, "");
    assert_int_equal(safe_text(dst, sizeof(dst), NULL), 0);
}

static void lines_keep_their_breaks(void **state)
{
    char dst[32];
    (void)state;
    safe_text_lines(dst, sizeof(dst), "a\nb\x1b[0m\tc");
    assert_string_equal(dst, "a\nb" MARK "[0m c");
}

static void numbers_are_whole_strings(void **state)
{
    long v = -7;
    (void)state;
    assert_true(text_to_long("65535", 1, 65535, &v));
    assert_int_equal(v, 65535);
    static const char *const bad[] = {"", "0", "65536", "22x", " 22", "-1", "+1", "0x10",
                                      "99999999999999999999", NULL};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(text_to_long(bad[i], 1, 65535, &v));
    assert_int_equal(v, 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_is_marked),  cmocka_unit_test(every_byte_pair_is_safe_after),
        cmocka_unit_test(cuts_at_whole_characters), cmocka_unit_test(lines_keep_their_breaks),
        cmocka_unit_test(numbers_are_whole_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
