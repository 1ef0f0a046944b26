#include "widgets/textview.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Columns that one press of Left or Right moves. */
#define SIDE_STEP 8
static uint64_t page_of(const struct textview *v)
{
    return v->page > 0 ? (uint64_t)v->page : 1;
}

/* The first line seen when `h` rows show the end. */
static uint64_t last_top(const struct textview *v, uint64_t h)
{
    return v->end - v->first > h ? v->end - h : v->first;
}

static uint64_t top_for(const struct textview *v, uint64_t h)
{
    uint64_t last = last_top(v, h);
    if (v->follow || v->top > last)
        return last;
    return v->top < v->first ? v->first : v->top;
}

void textview_reset(struct textview *v)
{
    v->first = v->end = v->top = v->seen_end = 0;
    v->left = 0;
    v->follow = true;
    v->has_found = false;
}

void textview_sync(struct textview *v, uint64_t first, uint64_t end)
{
    v->first = first;
    v->end = end > first ? end : first;
    if (v->follow)
        v->seen_end = v->end;
    v->top = top_for(v, page_of(v));
}

uint64_t textview_behind(const struct textview *v)
{
    return v->follow || v->end < v->seen_end ? 0 : v->end - v->seen_end;
}

static void ask_line(const struct textview *v, uint64_t seq, struct textview_line *line)
{
    line->role = ROLE_TEXT;
    line->lead = NULL;
    line->text = NULL;
    line->buf[0] = line->lead_buf[0] = '\0';
    v->line(v->ctx, seq, line);
}

/* So far to the right that of the longest line seen something is left. */
static int furthest(const struct textview *v)
{
    struct textview_line line;
    uint64_t top = top_for(v, page_of(v));
    int most = 0;
    for (uint64_t i = 0; i < page_of(v) && top + i < v->end; i++) {
        ask_line(v, top + i, &line);
        int bytes = line.text ? (int)strnlen(line.text, sizeof line.buf) : 0;
        most = bytes > most ? bytes : most;
    }
    return most > SIDE_STEP ? most - SIDE_STEP : 0;
}

void textview_layout(struct textview *v, struct rect area)
{
    v->page = area.h;
    v->top = top_for(v, page_of(v));
    int most = v->left ? furthest(v) : 0;
    v->left = v->left > most ? most : v->left;
}

static bool searching(const struct textview *v)
{
    return v->find && *v->find;
}

/* The bytes [from, from + len) of a line, painted over it. */
static void paint_hit(const struct textview *v, struct canvas *cv, struct rect at,
                      const char *text, size_t from, size_t len)
{
    char part[512];
    if (from >= sizeof(part) || len >= sizeof(part))
        return;
    memcpy(part, text, from);
    part[from] = '\0';
    int x = at.x + paint_width(cv, part) - v->left;
    memcpy(part, text + from, len);
    part[len] = '\0';
    if (x >= at.x)
        paint_text_from(cv, at.y, x, at.x + at.w - x, 0, ROLE_MATCH, part);
}

/* Every occurrence of the search text, painted over the line that is there. */
static void paint_matches(const struct textview *v, struct canvas *cv, struct rect at,
                          const char *text)
{
    size_t find = strlen(v->find);
    for (const char *hit = strcasestr(text, v->find); hit; hit = strcasestr(hit + find, v->find))
        paint_hit(v, cv, at, text, (size_t)(hit - text), find);
}

static void paint_line(const struct textview *v, struct canvas *cv, struct rect at, uint64_t seq)
{
    struct textview_line line;
    ask_line(v, seq, &line);
    if (line.lead) {
        int used = paint_text(cv, at.y, at.x, at.w, ROLE_DIM, line.lead);
        rect_cut_left(&at, used + 1);
    }
    if (!line.text || rect_empty(at))
        return;
    if (v->left > 0)
        paint_text_from(cv, at.y, at.x, at.w, v->left, line.role, line.text);
    else
        paint_text(cv, at.y, at.x, at.w, line.role, line.text);
    size_t from, len;
    if (match_span(v->match, line.text, &from, &len)) {
        struct canvas sub = canvas_clip(cv, at);
        paint_hit(v, &sub, at, line.text, from, len);
    }
    if (searching(v)) {
        struct canvas sub = canvas_clip(cv, at);
        paint_matches(v, &sub, at, line.text);
    }
}

/* While paused: how much came since, in the last row on the right. */
static void paint_behind(const struct textview *v, struct canvas *cv, struct rect area)
{
    char text[64];
    uint64_t behind = textview_behind(v);
    if (v->follow || v->end == v->first)
        return;
    if (behind > 0)
        snprintf(text, sizeof(text), " paused %s %" PRIu64 " new ",
                 glyph_text(cv->glyphs, GLYPH_MORE_DOWN), behind);
    else
        snprintf(text, sizeof(text), " paused ");
    int w = paint_width(cv, text);
    if (w < area.w)
        paint_text(cv, area.y + area.h - 1, area.x + area.w - w, w, ROLE_STATUS, text);
}

