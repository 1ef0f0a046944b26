/* record: see record.h. */
#include "backend/store/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 600, TURNS_MAX = 100 };

/* age 0: the one that is written to. */
static void path_of(const char *state_dir, int age, char path[PATH_SIZE])
{
    if (age)
        snprintf(path, PATH_SIZE, "%s/audit.jsonl.%d", state_dir, age);
    else
        snprintf(path, PATH_SIZE, "%s/audit.jsonl", state_dir);
}

/* ---- writing --------------------------------------------------------------------- */

/* Opened and locked; false: errno says why. Who waited for the lock may hold one
 * that was renamed meanwhile, and looks again. */
static bool open_locked(const char *path, int *ret_fd, struct stat *ret)
{
    struct stat there;
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return false;
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, ret) == 0 && stat(path, &there) == 0 &&
            there.st_ino == ret->st_ino && there.st_dev == ret->st_dev) {
            *ret_fd = fd;
            return true;
        }
        close(fd);
    }
    errno = EAGAIN;
    return false;
}

/* The locked file becomes the newest of those before; the oldest makes room. */
static bool turn_over(const char *state_dir)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    for (int age = RECORD_FILES - 2; age >= 0; age--) {
        path_of(state_dir, age, from);
        path_of(state_dir, age + 1, to);
        if (rename(from, to) && errno != ENOENT)
            return false;
    }
    return true;
}

static bool ends_whole(int fd, off_t size)
{
    char last = '\n';
    return size == 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

/* One write: what a writer left unfinished is ended first. */
static bool write_line(int fd, off_t size, const char *line, size_t len, bool durable)
{
    char *text = malloc(len + 2);
    size_t n = 0;
    if (!text)
        return false;
    if (!ends_whole(fd, size))
        text[n++] = '\n';
    memcpy(text + n, line, len);
    n += len;
    text[n++] = '\n';
    errno = ENOSPC; /* where a write is short */
    bool good = write(fd, text, n) == (ssize_t)n && (!durable || fdatasync(fd) == 0);
    free(text);
    return good;
}

enum pc_err record_append(const char *state_dir, const char *line, bool durable,
                          struct pc_error *err)
{
    char path[PATH_SIZE];
    struct stat st;
    size_t len = strlen(line);
    int fd = -1;
    path_of(state_dir, 0, path);
    if (len + 2 > RECORD_LINE_BYTES)
        return pc_error_set(err, PC_ERR_IO, "Make it shorter.",
                            "%s: a line of %zu bytes is too long", path, len);
    bool good = open_locked(path, &fd, &st);
    if (good && st.st_size > 0 && st.st_size + (off_t)len + 2 > RECORD_FILE_BYTES) {
        int full = fd;
        fd = -1;
        good = turn_over(state_dir) && open_locked(path, &fd, &st);
        close(full);
    }
    good = good && write_line(fd, st.st_size, line, len, durable);
    int cause = errno;
    if (fd >= 0)
        close(fd);
    if (good)
        return PC_OK;
    return pc_error_set(err, PC_ERR_IO, "Look at the room on the disk and at who may write there.",
                        "%s: %s", path, strerror(cause));
}

/* ---- reading ----------------------------------------------------------------------- */

struct reading {
    void (*take)(void *arg, const char *line, bool whole);
    void *arg;
    char line[RECORD_LINE_BYTES + 1];
    size_t len;
    bool longer; /* than a line may be */
};

static void take_bytes(struct reading *r, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            r->line[r->len] = '\0';
            if (r->len || r->longer)
                r->take(r->arg, r->line, !r->longer);
            r->len = 0;
            r->longer = false;
        } else if (r->len < RECORD_LINE_BYTES) {
            r->line[r->len++] = bytes[i];
        } else {
            r->longer = true;
        }
    }
}

/* What has no end yet is told as what it is. */
static bool read_file(struct reading *r, int fd)
{
    char bytes[32 * 1024];
    ssize_t n;
    r->len = 0;
    r->longer = false;
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        take_bytes(r, bytes, (size_t)n);
    r->line[r->len] = '\0';
    if (n == 0 && (r->len || r->longer))
        r->take(r->arg, r->line, false);
    return n == 0;
}

