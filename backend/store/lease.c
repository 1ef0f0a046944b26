/*
 * lease: one engine a state directory.
 *
 * One row names the holder and carries a fencing number that grows with every
 * taking. It is free when released, when its holder is seen dead on this host,
 * or when its heartbeat is old. A holder that was taken over finds out at its
 * next commit, whose transaction is then rolled back whole, and keeps finding
 * out until it takes the lease anew.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"
#include "backend/store/process.h"

#include "backend/base/clock.h"

#include <stdio.h>
#include <string.h>

struct lease_row {
    char holder[NAME_SIZE];
    struct process process;
    int64_t fencing, heartbeat_ms;
};

static const struct column COLUMNS[] = {
    {"holder", COLUMN_TEXT, COLUMN_FIELD(lease_row, holder), 0, NULL},
    {"host", COLUMN_TEXT, COLUMN_FIELD(lease_row, process.host), 0, NULL},
    {"boot", COLUMN_TEXT, COLUMN_FIELD(lease_row, process.boot), 0, NULL},
    {"pid", COLUMN_INT64, COLUMN_FIELD(lease_row, process.pid), INT64_MAX, NULL},
    {"started", COLUMN_INT64, COLUMN_FIELD(lease_row, process.started), INT64_MAX, NULL},
    {"fencing", COLUMN_INT64, COLUMN_FIELD(lease_row, fencing), INT64_MAX, NULL},
    {"heartbeat_ms", COLUMN_INT64, COLUMN_FIELD(lease_row, heartbeat_ms), INT64_MAX, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };

static enum pc_err read_row(struct store *s, struct lease_row *ret, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row;
    enum pc_err rc = store_stmt(s, STMT_LEASE_READ, &st, err);
    if (!rc)
        rc = store_row(s, st, &row, err);
    if (rc)
        return rc;
    if (!row) {
        rc = pc_error_set(err, PC_ERR_STORE, "Restore the file from a backup.",
                          "%s: the row of the lease is missing", s->path);
        return store_error_source(s, rc, err);
    }
    rc = columns_read(st, 0, COLUMNS, COLUMN_COUNT, "lease", ret, err);
    store_done(st);
    return rc;
}

/* A heartbeat from the future is of a clock that was set back since, or of
 * another host's: it is old when it has not moved for as long. */
static bool expired(struct store *s, const struct lease_row *row, int64_t now_ms)
{
    if (row->heartbeat_ms != s->seen_heartbeat_ms || now_ms < s->seen_at_ms) {
        s->seen_heartbeat_ms = row->heartbeat_ms;
        s->seen_at_ms = now_ms;
    }
    if (now_ms - row->heartbeat_ms > LEASE_EXPIRES_MS)
        return true;
    return row->heartbeat_ms - now_ms > LEASE_EXPIRES_MS &&
           now_ms - s->seen_at_ms > LEASE_EXPIRES_MS;
}

static bool is_held(struct store *s, const struct lease_row *row, int64_t now_ms)
{
    return *row->holder && !expired(s, row, now_ms) && process_life(&row->process) != PROCESS_DEAD;
}

static enum pc_err take(struct store *s, int64_t now_ms, int64_t *ret_fencing, struct pc_error *err)
{
    struct lease_row mine = {.heartbeat_ms = now_ms};
    sqlite3_stmt *st = NULL;
    bool row;
    process_self(&mine.process);
    snprintf(mine.holder, sizeof(mine.holder), "pid %lld on %.100s", (long long)mine.process.pid,
             mine.process.host);
    enum pc_err rc = store_stmt(s, STMT_LEASE_TAKE, &st, err);
    if (rc)
        return rc;
    rc = columns_bind(st, 1, COLUMNS, 5, &mine, err);
    sqlite3_bind_int64(st, 6, now_ms);
    if (!rc)
        rc = store_row(s, st, &row, err);
    if (!rc) {
        *ret_fencing = sqlite3_column_int64(st, 0);
        rc = store_run(s, st, err);
    }
    return rc;
}

