#include "widgets/rect.h"

static int at_least_0(int n)
{
    return n > 0 ? n : 0;
}

static int clamp(int n, int lo, int hi)
{
    return n < lo ? lo : n > hi ? hi : n;
}

struct rect rect_make(int y, int x, int h, int w)
{
    return (struct rect){.y = y, .x = x, .h = at_least_0(h), .w = at_least_0(w)};
}

bool rect_empty(struct rect r)
{
    return r.h <= 0 || r.w <= 0;
}

bool rect_contains(struct rect r, int y, int x)
{
    return y >= r.y && y < r.y + r.h && x >= r.x && x < r.x + r.w;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
    int y = a.y > b.y ? a.y : b.y;
    int x = a.x > b.x ? a.x : b.x;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    return rect_make(y, x, bottom - y, right - x);
}

struct rect rect_inset(struct rect r, int dy, int dx)
{
    return rect_make(r.y + dy, r.x + dx, r.h - 2 * dy, r.w - 2 * dx);
}

struct rect rect_center(struct rect r, struct size want)
{
    int h = clamp(want.h, 0, at_least_0(r.h));
    int w = clamp(want.w, 0, at_least_0(r.w));
    return rect_make(r.y + (r.h - h) / 2, r.x + (r.w - w) / 2, h, w);
}

struct rect rect_cut_top(struct rect *rest, int n)
{
    n = clamp(n, 0, at_least_0(rest->h));
    struct rect piece = rect_make(rest->y, rest->x, n, rest->w);
    rest->y += n;
    rest->h -= n;
    return piece;
}

struct rect rect_cut_bottom(struct rect *rest, int n)
{
    n = clamp(n, 0, at_least_0(rest->h));
    rest->h -= n;
    return rect_make(rest->y + rest->h, rest->x, n, rest->w);
}

struct rect rect_cut_left(struct rect *rest, int n)
{
    n = clamp(n, 0, at_least_0(rest->w));
    struct rect piece = rect_make(rest->y, rest->x, rest->h, n);
    rest->x += n;
    rest->w -= n;
    return piece;
}

struct rect rect_cut_right(struct rect *rest, int n)
{
    n = clamp(n, 0, at_least_0(rest->w));
    rest->w -= n;
    return rect_make(rest->y, rest->x + rest->w, rest->h, n);
}
