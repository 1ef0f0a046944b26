#include "widgets/table.h"

#include <limits.h>
#include <string.h>

#define GAP_DEFAULT 2

static size_t last_row(const struct table *t)
{
    return t->rows > 0 ? t->rows - 1 : 0;
}

/* The first row to show so that the selected one is in view. */
static size_t top_for(const struct table *t, int page)
{
    size_t n = page > 0 ? (size_t)page : 1, top = t->top;
    if (t->selected < top)
        top = t->selected;
    if (t->selected >= top + n)
        top = t->selected - n + 1;
    if (t->rows <= n)
        return 0;
    return top > t->rows - n ? t->rows - n : top;
}

static bool header_shown(const struct table *t, int h)
{
    return !t->no_header && h >= 2;
}

static int page_of(const struct table *t, int h)
{
    return header_shown(t, h) ? h - 1 : h;
}

static void remember_id(struct table *t)
{
    t->has_id = t->source->id && t->rows > 0;
    if (t->has_id)
        t->selected_id = t->source->id(t->ctx, t->selected);
}

/* Where the selected thing is now; the old row number when it is gone. */
static size_t find_selected(const struct table *t)
{
    size_t row = t->selected < t->rows ? t->selected : last_row(t);
    if (!t->has_id || !t->source->id || t->source->id(t->ctx, row) == t->selected_id)
        return row;
    for (size_t i = 0; i < t->rows; i++)
        if (t->source->id(t->ctx, i) == t->selected_id)
            return i;
    return row;
}

void table_sync(struct table *t, size_t rows)
{
    t->rows = rows;
    if (rows == 0) /* a list that comes back finds its selection again */
        return;
    size_t row = find_selected(t), offset = t->selected >= t->top ? t->selected - t->top : 0;
    t->selected = row;
    /* What moved keeps its line on the screen: the eye is there. */
    t->top = row >= offset ? row - offset : 0;
    t->top = top_for(t, t->page);
    remember_id(t);
}

void table_select(struct table *t, size_t row)
{
    t->selected = row < t->rows ? row : last_row(t);
    t->top = top_for(t, t->page);
    remember_id(t);
}

void table_follow(struct table *t, size_t row)
{
    enum { BEFORE = 2, LAST_PART = 4 };
    size_t page = t->page > 0 ? (size_t)t->page : 1;
    t->selected = row < t->rows ? row : last_row(t);
    if (t->selected < t->top || t->selected >= t->top + page - page / LAST_PART)
        t->top = t->selected > BEFORE ? t->selected - BEFORE : 0;
    t->top = top_for(t, t->page);
    remember_id(t);
}

bool table_selected(const struct table *t, size_t *ret_row)
{
    if (t->rows == 0)
        return false;
    *ret_row = t->selected;
    return true;
}

void table_layout(struct table *t, struct rect area)
{
    t->page = page_of(t, area.h);
    t->top = top_for(t, t->page);
}

/* Where everything of one frame lies. */
struct frame {
    struct rect cols[TABLE_COLUMNS_MAX];
    size_t n;
    int gutter;
    enum role ground;
};

static struct frame frame_of(const struct table *t, struct rect area, int page)
{
    struct layout_box boxes[TABLE_COLUMNS_MAX];
    struct frame f = {.n = t->n_columns < TABLE_COLUMNS_MAX ? t->n_columns : TABLE_COLUMNS_MAX};
    f.gutter = t->source->marked ? 3 : 2;
    f.ground = t->focused ? ROLE_SELECTED : ROLE_SELECTED_IDLE;
    rect_cut_left(&area, f.gutter);
    if (t->rows > (size_t)page)
        rect_cut_right(&area, 2); /* the scroll bar and a blank before it */
    for (size_t i = 0; i < f.n; i++)
        boxes[i] = t->columns[i].box;
    layout_solve(LAYOUT_COLS, boxes, f.n, t->gap > 0 ? t->gap : GAP_DEFAULT, area, f.cols);
    return f;
}

