/*
 * rect: rectangles in character cells.
 *
 * Pure arithmetic, no curses, any thread. y and x count from 0 at the top
 * left; h and w are never negative in a rectangle made by these functions.
 * A rectangle with h == 0 or w == 0 is empty: painting into it does nothing.
 */
#ifndef PC_WIDGETS_RECT_H
#define PC_WIDGETS_RECT_H

#include <stdbool.h>

struct rect {
    int y, x, h, w;
};

/* How much room something wants or gets, in cells. */
struct size {
    int h, w;
};

/* Negative h or w become 0. */
struct rect rect_make(int y, int x, int h, int w);

bool rect_empty(struct rect r);
bool rect_contains(struct rect r, int y, int x);

/* What both have in common; empty when they do not meet. */
struct rect rect_intersect(struct rect a, struct rect b);

/* r without dy rows above and below and dx columns left and right. */
struct rect rect_inset(struct rect r, int dy, int dx);

/* A rectangle of (at most) the given size in the middle of r. */
struct rect rect_center(struct rect r, struct size want);

/*
 * Cut n rows or columns off one edge: returns the piece, leaves the rest in
 * *rest. Asking for more than there is takes all of it.
 */
struct rect rect_cut_top(struct rect *rest, int n);
struct rect rect_cut_bottom(struct rect *rest, int n);
struct rect rect_cut_left(struct rect *rest, int n);
struct rect rect_cut_right(struct rect *rest, int n);

#endif
