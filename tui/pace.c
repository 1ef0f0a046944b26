/* pace: see pace.h. */
#include "tui/pace.h"

void pace_spend(struct pace *p, int64_t now_ms, int changes)
{
    int64_t cost = (int64_t)changes * p->hundred_ms / 100;
    p->last_ms = now_ms;
    if (changes == 0)
        return;
    if (cost < p->least_ms)
        cost = p->least_ms;
    if (cost > p->most_ms)
        cost = p->most_ms;
    p->empty_ms = (p->empty_ms > now_ms ? p->empty_ms : now_ms) + cost;
}

int64_t pace_due(const struct pace *p)
{
    int64_t due = p->empty_ms - p->room_ms, least = p->last_ms + p->gap_ms;
    return due < least ? least : due;
}
