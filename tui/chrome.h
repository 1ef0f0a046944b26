/*
 * chrome: what every screen has around it.
 *
 * The title bar answers, in words, on which deployment and by whom things run
 * and how fresh they are; below it what an operator must know now; at the
 * bottom the keys, from the action table.
 */
#ifndef PC_TUI_CHROME_H
#define PC_TUI_CHROME_H

#include "tui/ui.h"

/* Paints the top and returns what is left for the screen. */
struct rect chrome_paint(const struct ui *ui, struct canvas *cv, struct rect screen);

/* The keys in the last row; after the screen, which tells whether they would go into a text. */
void chrome_paint_keys(const struct ui *ui, struct canvas *cv, struct rect screen);

/* Instead of everything: which size is needed, and that q works. */
void chrome_paint_small(const struct ui *ui, struct canvas *cv, struct rect screen);

/* When the title bar changes by time alone (mono ms). */
int64_t chrome_next(const struct ui *ui);

#endif
