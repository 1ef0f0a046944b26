/*
 * usual: how long earlier runs took: phases of drills, and single steps.
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

enum pc_err store_step_samples(struct store *s, int limit, struct step_sample **ret,
                               size_t *ret_count, struct pc_error *err)
{
    struct step_sample *list = NULL;
    size_t count = 0, room = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_STEP_SAMPLES, &st, err);
    if (rc)
        return rc;
    sqlite3_bind_int(st, 1, limit);
    while (!(rc = store_row(s, st, &row, err)) && row) {
        const char *kind = (const char *)sqlite3_column_text(st, 0);
        enum step_kind k = step_kind_parse(kind ? kind : "");
        if (k == STEP_KIND_COUNT)
            continue;
        list = xgrow(list, &room, count + 1, sizeof(*list));
        list[count++] = (struct step_sample){k, sqlite3_column_int64(st, 1),
                                             sqlite3_column_int64(st, 2),
                                             sqlite3_column_int(st, 3)};
    }
    if (rc) {
        free(list);
        return rc;
    }
    *ret = list;
    *ret_count = count;
    return PC_OK;
}
