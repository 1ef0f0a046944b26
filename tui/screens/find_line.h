/*
 * find_line: the line that a text is searched with, in a list or in lines that go on
 * coming. Enter goes to the nearest hit before; n and N, which go on and back, belong
 * to what is searched; Esc ends it. UI thread.
 */
#ifndef PC_TUI_SCREENS_FIND_LINE_H
#define PC_TUI_SCREENS_FIND_LINE_H

#include "tui/ui.h"
#include "widgets/input.h"
#include "widgets/textview.h"

/* Of what is searched. */
struct find_ops {
    bool (*search)(void *arg, bool back);         /* to the next hit; false: there is none */
    void (*changed)(void *arg, const char *text); /* lent until the next; "" nothing is searched */
};

struct find_line {
    struct input line;
    bool typing; /* the keys go into it */
    const struct find_ops *ops;
    void *arg;
};

void find_line_init(struct find_line *f, const struct find_ops *ops, void *arg);
/* The same in a view: v->find is its text from then on. */
void find_line_in_view(struct find_line *f, struct textview *v);
void find_line_release(struct find_line *f);
void find_line_begin(struct find_line *f);

/* UI_IGNORED: the key is not for it. Says when there is no hit. */
unsigned find_line_key(struct find_line *f, struct ui *ui, ui_key key);
/* To the next hit, or back; says when there is none. Something is searched for. */
void find_line_go(struct find_line *f, struct ui *ui, bool back);

/* In the lower edge of the view's frame; nothing while nothing is searched. */
void find_line_paint(const struct find_line *f, struct canvas *cv, struct rect frame);

#endif
