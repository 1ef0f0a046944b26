/*
 * find_line: the line that a text is searched with in a view of lines that go on
 * coming. Enter goes to the nearest hit, n and N go on and back, Esc ends it.
 * UI thread.
 */
#ifndef PC_TUI_SCREENS_FIND_LINE_H
#define PC_TUI_SCREENS_FIND_LINE_H

#include "tui/ui.h"
#include "widgets/input.h"
#include "widgets/textview.h"

struct find_line {
    struct input line;
    bool typing; /* the keys go into it */
};

/* v->find is its text from then on. */
void find_line_init(struct find_line *f, struct textview *v);
void find_line_release(struct find_line *f);
void find_line_begin(struct find_line *f);

/* UI_IGNORED: the key is not for it. Says when there is no hit. */
unsigned find_line_key(struct find_line *f, struct textview *v, struct ui *ui, ui_key key);

/* In the lower edge of the view's frame; nothing while nothing is searched. */
void find_line_paint(const struct find_line *f, struct canvas *cv, struct rect frame);

#endif