enum pc_err record_read(const char *state_dir, int64_t since_ms,
                        void (*take)(void *arg, const char *line, bool whole), void *arg,
                        struct pc_error *err)
{
    struct reading *r = calloc(1, sizeof *r);
    char path[PATH_SIZE] = "";
    struct stat st;
    bool good = r != NULL;
    if (r)
        r->take = take, r->arg = arg;
    for (int age = RECORD_FILES - 1; good && age >= 0; age--) {
        path_of(state_dir, age, path);
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 && errno == ENOENT)
            continue;
        good = fd >= 0 && fstat(fd, &st) == 0;
        if (good && ((int64_t)st.st_mtim.tv_sec + 1) * 1000 >= since_ms)
            good = read_file(r, fd);
        if (fd >= 0)
            close(fd);
    }
    int cause = errno;
    free(r);
    if (good)
        return PC_OK;
    return pc_error_set(err, PC_ERR_IO, "Look at who may read there.", "%s cannot be read: %s",
                        path, strerror(cause));
}

/* ---- reading backwards ----------------------------------------------------------------- */

enum { PAGE_BYTES = 2 * RECORD_LINE_BYTES };

/* The file of that inode, 0: the newest there is; with `before` the next older one than
 * that. -1: there is none, or errno says why. */
static int open_file(const char *state_dir, uint64_t file, bool before, struct stat *ret)
{
    char path[PATH_SIZE];
    bool passed = file == 0;
    for (int age = 0; age < RECORD_FILES; age++) {
        path_of(state_dir, age, path);
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0 || fstat(fd, ret))
            return fd;
        if (passed || (!before && ret->st_ino == file))
            return fd;
        passed = ret->st_ino == file;
        close(fd);
    }
    errno = 0;
    return -1;
}

/* Of the bytes before `end`, those from the first begin of a line on; returns where that
 * is, -1: errno says why. What is longer than a page has no begin in it, and is no line. */
static int64_t read_page(struct reading *r, int fd, int64_t end)
{
    char *bytes = malloc(PAGE_BYTES);
    int64_t start = end > PAGE_BYTES ? end - PAGE_BYTES : 0, from = start;
    ssize_t n = bytes ? pread(fd, bytes, (size_t)(end - start), (off_t)start) : -1;
    if (n > 0) {
        const char *line = start ? memchr(bytes, '\n', (size_t)n) : NULL;
        size_t skip = line ? (size_t)(line + 1 - bytes) : 0;
        from += (int64_t)skip;
        take_bytes(r, bytes + skip, (size_t)n - skip);
        r->line[r->len] = '\0';
        if (r->len || r->longer)
            r->take(r->arg, r->line, false);
    }
    free(bytes);
    return n < 0 ? -1 : from;
}

enum pc_err record_before(const char *state_dir, struct record_place *place,
                          void (*take)(void *arg, const char *line, bool whole), void *arg,
                          bool *ret_more, struct pc_error *err)
{
    struct reading *r = calloc(1, sizeof *r);
    struct stat st = {0}, older;
    bool next = place->file && place->at == 0;
    int64_t from = 0;
    errno = ENOMEM;
    int fd = r ? open_file(state_dir, place->file, next, &st) : -1;
    if (fd >= 0) {
        r->take = take, r->arg = arg;
        from = read_page(r, fd, place->file && !next ? place->at : (int64_t)st.st_size);
    }
    int cause = fd >= 0 && from >= 0 ? 0 : errno;
    if (fd >= 0)
        close(fd);
    free(r);
    if (cause)
        return pc_error_set(err, PC_ERR_IO, "Look at who may read there.",
                            "%s/audit.jsonl cannot be read: %s", state_dir, strerror(cause));
    *ret_more = from > 0;
    if (fd >= 0)
        *place = (struct record_place){(uint64_t)st.st_ino, from};
    if (fd >= 0 && from == 0 && (fd = open_file(state_dir, place->file, true, &older)) >= 0) {
        *ret_more = true;
        close(fd);
    }
    return PC_OK;
}
