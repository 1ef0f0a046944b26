/* A filter lets through what its line says, and says where. */
#include "widgets/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool passes(const char *filter, const char *text)
{
    char why[128];
    struct match *m = match_new(filter, why, sizeof(why));
    assert_non_null(m);
    assert_string_equal(why, "");
    bool yes = match_passes(m, text);
    match_free(m);
    return yes;
}

static void every_form_does_what_it_says(void **state)
{
    static const struct {
        const char *filter, *text;
        bool yes;
    } rows[] = {
        {"", "anything", true},
        {"   ", "anything", true},
        {"web", "prod-web-app", true},
        {"web", "PROD-WEB-APP", true},
        {"Web", "prod-web-app", false},
        {"Web", "prod-Web-app", true},
        {"web prod", "prod-web-app", true},
        {"web test", "prod-web-app", false},
        {"!web", "prod-web-app", false},
        {"!web", "billing", true},
        {"prod !web", "prod-billing", true},
        {"prod !web", "prod-web", false},
        {"~^prod-[a-z]+$", "prod-web", true},
        {"~^prod-[a-z]+$", "PROD-web", true},
        {"~^prod-[a-z]+$", "prod-web-1", false},
        {"~^Prod", "prod", false},
        {"~we?b|db", "db-1", true},
        {"!~^prod", "prod-web", false},
        {"!~^prod", "hr-suite", true},
        {"*pwa", "prod-web-app", true},
        {"*paw", "prod-web-app", false},
        {"!*pwa", "prod-web-app", false},
        {"*PWA", "prod-web-app", false},
        /* only begun: a filter that is being typed must not empty the list */
        {"!", "x", true},
        {"~", "x", true},
        {"!~", "x", true},
        {"*", "x", true},
        {"web", "", false},
        {"*a", "", false},
        {"!web", "", true},
        {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9 2026", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (passes(rows[i].filter, rows[i].text) != rows[i].yes)
            fail_msg("'%s' on '%s' should %spass", rows[i].filter, rows[i].text,
                     rows[i].yes ? "" : "not ");
}

static void a_wrong_expression_says_why(void **state)
{
    static const char *const wrong[] = {"~(", "~[a", "web ~a{2", "!~*("};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char why[128] = "";
        assert_null(match_new(wrong[i], why, sizeof(why)));
        assert_true(strlen(why) > 3);
    }
    match_free(NULL);
    assert_true(match_passes(NULL, "x"));
    assert_true(match_is_empty(NULL));
}

static void the_span_is_what_was_found(void **state)
{
    static const struct {
        const char *filter, *text, *found;
    } rows[] = {
        {"web", "prod-web-app", "web"},    {"!x web", "prod-web-app", "web"},
        {"~w.b", "prod-web-app", "web"},   {"*pwa", "prod-web-app", "prod-web-a"},
        {"!web", "billing", NULL},         {"", "billing", NULL},
        {"~x*", "billing", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct match *m = match_new(rows[i].filter, NULL, 0);
        size_t at = 0, len = 0;
        bool yes = match_span(m, rows[i].text, &at, &len);
        assert_int_equal(yes, rows[i].found != NULL);
        if (yes) {
            assert_int_equal(len, strlen(rows[i].found));
            assert_memory_equal(rows[i].text + at, rows[i].found, len);
        }
        match_free(m);
    }
}

static void better_fits_score_higher(void **state)
{
    static const char *const best_first[] = {"web", "web-prod", "prod-web", "prodweb", "billing"};
    (void)state;
    struct match *m = match_new("web", NULL, 0);
    int before = 1000;
    for (size_t i = 0; i < sizeof(best_first) / sizeof(best_first[0]); i++) {
        int score = match_score(m, best_first[i]);
        assert_true(score < before);
        before = score;
    }
    assert_int_equal(before, 0);
    match_free(m);
    m = match_new("*pw", NULL, 0);
    assert_true(match_score(m, "pw") > match_score(m, "p-w"));
    assert_true(match_score(m, "p-w") > match_score(m, "production-w"));
    match_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_does_what_it_says),
        cmocka_unit_test(a_wrong_expression_says_why),
        cmocka_unit_test(the_span_is_what_was_found),
        cmocka_unit_test(better_fits_score_higher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
