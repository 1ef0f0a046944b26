/* watch_warnings: what an operation was begun in spite of. See watch_parts.h. */
#include "tui/screens/watch_parts.h"

#include "backend/base/buf.h"

#include <stdio.h>

enum { FRAME = 2, LIST_MAX = 4096 };

/* All of them as one text, each from a line of its own on. */
static const char *all_of(const json_t *list, struct buf *b)
{
    size_t i;
    json_t *line;
    buf_init(b, LIST_MAX);
    json_array_foreach (list, i, line)
        buf_printf(b, "%s! %s", i ? "\n" : "", json_string_value(line));
    return buf_text(b);
}

/* Columns of the text in a frame of that width: a blank on both sides, and the bar. */
static int text_width(int width)
{
    return width > FRAME + 4 ? width - FRAME - 3 : 1;
}

int warnings_rows(const json_t *list, const struct canvas *cv, int width)
{
    struct buf b;
    if (json_array_size(list) == 0)
        return 0;
    int rows = FRAME + paint_wrapped_rows(cv, text_width(width), all_of(list, &b));
    buf_release(&b);
    return rows;
}

int warnings_scrolled(int top, ui_key key, int rows, int height)
{
    const int page = height - FRAME > 1 ? height - FRAME : 1;
    const struct {
        ui_key key;
        int by;
    } MOVES[] = {{UI_KEY_UP, -1},      {'k', -1},         {UI_KEY_DOWN, 1},
                 {'j', 1},             {UI_KEY_PGUP, -page}, {UI_KEY_PGDN, page},
                 {UI_KEY_HOME, -rows}, {UI_KEY_END, rows}};
    for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0]; i++)
        if (MOVES[i].key == key)
            top += MOVES[i].by;
    int last = rows - height > 0 ? rows - height : 0;
    return top > last ? last : top < 0 ? 0 : top;
}

void warnings_paint(const json_t *list, bool focused, int top, struct canvas *cv, struct rect area)
{
    char note[48];
    struct buf b;
    if (rect_empty(area))
        return;
    int rows = warnings_rows(list, cv, area.w);
    size_t n = json_array_size(list);
    snprintf(note, sizeof note, rows > area.h && !focused ? "%zu, Tab: all of them" : "%zu", n);
    struct rect in = rect_inset(
        paint_box(cv, area, focused ? ROLE_FOCUS : ROLE_WARN, "Warnings", note), 0, 1);
    struct rect bar = rect_cut_right(&in, 1);
    if (focused)
        paint_scrollbar(cv, bar, (size_t)top, (size_t)in.h, (size_t)(rows - FRAME));
    paint_wrapped_from(cv, in, top, ROLE_WARN, all_of(list, &b));
    buf_release(&b);
}
