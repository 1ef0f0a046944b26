/*
 * file_text: groups.json as it lies on the disk, and where in it each
 * group stands.
 *
 * Ten thousand groups are thirty megabytes of text. To see what is behind in it,
 * a few facts of each are read; the rest is copied as it is when the next file is
 * written, and none of it is built as values. Engine thread.
 */
#ifndef PC_ENGINE_GROUPS_FILE_TEXT_H
#define PC_ENGINE_GROUPS_FILE_TEXT_H

#include "backend/base/error.h"
#include "backend/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GROUPS_FILE_FORMAT = 1 };

struct filed_operation {
    const char *id;
    int64_t completed_ms;
};

struct filed_group {
    const char *id;
    int64_t version;                    /* -1: not told */
    struct filed_operation *operations; /* real ones that have ended, oldest first */
    size_t operation_count;
    const char *at; /* its text, of so many bytes */
    size_t size;
    /* For the caller: the database has it, a newer one, an older one; and how many of
     * the operations it has. */
    bool held, behind, ahead;
    size_t known;
};

struct groups_text {
    char *text;
    struct arena arena;
    struct filed_group *groups; /* as they stand there */
    size_t count;
    struct filed_group **by_id;
};

/* Without a file it is empty. STORE: it is not understood, and *ret needs no
 * release. */
enum pc_err groups_text_read(const char *path, struct groups_text *ret, struct pc_error *err);
void groups_text_release(struct groups_text *t);
struct filed_group *groups_text_find(const struct groups_text *t, const char *id); /* lent, or NULL */

#endif
