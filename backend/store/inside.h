/*
 * inside: what the files of the store share; nobody else includes it (but its
 * tests, to make a connection fail).
 *
 * A store is one connection with its prepared statements. Writes go through a
 * scope: inside store_begin() they join that transaction, else they are one of
 * their own. A write that fails dooms its transaction: it is rolled back at
 * once, and everything up to its commit is refused with the first error, so
 * that half of what belongs together is never kept.
 */
#ifndef PC_STORE_INSIDE_H
#define PC_STORE_INSIDE_H

#include "backend/store/statements.h"
#include "backend/store/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/types.h>

enum { STORE_BUSY_MS = 5000 };

struct store {
    sqlite3 *db;
    sqlite3_stmt *stmts[STMT_COUNT];
    char *dir, *path;
    enum store_mode mode;
    bool absent;        /* read-only and no file yet: an empty one in memory */
    int64_t generation; /* grows when the connection is replaced */
    bool in_tx;         /* between store_begin and its end */
    bool doomed;
    char about[240]; /* what the open transaction changes, when boundaries are watched */
    struct pc_error doom;      /* the error that doomed it */
    int64_t fencing;           /* the lease we took, 0: none */
    int64_t seen_heartbeat_ms; /* the last heartbeat read, and when it first was */
    int64_t seen_at_ms;
    int64_t data_version; /* SQLite's, when the counters were read */
    struct store_changes changes;
    int notice_fd; /* -1 none */
    dev_t log_dev; /* of the write-ahead log that is open */
    ino_t log_ino; /* 0: none was seen yet */
};

/* ---- errors (fault.c) --------------------------------------------------- */
/* What SQLite said, as one of ours, with file and remedy. Returns the code. */
enum pc_err store_fault(struct store *s, int sqlite_rc, struct pc_error *err);
/* Sets err->source to the file; returns rc. */
enum pc_err store_error_source(const struct store *s, enum pc_err rc, struct pc_error *err);

/* ---- statements (store.c) ----------------------------------------------- */
/* Prepared, reset and without bindings. */
enum pc_err store_stmt(struct store *s, enum stmt which, sqlite3_stmt **ret,
                       struct pc_error *err);
/* Steps once; *ret_row false when done. When done or failed it is over. */
enum pc_err store_row(struct store *s, sqlite3_stmt *st, bool *ret_row, struct pc_error *err);
/* Ends a statement before its last row; what was bound is let go. */
void store_done(sqlite3_stmt *st);
/* Steps to the end. */
enum pc_err store_run(struct store *s, sqlite3_stmt *st, struct pc_error *err);
enum pc_err store_exec(struct store *s, const char *sql, struct pc_error *err);
/* The one integer that a statement yields. */
enum pc_err store_pragma(struct store *s, const char *sql, int64_t *ret, struct pc_error *err);
void store_bind_text(sqlite3_stmt *st, int index, const char *text); /* lent; NULL: NULL */

/* ---- scopes (store.c) --------------------------------------------------- */
enum pc_err store_write(struct store *s, bool *ret_own, struct pc_error *err);
/* Ends what store_write began with the result of the work; returns the result
 * of the whole. */
enum pc_err store_written(struct store *s, bool own, enum pc_err rc, struct pc_error *err);
/* Adds "what:word" to what the open transaction is about; see boundary.h. */
void store_about(struct store *s, const char *what, const char *word);
/* Several reads of one moment. */
enum pc_err store_read(struct store *s, bool *ret_own, struct pc_error *err);
void store_read_end(struct store *s, bool own);

/* ---- the connection (connect.c) ----------------------------------------- */
enum pc_err store_connect(struct store *s, struct pc_error *err);
void store_disconnect(struct store *s);
/* A read-only store without a file looks whether there is one now. */
enum pc_err store_reconnect(struct store *s, struct pc_error *err);

/* ---- notice.c ------------------------------------------------------------ */
void store_notice_close(struct store *s);

/* ---- the lease (lease.c) ------------------------------------------------ */
/* CONFLICT when the lease we took is no longer ours. In a transaction. */
enum pc_err lease_verify(struct store *s, struct pc_error *err);

/* ---- words (operations.c) ----------------------------------------------- */
struct vocabulary;
extern const struct vocabulary OP_TYPE_WORDS, OP_STATUS_WORDS, OP_VERDICT_WORDS;

/* ---- parts of an operation (steps.c, ledger.c) -------------------------- */
enum pc_err steps_insert(struct store *s, const struct operation *op, struct pc_error *err);
enum pc_err steps_load(struct store *s, struct operation *op, struct pc_error *err);
enum pc_err ledger_put(struct store *s, const struct operation *op,
                       const struct ledger_entry *e, struct pc_error *err);
enum pc_err ledger_load(struct store *s, struct operation *op, struct pc_error *err);

#endif
