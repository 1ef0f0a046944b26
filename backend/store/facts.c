/*
 * facts: what the history says of the state of groups, and whether it changed.
 *
 * Both are narrow on purpose: with thousands of groups the engine asks them
 * after every write of another process.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FACT(field) COLUMN_FIELD(op_summary, field)
static const struct column COLUMNS[] = {
    {"group_id", COLUMN_TEXT, FACT(group_id), 0, NULL},
    {"id", COLUMN_TEXT, FACT(id), 0, NULL},
    {"type", COLUMN_WORD, FACT(type), 0, &OP_TYPE_WORDS},
    {"status", COLUMN_WORD, FACT(status), 0, &OP_STATUS_WORDS},
    {"verdict", COLUMN_WORD, FACT(verdict), 0, &OP_VERDICT_WORDS},
    {"cleanup_due", COLUMN_BOOL, FACT(cleanup_due), 1, NULL},
    {"holds", COLUMN_BOOL, FACT(holds), 1, NULL},
    {"created_ms", COLUMN_INT64, FACT(created_ms), INT64_MAX, NULL},
    {"started_ms", COLUMN_INT64, FACT(started_ms), INT64_MAX, NULL},
    {"completed_ms", COLUMN_INT64, FACT(completed_ms), INT64_MAX, NULL},
    {"undo_ms", COLUMN_INT64, FACT(undo_ms), INT64_MAX, NULL},
    {"forced", COLUMN_BOOL, FACT(forced), 1, NULL},
    {"serving", COLUMN_TEXT, FACT(serving), 0, NULL},
    {"stopped", COLUMN_BOOL, FACT(stopped), 1, NULL},
    {"follows", COLUMN_TEXT, FACT(follows), 0, NULL},
    {"left", COLUMN_BOOL, FACT(left), 1, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };

static enum pc_err read_one(sqlite3_stmt *st, struct op_summary *ret, struct pc_error *err)
{
    char row[OP_ID_SIZE + 32];
    const char *id;
    enum pc_err rc = column_text(st, 1, "an operation", OP_ID_SIZE - 1, &id, err);
    if (rc)
        return rc;
    snprintf(row, sizeof(row), "operation %s", id);
    memset(ret, 0, sizeof(*ret));
    return columns_read(st, 0, COLUMNS, COLUMN_COUNT, row, ret, err);
}

enum pc_err store_op_facts(struct store *s, const char *group_id, struct op_summary **ret,
                           size_t *ret_count, struct pc_error *err)
{
    struct op_summary *list = NULL;
    size_t count = 0, room = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, group_id ? STMT_FACTS_GROUP : STMT_FACTS, &st, err);
    if (rc)
        return rc;
    if (group_id)
        store_bind_text(st, 1, group_id);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        list = xgrow(list, &room, count + 1, sizeof(*list));
        rc = read_one(st, &list[count], err);
        if (rc)
            break;
        count++;
    }
    store_done(st);
    if (rc) {
        free(list);
        return rc;
    }
    *ret = list;
    *ret_count = count;
    return PC_OK;
}

/* SQLite's own number moves with every commit of somebody else, a heartbeat
 * included: it only says when the counters are worth reading. */
static bool read_changes(struct store *s)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (store_stmt(s, STMT_CHANGES, &st, NULL) || store_row(s, st, &row, NULL) || !row)
        return false;
    int64_t past = s->generation << 40; /* another file may begin anew */
    s->changes.protection = past + sqlite3_column_int64(st, 0);
    s->changes.state = past + sqlite3_column_int64(st, 1);
    s->changes.history = past + sqlite3_column_int64(st, 2);
    store_done(st);
    return true;
}

const char *store_protection_stamp(struct store *s, char dst[STORE_STAMP_SIZE])
{
    sqlite3_stmt *st = NULL;
    struct stat file;
    bool row = false;
    const char *path = sqlite3_db_filename(s->db, NULL);
    dst[0] = '\0';
    if (store_reconnect(s, NULL) || !path || stat(path, &file) != 0 ||
        store_stmt(s, STMT_CHANGES, &st, NULL) || store_row(s, st, &row, NULL) || !row)
        return dst;
    snprintf(dst, STORE_STAMP_SIZE, "%lld-%llu", (long long)sqlite3_column_int64(st, 0),
             (unsigned long long)file.st_ino);
    store_done(st);
    return dst;
}

const char *store_ended_stamp(struct store *s, char dst[STORE_STAMP_SIZE])
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    dst[0] = '\0';
    if (store_reconnect(s, NULL) || store_stmt(s, STMT_REAL_ENDED, &st, NULL) ||
        store_row(s, st, &row, NULL) || !row)
        return dst;
    snprintf(dst, STORE_STAMP_SIZE, "%lld-%lld", (long long)sqlite3_column_int64(st, 0),
             (long long)sqlite3_column_int64(st, 1));
    store_done(st);
    return dst;
}

struct store_changes store_changes(struct store *s)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (store_reconnect(s, NULL) || store_stmt(s, STMT_DATA_VERSION, &st, NULL) ||
        store_row(s, st, &row, NULL) || !row)
        return s->changes;
    int64_t version = (s->generation << 40) + sqlite3_column_int64(st, 0);
    store_done(st);
    if ((version != s->data_version || !s->changes.history) && read_changes(s))
        s->data_version = version;
    return s->changes;
}
