/*
 * screen: what the widget tests need of a screen without a terminal.
 */
#ifndef TESTS_WIDGETS_SCREEN_H
#define TESTS_WIDGETS_SCREEN_H

#include <stdbool.h>

#include "widgets/offscreen.h"

struct screen {
    struct offscreen *off;
    struct theme *theme;
    struct canvas cv;
    struct buf text; /* as of the last screen_text() or screen_row() */
};

/* The depth is 256 colours. Fails the test when there is no curses. */
void screen_open(struct screen *s, int h, int w, bool utf8);
void screen_close(struct screen *s);

/* Empty again. */
void screen_clear(struct screen *s);

/* One row without its blanks at the end; lent until the next call. */
const char *screen_row(struct screen *s, int y);
const char *screen_text(struct screen *s);

#endif
