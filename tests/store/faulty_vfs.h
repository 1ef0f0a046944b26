/*
 * faulty_vfs: a disk that fails when told to.
 *
 * It stands between SQLite and the real disk, counts every write, sync and
 * truncation, and lets the one with a given number fail: once, or from then
 * on. It also knows whether the log has writes that were not synced.
 */
#ifndef PC_TESTS_STORE_FAULTY_VFS_H
#define PC_TESTS_STORE_FAULTY_VFS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

struct faulty_kind {
    const char *name;
    int on_write, on_sync; /* what the failing call returns */
    bool lasting;          /* all that follow fail as well */
};

static struct {
    sqlite3_vfs *real;
    const struct faulty_kind *kind;
    int fail_at; /* 0: never */
    int points;  /* calls so far */
    bool log_unsynced;
} faulty;

struct faulty_file {
    sqlite3_file base;
    bool log;
    sqlite3_file *real;
};

static inline sqlite3_file *faulty_real(sqlite3_file *f)
{
    return ((struct faulty_file *)(void *)f)->real;
}

static inline bool faulty_now(void)
{
    faulty.points++;
    return faulty.fail_at && (faulty.points == faulty.fail_at ||
                              (faulty.kind->lasting && faulty.points > faulty.fail_at));
}

static int faulty_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at)
{
    sqlite3_file *real = faulty_real(f);
    if (((struct faulty_file *)(void *)f)->log)
        faulty.log_unsynced = true;
    if (faulty_now()) { /* torn: half of it gets there */
        real->pMethods->xWrite(real, data, n / 2, at);
        return faulty.kind->on_write;
    }
    return real->pMethods->xWrite(real, data, n, at);
}

static int faulty_sync(sqlite3_file *f, int flags)
{
    sqlite3_file *real = faulty_real(f);
    if (faulty_now())
        return faulty.kind->on_sync;
    if (((struct faulty_file *)(void *)f)->log)
        faulty.log_unsynced = false;
    return real->pMethods->xSync(real, flags);
}

static int faulty_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sqlite3_file *real = faulty_real(f);
    return faulty_now() ? SQLITE_IOERR_TRUNCATE : real->pMethods->xTruncate(real, size);
}

#define FAULTY_PASS(name, params, args)                  \
    static int faulty_##name params                      \
    {                                                    \
        sqlite3_file *real = faulty_real(f);             \
        return real->pMethods->name args;                \
    }
FAULTY_PASS(xClose, (sqlite3_file * f), (real))
FAULTY_PASS(xRead, (sqlite3_file * f, void *p, int n, sqlite3_int64 at), (real, p, n, at))
FAULTY_PASS(xFileSize, (sqlite3_file * f, sqlite3_int64 *size), (real, size))
FAULTY_PASS(xLock, (sqlite3_file * f, int level), (real, level))
FAULTY_PASS(xUnlock, (sqlite3_file * f, int level), (real, level))
FAULTY_PASS(xCheckReservedLock, (sqlite3_file * f, int *ret), (real, ret))
FAULTY_PASS(xFileControl, (sqlite3_file * f, int op, void *arg), (real, op, arg))
FAULTY_PASS(xSectorSize, (sqlite3_file * f), (real))
FAULTY_PASS(xDeviceCharacteristics, (sqlite3_file * f), (real))
FAULTY_PASS(xShmMap, (sqlite3_file * f, int page, int size, int grow, void volatile **ret),
            (real, page, size, grow, ret))
FAULTY_PASS(xShmLock, (sqlite3_file * f, int at, int n, int flags), (real, at, n, flags))
FAULTY_PASS(xShmUnmap, (sqlite3_file * f, int gone), (real, gone))

static void faulty_barrier(sqlite3_file *f)
{
    sqlite3_file *real = faulty_real(f);
    real->pMethods->xShmBarrier(real);
}

static const sqlite3_io_methods FAULTY_METHODS = {
    .iVersion = 2,
    .xClose = faulty_xClose,
    .xRead = faulty_xRead,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_xFileSize,
    .xLock = faulty_xLock,
    .xUnlock = faulty_xUnlock,
    .xCheckReservedLock = faulty_xCheckReservedLock,
    .xFileControl = faulty_xFileControl,
    .xSectorSize = faulty_xSectorSize,
    .xDeviceCharacteristics = faulty_xDeviceCharacteristics,
    .xShmMap = faulty_xShmMap,
    .xShmLock = faulty_xShmLock,
    .xShmBarrier = faulty_barrier,
    .xShmUnmap = faulty_xShmUnmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct faulty_file *file = (struct faulty_file *)(void *)f;
    (void)vfs;
    memset(file, 0, sizeof(*file));
    file->real = (sqlite3_file *)(void *)(file + 1);
    file->log = (flags & SQLITE_OPEN_WAL) != 0;
    int rc = faulty.real->xOpen(faulty.real, name, file->real, flags, out);
    if (rc == SQLITE_OK)
        file->base.pMethods = &FAULTY_METHODS;
    return rc;
}

/* Makes the faulty disk the one that every new connection uses. */
static inline void faulty_install(void)
{
    static sqlite3_vfs vfs;
    faulty.real = sqlite3_vfs_find(NULL);
    vfs = *faulty.real;
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(struct faulty_file) + faulty.real->szOsFile;
    vfs.xOpen = faulty_open;
    sqlite3_vfs_register(&vfs, 1);
}

#endif
