/*
 * table: rows and columns, as many rows as there are.
 *
 * The rows are virtual: the table asks a callback for the cells it shows and
 * for nothing else, so 100,000 rows cost a frame what 100 cost. It keeps the
 * selection and the scroll position; the rows themselves belong to the source.
 *
 * Use: fill the fields marked "set", call table_sync() when the rows changed,
 * table_layout() before painting (the ops record does).
 */
#ifndef PC_WIDGETS_TABLE_H
#define PC_WIDGETS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/layout.h"
#include "widgets/match.h"
#include "widgets/widget.h"

/* What a callback says about one cell. Zeroed before each call. */
struct table_cell {
    enum role role;   /* ROLE_TEXT unless set */
    enum glyph mark;  /* painted before the text with one blank; GLYPH_NONE unless set */
    const char *text; /* borrowed until the callback returns to the table; may be buf; NULL = "" */
    const char *brief; /* as text, instead of one that does not fit; NULL = that is cut */
    char buf[128], brief_buf[64]; /* room for texts made on the spot */
};

struct table_column {
    const char *title;
    struct layout_box box; /* width: min, max, weight; drop: who goes first when narrow */
    enum align align; /* ALIGN_ENDS: left, and too long a text loses its middle, not its end */
    /* Instead of a text: draw the cell (a bar, a sparkline). May be NULL. */
    void (*paint)(const void *ctx, size_t row, struct canvas *cv, struct rect cell);
};

#define TABLE_COLUMNS_MAX 32

struct table_source {
    /* Row `row` (below .rows), column index `col` of .columns. */
    void (*cell)(const void *ctx, size_t row, size_t col, struct table_cell *ret);
    /* A number that stays with the thing when rows move; lets the selection
     * follow it. NULL: the selection keeps its row number. */
    uint64_t (*id)(const void *ctx, size_t row);
    /* Is it marked (multi-select)? NULL: there are no marks. */
    bool (*marked)(const void *ctx, size_t row);
};

struct table {
    /* set by the owner */
    const struct table_column *columns;
    size_t n_columns;
    const struct table_source *source;
    const void *ctx;   /* handed to the source */
    const char *empty; /* shown instead of rows when there are none; NULL = nothing */
    bool focused;      /* the selection is bright, keys come here */
    ui_key hotkey;     /* gives it the keys when it has not got them; UI_KEY_NONE: nothing
                        * does, and it is not clicked then */
    bool no_header;
    bool whole_row; /* highlight all of the selected row, not just its first column:
                     * each move then sends two whole rows over the line */
    int gap;        /* blank columns between columns; 0 means 2 */
    const struct match *match; /* what it finds in a cell is shown in ROLE_MATCH; NULL: nothing */
    int sorted;     /* 0 none, n: column n-1 ascending, -n: descending; a mark only */

    /* kept by the table; read freely, change through the functions */
    size_t rows, selected, top;
    int page;             /* rows seen at the last layout */
    uint64_t selected_id; /* of the selected row, once has_id */
    bool has_id;
};

extern const struct widget_ops table_ops;

/* The source has `rows` rows now. The selection stays on the same thing when
 * the source can tell (.id), else on the same row number; within range. */
void table_sync(struct table *t, size_t rows);

/* Selects a row (cut to the last one) and brings it into view. */
void table_select(struct table *t, size_t row);

/* As table_select(), for a list that moves on by itself: what comes out of view, or near
 * its end, turns the page and then stands near its top, so that rows keep their lines for
 * a while and what comes next is seen below. */
void table_follow(struct table *t, size_t row);

/* The selected row; false when there are no rows. */
bool table_selected(const struct table *t, size_t *ret_row);

void table_layout(struct table *t, struct rect area);
void table_paint(const struct table *t, struct canvas *cv, struct rect area);

/* Up Down k j PgUp PgDn Ctrl-U Ctrl-D Home End g G; Enter answers UI_DONE.
 * A move of the selection answers UI_CHANGED. */
unsigned table_key(struct table *t, ui_key key);

#endif
