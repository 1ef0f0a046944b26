/*
 * input: one line of text being edited.
 *
 * UTF-8, bounded, scrolls sideways, moves over what the eye sees as one
 * character (a letter with its combining marks). Takes typed and pasted text;
 * controls and newlines are left out, and a character that base/text.h calls
 * unsafe becomes U+FFFD, as safe_text() does it: what is read from it is clean,
 * and what was altered does not pass for what was not.
 */
#ifndef PC_WIDGETS_INPUT_H
#define PC_WIDGETS_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/widget.h"

struct input {
    char *text;       /* always a string; owned */
    size_t len, size; /* bytes used; bytes allowed with the terminator */
    size_t cursor;    /* byte offset, at a character */
    bool masked;      /* shows dots: a secret */
};

/* max_bytes: the longest content, without the terminator; at least 1. */
void input_init(struct input *in, size_t max_bytes);
/* Overwrites the content before freeing it. */
void input_release(struct input *in);

/* Replaces the content (cleaned, cut at a whole character); cursor at the end. */
void input_set(struct input *in, const char *text);
void input_clear(struct input *in);
const char *input_text(const struct input *in); /* lent until the next change */

/* Left Right Home End Backspace Delete Ctrl-W (word) Ctrl-U (all before), text.
 * Enter, Esc, Tab, Up and Down are not taken. */
unsigned input_key(struct input *in, ui_key key);

/* One row; asks for the cursor when focused. hint stands there, dim, while
 * the text is empty; may be NULL. */
void input_paint(const struct input *in, struct canvas *cv, int y, int x, int w, bool focused,
                 const char *hint);

#endif
