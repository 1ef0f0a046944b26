#include "backend/store/columns.h"

#include "backend/base/json.h"
#include "backend/base/mem.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char WHY_NULL[] = "it is empty or of another type";
static const char WHY_LONG[] = "it is longer than this version writes";
static const char WHY_RANGE[] = "the number is out of range";
static const char WHY_WORD[] = "the word is not known";
static const char WHY_JSON[] = "it is not the JSON that was written";

enum pc_err column_bad(sqlite3_stmt *st, int index, const char *row, const char *why,
                       struct pc_error *err)
{
    const char *file = sqlite3_db_filename(sqlite3_db_handle(st), "main");
    const char *text = (const char *)sqlite3_column_text(st, index);
    return pc_error_set(err, PC_ERR_STORE,
                        "The row was damaged, or written by another version: use the version that "
                        "wrote it, or restore the file from a backup. Nothing was changed.",
                        "%s: %s: column '%s' holds '%.80s': %s", file ? file : "the history", row,
                        sqlite3_column_name(st, index), text ? text : "NULL", why);
}

enum pc_err column_text(sqlite3_stmt *st, int index, const char *row, size_t max, const char **ret,
                        struct pc_error *err)
{
    if (sqlite3_column_type(st, index) != SQLITE_TEXT)
        return column_bad(st, index, row, WHY_NULL, err);
    const char *text = (const char *)sqlite3_column_text(st, index);
    size_t n = (size_t)sqlite3_column_bytes(st, index);
    if (n > max)
        return column_bad(st, index, row, WHY_LONG, err);
    if (memchr(text, '\0', n))
        return column_bad(st, index, row, "it holds a NUL", err);
    *ret = text;
    return PC_OK;
}

enum pc_err column_int(sqlite3_stmt *st, int index, const char *row, int64_t max, int64_t *ret,
                       struct pc_error *err)
{
    if (sqlite3_column_type(st, index) != SQLITE_INTEGER)
        return column_bad(st, index, row, WHY_NULL, err);
    int64_t v = sqlite3_column_int64(st, index);
    if (v < 0 || v > max)
        return column_bad(st, index, row, WHY_RANGE, err);
    *ret = v;
    return PC_OK;
}

enum pc_err column_json(sqlite3_stmt *st, int index, const char *row, json_type type, size_t max,
                        json_t **ret, struct pc_error *err)
{
    const char *text = NULL;
    enum pc_err rc = column_text(st, index, row, max, &text, err);
    if (rc)
        return rc;
    json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!v || json_typeof(v) != type) {
        json_decref(v);
        return column_bad(st, index, row, WHY_JSON, err);
    }
    *ret = v;
    return PC_OK;
}

enum pc_err column_bind_json(sqlite3_stmt *st, int index, const json_t *value, size_t max,
                             const char *what, struct pc_error *err)
{
    if (!value) {
        sqlite3_bind_null(st, index);
        return PC_OK;
    }
    char *text = json_compact(value);
    size_t n = strlen(text);
    if (n > max) {
        free(text);
        return pc_error_set(err, PC_ERR_TOO_LARGE, NULL, "%s takes %zu bytes, more than %zu", what,
                            n, max);
    }
    sqlite3_bind_text(st, index, text, (int)n, free);
    return PC_OK;
}

static int load_int(const void *field)
{
    int v;
    memcpy(&v, field, sizeof(v));
    return v;
}

static enum pc_err bind_one(sqlite3_stmt *st, int index, const struct column *c, const void *field,
                            struct pc_error *err)
{
    int64_t number = 0;
    json_t *value = NULL;
    switch (c->kind) {
    case COLUMN_TEXT: {
        size_t n = strnlen(field, c->size);
        if (n == c->size)
            return pc_error_set(err, PC_ERR_INVALID, NULL, "the text of %s does not end", c->name);
        sqlite3_bind_text(st, index, field, (int)n, SQLITE_STATIC);
        return PC_OK;
    }
    case COLUMN_WORD: {
        int v = load_int(field);
        if (v < 0 || v >= c->words->count)
            return pc_error_set(err, PC_ERR_INVALID, NULL, "%s is %d, which has no word", c->name,
                                v);
        sqlite3_bind_text(st, index, c->words->word(v), -1, SQLITE_STATIC);
        return PC_OK;
    }
    case COLUMN_OBJECT:
    case COLUMN_ARRAY:
        memcpy(&value, field, sizeof(value));
        return column_bind_json(st, index, value, COLUMN_JSON_MAX, c->name, err);
    case COLUMN_BOOL:
        sqlite3_bind_int(st, index, *(const bool *)field);
        return PC_OK;
    case COLUMN_INT:
        number = load_int(field);
        break;
    case COLUMN_INT64:
        memcpy(&number, field, sizeof(number));
        break;
    }
    if (number < 0 || number > c->max)
        return pc_error_set(err, PC_ERR_INVALID, NULL, "%s is %lld, out of range", c->name,
                            (long long)number);
    sqlite3_bind_int64(st, index, number);
    return PC_OK;
}

