/*
 * rows: the table of the console's widgets with any number of rows, and nothing
 * else: what a key costs must not follow from how many there are.
 *
 * usage: bench_rows ROWS           the table's keys move, q quits
 */
#include "widgets/table.h"
#include "widgets/term.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME, STATE, SITE, LAG, COLUMNS };

static const struct table_column SHOWN[COLUMNS] = {
    [NAME] = {"GROUP", {.min = 14, .max = 48, .weight = 3}, ALIGN_LEFT, NULL},
    [STATE] = {"STATE", {.min = 14, .max = 14}, ALIGN_LEFT, NULL},
    [SITE] = {"AT", {.min = 7, .max = 16, .weight = 1}, ALIGN_LEFT, NULL},
    [LAG] = {"LAG", {.min = 8, .max = 12}, ALIGN_RIGHT, NULL},
};

static void cell(const void *ctx, size_t row, size_t col, struct table_cell *ret)
{
    (void)ctx;
    ret->text = ret->buf;
    if (col == NAME)
        snprintf(ret->buf, sizeof(ret->buf), "group-%06zu", row);
    else if (col == LAG)
        snprintf(ret->buf, sizeof(ret->buf), "%zu s", row * 31 % 2000);
    else
        ret->text = col == STATE ? "active" : row % 2 ? "site-b" : "site-a";
}

static uint64_t id(const void *ctx, size_t row)
{
    (void)ctx;
    return row;
}

static const struct table_source SOURCE = {.cell = cell, .id = id};

static void paint(struct term *term, const struct theme *theme, struct table *t)
{
    struct size size = term_size(term);
    struct canvas cv = term_begin(term, theme);
    struct rect area = rect_make(0, 0, size.h, size.w);
    table_layout(t, area);
    table_paint(t, &cv, area);
    term_end(term);
}

/* False: it is over. */
static bool take_input(struct term *term, struct table *t)
{
    struct pollfd fds[] = {{.fd = term_input_fd(term), .events = POLLIN},
                           {.fd = term_signal_fd(term), .events = POLLIN}};
    poll(fds, sizeof(fds) / sizeof(fds[0]), -1);
    if (term_take_events(term) & (TERM_EV_QUIT | TERM_EV_EOF))
        return false;
    for (ui_key key; (key = term_read_key(term)) != UI_KEY_NONE;)
        if (key == 'q')
            return false;
        else
            table_key(t, key);
    return true;
}

int main(int argc, char **argv)
{
    struct table t = {.columns = SHOWN, .n_columns = COLUMNS, .source = &SOURCE, .focused = true};
    struct term *term = NULL;
    struct theme *theme = NULL;
    struct pc_error err = {0};
    if (theme_open(NULL, &theme, &err) || term_open(&(struct term_options){0}, &term, &err)) {
        fprintf(stderr, "error: %s\n", err.text);
        theme_free(theme);
        return 1;
    }
    theme_apply(theme, term_colour_depth(term));
    table_sync(&t, argc > 1 ? strtoul(argv[1], NULL, 10) : 1000);
    do
        paint(term, theme, &t);
    while (take_input(term, &t));
    term_close(term);
    theme_free(theme);
    return 0;
}
