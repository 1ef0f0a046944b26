#include "widgets/layout.h"

#include <limits.h>
#include <stdbool.h>

/* The work of one call: what each box has got so far, and whether it is shown. */
struct solving {
    const struct layout_box *boxes;
    size_t n;
    int gap, length;
    int size[LAYOUT_BOXES_MAX];
    bool shown[LAYOUT_BOXES_MAX];
};

static int box_min(const struct layout_box *b)
{
    return b->min > 0 ? b->min : 0;
}

static int box_max(const struct layout_box *b)
{
    if (b->max <= 0)
        return INT_MAX;
    return b->max > box_min(b) ? b->max : box_min(b);
}

static int needed(const struct solving *s)
{
    int need = 0, count = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->shown[i])
            continue;
        need += s->size[i];
        count++;
    }
    return need + (count > 1 ? (count - 1) * s->gap : 0);
}

/* Rule 2: the least important boxes go until the rest fits. */
static void drop_boxes(struct solving *s)
{
    while (needed(s) > s->length) {
        size_t worst = s->n;
        for (size_t i = 0; i < s->n; i++) {
            if (!s->shown[i] || s->boxes[i].drop <= 0)
                continue;
            if (worst == s->n || s->boxes[i].drop >= s->boxes[worst].drop)
                worst = i;
        }
        if (worst == s->n)
            return;
        s->shown[worst] = false;
    }
}

/* Rule 3: what may not be dropped is cut, from the last one on. */
static void cut_boxes(struct solving *s)
{
    for (size_t i = s->n; i-- > 0;) {
        int over = needed(s) - s->length;
        if (over <= 0)
            return;
        if (!s->shown[i])
            continue;
        s->size[i] -= over < s->size[i] ? over : s->size[i];
        if (s->size[i] == 0)
            s->shown[i] = false;
    }
}

static int taker_weight(const struct solving *s, size_t i)
{
    bool takes = s->shown[i] && s->boxes[i].weight > 0 && s->size[i] < box_max(&s->boxes[i]);
    return takes ? s->boxes[i].weight : 0;
}

/* Boxes that would pass their cap get just their cap. Says whether there were any. */
static bool fill_capped(struct solving *s, int spare, long weights)
{
    bool any = false;
    for (size_t i = 0; i < s->n; i++) {
        int weight = taker_weight(s, i);
        int room = box_max(&s->boxes[i]) - s->size[i];
        if (weight == 0 || (long)spare * weight / weights < room)
            continue;
        s->size[i] += room;
        any = true;
    }
    return any;
}

/* Rule 4: what is left goes by weight. Every turn but the last fills up at
 * least one capped box, so there are at most n + 1 turns. */
static void share_rest(struct solving *s)
{
    for (;;) {
        int spare = s->length - needed(s);
        long weights = 0;
        for (size_t i = 0; i < s->n; i++)
            weights += taker_weight(s, i);
        if (spare <= 0 || weights == 0)
            return;
        if (fill_capped(s, spare, weights))
            continue;
        int left = spare;
        for (size_t i = 0; i < s->n; i++) {
            int part = (int)((long)spare * taker_weight(s, i) / weights);
            s->size[i] += part;
            left -= part;
        }
        for (size_t i = 0; i < s->n && left > 0; i++) {
            if (taker_weight(s, i) == 0)
                continue;
            s->size[i]++;
            left--;
        }
    }
}

static size_t place(const struct solving *s, enum layout_axis axis, struct rect area,
                    struct rect *ret_rects)
{
    size_t count = 0;
    int at = 0;
    for (size_t i = 0; i < s->n; i++) {
        int n = s->shown[i] ? s->size[i] : 0;
        ret_rects[i] = axis == LAYOUT_ROWS ? rect_make(area.y + at, area.x, n, area.w)
                                           : rect_make(area.y, area.x + at, area.h, n);
        if (n > 0)
            count += rect_empty(ret_rects[i]) ? 0 : 1;
        if (s->shown[i])
            at += n + s->gap;
    }
    return count;
}

size_t layout_solve(enum layout_axis axis, const struct layout_box *boxes, size_t n, int gap,
                    struct rect area, struct rect *ret_rects)
{
    struct solving s = {.boxes = boxes, .n = n, .gap = gap > 0 ? gap : 0};
    area = rect_make(area.y, area.x, area.h, area.w);
    for (size_t i = LAYOUT_BOXES_MAX; i < n; i++)
        ret_rects[i] = rect_make(area.y, area.x, 0, 0);
    if (s.n > LAYOUT_BOXES_MAX)
        s.n = LAYOUT_BOXES_MAX;
    s.length = axis == LAYOUT_ROWS ? area.h : area.w;
    for (size_t i = 0; i < s.n; i++) {
        s.size[i] = box_min(&boxes[i]);
        s.shown[i] = s.size[i] > 0 || boxes[i].weight > 0;
    }
    drop_boxes(&s);
    cut_boxes(&s);
    share_rest(&s);
    return place(&s, axis, area, ret_rects);
}
