/*
 * hits: what a click means, said in keys.
 *
 * While a frame is painted, a widget says of a place which keys would do what
 * a click there does: so many times Down to a row, a tab's number, the key of
 * an item of the key bar. Nobody has a second way of doing things for the
 * mouse, and what no key may do, no click can. Made anew with every frame.
 * UI thread only.
 */
#ifndef PC_WIDGETS_HITS_H
#define PC_WIDGETS_HITS_H

#include <stddef.h>

#include "widgets/key.h"
#include "widgets/rect.h"

enum { HITS_MAX = 600 };

struct hit {
    struct rect at;
    ui_key first; /* pressed before, to bring the keys there; UI_KEY_NONE: they are */
    ui_key key;   /* UI_KEY_NONE: `first` is all */
    int times;
};

struct hits {
    struct hit list[HITS_MAX];
    size_t count;
};

/* NULL: nobody clicks. What there is no room for cannot be clicked. */
void hits_add(struct hits *h, struct rect at, ui_key first, ui_key key, int times);
/* A row or an item that is `by` away: back or on so many times, or `here` on itself. */
void hits_step(struct hits *h, struct rect at, ui_key first, long by, ui_key back, ui_key on,
               ui_key here);
/* The one that was painted last over it; NULL none. */
const struct hit *hits_at(const struct hits *h, int y, int x);

#endif
