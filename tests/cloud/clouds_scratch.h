/*
 * clouds_scratch: a home and a current directory of the test's own, and an
 * environment without OS_*, so that nothing of the machine is read.
 */
#ifndef PC_TESTS_CLOUD_CLOUDS_SCRATCH_H
#define PC_TESTS_CLOUD_CLOUDS_SCRATCH_H

#include "backend/base/mem.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[64];

static inline void scratch_clean_env(void)
{
    for (char **e = environ; *e;) {
        const char *equals = strchr(*e, '=');
        if (strncmp(*e, "OS_", 3) != 0 || !equals) {
            e++;
            continue;
        }
        char *name = xstrndup(*e, (size_t)(equals - *e));
        unsetenv(name);
        free(name);
        e = environ;
    }
}

static inline int scratch_setup(void **state)
{
    (void)state;
    snprintf(scratch, sizeof(scratch), "/tmp/protector-clouds-XXXXXX");
    if (!mkdtemp(scratch) || chdir(scratch))
        return -1;
    scratch_clean_env();
    setenv("HOME", scratch, 1);
    setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("SNAP_REAL_HOME");
    return 0;
}

static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st, (void)type, (void)f;
    return remove(path);
}

static inline int scratch_teardown(void **state)
{
    (void)state;
    scratch_clean_env();
    return chdir("/") || nftw(scratch, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file below the scratch folder, its folders included. */
static inline void scratch_write(const char *name, const char *text, mode_t mode)
{
    char *path = xasprintf("%s/%s", scratch, name);
    for (char *p = path + strlen(scratch) + 1; (p = strchr(p, '/')) != NULL; *p++ = '/') {
        *p = '\0';
        mkdir(path, 0700);
    }
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) || chmod(path, mode))
        abort();
    free(path);
}

#endif
