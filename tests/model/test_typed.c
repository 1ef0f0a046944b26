/* What is typed for a name, and what only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/base/text.h"
#include "backend/model/typed.h"

#include <stdio.h>
#include <string.h>

/* `why` is the beginning of what is said. */
static const struct {
    const char *name, *typed;
    enum typed is;
    const char *why;
} CASES[] = {
    {"prod-web", "prod-web", TYPED_RIGHT, ""},
    {"b\xc3\xbcro-1", "b\xc3\xbcro-1", TYPED_RIGHT, ""},
    {"prod-web", "", TYPED_NOTHING, "is not typed yet"},
    {"prod-web", "prod", TYPED_PART, "is not whole yet: 4 of 8 characters"},
    {"b\xc3\xbcro", "b\xc3\xbc", TYPED_PART, "is not whole yet: 2 of 4 characters"},
    {"prod-web", "Prod-web", TYPED_OTHER,
     "differs at character 1: P stands where the name has p (case counts)"},
    {"prod-web", "prod_web", TYPED_OTHER, "differs at character 5: _ stands where the name has -"},
    {"prod-web", "prod-web ", TYPED_OTHER, "has a blank behind it"},
    {"prod-web", "prod-web\xc2\xa0", TYPED_OTHER, "has a blank behind it"},
    {"prod-web", " prod-web", TYPED_OTHER, "differs at character 1: a blank stands"},
    {"prod-web", "prod-web2", TYPED_OTHER, "goes on where the name ends: character 9 is 2"},
    /* look-alikes: Cyrillic, Greek, full-width, another dash */
    {"prod-web", "pr\xd0\xbe" "d-web", TYPED_OTHER,
     "differs at character 3: Cyrillic \xd0\xbe (U+043E) stands where the name has o"},
    {"prod-web", "pr\xce\xbf" "d-web", TYPED_OTHER, "differs at character 3: Greek"},
    {"prod-web", "\xef\xbd\x90rod-web", TYPED_OTHER, "differs at character 1: full-width"},
    {"prod-web", "prod\xe2\x80\x91web", TYPED_OTHER, "differs at character 5: another dash"},
    /* what cannot be seen: zero-width, as it is and as an input field marks it */
    {"prod-web", "prod\xe2\x80\x8b-web", TYPED_OTHER,
     "differs at character 5: one that cannot be seen (U+200B) stands where the name has -"},
    {"prod-web", "prod\xef\xbf\xbd-web", TYPED_OTHER,
     "differs at character 5: one that cannot be seen stands"},
    {"prod-web", "prod-web\xe2\x80\x8d", TYPED_OTHER, "goes on where the name ends"},
    {"prod-web", "prod\xff", TYPED_OTHER, "differs at character 5: a byte that is no character"},
    /* composed and decomposed */
    {"b\xc3\xbcro", "bu\xcc\x88ro", TYPED_OTHER,
     "differs at character 2: u and a joining mark stands where the name has \xc3\xbc (U+00FC)"},
    {"buro", "bu\xcc\x88ro", TYPED_OTHER,
     "differs at character 3: the joining mark U+0308 stands where the name has r"},
    /* names that mislead: not even by their own bytes */
    {"pr\xd0\xbe" "d-web", "pr\xd0\xbe" "d-web", TYPED_NEVER,
     "can never be typed: its character 3 is Cyrillic"},
    {"web1\xd0\xb0", "web1\xd0\xb0", TYPED_NEVER, "can never be typed: its character 5"},
    {"prod\xe2\x80\x8b-web", "prod\xe2\x80\x8b-web", TYPED_NEVER,
     "can never be typed: its character 5 is one that cannot be seen (U+200B)"},
    {"prod\xe2\x80\x8b-web", "prod-web", TYPED_NEVER, "can never be typed"},
    {"prod-web ", "prod-web ", TYPED_NEVER, "can never be typed: its character 9 is a blank"},
    {"bu\xcc\x88ro", "bu\xcc\x88ro", TYPED_NEVER, "can never be typed: its character 3"},
    {"\xef\xbd\x90rod", "\xef\xbd\x90rod", TYPED_NEVER, "can never be typed: its character 1"},
    {"", "", TYPED_NEVER, ""},
    /* alphabets that meet, but not within a word */
    {"prod-\xd1\x81\xd0\xb0\xd0\xb9\xd1\x82", "prod-\xd1\x81\xd0\xb0\xd0\xb9\xd1\x82",
     TYPED_RIGHT, ""},
};

static void every_other_character_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char why[200] = "?";
        enum typed is = typed_compare(CASES[i].typed, CASES[i].name, why, sizeof why);
        if (is != CASES[i].is || !text_starts(why, CASES[i].why))
            fail_msg("case %zu: %d '%s', not %d '%s'", i, (int)is, why, (int)CASES[i].is,
                     CASES[i].why);
        if (is == TYPED_RIGHT)
            assert_string_equal(why, "");
        assert_true(text_is_safe(why));
        assert_int_equal(typed_compare(CASES[i].typed, CASES[i].name, NULL, 0), is);
    }
}

/* Whatever is altered, at whatever place: one byte more, less, or other is not it. */
static void no_other_bytes_are_the_name(void **state)
{
    static const char NAME[] = "prod-web-app";
    enum { LEN = sizeof NAME - 1 };
    char typed[LEN + 2];
    (void)state;
    for (size_t at = 0; at <= LEN; at++)
        for (int byte = 1; byte < 256; byte++) {
            memcpy(typed, NAME, LEN + 1);
            typed[at] = (char)byte; /* behind the end: one more */
            typed[LEN + (at == LEN)] = '\0';
            bool same = strcmp(typed, NAME) == 0;
            assert_int_equal(typed_compare(typed, NAME, NULL, 0) == TYPED_RIGHT, same);
            memmove(typed + at + 1, NAME + at, LEN - at + 1); /* put in between */
            memcpy(typed, NAME, at);
            typed[at] = (char)byte;
            assert_int_not_equal(typed_compare(typed, NAME, NULL, 0), TYPED_RIGHT);
        }
}

/* A reason of any length stays within its room. */
static void what_is_said_is_cut_to_its_room(void **state)
{
    char why[200];
    (void)state;
    for (size_t size = 1; size < sizeof why; size++) {
        memset(why, '!', sizeof why);
        typed_compare("pr\xd0\xbe" "d-web", "prod-web", why, size);
        assert_true(strlen(why) < size);
        assert_int_equal(why[size], '!');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_other_character_is_named),
        cmocka_unit_test(no_other_bytes_are_the_name),
        cmocka_unit_test(what_is_said_is_cut_to_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
