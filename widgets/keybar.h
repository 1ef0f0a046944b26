/*
 * keybar: the row at the bottom that says what the keys do now.
 *
 * Made from a list, so it cannot disagree with what the keys do. What is not
 * allowed now stays, greyed and in brackets. When it does not fit, the least
 * important go; `? help` and the way out are given drop = 0 and stay.
 */
#ifndef PC_WIDGETS_KEYBAR_H
#define PC_WIDGETS_KEYBAR_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/widget.h"

struct keybar_item {
    const char *key;   /* as shown: "Enter", "F" */
    const char *label; /* "stop the job" */
    bool disabled;
    bool danger; /* changes the world: its key is painted in ROLE_DANGER */
    int drop;    /* 0 = stays; the higher, the sooner it goes */
    ui_key press; /* by a click on it; UI_KEY_NONE: nothing */
};

struct keybar {
    const struct keybar_item *items;
    size_t n;
};

#define KEYBAR_ITEMS_MAX 48

extern const struct widget_ops keybar_ops;

/* Fills all rows of the area, from the left, in order; one row is the usual. */
void keybar_paint(const struct keybar *k, struct canvas *cv, struct rect area);

#endif
