/* Numbers, times and commands as people read them. */
#include "tui/format.h"
#include "tests/tui/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void latencies(void **state)
{
    static const struct {
        int ms;
        const char *text;
    } cases[] = {{-1, "-"}, {0, "0ms"}, {999, "999ms"}, {1000, "1.0s"}, {12345, "12.3s"}};
    char text[FORMAT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(format_latency(text, sizeof text, cases[i].ms), cases[i].text);
}

static void ages_step_coarsely(void **state)
{
    static const struct {
        int64_t s;
        const char *text;
    } cases[] = {{-5, "now"},  {0, "now"},     {19, "now"},   {20, "20s"},
                 {29, "20s"},  {59, "50s"},    {60, "1m"},    {3599, "59m"},
                 {3600, "1h"}, {86399, "23h"}, {86400, "1d"}, {777600, "9d"}};
    char text[FORMAT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(
            format_ago(text, sizeof text, WORLD_FROZEN_MS, WORLD_FROZEN_MS - cases[i].s * 1000),
            cases[i].text);
    assert_string_equal(format_ago(text, sizeof text, WORLD_FROZEN_MS, 0), "never");
}

static void clocks_are_utc(void **state)
{
    char text[FORMAT_SIZE];
    (void)state;
    assert_string_equal(format_clock(text, sizeof text, WORLD_FROZEN_MS, true),
                        "2026-11-20 09:41:07Z");
    assert_string_equal(format_clock(text, sizeof text, WORLD_FROZEN_MS, false),
                        "2026-11-20 09:41Z");
}

static void moments_drop_the_day_of_today(void **state)
{
    char text[FORMAT_SIZE];
    (void)state;
    assert_string_equal(format_moment(text, sizeof text, WORLD_FROZEN_MS, WORLD_FROZEN_MS - 60000),
                        "09:40:07Z");
    assert_string_equal(
        format_moment(text, sizeof text, WORLD_FROZEN_MS, WORLD_FROZEN_MS - 86400000),
        "11-19 09:41Z");
    assert_string_equal(format_moment(text, sizeof text, WORLD_FROZEN_MS, 0), "-");
}

static void short_spans_are_whole_where_they_can(void **state)
{
    static const struct {
        int64_t s;
        const char *text;
    } cases[] = {
        {-1, "-"},      {0, "0s"},       {59, "59s"},      {60, "1m"},     {166, "2m46s"},
        {599, "9m59s"}, {600, "10m"},    {659, "10m"},     {900, "15m"},   {3599, "59m"},
        {3600, "1h"},   {3660, "1h01m"}, {35999, "9h59m"}, {36060, "10h"}, {86399, "23h"},
        {86400, "1d"},  {900000, "10d"},
    };
    char text[FORMAT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(format_short(text, sizeof text, cases[i].s), cases[i].text);
}

static void ids_are_cut_where_people_compare(void **state)
{
    char text[FORMAT_SIZE];
    (void)state;
    assert_string_equal(format_id(text, sizeof text, WORLD_DRILL_ID), "op-9f3a1b2c");
    assert_string_equal(format_id(text, sizeof text, "op-1"), "op-1");
    format_id(text, sizeof text, world_hostile_name());
    assert_null(strchr(text, '\033'));
}

static void words_survive_a_shell(void **state)
{
    static const struct {
        const char *word, *quoted;
    } cases[] = {
        {"prod-web-app", "prod-web-app"},
        {"a=b", "a=b"},
        {"tcp:22", "tcp:22"},
        {"http:/health?x=1", "'http:/health?x=1'"},
        {"", "''"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"$(rm -rf ~)", "'$(rm -rf ~)'"},
        {"a;b", "'a;b'"},
        {"~root", "'~root'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b;
        buf_init(&b, 100);
        format_word(&b, "x");
        format_word(&b, cases[i].word);
        assert_string_equal(buf_text(&b) + 2, cases[i].quoted);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latencies),
        cmocka_unit_test(ages_step_coarsely),
        cmocka_unit_test(clocks_are_utc),
        cmocka_unit_test(moments_drop_the_day_of_today),
        cmocka_unit_test(short_spans_are_whole_where_they_can),
        cmocka_unit_test(ids_are_cut_where_people_compare),
        cmocka_unit_test(words_survive_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