enum pc_err columns_bind(sqlite3_stmt *st, int first, const struct column *columns, size_t count,
                         const void *record, struct pc_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct column *c = &columns[i];
        enum pc_err rc = bind_one(st, first + (int)i, c, (const char *)record + c->offset, err);
        if (rc)
            return rc;
    }
    return PC_OK;
}

static enum pc_err read_word(sqlite3_stmt *st, int index, const struct column *c, const char *row,
                             void *field, struct pc_error *err)
{
    const char *text = NULL;
    enum pc_err rc = column_text(st, index, row, 64, &text, err);
    if (rc)
        return rc;
    for (int v = 0; v < c->words->count; v++)
        if (strcmp(c->words->word(v), text) == 0) {
            memcpy(field, &v, sizeof(v));
            return PC_OK;
        }
    return column_bad(st, index, row, WHY_WORD, err);
}

static enum pc_err read_json(sqlite3_stmt *st, int index, const struct column *c, const char *row,
                             void *field, struct pc_error *err)
{
    json_t *value = NULL, *before;
    if (sqlite3_column_type(st, index) != SQLITE_NULL) {
        enum pc_err rc =
            column_json(st, index, row, c->kind == COLUMN_OBJECT ? JSON_OBJECT : JSON_ARRAY,
                        COLUMN_JSON_MAX, &value, err);
        if (rc)
            return rc;
    }
    memcpy(&before, field, sizeof(before));
    json_decref(before);
    memcpy(field, &value, sizeof(value));
    return PC_OK;
}

static enum pc_err read_number(sqlite3_stmt *st, int index, const struct column *c, const char *row,
                               void *field, struct pc_error *err)
{
    int64_t number = 0;
    enum pc_err rc = column_int(st, index, row, c->kind == COLUMN_BOOL ? 1 : c->max, &number, err);
    if (rc)
        return rc;
    int narrow = (int)number;
    if (c->kind == COLUMN_BOOL)
        *(bool *)field = number != 0;
    else if (c->kind == COLUMN_INT)
        memcpy(field, &narrow, sizeof(narrow));
    else
        memcpy(field, &number, sizeof(number));
    return PC_OK;
}

static enum pc_err read_text(sqlite3_stmt *st, int index, const struct column *c, const char *row,
                             void *field, struct pc_error *err)
{
    const char *text = NULL;
    enum pc_err rc = column_text(st, index, row, c->size - 1, &text, err);
    if (!rc)
        memcpy(field, text, strlen(text) + 1);
    return rc;
}

enum pc_err columns_read(sqlite3_stmt *st, int first, const struct column *columns, size_t count,
                         const char *row, void *record, struct pc_error *err)
{
    static enum pc_err (*const readers[])(sqlite3_stmt *, int, const struct column *, const char *,
                                          void *, struct pc_error *) = {
        [COLUMN_TEXT] = read_text,   [COLUMN_INT] = read_number, [COLUMN_INT64] = read_number,
        [COLUMN_BOOL] = read_number, [COLUMN_WORD] = read_word,  [COLUMN_OBJECT] = read_json,
        [COLUMN_ARRAY] = read_json,
    };
    for (size_t i = 0; i < count; i++) {
        const struct column *c = &columns[i];
        enum pc_err rc =
            readers[c->kind](st, first + (int)i, c, row, (char *)record + c->offset, err);
        if (rc)
            return rc;
    }
    return PC_OK;
}
