/*
 * members: which members of the group are moved, as a list to tick.
 *
 * Opened and closed by the page that asks; at least one stays ticked. UI thread.
 */
#ifndef PC_TUI_WIZARD_MEMBERS_H
#define PC_TUI_WIZARD_MEMBERS_H

#include "tui/wizard/wizard.h"
#include "widgets/table.h"

struct members {
    struct wizard *w; /* borrowed */
    struct table table;
    bool open;
};

void members_init(struct members *m, struct wizard *w);
/* The group or the answers are others. */
void members_take(struct members *m);
void members_layout(struct members *m, struct rect area);
void members_paint(const struct members *m, struct canvas *cv, struct rect area);
/* Enter and Esc close it; what it does not know is UI_IGNORED. */
unsigned members_key(struct members *m, struct ui *ui, ui_key key);

/* "all 3 members", "2 of 3 members"; returns dst. */
const char *members_words(const struct wizard *w, char *dst, size_t size);

#endif
