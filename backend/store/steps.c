/*
 * steps: the plan of an operation and where each of its steps stands. The plan
 * is written once; only a step's state changes.
 */
#include "backend/store/columns.h"
#include "backend/store/inside.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *status_word(int v)
{
    return step_status_word((enum step_status)v);
}
static const struct vocabulary STATUSES = {status_word, STEP_STATUS_COUNT};

static const struct column COLUMNS[] = {
    {"status", COLUMN_WORD, COLUMN_FIELD(step_state, status), 0, &STATUSES},
    {"attempts", COLUMN_INT, COLUMN_FIELD(step_state, attempts), INT_MAX, NULL},
    {"started_ms", COLUMN_INT64, COLUMN_FIELD(step_state, started_ms), INT64_MAX, NULL},
    {"ended_ms", COLUMN_INT64, COLUMN_FIELD(step_state, ended_ms), INT64_MAX, NULL},
    {"resource_id", COLUMN_TEXT, COLUMN_FIELD(step_state, resource_id), 0, NULL},
    {"detail", COLUMN_TEXT, COLUMN_FIELD(step_state, detail), 0, NULL},
};
enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };

enum { KEY_MAX = 512, SUBJECT_MAX = 512 };

/* ---- writing ------------------------------------------------------------- */

static enum pc_err insert_one(struct store *s, const struct operation *op, size_t i,
                              struct pc_error *err)
{
    const struct plan_step *p = &op->plan->steps[i];
    sqlite3_stmt *st = NULL;
    if (strlen(p->key) > KEY_MAX || strlen(p->subject) > SUBJECT_MAX || p->timeout_s < 0)
        return pc_error_set(err, PC_ERR_INVALID, NULL, "step %zu of %s cannot be kept: '%.80s'", i,
                            op->id, p->key);
    enum pc_err rc = store_stmt(s, STMT_STEP_INSERT, &st, err);
    if (!rc)
        rc = columns_bind(st, 1, COLUMNS, COLUMN_COUNT, &op->steps[i], err);
    if (rc)
        return rc;
    json_t *after = json_array();
    for (size_t d = 0; d < p->dep_count; d++)
        json_array_append_new(after, json_integer(p->deps[d]));
    store_bind_text(st, 7, op->id);
    sqlite3_bind_int64(st, 8, (int64_t)i);
    store_bind_text(st, 9, p->key);
    store_bind_text(st, 10, step_kind_name(p->kind));
    store_bind_text(st, 11, phase_word(step_kind_phase(p->kind)));
    store_bind_text(st, 12, p->subject);
    rc = column_bind_json(st, 13, after, COLUMN_JSON_MAX, "the order of steps", err);
    if (!rc)
        rc = column_bind_json(st, 14, p->params, COLUMN_JSON_MAX, "a step's parameters", err);
    json_decref(after);
    sqlite3_bind_int(st, 15, p->timeout_s);
    return rc ? rc : store_run(s, st, err);
}

enum pc_err steps_insert(struct store *s, const struct operation *op, struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    for (size_t i = 0; !rc && op->plan && i < op->plan->count; i++)
        rc = insert_one(s, op, i, err);
    return rc;
}

enum pc_err store_step_save(struct store *s, const struct operation *op, int step,
                            struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    if (!op->plan || step < 0 || (size_t)step >= op->plan->count)
        return pc_error_set(err, PC_ERR_INVALID, NULL, "%s has no step %d", op->id, step);
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    store_about(s, step_kind_name(op->plan->steps[step].kind),
                step_status_word(op->steps[step].status));
    rc = store_stmt(s, STMT_STEP_SAVE, &st, err);
    if (!rc)
        rc = columns_bind(st, 1, COLUMNS, COLUMN_COUNT, &op->steps[step], err);
    if (!rc) {
        store_bind_text(st, 7, op->id);
        sqlite3_bind_int(st, 8, step);
        rc = store_run(s, st, err);
    }
    if (!rc && sqlite3_changes(s->db) == 0)
        rc = pc_error_set(err, PC_ERR_NOT_FOUND, NULL, "the history has no step %d of %s", step,
                          op->id);
    return store_written(s, own, rc, err);
}

