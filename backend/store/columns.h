/*
 * columns: one table a record says how its fields lie in a row.
 *
 * The same table binds a record to a statement and reads it back. Reading is
 * strict: a text that does not fit, a word that is not in the vocabulary, a
 * number out of range or JSON of another shape is an error that names row and
 * column. Nothing is cut, guessed or defaulted. Any thread.
 */
#ifndef PC_STORE_COLUMNS_H
#define PC_STORE_COLUMNS_H

#include "backend/base/error.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum column_kind {
    COLUMN_TEXT,   /* char[size] */
    COLUMN_INT,    /* int, in [0, max] */
    COLUMN_INT64,  /* int64_t, in [0, max] */
    COLUMN_BOOL,   /* bool */
    COLUMN_WORD,   /* an enum, stored as its word */
    COLUMN_OBJECT, /* json_t *, an object or NULL */
    COLUMN_ARRAY   /* json_t *, an array or NULL */
};

/* An enum's words: 0 .. count-1. */
struct vocabulary {
    const char *(*word)(int value);
    int count;
};

struct column {
    const char *name; /* as in the SELECT */
    enum column_kind kind;
    size_t offset, size;
    int64_t max;
    const struct vocabulary *words;
};

/* TEXT holds at most this many bytes in a JSON column. */
enum { COLUMN_JSON_MAX = 1 << 20, COLUMN_BODY_MAX = 16 << 20 };

#define COLUMN_FIELD(record, field) \
    offsetof(struct record, field), sizeof(((struct record *)0)->field)

/* Binds columns[i] to parameter first+i. TOO_LARGE when JSON passes its cap,
 * INVALID when a text is not NUL-ended, a number out of range. */
enum pc_err columns_bind(sqlite3_stmt *st, int first, const struct column *columns, size_t count,
                         const void *record, struct pc_error *err);
/* Reads result column first+i into columns[i]'s field. `row` names the row for
 * the error: "operation op-1". The record's JSON fields are replaced. */
enum pc_err columns_read(sqlite3_stmt *st, int first, const struct column *columns, size_t count,
                         const char *row, void *record, struct pc_error *err);

/* One value, with the same strictness. *ret lent until the statement moves. */
enum pc_err column_text(sqlite3_stmt *st, int index, const char *row, size_t max,
                        const char **ret, struct pc_error *err);
enum pc_err column_int(sqlite3_stmt *st, int index, const char *row, int64_t max, int64_t *ret,
                       struct pc_error *err);
enum pc_err column_json(sqlite3_stmt *st, int index, const char *row, json_type type, size_t max,
                        json_t **ret, struct pc_error *err);
enum pc_err column_bad(sqlite3_stmt *st, int index, const char *row, const char *why,
                       struct pc_error *err);
/* Binds compact JSON (NULL: NULL). TOO_LARGE over max bytes. */
enum pc_err column_bind_json(sqlite3_stmt *st, int index, const json_t *value, size_t max,
                             const char *what, struct pc_error *err);

#endif
