/* tabledump: see tabledump.h. */
#include "tui/tabledump.h"

#include "backend/base/json.h"
#include "backend/base/text.h"

#include <stdlib.h>

void csv_cell(struct buf *out, const char *text)
{
    bool formula = *text == '=' || *text == '+' || *text == '-' || *text == '@';
    buf_puts(out, formula ? "\"'" : "\"");
    for (; *text; text++) {
        char two[3] = {*text, *text == '"' ? '"' : '\0', '\0'};
        buf_puts(out, two);
    }
    buf_puts(out, "\"");
}

static bool is_written(const struct table *t, size_t col)
{
    const char *title = t->columns[col].title;
    return !t->columns[col].paint && title && *title;
}

/* What stands in a cell, as nothing but text. */
static void cell_text(const struct table *t, size_t row, size_t col, char dst[256])
{
    struct table_cell c = {.role = ROLE_TEXT, .mark = GLYPH_NONE};
    t->source->cell(t->ctx, row, col, &c);
    safe_text(dst, 256, c.text ? c.text : "");
}

void tabledump_csv(const struct table *t, struct buf *out)
{
    const char *comma = "";
    char text[256];
    for (size_t c = 0; c < t->n_columns; c++)
        if (is_written(t, c)) {
            buf_puts(out, comma);
            csv_cell(out, t->columns[c].title);
            comma = ",";
        }
    buf_puts(out, "\r\n");
    for (size_t row = 0; row < t->rows; row++) {
        comma = "";
        for (size_t c = 0; c < t->n_columns; c++)
            if (is_written(t, c)) {
                cell_text(t, row, c, text);
                buf_puts(out, comma);
                csv_cell(out, text);
                comma = ",";
            }
        buf_puts(out, "\r\n");
    }
}

void tabledump_json(const struct table *t, struct buf *out)
{
    json_t *list = json_array();
    char text[256];
    for (size_t row = 0; row < t->rows; row++) {
        json_t *o = json_object();
        for (size_t c = 0; c < t->n_columns; c++)
            if (is_written(t, c)) {
                cell_text(t, row, c, text);
                json_put_text(o, t->columns[c].title, text);
            }
        json_array_append_new(list, o);
    }
    char *all = json_dumps(list, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    buf_printf(out, "%s\n", all ? all : "[]");
    free(all);
    json_decref(list);
}
