/*
 * usual: how long the phases of earlier drills took.
 */
#include "backend/store/inside.h"

#include <string.h>

static int phase_parse(const char *word)
{
    for (int p = 0; word && p < PHASE_COUNT; p++)
        if (strcmp(phase_word((enum phase)p), word) == 0)
            return p;
    return -1;
}

enum pc_err store_usual(struct store *s, const char *group_id, int64_t ret[PHASE_COUNT],
                        struct pc_error *err)
{
    /* Ten drills, each with at most a few cleanups: more samples say no more. */
    enum { SAMPLES = 64 };
    int64_t samples[PHASE_COUNT][SAMPLES];
    size_t counts[PHASE_COUNT] = {0};
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_USUAL, &st, err);
    if (rc)
        return rc;
    store_bind_text(st, 1, group_id);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        int p = phase_parse((const char *)sqlite3_column_text(st, 0));
        if (p >= 0 && counts[p] < SAMPLES)
            samples[p][counts[p]++] = sqlite3_column_int64(st, 1);
    }
    if (rc)
        return rc;
    /* They come in order of length: the median is the one in the middle. */
    for (int p = 0; p < PHASE_COUNT; p++)
        ret[p] = counts[p] ? samples[p][(counts[p] - 1) / 2] : 0;
    return PC_OK;
}
