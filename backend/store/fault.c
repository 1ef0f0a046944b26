/*
 * fault: what SQLite reports, in words an operator can act on. One table; an
 * extended code is looked for before its primary one.
 */
#include "backend/store/inside.h"
#include "backend/store/process.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

#define INTACT "What was recorded before is intact. "

static const struct fault {
    int code;
    enum pc_err err;
    const char *text, *remedy;
} FAULTS[] = {
    {SQLITE_FULL, PC_ERR_STORE, "the disk is full",
     INTACT "Free space on the file system of the state directory and try again."},
    {SQLITE_READONLY_DBMOVED, PC_ERR_STORE, "the history was moved, deleted or replaced while it was in use",
     "Nothing more is done. Put history.db and history.db-wal back, then what ran is resumed; or "
     "start again without them: see rebuild."},
    {SQLITE_READONLY, PC_ERR_FORBIDDEN, "the file or its file system cannot be written",
     INTACT "Check the owner of the state directory and whether its file system is mounted "
            "read-only; --read-only only looks."},
    {SQLITE_PERM, PC_ERR_FORBIDDEN, "access to the file was refused",
     "Start as the owner of the state directory, or name another with --state-dir."},
    {SQLITE_CANTOPEN, PC_ERR_STORE, "the file cannot be opened",
     "Check that the state directory exists, who owns it, and the limit of open files (ulimit "
     "-n); or name another with --state-dir."},
    {SQLITE_LOCKED, PC_ERR_STORE, "the file is in use by this process", "Try again."},
    {SQLITE_PROTOCOL, PC_ERR_STORE, "other processes keep the file busy",
     "Try again; see which processes use the file (fuser)."},
    {SQLITE_CORRUPT, PC_ERR_STORE, "the file is damaged",
     "Nothing was changed. Keep a copy of history.db and history.db-wal, check the disk, and "
     "restore a backup; `sqlite3 history.db .recover` saves what is legible."},
    {SQLITE_NOTADB, PC_ERR_STORE, "the file is not a database",
     "Nothing was changed. Move it away for an empty history, restore a backup, or name another "
     "state directory."},
    {SQLITE_IOERR, PC_ERR_STORE, "the disk failed",
     INTACT "Check the disk and the kernel's log, then start again: what was running is taken "
            "up where it stood."},
    {SQLITE_NOMEM, PC_ERR_STORE, "memory is out", INTACT "Free memory and start again."},
    {SQLITE_TOOBIG, PC_ERR_TOO_LARGE, "the value is larger than the history keeps", NULL},
    {SQLITE_CONSTRAINT_UNIQUE, PC_ERR_EXISTS, "it exists already", NULL},
    {SQLITE_CONSTRAINT_PRIMARYKEY, PC_ERR_EXISTS, "it exists already", NULL},
    {SQLITE_CONSTRAINT_FOREIGNKEY, PC_ERR_NOT_FOUND, "what it belongs to is not there", NULL},
    {SQLITE_CONSTRAINT_TRIGGER, PC_ERR_FORBIDDEN, "what is kept for good is not changed", NULL},
    {SQLITE_CONSTRAINT, PC_ERR_INVALID, "the value is not one the history keeps", NULL},
};

static const struct fault *find(int code)
{
    static const struct fault other = {
        0, PC_ERR_STORE, "the database refused",
        "Start again; if it stays, keep a copy of the state directory and report it."};
    for (size_t i = 0; i < sizeof(FAULTS) / sizeof(FAULTS[0]); i++)
        if (FAULTS[i].code == code)
            return &FAULTS[i];
    return code > 0xff ? find(code & 0xff) : &other;
}

enum pc_err store_error_source(const struct store *s, enum pc_err rc, struct pc_error *err)
{
    if (err)
        snprintf(err->source, sizeof(err->source), "%s", s->path);
    return rc;
}

/* When the engine that is `pid` was heard of last, "" when that one is not the engine.
 * To read does not wait for who writes. */
