#include "tui/verbs/verb.h"

#include <string.h>

const struct flag *verb_flag(const struct flag *flags, const char *name, size_t length)
{
    for (; flags && flags->name; flags++)
        if ((strlen(flags->name) == length && strncmp(flags->name, name, length) == 0) ||
            (flags->brief && strlen(flags->brief) == length &&
             strncmp(flags->brief, name, length) == 0))
            return flags;
    return NULL;
}

const struct verb *verb_find(const char *words)
{
    for (const struct verb *v = VERBS; v->words; v++)
        if (strcmp(v->words, words) == 0 || (v->alias && strcmp(v->alias, words) == 0))
            return v;
    return NULL;
}
