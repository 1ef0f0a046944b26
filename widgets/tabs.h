/*
 * tabs: one row that says which page of several is shown.
 *
 * Tabs are reached by their number or by [ and ]. When they do not fit, the
 * row scrolls so that the active one is seen, with marks where more lies.
 */
#ifndef PC_WIDGETS_TABS_H
#define PC_WIDGETS_TABS_H

#include <stddef.h>

#include "widgets/widget.h"

struct tab {
    const char *label;
    long count;     /* shown behind the label; negative = none */
    enum role role; /* of the count: ROLE_WARN when something is wrong there */
};

struct tabs {
    const struct tab *tabs;
    size_t n;
    size_t active;
};

extern const struct widget_ops tabs_ops; /* one row */

void tabs_paint(const struct tabs *t, struct canvas *cv, struct rect area);

/* 1..9, [ and ]; UI_CHANGED when another tab is active. */
unsigned tabs_key(struct tabs *t, ui_key key);

#endif
