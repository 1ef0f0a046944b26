/* protector-console.cfg in the root: it tells the truth about every option. */
#include "backend/base/buf.h"
#include "backend/base/text.h"
#include "backend/config/config.h"
#include "backend/config/options.h"
#include "tests/config/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char EXAMPLE[] = PC_SOURCE_DIR "/protector-console.cfg";

static char *whole_file(void)
{
    struct buf b;
    char part[4096];
    buf_init(&b, 1 << 20);
    FILE *f = fopen(EXAMPLE, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0;)
        buf_add(&b, part, n);
    fclose(f);
    return buf_take(&b);
}

/* Comments as one running text: no marks, one space between words. */
static char *flat(const char *text)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    for (; *text; text++) {
        bool gap = strchr(" \n#", *text) != NULL;
        if (!gap)
            buf_add(&b, text, 1);
        else if (b.len && b.data[b.len - 1] != ' ')
            buf_puts(&b, " ");
    }
    return buf_take(&b);
}

static void the_example_is_the_defaults(void **state)
{
    (void)state;
    struct config from_file, built_in;
    struct pc_error err = {0};
    size_t count;
    const struct config_option *table = config_options(&count);
    if (config_load(EXAMPLE, &from_file, &err))
        fail_msg("%s:%d: %s", err.source, err.line, err.text);
    assert_int_equal(config_load(NULL, &built_in, NULL), PC_OK);
    for (const struct config_option *o = table; o < table + count; o++) {
        const char *a = (const char *)&from_file + o->offset;
        const char *b = (const char *)&built_in + o->offset;
        bool same;
        if (o->type == OPTION_NUMBER)
            same = *(const int *)(const void *)a == *(const int *)(const void *)b;
        else if (o->type == OPTION_FLAG)
            same = *(const bool *)(const void *)a == *(const bool *)(const void *)b;
        else
            same = strcmp(*(const char *const *)(const void *)a,
                          *(const char *const *)(const void *)b) == 0;
        if (!same)
            fail_msg("%s differs from its default", o->path);
    }
    assert_int_equal(from_file.site_count, 0);
    assert_int_equal(from_file.warning_count, 0);
    config_release(&from_file);
    config_release(&built_in);
}

/* Where `name = ` of a section stands, after `from`. */
static const char *setting(const char *text, const char *path)
{
    const char *dot = strchr(path, '.'), *at = text;
    char *name = xasprintf("%s = ", dot ? dot + 1 : path);
    if (dot) {
        char *section = xasprintf("\n%.*s: {", (int)(dot - path), path);
        at = strstr(text, section);
        free(section);
    }
    const char *found = at ? strstr(at, name) : NULL;
    const char *end = at && dot ? strstr(at, "\n};") : NULL;
    free(name);
    return end && found > end ? NULL : found;
}

static void the_example_names_every_option_with_its_help(void **state)
{
    (void)state;
    size_t count;
    const struct config_option *table = config_options(&count);
    char *text = whole_file(), *words = flat(text);
    for (const struct config_option *o = table; o < table + count; o++) {
        const char *dot = strrchr(o->path, '.');
        char *told = xasprintf("%s %s = ", o->help, dot ? dot + 1 : o->path);
        if (!setting(text, o->path))
            fail_msg("%s is missing in protector-console.cfg", o->path);
        if (!strstr(words, told))
            fail_msg("%s: its help does not stand before it: %s", o->path, o->help);
        free(told);
    }
    table = config_site_options(&count);
    for (const struct config_option *o = table; o < table + count; o++) {
        char *told = xasprintf(" %s %s", o->path, o->help);
        if (!strstr(words, told))
            fail_msg("site option %s: its help is missing: %s", o->path, o->help);
        free(told);
    }
    free(words);
    free(text);
}

/* The lines marked `#> `, from the nth `sites = (` to its end. */
static char *example_sites(int nth)
{
    struct buf b;
    char *text = whole_file(), *rest = text, *line;
    int seen = 0;
    buf_init(&b, 1 << 20);
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (!text_starts(line, "#> "))
            continue;
        seen += text_starts(line + 3, "sites = (");
        if (seen == nth) {
            buf_puts(&b, line + 3);
            buf_puts(&b, "\n");
        }
    }
    free(text);
    return buf_take(&b);
}

static void load_text(const char *text, struct config *ret)
{
    struct pc_error err = {0};
    char *path = scratch_file(text, 0600);
    if (config_load(path, ret, &err))
        fail_msg("example of two sites, line %d: %s", err.line, err.text);
    scratch_remove(path);
}

static void the_commented_sites_can_be_used(void **state)
{
    (void)state;
    struct config c;
    char *small = example_sites(1), *full = example_sites(2);
    load_text(small, &c);
    assert_int_equal(c.site_count, 2);
    assert_string_equal(c.sites[1].cloud, "site-b");
    config_release(&c);

    load_text(full, &c);
    assert_int_equal(c.site_count, 2);
    assert_true(c.sites[0].primary);
    assert_string_equal(c.sites[0].cloud, "site-a");
    assert_string_equal(c.sites[1].array_name, "array-lyon");
    config_release(&c);

    size_t count;
    const struct config_option *table = config_site_options(&count);
    for (const struct config_option *o = table; o < table + count; o++) {
        const char *dot = strrchr(o->path, '.');
        char *name = xasprintf(" %s = ", dot ? dot + 1 : o->path);
        if (!strstr(full, name))
            fail_msg("site option %s is missing in the example of two sites", o->path);
        free(name);
    }
    free(small);
    free(full);
}

static void paths_are_unique_and_helped(void **state)
{
    (void)state;
    size_t count;
    const struct config_option *table = config_options(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(options_find(table, count, table[i].path), &table[i]);
        assert_true(strlen(table[i].help) > 10);
        if (table[i].type == OPTION_NUMBER)
            assert_true(table[i].min <= table[i].number && table[i].number <= table[i].max);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_is_the_defaults),
        cmocka_unit_test(the_example_names_every_option_with_its_help),
        cmocka_unit_test(the_commented_sites_can_be_used),
        cmocka_unit_test(paths_are_unique_and_helped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