static void paint_header(const struct table *t, struct canvas *cv, struct rect area,
                         const struct frame *f)
{
    size_t sorted = t->sorted == 0 ? 0 : (size_t)(t->sorted > 0 ? t->sorted : -t->sorted);
    paint_fill(cv, rect_make(area.y, area.x, 1, area.w), ROLE_HEADER);
    for (size_t i = 0; i < f->n; i++) {
        struct rect c = f->cols[i];
        bool mark = sorted == i + 1 && c.w > 2;
        const char *title = t->columns[i].title ? t->columns[i].title : "";
        int w = paint_width(cv, title) < c.w - 2 ? paint_width(cv, title) : c.w - 2;
        if (mark) {
            int x = t->columns[i].align == ALIGN_RIGHT ? c.x + c.w - w - 2 : c.x + w + 1;
            paint_glyph(cv, area.y, x, ROLE_HEADER,
                        t->sorted > 0 ? GLYPH_SORT_UP : GLYPH_SORT_DOWN);
            c.x = t->columns[i].align == ALIGN_RIGHT ? c.x + c.w - w : c.x;
            c.w = w;
        }
        paint_cell(cv, area.y, c.x, c.w, t->columns[i].align, ROLE_HEADER, title);
    }
}

/* What the filter found, once more over the text that is there. */
static void paint_match(const struct table *t, struct canvas *cv, struct rect at,
                        enum align align, const char *text)
{
    char part[256];
    size_t from, len;
    int w = paint_width(cv, text);
    if (!match_span(t->match, text, &from, &len) || from >= sizeof(part))
        return;
    if ((align == ALIGN_RIGHT || align == ALIGN_CENTER) && w < at.w)
        rect_cut_left(&at, align == ALIGN_RIGHT ? at.w - w : (at.w - w) / 2);
    if (w > at.w)
        rect_cut_right(&at, align == ALIGN_ENDS ? (at.w + 1) / 2 : 1); /* the ellipsis stays one */
    memcpy(part, text, from);
    part[from] = '\0';
    rect_cut_left(&at, paint_width(cv, part));
    len = len < sizeof(part) ? len : sizeof(part) - 1;
    memcpy(part, text + from, len);
    part[len] = '\0';
    if (!rect_empty(at))
        paint_text_from(cv, at.y, at.x, at.w, 0, ROLE_MATCH, part);
}

static void paint_data_cell(const struct table *t, struct canvas *cv, struct rect at, size_t row,
                            size_t col)
{
    const struct table_column *column = &t->columns[col];
    struct table_cell cell;
    if (rect_empty(at))
        return;
    if (column->paint) {
        struct canvas sub = canvas_clip(cv, at);
        column->paint(t->ctx, row, &sub, at);
        return;
    }
    cell.role = ROLE_TEXT;
    cell.mark = GLYPH_NONE;
    cell.text = NULL;
    cell.brief = NULL;
    cell.buf[0] = cell.brief_buf[0] = '\0';
    t->source->cell(t->ctx, row, col, &cell);
    if (cell.mark != GLYPH_NONE) {
        /* The blank belongs to the mark: one colour for both and the text. */
        paint_glyph(cv, at.y, at.x, cell.role, cell.mark);
        paint_fill(cv, rect_make(at.y, at.x + 1, 1, at.w - 1 < 1 ? at.w - 1 : 1), cell.role);
        rect_cut_left(&at, 2);
    }
    if (cell.brief && cell.text && paint_width(cv, cell.text) > at.w)
        cell.text = cell.brief;
    if (cell.text && column->align == ALIGN_ENDS)
        paint_middle(cv, at.y, at.x, at.w, cell.role, cell.text);
    else if (cell.text && column->align == ALIGN_LEFT)
        paint_text(cv, at.y, at.x, at.w, cell.role, cell.text);
    else if (cell.text)
        paint_cell(cv, at.y, at.x, at.w, column->align, cell.role, cell.text);
    if (cell.text && !match_is_empty(t->match))
        paint_match(t, cv, at, column->align, cell.text);
}

/* What the highlight of the selected row covers. */
static struct rect highlight_of(const struct table *t, const struct frame *f, struct rect line)
{
    if (!t->whole_row && f->n > 0 && f->cols[0].w > 0)
        line.w = f->cols[0].x + f->cols[0].w - line.x;
    return line;
}

