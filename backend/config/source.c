#include "backend/config/source.h"

#include "backend/base/buf.h"
#include "backend/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void source_mark(struct pc_error *err, const char *path, int line)
{
    if (!err)
        return;
    size_t n = strlen(path), room = sizeof(err->source) - 1;
    char tail[sizeof(err->source)];
    if (n <= room)
        snprintf(tail, sizeof(tail), "%s", path);
    else
        snprintf(tail, sizeof(tail), "...%s", path + (n - room) + 3);
    safe_text(err->source, sizeof(err->source), tail);
    err->line = line;
}

static enum pc_err refuse(struct pc_error *err, const char *path, int line, const char *remedy,
                          const char *why)
{
    pc_error_set(err, PC_ERR_CONFIG, remedy, "%s", why);
    source_mark(err, path, line);
    return PC_ERR_CONFIG;
}

static enum pc_err unreadable(struct pc_error *err, const char *path, int number)
{
    char why[160];
    snprintf(why, sizeof(why), "the configuration cannot be read: %s", strerror(number));
    return refuse(err, path, 0,
                  number == ENOENT ? "Name an existing file with --config, or start from "
                                     "protector-console.cfg."
                                   : "Make it a file that you can read, or name another with "
                                     "--config.",
                  why);
}

/* libconfig would open the other file itself, and end the process when that
 * is a directory; and an error is clearer when there is one file. */
static int include_line(const char *text)
{
    int line = 1;
    for (const char *p = text; p; line++) {
        const char *word = p + strspn(p, " \t");
        if (text_starts(word, "@include"))
            return line;
        p = strchr(p, '\n');
        p = p ? p + 1 : NULL;
    }
    return 0;
}

/* What libconfig takes no number from: a comment or a text. Where there is none, `p` itself. */
static const char *past_words(const char *p)
{
    if (*p == '#' || (p[0] == '/' && p[1] == '/'))
        return p + strcspn(p, "\n");
    if (p[0] == '/' && p[1] == '*') {
        const char *end = strstr(p + 2, "*/");
        return end ? end + 2 : p + strlen(p);
    }
    if (*p == '"') {
        for (p++; *p && *p != '"'; p++)
            if (*p == '\\' && p[1])
                p++;
        return *p ? p + 1 : p;
    }
    return p;
}

/* libconfig cuts a number that is no int to the bits of one: of 4294967301 minutes it would
 * make five, and say nothing. One with an L it keeps whole. NULL: there is none. */
static const char *wide_number(const char *text)
{
    static const char DIGITS[] = "0123456789",
                      NAME[] = "-_*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (const char *p = text; *p;) {
        const char *past = past_words(p);
        if (past == p && strspn(p, DIGITS)) {
            bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
            char *end;
            errno = 0;
            long long v = strtoll(p, &end, hex ? 16 : 10);
            if ((errno == ERANGE || v > INT_MAX) && (!*end || !strchr(".eEL", *end)))
                return p;
            past = end + strspn(end, ".eEL0123456789"); /* what stands behind the point, too */
        } else if (past == p) {
            size_t name = strspn(p, NAME); /* there may be digits in one */
            past += name > 1 && *p != '-' ? name : 1;
        }
        p = past;
    }
    return NULL;
}

static int line_of(const char *bytes, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

static enum pc_err slurp(int fd, const char *path, struct buf *b, struct pc_error *err)
{
    char part[8192];
    for (;;) {
        ssize_t n = read(fd, part, sizeof(part));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return unreadable(err, path, errno);
        if (n == 0)
            return PC_OK;
        if (!buf_add(b, part, (size_t)n))
            return refuse(err, path, 0, "Name the configuration with --config.",
                          "this is no configuration: it is larger than 1 MiB");
    }
}

enum pc_err source_read(const char *path, struct source_text *ret, struct pc_error *err)
{
    struct stat st;
    struct buf b;
    enum pc_err rc;
    buf_init(&b, SOURCE_MOST);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0) {
        rc = unreadable(err, path, errno);
        goto out;
    }
    rc = slurp(fd, path, &b, err);
    if (rc)
        goto out;
    size_t length = strlen(buf_text(&b));
    if (length != b.len) {
        rc = refuse(err, path, line_of(b.data, length), "Save it as plain text.",
                    "the configuration holds a NUL byte");
        goto out;
    }
    int line = include_line(buf_text(&b));
    if (line) {
        rc = refuse(err, path, line, "Copy what the other file holds to this place.",
                    "@include is not supported");
        goto out;
    }
    const char *wide = wide_number(buf_text(&b));
    if (wide) {
        rc = refuse(err, path, line_of(b.data, (size_t)(wide - buf_text(&b))),
                    "Write a smaller one; protector-console.cfg says what each option takes.",
                    "a number is out of range");
        goto out;
    }
    buf_puts(&b, ""); /* an empty file is a string too */
    ret->mode = st.st_mode;
    ret->bytes = buf_take(&b);
out:
    if (fd >= 0)
        close(fd);
    buf_release(&b);
    return rc;
}

void source_release(struct source_text *t)
{
    free(t->bytes);
    t->bytes = NULL;
}

const char *source_resolve(struct arena *a, const char *file, const char *name)
{
    const char *home = getenv("HOME"), *slash = strrchr(file, '/');
    if (name[0] == '~' && (name[1] == '/' || !name[1]) && home)
        return arena_printf(a, "%s%s", home, name + 1);
    if (!*name || name[0] == '/' || !slash)
        return arena_strdup(a, name);
    return arena_printf(a, "%.*s/%s", (int)(slash - file), file, name);
}
