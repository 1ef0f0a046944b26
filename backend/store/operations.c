/*
 * operations: the header of a run, and the lists of runs.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include "backend/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *type_word(int v)
{
    return op_type_name((enum op_type)v);
}
static const char *status_word(int v)
{
    return op_status_word((enum op_status)v);
}
static const char *verdict_word(int v)
{
    return op_verdict_word((enum op_verdict)v);
}
const struct vocabulary OP_TYPE_WORDS = {type_word, OP_TYPE_COUNT};
const struct vocabulary OP_STATUS_WORDS = {status_word, OP_STATUS_COUNT};
const struct vocabulary OP_VERDICT_WORDS = {verdict_word, VERDICT_COUNT};

#define OP(field) COLUMN_FIELD(operation, field)
static const struct column COLUMNS[] = {
    {"id", COLUMN_TEXT, OP(id), 0, NULL},
    {"type", COLUMN_WORD, OP(type), 0, &OP_TYPE_WORDS},
    {"status", COLUMN_WORD, OP(status), 0, &OP_STATUS_WORDS},
    {"verdict", COLUMN_WORD, OP(verdict), 0, &OP_VERDICT_WORDS},
    {"progress", COLUMN_INT, OP(progress), 100, NULL},
    {"group_id", COLUMN_TEXT, OP(group_id), 0, NULL},
    {"group_name", COLUMN_TEXT, OP(group), 0, NULL},
    {"source_site", COLUMN_TEXT, OP(source_site), 0, NULL},
    {"target_site", COLUMN_TEXT, OP(target_site), 0, NULL},
    {"parent", COLUMN_TEXT, OP(parent), 0, NULL},
    {"recovery_point", COLUMN_TEXT, OP(recovery_point), 0, NULL},
    {"recovery_point_ms", COLUMN_INT64, OP(recovery_point_ms), INT64_MAX, NULL},
    {"created_ms", COLUMN_INT64, OP(created_ms), INT64_MAX, NULL},
    {"started_ms", COLUMN_INT64, OP(started_ms), INT64_MAX, NULL},
    {"completed_ms", COLUMN_INT64, OP(completed_ms), INT64_MAX, NULL},
    {"cleanup_due", COLUMN_BOOL, OP(cleanup_due), 1, NULL},
    {"cancel_asked", COLUMN_BOOL, OP(cancel_asked), 1, NULL},
    {"error_message", COLUMN_TEXT, OP(error_message), 0, NULL},
    {"remedy", COLUMN_TEXT, OP(remedy), 0, NULL},
    {"request", COLUMN_OBJECT, OP(request), 0, NULL},
    {"warnings", COLUMN_ARRAY, OP(warnings), 0, NULL},
    {"consoles", COLUMN_ARRAY, OP(consoles), 0, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]), PREFIX_MIN = 4 };

/* ---- writing ------------------------------------------------------------- */

/* A cleaned or completed operation has nothing due, whatever it says. */
static bool is_open(const struct operation *op)
{
    if (!op_status_over(op->status))
        return true;
    return op->cleanup_due && op->status != OP_CLEANED && op->status != OP_COMPLETED;
}

static enum pc_err put_header(struct store *s, enum stmt which, const struct operation *op,
                              struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    enum pc_err rc = store_stmt(s, which, &st, err);
    if (!rc)
        rc = columns_bind(st, 1, COLUMNS, COLUMN_COUNT, op, err);
    if (rc)
        return rc;
    sqlite3_bind_int(st, COLUMN_COUNT + 1, op_status_over(op->status));
    sqlite3_bind_int(st, COLUMN_COUNT + 2, is_open(op));
    return store_run(s, st, err);
}

/* The last line behind the engine's guards: no second operation starts on a
 * group, but a cleanup beside the drill that it cleans, and what the statement
 * lets pass. */
static enum pc_err check_alone(struct store *s, const struct operation *op, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (op_status_over(op->status) || !*op->group_id)
        return PC_OK;
    enum pc_err rc = store_stmt(s, STMT_OP_BUSY, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, op->group_id);
    store_bind_text(st, 2, op->id);
    store_bind_text(st, 3, op->parent);
    store_bind_text(st, 4, op_type_name(op->type));
    rc = store_row(s, st, &row, err);
    if (!rc && row)
        rc = pc_error_set(err, PC_ERR_BUSY, "Wait until it ends, or cancel it.",
                          "operation %s is running on %s", sqlite3_column_text(st, 0), op->group);
    store_done(st);
    return rc;
}

