/*
 * record: lines that are only ever appended to, and kept by files.
 *
 * audit.jsonl of the state directory and, once it is full, those before it:
 * audit.jsonl.1 is the newest of them. A line is written whole under a lock that
 * all processes of the machine take, after whatever an earlier writer may have
 * left unfinished. A file that is full is renamed, and a new one begun; no file is
 * ever cut or written over. The oldest goes when there would be more than
 * RECORD_FILES. Any thread; the lock is held for a write and its sync.
 */
#ifndef PC_STORE_RECORD_H
#define PC_STORE_RECORD_H

#include "backend/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RECORD_FILE_BYTES = 8 * 1024 * 1024, /* a file is full when a line would pass this */
    RECORD_FILES = 8,                    /* with the one that is written to */
    RECORD_LINE_BYTES = 64 * 1024,       /* the longest line, its end included */
};

/* Appends `line`, which has no newline in it. durable: it is on the disk when this
 * returns. IO: it could not be put there, whole. */
enum pc_err record_append(const char *state_dir, const char *line, bool durable,
                          struct pc_error *err);

/* Every line, the oldest first, lent without its newline; files that were last
 * written before `since_ms` (wall, 0: none) are passed over. whole: it has its end, and
 * is no longer than a line may be. Without any file there are no lines. */
enum pc_err record_read(const char *state_dir, int64_t since_ms,
                        void (*take)(void *arg, const char *line, bool whole), void *arg,
                        struct pc_error *err);

/* Where in the record: a file, which keeps its inode when it is renamed, and how many
 * bytes of it. Zeroed: the end. */
struct record_place {
    uint64_t file;
    int64_t at;
};

/* The same for a page of lines that end at a place, the oldest first: at least one of
 * what a line may be long. *place becomes where they begin; *ret_more: whether there is
 * anything before that. A file that had to make room meanwhile is the end of it. */
enum pc_err record_before(const char *state_dir, struct record_place *place,
                          void (*take)(void *arg, const char *line, bool whole), void *arg,
                          bool *ret_more, struct pc_error *err);

#endif
