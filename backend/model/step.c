#include "backend/model/step.h"

#include <string.h>

static const char *const PHASES[PHASE_COUNT] = {
#define PHASE_ROW(symbol, word) [symbol] = word,
    PHASE_LIST(PHASE_ROW)
#undef PHASE_ROW
};

static const struct {
    const char *name;
    enum phase phase;
    int weight;
} KINDS[STEP_KIND_COUNT] = {
#define STEP_ROW(symbol, name, phase, weight) [symbol] = {name, phase, weight},
    STEP_LIST(STEP_ROW)
#undef STEP_ROW
};

static const struct {
    const char *word;
    int over;
} STATUSES[STEP_STATUS_COUNT] = {
#define STEP_STATUS_ROW(symbol, word, over) [symbol] = {word, over},
    STEP_STATUS_LIST(STEP_STATUS_ROW)
#undef STEP_STATUS_ROW
};

const char *phase_word(enum phase p)
{
    return PHASES[p];
}

const char *step_kind_name(enum step_kind k)
{
    return KINDS[k].name;
}

enum phase step_kind_phase(enum step_kind k)
{
    return KINDS[k].phase;
}

int step_kind_weight(enum step_kind k)
{
    return KINDS[k].weight;
}

enum step_kind step_kind_parse(const char *name)
{
    for (int k = 0; k < STEP_KIND_COUNT; k++)
        if (strcmp(KINDS[k].name, name) == 0)
            return (enum step_kind)k;
    return STEP_KIND_COUNT;
}

const char *step_status_word(enum step_status s)
{
    return STATUSES[s].word;
}

int step_status_over(enum step_status s)
{
    return STATUSES[s].over;
}

enum step_status step_status_parse(const char *word)
{
    for (int s = 0; s < STEP_STATUS_COUNT; s++)
        if (strcmp(STATUSES[s].word, word) == 0)
            return (enum step_status)s;
    return STEP_STATUS_COUNT;
}