enum pc_err store_op_insert(struct store *s, const struct operation *op, struct pc_error *err)
{
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    store_about(s, op_type_name(op->type), "asked");
    rc = put_header(s, STMT_OP_INSERT, op, err);
    if (rc == PC_ERR_EXISTS)
        pc_error_set(err, rc, NULL, "operation %s exists already", op->id);
    if (!rc)
        rc = check_alone(s, op, err);
    if (!rc)
        rc = steps_insert(s, op, err);
    for (size_t i = 0; !rc && i < op->ledger_count; i++)
        rc = ledger_put(s, op, &op->ledger[i], err);
    return store_written(s, own, rc, err);
}

static enum pc_err none(const char *id, struct pc_error *err)
{
    return pc_error_set(err, PC_ERR_NOT_FOUND, "`operation list` shows what there is.",
                        "there is no operation %s", id);
}

enum pc_err store_op_save(struct store *s, const struct operation *op, struct pc_error *err)
{
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    store_about(s, op_type_name(op->type), op_status_word(op->status));
    rc = put_header(s, STMT_OP_SAVE, op, err);
    if (!rc && sqlite3_changes(s->db) == 0)
        rc = none(op->id, err);
    return store_written(s, own, rc, err);
}

/* ---- reading ------------------------------------------------------------- */

static enum pc_err read_header(sqlite3_stmt *st, struct operation **ret, struct pc_error *err)
{
    char row[OP_ID_SIZE + 32];
    const char *id;
    enum pc_err rc = column_text(st, 0, "an operation", OP_ID_SIZE - 1, &id, err);
    if (rc)
        return rc;
    snprintf(row, sizeof(row), "operation %s", id);
    struct operation *op = operation_new(OP_TEST_FAILOVER, NULL);
    rc = columns_read(st, 0, COLUMNS, COLUMN_COUNT, row, op, err);
    if (!rc && !op->warnings)
        op->warnings = json_array();
    if (rc)
        operation_free(op);
    else
        *ret = op;
    return rc;
}

static enum pc_err load_parts(struct store *s, struct operation *op, struct pc_error *err)
{
    enum pc_err rc = steps_load(s, op, err);
    return rc ? rc : ledger_load(s, op, err);
}

