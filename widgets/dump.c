/* dump: see dump.h. */
#include "widgets/dump.h"

#include <curses.h>

static void trim_row(struct buf *out, size_t from)
{
    while (out->len > from && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

void dump_text(void *window, struct buf *out)
{
    WINDOW *w = window;
    int rows, cols;
    getmaxyx(w, rows, cols);
    for (int y = 0; y < rows; y++) {
        size_t from = out->len;
        for (int x = 0; x < cols; x++) {
            wchar_t text[CCHARW_MAX + 1] = {0};
            cchar_t cell;
            attr_t attrs;
            short pair;
            int wide_pair;
            if (mvwin_wch(w, y, x, &cell) == ERR)
                continue;
            getcchar(&cell, text, &attrs, &pair, &wide_pair);
            if ((cell.attr & A_CHARTEXT) >= 2) /* curses numbers the halves 1 and 2 */
                continue;
            if (text[0] < 0x80 && !text[1])
                buf_add(out, &(char){(char)text[0]}, 1);
            else
                buf_printf(out, "%ls", text);
        }
        trim_row(out, from);
        buf_puts(out, "\n");
    }
}
