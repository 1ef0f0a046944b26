/* Keys: their names, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "widgets/key.h"

static const struct {
    ui_key key;
    const char *name;
} KEYS[] = {
    {'q', "q"},
    {'Q', "Q"},
    {'?', "?"},
    {0xe9, "é"},
    {0x65e5, "日"},
    {UI_KEY_ENTER, "Enter"},
    {UI_KEY_ESC, "Esc"},
    {UI_KEY_TAB, "Tab"},
    {UI_KEY_BACKTAB, "S-Tab"},
    {UI_KEY_SPACE, "Space"},
    {UI_KEY_BACKSPACE, "Backspace"},
    {UI_KEY_PGDN, "PgDn"},
    {UI_KEY_F12, "F12"},
    {UI_KEY_CTRL('L'), "Ctrl-L"},
    {UI_KEY_CTRL('_'), "Ctrl-_"},
};

static void names_go_both_ways(void **state)
{
    char name[UI_KEY_NAME_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
        ui_key key = 0;
        assert_string_equal(ui_key_name(KEYS[i].key, name), KEYS[i].name);
        assert_true(ui_key_parse(KEYS[i].name, &key));
        assert_int_equal(key, KEYS[i].key);
    }
}

static void every_special_key_has_a_name_of_its_own(void **state)
{
    char name[UI_KEY_NAME_MAX];
    (void)state;
    for (ui_key k = UI_KEY_SPECIAL + 1; k < UI_KEY_SPECIAL_END; k++) {
        ui_key back = 0;
        assert_true(ui_key_parse(ui_key_name(k, name), &back));
        assert_int_equal(back, k);
    }
}

static void case_counts_for_characters_only(void **state)
{
    ui_key key = 0;
    (void)state;
    assert_true(ui_key_parse("ENTER", &key));
    assert_int_equal(key, UI_KEY_ENTER);
    assert_true(ui_key_parse("ctrl-l", &key));
    assert_int_equal(key, UI_KEY_CTRL('L'));
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const bad[] = {"",   "F13", "Ctrl-", "Ctrl-1", "Ctrl-LL",
                                      "ab", " ",   "\x1b",  "\xff",   "\xe2\x80\xae"};
    ui_key key = 42;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(ui_key_parse(bad[i], &key));
    assert_int_equal(key, 42);
}

static void only_clean_characters_are_text(void **state)
{
    char name[UI_KEY_NAME_MAX];
    (void)state;
    assert_true(ui_key_is_text('a') && ui_key_is_text(' ') && ui_key_is_text(0x65e5));
    assert_true(ui_key_is_text('a' | UI_KEY_PASTED));
    assert_false(ui_key_is_text('\n' | UI_KEY_PASTED));
    assert_false(ui_key_is_text(0x1b));
    assert_false(ui_key_is_text(0x85));
    assert_false(ui_key_is_text(0x202e));
    assert_false(ui_key_is_text(0xd800));
    assert_false(ui_key_is_text(UI_KEY_UP));
    assert_false(ui_key_is_text(UI_KEY_NONE));
    assert_string_equal(ui_key_name(0x85, name), "U+0085");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(every_special_key_has_a_name_of_its_own),
        cmocka_unit_test(case_counts_for_characters_only),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(only_clean_characters_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
