/* save: see save.h. */
#include "tui/save.h"

#include "backend/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum pc_err refuse(struct pc_error *err, const char *path)
{
    return pc_error_set(err, PC_ERR_IO, "Look at the room on the disk and at who may write there.",
                        "%s cannot be written: %s", path, strerror(errno));
}

enum pc_err save_stem(const char *dir, const char *folder, const char *name, int64_t now_ms,
                      char *dst, size_t size, struct pc_error *err)
{
    char iso[CLOCK_ISO_SIZE], stamp[CLOCK_ISO_SIZE], path[600];
    size_t n = 0;
    if (!dir || !*dir)
        return pc_error_set(err, PC_ERR_IO, NULL, "there is no state directory to write to");
    snprintf(path, sizeof path, "%s/%s", dir, folder);
    if (mkdir(path, 0700) && errno != EEXIST)
        return refuse(err, path);
    clock_iso(iso, now_ms);
    for (const char *p = iso; *p; p++) /* colons are trouble in file names */
        if (*p != '-' && *p != ':')
            stamp[n++] = *p;
    stamp[n] = '\0';
    snprintf(dst, size, "%s/%s-%s", path, name, stamp);
    return PC_OK;
}

static int write_all(int fd, const char *at, size_t left)
{
    while (left) {
        ssize_t n = write(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        at += n;
        left -= (size_t)n;
    }
    return 0;
}

enum pc_err save_text(const char *path, const struct buf *text, struct pc_error *err)
{
    char part[800];
    if (text->overflowed)
        return pc_error_set(err, PC_ERR_IO, "Filter the list first.", "%s would be too long", path);
    snprintf(part, sizeof part, "%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return refuse(err, path);
    int bad = write_all(fd, buf_text(text), text->len);
    if (close(fd) || bad || rename(part, path)) {
        enum pc_err rc = refuse(err, path);
        unlink(part);
        return rc;
    }
    return PC_OK;
}
