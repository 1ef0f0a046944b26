/*
 * layout: who gets which rows and columns.
 *
 * Pure arithmetic: no curses, no allocation, no state, any thread. Screens
 * use it for panels, the table uses it for its columns.
 *
 * The rules, in this order:
 *   1. Every shown box gets its `min`.
 *   2. When the minima (and the gaps between the boxes) do not fit, boxes are
 *      dropped, the one with the highest `drop` first, among equals the last.
 *      A box with drop == 0 is never dropped.
 *   3. When not even those fit, they are cut from the last to the first.
 *   4. Room that is left goes to the boxes by `weight`, none beyond its `max`;
 *      what a capped box cannot take goes to the others. Odd cells go to the
 *      first ones, so that the same input always gives the same picture.
 * Room that nobody wants stays empty at the end.
 */
#ifndef PC_WIDGETS_LAYOUT_H
#define PC_WIDGETS_LAYOUT_H

#include <stddef.h>

#include "widgets/rect.h"

enum layout_axis {
    LAYOUT_ROWS, /* boxes lie below each other */
    LAYOUT_COLS, /* boxes lie beside each other */
};

struct layout_box {
    int min;    /* cells it cannot do without, >= 0 */
    int max;    /* cells it has use for; 0 = no limit; below min counts as min */
    int weight; /* its share of the room left over; 0 = stays at min */
    int drop;   /* 0 = always shown; else the higher, the sooner it goes */
};

/* Of a fixed size, always shown. */
#define LAYOUT_FIXED(n) ((struct layout_box){.min = (n), .max = (n)})
/* Takes what is left over, at least n. */
#define LAYOUT_FILL(n) ((struct layout_box){.min = (n), .weight = 1})

/* The most boxes one call takes; more are treated as dropped. */
#define LAYOUT_BOXES_MAX 64

/*
 * Divide `area` along `axis` into n boxes with `gap` empty cells between
 * shown neighbours. ret_rects[i] is the place of box i; a dropped box, or one
 * for which nothing is left, is empty. Shown boxes never overlap and never
 * leave `area`. Returns how many are not empty.
 */
size_t layout_solve(enum layout_axis axis, const struct layout_box *boxes, size_t n, int gap,
                    struct rect area, struct rect *ret_rects);

#endif
