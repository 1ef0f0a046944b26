/* sieve: see sieve.h. */
#include "widgets/sieve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/mem.h"

enum { WORDS_MAX = 8192 };

void sieve_init(struct sieve *s)
{
    *s = (struct sieve){.items = NULL};
    filter_init(&s->filter);
}

void sieve_release(struct sieve *s)
{
    filter_release(&s->filter);
    free(s->items);
    free(s->marks);
    *s = (struct sieve){.items = NULL};
}

/* Merge sort of items[0..n): stable, which qsort is not. `spare` has n too. */
static void sort(size_t *items, size_t *spare, size_t n, const struct sieve_source *by)
{
    size_t half = n / 2, a = 0, b = half, out = 0;
    if (n < 2)
        return;
    sort(items, spare, half, by);
    sort(items + half, spare, n - half, by);
    while (a < half && b < n)
        spare[out++] = by->compare(by->ctx, items[a], items[b]) <= 0 ? items[a++] : items[b++];
    memcpy(spare + out, items + a, (half - a) * sizeof(*items));
    memcpy(items, spare, (out + half - a) * sizeof(*items));
}

void sieve_sync(struct sieve *s, size_t items, const struct sieve_source *source)
{
    bool all = match_is_empty(s->filter.match);
    struct buf words;
    s->of = items;
    s->count = 0;
    s->items = xgrow(s->items, &s->room, items + 1, sizeof(*s->items));
    buf_init(&words, WORDS_MAX);
    for (size_t i = 0; i < items; i++) {
        if (!all) {
            buf_clear(&words);
            source->words(source->ctx, i, &words);
        }
        if (all || filter_passes(&s->filter, buf_text(&words)))
            s->items[s->count++] = i;
    }
    buf_release(&words);
    if (!source->compare || s->count < 2)
        return;
    size_t *spare = xcalloc(s->count, sizeof(*spare));
    sort(s->items, spare, s->count, source);
    free(spare);
}

size_t sieve_item(const struct sieve *s, size_t row)
{
    return s->items[row];
}

static size_t mark_at(const struct sieve *s, uint64_t id)
{
    size_t i = 0;
    while (i < s->mark_count && s->marks[i] != id)
        i++;
    return i;
}

bool sieve_marked(const struct sieve *s, uint64_t id)
{
    return mark_at(s, id) < s->mark_count;
}

void sieve_mark(struct sieve *s, uint64_t id)
{
    size_t i = mark_at(s, id);
    if (i < s->mark_count) {
        s->marks[i] = s->marks[--s->mark_count];
        return;
    }
    s->marks = xgrow(s->marks, &s->mark_room, s->mark_count + 1, sizeof(*s->marks));
    s->marks[s->mark_count++] = id;
}

void sieve_unmark_all(struct sieve *s)
{
    s->mark_count = 0;
}

const char *sieve_tally(const struct sieve *s, char *dst, size_t size)
{
    char marked[32] = "";
    if (s->mark_count)
        snprintf(marked, sizeof(marked), ", %zu marked", s->mark_count);
    if (s->count == s->of)
        snprintf(dst, size, "%zu%s", s->of, marked);
    else
        snprintf(dst, size, "%zu of %zu%s", s->count, s->of, marked);
    return dst;
}
