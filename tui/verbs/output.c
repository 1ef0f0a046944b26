#include "tui/verbs/output.h"

#include "tui/verbs/box.h"
#include "tui/verbs/cell.h"

#include "backend/base/buf.h"
#include "backend/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What is printed: the columns chosen, and a value of each for every row. */
struct grid {
    const struct column **columns;
    size_t column_count, row_count;
    json_t **values; /* row_count * column_count */
};

static json_t *grid_value(const struct grid *g, size_t row, size_t column)
{
    return g->values[row * g->column_count + column];
}

static char *grid_text(const struct grid *g, size_t row, size_t column)
{
    const struct column *c = g->columns[column];
    return (c->text ? c->text : cell_plain)(grid_value(g, row, column));
}

/* -- which columns ------------------------------------------------------- */

static const struct column *column_named(const struct column *columns, const char *title)
{
    for (const struct column *c = columns; c->title; c++)
        if (strcasecmp(c->title, title) == 0)
            return c;
    return NULL;
}

enum pc_err output_check(const struct column *columns, const char *const *wanted, size_t count,
                         struct pc_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (column_named(columns, wanted[i]))
            continue;
        struct buf known;
        buf_init(&known, 400);
        for (const struct column *c = columns; c->title; c++)
            buf_printf(&known, "%s%s", c == columns ? "" : ", ", c->title);
        pc_error_set(err, PC_ERR_USAGE, NULL, "there is no column %s", wanted[i]);
        if (err)
            snprintf(err->remedy, sizeof(err->remedy), "Columns here are: %s.", buf_text(&known));
        buf_release(&known);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static bool chosen(const struct output *o, const struct column *c)
{
    for (size_t i = 0; i < o->wanted_count; i++)
        if (strcasecmp(c->title, o->wanted[i]) == 0)
            return true;
    return o->wanted_count == 0 &&
           (c->shown == SHOWN_ALWAYS || c->shown >= SHOWN_WIDE_1 ||
            c->shown == (o->format == FORMAT_JSON ? SHOWN_JSON : SHOWN_PEOPLE));
}

static void grid_init(struct grid *g, const struct output *o, const struct column *columns,
                      size_t rows)
{
    size_t most = 0;
    while (columns[most].title)
        most++;
    *g = (struct grid){.columns = xcalloc(most, sizeof(struct column *)), .row_count = rows};
    for (const struct column *c = columns; c->title; c++)
        if (chosen(o, c))
            g->columns[g->column_count++] = c;
    g->values = xcalloc(rows * g->column_count + 1, sizeof(json_t *));
}

static void grid_release(struct grid *g)
{
    for (size_t i = 0; i < g->row_count * g->column_count; i++)
        json_decref(g->values[i]);
    free(g->values);
    free(g->columns);
}

static void grid_fill(struct grid *g, size_t row, const json_t *thing)
{
    for (size_t c = 0; c < g->column_count; c++)
        g->values[row * g->column_count + c] = cell_value(thing, g->columns[c]->path);
}

/* -- JSON ---------------------------------------------------------------- */

static json_t *row_object(const struct grid *g, size_t row)
{
    json_t *o = json_object();
    for (size_t c = 0; c < g->column_count; c++)
        json_object_set(o, g->columns[c]->title, grid_value(g, row, c));
    return o;
}

static void print_json(FILE *out, json_t *take)
{
    json_dumpf(take, out, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(take);
}

static void list_json(const struct output *o, struct grid *g)
{
    json_t *list = json_array();
    for (size_t r = 0; r < g->row_count; r++)
        json_array_append_new(list, row_object(g, r));
    print_json(o->file, list);
}

static void show_json(const struct output *o, struct grid *g)
{
    print_json(o->file, row_object(g, 0));
}

/* -- comma separated ------------------------------------------------------ */

/* All but numbers in quotes, as that client writes them. */
static void csv_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void csv_cell(FILE *out, const struct grid *g, size_t row, size_t column)
{
    const json_t *v = grid_value(g, row, column);
    char *text = json_is_number(v) ? cell_plain(v) : grid_text(g, row, column);
    if (json_is_number(v) || json_is_boolean(v))
        fputs(text, out);
    else
        csv_text(out, text);
    free(text);
}

static void list_csv(const struct output *o, struct grid *g)
{
    for (size_t c = 0; c < g->column_count; c++) {
        fputs(c ? "," : "", o->file);
        csv_text(o->file, g->columns[c]->title);
    }
    fputc('\n', o->file);
    for (size_t r = 0; r < g->row_count; r++) {
        for (size_t c = 0; c < g->column_count; c++) {
            fputs(c ? "," : "", o->file);
            csv_cell(o->file, g, r, c);
        }
        fputc('\n', o->file);
    }
}

static void show_csv(const struct output *o, struct grid *g)
{
    fputs("\"Field\",\"Value\"\n", o->file);
    for (size_t c = 0; c < g->column_count; c++) {
        csv_text(o->file, g->columns[c]->title);
        fputc(',', o->file);
        csv_cell(o->file, g, 0, c);
        fputc('\n', o->file);
    }
}

/* -- bare values ----------------------------------------------------------- */

/* For scripts: null is None and numbers stay numbers, as that client prints
 * them, and no value spans lines. */
static void value_cell(FILE *out, const struct grid *g, size_t row, size_t column)
{
    const json_t *v = grid_value(g, row, column);
    char *text = json_is_null(v) ? xstrdup("None") : cell_plain(v);
    fputs(text, out);
    free(text);
}

static void list_value(const struct output *o, struct grid *g)
{
    for (size_t r = 0; r < g->row_count; r++) {
        for (size_t c = 0; c < g->column_count; c++) {
            fputs(c ? " " : "", o->file);
            value_cell(o->file, g, r, c);
        }
        fputc('\n', o->file);
    }
}

static void show_value(const struct output *o, struct grid *g)
{
    for (size_t c = 0; c < g->column_count; c++) {
        value_cell(o->file, g, 0, c);
        fputc('\n', o->file);
    }
}

/* -- tables ----------------------------------------------------------------- */

/* The cells of a list. */
struct sheet {
    struct box box;
    const char **head;
    bool *right;
    char **cells;
};

static void sheet_make(struct sheet *s, const struct grid *g, bool brief)
{
    *s = (struct sheet){.box = {.columns = g->column_count, .rows = g->row_count}};
    size_t columns = s->box.columns, rows = s->box.rows;
    s->head = xcalloc(columns + 1, sizeof(*s->head));
    s->right = xcalloc(columns + 1, sizeof(*s->right));
    s->cells = xcalloc(columns * rows + 1, sizeof(*s->cells));
    for (size_t c = 0; c < columns; c++) {
        const struct column *col = g->columns[c];
        cell_text *shorter = brief ? cell_shorter(col->text) : NULL;
        s->head[c] = col->title;
        s->right[c] = json_is_number(grid_value(g, 0, c));
        for (size_t r = 0; r < rows; r++)
            s->cells[r * columns + c] =
                shorter ? shorter(grid_value(g, r, c)) : grid_text(g, r, c);
    }
    s->box.head = s->head;
    s->box.right = s->right;
    s->box.cells = s->cells;
}

static void sheet_release(struct sheet *s)
{
    for (size_t i = 0; i < s->box.columns * s->box.rows; i++)
        free(s->cells[i]);
    free(s->cells);
    free(s->right);
    free(s->head);
}

/* Takes the column out that leaves a narrow list first; false when none does. */
static bool grid_drop(struct grid *g)
{
    size_t out = g->column_count, kept = g->column_count - 1;
    for (size_t c = 0; c < g->column_count; c++)
        if (g->columns[c]->shown >= SHOWN_WIDE_1 &&
            (out == g->column_count || g->columns[c]->shown < g->columns[out]->shown))
            out = c;
    if (out == g->column_count)
        return false;
    for (size_t r = 0; r < g->row_count; r++) {
        json_decref(grid_value(g, r, out));
        for (size_t c = 0; c < kept; c++)
            g->values[r * kept + c] = g->values[r * g->column_count + c + (c >= out)];
    }
    memmove(g->columns + out, g->columns + out + 1, (kept - out) * sizeof(*g->columns));
    g->column_count = kept;
    return true;
}

static void list_table(const struct output *o, struct grid *g)
{
    struct sheet s;
    if (g->row_count == 0) {
        fputc('\n', o->file);
        return;
    }
    sheet_make(&s, g, false);
    bool narrow = o->width > 0 && box_width(&s.box) > o->width;
    for (bool more = narrow; more;) {
        sheet_release(&s);
        sheet_make(&s, g, true);
        more = box_width(&s.box) > o->width && o->wanted_count == 0 && grid_drop(g);
    }
    box_print(o->file, &s.box, o->width);
    sheet_release(&s);
}

static void show_table(const struct output *o, struct grid *g)
{
    static const char *const head[] = {"Field", "Value"};
    char **cells = xcalloc(2 * g->column_count + 1, sizeof(*cells));
    for (size_t c = 0; c < g->column_count; c++) {
        cells[2 * c] = xstrdup(g->columns[c]->title);
        cells[2 * c + 1] = grid_text(g, 0, c);
    }
    struct box box = {.columns = 2, .rows = g->column_count, .head = head, .cells = cells};
    box_print(o->file, &box, o->width);
    for (size_t i = 0; i < 2 * g->column_count; i++)
        free(cells[i]);
    free(cells);
}

/* -- lines -------------------------------------------------------------------- */

/* "prod-web-app: Status active, State ready": a row is a line, and what is empty
 * is not said. */
static void list_lines(const struct output *o, struct grid *g)
{
    if (g->row_count == 0)
        fputs("none\n", o->file);
    for (size_t r = 0; r < g->row_count; r++) {
        const char *gap = "";
        for (size_t c = 0; c < g->column_count; c++) {
            char *text = grid_text(g, r, c);
            for (char *end = text; (end = strchr(end, '\n')) != NULL;)
                *end = ' ';
            if (*text && c == 0)
                fputs(text, o->file);
            else if (*text)
                fprintf(o->file, "%s%s %s", gap, g->columns[c]->title, text);
            gap = c == 0 ? ": " : *text ? ", " : gap;
            free(text);
        }
        fputc('\n', o->file);
    }
}

/* "members: web-1 ...": each of several values is a line of its own. */
static void show_lines(const struct output *o, struct grid *g)
{
    for (size_t c = 0; c < g->column_count; c++) {
        char *text = grid_text(g, 0, c);
        for (const char *at = text; *at;) {
            size_t n = strcspn(at, "\n");
            fprintf(o->file, "%s: %.*s\n", g->columns[c]->title, (int)n, at);
            at += n + (at[n] == '\n');
        }
        free(text);
    }
}

/* -- the five ways ------------------------------------------------------------ */

static const struct {
    const char *name;
    void (*list)(const struct output *o, struct grid *g);
    void (*show)(const struct output *o, struct grid *g);
} FORMATS[FORMAT_COUNT] = {
    [FORMAT_TABLE] = {"table", list_table, show_table},
    [FORMAT_LINES] = {"lines", list_lines, show_lines},
    [FORMAT_JSON] = {"json", list_json, show_json},
    [FORMAT_CSV] = {"csv", list_csv, show_csv},
    [FORMAT_VALUE] = {"value", list_value, show_value},
};

bool output_for_people(enum format f)
{
    return f == FORMAT_TABLE || f == FORMAT_LINES;
}

enum format output_format_parse(const char *name)
{
    int f = 0;
    while (f < FORMAT_COUNT && strcmp(FORMATS[f].name, name) != 0)
        f++;
    return (enum format)f;
}

enum pc_err output_list(const struct output *o, const struct column *columns,
                        const json_t *rows, struct pc_error *err)
{
    struct grid g;
    enum pc_err rc = output_check(columns, o->wanted, o->wanted_count, err);
    if (rc)
        return rc;
    grid_init(&g, o, columns, json_array_size(rows));
    for (size_t r = 0; r < g.row_count; r++)
        grid_fill(&g, r, json_array_get(rows, r));
    FORMATS[o->format].list(o, &g);
    grid_release(&g);
    return PC_OK;
}

enum pc_err output_show(const struct output *o, const struct column *columns,
                        const json_t *thing, struct pc_error *err)
{
    struct grid g;
    enum pc_err rc = output_check(columns, o->wanted, o->wanted_count, err);
    if (rc)
        return rc;
    grid_init(&g, o, columns, 1);
    grid_fill(&g, 0, thing);
    FORMATS[o->format].show(o, &g);
    grid_release(&g);
    return PC_OK;
}
