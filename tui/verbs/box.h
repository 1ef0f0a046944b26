/*
 * box: the ASCII table of the openstack client.
 *
 * Cells may hold several lines. Widths are terminal cells, not bytes. Texts
 * must be clean already (safe_text). Pure but for the FILE it writes.
 */
#ifndef PC_TUI_VERBS_BOX_H
#define PC_TUI_VERBS_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct box {
    size_t columns, rows;    /* rows without the heading */
    const char *const *head; /* columns */
    char *const *cells;      /* rows * columns, row by row */
    const bool *right;       /* columns: numbers stand right; NULL: none do */
};

/* width 0: as wide as it gets; else the widest columns are wrapped to fit, not
 * below 16 cells each. */
void box_print(FILE *out, const struct box *box, int width);

/* As wide as it gets. */
int box_width(const struct box *box);

/* Terminal cells of clean text of n bytes. */
int box_cells(const char *text, size_t n);

#endif
