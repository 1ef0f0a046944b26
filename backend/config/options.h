/*
 * options: the table of all scalar options of protector-console.cfg.
 *
 * One row an option: its path in the file, type, place in the struct, default,
 * range and help. Reading, the example file and its test all come from it.
 * Constant data and pure functions; any thread.
 */
#ifndef PC_CONFIG_OPTIONS_H
#define PC_CONFIG_OPTIONS_H

#include "backend/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

enum option_type {
    OPTION_TEXT,
    OPTION_FILE, /* text; ~ and relative names are resolved when read */
    OPTION_WORD, /* text, one of `words` */
    OPTION_NUMBER,
    OPTION_FLAG
};

struct config_option {
    const char *path; /* "test_failover.auto_cleanup" */
    enum option_type type;
    size_t offset;            /* into struct config or struct config_site */
    const char *text;         /* default of the text types; NULL: must be given */
    int number, min, max;     /* default and range of a number; a flag's default */
    const char *const *words; /* NULL-ended */
    bool secret;              /* never shown, never logged */
    const char *help;         /* sentences, one line */
};

/* Of struct config, and of one element of `sites`. */
const struct config_option *config_options(size_t *ret_count);
const struct config_option *config_site_options(size_t *ret_count);

/* Sets every option of the table to its default in `base`. */
void options_default(const struct config_option *table, size_t count, struct arena *a, void *base);
/* NULL when no row has this path. */
const struct config_option *options_find(const struct config_option *table, size_t count,
                                         const char *path);
/* Says whether a row's path starts with "name.". */
bool options_section(const struct config_option *table, size_t count, const char *name);
/* The row whose path a person probably meant, NULL when none is near. */
const struct config_option *options_nearest(const struct config_option *table, size_t count,
                                            const char *path);
/* "a whole number from 1 to 65535"; returns dst. */
const char *option_expects(const struct config_option *o, char *dst, size_t size);

#endif