static void paint_row(const struct table *t, struct canvas *cv, struct rect line, size_t row,
                      const struct frame *f)
{
    bool selected = row == t->selected;
    if (t->focused || t->hotkey != UI_KEY_NONE)
        hits_step(cv->hits, line, t->focused ? UI_KEY_NONE : t->hotkey,
                  (long)row - (long)t->selected, UI_KEY_UP, UI_KEY_DOWN,
                  t->focused ? UI_KEY_ENTER : UI_KEY_NONE);
    struct canvas lit = canvas_on(cv, selected ? f->ground : cv->ground);
    struct rect light = highlight_of(t, f, line);
    if (selected) {
        paint_fill(&lit, light, f->ground);
        paint_glyph(&lit, line.y, line.x, f->ground, GLYPH_CURSOR);
    }
    if (t->source->marked && t->source->marked(t->ctx, row) && line.w > 1)
        paint_glyph(&lit, line.y, line.x + 1, ROLE_MARKED, GLYPH_MARKED);
    for (size_t i = 0; i < f->n; i++) {
        struct rect cell = rect_make(line.y, f->cols[i].x, 1, f->cols[i].w);
        paint_data_cell(t, rect_contains(light, cell.y, cell.x) ? &lit : cv, cell, row, i);
    }
}

void table_paint(const struct table *t, struct canvas *cv, struct rect area)
{
    struct canvas sub = canvas_clip(cv, area);
    if (rect_empty(area))
        return;
    int page = page_of(t, area.h);
    struct frame f = frame_of(t, area, page);
    if (header_shown(t, area.h))
        paint_header(t, &sub, rect_cut_top(&area, 1), &f);
    if (t->rows == 0) {
        if (t->empty)
            paint_wrapped(&sub, rect_make(area.y, area.x + 2, area.h, area.w - 4), ROLE_DIM,
                          t->empty);
        return;
    }
    size_t top = top_for(t, page);
    if (t->rows > (size_t)page) {
        struct rect bar = rect_cut_right(&area, 1);
        paint_scrollbar(&sub, bar, top, (size_t)page, t->rows);
        rect_cut_right(&area, 1);
    }
    for (int i = 0; i < area.h && top + (size_t)i < t->rows; i++)
        paint_row(t, &sub, rect_make(area.y + i, area.x, 1, area.w), top + (size_t)i, &f);
}

/* What the keys move by: rows, or half pages. */
static const struct move {
    ui_key key;
    long rows, halves;
} MOVES[] = {
    {UI_KEY_UP, -1, 0},          {'k', -1, 0},
    {UI_KEY_DOWN, 1, 0},         {'j', 1, 0},
    {UI_KEY_PGUP, 0, -2},        {UI_KEY_PGDN, 0, 2},
    {UI_KEY_CTRL('U'), 0, -1},   {UI_KEY_CTRL('D'), 0, 1},
    {UI_KEY_HOME, -LONG_MAX, 0}, {'g', -LONG_MAX, 0},
    {UI_KEY_END, LONG_MAX, 0},   {'G', LONG_MAX, 0},
};

static size_t moved(const struct table *t, const struct move *m)
{
    long page = t->page > 1 ? t->page : 1;
    long by = m->halves ? m->halves * ((page + 1) / 2) : m->rows;
    if (by < 0)
        return t->selected > (size_t)-by ? t->selected - (size_t)-by : 0;
    return (size_t)by < last_row(t) - t->selected ? t->selected + (size_t)by : last_row(t);
}

unsigned table_key(struct table *t, ui_key key)
{
    if (key == UI_KEY_ENTER)
        return t->rows > 0 ? UI_HANDLED | UI_DONE : UI_HANDLED;
    for (size_t i = 0; i < sizeof(MOVES) / sizeof(MOVES[0]); i++) {
        if (MOVES[i].key != key)
            continue;
        size_t before = t->selected;
        if (t->rows > 0)
            table_select(t, moved(t, &MOVES[i]));
        return t->selected == before ? UI_HANDLED : UI_HANDLED | UI_REPAINT | UI_CHANGED;
    }
    return UI_IGNORED;
}

static struct size ops_measure(const void *widget, const struct canvas *cv, struct size room)
{
    const struct table *t = widget;
    (void)cv;
    size_t rows = t->rows > 0 ? t->rows : 1;
    int head = t->no_header ? 0 : 1;
    int h = rows < (size_t)room.h ? (int)rows + head : room.h;
    return (struct size){h < room.h ? h : room.h, room.w};
}

static void ops_layout(void *widget, struct rect area)
{
    table_layout(widget, area);
}

static void ops_paint(const void *widget, struct canvas *cv, struct rect area)
{
    table_paint(widget, cv, area);
}

static unsigned ops_key(void *widget, ui_key key)
{
    return table_key(widget, key);
}

const struct widget_ops table_ops = {
    .name = "table",
    .measure = ops_measure,
    .layout = ops_layout,
    .paint = ops_paint,
    .key = ops_key,
};
