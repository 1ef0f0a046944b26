/*
 * answers: what an operator said to a question that a step asks. Whoever asks
 * for it to be kept need not be the engine that executes: no lease is needed.
 */
#include "backend/store/inside.h"

#include <stdio.h>

enum pc_err store_answer_save(struct store *s, const char *op_id, const char *step,
                              const struct store_answer *a, struct pc_error *err)
{
    sqlite3_stmt *st = NULL;
    bool own;
    enum pc_err rc = store_write(s, &own, err);
    if (rc)
        return rc;
    rc = store_stmt(s, STMT_ANSWER_SAVE, &st, err);
    if (!rc) {
        store_bind_text(st, 1, op_id);
        store_bind_text(st, 2, step);
        store_bind_text(st, 3, a->word);
        sqlite3_bind_int64(st, 4, a->at_ms);
        rc = store_run(s, st, err);
    }
    return store_written(s, own, rc, err);
}

enum pc_err store_answer_load(struct store *s, const char *op_id, const char *step,
                              struct store_answer *ret, struct pc_error *err)
{
    struct store_answer a = {.word = ""};
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_ANSWER, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, op_id);
    store_bind_text(st, 2, step);
    rc = store_row(s, st, &row, err);
    if (!rc && row) {
        const unsigned char *word = sqlite3_column_text(st, 0);
        snprintf(a.word, sizeof(a.word), "%s", word ? (const char *)word : "");
        a.at_ms = sqlite3_column_int64(st, 1);
        store_done(st);
    }
    if (!rc)
        *ret = a;
    return rc;
}