/* ---- reading ------------------------------------------------------------- */

static enum pc_err read_order(sqlite3_stmt *st, const char *row, struct plan *plan, int step,
                              struct pc_error *err)
{
    json_t *after = NULL;
    const json_t *v;
    size_t i;
    enum pc_err rc = column_json(st, 11, row, JSON_ARRAY, COLUMN_JSON_MAX, &after, err);
    json_array_foreach(after, i, v)
    {
        json_int_t before = json_is_integer(v) ? json_integer_value(v) : -1;
        if (before < 0 || before >= step) {
            rc = column_bad(st, 11, row, "it waits for a step that is not before it", err);
            break;
        }
        plan_depend(plan, step, (int)before);
    }
    json_decref(after);
    return rc;
}

/* Columns 6..13: idx, key, kind, phase, subject, after_steps, params, timeout. */
static enum pc_err read_step(sqlite3_stmt *st, const char *op_id, struct plan *plan,
                             struct pc_error *err)
{
    char row[OP_ID_SIZE + 64];
    const char *key, *kind_name, *phase, *subject;
    int64_t idx, timeout;
    json_t *params = NULL;
    snprintf(row, sizeof(row), "step %zu of %s", plan->count, op_id);
    enum pc_err rc = column_int(st, 6, row, INT_MAX, &idx, err);
    if (!rc && (size_t)idx != plan->count)
        rc = column_bad(st, 6, row, "a step is missing before it", err);
    if (!rc)
        rc = column_text(st, 7, row, KEY_MAX, &key, err);
    if (!rc)
        rc = column_text(st, 8, row, 64, &kind_name, err);
    if (!rc)
        rc = column_text(st, 9, row, 64, &phase, err);
    if (!rc)
        rc = column_text(st, 10, row, SUBJECT_MAX, &subject, err);
    if (!rc)
        rc = column_int(st, 13, row, INT_MAX, &timeout, err);
    if (rc)
        return rc;
    enum step_kind kind = step_kind_parse(kind_name);
    if (kind == STEP_KIND_COUNT)
        return column_bad(st, 8, row, "this version knows no such step", err);
    if (strcmp(phase, phase_word(step_kind_phase(kind))) != 0)
        return column_bad(st, 9, row, "a step of its kind has another phase", err);
    rc = column_json(st, 12, row, JSON_OBJECT, COLUMN_JSON_MAX, &params, err);
    if (rc)
        return rc;
    int i = plan_add(plan, kind, key, subject, params);
    plan->steps[i].timeout_s = (int)timeout;
    return read_order(st, row, plan, i, err);
}

enum pc_err steps_load(struct store *s, struct operation *op, struct pc_error *err)
{
    struct plan *plan = plan_new();
    struct step_state *states = NULL;
    size_t room = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_stmt(s, STMT_STEPS, &st, err);
    if (rc)
        goto out;
    store_bind_text(st, 1, op->id);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        char name[OP_ID_SIZE + 64];
        snprintf(name, sizeof(name), "step %zu of %s", plan->count, op->id);
        states = xgrow(states, &room, plan->count + 1, sizeof(*states));
        memset(&states[plan->count], 0, sizeof(*states));
        rc = columns_read(st, 0, COLUMNS, COLUMN_COUNT, name, &states[plan->count], err);
        if (!rc)
            rc = read_step(st, op->id, plan, err);
        if (rc)
            break;
    }
    store_done(st);
    if (rc)
        goto out;
    plan_unref(op->plan);
    free(op->steps);
    op->plan = plan;
    op->steps = states ? states : xcalloc(0, sizeof(*states));
    return PC_OK;
out:
    plan_unref(plan);
    free(states);
    return rc;
}
