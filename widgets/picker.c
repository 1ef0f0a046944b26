#include "widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/base/mem.h"

/* What may be typed to narrow the list. */
#define FILTER_BYTES 128

void picker_init(struct picker *p, const struct picker_source *source, const void *ctx)
{
    *p = (struct picker){.source = source, .ctx = ctx};
    input_init(&p->filter, FILTER_BYTES);
}

void picker_release(struct picker *p)
{
    input_release(&p->filter);
    free(p->hits);
    p->hits = NULL;
    p->n_hits = p->hits_size = 0;
}

bool picker_words_match(const char *text, const char *filter)
{
    char word[FILTER_BYTES + 1];
    for (filter += strspn(filter, " "); *filter; filter += strspn(filter, " ")) {
        size_t len = strcspn(filter, " ");
        size_t n = len < sizeof(word) - 1 ? len : sizeof(word) - 1;
        memcpy(word, filter, n);
        word[n] = '\0';
        if (!strcasestr(text, word))
            return false;
        filter += len;
    }
    return true;
}

static bool passes(const struct picker *p, size_t item)
{
    const char *filter = input_text(&p->filter);
    if (p->source->match)
        return p->source->match(p->ctx, item, filter);
    return picker_words_match(p->source->text(p->ctx, item), filter);
}

static size_t top_for(const struct picker *p, int rows)
{
    size_t page = rows > 0 ? (size_t)rows : 1, top = p->top;
    if (p->selected < top)
        top = p->selected;
    if (p->selected >= top + page)
        top = p->selected - page + 1;
    if (p->n_hits <= page)
        return 0;
    return top > p->n_hits - page ? p->n_hits - page : top;
}

/* The hits anew; what was selected stays so when it still passes. */
static void make_hits(struct picker *p)
{
    size_t item = 0, n = 0, selected = 0;
    bool had = picker_selected(p, &item);
    p->hits = xgrow(p->hits, &p->hits_size, p->items > 0 ? p->items : 1, sizeof(*p->hits));
    for (size_t i = 0; i < p->items; i++) {
        if (!passes(p, i))
            continue;
        if (had && i == item)
            selected = n;
        p->hits[n++] = i;
    }
    p->n_hits = n;
    p->selected = selected;
    p->top = top_for(p, p->page);
}

void picker_sync(struct picker *p, size_t items)
{
    p->items = items;
    make_hits(p);
}

bool picker_selected(const struct picker *p, size_t *ret_item)
{
    if (p->selected >= p->n_hits)
        return false;
    *ret_item = p->hits[p->selected];
    return true;
}

void picker_layout(struct picker *p, struct rect area)
{
    p->page = area.h > 1 ? area.h - 1 : 1;
    p->top = top_for(p, p->page);
}

static void paint_filter(const struct picker *p, struct canvas *cv, struct rect row)
{
    char count[48];
    snprintf(count, sizeof(count), " %zu of %zu", p->n_hits, p->items);
    struct rect right = rect_cut_right(&row, paint_width(cv, count));
    paint_text(cv, right.y, right.x, right.w, ROLE_DIM, count);
    paint_text(cv, row.y, row.x, 2, ROLE_KEY, "/");
    rect_cut_left(&row, 2);
    input_paint(&p->filter, cv, row.y, row.x, row.w, p->focused, "type to narrow the list");
}

static void paint_item(const struct picker *p, struct canvas *cv, struct rect row, size_t hit)
{
    enum role ground = p->focused ? ROLE_SELECTED : ROLE_SELECTED_IDLE;
    bool selected = hit == p->selected;
    struct canvas on = canvas_on(cv, selected ? ground : cv->ground);
    size_t item = p->hits[hit];
    if (selected) {
        paint_fill(&on, row, ground);
        paint_glyph(&on, row.y, row.x, ground, GLYPH_CURSOR);
    }
    rect_cut_left(&row, 2);
    const char *note = p->source->note ? p->source->note(p->ctx, item) : NULL;
    if (note) {
        int w = paint_width(cv, note);
        struct rect at = rect_cut_right(&row, w < row.w / 2 ? w : row.w / 2);
        paint_text(&on, at.y, at.x, at.w, ROLE_DIM, note);
        rect_cut_right(&row, 2);
    }
    paint_text(&on, row.y, row.x, row.w, ROLE_TEXT, p->source->text(p->ctx, item));
}

void picker_paint(const struct picker *p, struct canvas *cv, struct rect area)
{
    struct canvas sub = canvas_clip(cv, area);
    if (rect_empty(area))
        return;
    paint_filter(p, &sub, rect_cut_top(&area, 1));
    size_t top = top_for(p, area.h);
    if (p->n_hits > (size_t)area.h && area.w > 4) {
        struct rect bar = rect_cut_right(&area, 1);
        paint_scrollbar(&sub, bar, top, (size_t)area.h, p->n_hits);
        rect_cut_right(&area, 1);
    }
    if (p->n_hits == 0 && area.h > 0)
        paint_text(&sub, area.y, area.x + 2, area.w - 2, ROLE_DIM, "nothing matches");
    for (int i = 0; i < area.h && top + (size_t)i < p->n_hits; i++)
        paint_item(p, &sub, rect_make(area.y + i, area.x, 1, area.w), top + (size_t)i);
}

static unsigned move(struct picker *p, long by)
{
    size_t before = p->selected, last = p->n_hits > 0 ? p->n_hits - 1 : 0;
    if (by < 0)
        p->selected = p->selected > (size_t)-by ? p->selected - (size_t)-by : 0;
    else
        p->selected = last - p->selected > (size_t)by ? p->selected + (size_t)by : last;
    p->top = top_for(p, p->page);
    return p->selected == before ? UI_HANDLED : UI_HANDLED | UI_REPAINT | UI_CHANGED;
}

unsigned picker_key(struct picker *p, ui_key key)
{
    switch (key) {
    case UI_KEY_UP:
        return move(p, -1);
    case UI_KEY_DOWN:
        return move(p, 1);
    case UI_KEY_PGUP:
        return move(p, -(long)p->page);
    case UI_KEY_PGDN:
        return move(p, (long)p->page);
    case UI_KEY_ENTER:
        return p->n_hits > 0 ? UI_HANDLED | UI_DONE : UI_HANDLED;
    case UI_KEY_ESC:
        if (p->filter.len == 0)
            return UI_HANDLED | UI_CANCEL;
        input_clear(&p->filter);
        make_hits(p);
        return UI_HANDLED | UI_REPAINT | UI_CHANGED;
    default:
        break;
    }
    unsigned bits = input_key(&p->filter, key);
    if (bits & UI_CHANGED)
        make_hits(p);
    return bits;
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct picker *p = widget;
    (void)cv;
    int h = p->n_hits + 1 < (size_t)room.h ? (int)p->n_hits + 1 : room.h;
    return (struct size){h, room.w};
}

static void ops_layout(void *widget, struct rect area)
{
    picker_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    picker_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return picker_key(widget, key);
}

const struct widget_ops picker_ops = {
    .name = "picker",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
