/*
 * ledger: what an operation made in the world. An entry changes, and is never
 * deleted.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *state_word(int v)
{
    return ledger_state_word((enum ledger_state)v);
}
static const struct vocabulary STATES = {state_word, LEDGER_STATES};

static const struct column COLUMNS[] = {
    {"step", COLUMN_INT, COLUMN_FIELD(ledger_entry, step), INT_MAX, NULL},
    {"site", COLUMN_TEXT, COLUMN_FIELD(ledger_entry, site), 0, NULL},
    {"type", COLUMN_TEXT, COLUMN_FIELD(ledger_entry, type), 0, NULL},
    {"name", COLUMN_TEXT, COLUMN_FIELD(ledger_entry, name), 0, NULL},
    {"resource_id", COLUMN_TEXT, COLUMN_FIELD(ledger_entry, resource_id), 0, NULL},
    {"source_id", COLUMN_TEXT, COLUMN_FIELD(ledger_entry, source_id), 0, NULL},
    {"state", COLUMN_WORD, COLUMN_FIELD(ledger_entry, state), 0, &STATES},
    {"made_ms", COLUMN_INT64, COLUMN_FIELD(ledger_entry, made_ms), INT64_MAX, NULL},
    {"gone_ms", COLUMN_INT64, COLUMN_FIELD(ledger_entry, gone_ms), INT64_MAX, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };

enum pc_err ledger_put(struct store *s, const struct operation *op, const struct ledger_entry *e,
                       struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_stmt(s, STMT_LEDGER_SAVE, &st, err);
    if (!rc)
        rc = columns_bind(st, 1, COLUMNS, COLUMN_COUNT, e, err);
    if (rc)
        return rc;
    store_bind_text(st, COLUMN_COUNT + 1, op->id);
    return store_run(s, st, err);
}

enum pc_err ledger_load(struct store *s, struct operation *op, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_stmt(s, STMT_LEDGER, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, op->id);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        char name[OP_ID_SIZE + 64];
        snprintf(name, sizeof(name), "ledger of %s, step %lld", op->id,
                 (long long)sqlite3_column_int64(st, 0));
        op->ledger = xgrow(op->ledger, &op->ledger_room, op->ledger_count + 1, sizeof(*op->ledger));
        struct ledger_entry *e = &op->ledger[op->ledger_count];
        memset(e, 0, sizeof(*e));
        rc = columns_read(st, 0, COLUMNS, COLUMN_COUNT, name, e, err);
        if (!rc && op->plan && (size_t)e->step >= op->plan->count)
            rc = column_bad(st, 0, name, "its plan has no such step", err);
        if (rc)
            break;
        op->ledger_count++;
    }
    store_done(st);
    return rc;
}

enum pc_err store_ledger_save(struct store *s, const struct operation *op,
                              const struct ledger_entry *e, struct pc_error *err)
{
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    return store_written(s, own, ledger_put(s, op, e, err), err);
}
