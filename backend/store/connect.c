/*
 * connect: from a directory to a connection that is safe to use.
 *
 * Makes directory and file with modes that keep others out, refuses what is
 * not ours before anything is written, and sets what durability rests on. A
 * read-only store makes nothing, and waits for a file that is not there yet.
 */
#include "backend/store/files.h"
#include "backend/store/inside.h"
#include "backend/store/schema.h"

#include "backend/base/buf.h"

#include <string.h>
#include <sys/stat.h>

enum { WAL_KEEP_BYTES = 16 << 20, VALUE_MAX_BYTES = 32 << 20 };

/* Fails like sqlite3_open_v2, with the connection closed. */
static enum pc_err open_file(struct store *s, const char *name, int flags, struct pc_error *err)
{
    int rc = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) {
        enum pc_err code = store_fault(s, s->db ? sqlite3_extended_errcode(s->db) : rc, err);
        store_disconnect(s);
        return code;
    }
    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, VALUE_MAX_BYTES);
    return store_exec(s,
                      "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
                      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                      "PRAGMA temp_store = MEMORY;",
                      err);
}

/* Switching to WAL takes the whole file for a moment, and SQLite does not wait
 * for it: others who open at the same time are waited for here. */
static enum pc_err use_wal(struct store *s, struct pc_error *err)
{
    for (int waited = 0;; waited += 20) {
        sqlite3_stmt *st = NULL;
        int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
        if (rc == SQLITE_OK)
            rc = sqlite3_step(st);
        bool wal = rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(st, 0), "wal") == 0;
        sqlite3_finalize(st);
        if (wal)
            break;
        if (rc == SQLITE_ROW) {
            pc_error_set(err, PC_ERR_STORE, "Name a state directory on a local file system.",
                         "%s: the file system cannot share memory between processes", s->path);
            return store_error_source(s, PC_ERR_STORE, err);
        }
        if ((rc & 0xff) != SQLITE_BUSY || waited >= STORE_BUSY_MS)
            return store_fault(s, rc, err);
        sqlite3_sleep(20);
    }
    char *sql = sqlite3_mprintf("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = %d;",
                                WAL_KEEP_BYTES);
    enum pc_err rc = store_exec(s, sql, err);
    sqlite3_free(sql);
    return rc;
}

static enum pc_err connect_writer(struct store *s, struct pc_error *err)
{
    enum schema_age age = SCHEMA_EMPTY;
    enum pc_err rc = open_file(s, s->path, SQLITE_OPEN_READWRITE, err);
    if (!rc && sqlite3_db_readonly(s->db, "main") == 1)
        rc = store_fault(s, SQLITE_READONLY, err);
    if (!rc)
        rc = schema_check(s, &age, err);
    if (!rc)
        rc = use_wal(s, err);
    if (!rc && age != SCHEMA_PRESENT)
        rc = schema_migrate(s, err);
    return rc;
}

/* An empty history in memory, until there is a file. */
static enum pc_err connect_nothing(struct store *s, struct pc_error *err)
{
    enum pc_err rc = open_file(s, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (!rc)
        rc = schema_migrate(s, err);
    s->absent = !rc;
    return rc;
}

/* On a file system that nobody can write, and without a log to be read, the
 * file is read without the shared memory that could not be made. */
static enum pc_err open_reader(struct store *s, struct pc_error *err)
{
    if (!file_immutable(s->path))
        return open_file(s, s->path, SQLITE_OPEN_READONLY, err);
    struct buf uri;
    buf_init(&uri, 3 * strlen(s->path) + 64);
    buf_puts(&uri, "file:");
    buf_url(&uri, s->path);
    buf_puts(&uri, "?immutable=1");
    enum pc_err rc = open_file(s, buf_text(&uri), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    buf_release(&uri);
    return rc;
}

static enum pc_err connect_reader(struct store *s, struct pc_error *err)
{
    enum schema_age age = SCHEMA_EMPTY;
    bool there;
    enum pc_err rc = file_look(s->path, &there, err);
    if (!rc && !there)
        return connect_nothing(s, err);
    if (!rc)
        rc = open_reader(s, err);
    if (!rc)
        rc = schema_check(s, &age, err);
    if (rc)
        return rc;
    if (age == SCHEMA_OLDER) {
        pc_error_set(err, PC_ERR_SCHEMA,
                     "Start once without --read-only: it is brought up to date.",
                     "%s is of an older version, and --read-only changes nothing", s->path);
        return store_error_source(s, PC_ERR_SCHEMA, err);
    }
    if (age == SCHEMA_EMPTY) { /* its maker has not filled it yet */
        store_disconnect(s);
        return connect_nothing(s, err);
    }
    return PC_OK;
}

enum pc_err store_connect(struct store *s, struct pc_error *err)
{
    bool reads = s->mode == STORE_READ_ONLY;
    enum pc_err rc = reads ? PC_OK : file_make(s->dir, s->path, err);
    if (rc)
        return rc;
    s->absent = false;
    /* Without a turn SQLite's own locks still keep the file whole. */
    int turn = file_lock(s->dir, STORE_BUSY_MS);
    rc = reads ? connect_reader(s, err) : connect_writer(s, err);
    file_unlock(turn);
    if (rc)
        store_disconnect(s);
    return rc;
}

/* ---- whether it is still there ------------------------------------------------ */

/* SQLite writes on into a file without a name, and nobody ever finds it again. Of
 * its log it does not ask, and that is lost in the same way. */
static bool has_moved(struct store *s)
{
    struct stat now;
    int moved = 0;
    const char *path = s->db ? sqlite3_db_filename(s->db, "main") : NULL;
    if (!path || !*path)
        return false; /* in memory, or closed */
    if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved)
        return true;
    if (s->mode == STORE_READ_ONLY)
        return false;
    bool there = stat(sqlite3_filename_wal(path), &now) == 0;
    if (there && !s->log_ino) {
        s->log_dev = now.st_dev;
        s->log_ino = now.st_ino;
    }
    return there ? now.st_ino != s->log_ino || now.st_dev != s->log_dev : s->log_ino != 0;
}

enum pc_err store_in_place(struct store *s, struct pc_error *err)
{
    return has_moved(s) ? store_fault(s, SQLITE_READONLY_DBMOVED, err) : PC_OK;
}

void store_disconnect(struct store *s)
{
    s->log_ino = 0;
    for (int i = 0; i < STMT_COUNT; i++) {
        sqlite3_finalize(s->stmts[i]);
        s->stmts[i] = NULL;
    }
    sqlite3_close(s->db);
    s->db = NULL;
}

enum pc_err store_reconnect(struct store *s, struct pc_error *err)
{
    bool there;
    if (s->db && (!s->absent || file_look(s->path, &there, NULL) != PC_OK || !there))
        return PC_OK;
    store_disconnect(s);
    s->generation++;
    return store_connect(s, err);
}
