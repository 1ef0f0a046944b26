/*
 * ui_private: what ui.c leaves to its neighbours.
 */
#ifndef PC_TUI_UI_PRIVATE_H
#define PC_TUI_UI_PRIVATE_H

#include "tui/ui.h"

/* The console's own way of doing an enabled action (ui_do.c). */
void ui_perform(struct ui *ui, const struct action *a, const struct act_subject *s);

#endif
