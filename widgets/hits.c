#include "widgets/hits.h"

void hits_add(struct hits *h, struct rect at, ui_key first, ui_key key, int times)
{
    if (h && h->count < HITS_MAX && !rect_empty(at))
        h->list[h->count++] = (struct hit){at, first, key, times};
}

void hits_step(struct hits *h, struct rect at, ui_key first, long by, ui_key back, ui_key on,
               ui_key here)
{
    ui_key key = by < 0 ? back : by > 0 ? on : here;
    hits_add(h, at, first, key, by < 0 ? (int)-by : by > 0 ? (int)by : 1);
}

const struct hit *hits_at(const struct hits *h, int y, int x)
{
    for (size_t i = h->count; i-- > 0;)
        if (rect_contains(h->list[i].at, y, x))
            return &h->list[i];
    return NULL;
}
