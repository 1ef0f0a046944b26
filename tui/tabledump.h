/*
 * tabledump: a table of a screen as CSV and JSON: every row that is listed, not
 * only those that are seen, by the titles of its columns. UI thread.
 */
#ifndef PC_TUI_TABLEDUMP_H
#define PC_TUI_TABLEDUMP_H

#include "backend/base/buf.h"
#include "widgets/table.h"

/* Columns that are drawn, not written, are left out. */
void tabledump_csv(const struct table *t, struct buf *out);
void tabledump_json(const struct table *t, struct buf *out);

/* One cell as RFC 4180 has it. What a spreadsheet would take for a formula is kept
 * a text by an apostrophe. */
void csv_cell(struct buf *out, const char *text);

#endif
