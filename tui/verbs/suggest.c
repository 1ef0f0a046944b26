#include "tui/verbs/suggest.h"

#include <string.h>

enum { LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete or replace to make one word of the other. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1], la = strlen(a), lb = strlen(b);
    if (la > LONGEST || lb > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[lb];
}

void suggest_init(struct suggest *s, const char *typed)
{
    *s = (struct suggest){.typed = typed, .distance = strlen(typed) / 3 + 2};
}

void suggest_offer(struct suggest *s, const char *word)
{
    size_t typed = strlen(s->typed), d = distance(s->typed, word);
    if (typed > 2 && strncmp(s->typed, word, typed) == 0)
        d = 0;
    if (d < s->distance) {
        s->distance = d;
        s->best = word;
    }
}