enum pc_err store_lease_take(struct store *s, int64_t now_ms, struct pc_error *err)
{
    struct lease_row row;
    int64_t before = s->fencing, fencing = 0;
    enum pc_err rc = store_begin(s, err);
    if (rc)
        return rc;
    rc = read_row(s, &row, err);
    if (!rc && *row.holder && before && row.fencing == before) {
        store_rollback(s);
        return store_lease_renew(s, now_ms, err);
    }
    if (!rc && is_held(s, &row, now_ms)) {
        char age[16];
        int64_t ms = now_ms - row.heartbeat_ms;
        rc = pc_error_set(err, PC_ERR_BUSY,
                          "Use that console; when it ends, another takes over and goes on.",
                          "%s runs the engine of %s (last sign %s ago)", row.holder, s->dir,
                          clock_age(age, sizeof(age), ms < 0 ? 0 : ms));
    }
    if (!rc)
        rc = take(s, now_ms, &fencing, err);
    if (rc) {
        store_rollback(s);
        return rc;
    }
    s->fencing = 0; /* the lease to be verified is the one being taken */
    rc = store_commit(s, err);
    s->fencing = rc ? before : fencing;
    return rc;
}

static enum pc_err lost(struct store *s, const char *holder, struct pc_error *err)
{
    pc_error_set(err, PC_ERR_CONFLICT,
                 "That engine goes on with what was running. Nothing was written by this one.",
                 "%s has taken over the engine of %s", *holder ? holder : "nobody yet", s->dir);
    return store_error_source(s, PC_ERR_CONFLICT, err);
}

enum pc_err lease_verify(struct store *s, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row;
    if (!s->fencing)
        return PC_OK;
    enum pc_err rc = store_stmt(s, STMT_LEASE_FENCING, &st, err);
    if (!rc)
        rc = store_row(s, st, &row, err);
    if (rc)
        return rc;
    if (!row || sqlite3_column_int64(st, 0) != s->fencing)
        rc = lost(s, row ? (const char *)sqlite3_column_text(st, 1) : "", err);
    store_done(st);
    return rc;
}

static enum pc_err renew(struct store *s, int64_t now_ms, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_stmt(s, STMT_LEASE_RENEW, &st, err);
    if (!rc) {
        sqlite3_bind_int64(st, 1, now_ms);
        sqlite3_bind_int64(st, 2, s->fencing);
        rc = store_run(s, st, err);
    }
    return rc ? rc : lease_verify(s, err); /* names who has it, when it is not ours */
}

enum pc_err store_lease_renew(struct store *s, int64_t now_ms, struct pc_error *err)
{
    bool own;
    if (!s->fencing)
        return lost(s, "", err);
    /* A heartbeat need not outlive a power cut, for its holder does not: the disk
     * is left alone. Whatever is committed later is synced together with it. */
    bool alone = !s->in_tx && store_exec(s, "PRAGMA synchronous = NORMAL", NULL) == PC_OK;
    enum pc_err rc = store_write(s, &own, err);
    if (!rc)
        rc = store_written(s, own, renew(s, now_ms, err), err);
    if (alone)
        store_exec(s, "PRAGMA synchronous = FULL", NULL);
    return rc;
}

void store_lease_release(struct store *s)
{
    sqlite3_stmt *st = NULL;
    bool own;
    if (!s->fencing || !s->db)
        return;
    /* Taken over or unwritable: then it is not ours to give back, or it
     * expires by itself. */
    if (store_write(s, &own, NULL) == PC_OK) {
        enum pc_err rc = store_stmt(s, STMT_LEASE_RELEASE, &st, NULL);
        if (!rc) {
            sqlite3_bind_int64(st, 1, s->fencing);
            rc = store_run(s, st, NULL);
        }
        /* Unverified from here on: a transaction that this joined must not be
         * kept when the lease was lost before. */
        if (!rc)
            rc = lease_verify(s, NULL);
        store_written(s, own, rc, NULL);
    }
    s->fencing = 0;
}

enum pc_err store_lease_read(struct store *s, int64_t now_ms, struct lease *ret,
                             struct pc_error *err)
{
    struct lease_row row;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = read_row(s, &row, err);
    if (rc)
        return rc;
    *ret = (struct lease){
        .pid = row.process.pid,
        .fencing = row.fencing,
        .heartbeat_ms = row.heartbeat_ms,
        .held = is_held(s, &row, now_ms),
        .mine = *row.holder && s->fencing && row.fencing == s->fencing,
    };
    snprintf(ret->holder, sizeof(ret->holder), "%s", row.holder);
    return PC_OK;
}
