#include "tui/verbs/box.h"

#include "backend/base/mem.h"
#include "backend/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { LEAST_WRAP = 16 };

int box_cells(const char *text, size_t n)
{
    int cells = 0;
    while (n > 0) {
        uint32_t cp = 0;
        size_t len = utf8_decode(text, n, &cp);
        if (len == 0)
            len = 1;
        int width = wcwidth((wchar_t)cp);
        cells += width < 0 ? 1 : width;
        text += len;
        n -= len;
    }
    return cells;
}

/* The bytes of the first line of `text` that fit into `room` cells: up to a
 * newline, or broken after a space, or, in a word without one, anywhere. */
static size_t first_line(const char *text, int room, size_t *ret_next)
{
    size_t len = strcspn(text, "\n"), at = 0, space = 0;
    int cells = 0;
    while (at < len) {
        uint32_t cp;
        size_t n = utf8_decode(text + at, len - at, &cp);
        n = n ? n : 1;
        cells += box_cells(text + at, n);
        if (cells > room && at > 0)
            break;
        if (text[at] == ' ')
            space = at + 1;
        at += n;
    }
    if (at >= len) {
        *ret_next = len + (text[len] == '\n');
        return len;
    }
    *ret_next = space ? space : at;
    return space ? space - 1 : at;
}

static int widest_line(const char *text)
{
    int most = 0;
    for (;;) {
        size_t n = strcspn(text, "\n");
        int cells = box_cells(text, n);
        most = cells > most ? cells : most;
        if (!text[n])
            return most;
        text += n + 1;
    }
}

/* Takes cells from the widest column until the box fits. */
static void shrink(int *widths, size_t columns, int width)
{
    for (;;) {
        int total = 1;
        size_t widest = 0;
        for (size_t c = 0; c < columns; c++) {
            total += widths[c] + 3;
            if (widths[c] > widths[widest])
                widest = c;
        }
        if (total <= width || widths[widest] <= LEAST_WRAP)
            return;
        widths[widest]--;
    }
}

static void rule(FILE *out, const int *widths, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        fputc('+', out);
        for (int i = 0; i < widths[c] + 2; i++)
            fputc('-', out);
    }
    fputs("+\n", out);
}

static void cell(FILE *out, const char *text, size_t n, int width, bool right)
{
    int gap = width - box_cells(text, n);
    gap = gap < 0 ? 0 : gap;
    fprintf(out, "| %*s%.*s%*s ", right ? gap : 0, "", (int)n, text, right ? 0 : gap, "");
}

/* One row, in as many lines as its tallest cell needs. `rest` is scratch. */
static void row(FILE *out, const struct box *box, const char *const *cells, const int *widths,
                const char **rest)
{
    bool more = true;
    for (size_t c = 0; c < box->columns; c++)
        rest[c] = cells[c];
    while (more) {
        more = false;
        for (size_t c = 0; c < box->columns; c++) {
            size_t next, n = first_line(rest[c], widths[c], &next);
            cell(out, rest[c], n, widths[c], box->right && box->right[c]);
            rest[c] += next;
            more = more || *rest[c];
        }
        fputs("|\n", out);
    }
}

/* The cells that each column needs for its widest line. */
static int *natural_widths(const struct box *box)
{
    int *widths = xcalloc(box->columns + 1, sizeof(*widths));
    for (size_t c = 0; c < box->columns; c++) {
        widths[c] = widest_line(box->head[c]);
        for (size_t r = 0; r < box->rows; r++) {
            int cells = widest_line(box->cells[r * box->columns + c]);
            widths[c] = cells > widths[c] ? cells : widths[c];
        }
    }
    return widths;
}

int box_width(const struct box *box)
{
    int *widths = natural_widths(box), total = 1;
    for (size_t c = 0; c < box->columns; c++)
        total += widths[c] + 3;
    free(widths);
    return total;
}

void box_print(FILE *out, const struct box *box, int width)
{
    int *widths = natural_widths(box);
    const char **rest = xcalloc(box->columns, sizeof(*rest));
    const char **line = xcalloc(box->columns, sizeof(*line));
    if (width > 0)
        shrink(widths, box->columns, width);
    rule(out, widths, box->columns);
    row(out, box, box->head, widths, rest);
    rule(out, widths, box->columns);
    for (size_t r = 0; r < box->rows; r++) {
        for (size_t c = 0; c < box->columns; c++)
            line[c] = box->cells[r * box->columns + c];
        row(out, box, line, widths, rest);
    }
    rule(out, widths, box->columns);
    free(widths);
    free(rest);
    free(line);
}
