#include "backend/store/files.h"

#include "backend/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static enum pc_err cannot(const char *what, const char *path, int number, struct pc_error *err)
{
    static const int refusals[] = {EACCES, EPERM, EROFS, ENOTDIR, EEXIST, EISDIR, ELOOP};
    enum pc_err rc = PC_ERR_STORE;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (refusals[i] == number)
            rc = PC_ERR_FORBIDDEN;
    pc_error_set(err, rc,
                 rc == PC_ERR_FORBIDDEN
                     ? "Start as the owner of the state directory, or name another with "
                       "--state-dir; --read-only only looks."
                     : "See to the file system of the state directory, or name another with "
                       "--state-dir.",
                 "%s: cannot be %s: %s", path, what, strerror(number));
    if (err)
        snprintf(err->source, sizeof(err->source), "%s", path);
    return rc;
}

/* A new name lasts only when the directory that holds it is on the disk. */
static void sync_dir(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* Makes path and, before it, what it lies in. */
static enum pc_err make_path(const char *path, struct pc_error *err)
{
    const char *slash = strrchr(path, '/');
    char *parent =
        !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
    struct stat st;
    enum pc_err rc = PC_OK;
    if (stat(parent, &st) != 0 && errno == ENOENT)
        rc = make_path(parent, err);
    if (!rc && mkdir(path, 0700) == 0)
        sync_dir(parent);
    else if (!rc && errno != EEXIST)
        rc = cannot("made", path, errno, err);
    free(parent);
    return rc;
}

static enum pc_err make_dir(const char *dir, struct pc_error *err)
{
    struct stat st;
    if (stat(dir, &st) != 0) {
        enum pc_err rc = errno == ENOENT ? make_path(dir, err) : cannot("read", dir, errno, err);
        if (rc)
            return rc;
        if (stat(dir, &st) != 0)
            return cannot("read", dir, errno, err);
    }
    if (!S_ISDIR(st.st_mode))
        return cannot("used", dir, ENOTDIR, err);
    return access(dir, R_OK | W_OK | X_OK) == 0 ? PC_OK : cannot("written", dir, errno, err);
}

static enum pc_err make_file(const char *path, struct pc_error *err)
{
    struct stat st;
    if (stat(path, &st) == 0) {
        if (!S_ISREG(st.st_mode))
            return cannot("used", path, EISDIR, err);
        if (st.st_mode & 077)
            chmod(path, 0600);
        return access(path, R_OK | W_OK) == 0 ? PC_OK : cannot("written", path, errno, err);
    }
    /* Only a file that was not there is opened here: to close a descriptor of
     * one in use would drop the locks this process has on it. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? PC_OK : cannot("made", path, errno, err);
    close(fd);
    return PC_OK;
}

enum pc_err file_make(const char *dir, const char *path, struct pc_error *err)
{
    enum pc_err rc = make_dir(dir, err);
    return rc ? rc : make_file(path, err);
}

int file_lock(const char *dir, int wait_ms)
{
    enum { TURN_MS = 5 };
    static const struct timespec turn = {0, TURN_MS * 1000000};
    /* The lock is the directory's own: it leaves no file, and none of the
     * database's files is opened for it. */
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || wait_ms <= 0) {
            close(fd);
            return -1;
        }
        nanosleep(&turn, NULL);
        wait_ms -= TURN_MS;
    }
    return fd;
}

void file_unlock(int fd)
{
    if (fd >= 0)
        close(fd);
}

enum pc_err file_look(const char *path, bool *ret_there, struct pc_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return cannot("read", path, errno, err);
        *ret_there = false;
        return PC_OK;
    }
    if (!S_ISREG(st.st_mode))
        return cannot("used", path, EISDIR, err);
    if (access(path, R_OK) != 0)
        return cannot("read", path, errno, err);
    *ret_there = st.st_size > 0;
    return PC_OK;
}

bool file_immutable(const char *path)
{
    struct statvfs fs;
    struct stat st;
    char *wal = xasprintf("%s-wal", path);
    bool empty = stat(wal, &st) != 0 || st.st_size == 0;
    free(wal);
    return empty && statvfs(path, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}
