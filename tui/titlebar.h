/*
 * titlebar: the first line of every screen.
 *
 * On which deployment, at which sites, by which engine, whether something runs,
 * and how old all of it is. Where that is longer than the line, what matters
 * least gives way first, word by word; how old it is is never cut. UI thread.
 */
#ifndef PC_TUI_TITLEBAR_H
#define PC_TUI_TITLEBAR_H

#include "tui/ui.h"

void titlebar_paint(const struct ui *ui, struct canvas *cv, struct rect row);

#endif