static enum pc_err load_exact(struct store *s, const char *id, struct operation **ret,
                              struct pc_error *err)
{
    struct operation *op = NULL;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_stmt(s, STMT_OP_LOAD, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    rc = store_row(s, st, &row, err);
    if (!rc)
        rc = row ? read_header(st, &op, err) : none(id, err);
    store_done(st);
    if (!rc)
        rc = load_parts(s, op, err);
    if (rc)
        operation_free(op);
    else
        *ret = op;
    return rc;
}

/* From a whole id or a unique prefix to the whole id. A whole one that begins
 * another is not ambiguous: rows come in order, the shortest first. */
static enum pc_err find_id(struct store *s, const char *id, char ret[OP_ID_SIZE],
                           struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_stmt(s, STMT_OP_FIND, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    rc = store_row(s, st, &row, err);
    if (!rc && row) {
        const char *found;
        rc = column_text(st, 0, "an operation", OP_ID_SIZE - 1, &found, err);
        bool whole = !rc && strcmp(found, id) == 0;
        bool prefix = text_starts(id, "op-") && strlen(id) >= 3 + PREFIX_MIN;
        if (!rc && (whole || prefix))
            snprintf(ret, OP_ID_SIZE, "%s", found);
        else if (!rc)
            rc = pc_error_set(err, PC_ERR_NOT_FOUND, "Give its id, or the beginning of it with at "
                              "least four characters after op-.",
                              "%s is too short for the beginning of an id", id);
        if (!rc && !whole) {
            rc = store_row(s, st, &row, err);
            if (!rc && row)
                rc = pc_error_set(err, PC_ERR_AMBIGUOUS, "Give more of the id.",
                                  "more than one operation begins with %s", id);
        }
    } else if (!rc) {
        rc = none(id, err);
    }
    store_done(st);
    return rc;
}

enum pc_err store_op_load(struct store *s, const char *id, struct operation **ret,
                          struct pc_error *err)
{
    char whole[OP_ID_SIZE];
    bool own;
    enum pc_err rc = store_read(s, &own, err);
    if (rc)
        return rc;
    rc = find_id(s, id, whole, err);
    if (!rc)
        rc = load_exact(s, whole, ret, err);
    store_read_end(s, own);
    return rc;
}

enum pc_err store_op_label(struct store *s, const char *id, struct op_label *ret,
                           struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    const char *type = "", *group = "";
    *ret = (struct op_label){.type = ""};
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_OP_LABEL, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    rc = store_row(s, st, &row, err);
    if (!rc && row)
        rc = column_text(st, 0, id, sizeof ret->type - 1, &type, err);
    if (!rc && row)
        rc = column_text(st, 1, id, sizeof ret->group - 1, &group, err);
    if (!rc) {
        snprintf(ret->type, sizeof ret->type, "%s", type);
        snprintf(ret->group, sizeof ret->group, "%s", group);
    }
    store_done(st);
    return rc;
}

/* *ret 0 for id NULL. */
static enum pc_err seq_of(struct store *s, const char *id, int64_t *ret, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    *ret = 0;
    if (!id)
        return PC_OK;
    enum pc_err rc = store_stmt(s, STMT_OP_SEQ, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, id);
    rc = store_row(s, st, &row, err);
    if (!rc && row)
        *ret = sqlite3_column_int64(st, 0);
    else if (!rc)
        rc = none(id, err);
    store_done(st);
    return rc;
}

static enum pc_err list_headers(struct store *s, const struct op_filter *f, int64_t before,
                                struct operation ***list, size_t *count, struct pc_error *err)
{
    size_t room = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum stmt which = f->open_only ? STMT_OPS_OPEN : f->group ? STMT_OPS_GROUP : STMT_OPS;
    enum pc_err rc = store_stmt(s, which, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, f->group);
    if (f->type >= 0)
        store_bind_text(st, 2, f->type < OP_TYPE_COUNT ? type_word(f->type) : "");
    sqlite3_bind_int64(st, 3, before);
    sqlite3_bind_int(st, 4, f->limit > 0 ? f->limit : -1);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        *list = xgrow(*list, &room, *count + 1, sizeof(**list));
        rc = read_header(st, &(*list)[*count], err);
        if (rc)
            break;
        ++*count;
    }
    store_done(st);
    return rc;
}

enum pc_err store_ops(struct store *s, const struct op_filter *f, struct operation ***ret,
                      size_t *ret_count, struct pc_error *err)
{
    struct operation **list = NULL;
    size_t count = 0;
    int64_t before;
    bool own;
    enum pc_err rc = store_read(s, &own, err);
    if (rc)
        return rc;
    rc = seq_of(s, f->before, &before, err);
    if (!rc)
        rc = list_headers(s, f, before, &list, &count, err);
    for (size_t i = 0; !rc && !f->headers_only && i < count; i++)
        rc = load_parts(s, list[i], err);
    store_read_end(s, own);
    if (rc) {
        while (count)
            operation_free(list[--count]);
        free(list);
        return rc;
    }
    *ret = list;
    *ret_count = count;
    return PC_OK;
}

enum pc_err store_op_ask_cancel(struct store *s, const char *id, struct pc_error *err)
{
    char whole[OP_ID_SIZE];
    sqlite3_stmt *st = NULL;
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = find_id(s, id, whole, err);
    if (!rc)
        rc = store_stmt(s, STMT_OP_CANCEL, &st, err);
    if (!rc) {
        store_bind_text(st, 1, whole);
        rc = store_run(s, st, err);
    }
    if (!rc && sqlite3_changes(s->db) == 0)
        rc = pc_error_set(err, PC_ERR_STATE, NULL, "operation %s does not run", whole);
    return store_written(s, own, rc, err);
}