static void last_sign(struct store *s, int64_t pid, char *dst, size_t size)
{
    sqlite3_stmt *st = NULL;
    char age[16];
    dst[0] = '\0';
    if (s->db && sqlite3_prepare_v2(s->db, stmt_sql(STMT_LEASE_SIGN), -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(st, 1, pid);
        if (sqlite3_step(st) == SQLITE_ROW) {
            int64_t ms = clock_wall_ms() - sqlite3_column_int64(st, 0);
            snprintf(dst, size, ", last sign %s ago", clock_age(age, sizeof(age), ms < 0 ? 0 : ms));
        }
    }
    sqlite3_finalize(st);
}

/* It is asked for without waiting, and let go of again. False also when that cannot be told:
 * this connection only reads, or is within a transaction. */
static bool write_lock_is_free(struct store *s)
{
    if (!s->db || s->mode == STORE_READ_ONLY || !sqlite3_get_autocommit(s->db))
        return false;
    sqlite3_busy_timeout(s->db, 0);
    bool is_free = sqlite3_exec(s->db, "BEGIN IMMEDIATE; ROLLBACK", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
    return is_free;
}

/* To list its locks the kernel stops all locking first, which takes ten milliseconds and more:
 * it is asked only where there is a holder to be found. What comes and goes meanwhile may
 * hide that one from one look, not from several. */
static void find_holder(struct store *s, struct lock_holder *ret)
{
    enum { LOOKS = 3 };
    memset(ret, 0, sizeof(*ret));
    for (int i = 0; i < LOOKS && !ret->pid && !write_lock_is_free(s); i++)
        process_with_lock(s->path, ret);
}

static enum pc_err tell_stopped(struct store *s, const struct lock_holder *holder,
                                struct pc_error *err)
{
    struct process self;
    char remedy[256], sign[48];
    process_self(&self);
    last_sign(s, holder->pid, sign, sizeof(sign));
    snprintf(remedy, sizeof(remedy),
             INTACT "`kill -CONT %lld` lets it go on; `kill -9 %lld` ends it, and an engine that "
                    "waits takes over by itself.",
             (long long)holder->pid, (long long)holder->pid);
    pc_error_set(err, PC_ERR_STORE, remedy,
                 "pid %lld is stopped and locks the history: kill -CONT or kill -9 it (%s on "
                 "%.64s%s)",
                 (long long)holder->pid, holder->name, self.host, sign);
    return store_error_source(s, PC_ERR_STORE, err);
}

enum pc_err store_stopped_writer(struct store *s, struct pc_error *err)
{
    struct lock_holder holder;
    find_holder(s, &holder);
    return holder.stopped ? tell_stopped(s, &holder, err) : PC_OK;
}

static enum pc_err busy(struct store *s, struct pc_error *err)
{
    struct lock_holder holder;
    char who[80] = "another process";
    find_holder(s, &holder);
    if (holder.stopped)
        return tell_stopped(s, &holder, err);
    if (holder.pid)
        snprintf(who, sizeof(who), "pid %lld (%s)", (long long)holder.pid, holder.name);
    pc_error_set(err, PC_ERR_STORE,
                 INTACT "Try again; if it stays, see what that process does with the file.",
                 "%s: %s holds the lock for more than %d s", s->path, who, STORE_BUSY_MS / 1000);
    return store_error_source(s, PC_ERR_STORE, err);
}

enum pc_err store_fault(struct store *s, int sqlite_rc, struct pc_error *err)
{
    if ((sqlite_rc & 0xff) == SQLITE_BUSY)
        return busy(s, err);
    const struct fault *f = find(sqlite_rc);
    if (sqlite_rc == SQLITE_READONLY_DBMOVED) { /* found by us: SQLite has nothing to add */
        pc_error_set(err, f->err, f->remedy, "%s: %s", s->path, f->text);
        return store_error_source(s, f->err, err);
    }
    int primary = sqlite_rc & 0xff, number = s->db ? sqlite3_system_errno(s->db) : 0;
    bool system = (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && number;
    pc_error_set(err, f->err, f->remedy, "%s: %s (%s, %d)", s->path, f->text,
                 system  ? strerror(number)
                 : s->db ? sqlite3_errmsg(s->db)
                         : sqlite3_errstr(sqlite_rc),
                 sqlite_rc);
    return store_error_source(s, f->err, err);
}
