/* The verb table keeps its promises, and the reference page is made from it. */
#include "tests/support/page.h"

#include "tui/actions.h"
#include "tui/verbs/args.h"
#include "tui/verbs/help.h"
#include "tui/verbs/manpage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check_flags(const struct flag *flags)
{
    for (const struct flag *f = flags; f && f->name; f++) {
        assert_memory_equal(f->name, "--", 2);
        assert_non_null(f->help);
        assert_true((f->type == FLAG_SWITCH) == (f->value == NULL));
        assert_true(f->type != FLAG_NUMBER || f->min < f->max);
        assert_ptr_equal(verb_flag(flags, f->name, strlen(f->name)), f);
    }
}

static void test_rows_are_whole(void **state)
{
    (void)state;
    check_flags(GLOBAL_FLAGS);
    for (const struct verb *v = VERBS; v->words; v++) {
        assert_ptr_equal(verb_find(v->words), v);
        assert_non_null(v->summary);
        assert_non_null(v->run);
        check_flags(v->flags);
        for (const struct flag *f = v->flags; f && f->name; f++)
            assert_null(verb_flag(GLOBAL_FLAGS, f->name, strlen(f->name)));
        for (const struct operand *o = v->operands; o && o->name; o++)
            assert_true(o->key && !(o->many && o[1].name));
    }
}

/* Every request that a verb sends is one that docs/requests.md describes. */
static void test_requests_are_documented(void **state)
{
    (void)state;
    static char text[65536];
    FILE *f = fopen(PC_SOURCE_DIR "/docs/requests.md", "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    fclose(f);
    for (const struct verb *v = VERBS; v->words; v++) {
        char cell[80], key[80];
        if (!v->request)
            continue;
        snprintf(cell, sizeof(cell), "| `%s` |", v->request);
        const char *row = strstr(text, cell);
        if (!row)
            fail_msg("%s: %s is not documented", v->words, v->request);
        char *line = strndup(row, strcspn(row, "\n"));
        for (const struct flag *flag = v->flags; flag && flag->name; flag++) {
            snprintf(key, sizeof(key), "`%s`", flag->key ? flag->key : v->request);
            if (!strstr(line, key))
                fail_msg("%s: %s of %s is not documented", v->words, key, v->request);
        }
        for (const struct operand *o = v->operands; o && o->name; o++) {
            snprintf(key, sizeof(key), "`%s`", o->key);
            assert_non_null(strstr(line, key));
        }
        free(line);
    }
}

static char *whole_reference(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    help_reference(f);
    fclose(f);
    return text;
}

static void test_reference_page_is_current(void **state)
{
    (void)state;
    char *text = whole_reference();
    page_is_current(PC_SOURCE_DIR "/docs/commands.md", text);
    free(text);
}

static void test_help_names_everything(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    help_program(f);
    for (const struct verb *v = VERBS; v->words; v++)
        help_verb(f, v);
    fclose(f);
    for (const struct verb *v = VERBS; v->words; v++) {
        assert_non_null(strstr(text, v->words));
        for (const struct flag *flag = v->flags; flag && flag->name; flag++)
            assert_non_null(strstr(text, flag->name));
    }
    assert_non_null(strstr(text, "77  not permitted"));
    free(text);
}

/* Not one verb, flag, key or exit code is missing in the manual. */
static void test_manual_names_everything(void **state)
{
    (void)state;
    char *text = NULL, *plain;
    size_t size = 0, n = 0;
    FILE *f = open_memstream(&text, &size);
    manpage_print(f);
    fclose(f);
    plain = malloc(size + 1);
    for (size_t i = 0; i < size; i++) /* a dash is written \\- there */
        if (text[i] != '\\' || text[i + 1] != '-')
            plain[n++] = text[i];
    plain[n] = '\0';
    for (const struct verb *v = VERBS; v->words; v++) {
        char name[100];
        snprintf(name, sizeof(name), "\n\\fB%s\\fR", v->words);
        assert_non_null(strstr(plain, name));
        for (const struct flag *flag = v->flags; flag && flag->name; flag++)
            assert_non_null(strstr(plain, flag->help));
    }
    for (const struct flag *flag = GLOBAL_FLAGS; flag->name; flag++)
        assert_non_null(strstr(plain, flag->help));
    for (int i = 0; i < ACT_COUNT; i++) {
        char name[60];
        snprintf(name, sizeof(name), "\\fR  %s\n", ACTIONS[i].name);
        assert_non_null(strstr(plain, name));
        assert_non_null(strstr(plain, ACTIONS[i].help + 1)); /* it begins with a capital there */
    }
    for (const struct help_exit *e = HELP_EXITS; e->meaning; e++)
        assert_non_null(strstr(plain, e->meaning + 1));
    free(plain);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_whole),
        cmocka_unit_test(test_requests_are_documented),
        cmocka_unit_test(test_reference_page_is_current),
        cmocka_unit_test(test_help_names_everything),
        cmocka_unit_test(test_manual_names_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
