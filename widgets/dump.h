/*
 * dump: the text that is on a curses window, as plain lines. UI thread.
 */
#ifndef PC_WIDGETS_DUMP_H
#define PC_WIDGETS_DUMP_H

#include "backend/base/buf.h"

/* One line a row, without the blanks at its end. window: a curses WINDOW. */
void dump_text(void *window, struct buf *out);

#endif
