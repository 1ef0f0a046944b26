/* JSON read from its text: what jansson takes is taken, and nothing else. */
#include "backend/base/jsontext.h"
#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool taken(const char *text)
{
    struct jsontext j;
    struct jsonspan s;
    jsontext_init(&j, text, strlen(text));
    return jsontext_skip(&j, &s) && jsontext_done(&j);
}

static bool jansson_takes(const char *text)
{
    json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);
    json_decref(v);
    return v != NULL;
}

/* An object or array is the same one; of a key that stands there twice, too. */
static bool is_read_alike(const char *text)
{
    json_t *own = json_read(text, strlen(text)), *theirs = json_loads(text, 0, NULL);
    bool alike = own && theirs ? json_equal(own, theirs) : own == theirs;
    json_decref(own);
    json_decref(theirs);
    return alike;
}

static void what_jansson_takes_is_taken(void **state)
{
    static const char *const texts[] = {
        "{}", "[]", " [ ] ", "[1,2]", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}", "", " ", "[]]",
        "{\"a\":1}", "{\"a\" : 1 , \"b\":[{}]}", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{1:2}",
        "null", "nul", "nulls", "true", "false", "True", "\"\"", "\"", "\"a", "'a'",
        "0", "-0", "-", "01", "-01", "1.", ".5", "1.5", "1.5e", "1.5e+", "1.5e+3", "1E-2", "+1", "0x1",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "\"\\u00e9\"", "\"\\u00g9\"", "\"\\u12\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\ud83d\\n\"", "\"\\ud83d\\ud83d\"", "\"\\u0000\"", "\"\\x\"", "\"\\\"", "\"\\\\\"", "\"\\/\\b\\f\"",
        "\"\xc3\xa9\"", "\"\xc3\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xff\"",
        "\"\x01\"", "\"a\nb\"", "\"\x7f\"", "[\"a\",\"b\"]", "[\"a\" \"b\"]", "[[[[]]]]", "[[[]]", "{\"a\":{\"a\":{}}}",
        "{\"a\":1,\"a\":[2]}", "{\"\\u0061\":1,\"a\":\"\\u0062\"}", "[-1.5e-3,-0,0.25,12]",
        "[\"\\ud83d\\ude00\",\"\",\"\\n\"]", "{\"\":{\"\":null}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (taken(texts[i]) != jansson_takes(texts[i]) || !is_read_alike(texts[i]))
            fail_msg("%s: %d", texts[i], taken(texts[i]));
    assert_true(is_read_alike("[1e999]")); /* too big for either */
}

/* A byte is changed, taken out or doubled; always the same ones. */
static void spoil(char *text, uint64_t *dice)
{
    static const char bytes[] = "{}[]\",:\\u0e-. tfn1\xc3\xa9\n";
    size_t len = strlen(text);
    *dice = *dice * 6364136223846793005u + 1442695040888963407u;
    size_t at = (*dice >> 33) % len, kind = (*dice >> 20) % 3;
    if (kind == 0)
        text[at] = bytes[(*dice >> 50) % (sizeof(bytes) - 1)];
    else if (kind == 1)
        memmove(text + at, text + at + 1, len - at);
    else
        memmove(text + at + 1, text + at, len - at + 1);
}

static void what_is_spoilt_is_judged_as_jansson_does(void **state)
{
    static const char whole[] =
        "{\"id\":\"g\\u00e9\\n1\", \"n\":[1,-2.5e3,true,null,{\"a\":\"\xc3\xa9\",\"b\":[]}],\"x\":\"\\\"y\\\\\"}";
    uint64_t dice = 7;
    size_t refused = 0;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof(whole) + 8];
        memcpy(text, whole, sizeof(whole));
        for (int k = 0; k < 1 + i % 3; k++)
            spoil(text, &dice);
        if (taken(text) != jansson_takes(text) || !is_read_alike(text))
            fail_msg("%s: %d", text, taken(text));
        refused += !taken(text);
    }
    assert_in_range(refused, 5000, 19000);
}

static void an_escape_is_what_it_stands_for(void **state)
{
    static const char *const texts[] = {"\"plain\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                        "\"a\\u0041\\u00e9\\u20ac\\ud83d\\ude00z\"", "\"\"", "\"\xc3\xa9\\n\""};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct jsontext j;
        struct jsonspan s;
        char plain[64];
        json_t *v = json_loads(texts[i], JSON_DECODE_ANY, NULL);
        jsontext_init(&j, texts[i], strlen(texts[i]));
        assert_true(jsontext_string(&j, &s) && jsontext_done(&j));
        assert_int_equal(jsonspan_unescape(plain, &s), json_string_length(v));
        assert_string_equal(plain, json_string_value(v));
        json_decref(v);
    }
}

static void what_is_nested_too_deeply_is_refused(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        size_t n = JSONTEXT_DEPTH + (size_t)more;
        char *text = xcalloc(2 * n + 1, 1);
        memset(text, '[', n);
        memset(text + n, ']', n);
        assert_int_equal(taken(text), !more);
        assert_int_equal(jansson_takes(text), !more);
        free(text);
    }
}

static void the_first_mistake_stays(void **state)
{
    static const char text[] = "[1 2]";
    struct jsontext j;
    struct jsonspan s;
    (void)state;
    jsontext_init(&j, text, strlen(text));
    assert_true(jsontext_enter(&j, '[') && jsontext_more(&j, '[') && jsontext_skip(&j, &s));
    assert_false(jsontext_more(&j, '['));
    assert_string_equal(j.wrong, "a comma is missing");
    assert_ptr_equal(j.at, text + 3);
    assert_false(jsontext_skip(&j, &s) || jsontext_string(&j, &s) || jsontext_done(&j));
    assert_string_equal(j.wrong, "a comma is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_jansson_takes_is_taken),
        cmocka_unit_test(what_is_spoilt_is_judged_as_jansson_does),
        cmocka_unit_test(an_escape_is_what_it_stands_for),
        cmocka_unit_test(what_is_nested_too_deeply_is_refused),
        cmocka_unit_test(the_first_mistake_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
