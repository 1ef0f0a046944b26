/*
 * widget: what all widgets have in common.
 *
 * A widget is a plain struct that its screen owns, and one const record of
 * operations. Paint is a function of (state, rectangle, theme): it changes
 * nothing, reads no clock, does no I/O. Handlers change the state and answer
 * with bits; the one loop of the program acts on them. UI thread only.
 */
#ifndef PC_WIDGETS_WIDGET_H
#define PC_WIDGETS_WIDGET_H

#include "widgets/key.h"
#include "widgets/paint.h"
#include "widgets/rect.h"

enum ui_bits {
    UI_IGNORED = 0,
    UI_HANDLED = 1u << 0, /* the key was mine, nobody else needs it */
    UI_REPAINT = 1u << 1, /* something visible changed */
    UI_CHANGED = 1u << 2, /* the value changed: text, choice, selection */
    UI_DONE = 1u << 3,    /* the operator chose: Enter on it */
    UI_CANCEL = 1u << 4,  /* the operator left it: Esc */
};

struct widget_ops {
    const char *name;
    /* The size it would like within `room`. */
    struct size (*measure)(const void *widget, const struct canvas *cv, struct size room);
    /* Tells it its place before painting, so that PgDn knows a page and the
     * selection is in view. Call it whenever place or content changed. */
    void (*layout)(void *widget, struct rect area);
    void (*paint)(const void *widget, struct canvas *cv, struct rect area);
    /* A key for the focused widget; returns enum ui_bits. NULL: takes none. */
    unsigned (*key)(void *widget, ui_key key);
};

#endif
