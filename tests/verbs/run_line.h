/*
 * Command lines on the fake door: what they print, and what they return.
 *
 * A verb that starts an engine starts this test again instead, which keeps the
 * words it was started with; main() hands them to keep_words().
 */
#ifndef PC_TESTS_VERBS_RUN_LINE_H
#define PC_TESTS_VERBS_RUN_LINE_H

#include "tests/verbs/fake_door.h"
#include "tui/verbs/session.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

static char the_dir[] = "/tmp/pc-verbs-XXXXXX";
static char *the_out, *the_err;
static const char *the_typed; /* at the terminal; NULL: there is none */

/* Runs a command line on the fake door; what it prints is in the_out, the_err. */
static inline int run(const char *line)
{
    char text[512], *argv[24], *rest = text;
    int argc = 0, code;
    size_t n;
    struct args a;
    struct pc_error err = {0};
    free(the_out);
    free(the_err);
    FILE *out = open_memstream(&the_out, &n), *errors = open_memstream(&the_err, &n);
    snprintf(text, sizeof(text), "protector-console --state-dir %s %s", the_dir, line);
    for (; rest && argc < 24; argc++) {
        argv[argc] = rest;
        rest = strchr(rest, ' ');
        if (rest)
            *rest++ = '\0';
    }
    if (args_parse(argc, argv, &a, &err)) {
        code = report_error(errors, &err);
    } else {
        /* One byte at least: an empty stream cannot be opened. */
        FILE *in = the_typed ? fmemopen((char *)(uintptr_t)the_typed,
                                        *the_typed ? strlen(the_typed) : 1, "r") : NULL;
        code = session_run(&a, in, out, errors);
        args_release(&a);
        if (in)
            fclose(in);
    }
    fclose(out);
    fclose(errors);
    assert_int_equal(fake.opens, fake.closes); /* no door stays open */
    return code;
}

static inline void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

/* The program that is started is this test itself: main() keeps its words. */
static inline char *spawned(void)
{
    char path[200], line[600];
    int status = -1;
    snprintf(path, sizeof(path), "%s/spawned", the_dir);
    assert_true(waitpid(-1, &status, 0) > 0);
    assert_int_equal(status, 0);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof(line), f));
    fclose(f);
    remove(path);
    return strdup(line);
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

/* Started as `protector-console --state-dir DIR ...`: keeps the words. */
static inline int keep_words(int argc, char **argv)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/spawned", argv[2]);
    FILE *f = fopen(path, "w");
    for (int i = 1; f && i < argc; i++)
        fprintf(f, " %s", argv[i]);
    return !f || fclose(f) != 0;
}

static inline void run_line_reset(void)
{
    fake_reset();
    the_typed = NULL;
}

static inline void run_line_end(void)
{
    fake_reset();
    free(the_out);
    free(the_err);
    nftw(the_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int run_line_ended(int failed)
{
    run_line_end();
    return failed;
}

/* What main() does with its tests: the program that it starts is itself. */
#define RUN_LINE_MAIN(argc, argv, tests)                                                           \
    ((argc) > 2 ? keep_words(argc, argv)                                                           \
     : !mkdtemp(the_dir) ? 1                                                                       \
                         : run_line_ended(cmocka_run_group_tests(tests, NULL, NULL)))

#endif
