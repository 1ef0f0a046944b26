/*
 * filter: the line that narrows a list while it is being typed.
 *
 * A text field on the frame of a panel, and the expression of match.h that is
 * made of it with every letter. A wrong expression changes nothing in the list
 * and says on the frame what is wrong with it. Enter keeps the filter and gives
 * the keys back, Esc clears it.
 */
#ifndef PC_WIDGETS_FILTER_H
#define PC_WIDGETS_FILTER_H

#include <stdbool.h>

#include "widgets/input.h"
#include "widgets/match.h"
#include "widgets/widget.h"

enum { FILTER_MAX = 120, FILTER_WHY_MAX = 80 };

struct filter {
    struct input line;
    struct match *match; /* what is filtered by: the last expression that was right; owned */
    char why[FILTER_WHY_MAX]; /* what is wrong with the line; "" nothing */
    bool typing;              /* the keys go into the line */
};

void filter_init(struct filter *f);
void filter_release(struct filter *f);

/* The keys go into the line from now on. */
void filter_begin(struct filter *f);

/* Puts a text there as if it had been typed, and kept. */
void filter_set(struct filter *f, const char *text);

/* It leaves something out, or is being typed: there is something to show. */
bool filter_shown(const struct filter *f);
bool filter_passes(const struct filter *f, const char *text);

/*
 * While typing every text key, Enter and Esc are taken; moves in the list are
 * not. Later Esc alone, which clears it. UI_CHANGED: what passes changed.
 */
unsigned filter_key(struct filter *f, ui_key key);

/* Over the top edge of the panel's frame, at its right, and the cursor while
 * it is typed. `box` is the frame. */
void filter_paint(const struct filter *f, struct canvas *cv, struct rect box);

#endif
