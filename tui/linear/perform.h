/*
 * perform: a deed, or a line of a verb, from what is asked before it to its
 * end. The verb does it, on the door that is open; Ctrl-C ends the following of
 * an operation, never the operation. Main thread.
 */
#ifndef PC_TUI_LINEAR_PERFORM_H
#define PC_TUI_LINEAR_PERFORM_H

#include "tui/linear/talk.h"

enum { WORDS_MAX = 48 };

/* Words parted by blanks, '...' and "..." kept together. line is written into and
 * lent; -1: a quote does not end, or there are more than WORDS_MAX. */
int perform_split(char *line, char *words[WORDS_MAX]);

/* Does it to the group, site or operation of that name ("" with ABOUT_NOTHING).
 * more: flags of its verb, as typed. */
void perform_deed(struct talk *t, const struct deed *d, const char *name, int more_count,
                  char *const *more);

/* The words of a verb, its operands and flags, as at a shell. Says what is not
 * understood; in a script that ends it. */
void perform_words(struct talk *t, int count, char *const *words);

/* Waits, a few seconds at most, until snapshots agree with what the journal says
 * of every group, and takes that as told. */
void perform_settle(struct talk *t, const char *but_group);

#endif
