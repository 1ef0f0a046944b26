/*
 * sieve: which of a list's items are shown, and which are marked.
 *
 * Keeps the item numbers that pass a filter, in their order or in another, and
 * the marks, which belong to the thing (a number that stays with it) and not to
 * its row. Made when the items or the filter change, never while painting.
 */
#ifndef PC_WIDGETS_SIEVE_H
#define PC_WIDGETS_SIEVE_H

#include <stddef.h>
#include <stdint.h>

#include "backend/base/buf.h"
#include "widgets/filter.h"

/* What is known of the items; lent for a call. */
struct sieve_source {
    const void *ctx;
    /* All that the filter looks at, appended to `out`. */
    void (*words)(const void *ctx, size_t item, struct buf *out);
    /* <0, 0, >0 as for qsort; NULL: in their own order. Equal ones keep it. */
    int (*compare)(const void *ctx, size_t a, size_t b);
};

struct sieve {
    struct filter filter;
    size_t *items; /* by row; owned */
    size_t count, room;
    size_t of;       /* how many items there are */
    uint64_t *marks; /* of things; owned */
    size_t mark_count, mark_room;
};

void sieve_init(struct sieve *s);
void sieve_release(struct sieve *s);

/* There are `items` items now, or they or the filter changed. */
void sieve_sync(struct sieve *s, size_t items, const struct sieve_source *source);

/* The item of a row below .count. */
size_t sieve_item(const struct sieve *s, size_t row);

bool sieve_marked(const struct sieve *s, uint64_t id);
/* Marks, or takes the mark away. */
void sieve_mark(struct sieve *s, uint64_t id);
void sieve_unmark_all(struct sieve *s);

/* "3", or "3 of 12" and "2 marked"; returns dst. */
const char *sieve_tally(const struct sieve *s, char *dst, size_t size);

#endif
