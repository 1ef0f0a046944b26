/*
 * group_list: all groups at once, as at every start.
 *
 * To make a group of its text takes ten times as long as to get the text, so of
 * many rows a second thread takes every other one. Rows come in batches: no more
 * texts are held at a time than one of them has.
 */
#include "backend/store/inside.h"

#include <pthread.h>
#include <string.h>

enum {
    SHARES = 2,
    BATCH_ROWS = 128,
    BATCH_BYTES = 1 << 20, /* it ends with the row that passes these */
    WORTH_A_THREAD = 32,   /* rows */
};

struct batch {
    struct group_row rows[BATCH_ROWS]; /* their texts are the arena's */
    struct group *groups[BATCH_ROWS];  /* made of them; NULL not yet */
    size_t count;
    struct arena texts;
};

/* What one thread reads of each batch. */
struct share {
    struct batch *batch;
    size_t first;             /* every SHARES-th from there */
    struct image_pool images; /* of all batches */
    size_t bad;               /* which row is none; BATCH_ROWS: all are */
    struct pc_error why;
};

static void *read_share(void *arg)
{
    struct share *h = arg;
    struct batch *b = h->batch;
    for (size_t i = h->first; i < b->count && h->bad == BATCH_ROWS; i += SHARES)
        if (!group_row_read(&b->rows[i], &h->images, &b->groups[i], &h->why))
            h->bad = i;
    return NULL;
}

static const char *keep(struct batch *b, const char *text, size_t size)
{
    return memcpy(arena_bytes(&b->texts, size + 1), text, size + 1);
}

/* *ret_more: there may be more rows behind it. */
static enum pc_err fill(struct store *s, sqlite3_stmt *st, struct batch *b, bool *ret_more,
                        struct pc_error *err)
{
    enum pc_err rc = PC_OK;
    size_t bytes = 0;
    *ret_more = true;
    b->count = 0;
    while (*ret_more && b->count < BATCH_ROWS && bytes < BATCH_BYTES &&
           !(rc = store_row(s, st, ret_more, err)) && *ret_more) {
        struct group_row row;
        rc = group_row(st, &row, err);
        if (rc)
            break;
        row.id = keep(b, row.id, strlen(row.id));
        row.name = keep(b, row.name, strlen(row.name));
        row.body = keep(b, row.body, row.size);
        bytes += row.size;
        b->groups[b->count] = NULL;
        b->rows[b->count++] = row;
    }
    return rc;
}

/* The first of the rows that are no groups is told. */
static enum pc_err read_batch(sqlite3_stmt *st, struct share shares[SHARES], struct pc_error *err)
{
    const struct batch *b = shares[0].batch;
    pthread_t helper;
    bool helped = b->count >= WORTH_A_THREAD &&
                  pthread_create(&helper, NULL, read_share, &shares[1]) == 0;
    read_share(&shares[0]);
    if (helped)
        pthread_join(helper, NULL);
    else
        read_share(&shares[1]);
    const struct share *first = &shares[shares[1].bad < shares[0].bad];
    return first->bad == BATCH_ROWS
               ? PC_OK
               : group_row_bad(st, &b->rows[first->bad], &first->why, err);
}

enum pc_err store_groups(struct store *s, struct group ***ret, size_t *ret_count,
                         struct pc_error *err)
{
    struct group **list = NULL;
    size_t count = 0, room = 0;
    sqlite3_stmt *st = NULL;
    bool more = true;
    enum pc_err rc = store_reconnect(s, err);
    if (!rc)
        rc = store_stmt(s, STMT_GROUPS, &st, err);
    if (rc)
        return rc;
    struct batch b;
    struct share shares[SHARES] = {{.batch = &b, .bad = BATCH_ROWS},
                                   {.batch = &b, .bad = BATCH_ROWS, .first = 1}};
    while (!rc && more) {
        arena_init(&b.texts);
        rc = fill(s, st, &b, &more, err);
        if (!rc)
            rc = read_batch(st, shares, err);
        list = xgrow(list, &room, count + b.count, sizeof(struct group *));
        for (size_t i = 0; i < b.count; i++)
            if (b.groups[i])
                list[count++] = b.groups[i];
        arena_release(&b.texts);
    }
    for (size_t i = 0; i < SHARES; i++)
        image_pool_release(&shares[i].images);
    store_done(st);
    sqlite3_db_release_memory(s->db); /* its pages will not be read again soon */
    if (rc) {
        while (count)
            group_unref(list[--count]);
        free(list);
        return rc;
    }
    *ret = list;
    *ret_count = count;
    return PC_OK;
}
