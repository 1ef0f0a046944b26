/*
 * source: the bytes of a configuration file, and places in it.
 *
 * Reads a whole file with a cap, so that no parser below is handed a
 * directory, a device or a gigabyte. Any thread.
 */
#ifndef PC_CONFIG_SOURCE_H
#define PC_CONFIG_SOURCE_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <stddef.h>

enum { SOURCE_MOST = 1 << 20 }; /* bytes */

struct source_text {
    char *bytes; /* NUL-ended, no NUL inside */
    unsigned mode; /* of the file, as stat has it */
};

/* PC_ERR_CONFIG with source, line and remedy: not there, not readable, not a
 * file, too large, holds a NUL, or includes another file. */
enum pc_err source_read(const char *path, struct source_text *ret, struct pc_error *err);
void source_release(struct source_text *t);

/* Sets err's source and line; the end of a long path is what is kept. */
void source_mark(struct pc_error *err, const char *path, int line);
/* `name` with ~ expanded, and a relative one taken from the folder of `file`;
 * "" stays "". */
const char *source_resolve(struct arena *a, const char *file, const char *name);

#endif