void textview_paint(const struct textview *v, struct canvas *cv, struct rect area)
{
    struct canvas sub = canvas_clip(cv, area);
    if (rect_empty(area))
        return;
    if (v->end == v->first && v->empty)
        paint_wrapped(&sub, area, ROLE_DIM, v->empty);
    uint64_t h = (uint64_t)area.h, top = top_for(v, h);
    if (v->end - v->first > h && area.w > 2) {
        struct rect bar = rect_cut_right(&area, 1);
        paint_scrollbar(&sub, bar, (size_t)(top - v->first), (size_t)h,
                        (size_t)(v->end - v->first));
        rect_cut_right(&area, 1);
    }
    for (int i = 0; i < area.h && top + (uint64_t)i < v->end; i++)
        paint_line(v, &sub, rect_make(area.y + i, area.x, 1, area.w), top + (uint64_t)i);
    paint_behind(v, &sub, area);
}

static unsigned follow(struct textview *v)
{
    v->follow = true;
    v->has_found = false;
    v->seen_end = v->end;
    v->top = top_for(v, page_of(v));
    return UI_HANDLED | UI_REPAINT;
}

static void pause_at(struct textview *v, uint64_t top)
{
    if (v->follow)
        v->seen_end = v->end;
    v->follow = false;
    v->top = top;
    v->top = top_for(v, page_of(v));
}

static unsigned scroll(struct textview *v, int64_t by)
{
    uint64_t top = top_for(v, page_of(v)), last = last_top(v, page_of(v));
    v->has_found = false;
    if (by > 0 && (v->follow || (uint64_t)by >= last - top)) {
        if (!v->follow && textview_behind(v) == 0 && top == last)
            return UI_HANDLED;
        return follow(v); /* scrolled down to the end: go on with it */
    }
    if (by < 0 && top == v->first && !v->follow)
        return UI_HANDLED;
    uint64_t up = by < 0 ? (uint64_t)-by : 0;
    pause_at(v, by > 0 ? top + (uint64_t)by : up > top - v->first ? v->first : top - up);
    return UI_HANDLED | UI_REPAINT;
}

static bool line_hits(const struct textview *v, uint64_t seq)
{
    struct textview_line line;
    ask_line(v, seq, &line);
    return line.text && strcasestr(line.text, v->find);
}

bool textview_search(struct textview *v, bool back)
{
    uint64_t count = v->end - v->first;
    if (!searching(v) || count == 0)
        return false;
    bool valid = v->has_found && v->found >= v->first && v->found < v->end;
    uint64_t at = (valid ? v->found : top_for(v, page_of(v))) - v->first;
    /* Without a hit so far the top line itself may be the first. */
    uint64_t skip = valid || back ? 1 : 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t by = (i + skip) % count;
        uint64_t seq = v->first + (back ? at + count - by : at + by) % count;
        if (!line_hits(v, seq))
            continue;
        pause_at(v, seq);
        v->found = seq;
        v->has_found = true;
        return true;
    }
    return false;
}

static unsigned sideways(struct textview *v, int by)
{
    int left = v->left + by, most = furthest(v);
    left = left > most ? most : left;
    left = left < 0 ? 0 : left;
    if (left == v->left)
        return UI_HANDLED;
    v->left = left;
    return UI_HANDLED | UI_REPAINT;
}

static unsigned toggle(struct textview *v)
{
    if (!v->follow)
        return follow(v);
    pause_at(v, top_for(v, page_of(v)));
    return UI_HANDLED | UI_REPAINT;
}

static unsigned jump(struct textview *v, bool back)
{
    return textview_search(v, back) ? UI_HANDLED | UI_REPAINT : UI_HANDLED;
}

unsigned textview_key(struct textview *v, ui_key key)
{
    int64_t page = (int64_t)page_of(v);
    switch (key) {
    case UI_KEY_UP:
    case 'k':
        return scroll(v, -1);
    case UI_KEY_DOWN:
    case 'j':
        return scroll(v, 1);
    case UI_KEY_PGUP:
        return scroll(v, -page);
    case UI_KEY_PGDN:
        return scroll(v, page);
    case UI_KEY_CTRL('U'):
        return scroll(v, -(page + 1) / 2);
    case UI_KEY_CTRL('D'):
        return scroll(v, (page + 1) / 2);
    case UI_KEY_HOME:
    case 'g':
        return scroll(v, INT64_MIN + 1);
    case UI_KEY_END:
    case 'G':
        return follow(v);
    case UI_KEY_LEFT:
        return sideways(v, -SIDE_STEP);
    case UI_KEY_RIGHT:
        return sideways(v, SIDE_STEP);
    case UI_KEY_SPACE:
        return toggle(v);
    case 'n':
    case 'N':
        return searching(v) ? jump(v, key == 'N') : UI_IGNORED;
    default:
        return UI_IGNORED;
    }
}

static void ops_layout(void *widget, struct rect area)
{
    textview_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    textview_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return textview_key(widget, key);
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct textview *v = widget;
    uint64_t lines = v->end - v->first;
    (void)cv;
    return (struct size){lines < (uint64_t)room.h ? (int)lines : room.h, room.w};
}

const struct widget_ops textview_ops = {
    .name = "textview",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
