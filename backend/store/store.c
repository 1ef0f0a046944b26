/*
 * store: opening, transactions, and how a statement is run.
 */
#include "backend/store/inside.h"

#include "backend/base/boundary.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nobody asks SQLite how much memory it has: to count it would take a lock at every
 * allocation. Once it is in use it does not listen to this any more. */
static void start_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum pc_err store_open(const char *dir, enum store_mode mode, struct store **ret,
                       struct pc_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_once);
    struct store *s = xcalloc(1, sizeof(*s));
    s->notice_fd = -1;
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    s->dir = n ? xstrndup(dir, n) : xstrdup(".");
    s->path = xasprintf("%s/history.db", s->dir);
    s->mode = mode;
    enum pc_err rc = store_connect(s, err);
    if (rc) {
        store_close(s);
        return rc;
    }
    *ret = s;
    return PC_OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    store_lease_release(s);
    store_disconnect(s);
    store_notice_close(s);
    free(s->dir);
    free(s->path);
    free(s);
}

/* ---- statements ---------------------------------------------------------- */

enum pc_err store_stmt(struct store *s, enum stmt which, sqlite3_stmt **ret, struct pc_error *err)
{
    sqlite3_stmt *st = s->stmts[which];
    if (!st) {
        int rc =
            sqlite3_prepare_v3(s->db, stmt_sql(which), -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
        if (rc != SQLITE_OK)
            return store_fault(s, rc, err);
        s->stmts[which] = st;
    }
    store_done(st);
    *ret = st;
    return PC_OK;
}

enum pc_err store_row(struct store *s, sqlite3_stmt *st, bool *ret_row, struct pc_error *err)
{
    int rc = sqlite3_step(st);
    enum pc_err code = PC_OK;
    *ret_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        return PC_OK;
    if (rc != SQLITE_DONE)
        code = store_fault(s, rc, err);
    store_done(st);
    return code;
}

void store_done(sqlite3_stmt *st)
{
    sqlite3_reset(st);
    sqlite3_clear_bindings(st); /* texts that were lent, JSON that was given */
}

enum pc_err store_run(struct store *s, sqlite3_stmt *st, struct pc_error *err)
{
    bool row = true;
    enum pc_err rc = PC_OK;
    while (!rc && row)
        rc = store_row(s, st, &row, err);
    return rc;
}

enum pc_err store_exec(struct store *s, const char *sql, struct pc_error *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? PC_OK : store_fault(s, rc, err);
}

enum pc_err store_pragma(struct store *s, const char *sql, int64_t *ret, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    enum pc_err code = PC_OK;
    if (rc == SQLITE_ROW)
        *ret = sqlite3_column_int64(st, 0);
    else
        code = store_fault(s, rc, err);
    sqlite3_finalize(st);
    return code;
}

void store_bind_text(sqlite3_stmt *st, int index, const char *text)
{
    sqlite3_bind_text(st, index, text, -1, SQLITE_STATIC);
}

static enum pc_err run(struct store *s, enum stmt which, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_stmt(s, which, &st, err);
    return rc ? rc : store_run(s, st, err);
}

/* ---- transactions -------------------------------------------------------- */

enum pc_err store_begin(struct store *s, struct pc_error *err)
{
    if (s->mode == STORE_READ_ONLY)
        return pc_error_set(err, PC_ERR_READ_ONLY, "Start without --read-only.",
                            "%s was opened to be read only", s->path);
    if (s->in_tx)
        return pc_error_set(err, PC_ERR_FAILED, NULL, "%s: a transaction is open already", s->path);
    enum pc_err rc = store_in_place(s, err);
    if (!rc)
        rc = run(s, STMT_BEGIN_WRITE, err);
    s->in_tx = !rc;
    s->doomed = false;
    s->about[0] = '\0';
    return rc;
}

void store_about(struct store *s, const char *what, const char *word)
{
    if (!boundary_watched())
        return;
    size_t n = strlen(s->about);
    snprintf(s->about + n, sizeof(s->about) - n, "%s%s:%s", n ? " " : "", what, word);
}

/* SQLite rolls back by itself on the worst errors; then there is nothing left. */
static void roll_back(struct store *s)
{
    if (s->db && !sqlite3_get_autocommit(s->db))
        run(s, STMT_ROLLBACK, NULL);
}

void store_rollback(struct store *s)
{
    if (!s->in_tx)
        return;
    roll_back(s);
    s->in_tx = s->doomed = false;
}

bool store_writing(const struct store *s)
{
    return s->in_tx;
}

static enum pc_err refuse_doomed(const struct store *s, struct pc_error *err)
{
    if (err)
        *err = s->doom;
    return s->doom.code;
}

enum pc_err store_commit(struct store *s, struct pc_error *err)
{
    if (!s->in_tx)
        return pc_error_set(err, PC_ERR_FAILED, NULL, "%s: no transaction is open", s->path);
    enum pc_err rc = s->doomed ? refuse_doomed(s, err) : lease_verify(s, err);
    if (!rc)
        rc = store_in_place(s, err);
    if (!rc) {
        boundary_pass("commit.before", s->about);
        rc = run(s, STMT_COMMIT, err);
        if (!rc)
            boundary_pass("commit.after", s->about);
    }
    if (rc)
        store_rollback(s);
    s->in_tx = s->doomed = false;
    return rc;
}

enum pc_err store_write(struct store *s, bool *ret_own, struct pc_error *err)
{
    *ret_own = !s->in_tx;
    if (!s->in_tx)
        return store_begin(s, err);
    return s->doomed ? refuse_doomed(s, err) : PC_OK;
}

enum pc_err store_written(struct store *s, bool own, enum pc_err rc, struct pc_error *err)
{
    if (own) {
        if (!rc)
            return store_commit(s, err);
        store_rollback(s);
    } else if (rc && !s->doomed) {
        if (err)
            s->doom = *err;
        else
            pc_error_set(&s->doom, rc, NULL, "%s: %s", s->path, pc_err_message(rc));
        s->doom.code = rc;
        s->doomed = true;
        roll_back(s);
    }
    return rc;
}

enum pc_err store_read(struct store *s, bool *ret_own, struct pc_error *err)
{
    *ret_own = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc && sqlite3_get_autocommit(s->db)) {
        rc = run(s, STMT_BEGIN_READ, err);
        *ret_own = !rc;
    }
    return rc;
}

void store_read_end(struct store *s, bool own)
{
    if (own)
        roll_back(s);
}
