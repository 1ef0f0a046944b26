/*
 * events: what happened, in order, for good. Triggers refuse any change.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct column COLUMNS[] = {
    {"seq", COLUMN_INT64, COLUMN_FIELD(event, seq), INT64_MAX, NULL},
    {"at_ms", COLUMN_INT64, COLUMN_FIELD(event, at_ms), INT64_MAX, NULL},
    {"op_id", COLUMN_TEXT, COLUMN_FIELD(event, op_id), 0, NULL},
    {"level", COLUMN_TEXT, COLUMN_FIELD(event, level), 0, NULL},
    {"text", COLUMN_TEXT, COLUMN_FIELD(event, text), 0, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };

enum pc_err store_event_add(struct store *s, struct event *e, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    int64_t seq = 0;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = store_stmt(s, STMT_EVENT_ADD, &st, err);
    if (!rc) /* the sequence number is given by the table, not by the caller */
        rc = columns_bind(st, 2, COLUMNS + 1, COLUMN_COUNT - 1, e, err);
    if (!rc)
        rc = store_run(s, st, err);
    if (!rc)
        seq = sqlite3_last_insert_rowid(s->db);
    rc = store_written(s, own, rc, err);
    if (!rc)
        e->seq = seq;
    return rc;
}

/* All rows of a statement that is bound. */
static enum pc_err read_events(struct store *s, sqlite3_stmt *st, struct event **ret,
                               size_t *ret_count, struct pc_error *err)
{
    struct event *list = NULL;
    size_t count = 0, room = 0;
    bool row = false;
    enum pc_err rc;
    while (!(rc = store_row(s, st, &row, err)) && row) {
        char name[48];
        snprintf(name, sizeof(name), "event %lld", (long long)sqlite3_column_int64(st, 0));
        list = xgrow(list, &room, count + 1, sizeof(*list));
        memset(&list[count], 0, sizeof(*list));
        rc = columns_read(st, 0, COLUMNS, COLUMN_COUNT, name, &list[count], err);
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

enum pc_err store_events(struct store *s, const char *op_id, int64_t since, int limit,
                         struct event **ret, size_t *ret_count, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, op_id ? STMT_EVENTS_OP : STMT_EVENTS, &st, err);
    if (rc)
        return rc;
    sqlite3_bind_int64(st, 1, since);
    sqlite3_bind_int(st, 2, limit > 0 ? limit : -1);
    if (op_id)
        store_bind_text(st, 3, op_id);
    return read_events(s, st, ret, ret_count, err);
}

enum pc_err store_event_page(struct store *s, int64_t after, int64_t before, int limit,
                             struct event **ret, size_t *ret_count, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, after > 0 ? STMT_EVENTS_AFTER : STMT_EVENTS_BEFORE, &st, err);
    if (rc)
        return rc;
    sqlite3_bind_int64(st, 1, after > 0 ? after : before > 0 ? before : INT64_MAX);
    sqlite3_bind_int(st, 2, limit > 0 ? limit : 1);
    return read_events(s, st, ret, ret_count, err);
}
