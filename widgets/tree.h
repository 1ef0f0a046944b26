/*
 * tree: things that hold things, opened and closed.
 *
 *     ▾ site-b
 *       ▾ web-1                 ACTIVE
 *           root  20 GiB        in-use
 *       ▸ web-2                 ACTIVE
 *
 * The nodes belong to the caller, who lists them in order with their depth; the
 * tree keeps which are closed, by an id that stays with the thing, and shows
 * the rest as rows of a table: scrolling, selection and painting are the
 * table's, and cost what is seen.
 */
#ifndef PC_WIDGETS_TREE_H
#define PC_WIDGETS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/table.h"
#include "widgets/widget.h"

struct tree_source {
    int (*depth)(const void *ctx, size_t node);   /* 0 is the root's */
    uint64_t (*id)(const void *ctx, size_t node); /* stays with the thing */
    /* Column 0 is the name: the tree puts its indent and mark before it. */
    void (*cell)(const void *ctx, size_t node, size_t col, struct table_cell *ret);
};

struct tree {
    /* set by the owner before tree_init() */
    const struct tree_source *source;
    const void *ctx;
    const struct table_column *columns;
    size_t n_columns;

    /* kept by the tree */
    struct table table;
    size_t nodes;
    size_t *rows; /* node numbers that are seen; owned */
    size_t n_rows, rows_room;
    uint64_t *closed; /* ids; owned */
    size_t n_closed, closed_room;
};

extern const struct widget_ops tree_ops;

void tree_init(struct tree *t);
void tree_release(struct tree *t);

/* There are `nodes` nodes now, in the order of a walk from the top. */
void tree_sync(struct tree *t, size_t nodes);

bool tree_has_children(const struct tree *t, size_t node);
bool tree_is_closed(const struct tree *t, size_t node);
void tree_close(struct tree *t, size_t node, bool closed);
/* Closes every node that has children, in one pass. */
void tree_close_all(struct tree *t);

void tree_layout(struct tree *t, struct rect area);
void tree_paint(const struct tree *t, struct canvas *cv, struct rect area);

/* Right and l open, Left and h close or go to the parent, Space turns; the rest
 * is the table's. */
unsigned tree_key(struct tree *t, ui_key key);

#endif
