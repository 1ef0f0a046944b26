/* suggest: the nearest word to a misspelt one. Pure. */
#ifndef PC_TUI_VERBS_SUGGEST_H
#define PC_TUI_VERBS_SUGGEST_H

#include <stddef.h>

struct suggest {
    const char *typed, *best; /* best: NULL while nothing is near enough */
    size_t distance;
};

void suggest_init(struct suggest *s, const char *typed); /* typed is lent */
/* Near enough is a third of the letters wrong at most, or a beginning. */
void suggest_offer(struct suggest *s, const char *word);

#endif
