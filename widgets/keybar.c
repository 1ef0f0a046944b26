#include "widgets/keybar.h"

/* Blank columns between items. */
#define GAP 2

/* "Enter open", or "(S stop)" when it is not allowed now. */
static int item_width(const struct canvas *cv, const struct keybar_item *item)
{
    return paint_width(cv, item->key) + 1 + paint_width(cv, item->label) + (item->disabled ? 2 : 0);
}

/* Would the shown items fit into h rows of w columns? */
static bool fits(const int *widths, const bool *shown, size_t n, struct rect r)
{
    int rows = 1, x = 0;
    for (size_t i = 0; i < n; i++) {
        if (!shown[i])
            continue;
        if (x > 0 && x + GAP + widths[i] > r.w) {
            rows++;
            x = 0;
        }
        x += (x > 0 ? GAP : 0) + widths[i];
        if (x > r.w)
            return false;
    }
    return rows <= r.h;
}

/* Takes away the least important of the shown ones; false when all must stay. */
static bool drop_one(const struct keybar *k, bool *shown, size_t n)
{
    size_t worst = n;
    for (size_t i = 0; i < n; i++) {
        if (!shown[i] || k->items[i].drop <= 0)
            continue;
        if (worst == n || k->items[i].drop >= k->items[worst].drop)
            worst = i;
    }
    if (worst == n)
        return false;
    shown[worst] = false;
    return true;
}

static void paint_item(const struct keybar_item *item, struct pen *pen)
{
    enum role key = item->disabled ? ROLE_DISABLED : item->danger ? ROLE_DANGER : ROLE_KEY;
    enum role label = item->disabled ? ROLE_DISABLED : ROLE_KEY_LABEL;
    pen_text(pen, key, item->disabled ? "(" : "");
    pen_text(pen, key, item->key);
    pen_gap(pen, 1);
    pen_text(pen, label, item->label);
    pen_text(pen, label, item->disabled ? ")" : "");
}

void keybar_paint(const struct keybar *k, struct canvas *cv, struct rect area)
{
    int widths[KEYBAR_ITEMS_MAX], row = 0;
    bool shown[KEYBAR_ITEMS_MAX];
    size_t n = k->n < KEYBAR_ITEMS_MAX ? k->n : KEYBAR_ITEMS_MAX;
    if (rect_empty(area))
        return;
    for (size_t i = 0; i < n; i++) {
        widths[i] = item_width(cv, &k->items[i]);
        shown[i] = true;
    }
    while (!fits(widths, shown, n, area) && drop_one(k, shown, n))
        continue;
    struct pen pen = pen_on(cv, area.y, area.x, area.w);
    for (size_t i = 0; i < n; i++) {
        if (!shown[i])
            continue;
        int gap = pen.x > area.x ? GAP : 0;
        if (gap > 0 && gap + widths[i] > pen_room(&pen) && row + 1 < area.h) {
            pen = pen_on(cv, area.y + ++row, area.x, area.w);
            gap = 0;
        }
        pen_gap(&pen, gap);
        if (k->items[i].press != UI_KEY_NONE)
            hits_add(cv->hits, rect_make(pen.y, pen.x, 1, widths[i]), UI_KEY_NONE,
                     k->items[i].press, 1);
        paint_item(&k->items[i], &pen);
    }
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    (void)widget;
    (void)cv;
    return (struct size){room.h < 1 ? room.h : 1, room.w};
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    keybar_paint(widget, cv, area);
}

const struct widget_ops keybar_ops = {
    .name = "keybar",
    .measure = ops_measure,
    .paint = ops_paint,
};
