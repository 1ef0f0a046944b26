/* scratch: a folder of one test's own, and files in it. */
#ifndef PC_TESTS_CONFIG_SCRATCH_H
#define PC_TESTS_CONFIG_SCRATCH_H

#include "backend/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Writes `text` to a file of a new folder; the caller removes and frees it. */
static inline char *scratch_file(const char *text, mode_t mode)
{
    char folder[] = "/tmp/protector-config-XXXXXX";
    if (!mkdtemp(folder))
        abort();
    char *path = xasprintf("%s/console.cfg", folder);
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) || chmod(path, mode))
        abort();
    return path;
}

static inline void scratch_remove(char *path)
{
    remove(path);
    *strrchr(path, '/') = '\0';
    remove(path);
    free(path);
}

#endif
