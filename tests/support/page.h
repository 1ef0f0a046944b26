/*
 * page: a document that a table prints, and that must be as the table has it.
 *
 * UPDATE_GOLDEN=1 writes it anew; read the difference before you commit it.
 */
#ifndef PC_TESTS_SUPPORT_PAGE_H
#define PC_TESTS_SUPPORT_PAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Fails the test where the file is another text. */
static inline void page_is_current(const char *path, const char *text)
{
    static char kept[65536];
    if (getenv("UPDATE_GOLDEN")) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(text, out);
        fclose(out);
    }
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    kept[fread(kept, 1, sizeof(kept) - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(kept, text);
}

#endif
