/*
 * planpaint: the lines of a plan (planwords.h) on a screen: facts beside their
 * labels, all others behind their marks, broken where they are longer than a row.
 * UI thread.
 */
#ifndef PC_TUI_PLANPAINT_H
#define PC_TUI_PLANPAINT_H

#include "tui/planwords.h"
#include "widgets/paint.h"

/* How many rows the lines from `first` on take with w columns. */
int planpaint_rows(const struct planwords *l, size_t first, const struct canvas *cv, int w);
/* The first line from which on all the rest fits into h rows; 0: all of it does. */
size_t planpaint_last(const struct planwords *l, const struct canvas *cv, int w, int h);
/* As many of them as there is room for. */
void planpaint(const struct planwords *l, size_t first, struct canvas *cv, struct rect area);

/* What the engine says in commands, for every front, is said in keys: action_in_keys(). */
void planpaint_in_keys(struct planwords *w);

#endif
